/* Settings: where they come from, what they may be, and that passwords are never shown. */
#include <projc/runtime.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/settings.h"
#include "tests/unit/suite.h"

static projc__settings settings;
static projc_error error;

/* No setting of the caller's environment may reach a test. */
static void begin(void)
{
    for (int i = 0; i < PROJC__SETTING_COUNT_; i++)
        (void)unsetenv(projc__setting_descriptions[i].name);
    (void)unsetenv("PROJC_CONFIG");
    projc_error_clear(&error);
    projc__settings_init(&settings, "bank");
}

static const char *write_file(const char *text)
{
    static char path[64];
    int file;

    snprintf(path, sizeof path, "/tmp/projc-settings.XXXXXX");
    file = mkstemp(path);
    CU_ASSERT_TRUE_FATAL(file >= 0);
    CU_ASSERT_EQUAL(write(file, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(file);
    return path;
}

/* Loads a file of this text, which is gone afterwards. */
static projc_status load_text(const char *text)
{
    const char *path = write_file(text);
    projc_status status = projc__settings_load(&settings, path, &error);

    (void)unlink(path);
    return status;
}

static void everything_has_a_default_that_is_allowed(void)
{
    projc_runtime_options options;
    projc_runtime_options initial;

    begin();
    CU_ASSERT_EQUAL(projc__settings_load(&settings, NULL, &error), PROJC_OK);
    for (int i = 0; i < PROJC__SETTING_COUNT_; i++)
        CU_ASSERT_STRING_EQUAL(settings.origins[i], "default");
    CU_ASSERT_STRING_EQUAL(settings.texts[PROJC__DATABASE_URL], "sqlite:bank.db");
    /* The service's defaults are the library's. */
    projc__settings_apply(&settings, &options);
    projc_runtime_options_init(&initial);
    CU_ASSERT_EQUAL(options.workers, initial.workers);
    CU_ASSERT_EQUAL(options.lanes, initial.lanes);
    CU_ASSERT_EQUAL(options.batch_bytes, initial.batch_bytes);
    CU_ASSERT_EQUAL(options.page_rows, initial.page_rows);
    CU_ASSERT_EQUAL(options.page_bytes, initial.page_bytes);
    CU_ASSERT_EQUAL(options.queue_max, initial.queue_max);
    CU_ASSERT_EQUAL(options.event_max_bytes, initial.event_max_bytes);
    CU_ASSERT_EQUAL(options.state_max_bytes, initial.state_max_bytes);
    CU_ASSERT_EQUAL(options.failed_keys_max, initial.failed_keys_max);
    CU_ASSERT_EQUAL(options.waiting_max, initial.waiting_max);
    CU_ASSERT_EQUAL(options.poll_interval_ms, initial.poll_interval_ms);
    CU_ASSERT_EQUAL(options.shutdown_timeout_ms, initial.shutdown_timeout_ms);
    CU_ASSERT_EQUAL(options.statement_timeout_ms, initial.statement_timeout_ms);
    projc__settings_clear(&settings);
}

static void every_flag_is_found_by_its_name(void)
{
    char name[PROJC__FLAG_MAX];
    projc__setting setting;

    for (int i = 0; i < PROJC__SETTING_COUNT_; i++) {
        projc__setting_flag((projc__setting)i, name);
        CU_ASSERT_TRUE(projc__setting_find(name, strlen(name), &setting));
        CU_ASSERT_EQUAL((int)setting, i);
        CU_ASSERT_PTR_NULL(strchr(name, '_'));
    }
    CU_ASSERT_TRUE(projc__setting_find("database=x", 8, &setting));
    CU_ASSERT_EQUAL(setting, PROJC__DATABASE_URL);
    CU_ASSERT_FALSE(projc__setting_find("database-url", 12, &setting));
    CU_ASSERT_FALSE(projc__setting_find("lane", 4, &setting));
    CU_ASSERT_FALSE(projc__setting_find("", 0, &setting));
}

static void the_stronger_source_wins(void)
{
    begin();
    (void)setenv("LANES", "3", 1);
    (void)setenv("WORKERS", "5", 1);
    (void)setenv("PAGE_ROWS", "", 1); /* empty is not given */
    projc__settings_flag(&settings, PROJC__LANES, "2");
    CU_ASSERT_EQUAL(load_text("LANES=4\nWORKERS=6\nPAGE_ROWS=7\nQUEUE_MAX=8\nQUEUE_MAX=9\n"),
                    PROJC_OK);
    CU_ASSERT_EQUAL(settings.numbers[PROJC__LANES], 2);
    CU_ASSERT_STRING_EQUAL(settings.origins[PROJC__LANES], "flag");
    CU_ASSERT_EQUAL(settings.numbers[PROJC__WORKERS], 5);
    CU_ASSERT_STRING_EQUAL(settings.origins[PROJC__WORKERS], "environment");
    CU_ASSERT_EQUAL(settings.numbers[PROJC__PAGE_ROWS], 7);
    CU_ASSERT_EQUAL(settings.numbers[PROJC__QUEUE_MAX], 9);
    projc__settings_clear(&settings);
    begin();
}

static void a_file_has_comments_blanks_and_line_ends_of_both_kinds(void)
{
    begin();
    CU_ASSERT_EQUAL(
        load_text("# comment\r\n\r\n  LANES \t=  4 \r\n\tDATABASE_URL=host=a dbname=b # c\n"
                  "LOG=json"),
        PROJC_OK);
    CU_ASSERT_EQUAL(settings.numbers[PROJC__LANES], 4);
    CU_ASSERT_STRING_EQUAL(settings.texts[PROJC__DATABASE_URL], "host=a dbname=b # c");
    CU_ASSERT_STRING_EQUAL(settings.texts[PROJC__LOG], "json");
    projc__settings_clear(&settings);
}

static void a_bad_file_is_told_by_line(void)
{
    begin();
    CU_ASSERT_EQUAL(load_text("LANES=4\n\nLAYNES=5\n"), PROJC_INVALID);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, ":3: there is no setting `LAYNES`"));
    projc__settings_clear(&settings);
    begin();
    CU_ASSERT_EQUAL(load_text("LANES"), PROJC_INVALID);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, ":1: expected NAME=value, found `LANES`"));
    projc__settings_clear(&settings);
    begin();
    CU_ASSERT_EQUAL(projc__settings_load(&settings, "/nonexistent/file", &error), PROJC_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "/nonexistent/file"));
    projc__settings_clear(&settings);
    begin();
    CU_ASSERT_EQUAL(projc__settings_load(&settings, "/tmp", &error), PROJC_IO); /* a folder */
    projc__settings_clear(&settings);
}

