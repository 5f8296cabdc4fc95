/* Opening a connection to PostgreSQL, and saying why it could not be opened without showing a
 * secret. */
#include "store/postgres/connection.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/postgres/event_table.h"
#include "store/postgres/listener.h"
#include "store/postgres/prepared.h"
#include "store/postgres/statement.h"

enum {
    DIAGNOSIS_MS = 5000,
    DEFAULT_STATEMENT_TIMEOUT_MS = 60000,
    DEFAULT_LOCK_TIMEOUT_MS = 2000,
    SQLSTATE_SIZE = 5
};

/* What libpq is told. The user's text stands behind our defaults and so overrides them; the
 * environment does as well, because a default whose variable is set is left out. */
enum { SETTINGS_MAX = 16 };

typedef struct settings {
    const char *names[SETTINGS_MAX];
    const char *values[SETTINGS_MAX];
    size_t count;
} settings;

static void put(settings *list, const char *name, const char *variable, const char *value)
{
    if (variable != NULL && getenv(variable) != NULL)
        return;
    assert(list->count + 1 < SETTINGS_MAX);
    list->names[list->count] = name;
    list->values[list->count] = value;
    list->count++;
    list->names[list->count] = NULL;
    list->values[list->count] = NULL;
}

static void fill_settings(settings *list, const char *conninfo, const char *application_name)
{
    list->count = 0;
    put(list, "connect_timeout", "PGCONNECT_TIMEOUT", "5");
    put(list, "keepalives_idle", NULL, "15");
    put(list, "keepalives_interval", NULL, "5");
    put(list, "keepalives_count", NULL, "3");
    put(list, "tcp_user_timeout", NULL, "30000");
    put(list, "fallback_application_name", NULL,
        application_name != NULL && application_name[0] != '\0' ? application_name : "projc");
    if (conninfo[0] != '\0')
        put(list, "dbname", NULL, conninfo);
    /* Behind the user's text: texts are UTF-8 whatever the environment says. */
    put(list, "client_encoding", NULL, "UTF8");
}

/* libpq tells a server's refusal only as translated text. A second attempt, with the SQLSTATE
 * switched on in its messages, tells which refusal it was; sqlstate stays empty when no server
 * answered. */
static void diagnose(const settings *list, char sqlstate[SQLSTATE_SIZE + 1])
{
    projc__postgres attempt = {0};
    int64_t deadline = projc__postgres_now_ms() + DIAGNOSIS_MS;
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;

    sqlstate[0] = '\0';
    attempt.connection = PQconnectStartParams(list->names, list->values, 1);
    if (attempt.connection == NULL)
        return;
    PQsetErrorVerbosity(attempt.connection, PQERRORS_SQLSTATE);
    while (PQstatus(attempt.connection) != CONNECTION_BAD &&
           (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING)) {
        if (projc__postgres_wait_socket(&attempt, next == PGRES_POLLING_WRITING, deadline, NULL) !=
            PROJC_OK)
            break;
        next = PQconnectPoll(attempt.connection);
    }
    /* "connection to server … failed: FATAL:  28P01": the state is the last word. */
    const char *text = PQerrorMessage(attempt.connection);
    size_t size = strcspn(text, "\n");
    if (size >= SQLSTATE_SIZE + 1 && text[size - SQLSTATE_SIZE - 1] == ' ' &&
        strspn(text + size - SQLSTATE_SIZE, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") >=
            SQLSTATE_SIZE) {
        memcpy(sqlstate, text + size - SQLSTATE_SIZE, SQLSTATE_SIZE);
        sqlstate[SQLSTATE_SIZE] = '\0';
    }
    PQfinish(attempt.connection);
}

static const char *advice_for(const char *sqlstate, bool needs_password)
{
    if (needs_password)
        return "; set PGPASSWORD, or write a ~/.pgpass file";
    if (strcmp(sqlstate, "28P01") == 0)
        return "; the password is wrong: set PGPASSWORD, or mend ~/.pgpass";
    if (strncmp(sqlstate, "28", 2) == 0)
        return "; the server does not let this user in: see its pg_hba.conf";
    if (strcmp(sqlstate, "3D000") == 0)
        return "; create the database with createdb, or name another one";
    if (strncmp(sqlstate, "57P", 3) == 0 || strncmp(sqlstate, "53", 2) == 0)
        return "; the server is there: try again";
    return "; is the server running there?";
}

static projc_status explain_failure(const settings *list, PGconn *connection, projc_error *error)
{
    char sqlstate[SQLSTATE_SIZE + 1];
    char text[PROJC_MESSAGE_MAX - 128]; /* the advice must not be cut off */
    bool needs_password = PQconnectionNeedsPassword(connection) != 0;

    snprintf(text, sizeof text, "%s", PQerrorMessage(connection));
    projc__postgres_mask(text, PQpass(connection));
    for (size_t size = strlen(text); size != 0 && text[size - 1] == '\n'; size--)
        text[size - 1] = '\0';

    sqlstate[0] = '\0';
    if (!needs_password)
        diagnose(list, sqlstate);
    projc_status status = PROJC_CONNECTION;
    if (needs_password ||
        (sqlstate[0] != '\0' && projc__postgres_status_of(sqlstate, true) == PROJC_DATABASE))
        status = PROJC_DATABASE; /* trying again would not help */
    projc_error_set(error, status, "%s%s", text[0] != '\0' ? text : "the connection failed",
                    advice_for(sqlstate, needs_password));
    if (error != NULL)
        memcpy(error->sqlstate, sqlstate, sizeof sqlstate);
    return status;
}

/* Answers of the server that hold for the whole connection: which schema names are qualified with,
 * and whether it is the server's own connection, as the process that answers is the one that the
 * connection was opened with (a pooler invents a number); and the server's own keepalives, as
 * often as ours, so that it too notices when the other end is gone (orphan.c). A server on a socket
 * without them takes no notice, and behind a pooler they are the pooler's. */
static projc_status look_around(projc__postgres *postgres, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement,
                         "SELECT pg_catalog.current_schema()::pg_catalog.text,"
                         " pg_catalog.pg_backend_pid(),"
                         " pg_catalog.set_config('tcp_keepalives_idle', '15', false),"
                         " pg_catalog.set_config('tcp_keepalives_interval', '5', false),"
                         " pg_catalog.set_config('tcp_keepalives_count', '3', false),"
                         " pg_catalog.set_config('tcp_user_timeout', '30000', false)");
    projc_status status = projc__statement_run(&statement, &result);
    if (status != PROJC_OK)
        return status;
    if (PQgetisnull(result, 0, 0))
        status = projc_error_set(error, PROJC_DATABASE,
                                 "no schema of the search_path exists: create one, or set the "
                                 "search_path of this role or database");
    else if ((postgres->schema = strdup(PQgetvalue(result, 0, 0))) == NULL)
        status = projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    else
        postgres->is_direct = projc__result_i64(result, 0, 1) == PQbackendPID(postgres->connection);
    PQclear(result);
    return status;
}

