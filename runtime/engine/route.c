/* Routing in a keyed projection: which keys an event belongs to, and what is called for each. */
#include "engine/route.h"

#include <string.h>

#include "base/arena.h"
#include "codec/value.h"
#include "engine/apply.h"

static projc_status out_of_room(projc_error *error)
{
    return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the keys of an event");
}

/* A page's memory is bounded by the page, not by the event: that it is out is nobody's fault. */
static projc_status blame(projc_arena *arena, projc_status status, projc_error *error)
{
    if (status == PROJC_LIMIT && projc_arena_is_exhausted(arena))
        return out_of_room(error);
    return status;
}

static projc_handler handler_for(const projc__batch *batch, const projc_event *event,
                                 projc_arena *arena, projc_error *error)
{
    error->status = PROJC_OK;
    error->message[0] = '\0';
    return (projc_handler){.event = event,
                           .arena = arena,
                           .steps_left = PROJC_STEPS_MAX,
                           .error = error,
                           .user = batch->projector->engine->options.user};
}

projc_status projc__route_passes(const projc__batch *batch, const projc_event *event,
                                 projc_arena *arena, bool *passes, projc_error *error)
{
    const projc_projection_type *type = batch->projector->type;
    projc_handler handler;

    *passes = true;
    if (type->filter == NULL)
        return PROJC_OK;
    handler = handler_for(batch, event, arena, error);
    return type->filter(&handler, passes);
}

/* ---- elements ---- */

/* What one handler function sees of the event. */
typedef struct scan {
    projc__batch *batch;
    projc_handler *handler;
    const void *decoded;
    projc__routed **last;
} scan;

static projc_status add_element(scan *scanning, uint32_t function, projc_value *parts)
{
    projc__batch *batch = scanning->batch;
    projc_arena *arena = scanning->handler->arena;
    uint32_t count = batch->projector->type->table->key_count;
    projc__routed *made = projc_arena_alloc(arena, sizeof *made);
    projc_bytes key;
    projc_status status;

    if (made == NULL)
        return out_of_room(scanning->handler->error);
    status = projc__key_encode(batch->writer, parts, count, &key, scanning->handler->error);
    if (status != PROJC_OK)
        return status;
    made->parts = parts;
    made->key.data = (const uint8_t *)projc_arena_copy(arena, key.data, key.size);
    made->key.size = key.size;
    if (made->key.data == NULL)
        return out_of_room(scanning->handler->error);
    made->call.function = function;
    made->call.element = scanning->handler->element;
    made->call.elements = scanning->handler->elements;
    *scanning->last = made;
    scanning->last = &made->next;
    return PROJC_OK;
}

static projc_status scan_function(scan *scanning, const projc_handler_source *source,
                                  uint32_t function)
{
    projc_handler *handler = scanning->handler;
    uint32_t width = scanning->batch->projector->type->table->key_count;
    uint32_t count = 1;
    projc_status status = PROJC_OK;

    handler->element = 0;
    handler->elements = NULL;
    if (source->count != NULL)
        status = source->count(handler, scanning->decoded, &count);
    for (uint32_t i = 0; i < count && status == PROJC_OK; i++) {
        projc_value *parts = projc_arena_alloc(handler->arena, width * sizeof *parts);

        if (parts == NULL)
            return out_of_room(handler->error);
        if (!projc_step(handler))
            return projc_fail_steps(handler);
        handler->element = i;
        status = source->select(handler, scanning->decoded, parts);
        if (status == PROJC_OK)
            status = add_element(scanning, function, parts);
        else if (status == PROJC_SKIPPED)
            status = PROJC_OK;
    }
    return status;
}

projc_status projc__route_elements(projc__batch *batch, const projc_event *event,
                                   const projc__target *target, projc_arena *arena,
                                   projc__routed **first, const void **decoded, projc_error *error)
{
    projc_handler handler = handler_for(batch, event, arena, error);
    scan scanning = {.batch = batch, .handler = &handler, .last = first};
    void *into = NULL;
    bool passes;
    projc_status status = projc__route_passes(batch, event, arena, &passes, error);

    *first = NULL;
    *decoded = NULL;
    if (status != PROJC_OK || !passes)
        return blame(arena, status, error);
    if (target->event != NULL) {
        into = projc_arena_alloc_raw(arena, target->event->size);
        if (into == NULL)
            return out_of_room(error);
        status = projc__decode(batch, event, target, arena, into, error);
    }
    scanning.decoded = *decoded = into;
    for (uint32_t i = 0; i < target->function_count && status == PROJC_OK; i++)
        status = scan_function(&scanning, &target->sources[i], i);
    return blame(arena, status, error);
}

