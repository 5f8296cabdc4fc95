/* Reading fields by name in line (projc/codec_field.h), held against reading whole keys: whatever
 * the bytes are, both see the same fields, or fail with the same words. */
#include <projc/codec.h>

#include <string.h>

#include "base/random.h"
#include "tests/unit/codec_field_sample.h"
#include "tests/unit/suite.h"

static void keys_in_any_spelling_name_their_field(void)
{
    static const struct {
        const char *json;
        int64_t id, identity, quoted;
        uint32_t skipped;
    } cases[] = {
        {"{\"id\":1,\"identity\":2,\"a\\\"b\":3}", 1, 2, 3, 0},
        {" { \"id\" : 1 , \"identity\"\n:\t2 , \"a\\u0022b\" : 3 } ", 1, 2, 3, 0},
        {"{\"\\u0069d\":1,\"identit\\u0079\":2,\"i\\u0064\":4}", 4, 2, 0, 0},
        {"{\"id\":1,\"id\":2,\"ident\":[{\"id\":9}],\"identity \":7,\"\":{}}", 2, 0, 0, 3},
        {"{\"\\u0078\":1,\"x\" :2,\"id\":3}", 3, 0, 0, 2},
        {"{\"ID\":1,\"i\":2,\"identityy\":3}", 0, 0, 0, 3},
        {"{\"idx:\":1,\"idx\":2,\"id:\":3}", 0, 0, 0, 3},
        {"{}", 0, 0, 0, 0},
        {"null", 0, 0, 0, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        field_outcome got;

        CU_ASSERT(field_reads_agree(cases[i].json, strlen(cases[i].json), true, &got));
        CU_ASSERT_EQUAL(got.status, PROJC_OK);
        CU_ASSERT_EQUAL(got.read.id, cases[i].id);
        CU_ASSERT_EQUAL(got.read.identity, cases[i].identity);
        CU_ASSERT_EQUAL(got.read.quoted, cases[i].quoted);
        CU_ASSERT_EQUAL(got.read.skipped, cases[i].skipped);
    }
}

/* What stands where a value should, or inside a key, may look like a key in the frequent form. */
static void what_only_looks_like_a_key_is_none(void)
{
    static const char *const cases[] = {
        "{\"\\u0078\":\"id\":1}",
        "{\"x\":\"id\":1}",
        "{\"id\":\"id\":1}",
        "{\"a\"b\":1}",
        "{\"id\\\":1}",
        "{\"id\"1}",
        "{\"id\"",
        "{\"id\":",
        "{\"id\":1,}",
        "{,\"id\":1}",
        "{\"id\":1 \"id\":2}",
        "{\"id\":1,,\"id\":2}",
        "{\"x\\u0000\":1,\"id\":",
        "{\"\xFF\":1}",
        "{\"i\nd\":1}",
        "{id:1}",
        "[\"id\":1]",
        "{\"id\"}",
        "{\"id\",\"id\":1}",
        "{\"",
        "{\"id\":1,\"",
        "{\"id\":1,",
        "{\"id\":101}",
        "{\"\\u0069d\":101}",
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        field_outcome got;

        CU_ASSERT(field_reads_agree(cases[i], strlen(cases[i]), true, &got));
        CU_ASSERT_EQUAL(got.status, PROJC_DATA);
    }
}

static void an_error_names_the_field_however_it_was_spelled(void)
{
    field_outcome got;

    CU_ASSERT(field_reads_agree("{\"id\":101}", 10, true, &got));
    CU_ASSERT_STRING_EQUAL(got.error.message, "field `id`: 101 does not fit u8");
    CU_ASSERT(field_reads_agree("{\"i\\u0064\" :101}", 16, true, &got));
    CU_ASSERT_STRING_EQUAL(got.error.message, "field `id`: 101 does not fit u8");
    CU_ASSERT(field_reads_agree("\x81\xD9\x02id\xCC\x65", 7, false, &got));
    CU_ASSERT_STRING_EQUAL(got.error.message, "field `id`: 101 does not fit u8");
    CU_ASSERT(field_reads_agree("\x81\x01\xC1", 3, false, &got));
    CU_ASSERT_STRING_EQUAL(got.error.message, "byte 2 is no msgpack");
}

static void msgpack_keys_in_any_form_name_their_field(void)
{
    static const char all[] = "\x87"
                              "\xA2id\x01"
                              "\xD9\x08identity\x02"
                              "\xDA\x00\x03"
                              "a\"b\x03"
                              "\x0C\x04" /* 12 as an integer */
                              "\xD9\x24" FIELD_LONG_NAME "\x05"
                              "\xA6n\xC3\xB6tes\xC0"
                              "\xD0\x85\x93\x01\xA2id\x90";
    field_outcome got;

    CU_ASSERT(field_reads_agree(all, sizeof all - 1, false, &got));
    CU_ASSERT_EQUAL(got.status, PROJC_OK);
    CU_ASSERT_EQUAL(got.read.id, 1);
    CU_ASSERT_EQUAL(got.read.identity, 2);
    CU_ASSERT_EQUAL(got.read.quoted, 3);
    CU_ASSERT_EQUAL(got.read.twelve, 4);
    CU_ASSERT_EQUAL(got.read.length, 5);
    CU_ASSERT_EQUAL(got.read.skipped, 2);
}

/* ---- at random ---- */

typedef struct piece {
    const char *bytes;
    size_t size;
} piece;

#define PIECE(bytes)             \
    {                            \
        bytes, sizeof(bytes) - 1 \
    }

static const piece json_pieces[] = {
    PIECE("\"id\":"),
    PIECE("\"identity\":"),
    PIECE("\"a\\\"b\":"),
    PIECE("\"12\":"),
    PIECE("\"n\xC3\xB6te\":"),
    PIECE("\"" FIELD_LONG_NAME "\":"),
    PIECE("\"i\\u0064\":"),
    PIECE("\"x\":"),
    PIECE("\"id\" :"),
    PIECE("\"id"),
    PIECE("\"n\\u00f6te\":"),
    PIECE("1"),
    PIECE("22"),
    PIECE("\"text\""),
    PIECE("null"),
    PIECE("[1,{\"id\":2}]"),
    PIECE(","),
    PIECE(","),
    PIECE(":"),
    PIECE(" "),
    PIECE("\""),
    PIECE("\\"),
    PIECE("}"),
    PIECE("{"),
    PIECE("\xFF"),
};

static const piece msgpack_pieces[] = {
    PIECE("\xA2id"),
    PIECE("\xA8identity"),
    PIECE("\xA3"
          "a\"b"),
    PIECE("\x0C"),
    PIECE("\xA2"
          "12"),
    PIECE("\xA5n\xC3\xB6te"),
    PIECE("\xD9\x24" FIELD_LONG_NAME),
    PIECE("\xD9\x02id"),
    PIECE("\xA1x"),
    PIECE("\xA3id"),
    PIECE("\x01"),
    PIECE("\x16"),
    PIECE("\xCC\x50"),
    PIECE("\xCD\x00\x07"),
    PIECE("\xCE\x00\x00\x00\x08"),
    PIECE("\xD3\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE"),
    PIECE("\xA4text"),
    PIECE("\xC0"),
    PIECE("\x92\x01\x81\xA2id\x02"),
    PIECE("\xA0"),
    PIECE("\xFF"),
    PIECE("\xA1\xFF"),
};

/* Keys and values in turn most of the time, so that many are good; anything else now and then. */
static size_t compose(projc__random *random, bool is_json, char *to)
{
    const piece *pieces = is_json ? json_pieces : msgpack_pieces;
    size_t count = is_json ? sizeof json_pieces / sizeof *json_pieces
                           : sizeof msgpack_pieces / sizeof *msgpack_pieces;
    size_t pairs = projc__random_below(random, 6);
    size_t size = 1;

    to[0] = (char)(is_json ? '{' : 0x80 + (int)pairs);
    for (size_t i = 0; i < 2 * pairs; i++) {
        bool is_key = i % 2 == 0;
        size_t from = is_key ? 0 : is_json ? 11 : 10;
        const piece *chosen = &pieces[from + projc__random_below(random, is_key ? 9 : 5)];

        if (projc__random_below(random, 12) == 0)
            chosen = &pieces[projc__random_below(random, count)];
        if (is_json && is_key && i > 0)
            to[size++] = ',';
        memcpy(to + size, chosen->bytes, chosen->size);
        size += chosen->size;
    }
    if (is_json)
        to[size++] = '}';
    if (projc__random_below(random, 10) == 0)
        size -= projc__random_below(random, (uint32_t)size);
    return size;
}

static void random_payloads_read_alike(void)
{
    projc__random random;
    int good[2] = {0, 0};

    projc__random_init(&random, 20);
    for (int i = 0; i < 40000; i++) {
        bool is_json = i % 2 == 0;
        char payload[512];
        size_t size = compose(&random, is_json, payload);
        field_outcome got;

        if (!field_reads_agree(payload, size, is_json, &got)) {
            CU_FAIL("read by field and by key differ");
            fprintf(stderr, "%.*s\n", (int)size, payload);
            return;
        }
        good[is_json] += got.status == PROJC_OK;
    }
    CU_ASSERT(good[0] > 2000 && good[0] < 18000);
    CU_ASSERT(good[1] > 2000 && good[1] < 18000);
}

#define TESTS(X)                                       \
    X(keys_in_any_spelling_name_their_field)           \
    X(what_only_looks_like_a_key_is_none)              \
    X(an_error_names_the_field_however_it_was_spelled) \
    X(msgpack_keys_in_any_form_name_their_field)       \
    X(random_payloads_read_alike)
SUITE("codec_field", TESTS)
