#!/bin/sh
# The horizon on PostgreSQL: the cases, the permutations and the stress test; then wrong readers ("mutants"), each
# compiled into a suite of its own, which must find lost events. A rig that lets a wrong reader pass proves nothing.
#
# HORIZON_PERMUTATIONS, HORIZON_SECONDS, HORIZON_SCHEDULES, HORIZON_SEED and HORIZON_TEST go to the suite.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=${PROJC_HOME:-$(cd "$here/../.." && pwd)}
: "${B:?}"
if [ -z "${PROJC_TEST_PG:-}" ]; then
    exec "$root/tests/support/pg.sh" with "$0"
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-horizon.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
passed=0
failed=0

status=0
"$B/tests/horizon/suite" >"$work/suite.log" 2>&1 || status=$?
cat "$work/suite.log"
summary=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$work/suite.log" | tail -n 1)
if [ -n "$summary" ]; then
    passed=${summary%% passed*}
    failed=${summary#*, }
    failed=${failed%% *}
fi
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    failed=1
fi

# The mutant's reader stands in front of the library, so that the library's own is not linked.
mutant() { # NAME [SED-SCRIPT]: without a script -DPROJC_MUTANT_NAME says it
    sed "${2:-}" "$root/runtime/store/postgres/reader.c" >"$work/reader.c"
    if [ -n "${2:-}" ] && cmp -s "$work/reader.c" "$root/runtime/store/postgres/reader.c"; then
        echo "mutant $1: its place in reader.c was not found"
        return 1
    fi
    # shellcheck disable=SC2086
    ${CC:-cc} -O1 -g -std=c11 -D_POSIX_C_SOURCE=200809L -pthread ${PROJC_TEST_CFLAGS:-} "-DPROJC_MUTANT_$1" \
        -I"$root/runtime/include" -I"$root/runtime" $(pkg-config --cflags libpq) \
        -c -o "$work/reader_$1.o" "$work/reader.c"
    # shellcheck disable=SC2086
    ${CC:-cc} ${PROJC_TEST_CFLAGS:-} -pthread -o "$work/suite_$1" "$B"/obj/tests/horizon/*.o "$work/reader_$1.o" \
        "$B/lib/libtest.a" "$B/lib/libprojc.a" $(pkg-config --libs libpq sqlite3 msgpack libxxhash uuid libmicrohttpd cunit) -lm
}

verdict() { # good|bad TEXT
    echo "$2"
    if [ "$1" = good ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        tail -n 20 "$work/mutant.log"
    fi
}

# The permutations find each of these, in the same order every time.
for name in NO_SECOND_READ WRITERS_FIRST NAIVE UNSETTLED_RANGE RANGE_WRITERS_FIRST; do
    mutant "$name"
    HORIZON_TEST=permutations "$work/suite_$name" >"$work/mutant.log" 2>&1 || true
    line=$(grep 'is broken$' "$work/mutant.log" || true)
    if [ -n "$line" ]; then
        verdict good "mutant $name is killed by the $line"
    else
        verdict bad "mutant $name is alive"
    fi
done

# The stress test must see losses too: chance decides when, so a few rounds, each with another seed.
said=
for round in 1 2 3 4 5; do
    HORIZON_TEST=stress HORIZON_SECONDS=3 HORIZON_SEED=$((round * 1000)) "$work/suite_NAIVE" >"$work/mutant.log" 2>&1 || true
    line=$(grep '^stress:' "$work/mutant.log" || true)
    case $line in
        *' 0 lost,'*) ;;
        *' lost,'*) said=$line && break ;;
    esac
done
if [ -n "$said" ]; then
    verdict good "mutant NAIVE is killed by the $said"
else
    verdict bad "mutant NAIVE is alive under stress"
fi

# What is known of writers and gaps, kept for the process instead of the connection.
killer=reconnecting_forgets_what_was_settled
if mutant RING_KEPT 's/&table->horizon/\&ring_kept/g; s/table->horizon\./ring_kept./g
        s/^static int64_t utc_now/static projc__horizon ring_kept;\n&/' >"$work/mutant.log" 2>&1; then
    HORIZON_TEST=reconnecting "$work/suite_RING_KEPT" >"$work/mutant.log" 2>&1 || true
fi
if grep -q "Test: $killer .*FAILED" "$work/mutant.log"; then
    verdict good "mutant RING_KEPT is killed by $killer"
else
    verdict bad "mutant RING_KEPT is alive"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
