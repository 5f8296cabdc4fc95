/* What the stores' assertions let through, and which driver a database text chooses. */
#include "suite.h"

#include "projc/store.h"
#include "store/contract.h"

#include <string.h>

#define TESTS(X)                                  \
    X(database_texts_choose_their_driver)         \
    X(tables_need_a_name_and_keys)                \
    X(values_have_their_columns_kind_or_are_null) \
    X(pages_ascend_up_to_reached)                 \
    X(claims_ascend_and_never_go_back)            \
    X(units_need_a_claim)                         \
    X(what_waits_belongs_to_a_claimed_lane)       \
    X(rows_of_a_unit_have_their_columns_kinds)    \
    X(ids_of_new_events_are_of_the_logs_kind)     \
    X(no_driver_is_invalid_and_shows_no_secret)

static const projc_column columns[] = {{.name = "id", .type = PROJC_COLUMN_UUID},
                                       {.name = "count", .type = PROJC_COLUMN_I64},
                                       {.name = "note", .type = PROJC_COLUMN_TEXT}};
static const projc_table table = {
    .name = "counts", .key_count = 1, .column_count = 3, .columns = columns};

static void database_texts_choose_their_driver(void)
{
    CU_ASSERT_PTR_EQUAL(projc__driver_for("sqlite:bank.db"), &projc__sqlite_driver);
    CU_ASSERT_PTR_EQUAL(projc__driver_for("sqlite::memory:"), &projc__sqlite_driver);
    CU_ASSERT_PTR_EQUAL(projc__driver_for("sqlite:a=b.db"), &projc__sqlite_driver);
    CU_ASSERT_PTR_EQUAL(projc__driver_for("postgresql://host/bank"), &projc__postgres_driver);
    CU_ASSERT_PTR_EQUAL(projc__driver_for("postgres:"), &projc__postgres_driver);
    CU_ASSERT_PTR_EQUAL(projc__driver_for("host=localhost dbname=bank"), &projc__postgres_driver);
    CU_ASSERT_PTR_NULL(projc__driver_for("bank.db"));
    CU_ASSERT_PTR_NULL(projc__driver_for("mysql://host/bank"));
}

static void tables_need_a_name_and_keys(void)
{
    projc_table other = table;

    CU_ASSERT_TRUE(projc__is_table_sound(&table));
    CU_ASSERT_FALSE(projc__is_table_sound(NULL));
    other.key_count = 4;
    CU_ASSERT_FALSE(projc__is_table_sound(&other));
    other.key_count = 0;
    CU_ASSERT_FALSE(projc__is_table_sound(&other));
    other = table;
    other.name = NULL;
    CU_ASSERT_FALSE(projc__is_table_sound(&other));
}

static void values_have_their_columns_kind_or_are_null(void)
{
    projc_value values[3] = {
        {.kind = PROJC_KIND_UUID}, {.kind = PROJC_KIND_INTEGER}, {.kind = PROJC_KIND_TEXT}};

    CU_ASSERT_TRUE(projc__have_kinds_of(values, &table, 3));
    values[1].kind = PROJC_KIND_NULL;
    CU_ASSERT_TRUE(projc__have_kinds_of(values, &table, 3));
    values[2].kind = PROJC_KIND_BYTES;
    CU_ASSERT_TRUE(projc__have_kinds_of(values, &table, 2));
    CU_ASSERT_FALSE(projc__have_kinds_of(values, &table, 3));
}

static void pages_ascend_up_to_reached(void)
{
    projc_event events[3] = {{.no = 5}, {.no = 7}, {.no = 9}};
    projc__page page = {.events = events, .count = 3, .reached = 9};

    CU_ASSERT_TRUE(projc__is_page_sound(&page, 4));
    CU_ASSERT_FALSE(projc__is_page_sound(&page, 5));
    page.reached = 8;
    CU_ASSERT_FALSE(projc__is_page_sound(&page, 4));
    page.reached = 12;
    CU_ASSERT_TRUE(projc__is_page_sound(&page, 4));
    events[1].no = 9;
    CU_ASSERT_FALSE(projc__is_page_sound(&page, 4));
    CU_ASSERT_TRUE(projc__is_page_sound(&(projc__page){.reached = 4}, 4));
    CU_ASSERT_FALSE(projc__is_page_sound(&(projc__page){.reached = 3}, 4));
}

