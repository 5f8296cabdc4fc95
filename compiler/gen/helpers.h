/* helpers.h -- which static helper functions the generated source needs, each once, dependencies
 * first. */
#ifndef PC_GEN_HELPERS_H
#define PC_GEN_HELPERS_H

#include "gen/code.h"
#include "plan/plan.h"

/* The function's name is the type's stem and a suffix. */
enum pc_helper_kind {
    PC_HELPER_KEEP,         /* line_keep: deep copy into the unit's arena */
    PC_HELPER_PUSH,         /* line_list_push: one more item */
    PC_HELPER_KEEP_LAST,    /* line_list_keep_last */
    PC_HELPER_RANK,         /* currency_enum_rank: a member's place by outside names */
    PC_HELPER_ORDER,        /* text_set_order: of two items, for sorting */
    PC_HELPER_FIND,         /* text_set_find: where a key stands, or would */
    PC_HELPER_HAS,          /* text_set_has */
    PC_HELPER_AT,           /* text_i64_map_at: a key's value, made where there is none */
    PC_HELPER_ADD,          /* text_set_add */
    PC_HELPER_REMOVE,       /* text_set_remove */
    PC_HELPER_COMPARE,      /* optional_text_compare: <0, 0, >0 */
    PC_HELPER_ENUM_TEXT,    /* currency_enum_text: a member's outside name */
    PC_HELPER_ENUM_PARSE,   /* currency_enum_parse: and back */
    PC_HELPER_ROW_FIND,     /* sales_orders_find: the row of a key, or NULL */
    PC_HELPER_ROW_OBTAIN,   /* sales_orders_obtain: made when there is none */
    PC_HELPER_ROW_REPLACE,  /* sales_orders_replace: with initial values */
    PC_HELPER_ROW_DELETE,   /* sales_orders_delete */
    PC_HELPER_ENUM_TABLE,   /* currency_enum: the members, for the codecs */
    PC_HELPER_KEYS,         /* line_fields: payload keys of a record */
    PC_HELPER_FROM_JSON,    /* line_from_json: as payloads write it */
    PC_HELPER_TO_JSON,      /* line_to_json */
    PC_HELPER_FROM_MSGPACK, /* line_from_msgpack: as payloads write it */
    PC_HELPER_TO_MSGPACK,   /* line_to_msgpack */
    PC_HELPER_READ_JSON,    /* line_read_json: as states show it, for JSON columns */
    PC_HELPER_SHOW_JSON,    /* line_show_json */
    PC_HELPER_READ_ARRAY,   /* line_read_array: msgpack as states write it */
    PC_HELPER_WRITE_ARRAY   /* line_write_array */
};

struct pc_helper {
    enum pc_helper_kind kind;
    const struct pc_plan_type *type;
    struct pc_text name;
    bool is_written;
};

struct pc_helpers {
    struct pc_arena *arena;
    PC_LIST_OF(struct pc_helper);
};

/* Notes that the function is needed, after those that it calls itself, and returns its name. The
 * forms of states fall back on the payloads' where the type reads the same in both. */
const char *pc_need_helper(struct pc_helpers *helpers, enum pc_helper_kind kind,
                           const struct pc_plan_type *type);

/* True if a field must be in the payload: then its reader needs the array of keys. */
bool pc_has_required(const struct pc_plan_fields *fields);

/* Writes the functions of kinds first .. last that were needed and are not written yet. */
void pc_write_helpers(struct pc_code *code, struct pc_helpers *helpers, enum pc_helper_kind first,
                      enum pc_helper_kind last);

#endif
