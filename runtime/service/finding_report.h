/* What verify and audit find, for people and as JSON lines. */
#ifndef PROJC_SERVICE_FINDING_REPORT_H
#define PROJC_SERVICE_FINDING_REPORT_H

#include "engine/verify.h"
#include "service/cli.h"

/* More are counted, and not shown. */
enum { PROJC__FINDINGS_SHOWN_MAX = 1000 };

/* One projection on its way through a command. */
typedef struct projc__checking {
    projc__cli *cli;
    projc__target target;
    bool is_json;
    int64_t shown;
    projc_arena *arena;   /* of one difference */
    projc_status trouble; /* NO_MEMORY while something was shown */
} projc__checking;

/* As projc__verify_request wants them; context is a projc__checking. Trouble is kept in it. */
void projc__finding_difference(void *context, const projc__difference *difference);
void projc__finding_failure(void *context, const projc__key_row *row);

/* Checks every projection of the service; the worst exit status. */
int projc__check_each(projc__checking *self, int (*check)(projc__checking *self));

#endif
