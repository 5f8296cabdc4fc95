/* generate.c -- random declarations, tests, whole programs. */
#include "tests/format/generate.h"

/* ---- declarations ---- */

static void make_event(struct maker *maker)
{
    word(maker, "event");
    make_id(maker);
    make_as(maker);
    word(maker, "{");
    for (unsigned i = pick(maker, 4); i > 0; i--) {
        if (chance(maker, 80)) {
            make_field(maker);
            continue;
        }
        word(maker, "upcast");
        make_plain_text(maker);
        make_body(maker, false);
        make_block(maker);
    }
    word(maker, "}");
}

static void make_aggregate(struct maker *maker)
{
    word(maker, "aggregate");
    make_id(maker);
    if (chance(maker, 30)) {
        word(maker, "(");
        make_id(maker);
        word(maker, ")");
    }
    word(maker, "in");
    make_name(maker);
    make_as(maker);
    word(maker, "{");
    for (unsigned i = pick(maker, 4); i > 0; i--)
        make_event(maker);
    word(maker, "}");
}

static void make_projection(struct maker *maker)
{
    word(maker, "projection");
    make_name(maker);
    if (chance(maker, 50)) {
        word(maker, "for");
        word(maker, "each");
        make_id(maker);
    } else {
        word(maker, "over");
        make_name(maker);
        if (chance(maker, 40)) {
            word(maker, "by");
            make_keys(maker);
        }
    }
    make_filter(maker);
    word(maker, "{");
    for (unsigned i = pick(maker, 5); i > 0; i--)
        make_item(maker);
    word(maker, "}");
}

static void make_given(struct maker *maker)
{
    word(maker, "given");
    make_id(maker);
    word(maker, "(");
    make_expressions(maker);
    word(maker, ")");
    word(maker, "{");
    for (unsigned i = pick(maker, 3); i > 0; i--) {
        make_id(maker);
        make_record(maker);
        if (chance(maker, 30)) {
            word(maker, "at");
            make_expression(maker);
        }
    }
    word(maker, "}");
}

static void make_expect(struct maker *maker)
{
    word(maker, "expect");
    make_name(maker);
    if (chance(maker, 60)) {
        word(maker, "(");
        make_expressions(maker);
        word(maker, ")");
    }
    switch (pick(maker, 4)) {
    case 0:
        word(maker, "none");
        break;
    case 1:
        word(maker, "fails");
        make_plain_text(maker);
        break;
    case 2:
        make_list(maker);
        break;
    default:
        make_record(maker);
    }
}

static void make_test(struct maker *maker)
{
    word(maker, "test");
    make_plain_text(maker);
    word(maker, "{");
    for (unsigned i = pick(maker, 4); i > 0; i--) {
        if (chance(maker, 50))
            make_given(maker);
        else
            make_expect(maker);
    }
    word(maker, "}");
}

static void make_stream(struct maker *maker)
{
    bool has_payload = chance(maker, 50);

    word(maker, "stream");
    make_name(maker);
    make_as(maker);
    if (chance(maker, 40))
        return;
    word(maker, "{");
    if (has_payload) {
        word(maker, "payload");
        make_id(maker);
    }
    if (chance(maker, 50)) {
        word(maker, "notify");
        make_plain_text(maker);
    }
    word(maker, "}");
}

static void make_enum(struct maker *maker)
{
    word(maker, "enum");
    make_id(maker);
    word(maker, "{");
    for (unsigned i = chance(maker, 5) ? 20 : pick(maker, 5); i > 0; i--) {
        make_id(maker);
        make_as(maker);
        if (chance(maker, 20)) {
            word(maker, "=");
            if (chance(maker, 30))
                word(maker, "-");
            word(maker, "3");
        }
        maybe_comma(maker);
    }
    word(maker, "}");
}

static void make_function(struct maker *maker, bool is_extern)
{
    if (is_extern)
        word(maker, "extern");
    word(maker, "fn");
    make_name(maker);
    make_parameters(maker);
    word(maker, ":");
    make_type(maker);
    if (is_extern)
        return;
    word(maker, "=");
    make_expression(maker);
}

static void make_declaration(struct maker *maker)
{
    maker->budget = 60;
    switch (pick(maker, 16)) {
    case 0:
        word(maker, "package");
        make_name(maker);
        break;
    case 1:
        word(maker, "import");
        make_plain_text(maker);
        break;
    case 2:
        word(maker, "type");
        make_id(maker);
        word(maker, "=");
        make_type(maker);
        break;
    case 3:
        make_enum(maker);
        break;
    case 4:
        word(maker, "record");
        make_id(maker);
        make_body(maker, false);
        break;
    case 5:
    case 6:
        make_function(maker, chance(maker, 20));
        break;
    case 7:
        make_stream(maker);
        break;
    case 8:
    case 9:
        make_aggregate(maker);
        break;
    case 10:
    case 11:
        make_test(maker);
        break;
    default:
        make_projection(maker);
    }
}

void generate_program(FILE *out, uint64_t seed)
{
    static const unsigned comment_percents[] = {0, 1, 4, 15};
    static const unsigned line_percents[] = {1, 5, 20, 60};
    struct maker maker = {.out = out, .random = seed, .is_line_start = true};

    maker.comment_percent = comment_percents[pick(&maker, 4)];
    maker.line_percent = line_percents[pick(&maker, 4)];
    maker.has_carriage_returns = chance(&maker, 5);
    if (chance(&maker, 3))
        fputs("\xEF\xBB\xBF", out);
    for (unsigned i = pick(&maker, 6); i > 0; i--)
        make_declaration(&maker);
    if (chance(&maker, 80))
        end_line(&maker);
    if (chance(&maker, maker.comment_percent * 5))
        make_comment(&maker);
}
