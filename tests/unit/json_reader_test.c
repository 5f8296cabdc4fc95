/* The JSON reader's frame: maps, lists, ends, failures, depth. */
#include <projc/codec.h>

#include <string.h>

#include "tests/unit/suite.h"

/* A reader over a text that stays. */
static projc_arena *arena;
static projc_error error;
static void begin(projc_json_reader *reader, const char *text)
{
    arena = projc_arena_new(0);
    projc_error_clear(&error);
    projc_json_reader_init(reader, text, strlen(text), arena, &error);
}

static void texts_without_escapes_borrow_the_input(void)
{
    static const char input[] = "[\"abc\",\"a\\u0062c\"]";
    projc_json_reader reader;
    projc_scope scope;
    projc_text plain = {0};
    projc_text escaped = {0};

    begin(&reader, input);
    projc_json_read_list(&reader, &scope);
    CU_ASSERT(projc_json_read_item(&reader, &scope));
    plain = projc_json_read_text(&reader);
    CU_ASSERT_EQUAL(projc_arena_used(arena), 0);
    CU_ASSERT(projc_json_read_item(&reader, &scope));
    escaped = projc_json_read_text(&reader);
    CU_ASSERT(!projc_json_read_item(&reader, &scope));
    CU_ASSERT_EQUAL(projc_json_read_end(&reader), PROJC_OK);
    CU_ASSERT_PTR_EQUAL(plain.data, input + 2);
    CU_ASSERT(escaped.data < input || escaped.data > input + sizeof input);
    CU_ASSERT(projc_text_is(escaped, "abc", 3));
    projc_arena_free(arena);
}

static void keys_are_compared_unescaped_and_the_last_duplicate_can_win(void)
{
    projc_json_reader reader;
    projc_scope scope;
    projc_text key;
    int64_t value = 0;
    int count = 0;

    begin(&reader, "{\"\\u0076\":1,\"x\":2,\"v\":3}");
    projc_json_read_map(&reader, &scope);
    while (projc_json_read_key(&reader, &scope, &key)) {
        if (projc_text_is(key, "v", 1)) {
            value = projc_json_read_integer(&reader, 0, 9, "u8");
            count++;
        } else {
            projc_json_skip(&reader);
        }
    }
    CU_ASSERT_EQUAL(projc_json_read_end(&reader), PROJC_OK);
    CU_ASSERT_EQUAL(value, 3);
    CU_ASSERT_EQUAL(count, 2);
    projc_arena_free(arena);
}

static void null_reads_as_an_empty_collection(void)
{
    projc_json_reader reader;
    projc_scope scope;
    projc_text key;

    begin(&reader, "[null, null, null]");
    projc_json_read_list(&reader, &scope);
    for (int i = 0; i < 3; i++) {
        projc_scope inner;

        CU_ASSERT(projc_json_read_item(&reader, &scope));
        if (i == 0) {
            projc_json_read_map(&reader, &inner);
            CU_ASSERT(inner.is_null && !projc_json_read_key(&reader, &inner, &key));
        } else if (i == 1) {
            projc_json_read_list(&reader, &inner);
            CU_ASSERT(inner.is_null && !projc_json_read_item(&reader, &inner));
        } else {
            CU_ASSERT(projc_json_read_null(&reader));
        }
    }
    CU_ASSERT(!projc_json_read_item(&reader, &scope));
    CU_ASSERT_EQUAL(projc_json_read_end(&reader), PROJC_OK);
    projc_arena_free(arena);
}

static void the_first_failure_stays_and_nothing_is_read_after_it(void)
{
    projc_json_reader reader;
    projc_scope scope;
    projc_text key;

    begin(&reader, "{\"a\":300,\"b\":true,\"c\":\"x\"}");
    projc_json_read_map(&reader, &scope);
    CU_ASSERT(projc_json_read_key(&reader, &scope, &key));
    CU_ASSERT_EQUAL(projc_json_read_integer(&reader, 0, 255, "u8"), 0);
    CU_ASSERT(!projc_json_read_key(&reader, &scope, &key));
    CU_ASSERT_EQUAL(projc_json_read_text(&reader).size, 0);
    CU_ASSERT(!projc_json_read_bool(&reader));
    CU_ASSERT(!projc_json_read_null(&reader));
    projc_json_read_list(&reader, &scope);
    CU_ASSERT(!projc_json_read_item(&reader, &scope));
    projc_json_fail(&reader, PROJC_LIMIT, "another");
    CU_ASSERT_EQUAL(projc_json_read_end(&reader), PROJC_DATA);
    CU_ASSERT_STRING_EQUAL(error.message, "field `a`: 300 does not fit u8");
    projc_arena_free(arena);
}

