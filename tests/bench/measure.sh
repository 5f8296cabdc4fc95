# Sourced by run.sh: databases, services, times, and the records of rows. A figure is left in $figure, a time in
# $took (microseconds): no function here runs in a subshell, so that a failure ends the whole.
# shellcheck shell=sh disable=SC2034,SC2154 # variables of run.sh and of its other parts

# Something is not as it must be: no figure is worth anything then.
wrong() {
    echo "bench: $*" >&2
    exit 2
}

# ---- databases: one for each log ----

url_of() { # NAME
    echo "$PROJC_TEST_PG" | sed "s|///[^?]*|///$1|"
}

sql() { # DATABASE STATEMENT…: prints the rows
    sql_database=$1
    shift
    for statement; do
        PGOPTIONS="-c client_min_messages=warning" psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$sql_database" -c "$statement" || wrong "failed: $statement"
    done
}

version_key=bench_events_aggregate_type_aggregate_id_aggregate_version_key

log_is_there() {
    there=$(sql "$PROJC_TEST_PG" "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '$log'")
    [ "$there" = complete ]
}

log_is_complete() {
    sql "$PROJC_TEST_PG" "COMMENT ON DATABASE $log IS 'complete'"
}

# The database of a log, filled at first use; $database is its URL then.
use_log() { # NAME json|msgpack uniform|zipf|once EVENTS KEYS
    log=bench_$1_$4
    database=$(url_of "$log")
    log_events=$4
    ! log_is_there || return 0
    say "loading $4 events in $5 accounts ($2, $3)"
    sql "$PROJC_TEST_PG" "DROP DATABASE IF EXISTS $log" "CREATE DATABASE $log"
    log_service=totals
    [ "$2" = json ] || log_service=packed_totals
    build_service "$log_service"
    "$work/$log_service" schema --apply --database "$database" >/dev/null
    # The indexes that a catch-up does not read are made afterwards, which takes less time.
    sql "$database" "ALTER TABLE bench_events DROP CONSTRAINT bench_events_event_id_key,
        DROP CONSTRAINT $version_key" "DROP INDEX bench_events_aggregate" \
        "ALTER TABLE bench_events DISABLE TRIGGER bench_events_notify"
    "$work/load" "$database" "$2" "$3" "$4" "$5" 1 || wrong "the log $1 cannot be loaded"
    sql "$database" "SET maintenance_work_mem = '512MB'; ALTER TABLE bench_events ADD UNIQUE (event_id),
        ADD UNIQUE (aggregate_type, aggregate_id, aggregate_version)" \
        "CREATE INDEX bench_events_aggregate ON bench_events (aggregate_type, aggregate_id, no)" \
        "ALTER TABLE bench_events ENABLE TRIGGER bench_events_notify" "VACUUM (ANALYZE) bench_events"
    log_is_complete
}

# ---- services ----

build_service() { # NAME
    [ ! -x "$work/$1" ] || return 0
    PROJC_HOME=$build "$build/bin/projc" build --exe "$work/$1" -o "$work" "$work/$1.proj" || wrong "$1.proj does not build"
}

# The service NAME as if it had never run on $database.
fresh() { # NAME
    build_service "$1"
    "$work/$1" schema --drop --yes --database "$database" >/dev/null
    "$work/$1" schema --apply --database "$database" >/dev/null
    rest
}

# What earlier runs left to write is written before the next one is timed.
rest() {
    case $database in
    postgres*) sql "$database" CHECKPOINT ;;
    esac
}

# ---- times ----

timed() { # COMMAND…: $took, $memory (KiB)
    "$work/cost" -o "$work/output" "$@" >"$work/cost.out" || true
    read -r processor memory took status <"$work/cost.out" || wrong "no cost of $*"
    [ "$status" = 0 ] || { cat "$work/output" >&2; wrong "status $status: $*"; }
}

# The catch-up of the service NAME from nothing to the head of $database.
catch_up() { # NAME
    fresh "$1"
    timed "$work/$1" run --once --log-level error --database "$database"
}

# A count for people: 10 M.
short() {
    awk "BEGIN { n = $1; print (n >= 1e6 ? n / 1e6 \" M\" : n >= 1e3 ? n / 1e3 \" k\" : n) }" </dev/null
}

calculate() { # EXPRESSION of awk
    awk "BEGIN { printf \"%.6g\n\", $1 }" </dev/null
}

# Events a second, from $took.
as_rate() { # EVENTS
    figure=$(calculate "$1 * 1e6 / $took")
}

as_seconds() {
    figure=$(calculate "$took / 1e6")
}

median() { # FILE
    sort -g "$1" | awk '{ value[NR] = $1 }
        END { if (NR == 0) exit 1; print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

# Both sides RUNS times, in turns, each first as often as second. They are functions that leave a figure in $figure.
in_turns() { # ID PRODUCT BASELINE
    : >"$work/$1.product"
    : >"$work/$1.baseline"
    turn=0
    while [ "$turn" -lt "$runs" ]; do
        if [ $((turn % 2)) = 0 ]; then
            one_turn "$1.product" "$2"
            one_turn "$1.baseline" "$3"
        else
            one_turn "$1.baseline" "$3"
            one_turn "$1.product" "$2"
        fi
        turn=$((turn + 1))
    done
}

one_turn() { # FILE FUNCTION
    figure=
    $2
    [ -n "$figure" ] || wrong "$2 gave no figure"
    echo "$figure" >>"$work/$1"
    say "$1: $figure"
}

# ---- what is told ----

say() {
    [ -z "${BENCH_VERBOSE:-}" ] || echo "# $(date +%T) $*" >&2
}

# A row of the table, from the files that in_turns left; the ratio is the median of the turns' ratios.
# SENSE: least or most (what the goal means), or none.
record() { # ID WORK BASELINE UNIT SENSE GOAL NOTE
    paste "$work/$1.product" "$work/$1.baseline" | awk '{ printf "%.6g\n", $1 / $2 }' >"$work/$1.ratio"
    ratio=$(median "$work/$1.ratio")
    tell "$1" "$2" "$3" "$(median "$work/$1.product")" "$(median "$work/$1.baseline")" "$4" "$ratio" "$5" "$6" \
        "$(tr '\n' ' ' <"$work/$1.ratio" | sed 's/ $//')" "$7"
}

# A row whose figure has nothing beside it but the goal.
record_alone() { # ID WORK FIGURE UNIT SENSE GOAL NOTE
    tell "$1" "$2" "-" "$3" "-" "$4" "$3" "$5" "$6" "-" "$7"
}

# A line of rows.tsv, whose columns these are; then come events and runs.
tell() { # ID WORK BASELINE PRODUCT OTHER UNIT RATIO SENSE GOAL RATIOS NOTE
    case $8 in
    least) verdict=$(awk "BEGIN { print ($7 >= $9 ? \"ok\" : \"below\") }") ;;
    most) verdict=$(awk "BEGIN { print ($7 <= $9 ? \"ok\" : \"above\") }") ;;
    *) verdict=- ;;
    esac
    {
        printf '%s\t' "$1" "$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9" "$verdict" "${10}" "${11}" "$log_events"
        echo "$runs"
    } >>"$work/rows.tsv"
    tail -n 1 "$work/rows.tsv" | awk -F '\t' -f "$here/table.awk"
}
