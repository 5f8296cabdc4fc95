# append, events, inspect: data on its way in and out. Sourced by run.sh for each store.
# shellcheck shell=sh

# ---- without tables ----
fresh
for words in 'status' 'events' 'inspect takings' 'failed list' 'failed retry takings' 'reset takings --yes' \
    'rebuild takings --in-place' 'wait takings 1' 'run --once' 'run'; do
    # shellcheck disable=SC2086
    svc $words
    wants "$words without tables: exit 3 and what to do" 3 'schema --apply'
    equals "$words says so once" 1 "$(echo "$err" | grep -c 'schema --apply')"
done
feed "$(opened 1 Ann)" append
wants 'append without tables: exit 3 and what to do' 3 'schema --apply' '!written'

# ---- append ----
fresh_schema
feed "$(opened 1 Ann)
$(sold 1 12.50)

   
$(printf '%s\r' "$(sold 1 0.75)")
$(refunded 1 1.25)" append
wants 'append writes lines, passes over blank ones, takes CRLF and a last line without its end' 0 \
    '^4 events written, last position 4$'
feed "$(opened 2 Bob)" append --json
equals 'append --json has its fields' 'position written' "$("$jsonq" keys <"$work/out")"
feed '' append
wants 'append of nothing writes nothing' 0 '^0 events written'
feed '' append --json
equals 'append --json of nothing is JSON too' 0 "$(field .written)"
opened 3 Cid >"$work/e.jsonl"
svc append --file "$work/e.jsonl"
wants 'append --file reads a file' 0 '^1 events written, last position 6$'
feed "$(opened 4 Dee)" append --file -
wants 'append --file - reads standard input' 0 '^1 events written, last position 7$'
svc append --file "$work/absent.jsonl"
wants 'append of a file that is not there' 1 'cannot read .*absent.jsonl: No such file'

# Every refusal names the line, and nothing of its transaction is written.
refused() { # claim line pattern…
    claim=$1
    feed "$(opened 9 Zoe)
$2" append
    shift 2
    wants "$claim" 1 'standard input:2' "$@" '!events written'
}
svc events
before=$(lines_out)
refused 'no JSON' 'opened 9' 'standard input:2'
refused 'truncated JSON' '{"type":"till","id":"' 'standard input:2'
refused 'truncated JSON in a payload' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"sold\",\"payload\":{\"amount\":1" 'input:2'
refused 'two objects on a line' "$(opened 9 Zoe) $(opened 9 Zoe)" 'input:2'
refused 'a list' '[1]' 'an event is a JSON object'
refused 'no type' "{\"id\":\"$(uuid 9)\",\"event\":\"opened\",\"payload\":{}}" '"type" is missing'
refused 'no id' '{"type":"till","event":"opened","payload":{}}' '"id" is missing'
refused 'no payload' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"opened\"}" '"payload" is missing'
refused 'a payload that is a text' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"opened\",\"payload\":\"x\"}" '"payload" is a text, not an object'
refused 'a name that a line does not have' "{\"typ\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"opened\",\"payload\":{}}" 'no "typ"'
refused 'an id that is no uuid' '{"type":"till","id":"9","event":"opened","payload":{"clerk":"Z"}}' 'is `9`, which is no uuid'
refused 'an empty id' '{"type":"shelf","id":"","event":"counted","payload":{"pieces":1}}' '"id" is empty'
refused 'an id with NUL' '{"type":"shelf","id":"a\u0000b","event":"counted","payload":{"pieces":1}}' 'input:2'
refused 'an undeclared type' "{\"type\":\"tills\",\"id\":\"$(uuid 9)\",\"event\":\"opened\",\"payload\":{}}" 'no aggregate type `tills` is declared; did you mean `till`'
refused 'an undeclared event' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"closed\",\"payload\":{}}" 'no event `closed`' '!did you mean' '--raw'
refused 'an event that is near one' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"refund\",\"payload\":{}}" 'no event `refund` .*did you mean `refunded`' '--raw'
refused 'the name of the .proj where the stored one is meant' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"Sold\",\"payload\":{}}" 'no event `Sold` .*did you mean `sold`'
refused 'a missing field' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"sold\",\"payload\":{\"pieces\":1}}" 'payload of sold' 'amount'
refused 'a wrong type' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"opened\",\"payload\":{\"clerk\":5}}" 'payload of opened' 'clerk'
refused 'a number out of range' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"sold\",\"payload\":{\"amount\":1,\"pieces\":256}}" 'payload of sold' 'pieces'
refused 'digits beyond the scale' "$(sold 9 1.001)" 'payload of sold' 'amount'
refused 'an unknown member of an enum' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"sold\",\"payload\":{\"amount\":1,\"pieces\":1,\"kind\":\"Gold\"}}" 'kind'
refused 'a version of 0' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"opened\",\"version\":0,\"payload\":{\"clerk\":\"Z\"}}" '"version" is 0'
refused 'an event_id that is no uuid' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"opened\",\"event_id\":\"7\",\"payload\":{\"clerk\":\"Z\"}}" '"event_id" is `7`'
refused 'a time that is none' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"opened\",\"time\":\"noon\",\"payload\":{\"clerk\":\"Z\"}}" '"time" is `noon`'
refused 'metadata that is no object' "{\"type\":\"till\",\"id\":\"$(uuid 9)\",\"event\":\"opened\",\"metadata\":[],\"payload\":{\"clerk\":\"Z\"}}" '"metadata" is a list'
refused 'a wrong version' "{\"type\":\"till\",\"id\":\"$(uuid 1)\",\"event\":\"opened\",\"version\":9,\"payload\":{\"clerk\":\"Z\"}}" 'version' 'lines 1 to 2'
svc events
equals 'of refused transactions nothing was written' "$before" "$(lines_out)"

