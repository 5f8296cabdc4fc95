/* Statuses and error records. */
#include <projc/status.h>

#include <string.h>

#include "base/text.h"
#include "tests/unit/suite.h"

static void every_status_has_name_text_and_class(void)
{
    for (int i = 0; i < PROJC_STATUS_COUNT; i++) {
        projc_status status = (projc_status)i;

        CU_ASSERT(strlen(projc_status_name(status)) > 1);
        CU_ASSERT(strlen(projc_status_text(status)) > 1);
        CU_ASSERT(projc_status_class_of(status) <= PROJC_CLASS_STOP);
        for (int j = 0; j < i; j++) {
            CU_ASSERT_STRING_NOT_EQUAL(projc_status_name(status),
                                       projc_status_name((projc_status)j));
            CU_ASSERT_STRING_NOT_EQUAL(projc_status_text(status),
                                       projc_status_text((projc_status)j));
        }
    }
    CU_ASSERT_EQUAL(PROJC_OK, 0);
    CU_ASSERT_STRING_EQUAL(projc_status_name(PROJC_FENCED), "FENCED");
    CU_ASSERT_EQUAL(projc_status_class_of(PROJC_LOCKED), PROJC_CLASS_INFRA);
    CU_ASSERT_EQUAL(projc_status_class_of(PROJC_LIMIT), PROJC_CLASS_DATA);
    CU_ASSERT_EQUAL(projc_status_class_of(PROJC_CONFLICT), PROJC_CLASS_GOOD);
    CU_ASSERT_EQUAL(projc_status_class_of(PROJC_CORRUPT), PROJC_CLASS_STOP);
}

static void unknown_status_stops_and_has_a_text(void)
{
    projc_status unknown = (projc_status)200;

    CU_ASSERT_PTR_NOT_NULL(projc_status_text(unknown));
    CU_ASSERT_PTR_NOT_NULL(projc_status_name(unknown));
    CU_ASSERT_EQUAL(projc_status_class_of(unknown), PROJC_CLASS_STOP);
}

static void error_set_fills_the_record_and_returns_the_status(void)
{
    projc_error error = {.sqlstate = "40001"};

    CU_ASSERT_EQUAL(projc_error_set(&error, PROJC_DATA, "%d is %s", 3, "odd"), PROJC_DATA);
    CU_ASSERT_EQUAL(error.status, PROJC_DATA);
    CU_ASSERT_STRING_EQUAL(error.message, "3 is odd");
    CU_ASSERT_STRING_EQUAL(error.sqlstate, "");
    CU_ASSERT_EQUAL(projc_error_set(NULL, PROJC_LIMIT, "nobody looks"), PROJC_LIMIT);
}

static void error_set_may_quote_the_old_message(void)
{
    projc_error error;

    projc_error_set(&error, PROJC_DATA, "inner");
    projc_error_set(&error, PROJC_DATABASE, "outer (%s)", error.message);
    CU_ASSERT_STRING_EQUAL(error.message, "outer (inner)");
}

static void context_stands_before_the_message(void)
{
    projc_error error;

    projc_error_set(&error, PROJC_CORRUPT, "bad byte");
    memcpy(error.sqlstate, "XX001", 6);
    CU_ASSERT_EQUAL(projc_error_context(&error, "state of %s", "balance"), PROJC_CORRUPT);
    CU_ASSERT_STRING_EQUAL(error.message, "state of balance: bad byte");
    CU_ASSERT_STRING_EQUAL(error.sqlstate, "XX001");
}

static void long_messages_are_cut_between_characters(void)
{
    /* Every alignment of a character of 2, 3 and 4 bytes with the end. */
    static const char *const characters[] = {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};

    for (size_t c = 0; c < 3; c++)
        for (int padding = 0; padding < 5; padding++) {
            char text[3 * PROJC_MESSAGE_MAX] = "";
            projc_error error;
            size_t size = (size_t)padding;

            memset(text, 'x', size);
            while (size < 2 * PROJC_MESSAGE_MAX) {
                memcpy(text + size, characters[c], strlen(characters[c]));
                size += strlen(characters[c]);
            }
            projc_error_set(&error, PROJC_DATA, "%s", text);
            CU_ASSERT(strlen(error.message) > PROJC_MESSAGE_MAX - 5);
            CU_ASSERT(projc__utf8_is_valid(error.message, strlen(error.message)));
            CU_ASSERT_EQUAL(strncmp(error.message, text, strlen(error.message)), 0);
            projc_error_context(&error, "more");
            CU_ASSERT(strlen(error.message) < PROJC_MESSAGE_MAX);
            CU_ASSERT(projc__utf8_is_valid(error.message, strlen(error.message)));
        }
}

static void a_context_that_fills_the_record_is_cut(void)
{
    char text[2 * PROJC_MESSAGE_MAX];
    projc_error error;

    memset(text, 'y', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    projc_error_set(&error, PROJC_DATA, "lost");
    projc_error_context(&error, "%s", text);
    CU_ASSERT_EQUAL(strlen(error.message), PROJC_MESSAGE_MAX - 1);
}

static void messages_are_one_clean_line(void)
{
    projc_error error;

    projc_error_set(&error, PROJC_DATA,
                    "a\nb\tc\x7F"
                    "d\xFF"
                    "e\xC3z");
    CU_ASSERT_STRING_EQUAL(error.message, "a b c d?e?z");
    projc_error_clear(&error);
    CU_ASSERT_EQUAL(error.status, PROJC_OK);
    CU_ASSERT_STRING_EQUAL(error.message, "");
    projc_error_clear(NULL);
}

#define TESTS(X)                                         \
    X(every_status_has_name_text_and_class)              \
    X(unknown_status_stops_and_has_a_text)               \
    X(error_set_fills_the_record_and_returns_the_status) \
    X(error_set_may_quote_the_old_message)               \
    X(context_stands_before_the_message)                 \
    X(long_messages_are_cut_between_characters)          \
    X(a_context_that_fills_the_record_is_cut)            \
    X(messages_are_one_clean_line)
SUITE("status", TESTS)
