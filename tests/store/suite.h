/* The conformance suite: every test, and what the tests share.
 *
 * A test is a function without arguments that works on `fixture`, a fresh database with the schema
 * applied. TWO marks those that need a second connection: they do not run on sqlite ":memory:". A
 * test that is not in this list does not compile. */
#ifndef PROJC_TESTS_STORE_SUITE_H
#define PROJC_TESTS_STORE_SUITE_H

#include <CUnit/CUnit.h>

#include "support/store_fixture.h"

#define SCHEMA_TESTS(ONE, TWO)              \
    ONE(schema_script_is_idempotent)        \
    ONE(failing_script_leaves_nothing)      \
    ONE(has_table_tells_tables_apart)       \
    ONE(preflight_names_a_missing_table)    \
    ONE(preflight_names_a_missing_column)   \
    ONE(missing_tables_are_no_schema)       \
    ONE(check_log_accepts_the_same_event)   \
    ONE(check_log_tells_another_event)      \
    ONE(check_log_tells_a_missing_event)    \
    ONE(unknown_database_texts_are_invalid) \
    TWO(two_scripts_at_once_take_turns)

#define GENERATION_TESTS(ONE, TWO)                \
    ONE(registration_makes_generation_and_lanes)  \
    ONE(registration_answers_what_is_stored)      \
    ONE(generations_have_numbers_of_their_own)    \
    ONE(find_generation_makes_nothing)            \
    ONE(retired_generation_is_not_found)          \
    ONE(states_of_a_generation_are_kept)          \
    ONE(restamp_changes_fingerprints_and_version) \
    TWO(two_registrations_at_once_make_one)

#define SWAP_TESTS(ONE, TWO)                       \
    ONE(names_by_generation_fit_and_differ)        \
    ONE(a_generation_is_built_beside_the_live_one) \
    ONE(a_building_generation_has_the_skips)       \
    ONE(a_swap_exchanges_the_tables)               \
    ONE(a_generation_behind_is_not_swapped_in)     \
    ONE(a_swap_fences_who_worked_before)           \
    ONE(a_second_swap_finds_nothing_to_do)         \
    ONE(a_generation_is_dropped_with_its_tables)   \
    ONE(a_schema_without_the_table_is_named)       \
    TWO(a_swap_never_overtakes_who_is_in_the_middle)

#define EVENT_TESTS(ONE, TWO)                   \
    ONE(empty_log_has_an_empty_page)            \
    ONE(appended_json_event_comes_back_whole)   \
    ONE(appended_packed_event_comes_back_whole) \
    ONE(pages_end_at_their_rows)                \
    ONE(pages_end_at_their_bytes)               \
    ONE(one_event_always_fits)                  \
    ONE(pages_join_without_gap_or_overlap)      \
    ONE(full_arena_ends_the_page)               \
    ONE(event_above_the_arena_is_a_limit)       \
    ONE(raw_read_keeps_to_its_range)            \
    ONE(settled_read_tells_how_far_it_came)     \
    ONE(raw_read_keeps_to_its_aggregate)        \
    ONE(head_is_the_highest_number)             \
    TWO(head_tells_writers_in_flight)           \
    TWO(open_transaction_is_not_read)

#define APPEND_TESTS(ONE, TWO)                        \
    ONE(versions_count_per_aggregate)                 \
    ONE(version_behind_conflicts)                     \
    ONE(version_ahead_conflicts)                      \
    ONE(any_version_takes_the_next)                   \
    ONE(conflict_in_a_batch_writes_nothing)           \
    ONE(given_id_time_and_metadata_are_kept)          \
    ONE(missing_id_and_time_are_drawn)                \
    ONE(doubled_event_id_is_data)                     \
    ONE(empty_batch_is_nothing)                       \
    ONE(batch_of_thousands_is_one_call)               \
    ONE(transaction_commits_as_a_whole)               \
    ONE(transaction_rolls_back_as_a_whole)            \
    ONE(conflict_in_a_transaction_can_be_rolled_back) \
    TWO(closing_rolls_back)                           \
    TWO(two_appenders_one_wins)

