/* format_printer.c -- puts tokens, gaps and comments into the layout. */
#include "syntax/format_printer.h"

#include "proj.tab.h"

#include <assert.h>
#include <string.h>

static const struct pc_token *next_token(const struct pc_printer *printer)
{
    return &printer->scanner->tokens[printer->next];
}

static bool opens(int kind)
{
    return kind == PC_TOKEN_LEFT_BRACE || kind == PC_TOKEN_LEFT_PAREN ||
           kind == PC_TOKEN_LEFT_BRACKET || kind == PC_TOKEN_INTERPOLATION_OPEN;
}

static bool closes(int kind)
{
    return kind == PC_TOKEN_RIGHT_BRACE || kind == PC_TOKEN_RIGHT_PAREN ||
           kind == PC_TOKEN_RIGHT_BRACKET || kind == PC_TOKEN_INTERPOLATION_CLOSE;
}

void pc_printer_init(struct pc_printer *printer, struct pc_arena *arena,
                     const struct pc_scanner *scanner)
{
    size_t open[PC_NESTING_MAX + 1];
    size_t open_count = 0;
    uint32_t line = 0;
    uint32_t at = 0;

    *printer = (struct pc_printer){.arena = arena, .scanner = scanner};
    printer->layout = pc_layout_new(arena);
    printer->lines = pc_arena_alloc_array(arena, scanner->token_count, sizeof(*printer->lines));
    printer->partners =
        pc_arena_alloc_array(arena, scanner->token_count, sizeof(*printer->partners));
    for (size_t i = 0; i < scanner->token_count; i++) {
        const struct pc_token *token = &scanner->tokens[i];
        for (; at < token->start; at++)
            line += scanner->source->bytes.data[at] == '\n';
        printer->lines[i] = line;
        if (opens(token->kind))
            open[open_count++] = i;
        else if (closes(token->kind) && open_count > 0)
            printer->partners[open[--open_count]] = i;
    }
}

/* ---- looking at the next token ---- */

bool pc_at(const struct pc_printer *printer, int kind)
{
    return !printer->is_half && next_token(printer)->kind == kind;
}

uint32_t pc_next_start(const struct pc_printer *printer)
{
    return next_token(printer)->start;
}

bool pc_bracket_spans_lines(const struct pc_printer *printer)
{
    return printer->lines[printer->next] != printer->lines[printer->partners[printer->next]];
}

bool pc_bracket_ends_line(const struct pc_printer *printer)
{
    return printer->lines[printer->next] != printer->lines[printer->next + 1];
}

static const struct pc_comment *next_comment(const struct pc_printer *printer)
{
    const struct pc_comments *comments = &printer->scanner->comments;

    return printer->next_comment < comments->count ? comments->items[printer->next_comment] : NULL;
}

/* True if a comment stands before the token at `index`; those before it were all printed. */
static bool has_comment_before(const struct pc_printer *printer, size_t index)
{
    const struct pc_comment *comment = next_comment(printer);
    const struct pc_token *token = &printer->scanner->tokens[index];

    /* The end of the file is a token that stands right behind the last one. */
    return comment != NULL && (token->kind == PC_TOKEN_END || comment->span.start < token->start);
}

bool pc_bracket_is_empty(const struct pc_printer *printer)
{
    const struct pc_comments *comments = &printer->scanner->comments;
    uint32_t start = next_token(printer)->start;
    uint32_t end = next_token(printer)[1].start;
    size_t at = printer->next_comment;

    if (printer->partners[printer->next] != printer->next + 1)
        return false;
    while (at < comments->count && comments->items[at]->span.start < start)
        at++;
    return at == comments->count || comments->items[at]->span.start > end;
}

/* ---- comments ---- */

/* True if the line before what stands at `offset` is empty. */
static bool has_blank_line_before(const struct pc_printer *printer, uint32_t offset)
{
    const char *data = printer->scanner->source->bytes.data;
    unsigned line_ends = 0;

    while (offset > 0 && strchr(" \t\r\n", data[offset - 1]) != NULL)
        line_ends += data[--offset] == '\n';
    return line_ends > 1;
}

/* Whether a `///` would come to document something, because what stood between it and the next
 * token (a comma, the code before it) is not printed there. Then it becomes a plain comment. */
