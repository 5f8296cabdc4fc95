# A log that is not the one the positions came from is named, and nothing is made of it. Sourced by run.sh for each store.
# shellcheck shell=sh

empty_the_log() { # numbers begin anew
    if [ "$store" = sqlite ]; then
        sql "DELETE FROM till_sales" >/dev/null
        sql "DELETE FROM sqlite_sequence WHERE name = 'till_sales'" >/dev/null
    else
        sql "TRUNCATE till_sales RESTART IDENTITY"
    fi
}
# Five events, and all projections behind them.
settle() {
    fresh_schema
    feed "$(opened 1 Ann)
$(sold 1 1)
$(sold 1 2)
$(opened 2 Bob)
$(sold 2 4)" append
    svc run --once
    [ "$rc" = 0 ] || echo "$said"
}
# What there is of states and positions.
stored() {
    for projection in takings audit sum; do
        svc inspect "$projection" --json
        echo "$out"
    done
    sql "SELECT generation, lane, position, epoch FROM projc_lane ORDER BY generation, lane"
}
# The claim: whoever works on this log says so by name and changes nothing, until it is told to begin anew.
diverges() { # what the event is, by the message
    before=$(stored)
    svc run --once
    wants "$how: run --once names it and says what to do" 1 'status=DIVERGED' "$1" 'restored, ' 'database' 'reset'
    equals "$how: and makes nothing of it" "$before" "$(stored)"
    # The other stream's projection is not concerned, and goes on.
    start_service --log-level info
    holds "$how: a running service names it" until_true grep -q 'status=DIVERGED.*restored, ' "$work/service.log"
    stop_service TERM
    wants "$how: and ends with a status that says so" 1
    equals "$how: nor does it make anything of it" "$before" "$(stored)"
    svc audit
    wants "$how: audit does not call it right" 1 '.'
    for projection in takings audit sum; do
        svc reset "$projection" --yes
    done
    svc run --once
    wants "$how: after reset it is a log like any other" 0
    svc inspect sum --json
    equals "$how: whose events are applied" "$2" "$(field .state.events)"
}

how='the end is cut off'
settle
sql "DELETE FROM till_sales WHERE no = 5" >/dev/null
diverges 'event 5 of .* is missing, so this log is not the one that was applied: the log was restored' 4

how='restored to before, and written on'
settle
empty_the_log
feed "$(opened 1 Ann)
$(sold 1 1)
$(sold 1 2)
$(opened 3 Cid)
$(sold 3 8)
$(sold 3 9)" append
diverges 'event 5 of .* is not the one that was applied' 6

how='emptied'
settle
empty_the_log
diverges 'event 5 of .* is missing' ''

how='another database'
settle
sql "UPDATE till_sales SET event_id = $([ "$store" = sqlite ] && echo 'randomblob(16)' || echo 'gen_random_uuid()')" >/dev/null
diverges 'event 5 of .* is not the one that was applied' 5

how='emptied under a running service'
settle
start_service --log-level info --poll-interval 200ms
empty_the_log
feed "$(opened 4 Dan)
$(sold 4 1)" append
before=$(stored)
tries=0
until grep -q 'projection=sum status=DIVERGED' "$work/service.log" || [ "$tries" -ge 600 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
holds "$how: it is named all the same, in some seconds" grep -q 'projection=sum status=DIVERGED' "$work/service.log"
equals "$how: nothing is made of it" "$before" "$(stored)"
stop_service TERM
wants "$how: and it ends with a status that says so" 1
