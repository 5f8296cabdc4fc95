/* The JSON reader's scalars: each is read exactly, or fails naming its field. */
#include "codec/json_scan.h"

#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include "codec/messages.h"
#include "projc/handler.h"

#include <math.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_number_start(char c)
{
    return c == '-' || is_digit(c);
}

/* At least one digit. */
static bool take_digits(projc_json_reader *reader)
{
    const char *begin = reader->at;

    while (reader->at < reader->end && is_digit(*reader->at))
        reader->at++;
    if (reader->at != begin)
        return true;
    projc__json_unexpected(reader, "a digit");
    return false;
}

static bool is_at(const projc_json_reader *reader, char wanted)
{
    return reader->at < reader->end && *reader->at == wanted;
}

bool projc__json_number(projc_json_reader *reader, projc_text *text)
{
    const char *begin = reader->at;

    if (is_at(reader, '-'))
        reader->at++;
    if (is_at(reader, '0'))
        reader->at++;
    else if (!take_digits(reader))
        return false;
    if (is_at(reader, '.')) {
        reader->at++;
        if (!take_digits(reader))
            return false;
    }
    if (is_at(reader, 'e') || is_at(reader, 'E')) {
        reader->at++;
        if (is_at(reader, '+') || is_at(reader, '-'))
            reader->at++;
        if (!take_digits(reader))
            return false;
    }
    *text = projc_text_of(begin, (size_t)(reader->at - begin));
    return true;
}

/* A plain integer of at most 18 digits, which most are. False leaves the reader where it was. */
static inline bool take_plain_integer(projc_json_reader *reader, int64_t *value)
{
    const char *at = reader->at;
    bool is_negative = at < reader->end && *at == '-';
    const char *begin = at + is_negative;
    uint64_t magnitude = 0;

    for (at = begin; at < reader->end && is_digit(*at); at++) {
        if (at - begin == 18)
            return false;
        magnitude = magnitude * 10 + (uint64_t)(*at - '0');
    }
    if (at == begin || (*begin == '0' && at - begin > 1))
        return false;
    if (at < reader->end && (*at == '.' || *at == 'e' || *at == 'E'))
        return false;
    reader->at = at;
    *value = is_negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}

/* The spelling of a number, or of one in a string. */
static bool take_number(projc_json_reader *reader, projc_text *text, const char *expected)
{
    char next = projc__json_peek(reader);

    if (is_number_start(next))
        return projc__json_number(reader, text);
    if (next == '"') {
        *text = projc__json_string(reader);
        return text->data != NULL;
    }
    projc__json_wrong_kind(reader, expected);
    return false;
}

int64_t projc_json_read_integer(projc_json_reader *reader, int64_t low, int64_t high,
                                const char *type)
{
    projc__number_result result;
    projc_text text;
    int64_t value;

    projc__json_blanks(reader);
    if (take_plain_integer(reader, &value)) {
        if (value >= low && value <= high)
            return value;
        projc_json_fail(reader, PROJC_DATA, "%lld does not fit %s", (long long)value, type);
        return 0;
    }
    if (!take_number(reader, &text, "an integer"))
        return 0;
    result = projc__number_parse(text, 0, false, &value);
    if (result == PROJC__NUMBER_OK && value >= low && value <= high)
        return value;
    if (result == PROJC__NUMBER_MALFORMED)
        projc_json_fail(reader, PROJC_DATA, "`%.*s` is no integer", PROJC__SHOWN(text));
    else if (result == PROJC__NUMBER_SURPLUS)
        projc_json_fail(reader, PROJC_DATA, "%.*s is no integer", PROJC__SHOWN(text));
    else
        projc_json_fail(reader, PROJC_DATA, "%.*s does not fit %s", PROJC__SHOWN(text), type);
    return 0;
}

/* Digits, and a point with at most scale digits behind it: at most 18 digits, with those that the
 * scale adds. False leaves the reader where it was. */
static inline bool take_plain_decimal(projc_json_reader *reader, uint8_t scale, int64_t *value)
{
    const char *at = reader->at;
    bool is_negative = at < reader->end && *at == '-';
    const char *begin = at + is_negative;
    uint64_t magnitude = 0;
    int places = 0;
    int digits = scale;

    for (at = begin; at < reader->end && is_digit(*at) && digits < 18; at++, digits++)
        magnitude = magnitude * 10 + (uint64_t)(*at - '0');
    if (at == begin || (*begin == '0' && at - begin > 1))
        return false;
    if (at < reader->end && *at == '.') {
        for (at++; at < reader->end && is_digit(*at) && places < scale; at++, places++)
            magnitude = magnitude * 10 + (uint64_t)(*at - '0');
        if (places == 0)
            return false;
    }
    if (at < reader->end && (is_digit(*at) || *at == '.' || *at == 'e' || *at == 'E'))
        return false;
    reader->at = at;
    magnitude *= (uint64_t)projc_power_of_ten((uint8_t)(scale - places));
    *value = is_negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}

int64_t projc_json_read_decimal(projc_json_reader *reader, uint8_t scale, bool is_rounding)
{
    projc_text text;
    int64_t value;

    projc__json_blanks(reader);
    if (take_plain_decimal(reader, scale, &value))
        return value;
    if (!take_number(reader, &text, "a decimal"))
        return 0;
    switch (projc__number_parse(text, scale, is_rounding, &value)) {
    case PROJC__NUMBER_OK:
        return value;
    case PROJC__NUMBER_MALFORMED:
        projc_json_fail(reader, PROJC_DATA, "`%.*s` is no decimal", PROJC__SHOWN(text));
        return 0;
    case PROJC__NUMBER_SURPLUS:
        projc_json_fail(reader, PROJC_DATA, "%.*s has more than %d decimal place%s",
                        PROJC__SHOWN(text), scale, scale == 1 ? "" : "s");
        return 0;
    case PROJC__NUMBER_RANGE:
        break;
    }
    projc_json_fail(reader, PROJC_DATA, "%.*s does not fit decimal(%d)", PROJC__SHOWN(text), scale);
    return 0;
}

