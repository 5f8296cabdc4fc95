/* Keyed projections: what waits behind a key out of order is recorded when it is passed, and
 * applied from these records. */
#include <CUnit/CUnit.h>

#include <projc/module.h>

#include <stdio.h>
#include <string.h>

#include "runtime/base/random.h"
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

/* ---- what was sent, and what shall fail ---- */

enum { EVENTS_MAX = 4000, POISON_MAX = 32 };

typedef struct poison {
    int64_t no;
    const char *word; /* NULL: every key */
    int spared;       /* so many calls go well before it fails */
} poison;

static struct {
    int64_t no;
    const char *text;
} sent[EVENTS_MAX];
static size_t sent_count;
static poison poisons[POISON_MAX];
static size_t poison_count;
static projc_error failure; /* of the fixture's last call */

static int fail_the_poisoned(account_probe *probe, const projc_handler *handler)
{
    projc_text word = handler->key[0].as.text;

    (void)probe;
    for (size_t i = 0; i < poison_count; i++)
        if (poisons[i].no == handler->event->no &&
            (poisons[i].word == NULL ||
             projc_text_is(word, poisons[i].word, strlen(poisons[i].word))))
            return poisons[i].spared-- > 0 ? 0 : 1;
    return 0;
}

static void poison_event(int64_t no, const char *word)
{
    CU_ASSERT_FATAL(poison_count < POISON_MAX);
    poisons[poison_count++] = (poison){no, word, 0};
}

static void begin(enum keyed_projection_index which)
{
    projection = which;
    sent_count = 0;
    poison_count = 0;
    CU_ASSERT_FATAL(engine_fixture_begin_with(&fixture, kind, &keyed_module, which));
    fixture.probe.answer = fail_the_poisoned;
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

    CU_ASSERT_FATAL(sent_count < EVENTS_MAX);
    CU_ASSERT_EQUAL(keyed_send(fixture.store, text, &no, &fixture.error), PROJC_OK);
    sent[sent_count].no = no;
    sent[sent_count++].text = text;
    return no;
}

static void catch_up(void)
{
    CU_ASSERT_EQUAL_FATAL(engine_fixture_catch_up(&fixture), PROJC_OK);
}

/* ---- what shall be there ---- */

/* The elements of the text that are the word: their numbers, at most 16. */
static size_t elements_of(const char *text, const char *word, uint32_t *elements)
{
    size_t count = 0;
    uint32_t element = 0;

    for (const char *at = text; *at != '\0'; element++) {
        size_t size = strcspn(at, " ");

        if (size == strlen(word) && strncmp(at, word, size) == 0)
            elements[count++] = element;
        at += size + (at[size] == ' ');
    }
    return count;
}

static bool is_in(int64_t no, const int64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i] == no)
            return true;
    return false;
}

/* The state of the word is that of every event up to and with `last`, without these. */
static void expect_state_to(const char *word, int64_t last, const int64_t *without, size_t count)
{
    const projc_value key = keyed_key(word);
    keyed_state expected = {0};
    keyed_state state = {0};
    projc_status status = projc_load(fixture.store, &keyed_module, (uint32_t)projection, &key, 1,
                                     fixture.arena, &state, &fixture.error);

    for (size_t i = 0; i < sent_count && sent[i].no <= last; i++) {
        uint32_t elements[16];
        size_t element_count = elements_of(sent[i].text, word, elements);

        if (is_in(sent[i].no, without, count))
            continue;
        for (size_t j = 0; j < element_count; j++) {
            expected.fold = keyed_fold(expected.fold, sent[i].no, elements[j]);
            expected.count++;
        }
    }
    CU_ASSERT_EQUAL(status, expected.count > 0 ? PROJC_OK : PROJC_ABSENT);
    CU_ASSERT_EQUAL(state.count, expected.count);
    CU_ASSERT_EQUAL(state.fold, expected.fold);
}

static void expect_state(const char *word)
{
    expect_state_to(word, INT64_MAX, NULL, 0);
}

static projc_bytes key_of(const char *word)
{
    static uint8_t bytes[32];
    size_t size = strlen(word);

    bytes[0] = 0x91;
    bytes[1] = (uint8_t)(0xa0 | size);
    memcpy(bytes + 2, word, size);
    return (projc_bytes){bytes, size + 2};
}

