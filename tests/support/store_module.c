/* The hand-written module of the store fixture: streams, tables, projections and their DDL. */
#include "store_fixture.h"

#include "projc/module.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- streams ---- */

static const projc_stream_type streams[] = {
    {.name = "log", .table = "events_log", .channel = "events_log", .payload = PROJC_PAYLOAD_JSON},
    {.name = "packed",
     .table = "events \"packed\"",
     .channel = "events packed",
     .payload = PROJC_PAYLOAD_MSGPACK,
     .has_text_ids = true},
};

static const projc_aggregate_type aggregates[] = {
    {.name = "Account", .type = "bank_account", .stream = 0, .id_type = PROJC_ID_UUID},
};

/* ---- tables ---- */

static const projc_column balance_columns[] = {
    {.name = "id", .type = PROJC_COLUMN_UUID},
    {.name = "position", .type = PROJC_COLUMN_I64},
    {.name = "state", .type = PROJC_COLUMN_BYTES},
};
static const char *const balance_indexes[] = {"balance_position_g1"};
const projc_table store_fixture_balance = {.name = "balance",
                                           .key_count = 1,
                                           .column_count = COUNT(balance_columns),
                                           .columns = balance_columns,
                                           .indexes = balance_indexes,
                                           .index_count = COUNT(balance_indexes)};

static const projc_column totals_columns[] = {
    {.name = "singleton", .type = PROJC_COLUMN_I16},
    {.name = "position", .type = PROJC_COLUMN_I64},
    {.name = "count", .type = PROJC_COLUMN_I64},
    {.name = "note", .type = PROJC_COLUMN_TEXT},
};
const projc_table store_fixture_totals = {.name = "totals",
                                          .key_count = 1,
                                          .column_count = COUNT(totals_columns),
                                          .columns = totals_columns};

static const projc_column wide_columns[] = {
    {.name = "day", .type = PROJC_COLUMN_DATE},
    {.name = "place", .type = PROJC_COLUMN_TEXT},
    {.name = "slot", .type = PROJC_COLUMN_I64},
    {.name = "position", .type = PROJC_COLUMN_I64},
    {.name = "a_bool", .type = PROJC_COLUMN_BOOL, .is_nullable = true},
    {.name = "a_i16", .type = PROJC_COLUMN_I16, .is_nullable = true},
    {.name = "a_i32", .type = PROJC_COLUMN_I32, .is_nullable = true},
    {.name = "a_i64", .type = PROJC_COLUMN_I64, .is_nullable = true},
    {.name = "a_f64", .type = PROJC_COLUMN_F64, .is_nullable = true},
    {.name = "a_decimal", .type = PROJC_COLUMN_DECIMAL, .scale = 2, .is_nullable = true},
    {.name = "a_text", .type = PROJC_COLUMN_TEXT, .is_nullable = true},
    {.name = "a_bytes", .type = PROJC_COLUMN_BYTES, .is_nullable = true},
    {.name = "a_uuid", .type = PROJC_COLUMN_UUID, .is_nullable = true},
    {.name = "a_time", .type = PROJC_COLUMN_TIME, .is_nullable = true},
    {.name = "a_date", .type = PROJC_COLUMN_DATE, .is_nullable = true},
    {.name = "a_duration", .type = PROJC_COLUMN_DURATION, .is_nullable = true},
    {.name = "a_json", .type = PROJC_COLUMN_JSON, .is_nullable = true},
};
const projc_table store_fixture_wide = {
    .name = "wide", .key_count = 3, .column_count = COUNT(wide_columns), .columns = wide_columns};

static const projc_column awkward_columns[] = {
    {.name = "select", .type = PROJC_COLUMN_TEXT},
    {.name = "position", .type = PROJC_COLUMN_I64},
    {.name = "from \"here\"", .type = PROJC_COLUMN_TEXT},
};
const projc_table store_fixture_awkward = {.name = "order by \"'1",
                                           .key_count = 1,
                                           .column_count = COUNT(awkward_columns),
                                           .columns = awkward_columns};

static const projc_column tags_columns[] = {
    {.name = "tag", .type = PROJC_COLUMN_TEXT},
    {.name = "no", .type = PROJC_COLUMN_I64},
};
const projc_table store_fixture_tags = {
    .name = "tags", .key_count = 2, .column_count = COUNT(tags_columns), .columns = tags_columns};

/* ---- projections ---- */

const projc_projection_type store_fixture_balance_projection = {
    .name = "balance",
    .kind = PROJC_AGGREGATE_PROJECTION,
    .version = 1,
    .table = &store_fixture_balance,
    .shape_fingerprint = UINT64_C(0xfedcba9876543210), /* above INT64_MAX */
    .logic_fingerprint = 7,
};
const projc_projection_type store_fixture_totals_projection = {
    .name = "totals",
    .kind = PROJC_STREAM_PROJECTION,
    .version = 3,
    .table = &store_fixture_totals,
    .is_columns = true,
    .shape_fingerprint = 1,
    .logic_fingerprint = UINT64_MAX,
};

