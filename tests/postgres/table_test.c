/* Event tables that cannot be trusted, or that look different: what preflight says of them. */
#include <stdio.h>
#include <string.h>

#include "postgres_suite.h"

static void refused_saying(const projc_stream_type *stream, projc_status expected, const char *part)
{
    /* A connection remembers the types that it has seen. */
    projc_store *fresh = store_fixture_connect(fixture);

    CU_ASSERT_PTR_NOT_NULL_FATAL(fresh);
    STATUS(expected, projc__store_preflight(fresh, stream, &fixture->error));
    SAYS(part);
}

void cached_sequence_is_refused(void)
{
    sql("ALTER TABLE events_log ALTER no SET CACHE 20");
    refused_saying(STORE_FIXTURE_LOG, PROJC_UNSUPPORTED, "CACHE 1");
    SAYS("events_log");
}

void cycling_sequence_is_refused(void)
{
    sql("ALTER TABLE events_log ALTER no SET CYCLE");
    refused_saying(STORE_FIXTURE_LOG, PROJC_UNSUPPORTED, "NO CYCLE");
}

void descending_sequence_is_refused(void)
{
    sql("ALTER TABLE events_log ALTER no SET INCREMENT -1 SET MINVALUE -100 SET START 1");
    refused_saying(STORE_FIXTURE_LOG, PROJC_UNSUPPORTED, "INCREMENT 1");
}

void number_without_sequence_is_refused(void)
{
    sql("ALTER TABLE events_log ALTER no DROP IDENTITY");
    refused_saying(STORE_FIXTURE_LOG, PROJC_UNSUPPORTED, "GENERATED ALWAYS AS IDENTITY");
}

void sequence_of_a_default_is_found(void)
{
    sql("ALTER TABLE events_log ALTER no DROP IDENTITY; CREATE SEQUENCE numbers CACHE 5;"
        "ALTER TABLE events_log ALTER no SET DEFAULT nextval('numbers')");
    refused_saying(STORE_FIXTURE_LOG, PROJC_UNSUPPORTED, "numbers caches 5");
    sql("ALTER SEQUENCE numbers CACHE 1");
    refused_saying(STORE_FIXTURE_LOG, PROJC_OK, "");
}

void missing_column_is_named(void)
{
    sql("ALTER TABLE events_log RENAME metadata TO meta");
    refused_saying(STORE_FIXTURE_LOG, PROJC_UNSUPPORTED,
                   "no column metadata (jsonb, json or text)");
}

void mistyped_column_is_named(void)
{
    sql("ALTER TABLE events_log ALTER aggregate_version TYPE numeric");
    refused_saying(STORE_FIXTURE_LOG, PROJC_UNSUPPORTED,
                   "column aggregate_version has type numeric");
}

void msgpack_needs_bytes(void)
{
    static const projc_stream_type stream = {
        .name = "log", .table = "events_log", .channel = "log", .payload = PROJC_PAYLOAD_MSGPACK};

    refused_saying(&stream, PROJC_UNSUPPORTED, "needs bytea");
}

void subscribed_table_is_refused(void)
{
    sql("SET allow_system_table_mods = on; INSERT INTO pg_subscription_rel (srsubid, srrelid, srsubstate)"
        " VALUES (99999, 'events_log'::regclass, 'r')");
    refused_saying(STORE_FIXTURE_LOG, PROJC_UNSUPPORTED, "connect to the publisher");
    sql("SET allow_system_table_mods = on; DELETE FROM pg_subscription_rel WHERE srsubid = 99999");
}

void inherited_table_is_refused(void)
{
    sql("CREATE TABLE child () INHERITS (events_log)");
    refused_saying(STORE_FIXTURE_LOG, PROJC_UNSUPPORTED, "inherit from it");
}

void row_security_is_refused(void)
{
    char text[1024];
    projc_store *store;

    snprintf(
        text, sizeof text,
        "SET client_min_messages = error; DROP ROLE IF EXISTS projc_reader; CREATE ROLE projc_reader LOGIN;"
        "GRANT USAGE ON SCHEMA %s TO projc_reader; GRANT SELECT ON events_log TO projc_reader;"
        "ALTER TABLE events_log ENABLE ROW LEVEL SECURITY",
        fixture->schema);
    sql(text);
    snprintf(text, sizeof text, "%s&user=projc_reader", fixture->database);
    STATUS(PROJC_OK, open_url(text, &store));
    STATUS(PROJC_UNSUPPORTED, projc__store_preflight(store, STORE_FIXTURE_LOG, &fixture->error));
    SAYS("row security hides events");
    projc_store_close(store);
    snprintf(
        text, sizeof text,
        "REVOKE ALL ON events_log FROM projc_reader; REVOKE ALL ON SCHEMA %s FROM projc_reader;"
        "DROP ROLE projc_reader",
        fixture->schema);
    sql(text);
}

