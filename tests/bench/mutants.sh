#!/bin/sh
# Whether run.sh notices: each mutant makes a baseline or a service count wrongly, and the row that has it must end with
# status 2.
#
#     tests/bench/mutants.sh
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
if [ -z "${PROJC_TEST_PG:-}" ]; then
    exec "$root/tests/support/pg.sh" with "$0" "$@"
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-bench-mutants-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
export B="${B:-$root/build}" RESULTS="$work/results" EVENTS=20000 RUNS=1 UPDATE_EVENTS=200 LIVE_SECONDS=1
mkdir -p "$work/tests"
cp -r "$root/tests/bench" "$root/tests/support" "$work/tests"
cp -r "$root/examples" "$work"
cd "$work/tests/bench"
passed=0
failed=0

mutant() { # ROW FILE CHANGE
    cp "$2" "$work/kept"
    sed -i "$3" "$2"
    status=0
    if cmp -s "$2" "$work/kept"; then
        status=no-change
    else
        BENCH_ONLY=$1 ./run.sh >"$work/log" 2>&1 || status=$?
    fi
    mv "$work/kept" "$2"
    if [ "$status" = 2 ] && grep -qE '^bench: .*(differ|holds|gives|passed over)' "$work/log"; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $1: $3"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $1: $3 (status $status)"
    fi
}

mutant stream-json totals.proj 's/max(largest, amount)/amount/'
mutant stream-msgpack totals.proj 's/debits += 1/debits += 2/'
mutant five totals.proj 's/debits += 1/debits += 2/'
mutant aggregate-columns rows_catch_up.sh 's/aggregate_id, max(no), count(\*)/aggregate_id, max(no), 1/'
mutant aggregate-packed accounts.proj 's/balance -= amount/balance += amount/'
mutant update-stream one_update.c 's/greatest(largest,/least(largest,/'
mutant update-aggregate one_update.c 's/by_hand.movements + 1/1/'
mutant shop shop_by_hand.c 's/items += (uint32_t)quantity/items += 1/'
mutant shop shop_by_hand.c '0,/all->passed_over++/s//(void)0/'
mutant live live_by_hand.c 's/state->debits += !is_credit;//'
mutant sqlite sqlite_by_hand.c 's/to->movements++/to->movements += 1 + (events == 7)/'
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
