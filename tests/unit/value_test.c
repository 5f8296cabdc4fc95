/* Keys and lanes, order and text forms of values, state envelopes, trees of unknown shape, event
 * data. */
#include <projc/handler.h>

#include <string.h>

#include "base/random.h"
#include "codec/json_tree.h"
#include "codec/state_envelope.h"
#include "codec/value.h"
#include "tests/unit/suite.h"

static projc_text text(const char *data)
{
    return projc_text_of(data, strlen(data));
}

static projc_value text_value(const char *data)
{
    return (projc_value){.kind = PROJC_KIND_TEXT, .as.text = text(data)};
}

static projc_value integer_value(int64_t value)
{
    return (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = value};
}

/* ---- keys ---- */

enum { PARTS = 9 };

static const projc_column columns[PARTS] = {
    {"a", PROJC_COLUMN_UUID, 0, false},    {"b", PROJC_COLUMN_TEXT, 0, false},
    {"c", PROJC_COLUMN_I64, 0, false},     {"d", PROJC_COLUMN_BOOL, 0, false},
    {"e", PROJC_COLUMN_DECIMAL, 2, false}, {"f", PROJC_COLUMN_TIME, 0, false},
    {"g", PROJC_COLUMN_DATE, 0, false},    {"h", PROJC_COLUMN_BYTES, 0, false},
    {"i", PROJC_COLUMN_I16, 0, true},
};

static void make_key(projc_value *parts)
{
    parts[0] = (projc_value){.kind = PROJC_KIND_UUID, .as.uuid = {{1, 2, 3}}};
    parts[1] = text_value("k\xC3\xA9y");
    parts[2] = integer_value(INT64_MIN);
    parts[3] = (projc_value){.kind = PROJC_KIND_BOOL, .as.boolean = true};
    parts[4] = integer_value(5950);
    parts[5] = integer_value(1500000);
    parts[6] = integer_value(1);
    parts[7] = (projc_value){.kind = PROJC_KIND_BYTES, .as.bytes = {(const uint8_t *)"foo", 3}};
    parts[8] = (projc_value){.kind = PROJC_KIND_NULL};
}

static void keys_round_trip(void)
{
    projc_arena *arena = projc_arena_new(0);
    projc_msgpack_writer *writer = projc_msgpack_writer_new(arena);
    projc_value parts[PARTS];
    projc_value again[PARTS];
    projc_bytes bytes;
    projc_error error;

    make_key(parts);
    CU_ASSERT_EQUAL(projc__key_encode(writer, parts, PARTS, &bytes, &error), PROJC_OK);
    CU_ASSERT_EQUAL(projc__key_decode(bytes, columns, PARTS, arena, again, &error), PROJC_OK);
    CU_ASSERT_EQUAL(projc__key_compare(parts, again, PARTS), 0);
    CU_ASSERT_EQUAL(projc__key_encode(writer, NULL, 0, &bytes, &error), PROJC_OK);
    CU_ASSERT_EQUAL(projc__key_decode(bytes, columns, 0, arena, again, &error), PROJC_OK);
    projc_arena_free(arena);
}

static void damaged_keys_are_corrupt(void)
{
    projc_arena *arena = projc_arena_new(0);
    projc_msgpack_writer *writer = projc_msgpack_writer_new(arena);
    projc_value parts[PARTS];
    projc_value again[PARTS];
    projc_bytes bytes;
    projc_error error;

    make_key(parts);
    projc__key_encode(writer, parts, PARTS, &bytes, &error);
    for (size_t size = 0; size < bytes.size; size++) {
        projc_bytes cut = {bytes.data, size};

        CU_ASSERT_EQUAL(projc__key_decode(cut, columns, PARTS, arena, again, &error),
                        PROJC_CORRUPT);
        CU_ASSERT_EQUAL(error.status, PROJC_CORRUPT);
    }
    CU_ASSERT_EQUAL(projc__key_decode(bytes, columns, PARTS - 1, arena, again, &error),
                    PROJC_CORRUPT);
    CU_ASSERT_EQUAL(projc__key_decode(bytes, columns + 1, PARTS - 1, arena, again, NULL),
                    PROJC_CORRUPT);
    projc_arena_free(arena);
}

