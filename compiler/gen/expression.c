/* expression.c -- expressions: leaves, members, structs; the rest is spread over files by
 * construct. */
#include "gen/body.h"
#include "gen/values.h"

#include <string.h>

/* ---- leaves ---- */

static struct pc_value constant_value(struct pc_body *body, const struct pc_plan_constant *constant)
{
    const char *text = pc_constant_expression(body->arena, constant);
    bool is_struct = pc_type_is_struct(constant->type);

    return (struct pc_value){.text = text,
                             .level = text[0] == '-' ? PC_LEVEL_UNARY : PC_LEVEL_ATOM,
                             .is_simple = !is_struct};
}

static struct pc_value local_value(struct pc_body *body, const struct pc_ir_local *local)
{
    if (!pc_is_pointer(body, local))
        return pc_simple(pc_format(body->arena, "%.*s", PC_TEXT_ARGS(local->c_name)));
    return (struct pc_value){.text = pc_format(body->arena, "*%.*s", PC_TEXT_ARGS(local->c_name)),
                             .level = PC_LEVEL_UNARY,
                             .is_simple = true};
}

/* event.aggregate_id is stored as a uuid or a text, and read in the type that the aggregate
 * declares. */
static struct pc_value aggregate_id(struct pc_body *body, const struct pc_plan_type *type)
{
    const char *name = pc_temporary(body, "id");
    const char *reader = type->kind == PC_PLAN_UUID   ? "uuid"
                         : type->kind == PC_PLAN_TEXT ? "text"
                                                      : "i64";

    pc_code_line(body->code, "%.*s %s;", PC_TEXT_ARGS(type->c_name), name);
    pc_pass_status(body, pc_format(body->arena, "projc_event_id_%s(handler, &%s)", reader, name));
    return pc_simple(name);
}

static struct pc_value event_data(struct pc_body *body, const struct pc_ir_expression *expression)
{
    static const char *const members[] = {
        [PC_IR_DATA_ID] = "handler->event->id",
        [PC_IR_DATA_NO] = "handler->event->no",
        [PC_IR_DATA_NAME] = "handler->event->name",
        [PC_IR_DATA_TIME] = "handler->event->time",
        [PC_IR_DATA_VERSION] = "handler->event->version",
        [PC_IR_DATA_AGGREGATE_TYPE] = "handler->event->aggregate_type",
    };

    if (expression->data == PC_IR_DATA_AGGREGATE_ID)
        return aggregate_id(body, expression->type);
    return pc_simple(members[expression->data]);
}

static struct pc_value meta_value(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const char *name = pc_temporary(body, "meta");

    pc_code_line(body->code, "projc_optional_text %s;", name);
    pc_pass_status(body, pc_format(body->arena, "projc_event_meta(handler, %s, &%s)",
                                   pc_c_string(body->arena, expression->text), name));
    return pc_simple(name);
}

/* ---- members ---- */

/* "left." or "left->": what a member's name is appended to. */
static const char *member_of(struct pc_body *body, const struct pc_ir_expression *left,
                             bool *is_simple)
{
    if (left->kind == PC_IR_ROW) {
        *is_simple = true;
        return pc_format(body->arena, "%s->", pc_row_pointer(body, left).text);
    }
    if (left->kind == PC_IR_LOCAL && pc_is_pointer(body, left->local)) {
        if (left->type->kind == PC_PLAN_ROW)
            pc_check_deleted(body, left,
                             pc_format(body->arena, "%.*s", PC_TEXT_ARGS(left->local->c_name)));
        *is_simple = true;
        return pc_format(body->arena, "%.*s->", PC_TEXT_ARGS(left->local->c_name));
    }
    struct pc_value value = pc_expression(body, left);

    *is_simple = value.is_simple;
    return pc_format(body->arena, "%s.", pc_bind(body, value, PC_LEVEL_ATOM));
}

static struct pc_value field_value(struct pc_body *body, const struct pc_ir_expression *expression)
{
    bool is_simple;
    const char *prefix = member_of(body, expression->left, &is_simple);

    return (struct pc_value){
        .text = pc_format(body->arena, "%s%.*s", prefix, PC_TEXT_ARGS(expression->field->c_name)),
        .level = PC_LEVEL_ATOM,
        .is_simple = is_simple};
}

