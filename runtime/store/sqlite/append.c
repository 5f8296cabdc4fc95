/* Appending events: versions are checked under the write lock, and a call is all or nothing. */
#include "store/sqlite/sqlite_store.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* The statements of one append. */
typedef struct appender {
    projc__sqlite *store;
    const projc_stream_type *stream;
    sqlite3_stmt *version; /* the aggregate's highest */
    sqlite3_stmt *insert;
    int64_t now;
} appender;

static projc_status prepare(appender *work, projc_error *error)
{
    sqlite3_str *sql = sqlite3_str_new(work->store->database);
    projc_status status;

    sqlite3_str_appendall(sql, "SELECT aggregate_version FROM ");
    projc__sqlite_append_name(sql, work->stream->table);
    sqlite3_str_appendall(sql, " WHERE aggregate_type = ?1 AND aggregate_id = ?2"
                               " ORDER BY aggregate_version DESC LIMIT 1");
    status = projc__sqlite_prepare_built(work->store, sql, &work->version, error);
    if (status != PROJC_OK)
        return status;
    sql = sqlite3_str_new(work->store->database);
    sqlite3_str_appendall(sql, "INSERT INTO ");
    projc__sqlite_append_name(sql, work->stream->table);
    sqlite3_str_appendall(
        sql, " (event_id, event_name, payload, metadata, aggregate_type, aggregate_id,"
             " aggregate_version, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    return projc__sqlite_prepare_built(work->store, sql, &work->insert, error);
}

/* What messages call an event: "event 3 of 10 (account_opened)". */
static void describe(char *text, size_t size, size_t index, size_t count,
                     const projc__new_event *event)
{
    (void)snprintf(text, size, "event %zu of %zu (%.*s)", index + 1, count,
                   event->name.size > 100 ? 100 : (int)event->name.size, event->name.data);
}

static projc_status read_version(appender *work, const projc__new_event *event, int64_t *version,
                                 projc_error *error)
{
    bool has_row = false;
    int bound = projc__sqlite_bind_text(work->version, 1, event->aggregate_type);
    projc_status status;

    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_value(work->version, 2, &event->aggregate_id);
    status = bound != SQLITE_OK ? projc__sqlite_fail(work->store, bound, error)
                                : projc__sqlite_step(work->store, work->version, &has_row, error);
    if (status == PROJC_OK)
        *version = has_row ? sqlite3_column_int64(work->version, 0) : 0;
    (void)sqlite3_reset(work->version);
    return status;
}

static projc_status insert(appender *work, const projc__new_event *event, int64_t version,
                           projc_error *error)
{
    static const char empty_object[] = "{}";
    static const projc_uuid no_id;
    sqlite3_stmt *statement = work->insert;
    bool is_json = work->stream->payload == PROJC_PAYLOAD_JSON;
    bool has_id = memcmp(&event->id, &no_id, sizeof no_id) != 0;
    projc_uuid id = has_id ? event->id : projc__uuid_ordered(work->now);
    projc_text metadata = event->metadata.size > 0 ? event->metadata : projc__text(empty_object);
    int64_t time = event->time == INT64_MIN ? work->now : event->time;
    int bound = projc__sqlite_bind_uuid(statement, 1, &id);

    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 2, event->name);
    if (bound == SQLITE_OK)
        bound = is_json ? projc__sqlite_bind_text(
                              statement, 3,
                              projc_text_of((const char *)event->payload.data, event->payload.size))
                        : projc__sqlite_bind_bytes(statement, 3, event->payload);
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 4, metadata);
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_text(statement, 5, event->aggregate_type);
    if (bound == SQLITE_OK)
        bound = projc__sqlite_bind_value(statement, 6, &event->aggregate_id);
    (void)sqlite3_bind_int64(statement, 7, version);
    (void)sqlite3_bind_int64(statement, 8, time);
    return projc__sqlite_run(work->store, statement, bound, error);
}

static projc_status append_one(appender *work, const projc__new_event *event, int64_t *position,
                               projc_error *error)
{
    int64_t version = 0;
    projc_status status;

    if (event->payload.size > (uint64_t)work->store->event_max_bytes)
        return projc_error_set(error, PROJC_LIMIT,
                               "a payload of %zu bytes is above EVENT_MAX, %lld",
                               event->payload.size, (long long)work->store->event_max_bytes);
    status = read_version(work, event, &version, error);
    if (status != PROJC_OK)
        return status;
    if (event->expected_version != PROJC_ANY_VERSION && event->expected_version != version)
        return projc_error_set(error, PROJC_CONFLICT,
                               "expected version %lld, the aggregate has %lld",
                               (long long)event->expected_version, (long long)version);
    if (version == INT64_MAX)
        return projc_error_set(error, PROJC_DATA, "the aggregate has the highest version there is");
    status = insert(work, event, version + 1, error);
    if (status == PROJC_OK)
        *position = sqlite3_last_insert_rowid(work->store->database);
    return status;
}

static projc_status append_all(appender *work, const projc__new_event *events, size_t count,
                               int64_t *positions, projc_error *error)
{
    char description[160];
    int64_t position = 0;
    projc_status status = prepare(work, error);

    for (size_t i = 0; status == PROJC_OK && i < count; i++) {
        status = append_one(work, &events[i], &position, error);
        if (status != PROJC_OK && error != NULL) {
            describe(description, sizeof description, i, count, &events[i]);
            projc_error_context(error, "%s", description);
        }
        if (positions != NULL)
            positions[i] = position;
    }
    projc__sqlite_end(work->version);
    projc__sqlite_end(work->insert);
    return status;
}

/* The savepoint is gone when SQLite has rolled back the whole transaction by itself. What cannot be
 * undone alone is undone with the user's transaction, whose commit then says so. */
static void undo_savepoint(projc__sqlite *store)
{
    if (sqlite3_get_autocommit(store->database) == 0 &&
        (projc__sqlite_execute(store, "ROLLBACK TO projc_append", NULL) != PROJC_OK ||
         projc__sqlite_execute(store, "RELEASE projc_append", NULL) != PROJC_OK))
        projc__sqlite_roll_back(store);
}

projc_status projc__sqlite_append(projc_store *base, const projc_stream_type *stream,
                                  const projc__new_event *events, size_t count, int64_t *positions,
                                  projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    appender work = {.store = store, .stream = stream, .now = projc__sqlite_now()};
    bool is_own = !base->is_in_transaction;
    projc_status status = PROJC_OK;

    if (is_own)
        status = projc__sqlite_begin_write(store, error);
    else if ((status = projc__sqlite_check_user(store, error)) == PROJC_OK)
        status = projc__sqlite_execute(store, "SAVEPOINT projc_append", error);
    if (status != PROJC_OK)
        return status;
    status = append_all(&work, events, count, positions, error);
    if (is_own) {
        store->has_news = true;
        return projc__sqlite_finish(store, status, error);
    }
    if (status == PROJC_OK)
        return projc__sqlite_execute(store, "RELEASE projc_append", error);
    undo_savepoint(store);
    return status;
}
