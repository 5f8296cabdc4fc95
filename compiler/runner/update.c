/* update.c -- projc test --update: what the tests got, written into their `expect`s. */
#include "runner/update.h"

#include "base/outfile.h"
#include "runner/render.h"

#include <stdlib.h>
#include <string.h>

/* One stretch of the root file and what takes its place. */
struct edit {
    struct pc_span span;
    struct pc_text text;
};
struct edits {
    PC_LIST_OF(struct edit);
};

/* One line of the findings. */
struct finding {
    size_t test;
    size_t step;
    struct pc_text what; /* state, none, fails */
    struct pc_text value;
    struct pc_text fields; /* JSON list of names */
};

static void add_edit(struct pc_arena *arena, struct edits *edits, struct pc_span span,
                     struct pc_text text)
{
    struct edit *edit = PC_NEW(arena, struct edit);

    *edit = (struct edit){.span = span, .text = text};
    PC_LIST_ADD(arena, edits, edit);
}

/* ---- findings ---- */

/* Cuts the next part off a line. */
static struct pc_text next_part(struct pc_text *line)
{
    const char *tab = line->size > 0 ? memchr(line->data, '\t', line->size) : NULL;
    size_t size = tab == NULL ? line->size : (size_t)(tab - line->data);
    struct pc_text part = {.data = line->data, .size = size};

    line->data += tab == NULL ? size : size + 1;
    line->size -= tab == NULL ? size : size + 1;
    return part;
}

static size_t number_of(struct pc_text digits)
{
    size_t number = 0;

    for (size_t i = 0; i < digits.size; i++)
        number = number * 10 + (size_t)(digits.data[i] - '0');
    return number;
}

static struct finding read_finding(struct pc_text line)
{
    struct finding finding;

    finding.test = number_of(next_part(&line));
    finding.step = number_of(next_part(&line));
    finding.what = next_part(&line);
    finding.value = next_part(&line);
    finding.fields = next_part(&line);
    return finding;
}

/* The `expect` that became the step of that number: a `given` becomes one for each of its events.
 */
static const struct pc_step *find_step(const struct pc_model *model, const struct finding *finding)
{
    const struct pc_steps *steps;
    size_t number = 0;

    if (finding->test >= model->tests.count)
        return NULL;
    steps = &model->tests.items[finding->test]->node->test.steps;
    for (size_t i = 0; i < steps->count; i++) {
        const struct pc_step *step = steps->items[i];

        if (step->kind == PC_PART_EXPECT && number == finding->step)
            return step;
        number += step->kind == PC_PART_GIVEN ? step->events.count : 1;
    }
    return NULL;
}

/* ---- edits ---- */

static bool is_named(struct pc_arena *arena, struct pc_text names, struct pc_text name)
{
    struct pc_json_parts parts;

    if (!pc_json_split(arena, names, &parts))
        return false;
    for (size_t i = 0; i < parts.count; i++)
        if (parts.items[i]->value.size == name.size + 2 &&
            memcmp(parts.items[i]->value.data + 1, name.data, name.size) == 0)
            return true;
    return false;
}

static struct pc_text value_of(const struct pc_json_parts *parts, struct pc_text name)
{
    for (size_t i = 0; i < parts->count; i++)
        if (pc_text_equals(parts->items[i]->name, name))
            return parts->items[i]->value;
    return (struct pc_text){0};
}

/* The fields that differ, each in its place. */
static bool update_fields(struct pc_arena *arena, const struct pc_step *step,
                          const struct finding *finding, struct edits *edits)
{
    struct pc_json_parts got;
    size_t before = edits->count;

    if (!pc_json_split(arena, finding->value, &got))
        return false;
    for (size_t i = 0; i < step->value->record.entries.count; i++) {
        const struct pc_entry *entry = step->value->record.entries.items[i];
        const struct pc_field_model *field =
            entry->symbol != NULL ? entry->symbol->field_model : NULL;
        struct pc_text text;

        if (field == NULL || !is_named(arena, finding->fields, field->outside))
            continue;
        text = pc_render_json(arena, value_of(&got, field->outside), field->type);
        if (text.size == 0)
            return false;
        if (entry->is_shorthand)
            text =
                pc_text_format(arena, "%.*s: %.*s", PC_TEXT_ARGS(field->name), PC_TEXT_ARGS(text));
        add_edit(arena, edits, entry->value->span, text);
    }
    return edits->count > before;
}

