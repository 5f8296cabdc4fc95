/* plan.h -- the flat picture of a checked module that the generators print: every name final, every
 * conversion explicit, everything sorted.
 *
 * How to read it:
 *  - Lowering is the only place that mangles names. A c_ text is a valid identifier of C and C++,
 * unique in its scope; an sql_ text is an unquoted SQL name that must be quoted where it is
 * printed.
 *  - Lists are {items, count} arrays of pointers (PC_LIST_OF). Texts live in the compiler's arena.
 *  - Expressions are typed: the operands of one operation have the type that it works on; whatever
 * the language converts silently stands as an IR_CONVERT. Nothing here is checked again.
 *  - Generators see this header and base/ only. */
#ifndef PC_PLAN_PLAN_H
#define PC_PLAN_PLAN_H

#include "../base/arena.h"
#include "../base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- types ---- */

enum pc_plan_kind {
    PC_PLAN_BOOL,
    PC_PLAN_INTEGER,
    PC_PLAN_F64,
    PC_PLAN_DECIMAL,
    PC_PLAN_TEXT,
    PC_PLAN_BYTES,
    PC_PLAN_UUID,
    PC_PLAN_TIME,
    PC_PLAN_DATE,
    PC_PLAN_DURATION,
    PC_PLAN_ENUM,
    PC_PLAN_RECORD,
    PC_PLAN_OPTIONAL,
    PC_PLAN_LIST
};

enum pc_plan_duration_unit { /* as projc_duration_unit */
                             PC_PLAN_DURATION_ISO,
                             PC_PLAN_DURATION_NS,
                             PC_PLAN_DURATION_US,
                             PC_PLAN_DURATION_MS,
                             PC_PLAN_DURATION_S
};

/* One type; pointer equality is type equality within a plan. */
struct pc_plan_type {
    enum pc_plan_kind kind;
    struct pc_text name;   /* as the language writes it: "decimal(2)?" */
    struct pc_text c_name; /* "int64_t", "projc_text", "bank_currency", "projc_optional_text",
                              "bank_line_list" */
    struct pc_text
        c_note; /* comment behind a field of this type, "decimal(2): hundredths"; may be empty */
    struct pc_text
        c_stem; /* stem of its helper functions: "text", "line", "line_list", "optional_currency" */
    bool is_declared; /* its C type is declared by the generated header (enum, record, lists and
                         optionals of those, lists of lists, optionals of lists) */
    uint8_t bits;     /* of an integer: 8 16 32 64 */
    bool is_signed;
    int64_t low, high; /* inclusive range of an integer */
    uint8_t scale;     /* of a decimal */
    bool is_rounding;  /* decimal(s, round) */
    enum pc_plan_duration_unit unit;
    const struct pc_plan_type *element; /* of an optional or a list */
    const struct pc_plan_enum *enumeration;
    const struct pc_plan_record *record;
};

struct pc_plan_types {
    PC_LIST_OF(const struct pc_plan_type);
};

struct pc_plan_member {
    struct pc_text name;    /* as written */
    struct pc_text outside; /* outside name */
    struct pc_text c_name;  /* "BANK_CURRENCY_EUR" */
    int32_t value;          /* the code, or the index */
    struct pc_text doc;
};

struct pc_plan_members {
    PC_LIST_OF(struct pc_plan_member);
};

struct pc_plan_enum {
    struct pc_text name;
    struct pc_text c_name;  /* typedef enum bank_currency */
    struct pc_text c_table; /* its projc_enum in the .c file: "currency_enum" */
    struct pc_text doc;
    struct pc_plan_members members;
    bool has_codes;
};

struct pc_plan_enums {
    PC_LIST_OF(struct pc_plan_enum);
};

/* A value known at compile time. */
struct pc_plan_constant {
    const struct pc_plan_type *type;
    bool boolean;
    int64_t integer; /* integer, decimal (scaled), time, date, duration; enum: the member's value */
    double real;
    struct pc_text text; /* text; bytes; f64: its digits for C ("0x…p…" or shortest decimal) */
    uint8_t uuid[16];
    const struct pc_plan_member *member; /* of an enum */
    const struct pc_plan_constant *some; /* of an optional; NULL is none */
    struct {
        PC_LIST_OF(const struct pc_plan_constant);
    } items; /* of a list, or of a record in field order */
};

struct pc_plan_field {
    struct pc_text name;    /* as written */
    struct pc_text c_name;  /* member of the C struct */
    struct pc_text outside; /* payload key, column name */
    struct pc_text doc;
    const struct pc_plan_type *type;
    const struct pc_plan_constant
        *initial;     /* default; NULL: none given (the zero value, where there is one) */
    bool is_required; /* in a payload: no default and not optional */
    uint32_t index;   /* in its struct */
};

