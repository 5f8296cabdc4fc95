/* When triggers may be silent: never while nobody looks. The database is a number and a flag here,
 * the clock is moved by hand. */
#include <string.h>

#include "engine/workspace.h"
#include "service/runtime_private.h"
#include "store/store.h"
#include "tests/unit/suite.h"

enum { MS = 1000, PROMISE_MAX = 1000 * MS, LOOK_MAX = 20 * MS };

static projc__manual_clock manual;
static projc_stream_type bank = {.name = "bank"};
static projc__stream stream;
static projc__registered registered;
static projc__task task;
static projc_runtime runtime;
static projc_log told;
static projc_store store;
static projc__workspace workspace;

/* The database: up to when it was promised that somebody looks, and a writer in flight. */
static int64_t promised_until;
static int promises;
static int64_t position; /* of the part that steps */
static bool has_writer;
static projc_status answer;       /* to the next promises */
static bool is_done_all_the_same; /* although the answer is an error */

static projc_status stay_awake(projc_store *self, const projc_stream_type *type,
                               int64_t duration_ms, projc_error *error)
{
    (void)self;
    (void)type;
    if (answer == PROJC_OK || is_done_all_the_same) {
        promises += duration_ms > 0;
        promised_until = projc__clock_monotonic(&manual.clock) + duration_ms * MS;
    }
    return answer == PROJC_OK ? PROJC_OK : projc_error_set(error, answer, "as the test says");
}

static projc_status read_head(projc_store *self, const projc_stream_type *type, int64_t *no,
                              int64_t *time, bool *has_writers, projc_error *error)
{
    (void)self;
    (void)type;
    *no = *time = 0;
    *has_writers = has_writer;
    (void)error;
    return PROJC_OK;
}

static const struct projc__driver driver = {.version = PROJC__DRIVER_VERSION,
                                            .name = "fake",
                                            .stay_awake = stay_awake,
                                            .read_head = read_head};

static void begin(void)
{
    static const projc_log_callbacks callbacks = {.write = NULL};
    projc_error error;

    projc__manual_clock_init(&manual, INT64_C(1000000000));
    projc__manual_clock_advance(&manual, INT64_C(1000000000));
    projc__log_init_callbacks(&told, PROJC_LOG_ERROR, &callbacks);
    store = (projc_store){.driver = &driver};
    stream = (projc__stream){.type = &bank};
    registered = (projc__registered){.stream = 0};
    task = (projc__task){.position = 0};
    runtime = (projc_runtime){.streams = &stream,
                              .stream_count = 1,
                              .registered = &registered,
                              .registered_count = 1,
                              .tasks = &task,
                              .part_count = 1,
                              .is_alone = true,
                              .is_listening = true};
    runtime.engine.clock = &manual.clock;
    runtime.engine.log = &told;
    workspace = (projc__workspace){.engine = &runtime.engine, .store = &store};
    pthread_mutex_init(&runtime.lock, NULL);
    CU_ASSERT_EQUAL_FATAL(projc__queue_new(&manual.clock, 1, 1, 8, &runtime.queue, &error),
                          PROJC_OK);
    promised_until = promises = 0;
    position = 0;
    has_writer = is_done_all_the_same = false;
    answer = PROJC_OK;
}

static void end(void)
{
    projc__queue_free(runtime.queue);
    pthread_mutex_destroy(&runtime.lock);
    projc__log_clear(&told);
    projc__manual_clock_clear(&manual);
}

static bool is_promised(void)
{
    return promised_until > projc__clock_monotonic(&manual.clock);
}

/* A step so long behind the one before; what holds behind every step is looked at. */
static int64_t step(int64_t behind_us, int64_t events)
{
    int64_t pause;

    projc__manual_clock_advance(&manual, behind_us);
    position += events;
    pause = projc__doorbell_after_step(&runtime, &workspace, 0, events, position, behind_us);
    CU_ASSERT(promised_until - projc__clock_monotonic(&manual.clock) <= PROMISE_MAX);
    CU_ASSERT(pause == -1 || (pause > 0 && pause <= LOOK_MAX));
    if (is_promised())
        CU_ASSERT(pause > 0);
    return pause;
}

