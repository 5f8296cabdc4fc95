/* Starting a projection over: positions to zero, epochs raised, rows deleted, in one transaction.
 */
#include "store/postgres/driver.h"
#include "store/postgres/statement.h"

static void send_for_generation(projc__pipeline *pipeline, int64_t generation, const char *text)
{
    projc__statement statement;

    projc__statement_init(&statement, pipeline->postgres, pipeline->error);
    statement.is_unbounded = true;
    projc__statement_add(&statement, text);
    projc__statement_bind_i64(&statement, generation);
    projc__pipeline_send(pipeline, &statement, NULL);
}

projc_status projc__postgres_reset(projc_store *store, int64_t generation,
                                   const projc_table *const *tables, size_t table_count,
                                   bool keep_skipped, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__statement statement;
    projc__pipeline pipeline;

    projc__pipeline_begin(&pipeline, postgres, error);
    /* Deleting everything may take long: no statement time-out, but still one for locks. */
    projc__pipeline_send_begin(&pipeline, 0, true);
    /* In order, so that two resets cannot wait for each other. Workers never wait: they skip. */
    send_for_generation(&pipeline, generation,
                        "SELECT 1 FROM @projc_lane WHERE generation = $1 ORDER BY lane FOR UPDATE");
    send_for_generation(
        &pipeline, generation,
        "UPDATE @projc_lane SET position = 0, epoch = epoch + 1, last_event_id = DEFAULT,"
        " applied = 0, updated_at = pg_catalog.clock_timestamp() WHERE generation = $1");
    for (size_t i = 0; i < table_count; i++) {
        projc__statement_init(&statement, postgres, error);
        statement.is_unbounded = true;
        projc__statement_add(&statement, "DELETE FROM ");
        projc__statement_add_table(&statement, tables[i]->schema, tables[i]->name);
        projc__pipeline_send(&pipeline, &statement, NULL);
    }
    send_for_generation(&pipeline, generation, "DELETE FROM @projc_key WHERE generation = $1");
    send_for_generation(&pipeline, generation, "DELETE FROM @projc_waiting WHERE generation = $1");
    if (!keep_skipped)
        send_for_generation(&pipeline, generation,
                            "DELETE FROM @projc_skipped WHERE generation = $1");
    projc__pipeline_send_text(&pipeline, "COMMIT");
    projc_status status = projc__pipeline_end(&pipeline);
    if (status != PROJC_OK)
        projc__postgres_roll_back(postgres);
    return status;
}
