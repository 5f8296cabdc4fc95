/* lower_tables.c -- tables of projections: row structs, SQL tables, and what handlers do with rows.
 */
#include "plan/lowering.h"

/* ---- tables ---- */

/* The plan is being built: nothing of it is constant yet. */
static struct pc_plan_row_table *table_of(struct pc_lowering *lowering, const struct pc_type *row)
{
    return (struct pc_plan_row_table *)(uintptr_t)pc_lower_type(lowering, row)->row_table;
}

/* Rows are handled by pointers to their struct; a row that may be none is a pointer too. */
static void name_types(struct pc_lowering *lowering, const struct pc_type *row,
                       const struct pc_plan_row_table *table)
{
    struct pc_plan_type *types[] = {
        lowering->types[row->index],
        row->optional_of != NULL ? lowering->types[row->optional_of->index] : NULL};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i] == NULL)
            continue;
        types[i]->c_name = table->c_row;
        types[i]->c_stem = table->c_stem;
    }
}

static void lower_table(struct pc_lowering *lowering, const struct pc_table_model *model,
                        struct pc_plan_projection *projection)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_plan_row_table *out = table_of(lowering, model->row);

    out->name = model->name;
    out->doc = model->node->doc;
    out->c_stem = pc_take_name(arena, &lowering->stems,
                               pc_text_format(arena, "%.*s_%.*s", PC_TEXT_ARGS(projection->c_stem),
                                              PC_TEXT_ARGS(pc_snake_case(arena, model->name))));
    out->c_row = pc_lower_global(lowering, out->c_stem, "_row");
    out->key_count = model->key_count;
    out->index = model->index;
    name_types(lowering, model->row, out);
    pc_lower_fields(lowering, &model->columns, &out->fields);
    out->table.sql_schema = model->schema;
    out->table.sql_name = pc_table_sql_name(arena, lowering->model, model);
    out->table.doc = out->doc;
    out->table.key_count = out->key_count;
    pc_lower_columns(lowering, &out->fields, &out->table);
    pc_lower_indexes(lowering, &model->indexes, 0, &out->table);
    PC_LIST_ADD(arena, &projection->tables, out);
}

void pc_lower_tables(struct pc_lowering *lowering, const struct pc_projection_model *model,
                     struct pc_plan_projection *projection)
{
    for (size_t i = 0; i < model->tables.count; i++)
        lower_table(lowering, model->tables.items[i], projection);
}

/* ---- rows ---- */

struct pc_ir_expression *pc_lower_row(struct pc_lowering_handler *handler,
                                      const struct pc_expression *expression)
{
    const struct pc_plan_type *type = pc_lower_type(handler->lowering, expression->type);
    const struct pc_plan_type *row = type->kind == PC_PLAN_OPTIONAL ? type->element : type;
    struct pc_ir_expression *out = pc_ir_new(handler, PC_IR_ROW, type);

    out->row_table = row->row_table;
    for (size_t i = 0; i < expression->index.keys.count; i++)
        PC_LIST_ADD(handler->lowering->arena, &out->arguments,
                    pc_lower_convert(handler,
                                     pc_lower_expression(handler, expression->index.keys.items[i]),
                                     row->row_table->fields.items[i]->type));
    return out;
}

struct pc_ir_expression *pc_lower_row_literal(struct pc_lowering_handler *handler,
                                              const struct pc_expression *literal,
                                              const struct pc_plan_type *row)
{
    struct pc_ir_expression *out = pc_ir_new(handler, PC_IR_RECORD, row);
    const struct pc_plan_fields *fields = &row->row_table->fields;

    for (size_t i = row->row_table->key_count; i < fields->count; i++) {
        struct pc_ir_expression *value = NULL;

        for (size_t j = 0; j < literal->record.entries.count; j++) {
            const struct pc_entry *entry = literal->record.entries.items[j];

            if (entry->symbol->field_model->index == i)
                value = pc_lower_convert(handler, pc_lower_expression(handler, entry->value),
                                         fields->items[i]->type);
        }
        PC_LIST_ADD(handler->lowering->arena, &out->arguments, value);
    }
    return out;
}

/* ---- walks ---- */

static uint32_t path_of(struct pc_arena *arena, struct pc_plan_row_table *table,
                        const struct pc_path_columns *columns)
{
    struct pc_plan_row_path *path;
    uint32_t *numbers;

    for (size_t i = 0; i < table->paths.count; i++) {
        const struct pc_plan_row_path *known = table->paths.items[i];
        bool is_same = known->count == columns->count;

        for (size_t j = 0; is_same && j < columns->count; j++)
            is_same = known->columns[j] == columns->items[j]->index;
        if (is_same)
            return (uint32_t)i;
    }
    path = PC_NEW(arena, struct pc_plan_row_path);
    numbers = pc_arena_alloc_array(arena, columns->count + 1, sizeof *numbers);
    for (size_t i = 0; i < columns->count; i++)
        numbers[i] = columns->items[i]->index;
    path->columns = numbers;
    path->count = (uint32_t)columns->count;
    PC_LIST_ADD(arena, &table->paths, path);
    return (uint32_t)table->paths.count - 1;
}

