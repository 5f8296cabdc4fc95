/* What only the SQLite driver does: files, locks, damage, memory databases. */
#include "suite.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Opens sqlite:FOLDER/NAME, or sqlite:NAME when it is absolute or no file. */
static projc_status open_at(const char *name, projc_store **store)
{
    char database[512];
    projc_store_options options = {.database = database, .lock_timeout_ms = 50};

    snprintf(database, sizeof database, "sqlite:%s%s%s",
             name[0] == '/' || name[0] == ':' ? "" : fixture->folder,
             name[0] == '/' || name[0] == ':' ? "" : "/", name);
    return projc_store_open(&options, store, ERROR);
}

static void write_file(const char *name, const char *content, size_t size)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", fixture->folder, name);
    file = fopen(path, "wb");
    CU_ASSERT_FATAL(file != NULL);
    CU_ASSERT_EQUAL(fwrite(content, 1, size, file), size);
    fclose(file);
}

static void run(projc_store *store, const char *sql)
{
    OK(projc__store_run_script(store, &sql, 1, ERROR));
}

void missing_directory_is_named(void)
{
    projc_store *store;

    EXPECT(PROJC_CONNECTION, open_at("no/such/place.db", &store));
    SAYS("no/such");
    SAYS("No such file or directory");
}

void directory_is_no_database(void)
{
    projc_store *store;

    EXPECT(PROJC_CONNECTION, open_at("", &store));
    SAYS("--database");
    EXPECT(PROJC_CONNECTION, open_at("test.db/inside.db", &store));
}

void other_file_is_no_database(void)
{
    static const char text[] =
        "This is a text that somebody wrote, and no database at all, is it? It is "
        "longer than the hundred bytes of a header so that SQLite looks at it.";
    projc_store *store;

    write_file("letter.db", text, sizeof text);
    EXPECT(PROJC_DATABASE, open_at("letter.db", &store));
    SAYS("letter.db is not a SQLite database");
    SAYS("--database");
}

void damaged_file_is_corrupt(void)
{
    projc_value rows[3 * 100];
    projc__generation generation = registered(&store_fixture_balance_projection, 1);
    projc__lane lane = stored_lane(generation.number, 0);
    char path[512];
    char rubbish[4096];
    projc_store *store;
    projc__lane *lanes;
    projc__page page;
    size_t count;
    projc_status status;
    int file;

    for (uint32_t i = 0; i < 100; i++)
        balance_row(&rows[3 * i], i, 1, "state");
    OK(commit_write(
        fixture->store, generation.number, claim_of(lane, 1),
        &(projc__row_write){.table = &store_fixture_balance, .rows = rows, .row_count = 100}));
    /* Closing the last connection brings everything into the file. */
    store_fixture_disconnect(fixture, fixture->store);
    fixture->store = NULL;
    snprintf(path, sizeof path, "%s/test.db", fixture->folder);
    memset(rubbish, 0x5a, sizeof rubbish);
    file = open(path, O_WRONLY);
    CU_ASSERT_FATAL(file >= 0);
    for (int i = 1; i < 20; i++)
        CU_ASSERT_EQUAL(pwrite(file, rubbish, sizeof rubbish, i * 4096), 4096);
    close(file);
    status = open_at("test.db", &store);
    if (status == PROJC_OK) {
        status = projc__store_load_lanes(store, generation.number, fixture->arena, &lanes, &count,
                                         ERROR);
        if (status == PROJC_OK)
            status = projc__store_read_page(store, STORE_FIXTURE_LOG, 0,
                                            &(projc__page_limits){.rows = 1, .bytes = 1},
                                            fixture->arena, &page, ERROR);
        projc_store_close(store);
    }
    CU_ASSERT_EQUAL(status, PROJC_CORRUPT);
    SAYS("restore a backup");
}

/* ---- permissions: as another user, because root may do everything ---- */

