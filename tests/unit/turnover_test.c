/* Rows that were written over or deleted, counted by table. */
#include "engine/turnover.h"
#include "tests/unit/suite.h"

static const projc_table states = {.name = "states"};
static const projc_table list = {.name = "list"};
static const projc_table foreign = {.name = "foreign"};
static const projc_row_table tables[] = {{.table = &list}};
static const projc_projection_type type = {.table = &states, .tables = tables, .table_count = 1};
static const projc_projection_type *const types[] = {&type};

static void rows_that_were_there_before_are_counted_by_table(void)
{
    const projc__row_write writes[] = {
        {.table = &states, .row_count = 10, .new_count = 4, .known_count = 5, .deleted_count = 2},
        {.table = &list, .row_count = 3, .new_count = 3},
        {.table = &foreign, .row_count = 7},
    };
    const projc__unit unit = {.writes = writes, .write_count = 3};
    projc__turnover *turnover = projc__turnover_new(types, 1);
    const projc_table *const *found;
    size_t count;

    CU_ASSERT_PTR_NOT_NULL_FATAL(turnover);
    found = projc__turnover_tables(turnover, &count);
    CU_ASSERT_EQUAL_FATAL(count, 2);
    CU_ASSERT_PTR_EQUAL(found[0], &states);
    CU_ASSERT_PTR_EQUAL(found[1], &list);
    CU_ASSERT_EQUAL(projc__turnover_rows(turnover, 0), 0);
    projc__turnover_add(turnover, &unit);
    projc__turnover_add(turnover, &unit);
    CU_ASSERT_EQUAL(projc__turnover_rows(turnover, 0), 16);
    CU_ASSERT_EQUAL(projc__turnover_rows(turnover, 1), 0);
    projc__turnover_free(turnover);
}

static void nobody_has_to_count(void)
{
    projc__turnover_add(NULL, &(const projc__unit){.write_count = 1});
    projc__turnover_free(NULL);
}

#define TESTS(X)                                        \
    X(rows_that_were_there_before_are_counted_by_table) \
    X(nobody_has_to_count)
SUITE("turnover", TESTS)
