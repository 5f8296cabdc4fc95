/* What generated serializers call: direct readers and writers for JSON and msgpack.
 *
 * Readers and writers have sticky errors: after the first failure every call returns zero values
 * and does nothing, so straight-line code checks once at the end. Readers treat their input as
 * hostile: counts are checked against the bytes left before any allocation, depth is bounded, the
 * whole value must be well formed. Texts and bytes borrow the input where they can and live in the
 * reader's arena otherwise, so both must outlive the value. Not thread-safe: one owner. */
#ifndef PROJC_CODEC_H
#define PROJC_CODEC_H

#include "projc/arena.h"
#include "projc/status.h"
#include "projc/types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PROJC_DEPTH_MAX = 64 };

/* An enum's members: its C value and outside name, in declaration order. */
typedef struct projc_enum_member {
    int32_t value;    /* the C value: the code when the enum has codes, else the index */
    const char *name; /* outside name */
} projc_enum_member;

typedef struct projc_enum {
    const char *name; /* as written in the .proj, for messages */
    const projc_enum_member *members;
    uint32_t count;
    bool has_codes; /* payloads and states carry the code instead of the name */
} projc_enum;

/* The outside name of a value; NULL when it is no member. */
const char *projc_enum_name(const projc_enum *type, int32_t value);

/* The unit of an integer duration in a payload. */
typedef enum projc_duration_unit {
    PROJC_DURATION_ISO, /* ISO 8601 text */
    PROJC_DURATION_NS,
    PROJC_DURATION_US,
    PROJC_DURATION_MS,
    PROJC_DURATION_S
} projc_duration_unit;

/* Where one object, map or array is being read; the caller's storage. */
typedef struct projc_scope {
    uint32_t left;  /* items or pairs left, msgpack only */
    bool is_first;  /* no item read yet, JSON only */
    bool is_null;   /* a null stood in the place of the collection: it reads as empty */
    bool is_reread; /* the key was read in full, and is to be compared again: codec_field.h */
} projc_scope;

/* ---- JSON reader ---- */

typedef struct projc_json_reader {
    const char *at;
    const char *end;
    const char *start;
    projc_arena *arena;
    projc_error *error;
    projc_text field; /* last key read, for messages */
    uint32_t depth;
    projc_status status;
} projc_json_reader;

void projc_json_reader_init(projc_json_reader *reader, const void *data, size_t size,
                            projc_arena *arena, projc_error *error);
/* `{`: afterwards read_key until it returns false. null reads as an empty object. */
void projc_json_read_map(projc_json_reader *reader, projc_scope *scope);
/* The next key (unescaped); the value must be read or skipped before the next call. */
bool projc_json_read_key(projc_json_reader *reader, projc_scope *scope, projc_text *key);
/* The same for a map whose keys are no names: stands before the next key, which is then read like
 * any value of its type (a text in quotes), or by one of the functions below; then read_colon. */
bool projc_json_read_entry(projc_json_reader *reader, projc_scope *scope);
bool projc_json_read_key_bool(projc_json_reader *reader);
int32_t projc_json_read_key_enum(projc_json_reader *reader, const projc_enum *type);
void projc_json_read_colon(projc_json_reader *reader);
/* `[`: afterwards read_item until it returns false. null reads as an empty list. */
void projc_json_read_list(projc_json_reader *reader, projc_scope *scope);
bool projc_json_read_item(projc_json_reader *reader, projc_scope *scope);
/* True, and consumed, when a null comes next. */
bool projc_json_read_null(projc_json_reader *reader);
bool projc_json_read_bool(projc_json_reader *reader);
/* A number read exactly, or digits in a string; low..high inclusive, outside is a data error that
 * names type. */
int64_t projc_json_read_integer(projc_json_reader *reader, int64_t low, int64_t high,
                                const char *type);
double projc_json_read_f64(projc_json_reader *reader);
/* Scaled by 10^scale. Surplus non-zero digits are a data error, or rounded half to even when
 * is_rounding. */