/* The status of opening, in a process of user 65534; its message must hold both parts. */
static void check_as_nobody(const char *name, projc_status expected, const char *part)
{
    int outcome = -1;
    pid_t child;

    fflush(NULL);
    child = fork();
    CU_ASSERT_FATAL(child >= 0);
    if (child == 0) {
        projc_store *store = NULL;
        projc_status status;
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(3);
        status = open_at(name, &store);
        if (status != expected || strstr(ERROR->message, part) == NULL)
            fprintf(stderr, "%s: %s\n", projc_status_name(status), ERROR->message);
        _exit(status != expected ? 1 : strstr(ERROR->message, part) == NULL ? 2 : 0);
    }
    CU_ASSERT_EQUAL(waitpid(child, &outcome, 0), child);
    CU_ASSERT_TRUE(WIFEXITED(outcome));
    CU_ASSERT_EQUAL(WEXITSTATUS(outcome), 0);
}

void read_only_file_is_named(void)
{
    char path[512];

    snprintf(path, sizeof path, "%s/test.db", fixture->folder);
    CU_ASSERT_EQUAL(chmod(fixture->folder, 0777), 0);
    CU_ASSERT_EQUAL(chmod(path, 0444), 0);
    check_as_nobody("test.db", PROJC_DATABASE, "test.db is read-only");
    CU_ASSERT_EQUAL(chmod(path, 0000), 0);
    check_as_nobody("test.db", PROJC_DATABASE, "must be allowed to");
}

void read_only_directory_is_named(void)
{
    char path[512];

    snprintf(path, sizeof path, "%s/test.db", fixture->folder);
    CU_ASSERT_EQUAL(chmod(path, 0666), 0);
    CU_ASSERT_EQUAL(chmod(fixture->folder, 0555), 0);
    check_as_nobody("test.db", PROJC_DATABASE, "directory is read-only");
    check_as_nobody("new.db", PROJC_DATABASE, "directory is read-only");
    CU_ASSERT_EQUAL(chmod(fixture->folder, 0700), 0);
}

/* ---- full, locked ---- */

void full_disk_is_transient(void)
{
    projc__generation generation = registered(&store_fixture_balance_projection, 1);
    projc__lane lane = stored_lane(generation.number, 0);
    char *state = projc_arena_alloc(fixture->arena, 200001);
    projc_value row[3];
    projc__row_write write = {.table = &store_fixture_balance, .rows = row, .row_count = 1};
    projc__new_event event = log_event(1, 0, 1);
    projc__page page;

    CU_ASSERT_FATAL(state != NULL);
    memset(state, 'x', 200000);
    balance_row(row, 1, 1, state);
    run(fixture->store, "PRAGMA max_page_count = 40;");
    EXPECT(PROJC_TRANSIENT,
           commit_write(fixture->store, generation.number, claim_of(lane, 1), &write));
    SAYS("free some space");
    CU_ASSERT_EQUAL(stored_lane(generation.number, 0).position, 0);
    event.payload = bytes_of(state);
    EXPECT(PROJC_TRANSIENT,
           projc__store_append(fixture->store, STORE_FIXTURE_LOG, &event, 1, NULL, ERROR));
    /* SQLite may have ended the user's transaction by itself: the commit must not seem to succeed.
     */
    OK(projc_store_begin(fixture->store, ERROR));
    EXPECT(PROJC_TRANSIENT,
           projc__store_append(fixture->store, STORE_FIXTURE_LOG, &event, 1, NULL, ERROR));
    event = log_event(1, 0, 1);
    EXPECT(PROJC_TRANSIENT,
           projc__store_append(fixture->store, STORE_FIXTURE_LOG, &event, 1, NULL, ERROR));
    SAYS("rolled back");
    EXPECT(PROJC_TRANSIENT, projc_store_commit(fixture->store, ERROR));
    SAYS("rolled back");
    run(fixture->store, "PRAGMA max_page_count = 100000;");
    read_log(fixture->store, STORE_FIXTURE_LOG, 0, &page);
    CU_ASSERT_EQUAL(page.count, 0);
    OK(commit_write(fixture->store, generation.number, claim_of(lane, 1), &write));
    CU_ASSERT_TRUE(balance_is(1, state));
}

void held_lock_is_transient(void)
{
    projc__generation generation = registered(&store_fixture_balance_projection, 1);
    projc__lane lane = stored_lane(generation.number, 0);
    projc_store *other = NULL;
    projc__page page;

    OK(open_at("test.db", &other));
    OK(projc_store_begin(fixture->store, ERROR));
    append_log(1, NULL);
    EXPECT(PROJC_TRANSIENT, commit_write(other, generation.number, claim_of(lane, 1), NULL));
    SAYS("locked");
    EXPECT(PROJC_TRANSIENT, projc_store_begin(other, ERROR));
    /* Readers are not held up. */
    read_log(other, STORE_FIXTURE_LOG, 0, &page);
    CU_ASSERT_EQUAL(page.count, 0);
    OK(projc_store_commit(fixture->store, ERROR));
    OK(commit_write(other, generation.number, claim_of(lane, 1), NULL));
    projc_store_close(other);
}

