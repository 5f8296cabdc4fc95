# Sourced by run.sh: one UPDATE per event, the shop's tables, SQLite, two processes.
# shellcheck shell=sh disable=SC2034,SC2154 # variables of run.sh and of its other parts

# ---- one UPDATE per event ----

run_one_update() { # stream or aggregate
    rest
    timed "$work/one_update" "$database" "$1" "$update_events"
    as_rate "$update_events"
}

run_stream_update() {
    run_one_update stream
}

run_aggregate_update() {
    run_one_update aggregate
}

# What the last of its turns left must be what SQL says of the same events.
check_one_update() { # ID COLUMNS QUERY
    run_one_update "${1#update-}"
    differing=$(sql "$database" "SELECT count(*) FROM (SELECT $2 FROM by_hand EXCEPT ($3)) d")
    [ "$differing" = 0 ] || wrong "one UPDATE per event gives other results than SQL in $differing rows"
}

row_update_stream() {
    use_log uniform json uniform "$events" "$keys"
    expected=
    in_turns update-stream run_totals run_stream_update
    check_one_update update-stream "credits, debits, balance, largest, last, position" \
        "$(echo "$totals_sql" | sed 's/FROM bench_events/& WHERE no <= '"$update_events"'/')"
    record update-stream "stream projection" "one UPDATE per event, in C" events/s least 150 ""
}

row_update_aggregate() {
    use_log uniform json uniform "$events" "$keys"
    in_turns update-aggregate run_accounts run_aggregate_update
    check_one_update update-aggregate "*" \
        "$(echo "$insert_sql" | sed 's/INSERT INTO by_sql//; s/FROM bench_events/& WHERE no <= '"$update_events"'/')"
    by_sql 0
    check_accounts accounts_accounts
    record update-aggregate "aggregate projection" "one UPDATE per event, in C" events/s least 60 ""
}

# ---- tables: examples/shop ----

# The generator's lines by one COPY, then rows in their order, with versions.
load_shop() {
    log=bench_shop_$events
    database=$(url_of "$log")
    log_events=$events
    cp "$root/examples/shop/shop.proj" "$work"
    build_service shop
    ! log_is_there || return 0
    say "loading $events events of the shop"
    sql "$PROJC_TEST_PG" "DROP DATABASE IF EXISTS $log" "CREATE DATABASE $log"
    "$work/shop" schema --apply --database "$database" >/dev/null
    ${CC:-cc} -O2 -o "$work/generate" "$root/examples/shop/generate.c"
    sql "$database" "CREATE UNLOGGED TABLE lines (no bigint GENERATED ALWAYS AS IDENTITY, line json)"
    "$work/generate" "$events" 1 | psql -X -q -d "$database" -c "COPY lines (line) FROM STDIN" || wrong "the shop's log cannot be loaded"
    sql "$database" "INSERT INTO shop_events (event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version, created_at)
        SELECT md5(no::text)::uuid, line->>'event', line->'payload', line->>'type', (line->>'id')::uuid,
            row_number() OVER (PARTITION BY line->>'type', line->>'id' ORDER BY no), (line->>'time')::timestamptz
        FROM lines ORDER BY no" "DROP TABLE lines" "VACUUM (ANALYZE) shop_events"
    log_is_complete
}

run_shop() {
    catch_up shop
    as_rate "$log_events"
}

run_shop_program() { # PROGRAM
    for table in customers orders products; do
        sql "$database" "DROP TABLE IF EXISTS by_hand_$table" \
            "CREATE TABLE by_hand_$table (LIKE shop_sales_$table INCLUDING ALL) WITH (fillfactor = 70)"
    done
    sql "$database" "DROP TABLE IF EXISTS by_hand_position" "CREATE TABLE by_hand_position (no bigint NOT NULL)" \
        "INSERT INTO by_hand_position VALUES (0)"
    rest
    timed "$work/$1" "$database"
    as_rate "$log_events"
    read -r read_events passed_over <"$work/output"
    [ "$read_events" = "$log_events" ] || wrong "the shop by hand read $read_events events"
}

run_shop_same_sql() {
    run_shop_program shop_same_sql
}

run_shop_by_hand() {
    run_shop_program shop_by_hand
}

# What the last turn of each side left must be the same.
check_shop() {
    for table in customers orders products; do
        differing=$(sql "$database" "SELECT count(*) FROM ((SELECT * FROM shop_sales_$table EXCEPT SELECT * FROM by_hand_$table)
            UNION ALL (SELECT * FROM by_hand_$table EXCEPT SELECT * FROM shop_sales_$table)) d")
        [ "$differing" = 0 ] || wrong "the shop's $table and those by hand differ in $differing rows"
    done
    skipped=$(sql "$database" "SELECT count(*) FROM projc_skipped")
    [ "$skipped" = "$passed_over" ] || wrong "the shop passed over $skipped events, the one by hand $passed_over"
}

row_shop() {
    load_shop
    fresh shop
    in_turns shop run_shop run_shop_same_sql
    check_shop
    record shop "tables: examples/shop" "the same SQL, by hand" events/s least 0.7 ""
}

row_shop_copy() {
    load_shop
    fresh shop
    in_turns shop-copy run_shop run_shop_by_hand
    check_shop
    record shop-copy "tables: examples/shop" "COPY into empty tables, all in memory, by hand" events/s none - ""
}

# ---- SQLite ----

run_sqlite() {
    catch_up accounts
    as_rate "$log_events"
}

run_sqlite_by_hand() {
    sqlite3 "$file" "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
    timed "$work/sqlite_by_hand" "$file"
    as_rate "$log_events"
    [ "$(cat "$work/output")" = "$log_events" ] || wrong "SQLite gave $(cat "$work/output") events"
}

row_sqlite() {
    file=$work/events.db
    database=sqlite:$file
    log_events=$events
    build_service accounts
    "$work/accounts" schema --apply --database "$database" >/dev/null
    "$work/load" "$file" json uniform "$events" "$keys" 1 || wrong "the log on SQLite cannot be loaded"
    in_turns sqlite run_sqlite run_sqlite_by_hand
    list='aggregate_id, position, movements, balance, largest, last'
    differing=$(sqlite3 "$file" "SELECT (SELECT count(*) FROM (SELECT $list FROM accounts_accounts EXCEPT SELECT $list FROM by_hand))
        + (SELECT count(*) FROM (SELECT $list FROM by_hand EXCEPT SELECT $list FROM accounts_accounts))")
    [ "$differing" = 0 ] || wrong "the service and the program by hand differ in $differing rows on SQLite"
    record sqlite "aggregate projection on SQLite, durable" "one pass and one transaction, by hand" events/s least 0.8 ""
    rm -f "$file" "$file-wal" "$file-shm"
}

# ---- two processes ----

run_two_processes() {
    fresh accounts
    timed sh -c '"$1" run --once --log-level error --database "$2" & first=$!
        "$1" run --once --log-level error --database "$2" && wait "$first"' two "$work/accounts" "$database"
    as_seconds
}

run_one_process() {
    catch_up accounts
    as_seconds
}

row_processes() {
    use_log uniform json uniform "$events" "$keys"
    in_turns processes run_two_processes run_one_process
    by_sql 0
    check_accounts accounts_accounts
    record processes "aggregate projection, two processes" "one process" s none - ""
}
