/* operators.c -- arithmetic, comparisons, logic, `in` and `??`. */
#include "check/expressions.h"

/* ---- two sides of which one may be a literal ---- */

static bool has_fraction(const struct pc_expression *expression)
{
    switch (expression->kind) {
    case PC_EXPRESSION_FRACTION:
        return true;
    case PC_EXPRESSION_UNARY:
        return has_fraction(expression->unary.operand);
    case PC_EXPRESSION_BINARY:
        return has_fraction(expression->binary.left) || has_fraction(expression->binary.right);
    case PC_EXPRESSION_CONDITIONAL:
        return has_fraction(expression->conditional.then) ||
               has_fraction(expression->conditional.otherwise);
    case PC_EXPRESSION_MATCH:
        for (size_t i = 0; i < expression->match.arms.count; i++)
            if (has_fraction(expression->match.arms.items[i]->value))
                return true;
        return false;
    default:
        return false;
    }
}

/* What a literal is adapted to when the other side has type `other`: NULL leaves it its own type.
 */
static const struct pc_type *hint_of(enum pc_operator operator,
                                     const struct pc_expression * literal,
                                     const struct pc_type *other)
{
    const struct pc_type *type = pc_type_value(other);

    if (operator<PC_OPERATOR_ADD)
        return other;
    if (type->kind == PC_TYPE_F64 || type->kind == PC_TYPE_ERROR)
        return type;
    if (operator== PC_OPERATOR_MULTIPLY || operator== PC_OPERATOR_DIVIDE)
        return type->kind == PC_TYPE_INTEGER && !has_fraction(literal) ? type : NULL;
    return type;
}

static const struct pc_type *hint_of_literals(enum pc_operator operator,
                                              const struct pc_type * expected)
{
    bool is_product = operator== PC_OPERATOR_MULTIPLY || operator== PC_OPERATOR_DIVIDE;

    if (expected != NULL && is_product && pc_type_value(expected)->kind == PC_TYPE_DECIMAL)
        return NULL;
    return expected;
}

void pc_check_other(struct pc_checker *checker, struct pc_frame *body, enum pc_operator operator,
                    const struct pc_expression * checked, struct pc_expression *other)
{
    bool is_free = pc_is_adaptable(checker, body, other);

    pc_check_expression(checker, body, other,
                        is_free ? hint_of(operator, other, checked->type) : NULL);
}

void pc_check_pair(struct pc_checker *checker, struct pc_frame *body, enum pc_operator operator,
                   struct pc_expression * left, struct pc_expression *right,
                   const struct pc_type *expected)
{
    bool is_left_free = pc_is_adaptable(checker, body, left);
    bool is_right_free = pc_is_adaptable(checker, body, right);

    if (is_left_free && !is_right_free) {
        pc_check_expression(checker, body, right, NULL);
        pc_check_expression(checker, body, left, hint_of(operator, left, right->type));
    } else if (is_right_free && !is_left_free) {
        pc_check_expression(checker, body, left, NULL);
        pc_check_expression(checker, body, right, hint_of(operator, right, left->type));
    } else if (is_left_free) {
        const struct pc_type *hint = hint_of_literals(operator, expected);
        pc_check_expression(checker, body, left, hint);
        pc_check_expression(checker, body, right, hint);
    } else {
        pc_check_expression(checker, body, left, NULL);
        pc_check_expression(checker, body, right, NULL);
    }
}

/* ---- + - * / % ---- */

static const struct pc_type *report_operator(struct pc_checker *checker, enum pc_operator operator,
                                             struct pc_span span, const struct pc_type *left,
                                             const struct pc_type *right)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0208, span, "`%s` is not defined for `%.*s` and `%.*s`",
                  pc_operator_spelling(operator), PC_TYPE_ARGS(left), PC_TYPE_ARGS(right));

    if (left->kind == PC_TYPE_TEXT && operator== PC_OPERATOR_ADD)
        pc_diagnostic_help(problem, "texts are joined inside one: `\"{a}{b}\"`");
    else if (left->kind == PC_TYPE_DATE && right->kind == PC_TYPE_DURATION)
        pc_diagnostic_help(problem, "a date counts days: `d + 1`, or `time(d) + 1h`");
    return checker->error;
}