static size_t load_waiting(const char *word, int64_t **numbers)
{
    size_t count = 0;

    CU_ASSERT_EQUAL(projc__store_load_waiting(fixture.store, fixture.projector->generation,
                                              key_of(word), 0, INT64_MAX, EVENTS_MAX, fixture.arena,
                                              numbers, &count, &failure),
                    PROJC_OK);
    return count;
}

static void expect_waiting(const char *word, const int64_t *numbers, size_t count)
{
    int64_t *found = NULL;

    CU_ASSERT_EQUAL_FATAL(load_waiting(word, &found), count);
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_EQUAL(found[i], numbers[i]);
}

static int64_t count_waiting(void)
{
    projc__waiting_count *rows = NULL;
    size_t count = 0;
    int64_t sum = 0;

    CU_ASSERT_EQUAL(projc__store_count_waiting(fixture.store, fixture.projector->generation,
                                               fixture.arena, &rows, &count, &failure),
                    PROJC_OK);
    for (size_t i = 0; i < count; i++)
        sum += rows[i].count;
    return sum;
}

/* Events that the lanes say are in the states. */
static int64_t count_applied(void)
{
    projc__lane *lanes = NULL;
    size_t count = 0;
    int64_t sum = 0;

    CU_ASSERT_EQUAL(projc__store_load_lanes(fixture.store, fixture.projector->generation,
                                            fixture.arena, &lanes, &count, &failure),
                    PROJC_OK);
    for (size_t i = 0; i < count; i++)
        sum += lanes[i].applied;
    return sum;
}

/* For every key out of order the store holds what its lane has passed behind its culprit, exactly,
 * and for no other key anything. */
static void expect_records(const char *const *words, size_t word_count)
{
    projc__key_row *rows = NULL;
    size_t row_count = engine_fixture_keys(&fixture, &rows);
    projc__lane *lanes = NULL;
    size_t lane_count = 0;

    CU_ASSERT_EQUAL(projc__store_load_lanes(fixture.store, fixture.projector->generation,
                                            fixture.arena, &lanes, &lane_count, &failure),
                    PROJC_OK);
    for (size_t i = 0; i < word_count; i++) {
        projc_bytes key = key_of(words[i]);
        const projc__key_row *row = NULL;
        int64_t expected[EVENTS_MAX];
        size_t count = 0;
        uint32_t elements[16];

        for (size_t j = 0; j < row_count; j++)
            if (projc_bytes_compare(rows[j].key, key) == 0)
                row = &rows[j];
        for (size_t j = 0; row != NULL && j < sent_count; j++)
            if (sent[j].no > row->no && sent[j].no <= lanes[row->lane].position &&
                elements_of(sent[j].text, words[i], elements) > 0)
                expected[count++] = sent[j].no;
        expect_waiting(words[i], expected, count);
    }
}

static void retry(const char *word)
{
    CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, mender, key_of(word), fixture.arena,
                                        &repaired, &fixture.error),
                    PROJC_OK);
}

static void skip(const char *word)
{
    CU_ASSERT_EQUAL(projc__failed_skip(fixture.projector, mender, key_of(word), fixture.arena,
                                       &repaired, &fixture.error),
                    PROJC_OK);
}

static projc__key_row row_of(const char *word)
{
    projc__key_row row = {0};

    CU_ASSERT_EQUAL(projc__failed_show(fixture.store, &keyed_module, (uint32_t)projection,
                                       key_of(word), fixture.arena, &row, &fixture.error),
                    PROJC_OK);
    return row;
}

/* ---- recording ---- */

static void what_is_passed_is_recorded(void)
{
    int64_t waiting[4];

    begin(KEYED_FAIL);
    fixture.engine.options.page_rows = 2;
    send("a b");
    poison_event(send("b a a"), "a");
    waiting[0] = send("a");
    send("b");
    send("-a b");
    waiting[1] = send("c a b a");
    catch_up();
    expect_waiting("a", waiting, 2);
    expect_waiting("b", NULL, 0);
    /* And by later steps, each with memory of its own. */
    waiting[2] = send("a a");
    catch_up();
    send("c");
    waiting[3] = send("b a");
    catch_up();
    expect_waiting("a", waiting, 4);
    CU_ASSERT_EQUAL(count_waiting(), 4);
    expect_state("b");
    expect_state("c");
    end();
}

