/* Decoders of the benchmark's events as a person would write them for these events alone: one pass,
 * no tree, no memory of their own.
 *
 * They are as strict as what projc generates: texts are UTF-8 without NUL, every number is checked
 * against its type, unknown keys are passed over and checked, a missing key is noticed, of two
 * equal keys the last counts. decode.c holds both against the same malformed payloads. They leave
 * out what these events do not have and refuse it: escapes, exponents, numbers in quotes, offsets
 * of a time, lists and maps as the value of an unknown key. */
#include "decode.h"

#include <string.h>

#include "decode_proj.h"

enum { SEEN_CUSTOMER = 1, SEEN_ITEMS = 2, SEEN_TOTAL = 4, SEEN_AT = 8, SEEN_ALL = 15 };

/* The first moment that PostgreSQL can store, in microseconds. */
static const int64_t TIME_MIN = INT64_C(-210866803200000000);

static bool is(projc_text key, const char *name, size_t size)
{
    return key.size == size && memcmp(key.data, name, size) == 0;
}

/* Well-formed UTF-8 without NUL. */
static bool is_text(projc_text text)
{
    const unsigned char *at = (const unsigned char *)text.data;
    const unsigned char *end = at + text.size;

    while (at < end) {
        unsigned char first = *at++;
        unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        int more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;

        if (first != 0 && first < 0x80)
            continue;
        if (first < 0xC2 || first > 0xF4 || end - at < more || *at < low || *at > high)
            return false;
        for (at++; more > 1; more--)
            if ((*at++ & 0xC0) != 0x80)
                return false;
    }
    return true;
}

/* ---- JSON ---- */

typedef struct cursor {
    const char *at, *end;
} cursor;

static void blanks(cursor *in)
{
    while (in->at < in->end &&
           (*in->at == ' ' || *in->at == '\n' || *in->at == '\t' || *in->at == '\r'))
        in->at++;
}

static bool take(cursor *in, char c)
{
    blanks(in);
    if (in->at == in->end || *in->at != c)
        return false;
    in->at++;
    return true;
}

static bool string(cursor *in, projc_text *text)
{
    const char *start;
    bool is_ascii = true;

    if (!take(in, '"'))
        return false;
    start = in->at;
    while (in->at < in->end && *in->at != '"') {
        if (*in->at == '\\' || (unsigned char)*in->at < ' ')
            return false;
        is_ascii &= (unsigned char)*in->at < 0x80;
        in->at++;
    }
    if (in->at == in->end)
        return false;
    *text = projc_text_of(start, (size_t)(in->at++ - start));
    return is_ascii || is_text(*text);
}

static bool number(cursor *in, int scale, int64_t *value)
{
    const char *first;
    bool is_negative;
    int places = 0;

    blanks(in);
    is_negative = in->at < in->end && *in->at == '-';
    in->at += is_negative;
    first = in->at;
    *value = 0;
    for (; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++)
        if (__builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, *in->at - '0', value))
            return false;
    if (in->at == first || (*first == '0' && in->at - first > 1))
        return false;
    if (in->at < in->end && *in->at == '.') {
        for (in->at++; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++, places++)
            if (places >= scale || __builtin_mul_overflow(*value, 10, value) ||
                __builtin_add_overflow(*value, *in->at - '0', value))
                return false;
        if (places == 0)
            return false;
    }
    for (; places < scale; places++)
        if (__builtin_mul_overflow(*value, 10, value))
            return false;
    if (is_negative)
        *value = -*value;
    return true;
}

