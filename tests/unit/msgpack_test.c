/* The msgpack reader and writer. */
#include <projc/codec.h>

#include <math.h>
#include <string.h>

#include "base/time.h"
#include "tests/unit/suite.h"

static const projc_enum_member members[] = {{0, "EUR"}, {1, "gbp"}};
static const projc_enum currency = {"Currency", members, 2, false};
static const projc_enum_member code_members[] = {{3, "low"}, {-7, "high"}};
static const projc_enum code = {"Code", code_members, 2, true};

static projc_arena *arena;
static projc_msgpack_writer *writer;
static projc_msgpack_reader reader;
static projc_error error;

static void begin(void)
{
    arena = projc_arena_new(0);
    writer = projc_msgpack_writer_new(arena);
    projc_error_clear(&error);
}

/* Starts to read what was written. */
static void turn_round(void)
{
    projc_bytes bytes;

    CU_ASSERT_EQUAL_FATAL(projc_msgpack_writer_finish(writer, &bytes, &error), PROJC_OK);
    projc_msgpack_reader_init(&reader, bytes.data, bytes.size, arena, &error);
}

/* Starts to read given bytes. */
static void read_bytes(const char *bytes, size_t size)
{
    arena = projc_arena_new(0);
    projc_error_clear(&error);
    projc_msgpack_reader_init(&reader, bytes, size, arena, &error);
}

static void end(projc_status status, const char *message)
{
    CU_ASSERT_EQUAL(projc_msgpack_read_end(&reader), status);
    CU_ASSERT_STRING_EQUAL(error.message, message);
    if (strcmp(error.message, message) != 0)
        printf("\n    said `%s`", error.message);
    projc_arena_free(arena);
}

static void every_scalar_round_trips(void)
{
    static const char text[] = "a text with umlauts \xC3\xA4, longer than thirty-one bytes";
    projc_uuid uuid = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255}};
    projc_text read;
    projc_bytes bytes;

    begin();
    projc_msgpack_write_array(writer, 14);
    projc_msgpack_write_null(writer);
    projc_msgpack_write_bool(writer, true);
    projc_msgpack_write_bool(writer, false);
    projc_msgpack_write_f64(writer, -0.1);
    projc_msgpack_write_text(writer, projc_text_of(text, strlen(text)));
    projc_msgpack_write_text(writer, projc_text_of(NULL, 0));
    projc_msgpack_write_bytes(writer, (projc_bytes){(const uint8_t *)"\0\xFF", 2});
    projc_msgpack_write_uuid(writer, uuid);
    projc_msgpack_write_enum(writer, &currency, 1);
    projc_msgpack_write_enum(writer, &code, -7);
    projc_msgpack_write_integer(writer, PROJC__TIME_MIN);
    projc_msgpack_write_integer(writer, PROJC__DATE_MAX);
    projc_msgpack_write_integer(writer, INT64_MIN);
    projc_msgpack_write_integer(writer, -5);
    turn_round();
    projc_msgpack_read_array(&reader, 14);
    CU_ASSERT(projc_msgpack_read_null(&reader));
    CU_ASSERT(!projc_msgpack_read_null(&reader));
    CU_ASSERT(projc_msgpack_read_bool(&reader));
    CU_ASSERT(!projc_msgpack_read_bool(&reader));
    CU_ASSERT_EQUAL(projc_msgpack_read_f64(&reader), -0.1);
    read = projc_msgpack_read_text(&reader);
    CU_ASSERT(projc_text_is(read, text, strlen(text)));
    CU_ASSERT_EQUAL(projc_msgpack_read_text(&reader).size, 0);
    bytes = projc_msgpack_read_bytes(&reader);
    CU_ASSERT(bytes.size == 2 && memcmp(bytes.data, "\0\xFF", 2) == 0);
    CU_ASSERT_EQUAL(memcmp(projc_msgpack_read_uuid(&reader).bytes, uuid.bytes, 16), 0);
    CU_ASSERT_EQUAL(projc_msgpack_read_enum(&reader, &currency), 1);
    CU_ASSERT_EQUAL(projc_msgpack_read_enum(&reader, &code), -7);
    CU_ASSERT_EQUAL(projc_msgpack_read_time(&reader), PROJC__TIME_MIN);
    CU_ASSERT_EQUAL(projc_msgpack_read_date(&reader), PROJC__DATE_MAX);
    CU_ASSERT_EQUAL(projc_msgpack_read_duration(&reader), INT64_MIN);
    CU_ASSERT_EQUAL(projc_msgpack_read_decimal(&reader, 2), -5);
    projc_msgpack_read_array_end(&reader);
    CU_ASSERT_EQUAL(reader.depth, 0);
    end(PROJC_OK, "");
}

