/* fold.c -- loops over lists: for, comprehensions, sum and its like, `in`. Every turn takes a step.
 */
#include "gen/body.h"
#include "gen/values.h"

#include <assert.h>

/* The loop's head over a list that stands in a place. */
static const char *open_turns(struct pc_body *body, const char *list)
{
    const char *index = pc_temporary(body, "index");

    pc_code_open(body->code, "for (uint32_t %s = 0; %s < %s.count; %s++) {", index, index, list,
                 index);
    return index;
}

static void take_step(struct pc_body *body)
{
    pc_code_line(body->code, "if (!projc_step(handler))");
    pc_code_plain(body->code, "    return projc_fail_steps(handler);");
}

/* Records are looked at where they are; other items are copied. */
static void bind_item(struct pc_body *body, const struct pc_ir_local *local, bool is_in_place,
                      const char *item)
{
    bool is_pointer = local->is_reference || local->type->kind == PC_PLAN_RECORD;

    if (is_pointer && !local->is_reference)
        PC_LIST_ADD(body->arena, &body->pointers, local);
    if (is_pointer)
        pc_code_line(body->code, "%s%.*s *%.*s = &%s;", is_in_place ? "" : "const ",
                     PC_TEXT_ARGS(local->type->c_name), PC_TEXT_ARGS(local->c_name), item);
    else
        pc_code_line(body->code, "%.*s %.*s = %s;", PC_TEXT_ARGS(local->type->c_name),
                     PC_TEXT_ARGS(local->c_name), item);
}

/* One name walks the keys of a map. */
static const char *item_text(struct pc_body *body, const struct pc_plan_type *type,
                             const char *list, const char *index, bool is_over_values)
{
    const char *member = type->kind != PC_PLAN_MAP ? "" : is_over_values ? ".value" : ".key";

    return pc_format(body->arena, "%s.items[%s]%s", list, index, member);
}

static void pass_over(struct pc_body *body, const struct pc_ir_expression *filter)
{
    if (filter == NULL)
        return;
    struct pc_value condition = pc_opposite(body, filter);

    pc_code_line(body->code, "if (%s)", condition.text);
    pc_code_plain(body->code, "    continue;");
}

void pc_open_map_loop(struct pc_body *body, const struct pc_ir_statement *statement, bool uses_key,
                      bool uses_value)
{
    const struct pc_plan_type *type = statement->value->type;
    const char *map = pc_place_expression(body, statement->value, "map");
    const char *index = open_turns(body, map);

    if (uses_key)
        bind_item(body, statement->local, false, item_text(body, type, map, index, false));
    if (uses_value)
        bind_item(body, statement->second, statement->is_in_place,
                  item_text(body, type, map, index, true));
    take_step(body);
    pass_over(body, statement->condition);
}

void pc_open_loop(struct pc_body *body, const struct pc_ir_expression *list,
                  const struct pc_ir_local *local, bool is_local_used, bool is_in_place,
                  const struct pc_ir_expression *filter)
{
    const char *place = pc_place_expression(body, list, "list");
    const char *index = open_turns(body, place);

    if (is_local_used)
        bind_item(body, local, is_in_place, item_text(body, list->type, place, index, false));
    take_step(body);
    pass_over(body, filter);
}

/* ---- in ---- */

enum { CHAIN_MAX = 16 };

/* A list of a few constants needs no list: they are compared one by one. */
static bool is_chain(const struct pc_ir_expression *list)
{
    if (list->kind != PC_IR_LIST || list->type->kind != PC_PLAN_LIST ||
        list->arguments.count == 0 || list->arguments.count > CHAIN_MAX)
        return false;
    for (size_t i = 0; i < list->arguments.count; i++)
        if (list->arguments.items[i]->kind != PC_IR_CONSTANT)
            return false;
    return true;
}

static struct pc_value chain(struct pc_body *body, const char *wanted,
                             const struct pc_ir_expression *list)
{
    const char *text = "";

    for (size_t i = 0; i < list->arguments.count; i++)
        text = pc_format(body->arena, "%s%s%s", text, i == 0 ? "" : " || ",
                         pc_is_equal(body, list->type->element, wanted, list->arguments.items[i]));
    return (struct pc_value){.text = text, .level = PC_LEVEL_OR};
}

struct pc_value pc_in(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const struct pc_ir_expression *value = expression->arguments.items[0];
    const struct pc_ir_expression *list = expression->arguments.items[1];
    const char *wanted = pc_simple_expression(body, value, "wanted");

    if (is_chain(list)) {
        /* Compilers warn about a member compared with itself. */
        if (value->kind == PC_IR_CONSTANT && value->type->kind == PC_PLAN_ENUM)
            wanted = pc_hold(body, value->type, "wanted", pc_simple(wanted));
        return chain(body, wanted, list);
    }
    const char *place = pc_place_expression(body, list, "list");
    if (list->type->kind != PC_PLAN_LIST)
        return pc_atom(pc_format(body->arena, "%s(%s, %s)",
                                 pc_need_helper(body->helpers, PC_HELPER_HAS, list->type), place,
                                 wanted));
    const char *found = pc_temporary(body, "found");
    const char *index;
    const char *item;

    pc_code_line(body->code, "bool %s = false;", found);
    index = open_turns(body, place);
    item = pc_format(body->arena, "%s.items[%s]", place, index);
    take_step(body);
    pc_code_open(body->code, "if (%s) {",
                 pc_type_is_struct(value->type)
                     ? pc_format(body->arena, "%s == 0",
                                 pc_compare_call(body->helpers, value->type, item, wanted))
                     : pc_format(body->arena, "%s == %s", item, wanted));
    pc_code_line(body->code, "%s = true;", found);
    pc_code_line(body->code, "break;");
    pc_code_close(body->code, "}");
    pc_code_close(body->code, "}");
    return pc_simple(found);
}

