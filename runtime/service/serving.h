/* What a served runtime does beside its work: tells systemd, takes over changed settings. */
#ifndef PROJC_SERVICE_SERVING_H
#define PROJC_SERVICE_SERVING_H

#include "service/cli.h"
#include "service/runtime_private.h"
#include "service/signals.h"
#include "service/systemd.h"

typedef struct projc__serving {
    projc__cli *cli;
    projc_runtime *runtime;
    projc__signals *signals;
    projc__systemd systemd;
    bool is_ready;      /* READY was sent */
    bool is_stopping;   /* STOPPING was sent */
    int64_t told_us;    /* monotonic; of the last STATUS */
    int64_t watched_us; /* monotonic; of the last WATCHDOG */
    char status[160];   /* as it was told last */
} projc__serving;

/* All pointers are kept. */
void projc__serving_begin(projc__serving *serving, projc__cli *cli, projc_runtime *runtime,
                          projc__signals *signals);
/* A projc__progress_function; user is the serving. */
void projc__serving_tick(void *user, const projc__progress *progress);
void projc__serving_end(projc__serving *serving);

#endif
