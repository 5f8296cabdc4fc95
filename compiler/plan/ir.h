/* ir.h -- expressions and statements of handlers, typed and without anything silent. */
#ifndef PC_PLAN_IR_H
#define PC_PLAN_IR_H

#include "plan_types.h"

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
    PC_IR_COALESCE,      /* left ?? right */
    PC_IR_CONDITIONAL,   /* if condition then left else right */
    PC_IR_MATCH,         /* arms over an enum: left is the subject */
    PC_IR_CONVERT,       /* left to type */
    PC_IR_CALL,          /* builtin(arguments) */
    PC_IR_ROUND,         /* round(sum of terms, scale of type): see terms */
    PC_IR_INTERPOLATE,   /* parts joined: arguments are texts or shown values */
    PC_IR_RECORD,        /* arguments in field order */
    PC_IR_LIST,          /* arguments; of a map: keys and values in turn */
    PC_IR_COMPREHENSION, /* fold over a list */
    PC_IR_ROW,     /* table `row_table` at `arguments` (the key parts): row? as a value; as a place
                      (ASSIGN's target, or left of a FIELD of one) get-or-create */
    PC_IR_MAP_AT,  /* left[right], a map and its key: V? as a value; as a place begun at zero */
    PC_IR_KEY,     /* a key part of the projection: `key` is its number */
    PC_IR_CALL_FN, /* function(arguments) */
    PC_IR_PARAMETER, /* of a function: local */
    PC_IR_ELEMENT    /* the element at hand of left, the list behind `on … for x in` */
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
    PC_IR_IN,       /* value, list: bool */
    PC_IR_YEAR,     /* of a time or a date, in UTC: i32 */
    PC_IR_MONTH,    /* u32, as the next two */
    PC_IR_DAY,
    PC_IR_WEEKDAY,       /* 1 is Monday */
    PC_IR_START_OF_WEEK, /* the argument's type */
    PC_IR_START_OF_MONTH /* checked */
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

struct pc_plan_function; /* plan.h */

struct pc_ir_expressions {
    PC_LIST_OF(struct pc_ir_expression);
};

/* The members of an enum for which an arm of a `match` is. */
struct pc_ir_members {
    PC_LIST_OF(const struct pc_plan_member);
};

struct pc_ir_value_arm {
    struct pc_ir_members members;
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
    const struct pc_ir_local *local;           /* LOCAL; COMPREHENSION: the loop variable */
    const struct pc_plan_field *field;         /* STATE, EVENT, FIELD, SAFE_FIELD */
    struct pc_text text;                       /* META: the key */
    const struct pc_plan_row_table *row_table; /* ROW */
    const struct pc_plan_function *function;   /* CALL_FN: plan.h */
    uint32_t key;                              /* KEY */
    bool is_over_values; /* COMPREHENSION of a map: the local is its values; else its keys */
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
    PC_IR_REQUIRE,
    PC_IR_ADD_TO, /* target.add(value): a set */
    PC_IR_REMOVE, /* target.remove(value): a set's element, a map's key, equal items of a list */
    PC_IR_DELETE_ROW, /* target is a ROW */
    PC_IR_FOR_MAP,    /* for local, second in value (a map) */
    PC_IR_WALK,       /* for local (a row) in table `row_table`; path_values: see path */
    PC_IR_NOTIFY,     /* text: the channel; value: a RECORD whose fields are the payload */
    /* Only in clauses: */
    PC_IR_COUNT_ELEMENTS, /* of value, a list */
    PC_IR_SET_KEY,        /* value is the key part number `path` */
    PC_IR_PASSES          /* condition: does the source's filter let the event pass? */
};

struct pc_ir_block {
    PC_LIST_OF(struct pc_ir_statement);
};

struct pc_ir_block_arm {
    struct pc_ir_members members;
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
    const struct pc_ir_local *second;          /* FOR_MAP: the value */
    const struct pc_plan_row_table *row_table; /* WALK */
    uint32_t path;                             /* WALK: index in row_table->paths */
    struct pc_ir_expressions path_values;      /* WALK: one a column of the path */
    struct pc_text text;                       /* NOTIFY: the channel */
    bool is_in_place; /* FOR over a list of the state: the local is a reference */
};

#endif
