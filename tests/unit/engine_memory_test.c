/* Running out of memory in the engine: every allocation fails once, alone and with all that follow.
 */
#include <CUnit/Basic.h>

#include <projc/module.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/engine/failed_keys.h"
#include "runtime/engine/rebuild.h"
#include "support/engine_fixture.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_OWN_MALLOC 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_OWN_MALLOC 1
#endif
#endif

#ifndef HAS_OWN_MALLOC

/* ---- an allocator that fails on command: glibc's, behind a counter ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *old);

static long calls_left = -1; /* until a call fails; negative: none does */
static bool is_lasting;      /* every call after it fails too */
static long failures;
static long living; /* allocations that nobody has freed */

static bool fails_now(void)
{
    if (calls_left < 0)
        return false;
    if (calls_left > 0) {
        calls_left--;
        return false;
    }
    if (!is_lasting)
        calls_left = -1;
    failures++;
    return true;
}

static void *count(void *made)
{
    living += made != NULL;
    return made;
}

void *malloc(size_t size)
{
    return fails_now() ? NULL : count(__libc_malloc(size));
}

void *calloc(size_t items, size_t size)
{
    return fails_now() ? NULL : count(__libc_calloc(items, size));
}

void *realloc(void *old, size_t size)
{
    if (fails_now())
        return NULL;
    return old == NULL ? count(__libc_malloc(size)) : __libc_realloc(old, size);
}

void free(void *old)
{
    living -= old != NULL;
    __libc_free(old);
}

static void fail_from(long call, bool lasts)
{
    failures = 0;
    is_lasting = lasts;
    calls_left = call;
}

static void fail_no_more(void)
{
    calls_left = -1;
}

/* ---- what is tried ---- */

static engine_fixture fixture;
static uint64_t expected_probe;

enum { CALLS_MAX = 20000 };

/* A log with a key that fails for good at first, so that setting back, recording and repairing run
 * too. */
static int64_t append_log(void)
{
    int64_t culprit = 0;

    for (uint64_t i = 0; i < 30; i++) {
        int64_t no = 0;

        CU_ASSERT_EQUAL_FATAL(account_credit(fixture.store, i % 4, 1, &no, &fixture.error),
                              PROJC_OK);
        if (i == 10)
            culprit = no;
    }
    return culprit;
}

static void begin(void)
{
    CU_ASSERT_FATAL(engine_fixture_begin(&fixture, STORE_SQLITE_FILE, PROJECTION_PROBE));
    fixture.probe =
        (account_probe){.answer = account_probe_fail_at, .fail_no = append_log(), .fail_times = -1};
    fixture.engine.options.page_rows = 7;
    CU_ASSERT_EQUAL_FATAL(engine_fixture_catch_up(&fixture), PROJC_OK);
    expected_probe = engine_fixture_digest(&fixture, PROJECTION_PROBE);
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), 1);
}

/* What lives when nothing is open. SQLite puts off closing files while another connection has them
 * open, so leaks are counted when everything is closed; what libraries make once is made by a life
 * before. */
static long living_outside(void)
{
    begin();
    engine_fixture_end(&fixture);
    return living;
}

static void reset(void)
{
    CU_ASSERT_EQUAL_FATAL(
        projc__reset(fixture.store, &account_module, PROJECTION_PROBE, false, &fixture.error),
        PROJC_OK);
}

/* A whole life of a worker, from the connection to the end of the log. */
static projc_status work(projc_error *error)
{
    projc__workspace *workspace = NULL;
    projc__projector *projector = NULL;
    projc__outcome outcome = {0};
    projc_status status = projc__workspace_new(&fixture.engine, &workspace, error);

    if (status == PROJC_OK)
        status = projc__projector_open(&fixture.engine, workspace, &account_module,
                                       PROJECTION_PROBE, &projector, error);
    while (status == PROJC_OK && !outcome.is_caught_up)
        status = projc__projector_step(projector, workspace, 0, 1, &outcome, error);
    projc__projector_close(projector);
    projc__workspace_free(workspace);
    return status;
}

static bool is_forgivable(projc_status status)
{
    return status == PROJC_OK || projc_status_class_of(status) == PROJC_CLASS_INFRA;
}

/* What the failed allocation left behind is exact, and finishing gives the undisturbed end. */
static bool is_exact(void)
{
    projc__skipped_row *skipped;

    return engine_fixture_catch_up(&fixture) == PROJC_OK &&
           engine_fixture_digest(&fixture, PROJECTION_PROBE) == expected_probe &&
           engine_fixture_keys(&fixture, NULL) == 1 &&
           engine_fixture_skipped(&fixture, &skipped) == 0;
}

