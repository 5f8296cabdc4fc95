/* The horizon: up to which number the rows of a log can be trusted to be complete.
 *
 * DESIGN. Numbers are drawn when rows are inserted and become visible when their transactions
 * commit, so a row can appear below others that were read long ago. A gap in the numbers is either
 * a number that was drawn and rolled back, or one whose writer is still in flight. A writer takes a
 * RowExclusiveLock on the table before the column's default draws its number, and keeps it until
 * its commit is visible. Therefore: when m is a number that was seen, and W the set of writers in
 * flight looked up *after* that, every number up to m was drawn by a transaction that is in W or
 * has ended. Once all of W have ended, a *new* snapshot shows every row up to m that there will
 * ever be: m is settled, and the gaps below it are permanent. Not before a new snapshot: the page
 * that showed m may be older than the end of a writer below it.
 *
 * A sample is such a pair (m, W). Each new look at the writers takes away from all samples those
 * that have ended; the first empty one settles its m. Nothing is ever decided by a clock.
 *
 * A virtual transaction `b/x` counts as ended only when neither `b/x` nor `b/0` stands in the new
 * look: COMMIT PREPARED shows the writer as `b/0` for a moment. And a prepared transaction shows on
 * old servers (and after a restart) as `-1/xid`: when such a one turns up while writers vanish, it
 * may be one of them, and takes their place in the sample.
 *
 * This unit is pure: it knows neither SQL nor a connection. The ring dies with the connection,
 * because backend numbers are used again. */
#ifndef PROJC_STORE_POSTGRES_HORIZON_H
#define PROJC_STORE_POSTGRES_HORIZON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "projc/status.h"

typedef struct projc__writer {
    int32_t backend;      /* -1: a prepared transaction without one */
    uint32_t transaction; /* local to the backend; the xid when backend is -1 */
    int32_t pid;          /* 0: none, it is prepared */
} projc__writer;

typedef struct projc__horizon_sample {
    int64_t head;           /* a number that was seen before the writers were looked up */
    projc__writer *writers; /* of those, the ones that have not ended; sorted; malloc */
    size_t count;
} projc__horizon_sample;

/* Enough: when one writer stays, all samples wait for it, and when the ring is full the newest is
 * replaced, so that there is always an old one and a fresh one. */
enum { PROJC__HORIZON_SAMPLES = 16 };

typedef struct projc__horizon {
    int64_t safe; /* settled: nothing new can appear at or below */
    projc__horizon_sample samples[PROJC__HORIZON_SAMPLES]; /* oldest first, heads ascending */
    size_t count;
} projc__horizon;

/* "3/1234" as pg_locks shows it; false when it is none. pid is left alone. */
bool projc__writer_parse(const char *text, size_t size, projc__writer *writer);

void projc__horizon_init(projc__horizon *horizon);
/* Frees the samples and forgets what is settled. */
void projc__horizon_clear(projc__horizon *horizon);

/* A look at the writers that was taken after head had been seen; sorts writers. NO_MEMORY leaves
 * the horizon as it was, or with fewer samples, which is safe. */
projc_status projc__horizon_observe(projc__horizon *horizon, int64_t head, projc__writer *writers,
                                    size_t count);

/* May the row with this number be consumed when everything up to position has been? */
static inline bool projc__horizon_is_settled(const projc__horizon *horizon, int64_t position,
                                             int64_t no)
{
    return no == position + 1 || no <= horizon->safe;
}

/* A writer that the oldest sample waits for, preferably one with a pid; NULL when there is none. */
const projc__writer *projc__horizon_blocker(const projc__horizon *horizon);

#endif
