/* What verify and audit share: a projection as it is stored, and its replica. */
#ifndef PROJC_ENGINE_VERIFY_PRIVATE_H
#define PROJC_ENGINE_VERIFY_PRIVATE_H

#include "engine/replica.h"
#include "engine/verify.h"

typedef struct projc__witness {
    const projc__engine *engine;
    projc_store *store;
    const projc_module *module;
    const projc_projection_type *type;
    uint32_t projection;
    projc_arena *arena; /* of one look */
    projc__generation generation;
    projc__replica *replica; /* NULL: not opened */

    /* One look: where the lanes stand, and which keys are out of order. */
    projc__lane *lanes;
    size_t lane_count;
    int64_t lowest;
    projc__key_row *waiting; /* stored keys whose repair would change them: the replica is beyond */
    size_t waiting_count;
    projc__key_row *failures; /* keys that fail in the replica only */
    size_t failure_count;
} projc__witness;

/* Finds the stored projection and looks whether the log is still the same. Statuses as
 * projc__verify. */
projc_status projc__witness_open(projc__witness *self, const projc__engine *engine,
                                 projc_store *store, const projc_module *module,
                                 uint32_t projection, projc_error *error);
void projc__witness_close(projc__witness *self);

/* A replica of everything, or (aggregate projections) of one aggregate; in place of the last one.
 */
projc_status projc__witness_replay(projc__witness *self, const projc_value *aggregate_id,
                                   projc_error *error);
/* Reads lanes and keys, and brings the replica there. CANCELLED when a lane went back. */
projc_status projc__witness_look(projc__witness *self, projc_error *error);
/* Does every lane stand where the last look saw it? */
projc_status projc__witness_is_still(projc__witness *self, bool *answer, projc_error *error);

#endif
