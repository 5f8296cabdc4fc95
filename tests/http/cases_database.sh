# A database that stops, hangs and comes back; what is ready and what is not. On PostgreSQL.
# shellcheck shell=sh

milliseconds() { date +%s%3N; }

# Within how many milliseconds from $begun readyz answers so, as a claim with a bound.
within() { # BOUND CODE CLAIM
    holds "$3" eventually is_code "$2" /readyz
    passed=$(($(milliseconds) - begun))
    holds "… within $1 ms (it took $passed)" [ "$passed" -le "$1" ]
}

fresh_database ready
start_service --create
eventually is_code 200 /readyz
begun=$(milliseconds)
"$pg" halt "$server" >/dev/null 2>&1
within 5000 503 "a stopped database shows as not ready"
same "the process lives all the while" 200 "$(code /healthz)"
same "the reason tells no name, no address and no user" 0 "$(get /readyz | grep -cE 'socket|host|user|/tmp')"
same "the metric says so too" 0.000000 "$(metric ready)"
holds "what was known last is still told" sh -c "curl -sS '$base/status.json' | grep -q '\"projection\":\"total\"'"
"$pg" launch "$server" >/dev/null 2>&1
holds "it recovers by itself" eventually is_code 200 /readyz
note back 1 | append
holds "and works on" eventually reaches 1 position 'projection="total"'

# A server that answers nothing: the sampler's backend stands still, and so do the others.
frozen=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'projc%'")
begun=$(milliseconds)
# shellcheck disable=SC2086
kill -STOP $frozen 2>/dev/null && frozen_here=yes || frozen_here=
if [ -n "$frozen_here" ]; then
    within 5000 503 "a database that hangs shows as not ready"
    same "and healthz still answers" 200 "$(code /healthz)"
    # shellcheck disable=SC2086
    kill -CONT $frozen 2>/dev/null
    holds "it recovers from that as well" eventually is_code 200 /readyz
else
    skip "a database that hangs shows as not ready" "its processes are another user's"
fi
stop_service

# Behind: a writer in flight holds the reader back.
start_service --ready-lag 500ms
eventually is_code 200 /readyz
mkfifo "$work/late"
"$psql" -qAt "$database" <"$work/late" >"$work/late.log" 2>&1 &
writer=$!
children="$children $writer"
exec 4>"$work/late"
echo "BEGIN; INSERT INTO watch_notes ($columns) VALUES (gen_random_uuid(), 'written', '{\"body\":\"x\",\"size\":1}', '{}', 'note', 'slow', 1, now()); SELECT 'open';" >&4
eventually grep -q open "$work/late.log"
note behind 1 | append
behind() {
    is_code 503 /readyz && grep -q 'total is [0-9]* events and [0-9.]* s behind (READY_LAG is 0.5 s)' "$work/body"
}
holds "a projection that is behind is not ready: readyz says which, how far, and the bound" eventually behind
echo "COMMIT;" >&4
exec 4>&-
holds "it is ready when it has caught up" eventually is_code 200 /readyz
stop_service

# Stopped: one failed key above none that is allowed.
start_service --failed-keys-max 0
note wrong 5000 | append
stopped() { is_code 503 /readyz && grep -q 'lengths has stopped: .*FAILED_KEYS_MAX (0) allows no more' "$work/body"; }
holds "a projection that has stopped is not ready, and readyz says so" eventually stopped
holds "the others work on" eventually reaches 4 position 'projection="total"'
stop_service
