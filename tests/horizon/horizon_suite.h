/* Tests of the horizon on PostgreSQL: that no event is skipped, whatever order writers commit in.
 *
 * A test that is not in this list does not compile. The writers are plain libpq connections: the
 * product's promise holds for writers that know nothing of it. */
#ifndef PROJC_TESTS_HORIZON_SUITE_H
#define PROJC_TESTS_HORIZON_SUITE_H

#include <CUnit/CUnit.h>
#include <libpq-fe.h>

#include "support/store_fixture.h"

#define CASES(X)                                  \
    X(first_number_committed_last_is_not_skipped) \
    X(unrelated_transaction_does_not_stall)       \
    X(rolled_back_number_is_passed)               \
    X(gap_at_the_beginning_waits)                 \
    X(rolled_back_beginning_is_passed)            \
    X(blocked_page_names_its_writer)              \
    X(rows_in_front_of_the_gap_are_given)         \
    X(prepared_transaction_is_waited_for)         \
    X(prepared_transaction_rolled_back_is_passed) \
    X(released_savepoint_is_waited_for)           \
    X(undone_savepoint_is_passed)                 \
    X(terminated_writer_is_passed)                \
    X(later_writers_do_not_prolong_the_wait)      \
    X(gaps_of_old_are_settled_at_once)            \
    X(reconnecting_forgets_what_was_settled)      \
    X(partitions_are_watched)                     \
    X(view_writers_are_watched)                   \
    X(copy_writers_are_watched)                   \
    X(goengine_table_reads_as_it_is)

#define STRESS(X)                           \
    X(permutations_lose_and_double_nothing) \
    X(schedules_lose_and_double_nothing)    \
    X(stress_loses_and_doubles_nothing)

#define DECLARE(name) void name(void);
CASES(DECLARE)
STRESS(DECLARE)
#undef DECLARE

extern store_fixture *const fixture; /* of the test that runs: schema applied, without triggers */

/* A connection in the fixture's schema; PQfinish it. */
PGconn *writer_open(void);
/* Runs SQL; a failure fails the test. */
void writer_do(PGconn *writer, const char *sql);
/* Inserts one event into events_log, named so. */
void writer_insert(PGconn *writer, const char *name);

/* The events that a page after `after` shows, as names joined by blanks: "a b"; "blocked" is
 * appended when the page says so. Valid until the next call. */
const char *page_after(int64_t after);
/* The same of another stream. */
const char *page_of(const projc_stream_type *stream, int64_t after);
/* Of the last page. */
extern projc__page last_page;

#define SHOWS(after, expected) CU_ASSERT_STRING_EQUAL(page_after(after), expected)

#endif
