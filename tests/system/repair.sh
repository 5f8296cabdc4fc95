#!/bin/sh
# `failed retry` and `failed skip` from one process while another works on the same lane, with a stream of events
# for the same key and for others of that lane: nothing is lost, nothing doubled. Then mutants, whose losses the
# same test must notice. REPAIRS=12 for each store; MUTANTS=0 leaves those out.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/slow.sh"

repairs=${REPAIRS:-12}
mutant_repairs=${MUTANT_REPAIRS:-60}

is_failed() { # GENERATION
    [ "$(sql "SELECT count(*) FROM projc_key WHERE generation = $1")" = 1 ]
}

# The key's events around one that takes its time: so a batch is mostly under way, with later events of the key in it.
start_stream() {
    {
        thing key added '"amount":1'
        thing other slow '"ms":12'
        thing key added '"amount":1'
        thing third added '"amount":1'
    } >"$work/stream.jsonl"
    cat >"$work/stream.sh" <<END
while [ ! -e "$work/enough" ]; do
    "$slow" append --file "$work/stream.jsonl" --log-level error --database "$database" >/dev/null || exit 1
    sleep 0.03 # the service has 12 ms of work a turn: it must be able to keep up
done
END
    rm -f "$work/enough"
    start "$work/stream.log" sh "$work/stream.sh"
    stream=$service
}

# One failure of both projections, and its repair by `failed retry` or `failed skip`.
fail_and_repair() { # PROGRAM ROUND
    : >"$BROKEN_FILE"
    thing key broken | give
    if ! eventually 600 is_failed 1 || ! eventually 600 is_failed 2; then
        echo "round $2: the failure was not recorded" >>"$work/wrong"
        return 1
    fi
    action='skip --yes'
    if [ $(($2 % 3)) != 0 ]; then
        action=retry
        rm -f "$BROKEN_FILE"
    fi
    for arguments in "sums key" whole; do
        # shellcheck disable=SC2086
        "$1" failed $action $arguments --log-level error --database "$database" >"$work/repair.out" 2>&1 ||
            echo "round $2: failed $action $arguments: exit $?, $(cat "$work/repair.out")" >>"$work/wrong"
    done
    rm -f "$BROKEN_FILE"
}

differs() {
    [ "$(sums_told 1 "")" != "$(sums_stored)" ] || [ "$(whole_told)" != "$(whole_stored)" ]
}

# Many rounds beside a live service; it ends when all is applied. With a mutant it ends as soon as something is wrong.
repair_race() { # PROGRAM ROUNDS [mutant]
    : >"$work/wrong"
    new_slow repair 1
    start "$work/service.log" "$1" run --log-level error --database "$database"
    racer=$service
    start_stream
    round=0
    while [ "$round" -lt "$2" ]; do
        round=$((round + 1))
        fail_and_repair "$1" "$round" || break
        # A look in between needs a standstill, so a mutant's end is looked for now and then.
        if [ -n "${3:-}" ] && [ $((round % 10)) = 0 ]; then
            settle
            ! differs || break
            start_stream
        fi
    done
    settle
    kill -0 "$racer" 2>/dev/null || echo "the service has ended: $(cat "$work/service.log")" >>"$work/wrong"
    end "$racer"
}

# The stream ends, and the service applies all of it.
settle() {
    [ -n "$stream" ] || return
    : >"$work/enough"
    wait "$stream" || echo "the writer failed: $(cat "$work/stream.log")" >>"$work/wrong"
    eventually 1200 slow_has_arrived "$(sql 'SELECT max(no) FROM events_slow')" ||
        echo "the service did not arrive: $(sql 'SELECT generation, position FROM projc_lane')" >>"$work/wrong"
    stream=
}

build_slow
for kind in $(stores); do
    repair_race "$slow" "$repairs"
    same "$kind: $repairs repairs of a key and of a stream projection beside a live service, each exits 0" "" "$(cat "$work/wrong")"
    same "$kind: nothing is lost or doubled among $(sql 'SELECT count(*) FROM events_slow') events: each key" \
        "$(sums_told 1 "")" "$(sums_stored)"
    same "$kind: and the whole" "$(whole_told)" "$(whole_stored)"
    same "$kind: skips are recorded, nothing is failed" "$((repairs / 3 * 2)) 0" \
        "$(sql 'SELECT count(*) FROM projc_skipped') $(sql 'SELECT count(*) FROM projc_key')"
    drop_database "$kind" repair
done

# A retry of a stream projection whose culprit stands behind a number that never came, while a writer is in flight
# that may still bring it: it waits for that writer instead of giving up untried.
if [ -n "${PROJC_TEST_PG:-}" ]; then
    kind=postgres
    new_slow repair 1
    insert="INSERT INTO events_slow (event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version)
        VALUES (gen_random_uuid(), 'added', '{\"amount\": 1}', 'thing', 'slow writer', 1)"
    sql "BEGIN; $insert; ROLLBACK" >/dev/null
    : >"$BROKEN_FILE"
    thing key broken | give
    "$slow" run --once --log-level error --database "$database" 2>/dev/null
    rm -f "$BROKEN_FILE"
    start "$work/writer.log" psql -qAtX "$database" -c "BEGIN" -c "$insert" -c "SELECT pg_sleep(1)" -c "COMMIT"
    eventually 50 sql "SELECT 1 / count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(1)'"
    exits "postgres: failed retry behind a gap waits for the writer in flight" 0 \
        "$slow" failed retry whole --log-level error --database "$database"
    drop_database postgres repair
fi

# noticed WHAT SOURCE SED-SCRIPT [FLAG…]
noticed() {
    what=$1
    shift
    if ! build_mutant "$@"; then
        not_ok "mutant, $what: cannot be built"
        return
    fi
    repair_race "$mutant" "$mutant_repairs" mutant
    if differs; then
        ok "mutant, $what, on $kind: noticed within $round rounds: key, position, events and total are" \
            "$(sums_stored | grep key), not $(sums_told 1 "" | grep key)"
    else
        not_ok "mutant, $what, on $kind: not noticed in $round rounds"
    fi
    drop_database "$kind" repair
}

if [ "${MUTANTS:-1}" != 0 ]; then
    for kind in $(stores); do
        noticed "repairs leave the epoch alone" engine/flush.c '' -DPROJC_MUTANT_NO_EPOCH_RAISE
    done
    kind=sqlite
    noticed "the commit does not compare the epoch" store/sqlite/commit.c 's/ AND epoch = ?4"/"/'
fi
finish