static bool changes_owner(const struct pc_printer *printer, const struct pc_comment *comment)
{
    const struct pc_token *tokens = printer->scanner->tokens;

    if (!comment->is_doc)
        return false;
    return !comment->is_first ||
           (printer->next > 0 && tokens[printer->next - 1].start > comment->span.start);
}

static struct pc_text text_of_comment(const struct pc_printer *printer,
                                      const struct pc_comment *comment)
{
    struct pc_text bytes = printer->scanner->source->bytes;
    struct pc_text text = {.data = bytes.data + comment->span.start,
                           .size = comment->span.end - comment->span.start};

    if (changes_owner(printer, comment))
        text = pc_text_format(printer->arena, "//%.*s", PC_TEXT_ARGS(comment->text));
    return text;
}

static void end_line(struct pc_printer *printer, bool has_blank_line)
{
    uint32_t hang = printer->gap.is_line_break ? 0 : printer->gap.hang;

    pc_layout_break(
        printer->layout,
        (struct pc_break){.is_hard = true, .has_blank_line = has_blank_line, .hang = hang});
    printer->may_take_comment = false;
}

/* Prints the comments before the next token. The gap becomes a line end then. */
static void take_comments(struct pc_printer *printer)
{
    while (has_comment_before(printer, printer->next)) {
        const struct pc_comment *comment = next_comment(printer);
        if (!comment->is_first && printer->may_take_comment) {
            struct pc_text bytes = printer->scanner->source->bytes;
            pc_layout_comment(printer->layout,
                              (struct pc_text){.data = bytes.data + comment->span.start,
                                               .size = comment->span.end - comment->span.start});
            pc_layout_force(printer->layout);
            printer->may_take_comment = false;
        } else {
            end_line(printer, printer->gap.may_be_blank &&
                                  has_blank_line_before(printer, comment->span.start));
            pc_layout_text(printer->layout, text_of_comment(printer, comment));
            printer->gap.may_be_blank = printer->gap.is_line_break;
        }
        printer->gap.is_hard = true;
        printer->next_comment++;
    }
}

/* ---- printing ---- */

static void print_gap(struct pc_printer *printer)
{
    take_comments(printer);
    const struct pc_gap *gap = &printer->gap;
    bool has_blank_line =
        gap->may_be_blank && has_blank_line_before(printer, next_token(printer)->start);

    if (gap->is_hard)
        end_line(printer, has_blank_line);
    else if (gap->align != PC_ALIGN_NONE)
        pc_layout_align(printer->layout, gap->align);
    else if (gap->is_line_break)
        pc_layout_break(printer->layout,
                        (struct pc_break){.flat = gap->flat, .has_blank_line = has_blank_line});
    else if (gap->flat != PC_FLAT_NOTHING)
        pc_layout_text(printer->layout, pc_text_of(" "));
    printer->gap = (struct pc_gap){.hang = PC_LAYOUT_INDENT};
}

static void print(struct pc_printer *printer, struct pc_text text)
{
    print_gap(printer);
    pc_layout_text(printer->layout, text);
    printer->may_take_comment = true;
}

/* All keywords (tests/format holds the list against the scanner's), and what the parser takes for a
 * misspelt `none`. */
static const char *const keywords[] = {
    "package", "import",  "type",  "enum",  "record", "stream",  "payload",    "aggregate",
    "event",   "extern",  "each",  "over",  "test",   "given",   "expect",     "fails",
    "state",   "columns", "table", "index", "any",    "error",   "ignore",     "version",
    "query",   "order",   "limit", "retry", "times",  "at",      "projection", "if",
    "else",    "match",   "for",   "in",    "let",    "delete",  "skip",       "fail",
    "require", "copy",    "on",    "and",   "or",     "not",     "none",       "true",
    "false",   "where",   "then",  "fn",    "as",     "by",      "upcast",     "notify",
    "desc",    "asc",     "null",  "NULL",  "nil",    "nullptr", "undefined",
};

/* Other words in backquotes are the same names without. */
static bool needs_backquotes(struct pc_text word)
{
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        if (pc_text_is(word, keywords[i]))
            return true;
    }
    return false;
}

