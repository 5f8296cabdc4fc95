#!/bin/sh
# Writes .proj files whose names are every keyword of C, C++ and SQL, names that headers define, and
# projc's own words: events.proj, records.proj, projections.proj, columns.proj, locals.proj,
# functions.proj, tables.proj, queries.proj, keys.proj, collections.proj, upcasts.proj; and packages/,
# one module a word.
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

# Functions of the language, and types, have these names.
printf '%s\n' abs all any bool ceil clamp contains count date day duration floor len lower max min month \
    round scaled set slice sum text time trim upper uuid weekday year list map decimal bytes i32 >functions_of_projc
grep -v -x -f functions_of_projc all >words_of_functions
{
    begin functions.proj
    echo 'aggregate Thing in things { event Seen { the_value: i32 } }'
    sed 's/.*/fn `&`(`&`: i32, `other_&`: i32): i32 = `&` * 2 + `other_&`/' words_of_functions
    sed 's/.*/extern fn `outer_&`(`&`: i32): i32/' words_of_functions
    echo 'projection sums for each Thing {'
    echo '    state { the_sum: i32 }'
    echo '    on Seen {'
    sed 's/.*/        the_sum += `&`(the_value, 1) + `outer_&`(the_value)/' words_of_functions
    echo '    }'
    echo '}'
} >>functions.proj

# A table bears the name of its key part; `wide` has all of them as columns.
# The view of the states of `rows` is hostile_rows_view.
grep -v -x -e position -e state -e singleton -e oid -e event -e view unique >words_of_tables
{
    begin tables.proj
    echo 'aggregate Thing in things { event Seen { the_key: text  the_value: i32 } }'
    echo 'projection rows over things {'
    sed 's/.*/    table `&` by `&`: text { the_count: i32  index by the_count }/' words_of_tables
    echo '    on Seen {'
    sed 's/.*/        `&`[the_key].the_count += the_value/' words_of_tables
    echo '    }'
    echo '}'
    echo 'projection wide over things {'
    echo '    table wide by the_id: text {'
    sed 's/.*/        `&`: i32/' words_of_tables
    echo '    }'
    echo '    on Seen {'
    sed 's/.*/        wide[the_key].`&` += the_value/' words_of_tables
    echo '        let r = wide[the_key] else { fail "none" }'
    sed 's/.*/        r.`&` -= 1/' words_of_tables
    echo '    }'
    echo '}'
} >>tables.proj

{
    begin queries.proj
    echo 'aggregate Thing in things { event Seen { the_key: text } }'
    echo 'projection asked over things {'
    echo '    table the_rows by the_key: text { the_count: u32 }'
    sed 's/.*/    query `&`(`&`: u32, `more_&`: u32? = 1) = the_rows where the_count > `&` limit `&` + (`more_&` ?? 0)/' words_of_tables
    echo '    on Seen { the_rows[the_key].the_count += 1 }'
    echo '}'
} >>queries.proj

{
    begin keys.proj
    echo 'aggregate Thing in things { event Seen { the_key: text } }'
    sed 's/.*/projection `&` over things by `&`: text { state columns { the_count: u32 }  on Seen by the_key { the_count += len(`&`) } }/' words_of_tables
} >>keys.proj

{
    begin collections.proj
    echo 'enum Word {'
    sed 's/.*/    `&`/' all
    echo '}'
    echo 'aggregate Thing in things {'
    echo '    event Seen {'
    sed 's/.*/        `&`: map<Word, u32>  `set_of_&`: set<text>/' types
    echo '    }'
    echo '}'
    echo 'projection last for each Thing {'
    echo '    state {'
    grep -v -x exists types | sed 's/.*/        `&`: map<Word, u32>  `set_of_&`: set<text>/'
    echo '    }'
    echo '    on Seen {'
    grep -v -x -e exists -f event_data types | sed 's/.*/        for k, v in event.`&` { state.`&`[k] += v }  state.`set_of_&`.clear()  for k in event.`set_of_&` { state.`set_of_&`.add(k) }  state.`&`[Word.`&`] = 1/'
    echo '    }'
    echo '}'
} >>collections.proj

{
    begin upcasts.proj
    echo 'aggregate Thing in things {'
    echo '    event Seen as "seen" {'
    echo '        the_sum: i32'
    grep -v -x -f event_data all | sed 's/.*/        upcast "&" { `&`: i32  `other_&`: i32 = 2 } { the_sum = event.`&` * `other_&` }/'
    echo '    }'
    echo '}'
    echo 'projection sums for each Thing { state { n: i32 }  on Seen { n += the_sum } }'
} >>upcasts.proj

mkdir packages
while read -r word; do
    {
        printf 'package `%s`\n\nenum `%s` { A B }\nstream things\n' "$word" "$word"
        printf 'aggregate Thing in things { event Seen { n: i32 } }\n'
        printf 'projection sums for each Thing { state { n: i32  kind: `%s`? }  on Seen { state.n += event.n } }\n' "$word"
    } >"packages/$word.proj"
done <types
