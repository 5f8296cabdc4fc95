# inspect --history and --at: how a state came to be, for each store. Sourced by run.sh.
# shellcheck shell=sh

marked() { echo "{\"type\":\"sheet\",\"id\":\"$(uuid "$1")\",\"event\":\"marked\",\"time\":\"2026-03-0${5:-1}T10:00:00Z\",\"payload\":{\"who\":\"$2\",\"day\":\"2026-01-$3\",\"points\":$4,\"tags\":[\"t$4\"]}}"; }

if [ ! -x "$work/tally/tally" ]; then
    mkdir -p "$work/tally"
    cp "$here/tally.proj" "$work/tally/tally.proj"
    build_service "$work/tally" tally
fi

# ---- an aggregate's key that fails, is skipped, goes on ----
fresh_schema
svc inspect takings "$(uuid 1)" --history
wants 'nothing was ever run: the history says so' 3 'has never run'
feed "$(opened 1 Ann)
$(opened 2 Bob)
$(sold 1 5)
$(refunded 1 7)
$(sold 1 4)
$(sold 2 3)" append
svc run --once
svc inspect takings "$(uuid 1)" --history
wants 'each event with what it changed, up to the one that is refused' 0 '^ +1  .*  opened \{"clerk":"Ann"' '^ +clerk: "Ann"$' \
    '^ +3  .*  sold \{"amount":5' '^ +total: 0.00 -> 5.00$' '^ +sold: 0 -> 1$' '^ +4  .* refunded .*  refused: refund above takings' \
    '! sold \{"amount":4' '!Bob'
svc inspect takings "$(uuid 1)" --history --json
equals 'as JSON: three lines' 3 "$(wc -l <"$work/out" | tr -d ' ')"
equals 'the first has no state before it' '{"to":"Ann"} "Ann" applied true' \
    "$(sed -n '1s/.*"clerk":\({[^}]*}\).*/\1/p' "$work/out") \"$(head -1 "$work/out" | "$jsonq" get .changed.clerk.to)\" $(head -1 "$work/out" | "$jsonq" get .result) $(head -1 "$work/out" | "$jsonq" get .exists)"
equals 'the second says from and to' '0 1 3' \
    "$(sed -n 2p "$work/out" | "$jsonq" get .changed.sold.from) $(sed -n 2p "$work/out" | "$jsonq" get .changed.sold.to) $(sed -n 2p "$work/out" | "$jsonq" get .event.no)"
equals 'the last is refused and changes nothing' 'refused true' \
    "$(tail -1 "$work/out" | "$jsonq" get .result) $(tail -1 "$work/out" | grep -q '"changed":{}' && echo true)"
svc inspect takings "$(uuid 1)" --at 3 --json
equals 'the state behind an event' '3 ok 5.00' "$(field .position) $(field .status) $(sed 's/.*"total":\([0-9.]*\).*/\1/' "$work/out")"
svc inspect takings "$(uuid 1)" --at 4 --json
equals 'behind one that was refused' '3 failed' "$(field .position) $(field .status)"
svc inspect takings "$(uuid 2)" --at 1
wants 'before its first event there was nothing' 1 'had no event for this key by then'
svc failed skip takings "$(uuid 1)" --yes
svc inspect takings "$(uuid 1)" --history
wants 'a skipped event is shown as such, and those behind it' 0 '^ +4  .* refunded .*  skipped$' '^ +5  .* sold ' '^ +total: 5.00 -> 9.00$'
svc inspect takings "$(uuid 9)" --history
wants 'a key that never was' 1 'has no event for this key'
svc inspect audit --history
wants 'a stream projection: only events with a handler' 0 '^ +4  .*  refunded ' '^ +refunds: 1$' '! sold '
svc inspect audit --at 3
wants 'and before the first of them nothing' 1 'had no event by then'
svc inspect takings --history
wants 'a key is needed' 2 'needs the KEY'
svc inspect takings "$(uuid 1)" --at then
wants 'a wrong point of the log' 2 'neither an event.s number nor a time'
svc inspect takings "$(uuid 1)" --at 3 --history
wants 'one of both' 2 'give one of them'

# ---- a keyed one: packed states, times, a replica that leaves no trace ----
other_bin=$bin
bin=$work/tally/tally
fresh_schema
feed "$(marked 1 Ann 10 1 1)
$(marked 2 Bob 10 9 2)
$(marked 3 Ann 11 2 3)
$(marked 4 Ann 12 2 4)" append
svc run --once
svc inspect people Ann --history
wants 'a keyed projection: only this key' 0 '^ +1 ' '^ +3 ' '^ +points: 1 -> 3$' '^ +tags: \["t1"\] -> \["t1","t2"\]$' '!Bob' '! 2  2026'
svc inspect people Ann --at 2026-03-03T12:00:00Z
wants 'the state at a time' 0 '"points":3'
svc inspect people Ann --at 2026-02-01T00:00:00Z
wants 'before everything' 1 'had no event'
svc inspect board --history --json
equals 'a field of a map is a field' '1 2' "$(sed -n 3p "$work/out" | "$jsonq" get .changed.seen.Ann.from 2>/dev/null || sed -n 3p "$work/out" | sed 's/.*"seen.Ann":{"from":\([0-9]*\),"to":\([0-9]*\)}.*/\1 \2/')"
svc inspect people Ann --json
equals 'what is stored is as it was' '4 5' "$(field .position) $(field .state.points)"
svc verify
wants 'in every row' 0 '!difference'
bin=$other_bin
