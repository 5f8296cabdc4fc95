#!/bin/sh
# The whole service under faults: builds the three services of these tests, runs the scripts, sums up.
#
# SYSTEM_SCRIPTS="kill lanes" narrows a run, PROJC_TEST_SEED repeats its choices.
set -u

here=$(cd "$(dirname "$0")" && pwd)
: "${B:?}" "${PROJC:?}"
: "${PROJC_HOME:=$(cd "$here/../.." && pwd)}" "${PGTEST:=$here/../support/pg.sh}"
PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export PROJC_HOME PGTEST PKG_CONFIG_PATH
if [ -z "${PROJC_TEST_PG:-}" ]; then
    PG_FSYNC=off exec "$PGTEST" with "$here/run.sh"
fi
# What the caller's environment says of settings is not these tests' business.
unset DATABASE_URL WORKERS LANES BATCH_BYTES PAGE_ROWS PAGE_BYTES QUEUE_MAX EVENT_MAX STATE_MAX FAILED_KEYS_MAX \
    WAITING_MAX POLL_INTERVAL STATEMENT_TIMEOUT SHUTDOWN_TIMEOUT LISTEN_ADDR READY_LAG LOG LOG_LEVEL PROJC_CONFIG || true

SYSTEM_SERVICES=$(mktemp -d "${TMPDIR:-/tmp}/projc-services-XXXXXX")
export SYSTEM_SERVICES
running=
trap 'rm -rf "$SYSTEM_SERVICES"' EXIT
# The script that runs cleans up after itself; then it is this one's turn.
trap '[ -z "$running" ] || { kill "$running"; wait "$running"; }; exit 143' HUP INT TERM
PROJC_TEST_SEED=${PROJC_TEST_SEED:-$(date +%N | sed 's/^0*//')}
export PROJC_TEST_SEED

build() { # NAME PROJ [OWN-MAIN]
    main=${3:-$SYSTEM_SERVICES/$1_main.c}
    # shellcheck disable=SC2046,SC2086
    "$PROJC" build -o "$SYSTEM_SERVICES" $([ -n "${3:-}" ] || echo --main) "$2" &&
        ${CC:-cc} -O1 -g ${PROJC_TEST_CFLAGS:-} -I"$SYSTEM_SERVICES" -o "$SYSTEM_SERVICES/$1" "$main" \
            "$SYSTEM_SERVICES/$1_proj.c" $(pkg-config --cflags --libs projc)
}

if ! build bank "$PROJC_HOME/examples/bank/bank.proj" || ! build slow "$here/slow.proj" "$here/slow_main.c" ||
    ! build bad "$here/bad.proj" || ! ${CC:-cc} -O1 -o "$SYSTEM_SERVICES/generate" "$PROJC_HOME/examples/bank/generate.c"; then
    echo "not ok 1 - the services build"
    echo "0 passed, 1 failed"
    exit 1
fi

echo "# PROJC_TEST_SEED=$PROJC_TEST_SEED"
passed=0 failed=0 skipped=0
for script in ${SYSTEM_SCRIPTS:-seed notices kill lanes repair poison horizon listener pooler bad room restarts}; do
    begun=$(date +%s)
    path=$here/$script.sh
    [ -e "$path" ] || path=$here/../stress/$script.sh
    "$path" >"$SYSTEM_SERVICES/log" 2>&1 &
    running=$!
    wait "$running"
    status=$?
    running=
    sed "s/^\(ok\|not ok\) \([0-9]*\) - /\1 \2 - $script: /" "$SYSTEM_SERVICES/log"
    skips=$(grep -c '^ok .*# SKIP' "$SYSTEM_SERVICES/log")
    good=$(($(grep -c '^ok ' "$SYSTEM_SERVICES/log") - skips))
    bad=$(grep -c '^not ok ' "$SYSTEM_SERVICES/log")
    # A script that breaks off, or says nothing, has not passed.
    if [ "$bad" = 0 ] && { [ "$status" != 0 ] || [ $((good + skips)) = 0 ]; }; then
        echo "not ok - $script: exit status $status after $good tests"
        bad=1
    fi
    echo "# $script: $good passed, $bad failed, $(($(date +%s) - begun)) s"
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skips))
done
echo "$passed passed, $failed failed$([ "$skipped" = 0 ] || echo ", $skipped skipped")"
[ "$failed" = 0 ]
