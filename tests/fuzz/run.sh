#!/bin/sh
# libFuzzer on everything that reads what others wrote. `make fuzz TIME=600 ONLY=parser`.
#
#   TIME=60       seconds for each harness
#   ONLY="…"      parser checker formatter json msgpack state; none means all
#   SAVE=1        minimises what was found and keeps it in corpus/
#
# A crash, a leak, what a sanitizer says, and an input that takes more than a second are failures; the
# input is kept in $B/fuzz/found. Needs clang. What is found beyond corpus/ stays in $B/fuzz/corpus,
# so the next run goes on from there.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:=$root/build}" "${TIME:=60}" "${ONLY:=}" "${SAVE:=0}" "${SEED:=0}"
build=$B/fuzz
passed=0
failed=0
skipped=0

finish() {
    tail=
    [ "$skipped" -eq 0 ] || tail=", $skipped skipped"
    echo "$passed passed, $failed failed$tail"
    [ "$failed" -eq 0 ]
    exit $?
}

if ! command -v clang >/dev/null; then
    echo "SKIPPED: no clang: the fuzzers did not run"
    skipped=1
    finish
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-fuzz.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
sanitizers=address,undefined
export ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1" UBSAN_OPTIONS=print_stacktrace=1

# ---- what is run ----

sources_of() { # harness: its sources
    case $1 in
    json | msgpack) echo "tests/fuzz/$1.c tests/support/account_module.c" ;;
    state) echo "tests/fuzz/state.c $build/programs/*_proj.c" ;;
    formatter) echo "tests/fuzz/$1.c tests/fuzz/program.c tests/format/tree.c" ;;
    *) echo "tests/fuzz/$1.c tests/fuzz/program.c" ;;
    esac
}

# The library of the runtime and that of the compiler both have a base/: the includes choose.
flags_of() { # harness
    case $1 in
    json | msgpack) echo "-Iruntime/include -Iruntime -Itests -I." ;;
    state) echo "-Iruntime/include -Iruntime -I$build/programs -I." ;;
    *) echo "-Icompiler -Igrammar -I$build/gen -I." ;;
    esac
}

libraries_of() { # harness
    case $1 in
    json | msgpack | state) echo "$build/lib/libprojc.a $(pkg-config --libs libpq sqlite3 msgpack libxxhash uuid libmicrohttpd) -lm" ;;
    *) echo "$build/lib/libpc.a $(pkg-config --libs libxxhash) -lm" ;;
    esac
}

corpus_of() { # harness: parser, checker and formatter share one
    case $1 in
    json | msgpack | state) echo "$1" ;;
    *) echo proj ;;
    esac
}

# The programs whose states are read: every type there is, collections, records in records.
generate_states() {
    mkdir -p "$build/programs"
    awk -v what=program -f "$root/tests/view/values.awk" >"$build/programs/values.proj"
    cp "$root/tests/strict/bag.proj" "$here/small.proj" "$build/programs/"
    for program in values bag small; do
        (cd "$build/programs" && "${PROJC:-$B/bin/projc}" build "$program.proj") || return 1
    done
}

build_harness() { # harness
    case $1 in json | msgpack | state) library=libprojc.a ;; *) library=libpc.a ;; esac
    [ "$1" != state ] || generate_states || return 1
    # shellcheck disable=SC2046
    make -C "$root" B="$build" CC=clang SAN=fuzzer-no-link,$sanitizers CFLAGS='-O1 -g' "$build/lib/$library" &&
        (cd "$root" && clang -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g -ffp-contract=off -pthread \
            -fsanitize=fuzzer,$sanitizers -fno-sanitize-recover=undefined $(flags_of "$1") \
            -o "$build/$1" $(sources_of "$1") $(libraries_of "$1"))
}

# ---- one harness ----

