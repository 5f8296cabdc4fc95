/* ast.h -- the tree of a .proj module: what the parser builds, the checker annotates and the
 * lowerer reads.
 *
 * How to read it:
 *  - Every node starts with PC_NODE_FIELDS: its kind (one X-list, PC_NODE_KINDS), its span, and
 * three slots (type, symbol, extra) that are NULL after parsing and belong to the checker.
 *  - Four node structs carry a union, chosen by `kind`: pc_declaration, pc_item, pc_statement and
 *    pc_expression. `declaration->aggregate.events`, `statement->assign.target`,
 * `expression->call.name`.
 *  - Lists are {items, count} arrays of pointers in source order. Optional parts are NULL pointers.
 *  - Texts are slices that live as long as the arena. Numbers keep the digits as written: a decimal
 * never passes through double, an integer may have any length.
 *  - The parser decides nothing: it does not know which names exist. Names that stand for something
 * declared elsewhere are pc_name and have a symbol slot of their own.
 *  - A tree is complete only if parsing reported no error; pc_parse returns NULL otherwise. */
#ifndef PC_SYNTAX_AST_H
#define PC_SYNTAX_AST_H

#include "base/arena.h"
#include "base/source.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pc_type;   /* compiler/check */
struct pc_symbol; /* compiler/check */

/* ---- kinds ---- */

#define PC_DECLARATION_KINDS(X) \
    X(DECLARATION_PACKAGE)      \
    X(DECLARATION_IMPORT)       \
    X(DECLARATION_TYPE)         \
    X(DECLARATION_ENUM)         \
    X(DECLARATION_RECORD)       \
    X(DECLARATION_FUNCTION)     \
    X(DECLARATION_STREAM)       \
    X(DECLARATION_AGGREGATE)    \
    X(DECLARATION_PROJECTION)   \
    X(DECLARATION_TEST)

#define PC_ITEM_KINDS(X) \
    X(ITEM_STATE)        \
    X(ITEM_TABLE)        \
    X(ITEM_HANDLER)      \
    X(ITEM_POLICY)       \
    X(ITEM_IGNORE)       \
    X(ITEM_VERSION)      \
    X(ITEM_QUERY)

#define PC_STATEMENT_KINDS(X) \
    X(STATEMENT_ASSIGN)       \
    X(STATEMENT_CALL)         \
    X(STATEMENT_LET)          \
    X(STATEMENT_IF)           \
    X(STATEMENT_MATCH)        \
    X(STATEMENT_FOR)          \
    X(STATEMENT_DELETE)       \
    X(STATEMENT_COPY)         \
    X(STATEMENT_SKIP)         \
    X(STATEMENT_FAIL)         \
    X(STATEMENT_REQUIRE)      \
    X(STATEMENT_NOTIFY)

#define PC_EXPRESSION_KINDS(X) \
    X(EXPRESSION_INTEGER)      \
    X(EXPRESSION_FRACTION)     \
    X(EXPRESSION_DURATION)     \
    X(EXPRESSION_TEXT)         \
    X(EXPRESSION_BOOL)         \
    X(EXPRESSION_NONE)         \
    X(EXPRESSION_NAME)         \
    X(EXPRESSION_FIELD)        \
    X(EXPRESSION_INDEX)        \
    X(EXPRESSION_CALL)         \
    X(EXPRESSION_METHOD)       \
    X(EXPRESSION_UNARY)        \
    X(EXPRESSION_BINARY)       \
    X(EXPRESSION_CONDITIONAL)  \
    X(EXPRESSION_MATCH)        \
    X(EXPRESSION_RECORD)       \
    X(EXPRESSION_LIST)         \
    X(EXPRESSION_COMPREHENSION)

#define PC_PART_KINDS(X) \
    X(PART_TYPE)         \
    X(PART_MEMBER)       \
    X(PART_FIELD)        \
    X(PART_EVENT)        \
    X(PART_UPCAST)       \
    X(PART_PARAMETER)    \
    X(PART_KEY)          \
    X(PART_INDEX)        \
    X(PART_ORDER)        \
    X(PART_ARM)          \
    X(PART_ENTRY)        \
    X(PART_GIVEN)        \
    X(PART_GIVEN_EVENT)  \
    X(PART_EXPECT)

#define PC_NODE_KINDS(X)    \
    PC_DECLARATION_KINDS(X) \
    PC_ITEM_KINDS(X)        \
    PC_STATEMENT_KINDS(X)   \
    PC_EXPRESSION_KINDS(X)  \
    PC_PART_KINDS(X)

