/* statements.c -- the statements of a handler: scopes, what leaves, what changes the state. */
#include "check/expressions.h"
#include "check/statements.h"

static struct pc_statement_info *info_of(struct pc_statement *statement)
{
    return statement->extra;
}

/* ---- scopes ---- */

void pc_scope_enter(struct pc_frame *body, struct pc_scope *scope)
{
    scope->parent = body->scope;
    body->scope = scope;
}

void pc_scope_leave(struct pc_checker *checker, struct pc_frame *body)
{
    const struct pc_scope *scope = body->scope;

    for (size_t i = 0; i < scope->symbols.count; i++) {
        const struct pc_symbol *symbol = scope->symbols.items[i];
        if (symbol->is_used || symbol->type->kind == PC_TYPE_ERROR || symbol->span.end == 0 ||
            (symbol->local != PC_LOCAL_LET && symbol->local != PC_LOCAL_IF_LET))
            continue;
        PC_LIST_ADD(checker->arena, &checker->unused, scope->symbols.items[i]);
    }
    body->scope = scope->parent;
}

static void report_taken(struct pc_checker *checker, const struct pc_name *name,
                         struct pc_span other, const char *what)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0204, name->span, "`%.*s` has a meaning here already",
                  PC_TEXT_ARGS(name->text));

    if (other.end != 0)
        pc_diagnostic_point(problem, other, "%s", what);
    pc_diagnostic_help(problem, "nothing shadows: take another name");
}

struct pc_symbol *pc_declare_local(struct pc_checker *checker, struct pc_frame *body,
                                   struct pc_name *name, enum pc_local_kind kind,
                                   const struct pc_type *type)
{
    struct pc_symbol *symbol = pc_symbol_new(checker, PC_SYMBOL_LOCAL, name, type);
    struct pc_symbol *other = pc_scope_find(body->scope, name->text);
    struct pc_event_model *missing = NULL;

    symbol->local = kind;
    if (body->handler != NULL)
        symbol->local_index = body->handler->local_count++;
    else if (body->function != NULL)
        symbol->local_index = body->function->local_count++;
    if (other == NULL)
        other = pc_symbols_find(body->keys, name->text);
    if (other == NULL)
        other = pc_symbols_find(body->tables, name->text);
    if (other != NULL)
        report_taken(checker, name, other->span, "declared here");
    else if ((other = pc_state_field(body, name->text)) != NULL)
        report_taken(checker, name, other->span,
                     body->is_upcast ? "a field of today's event" : "a field of the state");
    else if ((other = pc_event_field(checker, body, name->text, &missing)) != NULL)
        report_taken(checker, name, other->span, "a field of the event");
    else if (pc_text_is(name->text, "event") || pc_text_is(name->text, "state"))
        report_taken(checker, name, (struct pc_span){0}, "");
    PC_LIST_ADD(checker->arena, &body->scope->symbols, symbol);
    return symbol;
}

/* ---- let, if, match ---- */

static bool is_optional(struct pc_checker *checker, const struct pc_expression *value,
                        const char *construct)
{
    if (value->type->kind == PC_TYPE_OPTIONAL)
        return true;
    if (value->type->kind != PC_TYPE_ERROR) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0210, value->span,
                      "`%s` needs something that may be `none`", construct);
        pc_diagnostic_label(problem, "has type `%.*s`", PC_TYPE_ARGS(value->type));
    }
    return false;
}

/* A local for what was bound: a row is bound by reference, everything else is a copy. */
static void declare_bound(struct pc_checker *checker, struct pc_frame *body, struct pc_name *name,
                          enum pc_local_kind kind, const struct pc_type *type)
{
    bool is_row = type->kind == PC_TYPE_ROW;

    pc_declare_local(checker, body, name, is_row ? PC_LOCAL_ROW : kind, type)->is_place = is_row;
}

static void check_let(struct pc_checker *checker, struct pc_frame *body,
                      struct pc_statement *statement, struct pc_statement_info *info)
{
    struct pc_expression *value = statement->let.value;
    const struct pc_type *type = pc_check_row_reader(checker, body, value);

