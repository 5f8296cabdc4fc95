/* A row of a state table, decoded. */
#ifndef PROJC_ENGINE_STATE_ROW_H
#define PROJC_ENGINE_STATE_ROW_H

#include "projc/module.h"

/* How many key columns a projection's keys really have: a stream projection's `singleton` is none.
 */
static inline uint32_t projc__key_parts(const projc_projection_type *type)
{
    return type->kind == PROJC_STREAM_PROJECTION ? 0 : type->table->key_count;
}

/* The position in a row of the projection's table: the last event that made it. */
static inline int64_t projc__state_position(const projc_projection_type *type,
                                            const projc_value *row)
{
    return row[type->table->key_count].as.integer;
}

/* The state in a row of the projection's table (column_count values), into room for state_size
 * bytes, whatever was there. What it points at lives in the arena or borrows the row. MISMATCH:
 * bytes of another shape; LIMIT and NO_MEMORY as the arena says; CORRUPT, which names the
 * projection: the bytes are damaged. */
projc_status projc__state_from_row(const projc_projection_type *type, const projc_value *row,
                                   projc_arena *arena, void *state, projc_error *error);

/* The same from the values behind the key columns, into a state that was initialised. */
projc_status projc__state_from_values(const projc_projection_type *type, const projc_value *values,
                                      projc_arena *arena, void *state, projc_error *error);

#endif
