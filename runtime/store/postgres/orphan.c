/* Ending sessions whose client has vanished in the middle of a unit of work.
 *
 * DESIGN. A unit is sent as one pipeline. When its client, or the way to it, is gone after some of
 * it has arrived, the server waits for the rest with the lanes locked, and none of its time-outs
 * helps: statement_timeout ends with each statement, idle_in_transaction_session_timeout begins
 * only where a pipeline ends. A machine that is gone is noticed by keepalives (connection.c asks
 * for them), a relay or pooler that swallows bytes is not. Everybody else finds the lanes locked
 * and steps aside, for ever.
 *
 * So whoever works on the same tables looks for such sessions. Every client gives its connection up
 * when a unit has taken longer than its time-outs allow; behind that nobody will send the rest. If
 * a client did wait longer than this process would, its unit fails and is tried again. */
#include "store/postgres/driver.h"
#include "store/postgres/statement.h"

projc_status projc__postgres_end_orphans(projc_store *store, size_t *ended, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__statement statement;
    PGresult *result = NULL;

    *ended = 0;
    projc__statement_init(&statement, postgres, error);
    /* Sessions of other roles show no state: they are the administrator's. One that is idle in its
     * transaction is a person's at psql, or ends by its own time-out; COPY waits like this too. */
    projc__statement_add(
        &statement,
        "SELECT count(pg_catalog.pg_terminate_backend(a.pid)) FROM pg_catalog.pg_stat_activity a"
        " WHERE a.datname = pg_catalog.current_database() AND a.usename = CURRENT_USER"
        " AND a.pid <> pg_catalog.pg_backend_pid() AND a.state = 'active'"
        " AND a.wait_event = 'ClientRead' AND a.query NOT ILIKE 'COPY%'"
        " AND a.state_change < pg_catalog.clock_timestamp() - $1 * interval '1 ms'"
        " AND EXISTS (SELECT FROM pg_catalog.pg_locks l"
        " JOIN pg_catalog.pg_class c ON c.oid = l.relation"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " WHERE l.pid = a.pid AND l.granted AND l.mode <> 'AccessShareLock' AND c.relkind = 'r'"
        " AND n.nspname = $2 AND c.relname LIKE 'projc\\_%')");
    projc__statement_bind_i64(&statement, projc__postgres_patience_ms(postgres));
    projc__statement_bind_text(&statement, postgres->schema);
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK)
        *ended = (size_t)projc__result_i64(result, 0, 0);
    PQclear(result);
    return status;
}
