/* The driver table of a store: everything the engine and the service ask of a database.
 *
 * DESIGN. A projc_store is one connection, used by one thread at a time. Drivers embed struct
 * projc_store as their first member. store.c wraps every call (projc__store_…), checks the contract
 * by assertions, and is what everybody calls; nobody calls through the table directly. After a
 * CONNECTION status the store is dead: the caller closes it and opens another. No call leaves a
 * transaction open, except begin … commit/rollback, which belong to users' appends. All slices in
 * results live in the arena that the caller gave. Numbers of events are positions in the log; 0
 * stands before the first event.
 *
 * A page holds only rows that nothing can precede any more: `reached` says how far the log is
 * settled by this page. How a driver knows (the horizon on PostgreSQL, the single writer on SQLite)
 * is its secret.
 *
 * The safety of a commit is the compare-and-set on (position, epoch) of every lane it claims; locks
 * only save work. A driver maps its errors to statuses: the event's fault (SQLSTATE 22, 23, 54;
 * SQLite CONSTRAINT, TOOBIG, MISMATCH) DATA, infrastructure (08, 25P03, 40, 53, 55P03, 57; BUSY,
 * LOCKED, FULL, IOERR, CANTOPEN) CONNECTION or TRANSIENT, 42P01 and "no such table" NO_SCHEMA, the
 * rest DATABASE. */
#ifndef PROJC_STORE_STORE_H
#define PROJC_STORE_STORE_H

#include "projc/module.h"
#include "projc/store.h"
#include "store/generation.h"
#include "store/records.h"

enum { PROJC__DRIVER_VERSION = 1 };

struct projc_store {
    const struct projc__driver *driver; /* constant after open */
    bool is_in_transaction;             /* between begin and commit or rollback */
};

typedef projc_status (*projc__row_visit)(void *context, const projc_value *values,
                                         projc_error *error);

struct projc__driver {
    uint32_t version;    /* PROJC__DRIVER_VERSION */
    const char *name;    /* "postgres", "sqlite" */
    bool writes_in_turn; /* one transaction writes at a time, whatever connection it is on */

    projc_status (*open)(const projc_store_options *options, projc_store **store,
                         projc_error *error);
    void (*close)(projc_store *store);
    projc_status (*begin)(projc_store *store, projc_error *error);
    projc_status (*commit_user)(projc_store *store, projc_error *error);
    projc_status (*rollback)(projc_store *store, projc_error *error);

    /* Schema. `script` is a list of statements; all in one transaction under a lock that makes two
     * callers take turns. runtime_schema() is the idempotent DDL of the projc_ tables. */
    projc_status (*run_script)(projc_store *store, const char *const *pieces, size_t count,
                               projc_error *error);
    const char *(*runtime_schema)(void);
    /* Is there a table (or view) of this name? schema may be NULL. */
    projc_status (*has_table)(projc_store *store, const char *schema, const char *table,
                              bool *answer, projc_error *error);

    /* Bytes on disk of a table with its indexes; -1: unknown, or too long to find out. */
    projc_status (*table_bytes)(projc_store *store, const char *schema, const char *table,
                                int64_t *bytes, projc_error *error);

    /* Named refusals before any work: writable primary, sequence without cache or cycle, no
     * subscription, columns present. And: is the event at `no` still the one we applied? (DIVERGED)
     */
    projc_status (*preflight)(projc_store *store, const projc_stream_type *stream,
                              projc_error *error);
    projc_status (*check_log)(projc_store *store, const projc_stream_type *stream, int64_t no,
                              projc_uuid event_id, projc_error *error);

    /* Makes the generation and its lanes when they are not there; else answers what is stored. */
    projc_status (*register_projection)(projc_store *store, const projc__registration *registration,
                                        projc_arena *arena, projc__generation *generation,
                                        projc_error *error);
    /* The one that is live or paused, without making it; ABSENT. */
    projc_status (*find_generation)(projc_store *store, const char *package, const char *projection,
                                    projc_arena *arena, projc__generation *generation,
                                    projc_error *error);
    /* After a rebuild in place: the generation carries the program's fingerprints and version. */
    projc_status (*restamp_generation)(projc_store *store, int64_t generation,
                                       const projc_projection_type *projection, projc_error *error);
    /* From one state to another, and its lanes' epochs are raised: who works on it is fenced off.
     * ABSENT when it is not in state `from`. */
    projc_status (*set_generation_state)(projc_store *store, int64_t generation,
                                         projc__generation_state from, projc__generation_state to,
                                         projc_error *error);
    /* All of a projection's, ascending by number; what generation.h says of the others. */
    projc_status (*list_generations)(projc_store *store, const char *package,
                                     const char *projection, projc_arena *arena,
                                     projc__generation **rows, size_t *count, projc_error *error);
    projc_status (*add_generation)(projc_store *store, const projc__registration *registration,
                                   int64_t skips_of, projc_error *error);
    projc_status (*swap_generations)(projc_store *store, const projc__swap *swap,
                                     projc_error *error);

