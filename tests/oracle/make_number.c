/* make_number.c -- expressions of numbers: arithmetic, rounding, functions, folds. */
#include "make.h"

static const char *exact(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    return oracle_expression(maker, shape, depth, EXACT);
}

/* The other side of an operator: a narrower type, or a literal. */
static const char *other_side(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    if (oracle_often(maker, 30))
        return oracle_literal(maker, shape, HINTED);
    return exact(maker, oracle_narrower(maker, shape), depth);
}

static const char *positive(struct maker *maker, const struct shape *shape)
{
    if (shape->kind == KIND_DECIMAL && shape->scale != 0)
        return oracle_format(maker, "%u.%0*u", oracle_pick(maker, 3), (int)shape->scale, 5);
    return oracle_format(maker, "%u", 1 + oracle_pick(maker, 12));
}

static const struct shape *any_numeric(struct maker *maker)
{
    uint32_t way = oracle_pick(maker, 10);

    if (way < 3 && oracle_has(maker, ORACLE_decimals))
        return oracle_decimal(maker, oracle_pick(maker, 6));
    if (way < 4 && oracle_has(maker, ORACLE_reals))
        return oracle_shape(maker, KIND_F64);
    return oracle_any_integer(maker);
}

/* ---- operators ---- */

static const char *sum_or_difference(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    const char *left = exact(maker, shape, depth);
    const char *right = other_side(maker, shape, depth);
    const char *sign = oracle_often(maker, 60) ? "+" : "-";

    if (oracle_often(maker, 30))
        return oracle_format(maker, "(%s %s %s)", right, sign, left);
    return oracle_format(maker, "(%s %s %s)", left, sign, right);
}

static const char *decimal_product(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    unsigned part = oracle_pick(maker, shape->scale + 1);

    if (oracle_often(maker, 40))
        return oracle_format(maker, "(%s * %s)", exact(maker, oracle_decimal(maker, part), depth),
                             exact(maker, oracle_decimal(maker, shape->scale - part), depth));
    const char *decimal = exact(maker, shape, depth);
    const char *integer = oracle_often(maker, 40) ? positive(maker, oracle_integer(maker, 64, true))
                                                  : exact(maker, oracle_any_integer(maker), depth);
    return oracle_often(maker, 50) ? oracle_format(maker, "(%s * %s)", decimal, integer)
                                   : oracle_format(maker, "(%s * %s)", integer, decimal);
}

static const char *product(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    if (shape->kind == KIND_DECIMAL)
        return decimal_product(maker, shape, depth);
    return oracle_format(maker, "(%s * %s)", exact(maker, shape, depth),
                         other_side(maker, shape, depth));
}

static const char *quotient(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    const char *sign = shape->kind == KIND_F64                                  ? "/"
                       : shape->kind == KIND_DECIMAL || oracle_often(maker, 40) ? "%"
                                                                                : "/";

    return oracle_format(maker, "(%s %s %s)", exact(maker, shape, depth), sign,
                         oracle_often(maker, 60) ? oracle_literal(maker, shape, HINTED)
                                                 : exact(maker, shape, depth));
}

static const char *negative(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    if (shape->kind == KIND_INTEGER && !shape->is_signed)
        return NULL;
    if (shape->kind == KIND_INTEGER && shape->bits > 8 && oracle_often(maker, 50))
        shape = oracle_integer(maker, shape->bits / 2, false);
    return oracle_format(maker, "(-(%s))", exact(maker, shape, depth));
}

/* ---- round(e, n) ---- */

/* No division may stand in a factor. */
static const char *factor(struct maker *maker)
{
    const struct shape *shape = oracle_often(maker, 50)
                                    ? oracle_any_integer(maker)
                                    : oracle_decimal(maker, oracle_pick(maker, 5));
    const char *text = oracle_read(maker, shape);

    if (text != NULL && oracle_often(maker, 70))
        return text;
    return oracle_literal(maker, shape, oracle_often(maker, 50) ? EXACT : HINTED);
}

static const char *rounding(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    const char *text = factor(maker);
    uint32_t terms = 1 + oracle_pick(maker, 3);

    if (oracle_has(maker, ORACLE_reals) && oracle_often(maker, 20))
        return oracle_format(maker, "round(f64(%s), %u)",
                             exact(maker, oracle_shape(maker, KIND_F64), depth), shape->scale);
    if (oracle_often(maker, 50))
        text = oracle_format(maker, "%s * %s", text, factor(maker));
    if (oracle_often(maker, 20))
        text = oracle_format(maker, "%s * %s", text, factor(maker));
    if (oracle_often(maker, 40)) {
        const struct shape *divisor = oracle_any_integer(maker);

        text = oracle_format(maker, "%s / %s", text,
                             oracle_often(maker, 50) ? positive(maker, divisor)
                                                     : oracle_literal(maker, divisor, EXACT));
    } else {
        for (uint32_t i = 1; i < terms; i++)
            text = oracle_format(maker, "%s %s %s * %s", text, oracle_often(maker, 50) ? "+" : "-",
                                 factor(maker), factor(maker));
    }
    if (oracle_often(maker, 10))
        text = oracle_format(maker, "-(%s)", text);
    return oracle_format(maker, "round(%s, %u)", text, shape->scale);
}

/* ---- functions ---- */

