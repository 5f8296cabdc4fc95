/* build_declaration.c -- makes the nodes of declarations, their parts, and tests. */
#include "syntax/parser.h"

struct pc_settings {
    struct pc_name *payload;
    struct pc_string *notify;
    struct pc_span payload_span; /* of the keyword */
    struct pc_span notify_span;
};

/* ---- bodies and their parts ---- */

struct pc_body *pc_body_new(struct pc_parser *parser)
{
    return PC_NEW(parser->arena, struct pc_body);
}

void pc_body_add_field(struct pc_parser *parser, struct pc_body *body, void *field)
{
    PC_LIST_ADD(parser->arena, &body->fields, field);
}

void pc_body_add_index(struct pc_parser *parser, struct pc_body *body, void *index)
{
    PC_LIST_ADD(parser->arena, &body->indexes, index);
}

void pc_body_add_upcast(struct pc_parser *parser, struct pc_body *body, void *upcast)
{
    PC_LIST_ADD(parser->arena, &body->upcasts, upcast);
}

void *pc_build_field(struct pc_parser *parser, struct pc_range range, const struct pc_token *name,
                     struct pc_type_node *type, struct pc_string *as, struct pc_expression *initial)
{
    struct pc_field *field = PC_NEW(parser->arena, struct pc_field);

    field->kind = PC_PART_FIELD;
    field->span = pc_parser_span(parser, range);
    field->doc = pc_take_documentation(parser, range.start);
    field->name = pc_token_name(parser, name);
    field->type_node = type;
    field->as = as;
    field->initial = initial;
    return field;
}

void *pc_build_index(struct pc_parser *parser, struct pc_range range, struct pc_list *orders)
{
    struct pc_index *index = PC_NEW(parser->arena, struct pc_index);

    index->kind = PC_PART_INDEX;
    index->span = pc_parser_span(parser, range);
    index->doc = pc_take_documentation(parser, range.start);
    PC_TAKE_LIST(parser, &index->keys, orders);
    return index;
}

void *pc_build_order(struct pc_parser *parser, struct pc_range range, const struct pc_token *name,
                     bool is_descending)
{
    struct pc_order *order = PC_NEW(parser->arena, struct pc_order);

    order->kind = PC_PART_ORDER;
    order->span = pc_parser_span(parser, range);
    order->name = pc_token_name(parser, name);
    order->is_descending = is_descending;
    return order;
}

void *pc_build_upcast(struct pc_parser *parser, struct pc_range range, struct pc_string *old_name,
                      struct pc_body *fields, struct pc_block *body)
{
    struct pc_upcast *upcast = PC_NEW(parser->arena, struct pc_upcast);

    upcast->kind = PC_PART_UPCAST;
    upcast->span = pc_parser_span(parser, range);
    upcast->doc = pc_take_documentation(parser, range.start);
    upcast->old_name = old_name;
    upcast->fields = fields->fields;
    upcast->body = body;
    return upcast;
}

void *pc_build_member(struct pc_parser *parser, struct pc_range range, const struct pc_token *name,
                      struct pc_string *as, const struct pc_token *minus,
                      const struct pc_token *code)
{
    struct pc_member *member = PC_NEW(parser->arena, struct pc_member);

    member->kind = PC_PART_MEMBER;
    member->span = pc_parser_span(parser, range);
    member->doc = pc_take_documentation(parser, range.start);
    member->name = pc_token_name(parser, name);
    member->as = as;
    if (code == NULL)
        return member;
    struct pc_text digits = pc_token_slice(parser, code);
    member->has_code = true;
    member->code =
        pc_text_format(parser->arena, "%s%.*s", minus != NULL ? "-" : "", PC_TEXT_ARGS(digits));
    member->code_span = pc_parser_span(
        parser,
        (struct pc_range){.start = minus != NULL ? minus->start : code->start, .end = code->end});
    return member;
}

void *pc_build_event(struct pc_parser *parser, struct pc_range range, const struct pc_token *name,
                     struct pc_string *as, struct pc_body *body)
{
    struct pc_event *event = PC_NEW(parser->arena, struct pc_event);

    event->kind = PC_PART_EVENT;
    event->span = pc_parser_span(parser, range);
    event->doc = pc_take_documentation(parser, range.start);
    event->name = pc_token_name(parser, name);
    event->as = as;
    event->fields = body->fields;
    event->upcasts = body->upcasts;
    return event;
}

void *pc_build_parameter(struct pc_parser *parser, struct pc_range range,
                         const struct pc_token *name, struct pc_type_node *type,
                         struct pc_expression *initial)
{
    struct pc_parameter *parameter = PC_NEW(parser->arena, struct pc_parameter);

