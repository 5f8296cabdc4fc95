#!/bin/sh
# `notify`, heard on PostgreSQL: once for each committed event, never for a failed, skipped or set-back one, and
# nothing from a rebuild. SQLite has nobody to tell; there the same program does the same work in silence.
. "$(dirname "$0")/lib.sh"

build_service notices
program=$work/notices

event() { # KEY EVENT PAYLOAD
    printf '{"type":"Sensor","id":"%s","event":"%s","payload":%s}\n' "$1" "$2" "$3"
}

run_notices() { # EXPECTED-STATUS COMMAND…
    wanted=$1
    shift
    exits "$kind: $*" "$wanted" "$program" "$@" --log-level error --database "$database"
}

give() {
    "$program" append --log-level error --database "$database" --file "$1" >/dev/null
}

# What has been heard since the last time, sorted: the order of keys of one batch is not promised.
heard() {
    echo "SELECT 'end of part';" >&3
    eventually 100 grep -q 'end of part' "$work/heard"
    sed -n 's/^Asynchronous notification "\([^"]*\)" with payload "\(.*\)" received from.*/\1 \2/p' "$work/heard" | sort
    : >"$work/heard"
}

kind=sqlite
database=$(fresh_database sqlite notices)
{
    event a measured '{"value":1}'
    event a broken '{"text":"x"}'
} >"$work/few.jsonl"
run_notices 0 schema --apply
give "$work/few.jsonl"
run_notices 0 run --once
same "sqlite: the state is there" '{"count":1}' \
    "$("$program" inspect readings a --json --database "$database" | sed 's/.*"state":\({.*}\)}$/\1/')"

if [ -z "${PROJC_TEST_PG:-}" ]; then
    skip "notifications are heard" "no PostgreSQL"
else
    kind=postgres
    database=$(fresh_database postgres notices)
    run_notices 0 schema --apply
    mkfifo "$work/psql"
    : >"$work/heard"
    psql -qAtX "$database" <"$work/psql" >>"$work/heard" 2>&1 &
    children="$children $!"
    exec 3>"$work/psql"
    echo 'LISTEN readings; LISTEN strict;' >&3
    echo "SELECT 'listening';" >&3
    eventually 100 grep -q listening "$work/heard"
    : >"$work/heard"

    {
        event a measured '{"value":1}'
        event b measured '{"value":101}'
        event a measured '{"value":-1}'
        event a measured '{"value":2}'
        event c broken '{"text":"say \"no\" \\"}'
    } >"$work/events.jsonl"
    give "$work/events.jsonl"
    run_notices 1 run --once
    same "each committed event is heard once, the failed one and what waits behind it not at all" \
        'readings {"projection":"readings","key":"a","no":1,"ordinal":0,"data":{"value":1,"count":1}}
readings {"projection":"readings","key":"a","no":4,"ordinal":0,"data":{"value":2,"count":2}}
readings {"projection":"readings","key":"b","no":2,"ordinal":0,"data":{"value":101,"count":1}}
readings {"projection":"readings","key":"b","no":2,"ordinal":1,"data":{"high":101}}
readings {"projection":"readings","key":"c","no":5,"ordinal":0,"data":{"text":"say \"no\" \\"}}
strict {"projection":"strict","key":"a","no":1,"ordinal":0,"data":{"count":1}}
strict {"projection":"strict","key":"b","no":2,"ordinal":0,"data":{"count":1}}' "$(heard)"

    run_notices 1 run --once
    same "nothing is heard a second time" "" "$(heard)"

    run_notices 0 failed skip strict a --yes
    same "what waited is heard after the repair, the skipped event is not" \
        'strict {"projection":"strict","key":"a","no":4,"ordinal":0,"data":{"count":2}}' "$(heard)"

    run_notices 0 rebuild readings --in-place
    same "a rebuild tells nobody" "" "$(heard)"

    awk 'BEGIN { for (i = 0; i < 7950; i++) text = text "x"; print "{\"type\":\"Sensor\",\"id\":\"d\",\"event\":\"broken\",\"payload\":{\"text\":\"" text "\"}}" }' \
        >"$work/long.jsonl"
    give "$work/long.jsonl"
    run_notices 0 run --once
    same "a notification that is too long is the event's fault" "" "$(heard)"
    same "and is recorded with its place" "notices.proj:20:9" \
        "$(sql "SELECT DISTINCT source FROM projc_skipped WHERE no = 6")"
    exec 3>&-
    drop_database postgres notices
fi

[ "$failures" = 0 ]
