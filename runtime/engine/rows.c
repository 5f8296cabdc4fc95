/* Rows found by their keys, and what handlers do to them. */
#include "engine/rows.h"

#include <string.h>

#include <xxhash.h>

#include "base/arena.h"
#include "codec/value.h"
#include "engine/memory.h"
#include "engine/state_row.h"

enum { FIRST_SLOTS = 256 };

/* ---- making the cache ---- */

/* The path's own columns, then those parts of the projection's key that are not among them. */
static bool make_path(projc_arena *arena, const projc_row_path *path, uint32_t own_count,
                      projc__walk_path *made)
{
    made->columns = projc_arena_alloc(arena, ((size_t)path->column_count + own_count + 1) *
                                                 sizeof *made->columns);
    if (made->columns == NULL)
        return false;
    for (uint32_t i = 0; i < path->column_count; i++)
        made->columns[made->column_count++] = path->columns[i];
    made->given_count = path->column_count;
    for (uint32_t own = 0; own < own_count; own++) {
        bool is_given = false;

        for (uint32_t i = 0; i < path->column_count; i++)
            is_given = is_given || path->columns[i] == own;
        if (!is_given)
            made->columns[made->column_count++] = own;
    }
    return true;
}

static bool make_table(projc_arena *arena, const projc_row_table *type, uint32_t own_count,
                       projc__row_list *list)
{
    list->type = type;
    list->own_count = own_count < type->table->key_count ? own_count : type->table->key_count;
    list->last = &list->first;
    list->paths = projc_arena_alloc(arena, type->path_count * sizeof *list->paths);
    if (list->paths == NULL)
        return false;
    for (uint32_t i = 0; i < type->path_count; i++)
        if (!make_path(arena, &type->paths[i], list->own_count, &list->paths[i]))
            return false;
    return true;
}

projc_status projc__rows_begin(projc__batch *batch, projc_error *error)
{
    const projc_projection_type *type = batch->projector->type;
    projc_arena *arena = batch->arena;
    projc__row_cache *cache;
    uint32_t own_count = 0;
    bool is_made = true;

    if (type->table_count == 0)
        return PROJC_OK;
    cache = projc_arena_alloc(arena, sizeof *cache);
    if (cache == NULL)
        return projc__arena_error(arena, error);
    cache->batch = batch;
    cache->table_count = type->table_count;
    cache->tables = projc_arena_alloc(arena, type->table_count * sizeof *cache->tables);
    cache->slots = projc_arena_alloc(arena, FIRST_SLOTS * sizeof(void *));
    cache->sets = projc_arena_alloc(arena, FIRST_SLOTS * sizeof(void *));
    cache->slot_mask = cache->set_mask = FIRST_SLOTS - 1;
    if (type->kind != PROJC_STREAM_PROJECTION)
        own_count = type->table->key_count;
    if (cache->tables == NULL || cache->slots == NULL || cache->sets == NULL)
        return projc__arena_error(arena, error);
    for (uint32_t i = 0; i < type->table_count && is_made; i++)
        is_made = make_table(arena, &type->tables[i], own_count, &cache->tables[i]);
    if (!is_made)
        return projc__arena_error(arena, error);
    batch->rows = cache;
    return PROJC_OK;
}

void projc__rows_begin_event(projc__batch *batch, projc__entry *entry)
{
    if (batch->rows == NULL)
        return;
    batch->rows->entry = entry;
    batch->rows->event++;
    projc_arena_reset(batch->workspace->walk_arena);
}

bool projc__rows_may_be_stored(const projc__row_cache *cache, const projc__entry *entry)
{
    return cache->batch->lanes->lanes[entry->record->lane].position > 0;
}

/* ---- finding ---- */

static uint64_t hash_value(const projc_value *value, uint64_t seed)
{
    double real;

    switch (value->kind) {
    case PROJC_KIND_NULL:
        return XXH3_64bits_withSeed("", 0, seed);
    case PROJC_KIND_BOOL:
        return XXH3_64bits_withSeed(&value->as.boolean, sizeof value->as.boolean, seed);
    case PROJC_KIND_INTEGER:
        return XXH3_64bits_withSeed(&value->as.integer, sizeof value->as.integer, seed);
    case PROJC_KIND_REAL:
        real = value->as.real + 0.0; /* -0 equals 0 */
        return XXH3_64bits_withSeed(&real, sizeof real, seed);
    case PROJC_KIND_TEXT:
        return XXH3_64bits_withSeed(value->as.text.data, value->as.text.size, seed);
    case PROJC_KIND_BYTES:
        return XXH3_64bits_withSeed(value->as.bytes.data, value->as.bytes.size, seed);
    case PROJC_KIND_UUID:
        return XXH3_64bits_withSeed(value->as.uuid.bytes, sizeof value->as.uuid.bytes, seed);
    }
    return seed;
}

