/* Tests of what only the PostgreSQL driver meets: refusals, poolers, standbys, servers that vanish.
 */
#ifndef PROJC_TESTS_POSTGRES_SUITE_H
#define PROJC_TESTS_POSTGRES_SUITE_H

#include <CUnit/CUnit.h>
#include <libpq-fe.h>

#include "support/store_fixture.h"

/* On the server of PROJC_TEST_PG, in a schema of their own. */
#define TABLE_TESTS(X)                    \
    X(cached_sequence_is_refused)         \
    X(cycling_sequence_is_refused)        \
    X(descending_sequence_is_refused)     \
    X(number_without_sequence_is_refused) \
    X(sequence_of_a_default_is_found)     \
    X(missing_column_is_named)            \
    X(mistyped_column_is_named)           \
    X(msgpack_needs_bytes)                \
    X(subscribed_table_is_refused)        \
    X(inherited_table_is_refused)         \
    X(row_security_is_refused)            \
    X(dead_rows_are_counted_and_gone)     \
    X(room_is_not_made_for_others)        \
    X(absent_table_has_no_rows)           \
    X(text_table_takes_uuids)

#define FAULT_TESTS(X)                                \
    X(terminated_connection_is_dead)                  \
    X(terminated_listener_says_so)                    \
    X(silent_server_is_given_up)                      \
    X(held_lane_is_locked_not_fenced)                 \
    X(held_row_is_transient)                          \
    X(statement_that_takes_too_long_is_transient)     \
    X(long_commit_is_not_given_up)                    \
    X(commit_leaves_no_transaction_open)              \
    X(long_page_is_cancelled)                         \
    X(commit_that_never_arrived_is_a_lost_connection) \
    X(commit_without_reply_is_a_lost_connection)      \
    X(lanes_of_a_vanished_client_are_freed)           \
    X(commit_whose_reply_is_overdue_is_a_lost_connection)

#define PREPARED_TESTS(X)                            \
    X(small_units_are_prepared)                      \
    X(prepared_claims_look_at_places)                \
    X(statements_are_known_by_their_table)           \
    X(listeners_look_for_waiters_they_have_heard_of) \
    X(prepared_claims_with_a_row_find_both)          \
    X(lost_names_end_the_connection)                 \
    X(refused_names_are_done_without)                \
    X(plans_are_made_anew)                           \
    X(few_events_come_alike)                         \
    X(few_events_keep_to_the_limit)                  \
    X(changed_log_ends_the_connection)

#define SESSION_TESTS(X)                         \
    X(told_units_are_committed)                  \
    X(told_units_follow_pages_of_few_events)     \
    X(told_units_are_all_or_nothing)             \
    X(part_of_a_told_unit_is_nothing)            \
    X(told_unit_refused_at_its_end_is_nothing)   \
    X(told_units_have_our_settings)              \
    X(other_statements_do_not_meet_our_settings) \
    X(told_unit_that_never_arrived_is_nothing)   \
    X(told_unit_without_reply_is_a_lost_connection)

/* On the server of PROJC_OWN_PG, its standby and its pooler; tests/postgres/run.sh starts them. */
#define SERVER_TESTS(X)                      \
    X(right_password_connects)               \
    X(wrong_password_is_named_and_not_shown) \
    X(missing_password_is_named)             \
    X(unknown_database_is_named)             \
    X(rejected_user_is_named)                \
    X(environment_is_used)                   \
    X(database_without_schema_is_named)      \
    X(standby_is_refused)                    \
    X(read_only_database_is_refused)         \
    X(read_write_host_is_chosen)

#define POOLER_TESTS(X)                \
    X(pooler_does_not_listen)          \
    X(pooled_statements_have_no_names) \
    X(pooled_sessions_are_never_told)  \
    X(pooled_connections_do_all_the_rest)

#define DECLARE(name) void name(void);
TABLE_TESTS(DECLARE)
FAULT_TESTS(DECLARE)
PREPARED_TESTS(DECLARE)
SESSION_TESTS(DECLARE)
SERVER_TESTS(DECLARE)
POOLER_TESTS(DECLARE)
#undef DECLARE

extern store_fixture *const fixture; /* of the test that runs: schema applied */

/* Runs SQL on a connection of its own in the fixture's schema; a failure fails the test. */
void sql(const char *text);
/* The number that a query answers. */
int64_t number_of(const char *query);

/* Opens a URL; a failure is in fixture->error. */
projc_status open_url(const char *url, projc_store **store);
/* The process behind a store. */
int process_of(projc_store *store);

#define STATUS(expected, call)                                                     \
    do {                                                                           \
        projc_status got_ = (call);                                                \
        if (got_ != (expected))                                                    \
            printf("%s:%d: %s: %s\n", __FILE__, __LINE__, projc_status_name(got_), \
                   fixture->error.message);                                        \
        CU_ASSERT_EQUAL(got_, (expected));                                         \
    } while (0)
#define SAYS(part) CU_ASSERT_PTR_NOT_NULL(strstr(fixture->error.message, (part)))

#endif
