#!/bin/sh
# make bench: the bank example's catch-up against one UPDATE per event in C, on both stores, in one run.
#
#     EVENTS=100000 BASELINE_EVENTS=10000 RUNS=5 make bench
#
# Ratios travel, absolute figures do not: both sides run on the same data and the same server, alternating; the
# table shows medians. Durability is on (synchronous FULL, fsync). The bank example applies three projections to
# every event, the baseline one.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# Both stores: without a server at hand, one for this run alone.
if [ -z "${PROJC_TEST_PG:-}" ] && "$root/tests/support/pg.sh" bin >/dev/null 2>&1; then
    exec "$root/tests/support/pg.sh" with "$0" "$@"
fi
build=${B:-$root/build}
case $build in
/*) ;;
*) build=$root/$build ;;
esac
events=${EVENTS:-100000}
baseline_events=${BASELINE_EVENTS:-10000}
runs=${RUNS:-5}
goal=${GOAL:-20}
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

median() {
    sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

# The service's catch-up from zero, in events per second of the log.
product_rate() {
    for projection in balance totals statement; do
        "$work/bank" reset "$projection" --yes --database "$1" >/dev/null
    done
    started=$(date +%s%N)
    "$work/bank" run --once --log-level error --database "$1" 2>/dev/null
    ended=$(date +%s%N)
    echo $((events * 1000000000 / (ended - started)))
}

bench_store() { # NAME DATABASE BASELINE_DATABASE
    "$work/bank" schema --apply --database "$2" >/dev/null
    "$work/bank" append --file "$work/events.jsonl" --database "$2" >/dev/null
    "$work/bank" run --once --log-level error --database "$2" 2>/dev/null
    : >"$work/product"
    : >"$work/baseline"
    run=0
    while [ "$run" -lt "$runs" ]; do
        product_rate "$2" >>"$work/product"
        "$work/one_update" "$3" "$baseline_events" >>"$work/baseline"
        run=$((run + 1))
    done
    product=$(median <"$work/product")
    baseline=$(median <"$work/baseline")
    printf '%-12s %14s %18s %9s\n' "$1" "$product" "$baseline" "$((product / baseline)) x"
    echo "$((product / baseline))" >>"$work/ratios"
}

PATH=$build/bin:$PATH
projc build --exe "$work/bank" -o "$work" "$root/examples/bank/bank.proj"
${CC:-cc} -O2 -o "$work/generate" "$root/examples/bank/generate.c"
${CC:-cc} -O2 -o "$work/one_update" "$root/tests/bench/one_update.c" $(pkg-config --cflags --libs libpq sqlite3)
"$work/generate" "$events" 1 >"$work/events.jsonl"

echo "catch-up of $events events by the bank example (three projections), medians of $runs runs"
printf '%-12s %14s %18s %9s\n' "store" "projc events/s" "one UPDATE/event" "ratio"
: >"$work/ratios"
bench_store SQLite "sqlite:$work/bank.db" "$work/bank.db"
if [ -n "${PROJC_TEST_PG:-}" ]; then
    bench_store PostgreSQL "$PROJC_TEST_PG" "$PROJC_TEST_PG"
else
    echo "PostgreSQL   skipped: no server is installed (make deps)"
fi
awk -v goal="$goal" '$1 < goal { below = 1 } END { if (below) print "below the goal of " goal " x"; exit below }' "$work/ratios"
