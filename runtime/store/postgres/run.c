/* Running statements: alone, or several in one round trip. */
#include <assert.h>

#include "store/postgres/prepared.h"
#include "store/postgres/session.h"

/* Parameters that libpq may hold back in memory. */
enum { UNFLUSHED_MAX = 1024 * 1024 };

static projc_status send(projc__statement *statement)
{
    PGconn *connection = statement->postgres->connection;
    const char *name = NULL;

    if (statement->status == PROJC_OK)
        statement->status = projc__prepared_find(statement->postgres, statement, &name);
    if (statement->status != PROJC_OK)
        return statement->status;
    int sent =
        name != NULL
            ? PQsendQueryPrepared(connection, name, statement->count, statement->values,
                                  statement->lengths, statement->formats, 1)
            : PQsendQueryParams(connection, statement->text, statement->count, statement->types,
                                statement->values, statement->lengths, statement->formats, 1);
    if (sent == 0)
        statement->status = projc__postgres_lost(statement->postgres, NULL, statement->error);
    return statement->status;
}

projc_status projc__statement_send(projc__statement *statement)
{
    if (statement->status == PROJC_OK && !statement->is_kept && !statement->is_brief)
        statement->status = projc__session_reset(statement->postgres, statement->error);
    if (statement->status == PROJC_OK)
        statement->status = projc__prepared_make(statement->postgres, statement->error);
    return send(statement);
}

static bool is_success(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY;
}

projc_status projc__statement_run(projc__statement *statement, PGresult **result)
{
    projc__postgres *postgres = statement->postgres;
    int64_t deadline =
        statement->is_unbounded ? PROJC__NO_DEADLINE : projc__postgres_deadline(postgres);
    PGresult *next = NULL;

    *result = NULL;
    projc_status status = projc__statement_send(statement);
    if (status != PROJC_OK)
        return status;
    do {
        projc_status waited = projc__postgres_next(postgres, deadline, &next, statement->error);
        if (waited != PROJC_OK)
            status = waited; /* and next is NULL */
        else if (next != NULL && status == PROJC_OK && !is_success(next))
            status = projc__postgres_refused(postgres, next, statement->error);
        if (*result == NULL)
            *result = next;
        else
            PQclear(next);
    } while (next != NULL);
    if (status == PROJC_OK && *result == NULL)
        status = projc__postgres_lost(postgres, NULL, statement->error);
    if (status != PROJC_OK) {
        PQclear(*result);
        *result = NULL;
    }
    return status;
}

projc_status projc__statement_do(projc__statement *statement)
{
    PGresult *result;
    projc_status status = projc__statement_run(statement, &result);
    PQclear(result);
    return status;
}

projc_status projc__postgres_run_texts(projc__postgres *postgres, const char *texts,
                                       int64_t deadline, projc_error *error)
{
    projc_status status = PROJC_OK;
    PGresult *result = NULL;

    if (postgres->is_dead)
        return projc_error_set(error, PROJC_CONNECTION, "the connection to PostgreSQL is lost");
    if (PQsendQuery(postgres->connection, texts) == 0)
        return projc__postgres_lost(postgres, NULL, error);
    do {
        projc_status waited = projc__postgres_next(postgres, deadline, &result, error);
        if (waited != PROJC_OK)
            return waited;
        if (status == PROJC_OK && result != NULL && PQresultStatus(result) == PGRES_FATAL_ERROR)
            status = projc__postgres_refused(postgres, result, error);
        PQclear(result);
    } while (result != NULL);
    return status;
}

/* ---- pipelines ---- */

/* libpq lets the first statement of a pipeline give its rows one by one where the one before it
 * did. What is no statement ends that, and sends nothing. */
static void end_single_rows(projc__postgres *postgres)
{
    if (postgres->gives_single_rows)
        (void)PQsendQuery(postgres->connection, NULL);
    postgres->gives_single_rows = false;
}

void projc__pipeline_open(projc__pipeline *pipeline, projc__postgres *postgres, projc_error *error)
{
    memset(pipeline, 0, sizeof *pipeline);
    pipeline->postgres = postgres;
    pipeline->error = error;
    pipeline->failed = -1;
    pipeline->deadline = projc__postgres_deadline(postgres);
    if (postgres->is_dead)
        pipeline->status =
            projc_error_set(error, PROJC_CONNECTION, "the connection to PostgreSQL is lost");
    else
        pipeline->status = projc__prepared_make(postgres, error);
    if (pipeline->status == PROJC_OK)
        end_single_rows(postgres);
    if (pipeline->status == PROJC_OK && PQenterPipelineMode(postgres->connection) == 0)
        pipeline->status = projc__postgres_lost(postgres, NULL, error);
    pipeline->is_whole = PQtransactionStatus(postgres->connection) == PQTRANS_IDLE;
}

