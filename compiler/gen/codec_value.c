/* codec_value.c -- the statements that read or write one value. */
#include "gen/codec.h"

#include "gen/types.h"

const char *pc_wire_name(enum pc_wire wire)
{
    return wire == PC_WIRE_JSON || wire == PC_WIRE_JSON_STATE ? "json" : "msgpack";
}

static bool is_json(enum pc_wire wire)
{
    return wire == PC_WIRE_JSON || wire == PC_WIRE_JSON_STATE;
}

static const char *duration_unit(enum pc_wire wire, const struct pc_plan_type *type)
{
    static const char *const names[] = {
        [PC_PLAN_DURATION_ISO] = "PROJC_DURATION_ISO", [PC_PLAN_DURATION_NS] = "PROJC_DURATION_NS",
        [PC_PLAN_DURATION_US] = "PROJC_DURATION_US",   [PC_PLAN_DURATION_MS] = "PROJC_DURATION_MS",
        [PC_PLAN_DURATION_S] = "PROJC_DURATION_S",
    };

    return names[wire == PC_WIRE_JSON ? type->unit : PC_PLAN_DURATION_ISO];
}

static enum pc_helper_kind reader_of(enum pc_wire wire)
{
    static const enum pc_helper_kind kinds[] = {
        [PC_WIRE_JSON] = PC_HELPER_FROM_JSON,
        [PC_WIRE_MSGPACK] = PC_HELPER_FROM_MSGPACK,
        [PC_WIRE_JSON_STATE] = PC_HELPER_READ_JSON,
        [PC_WIRE_ARRAY] = PC_HELPER_READ_ARRAY,
    };

    return kinds[wire];
}

static enum pc_helper_kind writer_of(enum pc_wire wire)
{
    static const enum pc_helper_kind kinds[] = {
        [PC_WIRE_JSON] = PC_HELPER_TO_JSON,
        [PC_WIRE_MSGPACK] = PC_HELPER_TO_MSGPACK,
        [PC_WIRE_JSON_STATE] = PC_HELPER_SHOW_JSON,
        [PC_WIRE_ARRAY] = PC_HELPER_WRITE_ARRAY,
    };

    return kinds[wire];
}

/* ---- reading ---- */

static const char *read_integer(struct pc_arena *arena, enum pc_wire wire,
                                const struct pc_plan_type *type)
{
    const char *bits =
        pc_format(arena, "%sINT%u", type->is_signed ? "" : "U", (unsigned)type->bits);
    const char *low = type->is_signed ? pc_format(arena, "%s_MIN", bits) : "0";
    const char *cast =
        type->bits == 64 ? "" : pc_format(arena, "(%.*s)", PC_TEXT_ARGS(type->c_name));

    return pc_format(arena, "%sprojc_%s_read_integer(reader, %s, %s_MAX, %s)", cast,
                     pc_wire_name(wire), low, bits, pc_type_literal(arena, type));
}

/* The call that reads a scalar. */
static const char *read_scalar(struct pc_helpers *helpers, enum pc_wire wire,
                               const struct pc_plan_type *type)
{
    static const char *const names[] = {
        [PC_PLAN_BOOL] = "bool",   [PC_PLAN_F64] = "f64",           [PC_PLAN_TEXT] = "text",
        [PC_PLAN_BYTES] = "bytes", [PC_PLAN_UUID] = "uuid",         [PC_PLAN_TIME] = "time",
        [PC_PLAN_DATE] = "date",   [PC_PLAN_DURATION] = "duration",
    };
    struct pc_arena *arena = helpers->arena;

    switch (type->kind) {
    case PC_PLAN_INTEGER:
        return read_integer(arena, wire, type);
    case PC_PLAN_DECIMAL:
        if (is_json(wire))
            return pc_format(arena, "projc_json_read_decimal(reader, %u, %s)",
                             (unsigned)type->scale, type->is_rounding ? "true" : "false");
        return pc_format(arena, "projc_msgpack_read_decimal(reader, %u)", (unsigned)type->scale);
    case PC_PLAN_ENUM:
        return pc_format(arena, "(%.*s)projc_%s_read_enum(reader, &%s)", PC_TEXT_ARGS(type->c_name),
                         pc_wire_name(wire), pc_need_helper(helpers, PC_HELPER_ENUM_TABLE, type));
    case PC_PLAN_DURATION:
        if (is_json(wire))
            return pc_format(arena, "projc_json_read_duration(reader, %s)",
                             duration_unit(wire, type));
        return "projc_msgpack_read_duration(reader)";
    default:
        return pc_format(arena, "projc_%s_read_%s(reader)", pc_wire_name(wire), names[type->kind]);
    }
}

