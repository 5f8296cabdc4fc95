/* Schema scripts, refusals before any work, and whether the log is still the same. */
#include "suite.h"

#include <pthread.h>
#include <string.h>

static projc_status run(projc_store *store, const char *sql)
{
    return projc__store_run_script(store, &sql, 1, ERROR);
}

static bool has_table(const char *name)
{
    bool answer = false;

    OK(projc__store_has_table(fixture->store, NULL, name, &answer, ERROR));
    return answer;
}

void schema_script_is_idempotent(void)
{
    append_log(1, NULL);
    OK(projc_store_apply_schema(fixture->store, &store_fixture_module, true, ERROR));
    OK(projc_store_apply_schema(fixture->store, &store_fixture_module, false, ERROR));
    projc__page page;
    read_log(fixture->store, STORE_FIXTURE_LOG, 0, &page);
    CU_ASSERT_EQUAL(page.count, 1);
}

void failing_script_leaves_nothing(void)
{
    static const char *const pieces[] = {
        "CREATE TABLE first_one (a integer);\n",
        "CREATE TABLE second_one (a integer); SELECT no_such_thing;\n"};

    EXPECT(PROJC_DATABASE, projc__store_run_script(fixture->store, pieces, 2, ERROR));
    SAYS("no_such_thing");
    CU_ASSERT_FALSE(has_table("first_one"));
    CU_ASSERT_FALSE(has_table("second_one"));
    /* The connection goes on. */
    OK(run(fixture->store, "CREATE TABLE third_one (a integer);"));
    CU_ASSERT_TRUE(has_table("third_one"));
}

void has_table_tells_tables_apart(void)
{
    CU_ASSERT_TRUE(has_table("balance"));
    CU_ASSERT_TRUE(has_table("order by \"'1"));
    CU_ASSERT_FALSE(has_table("no_such_table"));
    CU_ASSERT_FALSE(has_table(""));
    OK(run(fixture->store, "CREATE VIEW seen AS SELECT position FROM balance;"));
    CU_ASSERT_TRUE(has_table("seen"));
}

void preflight_names_a_missing_table(void)
{
    static const projc_stream_type stream = {
        .name = "gone", .table = "events_gone", .channel = "events_gone"};

    EXPECT(PROJC_NO_SCHEMA, projc__store_preflight(fixture->store, &stream, ERROR));
    SAYS("events_gone");
    SAYS("schema --apply");
}

void preflight_names_a_missing_column(void)
{
    static const projc_stream_type stream = {.name = "bare", .table = "bare", .channel = "bare"};
    projc_status status;

    OK(run(fixture->store,
           fixture->kind == STORE_POSTGRES
               ? "CREATE TABLE bare (no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);"
               : "CREATE TABLE bare (no INTEGER PRIMARY KEY AUTOINCREMENT);"));
    status = projc__store_preflight(fixture->store, &stream, ERROR);
    CU_ASSERT_EQUAL(projc_status_class_of(status), PROJC_CLASS_STOP);
    SAYS("bare");
    SAYS("event_id");
}

void missing_tables_are_no_schema(void)
{
    projc__lane *lanes;
    projc__page page;
    size_t count;
    const projc__page_limits limits = {.rows = 1, .bytes = 1};

    OK(run(fixture->store, "DROP TABLE projc_lane; DROP TABLE events_log;"));
    EXPECT(PROJC_NO_SCHEMA,
           projc__store_load_lanes(fixture->store, 1, fixture->arena, &lanes, &count, ERROR));
    SAYS("projc_lane");
    SAYS("schema --apply");
    EXPECT(PROJC_NO_SCHEMA, projc__store_read_page(fixture->store, STORE_FIXTURE_LOG, 0, &limits,
                                                   fixture->arena, &page, ERROR));
    SAYS("events_log");
}

/* The id of the event with this number. */
static projc_uuid id_of(int64_t no)
{
    projc__page page;

    read_log(fixture->store, STORE_FIXTURE_LOG, no - 1, &page);
    CU_ASSERT_FATAL(page.count > 0 && page.events[0].no == no);
    return page.events[0].id;
}

void check_log_accepts_the_same_event(void)
{
    int64_t last;

    append_log(3, &last);
    OK(projc__store_check_log(fixture->store, STORE_FIXTURE_LOG, last, id_of(last), ERROR));
    OK(projc__store_check_log(fixture->store, STORE_FIXTURE_LOG, 0, uuid_of(0), ERROR));
}

void check_log_tells_another_event(void)
{
    int64_t last;

    append_log(3, &last);
    EXPECT(PROJC_DIVERGED,
           projc__store_check_log(fixture->store, STORE_FIXTURE_LOG, last, id_of(last - 1), ERROR));
    SAYS("events_log");
}

void check_log_tells_a_missing_event(void)
{
    int64_t last;

    append_log(1, &last);
    EXPECT(PROJC_DIVERGED,
           projc__store_check_log(fixture->store, STORE_FIXTURE_LOG, last + 1, id_of(last), ERROR));
}

void unknown_database_texts_are_invalid(void)
{
    static const char *const texts[] = {"",        "bank.db",   "mysql://host/bank",
                                        "sqlite:", "sqlite://", "sqlite://relative/path"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        projc_store_options options = {.database = texts[i]};
        projc_store *store;
        EXPECT(PROJC_INVALID, projc_store_open(&options, &store, ERROR));
        CU_ASSERT_PTR_NULL(store);
        SAYS("sqlite:");
    }
    EXPECT(PROJC_INVALID, projc_store_open(&(projc_store_options){0}, &(projc_store *){0}, ERROR));
}

static void *apply_schema(void *store)
{
    projc_error error = {0};
    projc_status status = PROJC_OK;

    for (int i = 0; i < 20 && status == PROJC_OK; i++)
        status = projc_store_apply_schema(store, &store_fixture_module, true, &error);
    return status == PROJC_OK ? NULL : store;
}

void two_scripts_at_once_take_turns(void)
{
    projc_store *other = store_fixture_connect(fixture);
    pthread_t thread;
    void *failure;

    CU_ASSERT_FATAL(other != NULL);
    CU_ASSERT_FATAL(pthread_create(&thread, NULL, apply_schema, other) == 0);
    CU_ASSERT_PTR_NULL(apply_schema(fixture->store));
    pthread_join(thread, &failure);
    CU_ASSERT_PTR_NULL(failure);
}
