/* composites.c -- literals with parts: records, lists, and comprehensions. */
#include "check/declarations.h"
#include "check/expressions.h"
#include "check/statements.h"

/* ---- records ---- */

bool pc_field_can_be_left_out(const struct pc_field_model *field)
{
    return field->initial != NULL || field->node->initial != NULL || pc_type_has_zero(field->type);
}

static bool can_be_left_out(const struct pc_frame *body, const struct pc_field_model *field)
{
    switch (body->record_rule) {
    case PC_RECORD_PARTIAL:
        return true;
    case PC_RECORD_PAYLOAD:
        return field->node->initial != NULL || field->type->kind == PC_TYPE_OPTIONAL;
    default:
        return pc_field_can_be_left_out(field);
    }
}

static bool report_missing(struct pc_checker *checker, const struct pc_expression *expression,
                           const struct pc_field_model *field, struct pc_text owner)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0218, expression->span, "%.*s needs its field `%.*s`",
                  PC_TEXT_ARGS(owner), PC_TEXT_ARGS(field->name));

    pc_diagnostic_point(problem, field->node->name.span, "declared without a default");
    return false;
}

/* True if one of the entries names the field. */
static bool is_given(const struct pc_expression *expression, const struct pc_field_model *field)
{
    for (size_t i = 0; i < expression->record.entries.count; i++) {
        const struct pc_symbol *symbol = expression->record.entries.items[i]->symbol;
        if (symbol != NULL && symbol->field_model == field)
            return true;
    }
    return false;
}

static struct pc_field_model *resolve_entry(struct pc_checker *checker,
                                            struct pc_expression *expression, size_t index,
                                            const struct pc_field_models *fields,
                                            struct pc_text owner, struct pc_span declared)
{
    struct pc_entry *entry = expression->record.entries.items[index];

    if (entry->key->kind != PC_EXPRESSION_NAME) {
        pc_report(checker->diagnostics, PC_E0205, entry->key->span,
                  "a field of %.*s is needed before the colon", PC_TEXT_ARGS(owner));
        return NULL;
    }
    struct pc_name *name = &entry->key->name.name;
    struct pc_field_model *field = pc_fields_find(fields, name->text);
    if (field == NULL) {
        pc_report_unknown_field(checker, name, owner, declared, fields);
        return NULL;
    }
    for (size_t i = 0; i < index; i++) {
        struct pc_entry *other = expression->record.entries.items[i];
        if (other->symbol != NULL && other->symbol->field_model == field) {
            struct pc_diagnostic *problem =
                pc_report(checker->diagnostics, PC_E0219, name->span,
                          "the field `%.*s` is given twice", PC_TEXT_ARGS(name->text));
            pc_diagnostic_point(problem, other->key->span, "first given here");
            return NULL;
        }
    }
    return field;
}

bool pc_check_entries(struct pc_checker *checker, struct pc_frame *body,
                      struct pc_expression *expression, const struct pc_field_models *fields,
                      struct pc_text owner, struct pc_span declared)
{
    bool is_good = true;

    for (size_t i = 0; i < expression->record.entries.count; i++) {
        struct pc_entry *entry = expression->record.entries.items[i];
        struct pc_field_model *field =
            resolve_entry(checker, expression, i, fields, owner, declared);
        if (field == NULL) {
            pc_check_expression(checker, body, entry->value, checker->error);
            is_good = false;
            continue;
        }
        const struct pc_type *type = pc_type_plain(checker, field->type);
        entry->symbol = pc_symbol_new(checker, PC_SYMBOL_RECORD_FIELD, NULL, type);
        entry->symbol->name = field->name;
        entry->symbol->field_model = field;
        entry->key->symbol = entry->symbol;
        entry->type = type;
        is_good = pc_check_value(checker, body, entry->value, type) && is_good;
    }
    for (size_t i = 0; is_good && i < fields->count; i++) {
        if (!can_be_left_out(body, fields->items[i]) && !is_given(expression, fields->items[i]))
            is_good = report_missing(checker, expression, fields->items[i], owner);
    }
    return is_good;
}

/* The keys' texts of a map's literal that the compiler knows: none may come twice. */
static bool report_twice(struct pc_checker *checker, const struct pc_expression *expression,
                         size_t index)
{
    const struct pc_entries *entries = &expression->record.entries;
    const struct pc_constant *key = pc_expression_constant(entries->items[index]->key);

    for (size_t i = 0; key != NULL && i < index; i++) {
        const struct pc_constant *other = pc_expression_constant(entries->items[i]->key);
        if (other == NULL || pc_constant_compare(key, other) != 0)
            continue;
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0219, entries->items[index]->key->span,
                      "this key is given twice");
        pc_diagnostic_point(problem, entries->items[i]->key->span, "first given here");
        return true;
    }
    return false;
}

/* { EUR: 70, "k": 1 }: the keys are expressions. */
static void check_map(struct pc_checker *checker, struct pc_frame *body,
                      struct pc_expression *expression, const struct pc_type *type)
{
    bool is_good = true;

    for (size_t i = 0; i < expression->record.entries.count; i++) {
        struct pc_entry *entry = expression->record.entries.items[i];
        if (entry->is_shorthand) {
            pc_report(checker->diagnostics, PC_E0205, entry->span,
                      "a map needs a value behind each key: `key: value`");
            is_good = false;
            continue;
        }
        is_good = pc_check_value(checker, body, entry->key, type->key) && is_good;
        is_good = pc_check_value(checker, body, entry->value, type->element) && is_good;
        is_good = is_good && !report_twice(checker, expression, i);
    }
    expression->type = is_good ? type : checker->error;
}

