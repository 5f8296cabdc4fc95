/* arithmetic.c -- checked arithmetic: no result wraps, is cut, or is not finite. */
#include "gen/body.h"

#include <inttypes.h>

static const char signs[] = {[PC_IR_ADD] = '+',
                             [PC_IR_SUBTRACT] = '-',
                             [PC_IR_MULTIPLY] = '*',
                             [PC_IR_DIVIDE] = '/',
                             [PC_IR_MODULO] = '%'};

static const char *const hints[] = {[PC_IR_ADD] = "sum",
                                    [PC_IR_SUBTRACT] = "difference",
                                    [PC_IR_MULTIPLY] = "product",
                                    [PC_IR_DIVIDE] = "quotient",
                                    [PC_IR_MODULO] = "rest"};

/* One operation: the operands as simple texts, and the types they have in C. */
struct operation {
    enum pc_ir_operator operator_;
    const struct pc_plan_type *type; /* of the result */
    const struct pc_plan_type *left_type;
    const struct pc_plan_type *right_type;
    const char *left;
    const char *right;
    const struct pc_plan_constant *divisor; /* the right side, when it is a constant */
};

/* `left` is the left side as it was before the operation. */
static const char *message_arguments(struct pc_body *body, const struct operation *operation,
                                     const char *left)
{
    return pc_format(body->arena, ", %s, '%c', %s, %s",
                     pc_operand(body, operation->left_type, left), signs[operation->operator_],
                     pc_operand(body, operation->right_type, operation->right),
                     pc_type_literal(body->arena, operation->type));
}

/* What PostgreSQL can store: " || x < …" for times and dates, else nothing. */
static const char *calendar_bounds(struct pc_body *body, const struct pc_plan_type *type,
                                   const char *place)
{
    if (type->kind == PC_PLAN_TIME)
        return pc_format(body->arena, " || %s < INT64_C(-210866803200000000)", place);
    if (type->kind == PC_PLAN_DATE)
        return pc_format(body->arena, " || %s < -2440588 || %s > 2145042905", place, place);
    return "";
}

/* ---- sums and products ---- */

/* destination = left op right, which fails when it does not fit. `before` is the left side for
 * messages: the built-in stores before it reports, and the destination may be the left side itself.
 */
static void check_overflow(struct pc_body *body, const struct operation *operation,
                           const char *destination, const char *before)
{
    const char *name = operation->operator_ == PC_IR_ADD        ? "add"
                       : operation->operator_ == PC_IR_SUBTRACT ? "sub"
                                                                : "mul";

    pc_fail_if(body,
               pc_format(body->arena, "__builtin_%s_overflow(%s, %s, %s%s)%s", name,
                         operation->left, operation->right, destination[0] == '*' ? "" : "&",
                         destination + (destination[0] == '*'),
                         calendar_bounds(body, operation->type, destination)),
               "projc_fail_arithmetic", message_arguments(body, operation, before));
}

/* ---- quotients ---- */

static const char *lowest(struct pc_body *body, const struct pc_plan_type *type)
{
    if (type->kind == PC_PLAN_INTEGER)
        return pc_format(body->arena, "INT%u_MIN", (unsigned)type->bits);
    return type->kind == PC_PLAN_DATE ? "INT32_MIN" : "INT64_MIN";
}

static bool is_signed(const struct pc_plan_type *type)
{
    return type->kind != PC_PLAN_INTEGER || type->is_signed;
}

/* Fails for a zero divisor and for the one quotient that does not fit, the lowest number by -1. */
static void check_divisor(struct pc_body *body, struct operation *operation)
{
    const struct pc_plan_constant *divisor = operation->divisor;

    if (divisor != NULL && divisor->integer != 0 && divisor->integer != -1)
        return;
    if (divisor != NULL) /* compilers warn about what a literal makes plain */
        operation->right =
            pc_hold(body, operation->right_type, "divisor", pc_simple(operation->right));
    pc_fail_if(body, pc_format(body->arena, "%s == 0", operation->right), "projc_fail_division",
               "");
    if (operation->operator_ == PC_IR_DIVIDE && is_signed(operation->left_type) &&
        is_signed(operation->right_type))
        pc_fail_if(body,
                   pc_format(body->arena, "%s == %s && %s == -1", operation->left,
                             lowest(body, operation->left_type), operation->right),
                   "projc_fail_arithmetic", message_arguments(body, operation, operation->left));
}

