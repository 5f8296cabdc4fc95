/* table.c -- rows of tables: found, made, replaced, deleted, walked, set back, shown.
 *
 * A row is one value for as long as the projection lives, ascending by its key among the others;
 * one that was deleted stays where it is, without `has`. Locals that are bound to a row point to
 * that value. */
#include "machine.h"

enum { INDEXED_BYTES_MAX = 1000 };

void oracle_begin_tables(struct oracle_machine *machine,
                         const struct pc_projection_model *projection)
{
    machine->table_count = projection->tables.count;
    machine->tables =
        pc_arena_alloc_array(machine->arena, machine->table_count + 1, sizeof *machine->tables);
    for (size_t i = 0; i < machine->table_count; i++)
        machine->tables[i].model = projection->tables.items[i];
}

struct oracle_table *oracle_copy_tables(const struct oracle_machine *machine)
{
    struct pc_arena *arena = machine->arena;
    struct oracle_table *copies =
        pc_arena_alloc_array(arena, machine->table_count + 1, sizeof *copies);

    for (size_t i = 0; i < machine->table_count; i++) {
        const struct oracle_table *table = &machine->tables[i];

        copies[i] = *table;
        copies[i].count = 0;
        copies[i].rows = pc_arena_alloc_array(arena, table->count + 1, sizeof *copies[i].rows);
        for (size_t j = 0; j < table->count; j++) {
            if (!table->rows[j]->has)
                continue;
            struct oracle_value *row = PC_NEW(arena, struct oracle_value);
            *row = oracle_copy(arena, table->rows[j]);
            copies[i].rows[copies[i].count++] = row;
        }
    }
    return copies;
}

/* ---- keys ---- */

static int compare_keys(const struct pc_table_model *model, const struct oracle_value *left,
                        const struct oracle_value *right)
{
    for (uint32_t i = 0; i < model->key_count; i++) {
        int order = oracle_compare(model->columns.items[i]->type, &left[i], &right[i]);

        if (order != 0)
            return order;
    }
    return 0;
}

static const struct pc_type *inside(const struct pc_type *type)
{
    return type->kind == PC_TYPE_OPTIONAL ? type->element : type;
}

static bool is_long(const struct pc_type *type, const struct oracle_value *value)
{
    type = inside(type);
    return (type->kind == PC_TYPE_TEXT || type->kind == PC_TYPE_BYTES) &&
           value->text.size > INDEXED_BYTES_MAX;
}

static struct oracle_value *evaluate_key(struct oracle_machine *machine,
                                         const struct pc_expression *path)
{
    const struct pc_expressions *keys = &path->index.keys;
    struct oracle_value *values =
        pc_arena_alloc_array(machine->arena, keys->count + 1, sizeof *values);

    for (size_t i = 0; i < keys->count; i++)
        values[i] = oracle_evaluate(machine, keys->items[i]);
    return values;
}

static struct oracle_table *table_of(struct oracle_machine *machine,
                                     const struct pc_expression *path)
{
    return &machine->tables[path->symbol->table->index];
}

static struct oracle_value *find(const struct oracle_table *table, const struct oracle_value *key)
{
    for (size_t i = 0; i < table->count; i++)
        if (compare_keys(table->model, table->rows[i]->items, key) == 0)
            return table->rows[i];
    return NULL;
}

static struct oracle_value *insert(struct oracle_machine *machine, struct oracle_table *table,
                                   const struct oracle_value *key)
{
    struct oracle_value **rows =
        pc_arena_alloc_array(machine->arena, table->count + 1, sizeof *rows);
    struct oracle_value *row = PC_NEW(machine->arena, struct oracle_value);
    size_t at = 0;

    row->items = pc_arena_alloc_array(machine->arena, table->model->key_count, sizeof *row->items);
    for (uint32_t i = 0; i < table->model->key_count; i++)
        row->items[i] = oracle_copy(machine->arena, &key[i]);
    while (at < table->count && compare_keys(table->model, table->rows[at]->items, key) < 0)
        at++;
    for (size_t i = 0; i < table->count; i++)
        rows[i < at ? i : i + 1] = table->rows[i];
    rows[at] = row;
    table->rows = rows;
    table->count++;
    return row;
}

/* All columns behind the key as when the row is made. */
static void start_over(struct oracle_machine *machine, const struct pc_table_model *model,
                       struct oracle_value *row)
{
    struct oracle_value *key = row->items;

    *row = oracle_initial(machine->arena, &model->columns);
    row->has = true;
    for (uint32_t i = 0; i < model->key_count; i++)
        row->items[i] = key[i];
}

static struct oracle_value *obtain(struct oracle_machine *machine, const struct pc_expression *path,
                                   bool is_replaced)
{
    struct oracle_table *table = table_of(machine, path);
    const struct oracle_value *key = evaluate_key(machine, path);

    for (uint32_t i = 0; i < table->model->key_count; i++)
        if (is_long(table->model->columns.items[i]->type, &key[i]))
            oracle_fail(machine, "a key holds at most 1,000 bytes");
    struct oracle_value *row = find(table, key);
    if (row == NULL)
        row = insert(machine, table, key);
    if (is_replaced || !row->has)
        start_over(machine, table->model, row);
    return row;
}

/* ---- reading ---- */

bool oracle_is_row(const struct pc_type *type)
{
    return inside(type)->kind == PC_TYPE_ROW;
}

void oracle_check_row(struct oracle_machine *machine, const struct pc_symbol *local)
{
    const struct oracle_value *row = machine->locals[local->local_index];

    if (oracle_is_row(local->type) && row->items != NULL && !row->has)
        oracle_fail(machine, "the row was deleted");
}

