/* Times and dates as RFC 3339 text, both ways.
 *
 * Read are upper and lower case T and Z, a blank instead of T, any number of digits behind the
 * point (finer than microseconds is cut), and offsets up to 23:59. A leap second is what RFC 3339
 * says it is, second 60 of a UTC day's last minute; it reads as the last microsecond of second 59,
 * because our days have 86,400 seconds and it must not come out as a moment of the next day.
 * 24:00:00 is no time. */
#include "base/time.h"

#include "projc/handler.h"

#include <string.h>

/* ---- reading ---- */

static const char outside[] = "is outside of what PostgreSQL can store";

typedef struct cursor {
    const char *at;
    const char *end;
} cursor;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take(cursor *text, char wanted)
{
    if (text->at == text->end || *text->at != wanted)
        return false;
    text->at++;
    return true;
}

/* Exactly two digits. */
static bool take_two(cursor *text, uint32_t *value)
{
    if (text->end - text->at < 2 || !is_digit(text->at[0]) || !is_digit(text->at[1]))
        return false;
    *value = (uint32_t)(text->at[0] - '0') * 10 + (uint32_t)(text->at[1] - '0');
    text->at += 2;
    return true;
}

/* Four digits, or a sign and four to seven. */
static bool take_year(cursor *text, int32_t *year)
{
    bool is_negative = take(text, '-');
    bool is_signed = is_negative || take(text, '+');
    int count = 0;
    int32_t value = 0;

    while (text->at < text->end && is_digit(*text->at) && count < 8) {
        value = value * 10 + (*text->at++ - '0');
        count++;
    }
    *year = is_negative ? -value : value;
    return is_signed ? count >= 4 && count <= 7 : count == 4;
}

static uint32_t days_of_month(int32_t year, uint32_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && is_leap ? 29 : days[month - 1];
}

static const char *take_date(cursor *text, int32_t *date)
{
    int32_t year;
    uint32_t month;
    uint32_t day;

    if (!take_year(text, &year) || !take(text, '-') || !take_two(text, &month) ||
        !take(text, '-') || !take_two(text, &day))
        return "is not of the form YYYY-MM-DD";
    if (month < 1 || month > 12)
        return "has no such month";
    if (day < 1 || day > days_of_month(year, month))
        return "has no such day";
    if (year < -4714 || year > 5874897) /* else days might not fit */
        return outside;
    *date = projc_date_from_civil(year, month, day);
    return projc__date_is_valid(*date) ? NULL : outside;
}

const char *projc__date_parse(projc_text text, int32_t *value)
{
    cursor rest = {text.data, text.data + text.size};
    int32_t date;
    const char *problem = take_date(&rest, &date);

    if (problem != NULL)
        return problem;
    if (rest.at != rest.end)
        return "is not of the form YYYY-MM-DD";
    *value = date;
    return NULL;
}

/* A point and digits, if there are any: microseconds, the rest cut. */
static bool take_fraction(cursor *text, int64_t *microseconds)
{
    int64_t unit = PROJC__SECOND_US / 10;

    *microseconds = 0;
    if (!take(text, '.'))
        return true;
    if (text->at == text->end || !is_digit(*text->at))
        return false;
    while (text->at < text->end && is_digit(*text->at)) {
        *microseconds += (*text->at++ - '0') * unit;
        unit /= 10;
    }
    return true;
}

/* Z or +hh:mm: seconds that local time is ahead of UTC. */
static bool take_offset(cursor *text, int64_t *seconds)
{
    bool is_west;
    uint32_t hours;
    uint32_t minutes;

    *seconds = 0;
    if (take(text, 'Z') || take(text, 'z'))
        return true;
    is_west = take(text, '-');
    if (!is_west && !take(text, '+'))
        return false;
    if (!take_two(text, &hours) || !take(text, ':') || !take_two(text, &minutes) || hours > 23 ||
        minutes > 59)
        return false;
    *seconds = (int64_t)hours * 3600 + minutes * 60;
    if (is_west)
        *seconds = -*seconds;
    return true;
}

