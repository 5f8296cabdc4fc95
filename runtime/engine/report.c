/* What a committed batch tells the log and the metrics. */
#include "engine/report.h"

#include "base/buffer.h"
#include "base/log.h"
#include "base/metrics.h"
#include "codec/value.h"

enum { FIELDS_MAX = 8 };

/* What a line tells of an event. */
typedef struct event_facts {
    int64_t no;
    projc_text name;
    projc_text trace_id; /* empty: unknown */
    uint32_t attempts;   /* 0: not told */
    projc_text message;
} event_facts;

/* The key as it is typed on a command line; of a stream projection, and of an event that has none,
 * there is nothing to tell. */
static void put_key(const projc__projector *projector, const projc__entry *entry,
                    projc__buffer *text)
{
    const projc_column *columns = projector->type->table->columns;
    projc_value id;
    const projc_value *parts = entry != NULL ? projc__entry_parts(entry, &id) : NULL;

    projc__buffer_init(text);
    for (uint32_t i = 0; entry != NULL && i < entry->part_count; i++) {
        if (i > 0)
            projc__buffer_put_char(text, ' ');
        projc__value_put(text, &columns[i], &parts[i]);
    }
}

/* Which event of which key: the same fields in every line that tells of one. */
static void log_event(const projc__projector *projector, projc_log_level level, const char *message,
                      const projc__entry *entry, const event_facts *facts)
{
    projc_log_field fields[FIELDS_MAX];
    projc__buffer key;
    size_t count = 0;

    if (!projc__log_wants(projector->engine->log, level))
        return;
    put_key(projector, entry, &key);
    fields[count++] = projc__log_name("projection", projc__projector_name(projector));
    if (key.size > 0)
        fields[count++] = projc__log_text("key", projc_text_of(key.data, key.size));
    fields[count++] = projc__log_integer("no", facts->no);
    fields[count++] = projc__log_text("event", facts->name);
    if (facts->trace_id.size > 0)
        fields[count++] = projc__log_text("trace_id", facts->trace_id);
    if (facts->attempts > 0)
        fields[count++] = projc__log_integer("attempts", facts->attempts);
    fields[count++] = projc__log_text("error", facts->message);
    projc__log_write(projector->engine->log, level, message, fields, count);
    projc__buffer_clear(&key);
}

static void report_failure(const projc__projector *projector, const projc__entry *entry,
                           const projc__key_row *row)
{
    const projc_metrics *metrics = projector->engine->metrics;
    const char *name = projc__projector_name(projector);
    bool is_retried = row->status == PROJC__KEY_RETRY;

    if (row->attempts == 0)
        return; /* a long repair that goes on in another unit */
    if (metrics != NULL)
        projc__count(metrics, PROJC_METRIC_EVENTS_FAILED, name, is_retried ? "retry" : "fail", 1);
    log_event(projector, is_retried ? PROJC_LOG_INFO : PROJC_LOG_WARN,
              is_retried ? "event failed, trying again later" : "event failed, its key waits",
              entry,
              &(event_facts){.no = row->no,
                             .name = row->event_name,
                             .trace_id = row->trace_id,
                             .attempts = row->attempts,
                             .message = row->message});
}

static void report_skips(const projc__projector *projector, const projc__entry *entry,
                         const projc__new_skip *skip)
{
    const projc_metrics *metrics = projector->engine->metrics;
    const char *name = projc__projector_name(projector);

    for (; skip != NULL; skip = skip->next) {
        if (metrics != NULL) {
            projc__count(metrics, PROJC_METRIC_EVENTS_FAILED, name, "ignore", 1);
            projc__count(metrics, PROJC_METRIC_SKIPPED, name, NULL, 1);
        }
        log_event(projector, PROJC_LOG_DEBUG, "event skipped", entry,
                  &(event_facts){.no = skip->row.no,
                                 .name = skip->row.event_name,
                                 .trace_id = skip->row.trace_id,
                                 .message = skip->row.message});
    }
}

void projc__report_commit(const projc__batch *batch, uint32_t failed_count, int64_t duration_us)
{
    const projc__projector *projector = batch->projector;
    const projc_metrics *metrics = projector->engine->metrics;
    const char *name = projc__projector_name(projector);

    for (const projc__entry *entry = batch->first; entry != NULL; entry = entry->next) {
        if (entry->record->failure != NULL)
            report_failure(projector, entry, entry->record->failure);
        report_skips(projector, entry, entry->record->skips);
    }
    report_skips(projector, NULL, batch->keyless_skips);
    if (batch->keyless_failure != NULL)
        report_failure(projector, NULL, batch->keyless_failure);
    projc__log(projector->engine->log, PROJC_LOG_DEBUG, "batch committed",
               projc__log_name("projection", name), projc__log_integer("position", batch->position),
               projc__log_integer("handled", batch->handled),
               projc__log_integer("rows", (int64_t)batch->written),
               projc__log_integer("duration_us", duration_us),
               projc__log_integer("writing_us", batch->writing_us));
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
