#!/bin/sh
# make demo: the examples on SQLite, from .proj files to tables. Run from the repository's root;
# B is the build folder.
set -eu

root=$(pwd)
build=${B:-build}
case $build in
/*) ;;
*) build=$root/$build ;;
esac
PATH=$build/bin:$PATH
work=$build/demo
events=100000

say() {
    printf '\n\033[1m%s\033[0m\n' "$*"
}
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] || say() {
    printf '\n%s\n' "$*"
}

rm -rf "$work"

say "1. The compiler: four .proj files become services"
for example in bank shop telemetry gitlog; do
    mkdir -p "$work/$example"
    projc build --exe "$work/$example/$example" -o "$work/$example" "examples/$example/$example.proj"
    printf '   %-9s %4d lines of .proj, %5d lines of C\n' "$example" \
        "$(wc -l <"examples/$example/$example.proj")" "$(cat "$work/$example"/*_proj.[ch] | wc -l)"
done

say "2. The tests in the files, through the generated C, five ways each"
projc test examples/bank/bank.proj examples/shop/shop.proj examples/telemetry/telemetry.proj examples/gitlog/gitlog.proj

say "3. A bank: $events events, three projections, on SQLite"
cd "$work/bank"
${CC:-cc} -O2 -o generate "$root/examples/bank/generate.c"
./generate "$events" 1 >events.jsonl
./bank schema --apply
./bank append --file events.jsonl
started=$(date +%s%N)
./bank run --once
ended=$(date +%s%N)
awk -v events="$events" -v spent=$((ended - started)) \
    'BEGIN { printf "%d events into 3 projections in %.2f s, durable: %.0f events/s\n", events, spent / 1e9, events / (spent / 1e9) }'
sqlite3 -box bank.db <"$root/examples/bank/tables.sql"

# Generated events into the service of an example, then its tables; silent but for those.
small_demo() { # EXAMPLE
    cd "$work/$1"
    ${CC:-cc} -O2 -o generate "$root/examples/$1/generate.c"
    ./generate >events.jsonl
    "./$1" schema --apply
    "./$1" append --file events.jsonl
    "./$1" run --once --log-level error
    sqlite3 -box "$1.db" <"$root/examples/$1/tables.sql"
}

say "4. A shop: orders, payments and parcels joined in tables, and a query by its name"
small_demo shop
./shop query best_sellers 3

say "5. Telemetry: readings in msgpack, a window per sensor and minute, alarms"
small_demo telemetry

say "6. This repository's own history"
cd "$work/gitlog"
"$root/examples/gitlog/events.sh" "$root" >events.jsonl 2>/dev/null || {
    echo "(no git history here: the recorded sample)"
    cp "$root/examples/gitlog/sample.jsonl" events.jsonl
}
./gitlog schema --apply
./gitlog append --file events.jsonl
./gitlog run --once
sqlite3 -box gitlog.db <"$root/examples/gitlog/tables.sql"

say "What to type next"
cat <<END
  cd ${work#"$root"/}/bank
  ./bank status                               where each projection stands
  ./bank inspect totals                       a state as JSON
  ./bank run                                  live: works as events come (^C stops it)
  ./bank events --limit 3                     the log
  ./bank help                                 everything else
  DATABASE_URL=postgresql://… ./bank run --create    the same on PostgreSQL

  examples/bank/README.md                     a service of your own, step by step
  examples/bank/bank.proj                     what all of this was made from
END
