#!/bin/sh
# The view that shows packed states in PostgreSQL, held against `inspect` and against the same fields in columns:
# every type of the language, random and extreme values; damaged bytes; other shapes; names; mutants of the decoder.
# Prints TAP lines and a summary.
#
# VIEW_SEED=N and VIEW_COUNT=N choose the random events, VIEW_ROWS=N how many rows the speed is measured with.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${B:?}" "${PROJC:?}"
: "${CC:=cc}"
if [ -z "${PROJC_TEST_PG:-}" ]; then
    exec "$here/../support/pg.sh" with "$0"
fi
PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export PKG_CONFIG_PATH
unset DATABASE_URL PROJC_CONFIG LANES WORKERS || true
seed=${VIEW_SEED:-1}
count=${VIEW_COUNT:-60}
psql=$("$here/../support/pg.sh" bin)/psql
work=$(mktemp -d "${TMPDIR:-/tmp}/projc-view.XXXXXX")
schema=view_$$
number=0
failures=0

clean_up() {
    "$psql" -qX "$PROJC_TEST_PG" -c "SET client_min_messages = error; DROP SCHEMA IF EXISTS $schema CASCADE" >/dev/null || true
    "$psql" -qX "$PROJC_TEST_PG" -c "SET client_min_messages = error; DROP SCHEMA IF EXISTS ${schema}_evil CASCADE" >/dev/null || true
    rm -rf "$work"
}
trap 'clean_up' EXIT
trap 'exit 130' HUP INT TERM

equals() { # claim wanted got
    number=$((number + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $number - $1"
    else
        failures=$((failures + 1))
        echo "not ok $number - $1"
        printf '# wanted: %s\n# got:    %s\n' "$2" "$3"
    fi
}

separator='?'
case $PROJC_TEST_PG in *\?*) separator='&' ;; esac
url="$PROJC_TEST_PG${separator}options=-csearch_path%3D$schema"

# SQL in the schema: rows, columns separated by |, or what went wrong.
sql() { "$psql" -qXAt -v ON_ERROR_STOP=1 "$url" -c "$1" 2>&1 || true; }
service() { DATABASE_URL=$url "$work/$1/$1" "$2" "$3" ${4:+"$4"} ${5:+"$5"} 2>&1 || echo "exit status $?"; }

build() { # name: compiles $work/name/name.proj to a service
    (
        cd "$work/$1"
        PROJC_HOME=$B "$PROJC" build --main "$1.proj" || exit 1
        # shellcheck disable=SC2046,SC2086
        $CC -O0 -std=c11 -D_POSIX_C_SOURCE=200809L ${PROJC_TEST_CFLAGS:-} $(pkg-config --cflags projc) -o "$1" \
            "$1_main.c" "$1_proj.c" $(pkg-config --libs projc)
    ) >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; exit 1; }
}

new_schema() { "$psql" -qX "$PROJC_TEST_PG" -c "SET client_min_messages = error; DROP SCHEMA IF EXISTS $schema CASCADE; CREATE SCHEMA $schema"; }

# How many fields of states the view shows otherwise than the columns do.
differing="SELECT count(*) FROM (SELECT aggregate_id, e.* FROM values_packed_view AS v, jsonb_each(to_jsonb(v) - 'problem') AS e) AS v
    FULL JOIN (SELECT aggregate_id, e.* FROM values_typed AS t, jsonb_each(to_jsonb(t)) AS e) AS t USING (aggregate_id, key)
    WHERE v.value IS DISTINCT FROM t.value"

# ---- every type ----
mkdir "$work/values"
awk -v what=program -f "$here/values.awk" >"$work/values/values.proj"
build values
new_schema
equals 'the schema is made' 'the schema is in place' "$(service values schema --apply)"
equals 'and may be made twice' 'the schema is in place' "$(service values schema --apply)"
awk -v what=events -v seed="$seed" -v count="$count" -f "$here/values.awk" >"$work/events.jsonl"
equals "$count events of seed $seed are stored" "$count events written, last position $count" "$(service values append --file "$work/events.jsonl")"
service values run --once >"$work/run.log"
equals 'no state has a problem' "$count|0" "$(sql 'SELECT count(*), count(problem) FROM values_packed_view')"
equals 'every field is what a column of its type holds' 0 "$(sql "$differing")"
equals 'and has the type and place of that column' 0 "$(sql "SELECT count(*) FROM
    (SELECT attnum, attname, atttypid, atttypmod, attcollation FROM pg_attribute WHERE attrelid = 'values_packed_view'::regclass AND attname <> 'problem') AS v
    FULL JOIN (SELECT attnum, attname, atttypid, atttypmod, attcollation FROM pg_attribute WHERE attrelid = 'values_typed'::regclass AND attnum > 0) AS t
    USING (attnum, attname, atttypid, atttypmod, attcollation) WHERE v IS NULL OR t IS NULL")"
