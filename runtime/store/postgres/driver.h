/* The entries of the driver table; store/store.h is their contract. */
#ifndef PROJC_STORE_POSTGRES_DRIVER_H
#define PROJC_STORE_POSTGRES_DRIVER_H

#include "store/postgres/connection.h"

/* transaction.c */
projc_status projc__postgres_begin(projc_store *store, projc_error *error);
projc_status projc__postgres_commit_user(projc_store *store, projc_error *error);
projc_status projc__postgres_rollback(projc_store *store, projc_error *error);

/* schema.c */
projc_status projc__postgres_run_script(projc_store *store, const char *const *pieces, size_t count,
                                        projc_error *error);
const char *projc__postgres_runtime_schema(void);
/* Statements without parameters, in the transaction that is open. */
projc_status projc__postgres_run_text(projc__postgres *postgres, const char *text,
                                      projc_error *error);
/* describe.c */
projc_status projc__postgres_describe(projc_store *store, const char *schema, const char *table,
                                      projc_arena *arena, projc__found_table *found,
                                      projc_error *error);
const char *projc__postgres_column_type(projc_arena *arena, const projc_column *column);
projc_status projc__postgres_has_table(projc_store *store, const char *schema, const char *table,
                                       bool *answer, projc_error *error);

projc_status projc__postgres_table_bytes(projc_store *store, const char *schema, const char *table,
                                         int64_t *bytes, projc_error *error);

/* preflight.c */
projc_status projc__postgres_preflight(projc_store *store, const projc_stream_type *stream,
                                       projc_error *error);
projc_status projc__postgres_check_log(projc_store *store, const projc_stream_type *stream,
                                       int64_t no, projc_uuid event_id, projc_error *error);

/* generation.c */
projc_status projc__postgres_register_projection(projc_store *store,
                                                 const projc__registration *registration,
                                                 projc_arena *arena, projc__generation *generation,
                                                 projc_error *error);
projc_status projc__postgres_find_generation(projc_store *store, const char *package,
                                             const char *projection, projc_arena *arena,
                                             projc__generation *generation, projc_error *error);
projc_status projc__postgres_restamp_generation(projc_store *store, int64_t generation,
                                                const projc_projection_type *projection,
                                                projc_error *error);
projc_status projc__postgres_set_generation_state(projc_store *store, int64_t generation,
                                                  projc__generation_state from,
                                                  projc__generation_state to, projc_error *error);
projc_status projc__postgres_list_generations(projc_store *store, const char *package,
                                              const char *projection, projc_arena *arena,
                                              projc__generation **rows, size_t *count,
                                              projc_error *error);
projc_status projc__postgres_add_generation(projc_store *store,
                                            const projc__registration *registration,
                                            int64_t skips_of, projc_error *error);
projc_status projc__postgres_load_lanes(projc_store *store, int64_t generation, projc_arena *arena,
                                        projc__lane **lanes, size_t *count, projc_error *error);

/* swap.c */
projc_status projc__postgres_swap_generations(projc_store *store, const projc__swap *swap,
                                              projc_error *error);

/* key.c */
projc_status projc__postgres_load_keys(projc_store *store, int64_t generation, projc_arena *arena,
                                       projc__key_row **rows, size_t *count, projc_error *error);
projc_status projc__postgres_load_skipped(projc_store *store, int64_t generation, int64_t above,
                                          size_t limit, projc_arena *arena,
                                          projc__skipped_row **rows, size_t *count,
                                          projc_error *error);
projc_status projc__postgres_count_skipped(projc_store *store, int64_t generation, int64_t *count,
                                           projc_error *error);

/* waiting.c */
projc_status projc__postgres_load_waiting(projc_store *store, int64_t generation, projc_bytes key,
                                          int64_t after, int64_t up_to, size_t limit,
                                          projc_arena *arena, int64_t **numbers, size_t *count,
                                          projc_error *error);
projc_status projc__postgres_count_waiting(projc_store *store, int64_t generation,
                                           projc_arena *arena, projc__waiting_count **rows,
                                           size_t *count, projc_error *error);

/* reader.c */
projc_status projc__postgres_read_page(projc_store *store, const projc_stream_type *stream,
                                       int64_t after, const projc__page_limits *limits,
                                       projc_arena *arena, projc__page *page, projc_error *error);
