/* body.h -- one handler's body while it is written: expressions, their failures, temporaries.
 *
 * What can fail stands in statements of its own, before the expression that uses it, in the order
 * in which the language evaluates it; what cannot fail is a plain C expression. Expressions have no
 * side effects, so a plain part may be evaluated after the statements of a part behind it. Where
 * the language evaluates only what it needs (and, or, ??, if, match), the statements of a part
 * stand in a branch of their own.
 *
 * Temporaries are named hint_N_, with N counted in the handler: sum_1_, text_2_. Lowering never
 * yields a name that ends in a digit and an underscore. */
#ifndef PC_GEN_BODY_H
#define PC_GEN_BODY_H

#include "gen/code.h"
#include "gen/helpers.h"
#include "gen/types.h"
#include "plan/plan.h"

/* How tightly a C expression binds, tightest first. */
enum pc_level {
    PC_LEVEL_ATOM, /* names, members, calls, literals, anything in brackets */
    PC_LEVEL_UNARY,
    PC_LEVEL_PRODUCT,
    PC_LEVEL_SUM,
    PC_LEVEL_COMPARE,
    PC_LEVEL_AND,
    PC_LEVEL_OR,
    PC_LEVEL_CHOICE
};

/* A C expression. A simple one is a name, a member or a literal: it may be written twice. */
struct pc_value {
    const char *text;
    enum pc_level level;
    bool is_simple;
};

struct pc_function_drafts; /* parts.h */

struct pc_pointers {
    PC_LIST_OF(const struct pc_ir_local);
};

struct pc_branches {
    PC_LIST_OF(const struct pc_ir_expression);
};

struct pc_body {
    struct pc_arena *arena;
    const struct pc_function_drafts *functions; /* those before the one that is written */
    const struct pc_plan *plan;
    const struct pc_plan_projection *projection;
    const struct pc_ir_statement
        *statement; /* being written; its place and source go into messages */
    struct pc_code *code;
    struct pc_helpers *helpers;
    struct pc_pointers
        pointers; /* loop variables that are pointers though lowering did not ask for it */
    struct pc_branches branches; /* expressions known to need branches: tried once only */
    unsigned temporaries;
    const bool *deletes; /* one a table of the projection: the handler deletes rows of it */
    const struct pc_ir_expression *checked_row; /* is known not to be deleted */
};

/* ---- values (body.c) ---- */

struct pc_value pc_atom(const char *text);   /* a call or the like */
struct pc_value pc_simple(const char *text); /* a name, a member, a literal */
/* The text, in brackets unless it binds at least as tightly as `level`. */
const char *pc_bind(struct pc_body *body, struct pc_value value, enum pc_level level);

/* A new temporary's name. */
const char *pc_temporary(struct pc_body *body, const char *hint);
/* Declares a temporary that holds the value, and returns its name. */
const char *pc_hold(struct pc_body *body, const struct pc_plan_type *type, const char *hint,
                    struct pc_value value);

/* "if (condition)" and the return of a failure. The arguments behind the statement's source are
 * given as text: ", (projc_operand){a, 2}, …" or "". */
void pc_fail_if(struct pc_body *body, const char *condition, const char *function,
                const char *arguments);
/* The return alone. */
void pc_fail(struct pc_body *body, const char *function, const char *arguments);
/* if (!condition) return projc_fail_memory(handler); */
void pc_need_memory(struct pc_body *body, const char *condition);
/* Returns the status of a call that is not OK. */
void pc_pass_status(struct pc_body *body, const char *call);
/* "(projc_operand){x, 2}" for a simple text of a type. */
const char *pc_operand(struct pc_body *body, const struct pc_plan_type *type, const char *text);

bool pc_is_pointer(const struct pc_body *body, const struct pc_ir_local *local);

/* ---- expressions ---- */

/* expression.c: writes what must stand before, and returns the rest. */
struct pc_value pc_expression(struct pc_body *body, const struct pc_ir_expression *expression);
/* The same, held in a temporary unless it is simple. */
const char *pc_simple_expression(struct pc_body *body, const struct pc_ir_expression *expression,
                                 const char *hint);
