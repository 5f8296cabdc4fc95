/* What the last minutes were like: lag and rate of every projection, a point a second. */
#ifndef PROJC_SERVICE_HTTP_HISTORY_H
#define PROJC_SERVICE_HTTP_HISTORY_H

#include "projc/codec.h"
#include "service/survey.h"

enum {
    PROJC__HISTORY_POINTS = 300,
    PROJC__RATE_WINDOW = 10 /* points over which a rate is the mean */
};

typedef struct projc__history projc__history;

/* NULL when out of memory. One thread at a time. */
projc__history *projc__history_new(void);
void projc__history_free(projc__history *history);
/* Adds a look taken at now_us (monotonic), and fills in the rates of its standings: below 0, that
 * is unknown, until there are two. NULL: a gap. NO_MEMORY: the point is left out. */
projc_status projc__history_add(projc__history *history, projc__survey *survey, int64_t now_us,
                                projc_error *error);
/* A list with {"lag":[…],"rate":[…]} for each projection, the newest point last; null where nothing
 * is known. */
void projc__history_write(const projc__history *history, projc_json_writer *writer);

#endif
