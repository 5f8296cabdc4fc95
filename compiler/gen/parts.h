/* parts.h -- what the files of gen/ share: the module being written, its sections, helper
 * functions. */
#ifndef PC_GEN_PARTS_H
#define PC_GEN_PARTS_H

#include "gen/code.h"
#include "gen/gen.h"
#include "gen/helpers.h"
#include "gen/types.h"
#include "plan/plan.h"

/* The comment on top of an output: which file, from what. */
void pc_write_banner(struct pc_code *code, const struct pc_plan *plan,
                     const struct pc_generate_options *options, const char *file, bool is_sql);

/* ---- codecs ---- */

/* The initial value of every state. */
void pc_write_initial_states(struct pc_code *code, const struct pc_plan *plan,
                             struct pc_helpers *helpers);
/* from_msgpack, to_msgpack and to_json of every state. */
void pc_write_state_codecs(struct pc_code *code, const struct pc_plan *plan,
                           struct pc_helpers *helpers);
/* The payload codecs of every event, and their keys. */
void pc_write_event_codecs(struct pc_code *code, const struct pc_plan *plan,
                           struct pc_helpers *helpers);
/* to_row and from_row of the projections with `state columns`. */
void pc_write_rows(struct pc_code *code, const struct pc_plan *plan, struct pc_helpers *helpers);

/* to_row and from_row of one table. */
void pc_write_row_codec(struct pc_code *code, struct pc_helpers *helpers,
                        const struct pc_plan_row_table *table);
/* row_functions.c: init, set_key, to_row, from_row and to_json of every table. */
void pc_write_row_functions(struct pc_code *code, const struct pc_plan *plan,
                            struct pc_helpers *helpers);
/* prefetch.c: what the events of each projection let know of the keys that handlers will ask for.
 */
void pc_write_prefetch(struct pc_code *code, const struct pc_plan *plan,
                       struct pc_helpers *helpers);
/* The function for one event, or NULL where there is nothing to say. */
const char *pc_prefetch_name(struct pc_arena *arena, const struct pc_plan *plan,
                             const struct pc_plan_projection *projection,
                             const struct pc_plan_dispatch *dispatch);

/* ---- functions ---- */

/* A function's body, written before its place in the source is known. */
struct pc_function_draft {
    struct pc_text text;
    bool can_fail; /* then it has a handler, a status, and the result behind a pointer */
};
/* One a function of the plan; those that nobody calls are empty. */
struct pc_function_drafts {
    struct pc_function_draft *items;
};
void pc_prepare_functions(struct pc_arena *arena, const struct pc_plan *plan,
                          const struct pc_generate_options *options, struct pc_helpers *helpers,
                          struct pc_function_drafts *drafts);
void pc_write_functions(struct pc_code *code, const struct pc_plan *plan,
                        const struct pc_function_drafts *drafts);
/* The prototypes of the user's functions. */
void pc_write_extern_functions(struct pc_code *code, const struct pc_plan *plan);
/* True when the identifier stands in the C text: not in a literal, and not as a member. */
bool pc_mentions(struct pc_text text, const char *identifier);
/* The statements of a body, success, and the function's end; lines are the file's own again. */
void pc_write_body(struct pc_code *code, const struct pc_plan *plan, struct pc_text body);

/* ---- upcasts ---- */

/* The bodies, one an older form in the order of plan->upcasts. */
struct pc_upcast_drafts {
    PC_LIST_OF(struct pc_text);
};
void pc_prepare_upcasts(struct pc_arena *arena, const struct pc_plan *plan,
                        const struct pc_generate_options *options, struct pc_helpers *helpers,
                        const struct pc_function_drafts *functions,
                        struct pc_upcast_drafts *drafts);
/* The old structs, and the functions that make today's of them. */
void pc_write_upcasts(struct pc_code *code, const struct pc_plan *plan,
                      const struct pc_upcast_drafts *drafts);
/* The readers of older forms, which fill today's structs. */
void pc_write_upcast_codecs(struct pc_code *code, const struct pc_plan *plan,
                            struct pc_helpers *helpers);
/* header.c: the members of a struct. */
void pc_write_members(struct pc_code *code, const struct pc_plan_fields *fields);

/* ---- handlers ---- */

/* Handlers are written twice: once to a text of its own each, which tells what helpers it needs,
 * and then into the source, where the line numbers are known. */
