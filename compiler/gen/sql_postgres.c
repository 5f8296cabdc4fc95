/* sql_postgres.c -- event tables, state tables and wake-up triggers for PostgreSQL. */
#include "gen/parts.h"
#include "gen/sql_view.h"

#include <string.h>

static void add_stream(struct pc_arena *arena, const struct pc_plan_stream *stream,
                       struct pc_sql_script *script)
{
    const char *table = pc_sql_qualified(arena, stream->sql_schema, stream->sql_table);
    struct pc_text index = pc_sql_companion(arena, stream->sql_table, "_aggregate");

    /* GENERATED ALWAYS: numbers are drawn inside the INSERT, which the horizon relies on. */
    pc_sql_add(arena, script,
               "CREATE TABLE IF NOT EXISTS %s (\n"
               "    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
               "    event_id uuid NOT NULL UNIQUE,\n"
               "    event_name text NOT NULL,\n"
               "    payload %s NOT NULL,\n"
               "    metadata jsonb NOT NULL DEFAULT '{}',\n"
               "    aggregate_type text NOT NULL,\n"
               "    aggregate_id %s NOT NULL,\n"
               "    aggregate_version bigint NOT NULL,\n"
               "    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),\n"
               "    UNIQUE (aggregate_type, aggregate_id, aggregate_version)\n"
               ");\n",
               table, stream->is_msgpack ? "bytea" : "json",
               stream->has_text_ids ? "text" : "uuid");
    pc_sql_add(arena, script,
               "CREATE INDEX IF NOT EXISTS %s ON %s (aggregate_type, aggregate_id, no);\n",
               pc_sql_name(arena, index), table);
    if (stream->doc.size != 0)
        pc_sql_add(arena, script, "COMMENT ON TABLE %s IS %s;\n", table,
                   pc_sql_string(arena, stream->doc));
}

const char *pc_sql_postgres_type(struct pc_arena *arena, const struct pc_plan_column *column)
{
    static const char *const types[] = {
        [PC_COLUMN_BOOL] = "boolean",         [PC_COLUMN_I16] = "smallint",
        [PC_COLUMN_I32] = "integer",          [PC_COLUMN_I64] = "bigint",
        [PC_COLUMN_F64] = "double precision", [PC_COLUMN_TEXT] = "text COLLATE \"C\"",
        [PC_COLUMN_BYTES] = "bytea",          [PC_COLUMN_UUID] = "uuid",
        [PC_COLUMN_TIME] = "timestamptz",     [PC_COLUMN_DATE] = "date",
        [PC_COLUMN_DURATION] = "bigint",      [PC_COLUMN_JSON] = "jsonb",
    };

    if (column->type == PC_COLUMN_DECIMAL)
        return pc_format(arena, "numeric(19,%u)", (unsigned)column->scale);
    return types[column->type];
}

static void add_comments(struct pc_arena *arena, const struct pc_plan_table *table,
                         const char *name, struct pc_sql_script *script)
{
    if (table->doc.size != 0)
        pc_sql_add(arena, script, "COMMENT ON TABLE %s IS %s;\n", name,
                   pc_sql_string(arena, table->doc));
    for (size_t i = 0; i < table->columns.count; i++) {
        const struct pc_plan_column *column = table->columns.items[i];

        if (column->doc.size != 0)
            pc_sql_add(arena, script, "COMMENT ON COLUMN %s.%s IS %s;\n", name,
                       pc_sql_name(arena, column->sql_name), pc_sql_string(arena, column->doc));
    }
}

static void add_table(struct pc_arena *arena, const struct pc_plan_table *table,
                      struct pc_sql_script *script)
{
    const char *name = pc_sql_qualified(arena, table->sql_schema, table->sql_name);

    pc_sql_add(arena, script, "CREATE TABLE IF NOT EXISTS %s (\n%s) WITH (fillfactor = 70);\n",
               name, pc_sql_columns(arena, table, pc_sql_postgres_type));
    for (size_t i = 0; i < table->indexes.count; i++)
        pc_sql_add(arena, script, "CREATE INDEX IF NOT EXISTS %s ON %s (%s);\n",
                   pc_sql_name(arena, table->indexes.items[i]->sql_name), name,
                   pc_sql_index_columns(arena, table->indexes.items[i], true));
    add_comments(arena, table, name, script);
}

static void add_projection(struct pc_arena *arena, const struct pc_plan_projection *projection,
                           struct pc_sql_script *script)
{
    add_table(arena, &projection->table, script);
    for (size_t i = 0; i < projection->tables.count; i++)
        add_table(arena, &projection->tables.items[i]->table, script);
}

