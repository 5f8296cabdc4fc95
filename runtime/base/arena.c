/* The bounded arena: blocks in a list, the newest one is cut from; one block survives a reset.
 *
 * Blocks double in size, so that a unit of work of n bytes costs O(log n) calls of malloc; a
 * request that is larger than the next block gets a block of its own size. The bound counts the
 * bytes handed out, the memory behind it is at most twice as much. Under AddressSanitizer what is
 * not handed out is poisoned, and every allocation is followed by a red zone. */
#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define PROJC_ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PROJC_ARENA_POISONS 1
#endif
#endif

#ifdef PROJC_ARENA_POISONS
#include <sanitizer/asan_interface.h>
enum { RED_ZONE = 16 };
/* gcc takes the address of memory that was not written for a read of it, unless it cannot see
 * through. */
#define POISON(address, size) \
    __asan_poison_memory_region((void *)((uintptr_t)(address) | opaque_zero), (size))
static volatile const uintptr_t opaque_zero;
#define UNPOISON(address, size) __asan_unpoison_memory_region((address), (size))
#else
enum { RED_ZONE = 0 };
#define POISON(address, size) ((void)0)
#define UNPOISON(address, size) ((void)0)
#endif

enum {
    ALIGNMENT = 16,
    FIRST_BLOCK_BYTES = 8 * 1024,
    LARGEST_BLOCK_BYTES = 4 * 1024 * 1024,
    /* A larger block is given back at a reset, so that one huge event does not stay in memory. */
    KEPT_BLOCK_BYTES = 1024 * 1024
};

_Static_assert(_Alignof(max_align_t) <= ALIGNMENT, "the arena aligns for any type");

typedef struct block {
    struct block *previous;
    size_t size; /* bytes behind this header */
} block;

