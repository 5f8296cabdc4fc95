#!/bin/sh
# The meaning of the language: programs whose own tests must pass, on SQLite and, with PROJC_TEST_PG, on
# PostgreSQL; and programs in fail/ whose tests must fail with the output that stands beside them.
#
#   run.sh [NAME…]     NAME.proj only
#   run.sh --update    rewrites fail/*.expected; read the difference
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:=$root/build}"
: "${PROJC:=$B/bin/projc}"
[ -x "$PROJC" ] || { echo "run.sh: no $PROJC: run make" >&2; exit 1; }
# Databases in memory where there is such a folder: thousands of commits wait for no disk.
[ ! -w /dev/shm ] || TMPDIR=/dev/shm
export TMPDIR
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-run.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
export LC_ALL=C TZ=UTC PROJC
export CC="${CC:-cc} ${PROJC_TEST_CFLAGS:-}"
unset PROJC_HOME
. "$root/tests/golden/lib.sh"
cd "$here" || exit 1

if [ "${1:-}" = --update ]; then
    for file in fail/*.proj; do
        status=0
        "$PROJC" test "$file" >"${file%.proj}.expected" 2>&1 || status=$?
        echo "exit status $status" >>"${file%.proj}.expected"
    done
    git -C "$root" status --short -- tests/run
    exit 0
fi

# Reads the log of one run of `projc test`: its last line says how many passed and failed.
count_log() { # claim log
    summary=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$2" | tail -n 1)
    if [ -z "$summary" ] || [ "${summary%% *}" = 0 ]; then
        fail "$1: nothing ran" "$2"
        return
    fi
    passed=$((passed + ${summary%% *}))
    failures=${summary#* passed, }
    failures=${failures%% *}
    failed=$((failed + failures))
    if [ "$failures" != 0 ] || ! grep -q '^exit status 0$' "$2"; then
        [ "$failures" != 0 ] || failed=$((failed + 1))
        printf 'FAIL %s\n' "$1"
        sed 's/^/    /' "$2"
    fi
}

if [ $# -gt 0 ]; then
    for name; do echo "${name%.proj}.proj"; done >"$work/programs"
else
    ls ./*.proj >"$work/programs"
fi
export work
store_options="sqlite"
if [ -n "${PROJC_TEST_PG:-}" ]; then
    export DATABASE_URL="$PROJC_TEST_PG"
    store_options="sqlite postgres"
else
    skip "programs on PostgreSQL" "PROJC_TEST_PG is not set"
fi
for store in $store_options; do
    # shellcheck disable=SC2016
    sed "s/\$/ $store/" "$work/programs" | xargs -P 2 -n 2 sh -c \
        'log=$work/$(basename "$0").$1
         filter=
         # Arithmetic does not depend on the store: one type will do on the slower one.
         [ "$1 ${0##*/}" != "postgres integers.proj" ] || filter="--filter i64"
         # Functions in C stand beside the program.
         [ ! -f "${0%.proj}.c" ] || CC="$CC $PWD/${0%.proj}.c"
         "$PROJC" test --store "$1" $filter "$0" >"$log" 2>&1
         echo "exit status $?" >>"$log"'
    while read -r file; do
        count_log "$store: $file" "$work/$(basename "$file").$store"
    done <"$work/programs"
done

if [ $# = 0 ]; then
    for file in fail/*.proj; do
        run "$PROJC" test "$file"
        cat "$work/err" >>"$work/out"
        echo "exit status $status" >>"$work/out"
        same "$file fails as it should" "${file%.proj}.expected" "$work/out"
    done
fi
finish