/* Lanes are stored: these figures may never change. */
static void lanes_stay_what_they_are(void)
{
    static const struct {
        const char *key;
        uint32_t lane16;
        uint32_t lane1000;
    } rows[] = {{"a", 13, 237}, {"customer-17", 5, 917}};
    projc_arena *arena = projc_arena_new(0);
    projc_msgpack_writer *writer = projc_msgpack_writer_new(arena);
    projc_bytes bytes;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        projc_value part = text_value(rows[i].key);

        projc__key_encode(writer, &part, 1, &bytes, NULL);
        CU_ASSERT_EQUAL(projc__key_lane(bytes, 16), rows[i].lane16);
        CU_ASSERT_EQUAL(projc__key_lane(bytes, 1000), rows[i].lane1000);
        CU_ASSERT_EQUAL(projc__key_lane(bytes, 1), 0);
    }
    projc_arena_free(arena);
}

static void keys_spread_over_lanes(void)
{
    projc_arena *arena = projc_arena_new(0);
    projc_msgpack_writer *writer = projc_msgpack_writer_new(arena);
    unsigned counts[16] = {0};

    for (int64_t i = 0; i < 16000; i++) {
        projc_value part = integer_value(i);
        projc_bytes bytes;

        projc__key_encode(writer, &part, 1, &bytes, NULL);
        counts[projc__key_lane(bytes, 16)]++;
    }
    for (int i = 0; i < 16; i++)
        CU_ASSERT(counts[i] > 800 && counts[i] < 1200);
    projc_arena_free(arena);
}

static void values_are_ordered_as_databases_do(void)
{
    projc_value null = {.kind = PROJC_KIND_NULL};
    projc_value five = integer_value(5);
    projc_value minus = integer_value(-5);
    projc_value upper = text_value("B");
    projc_value lower = text_value("a");
    projc_value left[2] = {text_value("a"), integer_value(2)};
    projc_value right[2] = {text_value("a"), integer_value(10)};

    CU_ASSERT(projc__value_compare(&null, &minus) < 0);
    CU_ASSERT(projc__value_compare(&five, &null) > 0);
    CU_ASSERT_EQUAL(projc__value_compare(&null, &null), 0);
    CU_ASSERT(projc__value_compare(&minus, &five) < 0);
    CU_ASSERT(projc__value_compare(&upper, &lower) < 0);
    CU_ASSERT(projc__key_compare(left, right, 2) < 0);
    CU_ASSERT_EQUAL(projc__key_compare(left, right, 1), 0);
}

/* ---- forms ---- */

static void values_print_as_json_and_as_plain_text(void)
{
    static const char json[] = "[\"01020300-0000-0000-0000-000000000000\",\"k\xC3\xA9y\","
                               "-9223372036854775808,true,59.50,\"1970-01-01T00:00:01.5Z\","
                               "\"1970-01-02\",\"Zm9v\",null]";
    static const char *const plain[PARTS] = {"01020300-0000-0000-0000-000000000000",
                                             "k\xC3\xA9y",
                                             "-9223372036854775808",
                                             "true",
                                             "59.50",
                                             "1970-01-01T00:00:01.5Z",
                                             "1970-01-02",
                                             "Zm9v",
                                             "null"};
    projc_arena *arena = projc_arena_new(0);
    projc_json_writer *writer = projc_json_writer_new(arena);
    projc_value parts[PARTS];
    projc__buffer buffer;
    projc_text written;

    make_key(parts);
    projc__key_write_json(writer, columns, parts, PARTS);
    CU_ASSERT_EQUAL(projc_json_writer_finish(writer, &written, NULL), PROJC_OK);
    CU_ASSERT(projc_text_is(written, json, strlen(json)));
    projc_json_writer_reset(writer);
    projc__key_write_json(writer, columns, parts, 1);
    projc_json_writer_finish(writer, &written, NULL);
    CU_ASSERT(projc_text_is(written, json + 1, 38));
    projc_json_writer_reset(writer);
    projc__key_write_json(writer, columns, parts, 0);
    projc_json_writer_finish(writer, &written, NULL);
    CU_ASSERT(projc_text_is(written, "null", 4));
    projc__buffer_init(&buffer);
    for (int i = 0; i < PARTS; i++) {
        projc__buffer_reset(&buffer);
        projc__value_put(&buffer, &columns[i], &parts[i]);
        CU_ASSERT_STRING_EQUAL(buffer.data, plain[i]);
    }
    projc__buffer_clear(&buffer);
    projc_arena_free(arena);
}

