/* Runs the conformance suite over every driver, and what only SQLite does. */
#include "suite.h"

#include <CUnit/Basic.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static store_fixture current;
store_fixture *const fixture = &current;

static store_kind kind; /* of the suite that runs */
static bool is_ready;

#define BEGIN_SUITE(name, value) \
    static int name(void)        \
    {                            \
        kind = value;            \
        return 0;                \
    }
BEGIN_SUITE(begin_file, STORE_SQLITE_FILE)
BEGIN_SUITE(begin_memory, STORE_SQLITE_MEMORY)
BEGIN_SUITE(begin_shared, STORE_SQLITE_SHARED)
BEGIN_SUITE(begin_postgres, STORE_POSTGRES)

static void set_up(void)
{
    is_ready = store_fixture_begin(&current, kind);
    CU_ASSERT_TRUE_FATAL(is_ready);
}

static void tear_down(void)
{
    store_fixture_end(&current);
}

static bool is_wanted(const char *name)
{
    const char *only = getenv("STORE_TEST");

    return only == NULL || strstr(name, only) != NULL;
}

static void add(CU_pSuite suite, const char *name, CU_TestFunc test)
{
    if (suite == NULL || (is_wanted(name) && CU_add_test(suite, name, test) == NULL)) {
        fprintf(stderr, "%s: %s\n", name, CU_get_error_msg());
        exit(2);
    }
}

static void add_suite(store_kind of, CU_InitializeFunc begin)
{
    CU_pSuite suite;

    if (!store_kind_is_available(of))
        return;
    suite =
        CU_add_suite_with_setup_and_teardown(store_kind_name(of), begin, NULL, set_up, tear_down);
#define ADD_ONE(name) add(suite, #name, name);
#define ADD_TWO(name)              \
    if (of != STORE_SQLITE_MEMORY) \
        add(suite, #name, name);
    STORE_TESTS(ADD_ONE, ADD_TWO)
    if (of == STORE_SQLITE_FILE) {
        SQLITE_TESTS(ADD_ONE)
    }
}

/* STORE_DRIVER=sqlite or postgres runs one driver's, STORE_TEST=part of a name one test's. */
static bool is_chosen(const char *driver)
{
    const char *chosen = getenv("STORE_DRIVER");

    return chosen == NULL || strcmp(chosen, driver) == 0;
}

int main(void)
{
    unsigned skipped = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!install_failing_memory() || CU_initialize_registry() != CUE_SUCCESS)
        return 2;
    if (is_chosen("sqlite")) {
        add_suite(STORE_SQLITE_FILE, begin_file);
        add_suite(STORE_SQLITE_MEMORY, begin_memory);
        add_suite(STORE_SQLITE_SHARED, begin_shared);
    }
    if (is_chosen("postgres") && store_kind_is_available(STORE_POSTGRES)) {
        add_suite(STORE_POSTGRES, begin_postgres);
    } else if (is_chosen("postgres")) {
        skipped = 1;
        printf("SKIPPED: the whole suite on PostgreSQL, because PROJC_TEST_PG is not set "
               "(tests/support/pg.sh with tests/store/run.sh)\n");
    }
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    CU_basic_show_failures(CU_get_failure_list());
    unsigned run = CU_get_number_of_tests_run();
    unsigned failed = CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
    CU_cleanup_registry();
    if (run == 0)
        failed++;
    printf("\n%u passed, %u failed, %u skipped\n", run - (failed < run ? failed : run), failed,
           skipped);
    return failed == 0 ? 0 : 1;
}
