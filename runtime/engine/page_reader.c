/* The readers of pages.h: what they claim, how they read it, and what it tells of the log. */
#include "engine/pages_private.h"

#include <stdlib.h>

#include "base/arena.h"
#include "engine/workspace.h"

/* May this reader claim the log's next page? One page at a time is read in order. */
static bool is_work(const projc__log *log, bool is_helper)
{
    if (log->ahead < 0 || (is_helper && log->width == 0))
        return false;
    for (const projc__shared_page *page = log->first; page != NULL; page = page->next)
        if (projc__page_is_open(page))
            return false;
    return true;
}

/* A log in which there is something to read, and room for it; it goes to the end of the list, so
 * that the others have their turns. */
static projc__log *find_work(projc__pages *pages, bool is_helper)
{
    projc__log **link = &pages->logs;
    projc__log *found;

    if (pages->bytes >= pages->bytes_max)
        return NULL;
    while (*link != NULL && !is_work(*link, is_helper))
        link = &(*link)->next;
    found = *link;
    if (found == NULL)
        return NULL;
    *link = found->next;
    while (*link != NULL)
        link = &(*link)->next;
    *link = found;
    found->next = NULL;
    return found;
}

/* A place in the list for the log's next page; NULL: there is no memory. */
static projc__shared_page *claim(projc__pages *pages, projc__log *log)
{
    projc__shared_page *made = calloc(1, sizeof *made);
    projc__shared_page **link = &log->first;

    if (made == NULL)
        return NULL;
    made->arena = projc__pages_arena(pages);
    if (made->arena == NULL) {
        free(made);
        return NULL;
    }
    made->after = log->ahead;
    made->up_to = PROJC__OPEN_END;
    if (log->width > 0 && log->width < PROJC__OPEN_END - log->ahead)
        made->up_to = log->ahead + log->width;
    if (made->up_to != PROJC__OPEN_END)
        log->ahead = made->up_to;
    made->is_coming = true;
    made->borrowers = 1;
    while (*link != NULL && (*link)->after < made->after)
        link = &(*link)->next;
    made->next = *link;
    *link = made;
    return made;
}

/* OK also when there was nothing. met: a copy of the log, with the event that a new connection
 * must find. *has_ranges: the store can read them. No lock is held. */
static projc_status read_page(projc__pages *pages, projc__workspace *workspace,
                              const projc__log *met, projc__shared_page *into, bool *has_ranges,
                              projc_error *error)
{
    const projc_runtime_options *options = &pages->engine->options;
    projc__page_limits limits = {options->page_rows, options->page_bytes};
    bool is_new = workspace->store == NULL;
    projc_store *store;
    projc_status status = projc__workspace_store(workspace, &store, error);

    if (status == PROJC_OK && is_new)
        status = projc__store_preflight(store, met->stream, error);
    if (status == PROJC_OK && is_new)
        status = projc__store_check_log(store, met->stream, met->met_no, met->met_id, error);
    if (status == PROJC_OK && into->up_to == PROJC__OPEN_END) {
        status = projc__store_read_page(store, met->stream, into->after, &limits, into->arena,
                                        &into->page, error);
    } else if (status == PROJC_OK) {
        /* Room for rows that stand closer together, or are larger. */
        limits.rows *= 2;
        limits.bytes *= 2;
        status = projc__store_read_settled(store, met->stream, into->after, into->up_to, &limits,
                                           into->arena, &into->page, error);
    }
    *has_ranges = status == PROJC_OK && projc__store_reads_settled(store);
    if (status != PROJC_OK)
        projc__workspace_disconnect(workspace);
    return status;
}

/* What a page that was read in order tells of the log behind it. */
static void end_open(projc__log *log, projc__shared_page *page, bool has_ranges)
{
    const projc__page *read = &page->page;

    page->up_to = read->reached;
    log->ahead = read->has_more && !read->is_blocked ? read->reached : -1;
    log->width = has_ranges && log->ahead >= 0 ? read->reached - page->after : 0;
    log->rows = read->count;
}

/* What a range tells. Read in part, it ends where it was read to. */
static void end_range(projc__pages *pages, projc__log *log, projc__shared_page *page)
{
    size_t rows = page->page.count;

    if (page->page.reached < page->up_to) {
        page->up_to = page->page.reached;
        if (page->next != NULL)
            projc__pages_drop_from(pages, log, page->next);
        log->ahead = page->up_to;
        log->width = 0;
    } else if (rows < log->rows / 2 || rows > log->rows + log->rows / 2) {
        log->width = 0;
    }
}

/* The page has been read, and is there for all. */
static void publish(projc__pages *pages, projc__log *log, projc__shared_page *page, bool has_ranges)
{
    if (page->up_to == PROJC__OPEN_END)
        end_open(log, page, has_ranges);
    else
        end_range(pages, log, page);
    page->bytes = projc_arena_used(page->arena);
    pages->bytes += page->bytes;
    page->page.reached = page->after;
    if (page->page.count > 0) {
        page->page.reached = log->met_no = page->page.events[page->page.count - 1].no;
        log->met_id = page->page.reached_id;
    }
    /* Whoever comes to its end asks for himself what stands behind it. */
    page->page.has_more = true;
    page->page.is_blocked = false;
    page->page.blocking_pid = 0;
    page->page.blocked_since = 0;
}

/* The lock is held, and let go while the database is asked. */
static projc_status read_ahead(projc__pages *pages, projc__log *log, projc__workspace *workspace,
                               projc_error *error)
{
    projc__shared_page *page = claim(pages, log);
    const projc__log met = *log;
    bool has_ranges;
    projc_status status;

    if (page == NULL) {
        log->ahead = -1;
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    }
    if (workspace->losses != pages->losses)
        projc__workspace_disconnect(workspace);
    workspace->losses = pages->losses;
    pthread_mutex_unlock(&pages->lock);
    status = read_page(pages, workspace, &met, page, &has_ranges, error);
    pthread_mutex_lock(&pages->lock);
    page->is_coming = false;
    page->borrowers--;
    if (page->is_dropped) {
        if (page->borrowers == 0)
            projc__page_free(pages, page);
    } else if (status == PROJC_OK && page->page.count + (page->up_to != PROJC__OPEN_END) > 0) {
        publish(pages, log, page, has_ranges);
    } else {
        projc__pages_drop_from(pages, log, page);
        log->ahead = -1;
        log->width = 0;
    }
    (void)pthread_cond_broadcast(&pages->changed);
    return status;
}

/* Nothing to help with, and not for want of room: a connection would only stand there. */
static bool is_idle(const projc__pages *pages)
{
    for (const projc__log *log = pages->logs; log != NULL; log = log->next)
        if (log->ahead >= 0)
            return false;
    return true;
}

projc_status projc__pages_read(projc__pages *pages, projc__workspace *workspace, bool is_helper,
                               projc_error *error)
{
    const struct projc__clock *clock = pages->engine->clock;
    projc_status status = PROJC_CANCELLED;
    projc__log *log;

    pthread_mutex_lock(&pages->lock);
    while (!pages->is_closed && (log = find_work(pages, is_helper)) == NULL) {
        if (is_helper && is_idle(pages))
            projc__workspace_disconnect(workspace);
        (void)clock->wait(clock->user, &pages->changed, &pages->lock, INT64_MAX);
    }
    if (!pages->is_closed)
        status = read_ahead(pages, log, workspace, error);
    pthread_mutex_unlock(&pages->lock);
    return status;
}
