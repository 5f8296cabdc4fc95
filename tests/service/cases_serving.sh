# A service among others: systemd, signals, settings that change, what its log tells, secrets. Sourced by run.sh for
# each store.
# shellcheck shell=sh

if [ ! -x "$work/listen_notify" ]; then
    # shellcheck disable=SC2086
    $CC -O1 -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror ${PROJC_TEST_CFLAGS:-} -o "$work/listen_notify" "$here/listen_notify.c"
fi

# Starts what systemd would be, on a socket: $notify_pid, its lines in $work/notified.
hear() { # path
    : >"$work/notified"
    "$work/listen_notify" "$1" >"$work/notified" &
    notify_pid=$!
    children="${children:-} $notify_pid"
    until_true grep -q listening "$work/notified"
}
heard() { # pattern
    until_true grep -qE -e "$1" "$work/notified"
}
stop_hearing() {
    kill "$notify_pid" 2>/dev/null || true
    wait "$notify_pid" 2>/dev/null || true
}

# ---- systemd ----
fresh_schema
feed "$(opened 1 Ann)" append
NOTIFY_SOCKET=$work/notify.$store
export NOTIFY_SOCKET
hear "$NOTIFY_SOCKET"
printf 'LOG_LEVEL=info\n' >"$work/settings.$store"
WATCHDOG_USEC=2000000
export WATCHDOG_USEC
start_service --config "$work/settings.$store"
holds 'it tells READY when it works' heard '^READY=1$'
holds 'and its status' heard '^STATUS=4 projections, [0-9]+ events read, 0 failed$'
holds 'the watchdog is fed' heard '^WATCHDOG=1$'
holds 'again and again' until_true sh -c "test \$(grep -c WATCHDOG=1 '$work/notified') -ge 3"

# ---- SIGHUP ----
printf 'LOG_LEVEL=debug\nPOLL_INTERVAL=700ms\nWORKERS=3\n' >"$work/settings.$store"
kill -HUP "$service_pid"
holds 'RELOADING comes with the monotonic time' heard '^RELOADING=1 MONOTONIC_USEC=[0-9]+$'
until_true grep -q 'settings read again' "$work/service.log"
holds 'SIGHUP: the log says what was taken over' grep -qE 'settings read again" took_over="POLL_INTERVAL=700ms LOG_LEVEL=debug"' "$work/service.log"
holds 'and what needs a restart' grep -qE 'needs_restart=WORKERS' "$work/service.log"
holds 'READY follows' until_true sh -c "sed -n '/RELOADING/,\$p' '$work/notified' | grep -qx READY=1"
feed "$(sold 1 4)" append
svc wait takings 2 --timeout 20s
holds 'the new level is in force' until_true grep -q 'level=debug' "$work/service.log"
printf 'LOG_LEVEL=loud\n' >"$work/settings.$store"
kill -HUP "$service_pid"
holds 'a file with a mistake changes nothing, and the log says why' \
    until_true grep -qE 'level=error msg="the settings stay as they were" error=.*LOG_LEVEL .*is `loud`' "$work/service.log"
rm "$work/settings.$store"
kill -HUP "$service_pid"
holds 'nor does one that is gone' until_true grep -qE 'stay as they were.*No such file' "$work/service.log"
feed "$(sold 1 4)" append
svc wait takings 3 --timeout 20s
wants 'and it goes on' 0
stop_service TERM
equals 'SIGTERM ends it' 0 "$rc"
holds 'it tells STOPPING' heard '^STOPPING=1'
stop_hearing
rm -f "$NOTIFY_SOCKET"

NOTIFY_SOCKET=@projc-test-$$-$store
hear "$NOTIFY_SOCKET"
WATCHDOG_PID=1 # another process is watched
export WATCHDOG_PID
start_service
holds 'a socket in the abstract namespace' heard '^READY=1$'
kill -HUP "$service_pid"
holds 'SIGHUP without a file: nothing to take over' until_true grep -qE 'took_over=nothing needs_restart=nothing' "$work/service.log"
stop_service TERM
holds 'a watchdog of another process is not fed' sh -c "! grep -q WATCHDOG '$work/notified'"
stop_hearing
unset WATCHDOG_PID WATCHDOG_USEC
for NOTIFY_SOCKET in /nonexistent/socket '' @ nonsense "/$(printf '%0200d' 1)"; do
    start_service
    stop_service TERM
    equals "a socket that is none is no reason to fail: $(printf '%.20s' "$NOTIFY_SOCKET")" 0 "$rc"
done
unset NOTIFY_SOCKET

