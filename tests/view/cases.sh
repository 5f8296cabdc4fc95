# Names, programs that change, dropping, and how fast it is. Sourced by run.sh.
# shellcheck shell=sh

# ---- names ----
mkdir "$work/names"
cp "$here/names.proj" "$work/names"
build names
new_schema
service names schema --apply >"$work/log"
equals 'the schema of odd names may be made twice' 'the schema is in place' "$(service names schema --apply)"
filled() { echo "{\"type\":\"Box\",\"id\":\"$1\",\"event\":\"Filled\",\"payload\":{\"position\":$2,\"problem\":\"$3\",\"who\":\"$4\",\"n\":$5}}"; }
{
    filled "b'1" 70 why 'an'"'"'n' -7
    filled "b'1" 71 because bob 8
} >"$work/names.jsonl"
service names append --file "$work/names.jsonl" >"$work/log"
service names run --once >"$work/log"
equals 'a field named like a column gets a _' 'b'"'"'1|2|71|because|||8|0|' "$(sql 'SELECT * FROM names_boxes_view')"
equals 'and a long name is cut' "aggregate_id position position_ problem aggregate_id_ a_name_of_more_than_sixty_three_bytes_is_no_trouble_fo_ o\"d'd{,} NULL problem_" \
    "$(sql "SELECT string_agg(regexp_replace(attname, '_[0-9a-f]{8}\$', '_'), ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'names_boxes_view'::regclass")"
equals 'comments are carried over' "Boxes: it's \$view\$ and \"quoted\".|A field's \"problem\"." \
    "$(sql "SELECT obj_description('names_boxes_view'::regclass), col_description('names_boxes_view'::regclass, 4)")"
equals 'a keyed projection shows the parts of its key' "an'n|-7|1|1|
bob|8|2|1|" "$(sql 'SELECT * FROM names_people_view ORDER BY 1')"
equals 'a stream projection no key' '2|1|f|' "$(sql 'SELECT * FROM names_all_view')"
equals 'a state without fields is shown too' 'b'"'"'1|2|' "$(sql 'SELECT * FROM names_nothing_view')"
equals 'a packed state is described by its view' 'text|bigint|bigint|text|text|text|bigint|bigint|text' \
    "$(sql "SELECT string_agg(format_type(atttypid, atttypmod), '|' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'names_boxes_view'::regclass")"

# ---- programs that change ----
mkdir "$work/next" "$work/flat"
sed 's/state { count: u32 }/state { first: text  count: i64  last: time? }/' "$here/names.proj" >"$work/next/next.proj"
sed 's/state { count: u32 }/state columns { total: u32 }/; s/count += 1/total += 1/' "$here/names.proj" >"$work/flat/flat.proj"
build next
build flat
sql 'CREATE ROLE view_reader' >"$work/log"
sql 'GRANT SELECT ON names_people_view, names_all_view TO view_reader; CREATE VIEW built_upon AS SELECT sum FROM names_all_view' >"$work/log"
equals 'the schema of another shape is made' 'the schema is in place' "$(service next schema --apply)"
equals 'its view has the new columns, and tells of the old states' 'who n position first count last problem|2|2' \
    "$(sql "SELECT (SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'names_people_view'::regclass), count(*),
        count(*) FILTER (WHERE problem LIKE 'of another shape: apply the schema, then rebuild%' AND count IS NULL AND position > 0) FROM names_people_view")"
equals 'a view that did not change keeps what was granted on it' t "$(sql "SELECT has_table_privilege('view_reader', 'names_all_view', 'SELECT')")"
equals 'and what is built upon it' 1 "$(sql 'SELECT sum FROM built_upon')"
equals 'a rebuild' 'people is rebuilt' "$(service next rebuild people --in-place | tail -n 1)"
equals 'makes the states readable' "an'n|-7|1||1||
bob|8|2||1||" "$(sql 'SELECT * FROM names_people_view ORDER BY 1')"
equals 'to the old program they are of another shape' 'the schema is in place 2' \
    "$(service names schema --apply) $(sql "SELECT count(*) FROM names_people_view WHERE problem IS NOT NULL")"
service flat schema --apply >"$work/log"
equals 'from packed to columns: the rebuild' 'people is rebuilt' "$(service flat rebuild people --in-place | tail -n 1)"
equals 'takes the view away' f "$(sql "SELECT to_regclass('names_people_view') IS NOT NULL")"
equals 'from columns to packed: the schema waits for the rebuild' 'the schema is in place f' \
    "$(service names schema --apply) $(sql "SELECT to_regclass('names_people_view') IS NOT NULL")"
equals 'which' 'people is rebuilt' "$(service names rebuild people --in-place | tail -n 1)"
equals 'brings the view' 2 "$(sql 'SELECT count(*) FROM names_people_view WHERE problem IS NULL AND count = 1')"
equals 'a reset empties it' 0 "$(service names reset people --yes >"$work/log"; sql 'SELECT count(*) FROM names_people_view')"

# ---- dropping ----
equals 'what a user has built on a view stops the drop' 'built_upon' "$(service names schema --drop --yes | grep -o 'built_upon' | head -n 1)"
sql 'DROP VIEW built_upon' >"$work/log"
sql 'REVOKE ALL ON names_all_view FROM view_reader' >"$work/log"
sql 'DROP OWNED BY view_reader; DROP ROLE view_reader' >"$work/log"
equals 'schema --drop takes views and function along' 'dropped; the event tables are as they were' "$(service names schema --drop --yes)"
equals 'and nothing but the events is left' 'names_events' \
    "$(sql "SELECT string_agg(name, ' ' ORDER BY name) FROM (SELECT relname AS name FROM pg_class WHERE relnamespace = '$schema'::regnamespace AND relkind IN ('r', 'v')
        UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = '$schema'::regnamespace AND proname <> 'names_events_notify') AS n")"

# ---- speed ----
rows=${VIEW_ROWS:-10000}
new_schema
service names schema --apply >"$work/log"
{
    n=0
    while [ "$n" -lt "$rows" ]; do
        n=$((n + 1))
        filled "b$n" "$n" "how so, asks $n" bob "$n"
    done
} >"$work/names.jsonl"
service names append --file "$work/names.jsonl" >"$work/log"
service names run --once >"$work/log"
begun=$(date +%s%3N)
equals "$rows rows are shown" "$rows" "$(sql 'SELECT count(v::text) FROM names_boxes_view AS v WHERE problem_ IS NULL')"
echo "# $rows rows of 7 fields in $(($(date +%s%3N) - begun)) ms"
