/* literals.c -- literals take the type of their surroundings: numbers, texts, none, records, lists.
 */
#include "check/expressions.h"

/* ---- numbers ---- */

bool pc_is_number_literal(const struct pc_expression *expression)
{
    if (expression->kind == PC_EXPRESSION_UNARY && expression->unary.operator== PC_OPERATOR_NEGATE)
        expression = expression->unary.operand;
    return expression->kind == PC_EXPRESSION_INTEGER || expression->kind == PC_EXPRESSION_FRACTION;
}

/* The literal below a sign. */
static const struct pc_expression *unsigned_part(const struct pc_expression *expression)
{
    return expression->kind == PC_EXPRESSION_UNARY ? expression->unary.operand : expression;
}

bool pc_literal_scale(const struct pc_expression *expression, uint32_t *scale)
{
    const struct pc_expression *literal = unsigned_part(expression);

    *scale = literal->kind == PC_EXPRESSION_FRACTION ? literal->fraction.scale : 0;
    return literal->kind == PC_EXPRESSION_FRACTION;
}

bool pc_small_integer(const struct pc_expression *expression, int64_t limit, int64_t *value)
{
    return expression->kind == PC_EXPRESSION_INTEGER &&
           pc_scan_integer(expression->integer.digits, false, value) && *value <= limit;
}

/* The type a number literal has when nothing around it says so. */
static const struct pc_type *own_type(struct pc_checker *checker,
                                      const struct pc_expression *literal)
{
    if (literal->kind == PC_EXPRESSION_INTEGER)
        return checker->i64;
    if (literal->fraction.has_exponent || literal->fraction.scale > 9)
        return checker->f64;
    return pc_type_decimal(checker, (uint8_t)literal->fraction.scale);
}

static void report_number(struct pc_checker *checker, struct pc_expression *expression,
                          const struct pc_expression *literal, const struct pc_type *type)
{
    struct pc_text digits =
        literal->kind == PC_EXPRESSION_INTEGER ? literal->integer.digits : literal->fraction.digits;
    const char *sign = literal == expression ? "" : "-";
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0207, expression->span, "`%s%.*s` does not fit `%.*s`",
                  sign, PC_TEXT_ARGS(digits), PC_TYPE_ARGS(type));

    if (type->kind == PC_TYPE_INTEGER && literal->kind == PC_EXPRESSION_FRACTION)
        pc_diagnostic_label(problem, "not an integer");
    else if (type->kind == PC_TYPE_INTEGER)
        pc_diagnostic_help(problem, "`%.*s` goes from %lld to %lld", PC_TYPE_ARGS(type),
                           (long long)pc_integer_low(type), (long long)pc_integer_high(type));
    else if (type->kind == PC_TYPE_DECIMAL && literal->kind == PC_EXPRESSION_FRACTION &&
             literal->fraction.scale > type->scale)
        pc_diagnostic_label(problem, "%u digits after the point", literal->fraction.scale);
    expression->type = checker->error;
}

static bool scan_number(struct pc_checker *checker, const struct pc_expression *literal,
                        bool is_negative, struct pc_constant *constant)
{
    const struct pc_type *type = constant->type;
    bool is_integer = literal->kind == PC_EXPRESSION_INTEGER;
    struct pc_text digits = is_integer ? literal->integer.digits : literal->fraction.digits;

    if (type->kind == PC_TYPE_F64) {
        constant->kind = PC_CONSTANT_REAL;
        bool is_scanned = pc_scan_f64(checker->arena, digits, &constant->real);
        if (is_negative)
            constant->real = -constant->real;
        return is_scanned;
    }
    if (!is_integer && literal->fraction.has_exponent)
        return false;
    if (type->kind == PC_TYPE_DECIMAL)
        return pc_scan_decimal(digits, is_negative, type->scale, &constant->integer);
    return is_integer && pc_scan_integer(digits, is_negative, &constant->integer) &&
           constant->integer >= pc_integer_low(type) && constant->integer <= pc_integer_high(type);
}

void pc_check_number(struct pc_checker *checker, struct pc_expression *expression,
                     const struct pc_type *expected)
{
    const struct pc_expression *literal = unsigned_part(expression);
    const struct pc_type *type = expected != NULL ? pc_type_value(expected) : NULL;

    if (type == NULL || !pc_type_is_numeric(type))
        type = own_type(checker, literal);
    struct pc_constant *constant = pc_constant_new(checker, PC_CONSTANT_INTEGER, type);
    if (!scan_number(checker, literal, literal != expression, constant)) {
        report_number(checker, expression, literal, type);
        return;
    }
    expression->type = type;
    if (literal != expression)
        expression->unary.operand->type = type;
    pc_annotate(checker, expression)->constant = constant;
}

