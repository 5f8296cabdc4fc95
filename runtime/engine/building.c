/* A generation beside the live one: made, followed, and swapped in. */
#include "engine/building.h"

#include <string.h>

#include "engine/projector_private.h"
#include "engine/step.h"
#include "engine/workspace.h"

/* So often the live generation may have moved on; then its workers are fenced off first, and need
 * some milliseconds to look again. */
enum { POLITE_TRIES = 3 };

/* The live (or paused) and the building one of a list; NULL: there is none. */
typedef struct family {
    projc__generation *live;
    projc__generation *building;
} family;

static projc_status load_family(projc_store *store, const projc_module *module, uint32_t projection,
                                projc_arena *arena, family *found, projc_error *error)
{
    projc__generation *rows = NULL;
    size_t count = 0;
    projc_status status = projc__store_list_generations(
        store, module->package, module->projections[projection].name, arena, &rows, &count, error);

    *found = (family){NULL, NULL};
    for (size_t i = 0; i < count && status == PROJC_OK; i++) {
        if (rows[i].state == PROJC__BUILDING)
            found->building = &rows[i];
        else if (rows[i].state != PROJC__RETIRED)
            found->live = &rows[i];
    }
    return status;
}

projc_status projc__building_find(projc_store *store, const projc_module *module,
                                  uint32_t projection, projc_arena *arena,
                                  projc__generation *generation, projc_error *error)
{
    family found;
    projc_status status = load_family(store, module, projection, arena, &found, error);

    if (status == PROJC_OK && found.building == NULL)
        return projc_error_set(error, PROJC_ABSENT, "projection `%s` is not being rebuilt",
                               module->projections[projection].name);
    if (status == PROJC_OK)
        *generation = *found.building;
    return status;
}

/* ---- making ---- */

/* What `schema --apply` of an older program may not have made. */
static projc_status apply_runtime_schema(projc_store *store, projc_error *error)
{
    const char *const pieces[] = {store->driver->runtime_schema()};

    return projc__store_run_script(store, pieces, 1, error);
}

static projc_status make_tables(projc_store *store, const projc_module *module,
                                const projc_projection_type *type, int64_t generation,
                                projc_error *error)
{
    projc__buffer script;
    projc_status status;

    projc__buffer_init(&script);
    status = projc__generation_schema(store, module, type, generation, &script, error);
    if (status == PROJC_OK) {
        const char *const pieces[] = {script.data};

        status = projc__store_run_script(store, pieces, 1, error);
    }
    projc__buffer_clear(&script);
    return status;
}

static bool is_for(const projc__generation *generation, const projc_projection_type *type)
{
    return generation->version == type->version &&
           generation->shape_fingerprint == type->shape_fingerprint &&
           generation->logic_fingerprint == type->logic_fingerprint;
}

/* Another program's attempt makes room; a newer program's does not. */
static projc_status clear_room(projc_store *store, const projc_projection_type *type, family *found,
                               bool may_begin, projc_error *error)
{
    projc__generation *other = found->building;

    if (other == NULL || is_for(other, type))
        return PROJC_OK;
    if (other->version > type->version || !may_begin)
        return projc_error_set(error, PROJC_MISMATCH,
                               "projection `%s`: another program builds its version %u beside the "
                               "live one: start again, or run `rebuild %s --abort`",
                               type->name, other->version, type->name);
    found->building = NULL;
    return projc__drop_generation(store, type, other->number, error);
}

static projc_status begin(const projc__engine *engine, projc_store *store,
                          const projc_module *module, uint32_t projection, projc_arena *arena,
                          bool forgets_skipped, family *found, projc_error *error)
{
    const projc_projection_type *type = &module->projections[projection];
    const projc__registration registration = {
        .package = module->package,
        .projection = type,
        .stream = &module->streams[type->stream],
        .lanes = type->kind == PROJC_STREAM_PROJECTION ? 1 : engine->options.lanes,
    };
    projc_status status = apply_runtime_schema(store, error);

    if (status == PROJC_OK)
        status = projc__store_add_generation(store, &registration,
                                             forgets_skipped ? 0 : found->live->number, error);
    if (status == PROJC_OK)
        status = load_family(store, module, projection, arena, found, error);
    if (status == PROJC_OK && (found->building == NULL || !is_for(found->building, type)))
        status = projc_error_set(error, PROJC_MISMATCH,
                                 "projection `%s`: another program has begun a rebuild just now",
                                 type->name);
    return status;
}

