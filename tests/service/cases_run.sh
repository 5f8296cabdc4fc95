# run, status, wait, signals: the service at work. Sourced by run.sh for each store.
# shellcheck shell=sh

# ---- run --once and status ----
fresh
svc run --once --create
wants 'run --create makes the tables' 0 '!error'
svc run --once --create
wants 'and may do so again' 0
svc schema --check
wants 'the schema is then in place' 0 'the schema is in place'
feed "$(opened 1 Ann)
$(sold 1 12.50)
$(refunded 1 2.50)
$(sold 1 1)" append
svc status
wants 'status before the run shows the lag' 0 '^takings +aggregate +live +0 +4 +4' 'no services? running|0 services running'
svc status --json
equals 'status --json has exactly these fields' \
    'applied beside failed generation head horizon kind lag_events lag_seconds lane_owners lanes owners position projection rate skipped state state_bytes undeclared version waiting' \
    "$("$jsonq" keys .0 <"$work/out")"
equals 'of every projection' 'takings audit sum shelves' "$(field .0.projection) $(field .1.projection) $(field .2.projection) $(field .3.projection)"
equals 'behind: position, head, lag' '0 4 4 0' "$(field .0.position) $(field .0.head) $(field .0.lag_events) $(field .0.applied)"
svc run --once
wants 'run --once applies and says so in the log, not as a bar' 0 'msg=finished events=4' '!█'
svc run --once
wants 'again: there is nothing to do' 0 '!finished'
svc status --json
equals 'caught up: position, head, lag, seconds' '4 4 0 0' "$(field .0.position) $(field .0.head) $(field .0.lag_events) $(field .0.lag_seconds)"
equals 'applied counts events, rate is 0 when nobody runs' '4 0' "$(field .0.applied) $(field .0.rate)"
equals 'lanes, generation, version, state' '16 1 live aggregate' "$(field .0.lanes) $(field .0.version) $(field .0.state) $(field .0.kind)"
equals 'the stream projection has one lane' '1 stream' "$(field .1.lanes) $(field .1.kind)"
equals 'owners, undeclared, horizon are empty' '[] {} null' "$(field .0.owners) $(field .0.undeclared) $(field .0.horizon)"
feed "{\"type\":\"till\",\"id\":\"$(uuid 4)\",\"event\":\"closed\",\"payload\":{}}
{\"type\":\"till\",\"id\":\"$(uuid 4)\",\"event\":\"closed\",\"payload\":{}}" append --raw
svc run --once
wants 'undeclared events are passed over' 0
svc status --json
equals 'and counted by name' '{"closed":2} 6' "$(field .0.undeclared) $(field .0.position)"
svc status
wants 'status for people tells them too' 0 'undeclared events: \{"closed":2\}'
svc wait takings 6
wants 'wait for what is applied returns at once' 0 'everything up to 6'
svc wait takings 6 "$(uuid 1)"
wants 'so it does for a key' 0
begun=$(now_ms)
svc wait takings 99 --timeout 60s
wants 'wait for an event that nobody writes: exit 1' 1 'no event 99'
holds 'at once' test $(($(now_ms) - begun)) -lt 20000
if [ "$store" = postgres ]; then
    # A number that was drawn and rolled back: nobody will ever fill it, and then others come behind it.
    sql "BEGIN; INSERT INTO till_sales (event_id, event_name, payload, metadata, aggregate_type, aggregate_id, aggregate_version, created_at)
VALUES (gen_random_uuid(), 'sold', '{}', '{}', 'till', '$(uuid 9)', 1, now()); ROLLBACK" >/dev/null
    svc wait takings 7 --timeout 60s
    wants 'wait for a number that was rolled back' 1 'no event 7 in till_sales: the highest is 6, and nobody writes'
    feed "$(opened 9 Gap)" append
    svc run --once
    svc wait takings 7 --timeout 60s
    wants 'also when later ones are applied' 1 'no event 7 in till_sales: it was rolled back or deleted'
    svc wait takings 8
    wants 'which are' 0
    sql "DELETE FROM till_sales WHERE no = 8; ALTER TABLE till_sales ALTER COLUMN no RESTART WITH 7" >/dev/null
    svc reset takings --yes
    svc reset audit --yes
    svc reset sum --yes
    svc run --once
fi
feed "$(sold 1 1)" append
svc wait takings 7 --timeout 300ms
wants 'wait while nobody runs: the time passes' 1 'has not applied event 7 within 300 ms'

# ---- waiting for a projection that nobody has ever run ----
waited_url=$url
fresh_schema
svc wait takings 1 --timeout 300ms
wants 'an event that nobody has written' 1 'there is no event 1'
feed "$(opened 1 Ann)" append
svc wait takings 1 --timeout 300ms
wants 'wait says that no service has registered it' 1 'within 300 ms: no service has registered it in this database yet: start `till run`'
svc wait takings 1 --timeout 100ms --json
equals 'as JSON too' '1 TIMED_OUT new' "$rc $(field .result) $(field .state)"
DATABASE_URL=$url "$bin" wait takings 1 --timeout 60s >"$work/waited" 2>&1 </dev/null &
waiting=$!
children="${children:-} $waiting"
svc run --once
rc=0
wait "$waiting" || rc=$?
equals 'and who waits meanwhile hears of the first run' '0 takings has applied everything up to 1' "$rc $(cat "$work/waited")"
url=$waited_url

# ---- a program of another shape, of other logic ----
bin=$work/v3/till
svc run --once
wants 'another shape is refused with the command that mends it' 1 'shape differs' 'run `till rebuild takings`'
svc run
wants 'run refuses it too' 1 'till rebuild takings'
svc inspect takings
wants 'inspect does not misread it' 1 'till rebuild takings'
svc status
wants 'status still works' 0 'takings'
bin=$work/v2/till
svc run --once
wants 'other logic of the same version is a warning' 0 'level=warn.*handlers differ' 'projection=takings'
bin=$work/v1/till

# ---- live ----
start_service --poll-interval 60s
feed "$(opened 2 Bob)" append
begun=$(now_ms)
svc wait takings 8 "$(uuid 2)" --timeout 20s
wants 'run picks up what is appended' 0
feed "$(sold 2 3)" append
begun=$(now_ms)
until_true sh -c "DATABASE_URL='$url' '$bin' inspect takings $(uuid 2) | grep -q 3.00"
took=$(($(now_ms) - begun))
holds "well under the poll interval ($took ms), without anybody waiting" test "$took" -lt 10000
svc status --json
equals 'status names the living service' "$(hostname):$service_pid" "$(field .0.owners.0)"
holds 'and has a rate' sh -c "case '$(field .0.rate)' in [0-9]*) ;; *) exit 1 ;; esac"
stop_service TERM
equals 'SIGTERM: exit 0' 0 "$rc"
holds "at once ($took_ms ms)" test "$took_ms" -lt 3000
wants 'and it says that it stopped' 0 'msg=stopped'
svc status --json
equals 'afterwards nobody is named' '[]' "$(field .0.owners)"
start_service
stop_service INT
equals 'SIGINT: exit 0' 0 "$rc"
: >"$work/service.log"
DATABASE_URL=$url "$bin" run --log json >/dev/null 2>"$work/service.log" </dev/null &
service_pid=$!
children="$children $service_pid"
until_true grep -q 'lanes dealt out' "$work/service.log"
holds 'LOG=json writes JSON lines' "$jsonq" lines <"$work/service.log"
stop_service TERM
: >"$work/service.log"
DATABASE_URL=$url "$bin" run --log-level warn >/dev/null 2>"$work/service.log" </dev/null &
service_pid=$!
children="$children $service_pid"
until_true sh -c "DATABASE_URL='$url' '$bin' status | grep -q '1 service running'"
stop_service TERM
equals 'LOG_LEVEL=warn: nothing to say' '' "$said"

# Two at once share the lanes; the first leaves, the second goes on.
start_service --workers 3
first=$service_pid
start_service
two_are_named() { svc status --json && "$jsonq" get .0.owners.1 <"$work/out"; }
holds 'two services are named' until_true two_are_named
kill -9 "$first"
wait "$first" 2>/dev/null || true
feed "$(sold 1 1)
$(sold 2 1)
$(opened 3 Cid)
$(opened 4 Dee)
$(opened 5 Eve)" append
svc wait takings 14 --timeout 30s
wants 'when one is killed, the other takes over its lanes' 0
stop_service TERM
equals 'and stops in good order' 0 "$rc"
svc events --from 10
equals 'nothing is applied twice' '5' "$(lines_out)"
svc inspect takings "$(uuid 2)" --json
equals 'the sum is exact' '2' "$(field .state.sold)"

# A stop while it cannot go on: the writer that holds the database or a gap.
if [ "$store" = postgres ]; then
    # A number is drawn and not committed: later ones wait for it.
    "$psql" -q "$url" >"$work/psql.log" 2>&1 <<END &
BEGIN;
INSERT INTO till_sales (event_id, event_name, payload, metadata, aggregate_type, aggregate_id, aggregate_version, created_at)
VALUES (gen_random_uuid(), 'opened', '{"clerk":"Gap"}', '{}', 'till', '$(uuid 6)', 1, now());
SELECT pg_sleep(4);
COMMIT;
END
    writer=$!
    children="$children $writer"
    sleep 0.3
    feed "$(opened 7 Late)" append
    svc status --json
    holds 'status names the writer that holds the reader back' sh -c "test '$(field .0.horizon.pid)' -gt 0"
    svc status
    wants 'for people too' 0 'waits for a writer in flight, backend pid [0-9]+'
    svc inspect takings "$(uuid 7)"
    start_service
    sleep 0.3
    svc inspect takings "$(uuid 7)"
    wants 'what stands behind the gap is not applied' 1 'no state'
    wait "$writer" 2>/dev/null || true
    svc wait takings 16 --timeout 20s
    wants 'until the writer is done' 0
    svc inspect takings "$(uuid 6)"
    wants 'its event is there' 0 'Gap'
    stop_service TERM
    equals 'SIGTERM then: exit 0' 0 "$rc"

    # Under a burst of appends the trigger is silent. Nothing is forgotten behind it: nobody polls here.
    fresh_schema
    start_service --poll-interval 1h
    was_awake=no
    all_is_applied() {
        [ "$("$psql" -At "$url" -c "SELECT min(position) = (SELECT max(no) FROM till_sales) FROM projc_lane
            JOIN projc_projection USING (generation) WHERE projection IN ('takings', 'audit')")" = t ]
    }
    burst=0
    while [ "$burst" -lt 20 ] && { [ "$burst" -lt 5 ] || [ "$was_awake" = no ]; }; do
        burst=$((burst + 1))
        awk 'BEGIN { for (i = 0; i < 300; i++)
            print "INSERT INTO till_sales (event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version)" \
                " VALUES (gen_random_uuid(), \047noise\047, \047{}\047, \047till\047, gen_random_uuid(), 1);"
            print "SELECT last_value > 0 FROM till_sales_awake" }' | "$psql" -q -At "$url" >"$work/awake"
        ! grep -q t "$work/awake" || was_awake=yes
        until_true all_is_applied || break
    done
    holds 'after each burst of appends all is applied, without a poll' all_is_applied
    equals 'the trigger was silent meanwhile' yes "$was_awake"
    stop_service TERM
    equals 'a service that was awake ends in good order' 0 "$rc"
