/* number.c -- arithmetic that never wraps: computed in 128 bits, then held against the type. */
#include "machine.h"

#include <math.h>

oracle_int128 oracle_power_of_ten(unsigned exponent)
{
    oracle_int128 power = 1;

    for (unsigned i = 0; i < exponent; i++)
        power *= 10;
    return power;
}

static oracle_int128 low_of(const struct pc_type *type)
{
    if (type->kind == PC_TYPE_INTEGER)
        return type->is_signed ? -((oracle_int128)1 << (type->bits - 1)) : 0;
    if (type->kind == PC_TYPE_DATE)
        return INT32_MIN;
    return INT64_MIN;
}

static oracle_int128 high_of(const struct pc_type *type)
{
    if (type->kind == PC_TYPE_INTEGER)
        return ((oracle_int128)1 << (type->is_signed ? type->bits - 1 : type->bits)) - 1;
    if (type->kind == PC_TYPE_DATE)
        return INT32_MAX;
    return INT64_MAX;
}

struct oracle_value oracle_checked(struct oracle_machine *machine, const struct pc_type *type,
                                   oracle_int128 value)
{
    bool fits = value >= low_of(type) && value <= high_of(type);

    if (type->kind == PC_TYPE_TIME)
        fits = oracle_is_time(value);
    else if (type->kind == PC_TYPE_DATE)
        fits = oracle_is_date(value);
    if (!fits)
        oracle_fail(machine, "does not fit %.*s", PC_TEXT_ARGS(type->name));
    return (struct oracle_value){.integer = (int64_t)value};
}

struct oracle_value oracle_real(struct oracle_machine *machine, double value)
{
    if (!isfinite(value))
        oracle_fail(machine, "the result is not finite");
    return (struct oracle_value){.real = value};
}

static struct oracle_value real_arithmetic(struct oracle_machine *machine,
                                           enum pc_operator operator_, double left, double right)
{
    switch (operator_) {
    case PC_OPERATOR_ADD:
        return oracle_real(machine, left + right);
    case PC_OPERATOR_SUBTRACT:
        return oracle_real(machine, left - right);
    case PC_OPERATOR_MULTIPLY:
        return oracle_real(machine, left * right);
    default:
        return oracle_real(machine, left / right);
    }
}

/* A date counts days, so that date + integer is plain addition; so are time and duration. */
struct oracle_value oracle_arithmetic(struct oracle_machine *machine, enum pc_operator operator_,
                                      const struct pc_type *type, const struct pc_type *left_type,
                                      const struct oracle_value *left,
                                      const struct pc_type *right_type,
                                      const struct oracle_value *right)
{
    oracle_int128 a = left->integer;
    oracle_int128 b = right->integer;

    (void)left_type;
    (void)right_type;
    if (type->kind == PC_TYPE_F64)
        return real_arithmetic(machine, operator_, left->real, right->real);
    switch (operator_) {
    case PC_OPERATOR_ADD:
        return oracle_checked(machine, type, a + b);
    case PC_OPERATOR_SUBTRACT:
        return oracle_checked(machine, type, a - b);
    case PC_OPERATOR_MULTIPLY:
        return oracle_checked(machine, type, a * b);
    default:
        if (b == 0)
            oracle_fail(machine, "division by zero");
        return oracle_checked(machine, type, operator_ == PC_OPERATOR_DIVIDE ? a / b : a % b);
    }
}

oracle_int128 oracle_round_quotient(oracle_int128 numerator, oracle_int128 denominator)
{
    if (denominator == 0)
        return 0;
    oracle_int128 quotient = numerator / denominator;
    oracle_int128 rest = numerator % denominator;
    bool is_negative = (numerator < 0) != (denominator < 0);

    if (rest < 0)
        rest = -rest;
    if (denominator < 0)
        denominator = -denominator;
    if (rest > denominator - rest || (rest == denominator - rest && quotient % 2 != 0))
        quotient += is_negative ? -1 : 1;
    return quotient;
}
