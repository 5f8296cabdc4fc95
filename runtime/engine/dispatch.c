/* From the names in the log to the handlers of one projection. */
#include "engine/dispatch.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/text.h"

/* An event that has handlers. */
typedef struct slot {
    projc_text type; /* the aggregate's outside type; data is NULL in an empty slot */
    projc_text name;
    const projc__target *target;
} slot;

struct projc__dispatch {
    bool is_bound;     /* to one aggregate type */
    projc_text type;   /* that one */
    projc__target any; /* of events that are not in the table; no functions: nothing */
    projc__target *targets;
    uint64_t *no_fields; /* an all-zero mask that fits every event */
    slot *slots;
    size_t mask; /* slots - 1, a power of two less one */
};

static bool is_same(projc_text left, projc_text right)
{
    return left.size == right.size &&
           (left.size == 0 || memcmp(left.data, right.data, left.size) == 0);
}

static uint64_t hash_of(projc_text type, projc_text name)
{
    return XXH3_64bits_withSeed(name.data, name.size, XXH3_64bits(type.data, type.size));
}

/* The slot of these names, or the empty one where they belong. */
static slot *find_slot(const projc__dispatch *dispatch, projc_text type, projc_text name)
{
    size_t index = (size_t)hash_of(type, name) & dispatch->mask;

    while (
        dispatch->slots[index].type.data != NULL &&
        !(is_same(dispatch->slots[index].name, name) && is_same(dispatch->slots[index].type, type)))
        index = (index + 1) & dispatch->mask;
    return &dispatch->slots[index];
}

static void put(projc__dispatch *dispatch, const projc_module *module, const projc__target *target)
{
    projc_text type = projc__text(module->aggregates[target->event->aggregate].type);
    projc_text name = projc__text(target->event->name);
    slot *place = find_slot(dispatch, type, name);

    place->type = type;
    place->name = name;
    place->target = target;
}

/* Handlers of an event get its older forms too, made into today's by their readers. */
static void add_older(projc__dispatch *dispatch, const projc_module *module, uint32_t event,
                      const projc__target *today, projc__target **next)
{
    for (uint32_t i = 0; i < module->event_count; i++) {
        if (module->events[i].upcast_of != event + 1)
            continue;
        **next = *today;
        (*next)->event = &module->events[i];
        put(dispatch, module, *next);
        (*next)++;
    }
}

static uint32_t older_count(const projc_module *module)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < module->event_count; i++)
        count += module->events[i].upcast_of != 0;
    return count;
}

static void fill(projc__dispatch *dispatch, const projc_module *module,
                 const projc_projection_type *projection)
{
    projc__target *next = dispatch->targets + projection->event_count;

    for (uint32_t i = 0; i < projection->event_count; i++) {
        const projc_event_handlers *handlers = &projection->events[i];
        const projc_event_type *event = &module->events[handlers->event];

        dispatch->targets[i].functions = handlers->functions;
        dispatch->targets[i].function_count = handlers->function_count;
        dispatch->targets[i].event = event;
        dispatch->targets[i].prefetch = handlers->prefetch;
        dispatch->targets[i].sources = handlers->sources;
        dispatch->targets[i].wanted =
            handlers->wanted != NULL ? handlers->wanted : dispatch->no_fields;
        put(dispatch, module, &dispatch->targets[i]);
        add_older(dispatch, module, handlers->event, &dispatch->targets[i], &next);
    }
}

static uint32_t most_fields(const projc_module *module)
{
    uint32_t most = 1;

    for (uint32_t i = 0; i < module->event_count; i++)
        if (module->events[i].field_count > most)
            most = module->events[i].field_count;
    return most;
}

projc_status projc__dispatch_new(const projc_module *module,
                                 const projc_projection_type *projection,
                                 projc__dispatch **dispatch, projc_error *error)
{
    projc__dispatch *made = calloc(1, sizeof *made);
    size_t count = (size_t)projection->event_count + older_count(module);
    size_t size = 16;

    *dispatch = NULL;
    if (made == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    while (size < 2 * count)
        size *= 2;
    made->mask = size - 1;
    made->slots = calloc(size, sizeof *made->slots);
    made->targets = calloc(count + 1, sizeof *made->targets);
    made->no_fields = calloc(((size_t)most_fields(module) + 63) / 64, sizeof *made->no_fields);
    if (made->slots == NULL || made->targets == NULL || made->no_fields == NULL) {
        projc__dispatch_free(made);
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    }
    made->any.functions = projection->any_functions;
    made->any.function_count = projection->any_count;
    made->any.sources = projection->any_sources;
    if (projection->kind == PROJC_AGGREGATE_PROJECTION) {
        made->is_bound = true;
        made->type = projc__text(module->aggregates[projection->aggregate].type);
    }
    fill(made, module, projection);
    *dispatch = made;
    return PROJC_OK;
}

void projc__dispatch_free(projc__dispatch *dispatch)
{
    if (dispatch == NULL)
        return;
    free(dispatch->slots);
    free(dispatch->targets);
    free(dispatch->no_fields);
    free(dispatch);
}

const projc__target *projc__dispatch_find(const projc__dispatch *dispatch, const projc_event *event)
{
    const slot *found;

    if (dispatch->is_bound && !is_same(dispatch->type, event->aggregate_type))
        return NULL;
    found = find_slot(dispatch, event->aggregate_type, event->name);
    if (found->type.data != NULL)
        return found->target;
    return dispatch->any.function_count > 0 ? &dispatch->any : NULL;
}
