/* lower_statements.c -- the statements of handlers. */
#include "plan/lowering.h"

static struct pc_ir_statement *statement_new(struct pc_lowering_handler *handler,
                                             enum pc_ir_statement_kind kind,
                                             const struct pc_statement *from)
{
    struct pc_ir_statement *out = PC_NEW(handler->lowering->arena, struct pc_ir_statement);

    out->kind = kind;
    pc_lower_position(handler->lowering, from->span, &out->file, &out->line, &out->column);
    out->source = pc_lower_source(handler->lowering, from->span);
    return out;
}

static enum pc_ir_operator compound_operator(enum pc_assign_operator operator)
{
    switch (operator) {
    case PC_ASSIGN_ADD:
        return PC_IR_ADD;
    case PC_ASSIGN_SUBTRACT:
        return PC_IR_SUBTRACT;
    case PC_ASSIGN_MULTIPLY:
        return PC_IR_MULTIPLY;
    default:
        return PC_IR_DIVIDE;
    }
}

static struct pc_ir_statement *lower_assign(struct pc_lowering_handler *handler,
                                            const struct pc_statement *from)
{
    struct pc_ir_statement *out = statement_new(handler, PC_IR_ASSIGN, from);

    out->target = pc_lower_plain(handler, from->assign.target);
    if (out->target->type->kind == PC_PLAN_ROW) {
        out->value = pc_lower_row_literal(handler, from->assign.value, out->target->type);
        return out;
    }
    out->value = pc_lower_expression(handler, from->assign.value);
    if (from->assign.operator== PC_ASSIGN) {
        out->value = pc_lower_convert(handler, out->value, out->target->type);
    } else {
        out->is_compound = true;
        out->operator= compound_operator(from->assign.operator);
    }
    return out;
}

/* list.push(e), list.keep_last(n), set.add(e), x.remove(e), x.clear(). */
static struct pc_ir_statement *lower_method_call(struct pc_lowering_handler *handler,
                                                 const struct pc_statement *from)
{
    const struct pc_expression *method = from->call.call;
    enum pc_builtin builtin = method->symbol->builtin;
    enum pc_ir_statement_kind kind = builtin == PC_BUILTIN_PUSH        ? PC_IR_PUSH
                                     : builtin == PC_BUILTIN_KEEP_LAST ? PC_IR_KEEP_LAST
                                     : builtin == PC_BUILTIN_ADD       ? PC_IR_ADD_TO
                                     : builtin == PC_BUILTIN_REMOVE    ? PC_IR_REMOVE
                                                                       : PC_IR_CLEAR;
    struct pc_ir_statement *out = statement_new(handler, kind, from);

    out->target = pc_lower_plain(handler, method->method.object);
    if (kind == PC_IR_CLEAR)
        return out;
    const struct pc_plan_type *type = out->target->type;
    out->value = pc_lower_expression(handler, method->method.arguments.items[0]);
    if (kind != PC_IR_KEEP_LAST)
        out->value = pc_lower_convert(handler, out->value,
                                      type->kind == PC_PLAN_MAP ? type->key : type->element);
    return out;
}

static struct pc_ir_statement *lower_let(struct pc_lowering_handler *handler,
                                         const struct pc_statement *from)
{
    bool has_else = from->let.otherwise != NULL;
    struct pc_ir_statement *out =
        statement_new(handler, has_else ? PC_IR_LET_ELSE : PC_IR_LET, from);

    out->value = pc_lower_expression(handler, from->let.value);
    if (has_else)
        out->otherwise = pc_lower_block(handler, from->let.otherwise);
    out->local = pc_lower_local(handler, from->let.name.symbol);
    if (!has_else)
        out->value = pc_lower_convert(handler, out->value, out->local->type);
    return out;
}

static struct pc_ir_statement *lower_branch(struct pc_lowering_handler *handler,
                                            const struct pc_statement *from)
{
    bool is_binding = from->branch.binding != NULL;
    struct pc_ir_statement *out =
        statement_new(handler, is_binding ? PC_IR_IF_LET : PC_IR_IF, from);

    if (is_binding) {
        out->value = pc_lower_expression(handler, from->branch.condition);
        out->local = pc_lower_local(handler, from->branch.binding->symbol);
    } else {
        out->condition = pc_lower_expression(handler, from->branch.condition);
    }
    out->then = pc_lower_block(handler, from->branch.then);
    if (from->branch.otherwise != NULL)
        out->otherwise = pc_lower_block(handler, from->branch.otherwise);
    return out;
}

