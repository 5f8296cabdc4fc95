/* The growable text, clocks, random numbers and back-off. */
#include <projc/status.h>

#include <stdlib.h>
#include <string.h>

#include "base/back_off.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "tests/unit/suite.h"

static void a_new_buffer_is_an_empty_text(void)
{
    projc__buffer buffer;

    projc__buffer_init(&buffer);
    CU_ASSERT_STRING_EQUAL(buffer.data, "");
    projc__buffer_reset(&buffer);
    projc__buffer_put(&buffer, NULL, 0);
    CU_ASSERT_STRING_EQUAL(buffer.data, "");
    CU_ASSERT_EQUAL(projc__buffer_status(&buffer, NULL), PROJC_OK);
    projc__buffer_clear(&buffer);
    projc__buffer_clear(&buffer);
}

static void pieces_are_appended(void)
{
    projc__buffer buffer;

    projc__buffer_init(&buffer);
    projc__buffer_put_string(&buffer, "SELECT ");
    projc__buffer_put_integer(&buffer, INT64_MIN);
    projc__buffer_put_char(&buffer, ',');
    projc__buffer_format(&buffer, "%s=%d", "x", 5);
    projc__buffer_put_text(&buffer, projc_text_of("abc", 2));
    CU_ASSERT_STRING_EQUAL(buffer.data, "SELECT -9223372036854775808,x=5ab");
    CU_ASSERT_EQUAL(buffer.size, strlen(buffer.data));
    projc__buffer_reset(&buffer);
    CU_ASSERT_STRING_EQUAL(buffer.data, "");
    for (int i = 0; i < 5000; i++)
        projc__buffer_format(&buffer, "%04d", i);
    CU_ASSERT_EQUAL(buffer.size, 20000);
    CU_ASSERT_EQUAL(memcmp(buffer.data + 4 * 4321, "4321", 4), 0);
    CU_ASSERT_EQUAL(strlen(buffer.data), 20000);
    projc__buffer_clear(&buffer);
}

static void names_and_literals_cannot_escape_their_quotes(void)
{
    projc__buffer buffer;

    projc__buffer_init(&buffer);
    projc__buffer_put_identifier(&buffer, "a\"; DROP");
    CU_ASSERT_STRING_EQUAL(buffer.data, "\"a\"\"; DROP\"");
    projc__buffer_reset(&buffer);
    projc__buffer_put_qualified(&buffer, "s\"", "t");
    projc__buffer_put_char(&buffer, ' ');
    projc__buffer_put_qualified(&buffer, NULL, "\"\"");
    CU_ASSERT_STRING_EQUAL(buffer.data, "\"s\"\"\".\"t\" \"\"\"\"\"\"");
    projc__buffer_reset(&buffer);
    projc__buffer_put_literal(&buffer, projc_text_of("it's \\ '", 8));
    projc__buffer_put_literal(&buffer, projc_text_of(NULL, 0));
    CU_ASSERT_STRING_EQUAL(buffer.data, "'it''s \\ '''''");
    projc__buffer_clear(&buffer);
}

static void a_failure_sticks_until_reset(void)
{
    projc__buffer buffer;
    projc_error error;

    projc__buffer_init(&buffer);
    projc__buffer_put_string(&buffer, "abc");
    projc__buffer_put(&buffer, "x", SIZE_MAX / 3);
    projc__buffer_put_string(&buffer, "def");
    CU_ASSERT_STRING_EQUAL(buffer.data, "");
    CU_ASSERT_EQUAL(projc__buffer_status(&buffer, &error), PROJC_NO_MEMORY);
    CU_ASSERT_EQUAL(error.status, PROJC_NO_MEMORY);
    projc__buffer_reset(&buffer);
    projc__buffer_put_string(&buffer, "def");
    CU_ASSERT_STRING_EQUAL(buffer.data, "def");
    projc__buffer_clear(&buffer);
}

static void the_manual_clock_stands_until_moved(void)
{
    projc__manual_clock manual;
    const projc__clock *clock = &manual.clock;

    projc__manual_clock_init(&manual, 1000);
    CU_ASSERT_EQUAL(projc__clock_now(clock), 1000);
    CU_ASSERT_EQUAL(projc__clock_monotonic(clock), 0);
    projc__manual_clock_advance(&manual, 5);
    clock->sleep_us(clock->user, 7);
    clock->sleep_us(clock->user, -7);
    CU_ASSERT_EQUAL(projc__clock_now(clock), 1012);
    CU_ASSERT_EQUAL(projc__clock_monotonic(clock), 12);
    projc__manual_clock_set(&manual, 500);
    CU_ASSERT_EQUAL(projc__clock_now(clock), 500);
    CU_ASSERT_EQUAL(projc__clock_monotonic(clock), 12);
    projc__manual_clock_clear(&manual);
}

static void the_real_clock_goes_forwards(void)
{
    int64_t before = projc__clock_monotonic(&projc__real_clock);

    projc__real_clock.sleep_us(NULL, 2000);
    CU_ASSERT(projc__clock_monotonic(&projc__real_clock) >= before + 2000);
    CU_ASSERT(projc__clock_now(&projc__real_clock) > INT64_C(1700000000000000));
}

