/* One worker thread's connection and memory, from the inside. */
#ifndef PROJC_ENGINE_WORKSPACE_H
#define PROJC_ENGINE_WORKSPACE_H

#include "engine/projector.h"

/* A generation whose log was found to be the one that its lanes come from. */
typedef struct projc__checked {
    int64_t generation;
    int64_t looked_at; /* last; monotonic */
} projc__checked;

struct projc__workspace {
    const projc__engine *engine;
    projc_store *store;        /* NULL: not connected */
    bool is_adopted;           /* it is the one that was given, and not one opened here */
    bool is_brief;             /* projc__workspace_be_brief */
    bool looks_again;          /* projc__workspace_look_again */
    uint64_t losses;           /* of connections, when a reader's was opened: pages.h */
    projc_arena *lane_arena;   /* lanes and keys as the step saw them */
    projc_arena *batch_arena;  /* states, rows and texts of one unit of work; bounded */
    projc_arena *page_arena;   /* one page of events */
    projc_arena *replay_arena; /* a page that is read again for one key */
    projc_arena *event_arena;  /* one decoded event; bounded */
    projc_arena *walk_arena;   /* the walks of one event over rows; bounded */
    projc_arena *row_arena;    /* the columns of one row; bounded */
    void *event;               /* where events are decoded to */
    size_t event_capacity;
    projc_error event_error;       /* of the handler or decoder that failed */
    struct projc__key_slot *slots; /* of the batch's keys: batch.c */
    size_t slot_count;
    /* Generations whose log was found to be the same one on this connection, lately. */
    projc__checked *checked;
    int64_t checked_at; /* the first of them; monotonic */
    size_t checked_count;
    size_t checked_capacity;
};

/* After an error: a dead connection is closed, so that the next use opens another. */
void projc__workspace_failed(projc__workspace *workspace, projc_status status);
/* Closes the connection, if there is one. */
void projc__workspace_disconnect(projc__workspace *workspace);
/* Room for an event struct of this size. */
projc_status projc__workspace_reserve_event(projc__workspace *workspace, size_t size,
                                            projc_error *error);

/* The generation's entry; NULL: it must be checked. */
projc__checked *projc__workspace_checked(const projc__workspace *workspace, int64_t generation);
projc_status projc__workspace_set_checked(projc__workspace *workspace, int64_t generation,
                                          projc_error *error);

#endif
