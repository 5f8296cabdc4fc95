/* Events that wait behind the culprit of a key of a keyed projection. */
#include "engine/waiting.h"

#include "engine/apply.h"
#include "engine/route.h"

/* Numbers that are looked for at once. */
enum { NUMBERS_MAX = 10000 };

static projc_status out_of_room(projc_error *error)
{
    return projc_error_set(error, PROJC_NO_MEMORY, "the batch has no room for what waits");
}

/* ---- recording ---- */

/* How many pairs the store holds for the projection; asked once a batch. */
static projc_status count_stored(projc__batch *batch, projc_error *error)
{
    projc__waiting_count *rows = NULL;
    size_t count = 0;
    projc_status status;

    if (batch->waiting_is_known)
        return PROJC_OK;
    status = projc__store_count_waiting(batch->store, batch->projector->generation, batch->arena,
                                        &rows, &count, error);
    status = projc__batch_room(batch, status, error);
    if (status != PROJC_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        batch->waiting_count += rows[i].count;
    batch->waiting_is_known = true;
    return PROJC_OK;
}

static projc_status add(projc__batch *batch, projc__entry *entry, int64_t no, projc_error *error)
{
    projc__waiting *made = projc_arena_alloc(batch->arena, sizeof *made);

    if (made == NULL || projc__entry_own(batch, entry, error) != PROJC_OK)
        return out_of_room(error);
    made->no = no;
    made->next = entry->record->waiting;
    entry->record->waiting = made;
    batch->waiting_count++;
    return PROJC_OK;
}

projc_status projc__waiting_add(projc__batch *batch, projc__entry *entry, int64_t no, bool *is_full,
                                projc_error *error)
{
    projc_status status = count_stored(batch, error);

    *is_full =
        status == PROJC_OK && batch->waiting_count >= batch->projector->engine->options.waiting_max;
    if (status != PROJC_OK || *is_full)
        return status;
    return add(batch, entry, no, error);
}

projc_status projc__waiting_add_from_log(projc__batch *batch, projc__entry *entry, int64_t after,
                                         int64_t up_to, projc_error *error)
{
    const projc__projector *projector = batch->projector;
    const projc_runtime_options *options = &projector->engine->options;
    const projc__page_limits limits = {options->page_rows, options->page_bytes};
    projc_arena *arena = batch->workspace->replay_arena;
    projc__page page = {.has_more = true};
    projc_status status = count_stored(batch, error);

    while (status == PROJC_OK && page.has_more) {
        projc_arena_reset(arena);
        page = (projc__page){0};
        status = projc__store_read_raw(batch->store, projector->stream, after, up_to, NULL, NULL,
                                       &limits, arena, &page, error);
        for (size_t i = 0; i < page.count && status == PROJC_OK; i++) {
            const projc_event *event = &page.events[i];
            projc__routed_again again;

            after = event->no;
            status = projc__route_again(batch, entry, event, arena, &again, error);
            if (status == PROJC_OK && again.target != NULL)
                status = add(batch, entry, event->no, error);
        }
    }
    return status;
}

void projc__waiting_take_back(projc__batch *batch, projc__entry *entry, int64_t from)
{
    while (entry->record->waiting != NULL && entry->record->waiting->no >= from) {
        entry->record->waiting = entry->record->waiting->next;
        batch->waiting_count--;
    }
}

/* ---- reading ---- */

/* What shall be read: the culprit, or the pairs above `after`. */
static projc_status find_numbers(projc__batch *batch, const projc__entry *entry, int64_t after,
                                 int64_t up_to, int64_t limit, projc_arena *arena,
                                 int64_t **numbers, size_t *count, projc_error *error)
{
    int64_t culprit = entry->record->trouble->no;

    if (after >= culprit)
        return projc__store_load_waiting(batch->store, batch->projector->generation,
                                         entry->record->key, after, up_to, (size_t)limit, arena,
                                         numbers, count, error);
    *numbers = projc_arena_alloc_raw(arena, sizeof **numbers);
    if (*numbers == NULL)
        return out_of_room(error);
    (*numbers)[0] = culprit;
    *count = culprit <= up_to;
    return PROJC_OK;
}

static projc_status fail_missing(const projc__batch *batch, int64_t no, projc_error *error)
{
    return projc_error_set(error, PROJC_DIVERGED,
                           "projection `%s`: event %lld waits behind a failed key, but is "
                           "missing: " PROJC__DIVERGED_CAUSE,
                           projc__projector_name(batch->projector), (long long)no);
}

projc_status projc__waiting_read(projc__batch *batch, const projc__entry *entry, int64_t after,
                                 int64_t up_to, const projc__page_limits *limits,
                                 projc_arena *arena, projc__page *page, projc_error *error)
{
    int64_t limit = limits->rows < NUMBERS_MAX ? limits->rows : NUMBERS_MAX;
    int64_t *numbers = NULL;
    size_t count = 0;
    size_t found;
    projc_status status =
        find_numbers(batch, entry, after, up_to, limit, arena, &numbers, &count, error);

    *page = (projc__page){.reached = after};
    if (status != PROJC_OK || count == 0)
        return status;
    status = projc__store_read_numbers(batch->store, batch->projector->stream, numbers, count,
                                       limits, arena, page, error);
    if (status != PROJC_OK)
        return status;
    for (found = 0; found < page->count; found++)
        if (page->events[found].no != numbers[found])
            return fail_missing(batch, numbers[found], error);
    if (found < count && !page->has_more)
        return fail_missing(batch, numbers[found], error);
    page->has_more = page->has_more || after < entry->record->trouble->no || count == (size_t)limit;
    return PROJC_OK;
}

/* ---- committing ---- */

/* How far a repaired key has come: behind its new culprit everything still waits. 0: it is none. */
static int64_t passed_to(const projc__entry *entry)
{
    if (entry->record->trouble == NULL)
        return 0;
    return entry->record->failure != NULL ? entry->record->failure->no : INT64_MAX;
}

projc_status projc__waiting_collect(projc__batch *batch, projc__unit *unit, projc_error *error)
{
    projc__waiting_row *waiting;
    projc__waiting_row *passed;

    if (!projc__has_waiting(batch->projector))
        return PROJC_OK;
    for (const projc__entry *entry = batch->first; entry != NULL; entry = entry->next) {
        unit->passed_count += passed_to(entry) > 0;
        for (const projc__waiting *each = entry->record->waiting; each != NULL; each = each->next)
            unit->waiting_count++;
    }
    waiting = projc_arena_alloc_raw(batch->arena, unit->waiting_count * sizeof *waiting);
    passed = projc_arena_alloc_raw(batch->arena, unit->passed_count * sizeof *passed);
    if (waiting == NULL || passed == NULL)
        return out_of_room(error);
    unit->waiting = waiting;
    unit->passed = passed;
    for (const projc__entry *entry = batch->first; entry != NULL; entry = entry->next) {
        if (passed_to(entry) > 0)
            *passed++ =
                (projc__waiting_row){entry->record->lane, entry->record->key, passed_to(entry)};
        for (const projc__waiting *each = entry->record->waiting; each != NULL; each = each->next)
            *waiting++ = (projc__waiting_row){entry->record->lane, entry->record->key, each->no};
    }
    return PROJC_OK;
}
