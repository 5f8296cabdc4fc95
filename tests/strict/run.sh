#!/bin/sh
# Stored collections that projc never wrote are refused.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${B:?}" "${PROJC:=$B/bin/projc}" "${CC:=gcc}" "${PROJC_TEST_CFLAGS:=}"
export PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-strict.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

cp "$here/bag.proj" "$work"
(cd "$work" && PROJC_HOME=$B "$PROJC" build bag.proj 2>/dev/null)
# shellcheck disable=SC2046,SC2086
$CC -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g -pthread $PROJC_TEST_CFLAGS -I"$work" -o "$work/strict" \
    "$here/strict.c" "$work/bag_proj.c" $(pkg-config --cflags --libs projc)
"$work/strict"
