/* generate_part.c -- random types, fields, keys, parameters. */
#include "tests/format/generate.h"

void maybe_comma(struct maker *maker)
{
    if (chance(maker, 20))
        word(maker, ",");
}

void make_as(struct maker *maker)
{
    if (!chance(maker, 25))
        return;
    word(maker, "as");
    make_plain_text(maker);
}

static void make_nested_type(struct maker *maker, unsigned depth)
{
    switch (depth > 3 ? 0 : pick(maker, 6)) {
    case 1:
        make_id(maker);
        word(maker, "(");
        word(maker, "2");
        if (chance(maker, 40)) {
            word(maker, ",");
            make_id(maker);
        }
        word(maker, ")");
        break;
    case 2:
        make_id(maker);
        word(maker, "<");
        make_nested_type(maker, depth + 1);
        if (chance(maker, 40)) {
            word(maker, ",");
            make_nested_type(maker, depth + 1);
        }
        /* `>` and a `=` behind it may stick together. */
        maker->last = ')';
        word(maker, ">");
        maker->last = ')';
        break;
    default:
        make_id(maker);
    }
    if (chance(maker, 25))
        word(maker, "?");
}

void make_type(struct maker *maker)
{
    make_nested_type(maker, 0);
}

void make_initial(struct maker *maker)
{
    if (!chance(maker, 25))
        return;
    word(maker, "=");
    make_expression(maker);
}

void make_field(struct maker *maker)
{
    make_name(maker);
    word(maker, ":");
    make_type(maker);
    make_as(maker);
    make_initial(maker);
    maybe_comma(maker);
}

void make_orders(struct maker *maker)
{
    for (unsigned i = 0; i == 0 || chance(maker, 40); i++) {
        if (i > 0)
            word(maker, ",");
        make_name(maker);
        if (chance(maker, 40))
            word(maker, chance(maker, 50) ? "asc" : "desc");
    }
}

/* Fields, and indexes where they may stand. */
void make_body(struct maker *maker, bool may_have_indexes)
{
    unsigned count = chance(maker, 5) ? 10 : pick(maker, 4);

    word(maker, "{");
    for (unsigned i = 0; i < count; i++) {
        if (may_have_indexes && chance(maker, 20)) {
            word(maker, "index");
            word(maker, "by");
            make_orders(maker);
        } else {
            make_field(maker);
        }
    }
    word(maker, "}");
}

void make_keys(struct maker *maker)
{
    for (unsigned i = 0; i == 0 || chance(maker, 30); i++) {
        if (i > 0)
            word(maker, ",");
        make_name(maker);
        word(maker, ":");
        make_type(maker);
    }
}

void make_parameters(struct maker *maker)
{
    unsigned count = chance(maker, 5) ? 8 : pick(maker, 3);

    word(maker, "(");
    for (unsigned i = 0; i < count; i++) {
        if (i > 0)
            word(maker, ",");
        make_name(maker);
        word(maker, ":");
        make_type(maker);
        make_initial(maker);
    }
    word(maker, ")");
}

void make_ids(struct maker *maker)
{
    unsigned count = chance(maker, 5) ? 9 : pick(maker, 3) + 1;

    for (unsigned i = 0; i < count; i++) {
        if (i > 0)
            word(maker, ",");
        make_id(maker);
    }
}

void make_filter(struct maker *maker)
{
    if (!chance(maker, 30))
        return;
    word(maker, "where");
    make_expression(maker);
}
