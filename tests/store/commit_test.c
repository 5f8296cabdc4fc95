/* The fenced unit of work, and resetting. */
#include "suite.h"

#include <stdio.h>
#include <string.h>

enum { LANES = 4 };

static projc__generation balance_generation(void)
{
    return registered(&store_fixture_balance_projection, LANES);
}

static projc__key_row key_row(uint32_t lane, const char *key, int64_t no)
{
    return (projc__key_row){.lane = lane,
                            .key = bytes_of(key),
                            .status = PROJC__KEY_FAILED,
                            .no = no,
                            .event_id = uuid_of((uint32_t)no),
                            .event_name = text_of("account_debited"),
                            .attempts = 1,
                            .code = text_of("DATA"),
                            .message = text_of("overdrawn by 5"),
                            .source = text_of("bank.proj:31:9"),
                            .first_at = INT64_C(1700000000000001),
                            .last_at = INT64_C(1700000000000002)};
}

static projc__skipped_row skipped_row(const char *key, int64_t no)
{
    return (projc__skipped_row){.key = bytes_of(key),
                                .no = no,
                                .event_name = text_of("account_debited"),
                                .code = text_of("DATA"),
                                .message = text_of("ignored"),
                                .source = text_of("bank.proj:31:9"),
                                .at = INT64_C(1700000000000003)};
}

static size_t count_keys(int64_t generation)
{
    projc__key_row *rows;
    size_t count = 99;

    OK(projc__store_load_keys(fixture->store, generation, fixture->arena, &rows, &count, ERROR));
    return count;
}

static int64_t count_skipped(int64_t generation)
{
    int64_t count = 99;

    OK(projc__store_count_skipped(fixture->store, generation, &count, ERROR));
    return count;
}

/* A unit that writes a bit of everything: row 1, a failed key, a skip. */
typedef struct full_unit {
    projc_value row[3];
    projc__row_write write;
    projc__key_row key;
    projc__skipped_row skipped;
    projc__unit unit;
} full_unit;

static void make_full_unit(full_unit *full, int64_t generation, const projc__claim *claims,
                           size_t count, const char *state)
{
    balance_row(full->row, 1, 10, state);
    full->write =
        (projc__row_write){.table = &store_fixture_balance, .rows = full->row, .row_count = 1};
    full->key = key_row(0, state, 5);
    full->skipped = skipped_row(state, 6);
    full->unit = (projc__unit){.generation = generation,
                               .claims = claims,
                               .claim_count = count,
                               .writes = &full->write,
                               .write_count = 1,
                               .keys = &full->key,
                               .key_count = 1,
                               .skipped = &full->skipped,
                               .skipped_count = 1};
}

/* Neither row 1 nor any key, skip or move of a lane. */
static void check_nothing_written(int64_t generation, const projc__lane *before)
{
    CU_ASSERT_TRUE(balance_is(1, NULL));
    CU_ASSERT_EQUAL(count_keys(generation), 0);
    CU_ASSERT_EQUAL(count_skipped(generation), 0);
    for (uint32_t i = 0; i < LANES; i++) {
        projc__lane now = stored_lane(generation, i);
        CU_ASSERT_EQUAL(now.position, before[i].position);
        CU_ASSERT_EQUAL(now.epoch, before[i].epoch);
        CU_ASSERT_EQUAL(now.applied, before[i].applied);
        CU_ASSERT_TRUE(uuid_is(now.last_event_id, before[i].last_event_id));
    }
}

static void load_lanes(int64_t generation, projc__lane *lanes)
{
    for (uint32_t i = 0; i < LANES; i++)
        lanes[i] = stored_lane(generation, i);
}

