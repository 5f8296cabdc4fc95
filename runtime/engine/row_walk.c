/* Walks: the rows of a table whose columns equal some values, in key order. */
#include "engine/rows.h"

#include <stdlib.h>

#include "base/arena.h"
#include "codec/value.h"

/* ---- sets ---- */

static projc__row_set **find_set_slot(const projc__row_cache *cache, uint64_t hash, uint32_t table,
                                      uint32_t path, const projc_value *values)
{
    uint32_t count = cache->tables[table].paths[path].column_count;
    size_t index = (size_t)hash & cache->set_mask;

    while (cache->sets[index] != NULL &&
           !(cache->sets[index]->hash == hash && cache->sets[index]->table == table &&
             cache->sets[index]->path == path &&
             projc__key_compare(cache->sets[index]->values, values, count) == 0))
        index = (index + 1) & cache->set_mask;
    return &cache->sets[index];
}

static bool grow_sets(projc__row_cache *cache)
{
    size_t mask = cache->set_mask * 2 + 1;
    projc__row_set **grown = projc_arena_alloc(cache->batch->arena, (mask + 1) * sizeof(void *));

    if (grown == NULL)
        return false;
    for (size_t i = 0; i <= cache->set_mask; i++) {
        size_t index;

        if (cache->sets[i] == NULL)
            continue;
        index = (size_t)cache->sets[i]->hash & mask;
        while (grown[index] != NULL)
            index = (index + 1) & mask;
        grown[index] = cache->sets[i];
    }
    cache->sets = grown;
    cache->set_mask = mask;
    return true;
}

projc__row_set *projc__walk_set(projc__row_cache *cache, uint32_t table, uint32_t path,
                                const projc_value *values)
{
    uint32_t count = cache->tables[table].paths[path].column_count;
    uint64_t hash = projc__rows_hash(table, values, count, path + 1);
    projc__row_set **slot = find_set_slot(cache, hash, table, path, values);
    projc__row_set *made;

    if (*slot != NULL)
        return *slot;
    if (2 * (cache->set_count + 1) > cache->set_mask) {
        if (!grow_sets(cache))
            return NULL;
        slot = find_set_slot(cache, hash, table, path, values);
    }
    made = projc_arena_alloc(cache->batch->arena, sizeof *made);
    if (made == NULL)
        return NULL;
    made->values = projc__rows_keep(cache->batch->arena, values, count);
    if (made->values == NULL)
        return NULL;
    made->hash = hash;
    made->table = table;
    made->path = path;
    *slot = made;
    cache->set_count++;
    return made;
}

static void leave(projc__row_place *place)
{
    if (place->set == NULL)
        return;
    if (place->previous != NULL)
        place->previous->next = place->next;
    else
        place->set->first = place->next;
    if (place->next != NULL)
        place->next->previous = place->previous;
    place->set->count--;
    place->set = NULL;
}

static void join(projc__row_place *place, projc__row_set *set)
{
    place->set = set;
    place->previous = NULL;
    place->next = set->first;
    if (set->first != NULL)
        set->first->previous = place;
    set->first = place;
    set->count++;
}

/* ---- putting rows where they belong ---- */

static projc_status place_row(projc__row_cache *cache, projc__row *row, const projc_value *columns,
                              projc_handler *handler)
{
    const projc__row_list *list = &cache->tables[row->table];

    for (uint32_t i = 0; i < list->type->path_count; i++) {
        const projc__walk_path *path = &list->paths[i];
        projc_value *values = projc_arena_alloc_raw(cache->batch->workspace->row_arena,
                                                    (path->column_count + 1) * sizeof *values);
        projc__row_set *set;

        if (values == NULL)
            return projc__arena_error(cache->batch->workspace->row_arena, handler->error);
        for (uint32_t c = 0; c < path->column_count; c++)
            values[c] = columns[path->columns[c]];
        set = projc__walk_set(cache, row->table, i, values);
        if (set == NULL)
            return projc_fail_memory(handler);
        if (row->places[i].set != set) {
            leave(&row->places[i]);
            join(&row->places[i], set);
        }
    }
    return PROJC_OK;
}

static projc_status replace_row(projc__row_cache *cache, projc__row *row, projc_handler *handler)
{
    uint32_t path_count = row->type->path_count;
    projc_arena *arena = cache->batch->workspace->row_arena;
    projc_value *columns;
    projc_status status;

    if (row->places == NULL) {
        if (!row->exists)
            return PROJC_OK;
        row->places = projc_arena_alloc(cache->batch->arena, path_count * sizeof *row->places);
        if (row->places == NULL)
            return projc_fail_memory(handler);
        for (uint32_t i = 0; i < path_count; i++)
            row->places[i].row = row;
    }
    if (!row->exists) {
        for (uint32_t i = 0; i < path_count; i++)
            leave(&row->places[i]);
        return PROJC_OK;
    }
    projc_arena_reset(arena);
    columns = projc_arena_alloc_raw(arena, row->type->table->column_count * sizeof *columns);
    if (columns == NULL)
        return projc__arena_error(arena, handler->error);
    status = row->type->to_row(arena, projc__row_struct(row), columns, handler->error);
    return status == PROJC_OK ? place_row(cache, row, columns, handler) : status;
}