enum pc_node_kind {
#define PC_KIND_MEMBER(name) PC_##name,
    PC_NODE_KINDS(PC_KIND_MEMBER)
#undef PC_KIND_MEMBER
        PC_NODE_KIND_COUNT
};

/* The kind as listed, "EXPRESSION_MATCH"; for debugging and tests. */
const char *pc_node_kind_name(enum pc_node_kind kind);

/* Blocks, brackets and expressions are nested at most so deep: recursion over the tree is safe. */
enum { PC_NESTING_MAX = 200 };

/* What every node starts with. The three slots are the checker's. */
#define PC_NODE_FIELDS          \
    enum pc_node_kind kind;     \
    struct pc_span span;        \
    const struct pc_type *type; \
    struct pc_symbol *symbol;   \
    void *extra

/* ---- names and strings ---- */

/* An identifier: where it is declared, or a reference to something declared elsewhere. */
struct pc_name {
    struct pc_text text;      /* without backquotes */
    struct pc_span span;      /* with backquotes */
    bool is_quoted;           /* written as `name` in backquotes */
    struct pc_symbol *symbol; /* checker: what it refers to */
    void *extra;              /* checker */
};

struct pc_names {
    PC_LIST_OF(struct pc_name);
};

/* A string without interpolation: outside names, import paths, test titles. */
struct pc_string {
    struct pc_text text; /* decoded; holds no NUL */
    struct pc_span span; /* with the quotes */
};

/* ---- lists ---- */

struct pc_expressions {
    PC_LIST_OF(struct pc_expression);
};
struct pc_statements {
    PC_LIST_OF(struct pc_statement);
};
struct pc_types {
    PC_LIST_OF(struct pc_type_node);
};
struct pc_type_arguments {
    PC_LIST_OF(struct pc_type_argument);
};
struct pc_members {
    PC_LIST_OF(struct pc_member);
};
struct pc_fields {
    PC_LIST_OF(struct pc_field);
};
struct pc_events {
    PC_LIST_OF(struct pc_event);
};
struct pc_upcasts {
    PC_LIST_OF(struct pc_upcast);
};
struct pc_parameters {
    PC_LIST_OF(struct pc_parameter);
};
struct pc_keys {
    PC_LIST_OF(struct pc_key);
};
struct pc_indexes {
    PC_LIST_OF(struct pc_index);
};
struct pc_orders {
    PC_LIST_OF(struct pc_order);
};
struct pc_items {
    PC_LIST_OF(struct pc_item);
};
struct pc_arms {
    PC_LIST_OF(struct pc_arm);
};
struct pc_entries {
    PC_LIST_OF(struct pc_entry);
};
struct pc_text_parts {
    PC_LIST_OF(struct pc_text_part);
};
struct pc_given_events {
    PC_LIST_OF(struct pc_given_event);
};
struct pc_steps {
    PC_LIST_OF(struct pc_step);
};
struct pc_declarations {
    PC_LIST_OF(struct pc_declaration);
};
struct pc_comments {
    PC_LIST_OF(struct pc_comment);
};
struct pc_files {
    PC_LIST_OF(struct pc_file);
};

/* ---- types ---- */

/* `2` or `round` in decimal(2, round). */
struct pc_type_argument {
    struct pc_text text;
    struct pc_span span;
    bool is_number;
};

/* A type as written: u32, decimal(2)?, map<text, list<i64>>. */
struct pc_type_node {
    PC_NODE_FIELDS; /* `type`: what it means */
    struct pc_name name;
    struct pc_type_arguments arguments; /* in ( ) */
    struct pc_types parameters;         /* in < > */
    bool is_optional;                   /* ends in ? */
};

/* ---- fields, events ---- */

/* name: type [as "json_key"] [= initial]; of events, records, states, tables and upcasts. */
struct pc_field {
    PC_NODE_FIELDS;
    struct pc_text doc; /* the text of its /// lines, joined by \n; empty if none */
    struct pc_name name;
    struct pc_type_node *type_node;
    struct pc_string *as;          /* NULL: the name as written */
    struct pc_expression *initial; /* NULL: no default */
};

/* One member of an enum: NAME [as "text"] [= code]. */
struct pc_member {
    PC_NODE_FIELDS;
    struct pc_text doc;
    struct pc_name name;
    struct pc_string *as;
    bool has_code;
    struct pc_text code; /* digits, with a leading - if negative */
    struct pc_span code_span;
};