void commit_moves_its_lanes(void)
{
    int64_t generation = balance_generation().number;
    projc__lane before[LANES], after[LANES];
    projc__claim claims[2];
    full_unit full;

    load_lanes(generation, before);
    claims[0] = claim_of(before[1], 40);
    claims[0].last_event_id = uuid_of(40);
    claims[0].applied = 25;
    claims[1] = claim_of(before[3], 41);
    claims[1].last_event_id = uuid_of(41);
    make_full_unit(&full, generation, claims, 2, "state");
    OK(projc__store_commit(fixture->store, &full.unit, ERROR));
    load_lanes(generation, after);
    CU_ASSERT_EQUAL(after[0].position, 0);
    CU_ASSERT_EQUAL(after[1].position, 40);
    CU_ASSERT_EQUAL(after[2].position, 0);
    CU_ASSERT_EQUAL(after[3].position, 41);
    CU_ASSERT_TRUE(uuid_is(after[1].last_event_id, uuid_of(40)));
    CU_ASSERT_EQUAL(after[1].applied, 25);
    CU_ASSERT_EQUAL(after[1].epoch, before[1].epoch);
    CU_ASSERT(after[1].updated_at >= before[1].updated_at);
    claims[0] = claim_of(after[1], 50);
    claims[0].applied = 5;
    OK(commit_write(fixture->store, generation, claims[0], NULL));
    CU_ASSERT_EQUAL(stored_lane(generation, 1).applied, 30);
    CU_ASSERT_TRUE(balance_is(1, "state"));
    CU_ASSERT_EQUAL(count_keys(generation), 1);
    CU_ASSERT_EQUAL(count_skipped(generation), 1);
}

void commit_without_rows_moves_positions(void)
{
    int64_t generation = balance_generation().number;
    projc__lane lane = stored_lane(generation, 2);
    projc__row_write nothing = {.table = &store_fixture_balance};

    OK(commit_write(fixture->store, generation, claim_of(lane, INT64_MAX), &nothing));
    CU_ASSERT_EQUAL(stored_lane(generation, 2).position, INT64_MAX);
}

void raised_epoch_shows(void)
{
    int64_t generation = balance_generation().number;
    projc__lane lane = stored_lane(generation, 0);
    projc__claim claim = claim_of(lane, lane.position);

    claim.raises_epoch = true;
    OK(commit_write(fixture->store, generation, claim, NULL));
    CU_ASSERT(stored_lane(generation, 0).epoch > lane.epoch);
    CU_ASSERT_EQUAL(stored_lane(generation, 0).position, lane.position);
}

/* Commits with this claim among good ones; it must be fenced and leave nothing. */
static void check_fenced(int64_t generation, projc__claim claim)
{
    projc__lane before[LANES];
    full_unit full;

    load_lanes(generation, before);
    make_full_unit(&full, generation, &claim, 1, "stale");
    EXPECT(PROJC_FENCED, projc__store_commit(fixture->store, &full.unit, ERROR));
    check_nothing_written(generation, before);
    /* No transaction is left open either. */
    OK(projc_store_begin(fixture->store, ERROR));
    OK(projc_store_rollback(fixture->store, ERROR));
}

void stale_position_is_fenced(void)
{
    int64_t generation = balance_generation().number;
    projc__claim stale = claim_of(stored_lane(generation, 0), 100);

    OK(commit_write(fixture->store, generation, claim_of(stored_lane(generation, 0), 10), NULL));
    check_fenced(generation, stale);
    stale.position = 11;
    check_fenced(generation, stale);
    stale.position = 10;
    OK(commit_write(fixture->store, generation, stale, NULL));
}

void stale_epoch_is_fenced(void)
{
    int64_t generation = balance_generation().number;
    projc__lane lane = stored_lane(generation, 0);
    projc__claim stale = claim_of(lane, 100);
    projc__claim raise = claim_of(lane, lane.position);

    raise.raises_epoch = true;
    OK(commit_write(fixture->store, generation, raise, NULL));
    check_fenced(generation, stale);
    stale.epoch += 2;
    check_fenced(generation, stale);
}

