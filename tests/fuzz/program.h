/* One source in an arena, for the harnesses of the compiler. */
#ifndef TESTS_FUZZ_PROGRAM_H
#define TESTS_FUZZ_PROGRAM_H

#include "compiler/base/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct program {
    struct pc_arena *arena;
    struct pc_sources *sources;
    struct pc_diagnostics *diagnostics;
    uint32_t source;
};

/* Takes the bytes over; false if they are no text that may be parsed. Release it in any case. */
bool program_load(struct program *program, const uint8_t *data, size_t size);
void program_release(struct program *program);

/* Prints the diagnostics in every format, to nowhere. */
void program_print(struct program *program);

#endif
