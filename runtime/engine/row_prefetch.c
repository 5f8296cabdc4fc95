/* Loading the rows that a page's events will ask for, in one query a table, and those of the walks
 * that they will begin, in one query a path.
 *
 * A walk may visit any number of rows. So the queries for walks are cut by how large the sets of
 * the one before were, and they end when they have taken their part of the batch's memory: the
 * walks that are left ask for themselves, one by one, as their events come. */
#include "engine/rows.h"

#include <string.h>

#include "base/arena.h"
#include "codec/value.h"
#include "engine/apply.h"
#include "engine/memory.h"

enum { FIRST_WALKS = 64, WALKS_MAX = 2000, WALKS_BYTES = 2 << 20 };

struct projc_prefetch {
    projc__row_cache *cache;
    projc__entry *entry;
    const projc_value *own; /* the parts of the entry's key */
};

/* ---- what is wanted ---- */

void projc_prefetch_row(projc_prefetch *prefetch, uint32_t table, const projc_value *key)
{
    projc__row_cache *cache = prefetch->cache;
    projc__row_list *list = &cache->tables[table];
    projc__row *row;

    /* A handler that asks for such a row is refused. */
    if (list->own_count > 0 && projc__key_compare(prefetch->own, key, list->own_count) != 0)
        return;
    if (projc__rows_look_up(cache, table, key) != NULL)
        return;
    row = projc__rows_add(cache, table, key, prefetch->entry);
    if (row == NULL)
        return;
    row->next_wanted = list->wanted;
    list->wanted = row;
    list->wanted_count++;
}

void projc_prefetch_walk(projc_prefetch *prefetch, uint32_t table, uint32_t path_index,
                         const projc_value *given)
{
    projc__row_cache *cache = prefetch->cache;
    const projc__row_list *list = &cache->tables[table];
    projc__walk_path *path = &list->paths[path_index];
    projc_value *values = projc_arena_alloc_raw(cache->batch->workspace->page_arena,
                                                path->column_count * sizeof *values);
    projc__row_set *set;

    if (values == NULL || !projc__store_finds_each(cache->batch->store))
        return;
    for (uint32_t i = 0; i < path->column_count; i++) {
        uint32_t column = path->columns[i];

        values[i] = i < path->given_count ? given[i] : prefetch->own[column];
        if (values[i].kind == PROJC_KIND_NULL)
            return;
        if (column < list->own_count &&
            projc__value_compare(&values[i], &prefetch->own[column]) != 0)
            return;
    }
    set = projc__walk_set(cache, table, path_index, values);
    if (set == NULL || set->is_complete || set->entry != NULL)
        return;
    set->entry = prefetch->entry;
    set->next_wanted = path->wanted;
    path->wanted = set;
    path->wanted_count++;
}

/* ---- loading ---- */

