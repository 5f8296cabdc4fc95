/* calendar.c -- times, dates and durations read from texts, in the forms that programs print. */
#include "machine.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is printed again must be the text: so nothing but the printed form is read. Other spellings
 * that the product reads do not come out of programs. */
static bool is_printed_as(void (*put)(struct oracle_text *, int64_t), int64_t value,
                          const char *text)
{
    struct oracle_text out = {NULL, 0, 0};

    put(&out, value);
    bool is_same = strcmp(out.data, text) == 0;
    oracle_text_clear(&out);
    return is_same;
}

static bool parse_date(const char *text, int64_t *value, const char **end)
{
    char *at;
    long year = strtol(text, &at, 10);

    if (*at != '-' || strlen(at) < 6 || at[3] != '-')
        return false;
    long month = strtol(at + 1, NULL, 10);
    long day = strtol(at + 4, NULL, 10);
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    *value = oracle_days_from_civil(year, month, day);
    *end = at + 6;
    return oracle_is_date(*value);
}

static bool parse_time(const char *text, int64_t *value)
{
    const char *at;
    int hour;
    int minute;
    int64_t microseconds = 0;
    int64_t unit = 100000;
    int second;

    if (!parse_date(text, value, &at) || sscanf(at, "T%2d:%2d:%2d", &hour, &minute, &second) != 3)
        return false;
    at += 9;
    if (*at == '.')
        for (at++; isdigit((unsigned char)*at); at++, unit /= 10)
            microseconds += (*at - '0') * unit;
    oracle_int128 whole = (oracle_int128)*value * INT64_C(86400000000) +
                          ((int64_t)hour * 3600 + minute * 60 + second) * INT64_C(1000000) +
                          microseconds;
    *value = (int64_t)whole;
    return oracle_is_time(whole);
}

static bool parse_duration(const char *text, int64_t *value)
{
    bool is_negative = *text == '-';
    oracle_int128 total = 0;
    bool is_behind_t = false;

    text += is_negative;
    if (*text++ != 'P')
        return false;
    while (*text != '\0') {
        int64_t fraction = 0;
        int64_t unit = 100000;
        char *end;

        if (*text == 'T') {
            is_behind_t = true;
            text++;
        }
        oracle_int128 count = strtoll(text, &end, 10);
        if (end == text)
            return false;
        if (*end == '.')
            for (end++; isdigit((unsigned char)*end); end++, unit /= 10)
                fraction += (*end - '0') * unit;
        int64_t seconds = *end == 'D' ? 86400 : *end == 'H' ? 3600 : *end == 'M' ? 60 : 1;
        if (is_behind_t ? strchr("HMS", *end) == NULL : *end != 'D')
            return false;
        total += count * seconds * 1000000 + fraction;
        text = end + 1;
    }
    total = is_negative ? -total : total;
    *value = (int64_t)total;
    return total >= INT64_MIN && total <= INT64_MAX;
}

bool oracle_parse_calendar(enum pc_type_kind kind, struct pc_text text, int64_t *value)
{
    char copy[64];
    const char *end;

    if (text.size == 0 || text.size >= sizeof copy || memchr(text.data, '\0', text.size) != NULL)
        return false;
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    switch (kind) {
    case PC_TYPE_DATE:
        return parse_date(copy, value, &end) && is_printed_as(oracle_put_date, *value, copy);
    case PC_TYPE_TIME:
        return parse_time(copy, value) && is_printed_as(oracle_put_time, *value, copy);
    case PC_TYPE_DURATION:
        return parse_duration(copy, value) && is_printed_as(oracle_put_duration, *value, copy);
    default:
        return false;
    }
}
