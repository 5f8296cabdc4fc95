/* What the runtime itself asks an arena, beyond the public projc/arena.h. */
#ifndef PROJC_BASE_ARENA_H
#define PROJC_BASE_ARENA_H

#include "projc/arena.h"
#include "projc/status.h"

/* Why allocations fail: PROJC_LIMIT when the bound was reached, PROJC_NO_MEMORY when malloc gave
 * nothing, PROJC_OK while none has failed since the last reset. */
projc_status projc__arena_status(const projc_arena *arena);

/* projc_arena_error by the name it has within the runtime. */
static inline projc_status projc__arena_error(const projc_arena *arena, projc_error *error)
{
    return projc_arena_error(arena, error);
}

/* The bound given to projc_arena_new; 0 means none. */
size_t projc__arena_limit(const projc_arena *arena);

/* How large a block may be that survives a reset, 1 MiB unless somebody has said otherwise. */
void projc__arena_keep(projc_arena *arena, size_t bytes);

/* Once until the next reset: raises the bound by so much, and forgets that it was reached. For what
 * must be done about an event that has filled the arena. False when it was raised already, or when
 * malloc gave nothing. */
bool projc__arena_extend(projc_arena *arena, size_t bytes);

#endif
