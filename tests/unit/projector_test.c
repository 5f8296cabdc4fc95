/* The projector, stepped by hand on every store. */
#include <CUnit/CUnit.h>

#include <projc/module.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "runtime/base/random.h"
#include "runtime/engine/rebuild.h"
#include "support/engine_fixture.h"
#include "support/store_runner.h"

static store_kind kind; /* the store that the suite runs on */

static engine_fixture fixture;

static bool begin(enum account_projection_index projection)
{
    bool is_begun = engine_fixture_begin(&fixture, kind, projection);

    CU_ASSERT_FATAL(is_begun);
    return is_begun;
}

static int64_t open_account(uint64_t account, const char *owner)
{
    int64_t no = 0;

    CU_ASSERT_EQUAL(account_open(fixture.store, account, owner, &no, &fixture.error), PROJC_OK);
    return no;
}

static int64_t credit(uint64_t account, int64_t amount)
{
    int64_t no = 0;

    CU_ASSERT_EQUAL(account_credit(fixture.store, account, amount, &no, &fixture.error), PROJC_OK);
    return no;
}

static int64_t debit(uint64_t account, int64_t amount)
{
    int64_t no = 0;

    CU_ASSERT_EQUAL(account_debit(fixture.store, account, amount, &no, &fixture.error), PROJC_OK);
    return no;
}

static void skip(const char *why)
{
    printf("SKIPPED on %s: %s ", store_kind_name(kind), why);
}

static void catch_up(void)
{
    CU_ASSERT_EQUAL_FATAL(engine_fixture_catch_up(&fixture), PROJC_OK);
}

static void events_become_states(void)
{
    balance_state state;
    int64_t last;

    begin(PROJECTION_BALANCE);
    open_account(1, "Ann");
    open_account(2, "Bob");
    credit(1, 10000);
    credit(2, 500);
    last = debit(1, 4050);
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_BALANCE, 1, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.balance, 5950);
    CU_ASSERT_EQUAL(state.movements, 2);
    CU_ASSERT_TRUE(projc_text_is(state.owner, "Ann", 3));
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_BALANCE, 2, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.balance, 500);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_BALANCE, 3, &state), PROJC_ABSENT);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), last);
    CU_ASSERT_EQUAL(fixture.outcome.position, last);
    engine_fixture_end(&fixture);
}

static void a_projection_that_is_caught_up_does_nothing(void)
{
    uint64_t digest;

    begin(PROJECTION_BALANCE);
    open_account(1, "Ann");
    credit(1, 100);
    catch_up();
    digest = engine_fixture_digest(&fixture, PROJECTION_BALANCE);
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
        CU_ASSERT_EQUAL(fixture.outcome.events, 0);
        CU_ASSERT_EQUAL(fixture.outcome.handled, 0);
        CU_ASSERT_TRUE(fixture.outcome.is_caught_up);
    }
    CU_ASSERT_TRUE(engine_fixture_reopen(&fixture, PROJECTION_BALANCE));
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(fixture.outcome.events, 0);
    CU_ASSERT_EQUAL(engine_fixture_digest(&fixture, PROJECTION_BALANCE), digest);
    engine_fixture_end(&fixture);
}

static void undeclared_events_pass_and_the_position_advances(void)
{
    int64_t last = 0;
    balance_state state;

    begin(PROJECTION_BALANCE);
    credit(1, 100);
    CU_ASSERT_EQUAL(account_append_raw(fixture.store, 1, "account_renamed", "{\"x\": 1}", &last,
                                       &fixture.error),
                    PROJC_OK);
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), last);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_BALANCE, 1, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.movements, 1);
    engine_fixture_end(&fixture);
}

static void states_may_be_columns(void)
{
    accounts_state state;
    const projc_value *row;
    int64_t last;

    begin(PROJECTION_ACCOUNTS);
    open_account(1, "Ann");
    credit(1, 1250);
    catch_up();
    last = debit(1, 50);
    catch_up();
    row = engine_fixture_row(&fixture, PROJECTION_ACCOUNTS, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    CU_ASSERT_EQUAL(row[0].as.integer, last);
    CU_ASSERT_TRUE(projc_text_is(row[1].as.text, "Ann", 3));
    CU_ASSERT_EQUAL(row[2].as.integer, 1200);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_ACCOUNTS, 1, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.balance, 1200);
    engine_fixture_end(&fixture);
}

