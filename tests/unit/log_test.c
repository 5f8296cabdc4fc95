/* Log lines: form, levels, cutting, callbacks. */
#include <projc/log.h>

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "tests/unit/suite.h"

static FILE *file;
static char content[1 << 20];

/* What the log wrote since the last call. */
static const char *written(void)
{
    size_t size;

    rewind(file);
    size = fread(content, 1, sizeof content - 1, file);
    content[size] = '\0';
    CU_ASSERT_EQUAL(ftruncate(fileno(file), 0), 0);
    rewind(file);
    CU_ASSERT_EQUAL(lseek(fileno(file), 0, SEEK_SET), 0);
    return content;
}

static void open_log(projc_log *log, projc_log_level level, projc__log_format format,
                     const projc__clock *clock)
{
    file = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    projc__log_init(log, level, format, fileno(file), clock);
}

static void close_log(projc_log *log)
{
    projc__log_clear(log);
    fclose(file);
}

static void logfmt_quotes_only_what_needs_it(void)
{
    projc__manual_clock clock;
    projc_log log;

    projc__manual_clock_init(&clock, INT64_C(1767323045100000));
    open_log(&log, PROJC_LOG_INFO, PROJC__LOGFMT, &clock.clock);
    projc__log(&log, PROJC_LOG_INFO, "caught up", projc__log_name("projection", "balance"),
               projc__log_integer("position", -42), projc__log_bool("live", true),
               projc__log_real("lag", 0.5), projc__log_name("why", "a \"quoted\"\nline\\"),
               projc__log_name("empty", ""), projc__log_name("none", NULL),
               projc__log_name("umlaut", "\xC3\xA4"));
    CU_ASSERT_STRING_EQUAL(written(),
                           "time=2026-01-02T03:04:05.1Z level=info msg=\"caught up\" "
                           "projection=balance position=-42 live=true lag=0.5 "
                           "why=\"a \\\"quoted\\\"\\u000aline\\\\\" empty=\"\" none=null "
                           "umlaut=\"\xC3\xA4\"\n");
    close_log(&log);
    projc__manual_clock_clear(&clock);
}

static void json_lines_are_json(void)
{
    projc_log log;
    projc_error error;
    json_t *line;

    projc_error_set(&error, PROJC_DATA, "12.345 has more than 2 decimal places");
    open_log(&log, PROJC_LOG_DEBUG, PROJC__LOG_JSON, NULL);
    projc__log(&log, PROJC_LOG_WARN, "\"x\"\t", projc__log_error(&error),
               projc__log_integer("no", INT64_MAX), projc__log_uuid("id", (projc_uuid){{1}}),
               projc__log_value("bytes", (projc_value){.kind = PROJC_KIND_BYTES,
                                                       .as.bytes = {(const uint8_t *)"foo", 3}}));
    line = json_loads(written(), 0, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(line, "level")), "warn");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(line, "msg")), "\"x\"\t");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(line, "error")), error.message);
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(line, "no")), INT64_MAX);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(line, "id")),
                           "01000000-0000-0000-0000-000000000000");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(line, "bytes")), "Zm9v");
    json_decref(line);
    projc__log(&log, PROJC_LOG_DEBUG, "alone");
    CU_ASSERT_STRING_EQUAL(written(), "{\"level\":\"debug\",\"msg\":\"alone\"}\n");
    close_log(&log);
}

static void levels_above_are_silent(void)
{
    projc_log log;

    open_log(&log, PROJC_LOG_WARN, PROJC__LOGFMT, NULL);
    projc__log(&log, PROJC_LOG_INFO, "no");
    projc__log(&log, PROJC_LOG_DEBUG, "no");
    CU_ASSERT_STRING_EQUAL(written(), "");
    projc__log(&log, PROJC_LOG_ERROR, "yes");
    CU_ASSERT_STRING_EQUAL(written(), "level=error msg=yes\n");
    projc__log((projc_log *)NULL, PROJC_LOG_ERROR, "nobody");
    close_log(&log);
}

