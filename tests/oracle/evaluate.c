/* evaluate.c -- expressions: names, parts, operators, branches, literals with parts. */
#include "machine.h"

#include <math.h>
#include <string.h>

static struct oracle_value truth(bool value)
{
    return (struct oracle_value){.integer = value};
}

bool oracle_holds(struct oracle_machine *machine, const struct pc_expression *condition)
{
    return oracle_evaluate(machine, condition).integer != 0;
}

struct oracle_value *oracle_bind(struct oracle_machine *machine, const struct pc_symbol *symbol,
                                 struct oracle_value value)
{
    struct oracle_value *local = PC_NEW(machine->arena, struct oracle_value);

    *local = value;
    machine->locals[symbol->local_index] = local;
    return local;
}

/* ---- leaves ---- */

static struct oracle_value text_value(struct pc_text text)
{
    return (struct oracle_value){.text = text};
}

static struct oracle_value event_datum(const struct oracle_machine *machine,
                                       enum pc_event_data datum)
{
    const struct oracle_event *event = machine->event;

    switch (datum) {
    case PC_EVENT_ID:
        return text_value((struct pc_text){(const char *)event->id, 16});
    case PC_EVENT_NO:
        return (struct oracle_value){.integer = event->no};
    case PC_EVENT_NAME:
        return text_value(event->name);
    case PC_EVENT_TIME:
        return (struct oracle_value){.integer = event->time};
    case PC_EVENT_VERSION:
        return (struct oracle_value){.integer = event->version};
    case PC_EVENT_AGGREGATE_TYPE:
        return text_value(event->aggregate->outside);
    default:
        return (struct oracle_value){.has = event->meta.data != NULL, .text = event->meta};
    }
}

/* Where ids of several types meet, the expression is a text. */
static struct oracle_value aggregate_id(const struct oracle_machine *machine,
                                        const struct pc_type *type)
{
    const struct oracle_event *event = machine->event;

    if (type->kind == PC_TYPE_TEXT)
        return text_value(event->id_text);
    return event->aggregate_id;
}

static struct oracle_value parameter(const struct oracle_machine *machine,
                                     const struct pc_symbol *symbol)
{
    const struct pc_parameters *parameters = &machine->function->function.parameters;
    size_t index = 0;

    while (parameters->items[index] != symbol->parameter)
        index++;
    return machine->arguments[index];
}

static struct oracle_value key_part(const struct oracle_machine *machine,
                                    const struct pc_symbol *symbol)
{
    const struct pc_keys *keys = &machine->handler->projection->node->projection.keys;
    size_t index = 0;

    while (keys->items[index] != symbol->key)
        index++;
    return machine->keys[index];
}

static struct oracle_value named(struct oracle_machine *machine,
                                 const struct pc_expression *expression)
{
    const struct pc_symbol *symbol = expression->symbol;

    switch (symbol->kind) {
    case PC_SYMBOL_LOCAL:
        oracle_check_row(machine, symbol);
        return *machine->locals[symbol->local_index];
    case PC_SYMBOL_EVENT_FIELD:
        return machine->event->fields
            .items[symbol->event_fields.items[machine->event_position]->index];
    case PC_SYMBOL_STATE_FIELD:
        return machine->state->items[symbol->field_model->index];
    case PC_SYMBOL_STATE_EXISTS:
        return truth(machine->exists);
    case PC_SYMBOL_EVENT_DATA:
        if (symbol->event_data == PC_EVENT_AGGREGATE_ID)
            return aggregate_id(machine, expression->type);
        return event_datum(machine, symbol->event_data);
    case PC_SYMBOL_PARAMETER:
        return parameter(machine, symbol);
    case PC_SYMBOL_KEY:
        return key_part(machine, symbol);
    default:
        return (struct oracle_value){.integer = symbol->member_model->index};
    }
}

static struct oracle_value field(struct oracle_machine *machine,
                                 const struct pc_expression *expression)
{
    if (expression->symbol->kind != PC_SYMBOL_RECORD_FIELD)
        return named(machine, expression);
    struct oracle_value object = oracle_evaluate(machine, expression->field.object);
    if (expression->field.is_optional && !object.has)
        return (struct oracle_value){.has = false};
    struct oracle_value part = object.items[expression->symbol->field_model->index];
    if (expression->field.is_optional &&
        expression->symbol->field_model->type->kind != PC_TYPE_OPTIONAL)
        part.has = true;
    return part;
}

