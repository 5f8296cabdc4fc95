#!/bin/sh
# Makes the pictures of the page in runtime/service/http/: three minutes of a bank on a PostgreSQL of its own, two services, a writer that
# forgets to commit, and accounts that are overdrawn.
#
#   B=$PWD/build PROJC=$PWD/build/bin/projc tests/http/shots.sh
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:?}" "${PROJC:?}" "${MINUTES:=3}"
pg=$root/tests/support/pg.sh
psql=$("$pg" bin)/psql
suite=$B/tests/http/suite
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-http.XXXXXX")
chmod 777 "$work"
. "$here/lib.sh"
program=bank
trap clean_up EXIT
trap 'exit 130' INT TERM

cp "$root/examples/bank/bank.proj" "$work"
(cd "$work" && PROJC_HOME=$B "$PROJC" build --exe bank bank.proj) || exit 1
${CC:-cc} -O1 -o "$work/generate" "$root/examples/bank/generate.c"
# As if they happened now.
"$work/generate" 400000 | sed 's/,"time":"[^"]*"//' >"$work/events.jsonl"
(cd "$work" && split -l 500 -a 4 events.jsonl part.)
server=$work/data
database=$("$pg" start "$server") || exit 1
DATABASE_URL=$database "$work/bank" schema --apply >/dev/null
DATABASE_URL=$database "$work/bank" run 2>"$work/other.log" &
children="$children $!"
start_service

until=$(($(date +%s) + MINUTES * 60))
second=0
for part in "$work"/part.*; do
    [ "$(date +%s)" -lt $until ] || break
    append <"$part"
    second=$((second + 1))
    # Calm, busy, calm: as days are.
    [ $((second / 60 % 2)) = 1 ] || sleep 0.$((3 + second % 5))
done
for line in 3 40 71; do
    id=$(sed -n "${line}s/.*\"id\":\"\([^\"]*\)\".*/\1/p" "$work/events.jsonl")
    echo "{\"type\":\"bank_account\",\"id\":\"$id\",\"event\":\"account_debited\",\"payload\":{\"amount\":250000.00}}"
done | append
eventually reaches 1 failed_keys
shown="document.querySelectorAll('.failure').length > 2 && document.getElementById('state').textContent === 'ready'"
shoot() { # NAME options…
    name=$1
    shift
    "$suite" browse "$base/" --profile "$work/chromium" --until "$shown" --shot "$root/runtime/service/http/page-$name.png" "$@" >/dev/null
}
shoot light --width 1240 --height 900
shoot phone --width 390 --height 844
mkfifo "$work/writer"
"$psql" -qAt "$database" <"$work/writer" >"$work/writer.log" 2>&1 &
children="$children $!"
exec 4>"$work/writer"
echo "BEGIN; INSERT INTO events_bank (event_id, event_name, payload, metadata, aggregate_type, aggregate_id, aggregate_version, created_at)
    VALUES (gen_random_uuid(), 'account_opened', '{\"owner\":\"x\"}', '{}', 'bank_account', gen_random_uuid(), 1, now()); SELECT 'open';" >&4
eventually grep -q open "$work/writer.log"
for part in "$work"/part.zz* "$work"/part.aaz*; do
    [ ! -e "$part" ] || append <"$part"
done
shown="document.querySelectorAll('.notice:not([hidden])').length > 2"
sleep 6
shoot dark --dark --width 1240 --height 900
exec 4>&-
ls -l "$root"/runtime/service/http/page-*.png
