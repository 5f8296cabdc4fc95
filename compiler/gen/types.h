/* types.h -- questions about the plan's types, and constants as C writes them. */
#ifndef PC_GEN_TYPES_H
#define PC_GEN_TYPES_H

#include "gen/code.h"
#include "plan/plan.h"

/* True when a value of the type points to memory: texts, bytes, lists, and what contains them. */
bool pc_type_has_slices(const struct pc_plan_type *type);
/* True when a value of the type is or contains a list, whose items could be changed in place. */
bool pc_type_has_lists(const struct pc_plan_type *type);
/* What the items of a list, set or map are: of a map its entries. */
const struct pc_plan_type *pc_type_item(const struct pc_plan_type *type);
bool pc_type_is_collection(const struct pc_plan_type *type);
/* True when the zero value of a record contains a list, set or map with items. */
bool pc_record_has_items(const struct pc_plan_record *record);
/* True when a value contains a record, which states write as an array and payloads as a map, or a
 * set or map, which has an order in states. */
bool pc_type_has_records(const struct pc_plan_type *type);
/* True when payloads write it in JSON in another way than states do: enums with codes, durations
 * with a unit. */
bool pc_type_shows_differently(const struct pc_plan_type *type);
/* True for struct types, whose zero value is written {0}. */
bool pc_type_is_struct(const struct pc_plan_type *type);
/* An integer, decimal, time, date or duration: C compares and adds it as an integer. */
bool pc_type_is_number(const struct pc_plan_type *type);

/* An integer constant that has this value in C: 5, INT64_C(5000000000), INT64_MIN. */
const char *pc_c_integer(struct pc_arena *arena, int64_t value);
/* A double constant, in the shortest digits that read back the same. */
const char *pc_c_double(struct pc_arena *arena, double value);
/* 10^exponent as a constant of type int64_t. */
const char *pc_c_power_of_ten(struct pc_arena *arena, unsigned exponent);

/* True when the constant is the value that `= {0}` gives. */
bool pc_constant_is_zero(const struct pc_plan_constant *constant);
/* True when it contains a list with items. */
bool pc_constant_has_items(const struct pc_plan_constant *constant);

/* True when the field's initial value, its own or that of its record's fields, does. */
bool pc_field_has_items(const struct pc_plan_field *field);

/* Names of the static arrays that hold the items of list constants. */
struct pc_constant_array {
    const struct pc_plan_constant *constant;
    const char *name;
};
struct pc_constant_arrays {
    PC_LIST_OF(struct pc_constant_array);
};

/* Declares, in the current block, a static array for each list in the constant. */
void pc_declare_constant_arrays(struct pc_code *code, const struct pc_plan_constant *constant,
                                struct pc_constant_arrays *arrays);
/* The constant as it stands in a braced initializer. Lists refer to `arrays`, or (NULL) to compound
 * literals that live as long as the block. */
const char *pc_constant_initializer(struct pc_arena *arena, const struct pc_plan_constant *constant,
                                    const struct pc_constant_arrays *arrays);
/* The constant as an expression; structs are compound literals. */
const char *pc_constant_expression(struct pc_arena *arena, const struct pc_plan_constant *constant);

/* The struct's initial value: "{0}" or "{.currency = BANK_CURRENCY_EUR}". Declares the arrays it
 * needs. */
const char *pc_initial_value(struct pc_code *code, const struct pc_plan_fields *fields);

/* A database refuses index entries that are too long, so an indexed text or bytes is bounded. */
enum { PC_INDEXED_BYTES_MAX = 1000 };
bool pc_is_indexed_in(const struct pc_plan_table *table, const struct pc_plan_field *field);
bool pc_is_indexed(const struct pc_plan_projection *projection, const struct pc_plan_field *field);

/* "u32" for messages, as a C string literal. */
const char *pc_type_literal(struct pc_arena *arena, const struct pc_plan_type *type);

/* ---- values of SQL: what a projc_value holds for a type that is not optional ---- */

/* T of T?, else the type itself. */
const struct pc_plan_type *pc_type_inside(const struct pc_plan_type *type);
/* The kind, and the member of the union: "UUID", "uuid". Values with parts are JSON texts. */
const char *pc_value_kind(const struct pc_plan_type *type);
const char *pc_value_member(const struct pc_plan_type *type);
/* True where the member is wider than the C type: its range is checked, or known. */
bool pc_value_is_wider(const struct pc_plan_type *type);
/* The value of a scalar but an enum, which is known to be in range: "(uint32_t)key[0].as.integer".
 */
const char *pc_value_scalar(struct pc_arena *arena, const struct pc_plan_type *type,
                            const char *value);

#endif