/* upcast "old_name" { old fields } { assignments } */
struct pc_upcast {
    PC_NODE_FIELDS;
    struct pc_text doc;
    struct pc_string *old_name;
    struct pc_fields fields;
    struct pc_block *body;
};

struct pc_event {
    PC_NODE_FIELDS;
    struct pc_text doc;
    struct pc_name name;
    struct pc_string *as; /* NULL: the name as written */
    struct pc_fields fields;
    struct pc_upcasts upcasts;
    struct pc_declaration *aggregate; /* the one it stands in */
};

/* name: type [= initial]; of functions and queries. */
struct pc_parameter {
    PC_NODE_FIELDS;
    struct pc_name name;
    struct pc_type_node *type_node;
    struct pc_expression *initial; /* only queries may have one (the checker says so) */
};

/* One key part: of a keyed projection or of a table. */
struct pc_key {
    PC_NODE_FIELDS;
    struct pc_name name;
    struct pc_type_node *type_node;
};

/* name [asc | desc]; of indexes and of queries' `order by`. */
struct pc_order {
    PC_NODE_FIELDS;
    struct pc_name name;
    bool is_descending;
};

/* index by a, b desc */
struct pc_index {
    PC_NODE_FIELDS;
    struct pc_text doc;
    struct pc_orders keys;
};

/* ---- declarations ---- */

struct pc_declaration {
    PC_NODE_FIELDS;
    struct pc_text doc;
    struct pc_name name;  /* empty for imports and tests */
    struct pc_string *as; /* outside name; NULL: the name as written */
    union {
        struct {
            struct pc_string *path; /* as written */
            uint32_t file;          /* index into module->files */
        } import;
        struct {
            struct pc_type_node *type_node;
        } alias; /* DECLARATION_TYPE */
        struct {
            struct pc_members members;
        } enumeration; /* DECLARATION_ENUM */
        struct {
            struct pc_fields fields;
        } record;
        struct {
            bool is_extern;
            struct pc_parameters parameters;
            struct pc_type_node *result;
            struct pc_expression *body; /* NULL if extern */
        } function;
        struct {
            struct pc_name *payload;  /* `json` or `msgpack` (checker); NULL: not given */
            struct pc_string *notify; /* NULL: not given */
        } stream;
        struct {
            struct pc_name *id_type;    /* in ( ); NULL: uuid */
            struct pc_name stream_name; /* after `in` */
            struct pc_events events;
        } aggregate;
        struct {
            bool is_for_each;      /* for each SOURCE; else over SOURCE */
            struct pc_name source; /* aggregate or stream */
            struct pc_keys keys;   /* over … by keys; empty: not keyed */
            struct pc_expression *where;
            struct pc_items items;
        } projection;
        struct {
            struct pc_string *title;
            struct pc_steps steps;
        } test;
    };
};

/* ---- projection items ---- */

enum pc_policy {
    PC_POLICY_FAIL,
    PC_POLICY_IGNORE,
    PC_POLICY_RETRY,
};

struct pc_item {
    PC_NODE_FIELDS;
    struct pc_text doc;
    union {
        struct {
            bool is_columns; /* state columns { } */
            struct pc_fields fields;
            struct pc_indexes indexes;
        } state;
        struct {
            struct pc_name name;
            struct pc_keys keys;
            struct pc_string *as;
            struct pc_fields fields;
            struct pc_indexes indexes;
        } table;
        struct {
            bool is_any;            /* on any */
            struct pc_names events; /* empty if is_any */
            struct pc_name *each;   /* on E for EACH in COLLECTION; NULL: no fan-out */
            struct pc_expression *collection;
            struct pc_expressions by; /* empty: no `by` */
            struct pc_expression *where;
            bool is_extern;
            struct pc_block *body; /* NULL if is_extern */
        } handler;
        struct {
            enum pc_policy policy;
            /* The rest for PC_POLICY_RETRY only. */
            struct pc_expression *times;   /* EXPRESSION_INTEGER */
            struct pc_expression *minimum; /* EXPRESSION_DURATION; NULL: no range given */
            struct pc_expression *maximum;
            enum pc_policy then; /* FAIL or IGNORE */
        } policy;
        struct {
            bool is_any;
            struct pc_names events;
        } ignore;
        struct {
            struct pc_expression *number; /* EXPRESSION_INTEGER */
        } version;
        struct {
            struct pc_name name;
            struct pc_parameters parameters;
            struct pc_name source; /* a table, or the projection itself */
            struct pc_expression *where;
            struct pc_orders order;
            struct pc_expression *limit;
        } query;
    };
};