static void a_stream_projection_has_one_state(void)
{
    totals_state state;

    begin(PROJECTION_TOTALS);
    for (uint64_t i = 1; i <= 20; i++) {
        open_account(i, "x");
        credit(i, (int64_t)i);
    }
    debit(3, 10);
    catch_up();
    CU_ASSERT_EQUAL(projc__projector_lanes(fixture.projector), 1);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_TOTALS, 0, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.opened, 20);
    CU_ASSERT_EQUAL(state.credited, 210);
    CU_ASSERT_EQUAL(state.debited, 10);
    engine_fixture_end(&fixture);
}

static void on_any_sees_undeclared_events_too(void)
{
    audit_state state;

    begin(PROJECTION_AUDIT);
    open_account(1, "Ann");
    credit(1, 5);
    account_append_raw(fixture.store, 1, "account_renamed", "{}", NULL, &fixture.error);
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_AUDIT, 0, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.count, 3);
    CU_ASSERT_TRUE(projc_text_is(state.last, "account_renamed", 15));
    engine_fixture_end(&fixture);
}

static void a_deleted_state_starts_anew(void)
{
    balance_state state;

    begin(PROJECTION_BALANCE);
    open_account(1, "Ann");
    credit(1, 100);
    catch_up();
    account_close(fixture.store, 1, NULL, &fixture.error);
    catch_up();
    CU_ASSERT_PTR_NULL(engine_fixture_row(&fixture, PROJECTION_BALANCE, 1));
    credit(1, 7);
    account_close(fixture.store, 1, NULL, &fixture.error);
    credit(1, 8);
    open_account(1, "Eve"); /* is skipped: the state exists */
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_BALANCE, 1, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.balance, 8);
    CU_ASSERT_EQUAL(state.movements, 1);
    CU_ASSERT_EQUAL(state.owner.size, 0);
    engine_fixture_end(&fixture);
}

static int skip_all(account_probe *probe, const projc_handler *handler)
{
    (void)probe;
    (void)handler;
    return ACCOUNT_PROBE_SKIP;
}