struct pc_plan_fields {
    PC_LIST_OF(struct pc_plan_field);
};

struct pc_plan_record {
    struct pc_text name;
    struct pc_text c_name;
    struct pc_text c_stem; /* "line": line_from_json, line_keep … */
    struct pc_text doc;
    struct pc_plan_fields fields;
    bool in_events; /* needs payload codecs */
    bool in_states; /* needs state codecs, and a keep function when it holds slices or lists */
};

struct pc_plan_records {
    PC_LIST_OF(struct pc_plan_record);
};

/* ---- streams, aggregates, events ---- */

enum pc_plan_id { PC_PLAN_ID_UUID, PC_PLAN_ID_TEXT, PC_PLAN_ID_I64 };

struct pc_plan_stream {
    struct pc_text name;
    struct pc_text sql_schema; /* empty: none */
    struct pc_text sql_table;
    struct pc_text channel;
    struct pc_text doc;
    bool is_msgpack;
    bool has_text_ids;
    uint32_t index;
};

struct pc_plan_streams {
    PC_LIST_OF(struct pc_plan_stream);
};

struct pc_plan_aggregate {
    struct pc_text name;
    struct pc_text outside; /* aggregate_type */
    struct pc_text c_name;  /* parameter name in typed functions: "account" */
    struct pc_text doc;
    const struct pc_plan_stream *stream;
    enum pc_plan_id id;
    uint32_t index;
};

struct pc_plan_aggregates {
    PC_LIST_OF(struct pc_plan_aggregate);
};

struct pc_plan_event {
    struct pc_text name;     /* AccountCredited */
    struct pc_text outside;  /* account_credited */
    struct pc_text c_name;   /* struct: bank_account_credited */
    struct pc_text c_stem;   /* static functions: account_credited_from_json … */
    struct pc_text c_append; /* bank_append_account_credited */
    struct pc_text doc;
    const struct pc_plan_aggregate *aggregate;
    struct pc_plan_fields fields;
    uint32_t
        index; /* in plan->events, which is sorted by (aggregate's outside, outside), byte order */
};

struct pc_plan_events {
    PC_LIST_OF(struct pc_plan_event);
};

/* ---- expressions ---- */

enum pc_ir_kind {
    PC_IR_CONSTANT,
    PC_IR_LOCAL,      /* local */
    PC_IR_STATE,      /* state->field */
    PC_IR_EVENT,      /* event->field */
    PC_IR_EVENT_DATA, /* event.no … : data */
    PC_IR_META,       /* event.meta("key"): text; yields text? */
    PC_IR_STATE_EXISTS,
    PC_IR_FIELD,      /* left.field, left is a record */
    PC_IR_SAFE_FIELD, /* left?.field, left is an optional record; flattened when the field is
                         optional */
    PC_IR_INDEX,      /* left[right], list and u32 or i64; yields an optional */
    PC_IR_HAS,        /* left (an optional) is not none */
    PC_IR_NEGATE,     /* checked */
    PC_IR_NOT,
    PC_IR_ARITHMETIC, /* left op right, checked; both of type `type`, but for the cases below */
    PC_IR_COMPARE,    /* left op right, same type; optionals compare with none first */
    PC_IR_AND,
    PC_IR_OR,
    PC_IR_COALESCE,     /* left ?? right */
    PC_IR_CONDITIONAL,  /* if condition then left else right */
    PC_IR_MATCH,        /* arms over an enum: left is the subject */
    PC_IR_CONVERT,      /* left to type */
    PC_IR_CALL,         /* builtin(arguments) */
    PC_IR_ROUND,        /* round(sum of terms, scale of type): see terms */
    PC_IR_INTERPOLATE,  /* parts joined: arguments are texts or shown values */
    PC_IR_RECORD,       /* arguments in field order */
    PC_IR_LIST,         /* arguments */
    PC_IR_COMPREHENSION /* fold over a list */
};

/* ARITHMETIC whose operands differ from the result: decimal(a) * integer (left decimal, right
 * integer), integer * decimal; time + duration, time - duration (left time), time - time (result
 * duration), duration * integer, date + integer (days). The C representation of all is an integer,
 * so each is one checked operation on int64_t (date: int32_t). */
enum pc_ir_operator {
    PC_IR_ADD,
    PC_IR_SUBTRACT,
    PC_IR_MULTIPLY,
    PC_IR_DIVIDE,
    PC_IR_MODULO,
    PC_IR_EQUAL,
    PC_IR_NOT_EQUAL,
    PC_IR_LESS,
    PC_IR_LESS_EQUAL,
    PC_IR_GREATER,
    PC_IR_GREATER_EQUAL
};