/* Finds or makes the building generation, with its tables. */
static projc_status find_or_begin(const projc__engine *engine, projc_store *store,
                                  const projc_module *module, uint32_t projection,
                                  projc_arena *arena, const projc__build_options *options,
                                  projc__generation *building, projc_error *error)
{
    const projc_projection_type *type = &module->projections[projection];
    family found;
    projc_status status = load_family(store, module, projection, arena, &found, error);

    if (status != PROJC_OK)
        return status;
    if (found.live == NULL)
        return projc_error_set(error, PROJC_ABSENT,
                               "projection `%s` has never run in this database", type->name);
    if (found.live->state == PROJC__PAUSED)
        return projc_error_set(error, PROJC_MISMATCH,
                               "projection `%s` is paused: run `resume %s` first", type->name,
                               type->name);
    status = clear_room(store, type, &found, options->may_begin, error);
    if (status == PROJC_OK && found.building == NULL && !options->may_begin)
        return projc_error_set(error, PROJC_ABSENT, "projection `%s` is not being rebuilt",
                               type->name);
    if (status == PROJC_OK && found.building == NULL)
        status = begin(engine, store, module, projection, arena, options->forgets_skipped, &found,
                       error);
    if (status == PROJC_OK)
        *building = *found.building;
    /* Also when it was there: whoever made it may have been killed before its tables. */
    return status == PROJC_OK ? make_tables(store, module, type, building->number, error) : status;
}

projc_status projc__building_open(const projc__engine *engine, projc__workspace *workspace,
                                  const projc_module *module, uint32_t projection,
                                  const projc__build_options *options, projc__projector **projector,
                                  projc_error *error)
{
    projc__generation building;
    projc_store *store;
    projc_status status = projc__workspace_store(workspace, &store, error);

    *projector = NULL;
    if (status == PROJC_OK)
        status = projc__store_preflight(
            store, &module->streams[module->projections[projection].stream], error);
    if (status == PROJC_OK) {
        projc_arena_reset(workspace->lane_arena);
        status = find_or_begin(engine, store, module, projection, workspace->lane_arena, options,
                               &building, error);
    }
    if (status == PROJC_OK)
        return projc__projector_open_building(engine, module, projection, &building, projector,
                                              error);
    projc__workspace_failed(workspace, status);
    return status;
}

/* ---- entering ---- */

/* Has this program a higher version than the live generation? */
static projc_status is_raised(projc__workspace *workspace, const projc_module *module,
                              uint32_t projection, bool *answer, projc_error *error)
{
    const projc_projection_type *type = &module->projections[projection];
    projc__generation live;
    projc_store *store;
    projc_status status = projc__workspace_store(workspace, &store, error);

    *answer = false;
    if (status == PROJC_OK)
        status = projc__store_find_generation(store, module->package, type->name,
                                              workspace->lane_arena, &live, error);
    if (status == PROJC_ABSENT)
        return PROJC_OK;
    *answer = status == PROJC_OK && type->version > live.version;
    return status;
}

projc_status projc__projector_enter(const projc__engine *engine, projc__workspace *workspace,
                                    const projc_module *module, uint32_t projection, bool as_is,
                                    projc__projector **projector, projc_error *error)
{
    const projc__build_options options = {.may_begin = !as_is};
    bool raised = false;
    projc_status status = is_raised(workspace, module, projection, &raised, error);

    *projector = NULL;
    if (status == PROJC_NO_SCHEMA)
        raised = false; /* opening tells it with the table's name */
    else if (status != PROJC_OK)
        return status;
    if (raised)
        return projc__building_open(engine, workspace, module, projection, &options, projector,
                                    error);
    return projc__projector_open(engine, workspace, module, projection, projector, error);
}

