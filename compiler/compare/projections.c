/* projections.c -- projections: what is stored of them, and whether it still fits. */
#include "compare/comparison.h"

static const struct pc_projection_model *find_projection(const struct pc_model *model,
                                                         struct pc_text name)
{
    for (size_t i = 0; i < model->projections.count; i++)
        if (pc_text_equals(model->projections.items[i]->name, name))
            return model->projections.items[i];
    return NULL;
}

static bool is_same_source(const struct pc_comparison *comparison,
                           const struct pc_projection_model *before,
                           const struct pc_projection_model *now)
{
    const struct pc_expression *where[] = {before->node->projection.where,
                                           now->node->projection.where};
    const struct pc_keys *keys[] = {&before->node->projection.keys, &now->node->projection.keys};

    if (before->kind != now->kind ||
        !pc_text_equals(before->node->projection.source.text, now->node->projection.source.text) ||
        (where[0] == NULL) != (where[1] == NULL) || keys[0]->count != keys[1]->count)
        return false;
    for (size_t i = 0; i < keys[0]->count; i++)
        if (!pc_reads_the_same(pc_source_slice(comparison->sources, keys[0]->items[i]->span),
                               pc_source_slice(comparison->sources, keys[1]->items[i]->span)))
            return false;
    return where[0] == NULL ||
           pc_reads_the_same(pc_source_slice(comparison->sources, where[0]->span),
                             pc_source_slice(comparison->sources, where[1]->span));
}

/* Returns the number of changes. */
static size_t compare_state_fields(struct pc_comparison *comparison,
                                   const struct pc_projection_model *before,
                                   const struct pc_projection_model *now)
{
    const struct pc_field_models *old_fields = &before->state.fields;
    const struct pc_field_models *new_fields = &now->state.fields;
    size_t count = 0;

    for (size_t i = 0; i < old_fields->count; i++) {
        const struct pc_field_model *field = old_fields->items[i];
        const struct pc_field_model *other = pc_find_outside(new_fields, field->outside);
        struct pc_diagnostic *change;

        if (other == NULL) {
            change = pc_change(comparison, PC_W0503, &field->node->span, &now->node->name.span,
                               "`%.*s` of the state of `%.*s` is gone", PC_TEXT_ARGS(field->name),
                               PC_TEXT_ARGS(now->name));
            count++;
            other = pc_find_renamed(field, new_fields, old_fields);
            if (other != NULL)
                pc_diagnostic_help(change,
                                   "if it is `%.*s` now, `as \"%.*s\"` keeps what is stored",
                                   PC_TEXT_ARGS(other->name), PC_TEXT_ARGS(field->outside));
        } else if (!pc_is_same_type(field->type, other->type)) {
            pc_change(comparison, PC_W0503, &field->node->span, &other->node->span,
                      "`%.*s` of the state of `%.*s` was %.*s and is %.*s",
                      PC_TEXT_ARGS(other->name), PC_TEXT_ARGS(now->name),
                      PC_TEXT_ARGS(field->type->name), PC_TEXT_ARGS(other->type->name));
            count++;
        } else {
            if (!pc_text_equals(field->name, other->name))
                pc_change(comparison, PC_W0506, &field->node->name.span, &other->node->name.span,
                          "`%.*s` of the state of `%.*s` is called `%.*s` now",
                          PC_TEXT_ARGS(field->name), PC_TEXT_ARGS(now->name),
                          PC_TEXT_ARGS(other->name));
            pc_compare_docs(comparison, field->node->doc, other->node->doc, field->node->name.span,
                            other->node->name.span, other->name);
        }
    }
    for (size_t i = 0; i < new_fields->count; i++) {
        const struct pc_field_model *field = new_fields->items[i];

        if (pc_find_outside(old_fields, field->outside) != NULL)
            continue;
        pc_change(comparison, PC_W0503, &before->node->name.span, &field->node->span,
                  "`%.*s` of the state of `%.*s` is new", PC_TEXT_ARGS(field->name),
                  PC_TEXT_ARGS(now->name));
        count++;
    }
    return count;
}

/* Stored states of another shape are not read: what to do next. */
static void advise_rebuild(struct pc_diagnostic *change, const struct pc_projection_model *now)
{
    pc_diagnostic_help(change,
                       "write `version %u`, and the service builds it beside the live one when it "
                       "starts; or run `rebuild %.*s`",
                       (unsigned)now->version + 1, PC_TEXT_ARGS(now->name));
}

