#!/bin/sh
# Mutants of the code generator and of the runtime: each script in mutants/ makes one file of compiler/gen, or
# of runtime/, wrong, and the random programs must notice. One line a mutant: "killed NAME" or "survived NAME".
#
#   mutants.sh [NAME...]      with B and CC as in `make test`; ORACLE_MUTANT_PROGRAMS=240 programs at most
#   mutants.sh --seeds        also writes down the seeds that killed, which are tried first the next time
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:=$root/build}" "${CC:=gcc}" "${PROJC_TEST_CFLAGS:=}" "${ORACLE_MUTANT_PROGRAMS:=240}"
[ ! -w /dev/shm ] || TMPDIR=/dev/shm
export TMPDIR B CC PROJC_TEST_CFLAGS LC_ALL=C TZ=UTC
export PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
unset PROJC_HOME ORACLE_KEEP ORACLE_DATABASE
# A compiler with one changed file: the object is linked before the library and takes its member's place.
build() { # name script file
    case $3 in
        runtime/*) build_runtime "$@"; return ;;
    esac
    sed -f "$2" "$root/compiler/gen/$3" >"$scratch/$1/$3"
    if cmp -s "$root/compiler/gen/$3" "$scratch/$1/$3"; then
        echo "survived $1: its place in $3 was not found"
        return 1
    fi
    # shellcheck disable=SC2046,SC2086
    $CC -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -w $PROJC_TEST_CFLAGS -DPROJC_VERSION='"mutant"' -I "$root/compiler" \
        -I "$root/grammar" -I "$B/gen" -c "$scratch/$1/$3" -o "$scratch/$1/mutant.o" 2>"$scratch/$1/log" &&
        $CC $PROJC_TEST_CFLAGS -o "$scratch/$1/projc" "$B/obj/compiler/main.o" "$scratch/$1/mutant.o" "$B/lib/libpc.a" \
            $(pkg-config --libs libxxhash) -lm 2>>"$scratch/$1/log" && return 0
    echo "survived $1: does not compile"
    sed 's/^/# /' "$scratch/$1/log"
    return 1
}

# The same for the runtime: the programs are linked with the object.
build_runtime() { # name script file
    sed -f "$2" "$root/$3" >"$scratch/$1/mutant.c"
    if cmp -s "$root/$3" "$scratch/$1/mutant.c"; then
        echo "survived $1: its place in $3 was not found"
        return 1
    fi
    # shellcheck disable=SC2046,SC2086
    if $CC -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -w $PROJC_TEST_CFLAGS -pthread -I "$root/runtime" -I "$root/runtime/include" \
        $(pkg-config --cflags libpq sqlite3 libxxhash) -c "$scratch/$1/mutant.c" -o "$scratch/$1/mutant.o" 2>"$scratch/$1/log"; then
        cp "$B/bin/projc" "$scratch/$1/projc"
        return 0
    fi
    echo "survived $1: does not compile"
    sed 's/^/# /' "$scratch/$1/log"
    return 1
}

# Do the compiler and the runtime as they are pass this seed?
is_innocent() { # seed with feature…
    innocent=$1
    shift
    PROJC=$B/bin/projc "$here/run_batch.sh" "$innocent" 1 "$scratch/runner.o" "$@" >/dev/null 2>&1
}

mutant() { # name
    name=$1
    script=$here/mutants/$name.sed
    mkdir -p "$scratch/$name"
    build "$name" "$script" "$(sed -n '1s/^# \([a-z_/]*\.c\):.*/\1/p' "$script")" || return 0
    object=
    case $(head -n 1 "$script") in
        '# runtime/'*) object=$scratch/$name/mutant.o ;;
    esac
    with=$(sed -n '2s/^# \(with .*\)/\1/p' "$script")
    seed=$(sed -n "s/^$name //p" "$here/mutants/seeds")
    count=1
    [ -n "$seed" ] || { seed=9001; count=10; }
    while [ "$count" -eq 1 ] || [ "$seed" -lt $((9001 + ORACLE_MUTANT_PROGRAMS)) ]; do
        # shellcheck disable=SC2086
        PROJC=$scratch/$name/projc ORACLE_MUTANT=$object "$here/run_batch.sh" "$seed" "$count" "$scratch/runner.o" $with \
            >"$scratch/$name/log" 2>&1 || true
        grep -E '^(differs|broken) seed' "$scratch/$name/log" >"$scratch/$name/killers"
        while read -r killer; do
            # shellcheck disable=SC2086
            is_innocent "$(echo "$killer" | sed 's/^[a-z]* seed \([0-9]*\).*/\1/')" $with || continue
            echo "killed $name: $killer"
            return 0
        done <"$scratch/$name/killers"
        if [ "$count" -eq 1 ]; then
            seed=9001
            count=10
        else
            seed=$((seed + 10))
        fi
    done
    echo "survived $name"
}

if [ "${1:-}" = --one ]; then
    scratch=$2
    mutant "$3"
    exit 0
fi

scratch=$(mktemp -d "${TMPDIR:-/tmp}/projc-oracle-mutants.XXXXXX")
# Those that still run when this one is interrupted may write once more.
trap 'rm -rf "$scratch" 2>/dev/null || { sleep 1; rm -rf "$scratch"; }' EXIT
trap 'exit 130' INT TERM HUP

for unit in runner compare; do
    # shellcheck disable=SC2086
    $CC -std=c11 -D_POSIX_C_SOURCE=200809L -O1 $PROJC_TEST_CFLAGS -pthread -I "$root/runtime" -I "$root/runtime/include" \
        -c "$here/runner/$unit.c" -o "$scratch/$unit.part" || exit 1
done
ld -r -o "$scratch/runner.o" "$scratch/runner.part" "$scratch/compare.part" || exit 1

has_seeds=false
[ "${1:-}" != --seeds ] || { has_seeds=true; shift; }
for name in ${*:-$(cd "$here/mutants" && ls ./*.sed)}; do
    name=${name#./}
    echo "${name%.sed}"
done | xargs -P 2 -n 1 "$0" --one "$scratch" | tee "$scratch/verdicts"
if $has_seeds; then
    sed -n 's/^killed \([^:]*\): [a-z]* seed \([0-9]*\).*/\1 \2/p' "$scratch/verdicts" | sort >"$here/mutants/seeds"
fi
! grep -q '^survived' "$scratch/verdicts" && grep -q '^killed' "$scratch/verdicts"
