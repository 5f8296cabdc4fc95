/* whole.c -- floor and ceil: to a whole number, or to a multiple of a step. */
#include "gen/body.h"

/* The step as a simple text: 10^scale, or the second argument, checked to be above zero. */
static const char *step_of(struct pc_body *body, const struct pc_ir_expression *call)
{
    const struct pc_ir_expression *step;
    const char *name;

    if (call->arguments.count == 1)
        return pc_c_power_of_ten(body->arena, call->arguments.items[0]->type->scale);
    step = call->arguments.items[1];
    name = pc_simple_expression(body, step, "step");
    if (step->kind == PC_IR_CONSTANT && step->constant->integer > 0)
        return name;
    if (step->kind == PC_IR_CONSTANT)
        name = pc_hold(body, step->type, "step", pc_simple(name));
    pc_fail_if(body,
               step->type->kind == PC_PLAN_INTEGER && !step->type->is_signed
                   ? pc_format(body->arena, "%s == 0", name)
                   : pc_format(body->arena, "%s <= 0", name),
               "projc_fail_because", ", \"the step is not above zero\"");
    return name;
}

static void check(struct pc_body *body, const struct pc_plan_type *type, const char *condition,
                  const char *operand)
{
    pc_fail_if(body, condition, "projc_fail_range",
               pc_format(body->arena, ", %s, %s", pc_operand(body, type, operand),
                         pc_type_literal(body->arena, type)));
}

/* Narrower integers are computed in 64 bits and brought back, checked. */
static struct pc_value bring_back(struct pc_body *body, const struct pc_plan_type *type,
                                  const char *whole, const char *operand)
{
    const char *name;

    if (type->kind != PC_PLAN_INTEGER || type->bits == 64)
        return pc_simple(whole);
    name = pc_temporary(body, "narrow");
    pc_code_plain(body->code, "%.*s %s;", PC_TEXT_ARGS(type->c_name), name);
    check(body, type, pc_format(body->arena, "__builtin_add_overflow(%s, 0, &%s)", whole, name),
          operand);
    return pc_simple(name);
}

struct pc_value pc_floor_or_ceil(struct pc_body *body, const struct pc_ir_expression *call)
{
    const struct pc_plan_type *type = call->type;
    const struct pc_ir_expression *value = call->arguments.items[0];
    bool is_floor = call->builtin == PC_IR_FLOOR;
    const char *operand;
    const char *step;
    const char *whole;
    const char *condition;

    if (type->kind == PC_PLAN_F64)
        return pc_atom(pc_format(body->arena, "__builtin_%s(%s)", is_floor ? "floor" : "ceil",
                                 pc_expression(body, value).text));
    if (call->arguments.count == 1 && (type->kind != PC_PLAN_DECIMAL || type->scale == 0))
        return pc_expression(body, value);
    operand = pc_simple_expression(body, value, "number");
    step = step_of(body, call);
    whole = pc_temporary(body, "whole");
    pc_code_line(body->code, "int64_t %s;", whole);
    condition = pc_format(body->arena, "!projc_%s_to(%s, %s, &%s)", is_floor ? "floor" : "ceil",
                          operand, step, whole);
    if (is_floor && type->kind == PC_PLAN_TIME)
        condition =
            pc_format(body->arena, "%s || %s < INT64_C(-210866803200000000)", condition, whole);
    check(body, type, condition, operand);
    return bring_back(body, type, whole, operand);
}
