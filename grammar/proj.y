/* proj.y -- the grammar of .proj files. It builds the raw tree and decides nothing; what it calls
 * is declared in actions.h. Every list can recover from an error inside one of its elements. */

%require "3.8"
%define api.pure full
%define api.prefix {pc_grammar_}
%define api.token.prefix {PC_TOKEN_}
%define api.location.type {struct pc_range}
%define parse.error custom
%define parse.lac full
%define lr.type ielr
%locations
%expect 0

%parse-param { struct pc_parser *parser }
%lex-param { struct pc_parser *parser }

%code requires {
#include "actions.h"
}

%code {
#define YYLLOC_DEFAULT(current, rhs, n)                                                            \
    do {                                                                                           \
        (current).start = (n) ? YYRHSLOC(rhs, 1).start : YYRHSLOC(rhs, 0).end;                     \
        (current).end = (n) ? YYRHSLOC(rhs, n).end : YYRHSLOC(rhs, 0).end;                         \
    } while (0)

/* From the start of one symbol to the end of another: leaves a trailing comma out. */
#define FROM_TO(first, last) ((struct pc_range){.start = (first).start, .end = (last).end})

/* Used in actions only: drops the token that was looked at and goes on where pc_recover says. */
#define RECOVER(recovery, range)                                                                   \
    do {                                                                                           \
        if (!pc_recover(parser, (recovery), (range)))                                              \
            YYABORT;                                                                               \
        yyclearin;                                                                                 \
        yyerrok;                                                                                   \
    } while (0)

static int pc_grammar_lex(YYSTYPE *value, struct pc_range *range, struct pc_parser *parser)
{
    return pc_next_token(parser, &value->token, range);
}

/* Bison calls it only when its stack is exhausted; syntax errors go to yyreport_syntax_error. */
static void pc_grammar_error(struct pc_range *range, struct pc_parser *parser, const char *message)
{
    (void)range;
    (void)message;
    pc_report_too_deep(parser);
}
}

%union {
    const struct pc_token *token;
    struct pc_list *list;
    struct pc_body *body;
    struct pc_settings *settings;
    struct pc_string *string;
    struct pc_type_node *type;
    struct pc_declaration *declaration;
    struct pc_item *item;
    struct pc_statement *statement;
    struct pc_block *block;
    struct pc_expression *expression;
    void *node;
    enum pc_assigned assigned;
    enum pc_sign sign;
    bool truth;
}

/* Declarations and items. */
%token <token>
    PACKAGE "package"  IMPORT "import"  TYPE "type"  ENUM "enum"  RECORD "record"  STREAM "stream"
    PAYLOAD "payload"  AGGREGATE "aggregate"  EVENT "event"  EXTERN "extern"
    PROJECTION "projection"  EACH "each"  OVER "over"  TEST "test"  GIVEN "given"  EXPECT "expect"
    FAILS "fails"  STATE "state"  COLUMNS "columns"  TABLE "table"  INDEX "index"  ANY "any"
    ERROR_WORD "error"  IGNORE "ignore"  VERSION "version"  QUERY "query"  ORDER "order"
    LIMIT "limit"  RETRY "retry"  TIMES "times"  AT "at"

/* Reserved words. */
%token <token>
    IF "if"  ELSE "else"  MATCH "match"  FOR "for"  IN "in"  LET "let"  DELETE "delete"
    SKIP "skip"  FAIL "fail"  REQUIRE "require"  COPY "copy"  ON "on"  AND "and"  OR "or"
    NOT "not"  NONE "none"  TRUE "true"  FALSE "false"  WHERE "where"  THEN "then"  FN "fn"
    AS "as"  BY "by"  UPCAST "upcast"  NOTIFY "notify"  DESC "desc"  ASC "asc"

%token <token>
    LEFT_BRACE "{"  RIGHT_BRACE "}"  LEFT_PAREN "("  RIGHT_PAREN ")"  LEFT_BRACKET "["
    RIGHT_BRACKET "]"  COMMA ","  COLON ":"  DOT "."  OPTIONAL_DOT "?."  RANGE ".."  QUESTION "?"
    ARROW "=>"  ASSIGN "="  PLUS_ASSIGN "+="  MINUS_ASSIGN "-="  TIMES_ASSIGN "*="
    DIVIDE_ASSIGN "/="  EQUAL "=="  NOT_EQUAL "!="  LESS "<"  LESS_EQUAL "<="  GREATER ">"
    GREATER_EQUAL ">="  COALESCE "??"  PLUS "+"  MINUS "-"  STAR "*"  SLASH "/"  PERCENT "%"

