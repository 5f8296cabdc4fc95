/* Events that wait behind keys out of order: kept, counted, passed; and reading events by their
 * numbers. */
#include "suite.h"

#include <stdlib.h>
#include <string.h>

enum { LANES = 4 };

static projc__generation balance_generation(void)
{
    return registered(&store_fixture_balance_projection, LANES);
}

static projc__waiting_row row_of(const char *key, int64_t no)
{
    return (projc__waiting_row){.lane = 0, .key = bytes_of(key), .no = no};
}

/* Commits on lane 0 as it is, which moves by one. */
static projc_status commit_waiting(int64_t generation, const projc__waiting_row *waiting,
                                   size_t waiting_count, const projc__waiting_row *passed,
                                   size_t passed_count)
{
    projc__lane lane = stored_lane(generation, 0);
    projc__claim claim = claim_of(lane, lane.position + 1);
    projc__unit unit = {.generation = generation,
                        .claims = &claim,
                        .claim_count = 1,
                        .waiting = waiting,
                        .waiting_count = waiting_count,
                        .passed = passed,
                        .passed_count = passed_count};

    return projc__store_commit(fixture->store, &unit, ERROR);
}

/* The numbers that wait for the key are these; at most 8. */
static void check_waiting(int64_t generation, const char *key, size_t count, const int64_t *numbers)
{
    int64_t *found = NULL;
    size_t found_count = 99;

    OK(projc__store_load_waiting(fixture->store, generation, bytes_of(key), 0, INT64_MAX, 100,
                                 fixture->arena, &found, &found_count, ERROR));
    CU_ASSERT_EQUAL_FATAL(found_count, count);
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_EQUAL(found[i], numbers[i]);
}

static size_t count_keys(int64_t generation)
{
    projc__waiting_count *rows;
    size_t count = 99;

    OK(projc__store_count_waiting(fixture->store, generation, fixture->arena, &rows, &count,
                                  ERROR));
    return count;
}

void what_waits_is_kept_until_it_is_passed(void)
{
    int64_t generation = balance_generation().number;
    const projc__waiting_row waiting[] = {row_of("a", 9), row_of("b", 7), row_of("a", 7),
                                          row_of("a", 3), row_of("ab", 8)};
    const projc__waiting_row again[] = {row_of("a", 9), row_of("a", 11)};
    const projc__waiting_row some[] = {row_of("a", 7)};
    const projc__waiting_row all[] = {row_of("a", INT64_MAX), row_of("none", INT64_MAX)};

    OK(commit_waiting(generation, waiting, 5, NULL, 0));
    check_waiting(generation, "a", 3, (int64_t[]){3, 7, 9});
    check_waiting(generation, "b", 1, (int64_t[]){7});
    /* One that is there already stays. */
    OK(commit_waiting(generation, again, 2, NULL, 0));
    check_waiting(generation, "a", 4, (int64_t[]){3, 7, 9, 11});
    OK(commit_waiting(generation, NULL, 0, some, 1));
    check_waiting(generation, "a", 2, (int64_t[]){9, 11});
    check_waiting(generation, "b", 1, (int64_t[]){7});
    OK(commit_waiting(generation, NULL, 0, all, 2));
    check_waiting(generation, "a", 0, NULL);
    check_waiting(generation, "b", 1, (int64_t[]){7});
    check_waiting(generation, "ab", 1, (int64_t[]){8});
    /* Deletions stand before insertions. */
    OK(commit_waiting(generation, waiting, 1, all, 1));
    check_waiting(generation, "a", 1, (int64_t[]){9});
}

void what_waits_is_loaded_in_its_range(void)
{
    int64_t generation = balance_generation().number;
    projc__waiting_row waiting[20];
    int64_t *numbers = NULL;
    size_t count = 0;

    for (int i = 0; i < 20; i++)
        waiting[i] = row_of("key", 10 * (i + 1));
    OK(commit_waiting(generation, waiting, 20, NULL, 0));
    OK(projc__store_load_waiting(fixture->store, generation, bytes_of("key"), 30, 60, 100,
                                 fixture->arena, &numbers, &count, ERROR));
    CU_ASSERT_EQUAL_FATAL(count, 3);
    CU_ASSERT_EQUAL(numbers[0], 40);
    CU_ASSERT_EQUAL(numbers[2], 60);
    OK(projc__store_load_waiting(fixture->store, generation, bytes_of("key"), 30, INT64_MAX, 2,
                                 fixture->arena, &numbers, &count, ERROR));
    CU_ASSERT_EQUAL_FATAL(count, 2);
    CU_ASSERT_EQUAL(numbers[1], 50);
    OK(projc__store_load_waiting(fixture->store, generation, bytes_of("key"), 200, INT64_MAX, 2,
                                 fixture->arena, &numbers, &count, ERROR));
    CU_ASSERT_EQUAL(count, 0);
}

void what_waits_is_counted_by_key(void)
{
    int64_t generation = balance_generation().number;
    int64_t other = registered(&store_fixture_totals_projection, LANES).number;
    const projc__waiting_row waiting[] = {row_of("b", 7), row_of("a", 9), row_of("a", 7)};
    projc__waiting_count *rows = NULL;
    size_t count = 0;

    CU_ASSERT_EQUAL(count_keys(generation), 0);
    OK(commit_waiting(generation, waiting, 3, NULL, 0));
    OK(projc__store_count_waiting(fixture->store, generation, fixture->arena, &rows, &count,
                                  ERROR));
    CU_ASSERT_EQUAL_FATAL(count, 2);
    CU_ASSERT_TRUE(bytes_are(rows[0].key, "a") && rows[0].count == 2);
    CU_ASSERT_TRUE(bytes_are(rows[1].key, "b") && rows[1].count == 1);
    CU_ASSERT_EQUAL(count_keys(other), 0);
    check_waiting(other, "a", 0, NULL);
}

