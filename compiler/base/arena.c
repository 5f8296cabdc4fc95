/* arena.c -- chunks of zeroed memory, each larger than the one before, freed together. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_CHUNK_BYTES = 64 * 1024,
    LARGEST_CHUNK_BYTES = 4 * 1024 * 1024,
    ALIGNMENT = _Alignof(max_align_t),
    OUT_OF_MEMORY_EXIT = 3,
};

/* The header is padded to ALIGNMENT by the flexible member. */
struct chunk {
    struct chunk *previous;
    size_t size; /* bytes in data */
    size_t used;
    _Alignas(max_align_t) unsigned char data[];
};

struct pc_arena {
    struct chunk *current;
    size_t next_chunk_bytes;
    size_t total_used;
    pc_out_of_memory *handler;
    void *context;
};

static void exit_out_of_memory(void *context)
{
    (void)context;
    fputs("projc: out of memory\n", stderr);
    exit(OUT_OF_MEMORY_EXIT);
}

struct pc_arena *pc_arena_new(pc_out_of_memory *handler, void *context)
{
    pc_out_of_memory *used_handler = handler != NULL ? handler : exit_out_of_memory;
    struct pc_arena *arena = calloc(1, sizeof(*arena));

    if (arena == NULL) {
        used_handler(context);
        abort(); /* The handler returned, which its contract forbids. */
    }
    arena->next_chunk_bytes = FIRST_CHUNK_BYTES;
    arena->handler = used_handler;
    arena->context = context;
    return arena;
}

void pc_arena_free(struct pc_arena *arena)
{
    if (arena == NULL)
        return;
    struct chunk *chunk = arena->current;
    while (chunk != NULL) {
        struct chunk *previous = chunk->previous;
        free(chunk);
        chunk = previous;
    }
    free(arena);
}

static _Noreturn void fail(struct pc_arena *arena)
{
    arena->handler(arena->context);
    abort(); /* The handler returned, which its contract forbids. */
}

/* A chunk of its own for a large request goes behind the current one, whose rest stays in use. */
static void *alloc_large(struct pc_arena *arena, size_t size)
{
    struct chunk *chunk = calloc(1, sizeof(*chunk) + size);

    if (chunk == NULL)
        fail(arena);
    chunk->size = size;
    chunk->used = size;
    if (arena->current != NULL) {
        chunk->previous = arena->current->previous;
        arena->current->previous = chunk;
    } else {
        arena->current = chunk;
    }
    return chunk->data;
}

static void add_chunk(struct pc_arena *arena)
{
    size_t size = arena->next_chunk_bytes;
    struct chunk *chunk = calloc(1, sizeof(*chunk) + size);

    if (chunk == NULL)
        fail(arena);
    chunk->size = size;
    chunk->previous = arena->current;
    arena->current = chunk;
    if (size < LARGEST_CHUNK_BYTES)
        arena->next_chunk_bytes = size * 2;
}

void *pc_arena_alloc(struct pc_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        fail(arena);
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (rounded == 0)
        rounded = ALIGNMENT;
    arena->total_used += rounded;
    if (rounded > FIRST_CHUNK_BYTES / 4)
        return alloc_large(arena, rounded);
    if (arena->current == NULL || arena->current->size - arena->current->used < rounded)
        add_chunk(arena);
    void *result = arena->current->data + arena->current->used;
    arena->current->used += rounded;
    return result;
}

void *pc_arena_alloc_array(struct pc_arena *arena, size_t count, size_t item_size)
{
    if (item_size != 0 && count > SIZE_MAX / 2 / item_size)
        fail(arena);
    return pc_arena_alloc(arena, count * item_size);
}

char *pc_arena_copy(struct pc_arena *arena, const void *data, size_t size)
{
    if (size > SIZE_MAX / 2)
        fail(arena);
    char *copy = pc_arena_alloc(arena, size + 1);
    if (size > 0)
        memcpy(copy, data, size);
    return copy;
}

size_t pc_arena_used(const struct pc_arena *arena)
{
    return arena->total_used;
}

void *pc_arena_grow_list(struct pc_arena *arena, void *items, size_t count, size_t *capacity)
{
    if (count < *capacity)
        return items;
    size_t grown = *capacity == 0 ? 4 : *capacity * 2;
    void *copy = pc_arena_alloc_array(arena, grown, sizeof(void *));
    if (count > 0)
        memcpy(copy, items, count * sizeof(void *));
    *capacity = grown;
    return copy;
}
