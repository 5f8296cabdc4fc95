/* The list of metrics, and the registry: a series is found or made without a lock, and never goes.
 *
 * Threads: the series of a metric are a list that only grows at its front, by compare-and-swap; a
 * series' labels are constant once it is in the list, its numbers are atomic. Two threads that make
 * the same series at once are told apart at the swap: the loser looks again. */
#include "base/metrics.h"

#include "base/decimal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const projc_metric_description descriptions[PROJC_METRIC_COUNT] = {
#define ROW(name, kind, outside, label1, label2, help) \
    {"projc_" outside, PROJC_METRIC_##kind, {label1, label2}, help},
    PROJC_METRIC_LIST(ROW)
#undef ROW
};

const projc_metric_description *projc_metric_describe(projc_metric metric)
{
    return &descriptions[metric];
}

const projc_metrics projc__no_metrics = {NULL, NULL, NULL, NULL};

const double projc__bucket_bounds[PROJC__BUCKET_COUNT] = {
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30,
};

typedef struct series {
    struct series *next;                                   /* constant once listed */
    char *labels[PROJC_METRIC_LABELS_MAX];                 /* values; "" where there is none */
    atomic_uint_fast64_t count;                            /* of a counter; of all observations */
    _Atomic double value;                                  /* of a gauge; sum of all observations */
    atomic_uint_fast64_t buckets[PROJC__BUCKET_COUNT + 1]; /* each alone; the last is +Inf */
} series;

struct projc__registry {
    projc_metrics metrics;
    _Atomic(series *) first[PROJC_METRIC_COUNT];
    atomic_uint series_count[PROJC_METRIC_COUNT];
    atomic_uint_fast64_t dropped; /* measurements, for want of memory or by SERIES_MAX */
};

/* ---- series ---- */

static void series_free(series *one)
{
    for (int i = 0; i < PROJC_METRIC_LABELS_MAX; i++)
        free(one->labels[i]);
    free(one);
}

static series *series_new(const char *const *labels)
{
    series *made = calloc(1, sizeof *made);

    if (made == NULL)
        return NULL;
    for (int i = 0; i < PROJC_METRIC_LABELS_MAX; i++) {
        made->labels[i] = strdup(labels[i]);
        if (made->labels[i] == NULL) {
            series_free(made);
            return NULL;
        }
    }
    return made;
}

static int compare_labels(const series *one, const char *const *labels)
{
    int order = strcmp(one->labels[0], labels[0]);

    return order != 0 ? order : strcmp(one->labels[1], labels[1]);
}

/* In the list from `from` up to `until`, which is not looked at. */
static series *find(series *from, const series *until, const char *const *labels)
{
    for (; from != until; from = from->next)
        if (compare_labels(from, labels) == 0)
            return from;
    return NULL;
}

static series *find_or_make(projc__registry *registry, projc_metric metric, const char *label1,
                            const char *label2)
{
    const char *labels[PROJC_METRIC_LABELS_MAX] = {label1 == NULL ? "" : label1,
                                                   label2 == NULL ? "" : label2};
    series *head = atomic_load(&registry->first[metric]);
    series *found = find(head, NULL, labels);
    series *made;

    if (found != NULL)
        return found;
    made = atomic_fetch_add(&registry->series_count[metric], 1) < PROJC__SERIES_MAX
               ? series_new(labels)
               : NULL;
    if (made == NULL) {
        atomic_fetch_sub(&registry->series_count[metric], 1);
        atomic_fetch_add(&registry->dropped, 1);
        return NULL;
    }
    for (;;) {
        const series *seen = head;

        made->next = head;
        if (atomic_compare_exchange_weak(&registry->first[metric], &head, made))
            return made;
        found = find(head, seen, labels);
        if (found != NULL) {
            series_free(made);
            atomic_fetch_sub(&registry->series_count[metric], 1);
            return found;
        }
    }
}

/* ---- measuring ---- */

static void counter_add(void *user, projc_metric metric, const char *label1, const char *label2,
                        uint64_t amount)
{
    series *one = find_or_make(user, metric, label1, label2);

    if (one != NULL)
        atomic_fetch_add(&one->count, amount);
}

static void gauge_set(void *user, projc_metric metric, const char *label1, const char *label2,
                      double value)
{
    series *one = find_or_make(user, metric, label1, label2);

    if (one != NULL)
        atomic_store(&one->value, value);
}

static void histogram_observe(void *user, projc_metric metric, const char *label1,
                              const char *label2, double value)
{
    series *one = find_or_make(user, metric, label1, label2);
    int bucket = 0;
    double sum;

    if (one == NULL)
        return;
    while (bucket < PROJC__BUCKET_COUNT && value > projc__bucket_bounds[bucket])
        bucket++;
    atomic_fetch_add(&one->buckets[bucket], 1);
    sum = atomic_load(&one->value);
    while (!atomic_compare_exchange_weak(&one->value, &sum, sum + value))
        continue;
}

/* ---- the registry ---- */

projc__registry *projc__registry_new(void)
{
    projc__registry *registry = calloc(1, sizeof *registry);

    if (registry != NULL)
        registry->metrics = (projc_metrics){registry, counter_add, gauge_set, histogram_observe};
    return registry;
}

