/* Prepared statements, kept by their text, and transactions. */
#include "store/sqlite/sqlite_store.h"

#include "base/arena.h"

#include <string.h>
#include <xxhash.h>

/* SQLite calls the busy handler for locks between files' connections; connections that share a
 * cache get SQLITE_LOCKED instead, before the statement has done anything, and are made to wait
 * here. */
static bool wait_for_shared_cache(projc__sqlite *store, int64_t until_us)
{
    if (store->lock_timeout_ms == 0 || projc__sqlite_monotonic() >= until_us)
        return false;
    projc__sqlite_sleep(500);
    return true;
}

static int64_t lock_deadline(const projc__sqlite *store)
{
    return projc__sqlite_monotonic() + store->lock_timeout_ms * 1000;
}

static int prepare_now(projc__sqlite *store, const char *sql, sqlite3_stmt **statement)
{
    int64_t until_us = 0;
    int code;

    for (;;) {
        code = sqlite3_prepare_v3(store->database, sql, -1, SQLITE_PREPARE_PERSISTENT, statement,
                                  NULL);
        if ((code & 0xff) != SQLITE_LOCKED)
            return code;
        if (until_us == 0)
            until_us = lock_deadline(store);
        if (!wait_for_shared_cache(store, until_us))
            return code;
    }
}

/* A free place, or that of the statement used longest ago. */
static projc__sqlite_statement *take_place(projc__sqlite *store)
{
    projc__sqlite_statement *oldest = &store->statements[0];

    if (store->statement_count < PROJC__SQLITE_STATEMENTS_MAX)
        return &store->statements[store->statement_count++];
    for (size_t i = 1; i < store->statement_count; i++)
        if (store->statements[i].used < oldest->used)
            oldest = &store->statements[i];
    sqlite3_finalize(oldest->statement);
    return oldest;
}

projc_status projc__sqlite_prepare(projc__sqlite *store, const char *sql, sqlite3_stmt **statement,
                                   projc_error *error)
{
    uint64_t hash = XXH3_64bits(sql, strlen(sql));
    projc__sqlite_statement *place;
    int code;

    *statement = NULL;
    if (store->must_roll_back) {
        projc__sqlite_roll_back(store);
        if (store->must_roll_back)
            return projc__sqlite_no_memory(error);
    }
    for (size_t i = 0; i < store->statement_count; i++) {
        place = &store->statements[i];
        if (place->hash == hash && strcmp(sqlite3_sql(place->statement), sql) == 0) {
            place->used = ++store->turn;
            *statement = place->statement;
            return PROJC_OK;
        }
    }
    code = prepare_now(store, sql, statement);
    if (code != SQLITE_OK)
        return projc__sqlite_fail(store, code, error);
    place = take_place(store);
    *place =
        (projc__sqlite_statement){.hash = hash, .used = ++store->turn, .statement = *statement};
    return PROJC_OK;
}

projc_status projc__sqlite_prepare_built(projc__sqlite *store, sqlite3_str *sql,
                                         sqlite3_stmt **statement, projc_error *error)
{
    char *text = sqlite3_str_finish(sql);
    projc_status status;

    *statement = NULL;
    if (text == NULL)
        return projc__sqlite_no_memory(error);
    status = projc__sqlite_prepare(store, text, statement, error);
    sqlite3_free(text);
    return status;
}

void projc__sqlite_end(sqlite3_stmt *statement)
{
    if (statement == NULL)
        return;
    /* The code that reset returns is that of the last step, which has been looked at. */
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
}

void projc__sqlite_forget_statements(projc__sqlite *store)
{
    for (size_t i = 0; i < store->statement_count; i++)
        sqlite3_finalize(store->statements[i].statement);
    store->statement_count = 0;
    sqlite3_finalize(store->rollback);
    store->rollback = NULL;
}

projc_status projc__sqlite_step(projc__sqlite *store, sqlite3_stmt *statement, bool *has_row,
                                projc_error *error)
{
    int64_t until_us = 0;
    int code = sqlite3_step(statement);

    while ((code & 0xff) == SQLITE_LOCKED) {
        if (until_us == 0)
            until_us = lock_deadline(store);
        if (!wait_for_shared_cache(store, until_us))
            break;
        (void)sqlite3_reset(statement);
        code = sqlite3_step(statement);
    }
    *has_row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return PROJC_OK;
    return projc__sqlite_fail(store, code, error);
}

void *projc__sqlite_next_item(projc__sqlite *store, sqlite3_stmt *statement,
                              projc__sqlite_list *list, projc_status *status, projc_error *error)
{
    bool has_row = false;

    if (*status == PROJC_OK)
        *status = projc__sqlite_step(store, statement, &has_row, error);
    if (*status == PROJC_OK && has_row) {
        void *items = projc_list_reserve(list->arena, list->items, list->count, &list->capacity,
                                         list->item_size);

        if (items != NULL) {
            list->items = items;
            return (char *)items + list->item_size * list->count++;
        }
        *status = projc__arena_error(list->arena, error);
    }
    projc__sqlite_end(statement);
    if (*status != PROJC_OK) {
        list->items = NULL;
        list->count = 0;
    }
    return NULL;
}

