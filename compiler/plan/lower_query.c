/* lower_query.c -- queries: columns and parameters by number, every name final. */
#include "plan/lowering.h"

/* The number of a row's field among the columns of its table. */
static uint32_t column_of(const struct pc_query_model *query, const struct pc_plan_query *out,
                          const struct pc_field_model *field)
{
    uint32_t index = 0;

    while (query->fields.items[index] != field)
        index++;
    if (query->table != NULL)
        return index;
    if (query->projection->kind == PC_PROJECTION_STREAM)
        return out->table->key_count + 1 + index;
    return index < out->table->key_count ? index : index + 1; /* `position` stands between */
}

struct pc_ir_expression *pc_lower_query_name(struct pc_lowering_handler *handler,
                                             const struct pc_expression *expression)
{
    const struct pc_query_model *query = handler->query;
    const struct pc_symbol *symbol = expression->symbol;
    const struct pc_plan_query *out = handler->lowering->plan->queries.items[query->index];
    bool is_parameter = symbol->kind == PC_SYMBOL_PARAMETER;
    struct pc_ir_expression *name = pc_ir_new(handler, is_parameter ? PC_IR_PARAMETER : PC_IR_KEY,
                                              pc_lower_type(handler->lowering, symbol->type));

    if (!is_parameter) {
        name->key = column_of(query, out, symbol->field_model);
        return name;
    }
    while (query->parameters.items[name->key]->node != symbol->parameter)
        name->key++;
    return name;
}

static void lower_parameter(struct pc_lowering *lowering,
                            const struct pc_query_parameter_model *from,
                            struct pc_scope_names *names, struct pc_plan_query *out)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_plan_query_parameter *parameter = PC_NEW(arena, struct pc_plan_query_parameter);
    const struct pc_plan_type *value;

    parameter->name = from->name;
    parameter->c_name = pc_take_word(arena, names, pc_identifier(arena, from->name));
    parameter->type = pc_lower_type(lowering, from->type);
    value = parameter->type->kind == PC_PLAN_OPTIONAL ? parameter->type->element : parameter->type;
    parameter->column.sql_name = from->name;
    parameter->column.type = pc_column_type(parameter->type);
    parameter->column.scale = value->scale;
    parameter->column.is_nullable = value != parameter->type;
    parameter->has_initial = from->has_initial;
    if (from->initial != NULL)
        parameter->initial = pc_lower_constant(lowering, from->initial, value);
    PC_LIST_ADD(arena, &out->parameters, parameter);
}

static void add_order(struct pc_arena *arena, struct pc_plan_query *out, uint32_t column,
                      bool is_descending)
{
    struct pc_plan_query_order *order;

    for (size_t i = 0; i < out->orders.count; i++)
        if (out->orders.items[i]->column == column)
            return;
    order = PC_NEW(arena, struct pc_plan_query_order);
    order->column = column;
    order->is_descending = is_descending;
    PC_LIST_ADD(arena, &out->orders, order);
}

/* A limit that is no plain value is computed by a function of its own. */
static const struct pc_plan_function *lower_limit_function(struct pc_lowering *lowering,
                                                           const struct pc_query_model *from)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_plan_function *out = PC_NEW(arena, struct pc_plan_function);
    struct pc_lowering_handler handler = {.lowering = lowering, .function = out};

    out->name = from->name;
    out->c_name = pc_lower_global(lowering, from->name, "_limit");
    out->type = pc_lower_type(lowering, pc_expression_target(from->limit));
    out->is_called = true;
    out->index = (uint32_t)lowering->plan->functions.count;
    (void)pc_take_name(arena, &handler.names, pc_text_of("handler"));
    (void)pc_take_name(arena, &handler.names, pc_text_of("result"));
    handler.locals =
        pc_arena_alloc_array(arena, (size_t)from->limit_local_count + 1, sizeof *handler.locals);
    for (size_t i = 0; i < from->parameters.count; i++)
        PC_LIST_ADD(arena, &out->parameters,
                    pc_lower_local(&handler, from->parameters.items[i]->node->symbol));
    out->body = pc_lower_convert(&handler, pc_lower_expression(&handler, from->limit), out->type);
    out->place = pc_lower_place(lowering, from->limit);
    PC_LIST_ADD(arena, &lowering->plan->functions, out);
    return out;
}

static void lower_limit(struct pc_lowering_handler *handler, const struct pc_query_model *from,
                        struct pc_plan_query *out)
{
    if (from->limit == NULL)
        return;
    if (pc_expression_constant(from->limit) != NULL || from->limit->kind == PC_EXPRESSION_NAME)
        out->limit = pc_lower_expression(handler, from->limit);
    else
        out->limit_function = lower_limit_function(handler->lowering, from);
}

static void lower_query(struct pc_lowering *lowering, const struct pc_query_model *from)
{
    static const char *const taken[] = {"store",  "visit",      "context", "error",
                                        "values", "parameters", "call"};
    struct pc_arena *arena = lowering->arena;
    struct pc_plan_query *out = PC_NEW(arena, struct pc_plan_query);
    struct pc_lowering_handler handler = {.lowering = lowering, .query = from};
    struct pc_scope_names names = {0};

    out->name = from->name;
    out->doc = from->node->doc;
    out->index = from->index;
    out->projection = lowering->projections[from->projection->index];
    out->table = &out->projection->table;
    if (from->table != NULL) {
        out->row_table = out->projection->tables.items[from->table->index];
        out->table = &out->row_table->table;
    }
    out->c_stem = pc_take_name(arena, &lowering->stems, pc_snake_case(arena, from->name));
    out->c_name = pc_lower_global(lowering, from->name, "");
    out->c_row =
        from->table != NULL ? out->row_table->c_row : pc_lower_global(lowering, from->name, "_row");
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        (void)pc_take_name(arena, &names, pc_text_of(taken[i]));
    for (size_t i = 0; i < from->parameters.count; i++)
        lower_parameter(lowering, from->parameters.items[i], &names, out);
    PC_LIST_ADD(arena, &lowering->plan->queries, out);
    if (from->where != NULL)
        out->where = pc_lower_expression(&handler, from->where);
    lower_limit(&handler, from, out);
    for (size_t i = 0; i < from->orders.count; i++)
        add_order(arena, out, column_of(from, out, from->orders.items[i]->field),
                  from->orders.items[i]->is_descending);
    /* So that rows that are equal otherwise come in one order on both stores. */
    for (uint32_t i = 0; i < out->table->key_count; i++)
        add_order(arena, out, i, false);
}

void pc_lower_queries(struct pc_lowering *lowering)
{
    for (size_t i = 0; i < lowering->model->queries.count; i++)
        lower_query(lowering, lowering->model->queries.items[i]);
}
