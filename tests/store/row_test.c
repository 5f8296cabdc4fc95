/* Rows of state tables: look-ups, types, scans. */
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDE_KEYS = 3, WIDE = 17 };

/* Registers a projection with one lane and commits writes in its name. */
static projc_status write_rows(const projc__row_write *write)
{
    projc__generation generation = registered(&store_fixture_totals_projection, 1);
    projc__lane lane = stored_lane(generation.number, 0);

    return commit_write(fixture->store, generation.number, claim_of(lane, lane.position + 1),
                        write);
}

static projc_status upsert(const projc_table *table, const projc_value *rows, size_t count)
{
    return write_rows(&(projc__row_write){.table = table, .rows = rows, .row_count = count});
}

static void load(const projc_table *table, const projc_value *keys, size_t count,
                 projc_value **rows)
{
    OK(projc__store_load_rows(fixture->store, table, keys, count, fixture->arena, rows, ERROR));
}

static void check_row(const projc_value *got, const projc_value *expected, uint32_t count)
{
    CU_ASSERT_FATAL(got != NULL);
    for (uint32_t i = 0; i < count; i++) {
        if (!is_same_value(&got[i], &expected[i]))
            fprintf(stderr, "column %u differs\n", i);
        CU_ASSERT_TRUE(is_same_value(&got[i], &expected[i]));
    }
}

void rows_align_with_their_keys(void)
{
    static const uint32_t wanted[] = {3, 99, 1, 3, 2, 98, 1, 1};
    projc_value rows[9], keys[8];
    projc_value *found[8];

    balance_row(&rows[0], 1, 10, "one");
    balance_row(&rows[3], 2, 20, "");
    balance_row(&rows[6], 3, 30, "three");
    OK(upsert(&store_fixture_balance, rows, 3));
    for (int i = 0; i < 8; i++)
        keys[i] = uuid_value(wanted[i]);
    load(&store_fixture_balance, keys, 8, found);
    for (int i = 0; i < 8; i++) {
        if (wanted[i] <= 3)
            check_row(found[i], &rows[3 * (wanted[i] - 1)], 3);
        CU_ASSERT_EQUAL(found[i] == NULL, wanted[i] > 3);
    }
}

void no_keys_load_nothing(void)
{
    projc_value *rows[1] = {NULL};
    projc_value key = uuid_value(1);

    OK(projc__store_load_rows(fixture->store, &store_fixture_balance, NULL, 0, fixture->arena, rows,
                              ERROR));
    load(&store_fixture_balance, &key, 1, rows);
    CU_ASSERT_PTR_NULL(rows[0]);
}

/* ---- types ---- */

static void wide_key(projc_value *row, int64_t day, const char *place, int64_t slot)
{
    row[0] = integer_value(day);
    row[1] = text_value(place);
    row[2] = integer_value(slot);
    row[3] = integer_value(slot);
    for (int i = 4; i < WIDE; i++)
        row[i] = null_value();
}

/* Columns 4 to 16: the lowest, a middle and the highest of each type, within both databases'
 * ranges. */
static void fill_edges(projc_value rows[4][WIDE])
{
    static const char *const json[] = {"[]", "{\"a\": [1, 2]}", "[\"\xe2\x82\xac\"]", "null"};
    static const char *const texts[] = {"", "a", "\xf4\x8f\xbf\xbf and 'quotes\" \\ %s {,} \n\t",
                                        " "};
    static const char *const bytes[] = {"", "\x01\xff\x80", "\\x00", "'"};
    const int64_t values[4][8] = {
        /* i16, i32, i64, decimal, time, date, duration */
        {INT16_MIN, INT32_MIN, INT64_MIN, INT64_MIN, INT64_C(-62135596800000000), -719162,
         INT64_MIN},
        {0, 0, 0, 0, 0, 0, 0},
        {-1, -1, -1, -101, -1, -1, -1},
        {INT16_MAX, INT32_MAX, INT64_MAX, INT64_MAX, INT64_C(253402300799999999), 2932896,
         INT64_MAX},
    };
    static const double reals[] = {-1.7976931348623157e308, 0.0, 0.1, 5e-324};

    for (int i = 0; i < 4; i++) {
        wide_key(rows[i], i, "edge", i);
        rows[i][4] = bool_value(i % 2 == 0);
        rows[i][5] = integer_value(values[i][0]);
        rows[i][6] = integer_value(values[i][1]);
        rows[i][7] = integer_value(values[i][2]);
        rows[i][8] = real_value(reals[i]);
        rows[i][9] = integer_value(values[i][3]);
        rows[i][10] = text_value(texts[i]);
        rows[i][11] = bytes_value(bytes[i]);
        rows[i][12] = uuid_value((uint32_t)i);
        rows[i][13] = integer_value(values[i][4]);
        rows[i][14] = integer_value(values[i][5]);
        rows[i][15] = integer_value(values[i][6]);
        rows[i][16] = text_value(json[i]);
    }
    /* Bytes may hold NUL. */
    rows[3][11].as.bytes = (projc_bytes){.data = (const uint8_t *)"a\0b", .size = 4};
    memset(rows[3][12].as.uuid.bytes, 0xff, 16);
}

