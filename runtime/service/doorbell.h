/* When the triggers of the logs may be silent, because the workers look for events by themselves.
 */
#ifndef PROJC_SERVICE_DOORBELL_H
#define PROJC_SERVICE_DOORBELL_H

#include "base/clock.h"
#include "engine/projector.h"

struct projc_runtime;

typedef enum projc__doorbell_state {
    PROJC__ASLEEP,  /* writers wake us up */
    PROJC__AWAKE,   /* they do not: every part looks again and again */
    PROJC__SETTLING /* they do again, but one that began before may still commit */
} projc__doorbell_state;

/* Of one stream; the runtime's lock guards it. */
typedef struct projc__doorbell {
    projc__doorbell_state state;
    bool is_unsupported;
    bool is_calling;    /* some worker is telling the database about it */
    int64_t position;   /* of the part that is furthest ahead: others find the same events */
    int64_t counted_at; /* since when, by the monotonic clock, … */
    int64_t counted;    /* … so many events have come */
    bool is_busy; /* so many came in the last count that looking costs less than ringing … */
    bool is_slow; /* … or so few that it costs more; or neither */
    int64_t expires_at; /* awake: what the database was promised, by the same clock */
} projc__doorbell;

/* A step on the stream went well, found so many events and ended at the position, elapsed_us behind
 * the part's step before. When must the part look again although nobody wakes it up? Microseconds,
 * or -1: it will be woken up. */
int64_t projc__doorbell_after_step(struct projc_runtime *runtime, projc__workspace *workspace,
                                   uint32_t stream, int64_t events, int64_t position,
                                   int64_t elapsed_us);

/* Do its parts look again and again by themselves? */
bool projc__doorbell_is_awake(struct projc_runtime *runtime, uint32_t stream);

#endif
