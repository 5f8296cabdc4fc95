#!/bin/sh
# Generated decoders against ones written by hand, msgpack-c's objects and jansson: decode.c says more. Exit 1 where a
# goal is missed, 2 where a decoder reads wrongly.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
build=${B:-$root/build}
case $build in
/*) ;;
*) build=$root/$build ;;
esac
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

"$build/bin/projc" build -o "$work" "$root/tests/bench/decode.proj"
# shellcheck disable=SC2046 # flags
${CC:-cc} -O2 -ffp-contract=off -std=c11 -D_POSIX_C_SOURCE=200809L -I"$work" -I"$build/include" -o "$work/decode" \
    "$root"/tests/bench/decode*.c "$work/decode_proj.c" "$build/lib/libprojc.a" \
    $(pkg-config --cflags --libs jansson msgpack libpq sqlite3 libxxhash uuid libmicrohttpd) -lm -pthread
"$work/decode"
