/* plan.h -- the flat picture of a checked module that the generators print: every name final, every
 * conversion explicit, everything sorted.
 *
 * How to read it:
 *  - plan_types.h holds types, records and events; ir.h expressions and statements; here are
 *    projections, tests and the module.
 *  - Lowering is the only place that mangles names. A c_ text is a valid identifier of C and C++,
 *    unique in its scope; an sql_ text is an unquoted SQL name that must be quoted where it is
 *    printed.
 *  - Lists are {items, count} arrays of pointers (PC_LIST_OF). Texts live in the compiler's arena.
 *  - Expressions are typed: the operands of one operation have the type that it works on; whatever
 *    the language converts silently stands as an IR_CONVERT. Nothing here is checked again.
 *  - Generators see these headers and base/ only. */
#ifndef PC_PLAN_PLAN_H
#define PC_PLAN_PLAN_H

#include "ir.h"

/* ---- functions ---- */

struct pc_plan_functions {
    PC_LIST_OF(struct pc_plan_function);
};

/* fn: a static C function, written when something calls it. extern fn: the user's, declared in the
 * header. In a body, parameters are LOCALs. */
struct pc_plan_function {
    struct pc_text name;
    struct pc_text doc;
    struct pc_text c_name; /* "bank_net" */
    struct {
        PC_LIST_OF(const struct pc_ir_local);
    } parameters;
    const struct pc_plan_type *type; /* of the result */
    bool is_extern;
    bool is_called;                 /* by a handler, an upcast or a limit, perhaps by others */
    struct pc_plan_functions calls; /* as often as its body does */
    struct pc_ir_expression *body;  /* NULL: extern */
    struct pc_ir_statement *place;  /* of the body, for lines and messages; it does nothing */
    uint64_t fingerprint;           /* of what it computes, with what it calls */
    uint32_t index;
};

/* ---- projections ---- */

enum pc_plan_column_type { /* as projc_column_type */
                           PC_COLUMN_BOOL,
                           PC_COLUMN_I16,
                           PC_COLUMN_I32,
                           PC_COLUMN_I64,
                           PC_COLUMN_F64,
                           PC_COLUMN_DECIMAL,
                           PC_COLUMN_TEXT,
                           PC_COLUMN_BYTES,
                           PC_COLUMN_UUID,
                           PC_COLUMN_TIME,
                           PC_COLUMN_DATE,
                           PC_COLUMN_DURATION,
                           PC_COLUMN_JSON
};

struct pc_plan_column {
    struct pc_text sql_name;
    enum pc_plan_column_type type;
    uint8_t scale;
    bool is_nullable;
    const struct pc_plan_field *field; /* NULL: key, position, state */
    struct pc_text doc;
};

struct pc_plan_index {
    struct pc_text sql_name; /* carries the generation's number: …_g1 */
    struct {
        PC_LIST_OF(const struct pc_plan_column);
    } columns;
    const bool *is_descending; /* one a column */
};

struct pc_plan_table {
    struct pc_text sql_schema; /* empty: none */
    struct pc_text sql_name;
    struct pc_text doc;
    uint32_t key_count; /* the first columns */
    struct {
        PC_LIST_OF(struct pc_plan_column);
    } columns; /* keys, `position`, then `state` or one a field */
    struct {
        PC_LIST_OF(struct pc_plan_index);
    } indexes;
};

/* A table besides the states: its rows are C structs with the key parts first. */
struct pc_plan_row_table {
    struct pc_text name;
    struct pc_text doc;
    struct pc_text c_stem;        /* "sales_orders": static functions and tables */
    struct pc_text c_row;         /* struct: "shop_sales_orders_row" */
    struct pc_plan_fields fields; /* key parts first, in the order of table.columns */
    uint32_t key_count;
    struct pc_plan_table table; /* keys, then one column a field; no `position` */
    struct {
        PC_LIST_OF(struct pc_plan_row_path);
    } paths;        /* by which handlers walk it */
    uint32_t index; /* in the projection's tables */
};

