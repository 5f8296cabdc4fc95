#!/bin/sh
# Seeded schedules of faults against generated services: builds one, starts servers, runs schedules, then wrong services.
#
# FAULTS_COUNT=30 schedules, from FAULTS_SEED=1 on, shared out among FAULTS_PARTS="process relay silence pooler server standby".
# FAULTS="process:17+1 relay:40+5/2" runs what it names instead: PART:FIRST+COUNT/AT-A-TIME.
# FAULTS_SHOW=1 prints the schedules, FAULTS_KEEP=1 leaves the services' logs of failed ones behind.
# FAULTS_MUTANTS="blind unclaimed": see mutants.sh.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${B:?}" "${PROJC:?}" "${FAULTS_COUNT:=30}" "${FAULTS_SEED:=1}" "${FAULTS_PARTS:=process relay silence pooler server standby}"
: "${PROJC_HOME:=$(cd "$here/../.." && pwd)}" "${PGTEST:=$here/../support/pg.sh}"
PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export PROJC_HOME PGTEST PKG_CONFIG_PATH
. "$here/lib.sh"

# Of 100 schedules: how many are a part's, and how many of them run at a time.
weight_of() { # PART
    case $1 in
        process) echo 40 4 ;;
        relay) echo 25 3 ;;
        pooler) echo 20 2 ;;
        silence) echo 5 2 ;;
        server) echo 10 2 ;;
        standby) echo 5 1 ;;
        *) echo "faults: there is no part $1" >&2; exit 2 ;;
    esac
}

# A part without weight is left out by nobody: each has one schedule at least, and the first has what is over.
share_out() {
    total=0
    for part in $FAULTS_PARTS; do
        weight=$(weight_of "$part")
        total=$((total + ${weight% *}))
    done
    left=$FAULTS_COUNT
    first=
    for part in $FAULTS_PARTS; do
        [ -n "$first" ] || { first=$part; continue; }
        weight=$(weight_of "$part")
        count=$((FAULTS_COUNT * ${weight% *} / total))
        [ "$count" -gt 0 ] || count=1
        left=$((left - count))
        FAULTS="$FAULTS $part:$FAULTS_SEED+$count/${weight#* }"
    done
    weight=$(weight_of "$first")
    [ "$left" -le 0 ] || FAULTS="$first:$FAULTS_SEED+$left/${weight#* }$FAULTS"
}

begin_faults
build_service "$work/service"
FAULTS_PROGRAM=$work/service/faults
export FAULTS_PROGRAM
start_server shared
FAULTS_SERVER=$work/shared
export FAULTS_SERVER
skipped=0
FAULTS_POOLER=$(find_pooler) || FAULTS_POOLER=
if [ -z "$FAULTS_POOLER" ] && [ -z "${FAULTS:-}" ]; then
    echo "# SKIP pooler: pgbouncer is not installed; its schedules go to the others"
    skipped=1
    FAULTS_PARTS=$(echo " $FAULTS_PARTS " | sed 's/ pooler / /')
fi
export FAULTS_POOLER
if [ -z "${FAULTS:-}" ]; then
    FAULTS=
    share_out
    FAULTS_MUTANTS=${FAULTS_MUTANTS-blind unclaimed}
    FAULTS_DIVERGENCE=yes
fi
# shellcheck disable=SC2086
start_own_servers $FAULTS

: >"$work/suite.log" # before somebody follows it
# shellcheck disable=SC2086
"$B/tests/faults/suite" $FAULTS >>"$work/suite.log" 2>&1 &
suite=$!
tail -n +1 -f --pid="$suite" "$work/suite.log" &
wait "$suite" || true
suite=
wait
if [ -n "${FAULTS_DIVERGENCE:-}" ]; then
    "$here/divergence.sh" >"$work/divergence.out" 2>&1 || true
    cat "$work/divergence.out"
fi
if [ -n "${FAULTS_MUTANTS:-}" ]; then
    MUTANTS=$FAULTS_MUTANTS "$here/mutants.sh" >"$work/mutants.log" 2>&1 || true
    cat "$work/mutants.log"
fi

# One summary of all; what broke off has no summary, and has failed.
{
    tail -n 1 "$work/suite.log"
    [ -z "${FAULTS_DIVERGENCE:-}" ] || tail -n 1 "$work/divergence.out"
    [ -z "${FAULTS_MUTANTS:-}" ] || tail -n 1 "$work/mutants.log"
} | awk -v skipped="$skipped" '
    /^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3; next }
    { failed++ }
    END {
        printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : ""
        exit failed != 0 || passed == 0
    }'
