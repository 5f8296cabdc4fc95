/* convert.c -- from a type to another: what is silent, and what a type's name asks for. */
#include "machine.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The nearest f64 of a scaled decimal: through its digits, which strtod rounds once. */
static double decimal_to_real(int64_t value, unsigned scale)
{
    struct oracle_text digits = {NULL, 0, 0};

    oracle_put_decimal(&digits, value, scale);
    double real = strtod(digits.data, NULL);
    oracle_text_clear(&digits);
    return real;
}

static struct oracle_value real_to_integer(struct oracle_machine *machine, const struct pc_type *to,
                                           double value)
{
    double whole = trunc(value);

    if (!(whole >= -9223372036854775808.0 && whole < 9223372036854775808.0))
        oracle_fail(machine, "does not fit %.*s", PC_TEXT_ARGS(to->name));
    return oracle_checked(machine, to, (int64_t)whole);
}

/* Half to even: a double is m * 2^e exactly, so the tie can be seen in integers. */
static struct oracle_value real_to_decimal(struct oracle_machine *machine, const struct pc_type *to,
                                           double value)
{
    int exponent;
    double fraction = frexp(value, &exponent);
    oracle_int128 scaled =
        (oracle_int128)(int64_t)ldexp(fraction, 53) * oracle_power_of_ten(to->scale);

    exponent -= 53;
    if (exponent > 40 && scaled != 0)
        oracle_fail(machine, "does not fit %.*s", PC_TEXT_ARGS(to->name));
    if (exponent < -120)
        return (struct oracle_value){.integer = 0};
    if (exponent < 0)
        return oracle_checked(machine, to,
                              oracle_round_quotient(scaled, (oracle_int128)1 << -exponent));
    for (; exponent > 0 && scaled != 0; exponent--) {
        scaled *= 2;
        if (scaled > INT64_MAX || scaled < INT64_MIN)
            oracle_fail(machine, "does not fit %.*s", PC_TEXT_ARGS(to->name));
    }
    return oracle_checked(machine, to, scaled);
}

static struct oracle_value between_exact(struct oracle_machine *machine, const struct pc_type *from,
                                         const struct pc_type *to, int64_t value)
{
    unsigned from_scale = from->kind == PC_TYPE_DECIMAL ? from->scale : 0;
    unsigned to_scale = to->kind == PC_TYPE_DECIMAL ? to->scale : 0;

    if (to_scale >= from_scale)
        return oracle_checked(machine, to, value * oracle_power_of_ten(to_scale - from_scale));
    oracle_int128 power = oracle_power_of_ten(from_scale - to_scale);
    if (value % power != 0)
        oracle_fail(machine, "does not fit %.*s", PC_TEXT_ARGS(to->name));
    return oracle_checked(machine, to, value / power);
}

/* ---- from text ---- */

/* [-]digits[.digits], as an exact number of `scale` digits; false when it is none, or does not
 * fit. Texts that programs convert are made by the generator: exponents do not occur. */
static bool parse_exact(struct pc_text text, unsigned scale, oracle_int128 *value)
{
    size_t at = 0;
    bool is_negative = text.size != 0 && text.data[0] == '-';
    size_t behind = 0;
    bool has_point = false;
    size_t digits = 0;

    *value = 0;
    for (at = is_negative; at < text.size; at++) {
        char byte = text.data[at];

        if (byte == '.' && !has_point && digits != 0) {
            has_point = true;
            continue;
        }
        if (!isdigit((unsigned char)byte) || digits > 30)
            return false;
        digits++;
        behind += has_point;
        if (behind > scale) {
            if (byte != '0')
                return false;
            continue;
        }
        *value = *value * 10 + (byte - '0');
    }
    if (digits == 0 || (has_point && behind == 0))
        return false;
    for (; behind < scale; behind++)
        *value *= 10;
    if (is_negative)
        *value = -*value;
    return true;
}

static bool parse_real(struct pc_text text, double *value)
{
    char copy[400];
    char *end;

    if (text.size == 0 || text.size >= sizeof copy)
        return false;
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    /* A sign, digits, perhaps a point and digits, perhaps an exponent: what JSON calls a number. */
    const char *at = copy + (copy[0] == '-');
    if (!isdigit((unsigned char)*at))
        return false;
    at += strspn(at, "0123456789");
    if (*at == '.' && isdigit((unsigned char)at[1]))
        at += 1 + strspn(at + 1, "0123456789");
    if ((*at == 'e' || *at == 'E') && at[1 + strspn(at + 1, "+-")] != '\0')
        at += 1 + strspn(at + 1, "+-0123456789");
    *value = strtod(copy, &end);
    return *at == '\0' && *end == '\0' && isfinite(*value);
}

