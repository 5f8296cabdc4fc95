/* fields.c -- the fields of events, records and states: names, outside names, types, defaults. */
#include "check/declarations.h"
#include "check/expressions.h"

static struct pc_text outside_of(const struct pc_field *node)
{
    return node->as != NULL ? node->as->text : node->name.text;
}

/* Reports a name or outside name that an earlier field has. */
static void check_unique(struct pc_checker *checker, const struct pc_field_models *fields,
                         const struct pc_field *node)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_field_model *other = fields->items[i];
        bool is_same_name = pc_text_equals(other->name, node->name.text);
        if (!is_same_name && !pc_text_equals(other->outside, outside_of(node)))
            continue;
        struct pc_diagnostic *problem =
            is_same_name
                ? pc_report(checker->diagnostics, PC_E0113, node->name.span,
                            "the field `%.*s` is declared twice", PC_TEXT_ARGS(node->name.text))
                : pc_report(checker->diagnostics, PC_E0120,
                            node->as != NULL ? node->as->span : node->name.span,
                            "`%.*s` is the outside name of two fields",
                            PC_TEXT_ARGS(outside_of(node)));
        pc_diagnostic_point(problem, other->node->name.span, "first declared here");
        return;
    }
}

void pc_add_fields(struct pc_checker *checker, const struct pc_fields *nodes,
                   struct pc_field_models *fields)
{
    for (size_t i = 0; i < nodes->count; i++) {
        struct pc_field *node = nodes->items[i];
        struct pc_field_model *field = PC_NEW(checker->arena, struct pc_field_model);

        check_unique(checker, fields, node);
        pc_check_outside(checker, node->as);
        field->node = node;
        field->name = node->name.text;
        field->outside = outside_of(node);
        field->type = pc_resolve_type(checker, node->type_node);
        field->is_required = node->initial == NULL && field->type->kind != PC_TYPE_OPTIONAL;
        field->index = (uint32_t)fields->count;
        node->type = field->type;
        node->extra = field;
        PC_LIST_ADD(checker->arena, fields, field);
    }
}

void pc_check_outside(struct pc_checker *checker, const struct pc_string *as)
{
    if (as != NULL && as->text.size == 0)
        pc_report(checker->diagnostics, PC_E0131, as->span, "an outside name cannot be empty");
}

/* ---- defaults ---- */

static struct pc_constant *zero_of(struct pc_checker *checker, const struct pc_type *type);

/* What a field is when a record literal leaves it out. */
static const struct pc_constant *left_out(struct pc_checker *checker,
                                          const struct pc_field_model *field)
{
    return field->initial != NULL ? field->initial : zero_of(checker, field->type);
}

static struct pc_constant *zero_record(struct pc_checker *checker, const struct pc_type *type)
{
    struct pc_constant *constant = pc_constant_new(checker, PC_CONSTANT_RECORD, type);

    for (size_t i = 0; i < type->record->fields.count; i++) {
        struct pc_constant_entry *entry = PC_NEW(checker->arena, struct pc_constant_entry);
        entry->field = type->record->fields.items[i];
        entry->value = left_out(checker, entry->field);
        PC_LIST_ADD(checker->arena, &constant->entries, entry);
    }
    return constant;
}

static struct pc_constant *zero_of(struct pc_checker *checker, const struct pc_type *type)
{
    switch (type->kind) {
    case PC_TYPE_BOOL:
        return pc_constant_new(checker, PC_CONSTANT_BOOL, type);
    case PC_TYPE_F64:
        return pc_constant_new(checker, PC_CONSTANT_REAL, type);
    case PC_TYPE_TEXT:
        return pc_constant_new(checker, PC_CONSTANT_TEXT, type);
    case PC_TYPE_BYTES:
        return pc_constant_new(checker, PC_CONSTANT_BYTES, type);
    case PC_TYPE_OPTIONAL:
        return pc_constant_new(checker, PC_CONSTANT_NONE, type);
    case PC_TYPE_LIST:
    case PC_TYPE_SET:
        return pc_constant_new(checker, PC_CONSTANT_LIST, type);
    case PC_TYPE_MAP:
        return pc_constant_new(checker, PC_CONSTANT_MAP, type);
    case PC_TYPE_RECORD:
        return zero_record(checker, type);
    default:
        return pc_constant_new(checker, PC_CONSTANT_INTEGER, type);
    }
}

static const struct pc_constant_entry *find_entry(const struct pc_constant *constant,
                                                  const struct pc_field_model *field)
{
    for (size_t i = 0; i < constant->entries.count; i++) {
        if (constant->entries.items[i]->field == field)
            return constant->entries.items[i];
    }
    return NULL;
}

/* A record's constant with every field, in declaration order; lists of records too. */
static const struct pc_constant *complete(struct pc_checker *checker,
                                          const struct pc_constant *constant)
{
    if (constant->kind == PC_CONSTANT_LIST) {
        for (size_t i = 0; i < constant->items.count; i++)
            constant->items.items[i] = complete(checker, constant->items.items[i]);
        return constant;
    }
    for (size_t i = 0; constant->kind == PC_CONSTANT_MAP && i < constant->entries.count; i++)
        constant->entries.items[i]->value = complete(checker, constant->entries.items[i]->value);
    if (constant->kind != PC_CONSTANT_RECORD)
        return constant;
    struct pc_constant *whole = pc_constant_new(checker, PC_CONSTANT_RECORD, constant->type);
    const struct pc_field_models *fields = &constant->type->record->fields;
    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_constant_entry *given = find_entry(constant, fields->items[i]);
        struct pc_constant_entry *entry = PC_NEW(checker->arena, struct pc_constant_entry);
        entry->field = fields->items[i];
        entry->value =
            given != NULL ? complete(checker, given->value) : left_out(checker, fields->items[i]);
        PC_LIST_ADD(checker->arena, &whole->entries, entry);
    }
    return whole;
}

static void report_no_zero(struct pc_checker *checker, const struct pc_field_model *field)
{
    const struct pc_type *type = field->type;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0124, field->node->name.span,
                  "`%.*s` has no initial value: a `%.*s` has no zero", PC_TEXT_ARGS(field->name),
                  PC_TYPE_ARGS(type));

    if (type->kind == PC_TYPE_ENUM && type->enumeration->members.count != 0)
        pc_diagnostic_help(problem, "give a default, `= %.*s`, or make it optional, `%.*s?`",
                           PC_TEXT_ARGS(type->enumeration->members.items[0]->name),
                           PC_TYPE_ARGS(type));
    else
        pc_diagnostic_help(problem, "give a default or make it optional, `%.*s?`",
                           PC_TYPE_ARGS(type));
}

void pc_check_defaults(struct pc_checker *checker, struct pc_field_models *fields,
                       bool needs_initial)
{
    struct pc_scope scope = {0};
    struct pc_frame body = {.scope = &scope};

    for (size_t i = 0; i < fields->count; i++) {
        struct pc_field_model *field = fields->items[i];
        struct pc_expression *initial = field->node->initial;
        if (initial == NULL) {
            if (needs_initial && field->type->kind != PC_TYPE_ERROR &&
                !pc_type_has_zero(field->type))
                report_no_zero(checker, field);
            continue;
        }
        if (!pc_check_value(checker, &body, initial, pc_type_plain(checker, field->type)))
            continue;
        const struct pc_constant *constant = pc_evaluate(checker, initial);
        if (constant != NULL && constant->kind != PC_CONSTANT_NONE)
            field->initial =
                complete(checker, pc_constant_of_field(checker, constant, field->type));
    }
}
