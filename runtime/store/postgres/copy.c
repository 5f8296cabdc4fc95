/* COPY … TO STDOUT with deadlines, and its binary form. */
#include "store/postgres/copy.h"

#include "store/postgres/session.h"

enum { SIGNATURE_BYTES = 11, HEADER_BYTES = 19, DRAINED_BYTES_MAX = 4 * 1024 * 1024 };

static const char signature[SIGNATURE_BYTES + 1] = "PGCOPY\n\377\r\n";

void projc__copy_statement(projc__statement *statement, projc__postgres *postgres,
                           projc_error *error)
{
    projc__statement_init(statement, postgres, error);
    projc__statement_add(statement, "COPY (");
}

/* Reads results up to the end. Returns the first failure. */
static projc_status finish(projc__copy *copy)
{
    projc_status status = PROJC_OK;
    PGresult *result = NULL;

    copy->is_done = true;
    do {
        projc_status waited =
            projc__postgres_next(copy->postgres, copy->deadline, &result, copy->error);
        if (waited != PROJC_OK)
            return waited;
        if (status == PROJC_OK && PQresultStatus(result) == PGRES_FATAL_ERROR && result != NULL)
            status = projc__postgres_refused(copy->postgres, result, copy->error);
        PQclear(result);
    } while (result != NULL);
    return status;
}

static void init(projc__copy *copy, const projc__statement *statement)
{
    memset(copy, 0, sizeof *copy);
    copy->postgres = statement->postgres;
    copy->error = statement->error;
    copy->deadline = statement->is_unbounded ? PROJC__NO_DEADLINE
                                             : projc__postgres_deadline(statement->postgres);
}

projc_status projc__copy_begin(projc__copy *copy, projc__statement *statement)
{
    projc__postgres *postgres = statement->postgres;
    PGresult *result = NULL;

    init(copy, statement);
    projc__statement_add(statement, ") TO STDOUT (FORMAT binary)");
    if (statement->status == PROJC_OK)
        statement->status = projc__session_reset(postgres, statement->error);
    if (statement->status != PROJC_OK)
        return statement->status;
    if (PQsendQuery(postgres->connection, statement->text) == 0)
        return projc__postgres_lost(postgres, NULL, statement->error);
    projc_status status = projc__postgres_next(postgres, copy->deadline, &result, statement->error);
    if (status != PROJC_OK)
        return status;
    if (PQresultStatus(result) == PGRES_COPY_OUT) {
        PQclear(result);
        return PROJC_OK;
    }
    status = result != NULL ? projc__postgres_refused(postgres, result, statement->error)
                            : projc__postgres_lost(postgres, NULL, statement->error);
    PQclear(result);
    copy->error = NULL; /* told already */
    if (status != PROJC_CONNECTION)
        (void)finish(copy);
    return status;
}

projc_status projc__copy_begin_select(projc__copy *copy, projc__statement *statement)
{
    init(copy, statement);
    copy->is_select = true;
    projc_status status = projc__statement_send(statement);
    statement->postgres->gives_single_rows = status == PROJC_OK;
    if (status == PROJC_OK && PQsetSingleRowMode(statement->postgres->connection) == 0)
        status = projc__postgres_lost(statement->postgres, NULL, statement->error);
    return status;
}

/* The row of a result as COPY would send it, in memory that the next statement takes back. */
static projc_status pack_row(projc__copy *copy, const PGresult *result, const uint8_t **data,
                             size_t *size)
{
    int columns = PQnfields(result);
    uint8_t *at;

    *size = 2;
    for (int i = 0; i < columns; i++)
        *size += 4 + (size_t)PQgetlength(result, 0, i);
    projc_arena_reset(copy->postgres->scratch);
    at = projc_arena_alloc_raw(copy->postgres->scratch, *size);
    if (at == NULL)
        return projc_error_set(copy->error, PROJC_NO_MEMORY, "out of memory");
    *data = at;
    projc__put_u16(at, (uint16_t)columns);
    at += 2;
    for (int i = 0; i < columns; i++) {
        size_t length = (size_t)PQgetlength(result, 0, i);
        projc__put_u32(at, PQgetisnull(result, 0, i) ? UINT32_MAX : (uint32_t)length);
        if (length != 0)
            memcpy(at + 4, PQgetvalue(result, 0, i), length);
        at += 4 + length;
    }
    return PROJC_OK;
}