static void typed_values_are_parsed_by_their_column(void)
{
    static const char *const good[PARTS] = {"01020300-0000-0000-0000-000000000000",
                                            "k\xC3\xA9y",
                                            "-9223372036854775808",
                                            "true",
                                            "59.5",
                                            "1970-01-01T00:00:01.5Z",
                                            "1970-01-02",
                                            "Zm9v",
                                            "-7"};
    static const char *const bad[PARTS] = {"x",        "\xFF",   "9223372036854775808",
                                           "True",     "59.505", "yesterday",
                                           "1.1.1970", "Zm9",    "32768"};
    projc_arena *arena = projc_arena_new(0);
    projc_value expected[PARTS];
    projc_error error;

    make_key(expected);
    expected[8] = integer_value(-7);
    for (int i = 0; i < PARTS; i++) {
        projc_value value;

        CU_ASSERT_EQUAL(projc__value_parse(arena, &columns[i], text(good[i]), &value, &error),
                        PROJC_OK);
        CU_ASSERT_EQUAL(projc__value_compare(&value, &expected[i]), 0);
        CU_ASSERT_EQUAL(projc__value_parse(arena, &columns[i], text(bad[i]), &value, &error),
                        PROJC_INVALID);
        CU_ASSERT_EQUAL(error.status, PROJC_INVALID);
    }
    CU_ASSERT_STRING_EQUAL(error.message, "`32768` is no integer from -32768 to 32767");
    projc_arena_free(arena);
}

static void other_columns_are_parsed_and_printed_too(void)
{
    static const projc_column others[] = {{"x", PROJC_COLUMN_F64, 0, false},
                                          {"y", PROJC_COLUMN_DURATION, 0, false},
                                          {"z", PROJC_COLUMN_JSON, 0, false},
                                          {"i", PROJC_COLUMN_I32, 0, false}};
    static const char *const good[] = {"0.1", "PT1M30S", "[1,{\"a\":null}]", "-5"};
    static const char *const json[] = {"0.1", "\"PT1M30S\"", "[1,{\"a\":null}]", "-5"};
    static const char *const bad[] = {"one", "90", "[1", "5000000000"};
    projc_arena *arena = projc_arena_new(0);
    projc_json_writer *writer = projc_json_writer_new(arena);
    projc__buffer buffer;

    projc__buffer_init(&buffer);
    for (int i = 0; i < 4; i++) {
        projc_value value;
        projc_text written;

        CU_ASSERT_EQUAL(projc__value_parse(arena, &others[i], text(good[i]), &value, NULL),
                        PROJC_OK);
        projc__buffer_reset(&buffer);
        projc__value_put(&buffer, &others[i], &value);
        CU_ASSERT_STRING_EQUAL(buffer.data, good[i]);
        projc_json_writer_reset(writer);
        projc__value_write_json(writer, &others[i], &value);
        projc_json_writer_finish(writer, &written, NULL);
        CU_ASSERT(projc_text_is(written, json[i], strlen(json[i])));
        CU_ASSERT_EQUAL(projc__value_parse(arena, &others[i], text(bad[i]), &value, NULL),
                        PROJC_INVALID);
    }
    projc__buffer_clear(&buffer);
    projc_arena_free(arena);
}

