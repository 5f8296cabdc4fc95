#!/bin/sh
# Everything that the pages for users show is compiled, run and compared; README.md says how a block asks for it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:?}"
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-docs-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A reader's machine: a clone named projc, and nothing set.
mkdir -p "$work/home/projc"
ln -s "$root/runtime" "$work/home/projc/runtime"
ln -s "$B" "$work/home/projc/build"
cp -R "$root/examples" "$work/home/projc/examples"
rm -f "$work"/home/projc/examples/*/*.db "$work"/home/projc/examples/*/*.o "$work"/home/projc/examples/*/*_proj.*
unset PROJC_HOME PROJC_BUILD PROJC PKG_CONFIG_PATH DATABASE_URL PROJC_CONFIG MAKEFLAGS MFLAGS CFLAGS || true
export LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
PATH=$B/bin:$PATH
# What links the runtime needs its sanitizer.
[ -z "${PROJC_TEST_CFLAGS:-}" ] || export CC="${CC:-cc} $PROJC_TEST_CFLAGS"

passed=0
failed=0
ok() {
    passed=$((passed + 1))
    echo "ok $((passed + failed)) - $1"
}
not_ok() { # claim log
    failed=$((failed + 1))
    echo "not ok $((passed + failed)) - $1"
    sed 's/^/# /' "$2"
}
verdict() { # claim log command…
    claim=$1
    log=$2
    shift 2
    if "$@" >"$log" 2>&1; then ok "$claim"; else not_ok "$claim" "$log"; fi
}

# ---- blocks of the language ----

# Blocks without `package` stand behind the page's first one, the "stock of events".
whole_program() { # body program
    if grep -q '^package ' "$1"; then
        [ -e "$work/stock" ] || cp "$1" "$work/stock"
        cp "$1" "$2"
    else
        { cat "$work/stock"; echo; cat "$1"; } >"$2"
    fi
}

# Silent but for W0305 (never used): a stock of events serves several programs.
check_program() { # folder file
    (cd "$1" && projc check --short "$2") >"$1/said" 2>&1 || { cat "$1/said"; return 1; }
    if grep -v W0305 "$1/said"; then return 1; fi
    if grep -q '^test "' "$1/$2"; then projc test "$1/$2" || return 1; fi
    mkdir -p "$1/out"
    rm -f "$1"/out/*
    projc build -o "$1/out" "$1/$2"
}

check_diagnostic() { # folder file code expected-or-nothing
    if (cd "$1" && projc check "$2") >"$1/said" 2>&1; then
        case $3 in W*) ;; *) echo "no error"; return 1 ;; esac
    fi
    grep -q "\[$3\]" "$1/said" || { cat "$1/said"; return 1; }
    [ -z "$4" ] || awk -f "$here/like.awk" "$4" "$1/said"
}

# Every line of an excerpt is a line of the text that it is from; blanks in front do not count.
check_excerpt() { # body text
    sed 's/^ *//' "$2" >"$work/lines"
    sed 's/^ *//; /^$/d; /^…$/d' "$1" >"$work/wanted"
    [ -s "$work/wanted" ] || { echo "nothing to look for"; return 1; }
    if grep -vxF -f "$work/lines" "$work/wanted"; then return 1; fi
}

# ---- steps ----

# In a shell that ends at the first command that fails; the folder and what is exported last for the page.
run_step() { # body log
    step_status=0
    sh -ec '. "$1"; . "$2"; pwd >"$3"; export -p >"$1"' step "$work/environment" "$1" "$work/folder" >"$2" 2>&1 ||
        step_status=$?
    if [ "$step_status" -eq 0 ]; then cd "$(cat "$work/folder")"; fi
    # On a slow machine a run says now and then how far it is.
    sed -i '/ level=info msg="catching up" /d' "$2"
}

