/* Recorded skips ahead of a position: events that a replay must pass over again for their keys. */
#ifndef PROJC_ENGINE_SKIPS_H
#define PROJC_ENGINE_SKIPS_H

#include "store/store.h"

/* Read window by window, because there may be many. */
typedef struct projc__skip_window {
    struct projc__skip_window *next; /* of higher numbers */
    const projc__skipped_row *rows;  /* ascending by no */
    size_t count;
} projc__skip_window;

typedef struct projc__skips {
    projc_store *store;
    projc_arena *arena;
    int64_t generation;
    projc__skip_window *first;
    projc__skip_window *last;
    int64_t known_to; /* every recorded skip up to this number is in a window */
} projc__skips;

/* Nothing is read before the first question. */
void projc__skips_begin(projc__skips *skips, projc_store *store, projc_arena *arena,
                        int64_t generation, int64_t above);

/* Is the event recorded as skipped for any key? As below. */
projc_status projc__skips_has_event(projc__skips *skips, int64_t no, bool *answer,
                                    projc_error *error);
/* Is the event recorded as skipped for the key? `no` is above the position given at the begin. */
projc_status projc__skips_has(projc__skips *skips, projc_bytes key, int64_t no, bool *answer,
                              projc_error *error);

#endif
