#!/bin/sh
# Memory, files and the database's file system fail on command: the n-th call, and all from the n-th on. In the
# compiler, the codec, the unit of work and the SQLite driver. Prints TAP lines and a summary.
#
#   FAULT_POINTS=40    about so many calls of each sweep fail, spread evenly; empty: every one (make stress)
#   FAULT_SEED=1       where the first of them is
#   OOM_PARTS="compiler codec units store"
#   OOM_MUTANT=FILE    an object that takes the place of a member of the libraries (mutants.sh)
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:?}" "${PROJC:=$B/bin/projc}" "${CC:=gcc}" "${PROJC_TEST_CFLAGS:=}" "${FAULT_POINTS=40}" "${FAULT_SEED:=1}"
export PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}" FAULT_POINTS FAULT_SEED
unset DATABASE_URL PROJC_CONFIG || true
scratch=${TMPDIR:-/tmp}
[ ! -w /dev/shm ] || scratch=/dev/shm
work=$(mktemp -d "$scratch/projc-oom.XXXXXX")
export TMPDIR="$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

wraps=
for name in malloc calloc realloc strdup strndup free open read write close rename readlink fchmod fsync access; do
    wraps="$wraps,--wrap=$name"
done
# shellcheck disable=SC2086
compile() { # program, then sources, flags and libraries
    program=$1
    shift
    $CC -O1 -g -std=c11 -D_POSIX_C_SOURCE=200809L -ffp-contract=off -Wall -Wextra -Werror -pthread $PROJC_TEST_CFLAGS \
        -I"$here" -o "$work/$program" "$@"
}

# ---- the parts ----

compiler_part() {
    mkdir -p "$work/compiler/work" "$work/compiler/output"
    (
        cd "$work/compiler/work"
        cp "$here/older.proj" shop.proj
        cp "$here/shared.proj" .
        "$PROJC" build -M --main shop.proj
        mv shop.proj older.proj
        cp "$here/shop.proj" "$here/bad.proj" "$here/messy.proj" .
    )
    compile oom_compiler "$here/compiler.c" "$here/folder.c" "$here/faults.c" "$B/obj/compiler/main.o" \
        "-Wl,--wrap=main$wraps" ${OOM_MUTANT:+"$OOM_MUTANT"} "$B/lib/libpc.a" -lxxhash -lm || return 1
    # Its calls are few: all of them, always.
    FAULT_POINTS= "$work/oom_compiler" "$work/compiler"
}

# shellcheck disable=SC2046
compile_runtime() { # program, then sources
    program=$1
    shift
    compile "$program" "$@" "$here/faults.c" "$here/faults_sqlite.c" "$here/database.c" -I"$root/runtime/include" \
        -I"$root/runtime" -I"$root/tests" "-Wl$wraps" ${OOM_MUTANT:+"$OOM_MUTANT"} "$B/lib/libtest.a" "$B/lib/libprojc.a" \
        $(pkg-config --libs libpq sqlite3 msgpack libxxhash uuid libmicrohttpd cunit) -lm
}

codec_part() {
    mkdir -p "$work/codec"
    awk -v what=program -f "$root/tests/view/values.awk" >"$work/codec/values.proj"
    awk -v what=events -v seed="$FAULT_SEED" -v count="${FAULT_POINTS:-100}" -f "$root/tests/view/values.awk" >"$work/codec/events.jsonl"
    (cd "$work/codec" && "$PROJC" build values.proj) || return 1
    compile_runtime oom_codec "$here/codec.c" "$work/codec/values_proj.c" -I"$work/codec" &&
        "$work/oom_codec" "$work/codec/events.jsonl"
}

units_part() {
    mkdir -p "$work/units"
    compile_runtime oom_units "$here/units.c" && "$work/oom_units" "$work/units"
}

store_part() {
    mkdir -p "$work/store"
    compile_runtime oom_store "$here/store.c" "$here/operations.c" && "$work/oom_store" "$work/store"
}

# ---- all ----

status=0
passed=0
failed=0
for part in ${OOM_PARTS:-compiler codec units store}; do
    begun=$(date +%s)
    "${part}_part" >"$work/$part.log" 2>&1 || status=1
    cat "$work/$part.log"
    echo "# $part: $(($(date +%s) - begun)) s"
    # shellcheck disable=SC2046
    set -- $(awk '/^[0-9]+ passed, [0-9]+ failed/ { print $1, $3 }' "$work/$part.log")
    passed=$((passed + ${1:-0}))
    failed=$((failed + ${2:-1}))
done
[ "$status" = 0 ] || [ "$failed" != 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