static void a_skip_leaves_no_trace(void)
{
    const projc_value *row;
    int64_t second;

    begin(PROJECTION_BALANCE);
    open_account(1, "Ann");
    second = credit(1, 5);
    open_account(1, "Eve"); /* skipped */
    catch_up();
    row = engine_fixture_row(&fixture, PROJECTION_BALANCE, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    CU_ASSERT_EQUAL(row[0].as.integer, second);
    CU_ASSERT_TRUE(engine_fixture_reopen(&fixture, PROJECTION_PROBE));
    fixture.probe.answer = skip_all;
    catch_up();
    CU_ASSERT_PTR_NULL(engine_fixture_row(&fixture, PROJECTION_PROBE, 1));
    CU_ASSERT_EQUAL(fixture.probe.calls, 1);
    engine_fixture_end(&fixture);
}

/* ---- batches, lanes, parts ---- */

/* A log of many accounts, in an order that a seed draws. */
static void append_many(uint64_t accounts, int events, uint64_t seed)
{
    projc__random random;

    projc__random_init(&random, seed);
    CU_ASSERT_EQUAL_FATAL(projc_store_begin(fixture.store, &fixture.error), PROJC_OK);
    for (int i = 0; i < events; i++) {
        uint64_t account = 1 + projc__random_below(&random, accounts);

        if (projc__random_below(&random, 20) == 0)
            account_close(fixture.store, account, NULL, &fixture.error);
        else if (projc__random_below(&random, 4) == 0)
            open_account(account, "somebody");
        else if (projc__random_below(&random, 6) == 0)
            debit(account, 30);
        else
            credit(account, (int64_t)projc__random_below(&random, 100));
    }
    CU_ASSERT_EQUAL_FATAL(projc_store_commit(fixture.store, &fixture.error), PROJC_OK);
}

static void reset(bool keeps_skipped)
{
    CU_ASSERT_EQUAL_FATAL(projc__reset(fixture.store, &account_module,
                                       (uint32_t)(projc__projector_type(fixture.projector) -
                                                  account_module.projections),
                                       keeps_skipped, &fixture.error),
                          PROJC_OK);
}

static void a_rebuild_equals_any_way_of_cutting_batches(void)
{
    projc__random random;
    uint64_t expected;
    uint64_t waiting;

    begin(PROJECTION_BALANCE);
    append_many(40, 600, 7);
    catch_up();
    expected = engine_fixture_digest(&fixture, PROJECTION_BALANCE);
    waiting = engine_fixture_keys(&fixture, NULL);
    CU_ASSERT_TRUE(waiting > 0);
    projc__random_init(&random, 99);
    for (int round = 0; round < 6; round++) {
        uint32_t parts = 1 + (uint32_t)projc__random_below(&random, 4);
        int left = 20000;
        uint32_t caught_up = 0;

        reset(false);
        fixture.engine.options.page_rows = 1 + (int64_t)projc__random_below(&random, 40);
        while (caught_up != (1u << parts) - 1 && left-- > 0) {
            uint32_t part = (uint32_t)projc__random_below(&random, parts);

            /* The smallest batch, or a large one. */
            if (projc__random_below(&random, 3) == 0)
                fixture.engine.options.batch_bytes = 1;
            else
                fixture.engine.options.batch_bytes = 64 << 20;
            CU_ASSERT_EQUAL_FATAL(projc__projector_step(fixture.projector, fixture.workspace, part,
                                                        parts, &fixture.outcome, &fixture.error),
                                  PROJC_OK);
            if (fixture.outcome.is_caught_up)
                caught_up |= 1u << part;
            if (projc__random_below(&random, 10) == 0)
                CU_ASSERT_TRUE_FATAL(engine_fixture_reopen(&fixture, PROJECTION_BALANCE));
        }
        CU_ASSERT_EQUAL(engine_fixture_digest(&fixture, PROJECTION_BALANCE), expected);
        CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), waiting);
    }
    engine_fixture_end(&fixture);
}

static void lanes_at_different_positions_apply_every_event_once(void)
{
    bool some[4] = {true, false, false, true};
    bool all[4] = {true, true, true, true};
    uint64_t expected;

    begin(PROJECTION_PROBE);
    append_many(30, 200, 3);
    catch_up();
    expected = engine_fixture_digest(&fixture, PROJECTION_PROBE);
    reset(false);
    projc__projector_own(fixture.projector, some);
    fixture.engine.options.page_rows = 7;
    fixture.engine.options.batch_bytes = 1;
    for (int i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), 0);
    CU_ASSERT_TRUE(fixture.outcome.position > 0);
    projc__projector_own(fixture.projector, all);
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_digest(&fixture, PROJECTION_PROBE), expected);
    engine_fixture_end(&fixture);
}

static void who_is_brief_takes_one_page_of_few_events(void)
{
    enum { EVENTS = 1100, BRIEF = 500 };
    int64_t left = EVENTS;

    begin(PROJECTION_BALANCE);
    append_many(30, EVENTS, 3);
    projc__workspace_be_brief(fixture.workspace);
    for (; left > 0; left -= BRIEF) {
        CU_ASSERT_EQUAL_FATAL(engine_fixture_step(&fixture), PROJC_OK);
        CU_ASSERT_EQUAL(fixture.outcome.events, left < BRIEF ? left : BRIEF);
        CU_ASSERT_EQUAL(fixture.outcome.is_caught_up, left < BRIEF);
    }
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), EVENTS);
    engine_fixture_end(&fixture);
}

