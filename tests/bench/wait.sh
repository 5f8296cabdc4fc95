#!/bin/sh
# Read your writes: how long after the commit of a projection `projc_wait_for` returns, on both stores, with a runtime at
# work that has nothing else to do.
#
#     COUNT=1000 GOAL_MS=5 tests/bench/wait.sh
#
# Two rows for each store: from the commit of the batch that applied the event, and from the commit of the append (the
# runtime's wake-up, batch and flush to disk are in it); each tells whether its median is within the goal. Exit 1 when
# one from the batch's commit is above it.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
if [ -z "${PROJC_TEST_PG:-}" ] && "$root/tests/support/pg.sh" bin >/dev/null 2>&1; then
    exec "$root/tests/support/pg.sh" with "$0" "$@"
fi
build=${B:-$root/build}
case $build in /*) ;; *) build=$root/$build ;; esac
count=${COUNT:-1000}
goal_ms=${GOAL_MS:-5}
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-wait-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

cp "$root/examples/bank/bank.proj" "$work"
(cd "$work" && "$build/bin/projc" build bank.proj)
# shellcheck disable=SC2046
(cd "$work" && PKG_CONFIG_PATH=$build/lib/pkgconfig && export PKG_CONFIG_PATH &&
    ${CC:-cc} -O2 -std=c11 -D_POSIX_C_SOURCE=200809L $(pkg-config --cflags projc) -I. -o wait "$root/tests/bench/wait.c" bank_proj.c \
        $(pkg-config --libs projc))

status=0
printf '%-22s %6s %9s %9s %9s %9s  %s\n' 'wait returns after the' waits 'median ms' 'p90 ms' 'p99 ms' 'max ms' 'the median is'
echo SQLite
"$work/wait" "sqlite:$work/wait.db" "$count" "$goal_ms" || status=1
if [ -n "${PROJC_TEST_PG:-}" ]; then
    psql=$("$root/tests/support/pg.sh" bin)/psql
    "$psql" -q "$PROJC_TEST_PG" -c 'SET client_min_messages = error' -c 'DROP SCHEMA IF EXISTS bench_wait CASCADE' -c 'CREATE SCHEMA bench_wait'
    separator='?'
    case $PROJC_TEST_PG in *\?*) separator='&' ;; esac
    echo PostgreSQL
    "$work/wait" "$PROJC_TEST_PG${separator}options=-csearch_path%3Dbench_wait" "$count" "$goal_ms" || status=1
    "$psql" -q "$PROJC_TEST_PG" -c 'SET client_min_messages = error' -c 'DROP SCHEMA bench_wait CASCADE'
fi
exit "$status"
