/* Keyed projections: events whose keys cannot be computed have nobody who could wait for them. They
 * stand under the empty key, in lane 0. */
#include <CUnit/CUnit.h>

#include <projc/module.h>

#include <stdio.h>
#include <string.h>

#include "runtime/engine/failed_keys.h"
#include "runtime/engine/projector_private.h"
#include "runtime/engine/rebuild.h"
#include "support/engine_fixture.h"
#include "support/keyed_module.h"
#include "support/store_runner.h"

static store_kind kind; /* the store that the suite runs on */

static engine_fixture fixture;
static projc__workspace *mender; /* of the process that repairs */
static projc__repaired repaired;
static enum keyed_projection_index projection;

static void begin(enum keyed_projection_index which)
{
    projection = which;
    CU_ASSERT_FATAL(engine_fixture_begin_with(&fixture, kind, &keyed_module, which));
    CU_ASSERT_EQUAL_FATAL(projc__workspace_new(&fixture.engine, &mender, &fixture.error), PROJC_OK);
}

static void end(void)
{
    projc__workspace_free(mender);
    mender = NULL;
    engine_fixture_end(&fixture);
}

static int64_t send(const char *text)
{
    int64_t no = 0;

    CU_ASSERT_EQUAL(keyed_send(fixture.store, text, &no, &fixture.error), PROJC_OK);
    return no;
}

/* An event whose payload is this. */
static int64_t send_raw(const char *payload)
{
    const projc__new_event event = {
        .name = {"sent", 4},
        .aggregate_type = {"box", 3},
        .aggregate_id = account_key(1),
        .expected_version = PROJC_ANY_VERSION,
        .payload = {(const uint8_t *)payload, strlen(payload)},
        .time = INT64_MIN,
    };
    int64_t no = 0;

    CU_ASSERT_EQUAL(projc__store_append(fixture.store, &keyed_module.streams[0], &event, 1, &no,
                                        &fixture.error),
                    PROJC_OK);
    return no;
}

static void catch_up(void)
{
    CU_ASSERT_EQUAL_FATAL(engine_fixture_catch_up(&fixture), PROJC_OK);
}

/* How many elements were applied to the word. */
static int64_t count_of(const char *word)
{
    const projc_value key = keyed_key(word);
    keyed_state state = {0};
    projc_status status = projc_load(fixture.store, &keyed_module, (uint32_t)projection, &key, 1,
                                     fixture.arena, &state, &fixture.error);

    CU_ASSERT_TRUE(status == PROJC_OK || status == PROJC_ABSENT);
    return status == PROJC_OK ? state.count : 0;
}

static bool is_empty_key(projc_bytes key)
{
    return key.size == 1 && key.data[0] == 0x90;
}

static bool text_has(projc_text text, const char *part)
{
    size_t size = strlen(part);

    for (size_t i = 0; i + size <= text.size; i++)
        if (memcmp(text.data + i, part, size) == 0)
            return true;
    return false;
}

/* The projection stands before the event, which is recorded under no key with this cause. */
static void expect_stopped_at(int64_t no, const char *cause)
{
    projc__key_row *rows = NULL;

    CU_ASSERT_TRUE(fixture.outcome.is_stopped);
    CU_ASSERT_EQUAL(fixture.outcome.failed, 1);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), no - 1);
    CU_ASSERT_EQUAL_FATAL(engine_fixture_keys(&fixture, &rows), 1);
    CU_ASSERT_TRUE(is_empty_key(rows[0].key));
    CU_ASSERT_EQUAL(rows[0].lane, 0);
    CU_ASSERT_EQUAL(rows[0].status, PROJC__KEY_FAILED);
    CU_ASSERT_EQUAL(rows[0].no, no);
    CU_ASSERT_TRUE(text_has(rows[0].message, cause));
}

static void mend(projc_status (*repair)(projc__projector *, projc__workspace *, projc_bytes,
                                        projc_arena *, projc__repaired *, projc_error *))
{
    const projc_bytes no_key = {(const uint8_t *)"\x90", 1};

    CU_ASSERT_EQUAL(
        repair(fixture.projector, mender, no_key, fixture.arena, &repaired, &fixture.error),
        PROJC_OK);
    CU_ASSERT_TRUE(repaired.is_healed);
}

/* ---- on error fail ---- */

static void a_key_that_cannot_be_computed_stops_the_projection(void)
{
    int64_t culprit;

    begin(KEYED_FAIL);
    send("a b");
    /* Not even the keys found before are to blame, and no element is applied. */
    culprit = send("a ! b");
    send("a b");
    catch_up();
    expect_stopped_at(culprit, "no key");
    CU_ASSERT_EQUAL(count_of("a"), 1);
    CU_ASSERT_EQUAL(count_of("b"), 1);
    /* It stands there, however often it is tried. */
    catch_up();
    expect_stopped_at(culprit, "no key");
    end();
}

