/* Making room in tables sooner than autovacuum would.
 *
 * DESIGN. A row of an indexed column that changes is written anew with all its index entries, and
 * nothing but VACUUM takes the old ones away. Autovacuum looks once a minute; a projection that
 * catches up writes all its rows several times in that minute, so that a small table has grown to
 * many times its size until then, and every index with it. So whoever runs projections looks at
 * their tables himself; when is decided above (service/room.h). */
#include <string.h>

#include "store/postgres/driver.h"
#include "store/postgres/statement.h"

projc_status projc__postgres_survey_rows(projc_store *store, const projc_table *const *tables,
                                         size_t count, projc__row_census *census,
                                         projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__statement statement;
    projc__array schemas;
    projc__array names;
    PGresult *result = NULL;
    size_t bytes = 0;

    for (size_t i = 0; i < count; i++)
        bytes += strlen(tables[i]->name) +
                 strlen(tables[i]->schema != NULL ? tables[i]->schema : postgres->schema);
    projc__statement_init(&statement, postgres, error);
    projc__statement_add(
        &statement,
        "SELECT t.number, coalesce(nullif(pg_catalog.pg_stat_get_live_tuples(c.oid), 0),"
        " greatest(c.reltuples::bigint, 0)), pg_catalog.pg_stat_get_dead_tuples(c.oid),"
        " pg_catalog.pg_stat_get_tuples_updated(c.oid) +"
        " pg_catalog.pg_stat_get_tuples_deleted(c.oid),"
        " pg_catalog.pg_stat_get_tuples_hot_updated(c.oid),"
        " pg_catalog.pg_stat_get_vacuum_count(c.oid) +"
        " pg_catalog.pg_stat_get_autovacuum_count(c.oid), pg_catalog.pg_relation_size(c.oid)"
        " FROM unnest($1, $2) WITH ORDINALITY t (schema, name, number)"
        " JOIN pg_catalog.pg_namespace n ON n.nspname = t.schema"
        " JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = t.name");
    projc__array_begin(&schemas, &statement, PROJC__OID_TEXT, count, bytes);
    projc__array_begin(&names, &statement, PROJC__OID_TEXT, count, bytes);
    for (size_t i = 0; i < count; i++) {
        const char *schema = tables[i]->schema != NULL ? tables[i]->schema : postgres->schema;
        projc__array_put(&schemas, schema, strlen(schema));
        projc__array_put(&names, tables[i]->name, strlen(tables[i]->name));
    }
    projc__array_bind(&schemas);
    projc__array_bind(&names);
    projc_status status = projc__statement_run(&statement, &result);
    memset(census, 0, count * sizeof *census);
    for (int i = 0; status == PROJC_OK && i < PQntuples(result); i++)
        census[projc__result_i64(result, i, 0) - 1] =
            (projc__row_census){.live = projc__result_i64(result, i, 1),
                                .dead = projc__result_i64(result, i, 2),
                                .replaced = projc__result_i64(result, i, 3),
                                .pruned = projc__result_i64(result, i, 4),
                                .vacuums = projc__result_i64(result, i, 5),
                                .bytes = projc__result_i64(result, i, 6)};
    PQclear(result);
    return status;
}

projc_status projc__postgres_make_room(projc_store *store, const projc_table *table,
                                       projc_error *error)
{
    projc__statement statement;

    /* A table of somebody else's is passed over with a warning, which nobody reads. */
    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement, "VACUUM (SKIP_LOCKED, TRUNCATE false) ");
    projc__statement_add_table(&statement, table->schema, table->name);
    return projc__statement_do(&statement);
}
