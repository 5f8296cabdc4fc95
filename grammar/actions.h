/* actions.h -- what the scanner and the grammar want done: tokens stored, errors reported, tree
 * built.
 *
 * The grammar knows the language's shape and nothing else: it includes nothing of compiler/, sees
 * every node as an incomplete type, and calls the functions below, which compiler/syntax
 * implements. They never fail: a node for every call, or an error in the diagnostics.
 *
 * The scanner runs first, over the whole file; the parser then reads the stored tokens. So recovery
 * can look ahead, brackets are matched before parsing, and comments never meet the grammar. */
#ifndef PC_GRAMMAR_ACTIONS_H
#define PC_GRAMMAR_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Byte offsets into the file that is parsed: start .. end - 1. */
struct pc_range {
    uint32_t start;
    uint32_t end;
};

/* ---- for the scanner (proj.l); scan.c and scan_text.c implement it ---- */

struct pc_scanner;

/* Stores a token that stands at `range`. */
void pc_scan_token(struct pc_scanner *scanner, int kind, struct pc_range range);

/* Stores `{` or `}`. The closing one returns true if it ends an interpolation: a text goes on. */
void pc_scan_open_brace(struct pc_scanner *scanner, struct pc_range range);
bool pc_scan_close_brace(struct pc_scanner *scanner, struct pc_range range);

void pc_scan_newline(struct pc_scanner *scanner);
void pc_scan_comment(struct pc_scanner *scanner, struct pc_range range);
void pc_scan_end(struct pc_scanner *scanner);

/* The parts of a text between its quotes. pc_scan_interpolation returns true if an expression
 * follows, false if the brace is meant as such, because texts do not interpolate here. */
void pc_scan_text_begin(struct pc_scanner *scanner, struct pc_range range);
void pc_scan_text_bytes(struct pc_scanner *scanner, struct pc_range range);
void pc_scan_text_byte(struct pc_scanner *scanner, char byte);
void pc_scan_text_code_point(struct pc_scanner *scanner, struct pc_range range);
void pc_scan_text_bad_escape(struct pc_scanner *scanner, struct pc_range range);
bool pc_scan_interpolation(struct pc_scanner *scanner, struct pc_range range);
void pc_scan_text_end(struct pc_scanner *scanner, struct pc_range range);
void pc_scan_text_cut(struct pc_scanner *scanner);

/* Words and signs that the language does not have. */
void pc_scan_foreign(struct pc_scanner *scanner, struct pc_range range, int meant_token);
void pc_scan_foreign_comment(struct pc_scanner *scanner, struct pc_range range);
void pc_scan_single_quotes(struct pc_scanner *scanner, struct pc_range range);
void pc_scan_bad_number(struct pc_scanner *scanner, struct pc_range range);
void pc_scan_bad_name(struct pc_scanner *scanner, struct pc_range range);
void pc_scan_bad_character(struct pc_scanner *scanner, struct pc_range range);

/* Memory for flex; never NULL. */
void *pc_scan_alloc(struct pc_scanner *scanner, size_t size);
void *pc_scan_realloc(struct pc_scanner *scanner, void *memory, size_t size);

/* ---- for the grammar (proj.y): tokens and errors; parser.c and syntax_error.c implement it ----
 */

struct pc_parser;
struct pc_token;

/* Returns the kind of the next token; the end of the file again and again once it is reached. */
int pc_next_token(struct pc_parser *parser, const struct pc_token **token, struct pc_range *range);

/* The token read last cannot stand there. `expected` holds the names of the symbols that could, as
 * the grammar declares them; the array is changed. */
void pc_report_unexpected(struct pc_parser *parser, const char **expected, size_t expected_count);
void pc_report_too_deep(struct pc_parser *parser);

/* Where parsing goes on after an error. */
enum pc_recovery {
    PC_RECOVER_DECLARATION,
    PC_RECOVER_ITEM,
    PC_RECOVER_STATEMENT,
    PC_RECOVER_ENTRY, /* fields, members, events, arms, steps of tests: anything that begins a line
                       */
};

/* Skips tokens behind the error that began at `range`. Returns false if parsing must stop. */
bool pc_recover(struct pc_parser *parser, enum pc_recovery recovery, struct pc_range range);

/* Inside < >, `>=` is `>` and `=`: the grammar says where types' brackets begin. */
void pc_enter_angle(struct pc_parser *parser);

/* ---- for the grammar: the tree; build_*.c implement it ---- */

struct pc_list; /* any nodes, while a list of them is read */
struct pc_body; /* fields, indexes and upcasts, while a body in braces is read */
struct pc_settings;
struct pc_string;
struct pc_type_node;
struct pc_declaration;
struct pc_item;
struct pc_statement;
struct pc_block;
struct pc_expression;

/* clang-format off */
#define P struct pc_parser *parser
#define R struct pc_range range
#define T const struct pc_token *

