#!/bin/sh
# A worker dies before and after every single call of libpq, for each kind of projection; then mutants of the commit,
# which must be noticed. PROJC_TEST_PG: the PostgreSQL to use. CALLS_KINDS="aggregate keyed stream live-aggregate live-stream" narrows it;
# CALLS_DEATHS=all dies at every call (make stress STRESS_PARTS=calls), a number at so many of them.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=${PROJC_HOME:-$(cd "$here/../.." && pwd)}
: "${B:?}" "${PROJC:=$B/bin/projc}" "${CC:=gcc}" "${PROJC_TEST_CFLAGS:=}"
if [ -z "${PROJC_TEST_PG:-}" ]; then
    PG_FSYNC=off exec "$root/tests/support/pg.sh" with "$0"
fi
export PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
psql=$("$root/tests/support/pg.sh" bin)/psql
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-calls.XXXXXX")
schema=calls_$$
clean_up() {
    "$psql" -q "$PROJC_TEST_PG" -c "SET client_min_messages = error; DROP SCHEMA IF EXISTS $schema CASCADE" || true
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

rebuild=$root/tests/rebuild
cp "$rebuild/mix.proj" "$work"
(cd "$work" && PROJC_HOME=$B "$PROJC" build mix.proj 2>/dev/null)
separator='?'
case $PROJC_TEST_PG in *\?*) separator='&' ;; esac
url="$PROJC_TEST_PG${separator}options=-csearch_path%3D$schema"

# program NAME [OBJECT…]: the objects take the place of the library's members.
program() {
    name=$1
    shift
    # shellcheck disable=SC2046,SC2086
    $CC -std=c11 -D_DEFAULT_SOURCE -O1 -g -pthread $PROJC_TEST_CFLAGS -I"$work" -I"$rebuild" -I"$root/runtime" \
        -I"$root/runtime/include" $(pkg-config --cflags libpq) -o "$work/$name" "$here/deaths.c" "$rebuild/mix_world.c" \
        "$work/mix_proj.c" "$@" $(pkg-config --cflags --libs projc) $(pkg-config --libs libpq) \
        -Wl,--wrap=PQconnectdbParams,--wrap=PQsendQuery,--wrap=PQsendQueryParams,--wrap=PQsendQueryPrepared \
        -Wl,--wrap=PQsendPrepare,--wrap=PQpipelineSync \
        -Wl,--wrap=PQflush,--wrap=PQconsumeInput,--wrap=PQgetResult,--wrap=PQgetCopyData
}

fresh() {
    "$psql" -q "$PROJC_TEST_PG" -c "SET client_min_messages = error; DROP SCHEMA IF EXISTS $schema CASCADE" \
        -c "CREATE SCHEMA $schema"
}

deaths=${CALLS_DEATHS:-150}
[ "$deaths" != all ] || deaths=
passed=0
failed=0
program calls
for kind in ${CALLS_KINDS:-aggregate keyed stream live-aggregate live-stream}; do
    fresh
    # shellcheck disable=SC2086
    if "$work/calls" "$url" "$kind" $deaths; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
done

# mutant KIND WHAT SED-SCRIPT: of the commit.
mutant() {
    sed "$3" "$root/runtime/store/postgres/commit.c" >"$work/commit.c"
    verdict=alive
    if cmp -s "$work/commit.c" "$root/runtime/store/postgres/commit.c"; then
        verdict="its place in commit.c was not found"
    else
        # shellcheck disable=SC2046,SC2086
        $CC -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -pthread $PROJC_TEST_CFLAGS -w -I"$root/runtime/include" -I"$root/runtime" \
            $(pkg-config --cflags libpq) -c "$work/commit.c" -o "$work/mutant.o"
        program mutant "$work/mutant.o"
        fresh
        # shellcheck disable=SC2086
        timeout --foreground 300 "$work/mutant" "$url" "$1" $deaths >"$work/mutant.log" 2>&1 || verdict=killed
        if grep 'not prepared' "$work/mutant.log"; then verdict="not tried"; fi
    fi
    if [ "$verdict" = killed ]; then
        passed=$((passed + 1))
        echo "killed: $1: $2"
    else
        failed=$((failed + 1))
        echo "$verdict: $1: $2"
    fi
}

# A commit in two: what stands before is committed, and another unit begun.
cut='(void)projc__unit_end(\&pipeline); projc__unit_begin(\&pipeline, postgres, is_long(unit), error);'
within='/^static projc_status commit(/,/^}/'
for kind in aggregate live-aggregate; do
    mutant $kind 'rows are committed before the positions' \
        "$within s/^    projc__pipeline_send_claims(.*//; $within s/^    if (tells_late)\$/    $cut projc__pipeline_send_claims(\&pipeline, unit, is_trusting, !tells_late, \&claimed);\n&/"
    mutant $kind 'positions are committed before the rows' "$within s/^    projc__pipeline_send_claims(.*/&\n    $cut/"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
