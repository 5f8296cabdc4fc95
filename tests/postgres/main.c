/* Runs the tests that only PostgreSQL has, and holds what they share. */
#include "postgres_suite.h"

#include <CUnit/Basic.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/postgres/connection.h"

static store_fixture current;
store_fixture *const fixture = &current;

static void set_up(void)
{
    bool is_ready = store_fixture_begin(&current, STORE_POSTGRES);
    CU_ASSERT_TRUE_FATAL(is_ready);
}

static void tear_down(void)
{
    store_fixture_end(&current);
}

static PGresult *ask(const char *text, PGconn **connection)
{
    *connection = PQconnectdb(current.database);
    PGresult *result = PQexec(*connection, text);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        printf("%s: %s", text, PQerrorMessage(*connection));
        CU_FAIL("SQL");
    }
    return result;
}

void sql(const char *text)
{
    PGconn *connection;

    PQclear(ask(text, &connection));
    PQfinish(connection);
}

int64_t number_of(const char *query)
{
    PGconn *connection;
    PGresult *result = ask(query, &connection);
    int64_t number =
        PQntuples(result) == 1 ? strtoll(PQgetvalue(result, 0, 0), NULL, 10) : INT64_MIN;

    PQclear(result);
    PQfinish(connection);
    return number;
}

projc_status open_url(const char *url, projc_store **store)
{
    projc_store_options options = {.database = url};

    projc_error_clear(&current.error);
    return projc_store_open(&options, store, &current.error);
}

int process_of(projc_store *store)
{
    return PQbackendPID(projc__postgres_of(store)->connection);
}

static void add(CU_pSuite suite, const char *name, CU_TestFunc test)
{
    const char *only = getenv("POSTGRES_TEST");

    if (only != NULL && strstr(name, only) == NULL)
        return;
    if (suite == NULL || CU_add_test(suite, name, test) == NULL) {
        fprintf(stderr, "%s: %s\n", name, CU_get_error_msg());
        exit(2);
    }
}

int main(void)
{
    unsigned skipped = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!store_kind_is_available(STORE_POSTGRES) || getenv("PROJC_OWN_PG") == NULL) {
        fprintf(stderr, "start it by tests/postgres/run.sh\n");
        return 2;
    }
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 2;
    CU_pSuite suite =
        CU_add_suite_with_setup_and_teardown("postgres", NULL, NULL, set_up, tear_down);
#define ADD(name) add(suite, #name, name);
    TABLE_TESTS(ADD)
    FAULT_TESTS(ADD)
    PREPARED_TESTS(ADD)
    SESSION_TESTS(ADD)
    SERVER_TESTS(ADD)
    if (getenv("PROJC_POOLER") != NULL) {
        POOLER_TESTS(ADD)
    } else {
        skipped = 4;
        printf("SKIPPED: the tests through a pooler, because pgbouncer is not installed\n");
    }
#undef ADD
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    unsigned run = CU_get_number_of_tests_run();
    unsigned failed = CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
    CU_cleanup_registry();
    if (run == 0)
        failed++;
    printf("\n%u passed, %u failed, %u skipped\n", run - (failed < run ? failed : run), failed,
           skipped);
    return failed == 0 ? 0 : 1;
}