static void check_value(projc__setting setting, const char *text, bool is_good, int64_t value)
{
    projc_status status;

    begin();
    projc__settings_flag(&settings, setting, text);
    status = projc__settings_load(&settings, NULL, &error);
    CU_ASSERT_EQUAL(status, is_good ? PROJC_OK : PROJC_INVALID);
    if (is_good) {
        CU_ASSERT_EQUAL(settings.numbers[setting], value);
    } else {
        CU_ASSERT_PTR_NOT_NULL(strstr(error.message, projc__setting_descriptions[setting].name));
        CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "(flag)"));
    }
    projc__settings_clear(&settings);
}

static void values_are_read_exactly_and_bounded(void)
{
    check_value(PROJC__LANES, "4096", true, 4096);
    check_value(PROJC__LANES, "4097", false, 0);
    check_value(PROJC__LANES, "0", false, 0);
    check_value(PROJC__LANES, "-1", false, 0);
    check_value(PROJC__LANES, "4k", false, 0);
    check_value(PROJC__LANES, "", false, 0);
    check_value(PROJC__LANES, " 4", false, 0);
    check_value(PROJC__LANES, "99999999999999999999", false, 0);
    check_value(PROJC__BATCH_BYTES, "4096", true, 4096);
    check_value(PROJC__BATCH_BYTES, "64k", true, 65536);
    check_value(PROJC__BATCH_BYTES, "64K", true, 65536);
    check_value(PROJC__BATCH_BYTES, "1G", true, 1 << 30);
    check_value(PROJC__BATCH_BYTES, "9000000000G", false, 0); /* over 2^63 */
    check_value(PROJC__BATCH_BYTES, "1T", false, 0);
    check_value(PROJC__EVENT_MAX, "2G", false, 0);
    check_value(PROJC__POLL_INTERVAL, "500ms", true, 500);
    check_value(PROJC__POLL_INTERVAL, "1m", true, 60000);
    check_value(PROJC__POLL_INTERVAL, "1h", true, 3600000);
    check_value(PROJC__POLL_INTERVAL, "2h", false, 0);
    check_value(PROJC__POLL_INTERVAL, "5", false, 0);
    check_value(PROJC__POLL_INTERVAL, "1.5s", false, 0);
    check_value(PROJC__LOG, "json", true, 0);
    check_value(PROJC__LOG, "jso", false, 0);
    check_value(PROJC__LOG, "logfmt json", false, 0);
    check_value(PROJC__LOG, "", false, 0);
}