static int two(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

static bool is_date(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

bool by_hand_time(projc_text text, int64_t *value)
{
    const char *data = text.data;
    int64_t us = 0;
    int64_t unit = 100000;
    int64_t days;
    int year;

    if (text.size < 20 || data[text.size - 1] != 'Z' || data[4] != '-' || data[7] != '-' ||
        data[10] != 'T' || data[13] != ':' || data[16] != ':')
        return false;
    for (size_t i = 0; i < 19; i++)
        if (i != 4 && i != 7 && i != 10 && i != 13 && i != 16 && (data[i] < '0' || data[i] > '9'))
            return false;
    year = two(data) * 100 + two(data + 2);
    if (!is_date(year, two(data + 5), two(data + 8)) || two(data + 11) > 23 ||
        two(data + 14) > 59 || two(data + 17) > 59)
        return false;
    if (text.size != 20 && (data[19] != '.' || text.size == 21))
        return false;
    for (size_t i = 20; i + 1 < text.size; i++, unit /= 10) {
        if (data[i] < '0' || data[i] > '9')
            return false;
        us += (data[i] - '0') * unit;
    }
    days = projc_date_from_civil(year, (uint32_t)two(data + 5), (uint32_t)two(data + 8));
    *value = ((days * 24 + two(data + 11)) * 60 + two(data + 14)) * 60 + two(data + 17);
    *value = *value * 1000000 + us;
    return true;
}

static bool moment(cursor *in, int64_t *value)
{
    projc_text text;

    return string(in, &text) && by_hand_time(text, value);
}

static bool word(cursor *in, const char *expected, size_t size)
{
    if ((size_t)(in->end - in->at) < size || memcmp(in->at, expected, size) != 0)
        return false;
    in->at += size;
    return true;
}

/* Passes over the value of an unknown key. */
static bool pass_over(cursor *in)
{
    projc_text text;
    int64_t value;

    blanks(in);
    if (in->at == in->end)
        return false;
    switch (*in->at) {
    case '"':
        return string(in, &text);
    case 't':
        return word(in, "true", 4);
    case 'f':
        return word(in, "false", 5);
    case 'n':
        return word(in, "null", 4);
    default:
        return number(in, 0, &value);
    }
}

static bool json_field(cursor *in, projc_text key, decode_placed *event, unsigned *seen)
{
    int64_t items;

    if (is(key, "customer", 8)) {
        *seen |= SEEN_CUSTOMER;
        return string(in, &event->customer);
    }
    if (is(key, "items", 5)) {
        *seen |= SEEN_ITEMS;
        if (!number(in, 0, &items) || items < 0 || items > UINT32_MAX)
            return false;
        event->items = (uint32_t)items;
        return true;
    }
    if (is(key, "total", 5)) {
        *seen |= SEEN_TOTAL;
        return number(in, 2, &event->total);
    }
    if (is(key, "at", 2)) {
        *seen |= SEEN_AT;
        return moment(in, &event->at);
    }
    if (is(key, "note", 4)) {
        blanks(in);
        event->note.has = in->at == in->end || *in->at != 'n';
        return event->note.has ? string(in, &event->note.value) : word(in, "null", 4);
    }
    return pass_over(in);
}

bool by_hand_json(const sample *from)
{
    cursor in = {from->json.data, from->json.data + from->json.size};
    decode_placed event = {0};
    unsigned seen = 0;
    projc_text key;

    if (!take(&in, '{'))
        return false;
    do {
        if (!string(&in, &key) || !take(&in, ':') || !json_field(&in, key, &event, &seen))
            return false;
    } while (take(&in, ','));
    if (!take(&in, '}') || seen != SEEN_ALL)
        return false;
    blanks(&in);
    if (in.at != in.end)
        return false;
    decode_use(event.customer, event.items, event.total, event.at, event.note.has);
    return true;
}

/* ---- msgpack ---- */

typedef struct bytes {
    const uint8_t *at, *end;
} bytes;

/* A text of up to 255 bytes, not yet looked at. */
static bool packed_string(bytes *in, projc_text *text)
{
    size_t size;

    if (in->at < in->end && (*in->at & 0xE0) == 0xA0) {
        size = *in->at++ & 0x1F;
    } else if (in->end - in->at > 2 && *in->at == 0xD9) {
        size = in->at[1];
        in->at += 2;
    } else {
        return false;
    }
    if ((size_t)(in->end - in->at) < size)
        return false;
    *text = projc_text_of((const char *)in->at, size);
    in->at += size;
    return true;
}

static bool packed_text(bytes *in, projc_text *text)
{
    return packed_string(in, text) && is_text(*text);
}

static bool packed_number(bytes *in, int64_t *value)
{
    uint64_t bits = 0;
    bool is_signed;
    int width;

    if (in->at == in->end)
        return false;
    if (*in->at < 0x80 || *in->at >= 0xE0) {
        *value = (int8_t)*in->at++;
        return true;
    }
    if ((*in->at & 0xFC) != 0xCC && (*in->at & 0xFC) != 0xD0)
        return false;
    width = 1 << (*in->at & 3);
    is_signed = *in->at++ >= 0xD0;
    if (in->end - in->at < width)
        return false;
    for (int i = 0; i < width; i++)
        bits = bits << 8 | *in->at++;
    if (is_signed && width < 8)
        bits = (uint64_t)((int64_t)(bits << (64 - 8 * width)) >> (64 - 8 * width));
    *value = (int64_t)bits;
    return is_signed || *value >= 0;
}

/* Passes over the value of an unknown key. */
static bool packed_pass_over(bytes *in)
{
    projc_text text;
    int64_t value;

    if (in->at == in->end)
        return false;
    if (*in->at == 0xC0 || *in->at == 0xC2 || *in->at == 0xC3) {
        in->at++;
        return true;
    }
    if ((*in->at & 0xE0) == 0xA0 || *in->at == 0xD9)
        return packed_string(in, &text);
    return packed_number(in, &value);
}

static bool packed_field(bytes *in, projc_text key, decode_copied *event, unsigned *seen)
{
    int64_t items;

    if (is(key, "customer", 8)) {
        *seen |= SEEN_CUSTOMER;
        return packed_text(in, &event->customer);
    }
    if (is(key, "items", 5)) {
        *seen |= SEEN_ITEMS;
        if (!packed_number(in, &items) || items < 0 || items > UINT32_MAX)
            return false;
        event->items = (uint32_t)items;
        return true;
    }
    if (is(key, "total", 5)) {
        *seen |= SEEN_TOTAL;
        return packed_number(in, &event->total);
    }
    if (is(key, "at", 2)) {
        *seen |= SEEN_AT;
        return packed_number(in, &event->at) && event->at >= TIME_MIN;
    }
    if (is(key, "note", 4)) {
        event->note.has = in->at == in->end || *in->at != 0xC0;
        if (event->note.has)
            return packed_text(in, &event->note.value);
        in->at++;
        return true;
    }
    return is_text(key) && packed_pass_over(in);
}

bool by_hand_msgpack(const sample *from)
{
    bytes in = {from->packed.data, from->packed.data + from->packed.size};
    decode_copied event = {0};
    unsigned seen = 0;
    projc_text key;

    if (in.at == in.end || (*in.at & 0xF0) != 0x80)
        return false;
    for (int left = *in.at++ & 0xF; left > 0; left--)
        if (!packed_string(&in, &key) || !packed_field(&in, key, &event, &seen))
            return false;
    if (seen != SEEN_ALL || in.at != in.end)
        return false;
    decode_use(event.customer, event.items, event.total, event.at, event.note.has);
    return true;
}
