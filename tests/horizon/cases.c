/* Orders of commits, one at a time: what a page may show and what not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "horizon_suite.h"

void first_number_committed_last_is_not_skipped(void)
{
    PGconn *first = writer_open();
    PGconn *second = writer_open();

    writer_insert(first, "one");
    writer_do(first, "BEGIN");
    writer_insert(first, "two");
    writer_insert(second, "three");
    SHOWS(0, "one blocked");
    SHOWS(1, "blocked");
    writer_do(first, "COMMIT");
    SHOWS(1, "two three");
    PQfinish(first);
    PQfinish(second);
}

void unrelated_transaction_does_not_stall(void)
{
    PGconn *writer = writer_open();
    PGconn *stranger = writer_open();

    /* It has a transaction id, a snapshot and a lock, on another table. */
    writer_do(stranger, "BEGIN; SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;"
                        "INSERT INTO tags SELECT 'x', 1; SELECT count(*) FROM events_log");
    writer_do(writer, "BEGIN");
    writer_insert(writer, "undone");
    writer_do(writer, "ROLLBACK");
    writer_insert(writer, "two");
    SHOWS(0, "two");
    writer_do(stranger, "ROLLBACK");
    PQfinish(writer);
    PQfinish(stranger);
}

void rolled_back_number_is_passed(void)
{
    PGconn *first = writer_open();
    PGconn *second = writer_open();

    writer_insert(second, "one");
    writer_do(first, "BEGIN");
    writer_insert(first, "undone");
    writer_insert(second, "three");
    SHOWS(1, "blocked");
    writer_do(first, "ROLLBACK");
    SHOWS(1, "three");
    CU_ASSERT_EQUAL(last_page.reached, 3);
    PQfinish(first);
    PQfinish(second);
}

void gap_at_the_beginning_waits(void)
{
    PGconn *first = writer_open();
    PGconn *second = writer_open();

    writer_do(first, "BEGIN");
    writer_insert(first, "one");
    writer_insert(second, "two");
    SHOWS(0, "blocked");
    CU_ASSERT_EQUAL(last_page.reached, 0);
    writer_do(first, "COMMIT");
    SHOWS(0, "one two");
    PQfinish(first);
    PQfinish(second);
}

void rolled_back_beginning_is_passed(void)
{
    PGconn *writer = writer_open();

    writer_do(writer, "BEGIN");
    writer_insert(writer, "undone");
    writer_do(writer, "ROLLBACK");
    SHOWS(0, "");
    writer_insert(writer, "two");
    SHOWS(0, "two");
    PQfinish(writer);
}

void blocked_page_names_its_writer(void)
{
    PGconn *first = writer_open();
    PGconn *second = writer_open();

    writer_do(first, "BEGIN");
    writer_insert(first, "one");
    writer_insert(second, "two");
    SHOWS(0, "blocked");
    CU_ASSERT_EQUAL(last_page.blocking_pid, PQbackendPID(first));
    int64_t since = last_page.blocked_since;
    CU_ASSERT(since > 0);
    SHOWS(0, "blocked");
    CU_ASSERT_EQUAL(last_page.blocked_since, since);
    /* Somebody who comes later learns the same: it is when the writer began. */
    projc__page again;
    const projc__page_limits limits = {.rows = 10, .bytes = 1 << 20};
    CU_ASSERT_EQUAL(projc__store_read_page(store_fixture_connect(fixture), STORE_FIXTURE_LOG, 0,
                                           &limits, fixture->arena, &again, &fixture->error),
                    PROJC_OK);
    CU_ASSERT_EQUAL(again.blocked_since, since);
    writer_do(first, "COMMIT");
    SHOWS(0, "one two");
    CU_ASSERT_EQUAL(last_page.blocking_pid, 0);
    CU_ASSERT_EQUAL(last_page.blocked_since, 0);
    PQfinish(first);
    PQfinish(second);
}

void rows_in_front_of_the_gap_are_given(void)
{
    PGconn *first = writer_open();
    PGconn *second = writer_open();

    writer_insert(second, "one");
    writer_insert(second, "two");
    writer_do(first, "BEGIN");
    writer_insert(first, "three");
    writer_insert(second, "four");
    SHOWS(0, "one two blocked");
    CU_ASSERT_EQUAL(last_page.reached, 2);
    CU_ASSERT_FALSE(last_page.has_more);
    writer_do(first, "COMMIT");
    SHOWS(2, "three four");
    PQfinish(first);
    PQfinish(second);
}

