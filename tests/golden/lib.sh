# lib.sh -- counting and comparing for the shell tests of the compiler; sourced, not run.
# Needs $work, a scratch folder. A passed claim is silent, a failed one says what differs.

passed=0
failed=0
skipped=0

pass() {
    passed=$((passed + 1))
}

fail() { # claim [file that tells more]
    failed=$((failed + 1))
    printf 'FAIL %s\n' "$1"
    if [ -n "${2:-}" ] && [ -s "$2" ]; then
        head -n 40 "$2" | sed 's/^/    /'
    fi
}

skip() { # claim reason
    skipped=$((skipped + 1))
    printf 'SKIP %s: %s\n' "$1" "$2"
}

# Counts a claim by the status of the command behind it; its output tells why it failed.
claim() { # claim command…
    claim_name=$1
    shift
    if "$@" >"$work/claim.out" 2>&1; then
        pass
    else
        fail "$claim_name" "$work/claim.out"
    fi
}

# Runs a command: output in $work/out, messages in $work/err, exit status in $status.
run() {
    status=0
    "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}

# The last command that `run` ran ended with this status and, where given, wrote this extended regular
# expression to standard error.
expect() { # claim status [pattern]
    if [ "$status" != "$2" ]; then
        { echo "exit status $status, not $2"; cat "$work/err"; } >"$work/why"
        fail "$1" "$work/why"
    elif [ -n "${3:-}" ] && ! grep -q -E -e "$3" "$work/err"; then
        { echo "no \"$3\" in:"; cat "$work/err"; } >"$work/why"
        fail "$1" "$work/why"
    else
        pass
    fi
}

same() { # claim file file: the bytes are equal
    if cmp -s "$2" "$3"; then
        pass
    else
        diff -u "$2" "$3" >"$work/why" 2>&1
        fail "$1" "$work/why"
    fi
}

finish() {
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" = 0 ] && [ "$passed" != 0 ]
}
