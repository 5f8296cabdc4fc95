/* Connections that die, servers that say nothing, locks that others hold. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "postgres_suite.h"
#include "proxy.h"

static void pause_ms(long milliseconds)
{
    struct timespec span = {.tv_nsec = milliseconds * 1000000};

    (void)nanosleep(&span, NULL);
}

static void terminate(projc_store *store)
{
    char text[80];

    snprintf(text, sizeof text, "SELECT pg_terminate_backend(%d, 10000)", process_of(store));
    sql(text);
}

/* One lane, and the unit that moves it by ten with one row. */
typedef struct work {
    projc__claim claim;
    projc_value row[3];
    projc__row_write write;
    projc__unit unit;
} work;

static void begin_work(work *self)
{
    projc__registration registration = {"pkg", &store_fixture_balance_projection, STORE_FIXTURE_LOG,
                                        1};
    projc__generation generation;
    projc__lane *lanes;
    size_t count;

    memset(self, 0, sizeof *self);
    STATUS(PROJC_OK, projc__store_register_projection(fixture->store, &registration, fixture->arena,
                                                      &generation, &fixture->error));
    STATUS(PROJC_OK, projc__store_load_lanes(fixture->store, generation.number, fixture->arena,
                                             &lanes, &count, &fixture->error));
    CU_ASSERT_EQUAL_FATAL(count, 1);
    self->claim = (projc__claim){.position = lanes[0].position,
                                 .epoch = lanes[0].epoch,
                                 .new_position = lanes[0].position + 10};
    self->row[0] = (projc_value){.kind = PROJC_KIND_UUID, .as.uuid = {{7}}};
    self->row[1] = (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = 5};
    self->row[2] = (projc_value){.kind = PROJC_KIND_BYTES, .as.bytes = {(const uint8_t *)"x", 1}};
    self->write =
        (projc__row_write){.table = &store_fixture_balance, .rows = self->row, .row_count = 1};
    self->unit = (projc__unit){.generation = generation.number,
                               .claims = &self->claim,
                               .claim_count = 1,
                               .writes = &self->write,
                               .write_count = 1};
}

void terminated_connection_is_dead(void)
{
    work unit;
    bool answer;

    begin_work(&unit);
    terminate(fixture->store);
    STATUS(PROJC_CONNECTION, projc__store_commit(fixture->store, &unit.unit, &fixture->error));
    /* And stays so, whatever is asked. */
    STATUS(PROJC_CONNECTION,
           projc__store_has_table(fixture->store, NULL, "balance", &answer, &fixture->error));
    STATUS(PROJC_CONNECTION, projc_store_begin(fixture->store, &fixture->error));
    CU_ASSERT_EQUAL(number_of("SELECT count(*) FROM balance"), 0);
}

void terminated_listener_says_so(void)
{
    const projc_stream_type *const streams[] = {STORE_FIXTURE_LOG};
    int index;

    STATUS(PROJC_OK, projc__store_listen(fixture->store, streams, 1, &fixture->error));
    terminate(fixture->store);
    STATUS(PROJC_CONNECTION, projc__store_wait(fixture->store, -1, 5000, &index, &fixture->error));
}

/* The server's process is stopped: its socket stays open and says nothing more. */
void silent_server_is_given_up(void)
{
    projc_store_options options = {.database = fixture->database, .statement_timeout_ms = 500};
    projc_store *store;
    bool answer;

    STATUS(PROJC_OK, projc_store_open(&options, &store, &fixture->error));
    int process = process_of(store);
    CU_ASSERT_EQUAL_FATAL(kill(process, SIGSTOP), 0);
    time_t begun = time(NULL);
    STATUS(PROJC_CONNECTION,
           projc__store_has_table(store, NULL, "balance", &answer, &fixture->error));
    SAYS("does not answer");
    CU_ASSERT(time(NULL) - begun < 12);
    CU_ASSERT_EQUAL(kill(process, SIGCONT), 0);
    projc_store_close(store);
}