enum { HEADER_BYTES = (sizeof(block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT };

struct projc_arena {
    block *newest;
    uint8_t *at;  /* first free byte of the newest block */
    uint8_t *end; /* behind its last byte */
    size_t used;
    size_t limit;           /* 0: none */
    size_t extra;           /* added to it until the next reset */
    size_t next_block_size; /* of the next malloc, unless the request is larger */
    size_t kept_block_size; /* at most, over a reset */
    projc_status status;    /* of the first failure since the last reset */
};

static uint8_t *block_data(block *a_block)
{
    return (uint8_t *)a_block + HEADER_BYTES;
}

static void block_free(block *a_block)
{
    UNPOISON(block_data(a_block), a_block->size);
    free(a_block);
}

static void *fail(projc_arena *arena, projc_status status)
{
    if (arena->status == PROJC_OK)
        arena->status = status;
    return NULL;
}

projc_arena *projc_arena_new(size_t limit_bytes)
{
    projc_arena *arena = calloc(1, sizeof *arena);

    if (arena == NULL)
        return NULL;
    arena->limit = limit_bytes;
    arena->next_block_size = FIRST_BLOCK_BYTES;
    arena->kept_block_size = KEPT_BLOCK_BYTES;
    return arena;
}

static void free_blocks(block *newest, const block *kept)
{
    while (newest != NULL) {
        block *previous = newest->previous;

        if (newest != kept)
            block_free(newest);
        newest = previous;
    }
}

void projc_arena_free(projc_arena *arena)
{
    if (arena == NULL)
        return;
    free_blocks(arena->newest, NULL);
    free(arena);
}

void projc_arena_reset(projc_arena *arena)
{
    block *kept = NULL;

    for (block *one = arena->newest; one != NULL; one = one->previous)
        if (one->size <= arena->kept_block_size && (kept == NULL || one->size > kept->size))
            kept = one;
    free_blocks(arena->newest, kept);
    arena->newest = kept;
    arena->at = NULL;
    arena->end = NULL;
    arena->next_block_size = FIRST_BLOCK_BYTES;
    if (kept != NULL) {
        kept->previous = NULL;
        arena->at = block_data(kept);
        arena->end = arena->at + kept->size;
        arena->next_block_size = 2 * kept->size;
        POISON(arena->at, kept->size);
    }
    arena->used = 0;
    arena->extra = 0;
    arena->status = PROJC_OK;
}

/* Puts a block with room for size bytes in front. */
static bool add_block(projc_arena *arena, size_t size)
{
    size_t block_size = arena->next_block_size;
    block *added;

    if (block_size > LARGEST_BLOCK_BYTES)
        block_size = LARGEST_BLOCK_BYTES;
    if (block_size < size)
        block_size = size;
    if (block_size > SIZE_MAX - HEADER_BYTES)
        return false;
    added = malloc(HEADER_BYTES + block_size);
    if (added == NULL)
        return false;
    added->previous = arena->newest;
    added->size = block_size;
    arena->newest = added;
    arena->at = block_data(added);
    arena->end = arena->at + block_size;
    arena->next_block_size = 2 * block_size;
    POISON(arena->at, block_size);
    return true;
}

void *projc_arena_alloc_raw(projc_arena *arena, size_t size)
{
    size_t rounded;
    void *result;

    if (size > SIZE_MAX - ALIGNMENT - RED_ZONE)
        return fail(arena, PROJC_LIMIT);
    /* An allocation of no bytes is still an address of its own. */
    rounded = size == 0 ? ALIGNMENT : (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (arena->limit != 0 && (arena->used > arena->limit + arena->extra ||
                              rounded > arena->limit + arena->extra - arena->used))
        return fail(arena, PROJC_LIMIT);
    if (rounded + RED_ZONE > (size_t)(arena->end - arena->at) &&
        !add_block(arena, rounded + RED_ZONE))
        return fail(arena, PROJC_NO_MEMORY);
    result = arena->at;
    arena->at += rounded + RED_ZONE;
    arena->used += rounded;
    UNPOISON(result, size);
    return result;
}

void *projc_arena_alloc(projc_arena *arena, size_t size)
{
    void *result = projc_arena_alloc_raw(arena, size);

    if (result != NULL)
        memset(result, 0, size);
    return result;
}

char *projc_arena_copy(projc_arena *arena, const void *data, size_t size)
{
    char *copy;

    if (size == SIZE_MAX) {
        fail(arena, PROJC_LIMIT);
        return NULL;
    }
    copy = projc_arena_alloc_raw(arena, size + 1);
    if (copy == NULL)
        return NULL;
    if (size != 0)
        memcpy(copy, data, size);
    copy[size] = '\0';
    return copy;
}

size_t projc_arena_used(const projc_arena *arena)
{
    return arena->used;
}

int projc_arena_is_exhausted(const projc_arena *arena)
{
    return arena->status != PROJC_OK;
}

projc_status projc__arena_status(const projc_arena *arena)
{
    return arena->status;
}

projc_status projc_arena_error(const projc_arena *arena, projc_error *error)
{
    if (arena->status == PROJC_NO_MEMORY)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    return projc_error_set(error, PROJC_LIMIT, "more than %zu bytes are needed at once",
                           arena->limit);
}

bool projc__arena_extend(projc_arena *arena, size_t bytes)
{
    if (arena->extra != 0 || bytes > SIZE_MAX - arena->limit || arena->status == PROJC_NO_MEMORY)
        return false;
    arena->extra = bytes;
    arena->status = PROJC_OK;
    return true;
}

void projc__arena_keep(projc_arena *arena, size_t bytes)
{
    arena->kept_block_size = bytes;
}

size_t projc__arena_limit(const projc_arena *arena)
{
    return arena->limit;
}

void *projc_list_reserve(projc_arena *arena, void *items, uint32_t count, uint32_t *capacity,
                         size_t item_size)
{
    enum { FIRST_CAPACITY = 4 };
    const uint32_t most = UINT32_C(1) << 31;
    uint32_t wanted;
    void *moved;

    assert(item_size != 0 && count <= *capacity);
    if (count < *capacity)
        return items;
    if (count >= most)
        return fail(arena, PROJC_LIMIT);
    wanted = count < FIRST_CAPACITY / 2 ? FIRST_CAPACITY : count > most / 2 ? most : 2 * count;
    if (item_size > SIZE_MAX / wanted)
        return fail(arena, PROJC_LIMIT);
    moved = projc_arena_alloc_raw(arena, wanted * item_size);
    if (moved == NULL)
        return NULL;
    if (count != 0)
        memcpy(moved, items, count * item_size);
    *capacity = wanted;
    return moved;
}