static struct oracle_value element_at(struct oracle_machine *machine,
                                      const struct pc_expression *expression)
{
    if (oracle_is_row(expression->type))
        return *oracle_find_row(machine, expression);
    return oracle_look_up(machine, expression);
}

/* ---- texts, records, lists ---- */

static struct oracle_value interpolate(struct oracle_machine *machine,
                                       const struct pc_expression *expression)
{
    struct oracle_text out = {NULL, 0, 0};
    const struct pc_text_parts *parts = &expression->text.parts;
    struct oracle_value *values =
        pc_arena_alloc_array(machine->arena, parts->count, sizeof *values);

    /* Nothing is put before everything is known: a failing part leaves by longjmp. */
    for (size_t i = 0; i < parts->count; i++)
        if (parts->items[i]->expression != NULL)
            values[i] = oracle_evaluate(machine, parts->items[i]->expression);
    for (size_t i = 0; i < parts->count; i++) {
        const struct pc_expression *part = parts->items[i]->expression;

        if (part == NULL)
            oracle_put_bytes(&out, parts->items[i]->text.data, parts->items[i]->text.size);
        else
            oracle_put_plain(&out, pc_expression_target(part), &values[i]);
    }
    struct oracle_value made = text_value(oracle_take(machine->arena, &out));
    oracle_text_clear(&out);
    return made;
}

static struct oracle_value make_record(struct oracle_machine *machine,
                                       const struct pc_expression *expression)
{
    const struct pc_record_model *model = expression->type->record;

    if (expression->type->kind == PC_TYPE_MAP)
        return oracle_make_map(machine, expression);
    struct oracle_value record = oracle_initial(machine->arena, &model->fields);

    for (size_t i = 0; i < expression->record.entries.count; i++) {
        const struct pc_entry *entry = expression->record.entries.items[i];

        record.items[entry->symbol->field_model->index] = oracle_evaluate(machine, entry->value);
    }
    return record;
}

static struct oracle_value make_list(struct oracle_machine *machine,
                                     const struct pc_expression *expression)
{
    struct oracle_value list = {.count = expression->list.items.count};

    list.items = pc_arena_alloc_array(machine->arena, list.count, sizeof *list.items);
    for (size_t i = 0; i < list.count; i++)
        list.items[i] = oracle_evaluate(machine, expression->list.items.items[i]);
    if (expression->type->kind == PC_TYPE_SET)
        return oracle_as_set(machine, expression->type, &list);
    return list;
}

/* ---- operators ---- */

static struct oracle_value negate(struct oracle_machine *machine,
                                  const struct pc_expression *expression)
{
    struct oracle_value value = oracle_evaluate(machine, expression->unary.operand);

    if (expression->unary.operator== PC_OPERATOR_NOT)
        return truth(!value.integer);
    if (expression->type->kind == PC_TYPE_F64)
        return (struct oracle_value){.real = -value.real};
    return oracle_checked(machine, expression->type, -(oracle_int128)value.integer);
}

static bool compare(enum pc_operator operator_, int order)
{
    switch (operator_) {
    case PC_OPERATOR_EQUAL:
        return order == 0;
    case PC_OPERATOR_NOT_EQUAL:
        return order != 0;
    case PC_OPERATOR_LESS:
        return order < 0;
    case PC_OPERATOR_LESS_EQUAL:
        return order <= 0;
    case PC_OPERATOR_GREATER:
        return order > 0;
    default:
        return order >= 0;
    }
}

static struct oracle_value comparison(struct oracle_machine *machine,
                                      const struct pc_expression *expression)
{
    const struct pc_expression *sides[] = {expression->binary.left, expression->binary.right};
    struct oracle_value left = oracle_evaluate(machine, sides[0]);
    struct oracle_value right = oracle_evaluate(machine, sides[1]);
    bool is_equality = expression->binary.operator== PC_OPERATOR_EQUAL;

    for (int i = 0; i < 2; i++)
        if (sides[i]->type->kind == PC_TYPE_NONE)
            return truth((i == 0 ? right : left).has != is_equality);
    return truth(compare(expression->binary.operator,
                         oracle_compare(pc_expression_target(sides[0]), &left, &right)));
}

