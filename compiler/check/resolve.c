/* resolve.c -- what a name stands for inside a handler: locals, keys, event fields, state fields,
 * members. */
#include "check/expressions.h"

#include <string.h>

/* ---- event fields ---- */

void pc_want(struct pc_frame *body, struct pc_symbol *event_field)
{
    const struct pc_handler_model *handler = body->handler;

    for (size_t i = 0; i < handler->events.count; i++) {
        struct pc_event_uses *uses = &handler->projection->uses;
        for (size_t j = 0; j < uses->count; j++) {
            if (uses->items[j]->event == handler->events.items[i])
                uses->items[j]->wanted[event_field->event_fields.items[i]->index] = true;
        }
    }
}

/* Looks the name up in every handled event: all must have it, with one type. */
static struct pc_symbol *make_event_field(struct pc_checker *checker, struct pc_frame *body,
                                          struct pc_text name, struct pc_event_model **missing)
{
    const struct pc_event_models *events = &body->handler->events;
    struct pc_symbol *symbol = pc_symbol_new(checker, PC_SYMBOL_EVENT_FIELD, NULL, NULL);

    symbol->name = name;
    *missing = NULL;
    for (size_t i = 0; i < events->count; i++) {
        struct pc_field_model *field = pc_fields_find(&events->items[i]->fields, name);
        if (field == NULL) {
            *missing = events->items[i];
            continue;
        }
        const struct pc_type *type = pc_type_plain(checker, field->type);
        if (symbol->type == NULL) {
            symbol->type = type;
            symbol->span = field->node->name.span;
        } else if (symbol->type != type) {
            symbol->differing = field;
        }
        PC_LIST_ADD(checker->arena, &symbol->event_fields, field);
    }
    return symbol->type != NULL ? symbol : NULL;
}

struct pc_symbol *pc_event_field(struct pc_checker *checker, struct pc_frame *body,
                                 struct pc_text name, struct pc_event_model **missing)
{
    *missing = NULL;
    if (body->handler == NULL || body->handler->is_any)
        return NULL;
    struct pc_symbol *symbol = pc_symbols_find(&body->event_fields, name);
    if (symbol != NULL)
        return symbol;
    symbol = make_event_field(checker, body, name, missing);
    if (symbol != NULL && *missing == NULL)
        PC_LIST_ADD(checker->arena, &body->event_fields, symbol);
    return symbol;
}

/* Reports when a field is not common to the handled events; true if it is. */
static bool is_common(struct pc_checker *checker, struct pc_frame *body, struct pc_span use,
                      struct pc_symbol *field, const struct pc_event_model *missing)
{
    if (missing != NULL) {
        if (body->is_poisoned)
            return false;
        struct pc_diagnostic *problem = pc_report(
            checker->diagnostics, PC_E0309, use,
            "`%.*s` is not a field of every event of this handler", PC_TEXT_ARGS(field->name));
        pc_diagnostic_point(problem, missing->node->name.span, "`%.*s` has none",
                            PC_TEXT_ARGS(missing->name));
        pc_diagnostic_help(problem, "write a handler for each event");
        return false;
    }
    if (field->differing != NULL) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0309, use,
                      "`%.*s` has not the same type in every event of this handler",
                      PC_TEXT_ARGS(field->name));
        pc_diagnostic_point(problem, field->span, "`%.*s` here", PC_TYPE_ARGS(field->type));
        pc_diagnostic_point(problem, field->differing->node->name.span, "`%.*s` here",
                            PC_TYPE_ARGS(field->differing->type));
        pc_diagnostic_help(problem, "write a handler for each event");
        return false;
    }
    return true;
}

void pc_use_event_field(struct pc_checker *checker, struct pc_frame *body,
                        struct pc_expression *expression, struct pc_symbol *field,
                        const struct pc_event_model *missing)
{
    expression->symbol = field;
    expression->type = checker->error;
    if (!is_common(checker, body, expression->span, field, missing))
        return;
    expression->type = field->type;
    field->is_used = true;
    pc_want(body, field);
}

/* ---- state ---- */

struct pc_symbol *pc_state_field(const struct pc_frame *body, struct pc_text name)
{
    if (body->projection == NULL || body->is_source_clause)
        return NULL;
    struct pc_field_model *field = pc_fields_find(&body->projection->state.fields, name);
    return field != NULL ? field->node->symbol : NULL;
}

