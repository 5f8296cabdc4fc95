/* Waking up, heartbeats and waiters. */
#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LONG_MS = 20000, SHORT_MS = 50 };

static int64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void listen_to_both(projc_store *store)
{
    const projc_stream_type *const streams[] = {STORE_FIXTURE_LOG, STORE_FIXTURE_PACKED};

    OK(projc__store_listen(store, streams, 2, ERROR));
}

static projc_status wait_for(int wake_fd, int64_t timeout_ms, int *stream)
{
    return projc__store_wait(fixture->store, wake_fd, timeout_ms, stream, ERROR);
}

void wait_times_out(void)
{
    int64_t begun = now_ms();
    int stream;

    listen_to_both(fixture->store);
    EXPECT(PROJC_TIMED_OUT, wait_for(-1, SHORT_MS, &stream));
    CU_ASSERT(now_ms() - begun >= SHORT_MS - 1);
    EXPECT(PROJC_TIMED_OUT, wait_for(-1, 0, &stream));
}

void readable_wake_fd_ends_the_wait_unread(void)
{
    int64_t begun = now_ms();
    int ends[2];
    int stream;
    char byte = 'x';

    CU_ASSERT_FATAL(pipe(ends) == 0);
    listen_to_both(fixture->store);
    EXPECT(PROJC_TIMED_OUT, wait_for(ends[0], SHORT_MS, &stream));
    CU_ASSERT_EQUAL(write(ends[1], "y", 1), 1);
    OK(wait_for(ends[0], LONG_MS, &stream));
    CU_ASSERT_EQUAL(stream, -1);
    CU_ASSERT(now_ms() - begun < LONG_MS / 2);
    CU_ASSERT_EQUAL(read(ends[0], &byte, 1), 1);
    CU_ASSERT_EQUAL(byte, 'y');
    close(ends[0]);
    close(ends[1]);
}

static void append_to(projc_store *store, const projc_stream_type *stream)
{
    projc__new_event event = stream->has_text_ids ? packed_event("p", PROJC_ANY_VERSION, "x")
                                                  : log_event(1, PROJC_ANY_VERSION, 1);

    OK(projc__store_append(store, stream, &event, 1, NULL, ERROR));
}

void append_of_another_wakes(void)
{
    projc_store *other = store_fixture_connect(fixture);
    int stream = -2;

    CU_ASSERT_FATAL(other != NULL);
    append_to(other, STORE_FIXTURE_LOG);
    listen_to_both(fixture->store);
    /* What was there before is not news: after LISTEN the caller catches up. */
    EXPECT(PROJC_TIMED_OUT, wait_for(-1, SHORT_MS, &stream));
    append_to(other, STORE_FIXTURE_LOG);
    OK(wait_for(-1, LONG_MS, &stream));
    CU_ASSERT_EQUAL(stream, 0);
    EXPECT(PROJC_TIMED_OUT, wait_for(-1, SHORT_MS, &stream));
}

void wake_up_tells_the_stream(void)
{
    projc_store *other = store_fixture_connect(fixture);
    int first = -2, second = -2;

    CU_ASSERT_FATAL(other != NULL);
    listen_to_both(fixture->store);
    append_to(other, STORE_FIXTURE_PACKED);
    OK(wait_for(-1, LONG_MS, &first));
    CU_ASSERT_EQUAL(first, 1);
    /* Both at once: each in turn, or -1, which means all. */
    append_to(other, STORE_FIXTURE_PACKED);
    append_to(other, STORE_FIXTURE_LOG);
    OK(wait_for(-1, LONG_MS, &first));
    if (first == -1)
        return;
    OK(wait_for(-1, LONG_MS, &second));
    CU_ASSERT((first == 0 && second == 1) || (first == 1 && second == 0) || second == -1);
}

/* ---- while somebody is awake ---- */