void held_lane_is_locked_not_fenced(void)
{
    work unit;
    PGconn *holder = PQconnectdb(fixture->database);

    begin_work(&unit);
    PQclear(PQexec(holder, "BEGIN; SELECT 1 FROM projc_lane FOR UPDATE"));
    STATUS(PROJC_LOCKED, projc__store_commit(fixture->store, &unit.unit, &fixture->error));
    CU_ASSERT_EQUAL(number_of("SELECT count(*) FROM balance"), 0);
    PQclear(PQexec(holder, "ROLLBACK"));
    STATUS(PROJC_OK, projc__store_commit(fixture->store, &unit.unit, &fixture->error));
    STATUS(PROJC_FENCED, projc__store_commit(fixture->store, &unit.unit, &fixture->error));
    PQfinish(holder);
}

/* Somebody's psql holds a state row: the unit gives up after the lock time-out and can be repeated.
 */
void held_row_is_transient(void)
{
    projc_store_options options = {.database = fixture->database, .lock_timeout_ms = 200};
    work unit;
    projc_store *store;
    PGconn *holder = PQconnectdb(fixture->database);

    begin_work(&unit);
    STATUS(PROJC_OK, projc__store_commit(fixture->store, &unit.unit, &fixture->error));
    unit.claim.position = 10;
    unit.claim.new_position = 20;
    STATUS(PROJC_OK, projc_store_open(&options, &store, &fixture->error));
    PQclear(PQexec(holder, "BEGIN; SELECT 1 FROM balance FOR UPDATE"));
    STATUS(PROJC_TRANSIENT, projc__store_commit(store, &unit.unit, &fixture->error));
    CU_ASSERT_STRING_EQUAL(fixture->error.sqlstate, "55P03");
    PQclear(PQexec(holder, "ROLLBACK"));
    STATUS(PROJC_OK, projc__store_commit(store, &unit.unit, &fixture->error));
    projc_store_close(store);
    PQfinish(holder);
}

/* The same with a statement time-out that is shorter: the server ends the statement, not the
 * connection. */
void statement_that_takes_too_long_is_transient(void)
{
    projc_store_options options = {
        .database = fixture->database, .lock_timeout_ms = 60000, .statement_timeout_ms = 300};
    work unit;
    projc_store *store;
    PGconn *holder = PQconnectdb(fixture->database);

    begin_work(&unit);
    STATUS(PROJC_OK, projc__store_commit(fixture->store, &unit.unit, &fixture->error));
    unit.claim.position = 10;
    unit.claim.new_position = 20;
    STATUS(PROJC_OK, projc_store_open(&options, &store, &fixture->error));
    PQclear(PQexec(holder, "BEGIN; SELECT 1 FROM balance FOR UPDATE"));
    STATUS(PROJC_TRANSIENT, projc__store_commit(store, &unit.unit, &fixture->error));
    CU_ASSERT_STRING_EQUAL(fixture->error.sqlstate, "57014");
    PQclear(PQexec(holder, "ROLLBACK"));
    STATUS(PROJC_OK, projc__store_commit(store, &unit.unit, &fixture->error));
    projc_store_close(store);
    PQfinish(holder);
}

/* A flush of many rows: each of its statements answers in time, all together do not. */
void long_commit_is_not_given_up(void)
{
    enum { STATEMENTS = 8, STATE_BYTES = 1100000 };
    static const uint8_t state[STATE_BYTES];
    projc_store_options options = {.database = fixture->database, .statement_timeout_ms = 1000};
    projc__row_write writes[STATEMENTS];
    projc_value rows[STATEMENTS][3];
    work unit;
    projc_store *store;

    begin_work(&unit);
    sql("CREATE FUNCTION tarry() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_sleep(0.4); RETURN NULL; END'");
    sql("CREATE TRIGGER tarry AFTER INSERT ON balance FOR EACH STATEMENT EXECUTE FUNCTION tarry()");
    for (int i = 0; i < STATEMENTS; i++) {
        memcpy(rows[i], unit.row, sizeof rows[i]);
        rows[i][0].as.uuid.bytes[0] = (uint8_t)i;
        rows[i][2].as.bytes = (projc_bytes){state, sizeof state};
        writes[i] = unit.write;
        writes[i].rows = rows[i];
    }
    unit.unit.writes = writes;
    unit.unit.write_count = STATEMENTS;
    STATUS(PROJC_OK, projc_store_open(&options, &store, &fixture->error));
    STATUS(PROJC_OK, projc__store_commit(store, &unit.unit, &fixture->error));
    CU_ASSERT_EQUAL(number_of("SELECT count(*) FROM balance"), STATEMENTS);
    projc_store_close(store);
}

