/* function.c -- fn as static C functions, extern fn as prototypes, and calls of both.
 *
 * A function whose body cannot fail returns its value. Any other returns a status and takes the
 * handler, as what it calls for checked arithmetic does. */
#include "gen/body.h"
#include "gen/parts.h"

/* ---- bodies ---- */

static void draft_function(struct pc_arena *arena, const struct pc_plan *plan,
                           const struct pc_generate_options *options, struct pc_helpers *helpers,
                           const struct pc_function_drafts *drafts,
                           const struct pc_plan_function *function, struct pc_function_draft *draft)
{
    struct pc_code code;
    struct pc_body body = {
        .arena = arena, .plan = plan, .functions = drafts, .code = &code, .helpers = helpers};

    pc_code_init(&code, arena, !options->no_line);
    code.indent = PC_CODE_INDENT;
    pc_begin_statement(&body, function->place);
    const char *value = pc_expression(&body, pc_unwidened(function->body)).text;

    draft->can_fail =
        pc_mentions(pc_code_text(&code), "handler") || pc_mentions(pc_text_of(value), "handler");
    pc_code_line(&code, "%s %s;", draft->can_fail ? "*result =" : "return", value);
    draft->text = pc_code_text(&code);
}

void pc_prepare_functions(struct pc_arena *arena, const struct pc_plan *plan,
                          const struct pc_generate_options *options, struct pc_helpers *helpers,
                          struct pc_function_drafts *drafts)
{
    drafts->items = pc_arena_alloc_array(arena, plan->functions.count + 1, sizeof *drafts->items);
    for (size_t i = 0; i < plan->functions.count; i++) {
        const struct pc_plan_function *function = plan->functions.items[i];

        if (function->is_called && !function->is_extern)
            draft_function(arena, plan, options, helpers, drafts, function,
                           &drafts->items[function->index]);
    }
}

/* ---- definitions ---- */

/* "projc_handler *handler, projc_text country, int64_t *result"; has_status: with the first and
 * the last of them. */
static const char *parameter_list(struct pc_arena *arena, const struct pc_plan_function *function,
                                  bool has_status)
{
    const char *text = has_status ? "projc_handler *handler, " : "";

    for (size_t i = 0; i < function->parameters.count; i++) {
        const struct pc_ir_local *parameter = function->parameters.items[i];
        bool is_last = !has_status && i + 1 == function->parameters.count;

        text = pc_format(arena, "%s%.*s %.*s%s", text, PC_TEXT_ARGS(parameter->type->c_name),
                         PC_TEXT_ARGS(parameter->c_name), is_last ? "" : ", ");
    }
    if (has_status)
        return pc_format(arena, "%s%.*s *result", text, PC_TEXT_ARGS(function->type->c_name));
    return *text == '\0' ? "void" : text;
}

