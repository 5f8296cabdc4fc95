/* A projector from the inside: what the engine's units know of each other's data. */
#ifndef PROJC_ENGINE_PROJECTOR_PRIVATE_H
#define PROJC_ENGINE_PROJECTOR_PRIVATE_H

#include <pthread.h>

#include "engine/dispatch.h"
#include "engine/history.h"
#include "engine/pages.h"
#include "engine/projector.h"

/* How long a batch lasts that is behind: then it is committed, so that readers see progress. One of
 * many keys lasts longer, because each batch writes a row of most of them: until the writing is
 * expected to take no more than a WRITING_SHARE-th of the time, and LONGEST_BATCH_US at most. */
enum {
    PROJC__BATCH_TIME_US = 5000000,
    PROJC__LONGEST_BATCH_US = 30000000,
    PROJC__WRITING_SHARE = 8,
    PROJC__ROW_NS = 5000 /* to write a row, before it was measured */
};
/* What one event may allocate in any case, however full the batch is. */
enum { PROJC__EVENT_ROOM_BYTES = 64 << 20 };
/* Halvings of a batch after infrastructure errors: 2^12 makes every batch a page of one row. */
enum { PROJC__SHRINK_MAX = 12 };

/* Told what becomes of each event at each key; a key that is set back sees its events again. A
 * status other than OK, which may not be of class DATA, ends the batch. */
typedef struct projc__observer {
    projc_status (*see)(void *context, projc_bytes key, const projc__history_step *step,
                        projc_error *error);
    void *context;
} projc__observer;

typedef struct projc__memory projc__memory; /* memory.h */

/* What a part remembers from step to step. Only the thread that steps the part touches it. */
typedef struct projc__part {
    uint32_t shrink; /* the next batch is 2^shrink times smaller */
    int64_t
        event_limit; /* after a refused flush: commit after so many handled events; 0: no limit */
    int64_t row_ns;  /* what the last commit of many rows took for each; 0: not known */
    projc__cursor cursor;  /* open while the part is behind */
    projc__memory *memory; /* NULL: nothing is remembered */
} projc__part;

struct projc__projector {
    const projc__engine *engine;
    const projc_module *module;
    const projc_projection_type *type;
    const projc_stream_type *stream;
    const projc_aggregate_type *aggregate; /* of an aggregate projection, else NULL */
    uint32_t index;                        /* of the projection in the module */
    int64_t generation;
    bool is_building; /* beside the live generation, which it never passes */
    projc_arena *own; /* of a building one: `type`, with the names of its tables; else NULL */
    uint32_t swap_tries;
    uint64_t logic_fingerprint; /* as it was stored when the projector was opened */
    uint32_t lane_count;
    projc__dispatch *dispatch;
    size_t event_size_max; /* bytes of the largest event struct */
    /* Handlers notify nobody of events up to this one: a rebuild that applies them again. */
    int64_t silent_up_to;
    const projc__observer *observer; /* of a replica; NULL: nobody looks on */
    projc__part *parts;              /* lane_count entries: there are never more parts with work */

    pthread_mutex_t lock;
    bool *owned;             /* lane_count entries */
    uint32_t deals;          /* how often that has changed; atomic */
    uint64_t checked_epochs; /* sum of the lanes' epochs at which the stamp was last compared */
};

/* A projector on a building generation whose tables are there. */
projc_status projc__projector_open_building(const projc__engine *engine, const projc_module *module,
                                            uint32_t projection,
                                            const projc__generation *generation,
                                            projc__projector **projector, projc_error *error);

/* Is the stored generation still the one that this program can work on? OK, MISMATCH with the
 * command that mends it, or an error of the store. */
projc_status projc__projector_check(const projc__projector *projector,
                                    const projc__generation *generation, projc_error *error);

/* "balance", for messages. */
static inline const char *projc__projector_name(const projc__projector *projector)
{
    return projector->type->name;
}

/* Has it one key, and so one lane? */
static inline bool projc__is_single(const projc__projector *projector)
{
    return projector->type->kind == PROJC_STREAM_PROJECTION;
}

/* Has somebody asked to stop? */
static inline bool projc__is_stopping(const projc__engine *engine)
{
    return engine->stop != NULL && __atomic_load_n(engine->stop, __ATOMIC_RELAXED) != 0;
}

#endif