void unknown_lane_is_fenced(void)
{
    int64_t generation = balance_generation().number;
    projc__claim claim = claim_of(stored_lane(generation, 0), 100);

    claim.lane = LANES;
    check_fenced(generation, claim);
}

void one_stale_lane_fences_all(void)
{
    int64_t generation = balance_generation().number;
    projc__lane before[LANES];

    load_lanes(generation, before);
    for (int stale = 0; stale < LANES; stale++) {
        projc__claim claims[LANES];
        full_unit full;
        for (int i = 0; i < LANES; i++)
            claims[i] = claim_of(before[i], 10);
        claims[stale].epoch--;
        make_full_unit(&full, generation, claims, LANES, "stale");
        EXPECT(PROJC_FENCED, projc__store_commit(fixture->store, &full.unit, ERROR));
        check_nothing_written(generation, before);
    }
}

/* Whatever place a claim names, only position and epoch decide. */
void a_place_is_only_a_hint(void)
{
    int64_t generation = balance_generation().number;
    projc__lane lanes[LANES];
    uint64_t places[4] = {0, 1, 0, UINT64_C(0xFFFFFFFFFFFF)};
    int64_t position = 10;

    for (int count = 1; count <= LANES; count += LANES - 1) {
        for (size_t i = 0; i < 4; i++, position++) {
            projc__claim claims[LANES];
            projc__unit unit = {
                .generation = generation, .claims = claims, .claim_count = (size_t)count};

            load_lanes(generation, lanes);
            places[2] = lanes[1].place; /* another's */
            for (int lane = 0; lane < count; lane++)
                claims[lane] = claim_of(lanes[lane], position);
            claims[0].place = places[i];
            OK(projc__store_commit(fixture->store, &unit, ERROR));
            CU_ASSERT_EQUAL(stored_lane(generation, 0).position, position);
            load_lanes(generation, lanes);
            CU_ASSERT_EQUAL(lanes[0].position, position);
            for (int lane = 0; lane < count; lane++)
                claims[lane] = claim_of(lanes[lane], position + 1);
            claims[0].position--;
            EXPECT(PROJC_FENCED, projc__store_commit(fixture->store, &unit, ERROR));
            claims[0].position++;
            claims[0].epoch++;
            EXPECT(PROJC_FENCED, projc__store_commit(fixture->store, &unit, ERROR));
            CU_ASSERT_EQUAL(stored_lane(generation, 0).position, position);
        }
    }
}

/* The places that a commit tells serve the next one; SQLite has none. */
void a_commit_tells_the_new_places(void)
{
    int64_t generation = balance_generation().number;
    projc__lane lanes[LANES];
    uint64_t places[LANES] = {0};

    for (int count = 1; count <= LANES; count++) {
        projc__claim claims[LANES];
        projc__unit unit = {.generation = generation,
                            .claims = claims,
                            .claim_count = (size_t)count,
                            .places = places};

        load_lanes(generation, lanes);
        for (int lane = 0; lane < count; lane++)
            claims[lane] = claim_of(lanes[LANES - count + lane], 10 * count);
        OK(projc__store_commit(fixture->store, &unit, ERROR));
        for (int lane = 0; lane < count; lane++)
            CU_ASSERT_EQUAL(places[lane], stored_lane(generation, claims[lane].lane).place);
    }
}

