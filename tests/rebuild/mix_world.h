/* A database with the projections of mix.proj, stepped by hand: what tests/rebuild and tests/calls
 * share. */
#ifndef TESTS_REBUILD_MIX_WORLD_H
#define TESTS_REBUILD_MIX_WORLD_H

#include "base/buffer.h"
#include "base/random.h"
#include "engine/projector.h"
#include "mix_proj.h"

enum { PROJECTIONS_MAX = 8, NODES = 12, STEPS_MAX = 3000 };

typedef struct mix_world {
    const projc_module *module;
    projc__engine engine;
    projc__manual_clock clock;
    projc__workspace *workspace;
    projc__projector *projectors[PROJECTIONS_MAX];
    char database[512];
} mix_world;

/* Makes the tables and opens the projectors. */
projc_status mix_world_open(mix_world *at, const char *database, uint32_t lanes,
                            projc_error *error);
void mix_world_close(mix_world *at);
/* The connection and the projectors alone. */
projc_status mix_world_open_projectors(mix_world *at, projc_error *error);
void mix_world_close_projectors(mix_world *at);

/* A random event: its name, and its payload in *text. */
void mix_event_draw(projc__random *random, projc__buffer *text, const char **name);
/* Event number `number` (which gives its id and time) of a node below NODES. */
projc_status mix_world_append(mix_world *at, const char *name, uint32_t node, uint32_t number,
                              projc_text payload, projc_error *error);

/* Steps one projection until nothing is left to do, retries included. before (may be NULL) is
 * called before each step. */
projc_status mix_world_drain(mix_world *at, uint32_t projection, void (*before)(void *context),
                             void *context, projc_error *error);

/* Every byte of states, rows, failed keys, skips and counts of applied events, a line each, in
 * order. Initialises *text. */
projc_status mix_world_dump(mix_world *at, projc__buffer *text, projc_error *error);
/* Tells the first line in which they differ; are they the same? */
bool mix_dumps_equal(const char *what, const projc__buffer *first, const projc__buffer *second);

#endif
