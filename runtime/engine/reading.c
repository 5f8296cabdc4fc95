/* The reading part of a step: pages of the log, routed to keys and applied. */
#include "engine/reading.h"

#include "engine/route.h"
#include "engine/rows.h"
#include "engine/waiting.h"

/* How often the time is looked at within a page: handlers may be slow, the clock is not free. */
enum { EVENTS_PER_LOOK = 256 };
/* A page of the log's end that is no longer than this makes a small batch. */
enum { SMALL_ROWS = 500 };
/* So many events ahead what they will need is fetched into the processor's cache. */
enum { AHEAD = 16 };

static projc_status too_many_failed(const projc__batch *batch, const projc_error *last,
                                    projc_error *error)
{
    return projc_error_set(
        error, PROJC_TOO_MANY,
        "projection `%s`: %zu keys are out of order, FAILED_KEYS_MAX (%u) allows "
        "no more: mend them (failed list, failed retry, failed skip, reset) or "
        "raise it. The next one would be: %s",
        projc__projector_name(batch->projector), batch->lanes->key_count + batch->new_failures,
        batch->projector->engine->options.failed_keys_max, last->message);
}

static projc_status too_many_waiting(const projc__batch *batch, int64_t no, projc_error *error)
{
    return projc_error_set(
        error, PROJC_TOO_MANY,
        "projection `%s`: events that wait behind keys out of order: %lld, WAITING_MAX (%u) allows "
        "no more: mend the keys (failed list, failed retry, failed skip, reset) or raise it. The "
        "next one would be event %lld",
        projc__projector_name(batch->projector), (long long)batch->waiting_count,
        batch->projector->engine->options.waiting_max, (long long)no);
}

static bool has_progress(const projc__batch *batch)
{
    return batch->position > batch->start;
}

/* ---- routing ---- */

static projc_status route_one(projc__batch *batch, const projc_event *event, projc__route *route,
                              projc_error *error)
{
    if (batch->projector->type->kind == PROJC_KEYED_PROJECTION)
        return projc__route_event(batch, event, route, error);
    return projc__batch_route(batch, event, &route->entry, error);
}

/* Of a large batch neither slots nor entries are in the cache: to wait for both took a third of the
 * time. */
static void look_ahead(const projc__batch *batch, const projc__page *page, size_t at)
{
    if (at + 2 * AHEAD < page->count)
        projc__batch_expect(batch, &page->events[at + 2 * AHEAD], false);
    if (at + AHEAD < page->count)
        projc__batch_expect(batch, &page->events[at + AHEAD], true);
}

/* Finds handlers and keys of every event of the page, and loads the rows of the keys that are new.
 */
static projc_status route_page(projc__batch *batch, const projc__page *page, projc_error *error)
{
    projc__entry **first_new = batch->last;
    projc__route *routes =
        projc_arena_alloc(batch->workspace->page_arena, page->count * sizeof *routes);

    projc_status status;

    if (routes == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < page->count; i++) {
        look_ahead(batch, page, i);
        routes[i].target = projc__dispatch_find(batch->projector->dispatch, &page->events[i]);
        if (routes[i].target == NULL)
            continue;
        status = route_one(batch, &page->events[i], &routes[i], error);
        if (projc_status_class_of(status) == PROJC_CLASS_DATA)
            routes[i].has_no_key = true;
        else if (status != PROJC_OK)
            return status;
    }
    batch->page = page;
    batch->routes = routes;
    status = *first_new == NULL ? PROJC_OK : projc__batch_load(batch, *first_new, error);
    return status == PROJC_OK ? projc__rows_prefetch(batch, error) : status;
}

/* ---- applying ---- */

/* An event of a key that waits from an earlier one on. *ends as below. */
static projc_status let_wait(projc__batch *batch, projc__entry *entry, const projc_event *event,
                             bool *ends, projc_error *error)
{
    projc_status status;

    if (!projc__has_waiting(batch->projector))
        return PROJC_OK;
    status = projc__waiting_add(batch, entry, event->no, ends, error);
    if (status == PROJC_OK && *ends && !has_progress(batch))
        return too_many_waiting(batch, event->no, error);
    return status;
}