    parameter->kind = PC_PART_PARAMETER;
    parameter->span = pc_parser_span(parser, range);
    parameter->name = pc_token_name(parser, name);
    parameter->type_node = type;
    parameter->initial = initial;
    return parameter;
}

void *pc_build_key(struct pc_parser *parser, struct pc_range range, const struct pc_token *name,
                   struct pc_type_node *type)
{
    struct pc_key *key = PC_NEW(parser->arena, struct pc_key);

    key->kind = PC_PART_KEY;
    key->span = pc_parser_span(parser, range);
    key->name = pc_token_name(parser, name);
    key->type_node = type;
    return key;
}

/* ---- declarations ---- */

void pc_add_declaration(struct pc_parser *parser, struct pc_declaration *declaration)
{
    PC_LIST_ADD(parser->arena, &parser->declarations, declaration);
}

static struct pc_declaration *new_declaration(struct pc_parser *parser, enum pc_node_kind kind,
                                              struct pc_range range, const struct pc_token *name)
{
    struct pc_declaration *declaration = PC_NEW(parser->arena, struct pc_declaration);

    declaration->kind = kind;
    declaration->span = pc_parser_span(parser, range);
    declaration->doc = pc_take_documentation(parser, range.start);
    declaration->name = pc_token_name(parser, name);
    return declaration;
}

struct pc_declaration *pc_build_package(struct pc_parser *parser, struct pc_range range,
                                        const struct pc_token *name)
{
    return new_declaration(parser, PC_DECLARATION_PACKAGE, range, name);
}

struct pc_declaration *pc_build_import(struct pc_parser *parser, struct pc_range range,
                                       struct pc_string *path)
{
    struct pc_declaration *declaration =
        new_declaration(parser, PC_DECLARATION_IMPORT, range, NULL);

    declaration->import.path = path;
    return declaration;
}

struct pc_declaration *pc_build_alias(struct pc_parser *parser, struct pc_range range,
                                      const struct pc_token *name, struct pc_type_node *type)
{
    struct pc_declaration *declaration = new_declaration(parser, PC_DECLARATION_TYPE, range, name);

    declaration->alias.type_node = type;
    return declaration;
}

struct pc_declaration *pc_build_enum(struct pc_parser *parser, struct pc_range range,
                                     const struct pc_token *name, struct pc_list *members)
{
    struct pc_declaration *declaration = new_declaration(parser, PC_DECLARATION_ENUM, range, name);

    PC_TAKE_LIST(parser, &declaration->enumeration.members, members);
    return declaration;
}

struct pc_declaration *pc_build_record(struct pc_parser *parser, struct pc_range range,
                                       const struct pc_token *name, struct pc_body *body)
{
    struct pc_declaration *declaration =
        new_declaration(parser, PC_DECLARATION_RECORD, range, name);

    declaration->record.fields = body->fields;
    return declaration;
}

struct pc_declaration *pc_build_function(struct pc_parser *parser, struct pc_range range,
                                         const struct pc_token *name, struct pc_list *parameters,
                                         struct pc_type_node *result, struct pc_expression *body)
{
    struct pc_declaration *declaration =
        new_declaration(parser, PC_DECLARATION_FUNCTION, range, name);

    declaration->function.is_extern = body == NULL;
    PC_TAKE_LIST(parser, &declaration->function.parameters, parameters);
    declaration->function.result = result;
    declaration->function.body = body;
    return declaration;
}

/* ---- streams, aggregates, projections ---- */

struct pc_settings *pc_settings_new(struct pc_parser *parser)
{
    return PC_NEW(parser->arena, struct pc_settings);
}

static void report_twice(struct pc_parser *parser, struct pc_span span, struct pc_span first,
                         const char *what)
{
    struct pc_diagnostic *problem =
        pc_report(parser->diagnostics, PC_E0017, span, "`%s` is given twice", what);

    pc_diagnostic_point(problem, first, "given first here");
}

void pc_settings_payload(struct pc_parser *parser, struct pc_range range,
                         struct pc_settings *settings, const struct pc_token *payload)
{
    struct pc_span span = pc_parser_span(parser, range);

    if (settings->payload != NULL) {
        report_twice(parser, span, settings->payload_span, "payload");
        return;
    }
    settings->payload = pc_build_name(parser, payload);
    settings->payload_span = span;
}

void pc_settings_notify(struct pc_parser *parser, struct pc_range range,
                        struct pc_settings *settings, struct pc_string *channel)
{
    struct pc_span span = pc_parser_span(parser, range);

    if (settings->notify != NULL) {
        report_twice(parser, span, settings->notify_span, "notify");
        return;
    }
    settings->notify = channel;
    settings->notify_span = span;
}