void nobody_is_woken_up_while_somebody_is_awake(void)
{
    projc_store *other = store_fixture_connect(fixture);
    int stream = -2;
    projc_status status;

    CU_ASSERT_FATAL(other != NULL);
    listen_to_both(fixture->store);
    status = projc__store_stay_awake(other, STORE_FIXTURE_LOG, LONG_MS, ERROR);
    if (status == PROJC_UNSUPPORTED)
        return; /* it wakes up nobody by triggers */
    OK(status);
    append_to(other, STORE_FIXTURE_LOG);
    EXPECT(PROJC_TIMED_OUT, wait_for(-1, SHORT_MS, &stream));
    /* Of the other log nothing was said. */
    append_to(other, STORE_FIXTURE_PACKED);
    OK(wait_for(-1, LONG_MS, &stream));
    CU_ASSERT_EQUAL(stream, 1);
    OK(projc__store_stay_awake(other, STORE_FIXTURE_LOG, 0, ERROR));
    append_to(other, STORE_FIXTURE_LOG);
    OK(wait_for(-1, LONG_MS, &stream));
    CU_ASSERT_EQUAL(stream, 0);
    /* A promise ends by itself. */
    OK(projc__store_stay_awake(other, STORE_FIXTURE_LOG, 1, ERROR));
    for (int64_t begun = now_ms(); now_ms() - begun < 10;)
        continue;
    append_to(other, STORE_FIXTURE_LOG);
    OK(wait_for(-1, LONG_MS, &stream));
    CU_ASSERT_EQUAL(stream, 0);
}

/* ---- while somebody waits ---- */

typedef struct appender {
    projc_store *store;
    projc_status status;
    int64_t done_ms;
} appender;

static void *append_soon(void *argument)
{
    appender *self = argument;
    projc_error error = {0};
    projc__new_event event = {.name = text_of("late"),
                              .aggregate_type = text_of("bank_account"),
                              .aggregate_id = uuid_value(1),
                              .expected_version = PROJC_ANY_VERSION,
                              .payload = bytes_of("{}"),
                              .time = INT64_MIN};
    struct timespec pause = {.tv_nsec = 400000000};

    /* The other thread shall be waiting by then; if it is not, the test is only weaker. */
    nanosleep(&pause, NULL);
    self->status = projc__store_append(self->store, STORE_FIXTURE_LOG, &event, 1, NULL, &error);
    self->done_ms = now_ms();
    return NULL;
}

void append_during_the_wait_wakes(void)
{
    appender other = {.store = store_fixture_connect(fixture)};
    pthread_t thread;
    int64_t woken_ms;
    int stream = -2;

    CU_ASSERT_FATAL(other.store != NULL);
    listen_to_both(fixture->store);
    CU_ASSERT_FATAL(pthread_create(&thread, NULL, append_soon, &other) == 0);
    OK(wait_for(-1, LONG_MS, &stream));
    woken_ms = now_ms();
    pthread_join(thread, NULL);
    CU_ASSERT_EQUAL(other.status, PROJC_OK);
    CU_ASSERT_EQUAL(stream, 0);
    /* A few milliseconds on a quiet machine; this one may be busy. */
    CU_ASSERT(woken_ms - other.done_ms < 1000);
}

void rolled_back_append_does_not_wake(void)
{
    projc_store *other = store_fixture_connect(fixture);
    projc__new_event event = log_event(1, PROJC_ANY_VERSION, 1);
    int stream;

    CU_ASSERT_FATAL(other != NULL);
    listen_to_both(fixture->store);
    OK(projc_store_begin(other, ERROR));
    OK(projc__store_append(other, STORE_FIXTURE_LOG, &event, 1, NULL, ERROR));
    OK(projc_store_rollback(other, ERROR));
    EXPECT(PROJC_TIMED_OUT, wait_for(-1, SHORT_MS, &stream));
}

/* ---- processes ---- */

static const projc__process *beat(const char *id, const char *name, const char *wanted,
                                  size_t *count)
{
    projc__process *processes = NULL;

    OK(projc__store_heartbeat(fixture->store, text_of(id), text_of(name), fixture->arena,
                              &processes, count, ERROR));
    for (size_t i = 0; i < *count; i++)
        if (text_is(processes[i].id, wanted))
            return &processes[i];
    return NULL;
}

