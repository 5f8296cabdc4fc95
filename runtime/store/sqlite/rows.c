/* Rows of state tables: point look-ups, scans in key order, deletions and upserts. */
#include "store/sqlite/sqlite_store.h"

#include "base/arena.h"

#include <stdlib.h>

/* Rows that are made at once to be written. */
enum { ROWS_MADE = 256 };

static void append_columns(sqlite3_str *sql, const projc_table *table, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        if (i > from)
            sqlite3_str_appendall(sql, ", ");
        projc__sqlite_append_name(sql, table->columns[i].name);
    }
}

/* " WHERE k1 = ?1 AND k2 = ?2" */
static void append_key_condition(sqlite3_str *sql, const projc_table *table)
{
    for (uint32_t i = 0; i < table->key_count; i++) {
        sqlite3_str_appendall(sql, i == 0 ? " WHERE " : " AND ");
        projc__sqlite_append_name(sql, table->columns[i].name);
        sqlite3_str_appendf(sql, " = ?%u", i + 1);
    }
}

static sqlite3_str *begin_select(projc__sqlite *store, const projc_table *table)
{
    sqlite3_str *sql = sqlite3_str_new(store->database);

    sqlite3_str_appendall(sql, "SELECT ");
    append_columns(sql, table, 0, table->column_count);
    sqlite3_str_appendall(sql, " FROM ");
    projc__sqlite_append_name(sql, table->name);
    return sql;
}

/* The first count values for the first count columns. A number that its column could not give back
 * is refused here, because SQLite's INTEGER takes them all. */
static projc_status bind_values(projc__sqlite *store, sqlite3_stmt *statement,
                                const projc_table *table, const projc_value *values, uint32_t count,
                                projc_error *error)
{
    int bound = SQLITE_OK;

    for (uint32_t i = 0; bound == SQLITE_OK && i < count; i++) {
        if (!projc__sqlite_fits(&table->columns[i], &values[i]))
            return projc_error_set(error, PROJC_DATA, "%s: %lld is out of the range of %s.%s",
                                   store->label, (long long)values[i].as.integer, table->name,
                                   table->columns[i].name);
        bound = projc__sqlite_bind_value(statement, (int)i + 1, &values[i]);
    }
    return bound == SQLITE_OK ? PROJC_OK : projc__sqlite_fail(store, bound, error);
}

/* Binds and runs. */
static projc_status run_with(projc__sqlite *store, sqlite3_stmt *statement,
                             const projc_table *table, const projc_value *values, uint32_t count,
                             projc_error *error)
{
    projc_status status = bind_values(store, statement, table, values, count, error);

    return status != PROJC_OK ? status : projc__sqlite_run(store, statement, SQLITE_OK, error);
}

static projc_status read_row(sqlite3_stmt *statement, const projc_table *table, projc_arena *arena,
                             projc_value *values, projc_error *error)
{
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; status == PROJC_OK && i < table->column_count; i++)
        status = projc__sqlite_read_value(statement, (int)i, table, &table->columns[i], arena,
                                          &values[i], error);
    return status;
}

/* ---- reading ---- */

/* *row stays NULL when there is no row of this key. */
static projc_status load_row(projc__sqlite *store, sqlite3_stmt *statement,
                             const projc_table *table, const projc_value *key, projc_arena *arena,
                             projc_value **row, projc_error *error)
{
    bool has_row = false;
    projc_value *values;
    projc_status status = bind_values(store, statement, table, key, table->key_count, error);

    *row = NULL;
    if (status != PROJC_OK)
        return status;
    status = projc__sqlite_step(store, statement, &has_row, error);
    if (status == PROJC_OK && has_row) {
        values = projc_arena_alloc_raw(arena, table->column_count * sizeof *values);
        status = values == NULL ? projc__arena_error(arena, error)
                                : read_row(statement, table, arena, values, error);
        if (status == PROJC_OK)
            *row = values;
    }
    (void)sqlite3_reset(statement);
    return status;
}

