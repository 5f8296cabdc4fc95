# What the world does to a service: no database, no rights, no room. Sourced by run.sh for each store.
# shellcheck shell=sh

# ---- unreachable ----
if [ "$store" = postgres ]; then
    good_url=$PROJC_TEST_PG
    for words in 'status' 'run --once' 'run' 'schema --apply' 'events'; do
        # Port 1 answers to nobody.
        url='postgresql://me:s3cret@127.0.0.1:1/db'
        # shellcheck disable=SC2086
        svc $words
        wants "$words on an unreachable server: exit 3, named, without the password" 3 '127.0.0.1' 'refused|reach' '!s3cret'
    done
    url='postgresql://me:s3cret@no-such-host.invalid/db'
    svc status
    wants 'a host that is none' 3 'no-such-host.invalid' '!s3cret'
    url='postgresql:///no_such_database?host='"${PROJC_TEST_PG_DIR:-/nowhere}"'&user=postgres&password=s3cret'
    svc status
    wants 'a database that is not there' 3 '!s3cret'
    # A server that asks for a password, and gets the wrong one.
    if [ -n "${PROJC_TEST_PG_DIR:-}" ] && [ -w "$PROJC_TEST_PG_DIR/data/pg_hba.conf" ]; then
        role=service_${$}
        "$psql" -q "$good_url" -c "SET password_encryption = 'scram-sha-256'; CREATE ROLE $role LOGIN PASSWORD 'right'"
        cp "$PROJC_TEST_PG_DIR/data/pg_hba.conf" "$work/pg_hba.conf"
        { echo "local all $role scram-sha-256"; cat "$work/pg_hba.conf"; } >"$PROJC_TEST_PG_DIR/data/pg_hba.conf"
        "$psql" -qAt "$good_url" -c 'SELECT pg_reload_conf()' >/dev/null
        sleep 0.3
        url="postgresql:///postgres?host=$PROJC_TEST_PG_DIR&user=$role&password=s3cret"
        svc status
        wants 'a wrong password: exit 3, and neither it nor the right one is printed' 3 'password authentication failed' '!s3cret' '!right'
        url="host=$PROJC_TEST_PG_DIR user=$role password=s3cret dbname=postgres"
        svc run --once
        wants 'the same as pairs' 3 'password authentication failed' '!s3cret'
        svc config
        wants 'config hides it' 0 'password=\*\*\*' '!s3cret'
        cat "$work/pg_hba.conf" >"$PROJC_TEST_PG_DIR/data/pg_hba.conf"
        "$psql" -qAt "$good_url" -c 'SELECT pg_reload_conf()' >/dev/null
        "$psql" -q "$good_url" -c "DROP ROLE $role"
    else
        skip 'a wrong password' 'the server is not the test run'"'"'s own'
    fi

    # Every connection is cut while the service works: it comes back by itself.
    fresh_schema
    start_service
    feed "$(opened 1 Ann)" append
    svc wait takings 1 --timeout 20s
    "$psql" -qAt "$good_url" -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'projc%' AND pid <> pg_backend_pid()" >/dev/null
    feed "$(sold 1 4)" append
    svc wait takings 2 --timeout 30s
    wants 'after all connections were cut the service goes on' 0
    feed "$(sold 1 5)" append
    svc wait takings 3 --timeout 30s
    wants 'and listens again' 0
    stop_service TERM
    equals 'and stops in good order' 0 "$rc"
    svc inspect takings "$(uuid 1)" --json
    equals 'nothing was lost or applied twice' '9.00 2' "$(sed 's/.*"total":\([0-9.]*\).*/\1/' "$work/out") $(field .state.sold)"

    # The server is away for a while: a server of one's own is stopped and started again.
    server=$work/server
    mkdir "$server"
    servers="${servers:-} $server"
    url=$(PG_FSYNC=off "$pg" start "$server")
    svc run --once --create
    start_service
    feed "$(opened 1 Ann)" append
    svc wait takings 1 --timeout 20s
    kill -QUIT "$(head -n 1 "$server/data/postmaster.pid")"
    until_true grep -qE 'trying again|cannot connect|lost its connection' "$work/service.log"
    holds 'without a server the service stays and tries again' kill -0 "$service_pid"
    sleep 1.5
    stop_service TERM
    equals 'SIGTERM while the database is unreachable: exit 0' 0 "$rc"
    holds "at once ($took_ms ms)" test "$took_ms" -lt 3000
    "$pg" restart "$server" >/dev/null
    start_service
    kill -QUIT "$(head -n 1 "$server/data/postmaster.pid")"
    sleep 1
    "$pg" restart "$server" >/dev/null
    # After a crash the sequence goes on with another number.
    feed "$(sold 1 4)" append --json
    last=$(field .position)
    svc wait takings "$last" --timeout 20s
    wants 'when the server is back the service goes on by itself' 0
    stop_service TERM
    equals 'and stops in good order' 0 "$rc"
    svc inspect takings "$(uuid 1)" --json
    equals 'nothing was lost or applied twice' "$last 1" "$(field .position) $(field .state.sold)"
    "$pg" stop "$server"
