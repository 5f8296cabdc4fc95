#!/bin/sh
# The server is restarted, and stopped for some seconds, while two services work and a writer appends: the services
# stay, come back by themselves, and the end is exact. On a server of its own. RESTARTS=3.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/bank.sh"

restarts=${RESTARTS:-3}
if [ -z "${PROJC_TEST_PG:-}" ] || [ -z "${PGTEST:-}" ]; then
    finish
    exit
fi
server=$(mktemp -d "${TMPDIR:-/tmp}/projc-restart.XXXXXX")
trap 'cleanup; "$PGTEST" stop "$server"' EXIT
PROJC_TEST_PG=$(PG_FSYNC=off "$PGTEST" start "$server")

build_bank
kind=postgres
new_bank restarts 3000

# Pieces that the server's absence swallows are not written again: a commit that was cut off may have happened.
cat >"$work/writer.sh" <<END
piece=0
while [ ! -e "$work/enough" ]; do
    piece=\$((piece + 1))
    "$generate" 200 \$(($seed + piece)) >"$work/piece.jsonl"
    "$bank" append --file "$work/piece.jsonl" --log-level error --database "$database" >/dev/null 2>&1
    sleep 0.05
done
END
start "$work/writer.log" sh "$work/writer.sh"
writer=$service
start "$work/first.log" "$bank" run --log-level info --database "$database"
first=$service
start "$work/second.log" "$bank" run --log-level info --database "$database"
second=$service

# 0 as well when the services have only just begun, and no lane is registered yet.
reached_by='SELECT COALESCE(max(position), 0) FROM projc_lane'
at_work() { # NUMBER: somebody is beyond it
    [ "$(sql "$reached_by" 2>/dev/null || echo 0)" -gt "$1" ]
}

round=0
while [ "$round" -lt "$restarts" ]; do
    round=$((round + 1))
    reached=$(sql "$reached_by")
    draw 300
    pause "$drawn"
    "$PGTEST" restart "$server" >/dev/null
    if eventually 300 at_work "$reached"; then
        ok "restart $round: the services go on by themselves"
    else
        not_ok "restart $round: the services go on by themselves"
        tail -n 3 "$work/first.log" "$work/second.log" | sed 's/^/# /'
    fi
done

reached=$(sql "$reached_by")
kill -QUIT "$(head -n 1 "$server/data/postmaster.pid")"
sleep 5
same "without a server for five seconds both services stay" "0 0" \
    "$(kill -0 "$first"; echo $?) $(kill -0 "$second"; echo $?)"
"$PGTEST" restart "$server" >/dev/null
back=$(date +%s%N)
if eventually 300 at_work "$reached"; then
    ok "and go on when it is back, after $((($(date +%s%N) - back) / 1000000)) ms"
else
    not_ok "and go on when it is back"
fi
if grep -q 'trying again\|no heartbeat\|lost its connection\|cannot connect' "$work/first.log"; then
    ok "the log says what happened: $(grep -o 'msg="[^"]*"' "$work/first.log" | sort | uniq -c | tr -s ' \n' ' ')"
else
    not_ok "the log says what happened"
fi
: >"$work/enough"
wait "$writer"
if eventually 200 has_arrived "$(head_of_log)"; then ok "all is applied"; else not_ok "all is applied: $(positions)"; fi
end "$first"
same "the first ends in good order" 0 "$ended"
end "$second"
same "the second ends in good order" 0 "$ended"
audit "after $restarts restarts and an outage, $(sql 'SELECT count(*) FROM events_bank') events"
finish
