/* Queries of a module: a SELECT with parameters, row by row. */
#include "store/sqlite/sqlite_store.h"

#include <stdlib.h>

static sqlite3_str *build(projc__sqlite *store, const projc_query *query)
{
    sqlite3_str *sql = sqlite3_str_new(store->database);

    sqlite3_str_appendall(sql, "SELECT ");
    for (uint32_t i = 0; i < query->table->column_count; i++) {
        if (i > 0)
            sqlite3_str_appendall(sql, ", ");
        projc__sqlite_append_name(sql, query->table->columns[i].name);
    }
    sqlite3_str_appendall(sql, " FROM ");
    projc__sqlite_append_name(sql, query->table->name);
    sqlite3_str_appendall(sql, query->sqlite);
    return sql;
}

static projc_status bind(projc__sqlite *store, sqlite3_stmt *statement, const projc_query *query,
                         const projc_value *parameters, projc_error *error)
{
    int bound = SQLITE_OK;

    /* A parameter that the text does not mention has no number beyond the last one mentioned. */
    for (int i = 0; bound == SQLITE_OK && i < (int)query->bound_count &&
                    i < sqlite3_bind_parameter_count(statement);
         i++)
        bound = projc__sqlite_bind_value(statement, i + 1, &parameters[i]);
    return bound == SQLITE_OK ? PROJC_OK : projc__sqlite_fail(store, bound, error);
}

static projc_status read_row(sqlite3_stmt *statement, const projc_table *table, projc_value *values,
                             projc_error *error)
{
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; status == PROJC_OK && i < table->column_count; i++)
        status = projc__sqlite_read_value(statement, (int)i, table, &table->columns[i], NULL,
                                          &values[i], error);
    return status;
}

projc_status projc__sqlite_query(projc_store *base, const projc_query *query,
                                 const projc_value *parameters, projc__row_visit visit,
                                 void *context, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc_value *values = malloc(query->table->column_count * sizeof *values);
    bool has_row = true;
    sqlite3_stmt *statement;
    projc_status status =
        projc__sqlite_prepare_built(store, build(store, query), &statement, error);

    if (status == PROJC_OK && values == NULL)
        status = projc__sqlite_no_memory(error);
    if (status == PROJC_OK)
        status = bind(store, statement, query, parameters, error);
    while (status == PROJC_OK) {
        status = projc__sqlite_step(store, statement, &has_row, error);
        if (status != PROJC_OK || !has_row)
            break;
        status = read_row(statement, query->table, values, error);
        if (status == PROJC_OK)
            status = visit(context, values, error);
    }
    projc__sqlite_end(statement);
    free(values);
    return status;
}
