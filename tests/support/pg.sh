#!/bin/sh
# A private PostgreSQL for tests: unix socket only, in a folder of its own, never the system's cluster.
#
#   pg.sh start DIR         make a cluster in DIR (absent or empty), start it, print its URL
#   pg.sh stop DIR          stop it by its pid file and remove DIR
#   pg.sh with COMMAND…     run COMMAND with PROJC_TEST_PG set to the URL, stop afterwards always
#   pg.sh restart DIR       stop at once and start again (for tests of crash recovery)
#   pg.sh halt DIR          stop it at once and keep it
#   pg.sh launch DIR        start it again
#   pg.sh bin               print the folder of the server's programs
#
# PG_FSYNC=off trades durability for speed; PG_OPTIONS="-c name=value …" are added to the server's.
# As root the server runs as user postgres (or nobody): the server refuses to run as root.
set -eu

fail() {
    echo "pg.sh: $*" >&2
    exit 1
}

server_programs() {
    if [ -n "${PG_BIN:-}" ]; then
        echo "$PG_BIN"
        return
    fi
    for folder in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -Vr); do
        if [ -x "$folder/pg_ctl" ] && [ -x "$folder/initdb" ]; then
            echo "$folder"
            return
        fi
    done
    pg_ctl_path=$(command -v pg_ctl) || fail "no PostgreSQL server found: run make deps"
    dirname "$pg_ctl_path"
}

server_user() {
    if [ "$(id -u)" != 0 ]; then
        id -un
    elif id postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo nobody
    fi
}

# Runs a server program as the server's user, from a folder that user may enter.
as_server() {
    if [ "$(id -u)" != 0 ]; then
        (cd / && "$@")
    elif command -v setpriv >/dev/null 2>&1; then
        user=$(server_user)
        (cd / && HOME=/ setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@")
    else
        (cd / && HOME=/ runuser -u "$(server_user)" -- "$@")
    fi
}

url() {
    echo "postgresql:///postgres?host=$1&user=postgres"
}

launch() {
    as_server "$(server_programs)/pg_ctl" -D "$1/data" -l "$1/server.log" -w -t 60 -s start >/dev/null 2>"$1/start.log" || {
        cat "$1/start.log" >&2
        tail -n 20 "$1/server.log" >&2 || true
        return 1
    }
}

start() {
    directory=$1
    case $directory in
        /*) ;;
        *) fail "DIR must be an absolute path: $directory" ;;
    esac
    case $directory in
        *[!A-Za-z0-9/._-]*) fail "DIR may hold only letters, digits and / . _ -: $directory" ;;
    esac
    # A socket's path is at most 107 bytes, and the server appends /.s.PGSQL.5432.lock for its lock.
    [ ${#directory} -le 85 ] || fail "DIR is too long for a unix socket (85 bytes): $directory"
    [ ! -e "$directory/data" ] || fail "$directory/data exists already"
    mkdir -p "$directory"
    if [ "$(id -u)" = 0 ]; then
        chown "$(server_user)" "$directory"
    fi
    chmod 755 "$directory"
    as_server "$(server_programs)/initdb" -D "$directory/data" -U postgres --auth=trust -E UTF8 --locale=C \
        --no-sync >"$directory/initdb.log" 2>&1 || {
        cat "$directory/initdb.log" >&2
        fail "initdb failed"
    }
    as_server tee -a "$directory/data/postgresql.conf" >/dev/null <<END
listen_addresses = ''
unix_socket_directories = '$directory'
port = 5432
fsync = ${PG_FSYNC:-on}
max_connections = 100
max_prepared_transactions = 20
shared_buffers = 32MB
timezone = 'UTC'
log_line_prefix = '%m [%p] %a '
END
    for option in ${PG_OPTIONS:-}; do
        case $option in
            -c) ;;
            *=*) echo "${option%%=*} = '${option#*=}'" | as_server tee -a "$directory/data/postgresql.conf" >/dev/null ;;
            *) fail "PG_OPTIONS: expected -c name=value, found $option" ;;
        esac
    done
    launch "$directory" || fail "the server did not start"
    url "$directory"
}

halt() {
    if [ -f "$1/data/postmaster.pid" ]; then
        as_server "$(server_programs)/pg_ctl" -D "$1/data" -m immediate -w -t 60 -s stop >/dev/null 2>&1 || true
    fi
}

stop() {
    halt "$1"
    # Only what start made: a wrong argument must not remove somebody's folder.
    rm -rf "$1/data"
    rm -f "$1/server.log" "$1/start.log" "$1/initdb.log" "$1/.s.PGSQL.5432" "$1/.s.PGSQL.5432.lock"
    rmdir "$1" 2>/dev/null || true
}

run_with() {
    with_directory=$(mktemp -d /tmp/projc-pg.XXXXXX)
    trap 'stop "$with_directory"' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    PROJC_TEST_PG=$(start "$with_directory")
    export PROJC_TEST_PG
    result=0
    PROJC_TEST_PG_DIR=$with_directory "$@" || result=$?
    exit $result
}

case ${1:-} in
    start) start "${2:?DIR}" ;;
    stop) stop "${2:?DIR}" ;;
    restart) halt "${2:?DIR}"; launch "$2"; url "$2" ;;
    with) shift; [ $# -gt 0 ] || fail "with needs a command"; run_with "$@" ;;
    halt) halt "${2:?DIR}" ;;
    launch) launch "${2:?DIR}" ;;
    bin) server_programs ;;
    *) sed -n '2,13s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
