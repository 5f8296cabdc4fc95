/* Decimals: exact parsing and printing, rounding in 128 bits, conversion from and to f64. */
#include "base/decimal.h"

#include "projc/handler.h"

#include <assert.h>
#include <math.h>
#include <string.h>

__extension__ typedef unsigned __int128 uint128;

int64_t projc_power_of_ten(uint8_t exponent)
{
    static const int64_t powers[PROJC__SCALE_MAX + 1] = {
        INT64_C(1),
        INT64_C(10),
        INT64_C(100),
        INT64_C(1000),
        INT64_C(10000),
        INT64_C(100000),
        INT64_C(1000000),
        INT64_C(10000000),
        INT64_C(100000000),
        INT64_C(1000000000),
        INT64_C(10000000000),
        INT64_C(100000000000),
        INT64_C(1000000000000),
        INT64_C(10000000000000),
        INT64_C(100000000000000),
        INT64_C(1000000000000000),
        INT64_C(10000000000000000),
        INT64_C(100000000000000000),
        INT64_C(1000000000000000000),
    };

    assert(exponent <= PROJC__SCALE_MAX);
    return powers[exponent];
}

/* The signed value of a magnitude, false when it does not fit. */
static bool apply_sign(uint128 magnitude, bool is_negative, int64_t *value)
{
    const uint128 limit = (uint128)INT64_MAX + (is_negative ? 1 : 0);

    if (magnitude > limit)
        return false;
    *value = is_negative ? (int64_t)(0 - (uint64_t)magnitude) : (int64_t)magnitude;
    return true;
}

bool projc_round_quotient(projc_int128 numerator, projc_int128 denominator, int64_t *result)
{
    bool is_negative = (numerator < 0) != (denominator < 0);
    uint128 dividend = numerator < 0 ? 0 - (uint128)numerator : (uint128)numerator;
    uint128 divisor = denominator < 0 ? 0 - (uint128)denominator : (uint128)denominator;
    uint128 quotient;
    uint128 rest;

    if (divisor == 0)
        return false;
    quotient = dividend / divisor;
    rest = dividend % divisor;
    /* Compares the rest with the half without doubling it, which might overflow. */
    if (rest > divisor - rest || (rest == divisor - rest && (quotient & 1) != 0))
        quotient++;
    return apply_sign(quotient, is_negative, result);
}

/* ---- parsing ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_at(const char *at, const char *end)
{
    const char *begin = at;

    while (at < end && is_digit(*at))
        at++;
    return (size_t)(at - begin);
}

bool projc__number_split(projc_text text, projc__number *number)
{
    const char *at = text.data;
    const char *end = text.data + text.size;
    bool is_exponent_negative = false;

    *number = (projc__number){0};
    if (at < end && *at == '-') {
        number->is_negative = true;
        at++;
    }
    number->whole = at;
    number->whole_size = digits_at(at, end);
    at += number->whole_size;
    if (number->whole_size == 0)
        return false;
    if (at < end && *at == '.') {
        number->fraction = ++at;
        number->fraction_size = digits_at(at, end);
        at += number->fraction_size;
        if (number->fraction_size == 0)
            return false;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '-' || *at == '+'))
            is_exponent_negative = *at++ == '-';
        if (at == end)
            return false;
        for (; at < end && is_digit(*at); at++)
            if (number->exponent < INT64_C(100000000000000))
                number->exponent = number->exponent * 10 + (*at - '0');
        if (is_exponent_negative)
            number->exponent = -number->exponent;
    }
    return at == end;
}

/* Looks at the digits from `first` on, which do not fit the scale: 0 when all are zeros, else 1, 2
 * or 3 for less than, exactly, and more than half of the last place. */
static int weigh_surplus(const projc__number *number, size_t first, size_t count)
{
    char leading = first < count ? projc__number_digit(number, first) : '0';
    bool has_more = false;

    for (size_t i = first + 1; i < count && !has_more; i++)
        has_more = projc__number_digit(number, i) != '0';
    if (leading == '0')
        return has_more ? 1 : 0;
    if (leading == '5')
        return has_more ? 3 : 2;
    return leading < '5' ? 1 : 3;
}