struct oracle_value *oracle_find_row(struct oracle_machine *machine,
                                     const struct pc_expression *expression)
{
    struct oracle_value *row;

    if (expression->kind == PC_EXPRESSION_INDEX) {
        row = find(table_of(machine, expression), evaluate_key(machine, expression));
    } else {
        oracle_check_row(machine, expression->symbol);
        row = machine->locals[expression->symbol->local_index];
    }
    return row != NULL && row->has ? row : PC_NEW(machine->arena, struct oracle_value);
}

/* ---- changing ---- */

struct oracle_value *oracle_obtain_row(struct oracle_machine *machine,
                                       const struct pc_expression *path)
{
    return obtain(machine, path, false);
}

void oracle_check_target(struct oracle_machine *machine, const struct pc_expression *target)
{
    while (target->kind == PC_EXPRESSION_FIELD && target->symbol->kind == PC_SYMBOL_RECORD_FIELD)
        target = target->field.object;
    if (target->kind == PC_EXPRESSION_NAME && target->symbol->kind == PC_SYMBOL_LOCAL)
        oracle_check_row(machine, target->symbol);
}

static bool is_indexed(const struct pc_table_model *model, const struct pc_field_model *column)
{
    for (size_t i = 0; i < model->indexes.count; i++)
        for (size_t j = 0; j < model->indexes.items[i]->columns.count; j++)
            if (model->indexes.items[i]->columns.items[j]->field == column)
                return true;
    return false;
}

static void check_indexed(struct oracle_machine *machine, const struct pc_table_model *model,
                          const struct pc_field_model *column, const struct oracle_value *value)
{
    if (is_long(column->type, value) && is_indexed(model, column))
        oracle_fail(machine, "an indexed column holds at most 1,000 bytes");
}

void oracle_check_column(struct oracle_machine *machine, const struct pc_expression *target,
                         const struct oracle_value *value)
{
    if (target->kind == PC_EXPRESSION_FIELD && target->symbol->kind == PC_SYMBOL_RECORD_FIELD &&
        target->field.object->type->kind == PC_TYPE_ROW)
        check_indexed(machine, target->field.object->type->table, target->symbol->field_model,
                      value);
}

/* Values are read before the row is made anew: they may come from it. */
void oracle_replace_row(struct oracle_machine *machine, const struct pc_statement *statement)
{
    const struct pc_entries *entries = &statement->assign.value->record.entries;
    struct oracle_value *values =
        pc_arena_alloc_array(machine->arena, entries->count + 1, sizeof *values);

    for (size_t i = 0; i < entries->count; i++) {
        struct oracle_value value = oracle_evaluate(machine, entries->items[i]->value);

        values[i] = oracle_copy(machine->arena, &value);
    }
    struct oracle_value *row = obtain(machine, statement->assign.target, true);
    for (size_t i = 0; i < entries->count; i++) {
        const struct pc_field_model *column = entries->items[i]->symbol->field_model;

        row->items[column->index] = values[i];
        check_indexed(machine, statement->assign.target->symbol->table, column, &values[i]);
    }
}

void oracle_delete_row(struct oracle_machine *machine, const struct pc_expression *path)
{
    struct oracle_value *row = find(table_of(machine, path), evaluate_key(machine, path));

    if (row != NULL)
        row->has = false;
}

/* ---- walks ---- */

static bool is_on_path(const struct pc_statement_info *info, const struct oracle_value *values,
                       const struct oracle_value *row)
{
    for (size_t i = 0; i < info->path.count; i++) {
        const struct pc_field_model *column = info->path.items[i];

        if (oracle_compare(column->type, &row->items[column->index], &values[i]) != 0)
            return false;
    }
    return row->has;
}

static bool passes(struct oracle_machine *machine, const struct pc_expressions *filters)
{
    for (size_t i = 0; i < filters->count; i++)
        if (!oracle_holds(machine, filters->items[i]))
            return false;
    return true;
}

void oracle_walk(struct oracle_machine *machine, const struct pc_statement *statement)
{
    const struct pc_statement_info *info = statement->extra;
    const struct oracle_table *table = &machine->tables[info->root->table->index];
    struct oracle_value *values =
        pc_arena_alloc_array(machine->arena, info->path.count + 1, sizeof *values);
    struct oracle_value **rows =
        pc_arena_alloc_array(machine->arena, table->count + 1, sizeof *rows);
    size_t count = 0;

    for (size_t i = 0; i < info->path.count; i++)
        values[i] = oracle_convert(machine, pc_expression_target(info->path_values.items[i]),
                                   info->path.items[i]->type,
                                   oracle_evaluate(machine, info->path_values.items[i]));
    for (size_t i = 0; i < table->count; i++)
        if (is_on_path(info, values, table->rows[i]))
            rows[count++] = table->rows[i];
    for (size_t i = 0; i < count; i++) {
        if (!rows[i]->has)
            continue;
        machine->statement = statement->span;
        oracle_step(machine);
        machine->locals[statement->loop.first.symbol->local_index] = rows[i];
        if (passes(machine, &info->filters))
            oracle_run_block(machine, statement->loop.body);
    }
}

/* ---- what is there at the end ---- */

void oracle_put_rows(struct oracle_text *out, const struct oracle_machine *machine,
                     const struct pc_projection_model *projection)
{
    for (size_t i = 0; i < machine->table_count; i++)
        for (size_t j = 0; j < machine->tables[i].count; j++) {
            const struct oracle_table *table = &machine->tables[i];

            if (!table->rows[j]->has)
                continue;
            oracle_put(out, "%.*s.%.*s: ", PC_TEXT_ARGS(projection->name),
                       PC_TEXT_ARGS(table->model->name));
            oracle_put_fields_json(out, &table->model->columns, table->rows[j]);
            oracle_put_char(out, '\n');
        }
}
