/* How one key's state came to be: `inspect --history` and `inspect --at`. */
#ifndef PROJC_SERVICE_INSPECT_HISTORY_H
#define PROJC_SERVICE_INSPECT_HISTORY_H

#include "service/cli.h"

/* A point of the log: everything up to event `no`, or up to the last event of `time` or before
 * (microseconds UTC). INT64_MAX: no bound. */
typedef struct projc__point {
    int64_t no;
    int64_t time;
} projc__point;

/* "42" or "2026-11-24T10:00:00Z"; false when it is neither. */
bool projc__point_parse(const char *text, projc__point *point);

/* Replays the key (NULL: the state of a stream projection) and prints each event with what it
 * changed. ABSENT when no event has reached the key. */
projc_status projc__history_print(projc__cli *cli, const projc__target *target,
                                  const projc_value *key, bool is_json, projc_error *error);

/* What the key's state was. */
typedef struct projc__past_state {
    projc_text json; /* in the caller's arena; empty: there was none */
    int64_t position;
    bool is_failed; /* its last event was refused */
} projc__past_state;

/* ABSENT when no event had reached the key. */
projc_status projc__history_at(projc__cli *cli, const projc__target *target, const projc_value *key,
                               projc__point point, projc__past_state *state, projc_error *error);

#endif
