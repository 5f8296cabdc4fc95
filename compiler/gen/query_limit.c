/* query_limit.c -- limits that are computed: from the parameters as values to a call of the static
 * function that function.c writes. */
#include "gen/query.h"
#include "gen/types.h"

/* A parameter as the function takes it; an enum is read into a variable of its own first. */
static const char *argument(struct pc_code *code, struct pc_helpers *helpers,
                            const struct pc_plan_query_parameter *parameter, size_t index)
{
    struct pc_arena *arena = code->arena;
    const struct pc_plan_type *type = pc_type_inside(parameter->type);
    const char *value = pc_format(arena, "values[%zu]", index);
    const char *scalar = pc_value_scalar(arena, type, value);
    bool is_optional = type != parameter->type;

    if (type->kind == PC_PLAN_ENUM) {
        const char *name = pc_format(arena, "member_%zu_", index);

        pc_code_plain(code, "%.*s %s = 0;", PC_TEXT_ARGS(type->c_name), name);
        pc_code_line(code, "if (%s%s!%s(%s.as.text, &%s))",
                     is_optional ? pc_format(arena, "%s.kind != PROJC_KIND_NULL", value) : "",
                     is_optional ? " && " : "", pc_need_helper(helpers, PC_HELPER_ENUM_PARSE, type),
                     value, name);
        code->indent += PC_CODE_INDENT;
        pc_code_line(code,
                     "return projc_error_set(handler->error, PROJC_INVALID, \"%%s is no member\", "
                     "%s);",
                     pc_c_string(arena, parameter->name));
        code->indent -= PC_CODE_INDENT;
        scalar = name;
    }
    if (!is_optional)
        return scalar;
    return pc_format(arena, "%s.kind != PROJC_KIND_NULL ? (%.*s){true, %s} : (%.*s){0}", value,
                     PC_TEXT_ARGS(parameter->type->c_name), scalar,
                     PC_TEXT_ARGS(parameter->type->c_name));
}

static void write_limit(struct pc_code *code, const struct pc_plan_query *query,
                        struct pc_helpers *helpers, bool can_fail)
{
    const struct pc_plan_function *function = query->limit_function;
    const char *arguments = can_fail ? "handler" : "";

    pc_code_plain(code,
                  "static projc_status %.*s_limit(projc_handler *handler, const projc_value "
                  "*values, projc_value *limit)",
                  PC_TEXT_ARGS(query->c_stem));
    pc_code_open(code, "{");
    if (can_fail) {
        pc_code_line(code, "%.*s result = 0;", PC_TEXT_ARGS(function->type->c_name));
        pc_code_line(code, "projc_status status;");
        pc_code_blank(code);
    } else {
        pc_code_line(code, "(void)handler;");
    }
    if (query->parameters.count == 0)
        pc_code_line(code, "(void)values;");
    for (size_t i = 0; i < query->parameters.count; i++)
        arguments = pc_format(code->arena, "%s%s%s", arguments, *arguments != '\0' ? ", " : "",
                              argument(code, helpers, query->parameters.items[i], i));
    pc_code_line(code, "limit->kind = PROJC_KIND_INTEGER;");
    if (can_fail) {
        pc_code_line(code, "status = %.*s(%s, &result);", PC_TEXT_ARGS(function->c_name),
                     arguments);
        pc_code_line(code, "limit->as.integer = result;");
        pc_code_line(code, "return status;");
    } else {
        pc_code_line(code, "limit->as.integer = %.*s(%s);", PC_TEXT_ARGS(function->c_name),
                     arguments);
        pc_code_line(code, "return PROJC_OK;");
    }
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_query_limits(struct pc_code *code, const struct pc_plan *plan,
                           struct pc_helpers *helpers, const struct pc_function_drafts *functions)
{
    for (size_t i = 0; i < plan->queries.count; i++) {
        const struct pc_plan_query *query = plan->queries.items[i];

        if (query->limit_function != NULL)
            write_limit(code, query, helpers,
                        functions->items[query->limit_function->index].can_fail);
    }
}