check_page() { # page start-folder
    page=$1
    file=$root/$page
    case $page in /*) file=$page ;; esac
    blocks=$work/blocks/$(echo "$page" | tr / -)
    folder=$blocks/program
    mkdir -p "$folder"
    rm -f "$work/stock"
    : >"$work/environment"
    count=$(awk -v folder="$blocks" -f "$here/fences.awk" "$file")
    cd "$2"
    number=0
    while [ "$number" -lt "$count" ]; do
        number=$((number + 1))
        base=$blocks/$(printf %03d "$number")
        next=$blocks/$(printf %03d $((number + 1)))
        read -r line language words <"$base.info" || true
        claim="$page:$line"
        case "$language $words" in
        "proj from "*)
            verdict "$claim is in ${words#from }" "$base.log" check_excerpt "$base.body" "$root/${words#from }"
            (cd "$folder" && cp "$root/${words#from }" . && check_program "$folder" "$(basename "${words#from }")") >/dev/null
            ;;
        "proj "[EW]0*)
            whole_program "$base.body" "$folder/example.proj"
            expected=
            if [ -e "$next.info" ]; then
                read -r _ kind _ <"$next.info" || true
                [ "$kind" != text ] || expected=$next.body
            fi
            verdict "$claim gives $words" "$base.log" check_diagnostic "$folder" example.proj "$words" "$expected"
            ;;
        "proj "*.proj)
            cp "$base.body" "$folder/$words"
            cp "$base.body" "$words"
            verdict "$claim, $words, compiles and its tests pass" "$base.log" check_program "$folder" "$words"
            ;;
        "proj ")
            whole_program "$base.body" "$folder/example.proj"
            verdict "$claim compiles and its tests pass" "$base.log" check_program "$folder" example.proj
            ;;
        "c out" | "sql out")
            cat "$folder"/out/* >"$work/all"
            verdict "$claim is what comes out" "$base.log" check_excerpt "$base.body" "$work/all"
            ;;
        "c from "* | "sql from "* | "make from "*)
            verdict "$claim is in ${words#from }" "$base.log" check_excerpt "$base.body" "$root/${words#from }"
            ;;
        "sh step")
            run_step "$base.body" "$base.log"
            if [ "$step_status" -ne 0 ]; then
                not_ok "$claim runs" "$base.log"
                return 0
            fi
            ok "$claim runs"
            if [ -e "$next.info" ]; then
                read -r next_line kind _ <"$next.info" || true
                if [ "$kind" = text ]; then
                    verdict "$page:$next_line is what it prints" "$next.log" awk -f "$here/like.awk" "$next.body" "$base.log"
                fi
            fi
            ;;
        "c "*.c | "make Makefile" | "sh "*.sh | "json "*.jsonl) cp "$base.body" "$words" ;;
        "text "* | "sh " | "json ") ;;
        *)
            echo "a fence of unknown kind: $language $words" >"$base.log"
            not_ok "$claim" "$base.log"
            ;;
        esac
    done
}

mkdir "$work/self"
"$here/self_test.sh" "$work/self" >"$work/self.log" || true
while read -r word _ _ claim; do
    case $word in
    ok) ok "$claim" ;;
    not)
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $claim"
        ;;
    esac
done <"$work/self.log"

# A page that lies, on standard input, must fail.
lie() { # claim
    cat >"$work/lie.md"
    rm -rf "$work/blocks" "$work/lie"
    mkdir "$work/lie"
    if (failed=0 && check_page "$work/lie.md" "$work/lie" && [ "$failed" -eq 0 ]) >"$work/lie.log" 2>&1; then
        not_ok "$1" "$work/lie.log"
    elif grep -q '^not ok' "$work/lie.log"; then
        ok "$1"
    else
        not_ok "$1" "$work/lie.log"
    fi
}

package='package lie
stream s
aggregate A in s { event E { n: i64 } }
projection p over s { state { n: i64 } on E { state.n += event.n } }'

lie "a program that does not compile is seen" <<END
\`\`\`proj
$package
projection q over s { state { n: i64 } on E { m += 1 } }
\`\`\`
END
lie "a test that fails is seen" <<END
\`\`\`proj
$package
test "wrong" { given A(1) { E { n: 1 } } expect p { n: 2 } }
\`\`\`
END
lie "a diagnostic that does not appear is seen" <<END
\`\`\`proj E0203
$package
\`\`\`
END
lie "an excerpt that is nowhere is seen" <<END
\`\`\`proj
$package
\`\`\`
\`\`\`c out
typedef struct lie_q_state {
\`\`\`
END
lie "a step that fails is seen, also before its end" <<END
\`\`\`sh step
false
true
\`\`\`
END
lie "what a step does not print is seen" <<END
\`\`\`sh step
echo a
\`\`\`
\`\`\`text
b
\`\`\`
END
lie "a fence that nobody knows is seen" <<END
\`\`\`pascal
begin end.
\`\`\`
END
rm -rf "$work/blocks"

# Every relative link of every page of the repository has something at its end.
check_links() {
    (cd "$root" && find . -name '*.md' -not -path './build*' -not -path './.git/*') >"$work/pages"
    [ -s "$work/pages" ] || return 1
    dangling=0
    while read -r page; do
        sed '/^```/,/^```/d' "$root/$page" | grep -o '\](\([^)]*\))' | sed 's/^](//; s/)$//; s/#.*//' |
            grep -v '^[a-z]*:' | sed '/^$/d' >"$work/links" || true
        while read -r target; do
            [ -e "$root/$(dirname "$page")/$target" ] || { echo "$page: $target"; dangling=1; }
        done <"$work/links"
    done <"$work/pages"
    return "$dangling"
}
verdict "every link between pages leads somewhere" "$work/links.log" check_links

check_page grammar/README.md "$work"
check_page README.md "$work/home"
for folder in "$root"/examples/*/; do
    example=$(basename "$folder")
    check_page "examples/$example/README.md" "$work/home/projc/examples/$example"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