double projc_json_read_f64(projc_json_reader *reader)
{
    projc_text text;
    double value = 0;

    if (!is_number_start(projc__json_peek(reader))) {
        projc__json_wrong_kind(reader, "a number");
        return 0;
    }
    if (!projc__json_number(reader, &text))
        return 0;
    if (projc__f64_parse(text, &value) && isfinite(value))
        return value;
    projc_json_fail(reader, PROJC_DATA, "%.*s does not fit f64", PROJC__SHOWN(text));
    return 0;
}

bool projc_json_read_bool(projc_json_reader *reader)
{
    switch (projc__json_peek(reader)) {
    case 't':
        return projc__json_word(reader, "true", 4);
    case 'f':
        projc__json_word(reader, "false", 5);
        return false;
    default:
        projc__json_wrong_kind(reader, "a bool");
        return false;
    }
}

/* A string; its data is NULL when the reader failed. */
static inline projc_text take_text(projc_json_reader *reader, const char *expected)
{
    if (projc__json_peek(reader) == '"')
        return projc__json_string(reader);
    projc__json_wrong_kind(reader, expected);
    return projc_text_of(NULL, 0);
}

projc_text projc_json_read_text(projc_json_reader *reader)
{
    return take_text(reader, "a text");
}

projc_bytes projc_json_read_bytes(projc_json_reader *reader)
{
    projc_bytes bytes = {NULL, 0};
    projc_text text = take_text(reader, "bytes as base64");
    uint8_t *data;

    if (text.data == NULL)
        return bytes;
    data = projc_arena_alloc_raw(reader->arena, projc__base64_decoded_size(text.size));
    if (data == NULL)
        projc__json_exhausted(reader);
    else if (!projc__base64_decode(text.data, text.size, data, &bytes.size))
        projc_json_fail(reader, PROJC_DATA, "`%.*s` is no base64", PROJC__SHOWN(text));
    else
        bytes.data = data;
    return bytes;
}

projc_uuid projc_json_read_uuid(projc_json_reader *reader)
{
    projc_text text = take_text(reader, "a uuid");
    projc_uuid uuid = {{0}};

    if (text.data != NULL && !projc_parse_uuid(text, &uuid))
        projc_json_fail(reader, PROJC_DATA, "`%.*s` is no uuid", PROJC__SHOWN(text));
    return uuid;
}

int64_t projc_json_read_time(projc_json_reader *reader)
{
    projc_text text = take_text(reader, "a time");
    int64_t value = 0;
    const char *problem;

    if (text.data == NULL)
        return 0;
    problem = projc__time_parse(text, &value);
    if (problem != NULL)
        projc_json_fail(reader, PROJC_DATA, "`%.*s` %s", PROJC__SHOWN(text), problem);
    return value;
}

int32_t projc_json_read_date(projc_json_reader *reader)
{
    projc_text text = take_text(reader, "a date");
    int32_t value = 0;
    const char *problem;

    if (text.data == NULL)
        return 0;
    problem = projc__date_parse(text, &value);
    if (problem != NULL)
        projc_json_fail(reader, PROJC_DATA, "`%.*s` %s", PROJC__SHOWN(text), problem);
    return value;
}

int64_t projc_json_read_duration(projc_json_reader *reader, projc_duration_unit unit)
{
    projc_text text;
    int64_t value = 0;
    int64_t factor = 1;
    const char *problem;

    if (unit == PROJC_DURATION_ISO) {
        text = take_text(reader, "a duration");
        if (text.data == NULL)
            return 0;
        problem = projc__duration_parse(text, &value);
        if (problem != NULL)
            projc_json_fail(reader, PROJC_DATA, "`%.*s` %s", PROJC__SHOWN(text), problem);
        return value;
    }
    value = projc_json_read_integer(reader, INT64_MIN, INT64_MAX, "64 bits");
    if (unit == PROJC_DURATION_NS)
        return value / 1000;
    if (unit == PROJC_DURATION_MS)
        factor = 1000;
    else if (unit == PROJC_DURATION_S)
        factor = PROJC__SECOND_US;
    if (!__builtin_mul_overflow(value, factor, &value))
        return value;
    projc_json_fail(reader, PROJC_DATA, "the duration does not fit 64 bits of microseconds");
    return 0;
}

int32_t projc_json_read_enum(projc_json_reader *reader, const projc_enum *type)
{
    const projc_enum_member *member;
    projc_text text;
    char next = projc__json_peek(reader);

    if (type->has_codes && is_number_start(next)) {
        int32_t code = (int32_t)projc_json_read_integer(reader, INT32_MIN, INT32_MAX, type->name);

        if (reader->status != PROJC_OK || projc_enum_name(type, code) != NULL)
            return code;
        projc_json_fail(reader, PROJC_DATA, "%d is no %s", code, type->name);
        return 0;
    }
    text = take_text(reader, type->name);
    if (text.data == NULL)
        return 0;
    member = projc__enum_find(type, text);
    if (member != NULL)
        return member->value;
    projc_json_fail(reader, PROJC_DATA, "`%.*s` is no %s", PROJC__SHOWN(text), type->name);
    return 0;
}
