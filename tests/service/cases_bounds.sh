# Every bound is crossed from outside, and what happens is what the manual page says. Sourced by run.sh for each store.
# shellcheck shell=sh

# How many of its events each committed batch of a projection handled, from the log.
batches() { # projection
    sed -n "s/.*batch committed.* projection=$1 .*handled=\([0-9]*\).*/\1/p" "$work/err" | grep -vx 0 | tr '\n' ' ' | sed 's/ $//'
}
# The same, and the largest of them.
largest_batch() { batches "$1" | tr ' ' '\n' | sort -n | tail -n 1; }
named() { # id clerk-of-so-many-bytes
    opened "$1" "$(head -c "$2" /dev/zero | tr '\0' c)"
}
counted() { # note
    echo "{\"type\":\"shelf\",\"id\":\"top\",\"event\":\"counted\",\"payload\":{\"pieces\":1,\"note\":\"$1\"}}"
}

# ---- pages and batches: how much at once; the result is the same ----
fresh_schema
i=0
while [ $i -lt 30 ]; do
    i=$((i + 1))
    named $i 4000
done >"$work/bounds.jsonl"
svc append --file "$work/bounds.jsonl"
LOG_LEVEL=debug svc run --once --workers 1 --lanes 1 --page-rows 7 --batch-bytes 1K
wants 'PAGE_ROWS: so many events are read at once' 0
equals 'and a batch that is full after each is a page' '7 7 7 7 2' "$(batches sum)"
svc inspect sum --json
equals 'nothing is lost or doubled by that' 30 "$(field .state.events)"
svc reset sum --yes
LOG_LEVEL=debug svc run --once --workers 1 --page-bytes 1 --batch-bytes 1
equals 'PAGE_BYTES: one event always fits' "$(yes 1 | head -n 30 | tr '\n' ' ' | sed 's/ $//')" "$(batches sum)"
svc reset sum --yes
LOG_LEVEL=debug svc run --once --workers 1 --page-bytes 13K --batch-bytes 1K
equals 'PAGE_BYTES: three events of 4,000 bytes fit into 13 KiB' '3 3 3 3 3 3 3 3 3 3' "$(batches sum)"
svc reset takings --yes
LOG_LEVEL=debug svc run --once --workers 1
equals 'BATCH_BYTES: 30 states of 4,000 bytes are one batch by default' 30 "$(batches takings)"
svc reset takings --yes
LOG_LEVEL=debug svc run --once --workers 1 --batch-bytes 40K --page-rows 2
holds "and several where it is 40 KiB (at most $(largest_batch takings) in one)" test "$(largest_batch takings)" -le 12
svc verify
wants 'each time to the byte' 0
svc config --page-rows 0
wants 'a page of no rows is refused' 2 'PAGE_ROWS'

# ---- the queue: one entry for each part of each projection ----
svc run --once --queue-max 1
wants 'QUEUE_MAX: too small for the projections there are: refused, and how to go on' 2 'QUEUE_MAX'
named 31 10 >"$work/bounds.jsonl"
svc append --file "$work/bounds.jsonl"
svc run --once --queue-max 4 --workers 1
wants 'QUEUE_MAX: an entry for each projection is enough' 0
svc inspect sum --json
equals 'and what comes is applied' 31 "$(field .state.events)"

# ---- events and states ----
fresh_schema
{ named 1 3000; opened 2 Bob; sold 1 5; } >"$work/bounds.jsonl"
svc append --file "$work/bounds.jsonl"
svc run --once --event-max 1000
wants 'EVENT_MAX: a stored event above it is a data error of its key' 1 'failed'
svc failed list
wants 'with its size and the bound' 0 "^takings $(uuid 1): failed at event 1" 'the payload has 3[0-9]* bytes, more than EVENT_MAX allows \(1000\)'
svc inspect takings "$(uuid 2)"
wants 'other keys go on' 0 'Bob'
svc failed retry takings
wants 'with a larger bound the key is mended' 0 '2 events applied'

