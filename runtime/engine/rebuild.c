/* Starting a projection over: reset, and rebuilding, in place or beside the live generation. */
#include "engine/rebuild.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/back_off.h"
#include "engine/building.h"
#include "engine/catch_up.h"
#include "engine/projector_private.h"
#include "engine/workspace.h"

/* Infrastructure errors in a row after which a swap, which gets its locks when no reader holds the
 * tables for a moment, gives up. */
enum { SWAPS_MAX = 120, SWAP_LOW_US = 2000, SWAP_HIGH_US = 500000 };

/* is_lenient: the program's tables may be others than the store's, whose missing ones are left out.
 */
static projc_status reset_generation(projc_store *store, const projc_projection_type *type,
                                     int64_t generation, bool keep_skipped, bool is_lenient,
                                     projc_error *error)
{
    const projc_table **tables = malloc(((size_t)type->table_count + 1) * sizeof *tables);
    size_t count = 0;
    projc_status status = PROJC_OK;

    if (tables == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    tables[count++] = type->table;
    for (uint32_t i = 0; i < type->table_count && status == PROJC_OK; i++) {
        const projc_table *table = type->tables[i].table;
        bool is_there = true;

        if (is_lenient)
            status = projc__store_has_table(store, table->schema, table->name, &is_there, error);
        if (is_there)
            tables[count++] = table;
    }
    if (status == PROJC_OK)
        status = projc__store_reset(store, generation, tables, count, keep_skipped, error);
    free(tables);
    return status;
}

projc_status projc__reset(projc_store *store, const projc_module *module, uint32_t projection,
                          bool keep_skipped, projc_error *error)
{
    const projc_projection_type *type = &module->projections[projection];
    projc__generation generation;
    projc_arena *arena = projc_arena_new(0);
    projc_status status;

    if (arena == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    status =
        projc__store_find_generation(store, module->package, type->name, arena, &generation, error);
    if (status == PROJC_OK)
        status = reset_generation(store, type, generation.number, keep_skipped, false, error);
    projc_arena_free(arena);
    return status;
}

/* ---- another shape ---- */

/* "name" with its quotation marks doubled; false when it does not fit. */
static bool quote(char *text, size_t size, const char *name)
{
    size_t at = 0;

    if (size < 3)
        return false;
    text[at++] = '"';
    for (; *name != '\0' && at + 3 < size; name++) {
        if (*name == '"')
            text[at++] = '"';
        text[at++] = *name;
    }
    text[at++] = '"';
    text[at] = '\0';
    return *name == '\0';
}

/* The columns may be others now: tables are dropped, with the views on them, and the schema
 * applied. */
static projc_status drop_table(projc_store *store, const projc_table *table, projc_error *error)
{
    bool is_sqlite = strcmp(store->driver->name, "sqlite") == 0;
    char schema[160] = "";
    char name[160];
    char sql[400];
    const char *const pieces[] = {sql};

    if (!quote(name, sizeof name, table->name) ||
        (table->schema != NULL && !is_sqlite && !quote(schema, sizeof schema, table->schema)))
        return projc_error_set(error, PROJC_INVALID, "the name of table %s is too long",
                               table->name);
    snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %s%s%s%s", schema, schema[0] != '\0' ? "." : "",
             name, is_sqlite ? "" : " CASCADE");
    return projc__store_run_script(store, pieces, 1, error);
}

static projc_status remake_tables(projc_store *store, const projc_module *module,
                                  const projc_projection_type *type, projc_error *error)
{
    projc_status status = drop_table(store, type->table, error);

    for (uint32_t i = 0; i < type->table_count && status == PROJC_OK; i++)
        status = drop_table(store, type->tables[i].table, error);
    if (status == PROJC_OK)
        status = projc_store_apply_schema(store, module, false, error);
    return status;
}

/* The furthest position of its lanes: up to there notifications may have been sent. */
static projc_status find_reached(projc_store *store, int64_t generation, projc_arena *arena,
                                 int64_t *reached, projc_error *error)
{
    projc__lane *lanes = NULL;
    size_t count = 0;
    projc_status status = projc__store_load_lanes(store, generation, arena, &lanes, &count, error);

    for (size_t i = 0; status == PROJC_OK && i < count; i++)
        *reached = lanes[i].position > *reached ? lanes[i].position : *reached;
    return status;
}

/* Brings the generation to position 0 with this program's stamp. The order matters where the stamp
 * changes: a process of the old program that still runs is fenced off by the first reset, may begin
 * again before the stamp, and loses what it wrote then by the second; as that raises the epochs
 * once more, it compares the stamp, and stops. */
static projc_status start_over(projc_store *store, const projc_module *module,
                               const projc_projection_type *type, projc_arena *arena,
                               bool keep_skipped, int64_t *reached, projc_error *error)
{
    projc__generation generation;
    bool has_other_shape;
    bool has_other_stamp;
    projc_status status =
        projc__store_find_generation(store, module->package, type->name, arena, &generation, error);

    if (status == PROJC_ABSENT)
        return PROJC_OK; /* opening registers it, at position 0 */
    if (status != PROJC_OK)
        return status;
    status = find_reached(store, generation.number, arena, reached, error);
    if (status != PROJC_OK)
        return status;
    has_other_shape = generation.shape_fingerprint != type->shape_fingerprint;
    has_other_stamp = has_other_shape || generation.version != type->version ||
                      generation.logic_fingerprint != type->logic_fingerprint;
    status = reset_generation(store, type, generation.number, keep_skipped, has_other_shape, error);
    if (status == PROJC_OK && has_other_shape)
        status = remake_tables(store, module, type, error);
    if (status == PROJC_OK)
        status = projc__store_restamp_generation(store, generation.number, type, error);
    if (status == PROJC_OK && has_other_stamp)
        status = reset_generation(store, type, generation.number, keep_skipped, false, error);
    return status;
}

/* ---- in place ---- */

static projc_status tell_failed(const char *name, uint32_t failed, projc_error *error)
{
    if (failed == 0)
        return PROJC_OK;
    return projc_error_set(error, PROJC_KEY_FAILED,
                           "projection `%s` is rebuilt, but %u keys wait for repair", name, failed);
}

projc_status projc__rebuild_in_place(const projc__engine *engine, projc__workspace *workspace,
                                     const projc_module *module, uint32_t projection,
                                     const projc__rebuild_options *options, projc_error *error)
{
    const projc_projection_type *type = &module->projections[projection];
    projc__rebuild_progress progress = {0};
    projc__projector *projector = NULL;
    projc_arena *arena = workspace->lane_arena;
    projc_store *store;
    int64_t reached = 0;
    uint32_t failed = 0;
    int64_t time;
    bool has_writers;
    projc_status status = projc__workspace_store(workspace, &store, error);

    projc_arena_reset(arena);
    if (status == PROJC_OK)
        status = start_over(store, module, type, arena, !options->forgets_skipped, &reached, error);
    if (status == PROJC_OK)
        status = projc__projector_open(engine, workspace, module, projection, &projector, error);
    if (status == PROJC_OK)
        projector->silent_up_to = reached;
    if (status == PROJC_OK)
        status = projc__store_read_head(store, projc__projector_stream(projector), &progress.head,
                                        &time, &has_writers, error);
    if (status == PROJC_OK)
        status = projc__catch_up(projector, workspace, &progress, options, &failed, error);
    if (status == PROJC_OK)
        status = tell_failed(type->name, failed, error);
    projc__workspace_failed(workspace, status);
    projc__projector_close(projector);
    return status;
}

/* ---- beside the live generation ---- */

/* Where the live generation stands is where the new one has to come. */
static projc_status find_live_position(projc__workspace *workspace, const projc_module *module,
                                       const projc_projection_type *type, int64_t *position,
                                       projc_error *error)
{
    projc__generation live;
    projc_store *store;
    projc_status status = projc__workspace_store(workspace, &store, error);

    projc_arena_reset(workspace->lane_arena);
    if (status == PROJC_OK)
        status = projc__store_find_generation(store, module->package, type->name,
                                              workspace->lane_arena, &live, error);
    return status == PROJC_OK
               ? find_reached(store, live.number, workspace->lane_arena, position, error)
               : status;
}

static projc_status swap_in(projc__projector *projector, projc__workspace *workspace,
                            projc_error *error)
{
    const projc__engine *engine = projector->engine;
    projc__random random;
    projc_status status;

    projc__random_init(&random, engine->options.seed);
    for (uint32_t tries = 1;; tries++) {
        status = projc__building_swap(projector, workspace, error);
        if (projc_status_class_of(status) != PROJC_CLASS_INFRA)
            return status;
        if (tries > SWAPS_MAX)
            return projc_error_context(
                error,
                "projection `%s` is rebuilt, but could not be put in place of the live one, "
                "whose tables or lanes somebody holds all the time: run `rebuild %s` again",
                projector->type->name, projector->type->name);
        engine->clock->sleep_us(engine->clock->user,
                                projc__back_off_us(&random, tries, SWAP_LOW_US, SWAP_HIGH_US));
    }
}

projc_status projc__rebuild_beside(const projc__engine *engine, projc__workspace *workspace,
                                   const projc_module *module, uint32_t projection,
                                   const projc__rebuild_options *options, projc_error *error)
{
    const projc__build_options build = {.may_begin = true,
                                        .forgets_skipped = options->forgets_skipped};
    const projc_projection_type *type = &module->projections[projection];
    projc__rebuild_progress progress = {0};
    projc__projector *projector = NULL;
    uint32_t failed = 0;
    projc_status status =
        projc__building_open(engine, workspace, module, projection, &build, &projector, error);

    if (status == PROJC_ABSENT) /* nobody reads it yet */
        return projc__rebuild_in_place(engine, workspace, module, projection, options, error);
    if (status == PROJC_OK)
        status = find_live_position(workspace, module, type, &progress.head, error);
    if (status == PROJC_OK)
        status = projc__catch_up(projector, workspace, &progress, options, &failed, error);
    if (status == PROJC_OK && options->compare != NULL)
        status = options->compare(options->context, projector, workspace, error);
    if (status == PROJC_OK)
        status = swap_in(projector, workspace, error);
    if (status == PROJC_OK)
        status = tell_failed(type->name, failed, error);
    projc__workspace_failed(workspace, status);
    projc__projector_close(projector);
    return status;
}