static void prepare(PGconn *writer, const char *name)
{
    char sql[128];

    writer_do(writer, "BEGIN");
    writer_insert(writer, "prepared");
    snprintf(sql, sizeof sql, "PREPARE TRANSACTION '%s-%s'", fixture->schema, name);
    writer_do(writer, sql);
}

static void finish_prepared(PGconn *writer, const char *verb, const char *name)
{
    char sql[128];

    snprintf(sql, sizeof sql, "%s PREPARED '%s-%s'", verb, fixture->schema, name);
    writer_do(writer, sql);
}

void prepared_transaction_is_waited_for(void)
{
    PGconn *first = writer_open();
    PGconn *second = writer_open();

    /* Seen first as an open transaction, then as a prepared one without a process. */
    writer_do(first, "BEGIN");
    writer_insert(first, "one");
    writer_insert(second, "two");
    SHOWS(0, "blocked");
    char sql[128];
    snprintf(sql, sizeof sql, "PREPARE TRANSACTION '%s-a'", fixture->schema);
    writer_do(first, sql);
    SHOWS(0, "blocked");
    /* Its connection may do other things meanwhile, or end. */
    writer_insert(first, "three");
    SHOWS(0, "blocked");
    PQfinish(first);
    SHOWS(0, "blocked");
    finish_prepared(second, "COMMIT", "a");
    SHOWS(0, "one two three");
    PQfinish(second);
}

void prepared_transaction_rolled_back_is_passed(void)
{
    PGconn *first = writer_open();
    PGconn *second = writer_open();

    prepare(first, "b");
    writer_insert(second, "two");
    SHOWS(0, "blocked");
    CU_ASSERT_EQUAL(last_page.blocking_pid, 0);
    finish_prepared(second, "ROLLBACK", "b");
    SHOWS(0, "two");
    PQfinish(first);
    PQfinish(second);
}

void released_savepoint_is_waited_for(void)
{
    PGconn *first = writer_open();
    PGconn *second = writer_open();

    writer_do(first, "BEGIN; SAVEPOINT a");
    writer_insert(first, "one");
    writer_insert(second, "two");
    SHOWS(0, "blocked");
    writer_do(first, "RELEASE a");
    SHOWS(0, "blocked");
    writer_do(first, "COMMIT");
    SHOWS(0, "one two");
    PQfinish(first);
    PQfinish(second);
}

void undone_savepoint_is_passed(void)
{
    PGconn *first = writer_open();
    PGconn *second = writer_open();

    writer_do(first, "BEGIN; SAVEPOINT a");
    writer_insert(first, "undone");
    writer_insert(second, "two");
    SHOWS(0, "blocked");
    /* The lock goes with the savepoint that took it; a later insert takes it again. */
    writer_do(first, "ROLLBACK TO a");
    SHOWS(0, "two");
    writer_insert(first, "three");
    writer_insert(second, "four");
    SHOWS(2, "blocked");
    writer_do(first, "COMMIT");
    SHOWS(2, "three four");
    PQfinish(first);
    PQfinish(second);
}

void terminated_writer_is_passed(void)
{
    PGconn *first = writer_open();
    PGconn *second = writer_open();
    char sql[128];

    writer_do(first, "BEGIN");
    writer_insert(first, "undone");
    writer_insert(second, "two");
    SHOWS(0, "blocked");
    /* With a time-out the function returns when the process has ended. */
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d, 10000)", PQbackendPID(first));
    writer_do(second, sql);
    SHOWS(0, "two");
    PQfinish(first);
    PQfinish(second);
}

void later_writers_do_not_prolong_the_wait(void)
{
    PGconn *writers[4];

    for (int i = 0; i < 4; i++)
        writers[i] = writer_open();
    writer_do(writers[0], "BEGIN");
    writer_insert(writers[0], "one");
    writer_insert(writers[3], "two");
    SHOWS(0, "blocked");
    /* There is always a writer in flight from now on. */
    writer_do(writers[1], "BEGIN");
    writer_insert(writers[1], "three");
    SHOWS(0, "blocked");
    writer_do(writers[0], "COMMIT");
    SHOWS(0, "one two");
    writer_insert(writers[3], "four");
    SHOWS(2, "blocked");
    writer_do(writers[2], "BEGIN");
    writer_insert(writers[2], "five");
    writer_do(writers[1], "COMMIT");
    SHOWS(2, "three four");
    writer_do(writers[2], "COMMIT");
    SHOWS(4, "five");
    for (int i = 0; i < 4; i++)
        PQfinish(writers[i]);
}