void projc__registry_free(projc__registry *registry)
{
    if (registry == NULL)
        return;
    for (int i = 0; i < PROJC_METRIC_COUNT; i++)
        for (series *one = atomic_load(&registry->first[i]); one != NULL;) {
            series *next = one->next;

            series_free(one);
            one = next;
        }
    free(registry);
}

const projc_metrics *projc__registry_metrics(projc__registry *registry)
{
    return &registry->metrics;
}

/* ---- rendering ---- */

static void put_label(projc__buffer *buffer, const char *name, const char *value, bool is_first)
{
    projc__buffer_put_char(buffer, is_first ? '{' : ',');
    projc__buffer_put_string(buffer, name);
    projc__buffer_put_string(buffer, "=\"");
    for (; *value != '\0'; value++) {
        if (*value == '\\' || *value == '"')
            projc__buffer_put_char(buffer, '\\');
        if (*value == '\n')
            projc__buffer_put_string(buffer, "\\n");
        else
            projc__buffer_put_char(buffer, *value);
    }
    projc__buffer_put_char(buffer, '"');
}

/* Name, labels and the blank before the number. extra is the bound of a bucket, or NULL. */
static void put_head(projc__buffer *buffer, const projc_metric_description *metric,
                     const series *one, const char *suffix, const char *bound)
{
    bool is_first = true;

    projc__buffer_put_string(buffer, metric->name);
    projc__buffer_put_string(buffer, suffix);
    for (int i = 0; i < PROJC_METRIC_LABELS_MAX; i++)
        if (metric->labels[i] != NULL) {
            put_label(buffer, metric->labels[i], one->labels[i], is_first);
            is_first = false;
        }
    if (bound != NULL) {
        put_label(buffer, "le", bound, is_first);
        is_first = false;
    }
    projc__buffer_put_string(buffer, is_first ? " " : "} ");
}

static void put_real(projc__buffer *buffer, double value)
{
    char text[PROJC__F64_TEXT_MAX];

    projc__buffer_put(buffer, text, projc__f64_format(value, text));
    projc__buffer_put_char(buffer, '\n');
}

static void put_count(projc__buffer *buffer, uint64_t value)
{
    projc__buffer_format(buffer, "%llu\n", (unsigned long long)value);
}

static void put_histogram(projc__buffer *buffer, const projc_metric_description *metric,
                          const series *one)
{
    uint64_t total = 0;

    for (int i = 0; i <= PROJC__BUCKET_COUNT; i++) {
        char bound[PROJC__F64_TEXT_MAX] = "+Inf";

        if (i < PROJC__BUCKET_COUNT)
            projc__f64_format(projc__bucket_bounds[i], bound);
        total += atomic_load(&one->buckets[i]);
        put_head(buffer, metric, one, "_bucket", bound);
        put_count(buffer, total);
    }
    put_head(buffer, metric, one, "_sum", NULL);
    put_real(buffer, atomic_load(&one->value));
    put_head(buffer, metric, one, "_count", NULL);
    put_count(buffer, total);
}

static void put_series(projc__buffer *buffer, const projc_metric_description *metric,
                       const series *one)
{
    if (metric->kind == PROJC_METRIC_HISTOGRAM) {
        put_histogram(buffer, metric, one);
        return;
    }
    put_head(buffer, metric, one, "", NULL);
    if (metric->kind == PROJC_METRIC_COUNTER)
        put_count(buffer, atomic_load(&one->count));
    else
        put_real(buffer, atomic_load(&one->value));
}

static int by_labels(const void *left, const void *right)
{
    const series *const *one = left;
    const series *const *other = right;

    return compare_labels(*one, (const char *const *)(*other)->labels);
}

static bool render_metric(const projc_metric_description *metric, series *first,
                          projc__buffer *buffer)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    const series **sorted;
    size_t count = 0;

    if (first == NULL)
        return true;
    for (const series *one = first; one != NULL; one = one->next)
        count++;
    sorted = malloc(count * sizeof *sorted);
    if (sorted == NULL)
        return false;
    count = 0;
    for (const series *one = first; one != NULL; one = one->next)
        sorted[count++] = one;
    qsort(sorted, count, sizeof *sorted, by_labels);
    projc__buffer_format(buffer, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help,
                         metric->name, kinds[metric->kind]);
    for (size_t i = 0; i < count; i++)
        put_series(buffer, metric, sorted[i]);
    free(sorted);
    return true;
}

projc_status projc__registry_render(const projc__registry *registry, projc__buffer *buffer,
                                    projc_error *error)
{
    for (int i = 0; i < PROJC_METRIC_COUNT; i++)
        if (!render_metric(&descriptions[i], atomic_load(&registry->first[i]), buffer))
            return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    projc__buffer_format(buffer,
                         "# HELP projc_metrics_dropped_total Measurements without a series\n"
                         "# TYPE projc_metrics_dropped_total counter\n"
                         "projc_metrics_dropped_total %llu\n",
                         (unsigned long long)atomic_load(&registry->dropped));
    return projc__buffer_status(buffer, error);
}
