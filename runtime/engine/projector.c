/* The projector: opening a projection, comparing with what is stored, ownership. */
#include "engine/projector_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "engine/memory.h"
#include "engine/workspace.h"

/* What the engine relies on; a generator that breaks it would corrupt data. */
static projc_status check_module(const projc_module *module, uint32_t projection,
                                 projc_error *error)
{
    const projc_projection_type *type;
    bool has_shape;

    if (module->abi_version != PROJC_ABI_VERSION)
        return projc_error_set(error, PROJC_UNSUPPORTED,
                               "%s was generated for runtime ABI %u, this is %u: run projc again",
                               module->source, module->abi_version, PROJC_ABI_VERSION);
    if (projection >= module->projection_count)
        return projc_error_set(error, PROJC_INVALID, "%s has no projection number %u",
                               module->source, projection);
    type = &module->projections[projection];
    has_shape = type->table->key_count >= 1 &&
                (type->kind == PROJC_KEYED_PROJECTION || type->table->key_count == 1);
    for (uint32_t i = 0; i < type->event_count && type->kind == PROJC_KEYED_PROJECTION; i++)
        for (uint32_t j = 0; j < type->events[i].function_count; j++)
            has_shape = has_shape && type->events[i].sources != NULL &&
                        type->events[i].sources[j].select != NULL;
    if (!has_shape || type->table->column_count <= type->table->key_count ||
        (!type->is_columns && type->table->column_count != type->table->key_count + 2))
        return projc_error_set(
            error, PROJC_INVALID,
            "projection `%s`: its state table has an unknown shape: run projc again", type->name);
    return PROJC_OK;
}

projc_status projc__projector_check(const projc__projector *projector,
                                    const projc__generation *generation, projc_error *error)
{
    const projc_projection_type *type = projector->type;

    if (generation->version > type->version)
        return projc_error_set(error, PROJC_MISMATCH,
                               "projection `%s` is version %u here and version %u in the database: "
                               "a newer program has taken it over, and this one no longer works on "
                               "it",
                               type->name, type->version, generation->version);
    if (generation->shape_fingerprint != type->shape_fingerprint)
        return projc_error_set(
            error, PROJC_MISMATCH,
            "projection `%s`: the state's shape differs from what is stored: run "
            "`rebuild %s`",
            type->name, type->name);
    if (generation->version != type->version)
        return projc_error_set(error, PROJC_MISMATCH,
                               "projection `%s` is version %u here and version %u in the database: "
                               "run `rebuild %s`",
                               type->name, type->version, generation->version, type->name);
    return PROJC_OK;
}

static void warn_of_logic(const projc__projector *projector, const projc__generation *generation)
{
    if (generation->logic_fingerprint == projector->type->logic_fingerprint)
        return;
    projc__log(projector->engine->log, PROJC_LOG_WARN,
               "the handlers differ from those that made the stored states, and the version is the "
               "same: rebuild, or raise `version`",
               projc__log_name("projection", projector->type->name),
               projc__log_integer("version", projector->type->version));
}

static size_t largest_event(const projc_module *module)
{
    size_t largest = 1;

    for (uint32_t i = 0; i < module->event_count; i++)
        if (module->events[i].size > largest)
            largest = module->events[i].size;
    return largest;
}

static projc_status check_tables(const projc__projector *projector, projc_store *store,
                                 projc_error *error)
{
    const projc_table *table = projector->type->table;
    bool is_there = false;
    projc_status status = projc__store_preflight(store, projector->stream, error);

    if (status == PROJC_OK)
        status = projc__store_has_table(store, table->schema, table->name, &is_there, error);
    if (status == PROJC_OK && !is_there)
        status = projc_error_set(error, PROJC_NO_SCHEMA,
                                 "projection `%s`: there is no table %s: run `schema --apply`",
                                 projector->type->name, table->name);
    return status;
}

