# What an SQLite file may meet: locks of others, read-only media, full disks, several processes that are killed.
# Sourced by run.sh; SQLite only.
# shellcheck shell=sh

# Takes the file for itself, as a shell with an open transaction does; it keeps it until `let_go`.
take() { # pragma
    rm -f "$work/hold" "$work/held"
    mkfifo "$work/hold"
    sqlite3 "$database_file" <"$work/hold" >"$work/held" 2>&1 &
    holder=$!
    children="${children:-} $holder"
    exec 9>"$work/hold"
    echo "${1:-} BEGIN EXCLUSIVE; SELECT 'it is ' || 'held';" >&9
    until_true grep -q 'it is held' "$work/held"
}
let_go() {
    echo 'ROLLBACK;' >&9
    exec 9>&-
    wait "$holder" || true
}
applied() { svc inspect sum --json; field .state.events; }

# ---- a lock that is held longer than anybody waits for it ----
fresh_schema
feed "$(opened 1 Ann)" append
svc run --once
feed "$(sold 1 4)" append
take
begun=$(now_ms)
svc run --once
took_ms=$(($(now_ms) - begun))
wants 'run --once on a locked file: exit 3, and why' 3 'is locked: somebody else has been writing for' 'long transaction'
holds "after having waited ($took_ms ms)" test "$took_ms" -ge 2000
svc append --file "$work/in"
wants 'append too' 3 'is locked' '!events written'
svc schema --apply
wants 'schema --apply too' 3 'is locked'
svc reset sum --yes
wants 'reset too' 3 'is locked'
svc inspect takings "$(uuid 1)" --json
wants 'who only reads is not held up' 0 '"total":0.00'
let_go
svc run --once
wants 'when it is free again everything goes on' 0
equals 'and nothing was lost' 2 "$(applied)"
svc failed list
wants 'no event was blamed' 0 'nothing is failed'

start_service --poll-interval 50ms
take
feed "$(sold 1 1)" append
wants 'an append beside a running service fails too' 3 'is locked'
let_go
feed "$(sold 1 5)" append
svc wait takings 3 --timeout 20s
wants 'the running service goes on' 0
# Events that are there, and a lock before the service gets to them: it tries again, for as long as it takes.
kill -STOP "$service_pid"
feed "$(sold 1 6)" append
take
kill -CONT "$service_pid"
until_true grep -q 'is locked' "$work/service.log"
holds 'a running service says that the file is locked' grep -q 'is locked' "$work/service.log"
sleep 3
holds 'and stays' kill -0 "$service_pid"
let_go
svc wait takings 4 --timeout 20s
wants 'when it is free again it goes on by itself' 0
stop_service TERM
equals 'and stops in good order' 0 "$rc"
svc failed list
wants 'no event was blamed' 0 'nothing is failed'
svc inspect takings "$(uuid 1)" --json
equals 'nor applied twice' '15.00 3' "$(sed 's/.*"total":\([0-9.]*\).*/\1/' "$work/out") $(field .state.sold)"
take 'PRAGMA locking_mode = EXCLUSIVE;'
svc status
wants 'a file that somebody has all for himself cannot even be read: exit 3, and why' 3 'is locked'
svc run --once
wants 'nor applied' 3 'is locked'
let_go

# ---- read-only ----
chmod 755 "$work/v1" "$work/v1/till"
as_user() { # arguments…: as one who may not write what root may
    rc=0
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups env DATABASE_URL="$url" "$bin" "$@" >"$work/out" 2>"$work/err" </dev/null || rc=$?
    else
        DATABASE_URL=$url "$bin" "$@" >"$work/out" 2>"$work/err" </dev/null || rc=$?
    fi
    out=$(cat "$work/out")
    err=$(cat "$work/err")
    said="$out
$err"
}
mkdir "$work/readonly"
url=sqlite:$work/readonly/x.db
opened 1 Ann >"$work/line.jsonl"
chmod 644 "$work/line.jsonl"
svc schema --apply
svc append --file "$work/line.jsonl"
if [ "$(id -u)" = 0 ] && ! command -v setpriv >/dev/null; then
    skip 'read-only files' 'root writes everywhere, and there is no setpriv'