for projection in packed typed; do
    DATABASE_URL=$url "$work/values/values" inspect $projection --json >"$work/$projection.jsonl"
done
equals 'inspect says the same of both projections' 'the same' "$(cmp "$work/packed.jsonl" "$work/typed.jsonl" && echo the same)"
# Lists hold every type as JSON; scalars whose columns are no JSON are held against `typed` above.
"$psql" -qX "$url" -c 'CREATE TABLE inspected (line jsonb)' -c "\\copy inspected FROM '$work/packed.jsonl' CSV QUOTE E'\\x01' DELIMITER E'\\x02'"
not_inspected="SELECT count(*) FROM (SELECT aggregate_id, e.* FROM values_packed_view AS v, jsonb_each(to_jsonb(v) - 'problem' - 'position' - 'aggregate_id') AS e) AS v
    FULL JOIN (SELECT (line ->> 'key')::uuid AS aggregate_id, e.* FROM inspected, jsonb_each(line -> 'state') AS e) AS i USING (aggregate_id, key)
    WHERE v.value IS DISTINCT FROM i.value AND key !~ '^[vo]_(bytes|date|time|duration)\$'"
equals 'every field is what inspect shows' 0 "$(sql "$not_inspected")"
equals 'a key is looked up by the primary key' t "$(sql "SET enable_seqscan = off; EXPLAIN SELECT * FROM values_packed_view WHERE aggregate_id = '00000000-0000-4000-8000-000000000001'" | grep -q 'Index.*values_packed_pkey' && echo t)"
settings="SET DateStyle = 'SQL, DMY'; SET TimeZone = 'America/New_York'; SET extra_float_digits = 0; SET bytea_output = escape; SET IntervalStyle = iso_8601"
equals 'whatever the settings of the session' 0 "$(sql "$settings; SELECT count(*) FROM values_packed_view AS v JOIN values_typed AS t USING (aggregate_id)
    WHERE (v.v_time, v.v_date, v.v_f64, v.v_bytes, v.l_f64, v.l_time, v.m_duration) IS DISTINCT FROM (t.v_time, t.v_date, t.v_f64, t.v_bytes, t.l_f64, t.l_time, t.m_duration)")"
equals 'in parallel workers too' "$count" "$(sql "SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET force_parallel_mode = on;
    SELECT count(*) FROM values_packed_view WHERE problem IS NULL AND v_bool IS NOT NULL")"
"$psql" -qX "$url" -c "CREATE SCHEMA ${schema}_evil; SET search_path = ${schema}_evil;
    CREATE FUNCTION get_byte(bytea, integer) RETURNS integer LANGUAGE sql AS 'SELECT 193'; CREATE FUNCTION f(text, text) RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
    CREATE OPERATOR || (LEFTARG = text, RIGHTARG = text, FUNCTION = f); CREATE FUNCTION get_byte(bytea, bigint) RETURNS integer LANGUAGE sql AS 'SELECT 193'"
equals 'whatever stands first in the search_path' "$count" "$(sql "SET search_path = ${schema}_evil, pg_catalog; SELECT count(*) FROM $schema.values_packed_view WHERE problem IS NULL")"

