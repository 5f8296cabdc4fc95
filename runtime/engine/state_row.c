/* A row of a state table, decoded. */
#include "engine/state_row.h"

#include "codec/state_envelope.h"

static projc_status unpack(const projc_projection_type *type, const projc_value *value,
                           projc_arena *arena, void *state, projc_error *error)
{
    projc_msgpack_reader reader;
    projc_bytes packed;
    projc_status status;

    if (value->kind != PROJC_KIND_BYTES)
        return projc_error_set(error, PROJC_CORRUPT, "it is no bytes");
    status = projc__state_open(value->as.bytes, type->shape_fingerprint, &packed, error);
    if (status != PROJC_OK)
        return status;
    projc_msgpack_reader_init(&reader, packed.data, packed.size, arena, error);
    type->from_msgpack(&reader, state);
    return projc_msgpack_read_end(&reader);
}

projc_status projc__state_from_values(const projc_projection_type *type, const projc_value *values,
                                      projc_arena *arena, void *state, projc_error *error)
{
    projc_status status = type->is_columns ? type->from_row(arena, values + 1, state, error)
                                           : unpack(type, &values[1], arena, state, error);

    if (status == PROJC_OK || status == PROJC_MISMATCH || status == PROJC_LIMIT ||
        projc_status_class_of(status) == PROJC_CLASS_INFRA)
        return status;
    if (error == NULL)
        return PROJC_CORRUPT;
    error->status = PROJC_CORRUPT;
    return projc_error_context(error, "a stored state of projection `%s`", type->name);
}

projc_status projc__state_from_row(const projc_projection_type *type, const projc_value *row,
                                   projc_arena *arena, void *state, projc_error *error)
{
    type->init(state);
    return projc__state_from_values(type, row + type->table->key_count, arena, state, error);
}