static void claims_ascend_and_never_go_back(void)
{
    projc__claim claims[2] = {{.lane = 1, .position = 5, .new_position = 5},
                              {.lane = 2, .position = 0, .new_position = 9}};
    projc__unit unit = {.generation = 1, .claims = claims, .claim_count = 2};

    CU_ASSERT_TRUE(projc__is_unit_sound(&unit));
    claims[0].new_position = 4;
    CU_ASSERT_FALSE(projc__is_unit_sound(&unit));
    claims[0].new_position = 5;
    claims[1].lane = 1;
    CU_ASSERT_FALSE(projc__is_unit_sound(&unit));
}

static void units_need_a_claim(void)
{
    projc__claim claim = {.lane = 1, .new_position = 1};
    projc__unit unit = {.generation = 1, .claims = &claim};

    CU_ASSERT_FALSE(projc__is_unit_sound(&unit));
    unit.claim_count = 1;
    CU_ASSERT_TRUE(projc__is_unit_sound(&unit));
    unit.generation = 0;
    CU_ASSERT_FALSE(projc__is_unit_sound(&unit));
}

static void what_waits_belongs_to_a_claimed_lane(void)
{
    projc__claim claim = {.lane = 1, .new_position = 9};
    projc__waiting_row row = {.lane = 1, .key = {(const uint8_t *)"k", 1}, .no = 5};
    projc__unit unit = {
        .generation = 1, .claims = &claim, .claim_count = 1, .waiting = &row, .waiting_count = 1};

    CU_ASSERT_TRUE(projc__is_unit_sound(&unit));
    row.lane = 2;
    CU_ASSERT_FALSE(projc__is_unit_sound(&unit));
    unit.waiting_count = 0;
    unit.passed = &row;
    unit.passed_count = 1;
    CU_ASSERT_FALSE(projc__is_unit_sound(&unit));
    row.lane = 1;
    CU_ASSERT_TRUE(projc__is_unit_sound(&unit));
    row.no = 0;
    CU_ASSERT_FALSE(projc__is_unit_sound(&unit));
    row.no = 1;
    row.key.size = 0;
    CU_ASSERT_FALSE(projc__is_unit_sound(&unit));
}

static void rows_of_a_unit_have_their_columns_kinds(void)
{
    projc_value row[3] = {
        {.kind = PROJC_KIND_UUID}, {.kind = PROJC_KIND_INTEGER}, {.kind = PROJC_KIND_TEXT}};
    projc_value key = {.kind = PROJC_KIND_UUID};
    projc__row_write write = {
        .table = &table, .rows = row, .row_count = 1, .deleted_keys = &key, .deleted_count = 1};
    projc__claim claim = {.lane = 1, .new_position = 1};
    projc__unit unit = {
        .generation = 1, .claims = &claim, .claim_count = 1, .writes = &write, .write_count = 1};

    CU_ASSERT_TRUE(projc__is_unit_sound(&unit));
    row[1].kind = PROJC_KIND_REAL;
    CU_ASSERT_FALSE(projc__is_unit_sound(&unit));
    row[1].kind = PROJC_KIND_INTEGER;
    key.kind = PROJC_KIND_TEXT;
    CU_ASSERT_FALSE(projc__is_unit_sound(&unit));
    write.deleted_count = 0;
    CU_ASSERT_TRUE(projc__is_unit_sound(&unit));
}

static void ids_of_new_events_are_of_the_logs_kind(void)
{
    static const projc_stream_type uuids = {.name = "a", .table = "a"};
    static const projc_stream_type texts = {.name = "b", .table = "b", .has_text_ids = true};
    projc__new_event event = {.aggregate_id = {.kind = PROJC_KIND_UUID}};

    CU_ASSERT_TRUE(projc__is_new_event_sound(&uuids, &event));
    CU_ASSERT_FALSE(projc__is_new_event_sound(&texts, &event));
    event.aggregate_id.kind = PROJC_KIND_TEXT;
    CU_ASSERT_TRUE(projc__is_new_event_sound(&texts, &event));
    event.expected_version = PROJC_ANY_VERSION;
    CU_ASSERT_TRUE(projc__is_new_event_sound(&texts, &event));
    event.expected_version = -2;
    CU_ASSERT_FALSE(projc__is_new_event_sound(&texts, &event));
}

static void no_driver_is_invalid_and_shows_no_secret(void)
{
    projc_store_options options = {.database = "user:hunter2@host/bank"};
    projc_error error = {0};
    projc_store *store;

    CU_ASSERT_EQUAL(projc_store_open(&options, &store, &error), PROJC_INVALID);
    CU_ASSERT_PTR_NULL(store);
    CU_ASSERT_PTR_NULL(strstr(error.message, "hunter2"));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "sqlite:"));
}

SUITE("store contract", TESTS)
