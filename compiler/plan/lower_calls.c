/* lower_calls.c -- built-in functions, methods and conversions by type name. */
#include "plan/lowering.h"

static struct pc_ir_expression *call(struct pc_lowering_handler *handler,
                                     enum pc_ir_builtin builtin, const struct pc_plan_type *type)
{
    struct pc_ir_expression *out = pc_ir_new(handler, PC_IR_CALL, type);

    out->builtin = builtin;
    return out;
}

/* The call with all arguments lowered. */
static struct pc_ir_expression *lower_plain_call(struct pc_lowering_handler *handler,
                                                 enum pc_ir_builtin builtin,
                                                 const struct pc_expression *expression)
{
    struct pc_ir_expression *out =
        call(handler, builtin, pc_lower_type(handler->lowering, expression->type));

    for (size_t i = 0; i < expression->call.arguments.count; i++)
        PC_LIST_ADD(handler->lowering->arena, &out->arguments,
                    pc_lower_expression(handler, expression->call.arguments.items[i]));
    return out;
}

static bool is_fold(const struct pc_expression *expression)
{
    const struct pc_expression *only = expression->call.arguments.items[0];

    return expression->call.arguments.count == 1 &&
           (only->kind == PC_EXPRESSION_COMPREHENSION ||
            pc_expression_target(only)->kind == PC_TYPE_LIST ||
            pc_expression_target(only)->kind == PC_TYPE_SET ||
            pc_expression_target(only)->kind == PC_TYPE_MAP);
}

/* `count` of a comprehension or a list of bools counts those that are true: the element becomes
 * part of the filter. Of sets and maps, and of anything else, it counts the elements. */
static void filter_by_element(struct pc_lowering_handler *handler, struct pc_ir_expression *fold,
                              bool is_comprehension)
{
    bool has_truths = is_comprehension || fold->left->type->kind == PC_PLAN_LIST;

    if (has_truths && fold->right->type->kind == PC_PLAN_BOOL) {
        if (fold->condition == NULL) {
            fold->condition = fold->right;
        } else {
            struct pc_ir_expression *both = pc_ir_new(handler, PC_IR_AND, fold->right->type);

            both->left = fold->condition;
            both->right = fold->right;
            fold->condition = both;
        }
    }
    fold->right = NULL;
}

/* sum(x for x in l where p) and sum(l). */
static struct pc_ir_expression *lower_fold(struct pc_lowering_handler *handler,
                                           enum pc_ir_fold fold,
                                           const struct pc_expression *expression)
{
    struct pc_arena *arena = handler->lowering->arena;
    const struct pc_expression *only = expression->call.arguments.items[0];
    struct pc_ir_expression *out =
        pc_ir_new(handler, PC_IR_COMPREHENSION, pc_lower_type(handler->lowering, expression->type));

    bool is_comprehension =
        only->kind == PC_EXPRESSION_COMPREHENSION && !only->comprehension.is_list;

    out->fold = fold;
    if (is_comprehension) {
        out->left = pc_lower_expression(handler, only->comprehension.collection);
        out->local = pc_lower_local(handler, only->comprehension.name.symbol);
        if (only->comprehension.where != NULL)
            out->condition = pc_lower_expression(handler, only->comprehension.where);
        out->right = pc_lower_expression(handler, only->comprehension.element);
    } else {
        struct pc_ir_local *item = PC_NEW(arena, struct pc_ir_local);

        out->left = pc_lower_expression(handler, only);
        item->name = pc_text_of("item");
        item->c_name = pc_lower_word(handler, item->name);
        item->type = out->left->type->element;
        out->is_over_values = out->left->type->kind == PC_PLAN_MAP;
        out->local = item;
        out->right = pc_ir_new(handler, PC_IR_LOCAL, item->type);
        out->right->local = item;
    }
    if (fold == PC_IR_FOLD_COUNT)
        filter_by_element(handler, out, is_comprehension);
    else if (fold == PC_IR_FOLD_SUM)
        out->right = pc_lower_convert(handler, out->right, out->type);
    return out;
}

