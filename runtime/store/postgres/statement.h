/* Statements: building their text and binary parameters, running them alone or in a pipeline.
 *
 * Building is sticky: after the first failure every call does nothing, and running returns it. Text
 * and parameters live in the connection's scratch arena: one statement is built and sent at a time
 * (libpq copies what it sends). All parameters and results are binary. */
#ifndef PROJC_STORE_POSTGRES_STATEMENT_H
#define PROJC_STORE_POSTGRES_STATEMENT_H

#include "store/postgres/connection.h"
#include "store/postgres/value.h"

typedef enum projc__builder {
    PROJC__NO_BUILDER,
    PROJC__OF_PAGE,
    PROJC__OF_CLAIM,
    PROJC__OF_CLAIM_WITH_ROW,
    PROJC__OF_INSERT,
    PROJC__OF_UPDATE,
    PROJC__OF_UPSERT
} projc__builder;

/* Where the text of a statement comes from: who builds it, and all that it depends on. */
typedef struct projc__origin {
    projc__builder builder;
    uint32_t variant;  /* the builder's choices */
    const void *about; /* the table or log; NULL: none */
    const char *name;  /* of that, because another one may be given its memory */
} projc__origin;

typedef struct projc__statement {
    projc__postgres *postgres;
    projc_error *error;
    projc_status status;           /* of the first failure */
    bool is_kept;                  /* comes again and again: projc__statement_keep */
    projc__origin origin;          /* as it was asked to recall … */
    struct projc__known *recalled; /* … and what that found: the text is not built again */
    bool is_brief;     /* about few rows: a session that is told may run it (session.h) */
    bool is_unbounded; /* waited for without a deadline: DDL, deletion of everything */
    char *text;
    size_t size;
    size_t capacity;
    int count; /* of parameters */
    int count_max;
    Oid *types;
    const char **values;
    int *lengths;
    int *formats;
} projc__statement;

/* Forgets the statement before. */
void projc__statement_init(projc__statement *statement, projc__postgres *postgres,
                           projc_error *error);

/* Text as it is, but `@name` becomes "schema".name: a table of the runtime. */
void projc__statement_add(projc__statement *statement, const char *text);
/* Text as it is. */
void projc__statement_add_plain(projc__statement *statement, const char *text);
/* A quoted identifier. */
void projc__statement_add_name(projc__statement *statement, const char *name);
/* A quoted and qualified table name; schema NULL stands for the connection's. */
void projc__statement_add_table(projc__statement *statement, const char *schema, const char *table);
void projc__statement_add_number(projc__statement *statement, int64_t number);
/* A quoted literal, for COPY, which takes no parameters. */
void projc__statement_add_literal(projc__statement *statement, projc_text text);

/* The next parameter, $1 first. Data is borrowed until the statement is sent. */
void projc__statement_bind(projc__statement *statement, Oid type, const void *data, size_t size);
void projc__statement_bind_i64(projc__statement *statement, int64_t value);
void projc__statement_bind_i32(projc__statement *statement, int32_t value);
void projc__statement_bind_text(projc__statement *statement, const char *text);
void projc__statement_bind_slice(projc__statement *statement, projc_text text);
void projc__statement_bind_uuid(projc__statement *statement, projc_uuid uuid);
void projc__statement_bind_place(projc__statement *statement, uint64_t place);

/* A column's value, NULL included. */
void projc__statement_bind_value(projc__statement *statement, const projc_column *column,
                                 const projc_value *value);

/* Keeps a statement (as below) whose text is made anew each time only to find that it is known:
 * where one of this origin is, what is added to the text from here on is passed over, and only
 * parameters are bound. To be called first. */
void projc__statement_recall(projc__statement *statement, projc__origin origin);

/* The statement comes with each step, or nearly, and its plan does not depend on how many rows it
 * is about: a direct connection prepares it by name once it has been used a few times. Before it is
 * sent. */
static inline void projc__statement_keep(projc__statement *statement)
{
    statement->is_kept = true;
}

/* ---- arrays: one parameter for a column of many rows ---- */

typedef struct projc__array {
    projc__statement *statement;
    uint8_t *data; /* NULL after a failure */
    size_t size;
    size_t capacity;
    Oid element;
    uint32_t count;
    bool has_null;
} projc__array;

/* Room for count elements with at most bytes of data among them. */
void projc__array_begin(projc__array *array, projc__statement *statement, Oid element, size_t count,
                        size_t bytes);
