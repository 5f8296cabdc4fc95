/* lower_upcasts.c -- older forms of events: events of their own under the old name, and the block
 * that makes today's event of one. */
#include "plan/lowering.h"

void pc_lower_old_events(struct pc_lowering *lowering)
{
    struct pc_arena *arena = lowering->arena;

    for (size_t i = 0; i < lowering->model->upcasts.count; i++) {
        const struct pc_event_model *from = lowering->model->upcasts.items[i]->old;
        struct pc_plan_event *today =
            lowering->events[lowering->model->upcasts.items[i]->event->index];
        struct pc_plan_event *out = PC_NEW(arena, struct pc_plan_event);
        struct pc_text stem = pc_snake_case(arena, pc_identifier(arena, from->outside));

        out->name = today->name;
        out->outside = from->outside;
        out->c_stem = pc_take_name(arena, &lowering->stems, stem);
        out->c_name = pc_lower_global(lowering, out->c_stem, "");
        out->doc = lowering->model->upcasts.items[i]->node->doc;
        out->aggregate = today->aggregate;
        out->upcast_of = today;
        pc_lower_fields(lowering, &from->fields, &out->fields);
        lowering->events[from->index] = out;
        PC_LIST_ADD(arena, &today->upcasts, out);
        PC_LIST_ADD(arena, &lowering->plan->upcasts, out);
        PC_LIST_ADD(arena, &lowering->plan->events, out);
    }
}

static void lower_body(struct pc_lowering *lowering, const struct pc_upcast_model *model,
                       struct pc_plan_event *out)
{
    struct pc_arena *arena = lowering->arena;
    /* Statements know today's event as a state. */
    struct pc_plan_projection *projection = PC_NEW(arena, struct pc_plan_projection);
    struct pc_lowering_handler handler = {
        .lowering = lowering, .model = model->handler, .projection = projection};
    static const char *const parameters[] = {"handler", "state", "event"};

    projection->fields = out->upcast_of->fields;
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        (void)pc_take_name(arena, &handler.names, pc_text_of(parameters[i]));
    handler.locals = pc_arena_alloc_array(arena, (size_t)model->handler->local_count + 1,
                                          sizeof *handler.locals);
    out->upcast = pc_lower_block(&handler, model->node->body);
}

void pc_lower_upcasts(struct pc_lowering *lowering)
{
    for (size_t i = 0; i < lowering->model->upcasts.count; i++) {
        const struct pc_upcast_model *model = lowering->model->upcasts.items[i];

        lower_body(lowering, model, lowering->events[model->old->index]);
    }
}
