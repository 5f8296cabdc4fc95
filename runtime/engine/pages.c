/* Pages of logs, read ahead and once for all that apply them in one process. */
#include "engine/pages_private.h"

#include <stdlib.h>

#include "base/arena.h"
#include "engine/workspace.h"

/* How long a part waits for a slower one before it reads for itself. */
enum { PATIENCE_US = 200000 };
/* What an arena keeps when it waits for its next page: most of a page of short events. */
enum { SPARE_BYTES = 4 << 20 };

projc__pages *projc__pages_new(const projc__engine *engine, size_t bytes_max)
{
    projc__pages *made = calloc(1, sizeof *made);

    if (made == NULL)
        return NULL;
    made->engine = engine;
    made->bytes_max = bytes_max;
    if (pthread_mutex_init(&made->lock, NULL) != 0) {
        free(made);
        return NULL;
    }
    if (projc__condition_init(&made->changed) != 0) {
        (void)pthread_mutex_destroy(&made->lock);
        free(made);
        return NULL;
    }
    return made;
}

/* ---- pages; the lock is held ---- */

projc_arena *projc__pages_arena(projc__pages *pages)
{
    projc_arena *made;

    if (pages->spare_count > 0)
        return pages->spares[--pages->spare_count];
    made = projc_arena_new(0);
    if (made != NULL)
        projc__arena_keep(made, SPARE_BYTES);
    return made;
}

void projc__page_free(projc__pages *pages, projc__shared_page *page)
{
    if (pages->spare_count < PROJC__SPARE_ARENAS && page->arena != NULL) {
        projc_arena_reset(page->arena);
        pages->spares[pages->spare_count++] = page->arena;
    } else {
        projc_arena_free(page->arena);
    }
    free(page);
}

/* Takes a page out of its list. */
static void drop(projc__pages *pages, projc__shared_page **link)
{
    projc__shared_page *page = *link;

    *link = page->next;
    pages->bytes -= page->bytes;
    page->is_dropped = true;
    if (page->borrowers == 0)
        projc__page_free(pages, page);
}

void projc__pages_drop_from(projc__pages *pages, projc__log *log, const projc__shared_page *page)
{
    projc__shared_page **link = &log->first;

    while (page != NULL && *link != page)
        link = &(*link)->next;
    while (*link != NULL)
        drop(pages, link);
}

static void drop_all(projc__pages *pages, projc__log *log)
{
    projc__pages_drop_from(pages, log, NULL);
    log->ahead = -1;
    log->width = 0;
}

/* Those that every cursor has passed. Live, every step comes here twice and finds none: the readers
 * are woken only when there is more room for them, or nothing to read any more. */
static void drop_passed(projc__pages *pages, projc__log *log)
{
    const projc__shared_page *first = log->first;
    int64_t ahead = log->ahead;
    int64_t slowest = INT64_MAX;

    for (const projc__cursor *one = log->cursors; one != NULL; one = one->next)
        slowest = one->position < slowest ? one->position : slowest;
    while (log->first != NULL && log->first->up_to <= slowest)
        drop(pages, &log->first);
    if (log->cursors == NULL)
        log->ahead = -1;
    if (log->first != first || log->ahead != ahead)
        (void)pthread_cond_broadcast(&pages->changed);
}

static void give_back(projc__pages *pages, projc__cursor *cursor)
{
    projc__shared_page *page = cursor->borrowed;

    cursor->borrowed = NULL;
    if (page != NULL && --page->borrowers == 0 && page->is_dropped)
        projc__page_free(pages, page);
}

/* The page with the next event behind `after`; NULL: it is not there, and then
 * somebody reads it (*is_claimed), or it is the next to be claimed (*is_next), or neither. */
static projc__shared_page *find_page(const projc__log *log, int64_t after, bool *is_claimed,
                                     bool *is_next)
{
    *is_claimed = *is_next = false;
    for (projc__shared_page *page = log->first; page != NULL && page->after <= after;
         page = page->next) {
        if (after >= page->up_to)
            continue;
        *is_claimed = page->is_coming && (!projc__page_is_open(page) || after == page->after);
        if (page->is_coming)
            return NULL;
        if (after < page->page.reached)
            return page;
        after = page->up_to;
    }
    *is_next = log->ahead == after;
    return NULL;
}

static bool is_there(const projc__log *log, int64_t after)
{
    bool is_claimed, is_next;

    return find_page(log, after, &is_claimed, &is_next) != NULL;
}

/* What of the page stands behind `after`. */
static void lend(projc__shared_page *page, projc__cursor *cursor, int64_t after, projc__page *lent)
{
    const projc_event *events = page->page.events;
    size_t low = 0;
    size_t high = page->page.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (events[middle].no <= after)
            low = middle + 1;
        else
            high = middle;
    }
    *lent = page->page;
    lent->events = events + low;
    lent->count -= low;
    cursor->borrowed = page;
    page->borrowers++;
}

/* ---- cursors ---- */

