#!/bin/sh
# Two writers on PostgreSQL, the first number committed last, in front of a live service: every event is projected.
# Also while an unrelated transaction stays open, and where a number never comes. (The reader without its second
# look, and other wrong readers, must fail in tests/horizon.)
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/slow.sh"

if [ -z "${PROJC_TEST_PG:-}" ]; then
    finish
    exit
fi
kind=postgres
build_slow
new_slow horizon 4
start "$work/service.log" "$slow" run --log-level info --database "$database"
live=$service

# Three sessions, each a psql that reads statements from a pipe: 3 and 4 write, 5 has nothing to do with it.
for session in 3 4 5; do
    mkfifo "$work/session$session"
    start "$work/session$session.out" sh -c "exec psql -qAtX '$database' <'$work/session$session'"
done
exec 3>"$work/session3" 4>"$work/session4" 5>"$work/session5"
said=0

tell() { # SESSION STATEMENTS: returns when they are done
    said=$((said + 1))
    printf '%s\n\\echo done %d\n' "$2" "$said" >&"$1"
    eventually 100 grep -q "^done $said\$" "$work/session$1.out" || not_ok "session $1 is stuck: $2"
}

insert() { # KEY
    echo "INSERT INTO events_slow (event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version)
        VALUES (gen_random_uuid(), 'added', '{\"amount\": 1}', 'thing', '$1',
            1 + (SELECT count(*) FROM events_slow WHERE aggregate_id = '$1'));"
}

stored() { # KEY: how many events of it are projected
    sql "SELECT COALESCE((SELECT events FROM slow_sums WHERE aggregate_id = '$1'), 0)"
}

has() { # KEY COUNT
    [ "$(stored "$1")" = "$2" ]
}

horizon() {
    "$slow" status --json --log-level error --database "$database" | grep -o '"horizon":{[^}]*}' | sort -u
}

applies() { # CLAIM KEY COUNT
    if eventually 50 has "$2" "$3"; then ok "$1"; else not_ok "$1: $(stored "$2") of $3"; fi
}

tell 3 "SELECT 'pid ' || pg_backend_pid();" # not in a subshell, which would forget how often something was said
pid3=$(sed -n 's/^pid //p' "$work/session3.out")
first_last() { # SITUATION KEY COUNT
    tell 3 "BEGIN; $(insert "$2")"
    tell 4 "$(insert "$2-late")"
    sleep 0.3
    same "$1: what stands behind the first number is not applied before it" "$3 $3" "$(stored "$2") $(stored "$2-late")"
    same "$1: status names the writer it waits for" "$pid3" "$(horizon | sed 's/.*"pid":\([0-9]*\).*/\1/')"
    tell 3 "COMMIT;"
    applies "$1: the first number, committed last, is applied" "$2" $(($3 + 1))
    applies "$1: and the one behind it" "$2-late" $(($3 + 1))
    same "$1: then status names nobody" "" "$(horizon)"
}

first_last "two writers" one 0
first_last "again" one 1

tell 5 "CREATE TABLE elsewhere (x int); BEGIN; INSERT INTO elsewhere VALUES (1); SELECT txid_current();"
tell 4 "$(insert free)"
applies "an unrelated transaction that stays open holds nothing back" free 1
same "and is nobody to wait for" "" "$(horizon)"
first_last "beside an unrelated transaction" two 0
tell 5 "ROLLBACK;"

tell 3 "BEGIN; $(insert gone)"
tell 4 "$(insert after)"
tell 3 "ROLLBACK;"
applies "a number that was rolled back is passed" after 1
tell 3 "BEGIN; SAVEPOINT s; $(insert gone) ROLLBACK TO s; $(insert kept)"
tell 4 "$(insert behind)"
sleep 0.2
same "a savepoint rolled back: the transaction still holds its place" 0 "$(stored behind)"
tell 3 "COMMIT;"
applies "and what is left of it is applied" kept 1
applies "with what stands behind it" behind 1

# The writer dies with its number.
tell 3 "BEGIN; $(insert gone)"
tell 4 "$(insert survivor)"
sql "SELECT pg_terminate_backend($pid3)" >/dev/null
applies "the number of a writer that was killed is passed" survivor 1

# What a writer that stays open is told of: once when it has stayed for a second, and once when it goes.
lines() { # TEXT
    grep -c "msg=\"$1" "$work/service.log"
}
tell 5 "SELECT 'pid ' || pg_backend_pid();"
pid5=$(sed -n 's/^pid //p' "$work/session5.out")
before=$(lines "the reader waits")
tell 5 "BEGIN; $(insert slow)"
tell 4 "$(insert waits)"
told() {
    [ "$(lines "the reader waits")" -gt "$before" ]
}
if eventually 100 told; then ok "a writer that stays open is told in the log"; else not_ok "a writer that stays open is told"; fi
sleep 1
same "once, not every time somebody looks" $((before + 1)) "$(lines "the reader waits")"
same "with stream and process" 1 "$(grep -c "msg=\"the reader waits for a writer in flight\" stream=log behind=[0-9]* pid=$pid5 age_seconds=[0-9]*$" \
    "$work/service.log")"
"$slow" status --log-level error --database "$database" >"$work/status"
same "status says so in words, with its age" 2 "$(grep -c "waits for a writer in flight, backend pid $pid5, open for [1-9][0-9]* s$" "$work/status")"
ended_before=$(lines "the reader goes on")
tell 5 "COMMIT;"
applies "then it goes on" waits 1
goes_on() {
    [ "$(lines "the reader goes on")" -eq $((ended_before + 1)) ]
}
if eventually 50 goes_on; then ok "and says so, once"; else not_ok "and says so, once: $(lines "the reader goes on")"; fi

exec 3>&- 4>&- 5>&-
end_of_log=$(sql 'SELECT max(no) FROM events_slow')
eventually 50 slow_has_arrived "$end_of_log"
same "nothing is lost or doubled: each key" "$(sums_told 1 "")" "$(sums_stored)"
same "and the whole" "$(whole_told)" "$(whole_stored)"
same "numbers are missing, as they should" 1 "$([ "$(sql 'SELECT count(*) FROM events_slow')" -lt "$end_of_log" ] && echo 1)"
end "$live"
same "the service ends in good order" 0 "$ended"
drop_database postgres horizon

# Prepared transactions: without the trigger, since a transaction that notified cannot be prepared.
database=$(fresh_database postgres prepared)
"$slow" schema --apply --no-notify --database "$database" >/dev/null
same "schema --no-notify makes no trigger" 0 "$(sql "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'events_slow'::regclass
    AND NOT tgisinternal")"
: >"$work/service.log"
start "$work/service.log" "$slow" run --log-level info --poll-interval 100ms --database "$database"
live=$service
sql "BEGIN; $(insert early) PREPARE TRANSACTION 'horizon_$$'"
sql "$(insert later)"
told() {
    grep -q 'msg="the reader waits for a prepared transaction" stream=log behind=0 pid=0' "$work/service.log"
}
if eventually 100 told; then ok "a prepared transaction is told in the log"; else not_ok "a prepared transaction is told in the log"; fi
same "nothing is applied before it" "0 0" "$(stored early) $(stored later)"
"$slow" status --log-level error --database "$database" >"$work/status"
same "status says what it waits for, and since when" 2 \
    "$(grep -c "waits for a prepared transaction (pg_prepared_xacts), [1-9][0-9]* s old$" "$work/status")"
sql "COMMIT PREPARED 'horizon_$$'"
applies "committed, it is applied" early 1
applies "and what stands behind it" later 1
end "$live"
same "the service ends in good order" 0 "$ended"
drop_database postgres prepared
finish
