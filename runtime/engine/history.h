/* History: how the state of one key came to be, event by event, made again in a replica.
 *
 * The replica's projector has an observer, which is told what becomes of each event at each key.
 * Setting a key back applies its events again: what was told once is not told twice. */
#ifndef PROJC_ENGINE_HISTORY_H
#define PROJC_ENGINE_HISTORY_H

#include "engine/projector.h"

typedef enum projc__fate {
    PROJC__FATE_APPLIED,
    PROJC__FATE_SKIPPED, /* a recorded verdict passes over it */
    PROJC__FATE_REFUSED  /* an error of its data: what the policy says happens next */
} projc__fate;

/* One event at the key. */
typedef struct projc__history_step {
    projc__fate fate;
    const projc_event *event;
    const void *state;        /* behind it; NULL: there is none */
    const projc_error *error; /* of REFUSED */
} projc__history_step;

typedef struct projc__history_request {
    const projc_value *key; /* the key's parts; NULL for a stream projection */
    /* Called in the order of the events, up to where the stored lane stands; what it is given lives
     * until it returns. A status other than OK ends the history and is returned; it may not be of
     * class DATA. */
    projc_status (*tell)(void *context, const projc__history_step *step, projc_error *error);
    void *context;
} projc__history_request;

/* Replays the key. Aggregate projections read the events of this aggregate alone, others the whole
 * log. Statuses as projc__verify: ABSENT when the projection has never run, MISMATCH when it is
 * stored in another shape. One thread, the one of the store. */
projc_status projc__history(const projc__engine *engine, projc_store *store,
                            const projc_module *module, uint32_t projection,
                            const projc__history_request *request, projc_error *error);

#endif