void bad_row_in_the_middle_writes_nothing(void)
{
    enum { ROWS = 101 };
    int64_t generation = balance_generation().number;
    projc__lane before[LANES];
    projc_value rows[3 * ROWS];
    projc_value total[4] = {integer_value(0), integer_value(1), integer_value(1), null_value()};
    projc__claim claim;
    projc__row_write writes[2];
    full_unit full;

    load_lanes(generation, before);
    claim = claim_of(before[0], 10);
    make_full_unit(&full, generation, &claim, 1, "good");
    for (uint32_t i = 0; i < ROWS; i++)
        balance_row(&rows[3 * i], i + 1, 1, "good");
    rows[3 * 50 + 2] = null_value();
    full.write =
        (projc__row_write){.table = &store_fixture_balance, .rows = rows, .row_count = ROWS};
    EXPECT(PROJC_DATA, projc__store_commit(fixture->store, &full.unit, ERROR));
    SAYS("state");
    check_nothing_written(generation, before);
    CU_ASSERT_TRUE(balance_is(ROWS, NULL));
    /* The same when another table has the bad row. */
    rows[3 * 50 + 2] = bytes_value("mended");
    writes[0] = full.write;
    writes[1] = (projc__row_write){.table = &store_fixture_totals, .rows = total, .row_count = 1};
    full.unit.writes = writes;
    full.unit.write_count = 2;
    EXPECT(PROJC_DATA, projc__store_commit(fixture->store, &full.unit, ERROR));
    check_nothing_written(generation, before);
    /* And without it everything is written. */
    total[3] = text_value("mended");
    OK(projc__store_commit(fixture->store, &full.unit, ERROR));
    CU_ASSERT_TRUE(balance_is(51, "mended"));
    CU_ASSERT_TRUE(balance_is(ROWS, "good"));
}

static void check_key_row(const projc__key_row *got, const projc__key_row *expected)
{
    CU_ASSERT_EQUAL(got->lane, expected->lane);
    CU_ASSERT_EQUAL(got->status, expected->status);
    CU_ASSERT_EQUAL(got->no, expected->no);
    CU_ASSERT_TRUE(uuid_is(got->event_id, expected->event_id));
    CU_ASSERT_TRUE(text_is(got->event_name, "account_debited"));
    CU_ASSERT_EQUAL(got->attempts, expected->attempts);
    CU_ASSERT_EQUAL(got->retry_at, expected->retry_at);
    CU_ASSERT_TRUE(text_is(got->code, "DATA"));
    CU_ASSERT_TRUE(text_is(got->message, "overdrawn by 5"));
    CU_ASSERT_TRUE(text_is(got->source, "bank.proj:31:9"));
    CU_ASSERT_EQUAL(got->first_at, expected->first_at);
    CU_ASSERT_EQUAL(got->last_at, expected->last_at);
}

static const projc__key_row *find_key(const projc__key_row *rows, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_are(rows[i].key, key))
            return &rows[i];
    return NULL;
}

void keys_are_written_replaced_and_healed(void)
{
    int64_t generation = balance_generation().number;
    projc__key_row keys[3] = {key_row(0, "a", 1), key_row(0, "b", 2), key_row(0, "", 3)};
    projc_bytes healed[2] = {bytes_of("b"), bytes_of("not there")};
    projc__claim claim = claim_of(stored_lane(generation, 0), 10);
    projc__unit unit = {
        .generation = generation, .claims = &claim, .claim_count = 1, .keys = keys, .key_count = 3};
    projc__key_row *rows = NULL;
    size_t count = 0;

    OK(projc__store_commit(fixture->store, &unit, ERROR));
    CU_ASSERT_EQUAL(count_keys(generation), 3);
    keys[0].status = PROJC__KEY_RETRY;
    keys[0].attempts = 7;
    keys[0].retry_at = INT64_C(1700000000999999);
    keys[0].last_at = INT64_C(1700000000000009);
    claim.position = 10;
    claim.new_position = 11;
    unit.key_count = 1;
    unit.healed_keys = healed;
    unit.healed_count = 2;
    OK(projc__store_commit(fixture->store, &unit, ERROR));
    OK(projc__store_load_keys(fixture->store, generation, fixture->arena, &rows, &count, ERROR));
    CU_ASSERT_FATAL(count == 2);
    CU_ASSERT_FATAL(find_key(rows, count, "a") != NULL && find_key(rows, count, "") != NULL);
    check_key_row(find_key(rows, count, "a"), &keys[0]);
    check_key_row(find_key(rows, count, ""), &keys[2]);
}

