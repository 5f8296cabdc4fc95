/* Waking up when events or waiters come.
 *
 * SQLite has no notifications: PRAGMA data_version changes when another connection, of this process
 * or another, has committed. The write-ahead log's file tells that somebody begins to write
 * (wal_signal.c); the commit is seen a little later, so for a while we look every millisecond, and
 * then seldom. Without that signal we look every 4 ms. A commit is a wake-up only when it brought
 * events to a watched stream or a waiter: the projectors' own commits are none. */
#include "store/sqlite/sqlite_store.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHORT_NAP_MS = 1,
    SHORT_NAPS = 100, /* after each sign of life */
    LONG_NAP_MS = 4,
    SIGNALLED_NAP_MS = 100 /* ended by the signal; should one be missed, this is the delay */
};

void projc__sqlite_forget_watches(projc__sqlite *store)
{
    for (size_t i = 0; i < store->watch_count; i++)
        free(store->watches[i].table);
    free(store->watches);
    store->watches = NULL;
    store->watch_count = 0;
    projc__sqlite_close_signal(store);
}

/* The single integer that a statement without parameters answers; 0 for NULL and for no row. */
static projc_status read_integer(projc__sqlite *store, sqlite3_stmt *statement, int64_t *value,
                                 projc_error *error)
{
    bool has_row = false;
    projc_status status = projc__sqlite_step(store, statement, &has_row, error);

    if (status == PROJC_OK)
        *value = has_row ? sqlite3_column_int64(statement, 0) : 0;
    projc__sqlite_end(statement);
    return status;
}

static projc_status read_head(projc__sqlite *store, const char *table, int64_t *head,
                              projc_error *error)
{
    sqlite3_str *sql = sqlite3_str_new(store->database);
    sqlite3_stmt *statement;
    projc_status status;

    sqlite3_str_appendall(sql, "SELECT max(no) FROM ");
    projc__sqlite_append_name(sql, table);
    status = projc__sqlite_prepare_built(store, sql, &statement, error);
    return status != PROJC_OK ? status : read_integer(store, statement, head, error);
}

static projc_status read_fixed(projc__sqlite *store, const char *sql, int64_t *value,
                               projc_error *error)
{
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_prepare(store, sql, &statement, error);

    return status != PROJC_OK ? status : read_integer(store, statement, value, error);
}

static projc_status read_waiter_sequence(projc__sqlite *store, int64_t *sequence,
                                         projc_error *error)
{
    return read_fixed(store, "SELECT max(sequence) FROM projc_waiter", sequence, error);
}

static projc_status watch(projc__sqlite *store, const projc_stream_type *stream, projc_error *error)
{
    projc__sqlite_watch *place = &store->watches[store->watch_count];

    place->table = strdup(stream->table);
    if (place->table == NULL)
        return projc__sqlite_no_memory(error);
    store->watch_count++;
    return read_head(store, stream->table, &place->head, error);
}

projc_status projc__sqlite_listen(projc_store *base, const projc_stream_type *const *streams,
                                  size_t count, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc_status status;

    projc__sqlite_forget_watches(store);
    store->watches = calloc(count + 1, sizeof *store->watches);
    if (store->watches == NULL)
        return projc__sqlite_no_memory(error);
    /* The version first: what is committed after it is seen as news. */
    status = read_fixed(store, "PRAGMA data_version", &store->data_version, error);
    for (size_t i = 0; status == PROJC_OK && i < count; i++)
        status = watch(store, streams[i], error);
    if (status == PROJC_OK)
        status = read_waiter_sequence(store, &store->waiter_sequence, error);
    store->has_news = false;
    /* Something was read: the write-ahead log is there. */
    if (status == PROJC_OK)
        projc__sqlite_open_signal(store);
    if (status != PROJC_OK)
        projc__sqlite_forget_watches(store);
    return status;
}

/* Looks for commits of others. */
static projc_status look(projc__sqlite *store, projc_error *error)
{
    int64_t version = 0;
    projc_status status = read_fixed(store, "PRAGMA data_version", &version, error);

    if (status == PROJC_OK && version != store->data_version) {
        store->data_version = version;
        store->has_news = true;
    }
    return status;
}

/* What the news is: the first watched stream with new events, or -1 for a waiter, which are
 * remembered; false when it is nothing of these. */
