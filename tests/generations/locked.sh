# Somebody is in the middle of a commit for the live generation when it is swapped. Sourced by run.sh on PostgreSQL.
# shellcheck shell=sh

# One lane is held and moved on, as a worker does, by a transaction that ends when somebody waits for it: which is
# within the swap. Nobody else works meanwhile.
fresh
"$work/v1/hits" schema --apply >/dev/null
events 600 50 | "$work/v1/hits" append --file - >/dev/null
"$work/v1/hits" run --once 2>/dev/null
events 5 5 | "$work/v1/hits" append --file - >/dev/null
live=$(sql "SELECT generation FROM projc_projection WHERE projection = 'tally' AND state = 'live'")
start holder "$psql" -qAt "$url" -v ON_ERROR_STOP=1 -c "
    DO \$\$
    BEGIN
        UPDATE projc_lane SET position = 605, last_event_id = (SELECT event_id FROM hits_log WHERE no = 605)
        WHERE generation = $live AND lane = 3;
        FOR turn IN 1..12000 LOOP
            EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple'));
            PERFORM pg_sleep(0.005);
        END LOOP;
    END
    \$\$"
until_true sh -c "[ \"\$('$psql' -qAt '$url' -c \"SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%turn IN 1..12000%' AND wait_event = 'PgSleep'\")\" -gt 0 ]"
claim 'a rebuild while somebody commits' "$work/${PROGRAM:-changed}/hits" rebuild tally
wait "$pid_holder" || true
claim 'has waited for him, and swapped behind where he came' is 605 \
    "$(sql "SELECT MIN(position) FROM projc_lane JOIN projc_projection USING (generation) WHERE projection = 'tally' AND state = 'live'")"
