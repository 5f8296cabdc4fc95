/* body.c -- values, temporaries and failures of a handler's body. */
#include "gen/body.h"

struct pc_value pc_atom(const char *text)
{
    return (struct pc_value){.text = text, .level = PC_LEVEL_ATOM};
}

struct pc_value pc_simple(const char *text)
{
    return (struct pc_value){.text = text, .level = PC_LEVEL_ATOM, .is_simple = true};
}

const char *pc_bind(struct pc_body *body, struct pc_value value, enum pc_level level)
{
    return value.level <= level ? value.text : pc_format(body->arena, "(%s)", value.text);
}

const char *pc_temporary(struct pc_body *body, const char *hint)
{
    body->temporaries++;
    return pc_format(body->arena, "%s_%u_", hint, body->temporaries);
}

const char *pc_hold(struct pc_body *body, const struct pc_plan_type *type, const char *hint,
                    struct pc_value value)
{
    const char *name = pc_temporary(body, hint);

    pc_code_line(body->code, "%.*s %s = %s;", PC_TEXT_ARGS(type->c_name), name, value.text);
    return name;
}

/* ---- failing ---- */

static const char *failure(struct pc_body *body, const char *function, const char *arguments)
{
    const struct pc_ir_statement *statement = body->statement;
    const struct pc_plan_file *file = body->plan->files.items[statement->file];

    return pc_format(body->arena, "return %s(handler, %.*s, %u, %u, %s%s);", function,
                     PC_TEXT_ARGS(file->c_macro), (unsigned)statement->line,
                     (unsigned)statement->column, pc_c_string(body->arena, statement->source),
                     arguments);
}

/* A line that belongs to the `if` above it. */
static void write_indented(struct pc_body *body, const char *text)
{
    body->code->indent += PC_CODE_INDENT;
    pc_code_plain(body->code, "%s", text);
    body->code->indent -= PC_CODE_INDENT;
}

void pc_fail_if(struct pc_body *body, const char *condition, const char *function,
                const char *arguments)
{
    pc_code_line(body->code, "if (%s)", condition);
    write_indented(body, failure(body, function, arguments));
}

void pc_fail(struct pc_body *body, const char *function, const char *arguments)
{
    pc_code_line(body->code, "%s", failure(body, function, arguments));
}

void pc_need_memory(struct pc_body *body, const char *condition)
{
    pc_code_line(body->code, "if (!%s)", condition);
    write_indented(body, "return projc_fail_memory(handler);");
}

void pc_pass_status(struct pc_body *body, const char *call)
{
    const char *status = pc_temporary(body, "status");

    pc_code_line(body->code, "projc_status %s = %s;", status, call);
    pc_code_line(body->code, "if (%s != PROJC_OK)", status);
    write_indented(body, pc_format(body->arena, "return %s;", status));
}

const char *pc_operand(struct pc_body *body, const struct pc_plan_type *type, const char *text)
{
    return pc_format(body->arena, "(projc_operand){%s, %u}", text,
                     type->kind == PC_PLAN_DECIMAL ? (unsigned)type->scale : 0u);
}

bool pc_is_pointer(const struct pc_body *body, const struct pc_ir_local *local)
{
    if (local->is_reference)
        return true;
    for (size_t i = 0; i < body->pointers.count; i++)
        if (body->pointers.items[i] == local)
            return true;
    return false;
}