/* ---- bare names ---- */

/* Locals, parameters, keys and tables: what is found without event and state. */
static struct pc_symbol *find_plain(const struct pc_frame *body, struct pc_text name)
{
    struct pc_symbol *symbol = pc_scope_find(body->scope, name);

    if (symbol == NULL)
        symbol = pc_symbols_find(body->keys, name);
    if (symbol == NULL)
        symbol = pc_symbols_find(body->tables, name);
    return symbol;
}

bool pc_name_is_value(struct pc_checker *checker, struct pc_frame *body, struct pc_text name)
{
    struct pc_event_model *missing = NULL;

    return find_plain(body, name) != NULL || pc_state_field(body, name) != NULL ||
           pc_event_field(checker, body, name, &missing) != NULL;
}

struct pc_member_model *pc_find_member(const struct pc_type *expected, struct pc_text name)
{
    const struct pc_type *type = expected != NULL ? pc_type_value(expected) : NULL;

    if (type == NULL || type->kind != PC_TYPE_ENUM)
        return NULL;
    for (size_t i = 0; i < type->enumeration->members.count; i++) {
        if (pc_text_equals(type->enumeration->members.items[i]->name, name))
            return type->enumeration->members.items[i];
    }
    return NULL;
}

void pc_use_member(struct pc_checker *checker, struct pc_expression *expression,
                   struct pc_member_model *member)
{
    struct pc_constant *constant =
        pc_constant_new(checker, PC_CONSTANT_MEMBER, member->enumeration->type);

    constant->member = member;
    expression->symbol = member->node->symbol;
    expression->type = member->enumeration->type;
    pc_annotate(checker, expression)->constant = constant;
}

static void report_ambiguous(struct pc_checker *checker, struct pc_expression *expression,
                             struct pc_symbol *event, struct pc_symbol *state)
{
    struct pc_text name = expression->name.name.text;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0203, expression->span,
                  "`%.*s` is both a field of the event and of the state", PC_TEXT_ARGS(name));

    if (pc_is_event_data(name))
        pc_diagnostic_help(problem, "give one of them another name: `as` keeps the outside name");
    else
        pc_diagnostic_label(problem, "write `event.%.*s` or `state.%.*s`", PC_TEXT_ARGS(name),
                            PC_TEXT_ARGS(name));
    pc_diagnostic_point(problem, event->span, "the event's");
    pc_diagnostic_point(problem, state->span, "the state's");
    expression->type = checker->error;
}

/* The first enum of the module with such a member, to say how to write it. */
static struct pc_enum_model *enum_with(const struct pc_checker *checker, struct pc_text name)
{
    for (size_t i = 0; i < checker->model->enums.count; i++) {
        if (pc_find_member(checker->model->enums.items[i]->type, name) != NULL)
            return checker->model->enums.items[i];
    }
    return NULL;
}

void pc_offer_members(struct pc_suggestion *suggestion, const struct pc_type *expected)
{
    const struct pc_type *type = expected != NULL ? pc_type_value(expected) : NULL;

    for (size_t i = 0;
         type != NULL && type->kind == PC_TYPE_ENUM && i < type->enumeration->members.count; i++)
        pc_suggestion_offer(suggestion, type->enumeration->members.items[i]->name);
}

static void report_unknown_name(struct pc_checker *checker, struct pc_frame *body,
                                struct pc_expression *expression, const struct pc_type *expected)
{
    struct pc_text name = expression->name.name.text;
    struct pc_suggestion suggestion;