typedef struct meeting {
    pthread_mutex_t lock;
    pthread_cond_t condition;
    const projc__clock *clock;
    bool is_signaled;
    bool is_waiting;
    bool has_timed_out;
} meeting;

static void *wait_for_signal(void *opaque)
{
    meeting *place = opaque;

    pthread_mutex_lock(&place->lock);
    place->is_waiting = true;
    while (!place->is_signaled)
        if (!place->clock->wait(place->clock->user, &place->condition, &place->lock, 1000000)) {
            place->has_timed_out = true;
            break;
        }
    pthread_mutex_unlock(&place->lock);
    return NULL;
}

/* One waiter with a second to wait: woken by a signal, or by the clock. */
static bool meet(projc__manual_clock *manual, bool is_signaled)
{
    meeting place = {.lock = PTHREAD_MUTEX_INITIALIZER, .clock = &manual->clock};
    pthread_t thread;
    bool is_waiting = false;

    CU_ASSERT_EQUAL(projc__condition_init(&place.condition), 0);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, wait_for_signal, &place), 0);
    while (!is_waiting) {
        pthread_mutex_lock(&place.lock);
        is_waiting = place.is_waiting;
        pthread_mutex_unlock(&place.lock);
    }
    if (is_signaled) {
        pthread_mutex_lock(&place.lock);
        place.is_signaled = true;
        pthread_cond_signal(&place.condition);
        pthread_mutex_unlock(&place.lock);
    } else {
        projc__manual_clock_advance(manual, 1000000);
    }
    pthread_join(thread, NULL);
    pthread_cond_destroy(&place.condition);
    return place.has_timed_out;
}

static void waiting_ends_by_signal_or_by_the_clock(void)
{
    projc__manual_clock manual;

    projc__manual_clock_init(&manual, 0);
    CU_ASSERT(!meet(&manual, true));
    CU_ASSERT(meet(&manual, false));
    projc__manual_clock_clear(&manual);
}

static void the_real_wait_ends_at_its_moment(void)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t condition;
    int64_t until = projc__clock_monotonic(&projc__real_clock) + 3000;

    CU_ASSERT_EQUAL(projc__condition_init(&condition), 0);
    pthread_mutex_lock(&lock);
    while (projc__real_clock.wait(NULL, &condition, &lock, until))
        continue;
    CU_ASSERT(projc__clock_monotonic(&projc__real_clock) >= until);
    CU_ASSERT(!projc__real_clock.wait(NULL, &condition, &lock, -5));
    pthread_mutex_unlock(&lock);
    pthread_cond_destroy(&condition);
}

static void the_same_seed_gives_the_same_numbers(void)
{
    projc__random one;
    projc__random other;
    uint64_t all = 0;
    unsigned counts[10] = {0};

    projc__random_init(&one, 0);
    projc__random_init(&other, 0);
    for (int i = 0; i < 100; i++) {
        uint64_t number = projc__random_next(&one);

        CU_ASSERT_EQUAL(number, projc__random_next(&other));
        all |= number;
    }
    CU_ASSERT_EQUAL(all, UINT64_MAX);
    projc__random_init(&other, 1);
    CU_ASSERT(projc__random_next(&one) != projc__random_next(&other));
    for (int i = 0; i < 10000; i++)
        counts[projc__random_below(&one, 10)]++;
    for (int i = 0; i < 10; i++)
        CU_ASSERT(counts[i] > 800 && counts[i] < 1200);
    CU_ASSERT_EQUAL(projc__random_below(&one, 1), 0);
    projc__random_below(&one, UINT64_MAX);
}

static void back_off_doubles_up_to_its_limit(void)
{
    projc__random random;

    projc__random_init(&random, 9);
    for (uint32_t attempts = 1; attempts < 100; attempts++) {
        int64_t full = attempts > 9 ? 30000000 : INT64_C(100000) << (attempts - 1);
        bool differs = false;
        int64_t first;

        if (full > 30000000)
            full = 30000000;
        first = projc__back_off_us(&random, attempts, 100000, 30000000);
        for (int i = 0; i < 50; i++) {
            int64_t delay = projc__back_off_us(&random, attempts, 100000, 30000000);

            CU_ASSERT(delay >= full / 2 && delay <= full);
            differs |= delay != first;
        }
        CU_ASSERT(differs);
    }
    CU_ASSERT_EQUAL(projc__back_off_us(&random, 5, 0, 30000000), 0);
    CU_ASSERT(projc__back_off_us(&random, 50, 10, 5) <= 10);
    CU_ASSERT(projc__back_off_us(&random, UINT32_MAX, INT64_MAX / 2, INT64_MAX) >= INT64_MAX / 2);
}

#define TESTS(X)                                     \
    X(a_new_buffer_is_an_empty_text)                 \
    X(pieces_are_appended)                           \
    X(names_and_literals_cannot_escape_their_quotes) \
    X(a_failure_sticks_until_reset)                  \
    X(the_manual_clock_stands_until_moved)           \
    X(the_real_clock_goes_forwards)                  \
    X(waiting_ends_by_signal_or_by_the_clock)        \
    X(the_real_wait_ends_at_its_moment)              \
    X(the_same_seed_gives_the_same_numbers)          \
    X(back_off_doubles_up_to_its_limit)
SUITE("buffer", TESTS)