/* ---- DDL ---- */

static const char *const schema_sqlite[] = {
    "CREATE TABLE IF NOT EXISTS \"events_log\" (\n"
    "    \"no\" INTEGER PRIMARY KEY AUTOINCREMENT,\n"
    "    \"event_id\" BLOB NOT NULL UNIQUE,\n"
    "    \"event_name\" TEXT NOT NULL,\n"
    "    \"payload\" TEXT NOT NULL,\n"
    "    \"metadata\" TEXT NOT NULL,\n"
    "    \"aggregate_type\" TEXT NOT NULL,\n"
    "    \"aggregate_id\" BLOB NOT NULL,\n"
    "    \"aggregate_version\" INTEGER NOT NULL,\n"
    "    \"created_at\" INTEGER NOT NULL,\n"
    "    UNIQUE (\"aggregate_type\", \"aggregate_id\", \"aggregate_version\")\n"
    ") STRICT;\n"
    "CREATE INDEX IF NOT EXISTS \"events_log_aggregate_no\"\n"
    "    ON \"events_log\" (\"aggregate_type\", \"aggregate_id\", \"no\");\n",
    "CREATE TABLE IF NOT EXISTS \"events \"\"packed\"\"\" (\n"
    "    \"no\" INTEGER PRIMARY KEY AUTOINCREMENT,\n"
    "    \"event_id\" BLOB NOT NULL UNIQUE,\n"
    "    \"event_name\" TEXT NOT NULL,\n"
    "    \"payload\" BLOB NOT NULL,\n"
    "    \"metadata\" TEXT NOT NULL,\n"
    "    \"aggregate_type\" TEXT NOT NULL,\n"
    "    \"aggregate_id\" TEXT NOT NULL,\n"
    "    \"aggregate_version\" INTEGER NOT NULL,\n"
    "    \"created_at\" INTEGER NOT NULL,\n"
    "    UNIQUE (\"aggregate_type\", \"aggregate_id\", \"aggregate_version\")\n"
    ") STRICT;\n"
    "CREATE INDEX IF NOT EXISTS \"events_packed_aggregate_no\"\n"
    "    ON \"events \"\"packed\"\"\" (\"aggregate_type\", \"aggregate_id\", \"no\");\n",
    "CREATE TABLE IF NOT EXISTS \"balance\" (\n"
    "    id BLOB NOT NULL PRIMARY KEY, position INTEGER NOT NULL, state BLOB NOT NULL\n"
    ") STRICT, WITHOUT ROWID;\n",
    "CREATE INDEX IF NOT EXISTS \"balance_position_g1\" ON \"balance\" (position);\n",
    "CREATE TABLE IF NOT EXISTS totals (\n"
    "    singleton INTEGER NOT NULL PRIMARY KEY, position INTEGER NOT NULL,\n"
    "    count INTEGER NOT NULL, note TEXT NOT NULL\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE IF NOT EXISTS wide (\n"
    "    day INTEGER NOT NULL, place TEXT NOT NULL, slot INTEGER NOT NULL,\n"
    "    position INTEGER NOT NULL,\n"
    "    a_bool INTEGER, a_i16 INTEGER, a_i32 INTEGER, a_i64 INTEGER, a_f64 REAL,\n"
    "    a_decimal INTEGER,\n"
    "    a_text TEXT, a_bytes BLOB, a_uuid BLOB, a_time INTEGER, a_date INTEGER,\n"
    "    a_duration INTEGER,\n"
    "    a_json TEXT,\n"
    "    PRIMARY KEY (day, place, slot)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE IF NOT EXISTS \"order by \"\"'1\" (\n"
    "    \"select\" TEXT NOT NULL PRIMARY KEY, position INTEGER NOT NULL,\n"
    "    \"from \"\"here\"\"\" TEXT NOT NULL\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE IF NOT EXISTS tags (\n"
    "    tag TEXT NOT NULL, no INTEGER NOT NULL, PRIMARY KEY (tag, no)\n"
    ") STRICT, WITHOUT ROWID;\n",
    NULL,
};

