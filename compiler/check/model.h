/* model.h -- what a checked module consists of: the checker's result and the lowerer's input.
 *
 * pc_check annotates the tree (symbols.h says how) and collects the declarations here, with every
 * default applied: outside names, payload, channel, id type, error policy, version. All lists are
 * in the order of module->declarations, so the same input gives the same model. Nothing here is
 * mangled: C and SQL names are the lowerer's business. */
#ifndef PC_CHECK_MODEL_H
#define PC_CHECK_MODEL_H

#include "base/diag.h"
#include "check/symbols.h"

/* ---- types that are declared ---- */

struct pc_member_model {
    struct pc_member *node;
    struct pc_enum_model *enumeration;
    struct pc_text name;    /* as written */
    struct pc_text outside; /* `as`, or the name */
    bool has_code;          /* then payloads write the code */
    int32_t code;
    uint32_t index; /* declaration order */
};
struct pc_member_models {
    PC_LIST_OF(struct pc_member_model);
};

struct pc_enum_model {
    struct pc_declaration *node;
    struct pc_text name;
    bool has_codes; /* then every member has one */
    struct pc_member_models members;
    const struct pc_type *type;
    uint32_t index;
};

/* A field of an event, record or state. */
struct pc_field_model {
    struct pc_field *node;
    struct pc_text name;
    struct pc_text outside; /* `as`, or the name: JSON key, column */
    const struct pc_type *type;
    /* The default as declared, of `type` (of T for a T?); NULL: none declared. Without one an
     * optional is none and, in records and states, a type with a zero is zero; an event's field is
     * then required. */
    const struct pc_constant *initial;
    bool is_required; /* event fields, and records read from a payload: no default, not optional */
    uint32_t index;   /* declaration order */
};
struct pc_field_models {
    PC_LIST_OF(struct pc_field_model);
};

struct pc_record_model {
    struct pc_declaration *node;
    struct pc_text name;
    struct pc_field_models fields;
    const struct pc_type *type;
    bool has_zero; /* every field has a default, is optional, or has a zero */
    /* Checker only: */
    bool is_sorted;
    uint32_t depth;      /* of records in it */
    uint32_t flat_count; /* of fields, with those of records in it */
    uint32_t index;
};

/* ---- functions ---- */

/* One function that another one calls, and where it does first. */
struct pc_function_call {
    struct pc_function_model *function;
    struct pc_span span;
};
struct pc_function_calls {
    PC_LIST_OF(struct pc_function_call);
};

struct pc_function_model {
    struct pc_declaration *node; /* the parameters' symbols carry their local_index */
    struct pc_text name;
    const struct pc_type *type; /* of the result */
    bool is_extern;
    bool reaches_extern;            /* it is extern, or calls one that does */
    uint32_t local_count;           /* parameters, and what comprehensions bind */
    struct pc_function_calls calls; /* each function once */
    /* Checker only: */
    bool is_open;
    bool is_sorted;
    uint32_t index;
};
struct pc_function_models {
    PC_LIST_OF(struct pc_function_model);
};

/* ---- the write side ---- */

enum pc_payload {
    PC_PAYLOAD_JSON,
    PC_PAYLOAD_MSGPACK,
};

struct pc_stream_model {
    struct pc_declaration *node;
    struct pc_text name;
    struct pc_text schema; /* of `as "schema.table"`; empty if none */
    struct pc_text table;
    struct pc_text channel; /* `notify`, or the table's name */
    enum pc_payload payload;
    bool has_text_ids; /* an aggregate in it has an id that is not a uuid: the column is text */
    uint32_t index;
};

struct pc_event_models {
    PC_LIST_OF(struct pc_event_model);
};

struct pc_aggregate_model {
    struct pc_declaration *node;
    struct pc_text name;
    struct pc_text outside;
    struct pc_stream_model *stream;
    const struct pc_type *id_type; /* uuid, text or i64 */
    struct pc_event_models events;
    uint32_t index;
};

/* An older form of an event, under its old name. For names in its body it is a handler of `old`
 * whose state are the fields of `event`. */
struct pc_upcast_model {
    struct pc_upcast *node;
    struct pc_event_model *event; /* today's */
    struct pc_event_model *old;   /* the old name and fields; behind model->events by its index */
    struct pc_handler_model *handler; /* of `old` */
};
struct pc_upcast_models {
    PC_LIST_OF(struct pc_upcast_model);
};

struct pc_event_model {
    struct pc_event *node;
    struct pc_aggregate_model *aggregate;
    struct pc_text name;    /* identifier */
    struct pc_text outside; /* `as`, or the name */
    struct pc_field_models fields;
    struct pc_upcast_models upcasts;
    uint32_t index; /* in model->events */
};

