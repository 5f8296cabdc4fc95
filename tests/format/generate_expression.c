/* generate_expression.c -- random names, texts and expressions, a function for each level of the
 * grammar. */
#include "tests/format/generate.h"

enum { DEPTH_MAX = 5 };

static void make_unary(struct maker *maker);

/* ---- names and texts ---- */

void make_id(struct maker *maker)
{
    static const char *const names[] = {"a",
                                        "b",
                                        "Account",
                                        "total",
                                        "Order_Placed",
                                        "a_rather_long_name_for_a_field",
                                        "x9",
                                        "_",
                                        "`plain`",
                                        "`state`",
                                        "`if`",
                                        "`none`",
                                        "`null`",
                                        "`desc`",
                                        "`undefined`",
                                        "`event`"};

    ANY_OF(maker, names);
}

void make_name(struct maker *maker)
{
    static const char *const keywords[] = {
        "package", "import", "type",  "enum",  "record", "stream", "payload",   "aggregate",
        "event",   "extern", "each",  "over",  "test",   "given",  "expect",    "fails",
        "state",   "index",  "any",   "error", "ignore", "table",  "columns",   "version",
        "query",   "order",  "limit", "retry", "times",  "at",     "projection"};

    if (chance(maker, 20))
        ANY_OF(maker, keywords);
    else
        make_id(maker);
}

void make_plain_text(struct maker *maker)
{
    static const char *const texts[] = {
        "\"\"",
        "\"a\"",
        "\"a.b.v1\"",
        "\"// no comment\"",
        "\"\\{ \\\" \\\\ \\n\"",
        "\"\\u{1F600}é\"",
        "\"  two  blanks \"",
        "\"a text that is so long that it takes more than half of what a line can hold\""};

    ANY_OF(maker, texts);
}

/* The parts of a text between quotes: blanks count here, so tokens are written as they are. */
static void make_text(struct maker *maker)
{
    static const char *const parts[] = {"", "a", " of ", "\\{", "\\}", "}", "// ", "\\\"", "é"};
    unsigned count = pick(maker, 3) + 1;

    if (maker->in_text > 1 || chance(maker, 50)) {
        make_plain_text(maker);
        return;
    }
    word(maker, "\"");
    maker->in_text++;
    for (unsigned i = 0; i < count; i++) {
        fputs(parts[pick(maker, sizeof(parts) / sizeof(parts[0]))], maker->out);
        fputc('{', maker->out);
        maker->last = '{';
        make_expression(maker);
        fputc('}', maker->out);
    }
    maker->in_text--;
    fputs("\"", maker->out);
    maker->last = '"';
}

/* ---- brackets ---- */

void make_expressions(struct maker *maker)
{
    unsigned count = chance(maker, 5) ? 12 : pick(maker, 3) + 1;

    for (unsigned i = 0; i < count; i++) {
        if (i > 0)
            word(maker, ",");
        make_expression(maker);
    }
}

static void make_loop(struct maker *maker)
{
    make_expression(maker);
    word(maker, "for");
    make_name(maker);
    word(maker, "in");
    make_expression(maker);
    if (chance(maker, 50)) {
        word(maker, "where");
        make_expression(maker);
    }
}

static void make_arguments(struct maker *maker)
{
    word(maker, "(");
    if (chance(maker, 15))
        make_loop(maker);
    else if (chance(maker, 80))
        make_expressions(maker);
    word(maker, ")");
}

void make_list(struct maker *maker)
{
    word(maker, "[");
    if (chance(maker, 20)) {
        make_loop(maker);
    } else if (chance(maker, 80)) {
        make_expressions(maker);
        if (chance(maker, 30))
            word(maker, ",");
    }
    word(maker, "]");
}

void make_record(struct maker *maker)
{
    unsigned count = chance(maker, 5) ? 9 : pick(maker, 4);

    word(maker, "{");
    for (unsigned i = 0; i < count; i++) {
        if (i > 0)
            word(maker, ",");
        if (chance(maker, 25)) {
            make_name(maker);
            continue;
        }
        if (chance(maker, 70))
            make_name(maker);
        else
            make_expression(maker);
        word(maker, ":");
        make_expression(maker);
    }
    if (count > 0 && chance(maker, 30))
        word(maker, ",");
    word(maker, "}");
}

