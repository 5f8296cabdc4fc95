/* JSON values: what is read, what is refused, and what is said then. */
#include <projc/codec.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "tests/unit/suite.h"

typedef enum kind {
    A_U8,
    AN_I64,
    A_DECIMAL,
    A_ROUNDED,
    AN_F64,
    A_BOOL,
    A_TEXT,
    BYTES,
    A_UUID,
    A_TIME,
    A_DATE,
    A_DURATION,
    NANOSECONDS,
    MILLISECONDS,
    SECONDS,
    A_CURRENCY,
    A_CODE,
    RAW,
    PASSED_OVER
} kind;

static const projc_enum_member currency_members[] = {{0, "EUR"}, {1, "USD"}, {2, "gbp"}};
static const projc_enum currency = {"Currency", currency_members, 3, false};
static const projc_enum_member code_members[] = {{3, "low"}, {-7, "high"}};
static const projc_enum code = {"Code", code_members, 2, true};

static void print_text(char *to, size_t size, projc_text text)
{
    snprintf(to, size, "%.*s", (int)text.size, text.size == 0 ? "" : text.data);
}

static void print_bytes(char *to, const uint8_t *data, size_t size)
{
    to[0] = '\0';
    for (size_t i = 0; i < size; i++)
        snprintf(to + 2 * i, 3, "%02x", data[i]);
}

/* Reads one value and prints it. */
static void read_value(projc_json_reader *reader, kind wanted, char *to, size_t size)
{
    projc_bytes bytes;
    projc_uuid uuid;

    switch (wanted) {
    case A_U8:
        snprintf(to, size, "%" PRId64, projc_json_read_integer(reader, 0, 255, "u8"));
        break;
    case AN_I64:
        snprintf(to, size, "%" PRId64,
                 projc_json_read_integer(reader, INT64_MIN, INT64_MAX, "i64"));
        break;
    case A_DECIMAL:
        snprintf(to, size, "%" PRId64, projc_json_read_decimal(reader, 2, false));
        break;
    case A_ROUNDED:
        snprintf(to, size, "%" PRId64, projc_json_read_decimal(reader, 2, true));
        break;
    case AN_F64:
        snprintf(to, size, "%.17g", projc_json_read_f64(reader));
        break;
    case A_BOOL:
        snprintf(to, size, "%s", projc_json_read_bool(reader) ? "yes" : "no");
        break;
    case A_TEXT:
        print_text(to, size, projc_json_read_text(reader));
        break;
    case BYTES:
        bytes = projc_json_read_bytes(reader);
        print_bytes(to, bytes.data, bytes.size);
        break;
    case A_UUID:
        uuid = projc_json_read_uuid(reader);
        print_bytes(to, uuid.bytes, sizeof uuid.bytes);
        break;
    case A_TIME:
        snprintf(to, size, "%" PRId64, projc_json_read_time(reader));
        break;
    case A_DATE:
        snprintf(to, size, "%d", projc_json_read_date(reader));
        break;
    case A_DURATION:
    case NANOSECONDS:
    case MILLISECONDS:
    case SECONDS: {
        static const projc_duration_unit units[] = {PROJC_DURATION_ISO, PROJC_DURATION_NS,
                                                    PROJC_DURATION_MS, PROJC_DURATION_S};

        snprintf(to, size, "%" PRId64,
                 projc_json_read_duration(reader, units[wanted - A_DURATION]));
        break;
    }
    case A_CURRENCY:
        snprintf(to, size, "%d", projc_json_read_enum(reader, &currency));
        break;
    case A_CODE:
        snprintf(to, size, "%d", projc_json_read_enum(reader, &code));
        break;
    case RAW:
        print_text(to, size, projc_json_read_raw(reader));
        break;
    case PASSED_OVER:
        projc_json_skip(reader);
        snprintf(to, size, "passed");
        break;
    }
}

