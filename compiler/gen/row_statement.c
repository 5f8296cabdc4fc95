/* row_statement.c -- rows of tables in handlers: found, made, changed, deleted, walked. */
#include "gen/body.h"
#include "gen/values.h"

#include <assert.h>

bool pc_is_optional_row(const struct pc_plan_type *type)
{
    return type->kind == PC_PLAN_OPTIONAL && type->element->kind == PC_PLAN_ROW;
}

static const struct pc_plan_type *row_type(const struct pc_plan_type *type)
{
    return type->kind == PC_PLAN_OPTIONAL ? type->element : type;
}

/* ---- keys ---- */

static void check_key_size(struct pc_body *body, const struct pc_plan_type *type, const char *key)
{
    if (type->kind == PC_PLAN_TEXT || type->kind == PC_PLAN_BYTES)
        pc_fail_if(body, pc_format(body->arena, "%s.size > %d", key, PC_INDEXED_BYTES_MAX),
                   "projc_fail_because", ", \"a key holds at most 1,000 bytes\"");
}

/* ", a, b": the key parts as arguments of the table's functions. */
static const char *key_arguments(struct pc_body *body, const struct pc_ir_expression *row,
                                 bool is_checked)
{
    const char *text = "";

    for (size_t i = 0; i < row->arguments.count; i++) {
        const struct pc_ir_expression *part = pc_unwidened(row->arguments.items[i]);
        bool is_held =
            is_checked && (part->type->kind == PC_PLAN_TEXT || part->type->kind == PC_PLAN_BYTES);
        const char *key =
            is_held ? pc_place_expression(body, part, "key") : pc_expression(body, part).text;

        if (is_checked)
            check_key_size(body, part->type, key);
        text = pc_format(body->arena, "%s, %s", text, key);
    }
    return text;
}

static const char *call_row(struct pc_body *body, const struct pc_ir_expression *row,
                            enum pc_helper_kind kind)
{
    const struct pc_plan_type *type = row_type(row->type);
    const char *keys =
        key_arguments(body, row, kind == PC_HELPER_ROW_OBTAIN || kind == PC_HELPER_ROW_REPLACE);
    const char *name = pc_temporary(body, "row");

    pc_code_plain(body->code, "%.*s *%s;", PC_TEXT_ARGS(type->c_name), name);
    pc_pass_status(body, pc_format(body->arena, "%s(handler%s, &%s)",
                                   pc_need_helper(body->helpers, kind, type), keys, name));
    return name;
}

struct pc_value pc_row_pointer(struct pc_body *body, const struct pc_ir_expression *expression)
{
    return pc_simple(
        call_row(body, expression,
                 pc_is_optional_row(expression->type) ? PC_HELPER_ROW_FIND : PC_HELPER_ROW_OBTAIN));
}

/* ---- bound rows ---- */

void pc_check_deleted(struct pc_body *body, const struct pc_ir_expression *row, const char *pointer)
{
    const char *condition = pc_format(body->arena, "projc_row_is_deleted(%s)", pointer);

    if (row->kind != PC_IR_LOCAL || row == body->checked_row || body->deletes == NULL ||
        !body->deletes[row_type(row->type)->row_table->index])
        return;
    if (pc_is_optional_row(row->type))
        condition = pc_format(body->arena, "%s != NULL && %s", pointer, condition);
    pc_fail_if(body, condition, "projc_fail_because", ", \"the row was deleted\"");
}

void pc_change_row(struct pc_body *body, const struct pc_ir_expression *place)
{
    const char *name;

    while (place->kind == PC_IR_FIELD || place->kind == PC_IR_MAP_AT || place->kind == PC_IR_INDEX)
        place = place->left;
    if (place->kind != PC_IR_LOCAL || place->type->kind != PC_PLAN_ROW)
        return;
    name = pc_format(body->arena, "%.*s", PC_TEXT_ARGS(place->local->c_name));
    pc_check_deleted(body, place, name);
    body->checked_row = place;
    pc_pass_status(body, pc_format(body->arena, "projc_row_change(handler, %s)", name));
}

/* ---- orders[id] = { … }, delete orders[id] ---- */

