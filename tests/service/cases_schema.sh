# schema --check: what is missing, what is another shape, and what mends it. Sourced by run.sh for each store.
# shellcheck shell=sh

if [ ! -x "$work/indexed/till" ]; then
    mkdir "$work/indexed"
    sed 's/sold: u32 }/sold: u32  index by total desc }/' "$here/till.proj" >"$work/indexed/till.proj"
    build_service "$work/indexed" till
fi
mended() { # claim: --check is content
    svc schema --check
    wants "$1" 0 '^the schema is in place$'
}

fresh_schema
svc run --once
mended 'a schema just made is the program'"'"'s'

# ---- another shape: the program was changed ----
feed "$(opened 1 Ann)" append
svc run --once
bin=$work/v3/till
svc schema --check
wants 'another shape is told, with its columns and the command' 1 '^`takings` was built with another shape: [0-9a-f]{16}, and [0-9a-f]{16} in the program' \
    '^column `refunded` of `till_takings` is missing$' '^takings: only a rebuild fills what is new: run `till rebuild takings`$' '^2 different from the program$' '!missing:' '!audit'
svc schema --apply
svc schema --check
wants 'which --apply does not mend' 1 'run `till rebuild takings`'
svc rebuild takings
mended 'and the command does'
bin=$work/v1/till
svc schema --check
wants 'the other way round the column is too many' 1 '^column `refunded` of `till_takings` is not in the program$'
svc rebuild takings --in-place

# ---- indexes ----
bin=$work/indexed/till
svc schema --check
wants 'an index of the program that is not there' 1 '^missing: index till_takings_total_desc_g1$' '^1 missing: run `till schema --apply`$' '!different'
svc schema --apply
mended 'is made by --apply'
sql 'DROP INDEX till_takings_total_desc_g1'
svc schema --check
wants 'and missed again when somebody drops it' 1 '^missing: index till_takings_total_desc_g1$'
bin=$work/v1/till
mended 'an index too many does no harm'

# ---- tables that somebody altered ----
sql 'ALTER TABLE till_sum RENAME COLUMN total TO sum_of_all'
svc schema --check
wants 'a column of another name' 1 '^column `total` of `till_sum` is missing$' '^column `sum_of_all` of `till_sum` is not in the program$' '^2 different'
wants 'and what mends it' 1 '^sum: its tables were altered: run `till rebuild sum`$'
svc rebuild sum
mended 'and then all is well'
if [ "$store" = postgres ]; then
    sql 'ALTER TABLE till_takings ALTER COLUMN sold TYPE text'
    svc schema --check
    wants 'a column of another type' 1 '^column `sold` of `till_takings` is text, and bigint in the program$' '^1 different'
    sql 'ALTER TABLE till_takings ALTER COLUMN sold TYPE bigint USING sold::bigint, ALTER COLUMN total TYPE numeric(19,3)'
    svc schema --check
    wants 'of another scale' 1 '^column `total` of `till_takings` is numeric\(19,3\), and numeric\(19,2\) in the program$' '^1 different'
    sql 'ALTER TABLE till_takings ALTER COLUMN total TYPE numeric(19,2), ALTER COLUMN clerk DROP NOT NULL'
    svc schema --check
    wants 'that takes NULL' 1 '^column `clerk` of `till_takings` takes NULL, and none in the program$' '^1 different'
    sql 'ALTER TABLE till_takings ALTER COLUMN clerk SET NOT NULL, DROP CONSTRAINT till_takings_pkey'
    svc schema --check
    wants 'a key that is gone' 1 '^column `aggregate_id` of `till_takings` is no part of the key$' '^1 different'
    sql 'ALTER TABLE till_takings ADD PRIMARY KEY (aggregate_id)'
    mended 'when it is as it was'
    sql 'DROP VIEW till_shelves_view'
    svc schema --check
    wants 'a view that is gone' 1 '^missing: view till_shelves_view$' '^1 missing: run `till schema --apply`$'
    sql 'CREATE VIEW till_shelves_view AS SELECT aggregate_id, position, 1::bigint AS pieces FROM till_shelves'
    svc schema --check
    wants 'one with other columns' 1 '^column `pieces` of `till_shelves_view` is bigint, and integer in the program$' '^till_shelves_view: run `till schema --apply`$'
    svc schema --apply
    mended 'both are mended by --apply'
    sql 'ALTER TABLE till_sales RENAME COLUMN event_name TO name'
    svc schema --check
    wants 'an event table without a column' 1 'event_name' '^1 different'
    sql 'ALTER TABLE till_sales RENAME COLUMN name TO event_name'
else
    sql 'DROP TABLE till_takings'
    sql 'CREATE TABLE till_takings (aggregate_id BLOB NOT NULL PRIMARY KEY, position INTEGER NOT NULL, clerk TEXT, total TEXT NOT NULL, sold INTEGER NOT NULL) STRICT'
    svc schema --check
    wants 'a column of another type, and one that takes NULL' 1 '^column `total` of `till_takings` is TEXT, and INTEGER in the program$' \
        '^column `clerk` of `till_takings` takes NULL, and none in the program$' '^2 different'
    sql 'DROP TABLE till_takings'
    svc schema --apply
    svc rebuild takings --in-place
fi
mended 'at the end all is well'