    /* All lanes, ascending. */
    projc_status (*load_lanes)(projc_store *store, int64_t generation, projc_arena *arena,
                               projc__lane **lanes, size_t *count, projc_error *error);
    projc_status (*load_keys)(projc_store *store, int64_t generation, projc_arena *arena,
                              projc__key_row **rows, size_t *count, projc_error *error);
    /* Recorded skips above a position, ascending by no, at most limit. */
    projc_status (*load_skipped)(projc_store *store, int64_t generation, int64_t above,
                                 size_t limit, projc_arena *arena, projc__skipped_row **rows,
                                 size_t *count, projc_error *error);
    projc_status (*count_skipped)(projc_store *store, int64_t generation, int64_t *count,
                                  projc_error *error);
    /* The numbers of the events that wait for a key, after < no <= up_to, ascending, at most limit.
     */
    projc_status (*load_waiting)(projc_store *store, int64_t generation, projc_bytes key,
                                 int64_t after, int64_t up_to, size_t limit, projc_arena *arena,
                                 int64_t **numbers, size_t *count, projc_error *error);
    /* How many wait for each key that any waits for, in byte order of the keys. */
    projc_status (*count_waiting)(projc_store *store, int64_t generation, projc_arena *arena,
                                  projc__waiting_count **rows, size_t *count, projc_error *error);

    /* The settled rows above `after`. */
    projc_status (*read_page)(projc_store *store, const projc_stream_type *stream, int64_t after,
                              const projc__page_limits *limits, projc_arena *arena,
                              projc__page *page, projc_error *error);
    /* The events with after < no <= up_to, as far as they are settled: reached tells how far that
     * is, at most up_to; is_blocked is never set. So ranges can be read in any order, and on
     * several connections at once. NULL where one connection reads as fast as the database can. */
    projc_status (*read_settled)(projc_store *store, const projc_stream_type *stream, int64_t after,
                                 int64_t up_to, const projc__page_limits *limits,
                                 projc_arena *arena, projc__page *page, projc_error *error);
    /* What is there now, settled or not: after < no <= up_to, of one aggregate when id is not NULL;
     * never is_blocked. For waiting events (already passed by their lane) and for people. */
    projc_status (*read_raw)(projc_store *store, const projc_stream_type *stream, int64_t after,
                             int64_t up_to, const char *aggregate_type, const projc_value *id,
                             const projc__page_limits *limits, projc_arena *arena,
                             projc__page *page, projc_error *error);
    /* The same for the events with these numbers (count >= 1, ascending), as far as they are there.
     * has_more: a limit ended the page, so that some may not have been looked for. */
    projc_status (*read_numbers)(projc_store *store, const projc_stream_type *stream,
                                 const int64_t *numbers, size_t count,
                                 const projc__page_limits *limits, projc_arena *arena,
                                 projc__page *page, projc_error *error);
    /* The highest visible number, 0 when empty, and its time; and whether writers are in flight. */
    projc_status (*read_head)(projc_store *store, const projc_stream_type *stream, int64_t *no,
                              int64_t *time, bool *has_writers, projc_error *error);

