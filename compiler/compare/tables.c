/* tables.c -- tables and indexes of a projection. */
#include "compare/comparison.h"

static bool is_same_index(const struct pc_index_model *a, const struct pc_index_model *b)
{
    if (a->columns.count != b->columns.count)
        return false;
    for (size_t i = 0; i < a->columns.count; i++)
        if (a->columns.items[i]->is_descending != b->columns.items[i]->is_descending ||
            !pc_text_equals(a->columns.items[i]->field->outside,
                            b->columns.items[i]->field->outside))
            return false;
    return true;
}

static bool has_index(const struct pc_index_models *indexes, const struct pc_index_model *wanted)
{
    for (size_t i = 0; i < indexes->count; i++)
        if (is_same_index(indexes->items[i], wanted))
            return true;
    return false;
}

static void compare_indexes(struct pc_comparison *comparison, struct pc_text name,
                            const struct pc_index_models *before, const struct pc_index_models *now,
                            struct pc_span old_span, struct pc_span new_span)
{
    for (size_t i = 0; i < before->count; i++)
        if (!has_index(now, before->items[i]))
            pc_change(comparison, PC_W0505, &before->items[i]->node->span, &new_span,
                      "an index of `%.*s` is gone", PC_TEXT_ARGS(name));
    for (size_t i = 0; i < now->count; i++)
        if (!has_index(before, now->items[i]))
            pc_change(comparison, PC_W0505, &old_span, &now->items[i]->node->span,
                      "an index of `%.*s` is new", PC_TEXT_ARGS(name));
}

/* Where a column is declared: a field, or a key part, which stands in the table's head. */
static struct pc_span column_span(const struct pc_table_model *table,
                                  const struct pc_field_model *column)
{
    return column->node != NULL ? column->node->span : table->node->table.name.span;
}

static void report_gone(struct pc_comparison *comparison, const struct pc_table_model *before,
                        const struct pc_table_model *now, const struct pc_field_model *column)
{
    struct pc_span old_span = column_span(before, column);
    struct pc_diagnostic *change = pc_change(
        comparison, PC_W0505, &old_span, &now->node->table.name.span,
        "column `%.*s` of `%.*s` is gone", PC_TEXT_ARGS(column->outside), PC_TEXT_ARGS(now->name));
    const struct pc_field_model *renamed = pc_find_renamed(column, &now->columns, &before->columns);

    if (renamed != NULL)
        pc_diagnostic_help(change, "if it is `%.*s` now, `as \"%.*s\"` keeps the column",
                           PC_TEXT_ARGS(renamed->name), PC_TEXT_ARGS(column->outside));
}

static void compare_columns(struct pc_comparison *comparison, const struct pc_table_model *before,
                            const struct pc_table_model *now)
{
    for (size_t i = 0; i < before->columns.count; i++) {
        const struct pc_field_model *column = before->columns.items[i];
        const struct pc_field_model *other = pc_find_outside(&now->columns, column->outside);
        struct pc_span old_span = column_span(before, column);
        struct pc_span new_span;

        if (other == NULL) {
            report_gone(comparison, before, now, column);
            continue;
        }
        new_span = column_span(now, other);
        if (!pc_is_same_type(column->type, other->type))
            pc_change(comparison, PC_W0505, &old_span, &new_span,
                      "column `%.*s` of `%.*s` was %.*s and is %.*s", PC_TEXT_ARGS(column->outside),
                      PC_TEXT_ARGS(now->name), PC_TEXT_ARGS(column->type->name),
                      PC_TEXT_ARGS(other->type->name));
        else if (!pc_text_equals(column->name, other->name))
            pc_change(comparison, PC_W0506, &old_span, &new_span,
                      "column `%.*s` of `%.*s` is called `%.*s` now", PC_TEXT_ARGS(column->name),
                      PC_TEXT_ARGS(now->name), PC_TEXT_ARGS(other->name));
        if (column->node != NULL && other->node != NULL)
            pc_compare_docs(comparison, column->node->doc, other->node->doc, old_span, new_span,
                            other->name);
    }
    for (size_t i = 0; i < now->columns.count; i++) {
        const struct pc_field_model *column = now->columns.items[i];
        struct pc_span new_span = column_span(now, column);

        if (pc_find_outside(&before->columns, column->outside) == NULL)
            pc_change(comparison, PC_W0505, &before->node->table.name.span, &new_span,
                      "column `%.*s` of `%.*s` is new", PC_TEXT_ARGS(column->outside),
                      PC_TEXT_ARGS(now->name));
    }
}

