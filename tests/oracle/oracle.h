/* oracle.h -- what the files of the oracle share: chance, growing texts, values, events.
 *
 * DESIGN. One number, the seed, makes a program, its events and their cuts into batches. The
 * interpreter (evaluate.c and its neighbours) walks the tree that the checker annotated; it shares
 * no code with plan/, gen/ and the runtime, so that a mistake there does not repeat itself here.
 * Everything lives in one arena per program and dies with it. */
#ifndef ORACLE_H
#define ORACLE_H

#include "base/arena.h"
#include "base/source.h"
#include "base/text.h"
#include "check/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef __int128 oracle_int128;

/* ---- chance: splitmix64, the same everywhere ---- */

struct oracle_random {
    uint64_t state;
};
uint64_t oracle_next(struct oracle_random *random);
/* 0 .. bound - 1; bound 0 gives 0. */
uint32_t oracle_below(struct oracle_random *random, uint32_t bound);
bool oracle_percent(struct oracle_random *random, uint32_t percent);

/* ---- texts that grow, on the heap ---- */

struct oracle_text {
    char *data; /* NUL-terminated once something was put */
    size_t size;
    size_t capacity;
};
void oracle_put(struct oracle_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void oracle_put_bytes(struct oracle_text *text, const void *data, size_t size);
void oracle_put_char(struct oracle_text *text, char byte);
void oracle_text_clear(struct oracle_text *text);
/* What was put, as a text in the arena; the growing text is empty afterwards. */
struct pc_text oracle_take(struct pc_arena *arena, struct oracle_text *text);

/* ---- values ---- */

/* A value of any type; which members count follows from the type. */
struct oracle_value {
    bool has;            /* T?: there is a value; the other members are T's */
    int64_t integer;     /* bool, integers, scaled decimals, time, date, duration, member's index */
    double real;         /* f64 */
    struct pc_text text; /* text, bytes, uuid (16 bytes) */
    struct oracle_value *items; /* of a list or set, values of a map, fields of a record or row */
    struct oracle_value *keys;  /* of a map, ascending */
    size_t count;
};

struct oracle_value oracle_copy(struct pc_arena *arena, const struct oracle_value *value);
struct oracle_value oracle_zero(struct pc_arena *arena, const struct pc_type *type);
struct oracle_value oracle_of_constant(struct pc_arena *arena, const struct pc_constant *constant,
                                       const struct pc_type *type);
/* A record or state whose fields have their defaults and zeros. */
struct oracle_value oracle_initial(struct pc_arena *arena, const struct pc_field_models *fields);
/* <0, 0, >0 in the language's order. */
int oracle_compare(const struct pc_type *type, const struct oracle_value *left,
                   const struct oracle_value *right);

/* The value of a key, which begins at zero where there is none. */
struct oracle_value *oracle_entry(struct pc_arena *arena, const struct pc_type *map,
                                  struct oracle_value *value, const struct oracle_value *key);
void oracle_add(struct pc_arena *arena, const struct pc_type *set, struct oracle_value *value,
                const struct oracle_value *item);

/* As the product prints values: JSON, and the text of an interpolation. */
void oracle_put_json(struct oracle_text *out, const struct pc_type *type,
                     const struct oracle_value *value);
void oracle_put_fields_json(struct oracle_text *out, const struct pc_field_models *fields,
                            const struct oracle_value *record);
void oracle_put_plain(struct oracle_text *out, const struct pc_type *type,
                      const struct oracle_value *value);
void oracle_put_string(struct oracle_text *out, struct pc_text text);
void oracle_put_decimal(struct oracle_text *out, int64_t value, unsigned scale);
void oracle_put_f64(struct oracle_text *out, double value);
void oracle_put_time(struct oracle_text *out, int64_t value);
void oracle_put_date(struct oracle_text *out, int64_t value);
void oracle_put_duration(struct oracle_text *out, int64_t value);
void oracle_put_uuid(struct oracle_text *out, struct pc_text value);
void oracle_put_base64(struct oracle_text *out, struct pc_text value);

/* ---- the calendar, proleptic Gregorian, UTC ---- */

int64_t oracle_days_from_civil(int64_t year, int64_t month, int64_t day);
void oracle_civil_from_days(int64_t days, int64_t *year, int64_t *month, int64_t *day);
int64_t oracle_floor_divide(int64_t value, int64_t divisor);
/* What PostgreSQL stores. */
bool oracle_is_time(oracle_int128 value);
bool oracle_is_date(oracle_int128 value);

/* ---- events ---- */

struct oracle_event {
    const struct pc_stream_model *stream;
    const struct pc_aggregate_model *aggregate;
    const struct pc_event_model *model; /* NULL: an event that the program does not declare */
    const struct pc_upcast_model
        *upcast;         /* NULL: stored as today; else `fields` are the old ones */
    struct pc_text name; /* outside */
    struct oracle_value aggregate_id;
    struct pc_text id_text;     /* the id as a text column holds it */
    struct pc_text payload;     /* as stored */
    struct pc_text metadata;    /* a JSON object, or empty */
    struct pc_text meta;        /* metadata's "origin"; data NULL: none */
    struct oracle_value fields; /* what the payload says */
    bool *broken;               /* one a field: it cannot be decoded */
    int64_t no;                 /* in its stream */
    int64_t version;
    int64_t time;
    uint8_t id[16];
};
struct oracle_events {
    PC_LIST_OF(struct oracle_event);
};

/* Random events for a checked program. */
void oracle_make_events(struct pc_arena *arena, struct oracle_random *random,
                        const struct pc_model *model, struct oracle_events *events);
/* One a line, for the runner. */
void oracle_put_events(struct oracle_text *out, const struct oracle_events *events);

/* ---- programs ---- */

/* What a generated program may use; a bit each, `suite features` names them. The later ones are
 * known here, but have not had a clean run of their own yet: they must be asked for. */
#define ORACLE_FEATURES(X) \
    X(records)             \
    X(lists)               \
    X(enums)               \
    X(optionals)           \
    X(decimals)            \
    X(reals)               \
    X(calendar)            \
    X(columns)             \
    X(several) X(aliases) X(texts) X(functions) X(filters) X(fan_out) X(keyed) X(collections)
#define ORACLE_LATER_FEATURES(X) X(tables) X(queries) X(upcasts) X(notify) X(units)
enum oracle_feature {
#define ORACLE_FEATURE(name) ORACLE_##name,
    ORACLE_FEATURES(ORACLE_FEATURE) ORACLE_FEATURES_NOW,
    ORACLE_FEATURES_BEFORE = ORACLE_FEATURES_NOW - 1, /* the later ones count on from here */
    ORACLE_LATER_FEATURES(ORACLE_FEATURE)
#undef ORACLE_FEATURE
        ORACLE_FEATURE_COUNT
};

/* A random valid program. */
void oracle_make_program(struct oracle_random *random, uint64_t features, const char *package,
                         struct oracle_text *out);

/* ---- the interpreter ---- */

/* Applies the events to all projections, and writes what they hold then, a line a key or row, and
 * what queries answer; what to ask them goes to *queries, a line each: number, o (ordered) or u,
 * arguments. */
void oracle_interpret(struct pc_arena *arena, const struct pc_sources *sources,
                      const struct pc_model *model, const struct oracle_events *events,
                      struct oracle_random *random, struct oracle_text *queries,
                      struct oracle_text *out);

#endif
