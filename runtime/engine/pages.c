/* Pages of logs, read ahead and once for all that apply them in one process. */
#include "engine/pages.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "engine/workspace.h"

/* How long a part waits for a slower one before it reads for itself. */
enum { PATIENCE_US = 200000 };

typedef struct projc__shared_page {
    struct projc__shared_page *next; /* the one behind it, with a gap perhaps */
    projc_arena *arena;
    projc__page page;
    int64_t after;
    uint32_t borrowers;
    bool is_dropped; /* in no list any more: the last borrower frees it */
} shared_page;

typedef struct projc__log {
    struct projc__log *next;
    const projc_stream_type *stream;
    shared_page *first;
    projc__cursor *cursors;
    int64_t ahead; /* the reader goes on behind this event; -1: there is nothing to read */
    projc_uuid ahead_id;
    bool is_reading; /* at this moment, behind `ahead` */
} projc__log;

struct projc__pages {
    const projc__engine *engine;
    size_t bytes_max;
    pthread_cond_t changed;
    pthread_mutex_t lock;
    projc__log *logs;
    size_t bytes;     /* of the pages in the lists */
    uint64_t losses;  /* of connections, so far */
    uint64_t trusted; /* losses when the reader's connection was opened */
    bool is_closed;
};

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

static void free_page(shared_page *page)
{
    projc_arena_free(page->arena);
    free(page);
}

/* Takes a page out of its list. */
static void drop(projc__pages *pages, shared_page **link)
{
    shared_page *page = *link;

    *link = page->next;
    pages->bytes -= projc_arena_used(page->arena);
    page->is_dropped = true;
    if (page->borrowers == 0)
        free_page(page);
}

static void drop_all(projc__pages *pages, projc__log *log)
{
    while (log->first != NULL)
        drop(pages, &log->first);
    log->ahead = -1;
}

/* Those that every cursor has passed. */
static void drop_passed(projc__pages *pages, projc__log *log)
{
    int64_t slowest = INT64_MAX;

    for (const projc__cursor *one = log->cursors; one != NULL; one = one->next)
        slowest = one->position < slowest ? one->position : slowest;
    while (log->first != NULL && log->first->page.reached <= slowest)
        drop(pages, &log->first);
    if (log->cursors == NULL)
        log->ahead = -1;
    (void)pthread_cond_broadcast(&pages->changed);
}

static void give_back(projc__cursor *cursor)
{
    shared_page *page = cursor->borrowed;

    cursor->borrowed = NULL;
    if (page != NULL && --page->borrowers == 0 && page->is_dropped)
        free_page(page);
}

static shared_page *find_page(const projc__log *log, int64_t after)
{
    for (shared_page *page = log->first; page != NULL && page->after <= after; page = page->next)
        if (after < page->page.reached)
            return page;
    return NULL;
}

/* What of the page stands behind `after`. */
static void lend(shared_page *page, projc__cursor *cursor, int64_t after, projc__page *lent)
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
    give_back(cursor);
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
    shared_page *found = NULL;

    pthread_mutex_lock(&pages->lock);
    if (move_to(pages, cursor, stream, after)) {
        const projc__log *log = cursor->log;

        while ((found = find_page(log, after)) == NULL && log->ahead == after &&
               !pages->is_closed && (log->is_reading || projc__clock_monotonic(clock) < deadline))
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

        if (!log->is_reading && find_page(log, reached) == NULL && !is_followed(log, cursor)) {
            drop_all(pages, log);
            log->ahead = reached;
            log->ahead_id = reached_id;
            (void)pthread_cond_broadcast(&pages->changed);
        }
    }
    pthread_mutex_unlock(&pages->lock);
}

void projc__pages_release(projc__pages *pages, projc__cursor *cursor)
{
    pthread_mutex_lock(&pages->lock);
    give_back(cursor);
    pthread_mutex_unlock(&pages->lock);
}

