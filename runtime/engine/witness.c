/* What verify and audit share: a projection as it is stored, and its replica. */
#include "engine/verify_private.h"

static projc_status no_memory(projc_error *error)
{
    return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a replica");
}

static projc_status check_log(projc__witness *self, projc_error *error)
{
    const projc_stream_type *stream = &self->module->streams[self->type->stream];
    projc__lane *lanes = NULL;
    size_t count = 0;
    int64_t checked = 0;
    projc_status status = projc__store_load_lanes(self->store, self->generation.number, self->arena,
                                                  &lanes, &count, error);

    for (size_t i = 0; i < count && status == PROJC_OK; i++) {
        if (lanes[i].position == 0 || lanes[i].position == checked)
            continue;
        checked = lanes[i].position;
        status =
            projc__store_check_log(self->store, stream, checked, lanes[i].last_event_id, error);
    }
    return status;
}

projc_status projc__witness_open(projc__witness *self, const projc__engine *engine,
                                 projc_store *store, const projc_module *module,
                                 uint32_t projection, projc_error *error)
{
    const projc_projection_type *type = &module->projections[projection];
    projc_status status;

    *self = (projc__witness){.engine = engine,
                             .store = store,
                             .module = module,
                             .type = type,
                             .projection = projection,
                             .arena = projc_arena_new(0)};
    if (self->arena == NULL)
        return no_memory(error);
    status = projc__store_find_generation(store, module->package, type->name, self->arena,
                                          &self->generation, error);
    if (status == PROJC_ABSENT)
        return projc_error_set(error, PROJC_ABSENT,
                               "projection `%s` has never run in this database", type->name);
    if (status == PROJC_OK && self->generation.shape_fingerprint != type->shape_fingerprint)
        return projc_error_set(error, PROJC_MISMATCH,
                               "projection `%s` is stored in another shape: run `rebuild "
                               "%s`",
                               type->name, type->name);
    return status == PROJC_OK ? check_log(self, error) : status;
}

void projc__witness_close(projc__witness *self)
{
    projc__replica_close(self->replica);
    projc_arena_free(self->arena);
    self->replica = NULL;
    self->arena = NULL;
}

projc_status projc__witness_replay(projc__witness *self, const projc_value *aggregate_id,
                                   projc_error *error)
{
    projc__replica_close(self->replica);
    self->replica = NULL;
    self->lanes = NULL;
    return projc__replica_open(self->engine, self->store, self->module, self->projection,
                               &self->generation, aggregate_id, &self->replica, error);
}

/* ---- one look ---- */

static const projc__key_row *find_key(const projc__key_row *rows, size_t count, projc_bytes key)
{
    for (size_t i = 0; i < count; i++)
        if (projc_bytes_compare(rows[i].key, key) == 0)
            return &rows[i];
    return NULL;
}

/* A key that fails at the same event on both sides has the same state on both. */
static projc_status compare_keys(projc__witness *self, projc_error *error)
{
    projc_store *replica = projc__replica_store(self->replica);
    projc__key_row *stored = NULL;
    projc__key_row *failed = NULL;
    size_t stored_count = 0;
    size_t failed_count = 0;
    projc_status status = projc__store_load_keys(self->store, self->generation.number, self->arena,
                                                 &stored, &stored_count, error);

    if (status == PROJC_OK)
        status = projc__store_load_keys(replica, projc__replica_generation(self->replica),
                                        self->arena, &failed, &failed_count, error);
    if (status != PROJC_OK)
        return status;
    self->waiting = projc_arena_alloc(self->arena, (stored_count + 1) * sizeof *self->waiting);
    self->failures = projc_arena_alloc(self->arena, (failed_count + 1) * sizeof *self->failures);
    if (self->waiting == NULL || self->failures == NULL)
        return no_memory(error);
    self->waiting_count = self->failure_count = 0;
    for (size_t i = 0; i < stored_count; i++) {
        const projc__key_row *same = find_key(failed, failed_count, stored[i].key);

        if (same == NULL || same->no != stored[i].no)
            self->waiting[self->waiting_count++] = stored[i];
    }
    for (size_t i = 0; i < failed_count; i++)
        if (find_key(stored, stored_count, failed[i].key) == NULL)
            self->failures[self->failure_count++] = failed[i];
    return PROJC_OK;
}

projc_status projc__witness_look(projc__witness *self, projc_error *error)
{
    int64_t lowest_before = self->lanes != NULL ? self->lowest : 0;
    projc_status status;

    projc_arena_reset(self->arena);
    status = projc__store_load_lanes(self->store, self->generation.number, self->arena,
                                     &self->lanes, &self->lane_count, error);
    if (status != PROJC_OK)
        return status;
    self->lowest = self->lane_count > 0 ? INT64_MAX : 0;
    for (size_t i = 0; i < self->lane_count; i++)
        if (self->lanes[i].position < self->lowest)
            self->lowest = self->lanes[i].position;
    if (self->lowest < lowest_before)
        return projc_error_set(error, PROJC_CANCELLED,
                               "projection `%s` was started over meanwhile: try again",
                               self->type->name);
    status = projc__replica_follow(self->replica, self->lanes, self->lane_count, error);
    return status == PROJC_OK ? compare_keys(self, error) : status;
}

projc_status projc__witness_is_still(projc__witness *self, bool *answer, projc_error *error)
{
    projc__lane *now = NULL;
    size_t count = 0;
    projc_status status = projc__store_load_lanes(self->store, self->generation.number, self->arena,
                                                  &now, &count, error);

    *answer = status == PROJC_OK && count == self->lane_count;
    for (size_t i = 0; i < count && *answer; i++)
        *answer =
            now[i].position == self->lanes[i].position && now[i].epoch == self->lanes[i].epoch;
    return status;
}
