/* What a transaction is told: its isolation, its time-outs, how its statements are planned.
 *
 * DESIGN. A transaction of its own is told by BEGIN and by set_config(…, true), which end with it:
 * so it is behind a pooler, and for whatever takes long. Of a small unit, a claim and a row, that
 * and its COMMIT are a third of what it takes the server. So on a connection that is the server's
 * own (connection.c), and where some small units came one behind the other, the session is told
 * instead, with the last of them; from then on a unit is what stands between two synchronisation
 * points, which the server runs as one transaction: all or nothing as before, because after an
 * error it skips to the point, and because what comes there without an error is the commit.
 *
 * That holds for small units, for statements that are kept, and for loads of few rows by key, of
 * which a live step consists. Before anything else is sent, the session is set back: a page of a
 * million rows has no time-out of 60 s, and is planned as the user's settings want it. */
#include "store/postgres/session.h"

#include <stdio.h>
/* So many small units with nothing else between them tell that there will be more. */
enum { UNITS_MIN = 4 };
/* Who is told waits no longer than this for who holds its lane: that is another worker. */
enum { TOLD_LOCK_TIMEOUT_MS = 100 };
enum { NUMBER_BYTES = 24 };

static void add_setting(projc__statement *statement, const char *name, const char *value,
                        bool is_local)
{
    projc__statement_add(statement, statement->count == 0 ? "SELECT pg_catalog.set_config('"
                                                          : ", pg_catalog.set_config('");
    projc__statement_add(statement, name);
    projc__statement_add(statement, "', $");
    projc__statement_add_number(statement, statement->count + 1);
    projc__statement_add(statement, is_local ? ", true)" : ", false)");
    projc__statement_bind_text(statement, value);
}

static void send_settings(projc__pipeline *pipeline, int64_t statement_timeout_ms,
                          bool scans_tables, bool is_local)
{
    int64_t lock_timeout_ms = pipeline->postgres->lock_timeout_ms;
    char timeouts[3][NUMBER_BYTES];
    projc__statement statement;

    snprintf(timeouts[0], NUMBER_BYTES, "%lld", (long long)statement_timeout_ms);
    snprintf(timeouts[1], NUMBER_BYTES, "%lld",
             is_local || lock_timeout_ms < TOLD_LOCK_TIMEOUT_MS ? (long long)lock_timeout_ms
                                                                : TOLD_LOCK_TIMEOUT_MS);
    /* No transaction of ours waits for its client longer than its statements may take. */
    snprintf(timeouts[2], NUMBER_BYTES, "%lld",
             (long long)pipeline->postgres->statement_timeout_ms);
    projc__statement_init(&statement, pipeline->postgres, pipeline->error);
    add_setting(&statement, "statement_timeout", timeouts[0], is_local);
    add_setting(&statement, "lock_timeout", timeouts[1], is_local);
    add_setting(&statement, "idle_in_transaction_session_timeout", timeouts[2], is_local);
    /* A table without an index is scanned all the same, but at a price that calls for a compiler.
     */
    if (!scans_tables) {
        add_setting(&statement, "enable_seqscan", "off", is_local);
        add_setting(&statement, "jit", "off", is_local);
    }
    if (!is_local) {
        add_setting(&statement, "default_transaction_isolation", "read committed", false);
        add_setting(&statement, "default_transaction_read_only", "off", false);
    }
    if (is_local)
        projc__statement_keep(&statement);
    projc__pipeline_send(pipeline, &statement, NULL);
}

static void send_begin(projc__pipeline *pipeline, int64_t statement_timeout_ms, bool scans_tables,
                       bool is_local)
{
    projc__pipeline_send_text(pipeline, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    send_settings(pipeline, statement_timeout_ms, scans_tables, is_local);
}

void projc__pipeline_send_begin(projc__pipeline *pipeline, int64_t statement_timeout_ms,
                                bool scans_tables)
{
    send_begin(pipeline, statement_timeout_ms, scans_tables, true);
}

projc_status projc__session_reset(projc__postgres *postgres, projc_error *error)
{
    postgres->small_units = 0;
    if (!postgres->is_told || postgres->is_dead)
        return PROJC_OK;
    postgres->is_told = false;
    projc_status status = projc__postgres_run_texts(postgres,
                                                    "RESET statement_timeout; RESET lock_timeout;"
                                                    " RESET idle_in_transaction_session_timeout;"
                                                    " RESET enable_seqscan; RESET jit;"
                                                    " RESET default_transaction_isolation;"
                                                    " RESET default_transaction_read_only",
                                                    projc__postgres_deadline(postgres), error);
    /* What it is told now, nobody knows. */
    if (status != PROJC_OK && status != PROJC_CONNECTION)
        status = projc__postgres_lost(postgres, "the session cannot be set back", error);
    return status;
}

void projc__unit_begin(projc__pipeline *pipeline, projc__postgres *postgres, bool is_long,
                       projc_error *error)
{
    int64_t timeout_ms = postgres->statement_timeout_ms;

    if (is_long || !postgres->is_direct) {
        projc__pipeline_begin(pipeline, postgres, error);
        projc__pipeline_send_begin(pipeline, timeout_ms, is_long);
        return;
    }
    projc__pipeline_open(pipeline, postgres, error);
    pipeline->is_implicit = postgres->is_told;
    pipeline->tells_session = !postgres->is_told && ++postgres->small_units >= UNITS_MIN;
    if (!pipeline->is_implicit)
        send_begin(pipeline, timeout_ms, false, !pipeline->tells_session);
}

projc_status projc__unit_end(projc__pipeline *pipeline)
{
    if (!pipeline->is_implicit)
        projc__pipeline_send_text(pipeline, "COMMIT");
    projc_status status = projc__pipeline_end(pipeline);
    if (status == PROJC_OK && pipeline->tells_session)
        pipeline->postgres->is_told = true;
    return status;
}
