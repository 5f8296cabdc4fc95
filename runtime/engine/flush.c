/* From a batch to one fenced transaction. */
#include "engine/flush.h"

#include <stdlib.h>
#include <string.h>

#include "codec/value.h"
#include "engine/memory.h"
#include "engine/notices.h"
#include "engine/rows.h"
#include "engine/turnover.h"
#include "engine/waiting.h"

/* More rows than this are made when they are written. */
enum { ROWS_AT_ONCE = 1000 };

/* What the unit is assembled from; everything lives in the batch's arena. */
typedef struct assembly {
    projc__unit unit;
    bool *is_written; /* by lane: something is written that belongs to it */
    int64_t *applied; /* by lane: events */
    size_t dirty_count;
    size_t deleted_count;
    size_t failure_count;
    size_t healed_count;
    size_t skip_count;
} assembly;

static projc_status out_of_room(projc_error *error)
{
    return projc_error_set(error, PROJC_NO_MEMORY, "the batch has no room for its commit");
}

static void *list_of(projc__batch *batch, size_t count, size_t size)
{
    return projc_arena_alloc_raw(batch->arena, count * size);
}

/* A stream projection is healed by passing its culprit; a retried key says so itself. */
static bool is_healed(const projc__batch *batch, const projc__entry *entry)
{
    if (entry->record->trouble == NULL || entry->record->failure != NULL)
        return false;
    return entry->record->is_healed ||
           (entry == batch->single && batch->position >= entry->record->trouble->no);
}

/* Recorded by the process that has lane 0, when that lane passes the event; or by a command. */
static bool records_keyless(const projc__batch *batch, int64_t no)
{
    return batch->keyless_healed || (batch->lanes->mine[0] && batch->lanes->lanes[0].position < no);
}

static void count(const projc__batch *batch, assembly *made)
{
    for (const projc__entry *entry = batch->first; entry != NULL; entry = entry->next) {
        size_t before = made->dirty_count + made->deleted_count + made->failure_count +
                        made->healed_count + made->skip_count;

        made->applied[entry->record->lane] += entry->handled;
        if (entry->is_dirty && entry->exists)
            made->dirty_count++;
        else if (entry->is_dirty && entry->is_stored)
            made->deleted_count++;
        if (entry->record->failure != NULL)
            made->failure_count++;
        if (is_healed(batch, entry))
            made->healed_count++;
        for (const projc__new_skip *skip = entry->record->skips; skip != NULL; skip = skip->next)
            made->skip_count++;
        if (before != made->dirty_count + made->deleted_count + made->failure_count +
                          made->healed_count + made->skip_count ||
            entry->record->waiting != NULL)
            made->is_written[entry->record->lane] = true;
    }
    for (const projc__new_skip *skip = batch->keyless_skips; skip != NULL; skip = skip->next) {
        if (records_keyless(batch, skip->row.no)) {
            made->skip_count++;
            made->is_written[0] = true;
        }
    }
    if (batch->keyless_failure != NULL && batch->lanes->mine[0]) {
        made->failure_count++;
        made->is_written[0] = true;
    }
    if (batch->keyless_healed) {
        made->healed_count++;
        made->is_written[0] = true;
    }
}

/* An entry that is written, with what orders it mostly: looking at keys costs a miss each. */
typedef struct ranked {
    uint64_t rank;
    projc__entry *entry;
} ranked;

static int compare_ranked(const void *left, const void *right)
{
    const ranked *a = left;
    const ranked *b = right;
    projc_value ids[2];

    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return projc__key_compare(projc__entry_parts(a->entry, &ids[0]),
                              projc__entry_parts(b->entry, &ids[1]), a->entry->part_count);
}

/* Appends the entries that are written and stored, or not, to the list, in the order of their keys:
 * an index is filled faster in its order, and two writers that meet in a table cannot wait for each
 * other. Returns how many. */
