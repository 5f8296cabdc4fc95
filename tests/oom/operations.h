/* Every call of the driver table that a program makes, on a database with something in it. */
#ifndef TESTS_OOM_OPERATIONS_H
#define TESTS_OOM_OPERATIONS_H

#include "support/store_fixture.h"

typedef struct operation {
    const char *name;
    bool is_writing; /* the database is another one afterwards */
    /* Works on a connection, in an arena of its own. *answer: a digest of what it found. */
    projc_status (*run)(projc_store *store, projc_arena *arena, uint64_t *answer,
                        projc_error *error);
} operation;

extern const operation operations[];
extern const size_t operation_count;

/* Fills an empty database with what the operations expect. */
projc_status operations_prepare(projc_store *store, projc_arena *arena, projc_error *error);

#endif