void every_type_round_trips_its_edges(void)
{
    projc_value rows[4][WIDE];
    projc_value keys[4 * WIDE_KEYS];
    projc_value *found[4];

    fill_edges(rows);
    OK(upsert(&store_fixture_wide, rows[0], 4));
    for (int i = 0; i < 4; i++)
        memcpy(&keys[i * WIDE_KEYS], rows[i], WIDE_KEYS * sizeof keys[0]);
    load(&store_fixture_wide, keys, 4, found);
    for (int i = 0; i < 4; i++)
        check_row(found[i], rows[i], WIDE);
}

void every_type_round_trips_null(void)
{
    projc_value rows[4][WIDE];
    projc_value row[WIDE];
    projc_value *found[1];

    wide_key(row, 0, "edge", 0);
    OK(upsert(&store_fixture_wide, row, 1));
    load(&store_fixture_wide, row, 1, found);
    check_row(found[0], row, WIDE);
    /* NULL becomes a value and a value NULL, in one batch too. */
    fill_edges(rows);
    OK(upsert(&store_fixture_wide, rows[0], 4));
    load(&store_fixture_wide, row, 1, found);
    check_row(found[0], rows[0], WIDE);
    wide_key(rows[1], 1, "edge", 1);
    wide_key(rows[0], 0, "edge", 0);
    OK(upsert(&store_fixture_wide, rows[0], 4));
    load(&store_fixture_wide, row, 1, found);
    check_row(found[0], row, WIDE);
}

void number_out_of_its_column_is_data(void)
{
    static const struct {
        int column;
        int64_t number;
    } wrong[] = {
        {5, 32768}, {5, -32769}, {6, INT64_C(1) << 31}, {6, INT64_MIN}, {14, INT64_C(1) << 40}};
    projc_value rows[2][WIDE];
    projc_value *found[1];

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        wide_key(rows[0], 0, "good", 0);
        wide_key(rows[1], 0, "wrong", 0);
        rows[1][wrong[i].column] = integer_value(wrong[i].number);
        EXPECT(PROJC_DATA, upsert(&store_fixture_wide, rows[0], 2));
        load(&store_fixture_wide, rows[0], 1, found);
        CU_ASSERT_PTR_NULL(found[0]);
    }
}

void keys_of_several_parts_are_told_apart(void)
{
    static const struct {
        int64_t day;
        const char *place;
        int64_t slot;
    } keys[] = {{1, "a", 1}, {1, "a", 2},  {1, "b", 1}, {2, "a", 1},
                {1, "", 1},  {1, "a1", 1}, {11, "a", 1}};
    enum { KEYS = sizeof keys / sizeof keys[0] };
    projc_value rows[KEYS][WIDE];
    projc_value wanted[(KEYS + 1) * WIDE_KEYS];
    projc_value *found[KEYS + 1];

    for (int i = 0; i < KEYS; i++) {
        wide_key(rows[i], keys[i].day, keys[i].place, keys[i].slot);
        rows[i][7] = integer_value(i);
        memcpy(&wanted[i * WIDE_KEYS], rows[i], WIDE_KEYS * sizeof wanted[0]);
    }
    wanted[KEYS * WIDE_KEYS] = integer_value(2);
    wanted[KEYS * WIDE_KEYS + 1] = text_value("b");
    wanted[KEYS * WIDE_KEYS + 2] = integer_value(1);
    OK(upsert(&store_fixture_wide, rows[0], KEYS));
    load(&store_fixture_wide, wanted, KEYS + 1, found);
    for (int i = 0; i < KEYS; i++)
        check_row(found[i], rows[i], WIDE);
    CU_ASSERT_PTR_NULL(found[KEYS]);
}