const char *pc_place_expression(struct pc_body *body, const struct pc_ir_expression *expression,
                                const char *hint)
{
    struct pc_value value = pc_expression(body, expression);

    if (!value.is_simple)
        return pc_hold(body, expression->type, hint, value);
    return pc_bind(body, value, PC_LEVEL_ATOM);
}

/* row?.column */
static struct pc_value safe_column(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const char *row = pc_expression(body, expression->left).text;
    const char *column =
        pc_format(body->arena, "%s->%.*s", row, PC_TEXT_ARGS(expression->field->c_name));

    pc_check_deleted(body, expression->left, row);
    if (expression->field->type->kind != PC_PLAN_OPTIONAL)
        column = pc_format(body->arena, "(%.*s){.has = true, .value = %s}",
                           PC_TEXT_ARGS(expression->type->c_name), column);
    return (struct pc_value){.text = pc_format(body->arena, "%s != NULL ? %s : (%.*s){0}", row,
                                               column, PC_TEXT_ARGS(expression->type->c_name)),
                             .level = PC_LEVEL_CHOICE};
}

/* left?.field: none when left is none; a field that is optional itself stays one optional. */
static struct pc_value safe_field(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const char *left = pc_place_expression(body, expression->left, "record");
    const char *field =
        pc_format(body->arena, "%s.value.%.*s", left, PC_TEXT_ARGS(expression->field->c_name));

    if (expression->field->type->kind == PC_PLAN_OPTIONAL)
        return (struct pc_value){.text = pc_format(body->arena, "%s.has ? %s : (%.*s){0}", left,
                                                   field, PC_TEXT_ARGS(expression->type->c_name)),
                                 .level = PC_LEVEL_CHOICE};
    return pc_atom(pc_format(body->arena, "(%.*s){.has = %s.has, .value = %s}",
                             PC_TEXT_ARGS(expression->type->c_name), left, field));
}

/* An element that may be none itself stays one optional. */
static void take_element(struct pc_body *body, const struct pc_ir_expression *expression,
                         const char *name, const char *element)
{
    if (expression->left->type->element->kind == PC_PLAN_OPTIONAL) {
        pc_code_line(body->code, "%s = %s;", name, element);
        return;
    }
    pc_code_line(body->code, "%s.has = true;", name);
    pc_code_line(body->code, "%s.value = %s;", name, element);
}

/* list[index]: none beyond the end. */
static struct pc_value index_value(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const struct pc_plan_type *index_type = expression->right->type;
    const char *list = pc_place_expression(body, expression->left, "list");
    const char *index = pc_simple_expression(body, expression->right, "index");
    const char *name = pc_temporary(body, "item");
    bool is_constant = expression->right->kind == PC_IR_CONSTANT;

    /* A literal is compared as what it is; compilers know that none is above the highest u32. */
    if (is_constant &&
        (index_type->is_signed || expression->right->constant->integer == index_type->high))
        index = pc_hold(body, index_type, "index", pc_simple(index));
    pc_code_line(body->code, "%.*s %s = {0};", PC_TEXT_ARGS(expression->type->c_name), name);
    pc_code_open(body->code, "if (%s%s < %s.count) {",
                 index_type->is_signed ? pc_format(body->arena, "%s >= 0 && ", index) : "", index,
                 list);
    take_element(body, expression, name, pc_format(body->arena, "%s.items[%s]", list, index));
    pc_code_close(body->code, "}");
    return pc_simple(name);
}

/* map[key]: none where the key is not there. */
static struct pc_value map_value(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const struct pc_plan_type *type = expression->left->type;
    const char *map = pc_place_expression(body, expression->left, "map");
    const char *key = pc_simple_expression(body, expression->right, "key");
    const struct pc_plan_type *key_type = expression->right->type;
    int64_t number =
        expression->right->kind == PC_IR_CONSTANT ? expression->right->constant->integer : 0;

    /* Compilers know that no key is beyond its type's bounds. */
    if (expression->right->kind == PC_IR_CONSTANT && key_type->kind == PC_PLAN_INTEGER &&
        (number == key_type->low || number == key_type->high))
        key = pc_hold(body, key_type, "key", pc_simple(key));
    const char *at = pc_temporary(body, "at");
    const char *name = pc_temporary(body, "value");

    pc_code_line(body->code, "uint32_t %s = %s(%s, %s);", at,
                 pc_need_helper(body->helpers, PC_HELPER_FIND, type), map, key);
    pc_code_line(body->code, "%.*s %s = {0};", PC_TEXT_ARGS(expression->type->c_name), name);
    pc_code_open(body->code, "if (%s) {",
                 pc_stands_at(body->helpers, type, pc_format(body->arena, "%s.", map), at, key));
    take_element(body, expression, name, pc_format(body->arena, "%s.items[%s].value", map, at));
    pc_code_close(body->code, "}");
    return pc_simple(name);
}

