/* Where a projection stands: what `status` tells of it. */
#include "service/standing.h"

#include "base/clock.h"
#include "service/undeclared.h"

static const char *kind_name(projc_projection_kind kind)
{
    static const char *const names[] = {[PROJC_AGGREGATE_PROJECTION] = "aggregate",
                                        [PROJC_STREAM_PROJECTION] = "stream",
                                        [PROJC_KEYED_PROJECTION] = "keyed"};

    return names[kind];
}

static const char *state_name(const projc__standing *standing)
{
    static const char *const names[] = {[PROJC__LIVE] = "live",
                                        [PROJC__BUILDING] = "building",
                                        [PROJC__RETIRED] = "retired",
                                        [PROJC__PAUSED] = "paused"};

    return standing->is_stopped ? "failed" : names[standing->generation.state];
}

/* Position, applied, failed: from lanes and keys. */
static projc_status measure_lanes(projc_store *store, const projc__target *target,
                                  projc_arena *arena, projc__standing *standing, projc_error *error)
{
    projc__lane *lanes = NULL;
    projc__key_row *keys = NULL;
    size_t lane_count = 0;
    size_t key_count = 0;
    int64_t generation = standing->generation.number;
    projc_status status =
        projc__store_load_lanes(store, generation, arena, &lanes, &lane_count, error);

    if (status == PROJC_OK)
        status = projc__store_load_keys(store, generation, arena, &keys, &key_count, error);
    if (status == PROJC_OK)
        status = projc__store_count_skipped(store, generation, &standing->skipped, error);
    if (status == PROJC_OK && key_count > 0)
        status = projc__load_waits(store, target, arena, &standing->waits, error);
    standing->waiting = projc__waits_sum(&standing->waits);
    standing->lanes = lanes;
    standing->lane_count = lane_count;
    standing->keys = keys;
    standing->key_count = key_count;
    standing->position = lane_count > 0 ? INT64_MAX : 0;
    for (size_t i = 0; i < lane_count; i++) {
        standing->position =
            lanes[i].position < standing->position ? lanes[i].position : standing->position;
        standing->applied += lanes[i].applied;
    }
    for (size_t i = 0; i < key_count; i++)
        standing->failed += keys[i].status == PROJC__KEY_FAILED;
    standing->is_stopped = target->type->kind == PROJC_STREAM_PROJECTION && standing->failed > 0;
    return status;
}

/* The age of the first event that is not applied, and what holds the reader back. */
static projc_status measure_lag(projc_store *store, const projc__target *target, projc_arena *arena,
                                projc__standing *standing, projc_error *error)
{
    projc__page_limits limits = {.rows = 1, .bytes = 1};
    projc__page next = {.events = NULL};
    projc_status status;

    if (standing->position >= standing->head)
        return PROJC_OK;
    status = projc__store_read_raw(store, target->stream, standing->position, INT64_MAX, NULL, NULL,
                                   &limits, arena, &next, error);
    if (status == PROJC_OK && next.count > 0) {
        int64_t age = projc__clock_now(&projc__real_clock) - next.events[0].time;

        standing->lag_us = age > 0 ? age : 0;
    }
    if (status == PROJC_OK)
        status = projc__store_read_page(store, target->stream, standing->position, &limits, arena,
                                        &standing->page, error);
    return status;
}

/* The current one, and beside it those that are built or kept. */
static projc_status load_generations(projc_store *store, const projc__target *target,
                                     projc_arena *arena, projc__standing *standing,
                                     projc_error *error)
{
    projc__generation *rows = NULL;
    projc__lane *lanes = NULL;
    size_t count = 0;
    size_t lane_count = 0;
    projc_status status = projc__store_list_generations(
        store, target->module->package, target->type->name, arena, &rows, &count, error);

    standing->built_to = -1;
    standing->others = rows;
    for (size_t i = 0; i < count && status == PROJC_OK; i++) {
        if (rows[i].state == PROJC__LIVE || rows[i].state == PROJC__PAUSED) {
            standing->generation = rows[i];
            standing->is_registered = true;
            continue;
        }
        if (rows[i].state == PROJC__BUILDING)
            status =
                projc__store_load_lanes(store, rows[i].number, arena, &lanes, &lane_count, error);
        rows[standing->other_count++] = rows[i];
    }
    for (size_t i = 0; i < lane_count && status == PROJC_OK; i++)
        if (standing->built_to < 0 || lanes[i].position < standing->built_to)
            standing->built_to = lanes[i].position;
    return status;
}

projc_status projc__standing_measure(projc_store *store, const projc__target *target,
                                     projc_arena *arena, projc__standing *standing,
                                     projc_error *error)
{
    int64_t time;
    bool has_writers;
    projc_status status;

    *standing = (projc__standing){.target = *target, .rate = -1, .state_bytes = -1};
    standing->kind = kind_name(target->type->kind);
    standing->undeclared = projc_text_of("{}", 2);
    status = load_generations(store, target, arena, standing, error);
    standing->state = "new";
    if (status == PROJC_OK)
        status = projc__store_read_head(store, target->stream, &standing->head, &time, &has_writers,
                                        error);
    if (status != PROJC_OK)
        return status;
    if (standing->is_registered) {
        status = measure_lanes(store, target, arena, standing, error);
        standing->state = state_name(standing);
    }
    if (status == PROJC_OK)
        status = measure_lag(store, target, arena, standing, error);
    return status;
}

projc_status projc__standing_count_undeclared(projc_store *store, projc_arena *arena,
                                              projc__standing *standing, projc_error *error)
{
    return projc__count_undeclared(store, &standing->target, standing->position, arena,
                                   &standing->undeclared, error);
}

projc_status projc__standing_measure_size(projc_store *store, projc__standing *standing,
                                          projc_error *error)
{
    const projc_projection_type *type = standing->target.type;
    int64_t sum = 0;
    projc_status status = PROJC_OK;

    for (uint32_t i = 0; i <= type->table_count && status == PROJC_OK; i++) {
        const projc_table *table = i == 0 ? type->table : type->tables[i - 1].table;
        int64_t bytes = -1;

        status = projc__store_table_bytes(store, table->schema, table->name, &bytes, error);
        sum = bytes < 0 || sum < 0 ? -1 : sum + bytes;
    }
    standing->state_bytes = sum;
    return status;
}

projc_status projc__standing_sample(projc_store *store, projc_arena *arena,
                                    projc__standing *standing, double seconds, projc_error *error)
{
    projc__lane *lanes = NULL;
    size_t count = 0;
    int64_t applied = 0;
    projc_status status = PROJC_OK;

    if (standing->is_registered)
        status = projc__store_load_lanes(store, standing->generation.number, arena, &lanes, &count,
                                         error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        applied += lanes[i].applied;
    if (status != PROJC_OK)
        return status;
    /* A reset in between begins the count anew. */
    standing->rate = applied < standing->applied ? -1
                     : seconds > 0               ? (double)(applied - standing->applied) / seconds
                                                 : -1;
    if (standing->rate == 0 && standing->head > standing->position && !standing->is_stopped)
        standing->rate = -1;
    return PROJC_OK;
}

int64_t projc__standing_blocker_age(const projc__standing *standing)
{
    int64_t age = projc__clock_now(&projc__real_clock) - standing->page.blocked_since;

    return standing->page.blocked_since > 0 && age > 0 ? age / 1000000 : 0;
}