void skips_are_recorded_once(void)
{
    int64_t generation = balance_generation().number;
    projc__skipped_row skipped[4] = {skipped_row("b", 30), skipped_row("a", 10),
                                     skipped_row("a", 30), skipped_row("a", 20)};
    projc__claim claim = claim_of(stored_lane(generation, 0), 50);
    projc__unit unit = {.generation = generation,
                        .claims = &claim,
                        .claim_count = 1,
                        .skipped = skipped,
                        .skipped_count = 4};
    projc__skipped_row *rows = NULL;
    size_t count = 0;

    OK(projc__store_commit(fixture->store, &unit, ERROR));
    claim.position = 50;
    OK(projc__store_commit(fixture->store, &unit, ERROR));
    CU_ASSERT_EQUAL(count_skipped(generation), 4);
    OK(projc__store_load_skipped(fixture->store, generation, 0, 100, fixture->arena, &rows, &count,
                                 ERROR));
    CU_ASSERT_FATAL(count == 4);
    CU_ASSERT_EQUAL(rows[0].no, 10);
    CU_ASSERT_EQUAL(rows[1].no, 20);
    CU_ASSERT_EQUAL(rows[2].no, 30);
    CU_ASSERT_TRUE(bytes_are(rows[0].key, "a"));
    CU_ASSERT_TRUE(text_is(rows[0].event_name, "account_debited"));
    CU_ASSERT_TRUE(text_is(rows[0].code, "DATA"));
    CU_ASSERT_TRUE(text_is(rows[0].message, "ignored"));
    CU_ASSERT_TRUE(text_is(rows[0].source, "bank.proj:31:9"));
    CU_ASSERT_EQUAL(rows[0].at, INT64_C(1700000000000003));
    OK(projc__store_load_skipped(fixture->store, generation, 10, 1, fixture->arena, &rows, &count,
                                 ERROR));
    CU_ASSERT_FATAL(count == 1);
    CU_ASSERT_EQUAL(rows[0].no, 20);
    OK(projc__store_load_skipped(fixture->store, generation, 30, 9, fixture->arena, &rows, &count,
                                 ERROR));
    CU_ASSERT_EQUAL(count, 0);
}

void notifications_do_not_disturb(void)
{
    int64_t generation = balance_generation().number;
    projc_text notifications[4] = {text_of("some \"channel\""), text_of("balance 1 2 3"),
                                   text_of("events_log"), text_of("")};
    projc__claim claim = claim_of(stored_lane(generation, 0), 10);
    projc__unit unit = {.generation = generation,
                        .claims = &claim,
                        .claim_count = 1,
                        .notifications = notifications,
                        .notification_count = 2};

    OK(projc__store_commit(fixture->store, &unit, ERROR));
    CU_ASSERT_EQUAL(stored_lane(generation, 0).position, 10);
}

void generations_do_not_mix(void)
{
    int64_t one = balance_generation().number;
    int64_t two = registered(&store_fixture_totals_projection, LANES).number;
    projc__claim claim = claim_of(stored_lane(one, 0), 10);
    full_unit full;

    make_full_unit(&full, one, &claim, 1, "one");
    OK(projc__store_commit(fixture->store, &full.unit, ERROR));
    CU_ASSERT_EQUAL(stored_lane(two, 0).position, 0);
    CU_ASSERT_EQUAL(count_keys(two), 0);
    CU_ASSERT_EQUAL(count_skipped(two), 0);
    OK(projc__store_reset(fixture->store, two, NULL, 0, false, ERROR));
    CU_ASSERT_EQUAL(stored_lane(one, 0).position, 10);
    CU_ASSERT_EQUAL(count_keys(one), 1);
    CU_ASSERT_EQUAL(count_skipped(one), 1);
}

/* ---- reset ---- */

static const projc_table *const tables[] = {&store_fixture_balance};

