/* Reading the log: pages that nothing can precede any more, in order or by ranges, and the head.
 *
 * DESIGN. horizon.h says when a gap is permanent; here are the statements, each with a snapshot of
 * its own. P reads a page. Only when it shows a gap that is not settled yet, W looks up who is
 * writing to the table, and when that settles something, P is read again: the first page may be
 * older than the end of a writer below m. The head m is the page's last number, or, when a limit
 * ended the page, the highest number of the table, read before W like the page itself: so a long
 * log with old gaps is settled by one look instead of one a page.
 *
 * A range of numbers that is settled can be read before the rows in front of it: W comes first, and
 * the page is read once, by a snapshot that is newer. The horizon is that of the connection that
 * reads, so a range is as good as a page whoever asks for it. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "store/postgres/driver.h"
#include "store/postgres/page.h"

static int64_t utc_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* The writers in flight on the table and its partitions, one row each. Not granted locks are
 * counted: a writer that waits for its lock stalls nobody wrongly for long, and no case needs to be
 * argued. Subqueries without tables are planned in a third of the time that joins take, and this is
 * asked as often as anything. */
#define LOG                                                             \
    "(pg_catalog.quote_ident($1) || '.' || pg_catalog.quote_ident($2))" \
    "::pg_catalog.regclass"

static void build_writers(projc__statement *statement, projc__postgres *postgres,
                          const projc__event_table *table, projc_error *error)
{
    projc__statement_init(statement, postgres, error);
    projc__statement_add(
        statement, "SELECT l.virtualtransaction, COALESCE(l.pid, 0) FROM pg_catalog.pg_locks l"
                   " WHERE l.locktype = 'relation' AND l.mode = 'RowExclusiveLock'"
                   " AND l.database = (SELECT oid FROM pg_catalog.pg_database"
                   " WHERE datname = pg_catalog.current_database())"
                   " AND (l.relation = (SELECT " LOG ") OR l.relation = ANY (ARRAY("
                   "SELECT t.relid FROM pg_catalog.pg_partition_tree(" LOG ") t)))"
                   " AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()");
    projc__statement_bind_text(statement, table->schema);
    projc__statement_bind_text(statement, table->name);
    projc__statement_keep(statement);
}

static projc_status observe(projc__event_table *table, int64_t head, const PGresult *result,
                            projc_error *error)
{
    size_t count = (size_t)PQntuples(result);
    projc__writer *writers = malloc((count + 1) * sizeof *writers);
    projc_status status = PROJC_OK;

    if (writers == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    for (size_t i = 0; status == PROJC_OK && i < count; i++) {
        const char *text = PQgetvalue(result, (int)i, 0);
        writers[i].pid = (int32_t)projc__result_i64(result, (int)i, 1);
        if (!projc__writer_parse(text, (size_t)PQgetlength(result, (int)i, 0), &writers[i]))
            status = projc_error_set(error, PROJC_DATABASE,
                                     "pg_locks shows a virtual transaction that cannot be read: %s",
                                     text);
    }
    if (status == PROJC_OK &&
        projc__horizon_observe(&table->horizon, head, writers, count) != PROJC_OK)
        status = projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    free(writers);
    return status;
}

static projc_status look_at_writers(projc__postgres *postgres, const projc__event_table *table,
                                    PGresult **writers, projc_error *error)
{
    projc__statement statement;

    build_writers(&statement, postgres, table, error);
    return projc__statement_run(&statement, writers);
}

static void build_head(projc__statement *statement, projc__postgres *postgres,
                       const projc__event_table *table, projc_error *error)
{
    projc__statement_init(statement, postgres, error);
    projc__statement_add(statement, "SELECT no::int8, created_at FROM ");
    projc__statement_add_table(statement, table->schema, table->name);
    projc__statement_add(statement, " ORDER BY no DESC LIMIT 1");
}

static projc_status find_head(projc__postgres *postgres, const projc__event_table *table,
                              const projc__page *page, int64_t *head, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;

    *head = page->count > 0 ? page->events[page->count - 1].no : 0;
    if (!page->has_more)
        return PROJC_OK;
    build_head(&statement, postgres, table, error);
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK && PQntuples(result) == 1 && projc__result_i64(result, 0, 0) > *head)
        *head = projc__result_i64(result, 0, 0);
    PQclear(result);
    return status;
}

