/* format_layout.h -- where lines end: the formatter's texts, breaks and groups, and their
 * rendering; private to this folder.
 *
 * A layout is a sequence of texts and breaks. A group is rendered flat, with its breaks as blanks,
 * when it fits on the line; otherwise each of its own breaks ends the line, and the groups inside
 * are tried in turn. A hard break ends the line always, and with it all groups around it break. */
#ifndef PC_SYNTAX_FORMAT_LAYOUT_H
#define PC_SYNTAX_FORMAT_LAYOUT_H

#include "base/arena.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PC_LAYOUT_COLUMNS = 100,
    PC_LAYOUT_INDENT = 4,
};

/* What a break is when its group is flat; the values are the number of blanks. */
enum pc_flat {
    PC_FLAT_NOTHING,
    PC_FLAT_BLANK,
    PC_FLAT_TWO_BLANKS,
};

/* What stands in a column of its own on consecutive lines. */
enum pc_align {
    PC_ALIGN_NONE,
    PC_ALIGN_FIELD, /* the type behind `name:` */
    PC_ALIGN_ENTRY, /* the value behind `key:` */
    PC_ALIGN_ARM,   /* `=>` */
};

struct pc_break {
    enum pc_flat flat;
    bool is_hard;
    bool has_blank_line; /* if the line ends, an empty one follows */
    uint32_t hang;       /* columns to add to the indentation of the next line */
};

struct pc_layout;

/* Makes an empty layout; it lives in the arena. */
struct pc_layout *pc_layout_new(struct pc_arena *arena);

/* Adds a text, which is kept, not copied, and has no line end. */
void pc_layout_text(struct pc_layout *layout, struct pc_text text);

/* Adds a text that stands only where the group around it is broken: a comma behind the last entry.
 */
void pc_layout_text_if_broken(struct pc_layout *layout, struct pc_text text);

/* Adds a comment for the end of the current line. A hard break must follow. */
void pc_layout_comment(struct pc_layout *layout, struct pc_text text);

void pc_layout_break(struct pc_layout *layout, struct pc_break options);

/* Adds a blank, and in broken groups aligns what follows with the lines above and below. */
void pc_layout_align(struct pc_layout *layout, enum pc_align align);

/* Groups nest. A group that is always flat holds no hard break: interpolations. */
void pc_layout_open(struct pc_layout *layout, bool is_always_flat);
void pc_layout_close(struct pc_layout *layout);

/* Makes the innermost group, and all around it, broken. */
void pc_layout_force(struct pc_layout *layout);

/* Changes the indentation of the lines that follow by some columns. */
void pc_layout_indent(struct pc_layout *layout, int columns);

/* Decides about every break and returns the text; it ends with a line end unless it is empty. */
struct pc_text pc_layout_render(struct pc_layout *layout);

/* ---- between rendering and alignment (format_lines.c) ---- */

/* One line as rendered: its bytes are bytes[start .. start + size). Columns count code points. */
struct pc_line {
    size_t start;
    size_t size;
    uint32_t indent; /* columns */
    uint32_t width;  /* columns, without indentation and comment */
    enum pc_align align;
    size_t align_at; /* bytes before what is aligned */
    uint32_t align_width;
    struct pc_text comment; /* empty: none */
};

struct pc_lines {
    struct pc_line *items;
    size_t count;
    const char *bytes;
};

/* Pads what stands in columns, and joins the lines to one text. */
struct pc_text pc_lines_join(struct pc_arena *arena, const struct pc_lines *lines);

#endif
