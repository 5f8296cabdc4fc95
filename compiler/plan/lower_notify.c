/* lower_notify.c -- `notify name { … }`: a record of a type of its own, which no struct stands for.
 */
#include "plan/lowering.h"

void pc_lower_notify(struct pc_lowering_handler *handler, const struct pc_statement *from,
                     struct pc_ir_statement *out)
{
    struct pc_arena *arena = handler->lowering->arena;
    const struct pc_entries *entries = &from->notify.record->record.entries;
    struct pc_plan_record *record = PC_NEW(arena, struct pc_plan_record);
    struct pc_plan_type *type = PC_NEW(arena, struct pc_plan_type);

    type->kind = PC_PLAN_RECORD;
    type->record = record;
    record->name = from->notify.name.text;
    out->text = from->notify.name.text;
    out->value = pc_ir_new(handler, PC_IR_RECORD, type);
    for (size_t i = 0; i < entries->count; i++) {
        const struct pc_entry *entry = entries->items[i];
        struct pc_ir_expression *value = pc_lower_expression(handler, entry->value);
        struct pc_plan_field *field = PC_NEW(arena, struct pc_plan_field);

        field->name = entry->key->name.name.text;
        field->outside = field->name;
        field->type = value->type;
        field->index = (uint32_t)i;
        PC_LIST_ADD(arena, &record->fields, field);
        PC_LIST_ADD(arena, &out->value->arguments, value);
    }
}
