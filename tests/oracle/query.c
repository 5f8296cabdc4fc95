/* query.c -- queries asked with random arguments, over the rows and states that are there at the
 * end. */
#include "machine.h"
#include "wire.h"

#include <string.h>

enum { ASKED_TIMES = 3 };

struct asking {
    struct oracle_machine *machine;
    const struct pc_query_model *query;
    const struct oracle_value *arguments;
    const struct oracle_value *row; /* a value for each of query->fields */
};

/* ---- conditions ---- */

static const struct oracle_value *column(const struct asking *self,
                                         const struct pc_field_model *field)
{
    size_t at = 0;

    while (self->query->fields.items[at] != field)
        at++;
    return &self->row->items[at];
}

static struct oracle_value named(const struct asking *self, const struct pc_symbol *symbol)
{
    size_t at = 0;

    if (symbol->kind != PC_SYMBOL_PARAMETER)
        return *column(self, symbol->field_model);
    while (self->query->parameters.items[at]->node != symbol->parameter)
        at++;
    return self->arguments[at];
}

static struct oracle_value operand(const struct asking *self,
                                   const struct pc_expression *expression)
{
    const struct pc_constant *constant = pc_expression_constant(expression);
    struct oracle_value value = {.has = false};

    if (constant != NULL)
        value = oracle_of_constant(self->machine->arena, constant, expression->type);
    else if (expression->kind == PC_EXPRESSION_NAME)
        value = named(self, expression->symbol);
    else if (expression->kind == PC_EXPRESSION_BINARY) {
        value = operand(self, expression->binary.left);
        if (!value.has)
            value = operand(self, expression->binary.right);
    }
    return oracle_convert(self->machine, expression->type, pc_expression_target(expression), value);
}

static bool compare(const struct asking *self, const struct pc_expression *comparison)
{
    const struct pc_expression *left = comparison->binary.left;
    const struct pc_expression *right = comparison->binary.right;
    const struct pc_type *type = pc_expression_target(left);
    struct oracle_value a = operand(self, left);
    struct oracle_value b = operand(self, right);

    if (type->kind == PC_TYPE_NONE)
        type = pc_expression_target(right);
    int order = type->kind == PC_TYPE_NONE ? 0 : oracle_compare(type, &a, &b);
    switch (comparison->binary.operator) {
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

static bool holds(const struct asking *self, const struct pc_expression *condition)
{
    if (condition->kind == PC_EXPRESSION_UNARY)
        return !holds(self, condition->unary.operand);
    if (condition->kind != PC_EXPRESSION_BINARY || pc_expression_constant(condition) != NULL)
        return operand(self, condition).integer != 0;
    switch (condition->binary.operator) {
    case PC_OPERATOR_OR:
        return holds(self, condition->binary.left) || holds(self, condition->binary.right);
    case PC_OPERATOR_AND:
        return holds(self, condition->binary.left) && holds(self, condition->binary.right);
    case PC_OPERATOR_COALESCE:
        return operand(self, condition).integer != 0;
    default:
        return compare(self, condition);
    }
}

/* ---- order ---- */

static int compare_rows(struct asking *self, const struct oracle_value *left,
                        const struct oracle_value *right)
{
    for (size_t i = 0; i < self->query->orders.count; i++) {
        const struct pc_query_order *order = self->query->orders.items[i];

        self->row = left;
        const struct oracle_value *a = column(self, order->field);
        self->row = right;
        int difference = oracle_compare(order->field->type, a, column(self, order->field));
        if (difference != 0)
            return order->is_descending ? -difference : difference;
    }
    return 0;
}

static uint32_t key_count(const struct pc_query_model *query)
{
    if (query->table != NULL)
        return query->table->key_count;
    if (query->projection->kind == PC_PROJECTION_AGGREGATE)
        return 1;
    return (uint32_t)query->projection->node->projection.keys.count;
}

/* Does the order tell any two rows apart? */
static bool is_total(const struct pc_query_model *query)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < key_count(query); i++)
        for (size_t j = 0; j < query->orders.count; j++)
            if (query->orders.items[j]->field == query->fields.items[i]) {
                found++;
                break;
            }
    return found == key_count(query);
}

static size_t select(struct asking *self, const struct oracle_rows *all,
                     const struct oracle_value **rows)
{
    const struct pc_query_model *query = self->query;
    size_t count = 0;

    for (size_t i = 0; i < all->count; i++) {
        const struct oracle_value *row = all->items[i];
        size_t at = count;

        self->row = row;
        if (query->where != NULL && !holds(self, query->where))
            continue;
        for (; at > 0 && compare_rows(self, rows[at - 1], row) > 0; at--)
            rows[at] = rows[at - 1];
        rows[at] = row;
        count++;
    }
    if (query->limit != NULL) {
        int64_t limit = operand(self, query->limit).integer;

        if ((uint64_t)limit < count)
            count = (size_t)limit;
    }
    return count;
}

