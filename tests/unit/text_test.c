/* Texts: order, UTF-8, base64, uuids, building, handlers' errors. */
#include <projc/handler.h>

#include <ctype.h>
#include <string.h>

#include "base/random.h"
#include "base/text.h"
#include "tests/unit/suite.h"

static projc_text text(const char *data)
{
    return projc_text_of(data, strlen(data));
}

static void texts_are_ordered_by_bytes(void)
{
    CU_ASSERT(projc_text_compare(text("a"), text("b")) < 0);
    CU_ASSERT(projc_text_compare(text("b"), text("a")) > 0);
    CU_ASSERT(projc_text_compare(text("a"), text("ab")) < 0);
    CU_ASSERT(projc_text_compare(text("Z"), text("a")) < 0);
    CU_ASSERT(projc_text_compare(text("z"), text("\xC3\xA4")) < 0);
    CU_ASSERT_EQUAL(projc_text_compare(text("ab"), text("ab")), 0);
    CU_ASSERT_EQUAL(projc_text_compare(projc_text_of(NULL, 0), text("")), 0);
    CU_ASSERT(projc_text_compare(projc_text_of(NULL, 0), text("a")) < 0);
    CU_ASSERT(projc_bytes_compare((projc_bytes){(const uint8_t *)"\x01", 1},
                                  (projc_bytes){(const uint8_t *)"\xFF", 1}) < 0);
}

static void nul_makes_a_text_unclean(void)
{
    CU_ASSERT(projc_text_is_clean(text("abc")));
    CU_ASSERT(projc_text_is_clean(projc_text_of(NULL, 0)));
    CU_ASSERT(!projc_text_is_clean(projc_text_of("a\0b", 3)));
}

static void utf8_is_checked_as_unicode_says(void)
{
    static const char *const good[] = {"",
                                       "abc",
                                       "\x7F",
                                       "\xC2\x80",
                                       "\xDF\xBF",
                                       "\xE0\xA0\x80",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80",
                                       "\xEF\xBF\xBF",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF",
                                       "eight by\xC3\xA9tes and more"};
    static const char *const bad[] = {"\x80",
                                      "\xBF",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xC2",
                                      "\xC2 ",
                                      "\xE0\x9F\xBF",
                                      "\xE2\x82",
                                      "\xE2\x82 ",
                                      "\xED\xA0\x80",
                                      "\xED\xBF\xBF",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF0\x9F\x98",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFF",
                                      "12345678\x80",
                                      "1234567\xE2\x82"};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CU_ASSERT(projc__utf8_is_valid(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT(!projc__utf8_is_valid(bad[i], strlen(bad[i])));
    CU_ASSERT_EQUAL(projc__utf8_valid_size("ab\xE2\x82", 4), 2);
}

static void base64_goes_both_ways(void)
{
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"},
                                           {"\xFF\xEF\xBE", "/+++"}};
    projc__random random;

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char encoded[32];
        uint8_t decoded[32];
        size_t size = strlen(pairs[i][0]);
        size_t decoded_size = 99;

        projc__base64_encode((const uint8_t *)pairs[i][0], size, encoded);
        CU_ASSERT_EQUAL(projc__base64_encoded_size(size), strlen(pairs[i][1]));
        CU_ASSERT_EQUAL(memcmp(encoded, pairs[i][1], strlen(pairs[i][1])), 0);
        CU_ASSERT(projc__base64_decode(pairs[i][1], strlen(pairs[i][1]), decoded, &decoded_size));
        CU_ASSERT_EQUAL(decoded_size, size);
        CU_ASSERT_EQUAL(memcmp(decoded, pairs[i][0], size), 0);
    }
    projc__random_init(&random, 11);
    for (int round = 0; round < 2000; round++) {
        uint8_t bytes[64];
        char encoded[128];
        uint8_t decoded[128];
        size_t size = (size_t)projc__random_below(&random, 64);
        size_t decoded_size;

        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)projc__random_next(&random);
        projc__base64_encode(bytes, size, encoded);
        CU_ASSERT(projc__base64_decode(encoded, projc__base64_encoded_size(size), decoded,
                                       &decoded_size));
        CU_ASSERT_EQUAL(decoded_size, size);
        CU_ASSERT_EQUAL(memcmp(decoded, bytes, size), 0);
    }
}

static void base64_is_strict(void)
{
    static const char *const bad[] = {"Z",    "Zg",   "Zg=",  "Zh==",     "Zm9=",     "=g==",
                                      "Z===", "====", "Zm9-", "Zg==Zm9v", "Zm 9vYg=", "Zm9v\n"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t decoded[32];
        size_t size;

        CU_ASSERT(!projc__base64_decode(bad[i], strlen(bad[i]), decoded, &size));
    }
}

