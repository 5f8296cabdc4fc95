/* lowering.h -- what the files of the lowering share; lower.h is what others see. */
#ifndef PC_PLAN_LOWERING_H
#define PC_PLAN_LOWERING_H

#include "plan/lower.h"
#include "plan/names.h"

/* One lowering. The maps go from the model's indexes to the plan's objects. */
struct pc_lowering {
    struct pc_arena *arena;
    const struct pc_sources *sources;
    const struct pc_model *model;
    struct pc_plan *plan;
    struct pc_scope_names globals;   /* C identifiers of the header and of the linker */
    struct pc_scope_names stems;     /* stems of static functions */
    struct pc_scope_names own_stems; /* those of the user\'s declarations, known beforehand */
    struct pc_plan_type **types;     /* by pc_type.index */
    struct pc_plan_enum **enums;     /* by pc_enum_model.index */
    struct pc_plan_record **records;
    struct pc_plan_stream **streams;
    struct pc_plan_aggregate **aggregates;
    struct pc_plan_event **events; /* by pc_event_model.index */
    struct pc_plan_projection **projections;
    struct pc_plan_function **functions; /* by pc_function_model.index */
    uint32_t *files;                     /* source index -> index in plan->files */
};

/* One handler for one event (or any). */
struct pc_lowering_handler {
    struct pc_lowering *lowering;
    const struct pc_handler_model *model;
    const struct pc_plan_projection *projection;
    size_t event_position; /* of the event in model->events; reads EVENT_FIELD symbols */
    const struct pc_ir_local **locals; /* by local_index */
    struct pc_scope_names names;
    const struct pc_query_model *query; /* NULL, or this is no handler but a query's `where` */
    bool uses_state;
    bool uses_event;
    struct pc_plan_function *function; /* whose body it is, instead of a handler's; NULL: none */
};

/* names: what stems the static functions will have; call it first. */
void pc_lower_stems(struct pc_lowering *lowering);
/* bank_account_credited for (bank, AccountCredited): package, then snake case. */
struct pc_text pc_lower_global(struct pc_lowering *lowering, struct pc_text name,
                               const char *suffix);
/* The C name of a local of a handler. */
struct pc_text pc_lower_word(struct pc_lowering_handler *handler, struct pc_text name);

/* types: enums, records, lists and optionals in dependency order, and the fields of any struct. */
void pc_lower_types(struct pc_lowering *lowering);
const struct pc_plan_type *pc_lower_type(struct pc_lowering *lowering, const struct pc_type *type);
void pc_lower_fields(struct pc_lowering *lowering, const struct pc_field_models *models,
                     struct pc_plan_fields *fields);
const struct pc_plan_constant *pc_lower_constant(struct pc_lowering *lowering,
                                                 const struct pc_constant *constant,
                                                 const struct pc_plan_type *type);

/* expressions: with the implicit conversion of the annotation. */
struct pc_ir_expression *pc_lower_expression(struct pc_lowering_handler *handler,
                                             const struct pc_expression *expression);
/* The same without it. */
struct pc_ir_expression *pc_lower_plain(struct pc_lowering_handler *handler,
                                        const struct pc_expression *expression);
/* True for types whose values are the same in C: decimal(2, round) and duration(ms) differ from
 * decimal(2) and duration in payloads only. */
bool pc_is_same_in_c(const struct pc_plan_type *a, const struct pc_plan_type *b);
struct pc_ir_expression *pc_lower_convert(struct pc_lowering_handler *handler,
                                          struct pc_ir_expression *value,
                                          const struct pc_plan_type *target);
/* composites: literals of records and lists, and comprehensions. */
struct pc_ir_expression *pc_lower_record(struct pc_lowering_handler *handler,
                                         const struct pc_expression *expression);
struct pc_ir_expression *pc_lower_list(struct pc_lowering_handler *handler,
                                       const struct pc_expression *expression);
struct pc_ir_expression *pc_lower_comprehension(struct pc_lowering_handler *handler,
                                                const struct pc_expression *expression);
struct pc_ir_expression *pc_lower_call(struct pc_lowering_handler *handler,
                                       const struct pc_expression *expression);
struct pc_ir_expression *pc_lower_method(struct pc_lowering_handler *handler,
                                         const struct pc_expression *expression);
struct pc_ir_expression *pc_ir_new(struct pc_lowering_handler *handler, enum pc_ir_kind kind,
                                   const struct pc_plan_type *type);
struct pc_ir_expression *pc_lower_state_field(struct pc_lowering_handler *handler,
                                              const struct pc_field_model *field);
struct pc_ir_expression *pc_lower_event_field(struct pc_lowering_handler *handler,
                                              const struct pc_symbol *symbol);