/* A text to which ".member" may be appended. */
const char *pc_place_expression(struct pc_body *body, const struct pc_ir_expression *expression,
                                const char *hint);
/* The expression without conversions that only widen an integer: for the checked built-ins, which
 * take integers of any type. */
const struct pc_ir_expression *pc_unwidened(const struct pc_ir_expression *expression);
/* True for constants and for what is read from the state or the event as it stands. (Not for
 * locals: one that is left out would be declared for nothing.) */
bool pc_is_stored(const struct pc_ir_expression *expression);
/* The opposite of a condition. */
struct pc_value pc_opposite(struct pc_body *body, const struct pc_ir_expression *condition);

/* choice.c: and, or, ??, if, match */
struct pc_value pc_choice(struct pc_body *body, const struct pc_ir_expression *expression);
/* An arm of a `match` over an enum: its labels and `{`; `break` and `}`; what happens to a value
 * that no arm is for. */
void pc_open_arm(struct pc_body *body, const struct pc_ir_members *members, bool is_else);
void pc_close_arm(struct pc_body *body);
void pc_fail_no_member(struct pc_body *body, const struct pc_plan_type *type);

/* compare.c */
struct pc_value pc_compare(struct pc_body *body, const struct pc_ir_expression *expression,
                           enum pc_ir_operator operator_);
/* True for `and` and `or` of two comparisons of one place with constants, by their texts in C, when
 * no value of the place changes the answer. */
bool pc_is_decided(const struct pc_ir_expression *expression, const char *left, const char *right);
/* left == right, for a simple left; and left < right, for simple texts. */
const char *pc_is_equal(struct pc_body *body, const struct pc_plan_type *type, const char *left,
                        const struct pc_ir_expression *right);
const char *pc_is_less(struct pc_body *body, const struct pc_plan_type *type, const char *left,
                       const char *right);

/* arithmetic.c */
struct pc_value pc_arithmetic_value(struct pc_body *body,
                                    const struct pc_ir_expression *expression);
struct pc_value pc_negate(struct pc_body *body, const struct pc_ir_expression *expression);
/* target op= value; `target` is a place, evaluated as often as needed. */
void pc_arithmetic_assign(struct pc_body *body, const struct pc_plan_type *type, const char *target,
                          enum pc_ir_operator operator_, const struct pc_ir_expression *value);
/* A sum, difference or product of integers can be computed right into a place of its type. */
bool pc_can_compute_into(const struct pc_ir_expression *expression);
void pc_compute_into(struct pc_body *body, const struct pc_ir_expression *expression,
                     const char *destination);
/* round.c */
struct pc_value pc_round(struct pc_body *body, const struct pc_ir_expression *expression);

/* convert.c */
struct pc_value pc_convert_value(struct pc_body *body, const struct pc_ir_expression *expression);
/* interpolate.c: a text built from parts. */
struct pc_value pc_interpolate(struct pc_body *body, const struct pc_ir_expression *const *parts,
                               size_t count);
/* call.c, whole.c */
struct pc_value pc_call(struct pc_body *body, const struct pc_ir_expression *expression);
struct pc_value pc_floor_or_ceil(struct pc_body *body, const struct pc_ir_expression *expression);
/* function.c: a call of fn or extern fn. */
struct pc_value pc_call_function(struct pc_body *body, const struct pc_ir_expression *call);
/* fold.c */
struct pc_value pc_fold(struct pc_body *body, const struct pc_ir_expression *expression);
struct pc_value pc_in(struct pc_body *body, const struct pc_ir_expression *expression);
/* Opens a loop over a list that binds the local to each item, takes a step, and passes over items
 * for which the filter (may be NULL) does not hold. Closed by pc_code_close(code, "}"). */
void pc_open_loop(struct pc_body *body, const struct pc_ir_expression *list,
                  const struct pc_ir_local *local, bool is_local_used, bool is_in_place,
                  const struct pc_ir_expression *filter);

