/* scan.h -- the tokens of one file, between the scanner and the parser; private to this folder.
 *
 * The file is scanned as a whole first. That gives three things the parser could not have
 * otherwise: braces are matched before parsing (scan_brackets.c), recovery can look ahead
 * (parser.c), and comments are out of the way. */
#ifndef PC_SYNTAX_SCAN_H
#define PC_SYNTAX_SCAN_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/source.h"
#include "syntax/ast.h"

#include "actions.h"

/* The parser's and the scanner's view of a token; its name or digits are a slice of the source. */
struct pc_token {
    uint32_t start;
    uint32_t end;
    uint32_t text;  /* TEXT and TEXT_PART: index into pc_scanner.texts */
    uint16_t kind;  /* PC_TOKEN_… of proj.tab.h */
    uint16_t depth; /* brackets open around it; a bracket itself is outside of what it opens */
    bool is_first;  /* the first of its line */
};

/* The lines of one documentation comment, and the token they stand before. */
struct pc_documentation {
    uint32_t token_start; /* byte offset of the token; the list is sorted by it */
    struct pc_text text;
    struct pc_span span;
    bool is_used;
};

struct pc_documentations {
    PC_LIST_OF(struct pc_documentation);
};

struct pc_text_frame;
struct pc_text_frames {
    PC_LIST_OF(struct pc_text_frame);
};

struct pc_texts {
    PC_LIST_OF(struct pc_text);
};

/* So many syntax errors are reported of one file, then it is given up: a file of garbage shall
 * neither take minutes nor gigabytes. */
enum { PC_SYNTAX_ERRORS_MAX = 1000 };

/* The state while scanning, and its result. */
struct pc_scanner {
    struct pc_arena *arena;
    struct pc_diagnostics *diagnostics;
    const struct pc_source *source;
    uint32_t source_index;

    struct pc_token *tokens; /* ends with PC_TOKEN_END */
    size_t token_count;
    size_t token_capacity;
    struct pc_texts texts;
    struct pc_documentations documentations;
    struct pc_comments comments;

    bool is_at_line_start;
    uint32_t line;                    /* counts newlines */
    struct pc_documentation *pending; /* documentation that waits for its token */
    uint32_t pending_line;            /* the line of its last comment */
    struct pc_diagnostic *semicolon;  /* the first one; the others are only counted */
    size_t semicolon_count;           /* all of them */

    struct pc_text_frames frames; /* texts that are open, the innermost last */
    char *buffer;                 /* the decoded bytes of the current part */
    size_t buffer_size;
    size_t buffer_capacity;
    uint32_t part_start; /* where the current part begins */

    uint32_t cut_text_start;  /* the first text that was ended by force; UINT32_MAX: none */
    size_t errors_before;     /* in the diagnostics: those of other files */
    bool is_stopped;          /* too deep, or too many errors: the tokens are of no use */
    uint32_t distrusted_from; /* syntax errors from this offset on follow from a missing brace */
};

/* Scans a whole source and matches its brackets. Problems are reported; the result can be parsed
 * unless is_stopped is set. */
void pc_scan(struct pc_scanner *scanner, struct pc_arena *arena, struct pc_diagnostics *diagnostics,
             const struct pc_sources *sources, uint32_t source_index);

/* Fills in the depths; reports braces without a partner and removes closing ones. */
void pc_scan_match_brackets(struct pc_scanner *scanner);

/* Ends texts that are open in an interpolation at the end of a line: an error. */
void pc_scan_interpolation_cut(struct pc_scanner *scanner);

/* False if there were too many errors already; then the scanner is stopped. */
bool pc_scan_may_report(struct pc_scanner *scanner);

struct pc_span pc_scan_span(const struct pc_scanner *scanner, struct pc_range range);
struct pc_text pc_scan_slice(const struct pc_scanner *scanner, struct pc_range range);

#endif
