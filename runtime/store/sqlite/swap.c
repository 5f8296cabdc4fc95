/* A building generation takes the live one's place: one write transaction.
 *
 * Nobody else writes meanwhile; readers see the file as it was before, and their statements are
 * prepared again behind it. Tables are renamed as SQLite once did (legacy_alter_table): views and
 * triggers of users go on reading the live name, and one that is broken does not stand in the way.
 * An index cannot be renamed: it is made anew with the live name, and the retired tables have none.
 */
#include "store/sqlite/sqlite_store.h"

static const projc_table *table_of(const projc_projection_type *type, uint32_t number)
{
    return number == 0 ? type->table : type->tables[number - 1].table;
}

/* One number of a generation's lanes. */
static projc_status measure(projc__sqlite *store, const char *sql, int64_t generation,
                            int64_t *position, projc_error *error)
{
    sqlite3_stmt *statement;
    bool has_row = false;
    projc_status status = projc__sqlite_prepare(store, sql, &statement, error);

    if (status != PROJC_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, generation);
    status = projc__sqlite_step(store, statement, &has_row, error);
    *position = has_row ? sqlite3_column_int64(statement, 0) : 0;
    projc__sqlite_end(statement);
    return status;
}

static projc_status check_positions(projc__sqlite *store, const projc__swap *swap,
                                    projc_error *error)
{
    int64_t reached = 0;
    int64_t lowest = 0;
    projc_status status =
        measure(store, "SELECT MAX(position) FROM projc_lane WHERE generation = ?1", swap->live,
                &reached, error);

    if (status == PROJC_OK)
        status = measure(store, "SELECT MIN(position) FROM projc_lane WHERE generation = ?1",
                         swap->building, &lowest, error);
    if (status == PROJC_OK && lowest < reached)
        status =
            projc_error_set(error, PROJC_FENCED, "%s: generation %lld is behind generation %lld",
                            store->label, (long long)swap->building, (long long)swap->live);
    return status;
}

static projc_status change_states(projc__sqlite *store, const projc__swap *swap, projc_error *error)
{
    projc_status status =
        projc__sqlite_change_state(store, swap->live, PROJC__LIVE, PROJC__RETIRED, error);

    if (status == PROJC_OK)
        status =
            projc__sqlite_change_state(store, swap->building, PROJC__BUILDING, PROJC__LIVE, error);
    if (status == PROJC_ABSENT)
        status = projc_error_set(error, PROJC_MISMATCH,
                                 "%s: generations %lld and %lld are no longer live and building",
                                 store->label, (long long)swap->live, (long long)swap->building);
    return status;
}

static void put_rename(sqlite3_str *sql, const char *from, const char *to)
{
    sqlite3_str_appendf(sql, "ALTER TABLE \"%w\" RENAME TO \"%w\";\n", from, to);
}

static projc_status put_table(projc__sqlite *store, const projc__swap *swap,
                              const projc_table *table, sqlite3_str *sql, projc_error *error)
{
    char name[PROJC__SQL_NAME_SIZE];
    bool is_there = false;
    projc_status status =
        projc__sqlite_has_table(&store->base, NULL, table->name, &is_there, error);

    if (status == PROJC_OK && is_there) {
        projc__generation_name(table->name, swap->live, name);
        put_rename(sql, table->name, name);
    }
    projc__generation_name(table->name, swap->building, name);
    put_rename(sql, name, table->name);
    for (uint32_t i = 0; i < table->index_count; i++) {
        projc__generation_name(table->indexes[i], swap->building, name);
        sqlite3_str_appendf(sql, "DROP INDEX IF EXISTS \"%w\";\nDROP INDEX IF EXISTS \"%w\";\n",
                            table->indexes[i], name);
    }
    return status;
}

static projc_status rename_tables(projc__sqlite *store, const projc__swap *swap, projc_error *error)
{
    sqlite3_str *sql = sqlite3_str_new(store->database);
    projc_status status = PROJC_OK;
    char *text;
    int code;

    for (uint32_t i = 0; i <= swap->type->table_count && status == PROJC_OK; i++)
        status = put_table(store, swap, table_of(swap->type, i), sql, error);
    sqlite3_str_appendall(sql, swap->schema);
    text = sqlite3_str_finish(sql);
    if (status == PROJC_OK && text == NULL)
        status = projc__sqlite_no_memory(error);
    if (status == PROJC_OK) {
        code = sqlite3_exec(store->database, text, NULL, NULL, NULL);
        if (code != SQLITE_OK)
            status = projc__sqlite_fail(store, code, error);
    }
    sqlite3_free(text);
    return status;
}

projc_status projc__sqlite_swap_generations(projc_store *base, const projc__swap *swap,
                                            projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    int was_legacy = 0;
    projc_status status;

    (void)sqlite3_db_config(store->database, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, -1, &was_legacy);
    (void)sqlite3_db_config(store->database, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 1, NULL);
    status = projc__sqlite_begin_write(store, error);
    if (status == PROJC_OK) {
        status = change_states(store, swap, error);
        if (status == PROJC_OK)
            status = check_positions(store, swap, error);
        if (status == PROJC_OK)
            status = rename_tables(store, swap, error);
        status = projc__sqlite_finish(store, status, error);
    }
    (void)sqlite3_db_config(store->database, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, was_legacy, NULL);
    return status;
}