const struct pc_ir_local *pc_lower_local(struct pc_lowering_handler *handler,
                                         const struct pc_symbol *symbol);

/* upcasts: the old events before they are sorted, the bodies behind the functions. */
void pc_lower_old_events(struct pc_lowering *lowering);
void pc_lower_upcasts(struct pc_lowering *lowering);

/* functions: before whatever calls them; a call; and at the end, which of them are called. */
void pc_lower_functions(struct pc_lowering *lowering);
/* Where the body of a function stands, as a statement that does nothing. */
struct pc_ir_statement *pc_lower_place(struct pc_lowering *lowering,
                                       const struct pc_expression *body);
struct pc_ir_expression *pc_lower_function_call(struct pc_lowering_handler *handler,
                                                const struct pc_expression *expression);
void pc_mark_functions(struct pc_plan *plan);

/* lower_clauses: `for`, `by` and `where` of a handler, and the filter of a source. The names of the
 * handler's own function are taken before. */
struct pc_ir_expression *pc_lower_key(struct pc_lowering_handler *handler,
                                      const struct pc_symbol *symbol);
void pc_lower_keys(struct pc_lowering *lowering, const struct pc_projection_model *model,
                   struct pc_plan_projection *out);
void pc_lower_handler_clauses(struct pc_lowering *lowering, const struct pc_lowering_handler *of,
                              struct pc_plan_handler *out);
/* The statement that binds the element, for the head of the body. */
struct pc_ir_statement *pc_lower_element(struct pc_lowering_handler *handler);
void pc_lower_filter(struct pc_lowering *lowering, const struct pc_projection_model *model,
                     struct pc_plan_projection *out);

/* statements */
struct pc_ir_block *pc_lower_block(struct pc_lowering_handler *handler,
                                   const struct pc_block *block);

void pc_lower_notify(struct pc_lowering_handler *handler, const struct pc_statement *from,
                     struct pc_ir_statement *out);

/* tables: their rows, and statements over them */
void pc_lower_tables(struct pc_lowering *lowering, const struct pc_projection_model *model,
                     struct pc_plan_projection *projection);
/* orders[id], as a value or (its type is a row, not one that may be none) as a place. */
struct pc_ir_expression *pc_lower_row(struct pc_lowering_handler *handler,
                                      const struct pc_expression *expression);
/* { column: value, … }: a RECORD of the row's type, with one argument for each column behind the
 * key; NULL for those that stay at their initial value. */
struct pc_ir_expression *pc_lower_row_literal(struct pc_lowering_handler *handler,
                                              const struct pc_expression *literal,
                                              const struct pc_plan_type *row);
void pc_lower_walk(struct pc_lowering_handler *handler, const struct pc_statement *from,
                   struct pc_ir_statement *out);
/* Assignments read before they write: a value that looks at rows of the table that the statement
 * makes a row of becomes a `let` before it. */
void pc_lower_read_first(struct pc_lowering_handler *handler, struct pc_ir_block *block,
                         struct pc_ir_statement *statement);

/* One column for each field, behind those that the table has. */
void pc_lower_columns(struct pc_lowering *lowering, const struct pc_plan_fields *fields,
                      struct pc_plan_table *table);
/* The fields' columns stand behind the first `before` ones. */
void pc_lower_indexes(struct pc_lowering *lowering, const struct pc_index_models *models,
                      size_t before, struct pc_plan_table *table);
/* queries */
enum pc_plan_column_type pc_column_type(const struct pc_plan_type *type);
/* lower_view.c: the view of packed states; nothing for `state columns`. */
void pc_lower_view(struct pc_lowering *lowering, struct pc_plan_projection *projection);
void pc_lower_queries(struct pc_lowering *lowering);
/* A column or a parameter. */
struct pc_ir_expression *pc_lower_query_name(struct pc_lowering_handler *handler,
                                             const struct pc_expression *expression);

/* projections and tests */
void pc_lower_projections(struct pc_lowering *lowering);
void pc_lower_tests(struct pc_lowering *lowering);
void pc_lower_position(const struct pc_lowering *lowering, struct pc_span span, uint32_t *file,
                       uint32_t *line, uint32_t *column);
/* The text of a span on one line, cut at 80 bytes. */
struct pc_text pc_lower_source(const struct pc_lowering *lowering, struct pc_span span);

/* fingerprint: of the state's shape, and of the handlers' logic. */
uint64_t pc_shape_fingerprint(struct pc_arena *arena, const struct pc_plan_projection *projection);
uint64_t pc_function_fingerprint(struct pc_arena *arena, const struct pc_plan_function *function);
uint64_t pc_logic_fingerprint(struct pc_arena *arena, const struct pc_plan_projection *projection);

#endif
