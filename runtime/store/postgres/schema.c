/* The runtime's own tables, and running scripts of statements. */
#include "store/postgres/driver.h"
#include "store/postgres/session.h"
#include "store/postgres/statement.h"

/* "projc" in ASCII: whoever changes the schema of this database takes turns. */
#define SCHEMA_LOCK "482871632483"

/* projc_lane is updated by every batch. So it has no CHECK: the server compiles each anew for every
 * statement. And a low fillfactor keeps its updates on the page (HOT). Where old snapshots keep the
 * versions, an update that leaves its page has its new index entry compared with all others of the
 * lane: of 1,000 commits of 16 lanes, 18 in 100 updates left it at 50, 9 in 100 do at 10. */
static const char runtime_schema[] =
    "CREATE TABLE IF NOT EXISTS projc_projection (\n"
    "    generation bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
    "    package text COLLATE \"C\" NOT NULL,\n"
    "    projection text COLLATE \"C\" NOT NULL,\n"
    "    state text COLLATE \"C\" NOT NULL\n"
    "        CHECK (state IN ('live', 'building', 'retired', 'paused')),\n"
    "    version bigint NOT NULL,\n"
    "    lanes integer NOT NULL CHECK (lanes > 0),\n"
    "    shape_fingerprint bigint NOT NULL,\n"
    "    logic_fingerprint bigint NOT NULL,\n"
    "    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),\n"
    "    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()\n"
    ");\n"
    "CREATE UNIQUE INDEX IF NOT EXISTS projc_projection_live\n"
    "    ON projc_projection (package, projection) WHERE state IN ('live', 'paused');\n"
    "CREATE UNIQUE INDEX IF NOT EXISTS projc_projection_building\n"
    "    ON projc_projection (package, projection) WHERE state = 'building';\n"
    "CREATE TABLE IF NOT EXISTS projc_lane (\n"
    "    generation bigint NOT NULL REFERENCES projc_projection ON DELETE CASCADE,\n"
    "    lane integer NOT NULL,\n"
    "    position bigint NOT NULL DEFAULT 0,\n"
    "    epoch bigint NOT NULL DEFAULT 1,\n"
    "    last_event_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',\n"
    "    applied bigint NOT NULL DEFAULT 0,\n"
    "    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),\n"
    "    PRIMARY KEY (generation, lane)\n"
    ") WITH (fillfactor = 10);\n"
    "CREATE TABLE IF NOT EXISTS projc_key (\n"
    "    generation bigint NOT NULL,\n"
    "    lane integer NOT NULL,\n"
    "    key bytea NOT NULL,\n"
    "    status text COLLATE \"C\" NOT NULL CHECK (status IN ('retry', 'failed')),\n"
    "    no bigint NOT NULL,\n"
    "    event_id uuid NOT NULL,\n"
    "    event_name text COLLATE \"C\" NOT NULL,\n"
    "    attempts bigint NOT NULL,\n"
    "    retry_at timestamptz,\n"
    "    code text COLLATE \"C\" NOT NULL,\n"
    "    message text COLLATE \"C\" NOT NULL,\n"
    "    source text COLLATE \"C\" NOT NULL,\n"
    "    first_at timestamptz,\n"
    "    last_at timestamptz,\n"
    "    PRIMARY KEY (generation, key)\n"
    ");\n"
    "CREATE TABLE IF NOT EXISTS projc_waiting (\n"
    "    generation bigint NOT NULL,\n"
    "    key bytea NOT NULL,\n"
    "    no bigint NOT NULL,\n"
    "    PRIMARY KEY (generation, key, no)\n"
    ");\n"
    "CREATE TABLE IF NOT EXISTS projc_skipped (\n"
    "    generation bigint NOT NULL,\n"
    "    no bigint NOT NULL,\n"
    "    key bytea NOT NULL,\n"
    "    event_name text COLLATE \"C\" NOT NULL,\n"
    "    code text COLLATE \"C\" NOT NULL,\n"
    "    message text COLLATE \"C\" NOT NULL,\n"
    "    source text COLLATE \"C\" NOT NULL,\n"
    "    at timestamptz,\n"
    "    PRIMARY KEY (generation, no, key)\n"
    ");\n"
    "CREATE TABLE IF NOT EXISTS projc_process (\n"
    "    id text COLLATE \"C\" PRIMARY KEY,\n"
    "    name text COLLATE \"C\" NOT NULL,\n"
    "    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),\n"
    "    heard_at timestamptz NOT NULL DEFAULT clock_timestamp()\n"
    ") WITH (fillfactor = 50);\n"
    "CREATE TABLE IF NOT EXISTS projc_waiter (\n"
    "    id text COLLATE \"C\" PRIMARY KEY,\n"
    "    generation bigint NOT NULL,\n"
    "    position bigint NOT NULL,\n"
    "    ends_at timestamptz NOT NULL\n"
    ");\n";

const char *projc__postgres_runtime_schema(void)
{
    return runtime_schema;
}

projc_status projc__postgres_run_text(projc__postgres *postgres, const char *text,
                                      projc_error *error)
{
    return projc__postgres_run_texts(postgres, text, PROJC__NO_DEADLINE, error);
}

projc_status projc__postgres_run_script(projc_store *store, const char *const *pieces, size_t count,
                                        projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);

    /* The lock ends with the transaction: a lock of the session would stay behind in a pooler. IF
     * NOT EXISTS would flood the client with notices. */
    projc_status status = projc__session_reset(postgres, error);
    if (status == PROJC_OK)
        status =
            projc__postgres_run_text(postgres,
                                     "BEGIN; SET LOCAL client_min_messages = warning;"
                                     "SELECT pg_catalog.pg_advisory_xact_lock(" SCHEMA_LOCK ")",
                                     error);
    for (size_t i = 0; status == PROJC_OK && i < count; i++)
        status = projc__postgres_run_text(postgres, pieces[i], error);
    if (status == PROJC_OK)
        status = projc__postgres_run_text(postgres, "COMMIT", error);
    if (status != PROJC_OK)
        projc__postgres_roll_back(postgres);
    return status;
}

projc_status projc__postgres_has_table(projc_store *store, const char *schema, const char *table,
                                       bool *answer, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement, "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c"
                                     " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                                     " WHERE n.nspname = $1 AND c.relname = $2"
                                     " AND c.relkind IN ('r', 'p', 'v', 'm', 'f'))");
    projc__statement_bind_text(&statement, schema != NULL ? schema : postgres->schema);
    projc__statement_bind_text(&statement, table);
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK)
        *answer = projc__result_bool(result, 0, 0);
    PQclear(result);
    return status;
}

projc_status projc__postgres_table_bytes(projc_store *store, const char *schema, const char *table,
                                         int64_t *bytes, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement, "SELECT pg_catalog.pg_total_relation_size(c.oid)"
                                     " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                                     " ON n.oid = c.relnamespace"
                                     " WHERE n.nspname = $1 AND c.relname = $2");
    projc__statement_bind_text(&statement, schema != NULL ? schema : postgres->schema);
    projc__statement_bind_text(&statement, table);
    projc_status status = projc__statement_run(&statement, &result);
    *bytes = -1;
    if (status == PROJC_OK && PQntuples(result) == 1 && PQgetisnull(result, 0, 0) == 0)
        *bytes = projc__result_i64(result, 0, 0);
    PQclear(result);
    return status;
}
