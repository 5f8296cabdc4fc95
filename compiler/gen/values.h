/* values.h -- static helpers of handlers: keeping, pushing, comparing, and enums as text. */
#ifndef PC_GEN_VALUES_H
#define PC_GEN_VALUES_H

#include "gen/helpers.h"

/* Writes one of KEEP .. ENUM_PARSE. */
void pc_write_value_helper(struct pc_code *code, struct pc_helpers *helpers,
                           const struct pc_helper *helper);

/* row_functions.c: writes one of ROW_FIND .. ROW_DELETE. */
void pc_write_row_helper(struct pc_code *code, struct pc_helpers *helpers,
                         const struct pc_helper *helper);
/* rows.c: the braces of a projc_value: "{.kind = PROJC_KIND_UUID, .as.uuid = x}". */
const char *pc_row_value(struct pc_arena *arena, struct pc_helpers *helpers,
                         const struct pc_plan_type *type, const char *place);

/* An int expression that orders two values of a type, <0, 0, >0; `left` and `right` are places.
 * Needs helpers for structs. */
const char *pc_compare_call(struct pc_helpers *helpers, const struct pc_plan_type *type,
                            const char *left, const char *right);

/* collections.c: RANK .. REMOVE, and what they call. */
void pc_write_sorted_helper(struct pc_code *code, struct pc_helpers *helpers,
                            const struct pc_helper *helper);
void pc_need_for_sorted(struct pc_helpers *helpers, enum pc_helper_kind kind,
                        const struct pc_plan_type *type);
/* The order of two keys: as pc_compare_call, but enums by their outside names. */
const char *pc_key_compare(struct pc_helpers *helpers, const struct pc_plan_type *type,
                           const char *left, const char *right);
/* A condition: the key stands at the position that FIND gave. `sorted` ends in "." or "->". */
const char *pc_stands_at(struct pc_helpers *helpers, const struct pc_plan_type *type,
                         const char *sorted, const char *at, const char *key);

/* A bool expression that keeps what a place of the type points to: "projc_keep_text(handler, &x)".
 * The type has slices. */
const char *pc_keep_call(struct pc_helpers *helpers, const struct pc_plan_type *type,
                         const char *place);

/* keep.c: a default with items is a constant; a new state or row gets items of its own before a
 * handler sees it, since handlers change them in place. */
bool pc_fields_have_items(const struct pc_plan_fields *fields);
/* The body of the function that does it, for the fields of the struct that `place` points to. */
void pc_write_own(struct pc_code *code, struct pc_helpers *helpers,
                  const struct pc_plan_fields *fields, const char *place);

#endif
