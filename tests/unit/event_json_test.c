/* Events as JSON lines: what `append` takes and refuses, and the way back from `events`. */
#include <projc/status.h>

#include <string.h>

#include "service/event_json.h"
#include "support/account_module.h"
#include "tests/unit/suite.h"

static projc_arena *arena;
static projc_error error;
static projc__new_event event;
static uint32_t stream;

#define ID "00000000-0000-0000-0000-00000000000a"
#define OPENED "\"type\":\"bank_account\",\"id\":\"" ID "\",\"event\":\"account_opened\""

static projc_status read_line(const char *line, bool is_raw)
{
    projc_arena_free(arena);
    arena = projc_arena_new(0);
    projc_error_clear(&error);
    stream = 99;
    return projc__event_from_json(arena, &account_module, projc_text_of(line, strlen(line)), is_raw,
                                  &event, &stream, &error);
}

static bool is_text(projc_text text, const char *expected)
{
    return projc_text_is(text, expected, strlen(expected));
}

/* The line is refused, and the message holds the part. */
static void refuses(const char *line, const char *part)
{
    projc_status status = read_line(line, false);

    CU_ASSERT_EQUAL(projc_status_class_of(status), PROJC_CLASS_DATA);
    CU_ASSERT_EQUAL(status, error.status);
    if (strstr(error.message, part) == NULL)
        fprintf(stderr, "\n%s: `%s` does not hold `%s`\n", line, error.message, part);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, part));
}

static void a_line_becomes_an_event(void)
{
    CU_ASSERT_EQUAL_FATAL(read_line("{" OPENED ",\"payload\": {\"owner\":\"Ann\"} ,\"version\":3,"
                                    "\"event_id\":\"" ID "\",\"metadata\":{\"by\":1},"
                                    "\"time\":\"1970-01-01T00:00:01.5Z\",\"no\":7}",
                                    false),
                          PROJC_OK);
    CU_ASSERT_EQUAL(stream, 0);
    CU_ASSERT_TRUE(is_text(event.name, "account_opened"));
    CU_ASSERT_TRUE(is_text(event.aggregate_type, "bank_account"));
    CU_ASSERT_EQUAL(event.aggregate_id.kind, PROJC_KIND_UUID);
    CU_ASSERT_EQUAL(event.aggregate_id.as.uuid.bytes[15], 10);
    CU_ASSERT_EQUAL(event.expected_version, 2);
    CU_ASSERT_EQUAL(event.id.bytes[15], 10);
    CU_ASSERT_EQUAL(event.time, 1500000);
    CU_ASSERT_TRUE(is_text(event.metadata, "{\"by\":1}"));
    CU_ASSERT_TRUE(is_text(projc_text_of((const char *)event.payload.data, event.payload.size),
                           "{\"owner\":\"Ann\"}"));
}

static void what_may_be_missing_has_its_default(void)
{
    static const projc_uuid none;

    CU_ASSERT_EQUAL_FATAL(read_line("{" OPENED ",\"payload\":{\"owner\":\"\"},\"version\":null,"
                                    "\"metadata\":null,\"time\":null,\"event_id\":null}",
                                    false),
                          PROJC_OK);
    CU_ASSERT_EQUAL(event.expected_version, PROJC_ANY_VERSION);
    CU_ASSERT_EQUAL(event.time, INT64_MIN);
    CU_ASSERT_EQUAL(event.metadata.size, 0);
    CU_ASSERT_EQUAL(memcmp(&event.id, &none, sizeof none), 0);
}

static void ids_stand_in_their_canonical_form(void)
{
    CU_ASSERT_EQUAL(
        read_line("{\"type\":\"bank_account\",\"id\":\"ABCDEF00-0000-0000-0000-00000000000A\","
                  "\"event\":\"account_opened\",\"payload\":{\"owner\":\"\"}}",
                  false),
        PROJC_OK);
    CU_ASSERT_EQUAL(event.aggregate_id.as.uuid.bytes[0], 0xab);
    CU_ASSERT_EQUAL(read_line("{\"type\":\"device\",\"id\":-7,\"event\":\"device_measured\","
                              "\"payload\":{\"amount\":1}}",
                              true),
                    PROJC_OK);
    CU_ASSERT_EQUAL(event.aggregate_id.kind, PROJC_KIND_TEXT);
    CU_ASSERT_TRUE(is_text(event.aggregate_id.as.text, "-7"));
    CU_ASSERT_EQUAL(read_line("{\"type\":\"device\",\"id\":\"-7\",\"event\":\"device_measured\","
                              "\"payload\":{\"amount\":1}}",
                              true),
                    PROJC_OK);
    CU_ASSERT_TRUE(is_text(event.aggregate_id.as.text, "-7"));
    CU_ASSERT_EQUAL(stream, 1);
}

