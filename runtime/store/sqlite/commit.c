/* The fenced unit of work, and resetting a generation: each one transaction. */
#include "store/sqlite/sqlite_store.h"

#include "base/text.h"

/* The compare-and-set on one lane. It comes first: whoever lost writes nothing at all. */
static projc_status claim_lane(projc__sqlite *store, sqlite3_stmt *statement, int64_t generation,
                               const projc__claim *claim, int64_t now, projc_error *error)
{
    projc_status status;

    (void)sqlite3_bind_int64(statement, 1, generation);
    (void)sqlite3_bind_int64(statement, 2, claim->lane);
    (void)sqlite3_bind_int64(statement, 3, claim->position);
    (void)sqlite3_bind_int64(statement, 4, claim->epoch);
    (void)sqlite3_bind_int64(statement, 5, claim->new_position);
    (void)sqlite3_bind_int64(statement, 6, claim->raises_epoch);
    (void)sqlite3_bind_int64(statement, 8, claim->applied);
    (void)sqlite3_bind_int64(statement, 9, now);
    status = projc__sqlite_run(store, statement,
                               projc__sqlite_bind_uuid(statement, 7, &claim->last_event_id), error);
    if (status == PROJC_OK && sqlite3_changes(store->database) != 1)
        status = projc_error_set(
            error, PROJC_FENCED,
            "lane %u of generation %lld is no longer at position %lld, epoch %lld", claim->lane,
            (long long)generation, (long long)claim->position, (long long)claim->epoch);
    return status;
}

static projc_status claim_all(projc__sqlite *store, const projc__unit *unit, projc_error *error)
{
    int64_t now = projc__sqlite_now();
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_prepare(
        store,
        "UPDATE projc_lane SET position = ?5, epoch = epoch + ?6, last_event_id = ?7,"
        " applied = applied + ?8, updated_at = ?9"
        " WHERE generation = ?1 AND lane = ?2 AND position = ?3 AND epoch = ?4",
        &statement, error);

    for (size_t i = 0; status == PROJC_OK && i < unit->claim_count; i++)
        status = claim_lane(store, statement, unit->generation, &unit->claims[i], now, error);
    projc__sqlite_end(statement);
    return status;
}

/* ---- keys ---- */

static projc_status write_key(projc__sqlite *store, sqlite3_stmt *statement, int64_t generation,
                              const projc__key_row *row, projc_error *error)
{
    const char *status_name = row->status == PROJC__KEY_RETRY ? "retry" : "failed";
    int bound = projc__sqlite_bind_bytes(statement, 2, row->key);

    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 4, projc__text(status_name));
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_uuid(statement, 6, &row->event_id);
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 7, row->event_name);
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 10, row->code);
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 11, row->message);
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 12, row->source);
    (void)sqlite3_bind_int64(statement, 1, generation);
    (void)sqlite3_bind_int64(statement, 3, row->lane);
    (void)sqlite3_bind_int64(statement, 5, row->no);
    (void)sqlite3_bind_int64(statement, 8, row->attempts);
    (void)sqlite3_bind_int64(statement, 9, row->retry_at);
    (void)sqlite3_bind_int64(statement, 13, row->first_at);
    (void)sqlite3_bind_int64(statement, 14, row->last_at);
    return projc__sqlite_run(store, statement, bound, error);
}

static projc_status write_keys(projc__sqlite *store, const projc__unit *unit, projc_error *error)
{
    sqlite3_stmt *statement;
    projc_status status;

    if (unit->key_count == 0)
        return PROJC_OK;
    status = projc__sqlite_prepare(
        store,
        "INSERT OR REPLACE INTO projc_key (generation, key, lane, status, no, event_id, event_name,"
        " attempts, retry_at, code, message, source, first_at, last_at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        &statement, error);
    for (size_t i = 0; status == PROJC_OK && i < unit->key_count; i++)
        status = write_key(store, statement, unit->generation, &unit->keys[i], error);
    projc__sqlite_end(statement);
    return status;
}

static projc_status heal_keys(projc__sqlite *store, const projc__unit *unit, projc_error *error)
{
    sqlite3_stmt *statement;
    projc_status status;

    if (unit->healed_count == 0)
        return PROJC_OK;
    status = projc__sqlite_prepare(
        store, "DELETE FROM projc_key WHERE generation = ?1 AND key = ?2", &statement, error);
    for (size_t i = 0; status == PROJC_OK && i < unit->healed_count; i++) {
        (void)sqlite3_bind_int64(statement, 1, unit->generation);
        status = projc__sqlite_run(
            store, statement, projc__sqlite_bind_bytes(statement, 2, unit->healed_keys[i]), error);
    }
    projc__sqlite_end(statement);
    return status;
}

static projc_status write_skip(projc__sqlite *store, sqlite3_stmt *statement, int64_t generation,
                               const projc__skipped_row *row, projc_error *error)
{
    int bound = projc__sqlite_bind_bytes(statement, 3, row->key);

    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 4, row->event_name);
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 5, row->code);
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 6, row->message);
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 7, row->source);
    (void)sqlite3_bind_int64(statement, 1, generation);
    (void)sqlite3_bind_int64(statement, 2, row->no);
    (void)sqlite3_bind_int64(statement, 8, row->at);
    return projc__sqlite_run(store, statement, bound, error);
}

