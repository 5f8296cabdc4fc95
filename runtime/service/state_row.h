/* A row of a state table, decoded. */
#ifndef PROJC_SERVICE_STATE_ROW_H
#define PROJC_SERVICE_STATE_ROW_H

#include "projc/module.h"

/* How many key columns a projection's keys really have: a stream projection's `singleton` is none.
 */
static inline uint32_t projc__key_parts(const projc_projection_type *type)
{
    return type->kind == PROJC_STREAM_PROJECTION ? 0 : type->table->key_count;
}

/* The state in a row of the projection's table (column_count values), into room for state_size
 * bytes. What it points at lives in the arena or borrows the row. CORRUPT when the bytes are
 * damaged or of another shape. */
projc_status projc__state_from_row(const projc_projection_type *type, const projc_value *row,
                                   projc_arena *arena, void *state, projc_error *error);

#endif
