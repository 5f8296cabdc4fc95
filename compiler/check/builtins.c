/* builtins.c -- the built-in functions: what they take and what they give. */
#include "check/expressions.h"

struct builtin {
    const char *name;
    enum pc_builtin builtin;
};

static const struct builtin builtins[] = {
    {"min", PC_BUILTIN_MIN},
    {"max", PC_BUILTIN_MAX},
    {"abs", PC_BUILTIN_ABS},
    {"round", PC_BUILTIN_ROUND},
    {"floor", PC_BUILTIN_FLOOR},
    {"ceil", PC_BUILTIN_CEIL},
    {"clamp", PC_BUILTIN_CLAMP},
    {"len", PC_BUILTIN_LEN},
    {"sum", PC_BUILTIN_SUM},
    {"count", PC_BUILTIN_COUNT},
    {"any", PC_BUILTIN_ANY},
    {"all", PC_BUILTIN_ALL},
    {"scaled", PC_BUILTIN_SCALED},
    {"lower", PC_BUILTIN_LOWER},
    {"upper", PC_BUILTIN_UPPER},
    {"trim", PC_BUILTIN_TRIM},
    {"starts_with", PC_BUILTIN_STARTS_WITH},
    {"ends_with", PC_BUILTIN_ENDS_WITH},
    {"contains", PC_BUILTIN_CONTAINS},
    {"slice", PC_BUILTIN_SLICE},
    {"year", PC_BUILTIN_YEAR},
    {"month", PC_BUILTIN_MONTH},
    {"day", PC_BUILTIN_DAY},
    {"weekday", PC_BUILTIN_WEEKDAY},
    {"start_of_week", PC_BUILTIN_START_OF_WEEK},
    {"start_of_month", PC_BUILTIN_START_OF_MONTH},
};

enum { BUILTIN_COUNT = sizeof(builtins) / sizeof(builtins[0]) };

int pc_builtin_find(struct pc_text name)
{
    for (size_t i = 0; i < BUILTIN_COUNT; i++) {
        if (pc_text_is(name, builtins[i].name))
            return (int)builtins[i].builtin;
    }
    return -1;
}

void pc_offer_builtins(struct pc_suggestion *suggestion)
{
    for (size_t i = 0; i < BUILTIN_COUNT; i++)
        pc_suggestion_offer(suggestion, pc_text_of(builtins[i].name));
}

struct pc_symbol *pc_builtin_symbol(struct pc_checker *checker, enum pc_builtin builtin,
                                    struct pc_text name)
{
    struct pc_symbol *symbol = pc_symbol_new(checker, PC_SYMBOL_BUILTIN, NULL, NULL);

    symbol->name = name;
    symbol->builtin = builtin;
    return symbol;
}

/* ---- help ---- */

static void report_argument(struct pc_checker *checker, const struct pc_expression *argument,
                            const char *needed)
{
    const struct pc_type *type = argument->type;

    if (type->kind == PC_TYPE_ERROR)
        return;
    if (type->kind == PC_TYPE_OPTIONAL) {
        struct pc_diagnostic *problem = pc_report(checker->diagnostics, PC_E0209, argument->span,
                                                  "this may be `none`, but %s is needed", needed);
        pc_diagnostic_help(problem, "say what counts then, `x ?? …`, or ask with `if let`");
        return;
    }
    pc_report(checker->diagnostics, PC_E0205, argument->span,
              "%s is needed, but this has type `%.*s`", needed, PC_TYPE_ARGS(type));
}

static void report_unlike(struct pc_checker *checker, const struct pc_expression *argument,
                          const struct pc_type *type)
{
    if (pc_type_is_numeric(type) && pc_type_is_numeric(argument->type))
        pc_report(checker->diagnostics, PC_E0206, argument->span,
                  "`%.*s` and `%.*s` have no type in common that loses nothing", PC_TYPE_ARGS(type),
                  PC_TYPE_ARGS(argument->type));
    else
        pc_report(checker->diagnostics, PC_E0205, argument->span,
                  "this has type `%.*s`, but the arguments before it have type `%.*s`",
                  PC_TYPE_ARGS(argument->type), PC_TYPE_ARGS(type));
}

/* Checks arguments that shall have one ordered type, literals after the others; NULL if they have
 * not. */
static const struct pc_type *check_alike(struct pc_checker *checker, struct pc_frame *body,
                                         struct pc_expressions *arguments,
                                         const struct pc_type *expected)
{
    const struct pc_type *type = NULL;

    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < arguments->count; i++) {
            struct pc_expression *argument = arguments->items[i];
            if (pc_is_adaptable(checker, body, argument) != (pass == 1))
                continue;
            pc_check_expression(checker, body, argument, type != NULL ? type : expected);
            if (argument->type->kind == PC_TYPE_ERROR)
                return NULL;
            if (!pc_type_is_ordered(argument->type)) {
                report_argument(checker, argument, "a number, a text or a time");
                return NULL;
            }
            const struct pc_type *common =
                type == NULL ? argument->type : pc_type_common(checker, type, argument->type);
            if (common == NULL) {
                report_unlike(checker, argument, type);
                return NULL;
            }
            type = common;
        }
    }
    for (size_t i = 0; i < arguments->count; i++)
        pc_convert(checker, arguments->items[i], type);
    return type;
}

