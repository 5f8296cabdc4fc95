#!/bin/sh
# Eight writers, two services, and something dies or stops all the time; then an audit in plain SQL. SECONDS_LONG=60.
# Half of the writers on PostgreSQL are psql sessions with open transactions, rollbacks and savepoints, so that
# numbers are committed out of order all the time. PROJC_TEST_SEED gives events and choices.
. "$PROJC_HOME/tests/system/lib.sh"
. "$PROJC_HOME/tests/system/bank.sh"

duration=${SECONDS_LONG:-60}

# Transactions for psql: each moves money on accounts of this writer and piece, waits up to 30 ms, and one in ten is
# rolled back. An account is opened in a transaction of its own, with money in it: credits are large and debits are
# small, so that no rollback leaves an account overdrawn, which would stop it.
write_transactions() { # WRITER PIECE
    awk -v writer="$1" -v piece="$2" -v seed="$seed" -v quote="'" '
    function insert(account, kind, payload) {
        printf "INSERT INTO events_bank (event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version)"
        printf " VALUES (gen_random_uuid(), %s%s%s, %s%s%s, %sbank_account%s,", quote, kind, quote, quote, payload, quote, quote, quote
        printf " md5(%s%d %d %d%s)::uuid, %d);\n", quote, writer, piece, account, quote, ++versions[account]
    }
    function money(cents) {
        return sprintf("{\"amount\": %d.%02d}", cents / 100, cents % 100)
    }
    BEGIN {
        srand(seed + writer * 1000 + piece)
        for (account = 0; account < 20; account++) {
            print "BEGIN;"
            insert(account, "account_opened", "{\"owner\": \"Writer " writer "\"}")
            insert(account, "account_credited", money(100000))
            print "COMMIT;"
        }
        for (i = 0; i < 150; i++) {
            print "BEGIN;"
            for (j = int(rand() * 6); j >= 0; j--) {
                undone = rand() < 0.1
                if (undone) print "SAVEPOINT s;"
                account = int(rand() * 20)
                if (rand() < 0.6) insert(account, "account_credited", money(10000 + int(rand() * 90000)))
                else insert(account, "account_debited", money(1 + int(rand() * 9)))
                if (undone && rand() < 0.5) print "ROLLBACK TO s;"
            }
            printf "SELECT pg_sleep(%.3f);\n", rand() * 0.03
            print rand() < 0.1 ? "ROLLBACK;" : "COMMIT;"
        }
    }'
}

# A writer goes on with another piece when its session was cut.
start_writers() {
    rm -f "$work/enough"
    writers=
    for writer in 1 2 3 4 5 6 7 8; do
        if [ "$kind" = postgres ] && [ "$writer" -le 4 ]; then
            # Its transactions are made by supply(), and taken by a rename.
            start "$work/writer.log" sh -c "while [ ! -e '$work/enough' ]; do
                    if mv '$work/made$writer' '$work/transactions$writer' 2>/dev/null; then
                        psql -qAtX '$database' -f '$work/transactions$writer' >/dev/null 2>&1
                    else
                        sleep 0.1
                    fi
                done"
        else
            start "$work/writer.log" sh -c "piece=0
                while [ ! -e '$work/enough' ]; do
                    piece=\$((piece + 1))
                    '$generate' 150 \$(($seed + $writer * 100000 + piece)) |
                        '$bank' append --log-level error --database '$database' >/dev/null 2>&1
                    sleep 0.2
                done"
        fi
        writers="$writers $service"
    done
    pieces=0
}

# Keeps the psql writers supplied: their transactions are made here.
supply() {
    [ "$kind" = postgres ] || return
    for writer in 1 2 3 4; do
        [ -e "$work/made$writer" ] && continue
        pieces=$((pieces + 1))
        write_transactions "$writer" "$pieces" >"$work/part" && mv "$work/part" "$work/made$writer"
    done
}

serve() { # 1 or 2
    start "$work/service$1.log" "$bank" run --log-level warn --page-rows 500 --batch-bytes 2M --database "$database"
    eval "service$1=$service"
}

# No lane may ever stand lower than before.
watch_positions() {
    sql "SELECT generation, lane, position FROM projc_lane ORDER BY 1, 2" >"$work/now" 2>/dev/null || return
    [ -s "$work/now" ] || return
    awk -F '|' 'NR == FNR { was[$1, $2] = $3; next } $3 < was[$1, $2] { print }' "$work/before" "$work/now" >>"$work/backwards"
    mv "$work/now" "$work/before"
}

# One fault: mostly a killed service, which comes back at once or a little later.
strike() {
    draw 10
    fault=$drawn
    draw 2
    number=$((drawn + 1))
    eval "victim=\$service$number"
    case $fault in
    0 | 1 | 2 | 3 | 4)
        kill_9 "$victim"
        kills=$((kills + 1))
        draw 1000
        pause "$drawn"
        serve "$number"
        ;;
    5 | 6)
        kill -STOP "$victim"
        draw 2500
        pause "$drawn"
        kill -CONT "$victim"
        stops=$((stops + 1))
        ;;
    *)
        if [ "$kind" = postgres ]; then # one of the services' connections, or of the writers'
            sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE pid <> pg_backend_pid() AND (query LIKE '%events_bank%' OR application_name LIKE 'projc%')
                 ORDER BY random() LIMIT 1" >/dev/null 2>&1
            cuts=$((cuts + 1))
        else
            end "$victim"
            serve "$number"
            ends=$((ends + 1))
        fi
        ;;
    esac
}

build_bank
for kind in $(stores); do
    new_bank storm 0
    run_once
    kills=0 stops=0 cuts=0 ends=0
    : >"$work/before"
    : >"$work/backwards"
    start_writers
    supply
    serve 1
    serve 2
    until_second=$(($(date +%s) + duration))
    while [ "$(date +%s)" -lt "$until_second" ]; do
        supply
        strike
        watch_positions
        draw 400
        pause "$drawn"
    done
    : >"$work/enough"
    for writer in $writers; do
        wait "$writer"
    done
    begun=$(date +%s%N)
    if eventually 600 has_arrived "$(head_of_log)"; then
        ok "$kind: the services end at the head of the log, $((($(date +%s%N) - begun) / 1000000)) ms after the last event"
    else
        not_ok "$kind: the services end at the head of the log: $(positions) of $(head_of_log)"
    fi
    for number in 1 2; do
        eval "victim=\$service$number"
        end "$victim"
        same "$kind: service $number ends in good order" 0 "$ended"
    done
    count=$(sql 'SELECT count(*) FROM events_bank')
    gaps=$(($(head_of_log) - count))
    echo "# $kind: seed $seed, $duration s, 8 writers: $count events, $gaps numbers that never came, $kills services killed," \
        "$stops stopped and continued, $cuts connections cut, $ends ended"
    if [ "$kills" -gt 0 ] && [ "$count" -gt $((duration * 50)) ]; then
        ok "$kind: there was a storm"
    else
        not_ok "$kind: there was a storm: $kills kills, $count events"
    fi
    same "$kind: no position ever moved backwards" "" "$(cat "$work/backwards")"
    same "$kind: no key is failed" 0 "$(sql 'SELECT count(*) FROM projc_key')"
    audit "$kind"
    drop_database "$kind" storm
done
finish