struct pc_list *pc_list_new(P);
struct pc_list *pc_list_add(P, struct pc_list *list, void *node);

struct pc_string *pc_build_string(P, R, T token);
void *pc_build_name(P, T token); /* struct pc_name, for lists of names */

/* Types. */
void *pc_build_type_argument(P, T token, bool is_number);
struct pc_type_node *pc_build_type(P, R, T name, struct pc_list *arguments,
                                   struct pc_list *parameters);
struct pc_type_node *pc_build_optional(P, R, struct pc_type_node *type);

/* Bodies in braces. */
struct pc_body *pc_body_new(P);
void pc_body_add_field(P, struct pc_body *body, void *field);
void pc_body_add_index(P, struct pc_body *body, void *index);
void pc_body_add_upcast(P, struct pc_body *body, void *upcast);
void *pc_build_field(P, R, T name, struct pc_type_node *type, struct pc_string *as,
                     struct pc_expression *initial);
void *pc_build_index(P, R, struct pc_list *orders);
void *pc_build_order(P, R, T name, bool is_descending);
void *pc_build_upcast(P, R, struct pc_string *old_name, struct pc_body *fields,
                      struct pc_block *body);
void *pc_build_member(P, R, T name, struct pc_string *as, T minus, T code);
void *pc_build_event(P, R, T name, struct pc_string *as, struct pc_body *body);
void *pc_build_parameter(P, R, T name, struct pc_type_node *type, struct pc_expression *initial);
void *pc_build_key(P, R, T name, struct pc_type_node *type);

/* Declarations. */
void pc_add_declaration(P, struct pc_declaration *declaration);
struct pc_declaration *pc_build_package(P, R, T name);
struct pc_declaration *pc_build_import(P, R, struct pc_string *path);
struct pc_declaration *pc_build_alias(P, R, T name, struct pc_type_node *type);
struct pc_declaration *pc_build_enum(P, R, T name, struct pc_list *members);
struct pc_declaration *pc_build_record(P, R, T name, struct pc_body *body);
struct pc_declaration *pc_build_function(P, R, T name, struct pc_list *parameters,
                                         struct pc_type_node *result, struct pc_expression *body);
struct pc_settings *pc_settings_new(P);
void pc_settings_payload(P, R, struct pc_settings *settings, T payload);
void pc_settings_notify(P, R, struct pc_settings *settings, struct pc_string *channel);
struct pc_declaration *pc_build_stream(P, R, T name, struct pc_string *as,
                                       struct pc_settings *settings);
struct pc_declaration *pc_build_aggregate(P, R, T name, T id_type, T stream, struct pc_string *as,
                                          struct pc_list *events);
struct pc_declaration *pc_build_source(P, bool is_for_each, T name, struct pc_list *keys,
                                       struct pc_expression *where);
struct pc_declaration *pc_build_projection(P, R, T name, struct pc_declaration *source,
                                           struct pc_list *items);
struct pc_declaration *pc_build_test(P, R, struct pc_string *title, struct pc_list *steps);

/* Items of projections. A NULL list of events means `any`. */
struct pc_item *pc_build_state(P, R, bool is_columns, struct pc_body *body);
struct pc_item *pc_build_table(P, R, T name, struct pc_list *keys, struct pc_string *as,
                               struct pc_body *body);
struct pc_item *pc_build_handler(P, R, struct pc_list *events, struct pc_item *fan,
                                 struct pc_list *by, struct pc_expression *where,
                                 struct pc_block *body);
struct pc_item *pc_build_fan(P, T name, struct pc_expression *collection);
struct pc_item *pc_build_policy(P, bool is_ignore);
struct pc_item *pc_build_retry(P, struct pc_expression *times, struct pc_item *backoff_or_null,
                               bool then_ignore);
struct pc_item *pc_build_backoff(P, struct pc_expression *minimum, struct pc_expression *maximum);
struct pc_item *pc_build_on_error(P, R, struct pc_item *policy);
struct pc_item *pc_build_ignore(P, R, struct pc_list *events);
struct pc_item *pc_build_version(P, R, struct pc_expression *number);
struct pc_item *pc_build_query(P, R, T name, struct pc_list *parameters, T source,
                               struct pc_expression *where, struct pc_list *orders,
                               struct pc_expression *limit);

/* Statements. */
enum pc_assigned {
    PC_ASSIGNED_PLAIN,
    PC_ASSIGNED_SUM,
    PC_ASSIGNED_DIFFERENCE,
    PC_ASSIGNED_PRODUCT,
    PC_ASSIGNED_QUOTIENT,
};
struct pc_block *pc_build_block(P, R, struct pc_list *statements);
struct pc_statement *pc_build_assign(P, R, struct pc_expression *target, enum pc_assigned assigned,
                                     struct pc_range operator, struct pc_expression * value);
struct pc_statement *pc_build_call_statement(P, R, struct pc_expression *path,
                                             struct pc_list *arguments);
