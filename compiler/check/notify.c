/* notify.c -- `notify name { … }`: any values, under names of the statement's own. */
#include "check/expressions.h"
#include "check/statements.h"

enum { CHANNEL_BYTES_MAX = 63 };

/* False for `none` and the like: what has no type has no JSON. */
static bool can_be_sent(const struct pc_type *type)
{
    while (type->kind == PC_TYPE_OPTIONAL || type->kind == PC_TYPE_LIST)
        type = type->element;
    return type->kind != PC_TYPE_NONE && type->kind != PC_TYPE_ROW;
}

static void check_entry(struct pc_checker *checker, struct pc_frame *body,
                        const struct pc_entries *entries, size_t index)
{
    struct pc_entry *entry = entries->items[index];
    const struct pc_type *type = pc_check_expression(checker, body, entry->value, NULL);

    entry->type = type;
    if (type->kind != PC_TYPE_ERROR && !can_be_sent(type))
        pc_report(checker->diagnostics, PC_E0222, entry->value->span,
                  "a notification cannot hold this value: it has no form as JSON");
    if (entry->key->kind != PC_EXPRESSION_NAME) {
        pc_report(checker->diagnostics, PC_E0205, entry->key->span,
                  "a name is needed before the colon");
        return;
    }
    for (size_t i = 0; i < index; i++) {
        const struct pc_expression *other = entries->items[i]->key;

        if (other->kind == PC_EXPRESSION_NAME &&
            pc_text_equals(other->name.name.text, entry->key->name.name.text)) {
            struct pc_diagnostic *problem = pc_report(
                checker->diagnostics, PC_E0219, entry->key->span, "the field `%.*s` is given twice",
                PC_TEXT_ARGS(entry->key->name.name.text));
            pc_diagnostic_point(problem, other->span, "first given here");
            return;
        }
    }
}

void pc_check_notify(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_statement *statement)
{
    const struct pc_entries *entries = &statement->notify.record->record.entries;

    body->effect_count++;
    if (statement->notify.name.text.size > CHANNEL_BYTES_MAX)
        pc_report(checker->diagnostics, PC_E0129, statement->notify.name.span,
                  "the channel's name is longer than 63 bytes");
    for (size_t i = 0; i < entries->count; i++)
        check_entry(checker, body, entries, i);
}
