# The bank of examples/ as the thing that faults are injected into, and two ways to see that nothing was lost: the
# bytes of every table against those of an undisturbed replay of the same log, and sums in plain SQL over the
# events, which share no code with the product. Sourced after lib.sh.
# shellcheck shell=sh

build_bank() {
    bank=$work/bank
    if [ -x "${SYSTEM_SERVICES:-}/bank" ]; then # built by run.sh, once for all
        bank=$SYSTEM_SERVICES/bank
        generate=$SYSTEM_SERVICES/generate
        return
    fi
    build_service bank "$PROJC_HOME/examples/bank/bank.proj"
    generate=$work/generate
    ${CC:-cc} -O1 -o "$generate" "$PROJC_HOME/examples/bank/generate.c" || {
        not_ok "the generator builds"
        exit 1
    }
}

# A fresh database with the bank's tables, and the first events of the seed's in it.
new_bank() { # NAME EVENTS
    database=$(fresh_database "$kind" "$1")
    "$bank" schema --apply --database "$database" >/dev/null
    [ "$2" = 0 ] || "$generate" "$2" "$seed" | append_events
}

append_events() { # on standard input
    "$bank" append --log-level error --database "$database" >/dev/null
}

reset_bank() {
    for projection in balance totals statement; do
        "$bank" reset "$projection" --yes --log-level error --database "$database" >/dev/null
    done
}

run_once() { # FLAG…
    # shellcheck disable=SC2119,SC2120
    "$bank" run --once --log-level error "$@" --database "$database"
}

# Every byte that must be as if nothing had happened. Epochs, generations' times and heartbeats may differ.
snapshot() { # FILE
    {
        sql "SELECT * FROM bank_balance ORDER BY aggregate_id"
        sql "SELECT * FROM bank_totals"
        if [ "$kind" = sqlite ]; then
            sql "SELECT hex(account), currency FROM bank_totals_currency_of ORDER BY account"
        else
            sql "SELECT account, currency FROM bank_totals_currency_of ORDER BY account"
        fi
        if [ "$kind" = sqlite ]; then
            sql "SELECT hex(aggregate_id), position, hex(state) FROM bank_statement ORDER BY aggregate_id"
            sql "SELECT generation, lane, position, hex(last_event_id), applied FROM projc_lane ORDER BY 1, 2"
        else
            sql "SELECT * FROM bank_statement ORDER BY aggregate_id"
            sql "SELECT generation, lane, position, last_event_id, applied FROM projc_lane ORDER BY 1, 2"
        fi
        sql "SELECT generation, lane, key, status, no, attempts, code, message FROM projc_key ORDER BY 1, 3"
        sql "SELECT generation, no, key, event_name, code, message FROM projc_skipped ORDER BY 1, 2"
        for projection in balance totals statement; do
            "$bank" inspect "$projection" --json --database "$database"
        done
    } >"$1"
}

# How many accounts are wrong: balance, movements or position differ from what the log says, one is missing or
# should not be there. Prices in SQLite's columns are cents.
wrong_accounts() {
    if [ "$kind" = sqlite ]; then
        amount="CAST(round(json_extract(e.payload, '\$.amount') * 100) AS INTEGER)"
    else
        amount="(e.payload->>'amount')::numeric"
    fi
    sql "
WITH life AS ( -- what came after the account was last closed
    SELECT aggregate_id, max(CASE WHEN event_name = 'account_closed' THEN no ELSE 0 END) AS closed
      FROM events_bank GROUP BY aggregate_id
), told AS (
    SELECT e.aggregate_id, max(e.no) AS position,
           sum(CASE e.event_name WHEN 'account_credited' THEN $amount WHEN 'account_debited' THEN -$amount ELSE 0 END) AS balance,
           sum(CASE WHEN e.event_name IN ('account_credited', 'account_debited') THEN 1 ELSE 0 END) AS movements
      FROM life l JOIN events_bank e ON e.aggregate_type = 'bank_account' AND e.aggregate_id = l.aggregate_id AND +e.no > l.closed
     GROUP BY e.aggregate_id
)
SELECT (SELECT count(*) FROM told t LEFT JOIN bank_balance b ON b.aggregate_id = t.aggregate_id
         WHERE b.aggregate_id IS NULL OR b.balance <> t.balance OR b.movements <> t.movements OR b.position <> t.position)
     + (SELECT count(*) FROM bank_balance b WHERE b.aggregate_id NOT IN (SELECT aggregate_id FROM told))"
}

# What the totals and the counters of applied events are, and what the log says they should be: two equal lines.
totals_stored() {
    sql "SELECT opened, closed, deposits, deposited, withdrawn FROM bank_totals"
    sql "SELECT sum(applied) FROM projc_lane GROUP BY generation ORDER BY generation"
}

totals_told() {
    if [ "$kind" = sqlite ]; then
        amount="CAST(round(json_extract(payload, '\$.amount') * 100) AS INTEGER)"
    else
        amount="(payload->>'amount')::numeric"
    fi
    sql "SELECT sum(CASE event_name WHEN 'account_opened' THEN 1 ELSE 0 END),
                sum(CASE event_name WHEN 'account_closed' THEN 1 ELSE 0 END),
                sum(CASE event_name WHEN 'account_credited' THEN 1 ELSE 0 END),
                sum(CASE event_name WHEN 'account_credited' THEN $amount ELSE 0 END),
                sum(CASE event_name WHEN 'account_debited' THEN $amount ELSE 0 END) FROM events_bank"
    sql "SELECT count(*) FROM events_bank"
    sql "SELECT count(*) FROM events_bank"
    sql "SELECT count(*) FROM events_bank WHERE event_name <> 'account_opened'" # statement ignores it
}

# All of it. Ends by replaying the whole log once, undisturbed.
audit() { # CLAIM
    same "$1: accounts that differ from the log" 0 "$(wrong_accounts)"
    same "$1: totals and counts of applied events" "$(totals_told)" "$(totals_stored)"
    snapshot "$work/disturbed"
    reset_bank
    run_once
    snapshot "$work/calm"
    if [ -s "$work/calm" ] && cmp -s "$work/calm" "$work/disturbed"; then
        ok "$1: equal to an undisturbed replay, $(wc -c <"$work/calm") bytes"
    else
        not_ok "$1: equal to an undisturbed replay"
        diff "$work/calm" "$work/disturbed" | head -20 | sed 's/^/# /'
    fi
}

# Lowest and highest position of all lanes.
positions() {
    sql "SELECT min(position), max(position) FROM projc_lane"
}

head_of_log() {
    sql "SELECT max(no) FROM events_bank"
}

has_arrived() { # NUMBER
    [ "$(sql "SELECT min(position) FROM projc_lane")" -ge "$1" ]
}