static const char *const schema_postgres[] = {
    "CREATE TABLE IF NOT EXISTS \"events_log\" (\n"
    "    \"no\" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
    "    \"event_id\" uuid NOT NULL UNIQUE,\n"
    "    \"event_name\" text NOT NULL,\n"
    "    \"payload\" json NOT NULL,\n"
    "    \"metadata\" jsonb NOT NULL,\n"
    "    \"aggregate_type\" text NOT NULL,\n"
    "    \"aggregate_id\" uuid NOT NULL,\n"
    "    \"aggregate_version\" bigint NOT NULL,\n"
    "    \"created_at\" timestamptz NOT NULL,\n"
    "    UNIQUE (\"aggregate_type\", \"aggregate_id\", \"aggregate_version\")\n"
    ");\n"
    "CREATE INDEX IF NOT EXISTS \"events_log_aggregate_no\"\n"
    "    ON \"events_log\" (\"aggregate_type\", \"aggregate_id\", \"no\");\n",
    "CREATE TABLE IF NOT EXISTS \"events \"\"packed\"\"\" (\n"
    "    \"no\" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
    "    \"event_id\" uuid NOT NULL UNIQUE,\n"
    "    \"event_name\" text NOT NULL,\n"
    "    \"payload\" bytea NOT NULL,\n"
    "    \"metadata\" jsonb NOT NULL,\n"
    "    \"aggregate_type\" text NOT NULL,\n"
    "    \"aggregate_id\" text NOT NULL,\n"
    "    \"aggregate_version\" bigint NOT NULL,\n"
    "    \"created_at\" timestamptz NOT NULL,\n"
    "    UNIQUE (\"aggregate_type\", \"aggregate_id\", \"aggregate_version\")\n"
    ");\n"
    "CREATE INDEX IF NOT EXISTS \"events_packed_aggregate_no\"\n"
    "    ON \"events \"\"packed\"\"\" (\"aggregate_type\", \"aggregate_id\", \"no\");\n",
    "CREATE TABLE IF NOT EXISTS \"balance\" (\n"
    "    id uuid NOT NULL PRIMARY KEY, position bigint NOT NULL, state bytea NOT NULL\n"
    ") WITH (fillfactor = 70);\n",
    "CREATE INDEX IF NOT EXISTS \"balance_position_g1\" ON \"balance\" (position);\n",
    "CREATE TABLE IF NOT EXISTS totals (\n"
    "    singleton smallint NOT NULL PRIMARY KEY, position bigint NOT NULL,\n"
    "    count bigint NOT NULL, note text COLLATE \"C\" NOT NULL\n"
    ");\n"
    "CREATE TABLE IF NOT EXISTS wide (\n"
    "    day date NOT NULL, place text COLLATE \"C\" NOT NULL, slot bigint NOT NULL,\n"
    "    position bigint NOT NULL,\n"
    "    a_bool boolean, a_i16 smallint, a_i32 integer, a_i64 bigint, a_f64 double precision,\n"
    "    a_decimal numeric(19, 2), a_text text COLLATE \"C\", a_bytes bytea, a_uuid uuid,\n"
    "    a_time timestamptz, a_date date, a_duration bigint, a_json jsonb,\n"
    "    PRIMARY KEY (day, place, slot)\n"
    ");\n"
    "CREATE TABLE IF NOT EXISTS \"order by \"\"'1\" (\n"
    "    \"select\" text COLLATE \"C\" NOT NULL PRIMARY KEY, position bigint NOT NULL,\n"
    "    \"from \"\"here\"\"\" text COLLATE \"C\" NOT NULL\n"
    ");\n"
    "CREATE TABLE IF NOT EXISTS tags (\n"
    "    tag text COLLATE \"C\" NOT NULL, no bigint NOT NULL, PRIMARY KEY (tag, no)\n"
    ");\n",
    NULL,
};

static const char *const schema_postgres_notify[] = {
    "CREATE SEQUENCE IF NOT EXISTS events_log_awake MINVALUE 0 START 0\n"
    "    OWNED BY \"events_log\".event_id;\n"
    "CREATE OR REPLACE FUNCTION events_log_notify() RETURNS trigger LANGUAGE plpgsql\n"
    "SECURITY DEFINER AS $$\n"
    "BEGIN IF pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) * 1000 <=\n"
    "    pg_catalog.pg_sequence_last_value(pg_catalog.to_regclass(\n"
    "    pg_catalog.quote_ident(TG_TABLE_SCHEMA) || '.events_log_awake'))\n"
    "THEN RETURN NULL; END IF;\n"
    "PERFORM pg_catalog.pg_notify('events_log', ''); RETURN NULL; END $$;\n"
    "CREATE OR REPLACE TRIGGER events_log_notify AFTER INSERT ON \"events_log\"\n"
    "    FOR EACH STATEMENT EXECUTE FUNCTION events_log_notify();\n",
    "CREATE OR REPLACE FUNCTION events_packed_notify() RETURNS trigger LANGUAGE plpgsql AS $$\n"
    "BEGIN PERFORM pg_notify('events packed', ''); RETURN NULL; END $$;\n"
    "CREATE OR REPLACE TRIGGER events_packed_notify AFTER INSERT ON \"events \"\"packed\"\"\"\n"
    "    FOR EACH STATEMENT EXECUTE FUNCTION events_packed_notify();\n",
    NULL,
};

const projc_module store_fixture_module = {
    .abi_version = PROJC_ABI_VERSION,
    .package = "fixture",
    .source = "fixture.proj",
    .compiler = "by hand",
    .streams = streams,
    .stream_count = COUNT(streams),
    .aggregates = aggregates,
    .aggregate_count = COUNT(aggregates),
    .schema_postgres = schema_postgres,
    .schema_sqlite = schema_sqlite,
    .schema_postgres_notify = schema_postgres_notify,
};