static struct oracle_value coalesce(struct oracle_machine *machine,
                                    const struct pc_expression *expression)
{
    struct oracle_value left = oracle_evaluate(machine, expression->binary.left);

    return left.has ? left : oracle_evaluate(machine, expression->binary.right);
}

static struct oracle_value operate(struct oracle_machine *machine,
                                   const struct pc_expression *expression)
{
    const struct pc_expression *left = expression->binary.left;
    const struct pc_expression *right = expression->binary.right;
    enum pc_operator operator_ = expression->binary.operator;

    switch (operator_) {
    case PC_OPERATOR_OR:
        return truth(oracle_holds(machine, left) || oracle_holds(machine, right));
    case PC_OPERATOR_AND:
        return truth(oracle_holds(machine, left) && oracle_holds(machine, right));
    case PC_OPERATOR_COALESCE:
        return coalesce(machine, expression);
    default:
        break;
    }
    if (operator_ < PC_OPERATOR_IN)
        return comparison(machine, expression);
    struct oracle_value a = oracle_evaluate(machine, left);
    struct oracle_value b = oracle_evaluate(machine, right);
    if (operator_ == PC_OPERATOR_IN)
        return truth(oracle_has_item(pc_expression_target(right), &b, &a));
    return oracle_arithmetic(machine, operator_, expression->type, pc_expression_target(left), &a,
                             pc_expression_target(right), &b);
}

/* ---- branches ---- */

static struct oracle_value match(struct oracle_machine *machine,
                                 const struct pc_expression *expression)
{
    struct oracle_value subject = oracle_evaluate(machine, expression->match.subject);

    for (size_t i = 0; i < expression->match.arms.count; i++) {
        const struct pc_arm *arm = expression->match.arms.items[i];

        for (size_t j = 0; j < arm->names.count; j++)
            if (arm->names.items[j]->symbol->member_model->index == subject.integer)
                return oracle_evaluate(machine, arm->value);
        if (arm->is_else)
            return oracle_evaluate(machine, arm->value);
    }
    oracle_fail(machine, "no arm of the match holds");
}

/* ---- all ---- */

struct oracle_value oracle_evaluate_plain(struct oracle_machine *machine,
                                          const struct pc_expression *expression)
{
    const struct pc_constant *constant = pc_expression_constant(expression);

    if (constant != NULL)
        return oracle_of_constant(machine->arena, constant, expression->type);
    switch (expression->kind) {
    case PC_EXPRESSION_NONE:
        return (struct oracle_value){.has = false};
    case PC_EXPRESSION_TEXT:
        return interpolate(machine, expression);
    case PC_EXPRESSION_NAME:
        return named(machine, expression);
    case PC_EXPRESSION_FIELD:
        return field(machine, expression);
    case PC_EXPRESSION_INDEX:
        return element_at(machine, expression);
    case PC_EXPRESSION_CALL:
        return oracle_call(machine, expression);
    case PC_EXPRESSION_METHOD:
        return oracle_method(machine, expression);
    case PC_EXPRESSION_UNARY:
        return negate(machine, expression);
    case PC_EXPRESSION_BINARY:
        return operate(machine, expression);
    case PC_EXPRESSION_CONDITIONAL:
        return oracle_evaluate(machine, oracle_holds(machine, expression->conditional.condition)
                                            ? expression->conditional.then
                                            : expression->conditional.otherwise);
    case PC_EXPRESSION_MATCH:
        return match(machine, expression);
    case PC_EXPRESSION_RECORD:
        return make_record(machine, expression);
    case PC_EXPRESSION_LIST:
        return make_list(machine, expression);
    default:
        return oracle_comprehend(machine, expression);
    }
}

struct oracle_value oracle_evaluate(struct oracle_machine *machine,
                                    const struct pc_expression *expression)
{
    struct oracle_value value = oracle_evaluate_plain(machine, expression);

    return oracle_convert(machine, expression->type, pc_expression_target(expression), value);
}
