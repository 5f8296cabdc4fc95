/* The entries of the driver table behind names, with the contract checked around each call.
 *
 * What a caller or a driver may never do is asserted; nothing here can fail by itself. */
#include "store/store.h"

#include "projc/module.h"
#include "store/contract.h"

#include <assert.h>
#include <string.h>

static bool has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

const struct projc__driver *projc__driver_for(const char *database)
{
    if (has_prefix(database, "sqlite:"))
        return &projc__sqlite_driver;
    /* libpq's own forms: a URL, or "host=… dbname=…". */
    if (has_prefix(database, "postgres:") || has_prefix(database, "postgresql:") ||
        strchr(database, '=') != NULL)
        return &projc__postgres_driver;
    return NULL;
}

/* Every entry that answers a status passes through here: a failure is never without its text. */
static projc_status checked(projc_status status, const projc_error *error)
{
    assert((unsigned)status < PROJC_STATUS_COUNT);
    assert(status == PROJC_OK || error == NULL || error->status == status);
    (void)error;
    return status;
}

/* ---- opening and the user's transactions ---- */

projc_status projc_store_open(const projc_store_options *options, projc_store **store,
                              projc_error *error)
{
    const struct projc__driver *driver;
    projc_status status;

    assert(options != NULL && store != NULL);
    *store = NULL;
    if (options->database == NULL || options->database[0] == '\0')
        return projc_error_set(error, PROJC_INVALID,
                               "no database: name one with --database or DATABASE_URL, for example "
                               "sqlite:projc.db or postgresql:///bank");
    driver = projc__driver_for(options->database);
    /* The text is not shown: it may be a password that lost its prefix. */
    if (driver == NULL)
        return projc_error_set(
            error, PROJC_INVALID,
            "the database's text begins neither with sqlite: nor with postgresql:, and "
            "is no list of KEY=VALUE: for example sqlite:bank.db or "
            "postgresql://host/bank");
    assert(driver->version == PROJC__DRIVER_VERSION);
    status = checked(driver->open(options, store, error), error);
    assert((status == PROJC_OK) == (*store != NULL));
    assert(status != PROJC_OK || ((*store)->driver == driver && !(*store)->is_in_transaction));
    return status;
}

void projc_store_close(projc_store *store)
{
    if (store != NULL)
        store->driver->close(store);
}

projc_status projc_store_begin(projc_store *store, projc_error *error)
{
    projc_status status;

    assert(store != NULL && !store->is_in_transaction);
    status = checked(store->driver->begin(store, error), error);
    store->is_in_transaction = status == PROJC_OK;
    return status;
}

/* Whatever the outcome, the transaction is over. */
projc_status projc_store_commit(projc_store *store, projc_error *error)
{
    projc_status status;

    assert(store != NULL && store->is_in_transaction);
    status = checked(store->driver->commit_user(store, error), error);
    store->is_in_transaction = false;
    return status;
}

projc_status projc_store_rollback(projc_store *store, projc_error *error)
{
    projc_status status;

    assert(store != NULL && store->is_in_transaction);
    status = checked(store->driver->rollback(store, error), error);
    store->is_in_transaction = false;
    return status;
}

/* ---- lanes and keys ---- */

projc_status projc__store_load_lanes(projc_store *store, int64_t generation, projc_arena *arena,
                                     projc__lane **lanes, size_t *count, projc_error *error)
{
    projc_status status;

    assert(store != NULL && generation > 0 && arena != NULL && lanes != NULL && count != NULL);
    status =
        checked(store->driver->load_lanes(store, generation, arena, lanes, count, error), error);
    for (size_t i = 1; status == PROJC_OK && i < *count; i++)
        assert((*lanes)[i - 1].lane < (*lanes)[i].lane);
    return status;
}

projc_status projc__store_load_keys(projc_store *store, int64_t generation, projc_arena *arena,
                                    projc__key_row **rows, size_t *count, projc_error *error)
{
    assert(store != NULL && generation > 0 && arena != NULL && rows != NULL && count != NULL);
    return checked(store->driver->load_keys(store, generation, arena, rows, count, error), error);
}

projc_status projc__store_load_skipped(projc_store *store, int64_t generation, int64_t above,
                                       size_t limit, projc_arena *arena, projc__skipped_row **rows,
                                       size_t *count, projc_error *error)
{
    projc_status status;

    assert(store != NULL && generation > 0 && limit > 0 && arena != NULL && rows != NULL);
    assert(count != NULL);
    status = checked(
        store->driver->load_skipped(store, generation, above, limit, arena, rows, count, error),
        error);
    assert(status != PROJC_OK || *count <= limit);
    for (size_t i = 0; status == PROJC_OK && i < *count; i++)
        assert((*rows)[i].no > above && (i == 0 || (*rows)[i - 1].no <= (*rows)[i].no));
    return status;
}

