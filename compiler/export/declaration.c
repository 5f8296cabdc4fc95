/* declaration.c -- what projections are built on: aliases, enums, records, functions, streams,
 * aggregates, events. */
#include "export/writer.h"

static void begin_list(struct pc_export *out, const char *key)
{
    pc_json_key(out->json, key);
    pc_json_array(out->json);
}

static void end_list(struct pc_export *out)
{
    pc_json_array_end(out->json);
}

/* ---- types ---- */

static void add_aliases(struct pc_export *out)
{
    const struct pc_declarations *declarations = &out->model->tree->declarations;

    begin_list(out, "aliases");
    for (size_t i = 0; i < declarations->count; i++) {
        const struct pc_declaration *node = declarations->items[i];

        if (node->kind != PC_DECLARATION_TYPE)
            continue;
        pc_json_object(out->json);
        pc_export_declared(out, &node->name, node->doc);
        pc_export_type(out, node->alias.type_node->type);
        pc_json_object_end(out->json);
    }
    end_list(out);
}

static void add_members(struct pc_export *out, const struct pc_enum_model *model,
                        const struct pc_plan_enum *plan)
{
    begin_list(out, "members");
    for (size_t i = 0; i < model->members.count; i++) {
        const struct pc_member_model *member = model->members.items[i];

        pc_json_object(out->json);
        pc_export_declared(out, &member->node->name, member->node->doc);
        pc_json_put_text(out->json, "outside", member->outside);
        pc_json_put_number(out->json, "number", plan->members.items[i]->value);
        pc_json_put_text(out->json, "c", plan->members.items[i]->c_name);
        pc_json_object_end(out->json);
    }
    end_list(out);
}

static void add_enums(struct pc_export *out)
{
    begin_list(out, "enums");
    for (size_t i = 0; i < out->model->enums.count; i++) {
        const struct pc_enum_model *model = out->model->enums.items[i];

        pc_json_object(out->json);
        pc_export_declared(out, &model->node->name, model->node->doc);
        pc_json_put_truth(out->json, "coded", model->has_codes);
        pc_json_put_text(out->json, "c", out->plan->enums.items[i]->c_name);
        add_members(out, model, out->plan->enums.items[i]);
        pc_json_object_end(out->json);
    }
    end_list(out);
}

static void add_records(struct pc_export *out)
{
    begin_list(out, "records");
    for (size_t i = 0; i < out->model->records.count; i++) {
        const struct pc_record_model *model = out->model->records.items[i];

        pc_json_object(out->json);
        pc_export_declared(out, &model->node->name, model->node->doc);
        pc_json_put_text(out->json, "c", out->plan->records.items[i]->c_name);
        pc_export_fields(out, &model->fields, &out->plan->records.items[i]->fields);
        pc_json_object_end(out->json);
    }
    end_list(out);
}

/* ---- functions ---- */

static void add_function(struct pc_export *out, const struct pc_function_model *model,
                         const struct pc_plan_function *plan)
{
    const struct pc_parameters *parameters = &model->node->function.parameters;

    pc_json_object(out->json);
    pc_export_declared(out, &model->node->name, model->node->doc);
    pc_json_put_truth(out->json, "extern", model->is_extern);
    pc_json_put_text(out->json, "c", plan->c_name);
    begin_list(out, "parameters");
    for (size_t i = 0; i < parameters->count; i++) {
        pc_json_object(out->json);
        pc_json_put_text(out->json, "name", parameters->items[i]->name.text);
        pc_export_position(out, parameters->items[i]->name.span);
        pc_export_type(out, parameters->items[i]->type);
        pc_json_object_end(out->json);
    }
    end_list(out);
    pc_export_type(out, model->type);
    pc_export_put(out, "body", model->node->function.body);
    pc_json_object_end(out->json);
}

static void add_functions(struct pc_export *out)
{
    begin_list(out, "functions");
    for (size_t i = 0; i < out->model->functions.count; i++)
        add_function(out, out->model->functions.items[i], out->plan->functions.items[i]);
    end_list(out);
}

/* ---- streams and aggregates ---- */

static void add_streams(struct pc_export *out)
{
    begin_list(out, "streams");
    for (size_t i = 0; i < out->model->streams.count; i++) {
        const struct pc_stream_model *model = out->model->streams.items[i];

        pc_json_object(out->json);
        pc_export_declared(out, &model->node->name, model->node->doc);
        pc_json_put_some(out->json, "schema", model->schema);
        pc_json_put_text(out->json, "table", model->table);
        pc_json_put_text(out->json, "channel", model->channel);
        pc_json_put_word(out->json, "payload", pc_export_payload_word(model->payload));
        pc_json_put_word(out->json, "id_column", model->has_text_ids ? "text" : "uuid");
        pc_json_object_end(out->json);
    }
    end_list(out);
}

static void add_aggregates(struct pc_export *out)
{
    begin_list(out, "aggregates");
    for (size_t i = 0; i < out->model->aggregates.count; i++) {
        const struct pc_aggregate_model *model = out->model->aggregates.items[i];

        pc_json_object(out->json);
        pc_export_declared(out, &model->node->name, model->node->doc);
        pc_json_put_text(out->json, "outside", model->outside);
        pc_json_put_text(out->json, "stream", model->stream->name);
        pc_json_put_text(out->json, "id_type", model->id_type->name);
        pc_json_object_end(out->json);
    }
    end_list(out);
}

/* ---- events ---- */

/* In the body, event_field nodes are fields of the old form and state_field nodes today's. */
static void add_upcasts(struct pc_export *out, const struct pc_event_model *model,
                        const struct pc_plan_event *plan)
{
    begin_list(out, "upcasts");
    for (size_t i = 0; i < model->upcasts.count; i++) {
        const struct pc_upcast_model *upcast = model->upcasts.items[i];

        pc_json_object(out->json);
        pc_json_put_text(out->json, "outside", upcast->old->outside);
        pc_json_put_text(out->json, "doc", upcast->node->doc);
        pc_export_position(out, upcast->node->span);
        pc_export_fields(out, &upcast->old->fields, &plan->upcasts.items[i]->fields);
        pc_export_block(out, "body", upcast->node->body);
        pc_json_object_end(out->json);
    }
    end_list(out);
}

static void add_events(struct pc_export *out)
{
    begin_list(out, "events");
    for (size_t i = 0; i < out->model->events.count; i++) {
        const struct pc_event_model *model = out->model->events.items[i];
        const struct pc_plan_event *plan = out->plan->declared.items[i];

        pc_json_object(out->json);
        pc_export_declared(out, &model->node->name, model->node->doc);
        pc_json_put_text(out->json, "aggregate", model->aggregate->name);
        pc_json_put_text(out->json, "outside", model->outside);
        pc_json_key(out->json, "c");
        pc_json_object(out->json);
        pc_json_put_text(out->json, "struct", plan->c_name);
        pc_json_put_text(out->json, "append", plan->c_append);
        pc_json_object_end(out->json);
        pc_export_fields(out, &model->fields, &plan->fields);
        add_upcasts(out, model, plan);
        pc_json_object_end(out->json);
    }
    end_list(out);
}

void pc_export_declarations(struct pc_export *out)
{
    pc_export_types(out);
    add_aliases(out);
    add_enums(out);
    add_records(out);
    add_functions(out);
    add_streams(out);
    add_aggregates(out);
    add_events(out);
}
