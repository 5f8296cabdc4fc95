/* values.c -- static helpers of handlers. */
#include "gen/values.h"

#include "gen/types.h"

/* ---- keeping ---- */

const char *pc_keep_call(struct pc_helpers *helpers, const struct pc_plan_type *type,
                         const char *place)
{
    struct pc_arena *arena = helpers->arena;

    switch (type->kind) {
    case PC_PLAN_TEXT:
        return pc_format(arena, "projc_keep_text(handler, &%s)", place);
    case PC_PLAN_BYTES:
        return pc_format(arena, "projc_keep_bytes(handler, &%s)", place);
    case PC_PLAN_OPTIONAL:
        return pc_format(arena, "(!%s.has || %s)", place,
                         pc_keep_call(helpers, type->element, pc_format(arena, "%s.value", place)));
    default:
        return pc_format(arena, "%s(handler, &%s)", pc_need_helper(helpers, PC_HELPER_KEEP, type),
                         place);
    }
}

static void write_keep_list(struct pc_code *code, struct pc_helpers *helpers,
                            const struct pc_helper *helper)
{
    const struct pc_plan_type *element = pc_type_item(helper->type);

    pc_code_comment(code, pc_text_of("Gives the list items of its own in the unit's arena."));
    pc_code_plain(code, "static bool %s(projc_handler *handler, %.*s *list)", helper->name.data,
                  PC_TEXT_ARGS(helper->type->c_name));
    pc_code_open(code, "{");
    pc_code_line(code, "const %.*s *from = list->items;", PC_TEXT_ARGS(element->c_name));
    pc_code_blank(code);
    pc_code_open(code, "if (list->count == 0) {");
    pc_code_line(code, "*list = (%.*s){0};", PC_TEXT_ARGS(helper->type->c_name));
    pc_code_line(code, "return true;");
    pc_code_close(code, "}");
    pc_code_line(code,
                 "list->items = projc_arena_alloc(handler->arena, list->count * sizeof *from);");
    pc_code_line(code, "if (list->items == NULL)");
    pc_code_line(code, "    return false;");
    pc_code_line(code, "list->capacity = list->count;");
    pc_code_open(code, "for (uint32_t index = 0; index < list->count; index++) {");
    pc_code_line(code, "list->items[index] = from[index];");
    if (pc_type_has_slices(element)) {
        pc_code_line(code, "if (!%s)", pc_keep_call(helpers, element, "list->items[index]"));
        pc_code_line(code, "    return false;");
    }
    pc_code_close(code, "}");
    pc_code_line(code, "return true;");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

static void write_keep_record(struct pc_code *code, struct pc_helpers *helpers,
                              const struct pc_helper *helper)
{
    const struct pc_plan_fields *fields = &helper->type->record->fields;
    const char *calls = "";

    for (size_t i = 0; i < fields->count; i++) {
        if (!pc_type_has_slices(fields->items[i]->type))
            continue;
        const char *place =
            pc_format(code->arena, "record->%.*s", PC_TEXT_ARGS(fields->items[i]->c_name));

        calls = pc_format(code->arena, "%s%s%s", calls, *calls == '\0' ? "" : " && ",
                          pc_keep_call(helpers, fields->items[i]->type, place));
    }
    pc_code_comment(code, pc_text_of("Copies what the record points to into the unit's arena."));
    pc_code_plain(code, "static bool %s(projc_handler *handler, %.*s *record)", helper->name.data,
                  PC_TEXT_ARGS(helper->type->c_name));
    pc_code_open(code, "{");
    pc_code_line(code, "return %s;", calls);
    pc_code_close(code, "}");
    pc_code_blank(code);
}

/* ---- lists ---- */

static void write_push(struct pc_code *code, const struct pc_helper *helper)
{
    const struct pc_plan_type *type = helper->type;

    pc_code_comment(code,
                    pc_text_of("Adds an item at the end; false when the arena is exhausted."));
    pc_code_plain(code, "static bool %s(projc_handler *handler, %.*s *list, %.*s item)",
                  helper->name.data, PC_TEXT_ARGS(type->c_name),
                  PC_TEXT_ARGS(type->element->c_name));
    pc_code_open(code, "{");
    pc_code_line(code,
                 "%.*s *items = projc_list_reserve(handler->arena, list->items, list->count, "
                 "&list->capacity, sizeof *items);",
                 PC_TEXT_ARGS(type->element->c_name));
    pc_code_blank(code);
    pc_code_line(code, "if (items == NULL)");
    pc_code_line(code, "    return false;");
    pc_code_line(code, "items[list->count] = item;");
    pc_code_line(code, "list->items = items;");
    pc_code_line(code, "list->count++;");
    pc_code_line(code, "return true;");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

static void write_keep_last(struct pc_code *code, const struct pc_helper *helper)
{
    const struct pc_plan_type *type = helper->type;

    pc_code_comment(code,
                    pc_text_of("Drops items from the front until no more than `count` are left."));
    pc_code_plain(code, "static void %s(%.*s *list, uint32_t count)", helper->name.data,
                  PC_TEXT_ARGS(type->c_name));
    pc_code_open(code, "{");
    pc_code_line(code, "uint32_t dropped = list->count > count ? list->count - count : 0;");
    pc_code_blank(code);
    pc_code_line(code, "if (dropped == 0)");
    pc_code_line(code, "    return;");
    pc_code_line(code, "for (uint32_t index = 0; index < count; index++)");
    pc_code_line(code, "    list->items[index] = list->items[index + dropped];");
    pc_code_line(code, "list->count = count;");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

/* ---- comparing ---- */

const char *pc_compare_call(struct pc_helpers *helpers, const struct pc_plan_type *type,
                            const char *left, const char *right)
{
    struct pc_arena *arena = helpers->arena;

    switch (type->kind) {
    case PC_PLAN_TEXT:
        return pc_format(arena, "projc_text_compare(%s, %s)", left, right);
    case PC_PLAN_BYTES:
        return pc_format(arena, "projc_bytes_compare(%s, %s)", left, right);
    case PC_PLAN_UUID:
        return pc_format(arena, "projc_uuid_compare(%s, %s)", left, right);
    case PC_PLAN_OPTIONAL:
    case PC_PLAN_LIST:
    case PC_PLAN_RECORD:
        return pc_format(arena, "%s(%s, %s)", pc_need_helper(helpers, PC_HELPER_COMPARE, type),
                         left, right);
    case PC_PLAN_BOOL:
        return pc_format(arena, "(int)%s - (int)%s", left, right);
    default:
        return pc_format(arena, "(%s > %s) - (%s < %s)", left, right, left, right);
    }
}

static void write_compare(struct pc_code *code, struct pc_helpers *helpers,
                          const struct pc_helper *helper)
{
    const struct pc_plan_type *type = helper->type;

    pc_code_plain(code, "static int %s(%.*s left, %.*s right)", helper->name.data,
                  PC_TEXT_ARGS(type->c_name), PC_TEXT_ARGS(type->c_name));
    pc_code_open(code, "{");
    if (type->kind == PC_PLAN_OPTIONAL) {
        pc_code_line(code, "if (!left.has || !right.has)");
        pc_code_line(code, "    return (int)left.has - (int)right.has;");
        pc_code_line(code, "return %s;",
                     pc_compare_call(helpers, type->element, "left.value", "right.value"));
    } else if (type->kind == PC_PLAN_LIST) {
        pc_code_open(code, "for (uint32_t index = 0; index < left.count && index < right.count; "
                           "index++) {");
        pc_code_line(
            code, "int order = %s;",
            pc_compare_call(helpers, type->element, "left.items[index]", "right.items[index]"));
        pc_code_blank(code);
        pc_code_line(code, "if (order != 0)");
        pc_code_line(code, "    return order;");
        pc_code_close(code, "}");
        pc_code_line(code, "return (left.count > right.count) - (left.count < right.count);");
    } else {
        pc_code_line(code, "int order = 0;");
        pc_code_blank(code);
        for (size_t i = 0; i < type->record->fields.count; i++) {
            const struct pc_plan_field *field = type->record->fields.items[i];

            if (i > 0)
                pc_code_line(code, "if (order == 0)");
            pc_code_line(
                code, "%sorder = %s;", i > 0 ? "    " : "",
                pc_compare_call(helpers, field->type,
                                pc_format(code->arena, "left.%.*s", PC_TEXT_ARGS(field->c_name)),
                                pc_format(code->arena, "right.%.*s", PC_TEXT_ARGS(field->c_name))));
        }
        pc_code_line(code, "return order;");
    }
    pc_code_close(code, "}");
    pc_code_blank(code);
}

/* ---- enums ---- */

static void write_enum_text(struct pc_code *code, const struct pc_helper *helper)
{
    const struct pc_plan_enum *type = helper->type->enumeration;

    pc_code_plain(code, "static projc_text %s(%.*s value)", helper->name.data,
                  PC_TEXT_ARGS(type->c_name));
    pc_code_open(code, "{");
    pc_code_line(code, "switch (value) {");
    for (size_t i = 0; i < type->members.count; i++) {
        const struct pc_plan_member *member = type->members.items[i];

        pc_code_line(code, "case %.*s:", PC_TEXT_ARGS(member->c_name));
        pc_code_line(code, "    return projc_text_of(%s, %zu);",
                     pc_c_string(code->arena, member->outside), member->outside.size);
    }
    pc_code_line(code, "}");
    pc_code_line(code, "return projc_text_of(\"\", 0);");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

static void write_enum_parse(struct pc_code *code, const struct pc_helper *helper)
{
    const struct pc_plan_enum *type = helper->type->enumeration;

    pc_code_plain(code, "static bool %s(projc_text text, %.*s *value)", helper->name.data,
                  PC_TEXT_ARGS(type->c_name));
    pc_code_open(code, "{");
    for (size_t i = 0; i < type->members.count; i++) {
        const struct pc_plan_member *member = type->members.items[i];

        pc_code_line(code, "%sif (projc_text_is(text, %s, %zu))", i == 0 ? "" : "else ",
                     pc_c_string(code->arena, member->outside), member->outside.size);
        pc_code_line(code, "    *value = %.*s;", PC_TEXT_ARGS(member->c_name));
    }
    if (type->members.count > 0) {
        pc_code_line(code, "else");
        pc_code_line(code, "    return false;");
        pc_code_line(code, "return true;");
    } else {
        pc_code_line(code, "(void)text;");
        pc_code_line(code, "(void)value;");
        pc_code_line(code, "return false;");
    }
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_value_helper(struct pc_code *code, struct pc_helpers *helpers,
                           const struct pc_helper *helper)
{
    switch (helper->kind) {
    case PC_HELPER_KEEP:
        if (pc_type_is_collection(helper->type))
            write_keep_list(code, helpers, helper);
        else
            write_keep_record(code, helpers, helper);
        return;
    case PC_HELPER_PUSH:
        write_push(code, helper);
        return;
    case PC_HELPER_KEEP_LAST:
        write_keep_last(code, helper);
        return;
    case PC_HELPER_RANK:
    case PC_HELPER_ORDER:
    case PC_HELPER_FIND:
    case PC_HELPER_HAS:
    case PC_HELPER_AT:
    case PC_HELPER_ADD:
    case PC_HELPER_REMOVE:
        pc_write_sorted_helper(code, helpers, helper);
        return;
    case PC_HELPER_COMPARE:
        write_compare(code, helpers, helper);
        return;
    case PC_HELPER_ENUM_TEXT:
        write_enum_text(code, helper);
        return;
    default:
        write_enum_parse(code, helper);
        return;
    }
}