/* *ends: the batch must be committed before this event. */
static projc_status apply_to_key(projc__batch *batch, projc__reading *reading, projc__route *route,
                                 const projc_event *event, bool *ends, projc_error *error)
{
    projc__entry *entry = route->entry;
    projc_error *data_error = &batch->workspace->event_error;
    projc__verdict verdict = PROJC__PASSED;
    bool is_skipped;
    bool is_handled;
    projc_status status;

    if (event->no >= entry->record->waiting_from)
        return let_wait(batch, entry, event, ends, error);
    status = projc__batch_is_skipped(batch, entry, event->no, &is_skipped, error);
    if (status == PROJC_OK && is_skipped)
        return projc__batch_show_fate(batch, entry, event, PROJC__FATE_SKIPPED, NULL, error);
    if (status != PROJC_OK)
        return status;
    status =
        projc__apply(batch, entry, event, route->target, route->calls, &is_handled, data_error);
    if (status == PROJC_OK) {
        if (is_handled) {
            reading->last_event = event;
            reading->last_entry = entry;
        }
        return PROJC_OK;
    }
    if (projc_status_class_of(status) != PROJC_CLASS_DATA) {
        *error = *data_error;
        return projc_error_context(error, "projection `%s`, event %lld",
                                   projc__projector_name(batch->projector), (long long)event->no);
    }
    reading->has_failed = true;
    status = projc__settle(batch, entry, event, data_error, &verdict, error);
    if (status == PROJC_OK)
        status =
            projc__batch_show_fate(batch, entry, event, PROJC__FATE_REFUSED, data_error, error);
    if (status != PROJC_OK)
        return status;
    if (verdict == PROJC__FULL && !has_progress(batch)) {
        *data_error = *error;
        return too_many_failed(batch, data_error, error);
    }
    *ends = verdict == PROJC__FULL || (verdict == PROJC__WAITS && entry == batch->single);
    if (verdict == PROJC__WAITS && entry == batch->single) {
        reading->is_stopped = entry->record->failure->status == PROJC__KEY_FAILED;
        reading->is_caught_up = true; /* until the retry is due, or somebody mends it */
    }
    return PROJC_OK;
}

/* The batch ends before an event that some of its keys have been through: they are set back. */
static projc_status undo(projc__batch *batch, projc__route *first, const projc__route *end,
                         const projc_event *event, projc_error *error)
{
    const projc_event *failed;
    projc_status status = PROJC_OK;

    for (projc__route *route = first; route != end && status == PROJC_OK; route = route->next) {
        projc__entry *entry = route->entry;

        if (entry->record->failure != NULL && entry->record->failure->no == event->no) {
            entry->record->failure = NULL;
            entry->record->waiting_from = INT64_MAX;
            batch->new_failures -= entry->record->trouble == NULL;
        }
        while (entry->record->skips != NULL && entry->record->skips->row.no >= event->no)
            entry->record->skips = entry->record->skips->next;
        projc__waiting_take_back(batch, entry, event->no);
        if (entry->record->base_no >= event->no) {
            *error = (projc_error){0};
            return projc_error_set(error, PROJC_TRANSIENT,
                                   "event %lld cannot be taken back from a key",
                                   (long long)event->no);
        }
        status = projc__replay(batch, entry, event->no - 1, &failed, error);
        if (projc_status_class_of(status) == PROJC_CLASS_DATA)
            status = error->status = PROJC_TRANSIENT;
    }
    return status;
}

/* All keys of the event, in the order of their first element. */
static projc_status apply_to_keys(projc__batch *batch, projc__reading *reading, projc__route *first,
                                  const projc_event *event, bool *ends, projc_error *error)
{
    projc_status status = PROJC_OK;

    for (projc__route *route = first; route != NULL && status == PROJC_OK; route = route->next) {
        status = apply_to_key(batch, reading, route, event, ends, error);
        if (status == PROJC_OK && *ends && route != first)
            return undo(batch, first, route, event, error);
        if (*ends)
            break;
    }
    return status;
}

/* An event that has handlers but no key: nobody can wait for it, so the projection stops, or
 * passes. */
static projc_status apply_without_key(projc__batch *batch, projc__reading *reading,
                                      const projc__route *route, const projc_event *event,
                                      bool *ends, projc_error *error)
{
    projc_error *data_error = &batch->workspace->event_error;
    projc__verdict verdict = PROJC__WAITS;
    bool is_skipped;
    projc_status status;

    status = projc__skips_has(&batch->skips, projc__no_key(), event->no, &is_skipped, error);
    if (status != PROJC_OK || is_skipped)
        return status;
    if (projc__lane_set_find_key(batch->lanes, projc__no_key()) == NULL) {
        projc__route again = {.target = route->target};

        (void)route_one(batch, event, &again, data_error);
        status = projc__judge(batch, NULL, event, data_error, &verdict, error);
    }
    *ends = status == PROJC_OK && verdict != PROJC__PASSED;
    reading->is_stopped = *ends;
    reading->is_caught_up = *ends;
    return status;
}

/* Is this a good moment to end the batch? Only behind some progress, or it would never get
 * anywhere. */
static bool is_full(const projc__batch *batch, int64_t bytes_max, int64_t handled_max)
{
    if (!has_progress(batch))
        return false;
    return (int64_t)projc__batch_bytes(batch) > bytes_max ||
           (handled_max > 0 && batch->handled >= handled_max) ||
           projc__is_stopping(batch->projector->engine);
}

/* Within a page: its keys are loaded, and to end the batch would give nothing back but load them
 * again for the next event. So a page is ended only by what its handlers add. */
