/* make_source.c -- functions of the program's own; the clauses of handlers: for, by, where. */
#include "make.h"

void oracle_make_function(struct maker *maker)
{
    struct made_function made = {.name = oracle_name(maker, "fn"), .count = oracle_pick(maker, 4)};

    maker->readable_count = 0;
    maker->is_pure = true;
    oracle_put(maker->out, "fn %s(", made.name);
    for (uint32_t i = 0; i < made.count; i++) {
        const char *name = oracle_name(maker, "a");

        made.parameters[i] = oracle_any_shape(maker, 1);
        oracle_put(maker->out, "%s%s: %s", i == 0 ? "" : ", ", name,
                   oracle_spell(maker, made.parameters[i]));
        oracle_add_readable(maker, name, made.parameters[i], false, 0);
    }
    made.result = oracle_any_scalar(maker);
    if (made.result->kind == KIND_BYTES)
        made.result = oracle_shape(maker, KIND_TEXT);
    oracle_put(maker->out, "): %s = %s\n", oracle_spell(maker, made.result),
               oracle_expression(maker, made.result, 3, HINTED));
    maker->functions[maker->function_count++] = made;
    maker->is_pure = false;
    maker->readable_count = 0;
}

const char *oracle_call_function(struct maker *maker, const struct shape *shape, uint32_t depth)
{
    const char *text = NULL;

    for (uint32_t i = 0; i < maker->function_count && text == NULL; i++) {
        const struct made_function *function = &maker->functions[i];

        if (!oracle_is_same(function->result, shape))
            continue;
        text = oracle_format(maker, "%s(", function->name);
        for (uint32_t j = 0; j < function->count; j++)
            text = oracle_format(maker, "%s%s%s", text, j == 0 ? "" : ", ",
                                 oracle_expression(maker, function->parameters[j], depth, HINTED));
        text = oracle_format(maker, "%s)", text);
    }
    return text;
}

void oracle_make_clauses(struct maker *maker, bool is_keyed)
{
    const struct readable *list = oracle_any_collection(maker);

    if (oracle_has(maker, ORACLE_fan_out) && list != NULL && oracle_often(maker, 30)) {
        const struct readable held = *list;
        const char *name = oracle_name(maker, "each");

        oracle_put(maker->out, " for %s in %s", name, held.text);
        oracle_add_readable(maker, name, oracle_item_shape(held.shape), false, 0);
    }
    for (uint32_t i = 0; is_keyed && i < maker->key_count; i++)
        oracle_put(maker->out, "%s%s", i == 0 ? " by " : ", ",
                   oracle_expression(maker, maker->keys[i], 1, EXACT));
    if (oracle_has(maker, ORACLE_filters) && oracle_often(maker, 20))
        oracle_put(maker->out, " where %s", oracle_truth(maker, 2));
}