/* ---- structs ---- */

static struct pc_value record_value(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const struct pc_plan_fields *fields = &expression->type->record->fields;
    const char *text = "";

    for (size_t i = 0; i < expression->arguments.count && i < fields->count; i++) {
        struct pc_value value = pc_expression(body, expression->arguments.items[i]);

        text = pc_format(body->arena, "%s%s.%.*s = %s", text, i == 0 ? "" : ", ",
                         PC_TEXT_ARGS(fields->items[i]->c_name), value.text);
    }
    return pc_atom(pc_format(body->arena, "(%.*s){%s}", PC_TEXT_ARGS(expression->type->c_name),
                             *text == '\0' ? "0" : text));
}

/* One after another: of equal keys the last counts. */
static void put_entries(struct pc_body *body, const struct pc_ir_expression *expression,
                        const char *name)
{
    for (size_t i = 0; i + 1 < expression->arguments.count; i += 2) {
        const char *at = pc_need_helper(body->helpers, PC_HELPER_AT, expression->type);
        const char *key = pc_expression(body, expression->arguments.items[i]).text;
        struct pc_value value = pc_expression(body, expression->arguments.items[i + 1]);
        const char *place = pc_temporary(body, "value");

        pc_code_line(body->code, "%.*s *%s = %s(handler, &%s, %s);",
                     PC_TEXT_ARGS(expression->type->element->c_name), place, at, name, key);
        pc_code_line(body->code, "if (%s == NULL)", place);
        pc_code_plain(body->code, "    return projc_fail_memory(handler);");
        pc_code_line(body->code, "*%s = %s;", place, value.text);
    }
}

static struct pc_value list_value(struct pc_body *body, const struct pc_ir_expression *expression)
{
    const char *name = pc_temporary(body, "list");

    pc_code_line(body->code, "%.*s %s = {0};", PC_TEXT_ARGS(expression->type->c_name), name);
    if (expression->type->kind == PC_PLAN_MAP) {
        put_entries(body, expression, name);
        return pc_simple(name);
    }
    for (size_t i = 0; i < expression->arguments.count; i++) {
        const char *push = pc_need_helper(
            body->helpers, expression->type->kind == PC_PLAN_SET ? PC_HELPER_ADD : PC_HELPER_PUSH,
            expression->type);
        struct pc_value item = pc_expression(body, expression->arguments.items[i]);

        pc_need_memory(body, pc_format(body->arena, "%s(handler, &%s, %s)", push, name, item.text));
    }
    return pc_simple(name);
}

static struct pc_value row_has_value(struct pc_body *body, const struct pc_ir_expression *row,
                                     const char *comparison)
{
    return (struct pc_value){
        .text = pc_format(body->arena, "%s %s NULL", pc_expression(body, row).text, comparison),
        .level = PC_LEVEL_COMPARE};
}

static struct pc_value has_value(struct pc_body *body, const struct pc_ir_expression *optional)
{
    if (pc_is_optional_row(optional->type))
        return row_has_value(body, optional, "!=");
    return pc_simple(
        pc_format(body->arena, "%s.has", pc_place_expression(body, optional, "value")));
}

/* ---- all ---- */

struct pc_value pc_expression(struct pc_body *body, const struct pc_ir_expression *expression)
{
    struct pc_arena *arena = body->arena;

