/* What a table or view looks like, for `schema --check`. */
#include "base/arena.h"
#include "store/postgres/driver.h"
#include "store/postgres/statement.h"

#include <stdio.h>

enum { TYPE_TEXT_MAX = 24 };

/* By projc_column_type; as the generated schema writes them, without collation. */
static const char *const type_names[] = {
    [PROJC_COLUMN_BOOL] = "boolean",
    [PROJC_COLUMN_I16] = "smallint",
    [PROJC_COLUMN_I32] = "integer",
    [PROJC_COLUMN_I64] = "bigint",
    [PROJC_COLUMN_F64] = "double precision",
    [PROJC_COLUMN_DECIMAL] = "numeric",
    [PROJC_COLUMN_TEXT] = "text",
    [PROJC_COLUMN_BYTES] = "bytea",
    [PROJC_COLUMN_UUID] = "uuid",
    [PROJC_COLUMN_TIME] = "timestamptz",
    [PROJC_COLUMN_DATE] = "date",
    [PROJC_COLUMN_DURATION] = "bigint",
    [PROJC_COLUMN_JSON] = "jsonb",
};

const char *projc__postgres_column_type(projc_arena *arena, const projc_column *column)
{
    char text[TYPE_TEXT_MAX];

    if (column->type != PROJC_COLUMN_DECIMAL)
        return type_names[column->type];
    snprintf(text, sizeof text, "numeric(19,%u)", (unsigned)column->scale);
    return projc_arena_copy(arena, text, strlen(text));
}

/* A result's text as a string; NULL when the arena is exhausted. */
static const char *text_at(const PGresult *result, int row, int column, projc_arena *arena)
{
    return projc__result_text(result, row, column, arena).data;
}

static projc_status run(projc__postgres *postgres, const char *text, const char *schema,
                        const char *table, PGresult **result, projc_error *error)
{
    projc__statement statement;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add_plain(&statement, text);
    projc__statement_bind_text(&statement, schema != NULL ? schema : postgres->schema);
    projc__statement_bind_text(&statement, table);
    return projc__statement_run(&statement, result);
}

static projc_status take_columns(const PGresult *result, projc_arena *arena,
                                 projc__found_table *found, projc_error *error)
{
    int count = PQntuples(result);
    projc__found_column *columns = projc_arena_alloc(arena, ((size_t)count + 1) * sizeof *columns);

    if (columns == NULL)
        return projc__arena_error(arena, error);
    for (int i = 0; i < count; i++) {
        columns[i] = (projc__found_column){
            .name = text_at(result, i, 0, arena),
            .type = text_at(result, i, 1, arena),
            .is_nullable = projc__result_bool(result, i, 2),
            .key_part = (uint32_t)projc__result_i64(result, i, 3),
        };
        if (columns[i].name == NULL || columns[i].type == NULL)
            return projc__arena_error(arena, error);
        found->is_view = projc__result_bool(result, i, 4);
    }
    found->columns = columns;
    found->column_count = (uint32_t)count;
    return PROJC_OK;
}

static projc_status take_indexes(const PGresult *result, projc_arena *arena,
                                 projc__found_table *found, projc_error *error)
{
    int count = PQntuples(result);
    const char **names = projc_arena_alloc(arena, ((size_t)count + 1) * sizeof *names);

    if (names == NULL)
        return projc__arena_error(arena, error);
    for (int i = 0; i < count; i++) {
        names[i] = text_at(result, i, 0, arena);
        if (names[i] == NULL)
            return projc__arena_error(arena, error);
    }
    found->indexes = names;
    found->index_count = (uint32_t)count;
    return PROJC_OK;
}

projc_status projc__postgres_describe(projc_store *store, const char *schema, const char *table,
                                      projc_arena *arena, projc__found_table *found,
                                      projc_error *error)
{
    static const char columns_text[] =
        "SELECT a.attname::text,"
        " pg_catalog.replace(pg_catalog.format_type(a.atttypid, a.atttypmod),"
        " 'timestamp with time zone', 'timestamptz'), NOT a.attnotnull,"
        " COALESCE(pg_catalog.array_position(i.indkey::smallint[], a.attnum) + 1, 0)::bigint,"
        " c.relkind IN ('v', 'm')"
        " FROM pg_catalog.pg_class c"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
        " LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary"
        " WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
        " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
    static const char indexes_text[] =
        "SELECT x.relname::text FROM pg_catalog.pg_index i"
        " JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
        " JOIN pg_catalog.pg_class c ON c.oid = i.indrelid"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = $1 AND c.relname = $2 AND i.indisvalid AND NOT i.indisprimary";
    projc__postgres *postgres = projc__postgres_of(store);
    PGresult *result = NULL;
    projc_status status = run(postgres, columns_text, schema, table, &result, error);

    *found = (projc__found_table){.is_view = false};
    if (status == PROJC_OK && PQntuples(result) == 0)
        status = projc_error_set(error, PROJC_ABSENT, "there is no table %s", table);
    if (status == PROJC_OK)
        status = take_columns(result, arena, found, error);
    PQclear(result);
    result = NULL;
    if (status == PROJC_OK)
        status = run(postgres, indexes_text, schema, table, &result, error);
    if (status == PROJC_OK)
        status = take_indexes(result, arena, found, error);
    PQclear(result);
    return status;
}