static void integers_take_their_shortest_form(void)
{
    static const struct {
        int64_t value;
        size_t size;
    } rows[] = {{0, 1},
                {127, 1},
                {128, 2},
                {255, 2},
                {256, 3},
                {65535, 3},
                {65536, 5},
                {UINT32_MAX, 5},
                {INT64_C(1) << 32, 9},
                {INT64_MAX, 9},
                {-1, 1},
                {-32, 1},
                {-33, 2},
                {-128, 2},
                {-129, 3},
                {-32768, 3},
                {-32769, 5},
                {INT32_MIN, 5},
                {(int64_t)INT32_MIN - 1, 9},
                {INT64_MIN, 9}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin();
        projc_msgpack_write_integer(writer, rows[i].value);
        turn_round();
        CU_ASSERT_EQUAL(reader.end - reader.start, (ptrdiff_t)rows[i].size);
        CU_ASSERT_EQUAL(projc_msgpack_read_integer(&reader, INT64_MIN, INT64_MAX, "i64"),
                        rows[i].value);
        end(PROJC_OK, "");
    }
}

static void integers_are_read_from_any_form(void)
{
    static const struct {
        const char *bytes;
        size_t size;
        int64_t value;
    } rows[] = {{"\xD3\0\0\0\0\0\0\0\5", 9, 5},
                {"\xCF\0\0\0\0\0\0\0\5", 9, 5},
                {"\xD2\xFF\xFF\xFF\xFE", 5, -2},
                {"\xD1\xFF\xFE", 3, -2},
                {"\xD0\xFE", 2, -2},
                {"\xFE", 1, -2},
                {"\xCE\0\0\0\5", 5, 5},
                {"\xCD\0\5", 3, 5},
                {"\xCC\5", 2, 5},
                {"\xD0\x7F", 2, 127}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        read_bytes(rows[i].bytes, rows[i].size);
        CU_ASSERT_EQUAL(projc_msgpack_read_integer(&reader, INT64_MIN, INT64_MAX, "i64"),
                        rows[i].value);
        end(PROJC_OK, "");
    }
}

