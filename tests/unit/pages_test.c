/* Pages that are read ahead: that nothing is missing or doubled, and that the parts hardly read. */
#include <CUnit/CUnit.h>

#include <projc/module.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "runtime/engine/pages.h"
#include "runtime/engine/projector_private.h"
#include "support/engine_fixture.h"
#include "support/store_runner.h"

enum { EVENTS = 400, PAGE_ROWS = 10 };

static store_kind kind; /* the store that the suite runs on */

static engine_fixture fixture;
static projc__pages *pages;
static projc__workspace *ahead;
static projc__workspace *helping;
static pthread_t reader;
static pthread_t helper;

static struct projc__driver counting;
static const struct projc__driver *counted;
static int own_pages; /* read by the part itself */

static projc_status count_pages(projc_store *store, const projc_stream_type *stream, int64_t after,
                                const projc__page_limits *limits, projc_arena *arena,
                                projc__page *page, projc_error *error)
{
    own_pages++;
    return counted->read_page(store, stream, after, limits, arena, page, error);
}

static void count_own_pages(void)
{
    projc_store *store = NULL;

    CU_ASSERT_EQUAL_FATAL(projc__workspace_store(fixture.workspace, &store, &fixture.error),
                          PROJC_OK);
    counted = store->driver;
    counting = *counted;
    counting.read_page = count_pages;
    store->driver = &counting;
    own_pages = 0;
}

static void *read_ahead(void *workspace)
{
    projc_error error = {0};

    while (projc__pages_read(pages, workspace, workspace == helping, &error) != PROJC_CANCELLED)
        continue;
    return NULL;
}

static int64_t numbers[EVENTS];

static void append_all(void)
{
    for (int i = 0; i < EVENTS; i++)
        CU_ASSERT_EQUAL(
            account_credit(fixture.store, 1 + (uint64_t)i % 7, 1, &numbers[i], &fixture.error),
            PROJC_OK);
}

static void begin_by_hand(size_t bytes_max)
{
    CU_ASSERT_FATAL(engine_fixture_begin(&fixture, kind, PROJECTION_PROBE));
    fixture.engine.options.page_rows = PAGE_ROWS;
    pages = projc__pages_new(&fixture.engine, bytes_max);
    CU_ASSERT_PTR_NOT_NULL_FATAL(pages);
    fixture.engine.pages = pages;
    CU_ASSERT_EQUAL_FATAL(projc__workspace_new(&fixture.engine, &ahead, &fixture.error), PROJC_OK);
    CU_ASSERT_EQUAL_FATAL(projc__workspace_new(&fixture.engine, &helping, &fixture.error),
                          PROJC_OK);
    append_all();
}

static void end_by_hand(void)
{
    projc__pages_close(pages);
    projc__workspace_free(ahead);
    projc__workspace_free(helping);
    engine_fixture_end(&fixture);
    projc__pages_free(pages);
}

static void begin(size_t bytes_max)
{
    begin_by_hand(bytes_max);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&reader, NULL, read_ahead, ahead), 0);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&helper, NULL, read_ahead, helping), 0);
}

static void end(void)
{
    projc__pages_close(pages);
    CU_ASSERT_EQUAL(pthread_join(reader, NULL), 0);
    CU_ASSERT_EQUAL(pthread_join(helper, NULL), 0);
    end_by_hand();
}

/* Every event of every account, once and in order. */
static void expect_all(void)
{
    for (uint64_t account = 0; account < 7; account++) {
        probe_state state;
        uint64_t fold = 0;
        uint64_t count = 0;

        for (int i = (int)account; i < EVENTS; i += 7, count++)
            fold = fold * 31 + (uint64_t)numbers[i];
        CU_ASSERT_EQUAL_FATAL(engine_fixture_load(&fixture, PROJECTION_PROBE, 1 + account, &state),
                              PROJC_OK);
        CU_ASSERT_EQUAL(state.count, count);
        CU_ASSERT_EQUAL(state.fold, fold);
    }
}

static void the_reader_reads_for_the_part(void)
{
    begin(1 << 20);
    count_own_pages();
    CU_ASSERT_EQUAL(engine_fixture_catch_up(&fixture), PROJC_OK);
    expect_all();
    /* The first page, which told that it is behind, and the ends. */
    CU_ASSERT(own_pages <= 5);
    end();
}

static atomic_int waits; /* begun so far; each with the pages' lock held */

static bool count_wait(void *user, pthread_cond_t *condition, pthread_mutex_t *lock, int64_t until)
{
    atomic_fetch_add(&waits, 1);
    return projc__real_clock.wait(user, condition, lock, until);
}

