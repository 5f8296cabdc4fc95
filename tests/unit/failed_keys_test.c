/* Repairing failed keys: retry and skip, alone and while another worker is busy on the same lane.
 */
#include <CUnit/CUnit.h>

#include <projc/module.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "runtime/base/random.h"
#include "runtime/engine/failed_keys.h"
#include "runtime/engine/rebuild.h"
#include "support/engine_fixture.h"
#include "support/store_runner.h"

static store_kind kind; /* the store that the suite runs on */

static engine_fixture fixture;
static projc__workspace *mender; /* of the process that repairs */
static projc__repaired repaired;

static void begin(enum account_projection_index projection)
{
    CU_ASSERT_FATAL(engine_fixture_begin(&fixture, kind, projection));
    CU_ASSERT_EQUAL_FATAL(projc__workspace_new(&fixture.engine, &mender, &fixture.error), PROJC_OK);
}

static void end(void)
{
    projc__workspace_free(mender);
    mender = NULL;
    engine_fixture_end(&fixture);
}

static int64_t credit(uint64_t account)
{
    int64_t no = 0;

    CU_ASSERT_EQUAL(account_credit(fixture.store, account, 1, &no, &fixture.error), PROJC_OK);
    return no;
}

static void catch_up(void)
{
    CU_ASSERT_EQUAL_FATAL(engine_fixture_catch_up(&fixture), PROJC_OK);
}

/* Until no retry is due any more: what fails for good is failed. */
static void catch_up_and_give_up(void)
{
    catch_up();
    for (int i = 0; i < 4; i++) {
        projc__manual_clock_advance(&fixture.clock, 5000);
        catch_up();
    }
}

static projc__key_row only_row(void)
{
    projc__key_row *rows = NULL;

    CU_ASSERT_EQUAL_FATAL(engine_fixture_keys(&fixture, &rows), 1);
    return rows[0];
}

static uint64_t fold_of(const int64_t *numbers, size_t count)
{
    uint64_t fold = 0;

    for (size_t i = 0; i < count; i++)
        fold = fold * 31 + (uint64_t)numbers[i];
    return fold;
}

static void expect_probe(enum account_projection_index projection, uint64_t account,
                         const int64_t *numbers, size_t count)
{
    probe_state state;

    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, projection, account, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.count, count);
    CU_ASSERT_EQUAL(state.fold, fold_of(numbers, count));
}

static void fail_at(int64_t no, int times)
{
    fixture.probe =
        (account_probe){.answer = account_probe_fail_at, .fail_no = no, .fail_times = times};
}

static void a_mended_key_applies_what_waited_in_order(void)
{
    int64_t numbers[8];
    const projc_value *row;

    begin(PROJECTION_PROBE);
    for (int i = 0; i < 8; i++) {
        numbers[i] = credit(1);
        credit(2);
        if (i == 4) {
            fail_at(numbers[3], -1);
            catch_up_and_give_up();
        }
    }
    catch_up();
    CU_ASSERT_EQUAL(only_row().status, PROJC__KEY_FAILED);
    fixture.probe.answer = NULL;
    CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, mender, only_row().key, fixture.arena,
                                        &repaired, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_TRUE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.applied, 5);
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), 0);
    expect_probe(PROJECTION_PROBE, 1, numbers, 8);
    row = engine_fixture_row(&fixture, PROJECTION_PROBE, 1);
    CU_ASSERT_EQUAL(row[0].as.integer, numbers[7]);
    end();
}

static void a_retry_that_fails_again_says_so(void)
{
    int64_t culprit;
    projc__key_row before;

    begin(PROJECTION_PROBE);
    credit(1);
    culprit = credit(1);
    credit(1);
    fail_at(culprit, -1);
    catch_up_and_give_up();
    before = only_row();
    CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, mender, before.key, fixture.arena,
                                        &repaired, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_FALSE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.applied, 0);
    CU_ASSERT_EQUAL(repaired.row.no, culprit);
    CU_ASSERT_EQUAL(repaired.row.attempts, before.attempts + 1);
    CU_ASSERT_EQUAL(repaired.row.status, PROJC__KEY_FAILED);
    CU_ASSERT_EQUAL(repaired.row.first_at, before.first_at);
    end();
}

static void a_later_event_may_be_the_next_culprit(void)
{
    int64_t numbers[4];

    begin(PROJECTION_PROBE);
    for (int i = 0; i < 4; i++)
        numbers[i] = credit(1);
    fail_at(numbers[1], -1);
    catch_up_and_give_up();
    fail_at(numbers[3], -1);
    CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, mender, only_row().key, fixture.arena,
                                        &repaired, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_FALSE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.row.no, numbers[3]);
    CU_ASSERT_EQUAL(repaired.row.attempts, 1);
    CU_ASSERT_EQUAL(repaired.row.status, PROJC__KEY_RETRY);
    expect_probe(PROJECTION_PROBE, 1, numbers, 3);
    end();
}

