/* wire_json.c -- scalars as JSON, in every spelling that a reader accepts. */
#include "wire.h"

#include <stdio.h>

static bool chance(struct oracle_writer *writer, uint32_t percent)
{
    return oracle_percent(writer->random, percent);
}

static void put_integer(struct oracle_writer *writer, struct oracle_text *out, int64_t value)
{
    uint32_t way = oracle_below(writer->random, 20);
    const char *quote = way == 0 ? "\"" : "";

    oracle_put(out, "%s%lld%s%s", quote, (long long)value,
               way == 1   ? ".0"
               : way == 2 ? "e0"
                          : "",
               quote);
}

/* Surplus digits are zeros, or are rounded away where the type says so. */
static void put_decimal(struct oracle_writer *writer, struct oracle_text *out,
                        const struct pc_type *type, struct oracle_value *value)
{
    const char *quote = chance(writer, 10) ? "\"" : "";

    oracle_put(out, "%s", quote);
    oracle_put_decimal(out, value->integer, type->scale);
    if (type->scale != 0 && chance(writer, 10))
        oracle_put(out, "00");
    else if (type->scale != 0 && type->is_rounding && chance(writer, 40) &&
             value->integer > -INT64_C(1000000000000000) &&
             value->integer < INT64_C(1000000000000000) && value->integer != 0) {
        uint32_t digit = oracle_below(writer->random, 10);
        bool is_up = digit > 5 || (digit == 5 && value->integer % 2 != 0);

        oracle_put(out, "%u", digit);
        if (is_up)
            value->integer += value->integer < 0 ? -1 : 1;
    }
    oracle_put(out, "%s", quote);
}

static void put_text(struct oracle_writer *writer, struct oracle_text *out, struct pc_text text)
{
    if (text.size == 0 || (text.data[0] & 0x80) != 0 || !chance(writer, 15)) {
        oracle_put_string(out, text);
        return;
    }
    oracle_put(out, "\"\\u%04x", (unsigned)text.data[0]);
    struct oracle_text rest = {NULL, 0, 0};
    oracle_put_string(&rest, (struct pc_text){text.data + 1, text.size - 1});
    oracle_put_bytes(out, rest.data + 1, rest.size - 1);
    oracle_text_clear(&rest);
}

/* Units are coarser than microseconds: the value becomes a multiple. */
static void put_duration(struct oracle_text *out, enum pc_duration_format format,
                         struct oracle_value *value)
{
    switch (format) {
    case PC_DURATION_ISO:
        oracle_put_char(out, '"');
        oracle_put_duration(out, value->integer);
        oracle_put_char(out, '"');
        break;
    case PC_DURATION_NANOSECONDS:
        value->integer %= INT64_C(1000000000000);
        oracle_put(out, "%lld", (long long)value->integer * 1000);
        break;
    case PC_DURATION_MICROSECONDS:
        oracle_put(out, "%lld", (long long)value->integer);
        break;
    case PC_DURATION_MILLISECONDS:
        value->integer -= value->integer % 1000;
        oracle_put(out, "%lld", (long long)value->integer / 1000);
        break;
    default:
        value->integer -= value->integer % 1000000;
        oracle_put(out, "%lld", (long long)value->integer / 1000000);
        break;
    }
}

/* The same moment with an offset, or with digits that are cut. */
static void put_time(struct oracle_writer *writer, struct oracle_text *out, int64_t value)
{
    bool has_offset = chance(writer, 20) && value > 0 && value < INT64_C(200000000000000000);

    oracle_put_char(out, '"');
    if (has_offset) {
        oracle_put_time(out, value + INT64_C(5400000000));
        out->size--;
        oracle_put(out, "+01:30");
    } else {
        oracle_put_time(out, value);
        if (value % 1000000 != 0 && value % 10 != 0 && chance(writer, 30)) {
            out->size--;
            oracle_put(out, "999Z");
        }
    }
    oracle_put_char(out, '"');
}

static void put_enum(struct oracle_writer *writer, struct oracle_text *out,
                     const struct pc_type *type, int64_t index)
{
    const struct pc_member_model *member = type->enumeration->members.items[index];

    if (member->has_code && !chance(writer, 30))
        oracle_put(out, "%d", (int)member->code);
    else
        oracle_put_string(out, member->outside);
}

static bool put_broken(struct oracle_writer *writer, struct oracle_text *out,
                       const struct pc_type *type)
{
    static const char *const wrong[] = {"[1]", "{\"a\":1}", "\"no such value\"", "1e400",
                                        "-170141183460469231731687303715884105728"};
    uint32_t way = oracle_below(writer->random, 5);

    if (type->kind == PC_TYPE_TEXT)
        way = way == 2 ? 0 : way; /* any string is a text */
    if (type->kind == PC_TYPE_F64)
        way = way == 4 ? 0 : way;
    oracle_put(out, "%s", wrong[way]);
    return false;
}

bool oracle_write_json_scalar(struct oracle_writer *writer, struct oracle_text *out,
                              const struct pc_type *type, struct oracle_value *value)
{
    if (writer->may_break && chance(writer, 1))
        return put_broken(writer, out, type);
    switch (type->kind) {
    case PC_TYPE_BOOL:
        oracle_put(out, "%s", value->integer ? "true" : "false");
        break;
    case PC_TYPE_INTEGER:
        put_integer(writer, out, value->integer);
        break;
    case PC_TYPE_DECIMAL:
        put_decimal(writer, out, type, value);
        break;
    case PC_TYPE_F64:
        oracle_put(out, "%.17g", value->real);
        break;
    case PC_TYPE_TEXT:
        put_text(writer, out, value->text);
        break;
    case PC_TYPE_BYTES:
        oracle_put_char(out, '"');
        oracle_put_base64(out, value->text);
        oracle_put_char(out, '"');
        break;
    case PC_TYPE_UUID:
        oracle_put_char(out, '"');
        oracle_put_uuid(out, value->text);
        oracle_put_char(out, '"');
        break;
    case PC_TYPE_TIME:
        put_time(writer, out, value->integer);
        break;
    case PC_TYPE_DATE:
        oracle_put_char(out, '"');
        oracle_put_date(out, value->integer);
        oracle_put_char(out, '"');
        break;
    case PC_TYPE_DURATION:
        put_duration(out, type->format, value);
        break;
    default:
        put_enum(writer, out, type, value->integer);
        break;
    }
    return true;
}