static void check_shown(const char *database, const char *shown)
{
    projc__buffer buffer;

    begin();
    projc__settings_flag(&settings, PROJC__DATABASE_URL, database);
    projc__buffer_init(&buffer);
    projc__settings_show(&settings, PROJC__DATABASE_URL, &buffer);
    CU_ASSERT_STRING_EQUAL(buffer.data, shown);
    projc__buffer_clear(&buffer);
}

static void passwords_are_never_shown(void)
{
    check_shown("sqlite:bank.db", "sqlite:bank.db");
    check_shown("postgresql:///bank", "postgresql:///bank");
    check_shown("postgresql://host:5432/bank", "postgresql://host:5432/bank");
    check_shown("postgresql://me@host/bank", "postgresql://me@host/bank");
    check_shown("postgresql://me:secret@host/bank", "postgresql://me:***@host/bank");
    check_shown("postgres://me:se@cret@host/bank", "postgres://me:***@host/bank");
    check_shown("postgres://me:@host/bank", "postgres://me:***@host/bank");
    check_shown("postgresql:///bank?password=secret&user=me",
                "postgresql:///bank?password=***&user=me");
    check_shown("postgresql:///bank?user=me&password=secret",
                "postgresql:///bank?user=me&password=***");
    check_shown("postgresql://me:secret@h/b?password=other",
                "postgresql://me:***@h/b?password=***");
    check_shown("host=h password=secret dbname=b", "host=h password=*** dbname=b");
    check_shown("password = secret dbname=b", "password = *** dbname=b");
    check_shown("password='se cret' dbname=b", "password=*** dbname=b");
    check_shown("password = 'se\\' cret' dbname=b", "password = *** dbname=b");
    check_shown("password='secret", "password=***");
    check_shown("password=", "password=***");
    check_shown("sslpassword=secret password=other", "sslpassword=*** password=***");
    check_shown("dbname=password host=h", "dbname=password host=h");
}

static void durations_are_parsed(void)
{
    int64_t milliseconds = 0;

    CU_ASSERT_TRUE(projc__parse_duration_ms("0ms", &milliseconds));
    CU_ASSERT_EQUAL(milliseconds, 0);
    CU_ASSERT_TRUE(projc__parse_duration_ms("90s", &milliseconds));
    CU_ASSERT_EQUAL(milliseconds, 90000);
    CU_ASSERT_FALSE(projc__parse_duration_ms("s", &milliseconds));
    CU_ASSERT_FALSE(projc__parse_duration_ms("1 s", &milliseconds));
    CU_ASSERT_FALSE(projc__parse_duration_ms("9223372036854775807h", &milliseconds));
}

