/* generate_item.c -- random items of projections. */
#include "tests/format/generate.h"

static void make_handler(struct maker *maker)
{
    word(maker, "on");
    if (chance(maker, 15))
        word(maker, "any");
    else
        make_ids(maker);
    if (chance(maker, 20)) {
        word(maker, "for");
        make_name(maker);
        word(maker, "in");
        make_expression(maker);
    }
    if (chance(maker, 20)) {
        word(maker, "by");
        make_expressions(maker);
    }
    make_filter(maker);
    if (chance(maker, 10))
        word(maker, "extern");
    else
        make_block(maker);
}

static void make_policy(struct maker *maker)
{
    word(maker, "on");
    word(maker, "error");
    if (chance(maker, 50)) {
        word(maker, chance(maker, 50) ? "fail" : "ignore");
        return;
    }
    word(maker, "retry");
    word(maker, "5");
    word(maker, "times");
    if (chance(maker, 50)) {
        word(maker, "100ms");
        word(maker, "..");
        word(maker, "30s");
    }
    word(maker, "then");
    word(maker, chance(maker, 50) ? "fail" : "ignore");
}

static void make_query(struct maker *maker)
{
    word(maker, "query");
    make_name(maker);
    make_parameters(maker);
    word(maker, "=");
    make_name(maker);
    make_filter(maker);
    if (chance(maker, 50)) {
        word(maker, "order");
        word(maker, "by");
        make_orders(maker);
    }
    if (chance(maker, 50)) {
        word(maker, "limit");
        make_expression(maker);
    }
}

void make_item(struct maker *maker)
{
    switch (pick(maker, 9)) {
    case 0:
        word(maker, "state");
        if (chance(maker, 40))
            word(maker, "columns");
        make_body(maker, true);
        break;
    case 1:
        word(maker, "table");
        make_name(maker);
        word(maker, "by");
        make_keys(maker);
        make_as(maker);
        make_body(maker, true);
        break;
    case 2:
        make_policy(maker);
        break;
    case 3:
        word(maker, "ignore");
        if (chance(maker, 30))
            word(maker, "any");
        else
            make_ids(maker);
        break;
    case 4:
        word(maker, "version");
        word(maker, "12");
        break;
    case 5:
        make_query(maker);
        break;
    default:
        make_handler(maker);
    }
}
