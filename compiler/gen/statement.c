/* statement.c -- statements, each under the user's line. */
#include "gen/body.h"

enum { INDEXED_BYTES_MAX = 1000 };

/* Makes the statement the one that lines and messages belong to. */
static void begin_statement(struct pc_body *body, const struct pc_ir_statement *statement)
{
    body->statement = statement;
    pc_code_user_line(body->code, body->plan->files.items[statement->file]->name, statement->line);
}

/* ---- places ---- */

static const struct pc_plan_field *root_field(const struct pc_ir_expression *place)
{
    while (place->kind == PC_IR_FIELD)
        place = place->left;
    return place->kind == PC_IR_STATE ? place->field : NULL;
}

/* A default that is a list with items is a constant: before the list is changed in place, the state
 * gets items of its own. */
static void own_items(struct pc_body *body, const struct pc_ir_expression *place, const char *text)
{
    const struct pc_plan_field *root = root_field(place);

    if (root == NULL || !pc_field_has_items(root))
        return;
    pc_need_memory(body,
                   pc_format(body->arena, "%s(handler, &%s)",
                             pc_need_helper(body->helpers, PC_HELPER_KEEP, place->type), text));
}

static bool is_indexed(const struct pc_plan_projection *projection,
                       const struct pc_plan_field *field)
{
    for (size_t i = 0; i < projection->table.indexes.count; i++) {
        const struct pc_plan_index *index = projection->table.indexes.items[i];

        for (size_t j = 0; j < index->columns.count; j++)
            if (index->columns.items[j]->field == field)
                return true;
    }
    return false;
}

/* A database refuses an index entry that is too long: better here, where the statement is known. */
static void check_indexed(struct pc_body *body, const struct pc_ir_expression *target,
                          const char *place)
{
    const struct pc_plan_type *type = target->type;
    const char *value = place;

    if (target->kind != PC_IR_STATE || !body->projection->is_columns ||
        !is_indexed(body->projection, target->field))
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
                         INDEXED_BYTES_MAX),
               "projc_fail_because", ", \"an indexed column holds at most 1,000 bytes\"");
}

/* ---- assignments ---- */

static void write_assign(struct pc_body *body, const struct pc_ir_statement *statement)
{
    struct pc_value target = pc_expression(body, statement->target);

    if (statement->is_compound) {
        pc_arithmetic_assign(body, statement->target->type, target.text, statement->operator,
                             statement->value);
        return;
    }
    pc_code_line(body->code, "%s = %s;", target.text,
                 pc_expression(body, pc_unwidened(statement->value)).text);
    pc_keep(body, statement->value, pc_bind(body, target, PC_LEVEL_ATOM));
    check_indexed(body, statement->target, target.text);
}

static void write_push(struct pc_body *body, const struct pc_ir_statement *statement)
{
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
    const char *list = pc_place_expression(body, statement->target, "list");
    const char *helper =
        pc_need_helper(body->helpers, PC_HELPER_KEEP_LAST, statement->target->type);

    own_items(body, statement->target, list);
    pc_code_line(body->code, "%s(&%s, %s);", helper, list,
                 pc_expression(body, pc_unwidened(statement->value)).text);
}

static void write_clear(struct pc_body *body, const struct pc_ir_statement *statement)
{
    const char *list = pc_place_expression(body, statement->target, "list");
    const struct pc_plan_field *root = root_field(statement->target);

    if (root != NULL && pc_field_has_items(root)) /* the items may be constants: no room to reuse */
        pc_code_line(body->code, "%s = (%.*s){0};", list,
                     PC_TEXT_ARGS(statement->target->type->c_name));
    else
        pc_code_line(body->code, "%s.count = 0;", list);
}

/* ---- let ---- */

/* A list of the state that gets a name keeps the items it has now. */
static void bind_value(struct pc_body *body, const struct pc_ir_local *local,
                       const struct pc_ir_expression *value, const char *text)
{
    if (local->is_reference) {
        pc_code_line(body->code, "%.*s *%.*s = &%s;", PC_TEXT_ARGS(local->type->c_name),
                     PC_TEXT_ARGS(local->c_name), text);
        return;
    }
    pc_code_line(body->code, "%.*s %.*s = %s;", PC_TEXT_ARGS(local->type->c_name),
                 PC_TEXT_ARGS(local->c_name), text);
    if (!pc_type_has_lists(local->type) || !pc_needs_keep(value))
        return;
    pc_need_memory(body, pc_format(body->arena, "%s(handler, &%.*s)",
                                   pc_need_helper(body->helpers, PC_HELPER_KEEP, local->type),
                                   PC_TEXT_ARGS(local->c_name)));
}

