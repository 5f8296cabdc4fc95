/* statement.c -- statements, each under the user's line. */
#include "gen/body.h"
#include "gen/values.h"

#include <assert.h>

void pc_begin_statement(struct pc_body *body, const struct pc_ir_statement *statement)
{
    body->statement = statement;
    pc_code_user_line(body->code, body->plan->files.items[statement->file]->name, statement->line);
}

/* ---- places ---- */

void pc_check_indexed(struct pc_body *body, const struct pc_plan_table *table,
                      const struct pc_plan_field *field, const char *place)
{
    const struct pc_plan_type *type = field->type;
    const char *value = place;

    if (!pc_is_indexed_in(table, field))
        return;
    if (type->kind == PC_PLAN_OPTIONAL) {
        type = type->element;
        value = pc_format(body->arena, "%s.value", place);
    }
    if (type->kind != PC_PLAN_TEXT && type->kind != PC_PLAN_BYTES)
        return;
    pc_fail_if(body,
               pc_format(body->arena, "%s%s.size > %d",
                         value == place ? "" : pc_format(body->arena, "%s.has && ", place), value,
                         PC_INDEXED_BYTES_MAX),
               "projc_fail_because", ", \"an indexed column holds at most 1,000 bytes\"");
}

/* A database refuses an index entry that is too long: better here, where the statement is known. */
static void check_indexed(struct pc_body *body, const struct pc_ir_expression *target,
                          const char *place)
{
    if (target->kind == PC_IR_STATE && body->projection->is_columns)
        pc_check_indexed(body, &body->projection->table, target->field, place);
    else if (target->kind == PC_IR_FIELD && target->left->type->kind == PC_PLAN_ROW)
        pc_check_indexed(body, &target->left->type->row_table->table, target->field, place);
}

/* ---- assignments ---- */

static void write_assign(struct pc_body *body, const struct pc_ir_statement *statement)
{
    if (statement->target->type->kind == PC_PLAN_ROW) {
        pc_write_row(body, statement);
        return;
    }
    pc_change_row(body, statement->target);

    if (pc_has_key_step(statement->target)) {
        pc_assign_keyed(body, statement);
        return;
    }
    struct pc_value target = pc_expression(body, statement->target);

    if (statement->is_compound) {
        pc_arithmetic_assign(body, statement->target->type, target.text, statement->operator,
                             statement->value);
        return;
    }
    if (pc_can_compute_into(statement->value)) {
        pc_compute_into(body, statement->value, target.text);
        return;
    }
    pc_code_line(body->code, "%s = %s;", target.text,
                 pc_expression(body, pc_unwidened(statement->value)).text);
    pc_keep(body, statement->value, pc_bind(body, target, PC_LEVEL_ATOM));
    check_indexed(body, statement->target, target.text);
}

/* The list, set or map that a method changes. */
static const char *target_place(struct pc_body *body, const struct pc_ir_statement *statement)
{
    if (pc_has_key_step(statement->target))
        return pc_bind(
            body,
            (struct pc_value){.text = pc_place(body, statement->target), .level = PC_LEVEL_UNARY},
            PC_LEVEL_ATOM);
    return pc_place_expression(body, statement->target, "list");
}

static void push_keyed(struct pc_body *body, const struct pc_ir_statement *statement)
{
    const char *push = pc_need_helper(body->helpers, PC_HELPER_PUSH, statement->target->type);
    const char *item = pc_item_argument(body, statement->value);

    pc_keep(body, statement->value, item);
    pc_need_memory(body, pc_format(body->arena, "%s(handler, &%s, %s)", push,
                                   target_place(body, statement), item));
}

static void write_push(struct pc_body *body, const struct pc_ir_statement *statement)
{
    pc_change_row(body, statement->target);

    if (pc_has_key_step(statement->target)) {
        push_keyed(body, statement);
        return;
    }
    const char *list = pc_place_expression(body, statement->target, "list");
    const char *push = pc_need_helper(body->helpers, PC_HELPER_PUSH, statement->target->type);
    struct pc_value value = pc_expression(body, pc_unwidened(statement->value));

    if (pc_needs_keep(statement->value)) {
        value = pc_simple(pc_hold(body, statement->value->type, "item", value));
        pc_keep(body, statement->value, value.text);
    }
    pc_need_memory(body, pc_format(body->arena, "%s(handler, &%s, %s)", push, list, value.text));
}

static void write_keep_last(struct pc_body *body, const struct pc_ir_statement *statement)
{
    pc_change_row(body, statement->target);

    /* Before an entry is made: `m[k].keep_last(len(m))`. */
    bool is_first = pc_has_key_step(statement->target) && statement->value->kind != PC_IR_CONSTANT;
    const char *count = is_first ? pc_item_argument(body, statement->value) : NULL;
    const char *list = target_place(body, statement);
    const char *helper =
        pc_need_helper(body->helpers, PC_HELPER_KEEP_LAST, statement->target->type);

    if (!is_first)
        count = pc_expression(body, pc_unwidened(statement->value)).text;
    pc_code_line(body->code, "%s(&%s, %s);", helper, list, count);
}

