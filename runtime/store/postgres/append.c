/* Appending events: optimistic, one statement for many, numbered by the column's default alone.
 *
 * DESIGN. The version of an event is the aggregate's highest one, looked up in the same statement,
 * plus one for each event of the same aggregate in front of it. An expected version that differs
 * inserts nothing. A rival who is faster between look-up and insertion violates the unique index:
 * that is a CONFLICT as well, but for PROJC_ANY_VERSION it is tried again. The number `no` must be
 * drawn inside the INSERT (the horizon rests on the lock that it takes first), so it never stands
 * in the list of columns. */
#include <stdio.h>

#include "store/postgres/driver.h"
#include "store/postgres/event_insert.h"
#include "store/postgres/rows.h"

enum { ATTEMPTS_MAX = 10 };

/* Nothing was inserted: the first event whose expectation fails. */
static projc_status tell_conflict(projc__postgres *postgres, const projc__event_table *table,
                                  const projc__new_event *events, size_t count, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, postgres, error);
    projc__events_add_numbered(&statement, table);
    projc__statement_add(&statement,
                         " SELECT ord, type, agg::text, expected, version - 1 FROM numbered"
                         " WHERE expected <> version - 1 ORDER BY ord LIMIT 1");
    projc__events_bind(&statement, table, events, count);
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK && PQntuples(result) == 1)
        status = projc_error_set(
            error, PROJC_CONFLICT, "event %lld: aggregate %s %s is at version %lld, expected %lld",
            (long long)projc__result_i64(result, 0, 0), PQgetvalue(result, 0, 1),
            PQgetvalue(result, 0, 2), (long long)projc__result_i64(result, 0, 4),
            (long long)projc__result_i64(result, 0, 3));
    else if (status == PROJC_OK)
        status = projc_error_set(error, PROJC_CONFLICT, "another writer was first");
    PQclear(result);
    return status;
}

/* Does the violated index hold the version? Then a rival was first. */
static projc_status tell_violation(projc__postgres *postgres, const char *schema, const char *table,
                                   const char *index, bool *is_rival, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement, "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_index i"
                                     " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
                                     " JOIN pg_catalog.pg_class t ON t.oid = i.indrelid"
                                     " JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace"
                                     " JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid"
                                     " AND a.attnum = ANY (i.indkey)"
                                     " WHERE n.nspname = $1 AND t.relname = $2 AND c.relname = $3"
                                     " AND a.attname = 'aggregate_version')");
    projc__statement_bind_text(&statement, schema);
    projc__statement_bind_text(&statement, table);
    projc__statement_bind_text(&statement, index);
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK)
        *is_rival = projc__result_bool(result, 0, 0);
    PQclear(result);
    return status;
}

typedef struct violation {
    char schema[64];
    char table[64];
    char index[64];
} violation;

static void copy_name(char target[64], const PGresult *result, int field)
{
    const char *name = PQresultErrorField(result, field);
    size_t size = name != NULL ? strlen(name) : 0;

    if (size > 63)
        size = 63;
    if (size != 0)
        memcpy(target, name, size);
    target[size] = '\0';
}

/* What is sent in the same round trip in front of and behind the INSERT; NULL: nothing. */
typedef struct surroundings {
    const char *before;
    const char *behind;
} surroundings;

static void read_violation(violation *found, const PGresult *failure)
{
    const char *sqlstate = PQresultErrorField(failure, PG_DIAG_SQLSTATE);

    if (sqlstate == NULL || strcmp(sqlstate, "23505") != 0)
        return;
    copy_name(found->schema, failure, PG_DIAG_SCHEMA_NAME);
    copy_name(found->table, failure, PG_DIAG_TABLE_NAME);
    copy_name(found->index, failure, PG_DIAG_CONSTRAINT_NAME);
}

/* One INSERT; `found` names the index when it was a unique one that refused. */
static projc_status insert(projc__postgres *postgres, const projc__event_table *table,
                           const projc__new_event *events, size_t count, surroundings around,
                           int64_t *positions, violation *found, projc_error *error)
{
    projc__statement statement;
    projc__pipeline pipeline;
    PGresult *result = NULL;
    PGresult *failure = NULL;

    projc__pipeline_begin(&pipeline, postgres, error);
    pipeline.failure = &failure;
    if (around.before != NULL)
        projc__pipeline_send_text(&pipeline, around.before);
    projc__statement_init(&statement, postgres, error);
    projc__events_build_insert(&statement, table);
    projc__events_bind(&statement, table, events, count);
    projc__pipeline_send(&pipeline, &statement, &result);
    if (around.behind != NULL)
        projc__pipeline_send_text(&pipeline, around.behind);
    projc_status status = projc__pipeline_end(&pipeline);
    if (status == PROJC_OK && (size_t)PQntuples(result) != count)
        status = tell_conflict(postgres, table, events, count, error);
    else if (status == PROJC_OK && positions != NULL) {
        for (size_t i = 0; i < count; i++)
            positions[i] = projc__result_i64(result, (int)i, 0);
    } else if (failure != NULL) {
        read_violation(found, failure);
    }
    PQclear(failure);
    PQclear(result);
    return status;
}