projc_status projc__postgres_read_settled(projc_store *store, const projc_stream_type *stream,
                                          int64_t after, int64_t up_to,
                                          const projc__page_limits *limits, projc_arena *arena,
                                          projc__page *page, projc_error *error);
projc_status projc__postgres_read_raw(projc_store *store, const projc_stream_type *stream,
                                      int64_t after, int64_t up_to, const char *aggregate_type,
                                      const projc_value *id, const projc__page_limits *limits,
                                      projc_arena *arena, projc__page *page, projc_error *error);
projc_status projc__postgres_read_numbers(projc_store *store, const projc_stream_type *stream,
                                          const int64_t *numbers, size_t count,
                                          const projc__page_limits *limits, projc_arena *arena,
                                          projc__page *page, projc_error *error);
projc_status projc__postgres_read_head(projc_store *store, const projc_stream_type *stream,
                                       int64_t *no, int64_t *time, bool *has_writers,
                                       projc_error *error);

/* rows.c */
projc_status projc__postgres_load_rows(projc_store *store, const projc_table *table,
                                       const projc_value *keys, size_t count, projc_arena *arena,
                                       projc_value **rows, projc_error *error);
projc_status projc__postgres_find_rows(projc_store *store, const projc_table *table,
                                       const uint32_t *columns, const projc_value *values,
                                       uint32_t count, projc_arena *arena, projc_value ***rows,
                                       size_t *row_count, projc_error *error);
projc_status projc__postgres_find_each(projc_store *store, const projc_table *table,
                                       const uint32_t *columns, uint32_t column_count,
                                       const projc_value *values, size_t count, projc_arena *arena,
                                       projc_value ***rows, size_t **lists, size_t *row_count,
                                       projc_error *error);
projc_status projc__postgres_scan_rows(projc_store *store, const projc_table *table,
                                       projc__row_visit visit, void *context, projc_error *error);

/* commit.c */
projc_status projc__postgres_commit(projc_store *store, const projc__unit *unit,
                                    projc_error *error);

/* reset.c */
projc_status projc__postgres_reset(projc_store *store, int64_t generation,
                                   const projc_table *const *tables, size_t table_count,
                                   bool keep_skipped, projc_error *error);

/* append.c */
projc_status projc__postgres_append(projc_store *store, const projc_stream_type *stream,
                                    const projc__new_event *events, size_t count,
                                    int64_t *positions, projc_error *error);

/* listener.c */
projc_status projc__postgres_listen(projc_store *store, const projc_stream_type *const *streams,
                                    size_t count, projc_error *error);
projc_status projc__postgres_wait(projc_store *store, int wake_fd, int64_t timeout_ms,
                                  int *stream_index, projc_error *error);

/* awake.c */
projc_status projc__postgres_stay_awake(projc_store *store, const projc_stream_type *stream,
                                        int64_t duration_ms, projc_error *error);

/* process.c */
projc_status projc__postgres_heartbeat(projc_store *store, projc_text id, projc_text name,
                                       projc_arena *arena, projc__process **processes,
                                       size_t *count, projc_error *error);
projc_status projc__postgres_end_process(projc_store *store, projc_text id, projc_error *error);

/* orphan.c */
projc_status projc__postgres_end_orphans(projc_store *store, size_t *ended, projc_error *error);

/* waiter.c */
projc_status projc__postgres_add_waiter(projc_store *store, projc_text id, int64_t generation,
                                        int64_t position, const projc_stream_type *stream,
                                        int64_t timeout_ms, projc_error *error);
projc_status projc__postgres_remove_waiter(projc_store *store, projc_text id, projc_error *error);
projc_status projc__postgres_wait_commit(projc_store *store, int64_t generation, int64_t timeout_us,
                                         projc_error *error);
projc_status projc__postgres_load_waiters(projc_store *store, projc_arena *arena,
                                          projc__waiter **waiters, size_t *count,
                                          projc_error *error);

projc_status projc__postgres_query(projc_store *store, const projc_query *query,
                                   const projc_value *parameters, projc__row_visit visit,
                                   void *context, projc_error *error);

/* room.c */
projc_status projc__postgres_survey_rows(projc_store *store, const projc_table *const *tables,
                                         size_t count, projc__row_census *census,
                                         projc_error *error);
projc_status projc__postgres_make_room(projc_store *store, const projc_table *table,
                                       projc_error *error);

#endif