    /* rows[i]: the row of the i-th of count keys (of key_count values); NULL: absent. */
    projc_status (*load_rows)(projc_store *store, const projc_table *table, const projc_value *keys,
                              size_t count, projc_arena *arena, projc_value **rows,
                              projc_error *error);
    /* The rows whose columns (numbers of the table's) equal the values, where NULL equals NULL; no
     * columns: all rows. In no order; (*rows)[i] has column_count values. */
    projc_status (*find_rows)(projc_store *store, const projc_table *table, const uint32_t *columns,
                              const projc_value *values, uint32_t count, projc_arena *arena,
                              projc_value ***rows, size_t *row_count, projc_error *error);
    /* The rows that equal any of several lists of values (count times column_count, none of them
     * NULL); (*lists)[i] tells which list the i-th row equals. NULL where a query has no round
     * trip.
     */
    projc_status (*find_each)(projc_store *store, const projc_table *table, const uint32_t *columns,
                              uint32_t column_count, const projc_value *values, size_t count,
                              projc_arena *arena, projc_value ***rows, size_t **lists,
                              size_t *row_count, projc_error *error);
    /* Every row in key order. The visitor may not use the store. */
    projc_status (*scan_rows)(projc_store *store, const projc_table *table, projc__row_visit visit,
                              void *context, projc_error *error);

    /* All or nothing, in one transaction. OK; FENCED (a lane has moved) or LOCKED (another holds
     * it): nothing was written; DATA: the flush was refused because of the rows; CONNECTION:
     * unknown. */
    projc_status (*commit)(projc_store *store, const projc__unit *unit, projc_error *error);
    /* Position 0, epochs raised, the rows of the tables, keys, what waits for them and (unless
     * keep_skipped) skips deleted. */
    projc_status (*reset)(projc_store *store, int64_t generation, const projc_table *const *tables,
                          size_t table_count, bool keep_skipped, projc_error *error);

    /* In the open transaction, or in one of its own: all or none. positions may be NULL. CONFLICT:
     * the error tells which event. */
    projc_status (*append)(projc_store *store, const projc_stream_type *stream,
                           const projc__new_event *events, size_t count, int64_t *positions,
                           projc_error *error);

    /* Wakes up wait() when events come. UNSUPPORTED behind a pooler: then the caller polls. */
    projc_status (*listen)(projc_store *store, const projc_stream_type *const *streams,
                           size_t count, projc_error *error);
    /* For so long the trigger of the log need wake nobody up, because we look by ourselves; 0: it
     * shall, from now on. Seen by writers at once, outside of transactions. UNSUPPORTED when the
     * log has no such trigger. */
    projc_status (*stay_awake)(projc_store *store, const projc_stream_type *stream,
                               int64_t duration_ms, projc_error *error);
    /* Until a wake-up, until wake_fd is readable (it is not read; -1: none) or until the time-out:
     * OK for a wake-up or wake_fd, TIMED_OUT, or CONNECTION. *stream_index tells which stream, or
     * -1. */
    projc_status (*wait)(projc_store *store, int wake_fd, int64_t timeout_ms, int *stream_index,
                         projc_error *error);

    /* Writes this process's heartbeat, forgets the long dead, answers all; id empty: only that. */
    projc_status (*heartbeat)(projc_store *store, projc_text id, projc_text name,
                              projc_arena *arena, projc__process **processes, size_t *count,
                              projc_error *error);
    projc_status (*end_process)(projc_store *store, projc_text id, projc_error *error);
    /* Ends sessions that hold lanes and wait for a client who has given them up; *ended: how many.
     * NULL where a client that is gone leaves nothing behind. */
    projc_status (*end_orphans)(projc_store *store, size_t *ended, projc_error *error);
    /* Who waits for what. Also wakes the projectors up, and until remove_waiter wait_commit hears
     * of the generation's commits. */
    projc_status (*add_waiter)(projc_store *store, projc_text id, int64_t generation,
                               int64_t position, const projc_stream_type *stream,
                               int64_t timeout_ms, projc_error *error);
    projc_status (*remove_waiter)(projc_store *store, projc_text id, projc_error *error);
    /* Until a unit of the generation is committed; it may return early, and not hear of a commit
     * under way when the waiter was added: look again now and then. OK, TIMED_OUT, UNSUPPORTED
     * (nothing is heard on this connection: the caller polls), CONNECTION. */
    projc_status (*wait_commit)(projc_store *store, int64_t generation, int64_t timeout_us,
                                projc_error *error);
    projc_status (*load_waiters)(projc_store *store, projc_arena *arena, projc__waiter **waiters,
                                 size_t *count, projc_error *error);

    /* Dead rows of tables: one census a table; and taking them away, where nobody sees them any
     * more. It may end with OK and nothing done: when somebody else is at it, or the table is not
     * ours. Both are NULL where there is no need. Not for a connection that others wait for. */
    projc_status (*survey_rows)(projc_store *store, const projc_table *const *tables, size_t count,
                                projc__row_census *census, projc_error *error);
    projc_status (*make_room)(projc_store *store, const projc_table *table, projc_error *error);

