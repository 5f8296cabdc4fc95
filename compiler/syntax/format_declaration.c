/* format_declaration.c -- how declarations, events and tests look. */
#include "syntax/format_printer.h"

#include "proj.tab.h"

/* ---- parts ---- */

static void format_type(struct pc_printer *printer, const struct pc_type_node *type)
{
    pc_take(printer);
    if (type->arguments.count > 0) {
        pc_take_kind(printer, PC_TOKEN_LEFT_PAREN);
        for (size_t i = 0; i < type->arguments.count; i++) {
            pc_take(printer);
            if (i + 1 < type->arguments.count) {
                pc_take_comma(printer);
                pc_blank(printer);
            }
        }
        pc_take_kind(printer, PC_TOKEN_RIGHT_PAREN);
    } else if (type->parameters.count > 0) {
        pc_take_kind(printer, PC_TOKEN_LESS);
        for (size_t i = 0; i < type->parameters.count; i++) {
            format_type(printer, type->parameters.items[i]);
            if (i + 1 < type->parameters.count) {
                pc_take_comma(printer);
                pc_blank(printer);
            }
        }
        pc_take_kind(printer, PC_TOKEN_GREATER);
    }
    if (type->is_optional)
        pc_take_kind(printer, PC_TOKEN_QUESTION);
}

void pc_format_as(struct pc_printer *printer, const struct pc_string *as)
{
    if (as == NULL)
        return;
    pc_blank(printer);
    pc_take_kind(printer, PC_TOKEN_AS);
    pc_blank(printer);
    pc_take_kind(printer, PC_TOKEN_TEXT);
}

static void format_initial(struct pc_printer *printer, const struct pc_expression *initial)
{
    if (initial == NULL)
        return;
    pc_blank(printer);
    pc_take_kind(printer, PC_TOKEN_ASSIGN);
    pc_blank(printer);
    pc_format_expression(printer, initial);
}

void pc_format_filter(struct pc_printer *printer, const struct pc_expression *where)
{
    if (where == NULL)
        return;
    pc_break(printer, PC_FLAT_BLANK);
    pc_take_kind(printer, PC_TOKEN_WHERE);
    pc_blank(printer);
    pc_format_expression(printer, where);
}

void pc_format_keys(struct pc_printer *printer, const struct pc_keys *keys)
{
    pc_open(printer);
    pc_indent(printer);
    for (size_t i = 0; i < keys->count; i++) {
        pc_take(printer);
        pc_take_kind(printer, PC_TOKEN_COLON);
        pc_blank(printer);
        format_type(printer, keys->items[i]->type_node);
        if (i + 1 < keys->count) {
            pc_take_comma(printer);
            pc_break_element(printer, PC_FLAT_BLANK, false);
        }
    }
    pc_dedent(printer);
    pc_close(printer);
}

void pc_format_parameters(struct pc_printer *printer, const struct pc_parameters *parameters)
{
    if (pc_take_empty_bracket(printer))
        return;
    pc_bracket_open(printer, PC_FLAT_NOTHING, false);
    for (size_t i = 0; i < parameters->count; i++) {
        const struct pc_parameter *parameter = parameters->items[i];
        pc_take(printer);
        pc_take_kind(printer, PC_TOKEN_COLON);
        pc_blank(printer);
        format_type(printer, parameter->type_node);
        format_initial(printer, parameter->initial);
        if (i + 1 < parameters->count) {
            pc_take_comma(printer);
            pc_break_element(printer, PC_FLAT_BLANK, false);
        }
    }
    pc_bracket_close(printer, PC_FLAT_NOTHING);
}

/* ---- bodies ---- */

static void format_field(struct pc_printer *printer, const struct pc_field *field)
{
    pc_take(printer);
    pc_take_kind(printer, PC_TOKEN_COLON);
    pc_align(printer, PC_ALIGN_FIELD);
    format_type(printer, field->type_node);
    pc_format_as(printer, field->as);
    format_initial(printer, field->initial);
    pc_pass(printer, PC_TOKEN_COMMA);
}

static void format_index(struct pc_printer *printer, const struct pc_index *index)
{
    pc_open(printer);
    pc_take_kind(printer, PC_TOKEN_INDEX);
    pc_blank(printer);
    pc_take_kind(printer, PC_TOKEN_BY);
    pc_blank(printer);
    pc_indent(printer);
    pc_format_orders(printer, &index->keys);
    pc_dedent(printer);
    pc_close(printer);
}

static void format_upcast(struct pc_printer *printer, const struct pc_upcast *upcast)
{
    pc_take_kind(printer, PC_TOKEN_UPCAST);
    pc_blank(printer);
    pc_take_kind(printer, PC_TOKEN_TEXT);
    pc_blank(printer);
    pc_format_body(printer, &upcast->fields, NULL);
    pc_blank(printer);
    pc_format_block(printer, upcast->body);
}

