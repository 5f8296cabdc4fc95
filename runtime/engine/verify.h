/* What is stored, held against what the log makes of the same program.
 *
 * DESIGN. A replica (replica.h) is brought to where the stored lanes stand, and both are compared,
 * row by row, in both directions. Services go on meanwhile, so a row that differs may only have
 * been read too late: it is looked at again, with the replica brought to where the lanes stand
 * then. It is a difference when no lane has moved around the look, or when neither side has changed
 * since the look before: the replica has passed whatever the stored row could have seen. */
#ifndef PROJC_ENGINE_VERIFY_H
#define PROJC_ENGINE_VERIFY_H

#include "engine/projector.h"

/* One row that is not what the log says. */
typedef struct projc__difference {
    const projc_table *table; /* its SQL table; keys first */
    const char *name;         /* of the projection's table as in the .proj; NULL: a state */
    const projc_value *key;   /* table->key_count values */
    int64_t stored_position;  /* a state's last event; 0: there is none */
    int64_t expected_position;
    projc_text problem; /* why the stored row cannot be read; else empty */
    projc_text stored;  /* JSON; empty: there is none */
    projc_text expected;
} projc__difference;

typedef struct projc__verify_result {
    int64_t position;    /* up to which everything was compared */
    int64_t states;      /* compared */
    int64_t rows;        /* of the projection's tables, compared */
    int64_t differences; /* found; told one by one up to a bound */
    int64_t waiting;     /* keys whose repair would change them: not compared */
    int64_t undecided;   /* rows that changed whenever they were looked at */
} projc__verify_result;

typedef struct projc__verify_request {
    const projc_module *module;
    uint32_t projection;
    const projc_value *key; /* all its parts; NULL: everything */
    int64_t sample;         /* compare so many keys, drawn from the stored ones; 0: all */
    uint64_t seed;          /* of the draw */
    /* Called for each difference; slices live until it returns. */
    void (*tell)(void *context, const projc__difference *difference);
    /* Called for each key that fails in the replay only. */
    void (*tell_failure)(void *context, const projc__key_row *row);
    void *context;
} projc__verify_request;

/* Reads only. OK: look at *result. ABSENT: the projection was never run. MISMATCH: stored in
 * another shape. DIVERGED: another log. CANCELLED: it was reset meanwhile. The store's thread. */
projc_status projc__verify(const projc__engine *engine, projc_store *store,
                           const projc__verify_request *request, projc__verify_result *result,
                           projc_error *error);

/* One lane's count of applied events. */
typedef struct projc__audit_lane {
    uint32_t lane;
    int64_t position;
    int64_t applied;  /* as stored */
    int64_t expected; /* as the replay counts */
} projc__audit_lane;

typedef struct projc__audit_result {
    projc__audit_lane *lanes; /* all of them; in the arena */
    size_t lane_count;
    int64_t differences; /* lanes whose counts differ */
    int64_t strangers;   /* recorded failures and skips whose event is not in the log */
    int64_t waiting;     /* as in projc__verify_result; the reason for lower counts */
} projc__audit_result;

/* Was every event applied, and once? Compares the counts of each lane with a replay up to where it
 * stands, and looks every recorded failure and skip up in the log. Statuses as projc__verify. */
projc_status projc__audit(const projc__engine *engine, projc_store *store,
                          const projc_module *module, uint32_t projection, projc_arena *arena,
                          projc__audit_result *result, projc_error *error);

#endif
