/* The parser: the shape of the tree and its spans. Messages are in tests/golden/error/syntax_*. */
#include "tests/unit/dump.h"
#include "tests/unit/parsing.h"

#include <stdlib.h>
#include <string.h>

/* Parses what must be without error. */
static struct pc_module *parse_well(const char *text)
{
    struct pc_module *module = parse(text);

    if (module == NULL)
        print_diagnostics();
    CU_ASSERT_PTR_NOT_NULL_FATAL(module);
    return module;
}

static bool spells(struct pc_span span, const char *expected)
{
    return pc_text_is(pc_source_slice(sources, span), expected);
}

static void assert_dump(const char *text, const char *expected)
{
    char *program = NULL;
    char *printed = NULL;
    size_t size;
    FILE *out = open_memstream(&program, &size);

    begin();
    fprintf(out, "fn f(): u32 = %s", text);
    fclose(out);
    const struct pc_module *module = parse_well(program);
    out = open_memstream(&printed, &size);
    dump(out, module->declarations.items[0]->function.body);
    fclose(out);
    CU_ASSERT_STRING_EQUAL(printed, expected);
    if (strcmp(printed, expected) != 0)
        printf("\n%s\n  is   %s\n  want %s\n", text, printed, expected);
    free(program);
    free(printed);
    end();
}

static void operators_bind_as_the_manual_says(void)
{
    assert_dump("1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)");
    assert_dump("a / b / c % d", "(% (/ (/ a b) c) d)");
    assert_dump("-a * -b", "(* (- a) (- b))");
    assert_dump("a - -b", "(- a (- b))");
    assert_dump("(1 + 2) * 3", "(* (+ 1 2) 3)");
    assert_dump("a or b and not c == d", "(or a (and b (not (== c d))))");
    assert_dump("not not a or b", "(or (not (not a)) b)");
    assert_dump("a ?? b ?? c + 1", "(?? a (?? b (+ c 1)))");
    assert_dump("a ?? 1 > b ?? 2", "(> (?? a 1) (?? b 2))");
    assert_dump("x in list and y != none", "(and (in x list) (!= y none))");
    assert_dump("if a then b else if c then d else e or f", "(if a b (if c d (or e f)))");
    assert_dump("-m[k].x ?? 0", "(?? (- (at m k).x) 0)");
}

static void every_kind_of_expression_is_read(void)
{
    assert_dump("a?.b.c", "a?.b.c");
    assert_dump("t[a, b + 1]?.name ?? \"none\"", "(?? (at t a (+ b 1))?.name \"none\")");
    assert_dump("event.meta(\"tenant\")", "(event.meta \"tenant\")");
    assert_dump("a?.f()", "(a?.f)");
    assert_dump("max(a, b, 3)", "(max a b 3)");
    assert_dump("sum(l.p * l.q for l in lines where l.q > 0)",
                "(sum l(for (* l.p l.q) lines (> l.q 0)))");
    assert_dump("[l.sku for l in lines]", "l([for] l.sku lines)");
    assert_dump("[]", "([])");
    assert_dump("[1, [2], 3,]", "([] 1 ([] 2) 3)");
    assert_dump("{}", "{}");
    assert_dump("{ name, total: a + b, \"k\": 1, }", "{name=name total:(+ a b) \"k\":1}");
    assert_dump("match s { A, B => 1, else => -2 }", "(match s A|B=>1 else=>(- 2))");
    assert_dump("match a { X => match b { Y => 1 }, Z => 2, }", "(match a X=>(match b Y=>1) Z=>2)");
    assert_dump("f(true, false, none)", "(f true false none)");
}

static void numbers_keep_their_digits(void)
{
    assert_dump("123456789012345678901234567890", "123456789012345678901234567890");
    assert_dump("0.10", "0.10/2");
    assert_dump("100.000000000000000000001", "100.000000000000000000001/21");
    assert_dump("1.5e-3", "1.5e-3/1e");
    assert_dump("2E10", "2E10/0e");
    assert_dump("[1ns, 2us, 3ms, 4s, 5m, 6h, 7d]", "([] 1ns 2us 3ms 4s 5m 6h 7d)");
}

