/* Order and text forms of tagged values. */
#include "codec/value.h"

#include <string.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include "codec/messages.h"
#include "projc/handler.h"

#include <math.h>

/* ---- order ---- */

int projc__value_compare(const projc_value *left, const projc_value *right)
{
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1
                                        : 1; /* only null differs within a column: the first kind */
    switch (left->kind) {
    case PROJC_KIND_NULL:
        return 0;
    case PROJC_KIND_BOOL:
        return left->as.boolean - right->as.boolean;
    case PROJC_KIND_INTEGER:
        return (left->as.integer > right->as.integer) - (left->as.integer < right->as.integer);
    case PROJC_KIND_REAL:
        return (left->as.real > right->as.real) - (left->as.real < right->as.real);
    case PROJC_KIND_TEXT:
        return projc_text_compare(left->as.text, right->as.text);
    case PROJC_KIND_BYTES:
        return projc_bytes_compare(left->as.bytes, right->as.bytes);
    case PROJC_KIND_UUID:
        return projc_uuid_compare(left->as.uuid, right->as.uuid);
    }
    return 0;
}

int projc__key_compare(const projc_value *left, const projc_value *right, uint32_t count)
{
    int order = 0;

    for (uint32_t i = 0; i < count && order == 0; i++)
        order = projc__value_compare(&left[i], &right[i]);
    return order;
}

/* The first eight bytes, behind a short text zeros. */
static uint64_t rank_of_bytes(const void *data, size_t size)
{
    unsigned char first[8] = {0};
    uint64_t rank = 0;

    if (size > 0)
        memcpy(first, data, size < sizeof first ? size : sizeof first);
    for (size_t i = 0; i < sizeof first; i++)
        rank = rank << 8 | first[i];
    return rank;
}

uint64_t projc__key_rank(const projc_value *parts, uint32_t count)
{
    if (count == 0)
        return 0;
    switch (parts[0].kind) {
    case PROJC_KIND_UUID:
        return rank_of_bytes(parts[0].as.uuid.bytes, sizeof parts[0].as.uuid.bytes);
    case PROJC_KIND_TEXT:
        return rank_of_bytes(parts[0].as.text.data, parts[0].as.text.size);
    case PROJC_KIND_BYTES:
        return rank_of_bytes(parts[0].as.bytes.data, parts[0].as.bytes.size);
    case PROJC_KIND_INTEGER:
        return (uint64_t)parts[0].as.integer ^ UINT64_C(1) << 63;
    case PROJC_KIND_NULL:
    case PROJC_KIND_BOOL:
    case PROJC_KIND_REAL:
        break;
    }
    return 0;
}

/* ---- writing ---- */

static void write_integer(projc_json_writer *writer, const projc_column *column, int64_t value)
{
    switch (column->type) {
    case PROJC_COLUMN_DECIMAL:
        projc_json_write_decimal(writer, value, column->scale);
        break;
    case PROJC_COLUMN_TIME:
        projc_json_write_time(writer, value);
        break;
    case PROJC_COLUMN_DATE:
        projc_json_write_date(writer, (int32_t)value);
        break;
    case PROJC_COLUMN_DURATION:
        projc_json_write_duration(writer, value, PROJC_DURATION_ISO);
        break;
    default:
        projc_json_write_integer(writer, value);
        break;
    }
}

void projc__value_write_json(projc_json_writer *writer, const projc_column *column,
                             const projc_value *value)
{
    switch (value->kind) {
    case PROJC_KIND_NULL:
        projc_json_write_null(writer);
        break;
    case PROJC_KIND_BOOL:
        projc_json_write_bool(writer, value->as.boolean);
        break;
    case PROJC_KIND_INTEGER:
        write_integer(writer, column, value->as.integer);
        break;
    case PROJC_KIND_REAL:
        projc_json_write_f64(writer, value->as.real);
        break;
    case PROJC_KIND_TEXT:
        if (column->type == PROJC_COLUMN_JSON)
            projc_json_write_raw(writer, value->as.text);
        else
            projc_json_write_text(writer, value->as.text);
        break;
    case PROJC_KIND_BYTES:
        projc_json_write_bytes(writer, value->as.bytes);
        break;
    case PROJC_KIND_UUID:
        projc_json_write_uuid(writer, value->as.uuid);
        break;
    }
}

