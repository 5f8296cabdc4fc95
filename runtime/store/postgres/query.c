/* Queries of a module: a SELECT with parameters.
 *
 * The statement has no name, as everywhere here: it is planned anew for each run, survives a pooler
 * in transaction mode, and never meets a plan of another shape of the table (0A000). Parameters are
 * arrays of one element, because arrays are what columns know how to become. The whole result is in
 * memory while it is visited: that is what `limit` is for. */
#include "store/postgres/driver.h"
#include "store/postgres/rows.h"

#include <stdlib.h>

static projc_status visit_rows(const PGresult *result, const projc_table *table,
                               projc_value *values, projc__row_visit visit, void *context,
                               projc_error *error)
{
    projc_status status = PROJC_OK;

    for (int i = 0; status == PROJC_OK && i < PQntuples(result); i++) {
        for (uint32_t c = 0; status == PROJC_OK && c < table->column_count; c++) {
            int size = PQgetisnull(result, i, (int)c) ? -1 : PQgetlength(result, i, (int)c);

            status = projc__value_decode(&table->columns[c],
                                         (const uint8_t *)PQgetvalue(result, i, (int)c), size, NULL,
                                         &values[c], error);
        }
        if (status == PROJC_OK)
            status = visit(context, values, error);
    }
    return status;
}

projc_status projc__postgres_query(projc_store *store, const projc_query *query,
                                   const projc_value *parameters, projc__row_visit visit,
                                   void *context, projc_error *error)
{
    const projc_table *table = query->table;
    projc_value *values = calloc(table->column_count, sizeof *values);
    projc__statement statement;
    PGresult *result = NULL;
    projc_status status;

    if (values == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement, "SELECT ");
    projc__statement_add_names(&statement, "", table, 0, table->column_count);
    projc__statement_add(&statement, " FROM ");
    projc__statement_add_table(&statement, table->schema, table->name);
    projc__statement_add_plain(&statement, query->postgres);
    for (uint32_t i = 0; i < query->bound_count; i++)
        projc__statement_bind_column(&statement, &query->parameters[i].column, &parameters[i], 1,
                                     1);
    status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK)
        status = visit_rows(result, table, values, visit, context, error);
    PQclear(result);
    free(values);
    return status;
}
