/* Raw pages: what is there now, settled or not. For waiting events and for people. */
#include "store/postgres/driver.h"
#include "store/postgres/page.h"

projc_status projc__postgres_read_raw(projc_store *store, const projc_stream_type *stream,
                                      int64_t after, int64_t up_to, const char *aggregate_type,
                                      const projc_value *id, const projc__page_limits *limits,
                                      projc_arena *arena, projc__page *page, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__page_query query = {.after = after,
                               .up_to = up_to,
                               .aggregate_type = aggregate_type,
                               .aggregate_id = id,
                               .limits = limits};
    projc__event_table *table;

    projc_status status = projc__event_table_find(postgres, stream, &table, error);
    if (status != PROJC_OK)
        return status;
    return projc__page_select(postgres, table, &query, arena, page, error);
}

projc_status projc__postgres_read_numbers(projc_store *store, const projc_stream_type *stream,
                                          const int64_t *numbers, size_t count,
                                          const projc__page_limits *limits, projc_arena *arena,
                                          projc__page *page, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__page_query query = {
        .after = numbers[0] - 1, .limits = limits, .numbers = numbers, .number_count = count};
    projc__event_table *table;

    projc_status status = projc__event_table_find(postgres, stream, &table, error);
    if (status != PROJC_OK)
        return status;
    return projc__page_select(postgres, table, &query, arena, page, error);
}
