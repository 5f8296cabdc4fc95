/* A database, an engine and all projections of a module: the world in which one test runs one way.
 *
 * DESIGN. Single-threaded: the rig steps the projectors itself, on a clock that it moves to the
 * next due retry instead of waiting. With redelivery every unit of work is committed twice: the
 * second time the lanes have moved, so the store must refuse it (FENCED); if it does not, the rig
 * fails. */
#ifndef PROJC_SERVICE_TEST_RIG_H
#define PROJC_SERVICE_TEST_RIG_H

#include "base/buffer.h"
#include "base/clock.h"
#include "base/random.h"
#include "engine/projector.h"
#include "projc/test.h"

typedef struct projc__test_way {
    const char *name; /* for messages: "random cuts, 16 lanes" */
    uint32_t lanes;
    bool is_event_by_event; /* catch up after each given event */
    bool has_random_cuts;
    bool is_redelivered;
    bool is_rebuilt; /* reset before every catch-up */
} projc__test_way;

/* A driver whose commits are all sent twice. */
typedef struct projc__test_twice {
    struct projc__driver driver; /* first: store->driver points here */
    const struct projc__driver *inner;
} projc__test_twice;

typedef struct projc__test_rig {
    const projc_module *module;
    const projc__test_way *way;
    projc__engine engine;
    projc__manual_clock clock;
    projc__random random;
    projc__workspace *workspace;
    projc__projector **projectors; /* one a projection */
    projc_arena *arena;            /* of one call */
    uint64_t event_count;
    projc__test_twice twice;
} projc__test_rig;

/* *database is kept and must be empty but for what an earlier rig left; its schema is applied. */
projc_status projc__test_rig_open(projc__test_rig *rig, const projc_module *module,
                                  const projc__test_way *way, const char *database, uint64_t seed,
                                  projc_error *error);
void projc__test_rig_close(projc__test_rig *rig);

/* Appends the event of a GIVEN step, and (event by event) applies it. */
projc_status projc__test_rig_give(projc__test_rig *rig, const projc_test_step *step,
                                  projc_error *error);
/* Applies all there is, retries included; rebuilt: from zero. */
projc_status projc__test_rig_catch_up(projc__test_rig *rig, projc_error *error);

/* What a projection holds for a key (a JSON array of its parts): the state as JSON in the rig's
 * arena, valid until the next call, or ABSENT. *failure receives the recorded text of a failed key,
 * else size 0. */
projc_status projc__test_rig_look(projc__test_rig *rig, uint32_t projection, const char *key,
                                  projc_text *state, projc_text *failure, projc_error *error);

/* The rows of a query as a JSON list, in the rig's arena; arguments is a JSON array. */
projc_status projc__test_rig_query(projc__test_rig *rig, uint32_t query, const char *arguments,
                                   projc_text *rows, projc_error *error);

/* Everything that all projections hold, a line a key in the stores' order: states, the numbers of
 * their last events, failures. It is the same in every way. */
projc_status projc__test_rig_dump(projc__test_rig *rig, projc__buffer *text, projc_error *error);

#endif
