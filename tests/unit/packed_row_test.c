/* Rows packed for setting keys back: what comes out is what went in, bit by bit. */
#include <CUnit/CUnit.h>

#include <projc/codec.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/engine/packed_row.h"
#include "suite.h"

enum { ROUNDS = 20000, COLUMNS_MAX = 12, TEXT_MAX = 300 };

static projc_arena *arena;

static bool are_same_bytes(const void *left, size_t left_size, const void *right, size_t right_size)
{
    return left_size == right_size && (left_size == 0 || memcmp(left, right, left_size) == 0);
}

static bool is_same(const projc_value *left, const projc_value *right)
{
    if (left->kind != right->kind)
        return false;
    switch (left->kind) {
    case PROJC_KIND_NULL:
        return true;
    case PROJC_KIND_BOOL:
        return left->as.boolean == right->as.boolean;
    case PROJC_KIND_INTEGER:
        return left->as.integer == right->as.integer;
    case PROJC_KIND_REAL:
        return memcmp(&left->as.real, &right->as.real, sizeof left->as.real) == 0;
    case PROJC_KIND_TEXT:
        return are_same_bytes(left->as.text.data, left->as.text.size, right->as.text.data,
                              right->as.text.size);
    case PROJC_KIND_BYTES:
        return are_same_bytes(left->as.bytes.data, left->as.bytes.size, right->as.bytes.data,
                              right->as.bytes.size);
    case PROJC_KIND_UUID:
        return memcmp(left->as.uuid.bytes, right->as.uuid.bytes, 16) == 0;
    }
    return false;
}

/* Packs, unpacks and compares. */
static bool survives(const projc_value *values, uint32_t count)
{
    projc_value unpacked[COLUMNS_MAX];
    const uint8_t *packed = projc__row_pack(arena, values, count);

    if (packed == NULL)
        return false;
    memset(unpacked, 0xa5, sizeof unpacked);
    projc__row_unpack(packed, unpacked, count);
    for (uint32_t i = 0; i < count; i++)
        if (!is_same(&values[i], &unpacked[i]))
            return false;
    return true;
}

static void integers_at_every_edge_survive(void)
{
    projc_value value = {.kind = PROJC_KIND_INTEGER};

    for (int bits = 0; bits < 64; bits++) {
        for (int64_t around = -2; around <= 2; around++) {
            value.as.integer = (int64_t)((UINT64_C(1) << bits) + (uint64_t)around);
            CU_ASSERT_TRUE(survives(&value, 1));
            value.as.integer = (int64_t)(0 - (uint64_t)value.as.integer);
            CU_ASSERT_TRUE(survives(&value, 1));
        }
    }
    value.as.integer = INT64_MIN;
    CU_ASSERT_TRUE(survives(&value, 1));
    value.as.integer = INT64_MAX;
    CU_ASSERT_TRUE(survives(&value, 1));
}

static void reals_survive_bit_by_bit(void)
{
    const double reals[] = {0.0, -0.0, 1.5, -1e308, 5e-324, INFINITY, -INFINITY, NAN, -NAN};
    projc_value value = {.kind = PROJC_KIND_REAL};

    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++) {
        value.as.real = reals[i];
        CU_ASSERT_TRUE(survives(&value, 1));
    }
}

static projc_value random_value(char *room)
{
    projc_value value = {.kind = (projc_kind)(rand() % 7)};
    size_t size = (size_t)(rand() % 4 == 0 ? 0 : rand() % TEXT_MAX);

    for (size_t i = 0; i < TEXT_MAX; i++)
        room[i] = (char)rand();
    if (value.kind == PROJC_KIND_BOOL)
        value.as.boolean = rand() % 2 == 0;
    else if (value.kind == PROJC_KIND_INTEGER)
        value.as.integer = (int64_t)(((uint64_t)rand() << 40) ^ (uint64_t)rand()) >> rand() % 64;
    else if (value.kind == PROJC_KIND_REAL)
        value.as.real = (double)rand() / (1 + rand() % 1000) - 1e6;
    else if (value.kind == PROJC_KIND_TEXT)
        value.as.text = (projc_text){size == 0 ? NULL : room, size};
    else if (value.kind == PROJC_KIND_BYTES)
        value.as.bytes = (projc_bytes){size == 0 ? NULL : (const uint8_t *)room, size};
    else if (value.kind == PROJC_KIND_UUID)
        memcpy(value.as.uuid.bytes, room, sizeof value.as.uuid.bytes);
    return value;
}

static void random_rows_survive(void)
{
    static char rooms[COLUMNS_MAX][TEXT_MAX];
    int kept = 0;

    srand(20);
    for (int round = 0; round < ROUNDS; round++) {
        projc_value values[COLUMNS_MAX];
        uint32_t count = (uint32_t)(rand() % (COLUMNS_MAX + 1));

        projc_arena_reset(arena);
        for (uint32_t i = 0; i < count; i++)
            values[i] = random_value(rooms[i]);
        kept += survives(values, count);
    }
    CU_ASSERT_EQUAL(kept, ROUNDS);
}

static void texts_are_copied(void)
{
    char text[] = "owner";
    const projc_value value = {.kind = PROJC_KIND_TEXT, .as.text = {text, 5}};
    projc_value unpacked;
    const uint8_t *packed = projc__row_pack(arena, &value, 1);

    CU_ASSERT_PTR_NOT_NULL_FATAL(packed);
    memset(text, 'x', 5);
    projc__row_unpack(packed, &unpacked, 1);
    CU_ASSERT_EQUAL(unpacked.as.text.size, 5);
    CU_ASSERT_EQUAL(memcmp(unpacked.as.text.data, "owner", 5), 0);
}

/* What compactness is for: a row of a bank account in a third of what its values take. */
static void small_rows_are_small(void)
{
    const projc_value values[] = {
        {.kind = PROJC_KIND_INTEGER, .as.integer = 5000000},
        {.kind = PROJC_KIND_INTEGER, .as.integer = 12},
        {.kind = PROJC_KIND_INTEGER, .as.integer = -123456},
        {.kind = PROJC_KIND_INTEGER, .as.integer = 99999},
        {.kind = PROJC_KIND_INTEGER, .as.integer = INT64_C(1767225600000000)},
    };
    size_t before;

    projc_arena_reset(arena);
    before = projc_arena_used(arena);
    CU_ASSERT_PTR_NOT_NULL(projc__row_pack(arena, values, 5));
    CU_ASSERT_TRUE(projc_arena_used(arena) - before <= 32);
}

static void a_full_arena_is_told(void)
{
    projc_arena *small = projc_arena_new(64);
    char text[100] = {0};
    const projc_value value = {.kind = PROJC_KIND_TEXT, .as.text = {text, sizeof text}};

    CU_ASSERT_PTR_NOT_NULL_FATAL(small);
    CU_ASSERT_PTR_NULL(projc__row_pack(small, &value, 1));
    projc_arena_free(small);
}

#define TESTS(X)                      \
    X(integers_at_every_edge_survive) \
    X(reals_survive_bit_by_bit)       \
    X(random_rows_survive)            \
    X(texts_are_copied)               \
    X(small_rows_are_small)           \
    X(a_full_arena_is_told)

int main(void)
{
    CU_TestInfo tests[] = {TESTS(SUITE_ROW) CU_TEST_INFO_NULL};
    int status;

    arena = projc_arena_new(0);
    status = arena == NULL || suite_run("packed_row", tests);
    projc_arena_free(arena);
    return status;
}
