/* f64 as text: reading by the C library in the C locale, writing in the shortest form. */
#include "base/decimal.h"

#include "projc/handler.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* strtod and snprintf obey the thread's locale, and a decimal comma would be a wrong result: the
 * program around us may have set one. "C" is always there, and glibc does not allocate for it. */
static locale_t enter_c_locale(locale_t *c_locale)
{
    *c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return *c_locale == (locale_t)0 ? (locale_t)0 : uselocale(*c_locale);
}

static void leave_c_locale(locale_t c_locale, locale_t before)
{
    if (c_locale == (locale_t)0)
        return;
    uselocale(before);
    freelocale(c_locale);
}

/* ---- reading ---- */

/* A number of at most 19 digits, as digits * 10^exponent; false when it has more, or is malformed.
 */
static bool read_short(projc_text text, bool *is_negative, uint64_t *digits, int *exponent)
{
    size_t at = 0;
    int count = 0;
    bool is_behind_point = false;

    *digits = 0;
    *exponent = 0;
    *is_negative = text.size != 0 && text.data[0] == '-';
    if (*is_negative)
        at++;
    for (; at < text.size; at++) {
        if (text.data[at] == '.' && !is_behind_point && count != 0) {
            is_behind_point = true;
            continue;
        }
        if (!is_digit(text.data[at]) || ++count > 19)
            return false;
        *digits = *digits * 10 + (uint64_t)(text.data[at] - '0');
        if (is_behind_point)
            --*exponent;
    }
    return count != 0 && is_digit(text.data[text.size - 1]);
}

/* Digits behind the 768th cannot decide a rounding by more than not being zero. */
enum { DECIDING_DIGITS = 770 };

/* What the fast way cannot do: the digits that decide, for strtod. */
static double read_slowly(const projc__number *number)
{
    char copy[DECIDING_DIGITS + 40];
    size_t count = number->whole_size + number->fraction_size;
    size_t first = 0;
    size_t size = 0;
    size_t taken;
    int64_t point;
    locale_t c_locale;
    locale_t before;
    double value;

    while (first < count && projc__number_digit(number, first) == '0')
        first++;
    if (number->is_negative)
        copy[size++] = '-';
    for (taken = first; taken < count && taken - first < DECIDING_DIGITS; taken++)
        copy[size++] = projc__number_digit(number, taken);
    point = (int64_t)number->whole_size - (int64_t)taken + number->exponent;
    for (size_t i = taken; i < count; i++)
        if (projc__number_digit(number, i) != '0') {
            copy[size++] = '1';
            point--;
            break;
        }
    if (first == count)
        copy[size++] = '0';
    snprintf(copy + size, sizeof copy - size, "e%lld", (long long)point);
    before = enter_c_locale(&c_locale);
    value = strtod(copy, NULL);
    leave_c_locale(c_locale, before);
    return value;
}

bool projc__f64_parse(projc_text text, double *value)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,
                                    1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19};
    const uint64_t exact = UINT64_C(1) << 53;
    bool is_negative;
    uint64_t digits;
    int exponent;
    double result;
    projc__number number;

    /* Both numbers are exact, and so their quotient is rounded once: the nearest. */
    if (read_short(text, &is_negative, &digits, &exponent) && digits <= exact) {
        result = (double)digits / powers[-exponent];
        *value = is_negative ? -result : result;
        return true;
    }
    if (!projc__number_split(text, &number))
        return false;
    *value = read_slowly(&number);
    return true;
}

bool projc_parse_f64(projc_text text, double *value)
{
    double parsed;

    if (!projc__f64_parse(text, &parsed) || !isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}

/* ---- writing ---- */

enum { DIGITS_MAX = 17 };

/* The significant digits of a finite positive number: 0.d1d2… * 10^point. */
typedef struct significant {
    char digits[DIGITS_MAX + 1];
    int count;
    int point;
} significant;

static void digits_of(double value, int precision, significant *result)
{
    char text[DIGITS_MAX + 16];
    int count = 0;

    snprintf(text, sizeof text, "%.*e", precision - 1, value);
    for (const char *at = text; *at != 'e'; at++)
        if (*at != '.')
            result->digits[count++] = *at;
    result->point = (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
    while (count > 1 && result->digits[count - 1] == '0')
        count--;
    result->digits[count] = '\0';
    result->count = count;
}

static bool reads_back(const significant *number, double value)
{
    char text[DIGITS_MAX + 24];

    snprintf(text, sizeof text, "0.%se%d", number->digits, number->point);
    return strtod(text, NULL) == value;
}

/* The next larger number of as many digits. Below a power of two the neighbours are nearer than
 * above it: there the nearest text of 16 digits may fail and the one above it be right. False at
 * 99…9. */
static bool round_up(significant *number, int precision)
{
    int i = precision - 1;

    while (number->count < precision)
        number->digits[number->count++] = '0';
    while (i >= 0 && number->digits[i] == '9')
        number->digits[i--] = '0';
    if (i < 0)
        return false;
    number->digits[i]++;
    number->digits[precision] = '\0';
    return true;
}

static void shortest_digits(double value, significant *result)
{
    /* 15 digits survive the way through an f64, so a shorter text appears as 15 with zeros at the
     * end. Denormal numbers have fewer digits: there each length is tried. */
    int precision = value < 2.3e-308 ? 1 : 15;

    for (; precision < DIGITS_MAX; precision++) {
        digits_of(value, precision, result);
        if (reads_back(result, value) ||
            (precision == 16 && round_up(result, precision) && reads_back(result, value)))
            return;
    }
    digits_of(value, DIGITS_MAX, result);
}

/* Lays the digits out; returns the end. */
static char *lay_out(char *at, const significant *number)
{
    if (number->point < -5 || number->point > 21) {
        int exponent = number->point - 1;

        *at++ = number->digits[0];
        if (number->count > 1) {
            *at++ = '.';
            memcpy(at, number->digits + 1, (size_t)number->count - 1);
            at += number->count - 1;
        }
        return at + snprintf(at, 8, "e%+d", exponent);
    }
    if (number->point <= 0) {
        *at++ = '0';
        *at++ = '.';
        for (int i = number->point; i < 0; i++)
            *at++ = '0';
    }
    for (int i = 0; i < number->count || i < number->point; i++) {
        if (i == number->point && i > 0)
            *at++ = '.';
        *at++ = i < number->count ? number->digits[i] : '0';
    }
    return at;
}

size_t projc__f64_format(double value, char text[PROJC__F64_TEXT_MAX])
{
    significant number;
    locale_t c_locale;
    locale_t before;
    char *at = text;

    if (!isfinite(value)) {
        const char *name = isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";

        memcpy(text, name, strlen(name) + 1);
        return strlen(name);
    }
    /* No sign at zero: SQLite's columns lose it, and a rebuild must not differ from that. */
    if (value < 0)
        *at++ = '-';
    if (value == 0) {
        *at++ = '0';
    } else {
        before = enter_c_locale(&c_locale);
        shortest_digits(fabs(value), &number);
        leave_c_locale(c_locale, before);
        at = lay_out(at, &number);
    }
    *at = '\0';
    return (size_t)(at - text);
}
