/* One CUnit suite per executable, its tests listed once: a test that is not listed is an unused
 * function, which does not compile without warnings.
 *
 *     #define TESTS(X) X(copy_outlives_source) X(…)
 *     SUITE("arena", TESTS) */
#ifndef TESTS_UNIT_SUITE_H
#define TESTS_UNIT_SUITE_H

#include <CUnit/Basic.h>
#include <stdio.h>

/* Sanitizers shall fail as malloc does when too much is asked for, instead of ending the program.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static int suite_run(const char *name, CU_TestInfo *tests)
{
    CU_SuiteInfo suites[] = {{name, NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
    unsigned failed;
    unsigned ran;

    if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS) {
        fprintf(stderr, "%s: %s\n", name, CU_get_error_msg());
        return 1;
    }
    CU_basic_set_mode(CU_BRM_NORMAL);
    if (CU_basic_run_tests() != CUE_SUCCESS)
        return 1;
    failed = CU_get_number_of_failures();
    ran = CU_get_number_of_tests_run();
    CU_cleanup_registry();
    return failed != 0 || ran == 0;
}

#define SUITE_ROW(test) {#test, test},
#define SUITE(name, TESTS)                                          \
    int main(void)                                                  \
    {                                                               \
        CU_TestInfo tests[] = {TESTS(SUITE_ROW) CU_TEST_INFO_NULL}; \
                                                                    \
        return suite_run(name, tests);                              \
    }

#endif
