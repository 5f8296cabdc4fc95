/* Small units without BEGIN and COMMIT: that each is all or nothing, under our settings, and that
 * nothing else meets them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postgres_suite.h"
#include "proxy.h"
#include "store/postgres/connection.h"

/* So many units tell the session, whatever the number is exactly. */
enum { UNITS = 12 };

/* The one lane, where it stands, and the unit that moves it by one and writes that into a row,
 * which every other one has seen: then both are one statement. */
typedef struct work {
    projc__lane lane;
    projc__claim claim;
    projc_value row[3];
    projc__row_write write;
    projc__unit unit;
} work;

static void prepare(work *self, projc_store *store)
{
    projc__lane *lanes;
    size_t count;

    memset(self, 0, sizeof *self);
    STATUS(PROJC_OK,
           projc__store_load_lanes(store, 1, fixture->arena, &lanes, &count, &fixture->error));
    CU_ASSERT_EQUAL_FATAL(count, 1);
    self->lane = lanes[0];
    self->claim = (projc__claim){.position = lanes[0].position,
                                 .epoch = lanes[0].epoch,
                                 .new_position = lanes[0].position + 1,
                                 .place = lanes[0].place};
    self->row[0] = (projc_value){.kind = PROJC_KIND_UUID, .as.uuid = {{7}}};
    self->row[1] =
        (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = self->claim.new_position};
    self->row[2] = (projc_value){.kind = PROJC_KIND_BYTES, .as.bytes = {(const uint8_t *)"x", 1}};
    self->write = (projc__row_write){.table = &store_fixture_balance,
                                     .rows = self->row,
                                     .row_count = 1,
                                     .known_count = (size_t)lanes[0].position % 2};
    self->unit = (projc__unit){.generation = 1,
                               .claims = &self->claim,
                               .claim_count = 1,
                               .writes = &self->write,
                               .write_count = 1};
}

static projc_status commit_one(projc_store *store)
{
    work self;

    prepare(&self, store);
    return projc__store_commit(store, &self.unit, &fixture->error);
}

/* A store whose session is told; the tables say how many units there have been. */
static projc_store *told_store(const projc_store_options *options)
{
    projc__registration registration = {"pkg", &store_fixture_balance_projection, STORE_FIXTURE_LOG,
                                        1};
    projc__generation generation;
    projc_store *store = NULL;

    STATUS(PROJC_OK, projc_store_open(options, &store, &fixture->error));
    STATUS(PROJC_OK, projc__store_register_projection(store, &registration, fixture->arena,
                                                      &generation, &fixture->error));
    CU_ASSERT_EQUAL_FATAL(generation.number, 1);
    for (int i = 0; i < UNITS; i++)
        STATUS(PROJC_OK, commit_one(store));
    CU_ASSERT_TRUE(projc__postgres_of(store)->is_told);
    return store;
}

static projc_store *usual_store(void)
{
    const projc_store_options options = {.database = fixture->database};

    return told_store(&options);
}

static void expect_units(int count)
{
    CU_ASSERT_EQUAL(number_of("SELECT position FROM projc_lane"), count);
    CU_ASSERT_EQUAL(number_of("SELECT position FROM balance"), count);
    CU_ASSERT_EQUAL(number_of("SELECT count(*) FROM balance"), 1);
}

void told_units_are_committed(void)
{
    projc_store *store = usual_store();

    expect_units(UNITS);
    CU_ASSERT_EQUAL(PQtransactionStatus(projc__postgres_of(store)->connection), PQTRANS_IDLE);
    projc_store_close(store);
}

/* Live: a page of few events, whose rows come one by one, and behind it a unit. */
void told_units_follow_pages_of_few_events(void)
{
    const projc__page_limits limits = {.rows = 1000, .bytes = 1 << 20};
    projc_store *store = usual_store();

    sql("INSERT INTO events_log (event_id, event_name, payload, metadata, aggregate_type,"
        " aggregate_id, aggregate_version, created_at) SELECT gen_random_uuid(), 'opened', '{}',"
        " '{}', 'account', gen_random_uuid(), 1, now() FROM generate_series(1, 1010)");
    for (int i = 0; i < 2 * UNITS; i++) {
        projc__page page;
        work self;

        prepare(&self, store);
        STATUS(PROJC_OK, projc__store_read_page(store, STORE_FIXTURE_LOG, 1005, &limits,
                                                fixture->arena, &page, &fixture->error));
        CU_ASSERT_EQUAL(page.count, 5);
        STATUS(PROJC_OK, projc__store_commit(store, &self.unit, &fixture->error));
    }
    CU_ASSERT_TRUE(projc__postgres_of(store)->is_told);
    expect_units(3 * UNITS);
    projc_store_close(store);
}

