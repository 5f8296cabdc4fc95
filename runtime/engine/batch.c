/* A batch: its keys, found by their values; see batch_rows.c for their states. */
#include "engine/batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/arena.h"
#include "codec/value.h"
#include "engine/memory.h"
#include "engine/rows.h"

/* Few, because a live batch has a key or two, and the table is emptied for each. */
enum { FIRST_SLOTS = 64 };
/* A table of fewer slots, and its entries, stay in the cache by themselves. */
enum { NEAR_SLOTS = 16384 };

static projc_status out_of_room(const projc__batch *batch, projc_error *error)
{
    return projc_error_set(error, PROJC_NO_MEMORY, "the batch needs more than %zu bytes of memory",
                           projc__batch_bytes(batch));
}

projc_status projc__batch_room(const projc__batch *batch, projc_status status, projc_error *error)
{
    if (status != PROJC_LIMIT || !projc_arena_is_exhausted(batch->arena))
        return status;
    return out_of_room(batch, error);
}

/* ---- the key of an event ---- */

projc_bytes projc__no_key(void)
{
    static const uint8_t empty_array[] = {0x90};
    projc_bytes key = {empty_array, sizeof empty_array};

    return key;
}

/* The event's aggregate id in the type that the aggregate declares; slices borrow the event. */
static projc_status key_of(const projc__batch *batch, const projc_event *event, projc_value *value,
                           projc_error *error)
{
    projc_handler asking = {.event = event, .error = error, .arena = batch->workspace->page_arena};
    projc_status status = PROJC_OK;

    switch (batch->projector->aggregate->id_type) {
    case PROJC_ID_UUID:
        value->kind = PROJC_KIND_UUID;
        if (event->aggregate_id.kind == PROJC_KIND_UUID)
            value->as.uuid = event->aggregate_id.as.uuid;
        else
            status = projc_event_id_uuid(&asking, &value->as.uuid);
        break;
    case PROJC_ID_TEXT:
        value->kind = PROJC_KIND_TEXT;
        if (event->aggregate_id.kind == PROJC_KIND_TEXT)
            value->as.text = event->aggregate_id.as.text;
        else
            status = projc_event_id_text(&asking, &value->as.text);
        break;
    case PROJC_ID_I64:
        value->kind = PROJC_KIND_INTEGER;
        status = projc_event_id_i64(&asking, &value->as.integer);
        break;
    }
    return status;
}

/* The bytes that tell keys apart; they borrow the value. */
static projc_bytes identity_of(const projc_value *value)
{
    projc_bytes identity = {0};

    if (value->kind == PROJC_KIND_UUID) {
        identity.data = value->as.uuid.bytes;
        identity.size = sizeof value->as.uuid.bytes;
    } else if (value->kind == PROJC_KIND_TEXT) {
        identity.data = (const uint8_t *)value->as.text.data;
        identity.size = value->as.text.size;
    } else {
        identity.data = (const uint8_t *)&value->as.integer;
        identity.size = sizeof value->as.integer;
    }
    return identity;
}

static bool is_same(projc_bytes left, projc_bytes right)
{
    return left.size == right.size &&
           (left.size == 0 || memcmp(left.data, right.data, left.size) == 0);
}

/* What the table finds the entry by: of an aggregate's id the value (in *id), else the encoded key.
 */
static projc_bytes entry_identity(projc__entry *entry, projc_value *id)
{
    return entry->id_kind != PROJC_KIND_NULL ? identity_of(projc__entry_parts(entry, id))
                                             : projc__entry_routing_of(entry)->key;
}

bool projc__batch_is_of(const projc__batch *batch, const projc__entry *entry,
                        const projc_event *event)
{
    const projc_aggregate_type *aggregate = batch->projector->aggregate;
    projc_value value;
    projc_value id;

    if (aggregate == NULL)
        return true;
    if (!projc_text_is(event->aggregate_type, aggregate->type, strlen(aggregate->type)))
        return false;
    return key_of(batch, event, &value, NULL) == PROJC_OK &&
           is_same(identity_of(&value), identity_of(projc__entry_parts(entry, &id)));
}

/* ---- the table ---- */

/* The slot that holds the identity, or the empty one where it belongs. */
static projc__key_slot *find_slot(const projc__batch *batch, uint64_t hash, projc_bytes identity)
{
    size_t index = (size_t)hash & batch->slot_mask;
    projc_value id;

    while (batch->slots[index].entry != NULL &&
           !(batch->slots[index].hash == hash &&
             is_same(entry_identity(batch->slots[index].entry, &id), identity)))
        index = (index + 1) & batch->slot_mask;
    return &batch->slots[index];
}