static void make_match(struct maker *maker)
{
    unsigned count = pick(maker, 3) + 1;

    word(maker, "match");
    make_expression(maker);
    word(maker, "{");
    for (unsigned i = 0; i < count; i++) {
        if (i > 0)
            word(maker, ",");
        if (chance(maker, 20)) {
            word(maker, "else");
        } else {
            make_id(maker);
            for (unsigned j = pick(maker, 3); j > 0; j--) {
                word(maker, ",");
                make_id(maker);
            }
        }
        word(maker, "=>");
        make_expression(maker);
    }
    if (chance(maker, 30))
        word(maker, ",");
    word(maker, "}");
}

/* ---- operands ---- */

static void make_leaf(struct maker *maker)
{
    static const char *const leaves[] = {"0",      "1",     "12345678901234567890",
                                         "007",    "1.50",  "1e9",
                                         "2.5E-3", "100ms", "5m",
                                         "1d",     "true",  "false",
                                         "none"};

    if (chance(maker, 50))
        ANY_OF(maker, leaves);
    else
        make_name(maker);
}

static bool is_leaf_time(const struct maker *maker)
{
    return maker->depth >= DEPTH_MAX || maker->budget == 0;
}

static void make_primary(struct maker *maker)
{
    if (is_leaf_time(maker)) {
        make_leaf(maker);
        return;
    }
    switch (pick(maker, 12)) {
    case 0:
        make_text(maker);
        break;
    case 1:
        make_record(maker);
        break;
    case 2:
        make_list(maker);
        break;
    case 3:
        make_match(maker);
        break;
    case 4:
    case 5:
        make_name(maker);
        make_arguments(maker);
        break;
    case 6:
    case 7:
        word(maker, "(");
        make_expression(maker);
        word(maker, ")");
        break;
    default:
        make_leaf(maker);
    }
}

static void make_postfix(struct maker *maker)
{
    make_primary(maker);
    while (!is_leaf_time(maker) && chance(maker, 25)) {
        if (chance(maker, 25)) {
            word(maker, "[");
            make_expressions(maker);
            word(maker, "]");
            continue;
        }
        word(maker, chance(maker, 30) ? "?." : ".");
        make_name(maker);
        if (chance(maker, 30))
            make_arguments(maker);
    }
}

static void make_unary(struct maker *maker)
{
    while (chance(maker, 8))
        word(maker, "-");
    make_postfix(maker);
}

/* ---- operators ---- */

/* Operands of one level with operators between them; now and then very many. */
static void make_chain(struct maker *maker, void make_operand(struct maker *),
                       const char *const *operators, unsigned count)
{
    unsigned more = pick(maker, 500) == 0 ? 12 : chance(maker, 8);

    make_operand(maker);
    for (; more > 0; more--) {
        any_of(maker, operators, count);
        make_operand(maker);
    }
}

static void make_product(struct maker *maker)
{
    static const char *const signs[] = {"*", "/", "%"};

    make_chain(maker, make_unary, signs, 3);
}

static void make_sum(struct maker *maker)
{
    static const char *const signs[] = {"+", "-"};

    make_chain(maker, make_product, signs, 2);
}

static void make_coalescence(struct maker *maker)
{
    static const char *const signs[] = {"??"};

    make_chain(maker, make_sum, signs, 1);
}

static void make_comparison(struct maker *maker)
{
    static const char *const signs[] = {"==", "!=", "<", "<=", ">", ">=", "in"};

    make_coalescence(maker);
    if (chance(maker, 12)) {
        ANY_OF(maker, signs);
        make_coalescence(maker);
    }
}

static void make_negation(struct maker *maker)
{
    while (chance(maker, 5))
        word(maker, "not");
    make_comparison(maker);
}

static void make_conjunction(struct maker *maker)
{
    static const char *const signs[] = {"and"};

    make_chain(maker, make_negation, signs, 1);
}

void make_expression(struct maker *maker)
{
    static const char *const signs[] = {"or"};

    maker->depth++;
    maker->budget -= maker->budget > 0;
    if (!is_leaf_time(maker) && chance(maker, 6)) {
        word(maker, "if");
        make_expression(maker);
        word(maker, "then");
        make_expression(maker);
        word(maker, "else");
        make_expression(maker);
    } else {
        make_chain(maker, make_conjunction, signs, 1);
    }
    maker->depth--;
}
