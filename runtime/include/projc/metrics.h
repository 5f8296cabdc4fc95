/* What the runtime measures, and where it goes: a table of callbacks, or the built-in Prometheus
 * page. */
#ifndef PROJC_METRICS_H
#define PROJC_METRICS_H

#include "projc/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One line a metric: name, kind, outside name (prefix `projc_`), its labels (NULL: fewer than two),
 * help. Never a label with an aggregate's id: every value of a label is a series for good. */
#define PROJC_METRIC_LIST(X)                                                                      \
    X(EVENTS_PROCESSED, COUNTER, "events_processed_total", "projection", NULL, "Events applied")  \
    X(EVENTS_FAILED, COUNTER, "events_failed_total", "projection", "action",                      \
      "Events that could not be applied, by what was done: fail, ignore, retry")                  \
    X(POSITION, GAUGE, "position", "projection", NULL, "Lowest position of the lanes")            \
    X(STREAM_HEAD, GAUGE, "stream_head", "stream", NULL, "Highest event number that was seen")    \
    X(LAG_EVENTS, GAUGE, "lag_events", "projection", NULL, "Events between position and head")    \
    X(LAG_SECONDS, GAUGE, "lag_seconds", "projection", NULL, "Age of the oldest unapplied event") \
    X(BATCH_DURATION, HISTOGRAM, "batch_duration_seconds", "projection", NULL,                    \
      "From the page in memory to the commit")                                                    \
    X(QUEUE_LENGTH, GAUGE, "queue_length", NULL, NULL, "Entries that are ready or delayed")       \
    X(QUEUE_WAIT, HISTOGRAM, "queue_wait_seconds", NULL, NULL, "From ready to being worked on")   \
    X(NOTIFICATIONS, COUNTER, "notifications_total", "kind", NULL,                                \
      "Wake-ups: notify; poll; local, when lanes are dealt out or somebody waits")                \
    X(LOCK_CONFLICTS, COUNTER, "lock_conflicts_total", "projection", NULL,                        \
      "Lanes found claimed by another worker")                                                    \
    X(FENCED, COUNTER, "fenced_total", "projection", NULL, "Commits refused: the lane had moved") \
    X(SKIPPED, COUNTER, "skipped_total", "projection", NULL, "Events recorded as skipped")        \
    X(FAILED_KEYS, GAUGE, "failed_keys", "projection", NULL, "Keys that wait for repair")         \
    X(HORIZON_LAG, GAUGE, "horizon_lag_seconds", "stream", NULL,                                  \
      "Age of the oldest writer in flight that holds the reader back")                            \
    X(STATE_BYTES, GAUGE, "state_bytes", "projection", NULL, "Bytes of states in memory")         \
    X(DB_RECONNECTS, COUNTER, "db_reconnects_total", NULL, NULL, "Connections made anew")         \
    X(READY, GAUGE, "ready", NULL, NULL, "1 while /readyz answers 200, else 0")                   \
    X(BUILD_INFO, GAUGE, "build_info", "version", "abi", "Always 1")

typedef enum projc_metric {
#define PROJC_METRIC_ENUM(name, kind, outside, label1, label2, help) PROJC_METRIC_##name,
    PROJC_METRIC_LIST(PROJC_METRIC_ENUM)
#undef PROJC_METRIC_ENUM
        PROJC_METRIC_COUNT
} projc_metric;

typedef enum projc_metric_kind {
    PROJC_METRIC_COUNTER,
    PROJC_METRIC_GAUGE,
    PROJC_METRIC_HISTOGRAM
} projc_metric_kind;

enum { PROJC_METRIC_LABELS_MAX = 2 };

typedef struct projc_metric_description {
    const char *name; /* "projc_position" */
    projc_metric_kind kind;
    const char *labels[PROJC_METRIC_LABELS_MAX]; /* names; NULL where there is none */
    const char *help;
} projc_metric_description;

const projc_metric_description *projc_metric_describe(projc_metric metric);

/* Where measurements go. Any function may be NULL: such measurements are dropped. Called from any
 * of the runtime's threads, from several at once; label1 and label2 are the labels' values,
 * borrowed for the call, NULL where the metric has none. amount may be 0: then a series is
 * declared. They must not block for long or call back
 * into the runtime. */
typedef struct projc_metrics {
    void *user; /* passed back */
    void (*counter_add)(void *user, projc_metric metric, const char *label1, const char *label2,
                        uint64_t amount);
    void (*gauge_set)(void *user, projc_metric metric, const char *label1, const char *label2,
                      double value);
    void (*histogram_observe)(void *user, projc_metric metric, const char *label1,
                              const char *label2, double value);
} projc_metrics;

#ifdef __cplusplus
}
#endif
#endif