feed "{\"type\":\"till\",\"id\":\"$(uuid 4)\",\"event\":\"sold\",\"version\":2,\"payload\":{\"amount\":1,\"pieces\":1}}" append
wants 'the right version is accepted' 0 '1 events written'
feed "{\"type\":\"till\",\"id\":\"$(uuid 4)\",\"event\":\"closed\",\"payload\":{\"x\":[1,{}]}}" append --raw
wants 'append --raw stores an undeclared event' 0 '1 events written'
feed '{"type":"shelf","id":"A","event":"counted","payload":{"pieces":1}}' append --raw
wants 'append --raw refuses a msgpack stream' 2 'msgpack'
feed "{\"type\":\"shelf\",\"id\":\"top\",\"event\":\"counted\",\"payload\":{\"pieces\":5,\"note\":\"a\\nb\",\"seen\":\"AQID\"}}
$(sold 2 5)
{\"type\":\"shelf\",\"id\":\"top\",\"event\":\"counted\",\"payload\":{\"pieces\":6}}" append
wants 'lines of two streams go to two tables' 0 '3 events written'

# 1,000 lines are a transaction: of 1,203 lines with an error in line 1,105 the first 1,000 are there.
i=0
while [ $i -lt 1203 ]; do
    i=$((i + 1))
    if [ $i -eq 1105 ]; then
        echo "{\"type\":\"till\",\"id\":\"$(uuid 7)\",\"event\":\"sold\",\"version\":3,\"payload\":{\"amount\":1,\"pieces\":1}}"
    else
        sold 7 1
    fi
done >"$work/many.jsonl"
svc append --file "$work/many.jsonl"
wants 'a conflict in the second transaction: its line, and the first stays' 1 '^1000 events written' \
    'many.jsonl:1105 \(lines 1001 to 1203 were not written\)'
svc events --aggregate "$(uuid 7)"
equals 'so it is in the log' 1000 "$(lines_out)"
{ opened 8 Huge; printf '{"type":"till","id":"%s","event":"opened","payload":{"clerk":"' "$(uuid 8)"; head -c 300000 /dev/zero | tr '\0' x; echo '"}}'; } >"$work/long.jsonl"
svc append --file "$work/long.jsonl" --event-max 1000
wants 'a line far over EVENT_MAX is refused early' 1 'long.jsonl:2' 'EVENT_MAX is 1000' '!events written'
{ opened 8 Huge; printf '{"type":"till","id":"%s","event":"opened","payload":{"clerk":"' "$(uuid 8)"; head -c 3000 /dev/zero | tr '\0' x; echo '"}}'; } >"$work/long.jsonl"
svc append --file "$work/long.jsonl" --event-max 1000
wants 'so is a payload a little over it' 1 'long.jsonl:2' 'EVENT_MAX' '!events written'

# ---- events ----
svc events
holds 'events prints an object a line' "$jsonq" lines <"$work/out"
equals 'with these fields' 'event event_id id no payload time type version' "$(head -n 1 "$work/out" | "$jsonq" keys)"
svc events --from 6 --limit 2
equals 'events --from and --limit cut' '6 7' "$(while read -r line; do echo "$line" | "$jsonq" get .no; done <"$work/out" | tr '\n' ' ' | sed 's/ $//')"
svc events --aggregate top
equals 'events --aggregate finds a text id' 2 "$(lines_out)"
svc events --aggregate "$(uuid 4)"
equals 'events --aggregate finds a uuid' 3 "$(lines_out)"
svc events --aggregate nothing-like-it
wants 'an id without events prints nothing' 0 '!.'
DATABASE_URL=$url "$bin" events --follow --limit 1005 --from 6 >"$work/followed" 2>&1 </dev/null &
follower=$!
children="${children:-} $follower"
until_true test -s "$work/followed"
feed "$(sold 2 1)" append
until_true sh -c "! kill -0 $follower 2>/dev/null"
holds 'events --follow goes on with what comes, in all streams, and ends at its limit' wait $follower
equals 'and passes over none' 1005 "$(wc -l <"$work/followed")"

# The log of one database, appended to another, is the same log.
feed "{\"type\":\"till\",\"id\":\"$(uuid 5)\",\"event\":\"opened\",\"metadata\":{\"by\":\"me\"},\"time\":\"2026-01-02T03:04:05.678901Z\",\"payload\":{\"clerk\":\"Ümläut \\\\ \\\"q\\\"\"}}" append
svc events
cp "$work/out" "$work/log.jsonl"
grep -v '"closed"' "$work/log.jsonl" >"$work/declared.jsonl"
here_url=$url
fresh_schema
svc append --file "$work/declared.jsonl"
wants 'what events prints, append reads' 0 "^$(wc -l <"$work/declared.jsonl") events written"
svc events
sed 's/^{"no":[0-9]*,//' "$work/out" >"$work/second"
sed 's/^{"no":[0-9]*,//' "$work/declared.jsonl" | sed 's/"version":[0-9]*/V/' >"$work/first.v"
sed 's/"version":[0-9]*/V/' "$work/second" >"$work/second.v"
holds 'and it comes out the same: payloads, ids, metadata, times' cmp "$work/first.v" "$work/second.v"
url=$here_url

# A payload with line breaks between its tokens stays one line.
fresh_schema
feed "$(opened 1 Ann)" append
sql "UPDATE till_sales SET payload = '{
  \"clerk\": \"Ann\"
}'"
svc events
equals 'a payload with line breaks is one line' 1 "$("$jsonq" lines <"$work/out")"