/* Whichever statement fails, the first or the last. */
void told_units_are_all_or_nothing(void)
{
    projc_store *store = usual_store();
    work self;

    prepare(&self, store);
    self.row[1].kind = PROJC_KIND_NULL; /* the column is NOT NULL */
    for (self.write.known_count = 0; self.write.known_count < 2; self.write.known_count++) {
        STATUS(PROJC_DATA, projc__store_commit(store, &self.unit, &fixture->error));
        CU_ASSERT_STRING_EQUAL(fixture->error.sqlstate, "23502");
    }
    prepare(&self, store);
    self.claim.epoch++;
    self.row[1].as.integer = 1000;
    for (self.write.known_count = 0; self.write.known_count < 2; self.write.known_count++)
        STATUS(PROJC_FENCED, projc__store_commit(store, &self.unit, &fixture->error));
    expect_units(UNITS);
    for (int i = 0; i < UNITS; i++)
        STATUS(PROJC_OK, commit_one(store));
    expect_units(2 * UNITS);
    projc_store_close(store);
}

/* What has been sent of a unit is not committed when the rest of it cannot be made. */
void part_of_a_told_unit_is_nothing(void)
{
    projc_column columns[3];
    projc_table narrow = store_fixture_balance;
    projc_store *store = usual_store();
    work self;

    memcpy(columns, narrow.columns, sizeof columns);
    columns[1].type = PROJC_COLUMN_I32;
    narrow.columns = columns;
    prepare(&self, store);
    self.write.table = &narrow;
    self.row[1].as.integer = INT64_MAX;
    STATUS(PROJC_DATA, projc__store_commit(store, &self.unit, &fixture->error));
    SAYS("out of the range");
    expect_units(UNITS);
    CU_ASSERT_TRUE(projc__postgres_of(store)->is_told);
    STATUS(PROJC_OK, commit_one(store));
    expect_units(UNITS + 1);
    projc_store_close(store);
}

/* What is refused only where the unit is committed. */
void told_unit_refused_at_its_end_is_nothing(void)
{
    projc_store *store = usual_store();

    sql("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.position % 2 = 1"
        " THEN RAISE check_violation USING MESSAGE = ''odd''; END IF; RETURN NULL; END'");
    sql("CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE ON balance DEFERRABLE INITIALLY"
        " DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()");
    for (int i = 0; i < 3; i++) {
        STATUS(PROJC_DATA, commit_one(store));
        SAYS("odd");
        CU_ASSERT_STRING_EQUAL(fixture->error.sqlstate, "23514");
    }
    expect_units(UNITS);
    sql("DROP TRIGGER refuse ON balance");
    STATUS(PROJC_OK, commit_one(store));
    expect_units(UNITS + 1);
    projc_store_close(store);
}

/* The settings of database, role or user are not those of a unit, and a unit's are in force. */
void told_units_have_our_settings(void)
{
    char url[1024];
    projc_store_options options = {
        .database = url, .lock_timeout_ms = 200, .statement_timeout_ms = 30000};
    PGconn *holder;
    projc_store *store;

    snprintf(url, sizeof url,
             "%s%%20-cdefault_transaction_isolation%%3Dserializable%%20-cstatement_timeout%%3D900"
             "%%20-clock_timeout%%3D100000",
             fixture->database);
    store = told_store(&options);
    sql("CREATE TABLE seen (isolation text)");
    sql("CREATE FUNCTION tarry() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO seen VALUES"
        " (current_setting(''transaction_isolation'')); PERFORM pg_sleep(1); RETURN NULL; END'");
    sql("CREATE TRIGGER tarry AFTER INSERT OR UPDATE ON balance FOR EACH STATEMENT"
        " EXECUTE FUNCTION tarry()");
    STATUS(PROJC_OK, commit_one(store)); /* longer than the time-out of before */
    sql("DROP TRIGGER tarry ON balance");
    CU_ASSERT_EQUAL(number_of("SELECT count(*) FROM seen WHERE isolation = 'read committed'"),
                    number_of("SELECT count(*) FROM seen"));
    expect_units(UNITS + 1);
    holder = PQconnectdb(fixture->database);
    PQclear(PQexec(holder, "BEGIN; SELECT 1 FROM balance FOR UPDATE"));
    STATUS(PROJC_TRANSIENT, commit_one(store));
    CU_ASSERT_STRING_EQUAL(fixture->error.sqlstate, "55P03");
    PQclear(PQexec(holder, "ROLLBACK"));
    PQfinish(holder);
    STATUS(PROJC_OK, commit_one(store));
    expect_units(UNITS + 2);
    projc_store_close(store);
}