/* Columns that a walk holds fixed: leading columns of an index or of the key; none: every row. */
struct pc_plan_row_path {
    const uint32_t *columns; /* indexes in table.columns */
    uint32_t count;
};

struct pc_plan_row_tables {
    PC_LIST_OF(struct pc_plan_row_table);
};

enum pc_plan_projection_kind {
    PC_PLAN_AGGREGATE_PROJECTION,
    PC_PLAN_STREAM_PROJECTION,
    PC_PLAN_KEYED_PROJECTION
};

/* A C function besides the handlers that reads the event only. */
struct pc_plan_clause {
    struct pc_text c_name; /* empty: there is none */
    struct pc_ir_block *body;
};

/* One C function: a handler for one event, or (event NULL) for any. `on A, B` gives one for each.
 */
struct pc_plan_handler {
    struct pc_text c_name; /* "balance_on_account_credited" */
    struct pc_text title;  /* "balance: on AccountCredited" */
    struct pc_text doc;
    const struct pc_plan_event *event;
    bool is_extern;
    struct pc_text c_extern; /* the user's function: "bank_balance_on_account_opened" */
    struct pc_ir_block *body;
    bool uses_state; /* reads or writes state: else its parameter is unused */
    bool uses_event;
    uint32_t file, line, column;  /* of the `on` */
    struct pc_plan_clause count;  /* `for`: how many elements the event has */
    struct pc_plan_clause select; /* `by` and `where`: the key, or that it is none of them */
};

struct pc_plan_handlers {
    PC_LIST_OF(struct pc_plan_handler);
};

/* What a projection does with one event. */
struct pc_plan_dispatch {
    const struct pc_plan_event *event;
    struct pc_plan_handlers functions; /* in text order, on any first */
    const uint64_t *wanted;            /* (fields + 63) / 64 words; NULL: no field is used */
    uint32_t wanted_words;
};

struct pc_plan_policy {
    enum { PC_PLAN_FAIL, PC_PLAN_IGNORE, PC_PLAN_RETRY } action, after_retries;
    uint32_t retry_times;
    int64_t retry_low_us, retry_high_us;
};

struct pc_plan_projection {
    struct pc_text name;
    struct pc_text doc;
    enum pc_plan_projection_kind kind;
    uint32_t version;
    const struct pc_plan_stream *stream;
    const struct pc_plan_aggregate *aggregate; /* aggregate projections */
    struct pc_plan_fields keys;                /* keyed projections: the parts of the key */
    struct pc_plan_clause filter;              /* `where` of the source */
    bool is_columns;
    struct pc_text c_stem;  /* "balance": static functions and tables */
    struct pc_text c_state; /* struct: "bank_balance_state" */
    struct pc_text c_load;  /* "bank_balance_load" */
    struct pc_text c_wait;  /* "bank_balance_wait" */
    struct pc_plan_fields fields;
    struct pc_plan_table table;
    struct pc_plan_row_tables tables; /* text order */
    struct pc_plan_policy policy;
    struct pc_plan_handlers handlers; /* every function once, in text order */
    struct {
        PC_LIST_OF(struct pc_plan_dispatch);
    } events; /* by event index */
    struct pc_plan_handlers any;
    uint64_t shape_fingerprint;
    uint64_t logic_fingerprint;
    uint32_t index;
    uint32_t file, line;       /* of the declaration */
    struct pc_text c_view;     /* "balance_view": static tables; empty: there is none */
    struct pc_plan_table view; /* PostgreSQL: shows packed states: keys, `position`, one column a
                                  field, `problem`; no columns: there is none */
};

struct pc_plan_projections {
    PC_LIST_OF(struct pc_plan_projection);
};

/* ---- queries ---- */

