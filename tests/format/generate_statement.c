/* generate_statement.c -- random blocks and statements. */
#include "tests/format/generate.h"

enum { BLOCK_DEPTH_MAX = 3 };

static void make_path(struct maker *maker)
{
    make_name(maker);
    while (chance(maker, 30)) {
        if (chance(maker, 50)) {
            word(maker, ".");
            make_name(maker);
        } else {
            word(maker, "[");
            make_expressions(maker);
            word(maker, "]");
        }
    }
}

static void make_if(struct maker *maker)
{
    word(maker, "if");
    if (chance(maker, 30)) {
        word(maker, "let");
        make_name(maker);
        word(maker, "=");
    }
    make_expression(maker);
    make_block(maker);
    if (!chance(maker, 50))
        return;
    word(maker, "else");
    if (chance(maker, 40))
        make_if(maker);
    else
        make_block(maker);
}

static void make_match_statement(struct maker *maker)
{
    word(maker, "match");
    make_expression(maker);
    word(maker, "{");
    for (unsigned i = pick(maker, 4); i > 0; i--) {
        if (chance(maker, 20))
            word(maker, "else");
        else
            make_ids(maker);
        word(maker, "=>");
        make_block(maker);
    }
    word(maker, "}");
}

static void make_loop_statement(struct maker *maker)
{
    word(maker, "for");
    make_name(maker);
    if (chance(maker, 30)) {
        word(maker, ",");
        make_name(maker);
    }
    word(maker, "in");
    make_expression(maker);
    make_filter(maker);
    make_block(maker);
}

static void make_call(struct maker *maker)
{
    make_name(maker);
    while (chance(maker, 50)) {
        word(maker, ".");
        make_name(maker);
    }
    word(maker, "(");
    if (chance(maker, 80))
        make_expressions(maker);
    word(maker, ")");
}

static void make_let(struct maker *maker)
{
    word(maker, "let");
    make_name(maker);
    word(maker, "=");
    make_expression(maker);
    if (chance(maker, 40)) {
        word(maker, "else");
        make_block(maker);
    }
}

static void make_small_statement(struct maker *maker, unsigned choice)
{
    static const char *const signs[] = {"=", "=", "+=", "-=", "*=", "/="};

    switch (choice) {
    case 0:
        word(maker, "delete");
        make_path(maker);
        break;
    case 1:
        word(maker, "copy");
        make_name(maker);
        while (chance(maker, 50)) {
            word(maker, ",");
            make_name(maker);
        }
        break;
    case 2:
        word(maker, "skip");
        break;
    case 3:
        word(maker, "fail");
        make_expression(maker);
        break;
    case 4:
        word(maker, "require");
        make_expression(maker);
        word(maker, "else");
        make_expression(maker);
        break;
    case 5:
        word(maker, "notify");
        make_name(maker);
        make_record(maker);
        break;
    default:
        make_path(maker);
        ANY_OF(maker, signs);
        make_expression(maker);
    }
}

static void make_statement(struct maker *maker)
{
    unsigned choice = pick(maker, 14);

    if (choice > 9 && maker->depth >= BLOCK_DEPTH_MAX)
        choice = 9;
    switch (choice) {
    case 9:
        make_call(maker);
        break;
    case 10:
        make_if(maker);
        break;
    case 11:
        make_match_statement(maker);
        break;
    case 12:
        make_loop_statement(maker);
        break;
    case 13:
        make_let(maker);
        break;
    default:
        make_small_statement(maker, choice);
    }
}

void make_block(struct maker *maker)
{
    word(maker, "{");
    maker->depth++;
    for (unsigned i = pick(maker, 4); i > 0; i--)
        make_statement(maker);
    maker->depth--;
    word(maker, "}");
}
