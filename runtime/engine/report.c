/* What a committed batch tells the log and the metrics. */
#include "engine/report.h"

#include "base/log.h"
#include "base/metrics.h"

static void report_failure(const projc__projector *projector, const projc__key_row *row)
{
    const projc_metrics *metrics = projector->engine->metrics;
    const char *name = projc__projector_name(projector);
    bool is_retried = row->status == PROJC__KEY_RETRY;

    if (row->attempts == 0)
        return; /* a long repair that goes on in another unit */
    if (metrics != NULL)
        projc__count(metrics, PROJC_METRIC_EVENTS_FAILED, name, is_retried ? "retry" : "fail", 1);
    projc__log(projector->engine->log, is_retried ? PROJC_LOG_INFO : PROJC_LOG_WARN,
               is_retried ? "event failed, trying again later" : "event failed, its key waits",
               projc__log_name("projection", name), projc__log_integer("no", row->no),
               projc__log_integer("attempts", row->attempts),
               projc__log_text("error", row->message));
}

static void report_skips(const projc__projector *projector, const projc__new_skip *skip)
{
    const projc_metrics *metrics = projector->engine->metrics;
    const char *name = projc__projector_name(projector);

    for (; skip != NULL; skip = skip->next) {
        if (metrics != NULL) {
            projc__count(metrics, PROJC_METRIC_EVENTS_FAILED, name, "ignore", 1);
            projc__count(metrics, PROJC_METRIC_SKIPPED, name, NULL, 1);
        }
        projc__log(projector->engine->log, PROJC_LOG_DEBUG, "event skipped",
                   projc__log_name("projection", name), projc__log_integer("no", skip->row.no),
                   projc__log_text("error", skip->row.message));
    }
}

void projc__report_commit(const projc__batch *batch, uint32_t failed_count, int64_t duration_us)
{
    const projc__projector *projector = batch->projector;
    const projc_metrics *metrics = projector->engine->metrics;
    const char *name = projc__projector_name(projector);

    for (const projc__entry *entry = batch->first; entry != NULL; entry = entry->next) {
        if (entry->failure != NULL)
            report_failure(projector, entry->failure);
        report_skips(projector, entry->skips);
    }
    report_skips(projector, batch->keyless_skips);
    if (batch->keyless_failure != NULL)
        report_failure(projector, batch->keyless_failure);
    projc__log(projector->engine->log, PROJC_LOG_DEBUG, "batch committed",
               projc__log_name("projection", name), projc__log_integer("position", batch->position),
               projc__log_integer("handled", batch->handled),
               projc__log_integer("duration_us", duration_us));
    if (metrics == NULL)
        return;
    if (batch->handled > 0)
        projc__count(metrics, PROJC_METRIC_EVENTS_PROCESSED, name, NULL, (uint64_t)batch->handled);
    projc__gauge(metrics, PROJC_METRIC_FAILED_KEYS, name, NULL, (double)failed_count);
    projc__gauge(metrics, PROJC_METRIC_STATE_BYTES, name, NULL, (double)projc__batch_bytes(batch));
    projc__observe(metrics, PROJC_METRIC_BATCH_DURATION, name, NULL, (double)duration_us / 1e6);
}

void projc__report_error(const projc__projector *projector, projc_status status)
{
    const projc_metrics *metrics = projector->engine->metrics;
    const char *name = projc__projector_name(projector);

    if (metrics == NULL)
        return;
    if (status == PROJC_FENCED)
        projc__count(metrics, PROJC_METRIC_FENCED, name, NULL, 1);
    if (status == PROJC_LOCKED)
        projc__count(metrics, PROJC_METRIC_LOCK_CONFLICTS, name, NULL, 1);
}
