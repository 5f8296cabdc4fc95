/* The entries of a batch: their memory, and the records that few of them have. */
#include "engine/batch.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "codec/value.h"
#include "engine/state_row.h"

/* Of a state, too: what it is made of are numbers, pointers and bytes. */
enum { ALIGNMENT = sizeof(uint64_t) };
_Static_assert(_Alignof(projc_value) <= ALIGNMENT && _Alignof(double) <= ALIGNMENT &&
                   _Alignof(projc__entry) <= ALIGNMENT,
               "what lies in an entry is aligned");

static projc_status out_of_room(const projc__batch *batch, projc_error *error)
{
    return projc_error_set(error, PROJC_NO_MEMORY, "the batch needs more than %zu bytes of memory",
                           projc__batch_bytes(batch));
}

static size_t aligned(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static bool is_keyed(const projc__batch *batch)
{
    return batch->projector->type->kind == PROJC_KEYED_PROJECTION;
}

/* An aggregate's id without its kind; the bytes of a text into the tail behind the state. */
static void keep_id(projc__entry *entry, const projc_value *id, char *tail)
{
    projc_value kept;

    assert(id != NULL);
    kept = *id;
    if (id->kind == PROJC_KIND_TEXT) {
        if (id->as.text.size > 0)
            memcpy(tail, id->as.text.data, id->as.text.size);
        kept.as.text.data = tail;
    }
    entry->id_kind = (uint8_t)id->kind;
    memcpy(entry->key, &kept.as, sizeof kept.as);
}

/* The key, and what it points at, into the tail behind the state. A keyed projection's parts are
 * read from its encoded key, so that their texts are there once. */
static projc_status keep_key(projc__batch *batch, projc__entry *entry, const projc_value *parts,
                             projc_bytes key, char *tail, projc_error *error)
{
    const projc_table *table = batch->projector->type->table;
    projc__entry_routing *routing;

    if (!is_keyed(batch)) {
        keep_id(entry, parts, tail);
        return PROJC_OK;
    }
    routing = projc__entry_routing_of(entry);
    memcpy(tail, key.data, key.size);
    *routing = (projc__entry_routing){.key = {(const uint8_t *)tail, key.size}};
    return projc__key_decode(routing->key, table->columns, table->key_count, batch->arena,
                             (projc_value *)(void *)entry->key, error);
}

/* What all entries share: the records of those that have none, and where their states lie. */
bool projc__entries_begin(projc__batch *batch)
{
    const projc__lane_set *lanes = batch->lanes;
    const projc_table *table = batch->projector->type->table;
    size_t head = sizeof(projc__entry);

    if (is_keyed(batch))
        head += table->key_count * sizeof(projc_value) + sizeof(projc__entry_routing);
    else if (batch->projector->aggregate != NULL)
        head += sizeof((projc_value *)NULL)->as;
    batch->touched_offset = head;
    if (batch->projector->type->table_count > 0)
        head += sizeof(struct projc__row *);
    batch->state_offset = aligned(head);
    batch->records = projc_arena_alloc(batch->arena, lanes->count * sizeof *batch->records);
    batch->scratch = projc_arena_alloc(batch->arena, table->column_count * sizeof *batch->scratch);
    if (batch->records == NULL || batch->scratch == NULL)
        return false;
    for (uint32_t i = 0; i < lanes->count; i++) {
        batch->records[i].lane = i;
        batch->records[i].base_no = lanes->lanes[i].position;
        batch->records[i].waiting_from = INT64_MAX;
    }
    return true;
}

projc_status projc__entry_add(projc__batch *batch, const projc_value *parts, projc_bytes key,
                              uint32_t lane, projc__entry **entry, projc_error *error)
{
    const projc_projection_type *type = batch->projector->type;
    size_t state_end = batch->state_offset + type->state_size;
    size_t tail_size = 0;
    projc__entry *made;
    projc_status status;

    if (is_keyed(batch))
        tail_size = key.size;
    else if (parts != NULL && parts[0].kind == PROJC_KIND_TEXT)
        tail_size = parts[0].as.text.size;
    made = projc_arena_alloc_raw(batch->arena, state_end + tail_size);
    if (made == NULL)
        return out_of_room(batch, error);
    *made = (projc__entry){
        .record = &batch->records[lane],
        .part_count = (uint16_t)projc__key_parts(type),
    };
    if (type->table_count > 0)
        *projc__entry_touched(batch, made) = NULL;
    if (made->part_count > 0) {
        status = keep_key(batch, made, parts, key, (char *)made + state_end, error);
        if (status != PROJC_OK)
            return projc__batch_room(batch, status, error);
    }
    *batch->last = made;
    batch->last = &made->next;
    batch->entry_count++;
    *entry = made;
    return PROJC_OK;
}

/* The key as a msgpack array, for as long as the batch lives. */
static projc_status make_key(projc__batch *batch, projc__entry *entry, projc_bytes *key,
                             projc_error *error)
{
    projc_value id;
    projc_status status;

    *key = projc__no_key();
    if (entry->part_count == 0)
        return PROJC_OK;
    if (is_keyed(batch)) {
        *key = projc__entry_routing_of(entry)->key;
        return PROJC_OK;
    }
    status = projc__key_encode(batch->writer, projc__entry_parts(entry, &id), entry->part_count,
                               key, error);
    if (status != PROJC_OK)
        return status;
    key->data = (const uint8_t *)projc_arena_copy(batch->arena, key->data, key->size);
    return key->data != NULL ? PROJC_OK : out_of_room(batch, error);
}

projc_status projc__entry_own(projc__batch *batch, projc__entry *entry, projc_error *error)
{
    projc__entry_record *made;
    projc_status status;

    if (entry->record->is_own)
        return PROJC_OK;
    made = projc_arena_alloc_raw(batch->arena, sizeof *made);
    if (made == NULL)
        return out_of_room(batch, error);
    *made = *entry->record;
    made->is_own = true;
    status = make_key(batch, entry, &made->key, error);
    if (status == PROJC_OK)
        entry->record = made;
    return status;
}

projc_status projc__batch_show_fate(projc__batch *batch, projc__entry *entry,
                                    const projc_event *event, projc__fate fate,
                                    const projc_error *cause, projc_error *error)
{
    const projc__observer *observer = batch->projector->observer;
    const projc__history_step step = {
        .fate = fate,
        .event = event,
        .state = entry->exists ? projc__entry_state(batch, entry) : NULL,
        .error = cause,
    };
    projc_status status;

    if (observer == NULL)
        return PROJC_OK;
    status = projc__entry_own(batch, entry, error);
    return status != PROJC_OK ? status
                              : observer->see(observer->context, entry->record->key, &step, error);
}
