/* parser.c -- hands tokens to the grammar, and finds the place to go on after an error. */
#include "syntax/parser.h"

#include "proj.tab.h"

struct pc_span pc_parser_span(const struct pc_parser *parser, struct pc_range range)
{
    return pc_scan_span(parser->scanner, range);
}

struct pc_text pc_token_slice(const struct pc_parser *parser, const struct pc_token *token)
{
    return pc_scan_slice(parser->scanner,
                         (struct pc_range){.start = token->start, .end = token->end});
}

struct pc_name pc_token_name(const struct pc_parser *parser, const struct pc_token *token)
{
    struct pc_name name = {0};

    if (token == NULL)
        return name;
    name.text = pc_token_slice(parser, token);
    name.span = pc_parser_span(parser, (struct pc_range){.start = token->start, .end = token->end});
    if (name.text.size >= 2 && name.text.data[0] == '`') {
        name.text.data++;
        name.text.size -= 2;
        name.is_quoted = true;
    }
    return name;
}

struct pc_text pc_token_text(const struct pc_parser *parser, const struct pc_token *token)
{
    return *parser->scanner->texts.items[token->text];
}

struct pc_text pc_take_documentation(struct pc_parser *parser, uint32_t offset)
{
    struct pc_documentations *list = &parser->scanner->documentations;
    size_t low = 0;
    size_t high = list->count;

    /* Invariant: everything before low stands before offset, everything from high on does not. */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->items[middle]->token_start < offset)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == list->count || list->items[low]->token_start != offset)
        return (struct pc_text){0};
    list->items[low]->is_used = true;
    return list->items[low]->text;
}

bool pc_token_is_name(int kind)
{
    return kind == PC_TOKEN_ID || (kind >= PC_TOKEN_PACKAGE && kind <= PC_TOKEN_AT);
}

bool pc_token_is_reserved(int kind)
{
    return kind >= PC_TOKEN_IF && kind <= PC_TOKEN_ASC;
}

/* ---- tokens ---- */

void pc_enter_angle(struct pc_parser *parser)
{
    parser->angle_depth++;
    if (parser->angle_depth > PC_NESTING_MAX)
        pc_report_too_deep(parser);
}

/* Inside < >, `>=` is `>` and `=`; returns the first half and keeps the second. */
static const struct pc_token *take_apart(struct pc_parser *parser, const struct pc_token *token)
{
    struct pc_token *halves = pc_arena_alloc_array(parser->arena, 2, sizeof(*halves));

    halves[0] = *token;
    halves[0].kind = PC_TOKEN_GREATER;
    halves[0].end = token->start + 1;
    halves[1] = *token;
    halves[1].kind = PC_TOKEN_ASSIGN;
    halves[1].start = token->start + 1;
    parser->halves = &halves[1];
    return &halves[0];
}

int pc_next_token(struct pc_parser *parser, const struct pc_token **token, struct pc_range *range)
{
    const struct pc_scanner *scanner = parser->scanner;
    const struct pc_token *read = parser->halves;

    parser->halves = NULL;
    if (read == NULL) {
        if (parser->diagnostics->error_count - parser->errors_before >= PC_SYNTAX_ERRORS_MAX)
            parser->is_stopped = true;
        if (parser->is_stopped)
            parser->next = scanner->token_count - 1;
        parser->current = parser->next;
        read = &scanner->tokens[parser->next];
        if (read->kind != PC_TOKEN_END)
            parser->next++;
    }
    if (parser->angle_depth > 0 && read->kind == PC_TOKEN_GREATER_EQUAL)
        read = take_apart(parser, read);
    if (parser->angle_depth > 0 && read->kind == PC_TOKEN_GREATER)
        parser->angle_depth--;
    *token = read;
    *range = (struct pc_range){.start = read->start, .end = read->end};
    return read->kind;
}

/* ---- recovery ---- */

