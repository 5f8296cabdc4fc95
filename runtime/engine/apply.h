/* Applying events to keys: decoding, handlers, and what happens when one fails. */
#ifndef PROJC_ENGINE_APPLY_H
#define PROJC_ENGINE_APPLY_H

#include "engine/batch.h"

/* Reads the payload into an event struct; slices and lists live in the arena. */
projc_status projc__decode(const projc__batch *batch, const projc_event *event,
                           const projc__target *target, projc_arena *arena, void *into,
                           projc_error *error);

/* Applies one event to one entry; calls as in projc__route. OK with *is_handled false when every
 * handler skipped. DATA class: the event's fault, the text is in *error, and the entry must be set
 * back; anything else ends the batch. The entry's state is undefined after anything but OK. */
projc_status projc__apply(projc__batch *batch, projc__entry *entry, const projc_event *event,
                          const projc__target *target, const projc__calls *calls, bool *is_handled,
                          projc_error *error);

/* Sets the entry back to its base and applies again what belongs to it up to up_to, passing over
 * recorded skips and stopping at what waits. DATA class: *failed (borrowed until the next replay)
 * could not be applied this time. */
projc_status projc__replay(projc__batch *batch, projc__entry *entry, int64_t up_to,
                           const projc_event **failed, projc_error *error);

/* Events after < no <= up_to that may be the key's, settled long ago: a raw read is exact. The
 * reader asks projc__batch_is_of of each. Of a keyed projection's key that is repaired, its culprit
 * and what is recorded as waiting; of other keys of such a projection every event of the log. */
projc_status projc__read_again(projc__batch *batch, const projc__entry *entry, int64_t after,
                               int64_t up_to, const projc__page_limits *limits, projc_arena *arena,
                               projc__page *page, projc_error *error);

/* What was decided about an event that failed. */
typedef enum projc__verdict {
    PROJC__PASSED, /* recorded as skipped; the key goes on */
    PROJC__WAITS,  /* recorded as out of order; the key waits from this event on */
    PROJC__FULL    /* too many keys are out of order already: nothing was recorded */
} projc__verdict;

/* Asks the callback and the policy, and records the answer in the batch. entry NULL: the event has
 * no key. *data_error is what the handler or decoder said; *error receives an error of this
 * function. */
projc_status projc__judge(projc__batch *batch, projc__entry *entry, const projc_event *event,
                          const projc_error *data_error, projc__verdict *verdict,
                          projc_error *error);

/* Records the culprit of a key out of order as skipped, with what its row says of the error. */
projc_status projc__skip_culprit(projc__batch *batch, projc__entry *entry,
                                 const projc__key_row *row, projc_error *error);

/* Takes the event back from the entry, which waits from it on and is tried again at once, in a unit
 * of its own: nobody knows yet whether this key is to blame. The entry's base lies before the
 * event. */
projc_status projc__set_aside(projc__batch *batch, projc__entry *entry, const projc_event *event,
                              const projc_error *refused, projc_error *error);

/* After a data error of (entry, event): judges, and brings the entry to where the verdict leaves
 * it. With WAITS in a stream projection and with FULL, the batch must end before the event. */
projc_status projc__settle(projc__batch *batch, projc__entry *entry, const projc_event *event,
                           const projc_error *data_error, projc__verdict *verdict,
                           projc_error *error);

/* The handler's text with " (account_debited no 42, account 6f1c…)" behind it: which event it is
 * about. A long text gives way. */
void projc__describe_error(const projc__projector *projector, const projc_event *event,
                           const projc_error *data_error, projc_error *described);

#endif