static void a_skip_passes_over_the_culprit_alone(void)
{
    int64_t numbers[4];
    int64_t passed[3];
    projc__skipped_row *skipped;
    uint64_t digest;

    begin(PROJECTION_PROBE);
    for (int i = 0; i < 4; i++)
        numbers[i] = credit(1);
    fail_at(numbers[1], -1);
    catch_up_and_give_up();
    CU_ASSERT_EQUAL(projc__failed_skip(fixture.projector, mender, only_row().key, fixture.arena,
                                       &repaired, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_TRUE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.applied, 2);
    CU_ASSERT_EQUAL_FATAL(engine_fixture_skipped(&fixture, &skipped), 1);
    CU_ASSERT_EQUAL(skipped[0].no, numbers[1]);
    CU_ASSERT_TRUE(skipped[0].message.size > 0);
    passed[0] = numbers[0];
    passed[1] = numbers[2];
    passed[2] = numbers[3];
    expect_probe(PROJECTION_PROBE, 1, passed, 3);
    /* A rebuild passes over it again. */
    digest = engine_fixture_digest(&fixture, PROJECTION_PROBE);
    CU_ASSERT_EQUAL(
        projc__reset(fixture.store, &account_module, PROJECTION_PROBE, true, &fixture.error),
        PROJC_OK);
    fixture.engine.options.page_rows = 1;
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_digest(&fixture, PROJECTION_PROBE), digest);
    end();
}

static void many_waiting_events_are_applied_unit_by_unit(void)
{
    enum { EVENTS = 500 };
    static int64_t numbers[EVENTS];

    begin(PROJECTION_PROBE);
    CU_ASSERT_EQUAL_FATAL(projc_store_begin(fixture.store, &fixture.error), PROJC_OK);
    for (int i = 0; i < EVENTS; i++) {
        numbers[i] = credit(1);
        credit(2);
    }
    CU_ASSERT_EQUAL_FATAL(projc_store_commit(fixture.store, &fixture.error), PROJC_OK);
    fail_at(numbers[0], -1);
    catch_up_and_give_up();
    fixture.probe.answer = NULL;
    fixture.engine.options.page_rows = 16;
    fixture.engine.options.batch_bytes = 1; /* every event but one a unit is too much */
    CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, mender, only_row().key, fixture.arena,
                                        &repaired, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_TRUE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.applied, EVENTS);
    expect_probe(PROJECTION_PROBE, 1, numbers, EVENTS);
    end();
}

static void a_repair_ends_where_its_lane_stands(void)
{
    int64_t numbers[5];

    begin(PROJECTION_PROBE);
    for (int i = 0; i < 3; i++)
        numbers[i] = credit(1);
    fail_at(numbers[1], -1);
    catch_up_and_give_up();
    /* These the lane has not passed: the projector applies them, once. */
    numbers[3] = credit(1);
    numbers[4] = credit(1);
    fixture.probe.answer = NULL;
    CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, mender, only_row().key, fixture.arena,
                                        &repaired, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_EQUAL(repaired.applied, 2);
    expect_probe(PROJECTION_PROBE, 1, numbers, 3);
    catch_up();
    expect_probe(PROJECTION_PROBE, 1, numbers, 5);
    end();
}

static void a_stream_projection_goes_on_after_a_retry(void)
{
    int64_t numbers[5];

    begin(PROJECTION_PROBE_STREAM);
    for (int i = 0; i < 5; i++)
        numbers[i] = credit((uint64_t)i);
    fail_at(numbers[2], -1);
    catch_up_and_give_up();
    CU_ASSERT_TRUE(fixture.outcome.is_stopped);
    CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, mender, only_row().key, fixture.arena,
                                        &repaired, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_FALSE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.row.attempts, 5);
    fixture.probe.answer = NULL;
    CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, mender, only_row().key, fixture.arena,
                                        &repaired, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_TRUE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.applied, 3);
    expect_probe(PROJECTION_PROBE_STREAM, 0, numbers, 5);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), numbers[4]);
    end();
}