static void an_undeclared_type_is_no_refusal_but_an_absence(void)
{
    CU_ASSERT_EQUAL(
        read_line("{\"type\":\"bank\",\"id\":\"1\",\"event\":\"x\",\"payload\":{}}", false),
        PROJC_ABSENT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "no aggregate type `bank`"));
}

static void bad_lines_are_refused(void)
{
    refuses("", "");
    refuses("{", "");
    refuses("{} {}", "");
    refuses("[]", "an event is a JSON object");
    refuses("{}", "\"type\" is missing");
    refuses("{" OPENED "}", "\"payload\" is missing");
    refuses("{" OPENED ",\"payload\":[]}", "\"payload\" is a list, not an object");
    refuses("{" OPENED ",\"payload\":{},\"versoin\":1}", "no \"versoin\"");
    refuses("{" OPENED ",\"payload\":{\"owner\":\"A\"},\"version\":\"1\"}",
            "\"version\" is a text");
    refuses("{" OPENED ",\"payload\":{\"owner\":\"A\"},\"version\":0}", "\"version\" is 0");
    refuses("{" OPENED ",\"payload\":{\"owner\":\"A\"},\"version\":1.5}", "\"version\" is 1.5");
    refuses("{" OPENED ",\"payload\":{\"owner\":\"A\"},\"version\":9223372036854775808}",
            "\"version\" is 9");
    refuses("{" OPENED ",\"payload\":{\"owner\":\"A\"},\"event_id\":\"x\"}", "no uuid");
    refuses("{" OPENED ",\"payload\":{\"owner\":\"A\"},\"time\":\"x\"}", "no RFC 3339 time");
    refuses("{" OPENED ",\"payload\":{\"owner\":\"A\"},\"metadata\":\"x\"}",
            "\"metadata\" is a text");
    refuses("{" OPENED ",\"payload\":{\"owner\":7}}", "payload of account_opened");
    refuses("{\"type\":\"bank_account\",\"id\":\"7\",\"event\":\"account_opened\",\"payload\":{}}",
            "no uuid");
    refuses("{\"type\":\"device\",\"id\":\"x\",\"event\":\"y\",\"payload\":{}}", "`y`");
    refuses("{\"type\":\"bank_account\",\"id\":true,\"event\":\"account_opened\",\"payload\":{}}",
            "neither text nor number");
    refuses("{\"type\":\"bank_account\",\"id\":\"" ID "\",\"event\":\"closed\",\"payload\":{}}",
            "--raw");
}

static void raw_stores_what_is_undeclared(void)
{
    CU_ASSERT_EQUAL(read_line("{\"type\":\"bank_account\",\"id\":\"" ID "\",\"event\":\"gone\","
                              "\"payload\":{\"a\":[1]}}",
                              true),
                    PROJC_OK);
    CU_ASSERT_TRUE(is_text(event.name, "gone"));
    CU_ASSERT_EQUAL(read_line("{" OPENED ",\"payload\":{\"owner\":7}}", true), PROJC_OK);
    CU_ASSERT_EQUAL(
        read_line("{\"type\":\"bank\",\"id\":\"1\",\"event\":\"x\",\"payload\":{}}", true),
        PROJC_ABSENT);
}