static const char *step(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    const char *name = oracle_often(maker, 50) ? "floor" : "ceil";
    bool has_one =
        shape->kind != KIND_INTEGER && (shape->kind == KIND_F64 || oracle_often(maker, 50));
    const char *read = oracle_read(maker, shape); /* a literal that is not above zero is refused */

    if (has_one)
        return oracle_format(maker, "%s(%s)", name, exact(maker, shape, depth));
    return oracle_format(maker, "%s(%s, %s)", name, exact(maker, shape, depth),
                         read != NULL && oracle_often(maker, 40) ? read : positive(maker, shape));
}

static const char *converted(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    const struct shape *from = any_numeric(maker);
    const char *value = exact(maker, from, depth);

    /* Most decimals are no integers. */
    if (from->kind == KIND_DECIMAL && oracle_often(maker, 80))
        value = oracle_format(maker, "floor(%s)", value);
    if (shape->kind != KIND_F64 && oracle_often(maker, 10))
        value = oracle_expression(maker, oracle_shape(maker, KIND_TEXT), 0, EXACT);
    if (shape->kind == KIND_DECIMAL)
        return oracle_format(maker, "decimal(%s, %u)", value, shape->scale);
    return oracle_format(maker, "%s(%s)", oracle_spell(maker, shape), value);
}

static const char *extreme(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    const char *name = oracle_often(maker, 50) ? "min" : "max";
    const char *text = oracle_format(maker, "%s(%s, %s", name, exact(maker, shape, depth),
                                     other_side(maker, shape, depth));

    if (oracle_often(maker, 30))
        text = oracle_format(maker, "%s, %s", text, other_side(maker, shape, depth));
    return oracle_format(maker, "%s)", text);
}

static const char *one_argument(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    switch (oracle_pick(maker, 3)) {
    case 0:
        return oracle_format(maker, "abs(%s)", exact(maker, shape, depth));
    case 1:
        return oracle_format(maker, "clamp(%s, %s, %s)", exact(maker, shape, depth),
                             oracle_literal(maker, shape, HINTED), other_side(maker, shape, depth));
    default:
        if (shape->kind == KIND_F64)
            return oracle_format(maker, "round(f64(%s))", exact(maker, shape, depth));
        if (shape->kind != KIND_DECIMAL)
            return NULL;
        return oracle_format(maker, "scaled(%s, %u)",
                             exact(maker, oracle_any_integer(maker), depth), shape->scale);
    }
}

/* ---- folds ---- */

static const char *fold(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    const struct readable *list = oracle_any_collection(maker);
    uint32_t readable_count = maker->readable_count;
    const char *name = oracle_name(maker, "v");
    const char *where = "";
    const char *whole = oracle_often(maker, 40) ? oracle_whole_fold(maker, "sum", shape) : NULL;

    if (list == NULL || whole != NULL)
        return whole;
    const char *source = list->text;
    oracle_add_readable(maker, name, oracle_item_shape(list->shape), false, 0);
    if (oracle_often(maker, 40))
        where = oracle_format(maker, " where %s", oracle_truth(maker, 1));
    const char *text = oracle_format(maker, "sum(%s for %s in %s%s)", exact(maker, shape, depth),
                                     name, source, where);
    maker->readable_count = readable_count;
    return text;
}

static const char *counted(struct maker *maker, uint32_t depth)
{
    const struct readable *list = oracle_any_collection(maker);
    uint32_t readable_count = maker->readable_count;

    if (list == NULL || oracle_often(maker, 30))
        return oracle_format(maker, "len(%s)", exact(maker, oracle_shape(maker, KIND_TEXT), depth));
    if (oracle_often(maker, 40))
        return oracle_format(maker, "%s(%s)", oracle_often(maker, 50) ? "len" : "count",
                             list->text);
    const char *name = oracle_name(maker, "v");
    const char *source = list->text;
    oracle_add_readable(maker, name, oracle_item_shape(list->shape), false, 0);
    const char *condition = oracle_truth(maker, depth);
    maker->readable_count = readable_count;
    if (oracle_often(maker, 30))
        return oracle_format(maker, "count(%s for %s in %s)", condition, name, source);
    return oracle_format(maker, "count(%s for %s in %s where %s)", name, name, source, condition);
}

/* A part of a time or a date: the year is an i32, the others are u32. */
static const char *part_of_day(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    static const char *const names[] = {"month", "day", "weekday"};
    enum kind kind = oracle_often(maker, 50) ? KIND_TIME : KIND_DATE;

    return oracle_format(maker, "%s(%s)", shape->is_signed ? "year" : names[oracle_pick(maker, 3)],
                         exact(maker, oracle_shape(maker, kind), depth));
}

const char *oracle_number(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    bool is_u32 = shape->kind == KIND_INTEGER && shape->bits == 32 && !shape->is_signed;

    if (shape->kind == KIND_INTEGER && shape->bits == 32 && oracle_has(maker, ORACLE_texts) &&
        oracle_has(maker, ORACLE_calendar) && oracle_often(maker, 25))
        return part_of_day(maker, shape, depth);
    if (is_u32 && oracle_often(maker, 40))
        return counted(maker, depth);
    if (shape->kind == KIND_DECIMAL && oracle_often(maker, 20))
        return rounding(maker, shape, depth);
    switch (oracle_pick(maker, 11)) {
    case 0:
    case 1:
    case 2:
        return sum_or_difference(maker, shape, depth);
    case 3:
        return product(maker, shape, depth);
    case 4:
        return quotient(maker, shape, depth);
    case 5:
        return negative(maker, shape, depth);
    case 6:
        return step(maker, shape, depth);
    case 7:
        return converted(maker, shape, depth);
    case 8:
        return extreme(maker, shape, depth);
    case 9:
        return one_argument(maker, shape, depth);
    default:
        return fold(maker, shape, depth);
    }
}