/* Notices are for people at psql: a library does not write to its program's stderr. */
static void ignore_notice(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static projc_status connect_to(projc__postgres *postgres, const char *conninfo,
                               const char *application_name, projc_error *error)
{
    settings list;

    fill_settings(&list, conninfo, application_name);
    postgres->connection = PQconnectdbParams(list.names, list.values, 1);
    if (postgres->connection == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    if (PQstatus(postgres->connection) != CONNECTION_OK)
        return explain_failure(&list, postgres->connection, error);
    (void)PQsetNoticeProcessor(postgres->connection, ignore_notice, NULL);
    if (PQsetnonblocking(postgres->connection, 1) != 0)
        return projc__postgres_lost(postgres, "the socket cannot be made non-blocking", error);
    return look_around(postgres, error);
}

projc_status projc__postgres_open(const projc_store_options *options, projc_store **store,
                                  projc_error *error)
{
    *store = NULL;
    const char *conninfo = projc__postgres_conninfo(options->database);
    if (conninfo == NULL)
        return projc_error_set(error, PROJC_INVALID, "this is no PostgreSQL database");
    projc_status status = projc__postgres_check_conninfo(conninfo, error);
    if (status != PROJC_OK)
        return status;

    projc__postgres *postgres = calloc(1, sizeof *postgres);
    if (postgres == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    postgres->store.driver = &projc__postgres_driver;
    postgres->statement_timeout_ms = options->statement_timeout_ms > 0
                                         ? options->statement_timeout_ms
                                         : DEFAULT_STATEMENT_TIMEOUT_MS;
    postgres->lock_timeout_ms =
        options->lock_timeout_ms > 0 ? options->lock_timeout_ms : DEFAULT_LOCK_TIMEOUT_MS;
    postgres->scratch = projc_arena_new(0);
    if (postgres->scratch == NULL)
        status = projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    else
        status = connect_to(postgres, conninfo, options->application_name, error);
    if (status != PROJC_OK) {
        projc__postgres_close(&postgres->store);
        return status;
    }
    *store = &postgres->store;
    return PROJC_OK;
}

void projc__postgres_close(projc_store *store)
{
    if (store == NULL)
        return;
    projc__postgres *postgres = projc__postgres_of(store);
    projc__event_tables_free(postgres);
    projc__listener_free(postgres);
    projc__prepared_free(postgres);
    PQfinish(postgres->connection); /* the server rolls back what is open */
    projc_arena_free(postgres->scratch);
    free(postgres->schema);
    free(postgres);
}
