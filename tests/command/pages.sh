# pages.sh -- graph, doc, completion, new: groups of run.sh, which sources this.

# ---- graph and doc ----

group_graph() {
    place graph
    cp "$here"/pages/*.proj .
    for word in mermaid dot; do
        run "$PROJC" graph --format $word input.proj
        expect "graph --format $word" 0
        same "graph --format $word is $word" "$here/pages/graph.$word" "$work/out"
        # Everything that compiles has a picture.
        for file in "$root"/tests/golden/ok/*/input.proj "$root"/examples/*/*.proj input.proj; do
            (cd "$(dirname "$file")" && "$PROJC" graph --format $word "$(basename "$file")") \
                >picture 2>"$work/err" || echo "exit status $?" >>picture
            claim "graph --format $word of ${file#"$root/"} is $word" \
                awk -v format=$word -f "$here/pages/nodes.awk" picture
        done
        run "$PROJC" graph --format $word input.proj shop.proj input.proj
        expect "graph --format $word of three files" 0
        cp "$work/out" picture
        claim "graph --format $word of three files is $word" \
            awk -v format=$word -f "$here/pages/nodes.awk" picture
        if [ $word = dot ]; then
            if command -v dot >/dev/null; then
                claim "Graphviz reads it" dot -Tsvg -o picture.svg picture
            else
                skip "Graphviz reads it" "dot is not installed"
            fi
        fi
    done
    printf 'flowchart LR\n    a --> b\n' >picture
    claim "nodes.awk sees a line to nowhere" sh -c '! awk -v format=mermaid -f "$0" picture >/dev/null' "$here/pages/nodes.awk"
    run "$PROJC" graph --format gif input.proj
    expect "graph --format gif" 2 'mermaid or dot, not `gif`'
}

group_doc() {
    place doc
    cp "$here"/pages/*.proj .
    run "$PROJC" doc input.proj
    expect "doc" 0
    same "doc" "$here/pages/page.md" "$work/out"
    run "$PROJC" doc shop.proj input.proj
    expect "doc of two files" 0
    claim "doc of two files has both" test "$(grep -c '^# ' "$work/out")" = 2
    # A row of a table has as many cells as its head, whatever stands in them.
    for file in "$root"/tests/golden/ok/*/input.proj "$root"/examples/*/*.proj input.proj; do
        (cd "$(dirname "$file")" && "$PROJC" doc "$(basename "$file")") >page 2>"$work/err" || : >page
        claim "doc of ${file#"$root/"}: tables are whole" awk '
            { cells = $0; gsub(/\\\|/, "", cells); cells = gsub(/\|/, "", cells) }
            /^\|/ { if (width == 0) width = cells; if (cells != width) { print FILENAME ":" FNR ": " $0; found = 1 } next }
            { width = 0 }
            END { exit found || NR == 0 }' page
    done
    for command in graph doc; do
        printf 'package shop\nstream shop as 1\n' >broken.proj
        run "$PROJC" $command shop.proj broken.proj
        expect "$command of what is not right" 1 'E0001'
        claim "$command of what is not right prints nothing" test ! -s "$work/out"
        run "$PROJC" $command --short broken.proj
        expect "$command --short" 1 '^broken\.proj:2:16: error: '
        run "$PROJC" $command -Werror input.proj
        expect "$command -Werror" 1 'error\[W0304\]'
    done
}

# ---- completion ----

# What bash offers for a command line whose last word is the one under way, a line a word.
offers() { # claim pattern word…
    offered=$1
    wanted=$2
    shift 2
    bash -c '. ./projc.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _projc; printf "%s\n" "${COMPREPLY[@]}"' \
        - "$@" >"$work/out" 2>"$work/err"
    claim "completion: $offered" sh -c 'grep -q -x -E -e "$1" "$0" && [ ! -s "$2" ]' "$work/out" "$wanted" "$work/err"
}

group_completion() {
    place completion
    for shell in bash zsh fish; do
        run "$PROJC" completion $shell
        expect "completion $shell" 0
        cp "$work/out" projc.$shell
        # Every command, and every option that a command's manual has.
        for command in $commands; do
            claim "completion $shell knows $command" grep -q -w -e "$command" projc.$shell
            for option in $("$PROJC" help "$command" | sed -n 's/^  -\(-*[A-Za-z][a-zA-Z-]*\) .*/\1/p'); do
                claim "completion $shell knows $command -$option" \
                    grep -q -E -e "(^| )$command[) ].*-$option\b|-[slo] ${option#-}\b|'-$option\[" projc.$shell
            done
        done
        if command -v $shell >/dev/null; then
            claim "$shell parses it" $shell -n projc.$shell
        else
            skip "$shell parses what completion prints" "$shell is not installed"
        fi
    done
    run "$PROJC" completion tcsh
    expect "completion of another shell" 2 'not for `tcsh`'
    if ! command -v bash >/dev/null; then
        skip "bash completes" "bash is not installed"
        return
    fi
    mkdir -p folder "a folder"
    touch "a b.proj" other.txt
    offers "commands" 'build' projc ''
    offers "a command begun" 'completion' projc com
    offers "options" '--store' projc test --s
    offers "files" 'shop\.proj' projc check s
    offers "a file with a blank" 'a b\.proj' projc check a
    offers "folders on the way to files" 'folder' projc build f
    claim "completion: other files are no programs" sh -c '! grep -q other "$0"' "$work/out"
    offers "values" 'postgres' projc test --store p
    offers "levels" 'tables' projc diff --level ta
    offers "formats" 'mermaid' projc graph --format m
    offers "folders of -o" 'a folder' projc build -o a
    offers "codes" 'E0201' projc explain E02
    offers "shells" 'zsh' projc completion z
    offers "commands of help" 'explain' projc help exp
    offers "folders of new" 'folder' projc new fol
}

