/* scan_values.c -- from digits and texts to exact values: integers, decimals, uuids, dates and
 * times. */
#include "check/expressions.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* value = value * 10 + digit, towards the sign, so that the smallest i64 fits. */
static bool append_digit(int64_t *value, int digit, bool is_negative)
{
    return !__builtin_mul_overflow(*value, (int64_t)10, value) &&
           !__builtin_add_overflow(*value, (int64_t)(is_negative ? -digit : digit), value);
}

bool pc_scan_integer(struct pc_text digits, bool is_negative, int64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] == '-' && i == 0) {
            is_negative = !is_negative;
            continue;
        }
        if (!is_digit(digits.data[i]) || !append_digit(value, digits.data[i] - '0', is_negative))
            return false;
    }
    return digits.size != 0;
}

bool pc_scan_decimal(struct pc_text digits, bool is_negative, uint32_t scale, int64_t *value)
{
    uint32_t behind = 0;
    bool is_behind = false;

    *value = 0;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] == '.') {
            is_behind = true;
            continue;
        }
        if (!is_digit(digits.data[i]))
            return false;
        if (is_behind && behind == scale) {
            if (digits.data[i] != '0')
                return false;
            continue;
        }
        behind += is_behind;
        if (!append_digit(value, digits.data[i] - '0', is_negative))
            return false;
    }
    for (; behind < scale; behind++) {
        if (!append_digit(value, 0, is_negative))
            return false;
    }
    return true;
}

bool pc_scan_f64(struct pc_arena *arena, struct pc_text digits, double *value)
{
    char *end = NULL;
    const char *text = pc_arena_copy(arena, digits.data, digits.size);

    *value = strtod(text, &end);
    return *end == '\0' && *value - *value == 0;
}

static int hex_value(char byte)
{
    if (is_digit(byte))
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

bool pc_scan_uuid(struct pc_text text, uint8_t value[16])
{
    size_t at = 0;

    if (text.size != 36)
        return false;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            if (text.data[at++] != '-')
                return false;
        }
        int high = hex_value(text.data[at]);
        int low = hex_value(text.data[at + 1]);
        if (high < 0 || low < 0)
            return false;
        value[i] = (uint8_t)(high * 16 + low);
        at += 2;
    }
    return true;
}

/* Exactly `count` digits at *at. */
static bool scan_digits(struct pc_text text, size_t *at, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (*at >= text.size || !is_digit(text.data[*at]))
            return false;
        *value = *value * 10 + (text.data[*at] - '0');
    }
    return true;
}

static bool scan_byte(struct pc_text text, size_t *at, const char *allowed)
{
    if (*at >= text.size || text.data[*at] == '\0' || strchr(allowed, text.data[*at]) == NULL)
        return false;
    (*at)++;
    return true;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant's days_from_civil). */
static int32_t days_of(int year, int month, int day)
{
    int shifted = month <= 2 ? year - 1 : year;
    int era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    int of_era = shifted - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool scan_day(struct pc_text text, size_t *at, int32_t *days)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 0;
    int month = 0;
    int day = 0;

    if (!scan_digits(text, at, 4, &year) || !scan_byte(text, at, "-") ||
        !scan_digits(text, at, 2, &month) || !scan_byte(text, at, "-") ||
        !scan_digits(text, at, 2, &day))
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    if (day > lengths[month - 1] + (month == 2 && is_leap(year)))
        return false;
    *days = days_of(year, month, day);
    return true;
}

bool pc_scan_date(struct pc_text text, int32_t *days)
{
    size_t at = 0;

    return scan_day(text, &at, days) && at == text.size;
}

/* The offset of a time zone, Z or +01:30, in minutes east. */
static bool scan_zone(struct pc_text text, size_t *at, int *minutes)
{
    int hour = 0;
    int minute = 0;

    *minutes = 0;
    if (scan_byte(text, at, "Zz"))
        return true;
    bool is_west = *at < text.size && text.data[*at] == '-';
    if (!scan_byte(text, at, "+-") || !scan_digits(text, at, 2, &hour) ||
        !scan_byte(text, at, ":") || !scan_digits(text, at, 2, &minute) || hour > 23 || minute > 59)
        return false;
    *minutes = (is_west ? -1 : 1) * (hour * 60 + minute);
    return true;
}

bool pc_scan_time(struct pc_text text, int64_t *value_us)
{
    size_t at = 0;
    int32_t days = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int zone = 0;
    int64_t fraction = 0;

    if (!scan_day(text, &at, &days) || !scan_byte(text, &at, "Tt ") ||
        !scan_digits(text, &at, 2, &hour) || !scan_byte(text, &at, ":") ||
        !scan_digits(text, &at, 2, &minute) || !scan_byte(text, &at, ":") ||
        !scan_digits(text, &at, 2, &second) || hour > 23 || minute > 59 || second > 59)
        return false;
    if (scan_byte(text, &at, ".")) {
        int64_t unit = 100000;
        size_t first = at;
        for (; at < text.size && is_digit(text.data[at]); at++, unit /= 10)
            fraction += (text.data[at] - '0') * unit;
        if (at == first)
            return false;
    }
    if (!scan_zone(text, &at, &zone) || at != text.size)
        return false;
    int64_t seconds =
        (int64_t)days * 86400 + hour * 3600 + minute * 60 + second - (int64_t)zone * 60;
    *value_us = seconds * 1000000 + fraction;
    return true;
}

/* The six bits of a base64 letter, or -1. */
static int base64_value(char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return byte - 'A';
    if (byte >= 'a' && byte <= 'z')
        return byte - 'a' + 26;
    if (is_digit(byte))
        return byte - '0' + 52;
    return byte == '+' ? 62 : byte == '/' ? 63 : -1;
}

bool pc_scan_base64(struct pc_arena *arena, struct pc_text text, struct pc_text *bytes)
{
    char *out = pc_arena_alloc(arena, text.size / 4 * 3 + 1);
    size_t size = 0;
    size_t padding = 0;

    if (text.size % 4 != 0)
        return false;
    for (size_t i = 0; i < text.size; i += 4) {
        uint32_t group = 0;
        for (size_t j = i; j < i + 4; j++) {
            int value = base64_value(text.data[j]);
            bool is_padding = text.data[j] == '=' && j + 2 >= text.size;
            if ((value < 0 && !is_padding) || (value >= 0 && padding != 0))
                return false;
            padding += is_padding;
            group = group << 6 | (is_padding ? 0 : (uint32_t)value);
        }
        out[size++] = (char)(group >> 16);
        out[size++] = (char)(group >> 8 & 0xff);
        out[size++] = (char)(group & 0xff);
    }
    *bytes = (struct pc_text){out, size - padding};
    return true;
}