%token END 0 "the end of the file"
%token <token>
    ID "a name"
    INTEGER "a whole number"
    FRACTION "a number with a fraction"
    DURATION "a duration"
    TEXT "a text"
    TEXT_BEGIN "a text with an interpolation"
    TEXT_PART "the rest of the text"
    TEXT_END "the end of the text"
    INTERPOLATION_OPEN "an interpolation"
    INTERPOLATION_CLOSE "the end of the interpolation"

%nterm <token> name id_type
%nterm <string> string as_clause
%nterm <type> type plain_type
%nterm <body> body event_body record_body upcast_fields
%nterm <settings> stream_body settings
%nterm <declaration> declaration source
%nterm <item> item fan policy backoff
%nterm <statement> statement if_statement
%nterm <block> block else_part handler_body
%nterm <expression> expression condition disjunction conjunction negation comparison coalescence
%nterm <expression> sum product unary postfix primary record list_literal initial filter path
%nterm <expression> integer duration limit match_expression
%nterm <list> members events parameters parameter_list keys types type_arguments items steps
%nterm <list> event_selection ids names by expressions arguments orders order_clause
%nterm <list> statements arms value_arms value_arm_list entries entry_list text_parts given_events
%nterm <list> list_items plain_text
%nterm <node> member event field index upcast parameter key order step given expect given_event
%nterm <node> arm value_arm entry type_argument text_part
%nterm <assigned> assign_sign
%nterm <sign> comparison_sign
%nterm <truth> then_ignore

%%

file
    : declarations
    ;

declarations
    : %empty
    | declarations declaration { pc_add_declaration(parser, $2); }
    | declarations error       { RECOVER(PC_RECOVER_DECLARATION, @2); }
    ;

/* ---- names and strings ---- */

/* Every keyword that is not reserved is a name, too. */
name
    : ID
    | PACKAGE | IMPORT | TYPE | ENUM | RECORD | STREAM | PAYLOAD | AGGREGATE | EVENT | EXTERN
    | PROJECTION | EACH | OVER | TEST | GIVEN | EXPECT | FAILS | STATE | COLUMNS | TABLE | INDEX
    | ANY | ERROR_WORD | IGNORE | VERSION | QUERY | ORDER | LIMIT | RETRY | TIMES | AT
    ;

names
    : name           { $$ = pc_list_add(parser, pc_list_new(parser), pc_build_name(parser, $1)); }
    | names "," name { $$ = pc_list_add(parser, $1, pc_build_name(parser, $3)); }
    ;

ids
    : ID         { $$ = pc_list_add(parser, pc_list_new(parser), pc_build_name(parser, $1)); }
    | ids "," ID { $$ = pc_list_add(parser, $1, pc_build_name(parser, $3)); }
    ;

string
    : TEXT { $$ = pc_build_string(parser, @$, $1); }
    ;

as_clause
    : %empty      { $$ = NULL; }
    | "as" string { $$ = $2; }
    ;

optional_comma
    : %empty
    | ","
    ;

/* ---- declarations ---- */

declaration
    : "package" name
        { $$ = pc_build_package(parser, @$, $2); }
    | "import" string
        { $$ = pc_build_import(parser, @$, $2); }
    | "type" ID "=" type
        { $$ = pc_build_alias(parser, @$, $2, $4); }
    | "enum" ID "{" members "}"
        { $$ = pc_build_enum(parser, @$, $2, $4); }
    | "record" ID "{" record_body "}"
        { $$ = pc_build_record(parser, @$, $2, $4); }
    | "fn" name "(" parameters ")" ":" type "=" expression
        { $$ = pc_build_function(parser, @$, $2, $4, $7, $9); }
    | "extern" "fn" name "(" parameters ")" ":" type
        { $$ = pc_build_function(parser, @$, $3, $5, $8, NULL); }
    | "stream" name as_clause stream_body
        { $$ = pc_build_stream(parser, @$, $2, $3, $4); }
    | "aggregate" ID id_type "in" name as_clause "{" events "}"
        { $$ = pc_build_aggregate(parser, @$, $2, $3, $5, $6, $8); }
    | "projection" name source "{" items "}"
        { $$ = pc_build_projection(parser, @$, $2, $3, $5); }
    | "test" string "{" steps "}"
        { $$ = pc_build_test(parser, @$, $2, $4); }
    ;