void processes_are_alive_until_they_end(void)
{
    const projc__process *found;
    size_t count;

    CU_ASSERT_PTR_NULL(beat("", "", "one", &count));
    CU_ASSERT_EQUAL(count, 0);
    found = beat("one", "host:1", "one", &count);
    CU_ASSERT_FATAL(found != NULL);
    CU_ASSERT_TRUE(text_is(found->name, "host:1"));
    CU_ASSERT_TRUE(found->is_alive);
    found = beat("two", "host:2", "one", &count);
    CU_ASSERT_EQUAL(count, 2);
    CU_ASSERT_FATAL(found != NULL);
    CU_ASSERT_TRUE(found->is_alive);
    /* Again, and only to ask. */
    CU_ASSERT_PTR_NOT_NULL(beat("two", "host:2", "two", &count));
    CU_ASSERT_PTR_NOT_NULL(beat("", "", "two", &count));
    CU_ASSERT_EQUAL(count, 2);
    OK(projc__store_end_process(fixture->store, text_of("one"), ERROR));
    CU_ASSERT_PTR_NULL(beat("", "", "one", &count));
    CU_ASSERT_EQUAL(count, 1);
    OK(projc__store_end_process(fixture->store, text_of("one"), ERROR));
}

void silent_process_dies(void)
{
    int64_t begun = now_ms();
    const projc__process *found;
    size_t count;

    CU_ASSERT_PTR_NOT_NULL(beat("one", "host:1", "one", &count));
    do {
        struct timespec pause = {.tv_nsec = 20000000};
        nanosleep(&pause, NULL);
        found = beat("two", "host:2", "one", &count);
    } while (found != NULL && found->is_alive && now_ms() - begun < LONG_MS);
    CU_ASSERT(now_ms() - begun >= 900);
    CU_ASSERT(now_ms() - begun < 5000);
    found = beat("one", "host:1", "one", &count);
    CU_ASSERT_FATAL(found != NULL);
    CU_ASSERT_TRUE(found->is_alive);
}

/* ---- waiters ---- */

static projc_status add_waiter(projc_store *store, const char *id, int64_t position,
                               int64_t timeout_ms)
{
    return projc__store_add_waiter(store, text_of(id), 1, position, STORE_FIXTURE_LOG, timeout_ms,
                                   ERROR);
}

/* How many are listed, and the position of the last one listed. */
static size_t count_waiters(int64_t *position)
{
    projc__waiter *waiters = NULL;
    size_t count = 99;

    OK(projc__store_load_waiters(fixture->store, fixture->arena, &waiters, &count, ERROR));
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL(waiters[i].generation, 1);
        *position = waiters[i].position;
    }
    return count;
}

void waiters_are_listed_until_removed(void)
{
    int64_t position = 0;

    CU_ASSERT_EQUAL(count_waiters(&position), 0);
    OK(add_waiter(fixture->store, "one", 10, LONG_MS));
    OK(add_waiter(fixture->store, "two", 20, LONG_MS));
    CU_ASSERT_EQUAL(count_waiters(&position), 2);
    OK(projc__store_remove_waiter(fixture->store, text_of("one"), ERROR));
    OK(projc__store_remove_waiter(fixture->store, text_of("never there"), ERROR));
    CU_ASSERT_EQUAL(count_waiters(&position), 1);
    CU_ASSERT_EQUAL(position, 20);
    OK(add_waiter(fixture->store, "two", 30, LONG_MS));
    CU_ASSERT_EQUAL(count_waiters(&position), 1);
    CU_ASSERT_EQUAL(position, 30);
}

void expired_waiter_is_not_listed(void)
{
    int64_t position = 0;
    int64_t begun = now_ms();
    size_t count;

    OK(add_waiter(fixture->store, "one", 10, 30));
    do {
        count = count_waiters(&position);
    } while (count > 0 && now_ms() - begun < LONG_MS);
    CU_ASSERT_EQUAL(count, 0);
    CU_ASSERT(now_ms() - begun >= 29);
}

void waiter_wakes(void)
{
    projc_store *other = store_fixture_connect(fixture);
    int stream = -2;

    CU_ASSERT_FATAL(other != NULL);
    listen_to_both(fixture->store);
    OK(add_waiter(other, "one", 10, LONG_MS));
    OK(wait_for(-1, LONG_MS, &stream));
    OK(projc__store_remove_waiter(other, text_of("one"), ERROR));
}

/* ---- hearing of commits ---- */

static void commit_lane(projc_store *store, int64_t generation, int64_t from, int64_t to)
{
    const projc__claim claim = {.position = from,
                                .epoch = 1, /* a new generation's */
                                .new_position = to,
                                .last_event_id = uuid_of((uint32_t)to)};
    const projc__unit unit = {.generation = generation, .claims = &claim, .claim_count = 1};

    OK(projc__store_commit(store, &unit, ERROR));
}

