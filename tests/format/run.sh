#!/bin/sh
# The canonical form: cases, every .proj of the repository and of the design, random programs.
#
# FORMAT_COUNT=500 random programs from FORMAT_SEED=1 on. FORMAT_COUNT=10000 takes some seconds.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:=$root/build}"
: "${PROJC:=$B/bin/projc}"
: "${FORMAT_COUNT:=500}" "${FORMAT_SEED:=1}"
suite=$B/tests/format/suite
[ -x "$suite" ] || { echo "run.sh: no $suite: run make unit" >&2; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-format.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
export LC_ALL=C
passed=0
failed=0
skipped=0

claim() { # claim command…
    what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "not ok - $what"
    fi
}

# Counts what the suite said; its last words are shown when something failed.
suite() { # arguments…
    "$suite" "$@" >"$work/said" 2>&1
    status=$?
    good=$(grep -c '^ok ' "$work/said")
    bad=$(grep -c '^not ok ' "$work/said")
    [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
    passed=$((passed + good))
    failed=$((failed + bad))
    [ "$bad" -eq 0 ] || grep -v '^ok ' "$work/said"
}

# ---- cases: each look is written down ----

for folder in "$here"/cases/*/; do
    name=$(basename "$folder")
    "$PROJC" fmt "$folder/input.proj" >"$work/out" 2>&1
    claim "case $name looks as expected" diff -u "$folder/expected.proj" "$work/out"
    claim "case $name differs from its input" sh -c '! cmp -s "$0" "$1"' "$folder/input.proj" "$work/out"
done

# ---- what people learn from is written in it ----

for file in "$root"/examples/*/*.proj; do
    claim "${file#"$root/"} is in the canonical form" "$PROJC" fmt --check "$file"
done

# ---- every keyword keeps its backquotes ----

keywords=$(sed -n 's/^"\([a-z]*\)"  *{ TOKEN(.*/\1/p' "$root/grammar/proj.l")
claim "the scanner's keywords are found" test "$(echo "$keywords" | wc -l)" -gt 50
for word in $keywords null NULL nil nullptr undefined; do
    printf 'enum E { `%s` `plain_%s` }\n' "$word" "$word" >"$work/word.proj"
    printf 'enum E { `%s` plain_%s }\n' "$word" "$word" >"$work/expected"
    "$PROJC" fmt "$work/word.proj" >"$work/out" 2>&1
    claim "\`$word\` keeps its backquotes" cmp -s "$work/expected" "$work/out"
done

# ---- every program there is ----

find "$root" -name '*.proj' -not -path "$root/build*" -not -path '*/.git/*' | sort >"$work/files"
claim "there are many programs" test "$(wc -l <"$work/files")" -gt 100
# shellcheck disable=SC2046
suite files $(cat "$work/files")
examples=$root/../shared/design/examples
if [ -d "$examples" ]; then
    suite files "$examples"/*.proj
else
    skipped=$((skipped + 1))
    echo "SKIPPED: no design beside the checkout ($examples): its examples were not formatted"
fi

# What the fuzzers kept: most of it does not parse.
suite files "$root"/tests/fuzz/corpus/proj/*

# ---- random programs ----

suite random "$FORMAT_COUNT" "$FORMAT_SEED"
grep 'random programs' "$work/said"

if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
