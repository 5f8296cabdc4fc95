/* place.c -- what a statement changes: fields of the state, elements of lists, entries of maps; and
 * the statements that change sets and maps. */
#include "gen/body.h"
#include "gen/values.h"

bool pc_has_key_step(const struct pc_ir_expression *place)
{
    for (; place->kind == PC_IR_FIELD || place->kind == PC_IR_MAP_AT || place->kind == PC_IR_INDEX;
         place = place->left)
        if (place->kind != PC_IR_FIELD)
            return true;
    return false;
}

static const char *place_of(struct pc_body *body, const struct pc_ir_expression *place);

/* map[key]: a pointer to the value, made where there is none. */
static const char *entry_of(struct pc_body *body, const struct pc_ir_expression *place)
{
    const char *map = place_of(body, place->left);
    const char *key = pc_simple_expression(body, place->right, "key");
    const char *at = pc_need_helper(body->helpers, PC_HELPER_AT, place->left->type);
    const char *name = pc_temporary(body, "value");

    pc_code_line(body->code, "%.*s *%s = %s(handler, &%s, %s);", PC_TEXT_ARGS(place->type->c_name),
                 name, at, map, key);
    pc_code_line(body->code, "if (%s == NULL)", name);
    pc_code_plain(body->code, "    return projc_fail_memory(handler);");
    return name;
}

/* list[position], which must be there. */
static const char *element_of(struct pc_body *body, const struct pc_ir_expression *place)
{
    const struct pc_plan_type *type = place->right->type;
    const char *list = place_of(body, place->left);
    const char *index = pc_hold(body, type, "index", pc_expression(body, place->right));

    pc_fail_if(body,
               pc_format(body->arena, "%s%s >= %s.count",
                         type->is_signed ? pc_format(body->arena, "%s < 0 || ", index) : "", index,
                         list),
               "projc_fail_because", ", \"the list has no element there\"");
    return pc_format(body->arena, "%s.items[%s]", list, index);
}

static const char *place_of(struct pc_body *body, const struct pc_ir_expression *place)
{
    switch (place->kind) {
    case PC_IR_MAP_AT:
        return pc_format(body->arena, "(*%s)", entry_of(body, place));
    case PC_IR_INDEX:
        return element_of(body, place);
    case PC_IR_FIELD:
        if (!pc_has_key_step(place))
            break;
        if (place->left->kind == PC_IR_MAP_AT)
            return pc_format(body->arena, "%s->%.*s", entry_of(body, place->left),
                             PC_TEXT_ARGS(place->field->c_name));
        return pc_format(body->arena, "%s.%.*s", place_of(body, place->left),
                         PC_TEXT_ARGS(place->field->c_name));
    default:
        break;
    }
    return pc_bind(body, pc_expression(body, place), PC_LEVEL_ATOM);
}

/* The value as it is before the place is made: `m[k] = len(m)` does not count the new entry. */
static struct pc_ir_expression *hold_value(struct pc_body *body, struct pc_ir_expression *value)
{
    if (value->kind == PC_IR_CONSTANT && !pc_type_is_struct(value->type))
        return value;
    struct pc_ir_local *local = PC_NEW(body->arena, struct pc_ir_local);
    struct pc_ir_expression *held = PC_NEW(body->arena, struct pc_ir_expression);

    local->c_name = pc_text_of(pc_hold(body, value->type, "given", pc_expression(body, value)));
    local->name = local->c_name;
    local->type = value->type;
    held->kind = PC_IR_LOCAL;
    held->type = value->type;
    held->local = local;
    return held;
}

static size_t key_steps(const struct pc_ir_expression *place)
{
    size_t count = 0;

    for (; place->kind == PC_IR_FIELD || place->kind == PC_IR_MAP_AT || place->kind == PC_IR_INDEX;
         place = place->left)
        count += place->kind != PC_IR_FIELD;
    return count;
}

/* The place with all its keys as they are before the first entry is made: `m[k][len(m)] = …`. */
static const struct pc_ir_expression *with_keys_held(struct pc_body *body,
                                                     const struct pc_ir_expression *place)
{
    if (place->kind != PC_IR_FIELD && place->kind != PC_IR_MAP_AT && place->kind != PC_IR_INDEX)
        return place;
    struct pc_ir_expression *held = PC_NEW(body->arena, struct pc_ir_expression);

    *held = *place;
    held->left = (struct pc_ir_expression *)(uintptr_t)with_keys_held(body, place->left);
    if (place->kind != PC_IR_FIELD && place->right->kind != PC_IR_CONSTANT &&
        place->right->kind != PC_IR_EVENT && place->right->kind != PC_IR_LOCAL)
        held->right = hold_value(body, place->right);
    return held;
}

const char *pc_place(struct pc_body *body, const struct pc_ir_expression *place)
{
    if (key_steps(place) > 1)
        place = with_keys_held(body, place);
    if (place->kind == PC_IR_MAP_AT)
        return pc_format(body->arena, "*%s", entry_of(body, place));
    return place_of(body, place);
}

void pc_assign_keyed(struct pc_body *body, const struct pc_ir_statement *statement)
{
    pc_change_row(body, statement->target);

    struct pc_ir_expression *value = hold_value(body, statement->value);
    const char *text = pc_expression(body, value).text;

    if (!statement->is_compound && value != statement->value)
        pc_keep(body, statement->value, text);
    const char *place = pc_place(body, statement->target);
    if (statement->is_compound)
        pc_arithmetic_assign(body, statement->target->type, place, statement->operator, value);
    else
        pc_code_line(body->code, "%s = %s;", place, text);
}

const char *pc_item_argument(struct pc_body *body, const struct pc_ir_expression *value)
{
    return pc_hold(body, value->type, "item", pc_expression(body, value));
}

void pc_write_add_or_remove(struct pc_body *body, const struct pc_ir_statement *statement)
{
    pc_change_row(body, statement->target);

    bool is_add = statement->kind == PC_IR_ADD_TO;
    const char *helper = pc_need_helper(body->helpers, is_add ? PC_HELPER_ADD : PC_HELPER_REMOVE,
                                        statement->target->type);
    struct pc_ir_expression *value =
        pc_has_key_step(statement->target) ? hold_value(body, statement->value) : statement->value;
    const char *item = pc_simple_expression(body, value, "item");
    const char *place = pc_place(body, statement->target);

    if (is_add)
        pc_need_memory(body, pc_format(body->arena, "%s(handler, &%s, %s)", helper, place, item));
    else
        pc_code_line(body->code, "%s(&%s, %s);", helper, place, item);
}
