#!/bin/sh
# The compiler's command line: help, usage, input, output, tools, and the small commands.
#
#   run.sh [GROUP…]    groups: commands usage input output disk tools check fmt explain test
#                      graph doc completion new; none means all
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:=$root/build}"
: "${PROJC:=$B/bin/projc}"
[ -x "$PROJC" ] || { echo "run.sh: no $PROJC: run make" >&2; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-command.XXXXXX")
mounted=
cleanup() {
    [ -z "$mounted" ] || umount "$mounted"
    chmod -R u+rwX "$work" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP
export LC_ALL=C TZ=UTC
unset PROJC_HOME DATABASE_URL
. "$root/tests/golden/lib.sh"
link_with="${CC:-cc} ${PROJC_TEST_CFLAGS:-}"
# What the program itself lists, but for help: a new command without help, manual or tests fails here.
commands=$("$PROJC" help | sed -n 's/^  \([a-z]*\) .*/\1/p' | grep -vx help | tr '\n' ' ')

place() { # name: a folder of its own with a module that is right, shop.proj
    mkdir -p "$work/$1"
    cp "$root/tests/golden/ok/stream_json/input.proj" "$work/$1/shop.proj"
    cd "$work/$1" || exit 1
}

says() { # claim pattern: on standard output
    claim "$1" grep -q -E -e "$2" "$work/out"
}

# So many lines stand on standard output, each a JSON object.
all_json() { # lines
    [ "$(wc -l <"$work/out")" -eq "$1" ] && [ "$(sqlite_json '$' | grep -c '^{')" -eq "$1" ]
}

# These members of each line, by a parser of JSON that is none of ours; columns separated by |.
sqlite_json() { # path…
    paths=
    for path in "$@"; do paths="$paths, '$path'"; done
    columns=$(echo "$paths" | sed "s/, \('[^']*'\)/, ifnull(json_extract(l, \1), '')/g; s/^, //")
    sed "s/'/''/g; s/.*/SELECT $columns FROM (SELECT '&' AS l);/" "$work/out" | sqlite3 -bail :memory:
}

# ---- every command ----

# The manual's section of a command.
section_of() { # name
    awk -v name="$1" '/^\.S[SH] / { within = ($0 ~ "^\\.SS \"projc " name "[ \"]") } within' "$root/man/projc.1" | sed 's/\\-/-/g'
}

group_commands() {
    place commands
    table=$root/tests/command/commands.table
    claim "the program lists its commands" test "$(echo "$commands" | wc -w)" -ge 7
    for command in $commands; do
        section_of "$command" >section
        claim "the manual has a section about $command" test -s section
        run "$PROJC" "$command" --help
        missing=
        for option in $(sed -n 's/^  \(--*[A-Za-z-]*\).*/\1/p' "$work/out"); do
            grep -qF -e "$option" section || missing="$missing $option"
        done
        claim "the manual knows the options of $command:$missing" test -z "$missing"
        claim "$command stands in commands.table" grep -q "^$command  *|" "$table"
    done
    cp "$root/examples/bank/bank.proj" .
    export PROJC_HOME=$B CC="$link_with"
    while IFS='|' read -r command good wanted bad text; do
        case $command in '#'* | '') continue ;; esac
        claim "$command is a command" sh -c "echo ' $commands ' | grep -q ' $(echo $command) '"
        # shellcheck disable=SC2086
        run "$PROJC" $good
        expect "projc $good" "$(echo $wanted)"
        # shellcheck disable=SC2086
        run "$PROJC" $bad
        expect "projc $bad" 2 "$(echo "$text" | sed 's/^ *//; s/ *$//; s/^-/[-]/')"
    done <"$table"
    unset PROJC_HOME CC
}

# ---- usage ----

group_usage() {
    place usage
    run "$PROJC"
    expect "without a command" 2 '^usage: projc COMMAND'
    run "$PROJC" nonsense
    expect "an unknown command" 2 'there is no command `nonsense`'
    for word in help --help -h; do
        run "$PROJC" $word
        expect "projc $word" 0
        for command in $commands help; do
            says "projc $word names $command" "^  $command "
        done
    done
    run "$PROJC" help nonsense
    expect "help for an unknown command" 2 'there is no command `nonsense`'
    run "$PROJC" --version
    expect "--version" 0
    says "--version" '^projc [0-9]+\.[0-9]+\.[0-9]+$'
    for command in $commands; do
        run "$PROJC" help $command
        expect "help $command" 0
        says "help $command" "^usage: projc $command"
        cp "$work/out" manual
        for option in --help -h; do
            run "$PROJC" $command $option
            expect "$command $option" 0
            same "$command $option is help $command" manual "$work/out"
        done
        run "$PROJC" $command
        expect "$command without arguments" 2 "^usage: projc $command"
        claim "$command without arguments points to help" grep -q "projc help $command" "$work/err"
    done
    for command in build check test graph doc ir; do
        run "$PROJC" $command --nonsense shop.proj
        expect "$command with an unknown option" 2 "projc $command: .*--nonsense"
        run "$PROJC" $command -I
        expect "$command -I without a folder" 2 "projc $command: .*argument"
        run "$PROJC" $command shop.proj --help
        expect "$command FILE --help" 0
    done
    run "$PROJC" build --exe a shop.proj shop.proj
    expect "--exe of two files" 2 'one FILE'
    run "$PROJC" build --exe shop.proj shop.proj
    expect "--exe over the source" 2 'over a \.proj file'
    same "--exe leaves the source alone" "$root/tests/golden/ok/stream_json/input.proj" shop.proj
    run "$PROJC" check -Wnonsense shop.proj
    expect "check -Wnonsense" 2 '^usage'
    run "$PROJC" test --store oracle shop.proj
    expect "test --store of another database" 2 'sqlite or postgres, not `oracle`'
    run "$PROJC" test --store postgres shop.proj
    expect "test --store postgres without DATABASE_URL" 2 'DATABASE_URL'
}

# ---- input ----

group_input() {
    place input
    mkdir folder
    : >empty.proj
    printf 'package shop\n\nstream s\0\n' >nul.proj
    printf 'package shop\n\nstream \377\n' >latin.proj
    printf '\377\376p\0a\0' >utf16.proj
    printf 'package shop\n\nimport "gone.proj"\n' >import.proj
    printf 'package shop\n\nimport "folder"\n' >import_folder.proj
    for command in build check test graph doc ir; do
        run "$PROJC" $command missing.proj
        expect "$command of a missing file" 3 'E0010.*No such file'
        run "$PROJC" $command folder
        expect "$command of a folder" 3 'E0010.*[Dd]irectory'
        run "$PROJC" $command nul.proj
        expect "$command of a file with NUL" 1 'E0012'
        run "$PROJC" $command latin.proj
        expect "$command of a file that is not UTF-8" 1 'E0013'
        run "$PROJC" $command utf16.proj
        expect "$command of UTF-16" 1 'E001[23]'
        run "$PROJC" $command import.proj
        expect "$command of a missing import" 1 'E0101.*gone\.proj'
        run "$PROJC" $command empty.proj
        expect "$command of an empty file" 1 'E0111'
        if [ -r /proc/self/mem ]; then
            run "$PROJC" $command /proc/self/mem
            expect "$command of a file whose reading fails" 3 'E0010.*/?output error'
        fi
    done
    run "$PROJC" check import_folder.proj
    claim "an import that is a folder is reported" test "$status" != 0
    { printf 'package shop\n'; head -c 16777216 /dev/zero | tr '\0' ' '; } >large.proj
    run "$PROJC" check large.proj
    expect "a file of more than 16 MiB" 1 'E0011'
    truncate -s 16777216 large.proj
    run "$PROJC" check large.proj
    expect "a file of 16 MiB" 0
    rm large.proj

    # One bad file among good ones: all are looked at, the worst status counts.
    run "$PROJC" check shop.proj nul.proj missing.proj latin.proj
    expect "several files, some bad" 3 'E0012'
    claim "several files: each is reported" test "$(grep -c '^error\[' "$work/err")" = 3
    if [ "$(id -u)" != 0 ]; then
        cp shop.proj secret.proj
        chmod 000 secret.proj
        run "$PROJC" check secret.proj
        expect "an unreadable file" 3 'E0010.*Permission denied'
    elif command -v setpriv >/dev/null; then
        chmod 755 "$work" "$work/input"
        cp shop.proj secret.proj
        chmod 600 secret.proj
        # The compiler itself may be in a folder that only root enters.
        cp "$PROJC" "$work/projc" && chmod 755 "$work/projc"
        run setpriv --reuid=65534 --regid=65534 --clear-groups "$work/projc" check secret.proj
        expect "an unreadable file" 3 'E0010.*Permission denied'
    else
        skip "an unreadable file" "root reads everything, and there is no setpriv"
    fi
    for name in 'with space.proj' 'ünï.proj' '*.proj' '$HOME.proj' '%s.proj' "it's.proj" -- ; do
        [ "$name" != -- ] || continue
        cp shop.proj "$name"
        run "$PROJC" build -M --main "$name"
        expect "a file called $name" 0
        # shellcheck disable=SC2086
        claim "its output compiles: $name" ${CC:-cc} -std=c11 -Wall -Wextra -Werror -fsyntax-only \
            -I"$root/runtime/include" "./${name%.proj}_proj.c" "./${name%.proj}_main.c"
    done
    cp shop.proj ./-dash.proj
    run "$PROJC" build -- -dash.proj
    expect "a file that begins by a dash" 0
    for name in 'quo"te.proj' 'back\slash.proj' "$(printf 'line\nbreak.proj')"; do
        cp shop.proj "$name"
        run "$PROJC" build "$name"
        expect "a file whose name cannot be included: $name" 3 'outputs cannot be called after it'
    done
    claim "no output X.proj.c" sh -c '! ls | grep -q "\.proj\.c$"'
    cp shop.proj shop.proj.proj
    run "$PROJC" build shop.proj.proj
    expect "shop.proj.proj" 0
    claim "still no output X.proj.c" sh -c '! ls | grep -q "\.proj\.c$"'
}

# ---- output ----

group_output() {
    place output
    run "$PROJC" build -o gone shop.proj
    expect "an output folder that is missing" 3 'cannot create gone/shop_proj\.h: No such file'
    run "$PROJC" build -o shop.proj shop.proj
    expect "an output folder that is a file" 3 'Not a directory'
    mkdir taken taken/shop_proj.h
    run "$PROJC" build -o taken shop.proj
    expect "an output that is a folder" 3 'shop_proj\.h'
    claim "no temporary file is left" sh -c '! ls taken | grep -q tmp'
    mkdir closed
    if [ "$(id -u)" != 0 ]; then
        chmod 555 closed
        run "$PROJC" build -o closed shop.proj
        expect "a read-only output folder" 3 'cannot create closed/shop_proj\.h: Permission denied'
    elif command -v setpriv >/dev/null; then
        chmod 755 "$work" "$work/output"
        cp "$PROJC" "$work/projc" && chmod 755 "$work/projc"
        run setpriv --reuid=65534 --regid=65534 --clear-groups "$work/projc" build -o closed shop.proj
        expect "a read-only output folder" 3 'cannot create closed/shop_proj\.h: Permission denied'
    else
        skip "a read-only output folder" "root writes everywhere, and there is no setpriv"
    fi
    for word in help --version "explain E0201" "explain --list" "ir shop.proj" "ir --schema"; do
        if [ -w /dev/full ]; then
            status=0
            # shellcheck disable=SC2086
            "$PROJC" $word >/dev/full 2>"$work/err" || status=$?
            expect "projc $word on a full disk" 3 'cannot write to standard output'
        fi
        status=0
        # shellcheck disable=SC2086
        "$PROJC" $word >&- 2>"$work/err" || status=$?
        expect "projc $word with standard output closed" 3 'cannot write to standard output'
    done
    status=0
    "$PROJC" build shop.proj <&- >&- 2>&- || status=$?
    : >"$work/err"
    expect "build with every standard stream closed" 0
    same "its header is whole" shop_proj.h shop_proj.h
    claim "its header is a header" grep -q '^#endif' shop_proj.h
    status=0
    "$PROJC" check missing.proj 2>&- || status=$?
    expect "check with standard error closed" 3
}

# ---- a full disk ----

group_disk() {
    place disk
    run "$PROJC" build shop.proj
    expect "a first build" 0
    mkdir before && cp shop_proj.* before
    sed 's/opened/opened_at_last/g' shop.proj >longer
    cp longer shop.proj
    # 1 KiB or less, by the shell's unit: no output fits.
    status=0
    (ulimit -f 1 && exec "$PROJC" build shop.proj) >"$work/out" 2>"$work/err" || status=$?
    expect "a file size limit" 3 'cannot write .*shop_proj\.h: File too large'
    for file in before/*; do
        same "the old output is whole: $(basename "$file")" "$file" "$(basename "$file")"
    done
    claim "no temporary file is left" sh -c '! ls | grep -q tmp'
    mkdir small
    if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=8k none small 2>"$work/err"; then
        mounted=$work/disk/small
        run "$PROJC" build -o small shop.proj
        expect "a full disk" 3 'No space left on device'
        claim "a full disk: no temporary file is left" sh -c '! ls small | grep -q tmp'
        claim "a full disk: what is there is whole" sh -c 'grep -q "^#endif" small/shop_proj.h'
        cd "$work" || exit 1
        umount "$mounted" && mounted=
    else
        skip "a full tmpfs" "mount needs root and a right that containers lack"
    fi
}

# ---- the C compiler and the runtime ----

group_tools() {
    place tools
    CC=/gone/cc run "$PROJC" build --exe shop shop.proj
    expect "a compiler that is missing" 3 'cannot make shop: .*/gone/cc'
    CC=false run "$PROJC" build --exe shop shop.proj
    expect "a compiler that fails" 3 'cannot make shop: false ended with status 1'
    CC="$link_with" run "$PROJC" build --exe gone/shop shop.proj
    expect "a program that cannot be written" 3 'cannot make gone/shop'
    PROJC_HOME=/gone run "$PROJC" build --exe shop shop.proj
    expect "PROJC_HOME without a runtime" 3 'no runtime in PROJC_HOME=/gone.*make'
    cp "$PROJC" alone
    run ./alone build --exe shop shop.proj
    expect "a compiler without its runtime" 3 'no runtime beside projc.*PROJC_HOME'
    CC="$link_with" PROJC_HOME="$B" run ./alone build --exe shop shop.proj
    expect "PROJC_HOME leads to the runtime" 0
    CC="  $link_with -DA -DB -DC -DD -DE -DF -DG -DH -DI -DJ -DK -DL -DM -DN -DO -DP -DQ -DR -DS -DT " \
        run "$PROJC" build --exe shop shop.proj
    expect "CC of many words" 0
    cat >sees_words <<'END'
#!/bin/sh
echo "$@" >words
exec false
END
    chmod +x sees_words
    CC="./sees_words -D1 -D2 -D3 -D4 -D5 -D6 -D7 -D8 -D9 -D10 -D11 -D12 -D13 -D14 -D15 -D16 -D17 -D18" \
        run "$PROJC" build --exe shop shop.proj
    claim "every word of CC arrives" grep -q -e ' -D18 ' words
    for command in "build --exe shop" test; do
        printf 'package shop\n\nstream s\n\naggregate A in s { event E {} }\n\nprojection p over s { state { n: u32 }  on E { n += 1 } }\n\ntest "t" { given A(1) { E {} } expect p { n: 1 } }\n' >tested.proj
        # shellcheck disable=SC2086
        CC=false run "$PROJC" $command tested.proj
        expect "$command with a compiler that fails" 3 'false ended with status 1'
    done
    mkdir scratch
    TMPDIR=$work/tools/scratch CC="$link_with" run "$PROJC" test tested.proj
    expect "test works in TMPDIR" 0
    claim "test leaves nothing there" test -z "$(ls scratch)"
    TMPDIR=/gone run "$PROJC" test tested.proj
    expect "TMPDIR that is missing" 3 'cannot make the folder /gone/'
}

# ---- check ----

group_check() {
    place check
    cp "$root/tests/golden/error/type_mismatch/input.proj" bad.proj
    cp "$root/tests/golden/error/warning_unused/input.proj" unused.proj
    run "$PROJC" check shop.proj
    expect "a module that is right" 0
    claim "a module that is right: silence" test ! -s "$work/err" -a ! -s "$work/out"
    claim "check writes nothing" test ! -e shop_proj.h
    run "$PROJC" check unused.proj
    expect "warnings" 0 'W0305'
    run "$PROJC" check -Werror unused.proj
    expect "-Werror" 1 'error\[W0305\]'
    run "$PROJC" check --short bad.proj
    expect "--short" 1 '^bad\.proj:[0-9]+:[0-9]+: error: .* \[E0205\]$'
    claim "--short: nothing but such lines" sh -c '! grep -v -E "^bad\.proj:[0-9]+:[0-9]+: (error|warning): " "$0"' "$work/err"
    run "$PROJC" check --short unused.proj
    expect "--short of a warning" 0 '^unused\.proj:[0-9]+:[0-9]+: warning: '
    run env "$PROJC" check --json bad.proj unused.proj missing.proj
    expect "--json" 3 '"code":"E0205"'
    if command -v sqlite3 >/dev/null; then
        # Every line is one JSON object with these members.
        sed "s/'/''/g; s/.*/SELECT json_extract('&', '\$.severity', '\$.code', '\$.message', '\$.file');/" \
            "$work/err" >queries.sql
        claim "--json: every line is JSON" sqlite3 -bail :memory: ".read queries.sql"
    else
        skip "--json: every line is JSON" "no sqlite3 shell"
    fi
    claim "--json: lines and no more" test "$(grep -c '^{.*}$' "$work/err")" = "$(grep -c . "$work/err")"
    # Names and texts of the user's in JSON.
    printf 'package shop\n\nstream s as "a\\"b\\\\c\\n\\u{7}\\t"\nstream t as "a\\"b\\\\c\\n\\u{7}\\t"\n' >escapes.proj
    run "$PROJC" check --json escapes.proj
    if command -v sqlite3 >/dev/null; then
        sed "s/'/''/g; s/.*/SELECT json_extract('&', '\$.message');/" "$work/err" >queries.sql
        claim "--json escapes" sqlite3 -bail :memory: ".read queries.sql"
    fi
    mkdir shared
    printf 'type Money = decimal(2)\n' >shared/money.proj
    printf 'package shop\nimport "money.proj"\nstream s\naggregate A in s { event E { m: Money } }\n' >user.proj
    run "$PROJC" check user.proj
    expect "an import in another folder" 1 'E0101'
    run "$PROJC" check -I shared user.proj
    expect "-I" 0
    run "$PROJC" check -Ishared user.proj
    expect "-IDIR" 0
    run "$PROJC" check user.proj -I gone -I shared
    expect "-I twice, behind the file" 0
    NO_COLOR=1 run "$PROJC" check bad.proj
    claim "no colours in a file" sh -c '! grep -q "$(printf "\033")" "$0"' "$work/err"
}

# ---- fmt: how files come and go; the form itself is in tests/format ----

group_fmt() {
    place fmt
    printf 'package   shop\n\n\nstream s // a comment\n' >messy
    printf 'package shop\n\nstream s  // a comment\n' >tidy
    printf 'package shop\n\nstream {\n' >broken
    for name in messy tidy broken; do cp $name $name.proj; done
    run "$PROJC" fmt --nonsense messy.proj
    expect "fmt with an unknown option" 2 'projc fmt: .*--nonsense'
    run "$PROJC" fmt -w
    expect "fmt -w without files" 2 '^usage: projc fmt'
    run "$PROJC" fmt -w --check messy.proj
    expect "fmt -w --check" 2 'exclude each other'
    run "$PROJC" fmt -w messy.proj -
    expect "fmt -w of standard input" 2 'standard input cannot be rewritten'
    same "wrong usage leaves files alone" messy messy.proj
    run "$PROJC" fmt messy.proj
    expect "fmt" 0
    same "fmt prints the form" tidy "$work/out"
    same "fmt leaves the file alone" messy messy.proj
    run "$PROJC" fmt messy.proj tidy.proj
    cat tidy tidy >both
    same "fmt of two files" both "$work/out"
    status=0
    "$PROJC" fmt - <messy >"$work/out" 2>"$work/err" || status=$?
    expect "fmt -" 0
    same "fmt - reads standard input" tidy "$work/out"
    status=0
    cat messy | "$PROJC" fmt - >"$work/out" 2>"$work/err" || status=$?
    same "fmt - reads a pipe" tidy "$work/out"
    status=0
    "$PROJC" fmt - <broken >"$work/out" 2>"$work/err" || status=$?
    expect "fmt - of what does not parse" 1 '<stdin>:3'
    claim "fmt - of what does not parse prints no form" test ! -s "$work/out"
    run "$PROJC" fmt --check tidy.proj
    expect "--check of the form" 0
    claim "--check of the form: silence" test ! -s "$work/out" -a ! -s "$work/err"
    run "$PROJC" fmt --check tidy.proj messy.proj
    expect "--check of what differs" 1
    claim "--check names what differs" test "$(cat "$work/out")" = messy.proj
    same "--check leaves the file alone" messy messy.proj
    run "$PROJC" fmt -w broken.proj messy.proj
    expect "-w of what does not parse, and of a file that does" 1 'broken\.proj:3'
    same "what does not parse is left alone" broken broken.proj
    same "the other file is rewritten" tidy messy.proj
    run "$PROJC" fmt -w missing.proj
    expect "-w of a missing file" 3 'E0010'
    printf 'package shop\n\0' >nul.proj
    run "$PROJC" fmt nul.proj
    expect "fmt of a file with NUL" 1 'E0012'
    printf 'package shop\n// \377\n' >latin.proj
    run "$PROJC" fmt -w latin.proj
    expect "fmt of a file that is not UTF-8" 1 'E0013'
    printf 'import "gone.proj"\n' >import.proj
    run "$PROJC" fmt --check import.proj
    expect "fmt reads no imports" 0
    : >empty.proj
    run "$PROJC" fmt -w empty.proj
    expect "fmt of an empty file" 0
    claim "an empty file stays empty" test ! -s empty.proj
    # What a file is besides its text stays.
    cp messy script.proj && chmod 751 script.proj
    ln -s script.proj link.proj
    run "$PROJC" fmt -w link.proj
    expect "-w through a symbolic link" 0
    same "the file behind the link is rewritten" tidy script.proj
    claim "the link is one still" test -h link.proj
    claim "the mode stays" test "$(stat -c %a script.proj)" = 751
    mkdir deep && ln -s ../script.proj deep/link.proj && ln -s deep/link.proj twice.proj
    cp messy script.proj
    run "$PROJC" fmt -w twice.proj
    same "links to links, in other folders" tidy script.proj
    ln -s circle.proj circle.proj
    run "$PROJC" fmt -w circle.proj
    expect "a link to itself" 3
    before=$(stat -c '%i %y' tidy.proj)
    run "$PROJC" fmt -w tidy.proj
    claim "a file in the form is not touched" test "$(stat -c '%i %y' tidy.proj)" = "$before"
    cp messy limited.proj
    status=0
    i=0
    while [ $i -lt 300 ]; do echo "// $i: a line of a file that is longer than the limit"; i=$((i + 1)); done >>limited.proj
    cp limited.proj limited
    (ulimit -f 1 && exec "$PROJC" fmt -w limited.proj) >"$work/out" 2>"$work/err" || status=$?
    expect "-w within a file size limit" 3 'cannot write limited\.proj: File too large'
    same "the old file is whole" limited limited.proj
    if [ "$(id -u)" != 0 ] || command -v setpriv >/dev/null; then
        cp messy locked.proj && chmod 444 locked.proj
        chmod 777 "$work/fmt" && chmod 755 "$work"
        as_nobody=
        if [ "$(id -u)" = 0 ]; then
            cp "$PROJC" "$work/projc" && chmod 755 "$work/projc"
            as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups $work/projc"
        fi
        # shellcheck disable=SC2086
        run ${as_nobody:-$PROJC} fmt -w locked.proj
        expect "-w of a file that may not be written" 3 'cannot write locked\.proj: Permission denied'
        same "a file that may not be written stays" messy locked.proj
    else
        skip "-w of a file that may not be written" "root writes everywhere, and there is no setpriv"
    fi
    claim "no temporary file is left" sh -c '! ls | grep -q tmp'
    if [ -w /dev/full ]; then
        status=0
        "$PROJC" fmt tidy.proj >/dev/full 2>"$work/err" || status=$?
        expect "fmt on a full disk" 3 'cannot write to standard output'
    fi
    status=0
    "$PROJC" fmt --check messy >&- 2>"$work/err" || status=$?
    expect "--check with standard output closed" 3 'cannot write to standard output'
}

# ---- explain ----

group_explain() {
    place explain
    run "$PROJC" explain --list
    expect "explain --list" 0
    codes=$(sed -n 's/^\([EW][0-9]\{4\}\) .*/\1/p' "$work/out")
    claim "there are many codes" test "$(echo "$codes" | wc -l)" -gt 80
    for code in $codes; do
        run "$PROJC" explain "$code"
        # A title, an empty line, and a text.
        claim "explain $code" sh -c '[ "$1" = 0 ] && sed -n 1p "$0" | grep -q "^$2: ..*" && [ -z "$(sed -n 2p "$0")" ] && [ "$(sed -n "3,\$p" "$0" | wc -c)" -gt 20 ]' \
            "$work/out" "$status" "$code"
    done
    run "$PROJC" explain --json --list
    expect "explain --json --list" 0
    claim "explain --json --list: an object a line for each code" all_json "$(echo "$codes" | wc -l)"
    run "$PROJC" explain --json E0201 W0301
    claim "explain --json: of each code what explain tells" test "$(sqlite_json '$.code' '$.title')" = "$(
        "$PROJC" explain --list | sed -n 's/^\(E0201\|W0301\) */\1|/p')"
    run "$PROJC" explain e0201
    expect "explain in lower case" 0
    run "$PROJC" explain E0201 W0301
    expect "explain of two codes" 0
    says "explain of two codes: the second" '^W0301: '
    run "$PROJC" explain E9999
    expect "explain of an unknown code" 2 'there is no diagnostic `E9999`'
    run "$PROJC" explain E9999 E0201
    expect "explain of an unknown code and a known one" 2 'E9999'
    says "the known one is explained" '^E0201: '
    # Every code that a golden shows is one that explain knows.
    for code in $(cat "$root"/tests/golden/error/*/stderr | grep -oE '^(error|warning)\[[EW][0-9]{4}\]' | grep -oE '[EW][0-9]{4}' | sort -u); do
        claim "explain knows $code" sh -c 'echo "$0" | grep -q "$1"' "$codes" "$code"
    done
}

# ---- test: what tests/run does not show ----

group_test() {
    place test
    export CC="$link_with"
    cat >two.proj <<'END'
package shop

stream s

aggregate A in s { event E { n: u32 } }

projection p for each A { state { n: u32 }  on E { state.n += event.n } }

test "the first" { given A(1) { E { n: 1 } } expect p(1) { n: 1 } }
test "the second" { given A(1) { E { n: 2 } } expect p(1) { n: 3 } }
END
    run "$PROJC" test two.proj
    expect "a test that fails" 1
    claim "it says which" sh -c 'cat "$0" "$1" | grep -q "the second"' "$work/out" "$work/err"
    run "$PROJC" test --filter first two.proj
    expect "--filter" 0
    run "$PROJC" test --filter nothing two.proj
    claim "--filter that fits no test is a failure" test "$status" = 1
    run "$PROJC" test --tap two.proj
    expect "--tap" 1
    says "--tap: passed" '^ok [0-9]+ - .*the first'
    says "--tap: failed" '^not ok [0-9]+ - .*the second'
    run "$PROJC" test --json two.proj
    expect "--json" 1
    claim "--json: an object a line for each test" all_json 2
    claim "--json: passed and failed, with what was found" test "$(sqlite_json '$.test' '$.ok' '$.findings[0].source' '$.findings[0].line')" = \
        "the first|1||
the second|0|expect p(1) { n: 3 }|$(grep -n 'the second' two.proj | cut -d: -f1)"
    run "$PROJC" test shop.proj
    expect "a file without tests" 1 'no test'
    run "$PROJC" test two.proj missing.proj
    expect "a missing file among others" 3 'E0010'
    DATABASE_URL=postgresql:///nothing?host=/gone run "$PROJC" test --store postgres two.proj
    expect "a database that is not there" 3
    unset CC
}

. "$here/pages.sh"

for group in ${*:-commands usage input output disk tools check fmt explain test graph doc completion new}; do
    "group_$group"
done
cd "$root" || exit 1
finish