static void elements_that_cannot_be_counted_stop_the_projection(void)
{
    int64_t culprit;

    begin(KEYED_FAIL);
    fixture.engine.options.page_rows = 1;
    send("a");
    culprit = send("#a");
    catch_up();
    expect_stopped_at(culprit, "not to be counted");
    CU_ASSERT_EQUAL(count_of("a"), 1);
    end();
}

static void an_event_that_cannot_be_decoded_stops_the_projection(void)
{
    int64_t culprit;

    begin(KEYED_FAIL);
    send("a");
    culprit = send_raw("{\"from\": \"a\"}");
    send("a");
    catch_up();
    expect_stopped_at(culprit, "to");
    CU_ASSERT_EQUAL(count_of("a"), 1);
    end();
}

static void a_skip_passes_over_an_event_without_a_key(void)
{
    projc__skipped_row *skipped = NULL;
    int64_t culprit;
    int64_t last;

    begin(KEYED_FAIL);
    send("a");
    culprit = send("a !");
    last = send("a b");
    catch_up();
    mend(projc__failed_skip);
    catch_up();
    CU_ASSERT_FALSE(fixture.outcome.is_stopped);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), last);
    CU_ASSERT_EQUAL_FATAL(engine_fixture_skipped(&fixture, &skipped), 1);
    CU_ASSERT_EQUAL(skipped[0].no, culprit);
    CU_ASSERT_TRUE(is_empty_key(skipped[0].key));
    CU_ASSERT_EQUAL(count_of("a"), 2);
    CU_ASSERT_EQUAL(count_of("b"), 1);
    end();
}

static void a_retry_applies_an_event_whose_key_can_be_computed_now(void)
{
    begin(KEYED_FAIL);
    send("a");
    send("a !b a");
    send("a");
    catch_up();
    fixture.probe.user = &fixture; /* as after a fix */
    mend(projc__failed_retry);
    catch_up();
    CU_ASSERT_FALSE(fixture.outcome.is_stopped);
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), 0);
    CU_ASSERT_EQUAL(engine_fixture_skipped(&fixture, NULL), 0);
    CU_ASSERT_EQUAL(count_of("a"), 4);
    CU_ASSERT_EQUAL(count_of("!b"), 1);
    end();
}

static void a_retry_that_changes_nothing_stops_there_again(void)
{
    int64_t culprit;

    begin(KEYED_FAIL);
    culprit = send("a !");
    catch_up();
    mend(projc__failed_retry); /* it deletes the row: who reads on finds out */
    catch_up();
    expect_stopped_at(culprit, "no key");
    end();
}

/* ---- on error retry, on error ignore ---- */

static void an_event_without_a_key_is_not_retried(void)
{
    int64_t culprit;

    begin(KEYED_RETRY);
    culprit = send("! a");
    send("a");
    catch_up();
    expect_stopped_at(culprit, "no key");
    CU_ASSERT_EQUAL(fixture.outcome.retry_at, 0);
    CU_ASSERT_EQUAL(count_of("a"), 0);
    end();
}

static void an_ignored_event_without_a_key_is_recorded_once(void)
{
    projc__skipped_row *skipped = NULL;
    int64_t ignored[3];
    int64_t last;

    begin(KEYED_IGNORE);
    send("a");
    ignored[0] = send("a ! b");
    ignored[1] = send("#");
    ignored[2] = send_raw("{}");
    last = send("b");
    catch_up();
    CU_ASSERT_FALSE(fixture.outcome.is_stopped);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), last);
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(engine_fixture_skipped(&fixture, &skipped), 3);
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(skipped[i].no, ignored[i]);
        CU_ASSERT_TRUE(is_empty_key(skipped[i].key));
        CU_ASSERT_TRUE(skipped[i].message.size > 0);
    }
    CU_ASSERT_EQUAL(count_of("a"), 1);
    CU_ASSERT_EQUAL(count_of("b"), 1);
    end();
}

