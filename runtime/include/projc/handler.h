/* What generated handlers call: the event at hand, failing, steps, texts and checked conversions.
 *
 * A handler runs in one worker thread, outside any transaction, on memory of one unit of work. */
#ifndef PROJC_HANDLER_H
#define PROJC_HANDLER_H

#include "projc/arena.h"
#include "projc/status.h"
#include "projc/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One stored event as read from the log. Slices live as long as the page it came with. */
typedef struct projc_event {
    int64_t no; /* number in the log */
    projc_uuid id;
    projc_text name;
    projc_text payload;  /* json text or msgpack bytes, as the stream says */
    projc_text metadata; /* json object, or empty */
    projc_text aggregate_type;
    projc_value aggregate_id; /* UUID or TEXT, as the log's column is */
    int64_t version;          /* of the aggregate */
    int64_t time;             /* microseconds UTC */
} projc_event;

/* An (event, key) being applied. Generated code reads the fields and calls the functions below. */
typedef struct projc_handler {
    const projc_event *event;
    projc_arena *arena;     /* of the unit of work: states, kept texts and lists live here */
    const projc_value *key; /* parts of the state's key; NULL in a stream projection */
    uint32_t key_count;
    bool state_exists;  /* what `state.exists` tells */
    bool state_deleted; /* set by `delete state`; cleared before each handler */
    uint64_t steps_left;
    projc_error *error;
    void *user;       /* the pointer given to the runtime's configuration, for extern functions */
    uint32_t element; /* `on E for x in list`: the number of the element at hand */
    struct projc_row_cache *rows;  /* the engine's: the rows of the projection's tables */
    struct projc_notices *notices; /* the engine's: what is sent with the commit */
    const void *elements; /* the computed list that the elements stand in, as the counting function
                             found it; it lives until the last of them is handled */
} projc_handler;

enum { PROJC_STEPS_MAX = 10000000 }; /* budget of one event */

/* ---- failing: all fill handler->error with "FILE:LINE:COLUMN: STATEMENT: reason" and return DATA
 * ---- */

/* `fail "text"` and `require … else "text"`: the text alone is the message. */
projc_status projc_fail(projc_handler *handler, const char *file, uint32_t line, uint32_t column,
                        projc_text text);

/* An operand as messages show it: value / 10^scale. */
typedef struct projc_operand {
    int64_t value;
    uint8_t scale;
} projc_operand;

/* "bank.proj:31:9: balance -= amount: 10 - 20 does not fit u32". op is one of + - * / %. */
projc_status projc_fail_arithmetic(projc_handler *handler, const char *file, uint32_t line,
                                   uint32_t column, const char *statement, projc_operand left,
                                   char op, projc_operand right, const char *type);
/* "…: 300 does not fit u8" of a conversion or a unary operation. */
projc_status projc_fail_range(projc_handler *handler, const char *file, uint32_t line,
                              uint32_t column, const char *statement, projc_operand value,
                              const char *type);
projc_status projc_fail_division(projc_handler *handler, const char *file, uint32_t line,
                                 uint32_t column, const char *statement);
projc_status projc_fail_not_finite(projc_handler *handler, const char *file, uint32_t line,
                                   uint32_t column, const char *statement);
/* Any other reason of the statement's: "…: REASON". */
projc_status projc_fail_because(projc_handler *handler, const char *file, uint32_t line,
                                uint32_t column, const char *statement, const char *reason);
/* The arena's bound was reached (LIMIT) or memory is out. */
projc_status projc_fail_memory(projc_handler *handler);
projc_status projc_fail_steps(projc_handler *handler);

