/* page_text.c -- pieces of a page in Markdown: code, cells, headings, tables of fields. */
#include "export/page.h"

#include <string.h>

/* A span of code; a name from outside may hold anything, backquotes as well. */
const char *pc_page_code(struct pc_page *page, struct pc_text text)
{
    const char *line = pc_sql_comment(page->arena, text);
    size_t longest = 0;
    size_t run = 0;
    char *fence;

    for (const char *at = line; *at != '\0'; at++) {
        run = *at == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    fence = pc_arena_alloc(page->arena, longest + 2);
    memset(fence, '`', longest + 1);
    if (longest > 0 || line[0] == '\0')
        return pc_format(page->arena, "%s %s %s", fence, line, fence);
    return pc_format(page->arena, "`%s`", line);
}

/* In a cell a `|` ends it, also in a span of code, and a line ends the row. */
const char *pc_page_cell(struct pc_page *page, const char *text)
{
    char *out = pc_arena_alloc(page->arena, strlen(text) * 2 + 1);
    size_t size = 0;

    for (; *text != '\0'; text++) {
        if (*text == '|')
            out[size++] = '\\';
        out[size++] = *text == '\n' || *text == '\r' ? ' ' : *text;
    }
    out[size] = '\0';
    return out;
}

const char *pc_page_doc_cell(struct pc_page *page, struct pc_text doc)
{
    return pc_page_cell(page, pc_format(page->arena, "%.*s", PC_TEXT_ARGS(doc)));
}

void pc_page_doc(struct pc_page *page, struct pc_text doc)
{
    if (doc.size > 0)
        pc_code_rawf(&page->code, "\n%.*s\n", PC_TEXT_ARGS(doc));
}

void pc_page_heading(struct pc_page *page, const char *marks, const char *kind, struct pc_text name)
{
    pc_code_rawf(&page->code, "\n%s %s%s%.*s\n", marks, kind, kind[0] == '\0' ? "" : " ",
                 PC_TEXT_ARGS(name));
}

/* The end of what stands at `at`: a text with its quotes, a comment, or one byte. */
static size_t end_of_piece(struct pc_text text, size_t at)
{
    size_t end = at + 1;

    if (text.data[at] == '"') {
        while (end < text.size && text.data[end] != '"')
            end += text.data[end] == '\\' ? 2 : 1;
        return end < text.size ? end + 1 : text.size;
    }
    if (text.data[at] == '/' && end < text.size && text.data[end] == '/')
        while (end < text.size && text.data[end] != '\n')
            end++;
    return end;
}

struct pc_text pc_page_written(struct pc_page *page, struct pc_span span)
{
    struct pc_text slice = pc_source_slice(page->sources, span);
    char *out = pc_arena_alloc(page->arena, slice.size + 1);
    size_t size = 0;

    for (size_t i = 0; i < slice.size;) {
        size_t end = end_of_piece(slice, i);
        bool is_comment = slice.data[i] == '/' && end > i + 1;

        if (!is_comment && strchr(" \t\r\n", slice.data[i]) == NULL) {
            memcpy(out + size, slice.data + i, end - i);
            size += end - i;
        } else if (size > 0 && out[size - 1] != ' ') {
            out[size++] = ' ';
        }
        i = end;
    }
    return (struct pc_text){out, size};
}

static const char *type_of(struct pc_page *page, const struct pc_type_node *node)
{
    return pc_page_cell(page, pc_page_code(page, pc_page_written(page, node->span)));
}

static const char *default_of(struct pc_page *page, const struct pc_field *node)
{
    if (node->initial == NULL)
        return "";
    return pc_page_cell(page, pc_page_code(page, pc_page_written(page, node->initial->span)));
}

/* ---- fields ---- */

/* A table of fields; those of events and records of payloads also tell their keys. */
void pc_page_fields(struct pc_page *page, const struct pc_field_models *fields, bool has_keys)
{
    if (fields->count == 0)
        return;
    pc_code_rawf(&page->code, "\n| field | type | default |%s |\n|---|---|---|%s---|\n",
                 has_keys ? " key |" : "", has_keys ? "---|" : "");
    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_field_model *field = fields->items[i];

        pc_code_rawf(&page->code, "| %s | %s | %s |", pc_page_code(page, field->name),
                     type_of(page, field->node->type_node), default_of(page, field->node));
        if (has_keys)
            pc_code_rawf(&page->code, " %s |",
                         pc_page_cell(page, pc_page_code(page, field->outside)));
        pc_code_rawf(&page->code, " %s |\n", pc_page_doc_cell(page, field->node->doc));
    }
}

/* ---- lists of names ---- */

void pc_page_name(struct pc_page_names *names, struct pc_text name)
{
    pc_code_rawf(&names->page->code, "%s%s", names->count++ == 0 ? names->before : ", ",
                 pc_page_code(names->page, name));
}

void pc_page_names_end(struct pc_page_names *names, const char *after)
{
    if (names->count > 0)
        pc_code_rawf(&names->page->code, "%s", after);
}
