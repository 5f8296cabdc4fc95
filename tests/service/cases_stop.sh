# A stop while the database says nothing, at each point of a start; and while connections are refused. Whoever asks for a
# stop has asked for nothing else: no error of the database. Sourced by run.sh.
# shellcheck shell=sh

silent=$work/silent
# shellcheck disable=SC2086
$CC -O1 -g -std=c11 -D_POSIX_C_SOURCE=200809L -pthread ${PROJC_TEST_CFLAGS:-} -o "$silent" "$here/silent.c"

# $silent_url, a way to the database at hand that falls silent after so many bytes of answers.
fall_silent() { # bytes [connections that are closed at once]
    silences=$((${silences:-0} + 1))
    silence=$work/silence.$silences
    rm -f "$work/orders.$silences"
    mkfifo "$work/orders.$silences"
    "$silent" "$PROJC_TEST_PG_DIR/.s.PGSQL.5432" "$@" >"$silence" 2>&1 <"$work/orders.$silences" &
    silent_pid=$!
    children="${children:-} $silent_pid"
    exec 4>"$work/orders.$silences"
    until_true grep -q '^port ' "$silence"
    silent_port=$(sed -n 's/^port //p' "$silence")
    silent_url="postgresql://postgres@127.0.0.1:$silent_port/postgres?sslmode=disable&gssencmode=disable&options=-csearch_path%3D$schema"
}

# run with the words given, on its way through the silence: stopped once all is silent; its status in $rc.
stop_in_silence() { # what flags of run…
    : >"$work/service.log"
    DATABASE_URL=$silent_url TSAN_OPTIONS=$leaving_threads "$bin" run "$@" >"$work/out" 2>"$work/service.log" </dev/null 4>&- &
    service_pid=$!
    children="$children $service_pid"
    until_true grep -q '^silent' "$silence" || fail "the server falls silent ($*)"
    stop_service TERM
}

end_silence() {
    exec 4>&-
    kill -9 "$silent_pid" 2>/dev/null || true
    wait "$silent_pid" 2>/dev/null || true
}

if [ -z "${PROJC_TEST_PG_DIR:-}" ]; then
    skip 'a stop while the database says nothing' 'the server is not the test run'"'"'s own'
    return 0
fi

# ---- how much a start hears, from the first connection to the first look ----
fresh_schema
feed "$(opened 1 Ann)
$(sold 1 12.50)" append
fall_silent 1000000000
rc=0
DATABASE_URL=$silent_url "$bin" run --once >"$work/out" 2>"$work/err" </dev/null 4>&- || rc=$?
said=$(cat "$work/err")
wants 'a start through the relay' 0 'finished'
echo >&4
until_true grep -q '^passed ' "$silence"
heard=$(sed -n 's/^passed //p' "$silence")
end_silence

# ---- a stop at each of many points of it ----
points=${STOP_POINTS:-8}
for flags in '' --once --create; do
    wanted=0
    [ "$flags" != --once ] || wanted=1
    seen=
    slowest=0
    point=0
    while [ "$point" -lt "$points" ]; do
        fresh_schema
        feed "$(opened 1 Ann)
$(sold 1 12.50)" append
        fall_silent $((heard * point / points))
        # shellcheck disable=SC2086
        stop_in_silence --shutdown-timeout 300ms $flags
        seen="$seen $rc"
        [ "$took_ms" -le "$slowest" ] || slowest=$took_ms
        case $said in *level=error*) seen="$seen(says $(echo "$said" | grep level=error))" ;; esac
        end_silence
        point=$((point + 1))
    done
    equals "run $flags, stopped in a silence that begins at each of $points points: $wanted" \
        "$(printf " $wanted%.0s" $(seq "$points"))" "$seen"
    holds "in time ($slowest ms at most)" test "$slowest" -lt 5000
done

# ---- several hosts, all silent; the time that a stop has unless somebody sets another ----
fall_silent 0
first=$silent_pid
hosts=127.0.0.1:$silent_port
fall_silent 0
silent_url="postgresql://postgres@$hosts,127.0.0.1:$silent_port/postgres?sslmode=disable&target_session_attrs=read-write"
stop_in_silence
wants 'several hosts that say nothing: exit 0' 0 '!level=error'
holds "within SHUTDOWN_TIMEOUT ($took_ms ms)" test "$took_ms" -lt 8000
kill -9 "$first"
end_silence

# ---- the last attempt of a start, which would be told as an error ----
for flags in '' '--once --json'; do
    # Each attempt but the last has two connections: the second asks for the reason.
    fall_silent 0 14
    # shellcheck disable=SC2086
    : >"$work/service.log"
    # shellcheck disable=SC2086
    DATABASE_URL=$silent_url "$bin" run $flags >"$work/out" 2>"$work/service.log" </dev/null 4>&- &
    service_pid=$!
    children="$children $service_pid"
    until_true grep -q '^silent' "$silence"
    equals 'the last attempt is under way' 7 "$(grep -c 'cannot start yet, trying again' "$work/service.log")"
    kill "$service_pid"
    end_silence
    stop_service 0
    if [ -z "$flags" ]; then
        wants 'a stop in the last attempt of a start: exit 0, no error' 0 '!level=error' 'msg=stopped'
    else
        wants "with $flags exit 1" 1 '!level=error'
        equals 'and it says so' 'CANCELLED stopped by request' "$(field .result) $(field .error)"
    fi
done
