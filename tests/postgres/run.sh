#!/bin/sh
# What only the PostgreSQL driver meets. Besides the shared server it starts one of its own with
# passwords, a standby of it and, where it is installed, pgbouncer in transaction mode in front of it.
# POSTGRES_TEST=part of a name runs some of the tests.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=${PROJC_HOME:-$(cd "$here/../.." && pwd)}
pg=$root/tests/support/pg.sh
: "${B:?}"
if [ -z "${PROJC_TEST_PG:-}" ]; then
    exec "$pg" with "$0"
fi
if [ -z "${PG_BIN:-}" ]; then
    PG_BIN=$("$pg" bin)
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/projc-own.XXXXXX")
chmod 755 "$work"
own=$work/primary
standby=$work/standby
pooler=$work/pooler
cleanup() {
    if [ -f "$pooler/pid" ]; then
        kill "$(cat "$pooler/pid")" 2>/dev/null || true
    fi
    "$pg" stop "$standby"
    "$pg" stop "$own"
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

server_user=$(id -un)
if [ "$server_user" = root ]; then
    server_user=postgres
    id postgres >/dev/null 2>&1 || server_user=nobody
fi
as_server() {
    if [ "$(id -un)" = "$server_user" ]; then
        (cd / && "$@")
    else
        (cd / && HOME=/ setpriv --reuid="$server_user" --regid="$(id -g "$server_user")" --clear-groups "$@")
    fi
}
own_sql() {
    "$PG_BIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$own" -U postgres -d postgres -c "$1" >/dev/null
}

PG_FSYNC=off "$pg" start "$own" >/dev/null
own_sql "CREATE ROLE ann LOGIN PASSWORD 'correct horse'"
own_sql "CREATE DATABASE empty"
own_sql "ALTER DATABASE empty SET search_path = no_such_schema"
printf '%s\n' 'local all postgres trust' 'local replication postgres trust' 'local all eve reject' 'local all all scram-sha-256' |
    as_server tee "$own/data/pg_hba.conf" >/dev/null
own_sql "SELECT pg_reload_conf()"

mkdir "$standby"
[ "$(id -u)" != 0 ] || chown "$server_user" "$standby"
as_server "$PG_BIN/pg_basebackup" -h "$own" -U postgres -D "$standby/data" -R --checkpoint=fast
echo "unix_socket_directories = '$standby'" | as_server tee -a "$standby/data/postgresql.conf" >/dev/null
"$pg" restart "$standby" >/dev/null

if command -v pgbouncer >/dev/null 2>&1 || [ -x /usr/sbin/pgbouncer ]; then
    mkdir "$pooler"
    cat >"$pooler/pgbouncer.ini" <<END
[databases]
postgres = host=$own dbname=postgres user=postgres
[pgbouncer]
unix_socket_dir = $pooler
listen_port = 6432
auth_type = trust
auth_file = $pooler/users
pool_mode = transaction
default_pool_size = 3
logfile = $pooler/log
pidfile = $pooler/pid
END
    echo '"postgres" ""' >"$pooler/users"
    [ "$(id -u)" != 0 ] || chown -R "$server_user" "$pooler"
    as_server "$(command -v pgbouncer || echo /usr/sbin/pgbouncer)" -q -d "$pooler/pgbouncer.ini"
    PROJC_POOLER="postgresql:///postgres?host=$pooler&port=6432&user=postgres"
    export PROJC_POOLER
fi

# The relay of the fault tests needs the folder of the shared server's socket.
PROJC_TEST_PG_FOLDER=$("$PG_BIN/psql" -X -A -t "$PROJC_TEST_PG" -c 'SHOW unix_socket_directories')
export PROJC_TEST_PG_FOLDER
status=0
PROJC_OWN_PG=$own PROJC_OWN_STANDBY=$standby "$B/tests/postgres/suite" >"$work/suite.log" 2>&1 || status=$?
cat "$work/suite.log"

# Every allocation fails once.
# shellcheck disable=SC2086
${CC:-cc} -g -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -pthread ${PROJC_TEST_CFLAGS:-} -I"$root/runtime/include" \
    -I"$root/runtime" -I"$root/tests" -o "$work/memory" "$here/memory/main.c" \
    -Wl,--wrap=malloc,--wrap=calloc,--wrap=strdup "$B/lib/libtest.a" "$B/lib/libprojc.a" \
    $(pkg-config --libs libpq sqlite3 msgpack libxxhash uuid libmicrohttpd) -lm
"$work/memory" >"$work/memory.log" 2>&1 || status=$?
cat "$work/memory.log"

# One summary of both.
cat "$work/suite.log" "$work/memory.log" | awk -v status="$status" '
    /^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; skipped += /skipped/ ? $5 : 0; count++ }
    END {
        if (count != 2 || (status != 0 && failed == 0)) failed++
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed != 0
    }'