/* Steps as the pauses say, without events, until nobody looks any more. How long that took. */
static int64_t fall_asleep(void)
{
    int64_t begun = projc__clock_monotonic(&manual.clock);
    int64_t pause = 1 * MS;

    for (int i = 0; i < 10000 && pause > 0; i++)
        pause = step(pause, 0);
    CU_ASSERT_EQUAL(pause, -1);
    return projc__clock_monotonic(&manual.clock) - begun;
}

static void wake_up(void)
{
    for (int i = 0; i < 100; i++)
        (void)step(2 * MS, 1);
    CU_ASSERT(is_promised());
}

/* The part was put into the queue, to look once more. */
static bool was_woken(void)
{
    projc__queue_id id;

    if (projc__queue_take(runtime.queue, 0, &id, NULL) != PROJC_OK)
        return false;
    projc__queue_done(runtime.queue, id);
    return true;
}

static void rare_events_ring(void)
{
    begin();
    for (int i = 0; i < 100; i++)
        CU_ASSERT_EQUAL(step(50 * MS, 1), -1);
    CU_ASSERT_EQUAL(promises, 0);
    end();
}

static void a_steady_stream_is_looked_at_without_ringing(void)
{
    begin();
    wake_up();
    CU_ASSERT(was_woken());
    for (int i = 0; i < 2000; i++) {
        CU_ASSERT_EQUAL(step(3 * MS, 1), 1 * MS);
        CU_ASSERT(is_promised()); /* it never ends in between */
    }
    CU_ASSERT(promises < 40);
    end();
}

/* An event every five milliseconds is found sooner by ringing; a burst does not keep it awake. */
static void a_slow_stream_rings(void)
{
    begin();
    for (int i = 0; i < 1000; i++)
        CU_ASSERT_EQUAL(step(5 * MS, 1), -1);
    CU_ASSERT_EQUAL(promises, 0);
    wake_up();
    for (int i = 0; i < 100; i++)
        (void)step(5 * MS, 1);
    CU_ASSERT_FALSE(is_promised());
    for (int i = 0; i < 100; i++)
        CU_ASSERT_EQUAL(step(5 * MS, 1), -1);
    end();
}

/* Five projections on a stream find each event five times, which makes it no faster. */
static void an_event_counts_once(void)
{
    begin();
    for (int i = 0; i < 1000; i++) {
        CU_ASSERT_EQUAL(step(5 * MS, 1), -1);
        for (int part = 1; part < 5; part++)
            CU_ASSERT_EQUAL(
                projc__doorbell_after_step(&runtime, &workspace, 0, 1, position, 5 * MS), -1);
    }
    CU_ASSERT_EQUAL(promises, 0);
    end();
}

static void a_promise_ends_by_itself(void)
{
    begin();
    wake_up();
    projc__manual_clock_advance(&manual, PROMISE_MAX); /* the process was killed */
    CU_ASSERT_FALSE(is_promised());
    end();
}

static void a_quiet_stream_rings_again(void)
{
    begin();
    wake_up();
    CU_ASSERT(projc__doorbell_is_awake(&runtime, 0));
    CU_ASSERT(fall_asleep() < 300 * MS);
    CU_ASSERT_FALSE(projc__doorbell_is_awake(&runtime, 0));
    CU_ASSERT_FALSE(is_promised());
    end();
}

static void a_writer_that_saw_the_promise_is_waited_for(void)
{
    begin();
    wake_up();
    (void)was_woken();
    has_writer = true;
    for (int i = 0; i < 1000; i++)
        CU_ASSERT(step(5 * MS, 0) > 0);
    CU_ASSERT_FALSE(is_promised());
    CU_ASSERT_FALSE(was_woken());
    has_writer = false;
    CU_ASSERT_EQUAL(step(5 * MS, 0), -1);
    CU_ASSERT(was_woken()); /* for what he wrote since the last look */
    end();
}