int64_t projc_json_read_decimal(projc_json_reader *reader, uint8_t scale, bool is_rounding);
projc_text projc_json_read_text(projc_json_reader *reader);
projc_bytes projc_json_read_bytes(projc_json_reader *reader); /* base64 */
projc_uuid projc_json_read_uuid(projc_json_reader *reader);
int64_t projc_json_read_time(projc_json_reader *reader); /* RFC 3339, finer digits cut */
int32_t projc_json_read_date(projc_json_reader *reader);
int64_t projc_json_read_duration(projc_json_reader *reader, projc_duration_unit unit);
int32_t projc_json_read_enum(projc_json_reader *reader, const projc_enum *type);
/* Passes over one value of any kind, checking that it is well formed. */
void projc_json_skip(projc_json_reader *reader);
/* The raw text of the next value (leading and trailing blanks cut), passed over and checked. */
projc_text projc_json_read_raw(projc_json_reader *reader);
/* Required fields without their seen bit fail the reader: "field `amount` is missing". fields[i] is
 * the name that belongs to bit i; words = (count + 63) / 64. */
void projc_json_check_seen(projc_json_reader *reader, const uint64_t *seen,
                           const uint64_t *required, const char *const *fields, uint32_t count);
/* Nothing but blanks may follow. Returns the reader's status and, when failed, has filled its
 * error. */