    expression->type = checker->error;
    if (body->is_poisoned || (expected != NULL && expected->kind == PC_TYPE_ERROR))
        return;
    struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0202, expression->span,
                                              "there is no `%.*s` here", PC_TEXT_ARGS(name));
    pc_suggestion_init(&suggestion, name);
    pc_offer_members(&suggestion, expected);
    for (const struct pc_scope *scope = body->scope; scope != NULL; scope = scope->parent)
        pc_offer_symbols(&suggestion, &scope->symbols);
    pc_offer_symbols(&suggestion, body->keys);
    if (body->handler != NULL && body->handler->events.count != 0)
        pc_offer_fields(&suggestion, &body->handler->events.items[0]->fields);
    if (body->projection != NULL && !body->is_source_clause && !body->is_upcast)
        pc_offer_fields(&suggestion, &body->projection->state.fields);
    pc_suggest(problem, &suggestion);
    if (body->function != NULL && (pc_text_is(name, "state") || pc_text_is(name, "event"))) {
        pc_diagnostic_help(problem, "a function sees its parameters only: hand it the value");
        return;
    }
    if (body->is_upcast && (pc_text_is(name, "state") || pc_state_field(body, name) != NULL)) {
        pc_diagnostic_help(problem, "an upcast reads the old event's fields only");
        return;
    }
    struct pc_enum_model *owner = enum_with(checker, name);
    if (owner != NULL && (expected == NULL || pc_type_value(expected) != owner->type))
        pc_diagnostic_help(problem, "the enum's member is written `%.*s.%.*s`",
                           PC_TEXT_ARGS(owner->name), PC_TEXT_ARGS(name));
    else if (pc_text_is(name, "now") || pc_text_is(name, "today"))
        pc_diagnostic_help(problem, "the event's time is `event.time`");
    else if (body->is_source_clause && body->projection != NULL &&
             pc_fields_find(&body->projection->state.fields, name) != NULL)
        pc_diagnostic_help(problem, "`for`, `by` and `where` of a handler see the event only");
    else if (pc_text_is(name, "state") || pc_text_is(name, "event"))
        pc_diagnostic_help(problem, "its parts can be read: `%.*s.…`", PC_TEXT_ARGS(name));
}

/* A table is no value: its rows are read one by one. */
static void report_table(struct pc_checker *checker, const struct pc_frame *body,
                         struct pc_expression *expression, struct pc_symbol *symbol)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0332, expression->span,
                  body->is_source_clause ? "the table `%.*s` cannot be read here"
                                         : "the table `%.*s` is no value",
                  PC_TEXT_ARGS(symbol->name));

    pc_diagnostic_point(problem, symbol->span, "declared here");
    if (body->is_source_clause)
        pc_diagnostic_help(problem, "`for`, `by` and `where` see the event only");
    else
        pc_diagnostic_help(problem, "`%.*s[…]` reads a row, and `for x in %.*s where …` walks them",
                           PC_TEXT_ARGS(symbol->name), PC_TEXT_ARGS(symbol->name));
    symbol->is_used = true;
    expression->type = checker->error;
}

void pc_check_name(struct pc_checker *checker, struct pc_frame *body,
                   struct pc_expression *expression, const struct pc_type *expected)
{
    struct pc_text name = expression->name.name.text;
    struct pc_symbol *symbol = find_plain(body, name);
    struct pc_member_model *member = pc_find_member(expected, name);
    struct pc_event_model *missing = NULL;

    if (symbol != NULL && symbol->kind == PC_SYMBOL_TABLE) {
        report_table(checker, body, expression, symbol);
        return;
    }
    if (symbol != NULL) {
        symbol->is_used = true;
        expression->symbol = symbol;
        expression->type = symbol->type;
        return;
    }
    struct pc_symbol *event = pc_event_field(checker, body, name, &missing);
    struct pc_symbol *state = body->is_upcast ? NULL : pc_state_field(body, name);
    if (event != NULL && state != NULL && (missing == NULL || !body->is_poisoned)) {
        report_ambiguous(checker, expression, event, state);
    } else if (member != NULL && ((event != NULL && event->type == member->enumeration->type) ||
                                  (state != NULL && state->type == member->enumeration->type))) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0203, expression->span,
                      "`%.*s` is both a field and a member of `%.*s`", PC_TEXT_ARGS(name),
                      PC_TEXT_ARGS(member->enumeration->name));
        pc_diagnostic_label(problem, "write `%s.%.*s` or `%.*s.%.*s`",
                            event != NULL ? "event" : "state", PC_TEXT_ARGS(name),
                            PC_TEXT_ARGS(member->enumeration->name), PC_TEXT_ARGS(name));
        expression->type = checker->error;
    } else if (event != NULL) {
        pc_use_event_field(checker, body, expression, event, missing);
    } else if (state != NULL) {
        state->is_used = true;
        expression->symbol = state;
        expression->type = state->type;
    } else if (member != NULL) {
        pc_use_member(checker, expression, member);
    } else {
        report_unknown_name(checker, body, expression, expected);
    }
}