static projc_status compare(projc__sqlite *store, int *stream_index, bool *is_wake_up,
                            projc_error *error)
{
    int64_t now = 0;
    projc_status status;

    *is_wake_up = true;
    for (size_t i = 0; i < store->watch_count; i++) {
        status = read_head(store, store->watches[i].table, &now, error);
        if (status != PROJC_OK)
            return status;
        if (now != store->watches[i].head) {
            store->watches[i].head = now;
            *stream_index = (int)i;
            return PROJC_OK;
        }
    }
    status = read_waiter_sequence(store, &now, error);
    if (status != PROJC_OK)
        return status;
    *is_wake_up = now > store->waiter_sequence;
    if (*is_wake_up)
        store->waiter_sequence = now;
    else
        store->has_news = false;
    return PROJC_OK;
}

/* Sleeps at most left_ms; true when wake_fd is readable. *naps counts the short ones since
 * something happened: as long as these last, further signals of the same transaction are left
 * alone. */
static bool nap(projc__sqlite *store, int wake_fd, int64_t left_ms, int *naps)
{
    bool is_short = *naps < SHORT_NAPS;
    struct pollfd wait[] = {{.fd = wake_fd, .events = POLLIN},
                            {.fd = is_short ? -1 : store->signal_fd, .events = POLLIN}};
    int64_t nap_ms = is_short                ? SHORT_NAP_MS
                     : store->signal_fd >= 0 ? SIGNALLED_NAP_MS
                                             : LONG_NAP_MS;

    if (nap_ms > left_ms)
        nap_ms = left_ms;
    *naps += is_short;
    if (poll(wait, 2, (int)nap_ms) <= 0)
        return false;
    if (wait[1].revents != 0) {
        projc__sqlite_drain_signal(store);
        *naps = 0;
    }
    return wait[0].revents != 0;
}

projc_status projc__sqlite_wait(projc_store *base, int wake_fd, int64_t timeout_ms,
                                int *stream_index, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    int64_t until_us = projc__sqlite_monotonic() + timeout_ms * 1000;
    bool is_wake_up = false;
    int naps = 0;
    projc_status status;
    int64_t left_us;

    *stream_index = -1;
    for (;;) {
        status = look(store, error);
        if (status == PROJC_OK && store->has_news)
            status = compare(store, stream_index, &is_wake_up, error);
        if (status != PROJC_OK || is_wake_up)
            return status;
        left_us = until_us - projc__sqlite_monotonic();
        if (nap(store, wake_fd, left_us < 0 ? 0 : (left_us + 999) / 1000, &naps))
            return PROJC_OK;
        if (left_us <= 0)
            return projc_error_set(error, PROJC_TIMED_OUT, "no event came within %lld ms",
                                   (long long)timeout_ms);
    }
}

/* ---- commits of others, for a waiter ---- */

projc_status projc__sqlite_hear_commits(projc__sqlite *store, projc_error *error)
{
    projc_status status = read_fixed(store, "PRAGMA data_version", &store->commit_version, error);

    if (status == PROJC_OK && store->signal_fd < 0)
        projc__sqlite_open_signal(store);
    return status;
}

/* Any commit of another connection may be the one: which generation it was is not looked at. */
projc_status projc__sqlite_wait_commit(projc_store *base, int64_t generation, int64_t timeout_us,
                                       projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    int64_t until_us = projc__sqlite_monotonic() + timeout_us;
    int64_t version = 0;
    int naps = 0;

    (void)generation;
    for (;;) {
        int64_t left_us = until_us - projc__sqlite_monotonic();
        projc_status status = read_fixed(store, "PRAGMA data_version", &version, error);

        if (status != PROJC_OK || version != store->commit_version) {
            store->commit_version = version;
            return status;
        }
        if (left_us <= 0)
            return projc_error_set(error, PROJC_TIMED_OUT, "no commit came");
        (void)nap(store, -1, (left_us + 999) / 1000, &naps);
    }
}

/* Writers of a file tell nobody anyway. */
projc_status projc__sqlite_stay_awake(projc_store *store, const projc_stream_type *stream,
                                      int64_t duration_ms, projc_error *error)
{
    (void)store;
    (void)stream;
    (void)duration_ms;
    return projc_error_set(error, PROJC_UNSUPPORTED, "SQLite has no triggers that wake anybody up");
}
