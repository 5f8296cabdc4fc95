/* A connection to the database that holds events and projections: PostgreSQL or SQLite. */
#ifndef PROJC_STORE_H
#define PROJC_STORE_H

#include "projc/arena.h"
#include "projc/status.h"
#include "projc/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct projc_store projc_store; /* one connection; one thread at a time */
struct projc_module;

enum { PROJC_ANY_VERSION = -1 };

typedef struct projc_store_options {
    const char
        *database; /* postgres:…, postgresql://…, "host=… dbname=…", sqlite:PATH, sqlite::memory: */
    const char *application_name; /* shown in pg_stat_activity; NULL: "projc" */
    int64_t statement_timeout_ms; /* 0: 60,000 */
    int64_t lock_timeout_ms;      /* 0: 2,000 */
    int64_t event_max_bytes;      /* 0: 16 MiB */
    int64_t state_max_bytes;      /* 0: 16 MiB */
} projc_store_options;

/* *options is borrowed. Returns OK and the caller's *store (close it), or CONNECTION, INVALID,
 * NO_MEMORY or DATABASE with a text that never shows a password. */
projc_status projc_store_open(const projc_store_options *options, projc_store **store,
                              projc_error *error);
void projc_store_close(projc_store *store); /* rolls back what is open; NULL is allowed */

/* A transaction of the caller's own, for several appends that stand or fall together. */
projc_status projc_store_begin(projc_store *store, projc_error *error);
projc_status projc_store_commit(projc_store *store, projc_error *error);
projc_status projc_store_rollback(projc_store *store, projc_error *error);

/* Creates what is missing: the runtime's tables and the module's. Idempotent; one transaction. */
projc_status projc_store_apply_schema(projc_store *store, const struct projc_module *module,
                                      bool with_notify, projc_error *error);

#ifdef __cplusplus
}
#endif
#endif
