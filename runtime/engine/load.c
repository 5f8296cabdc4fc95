/* The typed read of one state. */
#include "projc/module.h"

#include "engine/state_row.h"
#include "store/store.h"

projc_status projc_load(projc_store *store, const projc_module *module, uint32_t projection,
                        const projc_value *key, uint32_t key_count, projc_arena *arena, void *state,
                        projc_error *error)
{
    const projc_value singleton = {.kind = PROJC_KIND_INTEGER, .as.integer = 0};
    const projc_projection_type *type;
    projc_value *row = NULL;
    bool has_key;
    projc_status status;

    if (projection >= module->projection_count)
        return projc_error_set(error, PROJC_INVALID, "%s has no projection number %u",
                               module->source, projection);
    type = &module->projections[projection];
    has_key = type->kind != PROJC_STREAM_PROJECTION;
    if (key_count != (has_key ? type->table->key_count : 0))
        return projc_error_set(error, PROJC_INVALID,
                               "a key of projection `%s` has %u parts, not %u", type->name,
                               has_key ? type->table->key_count : 0, key_count);
    status = projc__store_load_rows(store, type->table, has_key ? key : &singleton, 1, arena, &row,
                                    error);
    if (status == PROJC_CORRUPT)
        return projc__state_refuse(type->name, status, error);
    if (status != PROJC_OK)
        return status;
    if (row == NULL)
        return projc_error_set(error, PROJC_ABSENT, "projection `%s` has no such state",
                               type->name);
    return projc__state_from_row(type, row, arena, state, error);
}