/* The table is not in the arena, where the smaller ones before it would stay. */
static projc_status grow_table(projc__batch *batch, projc_error *error)
{
    size_t count = (batch->slot_mask + 1) * 2;
    projc__key_slot *old = batch->slots;
    size_t old_count = batch->slot_mask + 1;
    projc__key_slot *grown = calloc(count, sizeof *grown);

    if (grown == NULL)
        return out_of_room(batch, error);
    batch->workspace->slots = batch->slots = grown;
    batch->workspace->slot_count = count;
    batch->slot_mask = count - 1;
    for (size_t i = 0; i < old_count; i++) {
        size_t index = (size_t)old[i].hash & batch->slot_mask;

        if (old[i].entry == NULL)
            continue;
        while (grown[index].entry != NULL)
            index = (index + 1) & batch->slot_mask;
        grown[index] = old[i];
    }
    free(old);
    return PROJC_OK;
}

/* The workspace's table, emptied; one that has grown for a large batch is given back. */
static bool begin_table(projc__batch *batch)
{
    projc__workspace *workspace = batch->workspace;

    if (workspace->slot_count != FIRST_SLOTS) {
        free(workspace->slots);
        workspace->slot_count = 0;
        workspace->slots = malloc(FIRST_SLOTS * sizeof *workspace->slots);
        if (workspace->slots == NULL)
            return false;
        workspace->slot_count = FIRST_SLOTS;
    }
    memset(workspace->slots, 0, FIRST_SLOTS * sizeof *workspace->slots);
    batch->slots = workspace->slots;
    batch->slot_mask = FIRST_SLOTS - 1;
    return true;
}

static projc_status add_to_table(projc__batch *batch, uint64_t hash, projc__entry *entry,
                                 projc_error *error)
{
    projc__key_slot *slot;
    projc_value id;

    assert(entry != NULL);
    if (batch->entry_count + 1 > (batch->slot_mask + 1) / 4 * 3) {
        projc_status status = grow_table(batch, error);

        if (status != PROJC_OK)
            return status;
    }
    slot = find_slot(batch, hash, entry_identity(entry, &id));
    slot->hash = hash;
    slot->entry = entry;
    return PROJC_OK;
}

/* ---- making and finding ---- */

static projc_status begin_single(projc__batch *batch, projc_error *error)
{
    const projc__key_row *trouble = projc__lane_set_find_key(batch->lanes, projc__no_key());
    projc_status status = projc__entry_add(batch, NULL, projc__no_key(), 0, &batch->single, error);

    if (status == PROJC_OK && trouble != NULL)
        status = projc__entry_own(batch, batch->single, error);
    if (status != PROJC_OK)
        return status;
    /* The lane stands before the culprit, so reading on is trying again. */
    if (trouble != NULL)
        batch->single->record->trouble = trouble;
    return projc__batch_load(batch, batch->single, error);
}

projc_status projc__batch_begin(projc__batch *batch, projc__projector *projector,
                                projc__workspace *workspace, projc_store *store,
                                const projc__lane_set *lanes, projc_error *error)
{
    const projc__lane *lowest = &lanes->lanes[lanes->lowest];
    projc_status status;

    *batch = (projc__batch){0};
    projc_arena_reset(workspace->batch_arena);
    projc_arena_reset(workspace->page_arena);
    batch->projector = projector;
    batch->workspace = workspace;
    batch->store = store;
    batch->arena = workspace->batch_arena;
    batch->lanes = lanes;
    batch->is_small = lanes->memory != NULL;
    batch->now_us = projc__clock_now(projector->engine->clock);
    batch->last = &batch->first;
    batch->start = lowest->position;
    batch->position = lowest->position;
    batch->position_id = lowest->last_event_id;
    batch->page_after = INT64_MAX;
    projc__skips_begin(&batch->skips, store, batch->arena, projector->generation,
                       projc__memory_has_no_skips(lanes->memory) ? INT64_MAX : batch->start);
    if (!projc__entries_begin(batch) || !begin_table(batch))
        return out_of_room(batch, error);
    status = projc__batch_begin_page(batch, error);
    if (status == PROJC_OK)
        status = projc__batch_room(batch, projc__rows_begin(batch, error), error);
    if (status == PROJC_OK && projector->type->kind == PROJC_STREAM_PROJECTION)
        status = begin_single(batch, error);
    return status;
}