void pc_write_row(struct pc_body *body, const struct pc_ir_statement *statement)
{
    const struct pc_plan_row_table *table = statement->target->row_table;
    const struct pc_ir_expressions *values = &statement->value->arguments;
    const char *row = call_row(body, statement->target, PC_HELPER_ROW_REPLACE);

    for (size_t i = 0; i < values->count; i++) {
        const struct pc_plan_field *field = table->fields.items[table->key_count + i];
        const struct pc_ir_expression *value = values->items[i];
        const char *place = pc_format(body->arena, "%s->%.*s", row, PC_TEXT_ARGS(field->c_name));

        if (value == NULL)
            continue;
        if (pc_can_compute_into(value)) {
            pc_compute_into(body, value, place);
            continue;
        }
        pc_code_line(body->code, "%s = %s;", place, pc_expression(body, pc_unwidened(value)).text);
        pc_keep(body, value, place);
        pc_check_indexed(body, &table->table, field, place);
    }
}

void pc_write_delete_row(struct pc_body *body, const struct pc_ir_statement *statement)
{
    const char *keys = key_arguments(body, statement->target, false);

    pc_pass_status(body, pc_format(body->arena, "%s(handler%s)",
                                   pc_need_helper(body->helpers, PC_HELPER_ROW_DELETE,
                                                  statement->target->type),
                                   keys));
}

/* ---- walks ---- */

/* The values of the path as an array, or NULL for every row. */
static const char *path_values(struct pc_body *body, const struct pc_ir_expressions *values)
{
    const char *text = "";

    for (size_t i = 0; i < values->count; i++) {
        const struct pc_ir_expression *value = pc_unwidened(values->items[i]);

        text = pc_format(
            body->arena, "%s%s%s", text, i == 0 ? "" : ", ",
            pc_row_value(body->arena, body->helpers, value->type, pc_expression(body, value).text));
    }
    return values->count == 0 ? "NULL" : pc_format(body->arena, "(const projc_value[]){%s}", text);
}

void pc_write_walk(struct pc_body *body, const struct pc_ir_statement *statement)
{
    const struct pc_plan_row_table *table = statement->row_table;
    const char *values = path_values(body, &statement->path_values);
    const char *walk = pc_temporary(body, "walk");
    bool is_used = pc_block_uses(statement->then, statement->local) ||
                   pc_expression_uses(statement->condition, statement->local);

    pc_code_plain(body->code, "projc_row_walk %s;", walk);
    pc_pass_status(body,
                   pc_format(body->arena, "projc_row_walk_begin(handler, %u, %u, %s, &%s)",
                             (unsigned)table->index, (unsigned)statement->path, values, walk));
    if (is_used)
        pc_code_open(body->code, "for (%.*s *%.*s; (%.*s = projc_row_walk_next(&%s)) != NULL;) {",
                     PC_TEXT_ARGS(table->c_row), PC_TEXT_ARGS(statement->local->c_name),
                     PC_TEXT_ARGS(statement->local->c_name), walk);
    else
        pc_code_open(body->code, "while (projc_row_walk_next(&%s) != NULL) {", walk);
    pc_code_line(body->code, "if (!projc_step(handler))");
    pc_code_plain(body->code, "    return projc_fail_steps(handler);");
    if (statement->condition != NULL) {
        struct pc_value condition = pc_opposite(body, statement->condition);

        pc_code_line(body->code, "if (%s)", condition.text);
        pc_code_plain(body->code, "    continue;");
    }
    pc_write_block(body, statement->then);
    pc_code_close(body->code, "}");
}

/* ---- what a handler deletes ---- */

static void find_deletes(const struct pc_ir_block *block, bool *deletes)
{
    for (size_t i = 0; block != NULL && i < block->count; i++) {
        const struct pc_ir_statement *statement = block->items[i];

        if (statement->kind == PC_IR_DELETE_ROW)
            deletes[statement->target->row_table->index] = true;
        find_deletes(statement->then, deletes);
        find_deletes(statement->otherwise, deletes);
        for (size_t j = 0; j < statement->arms.count; j++)
            find_deletes(statement->arms.items[j]->body, deletes);
    }
}

const bool *pc_deleted_tables(struct pc_arena *arena, const struct pc_plan_projection *projection,
                              const struct pc_ir_block *block)
{
    bool *deletes = pc_arena_alloc_array(arena, projection->tables.count + 1, sizeof *deletes);

    find_deletes(block, deletes);
    return deletes;
}
