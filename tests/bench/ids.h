/* Numbers for 16-byte ids, in the order in which they come: the caller keeps what belongs to an id
 * in an array by its number. Ids are random, so that their bytes are a hash. */
#ifndef BENCH_IDS_H
#define BENCH_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct bench_ids {
    uint8_t (*ids)[16]; /* by number */
    uint32_t *slots;    /* number + 1, or 0 */
    size_t capacity;    /* a power of two */
    uint32_t count;
} bench_ids;

/* The id's number, new where it is new; numbers are below 2^31. */
uint32_t bench_ids_add(bench_ids *all, const uint8_t id[16]);

/* Whether the id has a number. */
bool bench_ids_find(const bench_ids *all, const uint8_t id[16], uint32_t *number);

/* Makes room for `number` in an array of records that double when they are full; new ones are zero.
 * Returns the array. */
void *bench_ids_reserve(void *records, size_t size, uint32_t number, uint32_t *capacity);

void bench_ids_free(bench_ids *all);

#endif
