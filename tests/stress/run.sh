#!/bin/sh
# The tests of tests/system for longer, a storm of faults with an audit, schedules of faults. `make stress`.
#
# COUNT=100 kills for each store, COUNT/2 repairs, COUNT/10 poisonings (other keys may lag for 1 s), COUNT/10 zombies and restarts; SECONDS_LONG=60 of storm for each
# store; COUNT schedules of tests/faults from FAULTS_SEED=1 on, of which FAULTS_PARTS="process relay" are parts; a death at
# every call (tests/calls); every call on memory and files fails (tests/oom); bits of many states turned over (tests/strict);
# COUNT_ORDERS=20000 orders of writers and a reader (tests/horizon; all); COUNT_EVENTS events in front of a service under
# concurrent writers (writers.sh), and through one whose memory is watched (memory.sh); KEYS=100000 keys verified and a
# history of HISTORY=10000 events (many_keys.sh).
# PROJC_TEST_SEED repeats a run as far as the machine allows. STRESS_PARTS="storm faults" narrows it.
set -u

here=$(cd "$(dirname "$0")" && pwd)
: "${B:?}" "${PROJC:?}"
: "${PROJC_HOME:=$(cd "$here/../.." && pwd)}" "${PGTEST:=$here/../support/pg.sh}" "${COUNT:=100}" "${SECONDS_LONG:=60}"
export PROJC_HOME PGTEST SECONDS_LONG
if [ -z "${PROJC_TEST_PG:-}" ]; then
    PG_FSYNC=off exec "$PGTEST" with "$here/run.sh"
fi
parts=${STRESS_PARTS:-kill lanes repair restarts poison storm writers memory orders keys faults calls oom strict rebuild}
echo "# COUNT=$COUNT SECONDS_LONG=$SECONDS_LONG"
scripts=$(echo " $parts " | sed 's/ faults / /; s/ calls / /; s/ oom / /; s/ strict / /; s/ orders / /; s/ keys / /; s/ rebuild / /')
log=$(mktemp)
running=
trap 'rm -f "$log"' EXIT
trap '[ -z "$running" ] || { kill "$running"; wait "$running"; }; exit 143' HUP INT TERM

# run COMMAND…: its output is shown as it comes, its summary counts.
passed=0 failed=0 skipped=0
run() {
    "$@" >"$log" 2>&1 &
    running=$!
    tail -n +1 -f --pid="$running" "$log"
    wait "$running"
    running=
    summary=$(tail -n 1 "$log" | awk '/^[0-9]+ passed, [0-9]+ failed/ { print $1, $3, /skipped/ ? $5 : 0 }')
    # shellcheck disable=SC2086
    set -- ${summary:-0 1 0}
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

case " $parts " in
    *" faults "*) FAULTS_COUNT=$COUNT FAULTS_MUTANTS=${FAULTS_MUTANTS-epoch unraised blind unclaimed memory deaf naive} run "$here/../faults/run.sh" ;;
esac
case " $parts " in
    *" calls "*) CALLS_DEATHS=all run "$here/../calls/run.sh" ;;
esac
case " $parts " in
    *" oom "*)
        FAULT_POINTS='' run "$here/../oom/run.sh"
        run "$here/../oom/mutants.sh"
        ;;
esac
case " $parts " in
    *" strict "*) STRICT_STATES=40 run "$here/../strict/run.sh" ;;
esac
case " $parts " in
    *" orders "*) HORIZON_TEST=permutations HORIZON_PERMUTATIONS=${COUNT_ORDERS:-20000} run "$B/tests/horizon/suite" ;;
esac
case " $parts " in
    *" keys "*) run "$here/many_keys.sh" ;;
esac
case " $parts " in
    *" rebuild "*) EVENTS=${REBUILD_EVENTS:-1000000} THINGS=${REBUILD_THINGS:-100000} GENERATIONS_PARTS=rebuilt GENERATIONS_MUTANTS=0 \
        run "$here/../generations/run.sh" ;;
esac
if [ -n "$(echo $scripts)" ]; then
    export POISON_ROUNDS=$((COUNT / 10 + 2)) POISON_LAG_MS=1000
    KILLS=$COUNT REPAIRS=$((COUNT / 2)) ZOMBIES=$((COUNT / 10 + 1)) RESTARTS=$((COUNT / 10 + 1)) SYSTEM_SCRIPTS=$scripts \
        run "$here/../system/run.sh"
fi
echo "$passed passed, $failed failed$([ "$skipped" = 0 ] || echo ", $skipped skipped")"
[ "$failed" = 0 ]
