#!/bin/sh
# projc diff: one folder for each kind of change, revisions of git, exit statuses.
#
# A case has old.proj, new.proj and expected: the exit status at each level, the changes, the SQL.
# CASES="table_*" runs some; UPDATE=1 writes expected; read it before you commit it.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:=$root/build}"
: "${PROJC:=$B/bin/projc}"
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-diff.XXXXXX")
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

status_is() { # status command…
    wanted=$1
    shift
    "$@" >"$work/out" 2>&1
    got=$?
    [ "$got" -eq "$wanted" ] || { echo "exit status $got instead of $wanted: $*"; cat "$work/out"; return 1; }
}

. "$here/apply.sh"
claim "a database for the schemas" open_database

for folder in "$here"/cases/${CASES:-*}/; do
    name=$(basename "$folder")
    cd "$folder" || exit 1
    {
        for level in events state tables api; do
            "$PROJC" diff --short --level "$level" old.proj new.proj >/dev/null 2>&1
            echo "$level: $?"
        done
        "$PROJC" diff old.proj new.proj 2>&1
        echo "---- SQL ----"
        "$PROJC" diff --sql --short old.proj new.proj 2>/dev/null
    } >"$work/got"
    [ "${UPDATE:-0}" = 0 ] || cp "$work/got" expected
    claim "case $name" diff -u expected "$work/got"
    claim "case $name: a version does not differ from itself" status_is 0 "$PROJC" diff --level api new.proj new.proj
    claim "case $name: and nothing is said of it" test ! -s "$work/out"
    apply_case
done
close_database
claim "there are cases" test "$passed" -gt 10

# ---- exit statuses, JSON ----

cd "$here/cases/event_field_added_required" || exit 1
claim "one file is wrong usage" status_is 2 "$PROJC" diff old.proj
claim "an unknown level is wrong usage" status_is 2 "$PROJC" diff --level all old.proj new.proj
claim "a missing file is input/output" status_is 3 "$PROJC" diff none.proj new.proj
claim "an option is no revision" status_is 3 "$PROJC" diff -- -x:old.proj new.proj
"$PROJC" diff --json old.proj new.proj >"$work/json"
claim "JSON has the code and both places" grep -q '"code":"E0501".*"places":\[{"file":"old.proj"' "$work/json"

# ---- revisions ----

repository=$work/repository
mkdir -p "$repository/sub/lib"
cd "$repository" || exit 1
git_quietly() { git -c user.name=test -c user.email=test@example.org -c init.defaultBranch=main "$@" >/dev/null 2>&1; }
printf 'stream s as "events"\n' >sub/lib/common.proj
printf 'package p\nimport "lib/common.proj"\naggregate A in s { event E { x: u32 } }\n' >sub/a.proj
claim "a repository is made" git_quietly init
git_quietly add . && git_quietly commit -m first
printf 'stream s as "other"\n' >sub/lib/common.proj
claim "an import is read from the revision too" status_is 1 "$PROJC" diff --short HEAD:sub/a.proj sub/a.proj
claim "and the change in it is found" grep -q 'stream `s` was stored in `events`' "$work/out"
git_quietly commit -a -m second
claim "two revisions are compared" status_is 1 "$PROJC" diff HEAD~1:sub/a.proj HEAD:sub/a.proj
claim "its places are in the revisions" grep -q 'HEAD~1:sub/lib/common.proj:1' "$work/out"
claim "the working tree is as the revision" status_is 0 "$PROJC" diff --level api HEAD:sub/a.proj sub/a.proj
cd sub || exit 1
claim "./ is the current folder" status_is 0 "$PROJC" diff --level api HEAD:./a.proj a.proj
claim "a file that the revision lacks is input/output" status_is 3 "$PROJC" diff HEAD:none.proj a.proj
claim "a revision that is none is input/output" status_is 3 "$PROJC" diff nowhere:sub/a.proj a.proj
cd .. || exit 1
printf 'package p\nimport "lib/gone.proj"\n' >sub/b.proj
git_quietly add . && git_quietly commit -m third
claim "an import that the revision lacks is an error" status_is 1 "$PROJC" diff HEAD:sub/b.proj sub/a.proj
claim "and told at the import" grep -q 'cannot find `lib/gone.proj`' "$work/out"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
