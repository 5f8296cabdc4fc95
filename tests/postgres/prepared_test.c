/* Statements that are prepared by name: when they are, when they must not be, when they are lost.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postgres_suite.h"
#include "store/postgres/connection.h"

enum { COMMITS = 12, EVENTS = 1010 };

static PGconn *session_of(projc_store *store)
{
    return projc__postgres_of(store)->connection;
}

/* How many statements the store's session has prepared whose text holds this. */
static int count_prepared(projc_store *store, const char *text)
{
    char query[256];
    PGresult *result;

    snprintf(query, sizeof query,
             "SELECT 1 FROM pg_prepared_statements WHERE statement LIKE '%%%s%%'", text);
    result = PQexec(session_of(store), query);
    CU_ASSERT_EQUAL(PQresultStatus(result), PGRES_TUPLES_OK);
    int count = PQntuples(result);
    PQclear(result);
    return count;
}

static void say(projc_store *store, const char *text)
{
    PGresult *result = PQexec(session_of(store), text);

    CU_ASSERT_EQUAL(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
}

static projc__lane lane_of(projc_store *store)
{
    projc__registration registration = {"pkg", &store_fixture_balance_projection, STORE_FIXTURE_LOG,
                                        1};
    projc__generation generation;
    projc__lane *lanes;
    size_t count;

    STATUS(PROJC_OK, projc__store_register_projection(store, &registration, fixture->arena,
                                                      &generation, &fixture->error));
    STATUS(PROJC_OK, projc__store_load_lanes(store, generation.number, fixture->arena, &lanes,
                                             &count, &fixture->error));
    CU_ASSERT_EQUAL_FATAL(count, 1);
    return lanes[0];
}

/* Moves the one lane by one and writes one row; knows the lane's place, or that the row is there.
 */
static projc_status commit_to(projc_store *store, const projc_table *table, bool knows_place,
                              bool knows_row)
{
    projc__lane lane = lane_of(store);
    projc_value row[3] = {
        {.kind = PROJC_KIND_UUID, .as.uuid = {{7}}},
        {.kind = PROJC_KIND_INTEGER, .as.integer = lane.position},
        {.kind = PROJC_KIND_BYTES, .as.bytes = {(const uint8_t *)"x", 1}},
    };
    projc__row_write write = {
        .table = table, .rows = row, .row_count = 1, .known_count = knows_row};
    projc__claim claim = {.position = lane.position,
                          .epoch = lane.epoch,
                          .new_position = lane.position + 1,
                          .place = knows_place ? lane.place : 0};
    projc__unit unit = {
        .generation = 1, .claims = &claim, .claim_count = 1, .writes = &write, .write_count = 1};

    return projc__store_commit(store, &unit, &fixture->error);
}

static projc_status commit_one(projc_store *store, bool knows_place)
{
    return commit_to(store, &store_fixture_balance, knows_place, false);
}

void small_units_are_prepared(void)
{
    for (int i = 0; i < COMMITS; i++)
        STATUS(PROJC_OK, commit_one(fixture->store, true));
    CU_ASSERT_EQUAL(count_prepared(fixture->store, "WITH moved"), 1);
    CU_ASSERT_EQUAL(count_prepared(fixture->store, "INSERT INTO"), 1);
    CU_ASSERT_EQUAL(count_prepared(fixture->store, "SELECT lane, position"), 1);
    /* Another text is another statement. */
    for (int i = 0; i < COMMITS; i++)
        STATUS(PROJC_OK, commit_one(fixture->store, false));
    CU_ASSERT_EQUAL(count_prepared(fixture->store, "WITH moved"), 2);
    CU_ASSERT_EQUAL(number_of("SELECT position FROM projc_lane"), 2 * COMMITS);
    CU_ASSERT_EQUAL(number_of("SELECT position FROM balance"), 2 * COMMITS - 1);
}

/* The plan of the one statement that has been planned for all parameters; which are such. */
static void check_plan(const char *parameters, bool has_row)
{
    PGresult *result = PQexec(session_of(fixture->store),
                              "SELECT name, generic_plans FROM pg_prepared_statements"
                              " WHERE statement LIKE 'WITH moved%' AND generic_plans > 0");
    bool finds_place = false;
    bool finds_row = false;
    bool scans = false;
    char text[192];

    CU_ASSERT_EQUAL_FATAL(PQntuples(result), 1);
    snprintf(text, sizeof text, "EXPLAIN (COSTS off) EXECUTE %s (%s)", PQgetvalue(result, 0, 0),
             parameters);
    PQclear(result);
    say(fixture->store, "SET plan_cache_mode = force_generic_plan");
    result = PQexec(session_of(fixture->store), text);
    for (int i = 0; i < PQntuples(result); i++) {
        const char *line = PQgetvalue(result, i, 0);

        finds_place = finds_place || strstr(line, "Tid Scan on projc_lane");
        finds_row = finds_row || strstr(line, "using balance_pkey on balance t");
        scans = scans || (strstr(line, "Seq Scan") && !strstr(line, "projc_waiter"));
    }
    PQclear(result);
    CU_ASSERT_TRUE(finds_place);
    CU_ASSERT_EQUAL(finds_row, has_row);
    CU_ASSERT_FALSE(scans);
}

/* However small the tables are, they may be large before anybody plans again. */
void prepared_claims_look_at_places(void)
{
    sql("VACUUM ANALYZE projc_lane");
    for (int i = 0; i < COMMITS; i++)
        STATUS(PROJC_OK, commit_one(fixture->store, true));
    check_plan("1, 0, 0, 0, 0, NULL, 0, '(0,1)'", false);
}

void prepared_claims_with_a_row_find_both(void)
{
    STATUS(PROJC_OK, commit_one(fixture->store, true));
    sql("VACUUM ANALYZE projc_lane");
    sql("VACUUM ANALYZE balance");
    for (int i = 0; i < COMMITS; i++)
        STATUS(PROJC_OK, commit_to(fixture->store, &store_fixture_balance, true, true));
    CU_ASSERT_EQUAL(number_of("SELECT position FROM projc_lane"), COMMITS + 1);
    CU_ASSERT_EQUAL(number_of("SELECT position FROM balance"), COMMITS);
    check_plan("1, 0, 0, 0, 0, NULL, 0, '(0,1)', NULL, 0, NULL", true);
}

/* What is found by where it comes from is not the statement of another table, though that has the
 * memory of the one before; nor one whose parameters have other types. */
void statements_are_known_by_their_table(void)
{
    projc_column columns[3];
    projc_table table = store_fixture_balance;

    memcpy(columns, table.columns, sizeof columns);
    table.columns = columns;
    sql("CREATE TABLE other (LIKE balance INCLUDING ALL)");
    for (int i = 0; i < COMMITS; i++)
        STATUS(PROJC_OK, commit_to(fixture->store, &table, true, i > 0));
    table.name = "other";
    for (int i = 0; i < COMMITS; i++)
        STATUS(PROJC_OK, commit_to(fixture->store, &table, true, i > 0));
    CU_ASSERT_EQUAL(number_of("SELECT position FROM balance"), COMMITS - 1);
    CU_ASSERT_EQUAL(number_of("SELECT position FROM other"), 2 * COMMITS - 1);
    CU_ASSERT_EQUAL(count_prepared(fixture->store, "WITH moved"), 2);
    sql("ALTER TABLE other ALTER position TYPE integer");
    columns[1].type = PROJC_COLUMN_I32;
    STATUS(PROJC_OK, commit_to(fixture->store, &table, true, true));
    CU_ASSERT_EQUAL(number_of("SELECT position FROM other"), 2 * COMMITS);
}

/* Who listens need not look for waiters while it has heard of none, and does again then. */
void listeners_look_for_waiters_they_have_heard_of(void)
{
    const projc_stream_type *const streams[] = {STORE_FIXTURE_LOG};
    int stream = -1;

    STATUS(PROJC_OK, projc__store_listen(fixture->store, streams, 1, &fixture->error));
    for (int i = 0; i < COMMITS; i++)
        STATUS(PROJC_OK, commit_to(fixture->store, &store_fixture_balance, true, i > 0));
    CU_ASSERT_EQUAL(count_prepared(fixture->store, "projc_waiter"), 0);
    sql("SELECT pg_notify('events_log', 'waiter 60000')");
    STATUS(PROJC_OK, projc__store_wait(fixture->store, -1, 5000, &stream, &fixture->error));
    for (int i = 0; i < COMMITS; i++)
        STATUS(PROJC_OK, commit_to(fixture->store, &store_fixture_balance, true, true));
    CU_ASSERT_EQUAL(count_prepared(fixture->store, "projc_waiter"), 1);
}

/* Whatever took the names away: nothing was done, and the next connection does it. */
void lost_names_end_the_connection(void)
{
    projc_store *store = NULL;

    for (int i = 0; i < COMMITS; i++)
        STATUS(PROJC_OK, commit_one(fixture->store, true));
    projc__lane lane = lane_of(fixture->store);
    say(fixture->store, "DEALLOCATE ALL");
    projc__claim claim = {.position = lane.position,
                          .epoch = lane.epoch,
                          .new_position = lane.position + 1,
                          .place = lane.place};
    projc__unit unit = {.generation = 1, .claims = &claim, .claim_count = 1};
    STATUS(PROJC_CONNECTION, projc__store_commit(fixture->store, &unit, &fixture->error));
    STATUS(PROJC_CONNECTION, projc__store_commit(fixture->store, &unit, &fixture->error));
    CU_ASSERT_EQUAL(number_of("SELECT position FROM projc_lane"), COMMITS);
    STATUS(PROJC_OK, open_url(fixture->database, &store));
    STATUS(PROJC_OK, projc__store_commit(store, &unit, &fixture->error));
    CU_ASSERT_EQUAL(number_of("SELECT position FROM projc_lane"), COMMITS + 1);
    projc_store_close(store);
}

/* A name that somebody else has taken: the statement goes on with its text. */
void refused_names_are_done_without(void)
{
    char text[64];

    for (int i = 0; i < 20; i++) {
        snprintf(text, sizeof text, "PREPARE projc_%d AS SELECT 1", i);
        say(fixture->store, text);
    }
    for (int i = 0; i < COMMITS; i++)
        STATUS(PROJC_OK, commit_one(fixture->store, true));
    CU_ASSERT_EQUAL(count_prepared(fixture->store, "WITH moved"), 0);
    CU_ASSERT_EQUAL(number_of("SELECT position FROM projc_lane"), COMMITS);
}

/* Plans do not grow old. */
void plans_are_made_anew(void)
{
    PGresult *result;
    char *first;

    for (int i = 0; i < COMMITS; i++)
        (void)lane_of(fixture->store);
    result = PQexec(session_of(fixture->store), "SELECT prepare_time FROM pg_prepared_statements"
                                                " WHERE statement LIKE 'SELECT lane, position%'");
    CU_ASSERT_EQUAL_FATAL(PQntuples(result), 1);
    first = strdup(PQgetvalue(result, 0, 0));
    PQclear(result);
    for (int i = 0; i < 5000; i++) {
        projc__lane *lanes;
        size_t count;

        projc_arena_reset(fixture->arena);
        STATUS(PROJC_OK, projc__store_load_lanes(fixture->store, 1, fixture->arena, &lanes, &count,
                                                 &fixture->error));
    }
    result = PQexec(session_of(fixture->store), "SELECT prepare_time FROM pg_prepared_statements"
                                                " WHERE statement LIKE 'SELECT lane, position%'");
    CU_ASSERT_EQUAL_FATAL(PQntuples(result), 1);
    CU_ASSERT_STRING_NOT_EQUAL(PQgetvalue(result, 0, 0), first);
    PQclear(result);
    free(first);
}

/* ---- pages of few events ---- */

static void append_events(int count, const char *payload)
{
    char text[512];

    snprintf(text, sizeof text,
             "INSERT INTO events_log (event_id, event_name, payload, metadata, aggregate_type,"
             " aggregate_id, aggregate_version, created_at) SELECT gen_random_uuid(), 'opened', %s,"
             " '{}', 'account', gen_random_uuid(), 1, now() FROM generate_series(1, %d)",
             payload, count);
    sql(text);
}

static projc__page read_page(projc_store *store, int64_t after, int64_t bytes)
{
    const projc__page_limits limits = {.rows = 1000, .bytes = bytes};
    projc__page page = {0};

    STATUS(PROJC_OK, projc__store_read_page(store, STORE_FIXTURE_LOG, after, &limits,
                                            fixture->arena, &page, &fixture->error));
    return page;
}

static bool is_same_event(const projc_event *one, const projc_event *other)
{
    return one->no == other->no && memcmp(&one->id, &other->id, sizeof one->id) == 0 &&
           one->payload.size == other->payload.size &&
           memcmp(one->payload.data, other->payload.data, one->payload.size) == 0 &&
           one->metadata.size == other->metadata.size && one->time == other->time &&
           one->name.size == other->name.size &&
           memcmp(one->name.data, other->name.data, one->name.size) == 0;
}

/* A prepared statement gives what COPY gives. */
void few_events_come_alike(void)
{
    projc_store *other = NULL;

    append_events(EVENTS, "'{\"a\":1}'");
    for (int i = 0; i < COMMITS; i++) {
        projc__page page = read_page(fixture->store, EVENTS - 5, 1 << 20);
        CU_ASSERT_EQUAL(page.count, 5);
        CU_ASSERT_FALSE(page.has_more);
        CU_ASSERT_EQUAL(page.reached, EVENTS);
    }
    CU_ASSERT_EQUAL(count_prepared(fixture->store, "SELECT no, event_id"), 1);
    STATUS(PROJC_OK, open_url(fixture->database, &other));
    projc__page few = read_page(fixture->store, EVENTS - 5, 1 << 20);
    projc__page copied = read_page(other, EVENTS - 5, 1 << 20);
    CU_ASSERT_EQUAL(count_prepared(other, ""), 0);
    CU_ASSERT_EQUAL_FATAL(few.count, copied.count);
    for (size_t i = 0; i < few.count; i++)
        CU_ASSERT_TRUE(is_same_event(&few.events[i], &copied.events[i]));
    /* Nothing more, and then more than few. */
    CU_ASSERT_EQUAL(read_page(fixture->store, EVENTS, 1 << 20).count, 0);
    append_events(100, "'{}'");
    few = read_page(fixture->store, EVENTS, 1 << 20);
    CU_ASSERT_EQUAL(few.count, 100);
    CU_ASSERT_FALSE(few.has_more);
    projc_store_close(other);
}

/* The limit of bytes ends such a page too, and the connection goes on. */
void few_events_keep_to_the_limit(void)
{
    append_events(EVENTS, "'{}'");
    for (int i = 0; i < COMMITS; i++)
        CU_ASSERT_EQUAL(read_page(fixture->store, EVENTS - 1, 1 << 20).count, 1);
    append_events(4, "('{\"a\":\"' || repeat('x', 4000) || '\"}')::jsonb");
    int64_t after = EVENTS;
    for (int i = 0; i < 4; i++) {
        projc__page page = read_page(fixture->store, after, 1 << 11);
        CU_ASSERT_EQUAL_FATAL(page.count, 1);
        CU_ASSERT_TRUE(page.events[0].payload.size > 4000);
        CU_ASSERT_EQUAL(page.reached, after + 1);
        after = page.reached;
    }
    CU_ASSERT_EQUAL(read_page(fixture->store, after, 1 << 11).count, 0);
}

/* A column that has become another type: the plan is refused, and a new connection looks again. */
void changed_log_ends_the_connection(void)
{
    const projc__page_limits limits = {.rows = 1000, .bytes = 1 << 20};
    projc_store *store = NULL;
    projc__page page;

    append_events(EVENTS, "'{}'");
    for (int i = 0; i < COMMITS; i++)
        CU_ASSERT_EQUAL(read_page(fixture->store, EVENTS - 1, 1 << 20).count, 1);
    sql("ALTER TABLE events_log ALTER COLUMN aggregate_version TYPE int USING aggregate_version::int");
    STATUS(PROJC_CONNECTION,
           projc__store_read_page(fixture->store, STORE_FIXTURE_LOG, EVENTS - 1, &limits,
                                  fixture->arena, &page, &fixture->error));
    STATUS(PROJC_OK, open_url(fixture->database, &store));
    for (int i = 0; i < COMMITS; i++)
        CU_ASSERT_EQUAL(read_page(store, EVENTS - 1, 1 << 20).count, 1);
    projc_store_close(store);
}

/* ---- behind a pooler in transaction mode ---- */

void pooled_statements_have_no_names(void)
{
    projc_store *store = NULL;

    STATUS(PROJC_OK, open_url(getenv("PROJC_POOLER"), &store));
    STATUS(PROJC_OK, projc_store_apply_schema(store, &store_fixture_module, true, &fixture->error));
    for (int i = 0; i < COMMITS; i++)
        STATUS(PROJC_OK, commit_one(store, true));
    CU_ASSERT_FALSE(projc__postgres_of(store)->is_direct);
    CU_ASSERT_PTR_NULL(projc__postgres_of(store)->prepared);
    CU_ASSERT_EQUAL(count_prepared(store, ""), 0);
    projc_store_close(store);
}
