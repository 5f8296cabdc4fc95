/* Fingerprints: what a state looks like, and what its handlers do; nothing else counts. */
#include "tests/unit/plan_kit.h"

/* The first projection of a module of these parts. */
struct parts {
    const char *types;
    const char *event;
    const char *state;
    const char *handler;
    const char *rest;
};

static const struct parts usual = {
    .types = "enum Kind { A B } record Line { sku: text  count: u32 }",
    .event = "n: i64  line: Line",
    .state = "state { total: i64  kind: Kind = A  lines: list<Line> }",
    .handler = "on E { total += n }",
    .rest = "ignore F",
};

struct fingerprints {
    uint64_t shape;
    uint64_t logic;
};

static struct fingerprints take(const struct parts *parts)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    struct fingerprints found = {0};
    char text[2048];

    snprintf(text, sizeof text,
             "package t stream s %s aggregate G in s { event E { %s } event F {} }\n"
             "projection p for each G { %s %s %s }",
             parts->types, parts->event, parts->state, parts->handler, parts->rest);

    struct pc_plan *plan = plan_of(arena, text);

    CU_ASSERT_PTR_NOT_NULL_FATAL(plan);
    found.shape = plan->projections.items[0]->shape_fingerprint;
    found.logic = plan->projections.items[0]->logic_fingerprint;
    pc_arena_free(arena);
    return found;
}

/* Compares a changed module with the usual one. */
static void changes(struct parts parts, bool is_shape, bool is_logic)
{
    struct fingerprints before = take(&usual);
    struct fingerprints after = take(&parts);

    CU_ASSERT_EQUAL(before.shape != after.shape, is_shape);
    CU_ASSERT_EQUAL(before.logic != after.logic, is_logic);
    if ((before.shape != after.shape) != is_shape || (before.logic != after.logic) != is_logic)
        printf("\n    %s | %s | %s | %s | %s\n", parts.types, parts.event, parts.state,
               parts.handler, parts.rest);
}

#define CHANGED(member, text, is_shape, is_logic) \
    do {                                          \
        struct parts parts = usual;               \
        parts.member = text;                      \
        changes(parts, is_shape, is_logic);       \
    } while (0)

static void the_same_text_gives_the_same(void)
{
    changes(usual, false, false);
    CU_ASSERT(take(&usual).shape != 0);
    CU_ASSERT(take(&usual).logic != 0);
}

static void comments_and_spaces_do_not_count(void)
{
    CHANGED(state, "/// Doc.\nstate {\n// c\n total: i64, kind: Kind = A, lines: list<Line>\n}",
            false, false);
    CHANGED(handler, "/// Doc.\non E {\n\n total   +=   n // add\n }", false, false);
    CHANGED(types, "/// K\nenum Kind { A, B }\n/// L\nrecord Line { sku: text, count: u32 }", false,
            false);
    CHANGED(rest, "ignore F version 1", false, false);
}

static void shapes_are_fields_and_their_types(void)
{
    CHANGED(state, "state { total: i64  kind: Kind? = A  lines: list<Line> }", true, true);
    CHANGED(state, "state { total: i64  kind: Kind = A  note: text?  lines: list<Line> }", true,
            true);
    CHANGED(state, "state { kind: Kind = A  total: i64  lines: list<Line> }", true, true);
    CHANGED(state, "state columns { total: i64  kind: Kind = A  lines: list<Line> }", true, false);
    CHANGED(state, "state { total: i64  kind: Kind = A  lines: list<Line>  more: bool }", true,
            true);
    CHANGED(types, "enum Kind { A B } record Line { sku: text  count: i64 }", true, false);
    CHANGED(types, "enum Kind { A B } record Line { sku: text  count: u32  x: bool }", true, false);
    CHANGED(types, "enum Kind { A = 1 B = 2 } record Line { sku: text  count: u32 }", true, true);
}

/* States hold members by their names: one more must need no rebuild. */
static void another_member_is_the_same_shape(void)
{
    CHANGED(types, "enum Kind { A B C } record Line { sku: text  count: u32 }", false, false);
}

static void logic_is_what_handlers_do(void)
{
    CHANGED(handler, "on E { total -= n }", false, true);
    CHANGED(handler, "on E { total += n + 1 }", false, true);
    CHANGED(handler, "on E { total += 1 }", false, true);
    CHANGED(handler, "on E { total += n  if n > 5 { kind = B } }", false, true);
    CHANGED(handler, "on E { total += n } on E { total += n }", false, true);
    CHANGED(handler, "on any { total += 1 }", false, true);
    CHANGED(handler, "on E { require n > 0 else \"no\"  total += n }", false, true);
    CHANGED(handler, "on E { for l in lines { l.count += 1 } }", false, true);
    CHANGED(rest, "on F { delete state }", false, true);
    CHANGED(rest, "ignore F on error ignore", false, true);
    CHANGED(state, "state { total: i64 = 5  kind: Kind = A  lines: list<Line> }", false, true);
}

static void a_name_of_a_local_is_not_logic_that_hides(void)
{
    struct parts first = usual;
    struct parts second = usual;

    first.handler = "on E { let a = n + 1  let b = n + 2  total = a - b }";
    second.handler = "on E { let a = n + 1  let b = n + 2  total = b - a }";
    CU_ASSERT_NOT_EQUAL(take(&first).logic, take(&second).logic);
}

static void functions_that_are_called_are_logic(void)
{
    struct parts before = usual;
    struct parts after = usual;

    before.handler = "on E { total += outer(n) }";
    after.handler = before.handler;
    before.rest = "ignore F } fn outer(a: i64): i64 = inner(a) fn inner(a: i64): i64 = a + 1 "
                  "fn other(a: i64): i64 = a projection q for each G { state { x: i64 } ignore any";
    after.rest = "ignore F } fn outer(a: i64): i64 = inner(a) fn inner(a: i64): i64 = a + 2 "
                 "fn other(a: i64): i64 = a projection q for each G { state { x: i64 } ignore any";
    CU_ASSERT_NOT_EQUAL(take(&before).logic, take(&after).logic);
    after.rest = "ignore F } fn outer(a: i64): i64 = inner(a) fn inner(a: i64): i64 = a + 1 "
                 "fn other(a: i64): i64 = 2 projection q for each G { state { x: i64 } ignore any";
    CU_ASSERT_EQUAL(take(&before).logic, take(&after).logic);
}

static void upcasts_are_logic_of_their_event(void)
{
    struct parts before = usual;
    struct parts after = usual;

    before.event = "n: i64  line: Line upcast \"e1\" { a: i64 } { n = a  line = { sku: \"\" } }";
    after.event = "n: i64  line: Line upcast \"e1\" { a: i64 } { n = -a  line = { sku: \"\" } }";
    CU_ASSERT_NOT_EQUAL(take(&before).logic, take(&after).logic);
    CU_ASSERT_NOT_EQUAL(take(&before).logic, take(&usual).logic);
    CU_ASSERT_EQUAL(take(&before).shape, take(&usual).shape);
}

#define TESTS(X)                           \
    X(the_same_text_gives_the_same)        \
    X(comments_and_spaces_do_not_count)    \
    X(shapes_are_fields_and_their_types)   \
    X(another_member_is_the_same_shape)    \
    X(logic_is_what_handlers_do)           \
    X(functions_that_are_called_are_logic) \
    X(upcasts_are_logic_of_their_event)    \
    X(a_name_of_a_local_is_not_logic_that_hides)
SUITE("fingerprint", TESTS)
