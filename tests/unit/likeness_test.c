/* "Did you mean": what is offered, and what is not. */
#include <projc/status.h>

#include <string.h>

#include "service/likeness.h"
#include "tests/unit/suite.h"

static const char *best_of(const char *wanted, const char *const *known)
{
    projc__likeness likeness = projc__likeness_begin(wanted, strlen(wanted));

    for (; *known != NULL; known++)
        projc__likeness_offer(&likeness, *known);
    return likeness.best;
}

static const char *const commands[] = {"run", "append", "events", "status", "inspect", NULL};

static void one_slip_is_forgiven(void)
{
    CU_ASSERT_STRING_EQUAL(best_of("statu", commands), "status");    /* missing */
    CU_ASSERT_STRING_EQUAL(best_of("statuss", commands), "status");  /* too many */
    CU_ASSERT_STRING_EQUAL(best_of("stetus", commands), "status");   /* another */
    CU_ASSERT_STRING_EQUAL(best_of("insepct", commands), "inspect"); /* two swapped */
}

static void the_nearest_wins_and_of_equals_the_first(void)
{
    static const char *const known[] = {"balance", "balances", "balanced", NULL};

    CU_ASSERT_STRING_EQUAL(best_of("balances", known), "balances");
    CU_ASSERT_STRING_EQUAL(best_of("balancex", known), "balance");
}

static void what_is_far_is_not_offered(void)
{
    CU_ASSERT_PTR_NULL(best_of("frobnicate", commands));
    CU_ASSERT_PTR_NULL(best_of("xyz", commands));
    CU_ASSERT_PTR_NULL(best_of("", (const char *const[]){"run", NULL}));
}

static void long_words_are_passed_over(void)
{
    char word[200];
    const char *const known[] = {word, NULL};

    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    CU_ASSERT_PTR_NULL(best_of(word, known));
    CU_ASSERT_PTR_NULL(best_of("aaaa", known));
}

static void a_slice_needs_no_end(void)
{
    projc__likeness likeness = projc__likeness_begin("lanex=5", 5);

    projc__likeness_offer(&likeness, "lanes");
    CU_ASSERT_PTR_NOT_NULL_FATAL(likeness.best);
    CU_ASSERT_STRING_EQUAL(likeness.best, "lanes");
}

#define TESTS(X)                                \
    X(one_slip_is_forgiven)                     \
    X(the_nearest_wins_and_of_equals_the_first) \
    X(what_is_far_is_not_offered)               \
    X(long_words_are_passed_over)               \
    X(a_slice_needs_no_end)

SUITE("likeness", TESTS)
