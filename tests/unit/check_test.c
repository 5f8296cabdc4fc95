/* The checker: models, annotations that the lowerer relies on, exact values, bounds. */
#include "compiler/check/expressions.h"
#include "compiler/syntax/parse.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static struct pc_arena *arena;
static struct pc_sources *sources;
static struct pc_diagnostics *diagnostics;

static struct pc_model *check(const char *text)
{
    struct pc_source_failure failure;
    uint32_t index;

    arena = pc_arena_new(NULL, NULL);
    sources = pc_sources_new(arena);
    diagnostics = pc_diagnostics_new(arena);
    CU_ASSERT_EQUAL_FATAL(pc_source_add(sources, "t.proj", pc_text_of(text), &index, &failure),
                          PC_SOURCE_OK);
    struct pc_module *tree = pc_parse_loaded(arena, sources, diagnostics, index, NULL);
    return tree != NULL ? pc_check(arena, tree, diagnostics) : NULL;
}

static void end(void)
{
    pc_arena_free(arena);
}

/* A module with one event and one projection whose handler has the given statements. */
static struct pc_model *check_body(const char *fields, const char *state, const char *statements)
{
    char text[4096];

    snprintf(text, sizeof(text),
             "package t\nstream s\nenum Mode { FAST SLOW }\n"
             "record Line { sku: text  count: u32  tags: list<text> }\n"
             "aggregate A in s { event E { %s  mode: Mode  line: Line } }\n"
             "projection p for each A { state { %s  seen: u32 }\n"
             "on E { %s\n seen += 1  if mode == FAST or line.sku == \"\" { seen += 1 } } }\n",
             fields, state, statements);
    return check(text);
}

static struct pc_statement *first_statement(const struct pc_model *model)
{
    return model->projections.items[0]->handlers.items[0]->node->handler.body->statements.items[0];
}

static bool has_only(enum pc_diagnostic_code code)
{
    for (size_t i = 0; i < diagnostics->count; i++) {
        if (diagnostics->items[i]->code != code)
            return false;
    }
    return diagnostics->count != 0;
}

/* ---- scanning ---- */

static void integers_are_read_to_both_ends_of_64_bits(void)
{
    int64_t value;

    CU_ASSERT(pc_scan_integer(pc_text_of("9223372036854775807"), false, &value));
    CU_ASSERT_EQUAL(value, INT64_MAX);
    CU_ASSERT(pc_scan_integer(pc_text_of("9223372036854775808"), true, &value));
    CU_ASSERT_EQUAL(value, INT64_MIN);
    CU_ASSERT_FALSE(pc_scan_integer(pc_text_of("9223372036854775808"), false, &value));
    CU_ASSERT_FALSE(pc_scan_integer(pc_text_of(""), false, &value));
}

static void decimals_lose_no_digit(void)
{
    int64_t value;

    CU_ASSERT(pc_scan_decimal(pc_text_of("1.5"), false, 2, &value));
    CU_ASSERT_EQUAL(value, 150);
    CU_ASSERT(pc_scan_decimal(pc_text_of("1.500"), true, 1, &value));
    CU_ASSERT_EQUAL(value, -15);
    CU_ASSERT(pc_scan_decimal(pc_text_of("92233720368547758.08"), true, 2, &value));
    CU_ASSERT_EQUAL(value, INT64_MIN);
    CU_ASSERT_FALSE(pc_scan_decimal(pc_text_of("1.501"), false, 2, &value));
    CU_ASSERT_FALSE(pc_scan_decimal(pc_text_of("92233720368547758.08"), false, 2, &value));
}

static void times_are_read_with_zone_and_fraction(void)
{
    int64_t value;
    int32_t days;

    CU_ASSERT(pc_scan_time(pc_text_of("1970-01-01T00:00:00Z"), &value));
    CU_ASSERT_EQUAL(value, 0);
    CU_ASSERT(pc_scan_time(pc_text_of("2000-02-29T01:30:00.1234567+01:30"), &value));
    CU_ASSERT_EQUAL(value, 951782400000000 + 123456);
    CU_ASSERT(pc_scan_time(pc_text_of("1969-12-31T23:59:59.5Z"), &value));
    CU_ASSERT_EQUAL(value, -500000);
    CU_ASSERT_FALSE(pc_scan_time(pc_text_of("2001-02-29T00:00:00Z"), &value));
    CU_ASSERT_FALSE(pc_scan_time(pc_text_of("2000-01-01T24:00:00Z"), &value));
    CU_ASSERT_FALSE(pc_scan_time(pc_text_of("2000-01-01T00:00:00"), &value));
    CU_ASSERT_FALSE(pc_scan_time(pc_text_of("2000-01-01T00:00:00.Z"), &value));
    CU_ASSERT(pc_scan_date(pc_text_of("0001-01-01"), &days));
    CU_ASSERT_EQUAL(days, -719162);
    CU_ASSERT_FALSE(pc_scan_date(pc_text_of("2000-13-01"), &days));
    CU_ASSERT_FALSE(pc_scan_date(pc_text_of("1900-02-29"), &days));
}