projc_status projc__store_count_skipped(projc_store *store, int64_t generation, int64_t *count,
                                        projc_error *error)
{
    assert(store != NULL && generation > 0 && count != NULL);
    return checked(store->driver->count_skipped(store, generation, count, error), error);
}

/* ---- what waits ---- */

projc_status projc__store_load_waiting(projc_store *store, int64_t generation, projc_bytes key,
                                       int64_t after, int64_t up_to, size_t limit,
                                       projc_arena *arena, int64_t **numbers, size_t *count,
                                       projc_error *error)
{
    projc_status status;

    assert(store != NULL && generation > 0 && limit > 0 && arena != NULL && numbers != NULL);
    assert(count != NULL);
    *numbers = NULL;
    *count = 0;
    status = checked(store->driver->load_waiting(store, generation, key, after, up_to, limit, arena,
                                                 numbers, count, error),
                     error);
    assert(status != PROJC_OK || *count <= limit);
    for (size_t i = 0; status == PROJC_OK && i < *count; i++)
        assert((*numbers)[i] > (i == 0 ? after : (*numbers)[i - 1]) && (*numbers)[i] <= up_to);
    return status;
}

projc_status projc__store_count_waiting(projc_store *store, int64_t generation, projc_arena *arena,
                                        projc__waiting_count **rows, size_t *count,
                                        projc_error *error)
{
    projc_status status;

    assert(store != NULL && generation > 0 && arena != NULL && rows != NULL && count != NULL);
    *rows = NULL;
    *count = 0;
    status =
        checked(store->driver->count_waiting(store, generation, arena, rows, count, error), error);
    for (size_t i = 0; status == PROJC_OK && i < *count; i++)
        assert((*rows)[i].count > 0);
    return status;
}

/* ---- the log ---- */

projc_status projc__store_read_page(projc_store *store, const projc_stream_type *stream,
                                    int64_t after, const projc__page_limits *limits,
                                    projc_arena *arena, projc__page *page, projc_error *error)
{
    projc_status status;

    assert(store != NULL && stream != NULL && after >= 0 && arena != NULL && page != NULL);
    assert(limits != NULL && limits->rows > 0 && limits->bytes > 0);
    status =
        checked(store->driver->read_page(store, stream, after, limits, arena, page, error), error);
    assert(status != PROJC_OK || projc__is_page_sound(page, after));
    assert(status != PROJC_OK || (int64_t)page->count <= limits->rows);
    return status;
}

projc_status projc__store_read_settled(projc_store *store, const projc_stream_type *stream,
                                       int64_t after, int64_t up_to,
                                       const projc__page_limits *limits, projc_arena *arena,
                                       projc__page *page, projc_error *error)
{
    projc_status status;

    assert(store != NULL && stream != NULL && after >= 0 && arena != NULL && page != NULL);
    assert(limits != NULL && limits->rows > 0 && limits->bytes > 0 && after < up_to);
    status = checked(
        store->driver->read_settled(store, stream, after, up_to, limits, arena, page, error),
        error);
    assert(status != PROJC_OK ||
           (projc__is_page_sound(page, after) && !page->is_blocked && page->reached <= up_to));
    return status;
}

projc_status projc__store_read_raw(projc_store *store, const projc_stream_type *stream,
                                   int64_t after, int64_t up_to, const char *aggregate_type,
                                   const projc_value *id, const projc__page_limits *limits,
                                   projc_arena *arena, projc__page *page, projc_error *error)
{
    projc_status status;

    assert(store != NULL && stream != NULL && after >= 0 && arena != NULL && page != NULL);
    assert(limits != NULL && limits->rows > 0 && limits->bytes > 0);
    assert(id == NULL || aggregate_type != NULL);
    status = checked(store->driver->read_raw(store, stream, after, up_to, aggregate_type, id,
                                             limits, arena, page, error),
                     error);
    assert(status != PROJC_OK || (projc__is_page_sound(page, after) && !page->is_blocked));
    return status;
}

projc_status projc__store_read_numbers(projc_store *store, const projc_stream_type *stream,
                                       const int64_t *numbers, size_t count,
                                       const projc__page_limits *limits, projc_arena *arena,
                                       projc__page *page, projc_error *error)
{
    projc_status status;

    assert(store != NULL && stream != NULL && numbers != NULL && count > 0 && numbers[0] > 0);
    assert(limits != NULL && limits->rows > 0 && limits->bytes > 0 && arena != NULL);
    assert(page != NULL);
    for (size_t i = 1; i < count; i++)
        assert(numbers[i - 1] < numbers[i]);
    status = checked(
        store->driver->read_numbers(store, stream, numbers, count, limits, arena, page, error),
        error);
    assert(status != PROJC_OK || (projc__is_page_sound(page, numbers[0] - 1) && !page->is_blocked &&
                                  page->count <= count && page->reached <= numbers[count - 1]));
    return status;
}

