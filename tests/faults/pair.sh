#!/bin/sh
# A primary and its synchronous standby in DIR/a and DIR/b, whichever is which.
#
#   pair.sh build DIR              start the primary, or take the one there is, and make a new standby of it
#   pair.sh promote DIR            the primary stops at once, the standby takes over
#   pair.sh overlap DIR            the same the other way round: for a moment there are two
#   pair.sh stop DIR               stop both and remove them
#
# Commits are visible only when the standby has them, so that promoting it loses nothing. PAIR_ASYNC=1: it may.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${PGTEST:=$here/../support/pg.sh}"
action=$1
pair=$2
programs=$("$PGTEST" bin)

as_server() {
    if [ "$(id -u)" != 0 ]; then
        (cd / && "$@")
        return
    fi
    user=postgres
    id postgres >/dev/null 2>&1 || user=nobody
    (cd / && HOME=/ setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@")
}

sql() { # SERVER STATEMENT
    "$programs/psql" -XqAt -v ON_ERROR_STOP=1 -h "$1" -U postgres -d postgres -c "$2"
}

eventually() { # COMMAND…
    tries=300
    while ! "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.02
    done
}

is_in() { # STATE
    [ "$(sql "$pair/$primary" "SELECT count(*) FROM pg_stat_replication WHERE $1")" = 1 ]
}

find_roles() {
    primary=$(cat "$pair/primary")
    if [ "$primary" = a ]; then standby=b; else standby=a; fi
}

build() {
    if [ ! -e "$pair/primary" ]; then
        mkdir -p "$pair"
        PG_FSYNC=off PG_OPTIONS="-c max_connections=60 -c shared_buffers=4MB" "$PGTEST" start "$pair/a" >/dev/null
        echo a >"$pair/primary"
    fi
    find_roles
    "$PGTEST" stop "$pair/$standby"
    mkdir "$pair/$standby"
    [ "$(id -u)" != 0 ] || chown --reference="$pair/$primary" "$pair/$standby"
    as_server "$programs/pg_basebackup" -h "$pair/$primary" -U postgres -D "$pair/$standby/data" -R --checkpoint=fast --no-sync
    echo "unix_socket_directories = '$pair/$standby'" | as_server tee -a "$pair/$standby/data/postgresql.conf" >/dev/null
    "$PGTEST" launch "$pair/$standby"
    eventually is_in "state = 'streaming'"
    [ -z "${PAIR_ASYNC:-}" ] || return 0
    sql "$pair/$primary" "ALTER SYSTEM SET synchronous_standby_names = '*'"
    sql "$pair/$primary" "SELECT pg_reload_conf()" >/dev/null
    eventually is_in "sync_state = 'sync'"
}

take_over() {
    as_server "$programs/pg_ctl" -D "$pair/$standby/data" -w -t 60 -s promote
    echo "$standby" >"$pair/primary"
}

case $action in
    build) build ;;
    promote) find_roles; "$PGTEST" halt "$pair/$primary"; take_over ;;
    overlap) find_roles; take_over; "$PGTEST" halt "$pair/$primary" ;;
    stop)
        "$PGTEST" stop "$pair/a"
        "$PGTEST" stop "$pair/b"
        rm -f "$pair/primary"
        rmdir "$pair" 2>/dev/null || true
        ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
