/* build_statement.c -- makes the nodes of blocks and statements. */
#include "syntax/parser.h"

static struct pc_statement *new_statement(struct pc_parser *parser, enum pc_node_kind kind,
                                          struct pc_range range)
{
    struct pc_statement *statement = PC_NEW(parser->arena, struct pc_statement);

    statement->kind = kind;
    statement->span = pc_parser_span(parser, range);
    return statement;
}

static struct pc_name *name_or_null(struct pc_parser *parser, const struct pc_token *token)
{
    return token != NULL ? pc_build_name(parser, token) : NULL;
}

struct pc_block *pc_build_block(struct pc_parser *parser, struct pc_range range,
                                struct pc_list *statements)
{
    struct pc_block *block = PC_NEW(parser->arena, struct pc_block);

    block->span = pc_parser_span(parser, range);
    PC_TAKE_LIST(parser, &block->statements, statements);
    return block;
}

static const enum pc_assign_operator assign_operators[] = {
    [PC_ASSIGNED_PLAIN] = PC_ASSIGN,
    [PC_ASSIGNED_SUM] = PC_ASSIGN_ADD,
    [PC_ASSIGNED_DIFFERENCE] = PC_ASSIGN_SUBTRACT,
    [PC_ASSIGNED_PRODUCT] = PC_ASSIGN_MULTIPLY,
    [PC_ASSIGNED_QUOTIENT] = PC_ASSIGN_DIVIDE,
};

struct pc_statement *pc_build_assign(struct pc_parser *parser, struct pc_range range,
                                     struct pc_expression *target, enum pc_assigned assigned,
                                     struct pc_range operator, struct pc_expression * value)
{
    struct pc_statement *statement = new_statement(parser, PC_STATEMENT_ASSIGN, range);

    statement->assign.operator= assign_operators[assigned];
    statement->assign.operator_span = pc_parser_span(parser, operator);
    statement->assign.target = target;
    statement->assign.value = value;
    return statement;
}

/* The path was read before the parser saw that it is called: its last step becomes the call. */
struct pc_statement *pc_build_call_statement(struct pc_parser *parser, struct pc_range range,
                                             struct pc_expression *path, struct pc_list *arguments)
{
    struct pc_statement *statement = new_statement(parser, PC_STATEMENT_CALL, range);
    struct pc_expression *call = PC_NEW(parser->arena, struct pc_expression);
    struct pc_expressions *taken = &call->call.arguments;

    call->span = statement->span;
    call->height = path->height;
    if (path->kind == PC_EXPRESSION_NAME) {
        call->kind = PC_EXPRESSION_CALL;
        call->call.name = path->name.name;
    } else if (path->kind == PC_EXPRESSION_FIELD) {
        call->kind = PC_EXPRESSION_METHOD;
        call->method.object = path->field.object;
        call->method.name = path->field.name;
        taken = &call->method.arguments;
    } else {
        call->kind = PC_EXPRESSION_CALL;
        pc_report(parser->diagnostics, PC_E0001, path->span, "an element cannot be called");
    }
    PC_TAKE_LIST(parser, taken, arguments);
    for (size_t i = 0; i < taken->count; i++) {
        if (taken->items[i]->height >= call->height)
            call->height = taken->items[i]->height + 1;
    }
    if (call->height > PC_NESTING_MAX)
        pc_report_too_deep(parser);
    statement->call.call = call;
    return statement;
}

struct pc_statement *pc_build_let(struct pc_parser *parser, struct pc_range range,
                                  const struct pc_token *name, struct pc_expression *value,
                                  struct pc_block *otherwise)
{
    struct pc_statement *statement = new_statement(parser, PC_STATEMENT_LET, range);

    statement->let.name = pc_token_name(parser, name);
    statement->let.value = value;
    statement->let.otherwise = otherwise;
    return statement;
}

struct pc_statement *pc_build_if(struct pc_parser *parser, struct pc_range range,
                                 const struct pc_token *binding, struct pc_expression *condition,
                                 struct pc_block *then, struct pc_block *otherwise)
{
    struct pc_statement *statement = new_statement(parser, PC_STATEMENT_IF, range);

