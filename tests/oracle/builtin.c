/* builtin.c -- the built-in functions, methods, comprehensions. */
#include "machine.h"

#include <math.h>

static struct oracle_value whole(int64_t value)
{
    return (struct oracle_value){.integer = value};
}

/* ---- walking: a list of values, or a comprehension ---- */

/* The elements of a comprehension as a list, in order; `take` is called for each and may end the
 * walk by false, so that `any` and `all` look no further than they must. */
typedef bool take_element(struct oracle_machine *machine, void *context,
                          const struct oracle_value *element);

static void walk(struct oracle_machine *machine, const struct pc_expression *argument,
                 bool has_elements, take_element *take, void *context)
{
    struct oracle_value list;

    if (argument->kind != PC_EXPRESSION_COMPREHENSION || argument->comprehension.is_list) {
        list = oracle_evaluate(machine, argument);
        for (size_t i = 0; i < list.count; i++) {
            oracle_step(machine);
            if (!take(machine, context, &list.items[i]))
                return;
        }
        return;
    }
    list = oracle_evaluate(machine, argument->comprehension.collection);
    for (size_t i = 0; i < list.count; i++) {
        struct oracle_value element = {.has = false};

        oracle_step(machine);
        oracle_bind(
            machine, argument->comprehension.name.symbol,
            oracle_item(pc_expression_target(argument->comprehension.collection), &list, i));
        if (argument->comprehension.where != NULL &&
            !oracle_holds(machine, argument->comprehension.where))
            continue;
        if (has_elements)
            element = oracle_evaluate(machine, argument->comprehension.element);
        if (!take(machine, context, &element))
            return;
    }
}

static const struct pc_type *element_of(const struct pc_expression *argument)
{
    return pc_expression_target(argument)->element;
}

struct folding {
    const struct pc_type *type; /* of the elements */
    enum pc_builtin builtin;
    bool counts_truths; /* `count` of bools, but for sets and maps of them */
    struct oracle_value result;
};

static bool fold(struct oracle_machine *machine, void *context, const struct oracle_value *element)
{
    struct folding *self = context;
    int order;

    switch (self->builtin) {
    case PC_BUILTIN_SUM:
        self->result = oracle_arithmetic(machine, PC_OPERATOR_ADD, self->type, self->type,
                                         &self->result, self->type, element);
        return true;
    case PC_BUILTIN_COUNT:
        self->result.integer += !self->counts_truths || element->integer != 0;
        return true;
    case PC_BUILTIN_ANY:
        self->result.integer = element->integer;
        return !element->integer;
    case PC_BUILTIN_ALL:
        self->result.integer = element->integer;
        return element->integer != 0;
    default:
        order = self->result.has ? oracle_compare(self->type, element, &self->result) : 0;
        if (!self->result.has || (self->builtin == PC_BUILTIN_MIN ? order < 0 : order > 0))
            self->result = *element;
        self->result.has = true;
        return true;
    }
}

static struct oracle_value fold_all(struct oracle_machine *machine,
                                    const struct pc_expression *argument, enum pc_builtin builtin)
{
    struct folding self = {.type = element_of(argument), .builtin = builtin};
    bool has_elements = builtin != PC_BUILTIN_COUNT || self.type->kind == PC_TYPE_BOOL;

    self.counts_truths =
        self.type->kind == PC_TYPE_BOOL && pc_expression_target(argument)->kind == PC_TYPE_LIST;

    self.result.integer = builtin == PC_BUILTIN_ALL;
    walk(machine, argument, has_elements, fold, &self);
    return self.result;
}

/* ---- comprehensions as values ---- */

struct collecting {
    struct oracle_value list;
    size_t capacity;
};

static bool collect(struct oracle_machine *machine, void *context,
                    const struct oracle_value *element)
{
    struct collecting *self = context;

    if (self->list.count == self->capacity) {
        struct oracle_value *items =
            pc_arena_alloc_array(machine->arena, 2 * self->capacity + 4, sizeof *items);

        for (size_t i = 0; i < self->list.count; i++)
            items[i] = self->list.items[i];
        self->list.items = items;
        self->capacity = 2 * self->capacity + 4;
    }
    self->list.items[self->list.count++] = *element;
    return true;
}

