/* lower_types.c -- enums, records, fields, constants, and the C types of everything. */
#include "plan/lowering.h"

#include <stdio.h>

struct scalar {
    enum pc_type_kind kind;
    enum pc_plan_kind plan;
    const char *c_name;
    const char *stem;
    const char *note;
};

static const struct scalar scalars[] = {
    {PC_TYPE_BOOL, PC_PLAN_BOOL, "bool", "bool", ""},
    {PC_TYPE_F64, PC_PLAN_F64, "double", "f64", ""},
    {PC_TYPE_TEXT, PC_PLAN_TEXT, "projc_text", "text", ""},
    {PC_TYPE_BYTES, PC_PLAN_BYTES, "projc_bytes", "bytes", ""},
    {PC_TYPE_UUID, PC_PLAN_UUID, "projc_uuid", "uuid", ""},
    {PC_TYPE_TIME, PC_PLAN_TIME, "int64_t", "time", "time: microseconds since 1970, UTC"},
    {PC_TYPE_DATE, PC_PLAN_DATE, "int32_t", "date", "date: days since 1970"},
    {PC_TYPE_DURATION, PC_PLAN_DURATION, "int64_t", "duration", "duration: microseconds"},
};

static const char *const decimal_units[] = {
    "whole",       "tenths",          "hundredths",
    "thousandths", "ten-thousandths", "hundred-thousandths",
    "millionths",  "ten-millionths",  "hundred-millionths",
    "billionths",
};

/* Decimals, times and durations are int64_t, and dates int32_t: their optionals and lists are
 * those. */
static struct pc_text base_stem(struct pc_arena *arena, const struct pc_plan_type *type)
{
    switch (type->kind) {
    case PC_PLAN_INTEGER:
        return pc_text_format(arena, "%c%u", type->is_signed ? 'i' : 'u', type->bits);
    case PC_PLAN_DECIMAL:
    case PC_PLAN_TIME:
    case PC_PLAN_DURATION:
        return pc_text_of("i64");
    case PC_PLAN_DATE:
        return pc_text_of("i32");
    default:
        return type->c_stem;
    }
}

static bool is_scalar(const struct pc_plan_type *type)
{
    return type->kind < PC_PLAN_ENUM;
}

static void lower_integer(struct pc_lowering *lowering, const struct pc_type *type,
                          struct pc_plan_type *out)
{
    out->kind = PC_PLAN_INTEGER;
    out->bits = type->bits;
    out->is_signed = type->is_signed;
    out->low = type->is_signed ? -(INT64_C(1) << (type->bits - 2)) * 2 : 0;
    out->high = type->is_signed ? -(out->low + 1) : (INT64_C(1) << type->bits) - 1;
    out->c_name =
        pc_text_format(lowering->arena, "%sint%u_t", type->is_signed ? "" : "u", type->bits);
    out->c_stem = pc_text_format(lowering->arena, "%c%u", type->is_signed ? 'i' : 'u', type->bits);
}

static void lower_decimal(struct pc_lowering *lowering, const struct pc_type *type,
                          struct pc_plan_type *out)
{
    out->kind = PC_PLAN_DECIMAL;
    out->scale = type->scale;
    out->is_rounding = type->is_rounding;
    out->c_name = pc_text_of("int64_t");
    out->c_note =
        pc_text_format(lowering->arena, "decimal(%u): %s", type->scale, decimal_units[type->scale]);
    out->c_stem = pc_text_format(lowering->arena, "decimal%u%s", type->scale,
                                 type->is_rounding ? "_rounded" : "");
}

/* A type that payloads write in another way, but whose values are the same in C. */
static const struct pc_plan_type *find_same(const struct pc_lowering *lowering,
                                            const struct pc_plan_type *type)
{
    for (size_t i = 0; i < lowering->plan->types.count; i++)
        if (lowering->plan->types.items[i] != type &&
            pc_is_same_in_c(lowering->plan->types.items[i], type))
            return lowering->plan->types.items[i];
    return NULL;
}

/* Gives a composed type its C type: declared here, or the one that an equal type has. */
static void declare_composed(struct pc_lowering *lowering, struct pc_plan_type *out,
                             struct pc_text stem)
{
    const struct pc_plan_type *same = find_same(lowering, out);

    out->is_declared = true;
    out->c_stem = pc_take_name(lowering->arena, &lowering->stems, stem);
    if (same != NULL) {
        out->c_name = same->c_name;
        return;
    }
    out->c_name = pc_lower_global(lowering, out->c_stem, "");
    PC_LIST_ADD(lowering->arena, &lowering->plan->types, (const struct pc_plan_type *)out);
}

