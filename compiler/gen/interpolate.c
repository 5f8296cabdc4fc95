/* interpolate.c -- texts built from parts, as "overdrawn by {-balance}". */
#include "gen/body.h"

/* The call that appends one value. */
static const char *append_call(struct pc_body *body, const struct pc_plan_type *type,
                               const char *builder, const char *value)
{
    static const char *const names[] = {
        [PC_PLAN_BOOL] = "bool", [PC_PLAN_INTEGER] = "integer", [PC_PLAN_F64] = "f64",
        [PC_PLAN_TEXT] = "text", [PC_PLAN_BYTES] = "bytes",     [PC_PLAN_UUID] = "uuid",
        [PC_PLAN_TIME] = "time", [PC_PLAN_DATE] = "date",       [PC_PLAN_DURATION] = "duration",
    };
    struct pc_arena *arena = body->arena;

    if (type->kind == PC_PLAN_DECIMAL)
        return pc_format(arena, "projc_build_decimal(&%s, %s, %u)", builder, value,
                         (unsigned)type->scale);
    if (type->kind == PC_PLAN_ENUM)
        return pc_format(arena, "projc_build_text(&%s, %s(%s))", builder,
                         pc_need_helper(body->helpers, PC_HELPER_ENUM_TEXT, type), value);
    return pc_format(arena, "projc_build_%s(&%s, %s)", names[type->kind], builder, value);
}

static void append_part(struct pc_body *body, const struct pc_ir_expression *part,
                        const char *builder)
{
    const struct pc_plan_type *type = part->type;

    /* A value converted to text is shown directly, without a text in between. */
    if (part->kind == PC_IR_CONVERT && part->conversion == PC_IR_TO_TEXT) {
        append_part(body, part->left, builder);
        return;
    }
    if (part->kind == PC_IR_CONSTANT && type->kind == PC_PLAN_TEXT) {
        pc_code_line(body->code, "projc_build_literal(&%s, %s, %zu);", builder,
                     pc_c_string(body->arena, part->constant->text), part->constant->text.size);
        return;
    }
    if (type->kind == PC_PLAN_OPTIONAL) {
        const char *place = pc_place_expression(body, part, "value");

        pc_code_line(body->code, "if (%s.has)", place);
        pc_code_line(
            body->code, "    %s;",
            append_call(body, type->element, builder, pc_format(body->arena, "%s.value", place)));
        pc_code_line(body->code, "else");
        pc_code_line(body->code, "    projc_build_literal(&%s, \"none\", 4);", builder);
        return;
    }
    pc_code_line(body->code, "%s;",
                 append_call(body, type, builder, pc_expression(body, part).text));
}

struct pc_value pc_interpolate(struct pc_body *body, const struct pc_ir_expression *const *parts,
                               size_t count)
{
    const char *builder = pc_temporary(body, "builder");
    const char *text = pc_temporary(body, "text");

    pc_code_plain(body->code, "projc_text_builder %s;", builder);
    pc_code_plain(body->code, "projc_text %s;", text);
    pc_code_line(body->code, "projc_build_begin(handler, &%s);", builder);
    for (size_t i = 0; i < count; i++)
        append_part(body, parts[i], builder);
    pc_pass_status(body,
                   pc_format(body->arena, "projc_build_end(handler, &%s, &%s)", builder, text));
    return pc_simple(text);
}
