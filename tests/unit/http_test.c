/* HTTP's parts that need no server: addresses, and the history of lag and rate. */
#include <projc/arena.h>

#include <string.h>
#include <unistd.h>

#include "service/http/address.h"
#include "service/http/history.h"
#include "tests/unit/suite.h"

static projc_error error;

/* ---- addresses ---- */

static void an_address_is_host_and_port(void)
{
    static const struct {
        const char *text, *host, *port;
    } good[] = {
        {"127.0.0.1:9187", "127.0.0.1", "9187"},
        {"[::1]:0", "::1", "0"},
        {":9187", "", "9187"},
        {"localhost:65535", "localhost", "65535"},
        {"my-host.example:80", "my-host.example", "80"},
    };

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        projc__address address;

        CU_ASSERT_EQUAL(projc__address_parse(good[i].text, &address, &error), PROJC_OK);
        CU_ASSERT_STRING_EQUAL(address.host, good[i].host);
        CU_ASSERT_STRING_EQUAL(address.port, good[i].port);
    }
}

static void a_bad_address_is_refused_with_an_example(void)
{
    static const char *const bad[] = {
        "",         "9187",        "localhost", "localhost:",     "localhost:65536", "localhost:-1",
        "a b:80",   "::1:80",      "[]:80",     "[::1]80",        "[::1:80",         "host:8 0",
        "host/x:1", "host:000001", "[host]:80", "http://host:80", "host:80/",        "host:+1",
    };
    char long_host[PROJC__HOST_MAX + 20];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        projc__address address;

        CU_ASSERT_EQUAL(projc__address_parse(bad[i], &address, &error), PROJC_INVALID);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "127.0.0.1:9187"));
    }
    memset(long_host, 'a', sizeof long_host);
    memcpy(long_host + PROJC__HOST_MAX, ":80", 4);
    CU_ASSERT_EQUAL(projc__address_parse(long_host, &(projc__address){.host = ""}, &error),
                    PROJC_INVALID);
}

static void a_port_in_use_is_told(void)
{
    projc__address address;
    char url[PROJC__URL_MAX];
    int first, second;

    CU_ASSERT_EQUAL(projc__address_parse("127.0.0.1:0", &address, &error), PROJC_OK);
    CU_ASSERT_EQUAL_FATAL(projc__address_listen(&address, &first, url, &error), PROJC_OK);
    CU_ASSERT_EQUAL(strncmp(url, "http://127.0.0.1:", 17), 0);
    CU_ASSERT_STRING_NOT_EQUAL(url, "http://127.0.0.1:0/");
    snprintf(address.port, sizeof address.port, "%.*s", (int)strcspn(url + 17, "/"), url + 17);
    CU_ASSERT_EQUAL(projc__address_listen(&address, &second, url, &error), PROJC_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "give another port"));
    CU_ASSERT_EQUAL(second, -1);
    (void)close(first);
}

static void a_host_that_is_none_is_told(void)
{
    projc__address address;
    char url[PROJC__URL_MAX];
    int listener;

    CU_ASSERT_EQUAL(projc__address_parse("999.1.1.1:0", &address, &error), PROJC_OK);
    CU_ASSERT_EQUAL(projc__address_listen(&address, &listener, url, &error), PROJC_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "LISTEN_ADDR"));
}

/* ---- history ---- */

static projc__history *history;
static projc__standing standings[2];
static projc__survey survey = {.standings = standings, .count = 2};

static void add(int64_t second, int64_t applied, int64_t lag)
{
    for (int i = 0; i < 2; i++) {
        standings[i].applied = applied * (i + 1);
        standings[i].position = 100;
        standings[i].head = 100 + lag;
        standings[i].rate = -1;
    }
    CU_ASSERT_EQUAL(projc__history_add(history, &survey, second * 1000000, &error), PROJC_OK);
}

static const char *written(void)
{
    static char text[100000];
    projc_arena *arena = projc_arena_new(0);
    projc_json_writer *writer = projc_json_writer_new(arena);
    projc_text json;

    projc__history_write(history, writer);
    CU_ASSERT_EQUAL_FATAL(projc_json_writer_finish(writer, &json, &error), PROJC_OK);
    snprintf(text, sizeof text, "%.*s", (int)json.size, json.data);
    projc_arena_free(arena);
    return text;
}

static void rates_are_differences_by_time(void)
{
    history = projc__history_new();
    CU_ASSERT_STRING_EQUAL(written(), "[]");
    add(1, 100, 7);
    CU_ASSERT_EQUAL(standings[0].rate, -1);
    add(3, 300, 0);
    CU_ASSERT_EQUAL(standings[0].rate, 100);
    CU_ASSERT_EQUAL(standings[1].rate, 200);
    CU_ASSERT_STRING_EQUAL(
        written(), "[{\"lag\":[7,0],\"rate\":[null,100]},{\"lag\":[7,0],\"rate\":[null,200]}]");
    projc__history_free(history);
}

static void a_rate_is_the_mean_of_the_window(void)
{
    history = projc__history_new();
    for (int64_t second = 1; second <= 40; second++)
        add(second, second <= 30 ? 0 : (second - 30) * 50, 0);
    CU_ASSERT_EQUAL(standings[0].rate, 50);
    add(41, 500, 0);
    CU_ASSERT_EQUAL(standings[0].rate, 45);
    projc__history_free(history);
}

static void a_look_that_failed_is_a_gap(void)
{
    history = projc__history_new();
    CU_ASSERT_EQUAL(projc__history_add(history, NULL, 500000, &error), PROJC_OK);
    add(1, 100, 1);
    CU_ASSERT_EQUAL(projc__history_add(history, NULL, 2000000, &error), PROJC_OK);
    add(3, 300, 2);
    CU_ASSERT_EQUAL(standings[0].rate, 100); /* over the gap */
    CU_ASSERT_PTR_NOT_NULL(
        strstr(written(), "{\"lag\":[null,1,null,2],\"rate\":[null,null,null,null]}"));
    projc__history_free(history);
}

static void a_reset_makes_no_negative_rate(void)
{
    history = projc__history_new();
    add(1, 1000, 0);
    add(2, 10, 0);
    CU_ASSERT_EQUAL(standings[0].rate, -1);
    projc__history_free(history);
}

static void it_holds_the_last_points_only(void)
{
    const char *text;
    int commas = 0;

    history = projc__history_new();
    for (int64_t second = 1; second <= 2 * PROJC__HISTORY_POINTS + 5; second++)
        add(second, second, second);
    text = written();
    CU_ASSERT_EQUAL(strncmp(text, "[{\"lag\":[306,307,", 16), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, ",605],\"rate\":[1,1,"));
    for (const char *at = text; *at != ']'; at++)
        commas += *at == ',';
    CU_ASSERT_EQUAL(commas, PROJC__HISTORY_POINTS - 1);
    projc__history_free(history);
}

#define TESTS(X)                                \
    X(an_address_is_host_and_port)              \
    X(a_bad_address_is_refused_with_an_example) \
    X(a_port_in_use_is_told)                    \
    X(a_host_that_is_none_is_told)              \
    X(rates_are_differences_by_time)            \
    X(a_rate_is_the_mean_of_the_window)         \
    X(a_look_that_failed_is_a_gap)              \
    X(a_reset_makes_no_negative_rate)           \
    X(it_holds_the_last_points_only)

SUITE("http", TESTS)