static void a_retry_applies_the_culprit_and_what_waits(void)
{
    begin(KEYED_FAIL);
    send("a b");
    poison_event(send("a"), "a");
    for (int i = 0; i < 10; i++)
        send(i % 3 == 0 ? "a c a" : "b");
    catch_up();
    expect_state_to("a", sent[0].no, NULL, 0);
    retry("a");
    CU_ASSERT_FALSE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.row.attempts, 2);
    CU_ASSERT_EQUAL(count_waiting(), 4);
    poison_count = 0;
    retry("a");
    CU_ASSERT_TRUE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.applied, 5);
    CU_ASSERT_EQUAL(count_waiting(), 0);
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), 0);
    expect_state("a");
    send("a");
    catch_up();
    expect_state("a");
    CU_ASSERT_EQUAL(count_waiting(), 0);
    end();
}

static void a_skip_applies_what_waits_without_the_culprit(void)
{
    int64_t culprit;

    begin(KEYED_FAIL);
    send("a");
    culprit = send("a b a");
    poison_event(culprit, "a");
    send("b");
    send("a");
    send("c a");
    catch_up();
    skip("a");
    CU_ASSERT_TRUE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.applied, 2);
    CU_ASSERT_EQUAL(count_waiting(), 0);
    CU_ASSERT_EQUAL(engine_fixture_skipped(&fixture, NULL), 1);
    expect_state_to("a", INT64_MAX, &culprit, 1);
    expect_state("b");
    end();
}

static void a_waiting_event_may_be_the_next_culprit(void)
{
    int64_t second;
    int64_t last;

    begin(KEYED_FAIL);
    fixture.engine.options.page_rows = 2;
    poison_event(send("a"), "a");
    send("a");
    send("b");
    second = send("a b");
    poison_event(second, "a");
    send("b");
    last = send("a");
    catch_up();
    poisons[0].no = 0;
    retry("a");
    CU_ASSERT_FALSE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.applied, 2);
    CU_ASSERT_EQUAL(repaired.row.no, second);
    CU_ASSERT_EQUAL(repaired.row.attempts, 1);
    expect_state_to("a", second - 1, NULL, 0);
    expect_waiting("a", &last, 1);
    /* What comes meanwhile waits behind it as well. */
    send("a");
    catch_up();
    CU_ASSERT_EQUAL(count_waiting(), 2);
    poison_count = 0;
    retry("a");
    CU_ASSERT_TRUE(repaired.is_healed);
    expect_state("a");
    CU_ASSERT_EQUAL(count_waiting(), 0);
    end();
}

static void an_event_may_wait_for_several_keys(void)
{
    static const char *const words[] = {"a", "b", "c"};

    begin(KEYED_FAIL);
    poison_event(send("a b c"), NULL);
    send("c b a");
    send("a a c");
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), 3);
    CU_ASSERT_EQUAL(count_waiting(), 5);
    poison_count = 0;
    for (int i = 0; i < 3; i++) {
        /* The others' are not touched, nor is a healed key's event applied again. */
        retry(words[i]);
        CU_ASSERT_TRUE(repaired.is_healed);
        expect_records(words, 3);
        for (int j = 0; j < 3; j++)
            expect_state_to(words[j], j <= i ? INT64_MAX : 0, NULL, 0);
        send("a b c");
        catch_up();
        expect_records(words, 3);
    }
    for (int i = 0; i < 3; i++)
        expect_state(words[i]);
    CU_ASSERT_EQUAL(count_waiting(), 0);
    end();
}

static void due_retries_apply_what_waits(void)
{
    begin(KEYED_RETRY);
    poison_event(send("a b"), "a");
    poisons[0].spared = 0;
    send("a");
    catch_up();
    CU_ASSERT_EQUAL(row_of("a").status, PROJC__KEY_RETRY);
    CU_ASSERT_EQUAL(count_waiting(), 1);
    send("b a");
    poison_count = 0;
    projc__manual_clock_advance(&fixture.clock, 5000);
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), 0);
    CU_ASSERT_EQUAL(count_waiting(), 0);
    expect_state("a");
    expect_state("b");
    end();
}