enum pc_ir_data {
    PC_IR_DATA_ID,            /* uuid */
    PC_IR_DATA_NO,            /* i64 */
    PC_IR_DATA_NAME,          /* text */
    PC_IR_DATA_TIME,          /* time */
    PC_IR_DATA_VERSION,       /* i64 */
    PC_IR_DATA_AGGREGATE_ID,  /* uuid, text or i64: the expression's type */
    PC_IR_DATA_AGGREGATE_TYPE /* text */
};

/* How CONVERT goes from left's type to the expression's; "checked" ones fail as data errors. */
enum pc_ir_conversion {
    PC_IR_WRAP,         /* T to T? */
    PC_IR_WIDEN,        /* integer to a wider one, or to f64 without loss */
    PC_IR_NARROW,       /* integer to integer, checked */
    PC_IR_RESCALE_UP,   /* integer or decimal to a decimal of higher scale: times 10^n, checked */
    PC_IR_RESCALE_DOWN, /* decimal to a lower scale: checked, surplus digits must be zero */
    PC_IR_DECIMAL_TO_INTEGER, /* checked, exact; truncating where the language says so is CALL
                                 floor/ceil */
    PC_IR_TO_F64,             /* integer or decimal to f64, nearest */
    PC_IR_F64_TO_INTEGER,     /* checked: finite, in range; truncates */
    PC_IR_F64_TO_DECIMAL,     /* checked; half to even */
    PC_IR_TO_TEXT,            /* any scalar, as interpolation shows it */
    PC_IR_PARSE,              /* text to a scalar, checked */
    PC_IR_TIME_TO_DATE,
    PC_IR_DATE_TO_TIME,
    PC_IR_SCALED /* scaled(i64, s): the integer is the decimal's scaled value */
};

enum pc_ir_builtin {
    PC_IR_MIN, /* numbers, texts, times …: two arguments of one type */
    PC_IR_MAX,
    PC_IR_ABS,   /* checked */
    PC_IR_CLAMP, /* value, low, high */
    PC_IR_FLOOR, /* decimal or f64 to its whole number, same type; or (time|integer|decimal, step),
                    checked step > 0 */
    PC_IR_CEIL,
    PC_IR_ROUND_F64, /* round(f64, digits) */
    PC_IR_LENGTH,    /* text (code points) or list: u32 */
    PC_IR_LOWER,     /* ASCII */
    PC_IR_UPPER,
    PC_IR_TRIM,
    PC_IR_STARTS_WITH,
    PC_IR_ENDS_WITH,
    PC_IR_CONTAINS, /* text in text */
    PC_IR_SLICE,    /* text, from, count in code points */
    PC_IR_IN        /* value, list: bool */
};

enum pc_ir_fold {
    PC_IR_FOLD_SUM, /* checked, in the element's type */
    PC_IR_FOLD_COUNT,
    PC_IR_FOLD_ANY,
    PC_IR_FOLD_ALL,
    PC_IR_FOLD_MIN, /* yields an optional */
    PC_IR_FOLD_MAX,
    PC_IR_FOLD_LIST
};

struct pc_ir_local {
    struct pc_text name;
    struct pc_text c_name;
    const struct pc_plan_type *type;
    bool
        is_reference; /* a loop variable bound in place: a pointer to the element (c_name->field) */
};

struct pc_ir_expressions {
    PC_LIST_OF(struct pc_ir_expression);
};

struct pc_ir_value_arm {
    struct {
        PC_LIST_OF(const struct pc_plan_member);
    } members;
    bool is_else;
    struct pc_ir_expression *value;
};

/* One term of ROUND: the product of its factors, or (then it is the only term) that product divided
 * by divisor. All are integers or decimals of any scale; exact in 128 bits, overflow is a data
 * error. */
struct pc_ir_term {
    bool is_negative;
    struct pc_ir_expressions factors; /* one or more */
    struct pc_ir_expression *divisor; /* NULL: none */
};