static size_t chunk_size(const projc__new_event *events, size_t count)
{
    size_t bytes = 0;
    size_t i;

    for (i = 0; i < count && i < PROJC__BATCH_ROWS; i++) {
        bytes += projc__event_bytes(&events[i]);
        if (bytes > PROJC__BATCH_BYTES && i != 0)
            break;
    }
    return i;
}

static projc_status run_text(projc__postgres *postgres, const char *text, projc_error *error)
{
    projc__statement statement;

    projc__statement_init(&statement, postgres, error);
    projc__statement_add(&statement, text);
    return projc__statement_do(&statement);
}

/* All events once, in an open transaction; a refusal leaves it as it was. */
static projc_status insert_guarded(projc__postgres *postgres, const projc__event_table *table,
                                   const projc__new_event *events, size_t count, int64_t *positions,
                                   violation *found, projc_error *error)
{
    static const surroundings first = {"SAVEPOINT projc_append", NULL};
    static const surroundings other = {NULL, NULL};
    projc_status status = PROJC_OK;
    size_t size;

    for (size_t done = 0; status == PROJC_OK && done < count; done += size) {
        size = chunk_size(events + done, count - done);
        status = insert(postgres, table, events + done, size, done == 0 ? first : other,
                        positions != NULL ? positions + done : NULL, found, error);
    }
    if (status == PROJC_OK)
        return run_text(postgres, "RELEASE SAVEPOINT projc_append", error);
    /* In a transaction that had failed before there is no savepoint: it stays failed. */
    projc_error undone;
    if (!postgres->is_dead &&
        run_text(postgres, "ROLLBACK TO SAVEPOINT projc_append", &undone) == PROJC_CONNECTION)
        return projc__postgres_lost(postgres, undone.message, error);
    return status;
}

/* In a transaction of its own. One statement is all or nothing by itself. */
static projc_status insert_alone(projc_store *store, const projc__event_table *table,
                                 const projc__new_event *events, size_t count, int64_t *positions,
                                 violation *found, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);

    if (chunk_size(events, count) == count) {
        char timeouts[160];
        snprintf(timeouts, sizeof timeouts,
                 "SELECT pg_catalog.set_config('statement_timeout', '%lld', true),"
                 " pg_catalog.set_config('lock_timeout', '%lld', true)",
                 (long long)postgres->statement_timeout_ms, (long long)postgres->lock_timeout_ms);
        return insert(postgres, table, events, count, (surroundings){timeouts, NULL}, positions,
                      found, error);
    }
    projc_status status = projc__postgres_begin(store, error);
    if (status == PROJC_OK)
        status = insert_guarded(postgres, table, events, count, positions, found, error);
    if (status == PROJC_OK)
        return projc__postgres_commit_user(store, error);
    projc__postgres_roll_back(postgres);
    store->is_in_transaction = false;
    return status;
}

static bool has_any_version(const projc__new_event *events, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (events[i].expected_version == PROJC_ANY_VERSION)
            return true;
    }
    return false;
}

projc_status projc__postgres_append(projc_store *store, const projc_stream_type *stream,
                                    const projc__new_event *events, size_t count,
                                    int64_t *positions, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__event_table *table;
    violation found;

    if (count == 0)
        return PROJC_OK;
    projc_status status = projc__event_table_find(postgres, stream, &table, error);
    if (status != PROJC_OK)
        return status;
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        bool is_rival = false;
        found.index[0] = '\0';
        status = store->is_in_transaction
                     ? insert_guarded(postgres, table, events, count, positions, &found, error)
                     : insert_alone(store, table, events, count, positions, &found, error);
        if (status != PROJC_DATA || found.index[0] == '\0')
            return status;
        projc_status told =
            tell_violation(postgres, found.schema, found.table, found.index, &is_rival, error);
        if (told != PROJC_OK)
            return told;
        if (!is_rival)
            return status;
        status = PROJC_CONFLICT;
        if (error != NULL)
            error->status = status;
        if (!has_any_version(events, count))
            return status;
    }
    return status;
}