#define ROW_TESTS(ONE, TWO)                         \
    ONE(rows_can_be_made_while_they_are_written)    \
    ONE(a_row_that_cannot_be_made_refuses_the_unit) \
    ONE(rows_align_with_their_keys)                 \
    ONE(no_keys_load_nothing)                       \
    ONE(every_type_round_trips_its_edges)           \
    ONE(every_type_round_trips_null)                \
    ONE(number_out_of_its_column_is_data)           \
    ONE(keys_of_several_parts_are_told_apart)       \
    ONE(singleton_row_round_trips)                  \
    ONE(awkward_names_and_texts_are_only_names)     \
    ONE(rows_may_be_nothing_but_keys)               \
    ONE(ten_thousand_rows_round_trip)               \
    ONE(rows_are_replaced_and_deleted)              \
    ONE(rows_are_found_by_any_columns)              \
    ONE(rows_of_several_lists_are_found_at_once)    \
    ONE(rows_are_found_by_every_type)               \
    ONE(scan_visits_in_key_order)                   \
    ONE(scan_stops_when_its_visitor_fails)

#define COMMIT_TESTS(ONE, TWO)                         \
    ONE(commit_moves_its_lanes)                        \
    ONE(commit_without_rows_moves_positions)           \
    ONE(raised_epoch_shows)                            \
    ONE(stale_position_is_fenced)                      \
    ONE(stale_epoch_is_fenced)                         \
    ONE(unknown_lane_is_fenced)                        \
    ONE(one_stale_lane_fences_all)                     \
    ONE(a_place_is_only_a_hint)                        \
    ONE(a_commit_tells_the_new_places)                 \
    ONE(bad_row_in_the_middle_writes_nothing)          \
    ONE(rows_are_written_whatever_was_seen_of_them)    \
    ONE(a_row_alone_and_its_lane_are_written_together) \
    ONE(keys_are_written_replaced_and_healed)          \
    ONE(skips_are_recorded_once)                       \
    ONE(notifications_do_not_disturb)                  \
    ONE(generations_do_not_mix)                        \
    ONE(reset_begins_again)                            \
    ONE(reset_keeps_skips_when_told)                   \
    ONE(reset_fences_who_worked_before)                \
    TWO(second_of_two_workers_is_fenced)               \
    TWO(racing_workers_never_both_win)                 \
    TWO(racing_workers_that_know_places_never_both_win)

#define WAITING_TESTS(ONE, TWO)                   \
    ONE(what_waits_is_kept_until_it_is_passed)    \
    ONE(what_waits_is_loaded_in_its_range)        \
    ONE(what_waits_is_counted_by_key)             \
    ONE(a_fenced_unit_changes_nothing_that_waits) \
    ONE(many_may_wait_at_once)                    \
    ONE(a_reset_forgets_what_waits)               \
    ONE(events_are_read_by_their_numbers)         \
    ONE(numbers_without_events_are_left_out)      \
    ONE(thousands_of_numbers_are_one_call)

#define WAKE_TESTS(ONE, TWO)                        \
    ONE(wait_times_out)                             \
    ONE(readable_wake_fd_ends_the_wait_unread)      \
    ONE(processes_are_alive_until_they_end)         \
    ONE(silent_process_dies)                        \
    ONE(waiters_are_listed_until_removed)           \
    ONE(expired_waiter_is_not_listed)               \
    TWO(append_of_another_wakes)                    \
    TWO(wake_up_tells_the_stream)                   \
    TWO(nobody_is_woken_up_while_somebody_is_awake) \
    TWO(append_during_the_wait_wakes)               \
    TWO(rolled_back_append_does_not_wake)           \
    TWO(waiter_wakes)                               \
    TWO(commit_of_another_wakes_the_waiter)         \
    TWO(commit_of_a_listener_wakes_the_waiter)      \
    TWO(waiter_commits_on_its_own_connection)

#define MEMORY_TESTS(ONE, TWO) ONE(full_arena_is_a_limit_everywhere)

#define STORE_TESTS(ONE, TWO)  \
    SCHEMA_TESTS(ONE, TWO)     \
    GENERATION_TESTS(ONE, TWO) \
    SWAP_TESTS(ONE, TWO)       \
    EVENT_TESTS(ONE, TWO)      \
    APPEND_TESTS(ONE, TWO)     \
    ROW_TESTS(ONE, TWO)        \
    COMMIT_TESTS(ONE, TWO)     \
    WAITING_TESTS(ONE, TWO)    \
    WAKE_TESTS(ONE, TWO)       \
    MEMORY_TESTS(ONE, TWO)