/* The record {key, value} of a map's items. */
static struct pc_plan_field *entry_field(struct pc_lowering *lowering, const char *name,
                                         const struct pc_plan_type *type, uint32_t index)
{
    struct pc_plan_field *field = PC_NEW(lowering->arena, struct pc_plan_field);

    field->name = pc_text_of(name);
    field->c_name = field->name;
    field->outside = field->name;
    field->type = type;
    field->index = index;
    return field;
}

static void lower_map(struct pc_lowering *lowering, const struct pc_type *type,
                      struct pc_plan_type *out)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_plan_record *record = PC_NEW(arena, struct pc_plan_record);
    struct pc_plan_type *entry = PC_NEW(arena, struct pc_plan_type);

    out->kind = PC_PLAN_MAP;
    out->key = pc_lower_type(lowering, type->key);
    out->element = pc_lower_type(lowering, type->element);
    struct pc_text stem = pc_text_format(arena, "%.*s_%.*s_map", PC_TEXT_ARGS(out->key->c_stem),
                                         PC_TEXT_ARGS(out->element->c_stem));
    const struct pc_plan_type *same = find_same(lowering, out);

    PC_LIST_ADD(arena, &record->fields, entry_field(lowering, "key", out->key, 0));
    PC_LIST_ADD(arena, &record->fields, entry_field(lowering, "value", out->element, 1));
    record->name = pc_text_format(arena, "an entry of %.*s", PC_TEXT_ARGS(type->name));
    entry->kind = PC_PLAN_RECORD;
    entry->name = record->name;
    entry->record = record;
    entry->is_declared = true;
    entry->c_stem = pc_take_name(arena, &lowering->stems,
                                 pc_text_format(arena, "%.*s_entry", PC_TEXT_ARGS(stem)));
    record->c_stem = entry->c_stem;
    if (same == NULL) {
        entry->c_name = pc_lower_global(lowering, entry->c_stem, "");
        PC_LIST_ADD(arena, &lowering->plan->types, (const struct pc_plan_type *)entry);
    } else {
        entry->c_name = same->entry->c_name;
    }
    record->c_name = entry->c_name;
    out->entry = entry;
    declare_composed(lowering, out, stem);
}

/* A list, a set or an optional: a type of the runtime's when its element is a scalar, else one of
 * our own.
 */
static void lower_composed(struct pc_lowering *lowering, const struct pc_type *type,
                           struct pc_plan_type *out)
{
    struct pc_arena *arena = lowering->arena;
    bool is_set = type->kind == PC_TYPE_SET;
    bool is_list = type->kind == PC_TYPE_LIST || is_set;
    const char *stem_format = is_set ? "%.*s_set" : is_list ? "%.*s_list" : "optional_%.*s";
    const struct pc_plan_type *element = pc_lower_type(lowering, type->element);

    out->kind = is_set ? PC_PLAN_SET : is_list ? PC_PLAN_LIST : PC_PLAN_OPTIONAL;
    out->element = element;
    if (element->kind == PC_PLAN_ROW) /* its C type comes with the table */
        return;
    if (is_scalar(element)) {
        struct pc_text base = base_stem(arena, element);

        out->c_name = pc_text_format(arena, is_list ? "projc_list_%.*s" : "projc_optional_%.*s",
                                     PC_TEXT_ARGS(base));
        out->c_note = element->c_note;
        out->c_stem = pc_text_format(arena, stem_format, PC_TEXT_ARGS(element->c_stem));
        if (type->element->kind == PC_TYPE_DURATION && type->element->format != PC_DURATION_ISO)
            out->c_stem = pc_text_format(arena, "%.*s_%u", PC_TEXT_ARGS(out->c_stem),
                                         (unsigned)type->element->format);
        return;
    }
    declare_composed(lowering, out,
                     pc_text_format(arena, stem_format, PC_TEXT_ARGS(element->c_stem)));
}

static void lower_named(struct pc_lowering *lowering, const struct pc_type *type,
                        struct pc_plan_type *out)
{
    out->is_declared = true;
    if (type->kind == PC_TYPE_ENUM) {
        out->kind = PC_PLAN_ENUM;
        out->enumeration = lowering->enums[type->enumeration->index];
        out->c_name = out->enumeration->c_name;
        out->c_stem = pc_snake_case(lowering->arena, out->enumeration->name);
        return;
    }
    out->kind = PC_PLAN_RECORD;
    out->record = lowering->records[type->record->index];
    out->c_name = out->record->c_name;
    out->c_stem = out->record->c_stem;
}