static struct pc_text text_of_token(const struct pc_printer *printer)
{
    const struct pc_token *token = next_token(printer);
    struct pc_text text = {.data = printer->scanner->source->bytes.data + token->start,
                           .size = token->end - token->start};

    if (token->kind == PC_TOKEN_ID && text.data[0] == '`') {
        struct pc_text word = {.data = text.data + 1, .size = text.size - 2};
        return needs_backquotes(word) ? text : word;
    }
    return text;
}

void pc_take(struct pc_printer *printer)
{
    print(printer, printer->is_half ? pc_text_of("=") : text_of_token(printer));
    printer->is_half = false;
    printer->next++;
}

void pc_take_kind(struct pc_printer *printer, int kind)
{
    int found = next_token(printer)->kind;

    if (kind == PC_TOKEN_GREATER && found == PC_TOKEN_GREATER_EQUAL) {
        print(printer, pc_text_of(">"));
        printer->is_half = true;
        return;
    }
    assert(found == kind || (printer->is_half && kind == PC_TOKEN_ASSIGN));
    pc_take(printer);
}

void pc_take_comma(struct pc_printer *printer)
{
    pc_layout_text(printer->layout, pc_text_of(","));
    pc_pass(printer, PC_TOKEN_COMMA);
}

void pc_pass(struct pc_printer *printer, int kind)
{
    if (pc_at(printer, kind))
        printer->next++;
}

void pc_take_comments(struct pc_printer *printer)
{
    bool is_first = printer->next > 0 && opens(next_token(printer)[-1].kind);

    if (!has_comment_before(printer, printer->next))
        return;
    pc_break_element(printer, PC_FLAT_BLANK, is_first);
    take_comments(printer);
    printer->gap = (struct pc_gap){.hang = PC_LAYOUT_INDENT};
}

/* ---- gaps ---- */

void pc_blank(struct pc_printer *printer)
{
    printer->gap = (struct pc_gap){.flat = PC_FLAT_BLANK, .hang = PC_LAYOUT_INDENT};
}

void pc_break(struct pc_printer *printer, enum pc_flat flat)
{
    printer->gap = (struct pc_gap){.is_line_break = true, .flat = flat};
}

void pc_align(struct pc_printer *printer, enum pc_align align)
{
    printer->gap = (struct pc_gap){.flat = PC_FLAT_BLANK, .align = align, .hang = PC_LAYOUT_INDENT};
}

void pc_break_element(struct pc_printer *printer, enum pc_flat flat, bool is_first)
{
    printer->gap = (struct pc_gap){.is_line_break = true, .flat = flat, .may_be_blank = !is_first};
}

/* ---- groups ---- */

void pc_open(struct pc_printer *printer)
{
    print_gap(printer);
    pc_layout_open(printer->layout, false);
}

void pc_open_flat(struct pc_printer *printer)
{
    print_gap(printer);
    pc_layout_open(printer->layout, true);
}

void pc_close(struct pc_printer *printer)
{
    pc_layout_close(printer->layout);
}

void pc_force(struct pc_printer *printer)
{
    pc_layout_force(printer->layout);
}

void pc_indent(struct pc_printer *printer)
{
    pc_layout_indent(printer->layout, PC_LAYOUT_INDENT);
}

void pc_dedent(struct pc_printer *printer)
{
    pc_layout_indent(printer->layout, -PC_LAYOUT_INDENT);
}

/* ---- brackets ---- */

void pc_bracket_open(struct pc_printer *printer, enum pc_flat inner, bool is_forced)
{
    pc_open(printer);
    if (is_forced)
        pc_force(printer);
    pc_take(printer);
    pc_indent(printer);
    pc_break_element(printer, inner, true);
}

void pc_bracket_close(struct pc_printer *printer, enum pc_flat inner)
{
    pc_take_comments(printer);
    pc_dedent(printer);
    pc_break(printer, inner);
    pc_take(printer);
    pc_close(printer);
}

bool pc_take_empty_bracket(struct pc_printer *printer)
{
    if (!pc_bracket_is_empty(printer))
        return false;
    pc_take(printer);
    pc_take(printer);
    return true;
}

void pc_take_rest(struct pc_printer *printer)
{
    assert(pc_at(printer, PC_TOKEN_END));
    pc_break_element(printer, PC_FLAT_NOTHING, printer->next == 0);
    take_comments(printer);
}
