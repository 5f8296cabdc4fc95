/* check.h -- what the checker's files share; model.h is what others see. */
#ifndef PC_CHECK_CHECK_H
#define PC_CHECK_CHECK_H

#include "base/diag.h"
#include "check/model.h"

/* ---- names (symbols.c) ---- */

struct pc_symbols {
    PC_LIST_OF(struct pc_symbol);
};

/* A hash table from names to symbols. The zero value is empty. */
struct pc_name_table {
    struct pc_symbol **slots; /* open addressing */
    size_t slot_count;        /* a power of two, or 0 */
    struct pc_symbols all;    /* in order of declaration */
};

/* A chain of blocks: the locals of a handler, or the parameters of a function. */
struct pc_scope {
    struct pc_scope *parent;
    struct pc_symbols symbols;
};

/* ---- the checker ---- */

enum {
    PC_TYPE_DEPTH_MAX = 32,      /* of types in types, and records in records */
    PC_RECORD_FIELDS_MAX = 4096, /* with those of the records inside it */
};

struct pc_type_table {
    PC_LIST_OF(struct pc_type);
};

/* One checking of one module. */
struct pc_checker {
    struct pc_arena *arena;
    struct pc_diagnostics *diagnostics;
    struct pc_module *tree;
    struct pc_model *model;
    struct pc_type_table types;
    struct pc_type_table simple_types; /* those without components */
    /* The declared things of the package, each kind in a name space of its own. */
    struct pc_name_table type_names; /* aliases, enums, records */
    struct pc_name_table stream_names;
    struct pc_name_table aggregate_names;
    struct pc_name_table event_names;
    struct pc_name_table projection_names; /* with tables and queries, which tests name too */
    struct pc_name_table function_names;
    struct pc_record_models records;     /* in text order; model->records is sorted */
    struct pc_function_models functions; /* in text order; model->functions is sorted */
    struct pc_symbols unused;            /* locals that nobody reads */
    /* Types that need no making. */
    const struct pc_type *error;
    const struct pc_type *none;
    const struct pc_type *boolean;
    const struct pc_type *u32;
    const struct pc_type *i64;
    const struct pc_type *f64;
    const struct pc_type *text;
    const struct pc_type *bytes;
    const struct pc_type *uuid;
    const struct pc_type *time;
    const struct pc_type *date;
    const struct pc_type *duration;
};

/* Which fields of a record literal may be left out. */
enum pc_record_rule {
    PC_RECORD_ZERO,    /* in handlers: those with a default or a zero value */
    PC_RECORD_PAYLOAD, /* in `given`: those with a default, and optional ones */
    PC_RECORD_PARTIAL, /* in `expect`: any */
};

/* What an expression or statement may see. */
struct pc_frame {
    struct pc_projection_model *projection; /* its state, keys and tables; NULL: none */
    struct pc_handler_model *handler;       /* its events; NULL: none */
    struct pc_function_model *function;     /* whose body it is; NULL: no function's */
    struct pc_scope *scope;
    struct pc_symbols event_fields; /* made at first use */
    struct pc_walk *walks;          /* the loops around this place that walk a place of the state */
    const struct pc_symbols *tables;    /* of the projection */
    const struct pc_symbols *keys;      /* of a keyed projection */
    const struct pc_type *aggregate_id; /* the type of event.aggregate_id */
    enum pc_record_rule record_rule;
    bool is_test;          /* uuid(n) is allowed, and nothing but members can be named */
    bool is_source_clause; /* on … for/by/where: no state, no tables */
    bool is_upcast;        /* the state is today's event: it can be assigned, not read */
    bool is_poisoned;      /* an event is unknown: unknown names are not reported */
    uint32_t effect_count; /* statements so far that change the state */
    const struct pc_expression *row_reader; /* the expression that may be a row: its parts are
                                               taken, it is compared with none, or bound */
};

/* A loop over a place of the state: the collection may not be changed inside. */
struct pc_walk {
    struct pc_walk *parent;
    struct pc_symbol *root;
    const struct pc_place_steps *steps;
    struct pc_span span;
};

