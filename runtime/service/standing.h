/* Where a projection stands: what `status` tells of it. */
#ifndef PROJC_SERVICE_STANDING_H
#define PROJC_SERVICE_STANDING_H

#include "service/key_report.h"
#include "service/target.h"
#include "store/store.h"

/* Where one projection stands. */
typedef struct projc__standing {
    projc__target target;
    const char *kind;
    projc__generation generation;
    bool is_registered;
    const projc__generation *others; /* building or retired, ascending by number */
    size_t other_count;
    int64_t built_to; /* position of the building one; -1: there is none */
    int64_t position; /* lowest of the lanes */
    int64_t head;
    int64_t lag_us; /* age of the first event that is not applied */
    int64_t failed;
    int64_t waiting; /* events that wait behind keys out of order, of a keyed projection */
    int64_t skipped;
    int64_t applied; /* events handled since its first run */
    double rate;     /* events applied a second; below 0: unknown */
    bool is_stopped; /* a stream projection that waits for repair */
    const char *state;
    const projc__lane *lanes; /* ascending */
    size_t lane_count;
    const projc__key_row *keys; /* out of order */
    size_t key_count;
    projc__waits waits;       /* what waits behind them */
    projc__page page;         /* the next one: is it blocked? */
    projc_text undeclared;    /* JSON object */
    const projc_text *owners; /* by lane: who works on it; empty: nobody */
    int64_t state_bytes;      /* of its tables with their indexes; -1: unknown, or not asked */
} projc__standing;

/* Asks the database; slices live in the arena. */
projc_status projc__standing_measure(projc_store *store, const projc__target *target,
                                     projc_arena *arena, projc__standing *standing,
                                     projc_error *error);
/* How many events at the end of what is applied no .proj declares: in another call, because it
 * reads up to 10,000 events. */
projc_status projc__standing_count_undeclared(projc_store *store, projc_arena *arena,
                                              projc__standing *standing, projc_error *error);

/* How much room its tables take: in another call, because SQLite counts the pages. */
projc_status projc__standing_measure_size(projc_store *store, projc__standing *standing,
                                          projc_error *error);

/* Asks again how much has been applied, and fills in the rate of the time between, in seconds. It
 * is unknown when a projection is behind and nothing moved: a batch may last longer than the
 * sample. */
projc_status projc__standing_sample(projc_store *store, projc_arena *arena,
                                    projc__standing *standing, double seconds, projc_error *error);

/* Events that are in the log and not applied, counted by their numbers. */
static inline int64_t projc__standing_lag(const projc__standing *standing)
{
    return standing->head > standing->position ? standing->head - standing->position : 0;
}
/* How long the writer's transaction runs that holds the reader back, in seconds; 0: unknown. */
int64_t projc__standing_blocker_age(const projc__standing *standing);

#endif
