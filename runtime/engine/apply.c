/* Applying one event to one key: the decoder, then the handlers in order. */
#include "engine/apply.h"

#include "base/arena.h"
#include "engine/notices.h"
#include "engine/route.h"
#include "engine/rows.h"

/* Decoded events are small and die at once; the arena is emptied when it has collected this much.
 */
enum { EVENT_ARENA_KEPT_BYTES = 256 << 10 };

projc_status projc__decode(const projc__batch *batch, const projc_event *event,
                           const projc__target *target, projc_arena *arena, void *into,
                           projc_error *error)
{
    int64_t limit = batch->projector->engine->options.event_max_bytes;

    if ((int64_t)event->payload.size > limit)
        return projc_error_set(error, PROJC_LIMIT,
                               "the payload has %zu bytes, more than EVENT_MAX allows (%lld)",
                               event->payload.size, (long long)limit);
    if (batch->projector->stream->payload == PROJC_PAYLOAD_JSON) {
        projc_json_reader reader;

        projc_json_reader_init(&reader, event->payload.data, event->payload.size, arena, error);
        target->event->from_json(&reader, target->wanted, into);
        return projc_json_read_end(&reader);
    } else {
        projc_msgpack_reader reader;

        projc_msgpack_reader_init(&reader, event->payload.data, event->payload.size, arena, error);
        target->event->from_msgpack(&reader, target->wanted, into);
        return projc_msgpack_read_end(&reader);
    }
}

/* A bound that only the fullness of the batch made too low is not the event's fault: the next batch
 * is smaller. A batch that cannot be smaller leaves the event to blame. */
static projc_status blame(const projc__batch *batch, projc_status status, size_t used_before,
                          projc_error *error)
{
    const projc__projector *projector = batch->projector;
    size_t room = projc__arena_limit(batch->arena) - used_before;

    if (projc_status_class_of(status) != PROJC_CLASS_DATA ||
        !projc_arena_is_exhausted(batch->arena))
        return status;
    /* The event is to blame. Setting its key back and recording that takes room too: as much again,
     * and the batch, which is more than full, ends with it. */
    if ((room >= PROJC__EVENT_ROOM_BYTES || batch->is_smallest) &&
        projc__arena_extend(batch->arena, PROJC__EVENT_ROOM_BYTES))
        return status;
    return projc_error_set(error, PROJC_NO_MEMORY,
                           "projection `%s`: the batch has no room left for an event",
                           projc__projector_name(projector));
}

/* ---- handlers ---- */

/* One event on its way through the handlers of one entry. */
typedef struct application {
    projc__batch *batch;
    projc__entry *entry;
    const projc__target *target;
    projc_handler handler;
    const void *decoded;
    size_t used_before;
    bool is_handled;
} application;

static projc_status call(application *applying, uint32_t function, uint32_t element)
{
    projc__entry *entry = applying->entry;
    projc_handler *handler = &applying->handler;
    void *state = projc__entry_state(applying->batch, entry);
    projc_status status;

    handler->state_exists = entry->exists;
    handler->state_deleted = false;
    handler->element = element;
    handler->error->status = PROJC_OK;
    handler->error->message[0] = '\0';
    status = applying->target->functions[function](handler, state, applying->decoded);
    if (status == PROJC_SKIPPED)
        return PROJC_OK;
    if (status != PROJC_OK)
        return blame(applying->batch, status, applying->used_before, handler->error);
    applying->is_handled = true;
    entry->exists = !handler->state_deleted;
    if (handler->state_deleted)
        applying->batch->projector->type->init(state);
    return PROJC_OK;
}

/* `for` and `where` of one function of an aggregate or stream projection. */
static projc_status call_for_elements(application *applying, uint32_t function)
{
    const projc_handler_source *source = &applying->target->sources[function];
    projc_handler *handler = &applying->handler;
    uint32_t count = 1;
    projc_status status = PROJC_OK;

    handler->element = 0;
    handler->elements = NULL;
    if (source->count != NULL)
        status = source->count(handler, applying->decoded, &count);
    for (uint32_t i = 0; i < count && status == PROJC_OK; i++) {
        if (source->count != NULL && !projc_step(handler))
            return projc_fail_steps(handler);
        handler->element = i;
        if (source->select != NULL)
            status = source->select(handler, applying->decoded, NULL);
        if (status == PROJC_OK)
            status = call(applying, function, i);
        else if (status == PROJC_SKIPPED)
            status = PROJC_OK;
    }
    return blame(applying->batch, status, applying->used_before, handler->error);
}

static projc_status call_all(application *applying)
{
    const projc__target *target = applying->target;
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i < target->function_count && status == PROJC_OK; i++)
        status = target->sources == NULL ? call(applying, i, 0) : call_for_elements(applying, i);
    return status;
}

/* The event of an aggregate or stream projection: filter, then decoder. */
static projc_status open_event(application *applying, const projc_event *event, bool *passes)
{
    projc__workspace *workspace = applying->batch->workspace;
    projc_error *error = applying->handler.error;
    projc_status status =
        projc__route_passes(applying->batch, event, applying->batch->arena, passes, error);

    if (status != PROJC_OK || !*passes || applying->target->event == NULL)
        return blame(applying->batch, status, applying->used_before, error);
    if (projc_arena_used(workspace->event_arena) > EVENT_ARENA_KEPT_BYTES)
        projc_arena_reset(workspace->event_arena);
    applying->decoded = workspace->event;
    return projc__decode(applying->batch, event, applying->target, workspace->event_arena,
                         workspace->event, error);
}

projc_status projc__apply(projc__batch *batch, projc__entry *entry, const projc_event *event,
                          const projc__target *target, const projc__calls *calls, bool *is_handled,
                          projc_error *error)
{
    struct projc_notices notices = {batch, entry, 0};
    projc_value id;
    application applying = {.batch = batch,
                            .entry = entry,
                            .target = target,
                            .handler = {.event = event,
                                        .arena = batch->arena,
                                        .key = projc__entry_parts(entry, &id),
                                        .key_count = entry->part_count,
                                        .steps_left = PROJC_STEPS_MAX,
                                        .error = error,
                                        .notices = &notices,
                                        .rows = (struct projc_row_cache *)(void *)batch->rows,
                                        .user = batch->projector->engine->options.user},
                            .used_before = projc_arena_used(batch->arena)};
    bool passes = true;
    projc_status status = PROJC_OK;

    *is_handled = false;
    projc__rows_begin_event(batch, entry);
    if (calls != NULL) {
        applying.decoded = calls->event;
        for (const projc__call *each = calls->first; each != NULL && status == PROJC_OK;
             each = each->next) {
            applying.handler.elements = each->elements;
            status = call(&applying, each->function, each->element);
        }
    } else {
        status = open_event(&applying, event, &passes);
        if (status == PROJC_OK && passes)
            status = call_all(&applying);
    }
    *is_handled = status == PROJC_OK && applying.is_handled;
    if (!*is_handled)
        return status;
    entry->position = event->no;
    entry->is_dirty = true;
    entry->handled++;
    batch->handled++;
    return projc__batch_show_fate(batch, entry, event, PROJC__FATE_APPLIED, NULL, error);
}