void singleton_row_round_trips(void)
{
    projc_value row[4] = {integer_value(0), integer_value(7), integer_value(1),
                          text_value("first")};
    projc_value *found[1];

    load(&store_fixture_totals, row, 1, found);
    CU_ASSERT_PTR_NULL(found[0]);
    OK(upsert(&store_fixture_totals, row, 1));
    row[2] = integer_value(2);
    row[3] = text_value("second");
    OK(upsert(&store_fixture_totals, row, 1));
    load(&store_fixture_totals, row, 1, found);
    check_row(found[0], row, 4);
}

void awkward_names_and_texts_are_only_names(void)
{
    static const char *const texts[] = {
        "'; DROP TABLE balance; --", "\"", "\\", "%1$s ?1 $1", "{NULL}", "NULL", ","};
    enum { TEXTS = sizeof texts / sizeof texts[0] };
    projc_value rows[3 * TEXTS], keys[TEXTS];
    projc_value *found[TEXTS];

    for (int i = 0; i < TEXTS; i++) {
        keys[i] = rows[3 * i] = text_value(texts[i]);
        rows[3 * i + 1] = integer_value(i);
        rows[3 * i + 2] = text_value(texts[TEXTS - 1 - i]);
    }
    OK(upsert(&store_fixture_awkward, rows, TEXTS));
    OK(upsert(&store_fixture_awkward, rows, TEXTS));
    load(&store_fixture_awkward, keys, TEXTS, found);
    for (int i = 0; i < TEXTS; i++)
        check_row(found[i], &rows[3 * i], 3);
    OK(write_rows(&(projc__row_write){
        .table = &store_fixture_awkward, .deleted_keys = keys, .deleted_count = TEXTS}));
    load(&store_fixture_awkward, keys, TEXTS, found);
    for (int i = 0; i < TEXTS; i++)
        CU_ASSERT_PTR_NULL(found[i]);
}

void rows_may_be_nothing_but_keys(void)
{
    projc_value rows[4] = {text_value("a"), integer_value(1), text_value("a"), integer_value(2)};
    projc_value *found[2];

    OK(upsert(&store_fixture_tags, rows, 2));
    OK(upsert(&store_fixture_tags, rows, 2));
    OK(write_rows(&(projc__row_write){
        .table = &store_fixture_tags, .deleted_keys = rows, .deleted_count = 1}));
    load(&store_fixture_tags, rows, 2, found);
    CU_ASSERT_PTR_NULL(found[0]);
    check_row(found[1], &rows[2], 2);
}

void ten_thousand_rows_round_trip(void)
{
    enum { ROWS = 10000 };
    projc_value *rows = calloc(3 * ROWS, sizeof *rows);
    projc_value *keys = calloc(ROWS, sizeof *keys);
    projc_value **found = calloc(ROWS, sizeof *found);
    size_t wrong = 0;

    CU_ASSERT_FATAL(rows != NULL && keys != NULL && found != NULL);
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < ROWS; i++) {
            balance_row(&rows[3 * i], i * 7919u % ROWS, (int64_t)i + pass,
                        pass == 0 ? "x" : "longer");
            keys[i] = rows[3 * i];
        }
        OK(upsert(&store_fixture_balance, rows, ROWS));
        load(&store_fixture_balance, keys, ROWS, found);
        for (uint32_t i = 0; i < ROWS; i++)
            wrong += found[i] == NULL || !is_same_value(&found[i][0], &rows[3 * i]) ||
                     !is_same_value(&found[i][1], &rows[3 * i + 1]) ||
                     !is_same_value(&found[i][2], &rows[3 * i + 2]);
        CU_ASSERT_EQUAL(wrong, 0);
    }
    OK(write_rows(&(projc__row_write){
        .table = &store_fixture_balance, .deleted_keys = keys, .deleted_count = ROWS}));
    load(&store_fixture_balance, keys, ROWS, found);
    for (uint32_t i = 0; i < ROWS; i++)
        wrong += found[i] != NULL;
    CU_ASSERT_EQUAL(wrong, 0);
    free(rows);
    free(keys);
    free(found);
}

