/* The queue: order, coalescing, delays, closing, and several threads at once. */
#include <CUnit/Basic.h>

#include <projc/status.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "runtime/engine/queue.h"
#include "runtime/engine/rendezvous.h"

static projc__manual_clock manual;
static projc_error error;

static projc__queue *new_queue(uint32_t projectors, uint32_t parts)
{
    projc__queue *queue = NULL;

    projc__manual_clock_init(&manual, 0);
    CU_ASSERT_EQUAL_FATAL(projc__queue_new(&manual.clock, projectors, parts, 1000, &queue, &error),
                          PROJC_OK);
    return queue;
}

static void free_queue(projc__queue *queue)
{
    projc__queue_free(queue);
    projc__manual_clock_clear(&manual);
}

static projc__queue_id id_of(uint32_t projector, uint32_t part)
{
    return (projc__queue_id){projector, part};
}

static void expect_take(projc__queue *queue, uint32_t projector, uint32_t part)
{
    projc__queue_id id = {99, 99};

    CU_ASSERT_EQUAL(projc__queue_take(queue, 0, &id, NULL), PROJC_OK);
    CU_ASSERT_EQUAL(id.projector, projector);
    CU_ASSERT_EQUAL(id.part, part);
}

static void expect_nothing(projc__queue *queue, projc_status status)
{
    projc__queue_id id;

    CU_ASSERT_EQUAL(projc__queue_take(queue, 0, &id, NULL), status);
}

static void first_in_is_first_out(void)
{
    projc__queue *queue = new_queue(2, 3);

    projc__queue_put(queue, id_of(1, 2), 0);
    projc__queue_put(queue, id_of(0, 0), 0);
    projc__queue_put(queue, id_of(1, 0), 0);
    expect_take(queue, 1, 2);
    expect_take(queue, 0, 0);
    expect_take(queue, 1, 0);
    expect_nothing(queue, PROJC_TIMED_OUT);
    free_queue(queue);
}

static void what_waits_already_coalesces(void)
{
    projc__queue *queue = new_queue(1, 2);

    for (int i = 0; i < 1000; i++)
        projc__queue_put(queue, id_of(0, 1), i);
    CU_ASSERT_EQUAL(projc__queue_length(queue), 1);
    expect_take(queue, 0, 1);
    expect_nothing(queue, PROJC_TIMED_OUT);
    free_queue(queue);
}

static void delayed_ids_come_at_their_time_and_not_before(void)
{
    projc__queue *queue = new_queue(1, 3);
    projc__queue_id id;
    int64_t waited = -1;

    projc__queue_put(queue, id_of(0, 0), 2000);
    projc__queue_put(queue, id_of(0, 1), 1000);
    expect_nothing(queue, PROJC_TIMED_OUT);
    CU_ASSERT_TRUE(projc__queue_is_idle(queue));
    projc__manual_clock_advance(&manual, 999);
    expect_nothing(queue, PROJC_TIMED_OUT);
    projc__manual_clock_advance(&manual, 1);
    expect_take(queue, 0, 1);
    projc__manual_clock_advance(&manual, 1500);
    CU_ASSERT_EQUAL(projc__queue_take(queue, 0, &id, &waited), PROJC_OK);
    CU_ASSERT_EQUAL(id.part, 0);
    CU_ASSERT_EQUAL(waited, 500);
    free_queue(queue);
}

static void the_earlier_time_wins(void)
{
    projc__queue *queue = new_queue(1, 1);

    projc__queue_put(queue, id_of(0, 0), 5000);
    projc__queue_put(queue, id_of(0, 0), 1000);
    projc__queue_put(queue, id_of(0, 0), 9000);
    projc__manual_clock_advance(&manual, 1000);
    expect_take(queue, 0, 0);
    free_queue(queue);
}