void projc__key_write_json(projc_json_writer *writer, const projc_column *columns,
                           const projc_value *parts, uint32_t count)
{
    if (count == 0) {
        projc_json_write_null(writer);
        return;
    }
    if (count == 1) {
        projc__value_write_json(writer, columns, parts);
        return;
    }
    projc_json_write_list(writer);
    for (uint32_t i = 0; i < count; i++)
        projc__value_write_json(writer, &columns[i], &parts[i]);
    projc_json_write_list_end(writer);
}

static void put_integer(projc__buffer *buffer, const projc_column *column, int64_t value)
{
    char text[PROJC__TIME_TEXT_MAX + PROJC__DURATION_TEXT_MAX];
    size_t size;

    switch (column->type) {
    case PROJC_COLUMN_TIME:
        size = projc__time_format(value, text);
        break;
    case PROJC_COLUMN_DATE:
        size = projc__date_format((int32_t)value, text);
        break;
    case PROJC_COLUMN_DURATION:
        size = projc__duration_format(value, text);
        break;
    default:
        size = projc__decimal_format(
            value, column->type == PROJC_COLUMN_DECIMAL ? column->scale : 0, text);
        break;
    }
    projc__buffer_put(buffer, text, size);
}

static void put_bytes(projc__buffer *buffer, projc_bytes bytes)
{
    char group[4];

    for (size_t at = 0; at < bytes.size; at += 3) {
        projc__base64_encode(bytes.data + at, bytes.size - at < 3 ? bytes.size - at : 3, group);
        projc__buffer_put(buffer, group, sizeof group);
    }
}

void projc__value_put(projc__buffer *buffer, const projc_column *column, const projc_value *value)
{
    char text[PROJC__UUID_TEXT_SIZE + PROJC__F64_TEXT_MAX];

    switch (value->kind) {
    case PROJC_KIND_NULL:
        projc__buffer_put_string(buffer, "null");
        break;
    case PROJC_KIND_BOOL:
        projc__buffer_put_string(buffer, value->as.boolean ? "true" : "false");
        break;
    case PROJC_KIND_INTEGER:
        put_integer(buffer, column, value->as.integer);
        break;
    case PROJC_KIND_REAL:
        projc__buffer_put(buffer, text, projc__f64_format(value->as.real, text));
        break;
    case PROJC_KIND_TEXT:
        projc__buffer_put_text(buffer, value->as.text);
        break;
    case PROJC_KIND_BYTES:
        put_bytes(buffer, value->as.bytes);
        break;
    case PROJC_KIND_UUID:
        projc__uuid_format(value->as.uuid, text);
        projc__buffer_put_string(buffer, text);
        break;
    }
}

/* ---- parsing ---- */

static projc_status no_such(projc_text text, const char *problem, projc_error *error)
{
    return projc_error_set(error, PROJC_INVALID, "`%.*s` %s", PROJC__SHOWN(text), problem);
}

static projc_status parse_integer(projc_text text, int64_t low, int64_t high, projc_value *value,
                                  projc_error *error)
{
    value->kind = PROJC_KIND_INTEGER;
    if (projc_parse_integer(text, low, high, &value->as.integer))
        return PROJC_OK;
    return projc_error_set(error, PROJC_INVALID, "`%.*s` is no integer from %lld to %lld",
                           PROJC__SHOWN(text), (long long)low, (long long)high);
}

static projc_status parse_decimal(projc_text text, uint8_t scale, projc_value *value,
                                  projc_error *error)
{
    value->kind = PROJC_KIND_INTEGER;
    if (projc_parse_decimal(text, scale, false, &value->as.integer))
        return PROJC_OK;
    return projc_error_set(error, PROJC_INVALID, "`%.*s` is no decimal(%d)", PROJC__SHOWN(text),
                           scale);
}

