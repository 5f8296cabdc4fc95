/* Reading rows of an event table into a page, as they stand: settled or not. */
#ifndef PROJC_STORE_POSTGRES_PAGE_H
#define PROJC_STORE_POSTGRES_PAGE_H

#include "store/postgres/event_table.h"

/* What one SELECT shall find. */
typedef struct projc__page_query {
    int64_t after;
    int64_t up_to;              /* INT64_MAX: no bound */
    const char *aggregate_type; /* NULL: of every aggregate */
    const projc_value *aggregate_id;
    const projc__page_limits *limits;
    const int64_t
        *numbers; /* NULL: every number in the range; else these, at least one, ascending */
    size_t number_count;
} projc__page_query;

/* Fills events, count, reached, reached_id and has_more from one snapshot. */
projc_status projc__page_select(projc__postgres *postgres, projc__event_table *table,
                                const projc__page_query *query, projc_arena *arena,
                                projc__page *page, projc_error *error);
/* Keeps the first count events. */
void projc__page_cut(projc__page *page, int64_t after, size_t count);

#endif
