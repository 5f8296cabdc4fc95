/* A batch: keys and their states in memory between the claim of lanes and the commit.
 *
 * DESIGN. Each key that an event of the batch belongs to has an entry: its state, and its base,
 * which is what it can be set back to. The base is the row that was loaded (or nothing) together
 * with the number up to which events are in it; after an event that was passed over it is taken
 * anew, so that setting back never repeats more than the events since. Everything lives in the
 * workspace's batch arena and is forgotten with the batch; pages are freed one by one, so memory
 * follows the number of keys and the size of their states, not the number of events.
 *
 * The more keys a batch can hold, the more events share the writing of a row. So what most keys do
 * not have (errors, skips, notifications) is in a record apart, which they share until they need
 * one, what can be made again (an aggregate's key as msgpack) is not kept, and a base is packed. */
#ifndef PROJC_ENGINE_BATCH_H
#define PROJC_ENGINE_BATCH_H

#include <string.h>

#include "engine/lane_set.h"
#include "engine/skips.h"
#include "engine/projector_private.h"
#include "engine/workspace.h"

/* An event passed over for a key in this batch. */
typedef struct projc__new_skip {
    struct projc__new_skip *next; /* an older one of the same key */
    projc__skipped_row row;
} projc__new_skip;

/* An event that waits for a key and was passed by this batch: waiting.h. */
typedef struct projc__waiting {
    struct projc__waiting *next; /* an older one of the same key */
    int64_t no;
} projc__waiting;

/* What few keys have, so that the others need no room for it. */
typedef struct projc__entry_record {
    bool is_own;        /* one entry's; else that of all entries of a lane that have none */
    bool is_base_dirty; /* is_dirty at the base */
    bool is_healed;     /* the trouble is over: its row is deleted with the batch */
    uint32_t lane;
    uint32_t base_handled; /* handled at the base */
    int64_t base_no;       /* events of the key up to this number are in the base */
    projc_bytes key;       /* as a msgpack array; only when it is one entry's */

    /* What the store says of the key, while it is being tried again: attempts count on. */
    const projc__key_row *trouble; /* NULL: in order, or not being tried */
    int64_t waiting_from;          /* events from this number on wait; INT64_MAX: none */
    projc__key_row *failure;       /* to be written with the batch; NULL: none */
    projc__new_skip *skips;        /* to be written with the batch, newest first */
    projc__waiting *waiting;       /* to be written with the batch, newest first */
    struct projc__notice *notices; /* to be sent with the batch, newest first: notices.h */
} projc__entry_record;

/* One allocation: this, the key, a projc__entry_routing in a keyed projection, the rows touched
 * where the projection has tables, the state, and what the key points at. */
typedef struct projc__entry {
    struct projc__entry *next; /* in order of their first event */
    /* May be read. To write, projc__entry_own: until then it is shared. */
    projc__entry_record *record;
    const uint8_t *base; /* values behind the key columns, packed: packed_row.h; NULL: absent */
    int64_t position;    /* number of the last event of the key that a handler ended without skip */
    uint32_t handled;    /* events of this batch that are in the state */
    uint16_t part_count;
    uint8_t id_kind; /* a projc_kind: of an aggregate's id, which is kept without; else 0 */
    bool exists : 1;
    bool is_dirty : 1;  /* differs from what the store holds, or may */
    bool is_stored : 1; /* the store holds a row */
    uint64_t key[];     /* projc__entry_parts */
} projc__entry;

/* Of an entry of a keyed projection. */
typedef struct projc__entry_routing {
    projc_bytes key;            /* as a msgpack array */
    struct projc__calls *calls; /* of the event routed here last … */
    int64_t routed_no;          /* … which is this one; dies with its page */
} projc__entry_routing;

/* A handler function called for one element of an event. */
typedef struct projc__call {
    struct projc__call *next; /* in the order of running */
    uint32_t function;
    uint32_t element;
    const void *elements; /* as handler->elements */
} projc__call;

/* What an event means to one key of a keyed projection. */
typedef struct projc__calls {
    const void *event; /* decoded; NULL: undeclared */
    projc__call *first;
    projc__call **last;
} projc__calls;

enum { PROJC__CACHE_LINE = 64 };

typedef struct projc__key_slot {
    uint64_t hash;
    projc__entry *entry; /* NULL: empty */
} projc__key_slot;

