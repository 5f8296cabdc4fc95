/* What every step and repair begins with: connection, lanes, keys, and is it still the log? */
#include "engine/step.h"

/* How long events are applied in the belief that the log is still the same one. */
enum { LOOK_AGAIN_US = 250000 };

/* Names the projection whose log is another one. */
static projc_status name_projection(const projc__projector *projector, projc_status status,
                                    projc_error *error)
{
    if (status == PROJC_DIVERGED)
        projc_error_context(error, "projection `%s`", projc__projector_name(projector));
    return status;
}

static projc_status check_log(projc__projector *projector, projc__workspace *workspace,
                              projc_store *store, const projc__lane_set *lanes, projc_error *error)
{
    int64_t checked = 0;
    projc_status status;

    if (projc__workspace_checked(workspace, projector->generation) != NULL)
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
    return name_projection(projector, status, error);
}

projc_status projc__look_again(const projc__projector *projector, projc__workspace *workspace,
                               projc_store *store, const projc__lane_set *lanes, projc_error *error)
{
    const projc__lane *lane = &lanes->lanes[lanes->lowest];
    projc__checked *checked = projc__workspace_checked(workspace, projector->generation);
    int64_t now = projc__clock_monotonic(projector->engine->clock);
    projc_status status;

    if (lane->position == 0 || (checked != NULL && now - checked->looked_at < LOOK_AGAIN_US))
        return PROJC_OK;
    status = projc__store_check_log(store, projector->stream, lane->position, lane->last_event_id,
                                    error);
    if (status == PROJC_OK && checked != NULL)
        checked->looked_at = now;
    return name_projection(projector, status, error);
}

static uint64_t sum_epochs(const projc__lane_set *lanes)
{
    uint64_t sum = 1; /* never what a new projector holds */

    for (uint32_t i = 0; i < lanes->count; i++)
        sum += (uint64_t)lanes->lanes[i].epoch;
    return sum;
}

/* A building generation never passes the live one: so nothing is notified twice or never, and where
 * it takes over, readers see neither a step back nor one ahead. */
static projc_status find_bound(const projc__projector *projector, projc__workspace *workspace,
                               projc_store *store, projc__lane_set *lanes, projc_error *error)
{
    projc__generation *rows = NULL;
    projc__lane *live = NULL;
    size_t count = 0;
    bool is_there = false;
    projc_status status =
        projc__store_list_generations(store, projector->module->package, projector->type->name,
                                      workspace->lane_arena, &rows, &count, error);

    for (size_t i = 0; i < count && status == PROJC_OK; i++) {
        if (rows[i].number == projector->generation)
            is_there = rows[i].state == PROJC__BUILDING;
        else if (rows[i].state == PROJC__LIVE || rows[i].state == PROJC__PAUSED)
            lanes->live = rows[i].number;
        if (rows[i].state == PROJC__PAUSED)
            lanes->is_paused = true;
    }
    if (status == PROJC_OK && (!is_there || lanes->live == 0))
        return projc_error_set(error, PROJC_MISMATCH,
                               "projection `%s`: the generation is no longer being built",
                               projc__projector_name(projector));
    if (status == PROJC_OK)
        status = projc__store_load_lanes(store, lanes->live, workspace->lane_arena, &live, &count,
                                         error);
    lanes->bound = 0;
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        lanes->bound = live[i].position > lanes->bound ? live[i].position : lanes->bound;
    return status;
}

/* Whose logic does the generation carry? Ours, or what stood there when we began (the program was
 * warned then and works on): anything else is a rebuild by another program, also under the same
 * version. */
static bool is_replaced(const projc__projector *projector, const projc__generation *generation)
{
    return generation->number != projector->generation ||
           (generation->logic_fingerprint != projector->logic_fingerprint &&
            generation->logic_fingerprint != projector->type->logic_fingerprint);
}

/* Another program may have rebuilt the generation for itself. It raises every lane's epoch after it
 * has stamped the generation, so whoever sees unknown epochs compares the stamp again. */
static projc_status check_stamp(projc__projector *projector, projc__workspace *workspace,
                                projc_store *store, projc__lane_set *lanes, projc_error *error)
{
    uint64_t epochs = sum_epochs(lanes);
    projc__generation generation;
    bool is_known;
    projc_status status;

    if (projector->is_building)
        return find_bound(projector, workspace, store, lanes, error);
    pthread_mutex_lock(&projector->lock);
    is_known = projector->checked_epochs == epochs;
    pthread_mutex_unlock(&projector->lock);
    if (is_known)
        return PROJC_OK;
    status = projc__store_find_generation(store, projector->module->package, projector->type->name,
                                          workspace->lane_arena, &generation, error);
    if (status == PROJC_ABSENT || (status == PROJC_OK && is_replaced(projector, &generation)))
        return projc_error_set(error, PROJC_MISMATCH,
                               "projection `%s` was replaced while it ran: start again",
                               projc__projector_name(projector));
    if (status == PROJC_OK)
        status = projc__projector_check(projector, &generation, error);
    if (status != PROJC_OK)
        return status;
    /* Whoever resumes it raises the epochs again. */
    lanes->is_paused = generation.state == PROJC__PAUSED;
    if (lanes->is_paused)
        return PROJC_OK;
    pthread_mutex_lock(&projector->lock);
    projector->checked_epochs = epochs;
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
        status = projc__lane_set_load(projector, *store, workspace->lane_arena, part, part_count,
                                      lanes, error);
    if (status == PROJC_OK)
        status = check_stamp(projector, workspace, *store, lanes, error);
    if (status == PROJC_OK)
        status = check_log(projector, workspace, *store, lanes, error);
    if (status == PROJC_OK)
        status = projc__workspace_reserve_event(workspace, projector->event_size_max, error);
    return status;
}
