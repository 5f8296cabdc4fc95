# What is shown on a terminal: the status that refreshes in place, the colours of a history. Sourced by run.sh for each
# store.
# shellcheck shell=sh

if [ ! -x "$work/terminal" ]; then
    # shellcheck disable=SC2086
    $CC -O1 -std=c11 -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -Wall -Wextra -Werror ${PROJC_TEST_CFLAGS:-} -o "$work/terminal" "$here/terminal.c"
fi

# The service on a terminal; leaves $rc and $said.
on_terminal() { # script arguments…
    script=$1
    shift
    rc=0
    said=$(DATABASE_URL=$url NO_COLOR=${no_color:-} "$work/terminal" "$script" "$bin" "$@" 2>&1 </dev/null | tr -d '\r') || rc=$?
}
# What is there before something is taken away: a state, a failed key, a retired generation.
is_untouched() {
    test "$(sql "SELECT (SELECT count(*) FROM till_takings) || ' ' || (SELECT count(*) FROM projc_key) || ' ' ||
        (SELECT count(*) FROM projc_projection WHERE state = 'retired')")" = '1 1 1'
}
escape=$(printf '\033')
alternate="$escape\\[\\?1049h"
back="$escape\\[\\?1049l"

fresh_schema
feed "$(opened 1 Ann)
$(sold 1 5)
$(sold 1 7)" append
svc run --once
on_terminal 'see:PROJECTION see:takings see:PROJECTION key:q' status --watch
wants 'status --watch: the alternate screen and back; q ends it' 0 "$alternate" "$back" 'modes restored, exit 0' 'aggregate'
on_terminal 'see:takings key:^C' status --watch
wants 'Ctrl-C ends it' 0 "$back" 'modes restored, exit 0'
on_terminal 'see:takings size:30x3 see:q key:q' status --watch
wants 'a smaller terminal is drawn anew' 0 "$back" 'modes restored, exit 0'
on_terminal 'size:30x4 see:takings see:takings key:q' status --watch
equals 'every line is cut at the edge' '' "$(printf '%s\n' "$said" | sed "s/$escape\\[H/\\n/g; s/$escape\\[[?0-9]*[a-zA-Z]//g" | awk 'length($0) > 30 && !/^modes/')"
on_terminal 'see:takings kill:15' status --watch
wants 'SIGTERM: the terminal is as it was, and the signal is its end' 0 "$back" 'modes restored, signal 15'
on_terminal 'see:takings' status
wants 'without --watch no screen is taken' 0 "!$alternate" 'modes restored, exit 0'
if [ "$store" = sqlite ]; then
    mv "$database_file" "$database_file.away"
    mkdir "$database_file"
    (sleep 1; rmdir "$database_file"; mv "$database_file.away" "$database_file") &
    on_terminal 'see:trying see:takings key:q' status --watch
    wants 'a database that is away for a while does not end it' 0 'trying again every second' 'modes restored, exit 0'
    wait $! || true
fi
rm -f "$work/watched" # of the other store: who is ended before it has begun is not ended
DATABASE_URL=$url timeout 60 "$bin" status --watch >"$work/watched" 2>&1 </dev/null &
watching=$!
children="${children:-} $watching"
holds 'elsewhere --watch prints again and again' until_true sh -c "test \$(grep -c PROJECTION '$work/watched') -ge 2"
holds 'without escapes' sh -c "! grep -q '$escape' '$work/watched'"
kill "$watching" 2>/dev/null || true
wait "$watching" 2>/dev/null || true

# ---- the table ----
svc status
columns() { sed -n "$1p" "$work/out" | awk -v word="$2" '{ print index($0, word) + length(word) }'; }
equals 'numbers end where their heads end' "$(columns 1 POSITION)" "$(sed -n 2p "$work/out" | awk '{ match($0, /live +[0-9]+/); print RSTART + RLENGTH }')"
svc status --json
equals 'lane_owners has an entry a lane' '16' "$("$jsonq" get .0.lane_owners <"$work/out" | tr ',' '\n' | wc -l | tr -d ' ')"
holds 'state_bytes is the size of the tables' test "$(field .0.state_bytes)" -gt 0
start_service --workers 1
first=$service_pid
start_service --workers 1
two_owners() {
    svc status --json
    test "$("$jsonq" get .0.lane_owners <"$work/out" | tr ',[]' '\n\n\n' | sed '/^$/d' | sort -u | grep -c "$(hostname)")" = 2
}
holds 'two services share the lanes, and each lane has one owner' until_true two_owners
svc status
wants 'in the table as counts' 0 "takings .* [0-9]+ $(hostname):[0-9]+, [0-9]+ $(hostname):[0-9]+"
bin=$work/v2/till
svc status
wants 'of whom another program says that they are strangers' 0 "takings .* another program: $(hostname):[0-9]+\$"
bin=$work/v1/till
stop_service TERM
service_pid=$first
stop_service TERM
svc status
wants 'without a service nobody owns them' 0 'takings .* -$' '0 services running'

# ---- the history ----
on_terminal 'see:12' inspect takings "$(uuid 1)" --history
wants 'a history has colours on a terminal' 0 "$escape\\[32m" 'exit 0'
no_color=1
on_terminal 'see:12' inspect takings "$(uuid 1)" --history
wants 'but not with NO_COLOR' 0 "!$escape\\[3" 'exit 0'
no_color=

# ---- the bar ----
on_terminal 'see:rebuilt' rebuild takings
wants 'a bar: share, events, bytes, rate' 0 '100 % (█)+ 3 events  [0-9]+ B  [0-9,]+/s' 'takings is rebuilt' 'exit 0'
on_terminal 'see:}' rebuild takings --json
wants 'the bar stands beside the answer' 0 '100 % (█)+ 3 events' '"result":"OK"'

# ---- what takes something away asks ----
yes='key:y
'
no='key:n
'
end=$(printf 'key:\004')
fresh_schema
feed "$(opened 1 Ann; sold 1 5; refunded 1 7)" append
svc run --once
svc rebuild sum
for asking in "failed skip takings $(uuid 1)|passes over event 3 .refunded. of .takings. $(uuid 1) for good" \
    'reset takings|reset empties .takings.' 'rebuild sum --drop-old|deletes the retired tables of .sum.' 'schema --drop|deletes all projections of .till.'; do
    question=${asking#*|}
    command=${asking%|*}
    # shellcheck disable=SC2086
    svc $command
    wants "$command: without a terminal nobody is asked, and --yes is named" 2 "$question.*: add --yes" '!\[y/N\]'
    # shellcheck disable=SC2086
    on_terminal "see:[y/N] $no" $command
    wants "$command: n changes nothing" 0 "$question.*\[y/N\]" 'nothing was changed' 'modes restored, exit 1'
    # shellcheck disable=SC2086
    on_terminal "see:[y/N] $end" $command
    wants "$command: the end of the input is a no" 0 'nothing was changed' 'exit 1'
    holds "$command: nothing was changed indeed" is_untouched
done
# Each in turn: what it takes away is gone.
on_terminal "see:[y/N] $yes" failed skip takings "$(uuid 1)"
wants 'failed skip: y passes over it' 0 'in order again' 'exit 0'
on_terminal "see:[y/N] $yes" rebuild sum --drop-old
wants 'rebuild --drop-old: y drops it' 0 'is dropped' 'exit 0'
on_terminal "see:[y/N] $yes" reset takings
wants 'reset: y empties' 0 'takings is empty' 'exit 0'
equals 'so it is' 0 "$(sql 'SELECT count(*) FROM till_takings')"
on_terminal 'see:empty' reset takings --yes
wants 'with --yes nobody is asked, on a terminal neither' 0 '!y/N' 'exit 0'
on_terminal "see:[y/N] $yes" schema --drop
wants 'schema --drop: y drops' 0 'dropped; the event tables are as they were' 'exit 0'
