/* test.c -- the tests inside a file: steps whose values are constants. */
#include "export/writer.h"

#include "plan/lower.h"

/* What a test says of the values of a step. */
static void put_entries(struct pc_export *out, const char *key, const struct pc_constant *value)
{
    pc_json_key(out->json, key);
    pc_export_entries(out, value);
}

static void put_values(struct pc_export *out, const char *key, const struct pc_constants *values)
{
    pc_json_key(out->json, key);
    pc_json_array(out->json);
    for (size_t i = 0; i < values->count; i++)
        pc_export_value(out, values->items[i]);
    pc_json_array_end(out->json);
}

static void add_given(struct pc_export *out, const struct pc_test_step_model *step)
{
    const struct pc_type time = {.kind = PC_TYPE_TIME};
    const struct pc_constant at = {
        .kind = PC_CONSTANT_INTEGER, .type = &time, .integer = step->time_us};

    pc_json_put_text(out->json, "event", step->event->name);
    pc_json_key(out->json, "id");
    pc_export_value(out, step->keys.items[0]);
    pc_json_key(out->json, "time");
    pc_export_value(out, &at);
    put_entries(out, "fields", step->value);
}

static void add_rows(struct pc_export *out, const struct pc_test_step_model *step)
{
    pc_json_put_text(out->json, "query", step->query->name);
    put_values(out, "arguments", &step->keys);
    pc_json_key(out->json, "rows");
    pc_json_array(out->json);
    for (size_t i = 0; i < step->value->items.count; i++)
        pc_export_entries(out, step->value->items.items[i]);
    pc_json_array_end(out->json);
}

static void add_step(struct pc_export *out, const struct pc_test_step_model *step)
{
    struct pc_json *json = out->json;

    pc_json_object(json);
    pc_json_put_word(json, "kind", pc_export_step_word(step->kind));
    pc_export_position(out, step->span);
    if (step->kind == PC_TEST_GIVEN) {
        add_given(out, step);
    } else if (step->kind == PC_TEST_QUERY) {
        add_rows(out, step);
    } else {
        pc_json_put_text(json, "projection", step->projection->name);
        if (step->table != NULL)
            pc_json_put_text(json, "table", step->table->name);
        else
            pc_json_put_null(json, "table");
        put_values(out, "keys", &step->keys);
        if (step->kind == PC_TEST_EXPECT)
            put_entries(out, "fields", step->value);
        else if (step->kind == PC_TEST_FAILS)
            pc_json_put_text(json, "message", step->message);
    }
    pc_json_object_end(json);
}

void pc_export_tests(struct pc_export *out)
{
    pc_json_key(out->json, "tests");
    pc_json_array(out->json);
    for (size_t i = 0; i < out->model->tests.count; i++) {
        const struct pc_test_model *test = out->model->tests.items[i];

        pc_json_object(out->json);
        pc_json_put_text(out->json, "title", test->title);
        pc_export_position(out, test->node->span);
        pc_json_key(out->json, "steps");
        pc_json_array(out->json);
        for (size_t j = 0; j < test->steps.count; j++)
            add_step(out, test->steps.items[j]);
        pc_json_array_end(out->json);
        pc_json_object_end(out->json);
    }
    pc_json_array_end(out->json);
}
