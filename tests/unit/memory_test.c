/* What a part remembers from step to step: that it saves reading, and that it is never believed
 * where somebody else has been. */
#include <CUnit/CUnit.h>

#include <projc/module.h>

#include <string.h>

#include "runtime/engine/failed_keys.h"
#include "runtime/engine/rebuild.h"
#include "support/engine_fixture.h"
#include "support/store_runner.h"

static store_kind kind; /* the store that the suite runs on */

static engine_fixture fixture;
static projc__workspace *other; /* of another process */

/* ---- a store that counts what it is asked ---- */

static struct projc__driver counting;
static const struct projc__driver *counted;
static struct {
    int lanes;
    int keys;
    int rows;
    int pages;
    int commits;
    int skips;
    bool loses_replies; /* commits, and says that it did not */
} calls;

static projc_status count_lanes(projc_store *store, int64_t generation, projc_arena *arena,
                                projc__lane **lanes, size_t *count, projc_error *error)
{
    calls.lanes++;
    return counted->load_lanes(store, generation, arena, lanes, count, error);
}

static projc_status count_keys(projc_store *store, int64_t generation, projc_arena *arena,
                               projc__key_row **rows, size_t *count, projc_error *error)
{
    calls.keys++;
    return counted->load_keys(store, generation, arena, rows, count, error);
}

static projc_status count_skips(projc_store *store, int64_t generation, int64_t above, size_t limit,
                                projc_arena *arena, projc__skipped_row **rows, size_t *count,
                                projc_error *error)
{
    calls.skips++;
    return counted->load_skipped(store, generation, above, limit, arena, rows, count, error);
}

static projc_status count_rows(projc_store *store, const projc_table *table,
                               const projc_value *keys, size_t count, projc_arena *arena,
                               projc_value **rows, projc_error *error)
{
    calls.rows++;
    return counted->load_rows(store, table, keys, count, arena, rows, error);
}

static projc_status count_pages(projc_store *store, const projc_stream_type *stream, int64_t after,
                                const projc__page_limits *limits, projc_arena *arena,
                                projc__page *page, projc_error *error)
{
    calls.pages++;
    return counted->read_page(store, stream, after, limits, arena, page, error);
}

static projc_status count_commits(projc_store *store, const projc__unit *unit, projc_error *error)
{
    projc_status status = counted->commit(store, unit, error);

    calls.commits++;
    if (status == PROJC_OK && calls.loses_replies)
        return projc_error_set(error, PROJC_TRANSIENT, "the reply was lost");
    return status;
}

static void count_calls(void)
{
    projc_store *store = NULL;

    CU_ASSERT_EQUAL_FATAL(projc__workspace_store(fixture.workspace, &store, &fixture.error),
                          PROJC_OK);
    memset(&calls, 0, sizeof calls);
    if (store->driver == &counting)
        return;
    counted = store->driver;
    counting = *counted;
    counting.load_lanes = count_lanes;
    counting.load_keys = count_keys;
    counting.load_skipped = count_skips;
    counting.load_rows = count_rows;
    counting.read_page = count_pages;
    counting.commit = count_commits;
    store->driver = &counting;
}

/* ---- the fixture ---- */

static int64_t numbers[64];
static size_t number_count;

static void begin(enum account_projection_index projection)
{
    number_count = 0;
    CU_ASSERT_FATAL(engine_fixture_begin(&fixture, kind, projection));
    CU_ASSERT_EQUAL_FATAL(projc__workspace_new(&fixture.engine, &other, &fixture.error), PROJC_OK);
}

static void end(void)
{
    projc__workspace_free(other);
    other = NULL;
    engine_fixture_end(&fixture);
}

/* An event of account 1. */
static void credit(void)
{
    CU_ASSERT_EQUAL(account_credit(fixture.store, 1, 1, &numbers[number_count++], &fixture.error),
                    PROJC_OK);
}

static void catch_up(void)
{
    CU_ASSERT_EQUAL_FATAL(engine_fixture_catch_up(&fixture), PROJC_OK);
}

