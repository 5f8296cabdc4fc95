/* format_printer.h -- walks the tokens of a file along its tree, for the files that know how each
 * construct looks; private to this folder.
 *
 * The tree says where groups begin and end; what is printed are the tokens themselves, in their
 * order, each exactly once. So nothing can be lost or change its meaning. The few tokens that the
 * canonical form does without (commas between fields, doubled brackets, `asc`) are passed over
 * explicitly. Comments come along: those before a token are printed before it.
 *
 * Between two tokens stands a gap: nothing unless one of pc_blank, pc_break, pc_align was called
 * since the last token. It becomes part of the layout when the next token is printed, behind the
 * comments. */
#ifndef PC_SYNTAX_FORMAT_PRINTER_H
#define PC_SYNTAX_FORMAT_PRINTER_H

#include "syntax/ast.h"
#include "syntax/format_layout.h"
#include "syntax/scan.h"

struct pc_gap {
    bool is_line_break; /* where a line may end; else `flat` stands there whatever happens */
    bool is_hard;
    bool may_be_blank; /* an empty line of the source is kept */
    enum pc_flat flat;
    enum pc_align align;
    uint32_t hang; /* for the line behind a comment that stands where no line would end */
};

struct pc_printer {
    struct pc_arena *arena;
    const struct pc_scanner *scanner;
    struct pc_layout *layout;
    size_t next;           /* index of the token to be printed next */
    size_t next_comment;   /* index of the comment to be printed next */
    struct pc_gap gap;     /* before the next token */
    bool is_half;          /* the `>` of a `>=` was printed, its `=` was not */
    bool may_take_comment; /* something stands on the line, so a comment may stand behind it */
    uint32_t *lines;       /* of each token: its line */
    size_t *partners;      /* of each opening bracket: the index of the closing one */
};

void pc_printer_init(struct pc_printer *printer, struct pc_arena *arena,
                     const struct pc_scanner *scanner);

/* ---- looking at the next token ---- */

bool pc_at(const struct pc_printer *printer, int kind);
uint32_t pc_next_start(const struct pc_printer *printer);

/* True if the bracket that comes next and its partner stand on different lines. */
bool pc_bracket_spans_lines(const struct pc_printer *printer);

/* True if a line ends right behind the bracket that comes next. */
bool pc_bracket_ends_line(const struct pc_printer *printer);

/* True if the bracket that comes next holds nothing, comments neither. */
bool pc_bracket_is_empty(const struct pc_printer *printer);

/* ---- printing ---- */

/* Prints the gap and the next token, with the comments before it. */
void pc_take(struct pc_printer *printer);

/* As pc_take for a token that must be of this kind. */
void pc_take_kind(struct pc_printer *printer, int kind);

/* Prints a comma, whether the source has one or not. */
void pc_take_comma(struct pc_printer *printer);

/* Passes over the next token if it is of this kind. */
void pc_pass(struct pc_printer *printer, int kind);

/* Prints comments that stand before a closing bracket, where the last element would. */
void pc_take_comments(struct pc_printer *printer);

/* Prints the comments at the end of the file. */
void pc_take_rest(struct pc_printer *printer);

/* ---- gaps ---- */

void pc_blank(struct pc_printer *printer);
void pc_break(struct pc_printer *printer, enum pc_flat flat);
void pc_align(struct pc_printer *printer, enum pc_align align);

/* Between elements of a list of lines: keeps an empty line unless this is the first element. */
void pc_break_element(struct pc_printer *printer, enum pc_flat flat, bool is_first);

/* ---- groups ---- */

/* Prints the gap and opens a group behind it. */
void pc_open(struct pc_printer *printer);
void pc_open_flat(struct pc_printer *printer); /* never broken: an interpolation */
void pc_close(struct pc_printer *printer);
void pc_force(struct pc_printer *printer);
void pc_indent(struct pc_printer *printer);
void pc_dedent(struct pc_printer *printer);

/* ---- brackets ---- */

/* A bracket with elements on lines of their own, or all on one line. pc_bracket_open prints the
 * opening bracket, pc_bracket_close the closing one; the group is theirs. `inner` are the blanks
 * inside of a flat one. */
void pc_bracket_open(struct pc_printer *printer, enum pc_flat inner, bool is_forced);
void pc_bracket_close(struct pc_printer *printer, enum pc_flat inner);

/* Prints an empty `{}`; returns false, printing nothing, if there is something in the next one. */
bool pc_take_empty_bracket(struct pc_printer *printer);

/* ---- the constructs; each prints all tokens of its node ---- */

/* format_expression.c */
void pc_format_expression(struct pc_printer *printer, const struct pc_expression *expression);
/* a, b, c without brackets; breaks behind the commas belong to the group around it. */
void pc_format_expressions(struct pc_printer *printer, const struct pc_expressions *expressions);
void pc_format_arguments(struct pc_printer *printer, const struct pc_expressions *arguments);

/* format_statement.c */
/* A, B => before a block or an expression. */
void pc_format_arm_names(struct pc_printer *printer, const struct pc_arm *arm);
void pc_format_block(struct pc_printer *printer, const struct pc_block *block);
/* The same without a group of its own: one statement a line, one alone beside its braces if the
 * group around it, which begins with what the block belongs to, fits on a line. */
void pc_format_block_of_group(struct pc_printer *printer, const struct pc_block *block);

/* a, b, c; breaks behind the commas belong to the group around it. */
void pc_format_names(struct pc_printer *printer, size_t count);

/* format_declaration.c */
void pc_format_declaration(struct pc_printer *printer, const struct pc_declaration *declaration);
void pc_format_keys(struct pc_printer *printer, const struct pc_keys *keys);
void pc_format_parameters(struct pc_printer *printer, const struct pc_parameters *parameters);
/* Fields and indexes in braces. */
void pc_format_body(struct pc_printer *printer, const struct pc_fields *fields,
                    const struct pc_indexes *indexes);
void pc_format_as(struct pc_printer *printer, const struct pc_string *as);
/* [where] condition, behind a break. */
void pc_format_filter(struct pc_printer *printer, const struct pc_expression *where);

/* format_item.c */
void pc_format_item(struct pc_printer *printer, const struct pc_item *item);
/* a desc, b; breaks behind the commas belong to the group around it. */
void pc_format_orders(struct pc_printer *printer, const struct pc_orders *orders);
/* The steps of a test in braces. */
void pc_format_steps(struct pc_printer *printer, const struct pc_steps *steps);

#endif