struct pc_handler_bodies {
    PC_LIST_OF(struct pc_text); /* in the order of plan->projections and their handlers */
};
void pc_prepare_handlers(struct pc_arena *arena, const struct pc_plan *plan,
                         const struct pc_generate_options *options, struct pc_helpers *helpers,
                         const struct pc_function_drafts *functions,
                         struct pc_handler_bodies *bodies);
void pc_write_handlers(struct pc_code *code, const struct pc_plan *plan,
                       const struct pc_handler_bodies *bodies);
/* One body as a text. */
struct pc_text pc_prepare_body(struct pc_arena *arena, const struct pc_plan *plan,
                               const struct pc_generate_options *options,
                               struct pc_helpers *helpers,
                               const struct pc_function_drafts *functions,
                               const struct pc_plan_projection *projection,
                               const struct pc_ir_block *block);

/* clause.c: the same for `for`, `by` and `where`. */
void pc_prepare_clauses(struct pc_arena *arena, const struct pc_plan *plan,
                        const struct pc_generate_options *options, struct pc_helpers *helpers,
                        const struct pc_function_drafts *functions,
                        struct pc_handler_bodies *bodies);
void pc_write_clauses(struct pc_code *code, const struct pc_plan *plan,
                      const struct pc_handler_bodies *bodies);
/* "{.count = …, .select = …}, …", one a function; NULL when none has any. */
const char *pc_source_list(struct pc_arena *arena, const struct pc_plan_handlers *functions);

/* ---- module ---- */

/* The prototypes of typed append, load and wait; with their bodies in the source. */
void pc_write_append_prototype(struct pc_code *code, const struct pc_plan_event *event,
                               const char *end);
void pc_write_load_prototype(struct pc_code *code, const struct pc_plan_projection *projection,
                             const char *end);
void pc_write_wait_prototype(struct pc_code *code, const struct pc_plan_projection *projection,
                             const char *end);
/* The prototype of a user's function behind `on … extern`. */
void pc_write_extern_prototype(struct pc_code *code, const struct pc_plan_projection *projection,
                               const struct pc_plan_handler *handler);
void pc_write_typed_functions(struct pc_code *code, const struct pc_plan *plan);
void pc_write_module(struct pc_code *code, const struct pc_plan *plan,
                     const struct pc_generate_options *options);

/* The SQL scripts as arrays of strings. */
void pc_write_schemas(struct pc_code *code, const struct pc_plan *plan);

/* ---- SQL: the statements, each ends with a newline ---- */

struct pc_sql_script {
    PC_LIST_OF(struct pc_text);
};
void pc_sql_postgres(struct pc_arena *arena, const struct pc_plan *plan,
                     struct pc_sql_script *script);
void pc_sql_postgres_notify(struct pc_arena *arena, const struct pc_plan *plan,
                            struct pc_sql_script *script);
void pc_sql_sqlite(struct pc_arena *arena, const struct pc_plan *plan,
                   struct pc_sql_script *script);
/* sql.c: name of a thing that belongs to a table, cut to 63 bytes: "events_bank" and "_notify". */
struct pc_text pc_sql_companion(struct pc_arena *arena, struct pc_text table, const char *suffix);
/* A quoted name, with its schema if it has one. */
const char *pc_sql_qualified(struct pc_arena *arena, struct pc_text schema, struct pc_text name);
/* A dollar quote that does not occur in the text: $wake$, $wake_2$ … */
const char *pc_sql_dollar_quote(struct pc_arena *arena, const char *text, const char *word);
/* The type of a column on PostgreSQL. */
const char *pc_sql_postgres_type(struct pc_arena *arena, const struct pc_plan_column *column);
/* One statement more; `format` ends in a newline. */
void pc_sql_add(struct pc_arena *arena, struct pc_sql_script *script, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The columns of a table, its primary key, and the body of one index: "a, b DESC NULLS LAST".
 */
typedef const char *pc_sql_column_type(struct pc_arena *arena, const struct pc_plan_column *column);
const char *pc_sql_columns(struct pc_arena *arena, const struct pc_plan_table *table,
                           pc_sql_column_type *type_of);
const char *pc_sql_index_columns(struct pc_arena *arena, const struct pc_plan_index *index,
                                 bool names_nulls);

#endif
