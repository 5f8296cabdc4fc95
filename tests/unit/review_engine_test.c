/* Rare ways through the engine on which events could be lost: each test is a story that ended badly
 * once. */
#include <CUnit/CUnit.h>

#include <projc/module.h>

#include <string.h>

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

/* A state that is too large is passed over; all else is as the .proj says. */
static projc_action ignore_large_states(void *user, const projc_failure *failure)
{
    (void)user;
    return failure->error->status == PROJC_LIMIT ? PROJC_ACTION_IGNORE : PROJC_ACTION_POLICY;
}

static void events_behind_a_refused_one_are_applied(void)
{
    char owner[301];
    balance_state state;
    projc__key_row *rows = NULL;
    projc__skipped_row *skipped = NULL;

    memset(owner, 'x', sizeof owner - 1);
    owner[sizeof owner - 1] = '\0';
    begin(PROJECTION_BALANCE);
    fixture.engine.options.state_max_bytes = 100;
    fixture.engine.options.on_error = ignore_large_states;
    CU_ASSERT_EQUAL(account_debit(fixture.store, 1, 500, NULL, &fixture.error), PROJC_OK);
    CU_ASSERT_EQUAL(account_open(fixture.store, 1, owner, NULL, &fixture.error), PROJC_OK);
    CU_ASSERT_EQUAL(account_credit(fixture.store, 1, 700, NULL, &fixture.error), PROJC_OK);
    CU_ASSERT_EQUAL(account_credit(fixture.store, 1, 800, NULL, &fixture.error), PROJC_OK);
    CU_ASSERT_EQUAL_FATAL(engine_fixture_catch_up(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL_FATAL(engine_fixture_keys(&fixture, &rows), 1);
    CU_ASSERT_EQUAL(projc__failed_skip(fixture.projector, mender, rows[0].key, fixture.arena,
                                       &repaired, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_TRUE(repaired.is_healed);
    CU_ASSERT_EQUAL(engine_fixture_skipped(&fixture, &skipped), 2);
    CU_ASSERT_EQUAL_FATAL(engine_fixture_load(&fixture, PROJECTION_BALANCE, 1, &state), PROJC_OK);
    CU_ASSERT_EQUAL(state.balance, 1500);
    CU_ASSERT_EQUAL(state.movements, 2);
    end();
}

static projc_projection_type other_projections[ACCOUNT_PROJECTIONS];

/* The same program with another version of the balance. */
static projc_module other_program(bool raises_version)
{
    projc_module other = account_module;

    memcpy(other_projections, account_module.projections, sizeof other_projections);
    other_projections[PROJECTION_BALANCE].logic_fingerprint++;
    other_projections[PROJECTION_BALANCE].version += raises_version;
    other.projections = other_projections;
    return other;
}

/* Nothing was in flight that could have been fenced: the old program must notice all the same. */
static void stops_after_a_rebuild_by(projc_module other)
{
    const projc__rebuild_options options = {0};
    balance_state state;

    begin(PROJECTION_BALANCE);
    CU_ASSERT_EQUAL(account_credit(fixture.store, 1, 5, NULL, &fixture.error), PROJC_OK);
    CU_ASSERT_EQUAL_FATAL(engine_fixture_catch_up(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(projc__rebuild_in_place(&fixture.engine, mender, &other, PROJECTION_BALANCE,
                                            &options, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_EQUAL(account_credit(fixture.store, 2, 6, NULL, &fixture.error), PROJC_OK);
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_MISMATCH);
    CU_ASSERT_EQUAL(engine_fixture_load(&fixture, PROJECTION_BALANCE, 2, &state), PROJC_ABSENT);
    end();
}

static void an_idle_program_stops_when_another_has_rebuilt(void)
{
    stops_after_a_rebuild_by(other_program(true));
}

static void an_idle_program_stops_also_when_only_the_logic_differs(void)
{
    stops_after_a_rebuild_by(other_program(false));
}

#define TEST(name)  \
    {               \
#name, name \
    }

static CU_TestInfo tests[] = {
    TEST(events_behind_a_refused_one_are_applied),
    TEST(an_idle_program_stops_when_another_has_rebuilt),
    TEST(an_idle_program_stops_also_when_only_the_logic_differs),
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return store_runner_run(tests, &kind);
}