static void a_part_without_lanes_has_nothing_to_do(void)
{
    bool none[4] = {false};

    begin(PROJECTION_PROBE);
    credit(1, 1);
    projc__projector_own(fixture.projector, none);
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(fixture.outcome.position, INT64_MAX);
    CU_ASSERT_TRUE(fixture.outcome.is_caught_up);
    CU_ASSERT_EQUAL(projc__projector_step(fixture.projector, fixture.workspace, 9, 10,
                                          &fixture.outcome, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_EQUAL(fixture.outcome.position, INT64_MAX);
    engine_fixture_end(&fixture);
}

static void a_full_batch_is_committed_and_goes_on(void)
{
    uint64_t expected;
    int steps = 0;

    begin(PROJECTION_BALANCE);
    append_many(3000, 3000, 5);
    catch_up();
    expected = engine_fixture_digest(&fixture, PROJECTION_BALANCE);
    reset(false);
    fixture.engine.options.batch_bytes = 1 << 16;
    do {
        CU_ASSERT_EQUAL_FATAL(engine_fixture_step(&fixture), PROJC_OK);
        steps++;
    } while (!fixture.outcome.is_caught_up);
    CU_ASSERT_TRUE(steps > 3);
    CU_ASSERT_EQUAL(engine_fixture_digest(&fixture, PROJECTION_BALANCE), expected);
    engine_fixture_end(&fixture);
}

static void a_stop_ends_the_step(void)
{
    begin(PROJECTION_BALANCE);
    credit(1, 1);
    fixture.stop = 1;
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_CANCELLED);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), 0);
    fixture.stop = 0;
    catch_up();
    engine_fixture_end(&fixture);
}

static int stop_at(account_probe *probe, const projc_handler *handler)
{
    if (handler->event->no == probe->fail_no)
        fixture.stop = 1;
    return 0;
}

static void a_stop_in_the_middle_commits_what_was_applied(void)
{
    int64_t third = 0;

    begin(PROJECTION_PROBE);
    for (int i = 0; i < 6; i++) {
        int64_t no = credit(1, 1);

        if (i == 2)
            third = no;
    }
    fixture.probe = (account_probe){.answer = stop_at, .fail_no = third};
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), third);
    CU_ASSERT_FALSE(fixture.outcome.is_caught_up);
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_CANCELLED);
    engine_fixture_end(&fixture);
}

/* ---- other workers ---- */

static projc__workspace *other;

static int step_elsewhere(account_probe *probe, const projc_handler *handler)
{
    projc__outcome outcome;
    projc_error error;
    projc_status status;

    (void)handler;
    if (other == NULL || probe->user != NULL)
        return 0;
    probe->user = probe; /* once, and not from within */
    status = projc__projector_step(fixture.projector, other, 0, 1, &outcome, &error);
    return status == PROJC_OK ? 0 : 1;
}

static void a_zombie_is_fenced_and_its_batch_forgotten(void)
{
    probe_state state;
    projc__key_row *rows;

    begin(PROJECTION_PROBE);
    for (int i = 0; i < 10; i++)
        credit(1, 1);
    CU_ASSERT_EQUAL_FATAL(projc__workspace_new(&fixture.engine, &other, &fixture.error), PROJC_OK);
    fixture.probe.answer = step_elsewhere;
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_FENCED);
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(fixture.outcome.events, 0);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_PROBE, 1, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.count, 10);
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, &rows), 0);
    projc__workspace_free(other);
    other = NULL;
    engine_fixture_end(&fixture);
}

static void another_log_is_named_and_not_processed(void)
{
    static const char *const pieces[] = {"DELETE FROM events_bank"};
    int64_t position;

    begin(PROJECTION_PROBE);
    credit(1, 1);
    credit(2, 1);
    catch_up();
    position = engine_fixture_position(&fixture);
    CU_ASSERT_EQUAL(projc__store_run_script(fixture.store, pieces, 1, &fixture.error), PROJC_OK);
    CU_ASSERT_TRUE(engine_fixture_reopen(&fixture, PROJECTION_PROBE));
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_DIVERGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(fixture.error.message, "probe"));
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), position);
    engine_fixture_end(&fixture);
}