static void void_if_unused(struct pc_body *body, bool is_used, const struct pc_ir_local *local)
{
    if (!is_used)
        pc_code_plain(body->code, "(void)%.*s;", PC_TEXT_ARGS(local->c_name));
}

static void write_let_else(struct pc_body *body, const struct pc_ir_statement *statement)
{
    const char *value = pc_place_expression(body, statement->value, "value");

    pc_code_open(body->code, "if (!%s.has) {", value);
    pc_write_block(body, statement->otherwise);
    pc_code_close(body->code, "}");
    begin_statement(body, statement);
    bind_value(body, statement->local, statement->value, pc_format(body->arena, "%s.value", value));
}

/* ---- branches ---- */

/* "} else {" and the other block, and the closing brace. `else if` stays one line where nothing
 * must stand before its condition. */
static void write_otherwise(struct pc_body *body, const struct pc_ir_block *otherwise);

static void write_if(struct pc_body *body, const struct pc_ir_statement *statement)
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
    begin_statement(body, statement);
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

static void write_if_let(struct pc_body *body, const struct pc_ir_statement *statement)
{
    const char *value = pc_place_expression(body, statement->value, "value");

    pc_code_open(body->code, "if (%s.has) {", value);
    if (pc_block_uses(statement->then, statement->local))
        bind_value(body, statement->local, statement->value,
                   pc_format(body->arena, "%s.value", value));
    pc_write_block(body, statement->then);
    write_otherwise(body, statement->otherwise);
}

static void write_match(struct pc_body *body, const struct pc_ir_statement *statement)
{
    struct pc_value subject = pc_expression(body, statement->value);
    bool has_else = false;

    pc_code_line(body->code, "switch (%s) {", subject.text);
    for (size_t i = 0; i < statement->arms.count; i++) {
        const struct pc_ir_block_arm *arm = statement->arms.items[i];

        has_else = has_else || arm->is_else;
        for (size_t j = 0; j < arm->members.count; j++)
            pc_code_plain(body->code, "case %.*s:%s", PC_TEXT_ARGS(arm->members.items[j]->c_name),
                          j + 1 == arm->members.count && !arm->is_else ? " {" : "");
        if (arm->is_else)
            pc_code_plain(body->code, "default: {");
        body->code->indent += PC_CODE_INDENT;
        pc_write_block(body, arm->body);
        pc_code_plain(body->code, "break;");
        pc_code_close(body->code, "}");
    }
    begin_statement(body, statement);
    if (!has_else) {
        pc_code_plain(body->code, "default:");
        body->code->indent += PC_CODE_INDENT;
        pc_fail(body, "projc_fail_because",
                pc_format(body->arena, ", %s",
                          pc_c_string(body->arena,
                                      pc_text_format(body->arena, "the value is no member of %.*s",
                                                     PC_TEXT_ARGS(statement->value->type->name)))));
        body->code->indent -= PC_CODE_INDENT;
    }
    pc_code_plain(body->code, "}");
}

static void write_for(struct pc_body *body, const struct pc_ir_statement *statement)
{
    bool is_used = pc_block_uses(statement->then, statement->local) ||
                   pc_expression_uses(statement->condition, statement->local);

    if (statement->is_in_place)
        own_items(body, statement->value, pc_place_expression(body, statement->value, "list"));
    pc_open_loop(body, statement->value, statement->local, is_used, statement->is_in_place,
                 statement->condition);
    pc_write_block(body, statement->then);
    pc_code_close(body->code, "}");
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
    pc_code_line(body->code, "handler->state_exists = false;");
    pc_code_line(body->code, "handler->state_deleted = true;");
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
        bind_value(body, statement->local, statement->value,
                   pc_expression(body, pc_unwidened(statement->value)).text);
        void_if_unused(body, is_used, statement->local);
        return;
    case PC_IR_LET_ELSE:
        write_let_else(body, statement);
        void_if_unused(body, is_used, statement->local);
        return;
    case PC_IR_IF:
        write_if(body, statement);
        return;
    case PC_IR_IF_LET:
        write_if_let(body, statement);
        return;
    case PC_IR_MATCH_STATEMENT:
        write_match(body, statement);
        return;
    case PC_IR_FOR:
        write_for(body, statement);
        return;
    case PC_IR_DELETE_STATE:
        write_delete_state(body);
        return;
    case PC_IR_SKIP:
        pc_code_line(body->code, "return PROJC_SKIPPED;");
        return;
    case PC_IR_FAIL:
        body->code->is_leaving = true;
        write_fail(body, statement->message);
        body->code->is_leaving = false;
        return;
    case PC_IR_REQUIRE:
        write_require(body, statement);
        return;
    }
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
        begin_statement(body, statement);
        write_statement(body, statement, is_used);
    }
}
