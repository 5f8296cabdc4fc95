/* Decimal text read exactly: integers and decimals, never through double. */
#ifndef PROJC_BASE_DECIMAL_H
#define PROJC_BASE_DECIMAL_H

#include "projc/types.h"

enum {
    PROJC__SCALE_MAX = 18,
    PROJC__DECIMAL_TEXT_MAX = 24, /* sign, 19 digits, a zero, a point, NUL */
    PROJC__F64_TEXT_MAX = 32
};

typedef enum projc__number_result {
    PROJC__NUMBER_OK,
    PROJC__NUMBER_MALFORMED, /* no number at all */
    PROJC__NUMBER_SURPLUS,   /* digits behind the scale that are not zero */
    PROJC__NUMBER_RANGE      /* does not fit 64 bits */
} projc__number_result;

/* A number's parts; its digits are those of whole, then those of fraction. */
typedef struct projc__number {
    const char *whole;
    size_t whole_size; /* at least 1 */
    const char *fraction;
    size_t fraction_size;
    int64_t exponent; /* beyond +-10^15 it is cut there: no text is that long */
    bool is_negative;
} projc__number;

/* Takes [-]digits[.digits][(e|E)[+-]digits] apart; false when the text is nothing of the kind. */
bool projc__number_split(projc_text text, projc__number *number);

/* Digit i, counted over both parts. */
static inline char projc__number_digit(const projc__number *number, size_t i)
{
    return i < number->whole_size ? number->whole[i] : number->fraction[i - number->whole_size];
}

/* Reads [-]digits[.digits][(e|E)[+-]digits] as value * 10^scale. Leading zeros are allowed. */
projc__number_result projc__number_parse(projc_text text, uint8_t scale, bool is_rounding,
                                         int64_t *value);

/* All digits, "-0.05" for (-5, 2). Writes a NUL too and returns the size without it. */
size_t projc__decimal_format(int64_t value, uint8_t scale, char text[PROJC__DECIMAL_TEXT_MAX]);

/* The nearest f64 of a text of the same form. False when it is malformed; an infinity when it is
 * too large. Does not depend on the locale. */
bool projc__f64_parse(projc_text text, double *value);

/* The shortest text that reads back as the same f64, with its sign; "nan", "inf" and "-inf" for
 * what is not finite. Plain from 1e-6 to below 1e21, else "1.5e+300". NUL and size as above. */
size_t projc__f64_format(double value, char text[PROJC__F64_TEXT_MAX]);

#endif