bool projc__projector_is_same(const projc__projector *left, const projc__projector *right)
{
    return left->generation == right->generation && left->is_building == right->is_building;
}

bool projc__projector_has_own_logic(const projc__projector *projector)
{
    return projector->logic_fingerprint == projector->type->logic_fingerprint;
}

bool projc__projector_is_building(const projc__projector *projector)
{
    return projector->is_building;
}

/* ---- swapping ---- */

static bool is_among(const projc__key_row *row, const projc__key_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (projc_bytes_compare(rows[i].key, row->key) == 0)
            return true;
    return false;
}

/* A key that fails on both sides is nobody's loss; but a stream projection that stands before the
 * live one is. */
static projc_status compare_keys(const projc__projector *projector, projc_store *store,
                                 projc_arena *arena, int64_t live, bool is_behind,
                                 projc_error *error)
{
    projc__key_row *ours = NULL;
    projc__key_row *theirs = NULL;
    size_t our_count = 0;
    size_t their_count = 0;
    size_t lost = 0;
    const projc__key_row *first = NULL;
    projc_status status =
        projc__store_load_keys(store, projector->generation, arena, &ours, &our_count, error);

    if (status == PROJC_OK)
        status = projc__store_load_keys(store, live, arena, &theirs, &their_count, error);
    for (size_t i = 0; i < our_count && status == PROJC_OK; i++) {
        if (!is_behind && is_among(&ours[i], theirs, their_count))
            continue;
        if (ours[i].status == PROJC__KEY_RETRY)
            return projc_error_set(error, PROJC_TRANSIENT,
                                   "projection `%s`: a key is to be tried again",
                                   projc__projector_name(projector));
        if (first == NULL)
            first = &ours[i];
        lost++;
    }
    if (status == PROJC_OK && first != NULL)
        return projc_error_set(
            error, PROJC_KEY_FAILED,
            "projection `%s`: %zu key%s in order in the live generation fail%s in the new one, "
            "which is not swapped in; the first at event %lld: %.*s",
            projc__projector_name(projector), lost, lost == 1 ? "" : "s", lost == 1 ? "s" : "",
            (long long)first->no, (int)first->message.size, first->message.data);
    return status;
}

projc_status projc__building_swap(projc__projector *projector, projc__workspace *workspace,
                                  projc_error *error)
{
    projc__part memory = {0};
    const projc__step_request all = {.memory = &memory};
    projc__outcome outcome = {0};
    projc__lane_set lanes;
    projc_store *store;
    projc_status status = projc__look(projector, workspace, 0, 0, &store, &lanes, error);

    if (status == PROJC_OK && ++projector->swap_tries > POLITE_TRIES)
        status =
            projc__store_set_generation_state(store, lanes.live, PROJC__LIVE, PROJC__LIVE, error);
    if (status == PROJC_ABSENT)
        status = projc_error_set(error, PROJC_FENCED, "the live generation has changed its state");
    do {
        if (status == PROJC_OK)
            status = projc__step(projector, workspace, &all, &outcome, error);
    } while (status == PROJC_OK && !outcome.is_level && !outcome.is_stopped && outcome.events > 0);
    if (status == PROJC_OK)
        status = projc__look(projector, workspace, 0, 0, &store, &lanes, error);
    if (status == PROJC_OK)
        status = compare_keys(projector, store, workspace->lane_arena, lanes.live,
                              outcome.is_stopped && !outcome.is_level, error);
    if (status == PROJC_OK)
        status = projc__swap_generations(store, projector->module,
                                         &projector->module->projections[projector->index],
                                         lanes.live, projector->generation, error);
    projc__workspace_failed(workspace, status);
    return status;
}