bool pc_duration_value(struct pc_checker *checker, struct pc_expression *expression,
                       int64_t *value_us)
{
    static const int64_t units_us[] = {0, 1, 1000, 1000000, 60000000, 3600000000, 86400000000};
    enum pc_duration_unit unit = expression->duration.unit;
    struct pc_text digits = expression->duration.digits;
    bool is_scanned = pc_scan_integer(digits, false, value_us);

    if (unit == PC_UNIT_NANOSECOND && is_scanned) {
        is_scanned = *value_us % 1000 == 0;
        *value_us /= 1000;
    } else if (is_scanned) {
        is_scanned = !__builtin_mul_overflow(*value_us, units_us[unit], value_us);
    }
    if (!is_scanned) {
        struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0207, expression->span,
                                                  "this does not fit a `duration`");
        pc_diagnostic_help(problem, "durations are whole microseconds in 64 bits");
    }
    return is_scanned;
}

void pc_check_duration(struct pc_checker *checker, struct pc_expression *expression)
{
    struct pc_constant *constant = pc_constant_new(checker, PC_CONSTANT_INTEGER, checker->duration);

    expression->type = checker->duration;
    if (!pc_duration_value(checker, expression, &constant->integer))
        expression->type = checker->error;
    pc_annotate(checker, expression)->constant = constant;
}

/* ---- texts ---- */

/* "2026-01-01T00:00:00Z" where a time is needed is that time. */
static void check_typed_text(struct pc_checker *checker, struct pc_expression *expression,
                             const struct pc_type *type)
{
    struct pc_constant *constant = pc_constant_from_text(checker, expression->text.plain, type);

    expression->type = type;
    if (constant != NULL) {
        pc_annotate(checker, expression)->constant = constant;
        return;
    }
    struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0207, expression->span,
                                              "this text is no `%.*s`", PC_TYPE_ARGS(type));
    if (type->kind == PC_TYPE_TIME)
        pc_diagnostic_help(problem, "a time is written as in RFC 3339, \"2026-01-31T09:00:00Z\"");
    else if (type->kind == PC_TYPE_DATE)
        pc_diagnostic_help(problem, "a date is written \"2026-01-31\"");
    else if (type->kind == PC_TYPE_BYTES)
        pc_diagnostic_help(problem, "bytes are written in base64, \"AAEC\"");
    else
        pc_diagnostic_help(problem, "a uuid is written \"6f1c2a9e-0d5b-4a52-9c7e-3b1f0a8d4e21\"");
    expression->type = checker->error;
}

void pc_check_text(struct pc_checker *checker, struct pc_frame *body,
                   struct pc_expression *expression, const struct pc_type *expected)
{
    const struct pc_type *wanted = expected != NULL ? pc_type_value(expected) : NULL;

    expression->type = checker->text;
    if (expression->text.is_plain) {
        if (wanted != NULL && (wanted->kind == PC_TYPE_TIME || wanted->kind == PC_TYPE_DATE ||
                               wanted->kind == PC_TYPE_UUID || wanted->kind == PC_TYPE_BYTES)) {
            check_typed_text(checker, expression, wanted);
            return;
        }
        struct pc_constant *constant = pc_constant_new(checker, PC_CONSTANT_TEXT, checker->text);
        constant->text = expression->text.plain;
        pc_annotate(checker, expression)->constant = constant;
        return;
    }
    for (size_t i = 0; i < expression->text.parts.count; i++) {
        struct pc_expression *part = expression->text.parts.items[i]->expression;
        if (part == NULL)
            continue;
        const struct pc_type *type = pc_check_expression(checker, body, part, NULL);
        if (type->kind == PC_TYPE_ERROR || pc_type_is_scalar(type))
            continue;
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0222, part->span,
                      "`%.*s` cannot be shown in a text", PC_TYPE_ARGS(type));
        if (type->kind == PC_TYPE_OPTIONAL)
            pc_diagnostic_help(problem, "say what to show for `none`: `x ?? …`");
    }
}

/* ---- adaptability ---- */

bool pc_is_adaptable(struct pc_checker *checker, struct pc_frame *body,
                     const struct pc_expression *expression)
{
    switch (expression->kind) {
    case PC_EXPRESSION_INTEGER:
    case PC_EXPRESSION_FRACTION:
    case PC_EXPRESSION_NONE:
    case PC_EXPRESSION_RECORD:
        return true;
    case PC_EXPRESSION_TEXT:
        return expression->text.is_plain;
    case PC_EXPRESSION_NAME:
        return !pc_name_is_value(checker, body, expression->name.name.text);
    case PC_EXPRESSION_UNARY:
        return expression->unary.operator== PC_OPERATOR_NEGATE &&
            pc_is_adaptable(checker, body, expression->unary.operand);
    case PC_EXPRESSION_BINARY:
        return expression->binary.operator>= PC_OPERATOR_ADD &&
               pc_is_adaptable(checker, body, expression->binary.left) &&
               pc_is_adaptable(checker, body, expression->binary.right);
    case PC_EXPRESSION_CONDITIONAL:
        return pc_is_adaptable(checker, body, expression->conditional.then) &&
               pc_is_adaptable(checker, body, expression->conditional.otherwise);
    case PC_EXPRESSION_MATCH:
        for (size_t i = 0; i < expression->match.arms.count; i++)
            if (!pc_is_adaptable(checker, body, expression->match.arms.items[i]->value))
                return false;
        return true;
    case PC_EXPRESSION_LIST:
        return expression->list.items.count == 0 ||
               pc_is_adaptable(checker, body, expression->list.items.items[0]);
    default:
        return false;
    }
}
