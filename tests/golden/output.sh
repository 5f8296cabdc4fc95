# output.sh -- what holds for every output of `projc build`; sourced by run.sh.

four='input_proj.h input_proj.c input_proj.postgres.sql input_proj.sqlite.sql'

same_outputs() { # claim folder folder
    for file in $four; do
        same "$1: $file" "$2/$file" "$3/$file"
    done
}

# Two folders, two locales, two time zones, twice.
output_is_deterministic() {
    for place in one two/deeper; do
        mkdir -p "$work/$place"
        cp "$golden/ok/import/"*.proj "$work/$place"
    done
    (cd "$work/one" && "$PROJC" build -M --main input.proj)
    (cd "$work/two" && LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 TZ=Asia/Kathmandu "$PROJC" build -o deeper deeper/input.proj)
    same_outputs "another folder, locale and time zone" "$work/one" "$work/two/deeper"
    mkdir -p "$work/again"
    (cd "$work/one" && "$PROJC" build -o "$work/again" input.proj)
    same_outputs "another output folder" "$work/one" "$work/again"

    # Several files in one call give what each gives alone.
    mkdir -p "$work/several"
    cp "$golden/ok/handler_several/input.proj" "$work/several/first.proj"
    cp "$golden/ok/hostile_package/input.proj" "$work/several/second.proj"
    (cd "$work/several" && mkdir alone && "$PROJC" build first.proj second.proj &&
        "$PROJC" build -o alone second.proj && "$PROJC" build -o alone first.proj)
    for file in "$work"/several/*_proj.*; do
        same "several files in one call: $(basename "$file")" "$work/several/alone/$(basename "$file")" "$file"
    done
}

# Paths and dates of this run are in no output.
output_is_anonymous() {
    mkdir -p "$work/hidden_place"
    cp "$golden/ok/import/"*.proj "$work/hidden_place"
    "$PROJC" build --main -o "$work/hidden_place" "$work/hidden_place/input.proj"
    claim "no path in an output" sh -c '! grep -l -e hidden_place -e "$1" "$0"/*_proj.* "$0"/*_main.c' \
        "$work/hidden_place" "$root"
    claim "no date in an output" sh -c '! grep -l -e "$(date -u +%Y-%m-%d)" "$0"/*_proj.* "$0"/*_main.c' \
        "$work/hidden_place"
}

# Equal outputs are not touched; changed ones are replaced; --check tells, and writes nothing.
output_is_kept() {
    mkdir -p "$work/kept"
    cp "$golden/ok/stream_json/input.proj" "$work/kept"
    cd "$work/kept" || exit 1
    run "$PROJC" build --check input.proj
    expect "--check of outputs that are missing" 1 'input_proj\.h is stale: run `projc build` again'
    claim "--check writes nothing" test ! -e input_proj.h
    run "$PROJC" build input.proj
    expect "a first build" 0
    touch -d '2001-02-03 04:05:06' input_proj.*
    run "$PROJC" build input.proj
    expect "a second build" 0
    claim "equal outputs are not written again" \
        test -z "$(find . -name 'input_proj.*' -newermt '2001-02-04')"
    run "$PROJC" build --check input.proj
    expect "--check of fresh outputs" 0
    echo '/* edited */' >>input_proj.h
    run "$PROJC" build --check input.proj
    expect "--check of an edited output" 1 'input_proj\.h is stale'
    run "$PROJC" build input.proj
    expect "an edited output is replaced" 0
    same "an edited output is as before" "$golden/ok/stream_json/input_proj.h" input_proj.h
    claim "the others were not touched" \
        test "$(find . -name 'input_proj.*' -newermt '2001-02-04')" = ./input_proj.h
    claim "no temporary file is left" sh -c '! ls | grep -q tmp'
    cd "$root" || exit 1
}

# --no-line leaves out the directives and changes nothing else.
output_has_lines() {
    mkdir -p "$work/no_line"
    cp "$golden/ok/handler_if/input.proj" "$work/no_line"
    (cd "$work/no_line" && "$PROJC" build --no-line input.proj)
    claim "--no-line: no directive" sh -c '! grep "^#line" "$0"' "$work/no_line/input_proj.c"
    grep -v '^#line' "$golden/ok/handler_if/input_proj.c" >"$work/without"
    same "--no-line: the rest is equal" "$work/without" "$work/no_line/input_proj.c"
}

# -M: make builds again when a file that was imported changes, and not otherwise.
output_serves_make() {
    mkdir -p "$work/make/shared folder"
    mv_from=$golden/ok/import
    cp "$mv_from/input.proj" "$mv_from/events.proj" "$work/make"
    cp "$mv_from/common.proj" "$work/make/shared folder/common.proj"
    cd "$work/make" || exit 1
    printf 'input_proj.c input_proj.h: input.proj\n\t%s build -M -I "shared folder" $<\n\n-include input_proj.d\n' \
        "$PROJC" >Makefile
    run make -s input_proj.c
    expect "make with -M" 0
    run make -q input_proj.c
    expect "nothing to do" 0
    for file in events.proj 'shared folder/common.proj'; do
        touch -d '+1 minute' "$file"
        run make -q input_proj.c
        expect "$file is newer" 1
        touch -d '-1 minute' "$file"
    done
    rm events.proj
    run make -s input_proj.c
    expect "an import that is gone is projc's to report" 2 'events\.proj'
    cd "$root" || exit 1
}

