/* Reading the log: pages of settled rows, raw ranges, and the head. */
#include "store/sqlite/sqlite_store.h"

#include "base/arena.h"
#include "base/text.h"

#include <string.h>

enum { NO, ID, NAME, PAYLOAD, METADATA, TYPE, AGGREGATE, VERSION, TIME, COLUMN_COUNT };

/* One page while it is read. */
typedef struct page_reader {
    const projc_stream_type *stream;
    const projc__page_limits *limits;
    projc_arena *arena;
    sqlite3_stmt *statement;
    projc_event *events;
    uint32_t count;
    uint32_t capacity;
    int64_t bytes;
    bool has_more;
} page_reader;

static projc_status fail_corrupt(const page_reader *reader, const char *column, projc_error *error)
{
    return projc_error_set(
        error, PROJC_CORRUPT, "%s.%s of event %lld has another type than the schema's",
        reader->stream->table, column, (long long)sqlite3_column_int64(reader->statement, NO));
}

/* Does the column hold 16 bytes, as an id does? */
static bool is_uuid(sqlite3_value *value)
{
    return sqlite3_value_type(value) == SQLITE_BLOB && sqlite3_value_bytes(value) == 16;
}

/* The name of the first column that does not hold what the schema says, or NULL. */
static const char *wrong_column(const page_reader *reader, sqlite3_value **columns)
{
    int payload = reader->stream->payload == PROJC_PAYLOAD_JSON ? SQLITE_TEXT : SQLITE_BLOB;

    if (!is_uuid(columns[ID]))
        return "event_id";
    if (sqlite3_value_type(columns[NAME]) != SQLITE_TEXT)
        return "event_name";
    if (sqlite3_value_type(columns[PAYLOAD]) != payload)
        return "payload";
    if (sqlite3_value_type(columns[METADATA]) != SQLITE_TEXT)
        return "metadata";
    if (sqlite3_value_type(columns[TYPE]) != SQLITE_TEXT)
        return "aggregate_type";
    if (sqlite3_value_type(columns[VERSION]) != SQLITE_INTEGER)
        return "aggregate_version";
    if (sqlite3_value_type(columns[TIME]) != SQLITE_INTEGER)
        return "created_at";
    if (reader->stream->has_text_ids)
        return sqlite3_value_type(columns[AGGREGATE]) == SQLITE_TEXT ? NULL : "aggregate_id";
    return is_uuid(columns[AGGREGATE]) ? NULL : "aggregate_id";
}

/* Borrowed from the statement until its next step. */
static projc_text borrow(sqlite3_value *value)
{
    const void *data = sqlite3_value_blob(value);

    return projc_text_of(data == NULL ? "" : data, (size_t)sqlite3_value_bytes(value));
}

/* Of a column that is_uuid. */
static projc_uuid uuid_of(sqlite3_value *value)
{
    projc_uuid uuid;

    memcpy(uuid.bytes, sqlite3_value_blob(value), sizeof uuid.bytes);
    return uuid;
}

/* Copies to *place, which moves on; a text that the event before has too is shared with it. */
static projc_text keep(projc_text text, const projc_text *before, char **place)
{
    char *copy = *place;

    if (before != NULL && before->size == text.size &&
        memcmp(before->data, text.data, text.size) == 0)
        return *before;
    memcpy(copy, text.data, text.size);
    *place += text.size;
    return projc_text_of(copy, text.size);
}

/* False when the arena has no room for it. */
static bool copy_event(page_reader *reader, sqlite3_value **columns, projc_event *event)
{
    const projc_event *before = reader->count > 0 ? event - 1 : NULL;
    projc_text name = borrow(columns[NAME]);
    projc_text type = borrow(columns[TYPE]);
    projc_text payload = borrow(columns[PAYLOAD]);
    projc_text metadata = borrow(columns[METADATA]);
    bool has_text_id = reader->stream->has_text_ids;
    projc_text id = has_text_id ? borrow(columns[AGGREGATE]) : projc_text_of("", 0);
    char *place = projc_arena_alloc_raw(reader->arena, name.size + type.size + payload.size +
                                                           metadata.size + id.size);

    if (place == NULL)
        return false;
    event->no = sqlite3_value_int64(columns[NO]);
    event->id = uuid_of(columns[ID]);
    event->payload = keep(payload, NULL, &place);
    event->name = keep(name, before == NULL ? NULL : &before->name, &place);
    event->metadata = keep(metadata, before == NULL ? NULL : &before->metadata, &place);
    event->aggregate_type = keep(type, before == NULL ? NULL : &before->aggregate_type, &place);
    event->aggregate_id.kind = has_text_id ? PROJC_KIND_TEXT : PROJC_KIND_UUID;
    if (has_text_id)
        event->aggregate_id.as.text = keep(id, NULL, &place);
    else
        event->aggregate_id.as.uuid = uuid_of(columns[AGGREGATE]);
    event->version = sqlite3_value_int64(columns[VERSION]);
    event->time = sqlite3_value_int64(columns[TIME]);
    return true;
}

