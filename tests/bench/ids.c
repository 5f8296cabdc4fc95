#include "ids.h"

#include <stdlib.h>
#include <string.h>

#include "common.h"

enum { FIRST_CAPACITY = 1024 };

static size_t slot_of(const bench_ids *all, const uint8_t id[16])
{
    uint64_t hash;

    memcpy(&hash, id + 8, sizeof hash);
    for (size_t i = (size_t)(hash * UINT64_C(0x9E3779B97F4A7C15) >> 20);; i++) {
        uint32_t number = all->slots[i & (all->capacity - 1)];

        if (number == 0 || memcmp(all->ids[number - 1], id, 16) == 0)
            return i & (all->capacity - 1);
    }
}

static void grow(bench_ids *all)
{
    all->capacity = all->capacity == 0 ? FIRST_CAPACITY : all->capacity * 2;
    free(all->slots);
    all->slots = bench_alloc(all->capacity, sizeof *all->slots);
    all->ids = realloc(all->ids, all->capacity / 2 * sizeof *all->ids);
    if (all->ids == NULL)
        bench_fail("memory", "there is none");
    for (uint32_t i = 0; i < all->count; i++)
        all->slots[slot_of(all, all->ids[i])] = i + 1;
}

uint32_t bench_ids_add(bench_ids *all, const uint8_t id[16])
{
    if (all->count * (size_t)2 >= all->capacity)
        grow(all);
    uint32_t *slot = &all->slots[slot_of(all, id)];
    if (*slot == 0) {
        memcpy(all->ids[all->count], id, 16);
        *slot = ++all->count;
    }
    return *slot - 1;
}

bool bench_ids_find(const bench_ids *all, const uint8_t id[16], uint32_t *number)
{
    uint32_t slot = all->capacity == 0 ? 0 : all->slots[slot_of(all, id)];

    *number = slot - 1;
    return slot != 0;
}

void *bench_ids_reserve(void *records, size_t size, uint32_t number, uint32_t *capacity)
{
    uint32_t wanted = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;

    if (number < *capacity)
        return records;
    records = realloc(records, wanted * size);
    if (records == NULL)
        bench_fail("memory", "there is none");
    memset((char *)records + *capacity * size, 0, (wanted - *capacity) * size);
    *capacity = wanted;
    return records;
}

void bench_ids_free(bench_ids *all)
{
    free(all->ids);
    free(all->slots);
}
