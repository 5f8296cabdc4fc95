/* Tells at once that somebody writes to the database, where the system can: on Linux, by a watch on
 * the file of the write-ahead log, which stays the same file as long as this connection is open. */
#include "store/sqlite/sqlite_store.h"

#include <unistd.h>

#ifdef __linux__

#include <sys/inotify.h>

void projc__sqlite_open_signal(projc__sqlite *store)
{
    const char *path = sqlite3_db_filename(store->database, "main");

    projc__sqlite_close_signal(store);
    if (path == NULL || path[0] == '\0')
        return;
    store->signal_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (store->signal_fd >= 0 &&
        inotify_add_watch(store->signal_fd, sqlite3_filename_wal(path), IN_MODIFY) < 0)
        projc__sqlite_close_signal(store);
}

void projc__sqlite_drain_signal(projc__sqlite *store)
{
    char events[4096];

    while (read(store->signal_fd, events, sizeof events) > 0)
        continue;
}

#else

void projc__sqlite_open_signal(projc__sqlite *store)
{
    projc__sqlite_close_signal(store);
}

void projc__sqlite_drain_signal(projc__sqlite *store)
{
    (void)store;
}

#endif

void projc__sqlite_close_signal(projc__sqlite *store)
{
    if (store->signal_fd >= 0)
        close(store->signal_fd);
    store->signal_fd = -1;
}
