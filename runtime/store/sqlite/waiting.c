/* Events that wait behind keys out of order of keyed projections: reading and counting them, and
 * writing within a unit of work. */
#include "store/sqlite/sqlite_store.h"

#include "base/arena.h"

projc_status projc__sqlite_load_waiting(projc_store *base, int64_t generation, projc_bytes key,
                                        int64_t after, int64_t up_to, size_t limit,
                                        projc_arena *arena, int64_t **numbers, size_t *count,
                                        projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc__sqlite_list list = {.arena = arena, .item_size = sizeof **numbers};
    int64_t *number;
    sqlite3_stmt *statement;
    int bound;
    projc_status status = projc__sqlite_prepare(store,
                                                "SELECT no FROM projc_waiting WHERE generation = ?1"
                                                " AND key = ?2 AND no > ?3 AND no <= ?4"
                                                " ORDER BY no LIMIT ?5",
                                                &statement, error);

    if (status != PROJC_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, generation);
    (void)sqlite3_bind_int64(statement, 3, after);
    (void)sqlite3_bind_int64(statement, 4, up_to);
    (void)sqlite3_bind_int64(statement, 5, limit > INT64_MAX ? INT64_MAX : (sqlite3_int64)limit);
    bound = projc__sqlite_bind_bytes(statement, 2, key);
    if (bound != SQLITE_OK)
        status = projc__sqlite_fail(store, bound, error);
    while ((number = projc__sqlite_next_item(store, statement, &list, &status, error)) != NULL)
        *number = sqlite3_column_int64(statement, 0);
    *numbers = list.items;
    *count = list.count;
    return status;
}

projc_status projc__sqlite_count_waiting(projc_store *base, int64_t generation, projc_arena *arena,
                                         projc__waiting_count **rows, size_t *count,
                                         projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc__sqlite_list list = {.arena = arena, .item_size = sizeof **rows};
    projc__waiting_count *row;
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_prepare(
        store,
        "SELECT key, count(*) FROM projc_waiting WHERE generation = ?1 GROUP BY key ORDER BY key",
        &statement, error);

    if (status == PROJC_OK)
        (void)sqlite3_bind_int64(statement, 1, generation);
    while ((row = projc__sqlite_next_item(store, statement, &list, &status, error)) != NULL) {
        row->count = sqlite3_column_int64(statement, 1);
        if (!projc__sqlite_copy_bytes(statement, 0, arena, &row->key))
            status = projc__sqlite_fail_copy(arena, error);
    }
    *rows = list.items;
    *count = list.count;
    return status;
}

/* One statement over rows: ?1 generation, ?2 key, ?3 no, ?4 lane where the statement has it. */
static projc_status run_each(projc__sqlite *store, const char *sql, int64_t generation,
                             const projc__waiting_row *rows, size_t count, projc_error *error)
{
    sqlite3_stmt *statement;
    projc_status status;

    if (count == 0)
        return PROJC_OK;
    status = projc__sqlite_prepare(store, sql, &statement, error);
    for (size_t i = 0; status == PROJC_OK && i < count; i++) {
        int bound = projc__sqlite_bind_bytes(statement, 2, rows[i].key);

        (void)sqlite3_bind_int64(statement, 1, generation);
        (void)sqlite3_bind_int64(statement, 3, rows[i].no);
        if (sqlite3_bind_parameter_count(statement) >= 4)
            (void)sqlite3_bind_int64(statement, 4, rows[i].lane);
        status = projc__sqlite_run(store, statement, bound, error);
    }
    projc__sqlite_end(statement);
    return status;
}

projc_status projc__sqlite_write_waiting(projc__sqlite *store, const projc__unit *unit,
                                         projc_error *error)
{
    projc_status status =
        run_each(store, "DELETE FROM projc_waiting WHERE generation = ?1 AND key = ?2 AND no <= ?3",
                 unit->generation, unit->passed, unit->passed_count, error);

    if (status == PROJC_OK)
        status = run_each(store,
                          "INSERT OR IGNORE INTO projc_waiting (generation, key, no, lane)"
                          " VALUES (?1, ?2, ?3, ?4)",
                          unit->generation, unit->waiting, unit->waiting_count, error);
    return status;
}
