/* The typed calls of a program: append, load, and reading one's writes. */
#include <CUnit/CUnit.h>

#include <projc/module.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "support/engine_fixture.h"
#include "support/store_runner.h"

static store_kind kind; /* the store that the suite runs on */

static engine_fixture fixture;

static void begin(enum account_projection_index projection)
{
    CU_ASSERT_FATAL(engine_fixture_begin(&fixture, kind, projection));
}

static void skip(const char *why)
{
    printf("SKIPPED on %s: %s ", store_kind_name(kind), why);
}

static void catch_up(void)
{
    CU_ASSERT_EQUAL_FATAL(engine_fixture_catch_up(&fixture), PROJC_OK);
}

static projc_status append_credit(uint64_t account, int64_t expected_version, int64_t *no)
{
    const account_amount event = {100};

    return projc_append(fixture.store, &account_module, ACCOUNT_CREDITED, account_key(account),
                        expected_version, &event, no, &fixture.error);
}

static projc_status wait_for(enum account_projection_index projection, const projc_value *key,
                             int64_t position, int64_t timeout_ms)
{
    return projc_wait_for(fixture.store, &account_module, (uint32_t)projection, key, key != NULL,
                          position, timeout_ms, &fixture.error);
}

/* ---- append ---- */

static void the_expected_version_decides(void)
{
    int64_t first = 0;
    int64_t second = 0;

    begin(PROJECTION_BALANCE);
    CU_ASSERT_EQUAL(append_credit(1, 0, &first), PROJC_OK);
    CU_ASSERT_EQUAL(append_credit(1, 0, &second), PROJC_CONFLICT);
    CU_ASSERT_EQUAL(second, 0);
    CU_ASSERT_EQUAL(append_credit(1, 1, &second), PROJC_OK);
    CU_ASSERT_TRUE(second > first);
    CU_ASSERT_EQUAL(append_credit(1, PROJC_ANY_VERSION, NULL), PROJC_OK);
    CU_ASSERT_EQUAL(append_credit(1, 2, NULL), PROJC_CONFLICT);
    CU_ASSERT_EQUAL(append_credit(2, 1, NULL), PROJC_CONFLICT);
    engine_fixture_end(&fixture);
}

static void appends_of_one_transaction_stand_or_fall_together(void)
{
    balance_state state;

    begin(PROJECTION_BALANCE);
    CU_ASSERT_EQUAL(projc_store_begin(fixture.store, &fixture.error), PROJC_OK);
    CU_ASSERT_EQUAL(append_credit(1, 0, NULL), PROJC_OK);
    CU_ASSERT_EQUAL(append_credit(2, 0, NULL), PROJC_OK);
    CU_ASSERT_EQUAL(projc_store_rollback(fixture.store, &fixture.error), PROJC_OK);
    CU_ASSERT_EQUAL(projc_store_begin(fixture.store, &fixture.error), PROJC_OK);
    CU_ASSERT_EQUAL(append_credit(3, 0, NULL), PROJC_OK);
    CU_ASSERT_EQUAL(append_credit(3, 1, NULL), PROJC_OK);
    CU_ASSERT_EQUAL(projc_store_commit(fixture.store, &fixture.error), PROJC_OK);
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_BALANCE, 1, &state), PROJC_ABSENT);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_BALANCE, 3, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.balance, 200);
    engine_fixture_end(&fixture);
}

static void ids_are_written_as_the_column_has_them(void)
{
    const account_amount event = {150};
    const projc_value device = {.kind = PROJC_KIND_INTEGER, .as.integer = -7};
    measured_state state;

    begin(PROJECTION_MEASURED);
    CU_ASSERT_EQUAL(projc_append(fixture.store, &account_module, DEVICE_MEASURED, device, 0, &event,
                                 NULL, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_EQUAL(projc_append(fixture.store, &account_module, DEVICE_MEASURED, account_key(1), 0,
                                 &event, NULL, &fixture.error),
                    PROJC_INVALID);
    CU_ASSERT_EQUAL(
        projc_append(fixture.store, &account_module, 99, device, 0, &event, NULL, &fixture.error),
        PROJC_INVALID);
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_MEASURED, (uint64_t)-7, &state),
                    PROJC_OK);
    CU_ASSERT_EQUAL(state.sum, 150);
    engine_fixture_end(&fixture);
}

/* ---- load ---- */

static void what_is_not_there_is_absent(void)
{
    balance_state state;
    totals_state totals;

    begin(PROJECTION_BALANCE);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_BALANCE, 1, &state), PROJC_ABSENT);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_TOTALS, 0, &totals), PROJC_ABSENT);
    CU_ASSERT_EQUAL(projc_load(fixture.store, &account_module, PROJECTION_BALANCE, NULL, 0,
                               fixture.arena, &state, &fixture.error),
                    PROJC_INVALID);
    CU_ASSERT_EQUAL(projc_load(fixture.store, &account_module, 99, NULL, 0, fixture.arena, &state,
                               &fixture.error),
                    PROJC_INVALID);
    engine_fixture_end(&fixture);
}

static void a_failed_key_gives_its_last_good_state(void)
{
    balance_state state;

    begin(PROJECTION_BALANCE);
    append_credit(1, 0, NULL);
    account_debit(fixture.store, 1, 500, NULL, &fixture.error);
    append_credit(1, 2, NULL);
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_BALANCE, 1, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.balance, 100);
    engine_fixture_end(&fixture);
}

/* ---- wait ---- */

static void what_is_applied_needs_no_waiting(void)
{
    const projc_value key = account_key(1);
    int64_t no = 0;

    begin(PROJECTION_BALANCE);
    append_credit(1, 0, &no);
    catch_up();
    CU_ASSERT_EQUAL(wait_for(PROJECTION_BALANCE, &key, no, 0), PROJC_OK);
    CU_ASSERT_EQUAL(wait_for(PROJECTION_BALANCE, NULL, no, 0), PROJC_OK);
    engine_fixture_end(&fixture);
}

