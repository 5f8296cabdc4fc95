/* What `projc test` generates against: the steps of the tests in a .proj file, run four ways. */
#ifndef PROJC_TEST_H
#define PROJC_TEST_H

#include "projc/module.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum projc_test_step_kind {
    PROJC_TEST_GIVEN,  /* append one event */
    PROJC_TEST_EXPECT, /* compare a state with json (partial records, exact lists and maps) */
    PROJC_TEST_ABSENT, /* the state is absent */
    PROJC_TEST_FAILS,  /* the key is failed with this text */
    PROJC_TEST_QUERY   /* the rows of a query are json: an exact list of partial records */
} projc_test_step_kind;

typedef struct projc_test_step {
    projc_test_step_kind kind;
    uint32_t line;  /* in the .proj */
    uint32_t index; /* GIVEN: the event; else the projection */
    const char
        *key; /* GIVEN: the aggregate id as JSON; else the key parts as a JSON array ("[]": none) */
    const char *json; /* GIVEN: payload; EXPECT: expected fields, exact maps written as {"=": {…}};
                         FAILS: the text, unquoted */
    int64_t time;     /* GIVEN: microseconds UTC */
    const char *source; /* the step as written, first line, for messages */
    uint32_t table;     /* EXPECT, ABSENT: 0: the state; else a table of the projection, from 1 */
} projc_test_step;

typedef struct projc_test_case {
    const char *name;
    uint32_t line;
    const projc_test_step *steps;
    uint32_t step_count;
} projc_test_case;

/* Runs the cases: one batch; event by event with states serialized in between; random batch cuts on
 * 1 and 16 lanes with every page delivered twice; rebuilt from zero. Command line: [--store URL]
 * [--filter S] [--tap] [--got FILE]: what was found where an expectation did not hold goes to FILE,
 * for `projc test --update`. Returns the exit status: 0, 1 when one failed, 3 when the store did.
 */
int projc_test_main(int argc, char **argv, const projc_module *module, const projc_test_case *cases,
                    uint32_t case_count);

#ifdef __cplusplus
}
#endif
#endif