static projc__log *find_log(projc__pages *pages, const projc_stream_type *stream)
{
    projc__log *log = pages->logs;

    while (log != NULL && log->stream != stream)
        log = log->next;
    if (log != NULL)
        return log;
    log = calloc(1, sizeof *log);
    if (log == NULL)
        return NULL;
    log->stream = stream;
    log->ahead = -1;
    log->next = pages->logs;
    pages->logs = log;
    return log;
}

/* The cursor stands there; false when there is no memory for its log. */
static bool move_to(projc__pages *pages, projc__cursor *cursor, const projc_stream_type *stream,
                    int64_t position)
{
    give_back(pages, cursor);
    cursor->position = position;
    if (cursor->log == NULL) {
        cursor->log = find_log(pages, stream);
        if (cursor->log == NULL)
            return false;
        cursor->next = cursor->log->cursors;
        cursor->log->cursors = cursor;
    }
    drop_passed(pages, cursor->log);
    return true;
}

/* Is there a page that somebody is about to read? */
static bool is_reading(const projc__log *log)
{
    for (const projc__shared_page *page = log->first; page != NULL; page = page->next)
        if (page->is_coming)
            return true;
    return false;
}

/* Does another cursor stand where the reader is of use to it? */
static bool is_followed(const projc__log *log, const projc__cursor *self)
{
    int64_t begin = log->first != NULL ? log->first->after : log->ahead;

    for (const projc__cursor *one = log->cursors; one != NULL; one = one->next)
        if (one != self && one->position >= begin && one->position <= log->ahead)
            return true;
    return false;
}

bool projc__pages_take(projc__pages *pages, projc__cursor *cursor, const projc_stream_type *stream,
                       int64_t after, projc__page *page)
{
    const struct projc__clock *clock = pages->engine->clock;
    int64_t deadline = projc__clock_monotonic(clock) + PATIENCE_US;
    projc__shared_page *found = NULL;

    pthread_mutex_lock(&pages->lock);
    if (move_to(pages, cursor, stream, after)) {
        bool is_claimed, is_next;

        while ((found = find_page(cursor->log, after, &is_claimed, &is_next)) == NULL &&
               !pages->is_closed &&
               (is_claimed || (is_next && projc__clock_monotonic(clock) < deadline)))
            (void)clock->wait(clock->user, &pages->changed, &pages->lock,
                              projc__clock_monotonic(clock) + PATIENCE_US);
    }
    if (found != NULL)
        lend(found, cursor, after, page);
    pthread_mutex_unlock(&pages->lock);
    return found != NULL;
}

void projc__pages_follow(projc__pages *pages, projc__cursor *cursor,
                         const projc_stream_type *stream, int64_t reached, projc_uuid reached_id)
{
    pthread_mutex_lock(&pages->lock);
    if (move_to(pages, cursor, stream, reached)) {
        projc__log *log = cursor->log;

        if (!is_reading(log) && !is_there(log, reached) && !is_followed(log, cursor)) {
            drop_all(pages, log);
            log->ahead = log->met_no = reached;
            log->met_id = reached_id;
            (void)pthread_cond_broadcast(&pages->changed);
        }
    }
    pthread_mutex_unlock(&pages->lock);
}

void projc__pages_release(projc__pages *pages, projc__cursor *cursor)
{
    pthread_mutex_lock(&pages->lock);
    give_back(pages, cursor);
    pthread_mutex_unlock(&pages->lock);
}

void projc__pages_leave(projc__pages *pages, projc__cursor *cursor)
{
    pthread_mutex_lock(&pages->lock);
    give_back(pages, cursor);
    if (cursor->log != NULL) {
        projc__cursor **link = &cursor->log->cursors;

        while (*link != cursor)
            link = &(*link)->next;
        *link = cursor->next;
        drop_passed(pages, cursor->log);
        cursor->log = NULL;
    }
    pthread_mutex_unlock(&pages->lock);
}

void projc__pages_forget(projc__pages *pages)
{
    pthread_mutex_lock(&pages->lock);
    pages->losses++;
    for (projc__log *log = pages->logs; log != NULL; log = log->next)
        drop_all(pages, log);
    (void)pthread_cond_broadcast(&pages->changed);
    pthread_mutex_unlock(&pages->lock);
}

void projc__pages_close(projc__pages *pages)
{
    pthread_mutex_lock(&pages->lock);
    pages->is_closed = true;
    (void)pthread_cond_broadcast(&pages->changed);
    pthread_mutex_unlock(&pages->lock);
}

void projc__pages_free(projc__pages *pages)
{
    if (pages == NULL)
        return;
    while (pages->logs != NULL) {
        projc__log *log = pages->logs;

        drop_all(pages, log);
        pages->logs = log->next;
        free(log);
    }
    while (pages->spare_count > 0)
        projc_arena_free(pages->spares[--pages->spare_count]);
    (void)pthread_cond_destroy(&pages->changed);
    (void)pthread_mutex_destroy(&pages->lock);
    free(pages);
}
