/* The JSON writer: one compact text, commas and colons by themselves. */
#include "projc/codec.h"

#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include "codec/writer_buffer.h"
#include "projc/handler.h"

#include <assert.h>
#include <string.h>

struct projc_json_writer {
    projc__writer_buffer buffer;
    uint64_t has_items; /* a bit for every open bracket, the innermost lowest */
    uint32_t depth;
    bool is_behind_key;
    bool is_key; /* the next scalar is one */
};

_Static_assert(PROJC_DEPTH_MAX <= 64, "a bit for every level");

projc_json_writer *projc_json_writer_new(projc_arena *arena)
{
    projc_json_writer *writer = projc_arena_alloc(arena, sizeof *writer);

    if (writer != NULL)
        writer->buffer.arena = arena;
    return writer;
}

void projc_json_writer_reset(projc_json_writer *writer)
{
    projc__writer_reset(&writer->buffer);
    writer->has_items = 0;
    writer->depth = 0;
    writer->is_behind_key = false;
    writer->is_key = false;
}

projc_status projc_json_writer_finish(projc_json_writer *writer, projc_text *text,
                                      projc_error *error)
{
    projc_status status = projc__writer_status(&writer->buffer, error);

    if (status != PROJC_OK)
        return status;
    assert(writer->depth == 0 && !writer->is_behind_key);
    *text = projc_text_of(writer->buffer.data, writer->buffer.size);
    return PROJC_OK;
}

static void put(projc_json_writer *writer, const char *data, size_t size)
{
    projc__writer_put(&writer->buffer, data, size);
}

static void put_char(projc_json_writer *writer, char c)
{
    char *room = projc__writer_room(&writer->buffer, 1);

    if (room != NULL)
        *room = c;
}

/* What comes before a value or a key: a comma, unless it is the first or stands behind its key. */
static void separate(projc_json_writer *writer)
{
    if (writer->is_behind_key) {
        writer->is_behind_key = false;
    } else if (writer->depth != 0) {
        if ((writer->has_items & 1) != 0)
            put_char(writer, ',');
        writer->has_items |= 1;
    }
}

/* ---- maps and lists ---- */

static void open_bracket(projc_json_writer *writer, char bracket)
{
    separate(writer);
    put_char(writer, bracket);
    if (writer->depth == PROJC_DEPTH_MAX)
        projc__writer_fail(&writer->buffer, PROJC_LIMIT, "nested deeper than %d levels",
                           PROJC_DEPTH_MAX);
    else
        writer->depth++;
    writer->has_items <<= 1;
}

static void close_bracket(projc_json_writer *writer, char bracket)
{
    if (writer->depth != 0)
        writer->depth--;
    writer->has_items >>= 1;
    put_char(writer, bracket);
}

void projc_json_write_map(projc_json_writer *writer)
{
    open_bracket(writer, '{');
}

void projc_json_write_map_end(projc_json_writer *writer)
{
    close_bracket(writer, '}');
}

void projc_json_write_list(projc_json_writer *writer)
{
    open_bracket(writer, '[');
}

void projc_json_write_list_end(projc_json_writer *writer)
{
    close_bracket(writer, ']');
}

/* ---- texts ---- */

