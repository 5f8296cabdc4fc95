/* diag_print.c -- prints diagnostics: with source lines and carets, one line each, or as JSON
 * lines. */
#include "base/diag.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LINE_COLUMNS_MAX = 160, /* longer source lines are cut to a window around the carets */
    WINDOW_LEAD_COLUMNS = 60,
};

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD, for bytes that may not reach a terminal */

struct printer {
    const struct pc_sources *sources;
    const struct pc_diagnostic_style *style;
    FILE *stream;
    int gutter; /* digits of the largest line number shown */
};

bool pc_stream_has_colours(FILE *stream)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    if (no_color != NULL && no_color[0] != '\0')
        return false;
    if (term == NULL || strcmp(term, "dumb") == 0)
        return false;
    return isatty(fileno(stream)) == 1;
}

/* ---- colours ---- */

static const char *const bold = "\033[1m";
static const char *const red = "\033[1;31m";
static const char *const yellow = "\033[1;33m";
static const char *const blue = "\033[1;34m";

static void colour(const struct printer *printer, const char *sequence)
{
    if (printer->style->has_colours)
        fputs(sequence, printer->stream);
}

static void plain(const struct printer *printer)
{
    colour(printer, "\033[0m");
}

static const char *severity_name(const struct pc_diagnostic *diagnostic)
{
    return diagnostic->severity == PC_SEVERITY_ERROR ? "error" : "warning";
}

static const char *severity_colour(const struct pc_diagnostic *diagnostic)
{
    return diagnostic->severity == PC_SEVERITY_ERROR ? red : yellow;
}

/* ---- text that is safe on a terminal ---- */

/* Returns the bytes of the character at the start of `text`: a valid sequence, or 1 with *is_safe
 * false. */
static size_t character(struct pc_text text, bool *is_safe)
{
    unsigned char lead = (unsigned char)text.data[0];
    size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    struct pc_text candidate = {.data = text.data, .size = length < text.size ? length : text.size};

    if (pc_utf8_valid_prefix(candidate) != candidate.size) {
        *is_safe = false;
        return 1;
    }
    bool is_c1_control = lead == 0xC2 && length == 2 && (unsigned char)text.data[1] < 0xA0;
    *is_safe = (lead >= 0x20 || lead == '\t') && lead != 0x7F && !is_c1_control;
    return length;
}

static void print_safely(const struct printer *printer, struct pc_text text)
{
    while (text.size > 0) {
        bool is_safe;
        size_t length = character(text, &is_safe);
        if (is_safe)
            fwrite(text.data, 1, length, printer->stream);
        else
            fputs(REPLACEMENT, printer->stream);
        text.data += length;
        text.size -= length;
    }
}

/* ---- the full format ---- */

/* What is shown of a line, and where the carets go in it; byte offsets into the line. */
struct window {
    struct pc_text line;
    size_t start;
    size_t end;
    size_t caret_start;
    size_t caret_end;
};

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

static struct window window_of(const struct pc_source *source, struct pc_span span,
                               uint32_t line_number)
{
    struct window window = {.line = pc_source_line(source, line_number)};
    size_t line_start = source->line_starts[line_number - 1];
    size_t size = window.line.size;

    window.caret_start = span.start - line_start < size ? span.start - line_start : size;
    window.caret_end = span.end - line_start < size ? span.end - line_start : size;
    window.end = size;
    if (size > LINE_COLUMNS_MAX) {
        if (window.caret_start > WINDOW_LEAD_COLUMNS)
            window.start = window.caret_start - WINDOW_LEAD_COLUMNS;
        if (size - window.start > LINE_COLUMNS_MAX)
            window.end = window.start + LINE_COLUMNS_MAX;
        while (window.start > 0 && is_continuation(window.line.data[window.start]))
            window.start--;
        while (window.end < size && is_continuation(window.line.data[window.end]))
            window.end++;
        if (window.caret_end > window.end)
            window.caret_end = window.end;
    }
    return window;
}

static struct pc_text part(struct pc_text line, size_t start, size_t end)
{
    return (struct pc_text){.data = line.data + start, .size = end - start};
}

/* Blanks as wide as `text`: a tab stays a tab, so that the carets stand below what they mean. */
static void print_padding(const struct printer *printer, struct pc_text text)
{
    while (text.size > 0) {
        bool is_safe;
        size_t length = character(text, &is_safe);
        fputc(text.data[0] == '\t' ? '\t' : ' ', printer->stream);
        text.data += length;
        text.size -= length;
    }
}

static size_t count_characters(struct pc_text text)
{
    size_t count = 0;

    while (text.size > 0) {
        bool is_safe;
        size_t length = character(text, &is_safe);
        text.data += length;
        text.size -= length;
        count++;
    }
    return count;
}

