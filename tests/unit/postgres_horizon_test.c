/* The ring of the horizon without a database: what settles a number, and what must not. */
#include "store/postgres/horizon.h"

#include <stdlib.h>
#include <string.h>

#include "projc/status.h"
#include "suite.h"

static projc__horizon horizon;

static void begin(void)
{
    projc__horizon_clear(&horizon);
}

/* A look at the writers, written "3/7 4/1": the n-th has pid n. */
static void look(int64_t head, const char *text)
{
    projc__writer writers[16];
    size_t count = 0;

    while (*text != '\0') {
        size_t size = strcspn(text, " ");
        writers[count].pid = (int32_t)count + 1;
        CU_ASSERT_TRUE(projc__writer_parse(text, size, &writers[count]));
        count++;
        text += size + strspn(text + size, " ");
    }
    CU_ASSERT_EQUAL(projc__horizon_observe(&horizon, head, writers, count), PROJC_OK);
}

static void parses_virtual_transactions(void)
{
    projc__writer writer = {0, 0, 9};

    CU_ASSERT_TRUE(projc__writer_parse("3/4294967295", 12, &writer));
    CU_ASSERT_EQUAL(writer.backend, 3);
    CU_ASSERT_EQUAL(writer.transaction, UINT32_MAX);
    CU_ASSERT_EQUAL(writer.pid, 9);
    CU_ASSERT_TRUE(projc__writer_parse("-1/733", 6, &writer));
    CU_ASSERT_EQUAL(writer.backend, -1);
    static const char *const bad[] = {"",     "3",   "3/",    "/3",   "3/4294967296",
                                      "3/4x", "x/4", "--1/2", "3//4", "99999999999/1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_FALSE(projc__writer_parse(bad[i], strlen(bad[i]), &writer));
}

static void neighbours_need_no_look(void)
{
    begin();
    CU_ASSERT_TRUE(projc__horizon_is_settled(&horizon, 0, 1));
    CU_ASSERT_TRUE(projc__horizon_is_settled(&horizon, 41, 42));
    CU_ASSERT_FALSE(projc__horizon_is_settled(&horizon, 0, 2));
    CU_ASSERT_FALSE(projc__horizon_is_settled(&horizon, 41, 43));
}

static void nobody_in_flight_settles_at_once(void)
{
    begin();
    look(10, "");
    CU_ASSERT_EQUAL(horizon.safe, 10);
    CU_ASSERT_TRUE(projc__horizon_is_settled(&horizon, 3, 9));
    CU_ASSERT_FALSE(projc__horizon_is_settled(&horizon, 3, 11));
}

static void writer_must_end_first(void)
{
    begin();
    look(10, "3/1");
    CU_ASSERT_EQUAL(horizon.safe, 0);
    look(10, "3/1 4/1");
    CU_ASSERT_EQUAL(horizon.safe, 0);
    look(10, "4/1");
    CU_ASSERT_EQUAL(horizon.safe, 10);
}

static void next_transaction_of_the_same_backend_is_another(void)
{
    begin();
    look(10, "3/1");
    look(10, "3/2");
    CU_ASSERT_EQUAL(horizon.safe, 10);
}

static void ending_prepared_transaction_still_counts(void)
{
    begin();
    look(10, "3/1");
    look(10, "3/0");
    CU_ASSERT_EQUAL(horizon.safe, 0);
    look(10, "");
    CU_ASSERT_EQUAL(horizon.safe, 10);
}

static void vanished_writer_may_have_become_a_prepared_one(void)
{
    begin();
    look(10, "3/1 4/1");
    look(10, "-1/700 4/1");
    look(10, "-1/700");
    CU_ASSERT_EQUAL(horizon.safe, 0);
    look(10, "5/1");
    CU_ASSERT_EQUAL(horizon.safe, 10);
}

static void prepared_one_known_before_replaces_nobody(void)
{
    begin();
    look(10, "-1/700 3/1");
    look(10, "-1/700");
    CU_ASSERT_EQUAL(horizon.safe, 0);
    look(10, "-1/701"); /* 700 has ended, but 701 may be what became of it */
    CU_ASSERT_EQUAL(horizon.safe, 0);
    look(10, "9/9");
    CU_ASSERT_EQUAL(horizon.safe, 10);
}

static void steady_traffic_does_not_starve(void)
{
    char text[32];

    begin();
    /* There are always two writers, each of which ends at the look after the next. */
    for (int i = 1; i < 1000; i++) {
        snprintf(text, sizeof text, "2/%d 2/%d", i, i + 1);
        look(i, text);
        CU_ASSERT(horizon.safe >= i - 2);
        CU_ASSERT(horizon.safe < i);
    }
}

static void lasting_writer_holds_everything_and_then_nothing(void)
{
    begin();
    for (int i = 1; i <= 5 * PROJC__HORIZON_SAMPLES; i++) {
        look(i, "2/1");
        CU_ASSERT_EQUAL(horizon.safe, 0);
        CU_ASSERT(horizon.count <= PROJC__HORIZON_SAMPLES);
    }
    CU_ASSERT_EQUAL(projc__horizon_blocker(&horizon)->pid, 1);
    look(1000, "7/7");
    /* Even the newest sample waited for 2/1 alone. */
    CU_ASSERT_EQUAL(horizon.safe, 5 * PROJC__HORIZON_SAMPLES);
}

static void blocker_is_one_of_the_oldest_sample(void)
{
    begin();
    CU_ASSERT_PTR_NULL(projc__horizon_blocker(&horizon));
    look(10, "2/1 3/1");
    look(11, "3/1 4/1");
    const projc__writer *blocker = projc__horizon_blocker(&horizon);
    CU_ASSERT_PTR_NOT_NULL_FATAL(blocker);
    CU_ASSERT_EQUAL(blocker->backend, 3);
}

static void cleared_ring_forgets(void)
{
    begin();
    look(10, "");
    look(12, "2/1");
    projc__horizon_clear(&horizon);
    CU_ASSERT_EQUAL(horizon.safe, 0);
    CU_ASSERT_EQUAL(horizon.count, 0);
}

/* ---- against a model that remembers every look ---- */

enum { MODEL_LOOKS = 200, MODEL_WRITERS = 6, MODEL_ROUNDS = 300 };

static uint32_t draw(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* A number is settled when each writer of some look with a head at or above it has ended since. */
static void never_settles_before_its_writers_have_ended(void)
{
    for (uint32_t round = 0; round < MODEL_ROUNDS; round++) {
        uint32_t seed = round;
        uint32_t running[MODEL_WRITERS] = {0}; /* the transaction of each backend, 0: idle */
        uint32_t next = 1;
        int64_t heads[MODEL_LOOKS];
        uint32_t looks[MODEL_LOOKS][MODEL_WRITERS];
        int64_t head = 0;

        begin();
        for (int i = 0; i < MODEL_LOOKS; i++) {
            for (int w = 0; w < MODEL_WRITERS; w++) {
                if (draw(&seed) % 4 == 0)
                    running[w] = running[w] != 0 && draw(&seed) % 2 ? 0 : next++;
            }
            head += draw(&seed) % 3;
            char text[256] = "";
            size_t size = 0;
            for (int w = 0; w < MODEL_WRITERS; w++) {
                if (running[w] != 0)
                    size += (size_t)snprintf(text + size, sizeof text - size, "%s%d/%u",
                                             size == 0 ? "" : " ", w + 2, running[w]);
            }
            heads[i] = head;
            memcpy(looks[i], running, sizeof running);
            look(head, text);
            int64_t allowed = 0;
            for (int k = 0; k <= i; k++) {
                bool has_ended = true;
                for (int w = 0; w < MODEL_WRITERS; w++)
                    has_ended = has_ended && (looks[k][w] == 0 || looks[k][w] != running[w]);
                if (has_ended && heads[k] > allowed)
                    allowed = heads[k];
            }
            CU_ASSERT(horizon.safe <= allowed);
        }
    }
}

#define TESTS(X)                                        \
    X(parses_virtual_transactions)                      \
    X(neighbours_need_no_look)                          \
    X(nobody_in_flight_settles_at_once)                 \
    X(writer_must_end_first)                            \
    X(next_transaction_of_the_same_backend_is_another)  \
    X(ending_prepared_transaction_still_counts)         \
    X(vanished_writer_may_have_become_a_prepared_one)   \
    X(prepared_one_known_before_replaces_nobody)        \
    X(steady_traffic_does_not_starve)                   \
    X(lasting_writer_holds_everything_and_then_nothing) \
    X(blocker_is_one_of_the_oldest_sample)              \
    X(never_settles_before_its_writers_have_ended)      \
    X(cleared_ring_forgets)
SUITE("postgres_horizon", TESTS)
