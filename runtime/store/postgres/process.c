/* Heartbeats of processes, and who waits for which position. */
#include <stdio.h>

#include "base/arena.h"
#include "store/postgres/driver.h"
#include "store/postgres/statement.h"

static void send_beat(projc__pipeline *pipeline, projc_text id, projc_text name)
{
    projc__statement statement;

    projc__statement_init(&statement, pipeline->postgres, pipeline->error);
    projc__statement_add(
        &statement, "INSERT INTO @projc_process (id, name) VALUES ($1, $2) ON CONFLICT (id)"
                    " DO UPDATE SET name = EXCLUDED.name, heard_at = pg_catalog.clock_timestamp()");
    projc__statement_bind_slice(&statement, id);
    projc__statement_bind_slice(&statement, name);
    projc__pipeline_send(pipeline, &statement, NULL);

    /* Whoever finds another at it leaves the row to that one. */
    projc__pipeline_send_text(
        pipeline, "DELETE FROM @projc_process WHERE id IN (SELECT id FROM @projc_process"
                  " WHERE heard_at < pg_catalog.clock_timestamp() - interval '1 minute'"
                  " FOR UPDATE SKIP LOCKED)");
}

projc_status projc__postgres_heartbeat(projc_store *store, projc_text id, projc_text name,
                                       projc_arena *arena, projc__process **processes,
                                       size_t *count, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__statement statement;
    projc__pipeline pipeline;
    PGresult *result = NULL;

    projc__pipeline_begin(&pipeline, postgres, error);
    if (id.size != 0)
        send_beat(&pipeline, id, name);
    projc__statement_init(&statement, postgres, error);
    projc__statement_add(
        &statement, "SELECT id, name, heard_at > pg_catalog.clock_timestamp() - interval '1 s'"
                    " FROM @projc_process ORDER BY id");
    projc__pipeline_send(&pipeline, &statement, &result);
    projc_status status = projc__pipeline_end(&pipeline);
    if (status != PROJC_OK)
        return status;
    *count = (size_t)PQntuples(result);
    *processes = projc_arena_alloc(arena, *count * sizeof **processes);
    for (int i = 0; *processes != NULL && i < (int)*count; i++) {
        (*processes)[i].id = projc__result_text(result, i, 0, arena);
        (*processes)[i].name = projc__result_text(result, i, 1, arena);
        (*processes)[i].is_alive = projc__result_bool(result, i, 2);
    }
    if (projc_arena_is_exhausted(arena))
        status = projc__arena_error(arena, error);
    PQclear(result);
    return status;
}

static projc_status delete_by_id(projc_store *store, const char *text, projc_text id,
                                 projc_error *error)
{
    projc__statement statement;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement, text);
    projc__statement_bind_slice(&statement, id);
    return projc__statement_do(&statement);
}

projc_status projc__postgres_end_process(projc_store *store, projc_text id, projc_error *error)
{
    return delete_by_id(store, "DELETE FROM @projc_process WHERE id = $1", id, error);
}

projc_status projc__postgres_add_waiter(projc_store *store, projc_text id, int64_t generation,
                                        int64_t position, const projc_stream_type *stream,
                                        int64_t timeout_ms, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__statement statement;
    projc__pipeline pipeline;

    projc__pipeline_begin(&pipeline, postgres, error);
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
    projc__statement_add(&statement, "SELECT pg_catalog.pg_notify($1, '')");
    projc__statement_bind_text(&statement, stream->channel);
    projc__pipeline_send(&pipeline, &statement, NULL);
    return projc__pipeline_end(&pipeline);
}

projc_status projc__postgres_remove_waiter(projc_store *store, projc_text id, projc_error *error)
{
    return delete_by_id(store, "DELETE FROM @projc_waiter WHERE id = $1", id, error);
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