id_type
    : %empty     { $$ = NULL; }
    | "(" ID ")" { $$ = $2; }
    ;

stream_body
    : %empty           { $$ = pc_settings_new(parser); }
    | "{" settings "}" { $$ = $2; }
    ;

settings
    : %empty                   { $$ = pc_settings_new(parser); }
    | settings "payload" ID    { $$ = $1; pc_settings_payload(parser, @2, $1, $3); }
    | settings "notify" string { $$ = $1; pc_settings_notify(parser, @2, $1, $3); }
    | settings error           { $$ = $1; RECOVER(PC_RECOVER_ENTRY, @2); }
    ;

source
    : "for" "each" ID filter       { $$ = pc_build_source(parser, true, $3, NULL, $4); }
    | "over" name filter           { $$ = pc_build_source(parser, false, $2, NULL, $3); }
    | "over" name "by" keys filter { $$ = pc_build_source(parser, false, $2, $4, $5); }
    ;

keys
    : key          { $$ = pc_list_add(parser, pc_list_new(parser), $1); }
    | keys "," key { $$ = pc_list_add(parser, $1, $3); }
    ;

key
    : name ":" type { $$ = pc_build_key(parser, @$, $1, $3); }
    ;

filter
    : %empty            { $$ = NULL; }
    | "where" condition { $$ = $2; }
    ;

members
    : %empty         { $$ = pc_list_new(parser); }
    | members member { $$ = pc_list_add(parser, $1, $2); }
    | members error  { $$ = $1; RECOVER(PC_RECOVER_ENTRY, @2); }
    ;

member
    : ID as_clause optional_comma
        { $$ = pc_build_member(parser, FROM_TO(@1, @2), $1, $2, NULL, NULL); }
    | ID as_clause "=" INTEGER optional_comma
        { $$ = pc_build_member(parser, FROM_TO(@1, @4), $1, $2, NULL, $4); }
    | ID as_clause "=" "-" INTEGER optional_comma
        { $$ = pc_build_member(parser, FROM_TO(@1, @5), $1, $2, $4, $5); }
    ;

parameters
    : %empty { $$ = pc_list_new(parser); }
    | parameter_list
    ;

parameter_list
    : parameter                    { $$ = pc_list_add(parser, pc_list_new(parser), $1); }
    | parameter_list "," parameter { $$ = pc_list_add(parser, $1, $3); }
    ;

parameter
    : name ":" type initial { $$ = pc_build_parameter(parser, @$, $1, $3, $4); }
    ;

initial
    : %empty         { $$ = NULL; }
    | "=" expression { $$ = $2; }
    ;

/* ---- types ---- */

type
    : plain_type
    | plain_type "?" { $$ = pc_build_optional(parser, @$, $1); }
    ;

plain_type
    : ID                           { $$ = pc_build_type(parser, @$, $1, NULL, NULL); }
    | ID "(" type_arguments ")"    { $$ = pc_build_type(parser, @$, $1, $3, NULL); }
    | ID "<" enter_angle types ">" { $$ = pc_build_type(parser, @$, $1, NULL, $4); }
    ;

/* Runs before the token behind `<` is read. */
enter_angle
    : %empty { pc_enter_angle(parser); }
    ;

types
    : type           { $$ = pc_list_add(parser, pc_list_new(parser), $1); }
    | types "," type { $$ = pc_list_add(parser, $1, $3); }
    ;

type_arguments
    : type_argument                    { $$ = pc_list_add(parser, pc_list_new(parser), $1); }
    | type_arguments "," type_argument { $$ = pc_list_add(parser, $1, $3); }
    ;

type_argument
    : INTEGER { $$ = pc_build_type_argument(parser, $1, true); }
    | ID      { $$ = pc_build_type_argument(parser, $1, false); }
    ;

/* ---- bodies: fields, indexes, upcasts ---- */

record_body
    : %empty            { $$ = pc_body_new(parser); }
    | record_body field { $$ = $1; pc_body_add_field(parser, $1, $2); }
    | record_body error { $$ = $1; RECOVER(PC_RECOVER_ENTRY, @2); }
    ;

