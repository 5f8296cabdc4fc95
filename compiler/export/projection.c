/* projection.c -- projections: source, key, state, policy; tables, queries and handlers have files
 * of their own. */
#include "export/writer.h"

#include <inttypes.h>

/* ---- the key ---- */

static void add_key(struct pc_export *out, struct pc_text name, struct pc_span span,
                    const struct pc_type *type)
{
    pc_json_object(out->json);
    pc_json_put_text(out->json, "name", name);
    pc_export_position(out, span);
    pc_export_type(out, type);
    pc_json_object_end(out->json);
}

/* The id of an aggregate projection is a key too; handlers read it as event data. */
static void add_keys(struct pc_export *out, const struct pc_projection_model *model)
{
    const struct pc_keys *keys = &model->node->projection.keys;

    pc_json_key(out->json, "keys");
    pc_json_array(out->json);
    if (model->aggregate != NULL)
        add_key(out, pc_text_of("aggregate_id"), model->node->projection.source.span,
                model->aggregate->id_type);
    for (size_t i = 0; i < keys->count; i++)
        add_key(out, keys->items[i]->name.text, keys->items[i]->name.span, keys->items[i]->type);
    pc_json_array_end(out->json);
}

/* ---- policy ---- */

static void add_policy(struct pc_export *out, const struct pc_policy_model *policy)
{
    struct pc_json *json = out->json;

    pc_json_key(json, "policy");
    pc_json_object(json);
    pc_json_put_word(json, "action", pc_export_policy_word(policy->policy));
    pc_json_key(json, "retry");
    if (policy->policy != PC_POLICY_RETRY) {
        pc_json_null(json);
    } else {
        pc_json_object(json);
        pc_json_put_number(json, "times", policy->times);
        pc_json_put_text(json, "minimum_us",
                         pc_text_format(out->arena, "%" PRId64, policy->minimum_us));
        pc_json_put_text(json, "maximum_us",
                         pc_text_format(out->arena, "%" PRId64, policy->maximum_us));
        pc_json_put_word(json, "then", pc_export_policy_word(policy->then));
        pc_json_object_end(json);
    }
    pc_json_object_end(json);
}

/* ---- the state ---- */

static void add_state(struct pc_export *out, const struct pc_projection_model *model,
                      const struct pc_plan_projection *plan)
{
    const struct pc_state_model *state = &model->state;
    bool has_state = state->node != NULL;

    pc_json_key(out->json, "state");
    pc_json_object(out->json);
    pc_json_put_word(out->json, "mode",
                     !has_state          ? "none"
                     : state->is_columns ? "columns"
                                         : "packed");
    pc_json_put_text(out->json, "doc", has_state ? state->node->doc : (struct pc_text){0});
    pc_export_position(out, has_state ? state->node->span : model->node->name.span);
    pc_json_put_text(out->json, "c", plan->c_state);
    pc_export_fields(out, &state->fields, &plan->fields);
    pc_export_sql_table(out, &plan->table, true);
    pc_export_sql_view(out, &plan->view);
    pc_json_object_end(out->json);
}

/* ---- all ---- */

static void put_fingerprint(struct pc_export *out, const char *key, uint64_t fingerprint)
{
    pc_json_put_text(out->json, key, pc_text_format(out->arena, "%016" PRIx64, fingerprint));
}

static void add_identity(struct pc_export *out, const struct pc_projection_model *model,
                         const struct pc_plan_projection *plan)
{
    struct pc_json *json = out->json;

    pc_export_declared(out, &model->node->name, model->node->doc);
    pc_json_put_word(json, "kind", pc_export_projection_word(model->kind));
    pc_json_put_text(json, "stream", model->stream->name);
    if (model->aggregate != NULL)
        pc_json_put_text(json, "aggregate", model->aggregate->name);
    else
        pc_json_put_null(json, "aggregate");
    add_keys(out, model);
    pc_export_put(out, "where", model->node->projection.where);
    pc_json_put_number(json, "version", model->version);
    pc_json_key(json, "fingerprints");
    pc_json_object(json);
    put_fingerprint(out, "shape", plan->shape_fingerprint);
    put_fingerprint(out, "logic", plan->logic_fingerprint);
    pc_json_object_end(json);
    pc_json_key(json, "c");
    pc_json_object(json);
    pc_json_put_text(json, "load", plan->c_load);
    pc_json_put_text(json, "wait", plan->c_wait);
    pc_json_object_end(json);
    add_policy(out, &model->policy);
}

void pc_export_projections(struct pc_export *out)
{
    pc_json_key(out->json, "projections");
    pc_json_array(out->json);
    for (size_t i = 0; i < out->model->projections.count; i++) {
        const struct pc_projection_model *model = out->model->projections.items[i];
        const struct pc_plan_projection *plan = out->plan->projections.items[i];

        pc_json_object(out->json);
        add_identity(out, model, plan);
        add_state(out, model, plan);
        pc_export_tables(out, model, plan);
        pc_export_handlers(out, model, plan);
        pc_export_queries(out, model);
        pc_json_object_end(out->json);
    }
    pc_json_array_end(out->json);
}
