/* The SQL of the script module, as a generator would write it. */
#include "script_module.h"

const char *const script_schema_sqlite[] = {
    "CREATE TABLE IF NOT EXISTS script_events (no INTEGER PRIMARY KEY AUTOINCREMENT, event_id BLOB"
    " NOT NULL UNIQUE, event_name TEXT NOT NULL, payload TEXT NOT NULL, metadata TEXT NOT NULL,"
    " aggregate_type TEXT NOT NULL, aggregate_id BLOB NOT NULL, aggregate_version INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL, UNIQUE (aggregate_type, aggregate_id, aggregate_version))"
    " STRICT;\n",
    "CREATE TABLE IF NOT EXISTS script_stream (singleton INTEGER NOT NULL PRIMARY KEY, position"
    " INTEGER NOT NULL, state BLOB NOT NULL) STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE IF NOT EXISTS script_boxes (id BLOB NOT NULL PRIMARY KEY, position"
    " INTEGER NOT NULL, state BLOB NOT NULL) STRICT, WITHOUT ROWID;\n",
    "CREATE TABLE IF NOT EXISTS script_items (id TEXT NOT NULL PRIMARY KEY, category TEXT, total"
    " INTEGER NOT NULL, list TEXT NOT NULL) STRICT, WITHOUT ROWID;\n"
    "CREATE INDEX IF NOT EXISTS script_items_category ON script_items (category);\n"
    "CREATE TABLE IF NOT EXISTS script_boxed (box BLOB NOT NULL, id TEXT NOT NULL, category TEXT,"
    " total INTEGER NOT NULL, list TEXT NOT NULL, PRIMARY KEY (box, id)) STRICT, WITHOUT ROWID;\n"
    "CREATE INDEX IF NOT EXISTS script_boxed_category ON script_boxed (box, category);\n",
    NULL};
const char *const script_schema_postgres[] = {
    "CREATE TABLE IF NOT EXISTS script_events (no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " event_id uuid NOT NULL UNIQUE, event_name text NOT NULL, payload json NOT NULL, metadata"
    " jsonb NOT NULL, aggregate_type text NOT NULL, aggregate_id uuid NOT NULL, aggregate_version"
    " bigint NOT NULL, created_at timestamptz NOT NULL,"
    " UNIQUE (aggregate_type, aggregate_id, aggregate_version));\n",
    "CREATE TABLE IF NOT EXISTS script_stream (singleton smallint NOT NULL PRIMARY KEY, position"
    " bigint NOT NULL, state bytea NOT NULL);\n"
    "CREATE TABLE IF NOT EXISTS script_boxes (id uuid NOT NULL PRIMARY KEY, position"
    " bigint NOT NULL, state bytea NOT NULL);\n",
    "CREATE TABLE IF NOT EXISTS script_items (id text COLLATE \"C\" NOT NULL PRIMARY KEY, category"
    " text COLLATE \"C\", total bigint NOT NULL, list jsonb NOT NULL);\n"
    "CREATE INDEX IF NOT EXISTS script_items_category ON script_items (category);\n"
    "CREATE TABLE IF NOT EXISTS script_boxed (box uuid NOT NULL, id text COLLATE \"C\" NOT NULL,"
    " category text COLLATE \"C\", total bigint NOT NULL, list jsonb NOT NULL,"
    " PRIMARY KEY (box, id));\n"
    "CREATE INDEX IF NOT EXISTS script_boxed_category ON script_boxed (box, category);\n",
    NULL};
