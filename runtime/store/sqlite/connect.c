/* Opening and closing a database: the text that names it, refusals with their remedy, settings. */
#include "store/sqlite/sqlite_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    OLDEST_LIBRARY = 3037000, /* STRICT tables */
    LOCK_TIMEOUT_MS = 2000,
    EVENT_MAX_BYTES = 16 * 1024 * 1024
};

static const char prefix[] = "sqlite:";

/* What stands behind "sqlite:": a path as it is, ":memory:", "///abs/path", or SQLite's own URI. */
static const char *path_of(const char *database, projc_error *error)
{
    const char *path =
        strncmp(database, prefix, strlen(prefix)) == 0 ? database + strlen(prefix) : "";

    if (strncmp(path, "//", 2) == 0)
        path += 2;
    if (path[0] == '\0' || (path != database + strlen(prefix) && path[0] != '/')) {
        projc_error_set(
            error, PROJC_INVALID,
            "%s names no file: write sqlite:PATH, sqlite:///ABSOLUTE/PATH or sqlite::memory:",
            database);
        return NULL;
    }
    return path;
}

static bool is_uri(const char *path)
{
    return strncmp(path, "file:", 5) == 0;
}

static bool is_plain_file(const char *path)
{
    return strcmp(path, ":memory:") != 0 && !is_uri(path);
}

/* Says what is wrong with the directory or the file; OK when nothing is to be seen from here. */
static projc_status check_file(const char *path, projc_error *error)
{
    const char *slash = strrchr(path, '/');
    char *directory = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    projc_status status = PROJC_OK;
    struct stat found;

    if (directory == NULL)
        return projc__sqlite_no_memory(error);
    if (stat(directory, &found) != 0)
        status = projc_error_set(error, PROJC_CONNECTION, "%s: cannot reach the directory %s: %s",
                                 path, directory, strerror(errno));
    else if (!S_ISDIR(found.st_mode))
        status =
            projc_error_set(error, PROJC_CONNECTION, "%s: %s is no directory", path, directory);
    else if (stat(path, &found) == 0 && !S_ISREG(found.st_mode))
        status = projc_error_set(error, PROJC_CONNECTION,
                                 "%s is not a file: name one with --database sqlite:PATH", path);
    else if (access(path, F_OK) == 0 && access(path, R_OK | W_OK) != 0)
        status = projc_error_set(
            error, PROJC_DATABASE,
            "%s is read-only: this process's user must be allowed to write the file "
            "and its directory",
            path);
    else if (access(directory, W_OK | X_OK) != 0)
        status = projc_error_set(
            error, PROJC_DATABASE,
            "%s: its directory is read-only: this process's user must be allowed to "
            "make files in %s",
            path, directory);
    free(directory);
    return status;
}

/* Called by SQLite while somebody else holds a lock; short naps, because transactions are short. */
static int wait_for_lock(void *context, int attempts)
{
    projc__sqlite *store = context;
    int64_t now_us = projc__sqlite_monotonic();

    if (attempts == 0)
        store->lock_wait_until_us = now_us + store->lock_timeout_ms * 1000;
    if (now_us >= store->lock_wait_until_us)
        return 0;
    projc__sqlite_sleep(attempts < 20 ? 100 * (attempts + 1) : 2000);
    return 1;
}

static projc_status read_text(projc__sqlite *store, const char *sql, const char *expected,
                              bool *is_as_expected, projc_error *error)
{
    sqlite3_stmt *statement;
    bool has_row = false;
    projc_status status = projc__sqlite_prepare(store, sql, &statement, error);

    *is_as_expected = false;
    if (status == PROJC_OK)
        status = projc__sqlite_step(store, statement, &has_row, error);
    if (status == PROJC_OK && has_row) {
        const unsigned char *text = sqlite3_column_text(statement, 0);
        *is_as_expected = text != NULL && strcmp((const char *)text, expected) == 0;
    }
    projc__sqlite_end(statement);
    return status;
}

