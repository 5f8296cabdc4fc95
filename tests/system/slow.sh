# The service of slow.proj and its audit. Sourced after lib.sh.
# shellcheck shell=sh

build_slow() { # [LIBRARY-FOLDER]
    slow=$work/slow
    if [ -x "${SYSTEM_SERVICES:-}/slow" ]; then # built by run.sh, once for all
        slow=$SYSTEM_SERVICES/slow
    else
        build_service slow
    fi
    BROKEN_FILE=$work/broken
    export BROKEN_FILE
}

# The same service with one object of the runtime compiled differently, linked in front of the library: $mutant.
build_mutant() { # SOURCE SED-SCRIPT [FLAG…]
    mutated=$1 script=$2
    shift 2
    [ -d "$work/slow-build" ] || { mkdir "$work/slow-build" && "$PROJC" build -o "$work/slow-build" "$here/slow.proj"; }
    sed "$script" "$PROJC_HOME/runtime/$mutated" >"$work/mutant.c"
    mutant=$work/mutant
    rm -f "$mutant"
    if [ $# = 0 ] && cmp -s "$work/mutant.c" "$PROJC_HOME/runtime/$mutated"; then
        echo "# nothing to change was found in $mutated"
        return 1
    fi
    # shellcheck disable=SC2046,SC2086
    ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -pthread -w ${PROJC_TEST_CFLAGS:-} "$@" -I"$PROJC_HOME/runtime/include" \
        -I"$PROJC_HOME/runtime" $(pkg-config --cflags libpq libxxhash) -c -o "$work/mutant.o" "$work/mutant.c" &&
        ${CC:-cc} -O1 -g ${PROJC_TEST_CFLAGS:-} -I"$work/slow-build" -o "$mutant" "$here/slow_main.c" "$work/slow-build/slow_proj.c" \
            "$work/mutant.o" $(pkg-config --cflags --libs projc)
}

new_slow() { # NAME LANES
    database=$(fresh_database "$kind" "$1")
    "$slow" schema --apply --database "$database" >/dev/null
    "$slow" run --once --log-level error --lanes "$2" --database "$database"
}

thing() { # KEY EVENT [FIELDS]
    printf '{"type":"thing","id":"%s","event":"%s","payload":{%s}}\n' "$1" "$2" "${3:-}"
}

give() { # events on standard input
    "$slow" append --log-level error --database "$database" >/dev/null
}

# What the log says each key must have, but for what is recorded as skipped; then what it has.
sums_told() {
    if [ "$kind" = sqlite ]; then
        field="json_extract(payload, '\$.amount')"
    else
        field="(payload->>'amount')::int"
    fi
    sql "SELECT aggregate_id, max(no), count(*), sum(COALESCE($field, 0)) FROM events_slow WHERE no NOT IN
         (SELECT no FROM projc_skipped WHERE generation = $1) $2 GROUP BY aggregate_id ORDER BY aggregate_id"
}

sums_stored() {
    sql "SELECT aggregate_id, position, events, total FROM slow_sums ORDER BY aggregate_id"
}

whole_told() {
    sums_told 2 "AND event_name <> 'slow'" | awk -F '|' '{ events += $3; total += $4; if ($2 > last) last = $2 }
        END { print last "|" events "|" total }'
}

whole_stored() {
    sql "SELECT position, events, total FROM slow_whole"
}

slow_has_arrived() { # NUMBER
    [ "$(sql "SELECT min(position) FROM projc_lane")" -ge "$1" ]
}