static void every_allocation_of_a_step_may_fail(bool lasts)
{
    long call;
    long last_failures = 1;
    long before = living_outside();

    begin();
    for (call = 0; call < CALLS_MAX && last_failures > 0; call++) {
        projc_error error = {0};
        projc_status status;

        reset();
        fail_from(call, lasts);
        status = work(&error);
        last_failures = failures;
        fail_no_more();
        if (!is_forgivable(status))
            printf("call %ld: %s: %s\n", call, projc_status_name(status), error.message);
        CU_ASSERT_TRUE_FATAL(is_forgivable(status));
        CU_ASSERT_TRUE_FATAL(is_exact());
    }
    CU_ASSERT_TRUE(call > 50 && call < CALLS_MAX);
    printf("(%ld calls) ", call);
    engine_fixture_end(&fixture);
    CU_ASSERT_EQUAL(living, before);
}

static void one_allocation_of_a_step_may_fail(void)
{
    every_allocation_of_a_step_may_fail(false);
}

static void all_allocations_from_one_on_may_fail(void)
{
    every_allocation_of_a_step_may_fail(true);
}

/* The culprit is well again: the repair heals the key, or says why not and changes nothing. */
static void every_allocation_of_a_repair_may_fail(void)
{
    long call;
    long last_failures = 1;
    long before = living_outside();
    uint64_t healed;
    projc__repaired repaired;
    projc__key_row *rows;

    begin();
    fixture.probe.answer = NULL;
    engine_fixture_keys(&fixture, &rows);
    CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, fixture.workspace, rows[0].key,
                                        fixture.arena, &repaired, &fixture.error),
                    PROJC_OK);
    healed = engine_fixture_digest(&fixture, PROJECTION_PROBE);
    for (call = 0; call < CALLS_MAX && last_failures > 0; call++) {
        projc_error error = {0};
        projc_status status;

        fixture.probe.answer = account_probe_fail_at;
        reset();
        CU_ASSERT_EQUAL_FATAL(engine_fixture_catch_up(&fixture), PROJC_OK);
        fixture.probe.answer = NULL;
        CU_ASSERT_EQUAL_FATAL(engine_fixture_keys(&fixture, &rows), 1);
        fail_from(call, false);
        status = projc__failed_retry(fixture.projector, fixture.workspace, rows[0].key,
                                     fixture.arena, &repaired, &error);
        last_failures = failures;
        fail_no_more();
        if (!is_forgivable(status))
            printf("call %ld: %s: %s\n", call, projc_status_name(status), error.message);
        CU_ASSERT_TRUE_FATAL(is_forgivable(status));
        if (engine_fixture_keys(&fixture, NULL) == 0)
            CU_ASSERT_EQUAL(engine_fixture_digest(&fixture, PROJECTION_PROBE), healed)
        else
            CU_ASSERT_EQUAL(engine_fixture_digest(&fixture, PROJECTION_PROBE), expected_probe);
    }
    CU_ASSERT_TRUE(call > 5 && call < CALLS_MAX);
    printf("(%ld calls) ", call);
    engine_fixture_end(&fixture);
    CU_ASSERT_EQUAL(living, before);
}

static CU_TestInfo tests[] = {
    {"one_allocation_of_a_step_may_fail", one_allocation_of_a_step_may_fail},
    {"all_allocations_from_one_on_may_fail", all_allocations_from_one_on_may_fail},
    {"every_allocation_of_a_repair_may_fail", every_allocation_of_a_repair_may_fail},
    CU_TEST_INFO_NULL,
};

#else

static void the_sanitizer_has_an_allocator_of_its_own(void)
{
    puts("SKIPPED: allocations cannot be made to fail under this sanitizer");
}

static CU_TestInfo tests[] = {
    {"the_sanitizer_has_an_allocator_of_its_own", the_sanitizer_has_an_allocator_of_its_own},
    CU_TEST_INFO_NULL,
};

#endif

int main(void)
{
    CU_SuiteInfo suites[] = {{"engine_memory", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
    unsigned failed;

    if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
        return 1;
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    failed = CU_get_number_of_failures() + (CU_get_number_of_tests_run() == 0);
    CU_cleanup_registry();
    return failed == 0 ? 0 : 1;
}
