/* payload.c -- fields that are stored in payloads: which changes still read what is there. */
#include "compare/comparison.h"

const struct pc_field_model *pc_find_outside(const struct pc_field_models *fields,
                                             struct pc_text outside)
{
    for (size_t i = 0; i < fields->count; i++)
        if (pc_text_equals(fields->items[i]->outside, outside))
            return fields->items[i];
    return NULL;
}

const struct pc_field_model *pc_find_renamed(const struct pc_field_model *gone,
                                             const struct pc_field_models *fields,
                                             const struct pc_field_models *others)
{
    const struct pc_field_model *first = NULL;
    struct pc_suggestion suggestion;
    size_t count = 0;

    pc_suggestion_init(&suggestion, gone->name);
    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_field_model *field = fields->items[i];

        if (!pc_is_same_type(gone->type, field->type) ||
            pc_find_outside(others, field->outside) != NULL)
            continue;
        if (count++ == 0)
            first = field;
        pc_suggestion_offer(&suggestion, field->name);
    }
    if (suggestion.best.size > 0)
        for (size_t i = 0; i < fields->count; i++)
            if (pc_text_equals(fields->items[i]->name, suggestion.best))
                return fields->items[i];
    return count == 1 ? first : NULL;
}

static void compare_types(struct pc_comparison *comparison, const struct pc_payload_owner *owner,
                          const struct pc_field_model *before, const struct pc_field_model *now)
{
    enum pc_reading reading = pc_reading_of(before->type, now->type, owner->is_msgpack);
    static const char *const ends[] = {
        [PC_READS_ALL] = "what is stored still reads",
        [PC_READS_OTHERWISE] = "what is stored reads as other values",
        [PC_READS_SOME] = "some of what is stored cannot be read",
        [PC_READS_NONE] = "nothing of what is stored can be read",
    };
    struct pc_diagnostic *change;

    if (pc_is_same_type(before->type, now->type))
        return;
    change = pc_change(comparison, reading == PC_READS_ALL ? PC_W0506 : PC_E0501,
                       &before->node->type_node->span, &now->node->type_node->span,
                       "`%.*s` of `%.*s` was %.*s and is %.*s: %s", PC_TEXT_ARGS(now->name),
                       PC_TEXT_ARGS(owner->what), PC_TEXT_ARGS(before->type->name),
                       PC_TEXT_ARGS(now->type->name), ends[reading]);
    if (reading != PC_READS_ALL)
        pc_diagnostic_help(change, "%s",
                           owner->is_upcast
                               ? "an upcast declares the fields as they were stored"
                               : "keep the type, or give the event a new outside name and an "
                                 "`upcast` from the old one");
}

static void compare_field(struct pc_comparison *comparison, const struct pc_payload_owner *owner,
                          const struct pc_field_model *before, const struct pc_field_model *now)
{
    if (!pc_text_equals(before->name, now->name))
        pc_change(comparison, PC_W0506, &before->node->name.span, &now->node->name.span,
                  "`%.*s` of `%.*s` is called `%.*s` now; it is stored as \"%.*s\" as before",
                  PC_TEXT_ARGS(before->name), PC_TEXT_ARGS(owner->what), PC_TEXT_ARGS(now->name),
                  PC_TEXT_ARGS(now->outside));
    compare_types(comparison, owner, before, now);
    if (now->is_required && !before->is_required && pc_is_same_type(before->type, now->type))
        pc_change(comparison, PC_E0501, &before->node->span, &now->node->span,
                  "`%.*s` of `%.*s` has no default any more: stored events without it cannot be "
                  "read",
                  PC_TEXT_ARGS(now->name), PC_TEXT_ARGS(owner->what));
    else if (!pc_is_same_initial(before, now) && !before->is_required && !now->is_required)
        pc_change(comparison, PC_W0502, &before->node->span, &now->node->span,
                  "`%.*s` of `%.*s` has another default, which stored events without it take",
                  PC_TEXT_ARGS(now->name), PC_TEXT_ARGS(owner->what));
    else if (!now->is_required && before->is_required && pc_is_same_type(before->type, now->type))
        pc_change(comparison, PC_W0506, &before->node->span, &now->node->span,
                  "`%.*s` of `%.*s` has a default now", PC_TEXT_ARGS(now->name),
                  PC_TEXT_ARGS(owner->what));
    pc_compare_docs(comparison, before->node->doc, now->node->doc, before->node->name.span,
                    now->node->name.span, now->name);
}

