/* codec_map.c -- serializers of maps, and the order that sets and maps have in states. */
#include "gen/codec.h"

#include "gen/types.h"

static bool is_json(enum pc_wire wire)
{
    return wire == PC_WIRE_JSON || wire == PC_WIRE_JSON_STATE;
}

void pc_check_order(struct pc_code *code, struct pc_helpers *helpers,
                    const struct pc_plan_type *type, const char *variable)
{
    const char *order = pc_need_helper(helpers, PC_HELPER_ORDER, type);

    pc_code_line(code,
                 "if (%s->count > 1 && %s(&items[%s->count - 2], &items[%s->count - 1]) >= 0)",
                 variable, order, variable, variable);
    pc_code_line(code, "    projc_msgpack_fail(reader, PROJC_CORRUPT, \"keys are out of order\");");
}

void pc_sort_items(struct pc_code *code, struct pc_helpers *helpers,
                   const struct pc_plan_type *type, const char *name, const char *variable)
{
    pc_code_line(code,
                 "if (!projc_sort_unique(reader->arena, %s->items, &%s->count, sizeof "
                 "*%s->items, %s))",
                 variable, variable, variable, pc_need_helper(helpers, PC_HELPER_ORDER, type));
    pc_code_line(code, "    projc_%s_fail(reader, PROJC_LIMIT, \"there are too many items\");",
                 name);
}

static void read_key(struct pc_code *code, struct pc_helpers *helpers, enum pc_wire wire,
                     const struct pc_plan_type *key)
{
    const char *place = "items[map->count].key";

    if (is_json(wire) && key->kind == PC_PLAN_BOOL)
        pc_code_line(code, "%s = projc_json_read_key_bool(reader);", place);
    else if (is_json(wire) && key->kind == PC_PLAN_ENUM)
        pc_code_line(code, "%s = (%.*s)projc_json_read_key_enum(reader, &%s);", place,
                     PC_TEXT_ARGS(key->c_name), pc_need_helper(helpers, PC_HELPER_ENUM_TABLE, key));
    else
        pc_read_value(code, helpers, wire, key, place);
    if (is_json(wire))
        pc_code_line(code, "projc_json_read_colon(reader);");
}

void pc_read_map(struct pc_code *code, struct pc_helpers *helpers, const struct pc_helper *helper,
                 enum pc_wire wire)
{
    const struct pc_plan_type *type = helper->type;
    const char *name = pc_wire_name(wire);
    struct pc_text entry = type->entry->c_name;

    pc_code_plain(code, "static void %s(projc_%s_reader *reader, %.*s *map)", helper->name.data,
                  name, PC_TEXT_ARGS(type->c_name));
    pc_code_open(code, "{");
    pc_code_line(code, "projc_scope scope;");
    pc_code_blank(code);
    pc_code_line(code, "*map = (%.*s){0};", PC_TEXT_ARGS(type->c_name));
    pc_code_line(code, "projc_%s_read_map(reader, &scope);", name);
    pc_code_open(code, "while (projc_%s_read_%s(reader, &scope)) {", name,
                 is_json(wire) ? "entry" : "item");
    pc_code_line(code,
                 "%.*s *items = projc_list_reserve(reader->arena, map->items, map->count, "
                 "&map->capacity, sizeof *items);",
                 PC_TEXT_ARGS(entry));
    pc_code_blank(code);
    pc_code_open(code, "if (items == NULL) {");
    pc_code_line(code, "projc_%s_fail(reader, PROJC_LIMIT, \"the map has too many entries\");",
                 name);
    pc_code_line(code, "return;");
    pc_code_close(code, "}");
    pc_code_line(code, "map->items = items;");
    pc_code_line(code, "items[map->count] = (%.*s){0};", PC_TEXT_ARGS(entry));
    read_key(code, helpers, wire, type->key);
    pc_read_value(code, helpers, wire, type->element, "items[map->count].value");
    pc_code_line(code, "map->count++;");
    if (wire == PC_WIRE_ARRAY)
        pc_check_order(code, helpers, type, "map");
    pc_code_close(code, "}");
    if (wire != PC_WIRE_ARRAY)
        pc_sort_items(code, helpers, type, name, "map");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_map(struct pc_code *code, struct pc_helpers *helpers, const struct pc_helper *helper,
                  enum pc_wire wire)
{
    const struct pc_plan_type *type = helper->type;

    pc_code_plain(code, "static void %s(projc_%s_writer *writer, const %.*s *map)",
                  helper->name.data, pc_wire_name(wire), PC_TEXT_ARGS(type->c_name));
    pc_code_open(code, "{");
    if (is_json(wire))
        pc_code_line(code, "projc_json_write_map(writer);");
    else
        pc_code_line(code, "projc_msgpack_write_map(writer, map->count);");
    pc_code_open(code, "for (uint32_t index = 0; index < map->count; index++) {");
    if (is_json(wire))
        pc_code_line(code, "projc_json_write_entry(writer);");
    pc_write_value(code, helpers, wire, type->key, "map->items[index].key");
    if (is_json(wire))
        pc_code_line(code, "projc_json_write_colon(writer);");
    pc_write_value(code, helpers, wire, type->element, "map->items[index].value");
    pc_code_close(code, "}");
    if (is_json(wire))
        pc_code_line(code, "projc_json_write_map_end(writer);");
    pc_code_close(code, "}");
    pc_code_blank(code);
}