static void a_stream_projection_goes_on_behind_a_skip(void)
{
    int64_t numbers[4];
    int64_t passed[3];

    begin(PROJECTION_PROBE_STREAM);
    for (int i = 0; i < 4; i++)
        numbers[i] = credit((uint64_t)i);
    fail_at(numbers[0], -1);
    catch_up_and_give_up();
    CU_ASSERT_EQUAL(projc__failed_skip(fixture.projector, mender, only_row().key, fixture.arena,
                                       &repaired, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_TRUE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.applied, 3);
    memcpy(passed, numbers + 1, sizeof passed);
    expect_probe(PROJECTION_PROBE_STREAM, 0, passed, 3);
    CU_ASSERT_EQUAL(engine_fixture_skipped(&fixture, NULL), 1);
    catch_up();
    CU_ASSERT_FALSE(fixture.outcome.is_stopped);
    end();
}

static int64_t measure(const char *id)
{
    const projc__new_event event = {
        .name = {"device_measured", 15},
        .aggregate_type = {"device", 6},
        .aggregate_id = {.kind = PROJC_KIND_TEXT, .as.text = {id, strlen(id)}},
        .expected_version = PROJC_ANY_VERSION,
        .payload = {(const uint8_t *)"{\"amount\": 1}", 13},
        .time = INT64_MIN,
    };
    int64_t no = 0;

    CU_ASSERT_EQUAL(projc__store_append(fixture.store, &account_module.streams[1], &event, 1, &no,
                                        &fixture.error),
                    PROJC_OK);
    return no;
}

static void an_event_without_a_key_can_be_skipped(void)
{
    measured_state state;
    int64_t last;

    begin(PROJECTION_MEASURED);
    measure("7");
    measure("seven");
    last = measure("7");
    catch_up();
    CU_ASSERT_TRUE(fixture.outcome.is_stopped);
    CU_ASSERT_EQUAL(projc__failed_skip(fixture.projector, mender, only_row().key, fixture.arena,
                                       &repaired, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_TRUE(repaired.is_healed);
    catch_up();
    CU_ASSERT_FALSE(fixture.outcome.is_stopped);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), last);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_MEASURED, 7, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.sum, 200);
    end();
}

static void waiting_events_of_a_text_column_are_found(void)
{
    projc__key_row *rows;
    measured_state state;

    begin(PROJECTION_MEASURED);
    fixture.engine.options.event_max_bytes = 5;
    measure("7");
    measure("8");
    measure("7");
    catch_up();
    fixture.engine.options.event_max_bytes = 100;
    CU_ASSERT_EQUAL_FATAL(engine_fixture_keys(&fixture, &rows), 2);
    for (int i = 0; i < 2; i++)
        CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, mender, rows[i].key, fixture.arena,
                                            &repaired, &fixture.error),
                        PROJC_OK);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_MEASURED, 7, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.sum, 200);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_MEASURED, 8, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.sum, 100);
    end();
}

static void a_key_in_order_has_nothing_to_repair(void)
{
    const projc_bytes key = {(const uint8_t *)"\x91\x01", 2};
    projc__key_row row;

    begin(PROJECTION_PROBE);
    credit(1);
    catch_up();
    CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, mender, key, fixture.arena, &repaired,
                                        &fixture.error),
                    PROJC_ABSENT);
    CU_ASSERT_EQUAL(projc__failed_skip(fixture.projector, mender, key, fixture.arena, &repaired,
                                       &fixture.error),
                    PROJC_ABSENT);
    CU_ASSERT_EQUAL(projc__failed_show(fixture.store, &account_module, PROJECTION_PROBE, key,
                                       fixture.arena, &row, &fixture.error),
                    PROJC_ABSENT);
    end();
}

static int fail_odd_accounts(account_probe *probe, const projc_handler *handler)
{
    (void)probe;
    return handler->key[0].as.uuid.bytes[15] % 2;
}

