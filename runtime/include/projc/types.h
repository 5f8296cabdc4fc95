/* The values of the language in C: texts, bytes, uuids, optionals, lists, and the tagged value. */
#ifndef PROJC_TYPES_H
#define PROJC_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* UTF-8 without NUL, not terminated. data may be NULL when size is 0. */
typedef struct projc_text {
    const char *data;
    size_t size; /* bytes */
} projc_text;

typedef struct projc_bytes {
    const uint8_t *data;
    size_t size;
} projc_bytes;

typedef struct projc_uuid {
    uint8_t bytes[16]; /* in the order of the text form */
} projc_uuid;

/* time: int64_t microseconds since 1970-01-01T00:00:00Z. date: int32_t days since 1970-01-01.
 * duration: int64_t microseconds. decimal(s): int64_t scaled by 10^s. */

/* T? of the scalar types; generated code declares those of records and enums. */
typedef struct projc_optional_bool {
    bool has;
    bool value;
} projc_optional_bool;
typedef struct projc_optional_i8 {
    bool has;
    int8_t value;
} projc_optional_i8;
typedef struct projc_optional_i16 {
    bool has;
    int16_t value;
} projc_optional_i16;
typedef struct projc_optional_i32 {
    bool has;
    int32_t value;
} projc_optional_i32; /* date, enum too */
typedef struct projc_optional_i64 {
    bool has;
    int64_t value;
} projc_optional_i64; /* decimal, time, duration too */
typedef struct projc_optional_u8 {
    bool has;
    uint8_t value;
} projc_optional_u8;
typedef struct projc_optional_u16 {
    bool has;
    uint16_t value;
} projc_optional_u16;
typedef struct projc_optional_u32 {
    bool has;
    uint32_t value;
} projc_optional_u32;
typedef struct projc_optional_f64 {
    bool has;
    double value;
} projc_optional_f64;
typedef struct projc_optional_text {
    bool has;
    projc_text value;
} projc_optional_text;
typedef struct projc_optional_bytes {
    bool has;
    projc_bytes value;
} projc_optional_bytes;
typedef struct projc_optional_uuid {
    bool has;
    projc_uuid value;
} projc_optional_uuid;

/* list<T> is generated as { T *items; uint32_t count; uint32_t capacity; }; items belong to an
 * arena. */
#define PROJC_LIST_OF(T)   \
    {                      \
        T *items;          \
        uint32_t count;    \
        uint32_t capacity; \
    }
typedef struct projc_list_bool PROJC_LIST_OF(bool) projc_list_bool;
typedef struct projc_list_i8 PROJC_LIST_OF(int8_t) projc_list_i8;
typedef struct projc_list_i16 PROJC_LIST_OF(int16_t) projc_list_i16;
typedef struct projc_list_i32 PROJC_LIST_OF(int32_t) projc_list_i32;
typedef struct projc_list_i64 PROJC_LIST_OF(int64_t) projc_list_i64;
typedef struct projc_list_u8 PROJC_LIST_OF(uint8_t) projc_list_u8;
typedef struct projc_list_u16 PROJC_LIST_OF(uint16_t) projc_list_u16;
typedef struct projc_list_u32 PROJC_LIST_OF(uint32_t) projc_list_u32;
typedef struct projc_list_f64 PROJC_LIST_OF(double) projc_list_f64;
typedef struct projc_list_text PROJC_LIST_OF(projc_text) projc_list_text;
typedef struct projc_list_bytes PROJC_LIST_OF(projc_bytes) projc_list_bytes;
typedef struct projc_list_uuid PROJC_LIST_OF(projc_uuid) projc_list_uuid;

/* How a value is kept in a tagged value. */
typedef enum projc_kind {
    PROJC_KIND_NULL,
    PROJC_KIND_BOOL,
    PROJC_KIND_INTEGER, /* all integers, decimal (scaled), time, date, duration */
    PROJC_KIND_REAL,
    PROJC_KIND_TEXT, /* text, enum (outside name), json */
    PROJC_KIND_BYTES,
    PROJC_KIND_UUID
} projc_kind;

/* One SQL value or key part. The slices are borrowed from whoever made it (usually an arena). */
typedef struct projc_value {
    projc_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double real;
        projc_text text;
        projc_bytes bytes;
        projc_uuid uuid;
    } as;
} projc_value;

/* What a column or key part holds, in the language's words; drivers map it to SQL types. */
typedef enum projc_column_type {
    PROJC_COLUMN_BOOL,     /* boolean / INTEGER */
    PROJC_COLUMN_I16,      /* i8 u8 i16: smallint / INTEGER */
    PROJC_COLUMN_I32,      /* u16 i32: integer / INTEGER */
    PROJC_COLUMN_I64,      /* u32 i64: bigint / INTEGER */
    PROJC_COLUMN_F64,      /* double precision / REAL */
    PROJC_COLUMN_DECIMAL,  /* numeric(19,scale) / INTEGER scaled; the value is the scaled integer */
    PROJC_COLUMN_TEXT,     /* text, enum: text COLLATE "C" / TEXT */
    PROJC_COLUMN_BYTES,    /* bytea / BLOB; also a packed state */
    PROJC_COLUMN_UUID,     /* uuid / BLOB of 16 */
    PROJC_COLUMN_TIME,     /* timestamptz / INTEGER microseconds */
    PROJC_COLUMN_DATE,     /* date / INTEGER days */
    PROJC_COLUMN_DURATION, /* bigint / INTEGER microseconds */
    PROJC_COLUMN_JSON      /* jsonb / TEXT: list, set, map, record; the value is KIND_TEXT */
} projc_column_type;

typedef struct projc_column {
    const char *name; /* final SQL name, unquoted */
    projc_column_type type;
    uint8_t scale; /* of a decimal */
    bool is_nullable;
} projc_column;

/* A table of keyed rows: a projection's states or one of its tables. The key columns come first. */
typedef struct projc_table {
    const char *schema; /* NULL: the connection's current schema */
    const char *name;
    uint32_t key_count;
    uint32_t column_count; /* keys included */
    const projc_column *columns;
    const char *const *indexes; /* their final SQL names, unquoted, besides the primary key */
    uint32_t index_count;
} projc_table;

static inline projc_text projc_text_of(const char *data, size_t size)
{
    projc_text text;
    text.data = data;
    text.size = size;
    return text;
}

#ifdef __cplusplus
}
#endif
#endif
