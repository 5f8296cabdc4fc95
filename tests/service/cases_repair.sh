# failed, reset, rebuild, schema: mending, for each store. Sourced by run.sh.
# shellcheck shell=sh

# ---- failed ----
fresh_schema
feed "$(opened 1 Ann)
$(opened 2 Bob)
$(sold 1 5)
$(refunded 1 7)
$(sold 1 4)
$(sold 2 3)" append
svc failed
wants 'before anything ran nothing is failed' 0 'nothing is failed'
svc run --once
wants 'a key that fails: run --once exits 1' 1 '1 key or projection is failed: `till failed list`'
svc inspect takings "$(uuid 2)"
wants 'the other key goes on' 0 '"total":3.00'
svc inspect takings "$(uuid 1)" --json
equals 'the failed one stands before its event, and says so' '3 failed 5.00' \
    "$(field .position) $(field .status) $(sed 's/.*"total":\([0-9.]*\).*/\1/' "$work/out")"
svc failed list
wants 'failed list tells key, event, cause, source, times' 0 "^takings $(uuid 1): failed at event 4, refunded" \
    'refund above takings' '^  at till.proj:26:9$' 'DATA, 1 attempt, first 20' '`till failed retry NAME \[KEY\]` goes on'
svc failed list takings --json
equals 'failed list --json has its fields' \
    'attempts code event event_id first_at key last_at message no projection retry_at source status waiting' "$("$jsonq" keys .0 <"$work/out")"
equals 'with what happened, and the statement of the .proj' "$(uuid 1) failed 4 refunded 1 null till.proj:26:9" \
    "$(field .0.key) $(field .0.status) $(field .0.no) $(field .0.event) $(field .0.attempts) $(field .0.retry_at) $(field .0.source)"
svc failed list audit
wants 'failed list of another projection is empty' 0 'nothing is failed'
svc failed list audit --json
equals 'as JSON too' '[]' "$out"
svc failed show takings "$(uuid 1)"
wants 'failed show tells one' 0 'refund above takings'
svc failed show takings "$(uuid 1)" --json
equals 'as JSON too' 4 "$(field .no)"
svc failed show takings "$(uuid 2)"
wants 'failed show of a healthy key' 0 'the key is in order'
svc status --json
equals 'status counts it' 1 "$(field .0.failed)"
svc wait takings 4 "$(uuid 1)" --timeout 300ms
wants 'wait for its event: exit 1 and why' 1 'waits for repair since event 4' 'refund above takings'
svc failed retry takings "$(uuid 1)"
wants 'failed retry with the same program fails again: exit 1' 1 'failed at event 4' '2 attempts'
bin=$work/v2/till
svc failed retry takings "$(uuid 1)"
wants 'with the program fixed it heals, and what waited is applied' 0 "^takings $(uuid 1): in order again, 2 events applied"
bin=$work/v1/till
svc inspect takings "$(uuid 1)" --json
equals 'the state is exact' '5 ok 2.00 2' \
    "$(field .position) $(field .status) $(sed 's/.*"total":\([0-9.]*\).*/\1/' "$work/out") $(field .state.sold)"
svc failed retry takings
wants 'failed retry without failed keys' 0 'nothing is failed'

feed "$(refunded 1 50)
$(refunded 2 60)
$(sold 1 1)
$(sold 2 1)" append
svc run --once
wants 'two more fail' 1 '2 keys or projections are failed'
svc failed skip takings "$(uuid 1)" --yes
wants 'failed skip passes over the event' 0 "$(uuid 1): in order again, 1 event applied"
svc inspect takings "$(uuid 1)"
wants 'what stands behind it is applied' 0 '"total":3.00,"sold":3'
svc status --json
equals 'the skip is recorded' '1 1' "$(field .0.failed) $(field .0.skipped)"
svc failed skip takings "$(uuid 1)" --yes
wants 'failed skip of a healthy key' 0 'the key is in order'
bin=$work/v2/till
svc failed retry takings
wants 'failed retry of a projection heals all its keys' 0 "$(uuid 2): in order again, 2 events applied"
bin=$work/v1/till
svc failed list
wants 'then nothing is failed' 0 'nothing is failed'