# Seeds: the kept corpus, and for the language every program of the repository.
collect_seeds() { # corpus folder
    mkdir -p "$2"
    cp "$here/corpus/$1"/* "$2/" 2>/dev/null
    [ "$1" = proj ] || return 0
    find "$root" -name '*.proj' -not -path "$root/build*" -not -path '*/.git/*' -size -16k |
        while read -r file; do
            cp "$file" "$2/seed-$(echo "${file#"$root/"}" | tr / -)"
        done
}

# An input that was slow once may have met a busy machine: it counts if it is slow again.
is_slow() { # harness input
    ! timeout 20 "$build/$1" -timeout=1 "$2" >"$work/again" 2>&1
}

# Prints what was found, and returns false, if an input really fails.
look_at_findings() { # harness
    bad=0
    for input in "$work/$1"-artifact-*; do
        [ -e "$input" ] || continue
        case $input in
        *-timeout-* | *-slow-unit-*)
            is_slow "$1" "$input" || continue
            ;;
        esac
        mkdir -p "$build/found"
        kept=$build/found/$1-$(basename "$input" | sed "s/^$1-artifact-//")
        cp "$input" "$kept"
        echo "# $kept"
        bad=1
    done
    [ "$bad" -eq 0 ]
}

fuzz() { # harness
    corpus=$build/corpus/$1
    mkdir -p "$corpus" "$work/empty"
    collect_seeds "$(corpus_of "$1")" "$work/seeds-$1"
    options="-timeout=1 -rss_limit_mb=1024 -max_len=8192 -print_final_stats=1 -verbosity=1"
    case $(corpus_of "$1") in
    proj) options="$options -dict=$here/proj.dict" ;;
    json) options="$options -dict=$here/json.dict" ;;
    esac
    [ "$SEED" = 0 ] || options="$options -seed=$SEED"
    inputs=0
    is_bad=0
    end=$(($(date +%s) + TIME))
    # libFuzzer ends at an input that is slow, and a busy machine makes some slow: then it goes on.
    while left=$((end - $(date +%s))) && [ "$left" -gt 0 ] && [ "$is_bad" -eq 0 ]; do
        status=0
        # An empty folder, so that imports are not found.
        # shellcheck disable=SC2086
        (cd "$work/empty" && exec nice -n 10 "$build/$1" $options -max_total_time=$left \
            -artifact_prefix="$work/$1-artifact-" "$corpus" "$work/seeds-$1") >"$work/$1.log" 2>&1 || status=$?
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$1.log")
        inputs=$((inputs + ${runs:-0}))
        if ! look_at_findings "$1" || [ "${runs:-0}" -eq 0 ]; then
            is_bad=1
        elif [ "$status" -ne 0 ] && ! only_slow "$1"; then
            is_bad=1
        fi
        rm -f "$work/$1"-artifact-*
    done
    echo "# $1: $inputs inputs in $TIME s, $(find "$corpus" -type f | wc -l) kept in $corpus"
    if [ "$is_bad" -eq 0 ] && [ "$inputs" -gt 0 ]; then
        passed=$((passed + 1))
        echo "# $1: nothing found"
    else
        failed=$((failed + 1))
        echo "# $1: FAILED (status $status)"
        grep -v '^#[0-9]' "$work/$1.log" | tail -n 60
    fi
    [ "$SAVE" = 0 ] || save "$1"
}

# True if the harness ended for an input that was not slow the second time.
only_slow() { # harness
    grep -q 'libFuzzer: timeout' "$work/$1.log"
}

# Keeps a small set of inputs that reaches what all of them reach, counting what is reached, not how
# often.
save() { # harness
    kind=$(corpus_of "$1")
    mkdir -p "$work/merged-$1" "$here/corpus/$kind"
    (cd "$work/empty" && "$build/$1" -merge=1 -use_counters=0 -max_len=2048 -timeout=5 "$work/merged-$1" \
        "$here/corpus/$kind" "$corpus") >"$work/merge.log" 2>&1 || { tail -n 5 "$work/merge.log"; return; }
    cp "$work/merged-$1"/* "$here/corpus/$kind/"
}

all="parser checker formatter json msgpack state"
for harness in $all; do
    if [ -n "$ONLY" ]; then
        case " $ONLY " in *" $harness "*) ;; *) continue ;; esac
    fi
    if build_harness "$harness" >"$work/build.log" 2>&1; then
        fuzz "$harness"
    else
        failed=$((failed + 1))
        echo "# $harness cannot be built"
        tail -n 20 "$work/build.log"
    fi
done
finish
