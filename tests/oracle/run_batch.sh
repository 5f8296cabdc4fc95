#!/bin/sh
# One batch: programs are made, built, compiled, linked together and run. Its seed replays it.
#
#   run_batch.sh SEED COUNT RUNNER.o [without FEATURE...]
#
# Prints "differs seed N", "invalid seed N" or "broken seed N" for each program that fails, and
# "ran N" at the end. ORACLE_KEEP=DIR keeps the files of batches that fail.
set -u

: "${B:?}" "${PROJC:?}" "${CC:=gcc}" "${PROJC_TEST_CFLAGS:=}" "${ORACLE_CFLAGS:=-O0}"
seed=$1
count=$2
runner=$3
shift 3
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-oracle.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
flags="-std=c11 -D_POSIX_C_SOURCE=200809L -ffp-contract=off -Wall -Wextra -Wshadow -Wconversion -Werror"
# What the programs are not compiled with looks at them: it must have nothing to say either.
second=clang
[ "${CC%% *}" != clang ] || second=gcc
command -v $second >/dev/null || second=true

keep() { # what failed
    [ -z "${ORACLE_KEEP:-}" ] || { mkdir -p "$ORACLE_KEEP" && cp -r "$work" "$ORACLE_KEEP/$seed-$1"; }
}

# A program that was refused or cannot be compiled leaves the batch; the others go on.
list=
index=0
"$B/tests/oracle/suite" make "$work" "$seed" "$count" "$@" 2>"$work/log" || keep invalid
grep -A 5 -h '^error' "$work/log" | sed 's/^/    /'
while [ "$index" -lt "$count" ]; do
    name=p$index
    if [ ! -f "$work/$name.expected" ]; then
        :
    elif ! "$PROJC" build -o "$work" "$work/$name.proj" >"$work/log" 2>&1; then
        echo "broken seed $((seed + index)): projc build fails"
        grep -A 5 '^error' "$work/log" || tail -n 5 "$work/log"
        keep build
    # shellcheck disable=SC2086
    elif ! $CC $flags $ORACLE_CFLAGS $PROJC_TEST_CFLAGS -I "$B/include" -c "$work/${name}_proj.c" \
        -o "$work/$name.o" 2>"$work/log"; then
        echo "broken seed $((seed + index)): the C does not compile"
        grep -m 2 -A 3 -E 'error|warning' "$work/log"
        keep compile
    # shellcheck disable=SC2086
    elif ! $second $flags -fsyntax-only -I "$B/include" "$work/${name}_proj.c" 2>"$work/log"; then
        echo "broken seed $((seed + index)): $second does not compile the C"
        grep -m 2 -A 3 -E 'error|warning' "$work/log"
        keep compile
    else
        list="$list $name"
    fi
    index=$((index + 1))
done
ran=$(echo "$list" | wc -w)
[ "$ran" -gt 0 ] || { echo "ran 0"; exit 1; }
{
    echo '#include "projc/module.h"'
    for name in $list; do echo "extern const projc_module ${name}_module;"; done
    echo 'extern const projc_module *const oracle_modules[]; extern const unsigned oracle_module_count;'
    echo 'const projc_module *const oracle_modules[] = {'
    for name in $list; do echo "&${name}_module,"; done
    echo '};'
    echo "const unsigned oracle_module_count = $ran;"
} >"$work/programs.c"
# shellcheck disable=SC2086,SC2046
if ! $CC -I "$B/include" $PROJC_TEST_CFLAGS -pthread -o "$work/runner" "$work/programs.c" "$work"/p*.o "$runner" \
    ${ORACLE_MUTANT:-} "$B/lib/libprojc.a" $(pkg-config --libs libpq sqlite3 msgpack libxxhash uuid libmicrohttpd) -lm 2>"$work/log"; then
    echo "broken seed $seed: the batch does not link"
    tail -n 5 "$work/log"
    keep link
    exit 1
fi
status=0
"$work/runner" "$work" "$seed" >"$work/out" 2>"$work/err" || status=$?
cat "$work/out" "$work/err"
[ "$status" -eq 0 ] || keep run
if ! grep -q '^ran ' "$work/out"; then
    echo "broken seed $seed: the runner ended with status $status"
    exit 1
fi
exit "$status"