void projc__array_put(projc__array *array, const void *data, size_t size);
void projc__array_put_null(projc__array *array);
void projc__array_put_i64(projc__array *array, int64_t value);
void projc__array_put_i32(projc__array *array, int32_t value);
/* A time in microseconds since 1970; what PostgreSQL cannot hold becomes -infinity. */
void projc__array_put_time(projc__array *array, int64_t time);
/* The next parameter. */
void projc__array_bind(projc__array *array);
/* A column of rows of values: value i stands at values[i * stride]. */
void projc__statement_bind_column(projc__statement *statement, const projc_column *column,
                                  const projc_value *values, size_t stride, size_t count);

/* ---- running ---- */

/* Sends one statement, whose results are then to be read up to the end. */
projc_status projc__statement_send(projc__statement *statement);
/* Runs one statement. OK and its result (the caller clears it), or why not and NULL. */
projc_status projc__statement_run(projc__statement *statement, PGresult **result);
/* The same, for a statement whose result does not matter. */
projc_status projc__statement_do(projc__statement *statement);
/* Statements without parameters or results, by the simple protocol: one transaction when none is
 * open, in the session as it is. */
projc_status projc__postgres_run_texts(projc__postgres *postgres, const char *texts,
                                       int64_t deadline, projc_error *error);

/* A pipeline: several statements in one round trip. Without BEGIN they are one transaction, in
 * which each statement has a snapshot of its own, and which commits at the end. */
enum { PROJC__PIPELINE_MARKS = 4 };
typedef struct projc__pipeline {
    projc__postgres *postgres;
    projc_error *error;
    projc_status status;
    int64_t deadline;
    int sent;
    size_t unflushed;   /* bytes of parameters that may stand in libpq's buffer */
    int failed;         /* index of the statement that failed, -1: none */
    PGresult **failure; /* when set: receives the failing result, the caller's to clear */
    bool is_whole;      /* in no transaction that was begun before */
    bool is_implicit;   /* a unit without BEGIN and COMMIT (session.c) */
    bool tells_session; /* a unit that tells the session what the next ones are spared */
    struct {
        int index;
        PGresult **result;
    } kept[PROJC__PIPELINE_MARKS];
    int kept_count;
} projc__pipeline;

void projc__pipeline_begin(projc__pipeline *pipeline, projc__postgres *postgres,
                           projc_error *error);
/* The same in a session that may have been told of small units (session.h). */
void projc__pipeline_open(projc__pipeline *pipeline, projc__postgres *postgres, projc_error *error);
/* Sends a built statement; *result (may be NULL) is filled at the end, and is the caller's to
 * clear. */
void projc__pipeline_send(projc__pipeline *pipeline, projc__statement *statement,
                          PGresult **result);
/* A statement without parameters. */
void projc__pipeline_send_text(projc__pipeline *pipeline, const char *text);
/* BEGIN, read committed, with time-outs that end with the transaction. What does not scan tables is
 * planned with indexes, however small tables are. */
void projc__pipeline_send_begin(projc__pipeline *pipeline, int64_t statement_timeout_ms,
                                bool scans_tables);
/* The transaction's commit does not wait for the disk: for what nobody misses after a crash. */
void projc__pipeline_send_light(projc__pipeline *pipeline);
/* Waits for all results. After a failure the statements behind the failing one have not been run,
 * an explicit transaction stands aborted, one without BEGIN has done nothing, and kept results are
 * NULL. What was sent of a pipeline that could not be built is rolled back. */
projc_status projc__pipeline_end(projc__pipeline *pipeline);

/* Rolls back an explicit transaction after a failure; a dead connection is left alone. Keeps
 * *error. */
void projc__postgres_roll_back(projc__postgres *postgres);

/* ---- results ---- */

int64_t projc__result_i64(const PGresult *result, int row, int column);
bool projc__result_bool(const PGresult *result, int row, int column);
projc_uuid projc__result_uuid(const PGresult *result, int row, int column);
/* Microseconds since 1970; INT64_MIN when it is NULL or infinite. */
int64_t projc__result_time(const PGresult *result, int row, int column);
/* Copied to the arena; data is NULL when it is exhausted. NULL is the empty text. */
projc_text projc__result_text(const PGresult *result, int row, int column, projc_arena *arena);
projc_bytes projc__result_bytes(const PGresult *result, int row, int column, projc_arena *arena);

#endif
