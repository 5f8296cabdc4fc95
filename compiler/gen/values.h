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

/* The member of the union in a projc_value. */
const char *pc_row_member(const struct pc_plan_type *type);

/* An int expression that orders two values of a type, <0, 0, >0; `left` and `right` are places.
 * Needs helpers for structs. */
const char *pc_compare_call(struct pc_helpers *helpers, const struct pc_plan_type *type,
                            const char *left, const char *right);

/* A bool expression that keeps what a place of the type points to: "projc_keep_text(handler, &x)".
 * The type has slices. */
const char *pc_keep_call(struct pc_helpers *helpers, const struct pc_plan_type *type,
                         const char *place);

#endif