/* How long wait_commit lasted; -1: nothing came in time. */
static int64_t heard_within(int64_t generation, int64_t timeout_ms)
{
    int64_t begun = now_ms();
    projc_status status =
        projc__store_wait_commit(fixture->store, generation, timeout_ms * 1000, ERROR);

    CU_ASSERT(status == PROJC_OK || status == PROJC_TIMED_OUT);
    return status == PROJC_OK ? now_ms() - begun : -1;
}

void commit_of_another_wakes_the_waiter(void)
{
    projc_store *other = store_fixture_connect(fixture);
    int64_t generation = registered(&store_fixture_balance_projection, 1).number;
    int64_t took;

    CU_ASSERT_FATAL(other != NULL);
    OK(projc__store_add_waiter(fixture->store, text_of("one"), generation, 10, STORE_FIXTURE_LOG,
                               LONG_MS, ERROR));
    CU_ASSERT_EQUAL(heard_within(generation, SHORT_MS), -1);
    commit_lane(other, generation, 0, 10);
    took = heard_within(generation, LONG_MS);
    CU_ASSERT(took >= 0 && took < LONG_MS / 2);
    /* Each is told once, and with the row the hearing ends. */
    CU_ASSERT_EQUAL(heard_within(generation, SHORT_MS), -1);
    commit_lane(other, generation, 10, 11);
    OK(projc__store_remove_waiter(fixture->store, text_of("one"), ERROR));
    OK(projc__store_add_waiter(fixture->store, text_of("two"), generation, 12, STORE_FIXTURE_LOG,
                               LONG_MS, ERROR));
    CU_ASSERT_EQUAL(heard_within(generation, SHORT_MS), -1);
    commit_lane(other, generation, 11, 12);
    CU_ASSERT(heard_within(generation, LONG_MS) >= 0);
}

/* Who listens commits too, and tells those who waited before it did, and those whom it hears of. */
void commit_of_a_listener_wakes_the_waiter(void)
{
    const projc_stream_type *const streams[] = {STORE_FIXTURE_LOG};
    projc_store *other = store_fixture_connect(fixture);
    int64_t generation = registered(&store_fixture_balance_projection, 1).number;
    int stream = -1;

    CU_ASSERT_FATAL(other != NULL);
    OK(projc__store_add_waiter(fixture->store, text_of("one"), generation, 10, STORE_FIXTURE_LOG,
                               LONG_MS, ERROR));
    OK(projc__store_listen(other, streams, 1, ERROR));
    commit_lane(other, generation, 0, 10);
    CU_ASSERT(heard_within(generation, LONG_MS) >= 0);
    OK(projc__store_remove_waiter(fixture->store, text_of("one"), ERROR));
    other = store_fixture_connect(fixture);
    CU_ASSERT_FATAL(other != NULL);
    OK(projc__store_listen(other, streams, 1, ERROR));
    commit_lane(other, generation, 10, 20);
    OK(projc__store_add_waiter(fixture->store, text_of("two"), generation, 30, STORE_FIXTURE_LOG,
                               LONG_MS, ERROR));
    OK(projc__store_wait(other, -1, LONG_MS, &stream, ERROR));
    CU_ASSERT(stream <= 0); /* SQLite does not know which */
    commit_lane(other, generation, 20, 30);
    CU_ASSERT(heard_within(generation, LONG_MS) >= 0);
}

void waiter_commits_on_its_own_connection(void)
{
    projc_store *other = store_fixture_connect(fixture);
    int64_t generation = registered(&store_fixture_balance_projection, 1).number;
    projc__lane *lanes;
    size_t count = 0;

    CU_ASSERT_FATAL(other != NULL);
    OK(projc__store_add_waiter(fixture->store, text_of("one"), generation, 10, STORE_FIXTURE_LOG,
                               LONG_MS, ERROR));
    commit_lane(fixture->store, generation, 0, 10);
    OK(projc__store_remove_waiter(fixture->store, text_of("one"), ERROR));
    commit_lane(fixture->store, generation, 10, 20);
    OK(projc__store_load_lanes(other, generation, fixture->arena, &lanes, &count, ERROR));
    CU_ASSERT_EQUAL_FATAL(count, 1);
    CU_ASSERT_EQUAL(lanes[0].position, 20);
}
