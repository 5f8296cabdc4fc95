/* Keeping the write-ahead log short.
 *
 * DESIGN. SQLite copies the log back into the database by itself, but begins it again only in a
 * moment when nobody reads from it. Beside readers that take turns without a pause, such as the
 * workers of a service that catches up, that moment never comes, and the log grows as long as there
 * are writers. So whoever finds it long after a commit waits for it: new readers read from the
 * database alone while he does, and those who are there end within a page. When they do not, the
 * next commit tries again. */
#include "store/sqlite/sqlite_store.h"

enum {
    PAGES_USUAL = 1000, /* SQLite's own */
    PAGES_LONG = 8192,  /* 32 MiB */
    LONG_WAIT_MS = 100  /* a commit may take this much longer */
};

/* Called after a commit, with no lock held. What fails here is done by a later commit. */
static int after_commit(void *context, sqlite3 *database, const char *schema, int pages)
{
    projc__sqlite *store = context;
    int64_t usual_ms = store->lock_timeout_ms;

    if (pages >= PAGES_LONG) {
        store->lock_timeout_ms = usual_ms < LONG_WAIT_MS ? usual_ms : LONG_WAIT_MS;
        (void)sqlite3_wal_checkpoint_v2(database, schema, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
        store->lock_timeout_ms = usual_ms;
    } else if (pages >= PAGES_USUAL) {
        (void)sqlite3_wal_checkpoint_v2(database, schema, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
    return SQLITE_OK;
}

void projc__sqlite_bound_log(projc__sqlite *store)
{
    (void)sqlite3_wal_hook(store->database, after_commit, store);
}