/* Takes over what is stored, and allocates what depends on its number of lanes. */
static projc_status adopt(projc__projector *projector, const projc__generation *generation,
                          projc_error *error)
{
    projector->generation = generation->number;
    projector->logic_fingerprint = generation->logic_fingerprint;
    projector->lane_count = generation->lanes;
    projector->parts = calloc(generation->lanes, sizeof *projector->parts);
    projector->owned = malloc(generation->lanes * sizeof *projector->owned);
    if (projector->parts == NULL || projector->owned == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    for (uint32_t i = 0; i < generation->lanes; i++)
        projector->owned[i] = true;
    return PROJC_OK;
}

/* Finds or makes the generation. */
static projc_status enter(projc__projector *projector, projc_store *store, projc_arena *arena,
                          projc_error *error)
{
    const projc__registration registration = {
        .package = projector->module->package,
        .projection = projector->type,
        .stream = projector->stream,
        .lanes = projc__is_single(projector) ? 1 : projector->engine->options.lanes,
    };
    projc__generation generation;
    projc_status status =
        projc__store_register_projection(store, &registration, arena, &generation, error);

    if (status == PROJC_OK)
        status = projc__projector_check(projector, &generation, error);
    if (status != PROJC_OK)
        return status;
    warn_of_logic(projector, &generation);
    return adopt(projector, &generation, error);
}

static projc__projector *allocate(const projc__engine *engine, const projc_module *module,
                                  uint32_t projection)
{
    projc__projector *made = calloc(1, sizeof *made);

    if (made == NULL)
        return NULL;
    if (pthread_mutex_init(&made->lock, NULL) != 0) {
        free(made);
        return NULL;
    }
    made->engine = engine;
    made->module = module;
    made->type = &module->projections[projection];
    made->stream = &module->streams[made->type->stream];
    made->aggregate = made->type->kind == PROJC_AGGREGATE_PROJECTION
                          ? &module->aggregates[made->type->aggregate]
                          : NULL;
    made->index = projection;
    made->event_size_max = largest_event(module);
    return made;
}

projc_status projc__projector_open(const projc__engine *engine, projc__workspace *workspace,
                                   const projc_module *module, uint32_t projection,
                                   projc__projector **projector, projc_error *error)
{
    projc__projector *made = NULL;
    projc_store *store;
    projc_status status = check_module(module, projection, error);

    *projector = NULL;
    if (status != PROJC_OK)
        return status;
    made = allocate(engine, module, projection);
    if (made == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    status = projc__dispatch_new(module, made->type, &made->dispatch, error);
    if (status == PROJC_OK)
        status = projc__workspace_store(workspace, &store, error);
    if (status == PROJC_OK)
        status = check_tables(made, store, error);
    if (status == PROJC_OK) {
        projc_arena_reset(workspace->lane_arena);
        status = enter(made, store, workspace->lane_arena, error);
    }
    if (status != PROJC_OK) {
        projc__workspace_failed(workspace, status);
        projc__projector_close(made);
        return status;
    }
    *projector = made;
    return PROJC_OK;
}

/* The type with the generation's tables lives as long as the projector. */
static projc_status own_type(projc__projector *projector, int64_t generation, projc_error *error)
{
    projector->own = projc_arena_new(0);
    if (projector->own != NULL) {
        const projc_projection_type *type =
            projc__generation_type(projector->own, projector->type, generation);

        if (type != NULL) {
            projector->type = type;
            return PROJC_OK;
        }
    }
    return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
}

projc_status projc__projector_open_building(const projc__engine *engine, const projc_module *module,
                                            uint32_t projection,
                                            const projc__generation *generation,
                                            projc__projector **projector, projc_error *error)
{
    projc__projector *made = NULL;
    projc_status status = check_module(module, projection, error);

    *projector = NULL;
    if (status != PROJC_OK)
        return status;
    made = allocate(engine, module, projection);
    if (made == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    made->is_building = true;
    made->silent_up_to = INT64_MAX; /* the live one has notified, or will */
    status = own_type(made, generation->number, error);
    if (status == PROJC_OK)
        status = projc__dispatch_new(module, made->type, &made->dispatch, error);
    if (status == PROJC_OK)
        status = adopt(made, generation, error);
    if (status != PROJC_OK) {
        projc__projector_close(made);
        return status;
    }
    *projector = made;
    return PROJC_OK;
}

void projc__projector_close(projc__projector *projector)
{
    if (projector == NULL)
        return;
    projc__dispatch_free(projector->dispatch);
    for (uint32_t i = 0; projector->parts != NULL && i < projector->lane_count; i++) {
        if (projector->engine->pages != NULL)
            projc__pages_leave(projector->engine->pages, &projector->parts[i].cursor);
        projc__memory_free(projector->parts[i].memory);
    }
    free(projector->parts);
    free(projector->owned);
    projc_arena_free(projector->own);
    pthread_mutex_destroy(&projector->lock);
    free(projector);
}

const projc_projection_type *projc__projector_type(const projc__projector *projector)
{
    return projector->type;
}

const projc_stream_type *projc__projector_stream(const projc__projector *projector)
{
    return projector->stream;
}

uint32_t projc__projector_lanes(const projc__projector *projector)
{
    return projector->lane_count;
}

int64_t projc__projector_generation(const projc__projector *projector)
{
    return projector->generation;
}

void projc__projector_own(projc__projector *projector, const bool *owned)
{
    size_t size = projector->lane_count * sizeof *owned;

    pthread_mutex_lock(&projector->lock);
    if (memcmp(projector->owned, owned, size) != 0)
        (void)__atomic_add_fetch(&projector->deals, 1, __ATOMIC_RELAXED);
    memcpy(projector->owned, owned, size);
    pthread_mutex_unlock(&projector->lock);
}
