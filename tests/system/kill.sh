#!/bin/sh
# kill -9 after a random number of applied events while catching up: the end equals the undisturbed one, byte
# for byte. KILLS=20 for each store; `make stress` asks for 100. PROJC_TEST_SEED repeats a run.
. "$(dirname "$0")/lib.sh"

kills=${KILLS:-20}
events=${KILL_EVENTS:-30000}
seed=${PROJC_TEST_SEED:-$(date +%N | sed 's/^0*//')}

"$PROJC" build -o "$work" --main "$PROJC_HOME/examples/bank/bank.proj"
# shellcheck disable=SC2046,SC2086
${CC:-cc} -O1 ${PROJC_TEST_CFLAGS:-} -I"$work" -o "$work/bank" "$work/bank_main.c" "$work/bank_proj.c" \
    $(pkg-config --cflags --libs projc) || { not_ok "the bank builds"; exit 1; }
${CC:-cc} -O1 -o "$work/generate" "$PROJC_HOME/examples/bank/generate.c"
"$work/generate" "$events" "$seed" >"$work/events.jsonl"

# Small pages and batches: many commits, so that a kill falls between and inside them.
settings="--log-level error --page-rows 500 --batch-bytes 40k"
bank() {
    # shellcheck disable=SC2086
    "$work/bank" "$@" $settings --database "$database"
}

everything() {
    for projection in balance totals statement; do
        bank inspect "$projection" --json
    done
    bank status --json | tr ',' '\n' | grep -E '"(position|failed|skipped|applied)"'
}

random() { # BELOW
    number=$(((number * 1103515245 + 12345) % 2147483648))
    echo $((number / 65536 % $1))
}

# The sum of what the lanes have applied; 0 before anything is.
applied() {
    bank status --json 2>/dev/null | tr ',' '\n' | awk -F: '/"applied"/ { sum += $2 } END { print sum + 0 }'
}

for kind in $(stores); do
    number=$seed
    database=$(fresh_database "$kind" calm)
    bank schema --apply >/dev/null
    bank append --file "$work/events.jsonl" >/dev/null
    bank run --once
    everything >"$work/calm"
    drop_database "$kind" calm

    database=$(fresh_database "$kind" killed)
    bank schema --apply >/dev/null
    bank append --file "$work/events.jsonl" >/dev/null
    killed=0
    rounds=0
    while [ "$killed" -lt "$kills" ] && [ "$rounds" -lt $((kills * 20)) ]; do
        rounds=$((rounds + 1))
        # shellcheck disable=SC2086
        "$work/bank" run $settings --database "$database" 2>/dev/null & # itself: not a shell around it
        service=$!
        children=$service
        # Between nothing and a few batches later: up to 60 ms on an idle machine.
        sleep "0.0$((10 + $(random 50)))"
        if kill -9 "$service" 2>/dev/null; then
            killed=$((killed + 1))
        fi
        wait "$service" 2>/dev/null
        if [ "$(applied)" -ge $((events * 2)) ]; then
            # It came to the end: start over, so that the next kill has something to disturb.
            for projection in balance totals statement; do
                bank reset "$projection" --yes >/dev/null
            done
        fi
    done
    bank run --once
    everything >"$work/killed"
    same "$kind: killed $kills times (PROJC_TEST_SEED=$seed)" "$kills" "$killed"
    if cmp -s "$work/calm" "$work/killed"; then
        ok "$kind: the end equals the undisturbed one, $(wc -c <"$work/calm") bytes"
    else
        not_ok "$kind: the end equals the undisturbed one"
        diff "$work/calm" "$work/killed" | head -20 | sed 's/^/# /'
    fi
    drop_database "$kind" killed
done
finish
