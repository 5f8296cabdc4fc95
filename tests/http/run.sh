#!/bin/sh
# HTTP of a service from outside: paths, hostile clients, a strict reader of the metrics, a database that stops and comes back, and the
# page in headless Chromium. Prints TAP lines and a summary.
#
# HTTP_CASES="paths hostile …" narrows a run.
set -u

here=$(cd "$(dirname "$0")" && pwd)
: "${B:?}" "${PROJC:?}"
: "${CC:=cc}"
PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export PKG_CONFIG_PATH
# What the environment of the caller says of settings is not this test's business.
unset DATABASE_URL WORKERS LANES BATCH_BYTES PAGE_ROWS PAGE_BYTES QUEUE_MAX EVENT_MAX STATE_MAX FAILED_KEYS_MAX WAITING_MAX \
    POLL_INTERVAL STATEMENT_TIMEOUT SHUTDOWN_TIMEOUT LISTEN_ADDR READY_LAG LOG LOG_LEVEL PROJC_CONFIG http_proxy || true

pg=$here/../support/pg.sh
psql=$("$pg" bin)/psql
suite=$B/tests/http/suite
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-http.XXXXXX")
chmod 755 "$work"
# The browser leaves folders behind.
export TMPDIR="$work"
. "$here/lib.sh"
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

cp "$here/watch.proj" "$work"
# shellcheck disable=SC2046,SC2086
if ! (cd "$work" && PROJC_HOME=$B "$PROJC" build --main watch.proj && $CC -O1 -g -std=c11 -D_POSIX_C_SOURCE=200809L \
    ${PROJC_TEST_CFLAGS:-} $(pkg-config --cflags projc) -o watch watch_main.c watch_proj.c $(pkg-config --libs projc)) \
    >"$work/build.log" 2>&1; then
    cat "$work/build.log"
    echo "not ok 1 - the service builds"
    exit 1
fi

for part in ${HTTP_CASES:-paths hostile metrics database page dashboard}; do
    . "$here/cases_$part.sh"
done

echo "1..$number"
echo "$((number - failures - skipped)) passed, $failures failed, $skipped skipped"
[ "$failures" -eq 0 ] && [ "$number" -gt "$skipped" ]
