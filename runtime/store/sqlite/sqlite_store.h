/* One SQLite connection behind the driver table, and what the files of this folder share.
 *
 * DESIGN. The database file has one writer at a time: every write begins with BEGIN IMMEDIATE,
 * waits for its turn at most lock_timeout_ms, and numbers come from AUTOINCREMENT inside that turn.
 * So numbers become visible in the order in which they were drawn, and every visible row is
 * settled: there is no horizon to compute. Reads are single statements or short read transactions
 * of WAL, and nothing is held between two calls of the driver table. Statements are prepared once
 * and kept by their text. */
#ifndef PROJC_STORE_SQLITE_STORE_H
#define PROJC_STORE_SQLITE_STORE_H

#include <sqlite3.h>

#include "store/store.h"

enum {
    PROJC__SQLITE_STATEMENTS_MAX = 64, /* kept prepared; the one used longest ago goes */
    PROJC__SQLITE_MICROSECONDS = 1000000
};

typedef struct projc__sqlite_statement {
    uint64_t hash; /* of the text */
    uint64_t used; /* turn of the last use */
    sqlite3_stmt *statement;
} projc__sqlite_statement;

/* A stream that wait() watches. */
typedef struct projc__sqlite_watch {
    char *table; /* unquoted */
    int64_t head;
} projc__sqlite_watch;

typedef struct projc__sqlite {
    projc_store base;
    sqlite3 *database;
    char *label; /* the path, as messages show it */
    int64_t lock_timeout_ms;
    int64_t event_max_bytes;
    int64_t lock_wait_until_us; /* monotonic; of the wait for the lock that is under way */

    projc__sqlite_statement statements[PROJC__SQLITE_STATEMENTS_MAX];
    size_t statement_count;
    uint64_t turn;
    sqlite3_stmt *rollback; /* prepared at open: undoing shall not need memory */
    bool is_light;       /* commits are not flushed: of begin_light, until the next begin_write */
    bool must_roll_back; /* it did all the same (SQLite prepares again after DDL): the next use does
                          */

    projc__sqlite_watch *watches;
    size_t watch_count;
    int64_t waiter_sequence; /* of the last waiter that wait() has reported */
    int64_t data_version;    /* SQLite's count of other connections' commits, at the last look */
    int signal_fd;          /* readable when the write-ahead log is written to; -1: there is none */
    bool has_news;          /* something was committed since the watches were compared */
    int64_t commit_version; /* data_version when a waiter last looked */
} projc__sqlite;

static inline projc__sqlite *projc__sqlite_of(projc_store *store)
{
    return (projc__sqlite *)store;
}

/* ---- clock.c: microseconds ---- */
int64_t projc__sqlite_now(void);       /* since 1970, of the machine: the database's clock */
int64_t projc__sqlite_monotonic(void); /* for time-outs */
void projc__sqlite_sleep(int64_t microseconds);

/* ---- errors.c ---- */

/* Fills *error from the connection's last error: code is what the failed call returned. Returns the
 * status that store.h gives to it. */
projc_status projc__sqlite_fail(projc__sqlite *store, int code, projc_error *error);
/* Out of memory outside SQLite. */
projc_status projc__sqlite_no_memory(projc_error *error);

/* ---- connect.c: driver entries ---- */
projc_status projc__sqlite_open(const projc_store_options *options, projc_store **store,
                                projc_error *error);
void projc__sqlite_close(projc_store *store);

/* ---- statements.c ---- */

/* A statement ready to be bound, from the kept ones or prepared now. It is the store's; end its use
 * by projc__sqlite_end. A call may hold a few at once, never more than half of what is kept. */
projc_status projc__sqlite_prepare(projc__sqlite *store, const char *sql, sqlite3_stmt **statement,
                                   projc_error *error);
/* The same for a text being built; the builder is freed in any case. */
projc_status projc__sqlite_prepare_built(projc__sqlite *store, sqlite3_str *sql,
                                         sqlite3_stmt **statement, projc_error *error);
/* Resets it and forgets what was bound; NULL is allowed. */
void projc__sqlite_end(sqlite3_stmt *statement);
/* One step: *has_row tells whether it stands on a row. */
projc_status projc__sqlite_step(projc__sqlite *store, sqlite3_stmt *statement, bool *has_row,
                                projc_error *error);