    statement->branch.binding = name_or_null(parser, binding);
    statement->branch.condition = condition;
    statement->branch.then = then;
    statement->branch.otherwise = otherwise;
    statement->branch.is_else_if = otherwise != NULL && otherwise->chain > 0;
    return statement;
}

struct pc_block *pc_build_else_if(struct pc_parser *parser, struct pc_statement *statement)
{
    struct pc_block *block = PC_NEW(parser->arena, struct pc_block);
    const struct pc_block *next = statement->branch.otherwise;

    block->span = statement->span;
    block->chain = next != NULL ? next->chain + 1 : 1;
    if (block->chain > PC_NESTING_MAX)
        pc_report_too_deep(parser);
    PC_LIST_ADD(parser->arena, &block->statements, statement);
    return block;
}

struct pc_statement *pc_build_match(struct pc_parser *parser, struct pc_range range,
                                    struct pc_expression *subject, struct pc_list *arms)
{
    struct pc_statement *statement = new_statement(parser, PC_STATEMENT_MATCH, range);

    statement->match.subject = subject;
    PC_TAKE_LIST(parser, &statement->match.arms, arms);
    return statement;
}

void *pc_build_arm(struct pc_parser *parser, struct pc_range range, struct pc_list *names,
                   struct pc_block *body, struct pc_expression *value)
{
    struct pc_arm *arm = PC_NEW(parser->arena, struct pc_arm);

    arm->kind = PC_PART_ARM;
    arm->span = pc_parser_span(parser, range);
    arm->is_else = names == NULL;
    PC_TAKE_LIST(parser, &arm->names, names);
    arm->body = body;
    arm->value = value;
    return arm;
}

struct pc_statement *pc_build_for(struct pc_parser *parser, struct pc_range range,
                                  const struct pc_token *first, const struct pc_token *second,
                                  struct pc_expression *collection, struct pc_expression *where,
                                  struct pc_block *body)
{
    struct pc_statement *statement = new_statement(parser, PC_STATEMENT_FOR, range);

    statement->loop.first = pc_token_name(parser, first);
    statement->loop.second = name_or_null(parser, second);
    statement->loop.collection = collection;
    statement->loop.where = where;
    statement->loop.body = body;
    return statement;
}

struct pc_statement *pc_build_delete(struct pc_parser *parser, struct pc_range range,
                                     struct pc_expression *target)
{
    struct pc_statement *statement = new_statement(parser, PC_STATEMENT_DELETE, range);

    statement->delete.target = target;
    return statement;
}

struct pc_statement *pc_build_copy(struct pc_parser *parser, struct pc_range range,
                                   struct pc_list *names)
{
    struct pc_statement *statement = new_statement(parser, PC_STATEMENT_COPY, range);

    PC_TAKE_LIST(parser, &statement->copy.names, names);
    return statement;
}

struct pc_statement *pc_build_skip(struct pc_parser *parser, struct pc_range range)
{
    return new_statement(parser, PC_STATEMENT_SKIP, range);
}

struct pc_statement *pc_build_fail(struct pc_parser *parser, struct pc_range range,
                                   struct pc_expression *message)
{
    struct pc_statement *statement = new_statement(parser, PC_STATEMENT_FAIL, range);

    statement->fail.message = message;
    return statement;
}

struct pc_statement *pc_build_require(struct pc_parser *parser, struct pc_range range,
                                      struct pc_expression *condition,
                                      struct pc_expression *message)
{
    struct pc_statement *statement = new_statement(parser, PC_STATEMENT_REQUIRE, range);

    statement->require.condition = condition;
    statement->require.message = message;
    return statement;
}

struct pc_statement *pc_build_notify(struct pc_parser *parser, struct pc_range range,
                                     const struct pc_token *name, struct pc_expression *record)
{
    struct pc_statement *statement = new_statement(parser, PC_STATEMENT_NOTIFY, range);

    statement->notify.name = pc_token_name(parser, name);
    statement->notify.record = record;
    return statement;
}
