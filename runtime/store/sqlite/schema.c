/* The runtime's tables, running a schema script, and what is refused before any work. */
#include "store/sqlite/sqlite_store.h"

#include "base/text.h"

#include <string.h>

static const char runtime_schema[] = "CREATE TABLE IF NOT EXISTS projc_projection (\n"
                                     "    generation INTEGER PRIMARY KEY AUTOINCREMENT,\n"
                                     "    package TEXT NOT NULL,\n"
                                     "    name TEXT NOT NULL,\n"
                                     "    version INTEGER NOT NULL,\n"
                                     "    kind TEXT NOT NULL,\n"
                                     "    shape INTEGER NOT NULL,\n"
                                     "    logic INTEGER NOT NULL,\n"
                                     "    lanes INTEGER NOT NULL,\n"
                                     "    state TEXT NOT NULL\n"
                                     ") STRICT;\n"
                                     "CREATE TABLE IF NOT EXISTS projc_lane (\n"
                                     "    generation INTEGER NOT NULL,\n"
                                     "    lane INTEGER NOT NULL,\n"
                                     "    position INTEGER NOT NULL,\n"
                                     "    epoch INTEGER NOT NULL,\n"
                                     "    last_event_id BLOB NOT NULL,\n"
                                     "    applied INTEGER NOT NULL,\n"
                                     "    updated_at INTEGER NOT NULL,\n"
                                     "    PRIMARY KEY (generation, lane)\n"
                                     ") STRICT, WITHOUT ROWID;\n"
                                     "CREATE TABLE IF NOT EXISTS projc_key (\n"
                                     "    generation INTEGER NOT NULL,\n"
                                     "    key BLOB NOT NULL,\n"
                                     "    lane INTEGER NOT NULL,\n"
                                     "    status TEXT NOT NULL,\n"
                                     "    no INTEGER NOT NULL,\n"
                                     "    event_id BLOB NOT NULL,\n"
                                     "    event_name TEXT NOT NULL,\n"
                                     "    attempts INTEGER NOT NULL,\n"
                                     "    retry_at INTEGER NOT NULL,\n"
                                     "    code TEXT NOT NULL,\n"
                                     "    message TEXT NOT NULL,\n"
                                     "    source TEXT NOT NULL,\n"
                                     "    first_at INTEGER NOT NULL,\n"
                                     "    last_at INTEGER NOT NULL,\n"
                                     "    PRIMARY KEY (generation, key)\n"
                                     ") STRICT, WITHOUT ROWID;\n"
                                     "CREATE TABLE IF NOT EXISTS projc_waiting (\n"
                                     "    generation INTEGER NOT NULL,\n"
                                     "    key BLOB NOT NULL,\n"
                                     "    no INTEGER NOT NULL,\n"
                                     "    lane INTEGER NOT NULL,\n"
                                     "    PRIMARY KEY (generation, key, no)\n"
                                     ") STRICT, WITHOUT ROWID;\n"
                                     "CREATE TABLE IF NOT EXISTS projc_skipped (\n"
                                     "    generation INTEGER NOT NULL,\n"
                                     "    no INTEGER NOT NULL,\n"
                                     "    key BLOB NOT NULL,\n"
                                     "    event_name TEXT NOT NULL,\n"
                                     "    code TEXT NOT NULL,\n"
                                     "    message TEXT NOT NULL,\n"
                                     "    source TEXT NOT NULL,\n"
                                     "    at INTEGER NOT NULL,\n"
                                     "    PRIMARY KEY (generation, no, key)\n"
                                     ") STRICT, WITHOUT ROWID;\n"
                                     "CREATE TABLE IF NOT EXISTS projc_process (\n"
                                     "    id TEXT PRIMARY KEY,\n"
                                     "    name TEXT NOT NULL,\n"
                                     "    seen_at INTEGER NOT NULL\n"
                                     ") STRICT;\n"
                                     "CREATE TABLE IF NOT EXISTS projc_waiter (\n"
                                     "    sequence INTEGER PRIMARY KEY AUTOINCREMENT,\n"
                                     "    id TEXT NOT NULL UNIQUE,\n"
                                     "    generation INTEGER NOT NULL,\n"
                                     "    position INTEGER NOT NULL,\n"
                                     "    expires_at INTEGER NOT NULL\n"
                                     ") STRICT;\n";

const char *projc__sqlite_runtime_schema(void)
{
    return runtime_schema;
}

/* A statement may run over the end of a piece: they are one text. */
static char *join(const char *const *pieces, size_t count)
{
    sqlite3_str *text = sqlite3_str_new(NULL);

    for (size_t i = 0; i < count; i++)
        sqlite3_str_appendall(text, pieces[i]);
    /* An empty builder finishes as NULL, which would look like exhaustion. */
    sqlite3_str_appendall(text, "\n");
    return sqlite3_str_finish(text);
}