const struct pc_plan_type *pc_lower_type(struct pc_lowering *lowering, const struct pc_type *type)
{
    struct pc_plan_type **known = &lowering->types[type->index];

    if (*known != NULL)
        return *known;

    struct pc_plan_type *out = PC_NEW(lowering->arena, struct pc_plan_type);

    *known = out;
    out->name = type->name;
    switch (type->kind) {
    case PC_TYPE_INTEGER:
        lower_integer(lowering, type, out);
        return out;
    case PC_TYPE_DECIMAL:
        lower_decimal(lowering, type, out);
        return out;
    case PC_TYPE_MAP:
        lower_map(lowering, type, out);
        return out;
    case PC_TYPE_LIST:
    case PC_TYPE_SET:
    case PC_TYPE_OPTIONAL:
        lower_composed(lowering, type, out);
        return out;
    case PC_TYPE_ENUM:
    case PC_TYPE_RECORD:
        lower_named(lowering, type, out);
        return out;
    case PC_TYPE_ROW: /* its C type comes with the table */
        out->kind = PC_PLAN_ROW;
        out->row_table = PC_NEW(lowering->arena, struct pc_plan_row_table);
        return out;
    default:
        break;
    }
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) {
        if (scalars[i].kind == type->kind) {
            out->kind = scalars[i].plan;
            out->c_name = pc_text_of(scalars[i].c_name);
            out->c_stem = pc_text_of(scalars[i].stem);
            out->c_note = pc_text_of(scalars[i].note);
        }
    }
    out->unit = (enum pc_plan_duration_unit)type->format;
    return out;
}

static void lower_enum(struct pc_lowering *lowering, const struct pc_enum_model *model)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_plan_enum *out = PC_NEW(arena, struct pc_plan_enum);

    out->name = model->name;
    out->c_name = pc_lower_global(lowering, model->name, "");
    out->c_table = pc_take_name(
        arena, &lowering->stems,
        pc_text_format(arena, "%.*s_enum", PC_TEXT_ARGS(pc_snake_case(arena, model->name))));
    out->doc = model->node->doc;
    out->has_codes = model->has_codes;
    for (size_t i = 0; i < model->members.count; i++) {
        const struct pc_member_model *from = model->members.items[i];
        struct pc_plan_member *member = PC_NEW(arena, struct pc_plan_member);
        struct pc_text words = pc_text_format(arena, "%.*s_%.*s", PC_TEXT_ARGS(out->c_name),
                                              PC_TEXT_ARGS(pc_snake_case(arena, from->name)));

        member->name = from->name;
        member->outside = from->outside;
        member->c_name = pc_take_name(arena, &lowering->globals, pc_upper_case(arena, words));
        member->value = model->has_codes ? from->code : (int32_t)from->index;
        member->doc = from->node->doc;
        PC_LIST_ADD(arena, &out->members, member);
    }
    lowering->enums[model->index] = out;
    PC_LIST_ADD(arena, &lowering->plan->enums, out);
}

void pc_lower_fields(struct pc_lowering *lowering, const struct pc_field_models *models,
                     struct pc_plan_fields *fields)
{
    struct pc_scope_names names = {0};

    for (size_t i = 0; i < models->count; i++) {
        const struct pc_field_model *from = models->items[i];
        struct pc_plan_field *field = PC_NEW(lowering->arena, struct pc_plan_field);

        field->name = from->name;
        field->c_name =
            pc_take_word(lowering->arena, &names, pc_identifier(lowering->arena, from->name));
        field->outside = from->outside;
        field->doc = from->node->doc;
        field->type = pc_lower_type(lowering, from->type);
        field->initial =
            from->initial == NULL ? NULL : pc_lower_constant(lowering, from->initial, field->type);
        field->is_required = from->is_required;
        field->index = from->index;
        PC_LIST_ADD(lowering->arena, fields, field);
    }
}

/* Records stand behind those they contain, so that a record's fields find their types. A list of a
 * record is declared right behind it. */
