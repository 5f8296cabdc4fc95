/* Setting a key back: its events of the batch are applied again, from what was loaded. */
#include "engine/apply.h"

#include <string.h>

#include "engine/route.h"
#include "engine/waiting.h"

static projc_status replay_event(projc__batch *batch, projc__entry *entry, const projc_event *event,
                                 const projc__target *target, const projc__calls *calls,
                                 const projc_event **failed, projc_error *error)
{
    bool is_skipped = false;
    bool is_handled;
    projc_status status = projc__batch_is_skipped(batch, entry, event->no, &is_skipped, error);

    if (status != PROJC_OK || is_skipped)
        return status;
    status = projc__apply(batch, entry, event, target, calls, &is_handled, error);
    if (projc_status_class_of(status) == PROJC_CLASS_DATA)
        *failed = event;
    return status;
}

/* The id to ask the log for. NULL reads every event: a stream projection wants them, and where ids
 * of several types meet, several spellings of the text column may stand for one key. */
static const projc_value *log_id(const projc__batch *batch, const projc__entry *entry,
                                 projc_value *id)
{
    const projc_aggregate_type *aggregate = batch->projector->aggregate;

    if (aggregate == NULL)
        return NULL;
    if (batch->projector->stream->has_text_ids && aggregate->id_type != PROJC_ID_TEXT)
        return NULL;
    return projc__entry_parts(entry, id);
}

projc_status projc__read_again(projc__batch *batch, const projc__entry *entry, int64_t after,
                               int64_t up_to, const projc__page_limits *limits, projc_arena *arena,
                               projc__page *page, projc_error *error)
{
    const projc__projector *projector = batch->projector;
    projc_value id;

    if (entry->record->trouble != NULL && projc__has_waiting(projector))
        return projc__waiting_read(batch, entry, after, up_to, limits, arena, page, error);
    return projc__store_read_raw(batch->store, projector->stream, after, up_to,
                                 projector->aggregate != NULL ? projector->aggregate->type : NULL,
                                 log_id(batch, entry, &id), limits, arena, page, error);
}

/* Events of pages that are gone: only the key's. */
static projc_status replay_log(projc__batch *batch, projc__entry *entry, int64_t after,
                               int64_t up_to, const projc_event **failed, projc_error *error)
{
    const projc__projector *projector = batch->projector;
    const projc_runtime_options *options = &projector->engine->options;
    const projc__page_limits limits = {options->page_rows, options->page_bytes};
    projc_arena *arena = batch->workspace->replay_arena;
    projc__page page = {.has_more = true};
    projc_status status = PROJC_OK;

    while (status == PROJC_OK && page.has_more) {
        projc_arena_reset(arena);
        page = (projc__page){0};
        status = projc__read_again(batch, entry, after, up_to, &limits, arena, &page, error);
        for (size_t i = 0; i < page.count && status == PROJC_OK; i++) {
            const projc_event *event = &page.events[i];
            projc__routed_again again;

            after = event->no;
            status = projc__route_again(batch, entry, event, arena, &again, error);
            if (status == PROJC_OK && again.target != NULL)
                status =
                    replay_event(batch, entry, event, again.target, again.calls, failed, error);
        }
    }
    return status;
}

projc_status projc__replay(projc__batch *batch, projc__entry *entry, int64_t up_to,
                           const projc_event **failed, projc_error *error)
{
    projc_status status = projc__batch_restore(batch, entry, error);

    *failed = NULL;
    if (up_to >= entry->record->waiting_from)
        up_to = entry->record->waiting_from - 1;
    if (status == PROJC_OK && entry->record->base_no < batch->page_after &&
        entry->record->base_no < up_to)
        status = replay_log(batch, entry, entry->record->base_no,
                            up_to < batch->page_after ? up_to : batch->page_after, failed, error);
    if (batch->page == NULL)
        return status;
    for (size_t i = 0; i < batch->page->count && status == PROJC_OK; i++) {
        const projc_event *event = &batch->page->events[i];
        const projc__route *route = &batch->routes[i];

        if (event->no > up_to)
            break;
        while (route != NULL && route->entry != entry)
            route = route->next;
        if (event->no > entry->record->base_no && route != NULL && route->target != NULL)
            status = replay_event(batch, entry, event, route->target, route->calls, failed, error);
    }
    return status;
}

/* The verdicts of this batch on events that wait now, after all, are void. */
static void drop_skips_from(projc__entry *entry, int64_t no)
{
    while (entry->record->skips != NULL && entry->record->skips->row.no >= no)
        entry->record->skips = entry->record->skips->next;
}

projc_status projc__settle(projc__batch *batch, projc__entry *entry, const projc_event *event,
                           const projc_error *data_error, projc__verdict *verdict,
                           projc_error *error)
{
    int64_t up_to = event->no;
    int64_t first_no = event->no;
    int64_t from;
    const projc_event *failed = NULL;
    projc_error again = *data_error;
    projc_status status;

    for (;;) {
        status = projc__judge(batch, entry, event, &again, verdict, error);
        if (status != PROJC_OK)
            return status;
        if (*verdict == PROJC__WAITS)
            drop_skips_from(entry, event->no);
        /* Nobody is set aside beyond the bound: the batch ends before this event. */
        if (*verdict == PROJC__FULL)
            up_to = event->no - 1;
        status = projc__replay(batch, entry, up_to, &failed, &again);
        if (projc_status_class_of(status) != PROJC_CLASS_DATA || failed == NULL)
            break;
        /* An extern handler answered differently this time. A key can start over from there; a
         * stream projection, whose lane would have to stand at that event, and a full batch cannot.
         */
        if (batch->single != NULL || *verdict == PROJC__FULL)
            return projc_error_set(error, PROJC_TRANSIENT,
                                   "event %lld failed only when it was applied again: %s",
                                   (long long)failed->no, again.message);
        event = failed;
    }
    if (status != PROJC_OK) {
        *error = again;
        return status;
    }
    if (entry->record->waiting_from != INT64_MAX && *verdict == PROJC__PASSED)
        *verdict = PROJC__WAITS;
    /* What waits behind a key that is repaired is recorded already. */
    from = entry->record->waiting_from;
    if (from < first_no && entry->record->trouble == NULL && projc__has_waiting(batch->projector))
        return projc__waiting_add_from_log(batch, entry, from, first_no, error);
    /* The next error of this key shall not repeat all that again. A state that cannot be encoded
     * now is found out at the flush. */
    if (*verdict == PROJC__PASSED)
        (void)projc__batch_rebase(batch, entry, first_no, &again);
    return PROJC_OK;
}
