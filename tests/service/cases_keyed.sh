# Keyed projections: one event means something to several keys; failing, waiting, skipping, rebuilding. Sourced by
# run.sh for each store.
# shellcheck shell=sh

filled() { echo "{\"type\":\"box\",\"id\":\"00000000-0000-0000-0000-000000000001\",\"event\":\"Filled\",\"payload\":{\"notes\":[$1]}$2}"; }
note() { echo "{\"who\":\"$1\",\"text\":\"$2\",\"n\":$3}"; }

if [ ! -x "$work/fan/fan" ]; then
    mkdir -p "$work/fan"
    cp "$here/fan.proj" "$work/fan/fan.proj"
    build_service "$work/fan" fan
fi
other_bin=$bin
bin=$work/fan/fan
fresh_schema
large=$(printf '%03000d' 0)
feed "$(filled "$(note a 1 0),$(note b "$large" 0),$(note c 3 0),$(note a 4 0)" '')
$(filled "$(note b later 0),$(note d 3 -1),$(note d 4 1)" '')
$(filled "$(note d after 2),$(note a 5 0),$(note d more 1)" '')
$(filled "$(note a '' 0),$(note e x 0)" ',"metadata":{"hidden":true}')" append
wants 'events for several keys are stored' 0 '^4 events written'

# ---- failing ----
svc run --once --state-max 2000
wants 'keys that fail do not end the run' 1 '2 keys or projections are failed'
svc failed list
wants 'of an event that was refused, the guilty key alone fails' 0 '^notes b: failed at event 1' 'more than STATE_MAX' '!notes [ac]'
wants 'what waits behind each is shown' 0 '1 event waits behind it'
svc failed list notes --json
equals 'and counted' '1 1' "$(field .0.waiting) $(field .1.waiting)"
svc status
wants 'status tells how many wait' 0 '2 events wait behind keys out of order'
svc status --json
equals 'of projections by key' '2 0' "$(field .0.waiting) $(field .1.waiting)"
svc failed show notes d
wants 'show does too' 0 '1 event waits behind it'
svc failed list
wants 'and the key whose handler failed' 0 '^notes d: failed at event 2' '-1 does not fit u32'
svc inspect notes a --json
equals 'the other keys of the same event go on' '1 4 5 4' \
    "$(field .state.all.0) $(field .state.all.1) $(field .state.all.2) $(field .position)"
svc inspect notes d --json
equals 'a failed key has nothing of its culprit' 'failed null' "$(field .status) $(field .state)"
svc inspect lengths a 1 --json
equals 'a key of two parts is typed with a blank, shown as an array' 'a 1 3' \
    "$(field .key.0) $(field .key.1) $(field .state.count)"
svc inspect lengths e 1 --json
wants 'what the filter holds back has no state' 1
svc inspect tens 1000 --json
equals 'an event without a key passes by, for all of its keys' '6 3' "$(field .state.count) $(field .position)"

# ---- mending ----
svc failed skip notes d --yes
wants 'a skip applies what waits behind the culprit' 0 'notes d: in order again, 1 event applied'
svc inspect notes d --json
equals 'and not the culprit, of which no element remains' 'after more 3' \
    "$(field .state.all.0) $(field .state.all.1) $(field .state.n)"
svc failed retry notes b --state-max 100000
wants 'a retry applies the culprit too' 0 'notes b: in order again, 2 events applied'
svc inspect notes --json
mv "$work/out" "$work/keyed.before"
svc rebuild notes --in-place
wants 'a rebuild' 0
svc inspect notes --json
holds 'a rebuild makes the same states as the events one by one' cmp "$work/keyed.before" "$work/out"
svc failed list notes --json
equals 'nothing waits any more' '[]' "$(cat "$work/out")"
svc reset notes --yes
svc run --once --state-max 2000 --waiting-max 1
wants 'above WAITING_MAX the projection stops, and says what to do' 1 'WAITING_MAX .1.' 'failed retry'
svc status --json
equals 'before the event that may not wait' '2 1 2' "$(field .0.position) $(field .0.waiting) $(field .0.failed)"
svc failed skip notes d --yes
wants 'mending a key gives room' 0 'in order again, 0 events applied'
svc run --once --state-max 2000 --waiting-max 1
wants 'and the projection goes on' 1 '!WAITING_MAX'
svc failed retry notes b --state-max 100000
wants 'what waited is applied' 0 'notes b: in order again, 2 events applied'
svc inspect notes --json
holds 'and nothing is lost' cmp "$work/keyed.before" "$work/out"
svc reset notes --yes
wants 'a reset' 0
svc run --once
wants 'applies everything again: what was skipped fails again' 1 'notes no=2|notes'
svc inspect notes a --json
equals 'and the others are as they were' '1 4 5 4' \
    "$(field .state.all.0) $(field .state.all.1) $(field .state.all.2) $(field .position)"

# ---- an event whose key cannot be computed stops the whole projection, and who waits is told ----
feed '{"type":"box","id":"00000000-0000-0000-0000-000000000009","event":"Filled","payload":{"notes":7}}' append --raw --json
culprit=$(field .position)
svc run --once
wants 'an event without a key stops the projection' 1 'failed'
begun=$(now_ms)
svc wait notes "$culprit" a --timeout 60s
wants 'waiting for any key says what stopped it' 1 "it waits for repair since event $culprit: "
svc wait notes "$culprit" --timeout 60s
wants 'and for all of them' 1 "it waits for repair since event $culprit: "
holds 'both at once' test $(($(now_ms) - begun)) -lt 50000
svc wait notes "$((culprit - 1))" a
wants 'what stands before it is applied' 0
svc failed skip notes --yes
wants 'skipped' 0
bin=$other_bin
