/* wrap.c -- breaks a long line of C behind commas and operators, aligned to the bracket it stands
 * in.
 *
 * The line is scanned once for each line of output. Every place where it may be broken is a
 * candidate; of those that fit, the one in the fewest brackets wins, and of equal ones the last.
 * Inside a string literal a break closes it and opens it again, and is taken only where nothing
 * else fits.
 *
 * This is done twice: aligned, and with a break behind the widest bracket, whose content then hangs
 * below by one indentation. The cheaper layout is taken. */
#include "gen/code.h"

#include <string.h>

enum { BRACKETS_MAX = 32, RIGHTMOST_BRACKET = 64, STRING_PENALTY = 40, ASSIGN_PENALTY = 20 };

/* Where the scan is. */
struct place {
    size_t index;
    unsigned column;
    unsigned depth;
    unsigned columns[BRACKETS_MAX]; /* column behind each open bracket */
    bool in_string;
};

struct candidate {
    struct place place; /* of the first byte on the next line */
    size_t end;         /* behind the last byte on this one */
    unsigned penalty;
    bool is_found;
};

static void pass_bracket(struct place *at, char c)
{
    if (c == '(' || c == '{' || c == '[') {
        if (at->depth < BRACKETS_MAX)
            at->columns[at->depth] = at->column;
        at->depth++;
    } else if ((c == ')' || c == '}' || c == ']') && at->depth > 0) {
        at->depth--;
    }
}

/* Passes one token's worth of bytes: an escape as a whole, else one byte. */
static void advance(struct place *at, const char *text)
{
    char c = text[at->index];

    at->index++;
    if (((unsigned char)c & 0xC0) != 0x80)
        at->column++;
    if (at->in_string && c == '\\') {
        size_t digits = 0;

        while (digits < 3 && text[at->index] >= '0' && text[at->index] <= '7') {
            at->index++;
            at->column++;
            digits++;
        }
        if (digits == 0 && text[at->index] != '\0') {
            at->index++;
            at->column++;
        }
    } else if (c == '"') {
        at->in_string = !at->in_string;
    } else if (!at->in_string && c == '\'' && text[at->index] != '\0' &&
               text[at->index + 1] == '\'') {
        at->index += 2;
        at->column += 2;
    } else if (!at->in_string) {
        pass_bracket(at, c);
    }
}

static bool starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The penalty of a break at the blank at text[index], index > 0, or UINT32_MAX where none may be.
 */
static uint32_t penalty_of(const char *text, size_t index, const struct place *at)
{
    char before = text[index - 1];

    if (at->in_string)
        return 2 * at->depth + STRING_PENALTY;
    if (before == ',' || before == ';')
        return 2 * at->depth;
    if (starts(text + index, " ? ") || starts(text + index, " : "))
        return 2 * at->depth + 1;
    if (index > 1 &&
        ((before == '&' && text[index - 2] == '&') || (before == '|' && text[index - 2] == '|')))
        return 2 * at->depth;
    if (before == '=' && index > 1 && text[index - 2] == ' ')
        return 2 * at->depth + ASSIGN_PENALTY;
    if (starts(text + index, " + ") || starts(text + index, " - ") || starts(text + index, " * ") ||
        starts(text + index, " / "))
        return 2 * at->depth + 4;
    return UINT32_MAX;
}

/* Looks at the place behind the last byte passed: is it a better break than the best so far? */
static void consider(struct candidate *best, const struct place *at, const char *text)
{
    bool is_blank = text[at->index] == ' ';
    uint32_t penalty;

    /* Never inside a character, and never so that an empty literal is left over. */
    if (at->in_string && (((unsigned char)text[at->index] & 0xC0) == 0x80 ||
                          text[at->index] == '"' || text[at->index - 1] == '"'))
        return;
    if (at->in_string && !is_blank) /* anywhere in a literal, if need be */
        penalty = 2 * at->depth + 2 * STRING_PENALTY;
    else if (is_blank)
        penalty = penalty_of(text, at->index, at);
    else
        return;
    if (penalty == UINT32_MAX || (best->is_found && penalty > best->penalty))
        return;
    *best =
        (struct candidate){.place = *at, .end = at->index, .penalty = penalty, .is_found = true};
    if (at->in_string && is_blank)
        best->end = ++best->place.index; /* the blank stays inside the literal */
    else if (is_blank)
        best->place.index++;
}

/* One way to break the line. */
struct layout {
    const char *text;
    unsigned indent;
    size_t hanging; /* index behind the bracket whose content hangs; 0: none */
    unsigned cost;
};

