/* projections.c -- projections: source, keys, state, policy, version; tables and queries as far as
 * needed. */
#include "check/declarations.h"
#include "check/expressions.h"

#include <string.h>

/* ---- source ---- */

static void report_source(struct pc_checker *checker, const struct pc_name *name, const char *what,
                          const struct pc_name_table *known, const struct pc_name_table *others,
                          const char *fix, enum pc_diagnostic_code code)
{
    struct pc_suggestion suggestion;
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, code, name->span, "there is no %s `%.*s`", what,
                  PC_TEXT_ARGS(name->text));

    pc_suggestion_init(&suggestion, name->text);
    pc_offer_table(&suggestion, known);
    pc_suggest(problem, &suggestion);
    if (pc_table_find(others, name->text) != NULL)
        pc_diagnostic_help(problem, fix, PC_TEXT_ARGS(name->text));
}

static void resolve_source(struct pc_checker *checker, struct pc_projection_model *projection)
{
    struct pc_declaration *node = projection->node;
    struct pc_name *source = &node->projection.source;
    bool is_for_each = node->projection.is_for_each;
    struct pc_symbol *symbol = pc_table_find(
        is_for_each ? &checker->aggregate_names : &checker->stream_names, source->text);

    projection->kind = is_for_each                        ? PC_PROJECTION_AGGREGATE
                       : node->projection.keys.count == 0 ? PC_PROJECTION_STREAM
                                                          : PC_PROJECTION_KEYED;
    if (symbol == NULL && is_for_each) {
        report_source(checker, source, "aggregate", &checker->aggregate_names,
                      &checker->stream_names, "`%.*s` is a stream: `over` makes one state of it",
                      PC_E0117);
        return;
    }
    if (symbol == NULL) {
        report_source(checker, source, "stream", &checker->stream_names, &checker->aggregate_names,
                      "`%.*s` is an aggregate: `for each` makes one state per instance", PC_E0116);
        return;
    }
    source->symbol = symbol;
    symbol->is_used = true;
    projection->aggregate = symbol->aggregate;
    projection->stream = is_for_each ? symbol->aggregate->stream : symbol->stream;
}

/* The parts of a key: what they are called, and that their types can be one. */
static void check_keys(struct pc_checker *checker, struct pc_keys *keys, struct pc_symbols *symbols)
{
    for (size_t i = 0; i < keys->count; i++) {
        struct pc_key *key = keys->items[i];
        const struct pc_type *type =
            pc_type_plain(checker, pc_resolve_type(checker, key->type_node));
        key->type = type;
        key->symbol = pc_symbol_new(checker, PC_SYMBOL_KEY, &key->name, type);
        key->symbol->key = key;
        if (type->kind != PC_TYPE_ERROR && (!pc_type_is_scalar(type) || type->kind == PC_TYPE_F64))
            pc_report(checker->diagnostics, PC_E0126, key->type_node->span,
                      "`%.*s` cannot be a key", PC_TYPE_ARGS(type));
        struct pc_symbol *other = pc_symbols_find(symbols, key->name.text);
        if (other != NULL) {
            struct pc_diagnostic *problem =
                pc_report(checker->diagnostics, PC_E0113, key->name.span,
                          "the key part `%.*s` is declared twice", PC_TEXT_ARGS(key->name.text));
            pc_diagnostic_point(problem, other->span, "first declared here");
        }
        PC_LIST_ADD(checker->arena, symbols, key->symbol);
    }
}

/* ---- state ---- */

static void report_second(struct pc_checker *checker, struct pc_span span, struct pc_span first,
                          const char *what)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0303, span, "a projection has one %s", what);

    pc_diagnostic_point(problem, first, "the first one");
}

/* A part of the key, which is a column like others. */
static void add_key_column(struct pc_checker *checker, struct pc_index_model *index,
                           struct pc_order *order, const struct pc_symbols *keys)
{
    struct pc_index_column *column = PC_NEW(checker->arena, struct pc_index_column);

    while (!pc_text_equals(keys->items[column->key]->name, order->name.text))
        column->key++;
    for (size_t i = 0; i < index->columns.count; i++) {
        if (index->columns.items[i]->field == NULL && index->columns.items[i]->key == column->key)
            pc_report(checker->diagnostics, PC_E0313, order->name.span,
                      "`%.*s` stands in this index twice", PC_TEXT_ARGS(order->name.text));
    }
    column->is_descending = order->is_descending;
    order->name.symbol = keys->items[column->key];
    PC_LIST_ADD(checker->arena, &index->columns, column);
}

static void add_index(struct pc_checker *checker, struct pc_state_model *state,
                      struct pc_index *node, const struct pc_symbols *keys)
{
    struct pc_index_model *index = PC_NEW(checker->arena, struct pc_index_model);