static void uuids_go_both_ways(void)
{
    static const char lower[] = "6f1c2e40-9d1b-4f6e-8c3a-0123456789ab";
    projc_uuid uuid;
    char formatted[PROJC__UUID_TEXT_SIZE + 1];

    CU_ASSERT(projc_parse_uuid(text(lower), &uuid));
    CU_ASSERT_EQUAL(uuid.bytes[0], 0x6F);
    CU_ASSERT_EQUAL(uuid.bytes[15], 0xAB);
    projc__uuid_format(uuid, formatted);
    CU_ASSERT_STRING_EQUAL(formatted, lower);
    CU_ASSERT(projc_parse_uuid(text("6F1C2E40-9D1B-4F6E-8C3A-0123456789AB"), &uuid));
    projc__uuid_format(uuid, formatted);
    CU_ASSERT_STRING_EQUAL(formatted, lower);
}

static void other_texts_are_no_uuid_and_leave_the_value(void)
{
    static const char *const bad[] = {"",
                                      "6f1c2e40-9d1b-4f6e-8c3a-0123456789a",
                                      "6f1c2e40-9d1b-4f6e-8c3a-0123456789abc",
                                      "6f1c2e40-9d1b-4f6e-8c3a-0123456789ag",
                                      "6f1c2e409d1b-4f6e-8c3a-0123456789ab-",
                                      "6f1c2e40_9d1b_4f6e_8c3a_0123456789ab",
                                      "{f1c2e40-9d1b-4f6e-8c3a-0123456789a}"};
    projc_uuid uuid = {{42}};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT(!projc_parse_uuid(text(bad[i]), &uuid));
    CU_ASSERT_EQUAL(uuid.bytes[0], 42);
}

/* Every byte at every place. */
static void uuids_have_digits_and_dashes_alone(void)
{
    static const char good[] = "6f1c2e40-9d1b-4f6e-8c3a-0123456789ab";
    char changed[sizeof good];
    projc_uuid uuid;

    for (size_t place = 0; place < sizeof good - 1; place++) {
        for (int byte = 0; byte < 256; byte++) {
            bool is_fit = good[place] == '-' ? byte == '-' : isxdigit(byte) != 0;

            memcpy(changed, good, sizeof good);
            changed[place] = (char)byte;
            CU_ASSERT_EQUAL(projc_parse_uuid(projc_text_of(changed, sizeof good - 1), &uuid),
                            is_fit);
        }
    }
}

static void new_uuids_differ_and_have_their_version(void)
{
    projc_uuid one = projc__uuid_random();
    projc_uuid other = projc__uuid_random();
    projc_uuid early = projc__uuid_ordered(INT64_C(1700000000000000));
    projc_uuid late = projc__uuid_ordered(INT64_C(1700000000001000));

    CU_ASSERT(projc_uuid_compare(one, other) != 0);
    CU_ASSERT_EQUAL(one.bytes[6] >> 4, 4);
    CU_ASSERT_EQUAL(one.bytes[8] >> 6, 2);
    CU_ASSERT_EQUAL(early.bytes[6] >> 4, 7);
    CU_ASSERT_EQUAL(early.bytes[8] >> 6, 2);
    CU_ASSERT(projc_uuid_compare(early, late) < 0);
}

static void a_builder_prints_every_type(void)
{
    projc_error error;
    projc_handler handler = {.arena = projc_arena_new(0), .error = &error};
    projc_text_builder builder;
    projc_text built;
    static const char expected[] =
        "a true -5 -0.50 0.1 00000000-0000-0000-0000-000000000000 1970-01-01T00:00:00Z "
        "1970-01-02 PT1S Zm9v";

    projc_build_begin(&handler, &builder);
    projc_build_literal(&builder, "a ", 2);
    projc_build_bool(&builder, true);
    projc_build_text(&builder, text(" "));
    projc_build_integer(&builder, -5);
    projc_build_literal(&builder, " ", 1);
    projc_build_decimal(&builder, -50, 2);
    projc_build_literal(&builder, " ", 1);
    projc_build_f64(&builder, 0.1);
    projc_build_literal(&builder, " ", 1);
    projc_build_uuid(&builder, (projc_uuid){{0}});
    projc_build_literal(&builder, " ", 1);
    projc_build_time(&builder, 0);
    projc_build_literal(&builder, " ", 1);
    projc_build_date(&builder, 1);
    projc_build_literal(&builder, " ", 1);
    projc_build_duration(&builder, 1000000);
    projc_build_literal(&builder, " ", 1);
    projc_build_bytes(&builder, (projc_bytes){(const uint8_t *)"foo", 3});
    projc_build_text(&builder, projc_text_of(NULL, 0));
    CU_ASSERT_EQUAL(projc_build_end(&handler, &builder, &built), PROJC_OK);
    CU_ASSERT_EQUAL(built.size, strlen(expected));
    CU_ASSERT_EQUAL(memcmp(built.data, expected, built.size), 0);
    projc_arena_free(handler.arena);
}

