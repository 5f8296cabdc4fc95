#!/bin/sh
# Black-box tests of the service's commands on SQLite and PostgreSQL, of `projc test`, and of a runtime embedded in
# a program of one's own. Prints TAP lines and a summary.
#
# SERVICE_CASES="usage data …" and SERVICE_STORES="sqlite postgres" narrow a run.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${B:?}" "${PROJC:?}"
: "${CC:=cc}"
if [ -z "${PROJC_TEST_PG:-}" ]; then
    exec "$here/../support/pg.sh" with "$0"
fi
PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export PKG_CONFIG_PATH
# What the environment of the caller says of settings is not this test's business.
unset DATABASE_URL WORKERS LANES BATCH_BYTES PAGE_ROWS PAGE_BYTES QUEUE_MAX EVENT_MAX STATE_MAX FAILED_KEYS_MAX \
    WAITING_MAX POLL_INTERVAL STATEMENT_TIMEOUT SHUTDOWN_TIMEOUT LISTEN_ADDR READY_LAG LOG LOG_LEVEL PROJC_CONFIG || true

pg=$here/../support/pg.sh
psql=$("$here/../support/pg.sh" bin)/psql
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-service.XXXXXX")
chmod 755 "$work"
store=build
. "$here/lib.sh"
trap 'clean_up' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

jsonq=$work/jsonq
# shellcheck disable=SC2046,SC2086
$CC -O1 -g -std=c11 -D_POSIX_C_SOURCE=200809L ${PROJC_TEST_CFLAGS:-} -o "$jsonq" "$here/jsonq.c" $(pkg-config --cflags --libs jansson sqlite3)

# The program, the same without the rule that a refund breaks, and with another shape.
mkdir "$work/v1" "$work/v2" "$work/v3"
cp "$here/till.proj" "$work/v1"
sed '/refund above takings/d' "$here/till.proj" >"$work/v2/till.proj"
sed 's/sold: u32 }/sold: u32  refunded: decimal(2) }/; /refund above takings/s/.*/        refunded += amount/' \
    "$here/till.proj" >"$work/v3/till.proj"
for version in v1 v2 v3; do
    build_service "$work/$version" till
done
bin=$work/v1/till

for part in ${SERVICE_CASES:-usage commands data run serving terminal repair schema generations walk keyed bounds divergence stop file query queries verify history trouble upcast notify wakeup memory tests embedded}; do
    case $part in
        usage | commands | tests | memory | file) stores=sqlite ;;
        notify | stop | wakeup) stores=$(echo "${SERVICE_STORES:-sqlite postgres}" | tr " " "\n" | grep -x postgres || true) ;;
        *) stores=${SERVICE_STORES:-sqlite postgres} ;;
    esac
    for store in $stores; do
        . "$here/cases_$part.sh"
    done
done

echo "1..$number"
echo "$((number - failures - skipped)) passed, $failures failed, $skipped skipped"
[ "$failures" -eq 0 ] && [ "$number" -gt "$skipped" ]
