/* How far a run has come: a bar with rate and ETA on a terminal, a log line now and then elsewhere.
 */
#ifndef PROJC_SERVICE_PROGRESS_H
#define PROJC_SERVICE_PROGRESS_H

#include "service/runtime_private.h"

typedef struct projc__progress_display {
    projc_log *log;
    const projc__clock *clock;
    bool is_terminal;       /* of standard error */
    int64_t started_us;     /* monotonic */
    int64_t reported_us;    /* monotonic; of the last log line */
    int64_t first_position; /* what was applied when the run began; -1: not known yet */
    bool has_drawn;
} projc__progress_display;

void projc__progress_begin(projc__progress_display *display, projc_log *log);
/* A projc__progress_function; user is the display. */
void projc__progress_show(void *user, const projc__progress *progress);

#endif
