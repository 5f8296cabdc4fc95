/* A projector of the account module, or of another, on a database of its own, stepped by hand, with
 * a clock that stands. */
#ifndef PROJC_TESTS_ENGINE_FIXTURE_H
#define PROJC_TESTS_ENGINE_FIXTURE_H

#include "account_module.h"
#include "engine/projector.h"
#include "store_fixture.h"

typedef struct engine_fixture {
    store_fixture database;
    const projc_module *module;
    projc_store *store; /* for appending and looking; the workspaces have their own */
    projc__manual_clock clock;
    projc__engine engine; /* options may be changed between steps */
    volatile int stop;
    account_probe probe;
    projc__workspace *workspace;
    projc__projector *projector;
    projc__outcome outcome; /* of the last step */
    projc_arena *arena;
    projc_error error;
} engine_fixture;

/* Makes the database and its schema, and opens the projection. False after saying why. */
bool engine_fixture_begin(engine_fixture *fixture, store_kind kind,
                          enum account_projection_index projection);
/* The same for a projection of another module; of the functions below, those that name accounts or
 * a projection of the account module are not for it. */
bool engine_fixture_begin_with(engine_fixture *fixture, store_kind kind, const projc_module *module,
                               uint32_t projection);
void engine_fixture_end(engine_fixture *fixture);

/* Closes projector and workspace and opens them again, as a new process would; another projection
 * may be named. */
bool engine_fixture_reopen(engine_fixture *fixture, enum account_projection_index projection);

/* Steps part 0 of 1 until it is caught up or stopped; at most 10,000 steps. */
projc_status engine_fixture_catch_up(engine_fixture *fixture);
/* One step. */
projc_status engine_fixture_step(engine_fixture *fixture);

/* The stored row of account n (a stream projection: n is 0) of the projection, or NULL; the values
 * behind the key, which live until the end. */
const projc_value *engine_fixture_row(engine_fixture *fixture,
                                      enum account_projection_index projection, uint64_t account);
/* The same decoded; ABSENT. */
projc_status engine_fixture_load(engine_fixture *fixture, enum account_projection_index projection,
                                 uint64_t account, void *state);
/* A hash over every row of the projection's table, in key order. */
uint64_t engine_fixture_digest(engine_fixture *fixture, enum account_projection_index projection);
/* The rows of projc_key and projc_skipped. */
size_t engine_fixture_keys(engine_fixture *fixture, projc__key_row **rows);
size_t engine_fixture_skipped(engine_fixture *fixture, projc__skipped_row **rows);
/* The lowest position of the lanes. */
int64_t engine_fixture_position(engine_fixture *fixture);

#endif