void dead_rows_are_counted_and_gone(void)
{
    const projc_table *tables[] = {&store_fixture_balance, &store_fixture_tags};
    projc__row_census census[2];
    projc__row_census again[2];

    sql("INSERT INTO tags SELECT 'x', n FROM generate_series(1, 3000) n; DELETE FROM tags WHERE no > 100;"
        "SELECT pg_stat_force_next_flush()");
    STATUS(PROJC_OK, projc__store_survey_rows(fixture->store, tables, 2, census, &fixture->error));
    CU_ASSERT_EQUAL(census[0].dead, 0);
    CU_ASSERT_EQUAL(census[1].live, 100);
    CU_ASSERT_EQUAL(census[1].dead, 2900);
    CU_ASSERT_EQUAL(census[1].replaced, 2900);
    CU_ASSERT_EQUAL(census[1].pruned, 0);
    CU_ASSERT(census[1].bytes > 0);
    STATUS(PROJC_OK, projc__store_make_room(fixture->store, tables[1], &fixture->error));
    STATUS(PROJC_OK, projc__store_survey_rows(fixture->store, tables, 2, again, &fixture->error));
    CU_ASSERT_EQUAL(again[1].live, 100);
    CU_ASSERT_EQUAL(again[1].dead, 0);
    CU_ASSERT_EQUAL(again[1].vacuums, census[1].vacuums + 1);
    CU_ASSERT_EQUAL(again[0].vacuums, census[0].vacuums);
}

/* What is nobody's business to vacuum is left as it is, without an error. */
void room_is_not_made_for_others(void)
{
    const projc_table *tables[] = {&store_fixture_tags};
    projc__row_census before;
    projc__row_census after;
    char text[1024];
    projc_store *store;

    snprintf(
        text, sizeof text,
        "SET client_min_messages = error; DROP ROLE IF EXISTS projc_guest; CREATE ROLE projc_guest LOGIN;"
        "GRANT USAGE ON SCHEMA %s TO projc_guest; GRANT SELECT ON tags TO projc_guest",
        fixture->schema);
    sql(text);
    snprintf(text, sizeof text, "%s&user=projc_guest", fixture->database);
    STATUS(PROJC_OK, open_url(text, &store));
    STATUS(PROJC_OK, projc__store_survey_rows(store, tables, 1, &before, &fixture->error));
    STATUS(PROJC_OK, projc__store_make_room(store, tables[0], &fixture->error));
    STATUS(PROJC_OK, projc__store_survey_rows(store, tables, 1, &after, &fixture->error));
    CU_ASSERT_EQUAL(after.vacuums, before.vacuums);
    projc_store_close(store);
    snprintf(text, sizeof text,
             "REVOKE ALL ON tags FROM projc_guest; REVOKE ALL ON SCHEMA %s FROM projc_guest;"
             "DROP ROLE projc_guest",
             fixture->schema);
    sql(text);
}

/* A table that is not there has no rows: it may be made later. */
void absent_table_has_no_rows(void)
{
    static const projc_table absent = {.name = "absent"};
    const projc_table *tables[] = {&absent};
    projc__row_census census = {.live = 7};

    STATUS(PROJC_OK, projc__store_survey_rows(fixture->store, tables, 1, &census, &fixture->error));
    CU_ASSERT_EQUAL(census.live + census.dead + census.bytes, 0);
}

/* Ids are given out as the stream declares them, whatever the column is; and taken likewise. */
void text_table_takes_uuids(void)
{
    const projc__page_limits limits = {.rows = 10, .bytes = 1 << 20};
    projc__new_event event = {.name = {"opened", 6},
                              .aggregate_type = {"account", 7},
                              .aggregate_id = {.kind = PROJC_KIND_UUID, .as.uuid = {{1, 2, 3}}},
                              .payload = {(const uint8_t *)"{}", 2},
                              .time = 42};
    projc__page page;
    projc_store *fresh;

    sql("ALTER TABLE events_log ALTER aggregate_id TYPE text, ALTER payload TYPE jsonb, ALTER metadata TYPE"
        " json, ALTER aggregate_version TYPE smallint, ALTER created_at TYPE timestamp");
    fresh = store_fixture_connect(fixture);
    STATUS(PROJC_OK, projc__store_preflight(fresh, STORE_FIXTURE_LOG, &fixture->error));
    STATUS(PROJC_OK,
           projc__store_append(fresh, STORE_FIXTURE_LOG, &event, 1, NULL, &fixture->error));
    STATUS(PROJC_CONFLICT,
           projc__store_append(fresh, STORE_FIXTURE_LOG, &event, 1, NULL, &fixture->error));
    STATUS(PROJC_OK, projc__store_read_page(fresh, STORE_FIXTURE_LOG, 0, &limits, fixture->arena,
                                            &page, &fixture->error));
    CU_ASSERT_EQUAL_FATAL(page.count, 1);
    CU_ASSERT_EQUAL(page.events[0].aggregate_id.kind, PROJC_KIND_UUID);
    CU_ASSERT_EQUAL(page.events[0].aggregate_id.as.uuid.bytes[2], 3);
    CU_ASSERT_EQUAL(page.events[0].time, 42);
    CU_ASSERT_EQUAL(page.events[0].version, 1);
    CU_ASSERT_EQUAL(number_of("SELECT count(*) FROM events_log WHERE created_at ="
                              " '1970-01-01 00:00:00.000042' AND aggregate_id ="
                              " '01020300-0000-0000-0000-000000000000'"),
                    1);
    /* By id, too. */
    STATUS(PROJC_OK,
           projc__store_read_raw(fresh, STORE_FIXTURE_LOG, 0, 100, "account", &event.aggregate_id,
                                 &limits, fixture->arena, &page, &fixture->error));
    CU_ASSERT_EQUAL(page.count, 1);
}
