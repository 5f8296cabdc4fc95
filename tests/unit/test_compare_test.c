/* Comparing what a test expects with what a projection holds. */
#include <projc/arena.h>

#include <string.h>

#include "service/test_compare.h"
#include "tests/unit/suite.h"

/* The differences, in a buffer of the test's; their number must be that of the lines. */
static char found[2048];

static const char *compare(const char *expected, const char *got)
{
    projc_arena *arena = projc_arena_new(0);
    projc_error error = {0};
    projc__json *left = NULL;
    projc__json *right = NULL;
    projc__buffer differences;
    uint32_t count;
    uint32_t lines = 0;

    projc__buffer_init(&differences);
    CU_ASSERT_EQUAL_FATAL(
        projc__json_parse(arena, projc_text_of(expected, strlen(expected)), &left, &error),
        PROJC_OK);
    CU_ASSERT_EQUAL_FATAL(projc__json_parse(arena, projc_text_of(got, strlen(got)), &right, &error),
                          PROJC_OK);
    count = projc__test_compare(left, right, &differences);
    for (const char *at = differences.data; *at != '\0'; at++)
        lines += *at == '\n';
    CU_ASSERT_EQUAL(count, lines);
    snprintf(found, sizeof found, "%s", differences.data);
    projc__buffer_clear(&differences);
    projc_arena_free(arena);
    return found;
}

static void equal_values_have_no_difference(void)
{
    CU_ASSERT_STRING_EQUAL(
        compare("{\"a\":1,\"b\":[true,null,\"x\"]}", "{\"b\":[true,null,\"x\"],\"a\":1}"), "");
    CU_ASSERT_STRING_EQUAL(compare("[]", "[]"), "");
    CU_ASSERT_STRING_EQUAL(compare("\"\\u0041\"", "\"A\""), "");
}

static void numbers_are_compared_by_value(void)
{
    CU_ASSERT_STRING_EQUAL(compare("59.5", "59.50"), "");
    CU_ASSERT_STRING_EQUAL(compare("100", "100.00"), "");
    CU_ASSERT_STRING_EQUAL(compare("0", "-0.0"), "");
    CU_ASSERT_STRING_EQUAL(compare("1e3", "1000"), "");
    CU_ASSERT_STRING_EQUAL(compare("9007199254740993", "9007199254740993"), "");
    CU_ASSERT_STRING_NOT_EQUAL(compare("9007199254740993", "9007199254740992"), "");
    CU_ASSERT_STRING_NOT_EQUAL(compare("1.5e10", "1.5e1"), "");
    CU_ASSERT_STRING_NOT_EQUAL(compare("100", "10"), "");
    CU_ASSERT_STRING_NOT_EQUAL(compare("0.10", "0.01"), "");
    CU_ASSERT_STRING_NOT_EQUAL(compare("1", "-1"), "");
}

static void a_difference_names_its_place(void)
{
    CU_ASSERT_STRING_EQUAL(compare("{\"balance\":59.51}", "{\"balance\":59.50}"),
                           "      balance: expected 59.51, got 59.50\n");
    CU_ASSERT_STRING_EQUAL(compare("{\"lines\":[{\"amount\":1},{\"amount\":2}]}",
                                   "{\"lines\":[{\"amount\":1,\"at\":0},{\"amount\":3,\"at\":0}]}"),
                           "      lines[1].amount: expected 2, got 3\n");
    CU_ASSERT_STRING_EQUAL(compare("1", "2"), "      state: expected 1, got 2\n");
}

static void records_are_partial(void)
{
    CU_ASSERT_STRING_EQUAL(compare("{\"a\":1}", "{\"a\":1,\"b\":2}"), "");
    CU_ASSERT_STRING_EQUAL(compare("{\"a\":1,\"c\":3}", "{\"a\":1,\"b\":2}"),
                           "      c: expected 3, got nothing\n");
    CU_ASSERT_STRING_EQUAL(compare("{\"c\":null}", "{}"), "      c: expected null, got nothing\n");
}

static void maps_and_lists_are_exact(void)
{
    CU_ASSERT_STRING_EQUAL(compare("{\"m\":{\"=\":{\"a\":1}}}", "{\"m\":{\"a\":1}}"), "");
    CU_ASSERT_STRING_EQUAL(compare("{\"m\":{\"=\":{\"a\":1}}}", "{\"m\":{\"a\":1,\"b\":2}}"),
                           "      m.b: expected nothing, got 2\n");
    CU_ASSERT_STRING_EQUAL(compare("{\"m\":{\"=\":{}}}", "{\"m\":{}}"), "");
    CU_ASSERT_STRING_EQUAL(compare("{\"a\":[1,2]}", "{\"a\":[1]}"),
                           "      a: expected [1,2], got [1]\n");
}

static void rows_differ_one_by_one(void)
{
    CU_ASSERT_STRING_EQUAL(compare("[{\"a\":1},{\"a\":2}]", "[{\"a\":3}]"),
                           "      [0].a: expected 1, got 3\n"
                           "      [1]: expected {\"a\":2}, got nothing\n");
    CU_ASSERT_STRING_EQUAL(compare("[]", "[{\"a\":3}]"),
                           "      [0]: expected nothing, got {\"a\":3}\n");
}

static void kinds_differ(void)
{
    CU_ASSERT_STRING_EQUAL(compare("\"1\"", "1"), "      state: expected \"1\", got 1\n");
    CU_ASSERT_STRING_EQUAL(compare("null", "0"), "      state: expected null, got 0\n");
    CU_ASSERT_STRING_EQUAL(compare("true", "false"), "      state: expected true, got false\n");
    CU_ASSERT_STRING_EQUAL(compare("{\"a\":{}}", "{\"a\":[]}"), "      a: expected {}, got []\n");
}

static void all_differences_are_told(void)
{
    CU_ASSERT_STRING_EQUAL(compare("{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":3}"),
                           "      a: expected 1, got 2\n      b: expected 2, got 3\n");
}

static void a_deep_path_is_cut_and_harmless(void)
{
    char expected[4096] = "";
    char got[4096] = "";
    size_t left = 0;
    size_t right = 0;

    for (int i = 0; i < 20; i++) {
        left += (size_t)snprintf(expected + left, sizeof expected - left, "{\"%048d\":", i);
        right += (size_t)snprintf(got + right, sizeof got - right, "{\"%048d\":", i);
    }
    left +=
        (size_t)snprintf(expected + left, sizeof expected - left, "1%.20s", "}}}}}}}}}}}}}}}}}}}}");
    right += (size_t)snprintf(got + right, sizeof got - right, "2%.20s", "}}}}}}}}}}}}}}}}}}}}");
    CU_ASSERT_PTR_NOT_NULL(strstr(compare(expected, got), "expected 1, got 2"));
}

#define TESTS(X)                       \
    X(equal_values_have_no_difference) \
    X(numbers_are_compared_by_value)   \
    X(a_difference_names_its_place)    \
    X(records_are_partial)             \
    X(maps_and_lists_are_exact)        \
    X(rows_differ_one_by_one)          \
    X(kinds_differ)                    \
    X(all_differences_are_told)        \
    X(a_deep_path_is_cut_and_harmless)

SUITE("test_compare", TESTS)