static void an_id_in_work_runs_once_more_afterwards(void)
{
    projc__queue *queue = new_queue(1, 1);

    projc__queue_put(queue, id_of(0, 0), 0);
    expect_take(queue, 0, 0);
    projc__queue_put(queue, id_of(0, 0), 0);
    projc__queue_put(queue, id_of(0, 0), 0);
    expect_nothing(queue, PROJC_TIMED_OUT);
    CU_ASSERT_FALSE(projc__queue_is_idle(queue));
    projc__queue_done(queue, id_of(0, 0));
    expect_take(queue, 0, 0);
    projc__queue_done(queue, id_of(0, 0));
    expect_nothing(queue, PROJC_TIMED_OUT);
    CU_ASSERT_TRUE(projc__queue_is_idle(queue));
    free_queue(queue);
}

static void a_seized_id_is_taken_before_all_others(void)
{
    projc__queue *queue = new_queue(1, 4);

    projc__queue_put(queue, id_of(0, 0), 0);
    projc__queue_put(queue, id_of(0, 1), 1000);
    projc__queue_put(queue, id_of(0, 2), 0);
    CU_ASSERT_TRUE(projc__queue_seize(queue, id_of(0, 3)));
    CU_ASSERT_TRUE(projc__queue_seize(queue, id_of(0, 1)));
    CU_ASSERT_TRUE(projc__queue_seize(queue, id_of(0, 0)));
    CU_ASSERT_FALSE(projc__queue_seize(queue, id_of(0, 1)));
    CU_ASSERT_EQUAL(projc__queue_length(queue), 1);
    expect_take(queue, 0, 2);
    CU_ASSERT_FALSE(projc__queue_seize(queue, id_of(0, 2)));
    expect_nothing(queue, PROJC_TIMED_OUT);
    /* What could not be seized is run once more. */
    for (uint32_t part = 0; part < 4; part++)
        projc__queue_done(queue, id_of(0, part));
    expect_take(queue, 0, 1);
    expect_take(queue, 0, 2);
    expect_nothing(queue, PROJC_TIMED_OUT);
    projc__queue_close(queue);
    CU_ASSERT_FALSE(projc__queue_seize(queue, id_of(0, 0)));
    free_queue(queue);
}

static void closing_drains_what_is_ready_and_drops_what_is_delayed(void)
{
    projc__queue *queue = new_queue(1, 4);

    projc__queue_put(queue, id_of(0, 0), 0);
    projc__queue_put(queue, id_of(0, 1), 1000);
    projc__queue_put(queue, id_of(0, 2), 0);
    projc__queue_close(queue);
    projc__queue_put(queue, id_of(0, 3), 0);
    expect_take(queue, 0, 0);
    expect_take(queue, 0, 2);
    projc__queue_done(queue, id_of(0, 2));
    projc__manual_clock_advance(&manual, 5000);
    expect_nothing(queue, PROJC_CANCELLED);
    free_queue(queue);
}

static void a_queue_that_cannot_hold_its_ids_is_refused(void)
{
    projc__queue *queue = NULL;

    projc__manual_clock_init(&manual, 0);
    CU_ASSERT_EQUAL(projc__queue_new(&manual.clock, 10, 10, 99, &queue, &error), PROJC_INVALID);
    CU_ASSERT_PTR_NULL(queue);
    CU_ASSERT_EQUAL(projc__queue_new(&manual.clock, 0, 10, 99, &queue, &error), PROJC_INVALID);
    projc__manual_clock_clear(&manual);
}

/* ---- threads, on the real clock ---- */

enum { THREADS = 4, PROJECTORS = 3, PARTS = 2, PUTS = 20000 };

typedef struct crowd {
    projc__queue *queue;
    atomic_int inside[PROJECTORS][PARTS]; /* workers that have the id: never more than one */
    atomic_long put[PROJECTORS][PARTS];   /* notifications so far */
    atomic_long seen[PROJECTORS][PARTS];  /* of those, seen by a worker that took the id later */
    atomic_int overlaps;
    atomic_long turns;
} crowd;

static void *work(void *context)
{
    crowd *people = context;
    projc__queue_id id;

    while (projc__queue_take(people->queue, -1, &id, NULL) == PROJC_OK) {
        long put = atomic_load(&people->put[id.projector][id.part]);

        if (atomic_fetch_add(&people->inside[id.projector][id.part], 1) != 0)
            atomic_fetch_add(&people->overlaps, 1);
        atomic_store(&people->seen[id.projector][id.part], put);
        atomic_fetch_add(&people->turns, 1);
        atomic_fetch_sub(&people->inside[id.projector][id.part], 1);
        projc__queue_done(people->queue, id);
    }
    return NULL;
}

