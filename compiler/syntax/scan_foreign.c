/* scan_foreign.c -- what the scanner says about signs and words that the language does not have. */
#include "syntax/scan.h"

#include "proj.tab.h"

#include <string.h>

/* ---- signs of other languages ---- */

struct foreign_sign {
    const char *sign;
    const char *message;
    const char *help; /* NULL: the message says it */
};

static const struct foreign_sign foreign_signs[] = {
    {";", "statements and declarations need no semicolon", "remove it"},
    {"&&", "`&&` is written `and`", NULL},
    {"||", "`||` is written `or`", NULL},
    {"!", "`!` is written `not`", NULL},
    {"===", "`===` is written `==`", NULL},
    {"!==", "`!==` is written `!=`", NULL},
    {":=", "`:=` is written `=`", NULL},
    {"->", "the result type of a function stands behind `:`", "fn name(a: type): type = …"},
    {"++", "there is no `++`", "write `x += 1`, or `a + b` for a sum"},
};

void pc_scan_foreign(struct pc_scanner *scanner, struct pc_range range, int meant_token)
{
    struct pc_text sign = pc_scan_slice(scanner, range);
    const struct foreign_sign *found = foreign_signs;

    if (!pc_scan_may_report(scanner))
        return;
    while (!pc_text_is(sign, found->sign))
        found++;
    bool is_semicolon = found == foreign_signs;
    if (!is_semicolon || scanner->semicolon == NULL) {
        struct pc_diagnostic *problem = pc_report(
            scanner->diagnostics, PC_E0009, pc_scan_span(scanner, range), "%s", found->message);
        if (found->help != NULL)
            pc_diagnostic_help(problem, "%s", found->help);
        if (is_semicolon)
            scanner->semicolon = problem;
    }
    scanner->semicolon_count += is_semicolon;
    if (meant_token != 0)
        pc_scan_token(scanner, meant_token, range);
}

void pc_scan_foreign_comment(struct pc_scanner *scanner, struct pc_range range)
{
    bool is_hash = scanner->source->bytes.data[range.start] == '#';

    if (!pc_scan_may_report(scanner))
        return;
    struct pc_diagnostic *problem = pc_report(
        scanner->diagnostics, PC_E0006,
        pc_scan_span(scanner, (struct pc_range){.start = range.start,
                                                .end = range.start + (is_hash ? 1 : 2)}),
        is_hash ? "comments do not start with `#`" : "there are no comments between `/*` and `*/`");

    pc_diagnostic_help(problem, "start each line of the comment with `//`");
}

void pc_scan_single_quotes(struct pc_scanner *scanner, struct pc_range range)
{
    struct pc_text text = pc_scan_slice(scanner, range);

    if (!pc_scan_may_report(scanner))
        return;
    struct pc_diagnostic *problem =
        pc_report(scanner->diagnostics, PC_E0009, pc_scan_span(scanner, range),
                  "texts stand in double quotes");

    pc_diagnostic_help(problem, "write \"%.*s\"", (int)text.size - 2, text.data + 1);
    pc_scan_token(scanner, PC_TOKEN_TEXT, range);
    struct pc_text *content = PC_NEW(scanner->arena, struct pc_text);
    *content = (struct pc_text){.data = text.data + 1, .size = text.size - 2};
    scanner->tokens[scanner->token_count - 1].text = (uint32_t)scanner->texts.count;
    PC_LIST_ADD(scanner->arena, &scanner->texts, content);
}

/* ---- numbers ---- */

static bool has_digit(struct pc_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] >= '0' && text.data[i] <= '9')
            return true;
    }
    return false;
}

static const char *help_for_number(struct pc_text text)
{
    size_t digits = strspn(text.data, "0123456789.");
    const char *rest = text.data + digits;
    size_t rest_size = text.size - digits;
    struct pc_text unit = {.data = rest, .size = rest_size};

    if (text.size > 1 && text.data[0] == '0' && strchr("xXbBoO", text.data[1]) != NULL)
        return "numbers are decimal";
    if (memchr(rest, '_', rest_size) != NULL)
        return "write the digits without `_`";
    if (memchr(text.data, '.', digits) != NULL &&
        (pc_text_is(unit, "ns") || pc_text_is(unit, "us") || pc_text_is(unit, "ms") ||
         pc_text_is(unit, "s") || pc_text_is(unit, "m") || pc_text_is(unit, "h") ||
         pc_text_is(unit, "d")))
        return "a duration is a whole number: 1.5s is written 1500ms";
    if (has_digit(unit))
        return "a duration has one unit: 1h30m is written 90m";
    return "a number may be followed by a unit of time (ns us ms s m h d), by nothing else; "
           "a name cannot start with a digit";
}

void pc_scan_bad_number(struct pc_scanner *scanner, struct pc_range range)
{
    struct pc_text text = pc_scan_slice(scanner, range);

    if (!pc_scan_may_report(scanner))
        return;
    struct pc_diagnostic *problem =
        pc_report(scanner->diagnostics, PC_E0005, pc_scan_span(scanner, range),
                  "`%.*s` is not a number", PC_TEXT_ARGS(text));

    pc_diagnostic_help(problem, "%s", help_for_number(text));
    pc_scan_token(scanner, PC_TOKEN_INTEGER, range);
}

/* ---- characters and names ---- */

struct known_character {
    uint32_t code_point;
    const char *name;
    const char *help;
};

