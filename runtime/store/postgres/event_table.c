/* Looking up the types of an event table's columns: goengine's tables have types of their own. */
#include "store/postgres/event_table.h"

#include <stdlib.h>

enum { TYPES_MAX = 5, FIRST_EVENT_BYTES = 256 };

const char *const projc__event_column_names[PROJC__EVENT_COLUMN_COUNT] = {
    "no",           "event_id",          "event_name", "payload", "metadata", "aggregate_type",
    "aggregate_id", "aggregate_version", "created_at",
};

/* Zero ends a list. */
static const Oid usable_types[PROJC__EVENT_COLUMN_COUNT][TYPES_MAX] = {
    [PROJC__EVENT_NO] = {PROJC__OID_INT8, PROJC__OID_INT4},
    [PROJC__EVENT_ID] = {PROJC__OID_UUID},
    [PROJC__EVENT_NAME] = {PROJC__OID_TEXT, PROJC__OID_VARCHAR, PROJC__OID_BPCHAR},
    [PROJC__EVENT_PAYLOAD] = {PROJC__OID_JSON, PROJC__OID_JSONB, PROJC__OID_BYTEA, PROJC__OID_TEXT},
    [PROJC__EVENT_METADATA] = {PROJC__OID_JSON, PROJC__OID_JSONB, PROJC__OID_TEXT},
    [PROJC__EVENT_AGGREGATE_TYPE] = {PROJC__OID_TEXT, PROJC__OID_VARCHAR, PROJC__OID_BPCHAR},
    [PROJC__EVENT_AGGREGATE_ID] = {PROJC__OID_UUID, PROJC__OID_TEXT, PROJC__OID_VARCHAR,
                                   PROJC__OID_BPCHAR},
    [PROJC__EVENT_VERSION] = {PROJC__OID_INT2, PROJC__OID_INT4, PROJC__OID_INT8},
    [PROJC__EVENT_TIME] = {PROJC__OID_TIMESTAMPTZ, PROJC__OID_TIMESTAMP},
};

static const char *const usable_names[PROJC__EVENT_COLUMN_COUNT] = {
    [PROJC__EVENT_NO] = "bigint or integer",
    [PROJC__EVENT_ID] = "uuid",
    [PROJC__EVENT_NAME] = "text or varchar",
    [PROJC__EVENT_PAYLOAD] = "json, jsonb, bytea or text",
    [PROJC__EVENT_METADATA] = "jsonb, json or text",
    [PROJC__EVENT_AGGREGATE_TYPE] = "text or varchar",
    [PROJC__EVENT_AGGREGATE_ID] = "uuid, text or varchar",
    [PROJC__EVENT_VERSION] = "bigint, integer or smallint",
    [PROJC__EVENT_TIME] = "timestamp with or without time zone",
};

void projc__event_table_add_columns(projc__statement *statement)
{
    for (int i = 0; i < PROJC__EVENT_COLUMN_COUNT; i++) {
        projc__statement_add(statement, i == 0 ? "" : ", ");
        projc__statement_add(statement, projc__event_column_names[i]);
    }
}

static void free_table(projc__event_table *table)
{
    projc__horizon_clear(&table->horizon);
    free(table->schema);
    free(table->name);
    free(table);
}

void projc__event_tables_free(projc__postgres *postgres)
{
    while (postgres->event_tables != NULL) {
        projc__event_table *table = postgres->event_tables;
        postgres->event_tables = table->next;
        free_table(table);
    }
}

static bool is_usable(int column, Oid type)
{
    for (int i = 0; i < TYPES_MAX && usable_types[column][i] != 0; i++) {
        if (usable_types[column][i] == type)
            return true;
    }
    return false;
}

