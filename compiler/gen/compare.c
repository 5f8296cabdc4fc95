/* compare.c -- comparisons. Compilers warn about those whose answer is plain from the types, such
 * as `count >= 0` of a u32: these become `true` or `false`, or are made with a temporary. */
#include "gen/body.h"
#include "gen/values.h"

#include <string.h>

static const char *const symbols[] = {
    [PC_IR_EQUAL] = "==",      [PC_IR_NOT_EQUAL] = "!=", [PC_IR_LESS] = "<",
    [PC_IR_LESS_EQUAL] = "<=", [PC_IR_GREATER] = ">",    [PC_IR_GREATER_EQUAL] = ">=",
};

enum answer { UNKNOWN, ALWAYS, NEVER };

/* What `value operator constant` is, when the value's type tells. */
static enum answer answer_of(const struct pc_ir_expression *value, enum pc_ir_operator operator_,
                             const struct pc_ir_expression *constant)
{
    const struct pc_plan_type *type = pc_unwidened(value)->type;
    int64_t bound;
    bool is_below; /* everything lies below the constant, or above it */
    bool is_above;

    if (constant->kind != PC_IR_CONSTANT || type->kind != PC_PLAN_INTEGER)
        return UNKNOWN;
    bound = constant->constant->integer;
    if (operator_ == PC_IR_EQUAL || operator_ == PC_IR_NOT_EQUAL) {
        if (bound >= type->low && bound <= type->high)
            return UNKNOWN;
        return operator_ == PC_IR_NOT_EQUAL ? ALWAYS : NEVER;
    }
    if (operator_ == PC_IR_LESS || operator_ == PC_IR_GREATER_EQUAL) {
        is_above = bound <= type->low;
        is_below = bound > type->high;
    } else {
        is_above = bound < type->low;
        is_below = bound >= type->high;
    }
    if (!is_above && !is_below)
        return UNKNOWN;
    return (operator_ == PC_IR_LESS || operator_ == PC_IR_LESS_EQUAL) == is_below ? ALWAYS : NEVER;
}

/* The operator with its sides exchanged. */
static enum pc_ir_operator mirrored(enum pc_ir_operator operator_)
{
    switch (operator_) {
    case PC_IR_LESS:
        return PC_IR_GREATER;
    case PC_IR_LESS_EQUAL:
        return PC_IR_GREATER_EQUAL;
    case PC_IR_GREATER:
        return PC_IR_LESS;
    case PC_IR_GREATER_EQUAL:
        return PC_IR_LESS_EQUAL;
    default:
        return operator_;
    }
}

/* What comparing a place with itself gives. */
static enum answer answer_of_same(enum pc_ir_operator operator_)
{
    return operator_ == PC_IR_EQUAL || operator_ == PC_IR_LESS_EQUAL ||
                   operator_ == PC_IR_GREATER_EQUAL
               ? ALWAYS
               : NEVER;
}

static bool is_literal_choice(struct pc_value value, const struct pc_ir_expression *expression)
{
    return value.level == PC_LEVEL_CHOICE || expression->kind == PC_IR_CONSTANT;
}

/* A quotient of two literals, which the C compiler computes and holds against the range of the
 * other side's type. */
static bool is_literal_quotient(const struct pc_ir_expression *expression)
{
    expression = pc_unwidened(expression);
    return expression->kind == PC_IR_ARITHMETIC &&
           pc_unwidened(expression->left)->kind == PC_IR_CONSTANT &&
           pc_unwidened(expression->right)->kind == PC_IR_CONSTANT;
}

/* A call that was computed already: `abs(65535)` stands in C as its literal. */
static bool is_computed(struct pc_value value, const struct pc_ir_expression *expression)
{
    const char *digits = value.text[0] == '-' ? value.text + 1 : value.text;
    size_t count = strspn(digits, "0123456789");

    return pc_unwidened(expression)->kind != PC_IR_CONSTANT && count > 0 && digits[count] == '\0';
}

static struct pc_value scalar_compare(struct pc_body *body,
                                      const struct pc_ir_expression *expression,
                                      enum pc_ir_operator operator_)
{
    struct pc_value left = pc_expression(body, expression->left);
    struct pc_value right = pc_expression(body, expression->right);
    enum answer answer = answer_of(expression->left, operator_, expression->right);