uint64_t projc__rows_hash(uint32_t table, const projc_value *values, uint32_t count, uint64_t seed)
{
    uint64_t hash = XXH3_64bits_withSeed(&table, sizeof table, seed);

    for (uint32_t i = 0; i < count; i++)
        hash = hash_value(&values[i], hash);
    return hash;
}

/* The slot of the key, or the empty one where it belongs. */
static projc__row **find_slot(const projc__row_cache *cache, uint64_t hash, uint32_t table,
                              const projc_value *key)
{
    uint32_t key_count = cache->tables[table].type->table->key_count;
    size_t index = (size_t)hash & cache->slot_mask;

    while (cache->slots[index] != NULL &&
           !(cache->slots[index]->hash == hash && cache->slots[index]->table == table &&
             projc__key_compare(cache->slots[index]->key, key, key_count) == 0))
        index = (index + 1) & cache->slot_mask;
    return &cache->slots[index];
}

projc__row *projc__rows_look_up(const projc__row_cache *cache, uint32_t table,
                                const projc_value *key)
{
    uint32_t key_count = cache->tables[table].type->table->key_count;

    return *find_slot(cache, projc__rows_hash(table, key, key_count, 0), table, key);
}

static bool grow_slots(projc__row_cache *cache)
{
    size_t mask = cache->slot_mask * 2 + 1;
    projc__row **grown = projc_arena_alloc(cache->batch->arena, (mask + 1) * sizeof(void *));

    if (grown == NULL)
        return false;
    for (size_t i = 0; i <= cache->slot_mask; i++) {
        size_t index;

        if (cache->slots[i] == NULL)
            continue;
        index = (size_t)cache->slots[i]->hash & mask;
        while (grown[index] != NULL)
            index = (index + 1) & mask;
        grown[index] = cache->slots[i];
    }
    cache->slots = grown;
    cache->slot_mask = mask;
    return true;
}

static bool keep_value(projc_arena *arena, projc_value *value)
{
    const char *copy;

    if (value->kind == PROJC_KIND_TEXT) {
        copy = projc_arena_copy(arena, value->as.text.data, value->as.text.size);
        value->as.text.data = copy;
        return copy != NULL;
    }
    if (value->kind == PROJC_KIND_BYTES) {
        copy = projc_arena_copy(arena, value->as.bytes.data, value->as.bytes.size);
        value->as.bytes.data = (const uint8_t *)copy;
        return copy != NULL;
    }
    return true;
}

projc_value *projc__rows_keep(projc_arena *arena, const projc_value *values, uint32_t count)
{
    projc_value *kept = projc_arena_alloc_raw(arena, (count + 1) * sizeof *kept);

    for (uint32_t i = 0; kept != NULL && i < count; i++) {
        kept[i] = values[i];
        if (!keep_value(arena, &kept[i]))
            return NULL;
    }
    return kept;
}

projc__row *projc__rows_add(projc__row_cache *cache, uint32_t table, const projc_value *key,
                            projc__entry *entry)
{
    projc__row_list *list = &cache->tables[table];
    const projc_row_table *type = list->type;
    projc_arena *arena = cache->batch->arena;
    projc__row *row;

    if (2 * (cache->row_count + 1) > cache->slot_mask && !grow_slots(cache))
        return NULL;
    row = projc_arena_alloc(arena, PROJC__ROW_HEAD_BYTES + type->row_size);
    if (row == NULL)
        return NULL;
    row->key = projc__rows_keep(arena, key, type->table->key_count);
    if (row->key == NULL)
        return NULL;
    row->type = type;
    row->table = table;
    row->hash = projc__rows_hash(table, key, type->table->key_count, 0);
    row->entry = entry;
    row->is_loaded = !projc__rows_may_be_stored(cache, entry);
    *find_slot(cache, row->hash, table, key) = row;
    cache->row_count++;
    *list->last = row;
    list->last = &row->next;
    return row;
}

void projc__row_set_pending(projc__row_cache *cache, projc__row *row)
{
    if (row->is_pending || row->type->path_count == 0)
        return;
    row->is_pending = true;
    row->next_pending = cache->pending;
    cache->pending = row;
}

/* ---- what handlers ask ---- */

/* Keys stay independent: an event of one may not reach rows of another. */
static projc_status check_own(projc_handler *handler, const projc__row_list *list,
                              const projc_value *key)
{
    if (list->own_count == 0 || projc__key_compare(handler->key, key, list->own_count) == 0)
        return PROJC_OK;
    return projc_error_set(handler->error, PROJC_DATA,
                           "a row of table %s that belongs to another key than the event",
                           list->type->name);
}