static size_t list_dirty(const projc__batch *batch, bool are_stored, ranked *list)
{
    size_t count = 0;
    projc_value id;

    for (projc__entry *entry = batch->first; entry != NULL; entry = entry->next)
        if (entry->is_dirty && entry->exists && entry->is_stored == are_stored)
            list[count++] =
                (ranked){projc__key_rank(projc__entry_parts(entry, &id), entry->part_count), entry};
    if (count > 1)
        qsort(list, count, sizeof *list, compare_ranked);
    return count;
}

/* The states that are written, in their order. */
typedef struct state_list {
    projc__batch *batch;
    const ranked *dirty;
} state_list;

/* The rows of the list from first on; their slices live in the arena. */
static projc_status encode_states(const state_list *list, size_t first, size_t count,
                                  projc_arena *arena, projc_value *row, projc_error *error)
{
    const projc_table *table = list->batch->projector->type->table;
    projc_status status = PROJC_OK;

    for (size_t i = first; i < first + count && status == PROJC_OK; i++) {
        projc__entry_values(list->dirty[i].entry, row);
        status = projc__batch_encode(list->batch, list->dirty[i].entry, arena,
                                     row + table->key_count, error);
        row += table->column_count;
    }
    return status;
}

static projc_status make_states(void *context, size_t first, size_t count, projc_value *rows,
                                projc_error *error)
{
    const state_list *list = context;
    projc_arena *arena = list->batch->workspace->row_arena;

    projc_arena_reset(arena);
    return encode_states(list, first, count, arena, rows, error);
}

/* The states of a large batch are encoded while they are written: as rows of values they need as
 * much memory again as in the batch. */
static projc_status add_states(projc__batch *batch, const assembly *made, projc__row_write *write,
                               projc_error *error)
{
    size_t width = batch->projector->type->table->column_count;
    state_list *list = list_of(batch, 1, sizeof *list);
    ranked *dirty = list_of(batch, made->dirty_count, sizeof *dirty);
    projc_value *rows;

    if (dirty == NULL || list == NULL)
        return out_of_room(error);
    write->new_count = list_dirty(batch, false, dirty);
    write->known_count = list_dirty(batch, true, dirty + write->new_count);
    *list = (state_list){.batch = batch, .dirty = dirty};
    write->make = make_states;
    write->context = list;
    if (made->dirty_count > ROWS_AT_ONCE)
        return PROJC_OK;
    rows = list_of(batch, made->dirty_count * width, sizeof *rows);
    if (rows == NULL)
        return out_of_room(error);
    write->rows = rows;
    return encode_states(list, 0, made->dirty_count, batch->arena, rows, error);
}

/* The states, then the projection's tables in their order. */
static projc_status add_rows(projc__batch *batch, assembly *made, projc_error *error)
{
    const projc_table *table = batch->projector->type->table;
    projc_value *deleted = list_of(batch, made->deleted_count * table->key_count, sizeof *deleted);
    projc__row_write *writes =
        list_of(batch, (size_t)batch->projector->type->table_count + 1, sizeof *writes);
    projc_status status;

    if (deleted == NULL || writes == NULL)
        return out_of_room(error);
    writes[0] = (projc__row_write){.table = table,
                                   .row_count = made->dirty_count,
                                   .deleted_keys = deleted,
                                   .deleted_count = made->deleted_count};
    status = add_states(batch, made, &writes[0], error);
    if (status != PROJC_OK)
        return status;
    for (const projc__entry *entry = batch->first; entry != NULL; entry = entry->next) {
        if (entry->is_dirty && !entry->exists && entry->is_stored) {
            projc__entry_values(entry, deleted);
            deleted += table->key_count;
        }
    }
    made->unit.writes = writes;
    made->unit.write_count = made->dirty_count + made->deleted_count > 0 ? 1 : 0;
    return projc__rows_add_writes(batch, writes, &made->unit.write_count, error);
}

