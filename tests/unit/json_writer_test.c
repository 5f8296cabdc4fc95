/* The JSON writer. */
#include <projc/codec.h>

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "tests/unit/suite.h"

static const projc_enum_member members[] = {{0, "EUR"}, {1, "g\"bp"}};
static const projc_enum currency = {"Currency", members, 2, false};
static const projc_enum_member code_members[] = {{3, "low"}, {-7, "high"}};
static const projc_enum code = {"Code", code_members, 2, true};

static projc_arena *arena;
static projc_json_writer *writer;

static void begin(void)
{
    arena = projc_arena_new(0);
    writer = projc_json_writer_new(arena);
}

/* Compares what was written since begin, and ends it. */
static void expect(const char *expected)
{
    projc_text text;
    projc_error error;

    CU_ASSERT_EQUAL_FATAL(projc_json_writer_finish(writer, &text, &error), PROJC_OK);
    CU_ASSERT_EQUAL(text.size, strlen(expected));
    CU_ASSERT_EQUAL(memcmp(text.data, expected, text.size), 0);
    if (text.size != strlen(expected) || memcmp(text.data, expected, text.size) != 0)
        printf("\n    wrote %.*s", (int)text.size, text.data);
    projc_arena_free(arena);
}

static projc_text text(const char *data)
{
    return projc_text_of(data, strlen(data));
}

static void commas_and_colons_come_by_themselves(void)
{
    begin();
    projc_json_write_map(writer);
    projc_json_write_name(writer, "a");
    projc_json_write_list(writer);
    projc_json_write_integer(writer, 1);
    projc_json_write_map(writer);
    projc_json_write_map_end(writer);
    projc_json_write_list(writer);
    projc_json_write_list_end(writer);
    projc_json_write_null(writer);
    projc_json_write_list_end(writer);
    projc_json_write_key(writer, text("b\n"));
    projc_json_write_bool(writer, true);
    projc_json_write_name(writer, "c");
    projc_json_write_raw(writer, text("{\"x\": 1}"));
    projc_json_write_name(writer, "d");
    projc_json_write_map(writer);
    projc_json_write_name(writer, "e");
    projc_json_write_bool(writer, false);
    projc_json_write_map_end(writer);
    projc_json_write_map_end(writer);
    expect("{\"a\":[1,{},[],null],\"b\\n\":true,\"c\":{\"x\": 1},\"d\":{\"e\":false}}");
}

static void every_scalar_has_its_form(void)
{
    begin();
    projc_json_write_list(writer);
    projc_json_write_integer(writer, INT64_MIN);
    projc_json_write_decimal(writer, 5950, 2);
    projc_json_write_decimal(writer, -5, 2);
    projc_json_write_f64(writer, 0.1);
    projc_json_write_f64(writer, 1e300);
    projc_json_write_bytes(writer, (projc_bytes){(const uint8_t *)"foob", 4});
    projc_json_write_bytes(writer, (projc_bytes){NULL, 0});
    projc_json_write_uuid(writer, (projc_uuid){{0xAB}});
    projc_json_write_time(writer, 1500000);
    projc_json_write_date(writer, -1);
    projc_json_write_duration(writer, 90500000, PROJC_DURATION_ISO);
    projc_json_write_duration(writer, 1500, PROJC_DURATION_NS);
    projc_json_write_duration(writer, 1500, PROJC_DURATION_US);
    projc_json_write_duration(writer, -1500, PROJC_DURATION_MS);
    projc_json_write_duration(writer, 1999999, PROJC_DURATION_S);
    projc_json_write_enum(writer, &currency, 1);
    projc_json_write_enum(writer, &code, -7);
    projc_json_write_enum_payload(writer, &code, -7);
    projc_json_write_enum_payload(writer, &currency, 0);
    projc_json_write_list_end(writer);
    expect("[-9223372036854775808,59.50,-0.05,0.1,1e+300,\"Zm9vYg==\",\"\","
           "\"ab000000-0000-0000-0000-000000000000\",\"1970-01-01T00:00:01.5Z\",\"1969-12-31\","
           "\"PT1M30.5S\",1500000,1500,-1,1,\"g\\\"bp\",\"high\",-7,\"EUR\"]");
}

static void texts_are_escaped_no_more_than_needed(void)
{
    begin();
    projc_json_write_text(writer, text("\"\\/\b\f\n\r\t\x01\x1F\x7F\x0B\xC3\xA4\xF0\x9F\x98\x80"));
    expect("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\\u000b\xC3\xA4\xF0\x9F\x98\x80\"");
    begin();
    projc_json_write_text(writer, projc_text_of(NULL, 0));
    expect("\"\"");
}

