#!/bin/sh
# What a fault takes from the log itself. FAULTS_PROGRAM is the service, FAULTS_WORK a folder for scratch.
#
# A standby that was behind is promoted: what is lost of the log is lost with what was made of it, in one database, so the
# service goes on and is exact for the log there is. A log that was cut or exchanged under its projections is another
# matter: the service names it, and stops.
set -u

here=$(cd "$(dirname "$0")" && pwd)
: "${FAULTS_PROGRAM:?}" "${FAULTS_WORK:?}" "${PGTEST:=$here/../support/pg.sh}"
export PGTEST
pair=$FAULTS_WORK/pair-behind
log=$FAULTS_WORK/divergence.log
DATABASE_URL="postgresql:///postgres?host=$pair/a,$pair/b&user=postgres&target_session_attrs=read-write"
export DATABASE_URL
service=
passed=0
failed=0
trap '[ -z "$service" ] || kill -9 "$service" 2>/dev/null; "$here/pair.sh" stop "$pair"' EXIT
trap 'exit 143' HUP INT TERM

sql() { # STATEMENT
    psql -XqAt -v ON_ERROR_STOP=1 "$DATABASE_URL" -c "$1"
}

verdict() { # CLAIM COMMAND…
    claim=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $claim"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $claim"
        tail -n 5 "$log"
    fi
}

eventually() { # COMMAND…
    tries=300
    while ! "$@" 2>/dev/null; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.05
    done
}

append() { # COUNT
    sql "INSERT INTO events_faults (event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version)
         SELECT gen_random_uuid(), 'noted', json_build_object('v', (random() * 1000)::int), 'thing',
                '00000000-0000-0000-0000-000000000001', (random() * 1e15)::bigint FROM generate_series(1, $1)"
}

holds() { # CONDITION
    [ "$(sql "SELECT $1")" = t ]
}

at_head="(SELECT min(position) FROM projc_lane) = (SELECT max(no) FROM events_faults)"
is_exact="(SELECT events FROM faults_whole) = (SELECT count(*) FROM events_faults)
    AND NOT EXISTS (SELECT FROM (SELECT no, row_number() OVER (ORDER BY no) AS rank FROM events_faults) e
        FULL JOIN faults_whole_whole_steps s USING (no) WHERE (e.rank, 1) IS DISTINCT FROM (s.rank, s.times))"

start_service() {
    "$FAULTS_PROGRAM" run >>"$log" 2>&1 </dev/null &
    service=$!
}

has_ended() {
    ! kill -0 "$service" 2>/dev/null
}

# ---- a standby that is behind ----
if ! { PAIR_ASYNC=1 "$here/pair.sh" build "$pair" && "$FAULTS_PROGRAM" schema --apply; } >"$log" 2>&1; then
    tail -n 5 "$log"
    echo "not ok 1 - a pair of servers with the service's tables"
    echo "0 passed, 1 failed"
    exit 1
fi
start_service
append 20
verdict "the service is at the head" eventually holds "$at_head"
eventually holds "(SELECT bool_and(replay_lsn >= pg_current_wal_lsn()) FROM pg_stat_replication)"
psql -Xq "postgresql:///postgres?host=$pair/b&user=postgres" -c "ALTER SYSTEM SET primary_conninfo = ''" \
    -c "SELECT pg_reload_conf()" >/dev/null
eventually holds "NOT EXISTS (SELECT FROM pg_stat_replication)"
append 10
verdict "and at that of what the standby never gets" eventually holds "$at_head AND (SELECT count(*) = 30 FROM events_faults)"
"$here/pair.sh" promote "$pair"
verdict "the log has lost its end" eventually holds "(SELECT count(*) = 20 FROM events_faults)"
append 7
verdict "the service goes on by itself, exact for the log there is" eventually holds "$at_head AND $is_exact"

# ---- a log that was exchanged under its projections ----
moved=$(sql "SELECT max(no) FROM events_faults")
sql "UPDATE events_faults SET event_id = gen_random_uuid() WHERE no = $moved"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'projc%'" >/dev/null
append 5
verdict "an exchanged log ends the service" eventually has_ended
status=0
wait "$service" || status=$?
service=
verdict "with a status that says so" [ "$status" -ne 0 ]
verdict "and its name in the log" grep -q 'status=DIVERGED.*restored, cut or exchanged' "$log"
verdict "nothing was made of what is behind it" holds "(SELECT max(position) FROM projc_lane) = $moved"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
