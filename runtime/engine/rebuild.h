/* Starting a projection over: reset, and rebuilding, in place or beside the live generation. */
#ifndef PROJC_ENGINE_REBUILD_H
#define PROJC_ENGINE_REBUILD_H

#include "engine/projector.h"

/* Back to position 0 with empty tables and no key out of order; recorded skips go too, unless
 * keep_skipped. Workers that are busy on the projection are fenced off and start over. ABSENT when
 * the projection is not registered. */
projc_status projc__reset(projc_store *store, const projc_module *module, uint32_t projection,
                          bool keep_skipped, projc_error *error);

/* What has been applied so far, and the log's end as it was at the start. Return false to give up:
 * the projection stays where it is, and goes on when somebody runs it. */
typedef struct projc__rebuild_progress {
    int64_t position; /* the lowest of the threads' */
    int64_t head;
    int64_t events; /* read; each thread reads the log for its own lanes, and counts once */
    int64_t bytes;  /* of their payloads and metadata */
} projc__rebuild_progress;
typedef bool (*projc__rebuild_report)(void *context, const projc__rebuild_progress *progress);

typedef struct projc__rebuild_options {
    uint32_t threads; /* that apply events, each with a connection of its own; 0 and 1: the caller's
                       * alone. Never more than there are lanes */
    bool forgets_skipped;         /* events that were skipped are tried again */
    projc__rebuild_report report; /* called by the caller's thread, after each of its steps and now
                                   * and then; NULL: nobody asks */
    /* Beside only: called before the swap, when both generations stand at one place; anything but
     * OK leaves the new one beside the live one. NULL: nothing is compared. */
    projc_status (*compare)(void *context, projc__projector *building, projc__workspace *workspace,
                            projc_error *error);
    void *context;
} projc__rebuild_options;

/* Resets, gives the generation the program's version and fingerprints (a state table whose shape
 * differs is made anew), and applies the log up to its end. Other processes of the same program
 * help; those of another one stop. OK; KEY_FAILED when it caught up with failed keys, or stopped at
 * one; CANCELLED when the report said so; else why not: run it again. */
projc_status projc__rebuild_in_place(const projc__engine *engine, projc__workspace *workspace,
                                     const projc_module *module, uint32_t projection,
                                     const projc__rebuild_options *options, projc_error *error);

/* Builds a generation beside the live one (or goes on with one that was begun), brings it to where
 * the live one stands and puts it in its place; the old one stays as a retired generation. The live
 * one is worked on and read all the time. Statuses as above; also KEY_FAILED when keys fail in the
 * new one only: then it stays beside. In place where the projection has never run. */
projc_status projc__rebuild_beside(const projc__engine *engine, projc__workspace *workspace,
                                   const projc_module *module, uint32_t projection,
                                   const projc__rebuild_options *options, projc_error *error);

#endif
