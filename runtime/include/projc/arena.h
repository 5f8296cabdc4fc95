/* A bounded arena: memory of one unit of work, freed as a whole. Not thread-safe: one owner. */
#ifndef PROJC_ARENA_H
#define PROJC_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "projc/status.h"
#include "projc/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct projc_arena projc_arena;

/* limit_bytes bounds everything allocated between resets; 0 means no bound. NULL when out of
 * memory. */
projc_arena *projc_arena_new(size_t limit_bytes);
void projc_arena_free(projc_arena *arena); /* NULL is allowed */
/* Forgets all allocations and keeps a part of the memory for the next round. */
void projc_arena_reset(projc_arena *arena);
/* Zeroed memory aligned for any type; NULL when the bound or the memory is exhausted. size 0 is
 * allowed. */
void *projc_arena_alloc(projc_arena *arena, size_t size);
/* The same without zeroing. */
void *projc_arena_alloc_raw(projc_arena *arena, size_t size);
/* A NUL-terminated copy; NULL like alloc. */
char *projc_arena_copy(projc_arena *arena, const void *data, size_t size);
/* Bytes handed out since the last reset. */
size_t projc_arena_used(const projc_arena *arena);
/* True when an allocation has failed since the last reset. */
int projc_arena_is_exhausted(const projc_arena *arena);
/* What an allocation that returned NULL means: LIMIT when the bound was reached, NO_MEMORY when
 * there is no memory. Fills *error and returns its status. */
projc_status projc_arena_error(const projc_arena *arena, projc_error *error);

/* Room for one more item in a list of item_size bytes each. Returns the items, moved when they had
 * to grow, or NULL when the arena is exhausted or the list has 2^31 items; *capacity is updated. */
void *projc_list_reserve(projc_arena *arena, void *items, uint32_t count, uint32_t *capacity,
                         size_t item_size);
/* The same with the room at position `at` <= count: what stood there and behind it moves up by one.
 */
void *projc_list_insert(projc_arena *arena, void *items, uint32_t count, uint32_t *capacity,
                        uint32_t at, size_t item_size);
/* Closes the gap of the item at position `at` < *count, which is one less then. */
void projc_list_remove(void *items, uint32_t *count, uint32_t at, size_t item_size);

/* The order of two items: <0, 0, >0. */
typedef int projc_compare(const void *left, const void *right);
/* Sorts the items and leaves of equal ones the last. False when the arena is exhausted, which only
 * items out of order need. */
bool projc_sort_unique(projc_arena *arena, void *items, uint32_t *count, size_t item_size,
                       projc_compare *compare);

#ifdef __cplusplus
}
#endif
#endif
