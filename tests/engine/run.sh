#!/bin/sh
# Mutants of the engine and of the service: each is one small change that makes it wrong, and a unit test must fail on it. The
# mutated object is linked before the library and so takes the place of its member. SQLite only.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cd "${PROJC_HOME:-$here/../..}"
: "${B:?}" "${CC:=gcc}" "${PROJC_TEST_CFLAGS:=}"
unset PROJC_TEST_PG || true
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-engine.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
# What a sanitizer finds in a mutant is a crash of it.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}abort_on_error=1" TSAN_OPTIONS="${TSAN_OPTIONS:+$TSAN_OPTIONS:}abort_on_error=1"
# A mutant may end in the middle of a test and leave its files there.
export TMPDIR="$work"
number=0
failed=0

verdict() { # good|bad text
    number=$((number + 1))
    if [ "$1" = good ]; then
        echo "ok $number - $2"
    else
        failed=1
        echo "not ok $number - $2"
    fi
}

# mutant FILE UNIT-TEST KILLER WHAT SED-SCRIPT [FLAG…]: the test named KILLER must fail, or crash. FILE is in
# runtime/$folder.
folder=engine
mutant() {
    file=$1 unit=$2 killer=$3 what=$4 script=$5
    shift 5
    sed "$script" "runtime/$folder/$file" >"$work/$file"
    if [ $# -eq 0 ] && cmp -s "$work/$file" "runtime/$folder/$file"; then
        verdict bad "$what: its place in $file was not found"
        return
    fi
    # shellcheck disable=SC2046,SC2086
    if ! "$CC" -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -pthread $PROJC_TEST_CFLAGS "$@" -Iruntime/include -Iruntime \
        $(pkg-config --cflags libxxhash) -w -c "$work/$file" -o "$work/mutant.o" 2>"$work/log"; then
        verdict bad "$what: does not compile"
        cat "$work/log"
        return
    fi
    # shellcheck disable=SC2046,SC2086
    "$CC" -pthread $PROJC_TEST_CFLAGS "$B/obj/tests/unit/${unit}_test.o" "$work/mutant.o" "$B/lib/libtest.a" \
        "$B/lib/libprojc.a" $(pkg-config --libs cunit libpq sqlite3 msgpack libxxhash uuid libmicrohttpd) -lm -o "$work/unit"
    status=0
    PROJC_TEST_ONLY=$killer timeout --foreground 120 "$work/unit" >"$work/log" 2>&1 || status=$?
    if awk -v killer="$killer" -v crashed=$((status > 128)) '$1 == "Test:" { is_killer = $2 == killer }
            is_killer && /FAILED/ { found = 1 }
            $0 ~ "Test " killer " had failures" { found = 1 }
            END { exit !(found || (is_killer && crashed)) }' "$work/log"; then
        verdict good "killed: $what"
    else
        verdict bad "alive: $what"
        tail -n 15 "$work/log" | sed 's/^/# /'
    fi
}

mutant flush.c failed_keys a_repair_in_the_middle_of_anothers_batch_loses_nothing \
    "a repair leaves the epoch alone" '' -DPROJC_MUTANT_NO_EPOCH_RAISE
mutant memory.c memory what_a_repair_wrote_is_not_overwritten \
    "memory is believed in another epoch" '' -DPROJC_MUTANT_MEMORY_WITHOUT_EPOCH
mutant memory.c memory a_large_batch_leaves_nothing_that_is_not_true_any_more \
    "memory outlives a large batch" 's/    if (!is_kept)$/    if (false)/'
mutant memory.c memory what_a_repair_wrote_is_not_overwritten \
    "a look forgets nothing" 's/    if (!is_same) {$/    if (false) {/'
mutant flush.c memory what_a_repair_wrote_is_not_overwritten \
    "memory outlives a repair that leaves the epoch alone" '' -DPROJC_MUTANT_NO_EPOCH_RAISE
mutant flush.c projector a_deleted_state_starts_anew \
    "rows of deleted states stay" 's/else if (entry->is_dirty && entry->is_stored)/else if (false)/'
mutant replay.c engine_errors the_events_before_a_culprit_survive_page_boundaries \
    "a key that is set back forgets the pages before" 's/entry->record->base_no < batch->page_after && //;s/status = replay_log(.*/status = PROJC_OK; (void)(/'
mutant replay.c engine_errors a_failing_key_waits_and_the_others_go_on \
    "a failing event's half-done work stays" 's/projc_status status = projc__batch_restore(.*/projc_status status = PROJC_OK; return status;/'
mutant reading.c engine_errors a_failing_key_waits_and_the_others_go_on \
    "a waiting key's later events are applied" 's/if (event->no >= entry->record->waiting_from)/if (false)/'
mutant batch.c projector lanes_at_different_positions_apply_every_event_once \
    "a lane applies again what it has passed" 's/position >= no)/position > INT64_MAX - 1)/'
mutant batch.c projector parts_are_stepped_by_several_threads_at_once \
    "a part applies other parts' lanes" 's/if (!batch->lanes->mine\[lane\])/if (false)/'
mutant apply.c projector a_skip_leaves_no_trace \
    "a skip moves the row's position" 's/    if (!\*is_handled)$/    if (status != PROJC_OK)/'
mutant apply.c projector a_deleted_state_starts_anew \
    "a deleted state keeps its values" 's/    if (handler->state_deleted)/    if (false)/'
mutant skips.c engine_errors a_rebuild_honours_recorded_skips_unless_told_otherwise \
    "recorded skips are forgotten" 's/\*answer = window_has(.*/*answer = false;/'
mutant policy.c engine_errors retries_end_after_the_last_one \
    "attempts are not counted" 's/trouble->attempts + 1/1/'
mutant policy.c engine_errors too_many_failed_keys_stop_the_projection_with_a_text \
    "any number of keys is set aside" 's/    if (!has_room(batch, entry)) {/    if (false) {/'
mutant look.c projector another_log_is_named_and_not_processed \
    "another log is not noticed" 's/if (lane->position == 0 || lane->position == checked)/if (true)/'
mutant look.c projector a_log_that_is_filled_again_under_it_is_named \
    "a log that is filled again is not noticed" 's/now - checked->looked_at < LOOK_AGAIN_US/true/'
mutant step.c engine_errors a_retry_that_succeeds_later_heals_the_key \
    "retries run before they are due" 's/lanes->keys\[i\].retry_at <= now/true/'
mutant step.c engine_errors a_state_that_grows_too_large_is_found_by_halving \
    "a refused batch is not halved" 's/handled > 1 ? handled \/ 2 : 1/handled/'
mutant repair.c failed_keys a_repair_ends_where_its_lane_stands \
    "a repair applies what its lane has not passed" 's/return walking->batch.lanes.*position;/return INT64_MAX;/'
mutant repair.c failed_keys many_waiting_events_are_applied_unit_by_unit \
    "a long repair ends after its first unit" 's/repair->is_partial = .*/repair->is_partial = false;/'
mutant rebuild.c projector another_shape_is_refused_until_it_is_rebuilt \
    "a rebuild keeps the old stamp" 's/status = projc__store_restamp_generation(.*/status = PROJC_OK;/'
mutant queue.c queue_model random_operations_agree_with_the_model \
    "what is put while it is worked on is lost" 's/    if (item->state == SLOT_AGAIN) {/    if (false) {/'
mutant queue.c queue_model random_operations_agree_with_the_model \
    "delayed ids are not moved up" 's/            sift_up(queue, item->heap_index);/            (void)0;/'
mutant memory.c memory a_skip_that_lies_ahead_again_is_honoured \
    "that no skip lies ahead is remembered whatever happens" 's/has_no_skips = false;/has_no_skips |= false;/'
mutant wait.c append_load a_failed_key_is_not_waited_for \
    "a failed key is waited for" 's/if (rows\[i\].status == PROJC__KEY_FAILED)/if (false)/'

mutant row_base.c rows a_failing_event_leaves_no_trace_in_rows \
    "setting back forgets a row" '/^projc_status projc__rows_restore/,/^}/s/    while (batch->rows != NULL/    if (batch->rows != NULL \&\& *touched != NULL) *touched = (*touched)->next_touched;\n&/'
mutant row_base.c rows rows_of_a_stream_equal_a_model \
    "a row has its old base when its event was passed over" 's/row->base = row->rebased;/;/'
mutant row_base.c rows rows_are_made_changed_and_deleted \
    "deleted rows stay in the store" 's/deleted += is_deleted(row);/;/;s/if (is_deleted(row)) {/if (false) {/'
mutant row_walk.c rows events_see_what_events_before_them_did \
    "a walk ignores what this batch has changed" 's/= replace_row(cache, row, handler);/= row->is_dirty ? PROJC_OK : replace_row(cache, row, handler);/'
mutant row_walk.c rows rows_of_a_stream_equal_a_model \
    "a row changed after a walk of the same event keeps its place" 's/if (row->changed_in == cache->event) {/if (false) {/'
mutant rows.c rows a_row_of_another_key_is_refused \
    "a walk sees the rows of other keys" 's/list->own_count = .*/list->own_count = 0;/'
mutant row_prefetch.c rows rows_that_events_name_are_loaded_with_the_page \
    "rows are not loaded beforehand" 's/if (cache == NULL || batch->is_smallest)/if (true)/'
mutant row_prefetch.c rows a_walk_asks_the_store_once \
    "walks are not loaded beforehand" 's/|| !projc__store_finds_each(.*/|| true)/'
mutant row_prefetch.c rows walks_where_memory_is_short_ask_for_themselves \
    "a walk that was wanted counts as loaded" 's/^        path->wanted->entry = NULL;/        path->wanted->is_complete = true;/'
mutant row_walk.c rows a_walk_loaded_beforehand_sees_what_its_batch_has_changed \
    "a walk takes rows from the store that this batch has changed" '/^projc_status projc__walk_meet/,/^}/s/if (!row->is_loaded)/if (true)/'
mutant rows.c rows a_lane_at_the_begin_asks_for_nothing \
    "a rebuild asks for rows that cannot be there" 's/lanes\[entry->record->lane\].position > 0;/lanes[entry->record->lane].position >= 0;/'

mutant reading.c batch_time many_rows_wait_for_more_events \
    "a batch of many keys ends after five seconds" 's/return reading->has_failed ||/return true ||/'
mutant reading.c batch_time many_rows_wait_for_more_events \
    "a batch of many keys has no end" 's/lasted > PROJC__LONGEST_BATCH_US ||/false ||/'
mutant reading.c batch_time it_is_rows_that_count_and_not_events \
    "a batch lasts by its events" 's/int64_t rows = (int64_t)batch->entry_count;/int64_t rows = batch->handled;/'
mutant reading.c batch_time a_failure_is_not_kept_waiting \
    "a failure waits for a long batch" 's/    reading->has_failed = true;/;/'
mutant reading.c batch_time lanes_that_are_anothers_are_left_to_it \
    "a process keeps the lanes of another for a long batch" 's/batch->lanes->deals !=/batch->lanes->deals > /'
mutant projector.c batch_time lanes_that_are_anothers_are_left_to_it \
    "the same lanes again count as others" 's/if (memcmp(projector->owned, owned, size) != 0)/if (true)/'
mutant step.c batch_time who_is_asked_to_stop_begins_no_long_writing \
    "a long writing begins after a stop" 's/ > LAST_WRITING_US)/ > INT64_MAX - 1)/'
mutant step.c batch_time what_a_row_takes_is_measured \
    "what a row takes is never measured" 's/batch->written >= MEASURED_ROWS/false/'

mutant pages.c pages a_page_stays_until_the_slowest_has_passed_it \
    "a page is dropped when the fastest has passed it" 's/int64_t slowest = INT64_MAX;/int64_t slowest = 0;/;s/slowest = one->position < slowest/slowest = one->position > slowest/'
mutant pages.c pages a_borrowed_page_outlives_the_list \
    "a page is freed while it is borrowed" 's/    if (page->borrowers == 0)$/    if (true)/;s/--page->borrowers == 0 \&\& page->is_dropped/--page->borrowers == UINT32_MAX/'
mutant pages.c pages what_a_lost_connection_gave_is_forgotten \
    "pages are kept over a lost connection" '/^void projc__pages_forget/,/^}/s/drop_all(pages, log);/;/'
mutant page_reader.c pages what_a_lost_connection_gave_is_forgotten \
    "a reader keeps its connection when another was lost" 's/if (workspace->losses != pages->losses)/if (false)/'
mutant pages.c pages a_page_that_was_coming_is_forgotten_too \
    "a page that was coming is kept over a lost connection" '/^void projc__pages_forget/,/^}/s/drop_all(pages, log);/{ if (is_reading(log)) continue; drop_all(pages, log); }/'
mutant page_reader.c pages a_range_read_in_part_is_read_on \
    "a range that was read in part counts as a whole" 's/if (page->page.reached < page->up_to) {/if (false) {/'
mutant pages.c pages a_range_without_events_is_passed \
    "a range without events hides what stands behind it" 's/^        after = page->up_to;/        return NULL;/'
mutant page_reader.c pages ranges_are_taken_in_order \
    "a page is put at the end of the list" 's/(\*link)->after < made->after/false/'

mutant waiting.c keyed_waiting a_retry_applies_the_culprit_and_what_waits \
    "what waits is not recorded" 's/    entry->record->waiting = made;/    (void)made;/'
mutant waiting.c keyed_waiting a_retry_applies_the_culprit_and_what_waits \
    "what a healed key has passed still waits" 's/    unit->passed = passed;/&\n    unit->passed_count = 0;/;s/\*passed++ =/*passed =/'
mutant waiting.c keyed_waiting a_waiting_event_may_be_the_next_culprit \
    "a key that fails again forgets what waits" 's/entry->record->failure != NULL ? entry->record->failure->no : INT64_MAX/INT64_MAX/'
mutant waiting.c keyed_waiting waiting_max_stops_the_projection_with_a_text \
    "any number of events may wait" 's/batch->waiting_count >= .*;/false;/'
mutant waiting.c keyed_waiting waiting_max_stops_the_projection_with_a_text \
    "what waited before the batch is not counted" 's/batch->waiting_count += rows.*/(void)rows;/'
mutant flush.c keyed_waiting a_repair_in_the_middle_of_anothers_batch_loses_nothing \
    "a repair leaves the epoch of its keyed lane alone" '' -DPROJC_MUTANT_NO_EPOCH_RAISE
mutant reading.c keyed_waiting a_full_batch_takes_an_event_back_from_all_its_keys \
    "an event that is taken back still waits" 's/^ *projc__waiting_take_back(.*/;/'
mutant replay.c keyed_waiting what_was_applied_before_its_culprit_waits \
    "what was applied before its culprit is lost" 's/return projc__waiting_add_from_log(.*/return PROJC_OK;/'
mutant waiting.c keyed_waiting an_event_that_is_gone_from_the_log_is_named \
    "a waiting event that is gone is passed over" 's/            return fail_missing(/            return PROJC_OK; (void)fail_missing(/;s/        return fail_missing(/        return PROJC_OK; (void)fail_missing(/'
mutant route.c keyed_routing a_replay_passes_over_it_again_also_when_its_key_is_known_now \
    "an event that was passed over for want of a key is applied by a rebuild" 's/return projc__skips_has(.*/*answer = false; return PROJC_OK;/'
mutant route.c keyed_routing setting_a_key_back_passes_over_it_as_well \
    "setting a key back applies it" '/^projc_status projc__route_again/,/^        return status;/s/is_passed)$/false)/'
mutant reading.c keyed_routing a_key_that_cannot_be_computed_stops_the_projection \
    "an event without a key is passed over" 's/    reading->is_stopped = \*ends;/    *ends = false;/;s/    reading->is_caught_up = \*ends;/;/'
mutant flush.c keyed_routing parts_record_an_ignored_event_once \
    "every part records an event without a key" 's/return batch->keyless_healed || .*/(void)no; return true;/'

# When writers need not ring: a promise that somebody looks, and nobody does, loses wake-ups.
folder=service
mutant doorbell.c doorbell a_promise_ends_by_itself \
    "a promise does not lapse" 's/PROMISE_MS = 1000,/PROMISE_MS = 30000,/'
mutant doorbell.c doorbell a_steady_stream_is_looked_at_without_ringing \
    "a promise is not renewed" 's/bell->expires_at - now < RENEWAL_US/false/'
mutant doorbell.c doorbell a_steady_stream_is_looked_at_without_ringing \
    "it is promised, and nobody looks again" 's/return state == PROJC__AWAKE ? pace(events, elapsed_us)/return state == PROJC__AWAKE ? -1/'
mutant doorbell.c doorbell a_writer_that_saw_the_promise_is_waited_for \
    "the promise is taken back, and nobody looks for those who saw it" 's/        bell->state = PROJC__SETTLING;/        bell->state = PROJC__ASLEEP;/'
mutant doorbell.c doorbell a_writer_that_saw_the_promise_is_waited_for \
    "writers in flight are not waited for" 's/status == PROJC_OK \&\& !has_writers/status == PROJC_OK/'
mutant doorbell.c doorbell a_writer_that_saw_the_promise_is_waited_for \
    "behind the last writer nobody looks once more" 's/        projc__runtime_wake(runtime, (int)stream);/        (void)stream;/'
mutant doorbell.c doorbell what_cannot_be_asked_is_looked_for \
    "a promise that could not be taken back is not kept" 's/    if (status == PROJC_OK || projc__clock_monotonic(.*expires_at)/    if (true)/'
mutant doorbell.c doorbell a_promise_of_which_no_answer_came_is_kept \
    "a promise of which no answer came is forgotten" 's/status == PROJC_OK || projc_status_class_of(status) == PROJC_CLASS_INFRA/status == PROJC_OK/'
mutant doorbell.c doorbell only_who_is_alone_and_hears_promises \
    "it is promised although others listen" 's/return __atomic_load_n(&runtime->is_alone, __ATOMIC_RELAXED) \&\&/return/'
mutant doorbell.c doorbell events_that_come_too_fast_are_gathered \
    "a fast stream is followed event by event" 's/? PACED_US : LOOK_AGAIN_US/? LOOK_AGAIN_US : LOOK_AGAIN_US/'

echo "1..$number"
exit $failed
