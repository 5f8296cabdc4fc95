/* A batch's states: loading their rows, setting them back, encoding them. */
#include "engine/batch.h"

#include "base/arena.h"
#include "codec/state_envelope.h"
#include "engine/memory.h"
#include "engine/notices.h"
#include "engine/packed_row.h"
#include "engine/rows.h"
#include "engine/state_row.h"

static projc_status out_of_room(const projc__batch *batch, projc_error *error)
{
    return projc_error_set(error, PROJC_NO_MEMORY, "the batch needs more than %zu bytes of memory",
                           projc__batch_bytes(batch));
}

static uint32_t width_of(const projc_table *table)
{
    return table->column_count - table->key_count;
}

/* Whatever the decoder says of stored bytes, the event is not to blame. */
static projc_status as_corrupt(const projc__batch *batch, projc_status status, projc_error *error)
{
    return projc__state_refuse(projc__projector_name(batch->projector),
                               projc__batch_room(batch, status, error), error);
}

projc_status projc__batch_restore(projc__batch *batch, projc__entry *entry, projc_error *error)
{
    const projc_projection_type *type = batch->projector->type;
    void *state = projc__entry_state(batch, entry);
    projc_status status;

    projc__notices_restore(entry);
    batch->handled -= entry->handled - entry->record->base_handled;
    entry->handled = entry->record->base_handled;
    type->init(state);
    entry->exists = entry->base != NULL;
    entry->is_dirty = entry->record->is_base_dirty;
    entry->position = 0;
    status = as_corrupt(batch, projc__rows_restore(batch, entry, error), error);
    if (entry->base == NULL || status != PROJC_OK)
        return status;
    projc__row_unpack(entry->base, batch->scratch, width_of(type->table));
    entry->position = batch->scratch[0].as.integer;
    status = projc__state_from_values(type, batch->scratch, batch->arena, state, error);
    return status == PROJC_LIMIT ? as_corrupt(batch, status, error) : status;
}

/* STATE_MAX bounds what is stored: a state that is larger only between two events of one batch is
 * never seen. */
static projc_status check_size(const projc__batch *batch, size_t size, projc_error *error)
{
    int64_t limit = batch->projector->engine->options.state_max_bytes;

    if ((int64_t)size <= limit)
        return PROJC_OK;
    return projc_error_set(error, PROJC_LIMIT,
                           "the state has %zu bytes, more than STATE_MAX allows (%lld)", size,
                           (long long)limit);
}

static projc_status pack(const projc__batch *batch, const void *state, projc_arena *arena,
                         projc_bytes *envelope, projc_error *error)
{
    const projc_projection_type *type = batch->projector->type;
    projc_bytes packed;
    projc_status status;

    projc_msgpack_writer_reset(batch->writer);
    type->to_msgpack(batch->writer, state);
    status = projc_msgpack_writer_finish(batch->writer, &packed, error);
    if (status == PROJC_OK)
        status = check_size(batch, packed.size, error);
    if (status == PROJC_OK)
        status = projc__state_pack(arena, type->shape_fingerprint, packed, envelope, error);
    return status;
}

projc_status projc__batch_encode(projc__batch *batch, projc__entry *entry, projc_arena *arena,
                                 projc_value *values, projc_error *error)
{
    const projc_projection_type *type = batch->projector->type;
    const void *state = projc__entry_state(batch, entry);
    projc_status status;

    values[0] = (projc_value){.kind = PROJC_KIND_INTEGER, .as.integer = entry->position};
    if (type->is_columns) {
        status = type->to_row(arena, state, values + 1, error);
        if (status == PROJC_OK)
            status = check_size(batch, projc__values_bytes(values + 1, width_of(type->table) - 1),
                                error);
    } else {
        values[1].kind = PROJC_KIND_BYTES;
        status = pack(batch, state, arena, &values[1].as.bytes, error);
    }
    if (arena != batch->arena && projc_arena_is_exhausted(arena))
        return out_of_room(batch, error); /* nobody's fault, too */
    return projc__batch_room(batch, status, error);
}