    if (statement->let.otherwise != NULL) {
        info->bound = is_optional(checker, value, "let … else") ? type->element : checker->error;
        type = info->bound;
        if (!pc_check_block(checker, body, statement->let.otherwise)) {
            struct pc_diagnostic *problem =
                pc_report(checker->diagnostics, PC_E0307, statement->let.otherwise->span,
                          "this block must leave the handler");
            pc_diagnostic_help(problem, "end it with `skip` or `fail \"…\"`");
        }
    } else if (type->kind == PC_TYPE_NONE) {
        pc_report(checker->diagnostics, PC_E0217, value->span,
                  "nothing here says of what type this `none` is");
        type = checker->error;
    } else if (type->kind == PC_TYPE_ROW) {
        pc_check_no_row(checker, body, value);
        type = value->type;
    }
    declare_bound(checker, body, &statement->let.name, PC_LOCAL_LET, type);
}

static bool check_branch(struct pc_checker *checker, struct pc_frame *body,
                         struct pc_statement *statement, struct pc_statement_info *info)
{
    struct pc_expression *condition = statement->branch.condition;
    bool is_leaving;

    if (statement->branch.binding != NULL) {
        struct pc_scope scope = {0};
        const struct pc_type *type = pc_check_row_reader(checker, body, condition);
        info->bound = is_optional(checker, condition, "if let") ? type->element : checker->error;
        pc_scope_enter(body, &scope);
        declare_bound(checker, body, statement->branch.binding, PC_LOCAL_IF_LET, info->bound);
        is_leaving = pc_check_block(checker, body, statement->branch.then);
        pc_scope_leave(checker, body);
    } else {
        pc_check_value(checker, body, condition, checker->boolean);
        is_leaving = pc_check_block(checker, body, statement->branch.then);
    }
    if (statement->branch.otherwise == NULL)
        return false;
    return pc_check_block(checker, body, statement->branch.otherwise) && is_leaving;
}

static bool check_match(struct pc_checker *checker, struct pc_frame *body,
                        struct pc_statement *statement)
{
    struct pc_arms *arms = &statement->match.arms;
    bool is_leaving = arms->count != 0;

    pc_check_expression(checker, body, statement->match.subject, NULL);
    pc_check_arms(checker, statement->match.subject, arms, statement->match.subject->span);
    for (size_t i = 0; i < arms->count; i++)
        is_leaving = pc_check_block(checker, body, arms->items[i]->body) && is_leaving;
    return is_leaving;
}

/* ---- for ---- */

/* A bound name: in place where the elements of a list, or the values of a map, are the state's own.
 */
static void bind_element(struct pc_checker *checker, struct pc_frame *body, struct pc_name *name,
                         const struct pc_type *type, struct pc_statement_info *info,
                         bool is_in_place)
{
    struct pc_symbol *symbol = pc_declare_local(checker, body, name, PC_LOCAL_ELEMENT, type);

    symbol->is_place = is_in_place;
    if (is_in_place) {
        info->is_in_place = true;
        symbol->walked_root = info->root;
        symbol->walked_steps = &info->steps;
    }
}

static void check_loop(struct pc_checker *checker, struct pc_frame *body,
                       struct pc_statement *statement, struct pc_statement_info *info)
{
    struct pc_expression *collection = statement->loop.collection;
    struct pc_walk walk = {.parent = body->walks, .span = collection->span};
    struct pc_scope scope = {0};
    struct pc_symbol *table = pc_find_table(body, collection);

