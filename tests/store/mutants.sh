#!/bin/sh
# Mutants of the drivers: each is one small change that makes one unsafe, and the conformance suite
# must fail on it. One line a mutant: "killed NAME" or "survived NAME". The mutated object is linked
# before the library and so takes the place of its member.
set -eu

cd "$(dirname "$0")/../.."
: "${B:=$PWD/build}" "${CC:=gcc}" "${PROJC_TEST_CFLAGS:=}"
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-mutants.XXXXXX")
chmod 755 "$work" # another user goes in
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
# A mutant may end in the middle of a test and leave its files there.
export TMPDIR="$work"
survivors=0

# mutant NAME FILE TESTS SED-SCRIPT: the script must change FILE, of the driver $driver.
driver=sqlite
tries=1
mutant() {
    sed "$4" "runtime/store/$driver/$2" >"$work/$2"
    if cmp -s "$work/$2" "runtime/store/$driver/$2"; then
        echo "survived $1: its place in $2 was not found"
        survivors=1
        return
    fi
    # shellcheck disable=SC2046,SC2086
    "$CC" -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -pthread $PROJC_TEST_CFLAGS -Iruntime/include -Iruntime \
        $(pkg-config --cflags sqlite3 libpq) -c "$work/$2" -o "$work/mutant.o"
    # shellcheck disable=SC2046,SC2086
    "$CC" -pthread $PROJC_TEST_CFLAGS "$B"/obj/tests/store/*.o "$work/mutant.o" "$B/lib/libtest.a" "$B/lib/libprojc.a" \
        $(pkg-config --libs cunit libpq sqlite3 msgpack libxxhash uuid libmicrohttpd) -lm -o "$work/suite"
    # What shows only when two meet may need more than one try.
    for _ in $(seq "$tries"); do
        STORE_DRIVER=$driver STORE_TEST="$3" timeout --foreground 120 "$work/suite" >"$work/log" 2>&1 || true
        killers=$(sed -n 's/.*, Test \([a-z_]*\) had failures.*/\1/p' "$work/log" | sort -u | tr '\n' ' ')
        [ -z "$killers" ] || break
    done
    if ! grep -q '^[0-9]* passed, [0-9]* failed' "$work/log"; then
        echo "survived $1: the suite did not come to its end"
        survivors=1
    elif [ -z "$killers" ]; then
        echo "survived $1"
        survivors=1
    else
        echo "killed $1: $killers"
    fi
}

mutant "no epoch in the compare-and-set" commit.c fence 's/ AND position = ?3 AND epoch = ?4"/ AND position = ?3"/'
mutant "no position in the compare-and-set" commit.c fence 's/ AND position = ?3 AND epoch = ?4"/ AND epoch = ?4"/'
mutant "a claim that failed is not looked at" commit.c fence 's/if (status == PROJC_OK \&\& sqlite3_changes(store->database) != 1)/if (false)/'
mutant "no rollback after a failed claim" statements.c fence 's/if (status != PROJC_OK)$/if (status != PROJC_OK \&\& status != PROJC_FENCED)/'
mutant "a failed unit commits what it had written" statements.c bad_row 's/    if (status == PROJC_OK)$/    if (status == PROJC_OK || status == PROJC_DATA)/'
mutant "reset keeps the epochs" commit.c reset 's/position = 0, epoch = epoch + 1,/position = 0,/'
mutant "a batch stops at its conflict and keeps what it had" append.c conflict 's/ = append_all(.*/&\n    status = status == PROJC_CONFLICT ? PROJC_OK : status;/'
mutant "the expected version is not compared" append.c version 's/event->expected_version != version/event->expected_version < 0/'
tries=5
mutant "a long log is not waited for" checkpoint.c log_is_bounded 's/pages >= PAGES_LONG/pages < 0/'
tries=1
mutant "what was passed still waits" waiting.c wait 's/AND no <= ?3"/AND no < 0"/'
mutant "what waits above the culprit is passed too" waiting.c wait 's/AND key = ?2 AND no <= ?3"/AND key = ?2"/'
mutant "what waits in other generations is counted" waiting.c wait 's/FROM projc_waiting WHERE generation = ?1 GROUP/FROM projc_waiting WHERE ?1 > 0 GROUP/'
mutant "what waits is forgotten" waiting.c wait 's/unit->waiting, unit->waiting_count, error/unit->waiting, 0, error/'
mutant "a swap keeps the epochs" generations.c swap 's/return status == PROJC_OK ? raise_epochs(store, generation, error) : status;/(void)raise_epochs; return status;/'
mutant "a swap does not look where the old one stands" swap.c behind 's/if (status == PROJC_OK \&\& lowest < reached)/if (false)/'
mutant "a swap retires nothing" swap.c swap 's/PROJC__LIVE, PROJC__RETIRED, error/PROJC__LIVE, PROJC__LIVE, error/'

[ -n "${PROJC_TEST_PG:-}" ] || exit $survivors
driver=postgres
mutant "a swap keeps the epochs" swap.c a_swap 's/ SET epoch = epoch + 1 WHERE/ SET epoch = epoch WHERE/'
mutant "a swap does not look where the old one stands" swap.c behind 's/if (lowest < reached)/if (false)/'
mutant "nothing is compared in the claim and in the compare-and-set" claim.c racing \
    "s/ AND l\.position = c\.position//; s/ AND l\.epoch = c\.epoch//; s/ AND position = \$3 AND epoch = \$4//"
# goengine's way: the lock waits, and then is believed what the same statement had read before.
mutant "the lane is locked and read in one statement" claim.c racing \
    "s/clock_timestamp() WHERE \" IS_SEEN/clock_timestamp() WHERE generation = \$1 AND lane = \$2\"/
     s/ FOR NO KEY UPDATE SKIP LOCKED)\"/)\"/"
mutant "the place of one lane is believed" claim.c a_place 's/" AND ctid = \$8"/" OR ctid = $8"/'
mutant "the places of several lanes are believed" claim.c a_place \
    's/ AND l\.lane + 0 = c\.lane AND l\.position = c\.position"/"/; s/" AND l\.epoch = c\.epoch WHERE/" WHERE/
     s/" AND l\.position = c\.position AND l\.epoch = c\.epoch RETURNING/" RETURNING/'
mutant "a lane is looked for at its place only" commit.c a_place 's/status == PROJC_LOCKED \&\& (row != NULL || projc__claims_have_places(unit))/false/'
mutant "a row alone is written although its lane was not moved" claim.c a_row_alone 's/first_key, "moved")/first_key, "(VALUES (NULL::tid)) moved (ctid)")/'
mutant "a lane is moved although its row alone is gone" claim.c a_row_alone 's/COALESCE((SELECT 1 FROM written), 0)/1/'
mutant "a commit tells the places of before" claim.c new_places 's/" ORDER BY lane)"/" ORDER BY lane DESC)"/'
exit $survivors
