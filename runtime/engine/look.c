/* What every step and repair begins with: connection, lanes, keys, and is it still the log? */
#include "engine/step.h"

static projc_status check_log(projc__projector *projector, projc__workspace *workspace,
                              projc_store *store, const projc__lane_set *lanes, projc_error *error)
{
    int64_t checked = 0;
    projc_status status;

    if (projc__workspace_is_checked(workspace, projector->generation))
        return PROJC_OK;
    status = projc__store_preflight(store, projector->stream, error);
    for (uint32_t i = 0; i < lanes->count && status == PROJC_OK; i++) {
        const projc__lane *lane = &lanes->lanes[i];

        /* Lanes mostly stand at one position. */
        if (lane->position == 0 || lane->position == checked)
            continue;
        status = projc__store_check_log(store, projector->stream, lane->position,
                                        lane->last_event_id, error);
        checked = lane->position;
    }
    if (status == PROJC_OK)
        status = projc__workspace_set_checked(workspace, projector->generation, error);
    if (status == PROJC_DIVERGED)
        projc_error_context(error, "projection `%s`", projc__projector_name(projector));
    return status;
}

/* After being fenced: another process may have rebuilt the generation for another program. */
static projc_status recheck(projc__projector *projector, projc__workspace *workspace,
                            projc_store *store, projc_error *error)
{
    projc__generation generation;
    bool must;
    projc_status status;

    pthread_mutex_lock(&projector->lock);
    must = projector->must_recheck;
    pthread_mutex_unlock(&projector->lock);
    if (!must)
        return PROJC_OK;
    status = projc__store_find_generation(store, projector->module->package, projector->type->name,
                                          workspace->lane_arena, &generation, error);
    if (status == PROJC_ABSENT ||
        (status == PROJC_OK && generation.number != projector->generation))
        return projc_error_set(error, PROJC_MISMATCH,
                               "projection `%s` was replaced while it ran: start again",
                               projc__projector_name(projector));
    if (status == PROJC_OK)
        status = projc__projector_check(projector, &generation, error);
    if (status != PROJC_OK)
        return status;
    pthread_mutex_lock(&projector->lock);
    projector->must_recheck = false;
    pthread_mutex_unlock(&projector->lock);
    return PROJC_OK;
}

projc_status projc__look(projc__projector *projector, projc__workspace *workspace, uint32_t part,
                         uint32_t part_count, projc_store **store, projc__lane_set *lanes,
                         projc_error *error)
{
    projc_status status = projc__workspace_store(workspace, store, error);

    projc_arena_reset(workspace->lane_arena);
    if (status == PROJC_OK)
        status = recheck(projector, workspace, *store, error);
    if (status == PROJC_OK)
        status = projc__lane_set_load(projector, *store, workspace->lane_arena, part, part_count,
                                      lanes, error);
    if (status == PROJC_OK)
        status = check_log(projector, workspace, *store, lanes, error);
    if (status == PROJC_OK)
        status = projc__workspace_reserve_event(workspace, projector->event_size_max, error);
    return status;
}
