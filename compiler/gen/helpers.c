/* helpers.c -- the registry of helper functions: what is needed, under which name, in which order.
 */
#include "gen/helpers.h"

#include "gen/codec.h"
#include "gen/types.h"
#include "gen/values.h"

static const char *const suffixes[] = {
    [PC_HELPER_KEEP] = "keep",
    [PC_HELPER_PUSH] = "push",
    [PC_HELPER_KEEP_LAST] = "keep_last",
    [PC_HELPER_RANK] = "rank",
    [PC_HELPER_ORDER] = "order",
    [PC_HELPER_FIND] = "find",
    [PC_HELPER_HAS] = "has",
    [PC_HELPER_AT] = "at",
    [PC_HELPER_ADD] = "add",
    [PC_HELPER_REMOVE] = "remove",
    [PC_HELPER_COMPARE] = "compare",
    [PC_HELPER_ENUM_TEXT] = "text",
    [PC_HELPER_ENUM_PARSE] = "parse",
    [PC_HELPER_ROW_FIND] = "find",
    [PC_HELPER_ROW_OBTAIN] = "obtain",
    [PC_HELPER_ROW_REPLACE] = "replace",
    [PC_HELPER_ROW_DELETE] = "delete",
    [PC_HELPER_ENUM_TABLE] = "",
    [PC_HELPER_KEYS] = "fields",
    [PC_HELPER_FROM_JSON] = "from_json",
    [PC_HELPER_TO_JSON] = "to_json",
    [PC_HELPER_FROM_MSGPACK] = "from_msgpack",
    [PC_HELPER_TO_MSGPACK] = "to_msgpack",
    [PC_HELPER_READ_JSON] = "read_json",
    [PC_HELPER_SHOW_JSON] = "show_json",
    [PC_HELPER_READ_ARRAY] = "read_array",
    [PC_HELPER_WRITE_ARRAY] = "write_array",
};

static enum pc_helper_kind fall_back(enum pc_helper_kind kind, const struct pc_plan_type *type)
{
    switch (kind) {
    case PC_HELPER_READ_JSON:
        return pc_type_shows_differently(type) ? kind : PC_HELPER_FROM_JSON;
    case PC_HELPER_SHOW_JSON:
        return pc_type_shows_differently(type) ? kind : PC_HELPER_TO_JSON;
    case PC_HELPER_READ_ARRAY:
        return pc_type_has_records(type) ? kind : PC_HELPER_FROM_MSGPACK;
    case PC_HELPER_WRITE_ARRAY:
        return pc_type_has_records(type) ? kind : PC_HELPER_TO_MSGPACK;
    default:
        return kind;
    }
}

/* What a function calls for a part of its type. */
static void need_for_part(struct pc_helpers *helpers, enum pc_helper_kind kind,
                          const struct pc_plan_type *type)
{
    bool is_codec = kind >= PC_HELPER_FROM_JSON;

    switch (type->kind) {
    case PC_PLAN_OPTIONAL:
        if (kind == PC_HELPER_COMPARE)
            (void)pc_need_helper(helpers, kind, type);
        else
            need_for_part(helpers, kind, type->element);
        return;
    case PC_PLAN_ENUM:
        if (is_codec)
            (void)pc_need_helper(helpers, PC_HELPER_ENUM_TABLE, type);
        return;
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
    case PC_PLAN_MAP:
    case PC_PLAN_RECORD:
        if (kind != PC_HELPER_KEEP || pc_type_has_slices(type))
            (void)pc_need_helper(helpers, kind, type);
        return;
    default:
        return;
    }
}

bool pc_has_required(const struct pc_plan_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        if (fields->items[i]->is_required)
            return true;
    return false;
}

static bool is_reader(enum pc_helper_kind kind)
{
    return kind == PC_HELPER_FROM_JSON || kind == PC_HELPER_FROM_MSGPACK ||
           kind == PC_HELPER_READ_JSON || kind == PC_HELPER_READ_ARRAY;
}