static void *notify(void *context)
{
    crowd *people = context;

    for (int i = 0; i < PUTS; i++) {
        projc__queue_id id = id_of((uint32_t)i % PROJECTORS, (uint32_t)i / PROJECTORS % PARTS);

        atomic_fetch_add(&people->put[id.projector][id.part], 1);
        projc__queue_put(people->queue, id, i % 7 == 0 ? 50 : 0);
    }
    return NULL;
}

static void no_notification_is_lost_and_no_id_worked_on_twice(void)
{
    static crowd people;
    pthread_t workers[THREADS];
    pthread_t notifiers[2];

    CU_ASSERT_EQUAL_FATAL(
        projc__queue_new(&projc__real_clock, PROJECTORS, PARTS, 100, &people.queue, &error),
        PROJC_OK);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&workers[i], NULL, work, &people);
    for (int i = 0; i < 2; i++)
        pthread_create(&notifiers[i], NULL, notify, &people);
    for (int i = 0; i < 2; i++)
        pthread_join(notifiers[i], NULL);
    /* One last call for every id, ready now, and the queue drains: then all that was put was seen.
     */
    for (uint32_t i = 0; i < PROJECTORS; i++)
        for (uint32_t j = 0; j < PARTS; j++)
            projc__queue_put(people.queue, id_of(i, j), 0);
    projc__queue_close(people.queue);
    for (int i = 0; i < THREADS; i++)
        pthread_join(workers[i], NULL);
    CU_ASSERT_EQUAL(people.overlaps, 0);
    for (uint32_t i = 0; i < PROJECTORS; i++)
        for (uint32_t j = 0; j < PARTS; j++)
            CU_ASSERT_EQUAL(people.seen[i][j], people.put[i][j]);
    CU_ASSERT_TRUE(people.turns >= PROJECTORS * PARTS);
    projc__queue_free(people.queue);
}

typedef struct sleeper {
    projc__queue *queue;
    projc_status status;
    projc__queue_id id;
} sleeper;

static void *sleep_until_called(void *context)
{
    sleeper *one = context;

    one->status = projc__queue_take(one->queue, -1, &one->id, NULL);
    return NULL;
}

static void a_sleeper_wakes_for_a_delayed_id_and_for_closing(void)
{
    sleeper one = {0};
    pthread_t thread;

    CU_ASSERT_EQUAL_FATAL(projc__queue_new(&projc__real_clock, 1, 1, 1, &one.queue, &error),
                          PROJC_OK);
    pthread_create(&thread, NULL, sleep_until_called, &one);
    projc__queue_put(one.queue, id_of(0, 0), 2000);
    pthread_join(thread, NULL);
    CU_ASSERT_EQUAL(one.status, PROJC_OK);
    projc__queue_done(one.queue, one.id);
    pthread_create(&thread, NULL, sleep_until_called, &one);
    projc__queue_close(one.queue);
    pthread_join(thread, NULL);
    CU_ASSERT_EQUAL(one.status, PROJC_CANCELLED);
    projc__queue_free(one.queue);
}

/* ---- who is woken ---- */

static atomic_int waits; /* begun so far; each with the queue's lock held */

static bool count_wait(void *user, pthread_cond_t *condition, pthread_mutex_t *lock, int64_t until)
{
    atomic_fetch_add(&waits, 1);
    return projc__real_clock.wait(user, condition, lock, until);
}

typedef struct takers {
    projc__queue *queue;
    atomic_int taken[2]; /* by the first, by the second */
} takers;

static void take_all(takers *all, int which)
{
    projc__queue_id id;

    while (projc__queue_take(all->queue, -1, &id, NULL) == PROJC_OK) {
        atomic_fetch_add(&all->taken[which], 1);
        projc__queue_done(all->queue, id);
    }
}

static void *take_first(void *all)
{
    take_all(all, 0);
    return NULL;
}

static void *take_second(void *all)
{
    take_all(all, 1);
    return NULL;
}