/* ---- state envelopes ---- */

static const uint64_t shape = UINT64_C(0x0123456789ABCDEF);

static void envelopes_have_a_fixed_layout(void)
{
    projc_arena *arena = projc_arena_new(0);
    projc_bytes packed = {(const uint8_t *)"\x91\x05", 2};
    projc_bytes envelope;
    projc_bytes again;

    CU_ASSERT_EQUAL(projc__state_pack(arena, shape, packed, &envelope, NULL), PROJC_OK);
    CU_ASSERT_EQUAL(envelope.size, 18);
    CU_ASSERT_EQUAL(memcmp(envelope.data, "\xEF\xCD\xAB\x89\x67\x45\x23\x01", 8), 0);
    CU_ASSERT_EQUAL(memcmp(envelope.data + 16, "\x91\x05", 2), 0);
    CU_ASSERT_EQUAL(projc__state_open(envelope, shape, &again, NULL), PROJC_OK);
    CU_ASSERT_EQUAL(projc_bytes_compare(packed, again), 0);
    projc_arena_free(arena);
}

static void every_damage_to_an_envelope_is_found(void)
{
    projc_arena *arena = projc_arena_new(0);
    projc_bytes packed = {(const uint8_t *)"\x94\x05\xA3"
                                           "abc\xC0\xCB\1\2\3\4\5\6\7\x08",
                          16};
    projc_bytes envelope;
    projc_bytes unused;
    uint8_t copy[64];
    projc_error error;

    projc__state_pack(arena, shape, packed, &envelope, NULL);
    memcpy(copy, envelope.data, envelope.size);
    for (size_t bit = 0; bit < 8 * envelope.size; bit++) {
        projc_bytes damaged = {copy, envelope.size};

        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CU_ASSERT_EQUAL(projc__state_open(damaged, shape, &unused, &error),
                        bit < 64 ? PROJC_MISMATCH : PROJC_CORRUPT);
        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t size = 0; size < envelope.size; size++) {
        projc_bytes cut = {copy, size};

        CU_ASSERT_EQUAL(projc__state_open(cut, shape, &unused, &error), PROJC_CORRUPT);
    }
    copy[envelope.size] = 0;
    CU_ASSERT_EQUAL(
        projc__state_open((projc_bytes){copy, envelope.size + 1}, shape, &unused, &error),
        PROJC_CORRUPT);
    CU_ASSERT_EQUAL(projc__state_open(envelope, shape + 1, &unused, &error), PROJC_MISMATCH);
    projc_arena_free(arena);
}

/* ---- unknown shapes ---- */

static void json_becomes_a_tree(void)
{
    projc_arena *arena = projc_arena_new(0);
    projc__json *tree;
    projc_error error;
    const projc__json *list;

    CU_ASSERT_EQUAL_FATAL(
        projc__json_parse(
            arena, text(" {\"a\":1,\"list\":[1.50, \"x\\u0041\", true, null, {\"b\":{}}],\"a\":2}"),
            &tree, &error),
        PROJC_OK);
    CU_ASSERT_EQUAL(tree->kind, PROJC__JSON_MAP);
    CU_ASSERT(projc_text_is(projc__json_get(tree, "a")->text, "2", 1));
    CU_ASSERT_PTR_NULL(projc__json_get(tree, "c"));
    CU_ASSERT_PTR_NULL(projc__json_get(NULL, "c"));
    list = projc__json_get(tree, "list");
    CU_ASSERT_EQUAL_FATAL(list->count, 5);
    CU_ASSERT(list->items[0].kind == PROJC__JSON_NUMBER &&
              projc_text_is(list->items[0].text, "1.50", 4));
    CU_ASSERT(list->items[1].kind == PROJC__JSON_TEXT &&
              projc_text_is(list->items[1].text, "xA", 2));
    CU_ASSERT(projc_text_is(list->items[1].raw, "\"x\\u0041\"", 9));
    CU_ASSERT(list->items[2].boolean);
    CU_ASSERT_EQUAL(list->items[3].kind, PROJC__JSON_NULL);
    CU_ASSERT_EQUAL(projc__json_get(&list->items[4], "b")->kind, PROJC__JSON_MAP);
    CU_ASSERT_EQUAL(projc__json_parse(arena, text("[1,"), &tree, &error), PROJC_DATA);
    CU_ASSERT_EQUAL(projc__json_parse(arena, text("[1] x"), &tree, &error), PROJC_DATA);
    projc_arena_free(arena);
    arena = projc_arena_new(500);
    CU_ASSERT_EQUAL(projc__json_parse(arena, text("[1,2,3,4,5,6,7,8,9]"), &tree, &error),
                    PROJC_LIMIT);
    projc_arena_free(arena);
}