    if (table != NULL) {
        pc_check_table_loop(checker, body, statement, table, info);
        return;
    }
    pc_check_expression(checker, body, collection, NULL);
    const struct pc_type *element = pc_element_type(checker, collection);
    enum pc_type_kind kind = collection->type->kind;
    bool is_state = element->kind != PC_TYPE_ERROR &&
                    pc_find_place(checker, collection, &info->root, &info->steps);
    pc_scope_enter(body, &scope);
    bind_element(checker, body, &statement->loop.first, element, info,
                 is_state && kind == PC_TYPE_LIST);
    if (statement->loop.second != NULL) {
        bind_element(checker, body, statement->loop.second,
                     kind == PC_TYPE_MAP ? collection->type->element : checker->error, info,
                     is_state && kind == PC_TYPE_MAP);
        if (element->kind != PC_TYPE_ERROR && kind != PC_TYPE_MAP)
            pc_report(checker->diagnostics, PC_E0223, statement->loop.second->span,
                      "only maps are walked by two names");
    }
    if (statement->loop.where != NULL)
        pc_check_value(checker, body, statement->loop.where, checker->boolean);
    if (is_state) {
        walk.root = info->root;
        walk.steps = &info->steps;
        body->walks = &walk;
    }
    pc_check_block(checker, body, statement->loop.body);
    body->walks = walk.parent;
    pc_scope_leave(checker, body);
}

/* ---- delete, copy ---- */

static void check_delete(struct pc_checker *checker, struct pc_frame *body,
                         struct pc_statement *statement, struct pc_statement_info *info)
{
    struct pc_expression *target = statement->delete.target;
    struct pc_symbol *table =
        target->kind == PC_EXPRESSION_INDEX ? pc_find_table(body, target->index.object) : NULL;

    body->effect_count++;
    if (table != NULL) {
        pc_check_row_place(checker, body, target, table, info);
        return;
    }
    if (target->kind == PC_EXPRESSION_NAME && pc_text_is(target->name.name.text, "state")) {
        target->symbol = pc_symbol_new(checker, PC_SYMBOL_STATE_WORD, NULL, NULL);
        target->type = checker->error;
        body->handler->deletes_state = true;
        if (body->projection->state.node == NULL) {
            pc_report(checker->diagnostics, PC_E0302, statement->span,
                      "`%.*s` has no state to delete", PC_TEXT_ARGS(body->projection->name));
            return;
        }
        pc_check_walks(checker, body, statement->span, NULL, NULL);
        return;
    }
    pc_check_row_reader(checker, body, target);
    if (target->type->kind == PC_TYPE_ERROR)
        return;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0316, target->span, "this cannot be deleted");
    if (target->type->kind == PC_TYPE_OPTIONAL && !pc_is_row(target->type))
        pc_diagnostic_help(problem, "`x = none` empties an optional field");
    else if (pc_is_collection(target->type))
        pc_diagnostic_help(problem, "`x.clear()` empties a %s",
                           target->type->kind == PC_TYPE_LIST  ? "list"
                           : target->type->kind == PC_TYPE_SET ? "set"
                                                               : "map");
    else if (pc_is_row(target->type))
        pc_diagnostic_help(problem, "a row is deleted by its key: `delete %.*s[…]`",
                           PC_TEXT_ARGS(pc_type_value(target->type)->table->name));
    else
        pc_diagnostic_help(problem, "`delete state` ends the state");
}

static void report_not_in(struct pc_checker *checker, const struct pc_name *name,
                          const struct pc_event_model *event)
{
    pc_report_unknown_field(checker, name, pc_quoted(checker, event->name), event->node->name.span,
                            &event->fields);
}

static void copy_field(struct pc_checker *checker, struct pc_frame *body, struct pc_name *name,
                       struct pc_statement_info *info)
{
    struct pc_event_model *missing = NULL;
    struct pc_symbol *source = pc_event_field(checker, body, name->text, &missing);
    struct pc_symbol *target = pc_state_field(body, name->text);
    struct pc_copy *copy = PC_NEW(checker->arena, struct pc_copy);

