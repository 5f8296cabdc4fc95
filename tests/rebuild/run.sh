#!/bin/sh
# Rebuild equals incremental, byte for byte; then mutants of the engine, on each of which it must fail.
#
#   COUNT=200 SEED=1     how many seeds, and the first; without COUNT 100, and the mutants
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=${PROJC_HOME:-$(cd "$here/../.." && pwd)}
: "${B:?}" "${PROJC:=$B/bin/projc}" "${CC:=gcc}" "${PROJC_TEST_CFLAGS:=}" "${SEED:=1}"
export PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
# Databases in memory where there is such a folder: thousands of commits wait for no disk.
[ ! -w /dev/shm ] || TMPDIR=/dev/shm
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-rebuild.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

cp "$here/mix.proj" "$work"
(cd "$work" && PROJC_HOME=$B "$PROJC" build mix.proj 2>/dev/null)

# program NAME [OBJECT…]: the objects take the place of the library's members.
program() {
    name=$1
    shift
    # shellcheck disable=SC2046,SC2086
    $CC -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g -pthread $PROJC_TEST_CFLAGS -I"$work" -I"$here" -I"$root/runtime" \
        -I"$root/runtime/include" -o "$work/$name" "$here/histories.c" "$here/mix_world.c" "$work/mix_proj.c" "$@" \
        $(pkg-config --cflags --libs projc)
}

passed=0
failed=0
count=${COUNT:-100}
program rebuild
half=$((count / 2))
"$work/rebuild" "$SEED" "$half" "$work" >"$work/log.1" &
other=$!
rc=0
"$work/rebuild" $((SEED + half)) $((count - half)) "$work" >"$work/log.2" || rc=$?
wait "$other" || rc=$?
cat "$work/log.1" "$work/log.2"
bad=$(cat "$work/log.1" "$work/log.2" | grep -c '^\(differs \)\{0,1\}seed' || true)
[ "$rc" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
failed=$bad
passed=$((count - bad))

# mutant FILE WHAT SED-SCRIPT
mutant() {
    sed "$3" "$root/runtime/engine/$1" >"$work/$1"
    verdict=alive
    if cmp -s "$work/$1" "$root/runtime/engine/$1"; then
        verdict="its place in $1 was not found"
    else
        # shellcheck disable=SC2046,SC2086
        $CC -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -pthread $PROJC_TEST_CFLAGS -w -I"$root/runtime/include" -I"$root/runtime" \
            $(pkg-config --cflags libxxhash) -c "$work/$1" -o "$work/mutant.o"
        program mutant "$work/mutant.o"
        timeout --foreground 120 "$work/mutant" 1 40 "$work" >"$work/mutant.log" 2>&1 || verdict=killed
    fi
    if [ "$verdict" = killed ]; then
        passed=$((passed + 1))
        echo "killed: $2"
    else
        failed=$((failed + 1))
        echo "$verdict: $2"
    fi
}

if [ -z "${COUNT:-}" ]; then
    mutant batch_rows.c 'a key that is set back keeps that it was changed' 's/entry->is_dirty = entry->record->is_base_dirty;/entry->is_dirty = false;/'
    mutant row_base.c 'rows are not set back with their key' '/^projc_status projc__rows_restore/,/^}/ s/while (batch->rows != NULL/while (false/'
    mutant apply.c 'a state bears the position of its batch' 's/entry->position = event->no;/entry->position = batch->start;/'
    mutant rebuild.c 'a rebuild forgets what was skipped by hand' 's/!options->forgets_skipped/options->forgets_skipped/'
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
