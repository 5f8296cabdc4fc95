/* make.h -- the generator's own: types, what a handler can read and change, and who writes what.
 *
 * DESIGN. The generator knows the typing rules only as far as it must to write valid programs. An
 * expression is asked for in one of two ways: HINTED where the surroundings give its type (an
 * assignment, an argument), so that literals and narrower types will do, and EXACT where they do
 * not (an operand), so that the checker must find exactly that type. Names are never used twice,
 * except where a program copies fields. */
#ifndef ORACLE_MAKE_H
#define ORACLE_MAKE_H

#include "oracle.h"

enum kind {
    KIND_BOOL,
    KIND_INTEGER,
    KIND_F64,
    KIND_DECIMAL,
    KIND_TEXT,
    KIND_BYTES,
    KIND_UUID,
    KIND_TIME,
    KIND_DATE,
    KIND_DURATION,
    KIND_ENUM,
    KIND_RECORD,
    KIND_OPTIONAL,
    KIND_LIST,
    KIND_SET,
    KIND_MAP,
};

struct shape {
    enum kind kind;
    unsigned bits;
    bool is_signed;
    unsigned scale;
    const struct shape *key; /* of a map */
    const struct shape *element;
    const struct made_enum *enumeration;
    const struct made_record *record;
};

struct made_enum {
    const char *name;
    const char *members[6];
    uint32_t count;
};

struct made_field {
    const char *name;
    const struct shape *shape;
    const char *spelling; /* of the type, as in `decimal(2, round)` */
    const char *initial;  /* NULL: none */
    bool is_shared;       /* event and state have a field of that name */
};
enum { FIELDS_MAX = 10, EVENTS_MAX = 5, TYPES_MAX = 4, READABLE_MAX = 120 };

struct made_record {
    const char *name;
    struct made_field fields[FIELDS_MAX];
    uint32_t count;
    bool has_zero;
};

struct made_event {
    const char *name;
    struct made_field fields[FIELDS_MAX];
    uint32_t count;
};

struct made_function {
    const char *name;
    const struct shape *parameters[3];
    uint32_t count;
    const struct shape *result;
};

/* A table of the projection at hand. */
struct made_table {
    const char *name;
    const struct shape *keys[4];
    const char *key_names[4];
    const char *own[2]; /* how handlers write the parts that are the projection's key */
    uint32_t key_count;
    uint32_t own_count;
    struct made_field columns[FIELDS_MAX];
    uint32_t column_count;
    uint32_t indexed[3][3]; /* columns, then key parts */
    uint32_t indexed_count[3];
    uint32_t index_count;
    bool can_obtain; /* every column has a default or a zero */
    uint32_t root;   /* of the first column; the others' follow */
};

struct made_aggregate {
    const char *name;
    const char *stream;
    const struct shape *id;
    struct made_event events[EVENTS_MAX];
    uint32_t count;
};

/* Something that can be read, and perhaps changed. */
struct readable {
    const char *text; /* how it is written */
    const struct shape *shape;
    bool is_place;
    uint32_t root; /* of a place: what a loop around must not walk; 0: none */
};

struct maker {
    struct pc_arena *arena;
    struct oracle_random *random;
    uint64_t features;
    struct oracle_text *out;
    uint32_t names; /* drawn so far */
    struct made_enum enums[TYPES_MAX];
    uint32_t enum_count;
    struct made_record records[TYPES_MAX];
    uint32_t record_count;
    struct made_aggregate aggregates[3];
    uint32_t aggregate_count;
    struct made_function functions[TYPES_MAX];
    uint32_t function_count;
    const struct shape *keys[2]; /* of a keyed projection */
    const char *key_names[2];
    uint32_t key_count;
    struct made_table tables[3];
    uint32_t table_count;
    bool has_state;
    bool is_columns; /* the state */
    bool is_pure;    /* no event and no state: a function's body */
    /* Of the handler at hand: */
    struct readable readables[READABLE_MAX];
    uint32_t readable_count;
    uint32_t walked[8]; /* roots that loops around walk */
    uint32_t walked_count;
    uint32_t depth;                   /* of blocks */
    uint32_t walks;                   /* of tables, around each other */
    const struct shape *aggregate_id; /* NULL: of several types */
    const struct shape *aliases[TYPES_MAX];
    const char *alias_names[TYPES_MAX];
    uint32_t alias_count;
};

enum asked { HINTED, EXACT };

/* ---- make_shape.c ---- */

