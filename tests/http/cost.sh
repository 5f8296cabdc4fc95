#!/bin/sh
# What it costs to be asked: a bank applies the same events again and again, in pairs of one run without and one with /metrics scraped ten times a
# second by a client that costs next to nothing itself. Each pair gives a ratio of throughput and of processor time; what is told is their median, with
# the quartiles, so that neither a slow minute of the machine nor one odd run decides. On PostgreSQL. Exit 1 when scraping costs 1 % of the throughput or more.
#
#   B=$PWD/build PROJC=$PWD/build/bin/projc tests/http/cost.sh [EVENTS [SECONDS]]
#
# SECONDS (150) is how long pairs are begun, 5 of them at least; with the 30 s before them it takes under 4 minutes. 0: only what one scrape costs.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:?}" "${PROJC:?}"
events=${1:-500000}
seconds=${2:-150}
pg=$root/tests/support/pg.sh
psql=$("$pg" bin)/psql
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-http.XXXXXX")
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

# What one scrape costs the service's processor, by a hundred a second for ten seconds: no other load is in this figure.
start_service
eventually is_code 200 /readyz
before=$(ticks)
sleep 10
quiet=$(ticks)
scrapers=
for _ in 1 2 3 4 5 6 7 8 9 10; do
    "$B/tests/http/suite" scrape "$port" /metrics &
    scrapers="$scrapers $!"
done
children="$children $scrapers"
sleep 10
asked=$(ticks)
# shellcheck disable=SC2086
kill $scrapers
stop_service
echo "$before $quiet $asked" | awk -v hertz="$(getconf CLK_TCK)" '{
    idle = ($2 - $1) / hertz / 10; busy = ($3 - $2) / hertz / 10
    printf "idle: %.2f %% of one processor; a scrape takes %.2f ms of it, ten a second %.2f %%\n", idle * 100, (busy - idle) * 10, (busy - idle) * 10
}'
[ "$seconds" -gt 0 ] || exit 0

measure no >/dev/null # the first warms up
until=$(($(date +%s) + seconds))
pairs=0
while [ "$(date +%s)" -lt "$until" ] || [ "$pairs" -lt 5 ]; do
    # Neither is always first.
    order="no yes"
    [ $((pairs % 2)) = 0 ] || order="yes no"
    for with in $order; do
        measure $with >"$work/$with"
        cat "$work/$with" >>"$work/all.$with"
    done
    paste -d ' ' "$work/no" "$work/yes" >>"$work/pairs"
    pairs=$((pairs + 1))
done
for with in no yes; do
    printf '%-22s median of %d: %8.0f events/s, %6.2f s of the processor\n' \
        "$([ $with = no ] && echo 'nobody asks' || echo 'scraped ten times a s')" "$pairs" \
        "$(median "$work/all.$with" 1 | awk -v events="$events" '{ print events / $1 }')" "$(median "$work/all.$with" 2)"
done

# seconds and processor seconds without, and with: what is lost, in per cent.
awk '{ printf "%.4f %.4f\n", (1 - $1 / $3) * 100, ($4 / $2 - 1) * 100 }' "$work/pairs" >"$work/cost"
quartile() { # COLUMN SHARE
    sort -n -k "$1,$1" "$work/cost" | awk -v column="$1" -v share="$2" '{ all[NR] = $column } END { print all[int(1 + (NR - 1) * share + 0.5)] }'
}
throughput=$(median "$work/cost" 1)
printf 'scraping costs %.2f %% of the throughput (median of %d pairs, half of them from %.2f to %.2f), %.2f %% of the processor time (%.2f to %.2f)\n' \
    "$throughput" "$pairs" "$(quartile 1 0.25)" "$(quartile 1 0.75)" "$(median "$work/cost" 2)" "$(quartile 2 0.25)" "$(quartile 2 0.75)"
echo "$throughput" | awk '{ exit $1 < 1 ? 0 : 1 }'