static size_t count_settled(const projc__event_table *table, int64_t after, const projc__page *page)
{
#ifdef PROJC_MUTANT_NAIVE
    (void)table;
    (void)after;
    return page->count;
#else
    int64_t position = after;
    size_t count = 0;
    while (count < page->count &&
           projc__horizon_is_settled(&table->horizon, position, page->events[count].no))
        position = page->events[count++].no;
    return count;
#endif
}

/* Since when the blocking transaction runs, or is prepared, as far as this role may see it; else
 * since now. */
static projc_status ask_since(projc__postgres *postgres, const projc__writer *writer,
                              int64_t *since, projc_error *error)
{
    projc__statement statement;
    PGresult *result = NULL;
    char name[32]; /* as pg_locks shows it */

    *since = utc_now();
    if (writer == NULL)
        return PROJC_OK;
    projc__statement_init(&statement, postgres, error);
    if (writer->pid != 0) {
        projc__statement_add(&statement,
                             "SELECT xact_start FROM pg_catalog.pg_stat_get_activity($1)"
                             " WHERE xact_start IS NOT NULL");
        projc__statement_bind_i32(&statement, writer->pid);
    } else {
        snprintf(name, sizeof name, "%ld/%lu", (long)writer->backend,
                 (unsigned long)writer->transaction);
        projc__statement_add(&statement,
                             "SELECT p.prepared FROM pg_catalog.pg_prepared_xacts p"
                             " JOIN pg_catalog.pg_locks l ON l.transactionid = p.transaction"
                             " WHERE l.locktype = 'transactionid' AND l.pid IS NULL"
                             " AND l.virtualtransaction = $1");
        projc__statement_bind_text(&statement, name);
    }
    projc_status status = projc__statement_run(&statement, &result);
    if (status == PROJC_OK && PQntuples(result) == 1)
        *since = projc__result_time(result, 0, 0);
    PQclear(result);
    return status;
}

/* Cuts the page at the gap and says who holds it. */
static projc_status tell_blocker(projc__postgres *postgres, projc__event_table *table,
                                 int64_t after, projc__page *page, projc_error *error)
{
    size_t settled = count_settled(table, after, page);
    const projc__writer *blocker = projc__horizon_blocker(&table->horizon);
    projc_status status = PROJC_OK;

    page->is_blocked = settled < page->count;
    projc__page_cut(page, after, settled);
    if (!page->is_blocked) {
        table->blocked_since = 0;
        return PROJC_OK;
    }
    page->blocking_pid = blocker != NULL ? blocker->pid : 0;
    if (table->blocked_since == 0 || table->blocking_pid != page->blocking_pid) {
        status = ask_since(postgres, blocker, &table->blocked_since, error);
        table->blocking_pid = page->blocking_pid;
    }
    page->blocked_since = table->blocked_since;
    return status;
}

/* The second P. When the arena has no room for it, the caller gets what was settled before, and
 * comes again: his next P has a new snapshot as well. */
static projc_status read_again(projc__postgres *postgres, projc__event_table *table,
                               const projc__page_query *query, size_t settled, projc_arena *arena,
                               projc__page *page, projc_error *error)
{
    projc__page first = *page;

    projc_status status = projc__page_select(postgres, table, query, arena, page, error);
    if (status != PROJC_LIMIT && status != PROJC_NO_MEMORY)
        return status;
    projc_error_clear(error);
    *page = first;
    projc__page_cut(page, query->after, settled);
    page->has_more = true;
    return PROJC_OK;
}

/* At a gap: finds out more, and reads the page again when that settled something. */
static projc_status settle(projc__postgres *postgres, projc__event_table *table,
                           const projc__page_query *query, PGresult **writers, projc_arena *arena,
                           projc__page *page, projc_error *error)
{
    int64_t safe = table->horizon.safe;
    size_t settled = count_settled(table, query->after, page);
    int64_t head;

    projc_status status = find_head(postgres, table, page, &head, error);
    if (status == PROJC_OK && *writers == NULL)
        status = look_at_writers(postgres, table, writers, error);
    if (status == PROJC_OK)
        status = observe(table, head, *writers, error);
    if (status != PROJC_OK || table->horizon.safe == safe)
        return status;
#ifdef PROJC_MUTANT_NO_SECOND_READ
    (void)read_again;
    (void)settled;
    (void)arena;
    return PROJC_OK;
#else
    return read_again(postgres, table, query, settled, arena, page, error);
#endif
}

