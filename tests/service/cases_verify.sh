# verify and audit: what is stored against the log. Sourced by run.sh for each store.
# shellcheck shell=sh

marked() { echo "{\"type\":\"sheet\",\"id\":\"$(uuid "$1")\",\"event\":\"marked\",\"payload\":{\"who\":\"$2\",\"day\":\"2026-01-$3\",\"points\":$4,\"tags\":[\"t$4\"]}}"; }
cleared() { echo "{\"type\":\"sheet\",\"id\":\"$(uuid "$1")\",\"event\":\"cleared\",\"payload\":{\"who\":\"$2\"}}"; }

if [ ! -x "$work/tally/tally" ]; then
    mkdir -p "$work/tally"
    cp "$here/tally.proj" "$work/tally/tally.proj"
    build_service "$work/tally" tally
fi
other_bin=$bin

# ---- tables, keys of two parts ----
bin=$work/tally/tally
fresh_schema
svc verify
wants 'nothing was ever run: verify says so' 1 'has never run'
feed "$(for i in 1 2 3 4 5 6 7 8 9; do
    marked "$i" "p$((i % 4))" "1$i" "$i"
    marked "$i" "q$i" "0$i" "$((i * 10))"
done)
$(cleared 1 p1)
$(marked 3 p1 28 7)" append
svc run --once
svc verify
wants 'what was applied is what the log gives' 0 '^people: 13 states and 16 rows compared up to event 20: as the log says' \
    '^board: 1 state and 13 rows compared up to event 20: as the log says'
svc audit
wants 'and every event was applied once' 0 '^people: 16 lanes, 20 events applied: as the log says' '^board: 1 lane, 20 events applied: as the log says'
svc verify people p2 --json
equals 'one key of many' '1 2 0 20' "$(field .states) $(field .rows) $(field .differences) $(field .position)"
svc verify people --sample 3
wants 'a sample' 0 '^people: 3 states'
svc verify people nobody
wants 'a key that never was' 0 '^people: 0 states'

sql "UPDATE tally_people_days SET points = points + 1 WHERE who = 'q3'" >/dev/null
sql "DELETE FROM tally_people_days WHERE who = 'p2' AND day = (SELECT max(day) FROM tally_people_days WHERE who = 'p2')" >/dev/null
sql "INSERT INTO tally_board_best (who, points) VALUES ('stranger', 5)" >/dev/null
sql "UPDATE tally_people SET position = 5 WHERE who = 'q4'" >/dev/null
sql "DELETE FROM tally_people WHERE who = 'q5'" >/dev/null
if [ "$store" = sqlite ]; then
    sql "UPDATE tally_people SET state = CAST(substr(state, 1, length(state) - 1) || x'00' AS BLOB) WHERE who = 'q6'" >/dev/null
else
    sql "UPDATE tally_people SET state = set_byte(state, length(state) - 1, 0) WHERE who = 'q6'" >/dev/null
fi
svc verify
wants 'each planted difference is found, and nothing else' 1 '^people: 13 states and 16 rows compared up to event 20: 5 differences' \
    '^people.days q3 2026-01-03: not what the log gives' '^    points: stored 31, the log gives 30' \
    '^people.days p2 2026-01-16: not stored; the log gives' '^people q4: last changed by event 5, by the log it is 8' \
    '^people q5: not stored; the log gives' '^people q6: cannot be read: .*checksum' \
    '^board.best stranger: stored as .* the log gives nothing' '^board: .*: 1 difference$'
svc verify board --json
equals 'as JSON' 'best stranger null 5' \
    "$(head -1 "$work/out" | "$jsonq" get .table) $(head -1 "$work/out" | "$jsonq" get .key) $(head -1 "$work/out" | "$jsonq" get .expected) $(head -1 "$work/out" | "$jsonq" get .stored.points)"
