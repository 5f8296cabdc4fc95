/* The list of metrics and the built-in registry. */
#include <projc/metrics.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/metrics.h"
#include "tests/unit/suite.h"

/* The page, until the next call. */
static const char *render(const projc__registry *registry)
{
    static char text[200000];
    projc__buffer page;
    projc_error error;

    projc__buffer_init(&page);
    CU_ASSERT_EQUAL(projc__registry_render(registry, &page, &error), PROJC_OK);
    snprintf(text, sizeof text, "%s", page.data);
    projc__buffer_clear(&page);
    return text;
}

static void every_metric_is_described_once(void)
{
    for (int i = 0; i < PROJC_METRIC_COUNT; i++) {
        const projc_metric_description *one = projc_metric_describe((projc_metric)i);

        CU_ASSERT_EQUAL(strncmp(one->name, "projc_", 6), 0);
        CU_ASSERT(strlen(one->help) > 0);
        CU_ASSERT_EQUAL(strstr(one->name, "_total") != NULL, one->kind == PROJC_METRIC_COUNTER);
        CU_ASSERT(one->labels[0] != NULL || one->labels[1] == NULL);
        for (int j = 0; j < i; j++)
            CU_ASSERT_STRING_NOT_EQUAL(one->name, projc_metric_describe((projc_metric)j)->name);
    }
}

static void measuring_into_nothing_does_nothing(void)
{
    projc__count(&projc__no_metrics, PROJC_METRIC_FENCED, "balance", NULL, 1);
    projc__gauge(&projc__no_metrics, PROJC_METRIC_POSITION, "balance", NULL, 1);
    projc__observe(&projc__no_metrics, PROJC_METRIC_QUEUE_WAIT, NULL, NULL, 1);
    CU_PASS("no crash");
}

static void counters_add_and_gauges_are_set(void)
{
    projc__registry *registry = projc__registry_new();
    const projc_metrics *metrics = projc__registry_metrics(registry);

    projc__count(metrics, PROJC_METRIC_EVENTS_FAILED, "spending", "retry", 1);
    projc__count(metrics, PROJC_METRIC_EVENTS_FAILED, "balance", "fail", 2);
    projc__count(metrics, PROJC_METRIC_EVENTS_FAILED, "balance", "fail", 3);
    projc__gauge(metrics, PROJC_METRIC_POSITION, "balance", NULL, 7);
    projc__gauge(metrics, PROJC_METRIC_POSITION, "balance", NULL, 9007199254740991.0);
    projc__gauge(metrics, PROJC_METRIC_QUEUE_LENGTH, NULL, NULL, 0.5);
    CU_ASSERT_STRING_EQUAL(
        render(registry),
        "# HELP projc_events_failed_total Events that could not be applied, by what was done: "
        "fail, ignore, retry\n"
        "# TYPE projc_events_failed_total counter\n"
        "projc_events_failed_total{projection=\"balance\",action=\"fail\"} 5\n"
        "projc_events_failed_total{projection=\"spending\",action=\"retry\"} 1\n"
        "# HELP projc_position Lowest position of the lanes\n"
        "# TYPE projc_position gauge\n"
        "projc_position{projection=\"balance\"} 9007199254740991\n"
        "# HELP projc_queue_length Entries that are ready or delayed\n"
        "# TYPE projc_queue_length gauge\n"
        "projc_queue_length 0.5\n"
        "# HELP projc_metrics_dropped_total Measurements without a series\n"
        "# TYPE projc_metrics_dropped_total counter\n"
        "projc_metrics_dropped_total 0\n");
    projc__registry_free(registry);
    projc__registry_free(NULL);
}

static void histograms_count_into_cumulative_buckets(void)
{
    projc__registry *registry = projc__registry_new();
    const projc_metrics *metrics = projc__registry_metrics(registry);
    const char *text;

    projc__observe(metrics, PROJC_METRIC_QUEUE_WAIT, NULL, NULL, 0.001);
    projc__observe(metrics, PROJC_METRIC_QUEUE_WAIT, NULL, NULL, 0.0011);
    projc__observe(metrics, PROJC_METRIC_QUEUE_WAIT, NULL, NULL, 31);
    text = render(registry);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "projc_queue_wait_seconds_bucket{le=\"0.001\"} 1\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "projc_queue_wait_seconds_bucket{le=\"0.002\"} 2\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "projc_queue_wait_seconds_bucket{le=\"30\"} 2\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "projc_queue_wait_seconds_bucket{le=\"+Inf\"} 3\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "projc_queue_wait_seconds_sum 31.0021\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "projc_queue_wait_seconds_count 3\n"));
    projc__registry_free(registry);
}

static void label_values_are_escaped(void)
{
    projc__registry *registry = projc__registry_new();

    projc__gauge(projc__registry_metrics(registry), PROJC_METRIC_POSITION, "a\"b\\c\nd", NULL, 1);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(render(registry), "projc_position{projection=\"a\\\"b\\\\c\\nd\"} 1\n"));
    projc__registry_free(registry);
}