struct pc_plan_query_parameter {
    struct pc_text name;
    struct pc_text c_name; /* parameter of the typed function */
    const struct pc_plan_type *type;
    struct pc_plan_column column;
    bool has_initial;
    const struct pc_plan_constant *initial; /* of the type without `?`; NULL: none */
};

struct pc_plan_query_order {
    uint32_t column;
    bool is_descending;
};

/* One SELECT. In `where` and `limit` a KEY expression is the column of that number in
 * table->columns, and a PARAMETER one the parameter of that number (both in `key`). */
struct pc_plan_query {
    struct pc_text name;
    struct pc_text doc;
    struct pc_text c_name; /* "shop_best_sellers" */
    struct pc_text c_stem; /* "best_sellers" */
    struct pc_text c_row;  /* struct of a row; of a table it is the table's own */
    const struct pc_plan_projection *projection;
    const struct pc_plan_row_table *row_table; /* NULL: the projection's states */
    const struct pc_plan_table *table;
    struct {
        PC_LIST_OF(struct pc_plan_query_parameter);
    } parameters;
    struct pc_ir_expression *where; /* NULL: every row */
    struct {
        PC_LIST_OF(struct pc_plan_query_order);
    } orders;                       /* with the keys behind what the user wrote */
    struct pc_ir_expression *limit; /* a parameter or constant; NULL: none, or limit_function */
    /* A static function of the query's parameters that computes the limit; NULL: none. */
    const struct pc_plan_function *limit_function;
    uint32_t index;
};

struct pc_plan_queries {
    PC_LIST_OF(struct pc_plan_query);
};

/* ---- tests ---- */

enum pc_plan_step_kind {
    PC_STEP_GIVEN,
    PC_STEP_EXPECT,
    PC_STEP_ABSENT,
    PC_STEP_FAILS,
    PC_STEP_QUERY
};

struct pc_plan_step { /* as projc_test_step */
    enum pc_plan_step_kind kind;
    uint32_t line;
    uint32_t index;
    uint32_t table;      /* EXPECT, ABSENT: 0 the state, else the number of a table, from 1 */
    struct pc_text key;  /* JSON */
    struct pc_text json; /* JSON, or the text of FAILS */
    int64_t time;
    struct pc_text source;
};

struct pc_plan_test {
    struct pc_text name;
    uint32_t line;
    struct {
        PC_LIST_OF(struct pc_plan_step);
    } steps;
};

struct pc_plan_tests {
    PC_LIST_OF(struct pc_plan_test);
};

/* ---- the module ---- */

struct pc_plan_file {
    struct pc_text name;    /* base name as it goes into #line and messages: "bank.proj" */
    struct pc_text c_macro; /* "BANK_PROJ": #define BANK_PROJ "bank.proj" */
};

struct pc_plan {
    struct pc_text package;
    struct pc_text doc;      /* of the package, or of the file's head */
    struct pc_text source;   /* "bank.proj" */
    struct pc_text stem;     /* outputs: "bank_proj" -> bank_proj.h, bank_proj.c … */
    struct pc_text c_guard;  /* "BANK_PROJ_H" */
    struct pc_text c_module; /* "bank_module" */
    struct {
        PC_LIST_OF(struct pc_plan_file);
    } files;
    struct pc_plan_enums enums;
    struct pc_plan_records records; /* in dependency order */
    struct pc_plan_types types;     /* every declared C type but enums, in dependency order */
    struct pc_plan_streams streams;
    struct pc_plan_aggregates aggregates;
    struct pc_plan_events declared;     /* the events in text order: what people read comes in it */
    struct pc_plan_events upcasts;      /* their older forms, which stand in `events` too */
    struct pc_plan_events events;       /* sorted by (aggregate's outside, outside) */
    struct pc_plan_functions functions; /* each behind those it calls */
    struct pc_plan_projections projections; /* in text order */
    struct pc_plan_queries queries;         /* in text order */
    struct pc_plan_tests tests;
    struct pc_text sql_reader; /* PostgreSQL: the function that the views read states with */
};

#endif
