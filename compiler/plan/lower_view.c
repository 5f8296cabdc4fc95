/* lower_view.c -- the view that shows packed states in PostgreSQL: its name and its columns. */
#include "plan/lowering.h"

/* PostgreSQL takes 1,664 in a SELECT; fields behind these are left out. */
enum { VIEW_COLUMNS_MAX = 1600 };

static bool has_column(const struct pc_plan_table *view, struct pc_text name)
{
    for (size_t i = 0; i < view->columns.count; i++)
        if (pc_text_equals(view->columns.items[i]->sql_name, name))
            return true;
    return false;
}

/* In a packed state, fields have names for JSON only: one may be long, or that of a column which
 * stands before it. Then the column's name is cut, or gets a `_`. */
static struct pc_text free_name(struct pc_arena *arena, const struct pc_plan_table *view,
                                struct pc_text name)
{
    name = pc_fit_sql_name(arena, name.size == 0 ? pc_text_of("_") : name);
    while (has_column(view, name))
        name = pc_fit_sql_name(arena, pc_text_format(arena, "%.*s_", PC_TEXT_ARGS(name)));
    return name;
}

static void add_column(struct pc_arena *arena, struct pc_plan_table *view,
                       const struct pc_plan_column *column)
{
    struct pc_plan_column *copy = PC_NEW(arena, struct pc_plan_column);

    *copy = *column;
    copy->sql_name = free_name(arena, view, column->sql_name);
    PC_LIST_ADD(arena, &view->columns, copy);
}

void pc_lower_view(struct pc_lowering *lowering, struct pc_plan_projection *projection)
{
    static const struct pc_plan_column problem = {
        .sql_name = {"problem", sizeof "problem" - 1},
        .type = PC_COLUMN_TEXT,
        .is_nullable = true,
        .doc = {"Why the state cannot be shown; NULL: it can.",
                sizeof "Why the state cannot be shown; NULL: it can." - 1}};
    struct pc_arena *arena = lowering->arena;
    const struct pc_plan_table *table = &projection->table;
    struct pc_plan_table *view = &projection->view;
    struct pc_plan_table fields = {.columns = {0}};
    /* Not `singleton`, nor (the last) `state`. */
    uint32_t first = projection->kind == PC_PLAN_STREAM_PROJECTION ? 1 : 0;

    if (projection->is_columns)
        return;
    projection->c_view =
        pc_take_name(arena, &lowering->stems,
                     pc_text_format(arena, "%.*s_view", PC_TEXT_ARGS(projection->c_stem)));
    view->sql_schema = table->sql_schema;
    view->sql_name = pc_view_sql_name(arena, table->sql_name);
    view->doc = table->doc;
    view->key_count = table->key_count - first;
    for (size_t i = first; i + 1 < table->columns.count; i++)
        add_column(arena, view, table->columns.items[i]);
    pc_lower_columns(lowering, &projection->fields, &fields);
    for (size_t i = 0; i < fields.columns.count && view->columns.count < VIEW_COLUMNS_MAX; i++)
        add_column(arena, view, fields.columns.items[i]);
    add_column(arena, view, &problem);
}