/* C computes narrow integers as int, and with a wide literal as int64_t. */
static struct pc_value cast_back(struct pc_body *body, const struct operation *operation,
                                 struct pc_value value)
{
    bool is_wide_literal = operation->divisor != NULL && (operation->divisor->integer > INT32_MAX ||
                                                          operation->divisor->integer < INT32_MIN);

    if (operation->type->kind != PC_PLAN_INTEGER || operation->type->bits == 64 ||
        (operation->type->bits == 32 && !is_wide_literal))
        return value;
    return (struct pc_value){.text = pc_format(body->arena, "(%.*s)%s",
                                               PC_TEXT_ARGS(operation->type->c_name),
                                               pc_bind(body, value, PC_LEVEL_ATOM)),
                             .level = PC_LEVEL_UNARY};
}

static struct pc_value integer_quotient(struct pc_body *body, struct operation *operation)
{
    bool is_rest = operation->operator_ == PC_IR_MODULO;
    struct pc_value value = {.level = PC_LEVEL_PRODUCT};

    check_divisor(body, operation);
    const char *quotient =
        pc_format(body->arena, "%s %c %s", operation->left, is_rest ? '%' : '/', operation->right);
    bool may_be_minus_one = operation->divisor == NULL || operation->divisor->integer == -1;

    value.text = quotient;
    if (is_rest && is_signed(operation->right_type) && may_be_minus_one)
        value = (struct pc_value){
            .text = pc_format(body->arena, "%s == -1 ? 0 : %s", operation->right, quotient),
            .level = PC_LEVEL_CHOICE};
    return cast_back(body, operation, value);
}

/* ---- f64 ---- */

static struct pc_value real_value(struct pc_body *body, const struct operation *operation)
{
    if (operation->operator_ == PC_IR_MODULO)
        return pc_atom(
            pc_format(body->arena, "__builtin_fmod(%s, %s)", operation->left, operation->right));
    return (struct pc_value){.text = pc_format(body->arena, "%s %c %s", operation->left,
                                               signs[operation->operator_], operation->right),
                             .level = PC_LEVEL_SUM};
}

static void check_finite(struct pc_body *body, const char *place)
{
    pc_fail_if(body, pc_format(body->arena, "!projc_f64_is_finite(%s)", place),
               "projc_fail_not_finite", "");
}

/* ---- expressions ---- */

static struct operation operation_of(struct pc_body *body,
                                     const struct pc_ir_expression *expression)
{
    const struct pc_ir_expression *left = expression->left;
    const struct pc_ir_expression *right = expression->right;
    bool is_quotient = expression->operator== PC_IR_DIVIDE || expression->operator== PC_IR_MODULO;

    /* The built-ins take operands of any integer type; / and % need the type of the operation. */
    if (!is_quotient && expression->type->kind != PC_PLAN_F64) {
        left = pc_unwidened(left);
        right = pc_unwidened(right);
    }
    struct operation operation = {.operator_ = expression->operator,
                                  .type = expression->type,
                                  .left_type = left->type,
                                  .right_type = right->type};

    operation.left = pc_simple_expression(body, left, "left");
    operation.right = pc_simple_expression(body, right, "right");
    if (right->kind == PC_IR_CONSTANT)
        operation.divisor = right->constant;
    return operation;
}

struct pc_value pc_arithmetic_value(struct pc_body *body, const struct pc_ir_expression *expression)
{
    struct operation operation = operation_of(body, expression);
    const char *name;

    if (expression->type->kind == PC_PLAN_F64) {
        name = pc_hold(body, expression->type, hints[operation.operator_],
                       real_value(body, &operation));
        check_finite(body, name);
        return pc_simple(name);
    }
    if (operation.operator_ == PC_IR_DIVIDE || operation.operator_ == PC_IR_MODULO)
        return integer_quotient(body, &operation);
    name = pc_temporary(body, hints[operation.operator_]);
    pc_code_plain(body->code, "%.*s %s;", PC_TEXT_ARGS(expression->type->c_name), name);
    check_overflow(body, &operation, name, operation.left);
    return pc_simple(name);
}

