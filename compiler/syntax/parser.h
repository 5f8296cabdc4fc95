/* parser.h -- the state of one file's parse, shared by the files that implement grammar/actions.h;
 * private to this folder. */
#ifndef PC_SYNTAX_PARSER_H
#define PC_SYNTAX_PARSER_H

#include "syntax/ast.h"
#include "syntax/scan.h"

#include "actions.h"

struct pc_parser {
    struct pc_arena *arena;
    struct pc_diagnostics *diagnostics;
    struct pc_scanner *scanner;
    size_t next;                   /* index of the token to be read next */
    size_t current;                /* index of the token read last */
    const struct pc_token *halves; /* the `=` of a `>=` that was taken apart, not read yet */
    uint32_t angle_depth;          /* open < of types */
    size_t errors_before;          /* in the diagnostics: those of other files */
    bool is_stopped;               /* too deep, or too many errors: nothing more is read */
    size_t recovered_at;           /* index + 1 where the last recovery went on */
    struct pc_declarations declarations;
};

/* A list as the grammar builds it; PC_TAKE_LIST turns it into a typed one. */
struct pc_list {
    PC_LIST_OF(void);
};

/* Fills an empty typed list with the nodes of `list`, which may be NULL. */
#define PC_TAKE_LIST(parser, typed, list)                               \
    do {                                                                \
        for (size_t i_ = 0; (list) != NULL && i_ < (list)->count; i_++) \
            PC_LIST_ADD((parser)->arena, (typed), (list)->items[i_]);   \
    } while (0)

/* Fields, indexes and upcasts of a body in braces. */
struct pc_body {
    struct pc_fields fields;
    struct pc_indexes indexes;
    struct pc_upcasts upcasts;
};

struct pc_span pc_parser_span(const struct pc_parser *parser, struct pc_range range);

/* The source text of a token. */
struct pc_text pc_token_slice(const struct pc_parser *parser, const struct pc_token *token);

/* The name that a token spells, without backquotes; the zero name for NULL. */
struct pc_name pc_token_name(const struct pc_parser *parser, const struct pc_token *token);

/* The decoded content of a TEXT or TEXT_PART token. */
struct pc_text pc_token_text(const struct pc_parser *parser, const struct pc_token *token);

/* Takes the documentation that stands before the token at `offset`; empty if there is none. */
struct pc_text pc_take_documentation(struct pc_parser *parser, uint32_t offset);

/* True for tokens that may begin a name: names and keywords that are not reserved. */
bool pc_token_is_name(int kind);

/* True for reserved words. */
bool pc_token_is_reserved(int kind);

#endif
