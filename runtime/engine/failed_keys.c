/* Keys that wait for a person: listing them, trying them again, passing over what stopped them. */
#include "engine/failed_keys.h"

#include <stdlib.h>

#include "base/back_off.h"
#include "engine/batch.h"
#include "engine/repair.h"
#include "engine/step.h"
#include "projc/handler.h"

/* Somebody else was faster so often: the lane is too busy, or something is wrong. */
enum { TRIES_MAX = 200, TRY_LOW_US = 500, TRY_HIGH_US = 50000 };

/* ---- looking ---- */

static int compare_numbers(const void *left, const void *right)
{
    const projc__key_row *a = left;
    const projc__key_row *b = right;

    if (a->no != b->no)
        return a->no < b->no ? -1 : 1;
    return projc_bytes_compare(a->key, b->key);
}

projc_status projc__failed_list(projc_store *store, const projc_module *module, uint32_t projection,
                                projc_arena *arena, projc__key_row **rows, size_t *count,
                                projc_error *error)
{
    const char *name = module->projections[projection].name;
    projc__generation generation;
    projc_status status =
        projc__store_find_generation(store, module->package, name, arena, &generation, error);

    *count = 0;
    if (status == PROJC_OK)
        status = projc__store_load_keys(store, generation.number, arena, rows, count, error);
    if (status == PROJC_OK && *count > 1)
        qsort(*rows, *count, sizeof **rows, compare_numbers);
    return status;
}

projc_status projc__failed_show(projc_store *store, const projc_module *module, uint32_t projection,
                                projc_bytes key, projc_arena *arena, projc__key_row *row,
                                projc_error *error)
{
    projc__key_row *rows = NULL;
    size_t count = 0;
    projc_status status =
        projc__failed_list(store, module, projection, arena, &rows, &count, error);

    for (size_t i = 0; i < count && status == PROJC_OK; i++) {
        if (projc_bytes_compare(rows[i].key, key) == 0) {
            *row = rows[i];
            return PROJC_OK;
        }
    }
    if (status == PROJC_OK)
        status = projc_error_set(error, PROJC_ABSENT, "projection `%s`: the key is in order",
                                 module->projections[projection].name);
    return status;
}

/* ---- repairing ---- */

typedef struct work {
    projc__projector *projector;
    projc__workspace *workspace;
    projc_bytes key;
    bool skips;
    int64_t culprit;  /* the event that was seen: another one is not skipped by mistake */
    bool has_skipped; /* the skip is committed: only the rest is to be applied */
    projc__repaired *repaired;
    projc__part part; /* of a stream projection's steps: the workers have theirs */
} work;

/* Finds the key's row anew. OK with *row NULL when there is nothing left to do for it. */
static projc_status find_row(work *working, projc_store **store, projc__lane_set *lanes,
                             const projc__key_row **row, projc_error *error)
{
    projc_status status =
        projc__look(working->projector, working->workspace, 0, 0, store, lanes, error);

    *row = status == PROJC_OK ? projc__lane_set_find_key(lanes, working->key) : NULL;
    if (*row != NULL && working->skips && !working->has_skipped && (*row)->no != working->culprit)
        *row = NULL;
    return status;
}

/* One unit of an aggregate's key. */
static projc_status repair_once(work *working, bool *is_finished, projc_error *error)
{
    projc__lane_set lanes;
    projc_store *store;
    const projc__key_row *row;
    projc__repair unit = {.skips_culprit = working->skips && !working->has_skipped};
    projc_status status = find_row(working, &store, &lanes, &row, error);

    *is_finished = true;
    if (status != PROJC_OK || row == NULL)
        return status;
    status =
        projc__repair_key(working->projector, working->workspace, store, &lanes, row, &unit, error);
    if (status != PROJC_OK)
        return status;
    working->has_skipped = true;
    working->repaired->applied += unit.handled;
    *is_finished = !unit.is_partial;
    return PROJC_OK;
}

/* One unit of a row under the empty key: the skip, or forgetting what an event without a key left.
 */
static projc_status pass_once(work *working, bool *is_finished, projc_error *error)
{
    projc__lane_set lanes;
    projc_store *store;
    const projc__key_row *row;
    projc_status status = find_row(working, &store, &lanes, &row, error);

    *is_finished = true;
    if (status != PROJC_OK || row == NULL)
        return status;
    return projc__pass_culprit(working->projector, working->workspace, store, &lanes, row,
                               working->skips, error);
}