/* A column that may be none is looked up by a value that is there. */
static struct pc_ir_expression *path_value(struct pc_lowering_handler *handler,
                                           const struct pc_expression *expression,
                                           const struct pc_plan_type *column)
{
    struct pc_ir_expression *value = pc_lower_plain(handler, expression);

    return pc_lower_convert(handler, value,
                            column->kind == PC_PLAN_OPTIONAL ? column->element : column);
}

void pc_lower_walk(struct pc_lowering_handler *handler, const struct pc_statement *from,
                   struct pc_ir_statement *out)
{
    const struct pc_statement_info *info = from->extra;
    struct pc_arena *arena = handler->lowering->arena;
    struct pc_plan_row_table *table = table_of(handler->lowering, info->root->table->row);

    out->row_table = table;
    out->path = path_of(arena, table, &info->path);
    for (size_t i = 0; i < info->path.count; i++)
        PC_LIST_ADD(arena, &out->path_values,
                    path_value(handler, info->path_values.items[i],
                               table->fields.items[info->path.items[i]->index]->type));
    out->local = pc_lower_local(handler, from->loop.first.symbol);
    for (size_t i = 0; i < info->filters.count; i++) {
        struct pc_ir_expression *filter = pc_lower_expression(handler, info->filters.items[i]);

        if (out->condition != NULL) {
            struct pc_ir_expression *both = pc_ir_new(handler, PC_IR_AND, filter->type);

            both->left = out->condition;
            both->right = filter;
            filter = both;
        }
        out->condition = filter;
    }
    out->then = pc_lower_block(handler, from->loop.body);
}

/* ---- reading before writing ---- */

static bool reads(const struct pc_ir_expression *expression, const struct pc_plan_row_table *table);

static bool any_reads(const struct pc_ir_expressions *list, const struct pc_plan_row_table *table)
{
    for (size_t i = 0; i < list->count; i++)
        if (reads(list->items[i], table))
            return true;
    return false;
}

/* True when an expression looks at a row of the table. */
static bool reads(const struct pc_ir_expression *expression, const struct pc_plan_row_table *table)
{
    if (expression == NULL)
        return false;

    const struct pc_plan_type *type = expression->type;

    if (type->kind == PC_PLAN_OPTIONAL)
        type = type->element;
    if (type->kind == PC_PLAN_ROW && type->row_table == table)
        return true;
    for (size_t i = 0; i < expression->arms.count; i++)
        if (reads(expression->arms.items[i]->value, table))
            return true;
    for (size_t i = 0; i < expression->terms.count; i++)
        if (any_reads(&expression->terms.items[i]->factors, table) ||
            reads(expression->terms.items[i]->divisor, table))
            return true;
    return reads(expression->left, table) || reads(expression->right, table) ||
           reads(expression->condition, table) || any_reads(&expression->arguments, table);
}

/* `let value = …` in front of the statement; the result is that local. */
static struct pc_ir_expression *hold(struct pc_lowering_handler *handler, struct pc_ir_block *block,
                                     const struct pc_ir_statement *statement,
                                     struct pc_ir_expression *value)
{
    struct pc_arena *arena = handler->lowering->arena;
    struct pc_ir_local *local = PC_NEW(arena, struct pc_ir_local);
    struct pc_ir_statement *let = PC_NEW(arena, struct pc_ir_statement);
    struct pc_ir_expression *out = pc_ir_new(handler, PC_IR_LOCAL, value->type);

    local->name = pc_text_of("value");
    local->c_name = pc_lower_word(handler, local->name);
    local->type = value->type;
    let->kind = PC_IR_LET;
    let->file = statement->file;
    let->line = statement->line;
    let->column = statement->column;
    let->source = statement->source;
    let->local = local;
    let->value = value;
    PC_LIST_ADD(arena, block, let);
    out->local = local;
    return out;
}

void pc_lower_read_first(struct pc_lowering_handler *handler, struct pc_ir_block *block,
                         struct pc_ir_statement *statement)
{
    const struct pc_ir_expression *root = statement->target;

    while (root != NULL && (root->kind == PC_IR_FIELD || root->kind == PC_IR_MAP_AT))
        root = root->left;
    if (root == NULL || root->kind != PC_IR_ROW || statement->value == NULL)
        return;
    if (statement->value->kind != PC_IR_RECORD || statement->value->type->kind != PC_PLAN_ROW) {
        if (reads(statement->value, root->row_table))
            statement->value = hold(handler, block, statement, statement->value);
        return;
    }
    for (size_t i = 0; i < statement->value->arguments.count; i++) {
        struct pc_ir_expression **value = &statement->value->arguments.items[i];

        if (reads(*value, root->row_table))
            *value = hold(handler, block, statement, *value);
    }
}
