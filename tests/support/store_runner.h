/* Runs one list of tests on every store there is. */
#ifndef PROJC_TESTS_STORE_RUNNER_H
#define PROJC_TESTS_STORE_RUNNER_H

#include <CUnit/CUnit.h>

#include "store_fixture.h"

/* Sets *kind and runs the tests: on a SQLite file, on shared memory, and on PostgreSQL when
 * PROJC_TEST_PG is set. PROJC_TEST_ONLY names one test. Returns main's exit status. */
int store_runner_run(CU_TestInfo *tests, store_kind *kind);

#endif