/* A unit ends when it is full: the key's row says where to go on, and so do the records. */
static void many_waiting_events_are_applied_unit_by_unit(void)
{
    static const char *const words[] = {"a"};
    int64_t culprit;

    begin(KEYED_FAIL);
    CU_ASSERT_EQUAL_FATAL(projc_store_begin(fixture.store, &fixture.error), PROJC_OK);
    culprit = send("a");
    poison_event(culprit, "a");
    for (int i = 0; i < 600; i++)
        send(i % 2 == 0 ? "a" : "b");
    poison_event(send("a"), "a");
    send("a");
    CU_ASSERT_EQUAL_FATAL(projc_store_commit(fixture.store, &fixture.error), PROJC_OK);
    catch_up();
    CU_ASSERT_EQUAL(count_waiting(), 302);
    poisons[0].no = 0;
    fixture.engine.options.page_rows = 16;
    fixture.engine.options.batch_bytes = 1; /* every event but one a unit is too much */
    retry("a");
    CU_ASSERT_FALSE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.applied, 301);
    expect_records(words, 1);
    CU_ASSERT_EQUAL(count_waiting(), 1);
    poison_count = 0;
    retry("a");
    CU_ASSERT_TRUE(repaired.is_healed);
    expect_state("a");
    CU_ASSERT_EQUAL(count_waiting(), 0);
    end();
}

/* An extern function that answers differently the second time: the key starts over from an event
 * that had been applied, and what came after it in the batch waits, after all. */
static void what_was_applied_before_its_culprit_waits(void)
{
    int64_t waiting[3];

    begin(KEYED_FAIL);
    fixture.engine.options.page_rows = 2;
    send("a");
    poison_event(send("a b"), "a");
    poisons[0].spared = 1;
    waiting[0] = send("b a");
    send("c");
    waiting[1] = send("a");
    poison_event(waiting[1], "a");
    waiting[2] = send("a");
    send("b");
    catch_up();
    CU_ASSERT_EQUAL(row_of("a").no, sent[1].no);
    expect_state_to("a", sent[0].no, NULL, 0);
    expect_waiting("a", waiting, 3);
    CU_ASSERT_EQUAL(count_applied(), 5);
    poison_count = 0;
    retry("a");
    CU_ASSERT_TRUE(repaired.is_healed);
    expect_state("a");
    expect_state("b");
    CU_ASSERT_EQUAL(count_applied(), 9);
    end();
}

/* ---- bounds ---- */

static void waiting_max_stops_the_projection_with_a_text(void)
{
    static const char *const words[] = {"a", "b", "c", "d"};
    int64_t fourth;

    begin(KEYED_FAIL);
    fixture.engine.options.waiting_max = 3;
    poison_event(send("a b"), NULL);
    send("a b");
    send("a");
    /* Room for neither of its keys; for the first there was, if the other did not wait. */
    fourth = send("c a b");
    send("d");
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), fourth - 1);
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_TOO_MANY);
    CU_ASSERT_PTR_NOT_NULL(strstr(fixture.error.message, "WAITING_MAX (3)"));
    CU_ASSERT_PTR_NOT_NULL(strstr(fixture.error.message, "failed retry"));
    CU_ASSERT_EQUAL(count_waiting(), 3);
    expect_records(words, 4);
    expect_state_to("c", fourth - 1, NULL, 0);
    /* Mending makes room: two of three were a's. */
    poison_count = 0;
    retry("a");
    catch_up();
    expect_state("a");
    expect_state("c");
    CU_ASSERT_EQUAL(count_waiting(), 2);
    retry("b");
    for (int i = 0; i < 4; i++)
        expect_state(words[i]);
    CU_ASSERT_EQUAL(count_waiting(), 0);
    end();
}

static void a_full_batch_takes_an_event_back_from_all_its_keys(void)
{
    static const char *const words[] = {"a", "b", "c"};

    begin(KEYED_FAIL);
    fixture.engine.options.waiting_max = 2;
    poison_event(send("a b"), NULL);
    send("a");
    send("c a b");
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), sent[1].no);
    expect_records(words, 3);
    expect_state_to("c", sent[1].no, NULL, 0);
    fixture.engine.options.waiting_max = 3;
    catch_up();
    expect_records(words, 3);
    CU_ASSERT_EQUAL(count_waiting(), 3);
    expect_state("c");
    end();
}