/* Time-outs end with the transaction, and none stays open, whatever became of it. */
void commit_leaves_no_transaction_open(void)
{
    work unit;
    char query[120];

    begin_work(&unit);
    STATUS(PROJC_OK, projc__store_commit(fixture->store, &unit.unit, &fixture->error));
    STATUS(PROJC_FENCED, projc__store_commit(fixture->store, &unit.unit, &fixture->error));
    unit.row[1].as.integer = 6;
    unit.claim.position = 10;
    unit.claim.new_position = 20;
    unit.row[1].kind = PROJC_KIND_NULL; /* position is NOT NULL */
    STATUS(PROJC_DATA, projc__store_commit(fixture->store, &unit.unit, &fixture->error));
    CU_ASSERT_STRING_EQUAL(fixture->error.sqlstate, "23502");
    snprintf(query, sizeof query,
             "SELECT count(*) FROM pg_stat_activity WHERE pid = %d AND state = 'idle'",
             process_of(fixture->store));
    CU_ASSERT_EQUAL(number_of(query), 1);
    CU_ASSERT_EQUAL(number_of("SELECT position FROM projc_lane"), 10);
}

/* Rows far larger than those before them: the page ends at its bytes, and the rest does not come.
 */
void long_page_is_cancelled(void)
{
    const projc__page_limits limits = {.rows = 100000, .bytes = 1 << 20};
    projc__page page;
    int64_t position = 0;
    size_t count = 0;

    sql("INSERT INTO events_log (event_id, event_name, payload, metadata, aggregate_type, aggregate_id,"
        " aggregate_version, created_at) SELECT gen_random_uuid(), 'e', to_json(repeat('x', CASE WHEN i > 500"
        " THEN 200000 ELSE 10 END)), '{}', 'account', gen_random_uuid(), 1, now()"
        " FROM generate_series(1, 600) i");
    do {
        projc_arena_reset(fixture->arena);
        STATUS(PROJC_OK, projc__store_read_page(fixture->store, STORE_FIXTURE_LOG, position,
                                                &limits, fixture->arena, &page, &fixture->error));
        CU_ASSERT(projc_arena_used(fixture->arena) < 4u << 20);
        position = page.reached;
        count += page.count;
    } while (page.count != 0 && count <= 600);
    CU_ASSERT_EQUAL(count, 600);
    CU_ASSERT_EQUAL(position, 600);
}

/* The connection is cut around a commit. Whatever became of it, the driver may not say that it
 * knows; and what the next connection finds is all of the unit or nothing. */
static void cut_commit(proxy_cut cut, int64_t expected_position)
{
    work unit;
    proxy relay;
    char url[512];
    projc_store *store;

    begin_work(&unit);
    CU_ASSERT_TRUE_FATAL(proxy_start(&relay, getenv("PROJC_TEST_PG_FOLDER")));
    snprintf(url, sizeof url,
             "postgresql:///postgres?host=%s&user=postgres&options=-csearch_path%%3D%s",
             relay.folder, fixture->schema);
    projc_store_options options = {.database = url,
                                   .statement_timeout_ms = cut == PROXY_SILENT ? 1000 : 0};
    STATUS(PROJC_OK, projc_store_open(&options, &store, &fixture->error));
    atomic_store(&relay.cut, cut);
    STATUS(PROJC_CONNECTION, projc__store_commit(store, &unit.unit, &fixture->error));
    STATUS(PROJC_CONNECTION, projc__store_commit(store, &unit.unit, &fixture->error));
    projc_store_close(store);
    proxy_stop(&relay);
    CU_ASSERT_EQUAL(number_of("SELECT position FROM projc_lane"), expected_position);
    CU_ASSERT_EQUAL(number_of("SELECT count(*) FROM balance"), expected_position / 10);
    /* Done again: fenced when it was there already, and exactly once in any case. */
    STATUS(expected_position == 0 ? PROJC_OK : PROJC_FENCED,
           projc__store_commit(fixture->store, &unit.unit, &fixture->error));
    CU_ASSERT_EQUAL(number_of("SELECT count(*) FROM balance"), 1);
}

