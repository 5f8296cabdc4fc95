/* Constants of tests as JSON: exact, escaped, in the runtime's canonical forms. */
#include "tests/unit/plan_kit.h"

/* What `given` writes for one field of this type and value. */
static void gives(const char *type, const char *value, const char *payload, const char *shown)
{
    struct pc_arena *arena = pc_arena_new(NULL, NULL);
    char text[1024];

    snprintf(text, sizeof text,
             "package t stream s enum Kind { A as \"a\\\"\" B } enum Code { Low = -1 High = 7 }\n"
             "record Pair { left: text as \"L\"  right: i64? }\n"
             "aggregate G(i64) in s { event E { value: %s } }\n"
             "projection p for each G { state { value: %s? } on E { copy value } }\n"
             "test \"t\" { given G(1) { E { value: %s } } expect p(1) { value: %s } }",
             type, type, value, value);
    struct pc_plan *plan = plan_of(arena, text);

    CU_ASSERT_PTR_NOT_NULL_FATAL(plan);

    const struct pc_plan_test *test = plan->tests.items[0];
    struct pc_text wanted[2] = {pc_text_format(arena, "{\"value\":%s}", payload),
                                pc_text_format(arena, "{\"value\":%s}", shown)};

    for (size_t i = 0; i < 2; i++) {
        bool is_same = pc_text_equals(test->steps.items[i]->json, wanted[i]);

        CU_ASSERT(is_same);
        if (!is_same)
            printf("\n    got %.*s, wanted %.*s\n", PC_TEXT_ARGS(test->steps.items[i]->json),
                   PC_TEXT_ARGS(wanted[i]));
    }
    pc_arena_free(arena);
}

static void numbers_keep_all_their_digits(void)
{
    gives("i64", "-9223372036854775808", "-9223372036854775808", "-9223372036854775808");
    gives("i64", "9223372036854775807", "9223372036854775807", "9223372036854775807");
    gives("u32", "4294967295", "4294967295", "4294967295");
    gives("decimal(2)", "-0.05", "-0.05", "-0.05");
    gives("decimal(0)", "7", "7", "7");
    gives("decimal(9)", "9223372036.854775807", "9223372036.854775807", "9223372036.854775807");
    gives("decimal(2)", "-92233720368547758.08", "-92233720368547758.08", "-92233720368547758.08");
    gives("f64", "0.1", "0.1", "0.1");
    gives("f64", "0.30000000000000004", "0.30000000000000004", "0.30000000000000004");
    gives("bool", "true", "true", "true");
}

static void texts_are_escaped(void)
{
    gives("text", "\"a \\\"b\\\" \\\\ \\n\\t \xC3\xA9 \\u{1}\"",
          "\"a \\\"b\\\" \\\\ \\u000a\\u0009 \xC3\xA9 \\u0001\"",
          "\"a \\\"b\\\" \\\\ \\u000a\\u0009 \xC3\xA9 \\u0001\"");
    gives("text", "\"\"", "\"\"", "\"\"");
    gives("bytes", "\"AAEC/w==\"", "\"AAEC/w==\"", "\"AAEC/w==\"");
    gives("bytes", "\"\"", "\"\"", "\"\"");
    gives("bytes", "\"aGk=\"", "\"aGk=\"", "\"aGk=\"");
    gives("bytes", "\"aGkh\"", "\"aGkh\"", "\"aGkh\"");
}

static void times_are_rfc_3339(void)
{
    gives("time", "\"1969-12-31T23:59:59.999999Z\"", "\"1969-12-31T23:59:59.999999Z\"",
          "\"1969-12-31T23:59:59.999999Z\"");
    gives("time", "\"2024-02-29T12:00:00+02:00\"", "\"2024-02-29T10:00:00Z\"",
          "\"2024-02-29T10:00:00Z\"");
    gives("time", "\"0001-01-01T00:00:00.5Z\"", "\"0001-01-01T00:00:00.5Z\"",
          "\"0001-01-01T00:00:00.5Z\"");
    gives("date", "\"2000-02-29\"", "\"2000-02-29\"", "\"2000-02-29\"");
    gives("date", "\"1900-03-01\"", "\"1900-03-01\"", "\"1900-03-01\"");
}

static void durations_bear_the_unit_of_the_payload(void)
{
    gives("duration", "90m", "\"PT1H30M\"", "\"PT1H30M\"");
    gives("duration", "-1500us", "\"-PT0.0015S\"", "\"-PT0.0015S\"");
    gives("duration", "0s", "\"PT0S\"", "\"PT0S\"");
    gives("duration", "26h", "\"P1DT2H\"", "\"P1DT2H\"");
    gives("duration", "2d", "\"P2D\"", "\"P2D\"");
    gives("duration(ns)", "3us", "3000", "\"PT0.000003S\"");
    gives("duration(ns)", "0s", "0", "\"PT0S\"");
    gives("duration(us)", "-3us", "-3", "\"-PT0.000003S\"");
    gives("duration(ms)", "2s", "2000", "\"PT2S\"");
    gives("duration(s)", "1m", "60", "\"PT1M\"");
}

static void enums_records_lists_and_none(void)
{
    gives("Kind", "A", "\"a\\\"\"", "\"a\\\"\"");
    gives("Code", "Low", "-1", "\"Low\"");
    gives("Pair", "{ left: \"x\", right: none }", "{\"L\":\"x\",\"right\":null}",
          "{\"L\":\"x\",\"right\":null}");
    gives("list<Code>", "[High, Low]", "[7,-1]", "[\"High\",\"Low\"]");
    gives("list<i64>", "[]", "[]", "[]");
    gives("uuid", "uuid(258)", "\"00000000-0000-0000-0000-000000000102\"",
          "\"00000000-0000-0000-0000-000000000102\"");
}

#define TESTS(X)                              \
    X(numbers_keep_all_their_digits)          \
    X(texts_are_escaped)                      \
    X(times_are_rfc_3339)                     \
    X(durations_bear_the_unit_of_the_payload) \
    X(enums_records_lists_and_none)
SUITE("constant_json", TESTS)
