#!/bin/sh
# The compiler's goldens: diagnostics (error/), generated files (ok/), and what holds for all output.
#
#   run.sh [SECTION…]    sections: error ok compile sql output examples; none means all
#
# update.sh rewrites the expected files. Every file of ok/ must be accepted by gcc, clang, g++,
# clang++, SQLite and PostgreSQL; what is not installed is skipped, and says so.
set -u

golden=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$golden/../.." && pwd)
: "${B:=$root/build}"
: "${PROJC:=$B/bin/projc}"
[ -x "$PROJC" ] || { echo "run.sh: no $PROJC: run make" >&2; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-golden.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
export LC_ALL=C TZ=UTC
unset PROJC_HOME
. "$golden/lib.sh"

strict='-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror'
cxx_strict='-Wall -Wextra -Wshadow -Wconversion -Werror'

build_ok() { # writes every folder's output to $work/ok/NAME
    [ ! -d "$work/ok" ] || return 0
    for folder in "$golden"/ok/*/; do
        name=$(basename "$folder")
        mkdir -p "$work/ok/$name"
        (cd "$folder" && "$PROJC" build -o "$work/ok/$name" input.proj) >"$work/ok/$name.err" 2>&1 ||
            echo "exit status $?" >>"$work/ok/$name.err"
    done
}

# ---- error/: diagnostics ----

section_error() {
    for folder in "$golden"/error/*/; do
        name=$(basename "$folder")
        wanted=1
        [ ! -f "$folder/status" ] || wanted=$(cat "$folder/status")
        cd "$folder" || exit 1
        run "$PROJC" check input.proj
        cd "$root" || exit 1
        if [ "$status" != "$wanted" ]; then
            expect "error/$name" "$wanted"
        elif [ -s "$work/out" ]; then
            fail "error/$name writes to standard output" "$work/out"
        else
            same "error/$name" "$folder/stderr" "$work/err"
        fi
    done
    # E0011 asks for a file of 16 MiB: tests/command makes one.
    "$PROJC" explain --list | sed -n 's/^\([EW][0-9]*\) .*/\1/p' | grep -v E0011 >"$work/codes"
    cat "$golden"/error/*/stderr "$root"/tests/diff/cases/*/expected |
        sed -n 's/^[a-z]*\[\([EW][0-9]*\)\].*/\1/p' | sort -u >"$work/shown"
    grep -v -x -F -f "$work/shown" "$work/codes" >"$work/unshown"
    if [ -s "$work/unshown" ] || [ ! -s "$work/codes" ]; then
        fail "every diagnostic has a golden" "$work/unshown"
    else
        pass "every diagnostic has a golden"
    fi
}

# ---- ok/: generated files ----

section_ok() {
    build_ok
    for folder in "$golden"/ok/*/; do
        name=$(basename "$folder")
        if [ -s "$work/ok/$name.err" ]; then
            fail "ok/$name compiles without a message" "$work/ok/$name.err"
            continue
        fi
        for file in input_proj.h input_proj.c input_proj.postgres.sql input_proj.sqlite.sql; do
            same "ok/$name/$file" "$folder/$file" "$work/ok/$name/$file"
        done
        find "$work/ok/$name" -type f >"$work/written"
        claim "ok/$name: four files and no more" test "$(grep -c . "$work/written")" = 4
    done
}

# ---- the generated C ----

# Runs a compiler over many files at a time, two at once, each in a folder of its own for what it writes.
# On failure one file at a time says which.
many_files() { # claim list command…
    claim_name=$1
    list=$2
    shift 2
    count=$(grep -c . "$list")
    if xargs -P 2 -n 12 sh -c 'cd "$(mktemp -d "$0/objects.XXXXXX")" && exec "$@"' "$work" "$@" \
        <"$list" >"$work/compiled" 2>&1; then
        passed=$((passed + count))
        return
    fi
    while read -r file; do
        claim "$claim_name: ${file#"$work/"}" sh -c 'cd "$0" && exec "$@"' "$work" "$@" "$file"
    done <"$list"
}

section_compile() {
    build_ok
    find "$work/ok" -name '*.c' | sort >"$work/sources"
    find "$work/ok" -name '*.h' | sort >"$work/headers"
    include=-I$root/runtime/include
    # gcc finds more when it optimizes; clang's warnings do not depend on it.
    for line in "gcc -std=c11 -O1 -c $strict $include" \
        "clang -std=c11 -fsyntax-only $strict $include"; do
        if command -v "${line%% *}" >/dev/null; then
            # shellcheck disable=SC2086
            many_files "${line%% *} accepts" "$work/sources" $line
        else
            skip "generated C with ${line%% *}" "not installed"
        fi
    done
    for line in "g++ -std=c++11 -fsyntax-only $cxx_strict $include -x c++" \
        "clang++ -std=c++20 -fsyntax-only $cxx_strict $include -x c++"; do
        if command -v "${line%% *}" >/dev/null; then
            # shellcheck disable=SC2086
            many_files "${line%% *} accepts" "$work/headers" $line
        else
            skip "generated headers with ${line%% *}" "not installed"
        fi
    done
}

# ---- the generated SQL: applied twice, in a place of its own ----

apply_sqlite() { # file
    sqlite3 -batch -bail :memory: ".read $1" ".read $1" "SELECT count(*) FROM sqlite_schema;" \
        >"$work/applied" 2>&1 || { cat "$work/applied"; return 1; }
    ! grep -i -E 'error|warning' "$work/applied"
}

apply_postgres() { # file; answers warnings too: NOTICE "already exists" is expected the second time
    psql -X -q -v ON_ERROR_STOP=1 -d "$database" >"$work/applied" 2>&1 <<END || { cat "$work/applied"; return 1; }
SET client_min_messages = warning;
CREATE SCHEMA golden; CREATE SCHEMA sales; CREATE SCHEMA archive;
SET search_path = golden;
\\i $1
\\i $1
DROP SCHEMA golden CASCADE; DROP SCHEMA sales CASCADE; DROP SCHEMA archive CASCADE;
END
    [ ! -s "$work/applied" ] || { cat "$work/applied"; return 1; }
}

section_sql() {
    build_ok
    if command -v sqlite3 >/dev/null; then
        for file in "$work"/ok/*/input_proj.sqlite.sql; do
            claim "SQLite accepts ${file#"$work/"} twice" apply_sqlite "$file"
        done
    else
        skip "schemas on SQLite" "no sqlite3 shell"
    fi
    if [ -z "${PROJC_TEST_PG:-}" ]; then
        skip "schemas on PostgreSQL" "PROJC_TEST_PG is not set"
        return
    fi
    name=projc_golden_$$
    psql -X -q -d "$PROJC_TEST_PG" -c "CREATE DATABASE $name" || { fail "a database for the schemas"; return; }
    database=$(echo "$PROJC_TEST_PG" | sed "s#^\(postgres[a-z]*://[^/]*\)/[^?]*#\1/$name#")
    for file in "$work"/ok/*/input_proj.postgres.sql; do
        claim "PostgreSQL accepts ${file#"$work/"} twice" apply_postgres "$file"
    done
    psql -X -q -d "$PROJC_TEST_PG" -c "DROP DATABASE $name"
}

# ---- what holds for every output ----

. "$golden/output.sh"

# ---- the examples' committed files ----

section_examples() {
    for folder in "$root"/examples/*/; do
        example=$(basename "$folder")
        [ -e "$folder$example.proj" ] || continue # no service of its own: units, dashboards
        claim "examples/$example: the generated files are fresh" \
            sh -c 'cd "$0" && exec "$1" build --check "$2"' "$root/examples/$example" "$PROJC" "$example.proj"
        for suffix in .h .c .postgres.sql .sqlite.sql; do
            claim "examples/$example/${example}_proj$suffix is committed" \
                test -s "$root/examples/$example/${example}_proj$suffix"
        done
    done
    # The design's own programs, from beside the checkout or from the copies that the unit tests read.
    design=$root/../shared/design/examples
    [ -d "$design" ] || design=$root/tests/unit/data
    for file in bank shop sensors totals; do
        claim "$file.proj of the design compiles and its tests pass" \
            env CC="${CC:-cc} ${PROJC_TEST_CFLAGS:-}" "$PROJC" test "$design/$file.proj"
    done
}

for section in ${*:-error ok compile sql output examples}; do
    "section_$section"
done
finish
