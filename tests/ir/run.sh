#!/bin/sh
# projc ir: every document is valid by its schema and consistent, every part of the schema is of use,
# changed documents are refused, a document tells the whole program; goldens, determinism, errors.
#
# UPDATE=1 rewrites the goldens (tests/golden/ok/*/ir.json); read them before you commit them.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${B:=$root/build}"
: "${PROJC:=$B/bin/projc}"
suite=$B/tests/ir/suite
[ -x "$suite" ] || { echo "run.sh: no $suite: run make unit" >&2; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-ir.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
export LC_ALL=C TZ=UTC
unset PROJC_HOME DATABASE_URL
. "$root/tests/golden/lib.sh"
schema=$root/compiler/export/schema.json

# Runs a part of the suite, which counts for itself.
count_suite() { # claim arguments…
    claim_name=$1
    shift
    if "$suite" "$@" >"$work/suite.out" 2>&1; then
        summary=$(grep -E '^[0-9]+ passed, 0 failed$' "$work/suite.out")
        claim "$claim_name: something ran" test "${summary%% *}" -gt 10
        passed=$((passed + ${summary%% *}))
    else
        fail "$claim_name" "$work/suite.out"
    fi
}

# ---- the validator, the schema ----

count_suite "the validator" self
run "$PROJC" ir --schema
expect "--schema" 0
same "--schema is the file" "$schema" "$work/out"

# ---- every program there is ----

# Writes the document of a program, from its own folder.
document() { # file name
    if (cd "$(dirname "$1")" && "$PROJC" ir "$(basename "$1")" >"$work/documents/$2.json" 2>"$work/err"); then
        pass
    else
        fail "$1 has a document" "$work/err"
        rm -f "$work/documents/$2.json"
    fi
}

mkdir "$work/documents"
for file in "$root"/tests/golden/ok/*/input.proj "$root"/examples/*/*.proj "$root"/tests/run/*.proj \
    "$root"/tests/unit/data/*.proj "$here"/programs/*.proj; do
    [ -f "$file" ] || continue
    # A file that is a part of others has no package.
    grep -q '^package' "$file" || continue
    name=${file#"$root"/}
    document "$file" "$(echo "${name%.proj}" | tr / -)"
done
claim "every golden folder has a document" \
    test "$(ls "$work/documents" | grep -c '^tests-golden-ok-')" = "$(ls -d "$root"/tests/golden/ok/*/ | grep -c .)"
for part in tests-run examples tests-ir; do
    claim "there are documents of $part" test "$(ls "$work/documents" | grep -c "^$part")" -gt 1
done
count_suite "documents, schema and words" check "$schema" "$work"/documents/*.json
cp "$work/suite.out" "$work/coverage.out"

# ---- what is wrong is noticed ----

for name in policy_retry query_keyed enum_codes_json; do
    count_suite "changes of $name" mutants "$schema" "$work/documents/tests-golden-ok-$name-input.json"
done
# The other direction: a schema with a part more, or a word more, is one with a part without use.
one=$work/documents/tests-ir-programs-rest.json
sed 's/"keyed", *"description"/&/; s/"aggregate", "stream", "keyed"/&, "nonsense"/' "$schema" >"$work/wider.json"
claim "the wider schema is another one" sh -c '! cmp -s "$0" "$1"' "$schema" "$work/wider.json"
claim "a word of the schema without use is noticed" \
    sh -c '! "$0" check "$1" "$2"/documents/*.json >"$2/wider.out" && grep -q "never met: \"nonsense\"" "$2/wider.out"' \
    "$suite" "$work/wider.json" "$work"
claim "what one program does not use is noticed" \
    sh -c '! "$0" check "$1" "$2" >"$3" && grep -q "never used" "$3" && grep -q "was never met" "$3"' \
    "$suite" "$schema" "$one" "$work/one.out"
# Names and types that do not fit are valid by the schema, and noticed all the same.
inconsistent() { # claim script [program]
    name=${3:-tests-golden-ok-handler_each-input}
    sed "$2" "$work/documents/$name.json" >"$work/inconsistent.json"
    claim "$1 is a change" sh -c '! cmp -s "$0" "$1"' "$work/documents/$name.json" "$work/inconsistent.json"
    "$suite" check "$schema" "$work/inconsistent.json" >"$work/inconsistent.out"
    claim "$1 is noticed" grep -q 'inconsistent.json: is not consistent' "$work/inconsistent.out"
    claim "$1 is valid" sh -c '! grep "inconsistent.json: /" "$0"' "$work/inconsistent.out"
}
inconsistent "a type that there is not" '/"kind": "builtin"/{n;s/"f64"/"f65"/;}' tests-ir-programs-rest
inconsistent "a field of the state that there is not" '/"kind": "state_field"/{n;n;n;s/"qty"/"quantity"/;}'
inconsistent "a field of a record that there is not" 's/"field": "qty",/"field": "quantity",/'
inconsistent "a local that is not bound" '/"kind": "local"/{n;n;n;s/"id": 0/"id": 9/;}'
inconsistent "a value of another type" '/"kind": "constant"/{n;s/"u32"/"text"/;}'
inconsistent "a conversion that is missing" '/"kind": "convert"/{n;s/"i64"/"i16"/;}' tests-golden-ok-expression_integers-input
inconsistent "a key of another type" '/"name": "sku"/{n;n;n;s/"text"/"uuid"/;}'

# ---- a document is enough: the program that it tells has the same document ----

mkdir "$work/back"
cd "$work/back" || exit 1
for file in "$work"/documents/*.json; do
    name=$(basename "$file" .json)
    "$suite" print "$file" >"$name.proj"
    run "$PROJC" ir "$name.proj"
    expect "the program told by $name" 0
    cp "$work/out" "$name.json"
    claim "$name comes back" "$suite" same "$file" "$name.json"
done
for change in 's/"operator": "+"/"operator": "-"/' 's/"version": 1/"version": 2/' '/"kind": "constant"/,/"value"/s/"value": 0/"value": 1/'; do
    sed "$change" "$work/documents/tests-golden-ok-handler_each-input.json" >changed.json
    "$suite" print changed.json >changed.proj
    run "$PROJC" ir changed.proj
    expect "the program of a changed document" 0
    cp "$work/out" back.json
    claim "$change is another document" sh -c '! "$0" same "$1" back.json' "$suite" \
        "$work/documents/tests-golden-ok-handler_each-input.json"
done

# ---- goldens ----

goldens=0
for file in "$root"/tests/golden/ok/*/ir.json; do
    folder=$(dirname "$file")
    name=$(basename "$folder")
    [ "${UPDATE:-0}" = 0 ] || cp "$work/documents/tests-golden-ok-$name-input.json" "$file"
    same "golden $name" "$file" "$work/documents/tests-golden-ok-$name-input.json"
    goldens=$((goldens + 1))