void pc_lower_types(struct pc_lowering *lowering)
{
    const struct pc_model *model = lowering->model;

    for (size_t i = 0; i < model->enums.count; i++)
        lower_enum(lowering, model->enums.items[i]);
    for (size_t i = 0; i < model->records.count; i++) {
        const struct pc_record_model *from = model->records.items[i];
        struct pc_plan_record *out = PC_NEW(lowering->arena, struct pc_plan_record);

        out->name = from->name;
        out->c_name = pc_lower_global(lowering, from->name, "");
        out->c_stem = pc_take_name(lowering->arena, &lowering->stems,
                                   pc_snake_case(lowering->arena, from->name));
        out->doc = from->node->doc;
        lowering->records[from->index] = out;
        pc_lower_fields(lowering, &from->fields, &out->fields);
        PC_LIST_ADD(lowering->arena, &lowering->plan->records, out);
        PC_LIST_ADD(lowering->arena, &lowering->plan->types, pc_lower_type(lowering, from->type));
    }
    for (size_t i = 0; i < model->types.count; i++)
        if (model->types.items[i]->kind != PC_TYPE_NONE &&
            model->types.items[i]->kind != PC_TYPE_ERROR)
            (void)pc_lower_type(lowering, model->types.items[i]);
}

static const struct pc_plan_constant *zero_or_initial(struct pc_lowering *lowering,
                                                      const struct pc_plan_field *field)
{
    if (field->initial != NULL)
        return field->initial;

    struct pc_plan_constant *zero = PC_NEW(lowering->arena, struct pc_plan_constant);

    zero->type = field->type;
    if (field->type->kind == PC_PLAN_RECORD)
        for (size_t i = 0; i < field->type->record->fields.count; i++)
            PC_LIST_ADD(lowering->arena, &zero->items,
                        zero_or_initial(lowering, field->type->record->fields.items[i]));
    return zero;
}

static void lower_record_constant(struct pc_lowering *lowering, const struct pc_constant *constant,
                                  struct pc_plan_constant *out)
{
    const struct pc_plan_fields *fields = &out->type->record->fields;

    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_plan_constant *value = NULL;

        for (size_t j = 0; j < constant->entries.count; j++)
            if (constant->entries.items[j]->field->index == i)
                value = pc_lower_constant(lowering, constant->entries.items[j]->value,
                                          fields->items[i]->type);
        if (value == NULL)
            value = zero_or_initial(lowering, fields->items[i]);
        PC_LIST_ADD(lowering->arena, &out->items, value);
    }
}

static void lower_entries(struct pc_lowering *lowering, const struct pc_constant *constant,
                          struct pc_plan_constant *out)
{
    for (size_t i = 0; i < constant->entries.count; i++) {
        const struct pc_constant_entry *from = constant->entries.items[i];
        struct pc_plan_constant *entry = PC_NEW(lowering->arena, struct pc_plan_constant);

        entry->type = out->type->entry;
        PC_LIST_ADD(lowering->arena, &entry->items,
                    pc_lower_constant(lowering, from->key, out->type->key));
        PC_LIST_ADD(lowering->arena, &entry->items,
                    pc_lower_constant(lowering, from->value, out->type->element));
        PC_LIST_ADD(lowering->arena, &out->items, (const struct pc_plan_constant *)entry);
    }
}

const struct pc_plan_constant *pc_lower_constant(struct pc_lowering *lowering,
                                                 const struct pc_constant *constant,
                                                 const struct pc_plan_type *type)
{
    struct pc_plan_constant *out = PC_NEW(lowering->arena, struct pc_plan_constant);

    out->type = type;
    if (type->kind == PC_PLAN_OPTIONAL) {
        if (constant->kind != PC_CONSTANT_NONE)
            out->some = pc_lower_constant(lowering, constant, type->element);
        return out;
    }
    out->boolean = constant->boolean;
    out->integer = constant->integer;
    out->real = constant->real;
    out->text = constant->text;
    for (size_t i = 0; i < sizeof out->uuid; i++)
        out->uuid[i] = constant->uuid[i];
    if (constant->kind == PC_CONSTANT_REAL)
        out->text = pc_text_format(lowering->arena, "%.17g", constant->real);
    if (constant->kind == PC_CONSTANT_MEMBER) {
        out->member = type->enumeration->members.items[constant->member->index];
        out->integer = out->member->value;
    }
    for (size_t i = 0; i < constant->items.count; i++)
        PC_LIST_ADD(lowering->arena, &out->items,
                    pc_lower_constant(lowering, constant->items.items[i], type->element));
    if (constant->kind == PC_CONSTANT_MAP)
        lower_entries(lowering, constant, out);
    if (constant->kind == PC_CONSTANT_RECORD)
        lower_record_constant(lowering, constant, out);
    return out;
}
