/* Applying what waits behind the culprit of one key, in one fenced unit. */
#ifndef PROJC_ENGINE_REPAIR_H
#define PROJC_ENGINE_REPAIR_H

#include "engine/apply.h"

typedef struct projc__repair {
    bool skips_culprit; /* in: record the culprit as skipped, apply what stands behind it */
    int64_t handled;    /* out: events applied */
    bool is_healed;     /* out: the key is in order again */
    bool is_partial;    /* out: committed, but more events of the key wait: call again */
} projc__repair;

/* row is one of lanes->keys of an aggregate or keyed projection, not the empty key. OK: committed,
 * *repair tells what; when the key failed again its row says so. FENCED or LOCKED: another process
 * was faster, load the lanes again. */
projc_status projc__repair_key(projc__projector *projector, projc__workspace *workspace,
                               projc_store *store, const projc__lane_set *lanes,
                               const projc__key_row *row, projc__repair *repair,
                               projc_error *error);

/* The same for a row under the empty key, of a stream projection or of an event without a key: the
 * skip is recorded (when asked), the row deleted, and a stream projection's lane moves past its
 * culprit. */
projc_status projc__pass_culprit(projc__projector *projector, projc__workspace *workspace,
                                 projc_store *store, const projc__lane_set *lanes,
                                 const projc__key_row *row, bool skips, projc_error *error);

#endif
