/* sql_sqlite.c -- event tables and state tables for SQLite; a schema's name is left out, because
 * there the file is the schema. */
#include "gen/parts.h"

static void add_stream(struct pc_arena *arena, const struct pc_plan_stream *stream,
                       struct pc_sql_script *script)
{
    const char *table = pc_sql_name(arena, stream->sql_table);
    struct pc_text index = pc_sql_companion(arena, stream->sql_table, "_aggregate");

    pc_sql_add(arena, script,
               "CREATE TABLE IF NOT EXISTS %s (\n"
               "    no INTEGER PRIMARY KEY AUTOINCREMENT,\n"
               "    event_id BLOB NOT NULL UNIQUE,\n"
               "    event_name TEXT NOT NULL,\n"
               "    payload %s NOT NULL,\n"
               "    metadata TEXT NOT NULL DEFAULT '{}',\n"
               "    aggregate_type TEXT NOT NULL,\n"
               "    aggregate_id %s NOT NULL,\n"
               "    aggregate_version INTEGER NOT NULL,\n"
               "    created_at INTEGER NOT NULL, -- microseconds since 1970, UTC\n"
               "    UNIQUE (aggregate_type, aggregate_id, aggregate_version)\n"
               ") STRICT;\n",
               table, stream->is_msgpack ? "BLOB" : "TEXT", stream->has_text_ids ? "TEXT" : "BLOB");
    pc_sql_add(arena, script,
               "CREATE INDEX IF NOT EXISTS %s ON %s (aggregate_type, aggregate_id, no);\n",
               pc_sql_name(arena, index), table);
}

static const char *type_of(struct pc_arena *arena, const struct pc_plan_column *column)
{
    static const char *const types[] = {
        [PC_COLUMN_BOOL] = "INTEGER", [PC_COLUMN_I16] = "INTEGER",
        [PC_COLUMN_I32] = "INTEGER",  [PC_COLUMN_I64] = "INTEGER",
        [PC_COLUMN_F64] = "REAL",     [PC_COLUMN_DECIMAL] = "INTEGER",
        [PC_COLUMN_TEXT] = "TEXT",    [PC_COLUMN_BYTES] = "BLOB",
        [PC_COLUMN_UUID] = "BLOB",    [PC_COLUMN_TIME] = "INTEGER",
        [PC_COLUMN_DATE] = "INTEGER", [PC_COLUMN_DURATION] = "INTEGER",
        [PC_COLUMN_JSON] = "TEXT",
    };

    (void)arena;
    return types[column->type];
}

static void add_table(struct pc_arena *arena, const struct pc_plan_table *table,
                      struct pc_sql_script *script)
{
    const char *name = pc_sql_name(arena, table->sql_name);

    pc_sql_add(arena, script, "CREATE TABLE IF NOT EXISTS %s (\n%s) STRICT;\n", name,
               pc_sql_columns(arena, table, type_of));
    for (size_t i = 0; i < table->indexes.count; i++)
        pc_sql_add(arena, script, "CREATE INDEX IF NOT EXISTS %s ON %s (%s);\n",
                   pc_sql_name(arena, table->indexes.items[i]->sql_name), name,
                   pc_sql_index_columns(arena, table->indexes.items[i], false));
}

static void add_projection(struct pc_arena *arena, const struct pc_plan_projection *projection,
                           struct pc_sql_script *script)
{
    add_table(arena, &projection->table, script);
    for (size_t i = 0; i < projection->tables.count; i++)
        add_table(arena, &projection->tables.items[i]->table, script);
}

void pc_sql_sqlite(struct pc_arena *arena, const struct pc_plan *plan, struct pc_sql_script *script)
{
    for (size_t i = 0; i < plan->streams.count; i++)
        add_stream(arena, plan->streams.items[i], script);
    for (size_t i = 0; i < plan->projections.count; i++)
        add_projection(arena, plan->projections.items[i], script);
}