static void numbers_that_do_not_fit_are_refused(void)
{
    read_bytes("\xCD\x01\x2C", 3);
    CU_ASSERT_EQUAL(projc_msgpack_read_integer(&reader, 0, 255, "u8"), 0);
    end(PROJC_DATA, "300 does not fit u8");
    read_bytes("\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 9);
    projc_msgpack_read_integer(&reader, INT64_MIN, INT64_MAX, "i64");
    end(PROJC_DATA, "18446744073709551615 does not fit i64");
    read_bytes("\xCB\x3F\xF0\0\0\0\0\0\0", 9);
    projc_msgpack_read_integer(&reader, INT64_MIN, INT64_MAX, "i64");
    end(PROJC_DATA, "expected an integer, found a float");
    read_bytes("\xCB\x7F\xF0\0\0\0\0\0\0", 9);
    projc_msgpack_read_f64(&reader);
    end(PROJC_DATA, "a number that is not finite does not fit f64");
    read_bytes("\xD3\x80\0\0\0\0\0\0\0", 9);
    projc_msgpack_read_time(&reader);
    end(PROJC_DATA, "-9223372036854775808 does not fit time");
}

static void f64_is_read_from_floats_and_integers(void)
{
    read_bytes("\xCA\x3F\xC0\0\0", 5);
    CU_ASSERT_EQUAL(projc_msgpack_read_f64(&reader), 1.5);
    end(PROJC_OK, "");
    read_bytes("\xFB", 1);
    CU_ASSERT_EQUAL(projc_msgpack_read_f64(&reader), -5);
    end(PROJC_OK, "");
    read_bytes("\xCF\x80\0\0\0\0\0\0\0", 9);
    CU_ASSERT_EQUAL(projc_msgpack_read_f64(&reader), 9223372036854775808.0);
    end(PROJC_OK, "");
}

static void a_uuid_may_be_a_text(void)
{
    read_bytes("\xD9\x24"
               "6f1c2e40-9d1b-4f6e-8c3a-0123456789ab",
               38);
    CU_ASSERT_EQUAL(projc_msgpack_read_uuid(&reader).bytes[0], 0x6F);
    end(PROJC_OK, "");
    read_bytes("\xA1x", 2);
    projc_msgpack_read_uuid(&reader);
    end(PROJC_DATA, "`x` is no uuid");
    read_bytes("\xC4\x02xy", 4);
    projc_msgpack_read_uuid(&reader);
    end(PROJC_DATA, "a uuid has 16 bytes, not 2");
}

static void texts_are_checked(void)
{
    read_bytes("\xA3"
               "a\0b",
               4);
    projc_msgpack_read_text(&reader);
    end(PROJC_DATA, "a text may not hold NUL");
    read_bytes("\xA9\0"
               "12345678",
               10);
    projc_msgpack_read_text(&reader);
    end(PROJC_DATA, "a text may not hold NUL");
    read_bytes("\xA9"
               "12345678\0",
               10);
    projc_msgpack_read_text(&reader);
    end(PROJC_DATA, "a text may not hold NUL");
    read_bytes("\xA1\xFF", 2);
    projc_msgpack_read_text(&reader);
    end(PROJC_DATA, "a text is not valid UTF-8");
    read_bytes("\xA9"
               "12345678\xFF",
               10);
    projc_msgpack_read_text(&reader);
    end(PROJC_DATA, "a text is not valid UTF-8");
    read_bytes("\xC4\x01x", 3);
    projc_msgpack_read_text(&reader);
    end(PROJC_DATA, "expected a text, found bytes");
    read_bytes("\xA1x", 2);
    projc_msgpack_read_bytes(&reader);
    end(PROJC_DATA, "expected bytes, found a text");
}

static void enums_are_known_members(void)
{
    read_bytes("\xA3USD", 4);
    projc_msgpack_read_enum(&reader, &currency);
    end(PROJC_DATA, "`USD` is no Currency");
    read_bytes("\x01", 1);
    projc_msgpack_read_enum(&reader, &currency);
    end(PROJC_DATA, "expected Currency, found an integer");
    read_bytes("\x01", 1);
    projc_msgpack_read_enum(&reader, &code);
    end(PROJC_DATA, "1 is no Code");
    read_bytes("\xA3low", 4);
    CU_ASSERT_EQUAL(projc_msgpack_read_enum(&reader, &code), 3);
    end(PROJC_OK, "");
}

static void maps_are_read_by_key(void)
{
    projc_scope scope;
    projc_scope inner;
    projc_text key;
    int64_t sum = 0;

    begin();
    projc_msgpack_write_map(writer, 4);
    projc_msgpack_write_name(writer, "skipped");
    projc_msgpack_write_array(writer, 2);
    projc_msgpack_write_map(writer, 0);
    projc_msgpack_write_null(writer);
    projc_msgpack_write_name(writer, "v");
    projc_msgpack_write_integer(writer, 1);
    projc_msgpack_write_integer(writer, -12);
    projc_msgpack_write_integer(writer, 3);
    projc_msgpack_write_name(writer, "list");
    projc_msgpack_write_array(writer, 3);
    for (int i = 10; i < 13; i++)
        projc_msgpack_write_integer(writer, i);
    turn_round();
    projc_msgpack_read_map(&reader, &scope);
    while (projc_msgpack_read_key(&reader, &scope, &key)) {
        if (projc_text_is(key, "v", 1) || projc_text_is(key, "-12", 3)) {
            sum += projc_msgpack_read_integer(&reader, 0, 9, "u8");
        } else if (projc_text_is(key, "list", 4)) {
            projc_msgpack_read_list(&reader, &inner);
            while (projc_msgpack_read_item(&reader, &inner))
                sum += projc_msgpack_read_integer(&reader, 0, 99, "u8");
        } else {
            projc_msgpack_skip(&reader);
        }
    }
    CU_ASSERT_EQUAL(sum, 1 + 3 + 10 + 11 + 12);
    CU_ASSERT_EQUAL(reader.depth, 0);
    end(PROJC_OK, "");
}

static void nil_reads_as_an_empty_collection(void)
{
    projc_scope scope;
    projc_text key;

    read_bytes("\xC0\xC0", 2);
    projc_msgpack_read_map(&reader, &scope);
    CU_ASSERT(scope.is_null && !projc_msgpack_read_key(&reader, &scope, &key));
    projc_msgpack_read_list(&reader, &scope);
    CU_ASSERT(scope.is_null && !projc_msgpack_read_item(&reader, &scope));
    end(PROJC_OK, "");
}

static void fields_are_named_in_errors(void)
{
    projc_scope scope;
    projc_text key;

    read_bytes("\x81\xA6"
               "amount\xA1x",
               10);
    projc_msgpack_read_map(&reader, &scope);
    CU_ASSERT(projc_msgpack_read_key(&reader, &scope, &key));
    projc_msgpack_read_decimal(&reader, 2);
    CU_ASSERT(!projc_msgpack_read_key(&reader, &scope, &key));
    end(PROJC_DATA, "field `amount`: expected an integer, found a text");
}

static void records_have_exactly_their_fields(void)
{
    read_bytes("\x92\1\2", 3);
    projc_msgpack_read_array(&reader, 3);
    end(PROJC_DATA, "expected a record of 3 fields, found 2");
    read_bytes("\x92\1\2", 3);
    projc_msgpack_read_array(&reader, 1);
    end(PROJC_DATA, "expected a record of 1 fields, found 2");
    read_bytes("\xC0", 1);
    projc_msgpack_read_array(&reader, 1);
    end(PROJC_DATA, "expected a record, found nil");
    read_bytes("\x91\1\2", 3);
    projc_msgpack_read_array(&reader, 1);
    projc_msgpack_read_integer(&reader, 0, 9, "u8");
    projc_msgpack_read_array_end(&reader);
    end(PROJC_DATA, "expected the end at byte 2");
}

static void hostile_counts_fail_before_anything_is_allocated(void)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *message;
    } rows[] = {
        {"\xDF\xFF\xFF\xFF\xFF", 5, "truncated at byte 5"},
        {"\xDD\xFF\xFF\xFF\xFF", 5, "truncated at byte 5"},
        {"\xDF\0\0\0\2\1\1\1", 8, "truncated at byte 8"},
        {"\xDB\xFF\xFF\xFF\xFF", 5, "truncated at byte 5"},
        {"\xC6\xFF\xFF\xFF\xFF", 5, "truncated at byte 5"},
        {"\xC9\xFF\xFF\xFF\xFF\1", 6, "truncated at byte 6"},
        {"\xD8\1\1", 3, "truncated at byte 3"},
        {"\xC7\2", 2, "truncated at byte 2"},
        {"\xDE\xFF\xFF\1", 4, "truncated at byte 4"},
        {"\x82\1\1\1", 4, "truncated at byte 4"},
        {"\xC1", 1, "byte 0 is no msgpack"},
        {"", 0, "truncated at byte 0"},
        {"\xCB\1\1", 3, "truncated at byte 3"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        projc_scope scope;
        size_t used;

        read_bytes(rows[i].bytes, rows[i].size);
        used = projc_arena_used(arena);
        if (i % 2 == 0)
            projc_msgpack_skip(&reader);
        else
            projc_msgpack_read_list(&reader, &scope);
        CU_ASSERT_EQUAL(projc_arena_used(arena), used);
        end(PROJC_DATA, rows[i].message);
    }
}

