/* Heartbeats of processes. */
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
    projc__statement_keep(&statement);
    projc__pipeline_send(pipeline, &statement, NULL);

    /* Whoever finds another at it leaves the row to that one. */
    projc__statement_init(&statement, pipeline->postgres, pipeline->error);
    projc__statement_add(&statement,
                         "DELETE FROM @projc_process WHERE id IN (SELECT id FROM @projc_process"
                         " WHERE heard_at < pg_catalog.clock_timestamp() - interval '1 minute'"
                         " FOR UPDATE SKIP LOCKED)");
    projc__statement_keep(&statement);
    projc__pipeline_send(pipeline, &statement, NULL);
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
    if (id.size != 0) {
        projc__pipeline_send_light(&pipeline);
        send_beat(&pipeline, id, name);
    }
    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement,
                         "SELECT id, name, heard_at > pg_catalog.clock_timestamp() - interval '1 s'"
                         " FROM @projc_process ORDER BY id");
    projc__statement_keep(&statement);
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

projc_status projc__postgres_end_process(projc_store *store, projc_text id, projc_error *error)
{
    projc__statement statement;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement, "DELETE FROM @projc_process WHERE id = $1");
    projc__statement_bind_slice(&statement, id);
    return projc__statement_do(&statement);
}