/* Steps a statement that returns no rows, and resets it; what was bound stays. bound is the outcome
 * of the binding before: OK, or the first code that failed. */
projc_status projc__sqlite_run(projc__sqlite *store, sqlite3_stmt *statement, int bound,
                               projc_error *error);
/* Prepares and runs a statement without parameters. */
projc_status projc__sqlite_execute(projc__sqlite *store, const char *sql, projc_error *error);
/* The rows of a statement as items of a list: where they lie and of what size one is. Zero but for
 * these at first. */
typedef struct projc__sqlite_list {
    projc_arena *arena;
    size_t item_size;
    void *items;
    uint32_t count;
    uint32_t capacity;
} projc__sqlite_list;

/* Steps to the next row, when *status is OK, and makes room for its item, which the caller fills.
 * NULL: there was none any more, or *status says what failed and the list is empty; the use of the
 * statement is ended. */
void *projc__sqlite_next_item(projc__sqlite *store, sqlite3_stmt *statement,
                              projc__sqlite_list *list, projc_status *status, projc_error *error);
projc_status projc__sqlite_prepare_rollback(projc__sqlite *store, projc_error *error);
void projc__sqlite_forget_statements(projc__sqlite *store); /* all of them */

/* Transactions of the driver's own calls. Reads inside a user's transaction take part in it. */
projc_status projc__sqlite_begin_write(projc__sqlite *store, projc_error *error);
/* For what nobody misses after a crash: its commit (finish_light) is not flushed to disk. */
projc_status projc__sqlite_begin_light(projc__sqlite *store, projc_error *error);
projc_status projc__sqlite_finish_light(projc__sqlite *store, projc_status status,
                                        projc_error *error);
projc_status projc__sqlite_begin_read(projc__sqlite *store, projc_error *error);
/* Commits when status is OK, else rolls back; returns status, or why the commit failed. */
projc_status projc__sqlite_finish(projc__sqlite *store, projc_status status, projc_error *error);
void projc__sqlite_end_read(projc__sqlite *store);
/* Undoes the open transaction, when there is one, now or before the store's next statement. */
void projc__sqlite_roll_back(projc__sqlite *store);
/* TRANSIENT when SQLite has ended the user's transaction by itself, as it does on a full disk. */
projc_status projc__sqlite_check_user(projc__sqlite *store, projc_error *error);
projc_status projc__sqlite_begin_user(projc_store *store, projc_error *error);
projc_status projc__sqlite_commit_user(projc_store *store, projc_error *error);
projc_status projc__sqlite_rollback_user(projc_store *store, projc_error *error);

/* ---- values.c ---- */

/* Appends a quoted name; a stream's or table's schema is dropped, because the file is the schema.
 */
void projc__sqlite_append_name(sqlite3_str *sql, const char *name);
/* All return SQLite's code. Data is borrowed until the statement is run. */
int projc__sqlite_bind_text(sqlite3_stmt *statement, int index, projc_text text);
int projc__sqlite_bind_bytes(sqlite3_stmt *statement, int index, projc_bytes bytes);
int projc__sqlite_bind_uuid(sqlite3_stmt *statement, int index, const projc_uuid *uuid);
int projc__sqlite_bind_value(sqlite3_stmt *statement, int index, const projc_value *value);
/* Can the column give this number back? Other kinds always fit. */
bool projc__sqlite_fits(const projc_column *column, const projc_value *value);
/* The value of a result column, checked against what the column holds: CORRUPT with table and
 * column. With an arena slices are copied into it; without one they live until the next step. */
projc_status projc__sqlite_read_value(sqlite3_stmt *statement, int index, const projc_table *table,
                                      const projc_column *column, projc_arena *arena,
                                      projc_value *value, projc_error *error);
/* Columns of the runtime's own tables, whose types STRICT and the schema guarantee. NULL data and a
 * false return when the arena is exhausted. */
bool projc__sqlite_copy_text(sqlite3_stmt *statement, int index, projc_arena *arena,
                             projc_text *text);
bool projc__sqlite_copy_bytes(sqlite3_stmt *statement, int index, projc_arena *arena,
                              projc_bytes *bytes);
/* Why such a copy failed: the arena's bound, or no memory, which SQLite may have lacked as well.
 * The arena may be NULL. */