/* ---- projections ---- */

enum pc_projection_kind {
    PC_PROJECTION_AGGREGATE, /* for each A */
    PC_PROJECTION_STREAM,    /* over s */
    PC_PROJECTION_KEYED,     /* over s by k */
};

struct pc_index_column {
    struct pc_field_model *field; /* NULL: a key part of a keyed projection */
    uint32_t key;                 /* which one */
    bool is_descending;
};
struct pc_index_columns {
    PC_LIST_OF(struct pc_index_column);
};
struct pc_index_model {
    struct pc_index *node;
    struct pc_index_columns columns;
};
struct pc_index_models {
    PC_LIST_OF(struct pc_index_model);
};

struct pc_state_model {
    struct pc_item *node; /* NULL: the projection has no state (then it has no fields) */
    bool is_columns;
    struct pc_field_models fields;
    struct pc_index_models indexes;
};

/* A table of a projection. Its rows have a type of kind ROW, whose fields are the key parts and
 * then the columns. */
struct pc_table_model {
    struct pc_item *node;
    struct pc_projection_model *projection;
    struct pc_text name;
    struct pc_text schema;          /* of `as "schema.table"`; empty if none */
    struct pc_text outside;         /* `as`; empty: <package>_<projection>_<table> */
    struct pc_field_models columns; /* key parts first */
    uint32_t key_count;
    struct pc_index_models indexes;
    const struct pc_type *row; /* kind ROW */
    uint32_t index;            /* in projection->tables */
};
struct pc_table_models {
    PC_LIST_OF(struct pc_table_model);
};

/* Where a handler of a keyed projection takes one part of the key from. */
struct pc_key_source {
    struct pc_expression *value; /* of `by`; NULL: `field` */
    struct pc_symbol *field;     /* EVENT_FIELD that bears the part's name */
    const struct pc_type *type;  /* of the part */
};
struct pc_key_sources {
    PC_LIST_OF(struct pc_key_source);
};

/* One `on`. For `on A, B` the body is shared: lower it once for each event, and read EVENT_FIELD
 * symbols at the position of that event in `events`. */
struct pc_handler_model {
    struct pc_item *node;
    struct pc_projection_model *projection;
    bool is_any; /* then `events` is empty, and only event data can be read */
    bool is_extern;
    struct pc_event_models events;
    uint32_t local_count;
    bool reads_exists;          /* uses state.exists */
    bool deletes_state;         /* has `delete state` */
    bool can_skip;              /* has `skip` */
    bool calls_extern;          /* perhaps through other functions */
    struct pc_key_sources keys; /* of a keyed projection: one a part */
    uint32_t index;             /* text order within the projection */
};
struct pc_handler_models {
    PC_LIST_OF(struct pc_handler_model);
};

/* What a projection does with one event. */
struct pc_event_use {
    struct pc_event_model *event;
    struct pc_handler_models
        handlers; /* in the order of running: `on any` first, then text order */
    bool *wanted; /* one a field of the event: some handler uses it */
};
struct pc_event_uses {
    PC_LIST_OF(struct pc_event_use);
};

struct pc_policy_model {
    struct pc_item *node;  /* NULL: the default */
    enum pc_policy policy; /* FAIL by default */
    uint32_t times;        /* RETRY: 1 .. 1000000 */
    int64_t minimum_us;    /* RETRY: 100 ms by default */
    int64_t maximum_us;    /* RETRY: 30 s by default */
    enum pc_policy then;   /* RETRY: FAIL or IGNORE */
};

struct pc_projection_model;

/* A query over the states in columns of its projection, or over one of its tables. */
struct pc_query_parameter_model {
    struct pc_parameter *node;
    struct pc_text name;
    const struct pc_type *type;        /* a scalar, or an optional one */
    const struct pc_constant *initial; /* of the type without `?`; NULL: see has_initial */
    bool has_initial;                  /* with initial NULL the default is none */
};
struct pc_query_order {
    struct pc_field_model *field;
    bool is_descending;
};
struct pc_query_model {
    struct pc_item *node;
    struct pc_projection_model *projection;
    struct pc_table_model *table; /* NULL: the states */
    struct pc_text name;
    struct pc_field_models fields; /* what its rows have: keys, then columns */
    struct {
        PC_LIST_OF(struct pc_query_parameter_model);
    } parameters;
    struct {
        PC_LIST_OF(struct pc_query_order);
    } orders;
    struct pc_expression *where; /* NULL: every row */
    struct pc_expression *limit; /* NULL: none; a u32 of parameters and constants */
    uint32_t limit_local_count;  /* parameters, and what comprehensions in it bind */
    uint32_t index;
};
struct pc_query_models {
    PC_LIST_OF(struct pc_query_model);
};