/* Two processes that open a new file at once both want to turn it into WAL: SQLite answers BUSY to
 * one without asking the busy handler. */
static projc_status switch_to_wal(projc__sqlite *store, bool is_required, projc_error *error)
{
    int64_t until_us = projc__sqlite_monotonic() + store->lock_timeout_ms * 1000;
    bool is_wal;
    projc_status status;

    for (;;) {
        status = read_text(store, "PRAGMA journal_mode=WAL", "wal", &is_wal, error);
        if (status != PROJC_TRANSIENT || projc__sqlite_monotonic() >= until_us)
            break;
        projc__sqlite_sleep(1000);
    }
    if (status == PROJC_OK && is_required && !is_wal)
        return projc_error_set(
            error, PROJC_UNSUPPORTED,
            "%s: its file system cannot hold a write-ahead log: use a local disk", store->label);
    return status;
}

static projc_status apply_settings(projc__sqlite *store, bool is_file, projc_error *error)
{
    static const char *const settings[] = {
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=OFF",
        "PRAGMA temp_store=MEMORY",
        "PRAGMA cache_size=-2048", /* KiB */
        "PRAGMA journal_size_limit=67108864",
    };
    projc_status status = switch_to_wal(store, is_file, error);

    for (size_t i = 0; status == PROJC_OK && i < sizeof settings / sizeof settings[0]; i++)
        status = projc__sqlite_execute(store, settings[i], error);
    if (status != PROJC_OK)
        return status;
    projc__sqlite_forget_statements(store); /* they are not needed again */
    return projc__sqlite_prepare_rollback(store, error);
}

static projc_status connect_database(projc__sqlite *store, const char *path, projc_error *error)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code;

    if (is_uri(path))
        flags |= SQLITE_OPEN_URI;
    code = sqlite3_open_v2(path, &store->database, flags, NULL);
    if (store->database == NULL)
        return projc__sqlite_no_memory(error);
    (void)sqlite3_extended_result_codes(store->database, 1);
    if (code != SQLITE_OK)
        return projc__sqlite_fail(store, code, error);
    (void)sqlite3_busy_handler(store->database, wait_for_lock, store);
    projc__sqlite_bound_log(store);
    return apply_settings(store, is_plain_file(path), error);
}

projc_status projc__sqlite_open(const projc_store_options *options, projc_store **result,
                                projc_error *error)
{
    const char *path = path_of(options->database, error);
    projc__sqlite *store;
    projc_status status;

    if (path == NULL)
        return PROJC_INVALID;
    if (sqlite3_libversion_number() < OLDEST_LIBRARY)
        return projc_error_set(error, PROJC_DATABASE, "SQLite %s is too old: 3.37 is needed",
                               sqlite3_libversion());
    if (is_plain_file(path) && (status = check_file(path, error)) != PROJC_OK)
        return status;
    store = calloc(1, sizeof *store);
    if (store == NULL)
        return projc__sqlite_no_memory(error);
    store->base.driver = &projc__sqlite_driver;
    store->signal_fd = -1;
    store->lock_timeout_ms =
        options->lock_timeout_ms > 0 ? options->lock_timeout_ms : LOCK_TIMEOUT_MS;
    store->event_max_bytes =
        options->event_max_bytes > 0 ? options->event_max_bytes : EVENT_MAX_BYTES;
    store->label = strdup(path);
    status = store->label == NULL ? projc__sqlite_no_memory(error)
                                  : connect_database(store, path, error);
    if (status != PROJC_OK) {
        projc__sqlite_close(&store->base);
        return status;
    }
    *result = &store->base;
    return PROJC_OK;
}

void projc__sqlite_close(projc_store *base)
{
    projc__sqlite *store = projc__sqlite_of(base);

    projc__sqlite_forget_statements(store);
    projc__sqlite_forget_watches(store);
    /* Every statement is finalized: an open transaction is rolled back, and closing cannot be busy.
     */
    (void)sqlite3_close(store->database);
    free(store->label);
    free(store);
}