static void bytes_are_read_from_base64(void)
{
    struct pc_text bytes = {0};

    arena = pc_arena_new(NULL, NULL);
    CU_ASSERT(pc_scan_base64(arena, pc_text_of("AAEC/w=="), &bytes));
    CU_ASSERT_EQUAL(bytes.size, 4);
    CU_ASSERT_EQUAL(memcmp(bytes.data, "\0\1\2\377", 4), 0);
    CU_ASSERT(pc_scan_base64(arena, pc_text_of(""), &bytes));
    CU_ASSERT_EQUAL(bytes.size, 0);
    CU_ASSERT_FALSE(pc_scan_base64(arena, pc_text_of("AAE"), &bytes));
    CU_ASSERT_FALSE(pc_scan_base64(arena, pc_text_of("A=AA"), &bytes));
    CU_ASSERT_FALSE(pc_scan_base64(arena, pc_text_of("AA=A"), &bytes));
    CU_ASSERT_FALSE(pc_scan_base64(arena, pc_text_of("AA*A"), &bytes));
    end();
}

/* ---- types ---- */

static const struct pc_type *type_of_state(const struct pc_model *model, size_t index)
{
    return model->projections.items[0]->state.fields.items[index]->node->symbol->type;
}

static void equal_types_are_one_pointer(void)
{
    struct pc_model *model = check_body(
        "n: u32", "a: list<decimal(2)>?  b: list<decimal(2, round)>?  c: duration(ms)", "");

    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    CU_ASSERT_PTR_EQUAL(type_of_state(model, 0), type_of_state(model, 1));
    CU_ASSERT(
        model->projections.items[0]->state.fields.items[1]->type->element->element->is_rounding);
    CU_ASSERT_EQUAL(type_of_state(model, 2)->format, PC_DURATION_ISO);
    CU_ASSERT_EQUAL(model->projections.items[0]->state.fields.items[2]->type->format,
                    PC_DURATION_MILLISECONDS);
    end();
}

/* Every pair of scalar types: what widens must not lose a value. */
static void integers_widen_only_without_loss(void)
{
    struct pc_checker checker = {0};

    arena = pc_arena_new(NULL, NULL);
    checker.arena = arena;
    pc_types_init(&checker);
    for (uint8_t from = 8; from != 0; from = (uint8_t)(from * 2 % 128)) {
        for (int is_signed = 0; is_signed < 2; is_signed++) {
            if (from == 64 && !is_signed)
                continue;
            const struct pc_type *a = pc_type_integer(&checker, from, is_signed);
            const struct pc_type *i32 = pc_type_integer(&checker, 32, true);
            CU_ASSERT_EQUAL(pc_type_widens(a, i32),
                            pc_integer_low(a) >= INT32_MIN && pc_integer_high(a) <= INT32_MAX);
            CU_ASSERT_EQUAL(pc_type_widens(a, checker.f64), from <= 32);
            CU_ASSERT_EQUAL(pc_type_widens(a, pc_type_decimal(&checker, 9)), from <= 32);
            CU_ASSERT(pc_type_widens(a, pc_type_decimal(&checker, 0)));
            CU_ASSERT(pc_type_widens(a, checker.i64));
            CU_ASSERT_FALSE(pc_type_widens(checker.f64, a));
        }
    }
    CU_ASSERT_EQUAL(pc_integer_low(checker.i64), INT64_MIN);
    CU_ASSERT_EQUAL(pc_integer_high(checker.i64), INT64_MAX);
    CU_ASSERT_PTR_EQUAL(pc_type_common(&checker, checker.u32, pc_type_integer(&checker, 8, true)),
                        checker.i64);
    CU_ASSERT_PTR_NULL(pc_type_common(&checker, checker.i64, checker.f64));
    end();
}

/* ---- annotations ---- */

