# Every metric is fed: each is made to move. On PostgreSQL, with a server of these tests' own.
# shellcheck shell=sh

start_server() {
    [ -z "${server:-}" ] || return 0
    server=$work/server
    mkdir -p "$server"
    chmod 777 "$server"
    server_url=$(PG_FSYNC=off "$pg" start "$server/data") || return 1
    server=$server/data
}

fresh_database() { # NAME
    start_server || exit 1
    "$psql" -qAt "$server_url" -c "CREATE SCHEMA $1"
    case $server_url in *\?*) separator='&' ;; *) separator='?' ;; esac
    database="$server_url${separator}options=-csearch_path%3D$1"
}

sql() { # STATEMENT
    "$psql" -qAt "$database" -c "$1"
}

fresh_database metrics
start_service --create --poll-interval 200ms
eventually is_code 200 /readyz
strictly() { get /metrics | "$suite" prometheus; }
holds "the metrics read strictly when nothing has happened yet" strictly
holds "counters begin at 0" is_zero events_failed_total
same "build_info is 1" 1.000000 "$(metric build_info)"
holds "ready is 1" eventually reaches 1 ready

{ note one 3; note two 2000; note 'with \"quotes\" and \\\\ 日本' 5; } | append
holds "events_processed_total counts" eventually reaches 2 events_processed_total 'projection="lengths"'
holds "events_failed_total counts what fails" eventually reaches 1 events_failed_total 'projection="lengths",action="fail"'
holds "… what is skipped" eventually reaches 1 events_failed_total 'projection="total",action="ignore"'
holds "… what is tried again" eventually reaches 2 events_failed_total 'projection="patient",action="retry"'
holds "skipped_total counts" eventually reaches 1 skipped_total 'projection="total"'
holds "failed_keys tells" eventually reaches 1 failed_keys 'projection="lengths"'
holds "position moves" eventually reaches 3 position 'projection="total"'
holds "stream_head moves" eventually reaches 3 stream_head 'stream="notes"'
holds "batches are timed" eventually reaches 1 batch_duration_seconds_count 'projection="total"'
holds "state_bytes tells" eventually reaches 1 state_bytes
holds "the wait in the queue is timed" eventually reaches 1 queue_wait_seconds_count
holds "queue_length is there" eventually metric queue_length
holds "notifications wake" eventually reaches 1 notifications_total 'kind="notify"'
holds "polling wakes" eventually reaches 1 notifications_total 'kind="poll"'
holds "dealing lanes out wakes" eventually reaches 1 notifications_total 'kind="local"'
holds "nothing is behind" eventually is_zero lag_events

# A writer in flight holds the reader back: the gap that it has drawn a number for.
mkfifo "$work/writer"
"$psql" -qAt "$database" <"$work/writer" >"$work/writer.log" 2>&1 &
writer=$!
children="$children $writer"
exec 4>"$work/writer"
columns='event_id, event_name, payload, metadata, aggregate_type, aggregate_id, aggregate_version, created_at'
echo "BEGIN; INSERT INTO watch_notes ($columns) VALUES (gen_random_uuid(), 'written', '{\"body\":\"x\",\"size\":1}', '{}', 'note', 'slow', 1, now()); SELECT 'open';" >&4
eventually grep -q open "$work/writer.log"
{ note later 3; note later 4; } | append
holds "lag_events tells of what is held back" eventually reaches 2 lag_events 'projection="total"'
holds "lag_seconds grows" eventually reaches 1 lag_seconds 'projection="total"'
holds "horizon_lag_seconds grows" eventually reaches 0.5 horizon_lag_seconds 'stream="notes"'
has_blocker() { get /status.json | grep -q '"horizon":{"pid":[1-9]'; }
holds "status.json names the writer" eventually has_blocker
echo "COMMIT;" >&4
exec 4>&-
wait "$writer"
holds "and all is applied when it has ended" eventually is_zero lag_events
holds "horizon_lag_seconds is 0 again" eventually is_zero horizon_lag_seconds

# Somebody holds a lane's row, so that a commit finds it locked; somebody moves epochs, so that one finds it changed.
conflict() {
    sql "BEGIN; SELECT count(*) FROM (SELECT 1 FROM projc_lane FOR UPDATE) AS held; SELECT pg_sleep(0.3); ROLLBACK" >/dev/null &
    holder=$!
    note busy 1 | append
    wait "$holder"
    reaches 1 lock_conflicts_total
}
holds "lock_conflicts_total counts" eventually conflict
fence() {
    i=0
    while [ $i -lt 20 ]; do
        note fenced 1
        i=$((i + 1))
    done >"$work/burst"
    sql "DO \$\$ BEGIN FOR i IN 1..200 LOOP UPDATE projc_lane SET epoch = epoch + 1; COMMIT; END LOOP; END \$\$" >/dev/null &
    mover=$!
    while kill -0 "$mover" 2>/dev/null; do append <"$work/burst"; done
    wait "$mover"
    reaches 1 fenced_total
}
holds "fenced_total counts" eventually fence
before=$(metric db_reconnects_total)
sql "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'projc%'" >/dev/null
note again 1 | append
holds "db_reconnects_total counts" eventually reaches "$(echo "$before" | awk '{ print $1 + 1 }')" db_reconnects_total

get /metrics >"$work/metrics"
holds "the metrics read strictly when everything has happened" sh -c "'$suite' prometheus <'$work/metrics'"
same "no label holds the key of an aggregate" "" "$(grep -E "=\"(one|two|slow|later|busy|fenced|again)\"" "$work/metrics" || true)"
if command -v promtool >/dev/null 2>&1; then
    holds "promtool has nothing to say" sh -c "promtool check metrics <'$work/metrics'"
else
    skip "promtool has nothing to say" "promtool is not installed: the package prometheus has it"
fi
# The reader itself can say no.
rejects() { # CLAIM sed-expression
    sed "$2" "$work/metrics" | "$suite" prometheus >/dev/null && not_ok "$1" || ok "$1"
}
rejects "the strict reader sees a missing TYPE" '0,/^# TYPE/{/^# TYPE/d}'
rejects "… a series that comes twice" '/^projc_ready /p'
rejects "… buckets that fall" 's/\(projc_queue_wait_seconds_bucket{le="0.005"}\) .*/\1 0/; s/\(projc_queue_wait_seconds_bucket{le="0.001"}\) .*/\1 99999/'
rejects "… an unescaped quotation mark" 's/projection="total"/projection="to"tal"/'
rejects "… a value that is none" 's/^projc_ready .*/projc_ready yes/'
rejects "… a family torn apart" '/^projc_position{projection="total"/{h;d}; $G'
stop_service
