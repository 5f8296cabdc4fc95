/* format.h -- the one canonical form of a .proj file (`projc fmt`); grammar/README.md describes it.
 */
#ifndef PC_SYNTAX_FORMAT_H
#define PC_SYNTAX_FORMAT_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/source.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Formats one source; its imports are not read. Returns false, and leaves *formatted alone, when
 * errors were reported: only what parses has a form. Formatting what is formatted changes nothing,
 * and the result parses to the same tree. *formatted lives in the arena. */
bool pc_format_source(struct pc_arena *arena, const struct pc_sources *sources,
                      struct pc_diagnostics *diagnostics, uint32_t source,
                      struct pc_text *formatted);

#endif
