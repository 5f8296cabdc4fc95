#!/bin/sh
# make bench: what services make of a log, against hand-written code and SQL on the same data and in the same run.
#
#     RUNS=5 EVENTS=1000000 tests/bench/run.sh
#     BENCH_ONLY="stream-json five" RUNS=3 EVENTS=100000 tests/bench/run.sh
#
# Prints a table; rows.tsv, rows.json, growth.tsv and the pictures go to RESULTS (default: the build folder's bench/), where the
# rows of earlier runs stay that this run has not. BENCH_VERBOSE=1 shows each turn. Exit 0: every goal is met, 1: one is missed, 2: a result is wrong, or something failed.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/bench
# The server: as it comes, but for memory and for checkpoints, which would fall into some turns and not into others. Logs
# that a server at hand has from an earlier run are used again.
if [ -z "${PROJC_TEST_PG:-}" ]; then
    export PG_OPTIONS="-c shared_buffers=1GB -c max_wal_size=16GB -c checkpoint_timeout=1h"
    exec "$root/tests/support/pg.sh" with "$0" "$@"
fi
build=${B:-$root/build}
case $build in
/*) ;;
*) build=$root/$build ;;
esac
events=${EVENTS:-1000000}
keys=${KEYS:-$((events / 10))}
update_events=${UPDATE_EVENTS:-5000}
runs=${RUNS:-5}
results=${RESULTS:-$build/bench}
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-bench-XXXXXX")
service=
trap '[ -z "$service" ] || kill "$service" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

. "$here/measure.sh"
. "$here/rows_catch_up.sh"
. "$here/rows_live.sh"
. "$here/rows_other.sh"
. "$here/rows_growth.sh"

all_rows="stream-json stream-msgpack aggregate-columns aggregate-packed aggregate-zipf aggregate-once five update-stream update-aggregate shop shop-copy live append sqlite processes growth memory tail"

flags=$(pkg-config --cflags --libs libpq sqlite3)
for program in load drain live live_by_hand append one_update sqlite_by_hand shop_by_hand shop_same_sql; do
    parts=
    case $program in
    shop_*) parts="$here/shop_rows.c $here/shop_arrays.c" ;;
    esac
    # shellcheck disable=SC2086 # flags, files
    ${CC:-cc} -O2 -std=c11 -D_POSIX_C_SOURCE=200809L -pthread -o "$work/$program" "$here/$program.c" $parts "$here/common.c" "$here/ids.c" $flags -lm
done
${CC:-cc} -O2 -o "$work/cost" "$here/cost.c"

# The services: one program for each kind, from the two that stand here.
cp "$here/events.proj" "$here/totals.proj" "$here/accounts.proj" "$work"
sed 's/"bench_events"/& { payload msgpack }/' "$here/events.proj" >"$work/packed_events.proj"
sed 's/package totals/package packed_totals/; s/"events.proj"/"packed_events.proj"/' "$here/totals.proj" >"$work/packed_totals.proj"
sed 's/package accounts/package accounts_packed/; s/state columns/state/' "$here/accounts.proj" >"$work/accounts_packed.proj"
{
    sed -n '/^projection/q; s/package totals/package five/; p' "$here/totals.proj"
    for name in one two three four five; do
        sed -n "s/projection totals/projection $name/; /^projection/,/^}/p" "$here/totals.proj"
    done
} >"$work/five.proj"

echo "$events events, medians of $runs runs; a ratio is projc's figure to the baseline's"
awk -v head=1 -f "$here/table.awk" </dev/null
: >"$work/rows.tsv"
for row in ${BENCH_ONLY:-$all_rows}; do
    case " $all_rows " in
    *" $row "*) "row_$(echo "$row" | tr - _)" ;;
    *) wrong "there is no row $row; there are $all_rows" ;;
    esac
done

# Rows of this run take the place of those with their name; the others stay.
mkdir -p "$results"
touch "$results/rows.tsv"
awk -F '\t' 'NR == FNR { row[$1] = $0; next } { print ($1 in row ? row[$1] : $0); delete row[$1] }
    END { close(ARGV[1]); while ((getline <ARGV[1]) > 0) if ($1 in row) print row[$1] }' "$work/rows.tsv" "$results/rows.tsv" >"$work/all.tsv"
mv "$work/all.tsv" "$results/rows.tsv"
[ ! -e "$work/growth.tsv" ] || cp "$work/growth.tsv" "$results/growth.tsv"
touch "$results/growth.tsv"
awk -f "$here/json.awk" "$results/rows.tsv" >"$results/rows.json"
for theme in light dark; do
    awk -v theme="$theme" -f "$here/picture.awk" "$results/rows.tsv" "$results/growth.tsv" >"$results/bench-$theme.svg"
done
awk -F '\t' '$10 == "below" || $10 == "above" { missed = missed " " $1 } END { if (missed) print "short of its goal:" missed; exit missed != "" }' \
    "$work/rows.tsv"
