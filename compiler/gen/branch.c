/* branch.c -- statements that bind names and hold blocks: let, if, match, for. */
#include "gen/body.h"

/* ---- let ---- */

/* A list of the state that gets a name keeps the items it has now. */
static void bind_value(struct pc_body *body, const struct pc_ir_local *local,
                       const struct pc_ir_expression *value, const char *text)
{
    if (local->type->kind == PC_PLAN_ROW || pc_is_optional_row(local->type)) {
        pc_code_line(body->code, "%.*s *%.*s = %s;", PC_TEXT_ARGS(local->type->c_name),
                     PC_TEXT_ARGS(local->c_name), text);
        return;
    }
    if (local->is_reference) {
        pc_code_line(body->code, "%.*s *%.*s = &%s;", PC_TEXT_ARGS(local->type->c_name),
                     PC_TEXT_ARGS(local->c_name), text);
        return;
    }
    pc_code_line(body->code, "%.*s %.*s = %s;", PC_TEXT_ARGS(local->type->c_name),
                 PC_TEXT_ARGS(local->c_name), text);
    if (pc_type_has_lists(local->type) && pc_needs_keep(value))
        pc_keep_place(body, local->type,
                      pc_format(body->arena, "%.*s", PC_TEXT_ARGS(local->c_name)));
}

/* What may be none is asked for: the condition that it is not, and what it is then. */
struct question {
    const char *some;
    const char *none;
    const char *value;
};

static struct question ask(struct pc_body *body, const struct pc_ir_expression *value)
{
    const char *text = pc_place_expression(body, value, "value");

    if (pc_is_optional_row(value->type))
        return (struct question){pc_format(body->arena, "%s != NULL", text),
                                 pc_format(body->arena, "%s == NULL", text), text};
    return (struct question){pc_format(body->arena, "%s.has", text),
                             pc_format(body->arena, "!%s.has", text),
                             pc_format(body->arena, "%s.value", text)};
}

static void void_if_unused(struct pc_body *body, bool is_used, const struct pc_ir_local *local)
{
    if (!is_used)
        pc_code_plain(body->code, "(void)%.*s;", PC_TEXT_ARGS(local->c_name));
}

void pc_write_let(struct pc_body *body, const struct pc_ir_statement *statement, bool is_used)
{
    if (pc_can_compute_into(statement->value)) {
        pc_code_plain(body->code, "%.*s %.*s;", PC_TEXT_ARGS(statement->local->type->c_name),
                      PC_TEXT_ARGS(statement->local->c_name));
        pc_compute_into(body, statement->value,
                        pc_format(body->arena, "%.*s", PC_TEXT_ARGS(statement->local->c_name)));
        return;
    }
    bind_value(body, statement->local, statement->value,
               pc_expression(body, pc_unwidened(statement->value)).text);
    void_if_unused(body, is_used, statement->local);
}

void pc_write_let_else(struct pc_body *body, const struct pc_ir_statement *statement, bool is_used)
{
    struct question question = ask(body, statement->value);

    pc_code_open(body->code, "if (%s) {", question.none);
    pc_write_block(body, statement->otherwise);
    pc_code_close(body->code, "}");
    pc_begin_statement(body, statement);
    bind_value(body, statement->local, statement->value, question.value);
    void_if_unused(body, is_used, statement->local);
}

/* ---- branches ---- */

/* "} else {" and the other block, and the closing brace. `else if` stays one line where nothing
 * must stand before its condition. */
static void write_otherwise(struct pc_body *body, const struct pc_ir_block *otherwise);

void pc_write_if(struct pc_body *body, const struct pc_ir_statement *statement)
{
    struct pc_value condition = pc_expression(body, statement->condition);

    pc_code_open(body->code, "if (%s) {", condition.text);
    pc_write_block(body, statement->then);
    write_otherwise(body, statement->otherwise);
}

static bool write_else_if(struct pc_body *body, const struct pc_ir_statement *statement)
{
    struct pc_code mark = *body->code;
    unsigned temporaries = body->temporaries;
    struct pc_value condition = pc_expression(body, statement->condition);

    if (body->code->size != mark.size) {
        pc_code_rewind(body->code, &mark);
        body->temporaries = temporaries;
        return false;
    }
    pc_begin_statement(body, statement);
    body->code->indent -= PC_CODE_INDENT;
    pc_code_open(body->code, "} else if (%s) {", condition.text);
    pc_write_block(body, statement->then);
    write_otherwise(body, statement->otherwise);
    return true;
}

static void write_otherwise(struct pc_body *body, const struct pc_ir_block *otherwise)
{
    if (otherwise != NULL && otherwise->count == 1 && otherwise->items[0]->kind == PC_IR_IF &&
        write_else_if(body, otherwise->items[0]))
        return;
    if (otherwise != NULL && otherwise->count != 0) {
        pc_code_between(body->code, "} else {");
        pc_write_block(body, otherwise);
    }
    pc_code_close(body->code, "}");
}

void pc_write_if_let(struct pc_body *body, const struct pc_ir_statement *statement)
{
    struct question question = ask(body, statement->value);

    pc_code_open(body->code, "if (%s) {", question.some);
    if (pc_block_uses(statement->then, statement->local))
        bind_value(body, statement->local, statement->value, question.value);
    pc_write_block(body, statement->then);
    write_otherwise(body, statement->otherwise);
}

void pc_write_match(struct pc_body *body, const struct pc_ir_statement *statement)
{
    struct pc_value subject = pc_expression(body, statement->value);
    bool has_else = false;

    pc_code_line(body->code, "switch (%s) {", subject.text);
    for (size_t i = 0; i < statement->arms.count; i++) {
        const struct pc_ir_block_arm *arm = statement->arms.items[i];

        has_else = has_else || arm->is_else;
        pc_open_arm(body, &arm->members, arm->is_else);
        pc_write_block(body, arm->body);
        pc_close_arm(body);
    }
    pc_begin_statement(body, statement);
    if (!has_else)
        pc_fail_no_member(body, statement->value->type);
    pc_code_plain(body->code, "}");
}

void pc_write_for(struct pc_body *body, const struct pc_ir_statement *statement)
{
    bool is_used = pc_block_uses(statement->then, statement->local) ||
                   pc_expression_uses(statement->condition, statement->local);

    if (statement->is_in_place)
        pc_change_row(body, statement->value);
    pc_open_loop(body, statement->value, statement->local, is_used, statement->is_in_place,
                 statement->condition);
    pc_write_block(body, statement->then);
    pc_code_close(body->code, "}");
}

void pc_write_for_map(struct pc_body *body, const struct pc_ir_statement *statement)
{
    bool uses_key = pc_block_uses(statement->then, statement->local) ||
                    pc_expression_uses(statement->condition, statement->local);
    bool uses_value = pc_block_uses(statement->then, statement->second) ||
                      pc_expression_uses(statement->condition, statement->second);

    pc_open_map_loop(body, statement, uses_key, uses_value);
    pc_write_block(body, statement->then);
    pc_code_close(body->code, "}");
}