void commit_that_never_arrived_is_a_lost_connection(void)
{
    cut_commit(PROXY_BEFORE_SERVER, 0);
}

void commit_without_reply_is_a_lost_connection(void)
{
    cut_commit(PROXY_AFTER_SERVER, 10);
}

/* A session in the middle of a pipeline, as a client leaves it that vanishes. */
static PGconn *half_a_pipeline(bool begins, const char *text)
{
    PGconn *connection = PQconnectdb(fixture->database);
    char query[160];

    CU_ASSERT_EQUAL_FATAL(PQenterPipelineMode(connection), 1);
    if (begins)
        CU_ASSERT_EQUAL(PQsendQueryParams(connection, "BEGIN", 0, NULL, NULL, NULL, NULL, 1), 1);
    CU_ASSERT_EQUAL(PQsendQueryParams(connection, text, 0, NULL, NULL, NULL, NULL, 1), 1);
    CU_ASSERT_EQUAL(PQflush(connection), 0);
    snprintf(query, sizeof query,
             "SELECT count(*) FROM pg_stat_activity WHERE pid = %d AND wait_event = 'ClientRead'"
             " AND state = 'active' AND query NOT LIKE 'BEGIN%%'",
             PQbackendPID(connection));
    for (int i = 0; i < 1000 && number_of(query) == 0; i++)
        pause_ms(10);
    return connection;
}

static bool has_session(PGconn *connection)
{
    char query[80];

    snprintf(query, sizeof query, "SELECT count(*) FROM pg_stat_activity WHERE pid = %d",
             PQbackendPID(connection));
    return number_of(query) == 1;
}

/* Nobody can end it by the server's time-outs, and everybody finds the lane locked. Sessions that
 * wait for a person, or hold nothing of ours, are left alone. */
void lanes_of_a_vanished_client_are_freed(void)
{
    projc_store_options options = {.database = fixture->database, .statement_timeout_ms = 50};
    work unit;
    projc_store *store;
    size_t ended = 0;

    begin_work(&unit);
    PGconn *vanished = half_a_pipeline(true, "UPDATE projc_lane SET updated_at = now()");
    PGconn *told = half_a_pipeline(false, "UPDATE projc_projection SET version = version");
    PGconn *other = half_a_pipeline(true, "SELECT count(*) FROM projc_lane");
    PGconn *person = PQconnectdb(fixture->database);
    PQclear(PQexec(person, "BEGIN; LOCK projc_key IN ROW EXCLUSIVE MODE"));

    STATUS(PROJC_LOCKED, projc__store_commit(fixture->store, &unit.unit, &fixture->error));
    STATUS(PROJC_OK, projc__store_end_orphans(fixture->store, &ended, &fixture->error));
    CU_ASSERT_EQUAL(ended, 0); /* its client may still be there: a minute has not passed */
    STATUS(PROJC_OK, projc_store_open(&options, &store, &fixture->error));
    size_t all = 0;
    for (int i = 0; i < 1000 && all < 2; i++) {
        pause_ms(10);
        STATUS(PROJC_OK, projc__store_end_orphans(store, &ended, &fixture->error));
        all += ended;
    }
    CU_ASSERT_EQUAL(all, 2);
    for (int i = 0; i < 1000 && (has_session(vanished) || has_session(told)); i++)
        pause_ms(10);
    CU_ASSERT_FALSE(has_session(vanished));
    CU_ASSERT_FALSE(has_session(told));
    CU_ASSERT_TRUE(has_session(other));
    CU_ASSERT_TRUE(has_session(person));
    STATUS(PROJC_OK, projc__store_commit(fixture->store, &unit.unit, &fixture->error));
    projc_store_close(store);
    PQfinish(vanished);
    PQfinish(told);
    PQfinish(other);
    PQfinish(person);
}

/* Nobody cuts the line; the server's answer just never comes. */
void commit_whose_reply_is_overdue_is_a_lost_connection(void)
{
    cut_commit(PROXY_SILENT, 10);
}