static void what_cannot_be_asked_is_looked_for(void)
{
    begin();
    wake_up();
    for (int i = 0; i < 100; i++)
        (void)step(5 * MS, 0);
    wake_up();
    answer = PROJC_CONNECTION;
    CU_ASSERT(step(200 * MS, 0) > 0); /* not taken back: it stands */
    while (is_promised())
        (void)step(1 * MS, 0);
    CU_ASSERT(fall_asleep() < 20 * MS); /* it has ended by itself */
    end();
}

static void a_promise_of_which_no_answer_came_is_kept(void)
{
    begin();
    answer = PROJC_CONNECTION;
    is_done_all_the_same = true;
    wake_up();
    CU_ASSERT(step(2 * MS, 1) > 0);
    answer = PROJC_OK;
    (void)fall_asleep();
    end();
}

static void a_log_without_a_bell_is_not_asked_again(void)
{
    begin();
    answer = PROJC_UNSUPPORTED;
    for (int i = 0; i < 100; i++)
        CU_ASSERT_EQUAL(step(2 * MS, 1), -1);
    answer = PROJC_OK;
    for (int i = 0; i < 100; i++)
        CU_ASSERT_EQUAL(step(2 * MS, 1), -1);
    CU_ASSERT_EQUAL(promises, 0);
    end();
}

static void only_who_is_alone_and_hears_promises(void)
{
    begin();
    wake_up();
    runtime.is_alone = false;
    (void)step(2 * MS, 1);
    CU_ASSERT_FALSE(is_promised());
    for (int i = 0; i < 100; i++)
        (void)step(2 * MS, 1);
    CU_ASSERT_FALSE(is_promised());
    runtime.is_alone = true;
    runtime.is_listening = false;
    for (int i = 0; i < 100; i++)
        (void)step(2 * MS, 1);
    CU_ASSERT_FALSE(is_promised());
    end();
}

/* One event by itself, or every few milliseconds, is found within one; of many a commit is made. */
static void events_that_come_too_fast_are_gathered(void)
{
    begin();
    wake_up();
    CU_ASSERT_EQUAL(step(1 * MS, 0), 1 * MS);
    CU_ASSERT_EQUAL(step(1 * MS, 1), 1 * MS);
    CU_ASSERT_EQUAL(step(5 * MS, 1), 1 * MS);   /* 200 a second */
    CU_ASSERT_EQUAL(step(2 * MS, 4), 1 * MS);   /* the same, on a machine that was busy */
    CU_ASSERT_EQUAL(step(20 * MS, 10), 1 * MS); /* 500 a second */
    CU_ASSERT_EQUAL(step(4 * MS, 12), 16 * MS); /* 3,000 a second */
    CU_ASSERT_EQUAL(step(18 * MS, 54), 16 * MS);
    CU_ASSERT_EQUAL(step(9 * MS, 5), 1 * MS);
    CU_ASSERT_EQUAL(step(1 * MS, 1), 1 * MS);
    end();
}

#define TESTS(X)                                    \
    X(rare_events_ring)                             \
    X(a_steady_stream_is_looked_at_without_ringing) \
    X(a_slow_stream_rings)                          \
    X(an_event_counts_once)                         \
    X(a_promise_ends_by_itself)                     \
    X(a_quiet_stream_rings_again)                   \
    X(a_writer_that_saw_the_promise_is_waited_for)  \
    X(what_cannot_be_asked_is_looked_for)           \
    X(a_promise_of_which_no_answer_came_is_kept)    \
    X(a_log_without_a_bell_is_not_asked_again)      \
    X(only_who_is_alone_and_hears_promises)         \
    X(events_that_come_too_fast_are_gathered)
SUITE("doorbell", TESTS)
