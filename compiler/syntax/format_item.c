/* format_item.c -- how the items of projections and the steps of tests look. */
#include "syntax/format_printer.h"

#include "proj.tab.h"

/* ---- state, table, query ---- */

/* `asc` is what stands there without a word. */
void pc_format_orders(struct pc_printer *printer, const struct pc_orders *orders)
{
    for (size_t i = 0; i < orders->count; i++) {
        pc_take(printer);
        pc_pass(printer, PC_TOKEN_ASC);
        if (orders->items[i]->is_descending) {
            pc_blank(printer);
            pc_take_kind(printer, PC_TOKEN_DESC);
        }
        if (i + 1 < orders->count) {
            pc_take_comma(printer);
            pc_break_element(printer, PC_FLAT_BLANK, false);
        }
    }
}

static void format_state(struct pc_printer *printer, const struct pc_item *state)
{
    pc_take_kind(printer, PC_TOKEN_STATE);
    pc_blank(printer);
    if (state->state.is_columns) {
        pc_take_kind(printer, PC_TOKEN_COLUMNS);
        pc_blank(printer);
    }
    pc_format_body(printer, &state->state.fields, &state->state.indexes);
}

static void format_table(struct pc_printer *printer, const struct pc_item *table)
{
    pc_take_kind(printer, PC_TOKEN_TABLE);
    pc_blank(printer);
    pc_take(printer);
    pc_blank(printer);
    pc_take_kind(printer, PC_TOKEN_BY);
    pc_blank(printer);
    pc_indent(printer);
    pc_format_keys(printer, &table->table.keys);
    pc_dedent(printer);
    pc_format_as(printer, table->table.as);
    pc_blank(printer);
    pc_format_body(printer, &table->table.fields, &table->table.indexes);
}

static void format_query(struct pc_printer *printer, const struct pc_item *query)
{
    pc_open(printer);
    pc_take_kind(printer, PC_TOKEN_QUERY);
    pc_blank(printer);
    pc_take(printer);
    pc_format_parameters(printer, &query->query.parameters);
    pc_blank(printer);
    pc_take_kind(printer, PC_TOKEN_ASSIGN);
    pc_blank(printer);
    pc_take(printer);
    pc_indent(printer);
    pc_format_filter(printer, query->query.where);
    if (query->query.order.count > 0) {
        pc_break(printer, PC_FLAT_BLANK);
        pc_open(printer);
        pc_take_kind(printer, PC_TOKEN_ORDER);
        pc_blank(printer);
        pc_take_kind(printer, PC_TOKEN_BY);
        pc_blank(printer);
        pc_indent(printer);
        pc_format_orders(printer, &query->query.order);
        pc_dedent(printer);
        pc_close(printer);
    }
    if (query->query.limit != NULL) {
        pc_break(printer, PC_FLAT_BLANK);
        pc_take_kind(printer, PC_TOKEN_LIMIT);
        pc_blank(printer);
        pc_format_expression(printer, query->query.limit);
    }
    pc_dedent(printer);
    pc_close(printer);
}

/* ---- handlers ---- */

/* `any`, or events. */
static void format_selection(struct pc_printer *printer, const struct pc_names *events)
{
    pc_open(printer);
    pc_indent(printer);
    pc_format_names(printer, events->count > 0 ? events->count : 1);
    pc_dedent(printer);
    pc_close(printer);
}

static void format_clauses(struct pc_printer *printer, const struct pc_item *handler)
{
    if (handler->handler.each != NULL) {
        pc_break(printer, PC_FLAT_BLANK);
        pc_take_kind(printer, PC_TOKEN_FOR);
        pc_blank(printer);
        pc_take(printer);
        pc_blank(printer);
        pc_take_kind(printer, PC_TOKEN_IN);
        pc_blank(printer);
        pc_format_expression(printer, handler->handler.collection);
    }
    if (handler->handler.by.count > 0) {
        pc_break(printer, PC_FLAT_BLANK);
        pc_open(printer);
        pc_take_kind(printer, PC_TOKEN_BY);
        pc_blank(printer);
        pc_indent(printer);
        pc_format_expressions(printer, &handler->handler.by);
        pc_dedent(printer);
        pc_close(printer);
    }
    pc_format_filter(printer, handler->handler.where);
}

static void format_handler(struct pc_printer *printer, const struct pc_item *handler)
{
    pc_open(printer);
    pc_open(printer);
    pc_take_kind(printer, PC_TOKEN_ON);
    pc_blank(printer);
    pc_indent(printer);
    format_selection(printer, &handler->handler.events);
    pc_indent(printer);
    format_clauses(printer, handler);
    pc_dedent(printer);
    pc_dedent(printer);
    pc_close(printer);
    pc_blank(printer);
    if (handler->handler.is_extern)
        pc_take_kind(printer, PC_TOKEN_EXTERN);
    else
        pc_format_block_of_group(printer, handler->handler.body);
    pc_close(printer);
}