/* min(a, b, c) is min(min(a, b), c). */
static struct pc_ir_expression *lower_least(struct pc_lowering_handler *handler, bool is_min,
                                            const struct pc_expression *expression)
{
    if (is_fold(expression))
        return lower_fold(handler, is_min ? PC_IR_FOLD_MIN : PC_IR_FOLD_MAX, expression);

    const struct pc_plan_type *type = pc_lower_type(handler->lowering, expression->type);
    struct pc_ir_expression *out =
        pc_lower_expression(handler, expression->call.arguments.items[0]);

    for (size_t i = 1; i < expression->call.arguments.count; i++) {
        struct pc_ir_expression *next = call(handler, is_min ? PC_IR_MIN : PC_IR_MAX, type);

        PC_LIST_ADD(handler->lowering->arena, &next->arguments, out);
        PC_LIST_ADD(handler->lowering->arena, &next->arguments,
                    pc_lower_expression(handler, expression->call.arguments.items[i]));
        out = next;
    }
    return out;
}

static struct pc_ir_expression *lower_round(struct pc_lowering_handler *handler,
                                            const struct pc_expression *expression)
{
    const struct pc_annotation *annotation = expression->extra;
    struct pc_arena *arena = handler->lowering->arena;

    if (annotation == NULL || annotation->rounding == NULL)
        return lower_plain_call(handler, PC_IR_ROUND_F64, expression);

    struct pc_ir_expression *out =
        pc_ir_new(handler, PC_IR_ROUND, pc_lower_type(handler->lowering, expression->type));

    for (size_t i = 0; i < annotation->rounding->terms.count; i++) {
        const struct pc_round_term *from = annotation->rounding->terms.items[i];
        struct pc_ir_term *term = PC_NEW(arena, struct pc_ir_term);

        term->is_negative = from->is_negative;
        for (size_t j = 0; j < from->factors.count; j++)
            PC_LIST_ADD(arena, &term->factors, pc_lower_plain(handler, from->factors.items[j]));
        if (from->divisor != NULL)
            term->divisor = pc_lower_plain(handler, from->divisor);
        PC_LIST_ADD(arena, &out->terms, term);
    }
    return out;
}

/* floor(decimal) is an i64: the whole decimal first, then the exact conversion. */
static struct pc_ir_expression *lower_floor(struct pc_lowering_handler *handler,
                                            enum pc_ir_builtin builtin,
                                            const struct pc_expression *expression)
{
    struct pc_ir_expression *out = lower_plain_call(handler, builtin, expression);
    const struct pc_plan_type *operand = out->arguments.items[0]->type;

    if (out->arguments.count == 1 && operand->kind == PC_PLAN_DECIMAL &&
        out->type->kind == PC_PLAN_INTEGER) {
        const struct pc_plan_type *integer = out->type;

        out->type = operand;
        return pc_lower_convert(handler, out, integer);
    }
    return out;
}

static struct pc_ir_expression *lower_conversion(struct pc_lowering_handler *handler,
                                                 const struct pc_expression *expression)
{
    struct pc_ir_expression *value =
        pc_lower_expression(handler, expression->call.arguments.items[0]);

    return pc_lower_convert(handler, value, pc_lower_type(handler->lowering, expression->type));
}

static struct pc_ir_expression *lower_scaled(struct pc_lowering_handler *handler,
                                             const struct pc_expression *expression)
{
    struct pc_ir_expression *out =
        pc_ir_new(handler, PC_IR_CONVERT, pc_lower_type(handler->lowering, expression->type));

    out->left = pc_lower_expression(handler, expression->call.arguments.items[0]);
    out->conversion = PC_IR_SCALED;
    return out;
}