/* Reads {"v": input} and compares the printed value, or the error's message. */
static void check(kind wanted, const char *input, const char *value, const char *message)
{
    static char text[20000];
    char printed[1000] = "";
    projc_arena *arena = projc_arena_new(0);
    projc_error error = {.status = PROJC_OK};
    projc_json_reader reader;
    projc_scope scope;
    projc_text key;
    projc_status status;

    snprintf(text, sizeof text, "{\"v\": %s }", input);
    projc_json_reader_init(&reader, text, strlen(text), arena, &error);
    projc_json_read_map(&reader, &scope);
    while (projc_json_read_key(&reader, &scope, &key))
        read_value(&reader, wanted, printed, sizeof printed);
    status = projc_json_read_end(&reader);
    CU_ASSERT_EQUAL(status, error.status);
    if (message == NULL) {
        CU_ASSERT_EQUAL(status, PROJC_OK);
        CU_ASSERT_STRING_EQUAL(printed, value);
        if (status != PROJC_OK || strcmp(printed, value) != 0)
            printf("\n    %s: %s, not %s (%s)", input, printed, value, error.message);
    } else {
        CU_ASSERT(status == PROJC_DATA || status == PROJC_LIMIT);
        CU_ASSERT_STRING_EQUAL(error.message, message);
        if (strcmp(error.message, message) != 0)
            printf("\n    %s: said `%s`", input, error.message);
    }
    projc_arena_free(arena);
}

static void integers_are_read_exactly(void)
{
    check(A_U8, "0", "0", NULL);
    check(A_U8, "-0", "0", NULL);
    check(A_U8, "255", "255", NULL);
    check(A_U8, "\"255\"", "255", NULL);
    check(A_U8, "\"2\\u0035\"", "25", NULL);
    check(A_U8, "1e2", "100", NULL);
    check(A_U8, "1.50e1", "15", NULL);
    check(A_U8, "2.00", "2", NULL);
    check(AN_I64, "9223372036854775807", "9223372036854775807", NULL);
    check(AN_I64, "-9223372036854775808", "-9223372036854775808", NULL);
    check(AN_I64, "\"9007199254740993\"", "9007199254740993", NULL);
    check(AN_I64, "9007199254740993", "9007199254740993", NULL);
    check(AN_I64, "999999999999999999", "999999999999999999", NULL);
    check(A_U8, "256", NULL, "field `v`: 256 does not fit u8");
    check(A_U8, "-1", NULL, "field `v`: -1 does not fit u8");
    check(A_U8, "\"300\"", NULL, "field `v`: 300 does not fit u8");
    check(AN_I64, "9223372036854775808", NULL, "field `v`: 9223372036854775808 does not fit i64");
    check(AN_I64, "1e19", NULL, "field `v`: 1e19 does not fit i64");
    check(A_U8, "1.5", NULL, "field `v`: 1.5 is no integer");
    check(A_U8, "\"\"", NULL, "field `v`: `` is no integer");
    check(A_U8, "\"1x\"", NULL, "field `v`: `1x` is no integer");
    check(A_U8, "\" 1\"", NULL, "field `v`: ` 1` is no integer");
    check(A_U8, "true", NULL, "field `v`: expected an integer, found a bool");
    check(A_U8, "null", NULL, "field `v`: expected an integer, found null");
    check(A_U8, "[1]", NULL, "field `v`: expected an integer, found a list");
    check(A_U8, "{}", NULL, "field `v`: expected an integer, found a map");
}