# A repair beside a service that works.
start_service
feed "$(refunded 1 5000)
$(sold 1 1)" append
svc wait audit 12 --timeout 20s
wants 'a stream projection fails beside' 1 'needs a person'
svc failed list
wants 'both failures are listed' 0 '^takings ' '^audit -: failed at event 11'
svc failed skip audit --yes
wants 'failed skip of a stream projection needs no key' 0 'audit -: in order again'
svc failed skip takings "$(uuid 1)" --yes
wants 'failed skip while the service runs' 0 'in order again, 1 event applied'
feed "$(sold 1 1)" append
svc wait takings 13 "$(uuid 1)" --timeout 20s
wants 'the service goes on with the key' 0
svc wait audit 13 --timeout 20s
wants 'and with the stream projection' 0
stop_service TERM
equals 'and stops in good order' 0 "$rc"
svc inspect takings "$(uuid 1)" --json
equals 'nothing is lost or applied twice' '5.00 5' "$(sed 's/.*"total":\([0-9.]*\).*/\1/' "$work/out") $(field .state.sold)"

# ---- reset ----
svc inspect takings --json
cp "$work/out" "$work/before"
svc reset takings --yes
wants 'reset empties' 0 'takings is empty'
svc inspect takings
wants 'so there is no state' 0 '!.'
svc reset shelves --yes
wants 'a projection without events can be reset' 0
svc run --once
wants 'the next run replays: recorded skips are forgotten, so they fail again' 1 'failed'
svc failed skip takings "$(uuid 1)" --yes
svc failed skip takings "$(uuid 1)" --yes
svc failed skip takings "$(uuid 1)" --yes
svc failed skip takings "$(uuid 2)" --yes
svc failed list takings
wants 'passing over them again' 0 'nothing is failed'

# ---- rebuild ----
svc rebuild takings --in-place
wants 'rebuild --in-place honours recorded skips' 0 'takings is rebuilt' 'msg=finished events='
svc inspect takings --json
cp "$work/out" "$work/after"
svc rebuild takings --in-place
wants 'and again' 0 'takings is rebuilt'
svc inspect takings --json
holds 'gives the same bytes' cmp "$work/after" "$work/out"
svc rebuild takings --in-place --retry-skipped
wants 'rebuild --retry-skipped tries them: they fail again' 1 'failed'
bin=$work/v3/till
svc run --once
wants 'a changed shape is refused' 1 'run `till rebuild takings`'
svc rebuild takings --in-place
wants 'the named command mends it' 0 'takings is rebuilt'
svc inspect takings "$(uuid 1)"
wants 'states have the new shape' 0 '"refunded":'
svc run --once
wants 'and run works again' 0
bin=$work/v1/till
svc run --once
wants 'the old program is now the one that is refused' 1 'run `till rebuild takings`'

# ---- schema ----
fresh
svc schema --check
wants 'schema --check lists what is missing' 1 'missing: .*projc_lane' 'missing: .*till_sales' 'missing: .*till_takings' 'till schema --apply'
svc schema --apply
wants 'schema --apply makes it' 0 'the schema is in place'
svc schema --apply
wants 'twice' 0 'the schema is in place'
svc schema --check
wants 'schema --check is content' 0 'the schema is in place'
feed "$(opened 1 Ann)" append
svc run --once
sql 'DROP TABLE till_sum'
svc schema --check
wants 'one table is missing: it is named' 1 '^missing: .*till_sum' '^1 missing'
svc schema --apply
wants 'and made' 0
svc schema --drop --yes
wants 'schema --drop --yes drops the projections' 0 'dropped'
svc schema --check
wants 'they are gone' 1 'missing: .*till_takings' 'missing: .*projc_projection' '!missing: .*till_sales'
svc events
equals 'the events stay' 1 "$(lines_out)"
svc schema --drop --yes
wants 'schema --drop twice' 0
svc run --once --create
wants 'and all can be made again' 0
svc inspect takings
wants 'from the events' 0 'Ann'