projc_status projc__sqlite_run_script(projc_store *base, const char *const *pieces, size_t count,
                                      projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    char *script = join(pieces, count);
    projc_status status;
    int code;

    if (script == NULL)
        return projc__sqlite_no_memory(error);
    status = projc__sqlite_begin_write(store, error);
    if (status == PROJC_OK) {
        code = sqlite3_exec(store->database, script, NULL, NULL, NULL);
        if (code != SQLITE_OK)
            status = projc__sqlite_fail(store, code, error);
        else if (sqlite3_get_autocommit(store->database) != 0)
            status =
                projc_error_set(error, PROJC_INVALID, "a schema script may not end a transaction");
        status = projc__sqlite_finish(store, status, error);
    }
    sqlite3_free(script);
    return status;
}

projc_status projc__sqlite_has_table(projc_store *base, const char *schema, const char *table,
                                     bool *answer, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    sqlite3_stmt *statement;
    int bound;
    projc_status status =
        projc__sqlite_prepare(store,
                              "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view')"
                              " AND name = ?1 COLLATE NOCASE",
                              &statement, error);

    (void)schema;
    *answer = false;
    if (status != PROJC_OK)
        return status;
    bound = projc__sqlite_bind_text(statement, 1, projc__text(table));
    status = bound != SQLITE_OK ? projc__sqlite_fail(store, bound, error)
                                : projc__sqlite_step(store, statement, answer, error);
    projc__sqlite_end(statement);
    return status;
}

/* ---- the event table ---- */

static projc_status check_columns(projc__sqlite *store, const projc_stream_type *stream,
                                  projc_error *error)
{
    static const char *const columns[] = {"event_id",          "event_name",     "payload",
                                          "metadata",          "aggregate_type", "aggregate_id",
                                          "aggregate_version", "created_at"};
    int is_primary_key = 0;
    int is_autoincrement = 0;
    int code;

    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        code = sqlite3_table_column_metadata(store->database, "main", stream->table, columns[i],
                                             NULL, NULL, NULL, NULL, NULL);
        if (code != SQLITE_OK)
            return projc_error_set(error, PROJC_DATABASE,
                                   "%s: the event table %s has no column %s, or is a view",
                                   store->label, stream->table, columns[i]);
    }
    code = sqlite3_table_column_metadata(store->database, "main", stream->table, "no", NULL, NULL,
                                         NULL, &is_primary_key, &is_autoincrement);
    if (code != SQLITE_OK || !is_primary_key || !is_autoincrement)
        return projc_error_set(error, PROJC_UNSUPPORTED,
                               "%s: column no of the event table %s must be INTEGER PRIMARY KEY "
                               "AUTOINCREMENT, else numbers can be given twice",
                               store->label, stream->table);
    return PROJC_OK;
}

projc_status projc__sqlite_preflight(projc_store *base, const projc_stream_type *stream,
                                     projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    bool is_there;
    projc_status status;

    if (sqlite3_db_readonly(store->database, "main") == 1)
        return projc__sqlite_fail(store, SQLITE_READONLY, error);
    status = projc__sqlite_has_table(base, stream->schema, stream->table, &is_there, error);
    if (status != PROJC_OK)
        return status;
    if (!is_there)
        return projc_error_set(
            error, PROJC_NO_SCHEMA,
            "%s: there is no event table %s: run `schema --apply`, or `run --create`", store->label,
            stream->table);
    return check_columns(store, stream, error);
}

projc_status projc__sqlite_check_log(projc_store *base, const projc_stream_type *stream, int64_t no,
                                     projc_uuid event_id, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    sqlite3_str *sql;
    sqlite3_stmt *statement;
    bool is_there = false;
    projc_uuid found;
    projc_status status;
    int bound;

    if (no == 0)
        return PROJC_OK;
    sql = sqlite3_str_new(store->database);
    sqlite3_str_appendall(sql, "SELECT event_id FROM ");
    projc__sqlite_append_name(sql, stream->table);
    sqlite3_str_appendall(sql, " WHERE no = ?1");
    status = projc__sqlite_prepare_built(store, sql, &statement, error);
    if (status != PROJC_OK)
        return status;
    bound = sqlite3_bind_int64(statement, 1, no);
    status = bound != SQLITE_OK ? projc__sqlite_fail(store, bound, error)
                                : projc__sqlite_step(store, statement, &is_there, error);
    if (status == PROJC_OK) {
        found = projc__sqlite_column_uuid(statement, 0);
        if (!is_there || memcmp(found.bytes, event_id.bytes, sizeof found.bytes) != 0) {
            status = projc__store_diverged(NULL, stream->table, no, is_there, error);
            (void)projc_error_context(error, "%s", store->label);
        }
    }
    projc__sqlite_end(statement);
    return status;
}
