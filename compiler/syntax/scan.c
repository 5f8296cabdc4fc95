/* scan.c -- runs flex over a source and stores tokens, comments and documentation. */
#include "syntax/scan.h"

#include "proj.tab.h"
#define YY_NO_UNISTD_H
#include "proj.lex.h"

#include <string.h>

struct pc_span pc_scan_span(const struct pc_scanner *scanner, struct pc_range range)
{
    return (struct pc_span){
        .source = scanner->source_index, .start = range.start, .end = range.end};
}

struct pc_text pc_scan_slice(const struct pc_scanner *scanner, struct pc_range range)
{
    return (struct pc_text){.data = scanner->source->bytes.data + range.start,
                            .size = range.end - range.start};
}

/* ---- memory for flex ---- */

/* The size is kept in front of the block for pc_scan_realloc. */
union memory_header {
    size_t size;
    max_align_t alignment;
};

void *pc_scan_alloc(struct pc_scanner *scanner, size_t size)
{
    union memory_header *header = pc_arena_alloc(scanner->arena, sizeof(*header) + size);

    header->size = size;
    return header + 1;
}

void *pc_scan_realloc(struct pc_scanner *scanner, void *memory, size_t size)
{
    void *copy = pc_scan_alloc(scanner, size);

    if (memory != NULL) {
        size_t old_size = ((union memory_header *)memory - 1)->size;
        memcpy(copy, memory, old_size < size ? old_size : size);
    }
    return copy;
}

bool pc_scan_may_report(struct pc_scanner *scanner)
{
    if (scanner->diagnostics->error_count - scanner->errors_before >= PC_SYNTAX_ERRORS_MAX)
        scanner->is_stopped = true;
    return !scanner->is_stopped;
}

/* ---- tokens ---- */

static void grow_tokens(struct pc_scanner *scanner)
{
    size_t grown = scanner->token_capacity * 2;
    struct pc_token *copy = pc_arena_alloc_array(scanner->arena, grown, sizeof(*scanner->tokens));

    memcpy(copy, scanner->tokens, scanner->token_count * sizeof(*scanner->tokens));
    scanner->tokens = copy;
    scanner->token_capacity = grown;
}

static struct pc_text without_trailing_blanks(struct pc_text text)
{
    while (text.size > 0 && strchr(" \t\r", text.data[text.size - 1]) != NULL)
        text.size--;
    return text;
}

/* Joins the lines of a documentation comment without slashes and the blank behind them. */
static struct pc_text text_of_documentation(struct pc_scanner *scanner, struct pc_span span)
{
    struct pc_text rest =
        pc_scan_slice(scanner, (struct pc_range){.start = span.start, .end = span.end});
    char *joined = pc_arena_alloc(scanner->arena, rest.size + 1);
    size_t size = 0;

    while (rest.size > 0) {
        const char *newline = memchr(rest.data, '\n', rest.size);
        size_t taken = newline != NULL ? (size_t)(newline - rest.data) + 1 : rest.size;
        struct pc_text line = {.data = rest.data, .size = newline != NULL ? taken - 1 : taken};
        const char *slashes = memchr(line.data, '/', line.size);
        size_t skipped = (size_t)(slashes - line.data) + strlen("///");
        line.data += skipped;
        line.size -= skipped;
        line = without_trailing_blanks(line);
        if (line.size > 0 && line.data[0] == ' ') {
            line.data++;
            line.size--;
        }
        if (size > 0)
            joined[size++] = '\n';
        memcpy(joined + size, line.data, line.size);
        size += line.size;
        rest.data += taken;
        rest.size -= taken;
    }
    return (struct pc_text){.data = joined, .size = size};
}

/* Documentation belongs to the token behind it. */
static void settle_documentation(struct pc_scanner *scanner, uint32_t token_start)
{
    struct pc_documentation *pending = scanner->pending;

    if (pending == NULL)
        return;
    pending->token_start = token_start;
    pending->text = text_of_documentation(scanner, pending->span);
    PC_LIST_ADD(scanner->arena, &scanner->documentations, pending);
    scanner->pending = NULL;
}

void pc_scan_token(struct pc_scanner *scanner, int kind, struct pc_range range)
{
    if (scanner->token_count == scanner->token_capacity)
        grow_tokens(scanner);
    settle_documentation(scanner, range.start);
    scanner->tokens[scanner->token_count++] = (struct pc_token){
        .start = range.start,
        .end = range.end,
        .kind = (uint16_t)kind,
        .is_first = scanner->is_at_line_start,
    };
    scanner->is_at_line_start = false;
}

