#!/bin/sh
# Writes .proj files whose names are every keyword of C, C++ and SQL, names that headers define, and
# projc's own words: events.proj, records.proj, projections.proj, columns.proj, locals.proj.
#
#   hostile.sh DIR
set -eu

words=$(cd "$(dirname "$0")" && pwd)/words
cd "${1:?DIR}"
cat "$words"/* | awk '!seen[$0]++' >all
# SQL cannot tell names apart by case; these are taken by projc's own columns, or by types.
awk '!seen[tolower($0)]++' all >unique

# What every event has: a field may have such a name, but `event.no` is the event's number then.
printf '%s\n' version no >event_data
# What no local can be called.
grep -v -x -e state -e event all >words_of_locals

begin() { # file: the first lines of a module
    printf 'package hostile\n\nstream things\n\n' >"$1"
}

{
    begin events.proj
    echo 'aggregate Thing in things {'
    sed 's/.*/    event `&` { `&`: u32?  other: text }/' all
    echo '}'
    echo 'projection counts for each Thing {'
    echo '    state { n: u32 }'
    grep -v -x -f event_data all | sed 's/.*/    on `&` { n += event.`&` ?? 1 }/'
    sed 's/.*/    on `&` { n += 1 }/' event_data
    echo '}'
} >>events.proj

grep -v -x -e bool -e set all >types
{
    begin records.proj
    sed 's/.*/record `&` { `&`: i32  list: list<text> }\nenum `&_kind` { `&` OTHER }/' types
    echo 'aggregate Thing in things {'
    echo '    event Seen {'
    sed 's/.*/        `&`: `&`  `&_list`: list<`&`>  `&_kind`: `&_kind`?/' types
    echo '    }'
    echo '}'
    echo 'projection last for each Thing {'
    echo '    state {'
    grep -v -x exists types | sed 's/.*/        `&`: `&`?  `&_list`: list<`&`>  `&_kind`: `&_kind`?/'
    echo '    }'
    echo '    on Seen {'
    grep -v -x exists types | sed 's/.*/        copy `&`, `&_list`, `&_kind`/'
    echo '    }'
    echo '}'
} >>records.proj

{
    begin projections.proj
    echo 'aggregate Thing in things { event Seen {} }'
    sed 's/.*/projection `&` over things { state { n: u32 }  on Seen { n += 1 } }/' unique
} >>projections.proj

{
    begin columns.proj
    echo 'aggregate Thing in things {'
    echo '    event Seen {'
    sed 's/.*/        `&`: i32/' all
    echo '    }'
    echo '}'
    echo 'projection wide for each Thing {'
    echo '    state columns {'
    grep -v -x -e position -e state -e singleton -e exists -e oid -f event_data unique >columns
    sed 's/.*/        `&`: i32/' columns
    echo '    }'
    echo '    on Seen {'
    sed 's/.*/        state.`&` += event.`&`/' columns
    echo '    }'
    echo '}'
} >>columns.proj

{
    begin locals.proj
    echo 'aggregate Thing in things { event Seen { the_value: i32  the_items: list<i32> } }'
    echo 'projection last for each Thing {'
    echo '    state { the_sum: i64  the_list: list<i32>  the_text: text }'
    echo '    on Seen {'
    sed 's/.*/        let `&` = the_value + 1\n        the_sum += `&`/' words_of_locals
    echo '    }'
    echo '    on Seen {'
    sed 's/.*/        for `&` in the_items { the_sum += `&`  the_text = "{`&`}" }/' words_of_locals
    sed 's/.*/        the_sum += sum(`&` * 2 for `&` in the_items where `&` > 0)/' words_of_locals
    echo '    }'
    echo '}'
} >>locals.proj