static void write_clear(struct pc_body *body, const struct pc_ir_statement *statement)
{
    pc_change_row(body, statement->target);

    const char *list = target_place(body, statement);

    pc_code_line(body->code, "%s.count = 0;", list);
}

/* ---- leaving ---- */

static void write_fail(struct pc_body *body, const struct pc_ir_expression *message)
{
    const struct pc_ir_statement *statement = body->statement;
    const char *text = pc_expression(body, message).text;

    pc_code_line(body->code, "return projc_fail(handler, %.*s, %u, %u, %s);",
                 PC_TEXT_ARGS(body->plan->files.items[statement->file]->c_macro),
                 (unsigned)statement->line, (unsigned)statement->column, text);
}

static void write_require(struct pc_body *body, const struct pc_ir_statement *statement)
{
    pc_code_open(body->code, "if (%s) {", pc_opposite(body, statement->condition).text);
    body->code->is_leaving = true;
    write_fail(body, statement->message);
    body->code->is_leaving = false;
    pc_code_close(body->code, "}");
}

static void write_delete_state(struct pc_body *body)
{
    pc_code_line(body->code, "%.*s_init(state);", PC_TEXT_ARGS(body->projection->c_stem));
    if (pc_fields_have_items(&body->projection->fields))
        pc_need_memory(body, pc_format(body->arena, "%.*s_own(handler, state)",
                                       PC_TEXT_ARGS(body->projection->c_stem)));
    pc_code_line(body->code, "handler->state_exists = false;");
    pc_code_line(body->code, "handler->state_deleted = true;");
}

static void write_fail_statement(struct pc_body *body, const struct pc_ir_statement *statement)
{
    body->code->is_leaving = true;
    write_fail(body, statement->message);
    body->code->is_leaving = false;
}

/* ---- all ---- */

static void write_statement(struct pc_body *body, const struct pc_ir_statement *statement,
                            bool is_used)
{
    switch (statement->kind) {
    case PC_IR_ASSIGN:
        write_assign(body, statement);
        return;
    case PC_IR_PUSH:
        write_push(body, statement);
        return;
    case PC_IR_KEEP_LAST:
        write_keep_last(body, statement);
        return;
    case PC_IR_CLEAR:
        write_clear(body, statement);
        return;
    case PC_IR_LET:
        pc_write_let(body, statement, is_used);
        return;
    case PC_IR_LET_ELSE:
        pc_write_let_else(body, statement, is_used);
        return;
    case PC_IR_IF:
        pc_write_if(body, statement);
        return;
    case PC_IR_IF_LET:
        pc_write_if_let(body, statement);
        return;
    case PC_IR_MATCH_STATEMENT:
        pc_write_match(body, statement);
        return;
    case PC_IR_FOR:
        pc_write_for(body, statement);
        return;
    case PC_IR_DELETE_STATE:
        write_delete_state(body);
        return;
    case PC_IR_SKIP:
        pc_code_line(body->code, "return PROJC_SKIPPED;");
        return;
    case PC_IR_FAIL:
        write_fail_statement(body, statement);
        return;
    case PC_IR_REQUIRE:
        write_require(body, statement);
        return;
    case PC_IR_ADD_TO:
    case PC_IR_REMOVE:
        pc_write_add_or_remove(body, statement);
        return;
    case PC_IR_FOR_MAP:
        pc_write_for_map(body, statement);
        return;
    case PC_IR_DELETE_ROW:
        pc_write_delete_row(body, statement);
        return;
    case PC_IR_WALK:
        pc_write_walk(body, statement);
        return;
    case PC_IR_NOTIFY:
        pc_write_notify(body, statement);
        return;
    case PC_IR_COUNT_ELEMENTS:
    case PC_IR_SET_KEY:
    case PC_IR_PASSES:
        pc_write_clause(body, statement);
        return;
    }
    assert(false && "a statement that lowering does not make yet");
}

void pc_write_block(struct pc_body *body, const struct pc_ir_block *block)
{
    for (size_t i = 0; i < block->count; i++) {
        const struct pc_ir_statement *statement = block->items[i];
        bool is_used = false;

        if (statement->kind == PC_IR_LET || statement->kind == PC_IR_LET_ELSE)
            for (size_t j = i + 1; j < block->count && !is_used; j++) {
                struct pc_ir_statement *rest = block->items[j];
                const struct pc_ir_block one = {.items = &rest, .count = 1};

                is_used = pc_block_uses(&one, statement->local);
            }
        pc_begin_statement(body, statement);
        write_statement(body, statement, is_used);
    }
}
