/* queries.c -- `query name(params) = source where … order by … limit e`: what SQL can do on both
 * stores alike. */
#include "check/declarations.h"
#include "check/expressions.h"

static void report_impossible(struct pc_checker *checker, struct pc_span span, const char *what)
{
    struct pc_diagnostic *problem =
        pc_report(checker->diagnostics, PC_E0319, span, "%s cannot be done in a query", what);

    pc_diagnostic_help(problem, "`where` compares columns, parameters and constants, joined by "
                                "`and`, `or` and `not`");
}

/* ---- the source ---- */

/* A part of a key, as a column. */
static void add_key_field(struct pc_checker *checker, struct pc_query_model *query,
                          struct pc_text name, struct pc_span span, const struct pc_type *type)
{
    struct pc_field_model *field = PC_NEW(checker->arena, struct pc_field_model);

    field->node = PC_NEW(checker->arena, struct pc_field);
    field->node->name.text = name;
    field->node->name.span = span;
    field->name = name;
    field->outside = name;
    field->type = type;
    PC_LIST_ADD(checker->arena, &query->fields, field);
}

/* The key of `for each A` or of `over s by k`. */
static void add_key_fields(struct pc_checker *checker, struct pc_query_model *query)
{
    const struct pc_projection_model *projection = query->projection;
    const struct pc_declaration *node = projection->node;

    if (projection->kind == PC_PROJECTION_AGGREGATE && projection->aggregate != NULL)
        add_key_field(checker, query, pc_text_of("aggregate_id"), node->name.span,
                      projection->aggregate->id_type);
    for (size_t i = 0; i < node->projection.keys.count; i++) {
        const struct pc_key *key = node->projection.keys.items[i];

        add_key_field(checker, query, key->name.text, key->name.span, key->type);
    }
}

static struct pc_table_model *find_table(const struct pc_projection_model *projection,
                                         struct pc_text name)
{
    for (size_t i = 0; i < projection->tables.count; i++)
        if (pc_text_equals(projection->tables.items[i]->name, name))
            return projection->tables.items[i];
    return NULL;
}

static void report_source(struct pc_checker *checker, const struct pc_projection_model *projection,
                          struct pc_name *name)
{
    struct pc_suggestion suggestion;
    struct pc_diagnostic *problem;

    if (pc_text_equals(name->text, projection->name)) {
        problem =
            pc_report(checker->diagnostics, PC_E0319, name->span,
                      "the state of `%.*s` has no columns to ask for", PC_TEXT_ARGS(name->text));
        pc_diagnostic_help(problem, "a query reads a table, or `state columns { … }`");
        return;
    }
    problem = pc_report(checker->diagnostics, PC_E0319, name->span, "`%.*s` has no table `%.*s`",
                        PC_TEXT_ARGS(projection->name), PC_TEXT_ARGS(name->text));
    pc_suggestion_init(&suggestion, name->text);
    for (size_t i = 0; i < projection->tables.count; i++)
        pc_suggestion_offer(&suggestion, projection->tables.items[i]->name);
    pc_suggestion_offer(&suggestion, projection->name);
    pc_suggest(problem, &suggestion);
}

static bool resolve_source(struct pc_checker *checker, struct pc_query_model *query)
{
    struct pc_projection_model *projection = query->projection;
    struct pc_name *source = &query->node->query.source;

    query->table = find_table(projection, source->text);
    if (query->table != NULL) {
        query->fields = query->table->columns;
        return true;
    }
    if (!pc_text_equals(source->text, projection->name) || !projection->state.is_columns) {
        report_source(checker, projection, source);
        return false;
    }
    add_key_fields(checker, query);
    for (size_t i = 0; i < projection->state.fields.count; i++)
        PC_LIST_ADD(checker->arena, &query->fields, projection->state.fields.items[i]);
    return true;
}

/* ---- parameters ---- */

static void check_default(struct pc_checker *checker, struct pc_query_parameter_model *parameter)
{
    struct pc_scope scope = {0};
    struct pc_frame body = {.scope = &scope};
    struct pc_expression *initial = parameter->node->initial;

    if (initial == NULL || !pc_check_value(checker, &body, initial, parameter->type))
        return;
    const struct pc_constant *constant = pc_evaluate(checker, initial);
    parameter->has_initial = constant != NULL;
    if (constant != NULL && constant->kind != PC_CONSTANT_NONE)
        parameter->initial = pc_constant_of_field(checker, constant, parameter->type);
}

static void add_parameter(struct pc_checker *checker, struct pc_query_model *query,
                          struct pc_parameter *node, struct pc_scope *scope)
{
    struct pc_query_parameter_model *parameter =
        PC_NEW(checker->arena, struct pc_query_parameter_model);
    const struct pc_field_model *column = pc_fields_find(&query->fields, node->name.text);
    const struct pc_symbol *other = pc_symbols_find(&scope->symbols, node->name.text);

