# Sourced by run.sh: catch-ups on PostgreSQL. Each row's results are compared with what SQL says of the same log.
# shellcheck shell=sh disable=SC2034,SC2154 # variables of run.sh and of its other parts

# ---- a stream projection against COPY to nowhere ----

# The columns that the service asks for, from its own statement in the server's log.
find_columns() { # SERVICE
    sql "$database" "ALTER DATABASE $log SET log_statement = 'all'"
    catch_up "$1"
    sql "$database" "ALTER DATABASE $log RESET log_statement"
    columns=$(sed -n 's/.*SELECT \(no.*payload.*\) FROM [^ ]*bench_events.*ORDER BY no.*/\1/p' "$PROJC_TEST_PG_DIR/server.log" |
        tail -n 1)
    [ -n "$columns" ] || wrong "the statement of $1 that reads events is not in the server's log"
}

totals_sql="SELECT count(*) FILTER (WHERE event_name = 'credited'), count(*) FILTER (WHERE event_name = 'debited'),
    sum(CASE event_name WHEN 'credited' THEN amount ELSE -amount END), max(amount), max(created_at), max(no)
    FROM (SELECT *, (payload->>'amount')::numeric(19,2) AS amount FROM bench_events) e"

# What a table of totals holds must be what SQL says.
check_totals() { # TABLE
    [ -n "${expected:-}" ] || expected=$(sql "$database" "$totals_sql")
    got=$(sql "$database" "SELECT credits, debits, balance, largest, last, position FROM $1")
    [ "$got" = "$expected" ] || wrong "$1 holds $got, not $expected"
}

run_totals() {
    catch_up totals
    as_rate "$log_events"
    check_totals totals_totals
}

# SQL cannot look into msgpack: the same log as JSON has the same totals.
run_packed_totals() {
    catch_up packed_totals
    as_rate "$log_events"
    check_totals packed_totals_totals
}

run_drain() {
    rest
    timed "$work/drain" "$database" "SELECT $columns FROM bench_events"
    as_rate "$log_events"
    [ "$(cat "$work/output")" = "$log_events" ] || wrong "COPY gave $(cat "$work/output") rows"
}

row_stream_json() {
    use_log uniform json uniform "$events" "$keys"
    expected=
    find_columns totals
    in_turns stream-json run_totals run_drain
    record stream-json "stream projection, JSON payloads" "COPY of the same columns to nowhere" events/s least 0.8 ""
}

row_stream_msgpack() {
    use_log uniform json uniform "$events" "$keys"
    expected=$(sql "$database" "$totals_sql")
    use_log packed msgpack uniform "$events" "$keys"
    find_columns packed_totals
    in_turns stream-msgpack run_packed_totals run_drain
    record stream-msgpack "stream projection, msgpack payloads" "COPY of the same columns to nowhere" events/s least 0.9 ""
}

# ---- aggregate projections against INSERT … SELECT … GROUP BY ----

insert_sql="INSERT INTO by_sql SELECT aggregate_id, max(no), count(*),
    sum(CASE event_name WHEN 'credited' THEN amount ELSE -amount END), max(amount), max(created_at)
    FROM (SELECT *, (payload->>'amount')::numeric(19,2) AS amount FROM bench_events) e GROUP BY aggregate_id"

by_sql() { # WORKERS
    sql "$database" "DROP TABLE IF EXISTS by_sql"
    # What the service's table is like, the key's index and the fillfactor too.
    sql "$database" 'CREATE TABLE by_sql (aggregate_id uuid PRIMARY KEY, position bigint NOT NULL, movements bigint NOT NULL,
        balance numeric(19,2) NOT NULL, largest numeric(19,2) NOT NULL, last timestamptz) WITH (fillfactor = 70)'
    rest
    timed psql -X -q -v ON_ERROR_STOP=1 -d "$database" -c "SET max_parallel_workers_per_gather = $1" \
        -c "SET work_mem = '512MB'" -c "$insert_sql"
    as_rate "$log_events"
}

run_by_sql() {
    by_sql 0
}

run_by_sql_parallel() {
    by_sql 2
}

# The service's rows and those of by_sql must be the same.
check_accounts() { # TABLE
    list='aggregate_id, position, movements::bigint, balance::numeric, largest::numeric, last::timestamptz'
    differing=$(sql "$database" "SELECT count(*) FROM ((SELECT $list FROM $1 EXCEPT SELECT * FROM by_sql)
        UNION ALL (SELECT * FROM by_sql EXCEPT SELECT $list FROM $1)) d")
    [ "$differing" = 0 ] || wrong "$1 and what SQL makes of the log differ in $differing rows"
}

run_accounts() {
    catch_up accounts
    as_rate "$log_events"
}

run_accounts_packed() {
    catch_up accounts_packed
    as_rate "$log_events"
}

compare_accounts() { # ID SERVICE TABLE WORK GOAL
    in_turns "$1" "run_$2" run_by_sql
    # The tables of the last turn are there, whichever side came last.
    check_accounts "$3"
    run_by_sql_parallel
    record "$1" "$4" "INSERT … SELECT … GROUP BY" events/s least "$5" \
        "with parallel workers INSERT … SELECT makes $(calculate "int($figure)") events/s, once"
}

row_aggregate_columns() {
    use_log uniform json uniform "$events" "$keys"
    compare_accounts aggregate-columns accounts accounts_accounts "aggregate projection, typed columns" 1.0
}

row_aggregate_packed() {
    use_log uniform json uniform "$events" "$keys"
    compare_accounts aggregate-packed accounts_packed accounts_packed_accounts_view "aggregate projection, state in msgpack" 1.0
}

row_aggregate_zipf() {
    use_log zipf json zipf "$events" "$keys"
    compare_accounts aggregate-zipf accounts accounts_accounts "aggregate projection, hot keys (Zipf)" 1.2
}

row_aggregate_once() {
    use_log once json once "$events" "$events"
    compare_accounts aggregate-once accounts accounts_accounts "aggregate projection, one event a key" 0.5
}

# ---- five projections against one ----

run_totals_seconds() {
    run_totals
    as_seconds
}

run_five() {
    catch_up five
    as_seconds
    for name in one two three four five; do
        check_totals "five_$name"
    done
}

row_five() {
    use_log uniform json uniform "$events" "$keys"
    expected=
    in_turns five run_five run_totals_seconds
    record five "five projections on one stream" "one of them" s most 2 ""
}