static void texts_are_decoded_and_interpolate(void)
{
    assert_dump("\"a\\n\\t\\r\\\\\\\"\\{x\\}}\"", "\"a\n\t\r\\\"{x}}\"");
    assert_dump("\"\\u{e9}\\u{20AC}\\u{1F600}\"", "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"");
    assert_dump("\"overdrawn by {-balance}\"", "(text overdrawn by  (- balance))");
    assert_dump("\"{a}{b}\"", "(text a b)");
    assert_dump("\"x { f(\"y {z} \\\"q\\\"\") } w\"", "(text x  (f (text y  z  \"q\"))  w)");
    assert_dump("\"{ match k { A => {b: \"}\"}, else => {} } }!\"",
                "(text (match k A=>{b:\"}\"} else=>{}) !)");
    assert_dump("\"\"", "\"\"");
    assert_dump("\"// no comment # here\"", "\"// no comment # here\"");
}

static void words_that_are_not_reserved_are_names(void)
{
    assert_dump("event + state * error - at", "(- (+ event (* state error)) at)");
    assert_dump("count.order.limit[index]", "(at count.order.limit index)");
    assert_dump("`match` + `plain`", "(+ match plain)");
    assert_dump("{ type: any, version }", "{type:any version=version}");
}

/* ---- declarations ---- */

static const struct pc_declaration *only(const char *text)
{
    return parse_well(text)->declarations.items[0];
}

static void braces_are_plain_where_texts_name_the_outside(void)
{
    begin();
    const struct pc_declaration *test = only("test \"a {b} \\{c\" {}");
    CU_ASSERT(pc_text_is(test->test.title->text, "a {b} {c"));
    const struct pc_declaration *record = only("record R { a: text as \"{x}\" = \"{y}\" }");
    const struct pc_field *field = record->record.fields.items[0];
    CU_ASSERT(pc_text_is(field->as->text, "{x}"));
    CU_ASSERT_FALSE(field->initial->text.is_plain);
    end();
}

static void types_hold_what_is_written(void)
{
    begin();
    const struct pc_declaration *record =
        only("record R { a: map<text, list<decimal(2, round)?>>= {} b: duration(ns)? }");
    const struct pc_field *a = record->record.fields.items[0];
    CU_ASSERT_EQUAL_FATAL(record->record.fields.count, 2);
    CU_ASSERT(spells(a->type_node->span, "map<text, list<decimal(2, round)?>>"));
    CU_ASSERT_EQUAL(a->initial->kind, PC_EXPRESSION_RECORD);
    CU_ASSERT(spells(a->span, "a: map<text, list<decimal(2, round)?>>= {}"));
    CU_ASSERT_EQUAL_FATAL(a->type_node->parameters.count, 2);
    const struct pc_type_node *inner = a->type_node->parameters.items[1]->parameters.items[0];
    CU_ASSERT(inner->is_optional);
    CU_ASSERT(inner->arguments.items[0]->is_number);
    CU_ASSERT_FALSE(inner->arguments.items[1]->is_number);
    CU_ASSERT(pc_text_is(inner->arguments.items[1]->text, "round"));
    CU_ASSERT(spells(inner->span, "decimal(2, round)?"));
    end();
}

static void comparisons_outside_of_types_stay_whole(void)
{
    assert_dump("list >= 3", "(>= list 3)");
    assert_dump("list < a", "(< list a)");
}

static void enums_carry_names_and_codes(void)
{
    begin();
    const struct pc_declaration *declaration = only("enum E { A B as \"b\" = 3, C = -1 }");
    const struct pc_members *members = &declaration->enumeration.members;
    CU_ASSERT_EQUAL_FATAL(members->count, 3);
    CU_ASSERT_FALSE(members->items[0]->has_code);
    CU_ASSERT(pc_text_is(members->items[1]->code, "3"));
    CU_ASSERT(spells(members->items[1]->span, "B as \"b\" = 3"));
    CU_ASSERT(pc_text_is(members->items[2]->code, "-1"));
    CU_ASSERT(spells(members->items[2]->code_span, "-1"));
    end();
}

static void events_belong_to_their_aggregate(void)
{
    begin();
    const struct pc_declaration *aggregate =
        only("aggregate Cart(text) in shop as \"cart\" {\n"
             "  event A as \"a\" { x: u32, y: u32 = 3 upcast \"a1\" { z: u32 } { x = z y = 1 } }\n"
             "  event B {}\n"
             "}");
    CU_ASSERT(pc_text_is(aggregate->aggregate.id_type->text, "text"));
    CU_ASSERT(pc_text_is(aggregate->aggregate.stream_name.text, "shop"));
    CU_ASSERT_EQUAL_FATAL(aggregate->aggregate.events.count, 2);
    const struct pc_event *event = aggregate->aggregate.events.items[0];
    CU_ASSERT_PTR_EQUAL(event->aggregate, aggregate);
    CU_ASSERT_EQUAL(event->fields.count, 2);
    CU_ASSERT_EQUAL_FATAL(event->upcasts.count, 1);
    CU_ASSERT(pc_text_is(event->upcasts.items[0]->old_name->text, "a1"));
    CU_ASSERT_EQUAL(event->upcasts.items[0]->fields.count, 1);
    CU_ASSERT_EQUAL(event->upcasts.items[0]->body->statements.count, 2);
    end();
}

static void documentation_goes_to_what_follows_it(void)
{
    begin();
    const struct pc_module *module = parse_well("/// lost\n"
                                                "\n"
                                                "/// One\n"
                                                "///   two\n"
                                                "///\n"
                                                "// plain\n"
                                                "record R {\n"
                                                "    /// a field\n"
                                                "    a: u32 // behind\n"
                                                "    b: u32\n"
                                                "}\n");
    const struct pc_declaration *record = module->declarations.items[0];
    CU_ASSERT(pc_text_is(record->doc, "One\n  two\n"));
    CU_ASSERT(pc_text_is(record->record.fields.items[0]->doc, "a field"));
    CU_ASSERT_EQUAL(record->record.fields.items[1]->doc.size, 0);
    CU_ASSERT_EQUAL(diagnostics->warning_count, 1);
    CU_ASSERT_EQUAL(diagnostics->items[0]->code, PC_W0001);
    CU_ASSERT(spells(diagnostics->items[0]->span, "/// lost"));
    const struct pc_comments *comments = &module->files.items[0]->comments;
    CU_ASSERT_EQUAL_FATAL(comments->count, 7);
    CU_ASSERT(comments->items[0]->is_doc && comments->items[0]->is_first);
    CU_ASSERT_FALSE(comments->items[4]->is_doc);
    CU_ASSERT(pc_text_is(comments->items[4]->text, " plain"));
    CU_ASSERT_FALSE(comments->items[6]->is_first);
    end();
}

static void handlers_hold_fan_out_key_and_filter(void)
{
    begin();
    const struct pc_declaration *projection =
        only("projection p over s by a: uuid, b: time where event.meta(\"t\") == \"x\" {\n"
             "  on A, B for r in list by r.k, floor(r.at, 1m) where r.ok { x += 1 }\n"
             "  on any { skip }\n"
             "  on C extern\n"
             "  ignore D, E\n"
             "  on error retry 5 times 100ms..30s then ignore\n"
             "  version 2\n"
             "}");
    CU_ASSERT_FALSE(projection->projection.is_for_each);
    CU_ASSERT_EQUAL(projection->projection.keys.count, 2);
    CU_ASSERT_PTR_NOT_NULL(projection->projection.where);
    CU_ASSERT_EQUAL_FATAL(projection->projection.items.count, 6);
    struct pc_item *const *items = projection->projection.items.items;
    CU_ASSERT_EQUAL(items[0]->handler.events.count, 2);
    CU_ASSERT(pc_text_is(items[0]->handler.each->text, "r"));
    CU_ASSERT(spells(items[0]->handler.collection->span, "list"));
    CU_ASSERT_EQUAL(items[0]->handler.by.count, 2);
    CU_ASSERT(spells(items[0]->handler.where->span, "r.ok"));
    CU_ASSERT_EQUAL(items[0]->handler.body->statements.count, 1);
    CU_ASSERT(items[1]->handler.is_any);
    CU_ASSERT(items[2]->handler.is_extern);
    CU_ASSERT_EQUAL(items[3]->ignore.events.count, 2);
    CU_ASSERT_EQUAL(items[4]->policy.policy, PC_POLICY_RETRY);
    CU_ASSERT_EQUAL(items[4]->policy.then, PC_POLICY_IGNORE);
    CU_ASSERT(spells(items[4]->policy.minimum->span, "100ms"));
    CU_ASSERT(spells(items[4]->policy.maximum->span, "30s"));
    CU_ASSERT(spells(items[4]->span, "on error retry 5 times 100ms..30s then ignore"));
    CU_ASSERT(spells(items[5]->version.number->span, "2"));
    end();
}

static void tables_states_and_queries_hold_indexes_and_orders(void)
{
    begin();
    const struct pc_declaration *projection =
        only("projection p over s {\n"
             "  state columns { a: u32 index by a, b desc index: u32 }\n"
             "  table rows by id: uuid as \"t.rows\" { n: u32 = 1, index by n asc }\n"
             "  query best(n: u32 = 10, x: text) = rows where n > 3 order by n desc, x limit n\n"
             "  query all() = p\n"
             "}");
    struct pc_item *const *items = projection->projection.items.items;
    CU_ASSERT_EQUAL_FATAL(projection->projection.items.count, 4);
    CU_ASSERT(items[0]->state.is_columns);
    CU_ASSERT_EQUAL(items[0]->state.fields.count, 2);
    CU_ASSERT_EQUAL_FATAL(items[0]->state.indexes.count, 1);
    CU_ASSERT_FALSE(items[0]->state.indexes.items[0]->keys.items[0]->is_descending);
    CU_ASSERT(items[0]->state.indexes.items[0]->keys.items[1]->is_descending);
    CU_ASSERT(pc_text_is(items[1]->table.as->text, "t.rows"));
    CU_ASSERT_EQUAL(items[1]->table.indexes.count, 1);
    CU_ASSERT_EQUAL(items[2]->query.parameters.count, 2);
    CU_ASSERT_EQUAL(items[2]->query.order.count, 2);
    CU_ASSERT(spells(items[2]->query.limit->span, "n"));
    CU_ASSERT_PTR_NULL(items[3]->query.where);
    end();
}

static void statements_hold_their_parts(void)
{
    begin();
    const struct pc_declaration *projection = only(
        "projection p over s { on A {\n"
        "  a.b[c] = 1  a *= 2  l.push(3)  let x = 1  let y = r[1] else { skip }\n"
        "  if a { } else if let z = b { } else { skip }\n"
        "  match k { A, B => { skip } else => { } }\n"
        "  for e in l where e > 1 { } for k, v in m { }\n"
        "  delete state delete r[1] copy a, b fail \"x\" require a else \"b\" notify n { a, b: 1 }\n"
        "} }");
    const struct pc_item *handler = projection->projection.items.items[0];
    const struct pc_statements *list = &handler->handler.body->statements;
    static const enum pc_node_kind kinds[] = {
        PC_STATEMENT_ASSIGN, PC_STATEMENT_ASSIGN,  PC_STATEMENT_CALL,   PC_STATEMENT_LET,
        PC_STATEMENT_LET,    PC_STATEMENT_IF,      PC_STATEMENT_MATCH,  PC_STATEMENT_FOR,
        PC_STATEMENT_FOR,    PC_STATEMENT_DELETE,  PC_STATEMENT_DELETE, PC_STATEMENT_COPY,
        PC_STATEMENT_FAIL,   PC_STATEMENT_REQUIRE, PC_STATEMENT_NOTIFY,
    };
    CU_ASSERT_EQUAL_FATAL(list->count, sizeof(kinds) / sizeof(kinds[0]));
    for (size_t i = 0; i < list->count; i++)
        CU_ASSERT_EQUAL(list->items[i]->kind, kinds[i]);
    CU_ASSERT_EQUAL(list->items[0]->assign.target->kind, PC_EXPRESSION_INDEX);
    CU_ASSERT_EQUAL(list->items[1]->assign.operator, PC_ASSIGN_MULTIPLY);
    CU_ASSERT(spells(list->items[1]->assign.operator_span, "*="));
    CU_ASSERT_EQUAL(list->items[2]->call.call->kind, PC_EXPRESSION_METHOD);
    CU_ASSERT_PTR_NULL(list->items[3]->let.otherwise);
    CU_ASSERT_PTR_NOT_NULL(list->items[4]->let.otherwise);
    const struct pc_statement *branch = list->items[5];
    CU_ASSERT(branch->branch.is_else_if);
    CU_ASSERT_PTR_NULL(branch->branch.binding);
    const struct pc_statement *second = branch->branch.otherwise->statements.items[0];
    CU_ASSERT(pc_text_is(second->branch.binding->text, "z"));
    CU_ASSERT_FALSE(second->branch.is_else_if);
    CU_ASSERT_EQUAL(second->branch.otherwise->statements.count, 1);
    CU_ASSERT(list->items[6]->match.arms.items[1]->is_else);
    CU_ASSERT_PTR_NOT_NULL(list->items[7]->loop.where);
    CU_ASSERT(pc_text_is(list->items[8]->loop.second->text, "v"));
    CU_ASSERT_EQUAL(list->items[11]->copy.names.count, 2);
    CU_ASSERT_EQUAL(list->items[14]->notify.record->record.entries.count, 2);
    end();
}

static void tests_hold_given_and_expect(void)
{
    begin();
    const struct pc_declaration *test =
        only("test \"t\" { given A(1) { E { x: 1 } at \"2026-01-01T00:00:00Z\" F {} }\n"
             "expect b(1, 2) { x: 1 } expect q [ { x: 1 } ] expect b(1) none\n"
             "expect b(1) fails \"no\" }");
    const struct pc_steps *steps = &test->test.steps;
    CU_ASSERT_EQUAL_FATAL(steps->count, 5);
    CU_ASSERT_EQUAL(steps->items[0]->kind, PC_PART_GIVEN);
    CU_ASSERT_EQUAL(steps->items[0]->events.count, 2);
    CU_ASSERT_PTR_NOT_NULL(steps->items[0]->events.items[0]->at);
    CU_ASSERT_EQUAL(steps->items[1]->form, PC_EXPECT_RECORD);
    CU_ASSERT_EQUAL(steps->items[1]->arguments.count, 2);
    CU_ASSERT_EQUAL(steps->items[2]->form, PC_EXPECT_LIST);
    CU_ASSERT_FALSE(steps->items[2]->has_arguments);
    CU_ASSERT_EQUAL(steps->items[3]->form, PC_EXPECT_NONE);
    CU_ASSERT_EQUAL(steps->items[4]->form, PC_EXPECT_FAILS);
    CU_ASSERT(pc_text_is(steps->items[4]->message->text, "no"));
    end();
}

static void a_byte_order_mark_and_line_ends_of_windows_are_blanks(void)
{
    begin();
    parse_well("\xEF\xBB\xBFpackage bank\r\n// comment\r\nstream bank\r\n");
    end();
}

#define TESTS(X)                                         \
    X(operators_bind_as_the_manual_says)                 \
    X(every_kind_of_expression_is_read)                  \
    X(numbers_keep_their_digits)                         \
    X(texts_are_decoded_and_interpolate)                 \
    X(words_that_are_not_reserved_are_names)             \
    X(braces_are_plain_where_texts_name_the_outside)     \
    X(types_hold_what_is_written)                        \
    X(comparisons_outside_of_types_stay_whole)           \
    X(enums_carry_names_and_codes)                       \
    X(events_belong_to_their_aggregate)                  \
    X(documentation_goes_to_what_follows_it)             \
    X(handlers_hold_fan_out_key_and_filter)              \
    X(tables_states_and_queries_hold_indexes_and_orders) \
    X(statements_hold_their_parts)                       \
    X(tests_hold_given_and_expect)                       \
    X(a_byte_order_mark_and_line_ends_of_windows_are_blanks)
SUITE("parse", TESTS)
