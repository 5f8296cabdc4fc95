# Who is woken up by an append, and that no append fails because of it. Sourced by run.sh for PostgreSQL.
# shellcheck shell=sh

fresh_schema
insert="(event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version)
    VALUES (gen_random_uuid(), 'noise', '{}', 'till', gen_random_uuid(), 1)"
owner=wake_owner_$$
writer_role=wake_writer_$$

# How often a session hears of what it did itself, or "failed".
heard() { # SQL of one transaction…
    {
        echo "LISTEN till_sales;"
        for command; do
            echo "$command"
        done
    } >"$work/wake.sql"
    if "$psql" -X -q -At -v ON_ERROR_STOP=1 "$url" <"$work/wake.sql" >"$work/wake.out" 2>&1; then
        grep -c '^Asynchronous notification "till_sales"' "$work/wake.out" || true
    else
        cat "$work/wake.out" >&2
        echo failed
    fi
}

promise() { # MILLISECONDS from now
    sql "SELECT setval('$schema.till_sales_awake', (date_part('epoch', clock_timestamp()) * 1000)::int8 + $1)" >/dev/null
}

asleep() {
    sql "SELECT setval('$schema.till_sales_awake', 0)" >/dev/null
}

# Each way of writing, while somebody is awake and while nobody is.
wakes() { # CLAIM SQL…
    wakes_claim=$1
    shift
    promise 3600000
    equals "$wakes_claim: silent while somebody is awake" 0 "$(heard "$@")"
    asleep
    equals "$wakes_claim: notified while nobody is" 1 "$(heard "$@")"
}

equals 'before anybody was awake an append notifies' 1 "$(heard "INSERT INTO till_sales $insert;")"
wakes 'an insert' "INSERT INTO till_sales $insert;"
promise -1
equals 'a promise ends by itself' 1 "$(heard "INSERT INTO till_sales $insert;")"
wakes 'COPY' "COPY till_sales (event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version) FROM STDIN;
$(uuid 1)	noise	{}	till	$(uuid 1)	1
\\.
DELETE FROM till_sales WHERE event_id = '$(uuid 1)';"
wakes 'an empty search_path' 'SET search_path = '"''"';' "INSERT INTO $schema.till_sales $insert;"
sql "CREATE VIEW written AS SELECT event_id, event_name, payload, aggregate_type, aggregate_id, aggregate_version FROM till_sales" >/dev/null
wakes 'a view' "INSERT INTO written $insert;"

# Operators and functions of the writer's own are not run with the rights of the function's owner.
sql "CREATE SCHEMA ${schema}_own" >/dev/null
sql "CREATE FUNCTION ${schema}_own.fails(float8, int8) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION \$\$mine\$\$; END';
    CREATE OPERATOR ${schema}_own.<= (LEFTARG = float8, RIGHTARG = int8, FUNCTION = ${schema}_own.fails)" >/dev/null
wakes 'operators of the writer' "SET search_path = ${schema}_own, pg_catalog;" "INSERT INTO $schema.till_sales $insert;"
sql "SET client_min_messages = warning; DROP SCHEMA ${schema}_own CASCADE" >/dev/null

# A writer that may do nothing else, and a table that went to another owner.
sql "CREATE ROLE $writer_role; CREATE ROLE $owner; GRANT USAGE ON SCHEMA $schema TO $writer_role, $owner;
    GRANT INSERT ON till_sales TO $writer_role" >/dev/null
wakes 'a role that may only insert' "SET ROLE $writer_role;" "INSERT INTO till_sales $insert;"
sql "ALTER FUNCTION till_sales_notify() OWNER TO $owner" >/dev/null
wakes 'a function of another owner' "SET ROLE $writer_role;" "INSERT INTO till_sales $insert;"
sql "ALTER FUNCTION till_sales_notify() OWNER TO CURRENT_USER; ALTER TABLE till_sales OWNER TO $owner" >/dev/null
wakes 'a table of another owner' "SET ROLE $owner;" "INSERT INTO till_sales $insert;"
sql "ALTER TABLE till_sales OWNER TO CURRENT_USER; DROP OWNED BY $writer_role, $owner; DROP ROLE $writer_role, $owner" >/dev/null

# A partition of a table that is written to.
sql "CREATE TABLE parted (LIKE till_sales INCLUDING DEFAULTS INCLUDING IDENTITY) PARTITION BY RANGE (no);
    CREATE TABLE parted_1 PARTITION OF parted DEFAULT;
    CREATE TRIGGER parted_notify AFTER INSERT ON parted FOR EACH STATEMENT EXECUTE FUNCTION till_sales_notify()" >/dev/null
wakes 'a partitioned table' "INSERT INTO parted $insert;"

# What an older version made goes on, and schema --apply brings it up to date.
sql "DROP FUNCTION till_sales_notify() CASCADE; REVOKE ALL ON SEQUENCE till_sales_awake FROM PUBLIC" 2>/dev/null >&2
sql "CREATE FUNCTION till_sales_notify() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
    AS 'BEGIN IF date_part(''epoch'', clock_timestamp()) * 1000 > (SELECT last_value FROM till_sales_awake)
    THEN PERFORM pg_notify(''till_sales'', ''''); END IF; RETURN NULL; END';
    CREATE TRIGGER till_sales_notify AFTER INSERT ON till_sales FOR EACH STATEMENT EXECUTE FUNCTION till_sales_notify()" >/dev/null
wakes "an older version's function" "INSERT INTO till_sales $insert;"
svc schema --check
wants "an older version's function is accepted" 0
svc run --once
wants 'and run' 0
svc schema --apply
wants 'schema --apply' 0
equals 'replaces it' 't t' "$(sql "SELECT proconfig IS NULL, prosrc LIKE '%pg_sequence_last_value%' FROM pg_proc
    WHERE pronamespace = '$schema'::regnamespace AND proname = 'till_sales_notify'" | tr '|' ' ')"
equals 'and lets everybody read the sequence' t "$(sql "SELECT relacl::text LIKE '%,=r/%' FROM pg_class WHERE oid = 'till_sales_awake'::regclass")"
wakes 'the new function' "INSERT INTO till_sales $insert;"

# Renamed or gone.
sql "ALTER SCHEMA $schema RENAME TO ${schema}_new" >/dev/null
schema=${schema}_new
schemas="$schemas $schema"
wakes 'a renamed schema' "INSERT INTO $schema.till_sales $insert;"
promise 3600000
sql "ALTER SEQUENCE $schema.till_sales_awake RENAME TO elsewhere" >/dev/null
equals 'a renamed sequence: notified' 1 "$(heard "INSERT INTO $schema.till_sales $insert;")"
sql "DROP SEQUENCE $schema.elsewhere" >/dev/null
equals 'a dropped sequence: notified' 1 "$(heard "INSERT INTO $schema.till_sales $insert;")"