    parameter->node = node;
    parameter->name = node->name.text;
    parameter->type = pc_type_plain(checker, pc_resolve_type(checker, node->type_node));
    node->type = parameter->type;
    node->symbol = pc_symbol_new(checker, PC_SYMBOL_PARAMETER, &node->name, parameter->type);
    node->symbol->parameter = node;
    node->symbol->local_index = (uint32_t)query->parameters.count;
    PC_LIST_ADD(checker->arena, &query->parameters, parameter);
    if (column != NULL || other != NULL) {
        struct pc_diagnostic *problem =
            pc_report(checker->diagnostics, PC_E0204, node->name.span,
                      column != NULL ? "the parameter `%.*s` bears the name of a column"
                                     : "the parameter `%.*s` is declared twice",
                      PC_TEXT_ARGS(node->name.text));
        pc_diagnostic_point(problem, column != NULL ? column->node->name.span : other->span,
                            column != NULL ? "the column" : "first declared here");
        return;
    }
    PC_LIST_ADD(checker->arena, &scope->symbols, node->symbol);
    if (parameter->type->kind != PC_TYPE_ERROR &&
        !pc_type_is_scalar(pc_type_value(parameter->type)))
        pc_report(checker->diagnostics, PC_E0319, node->type_node->span,
                  "a parameter of a query cannot be `%.*s`", PC_TYPE_ARGS(parameter->type));
    check_default(checker, parameter);
}

/* ---- where ---- */

/* A column, a parameter or a constant, or `a ?? b` of such. What cannot be compared at all has been
 * reported before. */
static bool is_operand(const struct pc_expression *expression)
{
    if (pc_expression_constant(expression) != NULL || expression->type->kind == PC_TYPE_NONE)
        return true;
    if (expression->kind == PC_EXPRESSION_BINARY &&
        expression->binary.operator== PC_OPERATOR_COALESCE)
        return is_operand(expression->binary.left) && is_operand(expression->binary.right);
    return expression->kind == PC_EXPRESSION_NAME && expression->symbol != NULL &&
           (expression->symbol->kind == PC_SYMBOL_PARAMETER ||
            expression->symbol->kind == PC_SYMBOL_RECORD_FIELD);
}

static bool check_comparison(struct pc_checker *checker, const struct pc_expression *expression)
{
    const struct pc_expression *left = expression->binary.left;
    const struct pc_expression *right = expression->binary.right;

    if (!is_operand(left) || !is_operand(right)) {
        report_impossible(checker, is_operand(left) ? right->span : left->span, "this");
        return false;
    }
    return true;
}

static bool is_possible(struct pc_checker *checker, const struct pc_expression *expression)
{
    if (is_operand(expression))
        return true;
    if (expression->kind == PC_EXPRESSION_UNARY && expression->unary.operator== PC_OPERATOR_NOT)
        return is_possible(checker, expression->unary.operand);
    if (expression->kind == PC_EXPRESSION_BINARY) {
        switch (expression->binary.operator) {
        case PC_OPERATOR_AND:
        case PC_OPERATOR_OR:
            return is_possible(checker, expression->binary.left) &&
                   is_possible(checker, expression->binary.right);
        case PC_OPERATOR_EQUAL:
        case PC_OPERATOR_NOT_EQUAL:
        case PC_OPERATOR_LESS:
        case PC_OPERATOR_LESS_EQUAL:
        case PC_OPERATOR_GREATER:
        case PC_OPERATOR_GREATER_EQUAL:
            return check_comparison(checker, expression);
        default:
            break;
        }
    }
    report_impossible(checker, expression->span, "this");
    return false;
}

/* ---- order by, limit ---- */

static void add_order(struct pc_checker *checker, struct pc_query_model *query,
                      struct pc_order *node)
{
    struct pc_field_model *field = pc_fields_find(&query->fields, node->name.text);
    struct pc_query_order *order;

    if (field == NULL) {
        pc_report_unknown_field(checker, &node->name,
                                pc_quoted(checker, query->node->query.source.text),
                                query->node->query.source.span, &query->fields);
        return;
    }
    if (field->type->kind != PC_TYPE_ERROR && !pc_type_is_scalar(pc_type_value(field->type))) {
        struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0319, node->name.span,
                                                  "`%.*s` has no order", PC_TYPE_ARGS(field->type));
        pc_diagnostic_point(problem, field->node->name.span, "declared here");
        return;
    }
    order = PC_NEW(checker->arena, struct pc_query_order);
    order->field = field;
    order->is_descending = node->is_descending;
    PC_LIST_ADD(checker->arena, &query->orders, order);
}

/* Any u32 of parameters and constants: it is computed before the statement runs. To the checks of
 * expressions it is the body of a function that has the query's parameters. */
static void check_limit(struct pc_checker *checker, struct pc_query_model *query,
                        struct pc_scope *parameters)
{
    struct pc_function_model *function = PC_NEW(checker->arena, struct pc_function_model);
    struct pc_frame body = {.scope = parameters, .function = function};
    struct pc_expression *limit = query->node->query.limit;

