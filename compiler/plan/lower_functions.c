/* lower_functions.c -- fn and extern fn: names, parameters, bodies, and which of them are called.
 */
#include "plan/lowering.h"

struct pc_ir_statement *pc_lower_place(struct pc_lowering *lowering,
                                       const struct pc_expression *body)
{
    struct pc_ir_statement *place = PC_NEW(lowering->arena, struct pc_ir_statement);

    pc_lower_position(lowering, body->span, &place->file, &place->line, &place->column);
    place->source = pc_lower_source(lowering, body->span);
    return place;
}

static void lower_function(struct pc_lowering *lowering, const struct pc_function_model *model)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_plan_function *out = PC_NEW(arena, struct pc_plan_function);
    struct pc_lowering_handler handler = {.lowering = lowering, .function = out};
    const struct pc_parameters *parameters = &model->node->function.parameters;

    out->name = model->name;
    out->doc = model->node->doc;
    out->c_name = pc_lower_global(lowering, model->name, "");
    out->type = pc_lower_type(lowering, model->type);
    out->is_extern = model->is_extern;
    out->index = model->index;
    (void)pc_take_name(arena, &handler.names, pc_text_of("handler"));
    (void)pc_take_name(arena, &handler.names, pc_text_of("result"));
    handler.locals =
        pc_arena_alloc_array(arena, (size_t)model->local_count + 1, sizeof *handler.locals);
    for (size_t i = 0; i < parameters->count; i++)
        PC_LIST_ADD(arena, &out->parameters,
                    pc_lower_local(&handler, parameters->items[i]->symbol));
    if (!model->is_extern) {
        out->body = pc_lower_convert(
            &handler, pc_lower_expression(&handler, model->node->function.body), out->type);
        out->place = pc_lower_place(lowering, model->node->function.body);
    }
    out->fingerprint = pc_function_fingerprint(arena, out);
    lowering->functions[model->index] = out;
    PC_LIST_ADD(arena, &lowering->plan->functions, out);
}

void pc_lower_functions(struct pc_lowering *lowering)
{
    for (size_t i = 0; i < lowering->model->functions.count; i++)
        lower_function(lowering, lowering->model->functions.items[i]);
}

struct pc_ir_expression *pc_lower_function_call(struct pc_lowering_handler *handler,
                                                const struct pc_expression *expression)
{
    struct pc_arena *arena = handler->lowering->arena;
    struct pc_plan_function *function =
        handler->lowering->functions[expression->symbol->function->index];
    struct pc_ir_expression *out = pc_ir_new(handler, PC_IR_CALL_FN, function->type);

    out->function = function;
    for (size_t i = 0; i < expression->call.arguments.count; i++)
        PC_LIST_ADD(arena, &out->arguments,
                    pc_lower_convert(
                        handler, pc_lower_expression(handler, expression->call.arguments.items[i]),
                        function->parameters.items[i]->type));
    if (handler->function != NULL)
        PC_LIST_ADD(arena, &handler->function->calls, function);
    else
        function->is_called = true;
    return out;
}

void pc_mark_functions(struct pc_plan *plan)
{
    for (size_t i = plan->functions.count; i > 0; i--) {
        const struct pc_plan_function *function = plan->functions.items[i - 1];

        for (size_t j = 0; function->is_called && j < function->calls.count; j++)
            function->calls.items[j]->is_called = true;
    }
}
