/* compare.c -- comparisons. Compilers warn about those whose answer is plain from the types, such as
 * `count >= 0` of a u32; a temporary keeps them quiet. */
#include "gen/body.h"
#include "gen/values.h"

#include <string.h>

static const char *const symbols[] = {
    [PC_IR_EQUAL] = "==",  [PC_IR_NOT_EQUAL] = "!=", [PC_IR_LESS] = "<", [PC_IR_LESS_EQUAL] = "<=",
    [PC_IR_GREATER] = ">", [PC_IR_GREATER_EQUAL] = ">=",
};

/* True for a constant that lies on or beyond a bound of what the other side can be. */
static bool is_on_bound(const struct pc_ir_expression *constant, const struct pc_ir_expression *other)
{
    const struct pc_plan_type *type = pc_unwidened(other)->type;

    if (constant->kind != PC_IR_CONSTANT)
        return false;
    if (type->kind == PC_PLAN_BOOL || type->kind == PC_PLAN_ENUM)
        return true;
    return type->kind == PC_PLAN_INTEGER && (constant->constant->integer <= type->low ||
                                             constant->constant->integer >= type->high);
}

static struct pc_value scalar_compare(struct pc_body *body, const struct pc_ir_expression *expression,
                                      enum pc_ir_operator operator_)
{
    struct pc_value left = pc_expression(body, expression->left);
    struct pc_value right = pc_expression(body, expression->right);
    bool is_order = operator_ != PC_IR_EQUAL && operator_ != PC_IR_NOT_EQUAL;

    if (strcmp(left.text, right.text) == 0 || (is_order && is_on_bound(expression->left, expression->right)))
        left = pc_simple(pc_hold(body, expression->left->type, "left", left));
    else if (is_order && is_on_bound(expression->right, expression->left))
        right = pc_simple(pc_hold(body, expression->right->type, "bound", right));
    return (struct pc_value){.text = pc_format(body->arena, "%s %s %s", pc_bind(body, left, PC_LEVEL_SUM),
                                               symbols[operator_], pc_bind(body, right, PC_LEVEL_SUM)),
                             .level = PC_LEVEL_COMPARE};
}

/* text == "literal" and text != "literal". */
static struct pc_value literal_compare(struct pc_body *body, const struct pc_ir_expression *text,
                                       const struct pc_plan_constant *literal, bool is_equal)
{
    struct pc_value value = pc_expression(body, text);

    return (struct pc_value){.text = pc_format(body->arena, "%sprojc_text_is(%s, %s, %zu)",
                                               is_equal ? "" : "!", value.text,
                                               pc_c_string(body->arena, literal->text),
                                               literal->text.size),
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

const char *pc_is_less(struct pc_body *body, const struct pc_plan_type *type, const char *left,
                       const char *right)
{
    if (!pc_type_is_struct(type))
        return pc_format(body->arena, "%s < %s", left, right);
    return pc_format(body->arena, "%s < 0", pc_compare_call(body->helpers, type, left, right));
}
