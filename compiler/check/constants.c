/* constants.c -- values known to the compiler: of defaults, and of everything in tests. */
#include "check/expressions.h"

#include <string.h>

struct pc_constant *pc_constant_new(struct pc_checker *checker, enum pc_constant_kind kind,
                                    const struct pc_type *type)
{
    struct pc_constant *constant = PC_NEW(checker->arena, struct pc_constant);

    constant->kind = kind;
    constant->type = type;
    return constant;
}

struct pc_constant *pc_constant_from_text(struct pc_checker *checker, struct pc_text text,
                                          const struct pc_type *type)
{
    struct pc_constant *constant = pc_constant_new(checker, PC_CONSTANT_INTEGER, type);
    int32_t days = 0;

    switch (type->kind) {
    case PC_TYPE_TIME:
        return pc_scan_time(text, &constant->integer) ? constant : NULL;
    case PC_TYPE_DATE:
        if (!pc_scan_date(text, &days))
            return NULL;
        constant->integer = days;
        return constant;
    case PC_TYPE_UUID:
        constant->kind = PC_CONSTANT_UUID;
        return pc_scan_uuid(text, constant->uuid) ? constant : NULL;
    case PC_TYPE_BYTES:
        constant->kind = PC_CONSTANT_BYTES;
        return pc_scan_base64(checker->arena, text, &constant->text) ? constant : NULL;
    default:
        return NULL;
    }
}

static const struct pc_constant *report_variable(struct pc_checker *checker,
                                                 const struct pc_expression *expression)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0125, expression->span, "this is not a constant");

    pc_diagnostic_help(problem, "defaults and tests hold literals, members of enums, `none`, and "
                                "lists and records of those");
    return NULL;
}

