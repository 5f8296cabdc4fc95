/* Measuring: calls through a table that may be empty, and the built-in registry behind it that
 * renders Prometheus' text. */
#ifndef PROJC_BASE_METRICS_H
#define PROJC_BASE_METRICS_H

#include "base/buffer.h"
#include "projc/metrics.h"

/* A table that drops everything: the default. */
extern const projc_metrics projc__no_metrics;

/* Label values are NULL where the metric has none. metrics is never NULL. */
static inline void projc__count(const projc_metrics *metrics, projc_metric metric,
                                const char *label1, const char *label2, uint64_t amount)
{
    if (metrics->counter_add != NULL)
        metrics->counter_add(metrics->user, metric, label1, label2, amount);
}

static inline void projc__gauge(const projc_metrics *metrics, projc_metric metric,
                                const char *label1, const char *label2, double value)
{
    if (metrics->gauge_set != NULL)
        metrics->gauge_set(metrics->user, metric, label1, label2, value);
}

static inline void projc__observe(const projc_metrics *metrics, projc_metric metric,
                                  const char *label1, const char *label2, double value)
{
    if (metrics->histogram_observe != NULL)
        metrics->histogram_observe(metrics->user, metric, label1, label2, value);
}

/* ---- the built-in registry ---- */

enum {
    /* A metric's series beyond are dropped and counted: labels must not fill the memory. */
    PROJC__SERIES_MAX = 1000,
    PROJC__BUCKET_COUNT = 14
};

/* Upper bounds in seconds, 1 ms to 30 s; above is +Inf. */
extern const double projc__bucket_bounds[PROJC__BUCKET_COUNT];

typedef struct projc__registry projc__registry;

/* NULL when out of memory. */
projc__registry *projc__registry_new(void);
void projc__registry_free(projc__registry *registry);
/* The table that writes into it; lives as long as the registry. Any thread. */
const projc_metrics *projc__registry_metrics(projc__registry *registry);
/* Prometheus' text format, version 0.0.4: metrics in the list's order, series sorted by labels. Any
 * thread, also while others measure. */
projc_status projc__registry_render(const projc__registry *registry, projc__buffer *buffer,
                                    projc_error *error);

#endif