projc_status projc__store_read_head(projc_store *store, const projc_stream_type *stream,
                                    int64_t *no, int64_t *time, bool *has_writers,
                                    projc_error *error)
{
    assert(store != NULL && stream != NULL && no != NULL && time != NULL && has_writers != NULL);
    return checked(store->driver->read_head(store, stream, no, time, has_writers, error), error);
}

/* ---- rows ---- */

projc_status projc__store_load_rows(projc_store *store, const projc_table *table,
                                    const projc_value *keys, size_t count, projc_arena *arena,
                                    projc_value **rows, projc_error *error)
{
    projc_status status;

    assert(store != NULL && projc__is_table_sound(table) && arena != NULL && rows != NULL);
    assert(keys != NULL || count == 0);
    for (size_t i = 0; i < count; i++)
        assert(projc__have_kinds_of(&keys[i * table->key_count], table, table->key_count));
    status =
        checked(store->driver->load_rows(store, table, keys, count, arena, rows, error), error);
    for (size_t i = 0; status == PROJC_OK && i < count; i++)
        assert(rows[i] == NULL || projc__have_kinds_of(rows[i], table, table->column_count));
    return status;
}

projc_status projc__write_rows(const projc__row_write *write, size_t first, size_t count,
                               projc_value *room, const projc_value **rows, projc_error *error)
{
    projc_status status;

    assert(first + count <= write->row_count);
    if (write->rows != NULL) {
        *rows = write->rows + first * write->table->column_count;
        return PROJC_OK;
    }
    *rows = room;
    status = write->make(write->context, first, count, room, error);
    for (size_t i = 0; status == PROJC_OK && i < count; i++)
        assert(projc__have_kinds_of(&room[i * write->table->column_count], write->table,
                                    write->table->column_count));
    return status;
}

projc_status projc__store_find_rows(projc_store *store, const projc_table *table,
                                    const uint32_t *columns, const projc_value *values,
                                    uint32_t count, projc_arena *arena, projc_value ***rows,
                                    size_t *row_count, projc_error *error)
{
    projc_status status;

    assert(store != NULL && projc__is_table_sound(table) && arena != NULL && rows != NULL);
    assert(row_count != NULL && ((columns != NULL && values != NULL) || count == 0));
    for (uint32_t i = 0; i < count; i++) {
        assert(columns[i] < table->column_count);
        assert(projc__has_kind_of(&values[i], &table->columns[columns[i]]));
    }
    *rows = NULL;
    *row_count = 0;
    status = checked(store->driver->find_rows(store, table, columns, values, count, arena, rows,
                                              row_count, error),
                     error);
    for (size_t i = 0; status == PROJC_OK && i < *row_count; i++)
        assert(projc__have_kinds_of((*rows)[i], table, table->column_count));
    return status;
}

projc_status projc__store_find_each(projc_store *store, const projc_table *table,
                                    const uint32_t *columns, uint32_t column_count,
                                    const projc_value *values, size_t count, projc_arena *arena,
                                    projc_value ***rows, size_t **lists, size_t *row_count,
                                    projc_error *error)
{
    projc_status status;

    assert(store != NULL && projc__is_table_sound(table) && arena != NULL && rows != NULL);
    assert(columns != NULL && column_count > 0 && values != NULL && lists != NULL);
    for (size_t i = 0; i < count * column_count; i++)
        assert(values[i].kind != PROJC_KIND_NULL &&
               projc__has_kind_of(&values[i], &table->columns[columns[i % column_count]]));
    *rows = NULL;
    *lists = NULL;
    *row_count = 0;
    status = checked(store->driver->find_each(store, table, columns, column_count, values, count,
                                              arena, rows, lists, row_count, error),
                     error);
    for (size_t i = 0; status == PROJC_OK && i < *row_count; i++)
        assert((*lists)[i] < count && projc__have_kinds_of((*rows)[i], table, table->column_count));
    return status;
}

projc_status projc__store_scan_rows(projc_store *store, const projc_table *table,
                                    projc__row_visit visit, void *context, projc_error *error)
{
    assert(store != NULL && projc__is_table_sound(table) && visit != NULL);
    return checked(store->driver->scan_rows(store, table, visit, context, error), error);
}

/* ---- units of work ---- */

projc_status projc__store_commit(projc_store *store, const projc__unit *unit, projc_error *error)
{
    assert(store != NULL && !store->is_in_transaction && unit != NULL &&
           projc__is_unit_sound(unit));
    return checked(store->driver->commit(store, unit, error), error);
}

