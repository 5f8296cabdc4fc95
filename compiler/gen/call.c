/* call.c -- the built-in functions. */
#include "gen/body.h"

static const struct pc_ir_expression *argument(const struct pc_ir_expression *call, size_t index)
{
    return call->arguments.items[index];
}

/* ---- least, greatest, clamp ---- */

/* A constant gets a name, because compilers warn about comparisons that it makes plain. */
static const char *held_argument(struct pc_body *body, const struct pc_ir_expression *expression,
                                 const char *hint)
{
    struct pc_value value = pc_expression(body, expression);

    if (value.is_simple && expression->kind != PC_IR_CONSTANT)
        return value.text;
    return pc_hold(body, expression->type, hint, value);
}

/* min(a, b) is a unless b < a; max(a, b) is a unless a < b. */
static struct pc_value least_or_greatest(struct pc_body *body, const struct pc_ir_expression *call)
{
    const char *left = held_argument(body, argument(call, 0), "left");
    const char *right = held_argument(body, argument(call, 1), "right");
    bool is_min = call->builtin == PC_IR_MIN;
    const char *test = pc_is_less(body, call->type, is_min ? right : left, is_min ? left : right);

    if (pc_text_is(pc_text_of(left), right))
        return pc_simple(left);
    return (struct pc_value){.text = pc_format(body->arena, "%s ? %s : %s", test, right, left),
                             .level = PC_LEVEL_CHOICE};
}

static struct pc_value clamp(struct pc_body *body, const struct pc_ir_expression *call)
{
    const char *value = pc_hold(body, call->type, "value", pc_expression(body, argument(call, 0)));
    const char *low = held_argument(body, argument(call, 1), "low");
    const char *high = held_argument(body, argument(call, 2), "high");

    return (struct pc_value){.text =
                                 pc_format(body->arena, "%s ? %s : %s ? %s : %s",
                                           pc_is_less(body, call->type, value, low), low,
                                           pc_is_less(body, call->type, high, value), high, value),
                             .level = PC_LEVEL_CHOICE};
}

/* ---- numbers ---- */

static struct pc_value absolute(struct pc_body *body, const struct pc_ir_expression *call)
{
    const struct pc_plan_type *type = call->type;
    const char *operand;
    const char *name;

    if (type->kind == PC_PLAN_F64)
        return pc_atom(pc_format(body->arena, "__builtin_fabs(%s)",
                                 pc_expression(body, argument(call, 0)).text));
    if (type->kind == PC_PLAN_INTEGER && !type->is_signed)
        return pc_expression(body, argument(call, 0));
    operand = pc_simple_expression(body, argument(call, 0), "number");
    name = pc_hold(body, type, "absolute", pc_simple(operand));
    pc_fail_if(
        body,
        pc_format(body->arena, "%s < 0 && __builtin_sub_overflow(0, %s, &%s)", name, operand, name),
        "projc_fail_range",
        pc_format(body->arena, ", %s, %s", pc_operand(body, type, operand),
                  pc_type_literal(body->arena, type)));
    return pc_simple(name);
}

/* round(f64) to a whole number, half to even; round(f64, digits) gives a decimal. From 2^52 on a
 * double has no fraction. */
static struct pc_value round_real(struct pc_body *body, const struct pc_ir_expression *call)
{
    const char *operand;

    if (call->type->kind == PC_PLAN_DECIMAL) {
        struct pc_ir_expression convert = {.kind = PC_IR_CONVERT,
                                           .conversion = PC_IR_F64_TO_DECIMAL,
                                           .type = call->type,
                                           .left = call->arguments.items[0]};

        return pc_convert_value(body, &convert);
    }
    operand = pc_simple_expression(body, argument(call, 0), "number");
    if (call->arguments.count == 1)
        return pc_atom(pc_format(body->arena, "__builtin_nearbyint(%s)", operand));
    const char *digits = pc_expression(body, argument(call, 1)).text;
    const char *power = pc_temporary(body, "power");

    pc_code_line(body->code, "double %s = (double)projc_power_of_ten((uint8_t)(%s));", power,
                 digits);
    return (struct pc_value){
        .text = pc_format(
            body->arena,
            "__builtin_fabs(%s) < 4503599627370496.0 ? __builtin_nearbyint(%s * %s) / %s : %s",
            operand, operand, power, power, operand),
        .level = PC_LEVEL_CHOICE};
}

/* ---- texts and lists ---- */

static struct pc_value length(struct pc_body *body, const struct pc_ir_expression *call)
{
    const struct pc_ir_expression *only = argument(call, 0);
    const char *name;