fi

# ---- one projection stops, the others go on ----
fresh_schema
feed "$(opened 1 Ann)
$(sold 1 5000)
$(refunded 1 2000)
$(sold 1 1)" append
svc run --once
wants 'a stream projection stops at what it cannot apply: exit 1' 1 '1 key or projection is failed' 'till failed list'
svc status --json
equals 'the others are through' '4 4' "$(field .0.position) $(field .2.position)"
equals 'it stands before its event' '2 failed 1' "$(field .1.position) $(field .1.state) $(field .1.failed)"
svc inspect takings "$(uuid 1)"
wants 'their states are right' 0 '"total":3001.00'
start_service
feed "$(sold 1 9)" append
svc wait takings 5 --timeout 20s
wants 'run goes on with the others' 0
svc wait audit 5 --timeout 20s
wants 'wait for the one that stopped says why' 1 'a refund of 2000.00 needs a person'
stop_service TERM
equals 'and SIGTERM ends it: exit 0' 0 "$rc"
# A reason to stop that is no event: the table of one projection is gone while the service runs.
start_service
sql 'DROP TABLE till_sum'
feed "$(sold 1 10)" append
svc wait takings 6 --timeout 20s
wants 'a projection without its table stops, the others go on' 0
until_true grep -q 'projection stopped' "$work/service.log"
stop_service TERM
wants 'the service says which and why, and exits 3' 3 'msg="projection stopped" projection=sum' 'till_sum'

# ---- threads that cannot be started ----
if is_sanitized; then
    skip 'threads that cannot be started' 'sanitizers need more memory than a limit leaves'
else
    fresh_schema
    for words in '' --once; do
        rc=0
        # shellcheck disable=SC2086
        (ulimit -v 700000; DATABASE_URL=$url exec timeout 60 "$bin" run $words --workers 256) >"$work/out" 2>"$work/err" </dev/null || rc=$?
        said=$(cat "$work/err")
        wants "run $words with more workers than there is room for: exit 3, and why" 3 'cannot start a thread|out of memory'
    done
fi
