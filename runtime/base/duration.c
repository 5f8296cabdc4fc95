/* ISO 8601 durations read as microseconds: [sign]P[nW][nD][T[nH][nM][n[.n]S]].
 *
 * Years and months have no fixed length and are refused. Every number may bear a sign of its own,
 * as Java and PostgreSQL write negative ones ("PT-1H-30M"). Only seconds may have a fraction; finer
 * than microseconds is cut. */
#include "base/time.h"

#include "projc/handler.h"

typedef struct component {
    char letter;
    bool is_of_time; /* stands behind the T */
    int64_t unit_us;
} component;

static const component components[] = {
    {'W', false, 7 * PROJC__DAY_US},      {'D', false, PROJC__DAY_US},
    {'H', true, 3600 * PROJC__SECOND_US}, {'M', true, 60 * PROJC__SECOND_US},
    {'S', true, PROJC__SECOND_US},
};
enum { COMPONENT_COUNT = sizeof components / sizeof components[0] };

static const char malformed[] = "is no ISO 8601 duration such as PT1H30M";
static const char too_long[] = "does not fit 64 bits of microseconds";

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

typedef struct number {
    bool is_negative;
    bool has_fraction;
    int64_t whole;
    int64_t microseconds; /* of a fraction of one second */
} number;

static const char *read_number(const char **at, const char *end, number *value)
{
    int64_t unit = PROJC__SECOND_US / 10;

    *value = (number){0};
    if (*at < end && (**at == '-' || **at == '+'))
        value->is_negative = *(*at)++ == '-';
    if (*at == end || !is_digit(**at))
        return malformed;
    for (; *at < end && is_digit(**at); ++*at)
        if (__builtin_mul_overflow(value->whole, 10, &value->whole) ||
            __builtin_add_overflow(value->whole, **at - '0', &value->whole))
            return too_long;
    if (*at == end || (**at != '.' && **at != ','))
        return NULL;
    value->has_fraction = true;
    ++*at;
    if (*at == end || !is_digit(**at))
        return malformed;
    for (; *at < end && is_digit(**at); ++*at) {
        value->microseconds += (**at - '0') * unit;
        unit /= 10;
    }
    return NULL;
}

/* Reads one number and its letter, which must stand behind *next in the table, and adds it. */
static const char *read_component(const char **at, const char *end, bool is_of_time, size_t *next,
                                  projc_int128 *total)
{
    number value;
    projc_int128 part;
    const char *problem = read_number(at, end, &value);

    if (problem != NULL)
        return problem;
    if (*at == end)
        return malformed;
    if (!is_of_time && (**at == 'Y' || **at == 'M'))
        return "has years or months, which have no fixed length";
    while (*next < COMPONENT_COUNT &&
           (components[*next].letter != **at || components[*next].is_of_time != is_of_time))
        ++*next;
    if (*next == COMPONENT_COUNT || (value.has_fraction && **at != 'S'))
        return malformed;
    ++*at;
    part = (projc_int128)value.whole * components[*next].unit_us + value.microseconds;
    *total += value.is_negative ? -part : part;
    ++*next;
    return NULL;
}

const char *projc__duration_parse(projc_text text, int64_t *value)
{
    const char *at = text.data;
    const char *end = text.data + text.size;
    bool is_negative = false;
    bool is_of_time = false;
    size_t next = 0;
    projc_int128 total = 0;

    if (at < end && (*at == '-' || *at == '+'))
        is_negative = *at++ == '-';
    if (at == end || *at++ != 'P' || at == end)
        return malformed;
    while (at < end) {
        const char *problem;

        if (*at == 'T' && !is_of_time) {
            is_of_time = true;
            at++;
        }
        problem = read_component(&at, end, is_of_time, &next, &total);
        if (problem != NULL)
            return problem;
    }
    if (is_negative)
        total = -total;
    if (total < INT64_MIN || total > INT64_MAX)
        return too_long;
    *value = (int64_t)total;
    return NULL;
}

bool projc_parse_duration(projc_text text, int64_t *value)
{
    return projc__duration_parse(text, value) == NULL;
}
