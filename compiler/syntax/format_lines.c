/* format_lines.c -- the formatter's columns: types of fields, values of entries, `=>` of arms, and
 * comments at the ends of lines, each aligned over consecutive lines of the same indentation. */
#include "syntax/format_layout.h"

#include <assert.h>
#include <string.h>

enum { COMMENT_DISTANCE = 2 };

/* What alignment adds to one line. */
struct padding {
    uint32_t before_aligned;
    uint32_t before_comment;
};

/* True if the line holds something to align and nothing of it goes on below. */
static bool is_whole(const struct pc_lines *lines, size_t index)
{
    const struct pc_line *line = &lines->items[index];

    if (line->align == PC_ALIGN_NONE)
        return false;
    return index + 1 == lines->count || lines->items[index + 1].size == 0 ||
           lines->items[index + 1].indent <= line->indent;
}

static bool aligns_with(const struct pc_lines *lines, size_t first, size_t index)
{
    return index < lines->count && is_whole(lines, index) &&
           lines->items[index].align == lines->items[first].align &&
           lines->items[index].indent == lines->items[first].indent;
}

/* Aligns the lines from `first` on that belong together; returns the index behind them. A column
 * that would make a line too long is not made. */
static size_t align_values(const struct pc_lines *lines, struct padding *paddings, size_t first)
{
    uint32_t column = 0;
    bool fits = true;
    size_t end = first;

    for (; aligns_with(lines, first, end); end++) {
        if (lines->items[end].align_width > column)
            column = lines->items[end].align_width;
    }
    for (size_t i = first; i < end; i++) {
        const struct pc_line *line = &lines->items[i];
        uint32_t width = line->indent + line->width + column - line->align_width;
        fits = fits && (width <= PC_LAYOUT_COLUMNS || column == line->align_width);
    }
    for (size_t i = first; fits && i < end; i++)
        paddings[i].before_aligned = column - lines->items[i].align_width;
    return end;
}

static uint32_t end_column(const struct pc_lines *lines, const struct padding *paddings, size_t i)
{
    return lines->items[i].width + paddings[i].before_aligned;
}

static size_t align_comments(const struct pc_lines *lines, struct padding *paddings, size_t first)
{
    uint32_t column = 0;
    size_t end = first;

    for (; end < lines->count && lines->items[end].comment.size > 0 &&
           lines->items[end].indent == lines->items[first].indent;
         end++) {
        if (end_column(lines, paddings, end) > column)
            column = end_column(lines, paddings, end);
    }
    for (size_t i = first; i < end; i++)
        paddings[i].before_comment = column - end_column(lines, paddings, i) + COMMENT_DISTANCE;
    return end;
}

static struct padding *align(struct pc_arena *arena, const struct pc_lines *lines)
{
    struct padding *paddings = pc_arena_alloc_array(arena, lines->count, sizeof(*paddings));

    for (size_t i = 0; i < lines->count;)
        i = is_whole(lines, i) ? align_values(lines, paddings, i) : i + 1;
    for (size_t i = 0; i < lines->count;)
        i = lines->items[i].comment.size > 0 ? align_comments(lines, paddings, i) : i + 1;
    return paddings;
}

/* ---- joining ---- */

static char *put(char *out, const char *data, size_t size)
{
    if (size > 0)
        memcpy(out, data, size);
    return out + size;
}

static char *put_blanks(char *out, uint32_t count)
{
    memset(out, ' ', count);
    return out + count;
}

static char *put_line(char *out, const struct pc_lines *lines, const struct pc_line *line,
                      const struct padding *padding)
{
    const char *bytes = lines->bytes + line->start;
    size_t split = line->align_at; /* 0 without alignment, and then no padding */

    if (line->size > 0 || line->comment.size > 0)
        out = put_blanks(out, line->indent);
    out = put(out, bytes, split);
    out = put_blanks(out, padding->before_aligned);
    out = put(out, bytes + split, line->size - split);
    out = put_blanks(out, padding->before_comment);
    out = put(out, line->comment.data, line->comment.size);
    return put(out, "\n", 1);
}

static size_t size_of_line(const struct pc_line *line, const struct padding *padding)
{
    return line->indent + line->size + padding->before_aligned + padding->before_comment +
           line->comment.size + 1;
}

struct pc_text pc_lines_join(struct pc_arena *arena, const struct pc_lines *lines)
{
    const struct padding *paddings = align(arena, lines);
    size_t size = 0;

    if (lines->count == 1 && lines->items[0].size == 0 && lines->items[0].comment.size == 0)
        return (struct pc_text){.data = "", .size = 0};
    for (size_t i = 0; i < lines->count; i++)
        size += size_of_line(&lines->items[i], &paddings[i]);
    char *joined = pc_arena_alloc(arena, size + 1);
    char *out = joined;
    for (size_t i = 0; i < lines->count; i++)
        out = put_line(out, lines, &lines->items[i], &paddings[i]);
    return (struct pc_text){.data = joined, .size = (size_t)(out - joined)};
}