/* The fields of what an `expect` names. */
static const struct pc_field_models *fields_of(const struct pc_step *step)
{
    const struct pc_symbol *symbol = step->name.symbol;

    if (symbol == NULL)
        return NULL;
    if (symbol->projection != NULL)
        return &symbol->projection->state.fields;
    return symbol->table != NULL ? &symbol->table->columns : NULL;
}

/* Every field, where `none` or a failure was expected. */
static struct pc_text render_all(struct pc_arena *arena, const struct pc_step *step,
                                 struct pc_text json)
{
    const struct pc_field_models *fields = fields_of(step);
    struct pc_json_parts got;
    struct pc_text out = pc_text_of("{");

    if (fields == NULL || !pc_json_split(arena, json, &got))
        return (struct pc_text){0};
    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_field_model *field = fields->items[i];
        struct pc_text value = pc_render_json(arena, value_of(&got, field->outside), field->type);

        if (value.size == 0)
            return value;
        out = pc_text_format(arena, "%.*s%s%s%.*s%s: %.*s", PC_TEXT_ARGS(out), i > 0 ? ", " : " ",
                             field->node->name.is_quoted ? "`" : "", PC_TEXT_ARGS(field->name),
                             field->node->name.is_quoted ? "`" : "", PC_TEXT_ARGS(value));
    }
    return pc_text_format(arena, "%.*s }", PC_TEXT_ARGS(out));
}

/* The span of what is expected: behind the name and its key. */
static struct pc_span value_span(const struct pc_sources *sources, const struct pc_step *step)
{
    const char *text = pc_source_get(sources, step->span.source)->bytes.data;
    struct pc_span span = step->span;

    if (step->value != NULL)
        return step->value->span;
    span.start = step->arguments.count > 0
                     ? step->arguments.items[step->arguments.count - 1]->span.end
                     : step->name.span.end;
    while (span.start < span.end && (text[span.start] == ')' || text[span.start] == ' ' ||
                                     text[span.start] == '\n' || text[span.start] == ','))
        span.start++;
    return span;
}

/* ---- rows of queries ---- */

/* Whether some expected row names the column; when there are none, every column is named. */
static bool is_expected(const struct pc_step *step, const struct pc_field_model *field)
{
    const struct pc_expressions *rows = &step->value->list.items;

    for (size_t i = 0; i < rows->count; i++) {
        const struct pc_entries *entries = &rows->items[i]->record.entries;

        for (size_t j = 0; j < entries->count; j++)
            if (entries->items[j]->symbol != NULL &&
                entries->items[j]->symbol->field_model == field)
                return true;
    }
    return rows->count == 0;
}

static struct pc_text render_row(struct pc_arena *arena, const struct pc_step *step,
                                 struct pc_text json)
{
    const struct pc_field_models *fields = &step->name.symbol->query->fields;
    struct pc_json_parts got;
    struct pc_text out = {0};

    if (!pc_json_split(arena, json, &got))
        return out;
    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_field_model *field = fields->items[i];
        const char *quote = field->node->name.is_quoted ? "`" : "";
        struct pc_text value;

        if (!is_expected(step, field))
            continue;
        value = pc_render_json(arena, value_of(&got, field->outside), field->type);
        if (value.size == 0)
            return value;
        out = pc_text_format(arena, "%.*s%s%s%.*s%s: %.*s", PC_TEXT_ARGS(out),
                             out.size == 0 ? "{ " : ", ", quote, PC_TEXT_ARGS(field->name), quote,
                             PC_TEXT_ARGS(value));
    }
    return pc_text_format(arena, "%.*s%s", PC_TEXT_ARGS(out), out.size == 0 ? "{}" : " }");
}

/* All rows, each with the columns that the expected ones name. */
static struct pc_text render_rows(struct pc_arena *arena, const struct pc_step *step,
                                  struct pc_text json)
{
    struct pc_json_parts rows;
    struct pc_text out = pc_text_of("[");

