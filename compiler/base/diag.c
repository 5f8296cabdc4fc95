/* diag.c -- collects diagnostics and knows the table of codes; printing is in diag_print.c. */
#include "base/diag.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct pc_code_description descriptions[] = {
#define DESCRIBE(code, short_title, long_explanation)                       \
    {.name = #code,                                                         \
     .severity = #code[0] == 'W' ? PC_SEVERITY_WARNING : PC_SEVERITY_ERROR, \
     .title = short_title,                                                  \
     .explanation = long_explanation},
    PC_DIAGNOSTIC_CODES(DESCRIBE)
#undef DESCRIBE
};

const struct pc_code_description *pc_code_describe(enum pc_diagnostic_code code)
{
    return &descriptions[code];
}

const struct pc_code_description *pc_code_find(const char *name)
{
    for (size_t i = 0; i < PC_CODE_COUNT; i++) {
        if (strcasecmp(descriptions[i].name, name) == 0)
            return &descriptions[i];
    }
    return NULL;
}

struct pc_diagnostics *pc_diagnostics_new(struct pc_arena *arena)
{
    struct pc_diagnostics *diagnostics = PC_NEW(arena, struct pc_diagnostics);

    diagnostics->arena = arena;
    return diagnostics;
}

static struct pc_diagnostic *add(struct pc_diagnostics *diagnostics, enum pc_diagnostic_code code,
                                 const char *format, va_list arguments)
{
    struct pc_diagnostic *diagnostic = PC_NEW(diagnostics->arena, struct pc_diagnostic);

    diagnostic->owner = diagnostics;
    diagnostic->code = code;
    diagnostic->severity = pc_code_describe(code)->severity;
    diagnostic->message = pc_text_vformat(diagnostics->arena, format, arguments);
    diagnostic->ordinal = diagnostics->count;
    PC_LIST_ADD(diagnostics->arena, diagnostics, diagnostic);
    if (diagnostic->severity == PC_SEVERITY_ERROR)
        diagnostics->error_count++;
    else
        diagnostics->warning_count++;
    return diagnostic;
}

struct pc_diagnostic *pc_report(struct pc_diagnostics *diagnostics, enum pc_diagnostic_code code,
                                struct pc_span span, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    struct pc_diagnostic *diagnostic = add(diagnostics, code, format, arguments);
    va_end(arguments);
    diagnostic->has_span = true;
    diagnostic->span = span;
    return diagnostic;
}

struct pc_diagnostic *pc_report_file(struct pc_diagnostics *diagnostics,
                                     enum pc_diagnostic_code code, const char *file,
                                     const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    struct pc_diagnostic *diagnostic = add(diagnostics, code, format, arguments);
    va_end(arguments);
    if (file != NULL)
        diagnostic->file = pc_text_copy(diagnostics->arena, pc_text_of(file));
    return diagnostic;
}

void pc_diagnostic_label(struct pc_diagnostic *diagnostic, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    diagnostic->label = pc_text_vformat(diagnostic->owner->arena, format, arguments);
    va_end(arguments);
}

void pc_diagnostic_point(struct pc_diagnostic *diagnostic, struct pc_span span, const char *format,
                         ...)
{
    struct pc_arena *arena = diagnostic->owner->arena;
    struct pc_diagnostic_place *place = PC_NEW(arena, struct pc_diagnostic_place);
    va_list arguments;

    va_start(arguments, format);
    place->label = pc_text_vformat(arena, format, arguments);
    va_end(arguments);
    place->span = span;
    PC_LIST_ADD(arena, &diagnostic->places, place);
}

void pc_diagnostic_help(struct pc_diagnostic *diagnostic, const char *format, ...)
{
    struct pc_arena *arena = diagnostic->owner->arena;
    struct pc_text *help = PC_NEW(arena, struct pc_text);
    va_list arguments;

    va_start(arguments, format);
    *help = pc_text_vformat(arena, format, arguments);
    va_end(arguments);
    PC_LIST_ADD(arena, &diagnostic->helps, help);
}

void pc_diagnostics_promote(struct pc_diagnostics *diagnostics)
{
    for (size_t i = 0; i < diagnostics->count; i++)
        diagnostics->items[i]->severity = PC_SEVERITY_ERROR;
    diagnostics->error_count += diagnostics->warning_count;
    diagnostics->warning_count = 0;
}

/* ---- order ---- */

static int compare_numbers(size_t a, size_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_places(const struct pc_diagnostic *a, const struct pc_diagnostic *b)
{
    int order = compare_numbers(a->has_span, b->has_span);

    if (order == 0 && a->has_span) {
        order = compare_numbers(a->span.source, b->span.source);
        if (order == 0)
            order = compare_numbers(a->span.start, b->span.start);
    }
    return order;
}

static int compare(const void *left, const void *right)
{
    const struct pc_diagnostic *a = *(struct pc_diagnostic *const *)left;
    const struct pc_diagnostic *b = *(struct pc_diagnostic *const *)right;
    int order = compare_places(a, b);

    return order != 0 ? order : compare_numbers(a->ordinal, b->ordinal);
}

/* Two modules of one run that import the same file find the same problems in it. */
static bool says_the_same(const struct pc_diagnostic *a, const struct pc_diagnostic *b)
{
    return a->code == b->code && compare_places(a, b) == 0 && a->span.end == b->span.end &&
           pc_text_equals(a->file, b->file) && pc_text_equals(a->message, b->message);
}

static bool repeats_an_earlier(const struct pc_diagnostics *diagnostics, size_t count,
                               const struct pc_diagnostic *diagnostic)
{
    for (size_t i = count; i > 0; i--) {
        const struct pc_diagnostic *earlier = diagnostics->items[i - 1];
        if (compare_places(earlier, diagnostic) != 0)
            return false;
        if (says_the_same(earlier, diagnostic))
            return true;
    }
    return false;
}

void pc_diagnostics_sort(struct pc_diagnostics *diagnostics)
{
    size_t kept = 0;

    if (diagnostics->count == 0 || diagnostics->is_ordered)
        return;
    qsort(diagnostics->items, diagnostics->count, sizeof(*diagnostics->items), compare);
    diagnostics->error_count = 0;
    diagnostics->warning_count = 0;
    for (size_t i = 0; i < diagnostics->count; i++) {
        struct pc_diagnostic *diagnostic = diagnostics->items[i];
        if (repeats_an_earlier(diagnostics, kept, diagnostic))
            continue;
        diagnostics->items[kept++] = diagnostic;
        if (diagnostic->severity == PC_SEVERITY_ERROR)
            diagnostics->error_count++;
        else
            diagnostics->warning_count++;
    }
    diagnostics->count = kept;
}
