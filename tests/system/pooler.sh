#!/bin/sh
# A service behind pgbouncer in transaction mode, where LISTEN brings nothing: it says once that it polls instead, and
# applies everything all the same. When the way leads past the pooler one day, it listens by itself, and the other way round. (Faults of the pooler are tests/faults' business.)
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/slow.sh"

program=$(command -v pgbouncer || ls /usr/sbin/pgbouncer 2>/dev/null)
if [ -z "${PROJC_TEST_PG:-}" ] || [ -z "${PROJC_TEST_PG_DIR:-}" ] || [ -z "$program" ]; then
    skip "a service behind pgbouncer" "pgbouncer or the private PostgreSQL is missing"
    finish
    exit
fi
kind=postgres
build_slow
new_slow pooler 4

# pgbouncer does not run as root.
pool=$(mktemp -d "${TMPDIR:-/tmp}/projc-pooler.XXXXXX")
trap 'cleanup; rm -rf "$pool"' EXIT
cat >"$pool/pgbouncer.ini" <<END
[databases]
postgres = host=$PROJC_TEST_PG_DIR dbname=postgres user=postgres connect_query='SET search_path TO system_$$_pooler'
[pgbouncer]
unix_socket_dir = $pool
listen_port = 6432
auth_type = trust
auth_file = $pool/users
pool_mode = transaction
default_pool_size = 8
ignore_startup_parameters = options
logfile = $pool/log
END
echo '"postgres" ""' >"$pool/users"
start_pooler() {
    if [ "$(id -u)" = 0 ]; then
        user=postgres
        id postgres >/dev/null 2>&1 || user=nobody
        chown -R "$user" "$pool"
        start "$work/pooler.log" setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$program" -q "$pool/pgbouncer.ini"
    else
        start "$work/pooler.log" "$program" -q "$pool/pgbouncer.ini"
    fi
    pooler=$service
}
stop_pooler() {
    kill "$pooler" 2>/dev/null
    wait "$pooler" 2>/dev/null
}
start_pooler
pooled="postgresql:///postgres?host=$pool&port=6432&user=postgres"
if ! eventually 100 psql -qAtX "$pooled" -c 'SELECT 1'; then
    not_ok "the pooler is there"
    cat "$work/pooler.log" "$pool/log" | sed 's/^/# /'
    finish
    exit 1
fi

# The service's way leads to where the link points.
ln -s "$pool/.s.PGSQL.6432" "$work/way"
start_relay "$work/way" nobody
start "$work/service.log" "$slow" run --log-level info --poll-interval 200ms \
    --database "postgresql://postgres@127.0.0.1:$port/postgres?sslmode=disable&options=-csearch_path%3Dsystem_$$_pooler"
live=$service
said() {
    grep -q 'level=warn msg="cannot listen, polling instead" poll_interval_ms=200 error="LISTEN needs a direct connection' "$work/service.log"
}
if eventually 100 said; then ok "the service says what it does instead of listening"; else not_ok "the service says what it does instead of listening"; fi
for round in 1 2 3 4 5; do
    for key in a b c d; do
        thing $key added "\"amount\":$round"
    done | give
done
if eventually 100 slow_has_arrived 20; then ok "everything is applied, by polling"; else not_ok "everything is applied, by polling"; fi
same "each key is exact" "$(sums_told 1 "")" "$(sums_stored)"
same "and the whole" "$(whole_told)" "$(whole_stored)"
same "it was said once" 1 "$(grep -c 'cannot listen' "$work/service.log")"

# ---- past the pooler, and back ----
listeners() {
    # What such a connection does last, and no other does: it looks who has begun to wait before it listened.
    sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'projc listener'
        AND (query LIKE 'LISTEN %' OR query LIKE 'SELECT COALESCE(max(1000 * extract(epoch FROM ends_at%')"
}
is_said() { # COUNT TEXT
    [ "$(grep -c "$2" "$work/service.log")" -ge "$1" ]
}
same "behind the pooler nobody listens" 0 "$(listeners)"
ln -sfn "$PROJC_TEST_PG_DIR/.s.PGSQL.5432" "$work/way"
stop_pooler
if eventually 300 is_said 1 'level=info msg="listening: no pooler'; then ok "without the pooler it listens, by itself"; else not_ok "without the pooler it listens, by itself"; fi
same "one connection" 1 "$(listeners)"
thing a added '"amount":6' | give
if eventually 100 slow_has_arrived 21; then ok "and goes on"; else not_ok "and goes on"; fi
start_pooler
eventually 100 psql -qAtX "$pooled" -c 'SELECT 1' || not_ok "the pooler is back"
ln -sfn "$pool/.s.PGSQL.6432" "$work/way"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'projc%' AND pid <> pg_backend_pid()" >/dev/null
if eventually 300 is_said 2 'cannot listen, polling instead'; then ok "with the pooler again it says so, and polls"; else not_ok "with the pooler again it says so, and polls"; fi
thing a added '"amount":7' | give
if eventually 100 slow_has_arrived 22; then ok "everything is applied"; else not_ok "everything is applied"; fi
same "each key is exact" "$(sums_told 1 "")" "$(sums_stored)"
same "each change was said once" "2 1" "$(grep -c 'cannot listen' "$work/service.log") $(grep -c 'msg="listening' "$work/service.log")"
end "$live"
same "the service ends in good order" 0 "$ended"
stop_pooler
exec 3>&-
drop_database postgres pooler
finish
