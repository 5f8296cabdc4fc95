/* Which program a process runs: the half of its id that is no chance. */
#ifndef PROJC_SERVICE_PROGRAM_H
#define PROJC_SERVICE_PROGRAM_H

#include "projc/module.h"

/* Hexadecimal digits at the end of a process's id. */
enum { PROJC__PROGRAM_SIZE = 16 };

#define PROJC__PROGRAM_BEGIN UINT64_C(14695981039346656037)

/* Takes one projection more into the hash of a program, in the order in which they are added. */
uint64_t projc__program_mix(uint64_t program, const projc_module *module, uint32_t projection);
/* The digits, and a NUL. */
void projc__program_write(uint64_t program, char digits[PROJC__PROGRAM_SIZE + 1]);
/* Does the process of this id run it? Lanes are dealt out among those: another program may not work
 * on all projections, or no longer. */
bool projc__program_is(uint64_t program, projc_text process_id);

#endif