static projc_status parse_bytes(projc_arena *arena, projc_text text, projc_value *value,
                                projc_error *error)
{
    uint8_t *data = projc_arena_alloc_raw(arena, projc__base64_decoded_size(text.size));

    if (data == NULL)
        return projc__arena_error(arena, error);
    value->kind = PROJC_KIND_BYTES;
    value->as.bytes.data = data;
    if (!projc__base64_decode(text.data, text.size, data, &value->as.bytes.size))
        return no_such(text, "is no base64", error);
    return PROJC_OK;
}

static projc_status parse_text(projc_text text, projc_value *value, projc_error *error)
{
    value->kind = PROJC_KIND_TEXT;
    value->as.text = text;
    if (!projc__utf8_is_valid(text.data, text.size) || !projc_text_is_clean(text))
        return no_such(text, "is no valid UTF-8", error);
    return PROJC_OK;
}

static projc_status parse_json(projc_arena *arena, projc_text text, projc_value *value,
                               projc_error *error)
{
    projc_json_reader reader;

    value->kind = PROJC_KIND_TEXT;
    value->as.text = text;
    projc_json_reader_init(&reader, text.data, text.size, arena, error);
    projc_json_skip(&reader);
    if (projc_json_read_end(&reader) == PROJC_OK)
        return PROJC_OK;
    return no_such(text, "is no JSON", error);
}

static projc_status parse_moment(const projc_column *column, projc_text text, projc_value *value,
                                 projc_error *error)
{
    const char *problem;
    int32_t date = 0;

    value->kind = PROJC_KIND_INTEGER;
    if (column->type == PROJC_COLUMN_TIME) {
        problem = projc__time_parse(text, &value->as.integer);
    } else if (column->type == PROJC_COLUMN_DATE) {
        problem = projc__date_parse(text, &date);
        value->as.integer = date;
    } else {
        problem = projc__duration_parse(text, &value->as.integer);
    }
    return problem == NULL ? PROJC_OK : no_such(text, problem, error);
}

static projc_status parse_bool(projc_text text, projc_value *value, projc_error *error)
{
    value->kind = PROJC_KIND_BOOL;
    value->as.boolean = projc_text_is(text, "true", 4);
    if (value->as.boolean || projc_text_is(text, "false", 5))
        return PROJC_OK;
    return no_such(text, "is neither true nor false", error);
}

projc_status projc__value_parse(projc_arena *arena, const projc_column *column, projc_text text,
                                projc_value *value, projc_error *error)
{
    switch (column->type) {
    case PROJC_COLUMN_BOOL:
        return parse_bool(text, value, error);
    case PROJC_COLUMN_I16:
        return parse_integer(text, INT16_MIN, INT16_MAX, value, error);
    case PROJC_COLUMN_I32:
        return parse_integer(text, INT32_MIN, INT32_MAX, value, error);
    case PROJC_COLUMN_I64:
        return parse_integer(text, INT64_MIN, INT64_MAX, value, error);
    case PROJC_COLUMN_F64:
        value->kind = PROJC_KIND_REAL;
        return projc_parse_f64(text, &value->as.real) ? PROJC_OK
                                                      : no_such(text, "is no number", error);
    case PROJC_COLUMN_DECIMAL:
        return parse_decimal(text, column->scale, value, error);
    case PROJC_COLUMN_TEXT:
        return parse_text(text, value, error);
    case PROJC_COLUMN_BYTES:
        return parse_bytes(arena, text, value, error);
    case PROJC_COLUMN_UUID:
        value->kind = PROJC_KIND_UUID;
        return projc_parse_uuid(text, &value->as.uuid) ? PROJC_OK
                                                       : no_such(text, "is no uuid", error);
    case PROJC_COLUMN_TIME:
    case PROJC_COLUMN_DATE:
    case PROJC_COLUMN_DURATION:
        return parse_moment(column, text, value, error);
    case PROJC_COLUMN_JSON:
        return parse_json(arena, text, value, error);
    }
    return no_such(text, "has no known type", error);
}