void pc_sql_postgres(struct pc_arena *arena, const struct pc_plan *plan,
                     struct pc_sql_script *script)
{
    for (size_t i = 0; i < plan->streams.count; i++)
        add_stream(arena, plan->streams.items[i], script);
    for (size_t i = 0; i < plan->projections.count; i++)
        add_projection(arena, plan->projections.items[i], script);
    pc_sql_views(arena, plan, script);
}

/* ---- the wake-up ---- */

const char *pc_sql_dollar_quote(struct pc_arena *arena, const char *text, const char *word)
{
    const char *quote = pc_format(arena, "$%s$", word);

    for (unsigned number = 2; strstr(text, quote) != NULL; number++)
        quote = pc_format(arena, "$%s_%u$", word, number);
    return quote;
}

/* DESIGN. The function runs in each transaction that appends, and where many do, what it runs comes
 * from cold caches: it counts by its instructions. So it is one expression that PL/pgSQL evaluates
 * without the executor. In instructions above the bare INSERT's (callgrind, PostgreSQL 15, each in
 * a transaction of its own): an empty function 7,200; this one 28,800; a query of the sequence and
 * a SET of search_path, as it was, 46,900. A condition of the trigger (WHEN), which each statement
 * parses anew, takes 25,600 without a clock, and runs with the writer's privileges.
 *
 * Without the SET every name and operator carries its schema; the sequence stands beside the
 * table, wherever that was moved to. What is not there makes writers notify: they never fail. */
static void add_notify(struct pc_arena *arena, const struct pc_plan_stream *stream,
                       struct pc_sql_script *script)
{
    struct pc_text short_name = pc_sql_companion(arena, stream->sql_table, "_notify");
    struct pc_text awake_name = pc_sql_companion(arena, stream->sql_table, "_awake");
    const char *awake = pc_sql_qualified(arena, stream->sql_schema, awake_name);
    const char *table = pc_sql_qualified(arena, stream->sql_schema, stream->sql_table);
    const char *function = pc_sql_qualified(arena, stream->sql_schema, short_name);
    const char *beside = pc_format(arena, ".%s", pc_sql_name(arena, awake_name));
    const char *body =
        pc_format(arena,
                  "BEGIN\n"
                  "    IF pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())\n"
                  "        OPERATOR(pg_catalog.*) 1000 OPERATOR(pg_catalog.<=)\n"
                  "        pg_catalog.pg_sequence_last_value(pg_catalog.to_regclass(\n"
                  "        pg_catalog.quote_ident(TG_TABLE_SCHEMA) OPERATOR(pg_catalog.||)\n"
                  "        %s)) THEN\n"
                  "        RETURN NULL;\n"
                  "    END IF;\n"
                  "    PERFORM pg_catalog.pg_notify(%s, '');\n"
                  "    RETURN NULL;\n"
                  "END\n",
                  pc_sql_string(arena, pc_text_of(beside)), pc_sql_string(arena, stream->channel));
    const char *quote = pc_sql_dollar_quote(arena, body, "wake");

    /* Not owned by the number's column: pg_get_serial_sequence() answers one. The runtime finds it
     * by its owner. */
    pc_sql_add(arena, script,
               "-- Until when a service looks for events by itself, in milliseconds since 1970.\n"
               "CREATE SEQUENCE IF NOT EXISTS %s MINVALUE 0 START 0 OWNED BY %s.event_id;\n"
               "-- So that no writer fails whose function belongs to another than the sequence.\n"
               "GRANT SELECT ON SEQUENCE %s TO PUBLIC;\n",
               awake, table, awake);
    pc_sql_add(arena, script,
               "CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql\n"
               "SECURITY DEFINER AS %s\n%s%s;\n",
               function, quote, body, quote);
    /* CREATE OR REPLACE TRIGGER and DROP TRIGGER would lock out writers at every run. */
    body = pc_format(
        arena,
        "BEGIN\n"
        "    IF NOT EXISTS (SELECT FROM pg_catalog.pg_trigger\n"
        "                   WHERE tgrelid = %s::pg_catalog.regclass AND tgname = %s) THEN\n"
        "        CREATE TRIGGER %s AFTER INSERT ON %s\n"
        "            FOR EACH STATEMENT EXECUTE FUNCTION %s();\n"
        "    END IF;\n"
        "END\n",
        pc_sql_string(arena, pc_text_of(table)), pc_sql_string(arena, short_name),
        pc_sql_name(arena, short_name), table, function);
    quote = pc_sql_dollar_quote(arena, body, "wake");
    pc_sql_add(arena, script, "DO %s\n%s%s;\n", quote, body, quote);
}

void pc_sql_postgres_notify(struct pc_arena *arena, const struct pc_plan *plan,
                            struct pc_sql_script *script)
{
    for (size_t i = 0; i < plan->streams.count; i++)
        add_notify(arena, plan->streams.items[i], script);
}