/* ---- damaged values ---- */

static projc_status load_first_balance(void)
{
    projc_value key = uuid_value(1);
    projc_value *row = NULL;

    return projc__store_load_rows(fixture->store, &store_fixture_balance, &key, 1, fixture->arena,
                                  &row, ERROR);
}

void wrong_storage_class_is_corrupt(void)
{
    run(fixture->store,
        "DROP TABLE balance; CREATE TABLE balance (id BLOB PRIMARY KEY, position, state);"
        "INSERT INTO balance VALUES (x'00000000000000000000000000000001', 'not a number', x'00');");
    EXPECT(PROJC_CORRUPT, load_first_balance());
    SAYS("balance.position");
    SAYS("TEXT");
    run(fixture->store, "UPDATE balance SET position = NULL;");
    EXPECT(PROJC_CORRUPT, load_first_balance());
    SAYS("balance.position");
    run(fixture->store, "UPDATE balance SET position = 1, state = 3.5;");
    EXPECT(PROJC_CORRUPT, load_first_balance());
    SAYS("balance.state");
    run(fixture->store, "UPDATE balance SET state = x'01';");
    OK(load_first_balance());
}

static projc_value *wide_row; /* that load_wide found */

static projc_status load_wide(void)
{
    projc_value key[3] = {integer_value(0), text_value("p"), integer_value(0)};

    return projc__store_load_rows(fixture->store, &store_fixture_wide, key, 1, fixture->arena,
                                  &wide_row, ERROR);
}

void value_out_of_range_is_corrupt(void)
{
    static const struct {
        const char *column;
        const char *value;
    } damages[] = {{"a_bool", "2"},
                   {"a_i16", "32768"},
                   {"a_i32", "-2147483649"},
                   {"a_date", "3000000000"},
                   {"a_uuid", "x'00'"}};
    char sql[128];

    run(fixture->store, "INSERT INTO wide (day, place, slot, position) VALUES (0, 'p', 0, 0);");
    OK(load_wide());
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        snprintf(sql, sizeof sql, "UPDATE wide SET %s = %s;", damages[i].column, damages[i].value);
        run(fixture->store, sql);
        EXPECT(PROJC_CORRUPT, load_wide());
        SAYS(damages[i].column);
        snprintf(sql, sizeof sql, "UPDATE wide SET %s = NULL;", damages[i].column);
        run(fixture->store, sql);
    }
    OK(load_wide());
}

/* SQLite keeps whole reals as integers, and these have no sign at zero: who needs it must not write
 * it. */
void negative_zero_loses_its_sign(void)
{
    run(fixture->store,
        "INSERT INTO wide (day, place, slot, position, a_f64) VALUES (0, 'p', 0, 0, -0.0);");
    OK(load_wide());
    CU_ASSERT_FATAL(wide_row != NULL);
    CU_ASSERT_EQUAL(wide_row[8].as.real, 0.0);
    CU_ASSERT_FALSE(signbit(wide_row[8].as.real));
}

void wrong_event_column_is_corrupt(void)
{
    static const char *const damages[] = {
        "event_id = x'00'",      "event_name = x'01'", "payload = x'7b7d'",      "metadata = NULL",
        "aggregate_id = 'text'", "created_at = 1.5",   "aggregate_version = 'x'"};
    projc__page page;
    char sql[128];

    append_log(1, NULL);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        run(fixture->store, "CREATE TABLE loose AS SELECT * FROM events_log; DROP TABLE events_log;"
                            "ALTER TABLE loose RENAME TO events_log;");
        snprintf(sql, sizeof sql,
                 "CREATE TABLE kept AS SELECT * FROM events_log;"
                 "UPDATE events_log SET %s;",
                 damages[i]);
        run(fixture->store, sql);
        EXPECT(PROJC_CORRUPT,
               projc__store_read_page(fixture->store, STORE_FIXTURE_LOG, 0,
                                      &(projc__page_limits){.rows = 10, .bytes = 1000},
                                      fixture->arena, &page, ERROR));
        SAYS("events_log.");
        run(fixture->store, "DROP TABLE events_log; ALTER TABLE kept RENAME TO events_log;");
    }
    read_log(fixture->store, STORE_FIXTURE_LOG, 0, &page);
    CU_ASSERT_EQUAL(page.count, 1);
}