projc_status projc__postgres_read_page(projc_store *store, const projc_stream_type *stream,
                                       int64_t after, const projc__page_limits *limits,
                                       projc_arena *arena, projc__page *page, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__page_query query = {.after = after, .up_to = INT64_MAX, .limits = limits};
    projc__event_table *table;
    PGresult *writers = NULL;

    projc_status status = projc__event_table_find(postgres, stream, &table, error);
#ifdef PROJC_MUTANT_WRITERS_FIRST
    if (status == PROJC_OK)
        status = look_at_writers(postgres, table, &writers, error);
#endif
    if (status == PROJC_OK)
        status = projc__page_select(postgres, table, &query, arena, page, error);
    if (status == PROJC_OK && count_settled(table, after, page) < page->count)
        status = settle(postgres, table, &query, &writers, arena, page, error);
    if (status == PROJC_OK)
        status = tell_blocker(postgres, table, after, page, error);
    PQclear(writers);
    return status;
}

/* One look at the writers, so that everything up to the head may be settled. */
static projc_status look_ahead(projc__postgres *postgres, projc__event_table *table,
                               projc_error *error)
{
    const projc__page unknown = {.has_more = true};
    PGresult *writers = NULL;
    projc_status status = PROJC_OK;
    int64_t head;

#ifdef PROJC_MUTANT_RANGE_WRITERS_FIRST
    status = look_at_writers(postgres, table, &writers, error);
#endif
    if (status == PROJC_OK)
        status = find_head(postgres, table, &unknown, &head, error);
    if (status == PROJC_OK && writers == NULL)
        status = look_at_writers(postgres, table, &writers, error);
    if (status == PROJC_OK)
        status = observe(table, head, writers, error);
    PQclear(writers);
    return status;
}

projc_status projc__postgres_read_settled(projc_store *store, const projc_stream_type *stream,
                                          int64_t after, int64_t up_to,
                                          const projc__page_limits *limits, projc_arena *arena,
                                          projc__page *page, projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__page_query query = {.after = after, .up_to = up_to, .limits = limits};
    projc__event_table *table;

    projc_status status = projc__event_table_find(postgres, stream, &table, error);
    if (status == PROJC_OK && table->horizon.safe < up_to)
        status = look_ahead(postgres, table, error);
#ifndef PROJC_MUTANT_UNSETTLED_RANGE
    if (status == PROJC_OK && table->horizon.safe < up_to)
        query.up_to = table->horizon.safe > after ? table->horizon.safe : after;
#endif
    *page = (projc__page){.reached = after};
    if (status == PROJC_OK && query.up_to > after)
        status = projc__page_select(postgres, table, &query, arena, page, error);
    if (!page->has_more)
        page->reached = query.up_to;
    return status;
}

projc_status projc__postgres_read_head(projc_store *store, const projc_stream_type *stream,
                                       int64_t *no, int64_t *time, bool *has_writers,
                                       projc_error *error)
{
    projc__postgres *postgres = projc__postgres_of(store);
    projc__event_table *table;
    projc__statement statement;
    PGresult *writers = NULL;
    PGresult *head = NULL;

    projc_status status = projc__event_table_find(postgres, stream, &table, error);
    if (status != PROJC_OK)
        return status;
    /* Writers first: one that is in flight then and has ended at the second look shows in the head.
     * Two transactions, because the default isolation might give one of them one snapshot. */
    status = look_at_writers(postgres, table, &writers, error);
    if (status == PROJC_OK) {
        build_head(&statement, postgres, table, error);
        status = projc__statement_run(&statement, &head);
    }
    if (status == PROJC_OK) {
        bool is_empty = PQntuples(head) == 0;
        *has_writers = PQntuples(writers) != 0;
        *no = is_empty ? 0 : projc__result_i64(head, 0, 0);
        *time = is_empty ? 0 : projc__result_time(head, 0, 1);
    }
    PQclear(writers);
    PQclear(head);
    return status;
}
