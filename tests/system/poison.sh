#!/bin/sh
# Events that cannot be applied, at random places of the log, under each policy and for each kind of projection: one that
# a handler refuses, one that an upcast cannot make into today's. Other keys go on; attempts and causes are recorded; and a
# program that has mended both goes on with what waits, to the states of a run that nothing has disturbed.
# POISON_ROUNDS=2 for each store; with POISON_LAG_MS=1000 other keys must not lag for longer.
#
# Rounds take turns: one event that is refused; that one and one that cannot be read. The latter may belong to any key of
# a projection by key, so that all of it waits; an aggregate's keys are known without reading it.
. "$(dirname "$0")/lib.sh"

rounds=${POISON_ROUNDS:-2}
waiting="things_fail things_retry tags_fail tags_retry whole_fail whole_retry"
skipping="things_ignore whole_ignore"

# The broken program, and the one that has mended it.
build_service poison
broken=$work/poison
mkdir "$work/mended"
sed '/require v >= 0/d; s|v = 1000 / w|v = if w == 0 then 7 else 1000 / w|' "$here/poison.proj" >"$work/mended/poison.proj"
"$PROJC" build -o "$work/mended" --main "$work/mended/poison.proj" 2>/dev/null
# shellcheck disable=SC2046,SC2086
if ! cmp -s "$here/poison.proj" "$work/mended/poison.proj" && ${CC:-cc} -O1 -g ${PROJC_TEST_CFLAGS:-} -I"$work/mended" \
    -o "$work/mended/poison" "$work/mended/poison_main.c" "$work/mended/poison_proj.c" $(pkg-config --cflags --libs projc); then
    mended=$work/mended/poison
else
    not_ok "the mended program builds"
    finish
    exit 1
fi

# Lines for append: COUNT events of keys k0 to k9 and tags t0 to t4, of which one in ten is of the old kind.
make_events() { # COUNT SEED
    awk -v count="$1" -v seed="$2" -v refused="$refused" -v zero="$zero" -v bad="$bad_key" -v old="$old_key" '
    function line(key, tag, event, payload) {
        printf "{\"type\":\"thing\",\"id\":\"k%d\",\"event\":\"%s\",\"payload\":{%s}}\n", key, event, payload
    }
    BEGIN {
        srand(seed)
        for (i = 1; i <= count; i++) {
            key = int(rand() * 10); tag = int(rand() * 5); v = int(rand() * 1000)
            if (i == refused) line(bad, 0, "moved", "\"v\":-5,\"tag\":\"t0\"")
            else if (i == zero) line(old, 1, "moved.v1", "\"w\":0,\"label\":\"t1\"")
            else if (rand() < 0.1) line(key, tag, "moved.v1", "\"w\":" v + 1 ",\"label\":\"t" tag "\"")
            else line(key, tag, "moved", "\"v\":" v ",\"tag\":\"t" tag "\"")
        }
    }'
}

append() {
    "$broken" append --raw --log-level error --database "$database" --file "$1" >/dev/null
}

out_of_order() {
    sql "SELECT p.$name_column, k.no, k.status, k.attempts, k.code, k.message FROM projc_key k
        JOIN projc_projection p ON p.generation = k.generation ORDER BY p.$name_column, k.no"
}

skipped() {
    sql "SELECT p.$name_column, s.no, s.code, s.message FROM projc_skipped s
        JOIN projc_projection p ON p.generation = s.generation ORDER BY p.$name_column, s.no"
}

# Are the rows of the good key and tag at the number, and those of the projection that passes over everything? How many
# there are of those that need not wait is in $free.
has_passed() { # NUMBER
    [ "$(sql "SELECT count(*) FROM (SELECT position FROM poison_things_fail WHERE aggregate_id = 'good'
        UNION ALL SELECT position FROM poison_things_retry WHERE aggregate_id = 'good'
        UNION ALL SELECT position FROM poison_things_ignore WHERE aggregate_id = 'good'
        UNION ALL SELECT position FROM poison_whole_ignore
        UNION ALL SELECT position FROM poison_tags_fail WHERE tag = 'good'
        UNION ALL SELECT position FROM poison_tags_retry WHERE tag = 'good') good WHERE position >= $1")" = "$free" ]
}

# The time from a commit of another key's event to its states, a few times: the longest in $lag.
measure_lag() { # TIMES
    lag=0
    printf '{"type":"thing","id":"good","event":"moved","payload":{"v":1,"tag":"good"}}\n' >"$work/good.jsonl"
    left=$1
    while [ "$left" -gt 0 ]; do
        append "$work/good.jsonl"
        begun=$(date +%s%N)
        last=$(sql 'SELECT max(no) FROM events_poison')
        polls=3000
        while ! has_passed "$last" && [ "$polls" -gt 0 ]; do
            polls=$((polls - 1))
            sleep 0.01
        done
        [ "$polls" -gt 0 ] || return 1
        took=$((($(date +%s%N) - begun) / 1000000))
        [ "$took" -le "$lag" ] || lag=$took
        left=$((left - 1))
    done
}

has_arrived() { # NUMBER
    [ "$(sql 'SELECT min(position) FROM projc_lane')" -ge "$1" ] && [ "$(sql 'SELECT count(*) FROM projc_key')" = 0 ]
}

inspect_all() {
    for projection in $waiting $skipping; do
        echo "$projection"
        "$mended" inspect "$projection" --json --log-level error --database "$database"
    done
}