/* Where nothing can be read ahead, as live, nobody is woken: each would stand in the step's way. */
static void a_part_that_has_caught_up_wakes_nobody(void)
{
    projc__clock clock = projc__real_clock;

    begin_by_hand(1 << 20);
    clock.wait = count_wait;
    fixture.engine.clock = &clock;
    atomic_store(&waits, 0);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&reader, NULL, read_ahead, ahead), 0);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&helper, NULL, read_ahead, helping), 0);
    while (atomic_load(&waits) < 2)
        sched_yield();
    for (int i = 0; i < 1000; i++) {
        projc__cursor cursor = {0};
        projc__page page;

        CU_ASSERT_FALSE(projc__pages_take(
            pages, &cursor, projc__projector_stream(fixture.projector), numbers[0], &page));
        projc__pages_leave(pages, &cursor);
        sched_yield();
    }
    projc__pages_close(pages);
    CU_ASSERT_EQUAL(pthread_join(reader, NULL), 0);
    CU_ASSERT_EQUAL(pthread_join(helper, NULL), 0);
    CU_ASSERT_EQUAL(atomic_load(&waits), 2);
    fixture.engine.clock = &fixture.clock.clock;
    end_by_hand();
}

static void pages_above_the_bound_are_not_kept(void)
{
    begin(1);
    CU_ASSERT_EQUAL(engine_fixture_catch_up(&fixture), PROJC_OK);
    expect_all();
    end();
}

static void a_lost_connection_forgets_the_pages(void)
{
    begin(1 << 20);
    for (int i = 0; i < 20; i++) {
        /* Small batches: one step each, and between them everything is forgotten. */
        fixture.engine.options.batch_bytes = 1;
        CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
        projc__pages_forget(pages);
    }
    CU_ASSERT_EQUAL(engine_fixture_catch_up(&fixture), PROJC_OK);
    expect_all();
    end();
}

static void without_a_reader_the_part_reads_for_itself(void)
{
    begin(1 << 20);
    projc__pages_close(pages);
    CU_ASSERT_EQUAL(engine_fixture_catch_up(&fixture), PROJC_OK);
    expect_all();
    end();
}

/* ---- one call after the other ---- */

/* What the readers' store answers: ranges on every store, and what a test puts in between. */
static struct projc__driver ranged;
static const struct projc__driver *usual;
static int ranges;              /* read so far */
static int part_of;             /* this range, from 1, is settled in part; 0: none */
static int empty_one;           /* this range has no events; 0: none */
static void (*meanwhile)(void); /* while the next range is read; NULL: nothing */

static projc_status read_range(projc_store *store, const projc_stream_type *stream, int64_t after,
                               int64_t up_to, const projc__page_limits *limits, projc_arena *arena,
                               projc__page *page, projc_error *error)
{
    void (*first)(void) = meanwhile;
    int number = ++ranges;
    int64_t bound = number == part_of ? after + 3 : up_to;
    projc_status status = PROJC_OK;

    meanwhile = NULL;
    if (first != NULL)
        first();
    *page = (projc__page){.reached = after};
    if (number != empty_one)
        status =
            usual->read_raw(store, stream, after, bound, NULL, NULL, limits, arena, page, error);
    page->reached = bound;
    return status;
}

static void give_ranges(projc__workspace *workspace)
{
    projc_store *store = NULL;

    CU_ASSERT_EQUAL_FATAL(projc__workspace_store(workspace, &store, &fixture.error), PROJC_OK);
    usual = store->driver;
    ranged = *usual;
    ranged.read_settled = read_range;
    store->driver = &ranged;
}

static void begin_ranges(void)
{
    begin_by_hand(1 << 20);
    give_ranges(ahead);
    give_ranges(helping);
    ranges = part_of = empty_one = 0;
    meanwhile = NULL;
}

/* The number of the n-th event, from 1. */
static int64_t nth(int n)
{
    return numbers[n - 1];
}

static void follow(projc__cursor *cursor, int n)
{
    projc_arena *arena = fixture.arena;
    const projc__page_limits limits = {1, 1000};
    projc__page page;

    CU_ASSERT_EQUAL_FATAL(projc__store_read_raw(fixture.store, fixture.projector->stream,
                                                nth(n) - 1, nth(n), NULL, NULL, &limits, arena,
                                                &page, &fixture.error),
                          PROJC_OK);
    projc__pages_follow(pages, cursor, fixture.projector->stream, nth(n), page.reached_id);
}

static projc_status read_one(projc__workspace *workspace)
{
    return projc__pages_read(pages, workspace, workspace == helping, &fixture.error);
}

static bool take(projc__cursor *cursor, int n, projc__page *page)
{
    return projc__pages_take(pages, cursor, fixture.projector->stream, nth(n), page);
}

/* The page behind the n-th event ends with the last-th. */
static void expect_page(projc__cursor *cursor, int n, int last)
{
    projc__page page = {0};

    CU_ASSERT_FATAL(take(cursor, n, &page));
    CU_ASSERT_EQUAL_FATAL(page.count, (size_t)(last - n));
    for (int i = 0; i < last - n; i++)
        CU_ASSERT_EQUAL(page.events[i].no, nth(n + 1 + i));
}

static void a_page_stays_until_the_slowest_has_passed_it(void)
{
    projc__cursor slow = {0};
    projc__cursor fast = {0};

    begin_by_hand(1 << 20);
    follow(&slow, 10);
    follow(&fast, 10);
    CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK);
    expect_page(&fast, 10, 20);
    follow(&fast, 20); /* on its own, beyond the page */
    expect_page(&slow, 10, 20);
    projc__pages_leave(pages, &slow);
    projc__pages_leave(pages, &fast);
    end_by_hand();
}