void numbers_that_can_return_are_refused(void)
{
    run(fixture->store,
        "DROP TABLE events_log; CREATE TABLE events_log (no INTEGER PRIMARY KEY, event_id,"
        "event_name, payload, metadata, aggregate_type, aggregate_id, aggregate_version,"
        "created_at);");
    EXPECT(PROJC_UNSUPPORTED, projc__store_preflight(fixture->store, STORE_FIXTURE_LOG, ERROR));
    SAYS("AUTOINCREMENT");
}

/* ---- names of databases ---- */

void memory_databases_are_separate(void)
{
    projc_store *one, *two;
    bool is_there = true;

    OK(open_at(":memory:", &one));
    OK(open_at(":memory:", &two));
    run(one, "CREATE TABLE t (a);");
    OK(projc__store_has_table(two, NULL, "t", &is_there, ERROR));
    CU_ASSERT_FALSE(is_there);
    projc_store_close(one);
    projc_store_close(two);
}

void absolute_url_opens_the_file(void)
{
    char database[512];
    projc_store_options options = {.database = database};
    projc_store *store;
    bool is_there = false;

    snprintf(database, sizeof database, "sqlite://%s/test.db", fixture->folder);
    OK(projc_store_open(&options, &store, ERROR));
    OK(projc__store_has_table(store, NULL, "events_log", &is_there, ERROR));
    CU_ASSERT_TRUE(is_there);
    projc_store_close(store);
}

/* ---- bounds ---- */

void payload_above_its_bound_is_a_limit(void)
{
    char database[512];
    projc_store_options options = {.database = database, .event_max_bytes = 10};
    projc__new_event events[2] = {log_event(1, 0, 1), log_event(1, 1, 123456789)};
    projc_store *store;
    projc__page page;

    snprintf(database, sizeof database, "sqlite:%s/test.db", fixture->folder);
    OK(projc_store_open(&options, &store, ERROR));
    EXPECT(PROJC_LIMIT, projc__store_append(store, STORE_FIXTURE_LOG, events, 2, NULL, ERROR));
    SAYS("event 2 of 2");
    read_log(store, STORE_FIXTURE_LOG, 0, &page);
    CU_ASSERT_EQUAL(page.count, 0);
    projc_store_close(store);
}

/* More tables than statements are kept, each written and read again. */
void statements_beyond_the_kept_ones_work(void)
{
    enum { TABLES = 100 };
    static char names[TABLES][16];
    projc_table tables[TABLES];
    projc__row_write writes[TABLES];
    projc_value row[3];
    projc__generation generation = registered(&store_fixture_balance_projection, 1);
    projc_value *found;
    char sql[128];

    balance_row(row, 1, 1, "same");
    for (int i = 0; i < TABLES; i++) {
        snprintf(names[i], sizeof names[i], "t%d", i);
        snprintf(sql, sizeof sql, "CREATE TABLE t%d (id PRIMARY KEY, position, state);", i);
        run(fixture->store, sql);
        tables[i] = store_fixture_balance;
        tables[i].name = names[i];
        writes[i] = (projc__row_write){.table = &tables[i], .rows = row, .row_count = 1};
    }
    for (int pass = 0; pass < 2; pass++) {
        projc__claim claim = claim_of(stored_lane(generation.number, 0), pass + 1);
        projc__unit unit = {.generation = generation.number,
                            .claims = &claim,
                            .claim_count = 1,
                            .writes = writes,
                            .write_count = TABLES};
        OK(projc__store_commit(fixture->store, &unit, ERROR));
        for (int i = 0; i < TABLES; i++) {
            OK(projc__store_load_rows(fixture->store, &tables[i], row, 1, fixture->arena, &found,
                                      ERROR));
            CU_ASSERT_PTR_NOT_NULL(found);
        }
    }
}