/* Commits a full unit on lane 0 and resets; answers lane 0 as it was before the reset. */
static projc__lane commit_and_reset(int64_t generation, bool keep_skipped)
{
    projc__claim claim = claim_of(stored_lane(generation, 0), 10);
    projc__lane before;
    full_unit full;

    claim.last_event_id = uuid_of(10);
    claim.applied = 3;
    make_full_unit(&full, generation, &claim, 1, "state");
    OK(projc__store_commit(fixture->store, &full.unit, ERROR));
    before = stored_lane(generation, 0);
    OK(projc__store_reset(fixture->store, generation, tables, 1, keep_skipped, ERROR));
    return before;
}

void reset_begins_again(void)
{
    int64_t generation = balance_generation().number;
    projc__lane before = commit_and_reset(generation, false);
    projc__lane now = stored_lane(generation, 0);

    CU_ASSERT_EQUAL(now.position, 0);
    CU_ASSERT(now.epoch > before.epoch);
    CU_ASSERT_TRUE(uuid_is(now.last_event_id, uuid_of(0)));
    CU_ASSERT(stored_lane(generation, LANES - 1).epoch > 0);
    CU_ASSERT_TRUE(balance_is(1, NULL));
    CU_ASSERT_EQUAL(count_keys(generation), 0);
    CU_ASSERT_EQUAL(count_skipped(generation), 0);
    CU_ASSERT_EQUAL(balance_generation().number, generation);
}

void reset_keeps_skips_when_told(void)
{
    int64_t generation = balance_generation().number;

    commit_and_reset(generation, true);
    CU_ASSERT_TRUE(balance_is(1, NULL));
    CU_ASSERT_EQUAL(count_keys(generation), 0);
    CU_ASSERT_EQUAL(count_skipped(generation), 1);
}

void reset_fences_who_worked_before(void)
{
    int64_t generation = balance_generation().number;
    /* Its position is 0 before and after: only the epoch tells. */
    projc__claim idle = claim_of(stored_lane(generation, 1), 10);
    projc__lane before = commit_and_reset(generation, false);

    check_fenced(generation, idle);
    check_fenced(generation, claim_of(before, 20));
}

/* ---- two workers ---- */

void second_of_two_workers_is_fenced(void)
{
    int64_t generation = balance_generation().number;
    projc_store *other = store_fixture_connect(fixture);
    projc__lane seen = stored_lane(generation, 0);
    projc__claim first = claim_of(seen, 10), second = claim_of(seen, 12);
    projc__lane after[LANES];
    full_unit full;

    CU_ASSERT_FATAL(other != NULL);
    OK(commit_write(other, generation, first, NULL));
    make_full_unit(&full, generation, &second, 1, "zombie");
    EXPECT(PROJC_FENCED, projc__store_commit(fixture->store, &full.unit, ERROR));
    load_lanes(generation, after);
    CU_ASSERT_EQUAL(after[0].position, 10);
    check_nothing_written(generation, after);
}

/* What the caller has seen of rows is a hint: where somebody made or deleted one by hand, all are
 * written the same. */