/* For user code behind `extern`: sets the text of the error that its non-zero return stands for. */
void projc_handler_set_error(projc_handler *handler, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Turns the return of an extern function into a status: 0 OK, positive DATA, negative TRANSIENT. */
projc_status projc_from_extern(projc_handler *handler, const char *file, uint32_t line,
                               uint32_t column, const char *function, int result);

/* Takes one step (a loop turn) from the budget; false when it is spent. */
static inline bool projc_step(projc_handler *handler)
{
    return handler->steps_left != 0 && handler->steps_left-- != 0;
}

/* ---- event data ---- */

/* event.meta("key"): the text of a string, the JSON of anything else, none when absent or null. */
projc_status projc_event_meta(projc_handler *handler, const char *key, projc_optional_text *value);
/* event.aggregate_id in the type the aggregate declares; DATA when the stored text is none. */
projc_status projc_event_id_uuid(projc_handler *handler, projc_uuid *id);
projc_status projc_event_id_text(projc_handler *handler, projc_text *id);
projc_status projc_event_id_i64(projc_handler *handler, int64_t *id);

/* ---- texts ---- */

/* Copies into the unit's arena what a state shall remember; false when the arena is exhausted. */
bool projc_keep_text(projc_handler *handler, projc_text *text);
bool projc_keep_bytes(projc_handler *handler, projc_bytes *bytes);

/* Builds an interpolated text; sticky: one check in projc_build_end. The caller's storage. */
typedef struct projc_text_builder {
    projc_arena *arena;
    char *data;
    size_t size;
    size_t capacity;
    bool is_failed;
} projc_text_builder;

void projc_build_begin(projc_handler *handler, projc_text_builder *builder);
void projc_build_text(projc_text_builder *builder, projc_text text);
void projc_build_literal(projc_text_builder *builder, const char *text, size_t size);
void projc_build_bool(projc_text_builder *builder, bool value);
void projc_build_integer(projc_text_builder *builder, int64_t value);
void projc_build_decimal(projc_text_builder *builder, int64_t value, uint8_t scale);
void projc_build_f64(projc_text_builder *builder, double value);
void projc_build_uuid(projc_text_builder *builder, projc_uuid value);
void projc_build_time(projc_text_builder *builder, int64_t value);
void projc_build_date(projc_text_builder *builder, int32_t value);
void projc_build_duration(projc_text_builder *builder, int64_t value);  /* ISO 8601 */
void projc_build_bytes(projc_text_builder *builder, projc_bytes value); /* base64 */
/* The text, in the arena; OK, or LIMIT through projc_fail_memory. */
projc_status projc_build_end(projc_handler *handler, projc_text_builder *builder, projc_text *text);

/* Byte order, as everywhere: <0, 0, >0. */
int projc_text_compare(projc_text left, projc_text right);
int projc_bytes_compare(projc_bytes left, projc_bytes right);
int projc_uuid_compare(projc_uuid left, projc_uuid right);
/* NUL inside a text is a data error at the statement that makes it: true when there is none. */
bool projc_text_is_clean(projc_text text);

/* ---- built-in functions of texts; positions and lengths count code points ---- */
uint32_t projc_text_length(projc_text text);
/* Without blanks, tabs and line ends on both sides; borrows the text. */
projc_text projc_text_trim(projc_text text);
bool projc_text_starts_with(projc_text text, projc_text prefix);
bool projc_text_ends_with(projc_text text, projc_text suffix);
bool projc_text_contains(projc_text text, projc_text part);
/* At most count code points from the one numbered from, counted from 0; what lies outside the text
 * is left out. Borrows the text. */
projc_text projc_text_slice(projc_text text, int64_t from, int64_t count);
/* ASCII letters changed, in a copy in the unit's arena; false when the arena is exhausted. */
bool projc_text_lower(projc_handler *handler, projc_text *text);
bool projc_text_upper(projc_handler *handler, projc_text *text);

/* Parsers for conversions by type name; false when the text is none. */
bool projc_parse_uuid(projc_text text, projc_uuid *value);
bool projc_parse_integer(projc_text text, int64_t low, int64_t high, int64_t *value);
bool projc_parse_decimal(projc_text text, uint8_t scale, bool is_rounding, int64_t *value);
bool projc_parse_f64(projc_text text, double *value);
bool projc_parse_time(projc_text text, int64_t *value);
bool projc_parse_date(projc_text text, int32_t *value);
bool projc_parse_duration(projc_text text, int64_t *value);

/* ---- numbers ---- */

__extension__ typedef __int128 projc_int128;

/* numerator / denominator rounded once, half to even; false when it does not fit or denominator is
 * 0. */
bool projc_round_quotient(projc_int128 numerator, projc_int128 denominator, int64_t *result);
/* *value *= factor; false when it leaves -2^126..2^126, and then *value is as it was. */
bool projc_multiply_exact(projc_int128 *value, int64_t factor);
/* What stood there before `sum = before + addend` wrapped, for messages; narrower types cast it
 * back. */
static inline int64_t projc_before_add(int64_t sum, int64_t addend)
{
    return (int64_t)((uint64_t)sum - (uint64_t)addend);
}
static inline int64_t projc_before_subtract(int64_t difference, int64_t subtrahend)
{
    return (int64_t)((uint64_t)difference + (uint64_t)subtrahend);
}
/* 10^exponent, 0 <= exponent <= 18. */
int64_t projc_power_of_ten(uint8_t exponent);
/* The f64 nearest to value / 10^scale. */
double projc_decimal_to_f64(int64_t value, uint8_t scale);
/* The decimal nearest to value, half to even; false when it does not fit or is not finite. */
bool projc_decimal_from_f64(double value, uint8_t scale, int64_t *result);
bool projc_f64_is_finite(double value);
/* The largest multiple of step (> 0) that is <= value, and the smallest that is >= value; false
 * when it does not fit. */
bool projc_floor_to(int64_t value, int64_t step, int64_t *multiple);
bool projc_ceil_to(int64_t value, int64_t step, int64_t *multiple);

/* ---- calendar, UTC ---- */
int32_t projc_date_of(int64_t time); /* days since 1970-01-01 */
void projc_civil_of(int32_t date, int32_t *year, uint32_t *month, uint32_t *day);
int32_t projc_date_from_civil(int32_t year, uint32_t month, uint32_t day);
int32_t projc_date_year(int32_t date);
uint32_t projc_date_month(int32_t date);
uint32_t projc_date_day(int32_t date);
uint32_t projc_date_weekday(int32_t date); /* 1 is Monday, 7 Sunday */
/* The Monday of its week, and the first of its month; for any date there is. The latter may lie
 * before the first one. */
int32_t projc_date_week_start(int32_t date);
int32_t projc_date_month_start(int32_t date);

#ifdef __cplusplus
}
#endif
#endif