/* The elements of the one argument that is a list or a comprehension; the error type if it is
 * neither. */
static const struct pc_type *check_elements(struct pc_checker *checker, struct pc_frame *body,
                                            struct pc_expression *call,
                                            const struct pc_type *expected)
{
    struct pc_expressions *arguments = &call->call.arguments;

    if (!pc_check_count(checker, call, arguments, 1, 1))
        return checker->error;
    const struct pc_type *hint = expected != NULL ? pc_type_list(checker, expected) : NULL;
    pc_check_expression(checker, body, arguments->items[0], hint);
    const struct pc_type *type = arguments->items[0]->type;
    if (pc_is_collection(type)) /* of a map: its values */
        return type->element;
    report_argument(checker, arguments->items[0], "a list");
    return checker->error;
}

/* ---- groups ---- */

static void check_extreme(struct pc_checker *checker, struct pc_frame *body,
                          struct pc_expression *call, const struct pc_type *expected)
{
    struct pc_expressions *arguments = &call->call.arguments;

    if (arguments->count != 1) {
        if (!pc_check_count(checker, call, arguments, 1, 16))
            return;
        const struct pc_type *type = check_alike(checker, body, arguments, expected);
        call->type = type != NULL ? type : checker->error;
        return;
    }
    const struct pc_type *element = check_elements(checker, body, call, NULL);
    if (element->kind == PC_TYPE_ERROR)
        return;
    if (!pc_type_is_ordered(element)) {
        pc_report(checker->diagnostics, PC_E0225, arguments->items[0]->span,
                  "values of type `%.*s` have no order", PC_TYPE_ARGS(element));
        return;
    }
    call->type = pc_type_optional(checker, element);
}

/* `count` of a comprehension or a list of bools counts those that are true, of anything else the
 * elements; `len` counts elements always. */
static void check_fold(struct pc_checker *checker, struct pc_frame *body,
                       struct pc_expression *call, enum pc_builtin builtin)
{
    const struct pc_type *element = check_elements(checker, body, call, NULL);

    if (builtin == PC_BUILTIN_COUNT)
        call->type = checker->u32;
    if (element->kind == PC_TYPE_ERROR || builtin == PC_BUILTIN_COUNT)
        return;
    if (builtin == PC_BUILTIN_SUM) {
        if (pc_type_is_numeric(element) || element->kind == PC_TYPE_DURATION)
            call->type = element;
        else
            pc_report(checker->diagnostics, PC_E0205, call->call.arguments.items[0]->span,
                      "numbers are needed, but these have type `%.*s`", PC_TYPE_ARGS(element));
        return;
    }
    call->type = checker->boolean;
    if (element->kind != PC_TYPE_BOOL)
        pc_report(checker->diagnostics, PC_E0205, call->call.arguments.items[0]->span,
                  "conditions are needed, but these have type `%.*s`", PC_TYPE_ARGS(element));
}

/* floor(x), floor(x, step) */
static void check_step(struct pc_checker *checker, struct pc_frame *body,
                       struct pc_expression *call, const struct pc_type *expected)
{
    struct pc_expressions *arguments = &call->call.arguments;

    if (!pc_check_count(checker, call, arguments, 1, 2))
        return;
    struct pc_expression *value = arguments->items[0];
    const struct pc_type *type = pc_check_expression(checker, body, value, expected);
    if (arguments->count == 1) {
        if (type->kind == PC_TYPE_F64 || type->kind == PC_TYPE_DECIMAL)
            call->type = type;
        else
            report_argument(checker, value, "an `f64` or a `decimal`");
        return;
    }
    struct pc_expression *step = arguments->items[1];
    if (type->kind == PC_TYPE_ERROR)
        return;
    if (!pc_type_is_exact(type) && type->kind != PC_TYPE_TIME && type->kind != PC_TYPE_DURATION) {
        report_argument(checker, value, "an exact number or a time");
        return;
    }
    const struct pc_type *wanted = type->kind == PC_TYPE_TIME ? checker->duration : type;
    if (!pc_check_value(checker, body, step, wanted))
        return;
    const struct pc_constant *constant = pc_expression_constant(step);
    if (constant != NULL && constant->integer <= 0)
        pc_report(checker->diagnostics, PC_E0224, step->span, "the step must be above zero");
    else
        call->type = type;
}

static void check_scaled(struct pc_checker *checker, struct pc_frame *body,
                         struct pc_expression *call)
{
    struct pc_expressions *arguments = &call->call.arguments;
    int64_t scale = 0;

    if (!pc_check_count(checker, call, arguments, 2, 2))
        return;
    pc_check_expression(checker, body, arguments->items[0], NULL);
    if (arguments->items[0]->type->kind != PC_TYPE_INTEGER) {
        report_argument(checker, arguments->items[0], "an integer");
    } else if (!pc_small_integer(arguments->items[1], 9, &scale)) {
        pc_report(checker->diagnostics, PC_E0212, arguments->items[1]->span,
                  "the digits after the point are a number from 0 to 9, written out");
    } else {
        arguments->items[1]->type = checker->u32;
        call->type = pc_type_decimal(checker, (uint8_t)scale);
    }
}

