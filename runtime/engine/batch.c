/* A batch: its keys, found by their values; see batch_rows.c for their states. */
#include "engine/batch.h"

#include <assert.h>
#include <string.h>

#include <xxhash.h>

#include "base/arena.h"
#include "codec/value.h"
#include "engine/rows.h"

enum { FIRST_SLOTS = 1024 };

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

bool projc__batch_is_of(const projc__batch *batch, const projc__entry *entry,
                        const projc_event *event)
{
    const projc_aggregate_type *aggregate = batch->projector->aggregate;
    projc_value value;

    if (aggregate == NULL)
        return true;
    if (!projc_text_is(event->aggregate_type, aggregate->type, strlen(aggregate->type)))
        return false;
    return key_of(batch, event, &value, NULL) == PROJC_OK &&
           is_same(identity_of(&value), entry->identity);
}

/* ---- the table ---- */

/* The slot that holds the identity, or the empty one where it belongs. */
static projc__key_slot *find_slot(const projc__batch *batch, uint64_t hash, projc_bytes identity)
{
    size_t index = (size_t)hash & batch->slot_mask;

    while (batch->slots[index].entry != NULL &&
           !(batch->slots[index].hash == hash &&
             is_same(batch->slots[index].entry->identity, identity)))
        index = (index + 1) & batch->slot_mask;
    return &batch->slots[index];
}

static projc_status grow_table(projc__batch *batch, projc_error *error)
{
    size_t count = (batch->slot_mask + 1) * 2;
    projc__key_slot *old = batch->slots;
    size_t old_count = batch->slot_mask + 1;
    projc__key_slot *grown = projc_arena_alloc(batch->arena, count * sizeof *grown);

    if (grown == NULL)
        return out_of_room(batch, error);
    batch->slots = grown;
    batch->slot_mask = count - 1;
    for (size_t i = 0; i < old_count; i++) {
        size_t index = (size_t)old[i].hash & batch->slot_mask;

        if (old[i].entry == NULL)
            continue;
        while (grown[index].entry != NULL)
            index = (index + 1) & batch->slot_mask;
        grown[index] = old[i];
    }
    return PROJC_OK;
}

/* A part of a key that lives as long as the batch; false when there is no room. */
static bool keep_part(projc_arena *arena, projc_value *part)
{
    if (part->kind == PROJC_KIND_TEXT) {
        part->as.text.data = projc_arena_copy(arena, part->as.text.data, part->as.text.size);
        return part->as.text.data != NULL;
    }
    if (part->kind == PROJC_KIND_BYTES) {
        part->as.bytes.data =
            (const uint8_t *)projc_arena_copy(arena, part->as.bytes.data, part->as.bytes.size);
        return part->as.bytes.data != NULL;
    }
    return true;
}

/* The parts, and what tells keys apart: of an aggregate's id the value, else the encoded key. */
static bool keep_parts(projc__batch *batch, projc__entry *entry, const projc_value *parts)
{
    uint32_t count = batch->projector->type->table->key_count;
    projc_value *kept = &entry->value;

    if (batch->projector->aggregate == NULL)
        kept = projc_arena_alloc_raw(batch->arena, count * sizeof *kept);
    if (kept == NULL)
        return false;
    memcpy(kept, parts, count * sizeof *kept);
    for (uint32_t i = 0; i < count; i++)
        if (!keep_part(batch->arena, &kept[i]))
            return false;
    entry->parts = kept;
    entry->part_count = count;
    entry->identity = batch->projector->aggregate == NULL ? entry->key : identity_of(kept);
    return true;
}

/* A new entry at the end of the list; its parts' texts are copied, key is kept. */
static projc_status add_entry(projc__batch *batch, const projc_value *parts, projc_bytes key,
                              uint32_t lane, projc__entry **entry, projc_error *error)
{
    projc__entry *made = projc_arena_alloc(batch->arena, sizeof *made);

    if (made == NULL)
        return out_of_room(batch, error);
    made->key = key;
    made->lane = lane;
    made->waiting_from = INT64_MAX;
    made->base_no = batch->lanes->lanes[lane].position;
    if (parts != NULL && !keep_parts(batch, made, parts))
        return out_of_room(batch, error);
    *batch->last = made;
    batch->last = &made->next;
    batch->entry_count++;
    *entry = made;
    return PROJC_OK;
}

static projc_status add_to_table(projc__batch *batch, uint64_t hash, projc__entry *entry,
                                 projc_error *error)
{
    projc__key_slot *slot;

    assert(entry != NULL);
    if (2 * (batch->entry_count + 1) > batch->slot_mask) {
        projc_status status = grow_table(batch, error);

        if (status != PROJC_OK)
            return status;
    }
    slot = find_slot(batch, hash, entry->identity);
    slot->hash = hash;
    slot->entry = entry;
    return PROJC_OK;
}

/* ---- making and finding ---- */

static projc_status begin_single(projc__batch *batch, projc_error *error)
{
    projc_status status = add_entry(batch, NULL, projc__no_key(), 0, &batch->single, error);

    if (status != PROJC_OK)
        return status;
    /* The lane stands before the culprit, so reading on is trying again. */
    batch->single->trouble = projc__lane_set_find_key(batch->lanes, projc__no_key());
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
    projc__skips_begin(&batch->skips, store, batch->arena, projector->generation, batch->start);
    batch->slots = projc_arena_alloc(batch->arena, FIRST_SLOTS * sizeof *batch->slots);
    batch->slot_mask = FIRST_SLOTS - 1;
    if (batch->slots == NULL)
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
    projc_bytes kept = {(const uint8_t *)projc_arena_copy(batch->arena, key.data, key.size),
                        key.size};
    projc_status status;

    if (kept.data == NULL)
        return out_of_room(batch, error);
    status = add_entry(batch, value, kept, lane, entry, error);
    if (status == PROJC_OK)
        status = add_to_table(batch, hash, *entry, error);
    if (status == PROJC_OK && projc__lane_set_find_key(batch->lanes, kept) != NULL)
        (*entry)->waiting_from = 0;
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
    if (status == PROJC_OK && batch->lanes->lanes[(*entry)->lane].position >= no)
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

projc_status projc__batch_add_trouble(projc__batch *batch, const projc__key_row *row,
                                      projc__entry **entry, projc_error *error)
{
    const projc_table *table = batch->projector->type->table;
    projc_value *parts = projc_arena_alloc(batch->arena, table->key_count * sizeof *parts);
    projc_status status;

    if (parts == NULL)
        return out_of_room(batch, error);
    status =
        projc__key_decode(row->key, table->columns, table->key_count, batch->arena, parts, error);
    if (status == PROJC_OK)
        status = add_entry(batch, parts, row->key, row->lane, entry, error);
    if (status != PROJC_OK)
        return status;
    (*entry)->trouble = row;
    (*entry)->base_no = row->no - 1;
    return PROJC_OK;
}

projc_status projc__batch_is_skipped(projc__batch *batch, const projc__entry *entry, int64_t no,
                                     bool *answer, projc_error *error)
{
    *answer = false;
    for (const projc__new_skip *skip = entry->skips; skip != NULL && skip->row.no >= no;
         skip = skip->next)
        if (skip->row.no == no)
            *answer = true;
    if (*answer)
        return PROJC_OK;
    return projc__skips_has(&batch->skips, entry->key, no, answer, error);
}
