# upcast: what an older program stored is read by today's under its old names. Sourced by run.sh for each store.
# shellcheck shell=sh

credited_v1() { echo "{\"type\":\"account\",\"id\":$1,\"event\":\"credited.v1\",\"payload\":{\"cents\":$2$3}}"; }
filled_v1() { echo "{\"type\":\"box\",\"id\":$1,\"event\":\"filled.v1\",\"payload\":{\"parts\":$2,\"weight\":$3}}"; }

for version in ledger_v1 ledger; do
    [ ! -x "$work/$version/ledger" ] || continue
    mkdir -p "$work/$version"
    cp "$here/$version.proj" "$work/$version/ledger.proj"
    build_service "$work/$version" ledger
done
till_bin=$bin

# ---- the old program writes ----
bin=$work/ledger_v1/ledger
fresh_schema
feed "$(credited_v1 1 1234 ',"author":"ANN"')
$(credited_v1 1 66 '')
$(filled_v1 1 '["a","b"]' 2)
$(filled_v1 2 '[]' 3)" append
wants 'an older program stores what is old today' 0 '^4 events written'

# ---- today's program reads ----
bin=$work/ledger/ledger
svc schema --apply
wants 'the schema of today stands beside' 0
feed '{"type":"account","id":1,"event":"credited","payload":{"amount":2.5,"author":"cid"}}' append
wants 'and stores what is new today' 0 '^1 events written'
svc run --once
wants 'all of them are applied' 0 '!error' '!failed'
svc inspect balances 1 --json
equals 'older events are made into todays, in order' '15.5 cid credited' "$(field .state.amount) $(field .state.author) $(field .state.name)"
svc inspect names --json
equals 'on any sees them too' '3' "$(field .state.count)"
svc inspect boxes 1 --json
equals 'msgpack likewise' '2000 a A B' "$(field .state.grams) $(field .state.first) $(field .state.parts.0) $(field .state.parts.1)"
svc inspect boxes 2 --json
equals 'with empty lists and none' '3000 null' "$(field .state.grams) $(field .state.first)"
svc status --json
equals 'old names are not counted as undeclared' '' "$("$jsonq" keys .0.undeclared <"$work/out")"
svc events
wants 'events shows old events as they are stored' 0 '"event":"credited.v1","payload":\{"cents":1234'
wants 'in msgpack too' 0 '"event":"filled.v1","payload":\{"parts":\["a","b"\],"weight":2\}'

# ---- appending ----
feed "$(credited_v1 1 5 '')" append
wants 'an old name is not appended any more' 1 'input:1' '`credited.v1` is an older name of Credited' 'appended as `credited` today' '!events written'
feed "$(credited_v1 2 700 ',"author":null')" append --raw
wants 'but --raw stores it' 0 '^1 events written'
svc run --once
svc inspect balances 2 --json
equals 'event.name is the stored name' '7.0 nobody credited.v1' "$(field .state.amount) $(field .state.author) $(field .state.name)"

# ---- what fails in an upcast is a data error ----
feed "$(credited_v1 3 13 '')
$(credited_v1 4 9000000000000000000 '')
{\"type\":\"account\",\"id\":5,\"event\":\"credited.v1\",\"payload\":{\"cent\":1}}
$(credited_v1 6 1 '')" append --raw
wants 'old events that cannot be read are stored' 0 '^4 events written'
svc run --once
svc failed list
wants 'they fail, each with its reason' 0 '13 cents are bad luck' 'ledger.proj:18:47' 'does not fit decimal\(2\)' '"?cents"? is missing|cents'
svc inspect balances 6 --json
equals 'the others go on' 0.01 "$(field .state.amount)"
bin=$till_bin
