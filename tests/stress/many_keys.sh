#!/bin/sh
# Why a number is what it is, at size, on both stores: `verify` of KEYS keys (100,000) of which three were tampered with
# finds exactly those three, and `inspect --history` of a key with HISTORY events (10,000) among them takes under a second.
# Prints the figures; `make stress STRESS_PARTS=keys`.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
if [ -z "${PROJC_TEST_PG:-}" ]; then
    exec "$root/tests/support/pg.sh" with "$0" "$@"
fi
build=${B:-$root/build}
keys=${KEYS:-100000}
history=${HISTORY:-10000}
psql=$("$root/tests/support/pg.sh" bin)/psql
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-keys-XXXXXX")
schema=stress_keys_$$
trap '"$psql" -q "$PROJC_TEST_PG" -c "SET client_min_messages = error" -c "DROP SCHEMA IF EXISTS $schema CASCADE" || true; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
passed=0
failed=0
claim() { # what command…
    what=$1
    shift
    if "$@"; then passed=$((passed + 1)) && echo "ok - $store: $what"; else failed=$((failed + 1)) && echo "not ok - $store: $what"; fi
}
now_ms() { date +%s%3N; }
uuid() { printf '00000000-0000-4000-8000-%012d' "$1"; }

cp "$root/examples/bank/bank.proj" "$work"
(cd "$work" && PROJC_HOME=$build "$build/bin/projc" build --exe "$work/bank" bank.proj)
# Every key is opened and credited once, the first one HISTORY - 2 times more, in between.
awk -v keys="$keys" -v more=$((history - 2)) '
    function event(key, name, payload) {
        printf "{\"type\":\"bank_account\",\"id\":\"00000000-0000-4000-8000-%012d\",\"event\":\"%s\",\"payload\":%s}\n", key, name, payload
    }
    BEGIN {
        every = more > 0 ? keys / more : 0
        for (key = 1; key <= keys; key++) {
            event(key, "account_opened", "{\"owner\":\"Owner " key % 100 "\"}")
            event(key, "account_credited", "{\"amount\":" key % 1000 + 0.25 "}")
            for (; more > 0 && told < more && (told + 1) * every <= key; told++)
                event(1, "account_credited", "{\"amount\":1.50}")
        }
    }' >"$work/events.jsonl"

sql() {
    if [ "$store" = sqlite ]; then sqlite3 "$work/keys.db" "$1"; else "$psql" -qAt "$url" -c "$1"; fi
}

# A key as a literal: SQLite holds its bytes.
literal() {
    if [ "$store" = sqlite ]; then echo "x'$(uuid "$1" | tr -d -)'"; else echo "'$(uuid "$1")'"; fi
}

for store in sqlite postgres; do
    separator='?'
    case $PROJC_TEST_PG in *\?*) separator='&' ;; esac
    url=sqlite:$work/keys.db
    if [ "$store" = postgres ]; then
        url="$PROJC_TEST_PG${separator}options=-csearch_path%3D$schema"
        "$psql" -q "$PROJC_TEST_PG" -c "CREATE SCHEMA $schema"
    fi
    DATABASE_URL=$url
    export DATABASE_URL
    "$work/bank" schema --apply >/dev/null
    "$work/bank" append --file "$work/events.jsonl" >/dev/null
    "$work/bank" run --once --log-level warn
    begun=$(now_ms)
    claim "$keys keys as the log says" "$work/bank" verify balance
    echo "# $store: verify of $keys keys: $(($(now_ms) - begun)) ms"

    sql "UPDATE bank_balance SET balance = balance + 1 WHERE aggregate_id = $(literal 777)"
    sql "DELETE FROM bank_balance WHERE aggregate_id = $(literal $((keys / 2)))"
    sql "UPDATE bank_balance SET movements = movements + 1 WHERE aggregate_id = $(literal "$keys")"
    begun=$(now_ms)
    rc=0
    "$work/bank" verify balance --json >"$work/found" || rc=$?
    took=$(($(now_ms) - begun))
    grep -o "\"key\":\"[^\"]*\"" "$work/found" | sort >"$work/keys"
    for number in 777 $((keys / 2)) "$keys"; do echo "\"key\":\"$(uuid "$number")\""; done | sort >"$work/wanted"
    claim "three tampered with among them: exit 1" test "$rc" = 1
    claim "exactly those three are found" cmp "$work/wanted" "$work/keys"
    echo "# $store: three differences among $keys keys: $took ms"

    best=
    for run in 1 2 3; do
        begun=$(now_ms)
        "$work/bank" inspect balance "$(uuid 1)" --history --json >"$work/history"
        took=$(($(now_ms) - begun))
        [ -n "$best" ] && [ "$best" -le "$took" ] || best=$took
    done
    claim "a history of $history events" test "$(wc -l <"$work/history")" = "$history"
    claim "in under a second ($best ms)" test "$best" -lt 1000
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