int pc_constant_compare(const struct pc_constant *left, const struct pc_constant *right)
{
    struct pc_text a = left->text;
    struct pc_text b = right->text;

    if (left->kind == PC_CONSTANT_UUID)
        return memcmp(left->uuid, right->uuid, sizeof(left->uuid));
    if (left->kind == PC_CONSTANT_INTEGER)
        return (left->integer > right->integer) - (left->integer < right->integer);
    if (left->kind == PC_CONSTANT_BOOL)
        return (int)left->boolean - (int)right->boolean;
    if (left->kind == PC_CONSTANT_MEMBER) {
        a = left->member->outside;
        b = right->member->outside;
    }
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size != 0 ? memcmp(a.data, b.data, size) : 0;
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* The elements of a set stand in order, each once. */
static void add_element(struct pc_checker *checker, struct pc_constants *items,
                        const struct pc_constant *item)
{
    size_t at = items->count;

    while (at > 0 && pc_constant_compare(items->items[at - 1], item) > 0)
        at--;
    if (at > 0 && pc_constant_compare(items->items[at - 1], item) == 0)
        return;
    PC_LIST_ADD(checker->arena, items, item);
    for (size_t i = items->count - 1; i > at; i--)
        items->items[i] = items->items[i - 1];
    items->items[at] = item;
}

/* The entries of a map stand in order of their keys; of equal keys the last counts. */
static void add_entry(struct pc_checker *checker, struct pc_constant_entries *entries,
                      const struct pc_constant *key, const struct pc_constant *value)
{
    struct pc_constant_entry *entry = PC_NEW(checker->arena, struct pc_constant_entry);
    size_t at = entries->count;

    entry->key = key;
    entry->value = value;
    while (at > 0 && pc_constant_compare(entries->items[at - 1]->key, key) > 0)
        at--;
    if (at > 0 && pc_constant_compare(entries->items[at - 1]->key, key) == 0) {
        entries->items[at - 1] = entry;
        return;
    }
    PC_LIST_ADD(checker->arena, entries, entry);
    for (size_t i = entries->count - 1; i > at; i--)
        entries->items[i] = entries->items[i - 1];
    entries->items[at] = entry;
}

static const struct pc_constant *evaluate_map(struct pc_checker *checker,
                                              struct pc_expression *expression,
                                              const struct pc_type *type)
{
    struct pc_constant *constant = pc_constant_new(checker, PC_CONSTANT_MAP, type);

    for (size_t i = 0; i < expression->record.entries.count; i++) {
        const struct pc_entry *node = expression->record.entries.items[i];
        const struct pc_constant *key = pc_evaluate(checker, node->key);
        const struct pc_constant *value = key != NULL ? pc_evaluate(checker, node->value) : NULL;
        if (value == NULL)
            return NULL;
        add_entry(checker, &constant->entries, key, value);
    }
    return constant;
}

static const struct pc_constant *evaluate_list(struct pc_checker *checker,
                                               struct pc_expression *expression,
                                               const struct pc_type *type)
{
    struct pc_constant *constant = pc_constant_new(checker, PC_CONSTANT_LIST, type);

    for (size_t i = 0; i < expression->list.items.count; i++) {
        const struct pc_constant *item = pc_evaluate(checker, expression->list.items.items[i]);
        if (item == NULL)
            return NULL;
        if (type->kind == PC_TYPE_SET)
            add_element(checker, &constant->items, item);
        else
            PC_LIST_ADD(checker->arena, &constant->items, item);
    }
    return constant;
}

const struct pc_constant *pc_constant_of_field(struct pc_checker *checker,
                                               const struct pc_constant *constant,
                                               const struct pc_type *declared)
{
    const struct pc_type *type = pc_type_value(declared);

    if (constant->kind == PC_CONSTANT_NONE || constant->type == type)
        return constant;
    struct pc_constant *copy = pc_constant_new(checker, constant->kind, type);
    *copy = *constant;
    copy->type = type;
    if (constant->kind == PC_CONSTANT_LIST) {
        copy->items = (struct pc_constants){0};
        for (size_t i = 0; i < constant->items.count; i++)
            PC_LIST_ADD(checker->arena, &copy->items,
                        pc_constant_of_field(checker, constant->items.items[i], type->element));
    }
    if (constant->kind == PC_CONSTANT_MAP) {
        copy->entries = (struct pc_constant_entries){0};
        for (size_t i = 0; i < constant->entries.count; i++)
            add_entry(
                checker, &copy->entries,
                pc_constant_of_field(checker, constant->entries.items[i]->key, type->key),
                pc_constant_of_field(checker, constant->entries.items[i]->value, type->element));
    }
    return copy;
}

const struct pc_constant *pc_evaluate_entries(struct pc_checker *checker,
                                              struct pc_expression *expression)
{
    struct pc_constant *constant = pc_constant_new(checker, PC_CONSTANT_RECORD, NULL);

    for (size_t i = 0; i < expression->record.entries.count; i++) {
        struct pc_entry *node = expression->record.entries.items[i];
        if (node->symbol == NULL)
            return NULL;
        const struct pc_constant *value = pc_evaluate(checker, node->value);
        if (value == NULL)
            return NULL;
        struct pc_constant_entry *entry = PC_NEW(checker->arena, struct pc_constant_entry);
        entry->field = node->symbol->field_model;
        entry->value = pc_constant_of_field(checker, value, entry->field->type);
        PC_LIST_ADD(checker->arena, &constant->entries, entry);
    }
    return constant;
}

static const struct pc_constant *evaluate_record(struct pc_checker *checker,
                                                 struct pc_expression *expression,
                                                 const struct pc_type *type)
{
    const struct pc_constant *entries = pc_evaluate_entries(checker, expression);

    if (entries == NULL)
        return NULL;
    struct pc_constant *constant = pc_constant_new(checker, PC_CONSTANT_RECORD, type);
    constant->entries = entries->entries;
    return constant;
}

/* A constant of the type the expression's own one widens to. */
static const struct pc_constant *widen(struct pc_checker *checker,
                                       const struct pc_constant *constant,
                                       const struct pc_type *target)
{
    const struct pc_type *to = pc_type_value(target);

    if (constant->kind == PC_CONSTANT_NONE || constant->type == to)
        return constant;
    if (constant->kind != PC_CONSTANT_INTEGER)
        return constant;
    struct pc_constant *wide = pc_constant_new(checker, PC_CONSTANT_INTEGER, to);
    wide->integer = constant->integer;
    if (to->kind == PC_TYPE_F64) {
        wide->kind = PC_CONSTANT_REAL;
        wide->real = (double)constant->integer;
    } else if (to->kind == PC_TYPE_DECIMAL) {
        int from = constant->type->kind == PC_TYPE_DECIMAL ? constant->type->scale : 0;
        for (; from < to->scale; from++) {
            if (__builtin_mul_overflow(wide->integer, (int64_t)10, &wide->integer))
                return constant;
        }
    }
    return wide;
}

const struct pc_constant *pc_evaluate(struct pc_checker *checker, struct pc_expression *expression)
{
    const struct pc_constant *constant = pc_expression_constant(expression);
    const struct pc_type *type = expression->type;

    if (type->kind == PC_TYPE_ERROR)
        return NULL;
    if (constant != NULL)
        return widen(checker, constant, pc_expression_target(expression));
    switch (expression->kind) {
    case PC_EXPRESSION_NONE:
        return pc_constant_new(checker, PC_CONSTANT_NONE, pc_expression_target(expression));
    case PC_EXPRESSION_LIST:
        return evaluate_list(checker, expression, type);
    case PC_EXPRESSION_RECORD:
        return type->kind == PC_TYPE_MAP ? evaluate_map(checker, expression, type)
                                         : evaluate_record(checker, expression, type);
    default:
        return report_variable(checker, expression);
    }
}
