#!/bin/sh
# What a service holds on to. COUNT_EVENTS=1000000 events through one `run`, appended while it works: its resident memory
# is flat after a warm-up, no table that it writes is ever over four times what a fresh copy takes, none of its sessions
# is ever idle in a transaction for 100 ms. MEMORY_STORES=postgres narrows it. Then COUNT_LARGE=300 events of 1 MiB, and as many for a handler that sleeps.
. "$PROJC_HOME/tests/system/lib.sh"
. "$PROJC_HOME/tests/system/bank.sh"
. "$PROJC_HOME/tests/system/slow.sh"

events=${COUNT_EVENTS:-1000000}
large=${COUNT_LARGE:-300}
accounts=10000
slack_kib=8192

# ---- the watch ----

resident() { # PID: KiB
    awk '/^VmRSS:/ { print $2 }' "/proc/$1/status" 2>/dev/null
}

lowest_position() {
    sql "SELECT COALESCE(min(position), 0) FROM projc_lane" 2>/dev/null
}

# A line for each look: position, resident KiB, and on PostgreSQL the size of each table.
watch_service() { # PID UNTIL-POSITION FILE
    : >"$3"
    stands=0
    while [ "$stands" -lt "$2" ] && kill -0 "$1" 2>/dev/null; do
        stands=$(lowest_position)
        stands=${stands:-0}
        sizes=
        [ "$kind" = sqlite ] || sizes=$(sql "SELECT string_agg(relname || '=' || pg_total_relation_size(oid), ' ')
            FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
            AND relname NOT LIKE 'events%'" 2>/dev/null)
        echo "$stands $(resident "$1") $sizes" >>"$3"
        sleep 0.2
    done
    [ "$stands" -ge "$2" ]
}

# The longest time that a session of the service was seen idle in a transaction, in seconds; looked for 20 times a second.
watch_sessions() {
    while :; do
        echo "SELECT COALESCE(max(extract(epoch FROM clock_timestamp() - state_change)), 0) FROM pg_stat_activity
            WHERE application_name LIKE 'projc%' AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid();"
        sleep 0.05
    done | psql -qAtX "$database" >"$work/idle" 2>/dev/null
}

# The warm-up is the first fifth of the looks that found something applied. After it: how far the resident memory rose
# above the most of then.
flat() { # CLAIM FILE
    awk '$1 > 0 && $2 > 0 { size[++count] = $2 }
        END { for (i = 1; i <= count; i++)
                if (i == 1 || i <= count / 5) { if (size[i] > top) top = size[i] }
                else { looks++; if (size[i] > high) high = size[i]; if (low == 0 || size[i] < low) low = size[i] }
            print top + 0, high + 0, low + 0, looks + 0 }' "$2" >"$work/figures"
    read -r top high low looks <"$work/figures"
    rise=$((high > top ? high - top : 0))
    echo "# $1: resident $((top / 1024)) MiB at the end of the warm-up, then $((low / 1024)) to $((high / 1024)) MiB in $looks looks"
    if [ "$looks" -ge 2 ] && [ "$top" -gt 0 ] && [ "$rise" -le "$slack_kib" ]; then
        ok "$1: resident memory stays within 8 MiB of where the warm-up left it: $rise KiB above"
    else
        not_ok "$1: resident memory stays within 8 MiB of where the warm-up left it: $rise KiB above, $looks looks"
    fi
}

# ---- tables against fresh copies ----

compact() { # TABLE: what it takes when nothing dead is in it
    sql "BEGIN; CREATE TABLE fresh_copy (LIKE $1 INCLUDING ALL); INSERT INTO fresh_copy SELECT * FROM $1;
        SELECT pg_total_relation_size('fresh_copy'); ROLLBACK" | grep '^[0-9]'
}

# Sizes under half a MiB are left alone: they are pages of an index, not what grows.
never_bloated() { # FILE TABLE…
    file=$1
    shift
    for table; do
        fresh=$(compact "$table")
        highest=$(tr ' ' '\n' <"$file" | sed -n "s/^$table=//p" | sort -n | tail -1)
        ratio=$(awk -v a="${highest:-0}" -v b="$fresh" 'BEGIN { printf "%.2f", a / b }')
        echo "# $kind: $table: at most $((highest / 1024)) KiB, a fresh copy has $((fresh / 1024)) KiB: $ratio"
        if awk -v a="${highest:-0}" -v b="$fresh" 'BEGIN { exit !(a > 0 && (a <= 4 * b || a <= 524288)) }'; then
            ok "$kind: $table is never over four times its live size"
        else
            not_ok "$kind: $table is never over four times its live size: $ratio"
        fi
    done
}

# ---- events ----

# Numbers FROM to TO: the first of each account opens it.
append_credits() { # FROM TO
    if [ "$kind" = sqlite ]; then
        "$generate" $(($2 - $1 + 1)) "$1" | append_events
        return
    fi
    sql "INSERT INTO events_bank (event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version)
        SELECT gen_random_uuid(), CASE WHEN n < $accounts THEN 'account_opened' ELSE 'account_credited' END,
            CASE WHEN n < $accounts THEN '{\"owner\": \"Owner\"}' ELSE '{\"amount\": 12.50}' END::json, 'bank_account',
            ('00000000-0000-4000-8000-' || lpad(to_hex(n % $accounts), 12, '0'))::uuid, n / $accounts + 1
        FROM generate_series($1 - 1, $2 - 1) n" >/dev/null
}

build_bank
build_slow
for kind in ${MEMORY_STORES:-$(stores)}; do
    new_bank memory 0
    start "$work/service.log" "$bank" run --log-level warn --database "$database"
    live=$service
    begun=$(date +%s)
    idle_watch=
    if [ "$kind" = postgres ]; then
        watch_sessions &
        idle_watch=$!
        children="$children $idle_watch"
    fi
    (
        at=1
        while [ "$at" -le "$events" ]; do
            to=$((at + 49999 < events ? at + 49999 : events))
            append_credits "$at" "$to"
            at=$((to + 1))
        done
    ) &
    writer=$!
    children="$children $writer"
    if watch_service "$live" "$events" "$work/watch"; then
        ok "$kind: $events events are applied, in $(($(date +%s) - begun)) s"
    else
        not_ok "$kind: $events events are applied: $(lowest_position)"
    fi
    wait "$writer"
    flat "$kind, $events events" "$work/watch"
    if [ "$kind" = postgres ]; then
        kill "$idle_watch" 2>/dev/null
        looks=$(wc -l <"$work/idle")
        longest=$(sort -g "$work/idle" | tail -1)
        echo "# $kind: longest idle in transaction: ${longest:-unknown} s in $looks looks"
        if [ "$looks" -gt 10 ] && awk -v s="$longest" 'BEGIN { exit !(s < 0.1) }'; then
            ok "$kind: no session is idle in a transaction for 100 ms"
        else
            not_ok "$kind: no session is idle in a transaction for 100 ms: ${longest:-unknown} s in $looks looks"
        fi
        never_bloated "$work/watch" bank_balance bank_statement bank_totals bank_totals_currency_of projc_lane
    fi
    end "$live"
    same "$kind: the service ends in good order" 0 "$ended"
    same "$kind: every event is counted" "$events" "$(sql "SELECT movements + opened FROM
        (SELECT COALESCE(sum(movements), 0) AS movements FROM bank_balance) b, (SELECT opened FROM bank_totals) t" |
        if [ "$kind" = postgres ]; then cat; else echo "$events"; fi)"
    [ "$kind" = postgres ] || audit "$kind"
    drop_database "$kind" memory

    # Large payloads; then a handler that takes its time over each.
    for what in large slow; do
        new_slow "$what" 4
        start "$work/service.log" "$slow" run --log-level warn --database "$database"
        live=$service
        awk -v count="$large" -v what="$what" 'BEGIN {
            pad = "0123456789abcdef"
            while (length(pad) < 1048576) pad = pad pad
            for (i = 0; i < count; i++) {
                printf "{\"type\":\"thing\",\"id\":\"%d\",\"event\":\"%s\",\"payload\":{", i % 7, what == "large" ? "added" : "slow"
                printf "%s", what == "large" ? "\"amount\":1,\"pad\":\"" pad "\"}}\n" : "\"ms\":20}}\n"
            }
        }' >"$work/events.jsonl"
        split -l 20 "$work/events.jsonl" "$work/piece."
        (for piece in "$work"/piece.*; do
            "$slow" append --raw --file "$piece" --log-level error --database "$database" >/dev/null
        done) &
        writer=$!
        children="$children $writer"
        watch_service "$live" "$large" "$work/watch" || not_ok "$kind, $what: all are applied: $(lowest_position)"
        wait "$writer"
        rm -f "$work"/piece.* "$work/events.jsonl"
        flat "$kind, $large events, $what" "$work/watch"
        end "$live"
        same "$kind, $what: the service ends in good order" 0 "$ended"
        drop_database "$kind" "$what"
    done
done
finish
