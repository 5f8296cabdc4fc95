/* execute.c -- statements: what they change, where control goes. */
#include "machine.h"

#include <assert.h>
#include <string.h>

static const struct pc_statement_info *info_of(const struct pc_statement *statement)
{
    return statement->extra;
}

/* ---- places ---- */

enum { KEYS_MAX = 64 };

static struct oracle_value *place(struct oracle_machine *machine, const struct pc_expression *path,
                                  const struct oracle_value *keys, size_t *next)
{
    const struct pc_symbol *symbol = path->symbol;

    if (symbol == NULL) { /* map[key], list[position] */
        const struct pc_expression *object = path->index.object;
        struct oracle_value *collection = place(machine, object, keys, next);

        return oracle_element(machine, object->type, collection, &keys[(*next)++]);
    }
    if (symbol->kind == PC_SYMBOL_STATE_FIELD)
        return &machine->state->items[symbol->field_model->index];
    if (symbol->kind == PC_SYMBOL_LOCAL)
        return machine->locals[symbol->local_index];
    if (symbol->kind == PC_SYMBOL_TABLE)
        return oracle_obtain_row(machine, path);
    struct oracle_value *object = place(machine, path->field.object, keys, next);
    return &object->items[symbol->field_model->index];
}

/* The keys of maps and positions in lists, from left to right. */
static size_t read_keys(struct oracle_machine *machine, const struct pc_expression *path,
                        struct oracle_value *keys)
{
    if (path->kind == PC_EXPRESSION_FIELD)
        return path->symbol->kind == PC_SYMBOL_RECORD_FIELD
                   ? read_keys(machine, path->field.object, keys)
                   : 0;
    if (path->kind != PC_EXPRESSION_INDEX || path->symbol != NULL)
        return 0;
    size_t count = read_keys(machine, path->index.object, keys);
    assert(count < KEYS_MAX);
    keys[count] = oracle_evaluate(machine, path->index.keys.items[0]);
    return count + 1;
}

/* All keys are read before anything is made. */
struct oracle_value *oracle_place(struct oracle_machine *machine, const struct pc_expression *path)
{
    struct oracle_value keys[KEYS_MAX];
    size_t next = 0;

    read_keys(machine, path, keys);
    return place(machine, path, keys, &next);
}

static void assign(struct oracle_machine *machine, const struct pc_statement *statement)
{
    static const enum pc_operator operators[] = {
        [PC_ASSIGN_ADD] = PC_OPERATOR_ADD,
        [PC_ASSIGN_SUBTRACT] = PC_OPERATOR_SUBTRACT,
        [PC_ASSIGN_MULTIPLY] = PC_OPERATOR_MULTIPLY,
        [PC_ASSIGN_DIVIDE] = PC_OPERATOR_DIVIDE,
    };
    const struct pc_expression *target = statement->assign.target;

    if (target->type->kind == PC_TYPE_ROW) {
        oracle_replace_row(machine, statement);
        return;
    }
    oracle_check_target(machine, target);
    struct oracle_value value = oracle_evaluate(machine, statement->assign.value);
    struct oracle_value *place = oracle_place(machine, target);

    if (statement->assign.operator!= PC_ASSIGN)
        value = oracle_arithmetic(machine, operators[statement->assign.operator],
                                  info_of(statement)->operation, target->type, place,
                                  pc_expression_target(statement->assign.value), &value);
    *place = oracle_copy(machine->arena, &value);
    oracle_check_column(machine, target, place);
}

static void push(struct oracle_machine *machine, struct oracle_value *list,
                 const struct oracle_value *item)
{
    struct oracle_value *items =
        pc_arena_alloc_array(machine->arena, list->count + 1, sizeof *items);

    for (size_t i = 0; i < list->count; i++)
        items[i] = list->items[i];
    items[list->count++] = oracle_copy(machine->arena, item);
    list->items = items;
}

static void change_collection(struct oracle_machine *machine, const struct pc_expression *call)
{
    const struct pc_expressions *arguments = &call->method.arguments;
    struct oracle_value value = {.has = false};

    oracle_check_target(machine, call->method.object);
    if (arguments->count != 0)
        value = oracle_evaluate(machine, arguments->items[0]);
    struct oracle_value *list = oracle_place(machine, call->method.object);
    switch (call->symbol->builtin) {
    case PC_BUILTIN_PUSH:
        push(machine, list, &value);
        break;
    case PC_BUILTIN_ADD:
        oracle_add(machine->arena, call->method.object->type, list, &value);
        break;
    case PC_BUILTIN_REMOVE:
        oracle_remove(machine, call->method.object->type, list, &value);
        break;
    case PC_BUILTIN_KEEP_LAST:
        if ((uint64_t)value.integer < list->count) {
            list->items += list->count - (size_t)value.integer;
            list->count = (size_t)value.integer;
        }
        break;
    default:
        list->count = 0;
        break;
    }
}

static void copy_fields(struct oracle_machine *machine, const struct pc_statement *statement)
{
    const struct pc_statement_info *info = info_of(statement);

    for (size_t i = 0; i < info->copies.count; i++) {
        const struct pc_copy *copy = info->copies.items[i];
        size_t index = copy->source->event_fields.items[machine->event_position]->index;
        struct oracle_value value = oracle_convert(machine, copy->source->type, copy->target->type,
                                                   machine->event->fields.items[index]);

        machine->state->items[copy->target->field_model->index] =
            oracle_copy(machine->arena, &value);
    }
}