struct pc_statement *pc_build_let(P, R, T name, struct pc_expression *value,
                                  struct pc_block *otherwise);
struct pc_statement *pc_build_if(P, R, T binding, struct pc_expression *condition,
                                 struct pc_block *then, struct pc_block *otherwise);
struct pc_block *pc_build_else_if(P, struct pc_statement *statement);
struct pc_statement *pc_build_match(P, R, struct pc_expression *subject, struct pc_list *arms);
struct pc_statement *pc_build_for(P, R, T first, T second, struct pc_expression *collection,
                                  struct pc_expression *where, struct pc_block *body);
struct pc_statement *pc_build_delete(P, R, struct pc_expression *target);
struct pc_statement *pc_build_copy(P, R, struct pc_list *names);
struct pc_statement *pc_build_skip(P, R);
struct pc_statement *pc_build_fail(P, R, struct pc_expression *message);
struct pc_statement *pc_build_require(P, R, struct pc_expression *condition,
                                      struct pc_expression *message);
struct pc_statement *pc_build_notify(P, R, T name, struct pc_expression *record);
/* A NULL list of names means `else`; one of body and value is NULL. */
void *pc_build_arm(P, R, struct pc_list *names, struct pc_block *body, struct pc_expression *value);

/* Expressions. */
enum pc_sign {
    PC_SIGN_OR,
    PC_SIGN_AND,
    PC_SIGN_NOT,
    PC_SIGN_EQUAL,
    PC_SIGN_NOT_EQUAL,
    PC_SIGN_LESS,
    PC_SIGN_LESS_EQUAL,
    PC_SIGN_GREATER,
    PC_SIGN_GREATER_EQUAL,
    PC_SIGN_IN,
    PC_SIGN_COALESCE,
    PC_SIGN_ADD,
    PC_SIGN_SUBTRACT,
    PC_SIGN_MULTIPLY,
    PC_SIGN_DIVIDE,
    PC_SIGN_REMAINDER,
    PC_SIGN_NEGATE,
};
struct pc_expression *pc_build_integer(P, R, T token);
struct pc_expression *pc_build_fraction(P, R, T token);
struct pc_expression *pc_build_duration(P, R, T token);
struct pc_expression *pc_build_bool(P, R, bool value);
struct pc_expression *pc_build_none(P, R);
struct pc_expression *pc_build_text(P, R, struct pc_list *parts);
void *pc_build_text_part(P, R, T token);
void *pc_build_interpolation(P, R, struct pc_expression *expression);
struct pc_expression *pc_build_name_expression(P, R, T token);
struct pc_expression *pc_build_path_name(P, R, T token);
struct pc_expression *pc_build_field_access(P, R, struct pc_expression *object, bool is_optional,
                                            T name);
struct pc_expression *pc_build_index_access(P, R, struct pc_expression *object,
                                            struct pc_list *keys);
struct pc_expression *pc_build_call(P, R, T name, struct pc_list *arguments);
struct pc_expression *pc_build_method(P, R, struct pc_expression *object, bool is_optional, T name,
                                      struct pc_list *arguments);
struct pc_expression *pc_build_unary(P, R, enum pc_sign sign, struct pc_expression *operand);
struct pc_expression *pc_build_binary(P, R, enum pc_sign sign, struct pc_range operator,
                                      struct pc_expression * left, struct pc_expression *right);
struct pc_expression *pc_build_condition_with_assign(P, R, struct pc_range operator,
                                                     struct pc_expression * left,
                                                     struct pc_expression *right);
struct pc_expression *pc_build_conditional(P, R, struct pc_expression *condition,
                                           struct pc_expression *then,
                                           struct pc_expression *otherwise);
struct pc_expression *pc_build_match_expression(P, R, struct pc_expression *subject,
                                                struct pc_list *arms);
struct pc_expression *pc_build_record_literal(P, R, struct pc_list *entries);
void *pc_build_entry(P, R, struct pc_expression *key, struct pc_expression *value);
void *pc_build_shorthand(P, R, T name);
struct pc_expression *pc_build_list_literal(P, R, struct pc_list *items);
struct pc_expression *pc_build_comprehension(P, R, bool is_list, struct pc_expression *element,
                                             T name, struct pc_expression *collection,
                                             struct pc_expression *where);
struct pc_expression *pc_parenthesize(P, struct pc_expression *expression);

/* Tests. */
void *pc_build_given(P, R, T aggregate, struct pc_list *arguments, struct pc_list *events);
void *pc_build_given_event(P, R, T name, struct pc_expression *payload, struct pc_expression *at);
/* One of value (a record or a list) and message is given; neither means none. */
void *pc_build_expect(P, R, T name, struct pc_list *arguments_or_null, struct pc_expression *value,
                      struct pc_string *message);

#undef P
#undef R
#undef T
/* clang-format on */

#endif
