/* types.c -- questions about the plan's types. */
#include "gen/types.h"

typedef bool type_question(const struct pc_plan_type *type);

/* Asks for every field of a record. */
static bool any_field(const struct pc_plan_record *record, type_question *question)
{
    for (size_t i = 0; i < record->fields.count; i++)
        if (question(record->fields.items[i]->type))
            return true;
    return false;
}

bool pc_type_has_slices(const struct pc_plan_type *type)
{
    switch (type->kind) {
    case PC_PLAN_TEXT:
    case PC_PLAN_BYTES:
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
    case PC_PLAN_MAP:
        return true;
    case PC_PLAN_OPTIONAL:
        return pc_type_has_slices(type->element);
    case PC_PLAN_RECORD:
        return any_field(type->record, pc_type_has_slices);
    default:
        return false;
    }
}

bool pc_type_has_lists(const struct pc_plan_type *type)
{
    switch (type->kind) {
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
    case PC_PLAN_MAP:
        return true;
    case PC_PLAN_OPTIONAL:
        return pc_type_has_lists(type->element);
    case PC_PLAN_RECORD:
        return any_field(type->record, pc_type_has_lists);
    default:
        return false;
    }
}

bool pc_type_has_records(const struct pc_plan_type *type)
{
    switch (type->kind) {
    case PC_PLAN_RECORD:
    case PC_PLAN_SET:
    case PC_PLAN_MAP:
        return true;
    case PC_PLAN_OPTIONAL:
    case PC_PLAN_LIST:
        return pc_type_has_records(type->element);
    default:
        return false;
    }
}

bool pc_type_shows_differently(const struct pc_plan_type *type)
{
    switch (type->kind) {
    case PC_PLAN_ENUM:
        return type->enumeration->has_codes;
    case PC_PLAN_DURATION:
        return type->unit != PC_PLAN_DURATION_ISO;
    case PC_PLAN_OPTIONAL:
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
        return pc_type_shows_differently(type->element);
    case PC_PLAN_MAP:
        return pc_type_shows_differently(type->key) || pc_type_shows_differently(type->element);
    case PC_PLAN_RECORD:
        return any_field(type->record, pc_type_shows_differently);
    default:
        return false;
    }
}

bool pc_type_is_struct(const struct pc_plan_type *type)
{
    switch (type->kind) {
    case PC_PLAN_TEXT:
    case PC_PLAN_BYTES:
    case PC_PLAN_UUID:
    case PC_PLAN_RECORD:
    case PC_PLAN_OPTIONAL:
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
    case PC_PLAN_MAP:
        return true;
    default:
        return false;
    }
}

const struct pc_plan_type *pc_type_item(const struct pc_plan_type *type)
{
    return type->kind == PC_PLAN_MAP ? type->entry : type->element;
}

bool pc_type_is_collection(const struct pc_plan_type *type)
{
    return type->kind == PC_PLAN_LIST || type->kind == PC_PLAN_SET || type->kind == PC_PLAN_MAP;
}

bool pc_type_is_number(const struct pc_plan_type *type)
{
    switch (type->kind) {
    case PC_PLAN_INTEGER:
    case PC_PLAN_DECIMAL:
    case PC_PLAN_TIME:
    case PC_PLAN_DATE:
    case PC_PLAN_DURATION:
        return true;
    default:
        return false;
    }
}

const char *pc_type_literal(struct pc_arena *arena, const struct pc_plan_type *type)
{
    return pc_c_string(arena, type->name);
}

bool pc_is_indexed_in(const struct pc_plan_table *table, const struct pc_plan_field *field)
{
    for (size_t i = 0; i < table->indexes.count; i++) {
        const struct pc_plan_index *index = table->indexes.items[i];

        for (size_t j = 0; j < index->columns.count; j++)
            if (index->columns.items[j]->field == field)
                return true;
    }
    return false;
}

bool pc_is_indexed(const struct pc_plan_projection *projection, const struct pc_plan_field *field)
{
    return pc_is_indexed_in(&projection->table, field);
}

/* ---- values of SQL ---- */

const struct pc_plan_type *pc_type_inside(const struct pc_plan_type *type)
{
    return type->kind == PC_PLAN_OPTIONAL ? type->element : type;
}

const char *pc_value_kind(const struct pc_plan_type *type)
{
    switch (type->kind) {
    case PC_PLAN_BOOL:
        return "BOOL";
    case PC_PLAN_F64:
        return "REAL";
    case PC_PLAN_BYTES:
        return "BYTES";
    case PC_PLAN_UUID:
        return "UUID";
    case PC_PLAN_TEXT:
    case PC_PLAN_ENUM:
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
    case PC_PLAN_MAP:
    case PC_PLAN_RECORD:
        return "TEXT";
    default:
        return "INTEGER";
    }
}

const char *pc_value_member(const struct pc_plan_type *type)
{
    switch (type->kind) {
    case PC_PLAN_BOOL:
        return "boolean";
    case PC_PLAN_F64:
        return "real";
    case PC_PLAN_BYTES:
        return "bytes";
    case PC_PLAN_UUID:
        return "uuid";
    case PC_PLAN_TEXT:
    case PC_PLAN_ENUM:
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
    case PC_PLAN_MAP:
    case PC_PLAN_RECORD:
        return "text";
    default:
        return "integer";
    }
}

bool pc_value_is_wider(const struct pc_plan_type *type)
{
    return type->kind == PC_PLAN_DATE || (type->kind == PC_PLAN_INTEGER && type->bits != 64);
}

const char *pc_value_scalar(struct pc_arena *arena, const struct pc_plan_type *type,
                            const char *value)
{
    if (pc_value_is_wider(type))
        return pc_format(arena, "(%.*s)%s.as.%s", PC_TEXT_ARGS(type->c_name), value,
                         pc_value_member(type));
    return pc_format(arena, "%s.as.%s", value, pc_value_member(type));
}