/* One unit of a stream projection: it reads on, from its culprit at first. */
static projc_status read_once(work *working, bool *is_finished, projc_error *error)
{
    const projc__step_request request = {.tries_failed = !working->has_skipped,
                                         .memory = &working->part};
    projc__outcome outcome;
    projc_status status =
        projc__step(working->projector, working->workspace, &request, &outcome, error);

    *is_finished = true;
    if (status != PROJC_OK)
        return status;
    /* Nothing was tried yet: a number before the culprit may still come. */
    if (outcome.is_blocked && outcome.events == 0 && !working->has_skipped)
        return projc_error_set(error, PROJC_LOCKED, "projection `%s` waits for a writer in flight",
                               projc__projector_name(working->projector));
    working->has_skipped = true;
    working->repaired->applied += outcome.handled;
    *is_finished = outcome.is_caught_up || outcome.is_stopped || outcome.is_blocked;
    return PROJC_OK;
}

/* Again while another process is faster, with naps in which that one gets on. */
static projc_status repeat(work *working,
                           projc_status (*unit)(work *working, bool *is_finished,
                                                projc_error *error),
                           projc_error *error)
{
    const struct projc__clock *clock = working->projector->engine->clock;
    projc__random random;
    bool is_finished = false;
    uint32_t tries = 0;
    projc_status status = PROJC_OK;

    projc__random_init(&random, (uint64_t)projc__clock_monotonic(clock));
    while (!is_finished) {
        if (projc__is_stopping(working->projector->engine))
            return projc_error_set(error, PROJC_CANCELLED, "stopped by request");
        status = unit(working, &is_finished, error);
        if (status == PROJC_OK) {
            tries = 0;
            continue;
        }
        projc__workspace_failed(working->workspace, status);
        if ((status != PROJC_FENCED && status != PROJC_LOCKED && status != PROJC_TRANSIENT) ||
            ++tries >= TRIES_MAX)
            break;
        is_finished = false;
        clock->sleep_us(clock->user, projc__back_off_us(&random, tries, TRY_LOW_US, TRY_HIGH_US));
    }
    return status;
}

static projc_status repair(work *working, projc_arena *arena, projc_error *error)
{
    projc__projector *projector = working->projector;
    projc__repaired *repaired = working->repaired;
    bool is_keyless = projc_bytes_compare(working->key, projc__no_key()) == 0;
    projc_store *store;
    projc_status status = projc__workspace_store(working->workspace, &store, error);

    *repaired = (projc__repaired){0};
    if (status == PROJC_OK)
        status = projc__failed_show(store, projector->module, projector->index, working->key, arena,
                                    &repaired->row, error);
    if (status != PROJC_OK)
        return status;
    working->culprit = repaired->row.no;
    if (!is_keyless) {
        status = repeat(working, repair_once, error);
    } else {
        if (working->skips || !projc__is_single(projector))
            status = repeat(working, pass_once, error);
        working->has_skipped = working->skips;
        if (status == PROJC_OK && projc__is_single(projector))
            status = repeat(working, read_once, error);
    }
    if (status == PROJC_OK)
        status = projc__workspace_store(working->workspace, &store, error);
    if (status != PROJC_OK)
        return status;
    status = projc__failed_show(store, projector->module, projector->index, working->key, arena,
                                &repaired->row, error);
    repaired->is_healed = status == PROJC_ABSENT;
    return repaired->is_healed ? PROJC_OK : status;
}

projc_status projc__failed_retry(projc__projector *projector, projc__workspace *workspace,
                                 projc_bytes key, projc_arena *arena, projc__repaired *repaired,
                                 projc_error *error)
{
    work working = {
        .projector = projector, .workspace = workspace, .key = key, .repaired = repaired};

    return repair(&working, arena, error);
}

projc_status projc__failed_skip(projc__projector *projector, projc__workspace *workspace,
                                projc_bytes key, projc_arena *arena, projc__repaired *repaired,
                                projc_error *error)
{
    work working = {.projector = projector,
                    .workspace = workspace,
                    .key = key,
                    .skips = true,
                    .repaired = repaired};

    return repair(&working, arena, error);
}