projc_status projc__store_reset(projc_store *store, int64_t generation,
                                const projc_table *const *tables, size_t table_count,
                                bool keep_skipped, projc_error *error)
{
    assert(store != NULL && !store->is_in_transaction && generation > 0);
    for (size_t i = 0; i < table_count; i++)
        assert(projc__is_table_sound(tables[i]));
    return checked(
        store->driver->reset(store, generation, tables, table_count, keep_skipped, error), error);
}

/* ---- appending ---- */

projc_status projc__store_append(projc_store *store, const projc_stream_type *stream,
                                 const projc__new_event *events, size_t count, int64_t *positions,
                                 projc_error *error)
{
    assert(store != NULL && stream != NULL && (events != NULL || count == 0));
    for (size_t i = 0; i < count; i++)
        assert(projc__is_new_event_sound(stream, &events[i]));
    return checked(store->driver->append(store, stream, events, count, positions, error), error);
}

/* ---- waking up ---- */

projc_status projc__store_listen(projc_store *store, const projc_stream_type *const *streams,
                                 size_t count, projc_error *error)
{
    assert(store != NULL && !store->is_in_transaction && (streams != NULL || count == 0));
    return checked(store->driver->listen(store, streams, count, error), error);
}

projc_status projc__store_stay_awake(projc_store *store, const projc_stream_type *stream,
                                     int64_t duration_ms, projc_error *error)
{
    assert(store != NULL && !store->is_in_transaction && stream != NULL && duration_ms >= 0);
    return checked(store->driver->stay_awake(store, stream, duration_ms, error), error);
}

/* Nobody waits inside a transaction: it would hold locks and a snapshot. */
projc_status projc__store_wait(projc_store *store, int wake_fd, int64_t timeout_ms,
                               int *stream_index, projc_error *error)
{
    assert(store != NULL && !store->is_in_transaction && timeout_ms >= 0 && stream_index != NULL);
    return checked(store->driver->wait(store, wake_fd, timeout_ms, stream_index, error), error);
}

projc_status projc__store_heartbeat(projc_store *store, projc_text id, projc_text name,
                                    projc_arena *arena, projc__process **processes, size_t *count,
                                    projc_error *error)
{
    assert(store != NULL && !store->is_in_transaction && arena != NULL && processes != NULL);
    assert(count != NULL);
    return checked(store->driver->heartbeat(store, id, name, arena, processes, count, error),
                   error);
}

projc_status projc__store_end_process(projc_store *store, projc_text id, projc_error *error)
{
    assert(store != NULL && id.size > 0);
    return checked(store->driver->end_process(store, id, error), error);
}

projc_status projc__store_end_orphans(projc_store *store, size_t *ended, projc_error *error)
{
    assert(store != NULL && ended != NULL);
    *ended = 0;
    if (store->driver->end_orphans == NULL)
        return PROJC_OK;
    return checked(store->driver->end_orphans(store, ended, error), error);
}

projc_status projc__store_add_waiter(projc_store *store, projc_text id, int64_t generation,
                                     int64_t position, const projc_stream_type *stream,
                                     int64_t timeout_ms, projc_error *error)
{
    assert(store != NULL && !store->is_in_transaction && id.size > 0 && generation > 0);
    assert(stream != NULL && timeout_ms >= 0);
    return checked(
        store->driver->add_waiter(store, id, generation, position, stream, timeout_ms, error),
        error);
}

projc_status projc__store_remove_waiter(projc_store *store, projc_text id, projc_error *error)
{
    assert(store != NULL && id.size > 0);
    return checked(store->driver->remove_waiter(store, id, error), error);
}

projc_status projc__store_wait_commit(projc_store *store, int64_t generation, int64_t timeout_us,
                                      projc_error *error)
{
    assert(store != NULL && !store->is_in_transaction && generation > 0 && timeout_us >= 0);
    return checked(store->driver->wait_commit(store, generation, timeout_us, error), error);
}

projc_status projc__store_load_waiters(projc_store *store, projc_arena *arena,
                                       projc__waiter **waiters, size_t *count, projc_error *error)
{
    assert(store != NULL && arena != NULL && waiters != NULL && count != NULL);
    return checked(store->driver->load_waiters(store, arena, waiters, count, error), error);
}

bool projc__store_writes_in_turn(const char *database)
{
    const struct projc__driver *driver = projc__driver_for(database);

    return driver != NULL && driver->writes_in_turn;
}

bool projc__store_grows(const char *database)
{
    const struct projc__driver *driver = projc__driver_for(database);

    return driver != NULL && driver->make_room != NULL;
}

projc_status projc__store_query(projc_store *store, const projc_query *query,
                                const projc_value *parameters, projc__row_visit visit,
                                void *context, projc_error *error)
{
    assert(store != NULL && !store->is_in_transaction && query != NULL && visit != NULL);
    return checked(store->driver->query(store, query, parameters, visit, context, error), error);
}