/* Beyond INDENT_MAX there is no room left for breaking lines: they are as long as they are. */
enum { HANGING_COST = 15, OVERFLOW_COST = 10000, INDENT_MAX = 64 };

/* The column where a broken line goes on. */
static unsigned continuation(const struct layout *layout, const struct place *at)
{
    unsigned depth = at->depth < BRACKETS_MAX ? at->depth : BRACKETS_MAX;

    if (depth > 0 && at->columns[depth - 1] <= RIGHTMOST_BRACKET)
        return at->columns[depth - 1];
    return layout->indent + (depth > 0 ? 2 * PC_CODE_INDENT : PC_CODE_INDENT);
}

static unsigned columns_of(const char *text)
{
    unsigned columns = 0;

    for (; *text != '\0'; text++)
        columns += ((unsigned char)*text & 0xC0) != 0x80;
    return columns;
}

/* Finds where the line that begins at `start` is to be broken; not found when it cannot be. */
static struct candidate find_break(const struct layout *layout, struct place at)
{
    struct candidate best = {0};

    while (layout->text[at.index] != '\0') {
        advance(&at, layout->text);
        if (layout->hanging != 0 && at.index == layout->hanging && layout->text[at.index] != ' ') {
            at.columns[at.depth - 1] = layout->indent + PC_CODE_INDENT;
            return (struct candidate){.place = at, .end = at.index, .is_found = true};
        }
        /* One column is kept free for the quote that a break in a literal adds. */
        if (best.is_found && at.column + at.in_string > PC_CODE_COLUMNS)
            break;
        if (layout->hanging == 0 || at.index > layout->hanging)
            consider(&best, &at, layout->text);
    }
    if (best.is_found && layout->text[best.place.index] == '\0')
        best.is_found = false;
    return best;
}

/* Writes the lines to `code`, or (NULL) only adds up what the layout costs. */
static void lay_out(struct layout *layout, struct pc_code *code)
{
    struct place start = {.column = layout->indent};
    size_t hanging = layout->hanging;
    bool reopens = false;

    layout->cost = hanging != 0 ? HANGING_COST : 0;
    for (unsigned indent = layout->indent;; indent = start.column) {
        struct candidate best = {0};
        unsigned rest = start.column + reopens + columns_of(layout->text + start.index);

        if (code != NULL)
            pc_code_rawf(code, "%*s%s", (int)indent, "", reopens ? "\"" : "");
        if (hanging != 0 && start.index < hanging)
            best = find_break(layout, start);
        else if (rest > PC_CODE_COLUMNS)
            best =
                find_break(&(struct layout){.text = layout->text, .indent = layout->indent}, start);
        if (!best.is_found) {
            layout->cost += rest > PC_CODE_COLUMNS ? OVERFLOW_COST : 0;
            if (code != NULL)
                pc_code_rawf(code, "%s\n", layout->text + start.index);
            return;
        }
        reopens = best.place.in_string;
        layout->cost += (best.penalty <= 2 ? 5 : best.penalty * 15) +
                        (best.place.column > PC_CODE_COLUMNS + 1 ? OVERFLOW_COST : 0);
        if (code != NULL)
            pc_code_rawf(code, "%.*s%s\n", (int)(best.end - start.index),
                         layout->text + start.index, reopens ? "\"" : "");
        start = best.place;
        start.column = continuation(layout, &start);
    }
}

/* The index behind the outermost bracket with the longest content: of a call or a struct, not one
 * that groups. */
static size_t widest_bracket(const char *text)
{
    struct place at = {0};
    size_t widest = 0;
    size_t widest_size = 0;
    size_t open = 0;

    while (text[at.index] != '\0') {
        unsigned before = at.depth;

        advance(&at, text);
        if (before == 0 && at.depth == 1)
            open = at.index > 1 && text[at.index - 2] != ' ' ? at.index : 0;
        if (before == 1 && at.depth == 0 && open != 0 && at.index - open > widest_size) {
            widest = open;
            widest_size = at.index - open;
        }
    }
    return widest;
}

void pc_code_wrap(struct pc_code *code, const char *text)
{
    struct layout aligned = {.text = text, .indent = code->indent};
    struct layout hanging = aligned;

    if (code->indent > INDENT_MAX || code->indent + columns_of(text) <= PC_CODE_COLUMNS) {
        pc_code_rawf(code, "%*s%s\n", (int)code->indent, "", text);
        return;
    }
    hanging.hanging = widest_bracket(text);
    lay_out(&aligned, NULL);
    lay_out(&hanging, NULL);
    lay_out(hanging.hanging != 0 && hanging.cost < aligned.cost ? &hanging : &aligned, code);
}