projc_status projc__batch_rebase(projc__batch *batch, projc__entry *entry, int64_t no,
                                 projc_error *error)
{
    uint32_t width = width_of(batch->projector->type->table);
    const uint8_t *base = NULL;
    projc_status status = projc__rows_prepare_rebase(batch, entry, error);

    if (status == PROJC_OK)
        status = projc__entry_own(batch, entry, error);
    if (status == PROJC_OK && entry->exists) {
        status = projc__batch_encode(batch, entry, batch->arena, batch->scratch, error);
        if (status == PROJC_OK) {
            base = projc__row_pack(batch->arena, batch->scratch, width);
            status = base != NULL ? PROJC_OK : out_of_room(batch, error);
        }
    }
    if (status != PROJC_OK)
        return status;
    projc__rows_rebase(batch, entry);
    entry->base = base;
    entry->record->base_no = no;
    entry->record->base_handled = entry->handled;
    entry->record->is_base_dirty = entry->is_dirty;
    return PROJC_OK;
}

/* ---- loading ---- */

/* A lane at 0 has nothing stored: a rebuild asks for no rows. */
static bool may_be_stored(const projc__batch *batch, const projc__entry *entry)
{
    return batch->lanes->lanes[entry->record->lane].position > 0;
}

/* What the store holds of the entry becomes its base. */
static bool keep_stored(projc__batch *batch, projc__entry *entry, const projc_value *row)
{
    const projc_table *table = batch->projector->type->table;

    if (row == NULL)
        return true;
    entry->is_stored = true;
    entry->base = projc__row_pack(batch->arena, row + table->key_count, width_of(table));
    return entry->base != NULL;
}

/* Rows are loaded apart from the batch, which keeps them packed. */
static projc_status load_stored(projc__batch *batch, projc__entry *first, size_t count,
                                projc_error *error)
{
    const projc_table *table = batch->projector->type->table;
    projc_arena *arena = batch->workspace->row_arena;
    projc_value *keys = projc_arena_alloc_raw(arena, count * table->key_count * sizeof *keys);
    projc_value **rows = projc_arena_alloc(arena, count * sizeof(void *));
    projc_status status;
    size_t at = 0;

    if (keys == NULL || rows == NULL)
        return out_of_room(batch, error);
    for (const projc__entry *entry = first; entry != NULL; entry = entry->next) {
        if (!may_be_stored(batch, entry))
            continue;
        projc__entry_values(entry, keys + at);
        at += table->key_count;
    }
    status = projc__memory_load_rows_into(batch, PROJC__STATE_TABLE, table, keys, count, arena,
                                          rows, error);
    if (status == PROJC_LIMIT && projc_arena_is_exhausted(arena))
        return projc_error_set(error, PROJC_NO_MEMORY,
                               "the states of a page's keys need more than %zu bytes of memory",
                               projc_arena_used(arena));
    if (status != PROJC_OK)
        return status == PROJC_CORRUPT ? as_corrupt(batch, status, error) : status;
    at = 0;
    for (projc__entry *entry = first; entry != NULL; entry = entry->next)
        if (may_be_stored(batch, entry) && !keep_stored(batch, entry, rows[at++]))
            return out_of_room(batch, error);
    return PROJC_OK;
}

projc_status projc__batch_load(projc__batch *batch, projc__entry *first, projc_error *error)
{
    projc_status status = PROJC_OK;
    size_t count = 0;

    for (const projc__entry *entry = first; entry != NULL; entry = entry->next)
        if (may_be_stored(batch, entry))
            count++;
    if (count > 0) {
        projc_arena_reset(batch->workspace->row_arena);
        status = load_stored(batch, first, count, error);
        projc_arena_reset(batch->workspace->row_arena);
    }
    for (projc__entry *entry = first; entry != NULL && status == PROJC_OK; entry = entry->next)
        status = projc__batch_restore(batch, entry, error);
    return status;
}