/* Which entry and which handlers an event of the page goes to. */
typedef struct projc__route {
    const projc__target *target; /* NULL: the event passes without effect */
    projc__entry *entry;         /* NULL: no lane of this step, or no key (has_no_key) */
    bool has_no_key;             /* it has handlers, but its key cannot be computed */
    const projc__calls *calls;   /* keyed projections; else NULL: every function and element */
    struct projc__route *next;   /* keyed: the same event's next key, in order of occurrence */
} projc__route;

typedef struct projc__batch {
    projc__projector *projector;
    projc__workspace *workspace;
    projc_store *store;
    projc_arena *arena; /* the workspace's batch arena */
    const projc__lane_set *lanes;
    struct projc__row_cache *rows; /* of its tables; NULL: it has none */
    projc__skips skips;            /* recorded ones that lie ahead */
    int64_t now_us;                /* wall clock at the begin */

    projc__entry *first;
    projc__entry **last;
    projc__entry_record *records; /* one a lane: of entries that have none of their own */
    size_t touched_offset;        /* where the rows touched stand in an entry; with tables only */
    size_t state_offset;          /* where the state lies in an entry */
    projc_value *scratch;         /* room for the values behind the key columns */
    projc__key_slot *slots;       /* the workspace's */
    size_t slot_mask;             /* slots - 1; the table is at most three quarters full */
    size_t entry_count;
    projc__entry *single; /* of a stream projection */

    /* Where the batch stands: the last event that every lane of it has passed. */
    int64_t position;
    projc_uuid position_id;
    int64_t start;           /* position at the begin */
    int64_t position_before; /* the same before the last event that was passed */
    projc_uuid position_id_before;
    bool is_small;     /* live, as far as is known: what it reads and writes is remembered */
    bool is_smallest;  /* cannot be cut any smaller: a bound that is reached is the event's fault */
    bool is_committed; /* the flush had something to say, and it was accepted */
    size_t written;    /* rows that it wrote and deleted, … */
    int64_t writing_us;     /* … in so long */
    int64_t handled;        /* the sum of its entries' */
    uint32_t new_failures;  /* keys set aside by this batch */
    int64_t first_retry_at; /* of those, the earliest; 0: none */
    int64_t waiting_count;  /* events that wait, stored (when that is known) or recorded here */
    bool waiting_is_known;  /* the stored ones have been counted */

    /* The page at hand, for setting keys back: events above page_after, up to the last of the page.
     */
    const projc__page *page;
    projc__route *routes;
    projc_msgpack_writer *writer; /* of keys and states; lives in the page's arena */
    int64_t page_after;

    /* Of events whose key cannot be computed; they stand under the empty key, in lane 0. */
    projc__key_row *keyless_failure; /* such an event stopped the projection here */
    projc__new_skip *keyless_skips;
    bool keyless_healed; /* delete the row of such an event */
} projc__batch;

/* Forgets what the workspace's arenas hold of the batch before. lanes is kept. */
projc_status projc__batch_begin(projc__batch *batch, projc__projector *projector,
                                projc__workspace *workspace, projc_store *store,
                                const projc__lane_set *lanes, projc_error *error);

/* To be called whenever the page's arena was emptied. */
projc_status projc__batch_begin_page(projc__batch *batch, projc_error *error);

/* The entry of the event's key. OK with *entry NULL when its lane is not mine or has passed the
 * event; DATA when the key cannot be computed. A new entry has no state yet. */
projc_status projc__batch_route(projc__batch *batch, const projc_event *event, projc__entry **entry,
                                projc_error *error);
/* The same for a key that is known already: its parts, and the parts as msgpack in the page's
 * arena. */
projc_status projc__batch_meet(projc__batch *batch, const projc_value *parts, projc_bytes key,
                               int64_t no, projc__entry **entry, projc_error *error);
/* The event will be routed soon: fetches what it is found by into the processor's cache, where the
 * batch is too large for that. First the slot, then (is_near) the entry. */
void projc__batch_expect(const projc__batch *batch, const projc_event *event, bool is_near);
/* The entry will be changed soon. */
static inline void projc__entry_expect(const projc__entry *entry)
{
    __builtin_prefetch(entry);
    __builtin_prefetch((const char *)entry + PROJC__CACHE_LINE);
}
/* The entry of a key out of order, whose events from its culprit on shall be applied. */
projc_status projc__batch_add_trouble(projc__batch *batch, const projc__key_row *row,
                                      projc__entry **entry, projc_error *error);
