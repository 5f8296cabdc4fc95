#!/bin/sh
# Services that are wrong in one place: the schedules must notice each. A rig that lets a wrong service pass proves nothing.
#
# MUTANTS="epoch blind" narrows it; MUTANT_COUNT=300 schedules at most for each.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${B:?}" "${PROJC:?}" "${MUTANT_COUNT:=300}"
: "${PROJC_HOME:=$(cd "$here/../.." && pwd)}" "${PGTEST:=$here/../support/pg.sh}"
PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export PROJC_HOME PGTEST PKG_CONFIG_PATH
. "$here/lib.sh"

begin_faults
start_server shared
FAULTS_SERVER=$work/shared
export FAULTS_SERVER
passed=0
failed=0

compile() { # OUTPUT SOURCE [FLAG…]
    output=$1
    shift
    # shellcheck disable=SC2046,SC2086
    ${CC:-cc} -O1 -g -std=c11 -D_POSIX_C_SOURCE=200809L -pthread ${PROJC_TEST_CFLAGS:-} -I"$PROJC_HOME/runtime/include" \
        -I"$PROJC_HOME/runtime" $(pkg-config --cflags libpq) -c -o "$output" "$@"
}

# A file of the product with something else in it; a change that changes nothing is a mistake of this script.
changed() { # NAME SOURCE SED-SCRIPT
    mkdir -p "$work/$1"
    sed "$3" "$PROJC_HOME/runtime/$2" >"$work/$1/mutant.c"
    if cmp -s "$work/$1/mutant.c" "$PROJC_HOME/runtime/$2"; then
        echo "mutant $1: the change does not fit $2 any more"
        return 1
    fi
    compile "$work/$1/mutant.o" "$work/$1/mutant.c"
}

defined() { # NAME SOURCE MACRO
    mkdir -p "$work/$1"
    compile "$work/$1/mutant.o" "$PROJC_HOME/runtime/$2" "-D$3"
}

wrapped() { # NAME FUNCTION…
    mkdir -p "$work/$1"
    compile "$work/$1/mutant.o" "$here/mutants/$1.c"
    shift
    for function; do
        wraps="$wraps -Wl,--wrap=$function"
    done
}

make_mutant() { # NAME
    wraps=
    claim=' AND l\.position = c\.position'
    case $1 in
        epoch) changed epoch store/postgres/claim.c 's/ AND l\.epoch = c\.epoch//' ;;
        blind) changed blind store/postgres/claim.c "s/$claim//; s/ AND l\.epoch = c\.epoch//" ;;
        unclaimed) changed unclaimed store/postgres/claim.c 's|" SELECT 1 / (count(\*) = "|" SELECT (count(*) = "|' ;;
        deaf) changed deaf engine/workspace.c 's/if (status != PROJC_CONNECTION || /if (status != PROJC_OK || /' ;;
        naive) defined naive store/postgres/reader.c PROJC_MUTANT_NAIVE ;;
        unraised) defined unraised engine/flush.c PROJC_MUTANT_NO_EPOCH_RAISE ;;
        memory) wrapped memory projc__postgres_commit projc__postgres_load_lanes ;;
        *) echo "there is no mutant $1"; return 1 ;;
    esac
}

what_strikes() { # NAME
    case $1 in
        memory) echo "relay:1+$MUTANT_COUNT/4" ;;
        *) echo "process:1+$MUTANT_COUNT/4" ;;
    esac
}

for name in ${MUTANTS:-epoch unraised blind unclaimed memory deaf naive}; do
    # shellcheck disable=SC2046,SC2086
    if make_mutant "$name" && build_service "$work/$name" "$work/$name/mutant.o" $wraps; then
        FAULTS_PROGRAM=$work/$name/faults FAULTS_STOP=1 FAULTS_RECOVERY_MS=8000 \
            "$B/tests/faults/suite" $(what_strikes "$name") >"$work/$name/out" 2>&1 || true
        line=$(grep -m 1 '^FAILED' "$work/$name/out" || true)
        schedules=$(sed -n 's/^# all: \([0-9]*\) schedules.*/\1/p' "$work/$name/out")
    else
        line='' schedules=no
    fi
    if [ -n "$line" ]; then
        passed=$((passed + 1))
        echo "mutant $name is noticed within $schedules schedules: $line"
    else
        failed=$((failed + 1))
        echo "mutant $name is not noticed in $schedules schedules"
        tail -n 5 "$work/$name/out" || true
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