static void no_event_may_wait_when_none_is_allowed(void)
{
    begin(KEYED_FAIL);
    fixture.engine.options.waiting_max = 0;
    poison_event(send("a"), "a");
    send("b");
    catch_up();
    send("a");
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_TOO_MANY);
    CU_ASSERT_EQUAL(count_waiting(), 0);
    end();
}

static void failed_keys_max_stops_the_projection_with_a_text(void)
{
    begin(KEYED_FAIL);
    fixture.engine.options.failed_keys_max = 2;
    poison_event(send("a b c"), NULL);
    poison_event(send("b d c"), NULL);
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_TOO_MANY);
    CU_ASSERT_PTR_NOT_NULL(strstr(fixture.error.message, "FAILED_KEYS_MAX"));
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), 0);
    poisons[0].word = "a";
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
    CU_ASSERT_EQUAL(engine_fixture_position(&fixture), sent[0].no);
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_TOO_MANY);
    poisons[1].word = "d";
    catch_up();
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), 2);
    expect_state("c");
    end();
}

/* ---- beside others ---- */

static bool has_mended;
static projc_status mending_status;

/* Called inside the other worker's batch, between its look and its commit: the key is repaired by
 * another process exactly then. */
static int mend_now(account_probe *probe, const projc_handler *handler)
{
    (void)probe;
    (void)handler;
    if (has_mended)
        return 0;
    has_mended = true;
    mending_status = projc__failed_retry(fixture.projector, mender, key_of("a"), fixture.arena,
                                         &repaired, &failure);
    return 0;
}

static void a_repair_in_the_middle_of_anothers_batch_loses_nothing(void)
{
    begin(KEYED_FAIL);
    send("a");
    poison_event(send("a"), "a");
    send("a");
    catch_up();
    for (int i = 0; i < 3; i++)
        send("a");
    /* Keys on every lane make the worker busy. */
    send("b c d e f g h i j k l m n");
    fixture.probe.answer = mend_now;
    has_mended = false;
    CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_FENCED);
    CU_ASSERT_EQUAL(mending_status, PROJC_OK);
    CU_ASSERT_TRUE(repaired.is_healed);
    CU_ASSERT_EQUAL(repaired.applied, 2);
    CU_ASSERT_EQUAL(count_waiting(), 0);
    catch_up();
    expect_state("a");
    expect_state("m");
    CU_ASSERT_EQUAL(count_waiting(), 0);
    end();
}

static void a_reset_forgets_what_waits(void)
{
    begin(KEYED_FAIL);
    poison_event(send("a"), "a");
    send("a b");
    catch_up();
    CU_ASSERT_EQUAL(count_waiting(), 1);
    poison_count = 0;
    CU_ASSERT_EQUAL(
        projc__reset(fixture.store, &keyed_module, (uint32_t)projection, true, &fixture.error),
        PROJC_OK);
    CU_ASSERT_EQUAL(count_waiting(), 0);
    catch_up();
    expect_state("a");
    end();
}

static void an_event_that_is_gone_from_the_log_is_named(void)
{
    char sql[80];
    const char *const pieces[] = {sql};

    begin(KEYED_FAIL);
    poison_event(send("a"), "a");
    send("a");
    send("a");
    catch_up();
    poison_count = 0;
    snprintf(sql, sizeof sql, "DELETE FROM keyed_events WHERE no = %lld", (long long)sent[1].no);
    CU_ASSERT_EQUAL(projc__store_run_script(fixture.store, pieces, 1, &fixture.error), PROJC_OK);
    CU_ASSERT_EQUAL(projc__failed_retry(fixture.projector, mender, key_of("a"), fixture.arena,
                                        &repaired, &fixture.error),
                    PROJC_DIVERGED);
    snprintf(sql, sizeof sql, "event %lld", (long long)sent[1].no);
    CU_ASSERT_PTR_NOT_NULL(strstr(fixture.error.message, sql));
    CU_ASSERT_EQUAL(count_waiting(), 2);
    end();
}

/* ---- everything at random ---- */

static const char *const words[] = {"a", "b", "c", "d", "e", "f"};
enum { WORDS = sizeof words / sizeof words[0], ROUNDS = 60 };

static int64_t skipped[256];
static size_t skipped_of[WORDS][64];
static size_t skipped_count[WORDS];
static size_t skipped_total;