/* Every event of account 1, once and in order. */
static void expect_all(void)
{
    probe_state state;
    uint64_t fold = 0;

    for (size_t i = 0; i < number_count; i++)
        fold = fold * 31 + (uint64_t)numbers[i];
    CU_ASSERT_EQUAL_FATAL(engine_fixture_load(&fixture, PROJECTION_PROBE, 1, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.count, number_count);
    CU_ASSERT_EQUAL(state.fold, fold);
}

/* ---- tests ---- */

static void a_live_step_reads_its_page_and_nothing_else(void)
{
    begin(PROJECTION_PROBE);
    credit();
    catch_up();
    for (int i = 0; i < 5; i++) {
        credit();
        count_calls();
        CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
        CU_ASSERT_EQUAL(fixture.outcome.events, 1);
        CU_ASSERT_TRUE(fixture.outcome.is_caught_up);
        CU_ASSERT_EQUAL(fixture.outcome.position, numbers[number_count - 1]);
        CU_ASSERT_EQUAL(calls.lanes + calls.keys + calls.rows + calls.skips, 0);
        CU_ASSERT_EQUAL(calls.pages, 1);
        CU_ASSERT_EQUAL(calls.commits, 1);
        expect_all();
    }
    end();
}

static void a_look_from_time_to_time_keeps_what_is_still_true(void)
{
    begin(PROJECTION_PROBE);
    credit();
    catch_up();
    projc__manual_clock_advance(&fixture.clock, 2000000);
    credit();
    count_calls();
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(calls.lanes, 1);
    CU_ASSERT_EQUAL(calls.keys, 1);
    CU_ASSERT_EQUAL(calls.rows, 0);
    expect_all();
    end();
}

static void an_idle_step_looks(void)
{
    begin(PROJECTION_PROBE);
    credit();
    catch_up();
    count_calls();
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(fixture.outcome.events, 0);
    CU_ASSERT_EQUAL(calls.lanes, 1);
    end();
}

static void a_key_that_is_new_is_asked_for_once(void)
{
    int64_t no;

    begin(PROJECTION_PROBE);
    credit();
    catch_up();
    CU_ASSERT_EQUAL(account_credit(fixture.store, 2, 1, &no, &fixture.error), PROJC_OK);
    count_calls();
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(calls.rows, 1);
    CU_ASSERT_EQUAL(account_credit(fixture.store, 2, 1, &no, &fixture.error), PROJC_OK);
    count_calls();
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(calls.rows, 0);
    end();
}

static void two_workers_in_turns_apply_everything_once(void)
{
    projc__projector *second = NULL;
    projc__outcome outcome;

    begin(PROJECTION_PROBE);
    CU_ASSERT_EQUAL_FATAL(projc__projector_open(&fixture.engine, other, fixture.module,
                                                PROJECTION_PROBE, &second, &fixture.error),
                          PROJC_OK);
    for (int i = 0; i < 20; i++) {
        credit();
        if (i % 3 == 2)
            credit();
        if (i % 4 < 2)
            CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK)
        else
            CU_ASSERT_EQUAL(projc__projector_step(second, other, 0, 1, &outcome, &fixture.error),
                            PROJC_OK);
        expect_all();
    }
    projc__projector_close(second);
    end();
}

static void what_a_repair_wrote_is_not_overwritten(void)
{
    projc__key_row *rows = NULL;
    projc__repaired repaired;

    begin(PROJECTION_PROBE);
    credit();
    credit();
    catch_up();
    credit(); /* fails; what the key was before stands in memory */
    fixture.probe = (account_probe){
        .answer = account_probe_fail_at, .fail_no = numbers[number_count - 1], .fail_times = -1};
    catch_up();
    for (int i = 0; i < 4; i++) {
        projc__manual_clock_advance(&fixture.clock, 5000);
        catch_up();
    }
    CU_ASSERT_EQUAL_FATAL(engine_fixture_keys(&fixture, &rows), 1);
    credit(); /* waits, and its key is loaded and remembered all the same */
    catch_up();
    fixture.probe.answer = NULL;
    CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, other, rows[0].key, fixture.arena,
                                        &repaired, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_TRUE(repaired.is_healed);
    expect_all();
    credit();
    catch_up();
    expect_all();
    end();
}

static void a_reset_is_noticed(void)
{
    begin(PROJECTION_PROBE);
    for (int i = 0; i < 3; i++) {
        credit();
        catch_up();
        CU_ASSERT_EQUAL(
            projc__reset(fixture.store, fixture.module, PROJECTION_PROBE, false, &fixture.error),
            PROJC_OK);
        credit();
        catch_up();
        expect_all();
    }
    end();
}

static projc_action ignore(void *user, const projc_failure *failure)
{
    (void)user;
    (void)failure;
    return PROJC_ACTION_IGNORE;
}

/* Behind a reset it lies ahead of the lanes, where the memory knew none. */
static void a_skip_that_lies_ahead_again_is_honoured(void)
{
    probe_state state;

    begin(PROJECTION_PROBE);
    credit();
    fixture.engine.options.on_error = ignore;
    fixture.probe =
        (account_probe){.answer = account_probe_fail_at, .fail_no = numbers[0], .fail_times = -1};
    catch_up();
    fixture.probe.answer = NULL;
    for (int i = 0; i < 3; i++) {
        credit();
        catch_up();
    }
    CU_ASSERT_EQUAL(
        projc__reset(fixture.store, fixture.module, PROJECTION_PROBE, true, &fixture.error),
        PROJC_OK);
    catch_up();
    CU_ASSERT_EQUAL_FATAL(engine_fixture_load(&fixture, PROJECTION_PROBE, 1, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.count, 3);
    end();
}

static void a_large_batch_leaves_nothing_that_is_not_true_any_more(void)
{
    begin(PROJECTION_PROBE);
    credit();
    catch_up();
    fixture.engine.options.page_rows = 2;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 5; i++)
            credit();
        catch_up();
        expect_all();
        credit();
        CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
        expect_all();
    }
    end();
}

static void after_an_error_nothing_is_believed(void)
{
    begin(PROJECTION_PROBE);
    credit();
    catch_up();
    credit();
    count_calls();
    calls.loses_replies = true;
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_TRANSIENT);
    calls.loses_replies = false;
    credit();
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(calls.lanes, 1);
    CU_ASSERT_EQUAL(calls.rows, 1);
    catch_up();
    expect_all();
    end();
}

#define TEST(name)  \
    {               \
#name, name \
    }

static CU_TestInfo tests[] = {
    TEST(a_live_step_reads_its_page_and_nothing_else),
    TEST(a_look_from_time_to_time_keeps_what_is_still_true),
    TEST(an_idle_step_looks),
    TEST(a_key_that_is_new_is_asked_for_once),
    TEST(two_workers_in_turns_apply_everything_once),
    TEST(what_a_repair_wrote_is_not_overwritten),
    TEST(a_reset_is_noticed),
    TEST(a_skip_that_lies_ahead_again_is_honoured),
    TEST(a_large_batch_leaves_nothing_that_is_not_true_any_more),
    TEST(after_an_error_nothing_is_believed),
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return store_runner_run(tests, &kind);
}