static void compare_versions(struct pc_comparison *comparison,
                             const struct pc_projection_model *before,
                             const struct pc_projection_model *now, size_t told)
{
    const struct pc_plan_projection *old_plan =
        comparison->before->plan->projections.items[before->index];
    const struct pc_plan_projection *new_plan =
        comparison->now->plan->projections.items[now->index];
    struct pc_span old_span = before->node->name.span;
    struct pc_span new_span = now->node->name.span;
    struct pc_diagnostic *change;

    if (before->version != now->version) {
        pc_change(comparison, PC_W0503, &old_span, &new_span,
                  "`%.*s` had version %u and has %u: it is built again", PC_TEXT_ARGS(now->name),
                  (unsigned)before->version, (unsigned)now->version);
        return;
    }
    if (old_plan->shape_fingerprint != new_plan->shape_fingerprint) {
        if (told > 0)
            return;
        change = pc_change(comparison, PC_W0503, &old_span, &new_span,
                           "the state of `%.*s` has another shape, in the order of its fields or "
                           "in a record that it holds",
                           PC_TEXT_ARGS(now->name));
        advise_rebuild(change, now);
        return;
    }
    if (told > 0 || old_plan->logic_fingerprint == new_plan->logic_fingerprint)
        return;
    change = pc_change(comparison, PC_W0504, &old_span, &new_span,
                       "`%.*s` does something else than before, and its `version` is still %u",
                       PC_TEXT_ARGS(now->name), (unsigned)now->version);
    pc_diagnostic_help(change, "write `version %u` to build it again from the first event",
                       (unsigned)now->version + 1);
}

static void compare_projection(struct pc_comparison *comparison,
                               const struct pc_projection_model *before,
                               const struct pc_projection_model *now)
{
    struct pc_span old_span = before->node->name.span;
    struct pc_span new_span = now->node->name.span;
    size_t first = comparison->changes->count;
    size_t told = 0;

    if (!is_same_source(comparison, before, now)) {
        pc_change(comparison, PC_W0503, &old_span, &new_span,
                  "`%.*s` has another source: other events or other keys", PC_TEXT_ARGS(now->name));
        told++;
    }
    if (before->state.is_columns != now->state.is_columns) {
        pc_change(comparison, PC_W0503, &old_span, &new_span,
                  "the state of `%.*s` is stored in %s now", PC_TEXT_ARGS(now->name),
                  now->state.is_columns ? "columns" : "one value");
        told++;
    }
    told += compare_state_fields(comparison, before, now);
    if (told > 0 && before->version == now->version)
        advise_rebuild(comparison->changes->items[first], now);
    compare_versions(comparison, before, now, told);
    pc_compare_docs(comparison, before->node->doc, now->node->doc, old_span, new_span, now->name);
    pc_compare_tables(comparison, before, now);
}

static void report_gone(struct pc_comparison *comparison, const struct pc_projection_model *gone)
{
    struct pc_diagnostic *change =
        pc_change(comparison, PC_W0505, &gone->node->name.span, NULL,
                  "projection `%.*s` is gone; its tables stay until they are dropped",
                  PC_TEXT_ARGS(gone->name));

    pc_diagnostic_help(change, "`projc diff --sql` prints the statements that drop them");
}

void pc_compare_projections(struct pc_comparison *comparison)
{
    const struct pc_model *before = comparison->before->model;
    const struct pc_model *now = comparison->now->model;

    for (size_t i = 0; i < before->projections.count; i++) {
        const struct pc_projection_model *projection = before->projections.items[i];
        const struct pc_projection_model *other = find_projection(now, projection->name);

        if (other != NULL)
            compare_projection(comparison, projection, other);
        else
            report_gone(comparison, projection);
    }
    for (size_t i = 0; i < now->projections.count; i++)
        if (find_projection(before, now->projections.items[i]->name) == NULL)
            pc_change(comparison, PC_W0505, NULL, &now->projections.items[i]->node->name.span,
                      "projection `%.*s` is new, and its tables",
                      PC_TEXT_ARGS(now->projections.items[i]->name));
}