static bool begins_declaration(int kind)
{
    switch (kind) {
    case PC_TOKEN_PACKAGE:
    case PC_TOKEN_IMPORT:
    case PC_TOKEN_TYPE:
    case PC_TOKEN_ENUM:
    case PC_TOKEN_RECORD:
    case PC_TOKEN_FN:
    case PC_TOKEN_EXTERN:
    case PC_TOKEN_STREAM:
    case PC_TOKEN_AGGREGATE:
    case PC_TOKEN_PROJECTION:
    case PC_TOKEN_TEST:
        return true;
    default:
        return false;
    }
}

static bool begins_item(int kind)
{
    switch (kind) {
    case PC_TOKEN_STATE:
    case PC_TOKEN_TABLE:
    case PC_TOKEN_ON:
    case PC_TOKEN_IGNORE:
    case PC_TOKEN_VERSION:
    case PC_TOKEN_QUERY:
        return true;
    default:
        return false;
    }
}

static bool begins_statement(int kind)
{
    switch (kind) {
    case PC_TOKEN_LET:
    case PC_TOKEN_IF:
    case PC_TOKEN_MATCH:
    case PC_TOKEN_FOR:
    case PC_TOKEN_DELETE:
    case PC_TOKEN_COPY:
    case PC_TOKEN_SKIP:
    case PC_TOKEN_FAIL:
    case PC_TOKEN_REQUIRE:
    case PC_TOKEN_NOTIFY:
        return true;
    default:
        return pc_token_is_name(kind);
    }
}

/* A name at the start of a line is taken for a misspelt keyword where only keywords begin
 * something. */
static bool begins(enum pc_recovery recovery, const struct pc_token *token)
{
    int kind = token->kind;

    switch (recovery) {
    case PC_RECOVER_DECLARATION:
        return begins_declaration(kind) || (kind == PC_TOKEN_ID && token->is_first);
    case PC_RECOVER_ITEM:
        return begins_item(kind) || (kind == PC_TOKEN_ID && token->is_first);
    case PC_RECOVER_STATEMENT:
        return begins_statement(kind);
    case PC_RECOVER_ENTRY:
        break;
    }
    bool is_tail = kind == PC_TOKEN_AT && !token->is_first; /* Event { … } at "…" */
    return (pc_token_is_name(kind) && !is_tail) || kind == PC_TOKEN_ELSE ||
           kind == PC_TOKEN_UPCAST || kind == PC_TOKEN_NOTIFY;
}

/* Elements begin on a line of their own, behind a block, or (what is separated by them) a comma. */
static bool stands_apart(const struct pc_scanner *scanner, size_t index, enum pc_recovery recovery)
{
    if (index == 0 || scanner->tokens[index].is_first)
        return true;
    int before = scanner->tokens[index - 1].kind;
    return before == PC_TOKEN_RIGHT_BRACE ||
           (recovery == PC_RECOVER_ENTRY && before == PC_TOKEN_COMMA);
}

/* The index of the first token at or behind `offset`. */
static size_t find_token(const struct pc_scanner *scanner, uint32_t offset)
{
    size_t low = 0;
    size_t high = scanner->token_count - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (scanner->tokens[middle].start < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool pc_recover(struct pc_parser *parser, enum pc_recovery recovery, struct pc_range range)
{
    const struct pc_scanner *scanner = parser->scanner;
    size_t first = find_token(scanner, range.start);
    size_t at = parser->current;
    unsigned depth = scanner->tokens[first < at ? first : at].depth;

    /* What was tried once and failed again is passed over, so every recovery moves on. */
    if (at + 1 == parser->recovered_at && scanner->tokens[at].kind != PC_TOKEN_END)
        at++;
    for (;; at++) {
        const struct pc_token *token = &scanner->tokens[at];
        if (token->kind == PC_TOKEN_END || token->depth < depth)
            break;
        if (token->depth == depth && begins(recovery, token) &&
            stands_apart(scanner, at, recovery) && (at > first || at > parser->current))
            break;
    }
    parser->next = at;
    parser->recovered_at = at + 1;
    parser->halves = NULL;
    parser->angle_depth = 0;
    /* Inside braces, the end of the file is an error that the scanner reported. */
    return scanner->tokens[at].kind != PC_TOKEN_END || recovery == PC_RECOVER_DECLARATION;
}