/* Times, dates and durations; NULL if neither side is one. */
static const struct pc_type *calendar_arithmetic(struct pc_checker *checker,
                                                 enum pc_operator operator,
                                                 const struct pc_type * left,
                                                 const struct pc_type *right)
{
    bool is_sum = operator== PC_OPERATOR_ADD || operator== PC_OPERATOR_SUBTRACT;
    bool is_left_duration = left->kind == PC_TYPE_DURATION;
    bool is_right_duration = right->kind == PC_TYPE_DURATION;
    bool is_right_integer = right->kind == PC_TYPE_INTEGER;

    if (is_sum && left->kind == PC_TYPE_TIME && is_right_duration)
        return checker->time;
    if (operator== PC_OPERATOR_ADD && is_left_duration && right->kind == PC_TYPE_TIME)
        return checker->time;
    if (operator== PC_OPERATOR_SUBTRACT && left->kind == PC_TYPE_TIME &&
        right->kind == PC_TYPE_TIME)
        return checker->duration;
    if (is_sum && is_left_duration && is_right_duration)
        return checker->duration;
    if (is_sum && left->kind == PC_TYPE_DATE && is_right_integer)
        return checker->date;
    if ((operator== PC_OPERATOR_MULTIPLY || operator== PC_OPERATOR_DIVIDE) && is_left_duration &&
        is_right_integer)
        return checker->duration;
    if (operator== PC_OPERATOR_MULTIPLY && left->kind == PC_TYPE_INTEGER && is_right_duration)
        return checker->duration;
    return NULL;
}

static const struct pc_type *report_inexact(struct pc_checker *checker, struct pc_span span,
                                            const char *what)
{
    struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0221, span, "%s", what);

    pc_diagnostic_help(problem, "`round(a * b, 2)` and `round(a / b, 2)` compute it exactly and "
                                "round once, half to even");
    return checker->error;
}

/* The type of a product or quotient with a decimal in it; NULL if the common type decides. */
static const struct pc_type *decimal_arithmetic(struct pc_checker *checker,
                                                enum pc_operator operator, struct pc_span span,
                                                const struct pc_type *left,
                                                const struct pc_type *right)
{
    if (!pc_type_is_exact(left) || !pc_type_is_exact(right))
        return NULL;
    if (left->kind != PC_TYPE_DECIMAL && right->kind != PC_TYPE_DECIMAL)
        return NULL;
    if (operator== PC_OPERATOR_DIVIDE)
        return report_inexact(checker, span, "a quotient of decimals must be rounded");
    if (operator!= PC_OPERATOR_MULTIPLY)
        return NULL;
    if (left->kind != PC_TYPE_DECIMAL)
        return right;
    if (right->kind != PC_TYPE_DECIMAL)
        return left;
    if (left->scale + right->scale > 9)
        return report_inexact(checker, span,
                              "this product would have more than 9 digits after the point");
    return pc_type_decimal(checker, (uint8_t)(left->scale + right->scale));
}

static const struct pc_type *report_no_common(struct pc_checker *checker, struct pc_span span,
                                              const struct pc_type *left,
                                              const struct pc_type *right)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0206, span,
                  "`%.*s` and `%.*s` have no type in common that loses nothing", PC_TYPE_ARGS(left),
                  PC_TYPE_ARGS(right));

    if (left->kind == PC_TYPE_F64 || right->kind == PC_TYPE_F64)
        pc_diagnostic_help(problem, "convert one side: `f64(x)` takes the nearest f64");
    else
        pc_diagnostic_help(problem, "convert the integer: `decimal(x)` checks at run time");
    return checker->error;
}

static bool is_value(struct pc_checker *checker, const struct pc_expression *expression)
{
    const struct pc_type *type = expression->type;

    if (type->kind == PC_TYPE_OPTIONAL) {
        struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0209, expression->span,
                                                  "this may be `none`, but a value is needed");
        pc_diagnostic_label(problem, "has type `%.*s`", PC_TYPE_ARGS(type));
        pc_diagnostic_help(problem, "say what counts then, `x ?? …`, or ask with `if let`");
    }
    return type->kind != PC_TYPE_OPTIONAL && type->kind != PC_TYPE_ERROR;
}

bool pc_is_zero(const struct pc_expression *expression)
{
    const struct pc_constant *constant = pc_expression_constant(expression);

    return constant != NULL && constant->kind == PC_CONSTANT_INTEGER && constant->integer == 0;
}

const struct pc_type *pc_arithmetic(struct pc_checker *checker, enum pc_operator operator,
                                    struct pc_span span, struct pc_expression *left,
                                    struct pc_expression *right)
{
    bool is_left_value = is_value(checker, left);

