/* Telling the trigger of a log that somebody is awake.
 *
 * DESIGN. A notification costs the writers more than the insert: at commit they take turns. While a
 * service looks for events by itself they need none. A sequence's last_value is a flag outside of
 * transactions: set here, it is read by the next statement of every writer. It holds the moment up
 * to which the service promises to look, by the database's clock, so that one that dies is missed
 * for no longer than that. The sequence is the one that the column event_id owns; setval() needs no
 * flush of the log on disk, so the commit does not wait for one. */
#include "store/postgres/driver.h"
#include "store/postgres/event_table.h"

projc_status projc__postgres_stay_awake(projc_store *store, const projc_stream_type *stream,
                                        int64_t duration_ms, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__event_table *table;
    projc__statement statement;
    PGresult *result = NULL;

    projc_status status = projc__event_table_find(postgres, stream, &table, error);
    if (status != PROJC_OK)
        return status;
    projc__statement_init(&statement, postgres, error);
    projc__statement_add(
        &statement,
        "SELECT pg_catalog.set_config('synchronous_commit', 'off', true),"
        " pg_catalog.setval(pg_catalog.pg_get_serial_sequence("
        "pg_catalog.quote_ident($1) || '.' || pg_catalog.quote_ident($2), 'event_id'),"
        " CASE WHEN $3 > 0 THEN (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())"
        " * 1000)::int8 + $3 ELSE 0 END)");
    projc__statement_bind_text(&statement, table->schema);
    projc__statement_bind_text(&statement, table->name);
    projc__statement_bind_i64(&statement, duration_ms);
    status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK && PQgetisnull(result, 0, 1))
        status = projc_error_set(error, PROJC_UNSUPPORTED,
                                 "event table %s.%s has no sequence that says who is awake",
                                 table->schema, table->name);
    PQclear(result);
    return status;
}
