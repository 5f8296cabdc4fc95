#!/bin/sh
# The horizon on PostgreSQL: the cases and the stress test; then three wrong readers ("mutants"), each
# compiled into a suite of its own, whose stress test must find lost events. A rig that lets a wrong reader
# pass proves nothing.
#
# HORIZON_SECONDS, HORIZON_SCHEDULES, HORIZON_SEED and HORIZON_TEST go to the suite.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=${PROJC_HOME:-$(cd "$here/../.." && pwd)}
: "${B:?}"
if [ -z "${PROJC_TEST_PG:-}" ]; then
    exec "$root/tests/support/pg.sh" with "$0"
fi
work=$(mktemp -d /tmp/projc-horizon.XXXXXX)
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
mutant() { # name
    # shellcheck disable=SC2086
    ${CC:-cc} -O1 -g -std=c11 -D_POSIX_C_SOURCE=200809L -pthread ${PROJC_TEST_CFLAGS:-} "-DPROJC_MUTANT_$1" \
        -I"$root/runtime/include" -I"$root/runtime" $(pkg-config --cflags libpq) \
        -c -o "$work/reader_$1.o" "$root/runtime/store/postgres/reader.c"
    # shellcheck disable=SC2086
    ${CC:-cc} ${PROJC_TEST_CFLAGS:-} -pthread -o "$work/suite_$1" "$B"/obj/tests/horizon/*.o "$work/reader_$1.o" \
        "$B/lib/libtest.a" "$B/lib/libprojc.a" $(pkg-config --libs libpq sqlite3 msgpack libxxhash uuid cunit) -lm
}

for name in NO_SECOND_READ WRITERS_FIRST NAIVE; do
    mutant "$name"
    # Chance decides when a mutant loses its first event: a few rounds, each with another seed.
    verdict=alive
    for round in 1 2 3 4 5; do
        HORIZON_TEST=stress HORIZON_SECONDS=3 HORIZON_SEED=$((round * 1000)) "$work/suite_$name" >"$work/mutant.log" 2>&1 || true
        line=$(grep '^stress:' "$work/mutant.log" || true)
        case $line in
            '') verdict="did not run"; break ;;
            *' 0 lost,'*) ;;
            *) verdict=killed; break ;;
        esac
    done
    if [ "$verdict" = killed ]; then
        passed=$((passed + 1))
        echo "mutant $name is killed: $line"
    else
        failed=$((failed + 1))
        echo "mutant $name: $verdict"
        tail -n 20 "$work/mutant.log"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