static void until_waits(int count)
{
    while (atomic_load(&waits) < count)
        sched_yield();
}

static void the_one_that_worked_last_is_woken(void)
{
    static takers all;
    projc__clock clock = projc__real_clock;
    pthread_t threads[2];

    clock.wait = count_wait;
    CU_ASSERT_EQUAL_FATAL(projc__queue_new(&clock, 1, 1, 1, &all.queue, &error), PROJC_OK);
    pthread_create(&threads[0], NULL, take_first, &all);
    until_waits(1);
    pthread_create(&threads[1], NULL, take_second, &all);
    until_waits(2);
    for (int i = 1; i <= 20; i++) {
        projc__queue_put(all.queue, id_of(0, 0), 0);
        until_waits(2 + i); /* the one that was woken has worked, and waits again: nobody else */
    }
    CU_ASSERT_EQUAL(all.taken[0], 0);
    CU_ASSERT_EQUAL(all.taken[1], 20);
    projc__queue_close(all.queue);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    projc__queue_free(all.queue);
}

/* ---- rendezvous ---- */

enum { LANES = 64 };

static const projc_text processes[] = {{"alpha", 5}, {"beta", 4}, {"gamma", 5}};

static void every_lane_has_exactly_one_owner(void)
{
    bool owned[3][LANES];
    int counts[3] = {0};

    for (size_t i = 0; i < 3; i++)
        projc__rendezvous(processes, 3, processes[i], 7, LANES, owned[i]);
    for (int lane = 0; lane < LANES; lane++) {
        CU_ASSERT_EQUAL(owned[0][lane] + owned[1][lane] + owned[2][lane], 1);
        for (size_t i = 0; i < 3; i++)
            counts[i] += owned[i][lane];
    }
    for (size_t i = 0; i < 3; i++)
        CU_ASSERT_TRUE(counts[i] > LANES / 10);
}

static void a_process_that_leaves_hands_over_only_its_own_lanes(void)
{
    bool before[LANES];
    bool after[LANES];
    bool gone[LANES];

    projc__rendezvous(processes, 3, processes[0], 7, LANES, before);
    projc__rendezvous(processes, 3, processes[2], 7, LANES, gone);
    projc__rendezvous(processes, 2, processes[0], 7, LANES, after);
    for (int lane = 0; lane < LANES; lane++) {
        CU_ASSERT_TRUE(after[lane] || !before[lane]);
        CU_ASSERT_TRUE(!after[lane] || before[lane] || gone[lane]);
    }
}

static void a_process_alone_has_everything(void)
{
    bool owned[LANES];

    projc__rendezvous(NULL, 0, processes[0], 1, LANES, owned);
    for (int lane = 0; lane < LANES; lane++)
        CU_ASSERT_TRUE(owned[lane]);
}

#define TEST(name)  \
    {               \
#name, name \
    }

int main(void)
{
    CU_TestInfo tests[] = {
        TEST(first_in_is_first_out),
        TEST(what_waits_already_coalesces),
        TEST(delayed_ids_come_at_their_time_and_not_before),
        TEST(the_earlier_time_wins),
        TEST(an_id_in_work_runs_once_more_afterwards),
        TEST(a_seized_id_is_taken_before_all_others),
        TEST(closing_drains_what_is_ready_and_drops_what_is_delayed),
        TEST(a_queue_that_cannot_hold_its_ids_is_refused),
        TEST(no_notification_is_lost_and_no_id_worked_on_twice),
        TEST(a_sleeper_wakes_for_a_delayed_id_and_for_closing),
        TEST(the_one_that_worked_last_is_woken),
        TEST(every_lane_has_exactly_one_owner),
        TEST(a_process_that_leaves_hands_over_only_its_own_lanes),
        TEST(a_process_alone_has_everything),
        CU_TEST_INFO_NULL,
    };
    CU_SuiteInfo suites[] = {{"queue", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
    unsigned failed;

    if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
        return 1;
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    failed = CU_get_number_of_failures() + (CU_get_number_of_tests_run() == 0);
    CU_cleanup_registry();
    return failed == 0 ? 0 : 1;
}
