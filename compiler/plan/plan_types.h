/* plan_types.h -- types, constants, records, streams and events of a plan, as plan.h describes. */
#ifndef PC_PLAN_PLAN_TYPES_H
#define PC_PLAN_PLAN_TYPES_H

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
    PC_PLAN_LIST,
    PC_PLAN_SET, /* a list without equals, sorted; the same C struct */
    PC_PLAN_MAP, /* a list of {key, value}, sorted by key */
    PC_PLAN_ROW  /* of a table: a pointer to its struct; row? is a pointer that may be NULL */
};

enum pc_plan_duration_unit { /* as projc_duration_unit */
                             PC_PLAN_DURATION_ISO,
                             PC_PLAN_DURATION_NS,
                             PC_PLAN_DURATION_US,
                             PC_PLAN_DURATION_MS,
                             PC_PLAN_DURATION_S
};

struct pc_plan_row_table; /* plan.h */

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
    const struct pc_plan_type *element;        /* of an optional, list or set; the value of a map */
    const struct pc_plan_type *key;            /* of a map */
    const struct pc_plan_type *entry;          /* of a map: the record {key, value} its items are */
    const struct pc_plan_row_table *row_table; /* of a row */
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
    } items; /* of a list, or of a record in field order; of a map: entries */
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

struct pc_ir_block; /* ir.h */

struct pc_plan_events {
    PC_LIST_OF(struct pc_plan_event);
};

/* An event, or (upcast_of) an older form of one: then c_name is a struct of the source, the codecs
 * fill today's, and there is no append. */
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
    struct pc_plan_events upcasts;         /* its older forms, in text order */
    const struct pc_plan_event *upcast_of; /* NULL: none */
    struct pc_ir_block *upcast;            /* from the old fields (EVENT) to today's (STATE) */
};

#endif
