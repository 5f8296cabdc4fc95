/* arena.h -- one arena holds everything a compilation allocates; it is released in one go.
 *
 * Allocation never returns NULL: when the system has no memory left, the arena's out-of-memory
 * handler is called, and it must not return. The default handler prints one line to stderr and ends
 * the process with exit status 3. A caller that has to survive (the language server, the
 * out-of-memory tests) gives a handler that longjmps out; the arena itself stays valid then and is
 * released as usual. */
#ifndef PC_BASE_ARENA_H
#define PC_BASE_ARENA_H

#include <stddef.h>

struct pc_arena;

/* Called with the context given to pc_arena_new; must exit or longjmp. */
typedef void pc_out_of_memory(void *context);

/* Makes an empty arena; release it with pc_arena_free. A NULL handler means the default one. The
 * arena is not locked: one thread at a time. */
struct pc_arena *pc_arena_new(pc_out_of_memory *handler, void *context);

/* Releases the arena and everything allocated from it. NULL is allowed. */
void pc_arena_free(struct pc_arena *arena);

/* Returns `size` zeroed bytes, aligned for any type, that live as long as the arena. A size of 0
 * returns a valid pointer. */
void *pc_arena_alloc(struct pc_arena *arena, size_t size);

/* As pc_arena_alloc for `count` items of `item_size` bytes; a product that overflows is out of
 * memory. */
void *pc_arena_alloc_array(struct pc_arena *arena, size_t count, size_t item_size);

/* Copies `size` bytes and adds a NUL that is not counted. */
char *pc_arena_copy(struct pc_arena *arena, const void *data, size_t size);

/* Returns the bytes handed out so far, for statistics and tests. */
size_t pc_arena_used(const struct pc_arena *arena);

/* One zeroed object of the given type. */
#define PC_NEW(arena, type) ((type *)pc_arena_alloc((arena), sizeof(type)))

/* Makes room for one more pointer in a growing array: returns `items`, or a larger copy of it.
 * `capacity` is updated. Used through PC_LIST_ADD. */
void *pc_arena_grow_list(struct pc_arena *arena, void *items, size_t count, size_t *capacity);

/* The member list of a growing array of pointers: `struct pc_fields { PC_LIST_OF(struct pc_field);
 * }`. Readers use items[0 .. count). */
#define PC_LIST_OF(type) \
    type **items;        \
    size_t count;        \
    size_t capacity

/* Appends one pointer to such a list. */
#define PC_LIST_ADD(arena, list, item)                                                    \
    do {                                                                                  \
        (list)->items =                                                                   \
            pc_arena_grow_list((arena), (list)->items, (list)->count, &(list)->capacity); \
        (list)->items[(list)->count++] = (item);                                          \
    } while (0)

#endif
