/* A generation beside the live one, and the swap. */
#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static const projc_projection_type *const balance = &store_fixture_balance_projection;

enum { LANES = 2, WORK_MAX = 2000 };

static projc__generation building(uint32_t lanes, int64_t skips_of)
{
    const projc__registration registration = {
        .package = "fixture", .projection = balance, .stream = STORE_FIXTURE_LOG, .lanes = lanes};
    projc__generation *rows = NULL;
    size_t count = 0;

    OK(projc__store_add_generation(fixture->store, &registration, skips_of, ERROR));
    OK(projc__store_list_generations(fixture->store, "fixture", balance->name, fixture->arena,
                                     &rows, &count, ERROR));
    CU_ASSERT_FATAL(count > 1);
    CU_ASSERT_EQUAL(rows[count - 1].state, PROJC__BUILDING);
    return rows[count - 1];
}

static const projc_projection_type *type_of(int64_t generation)
{
    const projc_projection_type *type = projc__generation_type(fixture->arena, balance, generation);

    CU_ASSERT_PTR_NOT_NULL_FATAL(type);
    return type;
}

static void make_tables(int64_t generation)
{
    projc__buffer script;

    projc__buffer_init(&script);
    OK(projc__generation_schema(fixture->store, &store_fixture_module, balance, generation, &script,
                                ERROR));
    const char *const pieces[] = {script.data};
    OK(projc__store_run_script(fixture->store, pieces, 1, ERROR));
    OK(projc__store_run_script(fixture->store, pieces, 1, ERROR)); /* and again, as a resume does */
    projc__buffer_clear(&script);
}

/* Row 1 with this state, and every lane to the position. */
static projc_status work(projc_store *store, int64_t generation, const projc_table *table,
                         int64_t from, int64_t to, int64_t epoch, const char *state,
                         projc_error *error)
{
    projc__claim claims[LANES];
    projc_value row[3];
    projc__row_write write = {.table = table, .rows = row, .row_count = 1};
    projc__unit unit = {.generation = generation,
                        .claims = claims,
                        .claim_count = LANES,
                        .writes = &write,
                        .write_count = 1};

    balance_row(row, 1, to, state);
    for (uint32_t i = 0; i < LANES; i++)
        claims[i] = (projc__claim){i, from, epoch, to, uuid_of((uint32_t)to), 1, false, 0};
    return projc__store_commit(store, &unit, error);
}

static const char *state_of(const projc_table *table)
{
    static char text[64];
    projc_value key = uuid_value(1);
    projc_value *row = NULL;

    OK(projc__store_load_rows(fixture->store, table, &key, 1, fixture->arena, &row, ERROR));
    if (row == NULL)
        return "";
    snprintf(text, sizeof text, "%.*s", (int)row[2].as.bytes.size,
             (const char *)row[2].as.bytes.data);
    return text;
}

/* Live at 10 with "old", building at `position` with "new". */
static void make_both(projc__generation *live, projc__generation *next, int64_t position)
{
    *live = registered(balance, LANES);
    *next = building(LANES, live->number);
    make_tables(next->number);
    OK(work(fixture->store, live->number, balance->table, 0, 10, 1, "old", ERROR));
    OK(work(fixture->store, next->number, type_of(next->number)->table, 0, position, 1, "new",
            ERROR));
}

static projc_status swap(const projc__generation *live, const projc__generation *next)
{
    return projc__swap_generations(fixture->store, &store_fixture_module, balance, live->number,
                                   next->number, ERROR);
}

static projc__generation_state state_in_list(int64_t generation)
{
    projc__generation *rows = NULL;
    size_t count = 0;

    OK(projc__store_list_generations(fixture->store, "fixture", balance->name, fixture->arena,
                                     &rows, &count, ERROR));
    for (size_t i = 0; i < count; i++)
        if (rows[i].number == generation)
            return rows[i].state;
    CU_FAIL("the generation is not listed");
    return PROJC__LIVE;
}

static bool has_index(const char *table, const char *index)
{
    projc__found_table found;
    bool answer = false;

    OK(projc__store_describe(fixture->store, NULL, table, fixture->arena, &found, ERROR));
    for (uint32_t i = 0; i < found.index_count; i++)
        answer = answer || strcmp(found.indexes[i], index) == 0;
    return answer;
}

/* ---- names ---- */

void names_by_generation_fit_and_differ(void)
{
    char name[PROJC__SQL_NAME_SIZE];
    char other[PROJC__SQL_NAME_SIZE];
    char twin[PROJC__SQL_NAME_SIZE];

    projc__generation_name("bank_balance", 7, name);
    CU_ASSERT_STRING_EQUAL(name, "bank_balance__g7");
    projc__generation_name("a_table_whose_name_is_as_long_as_postgresql_lets_it_be_63_bytesA", 7,
                           other);
    projc__generation_name("a_table_whose_name_is_as_long_as_postgresql_lets_it_be_63_bytesB", 7,
                           twin);
    CU_ASSERT_EQUAL(strlen(other), 63);
    CU_ASSERT_STRING_NOT_EQUAL(other, twin);
    CU_ASSERT_PTR_NOT_NULL(strstr(other, "__g7"));
    projc__generation_name("öööööööööööööööööööööööööööööööö", INT64_MAX, other);
    CU_ASSERT(strlen(other) <= 63);
    CU_ASSERT_EQUAL((strchr(other, '_') - other) % 2, 0); /* no letter is cut in the middle */
}