static void print_gutter(const struct printer *printer, uint32_t line, const char *mark)
{
    colour(printer, blue);
    if (line > 0)
        fprintf(printer->stream, "%*u %s", printer->gutter, line, mark);
    else
        fprintf(printer->stream, "%*s %s", printer->gutter, "", mark);
    plain(printer);
}

static void print_snippet(const struct printer *printer, struct pc_span span, struct pc_text label,
                          char underline, const char *underline_colour)
{
    const struct pc_source *source = pc_source_get(printer->sources, span.source);
    uint32_t line = pc_source_position(source, span.start).line;
    struct window window = window_of(source, span, line);
    const char *lead = window.start > 0 ? "..." : "";

    print_gutter(printer, line, "|");
    if (window.end > window.start)
        fprintf(printer->stream, " %s", lead);
    print_safely(printer, part(window.line, window.start, window.end));
    fputs(window.end < window.line.size ? "...\n" : "\n", printer->stream);

    print_gutter(printer, 0, "| ");
    fprintf(printer->stream, "%*s", (int)strlen(lead), "");
    print_padding(printer, part(window.line, window.start, window.caret_start));
    colour(printer, underline_colour);
    size_t width = count_characters(part(window.line, window.caret_start, window.caret_end));
    for (size_t i = 0; i < (width > 0 ? width : 1); i++)
        fputc(underline, printer->stream);
    if (label.size > 0) {
        fputc(' ', printer->stream);
        print_safely(printer, label);
    }
    plain(printer);
    fputc('\n', printer->stream);
}

static void print_arrow(const struct printer *printer, const char *arrow, struct pc_span span)
{
    const struct pc_source *source = pc_source_get(printer->sources, span.source);
    struct pc_position position = pc_source_position(source, span.start);

    colour(printer, blue);
    fprintf(printer->stream, "%*s%s", printer->gutter, "", arrow);
    plain(printer);
    fputc(' ', printer->stream);
    print_safely(printer, pc_text_of(source->name));
    fprintf(printer->stream, ":%u:%u\n", position.line, position.column);
}

static void print_places(const struct printer *printer, const struct pc_diagnostic *diagnostic)
{
    uint32_t shown_source = diagnostic->span.source;

    for (size_t i = 0; i < diagnostic->places.count; i++) {
        const struct pc_diagnostic_place *place = diagnostic->places.items[i];
        if (place->span.source != shown_source || !diagnostic->has_span)
            print_arrow(printer, ":::", place->span);
        shown_source = place->span.source;
        print_gutter(printer, 0, "|");
        fputc('\n', printer->stream);
        print_snippet(printer, place->span, place->label, '-', blue);
    }
}

static int digits(uint32_t number)
{
    int count = 1;

    while (number >= 10) {
        number /= 10;
        count++;
    }
    return count;
}

static void widen_gutter(struct printer *printer, struct pc_span span)
{
    const struct pc_source *source = pc_source_get(printer->sources, span.source);
    int width = digits(pc_source_position(source, span.start).line);

    if (width > printer->gutter)
        printer->gutter = width;
}

static void print_full(struct printer *printer, const struct pc_diagnostic *diagnostic)
{
    printer->gutter = 1;
    if (diagnostic->has_span)
        widen_gutter(printer, diagnostic->span);
    for (size_t i = 0; i < diagnostic->places.count; i++)
        widen_gutter(printer, diagnostic->places.items[i]->span);

    colour(printer, severity_colour(diagnostic));
    fprintf(printer->stream, "%s[%s]", severity_name(diagnostic),
            pc_code_describe(diagnostic->code)->name);
    plain(printer);
    colour(printer, bold);
    fputs(": ", printer->stream);
    print_safely(printer, diagnostic->message);
    plain(printer);
    fputc('\n', printer->stream);
    if (diagnostic->has_span) {
        print_arrow(printer, "-->", diagnostic->span);
        print_gutter(printer, 0, "|");
        fputc('\n', printer->stream);
        print_snippet(printer, diagnostic->span, diagnostic->label, '^',
                      severity_colour(diagnostic));
    } else if (diagnostic->file.size > 0) {
        fprintf(printer->stream, "%*s--> ", printer->gutter, "");
        print_safely(printer, diagnostic->file);
        fputc('\n', printer->stream);
    }
    print_places(printer, diagnostic);
    for (size_t i = 0; i < diagnostic->helps.count; i++) {
        print_gutter(printer, 0, "= ");
        colour(printer, bold);
        fputs("help:", printer->stream);
        plain(printer);
        fputc(' ', printer->stream);
        print_safely(printer, *diagnostic->helps.items[i]);
        fputc('\n', printer->stream);
    }
    fputc('\n', printer->stream);
}

/* ---- one line each ---- */

