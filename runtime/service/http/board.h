/* What HTTP tells: the last look at the projections, as the texts that go out. */
#ifndef PROJC_SERVICE_HTTP_BOARD_H
#define PROJC_SERVICE_HTTP_BOARD_H

#include "base/buffer.h"
#include "service/runtime_private.h"

typedef struct projc__board projc__board;

typedef struct projc__board_options {
    const char *service; /* name of the program; kept */
    int64_t ready_lag_ms;
    projc_runtime *runtime;          /* kept; it must outlive the board */
    const projc__registry *registry; /* of the metrics; kept */
} projc__board_options;

enum {
    PROJC__STALE_MS = 3500,  /* a look older than this is none */
    PROJC__KEYS_SHOWN = 100, /* failed keys that are listed; all are counted */
    PROJC__LANES_SHOWN = 256 /* of a projection */
};

/* NULL when out of memory. */
projc__board *projc__board_new(const projc__board_options *options);
void projc__board_free(projc__board *board);

/* The runtime's sample function; user is the board. */
void projc__board_sample(void *board, projc__survey *survey, projc_status status);

/* What the paths answer; any thread. Each appends to the buffer, whose status tells of failure. */
/* True: ready; the text says so, or why not, a reason a line. */
bool projc__board_ready(projc__board *board, projc__buffer *text);
/* Prometheus' text. */
projc_status projc__board_metrics(projc__board *board, projc__buffer *text, projc_error *error);
void projc__board_status(projc__board *board, projc__buffer *text); /* as `status --json` */
void projc__board_failed(projc__board *board, projc__buffer *text);
void projc__board_live(projc__board *board, projc__buffer *text); /* all that the page shows */

#endif
