/* The fixture: databases that come and go. The module is in store_module.c. */
#include "store_fixture.h"

#include <libpq-fe.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned serial; /* tells the databases of one run apart */

const char *store_kind_name(store_kind kind)
{
    static const char *const names[] = {"sqlite", "sqlite :memory:", "sqlite shared memory",
                                        "postgres"};

    return names[kind];
}

bool store_kind_is_available(store_kind kind)
{
    const char *url = getenv("PROJC_TEST_PG");

    return kind != STORE_POSTGRES || (url != NULL && url[0] != '\0');
}

/* ---- PostgreSQL: one schema a test ---- */

static bool run_postgres(const char *sql)
{
    PGconn *connection = PQconnectdb(getenv("PROJC_TEST_PG"));
    PGresult *result = PQexec(connection, sql);
    bool is_done = PQresultStatus(result) == PGRES_COMMAND_OK;

    if (!is_done)
        fprintf(stderr, "store_fixture: %s: %s", sql, PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
    return is_done;
}

static bool make_schema(store_fixture *fixture)
{
    const char *url = getenv("PROJC_TEST_PG");
    char sql[128];

    snprintf(fixture->schema, sizeof fixture->schema, "store_%ld_%u", (long)getpid(), serial);
    snprintf(fixture->database, sizeof fixture->database, "%s%coptions=-csearch_path%%3D%s", url,
             strchr(url, '?') == NULL ? '?' : '&', fixture->schema);
    snprintf(sql, sizeof sql, "CREATE SCHEMA %s", fixture->schema);
    return run_postgres(sql);
}

static void drop_schema(const store_fixture *fixture)
{
    char sql[160];

    snprintf(sql, sizeof sql, "SET client_min_messages = error; DROP SCHEMA %s CASCADE",
             fixture->schema);
    run_postgres(sql);
}

/* ---- SQLite: one folder a test ---- */

static bool make_folder(store_fixture *fixture)
{
    const char *base = getenv("TMPDIR");

    snprintf(fixture->folder, sizeof fixture->folder, "%s/projc-store.XXXXXX",
             base != NULL && strlen(base) < sizeof fixture->folder - 24 ? base : "/tmp");
    if (mkdtemp(fixture->folder) == NULL) {
        perror(fixture->folder);
        fixture->folder[0] = '\0';
        return false;
    }
    snprintf(fixture->database, sizeof fixture->database, "sqlite:%s/test.db", fixture->folder);
    return true;
}

static void remove_folder(const char *folder)
{
    char path[512];
    DIR *entries = opendir(folder);
    struct dirent *entry;

    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    if (entries != NULL)
        closedir(entries);
    rmdir(folder);
}

/* ---- the fixture ---- */

static bool make_database(store_fixture *fixture)
{
    serial++;
    switch (fixture->kind) {
    case STORE_SQLITE_FILE:
        return make_folder(fixture);
    case STORE_SQLITE_MEMORY:
        snprintf(fixture->database, sizeof fixture->database, "sqlite::memory:");
        return true;
    case STORE_SQLITE_SHARED:
        snprintf(fixture->database, sizeof fixture->database,
                 "sqlite:file:store_%ld_%u?mode=memory&cache=shared", (long)getpid(), serial);
        return true;
    case STORE_POSTGRES:
        return make_schema(fixture);
    }
    return false;
}

bool store_fixture_begin_empty(store_fixture *fixture, store_kind kind)
{
    memset(fixture, 0, sizeof *fixture);
    fixture->kind = kind;
    fixture->arena = projc_arena_new(0);
    if (fixture->arena == NULL || !make_database(fixture))
        return false;
    fixture->store = store_fixture_connect(fixture);
    return fixture->store != NULL;
}

bool store_fixture_begin(store_fixture *fixture, store_kind kind)
{
    if (!store_fixture_begin_empty(fixture, kind))
        return false;
    if (projc_store_apply_schema(fixture->store, &store_fixture_module, true, &fixture->error) ==
            PROJC_OK &&
        projc__store_preflight(fixture->store, STORE_FIXTURE_LOG, &fixture->error) == PROJC_OK &&
        projc__store_preflight(fixture->store, STORE_FIXTURE_PACKED, &fixture->error) == PROJC_OK)
        return true;
    fprintf(stderr, "store_fixture: %s\n", fixture->error.message);
    return false;
}

void store_fixture_end(store_fixture *fixture)
{
    for (size_t i = 0; i < fixture->connection_count; i++)
        projc_store_close(fixture->connections[i]);
    if (fixture->folder[0] != '\0')
        remove_folder(fixture->folder);
    if (fixture->schema[0] != '\0')
        drop_schema(fixture);
    projc_arena_free(fixture->arena);
    memset(fixture, 0, sizeof *fixture);
}

projc_store *store_fixture_connect(store_fixture *fixture)
{
    projc_store_options options = {.database = fixture->database, .lock_timeout_ms = 5000};
    projc_store *store = NULL;

    if (fixture->connection_count == STORE_CONNECTIONS_MAX)
        fprintf(stderr, "store_fixture: too many connections\n");
    else if (projc_store_open(&options, &store, &fixture->error) != PROJC_OK)
        fprintf(stderr, "store_fixture: %s\n", fixture->error.message);
    else
        fixture->connections[fixture->connection_count++] = store;
    return store;
}

void store_fixture_disconnect(store_fixture *fixture, projc_store *store)
{
    for (size_t i = 0; i < fixture->connection_count; i++)
        if (fixture->connections[i] == store) {
            fixture->connections[i] = fixture->connections[--fixture->connection_count];
            projc_store_close(store);
            return;
        }
}