bool oracle_has(const struct maker *maker, enum oracle_feature feature);
uint32_t oracle_pick(struct maker *maker, uint32_t bound);
bool oracle_often(struct maker *maker, uint32_t percent);
const char *oracle_format(struct maker *maker, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *oracle_name(struct maker *maker, const char *stem);
const struct shape *oracle_shape(struct maker *maker, enum kind kind);
const struct shape *oracle_integer(struct maker *maker, unsigned bits, bool is_signed);
const struct shape *oracle_decimal(struct maker *maker, unsigned scale);
const struct shape *oracle_wrapped(struct maker *maker, enum kind kind,
                                   const struct shape *element);
const struct shape *oracle_any_integer(struct maker *maker);
const struct shape *oracle_any_scalar(struct maker *maker);
const struct shape *oracle_any_shape(struct maker *maker, uint32_t depth);
bool oracle_is_same(const struct shape *left, const struct shape *right);
bool oracle_has_zero(const struct shape *shape);
bool oracle_is_ordered(const struct shape *shape);
bool oracle_is_scalar(const struct shape *shape);
const char *oracle_spell(struct maker *maker, const struct shape *shape);
/* A type that silently becomes `shape`; perhaps itself. */
const struct shape *oracle_narrower(struct maker *maker, const struct shape *shape);

/* ---- make_leaf.c ---- */

/* A literal of the type; EXACT ones are typed by themselves. NULL: there is none. */
const char *oracle_literal(struct maker *maker, const struct shape *shape, enum asked asked);
/* Something readable of exactly that type, or NULL. */
const char *oracle_read(struct maker *maker, const struct shape *shape);
const struct readable *oracle_any_readable(struct maker *maker, enum kind kind);
void oracle_add_readable(struct maker *maker, const char *text, const struct shape *shape,
                         bool is_place, uint32_t root);
/* True if something EXACT can be written at all. */
bool oracle_can(struct maker *maker, const struct shape *shape);

/* ---- make_number.c, make_value.c: one more level of an expression, or NULL ---- */

const char *oracle_number(struct maker *maker, const struct shape *shape, uint32_t depth);
const char *oracle_calendar(struct maker *maker, const struct shape *shape, uint32_t depth);
const char *oracle_truth(struct maker *maker, uint32_t depth);
const char *oracle_words(struct maker *maker, uint32_t depth);
const char *oracle_list(struct maker *maker, const struct shape *shape, uint32_t depth);

/* An expression. */
const char *oracle_expression(struct maker *maker, const struct shape *shape, uint32_t depth,
                              enum asked asked);

/* ---- make_collection.c ---- */

bool oracle_is_collection(const struct shape *shape);
/* What a walk binds: of a map the key. */
const struct shape *oracle_item_shape(const struct shape *shape);
const struct shape *oracle_any_collection_shape(struct maker *maker, uint32_t depth);
const struct readable *oracle_any_collection(struct maker *maker);
/* A literal, where the type is expected. */
const char *oracle_collection_literal(struct maker *maker, const struct shape *shape);
/* A value that the compiler knows, for defaults. */
const char *oracle_constant(struct maker *maker, const struct shape *shape);
/* m[k], l[i], min(s): an element that may be none; NULL: there is no such collection. */
const char *oracle_look_into(struct maker *maker, const struct shape *element);
/* name(c) of a collection of such values, or NULL. */
const char *oracle_whole_fold(struct maker *maker, const char *name, const struct shape *element);
/* A statement that changes a list, set or map; *place may die. */
void oracle_change_collection(struct maker *maker, const struct readable *place);

/* ---- make_source.c ---- */

void oracle_make_function(struct maker *maker);
/* A call of a function of the program's own with that result, or NULL. */
const char *oracle_call_function(struct maker *maker, const struct shape *shape, uint32_t depth);
/* What stands between `on E` and `{`; it sees what is readable now, and may add an element. */
void oracle_make_clauses(struct maker *maker, bool is_keyed);

/* ---- make_statement.c ---- */

void oracle_line(struct maker *maker, const char *text);
/* At most so many statements, a level deeper. */
void oracle_block(struct maker *maker, uint32_t most);
bool oracle_is_walked(const struct maker *maker, uint32_t root);
/* A statement that changes the place; *place may die. */
void oracle_change(struct maker *maker, const struct readable *place);
/* The statements of a handler between its braces. */
void oracle_make_body(struct maker *maker, const struct made_field *copied, uint32_t copied_count,
                      bool has_state);

/* ---- make_program.c ---- */

void oracle_put_field(struct maker *maker, struct made_field *field, bool in_payload,
                      bool needs_zero);

/* ---- make_table.c ---- */

/* The tables of a projection; aggregate_id is NULL unless it is `for each`. */
void oracle_make_tables(struct maker *maker, const struct shape *aggregate_id);
/* Rows of some tables become readable: table[key]?.column. */
void oracle_read_rows(struct maker *maker);
/* A statement about a row. */
void oracle_row_statement(struct maker *maker);

/* ---- make_upcast.c ---- */

void oracle_make_upcasts(struct maker *maker, const struct made_event *event);

/* ---- make_query.c ---- */

void oracle_make_queries(struct maker *maker, const char *projection,
                         const struct shape *aggregate_id, const struct made_field *state,
                         uint32_t state_count);

#endif