/* Takes the row at hand; has_more is set instead when a limit stands against it. An arena that is
 * full ends the page like a limit does, unless not even one event fits. */
static projc_status take_row(page_reader *reader, projc_error *error)
{
    sqlite3_value *columns[COLUMN_COUNT];
    const char *wrong;
    int64_t bytes;
    projc_event *events;

    /* Each column is asked for once: what sqlite3_column_… does besides, it does for each call.
     * Such values may be read by the one thread that uses the connection, until its next step. */
    for (int i = 0; i < COLUMN_COUNT; i++)
        columns[i] = sqlite3_column_value(reader->statement, i);
    wrong = wrong_column(reader, columns);
    if (wrong != NULL)
        return fail_corrupt(reader, wrong, error);
    bytes = (int64_t)sqlite3_value_bytes(columns[PAYLOAD]) + sqlite3_value_bytes(columns[METADATA]);
    if (reader->count > 0 &&
        (reader->count >= reader->limits->rows || bytes > reader->limits->bytes - reader->bytes)) {
        reader->has_more = true;
        return PROJC_OK;
    }
    events = projc_list_reserve(reader->arena, reader->events, reader->count, &reader->capacity,
                                sizeof *events);
    if (events != NULL)
        reader->events = events;
    if (events == NULL || !copy_event(reader, columns, &events[reader->count])) {
        reader->has_more = true;
        return reader->count > 0 ? PROJC_OK : projc__arena_error(reader->arena, error);
    }
    reader->bytes += bytes;
    reader->count++;
    return PROJC_OK;
}

/* All rows of the statement, or as many as the limits allow. */
static projc_status take_rows(projc__sqlite *store, page_reader *reader, projc_error *error)
{
    bool has_row = true;
    projc_status status = PROJC_OK;

    while (status == PROJC_OK && has_row && !reader->has_more) {
        status = projc__sqlite_step(store, reader->statement, &has_row, error);
        if (status == PROJC_OK && has_row)
            status = take_row(reader, error);
    }
    return status;
}

static void make_page(const page_reader *reader, int64_t after, projc__page *page)
{
    memset(page, 0, sizeof *page);
    page->reached = after;
    page->events = reader->events;
    page->count = reader->count;
    page->has_more = reader->has_more;
    if (reader->count > 0) {
        page->reached = reader->events[reader->count - 1].no;
        page->reached_id = reader->events[reader->count - 1].id;
    }
}

static projc_status read_rows(projc__sqlite *store, page_reader *reader, int64_t after,
                              projc__page *page, projc_error *error)
{
    projc_status status = take_rows(store, reader, error);

    if (status == PROJC_OK)
        make_page(reader, after, page);
    return status;
}

static sqlite3_str *begin_select(projc__sqlite *store, const projc_stream_type *stream)
{
    sqlite3_str *sql = sqlite3_str_new(store->database);

    sqlite3_str_appendall(sql, "SELECT no, event_id, event_name, payload, metadata, aggregate_type,"
                               " aggregate_id, aggregate_version, created_at FROM ");
    projc__sqlite_append_name(sql, stream->table);
    return sql;
}

projc_status projc__sqlite_read_page(projc_store *base, const projc_stream_type *stream,
                                     int64_t after, const projc__page_limits *limits,
                                     projc_arena *arena, projc__page *page, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    page_reader reader = {.stream = stream, .limits = limits, .arena = arena};
    sqlite3_str *sql = begin_select(store, stream);
    projc_status status;

    sqlite3_str_appendall(sql, " WHERE no > ?1 ORDER BY no");
    status = projc__sqlite_prepare_built(store, sql, &reader.statement, error);
    if (status == PROJC_OK) {
        (void)sqlite3_bind_int64(reader.statement, 1, after);
        status = read_rows(store, &reader, after, page, error);
    }
    projc__sqlite_end(reader.statement);
    return status;
}

