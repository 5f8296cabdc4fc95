#!/bin/sh
# Events that other programs wrote into the log by SQL, and that cannot be read: each is recorded with its cause and
# holds back its own key alone; after `failed skip` everything is exact.
. "$(dirname "$0")/lib.sh"

if [ -x "${SYSTEM_SERVICES:-}/bad" ]; then
    bad=$SYSTEM_SERVICES/bad
else
    build_service bad
    bad=$work/bad
fi

# Both literals stand for: an object of "small" and "name", whole, and then what is wrong with it.
json_good='{"small": 1, "name": "x"}'
pack_good=82A5736D616C6C01A46E616D65A178

insert() { # STREAM TYPE EVENT KEY PAYLOAD
    version=$((${version:-0} + 1))
    case $kind-$1 in
    sqlite-packs) payload="X'$5'" ;;
    postgres-packs) payload="'\\x$5'::bytea" ;;
    *) payload="'$5'" ;;
    esac
    if [ "$kind" = sqlite ]; then
        sql "INSERT INTO events_$1 (event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version, created_at)
            VALUES (randomblob(16), '$3', $payload, '$2', '$4', $version, 1767225600000000)"
    else
        sql "INSERT INTO events_$1 (event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version)
            VALUES (gen_random_uuid(), '$3', $payload, '$2', '$4', $version)"
    fi
}

# One good event of the key, a bad one, another good one: the bad one holds back the last. Their causes are collected.
note() { # WHAT PAYLOAD CAUSE
    cases=$((cases + 1))
    insert notes note noted "$cases" "$json_good"
    insert notes note noted "$cases" "$2"
    insert notes note noted "$cases" "$json_good"
    printf 'by_note\t%s\t%s\t%s\n' "$cases" "$1" "$3" >>"$work/cases"
}

pack() { # WHAT PAYLOAD CAUSE
    cases=$((cases + 1))
    insert packs pack packed "key $cases" "$pack_good"
    insert packs pack packed "key $cases" "$2"
    insert packs pack packed "key $cases" "$pack_good"
    printf 'by_pack\tkey %s\t%s\t%s\n' "$cases" "$1" "$3" >>"$work/cases"
}

fill() {
    cases=0
    : >"$work/cases"
    note "a field is missing" '{"small": 1}' 'name'
    note "a text where a number belongs" '{"small": "one", "name": "x"}' 'small'
    note "a number where a text belongs" '{"small": 1, "name": 7}' 'name'
    note "a number out of range" '{"small": 4294967296, "name": "x"}' 'small'
    note "a negative number" '{"small": -1, "name": "x"}' 'small'
    note "a fraction" '{"small": 1.5, "name": "x"}' 'small'
    note "null" '{"small": null, "name": "x"}' 'small'
    note "a list" '[1, "x"]' 'expected a map'
    note "a text alone" '"x"' 'expected a map'
    if [ "$kind" = sqlite ]; then # the json type of PostgreSQL refuses these itself
        note "truncated JSON" '{"small": 1, "na' 'truncated at byte 16'
        note "JSON with a tail" '{"small": 1, "name": "x"} x' 'expected the end at byte 26'
        note "no payload" '' 'truncated at byte 0'
    fi
    pack "a field is missing" 81A5736D616C6C01 'name'
    pack "a text where a number belongs" 82A5736D616C6CA131A46E616D65A178 'small'
    pack "a number out of range" 82A5736D616C6CCF0000000100000000A46E616D65A178 'small'
    pack "a negative number" 82A5736D616C6CFFA46E616D65A178 'small'
    pack "truncated msgpack" 82A5736D616C6C01A46E61 'truncated at byte'
    pack "a text of 4 GiB that is not there" 82A5736D616C6C01A46E616D65DBFFFFFFFF 'truncated at byte'
    pack "a list of 4 billion that is not there" DDFFFFFFFF 'truncated at byte|expected a map'
    pack "msgpack with a tail" "${pack_good}01" 'expected the end at byte 15'
    pack "a text that is not UTF-8" 82A5736D616C6C01A46E616D65A1FF 'UTF-8'
    pack "no payload" '' 'truncated at byte 0'
    insert notes note noted 1000 "$json_good"
    insert packs pack packed well "$pack_good"
}

