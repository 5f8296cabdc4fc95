#!/bin/sh
# The seed's own scenarios on both stores: run, run again, run and listen, policies, retries, reset.
. "$(dirname "$0")/lib.sh"

build_service seed
seed=$work/seed

account=00000000-0000-0000-0000-00000000000

event() { # ACCOUNT NAME [AMOUNT]
    printf '{"type":"account","id":"%s%s","event":"%s","payload":{%s}}\n' "$account" "$1" "$2" \
        "${3:+\"amount\":$3}"
}

give() { # EVENTS on standard input
    "$seed" append --database "$database" >/dev/null
}

run() {
    "$seed" run --once --log-level error --database "$database" >/dev/null 2>"$work/run.err"
}

state() { # PROJECTION [KEY]
    "$seed" inspect "$@" --database "$database" 2>/dev/null
}

# position, applied and state of everything: what must not change when nothing is to do
snapshot() {
    "$seed" status --json --database "$database" | sed 's/"rate":[^,}]*//g; s/"lag_seconds":[0-9]*//g'
    for projection in deposited_report by_account seen fails ignores retries; do
        "$seed" inspect "$projection" --json --database "$database" 2>&1
    done
}

deposits() {
    {
        event 1 deposited 100
        event 1 credited 50
        event 1 deposited 10
        event 1 deposited 5
        event 1 deposited 100
        event 1 deposited 1
    } | give
    run
    same "$kind: deposited_report after six events" '{"total":5,"total_amount":216}' \
        "$(state deposited_report)"
    same "$kind: the aggregate projection agrees" '{"total":5,"total_amount":216}' \
        "$(state by_account "${account}1")"
    {
        event 1 deposited 100
        event 1 deposited 1
    } | give
    run
    same "$kind: and after two more" '{"total":7,"total_amount":317}' "$(state deposited_report)"
    before=$(snapshot)
    run
    same "$kind: run again repeats nothing" "$before" "$(snapshot)"
}

several_aggregates() {
    for number in 2 3 4; do
        event $number deposited $((number * 10))
        event $number credited 1
    done | give
    run
    same "$kind: several aggregates at once" "20 30 40" \
        "$(for number in 2 3 4; do state by_account "$account$number"; done |
            sed 's/.*"total_amount":\([0-9]*\).*/\1/' | tr '\n' ' ' | sed 's/ $//')"
}

unknown_events() {
    printf '{"type":"account","id":"%s1","event":"renamed","payload":{"to":"x"}}\n' "$account" |
        "$seed" append --raw --database "$database" >/dev/null
    run
    same "$kind: an undeclared event is skipped, on any sees it" '{"events":15,"last":"renamed"}' \
        "$(state seen)"
    same "$kind: and the position still advances" "15 15" \
        "$("$seed" status --json --database "$database" | tr ',' '\n' |
            sed -n 's/^"position":\([0-9]*\)$/\1/p' | sort -u | tr '\n' ' ' | sed 's/ $//') 15"
    same "$kind: status counts it by name" '"undeclared":{"renamed":1}' \
        "$("$seed" status --json --database "$database" | grep -o '"undeclared":{[^}]*}' | sort -u)"
}

policies() {
    {
        event 5 deposited 1
        event 5 poison
        event 5 deposited 1
        event 6 deposited 1
    } | give
    exits "$kind: run --once with a failed key exits 1" 1 "$seed" run --once --log-level error --database "$database"
    same "$kind: on error fail: the key stops before the culprit" '{"total":1}' "$(state fails "${account}5")"
    same "$kind: other keys go on" '{"total":1}' "$(state fails "${account}6")"
    same "$kind: on error ignore: the key goes on" '{"total":2}' "$(state ignores "${account}5")"
    same "$kind: the ignored event is recorded" '"skipped":1' \
        "$("$seed" status --json --database "$database" | tr '{' '\n' | grep '"ignores"' | grep -o '"skipped":1')"
    exits "$kind: failed retry tries and fails again" 1 "$seed" failed retry fails "${account}5" --database "$database"
    exits "$kind: failed skip passes over the culprit" 0 "$seed" failed skip fails "${account}5" --yes --database "$database"
    same "$kind: then the waiting events are applied" '{"total":2}' "$(state fails "${account}5")"
}

retries() {
    FLAKY_FILE=$work/flaky
    export FLAKY_FILE
    : >"$FLAKY_FILE"
    {
        event 7 deposited 1
        event 7 flaky
        event 7 deposited 1
    } | give
    run
    same "$kind: a retried event holds its key back" '{"total":1}' "$(state retries "${account}7")"
    rm -f "$FLAKY_FILE"
    sleep 0.1
    run
    same "$kind: the retry succeeds later, in order" '{"total":102}' "$(state retries "${account}7")"
    : >"$FLAKY_FILE"
    event 8 flaky | give
    for _ in 1 2 3 4 5; do
        run
        sleep 0.1
    done
    same "$kind: after three retries the key is failed" "failed" \
        "$("$seed" failed show retries "${account}8" --json --database "$database" |
            sed -n 's/.*"status":"\([a-z]*\)".*/\1/p')"
    rm -f "$FLAKY_FILE"
    exits "$kind: failed retry after the fix mends it" 0 "$seed" failed retry retries "${account}8" --database "$database"
    same "$kind: and the state is there" '{"total":100}' "$(state retries "${account}8")"
}

resets() {
    before=$(for projection in deposited_report by_account seen; do state $projection; done)
    for projection in deposited_report by_account seen; do
        "$seed" reset $projection --yes --database "$database" >/dev/null
    done
    same "$kind: reset empties" "" "$(state deposited_report)"
    run
    same "$kind: and the next run replays the same" "$before" \
        "$(for projection in deposited_report by_account seen; do state $projection; done)"
}

has_total() { # TOTAL
    [ "$(state by_account "${account}9" | sed 's/.*"total":\([0-9]*\),.*/\1/')" = "$1" ]
}

listens() {
    "$seed" run --log-level error --database "$database" 2>"$work/listen.err" &
    service=$!
    children="$children $service"
    event 9 deposited 1 | give
    if eventually 50 has_total 1; then ok "$kind: run and listen catches up"; else not_ok "$kind: run and listen catches up"; fi
    event 9 deposited 1 | give
    event 9 deposited 1 | give
    if eventually 50 has_total 3; then ok "$kind: and works as events come"; else not_ok "$kind: and works as events come"; fi
    kill -TERM "$service"
    wait "$service"
    same "$kind: SIGTERM ends it with status 0" 0 $?
}

for kind in $(stores); do
    database=$(fresh_database "$kind" seed)
    "$seed" schema --apply --database "$database" >/dev/null
    deposits
    several_aggregates
    unknown_events
    policies
    retries
    resets
    listens
    drop_database "$kind" seed
done
finish
