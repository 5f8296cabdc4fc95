/* What a test got where it expected something else, for `projc test --update`. */
#ifndef PROJC_SERVICE_TEST_GOT_H
#define PROJC_SERVICE_TEST_GOT_H

#include <stdio.h>

#include "projc/test.h"

typedef struct projc__test_got {
    uint32_t test; /* numbers, from 0 */
    uint32_t step;
    bool is_absent;
    projc_text state;   /* JSON */
    projc_text failure; /* empty: healthy */
} projc__test_got;

/* Writes one line: test, step, "state", "none" or "fails", the JSON of the state or of the
 * failure's text, and the JSON list of the expected fields that differ; between tabs. OK, IO or
 * NO_MEMORY. */
projc_status projc__test_got_write(FILE *file, const projc_test_step *step,
                                   const projc__test_got *got, projc_arena *arena,
                                   projc_error *error);

#endif
