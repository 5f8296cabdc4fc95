/* generate_gap.c -- chance, and random gaps between tokens. */
#include "tests/format/generate.h"

#include <ctype.h>
#include <string.h>

/* ---- chance ---- */

/* SplitMix64. */
static uint64_t next_random(struct maker *maker)
{
    uint64_t mixed = maker->random += 0x9E3779B97F4A7C15U;

    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
}

unsigned pick(struct maker *maker, unsigned count)
{
    return (unsigned)(next_random(maker) % count);
}

bool chance(struct maker *maker, unsigned percent)
{
    return pick(maker, 100) < percent;
}

/* ---- gaps ---- */

void end_line(struct maker *maker)
{
    fputs(maker->has_carriage_returns ? "\r\n" : "\n", maker->out);
    maker->is_line_start = true;
}

void make_comment(struct maker *maker)
{
    static const char *const comments[] = {"//",
                                           "// a comment",
                                           "//without a blank",
                                           "//  two blanks \t ",
                                           "//// four",
                                           "///",
                                           "/// documented",
                                           "/// more of it",
                                           "///  é",
                                           "/// \"{ quotes\""};

    fputs(comments[pick(maker, sizeof(comments) / sizeof(comments[0]))], maker->out);
    end_line(maker);
}

/* True if two tokens would become one, or another two, without a blank. */
static bool sticks(char last, char first)
{
    bool is_word = isalnum((unsigned char)last) || last == '_' || last == '`';
    bool begins_word = isalnum((unsigned char)first) || first == '_' || first == '`';

    if (last == '\0')
        return false;
    if (is_word || last == '"')
        return begins_word || first == '.' || first == '"';
    if (begins_word || first == '"')
        return last == '.';
    /* Signs: only brackets and commas stand anywhere. */
    return strchr("()[]{},:", last) == NULL && strchr("()[]{},", first) == NULL;
}

static void make_gap(struct maker *maker, char first)
{
    static const char *const blanks[] = {" ", " ", " ", "  ", "\t", "      "};

    if (maker->in_text == 0) {
        while (chance(maker, maker->comment_percent)) {
            if (!maker->is_line_start)
                fputc(' ', maker->out);
            make_comment(maker);
        }
        if (chance(maker, maker->line_percent))
            for (unsigned i = chance(maker, 20) ? pick(maker, 4) + 1 : 1; i > 0; i--)
                end_line(maker);
    }
    if (sticks(maker->last, first) || chance(maker, 60))
        fputs(blanks[pick(maker, sizeof(blanks) / sizeof(blanks[0]))], maker->out);
}

void word(struct maker *maker, const char *token)
{
    make_gap(maker, token[0]);
    fputs(token, maker->out);
    maker->last = token[strlen(token) - 1];
    maker->is_line_start = false;
}

void any_of(struct maker *maker, const char *const *tokens, unsigned count)
{
    word(maker, tokens[pick(maker, count)]);
}
