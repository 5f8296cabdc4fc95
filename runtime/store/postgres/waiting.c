/* Events that wait behind keys out of order of keyed projections: reading and counting them, and
 * writing within a unit of work. */
#include "base/arena.h"
#include "store/postgres/driver.h"
#include "store/postgres/key_write.h"

static const projc_column columns[] = {{"generation", PROJC_COLUMN_I64, 0, false},
                                       {"key", PROJC_COLUMN_BYTES, 0, false},
                                       {"no", PROJC_COLUMN_I64, 0, false}};

enum { COLUMNS = sizeof columns / sizeof columns[0] };

static const projc_table waiting_table = {
    .name = "projc_waiting", .key_count = COLUMNS, .column_count = COLUMNS, .columns = columns};

projc_status projc__postgres_load_waiting(projc_store *store, int64_t generation, projc_bytes key,
                                          int64_t after, int64_t up_to, size_t limit,
                                          projc_arena *arena, int64_t **numbers, size_t *count,
                                          projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement, "SELECT no FROM @projc_waiting WHERE generation = $1"
                                     " AND key = $2 AND no > $3 AND no <= $4 ORDER BY no LIMIT $5");
    projc__statement_bind_i64(&statement, generation);
    projc__statement_bind(&statement, PROJC__OID_BYTEA, key.data, key.size);
    projc__statement_bind_i64(&statement, after);
    projc__statement_bind_i64(&statement, up_to);
    projc__statement_bind_i64(&statement, limit < INT32_MAX ? (int64_t)limit : INT32_MAX);
    projc_status status = projc__statement_run(&statement, &result);
    if (status != PROJC_OK)
        return status;
    *count = (size_t)PQntuples(result);
    *numbers = projc_arena_alloc_raw(arena, *count * sizeof **numbers);
    for (int i = 0; *numbers != NULL && i < (int)*count; i++)
        (*numbers)[i] = projc__result_i64(result, i, 0);
    if (projc_arena_is_exhausted(arena))
        status = projc__arena_error(arena, error);
    PQclear(result);
    return status;
}

projc_status projc__postgres_count_waiting(projc_store *store, int64_t generation,
                                           projc_arena *arena, projc__waiting_count **rows,
                                           size_t *count, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement, "SELECT key, count(*) FROM @projc_waiting"
                                     " WHERE generation = $1 GROUP BY key ORDER BY key");
    projc__statement_bind_i64(&statement, generation);
    projc_status status = projc__statement_run(&statement, &result);
    if (status != PROJC_OK)
        return status;
    *count = (size_t)PQntuples(result);
    *rows = projc_arena_alloc(arena, *count * sizeof **rows);
    for (int i = 0; *rows != NULL && i < (int)*count; i++) {
        (*rows)[i].key = projc__result_bytes(result, i, 0, arena);
        (*rows)[i].count = projc__result_i64(result, i, 1);
    }
    if (projc_arena_is_exhausted(arena))
        status = projc__arena_error(arena, error);
    PQclear(result);
    return status;
}

/* ---- writing ---- */

/* A repair has one key: there is no use in cutting this into pieces. */
static void send_passed(projc__pipeline *pipeline, const projc__unit *unit)
{
    size_t bytes = 0;
    projc__statement statement;
    projc__array keys;
    projc__array numbers;

    for (size_t i = 0; i < unit->passed_count; i++)
        bytes += unit->passed[i].key.size;
    projc__statement_init(&statement, pipeline->postgres, pipeline->error);
    projc__statement_add(&statement, "DELETE FROM @projc_waiting w USING unnest($2, $3) p (key, no)"
                                     " WHERE w.generation = $1 AND w.key = p.key AND w.no <= p.no");
    projc__statement_bind_i64(&statement, unit->generation);
    projc__array_begin(&keys, &statement, PROJC__OID_BYTEA, unit->passed_count, bytes);
    projc__array_begin(&numbers, &statement, PROJC__OID_INT8, unit->passed_count,
                       8 * unit->passed_count);
    for (size_t i = 0; i < unit->passed_count; i++) {
        projc__array_put(&keys, unit->passed[i].key.data, unit->passed[i].key.size);
        projc__array_put_i64(&numbers, unit->passed[i].no);
    }
    projc__array_bind(&keys);
    projc__array_bind(&numbers);
    projc__pipeline_send(pipeline, &statement, NULL);
}

/* The next ones from `done` on, at most a batch; answers how many. */
static size_t send_some(projc__pipeline *pipeline, const projc__unit *unit, size_t done)
{
    size_t count = unit->waiting_count - done;
    projc__statement statement;
    projc_value *values;

    if (count > PROJC__BATCH_ROWS)
        count = PROJC__BATCH_ROWS;
    projc__statement_init(&statement, pipeline->postgres, pipeline->error);
    values = projc__make_values(&statement, COLUMNS * count);
    for (size_t i = 0; values != NULL && i < count; i++) {
        const projc__waiting_row *row = &unit->waiting[done + i];

        values[COLUMNS * i] =
            (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = unit->generation};
        values[COLUMNS * i + 1] = (projc_value){.kind = PROJC_KIND_BYTES, .as.bytes = row->key};
        values[COLUMNS * i + 2] = (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = row->no};
    }
    if (values != NULL) {
        count = projc__batch_size(values, COLUMNS, count);
        projc__rows_build_upsert(&statement, &waiting_table, values, count);
    }
    projc__pipeline_send(pipeline, &statement, NULL);
    return count;
}

void projc__pipeline_send_waiting(projc__pipeline *pipeline, const projc__unit *unit)
{
    if (unit->passed_count > 0)
        send_passed(pipeline, unit);
    for (size_t done = 0; pipeline->status == PROJC_OK && done < unit->waiting_count;)
        done += send_some(pipeline, unit, done);
}
