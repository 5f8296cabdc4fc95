/* syntax_help.c -- recognises the mistakes people make, from the tokens around a syntax error. */
#include "syntax/syntax_error.h"

#include "proj.tab.h"

#include <string.h>

static struct pc_span token_span(const struct pc_parser *parser, const struct pc_token *token)
{
    return pc_parser_span(parser, (struct pc_range){.start = token->start, .end = token->end});
}

static int kind_before(const struct pc_parser *parser, const struct pc_token *token)
{
    return token > parser->scanner->tokens ? token[-1].kind : PC_TOKEN_END;
}

static int kind_after(const struct pc_token *token)
{
    return token->kind == PC_TOKEN_END ? PC_TOKEN_END : token[1].kind;
}

static bool is_after_operand(const struct pc_expected *expected)
{
    return pc_expects(expected, "+") && pc_expects(expected, "and");
}

static bool is_expression(const struct pc_expected *expected)
{
    return pc_expects(expected, "a whole number") && pc_expects(expected, "true");
}

/* ---- mistakes with a code of their own ---- */

static bool is_comparison(int kind)
{
    return kind >= PC_TOKEN_EQUAL && kind <= PC_TOKEN_GREATER_EQUAL;
}

static bool report_chain(struct pc_parser *parser, const struct pc_token *token,
                         const struct pc_expected *expected)
{
    bool is_chained = pc_expects(expected, "and") && !pc_expects(expected, "==");

    if (!is_chained || (!is_comparison(token->kind) && token->kind != PC_TOKEN_IN))
        return false;
    struct pc_diagnostic *problem = pc_report(
        parser->diagnostics, PC_E0015, token_span(parser, token), "comparisons do not chain");
    pc_diagnostic_help(problem, "write `a < b and b < c` for `a < b < c`");
    return true;
}

/* A reserved word where a name is wanted: in a new line only if it is written like a field. */
static bool report_reserved(struct pc_parser *parser, const struct pc_token *token,
                            const struct pc_expected *expected)
{
    struct pc_text word = pc_token_slice(parser, token);
    bool is_written_like_field = kind_after(token) == PC_TOKEN_COLON;

    if (!pc_token_is_reserved(token->kind) || !pc_expects(expected, "a name"))
        return false;
    if (token->kind == PC_TOKEN_IN && !is_written_like_field)
        return false; /* The name before `in` is missing. */
    if ((token->is_first || is_expression(expected)) && !is_written_like_field)
        return false;
    struct pc_diagnostic *problem =
        pc_report(parser->diagnostics, PC_E0016, token_span(parser, token),
                  "`%.*s` is a reserved word, so it cannot be a name", PC_TEXT_ARGS(word));
    pc_diagnostic_help(problem, "write it in backquotes: `%.*s`", PC_TEXT_ARGS(word));
    return true;
}

static bool report_empty_interpolation(struct pc_parser *parser, const struct pc_token *token)
{
    if (token->kind != PC_TOKEN_INTERPOLATION_CLOSE ||
        kind_before(parser, token) != PC_TOKEN_INTERPOLATION_OPEN)
        return false;
    struct pc_diagnostic *problem =
        pc_report(parser->diagnostics, PC_E0014,
                  pc_span_join(token_span(parser, token - 1), token_span(parser, token)),
                  "the interpolation is empty");
    pc_diagnostic_help(problem, "write `\\{` for a brace that is meant as such");
    return true;
}

bool pc_report_special(struct pc_parser *parser, const struct pc_token *token,
                       const struct pc_expected *expected)
{
    return report_chain(parser, token, expected) || report_reserved(parser, token, expected) ||
           report_empty_interpolation(parser, token);
}

/* ---- words of other languages ---- */

struct foreign_word {
    const char *word;
    const char *help;
};

