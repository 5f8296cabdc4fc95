/* A server of one's own: who may come in, a standby, a pooler. run.sh makes it:
 * user ann has the password "correct horse"; database `empty` has no schema in its search_path. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postgres_suite.h"

static const char *url(const char *rest)
{
    static char text[512];

    snprintf(text, sizeof text, "postgresql:///%s&host=%s", rest, getenv("PROJC_OWN_PG"));
    return text;
}

static void refused(const char *text, projc_status expected, const char *sqlstate, const char *part)
{
    projc_store *store = NULL;

    STATUS(expected, open_url(text, &store));
    CU_ASSERT_PTR_NULL(store);
    CU_ASSERT_STRING_EQUAL(fixture->error.sqlstate, sqlstate);
    SAYS(part);
    projc_store_close(store);
}

void right_password_connects(void)
{
    projc_store *store = NULL;

    STATUS(PROJC_OK, open_url(url("postgres?user=ann&password=correct%20horse"), &store));
    projc_store_close(store);
}

void wrong_password_is_named_and_not_shown(void)
{
    refused(url("postgres?user=ann&password=wrong%20horse"), PROJC_DATABASE, "28P01",
            "the password is wrong");
    CU_ASSERT_PTR_NULL(strstr(fixture->error.message, "wrong horse"));
}

void missing_password_is_named(void)
{
    refused(url("postgres?user=ann"), PROJC_DATABASE, "", "set PGPASSWORD");
}

void unknown_database_is_named(void)
{
    refused(url("nowhere?user=postgres"), PROJC_DATABASE, "3D000", "createdb");
    SAYS("nowhere");
}

void rejected_user_is_named(void)
{
    refused(url("postgres?user=eve"), PROJC_DATABASE, "28000", "pg_hba.conf");
}

void environment_is_used(void)
{
    projc_store *store = NULL;

    setenv("PGHOST", getenv("PROJC_OWN_PG"), 1);
    setenv("PGUSER", "ann", 1);
    setenv("PGPASSWORD", "correct horse", 1);
    setenv("PGDATABASE", "postgres", 1);
    STATUS(PROJC_OK, open_url("postgres:", &store));
    projc_store_close(store);
    setenv("PGPASSWORD", "wrong horse", 1);
    refused("postgres:", PROJC_DATABASE, "28P01", "the password is wrong");
    unsetenv("PGHOST");
    unsetenv("PGUSER");
    unsetenv("PGPASSWORD");
    unsetenv("PGDATABASE");
}

void database_without_schema_is_named(void)
{
    refused(url("empty?user=postgres"), PROJC_DATABASE, "", "search_path");
}

void standby_is_refused(void)
{
    char text[512];
    projc_store *store = NULL;

    snprintf(text, sizeof text, "postgresql:///postgres?user=postgres&host=%s",
             getenv("PROJC_OWN_STANDBY"));
    STATUS(PROJC_OK, open_url(text, &store));
    STATUS(PROJC_UNSUPPORTED, projc__store_preflight(store, STORE_FIXTURE_LOG, &fixture->error));
    SAYS("standby");
    SAYS("target_session_attrs=read-write");
    projc_store_close(store);
}

void read_only_database_is_refused(void)
{
    projc_store *store = NULL;

    STATUS(PROJC_OK,
           open_url(url("postgres?user=postgres&options=-cdefault_transaction_read_only%3Don"),
                    &store));
    STATUS(PROJC_UNSUPPORTED, projc__store_preflight(store, STORE_FIXTURE_LOG, &fixture->error));
    SAYS("unset default_transaction_read_only");
    projc_store_close(store);
}

void read_write_host_is_chosen(void)
{
    char text[512];
    projc_store *store = NULL;

    snprintf(text, sizeof text,
             "host=%s,%s user=postgres dbname=postgres target_session_attrs=read-write",
             getenv("PROJC_OWN_STANDBY"), getenv("PROJC_OWN_PG"));
    STATUS(PROJC_OK, open_url(text, &store));
    /* It gets as far as the missing table. */
    STATUS(PROJC_NO_SCHEMA, projc__store_preflight(store, STORE_FIXTURE_LOG, &fixture->error));
    projc_store_close(store);
}

