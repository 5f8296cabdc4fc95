/* scan_brackets.c -- matches brackets over the whole file before it is parsed.
 *
 * Depths tell recovery what belongs together. A brace without a partner is reported here, once, at
 * the brace that was most likely left open; the syntax errors that follow from it are not reported.
 */
#include "syntax/scan.h"

#include "proj.tab.h"

#include <string.h>

struct open_bracket {
    struct pc_token *token;
    int kind;
};

struct matcher {
    struct pc_scanner *scanner;
    struct open_bracket open[PC_NESTING_MAX + 1];
    size_t open_count;
    const struct pc_token *suspect; /* a brace closed by one that stands further left */
};

static bool opens(int kind)
{
    return kind == PC_TOKEN_LEFT_BRACE || kind == PC_TOKEN_LEFT_PAREN ||
           kind == PC_TOKEN_LEFT_BRACKET || kind == PC_TOKEN_INTERPOLATION_OPEN;
}

/* The kind that a closing bracket closes, or 0. */
static int closes(int kind)
{
    switch (kind) {
    case PC_TOKEN_RIGHT_BRACE:
        return PC_TOKEN_LEFT_BRACE;
    case PC_TOKEN_RIGHT_PAREN:
        return PC_TOKEN_LEFT_PAREN;
    case PC_TOKEN_RIGHT_BRACKET:
        return PC_TOKEN_LEFT_BRACKET;
    case PC_TOKEN_INTERPOLATION_CLOSE:
        return PC_TOKEN_INTERPOLATION_OPEN;
    default:
        return 0;
    }
}

static struct pc_span span_of(const struct matcher *matcher, const struct pc_token *token)
{
    return pc_scan_span(matcher->scanner,
                        (struct pc_range){.start = token->start, .end = token->end});
}

/* Blanks before the first token of the line that `offset` stands on. */
static uint32_t indentation(const struct matcher *matcher, uint32_t offset)
{
    const char *data = matcher->scanner->source->bytes.data;
    uint32_t start = offset;

    while (start > 0 && data[start - 1] != '\n')
        start--;
    return (uint32_t)strspn(data + start, " \t");
}

static bool open_bracket(struct matcher *matcher, struct pc_token *token)
{
    if (matcher->open_count >= PC_NESTING_MAX) {
        struct pc_diagnostic *problem =
            pc_report(matcher->scanner->diagnostics, PC_E0008, span_of(matcher, token),
                      "brackets are nested more than %d deep", PC_NESTING_MAX);
        pc_diagnostic_help(problem, "name inner parts with `let`, or move them into an `fn`");
        matcher->scanner->is_stopped = true;
        return false;
    }
    matcher->open[matcher->open_count++] =
        (struct open_bracket){.token = token, .kind = token->kind};
    return true;
}

/* Takes the innermost bracket of `kind` and everything left open inside of it off the stack. A
 * missing
 * `)` or `]` is reported by the parser, which knows what it was for; a brace or the edge of an
 * interpolation is never passed over for their sake. Returns false if there is none. */
static bool close_bracket(struct matcher *matcher, int kind, const struct pc_token *token)
{
    bool is_strong = kind == PC_TOKEN_LEFT_BRACE || kind == PC_TOKEN_INTERPOLATION_OPEN;
    size_t at = matcher->open_count;

    while (at > 0 && matcher->open[at - 1].kind != kind) {
        int passed = matcher->open[at - 1].kind;
        if (passed == PC_TOKEN_INTERPOLATION_OPEN || (passed == PC_TOKEN_LEFT_BRACE && !is_strong))
            return false;
        at--;
    }
    if (at == 0)
        return false;
    const struct pc_token *opener = matcher->open[at - 1].token;
    if (kind == PC_TOKEN_LEFT_BRACE && matcher->suspect == NULL && token->is_first &&
        indentation(matcher, opener->start) > indentation(matcher, token->start))
        matcher->suspect = opener;
    matcher->open_count = at - 1;
    return true;
}

static void report_stray(struct matcher *matcher, const struct pc_token *token)
{
    struct pc_diagnostic *problem = pc_report(matcher->scanner->diagnostics, PC_E0007,
                                              span_of(matcher, token), "this `}` closes nothing");

    pc_diagnostic_help(problem, "remove it, or look for a brace that was closed too early above");
}

static void report_unclosed(struct matcher *matcher, const struct pc_token *end)
{
    const struct pc_token *unclosed = NULL;

    for (size_t i = matcher->open_count; i > 0 && unclosed == NULL; i--) {
        if (matcher->open[i - 1].kind == PC_TOKEN_LEFT_BRACE)
            unclosed = matcher->open[i - 1].token;
    }
    if (unclosed == NULL)
        return;
    if (matcher->scanner->cut_text_start != UINT32_MAX) {
        /* The text without end, which is reported, has probably swallowed the brace. */
        matcher->scanner->distrusted_from = matcher->scanner->cut_text_start;
        return;
    }
    if (matcher->suspect != NULL)
        unclosed = matcher->suspect;
    struct pc_diagnostic *problem =
        pc_report(matcher->scanner->diagnostics, PC_E0007, span_of(matcher, end),
                  "the file ends, but a `}` is missing");
    pc_diagnostic_point(problem, span_of(matcher, unclosed),
                        matcher->suspect != NULL
                            ? "this brace is not closed, judging by the indentation behind it"
                            : "this brace is not closed");
    matcher->scanner->distrusted_from = unclosed->start;
}

void pc_scan_match_brackets(struct pc_scanner *scanner)
{
    struct matcher matcher = {.scanner = scanner};
    size_t kept = 0;

    for (size_t i = 0; i < scanner->token_count; i++) {
        struct pc_token *token = &scanner->tokens[kept];
        *token = scanner->tokens[i];
        int closed = closes(token->kind);
        bool is_matched = closed != 0 && close_bracket(&matcher, closed, token);
        if (token->kind == PC_TOKEN_RIGHT_BRACE && !is_matched) {
            if (!pc_scan_may_report(scanner))
                return;
            report_stray(&matcher, token);
            continue;
        }
        token->depth = (uint16_t)matcher.open_count;
        kept++;
        if (opens(token->kind) && !open_bracket(&matcher, token))
            return;
    }
    scanner->token_count = kept;
    report_unclosed(&matcher, &scanner->tokens[kept - 1]);
}
