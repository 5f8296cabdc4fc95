/* lower_expressions.c -- expressions of handlers, with every implicit conversion made explicit. */
#include "plan/lowering.h"

struct pc_ir_expression *pc_ir_new(struct pc_lowering_handler *handler, enum pc_ir_kind kind,
                                   const struct pc_plan_type *type)
{
    struct pc_ir_expression *out = PC_NEW(handler->lowering->arena, struct pc_ir_expression);

    out->kind = kind;
    out->type = type;
    return out;
}

static const struct pc_plan_type *type_of(struct pc_lowering_handler *handler,
                                          const struct pc_expression *expression)
{
    return pc_lower_type(handler->lowering, expression->type);
}

const struct pc_ir_local *pc_lower_local(struct pc_lowering_handler *handler,
                                         const struct pc_symbol *symbol)
{
    const struct pc_ir_local **known = &handler->locals[symbol->local_index];
    struct pc_arena *arena = handler->lowering->arena;

    if (*known == NULL) {
        struct pc_ir_local *local = PC_NEW(arena, struct pc_ir_local);

        local->name = symbol->name;
        local->c_name = pc_lower_word(handler, symbol->name);
        local->type = pc_lower_type(handler->lowering, symbol->type);
        local->is_reference = symbol->is_place;
        *known = local;
    }
    return *known;
}

struct pc_ir_expression *pc_lower_state_field(struct pc_lowering_handler *handler,
                                              const struct pc_field_model *field)
{
    const struct pc_plan_field *plan = handler->projection->fields.items[field->index];
    struct pc_ir_expression *out = pc_ir_new(handler, PC_IR_STATE, plan->type);

    out->field = plan;
    handler->uses_state = true;
    return out;
}

struct pc_ir_expression *pc_lower_event_field(struct pc_lowering_handler *handler,
                                              const struct pc_symbol *symbol)
{
    const struct pc_field_model *field = symbol->event_fields.items[handler->event_position];
    const struct pc_event_model *event = handler->model->events.items[handler->event_position];
    const struct pc_plan_field *plan =
        handler->lowering->events[event->index]->fields.items[field->index];
    struct pc_ir_expression *out = pc_ir_new(handler, PC_IR_EVENT, plan->type);

    out->field = plan;
    handler->uses_event = true;
    return out;
}

/* ---- conversions ---- */

static enum pc_ir_conversion conversion_from_number(const struct pc_plan_type *from,
                                                    const struct pc_plan_type *to)
{
    bool is_integer = from->kind == PC_PLAN_INTEGER;

    switch (to->kind) {
    case PC_PLAN_INTEGER:
        if (!is_integer)
            return PC_IR_DECIMAL_TO_INTEGER;
        return from->low >= to->low && from->high <= to->high ? PC_IR_WIDEN : PC_IR_NARROW;
    case PC_PLAN_DECIMAL:
        return is_integer || from->scale < to->scale ? PC_IR_RESCALE_UP : PC_IR_RESCALE_DOWN;
    case PC_PLAN_F64:
        return PC_IR_TO_F64;
    default:
        return PC_IR_TO_TEXT;
    }
}

static enum pc_ir_conversion conversion(const struct pc_plan_type *from,
                                        const struct pc_plan_type *to)
{
    if (from->kind == PC_PLAN_INTEGER || from->kind == PC_PLAN_DECIMAL)
        return conversion_from_number(from, to);
    if (to->kind == PC_PLAN_TEXT)
        return PC_IR_TO_TEXT;
    if (from->kind == PC_PLAN_TEXT)
        return PC_IR_PARSE;
    if (from->kind == PC_PLAN_F64)
        return to->kind == PC_PLAN_INTEGER ? PC_IR_F64_TO_INTEGER : PC_IR_F64_TO_DECIMAL;
    return to->kind == PC_PLAN_DATE ? PC_IR_TIME_TO_DATE : PC_IR_DATE_TO_TIME;
}

/* decimal(2, round) and duration(ms) differ from decimal(2) and duration in payloads only. */
bool pc_is_same_in_c(const struct pc_plan_type *a, const struct pc_plan_type *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case PC_PLAN_DECIMAL:
        return a->scale == b->scale;
    case PC_PLAN_DURATION:
        return true;
    case PC_PLAN_OPTIONAL:
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
        return pc_is_same_in_c(a->element, b->element);
    case PC_PLAN_MAP:
        return pc_is_same_in_c(a->key, b->key) && pc_is_same_in_c(a->element, b->element);
    default:
        return false;
    }
}