/* Neither inserted nor deleted by a unit whose lane has moved meanwhile. */
void a_fenced_unit_changes_nothing_that_waits(void)
{
    int64_t generation = balance_generation().number;
    const projc__waiting_row old = row_of("a", 5);
    const projc__waiting_row all = row_of("a", INT64_MAX);
    const projc__waiting_row new = row_of("a", 6);
    projc__claim claim;
    projc__unit unit = {.generation = generation,
                        .claims = &claim,
                        .claim_count = 1,
                        .waiting = &new,
                        .waiting_count = 1,
                        .passed = &all,
                        .passed_count = 1};

    OK(commit_waiting(generation, &old, 1, NULL, 0));
    claim = claim_of(stored_lane(generation, 0), 100);
    claim.epoch--;
    EXPECT(PROJC_FENCED, projc__store_commit(fixture->store, &unit, ERROR));
    check_waiting(generation, "a", 1, (int64_t[]){5});
    claim.epoch++;
    OK(projc__store_commit(fixture->store, &unit, ERROR));
    check_waiting(generation, "a", 1, (int64_t[]){6});
}

void many_may_wait_at_once(void)
{
    enum { MANY = 25000 };
    int64_t generation = balance_generation().number;
    projc__waiting_row *waiting = malloc(MANY * sizeof *waiting);
    const projc__waiting_row half = row_of("many", MANY / 2);
    projc__waiting_count *rows = NULL;
    size_t count = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(waiting);
    for (int i = 0; i < MANY; i++)
        waiting[i] = row_of("many", i + 1);
    OK(commit_waiting(generation, waiting, MANY, NULL, 0));
    free(waiting);
    OK(commit_waiting(generation, NULL, 0, &half, 1));
    OK(projc__store_count_waiting(fixture->store, generation, fixture->arena, &rows, &count,
                                  ERROR));
    CU_ASSERT_EQUAL_FATAL(count, 1);
    CU_ASSERT_EQUAL(rows[0].count, MANY / 2);
}

void a_reset_forgets_what_waits(void)
{
    int64_t generation = balance_generation().number;
    const projc__waiting_row waiting = row_of("a", 5);

    OK(commit_waiting(generation, &waiting, 1, NULL, 0));
    OK(projc__store_reset(fixture->store, generation, NULL, 0, true, ERROR));
    check_waiting(generation, "a", 0, NULL);
    CU_ASSERT_EQUAL(count_keys(generation), 0);
}

/* ---- events by their numbers ---- */

static void read_numbers(const int64_t *numbers, size_t count, int64_t rows, int64_t bytes,
                         projc__page *page)
{
    const projc__page_limits limits = {.rows = rows, .bytes = bytes};

    OK(projc__store_read_numbers(fixture->store, STORE_FIXTURE_LOG, numbers, count, &limits,
                                 fixture->arena, page, ERROR));
}

void events_are_read_by_their_numbers(void)
{
    projc__page page;
    int64_t last;

    append_log(20, &last);
    {
        const int64_t numbers[] = {last - 15, last - 7, last - 2, last};

        read_numbers(numbers, 4, 100, 100000, &page);
        CU_ASSERT_EQUAL_FATAL(page.count, 4);
        for (size_t i = 0; i < 4; i++)
            CU_ASSERT_EQUAL(page.events[i].no, numbers[i]);
        CU_ASSERT_FALSE(page.has_more);
        CU_ASSERT_EQUAL(page.reached, last);
        CU_ASSERT_TRUE(page.events[3].payload.size > 0);
        /* A limit ends the page; one event always fits. */
        read_numbers(numbers, 4, 2, 100000, &page);
        CU_ASSERT_EQUAL_FATAL(page.count, 2);
        CU_ASSERT_EQUAL(page.reached, last - 7);
        CU_ASSERT_TRUE(page.has_more);
        read_numbers(numbers, 4, 100, 1, &page);
        CU_ASSERT_EQUAL_FATAL(page.count, 1);
        CU_ASSERT_EQUAL(page.events[0].no, last - 15);
        CU_ASSERT_TRUE(page.has_more);
    }
}

void numbers_without_events_are_left_out(void)
{
    projc__page page;
    int64_t last;

    append_log(3, &last);
    {
        const int64_t numbers[] = {last - 1, last + 1, last + 5};
        const int64_t none[] = {last + 1};

        read_numbers(numbers, 3, 100, 100000, &page);
        CU_ASSERT_EQUAL_FATAL(page.count, 1);
        CU_ASSERT_EQUAL(page.events[0].no, last - 1);
        CU_ASSERT_FALSE(page.has_more);
        read_numbers(none, 1, 100, 100000, &page);
        CU_ASSERT_EQUAL(page.count, 0);
        CU_ASSERT_EQUAL(page.reached, last);
    }
}

void thousands_of_numbers_are_one_call(void)
{
    enum { MANY = 5000 };
    int64_t *numbers = malloc(MANY * sizeof *numbers);
    projc__page page;
    int64_t last;
    size_t count = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(numbers);
    append_log(MANY, &last);
    for (int64_t no = last - MANY + 1; no <= last; no += 2)
        numbers[count++] = no;
    read_numbers(numbers, count, MANY, 16 << 20, &page);
    CU_ASSERT_EQUAL_FATAL(page.count, count);
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_EQUAL(page.events[i].no, numbers[i]);
    free(numbers);
}