/* One row of a SELECT; ABSENT at the end. */
static projc_status next_selected(projc__copy *copy, const uint8_t **data, size_t *size)
{
    PGresult *result = NULL;
    projc_status status =
        projc__postgres_next(copy->postgres, copy->deadline, &result, copy->error);

    if (status == PROJC_OK && PQresultStatus(result) == PGRES_SINGLE_TUPLE) {
        status = pack_row(copy, result, data, size);
        PQclear(result);
        return status;
    }
    if (status == PROJC_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        status = result != NULL ? projc__postgres_refused(copy->postgres, result, copy->error)
                                : projc__postgres_lost(copy->postgres, NULL, copy->error);
    PQclear(result);
    if (status == PROJC_CONNECTION)
        return status;
    if (status != PROJC_OK) {
        copy->error = NULL; /* the first failure is the one to tell */
        (void)finish(copy);
        return status;
    }
    status = finish(copy);
    return status == PROJC_OK ? PROJC_ABSENT : status;
}

/* One CopyData message; ABSENT at the end. */
static projc_status next_message(projc__copy *copy, size_t *size)
{
    for (;;) {
        int count = PQgetCopyData(copy->postgres->connection, &copy->buffer, 1);
        if (count > 0) {
            *size = (size_t)count;
            return PROJC_OK;
        }
        if (count == -1) {
            projc_status status = finish(copy);
            return status == PROJC_OK ? PROJC_ABSENT : status;
        }
        if (count < 0)
            return projc__postgres_lost(copy->postgres, NULL, copy->error);
        projc_status status =
            projc__postgres_wait_socket(copy->postgres, false, copy->deadline, copy->error);
        if (status != PROJC_OK)
            return status;
        if (PQconsumeInput(copy->postgres->connection) == 0)
            return projc__postgres_lost(copy->postgres, NULL, copy->error);
    }
}

/* The header stands in front of the first row, in the same message. */
static bool pass_header(projc__copy *copy)
{
    size_t size = (size_t)(copy->end - copy->at);
    if (size < HEADER_BYTES || memcmp(copy->at, signature, SIGNATURE_BYTES) != 0)
        return false;
    size_t extension = projc__get_u32(copy->at + SIGNATURE_BYTES + 4);
    if (extension > size - HEADER_BYTES)
        return false;
    copy->at += HEADER_BYTES + extension;
    copy->has_header = true;
    return true;
}

projc_status projc__copy_row(projc__copy *copy, const uint8_t **data, size_t *size)
{
    if (copy->is_select)
        return next_selected(copy, data, size);
    for (;;) {
        PQfreemem(copy->buffer);
        copy->buffer = NULL;
        *size = 0;
        projc_status status = next_message(copy, size);
        if (status != PROJC_OK)
            return status;
        copy->at = (const uint8_t *)copy->buffer;
        copy->end = copy->at + *size;
        if (!copy->has_header && !pass_header(copy)) {
            PQfreemem(copy->buffer);
            copy->buffer = NULL;
            return projc__postgres_lost(copy->postgres, "what came is no binary copy", copy->error);
        }
        *data = copy->at;
        *size = (size_t)(copy->end - copy->at);
        /* Nothing but the header, or the end mark: -1 in the place of the number of fields. */
        if (*size > 2 || (*size == 2 && projc__get_u16(*data) != UINT16_MAX))
            return PROJC_OK;
    }
}

/* Reads the rest of a COPY, or cancels it when it is long. ABSENT at its end. */
static projc_status drain(projc__copy *copy)
{
    size_t drained = 0;
    size_t size = 0;
    bool is_cancelled = false;
    projc_status status;

    while ((status = next_message(copy, &size)) == PROJC_OK) {
        PQfreemem(copy->buffer);
        copy->buffer = NULL;
        drained += size;
        if (drained > DRAINED_BYTES_MAX && !is_cancelled) {
            char text[256];
            PGcancel *cancel = PQgetCancel(copy->postgres->connection);
            is_cancelled = true;
            if (cancel != NULL && PQcancel(cancel, text, sizeof text) == 0)
                drained = 0; /* no harm: the rest is read */
            PQfreeCancel(cancel);
        }
    }
    return status;
}

projc_status projc__copy_stop(projc__copy *copy)
{
    projc_error *error = copy->error;

    PQfreemem(copy->buffer);
    copy->buffer = NULL;
    if (copy->is_done || copy->postgres->is_dead)
        return PROJC_OK;
    copy->error = NULL;
    projc_status status = copy->is_select ? finish(copy) : drain(copy);
    copy->error = error;
    if (status == PROJC_CONNECTION)
        return projc__postgres_lost(copy->postgres, NULL, error);
    return PROJC_OK; /* the end, or the cancellation that we asked for */
}

/* ---- fields ---- */

bool projc__fields_begin(projc__fields *fields, const uint8_t *data, size_t size, int count)
{
    if (size < 2 || projc__get_u16(data) != count)
        return false;
    fields->at = data + 2;
    fields->end = data + size;
    fields->left = count;
    return true;
}

bool projc__fields_next(projc__fields *fields, const uint8_t **data, int *size)
{
    if (fields->left == 0 || fields->end - fields->at < 4)
        return false;
    *size = (int)(int32_t)projc__get_u32(fields->at);
    fields->at += 4;
    fields->left--;
    *data = fields->at;
    if (*size < 0)
        return *size == -1;
    if (fields->end - fields->at < *size)
        return false;
    fields->at += *size;
    return true;
}