/* ---- arguments ---- */

static const struct pc_type *inside(const struct pc_type *type)
{
    return type->kind == PC_TYPE_OPTIONAL ? type->element : type;
}

/* Often a value that a row has. */
static struct oracle_value draw(const struct asking *self, struct oracle_random *random,
                                const struct pc_type *type, const struct oracle_rows *rows)
{
    const struct pc_field_models *fields = &self->query->fields;

    if (rows->count != 0 && oracle_percent(random, 60)) {
        const struct oracle_value *row = rows->items[oracle_below(random, (uint32_t)rows->count)];

        for (size_t i = 0; i < fields->count; i++)
            if (inside(fields->items[i]->type) == type &&
                (fields->items[i]->type == type || row->items[i].has)) {
                struct oracle_value value = row->items[i];
                value.has = true;
                return value;
            }
    }
    return oracle_draw(self->machine->arena, random, type);
}

/* The arguments as a JSON list; parameters behind the last written one take their defaults. */
static struct oracle_value *make_arguments(const struct asking *self, struct oracle_random *random,
                                           const struct oracle_rows *rows, struct oracle_text *text)
{
    size_t count = self->query->parameters.count;
    struct pc_arena *arena = self->machine->arena;
    struct oracle_value *values = pc_arena_alloc_array(arena, count + 1, sizeof *values);
    size_t given = count;

    while (given > 0 && self->query->parameters.items[given - 1]->has_initial &&
           oracle_percent(random, 40))
        given--;
    oracle_put_char(text, '[');
    for (size_t i = 0; i < count; i++) {
        const struct pc_query_parameter_model *parameter = self->query->parameters.items[i];
        bool is_limit = self->query->limit != NULL &&
                        self->query->limit->kind == PC_EXPRESSION_NAME &&
                        self->query->limit->symbol->parameter == parameter->node;

        if (i >= given) {
            if (parameter->initial != NULL)
                values[i] = oracle_of_constant(arena, parameter->initial, inside(parameter->type));
            values[i].has = parameter->initial != NULL;
            continue;
        }
        if (is_limit)
            values[i].integer = oracle_below(random, 5);
        else if (parameter->type->kind != PC_TYPE_OPTIONAL || oracle_percent(random, 60))
            values[i] = draw(self, random, inside(parameter->type), rows);
        values[i].has = parameter->type->kind != PC_TYPE_OPTIONAL || values[i].has;
        oracle_put(text, "%s", i == 0 ? "" : ",");
        oracle_put_json(text, parameter->type, &values[i]);
    }
    oracle_put_char(text, ']');
    return values;
}

/* ---- asking ---- */

static void put_row(struct oracle_text *out, const struct asking *self,
                    const struct oracle_value *row)
{
    oracle_put_fields_json(out, &self->query->fields, row);
}

static void put_answer(struct asking *self, const struct oracle_rows *all, struct pc_text arguments,
                       struct oracle_text *queries, struct oracle_text *out)
{
    const struct oracle_value **rows =
        pc_arena_alloc_array(self->machine->arena, all->count + 1, sizeof *rows);
    size_t count = select(self, all, rows);
    bool is_ordered = is_total(self->query);

    oracle_put(queries, "%u %c %.*s\n", self->query->index, is_ordered ? 'o' : 'u',
               PC_TEXT_ARGS(arguments));
    oracle_put(out, "query %u %.*s: ", self->query->index, PC_TEXT_ARGS(arguments));
    if (!is_ordered)
        oracle_put(out, "%zu rows\n", count);
    for (size_t i = 0; i < count; i++) {
        if (is_ordered)
            oracle_put(out, "%s", i == 0 ? "[" : ",");
        else
            oracle_put(out, "query %u %.*s has ", self->query->index, PC_TEXT_ARGS(arguments));
        put_row(out, self, rows[i]);
        if (!is_ordered)
            oracle_put_char(out, '\n');
    }
    if (is_ordered)
        oracle_put(out, "%s]\n", count == 0 ? "[" : "");
}

void oracle_ask(struct oracle_machine *machine, const struct pc_query_model *query,
                const struct oracle_rows *rows, struct oracle_random *random,
                struct oracle_text *queries, struct oracle_text *out)
{
    for (int i = 0; i < ASKED_TIMES; i++) {
        struct asking self = {.machine = machine, .query = query};
        struct oracle_text text = {NULL, 0, 0};

        self.arguments = make_arguments(&self, random, rows, &text);
        struct pc_text arguments = oracle_take(machine->arena, &text);
        oracle_text_clear(&text);
        /* What widens beyond 64 bits has no answer here: it is not asked. */
        if (setjmp(machine->escape) == 0)
            put_answer(&self, rows, arguments, queries, out);
    }
}