    if (answer == UNKNOWN)
        answer = answer_of(expression->right, mirrored(operator_), expression->left);
    if (answer == UNKNOWN && strcmp(left.text, right.text) == 0)
        answer = answer_of_same(operator_);
    /* A temporary on the left may be there for nothing else: then it is compared all the same. */
    if (answer != UNKNOWN && pc_is_stored(expression->left) && pc_is_stored(expression->right))
        return pc_simple(answer == ALWAYS ? "true" : "false");
    /* A choice between literals has the narrow type of the literals in C: the name has the right
     * one. */
    if (answer == UNKNOWN && is_literal_choice(left, expression->left) &&
        is_literal_choice(right, expression->right))
        left = pc_simple(pc_hold(body, expression->left->type, "left", left));
    if (is_literal_quotient(expression->left) || is_computed(left, expression->left))
        left = pc_simple(pc_hold(body, expression->left->type, "left", left));
    if (is_literal_quotient(expression->right) || is_computed(right, expression->right))
        right = pc_simple(pc_hold(body, expression->right->type, "right", right));
    /* What gets a name is the constant: a compiler sees the range of the other side's type. */
    if (answer != UNKNOWN && expression->right->kind == PC_IR_CONSTANT)
        right = pc_simple(pc_hold(body, expression->right->type, "right", right));
    else if (answer != UNKNOWN)
        left = pc_simple(pc_hold(body, expression->left->type, "left", left));
    return (struct pc_value){
        .text = pc_format(body->arena, "%s %s %s", pc_bind(body, left, PC_LEVEL_SUM),
                          symbols[operator_], pc_bind(body, right, PC_LEVEL_SUM)),
        .level = PC_LEVEL_COMPARE};
}

/* ---- two comparisons of one place ---- */

/* `place operator bound`, however it is written. */
struct bound {
    const struct pc_ir_expression *place;
    enum pc_ir_operator operator_;
    int64_t value;
};

/* What `not` makes of it. */
static enum pc_ir_operator opposite(enum pc_ir_operator operator_)
{
    static const enum pc_ir_operator opposites[] = {
        [PC_IR_EQUAL] = PC_IR_NOT_EQUAL,    [PC_IR_NOT_EQUAL] = PC_IR_EQUAL,
        [PC_IR_LESS] = PC_IR_GREATER_EQUAL, [PC_IR_LESS_EQUAL] = PC_IR_GREATER,
        [PC_IR_GREATER] = PC_IR_LESS_EQUAL, [PC_IR_GREATER_EQUAL] = PC_IR_LESS,
    };

    return opposites[operator_];
}

static bool read_bound(const struct pc_ir_expression *expression, struct bound *bound)
{
    bool is_opposite = false;

    for (; expression->kind == PC_IR_NOT; expression = expression->left)
        is_opposite = !is_opposite;
    if (expression->kind != PC_IR_COMPARE || expression->left->type->kind == PC_PLAN_F64 ||
        pc_type_is_struct(expression->left->type))
        return false;
    if (expression->right->kind == PC_IR_CONSTANT)
        *bound = (struct bound){expression->left, expression->operator,
                                expression->right->constant->integer };
    else if (expression->left->kind == PC_IR_CONSTANT)
        *bound = (struct bound){expression->right, mirrored(expression->operator),
                                expression->left->constant->integer};
    else
        return false;
    if (is_opposite)
        bound->operator_ = opposite(bound->operator_);
    return true;
}

static bool holds(const struct bound *bound, int64_t value)
{
    switch (bound->operator_) {
    case PC_IR_EQUAL:
        return value == bound->value;
    case PC_IR_NOT_EQUAL:
        return value != bound->value;
    case PC_IR_LESS:
        return value < bound->value;
    case PC_IR_LESS_EQUAL:
        return value <= bound->value;
    case PC_IR_GREATER:
        return value > bound->value;
    default:
        return value >= bound->value;
    }
}

/* Is the text of one comparison about the place that the other is about? */
static bool share_a_word(const char *left, const char *right)
{
    const char *ends[2][2] = {{left, strrchr(left, ' ')}, {right, strrchr(right, ' ')}};

    for (int i = 0; i < 4; i++) {
        const char *a = ends[0][i / 2];
        const char *b = ends[1][i % 2];
        size_t size;

        if (a == NULL || b == NULL)
            return false;
        a += *a == ' ' ? 1 : 0;
        b += *b == ' ' ? 1 : 0;
        size = strcspn(a, " ");
        if (size == strcspn(b, " ") && strncmp(a, b, size) == 0 && (*a < '0' || *a > '9') &&
            *a != '-')
            return true;
    }
    return false;
}