    if (only->type->kind == PC_PLAN_TEXT)
        return pc_atom(
            pc_format(body->arena, "projc_text_length(%s)", pc_expression(body, only).text));
    if (pc_type_is_collection(only->type))
        return pc_simple(
            pc_format(body->arena, "%s.count", pc_place_expression(body, only, "list")));
    name = pc_place_expression(body, only, "bytes");
    return (struct pc_value){.text = pc_format(body->arena, "(uint32_t)%s.size", name),
                             .level = PC_LEVEL_UNARY};
}

/* lower, upper: a new text in the unit's arena. */
static struct pc_value change_case(struct pc_body *body, const struct pc_ir_expression *call)
{
    const char *name = pc_hold(body, call->type, "text", pc_expression(body, argument(call, 0)));

    pc_need_memory(body, pc_format(body->arena, "projc_text_%s(handler, &%s)",
                                   call->builtin == PC_IR_LOWER ? "lower" : "upper", name));
    return pc_simple(name);
}

/* A function of the runtime that cannot fail, with the arguments as they are. */
static struct pc_value plain_call(struct pc_body *body, const struct pc_ir_expression *call,
                                  const char *function)
{
    const char *list = "";

    for (size_t i = 0; i < call->arguments.count; i++)
        list = pc_format(body->arena, "%s%s%s", list, i == 0 ? "" : ", ",
                         pc_expression(body, argument(call, i)).text);
    return pc_atom(pc_format(body->arena, "%s(%s)", function, list));
}

/* ---- the calendar ---- */

/* The day of a time or a date, as days since 1970. */
static const char *day_of(struct pc_body *body, const struct pc_ir_expression *value)
{
    const char *text = pc_expression(body, value).text;

    return value->type->kind == PC_PLAN_TIME ? pc_format(body->arena, "projc_date_of(%s)", text)
                                             : text;
}

static struct pc_value part_of_date(struct pc_body *body, const struct pc_ir_expression *call,
                                    const char *part)
{
    return pc_atom(
        pc_format(body->arena, "projc_date_%s(%s)", part, day_of(body, argument(call, 0))));
}

/* The first date there is, Julian day 0, is a Monday, but within its month. */
static struct pc_value start_of(struct pc_body *body, const struct pc_ir_expression *call)
{
    bool is_month = call->builtin == PC_IR_START_OF_MONTH;
    struct pc_value start = part_of_date(body, call, is_month ? "month_start" : "week_start");

    if (is_month) {
        const char *name = pc_temporary(body, "start");

        pc_code_line(body->code, "int32_t %s = %s;", name, start.text);
        pc_fail_if(body, pc_format(body->arena, "%s < -2440588", name), "projc_fail_because",
                   ", \"the month begins before the first date there is\"");
        start = pc_simple(name);
    }
    if (call->type->kind == PC_PLAN_DATE)
        return start;
    return (struct pc_value){.text =
                                 pc_format(body->arena, "%s * INT64_C(86400000000)", start.text),
                             .level = PC_LEVEL_PRODUCT};
}

struct pc_value pc_call(struct pc_body *body, const struct pc_ir_expression *expression)
{
    switch (expression->builtin) {
    case PC_IR_MIN:
    case PC_IR_MAX:
        return least_or_greatest(body, expression);
    case PC_IR_ABS:
        return absolute(body, expression);
    case PC_IR_CLAMP:
        return clamp(body, expression);
    case PC_IR_FLOOR:
    case PC_IR_CEIL:
        return pc_floor_or_ceil(body, expression);
    case PC_IR_ROUND_F64:
        return round_real(body, expression);
    case PC_IR_LENGTH:
        return length(body, expression);
    case PC_IR_LOWER:
    case PC_IR_UPPER:
        return change_case(body, expression);
    case PC_IR_TRIM:
        return plain_call(body, expression, "projc_text_trim");
    case PC_IR_STARTS_WITH:
        return plain_call(body, expression, "projc_text_starts_with");
    case PC_IR_ENDS_WITH:
        return plain_call(body, expression, "projc_text_ends_with");
    case PC_IR_CONTAINS:
        return plain_call(body, expression, "projc_text_contains");
    case PC_IR_SLICE:
        return plain_call(body, expression, "projc_text_slice");
    case PC_IR_YEAR:
        return part_of_date(body, expression, "year");
    case PC_IR_MONTH:
        return part_of_date(body, expression, "month");
    case PC_IR_DAY:
        return part_of_date(body, expression, "day");
    case PC_IR_WEEKDAY:
        return part_of_date(body, expression, "weekday");
    case PC_IR_START_OF_WEEK:
    case PC_IR_START_OF_MONTH:
        return start_of(body, expression);
    default:
        return pc_in(body, expression);
    }
}
