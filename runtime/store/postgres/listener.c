/* LISTEN and waiting for what it brings.
 *
 * DESIGN. Notifications are hints; losing one costs a poll interval. What must not happen is to
 * believe in them where none can come. Behind a pooler, LISTEN goes to whichever server connection
 * is at hand: so the connection must be direct (connection.c), and then one notification is sent to
 * ourselves and must come back. A quiet connection is asked for a sign of life every 10 s, because
 * a half-open socket is quiet as well. */
#include "store/postgres/listener.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "store/postgres/driver.h"
#include "store/postgres/statement.h"
#include "store/postgres/waiter.h"

enum { HEARTBEAT_MS = 10000, ECHO_MS = 1000, HEARTBEAT_ANSWER_MS = 5000 };

static const char echo_channel[] = "projc_echo";

void projc__listener_free(projc__postgres *postgres)
{
    free(postgres->listener);
    postgres->listener = NULL;
}

static projc__listener *make_listener(const projc_stream_type *const *streams, size_t count)
{
    projc__listener *listener = calloc(1, sizeof *listener + count * sizeof listener->streams[0]);

    if (listener == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        char *channel = listener->streams[i].channel;
        size_t size = strlen(streams[i]->channel);
        memcpy(channel, streams[i]->channel,
               size < sizeof listener->streams[i].channel
                   ? size
                   : sizeof listener->streams[i].channel - 1);
    }
    listener->count = count;
    listener->heard_at = projc__postgres_now_ms();
    return listener;
}

static projc_status do_named(projc__postgres *postgres, const char *command, const char *name,
                             projc_error *error)
{
    projc__statement statement;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement, command);
    projc__statement_add_name(&statement, name);
    return projc__statement_do(&statement);
}

static void note_waiter(projc__listener *listener, int64_t left_ms)
{
    int64_t now = projc__postgres_now_ms();
    int64_t until = left_ms > INT64_MAX - now ? INT64_MAX : now + left_ms;

    if (until > listener->awaited_until)
        listener->awaited_until = until;
}

/* Notes what libpq has received. */
static void drain(projc__postgres *postgres)
{
    static const char waiter[] = PROJC__WAITER_PAYLOAD;
    projc__listener *listener = postgres->listener;
    PGnotify *note;

    while ((note = PQnotifies(postgres->connection)) != NULL) {
        if (strcmp(note->relname, echo_channel) == 0)
            listener->has_echo = true;
        if (strncmp(note->extra, waiter, strlen(waiter)) == 0)
            note_waiter(listener, strtoll(note->extra + strlen(waiter), NULL, 10));
        for (size_t i = 0; i < listener->count; i++) {
            if (strcmp(listener->streams[i].channel, note->relname) == 0)
                listener->streams[i].is_rung = true;
        }
        PQfreemem(note);
    }
}

/* Takes one stream that was rung for: each is told once, however often it was. */
static bool take_ring(projc__listener *listener, int *stream_index)
{
    for (size_t i = 0; i < listener->count; i++) {
        if (listener->streams[i].is_rung) {
            listener->streams[i].is_rung = false;
            *stream_index = (int)i;
            return true;
        }
    }
    return false;
}

/* Sends a notification to ourselves, on a channel that stands for nothing. */
static projc_status check_echo(projc__postgres *postgres, projc_error *error)
{
    int64_t deadline = projc__postgres_now_ms() + ECHO_MS;

    projc_status status = do_named(postgres, "LISTEN ", echo_channel, error);
    if (status == PROJC_OK)
        status = do_named(postgres, "NOTIFY ", echo_channel, error);
    for (drain(postgres); status == PROJC_OK && !postgres->listener->has_echo; drain(postgres)) {
        struct pollfd item = {.fd = PQsocket(postgres->connection), .events = POLLIN};
        int64_t left = deadline - projc__postgres_now_ms();
        if (left <= 0)
            return projc_error_set(error, PROJC_UNSUPPORTED,
                                   "LISTEN brings nothing here: a pooler may stand in between; "
                                   "polling takes over");
        if (poll(&item, 1, (int)left) > 0 && PQconsumeInput(postgres->connection) == 0)
            status = projc__postgres_lost(postgres, NULL, error);
    }
    if (status == PROJC_OK)
        status = do_named(postgres, "UNLISTEN ", echo_channel, error);
    return status;
}

bool projc__listener_is_awaited(const projc__postgres *postgres)
{
    return postgres->listener == NULL ||
           projc__postgres_now_ms() < postgres->listener->awaited_until;
}