bool pc_is_decided(const struct pc_ir_expression *expression, const char *left, const char *right)
{
    struct bound bounds[2];
    bool is_true = false;
    bool is_false = false;

    if (!read_bound(expression->left, &bounds[0]) || !read_bound(expression->right, &bounds[1]) ||
        !share_a_word(left, right))
        return false;

    const struct pc_plan_type *type = pc_unwidened(bounds[0].place)->type;
    bool has_range = type->kind == PC_PLAN_INTEGER;
    int64_t low = has_range ? type->low : INT64_MIN;
    int64_t high = has_range ? type->high : INT64_MAX;

    /* The answer changes beside the bounds only. */
    for (int i = 0; i < 8; i++) {
        int64_t value = i == 6 ? low : i == 7 ? high : bounds[i / 3].value;

        if (i < 6 &&
            (__builtin_add_overflow(value, i % 3 - 1, &value) || value < low || value > high))
            continue;

        bool a = holds(&bounds[0], value);
        bool b = holds(&bounds[1], value);

        if (expression->kind == PC_IR_AND ? a && b : a || b)
            is_true = true;
        else
            is_false = true;
    }
    return is_true != is_false;
}

/* ---- texts ---- */

/* text == "literal" and text != "literal". */
static struct pc_value literal_compare(struct pc_body *body, const struct pc_ir_expression *text,
                                       const struct pc_plan_constant *literal, bool is_equal)
{
    struct pc_value value = pc_expression(body, text);

    return (struct pc_value){
        .text = pc_format(body->arena, "%sprojc_text_is(%s, %s, %zu)", is_equal ? "" : "!",
                          value.text, pc_c_string(body->arena, literal->text), literal->text.size),
        .level = is_equal ? PC_LEVEL_ATOM : PC_LEVEL_UNARY};
}

struct pc_value pc_compare(struct pc_body *body, const struct pc_ir_expression *expression,
                           enum pc_ir_operator operator_)
{
    const struct pc_plan_type *type = expression->left->type;
    bool is_equality = operator_ == PC_IR_EQUAL || operator_ == PC_IR_NOT_EQUAL;

    if (!pc_type_is_struct(type))
        return scalar_compare(body, expression, operator_);
    if (is_equality && type->kind == PC_PLAN_TEXT) {
        if (expression->right->kind == PC_IR_CONSTANT)
            return literal_compare(body, expression->left, expression->right->constant,
                                   operator_ == PC_IR_EQUAL);
        if (expression->left->kind == PC_IR_CONSTANT)
            return literal_compare(body, expression->right, expression->left->constant,
                                   operator_ == PC_IR_EQUAL);
    }
    const char *left = pc_expression(body, expression->left).text;
    const char *right = pc_expression(body, expression->right).text;

    return (struct pc_value){.text = pc_format(body->arena, "%s %s 0",
                                               pc_compare_call(body->helpers, type, left, right),
                                               symbols[operator_]),
                             .level = PC_LEVEL_COMPARE};
}

const char *pc_is_equal(struct pc_body *body, const struct pc_plan_type *type, const char *left,
                        const struct pc_ir_expression *right)
{
    if (type->kind == PC_PLAN_TEXT && right->kind == PC_IR_CONSTANT)
        return pc_format(body->arena, "projc_text_is(%s, %s, %zu)", left,
                         pc_c_string(body->arena, right->constant->text),
                         right->constant->text.size);

    struct pc_value value = pc_expression(body, right);

    if (!pc_type_is_struct(type))
        return pc_format(body->arena, "%s == %s", left, pc_bind(body, value, PC_LEVEL_SUM));
    return pc_format(body->arena, "%s == 0",
                     pc_compare_call(body->helpers, type, left, value.text));
}

const char *pc_is_less(struct pc_body *body, const struct pc_plan_type *type, const char *left,
                       const char *right)
{
    if (!pc_type_is_struct(type))
        return pc_format(body->arena, "%s < %s", left, right);
    return pc_format(body->arena, "%s < 0", pc_compare_call(body->helpers, type, left, right));
}
