/* Refusals before any work: everything without which no event could be promised to be seen. */
#include "store/postgres/driver.h"
#include "store/postgres/event_table.h"

/* $1 is the quoted and qualified name of the event table. The sequence is the one that the column
 * owns (serial, identity), or the one that its default names. */
static const char question[] =
    "WITH log AS (SELECT $1::text::regclass::oid AS oid), numbers AS (SELECT s.* FROM log"
    " JOIN pg_catalog.pg_sequence s ON s.seqrelid ="
    " pg_catalog.pg_get_serial_sequence($1, 'no')::regclass"
    " UNION SELECT s.* FROM log JOIN pg_catalog.pg_attrdef d ON d.adrelid = log.oid"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum"
    " AND a.attname = 'no' JOIN pg_catalog.pg_depend p ON p.objid = d.oid"
    " AND p.classid = 'pg_catalog.pg_attrdef'::regclass"
    " AND p.refclassid = 'pg_catalog.pg_class'::regclass"
    " JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.refobjid)"
    " SELECT (SELECT count(*) FROM numbers),"
    " (SELECT COALESCE(max(seqcache), 1) FROM numbers)::int8,"
    " (SELECT COALESCE(min(seqincrement), 1) FROM numbers)::int8,"
    " (SELECT COALESCE(bool_or(seqcycle), false) FROM numbers),"
    " (SELECT min(seqrelid::regclass::text) FROM numbers),"
    " EXISTS (SELECT 1 FROM log, pg_catalog.pg_subscription_rel r WHERE r.srrelid = log.oid"
    " OR r.srrelid IN (SELECT relid FROM pg_catalog.pg_partition_tree(log.oid))),"
    " pg_catalog.row_security_active((SELECT oid FROM log)),"
    " EXISTS (SELECT 1 FROM log JOIN pg_catalog.pg_class c ON c.oid = log.oid AND c.relkind <> 'p'"
    " JOIN pg_catalog.pg_inherits h ON h.inhparent = c.oid)";

static projc_status judge(const PGresult *result, const projc__event_table *table,
                          projc_error *error)
{
    const char *sequence = PQgetvalue(result, 0, 4);

    if (projc__result_i64(result, 0, 0) == 0)
        return projc_error_set(
            error, PROJC_UNSUPPORTED,
            "event table %s.%s: column no has no sequence: numbers must be drawn by "
            "the column's default (ALTER TABLE … ALTER no ADD GENERATED ALWAYS AS "
            "IDENTITY)",
            table->schema, table->name);
    if (projc__result_i64(result, 0, 1) != 1)
        return projc_error_set(
            error, PROJC_UNSUPPORTED,
            "event table %s.%s: sequence %s caches %lld numbers a session, so they "
            "are not drawn in order: ALTER SEQUENCE %s CACHE 1",
            table->schema, table->name, sequence, (long long)projc__result_i64(result, 0, 1),
            sequence);
    if (projc__result_i64(result, 0, 2) <= 0)
        return projc_error_set(error, PROJC_UNSUPPORTED,
                               "event table %s.%s: sequence %s counts downwards: ALTER SEQUENCE %s "
                               "INCREMENT 1",
                               table->schema, table->name, sequence, sequence);
    if (projc__result_bool(result, 0, 3))
        return projc_error_set(
            error, PROJC_UNSUPPORTED,
            "event table %s.%s: sequence %s begins again at its end: ALTER SEQUENCE "
            "%s NO CYCLE",
            table->schema, table->name, sequence, sequence);
    if (projc__result_bool(result, 0, 5))
        return projc_error_set(
            error, PROJC_UNSUPPORTED,
            "event table %s.%s is filled by a logical subscription, which commits in "
            "another order: connect to the publisher",
            table->schema, table->name);
    if (projc__result_bool(result, 0, 6))
        return projc_error_set(
            error, PROJC_UNSUPPORTED,
            "event table %s.%s: row security hides events from this role: ALTER ROLE "
            "… BYPASSRLS, or use the table's owner",
            table->schema, table->name);
    if (projc__result_bool(result, 0, 7))
        return projc_error_set(error, PROJC_UNSUPPORTED,
                               "event table %s.%s has tables that inherit from it, whose writers "
                               "cannot be watched: use partitions, or one table",
                               table->schema, table->name);
    return PROJC_OK;
}

static projc_status check_primary(projc__postgres *postgres, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement, "SELECT pg_catalog.pg_is_in_recovery(),"
                                     " current_setting('transaction_read_only') = 'on'");
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK && projc__result_bool(result, 0, 0))
        status =
            projc_error_set(error, PROJC_UNSUPPORTED,
                            "this server is a standby: connect to the primary (with several hosts, "
                            "add target_session_attrs=read-write)");
    else if (status == PROJC_OK && projc__result_bool(result, 0, 1))
        status = projc_error_set(error, PROJC_UNSUPPORTED,
                                 "this database is read-only for this role: unset "
                                 "default_transaction_read_only");
    PQclear(result);
    return status;
}

projc_status projc__postgres_preflight(projc_store *store, const projc_stream_type *stream,
                                       projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__event_table *table;
    projc__statement statement;
    PGresult *result = NULL;

    projc_status status = check_primary(postgres, error);
    if (status == PROJC_OK)
        status = projc__event_table_find(postgres, stream, &table, error);
    if (status != PROJC_OK)
        return status;
    /* The name is quoted by the same function as everywhere, then moved into a parameter. */
    projc__statement_init(&statement, postgres, error);
    projc__statement_add_table(&statement, table->schema, table->name);
    const char *name = statement.text;
    size_t size = statement.size;
    statement.text = NULL;
    statement.size = statement.capacity = 0;
    projc__statement_add(&statement, question);
    projc__statement_bind(&statement, PROJC__OID_TEXT, name, size);
    status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK)
        status = judge(result, table, error);
    PQclear(result);
    return status;
}

projc_status projc__postgres_check_log(projc_store *store, const projc_stream_type *stream,
                                       int64_t no, projc_uuid event_id, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__event_table *table;
    projc__statement statement;
    PGresult *result = NULL;

    if (no == 0)
        return PROJC_OK;
    projc_status status = projc__event_table_find(postgres, stream, &table, error);
    if (status != PROJC_OK)
        return status;
    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement, "SELECT event_id = $2 FROM ");
    projc__statement_add_table(&statement, table->schema, table->name);
    projc__statement_add(&statement, " WHERE no = $1");
    projc__statement_bind_i64(&statement, no);
    projc__statement_bind_uuid(&statement, event_id);
    if (no >= PROJC__SHORT_LOG)
        projc__statement_keep(&statement);
    status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK && (PQntuples(result) == 0 || !projc__result_bool(result, 0, 0)))
        status =
            projc__store_diverged(table->schema, table->name, no, PQntuples(result) > 0, error);
    PQclear(result);
    return status;
}