static projc_status load_wanted(projc__batch *batch, projc__row_list *list, projc_error *error)
{
    const projc_table *table = list->type->table;
    projc_arena *arena = batch->workspace->page_arena;
    size_t count = list->wanted_count;
    projc_value *keys = projc_arena_alloc_raw(arena, count * table->key_count * sizeof *keys);
    projc_value **rows = projc_arena_alloc(arena, count * sizeof(void *));
    size_t at = 0;
    projc_status status;

    if (keys == NULL || rows == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    for (const projc__row *row = list->wanted; row != NULL; row = row->next_wanted)
        for (uint32_t i = 0; i < table->key_count; i++)
            keys[at++] = row->key[i];
    status = projc__memory_load_rows(batch, (uint32_t)(list - batch->rows->tables), table, keys,
                                     count, rows, error);
    at = 0;
    for (projc__row *row = list->wanted; row != NULL && status == PROJC_OK; row = row->next_wanted)
        status = projc__row_fill(batch->rows, row, rows[at++], error);
    list->wanted = NULL;
    list->wanted_count = 0;
    return projc__batch_room(batch, status, error);
}

/* The rows of some sets, by one query. */
static projc_status load_sets(projc__batch *batch, uint32_t table, const projc__walk_path *path,
                              projc__row_set *const *sets, size_t count, projc_error *error)
{
    projc_arena *arena = batch->workspace->page_arena;
    const projc__row_list *list = &batch->rows->tables[table];
    uint32_t width = path->column_count;
    projc_value *values = projc_arena_alloc_raw(arena, count * width * sizeof *values);
    projc_value **rows = NULL;
    size_t *owners = NULL;
    size_t row_count = 0;
    projc_status status;

    if (values == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < count; i++)
        memcpy(&values[i * width], sets[i]->values, width * sizeof *values);
    status = projc__store_find_each(batch->store, list->type->table, path->columns, width, values,
                                    count, batch->arena, &rows, &owners, &row_count, error);
    for (size_t i = 0; i < row_count && status == PROJC_OK; i++)
        status = projc__walk_meet(batch->rows, table, rows[i], sets[owners[i]]->entry, error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        sets[i]->is_complete = true;
    return status;
}

static projc_status load_walks(projc__batch *batch, uint32_t table, projc__walk_path *path,
                               projc_error *error)
{
    size_t most = FIRST_WALKS;
    projc__row_set *sets[WALKS_MAX];
    projc_status status = PROJC_OK;

    while (path->wanted != NULL && status == PROJC_OK &&
           (int64_t)projc__batch_bytes(batch) < batch->projector->engine->options.batch_bytes / 2) {
        size_t before = projc__batch_bytes(batch);
        size_t count = 0;

        for (; count < most && path->wanted != NULL; path->wanted = path->wanted->next_wanted)
            sets[count++] = path->wanted;
        status = load_sets(batch, table, path, sets, count, error);
        most = WALKS_BYTES / ((projc__batch_bytes(batch) - before) / count + 1);
        most = most < 1 ? 1 : most < WALKS_MAX ? most : WALKS_MAX;
    }
    for (; path->wanted != NULL; path->wanted = path->wanted->next_wanted)
        path->wanted->entry = NULL;
    path->wanted_count = 0;
    return projc__batch_room(batch, status, error);
}

/* What cannot be decoded names no rows; applying it tells why. */
static void ask(projc__batch *batch, const projc_event *event, const projc__route *route)
{
    projc__workspace *workspace = batch->workspace;
    projc_handler handler = {
        .event = event,
        .arena = workspace->page_arena,
        .steps_left = PROJC_STEPS_MAX,
        .error = &workspace->event_error,
        .user = batch->projector->engine->options.user,
    };
    projc_prefetch prefetch = {batch->rows, route->entry, NULL};
    projc_value id;

    handler.key = prefetch.own = projc__entry_parts(route->entry, &id);
    handler.key_count = route->entry->part_count;
    if (route->calls != NULL) {
        for (const projc__call *each = route->calls->first; each != NULL; each = each->next) {
            handler.element = each->element;
            handler.elements = each->elements;
            route->target->prefetch(&handler, route->calls->event, &prefetch);
        }
        return;
    }
    projc_arena_reset(workspace->event_arena);
    if (projc__decode(batch, event, route->target, workspace->event_arena, workspace->event,
                      handler.error) == PROJC_OK)
        route->target->prefetch(&handler, workspace->event, &prefetch);
}

projc_status projc__rows_prefetch(projc__batch *batch, projc_error *error)
{
    projc__row_cache *cache = batch->rows;
    projc_status status = PROJC_OK;

    /* The smallest batch has little to gain, and its memory is its one event's. */
    if (cache == NULL || batch->is_smallest)
        return PROJC_OK;
    for (size_t i = 0; i < batch->page->count; i++) {
        const projc__route *route = &batch->routes[i];
        const projc_event *event = &batch->page->events[i];

        if (route->target == NULL || route->target->prefetch == NULL || route->entry == NULL)
            continue;
        for (; route != NULL; route = route->next)
            if (event->no < route->entry->record->waiting_from &&
                projc__rows_may_be_stored(cache, route->entry))
                ask(batch, event, route);
    }
    for (uint32_t i = 0; i < cache->table_count && status == PROJC_OK; i++) {
        projc__row_list *list = &cache->tables[i];

        if (list->wanted_count > 0)
            status = load_wanted(batch, list, error);
        for (uint32_t p = 0; p < list->type->path_count && status == PROJC_OK; p++)
            if (list->paths[p].wanted_count > 0)
                status = load_walks(batch, i, &list->paths[p], error);
    }
    return status;
}