static void write_function(struct pc_code *code, const struct pc_plan *plan,
                           const struct pc_plan_function *function,
                           const struct pc_function_draft *draft)
{
    struct pc_text type = draft->can_fail ? pc_text_of("projc_status") : function->type->c_name;

    pc_code_comment(code, function->doc);
    pc_code_plain(code, "static %.*s %.*s(%s)", PC_TEXT_ARGS(type), PC_TEXT_ARGS(function->c_name),
                  parameter_list(code->arena, function, draft->can_fail));
    pc_code_open(code, "{");
    for (size_t i = 0; i < function->parameters.count; i++) {
        struct pc_text name = function->parameters.items[i]->c_name;

        if (!pc_mentions(draft->text, pc_format(code->arena, "%.*s", PC_TEXT_ARGS(name))))
            pc_code_plain(code, "(void)%.*s;", PC_TEXT_ARGS(name));
    }
    pc_code_raw(code, draft->text);
    pc_code_own_lines(code, pc_text_format(code->arena, "%.*s.c", PC_TEXT_ARGS(plan->stem)));
    if (draft->can_fail)
        pc_code_line(code, "return PROJC_OK;");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_functions(struct pc_code *code, const struct pc_plan *plan,
                        const struct pc_function_drafts *drafts)
{
    bool has_section = false;

    for (size_t i = 0; i < plan->functions.count; i++) {
        const struct pc_plan_function *function = plan->functions.items[i];

        if (!function->is_called || function->is_extern)
            continue;
        if (!has_section)
            pc_code_section(code, pc_text_of("functions"));
        has_section = true;
        write_function(code, plan, function, &drafts->items[function->index]);
    }
}

/* ---- extern ---- */

static void write_extern_function(struct pc_code *code, const struct pc_plan_function *function)
{
    struct pc_arena *arena = code->arena;

    pc_code_comment(code, function->doc);
    pc_code_comment(
        code, pc_text_format(arena,
                             "Yours to write: %.*s, %.*s. The same arguments shall always give the "
                             "same *result, which is zero when it is called; texts and lists in it "
                             "must live as long as handler->arena. Returns 0, a positive number "
                             "when the event cannot be applied, a negative one to be tried again; "
                             "projc_handler_set_error() sets the text.",
                             PC_TEXT_ARGS(function->name), PC_TEXT_ARGS(function->type->name)));
    pc_code_plain(code, "int %.*s(%s);", PC_TEXT_ARGS(function->c_name),
                  parameter_list(arena, function, true));
    pc_code_blank(code);
}

void pc_write_extern_functions(struct pc_code *code, const struct pc_plan *plan)
{
    bool has_section = false;

    for (size_t i = 0; i < plan->functions.count; i++) {
        if (!plan->functions.items[i]->is_extern)
            continue;
        if (!has_section)
            pc_code_section(code, pc_text_of("functions in C"));
        has_section = true;
        write_extern_function(code, plan->functions.items[i]);
    }
}

/* ---- calls ---- */

/* The call of a user's function, whose result may be anything. */
static const char *extern_call(struct pc_body *body, const struct pc_plan_function *function,
                               const char *call)
{
    const struct pc_ir_statement *statement = body->statement;

    return pc_format(body->arena, "projc_from_extern(handler, %.*s, %u, %u, %s, %s)",
                     PC_TEXT_ARGS(body->plan->files.items[statement->file]->c_macro),
                     (unsigned)statement->line, (unsigned)statement->column,
                     pc_c_string(body->arena, function->c_name), call);
}

struct pc_value pc_call_function(struct pc_body *body, const struct pc_ir_expression *call)
{
    const struct pc_plan_function *function = call->function;
    bool can_fail = function->is_extern || body->functions->items[function->index].can_fail;
    const char *arguments = can_fail ? "handler, " : "";
    const char *result;

    for (size_t i = 0; i < call->arguments.count; i++) {
        bool is_last = !can_fail && i + 1 == call->arguments.count;

        arguments = pc_format(body->arena, "%s%s%s", arguments,
                              pc_expression(body, pc_unwidened(call->arguments.items[i])).text,
                              is_last ? "" : ", ");
    }
    if (!can_fail)
        return pc_atom(
            pc_format(body->arena, "%.*s(%s)", PC_TEXT_ARGS(function->c_name), arguments));
    result = pc_temporary(body, "result");
    pc_code_plain(body->code, "%.*s %s = %s;", PC_TEXT_ARGS(function->type->c_name), result,
                  pc_type_is_struct(function->type) ? "{0}" : "0");
    const char *text =
        pc_format(body->arena, "%.*s(%s&%s)", PC_TEXT_ARGS(function->c_name), arguments, result);

    pc_pass_status(body, function->is_extern ? extern_call(body, function, text) : text);
    if (function->is_extern && function->type->kind == PC_PLAN_F64)
        pc_fail_if(body, pc_format(body->arena, "!projc_f64_is_finite(%s)", result),
                   "projc_fail_not_finite", "");
    return pc_simple(result);
}