projc_status projc_json_read_end(projc_json_reader *reader);
/* Fails the reader: "field `x`: <text>". */
void projc_json_fail(projc_json_reader *reader, projc_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- msgpack reader: the same calls over msgpack ----
 * decimal: the scaled integer; uuid: bin 16 (or its text form); time and duration: microseconds;
 * date: days; enum: name, or code when it has codes. */

typedef struct projc_msgpack_reader {
    const uint8_t *at;
    const uint8_t *end;
    const uint8_t *start;
    projc_arena *arena;
    projc_error *error;
    projc_text field;
    uint32_t depth;
    projc_status status;
} projc_msgpack_reader;

void projc_msgpack_reader_init(projc_msgpack_reader *reader, const void *data, size_t size,
                               projc_arena *arena, projc_error *error);
void projc_msgpack_read_map(projc_msgpack_reader *reader, projc_scope *scope);
bool projc_msgpack_read_key(projc_msgpack_reader *reader, projc_scope *scope, projc_text *key);
void projc_msgpack_read_list(projc_msgpack_reader *reader, projc_scope *scope);
bool projc_msgpack_read_item(projc_msgpack_reader *reader, projc_scope *scope);
/* An array of exactly count items, as records stand in states; anything else fails the reader. The
 * items follow one by one without read_item; read_array_end leaves the level. */
void projc_msgpack_read_array(projc_msgpack_reader *reader, uint32_t count);
void projc_msgpack_read_array_end(projc_msgpack_reader *reader);
bool projc_msgpack_read_null(projc_msgpack_reader *reader);
bool projc_msgpack_read_bool(projc_msgpack_reader *reader);
int64_t projc_msgpack_read_integer(projc_msgpack_reader *reader, int64_t low, int64_t high,
                                   const char *type);
double projc_msgpack_read_f64(projc_msgpack_reader *reader);
int64_t projc_msgpack_read_decimal(projc_msgpack_reader *reader, uint8_t scale);
projc_text projc_msgpack_read_text(projc_msgpack_reader *reader);
projc_bytes projc_msgpack_read_bytes(projc_msgpack_reader *reader);
projc_uuid projc_msgpack_read_uuid(projc_msgpack_reader *reader);
int64_t projc_msgpack_read_time(projc_msgpack_reader *reader);
int32_t projc_msgpack_read_date(projc_msgpack_reader *reader);
int64_t projc_msgpack_read_duration(projc_msgpack_reader *reader);
int32_t projc_msgpack_read_enum(projc_msgpack_reader *reader, const projc_enum *type);
void projc_msgpack_skip(projc_msgpack_reader *reader);
void projc_msgpack_check_seen(projc_msgpack_reader *reader, const uint64_t *seen,
                              const uint64_t *required, const char *const *fields, uint32_t count);
projc_status projc_msgpack_read_end(projc_msgpack_reader *reader);
void projc_msgpack_fail(projc_msgpack_reader *reader, projc_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- writers ----
 * Opaque; both grow in an arena and are made by the engine. A writer's failure is NO_MEMORY or
 * LIMIT. */

typedef struct projc_msgpack_writer projc_msgpack_writer;

projc_msgpack_writer *projc_msgpack_writer_new(
    projc_arena *arena); /* NULL when the arena is exhausted */
void projc_msgpack_writer_reset(
    projc_msgpack_writer *writer); /* starts a new value; earlier results stay */
/* What was written since the last reset, in the arena; *bytes is valid when OK. */
projc_status projc_msgpack_writer_finish(projc_msgpack_writer *writer, projc_bytes *bytes,
                                         projc_error *error);
void projc_msgpack_write_map(projc_msgpack_writer *writer, uint32_t pairs);
void projc_msgpack_write_array(projc_msgpack_writer *writer, uint32_t items);
void projc_msgpack_write_null(projc_msgpack_writer *writer);
void projc_msgpack_write_bool(projc_msgpack_writer *writer, bool value);
void projc_msgpack_write_integer(projc_msgpack_writer *writer,
                                 int64_t value); /* the shortest form */
void projc_msgpack_write_f64(projc_msgpack_writer *writer, double value);
void projc_msgpack_write_text(projc_msgpack_writer *writer, projc_text value);
void projc_msgpack_write_name(projc_msgpack_writer *writer,
                              const char *name); /* a NUL-terminated key */
void projc_msgpack_write_bytes(projc_msgpack_writer *writer, projc_bytes value);
void projc_msgpack_write_uuid(projc_msgpack_writer *writer, projc_uuid value);
void projc_msgpack_write_enum(projc_msgpack_writer *writer, const projc_enum *type, int32_t value);

typedef struct projc_json_writer projc_json_writer;

projc_json_writer *projc_json_writer_new(projc_arena *arena);
void projc_json_writer_reset(projc_json_writer *writer);
projc_status projc_json_writer_finish(projc_json_writer *writer, projc_text *text,
                                      projc_error *error);
void projc_json_write_map(
    projc_json_writer *writer); /* `{`; commas and colons come by themselves */
void projc_json_write_map_end(projc_json_writer *writer); /* `}` */
void projc_json_write_list(projc_json_writer *writer);
void projc_json_write_list_end(projc_json_writer *writer);
void projc_json_write_name(projc_json_writer *writer, const char *name);
void projc_json_write_key(projc_json_writer *writer, projc_text key);
/* The next scalar is a key, in quotes whatever its type; then write_colon. */
void projc_json_write_entry(projc_json_writer *writer);
void projc_json_write_colon(projc_json_writer *writer);
void projc_json_write_null(projc_json_writer *writer);
void projc_json_write_bool(projc_json_writer *writer, bool value);
void projc_json_write_integer(projc_json_writer *writer, int64_t value);
void projc_json_write_f64(projc_json_writer *writer,
                          double value); /* the shortest that reads back the same */
void projc_json_write_decimal(projc_json_writer *writer, int64_t value,
                              uint8_t scale); /* all digits */
void projc_json_write_text(projc_json_writer *writer, projc_text value);
void projc_json_write_bytes(projc_json_writer *writer, projc_bytes value);
void projc_json_write_uuid(projc_json_writer *writer, projc_uuid value);
void projc_json_write_time(projc_json_writer *writer, int64_t value);
void projc_json_write_date(projc_json_writer *writer, int32_t value);
/* In a payload: ISO 8601 text, or the integer of the unit (a remainder finer than the unit is cut).
 */
void projc_json_write_duration(projc_json_writer *writer, int64_t value, projc_duration_unit unit);
void projc_json_write_enum(projc_json_writer *writer, const projc_enum *type,
                           int32_t value); /* outside name */
void projc_json_write_enum_payload(projc_json_writer *writer, const projc_enum *type,
                                   int32_t value);                     /* or code */
void projc_json_write_raw(projc_json_writer *writer, projc_text json); /* checked JSON, as it is */

/* ---- small helpers of generated decoders ---- */

/* Byte comparison with a literal of size bytes. */
static inline bool projc_text_is(projc_text text, const char *literal, size_t size)
{
    return text.size == size && __builtin_memcmp(text.data, literal, size) == 0;
}

#ifdef __cplusplus
}
#endif

#include "projc/codec_field.h"
#endif