else
    chmod 777 "$work/readonly"
    chmod 444 "$work/readonly/x.db"
    for words in 'run --once' 'run' "append --file $work/line.jsonl" 'status' 'schema --apply' 'failed list' 'reset sum --yes'; do
        # shellcheck disable=SC2086
        as_user $words
        wants "a read-only file: ${words%% *}: exit 3, and what is missing" 3 'x.db is read-only: .*must be allowed to write'
    done
    chmod 644 "$work/readonly/x.db"
    [ "$(id -u)" != 0 ] || chown 65534 "$work/readonly/x.db"
    chmod 555 "$work/readonly"
    as_user run --once
    wants 'a read-only folder: exit 3, and what is missing' 3 'directory is read-only: .*must be allowed to make files'
    chmod 777 "$work/readonly"
    as_user run --once
    wants 'with the rights back it goes on' 0
    as_user inspect takings
    wants 'as it should' 0 'Ann'
fi

# ---- a disk that fills up under a running service, and has room again ----
if command -v prlimit >/dev/null; then
    fresh_schema
    feed "$(opened 1 Ann)" append
    start_service --poll-interval 50ms --workers 1
    svc wait takings 1 --timeout 20s
    prlimit --pid "$service_pid" --fsize=4096:unlimited
    i=0
    while [ $i -lt 50 ]; do
        i=$((i + 1))
        sold 1 1
        opened $((i + 1)) "$(head -c 2000 /dev/zero | tr '\0' c)"
    done >"$work/room.jsonl"
    svc append --file "$work/room.jsonl"
    until_true grep -qE 'disk|space|full' "$work/service.log"
    holds 'a running service without room says why' grep -qE 'level=(warn|error).*(disk|space|full)' "$work/service.log"
    sleep 1
    holds 'and stays' kill -0 "$service_pid"
    svc failed list
    wants 'no event is blamed' 0 'nothing is failed'
    prlimit --pid "$service_pid" --fsize=unlimited:unlimited
    svc wait takings 101 --timeout 30s
    wants 'with room again it goes on by itself' 0
    stop_service TERM
    svc run --once
    equals 'nothing is lost or applied twice' 101 "$(applied)"
    svc verify
    wants 'to the byte' 0
    # Too little from the start, without anybody who ignores the signal for it.
    rc=0
    feed "$(sold 1 1)" append
    prlimit --fsize=4096:unlimited env DATABASE_URL="$url" "$bin" run --once >"$work/out" 2>"$work/err" </dev/null || rc=$?
    said=$(cat "$work/out" "$work/err")
    wants 'run --once without room: exit 3, and why, not a silent end' 3 'disk|space|full|limit'
    svc run --once
    wants 'and then it goes on' 0
else
    skip 'a full disk under a running service' 'there is no prlimit'
fi

# ---- three services on one file, killed again and again ----
fresh_schema
start_of() { # number
    DATABASE_URL=$url "$bin" run --poll-interval 50ms --workers 2 >/dev/null 2>"$work/of$1.log" </dev/null &
    eval "of$1=$!"
    children="${children:-} $!"
}
for n in 1 2 3; do start_of $n; done
kills=${FILE_KILLS:-8}
round=0
while [ $round -lt "$kills" ]; do
    round=$((round + 1))
    i=0
    while [ $i -lt 200 ]; do
        i=$((i + 1))
        sold $((i % 23 + 1)) 1
    done >"$work/round.jsonl"
    svc append --file "$work/round.jsonl"
    [ "$rc" = 0 ] || problem="$problem append $round: $said"
    n=$((round % 3 + 1))
    eval "pid=\$of$n"
    kill -9 "$pid"
    wait "$pid" 2>/dev/null || true
    start_of $n
done
svc wait sum $((kills * 200)) --timeout 60s
wants "three services, $kills times one of them killed: all of it is applied" 0
svc wait takings $((kills * 200)) --timeout 60s
for n in 1 2 3; do
    eval "pid=\$of$n"
    kill -TERM "$pid"
    rc=0
    wait "$pid" || rc=$?
    equals "service $n stops in good order" 0 "$rc"
done
equals 'each event once' "$((kills * 200)) $((kills * 200)).00" "$(applied) $(sed 's/.*"total":\([0-9.]*\).*/\1/' "$work/out")"
svc verify
wants 'to the byte' 0
svc audit
wants 'the counters too' 0
equals 'the file is sound' ok "$(sql 'PRAGMA integrity_check')"