static bool is_before(const struct pc_span *a, const struct pc_span *b)
{
    return a->start < b->start;
}

void pc_format_body(struct pc_printer *printer, const struct pc_fields *fields,
                    const struct pc_indexes *indexes)
{
    size_t index_count = indexes != NULL ? indexes->count : 0;
    size_t field = 0;
    size_t index = 0;

    if (pc_take_empty_bracket(printer))
        return;
    pc_bracket_open(printer, PC_FLAT_BLANK,
                    pc_bracket_spans_lines(printer) ||
                        (index_count > 0 && index_count + fields->count > 1));
    while (field < fields->count || index < index_count) {
        pc_break_element(printer, field + index > 0 ? PC_FLAT_TWO_BLANKS : PC_FLAT_BLANK,
                         field + index == 0);
        if (index == index_count ||
            (field < fields->count &&
             is_before(&fields->items[field]->span, &indexes->items[index]->span)))
            format_field(printer, fields->items[field++]);
        else
            format_index(printer, indexes->items[index++]);
    }
    pc_bracket_close(printer, PC_FLAT_BLANK);
}

static void format_event_body(struct pc_printer *printer, const struct pc_event *event)
{
    const struct pc_fields *fields = &event->fields;
    const struct pc_upcasts *upcasts = &event->upcasts;
    size_t field = 0;
    size_t upcast = 0;

    if (upcasts->count == 0) {
        pc_format_body(printer, fields, NULL);
        return;
    }
    pc_bracket_open(printer, PC_FLAT_BLANK,
                    pc_bracket_spans_lines(printer) || fields->count + upcasts->count > 1);
    while (field < fields->count || upcast < upcasts->count) {
        pc_break_element(printer, PC_FLAT_BLANK, field + upcast == 0);
        if (upcast == upcasts->count ||
            (field < fields->count &&
             is_before(&fields->items[field]->span, &upcasts->items[upcast]->span)))
            format_field(printer, fields->items[field++]);
        else
            format_upcast(printer, upcasts->items[upcast++]);
    }
    pc_bracket_close(printer, PC_FLAT_BLANK);
}

static void format_event(struct pc_printer *printer, const struct pc_event *event)
{
    pc_take_kind(printer, PC_TOKEN_EVENT);
    pc_blank(printer);
    pc_take(printer);
    pc_format_as(printer, event->as);
    pc_blank(printer);
    format_event_body(printer, event);
}

static void format_members(struct pc_printer *printer, const struct pc_members *members)
{
    if (pc_take_empty_bracket(printer))
        return;
    pc_bracket_open(printer, PC_FLAT_BLANK, pc_bracket_spans_lines(printer));
    for (size_t i = 0; i < members->count; i++) {
        pc_break_element(printer, PC_FLAT_BLANK, i == 0);
        pc_take(printer);
        pc_format_as(printer, members->items[i]->as);
        if (members->items[i]->has_code) {
            pc_blank(printer);
            pc_take_kind(printer, PC_TOKEN_ASSIGN);
            pc_blank(printer);
            if (pc_at(printer, PC_TOKEN_MINUS))
                pc_take(printer);
            pc_take_kind(printer, PC_TOKEN_INTEGER);
        }
        pc_pass(printer, PC_TOKEN_COMMA);
    }
    pc_bracket_close(printer, PC_FLAT_BLANK);
}

/* ---- declarations ---- */

/* A body that begins by a bracket stays beside the `=`. */
static bool has_bracket(const struct pc_expression *expression)
{
    if (expression->is_parenthesized)
        return false;
    return expression->kind == PC_EXPRESSION_MATCH || expression->kind == PC_EXPRESSION_RECORD ||
           expression->kind == PC_EXPRESSION_LIST;
}

static void format_function(struct pc_printer *printer, const struct pc_declaration *function)
{
    const struct pc_expression *body = function->function.body;

    if (function->function.is_extern) {
        pc_take_kind(printer, PC_TOKEN_EXTERN);
        pc_blank(printer);
    }
    pc_take_kind(printer, PC_TOKEN_FN);
    pc_blank(printer);
    pc_take(printer);
    pc_format_parameters(printer, &function->function.parameters);
    pc_take_kind(printer, PC_TOKEN_COLON);
    pc_blank(printer);
    format_type(printer, function->function.result);
    if (body == NULL)
        return;
    pc_blank(printer);
    pc_take_kind(printer, PC_TOKEN_ASSIGN);
    if (has_bracket(body)) {
        pc_blank(printer);
        pc_format_expression(printer, body);
        return;
    }
    pc_open(printer);
    pc_indent(printer);
    pc_break(printer, PC_FLAT_BLANK);
    pc_format_expression(printer, body);
    pc_dedent(printer);
    pc_close(printer);
}