void projc__pages_leave(projc__pages *pages, projc__cursor *cursor)
{
    pthread_mutex_lock(&pages->lock);
    give_back(cursor);
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

/* ---- the reader ---- */

/* A log in which there is something to read, and room for it; it goes to the end of the list, so
 * that the others have their turns. */
static projc__log *find_work(projc__pages *pages)
{
    projc__log **link = &pages->logs;
    projc__log *found;

    if (pages->bytes >= pages->bytes_max)
        return NULL;
    while (*link != NULL && (*link)->ahead < 0)
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

/* A page of its own; OK also when there was nothing behind `after`. */
static projc_status read_page(projc__pages *pages, projc__workspace *workspace,
                              const projc_stream_type *stream, int64_t after, projc_uuid after_id,
                              shared_page *into, projc_error *error)
{
    const projc_runtime_options *options = &pages->engine->options;
    const projc__page_limits limits = {options->page_rows, options->page_bytes};
    bool is_new = workspace->store == NULL;
    projc_store *store;
    projc_status status = projc__workspace_store(workspace, &store, error);

    if (status == PROJC_OK && is_new)
        status = projc__store_preflight(store, stream, error);
    if (status == PROJC_OK && is_new)
        status = projc__store_check_log(store, stream, after, after_id, error);
    if (status == PROJC_OK)
        status =
            projc__store_read_page(store, stream, after, &limits, into->arena, &into->page, error);
    if (status != PROJC_OK)
        projc__workspace_disconnect(workspace);
    return status;
}

/* Behind the pages that are there. */
static void publish(projc__pages *pages, projc__log *log, shared_page *page)
{
    shared_page **link = &log->first;

    while (*link != NULL && (*link)->after < page->after)
        link = &(*link)->next;
    page->next = *link;
    *link = page;
    pages->bytes += projc_arena_used(page->arena);
    log->ahead = page->page.has_more && !page->page.is_blocked ? page->page.reached : -1;
    log->ahead_id = page->page.reached_id;
    /* Whoever comes to its end asks for himself what stands behind it. */
    page->page.has_more = true;
    page->page.is_blocked = false;
    page->page.blocking_pid = 0;
    page->page.blocked_since = 0;
}

static shared_page *new_page(int64_t after)
{
    shared_page *made = calloc(1, sizeof *made);

    if (made == NULL)
        return NULL;
    made->after = after;
    made->arena = projc_arena_new(0);
    if (made->arena == NULL) {
        free(made);
        return NULL;
    }
    return made;
}

/* The lock is held, and let go while the database is asked. */
static projc_status read_ahead(projc__pages *pages, projc__log *log, projc__workspace *workspace,
                               projc_error *error)
{
    int64_t after = log->ahead;
    projc_uuid after_id = log->ahead_id;
    uint64_t losses = pages->losses;
    bool is_wanted;
    shared_page *page;
    projc_status status = PROJC_NO_MEMORY;

    if (pages->trusted != losses)
        projc__workspace_disconnect(workspace);
    pages->trusted = losses;
    log->is_reading = true;
    pthread_mutex_unlock(&pages->lock);
    page = new_page(after);
    if (page != NULL)
        status = read_page(pages, workspace, log->stream, after, after_id, page, error);
    pthread_mutex_lock(&pages->lock);
    log->is_reading = false;
    is_wanted = log->ahead == after && pages->losses == losses;
    if (page != NULL && status == PROJC_OK && is_wanted && page->page.count > 0) {
        publish(pages, log, page);
        page = NULL;
    } else if (is_wanted) {
        log->ahead = -1;
    }
    (void)pthread_cond_broadcast(&pages->changed);
    if (page != NULL)
        free_page(page);
    return status;
}

projc_status projc__pages_read(projc__pages *pages, projc__workspace *workspace, projc_error *error)
{
    const struct projc__clock *clock = pages->engine->clock;
    projc_status status = PROJC_CANCELLED;
    projc__log *log;

    pthread_mutex_lock(&pages->lock);
    while (!pages->is_closed && (log = find_work(pages)) == NULL)
        (void)clock->wait(clock->user, &pages->changed, &pages->lock, INT64_MAX);
    if (!pages->is_closed)
        status = read_ahead(pages, log, workspace, error);
    pthread_mutex_unlock(&pages->lock);
    return status;
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
    (void)pthread_cond_destroy(&pages->changed);
    (void)pthread_mutex_destroy(&pages->lock);
    free(pages);
}
