/* The msgpack writer: msgpack-c's packer over a piece of an arena. */
#include "projc/codec.h"

#include "codec/writer_buffer.h"
#include "projc/handler.h"

#include <msgpack.h>
#include <string.h>

struct projc_msgpack_writer {
    projc__writer_buffer buffer;
    msgpack_packer packer;
};

/* What msgpack-c calls with every piece; failures are kept in the buffer. */
static int put(void *opaque, const char *data, size_t size)
{
    projc__writer_put(opaque, data, size);
    return 0;
}

projc_msgpack_writer *projc_msgpack_writer_new(projc_arena *arena)
{
    projc_msgpack_writer *writer = projc_arena_alloc(arena, sizeof *writer);

    if (writer == NULL)
        return NULL;
    writer->buffer.arena = arena;
    msgpack_packer_init(&writer->packer, &writer->buffer, put);
    return writer;
}

void projc_msgpack_writer_reset(projc_msgpack_writer *writer)
{
    projc__writer_reset(&writer->buffer);
}

projc_status projc_msgpack_writer_finish(projc_msgpack_writer *writer, projc_bytes *bytes,
                                         projc_error *error)
{
    projc_status status = projc__writer_status(&writer->buffer, error);

    if (status == PROJC_OK)
        *bytes = (projc_bytes){(const uint8_t *)writer->buffer.data, writer->buffer.size};
    return status;
}

void projc_msgpack_write_map(projc_msgpack_writer *writer, uint32_t pairs)
{
    msgpack_pack_map(&writer->packer, pairs);
}

void projc_msgpack_write_array(projc_msgpack_writer *writer, uint32_t items)
{
    msgpack_pack_array(&writer->packer, items);
}

void projc_msgpack_write_null(projc_msgpack_writer *writer)
{
    msgpack_pack_nil(&writer->packer);
}

void projc_msgpack_write_bool(projc_msgpack_writer *writer, bool value)
{
    if (value)
        msgpack_pack_true(&writer->packer);
    else
        msgpack_pack_false(&writer->packer);
}

void projc_msgpack_write_integer(projc_msgpack_writer *writer, int64_t value)
{
    msgpack_pack_int64(&writer->packer, value);
}

void projc_msgpack_write_f64(projc_msgpack_writer *writer, double value)
{
    /* A reader would refuse what is not finite: it must not come into a state or an event. Zero has
     * no sign, because equal states have equal bytes and SQLite's columns lose it. */
    if (projc_f64_is_finite(value))
        msgpack_pack_double(&writer->packer, value == 0 ? 0.0 : value);
    else
        projc__writer_fail(&writer->buffer, PROJC_DATA, "a number is not finite");
}

void projc_msgpack_write_text(projc_msgpack_writer *writer, projc_text value)
{
    if (value.size > UINT32_MAX)
        projc__writer_fail(&writer->buffer, PROJC_LIMIT, "a text is larger than 4 GiB");
    else
        msgpack_pack_str_with_body(&writer->packer, value.data, value.size);
}

void projc_msgpack_write_name(projc_msgpack_writer *writer, const char *name)
{
    projc_msgpack_write_text(writer, projc_text_of(name, strlen(name)));
}

void projc_msgpack_write_bytes(projc_msgpack_writer *writer, projc_bytes value)
{
    if (value.size > UINT32_MAX)
        projc__writer_fail(&writer->buffer, PROJC_LIMIT, "bytes are larger than 4 GiB");
    else
        msgpack_pack_bin_with_body(&writer->packer, value.data, value.size);
}

void projc_msgpack_write_uuid(projc_msgpack_writer *writer, projc_uuid value)
{
    msgpack_pack_bin_with_body(&writer->packer, value.bytes, sizeof value.bytes);
}

void projc_msgpack_write_enum(projc_msgpack_writer *writer, const projc_enum *type, int32_t value)
{
    const char *name = projc_enum_name(type, value);

    if (name == NULL)
        projc__writer_fail(&writer->buffer, PROJC_DATA, "%d is no %s", value, type->name);
    else if (type->has_codes)
        projc_msgpack_write_integer(writer, value);
    else
        projc_msgpack_write_name(writer, name);
}