#define PC_TYPE_ARGS(type) PC_TEXT_ARGS((type)->name)

/* ---- symbols.c ---- */

struct pc_symbol *pc_symbol_new(struct pc_checker *checker, enum pc_symbol_kind kind,
                                struct pc_name *name, const struct pc_type *type);
struct pc_symbol *pc_table_find(const struct pc_name_table *table, struct pc_text name);
/* Adds a symbol; when the name is taken already, reports E0113 with both places and returns false.
 * `what` is the kind in words, "event". */
bool pc_table_declare(struct pc_checker *checker, struct pc_name_table *table,
                      struct pc_symbol *symbol, const char *what);
struct pc_symbol *pc_scope_find(const struct pc_scope *scope, struct pc_text name);
struct pc_symbol *pc_symbols_find(const struct pc_symbols *symbols, struct pc_text name);
void pc_offer_table(struct pc_suggestion *suggestion, const struct pc_name_table *table);
void pc_offer_symbols(struct pc_suggestion *suggestion, const struct pc_symbols *symbols);
void pc_offer_fields(struct pc_suggestion *suggestion, const struct pc_field_models *fields);
/* Adds "did you mean …" beside the carets when something close was offered. */
void pc_suggest(struct pc_diagnostic *problem, const struct pc_suggestion *suggestion);
/* The name in backquotes. */
struct pc_text pc_quoted(struct pc_checker *checker, struct pc_text name);
struct pc_field_model *pc_fields_find(const struct pc_field_models *fields, struct pc_text name);
/* The word that a construct begins with, to point at it. */
struct pc_span pc_word_span(struct pc_span span, const char *word);

/* ---- types.c ---- */

void pc_types_init(struct pc_checker *checker);
const struct pc_type *pc_type_integer(struct pc_checker *checker, uint8_t bits, bool is_signed);
const struct pc_type *pc_type_decimal(struct pc_checker *checker, uint8_t scale);
const struct pc_type *pc_type_optional(struct pc_checker *checker, const struct pc_type *element);
const struct pc_type *pc_type_list(struct pc_checker *checker, const struct pc_type *element);
const struct pc_type *pc_type_set(struct pc_checker *checker, const struct pc_type *element);
const struct pc_type *pc_type_map(struct pc_checker *checker, const struct pc_type *key,
                                  const struct pc_type *value);
/* True for lists, sets and maps. */
bool pc_is_collection(const struct pc_type *type);
/* What a loop with one name walks, and what `in` looks for: elements, or a map's keys. */
const struct pc_type *pc_item_type(const struct pc_type *type);
struct pc_type *pc_type_declared(struct pc_checker *checker, enum pc_type_kind kind,
                                 struct pc_text name);
/* The type without what matters to payloads only: decimal(2, round) is decimal(2), duration(ns) is
 * duration, also inside optionals and lists. */
const struct pc_type *pc_type_plain(struct pc_checker *checker, const struct pc_type *type);
/* T of T?, else the type itself. */
const struct pc_type *pc_type_value(const struct pc_type *type);
bool pc_type_is_numeric(const struct pc_type *type); /* integer, decimal, f64 */
bool pc_type_is_exact(const struct pc_type *type);   /* integer, decimal */
bool pc_type_is_ordered(const struct pc_type *type); /* < > min max */
bool pc_type_is_comparable(const struct pc_type *type);
bool pc_type_is_scalar(const struct pc_type *type); /* can be shown in a text */
bool pc_type_has_zero(const struct pc_type *type);
int64_t pc_integer_low(const struct pc_type *type);
int64_t pc_integer_high(const struct pc_type *type);
/* decimal(s, round), duration(unit). */
const struct pc_type *pc_type_decimal_rounding(struct pc_checker *checker, uint8_t scale);
const struct pc_type *pc_type_duration_in(struct pc_checker *checker,
                                          enum pc_duration_format format);

/* ---- type_nodes.c ---- */

