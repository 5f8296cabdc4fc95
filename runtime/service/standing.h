/* Where a projection stands: what `status` tells of it. */
#ifndef PROJC_SERVICE_STANDING_H
#define PROJC_SERVICE_STANDING_H

#include "service/cli.h"

/* Where one projection stands. */
typedef struct projc__standing {
    projc__target target;
    const char *kind;
    projc__generation generation;
    bool is_registered;
    int64_t position; /* lowest of the lanes */
    int64_t head;
    int64_t lag_seconds;
    int64_t failed;
    int64_t waiting; /* events that wait behind keys out of order, of a keyed projection */
    int64_t skipped;
    int64_t applied; /* events handled since its first run */
    double rate;     /* events applied a second; below 0: unknown */
    bool is_stopped; /* a stream projection that waits for repair */
    const char *state;
    projc__page page;      /* the next one: is it blocked? */
    projc_text undeclared; /* JSON object */
} projc__standing;

/* Asks the database; slices live in the command's arena. */
projc_status projc__standing_measure(projc__cli *cli, const projc__target *target,
                                     projc__standing *standing, projc_error *error);

/* Asks again how much has been applied, and fills in the rate of the time between, in seconds. It
 * is unknown when a projection is behind and nothing moved: a batch may last longer than the
 * sample. */
projc_status projc__standing_sample(projc__cli *cli, projc__standing *standing, double seconds,
                                    projc_error *error);

#endif
