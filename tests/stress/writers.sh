#!/bin/sh
# COUNT_EVENTS=100000 events from 2 to 16 concurrent writers, some of which are killed, in front of a live service on
# PostgreSQL: exact; and how long a committed event takes to its state, alternately without and with a long transaction
# that has nothing to do with the log. EVENTS_PER_SECOND=4000 and PHASE_SECONDS=10 pace it, PROJC_TEST_SEED repeats its choices.
. "$PROJC_HOME/tests/system/lib.sh"

if [ -z "${PROJC_TEST_PG:-}" ]; then
    finish
    exit
fi
kind=postgres
here=$PROJC_HOME/tests/stress
build_service writers "$here/writers.proj"
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g -Wall -Wextra -Werror ${PROJC_TEST_CFLAGS:-} -pthread -o "$work/drive" \
    "$here/writers.c" $(pkg-config --cflags --libs libpq) || {
    not_ok "the writers build"
    exit 1
}
database=$(fresh_database postgres writers)
"$work/writers" schema --apply --database "$database" >/dev/null
start "$work/service.log" "$work/writers" run --log-level warn --database "$database"
live=$service
if "$work/drive" "$database" "${COUNT_EVENTS:-100000}" "${EVENTS_PER_SECOND:-4000}" "${PHASE_SECONDS:-10}" "$seed" >"$work/out"; then
    ok "the writers come to their end"
else
    not_ok "the writers come to their end"
fi
echo "# seed $seed"
grep '^#' "$work/out"
read -r total kills wrong ratio <<END
$(tail -n 1 "$work/out")
END
same "none lost, doubled or out of order: states that differ from the log" 0 "$wrong"
if [ "${total:-0}" -ge "${COUNT_EVENTS:-100000}" ] && [ "${kills:-0}" -gt 0 ]; then
    ok "there were $total events, and $kills kills"
else
    not_ok "there were events and kills: ${total:-none}, ${kills:-none}"
fi
if awk -v r="${ratio:--1}" 'BEGIN { exit !(r > 0 && r <= 1.2) }'; then
    ok "p99 with the unrelated transaction is within 20 % of that without: $ratio"
else
    not_ok "p99 with the unrelated transaction is within 20 % of that without: $ratio"
fi
end "$live"
same "the service ends in good order" 0 "$ended"
drop_database postgres writers
finish
