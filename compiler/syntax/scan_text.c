/* scan_text.c -- the scanner's texts: escapes, interpolations, and texts that do not end.
 *
 * A text without interpolation is one TEXT token. Otherwise it is TEXT_BEGIN, then TEXT_PART and
 * INTERPOLATION_OPEN … INTERPOLATION_CLOSE in any order, then TEXT_END. Texts nest through
 * interpolations, so the open ones stand on a stack of frames. */
#include "syntax/scan.h"

#include "proj.tab.h"

#include <stdlib.h>
#include <string.h>

struct pc_text_frame {
    uint32_t start;       /* offset of the opening quote */
    size_t first_token;   /* index the first token of this text has or will have */
    uint32_t part_start;  /* offset of the brace of the current interpolation */
    uint32_t open_braces; /* inside the current interpolation */
    bool is_plain;        /* stands where texts do not interpolate */
    bool has_parts;       /* TEXT_BEGIN was stored */
};

static struct pc_text_frame *innermost(const struct pc_scanner *scanner)
{
    return scanner->frames.count > 0 ? scanner->frames.items[scanner->frames.count - 1] : NULL;
}

/* ---- the bytes of the current part ---- */

static void append(struct pc_scanner *scanner, const char *data, size_t size)
{
    if (scanner->buffer_capacity - scanner->buffer_size < size) {
        size_t grown = (scanner->buffer_size + size) * 2;
        char *copy = pc_arena_alloc(scanner->arena, grown);
        if (scanner->buffer_size > 0)
            memcpy(copy, scanner->buffer, scanner->buffer_size);
        scanner->buffer = copy;
        scanner->buffer_capacity = grown;
    }
    memcpy(scanner->buffer + scanner->buffer_size, data, size);
    scanner->buffer_size += size;
}

/* Stores what was collected as a token of the given kind. */
static void flush(struct pc_scanner *scanner, int kind, struct pc_range range)
{
    struct pc_text *text = PC_NEW(scanner->arena, struct pc_text);

    text->data = pc_arena_copy(scanner->arena, scanner->buffer, scanner->buffer_size);
    text->size = scanner->buffer_size;
    scanner->buffer_size = 0;
    pc_scan_token(scanner, kind, range);
    scanner->tokens[scanner->token_count - 1].text = (uint32_t)scanner->texts.count;
    PC_LIST_ADD(scanner->arena, &scanner->texts, text);
}

static void flush_part(struct pc_scanner *scanner, uint32_t end)
{
    if (scanner->part_start < end)
        flush(scanner, PC_TOKEN_TEXT_PART,
              (struct pc_range){.start = scanner->part_start, .end = end});
}

void pc_scan_text_bytes(struct pc_scanner *scanner, struct pc_range range)
{
    struct pc_text bytes = pc_scan_slice(scanner, range);

    append(scanner, bytes.data, bytes.size);
}

void pc_scan_text_byte(struct pc_scanner *scanner, char byte)
{
    append(scanner, &byte, 1);
}

void pc_scan_text_code_point(struct pc_scanner *scanner, struct pc_range range)
{
    char encoded[4];
    /* The rule matched \u{ and one to six digits, so this stays below 2^24. */
    uint32_t code_point =
        (uint32_t)strtoul(scanner->source->bytes.data + range.start + strlen("\\u{"), NULL, 16);
    size_t size = pc_utf8_encode(code_point, encoded);

    if ((code_point == 0 || size == 0) && !pc_scan_may_report(scanner))
        return;
    if (code_point == 0)
        pc_report(scanner->diagnostics, PC_E0004, pc_scan_span(scanner, range),
                  "a text cannot hold the character NUL");
    else if (size == 0)
        pc_report(scanner->diagnostics, PC_E0004, pc_scan_span(scanner, range),
                  "U+%04X is not a character", code_point);
    else
        append(scanner, encoded, size);
}

void pc_scan_text_bad_escape(struct pc_scanner *scanner, struct pc_range range)
{
    struct pc_text text = pc_scan_slice(scanner, range);

    if (!pc_scan_may_report(scanner))
        return;
    struct pc_diagnostic *problem =
        pc_report(scanner->diagnostics, PC_E0004, pc_scan_span(scanner, range),
                  "`%.*s` is not an escape", PC_TEXT_ARGS(text));

    if (text.data[1] == 'u')
        pc_diagnostic_help(problem, "write `\\u{1F600}`: one to six hexadecimal digits in braces");
    else
        pc_diagnostic_help(problem, "the escapes are \\n \\t \\r \\\\ \\\" \\{ \\} and \\u{…}; "
                                    "a backslash itself is `\\\\`");
}

/* ---- begin and end ---- */

/* Behind these words stands an outside name, a path or a title: braces there are just braces. */
static bool stands_where_texts_are_plain(const struct pc_scanner *scanner)
{
    if (scanner->token_count == 0)
        return false;
    switch (scanner->tokens[scanner->token_count - 1].kind) {
    case PC_TOKEN_AS:
    case PC_TOKEN_IMPORT:
    case PC_TOKEN_UPCAST:
    case PC_TOKEN_FAILS:
    case PC_TOKEN_TEST:
    case PC_TOKEN_NOTIFY:
        return true;
    default:
        return false;
    }
}

