/* The part of the driver table that is about schemas and tables: making, describing and refusing
 * them, and the room that dead rows take. */
#include "store/contract.h"

#include <assert.h>
#include <stdlib.h>

/* Every entry that answers a status passes through here: a failure is never without its text. */
static projc_status checked(projc_status status, const projc_error *error)
{
    assert((unsigned)status < PROJC_STATUS_COUNT);
    assert(status == PROJC_OK || error == NULL || error->status == status);
    (void)error;
    return status;
}

static size_t count_pieces(const char *const *pieces)
{
    size_t count = 0;

    while (pieces != NULL && pieces[count] != NULL)
        count++;
    return count;
}

static void add_pieces(const char **all, size_t *count, const char *const *pieces)
{
    while (pieces != NULL && *pieces != NULL)
        all[(*count)++] = *pieces++;
}

projc_status projc_store_apply_schema(projc_store *store, const struct projc_module *module,
                                      bool with_notify, projc_error *error)
{
    const char *const *tables;
    const char *const *notify;
    const char **pieces;
    size_t count = 0;
    projc_status status;

    assert(store != NULL && module != NULL);
    if (store->driver == &projc__sqlite_driver) {
        tables = module->schema_sqlite;
        notify = NULL;
    } else {
        tables = module->schema_postgres;
        notify = with_notify ? module->schema_postgres_notify : NULL;
    }
    pieces = malloc((1 + count_pieces(tables) + count_pieces(notify)) * sizeof *pieces);
    if (pieces == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    pieces[count++] = store->driver->runtime_schema();
    add_pieces(pieces, &count, tables);
    add_pieces(pieces, &count, notify);
    status = projc__store_run_script(store, pieces, count, error);
    free(pieces);
    return status;
}

projc_status projc__store_run_script(projc_store *store, const char *const *pieces, size_t count,
                                     projc_error *error)
{
    assert(store != NULL && !store->is_in_transaction && (pieces != NULL || count == 0));
    return checked(store->driver->run_script(store, pieces, count, error), error);
}

projc_status projc__store_has_table(projc_store *store, const char *schema, const char *table,
                                    bool *answer, projc_error *error)
{
    assert(store != NULL && table != NULL && answer != NULL);
    return checked(store->driver->has_table(store, schema, table, answer, error), error);
}

projc_status projc__store_table_bytes(projc_store *store, const char *schema, const char *table,
                                      int64_t *bytes, projc_error *error)
{
    assert(store != NULL && table != NULL && bytes != NULL);
    return checked(store->driver->table_bytes(store, schema, table, bytes, error), error);
}

projc_status projc__store_describe(projc_store *store, const char *schema, const char *table,
                                   projc_arena *arena, projc__found_table *found,
                                   projc_error *error)
{
    assert(store != NULL && table != NULL && arena != NULL && found != NULL);
    return checked(store->driver->describe(store, schema, table, arena, found, error), error);
}

const char *projc__store_column_type(projc_store *store, projc_arena *arena,
                                     const projc_column *column)
{
    assert(store != NULL && arena != NULL && column != NULL);
    return store->driver->column_type(arena, column);
}

projc_status projc__store_preflight(projc_store *store, const projc_stream_type *stream,
                                    projc_error *error)
{
    assert(store != NULL && stream != NULL);
    return checked(store->driver->preflight(store, stream, error), error);
}

projc_status projc__store_check_log(projc_store *store, const projc_stream_type *stream, int64_t no,
                                    projc_uuid event_id, projc_error *error)
{
    assert(store != NULL && stream != NULL && no >= 0);
    return checked(store->driver->check_log(store, stream, no, event_id, error), error);
}

projc_status projc__store_diverged(const char *schema, const char *table, int64_t no, bool is_there,
                                   projc_error *error)
{
    return projc_error_set(
        error, PROJC_DIVERGED,
        "event %lld of %s%s%s is %s the one that was applied: " PROJC__DIVERGED_CAUSE,
        (long long)no, schema != NULL ? schema : "", schema != NULL ? "." : "", table,
        is_there ? "not" : "missing, so this log is not");
}

projc_status projc__store_survey_rows(projc_store *store, const projc_table *const *tables,
                                      size_t count, projc__row_census *census, projc_error *error)
{
    assert(store != NULL && store->driver->survey_rows != NULL && tables != NULL && census != NULL);
    return checked(store->driver->survey_rows(store, tables, count, census, error), error);
}

projc_status projc__store_make_room(projc_store *store, const projc_table *table,
                                    projc_error *error)
{
    assert(store != NULL && store->driver->make_room != NULL && projc__is_table_sound(table));
    return checked(store->driver->make_room(store, table, error), error);
}
