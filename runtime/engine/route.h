/* Routing in a keyed projection: which keys an event belongs to, and what is called for each.
 *
 * DESIGN. The source's filter is asked first, then the event is decoded, once, into the arena of
 * its page; the generated sources tell the elements and their keys. (event, key) is the unit of
 * effect and of failure: all elements of one event with the same key are applied together. An event
 * for which this fails has no key to blame, not even for the elements whose keys were found
 * before. Whoever reads events again routes them again. */
#ifndef PROJC_ENGINE_ROUTE_H
#define PROJC_ENGINE_ROUTE_H

#include "engine/batch.h"

/* One element of an event and its key. */
typedef struct projc__routed {
    struct projc__routed *next;
    projc__call call;
    const projc_value *parts;
    projc_bytes key;
} projc__routed;

/* All elements of the event that count, in text order, then element order; *decoded is the event.
 * Everything lives in the arena. DATA class: the event's key cannot be computed. */
projc_status projc__route_elements(projc__batch *batch, const projc_event *event,
                                   const projc__target *target, projc_arena *arena,
                                   projc__routed **first, const void **decoded, projc_error *error);

/* Makes the entries of the event's keys and fills *route and those behind it. */
projc_status projc__route_event(projc__batch *batch, const projc_event *event, projc__route *route,
                                projc_error *error);

/* What an event that is read again is for one key. */
typedef struct projc__routed_again {
    const projc__target *target; /* NULL: nothing; it belongs to other keys, or to none */
    const projc__calls *calls;   /* keyed: what is called, in the arena; else NULL */
} projc__routed_again;

/* Routes an event that is read again, for the entry's key alone. */
projc_status projc__route_again(projc__batch *batch, projc__entry *entry, const projc_event *event,
                                projc_arena *arena, projc__routed_again *again, projc_error *error);

/* Does the filter of the projection's source let the event pass? */
projc_status projc__route_passes(const projc__batch *batch, const projc_event *event,
                                 projc_arena *arena, bool *passes, projc_error *error);

#endif