static struct pc_ir_statement *lower_match(struct pc_lowering_handler *handler,
                                           const struct pc_statement *from)
{
    struct pc_arena *arena = handler->lowering->arena;
    struct pc_ir_statement *out = statement_new(handler, PC_IR_MATCH_STATEMENT, from);

    out->value = pc_lower_expression(handler, from->match.subject);
    for (size_t i = 0; i < from->match.arms.count; i++) {
        const struct pc_arm *arm = from->match.arms.items[i];
        struct pc_ir_block_arm *lowered = PC_NEW(arena, struct pc_ir_block_arm);

        lowered->is_else = arm->is_else;
        for (size_t j = 0; j < arm->names.count; j++) {
            const struct pc_member_model *member = arm->names.items[j]->symbol->member_model;

            PC_LIST_ADD(arena, &lowered->members,
                        (const struct pc_plan_member *)
                            out->value->type->enumeration->members.items[member->index]);
        }
        lowered->body = pc_lower_block(handler, arm->body);
        PC_LIST_ADD(arena, &out->arms, lowered);
    }
    return out;
}

static struct pc_ir_statement *lower_loop(struct pc_lowering_handler *handler,
                                          const struct pc_statement *from)
{
    const struct pc_statement_info *info = from->extra;
    bool is_walk = from->loop.collection->symbol != NULL &&
                   from->loop.collection->symbol->kind == PC_SYMBOL_TABLE;
    bool is_pair = from->loop.second != NULL;
    struct pc_ir_statement *out = statement_new(handler,
                                                is_walk   ? PC_IR_WALK
                                                : is_pair ? PC_IR_FOR_MAP
                                                          : PC_IR_FOR,
                                                from);

    if (is_walk) {
        pc_lower_walk(handler, from, out);
        return out;
    }

    out->is_in_place = info->is_in_place;
    out->value = pc_lower_expression(handler, from->loop.collection);
    out->local = pc_lower_local(handler, from->loop.first.symbol);
    if (is_pair)
        out->second = pc_lower_local(handler, from->loop.second->symbol);
    if (from->loop.where != NULL)
        out->condition = pc_lower_expression(handler, from->loop.where);
    out->then = pc_lower_block(handler, from->loop.body);
    return out;
}

/* copy a, b is state.a = event.a and state.b = event.b, each under the name's own position. */
static void lower_copy(struct pc_lowering_handler *handler, const struct pc_statement *from,
                       struct pc_ir_block *block)
{
    const struct pc_statement_info *info = from->extra;

    for (size_t i = 0; i < info->copies.count; i++) {
        const struct pc_copy *copy = info->copies.items[i];
        struct pc_ir_statement *out = statement_new(handler, PC_IR_ASSIGN, from);

        pc_lower_position(handler->lowering, from->copy.names.items[i]->span, &out->file,
                          &out->line, &out->column);
        out->target = pc_lower_state_field(handler, copy->target->field_model);
        out->value = pc_lower_convert(handler, pc_lower_event_field(handler, copy->source),
                                      out->target->type);
        PC_LIST_ADD(handler->lowering->arena, block, out);
    }
}

static struct pc_ir_statement *lower_statement(struct pc_lowering_handler *handler,
                                               const struct pc_statement *from)
{
    struct pc_ir_statement *out;

    switch (from->kind) {
    case PC_STATEMENT_ASSIGN:
        return lower_assign(handler, from);
    case PC_STATEMENT_CALL:
        return lower_method_call(handler, from);
    case PC_STATEMENT_LET:
        return lower_let(handler, from);
    case PC_STATEMENT_IF:
        return lower_branch(handler, from);
    case PC_STATEMENT_MATCH:
        return lower_match(handler, from);
    case PC_STATEMENT_FOR:
        return lower_loop(handler, from);
    case PC_STATEMENT_DELETE:
        if (from->delete.target->kind == PC_EXPRESSION_INDEX) {
            out = statement_new(handler, PC_IR_DELETE_ROW, from);
            out->target = pc_lower_plain(handler, from->delete.target);
            return out;
        }
        handler->uses_state = true;
        return statement_new(handler, PC_IR_DELETE_STATE, from);
    case PC_STATEMENT_SKIP:
        return statement_new(handler, PC_IR_SKIP, from);
    case PC_STATEMENT_FAIL:
        out = statement_new(handler, PC_IR_FAIL, from);
        out->message = pc_lower_expression(handler, from->fail.message);
        return out;
    case PC_STATEMENT_NOTIFY:
        out = statement_new(handler, PC_IR_NOTIFY, from);
        pc_lower_notify(handler, from, out);
        return out;
    default:
        out = statement_new(handler, PC_IR_REQUIRE, from);
        out->condition = pc_lower_expression(handler, from->require.condition);
        out->message = pc_lower_expression(handler, from->require.message);
        return out;
    }
}

struct pc_ir_block *pc_lower_block(struct pc_lowering_handler *handler,
                                   const struct pc_block *block)
{
    struct pc_ir_block *out = PC_NEW(handler->lowering->arena, struct pc_ir_block);

    for (size_t i = 0; i < block->statements.count; i++) {
        const struct pc_statement *from = block->statements.items[i];

        if (from->kind == PC_STATEMENT_COPY) {
            lower_copy(handler, from, out);
            continue;
        }
        struct pc_ir_statement *statement = lower_statement(handler, from);

        pc_lower_read_first(handler, out, statement);
        PC_LIST_ADD(handler->lowering->arena, out, statement);
    }
    return out;
}