# ---- damage ----
# The smallest state: every one that is cut off, and every one with a bit turned over, read by the view itself.
sql "CREATE TABLE sound AS SELECT * FROM values_packed ORDER BY length(state) LIMIT 1; CREATE TABLE kept AS TABLE values_packed; DELETE FROM values_packed" >"$work/log"
sql "INSERT INTO values_packed SELECT md5(n::text)::uuid, n, substring(state FOR n) FROM sound, generate_series(0, length(state) - 1) AS n" >"$work/log"
equals 'a state that is cut off anywhere is damaged' 0 "$(sql "SELECT count(*) FROM values_packed_view WHERE problem !~ '^damaged: no [a-z0-9]+ at byte [0-9]+' OR problem IS NULL OR v_bool IS NOT NULL")"
sql "DELETE FROM values_packed; INSERT INTO values_packed SELECT md5(n::text)::uuid, n, state || '\\x00' FROM sound, generate_series(1, 1) AS n" >"$work/log"
equals 'and so is one with bytes behind its end' 1 "$(sql "SELECT count(*) FROM values_packed_view WHERE problem ~ '^damaged'")"
sql "DELETE FROM values_packed; INSERT INTO values_packed SELECT md5(n::text)::uuid, n, set_bit(state, n::integer, 1 - get_bit(state, n::integer)) FROM sound, generate_series(0, 8 * length(state) - 1) AS n" >"$work/log"
equals 'a bit that is turned over never fails a query' "$(sql 'SELECT 8 * length(state) FROM sound')" "$(sql 'SELECT count(v::text) FROM values_packed_view AS v')"
equals 'and in the fingerprint it is another shape' 64 "$(sql "SELECT count(*) FROM values_packed_view WHERE position < 64 AND problem ~ '^of another shape: apply the schema, then rebuild' AND v_bool IS NULL")"
sql "DELETE FROM values_packed; SELECT setseed(0.$seed); INSERT INTO values_packed SELECT md5(n::text)::uuid, n, substring(state FOR (17 + random() * (length(state) - 17))::integer)
    || decode(md5(random()::text) || md5(random()::text), 'hex') || substring(state FROM (17 + random() * (length(state) - 17))::integer) FROM sound, generate_series(1, 2000) AS n" >"$work/log"
equals 'nor do bytes that are put in' 2000 "$(sql 'SELECT count(v::text) FROM values_packed_view AS v')"
sql "DELETE FROM values_packed; INSERT INTO values_packed SELECT md5(n::text)::uuid, n, substring(state FOR 16) || decode(repeat(md5(n::text || 'a'), 64), 'hex') FROM sound, generate_series(1, 1000) AS n;
    INSERT INTO values_packed SELECT md5(n::text || 'b')::uuid, n, substring(state FOR 16) || decode(repeat(lpad(to_hex(n), 2, '0'), 200000), 'hex') FROM sound, generate_series(0, 255) AS n" >"$work/log"
equals 'nor does mere noise, nor nesting without end' 1256 "$(sql "SELECT count(*) FROM values_packed_view WHERE problem ~ '^damaged'")"
sql 'DELETE FROM values_packed; INSERT INTO values_packed TABLE kept' >"$work/log"

# ---- mutants: the comparison notices a decoder that is wrong in one branch ----
sql "SELECT pg_get_functiondef('values_read_state'::regproc)" >"$work/reader.sql"
mutant() { # sed's script
    sed "$1" "$work/reader.sql" >"$work/mutant.sql"
    if cmp -s "$work/reader.sql" "$work/mutant.sql"; then
        equals "the mutant $1 is one" 'another text' 'the same text'
        return
    fi
    "$psql" -qX "$url" -f "$work/mutant.sql" >"$work/log" 2>&1
    said=$(sql "$differing")
    [ "$said" != 0 ] && said=noticed
    equals "noticed: $1" noticed "$said"
}
mutant 's/number := byte - 256;/number := byte - 255;/'
mutant "s/WHEN byte < 222 THEN 'list' ELSE/WHEN byte < 221 THEN 'list' ELSE/"
mutant "s/WHEN byte < 220 THEN 'text'/WHEN byte < 219 THEN 'text'/"
mutant "s/BETWEEN 196 AND 198 THEN 'bytes'/BETWEEN 196 AND 197 THEN 'bytes'/"
mutant "s/number - (1::bigint << (8 \\* width))/number/"
mutant "s/WHEN 'text' THEN 1 << (byte - 217)/WHEN 'text' THEN 1/"
mutant "s/ed\\[89\\]/ed[8]/"
mutant "s/value := encode(piece, 'hex')::uuid;/value := encode(piece, 'hex');/"
mutant "s/year + CASE WHEN year < 0 THEN 1 ELSE 0 END/year/"
mutant "s/'SGFM9900000'/'FM9900000'/"
mutant "s/micros % 60000000 > 0 OR number = 0/micros % 60000000 > 0/"
mutant "s/WHEN 0 THEN 0 ELSE 4503599627370496/WHEN 0 THEN 4503599627370496 ELSE 4503599627370496/"
mutant "s/digits > 15 AND/false AND/"
mutant "s/, E'\\\\n', '')/, '', '')/"
mutant "s/items % 2 = 1/items % 2 = 0/"
mutant "s/NOT IN (0, -1)/NOT IN (0)/"
"$psql" -qX "$url" -f "$work/reader.sql"
equals 'and the decoder itself is right again' 0 "$(sql "$differing")"

. "$here/cases.sh"

echo "1..$number"
echo "$((number - failures)) passed, $failures failed"
[ "$failures" -eq 0 ] && [ "$number" -gt 0 ]
