/* Who waits for which position, and hearing of the commits that bring it.
 *
 * DESIGN. A waiter LISTENs and writes its row in one transaction; a commit that sees the row sends
 * a notification. PostgreSQL lets LISTEN take effect before the row can be seen, so only a commit
 * that looked before and ended after goes unheard: the caller's second look finds it. UNLISTEN
 * comes with the row's removal, so that nothing piles up on a connection of the user's. Behind a
 * pooler nothing is heard, and the caller polls.
 *
 * To look for rows is a seventh of what the server does for a live commit. So a connection that
 * listens looks only while it has heard of waiters: each tells how long it waits. One that came
 * while such a unit was under way is not seen by it, which the caller's next look finds. */
#include "store/postgres/waiter.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "store/postgres/driver.h"
#include "store/postgres/listener.h"
#include "store/postgres/statement.h"

projc_status projc__postgres_add_waiter(projc_store *store, projc_text id, int64_t generation,
                                        int64_t position, const projc_stream_type *stream,
                                        int64_t timeout_ms, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__statement statement;
    projc__pipeline pipeline;

    projc__pipeline_begin(&pipeline, postgres, error);
    projc__pipeline_send_light(&pipeline);
    if (postgres->is_direct)
        projc__pipeline_send_text(&pipeline, "LISTEN " PROJC__COMMITTED_CHANNEL);
    projc__pipeline_send_text(
        &pipeline, "DELETE FROM @projc_waiter WHERE id IN (SELECT id FROM @projc_waiter"
                   " WHERE ends_at < pg_catalog.clock_timestamp() FOR UPDATE SKIP LOCKED)");
    projc__statement_init(&statement, postgres, error);
    projc__statement_add(
        &statement, "INSERT INTO @projc_waiter (id, generation, position, ends_at) VALUES ($1, $2,"
                    " $3, pg_catalog.clock_timestamp() + $4 * interval '1 millisecond')"
                    " ON CONFLICT (id) DO UPDATE SET generation = EXCLUDED.generation,"
                    " position = EXCLUDED.position, ends_at = EXCLUDED.ends_at");
    projc__statement_bind_slice(&statement, id);
    projc__statement_bind_i64(&statement, generation);
    projc__statement_bind_i64(&statement, position);
    projc__statement_bind_i64(&statement, timeout_ms > 0 ? timeout_ms : 0);
    projc__pipeline_send(&pipeline, &statement, NULL);
    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement,
                         "SELECT pg_catalog.pg_notify($1, '" PROJC__WAITER_PAYLOAD "' || $2)");
    projc__statement_bind_text(&statement, stream->channel);
    projc__statement_bind_i64(&statement, timeout_ms > 0 ? timeout_ms : 0);
    projc__pipeline_send(&pipeline, &statement, NULL);
    return projc__pipeline_end(&pipeline);
}

projc_status projc__postgres_remove_waiter(projc_store *store, projc_text id, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__statement statement;
    projc__pipeline pipeline;
    PGnotify *note;
    projc_status status;

    projc__pipeline_begin(&pipeline, postgres, error);
    projc__pipeline_send_light(&pipeline);
    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement, "DELETE FROM @projc_waiter WHERE id = $1");
    projc__statement_bind_slice(&statement, id);
    projc__pipeline_send(&pipeline, &statement, NULL);
    if (postgres->is_direct)
        projc__pipeline_send_text(&pipeline, "UNLISTEN " PROJC__COMMITTED_CHANNEL);
    status = projc__pipeline_end(&pipeline);
    /* The listener's connection waits for nobody: what it has heard is left to it. */
    while (postgres->listener == NULL && (note = PQnotifies(postgres->connection)) != NULL)
        PQfreemem(note);
    return status;
}

/* Takes what libpq has received; is a commit of the generation among it? */
static bool take_commits(projc__postgres *postgres, int64_t generation)
{
    bool is_heard = false;
    PGnotify *note;

    while ((note = PQnotifies(postgres->connection)) != NULL) {
        is_heard = is_heard || (strcmp(note->relname, PROJC__COMMITTED_CHANNEL) == 0 &&
                                strtoll(note->extra, NULL, 10) == generation);
        PQfreemem(note);
    }
    return is_heard;
}

projc_status projc__postgres_wait_commit(projc_store *store, int64_t generation, int64_t timeout_us,
                                         projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    int64_t deadline = projc__postgres_now_ms() + (timeout_us + 999) / 1000;

    if (postgres->is_dead)
        return projc_error_set(error, PROJC_CONNECTION, "the connection to PostgreSQL is lost");
    if (!postgres->is_direct || postgres->listener != NULL)
        return projc_error_set(error, PROJC_UNSUPPORTED, "notifications do not come here");
    while (!take_commits(postgres, generation)) {
        struct pollfd item = {.fd = PQsocket(postgres->connection), .events = POLLIN};
        int64_t left = deadline - projc__postgres_now_ms();
        int count;

        if (left <= 0)
            return projc_error_set(error, PROJC_TIMED_OUT, "no commit came");
        count = poll(&item, 1, left < INT32_MAX ? (int)left : INT32_MAX);
        if (count < 0 && errno != EINTR && errno != EAGAIN)
            return projc__postgres_lost(postgres, strerror(errno), error);
        if (count > 0 && PQconsumeInput(postgres->connection) == 0)
            return projc__postgres_lost(postgres, NULL, error);
    }
    return PROJC_OK;
}

projc_status projc__postgres_load_waiters(projc_store *store, projc_arena *arena,
                                          projc__waiter **waiters, size_t *count,
                                          projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement, "SELECT generation, position FROM @projc_waiter"
                                     " WHERE ends_at > pg_catalog.clock_timestamp()");
    projc__statement_keep(&statement);
    projc_status status = projc__statement_run(&statement, &result);
    if (status != PROJC_OK)
        return status;
    *count = (size_t)PQntuples(result);
    *waiters = projc_arena_alloc(arena, *count * sizeof **waiters);
    if (*waiters == NULL)
        status = projc__arena_error(arena, error);
    for (int i = 0; *waiters != NULL && i < (int)*count; i++) {
        (*waiters)[i].generation = projc__result_i64(result, i, 0);
        (*waiters)[i].position = projc__result_i64(result, i, 1);
    }
    PQclear(result);
    return status;
}
