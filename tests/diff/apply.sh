# shellcheck shell=sh
# apply.sh -- what `projc diff --sql` prints is run: a database made from the old schema, altered,
# rebuilt where the script says so, and given the new schema, has the shape of a fresh new one.
# Sourced by run.sh; uses claim, work, here, PROJC.

identities() { # file: the event tables of a PostgreSQL schema, as it names them
    awk '/^CREATE TABLE/ { table = $6 } /GENERATED ALWAYS AS IDENTITY/ { print table }' "$1" | sort
}

# What a rebuild does: the tables of a projection are dropped, to be made anew.
rebuild() { # script schema: DROPs for the projections that the script names
    package=$(sed -n 's/^package \([a-zA-Z0-9_]*\).*/\1/p' new.proj | head -1)
    sed -n 's/^-- \([A-Za-z0-9_]*\): only a rebuild.*/\1/p' "$1" | while read -r projection; do
        sed -n 's/^CREATE TABLE IF NOT EXISTS \(.*\) ($/\1/p' "$2" |
            grep -E "^\"${package}_${projection}(_[a-z_]*)?\"\$|^\"projc_diff_archive\"\\." |
            sed 's/.*/DROP TABLE IF EXISTS &;/'
    done
}

# Lines about event tables that stay as they are, because nothing can or may change them.
without_kept() { # script store
    identities "$work/old/old_proj.postgres.sql" >"$work/streams.old"
    identities "$work/new/new_proj.postgres.sql" >"$work/streams.new"
    {
        echo '"no such table"'
        comm -23 "$work/streams.old" "$work/streams.new"
        sed -n 's/^-- \(".*"\): \(SQLite cannot\|payloads have\).*/\1/p' "$1"
    } | tr -d '"' | sed 's/.*/\\b&(_[a-z]*)?\\b/' >"$work/kept"
    grep -v -E -f "$work/kept"
}

anew=
for schema in projc_diff projc_diff_archive log; do
    anew="$anew DROP SCHEMA IF EXISTS $schema CASCADE; CREATE SCHEMA $schema;"
done
anew="$anew SET search_path = projc_diff;"

open_database() {
    [ -n "${PROJC_TEST_PG:-}" ] || return 0
    database_name=projc_diff_$$
    psql -X -q -d "$PROJC_TEST_PG" -c "CREATE DATABASE $database_name" || return 1
    database=$(echo "$PROJC_TEST_PG" | sed "s#^\(postgres[a-z]*://[^/]*\)/[^?]*#\1/$database_name#")
}

close_database() {
    [ -z "${PROJC_TEST_PG:-}" ] || psql -X -q -d "$PROJC_TEST_PG" -c "DROP DATABASE $database_name"
}

split_sql() { # store: its half of the script
    awk -v store="-- $1" '/^-- (PostgreSQL|SQLite)$/ { on = $0 == store; next } on' "$work/sql"
}

altered_sqlite() {
    split_sql SQLite >"$work/alter.sql"
    rebuild "$work/alter.sql" "$work/new/new_proj.sqlite.sql" >"$work/rebuild.sql"
    sed -n 's/^-- DROP/DROP/p' "$work/alter.sql" >>"$work/rebuild.sql"
    sqlite3 -batch -bail :memory: ".read $work/old/old_proj.sqlite.sql" ".read $work/alter.sql" \
        ".read $work/rebuild.sql" ".read $work/new/new_proj.sqlite.sql" ".read $here/shape.sqlite.sql" \
        >"$work/result.all" 2>&1 || { cat "$work/result.all"; return 1; }
    sqlite3 -batch -bail :memory: ".read $work/new/new_proj.sqlite.sql" ".read $here/shape.sqlite.sql" >"$work/fresh.all"
    without_kept "$work/alter.sql" <"$work/result.all" >"$work/result"
    without_kept "$work/alter.sql" <"$work/fresh.all" >"$work/fresh"
    test -s "$work/fresh.all" && diff -u "$work/fresh" "$work/result"
}

altered_postgres() {
    split_sql PostgreSQL >"$work/alter.sql"
    rebuild "$work/alter.sql" "$work/new/new_proj.postgres.sql" | sed 's/;$/ CASCADE;/' >"$work/rebuild.sql"
    sed -n 's/^-- DROP/DROP/p' "$work/alter.sql" >>"$work/rebuild.sql"
    identities "$work/old/old_proj.postgres.sql" | sed "s/.*/INSERT INTO & (event_id, event_name, payload, \
aggregate_type, aggregate_id, aggregate_version) VALUES (gen_random_uuid(), 'x', '{}', 'x', \
'00000000-0000-0000-0000-000000000001', 1);/" >"$work/insert.sql"
    psql -X -q -t -A -v ON_ERROR_STOP=1 -d "$database" >"$work/applied" 2>&1 <<END
SET client_min_messages = warning;
$anew
\\i $work/old/old_proj.postgres.sql
\\i $work/insert.sql
\\i $work/alter.sql
\\i $work/rebuild.sql
\\i $work/new/new_proj.postgres.sql
\\o $work/result.all
\\i $here/shape.postgres.sql
\\o
$anew
\\i $work/new/new_proj.postgres.sql
\\o $work/fresh.all
\\i $here/shape.postgres.sql
END
    status=$?
    if [ "$status" -ne 0 ] || [ -s "$work/applied" ]; then
        cat "$work/applied"
        return 1
    fi
    without_kept "$work/alter.sql" <"$work/result.all" >"$work/result"
    without_kept "$work/alter.sql" <"$work/fresh.all" >"$work/fresh"
    test -s "$work/fresh.all" && diff -u "$work/fresh" "$work/result"
}

apply_case() { # in the case's folder
    rm -rf "$work/old" "$work/new"
    mkdir "$work/old" "$work/new"
    "$PROJC" build -o "$work/old" old.proj 2>/dev/null && "$PROJC" build -o "$work/new" new.proj 2>/dev/null ||
        { claim "case $name: both versions are built" false; return; }
    "$PROJC" diff --sql --short old.proj new.proj >"$work/sql" 2>/dev/null
    if command -v sqlite3 >/dev/null; then
        claim "case $name: the altered SQLite schema is the new one" altered_sqlite
    else
        skipped=$((skipped + 1))
    fi
    if [ -n "${PROJC_TEST_PG:-}" ]; then
        claim "case $name: the altered PostgreSQL schema is the new one" altered_postgres
    else
        skipped=$((skipped + 1))
    fi
}
