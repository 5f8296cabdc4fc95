#!/bin/sh
# kill -9 while catching up, after a random number of applied events: the end equals the undisturbed one, byte for
# byte. A kill counts only when the process had committed something and was not at the end yet. KILLS=20 for each
# store; `make stress` asks for 100. PROJC_TEST_SEED gives the events and the moments.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/bank.sh"

kills=${KILLS:-20}
events=${KILL_EVENTS:-20000}
# Small pages and batches: many commits, so that a kill falls between and inside them.
settings="--page-rows 400 --batch-bytes 400k"

progress() {
    sql "SELECT sum(position), min(position), max(applied) FROM projc_lane"
}

# One process that is killed after $delay milliseconds; $moved: it had committed; $at_end: it had nothing left to do.
disturb() {
    before=$(progress)
    mode=
    draw 2
    [ "$drawn" = 0 ] || mode=--once # without heartbeat: all lanes from the first moment on
    # shellcheck disable=SC2086
    start "$work/killed.log" "$bank" run $mode $settings --log-level error --database "$database"
    draw "$spread"
    pause $((delay + drawn))
    kill_9 "$service"
    after=$(progress)
    moved=0
    [ "${before%%|*}" = "${after%%|*}" ] || moved=1
    lowest=${after#*|}
    lowest=${lowest%%|*}
    at_end=0
    [ "${lowest:-0}" -lt "$events" ] || at_end=1
}

build_bank
for kind in $(stores); do
    new_bank kill "$events"
    begun=$(date +%s%N)
    # shellcheck disable=SC2086
    run_once $settings
    took=$((($(date +%s%N) - begun) / 1000000))
    snapshot "$work/calm"
    reset_bank

    # A bound below what one page needs must not shrink batches to single events. Three projections have 40 pages each;
    # one that waits too long for the reader of pages reads for itself, and may then end a batch within a page of the
    # others', so a slow machine makes more of them, at most two a page. When the reader took pages of 16 events, because
    # it had seen the end of the log, they were 523.
    run_once --workers 1 --page-rows 500 --batch-bytes 40k --log-level debug 2>"$work/small.log"
    commits=$(grep -c 'batch committed' "$work/small.log")
    if [ "$commits" -ge $((events / 500)) ] && [ "$commits" -le $((events / 500 * 3 * 2)) ]; then
        ok "$kind: with a small BATCH_BYTES a batch is a page ($commits commits)"
    else
        not_ok "$kind: with a small BATCH_BYTES a batch is a page ($commits commits for $events events)"
    fi
    reset_bank

    # The moments are spread over what an undisturbed run takes, and follow the machine when it gets slower.
    delay=$((took / 20))
    spread=$((took / 4 + 10))
    killed=0 early=0 late=0
    while [ "$killed" -lt "$kills" ] && [ $((early + late)) -lt $((10 * kills)) ]; do
        disturb
        if [ "$at_end" = 1 ]; then
            late=$((late + 1))
            reset_bank
        elif [ "$moved" = 1 ]; then
            killed=$((killed + 1))
            [ $((killed % 5)) != 0 ] || positions_seen="${positions_seen:-} $lowest"
        else
            early=$((early + 1))
            delay=$((delay + took / 50 + 1))
        fi
    done
    same "$kind: killed $kills times strictly between the beginning and the end" "$kills" "$killed"
    echo "# $kind: seed $seed, $events events, undisturbed $took ms; besides $early kills before the first commit," \
        "$late behind the last; some lowest positions:${positions_seen:-}"
    positions_seen=
    run_once
    snapshot "$work/killed"
    if [ -s "$work/calm" ] && cmp -s "$work/calm" "$work/killed"; then
        ok "$kind: the end equals the undisturbed one, $(wc -c <"$work/calm") bytes"
    else
        not_ok "$kind: the end equals the undisturbed one (PROJC_TEST_SEED=$seed)"
        diff "$work/calm" "$work/killed" | head -20 | sed 's/^/# /'
    fi
    same "$kind: accounts that differ from the log" 0 "$(wrong_accounts)"
    same "$kind: totals and counts of applied events" "$(totals_told)" "$(totals_stored)"
    drop_database "$kind" kill
done
finish
