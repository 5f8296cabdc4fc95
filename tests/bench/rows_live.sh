# Sourced by run.sh: rows in which the service runs on while events are appended.
# shellcheck shell=sh disable=SC2034,SC2154 # variables of run.sh and of its other parts

start_service() { # COMMAND…: $service is its process; run.sh ends it if something fails
    "$@" >"$work/service.log" 2>&1 &
    service=$!
}

stop_service() {
    kill -TERM "$service" 2>/dev/null || { cat "$work/service.log" >&2; wrong "the service has ended by itself"; }
    wait "$service" 2>/dev/null || true
    service=
}

# Waits until QUERY prints what is expected.
until_sql() { # QUERY EXPECTED
    tries=0
    while [ "$(sql "$database" "$1")" != "$2" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || { cat "$work/service.log" >&2; wrong "after a minute $1 does not give $2"; }
        sleep 0.1
    done
}

# ---- from the commit of an append to the state ----

measure_live() { # TABLE SIDE
    until_sql "SELECT max(position) = (SELECT max(no) FROM bench_events) FROM $1" t
    timed "$work/live" "$database" "$1" 200 "$live_events"
    read -r figure tail_figure longest <"$work/output"
    stop_service
    expected=
    check_totals "$1"
    echo "$tail_figure" >>"$work/live-p99.$2"
}

# The log grows from turn to turn: without statistics both sides' pages would be planned for a smaller one.
run_live() {
    fresh totals
    sql "$database" "ANALYZE bench_events"
    start_service "$work/totals" run --log-level error --database "$database"
    measure_live totals_totals product
}

run_live_by_hand() {
    rest
    sql "$database" "ANALYZE bench_events"
    sql "$database" "DROP TABLE IF EXISTS by_hand"
    start_service "$work/live_by_hand" "$database"
    until_sql "SELECT count(*) FROM pg_tables WHERE tablename = 'by_hand'" 1
    measure_live by_hand baseline
}

row_live() {
    live_events=$((200 * ${LIVE_SECONDS:-10}))
    use_log live json uniform 1000 100
    build_service totals
    : >"$work/live-p99.product"
    : >"$work/live-p99.baseline"
    in_turns live-p50 run_live run_live_by_hand
    record live-p50 "live, 200 appends/s: commit to state, p50" "LISTEN, page, one UPDATE, by hand" ms most 1.3 ""
    record live-p99 "live, 200 appends/s: commit to state, p99" "LISTEN, page, one UPDATE, by hand" ms most 2 ""
}

# ---- what the trigger costs the writers ----

append_rate() { # with a service that is told to run, or not
    timed "$work/append" "$database" 8 "${APPEND_SECONDS:-5}"
    figure=$(cat "$work/output")
}

run_append() { # ENABLE or DISABLE
    fresh totals
    sql "$database" "ALTER TABLE bench_events $1 TRIGGER bench_events_notify"
    start_service "$work/totals" run --log-level error --database "$database"
    until_sql "SELECT max(position) = (SELECT max(no) FROM bench_events) FROM totals_totals" t
    append_rate
    until_sql "SELECT max(position) = (SELECT max(no) FROM bench_events) FROM totals_totals" t
    stop_service
    sql "$database" "ALTER TABLE bench_events ENABLE TRIGGER bench_events_notify"
}

run_append_with_trigger() {
    run_append ENABLE
}

run_append_without_trigger() {
    run_append DISABLE
}

row_append() {
    use_log append json uniform 1000 100
    build_service totals
    in_turns append run_append_with_trigger run_append_without_trigger
    sql "$database" "ALTER TABLE bench_events DISABLE TRIGGER bench_events_notify"
    append_rate
    sql "$database" "ALTER TABLE bench_events ENABLE TRIGGER bench_events_notify"
    record append "append, 8 writers, service awake" "without trigger, service polling" rows/s least 0.85 \
        "without trigger and without a service: $(calculate "int($figure)") rows/s, once"
}