static projc_status load(projc__row_cache *cache, projc__row *row, projc_error *error)
{
    projc__batch *batch = cache->batch;
    projc_value *values = NULL;
    projc_status status =
        projc__memory_load_rows(batch, row->table, row->type->table, row->key, 1, &values, error);

    return status == PROJC_OK ? projc__row_fill(cache, row, values, error) : status;
}

/* The row of the key, loaded when it is met for the first time. *row NULL: there is none, and there
 * was no reason to remember that. */
static projc_status find(projc_handler *handler, uint32_t table, const projc_value *key,
                         bool is_made, projc__row **row)
{
    projc__row_cache *cache = projc__row_cache_of(handler);
    bool may_be_stored = projc__rows_may_be_stored(cache, cache->entry);
    projc_status status = check_own(handler, &cache->tables[table], key);

    *row = NULL;
    if (status != PROJC_OK)
        return status;
    *row = projc__rows_look_up(cache, table, key);
    if (*row == NULL) {
        if (!may_be_stored && !is_made)
            return PROJC_OK;
        *row = projc__rows_add(cache, table, key, cache->entry);
        if (*row == NULL)
            return projc_fail_memory(handler);
    }
    return (*row)->is_loaded ? PROJC_OK : load(cache, *row, handler->error);
}

static void touch(projc__row_cache *cache, projc__row *row)
{
    if (!row->is_touched) {
        projc__row **touched = projc__entry_touched(cache->batch, cache->entry);

        row->is_touched = true;
        row->next_touched = *touched;
        *touched = row;
    }
    row->is_dirty = true;
    row->changed_in = cache->event;
    projc__row_set_pending(cache, row);
}

/* Columns behind the key as when the row had just been made. */
static void start_over(projc__row *row)
{
    void *opaque = projc__row_struct(row);

    memset(opaque, 0, row->type->row_size);
    row->type->set_key(opaque, row->key);
    row->type->init(opaque);
    row->exists = true;
}

projc_status projc__row_fill(projc__row_cache *cache, projc__row *row, const projc_value *values,
                             projc_error *error)
{
    projc_status status = PROJC_OK;

    if (values != NULL) {
        start_over(row);
        status = projc__table_row_from_values(row->type, values, cache->batch->arena,
                                              projc__row_struct(row), error);
    }
    row->exists = status == PROJC_OK && values != NULL;
    if (status == PROJC_OK) {
        row->stored = row->base = values;
        row->is_loaded = true;
        return PROJC_OK;
    }
    if (status == PROJC_LIMIT || status == PROJC_NO_MEMORY)
        return status;
    (void)projc_error_context(error, "a stored row of table %s", row->type->name);
    return projc__state_refuse(projc__projector_name(cache->batch->projector), status, error);
}

projc_status projc_row_find(projc_handler *handler, uint32_t table, const projc_value *key,
                            void **row)
{
    projc__row *found;
    projc_status status = find(handler, table, key, false, &found);

    *row = status == PROJC_OK && found != NULL && found->exists ? projc__row_struct(found) : NULL;
    return status;
}

static projc_status obtain(projc_handler *handler, uint32_t table, const projc_value *key,
                           bool is_replaced, void **row)
{
    projc__row *found;
    projc_status status = find(handler, table, key, true, &found);

    *row = NULL;
    if (status != PROJC_OK)
        return status;
    bool is_new = is_replaced || !found->exists;
    if (is_new)
        start_over(found);
    touch(projc__row_cache_of(handler), found);
    *row = projc__row_struct(found);
    if (is_new && found->type->own != NULL && !found->type->own(handler, *row))
        return projc_fail_memory(handler);
    return PROJC_OK;
}

projc_status projc_row_obtain(projc_handler *handler, uint32_t table, const projc_value *key,
                              void **row)
{
    return obtain(handler, table, key, false, row);
}

projc_status projc_row_replace(projc_handler *handler, uint32_t table, const projc_value *key,
                               void **row)
{
    return obtain(handler, table, key, true, row);
}

projc_status projc_row_change(projc_handler *handler, void *row)
{
    projc__row *changed = projc__row_of(row);

    if (!changed->exists)
        return projc_error_set(handler->error, PROJC_DATA,
                               "a row of table %s was deleted before this use of it",
                               changed->type->name);
    touch(projc__row_cache_of(handler), changed);
    return PROJC_OK;
}

projc_status projc_row_delete(projc_handler *handler, uint32_t table, const projc_value *key)
{
    projc__row *found;
    projc_status status = find(handler, table, key, false, &found);

    if (status != PROJC_OK || found == NULL || !found->exists)
        return status;
    found->exists = false;
    touch(projc__row_cache_of(handler), found);
    return PROJC_OK;
}

bool projc_row_is_deleted(const void *row)
{
    return !projc__row_of(row)->exists;
}
