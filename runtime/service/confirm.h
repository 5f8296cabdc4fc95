/* What a command that takes something away does before it: says what, and asks. */
#ifndef PROJC_SERVICE_CONFIRM_H
#define PROJC_SERVICE_CONFIRM_H

#include "service/cli.h"

/* What there is of a generation. */
typedef struct projc__holdings {
    int64_t states;
    int64_t rows;    /* of the projection's tables */
    int64_t failed;  /* keys out of order, those that are retried included */
    int64_t skipped; /* recorded skips */
} projc__holdings;

/* Counts by reading: all rows of the live tables. */
projc_status projc__count_holdings(projc__cli *cli, projc_store *store, const projc__target *target,
                                   int64_t generation, projc__holdings *holdings,
                                   projc_error *error);

/* Says what it would do, and with --yes, or when a person at the terminal says so, true. Else
 * false, and *exit_status tells how to end. */
bool projc__cli_confirm(projc__cli *cli, int *exit_status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
