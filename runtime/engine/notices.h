/* What handlers notify: collected with the entry, sent with the commit, dropped with the event. */
#ifndef PROJC_ENGINE_NOTICES_H
#define PROJC_ENGINE_NOTICES_H

#include "engine/batch.h"
#include "projc/notify.h"

/* One notification that waits for the commit. */
struct projc__notice {
    struct projc__notice *next; /* an older one of the same entry */
    int64_t no;                 /* of its event */
    projc_text channel;
    projc_text payload;
};

/* What the handlers of one (event, key) see. */
struct projc_notices {
    projc__batch *batch;
    projc__entry *entry;
    uint32_t ordinal; /* of the next one */
};

/* Forgets those of events that the entry's base does not contain. */
void projc__notices_restore(projc__entry *entry);

/* Pairs of channel and payload of the whole batch, in the order of entries and within an entry of
 * events; they live in the batch's arena. */
projc_status projc__notices_collect(projc__batch *batch, projc__unit *unit, projc_error *error);

#endif