projc_status projc__sqlite_run(projc__sqlite *store, sqlite3_stmt *statement, int bound,
                               projc_error *error)
{
    bool has_row;
    projc_status status;

    if (bound != SQLITE_OK)
        return projc__sqlite_fail(store, bound, error);
    do {
        status = projc__sqlite_step(store, statement, &has_row, error);
    } while (status == PROJC_OK && has_row);
    (void)sqlite3_reset(statement);
    return status;
}

projc_status projc__sqlite_execute(projc__sqlite *store, const char *sql, projc_error *error)
{
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_prepare(store, sql, &statement, error);

    return status != PROJC_OK ? status : projc__sqlite_run(store, statement, SQLITE_OK, error);
}

/* ---- transactions ---- */

/* Some pragmas, this one among them, act while they are prepared: it is never kept. */
static projc_status set_flushing(projc__sqlite *store, bool is_light, projc_error *error)
{
    const char *sql = is_light ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL";
    int code = sqlite3_exec(store->database, sql, NULL, NULL, NULL);

    if (code != SQLITE_OK)
        return projc__sqlite_fail(store, code, error);
    store->is_light = is_light;
    return PROJC_OK;
}

projc_status projc__sqlite_begin_write(projc__sqlite *store, projc_error *error)
{
    projc_status status = store->is_light ? set_flushing(store, false, error) : PROJC_OK;

    return status == PROJC_OK ? projc__sqlite_execute(store, "BEGIN IMMEDIATE", error) : status;
}

projc_status projc__sqlite_begin_light(projc__sqlite *store, projc_error *error)
{
    projc_status status = store->is_light ? PROJC_OK : set_flushing(store, true, error);

    return status == PROJC_OK ? projc__sqlite_execute(store, "BEGIN IMMEDIATE", error) : status;
}

projc_status projc__sqlite_begin_read(projc__sqlite *store, projc_error *error)
{
    if (store->base.is_in_transaction)
        return PROJC_OK;
    return projc__sqlite_execute(store, "BEGIN", error);
}

projc_status projc__sqlite_prepare_rollback(projc__sqlite *store, projc_error *error)
{
    int code = prepare_now(store, "ROLLBACK", &store->rollback);

    return code == SQLITE_OK ? PROJC_OK : projc__sqlite_fail(store, code, error);
}

/* After some errors SQLite has rolled back by itself already. */
void projc__sqlite_roll_back(projc__sqlite *store)
{
    if (sqlite3_get_autocommit(store->database) == 0) {
        (void)sqlite3_step(store->rollback);
        (void)sqlite3_reset(store->rollback);
    }
    store->must_roll_back = sqlite3_get_autocommit(store->database) == 0;
}

projc_status projc__sqlite_check_user(projc__sqlite *store, projc_error *error)
{
    if (store->must_roll_back)
        projc__sqlite_roll_back(store);
    if (sqlite3_get_autocommit(store->database) == 0 && !store->must_roll_back)
        return PROJC_OK;
    return projc_error_set(error, PROJC_TRANSIENT,
                           "%s: the transaction was rolled back by an earlier error", store->label);
}

void projc__sqlite_end_read(projc__sqlite *store)
{
    if (!store->base.is_in_transaction)
        projc__sqlite_roll_back(store);
}

projc_status projc__sqlite_finish(projc__sqlite *store, projc_status status, projc_error *error)
{
    if (status == PROJC_OK)
        status = projc__sqlite_execute(store, "COMMIT", error);
    if (status != PROJC_OK)
        projc__sqlite_roll_back(store);
    return status;
}

projc_status projc__sqlite_finish_light(projc__sqlite *store, projc_status status,
                                        projc_error *error)
{
    projc_error flushing = {0};

    status = projc__sqlite_finish(store, status, error);
    /* Should this fail, begin_write tries again, and refuses to write when it cannot. */
    (void)set_flushing(store, false, &flushing);
    return status;
}

projc_status projc__sqlite_begin_user(projc_store *store, projc_error *error)
{
    return projc__sqlite_begin_write(projc__sqlite_of(store), error);
}

projc_status projc__sqlite_commit_user(projc_store *base, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc_status status = projc__sqlite_check_user(store, error);

    if (status != PROJC_OK)
        return status;
    store->has_news = true;
    return projc__sqlite_finish(store, PROJC_OK, error);
}

projc_status projc__sqlite_rollback_user(projc_store *base, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);

    (void)error;
    projc__sqlite_roll_back(store);
    return PROJC_OK;
}
