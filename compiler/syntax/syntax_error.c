/* syntax_error.c -- says in plain words what was expected and what was found. The help for typical
 * mistakes is in syntax_help.c. */
#include "syntax/syntax_error.h"

#include "proj.tab.h"

#include <string.h>

/* ---- the set of expected symbols ---- */

/* A file with errors all over is compared a thousand times an error: most names differ in their
 * first letter. */
static bool is_same(const char *a, const char *b)
{
    return a[0] == b[0] && strcmp(a, b) == 0;
}

bool pc_expects(const struct pc_expected *expected, const char *name)
{
    for (size_t i = 0; i < expected->count; i++) {
        if (is_same(expected->names[i], name))
            return true;
    }
    return false;
}

static void drop(struct pc_expected *expected, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < expected->count; i++) {
        if (!is_same(expected->names[i], name))
            expected->names[kept++] = expected->names[i];
    }
    expected->count = kept;
}

static void drop_all(struct pc_expected *expected, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        drop(expected, names[i]);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const words_that_are_names[] = {
    "package",    "import",  "type",  "enum",  "record", "stream", "payload", "aggregate",
    "event",      "extern",  "each",  "over",  "test",   "given",  "expect",  "fails",
    "state",      "columns", "table", "index", "any",    "error",  "ignore",  "version",
    "projection", "query",   "order", "limit", "retry",  "times",  "at",
};

static const char *const expression_starts[] = {
    "a whole number",
    "a number with a fraction",
    "a duration",
    "a text",
    "a text with an interpolation",
    "true",
    "false",
    "none",
    "(",
    "[",
    "{",
    "-",
    "not",
    "if",
    "match",
};

static const char *const statement_starts[] = {
    "let", "if", "match", "for", "delete", "copy", "skip", "fail", "require", "notify",
};

static const char *const continuations[] = {
    "+", "-",  "*",  "/",  "%",  "??",  "==", "!=", "<",
    ">", "<=", ">=", "in", "or", "and", ".",  "?.", "[",
};

static const char *const assignments[] = {
    "=", "+=", "-=", "*=", "/=", ".", "[", "(",
};

static const char *const items[] = {
    "state", "table", "on", "ignore", "version", "query",
};

static const char *const declarations[] = {
    "package", "import", "type",      "enum",       "record", "fn",
    "extern",  "stream", "aggregate", "projection", "test",
};

/* What may be left out; it is named only when little else was expected. */
static const char *const optional_parts[] = {
    "?", "as", "=", "asc",   "desc",  "where", "for", "by",
    "(", "<",  ",", "order", "limit", "else",  "at",
};

enum {
    NAMED_MAX = 4,
    GROUPS_MAX = 4,
    PHRASES_MAX = GROUPS_MAX + NAMED_MAX + 1,
    CUT_LINE_TOKENS_MAX = 16, /* how long a path at the start of a line may be */
};

/* Replaces groups by one phrase each; phrases go to `groups`. */
static size_t find_groups(struct pc_expected *expected, const char *groups[GROUPS_MAX])
{
    size_t count = 0;
    bool is_expression = pc_expects(expected, "a whole number") && pc_expects(expected, "true");
    bool is_statement = pc_expects(expected, "skip") && pc_expects(expected, "let");
    bool is_declaration = pc_expects(expected, "projection") && pc_expects(expected, "fn");
    bool is_item = pc_expects(expected, "table") && pc_expects(expected, "on");

    if (is_declaration) {
        groups[count++] = "a declaration";
        drop_all(expected, declarations, COUNT(declarations));
        drop(expected, "the end of the file");
    } else if (is_item) {
        groups[count++] = "an item of the projection";
        drop_all(expected, items, COUNT(items));
    }
    if (is_expression) {
        groups[count++] = "an expression";
        drop_all(expected, expression_starts, COUNT(expression_starts));
    }
    if (is_statement) {
        groups[count++] = "a statement";
        drop_all(expected, statement_starts, COUNT(statement_starts));
    }
    if (pc_expects(expected, "+=")) {
        groups[count++] = pc_expects(expected, "(") ? "an assignment or a call" : "an assignment";
        drop_all(expected, assignments, COUNT(assignments));
    }
    bool is_name = pc_expects(expected, "a name") && pc_expects(expected, "package");
    if (is_name)
        drop_all(expected, words_that_are_names, COUNT(words_that_are_names));
    if (is_expression || is_statement)
        drop(expected, "a name");
    return count;
}

/* Returns the phrase of a symbol: a word or sign in backquotes, a description as it is. */
static const char *phrase(struct pc_arena *arena, const char *name)
{
    if (strcmp(name, "the end of the interpolation") == 0)
        return "`}`";
    if (strcmp(name, "the end of the text") == 0 || strcmp(name, "the rest of the text") == 0)
        return "`\"`";
    if (strchr(name, ' ') != NULL)
        return name;
    return pc_text_format(arena, "`%s`", name).data;
}

static struct pc_text join(struct pc_arena *arena, const char **phrases, size_t count)
{
    struct pc_text text = pc_text_of(phrases[0]);

    for (size_t i = 1; i < count; i++)
        text = pc_text_format(arena, "%.*s%s%s", PC_TEXT_ARGS(text), i + 1 < count ? ", " : " or ",
                              phrases[i]);
    return text;
}

static bool is_closer(const char *name)
{
    return strcmp(name, "}") == 0 || strcmp(name, ")") == 0 || strcmp(name, "]") == 0;
}

/* Adds the phrases of what closes something, or of all the rest; returns the new count. */
static size_t add_phrases(struct pc_arena *arena, const struct pc_expected *expected,
                          bool of_closers, const char *phrases[PHRASES_MAX], size_t count)
{
    for (size_t i = 0; i < expected->count && count < PHRASES_MAX; i++) {
        if (is_closer(expected->names[i]) != of_closers)
            continue;
        const char *name = phrase(arena, expected->names[i]);
        bool is_repeated = count > 0 && strcmp(phrases[count - 1], name) == 0;
        if (!is_repeated)
            phrases[count++] = name;
    }
    return count;
}

/* True where only a type can stand: the grammar wants a name that is no keyword behind `:`, `<`,
 * `=`. */
static bool wants_type(const struct pc_parser *parser, const struct pc_token *token,
                       const struct pc_expected *expected)
{
    int before = token > parser->scanner->tokens ? token[-1].kind : PC_TOKEN_END;

    return expected->count == 1 && pc_expects(expected, "a name") &&
           (before == PC_TOKEN_COLON || before == PC_TOKEN_LESS || before == PC_TOKEN_ASSIGN);
}

/* Names what could stand there, shortly. The set is used up. */
static struct pc_text describe_expected(const struct pc_parser *parser,
                                        const struct pc_token *token, struct pc_expected *expected)
{
    struct pc_arena *arena = parser->arena;
    const char *phrases[PHRASES_MAX];
    bool is_after_operand = pc_expects(expected, "+") && pc_expects(expected, "and");
    bool is_type = wants_type(parser, token, expected);
    size_t count = find_groups(expected, phrases);

    if (is_type)
        return pc_text_of("a type");
    if (is_after_operand) {
        drop_all(expected, continuations, COUNT(continuations));
        drop(expected, "(");
        drop(expected, "="); /* only read to say that it is not `==` */
        if (expected->count == 0 && count == 0)
            return pc_text_of("an operator");
    }
    for (size_t i = 0; i < COUNT(optional_parts) && count + expected->count > NAMED_MAX; i++)
        drop(expected, optional_parts[i]);
    count = add_phrases(arena, expected, false, phrases, count);
    count = add_phrases(arena, expected, true, phrases, count);
    if (count == 0)
        return pc_text_of("something else");
    return join(arena, phrases, count);
}

/* ---- what was found ---- */

static struct pc_text describe_found(const struct pc_parser *parser, const struct pc_token *token)
{
    struct pc_text slice = pc_token_slice(parser, token);

    switch (token->kind) {
    case PC_TOKEN_END:
        return pc_text_of("the end of the file");
    case PC_TOKEN_TEXT:
    case PC_TOKEN_TEXT_BEGIN:
        return pc_text_of("a text");
    case PC_TOKEN_TEXT_PART:
    case PC_TOKEN_TEXT_END:
        return pc_text_of("the end of the interpolation");
    default:
        if (token->kind == PC_TOKEN_ID && slice.data[0] == '`')
            return pc_text_format(parser->arena, "the name %.*s", PC_TEXT_ARGS(slice));
        return pc_text_format(parser->arena, "`%.*s`", PC_TEXT_ARGS(slice));
    }
}

static struct pc_span token_span(const struct pc_parser *parser, const struct pc_token *token)
{
    return pc_parser_span(parser, (struct pc_range){.start = token->start, .end = token->end});
}

/* True if the token begins a line where nothing new could begin: then something is missing at the
 * end of the line before, and the message points there. */
static bool is_cut_line(const struct pc_parser *parser, const struct pc_token *token,
                        const struct pc_expected *expected)
{
    return parser->current > 0 && token->is_first && !pc_expects(expected, "}") &&
           !pc_expects(expected, "the end of the file");
}

/* Points at the bracket around the token, when its partner was expected. */
static void point_at_opener(struct pc_parser *parser, struct pc_diagnostic *problem,
                            const struct pc_token *token)
{
    const struct pc_token *tokens = parser->scanner->tokens;
    unsigned closed = 0;

    for (const struct pc_token *at = token; at > tokens; at--) {
        int kind = at[-1].kind;
        bool closes = kind == PC_TOKEN_RIGHT_PAREN || kind == PC_TOKEN_RIGHT_BRACKET ||
                      kind == PC_TOKEN_RIGHT_BRACE || kind == PC_TOKEN_INTERPOLATION_CLOSE;
        bool opens = kind == PC_TOKEN_LEFT_PAREN || kind == PC_TOKEN_LEFT_BRACKET ||
                     kind == PC_TOKEN_LEFT_BRACE || kind == PC_TOKEN_INTERPOLATION_OPEN;
        if (opens && closed == 0) {
            if (kind == PC_TOKEN_LEFT_PAREN || kind == PC_TOKEN_LEFT_BRACKET)
                pc_diagnostic_point(problem, token_span(parser, at - 1), "opened here");
            return;
        }
        closed += closes;
        closed -= opens;
    }
}

/* ---- reports ---- */

/* `a +=` at the end of a line swallows the name that begins the next one, and the error shows only
 * at the sign behind it. Returns the sign at the end of the line, or NULL. */
static const struct pc_token *find_cut_line(const struct pc_parser *parser)
{
    const struct pc_token *tokens = parser->scanner->tokens;
    size_t at = parser->current;
    int kind = tokens[at].kind;

    if (kind != PC_TOKEN_ASSIGN && kind != PC_TOKEN_COLON &&
        !(kind >= PC_TOKEN_PLUS_ASSIGN && kind <= PC_TOKEN_DIVIDE_ASSIGN))
        return NULL;
    while (at > 0 && !tokens[at].is_first && at + CUT_LINE_TOKENS_MAX > parser->current)
        at--;
    if (at == 0 || !tokens[at].is_first || !pc_token_is_name(tokens[at].kind))
        return NULL;
    int before = tokens[at - 1].kind;
    bool is_sign =
        before == PC_TOKEN_COLON || (before >= PC_TOKEN_ASSIGN && before <= PC_TOKEN_PERCENT);
    return is_sign ? &tokens[at - 1] : NULL;
}

static void report_unexpected(struct pc_parser *parser, const struct pc_token *token,
                              struct pc_expected *expected)
{
    bool is_cut = is_cut_line(parser, token, expected);
    bool closes_bracket = pc_expects(expected, ")") || pc_expects(expected, "]");
    struct pc_help help = pc_find_help(parser, token, expected, is_cut);
    struct pc_text wanted = describe_expected(parser, token, expected);
    struct pc_text found = describe_found(parser, token);
    struct pc_span span = token_span(parser, token);

    if (is_cut) {
        span = pc_span_after(token_span(parser, token - 1));
        if (token->kind != PC_TOKEN_END)
            found = pc_text_of("the end of the line");
    }
    struct pc_diagnostic *problem =
        pc_report(parser->diagnostics, PC_E0001, span, "expected %.*s, found %.*s",
                  PC_TEXT_ARGS(wanted), PC_TEXT_ARGS(found));
    if (help.label.size > 0)
        pc_diagnostic_label(problem, "%.*s", PC_TEXT_ARGS(help.label));
    if (help.text.size > 0)
        pc_diagnostic_help(problem, "%.*s", PC_TEXT_ARGS(help.text));
    if (closes_bracket)
        point_at_opener(parser, problem, token);
}

void pc_report_unexpected(struct pc_parser *parser, const char **names, size_t count)
{
    const struct pc_token *token = &parser->scanner->tokens[parser->current];
    struct pc_expected expected = {.names = names, .count = count};

    if (token->start >= parser->scanner->distrusted_from || parser->is_stopped)
        return;
    const struct pc_token *cut = find_cut_line(parser);
    if (cut != NULL)
        pc_report(parser->diagnostics, PC_E0001, pc_span_after(token_span(parser, cut)),
                  "expected %s, found the end of the line",
                  cut->kind == PC_TOKEN_COLON ? "a type" : "an expression");
    else if (!pc_report_special(parser, token, &expected))
        report_unexpected(parser, token, &expected);
}

void pc_report_too_deep(struct pc_parser *parser)
{
    const struct pc_token *token = &parser->scanner->tokens[parser->current];

    if (parser->is_stopped)
        return;
    parser->is_stopped = true;
    struct pc_diagnostic *problem =
        pc_report(parser->diagnostics, PC_E0008, token_span(parser, token),
                  "this is nested more than %d deep", PC_NESTING_MAX);
    pc_diagnostic_help(problem, "name inner parts with `let`, or move them into an `fn`");
}