# Of every case: the culprit is recorded, at its number, and the message names what is wrong.
check_recorded() {
    unexplained=
    while IFS='	' read -r projection key what cause; do
        shown=$("$bad" failed show "$projection" "$key" --json --log-level error --database "$database")
        message=$(echo "$shown" | sed 's/.*"message":"\(.*\)","source.*/\1/')
        echo "# $projection $key, $what: $message"
        echo "$message" | grep -qiE "$cause" || unexplained="$unexplained; $what: $shown"
    done <"$work/cases"
    same "$kind: each cause is named" "" "$unexplained"
}

skip_all() {
    while IFS='	' read -r projection key what cause; do
        "$bad" failed skip "$projection" "$key" --yes --log-level error --database "$database" >"$work/skip.out" 2>&1 || {
            echo "$projection $key: exit $?"
            cat "$work/skip.out"
        }
    done <"$work/cases"
}

states() { # SQL condition
    sql "SELECT count(*) FROM bad_by_note WHERE $1"
    sql "SELECT count(*) FROM bad_by_pack WHERE $1"
}

# An id that is none of its type has no key that could wait: the projection stops, and says so.
bad_id() {
    insert notes note noted "twelve" "$json_good"
    insert notes note noted 1000 "$json_good"
    exits "$kind: an id that is no number: run --once exits 1" 1 "$bad" run --once --log-level error --database "$database"
    "$bad" failed list by_note --database "$database" >"$work/list" 2>&1
    if grep -qE 'twelve' "$work/list"; then
        ok "$kind: failed list shows the id"
    else
        not_ok "$kind: failed list shows the id: $(cat "$work/list")"
    fi
    same "$kind: the other projections are not concerned" "$((packs + 1))" "$(sql 'SELECT count(*) FROM bad_by_pack')"
    "$bad" failed show by_note --json --database "$database" >"$work/show" 2>&1
    same "$kind: failed show without KEY shows it" '"key":null,"status":"failed"' \
        "$(grep -o '"key":null,"status":"failed"' "$work/show")"
    exits "$kind: failed retry meets it again, and run --once too" 1 sh -c "'$bad' failed retry by_note --database '$database';
        '$bad' run --once --log-level error --database '$database'"
    exits "$kind: failed skip without KEY passes over it" 0 "$bad" failed skip by_note --yes --database "$database"
    exits "$kind: and run --once goes on" 0 "$bad" run --once --log-level error --database "$database"
    same "$kind: the next event is applied" 2 "$(sql 'SELECT events FROM bad_by_note WHERE aggregate_id = 1000')"
    exits "$kind: without such an event a KEY is asked for" 2 "$bad" failed skip by_note --yes --database "$database"
}

for kind in $(stores); do
    version=0
    database=$(fresh_database "$kind" bad)
    "$bad" schema --apply --database "$database" >/dev/null
    fill
    packs=$(grep -c by_pack "$work/cases")
    exits "$kind: run --once with $cases bad events exits 1" 1 "$bad" run --once --log-level error --database "$database"
    same "$kind: every key has the event before the bad one, and two have all of theirs" "$((cases - packs + 1)) $((packs + 1))" \
        "$(states 'events = 1 AND total = 1' | tr '\n' ' ' | sed 's/ $//')"
    same "$kind: failed list shows them all" "$cases" \
        "$("$bad" failed list --json --log-level error --database "$database" | grep -o '"status":"failed"' | wc -l)"
    same "$kind: each is recorded at its own number" "$cases" \
        "$(sql "SELECT count(*) FROM projc_key k WHERE k.no % 3 = 2 AND k.attempts = 1")"
    check_recorded
    same "$kind: on error ignore records them and goes on" "$packs $((2 * packs + 1))" \
        "$(sql 'SELECT count(*) FROM projc_skipped') $(sql 'SELECT events FROM bad_all_packs')"
    same "$kind: failed skip, one after the other" "" "$(skip_all)"
    same "$kind: then both good events of each key are applied" "$((cases - packs)) $packs" \
        "$(states 'events = 2 AND total = 2' | tr '\n' ' ' | sed 's/ $//')"
    exits "$kind: and run --once is content" 0 "$bad" run --once --log-level error --database "$database"
    bad_id
    drop_database "$kind" bad
done

if [ -n "${PROJC_TEST_PG:-}" ]; then
    kind=postgres
    database=$(fresh_database postgres bad)
    "$bad" schema --apply --database "$database" >/dev/null
    same "postgres: truncated JSON does not get into the log" "invalid input syntax for type json" \
        "$(insert notes note noted 1 '{"small": 1, "na' 2>&1 | grep -o 'invalid input syntax for type json')"
    drop_database postgres bad
fi
finish