# --main writes a service that compiles, --exe links one that runs.
output_is_a_program() {
    mkdir -p "$work/program"
    cp "$golden/ok/stream_json/input.proj" "$work/program/shop.proj"
    cd "$work/program" || exit 1
    run "$PROJC" build --main shop.proj
    expect "--main" 0
    claim "--main writes X_main.c" test -s shop_main.c
    # shellcheck disable=SC2086
    claim "the main compiles" ${CC:-cc} -std=c11 -fsyntax-only $strict -I"$root/runtime/include" shop_main.c
    rm shop_main.c
    CC="${CC:-cc} ${PROJC_TEST_CFLAGS:-}" run "$PROJC" build --exe ./shop shop.proj
    expect "--exe" 0
    claim "the program tells its version" sh -c './shop version | grep -q shop'
    cd "$root" || exit 1
}

# A package that bears a word works, or is refused by its name; all that work can be used at once.
packages_survive_keywords() { # folder
    refused=0
    for file in "$1"/*.proj; do
        "$PROJC" build "$file" >"$file.said" 2>&1 && continue
        refused=$((refused + 1))
        grep "^error" "$file.said" >"$1/errors" || cat "$file.said"
        grep -v -E "^error\\[E0112\\]: (a package cannot be called|the table's name)" "$1/errors"
    done >"$1/unclear"
    claim "a package with a keyword as name works or is refused clearly" test ! -s "$1/unclear"
    claim "and most of them work" test "$(find "$1" -name '*_proj.h' | wc -l)" -gt $((4 * refused))
    (cd "$1" && for file in *_proj.h; do echo "#include \"$file\""; done >all.c)
    cp "$1/all.c" "$1/all.cpp"
    find "$1" -name '*_proj.c' >"$1/sources"
    # shellcheck disable=SC2086
    claim "gcc accepts packages with keywords as names" xargs -a "$1/sources" -P 2 -n 50 \
        gcc -std=c11 -fsyntax-only $strict -I"$root/runtime/include"
    # shellcheck disable=SC2086
    claim "and all their headers at once" gcc -std=c11 -fsyntax-only $strict -I"$root/runtime/include" "$1/all.c"
    ! command -v g++ >/dev/null ||
        claim "in C++ too" g++ -std=c++20 -fsyntax-only -I"$root/runtime/include" "$1/all.cpp"
}

# All keywords as names on PostgreSQL, each module in a schema of its own.
postgres_survives_keywords() { # folder name…
    [ -n "${PROJC_TEST_PG:-}" ] || { skip "keywords as names on PostgreSQL" "PROJC_TEST_PG is not set"; return; }
    folder=$1
    database_name=projc_hostile_$$
    psql -X -q -d "$PROJC_TEST_PG" -c "CREATE DATABASE $database_name" || { fail "a database for keywords"; return; }
    database=$(echo "$PROJC_TEST_PG" | sed "s#^\(postgres[a-z]*://[^/]*\)/[^?]*#\1/$database_name#")
    shift
    for name; do
        claim "PostgreSQL accepts keywords as names of $name" apply_postgres "$folder/${name}_proj.postgres.sql"
    done
    psql -X -q -d "$PROJC_TEST_PG" -c "DROP DATABASE $database_name"
}

# Hundreds of keywords as names of everything: accepted by the compilers and the databases.
output_survives_keywords() {
    mkdir -p "$work/hostile"
    "$golden/hostile.sh" "$work/hostile" || { fail "hostile.sh"; return; }
    hostile_names="events records projections columns locals functions tables queries keys collections upcasts"
    for name in $hostile_names; do
        (cd "$work/hostile" && run "$PROJC" build $name.proj && cp "$work/err" said && echo "$status" >exit)
        status=$(cat "$work/hostile/exit") expect "keywords as names of $name" 0
        claim "keywords as names of $name: no message" test ! -s "$work/hostile/said"
        echo "$work/hostile/${name}_proj.c" >>"$work/hostile/sources"
        echo "$work/hostile/${name}_proj.h" >>"$work/hostile/headers"
        ! command -v sqlite3 >/dev/null || [ ! -s "$work/hostile/${name}_proj.sqlite.sql" ] ||
            claim "SQLite accepts keywords as names of $name" apply_sqlite "$work/hostile/${name}_proj.sqlite.sql"
    done
    for compiler in gcc clang; do
        command -v $compiler >/dev/null || { skip "keywords as names with $compiler" "not installed"; continue; }
        # shellcheck disable=SC2086
        claim "$compiler accepts keywords as names" xargs -a "$work/hostile/sources" -P 2 -n 1 \
            $compiler -std=c11 -fsyntax-only $strict -I"$root/runtime/include"
    done
    for compiler in g++ clang++; do
        command -v $compiler >/dev/null || { skip "keywords as names with $compiler" "not installed"; continue; }
        # shellcheck disable=SC2086
        claim "$compiler accepts keywords as names" xargs -a "$work/hostile/headers" -P 2 -n 1 \
            $compiler -std=c++20 -fsyntax-only $cxx_strict -I"$root/runtime/include" -x c++
    done
    # shellcheck disable=SC2086
    postgres_survives_keywords "$work/hostile" $hostile_names
    packages_survive_keywords "$work/hostile/packages"
}

section_output() {
    output_is_deterministic
    output_is_anonymous
    output_is_kept
    output_has_lines
    output_serves_make
    output_is_a_program
    output_survives_keywords
}