body
    : %empty     { $$ = pc_body_new(parser); }
    | body field { $$ = $1; pc_body_add_field(parser, $1, $2); }
    | body index { $$ = $1; pc_body_add_index(parser, $1, $2); }
    | body error { $$ = $1; RECOVER(PC_RECOVER_ENTRY, @2); }
    ;

event_body
    : %empty            { $$ = pc_body_new(parser); }
    | event_body field  { $$ = $1; pc_body_add_field(parser, $1, $2); }
    | event_body upcast { $$ = $1; pc_body_add_upcast(parser, $1, $2); }
    | event_body error  { $$ = $1; RECOVER(PC_RECOVER_ENTRY, @2); }
    ;

field
    : name ":" type as_clause initial optional_comma
        { $$ = pc_build_field(parser, FROM_TO(@1, @5), $1, $3, $4, $5); }
    ;

index
    : "index" "by" orders { $$ = pc_build_index(parser, @$, $3); }
    ;

orders
    : order            { $$ = pc_list_add(parser, pc_list_new(parser), $1); }
    | orders "," order { $$ = pc_list_add(parser, $1, $3); }
    ;

order
    : name        { $$ = pc_build_order(parser, @$, $1, false); }
    | name "asc"  { $$ = pc_build_order(parser, @$, $1, false); }
    | name "desc" { $$ = pc_build_order(parser, @$, $1, true); }
    ;

events
    : %empty       { $$ = pc_list_new(parser); }
    | events event { $$ = pc_list_add(parser, $1, $2); }
    | events error { $$ = $1; RECOVER(PC_RECOVER_ENTRY, @2); }
    ;

event
    : "event" ID as_clause "{" event_body "}" { $$ = pc_build_event(parser, @$, $2, $3, $5); }
    ;

upcast
    : "upcast" string upcast_fields block { $$ = pc_build_upcast(parser, @$, $2, $3, $4); }
    ;

/* A symbol of its own, so that an error behind it does not lead back into it. */
upcast_fields
    : "{" record_body "}" { $$ = $2; }
    ;

/* ---- items of projections ---- */

items
    : %empty      { $$ = pc_list_new(parser); }
    | items item  { $$ = pc_list_add(parser, $1, $2); }
    | items error { $$ = $1; RECOVER(PC_RECOVER_ITEM, @2); }
    ;

item
    : "state" "{" body "}"
        { $$ = pc_build_state(parser, @$, false, $3); }
    | "state" "columns" "{" body "}"
        { $$ = pc_build_state(parser, @$, true, $4); }
    | "table" name "by" keys as_clause "{" body "}"
        { $$ = pc_build_table(parser, @$, $2, $4, $5, $7); }
    | "on" event_selection fan by filter handler_body
        { $$ = pc_build_handler(parser, @$, $2, $3, $4, $5, $6); }
    | "on" "error" policy
        { $$ = pc_build_on_error(parser, @$, $3); }
    | "ignore" event_selection
        { $$ = pc_build_ignore(parser, @$, $2); }
    | "version" integer
        { $$ = pc_build_version(parser, @$, $2); }
    | "query" name "(" parameters ")" "=" name filter order_clause limit
        { $$ = pc_build_query(parser, @$, $2, $4, $7, $8, $9, $10); }
    ;

event_selection
    : "any" { $$ = NULL; }
    | ids
    ;

fan
    : %empty                   { $$ = NULL; }
    | "for" name "in" expression { $$ = pc_build_fan(parser, $2, $4); }
    ;

by
    : %empty           { $$ = pc_list_new(parser); }
    | "by" expressions { $$ = $2; }
    ;

handler_body
    : block
    | "extern" { $$ = NULL; }
    ;

policy
    : "fail"   { $$ = pc_build_policy(parser, false); }
    | "ignore" { $$ = pc_build_policy(parser, true); }
    | "retry" integer "times" backoff "then" then_ignore
        { $$ = pc_build_retry(parser, $2, $4, $6); }
    ;

backoff
    : %empty                 { $$ = NULL; }
    | duration ".." duration { $$ = pc_build_backoff(parser, $1, $3); }
    ;

then_ignore
    : "fail"   { $$ = false; }
    | "ignore" { $$ = true; }
    ;

order_clause
    : %empty              { $$ = pc_list_new(parser); }
    | "order" "by" orders { $$ = $3; }
    ;

limit
    : %empty             { $$ = NULL; }
    | "limit" expression { $$ = $2; }
    ;