# ---- inspect ----
fresh_schema
feed "$(opened 1 Ann)
$(sold 1 12.50)
$(opened 2 Bob)
{\"type\":\"shelf\",\"id\":\"low\",\"event\":\"counted\",\"payload\":{\"pieces\":-5,\"note\":\"one\"}}" append
svc inspect takings
wants 'inspect before the first run: exit 3 and what to do' 3 'has never run' 'till run'
svc run --once
wants 'run --once applies' 0
svc inspect takings
wants 'inspect shows a line a key' 0 "^$(uuid 1) +2 +ok +\{\"clerk\":\"Ann\",\"total\":12.50,\"sold\":1\}" "^$(uuid 2)"
svc inspect takings --json
equals 'inspect --json: an object a line, in key order' "$(uuid 1)" "$(head -n 1 "$work/out" | "$jsonq" get .key)"
equals 'with these fields' 'key position state status' "$(head -n 1 "$work/out" | "$jsonq" keys)"
svc inspect takings "$(uuid 2)" --json
equals 'inspect of one key prints that object' '3 ok Bob' "$(field .position) $(field .status) $(field .state.clerk)"
svc inspect takings "$(uuid 2)"
wants 'without --json its state' 0 '^\{"clerk":"Bob","total":0.00,"sold":0\}$'
svc inspect takings "$(uuid 3)"
wants 'a key without state: exit 1' 1 'no state for this key'
svc inspect shelves low
wants 'a state in msgpack is shown the same way' 0 '^\{"pieces":-5,"notes":\["one"\]\}$'
svc inspect sum --json
equals 'the key of a stream projection is null' null "$(field .key)"
equals 'its state is there' '3 12.50' "$(field .state.events) $(sed 's/.*"total":\([0-9.]*\).*/\1/' "$work/out")"
