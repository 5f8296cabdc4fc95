/* symbols.h -- what names stand for, and how expressions and statements are annotated.
 *
 * Expressions (struct pc_expression):
 *   type    the type of the value BEFORE an implicit conversion. A literal has the type it was
 * adapted to (in `balance >= 0` with a decimal(2), the 0 is a decimal(2)), and `none` is
 * PC_TYPE_NONE. symbol  what a NAME, FIELD, CALL or METHOD stands for; see enum pc_symbol_kind.
 *   extra   struct pc_annotation, or NULL when there is nothing to say. Read it with the functions
 * below.
 *
 *   NAME     LOCAL, KEY, EVENT_FIELD, STATE_FIELD, MEMBER; as object of a FIELD also EVENT_WORD,
 *            STATE_WORD and ENUM.
 *   FIELD    `event.x`: EVENT_FIELD or EVENT_DATA. `state.x`: STATE_FIELD or STATE_EXISTS.
 *            `Currency.EUR`: MEMBER. `record.x`, `optional?.x`: RECORD_FIELD. In the first three
 * the object need not be lowered. CALL     BUILTIN, CONVERSION (the type's name; expression->type
 * is the type converted to), FUNCTION. METHOD   BUILTIN (push, keep_last, …) or EVENT_DATA
 * (event.meta("key")). INDEX    list[i]: keys.items[0] is a u32 or an i64; the type is T? .
 *   COMPREHENSION  its type is the list of its elements, also as an argument of sum, any, …
 *
 *   Operators: both operands have (after conversion) the same type, which for + - * / % is the type
 * of the result too, with these exceptions: decimal(a) * integer, integer * decimal(a)  is
 * decimal(a); the integer stays an integer decimal(a) * decimal(b)                     is decimal(a
 * + b) duration * integer, integer * duration      is duration; duration / integer is duration date
 * + integer, date - integer              is date; the integer (any) counts days time + duration,
 * duration + time, time - duration   is time; time - time is duration x == none, x != none the none
 * is PC_TYPE_NONE without conversion x in list                                   left has the
 * list's element type a ?? b                                      left is T?; right is T or T?; the
 * result is right's `and`, `or`, `not` take and give bool. Comparisons give bool. Compound
 * assignments follow the same table: `place op= value` is `place = place op value`.
 *
 * Statements (struct pc_statement): extra is struct pc_statement_info, never NULL. Bound names
 * (`let`, `if let`, `for`) carry their LOCAL in name->symbol; arms of a match their MEMBERs. */
#ifndef PC_CHECK_SYMBOLS_H
#define PC_CHECK_SYMBOLS_H

#include "check/types.h"

enum pc_symbol_kind {
    PC_SYMBOL_ALIAS,        /* declaration */
    PC_SYMBOL_ENUM,         /* declaration, enumeration */
    PC_SYMBOL_MEMBER,       /* member_model */
    PC_SYMBOL_RECORD,       /* declaration, record */
    PC_SYMBOL_RECORD_FIELD, /* field_model */
    PC_SYMBOL_FUNCTION,     /* declaration */
    PC_SYMBOL_STREAM,       /* declaration, stream */
    PC_SYMBOL_AGGREGATE,    /* declaration, aggregate */
    PC_SYMBOL_EVENT,        /* event_model */
    PC_SYMBOL_PROJECTION,   /* declaration, projection */
    PC_SYMBOL_TABLE,        /* item */
    PC_SYMBOL_QUERY,        /* item */
    PC_SYMBOL_EVENT_FIELD,  /* event_fields: one a handled event, in the order of handler->events */
    PC_SYMBOL_STATE_FIELD,  /* field_model */
    PC_SYMBOL_KEY,          /* a key part of a keyed projection; key */
    PC_SYMBOL_LOCAL,        /* let, if let, for, comprehension; local */
    PC_SYMBOL_PARAMETER,    /* of a function or query; parameter */
    PC_SYMBOL_EVENT_WORD,   /* the word `event` */
    PC_SYMBOL_EVENT_DATA,   /* event.id …; event_data */
    PC_SYMBOL_STATE_WORD,   /* the word `state` */
    PC_SYMBOL_STATE_EXISTS, /* state.exists */
    PC_SYMBOL_BUILTIN,      /* builtin */
    PC_SYMBOL_CONVERSION,   /* i64(x): the call's type says to what */
    PC_SYMBOL_ERROR,        /* unknown, reported already; never in a tree that passed */
};