static projc_status add_records(projc__batch *batch, assembly *made, projc_error *error)
{
    projc__key_row *failures = list_of(batch, made->failure_count, sizeof *failures);
    projc_bytes *healed = list_of(batch, made->healed_count, sizeof *healed);
    projc__skipped_row *skipped = list_of(batch, made->skip_count, sizeof *skipped);

    if (failures == NULL || healed == NULL || skipped == NULL)
        return out_of_room(error);
    made->unit.keys = failures;
    made->unit.key_count = made->failure_count;
    made->unit.healed_keys = healed;
    made->unit.healed_count = made->healed_count;
    made->unit.skipped = skipped;
    made->unit.skipped_count = made->skip_count;
    for (const projc__entry *entry = batch->first; entry != NULL; entry = entry->next) {
        if (entry->record->failure != NULL)
            *failures++ = *entry->record->failure;
        if (is_healed(batch, entry))
            *healed++ = entry->record->key;
        for (const projc__new_skip *skip = entry->record->skips; skip != NULL; skip = skip->next)
            *skipped++ = skip->row;
    }
    for (const projc__new_skip *skip = batch->keyless_skips; skip != NULL; skip = skip->next)
        if (records_keyless(batch, skip->row.no))
            *skipped++ = skip->row;
    if (batch->keyless_failure != NULL && batch->lanes->mine[0])
        *failures++ = *batch->keyless_failure;
    if (batch->keyless_healed)
        *healed++ = projc__no_key();
    return PROJC_OK;
}

static projc_status add_claims(projc__batch *batch, assembly *made, projc_error *error)
{
    const projc__lane_set *lanes = batch->lanes;
    projc__claim *claims = list_of(batch, lanes->count, sizeof *claims);

    if (claims == NULL)
        return out_of_room(error);
    made->unit.places = projc_arena_alloc(batch->arena, lanes->count * sizeof *made->unit.places);
    if (made->unit.places == NULL)
        return out_of_room(error);
    made->unit.claims = claims;
    for (uint32_t i = 0; i < lanes->count; i++) {
        const projc__lane *lane = &lanes->lanes[i];
        bool moves = lanes->mine[i] && lane->position < batch->position;

        if (!moves && !made->is_written[i])
            continue;
        claims[made->unit.claim_count++] = (projc__claim){
            .lane = i,
            .position = lane->position,
            .epoch = lane->epoch,
            .new_position = moves ? batch->position : lane->position,
            .last_event_id = moves ? batch->position_id : lane->last_event_id,
            .applied = made->applied[i],
#ifdef PROJC_MUTANT_NO_EPOCH_RAISE
            .raises_epoch = false, /* the tests must notice */
#else
            .raises_epoch = !moves,
#endif
            .place = lane->place,
        };
    }
    return PROJC_OK;
}

projc_status projc__flush(projc__batch *batch, projc_error *error)
{
    const struct projc__clock *clock = batch->projector->engine->clock;
    int64_t begun = projc__clock_monotonic(clock);
    assembly made = {0};
    projc_status status;

    made.unit.generation = batch->projector->generation;
    made.is_written =
        projc_arena_alloc(batch->arena, batch->lanes->count * sizeof *made.is_written);
    made.applied = projc_arena_alloc(batch->arena, batch->lanes->count * sizeof *made.applied);
    if (made.is_written == NULL || made.applied == NULL)
        return out_of_room(error);
    count(batch, &made);
    projc__rows_mark(batch, made.is_written);
    status = add_claims(batch, &made, error);
    if (status != PROJC_OK || made.unit.claim_count == 0)
        return status;
    status = add_rows(batch, &made, error);
    if (status == PROJC_OK)
        status = add_records(batch, &made, error);
    if (status == PROJC_OK)
        status = projc__waiting_collect(batch, &made.unit, error);
    if (status == PROJC_OK)
        status = projc__notices_collect(batch, &made.unit, error);
    if (status == PROJC_OK)
        status = projc__store_commit(batch->store, &made.unit, error);
    batch->is_committed = status == PROJC_OK;
    batch->writing_us = projc__clock_monotonic(clock) - begun;
    batch->written = 0;
    for (size_t i = 0; i < made.unit.write_count; i++)
        batch->written += made.unit.writes[i].row_count + made.unit.writes[i].deleted_count;
    if (batch->is_committed) {
        projc__turnover_add(batch->projector->engine->turnover, &made.unit);
        projc__memory_keep(batch->lanes->memory, batch, &made.unit);
    }
    return status;
}