static void depth_is_bounded(void)
{
    for (int depth = 60; depth < 70; depth++)
        for (int opened = 0; opened < depth && opened <= 64; opened += 16) {
            char bytes[70];
            projc_scope scope;

            memset(bytes, 0x91, sizeof bytes);
            bytes[depth] = 1;
            read_bytes(bytes, (size_t)depth + 1);
            for (int i = 0; i < opened; i++) {
                projc_msgpack_read_list(&reader, &scope);
                projc_msgpack_read_item(&reader, &scope);
            }
            projc_msgpack_skip(&reader);
            end(depth <= PROJC_DEPTH_MAX ? PROJC_OK : PROJC_LIMIT,
                depth <= PROJC_DEPTH_MAX ? "" : "nested deeper than 64 levels");
        }
}

static void extensions_are_passed_over(void)
{
    read_bytes("\x93\xD6\xFF\1\2\3\4\xC7\2\5xy\1", 13);
    projc_msgpack_skip(&reader);
    end(PROJC_OK, "");
    read_bytes("\xD6\xFF\1\2\3\4", 6);
    projc_msgpack_read_time(&reader);
    end(PROJC_DATA, "expected an integer, found an extension");
}

static void writers_refuse_what_readers_would(void)
{
    projc_bytes bytes;

    begin();
    projc_msgpack_write_f64(writer, (double)INFINITY);
    CU_ASSERT_EQUAL(projc_msgpack_writer_finish(writer, &bytes, &error), PROJC_DATA);
    projc_msgpack_writer_reset(writer);
    projc_msgpack_write_enum(writer, &currency, 9);
    CU_ASSERT_EQUAL(projc_msgpack_writer_finish(writer, &bytes, &error), PROJC_DATA);
    CU_ASSERT_STRING_EQUAL(error.message, "9 is no Currency");
    projc_msgpack_writer_reset(writer);
    projc_msgpack_write_null(writer);
    CU_ASSERT_EQUAL(projc_msgpack_writer_finish(writer, &bytes, &error), PROJC_OK);
    CU_ASSERT_EQUAL(bytes.size, 1);
    projc_arena_free(arena);
}