projc_status projc__batch_begin_page(projc__batch *batch, projc_error *error)
{
    batch->writer = projc_msgpack_writer_new(batch->workspace->page_arena);
    if (batch->writer == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    return PROJC_OK;
}

/* An own key that the batch has not met yet. key lives in the page's arena. */
static projc_status add_met(projc__batch *batch, const projc_value *value, uint64_t hash,
                            projc_bytes key, uint32_t lane, projc__entry **entry,
                            projc_error *error)
{
    bool is_waiting = projc__lane_set_find_key(batch->lanes, key) != NULL;
    projc_status status = projc__entry_add(batch, value, key, lane, entry, error);

    if (status == PROJC_OK)
        status = add_to_table(batch, hash, *entry, error);
    if (status == PROJC_OK && is_waiting) {
        status = projc__entry_own(batch, *entry, error);
        if (status == PROJC_OK)
            (*entry)->record->waiting_from = 0;
    }
    return status;
}

/* The entry of the key in the slot, made when there is none; NULL when its lane is not mine or has
 * passed the event. */
static projc_status take(projc__batch *batch, const projc__key_slot *slot, const projc_value *parts,
                         uint64_t hash, projc_bytes key, int64_t no, projc__entry **entry,
                         projc_error *error)
{
    projc_status status = PROJC_OK;

    *entry = slot->entry;
    if (slot->entry == NULL) {
        uint32_t lane = projc__key_lane(key, batch->lanes->count);

        if (!batch->lanes->mine[lane])
            return PROJC_OK;
        status = add_met(batch, parts, hash, key, lane, entry, error);
    }
    /* A lane that stands higher joins when the reading reaches it. */
    assert(status != PROJC_OK || *entry != NULL);
    if (status == PROJC_OK && batch->lanes->lanes[(*entry)->record->lane].position >= no)
        *entry = NULL;
    return status;
}

projc_status projc__batch_meet(projc__batch *batch, const projc_value *parts, projc_bytes key,
                               int64_t no, projc__entry **entry, projc_error *error)
{
    uint64_t hash = XXH3_64bits(key.data, key.size);

    return take(batch, find_slot(batch, hash, key), parts, hash, key, no, entry, error);
}

projc_status projc__batch_route(projc__batch *batch, const projc_event *event, projc__entry **entry,
                                projc_error *error)
{
    const projc__key_slot *slot;
    projc_value value;
    projc_bytes identity;
    projc_bytes key = {NULL, 0};
    uint64_t hash;
    projc_status status;

    *entry = batch->single;
    if (batch->single != NULL)
        return PROJC_OK;
    status = key_of(batch, event, &value, error);
    if (status != PROJC_OK)
        return status;
    identity = identity_of(&value);
    hash = XXH3_64bits(identity.data, identity.size);
    slot = find_slot(batch, hash, identity);
    if (slot->entry == NULL)
        status = projc__key_encode(batch->writer, &value, 1, &key, error);
    if (status != PROJC_OK)
        return status;
    return take(batch, slot, &value, hash, key, event->no, entry, error);
}

void projc__batch_expect(const projc__batch *batch, const projc_event *event, bool is_near)
{
    const projc__key_slot *slot;
    projc_value value;
    projc_bytes identity;

    if (batch->slot_mask < NEAR_SLOTS || batch->projector->aggregate == NULL ||
        key_of(batch, event, &value, NULL) != PROJC_OK)
        return;
    identity = identity_of(&value);
    slot = &batch->slots[XXH3_64bits(identity.data, identity.size) & batch->slot_mask];
    if (!is_near)
        __builtin_prefetch(slot);
    else if (slot->entry != NULL)
        projc__entry_expect(slot->entry);
}

projc_status projc__batch_add_trouble(projc__batch *batch, const projc__key_row *row,
                                      projc__entry **entry, projc_error *error)
{
    const projc_table *table = batch->projector->type->table;
    projc_arena *arena = batch->workspace->page_arena;
    projc_value *parts = projc_arena_alloc(arena, table->key_count * sizeof *parts);
    projc_status status;

    if (parts == NULL)
        return out_of_room(batch, error);
    status = projc__key_decode(row->key, table->columns, table->key_count, arena, parts, error);
    if (status == PROJC_OK)
        status = projc__entry_add(batch, parts, row->key, row->lane, entry, error);
    if (status == PROJC_OK)
        status = projc__entry_own(batch, *entry, error);
    if (status != PROJC_OK)
        return status;
    (*entry)->record->trouble = row;
    (*entry)->record->base_no = row->no - 1;
    return PROJC_OK;
}

projc_status projc__batch_is_skipped(projc__batch *batch, projc__entry *entry, int64_t no,
                                     bool *answer, projc_error *error)
{
    projc_status status;

    *answer = false;
    for (const projc__new_skip *skip = entry->record->skips; skip != NULL && skip->row.no >= no;
         skip = skip->next)
        if (skip->row.no == no)
            *answer = true;
    if (*answer)
        return PROJC_OK;
    /* Few events have been passed over at all: only then is it asked for which key. */
    status = projc__skips_has_event(&batch->skips, no, answer, error);
    if (status != PROJC_OK || !*answer)
        return status;
    status = projc__entry_own(batch, entry, error);
    return status != PROJC_OK
               ? status
               : projc__skips_has(&batch->skips, entry->record->key, no, answer, error);
}