/* What is known of every event. */
enum pc_event_data {
    PC_EVENT_ID,             /* uuid */
    PC_EVENT_NO,             /* i64: the number in the stream */
    PC_EVENT_NAME,           /* text: the outside name */
    PC_EVENT_TIME,           /* time */
    PC_EVENT_VERSION,        /* i64: of the aggregate */
    PC_EVENT_AGGREGATE_ID,   /* the aggregate's id type; text where several meet */
    PC_EVENT_AGGREGATE_TYPE, /* text: the outside name */
    PC_EVENT_META,           /* event.meta("key"): text?; the argument is a constant text */
};

/* Built-in functions and methods. `x` stands for one list, or for one COMPREHENSION as only
 * argument. */
enum pc_builtin {
    PC_BUILTIN_MIN, /* (a, b, …) of one type T: T. (x): T? */
    PC_BUILTIN_MAX,
    PC_BUILTIN_ABS, /* (a): a's type; the smallest value overflows */
    /* (e, n), n a constant, or (e) as n = 0: decimal(n), see struct pc_rounding. (f64, n):
     * decimal(n). (f64): f64. Half to even. */
    PC_BUILTIN_ROUND,
    /* (f64 | decimal(s)): the whole number, of the same type. (a, step): a's type, step of the same
     * type, or a time with a duration. */
    PC_BUILTIN_FLOOR,
    PC_BUILTIN_CEIL,  /* as floor */
    PC_BUILTIN_CLAMP, /* (a, low, high): one type */
    PC_BUILTIN_LEN,   /* (list | text | bytes): u32; of a text code points */
    PC_BUILTIN_SUM,   /* (x): the element's type, checked; 0 if empty */
    PC_BUILTIN_COUNT, /* (x): u32; a comprehension's element is not looked at */
    PC_BUILTIN_ANY,   /* (x of bool): bool */
    PC_BUILTIN_ALL,
    PC_BUILTIN_SCALED,    /* (integer, n): decimal(n): 1234 is 12.34; n is a constant */
    PC_BUILTIN_PUSH,      /* list.push(e): statement */
    PC_BUILTIN_KEEP_LAST, /* list.keep_last(n): statement; n is converted to u32 */
    PC_BUILTIN_CLEAR,     /* list.clear(): statement */
    PC_BUILTIN_HAS,       /* list.has(e): bool, as `e in list` */
    PC_BUILTIN_LOWER,     /* (text): text; ASCII letters only */
    PC_BUILTIN_UPPER,
    PC_BUILTIN_TRIM,        /* (text): text, without ASCII blanks at its ends */
    PC_BUILTIN_STARTS_WITH, /* (text, text): bool */
    PC_BUILTIN_ENDS_WITH,
    PC_BUILTIN_CONTAINS,
    PC_BUILTIN_SLICE,         /* (text, from, count), both i64, in code points: text */
    PC_BUILTIN_YEAR,          /* (time | date): i32; the calendar is UTC's */
    PC_BUILTIN_MONTH,         /* u32, 1 to 12 */
    PC_BUILTIN_DAY,           /* u32, 1 to 31 */
    PC_BUILTIN_WEEKDAY,       /* u32, 1 is Monday, 7 Sunday */
    PC_BUILTIN_START_OF_WEEK, /* the argument's type: Monday, at midnight */
    PC_BUILTIN_START_OF_MONTH,
    PC_BUILTIN_ADD,    /* set.add(e): statement */
    PC_BUILTIN_REMOVE, /* list.remove(e), set.remove(e), map.remove(key): statement */
};

/* What bound a local variable. */
enum pc_local_kind {
    PC_LOCAL_LET,     /* let x = e; with else: e is T? and the local T */
    PC_LOCAL_IF_LET,  /* e is T? and the local T; a copy */
    PC_LOCAL_ELEMENT, /* for x in list: see is_place */
    PC_LOCAL_BOUND,   /* of a comprehension */
    PC_LOCAL_ROW,     /* a row of a table, by reference: if let, let … else, for over a table */
    PC_LOCAL_EACH,    /* `on E for x in …`: the element at hand; read only */
};

struct pc_symbol;
struct pc_query_model; /* model.h */
struct pc_place_steps;
struct pc_handler_model;

struct pc_event_field_list {
    PC_LIST_OF(struct pc_field_model);
};

