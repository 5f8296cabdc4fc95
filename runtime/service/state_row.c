/* A row of a state table, decoded. */
#include "service/state_row.h"

#include "codec/state_envelope.h"

projc_status projc__state_from_row(const projc_projection_type *type, const projc_value *row,
                                   projc_arena *arena, void *state, projc_error *error)
{
    const projc_value *values = row + type->table->key_count + 1; /* behind `position` */
    projc_msgpack_reader reader;
    projc_bytes packed;
    projc_status status;

    type->init(state);
    if (type->is_columns)
        return type->from_row(arena, values, state, error);
    status = projc__state_open(values[0].as.bytes, type->shape_fingerprint, &packed, error);
    if (status != PROJC_OK)
        return status;
    projc_msgpack_reader_init(&reader, packed.data, packed.size, arena, error);
    type->from_msgpack(&reader, state);
    return projc_msgpack_read_end(&reader);
}
