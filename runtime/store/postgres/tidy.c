/* Making room in tables sooner than autovacuum would.
 *
 * DESIGN. A row of an indexed column that changes is written anew with all its index entries, and
 * nothing but VACUUM takes the old ones away. Autovacuum looks once a minute; a projection that
 * catches up writes all its rows several times in that minute, so that a small table has grown to
 * many times its size until then, and every index with it. So whoever runs projections looks at
 * their tables himself. Large tables are left to autovacuum: in a minute a batch's bytes cannot
 * make them several times as large, and a long VACUUM would be in the way of an end. */
#include <string.h>

#include "store/postgres/driver.h"
#include "store/postgres/statement.h"

/* Dead rows that no table is tidied for, and bytes above which none is. */
#define DEAD_MIN "1000"
#define SIZE_MAX_BYTES "268435456"

static projc_status find_untidy(projc__postgres *postgres, const projc_table *const *tables,
                                size_t count, PGresult **result, projc_error *error)
{
    projc__statement statement;
    projc__array schemas;
    projc__array names;
    size_t bytes = 0;

    for (size_t i = 0; i < count; i++)
        bytes += strlen(tables[i]->name) +
                 strlen(tables[i]->schema != NULL ? tables[i]->schema : postgres->schema);
    projc__statement_init(&statement, postgres, error);
    projc__statement_add(
        &statement, "SELECT t.number FROM unnest($1, $2) WITH ORDINALITY t (schema, name, number)"
                    " JOIN pg_catalog.pg_namespace n ON n.nspname = t.schema"
                    " JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = t.name"
                    " WHERE pg_catalog.pg_stat_get_dead_tuples(c.oid) >"
                    " pg_catalog.pg_stat_get_live_tuples(c.oid) + " DEAD_MIN
                    " AND pg_catalog.pg_relation_size(c.oid) < " SIZE_MAX_BYTES);
    projc__array_begin(&schemas, &statement, PROJC__OID_TEXT, count, bytes);
    projc__array_begin(&names, &statement, PROJC__OID_TEXT, count, bytes);
    for (size_t i = 0; i < count; i++) {
        const char *schema = tables[i]->schema != NULL ? tables[i]->schema : postgres->schema;
        projc__array_put(&schemas, schema, strlen(schema));
        projc__array_put(&names, tables[i]->name, strlen(tables[i]->name));
    }
    projc__array_bind(&schemas);
    projc__array_bind(&names);
    return projc__statement_run(&statement, result);
}

projc_status projc__postgres_tidy(projc_store *store, const projc_table *const *tables,
                                  size_t count, size_t *tidied, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    PGresult *untidy = NULL;

    *tidied = 0;
    projc_status status = find_untidy(postgres, tables, count, &untidy, error);
    for (int i = 0; status == PROJC_OK && i < PQntuples(untidy); i++) {
        const projc_table *table = tables[projc__result_i64(untidy, i, 0) - 1];
        projc__statement statement;

        /* A table of somebody else's is passed over with a warning, which nobody reads. */
        projc__statement_init(&statement, postgres, error);
        projc__statement_add(&statement, "VACUUM (SKIP_LOCKED, TRUNCATE false) ");
        projc__statement_add_table(&statement, table->schema, table->name);
        status = projc__statement_do(&statement);
        *tidied += status == PROJC_OK;
    }
    PQclear(untidy);
    return status;
}
