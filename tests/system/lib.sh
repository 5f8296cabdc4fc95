# What the scripts here share. Sourced; B, PROJC and PROJC_HOME come from the runner.
set -u
: "${B:?}" "${PROJC:?}" "${PROJC_HOME:?}"
here=$PROJC_HOME/tests/system
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-system-XXXXXX")
children=
test_number=0
failures=0

cleanup() {
    for child in $children; do
        kill -9 "$child" 2>/dev/null
    done
    wait 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 143' HUP INT TERM

ok() { # CLAIM
    test_number=$((test_number + 1))
    echo "ok $test_number - $*"
}

not_ok() { # CLAIM
    test_number=$((test_number + 1))
    failures=$((failures + 1))
    echo "not ok $test_number - $*"
}

skip() { # CLAIM REASON
    test_number=$((test_number + 1))
    echo "ok $test_number - $1 # SKIP $2"
}

same() { # CLAIM EXPECTED GOT
    if [ "$2" = "$3" ]; then
        ok "$1"
    else
        not_ok "$1"
        printf '# expected: %s\n# got:      %s\n' "$2" "$3" | sed '2,$s/^\([^#]\)/# \1/'
    fi
}

exits() { # CLAIM STATUS COMMAND…
    claim=$1
    wanted=$2
    shift 2
    "$@" >"$work/out" 2>"$work/err"
    got=$?
    if [ "$got" = "$wanted" ]; then
        ok "$claim"
    else
        not_ok "$claim (exit status $got, not $wanted)"
        sed 's/^/# /' "$work/out" "$work/err"
    fi
}

# Waits until a command succeeds, at most so many tenths of a second.
eventually() { # TENTHS COMMAND…
    tenths=$1
    shift
    while ! "$@" >/dev/null 2>&1; do
        tenths=$((tenths - 1))
        [ "$tenths" -gt 0 ] || return 1
        sleep 0.1
    done
}

# Builds a service from a .proj here, with its own main when there is one.
build_service() { # NAME
    mkdir -p "$work/$1-build"
    if [ -f "$here/$1_main.c" ]; then
        "$PROJC" build -o "$work/$1-build" "$here/$1.proj" &&
            # shellcheck disable=SC2046,SC2086
            ${CC:-cc} -O1 -g ${PROJC_TEST_CFLAGS:-} -I"$work/$1-build" -o "$work/$1" "$here/$1_main.c" \
                "$work/$1-build/$1_proj.c" $(pkg-config --cflags --libs projc)
    else
        "$PROJC" build -o "$work/$1-build" --main "${2:-$here/$1.proj}" &&
            ${CC:-cc} -O1 -g ${PROJC_TEST_CFLAGS:-} -I"$work/$1-build" -o "$work/$1" "$work/$1-build/$1_main.c" \
                "$work/$1-build/$1_proj.c" $(pkg-config --cflags --libs projc)
    fi || {
        not_ok "the service $1 builds"
        exit 1
    }
}

# A relay in front of a server's socket (hush.c): $port; a line to descriptor 3 silences the application's connections.
start_relay() { # SOCKET APPLICATION
    mkfifo "$work/orders"
    # shellcheck disable=SC2046,SC2086
    if ! ${CC:-cc} -O1 -g -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -pthread ${PROJC_TEST_CFLAGS:-} -I"$PROJC_HOME" -o "$work/hush" \
        "$here/hush.c" "$PROJC_HOME/tests/faults/relay.c" $(pkg-config --cflags --libs libpq); then
        not_ok "the relay builds"
        finish
        exit 1
    fi
    start "$work/hush.log" sh -c "exec '$work/hush' '$1' '$2' <'$work/orders'"
    exec 3>"$work/orders"
    eventually 100 grep -q '^port ' "$work/hush.log" || not_ok "the relay is there"
    port=$(sed -n 's/^port //p' "$work/hush.log")
}

# A fresh database of a kind: its address for --database. PostgreSQL: a schema of its own.
fresh_database() { # KIND NAME
    if [ "$1" = sqlite ]; then
        rm -f "$work/$2.db" "$work/$2.db-wal" "$work/$2.db-shm"
        echo "sqlite:$work/$2.db"
    else
        schema="system_$$_$2"
        psql -qX "$PROJC_TEST_PG" -c "SET client_min_messages = warning" -c "DROP SCHEMA IF EXISTS $schema CASCADE" \
            -c "CREATE SCHEMA $schema" >&2
        case $PROJC_TEST_PG in
        *\?*) echo "$PROJC_TEST_PG&options=-csearch_path%3D$schema" ;;
        *) echo "$PROJC_TEST_PG?options=-csearch_path%3D$schema" ;;
        esac
    fi
}

drop_database() { # KIND NAME
    [ "$1" = sqlite ] || psql -qX "$PROJC_TEST_PG" -c "SET client_min_messages = warning" \
        -c "DROP SCHEMA IF EXISTS system_$$_$2 CASCADE" >&2
}

# SQL on the database at hand ($kind, $database); columns are separated by bars.
sql() { # STATEMENT
    if [ "$kind" = sqlite ]; then
        sqlite3 -batch -bail -cmd '.timeout 10000' "${database#sqlite:}" "$1"
    else
        psql -qAtX "$database" -c "$1"
    fi
}

stores() {
    if [ -n "${PROJC_TEST_PG:-}" ]; then
        echo "sqlite postgres"
    else
        echo sqlite
    fi
}

# Pseudo-random numbers from $seed, so that a run can be repeated as far as the machine allows.
seed=${PROJC_TEST_SEED:-$(date +%N | sed 's/^0*//')}
random_state=$seed

draw() { # BELOW: the number is in $drawn
    random_state=$(((random_state * 1103515245 + 12345) % 2147483648))
    drawn=$((random_state / 256 % $1))
}

pause() { # MILLISECONDS
    sleep "$(($1 / 1000)).$(printf '%03d' $(($1 % 1000)))"
}

# Starts a program as itself, not as a shell around it, which a kill would hit in its place: $service.
start() { # LOG COMMAND… (the log is appended to: emptying it in between leaves no hole)
    log_file=$1
    shift
    "$@" >>"$log_file" 2>&1 </dev/null &
    service=$!
    children="$children $service"
}

# Ends a service, which must not take long over it: $ended is its exit status.
end() { # PID
    kill -TERM "$1" 2>/dev/null
    wait "$1" 2>/dev/null
    ended=$?
}

kill_9() { # PID
    kill -9 "$1" 2>/dev/null
    wait "$1" 2>/dev/null
}

finish() {
    [ -n "${PROJC_TEST_PG:-}" ] || skip "everything on PostgreSQL" "PROJC_TEST_PG is not set"
    echo "1..$test_number"
    [ "$failures" -eq 0 ]
}