static void print_short(const struct printer *printer, const struct pc_diagnostic *diagnostic)
{
    if (diagnostic->has_span) {
        const struct pc_source *source = pc_source_get(printer->sources, diagnostic->span.source);
        struct pc_position position = pc_source_position(source, diagnostic->span.start);
        print_safely(printer, pc_text_of(source->name));
        fprintf(printer->stream, ":%u:%u: ", position.line, position.column);
    } else if (diagnostic->file.size > 0) {
        print_safely(printer, diagnostic->file);
        fputs(": ", printer->stream);
    }
    fprintf(printer->stream, "%s: ", severity_name(diagnostic));
    print_safely(printer, diagnostic->message);
    fprintf(printer->stream, " [%s]\n", pc_code_describe(diagnostic->code)->name);
}

/* ---- JSON lines ---- */

static void print_json_text(const struct printer *printer, struct pc_text text)
{
    fputc('"', printer->stream);
    while (text.size > 0) {
        bool is_safe;
        size_t length = character(text, &is_safe);
        unsigned char lead = (unsigned char)text.data[0];
        if (lead == '"' || lead == '\\')
            fprintf(printer->stream, "\\%c", lead);
        else if (lead < 0x20)
            fprintf(printer->stream, "\\u%04x", lead);
        else if (lead >= 0x80 && length == 1)
            fputs(REPLACEMENT, printer->stream);
        else
            fwrite(text.data, 1, length, printer->stream);
        text.data += length;
        text.size -= length;
    }
    fputc('"', printer->stream);
}

static void print_json_place(const struct printer *printer, struct pc_span span,
                             struct pc_text label)
{
    const struct pc_source *source = pc_source_get(printer->sources, span.source);
    struct pc_position start = pc_source_position(source, span.start);
    struct pc_position end = pc_source_position(source, span.end);

    fputs("\"file\":", printer->stream);
    print_json_text(printer, pc_text_of(source->name));
    fprintf(printer->stream,
            ",\"line\":%u,\"column\":%u,\"end_line\":%u,\"end_column\":%u,\"label\":", start.line,
            start.column, end.line, end.column);
    print_json_text(printer, label);
}

static void print_json(const struct printer *printer, const struct pc_diagnostic *diagnostic)
{
    FILE *stream = printer->stream;

    fprintf(stream, "{\"severity\":\"%s\",\"code\":\"%s\",\"message\":", severity_name(diagnostic),
            pc_code_describe(diagnostic->code)->name);
    print_json_text(printer, diagnostic->message);
    fputc(',', stream);
    if (diagnostic->has_span) {
        print_json_place(printer, diagnostic->span, diagnostic->label);
    } else {
        fputs("\"file\":", stream);
        print_json_text(printer, diagnostic->file);
    }
    fputs(",\"places\":[", stream);
    for (size_t i = 0; i < diagnostic->places.count; i++) {
        const struct pc_diagnostic_place *place = diagnostic->places.items[i];
        fputs(i > 0 ? ",{" : "{", stream);
        print_json_place(printer, place->span, place->label);
        fputc('}', stream);
    }
    fputs("],\"help\":[", stream);
    for (size_t i = 0; i < diagnostic->helps.count; i++) {
        if (i > 0)
            fputc(',', stream);
        print_json_text(printer, *diagnostic->helps.items[i]);
    }
    fputs("]}\n", stream);
}

/* ---- all of them ---- */

static void print_count(FILE *stream, size_t count, const char *noun)
{
    fprintf(stream, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

static void print_counts(const struct pc_diagnostics *diagnostics, size_t printed, FILE *stream)
{
    if (diagnostics->error_count > 0)
        print_count(stream, diagnostics->error_count, "error");
    if (diagnostics->error_count > 0 && diagnostics->warning_count > 0)
        fputs(", ", stream);
    if (diagnostics->warning_count > 0)
        print_count(stream, diagnostics->warning_count, "warning");
    if (printed < diagnostics->count)
        fprintf(stream, "; the first %zu are shown", printed);
    fputc('\n', stream);
}

void pc_diagnostics_print(struct pc_diagnostics *diagnostics, const struct pc_sources *sources,
                          const struct pc_diagnostic_style *style, FILE *stream)
{
    struct printer printer = {.sources = sources, .style = style, .stream = stream};
    size_t count;

    pc_diagnostics_sort(diagnostics);
    count = diagnostics->count;
    if (count > PC_DIAGNOSTICS_PRINTED_MAX && style->format != PC_FORMAT_JSON)
        count = PC_DIAGNOSTICS_PRINTED_MAX;
    for (size_t i = 0; i < count; i++) {
        if (style->format == PC_FORMAT_FULL)
            print_full(&printer, diagnostics->items[i]);
        else if (style->format == PC_FORMAT_SHORT)
            print_short(&printer, diagnostics->items[i]);
        else
            print_json(&printer, diagnostics->items[i]);
    }
    if (diagnostics->count > 0 && style->format == PC_FORMAT_FULL)
        print_counts(diagnostics, count, stream);
    else if (count < diagnostics->count && style->format == PC_FORMAT_SHORT)
        print_counts(diagnostics, count, stream);
}
