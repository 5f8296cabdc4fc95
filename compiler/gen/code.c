/* code.c -- the text under construction. */
#include "gen/code.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

void pc_code_init(struct pc_code *code, struct pc_arena *arena, bool has_directives)
{
    *code = (struct pc_code){.arena = arena, .line = 1, .has_directives = has_directives};
}

void pc_code_rewind(struct pc_code *code, const struct pc_code *mark)
{
    assert(mark->size <= code->size);
    char *data = code->data;
    size_t capacity = code->capacity;

    *code = *mark;
    code->data = data;
    code->capacity = capacity;
}

struct pc_text pc_code_text(struct pc_code *code)
{
    return pc_text_copy(code->arena, (struct pc_text){code->data, code->size});
}

void pc_code_raw(struct pc_code *code, struct pc_text text)
{
    if (text.size == 0)
        return;
    if (code->size + text.size > code->capacity) {
        size_t capacity = (code->size + text.size) * 2 + 256;
        char *data = pc_arena_alloc(code->arena, capacity);

        if (code->size != 0)
            memcpy(data, code->data, code->size);
        code->data = data;
        code->capacity = capacity;
    }
    memcpy(code->data + code->size, text.data, text.size);
    code->size += text.size;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\n') {
            code->line++;
            code->mapped_line += code->mapped_line != 0;
        }
    }
}

void pc_code_rawf(struct pc_code *code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    pc_code_raw(code, pc_text_vformat(code->arena, format, arguments));
    va_end(arguments);
}

/* ---- lines ---- */

static void direct(struct pc_code *code)
{
    if (!code->has_directives || code->user_line == 0 || code->mapped_line == code->user_line)
        return;
    if (code->is_leaving && code->mapped_line > code->user_line)
        return;
    pc_code_rawf(code, "#line %u %s\n", (unsigned)code->user_line,
                 pc_c_string(code->arena, code->user_file));
    code->mapped_line = code->user_line;
}

static void write_line(struct pc_code *code, const char *format, va_list arguments)
{
    pc_code_wrap(code, pc_text_vformat(code->arena, format, arguments).data);
}

void pc_code_line(struct pc_code *code, const char *format, ...)
{
    va_list arguments;

    direct(code);
    va_start(arguments, format);
    write_line(code, format, arguments);
    va_end(arguments);
}

void pc_code_plain(struct pc_code *code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line(code, format, arguments);
    va_end(arguments);
}

void pc_code_blank(struct pc_code *code)
{
    pc_code_raw(code, pc_text_of("\n"));
}

void pc_code_open(struct pc_code *code, const char *format, ...)
{
    va_list arguments;

    direct(code);
    va_start(arguments, format);
    write_line(code, format, arguments);
    va_end(arguments);
    code->indent += PC_CODE_INDENT;
}

void pc_code_close(struct pc_code *code, const char *format, ...)
{
    va_list arguments;

    assert(code->indent >= PC_CODE_INDENT);
    code->indent -= PC_CODE_INDENT;
    va_start(arguments, format);
    write_line(code, format, arguments);
    va_end(arguments);
}

void pc_code_between(struct pc_code *code, const char *format, ...)
{
    va_list arguments;

    assert(code->indent >= PC_CODE_INDENT);
    code->indent -= PC_CODE_INDENT;
    va_start(arguments, format);
    write_line(code, format, arguments);
    va_end(arguments);
    code->indent += PC_CODE_INDENT;
}

/* ---- #line ---- */

void pc_code_user_line(struct pc_code *code, struct pc_text file, uint32_t line)
{
    if (!pc_text_equals(code->user_file, file))
        code->mapped_line = 0;
    code->user_file = file;
    code->user_line = line;
}

void pc_code_own_lines(struct pc_code *code, struct pc_text file)
{
    code->user_line = 0;
    code->mapped_line = 0;
    code->user_file = (struct pc_text){0};
    if (code->has_directives)
        pc_code_rawf(code, "#line %u %s\n", (unsigned)code->line + 1,
                     pc_c_string(code->arena, file));
}

/* ---- comments ---- */

/* Returns how many bytes of `text` go on a line of `room` columns: up to a blank, if there is one.
 */
static size_t line_part(struct pc_text text, size_t room)
{
    size_t columns = 0;
    size_t last_blank = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (((unsigned char)text.data[i] & 0xC0) != 0x80)
            columns++;
        if (text.data[i] == ' ' && i > 0)
            last_blank = i;
        if (columns > room && last_blank > 0)
            return last_blank;
    }
    return text.size;
}

/* Collects the wrapped lines of a comment into the arena's list. */
struct comment_lines {
    PC_LIST_OF(struct pc_text);
};

static void wrap_comment(struct pc_code *code, struct pc_text text, struct comment_lines *lines)
{
    size_t room = PC_CODE_COLUMNS - code->indent - 6;

    for (size_t start = 0; start <= text.size;) {
        size_t end = start;

        while (end < text.size && text.data[end] != '\n')
            end++;
        struct pc_text rest =
            pc_text_of(pc_c_comment(code->arena, (struct pc_text){text.data + start, end - start}));
        do {
            size_t size = line_part(rest, room);
            struct pc_text *line = PC_NEW(code->arena, struct pc_text);

            *line = (struct pc_text){rest.data, size};
            PC_LIST_ADD(code->arena, lines, line);
            while (size < rest.size && rest.data[size] == ' ')
                size++;
            rest = (struct pc_text){rest.data + size, rest.size - size};
        } while (rest.size != 0);
        start = end + 1;
    }
}

void pc_code_comment(struct pc_code *code, struct pc_text text)
{
    struct comment_lines lines = {0};

    while (text.size != 0 && (text.data[text.size - 1] == '\n' || text.data[text.size - 1] == ' '))
        text.size--;
    if (text.size == 0)
        return;
    wrap_comment(code, text, &lines);
    for (size_t i = 0; i < lines.count; i++) {
        const struct pc_text *line = lines.items[i];
        const char *lead = i == 0 ? "/* " : line->size == 0 ? " *" : " * ";

        pc_code_rawf(code, "%*s%s%.*s%s\n", (int)code->indent, "", lead, PC_TEXT_ARGS(*line),
                     i + 1 == lines.count ? " */" : "");
    }
}

void pc_code_section(struct pc_code *code, struct pc_text title)
{
    if (code->size > 1 && code->data[code->size - 2] != '\n')
        pc_code_blank(code);
    pc_code_rawf(code, "/* ---- %s ---- */\n\n", pc_c_comment(code->arena, title));
}