static void every_failing_allocation_is_reported(void)
{
    size_t failures = 0;

    for (size_t limit = 16;; limit += 16) {
        projc_bytes bytes;
        projc_status status = PROJC_LIMIT;

        arena = projc_arena_new(limit);
        writer = projc_msgpack_writer_new(arena);
        if (writer != NULL) {
            projc_msgpack_write_array(writer, 600);
            for (int i = 0; i < 300; i++) {
                projc_msgpack_write_name(writer, "some text");
                projc_msgpack_write_integer(writer, i);
            }
            status = projc_msgpack_writer_finish(writer, &bytes, &error);
        }
        projc_arena_free(arena);
        if (status == PROJC_OK)
            break;
        CU_ASSERT_EQUAL(status, PROJC_LIMIT);
        failures++;
    }
    CU_ASSERT(failures > 100);
}

#define TESTS(X)                                        \
    X(every_scalar_round_trips)                         \
    X(integers_take_their_shortest_form)                \
    X(integers_are_read_from_any_form)                  \
    X(numbers_that_do_not_fit_are_refused)              \
    X(f64_is_read_from_floats_and_integers)             \
    X(a_uuid_may_be_a_text)                             \
    X(texts_are_checked)                                \
    X(enums_are_known_members)                          \
    X(maps_are_read_by_key)                             \
    X(nil_reads_as_an_empty_collection)                 \
    X(fields_are_named_in_errors)                       \
    X(records_have_exactly_their_fields)                \
    X(hostile_counts_fail_before_anything_is_allocated) \
    X(depth_is_bounded)                                 \
    X(extensions_are_passed_over)                       \
    X(writers_refuse_what_readers_would)                \
    X(every_failing_allocation_is_reported)
SUITE("msgpack", TESTS)
