/* Times, dates, durations and the calendar. */
#include <projc/handler.h>

#include <string.h>
#include <time.h>

#include "base/random.h"
#include "base/time.h"
#include "tests/unit/suite.h"

static projc_text text(const char *data)
{
    return projc_text_of(data, strlen(data));
}

static void times_are_read_and_written_the_same(void)
{
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T00:00:00.000001Z", 1},
        {"1969-12-31T23:59:59.999999Z", -1},
        {"2026-01-02T03:04:05.1Z", INT64_C(1767323045100000)},
        {"2000-02-29T00:00:00Z", INT64_C(951782400000000)},
        {"9999-12-31T23:59:59.999999Z", INT64_C(253402300799999999)},
        {"+10000-01-01T00:00:00Z", INT64_C(253402300800000000)},
        {"0000-01-01T00:00:00Z", INT64_C(-62167219200000000)},
        {"0001-01-01T00:00:00Z", INT64_C(-62135596800000000)},
        {"-00001-12-31T00:00:00Z", INT64_C(-62167305600000000)},
        {"-04713-11-24T00:00:00Z", PROJC__TIME_MIN},
        {"+294247-01-10T04:00:54.775807Z", INT64_MAX},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char formatted[PROJC__TIME_TEXT_MAX];
        int64_t value = 42;

        CU_ASSERT_PTR_NULL(projc__time_parse(text(rows[i].text), &value));
        CU_ASSERT_EQUAL(value, rows[i].value);
        CU_ASSERT_EQUAL(projc__time_format(rows[i].value, formatted), strlen(rows[i].text));
        CU_ASSERT_STRING_EQUAL(formatted, rows[i].text);
    }
}

static void other_spellings_are_read(void)
{
    static const struct {
        const char *text;
        const char *same;
    } rows[] = {
        {"2026-01-02t03:04:05z", "2026-01-02T03:04:05Z"},
        {"2026-01-02 03:04:05Z", "2026-01-02T03:04:05Z"},
        {"2026-01-02T03:04:05+01:00", "2026-01-02T02:04:05Z"},
        {"2026-01-01T23:04:05-05:30", "2026-01-02T04:34:05Z"},
        {"2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05Z"},
        {"2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123456Z"},
        {"1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"},
        {"2026-01-02T03:04:05.500000000000000000000000000000Z", "2026-01-02T03:04:05.5Z"},
        {"+2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"},
        /* Leap seconds: the last microsecond before. */
        {"2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"},
        {"2017-01-01T00:59:60.5+01:00", "2016-12-31T23:59:59.999999Z"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char formatted[PROJC__TIME_TEXT_MAX] = "";
        int64_t value = 0;

        CU_ASSERT(projc_parse_time(text(rows[i].text), &value));
        projc__time_format(value, formatted);
        CU_ASSERT_STRING_EQUAL(formatted, rows[i].same);
    }
}

static void other_texts_are_no_time_and_leave_the_value(void)
{
    static const char *const bad[] = {
        "",
        "2026",
        "2026-01-02",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04Z",
        "2026-01-02T03:04:05+0100",
        "2026-01-02T03:04:05+24:00",
        "2026-01-02T03:04:05+01:60",
        "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:05,5Z",
        "2026-01-02T24:00:00Z",
        "2026-01-02T03:60:05Z",
        "2026-01-02T03:04:61Z",
        "2026-01-02T03:04:60Z",
        "2026-01-02T23:59:60+01:00",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "26-01-02T03:04:05Z",
        "02026-01-02T03:04:05Z",
        "2026-1-2T03:04:05Z",
        "2026-01-02T03:04:05Zx",
        " 2026-01-02T03:04:05Z",
        "+294247-01-10T04:00:54.775808Z",
        "-04713-11-23T23:59:59Z",
        "-04713-11-24T00:00:00+00:01",
        "+9999999-01-01T00:00:00Z",
        "+99999999-01-01T00:00:00Z",
        "infinity",
    };
    int64_t value = 42;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CU_ASSERT_PTR_NOT_NULL(projc__time_parse(text(bad[i]), &value));
        if (projc__time_parse(text(bad[i]), &value) == NULL)
            printf("accepted: %s\n", bad[i]);
    }
    CU_ASSERT_EQUAL(value, 42);
    CU_ASSERT(!projc_parse_time(projc_text_of(NULL, 0), &value));
}