void gaps_of_old_are_settled_at_once(void)
{
    PGconn *writer = writer_open();
    const projc__page_limits limits = {.rows = 10, .bytes = 1 << 20};
    int64_t position = 0;
    int64_t count = 0;

    writer_do(writer,
              "INSERT INTO events_log (event_id, event_name, payload, metadata, aggregate_type,"
              " aggregate_id, aggregate_version, created_at) SELECT gen_random_uuid(), 'e', '{}',"
              " '{}', 'account', gen_random_uuid(), 1, now() FROM generate_series(1, 300)");
    writer_do(writer, "DELETE FROM events_log WHERE no % 3 = 0");
    do {
        projc_arena_reset(fixture->arena);
        CU_ASSERT_EQUAL_FATAL(projc__store_read_page(fixture->store, STORE_FIXTURE_LOG, position,
                                                     &limits, fixture->arena, &last_page,
                                                     &fixture->error),
                              PROJC_OK);
        CU_ASSERT_FALSE(last_page.is_blocked);
        count += (int64_t)last_page.count;
        position = last_page.reached;
    } while (last_page.count != 0);
    CU_ASSERT_EQUAL(count, 200);
    CU_ASSERT_EQUAL(position, 299);
    PQfinish(writer);
}

/* Another server, or a log that was restored: what one connection knew holds for no other. */
void reconnecting_forgets_what_was_settled(void)
{
    const projc__page_limits limits = {.rows = 10, .bytes = 1 << 20};
    PGconn *first = writer_open();
    PGconn *second = writer_open();
    projc__page page;

    writer_do(first, "BEGIN");
    writer_insert(first, "undone");
    writer_do(first, "ROLLBACK");
    writer_insert(first, "two");
    writer_insert(first, "three");
    SHOWS(0, "two three");
    writer_do(first, "TRUNCATE events_log RESTART IDENTITY");
    writer_do(first, "BEGIN");
    writer_insert(first, "one");
    writer_insert(second, "two");
    projc_store *again = store_fixture_connect(fixture);
    CU_ASSERT_EQUAL(projc__store_read_page(again, STORE_FIXTURE_LOG, 0, &limits, fixture->arena,
                                           &page, &fixture->error),
                    PROJC_OK);
    CU_ASSERT_TRUE(page.is_blocked);
    CU_ASSERT_EQUAL(page.count, 0);
    PQfinish(first);
    PQfinish(second);
}

/* ---- other ways of writing, other tables ---- */

static const char partitioned[] =
    "CREATE TABLE parts (no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid NOT NULL"
    " DEFAULT gen_random_uuid(), event_name text NOT NULL, payload json NOT NULL DEFAULT '{}',"
    " metadata jsonb NOT NULL DEFAULT '{}', aggregate_type text NOT NULL DEFAULT 'a', aggregate_id uuid"
    " NOT NULL DEFAULT gen_random_uuid(), aggregate_version bigint NOT NULL DEFAULT 1, created_at"
    " timestamptz NOT NULL DEFAULT now()) PARTITION BY RANGE (no);"
    "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (MINVALUE) TO (1000);"
    "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (1000) TO (MAXVALUE)";

void partitions_are_watched(void)
{
    static const projc_stream_type stream = {.name = "parts", .table = "parts", .channel = "parts"};
    PGconn *first = writer_open();
    PGconn *second = writer_open();

    writer_do(first, partitioned);
    CU_ASSERT_EQUAL(projc__store_preflight(fixture->store, &stream, &fixture->error), PROJC_OK);
    writer_do(first, "BEGIN; INSERT INTO parts (event_name) VALUES ('one')");
    writer_do(second, "INSERT INTO parts (event_name) VALUES ('two')");
    CU_ASSERT_STRING_EQUAL(page_of(&stream, 0), "blocked");
    writer_do(first, "COMMIT");
    CU_ASSERT_STRING_EQUAL(page_of(&stream, 0), "one two");
    /* A partition written to directly, with a number that its sequence gives. */
    writer_do(first,
              "BEGIN; INSERT INTO parts_1 (no, event_name) OVERRIDING SYSTEM VALUE VALUES (nextval("
              "pg_get_serial_sequence('parts', 'no')), 'three')");
    writer_do(second, "INSERT INTO parts (event_name) VALUES ('four')");
    CU_ASSERT_STRING_EQUAL(page_of(&stream, 2), "blocked");
    writer_do(first, "COMMIT");
    CU_ASSERT_STRING_EQUAL(page_of(&stream, 2), "three four");
    PQfinish(first);
    PQfinish(second);
}