projc_status projc__sqlite_fail_copy(const projc_arena *arena, projc_error *error);
projc_uuid projc__sqlite_column_uuid(sqlite3_stmt *statement, int index); /* zero when it is none */

/* ---- driver entries, by file ---- */

/* schema.c */
projc_status projc__sqlite_run_script(projc_store *store, const char *const *pieces, size_t count,
                                      projc_error *error);
const char *projc__sqlite_runtime_schema(void);
projc_status projc__sqlite_table_bytes(projc_store *store, const char *schema, const char *table,
                                       int64_t *bytes, projc_error *error);
projc_status projc__sqlite_has_table(projc_store *store, const char *schema, const char *table,
                                     bool *answer, projc_error *error);
projc_status projc__sqlite_preflight(projc_store *store, const projc_stream_type *stream,
                                     projc_error *error);
projc_status projc__sqlite_check_log(projc_store *store, const projc_stream_type *stream,
                                     int64_t no, projc_uuid event_id, projc_error *error);

/* describe.c */
projc_status projc__sqlite_describe(projc_store *store, const char *schema, const char *table,
                                    projc_arena *arena, projc__found_table *found,
                                    projc_error *error);
const char *projc__sqlite_column_type(projc_arena *arena, const projc_column *column);

/* generations.c */
projc_status projc__sqlite_register_projection(projc_store *store,
                                               const projc__registration *registration,
                                               projc_arena *arena, projc__generation *generation,
                                               projc_error *error);
projc_status projc__sqlite_find_generation(projc_store *store, const char *package,
                                           const char *projection, projc_arena *arena,
                                           projc__generation *generation, projc_error *error);
projc_status projc__sqlite_restamp_generation(projc_store *store, int64_t generation,
                                              const projc_projection_type *projection,
                                              projc_error *error);
projc_status projc__sqlite_set_generation_state(projc_store *store, int64_t generation,
                                                projc__generation_state from,
                                                projc__generation_state to, projc_error *error);
projc_status projc__sqlite_list_generations(projc_store *store, const char *package,
                                            const char *projection, projc_arena *arena,
                                            projc__generation **rows, size_t *count,
                                            projc_error *error);
projc_status projc__sqlite_add_generation(projc_store *store,
                                          const projc__registration *registration, int64_t skips_of,
                                          projc_error *error);
/* In the open write transaction: the state, and the lanes' epochs raised. */
projc_status projc__sqlite_change_state(projc__sqlite *store, int64_t generation,
                                        projc__generation_state from, projc__generation_state to,
                                        projc_error *error);

/* swap.c */
projc_status projc__sqlite_swap_generations(projc_store *store, const projc__swap *swap,
                                            projc_error *error);

/* lanes.c */
projc_status projc__sqlite_load_lanes(projc_store *store, int64_t generation, projc_arena *arena,
                                      projc__lane **lanes, size_t *count, projc_error *error);
projc_status projc__sqlite_load_keys(projc_store *store, int64_t generation, projc_arena *arena,
                                     projc__key_row **rows, size_t *count, projc_error *error);
projc_status projc__sqlite_load_skipped(projc_store *store, int64_t generation, int64_t above,
                                        size_t limit, projc_arena *arena, projc__skipped_row **rows,
                                        size_t *count, projc_error *error);
projc_status projc__sqlite_count_skipped(projc_store *store, int64_t generation, int64_t *count,
                                         projc_error *error);

/* waiting.c */
projc_status projc__sqlite_load_waiting(projc_store *store, int64_t generation, projc_bytes key,
                                        int64_t after, int64_t up_to, size_t limit,
                                        projc_arena *arena, int64_t **numbers, size_t *count,
                                        projc_error *error);
projc_status projc__sqlite_count_waiting(projc_store *store, int64_t generation, projc_arena *arena,
                                         projc__waiting_count **rows, size_t *count,
                                         projc_error *error);
/* In the open write transaction: the deletions, then the insertions. */
projc_status projc__sqlite_write_waiting(projc__sqlite *store, const projc__unit *unit,
                                         projc_error *error);

/* events.c */
projc_status projc__sqlite_read_page(projc_store *store, const projc_stream_type *stream,
                                     int64_t after, const projc__page_limits *limits,
                                     projc_arena *arena, projc__page *page, projc_error *error);
