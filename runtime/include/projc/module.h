/* What generated code gives the runtime: descriptors and function pointers, one module per root
 * .proj. */
#ifndef PROJC_MODULE_H
#define PROJC_MODULE_H

#include "projc/codec.h"
#include "projc/handler.h"
#include "projc/notify.h"
#include "projc/query.h"
#include "projc/rows.h"
#include "projc/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Raised whenever a header here changes in a way that old generated code cannot be linked with. */
#define PROJC_ABI_VERSION 1

typedef enum projc_payload_format {
    PROJC_PAYLOAD_JSON,
    PROJC_PAYLOAD_MSGPACK
} projc_payload_format;

typedef enum projc_id_type { PROJC_ID_UUID, PROJC_ID_TEXT, PROJC_ID_I64 } projc_id_type;

/* A stream: one event table. */
typedef struct projc_stream_type {
    const char *name;    /* as in the .proj */
    const char *schema;  /* NULL: the connection's current schema */
    const char *table;   /* unquoted */
    const char *channel; /* of LISTEN/NOTIFY */
    projc_payload_format payload;
    bool has_text_ids; /* the aggregate_id column is text, not uuid */
} projc_stream_type;

typedef struct projc_aggregate_type {
    const char *name; /* as in the .proj */
    const char *type; /* outside name, the aggregate_type column */
    uint32_t stream;  /* index in the module */
    projc_id_type id_type;
} projc_aggregate_type;

/* One event and its serializers. wanted: a bit a field, words of 64, NULL means all; fields that
 * are not wanted are checked to be well formed and left zero. Decoders begin by clearing the
 * struct. */
typedef struct projc_event_type {
    const char *identifier; /* as in the .proj */
    const char *name;       /* outside name, the event_name column */
    const char *symbol;     /* snake case, as in the typed append */
    uint32_t aggregate;     /* index in the module */
    uint32_t field_count;
    const char *const *fields; /* payload keys */
    size_t size;               /* of the C struct; at least 1 */
    void (*from_json)(projc_json_reader *reader, const uint64_t *wanted, void *event);
    void (*from_msgpack)(projc_msgpack_reader *reader, const uint64_t *wanted, void *event);
    void (*to_json)(projc_json_writer *writer, const void *event);
    void (*to_msgpack)(projc_msgpack_writer *writer, const void *event);
    /* Not 0: this is an older name of the event number upcast_of - 1. The readers fill that one's
     * struct, reading every field, and there are no writers: nobody appends it any more. */
    uint32_t upcast_of;
} projc_event_type;

/* Returns OK, SKIPPED (as if it had not matched), or a DATA or INFRA status with handler->error
 * filled. On anything but OK or SKIPPED the state is undefined and thrown away by the caller. */
typedef projc_status (*projc_handler_function)(projc_handler *handler, void *state,
                                               const void *event);

/* Which elements of an event a handler function is called for (handler->element tells it), and
 * which key each belongs to. Both may read the event only and allocate in handler->arena; texts of
 * keys live there or in the event. */
typedef struct projc_handler_source {
    /* `for x in list`: how many elements there are; NULL: one, the event itself. Leaves a list that
     * it had to compute in handler->elements, for `select` and the handler function. */
    projc_status (*count)(projc_handler *handler, const void *event, uint32_t *count);
    /* `by` and `where`: fills the parts of the key (in a keyed projection; NULL: every element
     * counts). Returns OK, SKIPPED for an element that is passed over, or an error with
     * handler->error filled. */
    projc_status (*select)(projc_handler *handler, const void *event, projc_value *key);
} projc_handler_source;

/* What a projection does with one declared event: the functions in text order, those of `on any`
 * first. */
typedef struct projc_event_handlers {
    uint32_t event; /* index in the module */
    uint32_t function_count;
    const projc_handler_function *functions;
    const uint64_t *wanted; /* the fields that any of them uses; NULL: none */
    /* Names the rows that the handlers will ask for, as far as the event alone tells; NULL: none.
     * May only read handler->event and allocate in handler->arena. */
    void (*prefetch)(projc_handler *handler, const void *event, projc_prefetch *prefetch);
    const projc_handler_source *sources; /* one a function; NULL: none has any */
} projc_event_handlers;

typedef enum projc_projection_kind {
    PROJC_AGGREGATE_PROJECTION, /* for each A: one state per aggregate instance */
    PROJC_STREAM_PROJECTION,    /* over s: one state */
    PROJC_KEYED_PROJECTION      /* over s by k: one state per key */
} projc_projection_kind;

typedef enum projc_action {
    PROJC_ACTION_POLICY, /* only from a callback: what the .proj says */
    PROJC_ACTION_FAIL,
    PROJC_ACTION_IGNORE,
    PROJC_ACTION_RETRY
} projc_action;

typedef struct projc_error_policy {
    projc_action action;
    uint32_t retry_times;
    int64_t retry_low_us;
    int64_t retry_high_us;
    projc_action after_retries; /* FAIL or IGNORE */
} projc_error_policy;

