/* Exact numbers: parsing, printing, rounding, and f64. */
#include <projc/handler.h>

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/random.h"
#include "tests/unit/suite.h"

static projc_text text(const char *data)
{
    return projc_text_of(data, strlen(data));
}

static void decimals_are_read_exactly(void)
{
    static const struct {
        const char *text;
        uint8_t scale;
        int64_t value;
    } rows[] = {
        {"0", 2, 0},
        {"-0", 2, 0},
        {"12", 2, 1200},
        {"12.5", 2, 1250},
        {"12.50", 2, 1250},
        {"12.500000000000000000000000000", 2, 1250},
        {"-0.05", 2, -5},
        {"0012.5", 1, 125},
        {"1e2", 0, 100},
        {"1.25e1", 1, 125},
        {"1250e-2", 2, 1250},
        {"1250E-3", 2, 125},
        {"0e999999999999999999999999", 2, 0},
        {"0.0e-99999999999999999999999", 2, 0},
        {"0.000000000000000000001e21", 0, 1},
        {"92233720368547758.07", 2, INT64_MAX},
        {"-92233720368547758.08", 2, INT64_MIN},
        {"9223372036854775807", 0, INT64_MAX},
        {"-9223372036854775808", 0, INT64_MIN},
        {"9.223372036854775807", 18, INT64_MAX},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t value = 42;

        CU_ASSERT(projc_parse_decimal(text(rows[i].text), rows[i].scale, false, &value));
        CU_ASSERT_EQUAL(value, rows[i].value);
    }
}

static void what_is_no_decimal_is_told_apart(void)
{
    static const struct {
        const char *text;
        projc__number_result result;
    } rows[] = {
        {"", PROJC__NUMBER_MALFORMED},
        {"-", PROJC__NUMBER_MALFORMED},
        {"+1", PROJC__NUMBER_MALFORMED},
        {" 1", PROJC__NUMBER_MALFORMED},
        {"1 ", PROJC__NUMBER_MALFORMED},
        {".5", PROJC__NUMBER_MALFORMED},
        {"1.", PROJC__NUMBER_MALFORMED},
        {"1e", PROJC__NUMBER_MALFORMED},
        {"1e+", PROJC__NUMBER_MALFORMED},
        {"1,5", PROJC__NUMBER_MALFORMED},
        {"0x1", PROJC__NUMBER_MALFORMED},
        {"nan", PROJC__NUMBER_MALFORMED},
        {"1.2.3", PROJC__NUMBER_MALFORMED},
        {"12.345", PROJC__NUMBER_SURPLUS},
        {"0.001", PROJC__NUMBER_SURPLUS},
        {"1e-9999999999999999999999", PROJC__NUMBER_SURPLUS},
        {"92233720368547758.08", PROJC__NUMBER_RANGE},
        {"-92233720368547758.09", PROJC__NUMBER_RANGE},
        {"100000000000000000000", PROJC__NUMBER_RANGE},
        {"1e9999999999999999999999", PROJC__NUMBER_RANGE},
        {"99999999999999999999999999999999999999999999", PROJC__NUMBER_RANGE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t value;

        CU_ASSERT_EQUAL(projc__number_parse(text(rows[i].text), 2, false, &value), rows[i].result);
    }
}

static void rounding_goes_half_to_even(void)
{
    static const struct {
        const char *text;
        int64_t value; /* of decimal(1) */
    } rows[] = {
        {"0.05", 0},        {"0.15", 2},
        {"0.25", 2},        {"0.35", 4},
        {"-0.15", -2},      {"-0.25", -2},
        {"0.250001", 3},    {"0.2499999", 2},
        {"0.049999", 0},    {"0.05000001", 1},
        {"0.99", 10},       {"5e-2", 0},
        {"5.000001e-2", 1}, {"5e-99", 0},
        {"0.1500", 2},      {"0.25000000000000000000000000000000000000000000000000001", 3},
    };
    int64_t value;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        value = 42;
        CU_ASSERT(projc_parse_decimal(text(rows[i].text), 1, true, &value));
        CU_ASSERT_EQUAL(value, rows[i].value);
    }
    CU_ASSERT(!projc_parse_decimal(text("922337203685477580.75"), 1, true, &value));
    CU_ASSERT(projc_parse_decimal(text("922337203685477580.74"), 1, true, &value));
    CU_ASSERT_EQUAL(value, INT64_MAX);
}

