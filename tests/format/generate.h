/* Makes random programs that parse: any tree the grammar can make, with comments between any two
 * tokens, blanks, tabs, empty lines and both kinds of line ends. They seldom compile. */
#ifndef TESTS_FORMAT_GENERATE_H
#define TESTS_FORMAT_GENERATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* How a program is made, shared by the files that make it. */
struct maker {
    FILE *out;
    uint64_t random;
    unsigned depth;   /* of blocks and expressions */
    unsigned budget;  /* expressions that may have parts; those behind are leaves */
    unsigned in_text; /* interpolations around: no line may end there */
    unsigned comment_percent;
    unsigned line_percent; /* how often a gap ends the line */
    bool has_carriage_returns;
    bool is_line_start;
    char last; /* the last byte of the last token; 0 at the start */
};

/* Writes the program of a seed: the same one for the same seed. */
void generate_program(FILE *out, uint64_t seed);

/* ---- between the files that make one; generate_gap.c ---- */

/* A number from 0 to `count` - 1. */
unsigned pick(struct maker *maker, unsigned count);
bool chance(struct maker *maker, unsigned percent);

/* Writes one token behind a random gap. */
void word(struct maker *maker, const char *token);

/* Writes one of several tokens. */
void any_of(struct maker *maker, const char *const *tokens, unsigned count);
#define ANY_OF(maker, tokens) any_of(maker, tokens, sizeof(tokens) / sizeof((tokens)[0]))

void end_line(struct maker *maker);
void make_comment(struct maker *maker);

/* ---- generate_expression.c ---- */

void make_name(struct maker *maker); /* where keywords may stand that are not reserved */
void make_id(struct maker *maker);   /* where they may not */
void make_plain_text(struct maker *maker);
void make_expression(struct maker *maker);
void make_expressions(struct maker *maker); /* a, b, c: one or more */
void make_record(struct maker *maker);
void make_list(struct maker *maker);

/* ---- generate_part.c ---- */

void maybe_comma(struct maker *maker);
void make_as(struct maker *maker);
void make_type(struct maker *maker);
void make_initial(struct maker *maker);
void make_field(struct maker *maker);
void make_orders(struct maker *maker);
void make_body(struct maker *maker, bool may_have_indexes);
void make_keys(struct maker *maker);
void make_parameters(struct maker *maker);
void make_ids(struct maker *maker);
void make_filter(struct maker *maker);

/* ---- generate_statement.c, generate_item.c ---- */

void make_block(struct maker *maker);
void make_item(struct maker *maker);

#endif