projc__number_result projc__number_parse(projc_text text, uint8_t scale, bool is_rounding,
                                         int64_t *value)
{
    projc__number number;
    size_t count;
    size_t first = 0;
    int64_t kept; /* how many digits, from the first that is not zero, stand before the surplus */
    uint128 magnitude = 0;
    int surplus = 0;

    if (!projc__number_split(text, &number))
        return PROJC__NUMBER_MALFORMED;
    count = number.whole_size + number.fraction_size;
    while (first < count && projc__number_digit(&number, first) == '0')
        first++;
    *value = 0;
    if (first == count)
        return PROJC__NUMBER_OK;
    kept = (int64_t)number.whole_size + number.exponent + scale - (int64_t)first;
    if (kept > 19)
        return PROJC__NUMBER_RANGE;
    for (int64_t i = 0; i < kept; i++) {
        size_t place = first + (size_t)i;

        magnitude *= 10;
        if (place < count)
            magnitude += (unsigned)(projc__number_digit(&number, place) - '0');
    }
    if (kept < 0)
        surplus = 1; /* a zero comes before the first digit: less than half */
    else
        surplus = weigh_surplus(&number, first + (size_t)kept, count);
    if (surplus != 0 && !is_rounding)
        return PROJC__NUMBER_SURPLUS;
    if (surplus == 3 || (surplus == 2 && (magnitude & 1) != 0))
        magnitude++;
    return apply_sign(magnitude, number.is_negative, value) ? PROJC__NUMBER_OK
                                                            : PROJC__NUMBER_RANGE;
}

bool projc_parse_integer(projc_text text, int64_t low, int64_t high, int64_t *value)
{
    int64_t parsed;

    if (projc__number_parse(text, 0, false, &parsed) != PROJC__NUMBER_OK || parsed < low ||
        parsed > high)
        return false;
    *value = parsed;
    return true;
}

bool projc_parse_decimal(projc_text text, uint8_t scale, bool is_rounding, int64_t *value)
{
    int64_t parsed;

    if (projc__number_parse(text, scale, is_rounding, &parsed) != PROJC__NUMBER_OK)
        return false;
    *value = parsed;
    return true;
}

size_t projc__decimal_format(int64_t value, uint8_t scale, char text[PROJC__DECIMAL_TEXT_MAX])
{
    char reversed[PROJC__DECIMAL_TEXT_MAX];
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    size_t count = 0;
    size_t size = 0;

    assert(scale <= PROJC__SCALE_MAX);
    for (size_t place = 0; rest != 0 || place <= scale; place++) {
        if (place == scale && scale != 0)
            reversed[count++] = '.';
        reversed[count++] = (char)('0' + rest % 10);
        rest /= 10;
    }
    if (value < 0)
        text[size++] = '-';
    while (count > 0)
        text[size++] = reversed[--count];
    text[size] = '\0';
    return size;
}

/* ---- f64 ---- */

bool projc_f64_is_finite(double value)
{
    return isfinite(value);
}

double projc_decimal_to_f64(int64_t value, uint8_t scale)
{
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    uint64_t divisor = (uint64_t)projc_power_of_ten(scale);
    uint128 quotient = ((uint128)magnitude << 64) / divisor;
    bool is_inexact = ((uint128)magnitude << 64) % divisor != 0;
    int exponent = -64;
    double result;

    if (magnitude <= UINT64_C(1) << 53) /* both are exact, and the division rounds once */
        return (double)value / (double)divisor;
    /* The quotient has 57 bits or more. What is cut survives in the last bit, so that the one
     * rounding below is right. */
    while (quotient > UINT64_MAX) {
        is_inexact |= (quotient & 1) != 0;
        quotient >>= 1;
        exponent++;
    }
    result = ldexp((double)((uint64_t)quotient | (is_inexact ? 1 : 0)), exponent);
    return value < 0 ? -result : result;
}

bool projc_decimal_from_f64(double value, uint8_t scale, int64_t *result)
{
    int exponent;
    double fraction;
    projc_int128 scaled;

    if (!isfinite(value))
        return false;
    fraction = frexp(value, &exponent); /* value = fraction * 2^exponent, 53 bits */
    scaled = (projc_int128)(int64_t)ldexp(fraction, 53) * projc_power_of_ten(scale);
    exponent -= 53;
    if (exponent >= 0) {
        /* |scaled| >= 2^52 unless it is zero, and so does not survive eleven more bits. */
        if (scaled != 0 && exponent > 11)
            return false;
        scaled *= (projc_int128)1 << (scaled == 0 ? 0 : exponent);
        return projc_round_quotient(scaled, 1, result);
    }
    /* |scaled| < 2^113: divided by 2^115 it is less than a half. */
    if (exponent < -115) {
        *result = 0;
        return true;
    }
    return projc_round_quotient(scaled, (projc_int128)1 << -exponent, result);
}