/* Who has begun to wait before anybody listened here. */
static projc_status find_waiters(projc__postgres *postgres, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement,
                         "SELECT COALESCE(max(1000 * extract(epoch FROM ends_at"
                         " - pg_catalog.clock_timestamp())), 0)::int8 FROM @projc_waiter");
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK)
        note_waiter(postgres->listener, projc__result_i64(result, 0, 0));
    PQclear(result);
    if (status != PROJC_NO_SCHEMA)
        return status;
    /* It will be made yet. */
    projc_error_clear(error);
    note_waiter(postgres->listener, INT64_MAX);
    return PROJC_OK;
}

projc_status projc__postgres_listen(projc_store *store, const projc_stream_type *const *streams,
                                    size_t count, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);

    if (!postgres->is_direct)
        return projc_error_set(error, PROJC_UNSUPPORTED,
                               "LISTEN needs a direct connection, and a pooler stands in between; "
                               "polling takes over");
    projc__listener_free(postgres);
    postgres->listener = make_listener(streams, count);
    if (postgres->listener == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    projc_status status = check_echo(postgres, error);
    for (size_t i = 0; status == PROJC_OK && i < count; i++)
        status = do_named(postgres, "LISTEN ", postgres->listener->streams[i].channel, error);
    if (status == PROJC_OK)
        status = find_waiters(postgres, error);
    if (status != PROJC_OK)
        projc__listener_free(postgres);
    return status;
}

/* A sign of life; the answer may bring notifications. */
static projc_status ask_for_life(projc__postgres *postgres, projc_error *error)
{
    projc__statement statement;
    int64_t usual = postgres->statement_timeout_ms;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement, "SELECT 1");
    statement.is_brief = true;
    postgres->statement_timeout_ms = HEARTBEAT_ANSWER_MS;
    projc_status status = projc__statement_do(&statement);
    postgres->statement_timeout_ms = usual;
    postgres->listener->heard_at = projc__postgres_now_ms();
    return status;
}

static int64_t smaller(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

/* One wait. OK: something is there. TIMED_OUT: nothing came within timeout_ms. */
static projc_status poll_once(projc__postgres *postgres, int wake_fd, int64_t timeout_ms,
                              bool *is_awake, projc_error *error)
{
    struct pollfd items[2] = {
        {.fd = postgres->listener != NULL ? PQsocket(postgres->connection) : -1, .events = POLLIN},
        {.fd = wake_fd, .events = POLLIN}, /* a negative descriptor is passed over */
    };

    *is_awake = false;
    int count = poll(items, 2, (int)smaller(timeout_ms < 0 ? 0 : timeout_ms, HEARTBEAT_MS));
    if (count < 0 && errno != EINTR && errno != EAGAIN)
        return projc__postgres_lost(postgres, "poll failed", error);
    if (count <= 0)
        return PROJC_OK;
    *is_awake = items[1].revents != 0;
    if (items[0].revents != 0 && postgres->listener != NULL) {
        if (PQconsumeInput(postgres->connection) == 0)
            return projc__postgres_lost(postgres, NULL, error);
        postgres->listener->heard_at = projc__postgres_now_ms();
    }
    return PROJC_OK;
}

projc_status projc__postgres_wait(projc_store *store, int wake_fd, int64_t timeout_ms,
                                  int *stream_index, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    int64_t deadline = projc__postgres_now_ms() + (timeout_ms > 0 ? timeout_ms : 0);
    bool is_awake = false;

    *stream_index = -1;
    if (postgres->is_dead)
        return projc_error_set(error, PROJC_CONNECTION, "the connection to PostgreSQL is lost");
    for (;;) {
        /* Without listen() (behind a pooler) this is only a pause. */
        if (postgres->listener != NULL) {
            drain(postgres);
            if (take_ring(postgres->listener, stream_index))
                return PROJC_OK;
        }
        if (is_awake)
            return PROJC_OK;
        int64_t now = projc__postgres_now_ms();
        if (postgres->listener != NULL && now - postgres->listener->heard_at >= HEARTBEAT_MS) {
            projc_status alive = ask_for_life(postgres, error);
            if (alive != PROJC_OK)
                return alive;
            continue;
        }
        if (now >= deadline)
            return projc_error_set(error, PROJC_TIMED_OUT, "no wake-up came");
        projc_status status = poll_once(postgres, wake_fd, deadline - now, &is_awake, error);
        if (status != PROJC_OK)
            return status;
    }
}