    if (step->value == NULL || step->value->kind != PC_EXPRESSION_LIST ||
        !pc_json_split(arena, json, &rows))
        return (struct pc_text){0};
    for (size_t i = 0; i < rows.count; i++) {
        struct pc_text row = render_row(arena, step, rows.items[i]->value);

        if (row.size == 0)
            return row;
        out = pc_text_format(arena, "%.*s%s%.*s", PC_TEXT_ARGS(out),
                             rows.count > 2 ? "\n        " : (i > 0 ? " " : ""), PC_TEXT_ARGS(row));
        if (i + 1 < rows.count || rows.count > 2)
            out = pc_text_format(arena, "%.*s,", PC_TEXT_ARGS(out));
    }
    return pc_text_format(arena, "%.*s%s]", PC_TEXT_ARGS(out), rows.count > 2 ? "\n    " : "");
}

static bool update_step(struct pc_arena *arena, const struct pc_sources *sources,
                        const struct pc_step *step, const struct finding *finding,
                        struct edits *edits)
{
    static const struct pc_type text_type = {.kind = PC_TYPE_TEXT};
    struct pc_text text;

    if (pc_text_is(finding->what, "state") && step->form == PC_EXPECT_RECORD)
        return update_fields(arena, step, finding, edits);
    if (pc_text_is(finding->what, "state") && step->form == PC_EXPECT_LIST)
        text = render_rows(arena, step, finding->value);
    else if (pc_text_is(finding->what, "none"))
        text = pc_text_of("none");
    else if (pc_text_is(finding->what, "fails"))
        text = pc_text_format(arena, "fails %.*s",
                              PC_TEXT_ARGS(pc_render_json(arena, finding->value, &text_type)));
    else
        text = render_all(arena, step, finding->value);
    if (text.size == 0)
        return false;
    add_edit(arena, edits, value_span(sources, step), text);
    return true;
}

static int by_start(const void *left, const void *right)
{
    const struct edit *const *a = left;
    const struct edit *const *b = right;

    return ((*a)->span.start > (*b)->span.start) - ((*a)->span.start < (*b)->span.start);
}

static struct pc_text apply(struct pc_arena *arena, struct pc_text source, struct edits *edits)
{
    size_t size = source.size;
    size_t at = 0;
    char *out;
    char *end;

    qsort(edits->items, edits->count, sizeof(edits->items[0]), by_start);
    for (size_t i = 0; i < edits->count; i++)
        size += edits->items[i]->text.size;
    out = end = pc_arena_alloc(arena, size + 1);
    for (size_t i = 0; i < edits->count; i++) {
        const struct edit *edit = edits->items[i];

        memcpy(end, source.data + at, edit->span.start - at);
        end += edit->span.start - at;
        memcpy(end, edit->text.data, edit->text.size);
        end += edit->text.size;
        at = edit->span.end;
    }
    memcpy(end, source.data + at, source.size - at);
    end += source.size - at;
    return (struct pc_text){.data = out, .size = (size_t)(end - out)};
}

bool pc_update_expectations(struct pc_arena *arena, const struct pc_sources *sources,
                            const struct pc_model *model, struct pc_text findings,
                            uint32_t *updated, uint32_t *left, struct pc_text *problem)
{
    const struct pc_file *root = model->tree->files.items[0];
    struct edits edits = {0};

    *updated = *left = 0;
    while (findings.size > 0) {
        const char *end = memchr(findings.data, '\n', findings.size);
        size_t size = end == NULL ? findings.size : (size_t)(end - findings.data);
        struct finding finding =
            read_finding((struct pc_text){.data = findings.data, .size = size});
        const struct pc_step *step = find_step(model, &finding);

        if (step != NULL && update_step(arena, sources, step, &finding, &edits))
            ++*updated;
        else
            ++*left;
        findings.data += size + (end != NULL);
        findings.size -= size + (end != NULL);
    }
    if (edits.count == 0)
        return true;
    return pc_outfile_rewrite(arena, root->path,
                              apply(arena, pc_source_get(sources, root->source)->bytes, &edits),
                              problem) != PC_OUTFILE_FAILED;
}
