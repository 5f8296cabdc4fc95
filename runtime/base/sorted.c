/* Sorted arrays, as sets and maps are: room for one more item in the middle, and putting in order
 * what a payload brings in any. */
#include "projc/arena.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

void *projc_list_insert(projc_arena *arena, void *items, uint32_t count, uint32_t *capacity,
                        uint32_t at, size_t item_size)
{
    char *room = projc_list_reserve(arena, items, count, capacity, item_size);

    assert(at <= count);
    if (room != NULL && at < count)
        memmove(room + (at + 1) * item_size, room + at * item_size, (count - at) * item_size);
    return room;
}

void projc_list_remove(void *items, uint32_t *count, uint32_t at, size_t item_size)
{
    char *bytes = items;

    assert(at < *count);
    (*count)--;
    if (at < *count)
        memmove(bytes + at * item_size, bytes + (at + 1) * item_size, (*count - at) * item_size);
}

static bool is_ascending(const char *items, uint32_t count, size_t item_size,
                         projc_compare *compare)
{
    for (uint32_t i = 1; i < count; i++)
        if (compare(items + (i - 1) * item_size, items + i * item_size) >= 0)
            return false;
    return true;
}

/* Merges from[begin..middle) and from[middle..end) into `to`; of equal items the left comes first.
 */
static void merge(const char *from, char *to, size_t begin, size_t middle, size_t end,
                  size_t item_size, projc_compare *compare)
{
    size_t left = begin;
    size_t right = middle;

    for (size_t at = begin; at < end; at++) {
        bool is_left = left < middle && (right == end || compare(from + left * item_size,
                                                                 from + right * item_size) <= 0);
        size_t *taken = is_left ? &left : &right;

        memcpy(to + at * item_size, from + *taken * item_size, item_size);
        (*taken)++;
    }
}

bool projc_sort_unique(projc_arena *arena, void *items, uint32_t *count, size_t item_size,
                       projc_compare *compare)
{
    size_t total = *count;
    char *from = items;
    char *to;
    uint32_t kept = 0;

    if (is_ascending(items, *count, item_size, compare))
        return true;
    to = projc_arena_alloc_raw(arena, total * item_size);
    if (to == NULL)
        return false;
    for (size_t width = 1; width < total; width *= 2) {
        char *swap = from;

        for (size_t begin = 0; begin < total; begin += 2 * width) {
            size_t middle = begin + width < total ? begin + width : total;
            size_t end = begin + 2 * width < total ? begin + 2 * width : total;

            merge(from, to, begin, middle, end, item_size, compare);
        }
        from = to;
        to = swap;
    }
    /* Of equal items the last one counts. `from` may be `items` itself: kept never passes i. */
    for (size_t i = 0; i < total; i++) {
        if (i + 1 < total && compare(from + i * item_size, from + (i + 1) * item_size) == 0)
            continue;
        memmove((char *)items + kept * item_size, from + i * item_size, item_size);
        kept++;
    }
    *count = kept;
    return true;
}
