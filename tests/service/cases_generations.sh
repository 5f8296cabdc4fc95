# Rebuilding beside the live tables, raised versions, pausing; what --dry-run says. Sourced by run.sh for each store.
# shellcheck shell=sh

# The same program with other handlers, and one of version 2 with a column and an index more.
if [ ! -d "$work/twice" ]; then
    mkdir "$work/twice" "$work/next"
    sed 's/on Sold { total += amount  sold/on Sold { total += amount * 2  sold/' "$here/till.proj" >"$work/twice/till.proj"
    sed 's/projection takings for each Till {/&\n    version 2/; s/sold: u32 }/sold: u32  largest: decimal(2)  index by largest desc }/
         s/on Sold { total += amount  sold/on Sold { largest = max(largest, amount)  total += amount  sold/' \
        "$here/till.proj" >"$work/next/till.proj"
    build_service "$work/twice" till
    build_service "$work/next" till
fi

live() { sql "SELECT generation FROM projc_projection WHERE state IN ('live', 'paused') AND $name_column = 'takings'"; }
states() { sql "SELECT state FROM projc_projection WHERE $name_column = 'takings' ORDER BY generation" | tr '\n' ' '; }
totals() { sql 'SELECT total FROM till_takings ORDER BY clerk' | tr '\n' ' '; }

bin=$work/v1/till
name_column=projection
[ "$store" = postgres ] || name_column=name
fresh_schema
svc rebuild takings
wants 'what has never run is built in place' 0 'takings is rebuilt'
feed "$(opened 1 Ann; opened 2 Bob; sold 1 10; sold 2 20; refunded 2 5; sold 1 1)" append
svc run --once
first=$(live)

# ---- beside ----
svc rebuild takings --dry-run
wants 'rebuild --dry-run says what it would do' 0 "would build version 1 of takings beside generation $first" 'up to 6'
equals 'and does nothing' 'live ' "$(states)"
svc inspect takings --json
cp "$work/out" "$work/before"
svc rebuild takings
wants 'rebuild builds beside and swaps' 0 'takings is rebuilt' "the old one can be read as till_takings__g$first until .till rebuild takings --drop-old."
equals 'the old one is retired' 'retired live ' "$(states)"
svc inspect takings --json
holds 'the states are the same' cmp "$work/before" "$work/out"
equals 'the old tables are there' 2 "$(sql "SELECT count(*) FROM till_takings__g$first")"
svc schema --check
wants 'the schema is the program'"'"'s' 0 'the schema is in place'
svc schema --apply
wants 'apply finds nothing to make' 0 'in place'
feed "$(sold 1 4)" append
svc run --once
wants 'the new generation goes on' 0
svc rebuild takings --drop-old
wants '--drop-old wants --yes where nobody can be asked' 2 'add --yes'
svc rebuild takings --drop-old --dry-run
wants 'and says what it would drop' 0 "would drop generation $first"
svc rebuild takings --drop-old --yes
wants 'and drops it' 0 "generation $first .version 1. of takings is dropped"
svc rebuild takings --drop-old --yes
wants 'once' 0 'has no retired generation'
svc rebuild takings --abort
wants 'there is nothing to abort' 0 'is not being rebuilt'

# ---- compared ----
svc rebuild takings --verify
wants 'rebuild --verify finds no difference and swaps' 0 'takings: 2 rows of the live and the new generation compared, 0 differ' 'takings is rebuilt'
second=$(live)
bin=$work/twice/till
svc rebuild takings --verify
wants 'and shows what differs, and swaps not' 1 "takings $(uuid 1)" 'total: stored 15.00, the log gives 30.00' '2 differ' \
    'till rebuild takings. does, and .till rebuild takings --abort. drops it'
equals 'the live one stays' "$second" "$(live)"
equals 'as it was' '15.00 15.00 ' "$(totals | sed 's/1500/15.00/g')"
svc status
wants 'status shows that one is built beside' 0 'generation [0-9]+ .version 1. is being built beside, up to 7 of 7' 'is retired: till_takings__g'
svc rebuild takings --dry-run
wants 'a rebuild would go on with it' 0 'would go on with generation'
svc rebuild takings --abort --dry-run
wants 'and abort would drop it' 0 'would drop generation'
svc rebuild takings --abort
wants 'and does' 0 'is dropped; the live one is as it was'
svc rebuild takings
wants 'without --verify the new handlers'"'"' rows take the place' 0 'takings is rebuilt'
equals 'they are' '30.00 35.00 ' "$(totals | sed 's/3000/30.00/; s/3500/35.00/')"

svc rebuild takings --json
equals 'rebuild --json' 'takings OK null false 1 7 null' \
    "$(field .projection) $(field .result) $(field .error) $(field .in_place) $(field .version) $(field .events) $(field .compared)"
equals 'tells where the old rows are' "$(sql "SELECT count(*) FROM $(field .old_table)")" 2
bin=$work/v1/till
svc rebuild takings --verify --json
equals 'rebuild --verify --json: a line for each difference, and the result' '1 3' "$rc $(lines_out)"
sed -n 1p "$work/out" >"$work/line"
equals 'a difference as verify prints it' "takings $(uuid 1)" "$("$jsonq" get .projection <"$work/line") $("$jsonq" get .key <"$work/line")"
sed -n 3p "$work/out" >"$work/line"
equals 'not put in place' 'KEY_FAILED 2 2 0 null' "$("$jsonq" get .result <"$work/line") $("$jsonq" get .compared.rows <"$work/line") $(
    "$jsonq" get .compared.differences <"$work/line") $("$jsonq" get .compared.undecided <"$work/line") $("$jsonq" get .old_table <"$work/line")"
svc rebuild takings --dry-run --json
equals 'rebuild --dry-run --json' '0 go_on 1 7' "$rc $(field .action) $(field .version) $(field .head)"
svc rebuild takings --abort --json
equals 'rebuild --abort --json' '0 false 1' "$rc $(field .dry_run) $(field .dropped.0.version)"
svc rebuild takings --abort --json
equals 'nothing to abort' '0 []' "$rc $(field .dropped)"
svc rebuild takings --drop-old --yes --json
equals 'rebuild --drop-old --json' '0 false 1' "$rc $(field .dry_run) $(field .dropped.0.version)"

# ---- another shape cannot be compared ----
bin=$work/v3/till
svc rebuild takings --verify
wants 'rebuild --verify of another shape says why not, and builds nothing' 1 'has another shape' 'projc diff' 'builds and puts in place without comparing'
equals 'nothing is built' 'live ' "$(states | sed 's/retired //g')"
svc rebuild takings --verify --json
equals 'as JSON too' '1 MISMATCH null' "$rc $(field .result) $(field .compared)"
svc rebuild takings
wants 'without --verify it is put in place' 0 'takings is rebuilt'

# ---- by several threads, each kind of projection ----
bin=$work/v1/till
fresh_schema
i=0
while [ $i -lt 40 ]; do
    opened $i "clerk $i"
    sold $i 5
    sold $i $i
    [ $((i % 10)) != 3 ] || refunded $i 500
    i=$((i + 1))
done >"$work/many"
feed "$(cat "$work/many")" append
svc run --once
svc inspect takings --json
cp "$work/out" "$work/before"
for workers in 1 3 16 64; do
    svc rebuild takings --workers $workers
    wants "rebuild by $workers threads" 1 'is rebuilt, but 4 keys wait for repair'
    svc inspect takings --json
    holds 'the states are the same' cmp "$work/before" "$work/out"
    svc rebuild sum --workers $workers --in-place
    wants "in place too, a stream projection" 0 'sum is rebuilt'
done
svc rebuild takings --in-place --workers 8 --json
equals 'each event is counted once' '124 4' "$(field .events) $(sql "SELECT count(*) FROM projc_key WHERE generation = $(live)")"
svc verify takings
wants 'as the log says' 0 'as the log says'

# ---- keys that fail in the new one only ----
fresh_schema
bin=$work/v2/till
feed "$(opened 1 Ann; sold 1 10; refunded 1 30; sold 1 1)" append
svc run --once
wants 'a program without the rule' 0
bin=$work/v1/till
svc rebuild takings
wants 'a key that fails in the new generation only stops the swap' 1 '1 key in order in the live generation fails in the new one' 'refund above takings'
equals 'the live one goes on' 'live building ' "$(states)"
bin=$work/v2/till
feed "$(sold 1 2)" append
svc run --once
wants 'undisturbed' 0
bin=$work/v1/till
svc rebuild takings --abort
svc rebuild takings --in-place
wants 'in place it fails as well' 1 'keys wait for repair'
svc rebuild takings
wants 'what fails on both sides is nobody'"'"'s loss' 1 'is rebuilt, but 1 keys wait for repair'
equals 'and swapped' 'retired live ' "$(states)"
svc failed skip takings "$(uuid 1)" --dry-run
wants 'failed skip --dry-run' 0 'would pass over event 3'
svc failed retry takings --dry-run
wants 'failed retry --dry-run' 0 'would apply event 3'
svc failed list takings
wants 'they do nothing' 0 'refund above takings'
svc failed skip takings "$(uuid 1)" --yes
wants 'failed skip' 0 'in order again'
svc rebuild takings
wants 'a rebuild beside honours recorded skips' 0 'takings is rebuilt'
svc rebuild takings --retry-skipped
wants 'or tries them again, and fails' 1 'fails in the new one'
svc rebuild takings --abort

# ---- reset ----
svc reset takings --dry-run
wants 'reset --dry-run counts' 0 'would delete of takings: 1 state, 0 rows of tables, 0 keys out of order and 1 recorded skip' 'up to 5 again'
equals 'and deletes nothing' 1 "$(sql 'SELECT count(*) FROM till_takings')"

# ---- a service of the same program goes on ----
fresh_schema
feed "$(opened 1 Ann; sold 1 10)" append
start_service
svc wait takings 2
svc rebuild takings
wants 'rebuild while a service runs' 0 'takings is rebuilt'
feed "$(sold 1 5)" append
svc wait takings 3
wants 'the service goes on with the new generation' 0
until_true grep -q 'msg="going on with another generation" projection=takings' "$work/service.log"
equals 'and says so' 0 $?

# ---- pause and resume, while it runs ----
svc pause takings --dry-run
wants 'pause --dry-run' 0 'would pause takings'
svc pause takings
wants 'pause' 0 'takings is paused: nobody works on it until .till resume takings.'
svc pause takings
wants 'twice' 0 'is paused already'
feed "$(sold 1 5)" append
svc wait sum 4
wants 'the others go on' 0
svc wait takings 4 --timeout 700ms
wants 'the paused one does not, and says so' 1 'has not applied event 4 within 700 ms: it is paused: `till resume takings` lets it go on'
svc wait takings 4 --timeout 200ms --json
equals 'as JSON too' '1 TIMED_OUT paused' "$rc $(field .result) $(field .state)"
svc status
wants 'status says paused' 0 'takings +aggregate +paused'
svc rebuild takings
wants 'what is paused is not rebuilt' 1 'is paused: run .till resume takings. first'
svc run --once
wants 'run --once says so' 1 'takings. is paused: run .till resume takings.'
svc pause takings --json
equals 'pause --json' '0 takings false paused' "$rc $(field .projection) $(field .changed) $(field .state)"
svc resume takings --dry-run --json
equals 'resume --dry-run --json' '0 true false paused' "$rc $(field .dry_run) $(field .changed) $(field .state)"
svc resume takings
wants 'resume' 0 'takings goes on'
svc wait takings 4
wants 'and it goes on' 0
svc resume takings
wants 'nothing to resume' 0 'is not paused'
svc pause takigns
wants 'a name that is near' 2 'did you mean .takings'
stop_service

# ---- schema --drop takes all generations ----
[ "$store" = postgres ] && tables="SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'till_takings%'" ||
    tables="SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name LIKE 'till_takings%'"
equals 'there are two' 2 "$(sql "$tables")"
svc schema --drop --yes
wants 'schema --drop' 0 'dropped'
equals 'takes the retired ones too' 0 "$(sql "$tables")"
svc schema --apply
svc run --once

# ---- a raised version ----
bin=$work/next/till
svc schema --check
wants 'the old shape is told' 1 'only a rebuild fills what is new'
svc run --once
wants 'run --once of a raised version builds and swaps' 0 'building a generation beside the live one' 'going on with another generation'
equals 'with its column' 1 "$(sql 'SELECT count(*) FROM till_takings WHERE largest > 0')"
svc schema --check
wants 'and its index' 0 'the schema is in place'
bin=$work/v1/till
svc run --once
wants 'the old program is refused' 1 'version 1 here and version 2 in the database: a newer program has taken it over'
if [ "$store" = postgres ]; then
    # ---- what is granted and what is seen through views ----
    bin=$work/next/till
    role=generations_$$
    sql "CREATE ROLE $role; GRANT SELECT ON till_takings TO $role; GRANT SELECT (clerk), UPDATE (sold) ON till_takings TO PUBLIC;
         GRANT SELECT ON till_shelves_view TO $role"
    granted() {
        sql "SELECT (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(relacl) x WHERE x::text LIKE '$role=%') || ' ' ||
                    (SELECT string_agg(attname || attacl::text, ' ' ORDER BY attname) FROM pg_attribute WHERE attrelid = c.oid AND attacl IS NOT NULL)
             FROM pg_class c WHERE oid = 'till_takings'::regclass"
    }
    before=$(granted)
    svc rebuild takings
    wants 'rebuild with grants' 0 'takings is rebuilt'
    equals 'they are as they were' "$before" "$(granted)"
    equals 'the primary key has its name' till_takings_pkey \
        "$(sql "SELECT conname FROM pg_constraint WHERE conrelid = 'till_takings'::regclass AND contype = 'p'")"
    feed '{"type":"shelf","id":"s","event":"counted","payload":{"pieces":3}}' append
    svc run --once
    svc rebuild shelves
    wants 'a packed state' 0 'shelves is rebuilt'
    equals 'its view reads the new table' 's 3' "$(sql "SELECT aggregate_id || ' ' || pieces FROM till_shelves_view")"
    equals 'and keeps its grants' 1 "$(sql "SELECT count(*) FROM pg_class, unnest(relacl) x WHERE relname = 'till_shelves_view' AND x::text LIKE '$role=%'")"
    sql "DROP OWNED BY $role; DROP ROLE $role"
fi
bin=$work/v1/till
