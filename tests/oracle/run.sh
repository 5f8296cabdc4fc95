#!/bin/sh
# Random programs: the compiled program in the real engine against an interpreter of the tree.
#
#   COUNT=100 SEED=1          how many programs, and the first one's seed; program i has SEED + i
#   ORACLE_STORE=postgres     on PostgreSQL (PROJC_TEST_PG, or a private one) instead of SQLite
#   ORACLE_BATCH=20           programs in one executable
#   ORACLE_CFLAGS=-O0         of the generated C; ORACLE_KEEP=DIR keeps what failed
#   ORACLE_WITHOUT="reals"    constructs that programs do not use: see `suite features`
#   ORACLE_WITH="tables"      constructs that must be asked for; unset: all of them
#
# A failure prints its seed: `SEED=N COUNT=1 ORACLE_KEEP=/tmp/n tests/oracle/run.sh` replays it.
# Without COUNT also the programs in found/, which were reduced from failures, and on the private
# PostgreSQL of `make test` a few random ones.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:=$root/build}" "${CC:=gcc}" "${PROJC_TEST_CFLAGS:=}" "${SEED:=1}" "${ORACLE_BATCH:=20}"
: "${PROJC:=$B/bin/projc}" "${ORACLE_STORE:=sqlite}" "${ORACLE_WITHOUT:=}" "${ORACLE_WITH=tables queries upcasts notify units}"
if [ "$ORACLE_STORE" = postgres ] && [ -z "${PROJC_TEST_PG:-}" ]; then
    PG_FSYNC=off exec "$root/tests/support/pg.sh" with "$0" "$@"
fi
# Databases in memory where there is such a folder: thousands of commits wait for no disk.
[ ! -w /dev/shm ] || TMPDIR=/dev/shm
export TMPDIR B CC PROJC PROJC_TEST_CFLAGS LC_ALL=C TZ=UTC
export PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
unset PROJC_HOME
scratch=$(mktemp -d "${TMPDIR:-/tmp}/projc-oracle.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
log=$scratch/log
: >"$log"

for unit in runner compare; do
    # shellcheck disable=SC2086
    if ! $CC -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -Wall -Wextra $PROJC_TEST_CFLAGS -pthread \
        -I "$root/runtime" -I "$root/runtime/include" -c "$here/runner/$unit.c" -o "$scratch/$unit.part"; then
        echo "0 passed, 1 failed"
        exit 1
    fi
done
ld -r -o "$scratch/runner.o" "$scratch/runner.part" "$scratch/compare.part" || exit 1

# batches FIRST COUNT: two at a time; what they print goes to the log and to the terminal.
batches() {
    seed=$1
    left=$2
    while [ "$left" -gt 0 ]; do
        size=$((left < ORACLE_BATCH ? left : ORACLE_BATCH))
        echo "$seed $size"
        seed=$((seed + size))
        left=$((left - size))
    done | xargs -P 2 -L 1 sh -c \
        '"$0" "$3" "$4" "$1" $2 >"$1.$3" 2>&1; cat "$1.$3"; rm -f "$1.$3"' \
        "$here/run_batch.sh" "$scratch/runner.o" "without $ORACLE_WITHOUT with $ORACLE_WITH" | tee -a "$log" | grep -v '^ran .* 0 differ$'
}

# failed = programs with a line of their own; passed = those that ran and do not differ.
finish() {
    failed=$(grep -cE '^(differs|invalid|broken) seed' "$log")
    passed=$(awk '/^ran / { ran += $2; differ += $3 } END { print ran - differ }' "$log")
    echo "$((passed + ${1:-0})) passed, $((failed + ${2:-0})) failed"
    [ "$failed" -eq 0 ] && [ "${2:-0}" -eq 0 ] && [ "$passed" -gt 0 ]
    exit $?
}

if [ "$ORACLE_STORE" = postgres ]; then
    export ORACLE_DATABASE="$PROJC_TEST_PG"
fi
if [ -n "${COUNT:-}" ]; then
    batches "$SEED" "$COUNT"
    finish
fi

batches "$SEED" 100
if [ -n "${PROJC_TEST_PG:-}" ] && [ "$ORACLE_STORE" = sqlite ]; then
    export ORACLE_DATABASE="$PROJC_TEST_PG"
    batches 5001 10
fi
good=0
bad=0
for file in "$here"/found/*.proj; do
    if CC="$CC $PROJC_TEST_CFLAGS" PROJC_HOME="$B" "$PROJC" test "$file" >"$scratch/found" 2>&1; then
        good=$((good + 1))
    else
        bad=$((bad + 1))
        echo "$file"
        sed 's/^/    /' "$scratch/found"
    fi
done
"$here/mutants.sh" >"$scratch/mutants" 2>&1
cat "$scratch/mutants"
good=$((good + $(grep -c '^killed ' "$scratch/mutants")))
bad=$((bad + $(grep -c '^survived ' "$scratch/mutants")))
[ "$(grep -c '^killed ' "$scratch/mutants")" -gt 0 ] || bad=$((bad + 1))
finish "$good" "$bad"
