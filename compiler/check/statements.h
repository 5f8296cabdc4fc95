/* statements.h -- statements, the places and rows they change, and rules over whole handlers. */
#ifndef PC_CHECK_STATEMENTS_H
#define PC_CHECK_STATEMENTS_H

#include "check/check.h"

/* ---- statements.c ---- */

/* Declares a local; reports E0204 when the name is taken. */
struct pc_symbol *pc_declare_local(struct pc_checker *checker, struct pc_frame *body,
                                   struct pc_name *name, enum pc_local_kind kind,
                                   const struct pc_type *type);
/* Leaves the block, and remembers the locals that nobody reads. */
void pc_scope_leave(struct pc_checker *checker, struct pc_frame *body);
void pc_scope_enter(struct pc_frame *body, struct pc_scope *scope);

/* ---- statements.c, places.c, rules.c ---- */

/* Checks a block in a scope of its own; true if control never leaves it at its end. */
bool pc_check_block(struct pc_checker *checker, struct pc_frame *body, struct pc_block *block);
/* notify.c */
void pc_check_notify(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_statement *statement);
/* Resolves a place to be changed; false (reported) if it is none. */
bool pc_check_place(struct pc_checker *checker, struct pc_frame *body, struct pc_expression *target,
                    struct pc_statement_info *info);
void pc_check_assign(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_statement *statement, struct pc_statement_info *info);
void pc_check_method_statement(struct pc_checker *checker, struct pc_frame *body,
                               struct pc_statement *statement, struct pc_statement_info *info);
/* Reports E0305 when a loop around walks the place, or something inside it. root NULL: all of the
 * state. */
bool pc_check_walks(struct pc_checker *checker, const struct pc_frame *body, struct pc_span span,
                    const struct pc_symbol *root, const struct pc_place_steps *steps);
/* True if an expression is a place of the state; fills root and steps. Reports nothing. */
bool pc_find_place(struct pc_checker *checker, const struct pc_expression *expression,
                   struct pc_symbol **root, struct pc_place_steps *steps);
/* A place from the state's field on: the steps of the loops that bound its root, each with a step
 * to any of the elements, and its own. Returns the root, adds the steps to `path`. */
struct pc_symbol *pc_whole_path(struct pc_checker *checker, struct pc_symbol *root,
                                const struct pc_place_steps *steps, struct pc_place_steps *path);
/* Rules over a whole handler, after its statements were checked. */
void pc_check_skips(struct pc_checker *checker, struct pc_handler_model *handler);
/* Rules over a whole projection. */
/* growth.c */
void pc_check_growth(struct pc_checker *checker, struct pc_projection_model *projection);
void pc_check_coverage(struct pc_checker *checker, struct pc_projection_model *projection);
void pc_check_retry(struct pc_checker *checker, struct pc_projection_model *projection);
/* Only for modules without errors: what is wrong may be a use. */
void pc_check_unused(struct pc_checker *checker);

/* ---- rows.c, walks.c ---- */

/* How many key parts of a table are the projection's own. */
size_t pc_row_fixed_count(const struct pc_projection_model *projection);
/* The table that an expression names, or NULL. */
struct pc_symbol *pc_find_table(const struct pc_frame *body,
                                const struct pc_expression *expression);
bool pc_is_row(const struct pc_type *type); /* a row, or one that may be none */
/* An expression that may be a row: its part is taken, or it is bound. */
const struct pc_type *pc_check_row_reader(struct pc_checker *checker, struct pc_frame *body,
                                          struct pc_expression *expression);
/* Reports a row that is used as a value; called for every checked expression. */
void pc_check_no_row(struct pc_checker *checker, const struct pc_frame *body,
                     struct pc_expression *expression);
/* orders[id] as a value. */
void pc_check_row(struct pc_checker *checker, struct pc_frame *body,
                  struct pc_expression *expression, struct pc_symbol *table);
/* orders[id] as the root of a place. */
bool pc_check_row_place(struct pc_checker *checker, struct pc_frame *body,
                        struct pc_expression *target, struct pc_symbol *table,
                        struct pc_statement_info *info);
/* The column of a row's place: no key part. NULL when reported. */
struct pc_field_model *pc_row_column(struct pc_checker *checker, const struct pc_type *row,
                                     struct pc_name *name, bool is_changed);
/* Reports columns without initial value when a place makes its row. */
bool pc_check_obtains(struct pc_checker *checker, const struct pc_expression *target,
                      const struct pc_statement_info *info);
/* orders[id] = { … }, or `row = …`, which is wrong. */
void pc_check_row_assign(struct pc_checker *checker, struct pc_frame *body,
                         struct pc_statement *statement, struct pc_statement_info *info);
/* An argument is the projection's key part of this number. */
bool pc_is_own_key(const struct pc_frame *body, const struct pc_expression *argument,
                   size_t position);
/* for o in orders where … { … } */
void pc_check_table_loop(struct pc_checker *checker, struct pc_frame *body,
                         struct pc_statement *statement, struct pc_symbol *table,
                         struct pc_statement_info *info);

#endif
