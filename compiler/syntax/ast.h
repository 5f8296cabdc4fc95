/* ast.h -- the tree of a .proj module: what the parser builds, the checker annotates and the
 * lowerer reads. This is the file to include; kinds and names are in ast_node.h, statements and
 * expressions in ast_statement.h.
 *
 * How to read it:
 *  - Every node starts with PC_NODE_FIELDS: its kind (one X-list, PC_NODE_KINDS), its span, and
 *    three slots (type, symbol, extra) that are NULL after parsing and belong to the checker.
 *  - Four node structs carry a union, chosen by `kind`: pc_declaration, pc_item, pc_statement and
 *    pc_expression. `declaration->aggregate.events`, `statement->assign.target`.
 *  - Lists are {items, count} arrays of pointers in source order. Optional parts are NULL pointers.
 *  - Texts are slices that live as long as the arena. Numbers keep the digits as written: a decimal
 *    never passes through double, an integer may have any length.
 *  - The parser decides nothing: it does not know which names exist. Names that stand for something
 *    declared elsewhere are pc_name and have a symbol slot of their own.
 *  - A tree is complete only if parsing reported no error; pc_parse returns NULL otherwise. */
#ifndef PC_SYNTAX_AST_H
#define PC_SYNTAX_AST_H

#include "syntax/ast_node.h"
#include "syntax/ast_statement.h"

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