/* ---- statements ---- */

struct pc_block {
    struct pc_span span; /* with the braces */
    struct pc_statements statements;
    uint32_t chain; /* `else if`s in a row from here on; PC_NESTING_MAX or less */
};

/* One arm of a match: A, B => …, or else => … */
struct pc_arm {
    PC_NODE_FIELDS;
    bool is_else;
    struct pc_names names;       /* empty if is_else */
    struct pc_block *body;       /* in a match statement */
    struct pc_expression *value; /* in a match expression */
};

enum pc_assign_operator {
    PC_ASSIGN,          /*  = */
    PC_ASSIGN_ADD,      /* += */
    PC_ASSIGN_SUBTRACT, /* -= */
    PC_ASSIGN_MULTIPLY, /* *= */
    PC_ASSIGN_DIVIDE,   /* /= */
};

struct pc_statement {
    PC_NODE_FIELDS;
    union {
        struct {
            enum pc_assign_operator operator;
            struct pc_span operator_span;
            struct pc_expression *target; /* NAME, FIELD (without ?.) or INDEX */
            struct pc_expression *value;
        } assign;
        struct {
            struct pc_expression *call; /* METHOD or CALL */
        } call;
        struct {
            struct pc_name name;
            struct pc_expression *value;
            struct pc_block *otherwise; /* let … else { }; NULL: none */
        } let;
        struct {
            struct pc_name *binding;         /* if let NAME = …; NULL: a plain condition */
            struct pc_expression *condition; /* with a binding: the optional value */
            struct pc_block *then;
            struct pc_block *otherwise; /* NULL: no else */
            bool is_else_if;            /* `otherwise` is one if statement written as `else if` */
        } branch;                       /* STATEMENT_IF */
        struct {
            struct pc_expression *subject;
            struct pc_arms arms;
        } match;
        struct {
            struct pc_name first;
            struct pc_name *second; /* for k, v in …; NULL: one name */
            struct pc_expression *collection;
            struct pc_expression *where;
            struct pc_block *body;
        } loop; /* STATEMENT_FOR */
        struct {
            struct pc_expression *target; /* the NAME `state`, or table[key] */
        } delete;
        struct {
            struct pc_names names;
        } copy;
        struct {
            struct pc_expression *message;
        } fail;
        struct {
            struct pc_expression *condition;
            struct pc_expression *message;
        } require;
        struct {
            struct pc_name name;
            struct pc_expression *record; /* EXPRESSION_RECORD */
        } notify;
    };
};

/* ---- expressions ---- */

/* Operators: name, as written. Precedence is in the grammar. */
#define PC_OPERATORS(X)    \
    X(OR, "or")            \
    X(AND, "and")          \
    X(NOT, "not")          \
    X(EQUAL, "==")         \
    X(NOT_EQUAL, "!=")     \
    X(LESS, "<")           \
    X(LESS_EQUAL, "<=")    \
    X(GREATER, ">")        \
    X(GREATER_EQUAL, ">=") \
    X(IN, "in")            \
    X(COALESCE, "??")      \
    X(ADD, "+")            \
    X(SUBTRACT, "-")       \
    X(MULTIPLY, "*")       \
    X(DIVIDE, "/")         \
    X(REMAINDER, "%")      \
    X(NEGATE, "-")

enum pc_operator {
#define PC_OPERATOR_MEMBER(name, spelling) PC_OPERATOR_##name,
    PC_OPERATORS(PC_OPERATOR_MEMBER)
#undef PC_OPERATOR_MEMBER
};

/* The operator as written. */
const char *pc_operator_spelling(enum pc_operator operator);

enum pc_duration_unit {
    PC_UNIT_NANOSECOND,
    PC_UNIT_MICROSECOND,
    PC_UNIT_MILLISECOND,
    PC_UNIT_SECOND,
    PC_UNIT_MINUTE,
    PC_UNIT_HOUR,
    PC_UNIT_DAY,
};

/* A stretch of a text literal: plain text, or the expression of an interpolation. */
struct pc_text_part {
    struct pc_span span; /* of an expression: without the braces */
    struct pc_text text; /* decoded; only if expression is NULL */
    struct pc_expression *expression;
};

/* key: value, or just the key in records. */
struct pc_entry {
    PC_NODE_FIELDS;
    struct pc_expression *key;   /* a NAME in records and enum maps, any expression in maps */
    struct pc_expression *value; /* never NULL: for a bare `key` it is a NAME of its own */
    bool is_shorthand;           /* written as a bare `key` */
};

