/* The projector, stepped by hand on every store. */
#include <CUnit/Basic.h>

#include <projc/module.h>

#include <stdio.h>
#include <string.h>

#include "support/engine_fixture.h"

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

static bool add_suite(const char *name)
{
    CU_pSuite suite = CU_add_suite(name, NULL, NULL);

    return suite != NULL &&
           CU_add_test(suite, "events_become_states", events_become_states) != NULL;
}

int main(void)
{
    unsigned failed = 0;

    for (kind = STORE_SQLITE_FILE; kind <= STORE_POSTGRES; kind++) {
        if (kind == STORE_SQLITE_MEMORY)
            continue;
        if (!store_kind_is_available(kind)) {
            printf("SKIPPED: %s (PROJC_TEST_PG is not set)\n", store_kind_name(kind));
            continue;
        }
        if (CU_initialize_registry() != CUE_SUCCESS || !add_suite(store_kind_name(kind)))
            return 1;
        CU_basic_set_mode(CU_BRM_VERBOSE);
        CU_basic_run_tests();
        failed += CU_get_number_of_failures() + (CU_get_number_of_tests_run() == 0);
        CU_cleanup_registry();
    }
    return failed == 0 ? 0 : 1;
}