static void malformed_numbers_are_refused(void)
{
    check(A_U8, "01", NULL, "expected `,` or `}` at byte 7");
    check(A_U8, "-", NULL, "expected a digit at byte 7");
    check(A_U8, "+1", NULL, "expected a value at byte 6");
    check(A_U8, ".5", NULL, "expected a value at byte 6");
    check(A_U8, "1.", NULL, "expected a digit at byte 8");
    check(A_U8, "1e", NULL, "expected a digit at byte 8");
    check(A_U8, "1e+", NULL, "expected a digit at byte 9");
    check(A_U8, "0x10", NULL, "expected `,` or `}` at byte 7");
    check(AN_F64, "NaN", NULL, "expected a value at byte 6");
    check(AN_F64, "Infinity", NULL, "expected a value at byte 6");
    check(AN_F64, "-Infinity", NULL, "expected a digit at byte 7");
    check(PASSED_OVER, "00", NULL, "expected `,` or `}` at byte 7");
    check(PASSED_OVER, "1.e5", NULL, "expected a digit at byte 8");
    check(A_DECIMAL, "01.5", NULL, "expected `,` or `}` at byte 7");
    check(A_DECIMAL, "1.", NULL, "expected a digit at byte 8");
}

static void decimals_are_read_exactly(void)
{
    check(A_DECIMAL, "12.34", "1234", NULL);
    check(A_DECIMAL, "12.3", "1230", NULL);
    check(A_DECIMAL, "-0.05", "-5", NULL);
    check(A_DECIMAL, "12", "1200", NULL);
    check(A_DECIMAL, "0.1e1", "100", NULL);
    check(A_DECIMAL, "12.340000000000000000000000", "1234", NULL);
    check(A_DECIMAL, "\"59.50\"", "5950", NULL);
    check(A_DECIMAL, "92233720368547758.07", "9223372036854775807", NULL);
    check(A_DECIMAL, "-92233720368547758.08", "-9223372036854775808", NULL);
    check(A_DECIMAL, "9999999999999999.99", "999999999999999999", NULL);
    check(A_DECIMAL, "12.345", NULL, "field `v`: 12.345 has more than 2 decimal places");
    check(A_DECIMAL, "1e-3", NULL, "field `v`: 1e-3 has more than 2 decimal places");
    check(A_DECIMAL, "92233720368547758.08", NULL,
          "field `v`: 92233720368547758.08 does not fit decimal(2)");
    check(A_DECIMAL, "\"abc\"", NULL, "field `v`: `abc` is no decimal");
    check(A_DECIMAL, "false", NULL, "field `v`: expected a decimal, found a bool");
    check(A_ROUNDED, "12.345", "1234", NULL);
    check(A_ROUNDED, "12.355", "1236", NULL);
    check(A_ROUNDED, "-12.3450001", "-1235", NULL);
}

static void f64_is_read_to_the_nearest(void)
{
    check(AN_F64, "0.1", "0.10000000000000001", NULL);
    check(AN_F64, "-0", "-0", NULL);
    check(AN_F64, "1e23", "9.9999999999999992e+22", NULL);
    check(AN_F64, "5e-324", "4.9406564584124654e-324", NULL);
    check(AN_F64, "1e-400", "0", NULL);
    check(AN_F64, "123456789012345678901234567890", "1.2345678901234568e+29", NULL);
    check(AN_F64, "1e309", NULL, "field `v`: 1e309 does not fit f64");
    check(AN_F64, "\"1\"", NULL, "field `v`: expected a number, found a text");
}

