/* What a table looks like, for `schema --check`. */
#include "store/sqlite/sqlite_store.h"

#include "base/arena.h"
#include "base/text.h"

const char *projc__sqlite_column_type(projc_arena *arena, const projc_column *column)
{
    (void)arena;
    switch (column->type) {
    case PROJC_COLUMN_F64:
        return "REAL";
    case PROJC_COLUMN_TEXT:
    case PROJC_COLUMN_JSON:
        return "TEXT";
    case PROJC_COLUMN_BYTES:
    case PROJC_COLUMN_UUID:
        return "BLOB";
    default:
        return "INTEGER";
    }
}

static const char *text_at(sqlite3_stmt *statement, int index, projc_arena *arena)
{
    projc_text text;

    return projc__sqlite_copy_text(statement, index, arena, &text) ? text.data : NULL;
}

static projc_status take_column(sqlite3_stmt *statement, projc_arena *arena,
                                projc__found_column *column, projc_error *error)
{
    *column = (projc__found_column){
        .name = text_at(statement, 0, arena),
        .type = text_at(statement, 1, arena),
        .is_nullable = sqlite3_column_int(statement, 2) == 0,
        .key_part = (uint32_t)sqlite3_column_int(statement, 3),
    };
    return column->name != NULL && column->type != NULL ? PROJC_OK
                                                        : projc__arena_error(arena, error);
}

/* Prepares `text` for a table's name. */
static projc_status prepare(projc__sqlite *store, const char *text, const char *table,
                            sqlite3_stmt **statement, projc_error *error)
{
    projc_status status = projc__sqlite_prepare(store, text, statement, error);
    int bound;

    if (status != PROJC_OK)
        return status;
    bound = projc__sqlite_bind_text(*statement, 1, projc__text(table));
    return bound == SQLITE_OK ? PROJC_OK : projc__sqlite_fail(store, bound, error);
}

static projc_status find_columns(projc__sqlite *store, const char *table, projc_arena *arena,
                                 projc__found_table *found, projc_error *error)
{
    projc__sqlite_list list = {.arena = arena, .item_size = sizeof *found->columns};
    projc__found_column *column;
    sqlite3_stmt *statement;
    projc_status status =
        prepare(store, "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?1)", table,
                &statement, error);

    while ((column = projc__sqlite_next_item(store, statement, &list, &status, error)) != NULL)
        status = take_column(statement, arena, column, error);
    found->columns = list.items;
    found->column_count = list.count;
    return status;
}

static projc_status find_indexes(projc__sqlite *store, const char *table, projc_arena *arena,
                                 projc__found_table *found, projc_error *error)
{
    projc__sqlite_list list = {.arena = arena, .item_size = sizeof *found->indexes};
    const char **name;
    sqlite3_stmt *statement;
    projc_status status =
        prepare(store, "SELECT name FROM pragma_index_list(?1) WHERE origin <> 'pk'", table,
                &statement, error);

    while ((name = projc__sqlite_next_item(store, statement, &list, &status, error)) != NULL) {
        *name = text_at(statement, 0, arena);
        if (*name == NULL)
            status = projc__arena_error(arena, error);
    }
    found->indexes = list.items;
    found->index_count = list.count;
    return status;
}

projc_status projc__sqlite_describe(projc_store *base, const char *schema, const char *table,
                                    projc_arena *arena, projc__found_table *found,
                                    projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc_status status;

    (void)schema;
    *found = (projc__found_table){.is_view = false};
    status = find_columns(store, table, arena, found, error);
    if (status == PROJC_OK && found->column_count == 0)
        status = projc_error_set(error, PROJC_ABSENT, "there is no table %s", table);
    if (status == PROJC_OK)
        status = find_indexes(store, table, arena, found, error);
    return status;
}

/* SQLite counts the pages of a table by walking it: only in files where that is done at once. */
projc_status projc__sqlite_table_bytes(projc_store *base, const char *schema, const char *table,
                                       int64_t *bytes, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    sqlite3_stmt *statement = NULL;
    bool has_row = false;
    projc_status status;
    int bound;

    (void)schema;
    *bytes = -1;
    if (sqlite3_compileoption_used("ENABLE_DBSTAT_VTAB") == 0)
        return PROJC_OK;
    status = projc__sqlite_prepare(
        store,
        "SELECT CASE WHEN (SELECT page_count FROM pragma_page_count) <= 16384 THEN"
        " (SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name IN"
        " (SELECT name FROM sqlite_master WHERE tbl_name = ?1 COLLATE NOCASE)) END",
        &statement, error);
    if (status != PROJC_OK)
        return status;
    bound = projc__sqlite_bind_text(statement, 1, projc__text(table));
    status = bound != SQLITE_OK ? projc__sqlite_fail(store, bound, error)
                                : projc__sqlite_step(store, statement, &has_row, error);
    if (status == PROJC_OK && has_row && sqlite3_column_type(statement, 0) == SQLITE_INTEGER)
        *bytes = sqlite3_column_int64(statement, 0);
    projc__sqlite_end(statement);
    return status;
}
