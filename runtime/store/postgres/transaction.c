/* A transaction of the user's own, around several appends. */
#include "store/postgres/driver.h"
#include "store/postgres/statement.h"

projc_status projc__postgres_begin(projc_store *store, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__pipeline pipeline;

    projc__pipeline_begin(&pipeline, postgres, error);
    projc__pipeline_send_begin(&pipeline, postgres->statement_timeout_ms, true);
    projc_status status = projc__pipeline_end(&pipeline);
    if (status != PROJC_OK)
        projc__postgres_roll_back(postgres);
    store->is_in_transaction = status == PROJC_OK;
    return status;
}

projc_status projc__postgres_commit_user(projc_store *store, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__statement statement;
    PGresult *result = NULL;

    store->is_in_transaction = false;
    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement, "COMMIT");
    projc_status status = projc__statement_run(&statement, &result);
    /* COMMIT of a transaction in which something failed rolls back, and is no error to the server.
     */
    if (status == PROJC_OK && strcmp(PQcmdStatus(result), "COMMIT") != 0)
        status = projc_error_set(error, PROJC_DATABASE,
                                 "the transaction was rolled back: a statement in it had failed");
    PQclear(result);
    return status;
}

projc_status projc__postgres_rollback(projc_store *store, projc_error *error)
{
    projc__statement statement;

    store->is_in_transaction = false;
    projc__statement_init(&statement, projc__postgres_of(store), error);
    projc__statement_add(&statement, "ROLLBACK");
    return projc__statement_do(&statement);
}