# ---- a worker that is stuck ----
if [ "$store" = postgres ]; then
    # All but the listener's: it waits for notifications, not for an answer.
    worker_backends() {
        sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'stuck-$schema' AND query NOT LIKE 'LISTEN%' AND query <> 'SELECT 1'"
    }
    stuck_service() { # flags…
        PGAPPNAME=stuck-$schema TSAN_OPTIONS=$leaving_threads start_service --workers 1 "$@"
        svc wait takings 1 --timeout 20s
        stuck=$(worker_backends)
        # shellcheck disable=SC2086
        kill -STOP $stuck
        feed "$(sold 1 1)" append
        sleep 0.5
    }
    NOTIFY_SOCKET=$work/notify.stuck
    WATCHDOG_USEC=400000
    hear "$NOTIFY_SOCKET"
    stuck_service --shutdown-timeout 1s
    holds 'workers are known by their backends' test -n "$stuck"
    sleep 1
    fed=$(grep -c WATCHDOG=1 "$work/notified" || true)
    sleep 1.5
    equals 'the watchdog starves when a unit of work does not end' "$fed" "$(grep -c WATCHDOG=1 "$work/notified" || true)"
    stop_service TERM
    wants 'a stop that takes longer than SHUTDOWN_TIMEOUT ends all the same, as a stop' 0 'stopping took too long'
    holds "in time ($took_ms ms)" test "$took_ms" -lt 5000
    # shellcheck disable=SC2086
    kill -CONT $stuck
    stop_hearing
    unset NOTIFY_SOCKET WATCHDOG_USEC
    stuck_service --shutdown-timeout 60s
    kill -TERM "$service_pid"
    sleep 0.5
    stop_service TERM
    equals 'a second signal ends it at once' 143 "$rc"
    holds "at once ($took_ms ms)" test "$took_ms" -lt 3000
    # shellcheck disable=SC2086
    kill -CONT $stuck
fi

# ---- what the log tells of an event ----
trace=4bf92f3577b34da6a3ce929d0e0e4736
fresh_schema
feed "$(opened 1 Ann)
{\"type\":\"till\",\"id\":\"$(uuid 1)\",\"event\":\"refunded\",\"payload\":{\"amount\":5},\"metadata\":{\"traceparent\":\"00-$trace-00f067aa0ba902b7-01\"}}
{\"type\":\"till\",\"id\":\"$(uuid 2)\",\"event\":\"refunded\",\"payload\":{\"amount\":6},\"metadata\":{\"traceparent\":\"00-00000000000000000000000000000000-00f067aa0ba902b7-01\"}}" append
svc run --once
wants 'a failure names projection, key, number, event and trace' 1 \
    "msg=\"event failed, its key waits\" projection=takings key=$(uuid 1) no=2 event=refunded trace_id=$trace attempts=1 error=.*refund above takings" \
    "key=$(uuid 2) no=3 event=refunded attempts=1" '!trace_id=000'
svc reset takings --yes
svc run --once --log json
sed -n '/"no":2/p' "$work/err" >"$work/out"
equals 'the same as JSON' "takings $(uuid 1) 2 refunded $trace warn" \
    "$(field .projection) $(field .key) $(field .no) $(field .event) $(field .trace_id) $(field .level)"

# ---- the unit ----
if [ "$store" = sqlite ] && command -v systemd-analyze >/dev/null 2>&1; then
    mkdir -p "$work/unit"
    sed 's#/usr/local/bin/%i#/bin/true#' "$here/../../examples/systemd/projection@.service" >"$work/unit/projection@bank.service"
    rc=0
    said=$(systemd-analyze verify --man=no "$work/unit/projection@bank.service" 2>&1) || rc=$?
    equals 'systemd has nothing to say against the unit' '0 ' "$rc $said"
    # In hundredths, so that an exposure of 1.2 is 120.
    rc=0
    said=$(systemd-analyze security --offline=true --threshold=20 "$work/unit/projection@bank.service" 2>&1) || rc=$?
    wants 'it is hardened: exposure at most 2.0' 0 'Overall exposure level'
elif [ "$store" = sqlite ]; then
    skip 'systemd has nothing to say against the unit' 'systemd-analyze is not installed'
fi

# ---- secrets ----
if [ "$store" = postgres ]; then
    secret=hunter2secret
    separator='?'
    case $url in *\?*) separator='&' ;; esac
    plain_url=$url
    url="$url${separator}password=$secret"
    spoken=
    for words in status 'status --json' config 'config --json' 'run --once --log-level debug' 'failed list' events audit verify version 'schema --check' \
        'status --lanes 0' 'status --database postgresql://u:hunter2secret@127.0.0.1:1/x' 'run --database postgresql://u:hunter2secret@nowhere.invalid/x'; do
        # shellcheck disable=SC2086
        svc $words
        case $said in *$secret*) spoken="$spoken [$words]" ;; esac
    done
    equals 'no command tells the password' '' "$spoken"
    : >"$work/service.log"
    "$bin" run --database "$url" --log-level debug >"$work/service.out" 2>"$work/service.log" </dev/null &
    service_pid=$!
    children="$children $service_pid"
    until_true grep -q 'lanes dealt out' "$work/service.log"
    holds 'the list of processes shows stars' sh -c "tr '\\0' ' ' </proc/$service_pid/cmdline | grep -q 'password=\\*\\*\\*'"
    holds 'and no password' sh -c "! grep -q $secret /proc/$service_pid/cmdline"
    equals 'nor does the server' '0' "$("$psql" -qAt "$plain_url" -c "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '%$secret%' OR (query LIKE '%$secret%' AND pid <> pg_backend_pid())")"
    "$psql" -qAt "$plain_url" -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'projc%' AND pid <> pg_backend_pid()" >/dev/null
    until_true grep -qE 'lost|trying again|terminat' "$work/service.log"
    stop_service TERM
    wants 'nor its log, also when connections are cut' 0 "!$secret"
    url=$plain_url
fi
