/* Empty databases for tests: SQLite files in a temporary folder, or schemas of one PostgreSQL. */
#ifndef PROJC_SERVICE_TEST_STORE_H
#define PROJC_SERVICE_TEST_STORE_H

#include "base/buffer.h"

typedef struct projc__test_store {
    const char *database; /* NULL: SQLite */
    char folder[64];      /* of the files; empty: none was made */
    char name[64];        /* of the schema */
} projc__test_store;

/* database is kept: a PostgreSQL address, or NULL for temporary SQLite files. */
projc_status projc__test_store_open(projc__test_store *self, const char *database,
                                    projc_error *error);
/* An empty database; its address goes to *address. One at a time. */
projc_status projc__test_store_make(projc__test_store *self, projc__buffer *address,
                                    projc_error *error);
/* Drops it again; nobody may be connected. */
projc_status projc__test_store_drop(projc__test_store *self, projc_error *error);
void projc__test_store_close(projc__test_store *self);

#endif