    index->node = node;
    for (size_t i = 0; i < node->keys.count; i++) {
        struct pc_order *order = node->keys.items[i];
        struct pc_field_model *field = pc_fields_find(&state->fields, order->name.text);
        if (field == NULL && pc_symbols_find(keys, order->name.text) != NULL) {
            add_key_column(checker, index, order, keys);
            continue;
        }
        if (field == NULL) {
            pc_report_unknown_field(checker, &order->name, pc_text_of("the state"),
                                    pc_word_span(state->node->span, "state"), &state->fields);
            continue;
        }
        if (field->type->kind != PC_TYPE_ERROR && !pc_type_is_scalar(pc_type_value(field->type))) {
            struct pc_diagnostic *problem =
                pc_report(checker->diagnostics, PC_E0313, order->name.span,
                          "`%.*s` cannot be indexed", PC_TYPE_ARGS(field->type));
            pc_diagnostic_point(problem, field->node->name.span, "declared here");
        }
        for (size_t j = 0; j < index->columns.count; j++) {
            if (index->columns.items[j]->field == field)
                pc_report(checker->diagnostics, PC_E0313, order->name.span,
                          "`%.*s` stands in this index twice", PC_TEXT_ARGS(order->name.text));
        }
        struct pc_index_column *column = PC_NEW(checker->arena, struct pc_index_column);
        column->field = field;
        column->is_descending = order->is_descending;
        order->name.symbol = field->node->symbol;
        PC_LIST_ADD(checker->arena, &index->columns, column);
    }
    PC_LIST_ADD(checker->arena, &state->indexes, index);
}

static void add_state(struct pc_checker *checker, struct pc_projection_model *projection,
                      struct pc_item *item, const struct pc_symbols *keys)
{
    struct pc_state_model *state = &projection->state;

    if (state->node != NULL) {
        report_second(checker, pc_word_span(item->span, "state"),
                      pc_word_span(state->node->span, "state"), "state");
        return;
    }
    state->node = item;
    state->is_columns = item->state.is_columns;
    pc_add_fields(checker, &item->state.fields, &state->fields);
    pc_check_defaults(checker, &state->fields, true);
    for (size_t i = 0; i < state->fields.count; i++) {
        struct pc_field_model *field = state->fields.items[i];
        field->node->symbol = pc_symbol_new(checker, PC_SYMBOL_STATE_FIELD, &field->node->name,
                                            pc_type_plain(checker, field->type));
        field->node->symbol->field_model = field;
        if (pc_text_is(field->name, "exists")) {
            struct pc_diagnostic *problem =
                pc_report(checker->diagnostics, PC_E0308, field->node->name.span,
                          "a field of the state cannot be called `exists`");
            pc_diagnostic_help(problem, "`state.exists` tells whether there is a state");
        }
    }
    if (state->is_columns)
        pc_check_columns(checker, projection);
    else if (item->state.indexes.count != 0) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0318, item->state.indexes.items[0]->span,
                      "only `state columns` can have an index");
        pc_diagnostic_point(problem, pc_word_span(item->span, "state"),
                            "this state is one value in one column");
        return;
    }
    for (size_t i = 0; i < item->state.indexes.count; i++)
        add_index(checker, state, item->state.indexes.items[i], keys);
}

/* ---- tables, queries ---- */

static void name_for_tests(struct pc_checker *checker, struct pc_symbol *symbol)
{
    if (pc_table_find(&checker->projection_names, symbol->name) == NULL)
        pc_table_declare(checker, &checker->projection_names, symbol, "table");
}

static void add_table(struct pc_checker *checker, struct pc_projection_model *projection,
                      struct pc_item *item, struct pc_symbols *tables)
{
    struct pc_symbols keys = {0};
    struct pc_symbol *symbol =
        pc_symbol_new(checker, PC_SYMBOL_TABLE, &item->table.name, checker->error);

    symbol->item = item;
    item->symbol = symbol;
    check_keys(checker, &item->table.keys, &keys);
    pc_add_table(checker, projection, item, symbol);
    PC_LIST_ADD(checker->arena, tables, symbol);
    name_for_tests(checker, symbol);
}

static void add_query(struct pc_checker *checker, struct pc_item *item)
{
    struct pc_symbol *symbol =
        pc_symbol_new(checker, PC_SYMBOL_QUERY, &item->query.name, checker->error);

    symbol->item = item;
    item->symbol = symbol;
    name_for_tests(checker, symbol);
}

/* ---- policy, version ---- */

static void add_policy(struct pc_checker *checker, struct pc_projection_model *projection,
                       struct pc_item *item)
{
    struct pc_policy_model *policy = &projection->policy;
    int64_t times = 1;