/* A stored event as a line. */
static const char *write_line(const char *payload, const char *metadata)
{
    projc_event stored = {.no = 7,
                          .name = projc_text_of("account_opened", 14),
                          .aggregate_type = projc_text_of("bank_account", 12),
                          .version = 3,
                          .time = 1500000,
                          .payload = projc_text_of(payload, strlen(payload)),
                          .metadata = projc_text_of(metadata, strlen(metadata))};
    projc_text line = {NULL, 0};

    projc_arena_free(arena);
    arena = projc_arena_new(0);
    stored.aggregate_id.kind = PROJC_KIND_UUID;
    stored.aggregate_id.as.uuid.bytes[15] = 10;
    stored.id.bytes[15] = 11;
    CU_ASSERT_EQUAL_FATAL(projc__event_to_json(arena, &account_module, &account_module.streams[0],
                                               &stored, &line, &error),
                          PROJC_OK);
    return projc_arena_copy(arena, line.data, line.size);
}

static void an_event_becomes_a_line(void)
{
    CU_ASSERT_STRING_EQUAL(
        write_line("{\"owner\":\"Ann\"}", "{}"),
        "{\"no\":7,\"type\":\"bank_account\",\"id\":\"" ID "\","
        "\"event\":\"account_opened\",\"payload\":{\"owner\":\"Ann\"},\"version\":3,"
        "\"event_id\":\"00000000-0000-0000-0000-00000000000b\","
        "\"time\":\"1970-01-01T00:00:01.5Z\"}");
    CU_ASSERT_PTR_NOT_NULL(
        strstr(write_line("{}", "{\"by\":\"me\"}"), ",\"metadata\":{\"by\":\"me\"},"));
}

static void it_is_always_one_line(void)
{
    CU_ASSERT_PTR_NOT_NULL(strstr(write_line("{\r\n \"owner\":\n\"a\\nb\"}\n", "{\n\"x\"\n:1}"),
                                  "\"payload\":{   \"owner\": \"a\\nb\"} ,"));
    CU_ASSERT_PTR_NULL(
        strpbrk(write_line("{\r\n \"owner\":\n\"a\\nb\"}\n", "{\n\"x\"\n:1}"), "\r\n"));
    /* What is no JSON is a text, whatever it holds. */
    CU_ASSERT_PTR_NOT_NULL(strstr(write_line("{\"owner\n", "{}"), "\"payload\":\"{\\\"owner\\n\""));
}

static void what_is_written_is_read_back(void)
{
    char line[1024];

    snprintf(line, sizeof line, "%s", write_line("{\"owner\":\"\\u00e4\\\"\"}", "{\"by\":\"me\"}"));
    CU_ASSERT_EQUAL_FATAL(read_line(line, false), PROJC_OK);
    CU_ASSERT_EQUAL(event.expected_version, 2);
    CU_ASSERT_EQUAL(event.time, 1500000);
    CU_ASSERT_EQUAL(event.id.bytes[15], 11);
    CU_ASSERT_TRUE(is_text(projc_text_of((const char *)event.payload.data, event.payload.size),
                           "{\"owner\":\"\\u00e4\\\"\"}"));
}

static void events_are_found_by_type_and_name(void)
{
    for (uint32_t i = 0; i < account_module.event_count; i++) {
        const projc_event_type *type = &account_module.events[i];
        const char *aggregate = account_module.aggregates[type->aggregate].type;

        CU_ASSERT_PTR_EQUAL(projc__find_event(&account_module,
                                              projc_text_of(aggregate, strlen(aggregate)),
                                              projc_text_of(type->name, strlen(type->name))),
                            type);
    }
    CU_ASSERT_PTR_NULL(projc__find_event(&account_module, projc_text_of("device", 6),
                                         projc_text_of("account_opened", 14)));
    CU_ASSERT_PTR_NULL(
        projc__find_event(&account_module, projc_text_of("", 0), projc_text_of("", 0)));
}

#define TESTS(X)                                       \
    X(a_line_becomes_an_event)                         \
    X(what_may_be_missing_has_its_default)             \
    X(ids_stand_in_their_canonical_form)               \
    X(an_undeclared_type_is_no_refusal_but_an_absence) \
    X(bad_lines_are_refused)                           \
    X(raw_stores_what_is_undeclared)                   \
    X(an_event_becomes_a_line)                         \
    X(it_is_always_one_line)                           \
    X(what_is_written_is_read_back)                    \
    X(events_are_found_by_type_and_name)

SUITE("event_json", TESTS)
