/* lower_tests.c -- the tests of a file as steps whose values are JSON. */
#include "plan/lowering.h"

static struct pc_text key_json(struct pc_lowering *lowering, const struct pc_constants *keys)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_text out = pc_text_of("[");

    for (size_t i = 0; i < keys->count; i++)
        out = pc_text_format(arena, "%.*s%s%.*s", PC_TEXT_ARGS(out), i > 0 ? "," : "",
                             PC_TEXT_ARGS(pc_constant_json(arena, keys->items[i], false)));
    return pc_text_format(arena, "%.*s]", PC_TEXT_ARGS(out));
}

static struct pc_plan_step *lower_step(struct pc_lowering *lowering,
                                       const struct pc_test_step_model *from)
{
    struct pc_arena *arena = lowering->arena;
    struct pc_plan_step *out = PC_NEW(arena, struct pc_plan_step);
    uint32_t file, column;

    pc_lower_position(lowering, from->span, &file, &out->line, &column);
    out->source = pc_lower_source(lowering, from->span);
    out->time = from->time_us;
    if (from->kind == PC_TEST_GIVEN) {
        out->kind = PC_STEP_GIVEN;
        out->index = lowering->events[from->event->index]->index;
        out->key = pc_constant_json(arena, from->keys.items[0], false);
        out->json = pc_constant_json(arena, from->value, true);
        return out;
    }
    if (from->kind == PC_TEST_QUERY) {
        out->kind = PC_STEP_QUERY;
        out->index = from->query->index;
        out->key = key_json(lowering, &from->keys);
        out->json = pc_constant_json(arena, from->value, false);
        return out;
    }
    out->index = from->projection->index;
    out->table = from->table != NULL ? from->table->index + 1 : 0;
    out->key = key_json(lowering, &from->keys);
    switch (from->kind) {
    case PC_TEST_EXPECT:
        out->kind = PC_STEP_EXPECT;
        out->json = pc_constant_json(arena, from->value, false);
        break;
    case PC_TEST_ABSENT:
        out->kind = PC_STEP_ABSENT;
        break;
    default:
        out->kind = PC_STEP_FAILS;
        out->json = from->message;
        break;
    }
    return out;
}

void pc_lower_tests(struct pc_lowering *lowering)
{
    for (size_t i = 0; i < lowering->model->tests.count; i++) {
        const struct pc_test_model *from = lowering->model->tests.items[i];
        struct pc_plan_test *out = PC_NEW(lowering->arena, struct pc_plan_test);
        uint32_t file, column;

        out->name = from->title;
        pc_lower_position(lowering, from->node->span, &file, &out->line, &column);
        for (size_t j = 0; j < from->steps.count; j++)
            PC_LIST_ADD(lowering->arena, &out->steps, lower_step(lowering, from->steps.items[j]));
        PC_LIST_ADD(lowering->arena, &lowering->plan->tests, out);
    }
}