/* clause.c: key parts and elements; what only clauses have. */
struct pc_value pc_key_part(struct pc_body *body, const struct pc_ir_expression *expression);
struct pc_value pc_element(struct pc_body *body, const struct pc_ir_expression *expression);
void pc_write_clause(struct pc_body *body, const struct pc_ir_statement *statement);
/* The same over a map, by two names. */
void pc_open_map_loop(struct pc_body *body, const struct pc_ir_statement *statement, bool uses_key,
                      bool uses_value);

/* ---- places (place.c) ---- */

/* True if the place goes through a key: map[key] or list[position]. */
bool pc_has_key_step(const struct pc_ir_expression *place);
/* A text to assign to; entries of maps are made, positions in lists checked. */
const char *pc_place(struct pc_body *body, const struct pc_ir_expression *place);
/* The value in a temporary. */
const char *pc_item_argument(struct pc_body *body, const struct pc_ir_expression *value);
/* place = value and place op= value through a key. */
void pc_assign_keyed(struct pc_body *body, const struct pc_ir_statement *statement);
void pc_write_add_or_remove(struct pc_body *body, const struct pc_ir_statement *statement);

/* ---- keeping (keep.c) ---- */

/* True when a value of this expression may point to memory that dies with the event, or that the
 * state changes in place. */
bool pc_needs_keep(const struct pc_ir_expression *expression);
/* Writes the statement that keeps what `place` points to; pc_keep only if the value needs it. */
void pc_keep_place(struct pc_body *body, const struct pc_plan_type *type, const char *place);
void pc_keep(struct pc_body *body, const struct pc_ir_expression *value, const char *place);

/* ---- uses (use.c) ---- */

bool pc_block_uses(const struct pc_ir_block *block, const struct pc_ir_local *local);
bool pc_expression_uses(const struct pc_ir_expression *expression, const struct pc_ir_local *local);

/* ---- statements (statement.c) ---- */

/* Makes the statement the one that lines and messages belong to. */
void pc_begin_statement(struct pc_body *body, const struct pc_ir_statement *statement);
void pc_write_block(struct pc_body *body, const struct pc_ir_block *block);

/* row_statement.c: rows of tables. */

/* Finds or makes the row of a key; a pointer. */
struct pc_value pc_row_pointer(struct pc_body *body, const struct pc_ir_expression *expression);
/* True for a row that may be none: a pointer that may be NULL. */
bool pc_is_optional_row(const struct pc_plan_type *type);
/* Fails when a bound row was deleted in the handler. `pointer` may be NULL if is_optional. */
void pc_check_deleted(struct pc_body *body, const struct pc_ir_expression *row,
                      const char *pointer);
/* To be called before a place is changed: the row that it lies in will be. */
void pc_change_row(struct pc_body *body, const struct pc_ir_expression *place);
void pc_write_row(struct pc_body *body, const struct pc_ir_statement *statement);
void pc_write_delete_row(struct pc_body *body, const struct pc_ir_statement *statement);
void pc_write_walk(struct pc_body *body, const struct pc_ir_statement *statement);
/* Which tables a handler deletes from. */
const bool *pc_deleted_tables(struct pc_arena *arena, const struct pc_plan_projection *projection,
                              const struct pc_ir_block *block);
/* statement.c: `place` was assigned: an indexed text is bounded. */
void pc_check_indexed(struct pc_body *body, const struct pc_plan_table *table,
                      const struct pc_plan_field *field, const char *place);

/* branch.c. is_used: the local is mentioned in the rest of the block. */
void pc_write_let(struct pc_body *body, const struct pc_ir_statement *statement, bool is_used);
void pc_write_let_else(struct pc_body *body, const struct pc_ir_statement *statement, bool is_used);
void pc_write_if(struct pc_body *body, const struct pc_ir_statement *statement);
void pc_write_if_let(struct pc_body *body, const struct pc_ir_statement *statement);
void pc_write_match(struct pc_body *body, const struct pc_ir_statement *statement);
/* notify.c */
void pc_write_notify(struct pc_body *body, const struct pc_ir_statement *statement);
void pc_write_for(struct pc_body *body, const struct pc_ir_statement *statement);
/* for k, v in map */
void pc_write_for_map(struct pc_body *body, const struct pc_ir_statement *statement);

#endif
