/* Arrays and numerics in PostgreSQL's binary form. */
#include "shop_arrays.h"

#include <stdlib.h>
#include <string.h>

#include "common.h"

enum {
    HEADER = 20,
    FIRST_BYTES = 4096,
    PARAMETERS_MAX = 9,
    BASE = 10000,
    PLUS = 0,
    MINUS = 0x4000
};

void bench_arrays_begin(bench_array *arrays, const uint32_t *types, int count)
{
    for (int i = 0; i < count; i++)
        arrays[i] = (bench_array){.type = types[i],
                                  .bytes = bench_alloc(1, FIRST_BYTES),
                                  .size = HEADER,
                                  .capacity = FIRST_BYTES};
}

void bench_arrays_free(bench_array *arrays, int count)
{
    for (int i = 0; i < count; i++)
        free(arrays[i].bytes);
}

void bench_array_clear(bench_array *array)
{
    array->size = HEADER;
    array->count = 0;
}

static uint8_t *add_item(bench_array *array, uint32_t length, size_t size)
{
    uint8_t *at;

    while (array->capacity - array->size < size + 4) {
        array->capacity *= 2;
        array->bytes = realloc(array->bytes, array->capacity);
        if (array->bytes == NULL)
            bench_fail("memory", "there is none");
    }
    at = bench_put32(array->bytes + array->size, length);
    array->size += size + 4;
    array->count++;
    return at;
}

void bench_array_put(bench_array *array, const void *data, size_t size)
{
    memcpy(add_item(array, (uint32_t)size, size), data, size);
}

void bench_array_put_null(bench_array *array)
{
    (void)add_item(array, UINT32_MAX, 0);
}

void bench_array_put_i64(bench_array *array, int64_t value)
{
    (void)bench_put64(add_item(array, 8, 8), (uint64_t)value);
}

void bench_array_put_cents(bench_array *array, int64_t cents)
{
    uint64_t left = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
    uint16_t digits[8]; /* the last first */
    int count = 0;
    uint8_t *at;

    digits[count++] = (uint16_t)(left % 100 * 100);
    for (left /= 100; left != 0; left /= BASE)
        digits[count++] = (uint16_t)(left % BASE);
    at = add_item(array, (uint32_t)(8 + 2 * count), (size_t)(8 + 2 * count));
    at = bench_put16(bench_put16(at, (uint16_t)count), (uint16_t)(count - 2));
    at = bench_put16(bench_put16(at, cents < 0 ? MINUS : PLUS), 2);
    while (count > 0)
        at = bench_put16(at, digits[--count]);
}

static int get16(const char *at)
{
    return (int16_t)((uint8_t)at[0] << 8 | (uint8_t)at[1]);
}

int64_t bench_cents(const char *numeric)
{
    int count = get16(numeric);
    int weight = get16(numeric + 2);
    int64_t units = 0;
    int64_t cents = 0;

    for (int i = 0; i <= weight; i++)
        units = units * BASE + (i < count ? get16(numeric + 8 + 2 * i) : 0);
    if (weight >= -1 && weight + 1 < count)
        cents = get16(numeric + 8 + 2 * (weight + 1)) / 100;
    cents += units * 100;
    return get16(numeric + 4) == MINUS ? -cents : cents;
}

PGresult *bench_array_query(PGconn *connection, const char *sql, const bench_array *arrays,
                            int count)
{
    const char *values[PARAMETERS_MAX];
    int lengths[PARAMETERS_MAX];
    int formats[PARAMETERS_MAX];

    for (int i = 0; i < count; i++) {
        uint8_t *at = bench_put32(arrays[i].bytes, 1);

        at = bench_put32(bench_put32(at, 1), arrays[i].type);
        (void)bench_put32(bench_put32(at, arrays[i].count), 1);
        values[i] = (const char *)arrays[i].bytes;
        lengths[i] = (int)arrays[i].size;
        formats[i] = 1;
    }
    return PQexecParams(connection, sql, count, NULL, values, lengths, formats, 1);
}