    if (!is_value(checker, right) || !is_left_value)
        return checker->error;
    if ((operator== PC_OPERATOR_DIVIDE || operator== PC_OPERATOR_REMAINDER) && pc_is_zero(right)) {
        pc_report(checker->diagnostics, PC_E0224, right->span, "this divides by zero");
        return checker->error;
    }
    const struct pc_type *type = calendar_arithmetic(checker, operator, left->type, right->type);
    if (type != NULL)
        return type;
    if (!pc_type_is_numeric(left->type) || !pc_type_is_numeric(right->type) ||
        (operator== PC_OPERATOR_REMAINDER &&(left->type->kind == PC_TYPE_F64 ||
                                             right->type->kind == PC_TYPE_F64)))
        return report_operator(checker, operator, span, left->type, right->type);
    type = decimal_arithmetic(checker, operator, span, left->type, right->type);
    if (type != NULL)
        return type;
    type = pc_type_common(checker, left->type, right->type);
    if (type == NULL)
        return report_no_common(checker, span, left->type, right->type);
    pc_convert(checker, left, type);
    pc_convert(checker, right, type);
    return type;
}

/* ---- comparisons ---- */

/* x == none; false if neither side is `none`. */
static bool compare_none(struct pc_checker *checker, const struct pc_expression *left,
                         const struct pc_expression *right)
{
    const struct pc_expression *other = left->type->kind == PC_TYPE_NONE ? right : left;

    if (left->type->kind != PC_TYPE_NONE && right->type->kind != PC_TYPE_NONE)
        return false;
    if (other->type->kind != PC_TYPE_OPTIONAL && other->type->kind != PC_TYPE_ERROR) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0210, other->span, "this is never `none`");
        pc_diagnostic_label(problem, "has type `%.*s`", PC_TYPE_ARGS(other->type));
    }
    return true;
}

static void compare_ordered(struct pc_checker *checker, struct pc_span span,
                            struct pc_expression *left, struct pc_expression *right)
{
    bool is_left_value = is_value(checker, left);

    if (!is_value(checker, right) || !is_left_value)
        return;
    const struct pc_type *type = pc_type_common(checker, left->type, right->type);
    if (type == NULL && pc_type_is_numeric(left->type) && pc_type_is_numeric(right->type)) {
        report_no_common(checker, span, left->type, right->type);
    } else if (type == NULL || !pc_type_is_ordered(type)) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0225, span, "`%.*s` and `%.*s` have no order",
                      PC_TYPE_ARGS(left->type), PC_TYPE_ARGS(right->type));
        if (left->type->kind == PC_TYPE_ENUM)
            pc_diagnostic_help(problem, "enums can be compared with `==`, or asked by `match`");
    } else {
        pc_convert(checker, left, type);
        pc_convert(checker, right, type);
    }
}

static void compare_equal(struct pc_checker *checker, struct pc_span span,
                          struct pc_expression *left, struct pc_expression *right)
{
    if (compare_none(checker, left, right) || left->type->kind == PC_TYPE_ERROR ||
        right->type->kind == PC_TYPE_ERROR)
        return;
    const struct pc_type *type = pc_type_common(checker, left->type, right->type);
    if (type == NULL && pc_type_is_numeric(left->type) && pc_type_is_numeric(right->type)) {
        report_no_common(checker, span, left->type, right->type);
    } else if (type == NULL) {
        pc_report(checker->diagnostics, PC_E0225, span, "`%.*s` and `%.*s` cannot be compared",
                  PC_TYPE_ARGS(left->type), PC_TYPE_ARGS(right->type));
    } else if (!pc_type_is_comparable(type)) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0225, span,
                      "values of type `%.*s` cannot be compared", PC_TYPE_ARGS(type));
        pc_diagnostic_help(problem, "compare their parts");
    } else {
        pc_convert(checker, left, type);
        pc_convert(checker, right, type);
    }
}

/* ---- in, ?? ---- */

static void check_in(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_expression *expression)
{
    struct pc_expression *left = expression->binary.left;
    struct pc_expression *right = expression->binary.right;

    expression->type = checker->boolean;
    if (right->kind == PC_EXPRESSION_LIST) {
        pc_check_expression(checker, body, left, NULL);
        pc_check_expression(checker, body, right, pc_type_list(checker, left->type));
    } else {
        pc_check_expression(checker, body, right, NULL);
        bool is_walkable = pc_is_collection(right->type);
        pc_check_expression(checker, body, left,
                            is_walkable                          ? pc_item_type(right->type)
                            : right->type->kind == PC_TYPE_ERROR ? checker->error
                                                                 : NULL);
    }
    if (right->type->kind == PC_TYPE_ERROR || left->type->kind == PC_TYPE_ERROR)
        return;
    if (!pc_is_collection(right->type)) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0208, right->span,
                      "`in` needs a list, set or map at its right, but this has type `%.*s`",
                      PC_TYPE_ARGS(right->type));
        if (right->type->kind == PC_TYPE_TEXT)
            pc_diagnostic_help(problem, "`contains(text, part)` looks into a text");
        return;
    }
    const struct pc_type *element = pc_item_type(right->type);
    if (!pc_type_is_comparable(element)) {
        pc_report(checker->diagnostics, PC_E0225, right->span,
                  "values of type `%.*s` cannot be compared", PC_TYPE_ARGS(element));
        return;
    }
    pc_convert(checker, left, element);
    pc_annotate(checker, expression)->subject = element;
}