void rows_are_replaced_and_deleted(void)
{
    projc_value rows[9];
    projc_value keys[2] = {uuid_value(2), uuid_value(77)};

    balance_row(&rows[0], 1, 1, "one");
    balance_row(&rows[3], 2, 1, "two");
    OK(upsert(&store_fixture_balance, rows, 2));
    balance_row(&rows[0], 1, 2, "uno");
    balance_row(&rows[3], 3, 2, "tre");
    /* 77 is not there: deleting it is no error. */
    OK(write_rows(&(projc__row_write){.table = &store_fixture_balance,
                                      .rows = rows,
                                      .row_count = 2,
                                      .deleted_keys = keys,
                                      .deleted_count = 2}));
    CU_ASSERT_TRUE(balance_is(1, "uno"));
    CU_ASSERT_TRUE(balance_is(2, NULL));
    CU_ASSERT_TRUE(balance_is(3, "tre"));
}

/* ---- scans ---- */

typedef struct visited {
    size_t count;
    size_t stop_after; /* 0: never */
    projc_value last[WIDE_KEYS];
    char place[16];
    bool is_ascending;
} visited;

static int compare_keys(const projc_value *left, const projc_value *right)
{
    size_t size;
    int order;

    if (left[0].as.integer != right[0].as.integer)
        return left[0].as.integer < right[0].as.integer ? -1 : 1;
    size =
        left[1].as.text.size < right[1].as.text.size ? left[1].as.text.size : right[1].as.text.size;
    order = memcmp(left[1].as.text.data, right[1].as.text.data, size);
    if (order == 0 && left[1].as.text.size != right[1].as.text.size)
        order = left[1].as.text.size < right[1].as.text.size ? -1 : 1;
    if (order == 0 && left[2].as.integer != right[2].as.integer)
        order = left[2].as.integer < right[2].as.integer ? -1 : 1;
    return order;
}

static projc_status visit(void *context, const projc_value *values, projc_error *error)
{
    visited *seen = context;

    if (seen->count > 0 && compare_keys(seen->last, values) >= 0)
        seen->is_ascending = false;
    seen->count++;
    memcpy(seen->last, values, sizeof seen->last);
    memcpy(seen->place, values[1].as.text.data, values[1].as.text.size);
    seen->last[1].as.text.data = seen->place;
    if (seen->count == seen->stop_after)
        return projc_error_set(error, PROJC_CANCELLED, "enough");
    return PROJC_OK;
}

static void write_grid(void)
{
    static const char *const places[] = {"b", "B", "a", "", "\xc3\xa4", "aa", "Z"};
    enum { PLACES = sizeof places / sizeof places[0], ROWS = 3 * PLACES * 2 };
    projc_value rows[ROWS][WIDE];
    int count = 0;

    for (int day = 1; day >= -1; day--)
        for (int place = 0; place < PLACES; place++)
            for (int slot = 1; slot >= 0; slot--)
                wide_key(rows[count++], day, places[place], slot);
    OK(upsert(&store_fixture_wide, rows[0], ROWS));
}

static size_t find(const uint32_t *columns, const projc_value *values, uint32_t count,
                   projc_value ***rows)
{
    size_t found = 0;

    OK(projc__store_find_rows(fixture->store, &store_fixture_wide, columns, values, count,
                              fixture->arena, rows, &found, ERROR));
    return found;
}