void projc__pipeline_begin(projc__pipeline *pipeline, projc__postgres *postgres, projc_error *error)
{
    projc_status status = projc__session_reset(postgres, error);

    projc__pipeline_open(pipeline, postgres, status == PROJC_OK ? error : NULL);
    if (status == PROJC_OK)
        return;
    pipeline->error = error;
    pipeline->status = status;
}

/* It is silence that ends a pipeline: its statements together may take longer than one of them. So
 * that the server is not silent until the last one, it is asked now and then to answer. */
static void renew_deadline(projc__pipeline *pipeline)
{
    if (pipeline->deadline != PROJC__NO_DEADLINE)
        pipeline->deadline = projc__postgres_deadline(pipeline->postgres);
}

void projc__pipeline_send(projc__pipeline *pipeline, projc__statement *statement, PGresult **result)
{
    if (result != NULL) {
        assert(pipeline->kept_count < PROJC__PIPELINE_MARKS);
        *result = NULL;
        pipeline->kept[pipeline->kept_count].index = pipeline->sent;
        pipeline->kept[pipeline->kept_count].result = result;
        pipeline->kept_count++;
    }
    if (pipeline->status != PROJC_OK)
        return;
    pipeline->status = send(statement);
    if (pipeline->status != PROJC_OK)
        return;
    if (statement->is_unbounded)
        pipeline->deadline = PROJC__NO_DEADLINE;
    pipeline->sent++;
    for (int i = 0; i < statement->count; i++)
        pipeline->unflushed += (size_t)statement->lengths[i];
    if (pipeline->unflushed < UNFLUSHED_MAX)
        return; /* small statements leave together, in one packet */
    pipeline->unflushed = 0;
    if (PQsendFlushRequest(pipeline->postgres->connection) == 0) {
        pipeline->status = projc__postgres_lost(pipeline->postgres, NULL, pipeline->error);
        return;
    }
    renew_deadline(pipeline);
    pipeline->status =
        projc__postgres_flush(pipeline->postgres, pipeline->deadline, pipeline->error);
}

void projc__pipeline_send_text(projc__pipeline *pipeline, const char *text)
{
    projc__statement statement;
    projc__statement_init(&statement, pipeline->postgres, pipeline->error);
    projc__statement_add(&statement, text);
    projc__pipeline_send(pipeline, &statement, NULL);
}

static void keep_or_clear(projc__pipeline *pipeline, int index, PGresult *result)
{
    for (int i = 0; i < pipeline->kept_count; i++) {
        if (pipeline->kept[i].index == index && *pipeline->kept[i].result == NULL) {
            *pipeline->kept[i].result = result;
            return;
        }
    }
    PQclear(result);
}

/* Reads the results of one statement, up to the NULL that ends them. */
static projc_status read_statement(projc__pipeline *pipeline, int index)
{
    PGresult *result;

    for (;;) {
        projc_status status =
            projc__postgres_next(pipeline->postgres, pipeline->deadline, &result, pipeline->error);
        if (status != PROJC_OK)
            return status;
        if (result == NULL)
            return PROJC_OK;
        if (is_success(result)) {
            keep_or_clear(pipeline, index, result);
            continue;
        }
        /* Behind a failure everything is PIPELINE_ABORTED; only the failure itself is told. */
        if (pipeline->failed < 0 && PQresultStatus(result) != PGRES_PIPELINE_ABORTED) {
            pipeline->failed = index;
            if (pipeline->status == PROJC_OK)
                pipeline->status =
                    projc__postgres_refused(pipeline->postgres, result, pipeline->error);
            if (pipeline->failure != NULL) {
                *pipeline->failure = result;
                result = NULL;
            }
        }
        PQclear(result);
        if (PQstatus(pipeline->postgres->connection) != CONNECTION_OK)
            return pipeline->status != PROJC_OK
                       ? pipeline->status
                       : projc__postgres_lost(pipeline->postgres, NULL, pipeline->error);
    }
}

/* What the synchronisation point itself says, which is where a transaction without BEGIN commits:
 * an error, or nothing; then that it has been reached. */
static projc_status read_point(projc__pipeline *pipeline)
{
    projc__postgres *postgres = pipeline->postgres;
    bool is_reached = false;

    for (int nothing = 0; !is_reached && nothing <= 1;) {
        PGresult *result = NULL;
        projc_status status =
            projc__postgres_next(postgres, pipeline->deadline, &result, pipeline->error);

        if (status != PROJC_OK)
            return status;
        is_reached = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        if (result == NULL)
            nothing++;
        else if (!is_reached && pipeline->status == PROJC_OK)
            pipeline->status = projc__postgres_refused(postgres, result, pipeline->error);
        PQclear(result);
        if (PQstatus(postgres->connection) != CONNECTION_OK)
            return pipeline->status != PROJC_OK
                       ? pipeline->status
                       : projc__postgres_lost(postgres, NULL, pipeline->error);
    }
    if (!is_reached || PQexitPipelineMode(postgres->connection) == 0)
        return projc__postgres_lost(postgres, NULL, pipeline->error);
    return PROJC_OK;
}

