/* How long a batch lasts that is behind, on every store; each event takes a second. */
#include <CUnit/CUnit.h>

#include <projc/module.h>

#include "runtime/engine/projector_private.h"
#include "support/engine_fixture.h"
#include "support/store_runner.h"

enum { SECOND_US = 1000000, USUAL = 5, LONGEST = 30, EVENTS = 60, MANY_ROWS = 1000 };

static store_kind kind; /* the store that the suite runs on */

static engine_fixture fixture;
static bool stops; /* at fail_no */
static bool deals; /* from fail_no on the process has only lane 0 */

static void own_one_lane(void)
{
    bool owned[16] = {true};

    CU_ASSERT_FATAL(projc__projector_lanes(fixture.projector) <= 16);
    projc__projector_own(fixture.projector, owned);
}

static int take_a_second(account_probe *probe, const projc_handler *handler)
{
    projc__manual_clock_advance(&fixture.clock, SECOND_US);
    if (deals && handler->event->no >= probe->fail_no)
        own_one_lane();
    if (deals || handler->event->no != probe->fail_no)
        return 0;
    if (stops)
        fixture.stop = 1;
    return stops ? 0 : 1;
}

/* A log of that many events, each of another account or all of one. */
static void begin(int events, bool is_one_account)
{
    bool is_begun = engine_fixture_begin(&fixture, kind, PROJECTION_PROBE);

    CU_ASSERT_FATAL(is_begun);
    stops = deals = false;
    CU_ASSERT_EQUAL_FATAL(projc_store_begin(fixture.store, &fixture.error), PROJC_OK);
    for (int i = 0; i < events; i++) {
        int64_t no = 0;

        CU_ASSERT_EQUAL_FATAL(account_credit(fixture.store, is_one_account ? 1 : 1 + (uint64_t)i, 1,
                                             &no, &fixture.error),
                              PROJC_OK);
    }
    CU_ASSERT_EQUAL_FATAL(projc_store_commit(fixture.store, &fixture.error), PROJC_OK);
}

/* How many events the first batch has, when writing a row takes so many seconds. */
static int64_t events_of_batch(double row_seconds, int64_t fail_no)
{
    fixture.probe = (account_probe){.answer = take_a_second, .fail_no = fail_no};
    fixture.engine.options.page_rows = 1;
    fixture.projector->parts[0].row_ns = (int64_t)(row_seconds * 1e9);
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    return fixture.outcome.events;
}

static void few_rows_are_written_after_five_seconds(void)
{
    begin(EVENTS, false);
    CU_ASSERT_EQUAL(events_of_batch(0, 0), USUAL + 1);
    engine_fixture_end(&fixture);
}

static void many_rows_wait_for_more_events(void)
{
    begin(EVENTS, false);
    /* A row makes room for less than the second that its event takes, … */
    CU_ASSERT_EQUAL(events_of_batch(0.9 / PROJC__WRITING_SHARE, 0), USUAL + 1);
    engine_fixture_end(&fixture);
    begin(EVENTS, false);
    /* … or for more. */
    CU_ASSERT_EQUAL(events_of_batch(1.1 / PROJC__WRITING_SHARE, 0), LONGEST + 1);
    engine_fixture_end(&fixture);
}

static void it_is_rows_that_count_and_not_events(void)
{
    begin(EVENTS, true);
    CU_ASSERT_EQUAL(events_of_batch(1.1 / PROJC__WRITING_SHARE, 0), USUAL + 1);
    engine_fixture_end(&fixture);
    begin(EVENTS, true);
    CU_ASSERT_EQUAL(events_of_batch(10.5 / PROJC__WRITING_SHARE, 0), 11);
    engine_fixture_end(&fixture);
}

static void a_failure_is_not_kept_waiting(void)
{
    begin(EVENTS, false);
    CU_ASSERT_EQUAL(events_of_batch(2, 3), USUAL + 1);
    engine_fixture_end(&fixture);
    begin(EVENTS, false);
    CU_ASSERT_EQUAL(events_of_batch(2, 12), 12);
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), 1);
    engine_fixture_end(&fixture);
}

static void lanes_that_are_anothers_are_left_to_it(void)
{
    begin(EVENTS, false);
    deals = true;
    CU_ASSERT_EQUAL(events_of_batch(2, 12), 12);
    /* The same lanes again are nothing new. */
    CU_ASSERT_EQUAL(events_of_batch(2, 13), EVENTS - 12);
    CU_ASSERT_TRUE(fixture.outcome.handled > USUAL);
    engine_fixture_end(&fixture);
}

static void who_is_asked_to_stop_begins_no_long_writing(void)
{
    begin(EVENTS, false);
    stops = true;
    fixture.probe = (account_probe){.answer = take_a_second, .fail_no = 10};
    fixture.engine.options.page_rows = 1;
    fixture.projector->parts[0].row_ns = INT64_C(1000000000);
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_CANCELLED);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), 0);
    CU_ASSERT_EQUAL(fixture.projector->parts[0].shrink, 0); /* it is nobody's fault */
    /* Nothing is lost. */
    fixture.stop = 0;
    fixture.probe = (account_probe){0};
    CU_ASSERT_EQUAL(engine_fixture_catch_up(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), EVENTS);
    engine_fixture_end(&fixture);
}

/* ---- measuring ---- */

static int64_t ticks;

/* Each look takes a tenth of a second. */
static int64_t tick(void *user)
{
    (void)user;
    return ++ticks * 100000;
}

static void what_a_row_takes_is_measured(void)
{
    const projc__part *part;

    begin(MANY_ROWS + 1, false);
    part = &fixture.projector->parts[0];
    fixture.probe = (account_probe){0};
    fixture.clock.clock.monotonic_us = tick;
    fixture.engine.options.page_rows = 1;
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_TRUE(fixture.outcome.events < MANY_ROWS);
    CU_ASSERT_EQUAL(part->row_ns, 0); /* few rows tell nothing */
    fixture.engine.options.page_rows = MANY_ROWS;
    CU_ASSERT_EQUAL(engine_fixture_catch_up(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), MANY_ROWS + 1);
    engine_fixture_end(&fixture);
    begin(MANY_ROWS, false);
    part = &fixture.projector->parts[0];
    fixture.clock.clock.monotonic_us = tick;
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(fixture.outcome.events, MANY_ROWS);
    CU_ASSERT_EQUAL(part->row_ns, 100000000 / MANY_ROWS);
    engine_fixture_end(&fixture);
}

#define TEST(name)  \
    {               \
#name, name \
    }

static CU_TestInfo tests[] = {
    TEST(few_rows_are_written_after_five_seconds),
    TEST(many_rows_wait_for_more_events),
    TEST(it_is_rows_that_count_and_not_events),
    TEST(a_failure_is_not_kept_waiting),
    TEST(lanes_that_are_anothers_are_left_to_it),
    TEST(who_is_asked_to_stop_begins_no_long_writing),
    TEST(what_a_row_takes_is_measured),
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return store_runner_run(tests, &kind);
}