/* Those whose arguments are what they stand for. */
static enum pc_ir_builtin plain_builtin(enum pc_builtin builtin)
{
    static const enum pc_ir_builtin builtins[] = {
        [PC_BUILTIN_LEN] = PC_IR_LENGTH,
        [PC_BUILTIN_LOWER] = PC_IR_LOWER,
        [PC_BUILTIN_UPPER] = PC_IR_UPPER,
        [PC_BUILTIN_TRIM] = PC_IR_TRIM,
        [PC_BUILTIN_STARTS_WITH] = PC_IR_STARTS_WITH,
        [PC_BUILTIN_ENDS_WITH] = PC_IR_ENDS_WITH,
        [PC_BUILTIN_CONTAINS] = PC_IR_CONTAINS,
        [PC_BUILTIN_SLICE] = PC_IR_SLICE,
        [PC_BUILTIN_YEAR] = PC_IR_YEAR,
        [PC_BUILTIN_MONTH] = PC_IR_MONTH,
        [PC_BUILTIN_DAY] = PC_IR_DAY,
        [PC_BUILTIN_WEEKDAY] = PC_IR_WEEKDAY,
        [PC_BUILTIN_START_OF_WEEK] = PC_IR_START_OF_WEEK,
        [PC_BUILTIN_START_OF_MONTH] = PC_IR_START_OF_MONTH,
    };

    return builtins[builtin];
}

struct pc_ir_expression *pc_lower_call(struct pc_lowering_handler *handler,
                                       const struct pc_expression *expression)
{
    if (expression->symbol->kind == PC_SYMBOL_CONVERSION)
        return lower_conversion(handler, expression);
    if (expression->symbol->kind == PC_SYMBOL_FUNCTION)
        return pc_lower_function_call(handler, expression);
    switch (expression->symbol->builtin) {
    case PC_BUILTIN_MIN:
        return lower_least(handler, true, expression);
    case PC_BUILTIN_MAX:
        return lower_least(handler, false, expression);
    case PC_BUILTIN_ABS:
        return lower_plain_call(handler, PC_IR_ABS, expression);
    case PC_BUILTIN_ROUND:
        return lower_round(handler, expression);
    case PC_BUILTIN_FLOOR:
        return lower_floor(handler, PC_IR_FLOOR, expression);
    case PC_BUILTIN_CEIL:
        return lower_floor(handler, PC_IR_CEIL, expression);
    case PC_BUILTIN_CLAMP:
        return lower_plain_call(handler, PC_IR_CLAMP, expression);
    case PC_BUILTIN_SUM:
        return lower_fold(handler, PC_IR_FOLD_SUM, expression);
    case PC_BUILTIN_COUNT:
        return lower_fold(handler, PC_IR_FOLD_COUNT, expression);
    case PC_BUILTIN_ANY:
        return lower_fold(handler, PC_IR_FOLD_ANY, expression);
    case PC_BUILTIN_ALL:
        return lower_fold(handler, PC_IR_FOLD_ALL, expression);
    case PC_BUILTIN_SCALED:
        return lower_scaled(handler, expression);
    default:
        return lower_plain_call(handler, plain_builtin(expression->symbol->builtin), expression);
    }
}

/* list.has(e) and event.meta("key"); the others are statements. */
struct pc_ir_expression *pc_lower_method(struct pc_lowering_handler *handler,
                                         const struct pc_expression *expression)
{
    const struct pc_plan_type *type = pc_lower_type(handler->lowering, expression->type);
    const struct pc_expression *argument = expression->method.arguments.items[0];

    if (expression->symbol->kind == PC_SYMBOL_EVENT_DATA) {
        struct pc_ir_expression *meta = pc_ir_new(handler, PC_IR_META, type);

        meta->text = pc_expression_constant(argument)->text;
        return meta;
    }

    struct pc_ir_expression *out = call(handler, PC_IR_IN, type);

    PC_LIST_ADD(handler->lowering->arena, &out->arguments, pc_lower_expression(handler, argument));
    PC_LIST_ADD(handler->lowering->arena, &out->arguments,
                pc_lower_expression(handler, expression->method.object));
    return out;
}
