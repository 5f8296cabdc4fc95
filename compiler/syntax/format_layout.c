/* format_layout.c -- decides which groups fit on their line, and writes the lines. */
#include "syntax/format_layout.h"

#include <assert.h>
#include <string.h>

enum step_kind {
    STEP_TEXT,
    STEP_TEXT_IF_BROKEN,
    STEP_COMMENT,
    STEP_BREAK,
    STEP_ALIGN,
    STEP_OPEN,
    STEP_CLOSE,
    STEP_INDENT,
};

struct step {
    enum step_kind kind;
    union {
        struct pc_text text;  /* TEXT, TEXT_IF_BROKEN, COMMENT */
        struct pc_break line; /* BREAK */
        enum pc_align align;
        int columns; /* INDENT */
        struct {
            size_t close; /* index of its CLOSE */
            bool is_forced;
            bool is_always_flat;
        } group; /* OPEN */
    };
    uint32_t width; /* columns when flat */
    size_t before;  /* columns of all steps before this one when flat */
};

struct pc_layout {
    struct pc_arena *arena;
    struct step *steps;
    size_t count;
    size_t capacity;
    size_t *open; /* indices of the OPEN steps around the end of the layout */
    size_t open_count;
    size_t open_capacity;
};

enum { FIRST_CAPACITY = 64 };

/* Returns `items`, or a copy with twice the room if there is none left for one more. */
static void *grow(struct pc_arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    size_t grown = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
    char *copy = pc_arena_alloc_array(arena, grown, size);
    if (count > 0)
        memcpy(copy, items, count * size);
    *capacity = grown;
    return copy;
}

struct pc_layout *pc_layout_new(struct pc_arena *arena)
{
    struct pc_layout *layout = PC_NEW(arena, struct pc_layout);

    layout->arena = arena;
    return layout;
}

/* ---- building ---- */

static struct step *add(struct pc_layout *layout, enum step_kind kind, size_t width)
{
    layout->steps = grow(layout->arena, layout->steps, layout->count, &layout->capacity,
                         sizeof(*layout->steps));
    struct step *step = &layout->steps[layout->count];
    const struct step *last = layout->count > 0 ? step - 1 : NULL;

    *step = (struct step){.kind = kind, .width = (uint32_t)width};
    step->before = last != NULL ? last->before + last->width : 0;
    layout->count++;
    return step;
}

void pc_layout_text(struct pc_layout *layout, struct pc_text text)
{
    add(layout, STEP_TEXT, pc_utf8_count(text))->text = text;
}

void pc_layout_text_if_broken(struct pc_layout *layout, struct pc_text text)
{
    add(layout, STEP_TEXT_IF_BROKEN, 0)->text = text;
}

void pc_layout_comment(struct pc_layout *layout, struct pc_text text)
{
    add(layout, STEP_COMMENT, 0)->text = text;
}

void pc_layout_force(struct pc_layout *layout)
{
    for (size_t i = layout->open_count; i > 0; i--) {
        struct step *open = &layout->steps[layout->open[i - 1]];
        if (open->group.is_forced)
            return; /* and so are all around it */
        assert(!open->group.is_always_flat);
        open->group.is_forced = true;
    }
}

void pc_layout_break(struct pc_layout *layout, struct pc_break options)
{
    add(layout, STEP_BREAK, (size_t)options.flat)->line = options;
    if (options.is_hard)
        pc_layout_force(layout);
}

void pc_layout_align(struct pc_layout *layout, enum pc_align align)
{
    add(layout, STEP_ALIGN, 1)->align = align;
}

void pc_layout_open(struct pc_layout *layout, bool is_always_flat)
{
    layout->open = grow(layout->arena, layout->open, layout->open_count, &layout->open_capacity,
                        sizeof(*layout->open));
    layout->open[layout->open_count++] = layout->count;
    add(layout, STEP_OPEN, 0)->group.is_always_flat = is_always_flat;
}

void pc_layout_close(struct pc_layout *layout)
{
    assert(layout->open_count > 0);
    layout->steps[layout->open[--layout->open_count]].group.close = layout->count;
    add(layout, STEP_CLOSE, 0);
}

void pc_layout_indent(struct pc_layout *layout, int columns)
{
    add(layout, STEP_INDENT, 0)->columns = columns;
}

/* ---- rendering ---- */

struct renderer {
    const struct pc_layout *layout;
    struct pc_arena *arena;
    bool *is_flat; /* of the open groups, the innermost last */
    size_t depth;
    uint32_t indent;
    char *bytes;
    size_t size;
    size_t capacity;
    struct pc_line *lines;
    size_t line_count;
    size_t line_capacity;
};

static struct pc_line *current_line(struct renderer *renderer)
{
    return &renderer->lines[renderer->line_count - 1];
}

