#!/bin/sh
# All rows of a small table change again and again, 25,000 a second: the service makes room in time. On PostgreSQL alone.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/bank.sh"

accounts=10000
rounds=${ROOM_ROUNDS:-16}
round_ms=400 # at least: so fast and no faster

append_round() { # ROUND: each account changes once
    sql "INSERT INTO events_bank (event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version)
        SELECT gen_random_uuid(), CASE WHEN $1 = 1 THEN 'account_opened' ELSE 'account_credited' END,
            CASE WHEN $1 = 1 THEN '{\"owner\": \"Owner\"}' ELSE '{\"amount\": 12.50}' END::json, 'bank_account',
            ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1
        FROM generate_series(0, $accounts - 1) n" >/dev/null
}

is_applied() { # POSITION
    [ "$(sql "SELECT COALESCE(min(position), 0) FROM projc_lane")" -ge "$1" ]
}

milliseconds() {
    date +%s%3N
}

build_bank
for kind in $(stores); do
    [ "$kind" = postgres ] || continue
    new_bank room 0
    start "$work/service.log" "$bank" run --log-level warn --database "$database"
    most=0
    round=0
    while [ "$round" -lt "$rounds" ]; do
        round=$((round + 1))
        begun=$(milliseconds)
        append_round "$round"
        eventually 600 is_applied $((round * accounts)) || not_ok "round $round is applied"
        size=$(sql "SELECT pg_total_relation_size('bank_balance')")
        most=$((size > most ? size : most))
        left=$((round_ms - $(milliseconds) + begun))
        [ "$left" -le 0 ] || pause "$left"
    done
    end "$service"
    same "$kind: the service ends in good order" 0 "$ended"
    fresh=$(sql "BEGIN; CREATE TABLE fresh_copy (LIKE bank_balance INCLUDING ALL);
        INSERT INTO fresh_copy SELECT * FROM bank_balance;
        SELECT pg_total_relation_size('fresh_copy'); ROLLBACK" | grep '^[0-9]')
    echo "# bank_balance: at most $((most / 1024)) KiB, a fresh copy has $((fresh / 1024)) KiB," \
        "after $(sql "SELECT vacuum_count FROM pg_stat_user_tables WHERE relid = 'bank_balance'::regclass") vacuums"
    if [ "$most" -gt 0 ] && [ "$most" -le $((4 * fresh)) ]; then
        ok "$kind: a table of which all rows change $rounds times is never over four times its live size"
    else
        not_ok "$kind: a table of which all rows change $rounds times is never over four times its live size: $most bytes"
    fi
    drop_database postgres room
done
finish