projc_status projc__sqlite_read_raw(projc_store *store, const projc_stream_type *stream,
                                    int64_t after, int64_t up_to, const char *aggregate_type,
                                    const projc_value *id, const projc__page_limits *limits,
                                    projc_arena *arena, projc__page *page, projc_error *error);
projc_status projc__sqlite_read_numbers(projc_store *store, const projc_stream_type *stream,
                                        const int64_t *numbers, size_t count,
                                        const projc__page_limits *limits, projc_arena *arena,
                                        projc__page *page, projc_error *error);
projc_status projc__sqlite_stay_awake(projc_store *store, const projc_stream_type *stream,
                                      int64_t duration_ms, projc_error *error);
projc_status projc__sqlite_read_head(projc_store *store, const projc_stream_type *stream,
                                     int64_t *no, int64_t *time, bool *has_writers,
                                     projc_error *error);

/* append.c */
projc_status projc__sqlite_append(projc_store *store, const projc_stream_type *stream,
                                  const projc__new_event *events, size_t count, int64_t *positions,
                                  projc_error *error);

/* rows.c */
projc_status projc__sqlite_load_rows(projc_store *store, const projc_table *table,
                                     const projc_value *keys, size_t count, projc_arena *arena,
                                     projc_value **rows, projc_error *error);
projc_status projc__sqlite_find_rows(projc_store *store, const projc_table *table,
                                     const uint32_t *columns, const projc_value *values,
                                     uint32_t count, projc_arena *arena, projc_value ***rows,
                                     size_t *row_count, projc_error *error);
projc_status projc__sqlite_scan_rows(projc_store *store, const projc_table *table,
                                     projc__row_visit visit, void *context, projc_error *error);
/* In the open write transaction: the deletions, then the upserts. */
projc_status projc__sqlite_write_rows(projc__sqlite *store, const projc__row_write *write,
                                      projc_error *error);

/* commit.c */
projc_status projc__sqlite_commit(projc_store *store, const projc__unit *unit, projc_error *error);
projc_status projc__sqlite_reset(projc_store *store, int64_t generation,
                                 const projc_table *const *tables, size_t table_count,
                                 bool keep_skipped, projc_error *error);

/* wake.c */
projc_status projc__sqlite_listen(projc_store *store, const projc_stream_type *const *streams,
                                  size_t count, projc_error *error);
projc_status projc__sqlite_wait(projc_store *store, int wake_fd, int64_t timeout_ms,
                                int *stream_index, projc_error *error);
void projc__sqlite_forget_watches(projc__sqlite *store);
/* What is committed after this is news for wait_commit. */
projc_status projc__sqlite_hear_commits(projc__sqlite *store, projc_error *error);
projc_status projc__sqlite_wait_commit(projc_store *store, int64_t generation, int64_t timeout_us,
                                       projc_error *error);

/* checkpoint.c */
void projc__sqlite_bound_log(projc__sqlite *store);

/* wal_signal.c: signal_fd stays -1 where it cannot be had; then wait() looks more often. */
void projc__sqlite_open_signal(projc__sqlite *store);
void projc__sqlite_drain_signal(projc__sqlite *store);
void projc__sqlite_close_signal(projc__sqlite *store);

/* processes.c */
projc_status projc__sqlite_heartbeat(projc_store *store, projc_text id, projc_text name,
                                     projc_arena *arena, projc__process **processes, size_t *count,
                                     projc_error *error);
projc_status projc__sqlite_end_process(projc_store *store, projc_text id, projc_error *error);
projc_status projc__sqlite_add_waiter(projc_store *store, projc_text id, int64_t generation,
                                      int64_t position, const projc_stream_type *stream,
                                      int64_t timeout_ms, projc_error *error);
projc_status projc__sqlite_remove_waiter(projc_store *store, projc_text id, projc_error *error);
projc_status projc__sqlite_load_waiters(projc_store *store, projc_arena *arena,
                                        projc__waiter **waiters, size_t *count, projc_error *error);

projc_status projc__sqlite_query(projc_store *store, const projc_query *query,
                                 const projc_value *parameters, projc__row_visit visit,
                                 void *context, projc_error *error);

#endif