void pc_scan_newline(struct pc_scanner *scanner)
{
    if (scanner->frames.count > 0)
        pc_scan_interpolation_cut(scanner);
    scanner->is_at_line_start = true;
    scanner->line++;
}

/* The end stands behind the last token, where something is missing, not behind trailing blank
 * lines. */
void pc_scan_end(struct pc_scanner *scanner)
{
    if (scanner->frames.count > 0)
        pc_scan_interpolation_cut(scanner);
    uint32_t end = scanner->token_count > 0 ? scanner->tokens[scanner->token_count - 1].end : 0;

    settle_documentation(scanner, (uint32_t)scanner->source->bytes.size);
    scanner->is_at_line_start = true;
    pc_scan_token(scanner, PC_TOKEN_END, (struct pc_range){.start = end, .end = end});
    if (scanner->semicolon_count > 1)
        pc_diagnostic_help(scanner->semicolon, "this file has %zu of them",
                           scanner->semicolon_count);
}

/* ---- comments ---- */

static void document(struct pc_scanner *scanner, struct pc_span span)
{
    struct pc_documentation *pending = scanner->pending;

    if (pending != NULL && scanner->pending_line + 1 == scanner->line) {
        pending->span = pc_span_join(pending->span, span);
    } else {
        settle_documentation(scanner, pending != NULL ? pending->span.start : 0);
        pending = PC_NEW(scanner->arena, struct pc_documentation);
        pending->span = span;
        scanner->pending = pending;
    }
    scanner->pending_line = scanner->line;
}

void pc_scan_comment(struct pc_scanner *scanner, struct pc_range range)
{
    struct pc_comment *comment = PC_NEW(scanner->arena, struct pc_comment);
    struct pc_text text = without_trailing_blanks(pc_scan_slice(scanner, range));
    size_t slashes = 2;

    while (slashes < text.size && text.data[slashes] == '/')
        slashes++;
    comment->is_doc = slashes == 3;
    comment->is_first = scanner->is_at_line_start;
    range.end = range.start + (uint32_t)text.size;
    comment->span = pc_scan_span(scanner, range);
    size_t skipped = comment->is_doc ? 3 : 2;
    comment->text = (struct pc_text){.data = text.data + skipped, .size = text.size - skipped};
    PC_LIST_ADD(scanner->arena, &scanner->comments, comment);

    if (comment->is_doc && comment->is_first) {
        document(scanner, comment->span);
    } else if (comment->is_doc) {
        struct pc_diagnostic *problem =
            pc_report(scanner->diagnostics, PC_W0001, comment->span,
                      "documentation stands before what it documents, on lines of its own");
        pc_diagnostic_help(problem, "write `//` for a plain comment");
    }
}

/* ---- the whole file ---- */

/* Flex wants a buffer of its own that ends with two NULs. A byte order mark becomes blanks. */
static char *make_buffer(struct pc_scanner *scanner, size_t *size)
{
    struct pc_text bytes = scanner->source->bytes;
    char *buffer = pc_arena_alloc(scanner->arena, bytes.size + 2);

    memcpy(buffer, bytes.data, bytes.size);
    if (bytes.size >= 3 && memcmp(buffer, "\xEF\xBB\xBF", 3) == 0)
        memset(buffer, ' ', 3);
    *size = bytes.size + 2;
    return buffer;
}

void pc_scan(struct pc_scanner *scanner, struct pc_arena *arena, struct pc_diagnostics *diagnostics,
             const struct pc_sources *sources, uint32_t source_index)
{
    const struct pc_source *source = pc_source_get(sources, source_index);
    yyscan_t flex;
    size_t size;

    *scanner = (struct pc_scanner){
        .arena = arena,
        .diagnostics = diagnostics,
        .source = source,
        .source_index = source_index,
        .errors_before = diagnostics->error_count,
        .is_at_line_start = true,
        .token_capacity = source->bytes.size / 4 + 16,
        .cut_text_start = UINT32_MAX,
        .distrusted_from = UINT32_MAX,
    };
    scanner->tokens =
        pc_arena_alloc_array(arena, scanner->token_capacity, sizeof(*scanner->tokens));
    char *buffer = make_buffer(scanner, &size);
    pc_flex_lex_init_extra(scanner, &flex);
    pc_flex__scan_buffer(buffer, size, flex);
    pc_flex_lex(flex);
    pc_flex_lex_destroy(flex);
    if (!scanner->is_stopped)
        pc_scan_match_brackets(scanner);
}
