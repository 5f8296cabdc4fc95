/* convert.c -- conversions between types; those that can lose something are checked. */
#include "gen/body.h"

static struct pc_value cast(struct pc_body *body, const struct pc_plan_type *type,
                            struct pc_value value)
{
    return (struct pc_value){.text = pc_format(body->arena, "(%.*s)%s", PC_TEXT_ARGS(type->c_name),
                                               pc_bind(body, value, PC_LEVEL_ATOM)),
                             .level = PC_LEVEL_UNARY};
}

static const char *declare(struct pc_body *body, const struct pc_plan_type *type, const char *hint)
{
    const char *name = pc_temporary(body, hint);

    pc_code_plain(body->code, "%.*s %s;", PC_TEXT_ARGS(type->c_name), name);
    return name;
}

/* Fails when the condition holds: "300 does not fit u8". */
static void check_range(struct pc_body *body, const char *condition,
                        const struct pc_plan_type *from, const char *operand,
                        const struct pc_plan_type *to)
{
    pc_fail_if(body, condition, "projc_fail_range",
               pc_format(body->arena, ", %s, %s", pc_operand(body, from, operand),
                         pc_type_literal(body->arena, to)));
}

static void check_because(struct pc_body *body, const char *condition, struct pc_text reason)
{
    pc_fail_if(body, condition, "projc_fail_because",
               pc_format(body->arena, ", %s", pc_c_string(body->arena, reason)));
}

/* ---- between integers and decimals ---- */

static struct pc_value narrow(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const struct pc_ir_expression *from = pc_unwidened(expression->left);
    const char *operand = pc_simple_expression(body, from, "number");
    const char *name = declare(body, expression->type, "narrow");

    check_range(body, pc_format(body->arena, "__builtin_add_overflow(%s, 0, &%s)", operand, name),
                from->type, operand, expression->type);
    return pc_simple(name);
}

static struct pc_value rescale_up(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const struct pc_ir_expression *from = pc_unwidened(expression->left);
    unsigned digits = (unsigned)expression->type->scale - (unsigned)from->type->scale;
    const char *operand = pc_simple_expression(body, from, "number");
    const char *name;

    if (digits == 0)
        return from->type->kind == PC_PLAN_DECIMAL
                   ? pc_simple(operand)
                   : cast(body, expression->type, pc_simple(operand));
    name = declare(body, expression->type, "scaled");
    check_range(body,
                pc_format(body->arena, "__builtin_mul_overflow(%s, %s, &%s)", operand,
                          pc_c_power_of_ten(body->arena, digits), name),
                from->type, operand, expression->type);
    return pc_simple(name);
}

/* The whole part of a decimal whose surplus digits must be zero. */
static struct pc_value drop_digits(struct pc_body *body, const struct pc_ir_expression *expression,
                                   unsigned digits)
{
    const struct pc_ir_expression *from = expression->left;
    const char *operand = pc_simple_expression(body, from, "number");
    const char *power = pc_c_power_of_ten(body->arena, digits);

    if (digits == 0)
        return pc_simple(operand);
    check_range(body, pc_format(body->arena, "%s %% %s != 0", operand, power), from->type, operand,
                expression->type);
    return (struct pc_value){.text = pc_format(body->arena, "%s / %s", operand, power),
                             .level = PC_LEVEL_PRODUCT};
}

static struct pc_value decimal_to_integer(struct pc_body *body,
                                          const struct pc_ir_expression *expression)
{
    const struct pc_plan_type *from = expression->left->type;
    struct pc_value whole = drop_digits(body, expression, from->scale);

    if (expression->type->bits == 64)
        return whole;
    const char *operand = whole.is_simple ? whole.text : pc_hold(body, from, "whole", whole);
    const char *name = declare(body, expression->type, "narrow");

    pc_fail_if(body, pc_format(body->arena, "__builtin_add_overflow(%s, 0, &%s)", operand, name),
               "projc_fail_range",
               pc_format(body->arena, ", (projc_operand){%s, 0}, %s", operand,
                         pc_type_literal(body->arena, expression->type)));
    return pc_simple(name);
}

/* ---- f64 ---- */

static struct pc_value to_f64(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const struct pc_plan_type *from = expression->left->type;
    struct pc_value value = pc_expression(body, expression->left);

    if (from->kind == PC_PLAN_DECIMAL && from->scale != 0)
        return pc_atom(pc_format(body->arena, "projc_decimal_to_f64(%s, %u)", value.text,
                                 (unsigned)from->scale));
    return cast(body, expression->type, value);
}

/* Bounds as doubles that are exact: the first number that is too large, or too small. */
static struct pc_value f64_to_integer(struct pc_body *body,
                                      const struct pc_ir_expression *expression)
{
    const struct pc_plan_type *to = expression->type;
    const char *operand = pc_simple_expression(body, expression->left, "number");
    const char *low = to->bits == 64
                          ? pc_format(body->arena, "%s >= -9223372036854775808.0", operand)
                          : pc_format(body->arena, "%s > %s", operand,
                                      pc_c_double(body->arena, (double)to->low - 1));
    const char *high =
        to->bits == 64 ? "9223372036854775808.0" : pc_c_double(body->arena, (double)to->high + 1);

    check_because(
        body, pc_format(body->arena, "!(%s && %s < %s)", low, operand, high),
        pc_text_format(body->arena, "the number does not fit %.*s", PC_TEXT_ARGS(to->name)));
    return cast(body, to, pc_simple(operand));
}