struct pc_value pc_negate(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const struct pc_plan_type *type = expression->type;
    const char *operand;
    const char *name;

    if (type->kind == PC_PLAN_F64)
        return (struct pc_value){
            .text = pc_format(body->arena, "-%s",
                              pc_bind(body, pc_expression(body, expression->left), PC_LEVEL_ATOM)),
            .level = PC_LEVEL_UNARY};
    const struct pc_ir_expression *inner = pc_unwidened(expression->left);

    operand = pc_simple_expression(body, inner, "operand");
    name = pc_temporary(body, "negative");
    pc_code_plain(body->code, "%.*s %s;", PC_TEXT_ARGS(type->c_name), name);
    pc_fail_if(body, pc_format(body->arena, "__builtin_sub_overflow(0, %s, &%s)", operand, name),
               "projc_fail_range",
               pc_format(body->arena, ", %s, %s", pc_operand(body, inner->type, operand),
                         pc_type_literal(body->arena, type)));
    return pc_simple(name);
}

/* ---- assignment ---- */

/* The target before `target op= right`, as an expression over what it is afterwards. A product
 * cannot be undone: it is remembered, and then the operation reads the copy. */
static const char *text_before(struct pc_body *body, struct operation *operation)
{
    const struct pc_plan_type *type = operation->type;
    bool is_narrow =
        (type->kind == PC_PLAN_INTEGER && type->bits != 64) || type->kind == PC_PLAN_DATE;

    if (operation->operator_ == PC_IR_MULTIPLY) {
        operation->left = pc_hold(body, type, "before", pc_simple(operation->left));
        return operation->left;
    }
    const char *call = pc_format(body->arena, "projc_before_%s(%s, %s)",
                                 operation->operator_ == PC_IR_ADD ? "add" : "subtract",
                                 operation->left, operation->right);

    return is_narrow ? pc_format(body->arena, "(%.*s)%s", PC_TEXT_ARGS(type->c_name), call) : call;
}

void pc_arithmetic_assign(struct pc_body *body, const struct pc_plan_type *type, const char *target,
                          enum pc_ir_operator operator_, const struct pc_ir_expression *value)
{
    struct operation operation = {.operator_ = operator_, .type = type, .left_type = type};
    bool is_quotient = operator_ == PC_IR_DIVIDE || operator_ == PC_IR_MODULO;

    if (!is_quotient && type->kind != PC_PLAN_F64)
        value = pc_unwidened(value);
    operation.right_type = value->type;
    operation.left = target;
    if (type->kind == PC_PLAN_F64) {
        struct pc_value right = pc_expression(body, value);

        pc_code_line(body->code, "%s %c= %s;", target, signs[operator_], right.text);
        check_finite(body, target);
        return;
    }
    operation.right = pc_simple_expression(body, value, "right");
    if (value->kind == PC_IR_CONSTANT)
        operation.divisor = value->constant;
    if (is_quotient) {
        pc_code_line(body->code, "%s = %s;", target, integer_quotient(body, &operation).text);
        return;
    }
    if (pc_text_is(pc_text_of(operation.right), target)) /* x += x */
        operation.right = pc_hold(body, value->type, "right", pc_simple(target));
    check_overflow(body, &operation, target, text_before(body, &operation));
}

bool pc_can_compute_into(const struct pc_ir_expression *expression)
{
    return expression->kind == PC_IR_ARITHMETIC && expression->type->kind != PC_PLAN_F64 &&
           expression->operator!= PC_IR_DIVIDE && expression->operator!= PC_IR_MODULO;
}

void pc_compute_into(struct pc_body *body, const struct pc_ir_expression *expression,
                     const char *destination)
{
    struct operation operation = operation_of(body, expression);
    const char *before = operation.left;

    if (pc_text_is(pc_text_of(operation.right), destination))
        operation.right =
            pc_hold(body, expression->right->type, "right", pc_simple(operation.right));
    if (pc_text_is(pc_text_of(operation.left), destination))
        before = text_before(body, &operation);
    check_overflow(body, &operation, destination, before);
}
