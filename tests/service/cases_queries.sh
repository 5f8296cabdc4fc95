# Queries: arguments that are members of enums, limits that are computed, and `projc test --update`
# of the rows that are expected.
# Sourced by run.sh for each store.
# shellcheck shell=sh disable=SC2016

folder=$work/queries_$store
mkdir "$folder"
cp "$here/../run/query_limit.proj" "$folder/limits.proj"
build_service "$folder" limits
till=$bin
bin=$folder/limits
fresh
svc run --create --once
wants 'the tables are made' 0

svc query sized Small none
wants 'a member is taken by its outside name' 0
svc query sized Large none
wants 'a name that is nearly one is refused, with the one that was meant' 2 'parameter `size`: `Large` is no member; did you mean `large`\?'
svc query sized enormous none
wants 'a name that is like none, with all of them' 2 '`enormous` is none of `Small`, `large`'
svc query sized large Tiny
wants 'in an optional parameter too' 2 'parameter `other`: `Tiny` is '
svc query twice 4294967295
wants 'a limit that cannot be computed says where and why' 1 'limits.proj:[0-9]+:[0-9]+: k \* 2: 4294967295 \* 2 does not fit u32'
svc query twice 2
wants 'one that can is' 0
bin=$till

if [ "$store" = sqlite ]; then
    sed -e 's/expect twice \[.*/expect twice [{ n: 1, times: 2 }, { n: 3 }]/' \
        -e 's/expect pages(1) .*/expect pages(1) []/' \
        -e 's/expect some(none).*/expect some(none) [{ times: 3 }]/' \
        -e 's/expect none_at_all.*/expect none_at_all(7) [{}]/' "$folder/limits.proj" >"$folder/wrong.proj"
    update() { (cd "$folder" && PROJC_HOME=$B CC="$CC ${PROJC_TEST_CFLAGS:-}" "$PROJC" test "$@" wrong.proj) >"$work/out" 2>&1; }
    equals 'four expected answers are wrong' 4 "$(update || true; grep -c '^  wrong.proj:' "$work/out")"
    holds '--update mends expected rows' sh -c 'grep -q "4 updated, 0 to be mended by hand" "$0"' "$(update --update || true; echo "$work/out")"
    equals 'with the columns that were expected' '    expect twice [{ n: 1, times: 1 }, { n: 2, times: 1 }]' "$(grep 'expect twice \[' "$folder/wrong.proj")"
    equals 'with all where none were' '    expect pages(1) [{ n: 1, times: 1 }, { n: 2, times: 1 }]' "$(grep 'expect pages' "$folder/wrong.proj")"
    equals 'down to none' '    expect none_at_all(7) []' "$(grep 'expect none_at_all' "$folder/wrong.proj")"
    holds 'then the tests hold' update
fi