static void a_borrowed_page_outlives_the_list(void)
{
    projc__cursor cursor = {0};
    projc__cursor other = {0};
    projc__page page = {0};

    begin_by_hand(1 << 20);
    follow(&cursor, 10);
    CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK);
    CU_ASSERT_FATAL(take(&cursor, 10, &page));
    projc__pages_forget(pages);
    follow(&other, 100);
    CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK); /* into the memory of the first, were it free */
    CU_ASSERT_EQUAL_FATAL(page.count, 10);
    for (int i = 0; i < 10; i++)
        CU_ASSERT_EQUAL(page.events[i].no, nth(11 + i));
    projc__pages_leave(pages, &cursor);
    projc__pages_leave(pages, &other);
    end_by_hand();
}

static void what_a_lost_connection_gave_is_forgotten(void)
{
    projc__cursor cursor = {0};
    projc__page page = {0};

    begin_ranges();
    follow(&cursor, 10);
    CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK);
    expect_page(&cursor, 10, 20);
    CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK);
    CU_ASSERT_EQUAL(ranges, 1);
    projc__pages_forget(pages);
    CU_ASSERT(!take(&cursor, 10, &page));
    /* The readers' connections may lead elsewhere too: they open others, which are the usual. */
    follow(&cursor, 10);
    for (int i = 0; i < 2; i++)
        CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK);
    CU_ASSERT_EQUAL(ranges, 1);
    projc__pages_leave(pages, &cursor);
    end_by_hand();
}

static void forget(void)
{
    projc__pages_forget(pages);
}

static void a_page_that_was_coming_is_forgotten_too(void)
{
    projc__cursor cursor = {0};
    projc__page page = {0};

    begin_ranges();
    follow(&cursor, 10);
    CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK);
    meanwhile = forget;
    CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK);
    CU_ASSERT_EQUAL(ranges, 1);
    CU_ASSERT(!take(&cursor, 20, &page));
    projc__pages_leave(pages, &cursor);
    end_by_hand();
}

static void help(void)
{
    CU_ASSERT_EQUAL(read_one(helping), PROJC_OK);
}

/* The second range is there before the first. */
static void begin_two_ranges(projc__cursor *cursor)
{
    follow(cursor, 10);
    CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK);
    meanwhile = help;
    CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK);
    CU_ASSERT_EQUAL(ranges, 2);
    expect_page(cursor, 10, 20);
}

static void ranges_are_taken_in_order(void)
{
    projc__cursor cursor = {0};

    begin_ranges();
    begin_two_ranges(&cursor);
    expect_page(&cursor, 20, 30);
    expect_page(&cursor, 30, 40);
    CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK);
    expect_page(&cursor, 40, 50);
    projc__pages_leave(pages, &cursor);
    end_by_hand();
}

static void a_range_read_in_part_is_read_on(void)
{
    projc__cursor cursor = {0};

    begin_ranges();
    part_of = 1;
    begin_two_ranges(&cursor);
    expect_page(&cursor, 20, 23);
    CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK); /* in order */
    CU_ASSERT_EQUAL(ranges, 2);
    expect_page(&cursor, 23, 33);
    CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK);
    expect_page(&cursor, 33, 43);
    CU_ASSERT_EQUAL(ranges, 3);
    projc__pages_leave(pages, &cursor);
    end_by_hand();
}

static void a_range_without_events_is_passed(void)
{
    projc__cursor cursor = {0};
    projc__page page = {0};

    begin_ranges();
    empty_one = 1;
    begin_two_ranges(&cursor);
    CU_ASSERT_FATAL(take(&cursor, 20, &page));
    CU_ASSERT_EQUAL_FATAL(page.count, 10);
    CU_ASSERT_EQUAL(page.events[0].no, nth(31));
    CU_ASSERT_EQUAL(read_one(ahead), PROJC_OK); /* in order, to measure again */
    CU_ASSERT_EQUAL(ranges, 2);
    expect_page(&cursor, 40, 50);
    projc__pages_leave(pages, &cursor);
    end_by_hand();
}

#define TEST(name)  \
    {               \
#name, name \
    }

static CU_TestInfo tests[] = {
    TEST(the_reader_reads_for_the_part),
    TEST(a_part_that_has_caught_up_wakes_nobody),
    TEST(pages_above_the_bound_are_not_kept),
    TEST(a_lost_connection_forgets_the_pages),
    TEST(without_a_reader_the_part_reads_for_itself),
    TEST(a_page_stays_until_the_slowest_has_passed_it),
    TEST(a_borrowed_page_outlives_the_list),
    TEST(what_a_lost_connection_gave_is_forgotten),
    TEST(a_page_that_was_coming_is_forgotten_too),
    TEST(ranges_are_taken_in_order),
    TEST(a_range_read_in_part_is_read_on),
    TEST(a_range_without_events_is_passed),
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return store_runner_run(tests, &kind);
}