    /* The rows of a query, all columns of its table. The visitor may not use the store. */
    projc_status (*query)(projc_store *store, const projc_query *query,
                          const projc_value *parameters, projc__row_visit visit, void *context,
                          projc_error *error);

    /* The columns and indexes of a table or view; ABSENT. schema may be NULL. */
    projc_status (*describe)(projc_store *store, const char *schema, const char *table,
                             projc_arena *arena, projc__found_table *found, projc_error *error);
    /* The type that the generated schema gives a column. */
    const char *(*column_type)(projc_arena *arena, const projc_column *column);
};

extern const struct projc__driver projc__postgres_driver;
extern const struct projc__driver projc__sqlite_driver;

/* The driver for a database text; NULL when there is none for it. */
const struct projc__driver *projc__driver_for(const char *database);

/* store.c offers each entry of the table under the name projc__store_ENTRY(store, …), except open
 * and close, begin, commit_user and rollback, whose public names stand in projc/store.h. */
projc_status projc__store_run_script(projc_store *store, const char *const *pieces, size_t count,
                                     projc_error *error);
projc_status projc__store_has_table(projc_store *store, const char *schema, const char *table,
                                    bool *answer, projc_error *error);
projc_status projc__store_table_bytes(projc_store *store, const char *schema, const char *table,
                                      int64_t *bytes, projc_error *error);
projc_status projc__store_describe(projc_store *store, const char *schema, const char *table,
                                   projc_arena *arena, projc__found_table *found,
                                   projc_error *error);
const char *projc__store_column_type(projc_store *store, projc_arena *arena,
                                     const projc_column *column); /* NULL: no room */
projc_status projc__store_preflight(projc_store *store, const projc_stream_type *stream,
                                    projc_error *error);
projc_status projc__store_check_log(projc_store *store, const projc_stream_type *stream, int64_t no,
                                    projc_uuid event_id, projc_error *error);
/* DIVERGED, for the drivers: event *no* of the table is another one, or (is_there is false) gone.
 */
projc_status projc__store_diverged(const char *schema, const char *table, int64_t no, bool is_there,
                                   projc_error *error);
/* What may have happened to a log, and what mends it: the end of such a message. */
#define PROJC__DIVERGED_CAUSE                                                              \
    "the log was restored, cut or exchanged; connect to the right database, or start the " \
    "projection over with reset"
projc_status projc__store_load_lanes(projc_store *store, int64_t generation, projc_arena *arena,
                                     projc__lane **lanes, size_t *count, projc_error *error);
projc_status projc__store_load_keys(projc_store *store, int64_t generation, projc_arena *arena,
                                    projc__key_row **rows, size_t *count, projc_error *error);
projc_status projc__store_load_skipped(projc_store *store, int64_t generation, int64_t above,
                                       size_t limit, projc_arena *arena, projc__skipped_row **rows,
                                       size_t *count, projc_error *error);
projc_status projc__store_count_skipped(projc_store *store, int64_t generation, int64_t *count,
                                        projc_error *error);
projc_status projc__store_load_waiting(projc_store *store, int64_t generation, projc_bytes key,
                                       int64_t after, int64_t up_to, size_t limit,
                                       projc_arena *arena, int64_t **numbers, size_t *count,
                                       projc_error *error);
projc_status projc__store_count_waiting(projc_store *store, int64_t generation, projc_arena *arena,
                                        projc__waiting_count **rows, size_t *count,
                                        projc_error *error);
projc_status projc__store_read_page(projc_store *store, const projc_stream_type *stream,
                                    int64_t after, const projc__page_limits *limits,
                                    projc_arena *arena, projc__page *page, projc_error *error);
/* Is there such an entry? */
static inline bool projc__store_reads_settled(const projc_store *store)
{
    return store->driver->read_settled != NULL;
}
projc_status projc__store_read_settled(projc_store *store, const projc_stream_type *stream,
                                       int64_t after, int64_t up_to,
                                       const projc__page_limits *limits, projc_arena *arena,
                                       projc__page *page, projc_error *error);