struct pc_ir_expression *pc_lower_convert(struct pc_lowering_handler *handler,
                                          struct pc_ir_expression *value,
                                          const struct pc_plan_type *target)
{
    if (pc_is_same_in_c(value->type, target))
        return value;

    struct pc_ir_expression *out = pc_ir_new(handler, PC_IR_CONVERT, target);

    if (target->kind == PC_PLAN_OPTIONAL) {
        out->left = pc_lower_convert(handler, value, target->element);
        out->conversion = PC_IR_WRAP;
    } else {
        out->left = value;
        out->conversion = conversion(value->type, target);
    }
    return out;
}

/* ---- leaves ---- */

static struct pc_ir_expression *lower_constant(struct pc_lowering_handler *handler,
                                               const struct pc_constant *constant,
                                               const struct pc_plan_type *type)
{
    struct pc_ir_expression *out = pc_ir_new(handler, PC_IR_CONSTANT, type);

    out->constant = pc_lower_constant(handler->lowering, constant, type);
    return out;
}

static struct pc_ir_expression *lower_event_data(struct pc_lowering_handler *handler,
                                                 const struct pc_expression *expression)
{
    static const enum pc_ir_data data[] = {
        [PC_EVENT_ID] = PC_IR_DATA_ID,
        [PC_EVENT_NO] = PC_IR_DATA_NO,
        [PC_EVENT_NAME] = PC_IR_DATA_NAME,
        [PC_EVENT_TIME] = PC_IR_DATA_TIME,
        [PC_EVENT_VERSION] = PC_IR_DATA_VERSION,
        [PC_EVENT_AGGREGATE_ID] = PC_IR_DATA_AGGREGATE_ID,
        [PC_EVENT_AGGREGATE_TYPE] = PC_IR_DATA_AGGREGATE_TYPE,
    };
    struct pc_ir_expression *out =
        pc_ir_new(handler, PC_IR_EVENT_DATA, type_of(handler, expression));

    out->data = data[expression->symbol->event_data];
    return out;
}

static struct pc_ir_expression *lower_symbol(struct pc_lowering_handler *handler,
                                             const struct pc_expression *expression)
{
    const struct pc_symbol *symbol = expression->symbol;
    struct pc_ir_expression *out;

    if (handler->query != NULL && symbol->kind != PC_SYMBOL_MEMBER)
        return pc_lower_query_name(handler, expression);
    switch (symbol->kind) {
    case PC_SYMBOL_STATE_FIELD:
        return pc_lower_state_field(handler, symbol->field_model);
    case PC_SYMBOL_EVENT_FIELD:
        return pc_lower_event_field(handler, symbol);
    case PC_SYMBOL_EVENT_DATA:
        return lower_event_data(handler, expression);
    case PC_SYMBOL_KEY:
        return pc_lower_key(handler, symbol);
    case PC_SYMBOL_STATE_EXISTS:
        return pc_ir_new(handler, PC_IR_STATE_EXISTS, type_of(handler, expression));
    case PC_SYMBOL_MEMBER:
        out = pc_ir_new(handler, PC_IR_CONSTANT, type_of(handler, expression));
        out->constant = pc_lower_constant(
            handler->lowering,
            &(struct pc_constant){.kind = PC_CONSTANT_MEMBER, .member = symbol->member_model},
            out->type);
        return out;
    default:
        out = pc_ir_new(handler, PC_IR_LOCAL, NULL);
        out->local = pc_lower_local(handler, symbol);
        out->type = out->local->type;
        return out;
    }
}

static struct pc_ir_expression *lower_field(struct pc_lowering_handler *handler,
                                            const struct pc_expression *expression)
{
    if (expression->symbol->kind != PC_SYMBOL_RECORD_FIELD)
        return lower_symbol(handler, expression);

    bool is_safe = expression->field.is_optional;
    struct pc_ir_expression *out =
        pc_ir_new(handler, is_safe ? PC_IR_SAFE_FIELD : PC_IR_FIELD, type_of(handler, expression));
    const struct pc_plan_type *record;

    out->left = pc_lower_expression(handler, expression->field.object);
    record = is_safe ? out->left->type->element : out->left->type;
    if (record->kind == PC_PLAN_ROW)
        out->field = record->row_table->fields.items[expression->symbol->field_model->index];
    else
        out->field = record->record->fields.items[expression->symbol->field_model->index];
    return out;
}

