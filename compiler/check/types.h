/* types.h -- the types and constant values of a checked tree.
 *
 * Types are interned for one check: two types are equal exactly if their pointers are. An alias
 * (`type CustomerId = uuid`) is the type it stands for. */
#ifndef PC_CHECK_TYPES_H
#define PC_CHECK_TYPES_H

#include "syntax/ast.h"

struct pc_enum_model;   /* model.h */
struct pc_record_model; /* model.h */
struct pc_table_model;  /* model.h */

enum pc_type_kind {
    PC_TYPE_ERROR, /* something is wrong here and was reported; never in a tree that passed */
    PC_TYPE_NONE,  /* the literal `none` before its conversion to T? */
    PC_TYPE_BOOL,
    PC_TYPE_INTEGER, /* bits, is_signed */
    PC_TYPE_F64,
    PC_TYPE_DECIMAL, /* scale, is_rounding */
    PC_TYPE_TEXT,
    PC_TYPE_BYTES,
    PC_TYPE_UUID,
    PC_TYPE_TIME,     /* int64, microseconds UTC */
    PC_TYPE_DATE,     /* int32, days since 1970-01-01 */
    PC_TYPE_DURATION, /* int64, microseconds; unit */
    PC_TYPE_ENUM,     /* enumeration */
    PC_TYPE_RECORD,   /* record */
    PC_TYPE_OPTIONAL, /* element: never optional itself */
    PC_TYPE_LIST,     /* element */
    PC_TYPE_SET,      /* element */
    PC_TYPE_MAP,      /* key, element */
    PC_TYPE_ROW,      /* a row of a table: table */
};

/* How a payload writes a duration: `duration` is ISO 8601, `duration(ms)` an integer. */
enum pc_duration_format {
    PC_DURATION_ISO,
    PC_DURATION_NANOSECONDS,
    PC_DURATION_MICROSECONDS,
    PC_DURATION_MILLISECONDS,
    PC_DURATION_SECONDS,
};

struct pc_type {
    enum pc_type_kind kind;
    uint8_t bits;   /* INTEGER: 8, 16, 32, 64 */
    bool is_signed; /* INTEGER; there is no unsigned integer of 64 bits */
    uint8_t scale;  /* DECIMAL: 0 .. 9 */
    /* DECIMAL: decimal(s, round), DURATION: the unit in payloads. Both say how a payload is read
     * and matter in declared fields only (field_model->type): symbols and expressions have the
     * plain types decimal(s) and duration, also inside optionals and lists. The C representation is
     * the same. */
    bool is_rounding;
    enum pc_duration_format format;
    const struct pc_type *element;     /* OPTIONAL, LIST, SET, MAP */
    const struct pc_type *key;         /* MAP */
    struct pc_enum_model *enumeration; /* ENUM */
    struct pc_record_model *record;    /* RECORD */
    struct pc_table_model *table;      /* ROW */
    struct pc_text name;               /* as in the language: "decimal(2)?", for messages */
    uint32_t index;                    /* in model->types */
    /* Made at first use: this type's T?, list<T> and set<T>. */
    const struct pc_type *optional_of;
    const struct pc_type *list_of;
    const struct pc_type *set_of;
};

struct pc_types_list {
    PC_LIST_OF(const struct pc_type);
};

/* ---- constants ---- */

enum pc_constant_kind {
    PC_CONSTANT_NONE, /* of an optional type */
    PC_CONSTANT_BOOL,
    PC_CONSTANT_INTEGER, /* integers; decimal: scaled by 10^s; time, duration: microseconds; date:
                            days */
    PC_CONSTANT_REAL,
    PC_CONSTANT_TEXT,
    PC_CONSTANT_BYTES, /* in `text` */
    PC_CONSTANT_UUID,
    PC_CONSTANT_MEMBER, /* of an enum */
    PC_CONSTANT_LIST,   /* of a set: sorted, without equals */
    PC_CONSTANT_RECORD,
    PC_CONSTANT_MAP, /* entries with keys, sorted by key */
};

struct pc_constant_entry;

struct pc_constants {
    PC_LIST_OF(const struct pc_constant);
};
struct pc_constant_entries {
    PC_LIST_OF(struct pc_constant_entry);
};

/* A value known to the compiler. A value of T? that is not none is a constant of T: `type` has no
 * optional then. In defaults and in records of tests the type is the one that the field is declared
 * with, duration(ms). */
struct pc_constant {
    enum pc_constant_kind kind;
    const struct pc_type *type;
    bool boolean;
    int64_t integer;
    double real;
    struct pc_text text;
    uint8_t uuid[16];
    const struct pc_member_model *member; /* MEMBER */
    struct pc_constants items;            /* LIST */
    struct pc_constant_entries
        entries; /* RECORD: in the order as written, each field at most once; MAP */
};

/* One field of a constant record or entry of a map (or of an event's payload, or of an expected
 * state): */
struct pc_constant_entry {
    struct pc_field_model *field;  /* of a record */
    const struct pc_constant *key; /* of a map */
    const struct pc_constant *value;
};

#endif