done
claim "there are goldens" test "$goldens" -gt 4

# ---- the same bytes everywhere ----

golden=$root/tests/golden/ok/import
wanted=$golden/ir.json
mkdir -p "$work/a/deep/folder" "$work/b" "$work/include"
cp "$golden"/*.proj "$work/a/deep/folder"
cp "$golden"/*.proj "$work/b"
claim "the golden has imports" test "$(ls "$golden"/*.proj | grep -c .)" -gt 1
for folder in "$work/a/deep/folder" "$work/b"; do
    cd "$folder" || exit 1
    run "$PROJC" ir input.proj
    same "in another folder" "$wanted" "$work/out"
    run "$PROJC" ir ./input.proj
    same "by ./" "$wanted" "$work/out"
    run "$PROJC" ir "$folder/input.proj"
    same "by an absolute path" "$wanted" "$work/out"
    cd / || exit 1
    run "$PROJC" ir "${folder#/}/input.proj"
    same "from the root" "$wanted" "$work/out"
done
cd "$work/b" || exit 1
for locale in C.UTF-8 de_DE.UTF-8 tr_TR.UTF-8; do
    LC_ALL=$locale LANG=$locale TZ=Asia/Kathmandu COLUMNS=20 run "$PROJC" ir input.proj
    same "with the locale $locale" "$wanted" "$work/out"
done
"$PROJC" ir input.proj >"$work/first.json" & first=$!
"$PROJC" ir input.proj >"$work/second.json" & second=$!
wait "$first" && wait "$second"
same "two at once" "$work/first.json" "$work/second.json"
# An import that -I finds is told from that folder.
mv "$work/b/common.proj" "$work/include"
run "$PROJC" ir -I "$work/include" input.proj
expect "-I" 0
same "-I tells no more of the folder" "$wanted" "$work/out"

# ---- several files; errors ----

mkdir "$work/errors"
cd "$work/errors" || exit 1
cp "$root/tests/golden/ok/enum_codes_json/input.proj" good.proj
cp "$root/tests/golden/error/type_mismatch/input.proj" bad.proj
cp "$root/tests/golden/error/warning_unused/input.proj" warned.proj
run "$PROJC" ir good.proj warned.proj
expect "two files" 0 'warning\[W0305\]'
cp "$work/out" two.json
claim "two files: two modules" test "$(grep -c '"package":' two.json)" = 2
"$suite" check "$schema" two.json >two.out 2>&1
claim "two files: valid and consistent" sh -c '! grep -q "two.json" "$0"' two.out
run "$PROJC" ir -Werror good.proj warned.proj
expect "-Werror" 1 'error\[W0305\]'
claim "-Werror: no document" test ! -s "$work/out"
run "$PROJC" ir good.proj bad.proj
expect "a file with errors" 1 'error\[E0205\]'
claim "a file with errors: no document" test ! -s "$work/out"
cp "$work/err" "$work/ir.err"
run "$PROJC" check good.proj bad.proj
same "the diagnostics are those of check" "$work/err" "$work/ir.err"
for option in --json --short; do
    run "$PROJC" ir $option bad.proj
    cp "$work/err" "$work/ir.err"
    run "$PROJC" check $option bad.proj
    same "$option is that of check" "$work/err" "$work/ir.err"
done
run "$PROJC" ir missing.proj
expect "a missing file" 3 'E0010.*No such file'
run "$PROJC" ir --schema good.proj
expect "--schema with a file" 2 '^usage: projc ir'
run "$PROJC" ir
expect "no file" 2 '^usage: projc ir'
claim "no more than the document was written" test "$(ls | grep -c .)" = 5

# ---- the manual page ----

page=$root/man/projc-ir.5
for word in $(sed -n '/^    "module": {/,/^    },/s/^        "\([a-z]*\)": {.*/\1/p' "$schema"); do
    case $word in package | doc | c) continue ;; esac
    claim "projc-ir(5) tells of $word" grep -q "^\.[BT][RP]*.*\b$word\b" "$page"
done
if command -v man >/dev/null 2>&1 && man --version >/dev/null 2>&1; then
    LC_ALL=C.UTF-8 MANWIDTH=100 man -l --warnings "$page" 2>&1 >/dev/null | head >"$work/man.out"
    claim "man has nothing to say against projc-ir.5" test ! -s "$work/man.out"
else
    skip "man has nothing to say" "man is not installed"
fi
finish