integer
    : INTEGER { $$ = pc_build_integer(parser, @$, $1); }
    ;

duration
    : DURATION { $$ = pc_build_duration(parser, @$, $1); }
    ;

/* ---- statements ---- */

block
    : "{" statements "}" { $$ = pc_build_block(parser, @$, $2); }
    ;

statements
    : %empty               { $$ = pc_list_new(parser); }
    | statements statement { $$ = pc_list_add(parser, $1, $2); }
    | statements error     { $$ = $1; RECOVER(PC_RECOVER_STATEMENT, @2); }
    ;

statement
    : path assign_sign expression
        { $$ = pc_build_assign(parser, @$, $1, $2, @2, $3); }
    | path "(" arguments ")"
        { $$ = pc_build_call_statement(parser, @$, $1, $3); }
    | "let" name "=" expression
        { $$ = pc_build_let(parser, @$, $2, $4, NULL); }
    | "let" name "=" expression "else" block
        { $$ = pc_build_let(parser, @$, $2, $4, $6); }
    | if_statement
    | "match" expression "{" arms "}"
        { $$ = pc_build_match(parser, @$, $2, $4); }
    | "for" name "in" expression filter block
        { $$ = pc_build_for(parser, @$, $2, NULL, $4, $5, $6); }
    | "for" name "," name "in" expression filter block
        { $$ = pc_build_for(parser, @$, $2, $4, $6, $7, $8); }
    | "delete" path
        { $$ = pc_build_delete(parser, @$, $2); }
    | "copy" names
        { $$ = pc_build_copy(parser, @$, $2); }
    | "skip"
        { $$ = pc_build_skip(parser, @$); }
    | "fail" expression
        { $$ = pc_build_fail(parser, @$, $2); }
    | "require" condition "else" expression
        { $$ = pc_build_require(parser, @$, $2, $4); }
    | "notify" name record
        { $$ = pc_build_notify(parser, @$, $2, $3); }
    ;

if_statement
    : "if" condition block else_part
        { $$ = pc_build_if(parser, @$, NULL, $2, $3, $4); }
    | "if" "let" name "=" expression block else_part
        { $$ = pc_build_if(parser, @$, $3, $5, $6, $7); }
    ;

else_part
    : %empty              { $$ = NULL; }
    | "else" block        { $$ = $2; }
    | "else" if_statement { $$ = pc_build_else_if(parser, $2); }
    ;

path
    : name                     { $$ = pc_build_path_name(parser, @$, $1); }
    | path "." name            { $$ = pc_build_field_access(parser, @$, $1, false, $3); }
    | path "[" expressions "]" { $$ = pc_build_index_access(parser, @$, $1, $3); }
    ;

assign_sign
    : "="  { $$ = PC_ASSIGNED_PLAIN; }
    | "+=" { $$ = PC_ASSIGNED_SUM; }
    | "-=" { $$ = PC_ASSIGNED_DIFFERENCE; }
    | "*=" { $$ = PC_ASSIGNED_PRODUCT; }
    | "/=" { $$ = PC_ASSIGNED_QUOTIENT; }
    ;

arms
    : %empty     { $$ = pc_list_new(parser); }
    | arms arm   { $$ = pc_list_add(parser, $1, $2); }
    | arms error { $$ = $1; RECOVER(PC_RECOVER_ENTRY, @2); }
    ;

arm
    : ids "=>" block    { $$ = pc_build_arm(parser, @$, $1, $3, NULL); }
    | "else" "=>" block { $$ = pc_build_arm(parser, @$, NULL, $3, NULL); }
    ;

/* ---- expressions, from the loosest binding to the tightest ---- */

/* Where a truth value is asked for, `=` can only be meant as `==`. */
condition
    : expression
    | expression "=" expression
        { $$ = pc_build_condition_with_assign(parser, @$, @2, $1, $3); }
    ;

expression
    : disjunction
    | "if" condition "then" expression "else" expression
        { $$ = pc_build_conditional(parser, @$, $2, $4, $6); }
    ;

disjunction
    : conjunction
    | disjunction "or" conjunction
        { $$ = pc_build_binary(parser, @$, PC_SIGN_OR, @2, $1, $3); }
    ;

conjunction
    : negation
    | conjunction "and" negation
        { $$ = pc_build_binary(parser, @$, PC_SIGN_AND, @2, $1, $3); }
    ;