static const char *random_text(projc__random *random)
{
    static const char *const texts[] = {"a",      "b",   "c d",   "a b c d e f", "f",   "a a",
                                        "e -a b", "d c", "b e a", "f f f",       "-b c"};

    return texts[projc__random_below(random, sizeof texts / sizeof texts[0])];
}

static void mend_one(projc__random *random)
{
    size_t which = (size_t)projc__random_below(random, WORDS);
    projc__key_row row = {0};

    if (projc__failed_show(fixture.store, &keyed_module, (uint32_t)projection, key_of(words[which]),
                           fixture.arena, &row, &failure) != PROJC_OK)
        return;
    if (projc__random_below(random, 3) == 0 && skipped_total < 256) {
        skipped[skipped_total] = row.no;
        skipped_of[which][skipped_count[which]++] = skipped_total++;
        skip(words[which]);
        return;
    }
    for (size_t i = 0; i < poison_count; i++)
        if (poisons[i].no == row.no && projc__random_below(random, 2) == 0)
            poisons[i] = poisons[--poison_count];
    retry(words[which]);
}

static void random_faults_and_repairs_agree_with_the_log(void)
{
    projc__random random;

    projc__random_init(&random, 7);
    begin(KEYED_RETRY);
    memset(skipped_count, 0, sizeof skipped_count);
    skipped_total = 0;
    for (int round = 0; round < ROUNDS; round++) {
        size_t events = (size_t)projc__random_below(&random, 12);

        fixture.engine.options.page_rows = 1 + (int64_t)projc__random_below(&random, 7);
        fixture.engine.options.batch_bytes = projc__random_below(&random, 3) == 0 ? 1 : 64 << 20;
        for (size_t i = 0; i < events; i++) {
            int64_t no = send(random_text(&random));

            if (projc__random_below(&random, 10) == 0 && poison_count < POISON_MAX)
                poison_event(no, words[projc__random_below(&random, WORDS)]);
        }
        for (uint64_t i = projc__random_below(&random, 4); i > 0; i--)
            CU_ASSERT_EQUAL(engine_fixture_step(&fixture), PROJC_OK);
        expect_records(words, WORDS);
        mend_one(&random);
        expect_records(words, WORDS);
        projc__manual_clock_advance(&fixture.clock, 1500);
    }
    poison_count = 0;
    projc__manual_clock_advance(&fixture.clock, 100000);
    catch_up();
    for (size_t i = 0; i < WORDS; i++) {
        int64_t without[64];
        projc_status status = projc__failed_retry(fixture.projector, mender, key_of(words[i]),
                                                  fixture.arena, &repaired, &fixture.error);

        CU_ASSERT_TRUE(status == PROJC_OK || status == PROJC_ABSENT);
        for (size_t j = 0; j < skipped_count[i]; j++)
            without[j] = skipped[skipped_of[i][j]];
        expect_state_to(words[i], INT64_MAX, without, skipped_count[i]);
    }
    CU_ASSERT_TRUE(skipped_total > 0);
    CU_ASSERT_EQUAL(count_waiting(), 0);
    CU_ASSERT_EQUAL(engine_fixture_keys(&fixture, NULL), 0);
    end();
}

#define TEST(name)  \
    {               \
#name, name \
    }

static CU_TestInfo tests[] = {
    TEST(what_is_passed_is_recorded),
    TEST(a_retry_applies_the_culprit_and_what_waits),
    TEST(a_skip_applies_what_waits_without_the_culprit),
    TEST(a_waiting_event_may_be_the_next_culprit),
    TEST(an_event_may_wait_for_several_keys),
    TEST(due_retries_apply_what_waits),
    TEST(many_waiting_events_are_applied_unit_by_unit),
    TEST(what_was_applied_before_its_culprit_waits),
    TEST(waiting_max_stops_the_projection_with_a_text),
    TEST(a_full_batch_takes_an_event_back_from_all_its_keys),
    TEST(no_event_may_wait_when_none_is_allowed),
    TEST(failed_keys_max_stops_the_projection_with_a_text),
    TEST(a_repair_in_the_middle_of_anothers_batch_loses_nothing),
    TEST(a_reset_forgets_what_waits),
    TEST(an_event_that_is_gone_from_the_log_is_named),
    TEST(random_faults_and_repairs_agree_with_the_log),
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return store_runner_run(tests, &kind);
}
