/* Loading the rows that a page's events will ask for, in one query a table. */
#include "engine/rows.h"

#include "base/arena.h"
#include "codec/value.h"
#include "engine/apply.h"
#include "engine/memory.h"

struct projc_prefetch {
    projc__row_cache *cache;
    projc__entry *entry;
    const projc_value *own; /* the parts of the entry's key */
};

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

    handler.key = prefetch.own = route->entry->parts;
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
    for (uint32_t i = 0; i < cache->table_count && status == PROJC_OK; i++)
        if (cache->tables[i].wanted_count > 0)
            status = load_wanted(batch, &cache->tables[i], error);
    return status;
}