/* An event that was passed over for want of a key is passed over for all keys by a replay, also
 * when they can be computed now. */
static projc_status is_skipped(projc__batch *batch, const projc_event *event, bool *answer,
                               projc_error *error)
{
    return projc__skips_has(&batch->skips, projc__no_key(), event->no, answer, error);
}

/* ---- a page ---- */

static projc__calls *begin_calls(projc_arena *arena, const void *decoded)
{
    projc__calls *calls = projc_arena_alloc(arena, sizeof *calls);

    if (calls == NULL)
        return NULL;
    calls->event = decoded;
    calls->last = &calls->first;
    return calls;
}

static void add_call(projc__calls *calls, projc__call *call)
{
    *calls->last = call;
    calls->last = &call->next;
}

/* The event's route to the entry, made at its first element. */
static projc_status route_to(projc__batch *batch, int64_t no, projc__entry *entry,
                             const void *decoded, projc__route *first, projc__route **last,
                             projc_error *error)
{
    projc_arena *arena = batch->workspace->page_arena;
    projc__route *made = first;
    projc__entry_routing *routing = projc__entry_routing_of(entry);
    projc__calls *calls;

    if (routing->routed_no == no)
        return PROJC_OK;
    if (first->entry != NULL) {
        made = projc_arena_alloc(arena, sizeof *made);
        if (made == NULL)
            return out_of_room(error);
        made->target = first->target;
        (*last)->next = made;
    }
    calls = begin_calls(arena, decoded);
    if (calls == NULL)
        return out_of_room(error);
    made->entry = entry;
    made->calls = calls;
    *last = made;
    routing->calls = calls;
    routing->routed_no = no;
    return PROJC_OK;
}

projc_status projc__route_event(projc__batch *batch, const projc_event *event, projc__route *route,
                                projc_error *error)
{
    projc__route *last = route;
    projc__routed *first = NULL;
    const void *decoded;
    bool is_passed;
    projc_status status = is_skipped(batch, event, &is_passed, error);

    if (status != PROJC_OK || is_passed)
        return status;
    status = projc__route_elements(batch, event, route->target, batch->workspace->page_arena,
                                   &first, &decoded, error);
    for (projc__routed *each = first; each != NULL && status == PROJC_OK; each = each->next) {
        projc__entry *entry = NULL;

        status = projc__batch_meet(batch, each->parts, each->key, event->no, &entry, error);
        if (status != PROJC_OK || entry == NULL)
            continue;
        status = route_to(batch, event->no, entry, decoded, route, &last, error);
        if (status == PROJC_OK)
            add_call(projc__entry_routing_of(entry)->calls, &each->call);
    }
    return status;
}

/* ---- events that are read again ---- */

projc_status projc__route_again(projc__batch *batch, projc__entry *entry, const projc_event *event,
                                projc_arena *arena, projc__routed_again *again, projc_error *error)
{
    const projc__target *target = projc__dispatch_find(batch->projector->dispatch, event);
    projc__routed *first = NULL;
    projc__calls *made;
    const void *decoded;
    bool is_passed;
    projc_status status;

    *again = (projc__routed_again){.target = NULL};
    if (target == NULL)
        return PROJC_OK;
    if (batch->projector->type->kind != PROJC_KEYED_PROJECTION) {
        again->target = projc__batch_is_of(batch, entry, event) ? target : NULL;
        return PROJC_OK;
    }
    status = is_skipped(batch, event, &is_passed, error);
    if (status != PROJC_OK || is_passed)
        return status;
    status = projc__route_elements(batch, event, target, arena, &first, &decoded, error);
    /* It had no key when it was passed, and has none now. */
    if (projc_status_class_of(status) == PROJC_CLASS_DATA)
        return PROJC_OK;
    if (status != PROJC_OK)
        return status;
    made = begin_calls(arena, decoded);
    if (made == NULL)
        return out_of_room(error);
    for (projc__routed *each = first; each != NULL; each = each->next)
        if (projc_bytes_compare(each->key, projc__entry_routing_of(entry)->key) == 0)
            add_call(made, &each->call);
    if (made->first != NULL)
        *again = (projc__routed_again){target, made};
    return PROJC_OK;
}