void rows_are_written_whatever_was_seen_of_them(void)
{
    enum { ROWS = 6, EACH = 2 };
    int64_t generation = balance_generation().number;
    projc_value rows[3 * ROWS];
    projc_value deleted = uuid_value(7);
    projc__row_write write = {.table = &store_fixture_balance,
                              .rows = rows,
                              .row_count = ROWS,
                              .new_count = EACH,
                              .known_count = EACH};

    for (uint32_t i = 0; i < ROWS; i++)
        balance_row(&rows[3 * i], i + 1, 1, "first");
    /* As it was seen, apart from known rows that are not there; then apart from new ones that are.
     */
    for (int64_t position = 10; position <= 20; position += 10) {
        OK(commit_write(fixture->store, generation, claim_of(stored_lane(generation, 0), position),
                        &write));
        for (uint32_t i = 0; i < ROWS; i++)
            CU_ASSERT_TRUE(balance_is(i + 1, position == 10 ? "first" : "second"));
        for (uint32_t i = 0; i < ROWS; i++)
            balance_row(&rows[3 * i], i + 1, 2, "second");
    }
    /* All as it was seen: 7 and 8 are new, 1 and 2 are known, 3 and 9 nobody knows. */
    for (uint32_t i = 0; i < ROWS; i++)
        balance_row(&rows[3 * i], (const uint32_t[]){7, 8, 1, 2, 3, 9}[i], 3, "third");
    OK(commit_write(fixture->store, generation, claim_of(stored_lane(generation, 0), 30), &write));
    for (uint32_t i = 0; i < 9; i++)
        CU_ASSERT_TRUE(balance_is(i + 1, i >= 3 && i < 6 ? "second" : "third"));
    /* A row that is deleted and made anew. */
    write = (projc__row_write){.table = &store_fixture_balance,
                               .rows = rows,
                               .row_count = 1,
                               .known_count = 1,
                               .deleted_keys = &deleted,
                               .deleted_count = 1};
    balance_row(rows, 7, 4, "anew");
    OK(commit_write(fixture->store, generation, claim_of(stored_lane(generation, 0), 40), &write));
    CU_ASSERT_TRUE(balance_is(7, "anew"));
    /* What is wrong with a row is told all the same, and nothing is written. */
    rows[2] = null_value();
    EXPECT(PROJC_DATA, commit_write(fixture->store, generation,
                                    claim_of(stored_lane(generation, 0), 50), &write));
    CU_ASSERT_TRUE(balance_is(7, "anew"));
    CU_ASSERT_EQUAL(stored_lane(generation, 0).position, 40);
}

/* One lane and one row that is known: all or nothing, and fenced, whatever has become of either. */
void a_row_alone_and_its_lane_are_written_together(void)
{
    int64_t generation = registered(&store_fixture_balance_projection, 1).number;
    projc_value row[3];
    projc_value gone = uuid_value(1);
    projc__row_write write = {
        .table = &store_fixture_balance, .rows = row, .row_count = 1, .known_count = 1};
    const projc__row_write removal = {
        .table = &store_fixture_balance, .deleted_keys = &gone, .deleted_count = 1};
    projc__lane seen = stored_lane(generation, 0);

    /* It was believed to be there, then it is, then somebody has deleted it. */
    balance_row(row, 1, 1, "first");
    OK(commit_write(fixture->store, generation, claim_of(seen, 10), &write));
    CU_ASSERT_TRUE(balance_is(1, "first"));
    balance_row(row, 1, 2, "second");
    OK(commit_write(fixture->store, generation, claim_of(stored_lane(generation, 0), 20), &write));
    CU_ASSERT_TRUE(balance_is(1, "second"));
    OK(commit_write(fixture->store, generation, claim_of(stored_lane(generation, 0), 30),
                    &removal));
    balance_row(row, 1, 3, "third");
    OK(commit_write(fixture->store, generation, claim_of(stored_lane(generation, 0), 40), &write));
    CU_ASSERT_TRUE(balance_is(1, "third"));
    CU_ASSERT_EQUAL(stored_lane(generation, 0).position, 40);
    /* Who comes too late writes nothing; who writes what cannot be moves nothing. */
    balance_row(row, 1, 4, "late");
    EXPECT(PROJC_FENCED, commit_write(fixture->store, generation, claim_of(seen, 50), &write));
    seen = stored_lane(generation, 0);
    seen.epoch++;
    EXPECT(PROJC_FENCED, commit_write(fixture->store, generation, claim_of(seen, 50), &write));
    row[2] = null_value();
    EXPECT(PROJC_DATA, commit_write(fixture->store, generation,
                                    claim_of(stored_lane(generation, 0), 50), &write));
    CU_ASSERT_TRUE(balance_is(1, "third"));
    CU_ASSERT_EQUAL(stored_lane(generation, 0).position, 40);
}
