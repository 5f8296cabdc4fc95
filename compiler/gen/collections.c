/* collections.c -- static helpers of sets and maps: arrays sorted by key, searched by halves. */
#include "gen/values.h"

#include "gen/types.h"

const char *pc_key_compare(struct pc_helpers *helpers, const struct pc_plan_type *type,
                           const char *left, const char *right)
{
    if (type->kind == PC_PLAN_ENUM) {
        const char *rank = pc_need_helper(helpers, PC_HELPER_RANK, type);

        return pc_format(helpers->arena, "%s(%s) - %s(%s)", rank, left, rank, right);
    }
    return pc_compare_call(helpers, type, left, right);
}

static const struct pc_plan_type *key_of(const struct pc_plan_type *type)
{
    return type->kind == PC_PLAN_MAP ? type->key : type->element;
}

static const char *member_of(const struct pc_plan_type *type)
{
    return type->kind == PC_PLAN_MAP ? ".key" : "";
}

/* Members in the byte order of their outside names. */
static void write_rank(struct pc_code *code, const struct pc_helper *helper)
{
    const struct pc_plan_members *members = &helper->type->enumeration->members;

    pc_code_comment(code, pc_text_of("Members are ordered by their outside names."));
    pc_code_plain(code, "static int %s(%.*s value)", helper->name.data,
                  PC_TEXT_ARGS(helper->type->c_name));
    pc_code_open(code, "{");
    pc_code_line(code, "switch (value) {");
    for (size_t i = 0; i < members->count; i++) {
        size_t rank = 0;

        for (size_t j = 0; j < members->count; j++)
            if (pc_text_compare(members->items[j]->outside, members->items[i]->outside) < 0)
                rank++;
        pc_code_line(code, "case %.*s:", PC_TEXT_ARGS(members->items[i]->c_name));
        pc_code_line(code, "    return %zu;", rank);
    }
    pc_code_line(code, "}");
    pc_code_line(code, "return -1;");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

static void write_order(struct pc_code *code, struct pc_helpers *helpers,
                        const struct pc_helper *helper)
{
    const struct pc_plan_type *type = helper->type;
    struct pc_text item = pc_type_item(type)->c_name;
    bool is_map = type->kind == PC_PLAN_MAP;

    pc_code_plain(code, "static int %s(const void *left, const void *right)", helper->name.data);
    pc_code_open(code, "{");
    pc_code_line(code, "const %.*s *first = left;", PC_TEXT_ARGS(item));
    pc_code_line(code, "const %.*s *second = right;", PC_TEXT_ARGS(item));
    pc_code_blank(code);
    pc_code_line(code, "return %s;",
                 pc_key_compare(helpers, key_of(type), is_map ? "first->key" : "*first",
                                is_map ? "second->key" : "*second"));
    pc_code_close(code, "}");
    pc_code_blank(code);
}

static void write_find(struct pc_code *code, struct pc_helpers *helpers,
                       const struct pc_helper *helper)
{
    const struct pc_plan_type *type = helper->type;
    const char *item = pc_format(code->arena, "sorted.items[middle]%s", member_of(type));

    pc_code_comment(code, pc_text_of("Where the key stands, or would."));
    pc_code_plain(code, "static uint32_t %s(%.*s sorted, %.*s key)", helper->name.data,
                  PC_TEXT_ARGS(type->c_name), PC_TEXT_ARGS(key_of(type)->c_name));
    pc_code_open(code, "{");
    pc_code_line(code, "uint32_t low = 0;");
    pc_code_line(code, "uint32_t high = sorted.count;");
    pc_code_blank(code);
    pc_code_open(code, "while (low < high) {");
    pc_code_line(code, "uint32_t middle = low + (high - low) / 2;");
    pc_code_line(code, "int order = %s;", pc_key_compare(helpers, key_of(type), item, "key"));
    pc_code_blank(code);
    pc_code_line(code, "if (order < 0)");
    pc_code_line(code, "    low = middle + 1;");
    pc_code_line(code, "else");
    pc_code_line(code, "    high = middle;");
    pc_code_close(code, "}");
    pc_code_line(code, "return low;");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

const char *pc_stands_at(struct pc_helpers *helpers, const struct pc_plan_type *type,
                         const char *sorted, const char *at, const char *key)
{
    const char *item = pc_format(helpers->arena, "%sitems[%s]%s", sorted, at, member_of(type));

    return pc_format(helpers->arena, "%s < %scount && (%s) == 0", at, sorted,
                     pc_key_compare(helpers, key_of(type), item, key));
}

static void write_has(struct pc_code *code, struct pc_helpers *helpers,
                      const struct pc_helper *helper)
{
    const struct pc_plan_type *type = helper->type;

    pc_code_plain(code, "static bool %s(%.*s sorted, %.*s key)", helper->name.data,
                  PC_TEXT_ARGS(type->c_name), PC_TEXT_ARGS(key_of(type)->c_name));
    pc_code_open(code, "{");
    pc_code_line(code, "uint32_t at = %s(sorted, key);",
                 pc_need_helper(helpers, PC_HELPER_FIND, type));
    pc_code_blank(code);
    pc_code_line(code, "return %s;", pc_stands_at(helpers, type, "sorted.", "at", "key"));
    pc_code_close(code, "}");
    pc_code_blank(code);
}

/* Opens a gap at `at`, and keeps the key. `failure` is what is returned without memory. */
static void write_insertion(struct pc_code *code, struct pc_helpers *helpers,
                            const struct pc_plan_type *type, const char *failure)
{
    pc_code_line(code, "%.*s *items;", PC_TEXT_ARGS(pc_type_item(type)->c_name));
    pc_code_blank(code);
    if (pc_type_has_slices(key_of(type))) {
        pc_code_line(code, "if (!%s)", pc_keep_call(helpers, key_of(type), "key"));
        pc_code_line(code, "    return %s;", failure);
    }
    pc_code_line(code, "items = projc_list_insert(handler->arena, sorted->items, sorted->count, "
                       "&sorted->capacity, at, sizeof *items);");
    pc_code_line(code, "if (items == NULL)");
    pc_code_line(code, "    return %s;", failure);
    pc_code_line(code, "sorted->items = items;");
    pc_code_line(code, "sorted->count++;");
}

static void write_at(struct pc_code *code, struct pc_helpers *helpers,
                     const struct pc_helper *helper)
{
    const struct pc_plan_type *type = helper->type;
    const struct pc_plan_type *value = type->element;
    bool is_record = value->kind == PC_PLAN_RECORD;

    pc_code_comment(code, pc_text_of("The value of a key, made where there is none; NULL when the "
                                     "arena is exhausted."));
    pc_code_plain(code, "static %.*s *%s(projc_handler *handler, %.*s *sorted, %.*s key)",
                  PC_TEXT_ARGS(value->c_name), helper->name.data, PC_TEXT_ARGS(type->c_name),
                  PC_TEXT_ARGS(type->key->c_name));
    pc_code_open(code, "{");
    pc_code_line(code, "uint32_t at = %s(*sorted, key);",
                 pc_need_helper(helpers, PC_HELPER_FIND, type));
    pc_code_blank(code);
    pc_code_open(code, "if (!(%s)) {", pc_stands_at(helpers, type, "sorted->", "at", "key"));
    const char *initial = is_record ? pc_initial_value(code, &value->record->fields) : "{0}";
    write_insertion(code, helpers, type, "NULL");
    pc_code_line(code, "items[at] = (%.*s){.key = key%s};", PC_TEXT_ARGS(type->entry->c_name),
                 pc_text_is(pc_text_of(initial), "{0}")
                     ? ""
                     : pc_format(code->arena, ", .value = %s", initial));
    if (is_record && pc_record_has_items(value->record)) {
        pc_code_line(code, "if (!%s)", pc_keep_call(helpers, value, "items[at].value"));
        pc_code_line(code, "    return NULL;");
    }
    pc_code_close(code, "}");
    pc_code_line(code, "return &sorted->items[at].value;");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

static void write_add(struct pc_code *code, struct pc_helpers *helpers,
                      const struct pc_helper *helper)
{
    const struct pc_plan_type *type = helper->type;

    pc_code_comment(code, pc_text_of("Adds an element once; false when the arena is exhausted."));
    pc_code_plain(code, "static bool %s(projc_handler *handler, %.*s *sorted, %.*s key)",
                  helper->name.data, PC_TEXT_ARGS(type->c_name),
                  PC_TEXT_ARGS(type->element->c_name));
    pc_code_open(code, "{");
    pc_code_line(code, "uint32_t at = %s(*sorted, key);",
                 pc_need_helper(helpers, PC_HELPER_FIND, type));
    pc_code_blank(code);
    pc_code_open(code, "if (!(%s)) {", pc_stands_at(helpers, type, "sorted->", "at", "key"));
    write_insertion(code, helpers, type, "false");
    pc_code_line(code, "items[at] = key;");
    pc_code_close(code, "}");
    pc_code_line(code, "return true;");
    pc_code_close(code, "}");
    pc_code_blank(code);
}

static void write_remove(struct pc_code *code, struct pc_helpers *helpers,
                         const struct pc_helper *helper)
{
    const struct pc_plan_type *type = helper->type;

    pc_code_comment(code, pc_text_of(type->kind == PC_PLAN_LIST
                                         ? "Drops the items that are equal to `key`."
                                         : "Drops the key, if it is there."));
    pc_code_plain(code, "static void %s(%.*s *sorted, %.*s key)", helper->name.data,
                  PC_TEXT_ARGS(type->c_name), PC_TEXT_ARGS(key_of(type)->c_name));
    pc_code_open(code, "{");
    if (type->kind == PC_PLAN_LIST) {
        pc_code_line(code, "uint32_t kept = 0;");
        pc_code_blank(code);
        pc_code_line(code, "for (uint32_t index = 0; index < sorted->count; index++)");
        pc_code_line(code, "    if ((%s) != 0)",
                     pc_compare_call(helpers, type->element, "sorted->items[index]", "key"));
        pc_code_line(code, "        sorted->items[kept++] = sorted->items[index];");
        pc_code_line(code, "sorted->count = kept;");
    } else {
        pc_code_line(code, "uint32_t at = %s(*sorted, key);",
                     pc_need_helper(helpers, PC_HELPER_FIND, type));
        pc_code_blank(code);
        pc_code_line(code, "if (%s)", pc_stands_at(helpers, type, "sorted->", "at", "key"));
        pc_code_line(code, "    projc_list_remove(sorted->items, &sorted->count, at, sizeof "
                           "*sorted->items);");
    }
    pc_code_close(code, "}");
    pc_code_blank(code);
}

void pc_write_sorted_helper(struct pc_code *code, struct pc_helpers *helpers,
                            const struct pc_helper *helper)
{
    switch (helper->kind) {
    case PC_HELPER_RANK:
        write_rank(code, helper);
        return;
    case PC_HELPER_ORDER:
        write_order(code, helpers, helper);
        return;
    case PC_HELPER_FIND:
        write_find(code, helpers, helper);
        return;
    case PC_HELPER_HAS:
        write_has(code, helpers, helper);
        return;
    case PC_HELPER_AT:
        write_at(code, helpers, helper);
        return;
    case PC_HELPER_ADD:
        write_add(code, helpers, helper);
        return;
    default:
        write_remove(code, helpers, helper);
        return;
    }
}

void pc_need_for_sorted(struct pc_helpers *helpers, enum pc_helper_kind kind,
                        const struct pc_plan_type *type)
{
    const struct pc_plan_type *value = type->element;

    if (type->kind == PC_PLAN_LIST) { /* remove */
        if (value->kind == PC_PLAN_OPTIONAL)
            (void)pc_need_helper(helpers, PC_HELPER_COMPARE, value);
        return;
    }
    if (key_of(type)->kind == PC_PLAN_ENUM)
        (void)pc_need_helper(helpers, PC_HELPER_RANK, key_of(type));
    if (kind != PC_HELPER_FIND && kind != PC_HELPER_ORDER)
        (void)pc_need_helper(helpers, PC_HELPER_FIND, type);
    if (kind == PC_HELPER_AT && value->kind == PC_PLAN_RECORD && pc_record_has_items(value->record))
        (void)pc_need_helper(helpers, PC_HELPER_KEEP, value);
}
