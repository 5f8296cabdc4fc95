#!/bin/sh
# A service behind pgbouncer in transaction mode, where LISTEN brings nothing: it says once that it polls instead, and
# applies everything all the same. (Faults of the pooler are tests/faults' business.)
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
logfile = $pool/log
END
echo '"postgres" ""' >"$pool/users"
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id postgres >/dev/null 2>&1 || user=nobody
    chown -R "$user" "$pool"
    start "$work/pooler.log" setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$program" -q "$pool/pgbouncer.ini"
else
    start "$work/pooler.log" "$program" -q "$pool/pgbouncer.ini"
fi
pooler=$service
pooled="postgresql:///postgres?host=$pool&port=6432&user=postgres"
if ! eventually 100 psql -qAtX "$pooled" -c 'SELECT 1'; then
    not_ok "the pooler is there"
    cat "$work/pooler.log" "$pool/log" | sed 's/^/# /'
    finish
    exit 1
fi

start "$work/service.log" "$slow" run --log-level info --poll-interval 200ms --database "$pooled"
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
end "$live"
same "the service ends in good order" 0 "$ended"
kill "$pooler" 2>/dev/null
wait "$pooler" 2>/dev/null
drop_database postgres pooler
finish
