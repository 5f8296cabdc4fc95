#!/bin/sh
# Stored collections that projc never wrote, and states with a bit turned over, are refused; on both stores, and by
# the whole service, whose text names the command that mends it.
#
# STRICT_STATES=4 takes the smallest of so many states of every type (make stress takes 40).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:?}" "${PROJC:=$B/bin/projc}" "${CC:=gcc}" "${PROJC_TEST_CFLAGS:=}" "${STRICT_STATES:=4}"
if [ -z "${PROJC_TEST_PG:-}" ]; then
    exec "$root/tests/support/pg.sh" with "$0"
fi
export PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
unset DATABASE_URL PROJC_CONFIG LANES WORKERS || true
psql=$("$root/tests/support/pg.sh" bin)/psql
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-strict.XXXXXX")
schemas=
cleanup() {
    for schema in $schemas; do
        "$psql" -qX "$PROJC_TEST_PG" -c "SET client_min_messages = error; DROP SCHEMA IF EXISTS $schema CASCADE" || true
    done
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
passed=0
failed=0
claims=0

# An empty database of the store: $url.
fresh() { # store
    claims=$((claims + 1))
    if [ "$1" = sqlite ]; then
        url=sqlite:$work/$claims.db
        return
    fi
    schema=strict_${$}_$claims
    schemas="$schemas $schema"
    "$psql" -qX "$PROJC_TEST_PG" -c "CREATE SCHEMA $schema"
    separator='?'
    case $PROJC_TEST_PG in *\?*) separator='&' ;; esac
    url="$PROJC_TEST_PG${separator}options=-csearch_path%3D$schema"
}

# Adds up what a program of claims says.
summed() { # command…
    "$@" >"$work/log" 2>&1 || true
    cat "$work/log"
    # shellcheck disable=SC2046
    set -- $(awk '/^[0-9]+ passed, [0-9]+ failed/ { print $1, $3 }' "$work/log")
    passed=$((passed + ${1:-0}))
    failed=$((failed + ${2:-1}))
}

claim() { # text command…
    text=$1
    shift
    if "$@" >"$work/claim.log" 2>&1; then
        passed=$((passed + 1))
        echo "ok - $text"
    else
        failed=$((failed + 1))
        echo "not ok - $text"
        cat "$work/claim.log"
    fi
}

service() { # arguments…: what it says, and its exit status as the last line
    rc=0
    DATABASE_URL=$url "$work/shapes_service" "$@" >"$work/out" 2>&1 || rc=$?
    echo "exit $rc" >>"$work/out"
}

# ---- the programs ----

cp "$here/bag.proj" "$here/shapes.proj" "$work"
awk -v what=program -f "$root/tests/view/values.awk" >"$work/values.proj"
awk -v what=events -v seed=5 -v count="$STRICT_STATES" -f "$root/tests/view/values.awk" >"$work/values.jsonl"
(cd "$work" && for program in bag shapes values; do PROJC_HOME=$B "$PROJC" build --main $program.proj 2>/dev/null; done)
# shellcheck disable=SC2046,SC2086
compile() { # program sources…
    program=$1
    shift
    $CC -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g -pthread -Wall -Wextra -Werror $PROJC_TEST_CFLAGS -I"$work" -I"$root/runtime/include" \
        -I"$root/runtime" -o "$work/$program" "$@" $(pkg-config --cflags --libs projc)
}
compile strict "$here/strict.c" "$work/bag_proj.c"
compile flips "$here/flips.c" "$work/bag_proj.c" "$work/shapes_proj.c" "$work/values_proj.c"
compile shapes_service "$work/shapes_main.c" "$work/shapes_proj.c"

summed "$work/strict"
for store in sqlite postgres; do
    for program in bag shapes values; do
        fresh $store
        events=
        [ $program != values ] || events=$work/values.jsonl
        # shellcheck disable=SC2086
        summed "$work/flips" check "$url" $program $events
    done

    # ---- the service ----
    fresh $store
    service schema --apply
    cat >"$work/shapes.jsonl" <<'EVENTS'
{"type":"Thing","id":"one","event":"Seen","payload":{"grade":"High","n":7,"at":{"x":1.5,"raw":"AAEC"},"words":["a"]}}
EVENTS
    service append --file "$work/shapes.jsonl"
    service run --once
    for projection in things all grades; do
        for bit in 5 70 -1; do
            what="$store: $projection, bit $bit"
            "$work/flips" damage "$url" shapes $projection $bit
            service append --file "$work/shapes.jsonl"
            service run --once
            claim "$what: run --once ends with status 1" grep -qx 'exit 1' "$work/out"
            claim "$what: and names what mends it" grep -q "rebuild $projection --in-place\`" "$work/out"
            service inspect $projection
            claim "$what: so does inspect" grep -q "rebuild $projection --in-place\`" "$work/out"
            service rebuild $projection --in-place
            claim "$what: which it does" grep -qx 'exit 0' "$work/out"
            service run --once
            claim "$what: all is well again" grep -qx 'exit 0' "$work/out"
            service verify
            claim "$what: to the byte" grep -qx 'exit 0' "$work/out"
        done
    done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