/* A replay after a reset that kept the skips records them again: the newer one stays. */
static projc_status write_skipped(projc__sqlite *store, const projc__unit *unit, projc_error *error)
{
    sqlite3_stmt *statement;
    projc_status status;

    if (unit->skipped_count == 0)
        return PROJC_OK;
    status = projc__sqlite_prepare(store,
                                   "INSERT OR REPLACE INTO projc_skipped"
                                   " (generation, no, key, event_name, code, message, source, at)"
                                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                                   &statement, error);
    for (size_t i = 0; status == PROJC_OK && i < unit->skipped_count; i++)
        status = write_skip(store, statement, unit->generation, &unit->skipped[i], error);
    projc__sqlite_end(statement);
    return status;
}

/* unit->notifications have no receiver here: SQLite has no channels. */
projc_status projc__sqlite_commit(projc_store *base, const projc__unit *unit, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc_status status = projc__sqlite_begin_write(store, error);

    if (status != PROJC_OK)
        return status;
    status = claim_all(store, unit, error);
    for (size_t i = 0; status == PROJC_OK && i < unit->write_count; i++)
        status = projc__sqlite_write_rows(store, &unit->writes[i], error);
    if (status == PROJC_OK)
        status = heal_keys(store, unit, error);
    if (status == PROJC_OK)
        status = write_keys(store, unit, error);
    if (status == PROJC_OK)
        status = write_skipped(store, unit, error);
    if (status == PROJC_OK)
        status = projc__sqlite_write_waiting(store, unit, error);
    return projc__sqlite_finish(store, status, error);
}

/* ---- reset ---- */

static projc_status run_for_generation(projc__sqlite *store, const char *sql, int64_t generation,
                                       projc_error *error)
{
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_prepare(store, sql, &statement, error);

    if (status != PROJC_OK)
        return status;
    status =
        projc__sqlite_run(store, statement, sqlite3_bind_int64(statement, 1, generation), error);
    projc__sqlite_end(statement);
    return status;
}

static projc_status empty_table(projc__sqlite *store, const projc_table *table, projc_error *error)
{
    sqlite3_str *sql = sqlite3_str_new(store->database);
    sqlite3_stmt *statement;
    projc_status status;

    sqlite3_str_appendall(sql, "DELETE FROM ");
    projc__sqlite_append_name(sql, table->name);
    status = projc__sqlite_prepare_built(store, sql, &statement, error);
    return status != PROJC_OK ? status : projc__sqlite_run(store, statement, SQLITE_OK, error);
}

static projc_status reset_lanes(projc__sqlite *store, int64_t generation, projc_error *error)
{
    sqlite3_stmt *statement;
    projc_status status = projc__sqlite_prepare(
        store,
        "UPDATE projc_lane SET position = 0, epoch = epoch + 1, applied = 0,"
        " last_event_id = zeroblob(16), updated_at = ?2 WHERE generation = ?1",
        &statement, error);

    if (status != PROJC_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 2, projc__sqlite_now());
    status =
        projc__sqlite_run(store, statement, sqlite3_bind_int64(statement, 1, generation), error);
    if (status == PROJC_OK && sqlite3_changes(store->database) == 0)
        status = projc_error_set(error, PROJC_ABSENT, "%s: there is no generation %lld",
                                 store->label, (long long)generation);
    projc__sqlite_end(statement);
    return status;
}

projc_status projc__sqlite_reset(projc_store *base, int64_t generation,
                                 const projc_table *const *tables, size_t table_count,
                                 bool keep_skipped, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    projc_status status = projc__sqlite_begin_write(store, error);

    if (status != PROJC_OK)
        return status;
    status = reset_lanes(store, generation, error);
    for (size_t i = 0; status == PROJC_OK && i < table_count; i++)
        status = empty_table(store, tables[i], error);
    if (status == PROJC_OK)
        status = run_for_generation(store, "DELETE FROM projc_key WHERE generation = ?1",
                                    generation, error);
    if (status == PROJC_OK)
        status = run_for_generation(store, "DELETE FROM projc_waiting WHERE generation = ?1",
                                    generation, error);
    if (status == PROJC_OK && !keep_skipped)
        status = run_for_generation(store, "DELETE FROM projc_skipped WHERE generation = ?1",
                                    generation, error);
    return projc__sqlite_finish(store, status, error);
}