    if (policy->node != NULL) {
        report_second(checker, item->span, policy->node->span, "`on error`");
        return;
    }
    policy->node = item;
    policy->policy = item->policy.policy;
    if (policy->policy != PC_POLICY_RETRY)
        return;
    policy->then = item->policy.then;
    policy->minimum_us = 100000;
    policy->maximum_us = 30000000;
    if (!pc_small_integer(item->policy.times, 1000000, &times) || times < 1)
        pc_report(checker->diagnostics, PC_E0311, item->policy.times->span,
                  "the number of tries is 1 to 1000000");
    policy->times = (uint32_t)times;
    if (item->policy.minimum == NULL)
        return;
    if (!pc_duration_value(checker, item->policy.minimum, &policy->minimum_us) ||
        !pc_duration_value(checker, item->policy.maximum, &policy->maximum_us))
        return;
    if (policy->minimum_us < 1 || policy->maximum_us < policy->minimum_us)
        pc_report(checker->diagnostics, PC_E0311,
                  pc_span_join(item->policy.minimum->span, item->policy.maximum->span),
                  "the waiting time goes from a shorter one above zero to a longer one");
}

static void add_version(struct pc_checker *checker, struct pc_projection_model *projection,
                        struct pc_item *item, struct pc_item **first)
{
    int64_t number = 1;

    if (*first != NULL)
        report_second(checker, item->span, (*first)->span, "`version`");
    else if (!pc_small_integer(item->version.number, INT32_MAX, &number) || number < 1)
        pc_report(checker->diagnostics, PC_E0312, item->version.number->span,
                  "a version is a number from 1 to %d", INT32_MAX);
    *first = item;
    projection->version = (uint32_t)number;
}

/* ---- all ---- */

/* Whatever handlers refer to: it may stand behind them. */
static void add_items(struct pc_checker *checker, struct pc_projection_model *projection,
                      struct pc_symbols *tables, const struct pc_symbols *keys)
{
    struct pc_items *items = &projection->node->projection.items;
    struct pc_item *version = NULL;

    for (size_t i = 0; i < items->count; i++) {
        struct pc_item *item = items->items[i];
        switch (item->kind) {
        case PC_ITEM_STATE:
            add_state(checker, projection, item, keys);
            break;
        case PC_ITEM_TABLE:
            add_table(checker, projection, item, tables);
            break;
        case PC_ITEM_POLICY:
            add_policy(checker, projection, item);
            break;
        case PC_ITEM_VERSION:
            add_version(checker, projection, item, &version);
            break;
        case PC_ITEM_QUERY:
            add_query(checker, item);
            break;
        default:
            break;
        }
    }
}

static void check_projection(struct pc_checker *checker, struct pc_projection_model *projection)
{
    struct pc_declaration *node = projection->node;
    struct pc_symbols tables = {0};
    struct pc_symbols keys = {0};

    resolve_source(checker, projection);
    check_keys(checker, &node->projection.keys, &keys);
    pc_check_key_columns(checker, projection);
    add_items(checker, projection, &tables, &keys);
    if (projection->state.node == NULL && tables.count == 0) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0302, node->name.span, "`%.*s` has no state",
                      PC_TEXT_ARGS(projection->name));
        pc_diagnostic_help(problem, "say what it remembers: `state { … }`");
    }
    pc_check_filter(checker, projection);
    pc_check_handlers(checker, projection, &tables, &keys);
}

static struct pc_projection_model *declare(struct pc_checker *checker, struct pc_declaration *node)
{
    struct pc_projection_model *projection = PC_NEW(checker->arena, struct pc_projection_model);
    struct pc_symbol *symbol = pc_symbol_new(checker, PC_SYMBOL_PROJECTION, &node->name, NULL);

    symbol->declaration = node;
    symbol->projection = projection;
    node->symbol = symbol;
    projection->node = node;
    projection->name = node->name.text;
    projection->version = 1;
    projection->policy.policy = PC_POLICY_FAIL;
    projection->index = (uint32_t)checker->model->projections.count;
    pc_table_declare(checker, &checker->projection_names, symbol, "projection");
    PC_LIST_ADD(checker->arena, &checker->model->projections, projection);
    return projection;
}

void pc_check_projections(struct pc_checker *checker)
{
    struct pc_declarations *nodes = &checker->tree->declarations;

    for (size_t i = 0; i < nodes->count; i++) {
        if (nodes->items[i]->kind == PC_DECLARATION_PROJECTION)
            declare(checker, nodes->items[i]);
    }
    for (size_t i = 0; i < checker->model->projections.count; i++)
        check_projection(checker, checker->model->projections.items[i]);
    pc_check_queries(checker);
}