/* What only SQLite does; they open what they need. Run once, on files. */
#define SQLITE_TESTS(X)                     \
    X(missing_directory_is_named)           \
    X(directory_is_no_database)             \
    X(other_file_is_no_database)            \
    X(damaged_file_is_corrupt)              \
    X(read_only_file_is_named)              \
    X(read_only_directory_is_named)         \
    X(full_disk_is_transient)               \
    X(held_lock_is_transient)               \
    X(wrong_storage_class_is_corrupt)       \
    X(value_out_of_range_is_corrupt)        \
    X(negative_zero_loses_its_sign)         \
    X(wrong_event_column_is_corrupt)        \
    X(numbers_that_can_return_are_refused)  \
    X(memory_databases_are_separate)        \
    X(absolute_url_opens_the_file)          \
    X(payload_above_its_bound_is_a_limit)   \
    X(statements_beyond_the_kept_ones_work) \
    X(log_is_bounded_beside_busy_readers)   \
    X(each_failed_allocation_is_survived)   \
    X(allocations_failing_for_good_are_survived)

#define DECLARE(name) void name(void);
STORE_TESTS(DECLARE, DECLARE)
SQLITE_TESTS(DECLARE)
#undef DECLARE

extern store_fixture *const fixture; /* of the test that runs */

/* memory_test.c: puts its allocator under SQLite; before SQLite's first use. */
bool install_failing_memory(void);

/* ---- checks: a status that is not expected prints the error's text ---- */

void check_status(projc_status got, projc_status expected, const char *call, const char *file,
                  int line);
#define EXPECT(expected, call) check_status((call), (expected), #call, __FILE__, __LINE__)
#define OK(call) EXPECT(PROJC_OK, call)
/* The last error's text holds this. */
#define SAYS(part) CU_ASSERT_PTR_NOT_NULL(strstr(fixture->error.message, part))
#define ERROR (&fixture->error)

/* ---- values ---- */

projc_text text_of(const char *string);
projc_bytes bytes_of(const char *string);
bool text_is(projc_text text, const char *string);
bool bytes_are(projc_bytes bytes, const char *string);
projc_value null_value(void);
projc_value bool_value(bool boolean);
projc_value integer_value(int64_t integer);
projc_value real_value(double real);
projc_value text_value(const char *string);
projc_value bytes_value(const char *string);
projc_value uuid_value(uint32_t number);
projc_uuid uuid_of(uint32_t number); /* told apart by number; 0 is all zero */
bool uuid_is(projc_uuid left, projc_uuid right);
/* Same kind and same content; -0.0 is not 0.0. */
bool is_same_value(const projc_value *left, const projc_value *right);

/* ---- events ---- */

/* For STORE_FIXTURE_LOG: {"n":number} of account uuid_of(account). */
projc__new_event log_event(uint32_t account, int64_t expected_version, uint32_t number);
/* For STORE_FIXTURE_PACKED, of the aggregate with this id. */
projc__new_event packed_event(const char *id, int64_t expected_version, const char *payload);
/* Appends count log events, all of account 1, any version; *last receives the last number. */
void append_log(size_t count, int64_t *last);
/* Reads the whole log above after, in the fixture's arena. */
void read_log(projc_store *store, const projc_stream_type *stream, int64_t after,
              projc__page *page);

/* ---- generations and units ---- */

/* Registers with this many lanes on the fixture's first connection. */
projc__generation registered(const projc_projection_type *projection, uint32_t lanes);
/* The lane as it is stored now. */
projc__lane stored_lane(int64_t generation, uint32_t lane);
/* A claim of the lane as it is, to a new position. */
projc__claim claim_of(projc__lane lane, int64_t new_position);
/* Commits one claim with one write (NULL: none) on a connection. */
projc_status commit_write(projc_store *store, int64_t generation, projc__claim claim,
                          const projc__row_write *write);
/* A row of the balance table, state as text. Three values. */
void balance_row(projc_value row[3], uint32_t id, int64_t position, const char *state);
/* Is there a balance row of this id with this state? NULL: is there none? */
bool balance_is(uint32_t id, const char *state);

#endif
