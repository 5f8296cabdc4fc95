/* The proleptic Gregorian calendar in UTC: days since 1970-01-01 and civil dates.
 *
 * The arithmetic counts years from March 1, so that the leap day is the last of its year, and in
 * eras of 400 years, which all have 146,097 days (Howard Hinnant's days_from_civil). */
#include "base/time.h"

#include "projc/handler.h"

enum {
    DAYS_OF_ERA = 146097,
    YEARS_OF_ERA = 400,
    DAYS_TO_1970 = 719468 /* from 0000-03-01 */
};

static int64_t floor_quotient(int64_t value, int64_t divisor)
{
    int64_t quotient = value / divisor;

    return quotient - (value % divisor < 0);
}

int32_t projc_date_of(int64_t time)
{
    return (int32_t)floor_quotient(time, PROJC__DAY_US);
}

void projc_civil_of(int32_t date, int32_t *year, uint32_t *month, uint32_t *day)
{
    int64_t days = (int64_t)date + DAYS_TO_1970;
    int64_t era = floor_quotient(days, DAYS_OF_ERA);
    int64_t day_of_era = days - era * DAYS_OF_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (DAYS_OF_ERA - 1)) /
        365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;

    *day = (uint32_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    *month = (uint32_t)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    *year = (int32_t)(year_of_era + era * YEARS_OF_ERA + (*month <= 2));
}

int32_t projc_date_from_civil(int32_t year, uint32_t month, uint32_t day)
{
    int64_t from_march = (int64_t)year - (month <= 2);
    int64_t era = floor_quotient(from_march, YEARS_OF_ERA);
    int64_t year_of_era = from_march - era * YEARS_OF_ERA;
    int64_t day_of_year =
        (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + (int64_t)day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return (int32_t)(era * DAYS_OF_ERA + day_of_era - DAYS_TO_1970);
}

int32_t projc_date_year(int32_t date)
{
    int32_t year;
    uint32_t month;
    uint32_t day;

    projc_civil_of(date, &year, &month, &day);
    return year;
}

uint32_t projc_date_month(int32_t date)
{
    int32_t year;
    uint32_t month;
    uint32_t day;

    projc_civil_of(date, &year, &month, &day);
    return month;
}

uint32_t projc_date_day(int32_t date)
{
    int32_t year;
    uint32_t month;
    uint32_t day;

    projc_civil_of(date, &year, &month, &day);
    return day;
}

/* 1970-01-01 was a Thursday. */
uint32_t projc_date_weekday(int32_t date)
{
    int64_t days = (int64_t)date + 3;

    return (uint32_t)(days - floor_quotient(days, 7) * 7) + 1;
}

int32_t projc_date_week_start(int32_t date)
{
    return date - (int32_t)projc_date_weekday(date) + 1;
}

int32_t projc_date_month_start(int32_t date)
{
    return date - (int32_t)projc_date_day(date) + 1;
}

bool projc_floor_to(int64_t value, int64_t step, int64_t *multiple)
{
    int64_t rest = value % step;

    if (rest < 0)
        rest += step;
    return !__builtin_sub_overflow(value, rest, multiple);
}

bool projc_ceil_to(int64_t value, int64_t step, int64_t *multiple)
{
    int64_t rest = value % step;

    if (rest > 0)
        rest -= step;
    return !__builtin_sub_overflow(value, rest, multiple);
}

bool projc__time_is_valid(int64_t time)
{
    return time >= PROJC__TIME_MIN;
}

bool projc__date_is_valid(int32_t date)
{
    return date >= PROJC__DATE_MIN && date <= PROJC__DATE_MAX;
}