projc_status projc__sqlite_read_raw(projc_store *base, const projc_stream_type *stream,
                                    int64_t after, int64_t up_to, const char *aggregate_type,
                                    const projc_value *id, const projc__page_limits *limits,
                                    projc_arena *arena, projc__page *page, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    page_reader reader = {.stream = stream, .limits = limits, .arena = arena};
    sqlite3_str *sql = begin_select(store, stream);
    projc_status status;
    int bound = SQLITE_OK;

    sqlite3_str_appendall(sql, " WHERE no > ?1 AND no <= ?2");
    if (id != NULL)
        sqlite3_str_appendall(sql, " AND aggregate_type = ?3 AND aggregate_id = ?4");
    sqlite3_str_appendall(sql, " ORDER BY no");
    status = projc__sqlite_prepare_built(store, sql, &reader.statement, error);
    if (status == PROJC_OK) {
        (void)sqlite3_bind_int64(reader.statement, 1, after);
        (void)sqlite3_bind_int64(reader.statement, 2, up_to);
        if (id != NULL)
            bound = projc__sqlite_bind_text(reader.statement, 3, projc__text(aggregate_type));
        if (id != NULL && bound == SQLITE_OK)
            bound = projc__sqlite_bind_value(reader.statement, 4, id);
        status = bound != SQLITE_OK ? projc__sqlite_fail(store, bound, error)
                                    : read_rows(store, &reader, after, page, error);
    }
    projc__sqlite_end(reader.statement);
    return status;
}

/* One look-up a number: there is no round trip to save, and no list to hand over. */
projc_status projc__sqlite_read_numbers(projc_store *base, const projc_stream_type *stream,
                                        const int64_t *numbers, size_t count,
                                        const projc__page_limits *limits, projc_arena *arena,
                                        projc__page *page, projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    page_reader reader = {.stream = stream, .limits = limits, .arena = arena};
    sqlite3_str *sql = begin_select(store, stream);
    projc_status status;

    sqlite3_str_appendall(sql, " WHERE no = ?1");
    status = projc__sqlite_prepare_built(store, sql, &reader.statement, error);
    for (size_t i = 0; i < count && status == PROJC_OK && !reader.has_more; i++) {
        (void)sqlite3_reset(reader.statement);
        (void)sqlite3_bind_int64(reader.statement, 1, numbers[i]);
        status = take_rows(store, &reader, error);
    }
    if (status == PROJC_OK)
        make_page(&reader, numbers[0] - 1, page);
    projc__sqlite_end(reader.statement);
    return status;
}

/* Somebody writes when the write lock cannot be had at once. Looked at before the head: who begins
 * to write afterwards draws a number above it. */
static projc_status look_for_writers(projc__sqlite *store, bool *has_writers, projc_error *error)
{
    int64_t lock_timeout_ms = store->lock_timeout_ms;
    projc_status status;

    *has_writers = store->base.is_in_transaction;
    if (*has_writers || sqlite3_db_readonly(store->database, "main") == 1)
        return PROJC_OK;
    store->lock_timeout_ms = 0;
    status = projc__sqlite_begin_write(store, error);
    store->lock_timeout_ms = lock_timeout_ms;
    if (status == PROJC_OK) {
        /* Not by a statement made now: without memory for it the lock would stay. */
        projc__sqlite_roll_back(store);
        return PROJC_OK;
    }
    *has_writers = status == PROJC_TRANSIENT;
    return *has_writers ? PROJC_OK : status;
}

projc_status projc__sqlite_read_head(projc_store *base, const projc_stream_type *stream,
                                     int64_t *no, int64_t *time, bool *has_writers,
                                     projc_error *error)
{
    projc__sqlite *store = projc__sqlite_of(base);
    sqlite3_str *sql;
    sqlite3_stmt *statement;
    bool has_row = false;
    projc_status status = look_for_writers(store, has_writers, error);

    if (status != PROJC_OK)
        return status;
    sql = sqlite3_str_new(store->database);
    sqlite3_str_appendall(sql, "SELECT no, created_at FROM ");
    projc__sqlite_append_name(sql, stream->table);
    sqlite3_str_appendall(sql, " ORDER BY no DESC LIMIT 1");
    status = projc__sqlite_prepare_built(store, sql, &statement, error);
    if (status == PROJC_OK)
        status = projc__sqlite_step(store, statement, &has_row, error);
    *no = status == PROJC_OK && has_row ? sqlite3_column_int64(statement, 0) : 0;
    *time = status == PROJC_OK && has_row ? sqlite3_column_int64(statement, 1) : 0;
    projc__sqlite_end(statement);
    return status;
}