static projc_status check_columns(projc__event_table *table, const projc_stream_type *stream,
                                  const PGresult *result, projc_error *error)
{
    for (int i = 0; i < PROJC__EVENT_COLUMN_COUNT; i++) {
        if (PQgetisnull(result, i, 1))
            return projc_error_set(
                error, PROJC_UNSUPPORTED,
                "event table %s.%s has no column %s (%s): add it, or name another "
                "table in the stream's `as`",
                table->schema, table->name, projc__event_column_names[i], usable_names[i]);
        table->types[i] = (Oid)projc__result_i64(result, i, 1);
        if (!is_usable(i, table->types[i]))
            return projc_error_set(error, PROJC_UNSUPPORTED,
                                   "event table %s.%s: column %s has type %s; it must be %s",
                                   table->schema, table->name, projc__event_column_names[i],
                                   PQgetvalue(result, i, 2), usable_names[i]);
    }
    bool is_bytes = table->types[PROJC__EVENT_PAYLOAD] == PROJC__OID_BYTEA;
    if (stream->payload == PROJC_PAYLOAD_MSGPACK && !is_bytes)
        return projc_error_set(
            error, PROJC_UNSUPPORTED,
            "event table %s.%s: column payload has type %s; `payload msgpack` needs "
            "bytea: write `payload json` in the stream, or change the column",
            table->schema, table->name, PQgetvalue(result, PROJC__EVENT_PAYLOAD, 2));
    return PROJC_OK;
}

/* One row a column of ours, in order: name, type below domains (NULL: no such column), its name. */
static projc_status look_up(projc__postgres *postgres, projc__event_table *table,
                            const projc_stream_type *stream, projc_error *error)
{
    projc__statement statement;
    projc__array names;
    PGresult *result = NULL;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(
        &statement,
        "SELECT k.name, COALESCE(NULLIF(t.typbasetype, 0), t.oid)::int8,"
        " pg_catalog.format_type(t.oid, NULL), c.oid IS NOT NULL"
        " FROM unnest($3) WITH ORDINALITY k (name, ord)"
        " LEFT JOIN pg_catalog.pg_class c ON c.relname = $2"
        " AND c.relkind IN ('r', 'p', 'v', 'f', 'm')"
        " AND c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1)"
        " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = k.name"
        " AND NOT a.attisdropped LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
        " ORDER BY k.ord");
    projc__statement_bind_text(&statement, table->schema);
    projc__statement_bind_text(&statement, table->name);
    projc__array_begin(&names, &statement, PROJC__OID_TEXT, PROJC__EVENT_COLUMN_COUNT, 256);
    for (int i = 0; i < PROJC__EVENT_COLUMN_COUNT; i++)
        projc__array_put(&names, projc__event_column_names[i],
                         strlen(projc__event_column_names[i]));
    projc__array_bind(&names);
    projc_status status = projc__statement_run(&statement, &result);
    if (status != PROJC_OK)
        return status;
    if (PQntuples(result) != PROJC__EVENT_COLUMN_COUNT || !projc__result_bool(result, 0, 3))
        status = projc_error_set(error, PROJC_NO_SCHEMA,
                                 "event table %s.%s is missing: run `schema --apply`, or "
                                 "`run --create`",
                                 table->schema, table->name);
    else
        status = check_columns(table, stream, result, error);
    PQclear(result);
    return status;
}

projc_status projc__event_table_find(projc__postgres *postgres, const projc_stream_type *stream,
                                     projc__event_table **found, projc_error *error)
{
    const char *schema = stream->schema != NULL ? stream->schema : postgres->schema;

    for (projc__event_table *table = postgres->event_tables; table != NULL; table = table->next) {
        if (strcmp(table->schema, schema) == 0 && strcmp(table->name, stream->table) == 0 &&
            table->has_text_ids == stream->has_text_ids) {
            *found = table;
            return PROJC_OK;
        }
    }
    projc__event_table *table = calloc(1, sizeof *table);
    if (table == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    projc__horizon_init(&table->horizon);
    table->schema = strdup(schema);
    table->name = strdup(stream->table);
    table->has_text_ids = stream->has_text_ids;
    table->event_bytes = FIRST_EVENT_BYTES;
    projc_status status = PROJC_OK;
    if (table->schema == NULL || table->name == NULL)
        status = projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    else
        status = look_up(postgres, table, stream, error);
    if (status != PROJC_OK) {
        free_table(table);
        return status;
    }
    table->next = postgres->event_tables;
    postgres->event_tables = table;
    *found = table;
    return PROJC_OK;
}
