/* A reader that waits for a writer in flight: what is told of it, and how often. */
#include <stdio.h>
#include <string.h>

#include "base/metrics.h"
#include "service/runtime_private.h"
#include "tests/unit/suite.h"

enum { MS = 1000 };

static char said[4096]; /* the lines so far, one a line */
static projc__manual_clock manual;
static projc_stream_type bank = {.name = "bank"};
static projc__stream stream;
static projc_runtime runtime;
static projc_log told;
static projc__registry *registry;

static void note_line(void *user, projc_log_level level, const char *message,
                      const projc_log_field *fields, size_t field_count)
{
    size_t size = strlen(said);

    (void)user;
    size += (size_t)snprintf(said + size, sizeof said - size, "%s %s", projc__log_level_name(level),
                             message);
    for (size_t i = 0; i < field_count; i++) {
        if (fields[i].value.kind == PROJC_KIND_INTEGER)
            size += (size_t)snprintf(said + size, sizeof said - size, " %s=%lld", fields[i].name,
                                     (long long)fields[i].value.as.integer);
        else
            size +=
                (size_t)snprintf(said + size, sizeof said - size, " %s=%.*s", fields[i].name,
                                 (int)fields[i].value.as.text.size, fields[i].value.as.text.data);
    }
    (void)snprintf(said + size, sizeof said - size, "\n");
}

static void begin(void)
{
    static const projc_log_callbacks callbacks = {.write = note_line};

    said[0] = '\0';
    projc__manual_clock_init(&manual, INT64_C(1000000000));
    projc__log_init_callbacks(&told, PROJC_LOG_INFO, &callbacks);
    registry = projc__registry_new();
    stream = (projc__stream){.type = &bank};
    runtime = (projc_runtime){.streams = &stream, .stream_count = 1};
    runtime.engine.clock = &manual.clock;
    runtime.engine.log = &told;
    runtime.engine.metrics = projc__registry_metrics(registry);
    pthread_mutex_init(&runtime.lock, NULL);
}

static void end(void)
{
    pthread_mutex_destroy(&runtime.lock);
    projc__registry_free(registry);
    projc__log_clear(&told);
    projc__manual_clock_clear(&manual);
}

/* What a step that stands in front of a gap tells. */
static int64_t blocked(int64_t after, int32_t pid)
{
    const projc__outcome outcome = {.position = after,
                                    .is_blocked = true,
                                    .blocked_after = after,
                                    .blocked_since = INT64_C(1000000000) - 5000 * MS,
                                    .blocking_pid = pid};

    return projc__horizon_note(&runtime, &stream, &outcome);
}

static void passed(int64_t position)
{
    const projc__outcome outcome = {.position = position, .events = 3};

    CU_ASSERT_EQUAL(projc__horizon_note(&runtime, &stream, &outcome), 0);
}

static bool metric_is(const char *value)
{
    char line[128];
    projc__buffer page;
    projc_error error;

    projc__buffer_init(&page);
    CU_ASSERT_EQUAL(projc__registry_render(registry, &page, &error), PROJC_OK);
    (void)snprintf(line, sizeof line, "projc_horizon_lag_seconds{stream=\"bank\"} %s\n", value);
    bool is_so = page.data != NULL && strstr(page.data, line) != NULL;
    if (!is_so)
        printf("%s", page.data);
    projc__buffer_clear(&page);
    return is_so;
}

static void a_short_gap_is_only_measured(void)
{
    begin();
    (void)blocked(7, 42);
    CU_ASSERT(metric_is("5"));
    projc__manual_clock_advance(&manual, 500 * MS);
    (void)blocked(7, 42);
    CU_ASSERT(metric_is("5.5"));
    passed(9);
    CU_ASSERT(metric_is("0"));
    CU_ASSERT_STRING_EQUAL(said, "");
    end();
}

static void a_long_gap_is_told_once_and_its_end_once(void)
{
    begin();
    for (int i = 0; i < 100; i++) {
        (void)blocked(7, 42);
        projc__manual_clock_advance(&manual, 50 * MS);
    }
    CU_ASSERT_STRING_EQUAL(said, "warn the reader waits for a writer in flight stream=bank "
                                 "behind=7 pid=42 age_seconds=6\n");
    passed(7); /* another part, which stands where the first one stood */
    passed(9);
    passed(12);
    CU_ASSERT_STRING_EQUAL(said, "warn the reader waits for a writer in flight stream=bank "
                                 "behind=7 pid=42 age_seconds=6\n"
                                 "info the reader goes on stream=bank behind=7 waited_ms=5000\n");
    CU_ASSERT(metric_is("0"));
    end();
}

static void the_next_writer_in_a_gap_is_told_too(void)
{
    begin();
    (void)blocked(7, 42);
    projc__manual_clock_advance(&manual, 2000 * MS);
    (void)blocked(7, 42);
    (void)blocked(7, 43);
    (void)blocked(7, 43);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "pid=42 age_seconds=7\nwarn"));
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "pid=43 age_seconds=7\n"));
    CU_ASSERT_EQUAL(strlen(said), 2 * strlen(strchr(said, '\n') + 1));
    end();
}

static void another_gap_begins_anew(void)
{
    begin();
    (void)blocked(7, 42);
    projc__manual_clock_advance(&manual, 900 * MS);
    /* It has read up to 20, and waits again there. */
    const projc__outcome outcome = {
        .position = 20, .events = 5, .is_blocked = true, .blocked_after = 20, .blocking_pid = 44};
    CU_ASSERT_EQUAL(projc__horizon_note(&runtime, &stream, &outcome), 1 * MS);
    projc__manual_clock_advance(&manual, 900 * MS);
    (void)blocked(20, 44);
    CU_ASSERT_STRING_EQUAL(said, "");
    end();
}

static void waiting_grows_up_to_a_bound(void)
{
    begin();
    CU_ASSERT_EQUAL(blocked(7, 42), 1 * MS);
    projc__manual_clock_advance(&manual, 80 * MS);
    CU_ASSERT_EQUAL(blocked(7, 42), 10 * MS);
    projc__manual_clock_advance(&manual, 3600000 * (int64_t)MS);
    CU_ASSERT_EQUAL(blocked(7, 42), 50 * MS);
    end();
}

static void lanes_that_are_dealt_out_anew_leave_no_gap_behind(void)
{
    begin();
    (void)blocked(7, 42);
    projc__horizon_forget(&runtime);
    CU_ASSERT(metric_is("0"));
    CU_ASSERT_FALSE(stream.gap.is_there);
    end();
}

#define TESTS(X)                                \
    X(a_short_gap_is_only_measured)             \
    X(a_long_gap_is_told_once_and_its_end_once) \
    X(the_next_writer_in_a_gap_is_told_too)     \
    X(another_gap_begins_anew)                  \
    X(waiting_grows_up_to_a_bound)              \
    X(lanes_that_are_dealt_out_anew_leave_no_gap_behind)

SUITE("horizon_watch", TESTS)
