/* A generation beside the live one: made, followed, and swapped in. */
#ifndef PROJC_ENGINE_BUILDING_H
#define PROJC_ENGINE_BUILDING_H

#include "engine/projector.h"

typedef struct projc__build_options {
    bool may_begin;       /* else only what another process has begun is joined */
    bool forgets_skipped; /* a new generation does not have the live one's recorded skips */
} projc__build_options;

/* Opens a projector on the generation that is being built beside the live one, for this program's
 * shape and logic. One that was begun for another program is dropped, unless it is a newer one's.
 * ABSENT: the projection was never run, or (may_begin false) nothing is being built; MISMATCH: it
 * is paused, or a newer program builds. */
projc_status projc__building_open(const projc__engine *engine, projc__workspace *workspace,
                                  const projc_module *module, uint32_t projection,
                                  const projc__build_options *options, projc__projector **projector,
                                  projc_error *error);

/* What a program works on: the live generation when it is this program's, else (a program of a
 * higher version) the one that it builds. `as_is`: only what is there is joined: for a projector
 * that has lost its generation while it ran. */
projc_status projc__projector_enter(const projc__engine *engine, projc__workspace *workspace,
                                    const projc_module *module, uint32_t projection, bool as_is,
                                    projc__projector **projector, projc_error *error);

/* Do both work on the same generation, in the same role? */
bool projc__projector_is_same(const projc__projector *left, const projc__projector *right);
/* Was the generation made by this program's handlers? */
bool projc__projector_has_own_logic(const projc__projector *projector);
bool projc__projector_is_building(const projc__projector *projector);

/* Brings a building generation to where the live one stands and puts it in its place. OK: it is
 * live, and this projector has to be opened anew. FENCED: not yet, because the live one has moved
 * on; after some of these the live one's workers are fenced off a moment before it is tried.
 * Another INFRA status: try again. KEY_FAILED: keys are out of order here that are in order in the
 * live generation. STOP class: it is no longer being built, or cannot be. One caller at a time for
 * a projector. */
projc_status projc__building_swap(projc__projector *projector, projc__workspace *workspace,
                                  projc_error *error);

/* The generation that is being built, or ABSENT. */
projc_status projc__building_find(projc_store *store, const projc_module *module,
                                  uint32_t projection, projc_arena *arena,
                                  projc__generation *generation, projc_error *error);

#endif