struct pc_ir_expression {
    enum pc_ir_kind kind;
    const struct pc_plan_type *type; /* of the result */
    enum pc_ir_operator operator;
    enum pc_ir_data data;
    enum pc_ir_conversion conversion;
    enum pc_ir_builtin builtin;
    enum pc_ir_fold fold;
    struct pc_ir_expression *left;
    struct pc_ir_expression *right;
    struct pc_ir_expression *condition;
    const struct pc_plan_constant *constant;
    const struct pc_ir_local *local;   /* LOCAL; COMPREHENSION: the loop variable */
    const struct pc_plan_field *field; /* STATE, EVENT, FIELD, SAFE_FIELD */
    struct pc_text text;               /* META: the key */
    struct pc_ir_expressions arguments;
    struct {
        PC_LIST_OF(struct pc_ir_value_arm);
    } arms;
    struct {
        PC_LIST_OF(struct pc_ir_term);
    } terms;
    /* COMPREHENSION: left is the collection, condition the filter or NULL, right the value (NULL
     * for count). sum(list) and the like without a comprehension have right = the variable itself.
     */
};

/* ---- statements ---- */

enum pc_ir_statement_kind {
    PC_IR_ASSIGN,    /* target op= value; op ASSIGN is `=` */
    PC_IR_PUSH,      /* target.push(value) */
    PC_IR_KEEP_LAST, /* target.keep_last(value: u32) */
    PC_IR_CLEAR,     /* target.clear() */
    PC_IR_LET,       /* local = value */
    PC_IR_LET_ELSE,  /* local = value (an optional, unwrapped) else otherwise */
    PC_IR_IF,
    PC_IR_IF_LET, /* local bound to value (an optional, unwrapped) in then */
    PC_IR_MATCH_STATEMENT,
    PC_IR_FOR,
    PC_IR_DELETE_STATE,
    PC_IR_SKIP,
    PC_IR_FAIL,
    PC_IR_REQUIRE
};

struct pc_ir_block {
    PC_LIST_OF(struct pc_ir_statement);
};

struct pc_ir_block_arm {
    struct {
        PC_LIST_OF(const struct pc_plan_member);
    } members;
    bool is_else;
    struct pc_ir_block *body;
};

struct pc_ir_statement {
    enum pc_ir_statement_kind kind;
    uint32_t file;         /* index in plan->files */
    uint32_t line, column; /* 1-based, in the .proj */
    struct pc_text source; /* the statement as written, blanks and newlines collapsed, cut at 80
                              bytes with … */
    bool is_compound;      /* ASSIGN with + - * /: `operator` */
    enum pc_ir_operator operator;
    struct pc_ir_expression *target; /* a place: STATE, or FIELD of a place, or a LOCAL reference */
    struct pc_ir_expression
        *value; /* for compound ones already of the type the operation works on */
    const struct pc_ir_local *local;    /* LET, LET_ELSE, IF_LET, FOR */
    struct pc_ir_expression *condition; /* IF, REQUIRE; FOR: the filter or NULL */
    struct pc_ir_expression *message;   /* FAIL, REQUIRE: text */
    struct pc_ir_block *then;           /* IF, IF_LET; FOR: the body */
    struct pc_ir_block *otherwise;      /* NULL: none */
    struct {
        PC_LIST_OF(struct pc_ir_block_arm);
    } arms;
    bool is_in_place; /* FOR over a list of the state: the local is a reference */
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

enum pc_plan_projection_kind { PC_PLAN_AGGREGATE_PROJECTION, PC_PLAN_STREAM_PROJECTION };

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
    uint32_t file, line, column; /* of the `on` */
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
    bool is_columns;
    struct pc_text c_stem;  /* "balance": static functions and tables */
    struct pc_text c_state; /* struct: "bank_balance_state" */
    struct pc_text c_load;  /* "bank_balance_load" */
    struct pc_text c_wait;  /* "bank_balance_wait" */
    struct pc_plan_fields fields;
    struct pc_plan_table table;
    struct pc_plan_policy policy;
    struct pc_plan_handlers handlers; /* every function once, in text order */
    struct {
        PC_LIST_OF(struct pc_plan_dispatch);
    } events; /* by event index */
    struct pc_plan_handlers any;
    uint64_t shape_fingerprint;
    uint64_t logic_fingerprint;
    uint32_t index;
    uint32_t file, line; /* of the declaration */
};

struct pc_plan_projections {
    PC_LIST_OF(struct pc_plan_projection);
};

/* ---- tests ---- */

enum pc_plan_step_kind { PC_STEP_GIVEN, PC_STEP_EXPECT, PC_STEP_ABSENT, PC_STEP_FAILS };

struct pc_plan_step { /* as projc_test_step */
    enum pc_plan_step_kind kind;
    uint32_t line;
    uint32_t index;
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
    struct pc_plan_events declared; /* the events in text order: what people read comes in it */
    struct pc_plan_events events;           /* sorted by (aggregate's outside, outside) */
    struct pc_plan_projections projections; /* in text order */
    struct pc_plan_tests tests;
};

#endif