struct oracle_value oracle_comprehend(struct oracle_machine *machine,
                                      const struct pc_expression *expression)
{
    struct pc_expression argument = *expression;
    struct collecting self = {.capacity = 0};

    argument.comprehension.is_list = false;
    walk(machine, &argument, true, collect, &self);
    if (expression->type->kind == PC_TYPE_SET)
        return oracle_as_set(machine, expression->type, &self.list);
    return self.list;
}

/* ---- functions of numbers ---- */

static bool is_fold(const struct pc_expression *call)
{
    const struct pc_expression *only = call->call.arguments.items[0];

    return call->call.arguments.count == 1 && pc_expression_target(only)->element != NULL;
}

static struct oracle_value extreme(struct oracle_machine *machine, const struct pc_expression *call)
{
    const struct pc_expressions *arguments = &call->call.arguments;
    bool is_min = call->symbol->builtin == PC_BUILTIN_MIN;

    if (is_fold(call))
        return fold_all(machine, arguments->items[0], call->symbol->builtin);
    struct oracle_value best = oracle_evaluate(machine, arguments->items[0]);
    for (size_t i = 1; i < arguments->count; i++) {
        struct oracle_value next = oracle_evaluate(machine, arguments->items[i]);
        int order = oracle_compare(call->type, &next, &best);

        if (is_min ? order < 0 : order > 0)
            best = next;
    }
    return best;
}

static struct oracle_value clamp(struct oracle_machine *machine, const struct pc_expression *call)
{
    const struct pc_expressions *arguments = &call->call.arguments;
    struct oracle_value value = oracle_evaluate(machine, arguments->items[0]);
    struct oracle_value low = oracle_evaluate(machine, arguments->items[1]);
    struct oracle_value high = oracle_evaluate(machine, arguments->items[2]);

    if (oracle_compare(call->type, &value, &low) < 0)
        return low;
    return oracle_compare(call->type, &high, &value) < 0 ? high : value;
}

static struct oracle_value absolute(struct oracle_machine *machine,
                                    const struct pc_expression *call)
{
    struct oracle_value value = oracle_evaluate(machine, call->call.arguments.items[0]);

    if (call->type->kind == PC_TYPE_F64)
        return (struct oracle_value){.real = fabs(value.real)};
    if (value.integer >= 0)
        return value;
    return oracle_checked(machine, call->type, -(oracle_int128)value.integer);
}

static oracle_int128 floor_to(oracle_int128 value, oracle_int128 step)
{
    oracle_int128 rest = value % step;

    return value - (rest < 0 ? rest + step : rest);
}

static struct oracle_value floor_or_ceil(struct oracle_machine *machine,
                                         const struct pc_expression *call)
{
    const struct pc_expressions *arguments = &call->call.arguments;
    bool is_floor = call->symbol->builtin == PC_BUILTIN_FLOOR;
    struct oracle_value value = oracle_evaluate(machine, arguments->items[0]);
    oracle_int128 step = 1;

    if (call->type->kind == PC_TYPE_F64)
        return (struct oracle_value){.real = is_floor ? floor(value.real) : ceil(value.real)};
    if (arguments->count == 2)
        step = oracle_evaluate(machine, arguments->items[1]).integer;
    else if (call->type->kind == PC_TYPE_DECIMAL)
        step = oracle_power_of_ten(call->type->scale);
    if (step <= 0)
        oracle_fail(machine, "the step is not above zero");
    oracle_int128 result = floor_to(value.integer, step);
    if (!is_floor && result != value.integer)
        result += step;
    return oracle_checked(machine, call->type, result);
}

/* ---- round(e, n) ---- */

