#!/bin/sh
# What it costs to be asked: a bank applies the same events again and again, in turns without and with /metrics scraped ten times a second by a
# client that costs next to nothing itself; the medians of the processor time and of the events a second are compared. On PostgreSQL.
#
#   B=$PWD/build PROJC=$PWD/build/bin/projc tests/http/cost.sh [EVENTS [RUNS]]    RUNS 0: only what one scrape costs
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:?}" "${PROJC:?}"
events=${1:-300000}
runs=${2:-7}
pg=$root/tests/support/pg.sh
psql=$("$pg" bin)/psql
work=$(mktemp -d /tmp/projc-http.XXXXXX)
chmod 777 "$work"
. "$here/lib.sh"
program=bank
trap clean_up EXIT
trap 'exit 130' INT TERM

cp "$root/examples/bank/bank.proj" "$work"
(cd "$work" && PROJC_HOME=$B "$PROJC" build --exe bank bank.proj) || exit 1
${CC:-cc} -O1 -o "$work/generate" "$root/examples/bank/generate.c"
server=$work/data
database=$("$pg" start "$server") || exit 1
DATABASE_URL=$database "$work/bank" schema --apply >/dev/null
"$work/generate" "$events" | append

# One run; prints "seconds processor-seconds scrapes".
measure() { # yes|no
    for projection in balance totals statement; do
        DATABASE_URL=$database "$work/bank" reset "$projection" --yes >/dev/null
    done
    "$psql" -qAt "$database" -c 'CHECKPOINT'
    begun=$(date +%s%N)
    start_service
    scraper=
    if [ "$1" = yes ]; then
        "$B/tests/http/suite" scrape "$port" /metrics &
        scraper=$!
        children="$children $scraper"
    fi
    for projection in balance totals statement; do
        DATABASE_URL=$database "$work/bank" wait "$projection" "$events" --timeout 10m >/dev/null || exit 1
    done
    ended=$(date +%s%N)
    used=$(ticks)
    [ -z "$scraper" ] || kill "$scraper" 2>/dev/null
    stop_service
    echo "$begun $ended $used" | awk -v hertz="$(getconf CLK_TCK)" '{ printf "%.3f %.2f\n", ($2 - $1) / 1e9, $3 / hertz }'
}

median() { # FILE COLUMN
    sort -n -k "$2,$2" "$1" | awk -v column="$2" '{ all[NR] = $column } END { print (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2 }'
}

ticks() {
    awk '{ print $14 + $15 }' "/proc/$service/stat"
}

# What one scrape costs the service's processor, by a hundred a second for twenty seconds: no other load is in this figure.
start_service
eventually is_code 200 /readyz
before=$(ticks)
sleep 20
quiet=$(ticks)
scrapers=
for _ in 1 2 3 4 5 6 7 8 9 10; do
    "$B/tests/http/suite" scrape "$port" /metrics &
    scrapers="$scrapers $!"
done
children="$children $scrapers"
sleep 20
asked=$(ticks)
# shellcheck disable=SC2086
kill $scrapers
stop_service
echo "$before $quiet $asked" | awk -v hertz="$(getconf CLK_TCK)" '{
    idle = ($2 - $1) / hertz / 20; busy = ($3 - $2) / hertz / 20
    printf "idle: %.2f %% of one processor; a scrape takes %.2f ms of it, ten a second %.2f %%\n", idle * 100, (busy - idle) * 10, (busy - idle) * 10
}'
[ "$runs" -gt 0 ] || exit 0

measure no >/dev/null # the first warms up
run=0
while [ $run -lt "$runs" ]; do
    # Neither is always first.
    order="no yes"
    [ $((run % 2)) = 0 ] || order="yes no"
    for with in $order; do
        measure $with | tee -a "$work/$with"
    done
    run=$((run + 1))
done | cat -n >"$work/all"
for with in no yes; do
    printf '%-22s median of %d: %8.0f events/s, %6.2f s of the processor\n' \
        "$([ $with = no ] && echo 'nobody asks' || echo 'scraped ten times a s')" "$runs" \
        "$(median "$work/$with" 1 | awk -v events="$events" '{ print events / $1 }')" "$(median "$work/$with" 2)"
done
echo "$(median "$work/no" 1) $(median "$work/yes" 1) $(median "$work/no" 2) $(median "$work/yes" 2)" |
    awk '{ printf "costs %.1f %% of the time, %.1f %% of the processor time\n", ($2 / $1 - 1) * 100, ($4 / $3 - 1) * 100 }'
