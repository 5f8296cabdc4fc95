#!/bin/sh
# The listener's connection falls silent, and no other does: only the heartbeat can tell. Till then, and until the new
# connection listens, the service polls. Then the connection is killed, which is noticed at once. (A pooler, where nobody
# can listen: pooler.sh.)
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/slow.sh"

if [ -z "${PROJC_TEST_PG:-}" ] || [ -z "${PROJC_TEST_PG_DIR:-}" ]; then
    finish
    exit
fi
kind=postgres
build_slow
new_slow listener 4

# Nothing for 10 s, then a question, then up to 10 s for its answer.
heartbeat_ms=20000
poll_ms=1000
# What a busy machine may add to either.
slack_ms=${LISTENER_SLACK_MS:-3000}

start_relay "$PROJC_TEST_PG_DIR/.s.PGSQL.5432" 'projc listener'
relayed=$(echo "$database" | sed "s|^\(postgresql://\)[^?]*?|\1127.0.0.1:$port/postgres?|; s|host=[^&]*&*||; s|[?&]*\$||")
case $relayed in *user=*) ;; *) relayed="$relayed&user=postgres" ;; esac

start "$work/service.log" "$slow" run --log-level info --poll-interval ${poll_ms}ms --listen-addr 127.0.0.1:0 --database "$relayed"
live=$service
eventually 300 grep -q 'serving HTTP' "$work/service.log" || { not_ok "the service serves"; sed 's/^/# /' "$work/service.log"; }
base=$(sed -n 's/.*url=\(http[^ ]*\)\/$/\1/p' "$work/service.log")

metric() { # SERIES
    curl -sS --max-time 30 "$base/metrics" | awk -v name="$1" 'index($0, name " ") == 1 { print $2 }'
}

now_ms() {
    date +%s%3N
}

# One event, and how long the projections were behind it, by the database's clock: $waited, in milliseconds.
event=0
one_event() {
    event=$((event + 1))
    no=$(sql "INSERT INTO events_slow (event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version, created_at)
        VALUES (gen_random_uuid(), 'added', '{\"amount\": 1}', 'thing', 'a', $event, clock_timestamp()) RETURNING no")
    eventually 600 has_applied "$no" || not_ok "event $no is applied"
    waited=$(sql "SELECT ceil(1000 * extract(epoch FROM max(l.updated_at) - e.created_at)) FROM projc_lane l, events_slow e
        WHERE e.no = $no AND l.position = $no GROUP BY e.created_at")
}

has_applied() { # NO
    [ "$(sql "SELECT count(*) FROM slow_whole WHERE events >= $1")" = 1 ]
}

heard() { # COUNT: have so many notifications been heard of?
    [ "$(metric 'projc_notifications_total{kind="notify"}' | cut -d. -f1)" -gt "$1" ]
}

is_heard() { # CLAIM: the service hears of the next events, in the end
    before=$(metric 'projc_notifications_total{kind="notify"}' | cut -d. -f1)
    tries=30
    one_event
    while ! eventually 10 heard "$before" && [ "$tries" -gt 0 ]; do
        tries=$((tries - 1))
        one_event
    done
    if heard "$before"; then ok "$1"; else not_ok "$1"; fi
}

listeners() { # how many listening connections the server has
    sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'projc listener'"
}

lost() { # COUNT: has the listener lost its connection so often?
    [ "$(grep -c 'level=warn msg="the listener lost its connection"' "$work/service.log")" -ge "$1" ]
}

serves() { # does the listener apply events itself?
    [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'projc listener'
        AND query ~ '^(COMMIT|WITH moved)'")" = 1 ]
}

is_heard "the service hears of events through the relay"
one_event
one_event
if eventually 30 serves; then
    ok "the listener serves a part of what it hears of"
else
    not_ok "the listener serves a part of what it hears of"
    sql "SELECT query FROM pg_stat_activity WHERE application_name = 'projc listener'" | sed 's/^/# /'
fi

# ---- silence ----
echo hush >&3
eventually 100 grep -q '^silent ' "$work/hush.log"
begun=$(now_ms)
same "one connection has fallen silent" "silent 1" "$(grep '^silent ' "$work/hush.log")"
longest=0
while ! lost 1 && [ $(($(now_ms) - begun)) -lt 120000 ]; do
    one_event
    [ "${waited:-0}" -le "$longest" ] || longest=$waited
    sleep 0.2
done
took=$(($(now_ms) - begun))
echo "# noticed after $took ms, $event events, the longest wait $longest ms"
if lost 1 && [ "$took" -le $((heartbeat_ms + slack_ms)) ]; then
    ok "the heartbeat finds that nobody answers"
else
    not_ok "the heartbeat finds within $heartbeat_ms ms that nobody answers, not after $took"
fi
if grep -q 'the listener lost its connection.*does not answer' "$work/service.log"; then
    ok "the log says why"
else
    not_ok "the log says why"
    grep 'the listener' "$work/service.log" | sed 's/^/# /'
fi
if [ "$longest" -le $((poll_ms + slack_ms)) ]; then
    ok "meanwhile no event waits for longer than the poll interval"
else
    not_ok "meanwhile no event waits for longer than $poll_ms ms, but one did for $longest"
fi
is_heard "a new connection listens"
same "the metrics tell of one reconnect: no other connection was lost" 1 \
    "$(metric projc_db_reconnects_total | cut -d. -f1)"

# ---- a killed connection ----
killed=$(sql "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'projc listener'")
if [ "$killed" -ge 1 ] && eventually 300 lost 2; then
    ok "a killed connection is noticed"
else
    not_ok "a killed connection is noticed ($killed were)"
fi
is_heard "and another one listens"
same "the metrics tell of it" 2 "$(metric projc_db_reconnects_total | cut -d. -f1)"
same "each event was applied once" "$event|$event" "$(sql 'SELECT events, total FROM slow_whole')"
same "one connection listens, and none was left behind" 1 "$(listeners)"
end "$live"
same "the service ends in good order" 0 "$ended"
exec 3>&-
drop_database postgres listener
finish