static struct pc_ir_expression *lower_text(struct pc_lowering_handler *handler,
                                           const struct pc_expression *expression)
{
    struct pc_arena *arena = handler->lowering->arena;
    struct pc_ir_expression *out =
        pc_ir_new(handler, PC_IR_INTERPOLATE, type_of(handler, expression));

    for (size_t i = 0; i < expression->text.parts.count; i++) {
        const struct pc_text_part *part = expression->text.parts.items[i];
        struct pc_ir_expression *value;

        if (part->expression != NULL) {
            value = pc_lower_expression(handler, part->expression);
        } else {
            if (part->text.size == 0)
                continue;
            value = lower_constant(
                handler, &(struct pc_constant){.kind = PC_CONSTANT_TEXT, .text = part->text},
                out->type);
        }
        PC_LIST_ADD(arena, &out->arguments, value);
    }
    return out;
}

/* ---- operators ---- */

static const enum pc_ir_operator operators[] = {
    [PC_OPERATOR_EQUAL] = PC_IR_EQUAL,       [PC_OPERATOR_NOT_EQUAL] = PC_IR_NOT_EQUAL,
    [PC_OPERATOR_LESS] = PC_IR_LESS,         [PC_OPERATOR_LESS_EQUAL] = PC_IR_LESS_EQUAL,
    [PC_OPERATOR_GREATER] = PC_IR_GREATER,   [PC_OPERATOR_GREATER_EQUAL] = PC_IR_GREATER_EQUAL,
    [PC_OPERATOR_ADD] = PC_IR_ADD,           [PC_OPERATOR_SUBTRACT] = PC_IR_SUBTRACT,
    [PC_OPERATOR_MULTIPLY] = PC_IR_MULTIPLY, [PC_OPERATOR_DIVIDE] = PC_IR_DIVIDE,
    [PC_OPERATOR_REMAINDER] = PC_IR_MODULO,
};

static bool is_none(const struct pc_expression *expression)
{
    return expression->kind == PC_EXPRESSION_NONE &&
           pc_expression_target(expression)->kind == PC_TYPE_NONE;
}

/* x == none and x != none. */
static struct pc_ir_expression *lower_none_test(struct pc_lowering_handler *handler,
                                                const struct pc_expression *expression)
{
    const struct pc_expression *operand =
        is_none(expression->binary.left) ? expression->binary.right : expression->binary.left;
    struct pc_ir_expression *has = pc_ir_new(handler, PC_IR_HAS, type_of(handler, expression));

    has->left = pc_lower_expression(handler, operand);
    if (expression->binary.operator== PC_OPERATOR_NOT_EQUAL)
        return has;

    struct pc_ir_expression *not = pc_ir_new(handler, PC_IR_NOT, has->type);

    not ->left = has;
    return not ;
}

static struct pc_ir_expression *lower_in(struct pc_lowering_handler *handler,
                                         const struct pc_expression *expression)
{
    struct pc_ir_expression *out = pc_ir_new(handler, PC_IR_CALL, type_of(handler, expression));

    out->builtin = PC_IR_IN;
    PC_LIST_ADD(handler->lowering->arena, &out->arguments,
                pc_lower_expression(handler, expression->binary.left));
    PC_LIST_ADD(handler->lowering->arena, &out->arguments,
                pc_lower_expression(handler, expression->binary.right));
    return out;
}

static struct pc_ir_expression *lower_binary(struct pc_lowering_handler *handler,
                                             const struct pc_expression *expression)
{
    enum pc_operator operator= expression->binary.operator;
    enum pc_ir_kind kind;

    switch (operator) {
    case PC_OPERATOR_IN:
        return lower_in(handler, expression);
    case PC_OPERATOR_OR:
        kind = PC_IR_OR;
        break;
    case PC_OPERATOR_AND:
        kind = PC_IR_AND;
        break;
    case PC_OPERATOR_COALESCE:
        kind = PC_IR_COALESCE;
        break;
    case PC_OPERATOR_EQUAL:
    case PC_OPERATOR_NOT_EQUAL:
        if (is_none(expression->binary.left) || is_none(expression->binary.right))
            return lower_none_test(handler, expression);
        kind = PC_IR_COMPARE;
        break;
    case PC_OPERATOR_LESS:
    case PC_OPERATOR_LESS_EQUAL:
    case PC_OPERATOR_GREATER:
    case PC_OPERATOR_GREATER_EQUAL:
        kind = PC_IR_COMPARE;
        break;
    default:
        kind = PC_IR_ARITHMETIC;
        break;
    }

    struct pc_ir_expression *out = pc_ir_new(handler, kind, type_of(handler, expression));

    if (kind == PC_IR_COMPARE || kind == PC_IR_ARITHMETIC)
        out->operator= operators[operator];
    out->left = pc_lower_expression(handler, expression->binary.left);
    out->right = pc_lower_expression(handler, expression->binary.right);
    return out;
}