/* As the first word of a statement or declaration. */
static const struct foreign_word foreign_words[] = {
    {"elif", "write `else if`"},
    {"elsif", "write `else if`"},
    {"elseif", "write `else if`"},
    {"while", "there is no `while`; a loop walks a collection: `for x in list { … }`"},
    {"foreach", "write `for x in list { … }`"},
    {"var", "a local is made by `let`"},
    {"const", "a local is made by `let`"},
    {"val", "a local is made by `let`"},
    {"return", "there is no `return`: `skip` leaves a handler, a function is one expression"},
    {"break", "there is no `break`; `for x in list where … { … }` chooses elements"},
    {"continue", "there is no `continue`; `for x in list where … { … }` chooses elements"},
    {"throw", "write `fail \"…\"`"},
    {"raise", "write `fail \"…\"`"},
    {"assert", "write `require … else \"…\"`"},
    {"switch", "write `match e { A => { … } else => { … } }`"},
    {"case", "arms are written `A, B => { … }`"},
    {"select", "there is no SQL in handlers: `orders[id]` reads a row"},
    {"insert", "there is no SQL in handlers: `orders[id] = { … }` writes a row"},
    {"update", "there is no SQL in handlers: `orders[id].status = Paid` updates a row"},
    {"set", "assignments need no word before them: `x = 1`"},
    {"func", "a function is declared by `fn`"},
    {"function", "a function is declared by `fn`"},
    {"def", "a function is declared by `fn`"},
    {"fun", "a function is declared by `fn`"},
    {"struct", "write `record`"},
    {"class", "write `record`"},
    {"message", "write `record`"},
    {"module", "write `package`"},
    {"namespace", "write `package`"},
    {"include", "write `import \"…\"`"},
    {"use", "write `import \"…\"`"},
    {"using", "write `import \"…\"`"},
    {"when", "write `on` for a handler, `if` for a condition"},
    {"default", "write `else =>`"},
};

static const char *find_foreign_word(struct pc_text word)
{
    for (size_t i = 0; i < sizeof(foreign_words) / sizeof(foreign_words[0]); i++) {
        const char *known = foreign_words[i].word;
        if (word.size == strlen(known) && pc_text_distance(word, pc_text_of(known), 0) == 0)
            return foreign_words[i].help;
    }
    return NULL;
}

/* ---- misspelt keywords ---- */

static struct pc_text suggest_keyword(const struct pc_parser *parser, const struct pc_token *token,
                                      const struct pc_expected *expected)
{
    struct pc_suggestion suggestion;

    if (token->kind != PC_TOKEN_ID)
        return (struct pc_text){0};
    pc_suggestion_init(&suggestion, pc_token_slice(parser, token));
    for (size_t i = 0; i < expected->count; i++) {
        const char *name = expected->names[i];
        if (name[0] >= 'a' && name[0] <= 'z' && strchr(name, ' ') == NULL)
            pc_suggestion_offer(&suggestion, pc_text_of(name));
    }
    return suggestion.best;
}

/* ---- signs in the wrong place ---- */

static const char *help_after_operand(const struct pc_parser *parser, const struct pc_token *token,
                                      const struct pc_expected *expected)
{
    switch (token->kind) {
    case PC_TOKEN_ASSIGN:
        return pc_expects(expected, ":") ? "an entry is written `name: value`"
                                         : "`==` compares, `=` assigns";
    case PC_TOKEN_QUESTION:
        return "a conditional is written `if c then a else b`";
    case PC_TOKEN_NOT:
        return "write `not (x in list)`";
    case PC_TOKEN_LEFT_BRACE:
        return pc_expects(expected, "then") && !pc_expects(expected, "{")
                   ? "as an expression it is written `if c then a else b`"
                   : NULL;
    case PC_TOKEN_THEN:
        return "as a statement it is written `if c { … } else { … }`";
    case PC_TOKEN_COLON:
        return kind_before(parser, token) != PC_TOKEN_RIGHT_PAREN &&
                       pc_expects(expected, "the end of the interpolation")
                   ? "interpolations have no formats; `round(x, 2)` gives digits"
                   : NULL;
    default:
        if (pc_text_is(pc_token_slice(parser, token), "is"))
            return "write `x == none`";
        return NULL;
    }
}

static const char *help_for_expression(const struct pc_parser *parser, const struct pc_token *token)
{
    int before = kind_before(parser, token);

    if (token->kind == PC_TOKEN_DOT)
        return "a number has a digit before its point: `0.5`";
    if (token->kind == PC_TOKEN_IF)
        return "a conditional inside an expression stands in parentheses: `(if c then a else b)`";
    if (token->kind == PC_TOKEN_NOT)
        return "`not` inside an expression stands in parentheses";
    if (before == PC_TOKEN_MINUS && token - 1 > parser->scanner->tokens &&
        token[-2].kind == PC_TOKEN_MINUS && token[-2].end == token[-1].start)
        return "there is no `--`: write `x -= 1`";
    if (before == PC_TOKEN_LESS && token->kind == PC_TOKEN_GREATER)
        return "`<>` is written `!=`";
    if (before == PC_TOKEN_PLUS && token->kind == PC_TOKEN_PLUS)
        return "there is no `++`: write `x += 1`";
    return NULL;
}

