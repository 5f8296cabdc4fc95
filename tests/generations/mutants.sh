# Unsafe swaps and resumptions (tests/store has more): each is a small change of the runtime, and the claims must fail on it. Sourced by run.sh.
# shellcheck shell=sh

# mutant NAME STORE PART FILE SED-SCRIPT
mutant() {
    mutant_name=$1 store=$2 part=$3 source=$4
    case " ${GENERATIONS_STORES:-sqlite postgres} " in *" $store "*) ;; *) return 0 ;; esac
    rm -rf "$work/mutant"
    mkdir "$work/mutant"
    cp "$work/changed/hits.proj" "$work/mutant"
    sed "$5" "$root/runtime/$source" >"$work/mutant/mutant.c"
    number=$((number + 1))
    if cmp -s "$root/runtime/$source" "$work/mutant/mutant.c"; then
        failures=$((failures + 1))
        echo "not ok $number - mutant: $mutant_name: its place in $source was not found"
        return 0
    fi
    # shellcheck disable=SC2046,SC2086
    $CC -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -pthread ${PROJC_TEST_CFLAGS:-} -I"$root/runtime/include" -I"$root/runtime" \
        $(pkg-config --cflags libpq sqlite3) -c "$work/mutant/mutant.c" -o "$work/mutant/mutant.o"
    program "$work/mutant" mutant.o
    # In a shell of its own: its claims are not this run's.
    (
        databases=$((databases + 10 * number)) children='' schemas=''
        number=0 failures=0 EVENTS=4000 KILLS=2 THINGS=100 TRIES=200 PROGRAM=mutant
        . "$here/$part.sh"
        end_all
    ) >"$work/mutant/log" 2>&1 || true
    killer=$(sed -n 's/^not ok [0-9]* - //p' "$work/mutant/log" | head -n 1)
    if [ -n "$killer" ]; then
        echo "ok $number - mutant: $mutant_name, seen by: $killer"
    else
        failures=$((failures + 1))
        echo "not ok $number - mutant: $mutant_name was not seen"
        sed 's/^/#   /' "$work/mutant/log"
    fi
}

# A program that is a mutant rebuilds; what it breaks is seen by the reader, the old service, verify, or the bytes.
mutant 'a swap does not lock the lanes' postgres locked store/postgres/swap.c 's/ ORDER BY generation, lane FOR UPDATE"/ ORDER BY generation, lane"/'
mutant 'a rebuild that is resumed begins anew' sqlite rebuilt engine/building.c 's/if (other == NULL || is_for(other, type))/if (other == NULL)/'
