/* keep.c -- what a state shall remember is copied into the unit's arena, unless it lives there
 * already. */
#include "gen/body.h"
#include "gen/values.h"

static bool any_argument(const struct pc_ir_expression *expression)
{
    for (size_t i = 0; i < expression->arguments.count; i++)
        if (pc_needs_keep(expression->arguments.items[i]))
            return true;
    return false;
}

/* A text of the state never changes, so two places may share it; a list's items do. */
static bool is_shared_list(const struct pc_ir_expression *expression)
{
    return pc_type_has_lists(expression->type);
}

bool pc_needs_keep(const struct pc_ir_expression *expression)
{
    if (!pc_type_has_slices(expression->type))
        return false;
    switch (expression->kind) {
    case PC_IR_CONSTANT:
        return pc_constant_has_items(expression->constant);
    case PC_IR_STATE:
        return is_shared_list(expression);
    case PC_IR_FIELD:
    case PC_IR_SAFE_FIELD:
    case PC_IR_INDEX:
    case PC_IR_MAP_AT:
        return is_shared_list(expression) || pc_needs_keep(expression->left);
    case PC_IR_LOCAL:
        return !expression->local->is_reference || is_shared_list(expression);
    case PC_IR_COALESCE:
    case PC_IR_CONDITIONAL:
        return pc_needs_keep(expression->left) || pc_needs_keep(expression->right);
    case PC_IR_CONVERT:
        if (expression->conversion == PC_IR_TO_TEXT && expression->left->type->kind != PC_PLAN_TEXT)
            return false;
        return pc_needs_keep(expression->left);
    case PC_IR_INTERPOLATE:
        return false;
    case PC_IR_RECORD:
    case PC_IR_LIST:
        return any_argument(expression);
    case PC_IR_COMPREHENSION:
        return pc_type_has_slices(
            pc_type_is_collection(expression->type) ? expression->type->element : expression->type);
    case PC_IR_CALL:
        return expression->builtin != PC_IR_LOWER && expression->builtin != PC_IR_UPPER &&
               any_argument(expression);
    default:
        return true;
    }
}

void pc_keep_place(struct pc_body *body, const struct pc_plan_type *type, const char *place)
{
    if (type->kind == PC_PLAN_OPTIONAL) {
        const char *value = pc_format(body->arena, "%s.value", place);

        pc_code_line(body->code, "if (%s.has && !%s)", place,
                     pc_keep_call(body->helpers, type->element, value));
        pc_code_plain(body->code, "    return projc_fail_memory(handler);");
        return;
    }
    pc_need_memory(body, pc_keep_call(body->helpers, type, place));
}

bool pc_fields_have_items(const struct pc_plan_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        if (pc_field_has_items(fields->items[i]))
            return true;
    return false;
}

void pc_write_own(struct pc_code *code, struct pc_helpers *helpers,
                  const struct pc_plan_fields *fields, const char *place)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_plan_field *field = fields->items[i];
        bool is_optional = field->type->kind == PC_PLAN_OPTIONAL;
        const char *name = pc_format(code->arena, "%s->%.*s", place, PC_TEXT_ARGS(field->c_name));

        if (!pc_field_has_items(field))
            continue;
        if (is_optional)
            pc_code_line(code, "if (%s.has && !%s)", name,
                         pc_keep_call(helpers, field->type->element,
                                      pc_format(code->arena, "%s.value", name)));
        else
            pc_code_line(code, "if (!%s)", pc_keep_call(helpers, field->type, name));
        pc_code_line(code, "    return false;");
    }
    pc_code_line(code, "return true;");
}

void pc_keep(struct pc_body *body, const struct pc_ir_expression *value, const char *place)
{
    if (!pc_needs_keep(value))
        return;
    if (value->kind == PC_IR_CONVERT && value->conversion == PC_IR_WRAP) /* never none */
        pc_keep_place(body, value->left->type, pc_format(body->arena, "%s.value", place));
    else
        pc_keep_place(body, value->type, place);
}
