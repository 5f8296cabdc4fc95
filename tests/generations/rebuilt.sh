# `rebuild tally` by a program with other handlers. Sourced by run.sh for each store.
# shellcheck shell=sh

begin
killed=0 resumed_below=0 numbers='' reached=0
for share in $(seq 1 "$KILLS"); do
    rebuild_and_kill "$share"
done
claim "a rebuild is killed $KILLS times on its way" is "$KILLS" "$killed"
claim 'and goes on where it was, each time' is 0 "$resumed_below"
claim 'with the same generation' is 1 "$(echo "$numbers" | tr ' ' '\n' | grep . | sort -u | wc -l | tr -d ' ')"
claim 'the last one comes to its end' "$work/${PROGRAM:-changed}/hits" rebuild tally
claim 'the old program says why it stops' until_true grep -q 'projection=tally .*replaced while it ran' "$work/service.err"
finish
cp "$work/reader.err" "$work/reader.seen"
claim 'the reader has seen no error, no gap and no mixture' is 'errors 0, steps back 0, mixtures 0, looks at the old and the new' \
    "$(cat "$work/reader.out")"
claim 'the writer has written all the time' [ "$(cat "$work/writer.out")" -gt 0 ]
"$work/${PROGRAM:-changed}/hits" run --once 2>/dev/null
dump >"$work/beside"
claim 'everything is as the log says' "$work/${PROGRAM:-changed}/hits" verify tally
claim 'no event was applied twice or never: the counters' "$work/${PROGRAM:-changed}/hits" audit tally
claim 'a fresh build' "$work/${PROGRAM:-changed}/hits" rebuild tally --in-place
dump >"$work/fresh"
claim 'has the same bytes' cmp "$work/beside" "$work/fresh"
claim 'the schema is in place' "$work/${PROGRAM:-changed}/hits" schema --check
claim 'the old generation can be read under its own name' \
    [ "$(sql "SELECT COUNT(*) FROM hits_tally__g$(sql "SELECT MIN(generation) FROM projc_projection WHERE state = 'retired'")")" -gt 0 ]
claim 'and dropped' "$work/${PROGRAM:-changed}/hits" rebuild tally --drop-old --yes
claim 'until it is not there' is 0 "$(sql "SELECT COUNT(*) FROM projc_projection WHERE state = 'retired'")"