negation
    : comparison
    | "not" negation { $$ = pc_build_unary(parser, @$, PC_SIGN_NOT, $2); }
    ;

comparison
    : coalescence
    | coalescence comparison_sign coalescence
        { $$ = pc_build_binary(parser, @$, $2, @2, $1, $3); }
    ;

comparison_sign
    : "==" { $$ = PC_SIGN_EQUAL; }
    | "!=" { $$ = PC_SIGN_NOT_EQUAL; }
    | "<"  { $$ = PC_SIGN_LESS; }
    | "<=" { $$ = PC_SIGN_LESS_EQUAL; }
    | ">"  { $$ = PC_SIGN_GREATER; }
    | ">=" { $$ = PC_SIGN_GREATER_EQUAL; }
    | "in" { $$ = PC_SIGN_IN; }
    ;

coalescence
    : sum
    | sum "??" coalescence { $$ = pc_build_binary(parser, @$, PC_SIGN_COALESCE, @2, $1, $3); }
    ;

sum
    : product
    | sum "+" product { $$ = pc_build_binary(parser, @$, PC_SIGN_ADD, @2, $1, $3); }
    | sum "-" product { $$ = pc_build_binary(parser, @$, PC_SIGN_SUBTRACT, @2, $1, $3); }
    ;

product
    : unary
    | product "*" unary { $$ = pc_build_binary(parser, @$, PC_SIGN_MULTIPLY, @2, $1, $3); }
    | product "/" unary { $$ = pc_build_binary(parser, @$, PC_SIGN_DIVIDE, @2, $1, $3); }
    | product "%" unary { $$ = pc_build_binary(parser, @$, PC_SIGN_REMAINDER, @2, $1, $3); }
    ;

unary
    : postfix
    | "-" unary { $$ = pc_build_unary(parser, @$, PC_SIGN_NEGATE, $2); }
    ;

postfix
    : primary
    | postfix "." name
        { $$ = pc_build_field_access(parser, @$, $1, false, $3); }
    | postfix "?." name
        { $$ = pc_build_field_access(parser, @$, $1, true, $3); }
    | postfix "[" expressions "]"
        { $$ = pc_build_index_access(parser, @$, $1, $3); }
    | postfix "." name "(" arguments ")"
        { $$ = pc_build_method(parser, @$, $1, false, $3, $5); }
    | postfix "?." name "(" arguments ")"
        { $$ = pc_build_method(parser, @$, $1, true, $3, $5); }
    ;

primary
    : name                         { $$ = pc_build_name_expression(parser, @$, $1); }
    | name "(" arguments ")"       { $$ = pc_build_call(parser, @$, $1, $3); }
    | integer
    | FRACTION                     { $$ = pc_build_fraction(parser, @$, $1); }
    | duration
    | "true"                       { $$ = pc_build_bool(parser, @$, true); }
    | "false"                      { $$ = pc_build_bool(parser, @$, false); }
    | "none"                       { $$ = pc_build_none(parser, @$); }
    | plain_text                   { $$ = pc_build_text(parser, @$, $1); }
    | TEXT_BEGIN text_parts TEXT_END { $$ = pc_build_text(parser, @$, $2); }
    | "(" expression ")"           { $$ = pc_parenthesize(parser, $2); }
    | record
    | list_literal
    | match_expression
    ;

plain_text
    : TEXT
        { $$ = pc_list_add(parser, pc_list_new(parser), pc_build_text_part(parser, @$, $1)); }
    ;

text_parts
    : text_part            { $$ = pc_list_add(parser, pc_list_new(parser), $1); }
    | text_parts text_part { $$ = pc_list_add(parser, $1, $2); }
    ;

text_part
    : TEXT_PART { $$ = pc_build_text_part(parser, @$, $1); }
    | INTERPOLATION_OPEN expression INTERPOLATION_CLOSE
        { $$ = pc_build_interpolation(parser, @2, $2); }
    ;

expressions
    : expression                 { $$ = pc_list_add(parser, pc_list_new(parser), $1); }
    | expressions "," expression { $$ = pc_list_add(parser, $1, $3); }
    ;

arguments
    : %empty { $$ = pc_list_new(parser); }
    | expressions
    | expression "for" name "in" expression filter
        { $$ = pc_list_add(parser, pc_list_new(parser),
                           pc_build_comprehension(parser, @$, false, $1, $3, $5, $6)); }
    ;

