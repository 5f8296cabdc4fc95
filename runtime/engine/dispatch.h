/* From the names in the log to the handlers of one projection. */
#ifndef PROJC_ENGINE_DISPATCH_H
#define PROJC_ENGINE_DISPATCH_H

#include "projc/module.h"

/* What happens with an event: its handlers in order, and how its payload is read. */
typedef struct projc__target {
    const projc_handler_function *functions;
    uint32_t function_count;
    const projc_event_type
        *event;             /* NULL: the payload is not decoded, handlers get no event struct */
    const uint64_t *wanted; /* never NULL when event is set */
    /* Names rows beforehand; NULL: none. */
    void (*prefetch)(projc_handler *handler, const void *event, projc_prefetch *prefetch);
    const projc_handler_source *sources; /* one a function; NULL: none */
} projc__target;

typedef struct projc__dispatch projc__dispatch;

/* The module is kept. NO_MEMORY is the only failure. */
projc_status projc__dispatch_new(const projc_module *module,
                                 const projc_projection_type *projection,
                                 projc__dispatch **dispatch, projc_error *error);
void projc__dispatch_free(projc__dispatch *dispatch);

/* NULL when the projection does nothing with such an event. Any thread. */
const projc__target *projc__dispatch_find(const projc__dispatch *dispatch,
                                          const projc_event *event);

#endif
