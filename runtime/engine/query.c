/* Queries: parameters and constants put together, rows handed on. */
#include "projc/module.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "projc/handler.h"
#include "store/store.h"

typedef struct query_run {
    projc_query_visit visit;
    void *context;
    projc_arena *arena; /* of one row */
} query_run;

static projc_status visit_row(void *context, const projc_value *values, projc_error *error)
{
    query_run *run = context;

    projc_arena_reset(run->arena);
    return run->visit(run->context, run->arena, values, error);
}

static projc_status compute_limit(const projc_query *query, const projc_value *parameters,
                                  projc_arena *arena, projc_value *bound, projc_error *error)
{
    projc_handler handler = {.arena = arena, .steps_left = PROJC_STEPS_MAX, .error = error};

    if (query->limit == NULL)
        return PROJC_OK;
    return query->limit(&handler, parameters, &bound[query->bound_count - 1]);
}

projc_status projc_query_run(projc_store *store, const projc_query *query,
                             const projc_value *parameters, projc_query_visit visit, void *context,
                             projc_error *error)
{
    projc_value *bound = calloc(query->bound_count + 1u, sizeof *bound);
    query_run run = {visit, context, projc_arena_new(0)};
    projc_status status;

    if (bound == NULL || run.arena == NULL) {
        status = projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    } else {
        for (uint32_t i = 0; i < query->bound_count; i++)
            bound[i] = i < query->parameter_count             ? parameters[i]
                       : query->parameters[i].initial != NULL ? *query->parameters[i].initial
                                                              : bound[i];
        status = compute_limit(query, parameters, run.arena, bound, error);
        if (status == PROJC_OK)
            status = projc__store_query(store, query, bound, visit_row, &run, error);
    }
    projc_arena_free(run.arena);
    free(bound);
    return status;
}