struct pc_expression {
    PC_NODE_FIELDS;        /* `type`: its type; `symbol`: what a NAME, FIELD or CALL refers to */
    uint32_t height;       /* 1 for a leaf; the parser keeps it at PC_NESTING_MAX or less */
    bool is_parenthesized; /* stands in ( ), which its span does not cover */
    union {
        struct {
            struct pc_text digits; /* without sign: "-5" is NEGATE of "5" */
        } integer;
        struct {
            struct pc_text digits; /* "100.00", "1.5e-3": as written */
            uint32_t scale;        /* digits after the point */
            bool has_exponent;     /* then it can only be an f64 */
        } fraction;
        struct {
            struct pc_text digits;
            enum pc_duration_unit unit;
        } duration;
        struct {
            bool is_plain;              /* no interpolation: `plain` is all of it */
            struct pc_text plain;       /* decoded */
            struct pc_text_parts parts; /* at least one, in order; also if plain */
        } text;
        struct {
            bool value;
        } boolean; /* EXPRESSION_BOOL */
        struct {
            struct pc_name name;
        } name;
        struct {
            struct pc_expression *object;
            struct pc_name name;
            bool is_optional; /* object?.name */
        } field;
        struct {
            struct pc_expression *object;
            struct pc_expressions keys; /* at least one */
        } index;
        struct {
            struct pc_name name;             /* function, built-in or type */
            struct pc_expressions arguments; /* sum(x for x in l): one COMPREHENSION */
        } call;
        struct {
            struct pc_expression *object;
            struct pc_name name;
            bool is_optional; /* object?.name(…) */
            struct pc_expressions arguments;
        } method;
        struct {
            enum pc_operator operator; /* NOT, NEGATE */
            struct pc_expression *operand;
        } unary;
        struct {
            enum pc_operator operator;
            struct pc_span operator_span;
            struct pc_expression *left;
            struct pc_expression *right;
        } binary;
        struct {
            struct pc_expression *condition;
            struct pc_expression *then;
            struct pc_expression *otherwise;
        } conditional;
        struct {
            struct pc_expression *subject;
            struct pc_arms arms;
        } match;
        struct {
            struct pc_entries entries;
        } record; /* also map literals: { key: value } */
        struct {
            struct pc_expressions items;
        } list;
        struct {
            bool is_list; /* [x for …], a list; else the argument of sum, count, any, all, min, max
                           */
            struct pc_expression *element;
            struct pc_name name; /* bound to each item */
            struct pc_expression *collection;
            struct pc_expression *where;
        } comprehension;
    };
};

/* ---- tests in the file ---- */

enum pc_expect_form {
    PC_EXPECT_RECORD,
    PC_EXPECT_LIST,
    PC_EXPECT_NONE,
    PC_EXPECT_FAILS,
};

/* Event { payload } [at "time"] */
struct pc_given_event {
    PC_NODE_FIELDS;
    struct pc_name name;
    struct pc_expression *payload; /* EXPRESSION_RECORD */
    struct pc_expression *at;
};

/* One step of a test: kind is PART_GIVEN or PART_EXPECT. */
struct pc_step {
    PC_NODE_FIELDS;
    struct pc_name name; /* aggregate of given; projection, table or query of expect */
    bool has_arguments;  /* expect NAME(…), as opposed to expect NAME */
    struct pc_expressions arguments;
    struct pc_given_events events; /* given */
    enum pc_expect_form form;      /* expect, and the rest */
    struct pc_expression *value;   /* RECORD or LIST */
    struct pc_string *message;     /* FAILS */
};

/* ---- files and the module ---- */

/* A comment, documentation or not; for the formatter. */
struct pc_comment {
    struct pc_span span; /* with the slashes, without the line end */
    struct pc_text text; /* after the slashes */
    bool is_doc;         /* /// */
    bool is_first;       /* nothing but blanks before it on its line */
};

struct pc_file {
    uint32_t source; /* index into pc_sources; span.source of its nodes */
    const char
        *path; /* as opened: the given path, or the importing file's directory joined to it */
    struct pc_declarations declarations;
    struct pc_comments comments;
};

/* One root file and all it imports. */
struct pc_module {
    struct pc_files files; /* the root first, then in the order of reading */
    /* All declarations: those of an imported file stand where its first import stands. Which file
     * one is from: declaration->span.source. Tests of imported files are left out, their packages
     * are in. */
    struct pc_declarations declarations;
    struct pc_declaration *package; /* the root's; NULL if it has none (the checker reports it) */
};

#endif
