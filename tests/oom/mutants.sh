#!/bin/sh
# Mutants of what tests/oom looks at: each is one small change that leaks, leaves something half done or blames the wrong
# one when a call fails, and a sweep must find it. One line a mutant: "killed NAME" or "survived NAME"; then a summary.
#
# OOM_MUTANTS="part of a name" narrows it. The mutated object is linked before the library and takes the place of its member.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
: "${B:=$PWD/build}" "${CC:=gcc}" "${PROJC_TEST_CFLAGS:=}" "${OOM_MUTANTS:=}"
export B PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-oom-mutants.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
killed=0
survived=0

# mutant NAME FILE PART ONLY SED-SCRIPT: the script must change FILE; ONLY is a part of what the part's sweeps are called.
mutant() {
    case $1 in *"$OOM_MUTANTS"*) ;; *) return 0 ;; esac
    file=$work/$(basename "$2")
    sed "$5" "$2" >"$file"
    if cmp -s "$file" "$2"; then
        echo "survived $1: its place in $2 was not found"
        survived=$((survived + 1))
        return 0
    fi
    case $2 in compiler/*) includes="-Icompiler -Igrammar -I$B/gen" ;; *) includes="-Iruntime/include -Iruntime" ;; esac
    # shellcheck disable=SC2046,SC2086
    "$CC" -g -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -pthread $PROJC_TEST_CFLAGS $includes $(pkg-config --cflags sqlite3) \
        -c "$file" -o "$work/mutant.o"
    status=0
    OOM_MUTANT=$work/mutant.o OOM_PARTS=$3 FAULT_ONLY=$4 FAULT_POINTS=400 timeout --foreground 900 "$here/run.sh" >"$work/log" 2>&1 || status=$?
    if [ "$status" = 1 ] && grep -q '^not ok' "$work/log"; then
        echo "killed $1: $(grep -m 1 'call [0-9]* of\|: an arena of\|: allocation\|: a leak' "$work/log")"
        killed=$((killed + 1))
    else
        echo "survived $1 (status $status)"
        tail -n 3 "$work/log"
        survived=$((survived + 1))
    fi
}

mutant "a temporary file stays" compiler/base/outfile.c compiler '' 's/(void)unlink(temporary);.*/;/'
mutant "half a file takes the old one's place" compiler/base/outfile.c compiler '' 's/if (is_written && rename/if (rename/'
mutant "want of memory is too many items" runtime/codec/json_reader.c codec '' 's/if (status == PROJC_LIMIT && projc_arena_is_exhausted(reader->arena))/if (false)/'
mutant "want of memory is damage" runtime/engine/state_row.c codec '' 's/if (status != PROJC_OK && projc_arena_is_exhausted(arena))/if (false)/'
mutant "a unit that failed commits what it had written" runtime/store/sqlite/statements.c units 'stream projection with a table' \
    's/    if (status == PROJC_OK)$/    if (status == PROJC_OK || status == PROJC_NO_MEMORY)/'
mutant "a workspace leaks" runtime/engine/workspace.c units 'retried key' 's/free(workspace->checked);/;/'
mutant "the lock stays when there is no memory to let it go" runtime/store/sqlite/events.c store read_head \
    's/^        projc__sqlite_roll_back(store);$/        return projc__sqlite_execute(store, "ROLLBACK", error);/'
mutant "want of memory stops the projection" runtime/store/sqlite/errors.c store load_rows 's/case SQLITE_NOMEM:/case SQLITE_OK:/'
mutant "watches leak" runtime/store/sqlite/wake.c store listen 's/^    free(store->watches);/    ;/'
echo "$killed passed, $survived failed"
[ "$survived" = 0 ] && [ "$killed" -gt 0 ]
