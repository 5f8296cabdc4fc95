#!/bin/sh
# Several services on one database: they share the lanes, one that is killed or stopped hands its lanes to the
# others within a few seconds, a stopped one that goes on (a zombie) changes nothing. All while a writer appends.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/bank.sh"
. "$(dirname "$0")/slow.sh"

events=${LANES_EVENTS:-6000}
zombie_rounds=${ZOMBIES:-3}

serve() { # LOG FLAG…
    serve_log=$1
    shift
    start "$work/$serve_log" "$bank" run --log-level debug "$@" --database "$database"
}

# Appends pieces of the events, one transaction each, with pauses: $writer. Each piece brings accounts of its own.
write_pieces() { # COUNT SIZE PAUSE
    cat >"$work/writer.sh" <<END
for piece in $(seq -s ' ' 1 "$1"); do
    "$generate" $2 \$(($seed + piece)) | "$bank" append --log-level error --database "$database" || exit 1
    sleep $3
done
END
    start "$work/writer.log" sh "$work/writer.sh"
    writer=$service
}

knows() { # LOG PROCESSES: what it last heard of how many there are
    [ "$(grep 'lanes dealt out' "$work/$1" | tail -n 1 | grep -o 'processes=[0-9]*')" = "processes=$2" ]
}

has_applied() { # LOG
    grep 'batch committed' "$work/$1" | grep -qE 'handled=[1-9]'
}

owners() { # COUNT
    [ "$("$bank" status --json --log-level error --database "$database" | grep -o '"owners":\[[^]]*\]' | head -n 1 |
        grep -o '"[^",:]*:[0-9]*"' | wc -l)" = "$1" ]
}

# Milliseconds until every lane stands at the head of the log, at most 20 s.
time_to_head() {
    begun=$(date +%s%N)
    end_of_log=$(head_of_log)
    until has_arrived "$end_of_log"; do
        [ $((($(date +%s%N) - begun) / 1000000)) -lt 20000 ] || break
        sleep 0.05
    done
    echo $((($(date +%s%N) - begun) / 1000000))
}

claim_time() { # CLAIM MILLISECONDS MOST
    if [ "$2" -lt "$3" ]; then
        ok "$1 ($2 ms)"
    else
        not_ok "$1 ($2 ms, not below $3)"
    fi
}

both_apply() {
    serve first.log
    first=$service
    serve second.log
    second=$service
    if eventually 100 knows first.log 2 && eventually 100 knows second.log 2; then
        ok "$kind: two services know of each other"
    else
        not_ok "$kind: two services know of each other"
    fi
    if eventually 50 owners 2; then ok "$kind: status names both"; else not_ok "$kind: status names both"; fi
    : >"$work/first.log"
    : >"$work/second.log"
    "$generate" 2000 $((seed + 1000)) | append_events
    time_to_head >/dev/null
    if has_applied first.log && has_applied second.log; then
        ok "$kind: both apply events"
    else
        not_ok "$kind: both apply events"
        tail -n 3 "$work/first.log" "$work/second.log" | sed 's/^/# /'
    fi
}

# The second is gone, by kill -9; a writer goes on.
handed_over() {
    write_pieces 4 500 0.2
    sleep 0.3
    kill_9 "$second"
    died=$(date +%s%N)
    wait "$writer"
    same "$kind: the writer was not disturbed" 0 $?
    time_to_head >/dev/null
    claim_time "$kind: the lanes of a killed service are taken over, all is applied" \
        $((($(date +%s%N) - died) / 1000000)) 8000
    if knows first.log 1; then ok "$kind: the survivor says so"; else not_ok "$kind: the survivor says so"; fi
    end "$first"
    same "$kind: and ends in good order" 0 "$ended"
    audit "$kind: two services, one killed"
}

# A service that is stopped in the middle of a batch, until two others have its lanes and have done its work; then
# it goes on, and what it commits must be refused.
zombies() {
    new_slow zombies 16
    fenced=0
    round=0
    while [ "$round" -lt "$zombie_rounds" ]; do
        round=$((round + 1))
        for key in a b c d e f g h i j; do
            thing "$key" slow '"ms":60'
            thing "$key" added '"amount":1'
        done | give
        start "$work/zombie$round.log" "$slow" run --log-level debug --database "$database"
        zombie=$service
        # The fast projection has committed, the slow one's batch takes 600 ms.
        eventually 100 grep -q 'batch committed.*projection=whole' "$work/zombie$round.log"
        draw 250
        pause "$drawn"
        kill -STOP "$zombie"
        start "$work/heirs.log" "$slow" run --log-level error --database "$database"
        first=$service
        start "$work/heirs.log" "$slow" run --log-level error --database "$database"
        second=$service
        eventually 150 slow_has_arrived "$(sql 'SELECT max(no) FROM events_slow')" ||
            not_ok "$kind: round $round: the others take over the lanes of a stopped one"
        kill -CONT "$zombie"
        for key in a k c l e; do
            thing "$key" added '"amount":1'
        done | give
        eventually 50 grep -q 'lane is held elsewhere' "$work/zombie$round.log" && fenced=$((fenced + 1))
        eventually 100 slow_has_arrived "$(sql 'SELECT max(no) FROM events_slow')"
        for ended_one in "$zombie" "$first" "$second"; do
            end "$ended_one"
        done
    done
    # A loaded machine may be late with the stop.
    if [ "$fenced" -gt 0 ]; then
        ok "$kind: what a zombie commits is refused, in $fenced of $zombie_rounds rounds"
    else
        not_ok "$kind: what a zombie commits is refused: none of $zombie_rounds rounds met one in the middle of a batch"
    fi
    same "$kind: nothing is lost or doubled by zombies: each key" "$(sums_told 1 "")" "$(sums_stored)"
    same "$kind: and the whole" "$(whole_told)" "$(whole_stored)"
    drop_database "$kind" zombies
}

build_bank
build_slow
for kind in $(stores); do
    new_bank lanes "$events"
    both_apply
    handed_over
    drop_database "$kind" lanes
    zombies
done
finish