/* What a type as written means; reports what is wrong with it and returns the error type then. */
const struct pc_type *pc_resolve_type(struct pc_checker *checker, struct pc_type_node *node);
/* What an alias stands for; `use` is where it is named. */
const struct pc_type *pc_resolve_alias(struct pc_checker *checker, struct pc_symbol *symbol,
                                       struct pc_span use);
/* A built-in type without arguments by its name, or NULL. */
const struct pc_type *pc_type_by_name(struct pc_checker *checker, struct pc_text name);

/* ---- conversions.c ---- */

struct pc_annotation *pc_annotate(struct pc_checker *checker, struct pc_expression *expression);
/* True if a value of type `from` becomes one of type `to` silently, without loss. */
bool pc_type_widens(const struct pc_type *from, const struct pc_type *to);
/* The type both widen to, or NULL. */
const struct pc_type *pc_type_common(struct pc_checker *checker, const struct pc_type *a,
                                     const struct pc_type *b);
/* Records the conversion of a checked expression, or reports why there is none. */
bool pc_convert(struct pc_checker *checker, struct pc_expression *expression,
                const struct pc_type *target);
/* Checks an expression that must give `target`, and converts it. */
bool pc_check_value(struct pc_checker *checker, struct pc_frame *body,
                    struct pc_expression *expression, const struct pc_type *target);

/* ---- literals.c ---- */

/* True if an expression consists of literals only, and so takes the type of its surroundings. */
bool pc_is_adaptable(struct pc_checker *checker, struct pc_frame *body,
                     const struct pc_expression *expression);
bool pc_is_number_literal(const struct pc_expression *expression);
/* Whether a number literal, perhaps negated, has a fraction, and how many digits. */
bool pc_literal_scale(const struct pc_expression *expression, uint32_t *scale);
/* INTEGER, FRACTION, and NEGATE of those; expected may be NULL. */
void pc_check_number(struct pc_checker *checker, struct pc_expression *expression,
                     const struct pc_type *expected);
void pc_check_duration(struct pc_checker *checker, struct pc_expression *expression);
void pc_check_text(struct pc_checker *checker, struct pc_frame *body,
                   struct pc_expression *expression, const struct pc_type *expected);

/* ---- composites.c ---- */

/* Checks the entries of a record literal against the fields they name. `owner` and `declared` are
 * for messages. False when something was reported. */
bool pc_check_entries(struct pc_checker *checker, struct pc_frame *body,
                      struct pc_expression *expression, const struct pc_field_models *fields,
                      struct pc_text owner, struct pc_span declared);
void pc_check_record(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_expression *expression, const struct pc_type *expected);
void pc_check_list(struct pc_checker *checker, struct pc_frame *body,
                   struct pc_expression *expression, const struct pc_type *expected);

/* ---- more of literals.c ---- */

/* Microseconds of a duration literal; false (reported) when it does not fit. */
bool pc_duration_value(struct pc_checker *checker, struct pc_expression *expression,
                       int64_t *value_us);
/* The value of an integer literal; false when it is above `limit`. */
bool pc_small_integer(const struct pc_expression *expression, int64_t limit, int64_t *value);

/* ---- scan_values.c ---- */

bool pc_scan_integer(struct pc_text digits, bool is_negative, int64_t *value);
/* Digits with at most one point, times 10^scale; false when digits are lost or it does not fit. */
bool pc_scan_decimal(struct pc_text digits, bool is_negative, uint32_t scale, int64_t *value);
bool pc_scan_f64(struct pc_arena *arena, struct pc_text digits, double *value);
bool pc_scan_uuid(struct pc_text text, uint8_t value[16]);
bool pc_scan_date(struct pc_text text, int32_t *days);
bool pc_scan_time(struct pc_text text, int64_t *value_us);
bool pc_scan_base64(struct pc_arena *arena, struct pc_text text, struct pc_text *bytes);

/* ---- constants.c ---- */

struct pc_constant *pc_constant_new(struct pc_checker *checker, enum pc_constant_kind kind,
                                    const struct pc_type *type);