svc verify people q3
wants 'one key with a difference in its rows' 1 '^people: 1 state and 1 row compared .*: 1 difference$'
svc verify people q1
wants 'and one without' 0 'as the log says'
sql "UPDATE projc_lane SET applied = applied + 1 WHERE lane = 2 AND generation = (SELECT min(generation) FROM projc_lane)" >/dev/null
svc audit people
wants 'audit finds a lane that counted an event twice' 1 '^people: lane 2 at event 20: ' 'not what the log says$'
svc audit board --json
equals 'audit of the other, as JSON' '0 0 20 20' \
    "$(field .differences) $(field .strangers) $(field .lanes.0.applied) $(field .lanes.0.expected)"
svc rebuild people --in-place
svc rebuild board --in-place
svc verify
wants 'a rebuild mends it' 0 '!difference'

# ---- beside a service that works ----
start_service
writer_stop=$work/writer.stop
rm -f "$writer_stop"
(
    round=0
    while [ ! -e "$writer_stop" ] && [ "$round" -lt 400 ]; do
        round=$((round + 1))
        { marked "$round" "p$((round % 3))" "1$((round % 10))" "$round"; marked "$round" hot 01 1; } |
            DATABASE_URL=$url "$bin" append >/dev/null 2>&1
    done
) &
writer=$!
children="$children $writer"
sleep 0.3
claims=0
for round in 1 2 3 4 5; do
    svc verify
    case $rc:$said in 0:*) claims=$((claims + 1)) ;; *) echo "# $said" ;; esac
done
svc audit
equals 'beside writers and a service nothing differs' '5 0' "$claims $rc"
: >"$writer_stop"
wait "$writer" || true
svc events
total=$(lines_out)
svc wait board "$total"
svc wait people "$total"
sql "UPDATE tally_board_best SET points = points + 1 WHERE who = 'hot'" >/dev/null
svc verify board
wants 'while the service idles a difference is one' 1 '^board.best hot: not what the log gives'
stop_service
[ "$store" = sqlite ] || {
    role="projc_reader_$$"
    sql "CREATE ROLE $role LOGIN; GRANT USAGE ON SCHEMA $schema TO $role; GRANT SELECT ON ALL TABLES IN SCHEMA $schema TO $role" >/dev/null
    svc verify people --database "$(printf '%s' "$url" | sed "s/user=[^&]*/user=$role/")"
    wants 'a role that may only read is enough' 0 'as the log says'
    sql "DROP OWNED BY $role; DROP ROLE $role" >/dev/null
}

# ---- another log ----
sql "DELETE FROM tally_marks WHERE no = (SELECT max(no) FROM tally_marks)" >/dev/null
svc verify people
wants 'a log that was cut is named' 1 'is missing, so this log is not the one that was applied: the log was restored'

# ---- keys that wait ----
bin=$work/v1/till
fresh_schema
feed "$(opened 1 Ann)
$(opened 2 Bob)
$(sold 1 5)
$(refunded 1 7)
$(sold 1 4)
$(sold 2 3)" append
svc run --once
svc verify takings
wants 'a key that fails in the replay as it did before is compared' 0 '^takings: 2 states .*as the log says' '!waits'
svc audit takings
wants 'and counted' 0 '4 events applied: as the log says'
bin=$work/v2/till
svc verify takings
wants 'with the program fixed it is not compared: it waits' 0 '1 key waits for repair and was not compared'
svc failed retry takings "$(uuid 1)"
svc verify takings
wants 'once mended it is' 0 '^takings: 2 states .*as the log says' '!waits'
svc audit takings
wants 'and its events are counted' 0 '6 events applied: as the log says'
bin=$work/v1/till
svc verify takings
wants 'the old program fails in the replay' 1 "^takings $(uuid 1): event 4 fails when the log is replayed: .*refund above takings"
bin=$work/v3/till
svc verify takings
wants 'another shape is refused with what mends it' 1 'rebuild takings'
bin=$work/v1/till
svc verify takings --sample 1 "$(uuid 1)"
wants 'a sample and a key' 2
svc verify taking
wants 'a name that is none' 2 'did you mean `takings`'
svc audit takings more
wants 'audit takes one name' 2
bin=$other_bin
