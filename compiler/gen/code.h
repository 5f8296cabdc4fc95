/* code.h -- a text under construction: numbered lines, indentation, wrapping at 100 columns, #line.
 */
#ifndef PC_GEN_CODE_H
#define PC_GEN_CODE_H

#include "base/arena.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PC_CODE_COLUMNS = 100, PC_CODE_INDENT = 4 };

/* One output. Copying the struct makes a mark: pc_code_rewind forgets what was written since. */
struct pc_code {
    struct pc_arena *arena;
    char *data;
    size_t size;
    size_t capacity;
    uint32_t line;   /* of what is written next, from 1 */
    unsigned indent; /* columns */

    /* #line: while user_line is not 0, each statement that would get another number is preceded by
     * a directive, so that a debugger shows the user's line for every piece of it. */
    bool has_directives;
    struct pc_text user_file;
    uint32_t user_line; /* of the statement being written; 0: none */
    uint32_t
        mapped_line; /* the number that the next line gets by the directives so far; 0: its own */
    bool is_leaving; /* what is written ends the handler: one directive is enough for all of it */
};

void pc_code_init(struct pc_code *code, struct pc_arena *arena, bool has_directives);

/* Forgets everything written since `mark` was copied from the code. */
void pc_code_rewind(struct pc_code *code, const struct pc_code *mark);

/* What was written so far, NUL-terminated, in the arena. */
struct pc_text pc_code_text(struct pc_code *code);

/* Appends bytes as they are. */
void pc_code_raw(struct pc_code *code, struct pc_text text);
void pc_code_rawf(struct pc_code *code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One line of C at the current indentation, broken where it is longer than 100 columns. With a
 * user's line set, a directive stands before it where one is needed. */
void pc_code_line(struct pc_code *code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same without directive: declarations without code, closing braces. */
void pc_code_plain(struct pc_code *code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void pc_code_blank(struct pc_code *code);

/* A line that opens a block, and one that closes it. */
void pc_code_open(struct pc_code *code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void pc_code_close(struct pc_code *code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Closes one block and opens the next: "} else {". */
void pc_code_between(struct pc_code *code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A comment block at the current indentation; lines are wrapped, and what would end the comment or
 * confuse a compiler is defused. Nothing for an empty text. */
void pc_code_comment(struct pc_code *code, struct pc_text text);
/* The section line: a blank line, then "/" "* ---- title ---- *" "/", then a blank line. */
void pc_code_section(struct pc_code *code, struct pc_text title);

/* From here on lines belong to the user's line, or (pc_code_own_lines) to the file called `file`.
 */
void pc_code_user_line(struct pc_code *code, struct pc_text file, uint32_t line);
void pc_code_own_lines(struct pc_code *code, struct pc_text file);

/* wrap.c: one logical line of C (no newline in it) as one or more lines of the output. */
void pc_code_wrap(struct pc_code *code, const char *text);

/* ---- literals (literal.c); results are NUL-terminated and live in the arena ---- */

/* A C string literal with its quotes. */
const char *pc_c_string(struct pc_arena *arena, struct pc_text text);
/* Text that may stand inside a C comment, on one line. */
const char *pc_c_comment(struct pc_arena *arena, struct pc_text text);
/* An SQL name or string with its quotes. */
const char *pc_sql_name(struct pc_arena *arena, struct pc_text name);
const char *pc_sql_string(struct pc_arena *arena, struct pc_text text);
/* Text that may stand behind `--`: on one line. */
const char *pc_sql_comment(struct pc_arena *arena, struct pc_text text);

/* pc_text_format as a C string. */
const char *pc_format(struct pc_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
