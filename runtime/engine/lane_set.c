/* The lanes and the keys out of order of one generation, as one step has seen them. */
#include "engine/lane_set.h"

#include <stdlib.h>

#include "projc/handler.h"

static int compare_keys(const void *left, const void *right)
{
    const projc__key_row *a = left;
    const projc__key_row *b = right;

    return projc_bytes_compare(a->key, b->key);
}

/* Which lanes are worked on now: the part's share of those that this process owns. */
projc_status projc__lane_set_choose(projc__projector *projector, projc_arena *arena, uint32_t part,
                                    uint32_t part_count, projc__lane_set *set, projc_error *error)
{
    set->mine = projc_arena_alloc(arena, set->count * sizeof *set->mine);
    if (set->mine == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    pthread_mutex_lock(&projector->lock);
    set->deals = __atomic_load_n(&projector->deals, __ATOMIC_RELAXED);
    for (uint32_t i = 0; i < set->count; i++)
        set->mine[i] = part_count == 0 || (i % part_count == part && projector->owned[i]);
    pthread_mutex_unlock(&projector->lock);
    for (uint32_t i = 0; i < set->count; i++) {
        if (!set->mine[i])
            continue;
        if (set->mine_count == 0 || set->lanes[i].position < set->lanes[set->lowest].position)
            set->lowest = i;
        set->mine_count++;
    }
    return PROJC_OK;
}

projc_status projc__lane_set_load(projc__projector *projector, projc_store *store,
                                  projc_arena *arena, uint32_t part, uint32_t part_count,
                                  projc__lane_set *set, projc_error *error)
{
    size_t count = 0;
    projc_status status;

    *set = (projc__lane_set){0};
    status =
        projc__store_load_lanes(store, projector->generation, arena, &set->lanes, &count, error);
    if (status == PROJC_OK)
        status = projc__store_load_keys(store, projector->generation, arena, &set->keys,
                                        &set->key_count, error);
    if (status != PROJC_OK)
        return status;
    set->bound = INT64_MAX;
    if (count == 0 && projector->is_building)
        return projc_error_set(error, PROJC_MISMATCH,
                               "projection `%s`: the generation that was being built was dropped",
                               projc__projector_name(projector));
    set->count = projector->lane_count;
    for (size_t i = 0; i < count && count == set->count; i++)
        if (set->lanes[i].lane != i)
            count = 0;
    if (count != set->count)
        return projc_error_set(error, PROJC_CORRUPT,
                               "projection `%s` has other rows in projc_lane than its %u lanes: "
                               "reset it",
                               projc__projector_name(projector), projector->lane_count);
    if (set->key_count > 1)
        qsort(set->keys, set->key_count, sizeof *set->keys, compare_keys);
    for (size_t i = 0; i < set->key_count; i++)
        if (set->keys[i].status == PROJC__KEY_FAILED)
            set->failed_count++;
    return projc__lane_set_choose(projector, arena, part, part_count, set, error);
}

const projc__key_row *projc__lane_set_find_key(const projc__lane_set *set, projc_bytes key)
{
    const projc__key_row wanted = {.key = key};

    if (set->key_count == 0)
        return NULL;
    return bsearch(&wanted, set->keys, set->key_count, sizeof *set->keys, compare_keys);
}