static bool needs_escape(char c)
{
    return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

static void put_escape(projc_json_writer *writer, char c)
{
    static const char digits[] = "0123456789abcdef";
    static const char letters[] = "btnvfr"; /* 8 to 13; \v is none of JSON's */
    char escape[] = "\\u0000";

    if (c == '"' || c == '\\') {
        escape[1] = c;
        put(writer, escape, 2);
    } else if (c >= 8 && c <= 13 && c != 11) {
        escape[1] = letters[c - 8];
        put(writer, escape, 2);
    } else {
        escape[4] = digits[c >> 4 & 15];
        escape[5] = digits[c & 15];
        put(writer, escape, 6);
    }
}

static void put_string(projc_json_writer *writer, projc_text text)
{
    size_t begin = 0;

    put_char(writer, '"');
    for (size_t at = 0; at < text.size; at++) {
        if (!needs_escape(text.data[at]))
            continue;
        put(writer, text.data + begin, at - begin);
        put_escape(writer, text.data[at]);
        begin = at + 1;
    }
    if (text.size != begin)
        put(writer, text.data + begin, text.size - begin);
    put_char(writer, '"');
}

/* A string in which nothing needs an escape. */
static void put_plain_string(projc_json_writer *writer, const char *text, size_t size)
{
    separate(writer);
    put_char(writer, '"');
    put(writer, text, size);
    put_char(writer, '"');
}

void projc_json_write_key(projc_json_writer *writer, projc_text key)
{
    separate(writer);
    put_string(writer, key);
    put_char(writer, ':');
    writer->is_behind_key = true;
}

void projc_json_write_name(projc_json_writer *writer, const char *name)
{
    projc_json_write_key(writer, projc__text(name));
}

void projc_json_write_entry(projc_json_writer *writer)
{
    separate(writer);
    writer->is_behind_key = true; /* no comma before the scalar */
    writer->is_key = true;
}

void projc_json_write_colon(projc_json_writer *writer)
{
    put_char(writer, ':');
    writer->is_behind_key = true;
    writer->is_key = false;
}

void projc_json_write_text(projc_json_writer *writer, projc_text value)
{
    separate(writer);
    put_string(writer, value);
}

void projc_json_write_bytes(projc_json_writer *writer, projc_bytes value)
{
    char *room;

    separate(writer);
    put_char(writer, '"');
    if (value.size != 0) {
        room = projc__writer_room(&writer->buffer, projc__base64_encoded_size(value.size));
        if (room != NULL)
            projc__base64_encode(value.data, value.size, room);
    }
    put_char(writer, '"');
}

/* ---- scalars ---- */

static void put_word(projc_json_writer *writer, const char *word, size_t size)
{
    separate(writer);
    if (writer->is_key)
        put_char(writer, '"');
    put(writer, word, size);
    if (writer->is_key)
        put_char(writer, '"');
}

void projc_json_write_null(projc_json_writer *writer)
{
    put_word(writer, "null", 4);
}

void projc_json_write_bool(projc_json_writer *writer, bool value)
{
    if (value)
        put_word(writer, "true", 4);
    else
        put_word(writer, "false", 5);
}

void projc_json_write_integer(projc_json_writer *writer, int64_t value)
{
    projc_json_write_decimal(writer, value, 0);
}

void projc_json_write_f64(projc_json_writer *writer, double value)
{
    char text[PROJC__F64_TEXT_MAX];

    if (projc_f64_is_finite(value))
        put_word(writer, text, projc__f64_format(value, text));
    else
        projc__writer_fail(&writer->buffer, PROJC_DATA, "a number is not finite");
}

void projc_json_write_decimal(projc_json_writer *writer, int64_t value, uint8_t scale)
{
    char text[PROJC__DECIMAL_TEXT_MAX];

    put_word(writer, text, projc__decimal_format(value, scale, text));
}

void projc_json_write_uuid(projc_json_writer *writer, projc_uuid value)
{
    char text[PROJC__UUID_TEXT_SIZE + 1];

    projc__uuid_format(value, text);
    put_plain_string(writer, text, PROJC__UUID_TEXT_SIZE);
}

void projc_json_write_time(projc_json_writer *writer, int64_t value)
{
    char text[PROJC__TIME_TEXT_MAX];

    put_plain_string(writer, text, projc__time_format(value, text));
}

void projc_json_write_date(projc_json_writer *writer, int32_t value)
{
    char text[PROJC__DATE_TEXT_MAX];

    put_plain_string(writer, text, projc__date_format(value, text));
}

void projc_json_write_duration(projc_json_writer *writer, int64_t value, projc_duration_unit unit)
{
    char text[PROJC__DURATION_TEXT_MAX];
    int64_t nanoseconds;

    switch (unit) {
    case PROJC_DURATION_ISO:
        put_plain_string(writer, text, projc__duration_format(value, text));
        return;
    case PROJC_DURATION_NS:
        if (__builtin_mul_overflow(value, 1000, &nanoseconds))
            projc__writer_fail(&writer->buffer, PROJC_DATA,
                               "a duration does not fit 64 bits of nanoseconds");
        else
            projc_json_write_integer(writer, nanoseconds);
        return;
    case PROJC_DURATION_US:
        projc_json_write_integer(writer, value);
        return;
    case PROJC_DURATION_MS:
        projc_json_write_integer(writer, value / 1000);
        return;
    case PROJC_DURATION_S:
        projc_json_write_integer(writer, value / PROJC__SECOND_US);
        return;
    }
}

void projc_json_write_enum(projc_json_writer *writer, const projc_enum *type, int32_t value)
{
    const char *name = projc_enum_name(type, value);

    if (name == NULL)
        projc__writer_fail(&writer->buffer, PROJC_DATA, "%d is no %s", value, type->name);
    else
        projc_json_write_text(writer, projc__text(name));
}

void projc_json_write_enum_payload(projc_json_writer *writer, const projc_enum *type, int32_t value)
{
    if (type->has_codes && projc_enum_name(type, value) != NULL)
        projc_json_write_integer(writer, value);
    else
        projc_json_write_enum(writer, type, value);
}

void projc_json_write_raw(projc_json_writer *writer, projc_text json)
{
    put_word(writer, json.data, json.size);
}