static unsigned scale_of(const struct pc_expression *factor)
{
    return factor->type->kind == PC_TYPE_DECIMAL ? factor->type->scale : 0;
}

static void multiply(struct oracle_machine *machine, const struct pc_type *type,
                     oracle_int128 *value, oracle_int128 factor)
{
    const oracle_int128 limit = (oracle_int128)1 << 126;

    if (__builtin_mul_overflow(*value, factor, value) || *value > limit || *value < -limit)
        oracle_fail(machine, "does not fit %.*s", PC_TEXT_ARGS(type->name));
}

/* The product of the factors, brought to `scale` digits. */
static oracle_int128 product(struct oracle_machine *machine, const struct pc_type *type,
                             const struct pc_expressions *factors, unsigned scale)
{
    oracle_int128 result = 1;

    for (size_t i = 0; i < factors->count; i++)
        multiply(machine, type, &result, oracle_evaluate_plain(machine, factors->items[i]).integer);
    for (unsigned i = 0; i < scale; i++)
        multiply(machine, type, &result, 10);
    return result;
}

static unsigned term_scale(const struct pc_round_term *term)
{
    unsigned scale = 0;

    for (size_t i = 0; i < term->factors.count; i++)
        scale += scale_of(term->factors.items[i]);
    return scale;
}

static struct oracle_value rounded_quotient(struct oracle_machine *machine,
                                            const struct pc_type *type,
                                            const struct pc_rounding *rounding)
{
    const struct pc_round_term *term = rounding->terms.items[0];
    unsigned above = scale_of(term->divisor) + rounding->scale;
    unsigned below = term_scale(term);
    unsigned common = above < below ? above : below;
    oracle_int128 numerator = product(machine, type, &term->factors, above - common);
    oracle_int128 divisor = oracle_evaluate_plain(machine, term->divisor).integer;

    if (divisor == 0)
        oracle_fail(machine, "division by zero");
    for (unsigned i = common; i < below; i++)
        multiply(machine, type, &divisor, 10);
    return oracle_checked(
        machine, type, oracle_round_quotient(term->is_negative ? -numerator : numerator, divisor));
}

static struct oracle_value rounded(struct oracle_machine *machine, const struct pc_expression *call,
                                   const struct pc_rounding *rounding)
{
    unsigned scale = rounding->scale;
    oracle_int128 sum = 0;

    if (rounding->terms.items[0]->divisor != NULL)
        return rounded_quotient(machine, call->type, rounding);
    for (size_t i = 0; i < rounding->terms.count; i++)
        if (term_scale(rounding->terms.items[i]) > scale)
            scale = term_scale(rounding->terms.items[i]);
    for (size_t i = 0; i < rounding->terms.count; i++) {
        const struct pc_round_term *term = rounding->terms.items[i];
        oracle_int128 part = product(machine, call->type, &term->factors, scale - term_scale(term));

        if (__builtin_add_overflow(sum, term->is_negative ? -part : part, &sum))
            oracle_fail(machine, "does not fit %.*s", PC_TEXT_ARGS(call->type->name));
    }
    if (scale - rounding->scale > 38)
        return whole(0);
    return oracle_checked(machine, call->type,
                          oracle_round_quotient(sum, oracle_power_of_ten(scale - rounding->scale)));
}

static struct oracle_value round_value(struct oracle_machine *machine,
                                       const struct pc_expression *call)
{
    const struct pc_annotation *annotation = call->extra;

    if (annotation != NULL && annotation->rounding != NULL)
        return rounded(machine, call, annotation->rounding);
    struct oracle_value value = oracle_evaluate(machine, call->call.arguments.items[0]);
    if (call->type->kind == PC_TYPE_F64)
        return (struct oracle_value){.real = rint(value.real)};
    return oracle_convert(machine, pc_expression_target(call->call.arguments.items[0]), call->type,
                          value);
}

/* ---- all ---- */

