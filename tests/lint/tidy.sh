#!/bin/sh
# tidy.sh FILE…: what clang-tidy says about each; a file that it cannot take is told too.
for file; do
    case $file in
        compiler/*) include="-Icompiler -Igrammar -I$B/gen" ;;
        *) include="-Iruntime/include -Iruntime $(pkg-config --cflags libpq sqlite3 msgpack libxxhash uuid libmicrohttpd)" ;;
    esac
    # shellcheck disable=SC2086
    said=$(clang-tidy --quiet "$file" -- -std=c11 -D_POSIX_C_SOURCE=200809L -DPROJC_VERSION='""' $include 2>&1) && continue
    echo "$said" | grep -E ' (warning|error): ' || echo "$file: clang-tidy failed: $(echo "$said" | tail -n 1)"
done
