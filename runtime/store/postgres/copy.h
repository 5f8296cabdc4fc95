/* Reading rows as a stream: COPY (SELECT …) TO STDOUT in binary form, row after row.
 *
 * It is the fastest way out of the server, and holds one row in memory however many there are. COPY
 * takes no parameters, numbers and literals stand in the text, so it is planned each time: a few
 * rows come faster from a SELECT that is prepared, and its rows are given out in the same form. */
#ifndef PROJC_STORE_POSTGRES_COPY_H
#define PROJC_STORE_POSTGRES_COPY_H

#include "store/postgres/statement.h"

typedef struct projc__copy {
    projc__postgres *postgres;
    projc_error *error;
    int64_t deadline;
    char *buffer; /* libpq's, of the row at hand */
    const uint8_t *at;
    const uint8_t *end;
    bool is_select;  /* and no COPY */
    bool has_header; /* the file's header has been passed */
    bool is_done;
} projc__copy;

/* Sends the statement, a SELECT in parentheses: `COPY (…) TO STDOUT (FORMAT binary)` is put around
 * it by projc__copy_statement. */
void projc__copy_statement(projc__statement *statement, projc__postgres *postgres,
                           projc_error *error);
projc_status projc__copy_begin(projc__copy *copy, projc__statement *statement);
/* Sends a SELECT of a few rows, which takes parameters. */
projc_status projc__copy_begin_select(projc__copy *copy, projc__statement *statement);
/* The next row: its bytes and fields; they live until the next call. ABSENT behind the last one,
 * and the copy is over then, as it is after any other status but OK. */
projc_status projc__copy_row(projc__copy *copy, const uint8_t **data, size_t *size);
/* Leaves the rest unread; when it is long the statement is cancelled. */
projc_status projc__copy_stop(projc__copy *copy);

/* ---- fields of a row ---- */

typedef struct projc__fields {
    const uint8_t *at;
    const uint8_t *end;
    int left;
} projc__fields;

/* Begins at a row as projc__copy_row gave it; false when the bytes are none, or have another number
 * of fields. */
bool projc__fields_begin(projc__fields *fields, const uint8_t *data, size_t size, int count);
/* The next field; *size is -1 for NULL. False when the bytes end too early. */
bool projc__fields_next(projc__fields *fields, const uint8_t **data, int *size);

#endif
