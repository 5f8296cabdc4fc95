/* The projector: one projection in one process, applied in fenced units of work.
 *
 * DESIGN. A projector is shared by the worker threads of a process; each thread brings a workspace
 * (its connection and memory). The lanes a process works on are split into parts: lane i belongs to
 * part i mod part_count. At most one thread steps a part at a time (the queue sees to that),
 * different parts run at once. A step is one unit of work: lanes of the part that stand at the
 * lowest position read pages from there, events are grouped by key, handlers run outside any
 * transaction, and one fenced transaction commits states, positions and key statuses. Memory is
 * dropped on any error. */
#ifndef PROJC_ENGINE_PROJECTOR_H
#define PROJC_ENGINE_PROJECTOR_H

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "projc/runtime.h"
#include "store/store.h"

typedef struct projc__projector projc__projector;
typedef struct projc__workspace projc__workspace;
typedef struct projc__pages projc__pages;       /* pages.h */
typedef struct projc__turnover projc__turnover; /* turnover.h */

/* Shared by all projectors of a runtime; borrowed, constant while they live. */
typedef struct projc__engine {
    projc_runtime_options options; /* with defaults filled in */
    const struct projc__clock *clock;
    projc_log *log;               /* NULL: nothing is logged */
    const projc_metrics *metrics; /* never NULL */
    volatile int *stop;           /* non-zero: finish soon and return CANCELLED; may be NULL */
    projc__pages *pages;          /* read once for all; NULL: each part reads for itself */
    projc__turnover *turnover;    /* rows written over, by table; NULL: nobody counts */
} projc__engine;

/* One thread's connection and memory. Opens the connection lazily and again after CONNECTION. */
projc_status projc__workspace_new(const projc__engine *engine, projc__workspace **workspace,
                                  projc_error *error);
/* Will the caller step again in some milliseconds, whatever comes of the next steps? Then an empty
 * page needs no look at what else may have happened each time. False until it is told. */
void projc__workspace_look_again(projc__workspace *workspace, bool looks_again);
void projc__workspace_free(projc__workspace *workspace);
/* Uses this connection instead of opening one: a database in memory has only one. *store is given;
 * NULL: there is none for now. */
void projc__workspace_adopt(projc__workspace *workspace, projc_store *store);
/* The connection that was given, for as long as it is in use; NULL: it was lost. */
projc_store *projc__workspace_adopted(const projc__workspace *workspace);
/* Steps are short from now on: of one page of few events, which nobody has read ahead. For who has
 * something else to do, too. */
void projc__workspace_be_brief(projc__workspace *workspace);
/* The connection, opened and preflighted when it is not; borrowed until the next error. */
projc_status projc__workspace_store(projc__workspace *workspace, projc_store **store,
                                    projc_error *error);

/* Registers the projection (or finds it), compares fingerprints: MISMATCH names the command that
 * mends a differing shape; a differing logic with the same version is a logged warning. */
projc_status projc__projector_open(const projc__engine *engine, projc__workspace *workspace,
                                   const projc_module *module, uint32_t projection,
                                   projc__projector **projector, projc_error *error);
void projc__projector_close(projc__projector *projector);

const projc_projection_type *projc__projector_type(const projc__projector *projector);
const projc_stream_type *projc__projector_stream(const projc__projector *projector);
uint32_t projc__projector_lanes(const projc__projector *projector);
int64_t projc__projector_generation(const projc__projector *projector);

/* Which lanes this process works on, lanes entries; takes effect at the next step. All at first.
 * Thread-safe. */
void projc__projector_own(projc__projector *projector, const bool *owned);

typedef struct projc__outcome {
    int64_t events;        /* read in this step */
    int64_t bytes;         /* of their payloads and metadata */
    int64_t handled;       /* of those, applied to a key */
    int64_t position;      /* lowest of the part's owned lanes; INT64_MAX when it owns none */
    bool is_caught_up;     /* nothing more is there to read now */
    bool is_blocked;       /* an unsettled gap: step again in 1 to 50 ms */
    int64_t blocked_after; /* the gap stands behind this number */
    int64_t
        blocked_since; /* since when its writer's transaction runs, microseconds UTC; 0: unknown */
    int32_t blocking_pid; /* the writer's process; 0: a prepared transaction, or unknown */
    int64_t
        retry_at; /* earliest due retry of a key, microseconds UTC by the engine's clock; 0: none */
    uint32_t failed; /* failed keys of the whole projection, as far as this step knows */
    bool is_stopped; /* a stream projection that failed: nothing to do until it is mended */
    bool is_paused;  /* nobody works on it until somebody resumes it */
    bool is_level;   /* a building generation stands where the live one does */
} projc__outcome;

/* One unit of work. OK: look at *outcome. INFRA class: nothing lost, step again after a back-off;
 * the next batch is half as large. STOP class: the projection cannot go on; the text says why. */
projc_status projc__projector_step(projc__projector *projector, projc__workspace *workspace,
                                   uint32_t part, uint32_t part_count, projc__outcome *outcome,
                                   projc_error *error);

#endif