const char *projc__time_parse(projc_text text, int64_t *value)
{
    static const char malformed[] = "is not of the form YYYY-MM-DDThh:mm:ss[.ssssss](Z|+hh:mm)";
    cursor rest = {text.data, text.data + text.size};
    int32_t date;
    uint32_t hour;
    uint32_t minute;
    uint32_t second;
    int64_t microseconds;
    int64_t offset;
    int64_t seconds;
    int64_t time;
    const char *problem = take_date(&rest, &date);

    if (problem != NULL)
        return problem;
    if ((!take(&rest, 'T') && !take(&rest, 't') && !take(&rest, ' ')) || !take_two(&rest, &hour) ||
        !take(&rest, ':') || !take_two(&rest, &minute) || !take(&rest, ':') ||
        !take_two(&rest, &second) || !take_fraction(&rest, &microseconds) ||
        !take_offset(&rest, &offset) || rest.at != rest.end)
        return malformed;
    if (hour > 23 || minute > 59 || second > 60)
        return "has no such time of day";
    seconds = (int64_t)hour * 3600 + minute * 60 + second - offset;
    if (second == 60) {
        if ((seconds + 86400) % 86400 != 0)
            return "has no such time of day";
        seconds--;
        microseconds = PROJC__SECOND_US - 1;
    }
    seconds += (int64_t)date * 86400;
    if (__builtin_mul_overflow(seconds, PROJC__SECOND_US, &time) ||
        __builtin_add_overflow(time, microseconds, &time) || !projc__time_is_valid(time))
        return outside;
    *value = time;
    return NULL;
}

bool projc_parse_time(projc_text text, int64_t *value)
{
    return projc__time_parse(text, value) == NULL;
}

bool projc_parse_date(projc_text text, int32_t *value)
{
    return projc__date_parse(text, value) == NULL;
}

/* ---- writing ---- */

/* Writes at least `digits` digits and returns the end. */
static char *put_number(char *at, uint64_t value, int digits)
{
    char reversed[20];
    int count = 0;

    do {
        reversed[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    for (int i = count; i < digits; i++)
        *at++ = '0';
    while (count > 0)
        *at++ = reversed[--count];
    return at;
}

static char *put_date(char *at, int32_t date)
{
    int32_t year;
    uint32_t month;
    uint32_t day;

    projc_civil_of(date, &year, &month, &day);
    if (year < 0)
        *at++ = '-';
    else if (year > 9999)
        *at++ = '+';
    at = put_number(at, year < 0 ? (uint64_t)-year : (uint64_t)year,
                    year < 0 || year > 9999 ? 5 : 4);
    *at++ = '-';
    at = put_number(at, month, 2);
    *at++ = '-';
    return put_number(at, day, 2);
}

/* A point and up to six digits without zeros at the end; nothing for 0. */
static char *put_fraction(char *at, int64_t microseconds)
{
    if (microseconds == 0)
        return at;
    *at++ = '.';
    at = put_number(at, (uint64_t)microseconds, 6);
    while (at[-1] == '0')
        at--;
    return at;
}

size_t projc__date_format(int32_t date, char text[PROJC__DATE_TEXT_MAX])
{
    char *end = put_date(text, date);

    *end = '\0';
    return (size_t)(end - text);
}

size_t projc__time_format(int64_t time, char text[PROJC__TIME_TEXT_MAX])
{
    int32_t date = projc_date_of(time);
    /* In this order nothing overflows: the first day's beginning lies below INT64_MIN. */
    int64_t of_day = (time % PROJC__DAY_US + PROJC__DAY_US) % PROJC__DAY_US;
    int64_t second = of_day / PROJC__SECOND_US;
    char *at = put_date(text, date);

    *at++ = 'T';
    at = put_number(at, (uint64_t)(second / 3600), 2);
    *at++ = ':';
    at = put_number(at, (uint64_t)(second / 60 % 60), 2);
    *at++ = ':';
    at = put_number(at, (uint64_t)(second % 60), 2);
    at = put_fraction(at, of_day % PROJC__SECOND_US);
    *at++ = 'Z';
    *at = '\0';
    return (size_t)(at - text);
}

size_t projc__duration_format(int64_t duration, char text[PROJC__DURATION_TEXT_MAX])
{
    uint64_t rest = duration < 0 ? 0 - (uint64_t)duration : (uint64_t)duration;
    uint64_t days = rest / (uint64_t)PROJC__DAY_US;
    uint64_t seconds = rest / (uint64_t)PROJC__SECOND_US % 86400;
    int64_t microseconds = (int64_t)(rest % (uint64_t)PROJC__SECOND_US);
    char *at = text;

    if (duration < 0)
        *at++ = '-';
    *at++ = 'P';
    if (days != 0) {
        at = put_number(at, days, 1);
        *at++ = 'D';
    }
    if (seconds != 0 || microseconds != 0 || days == 0)
        *at++ = 'T';
    if (seconds / 3600 != 0) {
        at = put_number(at, seconds / 3600, 1);
        *at++ = 'H';
    }
    if (seconds / 60 % 60 != 0) {
        at = put_number(at, seconds / 60 % 60, 1);
        *at++ = 'M';
    }
    if (seconds % 60 != 0 || microseconds != 0 || rest == 0) {
        at = put_fraction(put_number(at, seconds % 60, 1), microseconds);
        *at++ = 'S';
    }
    *at = '\0';
    return (size_t)(at - text);
}