/* ---- beside the live one ---- */

void a_generation_is_built_beside_the_live_one(void)
{
    projc__generation live = registered(balance, LANES);
    projc__generation next = building(4, 0);
    projc__generation again = building(8, 0);
    projc__generation found = {0};
    projc__lane *lanes = NULL;
    size_t count = 0;

    CU_ASSERT_NOT_EQUAL(next.number, live.number);
    CU_ASSERT_EQUAL(again.number, next.number); /* one at a time */
    CU_ASSERT_EQUAL(again.lanes, 4);
    OK(projc__store_load_lanes(fixture->store, next.number, fixture->arena, &lanes, &count, ERROR));
    CU_ASSERT_EQUAL(count, 4);
    OK(projc__store_find_generation(fixture->store, "fixture", balance->name, fixture->arena,
                                    &found, ERROR));
    CU_ASSERT_EQUAL(found.number, live.number);
    make_tables(next.number);
    OK(work(fixture->store, live.number, balance->table, 0, 10, 1, "old", ERROR));
    CU_ASSERT_STRING_EQUAL(state_of(balance->table), "old");
    CU_ASSERT_STRING_EQUAL(state_of(type_of(next.number)->table), "");
}

void a_building_generation_has_the_skips(void)
{
    projc__generation live = registered(balance, LANES);
    projc__claim claim = {0, 0, 1, 5, uuid_of(5), 0, false, 0};
    projc__skipped_row skipped = {.key = bytes_of("k"),
                                  .no = 3,
                                  .event_name = text_of("e"),
                                  .code = text_of("DATA"),
                                  .message = text_of("m"),
                                  .source = text_of("s"),
                                  .at = INT64_C(1700000000000003)};
    projc__unit unit = {.generation = live.number,
                        .claims = &claim,
                        .claim_count = 1,
                        .skipped = &skipped,
                        .skipped_count = 1};
    int64_t count = 0;

    OK(projc__store_commit(fixture->store, &unit, ERROR));
    projc__generation next = building(LANES, live.number);
    OK(projc__store_count_skipped(fixture->store, next.number, &count, ERROR));
    CU_ASSERT_EQUAL(count, 1);
    OK(projc__drop_generation(fixture->store, balance, next.number, ERROR));
    next = building(LANES, 0);
    OK(projc__store_count_skipped(fixture->store, next.number, &count, ERROR));
    CU_ASSERT_EQUAL(count, 0);
}

/* ---- the swap ---- */

void a_swap_exchanges_the_tables(void)
{
    projc__generation live, next, found = {0};
    char name[PROJC__SQL_NAME_SIZE];

    make_both(&live, &next, 10);
    OK(swap(&live, &next));
    CU_ASSERT_STRING_EQUAL(state_of(balance->table), "new");
    CU_ASSERT_STRING_EQUAL(state_of(type_of(live.number)->table), "old");
    OK(projc__store_find_generation(fixture->store, "fixture", balance->name, fixture->arena,
                                    &found, ERROR));
    CU_ASSERT_EQUAL(found.number, next.number);
    CU_ASSERT_EQUAL(found.state, PROJC__LIVE);
    CU_ASSERT_EQUAL(state_in_list(live.number), PROJC__RETIRED);
    CU_ASSERT_TRUE(has_index(balance->table->name, balance->table->indexes[0]));
    projc__generation_name(balance->table->name, live.number, name);
    CU_ASSERT_FALSE(has_index(name, balance->table->indexes[0]));
    /* The schema is what `schema --apply` makes: nothing is left to do, and nothing is doubled. */
    OK(projc_store_apply_schema(fixture->store, &store_fixture_module, true, ERROR));
    CU_ASSERT_STRING_EQUAL(state_of(balance->table), "new");
    /* And once more. */
    projc__generation third = building(LANES, 0);
    make_tables(third.number);
    OK(work(fixture->store, third.number, type_of(third.number)->table, 0, 10, 1, "third", ERROR));
    OK(swap(&next, &third));
    CU_ASSERT_STRING_EQUAL(state_of(balance->table), "third");
    CU_ASSERT_STRING_EQUAL(state_of(type_of(next.number)->table), "new");
    CU_ASSERT_STRING_EQUAL(state_of(type_of(live.number)->table), "old");
}

