/* Rendezvous hashing: which lanes of a generation one of several processes works on. */
#ifndef PROJC_ENGINE_RENDEZVOUS_H
#define PROJC_ENGINE_RENDEZVOUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "projc/types.h"

/* owned[lane] becomes true where `own` has the highest XXH3-64 of (process id, generation, lane)
 * among the processes and itself. Every process that sees the same list comes to the same answer,
 * and a process that joins or leaves moves only its own lanes. Safety does not depend on it. Any
 * thread. */
void projc__rendezvous(const projc_text *processes, size_t count, projc_text own,
                       int64_t generation, uint32_t lanes, bool *owned);

#endif
