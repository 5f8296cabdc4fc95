# `projc test`: what it says when expectations fail, each kind; its options; both stores. Sourced by run.sh.
# shellcheck shell=sh

mkdir "$work/tests"
grep -v '^/// The program' "$here/till.proj" >"$work/tests/till.proj"
head_lines=$(wc -l <"$work/tests/till.proj")
cat >>"$work/tests/till.proj" <<'END'
test "all is well" {
    given Till(1) {
        Opened { clerk: "Ann" }
        Sold { amount: 12.50, pieces: 1 }
    }
    expect takings(1) { clerk: "Ann", total: 12.5 }
    expect takings(2) none
    given Till(1) { Refunded { amount: 20 } }
    expect takings(1) fails "refund above takings"
    given Shelf("top") { Counted { pieces: 5, note: "a" } }
    given Shelf("top") { Counted { pieces: 6, note: "b" } }
    expect shelves("top") { pieces: 6, notes: ["a", "b"] }
    expect sum { events: 3, total: 12.50 }
}

test "every kind of failure" {
    given Till(1) {
        Opened { clerk: "Ann" }
        Sold { amount: 12.50, pieces: 1 }
    }
    given Till(2) { Sold { amount: 1, pieces: 1 } Refunded { amount: 2 } }
    given Shelf("top") { Counted { pieces: 5, note: "a" } }
    expect takings(1) { clerk: "Bob", total: 12.51, sold: 1 }
    expect takings(1) none
    expect takings(1) fails "refund"
    expect takings(2) { total: 1 }
    expect takings(2) none
    expect takings(2) fails "another text"
    expect takings(3) { total: 0 }
    expect takings(3) fails "refund"
    expect shelves("top") { notes: [] }
}
END

proj_test() { # arguments…
    rc=0
    (cd "$work/tests" && PROJC_HOME=$B CC="$CC ${PROJC_TEST_CFLAGS:-}" "$PROJC" test till.proj "$@") >"$work/out" 2>"$work/err" </dev/null || rc=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
    said="$out
$err"
}

line() { echo "till.proj:$((head_lines + $1))"; }

proj_test
wants 'a test that holds, and one that fails: exit 1' 1 '^ok     all is well' '^FAILED every kind of failure' '^1 passed, 1 failed$'
wants 'a field: place, step, name, expected and got' 1 "^  $(line 23): expect takings\(1\) \{ clerk: \"Bob\"" \
    '^      clerk: expected "Bob", got "Ann"' '^      total: expected 12.51, got 12.50' '!sold: expected'
wants 'expect none, but there is a state' 1 "^  $(line 24): expect takings\(1\) none" '^      expected none' '^      got \{"clerk":"Ann"'
wants 'expect fails, but it is well' 1 "^  $(line 25): expect takings\(1\) fails" '^      expected a failure with "refund"'
wants 'expect a state, but the key is failed' 1 "^  $(line 26): " '^      got the failure "refund above takings'
wants 'expect none, but the key is failed' 1 "^  $(line 27): "
wants 'expect another failure' 1 "^  $(line 28): " '^      expected a failure with "another text"'
wants 'expect a state, but there is none' 1 "^  $(line 29): " '^      got none'
wants 'expect fails, but there is nothing' 1 "^  $(line 30): "
wants 'a list' 1 "^  $(line 31): " '^      notes: expected \[\], got \["a"\]'
equals 'what fails in every way is said once' 9 "$(grep -c '^  till.proj:' "$work/out")"
wants 'and not with the names of all ways' 1 '!one batch' '!rebuilt'

proj_test --filter 'all is'
wants '--filter runs what it names' 0 '^1 passed, 0 failed$' '!FAILED'
proj_test --filter nothing-like-it
wants 'a filter that names nothing is no success' 1 'no test.s name holds "nothing-like-it"'
cp "$work/tests/till.proj" "$work/tests/kept.proj"
proj_test --update
wants '--update says what it did' 0 'till.proj: 9 updated, 0 to be mended by hand'
equals 'what failed was looked at once' 9 "$(diff "$work/tests/kept.proj" "$work/tests/till.proj" | grep -c '^>')"
equals 'fields that differ are replaced, the others stay' '    expect takings(1) { clerk: "Ann", total: 12.50, sold: 1 }' \
    "$(sed -n "$((head_lines + 23))p" "$work/tests/till.proj")"
equals 'a failure becomes the expectation' 1 "$(sed -n "$((head_lines + 26))p" "$work/tests/till.proj" | grep -c 'expect takings(2) fails "refund above takings')"
equals 'nothing becomes none' '    expect takings(3) none' "$(sed -n "$((head_lines + 29))p" "$work/tests/till.proj")"
equals 'a list is replaced' '    expect shelves("top") { notes: ["a"] }' "$(sed -n "$((head_lines + 31))p" "$work/tests/till.proj")"
proj_test
wants 'then the tests hold' 0 '^2 passed, 0 failed$'
proj_test --update
wants 'and there is nothing to update' 0 '^2 passed, 0 failed$' '!updated'
mv "$work/tests/kept.proj" "$work/tests/till.proj"
proj_test --tap
wants '--tap' 1 '^ok 1 - all is well' '^not ok 2 - every kind of failure' '^#   till.proj:' '^1\.\.2$'
(export DATABASE_URL="$PROJC_TEST_PG"; proj_test --store postgres; echo "$rc" >"$work/rc"; cp "$work/out" "$work/out.postgres"; cp "$work/err" "$work/err.postgres")
rc=$(cat "$work/rc")
said=$(cat "$work/out.postgres" "$work/err.postgres")
wants '--store postgres says the same' 1 '^ok     all is well' '^FAILED every' '^      clerk: expected "Bob", got "Ann"' '^1 passed, 1 failed$'
equals 'and leaves nothing behind' '' "$("$psql" -qAt "$PROJC_TEST_PG" -c "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'projc_test_%'")"
proj_test --store postgres
wants '--store postgres needs to know where' 2 'DATABASE_URL'
(export DATABASE_URL=postgresql://me:s3cret@127.0.0.1:1/db; proj_test --store postgres; echo "$rc" >"$work/rc")
said=$(cat "$work/out" "$work/err")
rc=$(cat "$work/rc")
wants 'a store that cannot be reached is no failed test: exit 3' 3 '127.0.0.1' '!s3cret'