/* Rows of the event at hand stay pending: its handlers may go on changing them. */
static projc_status place_pending(projc__row_cache *cache, projc_handler *handler)
{
    projc__row **link = &cache->pending;

    while (*link != NULL) {
        projc__row *row = *link;
        projc_status status = replace_row(cache, row, handler);

        if (status != PROJC_OK)
            return status;
        if (row->changed_in == cache->event) {
            link = &row->next_pending;
        } else {
            row->is_pending = false;
            *link = row->next_pending;
        }
    }
    return PROJC_OK;
}

/* ---- asking the store ---- */

projc_status projc__walk_meet(projc__row_cache *cache, uint32_t table, const projc_value *values,
                              projc__entry *entry, projc_error *error)
{
    projc__row *row = projc__rows_look_up(cache, table, values);
    projc_status status = PROJC_OK;

    if (row == NULL) {
        row = projc__rows_add(cache, table, values, entry);
        if (row == NULL)
            return projc__arena_error(cache->batch->arena, error);
    }
    if (!row->is_loaded)
        status = projc__row_fill(cache, row, values, error);
    if (row->places == NULL)
        projc__row_set_pending(cache, row);
    return status;
}

static projc_status complete(projc__row_cache *cache, projc__row_set *set, projc_handler *handler)
{
    const projc__row_list *list = &cache->tables[set->table];
    const projc__walk_path *path = &list->paths[set->path];
    projc__batch *batch = cache->batch;
    projc_value **rows = NULL;
    size_t count = 0;
    projc_status status = PROJC_OK;

    if (projc__rows_may_be_stored(cache, cache->entry))
        status =
            projc__store_find_rows(batch->store, list->type->table, path->columns, set->values,
                                   path->column_count, batch->arena, &rows, &count, handler->error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        status = projc__walk_meet(cache, set->table, rows[i], cache->entry, handler->error);
    set->is_complete = status == PROJC_OK;
    return status;
}

/* ---- walking ---- */

static int compare_rows(const void *left, const void *right)
{
    const projc__row *a = projc__row_of(*(void *const *)left);
    const projc__row *b = projc__row_of(*(void *const *)right);

    return projc__key_compare(a->key, b->key, a->type->table->key_count);
}

/* The walk's values, and the parts of the projection's key that the path does not have. DATA when
 * the values are those of another key. */
static projc_status gather(projc_handler *handler, uint32_t table, uint32_t path_index,
                           const projc_value *given, projc_value **values)
{
    const projc__row_cache *cache = projc__row_cache_of(handler);
    const projc__row_list *list = &cache->tables[table];
    const projc__walk_path *path = &list->paths[path_index];
    projc_value *made = projc_arena_alloc_raw(cache->batch->workspace->walk_arena,
                                              (path->column_count + 1) * sizeof *made);

    if (made == NULL)
        return projc__arena_error(cache->batch->workspace->walk_arena, handler->error);
    for (uint32_t i = 0; i < path->column_count; i++) {
        uint32_t column = path->columns[i];

        made[i] = i < path->given_count ? given[i] : handler->key[column];
        if (column < list->own_count && projc__value_compare(&made[i], &handler->key[column]) != 0)
            return projc_error_set(handler->error, PROJC_DATA,
                                   "rows of table %s that belong to another key than the event",
                                   list->type->name);
    }
    *values = made;
    return PROJC_OK;
}

projc_status projc_row_walk_begin(projc_handler *handler, uint32_t table, uint32_t path,
                                  const projc_value *values, projc_row_walk *walk)
{
    projc__row_cache *cache = projc__row_cache_of(handler);
    projc_arena *arena = cache->batch->workspace->walk_arena;
    projc_value *all = NULL;
    projc__row_set *set;
    projc_status status = gather(handler, table, path, values, &all);

    *walk = (projc_row_walk){0};
    if (status != PROJC_OK)
        return status;
    set = projc__walk_set(cache, table, path, all);
    if (set == NULL)
        return projc_fail_memory(handler);
    if (!set->is_complete)
        status = complete(cache, set, handler);
    if (status == PROJC_OK)
        status = place_pending(cache, handler);
    if (status != PROJC_OK)
        return status;
    walk->rows = projc_arena_alloc_raw(arena, (set->count + 1) * sizeof(void *));
    if (walk->rows == NULL)
        return projc__arena_error(arena, handler->error);
    for (const projc__row_place *place = set->first; place != NULL; place = place->next)
        walk->rows[walk->count++] = projc__row_struct(place->row);
    qsort(walk->rows, walk->count, sizeof(void *), compare_rows);
    return PROJC_OK;
}

void *projc_row_walk_next(projc_row_walk *walk)
{
    while (walk->next < walk->count) {
        void *row = walk->rows[walk->next++];

        if (!projc_row_is_deleted(row))
            return row;
    }
    return NULL;
}