struct pc_projection_model {
    struct pc_declaration *node;
    struct pc_text name;
    enum pc_projection_kind kind;
    struct pc_stream_model *stream;       /* always: the aggregate's for `for each` */
    struct pc_aggregate_model *aggregate; /* for each */
    struct pc_state_model state;
    struct pc_table_models tables;     /* text order */
    struct pc_handler_models handlers; /* text order */
    struct pc_handler_model *filter;   /* of the source's `where`, as if `on any`; NULL: none */
    /* The events with a handler of their own, in the order of model->events. Events that only `on
     * any` sees, and undeclared ones, are not here. */
    struct pc_event_uses uses;
    struct pc_event_models ignored;
    bool ignores_any;
    struct pc_policy_model policy;
    uint32_t version; /* 1 by default */
    uint32_t index;
};

/* ---- tests ---- */

enum pc_test_step_kind {
    PC_TEST_GIVEN,  /* one event */
    PC_TEST_EXPECT, /* the state has these fields */
    PC_TEST_ABSENT, /* expect … none */
    PC_TEST_FAILS,  /* expect … fails "text" */
    PC_TEST_QUERY,  /* the rows of a query: value is a LIST of RECORD constants, keys its arguments
                     */
};

/* A `given` with three events is three steps. */
struct pc_test_step_model {
    enum pc_test_step_kind kind;
    struct pc_span span;                    /* the event in given, or the whole expect */
    struct pc_event_model *event;           /* GIVEN */
    struct pc_projection_model *projection; /* the others */
    struct pc_table_model *table;           /* EXPECT, ABSENT: of a row; NULL: of the state */
    struct pc_query_model *query;           /* QUERY */
    /* GIVEN: the aggregate's id. Else the key parts: one for an aggregate projection, none for a
     * stream projection. */
    struct pc_constants keys;
    const struct pc_constant
        *value; /* GIVEN: payload, EXPECT: fields; a RECORD constant with type NULL, whose
                   entries are fields of the event or state, only those written */
    struct pc_text message; /* FAILS */
    int64_t time_us;        /* GIVEN: `at`, or one second after the event before */
};
struct pc_test_step_models {
    PC_LIST_OF(struct pc_test_step_model);
};

struct pc_test_model {
    struct pc_declaration *node;
    struct pc_text title;
    struct pc_test_step_models steps;
};

/* ---- the module ---- */

struct pc_stream_models {
    PC_LIST_OF(struct pc_stream_model);
};
struct pc_aggregate_models {
    PC_LIST_OF(struct pc_aggregate_model);
};
struct pc_enum_models {
    PC_LIST_OF(struct pc_enum_model);
};
struct pc_record_models {
    PC_LIST_OF(struct pc_record_model);
};
struct pc_projection_models {
    PC_LIST_OF(struct pc_projection_model);
};
struct pc_test_models {
    PC_LIST_OF(struct pc_test_model);
};

struct pc_model {
    struct pc_module *tree;
    struct pc_text package;
    struct pc_stream_models streams;
    struct pc_aggregate_models aggregates;
    struct pc_event_models events;   /* aggregate by aggregate */
    struct pc_upcast_models upcasts; /* in the order of their events */
    struct pc_enum_models enums;
    struct pc_record_models records; /* sorted so that a record stands behind those it contains */
    struct pc_function_models
        functions; /* sorted so that a function stands behind those it calls */
    struct pc_projection_models projections;
    struct pc_query_models queries; /* text order */
    struct pc_test_models tests;
    struct pc_types_list types; /* every type in use, components first */
};

/* The table's name in SQL, without its schema. */
struct pc_text pc_table_sql_name(struct pc_arena *arena, const struct pc_model *model,
                                 const struct pc_table_model *table);
/* The view of packed states on PostgreSQL, by the name of their table: `_view` behind it, and cut
 * to 63 bytes with a hash of the whole where that is too long. */
struct pc_text pc_view_sql_name(struct pc_arena *arena, struct pc_text table);

/* Checks a parsed module: annotates the tree in place and returns the model, or NULL when an error
 * was reported. Warnings do not count. Everything lives in the arena. */
struct pc_model *pc_check(struct pc_arena *arena, struct pc_module *tree,
                          struct pc_diagnostics *diagnostics);

#endif