    switch (expression->kind) {
    case PC_IR_CONSTANT:
        return constant_value(body, expression->constant);
    case PC_IR_LOCAL:
        return local_value(body, expression->local);
    case PC_IR_STATE:
        return pc_simple(pc_format(arena, "state->%.*s", PC_TEXT_ARGS(expression->field->c_name)));
    case PC_IR_EVENT:
        return pc_simple(pc_format(arena, "event->%.*s", PC_TEXT_ARGS(expression->field->c_name)));
    case PC_IR_EVENT_DATA:
        return event_data(body, expression);
    case PC_IR_META:
        return meta_value(body, expression);
    case PC_IR_STATE_EXISTS:
        return pc_simple("handler->state_exists");
    case PC_IR_FIELD:
        return field_value(body, expression);
    case PC_IR_SAFE_FIELD:
        return pc_is_optional_row(expression->left->type) ? safe_column(body, expression)
                                                          : safe_field(body, expression);
    case PC_IR_ROW:
        return pc_row_pointer(body, expression);
    case PC_IR_INDEX:
        return index_value(body, expression);
    case PC_IR_MAP_AT:
        return map_value(body, expression);
    case PC_IR_HAS:
        return has_value(body, expression->left);
    case PC_IR_NEGATE:
        return pc_negate(body, expression);
    case PC_IR_NOT:
        return pc_opposite(body, expression->left);
    case PC_IR_ARITHMETIC:
        return pc_arithmetic_value(body, expression);
    case PC_IR_COMPARE:
        return pc_compare(body, expression, expression->operator);
    case PC_IR_CONVERT:
        return pc_convert_value(body, expression);
    case PC_IR_CALL:
        return pc_call(body, expression);
    case PC_IR_CALL_FN:
        return pc_call_function(body, expression);
    case PC_IR_ROUND:
        return pc_round(body, expression);
    case PC_IR_INTERPOLATE:
        return pc_interpolate(body,
                              (const struct pc_ir_expression *const *)expression->arguments.items,
                              expression->arguments.count);
    case PC_IR_RECORD:
        return record_value(body, expression);
    case PC_IR_LIST:
        return list_value(body, expression);
    case PC_IR_COMPREHENSION:
        return pc_fold(body, expression);
    case PC_IR_KEY:
        return pc_key_part(body, expression);
    case PC_IR_ELEMENT:
        return pc_element(body, expression);
    default:
        return pc_choice(body, expression);
    }
}

const char *pc_simple_expression(struct pc_body *body, const struct pc_ir_expression *expression,
                                 const char *hint)
{
    struct pc_value value = pc_expression(body, expression);

    return value.is_simple ? value.text : pc_hold(body, expression->type, hint, value);
}

const struct pc_ir_expression *pc_unwidened(const struct pc_ir_expression *expression)
{
    while (expression->kind == PC_IR_CONVERT && expression->conversion == PC_IR_WIDEN &&
           expression->type->kind == PC_PLAN_INTEGER)
        expression = expression->left;
    return expression;
}

bool pc_is_stored(const struct pc_ir_expression *expression)
{
    expression = pc_unwidened(expression);
    while (expression->kind == PC_IR_FIELD)
        expression = expression->left;
    return expression->kind == PC_IR_CONSTANT || expression->kind == PC_IR_STATE ||
           expression->kind == PC_IR_EVENT;
}

struct pc_value pc_opposite(struct pc_body *body, const struct pc_ir_expression *condition)
{
    static const enum pc_ir_operator opposites[] = {
        [PC_IR_EQUAL] = PC_IR_NOT_EQUAL,    [PC_IR_NOT_EQUAL] = PC_IR_EQUAL,
        [PC_IR_LESS] = PC_IR_GREATER_EQUAL, [PC_IR_LESS_EQUAL] = PC_IR_GREATER,
        [PC_IR_GREATER] = PC_IR_LESS_EQUAL, [PC_IR_GREATER_EQUAL] = PC_IR_LESS,
    };

    /* No f64 is a NaN here: decoders and arithmetic refuse it. So the opposite of < is >=. */
    if (condition->kind == PC_IR_COMPARE)
        return pc_compare(body, condition, opposites[condition->operator]);
    if (condition->kind == PC_IR_NOT)
        return pc_expression(body, condition->left);
    if (condition->kind == PC_IR_HAS && pc_is_optional_row(condition->left->type))
        return row_has_value(body, condition->left, "==");
    const char *text = pc_bind(body, pc_expression(body, condition), PC_LEVEL_ATOM);

    return (struct pc_value){.text = pc_format(body->arena, "!%s", text), .level = PC_LEVEL_UNARY};
}
