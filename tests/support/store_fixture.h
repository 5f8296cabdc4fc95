/* A fresh database for every test of a store, with a small hand-written module in it.
 *
 * The module: stream `log` (json, uuid ids), stream `packed` (msgpack, text ids, a name that needs
 * quotes), and the tables of projections. Its DDL has the shape that the compiler gives generated
 * DDL. */
#ifndef PROJC_TESTS_STORE_FIXTURE_H
#define PROJC_TESTS_STORE_FIXTURE_H

#include "store/store.h"

typedef enum store_kind {
    STORE_SQLITE_FILE,
    STORE_SQLITE_MEMORY, /* one connection */
    STORE_SQLITE_SHARED, /* a memory database with a cache that the connections share */
    STORE_POSTGRES       /* a schema of its own in the database of PROJC_TEST_PG */
} store_kind;

enum { STORE_CONNECTIONS_MAX = 4 };

typedef struct store_fixture {
    store_kind kind;
    char database[512]; /* the text that opens it */
    char folder[128];   /* of a SQLite file, else empty */
    char schema[64];    /* on PostgreSQL, else empty */
    projc_store *store; /* the first connection */
    projc_store *connections[STORE_CONNECTIONS_MAX];
    size_t connection_count;
    projc_arena *arena;
    projc_error error; /* of the last call */
} store_fixture;

/* What people call a kind: "sqlite", "sqlite :memory:", … */
const char *store_kind_name(store_kind kind);
/* False for PostgreSQL without PROJC_TEST_PG. */
bool store_kind_is_available(store_kind kind);

/* Makes an empty database and connects to it; the schema is not applied. False after saying why. */
bool store_fixture_begin_empty(store_fixture *fixture, store_kind kind);
/* The same with the schema, and preflighted. */
bool store_fixture_begin(store_fixture *fixture, store_kind kind);
/* Closes everything and removes the database. */
void store_fixture_end(store_fixture *fixture);
/* One more connection, closed by store_fixture_end; NULL after saying why. */
projc_store *store_fixture_connect(store_fixture *fixture);
/* Closes one before the end. */
void store_fixture_disconnect(store_fixture *fixture, projc_store *store);

/* ---- the module ---- */

extern const projc_module store_fixture_module;

#define STORE_FIXTURE_LOG (&store_fixture_module.streams[0])
#define STORE_FIXTURE_PACKED (&store_fixture_module.streams[1])

/* id uuid | position, state bytea */
extern const projc_table store_fixture_balance;
/* singleton smallint | position, count bigint, note text, all NOT NULL */
extern const projc_table store_fixture_totals;
/* day date, place text, slot bigint | position, and one nullable column of every column type */
extern const projc_table store_fixture_wide;
/* names with quotes, blanks, keywords: "select" text | position, `from "here"` text */
extern const projc_table store_fixture_awkward;
/* tag text, no bigint: nothing but keys */
extern const projc_table store_fixture_tags;

/* Of kind aggregate over balance, and stream over totals. */
extern const projc_projection_type store_fixture_balance_projection;
extern const projc_projection_type store_fixture_totals_projection;

#endif
