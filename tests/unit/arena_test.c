/* The bounded arena. */
#include <projc/arena.h>

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/random.h"
#include "tests/unit/suite.h"

static void allocations_are_aligned_zeroed_and_apart(void)
{
    projc_arena *arena = projc_arena_new(0);
    uint8_t *pieces[200];

    for (size_t i = 0; i < 200; i++) {
        pieces[i] = projc_arena_alloc(arena, i);
        CU_ASSERT_PTR_NOT_NULL_FATAL(pieces[i]);
        CU_ASSERT_EQUAL((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        for (size_t j = 0; j < i; j++)
            CU_ASSERT_EQUAL(pieces[i][j], 0);
        memset(pieces[i], (int)i, i);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t j = 0; j < i; j++)
            CU_ASSERT_EQUAL(pieces[i][j], (uint8_t)i);
    projc_arena_free(arena);
    projc_arena_free(NULL);
}

static void memory_is_zeroed_again_after_a_reset(void)
{
    projc_arena *arena = projc_arena_new(0);

    memset(projc_arena_alloc(arena, 5000), 0xAA, 5000);
    projc_arena_reset(arena);
    const uint8_t *again = projc_arena_alloc(arena, 5000);
    size_t zeros = 0;

    for (size_t i = 0; i < 5000; i++)
        zeros += again[i] == 0;
    CU_ASSERT_EQUAL(zeros, 5000);
    projc_arena_free(arena);
}

/* Of a block that is new to the process the middle would be empty. */
static void a_reset_keeps_as_large_a_block_as_was_said(void)
{
    enum { BYTES = 3 << 20, MIDDLE = BYTES / 2 };
    projc_arena *arena = projc_arena_new(0);
    uint8_t *block;

    projc__arena_keep(arena, 4 << 20);
    block = projc_arena_alloc_raw(arena, BYTES);
    CU_ASSERT_PTR_NOT_NULL_FATAL(block);
    memset(block, 0xA7, BYTES);
    projc_arena_reset(arena);
    CU_ASSERT_PTR_EQUAL(projc_arena_alloc_raw(arena, BYTES), block);
    CU_ASSERT_EQUAL(block[MIDDLE], 0xA7);
    projc_arena_free(arena);
}

static void the_bound_holds_between_resets(void)
{
    projc_arena *arena = projc_arena_new(10000);
    size_t count = 0;

    while (projc_arena_alloc(arena, 100) != NULL)
        count++;
    CU_ASSERT_EQUAL(count, 10000 / 112);
    CU_ASSERT(projc_arena_used(arena) <= 10000);
    CU_ASSERT(projc_arena_is_exhausted(arena));
    CU_ASSERT_EQUAL(projc__arena_status(arena), PROJC_LIMIT);
    projc_arena_reset(arena);
    CU_ASSERT(!projc_arena_is_exhausted(arena));
    CU_ASSERT_EQUAL(projc_arena_used(arena), 0);
    CU_ASSERT_PTR_NOT_NULL(projc_arena_alloc(arena, 9984));
    CU_ASSERT_PTR_NULL(projc_arena_alloc(arena, 100));
    CU_ASSERT_EQUAL(projc__arena_limit(arena), 10000);
    projc_arena_free(arena);
}

static void the_bound_is_raised_once_until_a_reset(void)
{
    projc_arena *arena = projc_arena_new(1000);

    CU_ASSERT_PTR_NULL(projc_arena_alloc(arena, 2000));
    CU_ASSERT(projc__arena_extend(arena, 2000));
    CU_ASSERT(!projc_arena_is_exhausted(arena));
    CU_ASSERT_PTR_NOT_NULL(projc_arena_alloc(arena, 2000));
    CU_ASSERT_PTR_NULL(projc_arena_alloc(arena, 2000));
    CU_ASSERT(!projc__arena_extend(arena, 2000));
    projc_arena_reset(arena);
    CU_ASSERT_PTR_NULL(projc_arena_alloc(arena, 2000));
    projc_arena_free(arena);
}

static void absurd_sizes_fail_and_do_no_harm(void)
{
    projc_arena *arena = projc_arena_new(0);
    projc_error error;

    CU_ASSERT_PTR_NULL(projc_arena_alloc(arena, SIZE_MAX));
    CU_ASSERT_EQUAL(projc__arena_status(arena), PROJC_LIMIT);
    CU_ASSERT_PTR_NULL(projc_arena_alloc_raw(arena, SIZE_MAX - 100));
    CU_ASSERT_PTR_NULL(projc_arena_copy(arena, "", SIZE_MAX));
    CU_ASSERT_PTR_NOT_NULL(projc_arena_alloc(arena, 10));
    projc_arena_reset(arena);
    CU_ASSERT_PTR_NULL(projc_arena_alloc_raw(arena, SIZE_MAX / 4));
    CU_ASSERT_EQUAL(projc__arena_status(arena), PROJC_NO_MEMORY);
    CU_ASSERT_EQUAL(projc__arena_error(arena, &error), PROJC_NO_MEMORY);
    projc_arena_free(arena);
}

static void copy_outlives_source(void)
{
    projc_arena *arena = projc_arena_new(0);
    char source[] = "abc\0def";
    char *copy = projc_arena_copy(arena, source, 7);
    const char *empty = projc_arena_copy(arena, NULL, 0);

    memset(source, 'x', sizeof source);
    CU_ASSERT_EQUAL(memcmp(copy, "abc\0def\0", 8), 0);
    CU_ASSERT_STRING_EQUAL(empty, "");
    projc_arena_free(arena);
}

static void used_grows_by_what_is_handed_out(void)
{
    projc_arena *arena = projc_arena_new(0);
    size_t before;

    projc_arena_alloc(arena, 1);
    before = projc_arena_used(arena);
    CU_ASSERT(before >= 1 && before <= 16);
    projc_arena_alloc(arena, 1000);
    CU_ASSERT(projc_arena_used(arena) >= before + 1000);
    CU_ASSERT(projc_arena_used(arena) <= before + 1016);
    projc_arena_free(arena);
}

static void random_use_over_many_resets_keeps_data_apart(void)
{
    enum { ROUNDS = 50, PIECES = 300 };
    projc_arena *arena = projc_arena_new(0);
    projc__random random;

    projc__random_init(&random, 7);
    for (int round = 0; round < ROUNDS; round++) {
        uint8_t *pieces[PIECES];
        size_t sizes[PIECES];
        int wrong = 0;

        for (int i = 0; i < PIECES; i++) {
            sizes[i] = (size_t)projc__random_below(&random, i % 50 == 0 ? 200000 : 300);
            pieces[i] = projc_arena_alloc_raw(arena, sizes[i]);
            CU_ASSERT_PTR_NOT_NULL_FATAL(pieces[i]);
            memset(pieces[i], i, sizes[i]);
        }
        for (int i = 0; i < PIECES; i++)
            for (size_t j = 0; j < sizes[i]; j++)
                wrong += pieces[i][j] != (uint8_t)i;
        CU_ASSERT_EQUAL(wrong, 0);
        projc_arena_reset(arena);
    }
    projc_arena_free(arena);
}

static void lists_grow_and_keep_their_items(void)
{
    projc_arena *arena = projc_arena_new(0);
    projc_list_i64 list = {NULL, 0, 0};
    int wrong = 0;

    for (int64_t i = 0; i < 10000; i++) {
        list.items =
            projc_list_reserve(arena, list.items, list.count, &list.capacity, sizeof *list.items);
        CU_ASSERT_PTR_NOT_NULL_FATAL(list.items);
        CU_ASSERT(list.capacity > list.count);
        list.items[list.count++] = i;
    }
    for (int64_t i = 0; i < 10000; i++)
        wrong += list.items[i] != i;
    CU_ASSERT_EQUAL(wrong, 0);
    projc_arena_free(arena);
}

static void a_list_that_cannot_grow_stays_as_it_is(void)
{
    projc_arena *arena = projc_arena_new(1000);
    uint32_t capacity = 0;
    uint32_t count = 0;
    int64_t *items = NULL;

    for (;;) {
        int64_t *grown = projc_list_reserve(arena, items, count, &capacity, sizeof *items);

        if (grown == NULL)
            break;
        items = grown;
        items[count++] = 5;
    }
    CU_ASSERT_EQUAL(count, capacity);
    CU_ASSERT(count > 10);
    CU_ASSERT_EQUAL(items[count - 1], 5);
    capacity = UINT32_C(1) << 31;
    CU_ASSERT_PTR_NULL(projc_list_reserve(arena, items, capacity, &capacity, sizeof *items));
    CU_ASSERT_EQUAL(projc__arena_status(arena), PROJC_LIMIT);
    projc_arena_free(arena);
}

#define TESTS(X)                                    \
    X(allocations_are_aligned_zeroed_and_apart)     \
    X(memory_is_zeroed_again_after_a_reset)         \
    X(a_reset_keeps_as_large_a_block_as_was_said)   \
    X(the_bound_holds_between_resets)               \
    X(absurd_sizes_fail_and_do_no_harm)             \
    X(copy_outlives_source)                         \
    X(used_grows_by_what_is_handed_out)             \
    X(the_bound_is_raised_once_until_a_reset)       \
    X(random_use_over_many_resets_keeps_data_apart) \
    X(lists_grow_and_keep_their_items)              \
    X(a_list_that_cannot_grow_stays_as_it_is)
SUITE("arena", TESTS)