projc_status projc__sqlite_load_rows(projc_store *base, const projc_table *table,
                                     const projc_value *keys, size_t count, projc_arena *arena,
                                     projc_value **rows, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    sqlite3_str *sql = begin_select(store, table);
    sqlite3_stmt *statement;
    projc_status status;

    append_key_condition(sql, table);
    status = projc__sqlite_prepare_built(store, sql, &statement, error);
    if (status != PROJC_OK)
        return status;
    /* One transaction for all: else each look-up would lock and unlock the file. */
    status = projc__sqlite_begin_read(store, error);
    if (status == PROJC_OK) {
        for (size_t i = 0; status == PROJC_OK && i < count; i++)
            status = load_row(store, statement, table, &keys[i * table->key_count], arena, &rows[i],
                              error);
        projc__sqlite_end(statement);
        projc__sqlite_end_read(store);
    }
    return status;
}

/* The statement of the rows whose columns equal the values, with the values bound. */
static projc_status prepare_find(projc__sqlite *store, const projc_table *table,
                                 const uint32_t *columns, const projc_value *values, uint32_t count,
                                 sqlite3_stmt **statement, projc_error *error)
{
    sqlite3_str *sql = begin_select(store, table);
    int bound = SQLITE_OK;
    projc_status status;

    for (uint32_t i = 0; i < count; i++) {
        sqlite3_str_appendall(sql, i == 0 ? " WHERE " : " AND ");
        projc__sqlite_append_name(sql, table->columns[columns[i]].name);
        if (values[i].kind == PROJC_KIND_NULL)
            sqlite3_str_appendall(sql, " IS NULL");
        else
            sqlite3_str_appendf(sql, " = ?%u", i + 1);
    }
    status = projc__sqlite_prepare_built(store, sql, statement, error);
    for (uint32_t i = 0; status == PROJC_OK && bound == SQLITE_OK && i < count; i++)
        if (values[i].kind != PROJC_KIND_NULL)
            bound = projc__sqlite_bind_value(*statement, (int)i + 1, &values[i]);
    if (bound != SQLITE_OK) {
        status = projc__sqlite_fail(store, bound, error);
        projc__sqlite_end(*statement);
    }
    return status;
}

projc_status projc__sqlite_find_rows(projc_store *base, const projc_table *table,
                                     const uint32_t *columns, const projc_value *values,
                                     uint32_t count, projc_arena *arena, projc_value ***rows,
                                     size_t *row_count, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    uint32_t found = 0;
    uint32_t capacity = 0;
    sqlite3_stmt *statement;
    projc_status status = prepare_find(store, table, columns, values, count, &statement, error);

    if (status != PROJC_OK)
        return status;
    for (;;) {
        bool has_row = false;
        projc_value *row;
        projc_value **grown;

        status = projc__sqlite_step(store, statement, &has_row, error);
        if (status != PROJC_OK || !has_row)
            break;
        grown = projc_list_reserve(arena, *rows, found, &capacity, sizeof(void *));
        row = projc_arena_alloc_raw(arena, table->column_count * sizeof *row);
        if (grown == NULL || row == NULL) {
            status = projc__arena_error(arena, error);
            break;
        }
        *rows = grown;
        grown[found++] = row;
        status = read_row(statement, table, arena, row, error);
        if (status != PROJC_OK)
            break;
    }
    projc__sqlite_end(statement);
    *row_count = found;
    return status;
}

projc_status projc__sqlite_scan_rows(projc_store *base, const projc_table *table,
                                     projc__row_visit visit, void *context, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    sqlite3_str *sql = begin_select(store, table);
    projc_value *values = malloc(table->column_count * sizeof *values);
    bool has_row = true;
    sqlite3_stmt *statement;
    projc_status status;

    sqlite3_str_appendall(sql, " ORDER BY ");
    append_columns(sql, table, 0, table->key_count);
    status = projc__sqlite_prepare_built(store, sql, &statement, error);
    if (status == PROJC_OK && values == NULL)
        status = projc__sqlite_no_memory(error);
    while (status == PROJC_OK) {
        status = projc__sqlite_step(store, statement, &has_row, error);
        if (status != PROJC_OK || !has_row)
            break;
        status = read_row(statement, table, NULL, values, error);
        if (status == PROJC_OK)
            status = visit(context, values, error);
    }
    projc__sqlite_end(statement);
    free(values);
    return status;
}

