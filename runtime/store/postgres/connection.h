/* One connection to PostgreSQL: opening, waiting with a deadline, and what its errors mean.
 *
 * DESIGN. The connection is non-blocking: every wait is a poll() with a deadline of our own, so
 * that neither a half-open socket nor a server that does not answer can hold a worker for ever.
 * Nothing that is said to the server depends on session state, so a pooler in transaction mode is
 * harmless: time-outs are set for one transaction (set_config(…, true)) and statements have no
 * names, but where it is certain that no pooler is (session.c, prepared.c); identifiers carry the
 * schema that current_schema() gave at connect. After CONNECTION the connection is dead: nobody
 * knows what became of the last transaction, so nothing more is said on it. */
#ifndef PROJC_STORE_POSTGRES_CONNECTION_H
#define PROJC_STORE_POSTGRES_CONNECTION_H

#include <libpq-fe.h>

#include "store/store.h"

struct projc__event_table;
struct projc__listener;
struct projc__prepared;

typedef struct projc__postgres {
    projc_store store; /* first: what everybody else sees of it */
    PGconn *connection;
    projc_arena *scratch; /* text and parameters of the statement at hand; reset by the next one */
    char *schema;         /* current_schema() at connect */
    int64_t statement_timeout_ms;
    int64_t lock_timeout_ms;
    bool is_dead;
    bool is_direct;                          /* to the server, and not to a pooler in front of it */
    bool is_told;                            /* session.c: small units need no BEGIN */
    bool gives_single_rows;                  /* as the last statement wanted it */
    int small_units;                         /* that came one behind the other, until it is told */
    struct projc__prepared *prepared;        /* what is prepared by name; NULL: nothing yet */
    struct projc__event_table *event_tables; /* what is known of each log: types, horizon */
    struct projc__listener *listener;        /* NULL before listen() */
} projc__postgres;

static inline projc__postgres *projc__postgres_of(projc_store *store)
{
    return (projc__postgres *)store;
}

/* ---- database texts ---- */

/* The part of a database text that libpq understands: "" for `postgres:`, which means libpq's own
 * environment. NULL when the text is not of PostgreSQL. Points into database. */
const char *projc__postgres_conninfo(const char *database);
/* INVALID when libpq cannot read it. The text of the error shows nothing of it: a password may
 * stand anywhere in what is malformed. */
projc_status projc__postgres_check_conninfo(const char *conninfo, projc_error *error);
/* Overwrites each occurrence of secret in text by stars. Both may be NULL. */
void projc__postgres_mask(char *text, const char *secret);

/* ---- opening ---- */

projc_status projc__postgres_open(const projc_store_options *options, projc_store **store,
                                  projc_error *error);
void projc__postgres_close(projc_store *store);

/* ---- waiting: deadlines are milliseconds of the monotonic clock ---- */

int64_t projc__postgres_now_ms(void);
/* How long a statement or unit may take until its connection is given up. */
int64_t projc__postgres_patience_ms(const projc__postgres *postgres);
/* When a statement that begins now must have been answered: the server's own statement_timeout and
 * some seconds more. */
int64_t projc__postgres_deadline(const projc__postgres *postgres);
#define PROJC__NO_DEADLINE INT64_MAX

/* Waits until the socket can be read (or written, when asked); CONNECTION when the deadline passes.
 */
projc_status projc__postgres_wait_socket(projc__postgres *postgres, bool is_writing,
                                         int64_t deadline, projc_error *error);
/* Sends everything that stands in libpq's buffer, reading meanwhile, so that both sides never wait
 * for each other. */
projc_status projc__postgres_flush(projc__postgres *postgres, int64_t deadline, projc_error *error);
/* The next result, the caller's to clear; NULL at the end of a statement. */
projc_status projc__postgres_next(projc__postgres *postgres, int64_t deadline, PGresult **result,
                                  projc_error *error);

/* ---- errors ---- */

/* The status that an SQLSTATE stands for. is_open: the connection outlived it. */
projc_status projc__postgres_status_of(const char *sqlstate, bool is_open);
/* Fills *error from a failed result. Returns its status. */
projc_status projc__postgres_refused(projc__postgres *postgres, const PGresult *result,
                                     projc_error *error);
/* The connection is gone, or cannot be trusted any more: marks it dead. Returns CONNECTION. */
projc_status projc__postgres_lost(projc__postgres *postgres, const char *what, projc_error *error);

#endif