static bool has_same_key(const struct pc_table_model *before, const struct pc_table_model *now)
{
    if (before->key_count != now->key_count)
        return false;
    for (uint32_t i = 0; i < now->key_count; i++)
        if (!pc_text_equals(before->columns.items[i]->outside, now->columns.items[i]->outside))
            return false;
    return true;
}

static const struct pc_table_model *find_table(const struct pc_projection_model *projection,
                                               struct pc_text name)
{
    for (size_t i = 0; i < projection->tables.count; i++)
        if (pc_text_equals(projection->tables.items[i]->name, name))
            return projection->tables.items[i];
    return NULL;
}

static void compare_name(struct pc_comparison *comparison, const struct pc_plan_table *before,
                         const struct pc_plan_table *now, struct pc_span old_span,
                         struct pc_span new_span)
{
    if (!pc_text_equals(before->sql_name, now->sql_name) ||
        !pc_text_equals(before->sql_schema, now->sql_schema))
        pc_change(comparison, PC_W0505, &old_span, &new_span, "table `%.*s` is called `%.*s` now",
                  PC_TEXT_ARGS(before->sql_name), PC_TEXT_ARGS(now->sql_name));
}

static void compare_table(struct pc_comparison *comparison, const struct pc_table_model *before,
                          const struct pc_table_model *now)
{
    struct pc_span old_span = before->node->table.name.span;
    struct pc_span new_span = now->node->table.name.span;

    if (!has_same_key(before, now))
        pc_change(comparison, PC_W0505, &old_span, &new_span, "`%.*s` has another key",
                  PC_TEXT_ARGS(now->name));
    compare_columns(comparison, before, now);
    compare_indexes(comparison, now->name, &before->indexes, &now->indexes, old_span, new_span);
    pc_compare_docs(comparison, before->node->doc, now->node->doc, old_span, new_span, now->name);
}

void pc_compare_tables(struct pc_comparison *comparison, const struct pc_projection_model *before,
                       const struct pc_projection_model *now)
{
    const struct pc_plan_projection *old_plan =
        comparison->before->plan->projections.items[before->index];
    const struct pc_plan_projection *new_plan =
        comparison->now->plan->projections.items[now->index];

    compare_name(comparison, &old_plan->table, &new_plan->table, before->node->name.span,
                 now->node->name.span);
    compare_indexes(comparison, now->name, &before->state.indexes, &now->state.indexes,
                    before->node->name.span, now->node->name.span);
    for (size_t i = 0; i < before->tables.count; i++) {
        const struct pc_table_model *table = before->tables.items[i];
        const struct pc_table_model *other = find_table(now, table->name);

        if (other == NULL) {
            struct pc_diagnostic *change = pc_change(
                comparison, PC_W0505, &table->node->table.name.span, &now->node->name.span,
                "table `%.*s` is gone; in the database it stays until it is dropped",
                PC_TEXT_ARGS(table->name));

            pc_diagnostic_help(change, "`projc diff --sql` prints the statement that drops it");
            continue;
        }
        compare_name(comparison, &old_plan->tables.items[i]->table,
                     &new_plan->tables.items[other->index]->table, table->node->table.name.span,
                     other->node->table.name.span);
        compare_table(comparison, table, other);
    }
    for (size_t i = 0; i < now->tables.count; i++)
        if (find_table(before, now->tables.items[i]->name) == NULL)
            pc_change(comparison, PC_W0505, &before->node->name.span,
                      &now->tables.items[i]->node->table.name.span, "table `%.*s` is new",
                      PC_TEXT_ARGS(now->tables.items[i]->name));
}
