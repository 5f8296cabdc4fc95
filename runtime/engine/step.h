/* One unit of work of a part, as the projector's public step and the repair commands ask for it. */
#ifndef PROJC_ENGINE_STEP_H
#define PROJC_ENGINE_STEP_H

#include "engine/lane_set.h"
#include "engine/workspace.h"

typedef struct projc__step_request {
    uint32_t part;
    uint32_t part_count; /* 0: all lanes, whoever owns them */
    projc__part *memory; /* of the part from step to step; NULL: the projector's */
    bool tries_failed;   /* a stream projection that waits for a person tries its culprit again */
} projc__step_request;

/* As projc__projector_step. */
projc_status projc__step(projc__projector *projector, projc__workspace *workspace,
                         const projc__step_request *request, projc__outcome *outcome,
                         projc_error *error);

/* Connects, and on every new connection looks whether the log is the one that the lanes come from,
 * before anything is read. Fills *lanes, which live until the next call. */
projc_status projc__look(projc__projector *projector, projc__workspace *workspace, uint32_t part,
                         uint32_t part_count, projc_store **store, projc__lane_set *lanes,
                         projc_error *error);

/* Events were read behind the lowest of these lanes: do they continue what the lane has applied? A
 * log that was emptied and filled again has events behind every position. One look-up, when the
 * last one is a quarter of a second old; a lane has a position, else there is nothing to ask for.
 * DIVERGED: nothing that was read may be committed. */
projc_status projc__look_again(const projc__projector *projector, projc__workspace *workspace,
                               projc_store *store, const projc__lane_set *lanes,
                               projc_error *error);

#endif