static void what_nobody_applies_times_out(void)
{
    const projc_value key = account_key(1);
    projc__waiter *waiters = NULL;
    size_t count = 99;
    int64_t no = 0;

    begin(PROJECTION_BALANCE);
    append_credit(1, 0, &no);
    CU_ASSERT_EQUAL(wait_for(PROJECTION_BALANCE, &key, no, 20), PROJC_TIMED_OUT);
    CU_ASSERT_EQUAL(wait_for(PROJECTION_BALANCE, NULL, no, 0), PROJC_TIMED_OUT);
    CU_ASSERT_EQUAL(
        projc__store_load_waiters(fixture.store, fixture.arena, &waiters, &count, &fixture.error),
        PROJC_OK);
    CU_ASSERT_EQUAL(count, 0);
    engine_fixture_end(&fixture);
}

static void an_event_that_never_was_is_named(void)
{
    const projc_value key = account_key(1);
    int64_t no = 0;

    begin(PROJECTION_BALANCE);
    append_credit(1, 0, &no);
    CU_ASSERT_EQUAL(wait_for(PROJECTION_BALANCE, &key, no + 100, 10000), PROJC_NO_SUCH_EVENT);
    engine_fixture_end(&fixture);
}

static void a_failed_key_is_not_waited_for(void)
{
    const projc_value failed = account_key(1);
    const projc_value good = account_key(2);
    int64_t before = 0;
    int64_t last = 0;

    begin(PROJECTION_BALANCE);
    append_credit(1, 0, &before);
    account_debit(fixture.store, 1, 500, NULL, &fixture.error);
    append_credit(2, 0, &last);
    catch_up();
    CU_ASSERT_EQUAL(wait_for(PROJECTION_BALANCE, &failed, last, 10000), PROJC_KEY_FAILED);
    CU_ASSERT_PTR_NOT_NULL(strstr(fixture.error.message, "overdrawn"));
    CU_ASSERT_EQUAL(wait_for(PROJECTION_BALANCE, &failed, before, 0), PROJC_OK);
    CU_ASSERT_EQUAL(wait_for(PROJECTION_BALANCE, &good, last, 0), PROJC_OK);
    CU_ASSERT_EQUAL(wait_for(PROJECTION_BALANCE, NULL, last, 10000), PROJC_KEY_FAILED);
    engine_fixture_end(&fixture);
}

static void a_projection_that_never_ran_is_waited_for(void)
{
    int64_t last = 0;

    begin(PROJECTION_BALANCE);
    CU_ASSERT_EQUAL(wait_for(PROJECTION_ACCOUNTS, NULL, 1, 0), PROJC_NO_SUCH_EVENT);
    append_credit(1, 0, &last);
    CU_ASSERT_EQUAL(wait_for(PROJECTION_ACCOUNTS, NULL, last, 30), PROJC_TIMED_OUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(fixture.error.message, "no service has registered it"));
    CU_ASSERT_EQUAL(wait_for(99, NULL, 1, 0), PROJC_INVALID);
    engine_fixture_end(&fixture);
}

/* Steps in another thread as soon as somebody waits. */
static void *work_for_waiters(void *context)
{
    projc_store_options options = {.database = fixture.database.database};
    projc_store *store = NULL;
    projc_arena *arena = projc_arena_new(0);
    projc_error error;
    size_t count = 0;
    projc__outcome outcome;

    (void)context;
    if (projc_store_open(&options, &store, &error) != PROJC_OK)
        return "cannot open";
    while (count == 0) {
        projc__waiter *waiters = NULL;

        projc_arena_reset(arena);
        if (projc__store_load_waiters(store, arena, &waiters, &count, &error) != PROJC_OK)
            return "cannot load waiters";
    }
    projc_store_close(store);
    projc_arena_free(arena);
    return projc__projector_step(fixture.projector, fixture.workspace, 0, 1, &outcome, &error) ==
                   PROJC_OK
               ? NULL
               : "cannot step";
}

static void a_waiter_returns_when_the_event_is_applied(void)
{
    const projc_value key = account_key(1);
    pthread_t thread;
    void *complaint = NULL;
    balance_state state;
    int64_t no = 0;

    if (kind == STORE_SQLITE_SHARED)
        return skip("a shared cache refuses readers beside a writer");
    begin(PROJECTION_BALANCE);
    append_credit(1, 0, &no);
    pthread_create(&thread, NULL, work_for_waiters, NULL);
    CU_ASSERT_EQUAL(wait_for(PROJECTION_BALANCE, &key, no, 20000), PROJC_OK);
    pthread_join(thread, &complaint);
    CU_ASSERT_PTR_NULL(complaint);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_BALANCE, 1, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.balance, 100);
    engine_fixture_end(&fixture);
}

#define TEST(name)  \
    {               \
#name, name \
    }

static CU_TestInfo tests[] = {
    TEST(the_expected_version_decides),
    TEST(appends_of_one_transaction_stand_or_fall_together),
    TEST(ids_are_written_as_the_column_has_them),
    TEST(what_is_not_there_is_absent),
    TEST(a_failed_key_gives_its_last_good_state),
    TEST(what_is_applied_needs_no_waiting),
    TEST(what_nobody_applies_times_out),
    TEST(an_event_that_never_was_is_named),
    TEST(a_failed_key_is_not_waited_for),
    TEST(a_projection_that_never_ran_is_waited_for),
    TEST(a_waiter_returns_when_the_event_is_applied),
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return store_runner_run(tests, &kind);
}