static void delete_state(struct oracle_machine *machine)
{
    *machine->state = oracle_initial(machine->arena, &machine->handler->projection->state.fields);
    machine->exists = false;
    machine->is_deleted = true;
}

/* ---- branches and loops ---- */

/* Rows are bound by reference, everything else is a copy. */
static void bind(struct oracle_machine *machine, const struct pc_symbol *symbol,
                 const struct pc_expression *expression, const struct oracle_value *value)
{
    if (oracle_is_row(expression->type))
        machine->locals[symbol->local_index] = oracle_find_row(machine, expression);
    else
        oracle_bind(machine, symbol, oracle_copy(machine->arena, value));
}

static void let(struct oracle_machine *machine, const struct pc_statement *statement)
{
    struct oracle_value value = oracle_evaluate(machine, statement->let.value);

    if (statement->let.otherwise != NULL && !value.has)
        oracle_run_block(machine, statement->let.otherwise); /* does not come back */
    bind(machine, statement->let.name.symbol, statement->let.value, &value);
}

static void branch(struct oracle_machine *machine, const struct pc_statement *statement)
{
    struct oracle_value value = oracle_evaluate(machine, statement->branch.condition);
    bool is_taken = statement->branch.binding != NULL ? value.has : value.integer != 0;

    if (is_taken && statement->branch.binding != NULL)
        bind(machine, statement->branch.binding->symbol, statement->branch.condition, &value);
    if (is_taken)
        oracle_run_block(machine, statement->branch.then);
    else if (statement->branch.otherwise != NULL)
        oracle_run_block(machine, statement->branch.otherwise);
}

static void match(struct oracle_machine *machine, const struct pc_statement *statement)
{
    struct oracle_value subject = oracle_evaluate(machine, statement->match.subject);

    for (size_t i = 0; i < statement->match.arms.count; i++) {
        const struct pc_arm *arm = statement->match.arms.items[i];
        bool is_taken = arm->is_else;

        for (size_t j = 0; j < arm->names.count; j++)
            is_taken |= arm->names.items[j]->symbol->member_model->index == subject.integer;
        if (is_taken) {
            oracle_run_block(machine, arm->body);
            return;
        }
    }
}

/* The collection cannot change while it is walked, but its elements may, in place. */
static void loop(struct oracle_machine *machine, const struct pc_statement *statement)
{
    const struct pc_symbol *first = statement->loop.first.symbol;
    const struct pc_symbol *second =
        statement->loop.second != NULL ? statement->loop.second->symbol : NULL;
    const struct pc_type *type = pc_expression_target(statement->loop.collection);

    if (info_of(statement)->root != NULL && info_of(statement)->root->kind == PC_SYMBOL_TABLE) {
        oracle_walk(machine, statement);
        return;
    }
    bool is_in_place = info_of(statement)->is_in_place;
    if (is_in_place)
        oracle_check_target(machine, statement->loop.collection);
    struct oracle_value list = is_in_place ? *oracle_place(machine, statement->loop.collection)
                                           : oracle_evaluate(machine, statement->loop.collection);

    if (!is_in_place)
        list = oracle_copy(machine->arena, &list);
    for (size_t i = 0; i < list.count; i++) {
        machine->statement = statement->span;
        oracle_step(machine);
        if (is_in_place && second == NULL)
            machine->locals[first->local_index] = &list.items[i];
        else
            oracle_bind(machine, first, oracle_item(type, &list, i));
        if (second != NULL)
            machine->locals[second->local_index] = &list.items[i];
        if (statement->loop.where == NULL || oracle_holds(machine, statement->loop.where))
            oracle_run_block(machine, statement->loop.body);
    }
}

/* ---- leaving ---- */

/* The user's own text is the message. */
_Noreturn static void fail_with(struct oracle_machine *machine, const struct pc_expression *message)
{
    machine->message = oracle_evaluate(machine, message).text;
    longjmp(machine->escape, ORACLE_FAILED);
}

static void run(struct oracle_machine *machine, const struct pc_statement *statement)
{
    switch (statement->kind) {
    case PC_STATEMENT_ASSIGN:
        assign(machine, statement);
        break;
    case PC_STATEMENT_CALL:
        change_collection(machine, statement->call.call);
        break;
    case PC_STATEMENT_LET:
        let(machine, statement);
        break;
    case PC_STATEMENT_IF:
        branch(machine, statement);
        break;
    case PC_STATEMENT_MATCH:
        match(machine, statement);
        break;
    case PC_STATEMENT_FOR:
        loop(machine, statement);
        break;
    case PC_STATEMENT_DELETE:
        if (statement->delete.target->kind == PC_EXPRESSION_INDEX)
            oracle_delete_row(machine, statement->delete.target);
        else
            delete_state(machine);
        break;
    case PC_STATEMENT_COPY:
        copy_fields(machine, statement);
        break;
    case PC_STATEMENT_SKIP:
        longjmp(machine->escape, ORACLE_SKIPPED);
    case PC_STATEMENT_FAIL:
        fail_with(machine, statement->fail.message);
    case PC_STATEMENT_NOTIFY:
        oracle_notify(machine, statement);
        break;
    case PC_STATEMENT_REQUIRE:
        if (!oracle_holds(machine, statement->require.condition))
            fail_with(machine, statement->require.message);
        break;
    default:
        oracle_fail(machine, "the oracle does not know this statement");
    }
}

void oracle_run_block(struct oracle_machine *machine, const struct pc_block *block)
{
    for (size_t i = 0; i < block->statements.count; i++) {
        machine->statement = block->statements.items[i]->span;
        run(machine, block->statements.items[i]);
    }
}
