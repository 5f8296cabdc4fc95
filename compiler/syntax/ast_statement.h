/* ast_statement.h -- the statements and expressions of the tree. Include ast.h. */
#ifndef PC_SYNTAX_AST_STATEMENT_H
#define PC_SYNTAX_AST_STATEMENT_H

#include "syntax/ast_node.h"

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
            bool is_list; /* [x for …]; else the one argument of a call: sum(x for …) */
            struct pc_expression *element;
            struct pc_name name; /* bound to each item */
            struct pc_expression *collection;
            struct pc_expression *where;
        } comprehension;
    };
};

#endif
