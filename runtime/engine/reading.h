/* The reading part of a step: pages of the log, routed to keys and applied. */
#ifndef PROJC_ENGINE_READING_H
#define PROJC_ENGINE_READING_H

#include "engine/apply.h"

typedef struct projc__reading {
    int64_t bytes_max;   /* of the batch: it ends when it holds more */
    int64_t handled_max; /* events applied; 0: no bound */
    projc__page_limits limits;
    bool is_one_page;      /* after an infrastructure error: commit after every page */
    projc__cursor *cursor; /* of pages that are read for all; NULL: the step reads for itself */
    int64_t row_ns;        /* what the writing of a row is expected to take */

    int64_t begun;      /* monotonic */
    bool has_failed;    /* an event was refused: the batch does not last longer than usual */
    int64_t page_bytes; /* what the batch held when the keys of the page at hand were loaded */

    /* What came of it. */
    projc__page page; /* the last one read, alive until the next reading */
    int64_t events;
    int64_t bytes;     /* of their payloads and metadata */
    bool is_caught_up; /* the log's end was reached */
    bool is_blocked;   /* an unsettled gap stands in the way */
    bool is_stopped;   /* the projection cannot pass the next event until it is mended */
    bool is_cut;       /* the batch ended inside a page */
    /* The last event applied and its entry; it may stand in a page that is gone. */
    const projc_event *last_event;
    projc__entry *last_entry;
} projc__reading;

/* The caller has filled in the bounds. Afterwards the batch stands at the last event that may be
 * committed. */
projc_status projc__read_batch(projc__batch *batch, projc__reading *reading, projc_error *error);

/* Microseconds that the writing of what the batch holds is expected to take, at most. */
int64_t projc__expected_writing(const projc__batch *batch, const projc__reading *reading);

#endif