    function->local_count = (uint32_t)query->parameters.count;
    if (limit == NULL || !pc_check_value(checker, &body, limit, checker->u32))
        return;
    for (size_t i = 0; i < function->calls.count; i++) {
        if (!function->calls.items[i]->function->reaches_extern)
            continue;
        pc_report(checker->diagnostics, PC_E0319, function->calls.items[i]->span,
                  "a query calls no functions in C");
        return;
    }
    query->limit = limit;
    query->limit_local_count = function->local_count;
}

/* ---- all ---- */

static void check_query(struct pc_checker *checker, struct pc_query_model *query)
{
    struct pc_item *node = query->node;
    struct pc_scope parameters = {0};
    struct pc_scope columns = {.parent = &parameters};
    struct pc_frame body = {.scope = &columns};

    if (!resolve_source(checker, query))
        return;
    for (size_t i = 0; i < node->query.parameters.count; i++)
        add_parameter(checker, query, node->query.parameters.items[i], &parameters);
    for (size_t i = 0; i < query->fields.count; i++) {
        struct pc_field_model *field = query->fields.items[i];
        struct pc_symbol *symbol = pc_symbol_new(checker, PC_SYMBOL_RECORD_FIELD, NULL,
                                                 pc_type_plain(checker, field->type));

        symbol->name = field->name;
        symbol->span = field->node->name.span;
        symbol->field_model = field;
        PC_LIST_ADD(checker->arena, &columns.symbols, symbol);
    }
    if (node->query.where != NULL &&
        pc_check_value(checker, &body, node->query.where, checker->boolean) &&
        is_possible(checker, node->query.where))
        query->where = node->query.where;
    for (size_t i = 0; i < node->query.order.count; i++)
        add_order(checker, query, node->query.order.items[i]);
    check_limit(checker, query, &parameters);
}

void pc_check_queries(struct pc_checker *checker)
{
    for (size_t i = 0; i < checker->model->projections.count; i++) {
        struct pc_projection_model *projection = checker->model->projections.items[i];
        struct pc_items *items = &projection->node->projection.items;

        for (size_t j = 0; j < items->count; j++) {
            struct pc_query_model *query;

            if (items->items[j]->kind != PC_ITEM_QUERY)
                continue;
            query = PC_NEW(checker->arena, struct pc_query_model);
            query->node = items->items[j];
            query->projection = projection;
            query->name = query->node->query.name.text;
            query->index = (uint32_t)checker->model->queries.count;
            query->node->symbol->query = query;
            PC_LIST_ADD(checker->arena, &checker->model->queries, query);
            check_query(checker, query);
        }
    }
}

/* ---- expect ---- */

bool pc_check_expected_rows(struct pc_checker *checker, struct pc_frame *body,
                            struct pc_query_model *query, struct pc_step *node,
                            struct pc_test_step_model *step)
{
    struct pc_constant *rows = pc_constant_new(checker, PC_CONSTANT_LIST, NULL);
    bool is_good = true;

    if (query->fields.count == 0)
        return false; /* its source is wrong, and that was reported */
    if (node->form != PC_EXPECT_LIST || node->value->kind != PC_EXPRESSION_LIST) {
        pc_report(checker->diagnostics, PC_E0402, node->span,
                  "a query answers a list of rows: `[ { column: value } ]`");
        return false;
    }
    if (node->arguments.count > query->parameters.count) {
        pc_report(checker->diagnostics, PC_E0402, node->name.span, "`%.*s` has %zu parameters",
                  PC_TEXT_ARGS(query->name), query->parameters.count);
        return false;
    }
    for (size_t i = 0; i < query->parameters.count; i++) {
        const struct pc_query_parameter_model *parameter = query->parameters.items[i];
        const struct pc_constant *value;

        if (i >= node->arguments.count) {
            if (parameter->has_initial || parameter->node->initial != NULL)
                break;
            pc_report(checker->diagnostics, PC_E0402, node->name.span,
                      "`%.*s` needs its parameter `%.*s`", PC_TEXT_ARGS(query->name),
                      PC_TEXT_ARGS(parameter->name));
            return false;
        }
        value = pc_check_test_id(checker, body, node->arguments.items[i], parameter->type);
        if (value == NULL)
            return false;
        PC_LIST_ADD(checker->arena, &step->keys, value);
    }
    for (size_t i = 0; i < node->value->list.items.count; i++) {
        struct pc_expression *row = node->value->list.items.items[i];

        if (row->kind != PC_EXPRESSION_RECORD) {
            pc_report(checker->diagnostics, PC_E0402, row->span, "a row is `{ column: value }`");
            is_good = false;
        } else if (pc_check_entries(checker, body, row, &query->fields, pc_text_of("a row"),
                                    query->node->query.source.span)) {
            PC_LIST_ADD(checker->arena, &rows->items, pc_evaluate_entries(checker, row));
        } else {
            is_good = false;
        }
    }
    step->value = rows;
    return is_good;
}
