/* conversion_calls.c -- conversions by a type's name: i64(x), decimal(x, 2), text(x), uuid("…"),
 * date(t). */
#include "check/expressions.h"

#include <string.h>

/* True if a value of type `from` can be converted to `to` by name; whether it fits is checked at
 * run time. */
static bool is_convertible(const struct pc_type *from, const struct pc_type *to)
{
    switch (to->kind) {
    case PC_TYPE_INTEGER:
    case PC_TYPE_DECIMAL:
    case PC_TYPE_F64:
        return pc_type_is_numeric(from) || from->kind == PC_TYPE_TEXT;
    case PC_TYPE_TEXT:
        return pc_type_is_scalar(from);
    case PC_TYPE_TIME:
        return from->kind == PC_TYPE_TIME || from->kind == PC_TYPE_DATE ||
               from->kind == PC_TYPE_TEXT;
    case PC_TYPE_DATE:
        return from->kind == PC_TYPE_DATE || from->kind == PC_TYPE_TIME ||
               from->kind == PC_TYPE_TEXT;
    case PC_TYPE_UUID:
    case PC_TYPE_DURATION:
        return from == to || from->kind == PC_TYPE_TEXT;
    default:
        return false;
    }
}

/* The scale of decimal(x): the second argument, else what is expected, else the argument's own. */
static bool decimal_scale(struct pc_checker *checker, const struct pc_expression *call,
                          const struct pc_type *expected, const struct pc_type **target)
{
    const struct pc_expressions *arguments = &call->call.arguments;
    const struct pc_type *from = arguments->items[0]->type;
    int64_t scale = 0;

    if (arguments->count == 2) {
        if (!pc_small_integer(arguments->items[1], 9, &scale)) {
            pc_report(checker->diagnostics, PC_E0212, arguments->items[1]->span,
                      "the digits after the point are a number from 0 to 9, written out");
            return false;
        }
        *target = pc_type_decimal(checker, (uint8_t)scale);
        arguments->items[1]->type = checker->u32;
        return true;
    }
    if (expected != NULL && pc_type_value(expected)->kind == PC_TYPE_DECIMAL)
        *target = pc_type_decimal(checker, pc_type_value(expected)->scale);
    else if (from->kind == PC_TYPE_DECIMAL)
        *target = from;
    else if (from->kind == PC_TYPE_INTEGER)
        *target = pc_type_decimal(checker, 0);
    else {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0212, call->span,
                      "nothing here says how many digits after the point are kept");
        pc_diagnostic_help(problem, "say it: `decimal(x, 2)`");
        return false;
    }
    return true;
}

/* uuid(7) in tests: the number in the last bytes. */
static bool check_test_uuid(struct pc_checker *checker, struct pc_frame *body,
                            struct pc_expression *call)
{
    struct pc_expression *argument = call->call.arguments.items[0];
    int64_t number = 0;

    if (argument->kind != PC_EXPRESSION_INTEGER)
        return false;
    call->type = checker->error;
    if (!body->is_test) {
        struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0205, call->span,
                                                  "`uuid` of a number is for tests only");
        pc_diagnostic_help(problem, "write it out: `uuid(\"6f1c2a9e-…\")`");
        return true;
    }
    if (!pc_small_integer(argument, INT64_MAX, &number)) {
        pc_report(checker->diagnostics, PC_E0207, argument->span, "this does not fit `i64`");
        return true;
    }
    struct pc_constant *constant = pc_constant_new(checker, PC_CONSTANT_UUID, checker->uuid);
    for (int i = 15; number != 0; i--, number >>= 8)
        constant->uuid[i] = (uint8_t)(number & 0xff);
    argument->type = checker->i64;
    call->type = checker->uuid;
    pc_annotate(checker, call)->constant = constant;
    return true;
}

/* A literal is adapted while compiling: uuid("…"), decimal(1.5), i64(5). */
static const struct pc_type *literal_hint(const struct pc_expression *argument,
                                          const struct pc_type *target)
{
    if (pc_is_number_literal(argument) && pc_type_is_numeric(target) &&
        target->kind != PC_TYPE_DECIMAL)
        return target;
    if (argument->kind == PC_EXPRESSION_TEXT && argument->text.is_plain &&
        (target->kind == PC_TYPE_UUID || target->kind == PC_TYPE_TIME ||
         target->kind == PC_TYPE_DATE))
        return target;
    return NULL;
}

static void report_conversion(struct pc_checker *checker, const struct pc_expression *call,
                              const struct pc_expression *argument, const struct pc_type *target)
{
    const struct pc_type *from = argument->type;

    if (from->kind == PC_TYPE_OPTIONAL || from->kind == PC_TYPE_NONE) {
        struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0209, argument->span,
                                                  "this may be `none`, but a value is needed");
        pc_diagnostic_label(problem, "has type `%.*s`", PC_TYPE_ARGS(from));
        pc_diagnostic_help(problem, "say what counts then, `x ?? …`, or ask with `if let`");
        return;
    }
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0205, call->span,
                  "`%.*s` cannot be converted to `%.*s`", PC_TYPE_ARGS(from), PC_TYPE_ARGS(target));
    if (from->kind == PC_TYPE_BOOL)
        pc_diagnostic_help(problem, "`if x then 1 else 0` makes a number of it");
}

void pc_check_conversion(struct pc_checker *checker, struct pc_frame *body,
                         struct pc_expression *expression, const struct pc_type *expected)
{
    struct pc_expressions *arguments = &expression->call.arguments;
    const struct pc_type *target = expression->symbol->type;
    bool is_decimal = pc_text_is(expression->call.name.text, "decimal");

    if (!pc_check_count(checker, expression, arguments, 1, is_decimal ? 2 : 1))
        return;
    struct pc_expression *argument = arguments->items[0];
    if (target->kind == PC_TYPE_UUID && check_test_uuid(checker, body, expression))
        return;
    pc_check_expression(checker, body, argument, literal_hint(argument, target));
    if (argument->type->kind == PC_TYPE_ERROR)
        return;
    if (is_decimal && argument->type->kind != PC_TYPE_OPTIONAL &&
        !decimal_scale(checker, expression, expected, &target))
        return;
    if (!is_convertible(argument->type, target)) {
        report_conversion(checker, expression, argument, target);
        return;
    }
    expression->type = target;
    const struct pc_constant *constant = pc_expression_constant(argument);
    if (constant != NULL && constant->type == target)
        pc_annotate(checker, expression)->constant = constant;
}