static struct oracle_value length(struct oracle_machine *machine,
                                  const struct pc_expression *argument)
{
    struct oracle_value value = oracle_evaluate(machine, argument);
    int64_t count = 0;

    switch (pc_expression_target(argument)->kind) {
    case PC_TYPE_TEXT:
        for (size_t i = 0; i < value.text.size; i++)
            count += (value.text.data[i] & 0xc0) != 0x80;
        return whole(count);
    case PC_TYPE_BYTES:
        return whole((int64_t)value.text.size);
    default:
        return whole((int64_t)value.count);
    }
}

static struct oracle_value call_builtin(struct oracle_machine *machine,
                                        const struct pc_expression *call)
{
    const struct pc_expressions *arguments = &call->call.arguments;

    switch (call->symbol->builtin) {
    case PC_BUILTIN_MIN:
    case PC_BUILTIN_MAX:
        return extreme(machine, call);
    case PC_BUILTIN_CLAMP:
        return clamp(machine, call);
    case PC_BUILTIN_ABS:
        return absolute(machine, call);
    case PC_BUILTIN_ROUND:
        return round_value(machine, call);
    case PC_BUILTIN_FLOOR:
    case PC_BUILTIN_CEIL:
        return floor_or_ceil(machine, call);
    case PC_BUILTIN_LEN:
        return length(machine, arguments->items[0]);
    case PC_BUILTIN_SUM:
    case PC_BUILTIN_COUNT:
    case PC_BUILTIN_ANY:
    case PC_BUILTIN_ALL:
        return fold_all(machine, arguments->items[0], call->symbol->builtin);
    case PC_BUILTIN_SCALED:
        return oracle_evaluate(machine, arguments->items[0]);
    default:
        return oracle_call_text(machine, call);
    }
}

/* The arguments first, from left to right; the body sees nothing else. */
static struct oracle_value call_function(struct oracle_machine *machine,
                                         const struct pc_expression *call)
{
    const struct pc_expressions *given = &call->call.arguments;
    const struct oracle_value *outer = machine->arguments;
    const struct pc_declaration *caller = machine->function;
    struct pc_span statement = machine->statement;
    struct oracle_value **locals = machine->locals;
    struct oracle_value *arguments =
        pc_arena_alloc_array(machine->arena, given->count + 1, sizeof *arguments);

    for (size_t i = 0; i < given->count; i++)
        arguments[i] = oracle_evaluate(machine, given->items[i]);
    machine->arguments = arguments;
    machine->function = call->symbol->declaration;
    machine->statement = machine->function->function.body->span;
    /* What its comprehensions bind. */
    machine->locals = pc_arena_alloc_array(machine->arena, call->symbol->function->local_count + 1u,
                                           sizeof(struct oracle_value *));
    struct oracle_value result = oracle_evaluate(machine, machine->function->function.body);
    machine->statement = statement;
    machine->locals = locals;
    machine->arguments = outer;
    machine->function = caller;
    return result;
}

struct oracle_value oracle_call(struct oracle_machine *machine, const struct pc_expression *call)
{
    const struct pc_expressions *arguments = &call->call.arguments;

    if (call->symbol->kind == PC_SYMBOL_CONVERSION)
        return oracle_convert(machine, pc_expression_target(arguments->items[0]), call->type,
                              oracle_evaluate(machine, arguments->items[0]));
    if (call->symbol->kind == PC_SYMBOL_FUNCTION)
        return call_function(machine, call);
    return call_builtin(machine, call);
}

struct oracle_value oracle_method(struct oracle_machine *machine,
                                  const struct pc_expression *method)
{
    if (method->symbol->kind == PC_SYMBOL_EVENT_DATA)
        return (struct oracle_value){.has = machine->event->meta.data != NULL,
                                     .text = machine->event->meta};
    const struct pc_expression *argument = method->method.arguments.items[0];
    struct oracle_value wanted = oracle_evaluate(machine, argument);
    struct oracle_value list = oracle_evaluate(machine, method->method.object);

    return whole(oracle_has_item(pc_expression_target(method->method.object), &list, &wanted));
}
