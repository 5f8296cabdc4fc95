/* functions.c -- fn and extern fn: parameters, bodies, calls, and that none comes back to itself.
 */
#include "check/declarations.h"
#include "check/expressions.h"

#include <assert.h>

/* ---- declarations ---- */

static void declare_parameters(struct pc_checker *checker, struct pc_function_model *function)
{
    struct pc_parameters *parameters = &function->node->function.parameters;

    for (size_t i = 0; i < parameters->count; i++) {
        struct pc_parameter *parameter = parameters->items[i];

        parameter->type = pc_type_plain(checker, pc_resolve_type(checker, parameter->type_node));
        parameter->symbol =
            pc_symbol_new(checker, PC_SYMBOL_PARAMETER, &parameter->name, parameter->type);
        parameter->symbol->parameter = parameter;
        parameter->symbol->local_index = function->local_count++;
        if (parameter->initial != NULL)
            pc_report(checker->diagnostics, PC_E0212, parameter->initial->span,
                      "only parameters of queries have defaults");
        for (size_t j = 0; j < i; j++) {
            if (!pc_text_equals(parameters->items[j]->name.text, parameter->name.text))
                continue;
            struct pc_diagnostic *problem = pc_report(
                checker->diagnostics, PC_E0113, parameter->name.span,
                "`%.*s` is declared twice as parameter", PC_TEXT_ARGS(parameter->name.text));
            pc_diagnostic_point(problem, parameters->items[j]->name.span, "first declared here");
            break;
        }
    }
}

static void declare_function(struct pc_checker *checker, struct pc_declaration *node)
{
    struct pc_function_model *function = PC_NEW(checker->arena, struct pc_function_model);
    struct pc_symbol *symbol = pc_symbol_new(checker, PC_SYMBOL_FUNCTION, &node->name, NULL);

    symbol->declaration = node;
    symbol->function = function;
    node->symbol = symbol;
    function->node = node;
    function->name = node->name.text;
    function->is_extern = node->function.is_extern;
    declare_parameters(checker, function);
    symbol->type = pc_type_plain(checker, pc_resolve_type(checker, node->function.result));
    function->type = symbol->type;
    if (pc_builtin_find(node->name.text) >= 0 || pc_is_builtin_type(checker, node->name.text))
        pc_report(checker->diagnostics, PC_E0112, node->name.span,
                  "`%.*s` is a function of the language", PC_TEXT_ARGS(node->name.text));
    if (pc_table_declare(checker, &checker->function_names, symbol, "function"))
        PC_LIST_ADD(checker->arena, &checker->functions, function);
}

/* ---- bodies ---- */

static void check_body(struct pc_checker *checker, struct pc_function_model *function)
{
    struct pc_scope scope = {0};
    struct pc_frame body = {.scope = &scope, .function = function};
    struct pc_parameters *parameters = &function->node->function.parameters;

    if (function->is_extern)
        return;
    for (size_t i = 0; i < parameters->count; i++)
        PC_LIST_ADD(checker->arena, &scope.symbols, parameters->items[i]->symbol);
    pc_check_value(checker, &body, function->node->function.body, function->type);
}

/* ---- calls ---- */

static void note_call(struct pc_checker *checker, struct pc_frame *body,
                      struct pc_function_model *callee, struct pc_span span)
{
    if (body->handler != NULL && callee->reaches_extern)
        body->handler->calls_extern = true;
    if (body->is_upcast && callee->reaches_extern)
        pc_report(checker->diagnostics, PC_E0135, span, "an upcast calls no functions in C");
    if (body->function == NULL)
        return;
    for (size_t i = 0; i < body->function->calls.count; i++) {
        if (body->function->calls.items[i]->function == callee)
            return;
    }
    struct pc_function_call *call = PC_NEW(checker->arena, struct pc_function_call);
    call->function = callee;
    call->span = span;
    PC_LIST_ADD(checker->arena, &body->function->calls, call);
}

void pc_check_function_call(struct pc_checker *checker, struct pc_frame *body,
                            struct pc_expression *expression, struct pc_symbol *function)
{
    struct pc_parameters *parameters = &function->declaration->function.parameters;
    struct pc_expressions *arguments = &expression->call.arguments;
    bool is_good = true;

    function->is_used = true;
    expression->symbol = function;
    expression->call.name.symbol = function;
    note_call(checker, body, function->function, expression->call.name.span);
    if (!pc_check_count(checker, expression, arguments, parameters->count, parameters->count))
        return;
    for (size_t i = 0; i < arguments->count; i++) {
        const struct pc_type *type = parameters->items[i]->type;
        is_good = pc_check_value(checker, body, arguments->items[i],
                                 type != NULL ? type : checker->error) &&
                  is_good;
    }
    if (is_good)
        expression->type = function->type;
}

/* ---- circles ---- */

/* The functions that are being sorted, each called by the one before it. */
struct path {
    const struct path *before;
    const struct pc_function_model *function;
    const struct pc_function_call *call; /* the one that leads on */
};

static void report_circle(struct pc_checker *checker, const struct path *path,
                          const struct pc_function_model *first)
{
    struct pc_diagnostic *problem;
    const struct path *step = path;

    if (path->function == first)
        problem = pc_report(checker->diagnostics, PC_E0130, path->call->span, "`%.*s` calls itself",
                            PC_TEXT_ARGS(first->name));
    else
        problem = pc_report(checker->diagnostics, PC_E0130, path->call->span,
                            "`%.*s` comes back to itself through `%.*s`", PC_TEXT_ARGS(first->name),
                            PC_TEXT_ARGS(path->function->name));
    while (step->function != first) {
        step = step->before;
        assert(step != NULL); /* the first is open: it stands on the path */
        pc_diagnostic_point(problem, step->call->span, "`%.*s` calls `%.*s`",
                            PC_TEXT_ARGS(step->function->name),
                            PC_TEXT_ARGS(step->call->function->name));
    }
    pc_diagnostic_help(problem, "functions always end; walk a list with `sum(… for x in list)`");
}

/* Puts a function behind those it calls. */
static void sort_function(struct pc_checker *checker, struct pc_function_model *function,
                          const struct path *before)
{
    struct path path = {before, function, NULL};

    function->is_open = true;
    function->is_sorted = true;
    function->reaches_extern = function->is_extern;
    for (size_t i = 0; i < function->calls.count; i++) {
        struct pc_function_model *callee = function->calls.items[i]->function;

        path.call = function->calls.items[i];
        if (callee->is_open)
            report_circle(checker, &path, callee);
        else if (!callee->is_sorted)
            sort_function(checker, callee, &path);
        function->reaches_extern = function->reaches_extern || callee->reaches_extern;
    }
    function->is_open = false;
    function->index = (uint32_t)checker->model->functions.count;
    PC_LIST_ADD(checker->arena, &checker->model->functions, function);
}

void pc_check_functions(struct pc_checker *checker)
{
    struct pc_declarations *nodes = &checker->tree->declarations;

    for (size_t i = 0; i < nodes->count; i++) {
        if (nodes->items[i]->kind == PC_DECLARATION_FUNCTION)
            declare_function(checker, nodes->items[i]);
    }
    for (size_t i = 0; i < checker->functions.count; i++)
        check_body(checker, checker->functions.items[i]);
    for (size_t i = 0; i < checker->functions.count; i++) {
        if (!checker->functions.items[i]->is_sorted)
            sort_function(checker, checker->functions.items[i], NULL);
    }
}