static void keys_are_listed_by_their_numbers(void)
{
    projc__key_row *rows;
    size_t count;

    begin(PROJECTION_PROBE);
    for (uint64_t i = 9; i > 0; i--)
        credit(i);
    fixture.probe.answer = fail_odd_accounts;
    catch_up_and_give_up();
    CU_ASSERT_EQUAL(projc__failed_list(fixture.store, &account_module, PROJECTION_PROBE,
                                       fixture.arena, &rows, &count, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_EQUAL_FATAL(count, 5);
    for (size_t i = 1; i < count; i++)
        CU_ASSERT_TRUE(rows[i - 1].no < rows[i].no);
    CU_ASSERT_EQUAL(projc__failed_list(fixture.store, &account_module, PROJECTION_NOTES,
                                       fixture.arena, &rows, &count, &fixture.error),
                    PROJC_ABSENT);
    end();
}

/* ---- while another worker is busy ---- */

static projc_bytes waiting_key;
static projc_status mending_status;

/* Called inside the other worker's batch, between its look and its commit: the key is repaired by
 * another process exactly then. */
static int mend_now(account_probe *probe, const projc_handler *handler)
{
    (void)handler;
    if (probe->user != NULL)
        return 0;
    probe->user = probe;
    mending_status = projc__failed_retry(fixture.projector, mender, waiting_key, fixture.arena,
                                         &repaired, &fixture.error);
    return 0;
}

static void a_repair_in_the_middle_of_anothers_batch_loses_nothing(void)
{
    int64_t numbers[6];
    projc_status status;

    begin(PROJECTION_PROBE);
    /* One lane: the worker's batch and the waiting key share it. */
    CU_ASSERT_EQUAL(projc__projector_lanes(fixture.projector), 4);
    for (int i = 0; i < 3; i++)
        numbers[i] = credit(1);
    credit(2);
    fail_at(numbers[1], -1);
    catch_up_and_give_up();
    waiting_key = only_row().key;
    for (int i = 3; i < 6; i++)
        numbers[i] = credit(1);
    /* Somebody of the same lane makes the worker busy: accounts on every lane. */
    for (uint64_t i = 2; i < 40; i++)
        credit(i);
    fixture.probe = (account_probe){.answer = mend_now};
    status = engine_fixture_step(&fixture);
    CU_ASSERT_EQUAL(mending_status, PROJC_OK);
    CU_ASSERT_TRUE(repaired.is_healed);
    CU_ASSERT_EQUAL(status, PROJC_FENCED);
    catch_up();
    expect_probe(PROJECTION_PROBE, 1, numbers, 6);
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), 0);
    end();
}

static projc__workspace *worker;

/* The worker commits while the repair is between its own look and commit: the repair looks again.
 */
static int work_now(account_probe *probe, const projc_handler *handler)
{
    projc__outcome outcome;
    projc_error error;

    (void)handler;
    if (probe->fail_times == 0)
        return 0;
    probe->fail_times--;
    credit(1);
    CU_ASSERT_EQUAL(projc__projector_step(fixture.projector, worker, 0, 1, &outcome, &error),
                    PROJC_OK);
    return 0;
}

static void a_repair_that_is_overtaken_looks_again(void)
{
    probe_state state;
    int64_t culprit;

    begin(PROJECTION_PROBE);
    CU_ASSERT_EQUAL_FATAL(projc__workspace_new(&fixture.engine, &worker, &fixture.error), PROJC_OK);
    culprit = credit(1);
    credit(1);
    fail_at(culprit, -1);
    catch_up_and_give_up();
    fixture.probe = (account_probe){.answer = work_now, .fail_times = 3};
    CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, mender, only_row().key, fixture.arena,
                                        &repaired, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_TRUE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.applied, 5);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_PROBE, 1, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.count, 5);
    projc__workspace_free(worker);
    worker = NULL;
    end();
}

/* ---- everybody at once ---- */

enum { ZOMBIES = 2, APPENDS = 300 };

typedef struct process {
    const char *complaint;
    long commits;
    long healed;
} process;

static atomic_bool is_over;
static atomic_long calls;

/* Fails now and then, whoever asks, and never for good. */
static int fail_sometimes(account_probe *probe, const projc_handler *handler)
{
    (void)probe;
    (void)handler;
    return atomic_fetch_add(&calls, 1) % 13 == 12;
}

static bool is_tolerable(projc_status status)
{
    return status == PROJC_OK || status == PROJC_ABSENT ||
           projc_status_class_of(status) == PROJC_CLASS_INFRA;
}

/* A process that believes all lanes to be its own. */
static void *step_for_ever(void *context)
{
    process *zombie = context;
    projc__workspace *workspace = NULL;
    projc__projector *projector = NULL;
    projc_error error;

    if (projc__workspace_new(&fixture.engine, &workspace, &error) != PROJC_OK ||
        projc__projector_open(&fixture.engine, workspace, &account_module, PROJECTION_PROBE,
                              &projector, &error) != PROJC_OK)
        zombie->complaint = "cannot open";
    while (zombie->complaint == NULL && !atomic_load(&is_over)) {
        projc__outcome outcome;
        projc_status status = projc__projector_step(projector, workspace, 0, 1, &outcome, &error);

        if (!is_tolerable(status))
            zombie->complaint = "a step failed";
        zombie->commits += status == PROJC_OK && outcome.events > 0;
    }
    projc__projector_close(projector);
    projc__workspace_free(workspace);
    return NULL;
}