/* ---- pgbouncer in transaction mode ---- */

void pooler_does_not_listen(void)
{
    const projc_stream_type *const streams[] = {STORE_FIXTURE_LOG};
    projc_store *store = NULL;
    int index;

    STATUS(PROJC_OK, open_url(getenv("PROJC_POOLER"), &store));
    STATUS(PROJC_UNSUPPORTED, projc__store_listen(store, streams, 1, &fixture->error));
    SAYS("polling takes over");
    /* Waiting is only a pause then. */
    STATUS(PROJC_TIMED_OUT, projc__store_wait(store, -1, 10, &index, &fixture->error));
    projc_store_close(store);
}

static void append_one(projc_store *store, uint8_t account)
{
    projc__new_event event = {.name = {"opened", 6},
                              .aggregate_type = {"account", 7},
                              .aggregate_id = {.kind = PROJC_KIND_UUID, .as.uuid = {{account}}},
                              .expected_version = PROJC_ANY_VERSION,
                              .payload = {(const uint8_t *)"{}", 2},
                              .time = INT64_MIN};
    STATUS(PROJC_OK,
           projc__store_append(store, STORE_FIXTURE_LOG, &event, 1, NULL, &fixture->error));
}

/* Two stores on two server connections that the pooler gives to whoever comes. */
void pooled_connections_do_all_the_rest(void)
{
    const projc__page_limits limits = {.rows = 100, .bytes = 1 << 20};
    projc__registration registration = {"pkg", &store_fixture_balance_projection, STORE_FIXTURE_LOG,
                                        2};
    projc_store *stores[2] = {NULL, NULL};
    projc__generation generation;
    projc__lane *lanes;
    projc__page page;
    size_t count;

    for (int i = 0; i < 2; i++)
        STATUS(PROJC_OK, open_url(getenv("PROJC_POOLER"), &stores[i]));
    STATUS(PROJC_OK,
           projc_store_apply_schema(stores[0], &store_fixture_module, true, &fixture->error));
    for (int i = 0; i < 20; i++) {
        projc_store *store = stores[i % 2];
        projc__process *processes;
        STATUS(PROJC_OK, projc__store_preflight(store, STORE_FIXTURE_LOG, &fixture->error));
        append_one(store, 1);
        STATUS(PROJC_OK, projc_store_begin(store, &fixture->error));
        append_one(store, 1);
        append_one(stores[(i + 1) % 2], 2);
        STATUS(PROJC_OK, projc_store_commit(store, &fixture->error));
        STATUS(PROJC_OK, projc__store_register_projection(store, &registration, fixture->arena,
                                                          &generation, &fixture->error));
        STATUS(PROJC_OK, projc__store_load_lanes(store, generation.number, fixture->arena, &lanes,
                                                 &count, &fixture->error));
        projc__claim claim = {.position = lanes[0].position,
                              .epoch = lanes[0].epoch,
                              .new_position = lanes[0].position + 1};
        projc__unit unit = {.generation = generation.number, .claims = &claim, .claim_count = 1};
        STATUS(PROJC_OK, projc__store_commit(store, &unit, &fixture->error));
        STATUS(PROJC_FENCED, projc__store_commit(stores[(i + 1) % 2], &unit, &fixture->error));
        STATUS(PROJC_OK,
               projc__store_heartbeat(store, (projc_text){"a", 1}, (projc_text){"b", 1},
                                      fixture->arena, &processes, &count, &fixture->error));
    }
    STATUS(PROJC_OK, projc__store_read_page(stores[0], STORE_FIXTURE_LOG, 0, &limits,
                                            fixture->arena, &page, &fixture->error));
    CU_ASSERT_EQUAL(page.count, 60);
    for (int i = 0; i < 2; i++)
        projc_store_close(stores[i]);
}
