# Allocations that fail, one at a time and all from one on. SQLite only; not with sanitizers, which bring their own
# malloc. MEMORY_POINTS says how many of a command's allocations are tried. Sourced by run.sh.
# shellcheck shell=sh

sweep() { # fail-on arguments…
    on=$1
    shift
    claim="$* when ${on:+all memory from one allocation on is gone}"
    [ -n "$on" ] || claim="$* when one allocation fails"
    cp "$work/memory.db" "$database_file"
    rm -f "$database_file-wal" "$database_file-shm"
    FAIL_COUNT=$work/count LD_PRELOAD=$work/fail_memory.so DATABASE_URL=$url "$bin" "$@" >"$work/good" 2>/dev/null </dev/null || true
    total=$(cat "$work/count")
    points=${MEMORY_POINTS:-15}
    # What stands before main is the loader's and the libraries'; most of it is tried once and for all by the first points.
    first=$((total > 1600 ? total - 1600 : 1))
    tried=0
    problem=
    while [ $tried -lt "$points" ]; do
        at=$((first + (total - first) * tried / points))
        tried=$((tried + 1))
        cp "$work/memory.db" "$database_file"
        rm -f "$database_file-wal" "$database_file-shm"
        rc=0
        env FAIL_AT=$at ${on:+FAIL_ON=1} LD_PRELOAD="$work/fail_memory.so" DATABASE_URL="$url" \
            timeout 30 "$bin" "$@" >"$work/out" 2>"$work/err" </dev/null || rc=$?
        if [ $rc -gt 3 ]; then
            problem="$problem; allocation $at: exit status $rc"
        elif [ $rc = 0 ] && ! cmp -s "$work/out" "$work/good"; then
            problem="$problem; allocation $at: exit status 0 with another answer"
        elif [ $rc != 0 ] && [ ! -s "$work/err" ] && [ ! -s "$work/out" ]; then
            problem="$problem; allocation $at: exit status $rc without a word"
        fi
    done
    equals "$claim" '' "$problem"
}

if is_sanitized; then
    skip 'allocations that fail' 'sanitizers bring their own malloc'
elif ! $CC -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -shared -fPIC -o "$work/fail_memory.so" "$here/fail_memory.c" 2>/dev/null; then
    skip 'allocations that fail' 'this C library cannot be interposed'
else
    fresh_schema
    feed "$(opened 1 Ann)
$(sold 1 5)
$(refunded 1 50)
{\"type\":\"shelf\",\"id\":\"a\",\"event\":\"counted\",\"payload\":{\"pieces\":1}}" append
    svc run --once
    opened 2 Bob >"$work/e.jsonl"
    cp "$database_file" "$work/memory.db"
    for on in '' 1; do
        sweep "$on" config --json
        sweep "$on" inspect takings --json
        sweep "$on" inspect shelves a
        sweep "$on" failed list --json
        sweep "$on" failed retry takings
        sweep "$on" events
        sweep "$on" append --file "$work/e.jsonl" --json
        sweep "$on" run --once
        sweep "$on" schema --check
    done
fi