/* Numbers begin anew, and go beyond where it stood before anybody looked: they continue nothing. */
static void a_log_that_is_filled_again_under_it_is_named(void)
{
    static const char *const sqlite[] = {
        "DELETE FROM events_bank; DELETE FROM sqlite_sequence WHERE name = 'events_bank'"};
    static const char *const postgres[] = {"TRUNCATE events_bank RESTART IDENTITY"};
    int64_t position;

    begin(PROJECTION_PROBE);
    credit(1, 1);
    credit(2, 1);
    catch_up();
    position = engine_fixture_position(&fixture);
    CU_ASSERT_EQUAL(projc__store_run_script(fixture.store,
                                            kind == STORE_POSTGRES ? postgres : sqlite, 1,
                                            &fixture.error),
                    PROJC_OK);
    for (int i = 0; i < 5; i++)
        credit(3, 1);
    projc__manual_clock_advance(&fixture.clock, 250000);
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_DIVERGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(fixture.error.message, "probe"));
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), position);
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_DIVERGED);
    engine_fixture_end(&fixture);
}

/* On a connection that goes on: within ten seconds, and nothing of it is applied. */
static void a_log_that_is_emptied_under_it_is_named(void)
{
    static const char *const pieces[] = {"DELETE FROM events_bank"};
    int64_t position;

    begin(PROJECTION_PROBE);
    credit(1, 1);
    credit(2, 1);
    catch_up();
    position = engine_fixture_position(&fixture);
    CU_ASSERT_EQUAL(projc__store_run_script(fixture.store, pieces, 1, &fixture.error), PROJC_OK);
    credit(1, 1);
    projc__manual_clock_advance(&fixture.clock, 10000000);
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_DIVERGED);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), position);
    engine_fixture_end(&fixture);
}

static void damaged_states_stop_the_projection(void)
{
    static const char *const sqlite[] = {
        "UPDATE bank_balance SET state = x'b100000000000000112233'"};
    static const char *const postgres[] = {
        "UPDATE bank_balance SET state = '\\xb100000000000000112233'"};
    int64_t position;

    begin(PROJECTION_BALANCE);
    credit(1, 1);
    catch_up();
    position = engine_fixture_position(&fixture);
    CU_ASSERT_EQUAL(projc__store_run_script(fixture.store,
                                            kind == STORE_POSTGRES ? postgres : sqlite, 1,
                                            &fixture.error),
                    PROJC_OK);
    credit(1, 1);
    CU_ASSERT_TRUE(engine_fixture_reopen(&fixture, PROJECTION_BALANCE));
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_CORRUPT);
    CU_ASSERT_PTR_NOT_NULL(strstr(fixture.error.message, "balance"));
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), position);
    engine_fixture_end(&fixture);
}

/* ---- threads ---- */

enum { PARTS = 4 };

typedef struct crew {
    uint32_t part;
    const char *complaint;
} crew;

static void *work_on_part(void *context)
{
    crew *worker = context;
    projc__workspace *workspace = NULL;
    projc__outcome outcome = {0};
    projc_error error;

    if (projc__workspace_new(&fixture.engine, &workspace, &error) != PROJC_OK)
        worker->complaint = "no workspace";
    for (int i = 0; i < 10000 && worker->complaint == NULL && !outcome.is_caught_up; i++) {
        projc_status status = projc__projector_step(fixture.projector, workspace, worker->part,
                                                    PARTS, &outcome, &error);

        if (status != PROJC_OK && projc_status_class_of(status) != PROJC_CLASS_INFRA)
            worker->complaint = "the step failed";
    }
    projc__workspace_free(workspace);
    if (!outcome.is_caught_up && worker->complaint == NULL)
        worker->complaint = "never caught up";
    return NULL;
}

static void parts_are_stepped_by_several_threads_at_once(void)
{
    crew workers[PARTS] = {{0}};
    pthread_t threads[PARTS];
    uint64_t expected;
    size_t failed;

    if (kind == STORE_SQLITE_SHARED)
        return skip("a shared cache refuses readers beside a writer");
    begin(PROJECTION_BALANCE);
    append_many(100, 2000, 17);
    catch_up();
    expected = engine_fixture_digest(&fixture, PROJECTION_BALANCE);
    failed = engine_fixture_keys(&fixture, NULL);
    reset(false);
    fixture.engine.options.page_rows = 50;
    fixture.engine.options.batch_bytes = PARTS * (24 << 10); /* a few keys a batch */
    for (uint32_t i = 0; i < PARTS; i++) {
        workers[i].part = i;
        pthread_create(&threads[i], NULL, work_on_part, &workers[i]);
    }
    for (uint32_t i = 0; i < PARTS; i++) {
        pthread_join(threads[i], NULL);
        CU_ASSERT_PTR_NULL(workers[i].complaint);
    }
    CU_ASSERT_EQUAL(engine_fixture_digest(&fixture, PROJECTION_BALANCE), expected);
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), failed);
    engine_fixture_end(&fixture);
}

