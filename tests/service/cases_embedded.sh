# A runtime embedded in a program of one's own. Sourced by run.sh for each store.
# shellcheck shell=sh

if [ ! -x "$work/v1/embedded" ]; then
    # shellcheck disable=SC2046,SC2086
    $CC -O1 -g -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wshadow -Wconversion -Werror ${PROJC_TEST_CFLAGS:-} -I"$work/v1" \
        $(pkg-config --cflags projc) -o "$work/v1/embedded" "$here/embedded.c" "$work/v1/till_proj.c" $(pkg-config --libs projc)
fi
fresh
rc=0
"$work/v1/embedded" "$url" >"$work/out" 2>&1 </dev/null || rc=$?
while read -r result _ _ claim; do
    case $result in
        ok) pass "embedded: $claim" ;;
        not) fail "embedded: $claim" ;;
        \#) echo "# $claim" ;;
    esac
done <<END
$(sed 's/^not ok/not/; s/^ok \([0-9]*\) -/ok \1 -/' "$work/out")
END
holds 'embedded: it came to its end' grep -qE '^[1-9][0-9]+ checked, ' "$work/out"
equals 'embedded: and ends well' 0 "$rc"
[ "$rc" = 0 ] || sed 's/^/#   /' "$work/out"