static void check_single(struct pc_checker *checker, struct pc_frame *body,
                         struct pc_expression *call, enum pc_builtin builtin,
                         const struct pc_type *expected)
{
    struct pc_expressions *arguments = &call->call.arguments;

    if (!pc_check_count(checker, call, arguments, 1, 1))
        return;
    struct pc_expression *value = arguments->items[0];
    const struct pc_type *type =
        pc_check_expression(checker, body, value, builtin == PC_BUILTIN_ABS ? expected : NULL);
    if (builtin == PC_BUILTIN_ABS) {
        if (pc_type_is_numeric(type) || type->kind == PC_TYPE_DURATION)
            call->type = type;
        else
            report_argument(checker, value, "a number or a duration");
        return;
    }
    if (pc_is_collection(type) || type->kind == PC_TYPE_TEXT || type->kind == PC_TYPE_BYTES)
        call->type = checker->u32;
    else
        report_argument(checker, value, "a list or a text");
}

/* Functions of texts: all arguments are texts, but for the positions of slice. */
static void check_text_function(struct pc_checker *checker, struct pc_frame *body,
                                struct pc_expression *call, enum pc_builtin builtin)
{
    struct pc_expressions *arguments = &call->call.arguments;
    bool is_test = builtin >= PC_BUILTIN_STARTS_WITH && builtin <= PC_BUILTIN_CONTAINS;
    size_t count = builtin == PC_BUILTIN_SLICE ? 3 : is_test ? 2 : 1;
    bool is_good = true;

    if (!pc_check_count(checker, call, arguments, count, count))
        return;
    for (size_t i = 0; i < count; i++) {
        bool is_position = builtin == PC_BUILTIN_SLICE && i != 0;
        is_good = pc_check_value(checker, body, arguments->items[i],
                                 is_position ? checker->i64 : checker->text) &&
                  is_good;
    }
    if (is_good)
        call->type = is_test ? checker->boolean : checker->text;
}

/* Functions of the calendar, in UTC: of a time or a date. The year is an i32, other parts are u32,
 * and what a week or month begins with has the argument's type. */
static void check_calendar(struct pc_checker *checker, struct pc_frame *body,
                           struct pc_expression *call, enum pc_builtin builtin)
{
    struct pc_expressions *arguments = &call->call.arguments;

    if (!pc_check_count(checker, call, arguments, 1, 1))
        return;
    const struct pc_type *type = pc_check_expression(checker, body, arguments->items[0], NULL);
    if (type->kind != PC_TYPE_TIME && type->kind != PC_TYPE_DATE)
        report_argument(checker, arguments->items[0], "a time or a date");
    else if (builtin == PC_BUILTIN_START_OF_WEEK || builtin == PC_BUILTIN_START_OF_MONTH)
        call->type = type;
    else
        call->type = builtin == PC_BUILTIN_YEAR ? pc_type_integer(checker, 32, true) : checker->u32;
}

void pc_check_builtin(struct pc_checker *checker, struct pc_frame *body,
                      struct pc_expression *expression, const struct pc_type *expected)
{
    enum pc_builtin builtin = expression->symbol->builtin;
    const struct pc_type *type;

    switch (builtin) {
    case PC_BUILTIN_MIN:
    case PC_BUILTIN_MAX:
        check_extreme(checker, body, expression, expected);
        break;
    case PC_BUILTIN_CLAMP:
        if (!pc_check_count(checker, expression, &expression->call.arguments, 3, 3))
            break;
        type = check_alike(checker, body, &expression->call.arguments, expected);
        expression->type = type != NULL ? type : checker->error;
        break;
    case PC_BUILTIN_ABS:
    case PC_BUILTIN_LEN:
        check_single(checker, body, expression, builtin, expected);
        break;
    case PC_BUILTIN_ROUND:
        pc_check_rounding(checker, body, expression);
        break;
    case PC_BUILTIN_FLOOR:
    case PC_BUILTIN_CEIL:
        check_step(checker, body, expression, expected);
        break;
    case PC_BUILTIN_SUM:
    case PC_BUILTIN_COUNT:
    case PC_BUILTIN_ANY:
    case PC_BUILTIN_ALL:
        check_fold(checker, body, expression, builtin);
        break;
    case PC_BUILTIN_SCALED:
        check_scaled(checker, body, expression);
        break;
    case PC_BUILTIN_YEAR:
    case PC_BUILTIN_MONTH:
    case PC_BUILTIN_DAY:
    case PC_BUILTIN_WEEKDAY:
    case PC_BUILTIN_START_OF_WEEK:
    case PC_BUILTIN_START_OF_MONTH:
        check_calendar(checker, body, expression, builtin);
        break;
    default:
        check_text_function(checker, body, expression, builtin);
        break;
    }
}
