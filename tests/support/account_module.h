/* A hand-written module, as a generator would write it: the bank, for tests of the engine.
 *
 * Streams: `bank` (json, uuid ids) and `mixed` (json, text ids). Handlers that are told to
 * misbehave ask the account_probe behind the runtime's `user` pointer (NULL: they behave). */
#ifndef PROJC_TESTS_ACCOUNT_MODULE_H
#define PROJC_TESTS_ACCOUNT_MODULE_H

#include "projc/module.h"

typedef struct account_opened { /* AccountOpened, NoteWritten */
    projc_text owner;
} account_opened;

typedef struct account_amount { /* AccountCredited, AccountDebited, DeviceMeasured */
    int64_t amount;             /* decimal(2) */
} account_amount;

typedef struct account_closed {
    char nothing;
} account_closed;

enum account_event_index {
    ACCOUNT_CLOSED,
    ACCOUNT_CREDITED,
    ACCOUNT_DEBITED,
    ACCOUNT_OPENED,
    DEVICE_MEASURED,
    NOTE_WRITTEN,
    ACCOUNT_EVENTS
};

/* AccountOpened, Credited, Debited, Closed (deletes); a debit below zero is an error; on error
 * fail. */
typedef struct balance_state {
    projc_text owner;
    int64_t balance;
    uint32_t movements;
    projc_list_i64 amounts; /* the last eight */
} balance_state;

/* The same as columns; an opening without owner is an error; on error ignore. */
typedef struct accounts_state {
    projc_text owner;
    int64_t balance;
} accounts_state;

/* Over the whole bank; debits above what was credited are errors; on error fail. */
typedef struct totals_state {
    int64_t opened;
    int64_t credited;
    int64_t debited;
} totals_state;

/* `on any`, declared and undeclared events. */
typedef struct audit_state {
    int64_t count;
    projc_text last;
} audit_state;

/* Credits, by an `extern` that the probe commands; retry 3 times 1ms..4ms then fail. An
 * order-sensitive fold of the numbers, so that a lost, doubled or reordered event shows. */
typedef struct probe_state {
    uint64_t fold;
    uint32_t count;
} probe_state;

typedef struct measured_state {
    int64_t sum;
} measured_state;

enum account_projection_index {
    PROJECTION_BALANCE,
    PROJECTION_ACCOUNTS,
    PROJECTION_TOTALS,
    PROJECTION_AUDIT,
    PROJECTION_PROBE,
    PROJECTION_PROBE_STREAM, /* probe, over the whole bank; the same policy */
    PROJECTION_MEASURED,     /* for each Device: i64 ids in a text column */
    PROJECTION_NOTES,        /* for each Note: text ids */
    ACCOUNT_PROJECTIONS
};

/* What `extern` handlers do. Called for every event they are given. */
typedef struct account_probe {
    /* 0 fine, positive a data error, negative an infrastructure error, ACCOUNT_PROBE_SKIP a skip.
     */
    int (*answer)(struct account_probe *probe, const projc_handler *handler);
    void *user;
    int64_t fail_no; /* for the ready answers below */
    int fail_times;  /* so often, then never again; -1: always */
    int calls;
} account_probe;

enum { ACCOUNT_PROBE_SKIP = 1000 };

/* A ready answer: a data error for event fail_no, fail_times times. */
int account_probe_fail_at(account_probe *probe, const projc_handler *handler);

extern const projc_module account_module;

/* ---- appending ---- */

/* uuid(n): n in the last bytes. */
projc_uuid account_id(uint64_t n);
projc_value account_key(uint64_t n);
projc_status account_open(projc_store *store, uint64_t account, const char *owner, int64_t *no,
                          projc_error *error);
projc_status account_credit(projc_store *store, uint64_t account, int64_t amount, int64_t *no,
                            projc_error *error);
projc_status account_debit(projc_store *store, uint64_t account, int64_t amount, int64_t *no,
                           projc_error *error);
projc_status account_close(projc_store *store, uint64_t account, int64_t *no, projc_error *error);
/* Any event of an account, its payload as it is. */
projc_status account_append_raw(projc_store *store, uint64_t account, const char *name,
                                const char *payload, int64_t *no, projc_error *error);

#endif