static projc_status as_json(const char *bytes, size_t size, const char *expected)
{
    projc_arena *arena = projc_arena_new(1 << 20);
    projc_json_writer *writer = projc_json_writer_new(arena);
    projc_status status =
        projc__msgpack_to_json(arena, (projc_bytes){(const uint8_t *)bytes, size}, writer, NULL);
    projc_text written;

    if (status == PROJC_OK) {
        CU_ASSERT_EQUAL(projc_json_writer_finish(writer, &written, NULL), PROJC_OK);
        CU_ASSERT(projc_text_is(written, expected, strlen(expected)));
    }
    projc_arena_free(arena);
    return status;
}

static void msgpack_of_any_shape_shows_as_json(void)
{
    char nested[200];

    CU_ASSERT_EQUAL(as_json("\x95\xC0\xC3\x05\xA1x\xC4\x03"
                            "foo",
                            11, "[null,true,5,\"x\",\"Zm9v\"]"),
                    PROJC_OK);
    CU_ASSERT_EQUAL(as_json("\x83\xA1"
                            "a\1\5\2\x91\xA1x\3",
                            10, "{\"a\":1,\"5\":2,\"[\\\"x\\\"]\":3}"),
                    PROJC_OK);
    CU_ASSERT_EQUAL(as_json("\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 9, "18446744073709551615"),
                    PROJC_OK);
    CU_ASSERT_EQUAL(as_json("\xCB\x7F\xF8\0\0\0\0\0\0", 9, "null"), PROJC_OK);
    CU_ASSERT_EQUAL(as_json("\xD4\x05x", 3, "{\"extension\":5,\"data\":\"eA==\"}"), PROJC_OK);
    CU_ASSERT_EQUAL(as_json("\xA1\xFF", 2, "\"/w==\""), PROJC_OK);
    CU_ASSERT_EQUAL(as_json("\x92\1", 2, ""), PROJC_DATA);
    CU_ASSERT_EQUAL(as_json("\1\1", 2, ""), PROJC_DATA);
    memset(nested, 0x91, sizeof nested);
    CU_ASSERT_EQUAL(as_json(nested, sizeof nested, ""), PROJC_LIMIT);
    memset(nested, 0x81, sizeof nested); /* maps as keys of maps as keys of … */
    CU_ASSERT_EQUAL(as_json(nested, sizeof nested, ""), PROJC_LIMIT);
}

/* ---- event data ---- */

static projc_error last_error;

static projc_status meta(const char *metadata, const char *key, projc_arena *arena,
                         projc_optional_text *value)
{
    projc_event event = {.metadata = text(metadata)};
    projc_handler handler = {.event = &event, .arena = arena, .error = &last_error};

    return projc_event_meta(&handler, key, value);
}

static void metadata_is_looked_up_by_key(void)
{
    static const char metadata[] =
        "{\"tenant\":\"a\\u0041\",\"n\":1.50,\"none\":null,\"list\":[1, 2],\"dup\":1,\"dup\":\"2\"}";
    static const struct {
        const char *key;
        const char *value;
    } rows[] = {{"tenant", "aA"},  {"n", "1.50"},      {"none", NULL},
                {"missing", NULL}, {"list", "[1, 2]"}, {"dup", "2"}};
    projc_arena *arena = projc_arena_new(0);
    projc_optional_text value;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CU_ASSERT_EQUAL(meta(metadata, rows[i].key, arena, &value), PROJC_OK);
        CU_ASSERT_EQUAL(value.has, rows[i].value != NULL);
        if (value.has)
            CU_ASSERT(projc_text_is(value.value, rows[i].value, strlen(rows[i].value)));
    }
    CU_ASSERT_EQUAL(meta("", "x", arena, &value), PROJC_OK);
    CU_ASSERT(!value.has);
    CU_ASSERT_EQUAL(meta("null", "x", arena, &value), PROJC_OK);
    CU_ASSERT_EQUAL(meta("{\"x\":1", "x", arena, &value), PROJC_DATA);
    CU_ASSERT_STRING_EQUAL(last_error.message, "metadata: truncated at byte 6");
    CU_ASSERT_EQUAL(meta("{\"x\":\"\\u0000\"}", "x", arena, &value), PROJC_DATA);
    CU_ASSERT_STRING_EQUAL(last_error.message, "metadata: field `x`: a text may not hold NUL");
    projc_arena_free(arena);
}