void view_writers_are_watched(void)
{
    PGconn *first = writer_open();
    PGconn *second = writer_open();

    writer_do(first, "CREATE VIEW front AS SELECT * FROM events_log");
    writer_do(first,
              "BEGIN; INSERT INTO front (event_id, event_name, payload, metadata, aggregate_type,"
              " aggregate_id, aggregate_version, created_at) VALUES (gen_random_uuid(), 'one',"
              " '{}', '{}', 'account', gen_random_uuid(), 1, now())");
    writer_insert(second, "two");
    SHOWS(0, "blocked");
    writer_do(first, "COMMIT");
    SHOWS(0, "one two");
    PQfinish(first);
    PQfinish(second);
}

void copy_writers_are_watched(void)
{
    static const char row[] = "11111111-1111-1111-1111-111111111111\tone\t{}\t{}\taccount\t"
                              "22222222-2222-2222-2222-222222222222\t1\t2020-01-01 00:00:00+00\n";
    PGconn *first = writer_open();
    PGconn *second = writer_open();

    PQclear(PQexec(first, "BEGIN"));
    PGresult *result =
        PQexec(first, "COPY events_log (event_id, event_name, payload, metadata, aggregate_type,"
                      " aggregate_id, aggregate_version, created_at) FROM STDIN");
    CU_ASSERT_EQUAL_FATAL(PQresultStatus(result), PGRES_COPY_IN);
    PQclear(result);
    CU_ASSERT_EQUAL(PQputCopyData(first, row, (int)strlen(row)), 1);
    CU_ASSERT_EQUAL(PQputCopyEnd(first, NULL), 1);
    while ((result = PQgetResult(first)) != NULL) {
        CU_ASSERT_EQUAL(PQresultStatus(result), PGRES_COMMAND_OK);
        PQclear(result);
    }
    writer_insert(second, "two");
    SHOWS(0, "blocked");
    writer_do(first, "COMMIT");
    SHOWS(0, "one two");
    PQfinish(first);
    PQfinish(second);
}

void goengine_table_reads_as_it_is(void)
{
    static const projc_stream_type stream = {
        .name = "bank", .table = "events_bank", .channel = "bank", .has_text_ids = true};
    PGconn *writer = writer_open();

    writer_do(writer,
              "CREATE TABLE events_bank (no SERIAL PRIMARY KEY, event_id UUID NOT NULL, event_name"
              " VARCHAR(100) NOT NULL, payload JSONB NOT NULL, metadata JSON NOT NULL,"
              " aggregate_type VARCHAR(50) NOT NULL, aggregate_id UUID NOT NULL,"
              " aggregate_version SMALLINT NOT NULL, created_at TIMESTAMP(6) NOT NULL)");
    writer_do(writer,
              "SET timezone = 'Asia/Tokyo'; INSERT INTO events_bank (event_id, event_name, payload,"
              " metadata, aggregate_type, aggregate_id, aggregate_version, created_at) VALUES"
              " ('11111111-1111-1111-1111-111111111111', 'opened', '{\"a\": 1}', '{\"b\": 2}',"
              " 'account', '22222222-2222-2222-2222-22222222222f', 7, '2020-01-01 00:00:01.5')");
    CU_ASSERT_EQUAL(projc__store_preflight(fixture->store, &stream, &fixture->error), PROJC_OK);
    CU_ASSERT_STRING_EQUAL(page_of(&stream, 0), "opened");
    const projc_event *event = &last_page.events[0];
    CU_ASSERT_EQUAL(event->payload.size, 8);
    CU_ASSERT_NSTRING_EQUAL(event->payload.data, "{\"a\": 1}", 8);
    CU_ASSERT_NSTRING_EQUAL(event->metadata.data, "{\"b\": 2}", 8);
    CU_ASSERT_EQUAL(event->aggregate_id.kind, PROJC_KIND_TEXT);
    CU_ASSERT_NSTRING_EQUAL(event->aggregate_id.as.text.data,
                            "22222222-2222-2222-2222-22222222222f", 36);
    CU_ASSERT_EQUAL(event->version, 7);
    CU_ASSERT_EQUAL(event->time, INT64_C(1577836801500000));
    PQfinish(writer);
}
