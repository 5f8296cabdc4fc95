/* lower_composites.c -- values with parts: records, lists, comprehensions. */
#include "plan/lowering.h"

/* What a field is that a literal leaves out: its default, or its zero, which for a record is made
 * of its own fields' defaults. */
static struct pc_ir_expression *initial_value(struct pc_lowering_handler *handler,
                                              const struct pc_plan_field *field)
{
    bool is_record = field->initial == NULL && field->type->kind == PC_PLAN_RECORD;
    struct pc_ir_expression *out =
        pc_ir_new(handler, is_record ? PC_IR_RECORD : PC_IR_CONSTANT, field->type);

    out->constant = field->initial;
    if (is_record) {
        const struct pc_plan_fields *fields = &field->type->record->fields;

        for (size_t i = 0; i < fields->count; i++)
            PC_LIST_ADD(handler->lowering->arena, &out->arguments,
                        initial_value(handler, fields->items[i]));
    } else if (out->constant == NULL) {
        struct pc_plan_constant *zero = PC_NEW(handler->lowering->arena, struct pc_plan_constant);

        zero->type = field->type;
        out->constant = zero;
    }
    return out;
}

/* { EUR: 70, "k": 1 }: keys and values in turn. */
static struct pc_ir_expression *lower_map(struct pc_lowering_handler *handler,
                                          const struct pc_expression *expression)
{
    struct pc_ir_expression *out =
        pc_ir_new(handler, PC_IR_LIST, pc_lower_type(handler->lowering, expression->type));

    for (size_t i = 0; i < expression->record.entries.count; i++) {
        const struct pc_entry *entry = expression->record.entries.items[i];

        PC_LIST_ADD(
            handler->lowering->arena, &out->arguments,
            pc_lower_convert(handler, pc_lower_expression(handler, entry->key), out->type->key));
        PC_LIST_ADD(handler->lowering->arena, &out->arguments,
                    pc_lower_convert(handler, pc_lower_expression(handler, entry->value),
                                     out->type->element));
    }
    return out;
}

struct pc_ir_expression *pc_lower_record(struct pc_lowering_handler *handler,
                                         const struct pc_expression *expression)
{
    if (expression->type->kind == PC_TYPE_MAP)
        return lower_map(handler, expression);

    struct pc_ir_expression *out =
        pc_ir_new(handler, PC_IR_RECORD, pc_lower_type(handler->lowering, expression->type));
    const struct pc_plan_fields *fields = &out->type->record->fields;

    for (size_t i = 0; i < fields->count; i++) {
        struct pc_ir_expression *value = NULL;

        for (size_t j = 0; j < expression->record.entries.count; j++) {
            const struct pc_entry *entry = expression->record.entries.items[j];

            if (entry->key->kind == PC_EXPRESSION_NAME &&
                pc_text_equals(entry->key->name.name.text, fields->items[i]->name))
                value = pc_lower_convert(handler, pc_lower_expression(handler, entry->value),
                                         fields->items[i]->type);
        }
        if (value == NULL)
            value = initial_value(handler, fields->items[i]);
        PC_LIST_ADD(handler->lowering->arena, &out->arguments, value);
    }
    return out;
}

struct pc_ir_expression *pc_lower_list(struct pc_lowering_handler *handler,
                                       const struct pc_expression *expression)
{
    struct pc_ir_expression *out =
        pc_ir_new(handler, PC_IR_LIST, pc_lower_type(handler->lowering, expression->type));

    for (size_t i = 0; i < expression->list.items.count; i++)
        PC_LIST_ADD(handler->lowering->arena, &out->arguments,
                    pc_lower_convert(handler,
                                     pc_lower_expression(handler, expression->list.items.items[i]),
                                     out->type->element));
    return out;
}

struct pc_ir_expression *pc_lower_comprehension(struct pc_lowering_handler *handler,
                                                const struct pc_expression *expression)
{
    struct pc_ir_expression *out =
        pc_ir_new(handler, PC_IR_COMPREHENSION, pc_lower_type(handler->lowering, expression->type));

    out->fold = PC_IR_FOLD_LIST;
    out->left = pc_lower_expression(handler, expression->comprehension.collection);
    out->local = pc_lower_local(handler, expression->comprehension.name.symbol);
    if (expression->comprehension.where != NULL)
        out->condition = pc_lower_expression(handler, expression->comprehension.where);
    out->right =
        pc_lower_convert(handler, pc_lower_expression(handler, expression->comprehension.element),
                         out->type->element);
    return out;
}