static void a_reload_takes_over_what_can_change(void)
{
    projc__settings_change changes[PROJC__SETTING_COUNT_];
    const char *path;
    size_t count = 99;

    begin();
    projc__settings_flag(&settings, PROJC__LOG, "json");
    CU_ASSERT_EQUAL(load_text("LOG_LEVEL=warn\nWORKERS=3\n"), PROJC_OK);
    path = write_file("LOG_LEVEL=debug\nWORKERS=4\nLOG=logfmt\nSHUTDOWN_TIMEOUT=9s\n");
    CU_ASSERT_EQUAL(projc__settings_reload(&settings, path, changes, &count, &error), PROJC_OK);
    (void)unlink(path);
    /* The flag is stronger than the file, so LOG has not changed. */
    CU_ASSERT_EQUAL_FATAL(count, 3);
    CU_ASSERT(changes[0].setting == PROJC__WORKERS && !changes[0].is_taken);
    CU_ASSERT(changes[1].setting == PROJC__SHUTDOWN_TIMEOUT && changes[1].is_taken);
    CU_ASSERT(changes[2].setting == PROJC__LOG_LEVEL && changes[2].is_taken);
    CU_ASSERT_STRING_EQUAL(settings.texts[PROJC__LOG_LEVEL], "debug");
    CU_ASSERT_EQUAL(settings.numbers[PROJC__SHUTDOWN_TIMEOUT], 9000);
    CU_ASSERT_EQUAL(settings.numbers[PROJC__WORKERS], 3);

    /* What is gone from the file has its default again; a mistake changes nothing. */
    path = write_file("WORKERS=3\n");
    CU_ASSERT_EQUAL(projc__settings_reload(&settings, path, changes, &count, &error), PROJC_OK);
    (void)unlink(path);
    CU_ASSERT_EQUAL(count, 2);
    CU_ASSERT_STRING_EQUAL(settings.texts[PROJC__LOG_LEVEL], "info");
    path = write_file("LOG_LEVEL=debug\nWORKERS=none\n");
    CU_ASSERT_EQUAL(projc__settings_reload(&settings, path, changes, &count, &error),
                    PROJC_INVALID);
    (void)unlink(path);
    CU_ASSERT_EQUAL(count, 0);
    CU_ASSERT_STRING_EQUAL(settings.texts[PROJC__LOG_LEVEL], "info");
    projc__settings_clear(&settings);
}

static void a_password_is_wiped_from_the_arguments(void)
{
    static const struct {
        const char *given, *left;
    } cases[] = {
        {"postgresql://me:s3cret@host/db", "postgresql://me:******@host/db"},
        {"postgresql://me:a@b@host/db?password=xy", "postgresql://me:***@host/db?password=**"},
        {"host=h password=s3cret dbname=x", "host=h password=****** dbname=x"},
        {"host=h password = 'a b' user=u", "host=h password = ***** user=u"},
        {"sqlite:bank.db", "sqlite:bank.db"},
        {"postgresql://me:@host", "postgresql://me:@host"},
        {"", ""},
    };
    char argument[100];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        snprintf(argument, sizeof argument, "%s", cases[i].given);
        projc__settings_flag(&settings, PROJC__DATABASE_URL, argument);
        CU_ASSERT_EQUAL(projc__settings_hide_database(&settings, &error), PROJC_OK);
        CU_ASSERT_STRING_EQUAL(argument, cases[i].left);
        CU_ASSERT_STRING_EQUAL(settings.texts[PROJC__DATABASE_URL], cases[i].given);
        projc__settings_clear(&settings);
    }
}

#define TESTS(X)                                              \
    X(everything_has_a_default_that_is_allowed)               \
    X(every_flag_is_found_by_its_name)                        \
    X(the_stronger_source_wins)                               \
    X(a_file_has_comments_blanks_and_line_ends_of_both_kinds) \
    X(a_bad_file_is_told_by_line)                             \
    X(values_are_read_exactly_and_bounded)                    \
    X(passwords_are_never_shown)                              \
    X(durations_are_parsed)                                   \
    X(a_reload_takes_over_what_can_change)                    \
    X(a_password_is_wiped_from_the_arguments)

SUITE("settings", TESTS)
