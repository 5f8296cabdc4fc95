/* api.c -- what those see who call the generated C: the package, functions, queries. */
#include "compare/comparison.h"

static void compare_text(struct pc_comparison *comparison, const char *what, struct pc_text name,
                         struct pc_span before, struct pc_span now)
{
    if (!pc_reads_the_same(pc_source_slice(comparison->sources, before),
                           pc_source_slice(comparison->sources, now)))
        pc_change(comparison, PC_W0506, &before, &now, "%s `%.*s` is another one", what,
                  PC_TEXT_ARGS(name));
}

/* ---- extern functions: the user's code has to follow ---- */

static const struct pc_declaration *find_function(const struct pc_module *tree, struct pc_text name)
{
    for (size_t i = 0; i < tree->declarations.count; i++) {
        const struct pc_declaration *declaration = tree->declarations.items[i];

        if (declaration->kind == PC_DECLARATION_FUNCTION && declaration->function.is_extern &&
            pc_text_equals(declaration->name.text, name))
            return declaration;
    }
    return NULL;
}

static void compare_functions(struct pc_comparison *comparison, const struct pc_module *before,
                              const struct pc_module *now, bool is_forward)
{
    for (size_t i = 0; i < before->declarations.count; i++) {
        const struct pc_declaration *declaration = before->declarations.items[i];
        const struct pc_declaration *other;

        if (declaration->kind != PC_DECLARATION_FUNCTION || !declaration->function.is_extern)
            continue;
        other = find_function(now, declaration->name.text);
        if (other == NULL)
            pc_change(comparison, PC_W0506, is_forward ? &declaration->name.span : NULL,
                      is_forward ? NULL : &declaration->name.span, "function `%.*s` is %s",
                      PC_TEXT_ARGS(declaration->name.text), is_forward ? "gone" : "new");
        else if (is_forward)
            compare_text(comparison, "function", declaration->name.text, declaration->span,
                         other->span);
    }
}

/* ---- queries ---- */

static const struct pc_item *find_query(const struct pc_model *model, struct pc_text projection,
                                        struct pc_text name)
{
    for (size_t i = 0; i < model->projections.count; i++) {
        const struct pc_items *items = &model->projections.items[i]->node->projection.items;

        if (!pc_text_equals(model->projections.items[i]->name, projection))
            continue;
        for (size_t j = 0; j < items->count; j++)
            if (items->items[j]->kind == PC_ITEM_QUERY &&
                pc_text_equals(items->items[j]->query.name.text, name))
                return items->items[j];
    }
    return NULL;
}

static void compare_queries(struct pc_comparison *comparison, const struct pc_model *before,
                            const struct pc_model *now, bool is_forward)
{
    for (size_t i = 0; i < before->projections.count; i++) {
        const struct pc_projection_model *projection = before->projections.items[i];
        const struct pc_items *items = &projection->node->projection.items;

        for (size_t j = 0; j < items->count; j++) {
            const struct pc_item *query = items->items[j];
            const struct pc_item *other;

            if (query->kind != PC_ITEM_QUERY)
                continue;
            other = find_query(now, projection->name, query->query.name.text);
            if (other == NULL)
                pc_change(comparison, PC_W0506, is_forward ? &query->query.name.span : NULL,
                          is_forward ? NULL : &query->query.name.span, "query `%.*s` is %s",
                          PC_TEXT_ARGS(query->query.name.text), is_forward ? "gone" : "new");
            else if (is_forward)
                compare_text(comparison, "query", query->query.name.text, query->span, other->span);
        }
    }
}

void pc_compare_api(struct pc_comparison *comparison)
{
    const struct pc_model *before = comparison->before->model;
    const struct pc_model *now = comparison->now->model;

    if (!pc_text_equals(before->package, now->package))
        pc_change(comparison, PC_W0506, &before->tree->package->name.span,
                  &now->tree->package->name.span,
                  "package `%.*s` is called `%.*s` now: every name in C begins with it",
                  PC_TEXT_ARGS(before->package), PC_TEXT_ARGS(now->package));
    compare_functions(comparison, before->tree, now->tree, true);
    compare_functions(comparison, now->tree, before->tree, false);
    compare_queries(comparison, before, now, true);
    compare_queries(comparison, now, before, false);
}