/* Repairs whatever is out of order. */
static void *repair_for_ever(void *context)
{
    process *person = context;
    projc__workspace *workspace = NULL;
    projc__projector *projector = NULL;
    projc_arena *arena = projc_arena_new(0);
    projc_store *store = NULL;
    projc_error error;

    if (projc__workspace_new(&fixture.engine, &workspace, &error) != PROJC_OK ||
        projc__projector_open(&fixture.engine, workspace, &account_module, PROJECTION_PROBE,
                              &projector, &error) != PROJC_OK)
        person->complaint = "cannot open";
    while (person->complaint == NULL && !atomic_load(&is_over)) {
        projc__key_row *rows = NULL;
        projc__repaired what;
        size_t count = 0;

        projc_arena_reset(arena);
        if (projc__workspace_store(workspace, &store, &error) != PROJC_OK ||
            projc__failed_list(store, &account_module, PROJECTION_PROBE, arena, &rows, &count,
                               &error) != PROJC_OK)
            continue;
        for (size_t i = 0; i < count; i++) {
            projc_status status =
                projc__failed_retry(projector, workspace, rows[i].key, arena, &what, &error);

            if (!is_tolerable(status))
                person->complaint = "a repair failed";
            person->healed += status == PROJC_OK && what.is_healed;
        }
    }
    projc__projector_close(projector);
    projc__workspace_free(workspace);
    projc_arena_free(arena);
    return NULL;
}

static void repair_all(void)
{
    projc__key_row *rows = NULL;
    size_t count = engine_fixture_keys(&fixture, &rows);

    for (size_t i = 0; i < count; i++)
        CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, mender, rows[i].key, fixture.arena,
                                            &repaired, &fixture.error),
                        PROJC_OK);
}

static void zombies_repairs_and_appends_together_stay_exact(void)
{
    process processes[ZOMBIES + 1] = {{0}};
    pthread_t threads[ZOMBIES + 1];
    uint64_t expected;
    long healed, commits = 0;

    if (kind == STORE_SQLITE_SHARED) {
        printf("SKIPPED on %s: a shared cache refuses readers beside a writer ",
               store_kind_name(kind));
        return;
    }
    begin(PROJECTION_PROBE);
    atomic_store(&is_over, false);
    fixture.probe.answer = fail_sometimes;
    for (int i = 0; i <= ZOMBIES; i++)
        pthread_create(&threads[i], NULL, i < ZOMBIES ? step_for_ever : repair_for_ever,
                       &processes[i]);
    for (uint64_t i = 0; i < APPENDS; i++) {
        credit(i * i % 7);
        projc__manual_clock_advance(&fixture.clock, 700);
    }
    atomic_store(&is_over, true);
    for (int i = 0; i <= ZOMBIES; i++) {
        pthread_join(threads[i], NULL);
        CU_ASSERT_PTR_NULL(processes[i].complaint);
        commits += processes[i].commits;
    }
    healed = processes[ZOMBIES].healed;
    fixture.probe.answer = NULL;
    catch_up();
    repair_all();
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), 0);
    CU_ASSERT_EQUAL(engine_fixture_skipped(&fixture, NULL), 0);
    expected = engine_fixture_digest(&fixture, PROJECTION_PROBE);
    CU_ASSERT_EQUAL(
        projc__reset(fixture.store, &account_module, PROJECTION_PROBE, false, &fixture.error),
        PROJC_OK);
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_digest(&fixture, PROJECTION_PROBE), expected);
    printf("(%ld commits, %ld repairs) ", commits, healed);
    CU_ASSERT_TRUE(commits > 0);
    end();
}

#define TEST(name)  \
    {               \
#name, name \
    }

static CU_TestInfo tests[] = {
    TEST(a_mended_key_applies_what_waited_in_order),
    TEST(a_retry_that_fails_again_says_so),
    TEST(a_later_event_may_be_the_next_culprit),
    TEST(a_skip_passes_over_the_culprit_alone),
    TEST(many_waiting_events_are_applied_unit_by_unit),
    TEST(a_repair_ends_where_its_lane_stands),
    TEST(a_stream_projection_goes_on_after_a_retry),
    TEST(a_stream_projection_goes_on_behind_a_skip),
    TEST(an_event_without_a_key_can_be_skipped),
    TEST(waiting_events_of_a_text_column_are_found),
    TEST(a_key_in_order_has_nothing_to_repair),
    TEST(keys_are_listed_by_their_numbers),
    TEST(a_repair_in_the_middle_of_anothers_batch_loses_nothing),
    TEST(a_repair_that_is_overtaken_looks_again),
    TEST(zombies_repairs_and_appends_together_stay_exact),
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return store_runner_run(tests, &kind);
}
