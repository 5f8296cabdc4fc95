/* Who works here and who waits for what: heartbeats and waiters. */
#include "store/sqlite/sqlite_store.h"

#include "base/arena.h"

#include <string.h>

static const int64_t dead_after_us = 1000000;
static const int64_t forgotten_after_us = 60000000;

/* Runs a statement with a text as ?1, when it is not NULL, and two numbers as ?2 and ?3. */
static projc_status run_with(projc__sqlite *store, const char *sql, const projc_text *text,
                             int64_t second, int64_t third, projc_error *error)
{
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_prepare(store, sql, &statement, error);
    int bound;

    if (status != PROJC_OK)
        return status;
    bound = text == NULL ? SQLITE_OK : projc__sqlite_bind_text(statement, 1, *text);
    if (sqlite3_bind_parameter_count(statement) >= 2)
        (void)sqlite3_bind_int64(statement, 2, second);
    if (sqlite3_bind_parameter_count(statement) >= 3)
        (void)sqlite3_bind_int64(statement, 3, third);
    status = projc__sqlite_run(store, statement, bound, error);
    projc__sqlite_end(statement);
    return status;
}

/* ---- processes ---- */

static projc_status beat(projc__sqlite *store, projc_text id, projc_text name, int64_t now,
                         projc_error *error)
{
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_begin_light(store, error);
    int bound;

    if (status != PROJC_OK)
        return status;
    status = projc__sqlite_prepare(
        store, "INSERT OR REPLACE INTO projc_process (id, name, seen_at) VALUES (?1, ?3, ?2)",
        &statement, error);
    if (status == PROJC_OK) {
        bound = projc__sqlite_bind_text(statement, 1, id);
        if (bound == SQLITE_OK)
            bound = projc__sqlite_bind_text(statement, 3, name);
        (void)sqlite3_bind_int64(statement, 2, now);
        status = projc__sqlite_run(store, statement, bound, error);
        projc__sqlite_end(statement);
    }
    if (status == PROJC_OK)
        status = run_with(store, "DELETE FROM projc_process WHERE seen_at < ?2", NULL,
                          now - forgotten_after_us, 0, error);
    return projc__sqlite_finish_light(store, status, error);
}

static projc_status read_process(sqlite3_stmt *statement, projc_arena *arena, int64_t now,
                                 projc__process *process, projc_error *error)
{
    memset(process, 0, sizeof *process);
    process->is_alive = now - sqlite3_column_int64(statement, 2) < dead_after_us;
    if (projc__sqlite_copy_text(statement, 0, arena, &process->id) &&
        projc__sqlite_copy_text(statement, 1, arena, &process->name))
        return PROJC_OK;
    return projc__sqlite_fail_copy(arena, error);
}

projc_status projc__sqlite_heartbeat(projc_store *base, projc_text id, projc_text name,
                                     projc_arena *arena, projc__process **processes, size_t *count,
                                     projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    int64_t now = projc__sqlite_now();
    projc__sqlite_list list = {.arena = arena, .item_size = sizeof **processes};
    projc__process *process;
    sqlite3_stmt *statement = NULL;
    projc_status status = id.size == 0 ? PROJC_OK : beat(store, id, name, now, error);

    if (status == PROJC_OK)
        status = projc__sqlite_prepare(
            store, "SELECT id, name, seen_at FROM projc_process ORDER BY id", &statement, error);
    while ((process = projc__sqlite_next_item(store, statement, &list, &status, error)) != NULL)
        status = read_process(statement, arena, now, process, error);
    *processes = list.items;
    *count = list.count;
    return status;
}

projc_status projc__sqlite_end_process(projc_store *base, projc_text id, projc_error *error)
{
    return run_with(projc__sqlite_of(base), "DELETE FROM projc_process WHERE id = ?1", &id, 0, 0,
                    error);
}

/* ---- waiters ---- */

static projc_status insert_waiter(projc__sqlite *store, projc_text id, int64_t generation,
                                  int64_t position, int64_t expires_at, projc_error *error)
{
    sqlite3_stmt *statement;
    /* A replaced row draws a new sequence: wait() sees it. */
    projc_status status = projc__sqlite_prepare(
        store,
        "INSERT OR REPLACE INTO projc_waiter (id, generation, position, expires_at)"
        " VALUES (?1, ?2, ?3, ?4)",
        &statement, error);

    if (status != PROJC_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 2, generation);
    (void)sqlite3_bind_int64(statement, 3, position);
    (void)sqlite3_bind_int64(statement, 4, expires_at);
    status = projc__sqlite_run(store, statement, projc__sqlite_bind_text(statement, 1, id), error);
    projc__sqlite_end(statement);
    return status;
}

/* A waiter's row is worth no flush to disk, for which whoever waits would wait as well: after a
 * crash nobody misses it. */
projc_status projc__sqlite_add_waiter(projc_store *base, projc_text id, int64_t generation,
                                      int64_t position, const projc_stream_type *stream,
                                      int64_t timeout_ms, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    int64_t now = projc__sqlite_now();
    projc_status status = projc__sqlite_begin_light(store, error);

    (void)stream; /* the row itself is what wakes up */
    if (status != PROJC_OK)
        return status;
    status = run_with(store, "DELETE FROM projc_waiter WHERE expires_at < ?2", NULL, now, 0, error);
    if (status == PROJC_OK)
        status = insert_waiter(store, id, generation, position, now + timeout_ms * 1000, error);
    store->has_news = true;
    status = projc__sqlite_finish_light(store, status, error);
    return status == PROJC_OK ? projc__sqlite_hear_commits(store, error) : status;
}

projc_status projc__sqlite_remove_waiter(projc_store *base, projc_text id, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc_status status = projc__sqlite_begin_light(store, error);

    if (status != PROJC_OK)
        return status;
    status = run_with(store, "DELETE FROM projc_waiter WHERE id = ?1", &id, 0, 0, error);
    return projc__sqlite_finish_light(store, status, error);
}

projc_status projc__sqlite_load_waiters(projc_store *base, projc_arena *arena,
                                        projc__waiter **waiters, size_t *count, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc__sqlite_list list = {.arena = arena, .item_size = sizeof **waiters};
    projc__waiter *waiter;
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_prepare(
        store,
        "SELECT generation, position FROM projc_waiter WHERE expires_at >= ?1 ORDER BY sequence",
        &statement, error);

    if (status == PROJC_OK)
        (void)sqlite3_bind_int64(statement, 1, projc__sqlite_now());
    while ((waiter = projc__sqlite_next_item(store, statement, &list, &status, error)) != NULL) {
        waiter->generation = sqlite3_column_int64(statement, 0);
        waiter->position = sqlite3_column_int64(statement, 1);
    }
    *waiters = list.items;
    *count = list.count;
    return status;
}
