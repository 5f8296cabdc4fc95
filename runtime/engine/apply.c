/* Applying one event to one key: the decoder, then the handlers in order. */
#include "engine/apply.h"

#include "base/arena.h"
#include "engine/notices.h"
#include "engine/rows.h"

/* Decoded events are small and die at once; the arena is emptied when it has collected this much.
 */
enum { EVENT_ARENA_KEPT_BYTES = 256 << 10 };

projc_status projc__decode(const projc__batch *batch, const projc_event *event,
                           const projc__target *target, projc_error *error)
{
    projc__workspace *workspace = batch->workspace;
    int64_t limit = batch->projector->engine->options.event_max_bytes;

    if ((int64_t)event->payload.size > limit)
        return projc_error_set(error, PROJC_LIMIT,
                               "the payload has %zu bytes, more than EVENT_MAX allows (%lld)",
                               event->payload.size, (long long)limit);
    if (projc_arena_used(workspace->event_arena) > EVENT_ARENA_KEPT_BYTES)
        projc_arena_reset(workspace->event_arena);
    if (batch->projector->stream->payload == PROJC_PAYLOAD_JSON) {
        projc_json_reader reader;

        projc_json_reader_init(&reader, event->payload.data, event->payload.size,
                               workspace->event_arena, error);
        target->event->from_json(&reader, target->wanted, workspace->event);
        return projc_json_read_end(&reader);
    } else {
        projc_msgpack_reader reader;

        projc_msgpack_reader_init(&reader, event->payload.data, event->payload.size,
                                  workspace->event_arena, error);
        target->event->from_msgpack(&reader, target->wanted, workspace->event);
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

projc_status projc__apply(projc__batch *batch, projc__entry *entry, const projc_event *event,
                          const projc__target *target, bool *is_handled, projc_error *error)
{
    size_t used_before = projc__batch_bytes(batch);
    const void *decoded = NULL;
    projc_status status;
    struct projc_notices notices = {batch, entry, 0};
    projc_handler handler;

    *is_handled = false;
    if (target->event != NULL) {
        status = projc__decode(batch, event, target, error);
        if (status != PROJC_OK)
            return status;
        decoded = batch->workspace->event;
    }
    handler.event = event;
    handler.arena = batch->arena;
    handler.key = entry == batch->single ? NULL : &entry->value;
    handler.key_count = entry == batch->single ? 0 : 1;
    handler.steps_left = PROJC_STEPS_MAX;
    handler.error = error;
    handler.notices = &notices;
    handler.user = batch->projector->engine->options.user;
    handler.rows = (struct projc_row_cache *)(void *)batch->rows;
    projc__rows_begin_event(batch, entry);
    for (uint32_t i = 0; i < target->function_count; i++) {
        handler.state_exists = entry->exists;
        handler.state_deleted = false;
        error->status = PROJC_OK;
        error->message[0] = '\0';
        status = target->functions[i](&handler, entry->state, decoded);
        if (status == PROJC_SKIPPED)
            continue;
        if (status != PROJC_OK)
            return blame(batch, status, used_before, error);
        *is_handled = true;
        entry->exists = !handler.state_deleted;
        if (handler.state_deleted)
            batch->projector->type->init(entry->state);
    }
    if (*is_handled) {
        entry->position = event->no;
        entry->is_dirty = true;
    }
    return PROJC_OK;
}
