/* ast_node.h -- what all nodes of the tree have in common: kinds, names, lists; and types as
 * written. Include ast.h. */
#ifndef PC_SYNTAX_AST_NODE_H
#define PC_SYNTAX_AST_NODE_H

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

#endif