# Another package's projections in the same database.
sed 's/^package till/package other/; s/"till_sales"/"other_sales"/g; s/"till_stock"/"other_stock"/g' "$here/till.proj" >"$work/other.proj"
if [ ! -x "$work/other/other" ]; then
    mkdir "$work/other"
    mv "$work/other.proj" "$work/other"
    build_service "$work/other" other
fi
bin=$work/other/other
svc run --once --create
feed "$(opened 1 Oda)" append
svc run --once
bin=$work/v1/till
svc schema --drop --yes
wants 'schema --drop leaves other packages alone' 0 'what other packages have here'
bin=$work/other/other
feed "$(opened 2 Olga)" append
svc run --once
wants 'so the other service goes on' 0
svc status --json
equals 'where it stood' '2 2' "$(field .0.position) $(field .0.applied)"
bin=$work/v1/till
svc run --once --create
wants 'and this one starts anew' 0

# Without the trigger the service polls.
fresh
svc schema --apply --no-notify
wants 'schema --apply --no-notify' 0
start_service --poll-interval 200ms
feed "$(opened 1 Ann)" append
until_true sh -c "DATABASE_URL='$url' '$bin' inspect takings $(uuid 1) | grep -q Ann"
svc inspect takings "$(uuid 1)"
wants 'without notifications run polls' 0 'Ann'
stop_service TERM
if [ "$store" = postgres ]; then
    equals 'there is no trigger' 0 "$(sql "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'till_sales'::regclass AND NOT tgisinternal")"
fi

# ---- what programs read, and the trace of the event ----
fresh_schema
trace=4bf92f3577b34da6a3ce929d0e0e4736
feed "$(opened 1 Ann; opened 2 Bob)
{\"type\":\"till\",\"id\":\"$(uuid 1)\",\"event\":\"refunded\",\"metadata\":{\"traceparent\":\"00-$trace-00f067aa0ba902b7-01\"},\"payload\":{\"amount\":1}}
$(refunded 2 2; sold 1 4)" append
svc run --once --json
wants 'run --once --json tells what it came to' 1
equals 'with the failed keys' 'KEY_FAILED 5 2' "$(field .result) $(field .events) $(field .failed)"
holds 'and bytes' test "$(field .bytes)" -gt 40
svc failed show takings "$(uuid 1)"
wants 'failed show names the trace of the event' 0 "^  trace $trace\$"
svc failed show takings "$(uuid 1)" --json
equals 'as JSON too' "$trace" "$(field .trace_id)"
svc failed show takings "$(uuid 2)" --json
equals 'null where the event has none' null "$(field .trace_id)"
sql "DELETE FROM till_sales WHERE no = 3" >/dev/null
svc failed show takings "$(uuid 1)" --json
equals 'of an event that is gone as well' null "$(field .trace_id)"
svc failed retry takings "$(uuid 2)" --json
equals 'failed retry --json: still failed' "1 takings $(uuid 2) KEY_FAILED 0 4" \
    "$rc $(field .projection) $(field .key) $(field .result) $(field .applied) $(field .failed.no)"
svc failed skip takings "$(uuid 2)" --dry-run --json
equals 'failed skip --dry-run --json' '0 true 4 refunded' "$rc $(field .dry_run) $(field .no) $(field .event)"
svc failed skip takings "$(uuid 2)" --yes --json
equals 'failed skip --json' '0 OK null' "$rc $(field .result) $(field .failed)"
svc reset takings --dry-run --json
equals 'reset --dry-run --json counts' '2 1 1 5' "$(field .states) $(field .failed) $(field .skipped) $(field .head)"
svc reset takings --yes --json
equals 'reset --json' 'takings false true' "$(field .projection) $(field .dry_run) $(field .changed)"
sql 'DROP TABLE till_sum'
svc schema --check --json
equals 'schema --check --json' '1 missing 1 0 false' "$rc $(field .findings.0.what) $(field .missing) $(field .different) $(field .in_place)"
holds 'names what is missing' sh -c "case '$(field .findings.0.text)' in *till_sum) ;; *) exit 1 ;; esac"
svc schema --apply --json
equals 'schema --apply --json' '0 {"in_place":true}' "$rc $out"
svc schema --json
equals 'schema --json' "0 $store" "$rc $(field .store)"