static void required_fields_are_named_when_missing(void)
{
    static const char *const fields[70] = {
        [0] = "amount", [1] = "note", [63] = "sixty-three", [64] = "sixty-four", [69] = "last"};
    uint64_t required[2] = {UINT64_C(1) << 63 | 1, 1 << 5 | 1};
    uint64_t seen[2] = {UINT64_C(1) << 63 | 3, 1 << 5 | 1};
    projc_json_reader reader;

    begin(&reader, "");
    projc_json_check_seen(&reader, seen, required, fields, 70);
    CU_ASSERT_EQUAL(reader.status, PROJC_OK);
    seen[1] = 1;
    projc_json_check_seen(&reader, seen, required, fields, 70);
    CU_ASSERT_STRING_EQUAL(error.message, "field `last` is missing");
    projc_arena_free(arena);
    begin(&reader, "");
    seen[0] = 2;
    projc_json_check_seen(&reader, seen, required, fields, 70);
    CU_ASSERT_STRING_EQUAL(error.message, "field `amount` is missing");
    CU_ASSERT_EQUAL(projc_json_read_end(&reader), PROJC_DATA);
    projc_arena_free(arena);
}

static void nothing_may_follow_the_value(void)
{
    projc_json_reader reader;

    begin(&reader, " 1 \n\t\r ");
    projc_json_skip(&reader);
    CU_ASSERT_EQUAL(projc_json_read_end(&reader), PROJC_OK);
    projc_arena_free(arena);
    begin(&reader, "1 2");
    projc_json_skip(&reader);
    CU_ASSERT_EQUAL(projc_json_read_end(&reader), PROJC_DATA);
    CU_ASSERT_STRING_EQUAL(error.message, "expected the end at byte 2");
    projc_arena_free(arena);
    begin(&reader, "");
    projc_json_skip(&reader);
    CU_ASSERT_EQUAL(projc_json_read_end(&reader), PROJC_DATA);
    CU_ASSERT_STRING_EQUAL(error.message, "truncated at byte 0");
    projc_arena_free(arena);
}

/* depth brackets, opened by read_list up to read_depth and passed over from there. */
static projc_status nested(int depth, int read_depth)
{
    static char text[300];
    projc_scope scopes[80];
    projc_json_reader reader;
    projc_status status;
    int opened = 0;

    for (int i = 0; i < depth; i++) {
        text[i] = '[';
        text[2 * depth - 1 - i] = ']';
    }
    text[2 * depth] = '\0';
    begin(&reader, text);
    for (; opened < read_depth; opened++) {
        projc_json_read_list(&reader, &scopes[opened]);
        if (opened + 1 < depth)
            projc_json_read_item(&reader, &scopes[opened]);
    }
    if (read_depth < depth)
        projc_json_skip(&reader);
    while (opened > 0)
        projc_json_read_item(&reader, &scopes[--opened]);
    status = projc_json_read_end(&reader);
    projc_arena_free(arena);
    return status;
}

static void depth_is_bounded_however_it_is_read(void)
{
    for (int read_depth = 0; read_depth <= PROJC_DEPTH_MAX; read_depth++) {
        CU_ASSERT_EQUAL(nested(PROJC_DEPTH_MAX, read_depth), PROJC_OK);
        CU_ASSERT_EQUAL(nested(PROJC_DEPTH_MAX + 1, read_depth), PROJC_LIMIT);
    }
    CU_ASSERT_EQUAL(nested(PROJC_DEPTH_MAX + 1, PROJC_DEPTH_MAX + 1), PROJC_LIMIT);
    CU_ASSERT_EQUAL(nested(140, 0), PROJC_LIMIT);
}

#define TESTS(X)                                                  \
    X(texts_without_escapes_borrow_the_input)                     \
    X(keys_are_compared_unescaped_and_the_last_duplicate_can_win) \
    X(null_reads_as_an_empty_collection)                          \
    X(the_first_failure_stays_and_nothing_is_read_after_it)       \
    X(required_fields_are_named_when_missing)                     \
    X(nothing_may_follow_the_value)                               \
    X(depth_is_bounded_however_it_is_read)
SUITE("json_reader", TESTS)