static void literals_take_the_other_sides_type(void)
{
    struct pc_model *model = check_body("amount: decimal(2)", "b: bool", "b = amount >= -1.5");

    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    const struct pc_expression *value = first_statement(model)->assign.value;
    const struct pc_constant *constant = pc_expression_constant(value->binary.right);
    CU_ASSERT_PTR_NOT_NULL_FATAL(constant);
    CU_ASSERT_EQUAL(constant->integer, -150);
    CU_ASSERT_PTR_EQUAL(value->binary.right->type, value->binary.left->type);
    CU_ASSERT_EQUAL(value->type->kind, PC_TYPE_BOOL);
    end();
}

static void conversions_are_recorded_beside_the_own_type(void)
{
    struct pc_model *model = check_body("n: u16", "total: i64?", "total = n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    const struct pc_expression *value = first_statement(model)->assign.value;
    CU_ASSERT_EQUAL(value->type->bits, 16);
    CU_ASSERT_EQUAL(pc_expression_target(value)->kind, PC_TYPE_OPTIONAL);
    CU_ASSERT_EQUAL(pc_expression_target(value)->element->bits, 64);
    end();
}

static void decimal_times_integer_leaves_the_integer_alone(void)
{
    struct pc_model *model =
        check_body("price: decimal(2)  n: u32", "total: decimal(2)", "total += price * n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    const struct pc_expression *product = first_statement(model)->assign.value;
    CU_ASSERT_EQUAL(product->type->kind, PC_TYPE_DECIMAL);
    CU_ASSERT_EQUAL(pc_expression_target(product->binary.right)->kind, PC_TYPE_INTEGER);
    end();
}

static void rounding_is_taken_apart_into_signed_products(void)
{
    struct pc_model *model = check_body("a: decimal(4)  b: decimal(8)  n: i64", "t: decimal(2)",
                                        "t = round(a * b - (n * a - -b), 2)");

    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    const struct pc_expression *call = first_statement(model)->assign.value;
    const struct pc_rounding *rounding = ((const struct pc_annotation *)call->extra)->rounding;
    CU_ASSERT_PTR_NOT_NULL_FATAL(rounding);
    CU_ASSERT_EQUAL_FATAL(rounding->terms.count, 3);
    CU_ASSERT_FALSE(rounding->terms.items[0]->is_negative);
    CU_ASSERT(rounding->terms.items[1]->is_negative);
    CU_ASSERT_EQUAL(rounding->terms.items[1]->factors.count, 2);
    CU_ASSERT(rounding->terms.items[2]->is_negative);
    end();
}

static void events_of_one_handler_have_their_own_fields(void)
{
    struct pc_model *model = check(
        "package t\nstream s\naggregate A in s { event E { x: u8  n: u32 } event F { n: u32 } }\n"
        "projection p for each A { state { t: u32 } on E, F { t += n } }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    const struct pc_projection_model *projection = model->projections.items[0];
    const struct pc_symbol *symbol = first_statement(model)->assign.value->symbol;
    CU_ASSERT_EQUAL_FATAL(symbol->kind, PC_SYMBOL_EVENT_FIELD);
    CU_ASSERT_EQUAL_FATAL(symbol->event_fields.count, 2);
    CU_ASSERT_EQUAL(symbol->event_fields.items[0]->index, 1);
    CU_ASSERT_EQUAL(symbol->event_fields.items[1]->index, 0);
    CU_ASSERT_EQUAL_FATAL(projection->uses.count, 2);
    CU_ASSERT_FALSE(projection->uses.items[0]->wanted[0]);
    CU_ASSERT(projection->uses.items[0]->wanted[1]);
    CU_ASSERT(projection->uses.items[1]->wanted[0]);
    end();
}

static void handlers_of_any_run_first(void)
{
    struct pc_model *model = check("package t\nstream s\naggregate A in s { event E { n: u32 } }\n"
                                   "projection p for each A { state { t: u32 }\n"
                                   "on E { t += n } on any { t += 1 } on E { t += 2 } }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    const struct pc_handler_models *handlers =
        &model->projections.items[0]->uses.items[0]->handlers;
    CU_ASSERT_EQUAL_FATAL(handlers->count, 3);
    CU_ASSERT(handlers->items[0]->is_any);
    CU_ASSERT_EQUAL(handlers->items[1]->index, 0);
    CU_ASSERT_EQUAL(handlers->items[2]->index, 2);
    end();
}

static void loops_over_the_state_bind_in_place(void)
{
    struct pc_model *model = check_body("lines: list<Line>", "mine: list<Line>",
                                        "for m in mine { m.count += 1 }"
                                        "for l in lines { seen += l.count }");

    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    const struct pc_statement *loop = first_statement(model);
    const struct pc_statement_info *info = loop->extra;
    const struct pc_statement *inner = loop->loop.body->statements.items[0];
    const struct pc_statement_info *inner_info = inner->extra;
    CU_ASSERT(info->is_in_place);
    CU_ASSERT(info->is_effect);
    CU_ASSERT_PTR_EQUAL(inner_info->root, loop->loop.first.symbol);
    CU_ASSERT(inner_info->root->is_place);
    CU_ASSERT_EQUAL(inner_info->steps.count, 1);
    end();
}

static void defaults_are_complete_constants(void)
{
    struct pc_model *model = check_body(
        "n: u32", "l: Line = { sku: \"x\" }  w: duration(s) = -5s  b: bytes = \"AQ==\"", "");

    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    const struct pc_field_models *fields = &model->projections.items[0]->state.fields;
    const struct pc_constant *line = fields->items[0]->initial;
    CU_ASSERT_EQUAL_FATAL(line->entries.count, 3);
    CU_ASSERT_EQUAL(line->entries.items[1]->value->kind, PC_CONSTANT_INTEGER);
    CU_ASSERT_EQUAL(line->entries.items[2]->value->kind, PC_CONSTANT_LIST);
    CU_ASSERT_EQUAL(fields->items[1]->initial->integer, -5000000);
    CU_ASSERT_EQUAL(fields->items[1]->initial->type->format, PC_DURATION_SECONDS);
    CU_ASSERT_EQUAL(fields->items[2]->initial->text.size, 1);
    end();
}

static void tests_are_constants_with_times(void)
{
    struct pc_model *model = check(
        "package t\nstream s\naggregate A in s { event E { n: u32 } }\n"
        "projection p for each A { state { t: u32 } on E { t += n } }\n"
        "test \"x\" { given A(258) { E { n: 1 } E { n: 2 } at \"2001-01-01T00:00:00Z\" E { n: 3 } }\n"
        "expect p(258) { t: 6 } expect p(2) none expect p(3) fails \"why\" }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    struct pc_test_step_model **steps = model->tests.items[0]->steps.items;
    CU_ASSERT_EQUAL_FATAL(model->tests.items[0]->steps.count, 6);
    CU_ASSERT_EQUAL(steps[0]->time_us, 946684800000000);
    CU_ASSERT_EQUAL(steps[1]->time_us, 978307200000000);
    CU_ASSERT_EQUAL(steps[2]->time_us, 978307201000000);
    CU_ASSERT_EQUAL(steps[0]->keys.items[0]->uuid[14], 1);
    CU_ASSERT_EQUAL(steps[0]->keys.items[0]->uuid[15], 2);
    CU_ASSERT_EQUAL(steps[2]->value->entries.items[0]->value->integer, 3);
    CU_ASSERT_EQUAL(steps[4]->kind, PC_TEST_ABSENT);
    CU_ASSERT(pc_text_is(steps[5]->message, "why"));
    end();
}

static void streams_say_their_defaults(void)
{
    struct pc_model *model =
        check("package t\nstream a as \"x.events\" { payload msgpack }\nstream b { notify \"n\" }\n"
              "aggregate A(i64) in a { event E {} }\naggregate B in b as \"bee\" { event F {} }\n");

    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    const struct pc_stream_model *a = model->streams.items[0];
    const struct pc_stream_model *b = model->streams.items[1];
    CU_ASSERT(pc_text_is(a->schema, "x") && pc_text_is(a->table, "events"));
    CU_ASSERT(pc_text_is(a->channel, "events") && a->payload == PC_PAYLOAD_MSGPACK);
    CU_ASSERT(a->has_text_ids && !b->has_text_ids);
    CU_ASSERT(pc_text_is(b->table, "b") && pc_text_is(b->channel, "n"));
    CU_ASSERT(pc_text_is(model->aggregates.items[1]->outside, "bee"));
    end();
}

/* ---- rules ---- */

static void keywords_of_c_and_sql_are_names(void)
{
    CU_ASSERT_PTR_NOT_NULL(check_body(
        "int: u32  class: text  `where`: text  table: u8  event: u32  state: u32",
        "select: u32  struct: text  order: u8  namespace: text",
        "select = int  struct = class  order = table  namespace = event.`where`  seen = event.event"));
    end();
}

static void a_mistake_is_reported_once(void)
{
    CU_ASSERT_PTR_NULL(check_body("lines: list<Lien>", "t: u32",
                                  "for l in lines where l.x > 2 { t += l.x * 2 - len(l.y) }"));
    CU_ASSERT_EQUAL(diagnostics->error_count, 1);
    end();
}

static void maps_are_changed_and_walked(void)
{
    CU_ASSERT_PTR_NOT_NULL(
        check_body("n: u32", "m: map<text, u32>",
                   "m[\"a\"] += n  for k, v in m { v *= 2 }"
                   "if \"a\" in m { m[\"b\"] = m[\"a\"] ?? 0 } else { m.clear() }"));
    end();
}

static void skip_counts_ways_that_come_back(void)
{
    CU_ASSERT_PTR_NOT_NULL(
        check_body("n: u32", "t: u32", "if n == 1 { t = 1  fail \"x\" } if n == 2 { skip }"));
    end();
    CU_ASSERT_PTR_NULL(check_body("n: u32", "t: u32", "if n == 1 { t = 1 } if n == 2 { skip }"));
    CU_ASSERT(has_only(PC_E0306));
    end();
}

/* ---- bounds ---- */

/* record R0 { x: u8 x2 … }, R1 { a: R0 b: R0 }, …: 2^n fields. */
static struct pc_model *check_nested_records(int count, bool is_reversed)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    fprintf(stream, "package t\nstream s\n");
    for (int i = 0; i < count; i++) {
        int n = is_reversed ? count - 1 - i : i;
        if (n == 0)
            fprintf(stream, "record R0 { x: u8 }\n");
        else
            fprintf(stream, "record R%d { a: R%d  b: R%d }\n", n, n - 1, n - 1);
    }
    fprintf(stream, "aggregate A in s { event E { r: R%d = {} } }\n", count - 1);
    fclose(stream);
    struct pc_model *model = check(text);
    free(text);
    return model;
}

static void records_have_bounds(void)
{
    CU_ASSERT_PTR_NOT_NULL(check_nested_records(10, false));
    end();
    CU_ASSERT_PTR_NULL(check_nested_records(40, false));
    CU_ASSERT(has_only(PC_E0123));
    end();
    CU_ASSERT_PTR_NULL(check_nested_records(5000, true));
    CU_ASSERT(has_only(PC_E0123));
    end();
}

static void aliases_do_not_nest_without_end(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    fprintf(stream, "package t\ntype T0 = u8\n");
    for (int i = 1; i < 2000; i++)
        fprintf(stream, "type T%d = list<T%d>\n", i, i - 1);
    fclose(stream);
    CU_ASSERT_PTR_NULL(check(text));
    CU_ASSERT(has_only(PC_E0123));
    CU_ASSERT_EQUAL(diagnostics->error_count, 1);
    end();
    free(text);
}

/* round inside round: each argument is checked once, not twice a level. */
static void nested_rounding_is_linear(void)
{
    char statement[2048] = "d = ";
    char fields[] = "f: f64";

    for (int i = 0; i < 60; i++)
        strcat(statement, "round(f * ");
    strcat(statement, "f");
    for (int i = 0; i < 60; i++)
        strcat(statement, ")");
    CU_ASSERT_PTR_NOT_NULL(check_body(fields, "d: f64", statement));
    end();
}

#define TESTS(X)                                      \
    X(integers_are_read_to_both_ends_of_64_bits)      \
    X(decimals_lose_no_digit)                         \
    X(times_are_read_with_zone_and_fraction)          \
    X(bytes_are_read_from_base64)                     \
    X(equal_types_are_one_pointer)                    \
    X(integers_widen_only_without_loss)               \
    X(literals_take_the_other_sides_type)             \
    X(conversions_are_recorded_beside_the_own_type)   \
    X(decimal_times_integer_leaves_the_integer_alone) \
    X(rounding_is_taken_apart_into_signed_products)   \
    X(events_of_one_handler_have_their_own_fields)    \
    X(handlers_of_any_run_first)                      \
    X(loops_over_the_state_bind_in_place)             \
    X(defaults_are_complete_constants)                \
    X(tests_are_constants_with_times)                 \
    X(streams_say_their_defaults)                     \
    X(keywords_of_c_and_sql_are_names)                \
    X(a_mistake_is_reported_once)                     \
    X(maps_are_changed_and_walked)                    \
    X(skip_counts_ways_that_come_back)                \
    X(records_have_bounds)                            \
    X(aliases_do_not_nest_without_end)                \
    X(nested_rounding_is_linear)

SUITE("check", TESTS)
