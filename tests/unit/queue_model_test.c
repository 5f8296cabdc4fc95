/* The queue against a model that is too simple to be wrong: random operations, every answer
 * compared. */
#include <CUnit/Basic.h>

#include <projc/status.h>

#include <stdio.h>
#include <stdlib.h>

#include "runtime/base/random.h"
#include "runtime/engine/queue.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OPERATIONS 100000
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OPERATIONS 100000
#endif
#endif
#ifndef OPERATIONS
#define OPERATIONS 1000000
#endif

enum { PROJECTORS = 3, PARTS = 4, IDS = PROJECTORS * PARTS };

/* Every id by itself; the next one is found by looking at all. */
typedef struct model {
    bool is_queued[IDS];
    bool is_worked[IDS];
    bool is_again[IDS];
    int64_t ready_at[IDS];
    uint64_t order[IDS];
    uint64_t next_order;
    int64_t now;
    bool is_closed;
} model;

static void model_push(model *simple, int id, int64_t ready_at)
{
    simple->is_queued[id] = true;
    simple->ready_at[id] = ready_at;
    simple->order[id] = simple->next_order++;
}

static void model_put(model *simple, int id, int64_t delay)
{
    int64_t ready_at = simple->now + delay;

    if (simple->is_closed)
        return;
    if (simple->is_worked[id] && !simple->is_again[id]) {
        simple->is_again[id] = true;
        simple->ready_at[id] = ready_at;
    } else if (simple->is_queued[id] || simple->is_again[id]) {
        if (ready_at < simple->ready_at[id])
            simple->ready_at[id] = ready_at;
    } else {
        model_push(simple, id, ready_at);
    }
}

static int model_take(model *simple)
{
    int best = -1;

    for (int id = 0; id < IDS; id++) {
        if (!simple->is_queued[id] || simple->ready_at[id] > simple->now)
            continue;
        if (best < 0 || simple->ready_at[id] < simple->ready_at[best] ||
            (simple->ready_at[id] == simple->ready_at[best] &&
             simple->order[id] < simple->order[best]))
            best = id;
    }
    if (best >= 0) {
        simple->is_queued[best] = false;
        simple->is_worked[best] = true;
    }
    return best;
}

static bool model_seize(model *simple, int id)
{
    if (simple->is_closed)
        return false;
    model_put(simple, id, 0);
    if (!simple->is_queued[id])
        return false;
    simple->is_queued[id] = false;
    simple->is_worked[id] = true;
    return true;
}

static void model_done(model *simple, int id)
{
    simple->is_worked[id] = false;
    if (simple->is_again[id]) {
        simple->is_again[id] = false;
        model_push(simple, id, simple->ready_at[id]);
    }
}

static void model_close(model *simple)
{
    simple->is_closed = true;
    for (int id = 0; id < IDS; id++) {
        if (simple->is_queued[id] && simple->ready_at[id] > simple->now)
            simple->is_queued[id] = false;
        if (simple->is_again[id] && simple->ready_at[id] > simple->now)
            simple->is_again[id] = false;
    }
}

static size_t model_length(const model *simple)
{
    size_t length = 0;

    for (int id = 0; id < IDS; id++)
        length += simple->is_queued[id];
    return length;
}

static projc__queue_id id_of(int id)
{
    return (projc__queue_id){(uint32_t)id / PARTS, (uint32_t)id % PARTS};
}

/* One random operation on both; false when they differ. */
static bool operate(projc__queue *queue, model *simple, projc__manual_clock *manual,
                    projc__random *random)
{
    uint64_t what = projc__random_below(random, 100);
    int id = (int)projc__random_below(random, IDS);
    projc__queue_id taken;
    projc_status status;
    int expected;

    if (what < 45) {
        int64_t delay = what < 25 ? 0 : (int64_t)projc__random_below(random, 50);

        projc__queue_put(queue, id_of(id), delay);
        model_put(simple, id, delay);
    } else if (what < 70) {
        status = projc__queue_take(queue, 0, &taken, NULL);
        expected = model_take(simple);
        if (expected < 0)
            return status == (simple->is_closed ? PROJC_CANCELLED : PROJC_TIMED_OUT);
        return status == PROJC_OK && (int)(taken.projector * PARTS + taken.part) == expected;
    } else if (what < 75) {
        if (projc__queue_seize(queue, id_of(id)) != model_seize(simple, id))
            return false;
    } else if (what < 90) {
        if (simple->is_worked[id]) {
            projc__queue_done(queue, id_of(id));
            model_done(simple, id);
        }
    } else {
        int64_t step = (int64_t)projc__random_below(random, 20);

        projc__manual_clock_advance(manual, step);
        simple->now += step;
    }
    return projc__queue_length(queue) == model_length(simple);
}

static void random_operations_agree_with_the_model(void)
{
    const char *given = getenv("PROJC_TEST_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : 20261123;
    int per_round = 20000;

    for (int round = 0; round * per_round < OPERATIONS; round++) {
        projc__manual_clock manual;
        projc__random random;
        projc__queue *queue = NULL;
        projc_error error;
        model simple = {0};
        int i;

        projc__manual_clock_init(&manual, 0);
        simple.now = projc__clock_monotonic(&manual.clock);
        projc__random_init(&random, seed + (uint64_t)round);
        CU_ASSERT_EQUAL_FATAL(
            projc__queue_new(&manual.clock, PROJECTORS, PARTS, IDS, &queue, &error), PROJC_OK);
        for (i = 0; i < per_round; i++) {
            if (i == per_round - 100) {
                projc__queue_close(queue);
                model_close(&simple);
            }
            if (!operate(queue, &simple, &manual, &random))
                break;
        }
        if (i < per_round)
            printf("differs at operation %d; PROJC_TEST_SEED=%llu\n", i,
                   (unsigned long long)(seed + (uint64_t)round));
        CU_ASSERT_EQUAL_FATAL(i, per_round);
        projc__queue_free(queue);
        projc__manual_clock_clear(&manual);
    }
}

int main(void)
{
    unsigned failed;

    if (CU_initialize_registry() != CUE_SUCCESS)
        return 1;
    if (CU_add_test(CU_add_suite("queue_model", NULL, NULL),
                    "random_operations_agree_with_the_model",
                    random_operations_agree_with_the_model) == NULL)
        return 1;
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    failed = CU_get_number_of_failures() + (CU_get_number_of_tests_run() == 0);
    CU_cleanup_registry();
    return failed == 0 ? 0 : 1;
}