static projc_status read_all(projc__pipeline *pipeline)
{
    projc__postgres *postgres = pipeline->postgres;
    projc_status status = PROJC_OK;

    if (PQpipelineSync(postgres->connection) == 0)
        return projc__postgres_lost(postgres, NULL, pipeline->error);
    for (int i = 0; status == PROJC_OK && i < pipeline->sent; i++) {
        renew_deadline(pipeline);
        status = read_statement(pipeline, i);
    }
    return status == PROJC_OK ? read_point(pipeline) : status;
}

/* Something of it could not be built, and without BEGIN the end would commit what was sent. */
static projc_status undo_part(projc__pipeline *pipeline)
{
    if (!pipeline->is_whole || pipeline->status == PROJC_OK)
        return PROJC_OK;
    if (PQsendQueryParams(pipeline->postgres->connection, "ROLLBACK", 0, NULL, NULL, NULL, NULL,
                          1) == 0)
        return projc__postgres_lost(pipeline->postgres, NULL, pipeline->error);
    pipeline->sent++;
    return PROJC_OK;
}

void projc__pipeline_send_light(projc__pipeline *pipeline)
{
    projc__pipeline_send_text(pipeline,
                              "SELECT pg_catalog.set_config('synchronous_commit', 'off', true)");
}

projc_status projc__pipeline_end(projc__pipeline *pipeline)
{
    /* A failure while building leaves what was sent before it: the results are read all the same.
     */
    if (!pipeline->postgres->is_dead) {
        projc_status status = undo_part(pipeline);
        if (status == PROJC_OK)
            status = read_all(pipeline);
        if (status != PROJC_OK)
            pipeline->status = status; /* the connection is dead */
    }
    if (pipeline->status != PROJC_OK) {
        for (int i = 0; i < pipeline->kept_count; i++) {
            PQclear(*pipeline->kept[i].result);
            *pipeline->kept[i].result = NULL;
        }
    }
    return pipeline->status;
}

void projc__postgres_roll_back(projc__postgres *postgres)
{
    projc__statement statement;

    if (postgres->is_dead || PQtransactionStatus(postgres->connection) == PQTRANS_IDLE)
        return;
    projc__statement_init(&statement, postgres, NULL);
    projc__statement_add(&statement, "ROLLBACK");
    /* When this fails, the transaction's state is unknown: the connection must not be used again.
     */
    if (projc__statement_do(&statement) != PROJC_OK)
        postgres->is_dead = true;
}

/* ---- results ---- */

static const uint8_t *cell(const PGresult *result, int row, int column, size_t *size)
{
    *size = (size_t)PQgetlength(result, row, column);
    return (const uint8_t *)PQgetvalue(result, row, column);
}

int64_t projc__result_i64(const PGresult *result, int row, int column)
{
    size_t size;
    int64_t value = 0;
    const uint8_t *data = cell(result, row, column, &size);
    (void)projc__integer_decode(data, size, &value); /* NULL reads as 0 */
    return value;
}

bool projc__result_bool(const PGresult *result, int row, int column)
{
    size_t size;
    const uint8_t *data = cell(result, row, column, &size);
    return size == 1 && data[0] != 0;
}

projc_uuid projc__result_uuid(const PGresult *result, int row, int column)
{
    projc_uuid uuid = {{0}};
    size_t size;
    const uint8_t *data = cell(result, row, column, &size);
    if (size == sizeof uuid.bytes)
        memcpy(uuid.bytes, data, size);
    return uuid;
}

int64_t projc__result_time(const PGresult *result, int row, int column)
{
    int64_t time = INT64_MIN;
    size_t size;
    const uint8_t *data = cell(result, row, column, &size);
    if (size != 8 || !projc__timestamp_decode((int64_t)projc__get_u64(data), &time))
        return INT64_MIN;
    return time;
}

projc_bytes projc__result_bytes(const PGresult *result, int row, int column, projc_arena *arena)
{
    projc_bytes bytes;
    bytes.data = cell(result, row, column, &bytes.size);
    bytes.data = (const uint8_t *)projc_arena_copy(arena, bytes.data, bytes.size);
    return bytes;
}

projc_text projc__result_text(const PGresult *result, int row, int column, projc_arena *arena)
{
    projc_bytes bytes = projc__result_bytes(result, row, column, arena);
    return projc_text_of((const char *)bytes.data, bytes.size);
}
