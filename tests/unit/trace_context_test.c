/* W3C Trace Context: which texts are a traceparent, and finding it in metadata. */
#include "codec/trace_context.h"

#include <string.h>

#include "projc/store.h"
#include "tests/unit/suite.h"

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define VALID "00-" TRACE "-00f067aa0ba902b7-01"

static projc_text text_of(const char *text)
{
    return projc_text_of(text, strlen(text));
}

static bool is_valid(const char *text)
{
    projc_text trace_id;
    bool answer = projc__traceparent_id(text_of(text), &trace_id);

    CU_ASSERT(answer ? trace_id.size == 32 && memcmp(trace_id.data, TRACE, 32) == 0
                     : trace_id.size == 0);
    return answer;
}

static void only_valid_traceparents_have_a_trace_id(void)
{
    static const char *const invalid[] = {
        "",
        "00",
        "00-" TRACE "-00f067aa0ba902b7-0",   /* too short */
        VALID "0",                           /* version 00 ends here */
        VALID "-more",                       /* also with a dash */
        "01-" TRACE "-00f067aa0ba902b7-01x", /* no dash */
        "ff-" TRACE "-00f067aa0ba902b7-01",  /* forbidden version */
        "0g-" TRACE "-00f067aa0ba902b7-01",  /* not hexadecimal */
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-" TRACE "-0000000000000000-01",
        "00-" TRACE "-00f067aa0ba902b7-0x",
        "00_" TRACE "-00f067aa0ba902b7-01",
        "00-" TRACE "_00f067aa0ba902b7-01",
        "00-" TRACE "-00f067aa0ba902b7_01",
    };

    CU_ASSERT_TRUE(is_valid(VALID));
    CU_ASSERT_TRUE(is_valid("00-" TRACE "-00f067aa0ba902b7-ff"));
    CU_ASSERT_TRUE(is_valid("01-" TRACE "-00f067aa0ba902b7-01"));
    CU_ASSERT_TRUE(is_valid("cc-" TRACE "-00f067aa0ba902b7-01-what.the.future.brings"));
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++)
        CU_ASSERT_FALSE(is_valid(invalid[i]));
}

static void metadata_is_searched_for_it(void)
{
    static const struct {
        const char *metadata;
        bool is_found;
    } cases[] = {
        {"{\"traceparent\":\"" VALID "\"}", true},
        {"{ \"user\": {\"traceparent\": 1}, \"traceparent\" : \"" VALID "\", \"x\": [1,2] }", true},
        {"{\"traceparent\":\"nonsense\"}", false},
        {"{\"traceparent\":5}", false},
        {"{\"traceparent\":\"\"}", false},
        {"{\"inner\":{\"traceparent\":\"" VALID "\"}}", false},
        {"{\"trace\\u0070arent\":\"" VALID "\"}", true},
        {"{\"traceparent\":\"" VALID "\"", false}, /* no end */
        {"[\"traceparent\"]", false},
        {"{}", false},
        {"", false},
    };
    projc_arena *arena = projc_arena_new(0);
    projc_text trace_id;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CU_ASSERT_EQUAL(projc__metadata_trace_id(arena, text_of(cases[i].metadata), &trace_id),
                        cases[i].is_found);
    projc_arena_free(arena);
}

#define TESTS(X)                               \
    X(only_valid_traceparents_have_a_trace_id) \
    X(metadata_is_searched_for_it)
SUITE("trace_context", TESTS)