static void integers_keep_their_range(void)
{
    int64_t value = 42;

    CU_ASSERT(projc_parse_integer(text("255"), 0, 255, &value));
    CU_ASSERT_EQUAL(value, 255);
    CU_ASSERT(!projc_parse_integer(text("256"), 0, 255, &value));
    CU_ASSERT(!projc_parse_integer(text("-1"), 0, 255, &value));
    CU_ASSERT(!projc_parse_integer(text("1.5"), 0, 255, &value));
    CU_ASSERT_EQUAL(value, 255);
    CU_ASSERT(projc_parse_integer(text("2.0"), 0, 255, &value));
    CU_ASSERT_EQUAL(value, 2);
}

static void printed_decimals_read_back_the_same(void)
{
    static const int64_t edges[] = {0, 1, -1, 9, 10, -10, 99, 100, INT64_MAX, INT64_MIN};
    projc__random random;
    char printed[PROJC__DECIMAL_TEXT_MAX];
    int wrong = 0;

    projc__decimal_format(-5, 2, printed);
    CU_ASSERT_STRING_EQUAL(printed, "-0.05");
    projc__decimal_format(5950, 2, printed);
    CU_ASSERT_STRING_EQUAL(printed, "59.50");
    projc__decimal_format(INT64_MIN, 18, printed);
    CU_ASSERT_STRING_EQUAL(printed, "-9.223372036854775808");
    projc__random_init(&random, 1);
    for (int i = 0; i < 100000; i++) {
        int64_t value =
            i < 10 ? edges[i]
                   : (int64_t)projc__random_next(&random) >> projc__random_below(&random, 64);
        uint8_t scale = (uint8_t)projc__random_below(&random, 19);
        int64_t again = 0;

        CU_ASSERT(projc__decimal_format(value, scale, printed) < PROJC__DECIMAL_TEXT_MAX);
        wrong += !projc_parse_decimal(text(printed), scale, false, &again) || again != value;
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void quotients_are_rounded_once_half_to_even(void)
{
    static const struct {
        int64_t numerator;
        int64_t denominator;
        int64_t quotient;
    } rows[] = {{1, 2, 0},
                {3, 2, 2},
                {5, 2, 2},
                {-1, 2, 0},
                {-3, 2, -2},
                {3, -2, -2},
                {-3, -2, 2},
                {7, 3, 2},
                {8, 3, 3},
                {-8, 3, -3},
                {0, 5, 0},
                {INT64_MIN, 1, INT64_MIN},
                {INT64_MAX, 1, INT64_MAX}};
    const projc_int128 largest = (projc_int128)(((unsigned __int128)1 << 127) - 1);
    int64_t result;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        result = 42;
        CU_ASSERT(projc_round_quotient(rows[i].numerator, rows[i].denominator, &result));
        CU_ASSERT_EQUAL(result, rows[i].quotient);
    }
    CU_ASSERT(!projc_round_quotient(1, 0, &result));
    CU_ASSERT(!projc_round_quotient((projc_int128)INT64_MAX + 1, 1, &result));
    CU_ASSERT(projc_round_quotient((projc_int128)INT64_MAX + 1, -1, &result));
    CU_ASSERT_EQUAL(result, INT64_MIN);
    CU_ASSERT(!projc_round_quotient((projc_int128)INT64_MIN, -1, &result));
    CU_ASSERT(projc_round_quotient(-largest - 1, largest, &result));
    CU_ASSERT_EQUAL(result, -1);
    CU_ASSERT(projc_round_quotient(largest / 2, largest, &result));
    CU_ASSERT_EQUAL(result, 0);
    CU_ASSERT(projc_round_quotient(-largest - 1, -largest - 1, &result));
    CU_ASSERT_EQUAL(result, 1);
}

/* Against strtod, which rounds the decimal text correctly. */
static void decimals_become_the_nearest_f64(void)
{
    projc__random random;
    int wrong = 0;

    projc__random_init(&random, 2);
    for (int i = 0; i < 100000; i++) {
        int64_t value = (int64_t)projc__random_next(&random) >> projc__random_below(&random, 64);
        uint8_t scale = (uint8_t)projc__random_below(&random, 19);
        char printed[PROJC__DECIMAL_TEXT_MAX];

        projc__decimal_format(value, scale, printed);
        wrong += projc_decimal_to_f64(value, scale) != strtod(printed, NULL);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(projc_decimal_to_f64(INT64_MIN, 0), -9223372036854775808.0);
}

static void f64_becomes_the_nearest_decimal(void)
{
    static const struct {
        double value;
        uint8_t scale;
        int64_t result;
    } rows[] = {{0.5, 0, 0},
                {1.5, 0, 2},
                {2.5, 0, 2},
                {-0.5, 0, 0},
                {-1.5, 0, -2},
                {0.125, 2, 12},
                {0.375, 2, 38},
                {1e-300, 9, 0},
                {5e-324, 18, 0},
                {0.1, 18, INT64_C(100000000000000006)},
                {123.456, 3, 123456},
                {9223372036854774784.0, 0, INT64_C(9223372036854774784)},
                {-9223372036854775808.0, 0, INT64_MIN},
                {0.0, 18, 0},
                {4503599627370496.5, 0, INT64_C(4503599627370496)}};
    int64_t result;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        result = 42;
        CU_ASSERT(projc_decimal_from_f64(rows[i].value, rows[i].scale, &result));
        CU_ASSERT_EQUAL(result, rows[i].result);
    }
    CU_ASSERT(!projc_decimal_from_f64(9223372036854775808.0, 0, &result));
    CU_ASSERT(!projc_decimal_from_f64(1e18, 1, &result));
    CU_ASSERT(!projc_decimal_from_f64(1e308, 0, &result));
    CU_ASSERT(!projc_decimal_from_f64((double)NAN, 0, &result));
    CU_ASSERT(!projc_decimal_from_f64((double)INFINITY, 0, &result));
}

static void f64_is_written_in_its_shortest_form(void)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {0.30000000000000004, "0.30000000000000004"},
        {100, "100"},
        {1e20, "100000000000000000000"},
        {1e21, "1e+21"},
        {1.5e300, "1.5e+300"},
        {1e-6, "0.000001"},
        {1e-7, "1e-7"},
        {123456789.125, "123456789.125"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {5.684341886080802e-14,
         "5.684341886080802e-14"}, /* 2^-44: the nearest of 16 digits fails */
        {9007199254740993.0, "9007199254740992"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char printed[PROJC__F64_TEXT_MAX];

        CU_ASSERT_EQUAL(projc__f64_format(rows[i].value, printed), strlen(rows[i].text));
        CU_ASSERT_STRING_EQUAL(printed, rows[i].text);
    }
}

static double f64_of_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static void every_f64_reads_back_the_same(void)
{
    projc__random random;
    int wrong = 0;

    projc__random_init(&random, 6);
    for (uint64_t i = 0; i < 20000; i++) {
        uint64_t bits = i < 6141 ? ((i / 3) << 52) + i % 3 - 1 : projc__random_next(&random);
        double value = f64_of_bits(bits);
        double again = 0;
        char printed[PROJC__F64_TEXT_MAX];

        if (!isfinite(value))
            continue;
        wrong += projc__f64_format(value, printed) >= PROJC__F64_TEXT_MAX ||
                 !projc_parse_f64(text(printed), &again) ||
                 memcmp(&again, &value, sizeof value) != 0;
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

/* Against strtod, on texts of any length. */
static void f64_texts_are_read_to_the_nearest(void)
{
    projc__random random;
    int wrong = 0;

    projc__random_init(&random, 8);
    for (int i = 0; i < 20000; i++) {
        char spelled[2048];
        size_t size = 0;
        size_t digits = 1 + (size_t)projc__random_below(&random, i % 100 == 0 ? 1500 : 40);
        double value;

        if (projc__random_below(&random, 2) == 0)
            spelled[size++] = '-';
        for (size_t d = 0; d < digits; d++) {
            spelled[size++] = (char)('0' + projc__random_below(&random, 10));
            if (d == digits / 2 && d + 1 < digits)
                spelled[size++] = '.';
        }
        size += (size_t)snprintf(spelled + size, sizeof spelled - size, "e%d",
                                 (int)projc__random_below(&random, 700) - 350);
        wrong += !projc__f64_parse(projc_text_of(spelled, size), &value) ||
                 value != strtod(spelled, NULL);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void halfway_texts_of_many_digits_are_read_exactly(void)
{
    /* 1 + 2^-53 lies between two numbers; a digit far behind decides. */
    static const char half[] = "1.00000000000000011102230246251565404236316680908203125";
    char longer[1200];
    double value;

    CU_ASSERT(projc_parse_f64(text(half), &value));
    CU_ASSERT_EQUAL(value, 1.0);
    memset(longer, '0', sizeof longer);
    memcpy(longer, half, strlen(half));
    longer[1100] = '1';
    CU_ASSERT(projc_parse_f64(projc_text_of(longer, 1101), &value));
    CU_ASSERT_EQUAL(value, 1.0000000000000002);
    CU_ASSERT(projc_parse_f64(projc_text_of(longer, 1100), &value));
    CU_ASSERT_EQUAL(value, 1.0);
}

static void other_texts_are_no_f64(void)
{
    static const char *const bad[] = {"",     "-",     "+1",  ".5",    "1.",  "1e",
                                      "nan",  "inf",   "0x1", "1 ",    " 1",  "1,5",
                                      "1e5.", "1.5e+", "--1", "1e999", "1_0", "-1e400"};
    double value = 42;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT(!projc_parse_f64(text(bad[i]), &value));
    CU_ASSERT_EQUAL(value, 42);
}

static void the_locale_changes_nothing(void)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C.UTF-8"};
    char printed[PROJC__F64_TEXT_MAX];
    double value = 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (setlocale(LC_ALL, names[i]) != NULL)
            break;
    projc__f64_format(1234.5678, printed);
    CU_ASSERT_STRING_EQUAL(printed, "1234.5678");
    CU_ASSERT(projc_parse_f64(text("1.00000000000000000000000000000000000005e3"), &value));
    CU_ASSERT_EQUAL(value, 1000.0);
    setlocale(LC_ALL, "C");
}

#define TESTS(X)                                     \
    X(decimals_are_read_exactly)                     \
    X(what_is_no_decimal_is_told_apart)              \
    X(rounding_goes_half_to_even)                    \
    X(integers_keep_their_range)                     \
    X(printed_decimals_read_back_the_same)           \
    X(quotients_are_rounded_once_half_to_even)       \
    X(decimals_become_the_nearest_f64)               \
    X(f64_becomes_the_nearest_decimal)               \
    X(f64_is_written_in_its_shortest_form)           \
    X(every_f64_reads_back_the_same)                 \
    X(f64_texts_are_read_to_the_nearest)             \
    X(halfway_texts_of_many_digits_are_read_exactly) \
    X(other_texts_are_no_f64)                        \
    X(the_locale_changes_nothing)
SUITE("decimal", TESTS)
