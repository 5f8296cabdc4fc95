/* syntax_error.h -- between the two files that word syntax errors; private to this folder. */
#ifndef PC_SYNTAX_SYNTAX_ERROR_H
#define PC_SYNTAX_SYNTAX_ERROR_H

#include "syntax/parser.h"

/* Names of symbols as the grammar declares them: `on`, `{`, `a name`. */
struct pc_expected {
    const char **names;
    size_t count;
};

bool pc_expects(const struct pc_expected *expected, const char *name);

/* What to add to "expected …, found …"; either may be empty. */
struct pc_help {
    struct pc_text label; /* beside the carets */
    struct pc_text text;  /* a line of its own */
};

/* Finds the help for a typical mistake. `is_cut`: the line before the token is incomplete. */
struct pc_help pc_find_help(const struct pc_parser *parser, const struct pc_token *token,
                            const struct pc_expected *expected, bool is_cut);

/* Reports mistakes that have a code and words of their own; returns false for all others. */
bool pc_report_special(struct pc_parser *parser, const struct pc_token *token,
                       const struct pc_expected *expected);

#endif
