#!/bin/sh
# The rules that a compiler does not check: layers, lengths, banned functions, exported symbols,
# a README in every folder. Each check first proves on a planted violation that it can fail.
# Where clang-format 14 is installed, that make format would change nothing. With LINT_TOOLS=1 (make lint) also
# cppcheck and clang-tidy.
set -u
cd "$(dirname "$0")/../.."
root=$PWD
lint=$root/tests/lint
export LC_ALL=C

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
passed=0
failed=0
skipped=0

report() { # status claim
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok $((passed + failed + skipped)) - $2"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed + skipped)) - $2"
        sed 's/^/    # /' "$scratch/out"
    fi
}

skip() {
    skipped=$((skipped + 1))
    echo "ok $((passed + failed + skipped)) - $1 # SKIP $2"
}

run_check() { # check claim [argument…]
    check=$1
    claim=$2
    shift 2
    "check_$check" "$@" >"$scratch/out" 2>&1
    report $? "$claim"
}

run_tool() { # check program claim
    if command -v "$2" >/dev/null 2>&1; then
        run_check "$1" "$3"
    else
        skip "$3" "$2 is not installed: make deps DEV=1"
    fi
}

. "$lint/checks.sh"
. "$lint/self_test.sh"

self_test
cd "$root"
run_check layers "every folder includes only itself and what is above it"
run_check lengths "no function over 70 lines, no file over 500, no line over 100 columns"
run_check banned "no banned function is called"
run_check names "names follow the rules"
run_check first_lines "the first line of every source says what it is for"
run_check readmes "every folder has a README with a line a file"
run_check scripts "every test script parses"
run_check scratch "every script removes its scratch files, also when it is interrupted"
if [ -n "${B:-}" ] && [ -f "$B/lib/libprojc.a" ]; then
    run_check exports "libraries export projc_ and pc_ only" "$B/lib"
else
    skip "libraries export projc_ and pc_ only" "B names no build"
fi
if is_our_clang_format; then
    run_check format "make format would change nothing"
else
    skip "make format would change nothing" "clang-format 14 is not installed: make deps DEV=1"
fi
if [ "${LINT_TOOLS:-0}" = 1 ]; then
    run_tool cppcheck cppcheck "cppcheck has nothing to say"
    run_tool clang_tidy clang-tidy "clang-tidy has nothing to say"
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
