/* Arrays in PostgreSQL's binary form, as parameters of statements; and amounts of cents. */
#ifndef BENCH_SHOP_ARRAYS_H
#define BENCH_SHOP_ARRAYS_H

#include <libpq-fe.h>
#include <stddef.h>
#include <stdint.h>

/* Types of items. */
enum {
    BENCH_INT8 = 20,
    BENCH_TEXT = 25,
    BENCH_TIMESTAMPTZ = 1184,
    BENCH_NUMERIC = 1700,
    BENCH_UUID = 2950
};

typedef struct bench_array {
    uint32_t type;
    uint8_t *bytes; /* with room for the header in front */
    size_t size;
    size_t capacity;
    uint32_t count;
} bench_array;

void bench_arrays_begin(bench_array *arrays, const uint32_t *types, int count);
void bench_arrays_free(bench_array *arrays, int count);
void bench_array_clear(bench_array *array);
void bench_array_put(bench_array *array, const void *data, size_t size);
void bench_array_put_null(bench_array *array);
void bench_array_put_i64(bench_array *array, int64_t value);
/* A numeric with two digits behind the point. */
void bench_array_put_cents(bench_array *array, int64_t cents);
/* The same from a result in binary. */
int64_t bench_cents(const char *numeric);

/* Runs a statement with arrays as its parameters; results come in binary. */
PGresult *bench_array_query(PGconn *connection, const char *sql, const bench_array *arrays,
                            int count);

#endif
