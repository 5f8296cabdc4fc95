/* Keys as msgpack, and their lanes. */
#include "codec/value.h"

#include "base/time.h"

#include <assert.h>
#include <xxhash.h>

static void write_part(projc_msgpack_writer *writer, const projc_value *part)
{
    switch (part->kind) {
    case PROJC_KIND_NULL:
        projc_msgpack_write_null(writer);
        break;
    case PROJC_KIND_BOOL:
        projc_msgpack_write_bool(writer, part->as.boolean);
        break;
    case PROJC_KIND_INTEGER:
        projc_msgpack_write_integer(writer, part->as.integer);
        break;
    case PROJC_KIND_REAL:
        assert(false && "f64 is no key");
        break;
    case PROJC_KIND_TEXT:
        projc_msgpack_write_text(writer, part->as.text);
        break;
    case PROJC_KIND_BYTES:
        projc_msgpack_write_bytes(writer, part->as.bytes);
        break;
    case PROJC_KIND_UUID:
        projc_msgpack_write_uuid(writer, part->as.uuid);
        break;
    }
}

projc_status projc__key_encode(projc_msgpack_writer *writer, const projc_value *parts,
                               uint32_t count, projc_bytes *bytes, projc_error *error)
{
    projc_msgpack_writer_reset(writer);
    projc_msgpack_write_array(writer, count);
    for (uint32_t i = 0; i < count; i++)
        write_part(writer, &parts[i]);
    return projc_msgpack_writer_finish(writer, bytes, error);
}

static void read_part(projc_msgpack_reader *reader, const projc_column *column, projc_value *part)
{
    if (projc_msgpack_read_null(reader)) {
        part->kind = PROJC_KIND_NULL;
        return;
    }
    part->kind = PROJC_KIND_INTEGER;
    switch (column->type) {
    case PROJC_COLUMN_BOOL:
        part->kind = PROJC_KIND_BOOL;
        part->as.boolean = projc_msgpack_read_bool(reader);
        break;
    case PROJC_COLUMN_I16:
        part->as.integer = projc_msgpack_read_integer(reader, INT16_MIN, INT16_MAX, "smallint");
        break;
    case PROJC_COLUMN_I32:
        part->as.integer = projc_msgpack_read_integer(reader, INT32_MIN, INT32_MAX, "integer");
        break;
    case PROJC_COLUMN_I64:
    case PROJC_COLUMN_DECIMAL:
    case PROJC_COLUMN_DURATION:
        part->as.integer = projc_msgpack_read_integer(reader, INT64_MIN, INT64_MAX, "bigint");
        break;
    case PROJC_COLUMN_TIME:
        part->as.integer = projc_msgpack_read_time(reader);
        break;
    case PROJC_COLUMN_DATE:
        part->as.integer = projc_msgpack_read_date(reader);
        break;
    case PROJC_COLUMN_TEXT:
    case PROJC_COLUMN_JSON:
        part->kind = PROJC_KIND_TEXT;
        part->as.text = projc_msgpack_read_text(reader);
        break;
    case PROJC_COLUMN_BYTES:
        part->kind = PROJC_KIND_BYTES;
        part->as.bytes = projc_msgpack_read_bytes(reader);
        break;
    case PROJC_COLUMN_UUID:
        part->kind = PROJC_KIND_UUID;
        part->as.uuid = projc_msgpack_read_uuid(reader);
        break;
    case PROJC_COLUMN_F64:
        projc_msgpack_fail(reader, PROJC_CORRUPT, "f64 is no key");
        break;
    }
}

projc_status projc__key_decode(projc_bytes bytes, const projc_column *columns, uint32_t count,
                               projc_arena *arena, projc_value *parts, projc_error *error)
{
    projc_msgpack_reader reader;
    projc_status status;

    projc_msgpack_reader_init(&reader, bytes.data, bytes.size, arena, error);
    projc_msgpack_read_array(&reader, count);
    for (uint32_t i = 0; i < count && reader.status == PROJC_OK; i++)
        read_part(&reader, &columns[i], &parts[i]);
    projc_msgpack_read_array_end(&reader);
    status = projc_msgpack_read_end(&reader);
    if (projc_status_class_of(status) != PROJC_CLASS_DATA)
        return status;
    if (error == NULL)
        return PROJC_CORRUPT;
    error->status = PROJC_CORRUPT; /* we wrote it: no event is to blame */
    return projc_error_context(error, "a stored key");
}

uint32_t projc__key_lane(projc_bytes key, uint32_t lanes)
{
    assert(lanes != 0);
    return (uint32_t)(XXH3_64bits(key.data, key.size) % lanes);
}