static void texts_are_unescaped(void)
{
    check(A_TEXT, "\"\"", "", NULL);
    check(A_TEXT, "\"plain text of some length\"", "plain text of some length", NULL);
    check(A_TEXT, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", NULL);
    check(A_TEXT, "\"\\u00e4\\u20ac\\uD83D\\uDe00\\u007f\"",
          "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\x7F", NULL);
    check(A_TEXT, "\"1234567\\n\"", "1234567\n", NULL);
    check(A_TEXT, "\"12345678\xC3\xA4\"", "12345678\xC3\xA4", NULL);
    check(A_TEXT, "\"\x7F\"", "\x7F", NULL);
    check(A_TEXT, "5", NULL, "field `v`: expected a text, found a number");
}

static void bad_texts_are_refused(void)
{
    check(A_TEXT, "\"a\\u0000b\"", NULL, "field `v`: a text may not hold NUL");
    check(A_TEXT, "\"\\ud83d\"", NULL, "field `v`: a text holds half of a surrogate pair");
    check(A_TEXT, "\"\\ude00\"", NULL, "field `v`: a text holds half of a surrogate pair");
    check(A_TEXT, "\"\\ud83d\\n12345\"", NULL, "field `v`: a text holds half of a surrogate pair");
    check(A_TEXT, "\"\\ud83d\\u0041\"", NULL, "field `v`: a text holds half of a surrogate pair");
    check(A_TEXT, "\"\xFF\"", NULL, "field `v`: a text is not valid UTF-8");
    check(A_TEXT, "\"12345678\xC3\"", NULL, "field `v`: a text is not valid UTF-8");
    check(A_TEXT, "\"\xED\xA0\x80\"", NULL, "field `v`: a text is not valid UTF-8");
    check(A_TEXT, "\"a\nb\"", NULL, "expected no control character at byte 8");
    check(A_TEXT, "\"12345678\x1F\"", NULL, "expected no control character at byte 15");
    check(A_TEXT, "\"\\x\"", NULL, "expected an escape of JSON at byte 7");
    check(A_TEXT, "\"\\u12g4\"", NULL, "expected four hexadecimal digits at byte 7");
    check(A_TEXT, "\"abc", NULL, "truncated at byte 12");
    check(A_TEXT, "'abc'", NULL, "expected a value at byte 6");
}

static void passing_over_checks_everything_but_what_texts_mean(void)
{
    check(PASSED_OVER, "[1, -2.5e3, \"x\\u0000\\ud83d\", null, true, {\"a\": {}, \"b\": []}]",
          "passed", NULL);
    check(PASSED_OVER, " [ ] ", "passed", NULL);
    check(PASSED_OVER, "[1,]", NULL, "expected a value at byte 9");
    check(PASSED_OVER, "[,1]", NULL, "expected a value at byte 7");
    check(PASSED_OVER, "[1 2]", NULL, "expected `,` or `]` at byte 9");
    check(PASSED_OVER, "{\"a\" 1}", NULL, "expected `:` at byte 11");
    check(PASSED_OVER, "{\"a\":1,}", NULL, "expected a key at byte 13");
    check(PASSED_OVER, "{1:2}", NULL, "expected a key at byte 7");
    check(PASSED_OVER, "{\"a\":1]", NULL, "expected `,` or `}` at byte 12");
    check(PASSED_OVER, "[1}", NULL, "expected `,` or `]` at byte 8");
    check(PASSED_OVER, "tru", NULL, "expected a value at byte 6");
    check(PASSED_OVER, "nul]", NULL, "expected a value at byte 6");
    check(PASSED_OVER, "\"\xC3(\"", NULL, "field `v`: a text is not valid UTF-8");
    check(PASSED_OVER, "\"\\q\"", NULL, "expected an escape of JSON at byte 7");
    check(PASSED_OVER, "/* x */ 1", NULL, "expected a value at byte 6");
}

static void raw_values_are_cut_out(void)
{
    check(RAW, "  {\"a\" : [1, 2]}  ", "{\"a\" : [1, 2]}", NULL);
    check(RAW, "1.50", "1.50", NULL);
    check(RAW, "\"x\\n\"", "\"x\\n\"", NULL);
    check(RAW, "[", NULL, "expected a value at byte 8");
}

static void other_scalars_are_read(void)
{
    check(A_BOOL, "true", "yes", NULL);
    check(A_BOOL, "false", "no", NULL);
    check(A_BOOL, "0", NULL, "field `v`: expected a bool, found a number");
    check(BYTES, "\"Zm9v\"", "666f6f", NULL);
    check(BYTES, "\"\\/+++\"", "ffefbe", NULL);
    check(BYTES, "\"\"", "", NULL);
    check(BYTES, "\"Zm9\"", NULL, "field `v`: `Zm9` is no base64");
    check(A_UUID, "\"6F1c2e40-9d1b-4f6e-8c3a-0123456789ab\"", "6f1c2e409d1b4f6e8c3a0123456789ab",
          NULL);
    check(A_UUID, "\"x\"", NULL, "field `v`: `x` is no uuid");
    check(A_TIME, "\"1970-01-01T00:00:01.0000019+00:00\"", "1000001", NULL);
    check(A_TIME, "\"1970-13-01T00:00:01Z\"", NULL,
          "field `v`: `1970-13-01T00:00:01Z` has no such month");
    check(A_TIME, "0", NULL, "field `v`: expected a time, found a number");
    check(A_DATE, "\"1970-01-02\"", "1", NULL);
    check(A_DATE, "\"1970-01-02T\"", NULL,
          "field `v`: `1970-01-02T` is not of the form YYYY-MM-DD");
    check(A_DURATION, "\"PT1.5S\"", "1500000", NULL);
    check(A_DURATION, "\"P1M\"", NULL,
          "field `v`: `P1M` has years or months, which have no fixed length");
    check(A_DURATION, "5", NULL, "field `v`: expected a duration, found a number");
    check(NANOSECONDS, "1999", "1", NULL);
    check(NANOSECONDS, "-1999", "-1", NULL);
    check(MILLISECONDS, "2", "2000", NULL);
    check(SECONDS, "\"3\"", "3000000", NULL);
    check(SECONDS, "9223372036854775807", NULL,
          "field `v`: the duration does not fit 64 bits of microseconds");
    check(SECONDS, "1.5", NULL, "field `v`: 1.5 is no integer");
    check(A_CURRENCY, "\"USD\"", "1", NULL);
    check(A_CURRENCY, "\"g\\u0062p\"", "2", NULL);
    check(A_CURRENCY, "\"GBP\"", NULL, "field `v`: `GBP` is no Currency");
    check(A_CURRENCY, "1", NULL, "field `v`: expected Currency, found a number");
    check(A_CODE, "-7", "-7", NULL);
    check(A_CODE, "\"low\"", "3", NULL);
    check(A_CODE, "0", NULL, "field `v`: 0 is no Code");
    check(A_CODE, "99999999999", NULL, "field `v`: 99999999999 does not fit Code");
}

static void long_input_is_cut_in_messages(void)
{
    char input[300];
    char message[200];

    memset(input, 'x', sizeof input);
    input[0] = input[sizeof input - 2] = '"';
    input[sizeof input - 1] = '\0';
    snprintf(message, sizeof message, "field `v`: `%.80s` is no uuid", input + 1);
    check(A_UUID, input, NULL, message);
}

static void all_of_the_input_is_checked_also_behind_a_known_field(void)
{
    check(A_U8, "1, \"w\": 2", "2", NULL);
    check(A_U8, "1, \"w\": [}", NULL, "field `w`: expected an integer, found a list");
    check(A_U8, "1, \"w\": 2, \"w\"", NULL, "expected `:` at byte 21");
    check(A_U8, "1, \"w\\u0000\": 2", NULL, "a text may not hold NUL");
}

#define TESTS(X)                                          \
    X(integers_are_read_exactly)                          \
    X(malformed_numbers_are_refused)                      \
    X(decimals_are_read_exactly)                          \
    X(f64_is_read_to_the_nearest)                         \
    X(texts_are_unescaped)                                \
    X(bad_texts_are_refused)                              \
    X(passing_over_checks_everything_but_what_texts_mean) \
    X(raw_values_are_cut_out)                             \
    X(other_scalars_are_read)                             \
    X(long_input_is_cut_in_messages)                      \
    X(all_of_the_input_is_checked_also_behind_a_known_field)
SUITE("json_scalar", TESTS)