/* Items and events at the level of declarations. */
static const char *find_misplaced(const struct pc_token *token)
{
    switch (token->kind) {
    case PC_TOKEN_STATE:
    case PC_TOKEN_TABLE:
    case PC_TOKEN_ON:
    case PC_TOKEN_IGNORE:
    case PC_TOKEN_QUERY:
    case PC_TOKEN_VERSION:
        return "this stands inside a projection; was one closed too early above?";
    case PC_TOKEN_EVENT:
        return "events stand inside an aggregate; was one closed too early above?";
    case PC_TOKEN_GIVEN:
    case PC_TOKEN_EXPECT:
        return "this stands inside a test; was one closed too early above?";
    default:
        return NULL;
    }
}

static const char *help_for_sign(const struct pc_parser *parser, const struct pc_token *token,
                                 const struct pc_expected *expected)
{
    int before = kind_before(parser, token);

    if (is_after_operand(expected))
        return help_after_operand(parser, token, expected);
    if (is_expression(expected))
        return help_for_expression(parser, token);
    if (token->kind == PC_TOKEN_COLON && pc_expects(expected, "desc"))
        return "a comma behind `index by …` continues the index: leave it out before a field";
    if (before == PC_TOKEN_INDEX)
        return "an index is written `index by a, b desc`";
    if (pc_expects(expected, "projection") && pc_expects(expected, "the end of the file"))
        return find_misplaced(token);
    if (token->kind == PC_TOKEN_OPTIONAL_DOT)
        return "what may be none cannot be assigned to; bind it: `if let row = … { row.x = 1 }`";
    if (token->kind == PC_TOKEN_COLON && pc_expects(expected, "="))
        return "a local takes the type of its value: `let name = …`";
    if (token->kind == PC_TOKEN_COMMA && pc_expects(expected, "else"))
        return "arms with blocks stand without commas";
    if (token->kind == PC_TOKEN_LEFT_BRACE && before == PC_TOKEN_ARROW)
        return NULL;
    if (before == PC_TOKEN_ARROW && pc_expects(expected, "{"))
        return "the arms of a statement are blocks: `A => { … }`";
    if (pc_expects(expected, ":") && before == PC_TOKEN_RIGHT_PAREN)
        return "the result type stands behind `:`, as in `fn name(a: type): type = …`";
    if (pc_expects(expected, ":") && expected->count <= 2)
        return "the type stands behind the name: `name: type`";
    return NULL;
}

struct pc_help pc_find_help(const struct pc_parser *parser, const struct pc_token *token,
                            const struct pc_expected *expected, bool is_cut)
{
    struct pc_help help = {0};
    const struct pc_token *before = token > parser->scanner->tokens ? token - 1 : NULL;
    const char *text = NULL;

    if (token->kind == PC_TOKEN_ID)
        text = find_foreign_word(pc_token_slice(parser, token));
    if (text == NULL && before != NULL && before->kind == PC_TOKEN_ID && before->is_first)
        text = find_foreign_word(pc_token_slice(parser, before));
    if (is_cut) {
        if (text == NULL && pc_expects(expected, "+="))
            text = "an expression alone does nothing; assign it: `name = …`";
        help.text = pc_text_of(text != NULL ? text : "");
        return help;
    }
    struct pc_text keyword = suggest_keyword(parser, token, expected);
    if (keyword.size > 0 && !is_after_operand(expected)) {
        help.label = pc_text_format(parser->arena, "did you mean `%.*s`?", PC_TEXT_ARGS(keyword));
        return help;
    }
    if (text == NULL)
        text = help_for_sign(parser, token, expected);
    if (text != NULL) {
        help.text = pc_text_of(text);
    } else if (pc_expects(expected, "a name") && !pc_expects(expected, "package") &&
               pc_token_is_name(token->kind) && token->kind != PC_TOKEN_ID) {
        help.text = pc_text_format(parser->arena, "write `%.*s` in backquotes to use it as a name",
                                   PC_TEXT_ARGS(pc_token_slice(parser, token)));
    }
    return help;
}
