/* Runs one list of tests on every store there is. */
#include "store_runner.h"

#include <CUnit/Basic.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_wanted(const CU_TestInfo *test)
{
    const char *only = getenv("PROJC_TEST_ONLY");

    return only == NULL || only[0] == '\0' || strcmp(only, test->pName) == 0;
}

static bool run_suite(CU_TestInfo *tests, store_kind kind)
{
    CU_pSuite suite = NULL;
    bool is_good = CU_initialize_registry() == CUE_SUCCESS;

    if (is_good)
        suite = CU_add_suite(store_kind_name(kind), NULL, NULL);
    is_good = suite != NULL;
    for (const CU_TestInfo *test = tests; is_good && test->pName != NULL; test++)
        if (is_wanted(test))
            is_good = CU_add_test(suite, test->pName, test->pTestFunc) != NULL;
    if (!is_good)
        return false;
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    is_good = CU_get_number_of_failures() == 0 && CU_get_number_of_tests_run() > 0;
    CU_cleanup_registry();
    return is_good;
}

int store_runner_run(CU_TestInfo *tests, store_kind *kind)
{
    static const store_kind kinds[] = {STORE_SQLITE_FILE, STORE_SQLITE_SHARED, STORE_POSTGRES};
    bool is_good = true;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        *kind = kinds[i];
        if (!store_kind_is_available(kinds[i]))
            printf("SKIPPED: %s (PROJC_TEST_PG is not set)\n", store_kind_name(kinds[i]));
        else if (!run_suite(tests, kinds[i]))
            is_good = false;
    }
    return is_good ? 0 : 1;
}
