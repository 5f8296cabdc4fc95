/* compare.c -- compares two versions of a module, part by part, and sorts what was found. */
#include "compare/comparison.h"

#include <stdlib.h>

struct pc_diagnostic *pc_change(struct pc_comparison *comparison, enum pc_diagnostic_code code,
                                const struct pc_span *before, const struct pc_span *now,
                                const char *format, ...)
{
    struct pc_diagnostic *change;
    struct pc_text text;
    va_list arguments;

    va_start(arguments, format);
    text = pc_text_vformat(comparison->arena, format, arguments);
    va_end(arguments);
    if (now == NULL) {
        change = pc_report(comparison->changes, code, *before, "%.*s", PC_TEXT_ARGS(text));
        pc_diagnostic_label(change, "before");
        return change;
    }
    change = pc_report(comparison->changes, code, *now, "%.*s", PC_TEXT_ARGS(text));
    pc_diagnostic_label(change, "now");
    if (before != NULL)
        pc_diagnostic_point(change, *before, "before");
    return change;
}

void pc_compare_docs(struct pc_comparison *comparison, struct pc_text before, struct pc_text now,
                     struct pc_span before_span, struct pc_span now_span, struct pc_text name)
{
    if (!pc_text_equals(before, now))
        pc_change(comparison, PC_W0506, &before_span, &now_span,
                  "the documentation of `%.*s` is another one", PC_TEXT_ARGS(name));
}

enum pc_change_level pc_change_level_of(const struct pc_diagnostic *change)
{
    switch (change->code) {
    case PC_E0501:
    case PC_W0502:
        return PC_CHANGE_EVENTS;
    case PC_W0503:
    case PC_W0504:
        return PC_CHANGE_STATE;
    case PC_W0505:
        return PC_CHANGE_TABLES;
    default:
        return PC_CHANGE_API;
    }
}

static int compare_numbers(size_t a, size_t b)
{
    return a < b ? -1 : a > b;
}

static int by_weight(const void *left, const void *right)
{
    const struct pc_diagnostic *a = *(struct pc_diagnostic *const *)left;
    const struct pc_diagnostic *b = *(struct pc_diagnostic *const *)right;
    int order = compare_numbers(pc_change_level_of(a), pc_change_level_of(b));

    if (order == 0)
        order = compare_numbers(a->code != PC_E0501, b->code != PC_E0501);
    if (order == 0)
        order = compare_numbers(a->span.source, b->span.source);
    if (order == 0)
        order = compare_numbers(a->span.start, b->span.start);
    return order != 0 ? order : compare_numbers(a->ordinal, b->ordinal);
}

void pc_compare_versions(struct pc_arena *arena, const struct pc_version *before,
                         const struct pc_version *now, const struct pc_sources *sources,
                         struct pc_diagnostics *changes)
{
    struct pc_comparison comparison = {
        .arena = arena, .sources = sources, .before = before, .now = now, .changes = changes};

    pc_compare_enums(&comparison);
    pc_compare_streams(&comparison);
    pc_compare_aggregates(&comparison);
    pc_compare_projections(&comparison);
    pc_compare_api(&comparison);
    if (changes->count > 1)
        qsort(changes->items, changes->count, sizeof(*changes->items), by_weight);
    changes->is_ordered = true;
}