static void series_are_bounded_and_drops_are_counted(void)
{
    projc__registry *registry = projc__registry_new();
    size_t lines = 0;
    const char *text;

    for (int i = 0; i < PROJC__SERIES_MAX + 10; i++) {
        char name[32];

        snprintf(name, sizeof name, "p%d", i);
        projc__count(projc__registry_metrics(registry), PROJC_METRIC_FENCED, name, NULL, 1);
    }
    text = render(registry);
    for (const char *at = text; (at = strstr(at, "projc_fenced_total{")) != NULL; at++)
        lines++;
    CU_ASSERT_EQUAL(lines, PROJC__SERIES_MAX);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "projc_metrics_dropped_total 10\n"));
    projc__registry_free(registry);
}

enum { THREADS = 4, ROUNDS = 20000, SERIES = 5 };

static void *measure(void *opaque)
{
    static const char *const names[SERIES] = {"a", "b", "c", "d", "e"};
    const projc_metrics *metrics = opaque;

    for (int i = 0; i < ROUNDS; i++) {
        projc__count(metrics, PROJC_METRIC_EVENTS_PROCESSED, names[i % SERIES], NULL, 1);
        projc__observe(metrics, PROJC_METRIC_BATCH_DURATION, names[i % SERIES], NULL, 1);
    }
    return NULL;
}

static void nothing_is_lost_between_threads(void)
{
    projc__registry *registry = projc__registry_new();
    pthread_t threads[THREADS];
    char expected[100];
    const char *text;

    for (int i = 0; i < THREADS; i++)
        CU_ASSERT_EQUAL_FATAL(
            pthread_create(&threads[i], NULL, measure, (void *)projc__registry_metrics(registry)),
            0);
    for (int i = 0; i < 20; i++)
        render(registry);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    text = render(registry);
    for (int i = 0; i < SERIES; i++) {
        snprintf(expected, sizeof expected, "projc_events_processed_total{projection=\"%c\"} %d\n",
                 'a' + i, THREADS * ROUNDS / SERIES);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, expected));
        snprintf(expected, sizeof expected,
                 "projc_batch_duration_seconds_sum{projection=\"%c\"} %d\n", 'a' + i,
                 THREADS * ROUNDS / SERIES);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, expected));
    }
    projc__registry_free(registry);
}

/* All threads make the same series in the same order, so that they meet at the list's front. */
static void *make_series(void *opaque)
{
    for (int i = 0; i < PROJC__SERIES_MAX / 2; i++) {
        char name[32];

        snprintf(name, sizeof name, "p%d", i);
        projc__count(opaque, PROJC_METRIC_FENCED, name, NULL, 1);
    }
    return NULL;
}

static void a_series_made_by_two_threads_at_once_is_one(void)
{
    int doubled = 0;

    for (int round = 0; round < 20; round++) {
        projc__registry *registry = projc__registry_new();
        pthread_t threads[THREADS];
        int lines = 0;
        const char *text;

        for (int i = 0; i < THREADS; i++)
            CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, make_series,
                                                 (void *)projc__registry_metrics(registry)),
                                  0);
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        text = render(registry);
        for (const char *at = text; (at = strstr(at, "projc_fenced_total{")) != NULL; at++)
            lines++;
        doubled += lines != PROJC__SERIES_MAX / 2;
        CU_ASSERT_PTR_NOT_NULL(strstr(text, "projc_metrics_dropped_total 0\n"));
        projc__registry_free(registry);
    }
    CU_ASSERT_EQUAL(doubled, 0);
}

#define TESTS(X)                                \
    X(every_metric_is_described_once)           \
    X(measuring_into_nothing_does_nothing)      \
    X(counters_add_and_gauges_are_set)          \
    X(histograms_count_into_cumulative_buckets) \
    X(label_values_are_escaped)                 \
    X(series_are_bounded_and_drops_are_counted) \
    X(nothing_is_lost_between_threads)          \
    X(a_series_made_by_two_threads_at_once_is_one)
SUITE("metrics", TESTS)
