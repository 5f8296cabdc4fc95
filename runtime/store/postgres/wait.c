/* Waiting for the server with a deadline, and what its errors mean. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "store/postgres/connection.h"

enum { GRACE_MS = 5000, POLL_MAX_MS = 60000 };

int64_t projc__postgres_now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t projc__postgres_patience_ms(const projc__postgres *postgres)
{
    int64_t timeout_ms = postgres->statement_timeout_ms;

    /* The server cancels what takes too long; only one that is silent is given up. */
    return timeout_ms + (timeout_ms < GRACE_MS ? timeout_ms : GRACE_MS);
}

int64_t projc__postgres_deadline(const projc__postgres *postgres)
{
    return projc__postgres_now_ms() + projc__postgres_patience_ms(postgres);
}

projc_status projc__postgres_wait_socket(projc__postgres *postgres, bool is_writing,
                                         int64_t deadline, projc_error *error)
{
    struct pollfd item = {.fd = PQsocket(postgres->connection), .events = POLLIN};

    if (is_writing)
        item.events |= POLLOUT;
    if (item.fd < 0)
        return projc__postgres_lost(postgres, "the connection is closed", error);
    for (;;) {
        int64_t left = deadline - projc__postgres_now_ms();
        if (left <= 0)
            return projc__postgres_lost(postgres, "the server does not answer", error);
        int count = poll(&item, 1, left < POLL_MAX_MS ? (int)left : POLL_MAX_MS);
        if (count > 0)
            return PROJC_OK;
        if (count < 0 && errno != EINTR && errno != EAGAIN)
            return projc__postgres_lost(postgres, strerror(errno), error);
    }
}

projc_status projc__postgres_flush(projc__postgres *postgres, int64_t deadline, projc_error *error)
{
    for (;;) {
        int left = PQflush(postgres->connection);
        if (left == 0)
            return PROJC_OK;
        if (left < 0)
            return projc__postgres_lost(postgres, NULL, error);
        projc_status status = projc__postgres_wait_socket(postgres, true, deadline, error);
        if (status != PROJC_OK)
            return status;
        if (PQconsumeInput(postgres->connection) == 0)
            return projc__postgres_lost(postgres, NULL, error);
    }
}

projc_status projc__postgres_next(projc__postgres *postgres, int64_t deadline, PGresult **result,
                                  projc_error *error)
{
    *result = NULL;
    projc_status status = projc__postgres_flush(postgres, deadline, error);
    while (status == PROJC_OK && PQisBusy(postgres->connection)) {
        status = projc__postgres_wait_socket(postgres, false, deadline, error);
        if (status == PROJC_OK && PQconsumeInput(postgres->connection) == 0)
            status = projc__postgres_lost(postgres, NULL, error);
    }
    if (status == PROJC_OK)
        *result = PQgetResult(postgres->connection);
    return status;
}

/* ---- errors ---- */

projc_status projc__postgres_status_of(const char *sqlstate, bool is_open)
{
    static const struct {
        const char *prefix;
        projc_status status;
    } meanings[] = {
        {"22", PROJC_DATA},       {"23", PROJC_DATA},          {"54", PROJC_DATA},
        {"08", PROJC_CONNECTION}, {"25P03", PROJC_CONNECTION}, {"57P", PROJC_CONNECTION},
        {"40", PROJC_TRANSIENT},  {"53", PROJC_TRANSIENT},     {"55P03", PROJC_TRANSIENT},
        {"57", PROJC_TRANSIENT},  {"42P01", PROJC_NO_SCHEMA},  {"3F000", PROJC_NO_SCHEMA},
    };

    if (!is_open || sqlstate == NULL || sqlstate[0] == '\0')
        return PROJC_CONNECTION;
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (strncmp(sqlstate, meanings[i].prefix, strlen(meanings[i].prefix)) == 0)
            return meanings[i].status;
    }
    return PROJC_DATABASE;
}

/* Of a statement that was prepared by name: the server does not know it, or its table has other
 * columns now. The next connection prepares it anew. */
static bool is_lost_plan(const PGresult *result, const char *sqlstate)
{
    const char *where = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);

    if (sqlstate == NULL)
        return false;
    return strcmp(sqlstate, "26000") == 0 || (strcmp(sqlstate, "0A000") == 0 && where != NULL &&
                                              strcmp(where, "RevalidateCachedQuery") == 0);
}

projc_status projc__postgres_refused(projc__postgres *postgres, const PGresult *result,
                                     projc_error *error)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    projc_status status =
        projc__postgres_status_of(sqlstate, PQstatus(postgres->connection) == CONNECTION_OK);

    if (is_lost_plan(result, sqlstate))
        status = PROJC_CONNECTION;
    if (primary == NULL)
        primary = PQresultErrorMessage(result);
    if (primary == NULL || primary[0] == '\0')
        primary = "the connection was lost";
    projc_error_set(error, status, "PostgreSQL: %s%s%s%s%s", primary, detail != NULL ? " (" : "",
                    detail != NULL ? detail : "", detail != NULL ? ")" : "",
                    status == PROJC_NO_SCHEMA ? ": run `schema --apply`, or `run --create`" : "");
    if (error != NULL && sqlstate != NULL && strlen(sqlstate) < sizeof error->sqlstate)
        memcpy(error->sqlstate, sqlstate, strlen(sqlstate) + 1);
    if (status == PROJC_CONNECTION)
        postgres->is_dead = true;
    return status;
}

projc_status projc__postgres_lost(projc__postgres *postgres, const char *what, projc_error *error)
{
    const char *said = PQerrorMessage(postgres->connection);

    postgres->is_dead = true;
    if (what == NULL)
        what = said != NULL && said[0] != '\0' ? said : "no reason was given";
    return projc_error_set(error, PROJC_CONNECTION, "the connection to PostgreSQL was lost: %s",
                           what);
}