    if (target == NULL) {
        const struct pc_state_model *state = &body->projection->state;
        pc_report_unknown_field(checker, name, pc_text_of("the state"),
                                state->node != NULL ? pc_word_span(state->node->span, "state")
                                                    : body->projection->node->name.span,
                                &state->fields);
        return;
    }
    if (body->is_poisoned && (source == NULL || missing != NULL))
        return;
    if (source == NULL || missing != NULL || source->differing != NULL) {
        const struct pc_event_models *events = &body->handler->events;
        if (events->count == 0)
            pc_report(checker->diagnostics, PC_E0201, name->span, "`on any` knows no field `%.*s`",
                      PC_TEXT_ARGS(name->text));
        else if (source != NULL && source->differing != NULL)
            pc_report(checker->diagnostics, PC_E0309, name->span,
                      "`%.*s` has not the same type in every event of this handler",
                      PC_TEXT_ARGS(name->text));
        else
            report_not_in(checker, name, missing != NULL ? missing : events->items[0]);
        return;
    }
    if (!pc_check_walks(checker, body, name->span, target, &(struct pc_place_steps){0}))
        return;
    if (!pc_type_widens(source->type, target->type) && source->type->kind != PC_TYPE_ERROR) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0206, name->span, "`%.*s` does not become `%.*s`",
                      PC_TYPE_ARGS(source->type), PC_TYPE_ARGS(target->type));
        pc_diagnostic_point(problem, source->span, "`%.*s` in the event",
                            PC_TYPE_ARGS(source->type));
        pc_diagnostic_point(problem, target->span, "`%.*s` in the state",
                            PC_TYPE_ARGS(target->type));
    }
    name->symbol = target;
    copy->source = source;
    copy->target = target;
    pc_want(body, source);
    PC_LIST_ADD(checker->arena, &info->copies, copy);
}

/* ---- all ---- */

/* True if control never reaches what follows. */
static bool check_statement(struct pc_checker *checker, struct pc_frame *body,
                            struct pc_statement *statement, struct pc_statement_info *info)
{
    switch (statement->kind) {
    case PC_STATEMENT_ASSIGN:
        pc_check_assign(checker, body, statement, info);
        return false;
    case PC_STATEMENT_CALL:
        pc_check_method_statement(checker, body, statement, info);
        return false;
    case PC_STATEMENT_LET:
        check_let(checker, body, statement, info);
        return false;
    case PC_STATEMENT_IF:
        return check_branch(checker, body, statement, info);
    case PC_STATEMENT_MATCH:
        return check_match(checker, body, statement);
    case PC_STATEMENT_FOR:
        check_loop(checker, body, statement, info);
        return false;
    case PC_STATEMENT_DELETE:
        check_delete(checker, body, statement, info);
        return false;
    case PC_STATEMENT_COPY:
        body->effect_count++;
        for (size_t i = 0; i < statement->copy.names.count; i++)
            copy_field(checker, body, statement->copy.names.items[i], info);
        return false;
    case PC_STATEMENT_SKIP:
        body->handler->can_skip = true;
        return true;
    case PC_STATEMENT_FAIL:
        pc_check_value(checker, body, statement->fail.message, checker->text);
        return true;
    case PC_STATEMENT_REQUIRE:
        pc_check_value(checker, body, statement->require.condition, checker->boolean);
        pc_check_value(checker, body, statement->require.message, checker->text);
        return false;
    default:
        pc_check_notify(checker, body, statement);
        return false;
    }
}

bool pc_check_block(struct pc_checker *checker, struct pc_frame *body, struct pc_block *block)
{
    struct pc_scope scope = {0};
    bool is_leaving = false;
    bool is_reported = false;

    pc_scope_enter(body, &scope);
    for (size_t i = 0; i < block->statements.count; i++) {
        struct pc_statement *statement = block->statements.items[i];
        uint32_t before = body->effect_count;

        if (is_leaving && !is_reported) {
            struct pc_diagnostic *problem =
                pc_report(checker->diagnostics, PC_W0306, statement->span, "this is never reached");
            pc_diagnostic_point(problem, block->statements.items[i - 1]->span,
                                "the handler is left here");
            is_reported = true;
        }
        statement->extra = PC_NEW(checker->arena, struct pc_statement_info);
        bool leaves = check_statement(checker, body, statement, info_of(statement));
        info_of(statement)->is_leaving = leaves;
        info_of(statement)->is_effect = body->effect_count != before;
        is_leaving = is_leaving || leaves;
    }
    pc_scope_leave(checker, body);
    return is_leaving;
}