static struct pc_ir_expression *lower_match(struct pc_lowering_handler *handler,
                                            const struct pc_expression *expression)
{
    struct pc_arena *arena = handler->lowering->arena;
    struct pc_ir_expression *out = pc_ir_new(handler, PC_IR_MATCH, type_of(handler, expression));

    out->left = pc_lower_expression(handler, expression->match.subject);
    for (size_t i = 0; i < expression->match.arms.count; i++) {
        const struct pc_arm *from = expression->match.arms.items[i];
        struct pc_ir_value_arm *arm = PC_NEW(arena, struct pc_ir_value_arm);

        arm->is_else = from->is_else;
        for (size_t j = 0; j < from->names.count; j++) {
            const struct pc_member_model *member = from->names.items[j]->symbol->member_model;

            PC_LIST_ADD(arena, &arm->members,
                        (const struct pc_plan_member *)
                            out->left->type->enumeration->members.items[member->index]);
        }
        arm->value =
            pc_lower_convert(handler, pc_lower_expression(handler, from->value), out->type);
        PC_LIST_ADD(arena, &out->arms, arm);
    }
    return out;
}

static struct pc_ir_expression *lower_conditional(struct pc_lowering_handler *handler,
                                                  const struct pc_expression *expression)
{
    struct pc_ir_expression *out =
        pc_ir_new(handler, PC_IR_CONDITIONAL, type_of(handler, expression));

    out->condition = pc_lower_expression(handler, expression->conditional.condition);
    out->left = pc_lower_convert(
        handler, pc_lower_expression(handler, expression->conditional.then), out->type);
    out->right = pc_lower_convert(
        handler, pc_lower_expression(handler, expression->conditional.otherwise), out->type);
    return out;
}

struct pc_ir_expression *pc_lower_plain(struct pc_lowering_handler *handler,
                                        const struct pc_expression *expression)
{
    const struct pc_constant *constant = pc_expression_constant(expression);
    struct pc_ir_expression *out;

    if (constant != NULL)
        return lower_constant(handler, constant, type_of(handler, expression));
    switch (expression->kind) {
    case PC_EXPRESSION_NAME:
        return lower_symbol(handler, expression);
    case PC_EXPRESSION_FIELD:
        return lower_field(handler, expression);
    case PC_EXPRESSION_TEXT:
        return lower_text(handler, expression);
    case PC_EXPRESSION_INDEX:
        if (expression->symbol != NULL && expression->symbol->kind == PC_SYMBOL_TABLE)
            return pc_lower_row(handler, expression);
        out = pc_ir_new(handler, PC_IR_INDEX, type_of(handler, expression));
        out->left = pc_lower_expression(handler, expression->index.object);
        if (out->left->type->kind == PC_PLAN_MAP)
            out->kind = PC_IR_MAP_AT;
        out->right = pc_lower_expression(handler, expression->index.keys.items[0]);
        return out;
    case PC_EXPRESSION_CALL:
        return pc_lower_call(handler, expression);
    case PC_EXPRESSION_METHOD:
        return pc_lower_method(handler, expression);
    case PC_EXPRESSION_UNARY:
        out = pc_ir_new(handler,
                        expression->unary.operator== PC_OPERATOR_NOT ? PC_IR_NOT : PC_IR_NEGATE,
                        type_of(handler, expression));
        out->left = pc_lower_expression(handler, expression->unary.operand);
        return out;
    case PC_EXPRESSION_BINARY:
        return lower_binary(handler, expression);
    case PC_EXPRESSION_CONDITIONAL:
        return lower_conditional(handler, expression);
    case PC_EXPRESSION_MATCH:
        return lower_match(handler, expression);
    case PC_EXPRESSION_RECORD:
        return pc_lower_record(handler, expression);
    case PC_EXPRESSION_LIST:
        return pc_lower_list(handler, expression);
    default:
        return pc_lower_comprehension(handler, expression);
    }
}

struct pc_ir_expression *pc_lower_expression(struct pc_lowering_handler *handler,
                                             const struct pc_expression *expression)
{
    const struct pc_type *target = pc_expression_target(expression);

    /* `none` has no type of its own: it is the optional it is converted to. */
    if (expression->type->kind == PC_TYPE_NONE) {
        return lower_constant(handler, &(struct pc_constant){.kind = PC_CONSTANT_NONE},
                              pc_lower_type(handler->lowering, target));
    }
    return pc_lower_convert(handler, pc_lower_plain(handler, expression),
                            pc_lower_type(handler->lowering, target));
}