struct pc_declaration *pc_build_stream(struct pc_parser *parser, struct pc_range range,
                                       const struct pc_token *name, struct pc_string *as,
                                       struct pc_settings *settings)
{
    struct pc_declaration *declaration =
        new_declaration(parser, PC_DECLARATION_STREAM, range, name);

    declaration->as = as;
    declaration->stream.payload = settings->payload;
    declaration->stream.notify = settings->notify;
    return declaration;
}

struct pc_declaration *pc_build_aggregate(struct pc_parser *parser, struct pc_range range,
                                          const struct pc_token *name,
                                          const struct pc_token *id_type,
                                          const struct pc_token *stream, struct pc_string *as,
                                          struct pc_list *events)
{
    struct pc_declaration *declaration =
        new_declaration(parser, PC_DECLARATION_AGGREGATE, range, name);

    declaration->as = as;
    if (id_type != NULL)
        declaration->aggregate.id_type = pc_build_name(parser, id_type);
    declaration->aggregate.stream_name = pc_token_name(parser, stream);
    PC_TAKE_LIST(parser, &declaration->aggregate.events, events);
    for (size_t i = 0; i < declaration->aggregate.events.count; i++)
        declaration->aggregate.events.items[i]->aggregate = declaration;
    return declaration;
}

/* The source stands in the middle of a projection, which pc_build_projection completes. */
struct pc_declaration *pc_build_source(struct pc_parser *parser, bool is_for_each,
                                       const struct pc_token *name, struct pc_list *keys,
                                       struct pc_expression *where)
{
    struct pc_declaration *declaration = PC_NEW(parser->arena, struct pc_declaration);

    declaration->projection.is_for_each = is_for_each;
    declaration->projection.source = pc_token_name(parser, name);
    PC_TAKE_LIST(parser, &declaration->projection.keys, keys);
    declaration->projection.where = where;
    return declaration;
}

struct pc_declaration *pc_build_projection(struct pc_parser *parser, struct pc_range range,
                                           const struct pc_token *name,
                                           struct pc_declaration *source, struct pc_list *items)
{
    struct pc_declaration *declaration =
        new_declaration(parser, PC_DECLARATION_PROJECTION, range, name);

    declaration->projection = source->projection;
    PC_TAKE_LIST(parser, &declaration->projection.items, items);
    return declaration;
}

/* ---- tests ---- */

struct pc_declaration *pc_build_test(struct pc_parser *parser, struct pc_range range,
                                     struct pc_string *title, struct pc_list *steps)
{
    struct pc_declaration *declaration = new_declaration(parser, PC_DECLARATION_TEST, range, NULL);

    declaration->test.title = title;
    PC_TAKE_LIST(parser, &declaration->test.steps, steps);
    return declaration;
}

static struct pc_step *new_step(struct pc_parser *parser, enum pc_node_kind kind,
                                struct pc_range range, const struct pc_token *name,
                                struct pc_list *arguments)
{
    struct pc_step *step = PC_NEW(parser->arena, struct pc_step);

    step->kind = kind;
    step->span = pc_parser_span(parser, range);
    step->name = pc_token_name(parser, name);
    step->has_arguments = arguments != NULL;
    PC_TAKE_LIST(parser, &step->arguments, arguments);
    return step;
}

void *pc_build_given(struct pc_parser *parser, struct pc_range range,
                     const struct pc_token *aggregate, struct pc_list *arguments,
                     struct pc_list *events)
{
    struct pc_step *step = new_step(parser, PC_PART_GIVEN, range, aggregate, arguments);

    PC_TAKE_LIST(parser, &step->events, events);
    return step;
}

void *pc_build_given_event(struct pc_parser *parser, struct pc_range range,
                           const struct pc_token *name, struct pc_expression *payload,
                           struct pc_expression *at)
{
    struct pc_given_event *event = PC_NEW(parser->arena, struct pc_given_event);

    event->kind = PC_PART_GIVEN_EVENT;
    event->span = pc_parser_span(parser, range);
    event->name = pc_token_name(parser, name);
    event->payload = payload;
    event->at = at;
    return event;
}

void *pc_build_expect(struct pc_parser *parser, struct pc_range range, const struct pc_token *name,
                      struct pc_list *arguments, struct pc_expression *value,
                      struct pc_string *message)
{
    struct pc_step *step = new_step(parser, PC_PART_EXPECT, range, name, arguments);

    step->value = value;
    step->message = message;
    if (message != NULL)
        step->form = PC_EXPECT_FAILS;
    else if (value == NULL)
        step->form = PC_EXPECT_NONE;
    else
        step->form = value->kind == PC_EXPRESSION_RECORD ? PC_EXPECT_RECORD : PC_EXPECT_LIST;
    return step;
}
