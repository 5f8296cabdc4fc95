/* declarations.h -- what stands in a file: types, functions, events, projections, tests. */
#ifndef PC_CHECK_DECLARATIONS_H
#define PC_CHECK_DECLARATIONS_H

#include "check/check.h"

/* ---- source_clauses.c ---- */

/* `for x in list by k1, k2 where cond` of a handler, which see the event only; declares x for the
 * body. */
void pc_check_source_clauses(struct pc_checker *checker, struct pc_frame *body,
                             struct pc_handler_model *handler);
/* The `where` of a projection's source. */
void pc_check_filter(struct pc_checker *checker, struct pc_projection_model *projection);

/* ---- fields.c, declarations.c, events.c, projections.c, handlers.c, tests.c, sql_names.c ---- */

void pc_declare_types(struct pc_checker *checker);
void pc_check_enums(struct pc_checker *checker);
void pc_check_records(struct pc_checker *checker);
/* True for a name that a declaration cannot have, because a type of the language has it. */
bool pc_is_builtin_type(struct pc_checker *checker, struct pc_text name);
/* functions.c: after the types, before everything that may call one. */
void pc_check_functions(struct pc_checker *checker);
void pc_check_function_call(struct pc_checker *checker, struct pc_frame *body,
                            struct pc_expression *expression, struct pc_symbol *function);
void pc_check_package(struct pc_checker *checker);
void pc_check_streams(struct pc_checker *checker);
void pc_check_aggregates(struct pc_checker *checker);
/* upcasts.c: once all events are known. */
void pc_check_upcasts(struct pc_checker *checker);
/* Adds the fields as written. */
void pc_add_fields(struct pc_checker *checker, const struct pc_fields *nodes,
                   struct pc_field_models *fields);
/* Their defaults. needs_initial: a field that has neither a zero value nor a default is an error.
 */
void pc_check_defaults(struct pc_checker *checker, struct pc_field_models *fields,
                       bool needs_initial);
/* Reports an outside name that is empty. */
void pc_check_outside(struct pc_checker *checker, const struct pc_string *as);
/* True if a field's default makes it unnecessary to write it. */
bool pc_field_can_be_left_out(const struct pc_field_model *field);
void pc_check_projections(struct pc_checker *checker);
/* Adds a table, whose keys are resolved, to the projection; `symbol` names it. */
void pc_add_table(struct pc_checker *checker, struct pc_projection_model *projection,
                  struct pc_item *item, struct pc_symbol *symbol);
void pc_check_handlers(struct pc_checker *checker, struct pc_projection_model *projection,
                       const struct pc_symbols *tables, const struct pc_symbols *keys);
/* queries.c: after all projections. */
void pc_check_queries(struct pc_checker *checker);
/* The rows that a test expects; true and the constant list, or false (reported). */
bool pc_check_expected_rows(struct pc_checker *checker, struct pc_frame *body,
                            struct pc_query_model *query, struct pc_step *node,
                            struct pc_test_step_model *step);
void pc_check_tests(struct pc_checker *checker);
void pc_check_sql_names(struct pc_checker *checker);
/* The names of `state columns`. */
void pc_check_key_columns(struct pc_checker *checker, const struct pc_projection_model *projection);
void pc_check_columns(struct pc_checker *checker, const struct pc_projection_model *projection);
void pc_check_table_columns(struct pc_checker *checker, const struct pc_table_model *table);
/* "schema.table" of `as`, or the name; reports what is no table's name. */
void pc_split_table_name(struct pc_checker *checker, const struct pc_string *as,
                         const struct pc_name *own, struct pc_text *schema, struct pc_text *table);

/* ---- tests.c, test_rows.c ---- */

/* The constant of an id: for a uuid, 7 stands for uuid(7). NULL when something was reported. */
const struct pc_constant *pc_check_test_id(struct pc_checker *checker, struct pc_frame *body,
                                           struct pc_expression *expression,
                                           const struct pc_type *type);
/* expect orders(1) … */
void pc_check_expect_row(struct pc_checker *checker, struct pc_frame *body, struct pc_step *node,
                         struct pc_table_model *table, struct pc_test_step_model *step);

#endif