static bool is_set(projc_store *store, const char *name, const char *value)
{
    char query[96];
    PGresult *result;
    bool is_so;

    snprintf(query, sizeof query, "SHOW %s", name);
    result = PQexec(projc__postgres_of(store)->connection, query);
    is_so = PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), value) == 0;
    PQclear(result);
    return is_so;
}

/* Anything but small units and what is kept meets the session as it was opened. */
void other_statements_do_not_meet_our_settings(void)
{
    const projc_value keys[] = {{.kind = PROJC_KIND_UUID, .as.uuid = {{7}}}};
    projc_store *store = usual_store();
    projc_value *found = NULL;
    bool answer;

    CU_ASSERT_TRUE(is_set(store, "statement_timeout", "1min"));
    CU_ASSERT_TRUE(is_set(store, "enable_seqscan", "off"));
    STATUS(PROJC_OK, projc__store_load_rows(store, &store_fixture_balance, keys, 1, fixture->arena,
                                            &found, &fixture->error));
    CU_ASSERT_TRUE(projc__postgres_of(store)->is_told);
    STATUS(PROJC_OK, projc__store_has_table(store, NULL, "balance", &answer, &fixture->error));
    CU_ASSERT_TRUE(is_set(store, "statement_timeout", "0"));
    CU_ASSERT_TRUE(is_set(store, "lock_timeout", "0"));
    CU_ASSERT_TRUE(is_set(store, "idle_in_transaction_session_timeout", "0"));
    CU_ASSERT_TRUE(is_set(store, "enable_seqscan", "on"));
    CU_ASSERT_TRUE(is_set(store, "jit", "on"));
    CU_ASSERT_FALSE(projc__postgres_of(store)->is_told);
    for (int i = 0; i < UNITS; i++)
        STATUS(PROJC_OK, commit_one(store));
    CU_ASSERT_TRUE(projc__postgres_of(store)->is_told);
    expect_units(2 * UNITS);
    projc_store_close(store);
}

/* The connection is cut around a unit that has no COMMIT whose reply could be missed. */
static void cut_told_unit(proxy_cut cut, int expected)
{
    proxy relay;
    char url[512];
    projc_store_options options = {.database = url};
    projc_store *store;
    work self;

    CU_ASSERT_TRUE_FATAL(proxy_start(&relay, getenv("PROJC_TEST_PG_FOLDER")));
    snprintf(url, sizeof url,
             "postgresql:///postgres?host=%s&user=postgres&options=-csearch_path%%3D%s",
             relay.folder, fixture->schema);
    store = told_store(&options);
    prepare(&self, store);
    atomic_store(&relay.cut, cut);
    STATUS(PROJC_CONNECTION, projc__store_commit(store, &self.unit, &fixture->error));
    STATUS(PROJC_CONNECTION, projc__store_commit(store, &self.unit, &fixture->error));
    projc_store_close(store);
    proxy_stop(&relay);
    expect_units(expected);
    STATUS(expected == UNITS ? PROJC_OK : PROJC_FENCED,
           projc__store_commit(fixture->store, &self.unit, &fixture->error));
    expect_units(UNITS + 1);
}

void told_unit_that_never_arrived_is_nothing(void)
{
    cut_told_unit(PROXY_BEFORE_SERVER, UNITS);
}

void told_unit_without_reply_is_a_lost_connection(void)
{
    cut_told_unit(PROXY_AFTER_SERVER, UNITS + 1);
}

/* ---- behind a pooler in transaction mode ---- */

void pooled_sessions_are_never_told(void)
{
    projc__registration registration = {"pkg", &store_fixture_balance_projection, STORE_FIXTURE_LOG,
                                        1};
    projc__generation generation;
    projc_store *store = NULL;

    STATUS(PROJC_OK, open_url(getenv("PROJC_POOLER"), &store));
    STATUS(PROJC_OK, projc_store_apply_schema(store, &store_fixture_module, true, &fixture->error));
    STATUS(PROJC_OK, projc__store_register_projection(store, &registration, fixture->arena,
                                                      &generation, &fixture->error));
    for (int i = 0; i < UNITS; i++)
        STATUS(PROJC_OK, commit_one(store));
    CU_ASSERT_FALSE(projc__postgres_of(store)->is_told);
    CU_ASSERT_TRUE(is_set(store, "statement_timeout", "0"));
    CU_ASSERT_TRUE(is_set(store, "enable_seqscan", "on"));
    projc_store_close(store);
}