static void need_dependencies(struct pc_helpers *helpers, enum pc_helper_kind kind,
                              const struct pc_plan_type *type)
{
    if (kind == PC_HELPER_PUSH || kind == PC_HELPER_KEEP_LAST || kind == PC_HELPER_ENUM_TEXT ||
        kind == PC_HELPER_ENUM_PARSE || kind == PC_HELPER_RANK || kind == PC_HELPER_ENUM_TABLE ||
        kind == PC_HELPER_KEYS)
        return;
    if (kind >= PC_HELPER_ORDER && kind <= PC_HELPER_REMOVE) {
        pc_need_for_sorted(helpers, kind, type);
        return;
    }
    if (is_reader(kind) && (type->kind == PC_PLAN_SET || type->kind == PC_PLAN_MAP))
        (void)pc_need_helper(helpers, PC_HELPER_ORDER, type);
    if (type->kind == PC_PLAN_ROW) {
        for (uint32_t i = 0; i < type->row_table->key_count; i++)
            if (type->row_table->fields.items[i]->type->kind == PC_PLAN_ENUM)
                (void)pc_need_helper(helpers, PC_HELPER_ENUM_TEXT,
                                     type->row_table->fields.items[i]->type);
    } else if (type->kind == PC_PLAN_MAP) {
        need_for_part(helpers, kind, kind == PC_HELPER_KEEP ? type->entry : type->element);
        if (kind != PC_HELPER_KEEP)
            need_for_part(helpers, kind, type->key);
    } else if (type->kind == PC_PLAN_OPTIONAL || type->kind == PC_PLAN_LIST ||
               type->kind == PC_PLAN_SET) {
        need_for_part(helpers, kind, type->element);
    } else if (type->kind == PC_PLAN_RECORD) {
        for (size_t i = 0; i < type->record->fields.count; i++)
            need_for_part(helpers, kind, type->record->fields.items[i]->type);
        if ((kind == PC_HELPER_FROM_JSON || kind == PC_HELPER_FROM_MSGPACK ||
             kind == PC_HELPER_READ_JSON) &&
            pc_has_required(&type->record->fields))
            (void)pc_need_helper(helpers, PC_HELPER_KEYS, type);
    }
}

const char *pc_need_helper(struct pc_helpers *helpers, enum pc_helper_kind kind,
                           const struct pc_plan_type *type)
{
    kind = fall_back(kind, type);
    for (size_t i = 0; i < helpers->count; i++)
        if (helpers->items[i]->kind == kind && helpers->items[i]->type == type)
            return helpers->items[i]->name.data;
    need_dependencies(helpers, kind, type);

    struct pc_helper *helper = PC_NEW(helpers->arena, struct pc_helper);
    struct pc_text stem = type->kind == PC_PLAN_ENUM ? type->enumeration->c_table : type->c_stem;

    helper->kind = kind;
    helper->type = type;
    helper->name =
        pc_text_format(helpers->arena, kind == PC_HELPER_ENUM_TABLE ? "%.*s%s" : "%.*s_%s",
                       PC_TEXT_ARGS(stem), suffixes[kind]);
    PC_LIST_ADD(helpers->arena, helpers, helper);
    return helper->name.data;
}

void pc_write_helpers(struct pc_code *code, struct pc_helpers *helpers, enum pc_helper_kind first,
                      enum pc_helper_kind last)
{
    for (size_t i = 0; i < helpers->count; i++) {
        struct pc_helper *helper = helpers->items[i];

        if (helper->is_written || helper->kind < first || helper->kind > last)
            continue;
        helper->is_written = true;
        if (helper->kind >= PC_HELPER_ENUM_TABLE)
            pc_write_codec_helper(code, helpers, helper);
        else if (helper->kind >= PC_HELPER_ROW_FIND)
            pc_write_row_helper(code, helpers, helper);
        else
            pc_write_value_helper(code, helpers, helper);
    }
}
