#!/bin/sh
# Runs unit tests and the tests/*/run.sh scripts, and ends with one line: N passed, N failed.
#
#   run_tests.sh [--long] [NAME…]    NAME: unit, unit/queue, or a folder of tests/; none means all
#
# `make test` calls it with B, PROJC, PROJC_HOME and PGTEST in the environment. One private
# PostgreSQL serves the whole run (PROJC_TEST_PG). Logs go to $B/test-logs. A test that fails, or
# that ends without having run anything, counts as a failure; so does a run without any test.
set -eu

cd "$(dirname "$0")/../.."
: "${B:?}" "${PROJC:?}" "${PROJC_HOME:?}" "${PGTEST:?}"
long_tests=" stress fuzz bench "
time_limit=${PROJC_TEST_TIMEOUT:-1200}

# A test may call make for an example: it must not inherit this make's options.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL || true
export B PROJC PROJC_HOME PGTEST LC_ALL=C TZ=UTC
export PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"

logs=$B/test-logs

# Prints "passed failed skipped" from a log: the last summary line, else CUnit's table, else TAP.
count() {
    awk '
        /^[0-9]+ passed, [0-9]+ failed/ { passed = $1; failed = $3; skipped = /skipped/ ? $5 : 0; summary = 1 }
        /^ *tests +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+/ { cunit_passed += $4; cunit_failed += $5; cunit = 1 }
        /^ok / { if (/# (SKIP|skip)/) tap_skipped++; else tap_passed++ }
        /^not ok / { tap_failed++ }
        END {
            if (summary) print passed + 0, failed + 0, skipped + 0
            else if (cunit) print cunit_passed + 0, cunit_failed + 0, 0
            else print tap_passed + 0, tap_failed + 0, tap_skipped + 0
        }' "$1"
}

# One test, and what there is to say about it, printed at once so that parallel tests do not mix. It has a folder of
# its own for scratch, and must leave nothing behind there.
run_one() { # name command
    base=$logs/$(echo "$1" | tr / -)
    log=$base.log
    begun=$(date +%s)
    status=0
    TMPDIR=$PROJC_TEST_SCRATCH/$(basename "$base")
    export TMPDIR
    mkdir "$TMPDIR"
    chmod 1777 "$TMPDIR"
    # timeout makes a process group of its own, which no ^C reaches: it is told, and tells the test.
    timeout --kill-after=20 "$time_limit" "$2" >"$log" 2>&1 </dev/null &
    test=$!
    echo $$ >"$base.pid"
    trap 'kill "$test" 2>/dev/null || true; wait "$test" || true; rm -f "$base.pid"; exit 143' HUP INT TERM
    wait "$test" || status=$?
    rm -f "$base.pid"
    left=$(ls -A "$TMPDIR")
    read -r passed failed skipped <<END
$(count "$log")
END
    reason=
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        failed=1
        reason=" (exit status $status)"
        [ "$status" -ne 124 ] || reason=" (no end after $time_limit s)"
    elif [ "$status" -eq 0 ] && [ "$failed" -ne 0 ]; then
        reason=" (exit status 0 in spite of failures)"
    elif [ $((passed + failed + skipped)) -eq 0 ]; then
        failed=1
        reason=" (nothing ran)"
    elif [ -n "$left" ]; then
        failed=$((failed + 1))
        reason=" (left behind: $(echo $left))"
    fi
    line="$passed passed, $failed failed"
    [ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
    verdict=ok
    [ "$failed" -eq 0 ] || verdict=FAIL
    {
        printf '  %-4s  %-28s %s, %d s%s\n' "$verdict" "$1" "$line" $(($(date +%s) - begun)) "$reason"
        if [ "$failed" -ne 0 ]; then
            echo "        --- what failed in $log, and its end ---"
            grep -n -A 3 '^not ok ' "$log" | head -n 60 | sed 's/^/        /' || true
            echo "        ---"
            tail -n 40 "$log" | sed 's/^/        /'
        fi
    } >"$base.said"
    echo "$passed $failed $skipped" >"$base.count"
    cat "$base.said"
}

if [ "${1:-}" = --one ]; then
    run_one "$2" "$3"
    exit 0
fi

if [ "${1:-}" = --long ]; then
    long_tests=" "
    PROJC_TEST_TIMEOUT=${PROJC_TEST_TIMEOUT:-0} # none
    export PROJC_TEST_TIMEOUT
    shift
fi
rm -rf "$logs"
mkdir -p "$logs"

chosen() { # name [name…]: is one of the names asked for?
    [ -n "$wanted" ] || return 0
    for candidate; do
        case " $wanted " in *" $candidate "*) return 0 ;; esac
    done
    return 1
}
wanted=
for name; do
    name=${name#tests/}
    wanted="$wanted ${name%/run.sh}"
done

list=$logs/list
: >"$list"
for source in tests/unit/*_test.c; do
    [ -e "$source" ] || continue
    name=$(basename "$source" _test.c)
    if chosen unit "unit/$name"; then echo "unit/$name $B/tests/unit/$name" >>"$list"; fi
done
for script in tests/*/run.sh; do
    [ -e "$script" ] || continue
    name=$(basename "$(dirname "$script")")
    case $long_tests in *" $name "*) continue ;; esac
    if chosen "$name"; then echo "$name $script" >>"$list"; fi
done
# A name that is asked for and does not exist is a failure, not an empty success.
for name in $wanted; do
    case $name in unit) pattern='^unit/' ;; *) pattern="^$name " ;; esac
    grep -q "$pattern" "$list" || echo "$name $B/no-such-test" >>"$list"
