/* Events that wait behind the culprit of a key of a keyed projection.
 *
 * DESIGN. An aggregate's waiting events are found in the log by its id. Which events belong to a
 * key of a keyed projection only routing tells; so whoever passes an event that must wait for a key
 * records the pair (key, number), in the transaction that moves the lane past it. For a key out of
 * order the store holds exactly the pairs above its culprit and at or below its lane's position: a
 * repair applies the culprit and these, and deletes what it has passed, in a transaction that
 * raises the lane's epoch; a healed key has none. An event that waits for several keys has a pair
 * for each, and each is healed by itself.
 *
 * WAITING_MAX bounds the pairs of a projection. They are counted when a batch has the first one to
 * record; batches of other lanes that run at the same time may each add theirs. */
#ifndef PROJC_ENGINE_WAITING_H
#define PROJC_ENGINE_WAITING_H

#include "engine/batch.h"

/* Are the waiting events of the projection's keys recorded? */
static inline bool projc__has_waiting(const projc__projector *projector)
{
    return projector->type->kind == PROJC_KEYED_PROJECTION;
}

/* Records that the event waits for the entry's key. *is_full: WAITING_MAX allows no more, and
 * nothing was recorded. */
projc_status projc__waiting_add(projc__batch *batch, projc__entry *entry, int64_t no, bool *is_full,
                                projc_error *error);
/* The same for every event of the key in after < no <= up_to, found in the log, whatever the bound:
 * they were applied before it turned out that they must wait. */
projc_status projc__waiting_add_from_log(projc__batch *batch, projc__entry *entry, int64_t after,
                                         int64_t up_to, projc_error *error);
/* Takes back what this batch recorded from the number on. */
void projc__waiting_take_back(projc__batch *batch, projc__entry *entry, int64_t from);

/* The culprit of a key that is being repaired and what waits behind it, after < no <= up_to; the
 * culprit stands alone on its page, since as long as it fails nothing else is needed. DIVERGED when
 * the log no longer has one of them. */
projc_status projc__waiting_read(projc__batch *batch, const projc__entry *entry, int64_t after,
                                 int64_t up_to, const projc__page_limits *limits,
                                 projc_arena *arena, projc__page *page, projc_error *error);

/* What the batch's commit inserts and deletes. */
projc_status projc__waiting_collect(projc__batch *batch, projc__unit *unit, projc_error *error);

#endif