static void report_gone(struct pc_comparison *comparison, const struct pc_payload_owner *owner,
                        const struct pc_field_model *gone, const struct pc_field_model *renamed)
{
    if (renamed == NULL) {
        pc_change(comparison, PC_W0506, &gone->node->span, NULL,
                  "`%.*s` of `%.*s` is %s: stored events have it, and it is skipped",
                  PC_TEXT_ARGS(gone->name), PC_TEXT_ARGS(owner->what),
                  owner->is_upcast ? "left out" : "gone");
        return;
    }
    struct pc_diagnostic *change =
        pc_change(comparison, renamed->is_required ? PC_E0501 : PC_W0502, &gone->node->span,
                  &renamed->node->span,
                  "`%.*s` of `%.*s` is gone and `%.*s` of the same type appeared: stored events "
                  "do not have it",
                  PC_TEXT_ARGS(gone->name), PC_TEXT_ARGS(owner->what), PC_TEXT_ARGS(renamed->name));

    pc_diagnostic_help(change, "if it was renamed, write `%.*s: %.*s as \"%.*s\"`",
                       PC_TEXT_ARGS(renamed->name), PC_TEXT_ARGS(renamed->type->name),
                       PC_TEXT_ARGS(gone->outside));
}

static void report_new(struct pc_comparison *comparison, const struct pc_payload_owner *owner,
                       const struct pc_field_model *field)
{
    struct pc_diagnostic *change;

    if (!field->is_required) {
        pc_change(comparison, PC_W0506, &owner->before, &field->node->span,
                  "`%.*s` of `%.*s` is new; stored events without it have its %s",
                  PC_TEXT_ARGS(field->name), PC_TEXT_ARGS(owner->what),
                  field->initial != NULL ? "default" : "initial value, none");
        return;
    }
    change = pc_change(comparison, PC_E0501, &owner->before, &field->node->span,
                       "`%.*s` of `%.*s` is new and has no default: stored events cannot be read",
                       PC_TEXT_ARGS(field->name), PC_TEXT_ARGS(owner->what));
    pc_diagnostic_help(change, "give it a default, or write `%.*s: %.*s?`",
                       PC_TEXT_ARGS(field->name), PC_TEXT_ARGS(field->type->name));
}

void pc_compare_payload_fields(struct pc_comparison *comparison,
                               const struct pc_payload_owner *owner,
                               const struct pc_field_models *before,
                               const struct pc_field_models *now)
{
    const struct pc_field_model **renamed =
        pc_arena_alloc_array(comparison->arena, before->count + 1, sizeof(*renamed));
    size_t renamed_count = 0;

    for (size_t i = 0; i < before->count; i++) {
        const struct pc_field_model *field = before->items[i];
        const struct pc_field_model *other = pc_find_outside(now, field->outside);

        if (other != NULL) {
            compare_field(comparison, owner, field, other);
            continue;
        }
        other = pc_find_renamed(field, now, before);
        for (size_t j = 0; j < renamed_count; j++)
            other = renamed[j] == other ? NULL : other;
        if (other != NULL)
            renamed[renamed_count++] = other;
        report_gone(comparison, owner, field, other);
    }
    for (size_t i = 0; i < now->count; i++) {
        const struct pc_field_model *field = now->items[i];
        bool is_told = pc_find_outside(before, field->outside) != NULL;

        for (size_t j = 0; j < renamed_count; j++)
            is_told = is_told || renamed[j] == field;
        if (!is_told)
            report_new(comparison, owner, field);
    }
}
