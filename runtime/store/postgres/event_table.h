/* What a connection knows of an event table: the types of its columns and its horizon. */
#ifndef PROJC_STORE_POSTGRES_EVENT_TABLE_H
#define PROJC_STORE_POSTGRES_EVENT_TABLE_H

#include "store/postgres/connection.h"
#include "store/postgres/horizon.h"
#include "store/postgres/statement.h"

/* A log of fewer numbers may be read whole, whatever the statement, so what is planned for it is
 * not kept (prepared.c). */
enum { PROJC__SHORT_LOG = 1000 };

/* The columns of an event table, in the order in which we select them. */
typedef enum projc__event_column {
    PROJC__EVENT_NO,
    PROJC__EVENT_ID,
    PROJC__EVENT_NAME,
    PROJC__EVENT_PAYLOAD,
    PROJC__EVENT_METADATA,
    PROJC__EVENT_AGGREGATE_TYPE,
    PROJC__EVENT_AGGREGATE_ID,
    PROJC__EVENT_VERSION,
    PROJC__EVENT_TIME,
    PROJC__EVENT_COLUMN_COUNT
} projc__event_column;

extern const char *const projc__event_column_names[PROJC__EVENT_COLUMN_COUNT];

typedef struct projc__event_table {
    struct projc__event_table *next;
    char *schema;
    char *name;
    Oid types[PROJC__EVENT_COLUMN_COUNT]; /* of domains, the type below */
    bool has_text_ids;                    /* as the stream says: in which form ids are given out */
    double event_bytes; /* of payload and metadata, a moving average for the size of pages */
    bool is_quiet;      /* the last page held few events */
    projc__horizon horizon;
    int32_t blocking_pid;  /* of the writer that reading waits for … */
    int64_t blocked_since; /* … and since when it is in flight, microseconds UTC; 0: not blocked */
} projc__event_table;

/* Looks the table up, once for a connection. NO_SCHEMA when it is missing; UNSUPPORTED when a
 * column is missing or has a type that cannot be used; the text says what to do. */
projc_status projc__event_table_find(projc__postgres *postgres, const projc_stream_type *stream,
                                     projc__event_table **table, projc_error *error);
void projc__event_tables_free(projc__postgres *postgres);

/* The columns in order, separated by commas, for a SELECT. */
void projc__event_table_add_columns(projc__statement *statement);

#endif
