/* A row of a state table, or of a projection's table, decoded. */
#include "engine/state_row.h"

#include "base/arena.h"
#include "codec/state_envelope.h"

#include <string.h>

static projc_status unpack(const projc_projection_type *type, const projc_value *value,
                           projc_arena *arena, void *state, projc_error *error)
{
    projc_msgpack_reader reader;
    projc_bytes packed;
    projc_status status;

    if (value->kind != PROJC_KIND_BYTES)
        return projc_error_set(error, PROJC_CORRUPT, "a stored state is no bytes");
    status = projc__state_open(value->as.bytes, type->shape_fingerprint, &packed, error);
    if (status != PROJC_OK)
        return status;
    projc_msgpack_reader_init(&reader, packed.data, packed.size, arena, error);
    type->from_msgpack(&reader, state);
    return projc_msgpack_read_end(&reader);
}

size_t projc__values_bytes(const projc_value *values, uint32_t count)
{
    size_t bytes = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (values[i].kind == PROJC_KIND_TEXT)
            bytes += values[i].as.text.size;
        else if (values[i].kind == PROJC_KIND_BYTES)
            bytes += values[i].as.bytes.size;
        else
            bytes += sizeof(projc_uuid);
    }
    return bytes;
}

projc_status projc__state_refuse(const char *projection, projc_status status, projc_error *error)
{
    char message[PROJC_MESSAGE_MAX];

    if (status == PROJC_OK || projc_status_class_of(status) == PROJC_CLASS_INFRA)
        return status;
    if (status != PROJC_MISMATCH)
        status = PROJC_CORRUPT; /* whatever a decoder says of stored bytes: no event is to blame */
    if (error == NULL)
        return status;
    memcpy(message, error->message, sizeof message);
    return projc_error_set(
        error, status, "projection `%s`: %.*s: run `rebuild %s --in-place`, which makes it anew",
        projection, PROJC_MESSAGE_MAX / 2, message, projection);
}

/* Generated code takes whatever keeps it from reading a column for damage; that memory was missing
 * is not. */
static projc_status as_read(const projc_arena *arena, projc_status status, projc_error *error)
{
    if (status != PROJC_OK && projc_arena_is_exhausted(arena))
        return projc__arena_error(arena, error);
    return status;
}

projc_status projc__table_row_from_values(const projc_row_table *table, const projc_value *values,
                                          projc_arena *arena, void *row, projc_error *error)
{
    return as_read(arena, table->from_row(arena, values, row, error), error);
}

projc_status projc__state_from_values(const projc_projection_type *type, const projc_value *values,
                                      projc_arena *arena, void *state, projc_error *error)
{
    projc_status status = type->is_columns ? type->from_row(arena, values + 1, state, error)
                                           : unpack(type, &values[1], arena, state, error);

    status = as_read(arena, status, error);
    /* A full arena is its owner's to judge. */
    return status == PROJC_LIMIT ? status : projc__state_refuse(type->name, status, error);
}

projc_status projc__state_from_row(const projc_projection_type *type, const projc_value *row,
                                   projc_arena *arena, void *state, projc_error *error)
{
    type->init(state);
    return projc__state_from_values(type, row + type->table->key_count, arena, state, error);
}
