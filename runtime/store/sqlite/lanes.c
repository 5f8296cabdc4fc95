/* Lanes of a generation, its keys out of order, and its recorded skips. */
#include "store/sqlite/sqlite_store.h"

#include "base/arena.h"

#include <string.h>

/* A statement with the generation bound as ?1. */
static projc_status prepare_for(projc__sqlite *store, const char *sql, int64_t generation,
                                sqlite3_stmt **statement, projc_error *error)
{
    projc_status status = projc__sqlite_prepare(store, sql, statement, error);

    if (status == PROJC_OK)
        (void)sqlite3_bind_int64(*statement, 1, generation);
    return status;
}

static projc_status read_lane(sqlite3_stmt *statement, projc__lane *lane, projc_error *error)
{
    if (sqlite3_column_bytes(statement, 3) != (int)sizeof lane->last_event_id.bytes)
        return projc_error_set(error, PROJC_CORRUPT,
                               "projc_lane.last_event_id holds %d bytes, expected 16",
                               sqlite3_column_bytes(statement, 3));
    lane->lane = (uint32_t)sqlite3_column_int64(statement, 0);
    lane->position = sqlite3_column_int64(statement, 1);
    lane->epoch = sqlite3_column_int64(statement, 2);
    lane->last_event_id = projc__sqlite_column_uuid(statement, 3);
    lane->applied = sqlite3_column_int64(statement, 4);
    lane->updated_at = sqlite3_column_int64(statement, 5);
    lane->place = 0;
    return PROJC_OK;
}

projc_status projc__sqlite_load_lanes(projc_store *base, int64_t generation, projc_arena *arena,
                                      projc__lane **lanes, size_t *count, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc__sqlite_list list = {.arena = arena, .item_size = sizeof **lanes};
    projc__lane *lane;
    sqlite3_stmt *statement;
    projc_status status = prepare_for(
        store,
        "SELECT lane, position, epoch, last_event_id, applied, updated_at FROM projc_lane"
        " WHERE generation = ?1 ORDER BY lane",
        generation, &statement, error);

    while ((lane = projc__sqlite_next_item(store, statement, &list, &status, error)) != NULL)
        status = read_lane(statement, lane, error);
    *lanes = list.items;
    *count = list.count;
    return status;
}

static projc_status read_key(sqlite3_stmt *statement, projc_arena *arena, projc__key_row *row,
                             projc_error *error)
{
    projc_text status_name;

    memset(row, 0, sizeof *row);
    row->lane = (uint32_t)sqlite3_column_int64(statement, 0);
    row->no = sqlite3_column_int64(statement, 3);
    row->event_id = projc__sqlite_column_uuid(statement, 4);
    row->attempts = (uint32_t)sqlite3_column_int64(statement, 6);
    row->retry_at = sqlite3_column_int64(statement, 7);
    row->first_at = sqlite3_column_int64(statement, 11);
    row->last_at = sqlite3_column_int64(statement, 12);
    if (!projc__sqlite_copy_bytes(statement, 1, arena, &row->key) ||
        !projc__sqlite_copy_text(statement, 2, arena, &status_name) ||
        !projc__sqlite_copy_text(statement, 5, arena, &row->event_name) ||
        !projc__sqlite_copy_text(statement, 8, arena, &row->code) ||
        !projc__sqlite_copy_text(statement, 9, arena, &row->message) ||
        !projc__sqlite_copy_text(statement, 10, arena, &row->source))
        return projc__sqlite_fail_copy(arena, error);
    if (status_name.size == 5 && memcmp(status_name.data, "retry", 5) == 0)
        row->status = PROJC__KEY_RETRY;
    else if (status_name.size == 6 && memcmp(status_name.data, "failed", 6) == 0)
        row->status = PROJC__KEY_FAILED;
    else
        return projc_error_set(error, PROJC_CORRUPT,
                               "projc_key.status holds an unknown status: %.*s",
                               (int)status_name.size, status_name.data);
    return PROJC_OK;
}

projc_status projc__sqlite_load_keys(projc_store *base, int64_t generation, projc_arena *arena,
                                     projc__key_row **rows, size_t *count, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc__sqlite_list list = {.arena = arena, .item_size = sizeof **rows};
    projc__key_row *row;
    sqlite3_stmt *statement;
    projc_status status =
        prepare_for(store,
                    "SELECT lane, key, status, no, event_id, event_name, attempts, retry_at, code,"
                    " message, source, first_at, last_at FROM projc_key"
                    " WHERE generation = ?1 ORDER BY key",
                    generation, &statement, error);

    while ((row = projc__sqlite_next_item(store, statement, &list, &status, error)) != NULL)
        status = read_key(statement, arena, row, error);
    *rows = list.items;
    *count = list.count;
    return status;
}

static projc_status read_skipped(sqlite3_stmt *statement, projc_arena *arena,
                                 projc__skipped_row *row, projc_error *error)
{
    memset(row, 0, sizeof *row);
    row->no = sqlite3_column_int64(statement, 0);
    row->at = sqlite3_column_int64(statement, 6);
    if (projc__sqlite_copy_bytes(statement, 1, arena, &row->key) &&
        projc__sqlite_copy_text(statement, 2, arena, &row->event_name) &&
        projc__sqlite_copy_text(statement, 3, arena, &row->code) &&
        projc__sqlite_copy_text(statement, 4, arena, &row->message) &&
        projc__sqlite_copy_text(statement, 5, arena, &row->source))
        return PROJC_OK;
    return projc__sqlite_fail_copy(arena, error);
}

projc_status projc__sqlite_load_skipped(projc_store *base, int64_t generation, int64_t above,
                                        size_t limit, projc_arena *arena, projc__skipped_row **rows,
                                        size_t *count, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc__sqlite_list list = {.arena = arena, .item_size = sizeof **rows};
    projc__skipped_row *row;
    sqlite3_stmt *statement;
    projc_status status = prepare_for(store,
                                      "SELECT no, key, event_name, code, message, source, at"
                                      " FROM projc_skipped WHERE generation = ?1 AND no > ?2"
                                      " ORDER BY no, key LIMIT ?3",
                                      generation, &statement, error);

    if (status == PROJC_OK) {
        (void)sqlite3_bind_int64(statement, 2, above);
        (void)sqlite3_bind_int64(statement, 3,
                                 limit > INT64_MAX ? INT64_MAX : (sqlite3_int64)limit);
    }
    while ((row = projc__sqlite_next_item(store, statement, &list, &status, error)) != NULL)
        status = read_skipped(statement, arena, row, error);
    *rows = list.items;
    *count = list.count;
    return status;
}

projc_status projc__sqlite_count_skipped(projc_store *base, int64_t generation, int64_t *count,
                                         projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    bool has_row;
    sqlite3_stmt *statement;
    projc_status status =
        prepare_for(store, "SELECT count(*) FROM projc_skipped WHERE generation = ?1", generation,
                    &statement, error);

    *count = 0;
    if (status == PROJC_OK)
        status = projc__sqlite_step(store, statement, &has_row, error);
    if (status == PROJC_OK)
        *count = sqlite3_column_int64(statement, 0);
    projc__sqlite_end(statement);
    return status;
}