static void format_stream(struct pc_printer *printer, const struct pc_declaration *stream)
{
    bool is_first = true;

    pc_take(printer);
    pc_blank(printer);
    pc_take(printer);
    pc_format_as(printer, stream->as);
    if (!pc_at(printer, PC_TOKEN_LEFT_BRACE))
        return;
    pc_blank(printer);
    if (pc_take_empty_bracket(printer))
        return;
    pc_bracket_open(printer, PC_FLAT_BLANK, pc_bracket_spans_lines(printer));
    for (; !pc_at(printer, PC_TOKEN_RIGHT_BRACE); is_first = false) {
        pc_break_element(printer, is_first ? PC_FLAT_BLANK : PC_FLAT_TWO_BLANKS, is_first);
        pc_take(printer);
        pc_blank(printer);
        pc_take(printer);
    }
    pc_bracket_close(printer, PC_FLAT_BLANK);
}

static void format_aggregate(struct pc_printer *printer, const struct pc_declaration *aggregate)
{
    const struct pc_events *events = &aggregate->aggregate.events;

    pc_take(printer);
    pc_blank(printer);
    pc_take(printer);
    if (aggregate->aggregate.id_type != NULL) {
        pc_take_kind(printer, PC_TOKEN_LEFT_PAREN);
        pc_take(printer);
        pc_take_kind(printer, PC_TOKEN_RIGHT_PAREN);
    }
    pc_blank(printer);
    pc_take_kind(printer, PC_TOKEN_IN);
    pc_blank(printer);
    pc_take(printer);
    pc_format_as(printer, aggregate->as);
    pc_blank(printer);
    if (pc_take_empty_bracket(printer))
        return;
    pc_bracket_open(printer, PC_FLAT_BLANK, pc_bracket_spans_lines(printer) || events->count > 1);
    for (size_t i = 0; i < events->count; i++) {
        pc_break_element(printer, PC_FLAT_BLANK, i == 0);
        format_event(printer, events->items[i]);
    }
    pc_bracket_close(printer, PC_FLAT_BLANK);
}

/* for each A, over s, over s by keys; each may have a filter. */
static void format_source(struct pc_printer *printer, const struct pc_declaration *projection)
{
    pc_break(printer, PC_FLAT_BLANK);
    pc_take(printer); /* `for` or `over` */
    pc_blank(printer);
    if (projection->projection.is_for_each) {
        pc_take_kind(printer, PC_TOKEN_EACH);
        pc_blank(printer);
    }
    pc_take(printer);
    if (projection->projection.keys.count > 0) {
        pc_break(printer, PC_FLAT_BLANK);
        pc_take_kind(printer, PC_TOKEN_BY);
        pc_blank(printer);
        pc_format_keys(printer, &projection->projection.keys);
    }
    pc_format_filter(printer, projection->projection.where);
}

static void format_projection(struct pc_printer *printer, const struct pc_declaration *projection)
{
    const struct pc_items *items = &projection->projection.items;

    pc_open(printer);
    pc_take_kind(printer, PC_TOKEN_PROJECTION);
    pc_blank(printer);
    pc_take(printer);
    pc_indent(printer);
    pc_indent(printer);
    format_source(printer, projection);
    pc_dedent(printer);
    pc_dedent(printer);
    pc_close(printer);
    pc_blank(printer);
    if (pc_take_empty_bracket(printer))
        return;
    pc_bracket_open(printer, PC_FLAT_BLANK, pc_bracket_spans_lines(printer) || items->count > 1);
    for (size_t i = 0; i < items->count; i++) {
        pc_break_element(printer, PC_FLAT_BLANK, i == 0);
        pc_format_item(printer, items->items[i]);
    }
    pc_bracket_close(printer, PC_FLAT_BLANK);
}

void pc_format_declaration(struct pc_printer *printer, const struct pc_declaration *declaration)
{
    switch (declaration->kind) {
    case PC_DECLARATION_FUNCTION:
        format_function(printer, declaration);
        return;
    case PC_DECLARATION_STREAM:
        format_stream(printer, declaration);
        return;
    case PC_DECLARATION_AGGREGATE:
        format_aggregate(printer, declaration);
        return;
    case PC_DECLARATION_PROJECTION:
        format_projection(printer, declaration);
        return;
    default:
        break;
    }
    /* The others begin by a keyword and a name or text. */
    pc_take(printer);
    pc_blank(printer);
    pc_take(printer);
    pc_blank(printer);
    switch (declaration->kind) {
    case PC_DECLARATION_TYPE:
        pc_take_kind(printer, PC_TOKEN_ASSIGN);
        pc_blank(printer);
        format_type(printer, declaration->alias.type_node);
        break;
    case PC_DECLARATION_ENUM:
        format_members(printer, &declaration->enumeration.members);
        break;
    case PC_DECLARATION_RECORD:
        pc_format_body(printer, &declaration->record.fields, NULL);
        break;
    case PC_DECLARATION_TEST:
        pc_format_steps(printer, &declaration->test.steps);
        break;
    default: /* package, import */
        break;
    }
}
