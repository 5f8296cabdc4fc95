#!/bin/sh
# A projection is rebuilt beside the live one while a service keeps that current, a writer appends RATE events a
# second and a reader queries in a loop; the rebuild is killed and resumed KILLS times. Then the same by a raised
# version; then mutants of the swap and of resuming, which must be noticed. EVENTS=20000 RATE=200 KILLS=5 THINGS=500;
# GENERATIONS_STORES="sqlite postgres", GENERATIONS_PARTS="rebuilt raised locked" and GENERATIONS_MUTANTS=0 narrow it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=${PROJC_HOME:-$(cd "$here/../.." && pwd)}
: "${B:?}" "${PROJC:=$B/bin/projc}" "${CC:=cc}" "${EVENTS:=20000}" "${RATE:=200}" "${KILLS:=5}" "${THINGS:=500}"
if [ -z "${PROJC_TEST_PG:-}" ]; then
    exec "$root/tests/support/pg.sh" with "$0"
fi
PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export PKG_CONFIG_PATH
unset WORKERS LANES BATCH_BYTES PAGE_ROWS PAGE_BYTES LOG LOG_LEVEL PROJC_CONFIG || true
psql=$("$root/tests/support/pg.sh" bin)/psql
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-generations.XXXXXX")
store=build
. "$here/lib.sh"
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# The program, one with other handlers, and the same as a version of its own with another shape.
mkdir "$work/v1" "$work/changed" "$work/v2"
cp "$here/hits.proj" "$work/v1"
sed 's/total += amount$/total += amount * 2/; s/total += amount }/total += amount * 2 }/' "$here/hits.proj" >"$work/changed/hits.proj"
sed 's/projection tally for each Thing {/&\n    version 2/; s/^        total: i64/&\n        last: i64/; s/hits += 1  total/last = event.no  &/' \
    "$work/changed/hits.proj" >"$work/v2/hits.proj"
for version in v1 changed v2; do
    program "$work/$version"
    cmp -s "$here/hits.proj" "$work/$version/hits.proj" && [ $version != v1 ] && { echo "run.sh: $version is no other program" >&2; exit 1; }
done
# shellcheck disable=SC2046,SC2086
$CC -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g ${PROJC_TEST_CFLAGS:-} -I"$work/v1" -o "$work/load" "$here/load.c" \
    "$work/v1/hits_proj.c" $(pkg-config --cflags --libs projc) $(pkg-config --cflags --libs libpq sqlite3)

events() { # count things
    awk -v count="$1" -v things="$2" 'BEGIN { for (n = 0; n < count; n++)
        printf "{\"type\":\"thing\",\"id\":\"00000000-0000-0000-0000-%012x\",\"event\":\"hit\",\"payload\":{\"amount\":1}}\n",
            (n * 7919) % things }'
}

# A service of the old program, a writer and a reader.
begin() {
    fresh
    "$work/v1/hits" schema --apply >/dev/null
    events "$EVENTS" "$THINGS" | "$work/v1/hits" append --file - >/dev/null
    "$work/v1/hits" run --once 2>/dev/null
    start service "$work/v1/hits" run
    until_true grep -q 'lanes dealt out' "$work/service.err"
    start writer "$work/load" write "$url" "$RATE" "$THINGS"
    start reader "$work/load" read "$plain"
}
finish() {
    stop reader
    stop writer
    stop service
}

# In 2,000 units of work, so that there is time to look. Killed when it is past its share of the way; the next one must not begin below where this one was.
killed=0 resumed_below=0 numbers=
rebuild_and_kill() { # share
    wanted=$((EVENTS * $1 / (KILLS + 2)))
    start rebuild env BATCH_BYTES=1000 PAGE_ROWS=$((EVENTS / 2000)) "$work/${PROGRAM:-changed}/hits" rebuild tally
    found=
    while kill -0 "$pid_rebuild" 2>/dev/null; do
        found=$(building) || found=
        [ -n "$found" ] || continue
        [ "${found#* }" -ge "${reached:-0}" ] || resumed_below=$((resumed_below + 1))
        [ "${found#* }" -lt "$wanted" ] || break
    done
    kill -9 "$pid_rebuild" 2>/dev/null && killed=$((killed + 1))
    wait "$pid_rebuild" 2>/dev/null || true
    found=$(building)
    reached=${found#* }
    numbers="$numbers ${found%% *}"
}

for store in ${GENERATIONS_STORES:-sqlite postgres}; do
    for part in ${GENERATIONS_PARTS:-rebuilt raised locked}; do
        [ "$store $part" = 'sqlite locked' ] || . "$here/$part.sh"
    done
done
[ "${GENERATIONS_MUTANTS:-1}" = 0 ] || [ "$failures" != 0 ] || . "$here/mutants.sh"
echo "1..$number"
echo "$((number - failures)) passed, $failures failed"
[ "$failures" -eq 0 ] && [ "$number" -gt 0 ]