typedef struct projc_projection_type {
    const char *name;
    projc_projection_kind kind;
    uint32_t version;
    uint32_t stream;    /* index in the module */
    uint32_t aggregate; /* index in the module; aggregate projections only */
    const projc_table
        *table; /* its states: key columns (a stream projection: `singleton` smallint, always
                   0), `position` bigint, then `state` bytea, or one column a field */
    bool is_columns;
    uint64_t shape_fingerprint;
    uint64_t logic_fingerprint;
    projc_error_policy policy;

    size_t state_size;         /* of the C struct; at least 1 */
    void (*init)(void *state); /* zero values and defaults */
    void (*from_msgpack)(projc_msgpack_reader *reader,
                         void *state); /* an array in declaration order */
    void (*to_msgpack)(projc_msgpack_writer *writer, const void *state);
    void (*to_json)(projc_json_writer *writer, const void *state);
    /* `state columns` only: the columns behind `position`, in order. Both return OK, or LIMIT or
     * CORRUPT with *error filled. Slices borrow the state or live in the arena. */
    projc_status (*to_row)(projc_arena *arena, const void *state, projc_value *values,
                           projc_error *error);
    projc_status (*from_row)(projc_arena *arena, const projc_value *values, void *state,
                             projc_error *error);

    const projc_event_handlers *events; /* sorted by event index */
    uint32_t event_count;
    const projc_handler_function *any_functions; /* `on any`, for every event not in `events`,
                                                    declared or not; called with event = NULL */
    uint32_t any_count;

    const projc_row_table *tables; /* its tables besides `table`, in text order */
    uint32_t table_count;

    const projc_handler_source *any_sources; /* one a function of any_functions; NULL: none */
    /* `where` of the source: called before an event is decoded; NULL: every event passes. OK, or
     * an error with handler->error filled. */
    projc_status (*filter)(projc_handler *handler, bool *passes);

    /* PostgreSQL: the view that shows packed states: keys (none in a stream projection),
     * `position`, one column a field, and why a state cannot be shown; NULL: there is none. */
    const projc_table *view;
} projc_projection_type;

typedef struct projc_module {
    uint32_t abi_version;
    const char *package;
    const char *source;   /* "bank.proj" */
    const char *compiler; /* "projc 0.1.0" */
    const projc_stream_type *streams;
    uint32_t stream_count;
    const projc_aggregate_type *aggregates;
    uint32_t aggregate_count;
    const projc_event_type
        *events; /* sorted by (aggregate's outside type, outside name), byte order */
    uint32_t event_count;
    const projc_projection_type *projections;
    uint32_t projection_count;
    /* The generated schema as one idempotent script each: event tables and state tables.
     * NULL-terminated arrays of pieces, because C bounds the length of one literal. */
    const char *const *schema_postgres;
    const char *const *schema_sqlite;
    /* The wake-up triggers, apart, so that `schema --no-notify` can leave them out. */
    const char *const *schema_postgres_notify;
    const projc_query *queries; /* in text order */
    uint32_t query_count;
    /* PostgreSQL: the function (bytea, bytea, text[]) that the views read states with; NULL: there
     * are no views. */
    const char *state_reader;
} projc_module;

/* ---- what generated typed functions call ---- */

/* Appends one event. id is UUID, TEXT or INTEGER as the aggregate declares. In an open transaction
 * of the store, or in one of its own. *position (may be NULL) receives the event's number. Returns
 * OK; CONFLICT when expected_version is not the aggregate's; DATA when the event cannot be encoded;
 * else INFRA or STOP. The store's thread only. */
projc_status projc_append(projc_store *store, const projc_module *module, uint32_t event,
                          projc_value id, int64_t expected_version, const void *value,
                          int64_t *position, projc_error *error);

/* Reads one state; texts and lists live in the arena. ABSENT when there is none; KEY_FAILED never:
 * the last good state is returned. */
projc_status projc_load(projc_store *store, const projc_module *module, uint32_t projection,
                        const projc_value *key, uint32_t key_count, projc_arena *arena, void *state,
                        projc_error *error);

/* Waits until the projection has applied everything up to position, for the key or (NULL) for all
 * keys, and that there is an event of that number. Uses LISTEN on the store's connection while it
 * waits (PostgreSQL, where no pooler stands between). Not in a transaction. A projection that no
 * service has registered yet is waited for like one that is behind; a paused one may be resumed in
 * time. Returns OK, KEY_FAILED, NO_SUCH_EVENT, TIMED_OUT (the text tells when it is paused or not
 * registered), or an INFRA or STOP status. */
projc_status projc_wait_for(projc_store *store, const projc_module *module, uint32_t projection,
                            const projc_value *key, uint32_t key_count, int64_t position,
                            int64_t timeout_ms, projc_error *error);

#ifdef __cplusplus
}
#endif
#endif