/* Loads the rows of the entries from first on, and makes their states. */
projc_status projc__batch_load(projc__batch *batch, projc__entry *first, projc_error *error);

/* Does the event belong to the entry's key? Used when events are read again; a keyed projection
 * routes them again instead. */
bool projc__batch_is_of(const projc__batch *batch, const projc__entry *entry,
                        const projc_event *event);

/* Sets the entry back to its base. */
projc_status projc__batch_restore(projc__batch *batch, projc__entry *entry, projc_error *error);
/* Makes what the entry is now its base: events up to no are in it. */
projc_status projc__batch_rebase(projc__batch *batch, projc__entry *entry, int64_t no,
                                 projc_error *error);
/* Writes the values behind the key columns; their slices live in the arena, or in the state. LIMIT
 * when the state is too large. */
projc_status projc__batch_encode(projc__batch *batch, projc__entry *entry, projc_arena *arena,
                                 projc_value *values, projc_error *error);

/* Is an event recorded as passed over for the key, by the store or by this batch? */
projc_status projc__batch_is_skipped(projc__batch *batch, projc__entry *entry, int64_t no,
                                     bool *answer, projc_error *error);

/* Makes `event` the last one passed. */
static inline void projc__batch_pass(projc__batch *batch, const projc_event *event)
{
    batch->position_before = batch->position;
    batch->position_id_before = batch->position_id;
    batch->position = event->no;
    batch->position_id = event->id;
}

/* NO_MEMORY instead of a LIMIT that only says that the batch's memory is full: that is nobody's
 * fault. */
projc_status projc__batch_room(const projc__batch *batch, projc_status status, projc_error *error);

/* The key of a stream projection: an array of no parts. */
projc_bytes projc__no_key(void);

/* The key's parts, typed; none in a stream projection. An aggregate's id is written to *id. */
static inline const projc_value *projc__entry_parts(const projc__entry *entry, projc_value *id)
{
    if (entry->id_kind == PROJC_KIND_NULL)
        return (const projc_value *)(const void *)entry->key;
    id->kind = (projc_kind)entry->id_kind;
    memcpy(&id->as, entry->key, sizeof id->as);
    return id;
}

/* Writes the values of the key columns; a stream projection's is a constant. */
static inline void projc__entry_values(const projc__entry *entry, projc_value *values)
{
    projc_value id;
    const projc_value *parts = projc__entry_parts(entry, &id);

    values[0] = (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = 0};
    for (uint32_t i = 0; i < entry->part_count; i++)
        values[i] = parts[i];
}

/* The entry's state, a struct of generated code. */
static inline void *projc__entry_state(const projc__batch *batch, projc__entry *entry)
{
    return (char *)entry + batch->state_offset;
}

/* Keyed projections only. */
static inline projc__entry_routing *projc__entry_routing_of(projc__entry *entry)
{
    return (projc__entry_routing *)((projc_value *)(void *)entry->key + entry->part_count);
}

/* Where its tables' rows stand that were touched since the base; only where the projection has
 * tables. */
static inline struct projc__row **projc__entry_touched(const projc__batch *batch,
                                                       projc__entry *entry)
{
    return (struct projc__row **)(void *)((char *)entry + batch->touched_offset);
}

/* What the entries of a batch share; false: no room. */
bool projc__entries_begin(projc__batch *batch);
/* A new entry at the end of the list, without a state. parts (NULL in a stream projection) and, of
 * a keyed projection, key are copied. */
projc_status projc__entry_add(projc__batch *batch, const projc_value *parts, projc_bytes key,
                              uint32_t lane, projc__entry **entry, projc_error *error);
/* Gives the entry a record of its own, which lives as long as the batch. OK or NO_MEMORY. */
projc_status projc__entry_own(projc__batch *batch, projc__entry *entry, projc_error *error);

/* Tells the observer, if there is one, what became of the event at the entry. */
projc_status projc__batch_show_fate(projc__batch *batch, projc__entry *entry,
                                    const projc_event *event, projc__fate fate,
                                    const projc_error *cause, projc_error *error);

/* Bytes that the batch holds. */
static inline size_t projc__batch_bytes(const projc__batch *batch)
{
    return projc_arena_used(batch->arena) + (batch->slot_mask + 1) * sizeof *batch->slots;
}

#endif
