/* A row of a state table, or of a projection's table, decoded. */
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

/* How many bytes the values of a row have, for STATE_MAX; what is no text and no bytes counts 16.
 */
size_t projc__values_bytes(const projc_value *values, uint32_t count);

/* What reading a stored state or row of the projection came to, as the projector says it: bytes
 * that do not decode are CORRUPT, another shape's MISMATCH, each with the command that mends it; OK
 * and INFRA stay as they are. */
projc_status projc__state_refuse(const char *projection, projc_status status, projc_error *error);

/* The state in a row of the projection's table (column_count values), into room for state_size
 * bytes, whatever was there. What it points at lives in the arena or borrows the row. MISMATCH:
 * bytes of another shape; LIMIT and NO_MEMORY as the arena says; CORRUPT:
 * the bytes are damaged. MISMATCH and CORRUPT name the projection and what mends it. */
projc_status projc__state_from_row(const projc_projection_type *type, const projc_value *row,
                                   projc_arena *arena, void *state, projc_error *error);

/* The same from the values behind the key columns, into a state that was initialised. */
projc_status projc__state_from_values(const projc_projection_type *type, const projc_value *values,
                                      projc_arena *arena, void *state, projc_error *error);

/* The row of one of the projection's tables in its values (all columns), into room for row_size
 * bytes. OK, CORRUPT, or LIMIT or NO_MEMORY as the arena says. */
projc_status projc__table_row_from_values(const projc_row_table *table, const projc_value *values,
                                          projc_arena *arena, void *row, projc_error *error);

#endif