/* Long texts of every kind of byte, in both formats: one line, and JSON stays JSON. */
static void what_does_not_fit_is_cut_and_stays_one_valid_line(void)
{
    static const char *const units[] = {"x", "\x01", "\"", "\xC3\xA9", "\xF0\x9F\x98\x80", "\xFF"};
    static char text[100000];

    for (int format = PROJC__LOGFMT; format <= PROJC__LOG_JSON; format++)
        for (size_t unit = 0; unit < sizeof units / sizeof units[0]; unit++)
            for (int shift = 0; shift < 4; shift++) {
                size_t unit_size = strlen(units[unit]);
                size_t size = (size_t)shift;
                const char *line;
                projc_log log;

                memset(text, 'y', size);
                for (; size + unit_size < sizeof text; size += unit_size)
                    memcpy(text + size, units[unit], unit_size);
                open_log(&log, PROJC_LOG_INFO, (projc__log_format)format, NULL);
                projc__log(&log, PROJC_LOG_INFO, "long",
                           projc__log_text("a", projc_text_of(text, size)),
                           projc__log_text("b", projc_text_of(text, size)),
                           projc__log_text("c", projc_text_of(text, (size_t)shift + 12)));
                line = written();
                CU_ASSERT(strlen(line) <= 4096 && strlen(line) > 100);
                CU_ASSERT_PTR_EQUAL(strchr(line, '\n'), line + strlen(line) - 1);
                CU_ASSERT(projc__utf8_is_valid(line, strlen(line)));
                CU_ASSERT_EQUAL(strchr(line, '?') != NULL, units[unit][0] == '\xFF');
                if (format == PROJC__LOG_JSON) {
                    json_t *tree = json_loads(line, 0, NULL);

                    CU_ASSERT_PTR_NOT_NULL(tree);
                    json_decref(tree);
                }
                close_log(&log);
            }
}

static void remember(void *user, projc_log_level level, const char *message,
                     const projc_log_field *fields, size_t field_count)
{
    char *memory = user;

    snprintf(memory, 100, "%s|%s|%zu|%s", projc__log_level_name(level), message, field_count,
             field_count == 0 ? "" : fields[0].name);
}

static void callbacks_get_message_and_fields(void)
{
    char memory[100] = "";
    projc_log_callbacks callbacks = {memory, remember};
    projc_log log;

    projc__log_init_callbacks(&log, PROJC_LOG_INFO, &callbacks);
    projc__log(&log, PROJC_LOG_INFO, "caught up", projc__log_integer("lane", 3),
               projc__log_integer("position", 4));
    CU_ASSERT_STRING_EQUAL(memory, "info|caught up|2|lane");
    projc__log(&log, PROJC_LOG_DEBUG, "not wanted");
    CU_ASSERT_STRING_EQUAL(memory, "info|caught up|2|lane");
    projc__log_clear(&log);
}

static void settings_have_names(void)
{
    projc_log_level level;
    projc__log_format format;

    CU_ASSERT(projc__log_parse_level("debug", &level) && level == PROJC_LOG_DEBUG);
    CU_ASSERT(projc__log_parse_level("error", &level) && level == PROJC_LOG_ERROR);
    CU_ASSERT(!projc__log_parse_level("loud", &level));
    CU_ASSERT(projc__log_parse_format("json", &format) && format == PROJC__LOG_JSON);
    CU_ASSERT(!projc__log_parse_format("xml", &format));
}

enum { THREADS = 4, LINES = 500 };

static void *write_lines(void *log)
{
    for (int i = 0; i < LINES; i++)
        projc__log(log, PROJC_LOG_INFO, "line of some length, to be seen whole",
                   projc__log_integer("number", i));
    return NULL;
}

static void lines_of_threads_do_not_mix(void)
{
    pthread_t threads[THREADS];
    size_t lines = 0;
    projc_log log;

    open_log(&log, PROJC_LOG_INFO, PROJC__LOG_JSON, &projc__real_clock);
    for (int i = 0; i < THREADS; i++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, write_lines, &log), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    written();
    for (char *at = content, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        json_t *line;

        *end = '\0';
        line = json_loads(at, 0, NULL);
        lines += line != NULL;
        json_decref(line);
    }
    CU_ASSERT_EQUAL(lines, THREADS * LINES);
    close_log(&log);
}

#define TESTS(X)                                         \
    X(logfmt_quotes_only_what_needs_it)                  \
    X(json_lines_are_json)                               \
    X(levels_above_are_silent)                           \
    X(what_does_not_fit_is_cut_and_stays_one_valid_line) \
    X(callbacks_get_message_and_fields)                  \
    X(settings_have_names)                               \
    X(lines_of_threads_do_not_mix)
SUITE("log", TESTS)