/* The one that has lane 0 records it, whoever passes it first. */
static void parts_record_an_ignored_event_once(void)
{
    enum { PARTS = 4 };
    static const char *const words[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    projc__skipped_row *skipped = NULL;
    int64_t ignored;

    begin(KEYED_IGNORE);
    for (size_t i = 0; i < 8; i++)
        send(words[i]);
    ignored = send("a !");
    for (size_t i = 0; i < 8; i++)
        send(words[i]);
    for (uint32_t part = PARTS; part-- > 0;) {
        CU_ASSERT_EQUAL(engine_fixture_skipped(&fixture, NULL), 0);
        CU_ASSERT_EQUAL(projc__projector_step(fixture.projector, fixture.workspace, part, PARTS,
                                              &fixture.outcome, &fixture.error),
                        PROJC_OK);
    }
    CU_ASSERT_EQUAL_FATAL(engine_fixture_skipped(&fixture, &skipped), 1);
    CU_ASSERT_EQUAL(skipped[0].no, ignored);
    for (size_t i = 0; i < 8; i++)
        CU_ASSERT_EQUAL(count_of(words[i]), 2);
    end();
}

static void a_replay_passes_over_it_again_also_when_its_key_is_known_now(void)
{
    begin(KEYED_IGNORE);
    fixture.engine.options.page_rows = 2;
    send("a");
    send("a !b");
    send("c");
    send("a");
    catch_up();
    fixture.probe.user = &fixture;
    for (int keeps = 1; keeps >= 0; keeps--) {
        CU_ASSERT_EQUAL(projc__reset(fixture.store, &keyed_module, (uint32_t)projection, keeps != 0,
                                     &fixture.error),
                        PROJC_OK);
        catch_up();
        CU_ASSERT_EQUAL(count_of("!b"), keeps ? 0 : 1);
        CU_ASSERT_EQUAL(count_of("a"), keeps ? 2 : 3);
        CU_ASSERT_EQUAL(engine_fixture_skipped(&fixture, NULL), keeps ? 1 : 0);
    }
    end();
}

/* An event that cannot be applied sets its key back, over pages that are gone. */
static int fail_the_last(account_probe *probe, const projc_handler *handler)
{
    (void)probe;
    return handler->event->no == probe->fail_no;
}

static void setting_a_key_back_passes_over_it_as_well(void)
{
    begin(KEYED_IGNORE);
    fixture.engine.options.page_rows = 1;
    send("a");
    send("a !b");
    send("c");
    send("a");
    catch_up();
    fixture.probe.user = &fixture;
    fixture.probe.answer = fail_the_last;
    fixture.probe.fail_no = send("a");
    CU_ASSERT_EQUAL(
        projc__reset(fixture.store, &keyed_module, (uint32_t)projection, true, &fixture.error),
        PROJC_OK);
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_skipped(&fixture, NULL), 2);
    CU_ASSERT_EQUAL(count_of("a"), 2);
    CU_ASSERT_EQUAL(count_of("!b"), 0);
    end();
}

/* ---- with keys out of order ---- */

static int fail_all_of_a(account_probe *probe, const projc_handler *handler)
{
    (void)probe;
    return projc_text_is(handler->key[0].as.text, "a", 1) && handler->event->no == 1;
}

static void an_event_without_a_key_waits_for_nobody(void)
{
    projc__waiting_count *rows = NULL;
    size_t count = 0;

    begin(KEYED_FAIL);
    fixture.probe.answer = fail_all_of_a;
    send("a");
    send("a b");
    send("a !");
    send("a");
    catch_up();
    CU_ASSERT_TRUE(fixture.outcome.is_stopped);
    mend(projc__failed_skip);
    catch_up();
    CU_ASSERT_EQUAL(projc__store_count_waiting(fixture.store, fixture.projector->generation,
                                               fixture.arena, &rows, &count, &fixture.error),
                    PROJC_OK);
    CU_ASSERT_EQUAL_FATAL(count, 1);
    CU_ASSERT_EQUAL(rows[0].count, 2);
    end();
}

static void a_passed_over_element_has_no_key(void)
{
    begin(KEYED_FAIL);
    send("-a -b");
    send("");
    send("a -a b");
    catch_up();
    CU_ASSERT_EQUAL(count_of("a"), 1);
    CU_ASSERT_EQUAL(count_of("b"), 1);
    CU_ASSERT_EQUAL(count_of("-a"), 0);
    end();
}

#define TEST(name)  \
    {               \
#name, name \
    }

static CU_TestInfo tests[] = {
    TEST(a_key_that_cannot_be_computed_stops_the_projection),
    TEST(elements_that_cannot_be_counted_stop_the_projection),
    TEST(an_event_that_cannot_be_decoded_stops_the_projection),
    TEST(a_skip_passes_over_an_event_without_a_key),
    TEST(a_retry_applies_an_event_whose_key_can_be_computed_now),
    TEST(a_retry_that_changes_nothing_stops_there_again),
    TEST(an_event_without_a_key_is_not_retried),
    TEST(an_ignored_event_without_a_key_is_recorded_once),
    TEST(parts_record_an_ignored_event_once),
    TEST(a_replay_passes_over_it_again_also_when_its_key_is_known_now),
    TEST(setting_a_key_back_passes_over_it_as_well),
    TEST(an_event_without_a_key_waits_for_nobody),
    TEST(a_passed_over_element_has_no_key),
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return store_runner_run(tests, &kind);
}