/* ---- fingerprints ---- */

static void another_shape_is_refused_until_it_is_rebuilt(void)
{
    static projc_projection_type projections[ACCOUNT_PROJECTIONS];
    projc_module changed = account_module;
    projc__projector *projector = NULL;
    projc__rebuild_options options = {0};
    balance_state state;

    begin(PROJECTION_BALANCE);
    credit(1, 5);
    catch_up();
    memcpy(projections, account_module.projections, sizeof projections);
    projections[PROJECTION_BALANCE].shape_fingerprint = 0x1234;
    changed.projections = projections;
    CU_ASSERT_EQUAL(projc__projector_open(&fixture.engine, fixture.workspace, &changed,
                                          PROJECTION_BALANCE, &projector, &fixture.error),
                    PROJC_MISMATCH);
    CU_ASSERT_PTR_NULL(projector);
    CU_ASSERT_PTR_NOT_NULL(strstr(fixture.error.message, "rebuild balance"));
    CU_ASSERT_EQUAL(projc__rebuild_in_place(&fixture.engine, fixture.workspace, &changed,
                                            PROJECTION_BALANCE, &options, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_EQUAL(projc_load(fixture.store, &changed, PROJECTION_BALANCE,
                               &(projc_value){.kind = PROJC_KIND_UUID, .as.uuid = account_id(1)}, 1,
                               fixture.arena, &state, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_EQUAL(state.balance, 5);
    /* The old program, still running, sees what happened. */
    credit(1, 6);
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_MISMATCH);
    engine_fixture_end(&fixture);
}

/* ---- memory ---- */

static void memory_follows_keys_not_events(void)
{
    uint64_t events = 0;

    begin(PROJECTION_PROBE);
    append_many(3, 6000, 11);
    fixture.engine.options.page_rows = 100;
    fixture.engine.options.batch_bytes = 1 << 16; /* and yet one batch */
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    events = (uint64_t)fixture.outcome.events;
    CU_ASSERT_TRUE(fixture.outcome.is_caught_up);
    CU_ASSERT_EQUAL(events, 6000);
    engine_fixture_end(&fixture);
}

#define TEST(name)  \
    {               \
#name, name \
    }

static CU_TestInfo tests[] = {
    TEST(events_become_states),
    TEST(a_projection_that_is_caught_up_does_nothing),
    TEST(undeclared_events_pass_and_the_position_advances),
    TEST(states_may_be_columns),
    TEST(a_stream_projection_has_one_state),
    TEST(on_any_sees_undeclared_events_too),
    TEST(a_deleted_state_starts_anew),
    TEST(a_skip_leaves_no_trace),
    TEST(a_rebuild_equals_any_way_of_cutting_batches),
    TEST(lanes_at_different_positions_apply_every_event_once),
    TEST(who_is_brief_takes_one_page_of_few_events),
    TEST(a_part_without_lanes_has_nothing_to_do),
    TEST(a_full_batch_is_committed_and_goes_on),
    TEST(a_stop_ends_the_step),
    TEST(a_stop_in_the_middle_commits_what_was_applied),
    TEST(a_zombie_is_fenced_and_its_batch_forgotten),
    TEST(another_log_is_named_and_not_processed),
    TEST(a_log_that_is_emptied_under_it_is_named),
    TEST(a_log_that_is_filled_again_under_it_is_named),
    TEST(damaged_states_stop_the_projection),
    TEST(parts_are_stepped_by_several_threads_at_once),
    TEST(another_shape_is_refused_until_it_is_rebuilt),
    TEST(memory_follows_keys_not_events),
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return store_runner_run(tests, &kind);
}
