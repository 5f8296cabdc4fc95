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

#endif