static void every_beginning_of_a_time_is_none(void)
{
    static const char whole[] = "2026-01-02T03:04:05.123456+01:00";

    for (size_t size = 0; size < strlen(whole); size++) {
        int64_t value;

        CU_ASSERT(!projc_parse_time(projc_text_of(whole, size), &value));
    }
}

static void random_times_round_trip(void)
{
    projc__random random;
    int wrong = 0;

    projc__random_init(&random, 3);
    for (int i = 0; i < 100000; i++) {
        int64_t value = (int64_t)projc__random_next(&random) >> projc__random_below(&random, 40);
        char formatted[PROJC__TIME_TEXT_MAX];
        int64_t again = 0;

        if (!projc__time_is_valid(value))
            continue;
        projc__time_format(value, formatted);
        wrong += !projc_parse_time(text(formatted), &again) || again != value;
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void the_calendar_agrees_with_gmtime(void)
{
    projc__random random;
    int wrong = 0;

    projc__random_init(&random, 4);
    for (int i = 0; i < 100000; i++) {
        int32_t date =
            (int32_t)(projc__random_next(&random) >> 32) >> projc__random_below(&random, 20);
        time_t seconds = (time_t)date * 86400;
        struct tm broken;
        int32_t year;
        uint32_t month;
        uint32_t day;

        gmtime_r(&seconds, &broken);
        projc_civil_of(date, &year, &month, &day);
        wrong += year != broken.tm_year + 1900 || month != (uint32_t)broken.tm_mon + 1 ||
                 day != (uint32_t)broken.tm_mday || projc_date_from_civil(year, month, day) != date;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(projc_date_of(-1), -1);
    CU_ASSERT_EQUAL(projc_date_of(0), 0);
    CU_ASSERT_EQUAL(projc_date_of(PROJC__DAY_US - 1), 0);
    CU_ASSERT_EQUAL(projc_date_of(-PROJC__DAY_US), -1);
}

static void dates_are_read_and_written_over_their_range(void)
{
    static const struct {
        const char *text;
        int32_t value;
    } rows[] = {{"1970-01-01", 0},       {"1969-12-31", -1},
                {"2024-02-29", 19782},   {"-04713-11-24", PROJC__DATE_MIN},
                {"0000-02-29", -719469}, {"+5874897-12-31", PROJC__DATE_MAX}};
    static const char *const bad[] = {"",
                                      "1970-1-1",
                                      "1970-01-01T00:00:00Z",
                                      "1970-02-30",
                                      "+5874898-01-01",
                                      "-04713-11-23",
                                      "1970-01-01 ",
                                      "1970/01/01"};
    int32_t value = 7;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT(!projc_parse_date(text(bad[i]), &value));
    CU_ASSERT_EQUAL(value, 7);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char formatted[PROJC__DATE_TEXT_MAX];

        CU_ASSERT(projc_parse_date(text(rows[i].text), &value));
        CU_ASSERT_EQUAL(value, rows[i].value);
        projc__date_format(value, formatted);
        CU_ASSERT_STRING_EQUAL(formatted, rows[i].text);
    }
    for (int32_t extreme = 0; extreme < 2; extreme++) {
        char formatted[PROJC__DATE_TEXT_MAX];

        CU_ASSERT(projc__date_format(extreme ? INT32_MAX : INT32_MIN, formatted) <
                  PROJC__DATE_TEXT_MAX);
    }
}

static void durations_are_read_and_written(void)
{
    static const struct {
        const char *text;
        int64_t value;
        const char *written;
    } rows[] = {
        {"PT0S", 0, "PT0S"},
        {"P0D", 0, "PT0S"},
        {"PT1S", 1000000, "PT1S"},
        {"PT0.000001S", 1, "PT0.000001S"},
        {"PT0.0000019S", 1, "PT0.000001S"},
        {"PT0,5S", 500000, "PT0.5S"},
        {"PT90S", 90000000, "PT1M30S"},
        {"PT36H", INT64_C(129600000000), "P1DT12H"},
        {"P1W2D", 9 * PROJC__DAY_US, "P9D"},
        {"P1DT2H3M4.5S", INT64_C(93784500000), "P1DT2H3M4.5S"},
        {"-PT0.5S", -500000, "-PT0.5S"},
        {"PT-0.5S", -500000, "-PT0.5S"},
        {"PT-6H+3M", INT64_C(-21420000000), "-PT5H57M"},
        {"-P-1D", PROJC__DAY_US, "P1D"},
        {"+P1D", PROJC__DAY_US, "P1D"},
        {"P106751991DT4H54.775807S", INT64_MAX, "P106751991DT4H54.775807S"},
        {"-P106751991DT4H54.775808S", INT64_MIN, "-P106751991DT4H54.775808S"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char formatted[PROJC__DURATION_TEXT_MAX] = "";
        int64_t value = 42;

        CU_ASSERT(projc_parse_duration(text(rows[i].text), &value));
        CU_ASSERT_EQUAL(value, rows[i].value);
        projc__duration_format(value, formatted);
        CU_ASSERT_STRING_EQUAL(formatted, rows[i].written);
    }
}

static void other_texts_are_no_duration(void)
{
    static const char *const bad[] = {
        "",
        "P",
        "PT",
        "P1",
        "1D",
        "P1DT",
        "PT1D",
        "P1H",
        "P1M",
        "P1Y",
        "PT1S1S",
        "PT1M1H",
        "P1D1W",
        "PT1.5M",
        "P1.5D",
        "PT.5S",
        "PT1.S",
        "PT1S ",
        "p1d",
        "--P1D",
        "PT1TS",
        "P106751991DT4H54.775808S",
        "P99999999999999999999D",
        "P9223372036854775807W",
        "PT1s",
        "P1DT1",
        "T1S",
        "PTS",
    };
    int64_t value = 42;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT(!projc_parse_duration(text(bad[i]), &value));
    CU_ASSERT_EQUAL(value, 42);
}

static void random_durations_round_trip(void)
{
    projc__random random;
    int wrong = 0;

    projc__random_init(&random, 5);
    for (int i = 0; i < 100000; i++) {
        int64_t value = (int64_t)projc__random_next(&random) >> projc__random_below(&random, 64);
        char formatted[PROJC__DURATION_TEXT_MAX];
        int64_t again = 0;

        projc__duration_format(value, formatted);
        wrong += !projc_parse_duration(text(formatted), &again) || again != value;
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void floor_goes_down_also_below_zero(void)
{
    static const struct {
        int64_t value, step, floor, ceil;
    } cases[] = {
        {7, 5, 5, 10},
        {5, 5, 5, 5},
        {-1, 5, -5, 0},
        {-5, 5, -5, -5},
        {0, INT64_MAX, 0, 0},
        {-1, INT64_MAX, -INT64_MAX, 0},
        {1, INT64_MAX, 0, INT64_MAX},
        {INT64_MIN, 2, INT64_MIN, INT64_MIN},
    };
    int64_t multiple;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CU_ASSERT_TRUE(projc_floor_to(cases[i].value, cases[i].step, &multiple));
        CU_ASSERT_EQUAL(multiple, cases[i].floor);
        CU_ASSERT_TRUE(projc_ceil_to(cases[i].value, cases[i].step, &multiple));
        CU_ASSERT_EQUAL(multiple, cases[i].ceil);
    }
    CU_ASSERT_FALSE(projc_floor_to(INT64_MIN, 10, &multiple));
    CU_ASSERT_FALSE(projc_floor_to(INT64_MIN + 1, 3600, &multiple));
    CU_ASSERT_FALSE(projc_ceil_to(INT64_MAX, 10, &multiple));
    CU_ASSERT_TRUE(projc_ceil_to(INT64_MIN + 1, 10, &multiple));
    CU_ASSERT_EQUAL(multiple, INT64_MIN + 8);
}

#define TESTS(X)                                   \
    X(times_are_read_and_written_the_same)         \
    X(other_spellings_are_read)                    \
    X(other_texts_are_no_time_and_leave_the_value) \
    X(every_beginning_of_a_time_is_none)           \
    X(random_times_round_trip)                     \
    X(the_calendar_agrees_with_gmtime)             \
    X(dates_are_read_and_written_over_their_range) \
    X(durations_are_read_and_written)              \
    X(other_texts_are_no_duration)                 \
    X(random_durations_round_trip)                 \
    X(floor_goes_down_also_below_zero)
SUITE("time", TESTS)