static int hex_digit(char byte)
{
    const char *digits = "0123456789abcdef";
    const char *found = byte == '\0' ? NULL : strchr(digits, tolower((unsigned char)byte));

    return found == NULL ? -1 : (int)(found - digits);
}

static bool parse_uuid(struct pc_arena *arena, struct pc_text text, struct pc_text *uuid)
{
    char *bytes = pc_arena_alloc(arena, 16);
    size_t at = 0;

    if (text.size != 36)
        return false;
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            if (text.data[at++] != '-')
                return false;
        int high = hex_digit(text.data[at++]);
        int low = hex_digit(text.data[at++]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (char)(high * 16 + low);
    }
    *uuid = (struct pc_text){bytes, 16};
    return true;
}

static struct oracle_value from_text(struct oracle_machine *machine, const struct pc_type *to,
                                     struct pc_text text)
{
    struct oracle_value made = {.has = false};
    oracle_int128 value;
    bool is_exact = to->kind == PC_TYPE_INTEGER || to->kind == PC_TYPE_DECIMAL;

    if (is_exact && parse_exact(text, to->kind == PC_TYPE_DECIMAL ? to->scale : 0, &value)) {
        oracle_int128 high = to->kind == PC_TYPE_DECIMAL || to->bits == 64
                                 ? INT64_MAX
                                 : ((oracle_int128)1 << (to->bits - to->is_signed)) - 1;
        oracle_int128 low = to->kind != PC_TYPE_DECIMAL && !to->is_signed ? 0 : -high - 1;

        if (value >= low && value <= high)
            return (struct oracle_value){.integer = (int64_t)value};
    }
    if (to->kind == PC_TYPE_F64 && parse_real(text, &made.real))
        return made;
    if (to->kind == PC_TYPE_UUID && parse_uuid(machine->arena, text, &made.text))
        return made;
    if (oracle_parse_calendar(to->kind, text, &made.integer))
        return made;
    oracle_fail(machine, "the text is no %.*s", PC_TEXT_ARGS(to->name));
}

static struct oracle_value to_text(struct oracle_machine *machine, const struct pc_type *from,
                                   const struct oracle_value *value)
{
    struct oracle_text plain = {NULL, 0, 0};
    struct oracle_value made = {.has = false};

    oracle_put_plain(&plain, from, value);
    made.text = oracle_take(machine->arena, &plain);
    oracle_text_clear(&plain);
    return made;
}

static bool is_exact(const struct pc_type *type)
{
    return type->kind == PC_TYPE_INTEGER || type->kind == PC_TYPE_DECIMAL;
}

struct oracle_value oracle_convert(struct oracle_machine *machine, const struct pc_type *from,
                                   const struct pc_type *to, struct oracle_value value)
{
    const int64_t day_us = INT64_C(86400000000);

    if (from == to || to == NULL)
        return value;
    if (to->kind == PC_TYPE_OPTIONAL) {
        if (from->kind == PC_TYPE_NONE || from->kind == PC_TYPE_OPTIONAL)
            return value;
        value = oracle_convert(machine, from, to->element, value);
        value.has = true;
        return value;
    }
    if (is_exact(from) && is_exact(to))
        return between_exact(machine, from, to, value.integer);
    if (is_exact(from) && to->kind == PC_TYPE_F64)
        return (struct oracle_value){.real = from->kind == PC_TYPE_DECIMAL
                                                 ? decimal_to_real(value.integer, from->scale)
                                                 : (double)value.integer};
    if (from->kind == PC_TYPE_F64 && to->kind == PC_TYPE_INTEGER)
        return real_to_integer(machine, to, value.real);
    if (from->kind == PC_TYPE_F64 && to->kind == PC_TYPE_DECIMAL)
        return real_to_decimal(machine, to, value.real);
    if (to->kind == PC_TYPE_TEXT && from->kind != PC_TYPE_TEXT)
        return to_text(machine, from, &value);
    if (from->kind == PC_TYPE_TIME && to->kind == PC_TYPE_DATE)
        return (struct oracle_value){.integer = oracle_floor_divide(value.integer, day_us)};
    if (from->kind == PC_TYPE_DATE && to->kind == PC_TYPE_TIME)
        return oracle_checked(machine, to, (oracle_int128)value.integer * day_us);
    if (from->kind == PC_TYPE_TEXT && to->kind != PC_TYPE_TEXT)
        return from_text(machine, to, value.text);
    return value;
}
