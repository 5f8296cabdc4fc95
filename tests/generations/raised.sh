# A raised version: a service of the new program beside the old one. Sourced by run.sh for each store.
# shellcheck shell=sh

begin
start newer "$work/v2/hits" run
claim 'the new service builds beside the live generation' until_true grep -q 'building a generation beside' "$work/newer.err"
claim 'and goes on with it when it is caught up' until_true grep -q 'going on with another generation' "$work/newer.err"
claim 'the old one says that a newer program has taken over' until_true grep -q 'projection=tally .*newer program has taken it over' "$work/service.err"
# What comes now is the new service's.
"$work/load" read "$plain" >/dev/null 2>&1 &
pid_extra=$!
children="${children:-} $pid_extra"
stop writer
head=$(sql 'SELECT MAX(no) FROM hits_log')
claim 'and applies what comes then, all lanes of it' "$work/v2/hits" wait tally "$head" --timeout 60s
claim 'the old service works on what it still has' "$work/v1/hits" wait board "$head" --timeout 60s
kill "$pid_extra" 2>/dev/null || true
wait "$pid_extra" 2>/dev/null || true
stop newer
finish
claim 'the reader has seen no error, no gap and no mixture' is 'errors 0, steps back 0, mixtures 0, looks at the old and the new' \
    "$(cat "$work/reader.out")"
claim 'everything is as the log says' "$work/v2/hits" verify tally
claim 'the schema is in place' "$work/v2/hits" schema --check
# And by run --once, from a database where nobody runs.
fresh
"$work/v1/hits" schema --apply >/dev/null
events 2000 50 | "$work/v1/hits" append --file - >/dev/null
"$work/v1/hits" run --once 2>/dev/null
events 500 50 | "$work/v1/hits" append --file - >/dev/null
claim 'run --once of the new program builds, swaps and catches up' "$work/v2/hits" run --once
claim 'to the end of the log' is 2500 "$(sql 'SELECT SUM(hits) FROM hits_tally')"
claim 'with its own handlers' is 5000 "$(sql 'SELECT SUM(total) FROM hits_tally')"
rc=0
"$work/v1/hits" run --once >"$work/old.out" 2>&1 || rc=$?
claim 'run --once of the old program is refused' is 1 "$rc"
claim 'with a clear text' grep -q 'is version 1 here and version 2 in the database: a newer program has taken it over' "$work/old.out"