static void earlier_results_stay_after_a_reset(void)
{
    projc_text first;
    projc_text second;

    begin();
    projc_json_write_text(writer, text("first"));
    projc_json_writer_finish(writer, &first, NULL);
    projc_json_writer_reset(writer);
    projc_json_write_list(writer); /* is abandoned */
    projc_json_writer_reset(writer);
    for (int i = 0; i < 1000; i++) {
        projc_json_writer_reset(writer);
        projc_json_write_integer(writer, i);
        projc_json_writer_finish(writer, &second, NULL);
    }
    CU_ASSERT(projc_text_is(first, "\"first\"", 7));
    CU_ASSERT(projc_text_is(second, "999", 3));
    projc_arena_free(arena);
}

static void large_values_grow(void)
{
    static char large[300000];
    projc_text written;

    memset(large, 'x', sizeof large);
    begin();
    projc_json_write_list(writer);
    for (int i = 0; i < 5; i++)
        projc_json_write_text(writer, projc_text_of(large, sizeof large));
    projc_json_write_list_end(writer);
    CU_ASSERT_EQUAL(projc_json_writer_finish(writer, &written, NULL), PROJC_OK);
    CU_ASSERT_EQUAL(written.size, 5 * (sizeof large + 3) + 1);
    projc_arena_free(arena);
}

static void what_json_cannot_hold_is_refused(void)
{
    projc_text unused;
    projc_error error;

    begin();
    projc_json_write_f64(writer, (double)NAN);
    projc_json_write_integer(writer, 1);
    CU_ASSERT_EQUAL(projc_json_writer_finish(writer, &unused, &error), PROJC_DATA);
    CU_ASSERT_STRING_EQUAL(error.message, "a number is not finite");
    projc_json_writer_reset(writer);
    projc_json_write_enum(writer, &currency, 2);
    CU_ASSERT_EQUAL(projc_json_writer_finish(writer, &unused, &error), PROJC_DATA);
    CU_ASSERT_STRING_EQUAL(error.message, "2 is no Currency");
    projc_json_writer_reset(writer);
    projc_json_write_duration(writer, INT64_MAX, PROJC_DURATION_NS);
    CU_ASSERT_EQUAL(projc_json_writer_finish(writer, &unused, &error), PROJC_DATA);
    projc_json_writer_reset(writer);
    for (int i = 0; i <= PROJC_DEPTH_MAX; i++)
        projc_json_write_list(writer);
    CU_ASSERT_EQUAL(projc_json_writer_finish(writer, &unused, &error), PROJC_LIMIT);
    projc_json_writer_reset(writer);
    projc_json_write_bool(writer, true);
    expect("true");
}

/* With every bound that is too small the writer says LIMIT, and never writes half a value as a
 * whole. */
static void every_failing_allocation_is_reported(void)
{
    size_t failures = 0;

    for (size_t limit = 16;; limit += 16) {
        projc_error error = {.status = PROJC_OK};
        projc_text written;
        projc_status status;

        arena = projc_arena_new(limit);
        writer = projc_json_writer_new(arena);
        if (writer == NULL) {
            CU_ASSERT_EQUAL(projc__arena_status(arena), PROJC_LIMIT);
            projc_arena_free(arena);
            failures++;
            continue;
        }
        projc_json_write_list(writer);
        for (int i = 0; i < 300; i++) {
            projc_json_write_text(writer, text("some text"));
            projc_json_write_bytes(writer, (projc_bytes){(const uint8_t *)"bytes", 5});
        }
        projc_json_write_list_end(writer);
        status = projc_json_writer_finish(writer, &written, &error);
        CU_ASSERT_EQUAL(status, error.status);
        projc_arena_free(arena);
        if (status == PROJC_OK)
            break;
        CU_ASSERT_EQUAL(status, PROJC_LIMIT);
        failures++;
    }
    CU_ASSERT(failures > 100);
}

#define TESTS(X)                             \
    X(commas_and_colons_come_by_themselves)  \
    X(every_scalar_has_its_form)             \
    X(texts_are_escaped_no_more_than_needed) \
    X(earlier_results_stay_after_a_reset)    \
    X(large_values_grow)                     \
    X(what_json_cannot_hold_is_refused)      \
    X(every_failing_allocation_is_reported)
SUITE("json_writer", TESTS)