void pc_read_value(struct pc_code *code, struct pc_helpers *helpers, enum pc_wire wire,
                   const struct pc_plan_type *type, const char *place)
{
    switch (type->kind) {
    case PC_PLAN_OPTIONAL:
        pc_code_line(code, "%s.has = !projc_%s_read_null(reader);", place, pc_wire_name(wire));
        if (pc_type_is_struct(type->element) && type->element->kind != PC_PLAN_TEXT &&
            type->element->kind != PC_PLAN_BYTES && type->element->kind != PC_PLAN_UUID) {
            pc_code_open(code, "if (%s.has) {", place);
            pc_read_value(code, helpers, wire, type->element,
                          pc_format(code->arena, "%s.value", place));
            pc_code_close(code, "}");
            return;
        }
        pc_code_line(code, "if (%s.has)", place);
        pc_code_line(code, "    %s.value = %s;", place, read_scalar(helpers, wire, type->element));
        return;
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
    case PC_PLAN_MAP:
    case PC_PLAN_RECORD:
        pc_code_line(code, "%s(reader, &%s);", pc_need_helper(helpers, reader_of(wire), type),
                     place);
        return;
    default:
        pc_code_line(code, "%s = %s;", place, read_scalar(helpers, wire, type));
        return;
    }
}

/* ---- writing ---- */

static const char *write_scalar(struct pc_helpers *helpers, enum pc_wire wire,
                                const struct pc_plan_type *type, const char *place)
{
    static const char *const names[] = {
        [PC_PLAN_BOOL] = "bool", [PC_PLAN_INTEGER] = "integer", [PC_PLAN_F64] = "f64",
        [PC_PLAN_TEXT] = "text", [PC_PLAN_BYTES] = "bytes",     [PC_PLAN_UUID] = "uuid",
        [PC_PLAN_TIME] = "time", [PC_PLAN_DATE] = "date",
    };
    struct pc_arena *arena = helpers->arena;

    if (type->kind == PC_PLAN_ENUM)
        return pc_format(arena, "projc_%s_write_enum%s(writer, &%s, (int32_t)%s)",
                         pc_wire_name(wire),
                         wire == PC_WIRE_JSON && type->enumeration->has_codes ? "_payload" : "",
                         pc_need_helper(helpers, PC_HELPER_ENUM_TABLE, type), place);
    if (!is_json(wire) && pc_type_is_number(type))
        return pc_format(arena, "projc_msgpack_write_integer(writer, %s)", place);
    if (type->kind == PC_PLAN_DECIMAL)
        return pc_format(arena, "projc_json_write_decimal(writer, %s, %u)", place,
                         (unsigned)type->scale);
    if (type->kind == PC_PLAN_DURATION)
        return pc_format(arena, "projc_json_write_duration(writer, %s, %s)", place,
                         duration_unit(wire, type));
    return pc_format(arena, "projc_%s_write_%s(writer, %s)", pc_wire_name(wire), names[type->kind],
                     place);
}

void pc_write_value(struct pc_code *code, struct pc_helpers *helpers, enum pc_wire wire,
                    const struct pc_plan_type *type, const char *place)
{
    switch (type->kind) {
    case PC_PLAN_OPTIONAL:
        pc_code_line(code, "if (%s.has)", place);
        code->indent += PC_CODE_INDENT;
        pc_write_value(code, helpers, wire, type->element,
                       pc_format(code->arena, "%s.value", place));
        code->indent -= PC_CODE_INDENT;
        pc_code_line(code, "else");
        pc_code_line(code, "    projc_%s_write_null(writer);", pc_wire_name(wire));
        return;
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
    case PC_PLAN_MAP:
    case PC_PLAN_RECORD:
        pc_code_line(code, "%s(writer, &%s);", pc_need_helper(helpers, writer_of(wire), type),
                     place);
        return;
    default:
        pc_code_line(code, "%s;", write_scalar(helpers, wire, type, place));
        return;
    }
}