static bool is_full_in_page(const projc__batch *batch, const projc__reading *reading)
{
    int64_t grown = reading->page_bytes + reading->bytes_max / 4;

    return is_full(batch, grown > reading->bytes_max ? grown : reading->bytes_max,
                   reading->handled_max);
}

int64_t projc__expected_writing(const projc__batch *batch, const projc__reading *reading)
{
    int64_t rows = (int64_t)batch->entry_count;

    if (rows > batch->handled)
        rows = batch->handled;
    if (batch->rows != NULL)
        rows += (int64_t)batch->rows->row_count;
    return rows * reading->row_ns / 1000;
}

/* A failure is recorded soon; and in a batch that has lasted long, it makes the key's events be
 * read again from far behind. Who was given other lanes leaves the rest to their new owner soon. */
static bool is_late(const projc__batch *batch, const projc__reading *reading)
{
    int64_t lasted = projc__clock_monotonic(batch->projector->engine->clock) - reading->begun;

    if (lasted <= PROJC__BATCH_TIME_US || !has_progress(batch))
        return false;
    return reading->has_failed ||
           batch->lanes->deals != __atomic_load_n(&batch->projector->deals, __ATOMIC_RELAXED) ||
           lasted > PROJC__LONGEST_BATCH_US ||
           lasted > PROJC__WRITING_SHARE * projc__expected_writing(batch, reading);
}

static projc_status apply_page(projc__batch *batch, projc__reading *reading, projc_error *error)
{
    const projc__page *page = batch->page;
    projc_status status = PROJC_OK;

    reading->page_bytes = (int64_t)projc__batch_bytes(batch);
    for (size_t i = 0; i < page->count && status == PROJC_OK; i++) {
        const projc_event *event = &page->events[i];
        projc__route *route = &batch->routes[i];

        if (is_full_in_page(batch, reading) ||
            (i % EVENTS_PER_LOOK == 0 && is_late(batch, reading))) {
            reading->is_cut = true;
            break;
        }
        if (i + AHEAD < page->count)
            projc__entry_expect(batch->routes[i + AHEAD].entry);
        if (route->entry != NULL)
            status = apply_to_keys(batch, reading, route, event, &reading->is_cut, error);
        else if (route->has_no_key)
            status = apply_without_key(batch, reading, route, event, &reading->is_cut, error);
        if (status != PROJC_OK || reading->is_cut)
            break;
        projc__batch_pass(batch, event);
        reading->events++;
        reading->bytes += (int64_t)(event->payload.size + event->metadata.size);
    }
    return status;
}

/* The next page: one that is there for all, or one of our own. */
static projc_status next_page(projc__batch *batch, const projc__reading *reading, projc__page *page,
                              projc_error *error)
{
    const projc__projector *projector = batch->projector;
    projc__pages *pages = projector->engine->pages;
    projc_status status;

    if (reading->cursor != NULL &&
        projc__pages_take(pages, reading->cursor, projector->stream, batch->position, page))
        return PROJC_OK;
    status = projc__store_read_page(batch->store, projector->stream, batch->position,
                                    &reading->limits, batch->workspace->page_arena, page, error);
    if (reading->cursor != NULL && status == PROJC_OK && page->has_more && !page->is_blocked)
        projc__pages_follow(pages, reading->cursor, projector->stream, page->reached,
                            page->reached_id);
    return status;
}

/* Leaves what stands above the bound for later. */
static void cut_page(projc__page *page, int64_t bound)
{
    size_t count = page->count;

    while (count > 0 && page->events[count - 1].no > bound)
        count--;
    if (count == page->count)
        return;
    page->count = count;
    page->has_more = page->is_blocked = false;
}

projc_status projc__read_batch(projc__batch *batch, projc__reading *reading, projc_error *error)
{
    projc__workspace *workspace = batch->workspace;
    const projc__projector *projector = batch->projector;
    projc__page *page = &reading->page;
    projc_status status;

    reading->begun = projc__clock_monotonic(projector->engine->clock);
    for (;;) {
        projc_arena_reset(workspace->page_arena);
        *page = (projc__page){0};
        batch->page = NULL;
        batch->page_after = batch->position;
        status = projc__batch_begin_page(batch, error);
        if (status != PROJC_OK)
            break;
        status = next_page(batch, reading, page, error);
        cut_page(page, batch->lanes->bound);
        batch->is_small = batch->is_small && !page->has_more && page->count <= SMALL_ROWS;
        if (status == PROJC_OK && page->count > 0)
            status = route_page(batch, page, error);
        if (status == PROJC_OK && page->count > 0)
            status = apply_page(batch, reading, error);
        if (status != PROJC_OK || reading->is_cut)
            break;
        reading->is_blocked = page->is_blocked;
        reading->is_caught_up = !page->has_more && !page->is_blocked;
        if (!page->has_more || page->is_blocked || page->count == 0 || reading->is_one_page ||
            is_full(batch, reading->bytes_max, reading->handled_max) || is_late(batch, reading))
            break;
    }
    return status;
}