/* The constant a checked and converted expression stands for, or NULL (reported as E0125). */
const struct pc_constant *pc_evaluate(struct pc_checker *checker, struct pc_expression *expression);
/* The same for the entries of a payload or of an expected state: a record whose type is NULL. */
const struct pc_constant *pc_evaluate_entries(struct pc_checker *checker,
                                              struct pc_expression *expression);
/* The constant with the type its field is declared with: duration(ms) instead of duration, which
 * says how a payload writes it. */
const struct pc_constant *pc_constant_of_field(struct pc_checker *checker,
                                               const struct pc_constant *constant,
                                               const struct pc_type *declared);
/* The order of two constants of one scalar type, as sets and maps keep their keys: <0, 0, >0. */
int pc_constant_compare(const struct pc_constant *left, const struct pc_constant *right);
/* Makes a text into a constant of time, date, uuid or bytes (base64); NULL if it is none. */
struct pc_constant *pc_constant_from_text(struct pc_checker *checker, struct pc_text text,
                                          const struct pc_type *type);

/* ---- resolve.c ---- */

/* A bare name on the right-hand side. */
void pc_check_name(struct pc_checker *checker, struct pc_frame *body,
                   struct pc_expression *expression, const struct pc_type *expected);
/* True if a bare name stands for a value here (not an enum's member). */
bool pc_name_is_value(struct pc_checker *checker, struct pc_frame *body, struct pc_text name);
/* The symbol of an event's field common to the handled events; NULL if no event has one. When only
 * some have it, *missing is one that has not. */
struct pc_symbol *pc_event_field(struct pc_checker *checker, struct pc_frame *body,
                                 struct pc_text name, struct pc_event_model **missing);
struct pc_symbol *pc_state_field(const struct pc_frame *body, struct pc_text name);
/* Marks an event field as wanted in its projection. */
void pc_want(struct pc_frame *body, struct pc_symbol *event_field);
/* The member of an enum that is expected, or NULL. */
struct pc_member_model *pc_find_member(const struct pc_type *expected, struct pc_text name);
void pc_use_member(struct pc_checker *checker, struct pc_expression *expression,
                   struct pc_member_model *member);
void pc_offer_members(struct pc_suggestion *suggestion, const struct pc_type *expected);
/* Makes the expression an event's field, unless it is not common to the handled events. */
void pc_use_event_field(struct pc_checker *checker, struct pc_frame *body,
                        struct pc_expression *expression, struct pc_symbol *field,
                        const struct pc_event_model *missing);

/* ---- parts.c ---- */

/* event.x, state.x, Currency.EUR, record.x, optional?.x */
void pc_check_field(struct pc_checker *checker, struct pc_frame *body,
                    struct pc_expression *expression);
/* True for id, no, name, … of `event.`. */
bool pc_is_event_data(struct pc_text name);
/* Reports an unknown field of something that has `fields`; `owner` is as it is printed. */
void pc_report_unknown_field(struct pc_checker *checker, const struct pc_name *name,
                             struct pc_text owner, struct pc_span declared,
                             const struct pc_field_models *fields);

/* ---- statements.c ---- */

/* Declares a local; reports E0204 when the name is taken. */
struct pc_symbol *pc_declare_local(struct pc_checker *checker, struct pc_frame *body,
                                   struct pc_name *name, enum pc_local_kind kind,
                                   const struct pc_type *type);
/* Leaves the block, and remembers the locals that nobody reads. */
void pc_scope_leave(struct pc_checker *checker, struct pc_frame *body);
void pc_scope_enter(struct pc_frame *body, struct pc_scope *scope);

/* ---- expressions.c, operators.c, rounding.c ---- */

/* Checks an expression; `expected` is a hint for literals and members, or NULL. The type is in
 * expression->type; the error type when something was reported. */
const struct pc_type *pc_check_expression(struct pc_checker *checker, struct pc_frame *body,
                                          struct pc_expression *expression,
                                          const struct pc_type *expected);
void pc_check_comprehension(struct pc_checker *checker, struct pc_frame *body,
                            struct pc_expression *expression, const struct pc_type *expected);