static const char blank_help[] = "replace it by a plain blank, or remove it";
static const char quote_help[] = "texts stand in straight double quotes: \"";
static const char dash_help[] = "the minus sign is `-`";

static const struct known_character known_characters[] = {
    {0x00A0, "a no-break space", blank_help},
    {0x200B, "a zero-width space", blank_help},
    {0x200C, "a zero-width non-joiner", blank_help},
    {0x200D, "a zero-width joiner", blank_help},
    {0x202A, "a sign that changes the direction of writing", "remove it"},
    {0x202D, "a sign that changes the direction of writing", "remove it"},
    {0x202E, "a sign that changes the direction of writing", "remove it"},
    {0x2066, "a sign that changes the direction of writing", "remove it"},
    {0xFEFF, "a byte order mark", "remove it"},
    {0x2018, "a curly quote", quote_help},
    {0x2019, "a curly quote", quote_help},
    {0x201C, "a curly quote", quote_help},
    {0x201D, "a curly quote", quote_help},
    {0x2010, "a hyphen", dash_help},
    {0x2013, "a dash", dash_help},
    {0x2014, "a dash", dash_help},
    {0x2212, "a minus sign", dash_help},
    {0x2026, "an ellipsis", "a range is written with two dots: `..`"},
    {0x2260, "a sign", "write `!=`"},
    {0x2264, "a sign", "write `<=`"},
    {0x2265, "a sign", "write `>=`"},
    {0x00D7, "a multiplication sign", "write `*`"},
};

/* Decodes the first character of valid UTF-8. */
static uint32_t decode(struct pc_text text, size_t *size)
{
    const unsigned char *bytes = (const unsigned char *)text.data;

    *size = bytes[0] < 0x80 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    if (*size == 1)
        return bytes[0];
    uint32_t code_point = bytes[0] & (0x7Fu >> *size);
    for (size_t i = 1; i < *size; i++)
        code_point = code_point << 6 | (bytes[i] & 0x3Fu);
    return code_point;
}

static const struct known_character *find_known(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof(known_characters) / sizeof(known_characters[0]); i++) {
        if (known_characters[i].code_point == code_point)
            return &known_characters[i];
    }
    return NULL;
}

static void report_bad_backquotes(struct pc_scanner *scanner, struct pc_range range)
{
    struct pc_text text = pc_scan_slice(scanner, range);
    struct pc_span span = pc_scan_span(scanner, range);
    struct pc_diagnostic *problem;

    if (text.size < 2 || text.data[text.size - 1] != '`') {
        pc_report(scanner->diagnostics, PC_E0002, span, "the second backquote is missing");
        return;
    }
    problem =
        pc_report(scanner->diagnostics, PC_E0002, span,
                  "between backquotes stands a name: letters, digits and `_`, no digit first");
    pc_diagnostic_help(problem, "the outside name may hold any character: `as \"…\"`");
}

void pc_scan_bad_name(struct pc_scanner *scanner, struct pc_range range)
{
    struct pc_text text = pc_scan_slice(scanner, range);
    size_t at = 0;
    size_t size = 1;
    struct pc_diagnostic *problem;

    if (!pc_scan_may_report(scanner))
        return;
    if (text.data[0] == '`') {
        report_bad_backquotes(scanner, range);
        pc_scan_token(scanner, PC_TOKEN_ID, range);
        return;
    }
    while ((unsigned char)text.data[at] < 0x80)
        at++;
    struct pc_text rest = {.data = text.data + at, .size = text.size - at};
    uint32_t code_point = decode(rest, &size);
    const struct known_character *known = find_known(code_point);
    struct pc_range character = {.start = range.start + (uint32_t)at,
                                 .end = range.start + (uint32_t)(at + size)};
    if (known != NULL) {
        problem = pc_report(scanner->diagnostics, PC_E0002, pc_scan_span(scanner, character),
                            "%s (U+%04X) has no meaning here", known->name, code_point);
        pc_diagnostic_help(problem, "%s", known->help);
    } else {
        problem =
            pc_report(scanner->diagnostics, PC_E0002, pc_scan_span(scanner, character),
                      "`%.*s` (U+%04X) cannot be part of a name", (int)size, rest.data, code_point);
        pc_diagnostic_help(problem, "names are ASCII letters, digits and `_`; the outside name is "
                                    "given by `as \"…\"`");
    }
    pc_scan_token(scanner, PC_TOKEN_ID, range);
}

void pc_scan_bad_character(struct pc_scanner *scanner, struct pc_range range)
{
    unsigned char byte = (unsigned char)scanner->source->bytes.data[range.start];
    struct pc_span span = pc_scan_span(scanner, range);
    struct pc_diagnostic *problem;

    if (!pc_scan_may_report(scanner))
        return;
    if (byte < 0x20 || byte == 0x7F) {
        pc_report(scanner->diagnostics, PC_E0002, span,
                  "the control character U+%04X has no meaning here", byte);
        return;
    }
    problem =
        pc_report(scanner->diagnostics, PC_E0002, span, "`%c` is not part of the language", byte);
    if (byte == '\'')
        pc_diagnostic_help(problem, "texts stand in double quotes, on one line");
    else if (byte == '&' || byte == '|')
        pc_diagnostic_help(problem, "conditions are joined by `and` and `or`");
    else if (byte == '^' || byte == '~')
        pc_diagnostic_help(problem, "there are no operators on bits");
}
