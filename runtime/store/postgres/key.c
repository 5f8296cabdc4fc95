/* Keys that are out of order, and recorded skips. */
#include "base/arena.h"
#include "store/postgres/driver.h"
#include "store/postgres/statement.h"

static int64_t time_or_zero(const PGresult *result, int row, int column)
{
    int64_t time = projc__result_time(result, row, column);
    return time == INT64_MIN ? 0 : time;
}

static void read_key(const PGresult *result, int i, projc_arena *arena, projc__key_row *row)
{
    row->lane = (uint32_t)projc__result_i64(result, i, 0);
    row->key = projc__result_bytes(result, i, 1, arena);
    row->status =
        strcmp(PQgetvalue(result, i, 2), "failed") == 0 ? PROJC__KEY_FAILED : PROJC__KEY_RETRY;
    row->no = projc__result_i64(result, i, 3);
    row->event_id = projc__result_uuid(result, i, 4);
    row->event_name = projc__result_text(result, i, 5, arena);
    row->attempts = (uint32_t)projc__result_i64(result, i, 6);
    row->retry_at = time_or_zero(result, i, 7);
    row->code = projc__result_text(result, i, 8, arena);
    row->message = projc__result_text(result, i, 9, arena);
    row->source = projc__result_text(result, i, 10, arena);
    row->first_at = time_or_zero(result, i, 11);
    row->last_at = time_or_zero(result, i, 12);
}

projc_status projc__postgres_load_keys(projc_store *store, int64_t generation, projc_arena *arena,
                                       projc__key_row **rows, size_t *count, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(
        &statement, "SELECT lane, key, status, no, event_id, event_name, attempts, retry_at, code,"
                    " message, source, first_at, last_at FROM @projc_key WHERE generation = $1"
                    " ORDER BY key");
    projc__statement_bind_i64(&statement, generation);
    projc__statement_keep(&statement);
    projc_status status = projc__statement_run(&statement, &result);
    if (status != PROJC_OK)
        return status;
    *count = (size_t)PQntuples(result);
    *rows = projc_arena_alloc(arena, *count * sizeof **rows);
    for (int i = 0; *rows != NULL && i < (int)*count; i++)
        read_key(result, i, arena, &(*rows)[i]);
    if (projc_arena_is_exhausted(arena))
        status = projc__arena_error(arena, error);
    PQclear(result);
    return status;
}

projc_status projc__postgres_load_skipped(projc_store *store, int64_t generation, int64_t above,
                                          size_t limit, projc_arena *arena,
                                          projc__skipped_row **rows, size_t *count,
                                          projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement,
                         "SELECT key, no, event_name, code, message, source, at FROM @projc_skipped"
                         " WHERE generation = $1 AND no > $2 ORDER BY no, key LIMIT $3");
    projc__statement_bind_i64(&statement, generation);
    projc__statement_bind_i64(&statement, above);
    projc__statement_bind_i64(&statement, limit < INT32_MAX ? (int64_t)limit : INT32_MAX);
    projc_status status = projc__statement_run(&statement, &result);
    if (status != PROJC_OK)
        return status;
    *count = (size_t)PQntuples(result);
    *rows = projc_arena_alloc(arena, *count * sizeof **rows);
    for (int i = 0; *rows != NULL && i < (int)*count; i++) {
        projc__skipped_row *row = &(*rows)[i];
        row->key = projc__result_bytes(result, i, 0, arena);
        row->no = projc__result_i64(result, i, 1);
        row->event_name = projc__result_text(result, i, 2, arena);
        row->code = projc__result_text(result, i, 3, arena);
        row->message = projc__result_text(result, i, 4, arena);
        row->source = projc__result_text(result, i, 5, arena);
        row->at = time_or_zero(result, i, 6);
    }
    if (projc_arena_is_exhausted(arena))
        status = projc__arena_error(arena, error);
    PQclear(result);
    return status;
}

projc_status projc__postgres_count_skipped(projc_store *store, int64_t generation, int64_t *count,
                                           projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement, "SELECT count(*) FROM @projc_skipped WHERE generation = $1");
    projc__statement_bind_i64(&statement, generation);
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK)
        *count = projc__result_i64(result, 0, 0);
    PQclear(result);
    return status;
}