/* Checks the key of object[key], whose object is checked: the element's or value's type, or NULL.
 */
const struct pc_type *pc_check_key(struct pc_checker *checker, struct pc_frame *body,
                                   struct pc_expression *expression);
/* The type of the elements of a checked collection, or NULL (reported). */
const struct pc_type *pc_element_type(struct pc_checker *checker,
                                      const struct pc_expression *collection);
void pc_check_unary(struct pc_checker *checker, struct pc_frame *body,
                    struct pc_expression *expression, const struct pc_type *expected);
void pc_check_binary(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_expression *expression, const struct pc_type *expected);
/* The result of `left op right` for + - * / %, both checked; converts them. Reports at `span`. */
const struct pc_type *pc_arithmetic(struct pc_checker *checker, enum pc_operator operator,
                                    struct pc_span span, struct pc_expression *left,
                                    struct pc_expression *right);
/* True for a literal 0 of an exact type. */
bool pc_is_zero(const struct pc_expression *expression);
/* Checks two expressions that have to do with each other, literals after the other side. */
void pc_check_pair(struct pc_checker *checker, struct pc_frame *body, enum pc_operator operator,
                   struct pc_expression * left, struct pc_expression *right,
                   const struct pc_type *expected);
/* The same when one side is checked already. */
void pc_check_other(struct pc_checker *checker, struct pc_frame *body, enum pc_operator operator,
                    const struct pc_expression * checked, struct pc_expression *other);
/* Resolves the arms' names of a match over an enum, and reports what they leave out; false when a
 * name is wrong. */
bool pc_check_arms(struct pc_checker *checker, const struct pc_expression *subject,
                   struct pc_arms *arms, struct pc_span span);
void pc_check_rounding(struct pc_checker *checker, struct pc_frame *body,
                       struct pc_expression *call);

/* ---- calls.c, builtins.c ---- */

void pc_check_call(struct pc_checker *checker, struct pc_frame *body,
                   struct pc_expression *expression, const struct pc_type *expected);
void pc_check_method(struct pc_checker *checker, struct pc_frame *body,
                     struct pc_expression *expression);
void pc_check_builtin(struct pc_checker *checker, struct pc_frame *body,
                      struct pc_expression *expression, const struct pc_type *expected);
void pc_check_conversion(struct pc_checker *checker, struct pc_frame *body,
                         struct pc_expression *expression, const struct pc_type *expected);
/* True if values of the type have the method: push, keep_last, clear, has, add, remove. */
bool pc_has_method(const struct pc_type *type, struct pc_text name);
bool pc_check_count(struct pc_checker *checker, const struct pc_expression *expression,
                    const struct pc_expressions *arguments, size_t least, size_t most);
/* A built-in function by name, or -1. */
int pc_builtin_find(struct pc_text name);
void pc_offer_builtins(struct pc_suggestion *suggestion);
struct pc_symbol *pc_builtin_symbol(struct pc_checker *checker, enum pc_builtin builtin,
                                    struct pc_text name);

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
/* Rules over a whole handler, after its statements were checked. */
void pc_check_skips(struct pc_checker *checker, struct pc_handler_model *handler);
/* Rules over a whole projection. */
void pc_check_growth(struct pc_checker *checker, struct pc_projection_model *projection);
void pc_check_coverage(struct pc_checker *checker, struct pc_projection_model *projection);
void pc_check_retry(struct pc_checker *checker, struct pc_projection_model *projection);
/* Only for modules without errors: what is wrong may be a use. */
void pc_check_unused(struct pc_checker *checker);

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
void pc_check_projections(struct pc_checker *checker);
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

/* ---- tables.c, rows.c, walks.c ---- */

/* Adds a table, whose keys are resolved, to the projection; `symbol` names it. */
void pc_add_table(struct pc_checker *checker, struct pc_projection_model *projection,
                  struct pc_item *item, struct pc_symbol *symbol);
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
/* True if a field's default makes it unnecessary to write it. */
bool pc_field_can_be_left_out(const struct pc_field_model *field);

#endif