static void begin_line(struct renderer *renderer, uint32_t indent)
{
    renderer->lines = grow(renderer->arena, renderer->lines, renderer->line_count,
                           &renderer->line_capacity, sizeof(*renderer->lines));
    renderer->lines[renderer->line_count++] =
        (struct pc_line){.start = renderer->size, .indent = indent};
}

static void append(struct renderer *renderer, struct pc_text text, uint32_t width)
{
    if (renderer->capacity - renderer->size < text.size) {
        size_t grown = (renderer->size + text.size) * 2;
        char *copy = pc_arena_alloc(renderer->arena, grown);
        if (renderer->size > 0)
            memcpy(copy, renderer->bytes, renderer->size);
        renderer->bytes = copy;
        renderer->capacity = grown;
    }
    if (text.size > 0)
        memcpy(renderer->bytes + renderer->size, text.data, text.size);
    renderer->size += text.size;
    current_line(renderer)->size += text.size;
    current_line(renderer)->width += width;
}

static bool is_flat(const struct renderer *renderer)
{
    return renderer->depth > 0 && renderer->is_flat[renderer->depth - 1];
}

/* True if the group that opens at `index` fits, with what must follow it on the same line. Whatever
 * is around it is broken, so the next break behind it may end the line. */
static bool fits(struct renderer *renderer, size_t index)
{
    const struct pc_layout *layout = renderer->layout;
    size_t at = layout->steps[index].group.close;
    size_t used = current_line(renderer)->indent + current_line(renderer)->width;

    used += layout->steps[at].before - layout->steps[index].before;
    for (; at < layout->count && used <= PC_LAYOUT_COLUMNS; at++) {
        const struct step *step = &layout->steps[at];
        if (step->kind == STEP_BREAK || step->kind == STEP_COMMENT)
            break;
        used += step->kind == STEP_TEXT_IF_BROKEN ? step->text.size : step->width;
    }
    return used <= PC_LAYOUT_COLUMNS;
}

static void open_group(struct renderer *renderer, size_t index)
{
    const struct step *step = &renderer->layout->steps[index];
    bool is_inside_flat = is_flat(renderer);

    renderer->is_flat[renderer->depth++] = is_inside_flat || step->group.is_always_flat ||
                                           (!step->group.is_forced && fits(renderer, index));
}

static void end_line(struct renderer *renderer, const struct pc_break *line)
{
    bool is_start = renderer->line_count == 1 && current_line(renderer)->size == 0 &&
                    current_line(renderer)->comment.size == 0;

    if (is_start) {
        current_line(renderer)->indent = renderer->indent + line->hang;
        return;
    }
    if (line->has_blank_line)
        begin_line(renderer, 0);
    begin_line(renderer, renderer->indent + line->hang);
}

static void render_step(struct renderer *renderer, size_t index)
{
    const struct step *step = &renderer->layout->steps[index];
    struct pc_line *line = current_line(renderer);

    switch (step->kind) {
    case STEP_TEXT:
        append(renderer, step->text, step->width);
        break;
    case STEP_TEXT_IF_BROKEN:
        if (!is_flat(renderer))
            append(renderer, step->text, (uint32_t)step->text.size);
        break;
    case STEP_COMMENT:
        line->comment = step->text;
        break;
    case STEP_BREAK:
        if (step->line.is_hard || !is_flat(renderer))
            end_line(renderer, &step->line);
        else
            append(renderer, (struct pc_text){.data = "  ", .size = step->width}, step->width);
        break;
    case STEP_ALIGN:
        append(renderer, pc_text_of(" "), 1);
        if (!is_flat(renderer) && line->align == PC_ALIGN_NONE) {
            line->align = step->align;
            line->align_at = line->size;
            line->align_width = line->width;
        }
        break;
    case STEP_OPEN:
        open_group(renderer, index);
        break;
    case STEP_CLOSE:
        renderer->depth--;
        break;
    case STEP_INDENT:
        renderer->indent = (uint32_t)((int)renderer->indent + step->columns);
        break;
    }
}

/* Groups nest at most so deep. */
static size_t deepest(const struct pc_layout *layout)
{
    size_t depth = 0;
    size_t most = 0;

    for (size_t i = 0; i < layout->count; i++) {
        if (layout->steps[i].kind == STEP_OPEN && ++depth > most)
            most = depth;
        if (layout->steps[i].kind == STEP_CLOSE)
            depth--;
    }
    return most;
}

struct pc_text pc_layout_render(struct pc_layout *layout)
{
    struct renderer renderer = {.layout = layout, .arena = layout->arena};

    assert(layout->open_count == 0);
    renderer.is_flat =
        pc_arena_alloc_array(layout->arena, deepest(layout) + 1, sizeof(*renderer.is_flat));
    begin_line(&renderer, 0);
    for (size_t i = 0; i < layout->count; i++)
        render_step(&renderer, i);
    struct pc_lines lines = {
        .items = renderer.lines, .count = renderer.line_count, .bytes = renderer.bytes};
    return pc_lines_join(layout->arena, &lines);
}
