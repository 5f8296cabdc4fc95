#!/bin/sh
# Runs the conformance suite over every driver (PROJC_TEST_PG: the PostgreSQL to use; skipped without),
# then demands that mutants of the SQLite driver fail it. `make unit` has built $B/tests/store/suite.
# STORE_DRIVER=sqlite|postgres and STORE_TEST=part-of-a-name narrow it; STORE_MUTANTS=0 leaves those out.
set -eu

cd "$(dirname "$0")/../.."
: "${B:=$PWD/build}"
export B
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-store.XXXXXX")
chmod 755 "$work" # another user goes in
log=$work/log
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
export TMPDIR="$work"

[ -x "$B/tests/store/suite" ] || { echo "run.sh: no $B/tests/store/suite: make unit" >&2; exit 1; }
"$B/tests/store/suite" >"$log" 2>&1 || true
cat "$log"
summary=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -n 1)
[ -n "$summary" ] || { echo "run.sh: the suite did not come to its end" >&2; exit 1; }
passed=${summary%% passed*}
failed=${summary#* passed, }
failed=${failed%% failed*}
skipped=${summary##*failed, }
skipped=${skipped%% skipped*}

if [ "${STORE_MUTANTS:-1}" != 0 ] && [ "$failed" = 0 ]; then
    tests/store/mutants.sh >"$log" 2>&1 || true
    cat "$log"
    passed=$((passed + $(grep -c '^killed' "$log" || true)))
    failed=$((failed + $(grep -c -v '^killed' "$log" || true)))
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
