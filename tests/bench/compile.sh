#!/bin/sh
# The compiler's own speed: check and build of a program of 10,000 lines, and a file of 200,000 lines with errors.
#
#     RUNS=5 tests/bench/compile.sh
#
# Prints medians of processor time (the compiler has one thread) and the peak of memory, beside the goals; exit 1 above
# a goal.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
build=${B:-$root/build}
case $build in
/*) ;;
*) build=$root/$build ;;
esac
projc=$build/bin/projc
runs=${RUNS:-5}
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
mkdir "$work/out"
${CC:-cc} -O2 -o "$work/cost" "$root/tests/bench/cost.c"

# A module of LINES lines or a little more: aggregates with three events, a projection with handlers, a test each.
program() {
    awk -v lines="$1" 'BEGIN {
        print "package big\nstream big as \"events_big\"\nenum Kind { A B C }"
        print "record Line { sku: text  quantity: u32  price: decimal(2) }"
        for (made = 4; made < lines; made += 43) {
            i++
            text = "aggregate Order# in big as \"order_#\" {\n    event Placed# as \"placed_#\" {\n        customer: text\n" \
                "        kind: Kind = A\n        lines: list<Line>\n        total: decimal(2)\n    }\n" \
                "    event Paid# as \"paid_#\" { amount: decimal(2)  at: time }\n    event Closed# as \"closed_#\" {}\n}\n\n" \
                "/// The state of order #.\nprojection order_# for each Order# {\n    state columns {\n        customer: text\n" \
                "        kind: Kind = A\n        items: u32\n        total: decimal(2)\n        paid: decimal(2)\n" \
                "        since: time?\n        index by total desc\n    }\n    on Placed# {\n        copy customer, kind, total\n" \
                "        since = event.time\n        for l in lines { items += l.quantity }\n    }\n    on Paid# {\n" \
                "        paid += amount\n        if paid > total {\n            fail \"overpaid by {paid - total}\"\n        }\n" \
                "        require amount > 0 else \"nothing was paid\"\n    }\n    on Closed# { delete state }\n}\n\n" \
                "test \"order #\" {\n    given Order#(1) { Placed# { customer: \"Ann\", lines: [], total: 3 } }\n" \
                "    expect order_#(1) { customer: \"Ann\", items: 0 }\n}\n"
            gsub("#", i, text)
            printf "%s\n", text
        }
    }'
}

# What a command costs: processor time in milliseconds and memory in KiB, medians of the runs.
median_cost() {
    run=0
    while [ "$run" -lt "$runs" ]; do
        "$work/cost" "$@" || return 1
        run=$((run + 1))
    done | sort -n | awk '{ value[NR] = $0 } END { print value[int((NR + 1) / 2)] }'
}

result=0
row() { # WHAT GOT GOAL UNIT
    printf '%-48s %8s %8s %s\n' "$1" "$2" "$3" "$4"
    [ "$2" -le "$3" ] || result=1
}

program 10250 >"$work/big.proj"
"$projc" check "$work/big.proj" || { echo "compile.sh: the program of 10,000 lines has errors" >&2; exit 1; }
printf '%-48s %8s %8s\n' "the compiler, medians of $runs runs" got goal
set -- $(median_cost "$projc" check "$work/big.proj")
row "check of $(wc -l <"$work/big.proj") lines" "$1" 50 ms
set -- $(median_cost "$projc" build -o "$work/out" "$work/big.proj")
row "build of the same" "$1" 200 ms
row "memory of that build" "$(($2 / 1024))" 100 MB
awk 'BEGIN { for (i = 0; i < 200000; i++) print (i % 3 == 0 ? "event } {" : i % 3 == 1 ? "projection for each {" : "on on on 12 +") }' >"$work/errors.proj"
set -- $(median_cost "$projc" check "$work/errors.proj")
row "check of 200,000 lines with errors" "$1" 1000 ms
exit $result