# The same events in a database of their own, applied by the mended program alone.
undisturbed() {
    (
        from=$database
        from_schema="system_$$_poison"
        database=$(fresh_database "$kind" calm)
        "$mended" schema --apply --database "$database" >/dev/null
        if [ "$kind" = sqlite ]; then
            sql "ATTACH '${from#sqlite:}' AS told; INSERT INTO events_poison SELECT * FROM told.events_poison"
        else
            sql "INSERT INTO events_poison OVERRIDING SYSTEM VALUE SELECT * FROM $from_schema.events_poison" >/dev/null
        fi
        "$mended" run --once --log-level error --database "$database"
        inspect_all
        drop_database "$kind" calm
    )
}

expected() { # what projc_key must say: NAME|NUMBER|failed|ATTEMPTS|CAUSE, by name and number
    for projection in $(echo $waiting | tr ' ' '\n' | sort); do
        attempts=1
        case $projection in *retry) attempts=3 ;; esac
        stops=no
        for no in $(printf '%s\n' "$refused" "$zero" | sort -n); do
            [ "$no" != 0 ] && [ "$stops" = no ] || continue
            cause=refused tries=$attempts
            if [ "$no" = "$zero" ]; then
                cause=zero
                # In a projection by key it has no key: it is not tried again by itself, and everything waits.
                case $projection in tags*) tries=1 stops=yes ;; esac
            fi
            case $projection in whole*) stops=yes ;; esac
            echo "$projection|$no|failed|$tries|$cause"
        done
    done
}

told() { # the same from the table, with the two texts as their names
    out_of_order | sed -n 's/|DATA|[^|]*poison -5[^|]*$/|refused/p; s/|DATA|[^|]*division by zero[^|]*$/|zero/p'
}

is_settled() {
    [ "$(expected)" = "$(told)" ]
}

one_round() {
    draw 300
    refused=$((drawn + 1))
    draw 300
    zero=0 free=6 causes=1
    if [ $((round % 2)) = 0 ]; then
        zero=$((drawn + 1)) free=4 causes=2
        [ "$zero" != "$refused" ] || zero=$((zero % 300 + 1))
    fi
    draw 10
    bad_key=$drawn
    old_key=$(((drawn + 1) % 10))
    database=$(fresh_database "$kind" poison)
    "$broken" schema --apply --database "$database" >/dev/null
    start "$work/service.log" "$broken" run --log-level warn --database "$database"
    live=$service
    make_events 400 "$seed" >"$work/events.jsonl"
    rm -f "$work"/piece.*
    split -l 50 "$work/events.jsonl" "$work/piece."
    for piece in "$work"/piece.*; do
        append "$piece"
    done
    claim="$kind, $refused is refused"
    [ "$zero" = 0 ] || claim="$claim, $zero cannot be read"
    if eventually 300 is_settled; then
        ok "$claim: attempts and causes, of each kind and policy"
    else
        same "$claim: attempts and causes, of each kind and policy" "$(expected)" "$(told)"
        out_of_order | sed 's/^/# /'
    fi
    same "$claim: what is ignored is recorded, once" $((2 * causes)) "$(skipped | grep -cE "_ignore\|($refused\|DATA\|poison -5|$zero\|DATA\|.*division by zero)")"
    same "$claim: and nothing else is" $((2 * causes)) "$(skipped | grep -c .)"
    if measure_lag 10 && [ "$lag" -le "${POISON_LAG_MS:-30000}" ]; then
        ok "$claim: other keys go on"
    else
        not_ok "$claim: other keys go on: $lag ms"
    fi
    echo "# $claim: other keys lag for $lag ms at most"
    end "$live"
    same "$claim: the broken program ends in good order" 0 "$ended"

    start "$work/service.log" "$mended" run --log-level warn --database "$database"
    live=$service
    for projection in $waiting; do
        "$mended" failed retry "$projection" --log-level error --database "$database" >>"$work/retried" 2>&1 ||
            not_ok "$claim: failed retry $projection"
    done
    if eventually 300 has_arrived "$(sql 'SELECT max(no) FROM events_poison')"; then
        ok "$claim: mended, all that waited is applied"
    else
        not_ok "$claim: mended, all that waited is applied: $(out_of_order)"
    fi
    end "$live"
    same "$claim: the mended program ends in good order" 0 "$ended"
    for projection in $skipping; do
        "$mended" rebuild "$projection" --in-place --retry-skipped --log-level error --database "$database" >>"$work/retried" 2>&1 ||
            not_ok "$claim: rebuild $projection --retry-skipped"
    done
    inspect_all >"$work/mended.json"
    undisturbed >"$work/calm.json"
    if [ "$(grep -c '"status":"ok"' "$work/calm.json")" -gt 40 ] && cmp -s "$work/mended.json" "$work/calm.json"; then
        ok "$claim: every state is that of an undisturbed run"
    else
        not_ok "$claim: every state is that of an undisturbed run"
        diff "$work/mended.json" "$work/calm.json" | head -10 | sed 's/^/# /'
    fi
    drop_database "$kind" poison
}

for kind in $(stores); do
    name_column=name
    [ "$kind" = sqlite ] || name_column=projection
    for round in $(seq "$rounds"); do
        one_round
        draw 1000000
        seed=$drawn
    done
done
finish
