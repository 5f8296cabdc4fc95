/* handler.c -- handlers, and what a projection does with each event. */
#include "export/writer.h"

/* ---- for x in list by key where condition ---- */

static void add_each(struct pc_export *out, const struct pc_item *node)
{
    pc_json_key(out->json, "each");
    if (node->handler.each == NULL) {
        pc_json_null(out->json);
        return;
    }
    pc_json_object(out->json);
    pc_export_put(out, "collection", node->handler.collection);
    pc_export_binding(out, "local", node->handler.each);
    pc_json_object_end(out->json);
}

/* Where a key's part is not given, it is the event's field of that name. */
static void add_key(struct pc_export *out, const struct pc_handler_model *model, size_t index)
{
    const struct pc_key_source *source = model->keys.items[index];
    struct pc_span span = model->node->span;
    unsigned count;

    pc_json_object(out->json);
    pc_json_put_text(out->json, "name",
                     model->projection->node->projection.keys.items[index]->name.text);
    if (source->value != NULL) {
        pc_export_put(out, "value", source->value);
    } else {
        pc_json_key(out->json, "value");
        count = pc_export_convert(out, source->field->type, source->type, span);
        pc_export_event_field(out, source->field, span);
        pc_export_converted(out, count);
    }
    pc_json_object_end(out->json);
}

/* ---- handlers ---- */

static void put_event_names(struct pc_export *out, const char *key,
                            const struct pc_event_models *events)
{
    pc_json_key(out->json, key);
    pc_json_array(out->json);
    for (size_t i = 0; i < events->count; i++)
        pc_json_text(out->json, events->items[i]->name);
    pc_json_array_end(out->json);
}

/* The plan has one function for each event of a handler; `first` is that of the first one. */
static void add_handler(struct pc_export *out, const struct pc_handler_model *model,
                        struct pc_plan_handler *const *first)
{
    struct pc_json *json = out->json;

    pc_json_object(json);
    pc_export_position(out, model->node->span);
    pc_json_put_text(json, "doc", model->node->doc);
    pc_json_put_truth(json, "any", model->is_any);
    put_event_names(out, "events", &model->events);
    add_each(out, model->node);
    pc_export_put(out, "where", model->node->handler.where);
    pc_json_key(json, "keys");
    pc_json_array(json);
    for (size_t i = 0; i < model->keys.count; i++)
        add_key(out, model, i);
    pc_json_array_end(json);
    pc_json_put_truth(json, "extern", model->is_extern);
    pc_json_key(json, "c");
    pc_json_array(json);
    for (size_t i = 0; model->is_extern && i < (model->is_any ? 1 : model->events.count); i++)
        pc_json_text(json, first[i]->c_extern);
    pc_json_array_end(json);
    pc_export_block(out, "body", model->node->handler.body);
    pc_json_object_end(json);
}

/* ---- events ---- */

/* Handlers by their numbers, in the order of running; fields that are read at all. */
static void add_use(struct pc_export *out, const struct pc_event_use *use)
{
    struct pc_json *json = out->json;

    pc_json_object(json);
    pc_json_put_text(json, "event", use->event->name);
    pc_json_key(json, "handlers");
    pc_json_array(json);
    for (size_t i = 0; i < use->handlers.count; i++)
        pc_json_number(json, use->handlers.items[i]->index);
    pc_json_array_end(json);
    pc_json_key(json, "fields");
    pc_json_array(json);
    for (size_t i = 0; i < use->event->fields.count; i++)
        if (use->wanted[i])
            pc_json_text(json, use->event->fields.items[i]->name);
    pc_json_array_end(json);
    pc_json_object_end(json);
}

void pc_export_handlers(struct pc_export *out, const struct pc_projection_model *projection,
                        const struct pc_plan_projection *plan)
{
    size_t next = 0;

    pc_json_key(out->json, "handlers");
    pc_json_array(out->json);
    for (size_t i = 0; i < projection->handlers.count; i++) {
        const struct pc_handler_model *model = projection->handlers.items[i];

        add_handler(out, model, plan->handlers.items + next);
        next += model->is_any ? 1 : model->events.count;
    }
    pc_json_array_end(out->json);
    pc_json_key(out->json, "uses");
    pc_json_array(out->json);
    for (size_t i = 0; i < projection->uses.count; i++)
        add_use(out, projection->uses.items[i]);
    pc_json_array_end(out->json);
    put_event_names(out, "ignored", &projection->ignored);
    pc_json_put_truth(out->json, "ignores_any", projection->ignores_any);
}