/* ---- writing ---- */

static projc_status prepare_delete(projc__sqlite *store, const projc_table *table,
                                   sqlite3_stmt **statement, projc_error *error)
{
    sqlite3_str *sql = sqlite3_str_new(store->database);

    sqlite3_str_appendall(sql, "DELETE FROM ");
    projc__sqlite_append_name(sql, table->name);
    append_key_condition(sql, table);
    return projc__sqlite_prepare_built(store, sql, statement, error);
}

/* INSERT … ON CONFLICT (keys) DO UPDATE SET every other column. */
static projc_status prepare_upsert(projc__sqlite *store, const projc_table *table,
                                   sqlite3_stmt **statement, projc_error *error)
{
    sqlite3_str *sql = sqlite3_str_new(store->database);

    sqlite3_str_appendall(sql, "INSERT INTO ");
    projc__sqlite_append_name(sql, table->name);
    sqlite3_str_appendall(sql, " (");
    append_columns(sql, table, 0, table->column_count);
    sqlite3_str_appendall(sql, ") VALUES (");
    for (uint32_t i = 0; i < table->column_count; i++)
        sqlite3_str_appendf(sql, i == 0 ? "?%u" : ", ?%u", i + 1);
    sqlite3_str_appendall(sql, ") ON CONFLICT (");
    append_columns(sql, table, 0, table->key_count);
    sqlite3_str_appendall(sql, table->column_count > table->key_count ? ") DO UPDATE SET "
                                                                      : ") DO NOTHING");
    for (uint32_t i = table->key_count; i < table->column_count; i++) {
        if (i > table->key_count)
            sqlite3_str_appendall(sql, ", ");
        projc__sqlite_append_name(sql, table->columns[i].name);
        sqlite3_str_appendall(sql, " = excluded.");
        projc__sqlite_append_name(sql, table->columns[i].name);
    }
    return projc__sqlite_prepare_built(store, sql, statement, error);
}

static projc_status delete_rows(projc__sqlite *store, const projc__row_write *write,
                                projc_error *error)
{
    uint32_t width = write->table->key_count;
    sqlite3_stmt *statement;
    projc_status status = prepare_delete(store, write->table, &statement, error);

    for (size_t i = 0; status == PROJC_OK && i < write->deleted_count; i++)
        status =
            run_with(store, statement, write->table, &write->deleted_keys[i * width], width, error);
    projc__sqlite_end(statement);
    return status;
}

static projc_status upsert_rows(projc__sqlite *store, const projc__row_write *write,
                                projc_error *error)
{
    uint32_t width = write->table->column_count;
    projc_value *room = write->rows != NULL ? NULL : malloc(ROWS_MADE * width * sizeof *room);
    sqlite3_stmt *statement;
    projc_status status = prepare_upsert(store, write->table, &statement, error);

    if (status == PROJC_OK && write->rows == NULL && room == NULL)
        status = projc__sqlite_no_memory(error);
    for (size_t done = 0; status == PROJC_OK && done < write->row_count; done += ROWS_MADE) {
        size_t left = write->row_count - done;
        size_t count = left < ROWS_MADE ? left : ROWS_MADE;
        const projc_value *rows = NULL;

        status = projc__write_rows(write, done, count, room, &rows, error);
        for (size_t i = 0; status == PROJC_OK && i < count; i++)
            status = run_with(store, statement, write->table, &rows[i * width], width, error);
    }
    projc__sqlite_end(statement);
    free(room);
    return status;
}

projc_status projc__sqlite_write_rows(projc__sqlite *store, const projc__row_write *write,
                                      projc_error *error)
{
    projc_status status = PROJC_OK;

    if (write->deleted_count > 0)
        status = delete_rows(store, write, error);
    if (status == PROJC_OK && write->row_count > 0)
        status = upsert_rows(store, write, error);
    return status;
}