struct pc_symbol {
    enum pc_symbol_kind kind;
    struct pc_text name;
    struct pc_span span;        /* where it is declared; empty for what is built in */
    const struct pc_type *type; /* of a value; of an alias, enum or record the type it names */
    bool is_used;
    bool is_open; /* checker only: being resolved */
    /* Back pointers; which of them are set depends on the kind. */
    struct pc_declaration *declaration;
    struct pc_item *item;
    struct pc_key *key;
    struct pc_parameter *parameter;
    struct pc_stream_model *stream;
    struct pc_aggregate_model *aggregate;
    struct pc_event_model *event_model;
    struct pc_enum_model *enumeration;
    struct pc_member_model *member_model;
    struct pc_record_model *record;
    struct pc_field_model *field_model; /* RECORD_FIELD, STATE_FIELD */
    struct pc_projection_model *projection;
    struct pc_function_model *function;      /* FUNCTION */
    struct pc_table_model *table;            /* TABLE */
    struct pc_query_model *query;            /* QUERY */
    struct pc_event_field_list event_fields; /* EVENT_FIELD */
    struct pc_field_model *differing;        /* checker only: an event has it with another type */
    enum pc_event_data event_data;
    enum pc_builtin builtin;
    /* LOCAL: */
    enum pc_local_kind local;
    /* ELEMENT bound in place: what the loop walks. */
    struct pc_symbol *walked_root;
    const struct pc_place_steps *walked_steps;
    bool is_place; /* ELEMENT of a list of the state: assigning to it (or its fields) changes the
                      state */
    uint32_t local_index; /* also of a function's PARAMETER; from 0, unique within a handler: two
                             locals may have one name in blocks apart */
};

/* An implicit conversion from expression->type to annotation->target. If target is T? and the type
 * is not optional: convert to T, then wrap. */
struct pc_annotation {
    const struct pc_type *target;       /* NULL: no conversion */
    const struct pc_constant *constant; /* the value if the compiler knows it: of expression->type,
                                           before the conversion; NULL: not known */
    struct pc_rounding *rounding;       /* of round(e, n) */
    const struct pc_type *subject;      /* x in list and list.has(x): the element type */
    bool is_adapted; /* checker only: a literal that took the other side's type */
};

/* The type of the value after its implicit conversion. */
const struct pc_type *pc_expression_target(const struct pc_expression *expression);

/* The constant an expression is (before its conversion), or NULL. Everything below a constant need
 * not be lowered. */
const struct pc_constant *pc_expression_constant(const struct pc_expression *expression);

/* round(e, n): e as a sum of products, computed exactly in 128 bits, or one quotient. Factors and
 * divisor are integers or decimals without conversion. */
struct pc_round_term {
    bool is_negative;
    struct pc_expressions factors; /* one or more */
    struct pc_expression *divisor; /* NULL: none; else this is the only term */
};
struct pc_round_terms {
    PC_LIST_OF(struct pc_round_term);
};
struct pc_rounding {
    uint8_t scale; /* n */
    struct pc_round_terms terms;
};

/* One step from the root of a place to what is assigned. */
struct pc_place_step {
    struct pc_field_model *field; /* .field of a record or row; NULL: [key] */
    struct pc_expression *key;    /* [key] of a map, or [position] of a list; NULL: .field */
    bool is_map;                  /* [key] of a map: makes an entry where there is none */
};
struct pc_place_steps {
    PC_LIST_OF(struct pc_place_step);
};

struct pc_path_columns {
    PC_LIST_OF(struct pc_field_model);
};

/* statement->extra. */
struct pc_statement_info {
    bool is_effect;  /* changes state (or would, if its blocks do) */
    bool is_leaving; /* control never reaches what follows: skip, fail, or a branch whose ways all
                        leave */
    /* ASSIGN, and CALL of a method: the place changed, STATE_FIELD or LOCAL (is_place), then
     * fields. */
    struct pc_symbol *root; /* also TABLE: orders[id].status = …, orders[id] = {…} (no steps),
                               delete orders[id] */
    struct pc_expressions root_keys; /* TABLE: the key parts */
    struct pc_place_steps steps;
    /* ASSIGN with an operator: the type of `place op value` before it is stored; equal to the
     * place's. */
    const struct pc_type *operation;
    /* FOR over a TABLE (root): the columns that are held fixed, leading ones of an index or of the
     * key, their values, which do not mention the row, and the conjuncts that are asked of each
     * row. */
    struct pc_path_columns path;
    struct pc_expressions path_values;
    struct pc_expressions filters;
    /* FOR: */
    bool is_in_place; /* the collection is a place of the state: elements are bound by reference */
    /* COPY: parallel to names: the state field, and the event field (per handled event, as in
     * EVENT_FIELD). */
    struct pc_copies {
        PC_LIST_OF(struct pc_copy);
    } copies;
    /* IF let, LET else: the optional's element type, which is the local's. */
    const struct pc_type *bound;
};

/* One name of a copy statement. A conversion may be needed: from source->type to target->type. */
struct pc_copy {
    struct pc_symbol *source; /* EVENT_FIELD */
    struct pc_symbol *target; /* STATE_FIELD */
};

#endif