/* ---- folds ---- */

/* What the result is before the first item. */
static const char *begin(struct pc_body *body, const struct pc_ir_expression *fold)
{
    static const char *const hints[] = {
        [PC_IR_FOLD_SUM] = "sum",   [PC_IR_FOLD_COUNT] = "count", [PC_IR_FOLD_ANY] = "any",
        [PC_IR_FOLD_ALL] = "all",   [PC_IR_FOLD_MIN] = "least",   [PC_IR_FOLD_MAX] = "greatest",
        [PC_IR_FOLD_LIST] = "list",
    };
    const char *name = pc_temporary(body, hints[fold->fold]);
    const char *zero = fold->fold == PC_IR_FOLD_ANY      ? "false"
                       : fold->fold == PC_IR_FOLD_ALL    ? "true"
                       : pc_type_is_struct(fold->type)   ? "{0}"
                       : fold->type->kind == PC_PLAN_F64 ? "0.0"
                                                         : "0";

    pc_code_line(body->code, "%.*s %s = %s;", PC_TEXT_ARGS(fold->type->c_name), name, zero);
    return name;
}

static void add_to_sum(struct pc_body *body, const struct pc_ir_expression *fold, const char *sum)
{
    const struct pc_plan_type *type = fold->type;

    if (type->kind == PC_PLAN_F64) {
        pc_code_line(body->code, "%s += %s;", sum, pc_expression(body, fold->right).text);
        pc_fail_if(body, pc_format(body->arena, "!projc_f64_is_finite(%s)", sum),
                   "projc_fail_not_finite", "");
        return;
    }
    pc_arithmetic_assign(body, type, sum, PC_IR_ADD, fold->right);
}

static void take_extreme(struct pc_body *body, const struct pc_ir_expression *fold,
                         const char *name)
{
    assert(fold->right != NULL); /* only a count has none */
    const struct pc_plan_type *type = fold->right->type;
    struct pc_value item = pc_expression(body, fold->right);
    bool is_place = item.is_simple && fold->right->kind != PC_IR_CONSTANT;
    const char *value = is_place ? item.text : pc_hold(body, type, "value", item);
    const char *best = pc_format(body->arena, "%s.value", name);
    bool is_min = fold->fold == PC_IR_FOLD_MIN;

    pc_code_open(body->code, "if (!%s.has || %s) {", name,
                 pc_is_less(body, type, is_min ? value : best, is_min ? best : value));
    pc_code_line(body->code, "%s.has = true;", name);
    pc_code_line(body->code, "%s = %s;", best, value);
    pc_code_close(body->code, "}");
}

static void decide(struct pc_body *body, const struct pc_ir_expression *fold, const char *name)
{
    bool is_any = fold->fold == PC_IR_FOLD_ANY;
    struct pc_value test =
        is_any ? pc_expression(body, fold->right) : pc_opposite(body, fold->right);

    pc_code_open(body->code, "if (%s) {", test.text);
    pc_code_line(body->code, "%s = %s;", name, is_any ? "true" : "false");
    pc_code_line(body->code, "break;");
    pc_code_close(body->code, "}");
}

static void take_item(struct pc_body *body, const struct pc_ir_expression *fold, const char *name)
{
    switch (fold->fold) {
    case PC_IR_FOLD_SUM:
        add_to_sum(body, fold, name);
        return;
    case PC_IR_FOLD_COUNT:
        pc_code_line(body->code, "%s++;", name); /* at most the list's own count */
        return;
    case PC_IR_FOLD_MIN:
    case PC_IR_FOLD_MAX:
        take_extreme(body, fold, name);
        return;
    case PC_IR_FOLD_LIST:
        pc_need_memory(body,
                       pc_format(body->arena, "%s(handler, &%s, %s)",
                                 pc_need_helper(body->helpers,
                                                fold->type->kind == PC_PLAN_SET ? PC_HELPER_ADD
                                                                                : PC_HELPER_PUSH,
                                                fold->type),
                                 name, pc_expression(body, fold->right).text));
        return;
    default:
        decide(body, fold, name);
        return;
    }
}

struct pc_value pc_fold(struct pc_body *body, const struct pc_ir_expression *expression)
{
    bool is_used =
        (expression->right != NULL && pc_expression_uses(expression->right, expression->local)) ||
        (expression->condition != NULL &&
         pc_expression_uses(expression->condition, expression->local));
    const char *list = pc_place_expression(body, expression->left, "list");
    const char *name = begin(body, expression);
    const char *index = open_turns(body, list);

    if (is_used)
        bind_item(body, expression->local, false,
                  item_text(body, expression->left->type, list, index, expression->is_over_values));
    take_step(body);
    if (expression->condition != NULL) {
        pc_code_line(body->code, "if (%s)", pc_opposite(body, expression->condition).text);
        pc_code_plain(body->code, "    continue;");
    }
    take_item(body, expression, name);
    pc_code_close(body->code, "}");
    return pc_simple(name);
}