void a_generation_behind_is_not_swapped_in(void)
{
    projc__generation live, next;

    make_both(&live, &next, 9);
    EXPECT(PROJC_FENCED, swap(&live, &next));
    CU_ASSERT_EQUAL(state_in_list(live.number), PROJC__LIVE);
    CU_ASSERT_EQUAL(state_in_list(next.number), PROJC__BUILDING);
    CU_ASSERT_STRING_EQUAL(state_of(balance->table), "old");
    /* Nothing was changed: both go on from where they were. */
    OK(work(fixture->store, live.number, balance->table, 10, 11, 1, "older", ERROR));
    OK(work(fixture->store, next.number, type_of(next.number)->table, 9, 11, 1, "newer", ERROR));
    OK(swap(&live, &next));
    CU_ASSERT_STRING_EQUAL(state_of(balance->table), "newer");
}

/* Whoever looked before the swap, and commits behind it, would write old rows into the new table,
 * or look for a table that is gone. */
void a_swap_fences_who_worked_before(void)
{
    projc__generation live, next;

    make_both(&live, &next, 10);
    OK(swap(&live, &next));
    EXPECT(PROJC_FENCED,
           work(fixture->store, live.number, balance->table, 10, 11, 1, "zombie", ERROR));
    EXPECT(PROJC_FENCED,
           work(fixture->store, next.number, balance->table, 10, 11, 1, "zombie", ERROR));
    CU_ASSERT_STRING_EQUAL(state_of(balance->table), "new");
    OK(work(fixture->store, next.number, balance->table, 10, 11, 2, "newer", ERROR));
}

void a_second_swap_finds_nothing_to_do(void)
{
    projc__generation live, next;

    make_both(&live, &next, 10);
    OK(swap(&live, &next));
    EXPECT(PROJC_MISMATCH, swap(&live, &next));
    CU_ASSERT_STRING_EQUAL(state_of(balance->table), "new");
}

void a_generation_is_dropped_with_its_tables(void)
{
    projc__generation live, next;
    projc__lane *lanes = NULL;
    size_t count = 9;
    bool is_there = true;

    make_both(&live, &next, 10);
    OK(projc__drop_generation(fixture->store, balance, next.number, ERROR));
    OK(projc__store_has_table(fixture->store, NULL, type_of(next.number)->table->name, &is_there,
                              ERROR));
    CU_ASSERT_FALSE(is_there);
    OK(projc__store_load_lanes(fixture->store, next.number, fixture->arena, &lanes, &count, ERROR));
    CU_ASSERT_EQUAL(count, 0);
    CU_ASSERT_STRING_EQUAL(state_of(balance->table), "old");
    OK(projc__drop_generation(fixture->store, balance, next.number, ERROR)); /* again is harmless */
    CU_ASSERT(building(LANES, 0).number > next.number); /* a number is never given twice */
}

void a_schema_without_the_table_is_named(void)
{
    projc_table table = store_fixture_balance;
    projc_projection_type type = *balance;
    projc__buffer script;

    table.name = "elsewhere";
    type.table = &table;
    projc__buffer_init(&script);
    EXPECT(PROJC_INVALID, projc__generation_schema(fixture->store, &store_fixture_module, &type, 7,
                                                   &script, ERROR));
    SAYS("elsewhere");
    projc__buffer_clear(&script);
}

/* ---- two at once ---- */

typedef struct worker {
    projc_store *store;
    int64_t generation;
    int64_t reached;
    projc_status status;
} worker;

/* Moves the live lanes on until it is fenced off. */
static void *work_on(void *argument)
{
    worker *self = argument;
    projc_error error = {0};

    while (self->reached < WORK_MAX && self->status != PROJC_FENCED) {
        self->status = work(self->store, self->generation, balance->table, self->reached,
                            self->reached + 1, 1, "old", &error);
        self->reached += self->status == PROJC_OK;
    }
    return NULL;
}

void a_swap_never_overtakes_who_is_in_the_middle(void)
{
    projc__generation live, next;
    worker other = {.store = store_fixture_connect(fixture), .reached = 10};
    projc__lane *lanes = NULL;
    size_t count = 0;
    int64_t at = 10;
    projc_status status = PROJC_FENCED;
    pthread_t thread;

    CU_ASSERT_PTR_NOT_NULL_FATAL(other.store);
    make_both(&live, &next, 10);
    other.generation = live.number;
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, work_on, &other), 0);
    for (int i = 0; i < 10000 && projc_status_class_of(status) == PROJC_CLASS_INFRA; i++) {
        OK(projc__store_load_lanes(fixture->store, live.number, fixture->arena, &lanes, &count,
                                   ERROR));
        if (lanes[0].position > at) {
            status = work(fixture->store, next.number, type_of(next.number)->table, at,
                          lanes[0].position, 1, "new", ERROR);
            if (status == PROJC_OK)
                at = lanes[0].position;
        }
        status = swap(&live, &next);
        if (i % 5 == 4 && status == PROJC_FENCED) /* shoulder the other away */
            OK(projc__store_set_generation_state(fixture->store, live.number, PROJC__LIVE,
                                                 PROJC__LIVE, ERROR));
    }
    OK(status);
    (void)pthread_join(thread, NULL);
    CU_ASSERT(other.status == PROJC_FENCED || other.reached == WORK_MAX);
    CU_ASSERT(other.reached <= at);
    CU_ASSERT_STRING_EQUAL(state_of(balance->table), "new");
}