# ---- new ----

group_new() {
    place new
    export PATH="$B/bin:$PATH" CC="$link_with"
    run "$PROJC" new my-shop
    expect "new" 0
    says "new tells the package" 'my_shop'
    cd my-shop || exit 1
    run "$PROJC" fmt --check my_shop.proj
    expect "what new writes is in the canonical form" 0
    run "$PROJC" check -Werror my_shop.proj
    expect "what new writes has no warning" 0
    # MAKEFLAGS of the make that runs this would reach it; the build folder is this run's.
    plain_make="env -u MAKEFLAGS -u MAKELEVEL -u PROJC PROJC_BUILD=$B make"
    run $plain_make CC="$CC" test
    expect "make test in it" 0
    says "its test passes" '^ok .*up and down'
    run $plain_make CC="$CC" demo
    expect "make demo in it" 0
    says "the demo shows what came out" '^pears +8 +8 '
    says "the demo shows what came out, in order" '^apples +2 +3 '
    run $plain_make CC="$CC"
    expect "make in it" 0
    says "make builds nothing twice" '[Nn]othing to be done'
    git init -q . && git status --short --untracked-files=all | sed 's/^?? //' | sort >"$work/out"
    printf '%s\n' .gitignore Makefile README.md events.jsonl main.c my_shop.proj | sort >wanted
    grep -v '^wanted$' "$work/out" >seen
    same "what is built is not for git" wanted seen
    cd ..
    run "$PROJC" new my-shop
    expect "new over a project" 3 'my-shop is not empty'
    run "$PROJC" new shop.proj
    expect "new over a file" 3 'Not a directory'
    run "$PROJC" new missing/folder
    expect "new in a folder that is missing" 3 'No such file'
    mkdir here && cd here || exit 1
    run "$PROJC" new .
    expect "new in this folder" 0
    claim "new in this folder is called after it" test -f here.proj
    cd ..
    for name in int sqlite3 "$(printf 'x%.0s' $(seq 1 60))"; do
        run "$PROJC" new "$name"
        expect "new $name" 1 'give it another name'
        claim "new $name makes nothing" test ! -e "$name"
    done
    run "$PROJC" new '9 lives/'
    expect "new of a name that is no package" 0
    claim "it is called by what is left" test -f '9 lives/_9_lives.proj'
    run "$PROJC" new one two
    expect "new of two folders" 2
    run "$PROJC" new
    expect "new without a folder" 2 '^usage: projc new'
    unset CC
}
