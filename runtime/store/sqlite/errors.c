/* SQLite's result codes as statuses, with what a person can do about each. */
#include "store/sqlite/sqlite_store.h"

#include <string.h>

static projc_status fail_missing(projc__sqlite *store, const char *text, projc_error *error)
{
    return projc_error_set(error, PROJC_NO_SCHEMA,
                           "%s: %s: run `schema --apply`, or `run --create`", store->label, text);
}

static projc_status fail_infrastructure(projc__sqlite *store, int code, projc_error *error)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: /* many processes began to read while one recovered the log */
        return projc_error_set(error, PROJC_TRANSIENT,
                               "%s is locked: somebody else has been writing for %lld ms (a long "
                               "transaction, or an open shell?)",
                               store->label, (long long)store->lock_timeout_ms);
    case SQLITE_FULL:
        return projc_error_set(error, PROJC_TRANSIENT, "%s: %s: free some space", store->label,
                               sqlite3_errmsg(store->database));
    case SQLITE_CANTOPEN:
        return projc_error_set(error, PROJC_CONNECTION,
                               "%s: %s: is its directory there, and writable for the -wal and -shm "
                               "files beside it?",
                               store->label, sqlite3_errmsg(store->database));
    case SQLITE_INTERRUPT:
        return projc_error_set(error, PROJC_TRANSIENT, "%s: %s", store->label,
                               sqlite3_errmsg(store->database));
    default:
        return projc_error_set(error, PROJC_CONNECTION,
                               "%s: %s (code %d, errno %d): look at the disk and its limits",
                               store->label, sqlite3_errmsg(store->database), code,
                               sqlite3_system_errno(store->database));
    }
}

projc_status projc__sqlite_no_memory(projc_error *error)
{
    return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
}

projc_status projc__sqlite_fail(projc__sqlite *store, int code, projc_error *error)
{
    const char *text = sqlite3_errmsg(store->database);

    if (code == SQLITE_READONLY_DBMOVED)
        return projc_error_set(error, PROJC_CONNECTION,
                               "%s was moved or removed while it was in use", store->label);
    if (code == SQLITE_IOERR_NOMEM)
        return projc__sqlite_no_memory(error);
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return projc__sqlite_no_memory(error);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_INTERRUPT:
        return fail_infrastructure(store, code, error);
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
        return projc_error_set(error, PROJC_DATA, "%s: %s", store->label, text);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return projc_error_set(
            error, PROJC_DATABASE,
            "%s is read-only: this process's user must be allowed to write the file "
            "and its directory",
            store->label);
    case SQLITE_NOTADB:
        return projc_error_set(error, PROJC_DATABASE,
                               "%s is not a SQLite database: name another file with --database",
                               store->label);
    case SQLITE_CORRUPT:
        return projc_error_set(error, PROJC_CORRUPT, "%s: %s: restore a backup", store->label,
                               text);
    case SQLITE_ERROR:
        if (strncmp(text, "no such table", 13) == 0)
            return fail_missing(store, text, error);
        break;
    default:
        break;
    }
    return projc_error_set(error, PROJC_DATABASE, "%s: %s (code %d)", store->label, text, code);
}