void rows_are_found_by_any_columns(void)
{
    static const uint32_t place[] = {1};
    static const uint32_t slot_and_day[] = {2, 0};
    static const uint32_t absent[] = {0, 10};
    const projc_value a[] = {text_value("a")};
    const projc_value first[] = {integer_value(1), integer_value(-1)};
    const projc_value none[] = {integer_value(0), null_value()};
    const projc_value nowhere[] = {text_value("nowhere")};
    projc_value **rows = NULL;

    CU_ASSERT_EQUAL(find(NULL, NULL, 0, &rows), 0);
    write_grid();
    CU_ASSERT_EQUAL(find(NULL, NULL, 0, &rows), 42);
    CU_ASSERT_EQUAL_FATAL(find(place, a, 1, &rows), 6);
    for (int i = 0; i < 6; i++)
        CU_ASSERT_TRUE(is_same_value(&rows[i][1], &a[0]));
    CU_ASSERT_EQUAL_FATAL(find(slot_and_day, first, 2, &rows), 7);
    for (int i = 0; i < 7; i++) {
        CU_ASSERT_EQUAL(rows[i][0].as.integer, -1);
        CU_ASSERT_EQUAL(rows[i][2].as.integer, 1);
    }
    CU_ASSERT_EQUAL(find(absent, none, 2, &rows), 14); /* NULL equals NULL here */
    CU_ASSERT_EQUAL(find(place, nowhere, 1, &rows), 0);
}

void rows_of_several_lists_are_found_at_once(void)
{
    static const uint32_t place_and_slot[] = {1, 2};
    const projc_value lists[] = {text_value("nowhere"), integer_value(1), text_value("a"),
                                 integer_value(2),      text_value("b"),  integer_value(1),
                                 text_value("a"),       integer_value(1)};
    size_t found[4] = {0};
    projc_value **rows = NULL;
    size_t *owners = NULL;
    size_t count = 0;

    if (!projc__store_finds_each(fixture->store))
        return;
    write_grid();
    OK(projc__store_find_each(fixture->store, &store_fixture_wide, place_and_slot, 2, lists, 4,
                              fixture->arena, &rows, &owners, &count, ERROR));
    for (size_t i = 0; i < count; i++) {
        const projc_value *list = &lists[2 * owners[i]];

        found[owners[i]]++;
        CU_ASSERT_TRUE(is_same_value(&rows[i][1], &list[0]));
        CU_ASSERT_TRUE(is_same_value(&rows[i][2], &list[1]));
    }
    for (size_t i = 0; i < 4; i++) {
        projc_value **alone = NULL;

        CU_ASSERT_EQUAL(found[i], find(place_and_slot, &lists[2 * i], 2, &alone));
    }
    CU_ASSERT_EQUAL(found[0], 0);
    CU_ASSERT(found[3] > 0);
}

void rows_are_found_by_every_type(void)
{
    projc_value rows[4][WIDE];
    projc_value **found = NULL;

    fill_edges(rows);
    OK(upsert(&store_fixture_wide, rows[0], 4));
    for (uint32_t column = 0; column < WIDE; column++) {
        if (store_fixture_wide.columns[column].type == PROJC_COLUMN_JSON)
            continue; /* no index has one */
        for (int i = 0; i < 4; i++) {
            size_t count = find(&column, &rows[i][column], 1, &found);
            bool is_there = false;

            for (size_t j = 0; j < count; j++)
                is_there = is_there || found[j][0].as.integer == rows[i][0].as.integer;
            if (!is_there)
                fprintf(stderr, "column %u, row %d is not found\n", column, i);
            CU_ASSERT_TRUE(is_there);
        }
    }
}

void scan_visits_in_key_order(void)
{
    visited seen = {.is_ascending = true};

    OK(projc__store_scan_rows(fixture->store, &store_fixture_wide, visit, &seen, ERROR));
    CU_ASSERT_EQUAL(seen.count, 0);
    write_grid();
    OK(projc__store_scan_rows(fixture->store, &store_fixture_wide, visit, &seen, ERROR));
    CU_ASSERT_EQUAL(seen.count, 42);
    CU_ASSERT_TRUE(seen.is_ascending);
}

void scan_stops_when_its_visitor_fails(void)
{
    visited seen = {.is_ascending = true, .stop_after = 5};

    write_grid();
    EXPECT(PROJC_CANCELLED,
           projc__store_scan_rows(fixture->store, &store_fixture_wide, visit, &seen, ERROR));
    CU_ASSERT_EQUAL(seen.count, 5);
    SAYS("enough");
    /* And nothing is left open. */
    write_grid();
}