static void a_builder_without_memory_fails_once_and_stays_failed(void)
{
    projc_error error = {.status = PROJC_OK};
    projc_handler handler = {.arena = projc_arena_new(1000), .error = &error};
    projc_text_builder builder;
    projc_text built;

    projc_build_begin(&handler, &builder);
    for (int i = 0; i < 1000; i++)
        projc_build_literal(&builder, "0123456789", 10);
    projc_build_literal(&builder, "x", SIZE_MAX - 3);
    CU_ASSERT_EQUAL(projc_build_end(&handler, &builder, &built), PROJC_LIMIT);
    CU_ASSERT_EQUAL(error.status, PROJC_LIMIT);
    CU_ASSERT(strlen(error.message) > 0);
    projc_arena_free(handler.arena);
}

static void kept_texts_outlive_their_source(void)
{
    projc_handler handler = {.arena = projc_arena_new(200)};
    char source[] = "abc";
    projc_text kept = text(source);
    projc_bytes bytes = {(const uint8_t *)source, 3};
    projc_text large = {source, 1000};

    CU_ASSERT(projc_keep_text(&handler, &kept));
    CU_ASSERT(projc_keep_bytes(&handler, &bytes));
    source[0] = 'x';
    CU_ASSERT_EQUAL(memcmp(kept.data, "abc", 3), 0);
    CU_ASSERT_EQUAL(memcmp(bytes.data, "abc", 3), 0);
    CU_ASSERT(!projc_keep_text(&handler, &large));
    projc_arena_free(handler.arena);
}

static void failures_name_place_statement_and_reason(void)
{
    projc_error error;
    projc_handler handler = {.error = &error};

    CU_ASSERT_EQUAL(projc_fail_arithmetic(&handler, "bank.proj", 31, 9, "balance -= amount",
                                          (projc_operand){10, 0}, '-', (projc_operand){20, 0},
                                          "u32"),
                    PROJC_DATA);
    CU_ASSERT_STRING_EQUAL(error.message,
                           "bank.proj:31:9: balance -= amount: 10 - 20 does not fit u32");
    projc_fail_arithmetic(&handler, "a.proj", 1, 2, "x += y", (projc_operand){INT64_MIN, 2}, '+',
                          (projc_operand){-1, 2}, "decimal(2)");
    CU_ASSERT_STRING_EQUAL(error.message, "a.proj:1:2: x += y: -92233720368547758.08 + (-0.01) "
                                          "does not fit decimal(2)");
    projc_fail_range(&handler, "a.proj", 1, 2, "x = u8(y)", (projc_operand){300, 0}, "u8");
    CU_ASSERT_STRING_EQUAL(error.message, "a.proj:1:2: x = u8(y): 300 does not fit u8");
    projc_fail_division(&handler, "a.proj", 1, 2, "x /= y");
    CU_ASSERT_STRING_EQUAL(error.message, "a.proj:1:2: x /= y: division by zero");
    projc_fail(&handler, "a.proj", 1, 2, text("overdrawn by 0.50"));
    CU_ASSERT_STRING_EQUAL(error.message, "overdrawn by 0.50");
    CU_ASSERT_EQUAL(projc_fail_steps(&handler), PROJC_LIMIT);
}

static void extern_results_become_statuses(void)
{
    projc_error error = {.status = PROJC_OK};
    projc_handler handler = {.error = &error};

    CU_ASSERT_EQUAL(projc_from_extern(&handler, "a.proj", 3, 4, "tax", 0), PROJC_OK);
    CU_ASSERT_EQUAL(projc_from_extern(&handler, "a.proj", 3, 4, "tax", -7), PROJC_TRANSIENT);
    CU_ASSERT_STRING_EQUAL(error.message, "a.proj:3:4: tax: returned -7");
    projc_error_clear(&error);
    projc_handler_set_error(&handler, "no rate for %s", "XX");
    CU_ASSERT_EQUAL(projc_from_extern(&handler, "a.proj", 3, 4, "tax", 1), PROJC_DATA);
    CU_ASSERT_STRING_EQUAL(error.message, "a.proj:3:4: tax: no rate for XX");
    CU_ASSERT_EQUAL(error.status, PROJC_DATA);
}

#define TESTS(X)                                            \
    X(texts_are_ordered_by_bytes)                           \
    X(nul_makes_a_text_unclean)                             \
    X(utf8_is_checked_as_unicode_says)                      \
    X(base64_goes_both_ways)                                \
    X(base64_is_strict)                                     \
    X(uuids_go_both_ways)                                   \
    X(other_texts_are_no_uuid_and_leave_the_value)          \
    X(uuids_have_digits_and_dashes_alone)                   \
    X(new_uuids_differ_and_have_their_version)              \
    X(a_builder_prints_every_type)                          \
    X(a_builder_without_memory_fails_once_and_stays_failed) \
    X(kept_texts_outlive_their_source)                      \
    X(failures_name_place_statement_and_reason)             \
    X(extern_results_become_statuses)
SUITE("text", TESTS)
