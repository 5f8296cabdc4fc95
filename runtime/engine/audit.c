/* Was every event applied, and once: audit. */
#include <string.h>

#include "engine/verify_private.h"

static projc_status no_memory(projc_error *error)
{
    return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for an audit");
}

/* Both counts belong to the same position: a lane's row is written as a whole. */
static projc_status compare_counts(projc__witness *self, projc_arena *arena,
                                   projc__audit_result *result, projc_error *error)
{
    projc__lane *expected = NULL;
    size_t count = 0;
    projc_status status = projc__store_load_lanes(projc__replica_store(self->replica),
                                                  projc__replica_generation(self->replica),
                                                  self->arena, &expected, &count, error);

    if (status != PROJC_OK)
        return status;
    result->lanes = projc_arena_alloc(arena, (self->lane_count + 1) * sizeof *result->lanes);
    if (result->lanes == NULL)
        return no_memory(error);
    for (size_t i = 0; i < self->lane_count && i < count; i++) {
        const projc__lane *lane = &self->lanes[i];

        result->lanes[result->lane_count++] =
            (projc__audit_lane){lane->lane, lane->position, lane->applied, expected[i].applied};
        result->differences += lane->applied != expected[i].applied;
    }
    return PROJC_OK;
}

/* Is there an event of this number and (a skip records none) id? */
static projc_status look_up(projc__witness *self, int64_t no, const projc_uuid *id,
                            projc__audit_result *result, projc_error *error)
{
    const projc_stream_type *stream = &self->module->streams[self->type->stream];
    const projc__page_limits limits = {.rows = 1, .bytes = 1};
    projc_arena *arena = projc_arena_new(0);
    projc__page page = {0};
    projc_status status;

    if (arena == NULL)
        return no_memory(error);
    status = projc__store_read_raw(self->store, stream, no - 1, no, NULL, NULL, &limits, arena,
                                   &page, error);
    if (status == PROJC_OK &&
        (page.count == 0 || (id != NULL && memcmp(id, &page.events[0].id, sizeof *id) != 0)))
        result->strangers++;
    projc_arena_free(arena);
    return status;
}

static projc_status look_records_up(projc__witness *self, projc__audit_result *result,
                                    projc_error *error)
{
    enum { AT_ONCE = 1000 };
    projc__key_row *keys = NULL;
    projc__skipped_row *skips = NULL;
    size_t count = 0;
    int64_t above = 0;
    projc_status status = projc__store_load_keys(self->store, self->generation.number, self->arena,
                                                 &keys, &count, error);

    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        status = look_up(self, keys[i].no, &keys[i].event_id, result, error);
    do {
        count = 0;
        if (status == PROJC_OK)
            status = projc__store_load_skipped(self->store, self->generation.number, above, AT_ONCE,
                                               self->arena, &skips, &count, error);
        for (size_t i = 0; i < count && status == PROJC_OK; i++)
            status = look_up(self, skips[i].no, NULL, result, error);
        if (count > 0)
            above = skips[count - 1].no;
    } while (count == AT_ONCE && status == PROJC_OK);
    return status;
}

projc_status projc__audit(const projc__engine *engine, projc_store *store,
                          const projc_module *module, uint32_t projection, projc_arena *arena,
                          projc__audit_result *result, projc_error *error)
{
    projc__witness witness;
    projc_status status = projc__witness_open(&witness, engine, store, module, projection, error);

    *result = (projc__audit_result){0};
    if (status == PROJC_OK)
        status = projc__witness_replay(&witness, NULL, error);
    if (status == PROJC_OK)
        status = projc__witness_look(&witness, error);
    if (status == PROJC_OK)
        status = compare_counts(&witness, arena, result, error);
    if (status == PROJC_OK)
        status = look_records_up(&witness, result, error);
    result->waiting = status == PROJC_OK ? (int64_t)witness.waiting_count : 0;
    projc__witness_close(&witness);
    return status;
}
