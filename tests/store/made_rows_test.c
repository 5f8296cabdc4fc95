/* Rows of a write that are made while they are written, a few at a time. */
#include "suite.h"

#include <stdio.h>

/* More than a driver writes at once. */
enum { MADE_ROWS = 21000, NO_ROW = -1 };

/* One buffer for all calls: what it is given back must not be needed after the next. */
typedef struct maker {
    char state[32];
    int32_t refused; /* the row that cannot be made */
    size_t largest;  /* asked for at once */
} maker;

static projc_status make_rows(void *context, size_t first, size_t count, projc_value *rows,
                              projc_error *error)
{
    maker *making = context;

    snprintf(making->state, sizeof making->state, "%d from %zu", (int)making->refused, first);
    if (count > making->largest)
        making->largest = count;
    for (size_t i = 0; i < count; i++) {
        if ((int32_t)(first + i) == making->refused)
            return projc_error_set(error, PROJC_LIMIT, "row %zu is too large", first + i);
        balance_row(&rows[3 * i], (uint32_t)(first + i), (int64_t)(first + i), making->state);
    }
    return PROJC_OK;
}

typedef struct tally {
    int64_t count;
    int64_t sum; /* of the positions */
} tally;

static projc_status see_made(void *context, const projc_value *values, projc_error *error)
{
    tally *seen = context;

    (void)error;
    seen->count++;
    seen->sum += values[1].as.integer;
    return PROJC_OK;
}

/* Is every row there once, as it was made? */
static bool are_all_there(void)
{
    const int64_t count = MADE_ROWS;
    tally seen = {0, 0};

    OK(projc__store_scan_rows(fixture->store, &store_fixture_balance, see_made, &seen, ERROR));
    return seen.count == count && seen.sum == count * (count - 1) / 2;
}

static projc_status commit_made(const projc__row_write *write)
{
    projc__generation generation = registered(&store_fixture_totals_projection, 1);
    projc__lane lane = stored_lane(generation.number, 0);

    return commit_write(fixture->store, generation.number, claim_of(lane, lane.position + 1),
                        write);
}

void rows_can_be_made_while_they_are_written(void)
{
    maker making = {.refused = NO_ROW};
    projc__row_write write = {.table = &store_fixture_balance,
                              .make = make_rows,
                              .context = &making,
                              .row_count = MADE_ROWS,
                              .new_count = MADE_ROWS};

    OK(commit_made(&write));
    CU_ASSERT_TRUE(are_all_there());
    CU_ASSERT_TRUE(making.largest < MADE_ROWS);
    /* Again, where one half is known and of the other nothing: all are there already. */
    write.new_count = 0;
    write.known_count = MADE_ROWS / 2;
    OK(commit_made(&write));
    CU_ASSERT_TRUE(are_all_there());
    /* None of them is new after all. */
    write.known_count = 0;
    write.new_count = MADE_ROWS;
    OK(commit_made(&write));
    CU_ASSERT_TRUE(are_all_there());
}

void a_row_that_cannot_be_made_refuses_the_unit(void)
{
    maker making = {.refused = MADE_ROWS - 1};
    const projc__row_write write = {.table = &store_fixture_balance,
                                    .make = make_rows,
                                    .context = &making,
                                    .row_count = MADE_ROWS,
                                    .new_count = MADE_ROWS};

    EXPECT(PROJC_LIMIT, commit_made(&write));
    SAYS("is too large");
    CU_ASSERT_TRUE(balance_is(0, NULL));
    CU_ASSERT_TRUE(balance_is(1, NULL));
    making.refused = NO_ROW;
    OK(commit_made(&write));
    CU_ASSERT_TRUE(are_all_there());
}