record
    : "{" entries "}" { $$ = pc_build_record_literal(parser, @$, $2); }
    ;

entries
    : %empty { $$ = pc_list_new(parser); }
    | entry_list optional_comma
    ;

entry_list
    : entry                { $$ = pc_list_add(parser, pc_list_new(parser), $1); }
    | entry_list "," entry { $$ = pc_list_add(parser, $1, $3); }
    ;

entry
    : name                      { $$ = pc_build_shorthand(parser, @$, $1); }
    | expression ":" expression { $$ = pc_build_entry(parser, @$, $1, $3); }
    ;

list_literal
    : "[" list_items "]" { $$ = pc_build_list_literal(parser, @$, $2); }
    | "[" expression "for" name "in" expression filter "]"
        { $$ = pc_build_comprehension(parser, @$, true, $2, $4, $6, $7); }
    ;

list_items
    : %empty                     { $$ = pc_list_new(parser); }
    | expressions optional_comma
    ;

match_expression
    : "match" expression "{" value_arms "}"
        { $$ = pc_build_match_expression(parser, @$, $2, $4); }
    ;

value_arms
    : value_arm_list optional_comma
    ;

value_arm_list
    : value_arm                    { $$ = pc_list_add(parser, pc_list_new(parser), $1); }
    | value_arm_list "," value_arm { $$ = pc_list_add(parser, $1, $3); }
    ;

value_arm
    : ids "=>" expression    { $$ = pc_build_arm(parser, @$, $1, NULL, $3); }
    | "else" "=>" expression { $$ = pc_build_arm(parser, @$, NULL, NULL, $3); }
    ;

/* ---- tests ---- */

steps
    : %empty      { $$ = pc_list_new(parser); }
    | steps step  { $$ = pc_list_add(parser, $1, $2); }
    | steps error { $$ = $1; RECOVER(PC_RECOVER_ENTRY, @2); }
    ;

step
    : given
    | expect
    ;

given
    : "given" ID "(" expressions ")" "{" given_events "}"
        { $$ = pc_build_given(parser, @$, $2, $4, $7); }
    ;

given_events
    : %empty                   { $$ = pc_list_new(parser); }
    | given_events given_event { $$ = pc_list_add(parser, $1, $2); }
    | given_events error       { $$ = $1; RECOVER(PC_RECOVER_ENTRY, @2); }
    ;

given_event
    : ID record                 { $$ = pc_build_given_event(parser, @$, $1, $2, NULL); }
    | ID record "at" expression { $$ = pc_build_given_event(parser, @$, $1, $2, $4); }
    ;

expect
    : "expect" name record
        { $$ = pc_build_expect(parser, @$, $2, NULL, $3, NULL); }
    | "expect" name list_literal
        { $$ = pc_build_expect(parser, @$, $2, NULL, $3, NULL); }
    | "expect" name "none"
        { $$ = pc_build_expect(parser, @$, $2, NULL, NULL, NULL); }
    | "expect" name "fails" string
        { $$ = pc_build_expect(parser, @$, $2, NULL, NULL, $4); }
    | "expect" name "(" expressions ")" record
        { $$ = pc_build_expect(parser, @$, $2, $4, $6, NULL); }
    | "expect" name "(" expressions ")" list_literal
        { $$ = pc_build_expect(parser, @$, $2, $4, $6, NULL); }
    | "expect" name "(" expressions ")" "none"
        { $$ = pc_build_expect(parser, @$, $2, $4, NULL, NULL); }
    | "expect" name "(" expressions ")" "fails" string
        { $$ = pc_build_expect(parser, @$, $2, $4, NULL, $7); }
    ;

%%

enum { EXPECTED_SYMBOLS_MAX = YYNTOKENS };

static int yyreport_syntax_error(const yypcontext_t *context, struct pc_parser *parser)
{
    yysymbol_kind_t symbols[EXPECTED_SYMBOLS_MAX];
    const char *names[EXPECTED_SYMBOLS_MAX];
    int count = yypcontext_expected_tokens(context, symbols, EXPECTED_SYMBOLS_MAX);

    if (count < 0)
        return count; /* YYENOMEM: bison reports it through pc_grammar_error. */
    for (int i = 0; i < count; i++)
        names[i] = yysymbol_name(symbols[i]);
    pc_report_unexpected(parser, names, (size_t)count);
    return 0;
}