fresh_schema
{ named 1 3000; opened 2 Bob; counted "$(head -c 3000 /dev/zero | tr '\0' n)"; counted a; } >"$work/bounds.jsonl"
svc append --file "$work/bounds.jsonl"
svc run --once --state-max 2000
wants 'STATE_MAX: states above it are data errors of their keys' 1
svc failed list
wants 'a packed state' 0 '^shelves top: failed at event 1' 'the state has 30[0-9]* bytes, more than STATE_MAX allows \(2000\)'
wants 'and one of columns' 0 "^takings $(uuid 1): failed at event 1" 'the state has 30[0-9]* bytes, more than STATE_MAX allows \(2000\)'
svc inspect takings "$(uuid 2)"
wants 'other keys go on' 0 'Bob'
svc failed retry takings --state-max 4000
wants 'with a larger bound' 0 'in order again'
svc failed retry shelves
wants 'they are mended' 0 'in order again, 2 events applied'

# What is bounded is what is stored: a state that shrinks again within its batch is never seen.
fresh_schema
{ counted "$(head -c 3000 /dev/zero | tr '\0' n)"; counted a; counted b; counted c; } >"$work/bounds.jsonl"
svc append --file "$work/bounds.jsonl"
svc run --once --state-max 2000 --workers 1
wants 'STATE_MAX: a state that is too large only between events of one batch passes' 0
svc reset shelves --yes
svc run --once --state-max 2000 --workers 1 --page-rows 1 --batch-bytes 1
wants 'and fails where it would have been stored' 1 'failed'
svc reset shelves --yes
svc run --once --state-max 2000
wants 'so what has failed may pass where batches are larger' 0

# ---- keys out of order ----
fresh_schema
i=0
while [ $i -lt 6 ]; do
    i=$((i + 1))
    opened $i "C$i"
    refunded $i 50
    sold $i 100
done >"$work/bounds.jsonl"
svc append --file "$work/bounds.jsonl"
svc run --once --failed-keys-max 3
wants 'FAILED_KEYS_MAX: above it the projection stops, and says how to go on' 1 'FAILED_KEYS_MAX \(3\) allows no more' 'failed retry' 'refund above takings'
svc failed list takings
equals 'no more keys are set aside' 3 "$(grep -c '^takings' "$work/out")"
svc status --json
holds 'it stands before the next one' test "$(field .0.position)" -lt 18
svc inspect sum --json
equals 'the other projections have gone on' 18 "$(field .state.events)"
svc run --once --failed-keys-max 10
wants 'with a larger bound it goes on' 1 'are failed'
svc failed list takings
equals 'to all that fail' 6 "$(grep -c '^takings' "$work/out")"
for key in 1 2 3 4 5 6; do
    svc failed skip takings "$(uuid $key)" --yes
done
svc inspect takings --json
equals 'which are mended' 6 "$(grep -c '"total":100.00' "$work/out")"

# ---- what waits behind them ----
if [ -x "$work/fan/fan" ]; then
    till_bin=$bin
    bin=$work/fan/fan
    fresh_schema
    { filled "$(note b 3 -1)" ''; for n in 1 2 3 4 5; do filled "$(note b "$n" 0),$(note c "$n" 0)" ''; done; } >"$work/bounds.jsonl"
    svc append --file "$work/bounds.jsonl"
    svc run --once --waiting-max 2
    wants 'WAITING_MAX: above it the projection stops, and says how to go on' 1 'WAITING_MAX \(2\) allows no more' 'failed retry'
    svc failed list notes
    wants 'no more events wait' 0 '^notes b: failed at event 1' '2 events wait behind it'
    svc inspect notes c --json
    equals 'and it stands before the next one, for all keys' '2 3' "$(field .state.all.1) $(field .position)"
    svc run --once --waiting-max 100
    wants 'with a larger bound it goes on' 1 'is failed'
    svc failed skip notes b --yes
    wants 'and what waited is applied' 0 'notes b: in order again, 5 events applied'
    bin=$till_bin
fi