projc_status projc__store_read_raw(projc_store *store, const projc_stream_type *stream,
                                   int64_t after, int64_t up_to, const char *aggregate_type,
                                   const projc_value *id, const projc__page_limits *limits,
                                   projc_arena *arena, projc__page *page, projc_error *error);
projc_status projc__store_read_numbers(projc_store *store, const projc_stream_type *stream,
                                       const int64_t *numbers, size_t count,
                                       const projc__page_limits *limits, projc_arena *arena,
                                       projc__page *page, projc_error *error);
projc_status projc__store_read_head(projc_store *store, const projc_stream_type *stream,
                                    int64_t *no, int64_t *time, bool *has_writers,
                                    projc_error *error);
projc_status projc__store_load_rows(projc_store *store, const projc_table *table,
                                    const projc_value *keys, size_t count, projc_arena *arena,
                                    projc_value **rows, projc_error *error);
projc_status projc__store_find_rows(projc_store *store, const projc_table *table,
                                    const uint32_t *columns, const projc_value *values,
                                    uint32_t count, projc_arena *arena, projc_value ***rows,
                                    size_t *row_count, projc_error *error);
/* Is there such an entry? */
static inline bool projc__store_finds_each(const projc_store *store)
{
    return store->driver->find_each != NULL;
}
projc_status projc__store_find_each(projc_store *store, const projc_table *table,
                                    const uint32_t *columns, uint32_t column_count,
                                    const projc_value *values, size_t count, projc_arena *arena,
                                    projc_value ***rows, size_t **lists, size_t *row_count,
                                    projc_error *error);
projc_status projc__store_scan_rows(projc_store *store, const projc_table *table,
                                    projc__row_visit visit, void *context, projc_error *error);
projc_status projc__store_commit(projc_store *store, const projc__unit *unit, projc_error *error);
/* For drivers: *rows is where the rows of the write from first on stand; made in room (count times
 * column_count values) where they do not stand anywhere. */
projc_status projc__write_rows(const projc__row_write *write, size_t first, size_t count,
                               projc_value *room, const projc_value **rows, projc_error *error);
projc_status projc__store_reset(projc_store *store, int64_t generation,
                                const projc_table *const *tables, size_t table_count,
                                bool keep_skipped, projc_error *error);
projc_status projc__store_append(projc_store *store, const projc_stream_type *stream,
                                 const projc__new_event *events, size_t count, int64_t *positions,
                                 projc_error *error);
projc_status projc__store_listen(projc_store *store, const projc_stream_type *const *streams,
                                 size_t count, projc_error *error);
projc_status projc__store_stay_awake(projc_store *store, const projc_stream_type *stream,
                                     int64_t duration_ms, projc_error *error);
projc_status projc__store_wait(projc_store *store, int wake_fd, int64_t timeout_ms,
                               int *stream_index, projc_error *error);
projc_status projc__store_heartbeat(projc_store *store, projc_text id, projc_text name,
                                    projc_arena *arena, projc__process **processes, size_t *count,
                                    projc_error *error);
projc_status projc__store_end_process(projc_store *store, projc_text id, projc_error *error);
projc_status projc__store_end_orphans(projc_store *store, size_t *ended, projc_error *error);
projc_status projc__store_add_waiter(projc_store *store, projc_text id, int64_t generation,
                                     int64_t position, const projc_stream_type *stream,
                                     int64_t timeout_ms, projc_error *error);
projc_status projc__store_remove_waiter(projc_store *store, projc_text id, projc_error *error);
projc_status projc__store_wait_commit(projc_store *store, int64_t generation, int64_t timeout_us,
                                      projc_error *error);
projc_status projc__store_load_waiters(projc_store *store, projc_arena *arena,
                                       projc__waiter **waiters, size_t *count, projc_error *error);

/* Does the database let one connection write at a time? By its text. */
bool projc__store_writes_in_turn(const char *database);
/* Do tables grow with dead rows at all? By the database's text. */
bool projc__store_grows(const char *database);
projc_status projc__store_survey_rows(projc_store *store, const projc_table *const *tables,
                                      size_t count, projc__row_census *census, projc_error *error);
projc_status projc__store_make_room(projc_store *store, const projc_table *table,
                                    projc_error *error);

projc_status projc__store_query(projc_store *store, const projc_query *query,
                                const projc_value *parameters, projc__row_visit visit,
                                void *context, projc_error *error);

#endif