else
    url=sqlite:$work/no-such-folder/x.db
    for words in 'status' 'run --once' 'schema --apply'; do
        # shellcheck disable=SC2086
        svc $words
        wants "$words in a folder that is not there: exit 3, named" 3 'no-such-folder'
    done
    printf 'this is not a database, it is a text of some length, long enough to be read as a header of one hundred bytes' >"$work/text.db"
    url=sqlite:$work/text.db
    svc status
    wants 'a file that is no database: exit 3' 3 'text.db' 'not a SQLite database'

    # Read-only: root may write everything, so an ordinary user is asked.
    as_user() { # arguments…
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
    chmod 755 "$work/v1" "$work/v1/till"
    mkdir "$work/locked"
    url=sqlite:$work/locked/x.db
    svc run --once --create
    feed "$(opened 1 Ann)" append
    chmod 444 "$work/locked/x.db"
    chmod 555 "$work/locked"
    as_user run --once
    wants 'a read-only file in a read-only folder: exit 3, named' 3 'locked' 'read|writ'
    as_user append --file /dev/null
    url=sqlite:$work/locked/new.db
    as_user schema --apply
    wants 'a new database in a read-only folder: exit 3, named' 3 'locked' 'read-only'
    chmod 755 "$work/locked"
    chmod 644 "$work/locked/x.db"
    url=sqlite:$work/locked/x.db
    svc run --once
    wants 'with the rights back everything is there' 0
    svc inspect takings
    wants 'and applied' 0 'Ann'

    # ---- no room: files may not grow beyond a limit, then they may ----
    fresh_schema
    i=0
    while [ $i -lt 6000 ]; do
        i=$((i + 1))
        echo "{\"type\":\"till\",\"id\":\"$(uuid $i)\",\"event\":\"opened\",\"payload\":{\"clerk\":\"somebody with quite a long name, number $i\"}}"
    done >"$work/room.jsonl"
    limited() { # blocks of 512 bytes, arguments…
        blocks=$1
        shift
        rc=0
        (trap '' XFSZ; ulimit -f "$blocks"; DATABASE_URL=$url exec "$bin" "$@") >"$work/out" 2>"$work/err" </dev/null || rc=$?
        out=$(cat "$work/out")
        err=$(cat "$work/err")
        said="$out
$err"
    }
    limited 3000 append --file "$work/room.jsonl"
    wants 'append without room: exit 3, what was committed stays' 3 '^[0-9]+ events written' 'disk|space|full'
    written=$(sed -n 's/ events written.*//p' "$work/out")
    svc events
    equals 'and is in the log' "$written" "$(lines_out)"
    tail -n +"$((written + 1))" "$work/room.jsonl" >"$work/rest.jsonl"
    svc append --file "$work/rest.jsonl"
    wants 'with room again the rest goes in' 0 "^$((6000 - written)) events written"
    limited 100 run --once
    wants 'run --once without room: exit 3, and why' 3 'disk|space|full'
    svc run --once
    wants 'with room again it catches up' 0
    svc inspect takings
    equals 'exactly' 6000 "$(lines_out)"
    svc inspect sum --json
    equals 'nothing twice' 6000 "$(field .state.events)"
fi

# ---- a full disk: a small one in memory, where that may be made ----
if [ "$store" = sqlite ]; then
    mkdir "$work/small"
    if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=1m tmpfs "$work/small" 2>/dev/null; then
        mounts="${mounts:-} $work/small"
        url=sqlite:$work/small/x.db
        svc run --once --create
        head -n 1000 "$work/room.jsonl" >"$work/first.jsonl"
        tail -n +1001 "$work/room.jsonl" >"$work/rest.jsonl"
        svc append --file "$work/first.jsonl"
        cat /dev/zero >"$work/small/filler" 2>/dev/null || true
        svc append --file "$work/rest.jsonl"
        wants 'append on a full disk: exit 3, and why' 3 'disk|space|full' '!events written'
        svc run --once
        wants 'run --once on a full disk: exit 3, and why' 3 'disk|space|full'
        : >"$work/service.log"
        DATABASE_URL=$url "$bin" run >/dev/null 2>"$work/service.log" </dev/null &
        service_pid=$!
        children="${children:-} $service_pid"
        sleep 1
        mount -o remount,size=64m "$work/small"
        if kill -0 "$service_pid" 2>/dev/null; then
            svc wait takings 1000 --timeout 20s
            wants 'with room again the running service catches up by itself' 0
            stop_service TERM
        else
            wait "$service_pid" || rc=$?
            said=$(cat "$work/service.log")
            wants 'a service that cannot start on a full disk: exit 3, and why' 3 'disk|space|full'
        fi
        svc append --file "$work/rest.jsonl"
        svc run --once
        wants 'and the rest goes in' 0
        svc inspect sum --json
        equals 'nothing is lost or applied twice' 6000 "$(field .state.events)"
        umount "$work/small"
    else
        skip 'a full disk' 'no right to mount a small one; RLIMIT_FSIZE above stands for it'
    fi
fi

# ---- output that nobody can take ----
fresh_schema
feed "$(opened 1 Ann)" append
rc=0
DATABASE_URL=$url "$bin" events >/dev/full 2>"$work/err" || rc=$?
said=$(cat "$work/err")
wants 'a full standard output is no success' 3 'cannot write to standard output'
rc=0
DATABASE_URL=$url "$bin" help >/dev/full 2>"$work/err" || rc=$?
said=$(cat "$work/err")
wants 'of help neither' 3 'cannot write to standard output'