/* on error fail, on error retry 5 times 100ms..30s then fail: words with blanks between them. */
static void format_policy(struct pc_printer *printer, const struct pc_item *policy)
{
    size_t words = 2; /* behind `on`: `error` and the policy */

    pc_take_kind(printer, PC_TOKEN_ON);
    if (policy->policy.policy == PC_POLICY_RETRY)
        words += 4; /* 5 times then fail */
    for (size_t i = 0; i < words; i++) {
        pc_blank(printer);
        pc_take(printer);
        if (pc_at(printer, PC_TOKEN_DURATION)) {
            pc_blank(printer);
            pc_take(printer);
            pc_take_kind(printer, PC_TOKEN_RANGE);
            pc_take_kind(printer, PC_TOKEN_DURATION);
        }
    }
}

void pc_format_item(struct pc_printer *printer, const struct pc_item *item)
{
    switch (item->kind) {
    case PC_ITEM_STATE:
        format_state(printer, item);
        break;
    case PC_ITEM_TABLE:
        format_table(printer, item);
        break;
    case PC_ITEM_HANDLER:
        format_handler(printer, item);
        break;
    case PC_ITEM_POLICY:
        format_policy(printer, item);
        break;
    case PC_ITEM_IGNORE:
        pc_take_kind(printer, PC_TOKEN_IGNORE);
        pc_blank(printer);
        format_selection(printer, &item->ignore.events);
        break;
    case PC_ITEM_VERSION:
        pc_take_kind(printer, PC_TOKEN_VERSION);
        pc_blank(printer);
        pc_take_kind(printer, PC_TOKEN_INTEGER);
        break;
    default:
        format_query(printer, item);
    }
}

/* ---- steps of tests ---- */

static void format_given_event(struct pc_printer *printer, const struct pc_given_event *event)
{
    pc_take(printer);
    pc_blank(printer);
    pc_format_expression(printer, event->payload);
    if (event->at == NULL)
        return;
    pc_blank(printer);
    pc_take_kind(printer, PC_TOKEN_AT);
    pc_blank(printer);
    pc_format_expression(printer, event->at);
}

static void format_given(struct pc_printer *printer, const struct pc_step *step)
{
    pc_take_kind(printer, PC_TOKEN_GIVEN);
    pc_blank(printer);
    pc_take(printer);
    pc_format_arguments(printer, &step->arguments);
    pc_blank(printer);
    if (pc_take_empty_bracket(printer))
        return;
    pc_bracket_open(printer, PC_FLAT_BLANK,
                    pc_bracket_spans_lines(printer) || step->events.count > 1);
    for (size_t i = 0; i < step->events.count; i++) {
        pc_break_element(printer, PC_FLAT_BLANK, i == 0);
        format_given_event(printer, step->events.items[i]);
    }
    pc_bracket_close(printer, PC_FLAT_BLANK);
}

static void format_expect(struct pc_printer *printer, const struct pc_step *step)
{
    pc_take_kind(printer, PC_TOKEN_EXPECT);
    pc_blank(printer);
    pc_take(printer);
    if (step->has_arguments)
        pc_format_arguments(printer, &step->arguments);
    pc_blank(printer);
    switch (step->form) {
    case PC_EXPECT_RECORD:
    case PC_EXPECT_LIST:
        pc_format_expression(printer, step->value);
        break;
    case PC_EXPECT_NONE:
        pc_take_kind(printer, PC_TOKEN_NONE);
        break;
    case PC_EXPECT_FAILS:
        pc_take_kind(printer, PC_TOKEN_FAILS);
        pc_blank(printer);
        pc_take_kind(printer, PC_TOKEN_TEXT);
        break;
    }
}

void pc_format_steps(struct pc_printer *printer, const struct pc_steps *steps)
{
    if (pc_take_empty_bracket(printer))
        return;
    pc_bracket_open(printer, PC_FLAT_BLANK, pc_bracket_spans_lines(printer) || steps->count > 1);
    for (size_t i = 0; i < steps->count; i++) {
        pc_break_element(printer, PC_FLAT_BLANK, i == 0);
        if (steps->items[i]->kind == PC_PART_GIVEN)
            format_given(printer, steps->items[i]);
        else
            format_expect(printer, steps->items[i]);
    }
    pc_bracket_close(printer, PC_FLAT_BLANK);
}
