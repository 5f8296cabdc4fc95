/* What goes into a store and comes out of it: lanes, pages, keys out of order, units of work. */
#ifndef PROJC_STORE_RECORDS_H
#define PROJC_STORE_RECORDS_H

#include "projc/module.h"
#include "projc/store.h"

/* ---- lanes and pages ---- */

typedef struct projc__lane {
    uint32_t lane;
    int64_t position;
    int64_t epoch;
    projc_uuid last_event_id; /* of the event at position; all zero at 0 */
    int64_t applied;          /* events handled so far, for rates */
    int64_t updated_at;       /* microseconds UTC */
    uint64_t place;           /* where the database holds the row, in its own words; 0: unknown */
} projc__lane;

typedef struct projc__page {
    const projc_event *events; /* ascending by no; payload bytes in the arena */
    size_t count;
    int64_t reached; /* nothing can appear at or below; >= the last event's no, and >= `after` */
    projc_uuid reached_id; /* event_id of the last event of the page (all zero when count is 0) */
    bool has_more;         /* a limit ended the page */
    bool is_blocked;       /* rows exist behind an unsettled gap: look again in 1 to 50 ms */
    int32_t blocking_pid;  /* a writer that holds the gap, 0 when none is known */
    int64_t blocked_since; /* microseconds UTC, 0 when not blocked */
} projc__page;

typedef struct projc__page_limits {
    int64_t rows;
    int64_t bytes; /* of payload and metadata; one event always fits */
} projc__page_limits;

/* ---- keys out of order ---- */

typedef enum projc__key_status { PROJC__KEY_RETRY, PROJC__KEY_FAILED } projc__key_status;

typedef struct projc__key_row {
    uint32_t lane;
    projc_bytes key; /* msgpack array of the parts; an empty array in a stream projection */
    projc__key_status status;
    int64_t no; /* the culprit; later events of the key wait */
    projc_uuid event_id;
    projc_text event_name;
    uint32_t attempts;
    int64_t retry_at; /* microseconds UTC, 0 when failed */
    projc_text code;  /* status name or SQLSTATE */
    projc_text message;
    projc_text source; /* "bank.proj:31:9", or empty */
    int64_t first_at;
    int64_t last_at;
    projc_text trace_id; /* of the event's metadata: not stored; data NULL: nobody looked */
} projc__key_row;

/* An event that waits behind the culprit of a key of a keyed projection: kept, because only the
 * projection knows which events a key has. An aggregate's are found in the log by its id. */
typedef struct projc__waiting_row {
    uint32_t lane; /* the key's; a driver need not keep it */
    projc_bytes key;
    int64_t no; /* above the culprit's, at or below the lane's position */
} projc__waiting_row;

/* How many events wait behind one key. */
typedef struct projc__waiting_count {
    projc_bytes key;
    int64_t count; /* at least 1 */
} projc__waiting_count;

typedef struct projc__skipped_row {
    projc_bytes key;
    int64_t no;
    projc_text event_name;
    projc_text code;
    projc_text message;
    projc_text source;
    int64_t at;
    projc_text trace_id; /* of the event, for the log: not stored */
} projc__skipped_row;

/* ---- rows that are dead ---- */

/* What the database knows of a table's rows; all zero when there is no such table. Sessions tell it
 * of their work up to a second late. */
typedef struct projc__row_census {
    int64_t live;
    int64_t dead;     /* old versions that take room */
    int64_t replaced; /* rows updated or deleted, ever */
    int64_t pruned;   /* of those, whose old versions go by themselves */
    int64_t vacuums;  /* ever, whoever asked for them */
    int64_t bytes;    /* of the rows, without indexes */
} projc__row_census;

/* ---- one fenced unit of work ---- */

typedef struct projc__claim {
    uint32_t lane;
    int64_t position;         /* must still be so … */
    int64_t epoch;            /* … and so */
    int64_t new_position;     /* >= position */
    projc_uuid last_event_id; /* of the event at new_position, or unchanged */
    int64_t applied;          /* added to the lane's count */
    bool raises_epoch;        /* required when something is written without moving the lane */
    uint64_t place; /* as the lane was last seen to have it, for speed alone; 0: unknown */
} projc__claim;

/* Makes the rows from first on; texts and bytes live until the next call. May be asked again. A
 * DATA status refuses the unit. */
typedef projc_status (*projc__row_maker)(void *context, size_t first, size_t count,
                                         projc_value *rows, projc_error *error);

/* Rows of one table: column values row after row (column_count each, keys first). */
typedef struct projc__row_write {
    const projc_table *table;
    const projc_value *rows; /* to insert or replace by key; NULL: they are made a few at a time */
    projc__row_maker make;   /* … by this, because all at once would need too much memory */
    void *context;
    size_t row_count;
    /* What the caller has seen of them, for speed alone: of the first new_count rows the store had
     * none, of the known_count rows behind them it had each. Where it has changed its mind all are
     * written the same. */
    size_t new_count;
    size_t known_count;
    const projc_value *deleted_keys; /* key_count values each */
    size_t deleted_count;
} projc__row_write;

typedef struct projc__unit {
    int64_t generation;
    const projc__claim *claims; /* ascending by lane */
    size_t claim_count;
    const projc__row_write *writes;
    size_t write_count;
    const projc__key_row *keys; /* inserted or replaced by (generation, key) */
    size_t key_count;
    const projc_bytes *healed_keys; /* rows to delete */
    size_t healed_count;
    const projc__skipped_row *skipped;
    size_t skipped_count;
    const projc__waiting_row *waiting; /* inserted, of lanes claimed; a pair that is there stays */
    size_t waiting_count;
    const projc__waiting_row *passed; /* pairs of this key up to and with this number are deleted,
                                         before any is inserted; INT64_MAX: all of them */
    size_t passed_count;
    const projc_text *notifications; /* pairs of channel and payload */
    size_t notification_count;       /* pairs */
    uint64_t *places; /* out, or NULL: by claim, the lane's new place, where a driver knows it */
} projc__unit;

/* ---- appending ---- */

typedef struct projc__new_event {
    projc_text name;
    projc_text aggregate_type;
    projc_value aggregate_id; /* UUID or TEXT, as the log's column is */
    int64_t expected_version; /* or PROJC_ANY_VERSION */
    projc_bytes payload;      /* in the stream's format */
    projc_text metadata;      /* json object; empty stands for {} */
    projc_uuid id;            /* all zero: drawn */
    int64_t time;             /* microseconds UTC; INT64_MIN: now */
} projc__new_event;

/* ---- processes and waiters ---- */

typedef struct projc__process {
    projc_text id;   /* random, of one run of a service */
    projc_text name; /* host:pid, for people */
    bool is_alive;   /* heard of within 1 s by the database's clock */
} projc__process;

typedef struct projc__waiter {
    int64_t generation;
    int64_t position;
} projc__waiter;

/* ---- what is there ---- */

typedef struct projc__found_column {
    const char *name;
    const char *type; /* as column_type() writes it; in the database's words what that never does */
    bool is_nullable;
    uint32_t key_part; /* its place in the primary key, from 1; 0: none */
} projc__found_column;

typedef struct projc__found_table {
    bool is_view;
    const projc__found_column *columns; /* in order */
    uint32_t column_count;
    const char *const *indexes; /* usable ones besides the primary key */
    uint32_t index_count;
} projc__found_table;

#endif