static void aggregate_ids_come_in_the_type_that_is_asked_for(void)
{
    static const char spelled[] = "6f1c2e40-9d1b-4f6e-8c3a-0123456789ab";
    projc_event event = {.aggregate_id = text_value(spelled)};
    projc_handler handler = {.event = &event, .arena = projc_arena_new(0), .error = &last_error};
    projc_uuid uuid;
    projc_text name;
    int64_t number;

    CU_ASSERT_EQUAL(projc_event_id_uuid(&handler, &uuid), PROJC_OK);
    event.aggregate_id = (projc_value){.kind = PROJC_KIND_UUID, .as.uuid = uuid};
    CU_ASSERT_EQUAL(projc_event_id_uuid(&handler, &uuid), PROJC_OK);
    CU_ASSERT_EQUAL(projc_event_id_text(&handler, &name), PROJC_OK);
    CU_ASSERT(projc_text_is(name, spelled, strlen(spelled)));
    CU_ASSERT_EQUAL(projc_event_id_i64(&handler, &number), PROJC_DATA);
    event.aggregate_id = text_value("-42");
    CU_ASSERT_EQUAL(projc_event_id_i64(&handler, &number), PROJC_OK);
    CU_ASSERT_EQUAL(number, -42);
    CU_ASSERT_EQUAL(projc_event_id_uuid(&handler, &uuid), PROJC_DATA);
    CU_ASSERT_STRING_EQUAL(last_error.message, "the aggregate's id `-42` is no uuid");
    projc_arena_free(handler.arena);
}

#define TESTS(X)                                \
    X(keys_round_trip)                          \
    X(damaged_keys_are_corrupt)                 \
    X(lanes_stay_what_they_are)                 \
    X(keys_spread_over_lanes)                   \
    X(values_are_ordered_as_databases_do)       \
    X(values_print_as_json_and_as_plain_text)   \
    X(typed_values_are_parsed_by_their_column)  \
    X(other_columns_are_parsed_and_printed_too) \
    X(envelopes_have_a_fixed_layout)            \
    X(every_damage_to_an_envelope_is_found)     \
    X(json_becomes_a_tree)                      \
    X(msgpack_of_any_shape_shows_as_json)       \
    X(metadata_is_looked_up_by_key)             \
    X(aggregate_ids_come_in_the_type_that_is_asked_for)
SUITE("value", TESTS)