static struct pc_value f64_to_decimal(struct pc_body *body,
                                      const struct pc_ir_expression *expression)
{
    const struct pc_plan_type *to = expression->type;
    const char *operand = pc_expression(body, expression->left).text;
    const char *name = declare(body, to, "rounded");

    check_because(
        body,
        pc_format(body->arena, "!projc_decimal_from_f64(%s, %u, &%s)", operand, (unsigned)to->scale,
                  name),
        pc_text_format(body->arena, "the number does not fit %.*s", PC_TEXT_ARGS(to->name)));
    return pc_simple(name);
}

/* ---- text ---- */

/* The call that parses `text` into *name. */
static const char *parser(struct pc_body *body, const struct pc_plan_type *type, const char *text,
                          const char *name)
{
    static const char *const names[] = {
        [PC_PLAN_F64] = "f64",   [PC_PLAN_UUID] = "uuid",         [PC_PLAN_TIME] = "time",
        [PC_PLAN_DATE] = "date", [PC_PLAN_DURATION] = "duration",
    };
    struct pc_arena *arena = body->arena;

    switch (type->kind) {
    case PC_PLAN_DECIMAL:
        return pc_format(arena, "projc_parse_decimal(%s, %u, %s, &%s)", text, (unsigned)type->scale,
                         type->is_rounding ? "true" : "false", name);
    case PC_PLAN_INTEGER:
        return pc_format(arena, "projc_parse_integer(%s, %s, %s, &%s)", text,
                         pc_c_integer(arena, type->low), pc_c_integer(arena, type->high), name);
    case PC_PLAN_ENUM:
        return pc_format(arena, "%s(%s, &%s)",
                         pc_need_helper(body->helpers, PC_HELPER_ENUM_PARSE, type), text, name);
    default:
        return pc_format(arena, "projc_parse_%s(%s, &%s)", names[type->kind], text, name);
    }
}

static struct pc_value parse(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const struct pc_plan_type *to = expression->type;
    const char *text = pc_simple_expression(body, expression->left, "text");
    struct pc_text reason =
        pc_text_format(body->arena, "the text is no %.*s", PC_TEXT_ARGS(to->name));
    bool is_narrow = to->kind == PC_PLAN_INTEGER && to->bits != 64;
    const char *name = pc_temporary(body, "parsed");

    if (to->kind == PC_PLAN_BOOL) {
        pc_code_line(body->code, "bool %s = projc_text_is(%s, \"true\", 4);", name, text);
        check_because(body,
                      pc_format(body->arena, "!%s && !projc_text_is(%s, \"false\", 5)", name, text),
                      reason);
        return pc_simple(name);
    }
    if (is_narrow)
        pc_code_plain(body->code, "int64_t %s;", name);
    else
        pc_code_plain(body->code, "%.*s %s;", PC_TEXT_ARGS(to->c_name), name);
    check_because(body, pc_format(body->arena, "!%s", parser(body, to, text, name)), reason);
    return is_narrow ? cast(body, to, pc_simple(name)) : pc_simple(name);
}

static struct pc_value to_text(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const struct pc_ir_expression *part = expression->left;

    if (part->type->kind == PC_PLAN_TEXT)
        return pc_expression(body, part);
    if (part->type->kind == PC_PLAN_ENUM)
        return pc_atom(pc_format(body->arena, "%s(%s)",
                                 pc_need_helper(body->helpers, PC_HELPER_ENUM_TEXT, part->type),
                                 pc_expression(body, part).text));
    return pc_interpolate(body, &part, 1);
}

/* ---- all ---- */

static struct pc_value date_to_time(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const char *operand = pc_simple_expression(body, expression->left, "date");
    const char *name = declare(body, expression->type, "midnight");

    check_range(body,
                pc_format(body->arena, "__builtin_mul_overflow(%s, INT64_C(86400000000), &%s)",
                          operand, name),
                expression->left->type, operand, expression->type);
    return pc_simple(name);
}

/* A record gets a name first: one struct literal inside another is hard to read. */
static struct pc_value wrap(struct pc_body *body, const struct pc_ir_expression *expression)
{
    struct pc_value value = pc_expression(body, expression->left);

    if (expression->left->kind == PC_IR_RECORD)
        value = pc_simple(pc_hold(body, expression->left->type, "record", value));
    return pc_atom(pc_format(body->arena, "(%.*s){.has = true, .value = %s}",
                             PC_TEXT_ARGS(expression->type->c_name), value.text));
}

struct pc_value pc_convert_value(struct pc_body *body, const struct pc_ir_expression *expression)
{
    switch (expression->conversion) {
    case PC_IR_WRAP:
        return wrap(body, expression);
    case PC_IR_WIDEN:
        return cast(body, expression->type, pc_expression(body, expression->left));
    case PC_IR_NARROW:
        return narrow(body, expression);
    case PC_IR_RESCALE_UP:
        return rescale_up(body, expression);
    case PC_IR_RESCALE_DOWN:
        return drop_digits(body, expression,
                           (unsigned)expression->left->type->scale -
                               (unsigned)expression->type->scale);
    case PC_IR_DECIMAL_TO_INTEGER:
        return decimal_to_integer(body, expression);
    case PC_IR_TO_F64:
        return to_f64(body, expression);
    case PC_IR_F64_TO_INTEGER:
        return f64_to_integer(body, expression);
    case PC_IR_F64_TO_DECIMAL:
        return f64_to_decimal(body, expression);
    case PC_IR_TO_TEXT:
        return to_text(body, expression);
    case PC_IR_PARSE:
        return parse(body, expression);
    case PC_IR_TIME_TO_DATE:
        return pc_atom(pc_format(body->arena, "projc_date_of(%s)",
                                 pc_expression(body, expression->left).text));
    case PC_IR_DATE_TO_TIME:
        return date_to_time(body, expression);
    default: /* SCALED: the integer is the scaled value */
        return cast(body, expression->type, pc_expression(body, pc_unwidened(expression->left)));
    }
}
