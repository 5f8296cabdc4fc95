/* Runs the tests of the horizon, and holds what they share. */
#include "horizon_suite.h"

#include <CUnit/Basic.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static store_fixture current;
store_fixture *const fixture = &current;
projc__page last_page;

/* Without the wake-up trigger: a transaction that notified cannot be prepared. */
static void set_up(void)
{
    bool is_ready = store_fixture_begin_empty(&current, STORE_POSTGRES) &&
                    projc_store_apply_schema(current.store, &store_fixture_module, false,
                                             &current.error) == PROJC_OK;
    if (!is_ready)
        fprintf(stderr, "set-up: %s\n", current.error.message);
    CU_ASSERT_TRUE_FATAL(is_ready);
}

static void tear_down(void)
{
    store_fixture_end(&current);
}

PGconn *writer_open(void)
{
    PGconn *writer = PQconnectdb(current.database);

    if (PQstatus(writer) != CONNECTION_OK)
        fprintf(stderr, "writer: %s", PQerrorMessage(writer));
    CU_ASSERT_TRUE_FATAL(PQstatus(writer) == CONNECTION_OK);
    return writer;
}

void writer_do(PGconn *writer, const char *sql)
{
    PGresult *result = PQexec(writer, sql);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fprintf(stderr, "%s: %s", sql, PQerrorMessage(writer));
    CU_ASSERT_TRUE(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK);
    PQclear(result);
}

void writer_insert(PGconn *writer, const char *name)
{
    char sql[512];

    snprintf(sql, sizeof sql,
             "INSERT INTO events_log (event_id, event_name, payload, metadata, aggregate_type,"
             " aggregate_id, aggregate_version, created_at) VALUES (gen_random_uuid(), '%s', '{}',"
             " '{}', 'account', gen_random_uuid(), 1, now())",
             name);
    writer_do(writer, sql);
}

const char *page_of(const projc_stream_type *stream, int64_t after)
{
    static char text[4096];
    const projc__page_limits limits = {.rows = 1000, .bytes = 1 << 20};
    size_t size = 0;

    projc_arena_reset(current.arena);
    projc_status status = projc__store_read_page(current.store, stream, after, &limits,
                                                 current.arena, &last_page, &current.error);
    if (status != PROJC_OK)
        fprintf(stderr, "read_page: %s\n", current.error.message);
    CU_ASSERT_EQUAL_FATAL(status, PROJC_OK);
    text[0] = '\0';
    for (size_t i = 0; i < last_page.count && size < sizeof text - 128; i++) {
        projc_text name = last_page.events[i].name;
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%.*s", i == 0 ? "" : " ",
                                 (int)name.size, name.data);
    }
    if (last_page.is_blocked)
        snprintf(text + size, sizeof text - size, "%sblocked", size == 0 ? "" : " ");
    return text;
}

const char *page_after(int64_t after)
{
    return page_of(STORE_FIXTURE_LOG, after);
}

static void add(CU_pSuite suite, const char *name, CU_TestFunc test)
{
    const char *only = getenv("HORIZON_TEST");

    if (only != NULL && strstr(name, only) == NULL)
        return;
    if (suite == NULL || CU_add_test(suite, name, test) == NULL) {
        fprintf(stderr, "%s: %s\n", name, CU_get_error_msg());
        exit(2);
    }
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!store_kind_is_available(STORE_POSTGRES)) {
        fprintf(stderr,
                "PROJC_TEST_PG is not set: tests/support/pg.sh with tests/horizon/run.sh\n");
        return 2;
    }
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 2;
    CU_pSuite suite =
        CU_add_suite_with_setup_and_teardown("horizon", NULL, NULL, set_up, tear_down);
#define ADD(name) add(suite, #name, name);
    CASES(ADD)
    STRESS(ADD)
#undef ADD
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    unsigned run = CU_get_number_of_tests_run();
    unsigned failed = CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
    CU_cleanup_registry();
    if (run == 0)
        failed++;
    printf("\n%u passed, %u failed\n", run - (failed < run ? failed : run), failed);
    return failed == 0 ? 0 : 1;
}