void pc_scan_text_begin(struct pc_scanner *scanner, struct pc_range range)
{
    struct pc_text_frame *frame = PC_NEW(scanner->arena, struct pc_text_frame);

    frame->start = range.start;
    frame->first_token = scanner->token_count;
    frame->is_plain = stands_where_texts_are_plain(scanner);
    PC_LIST_ADD(scanner->arena, &scanner->frames, frame);
    scanner->part_start = range.end;
    scanner->buffer_size = 0;
}

void pc_scan_text_end(struct pc_scanner *scanner, struct pc_range range)
{
    struct pc_text_frame *frame = innermost(scanner);

    if (frame->has_parts) {
        flush_part(scanner, range.start);
        pc_scan_token(scanner, PC_TOKEN_TEXT_END, range);
    } else {
        flush(scanner, PC_TOKEN_TEXT, (struct pc_range){.start = frame->start, .end = range.end});
    }
    scanner->frames.count--;
}

/* ---- interpolation ---- */

bool pc_scan_interpolation(struct pc_scanner *scanner, struct pc_range range)
{
    struct pc_text_frame *frame = innermost(scanner);

    if (frame->is_plain) {
        pc_scan_text_bytes(scanner, range);
        return false;
    }
    if (!frame->has_parts) {
        frame->has_parts = true;
        pc_scan_token(scanner, PC_TOKEN_TEXT_BEGIN,
                      (struct pc_range){.start = frame->start, .end = frame->start + 1});
    }
    flush_part(scanner, range.start);
    frame->part_start = range.start;
    frame->open_braces = 0;
    pc_scan_token(scanner, PC_TOKEN_INTERPOLATION_OPEN, range);
    return true;
}

void pc_scan_open_brace(struct pc_scanner *scanner, struct pc_range range)
{
    struct pc_text_frame *frame = innermost(scanner);

    if (frame != NULL)
        frame->open_braces++;
    pc_scan_token(scanner, PC_TOKEN_LEFT_BRACE, range);
}

bool pc_scan_close_brace(struct pc_scanner *scanner, struct pc_range range)
{
    struct pc_text_frame *frame = innermost(scanner);

    if (frame == NULL || frame->open_braces > 0) {
        if (frame != NULL)
            frame->open_braces--;
        pc_scan_token(scanner, PC_TOKEN_RIGHT_BRACE, range);
        return false;
    }
    pc_scan_token(scanner, PC_TOKEN_INTERPOLATION_CLOSE, range);
    scanner->part_start = range.end;
    scanner->buffer_size = 0;
    return true;
}

/* ---- texts that do not end ---- */

static uint32_t end_of_line(const struct pc_scanner *scanner, uint32_t offset)
{
    struct pc_text bytes = scanner->source->bytes;

    while (offset < bytes.size && bytes.data[offset] != '\n' && bytes.data[offset] != '\r')
        offset++;
    return offset;
}

/* Closes all open texts after an error in one of them: they become one plain text up to `end`. */
static void collapse_texts(struct pc_scanner *scanner, uint32_t end)
{
    const struct pc_text_frame *outermost = scanner->frames.items[0];

    if (outermost->start < scanner->cut_text_start)
        scanner->cut_text_start = outermost->start;
    scanner->token_count = outermost->first_token;
    scanner->frames.count = 0;
    scanner->buffer_size = 0;
    flush(scanner, PC_TOKEN_TEXT, (struct pc_range){.start = outermost->start, .end = end});
}

/* The outermost interpolation is where the `}` is missing: texts inside of it only look open. */
void pc_scan_interpolation_cut(struct pc_scanner *scanner)
{
    const struct pc_text_frame *frame = scanner->frames.items[0];
    struct pc_span brace = {
        .source = scanner->source_index, .start = frame->part_start, .end = frame->part_start + 1};

    if (pc_scan_may_report(scanner)) {
        struct pc_diagnostic *problem = pc_report(scanner->diagnostics, PC_E0014, brace,
                                                  "the interpolation does not end on its line");
        pc_diagnostic_label(problem, "this brace has no partner");
        pc_diagnostic_help(problem, "`\\{` is a brace that is meant as such");
    }
    collapse_texts(scanner, end_of_line(scanner, frame->start));
}

void pc_scan_text_cut(struct pc_scanner *scanner)
{
    const struct pc_text_frame *frame = innermost(scanner);

    if (scanner->frames.count > 1) {
        pc_scan_interpolation_cut(scanner);
        return;
    }
    struct pc_span quote = {
        .source = scanner->source_index, .start = frame->start, .end = frame->start + 1};
    if (pc_scan_may_report(scanner)) {
        struct pc_diagnostic *problem =
            pc_report(scanner->diagnostics, PC_E0003, quote, "the text does not end on its line");
        pc_diagnostic_label(problem, "this quote has no partner");
        pc_diagnostic_help(problem, "a line break inside a text is written `\\n`");
    }
    collapse_texts(scanner, end_of_line(scanner, frame->start));
}
