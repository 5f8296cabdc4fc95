/* codec_helper.c -- serializers of records and lists, and the tables of enum members. */
#include "gen/codec.h"

#include "gen/types.h"

static enum pc_wire wire_of(enum pc_helper_kind kind)
{
    switch (kind) {
    case PC_HELPER_FROM_JSON:
    case PC_HELPER_TO_JSON:
        return PC_WIRE_JSON;
    case PC_HELPER_FROM_MSGPACK:
    case PC_HELPER_TO_MSGPACK:
        return PC_WIRE_MSGPACK;
    case PC_HELPER_READ_JSON:
    case PC_HELPER_SHOW_JSON:
        return PC_WIRE_JSON_STATE;
    default:
        return PC_WIRE_ARRAY;
    }
}

static void write_enum_table(struct pc_code *code, const struct pc_helper *helper)
{
    const struct pc_plan_enum *type = helper->type->enumeration;

    pc_code_plain(code, "static const projc_enum_member %s_members[] = {", helper->name.data);
    for (size_t i = 0; i < type->members.count; i++)
        pc_code_plain(code, "    {%.*s, %s},", PC_TEXT_ARGS(type->members.items[i]->c_name),
                      pc_c_string(code->arena, type->members.items[i]->outside));
    pc_code_plain(code, "};");
    pc_code_blank(code);
    pc_code_plain(code, "static const projc_enum %s = {", helper->name.data);
    pc_code_plain(code, "    .name = %s,", pc_c_string(code->arena, type->name));
    pc_code_plain(code, "    .members = %s_members,", helper->name.data);
    pc_code_plain(code, "    .count = %zu,", type->members.count);
    pc_code_plain(code, "    .has_codes = %s,", type->has_codes ? "true" : "false");
    pc_code_plain(code, "};");
    pc_code_blank(code);
}

static void read_list(struct pc_code *code, struct pc_helpers *helpers,
                      const struct pc_helper *helper)
{
    const struct pc_plan_type *type = helper->type;
    const char *name = pc_wire_name(wire_of(helper->kind));
    bool is_set = type->kind == PC_PLAN_SET;
    bool is_strict = helper->kind == PC_HELPER_READ_ARRAY;

    pc_code_plain(code, "static void %s(projc_%s_reader *reader, %.*s *list)", helper->name.data,
                  name, PC_TEXT_ARGS(type->c_name));
    pc_code_open(code, "{");
    pc_code_line(code, "projc_scope scope;");
    pc_code_blank(code);
    pc_code_line(code, "*list = (%.*s){0};", PC_TEXT_ARGS(type->c_name));
    pc_code_line(code, "projc_%s_read_list(reader, &scope);", name);
    pc_code_open(code, "while (projc_%s_read_item(reader, &scope)) {", name);
    pc_code_line(code,
                 "%.*s *items = projc_list_reserve(reader->arena, list->items, list->count, "
                 "&list->capacity, sizeof *items);",
                 PC_TEXT_ARGS(type->element->c_name));
    pc_code_blank(code);
    pc_code_open(code, "if (items == NULL) {");
    pc_code_line(code, "projc_%s_fail(reader, PROJC_LIMIT, \"the list has too many items\");",
                 name);
    pc_code_line(code, "return;");
    pc_code_close(code, "}");
    pc_code_line(code, "list->items = items;");
    if (type->element->kind == PC_PLAN_OPTIONAL)
        pc_code_line(code, "items[list->count] = (%.*s){0};", PC_TEXT_ARGS(type->element->c_name));
    pc_read_value(code, helpers, wire_of(helper->kind), type->element, "items[list->count]");
    pc_code_line(code, "list->count++;");
    if (is_set && is_strict)
        pc_check_order(code, helpers, type, "list");
    pc_code_close(code, "}");
    if (is_set && !is_strict)
        pc_sort_items(code, helpers, type, name, "list");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

static void write_list(struct pc_code *code, struct pc_helpers *helpers,
                       const struct pc_helper *helper)
{
    const struct pc_plan_type *type = helper->type;
    enum pc_wire wire = wire_of(helper->kind);
    const char *name = pc_wire_name(wire);
    bool is_msgpack = wire == PC_WIRE_MSGPACK || wire == PC_WIRE_ARRAY;
    bool needs_braces = type->element->kind == PC_PLAN_OPTIONAL;

    pc_code_plain(code, "static void %s(projc_%s_writer *writer, const %.*s *list)",
                  helper->name.data, name, PC_TEXT_ARGS(type->c_name));
    pc_code_open(code, "{");
    if (is_msgpack)
        pc_code_line(code, "projc_msgpack_write_array(writer, list->count);");
    else
        pc_code_line(code, "projc_json_write_list(writer);");
    pc_code_open(code, "for (uint32_t index = 0; index < list->count; index++)%s",
                 needs_braces ? " {" : "");
    pc_write_value(code, helpers, wire, type->element, "list->items[index]");
    if (needs_braces)
        pc_code_close(code, "}");
    else
        code->indent -= PC_CODE_INDENT;
    if (!is_msgpack)
        pc_code_line(code, "projc_json_write_list_end(writer);");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

static void record_codec(struct pc_code *code, struct pc_helpers *helpers,
                         const struct pc_helper *helper, bool is_reader)
{
    const struct pc_plan_record *record = helper->type->record;
    enum pc_wire wire = wire_of(helper->kind);
    struct pc_struct_codec codec = {
        .wire = wire,
        .c_type = record->c_name,
        .variable = "record",
        .fields = &record->fields,
        .keys = pc_format(code->arena, "%.*s_fields", PC_TEXT_ARGS(record->c_stem)),
    };

    if (is_reader)
        pc_code_plain(code, "static void %s(projc_%s_reader *reader, %.*s *record)",
                      helper->name.data, pc_wire_name(wire), PC_TEXT_ARGS(record->c_name));
    else
        pc_code_plain(code, "static void %s(projc_%s_writer *writer, const %.*s *record)",
                      helper->name.data, pc_wire_name(wire), PC_TEXT_ARGS(record->c_name));
    pc_code_open(code, "{");
    if (is_reader)
        pc_read_fields(code, helpers, &codec);
    else
        pc_write_fields(code, helpers, &codec);
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_codec_helper(struct pc_code *code, struct pc_helpers *helpers,
                           const struct pc_helper *helper)
{
    bool is_reader = helper->kind == PC_HELPER_FROM_JSON ||
                     helper->kind == PC_HELPER_FROM_MSGPACK ||
                     helper->kind == PC_HELPER_READ_JSON || helper->kind == PC_HELPER_READ_ARRAY;

    if (helper->kind == PC_HELPER_ENUM_TABLE)
        write_enum_table(code, helper);
    else if (helper->kind == PC_HELPER_KEYS)
        pc_write_keys(code, helper->name.data, &helper->type->record->fields);
    else if (helper->type->kind == PC_PLAN_RECORD)
        record_codec(code, helpers, helper, is_reader);
    else if (helper->type->kind == PC_PLAN_MAP && is_reader)
        pc_read_map(code, helpers, helper, wire_of(helper->kind));
    else if (helper->type->kind == PC_PLAN_MAP)
        pc_write_map(code, helpers, helper, wire_of(helper->kind));
    else if (is_reader)
        read_list(code, helpers, helper);
    else
        write_list(code, helpers, helper);
}