void pc_check_record(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_expression *expression, const struct pc_type *expected)
{
    const struct pc_type *type = expected != NULL ? pc_type_value(expected) : checker->none;

    expression->type = checker->error;
    if (type->kind == PC_TYPE_RECORD) {
        struct pc_record_model *record = type->record;
        if (pc_check_entries(checker, body, expression, &record->fields,
                             pc_quoted(checker, record->name), record->node->name.span))
            expression->type = type;
        return;
    }
    if (type->kind == PC_TYPE_MAP) {
        check_map(checker, body, expression, type);
        return;
    }
    if (type->kind == PC_TYPE_NONE)
        pc_report(checker->diagnostics, PC_E0217, expression->span,
                  "nothing here says which record this is");
    else if (type->kind != PC_TYPE_ERROR)
        pc_report(checker->diagnostics, PC_E0205, expression->span,
                  "`%.*s` is needed, but this is a record", PC_TYPE_ARGS(type));
    for (size_t i = 0; i < expression->record.entries.count; i++)
        pc_check_expression(checker, body, expression->record.entries.items[i]->value,
                            checker->error);
}

/* ---- lists ---- */

/* The common type of the items when nothing says what is expected. */
static const struct pc_type *infer_element(struct pc_checker *checker, struct pc_frame *body,
                                           struct pc_expression *expression)
{
    struct pc_expression **items = expression->list.items.items;
    const struct pc_type *element = NULL;

    for (size_t i = 0; i < expression->list.items.count; i++) {
        const struct pc_type *type = pc_check_expression(checker, body, items[i], element);
        const struct pc_type *common =
            element == NULL ? type : pc_type_common(checker, element, type);
        if (type->kind == PC_TYPE_ERROR)
            return type;
        if (common == NULL) {
            pc_report(checker->diagnostics, PC_E0205, items[i]->span,
                      "this has type `%.*s`, but the items before it have type `%.*s`",
                      PC_TYPE_ARGS(type), PC_TYPE_ARGS(element));
            return checker->error;
        }
        element = common;
    }
    for (size_t i = 0; i < expression->list.items.count; i++)
        pc_convert(checker, items[i], element);
    return element;
}

void pc_check_list(struct pc_checker *checker, struct pc_frame *body,
                   struct pc_expression *expression, const struct pc_type *expected)
{
    const struct pc_type *type = expected != NULL ? pc_type_value(expected) : checker->none;
    bool is_good = true;

    if (type->kind == PC_TYPE_LIST || type->kind == PC_TYPE_SET || type->kind == PC_TYPE_ERROR) {
        const struct pc_type *element = type->kind == PC_TYPE_ERROR ? type : type->element;
        for (size_t i = 0; i < expression->list.items.count; i++)
            is_good =
                pc_check_value(checker, body, expression->list.items.items[i], element) && is_good;
        expression->type = is_good ? type : checker->error;
        return;
    }
    if (expression->list.items.count == 0) {
        pc_report(checker->diagnostics, PC_E0217, expression->span,
                  "nothing here says what this list holds");
        expression->type = checker->error;
        return;
    }
    const struct pc_type *element = infer_element(checker, body, expression);
    if (element->kind == PC_TYPE_NONE) {
        pc_report(checker->diagnostics, PC_E0217, expression->span,
                  "nothing here says what this list holds");
        element = checker->error;
    }
    expression->type = pc_type_list(checker, element);
}

/* ---- comprehensions ---- */

const struct pc_type *pc_element_type(struct pc_checker *checker,
                                      const struct pc_expression *collection)
{
    const struct pc_type *type = collection->type;

    if (type->kind == PC_TYPE_ERROR)
        return type;
    if (pc_is_collection(type))
        return pc_item_type(type);
    struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0223, collection->span,
                                              "`%.*s` cannot be walked", PC_TYPE_ARGS(type));
    if (type->kind == PC_TYPE_OPTIONAL && pc_is_collection(type->element))
        pc_diagnostic_help(problem, "`x ?? %s` walks nothing when it is `none`",
                           type->element->kind == PC_TYPE_MAP ? "{}" : "[]");
    else
        pc_diagnostic_help(problem, "lists, sets and maps can be walked");
    return checker->error;
}

void pc_check_comprehension(struct pc_checker *checker, struct pc_frame *body,
                            struct pc_expression *expression, const struct pc_type *expected)
{
    const struct pc_type *type = expected != NULL ? pc_type_value(expected) : NULL;
    struct pc_scope scope = {0};

    pc_check_expression(checker, body, expression->comprehension.collection, NULL);
    const struct pc_type *item = pc_element_type(checker, expression->comprehension.collection);
    pc_scope_enter(body, &scope);
    struct pc_symbol *symbol =
        pc_declare_local(checker, body, &expression->comprehension.name, PC_LOCAL_BOUND, item);
    symbol->is_used = true; /* count(x for x in list) need not look at x */
    if (expression->comprehension.where != NULL)
        pc_check_value(checker, body, expression->comprehension.where, checker->boolean);
    if (expression->comprehension.is_list && type != NULL &&
        (type->kind == PC_TYPE_LIST || type->kind == PC_TYPE_SET)) {
        pc_check_value(checker, body, expression->comprehension.element, type->element);
        expression->type = type;
    } else {
        const struct pc_type *element =
            pc_check_expression(checker, body, expression->comprehension.element, NULL);
        if (element->kind == PC_TYPE_NONE) {
            pc_report(checker->diagnostics, PC_E0217, expression->comprehension.element->span,
                      "nothing here says of what type this `none` is");
            element = checker->error;
        }
        expression->type = pc_type_list(checker, element);
    }
    pc_scope_leave(checker, body);
}