static void check_coalesce(struct pc_checker *checker, struct pc_frame *body,
                           struct pc_expression *expression, const struct pc_type *expected)
{
    struct pc_expression *left = expression->binary.left;
    struct pc_expression *right = expression->binary.right;
    const struct pc_type *type = pc_check_expression(checker, body, left, expected);
    const struct pc_type *element = pc_type_value(type);

    pc_check_expression(checker, body, right, element);
    if (type->kind == PC_TYPE_ERROR || right->type->kind == PC_TYPE_ERROR)
        return;
    if (type->kind != PC_TYPE_OPTIONAL) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0210, left->span,
                      "this is never `none`, so what stands behind `??` is never taken");
        pc_diagnostic_label(problem, "has type `%.*s`", PC_TYPE_ARGS(type));
        return;
    }
    const struct pc_type *wanted =
        right->type->kind == PC_TYPE_OPTIONAL || right->type->kind == PC_TYPE_NONE ? type : element;
    if (pc_convert(checker, right, wanted))
        expression->type = wanted;
}

/* ---- all ---- */

void pc_check_unary(struct pc_checker *checker, struct pc_frame *body,
                    struct pc_expression *expression, const struct pc_type *expected)
{
    struct pc_expression *operand = expression->unary.operand;

    if (pc_is_number_literal(expression)) {
        pc_check_number(checker, expression, expected);
        return;
    }
    if (expression->unary.operator== PC_OPERATOR_NOT) {
        pc_check_value(checker, body, operand, checker->boolean);
        expression->type = checker->boolean;
        return;
    }
    const struct pc_type *type = pc_check_expression(checker, body, operand, expected);
    if (!is_value(checker, operand))
        return;
    if (!pc_type_is_numeric(type) && type->kind != PC_TYPE_DURATION) {
        pc_report(checker->diagnostics, PC_E0208, expression->span, "`-` is not defined for `%.*s`",
                  PC_TYPE_ARGS(type));
        return;
    }
    if (type->kind == PC_TYPE_INTEGER && !type->is_signed) {
        type = pc_type_integer(checker, (uint8_t)(type->bits * 2), true);
        pc_convert(checker, operand, type);
    }
    expression->type = type;
    const struct pc_constant *constant = pc_expression_constant(operand);
    if (constant != NULL && type->kind == PC_TYPE_DURATION) {
        struct pc_constant *negative = pc_constant_new(checker, PC_CONSTANT_INTEGER, type);
        negative->integer = -constant->integer; /* a literal is never the smallest one */
        pc_annotate(checker, expression)->constant = negative;
    }
}

void pc_check_binary(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_expression *expression, const struct pc_type *expected)
{
    struct pc_expression *left = expression->binary.left;
    struct pc_expression *right = expression->binary.right;
    enum pc_operator operator= expression->binary.operator;

    switch (operator) {
    case PC_OPERATOR_OR:
    case PC_OPERATOR_AND:
        pc_check_value(checker, body, left, checker->boolean);
        pc_check_value(checker, body, right, checker->boolean);
        expression->type = checker->boolean;
        return;
    case PC_OPERATOR_IN:
        check_in(checker, body, expression);
        return;
    case PC_OPERATOR_COALESCE:
        check_coalesce(checker, body, expression, expected);
        return;
    default:
        break;
    }
    if (operator>= PC_OPERATOR_ADD) {
        pc_check_pair(checker, body, operator, left, right, expected);
        expression->type =
            pc_arithmetic(checker, operator, expression->binary.operator_span, left, right);
        return;
    }
    const struct pc_expression *reader = body->row_reader;
    body->row_reader = left->kind == PC_EXPRESSION_NONE    ? right
                       : right->kind == PC_EXPRESSION_NONE ? left
                                                           : NULL;
    pc_check_pair(checker, body, operator, left, right, NULL);
    body->row_reader = reader;
    expression->type = checker->boolean;
    if (operator== PC_OPERATOR_EQUAL || operator== PC_OPERATOR_NOT_EQUAL)
        compare_equal(checker, expression->binary.operator_span, left, right);
    else
        compare_ordered(checker, expression->binary.operator_span, left, right);
}
