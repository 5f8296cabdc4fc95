# Sourced by run.sh: how cost grows with events and keys, memory over a long history, the price of a small tail.
# shellcheck shell=sh disable=SC2034,SC2154 # variables of run.sh and of its other parts

# Microseconds per event of SERVICE on the log in use, the median of RUNS turns (one for a long log); into growth.tsv.
grow() { # AXIS SERVICE KEYS
    : >"$work/growth"
    turn=0
    while [ "$turn" -eq 0 ] || { [ "$turn" -lt "$runs" ] && [ "$log_events" -le "$events" ]; }; do
        catch_up "$2"
        calculate "$took / $log_events" >>"$work/growth"
        turn=$((turn + 1))
    done
    cost=$(median "$work/growth")
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$log_events" "$3" "$cost" "$memory" >>"$work/growth.tsv"
    say "growth by $1: $2, $log_events events, $3 keys: $cost µs/event, $((memory / 1024)) MiB"
}

# What INSERT … SELECT … GROUP BY has just taken for the same log, once: it grows too.
grow_by_sql() {
    cost=$(calculate "$took / $log_events")
    printf 'events\tsql\t%s\t%s\t%s\t0\n' "$log_events" $((log_events / 10)) "$cost" >>"$work/growth.tsv"
    say "growth by events: SQL, $log_events events, $((log_events / 10)) keys: $cost µs/event"
}

use_growth_log() { # EVENTS: a tenth as many accounts
    use_log uniform json uniform "$1" $(($1 / 10))
}

costs_of() { # SERVICE
    awk -F '\t' -v service="$1" '$1 == "events" && $2 == service { text = text sprintf("%s%s: %.2f µs", text ? ", " : "", $3, $5) }
        END { print text }' "$work/growth.tsv"
}

# Cost per event of a log ten times as long, to that of the usual one, and of the usual one to a tenth of it.
tell_growth() { # SERVICE WORK
    ratio=$(awk -F '\t' -v service="$1" -v events="$events" '$1 == "events" && $2 == service { cost[$3] = $5 }
        END { print cost[events * 10] / cost[events] }' "$work/growth.tsv")
    note="an event of a log of $(costs_of "$1")"
    [ "$1" = totals ] || note="$note; by INSERT … SELECT … GROUP BY, once: $(costs_of sql)"
    record_alone "growth-$1" "$2" "$ratio" "times" most 1.25 "$note"
}

row_growth() {
    : >"$work/growth.tsv"
    for count in $((events / 10)) "$events" $((events * 10)); do
        use_growth_log "$count"
        grow events totals $((count / 10))
        grow events accounts $((count / 10))
        if [ "$count" -le "$events" ]; then
            by_sql 0
            check_accounts accounts_accounts
        else
            keep_memory
        fi
        grow_by_sql
    done
    for count in $((events / 1000)) $((events / 100)) $((events / 10)); do
        if [ "$count" = $((events / 10)) ]; then
            use_growth_log "$events"
        else
            use_log "keys_$count" json uniform "$events" "$count"
        fi
        grow keys accounts "$count"
    done
    use_log once json once "$events" "$events"
    grow keys accounts "$events"
    tell_growth totals "stream: an event of $(short $((events * 10))) to one of $(short "$events")"
    tell_growth accounts "aggregate: an event of $(short $((events * 10))) to one of $(short "$events")"
}

# ---- memory, and the tail of a long history: after a catch-up of ten times the events ----

keep_memory() {
    echo "$memory" >"$work/memory"
    by_sql 0
    check_accounts accounts_accounts
}

long_history() {
    use_growth_log $((events * 10))
    [ ! -e "$work/memory" ] || return 0
    catch_up accounts
    keep_memory
}

row_memory() {
    long_history
    figure=$(calculate "$(cat "$work/memory") / 1024")
    record_alone memory "memory: $(short $((events * 10))) events in $(short "$events") aggregates" "$figure" MiB most 256 "the most that the service had"
}

# 1,000 new events behind a history that is applied. Each turn has other accounts: the seed is another.
tail_turn() {
    seed=$((${seed:-1000} + 1))
    "$work/load" "$database" json uniform 1000 1000 "$seed" || wrong "the tail cannot be loaded"
    rest
    timed "$work/accounts" run --once --log-level error --database "$database"
    figure=$(calculate "$took / 1e3")
}

on_long_history() {
    database=$(url_of "bench_uniform_$((events * 10))")
    tail_turn
}

on_short_history() {
    database=$(url_of "bench_uniform_$((events / 10))")
    tail_turn
}

row_tail() {
    use_growth_log $((events / 10))
    catch_up accounts
    long_history
    "$work/accounts" run --once --log-level error --database "$database"
    in_turns tail on_long_history on_short_history
    for count in $((events / 10)) $((events * 10)); do
        database=$(url_of "bench_uniform_$count")
        behind=$(sql "$database" "SELECT (SELECT count(*) FROM bench_events) - (SELECT sum(movements) FROM accounts_accounts)")
        [ "$behind" = 0 ] || wrong "$behind events of the tail are not in the states"
        sql "$database" "DELETE FROM bench_events WHERE no > $count"
    done
    record tail "1,000 events behind $(short $((events * 10)))" "behind $(short $((events / 10)))" ms most 1.25 ""
}