done

server=
PROJC_TEST_SCRATCH=
running=
# Who is interrupted: no more tests, then those that run, then what they run on.
cleanup() {
    [ -z "$running" ] || kill "$running" 2>/dev/null || true
    for pid in "$logs"/*.pid; do
        [ ! -e "$pid" ] || kill "$(cat "$pid")" 2>/dev/null || true
    done
    for pid in "$logs"/*.pid; do
        while [ -e "$pid" ] && kill -0 "$(cat "$pid")" 2>/dev/null; do
            sleep 0.1
        done
    done
    [ -z "$server" ] || "$PGTEST" stop "$server"
    [ -z "$PROJC_TEST_SCRATCH" ] || rm -rf "$PROJC_TEST_SCRATCH"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

server=$(mktemp -d /tmp/projc-pg.XXXXXX)
# Tests end processes, never the machine: what the server wrote outlives any of them without fsync.
PROJC_TEST_PG=$(PG_FSYNC=${PG_FSYNC:-off} "$PGTEST" start "$server")
PROJC_TEST_PG_DIR=$server
# In /tmp whatever TMPDIR says: the paths of sockets must be short. The server's user goes in and out there.
PROJC_TEST_SCRATCH=$(mktemp -d /tmp/projc-test.XXXXXX)
chmod 755 "$PROJC_TEST_SCRATCH"
export PROJC_TEST_PG PROJC_TEST_PG_DIR PROJC_TEST_SCRATCH

# Without -r xargs would run once on an empty list. In the background, because a signal interrupts only `wait`.
xargs -r -P "${PROJC_TEST_JOBS:-1}" -n 2 tests/support/run_tests.sh --one <"$list" &
running=$!
wait "$running" || true
running=

find "$logs" -name '*.count' -exec cat {} + >"$logs/counts"
awk -v expected="$(wc -l <"$list")" '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        if (NR != expected) { print "run_tests: " expected - NR " tests left no count" | "cat 1>&2"; failed += expected - NR }
        if (passed + failed == 0) { print "run_tests: nothing ran" | "cat 1>&2"; failed = 1 }
        close("cat 1>&2")
        printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : ""
        exit failed != 0
    }' "$logs/counts"
