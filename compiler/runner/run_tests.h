/* run_tests.h -- projc test: generates, compiles and runs the tests of one plan. */
#ifndef PC_RUNNER_RUN_TESTS_H
#define PC_RUNNER_RUN_TESTS_H

#include "plan/plan.h"

#include <stdbool.h>

struct pc_test_options {
    struct pc_text version; /* of the compiler, for the banners */
    const char *store;      /* "sqlite", "postgres", or NULL: sqlite */
    const char *filter;     /* NULL: all */
    bool is_tap;
    bool is_json;
    struct pc_text *findings; /* NULL, or receives what the tests got instead, for update.h */
};

/* Works in a temporary folder that is removed afterwards. Returns the exit status for projc;
 * *problem is filled when it is 2 or 3 and the test program did not say why itself. */
int pc_run_tests(struct pc_arena *arena, const struct pc_plan *plan,
                 const struct pc_test_options *options, struct pc_text *problem);

#endif
