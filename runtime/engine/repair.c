/* Applying what waits behind the culprit of one key, in one fenced unit. */
#include "engine/repair.h"

#include "engine/flush.h"
#include "engine/report.h"
#include "engine/route.h"

/* A unit ends after this long: the other keys of the lane wait meanwhile. */
enum { UNIT_TIME_US = 200000 };

/* One key's way through its waiting events. */
typedef struct walk {
    projc__batch batch;
    projc__entry *entry;
    int64_t handled_max;    /* events in one unit; halved when the store refuses it */
    int64_t until;          /* monotonic: when the unit's time is over */
    projc_event last_event; /* the only one applied, when handled_max is 1; kept in the batch */
} walk;

/* The waiting events are applied up to the lane's position: what lies above, the lane has not
 * passed. */
static int64_t up_to(const walk *walking)
{
    return walking->batch.lanes->lanes[walking->entry->record->lane].position;
}

/* Ends the unit before this event: the key's row says where to go on, at once. */
static projc_status stop_before(walk *walking, const projc_event *event, projc_error *error)
{
    projc__batch *batch = &walking->batch;
    projc__key_row *row = projc_arena_alloc(batch->arena, sizeof *row);

    if (row == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "the batch has no room for a key's row");
    *row = *walking->entry->record->trouble;
    row->event_name.data = projc_arena_copy(batch->arena, event->name.data, event->name.size);
    row->event_name.size = event->name.size;
    if (row->event_name.data == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "the batch has no room for a key's row");
    row->status = PROJC__KEY_RETRY;
    row->no = event->no;
    row->event_id = event->id;
    row->attempts = 0;
    row->retry_at = batch->now_us;
    row->last_at = batch->now_us;
    walking->entry->record->failure = row;
    walking->entry->record->waiting_from = event->no;
    return PROJC_OK;
}

static bool is_full(const walk *walking)
{
    const projc__engine *engine = walking->batch.projector->engine;

    return walking->batch.handled >= walking->handled_max ||
           (int64_t)projc__batch_bytes(&walking->batch) > engine->options.batch_bytes ||
           projc__is_stopping(engine) || projc__clock_monotonic(engine->clock) > walking->until;
}

static bool keep_text(projc_arena *arena, projc_text *text)
{
    text->data = projc_arena_copy(arena, text->data, text->size);
    return text->data != NULL;
}

/* Its page may be gone when the store refuses what came of it. */
static projc_status keep_event(walk *walking, const projc_event *event, projc_error *error)
{
    projc_arena *arena = walking->batch.arena;
    projc_event *kept = &walking->last_event;

    *kept = *event;
    if (keep_text(arena, &kept->name) && keep_text(arena, &kept->payload) &&
        keep_text(arena, &kept->metadata) && keep_text(arena, &kept->aggregate_type) &&
        (kept->aggregate_id.kind != PROJC_KIND_TEXT ||
         keep_text(arena, &kept->aggregate_id.as.text)))
        return PROJC_OK;
    return projc_error_set(error, PROJC_NO_MEMORY, "the batch has no room for an event");
}

static projc_status walk_event(walk *walking, const projc_event *event, const projc__target *target,
                               const projc__calls *calls, projc_error *error)
{
    projc__batch *batch = &walking->batch;
    projc_error *data_error = &batch->workspace->event_error;
    projc__verdict verdict;
    bool is_skipped;
    bool is_handled;
    projc_status status =
        projc__batch_is_skipped(batch, walking->entry, event->no, &is_skipped, error);

    if (status != PROJC_OK || is_skipped)
        return status;
    if (batch->handled > 0 && is_full(walking))
        return stop_before(walking, event, error);
    status = projc__apply(batch, walking->entry, event, target, calls, &is_handled, data_error);
    if (status == PROJC_OK)
        return is_handled && walking->handled_max == 1 ? keep_event(walking, event, error)
                                                       : PROJC_OK;
    if (projc_status_class_of(status) != PROJC_CLASS_DATA) {
        *error = *data_error;
        return projc_error_context(error, "projection `%s`, event %lld",
                                   projc__projector_name(batch->projector), (long long)event->no);
    }
    return projc__settle(batch, walking->entry, event, data_error, &verdict, error);
}

static projc_status walk_waiting(walk *walking, projc_error *error)
{
    projc__batch *batch = &walking->batch;
    projc__projector *projector = batch->projector;
    const projc_runtime_options *options = &projector->engine->options;
    const projc__page_limits limits = {options->page_rows, options->page_bytes};
    projc_arena *arena = batch->workspace->page_arena;
    int64_t after = walking->entry->record->trouble->no - 1;
    projc__page page = {.has_more = true};
    projc_status status = PROJC_OK;

    while (status == PROJC_OK && page.has_more &&
           walking->entry->record->waiting_from == INT64_MAX) {
        projc_arena_reset(arena);
        page = (projc__page){0};
        status = projc__batch_begin_page(batch, error);
        if (status != PROJC_OK)
            break;
        status = projc__read_again(batch, walking->entry, after, up_to(walking), &limits, arena,
                                   &page, error);
        for (size_t i = 0; i < page.count && status == PROJC_OK; i++) {
            const projc_event *event = &page.events[i];
            projc__routed_again again;

            after = event->no;
            status = projc__route_again(batch, walking->entry, event, arena, &again, error);
            if (status == PROJC_OK && again.target != NULL)
                status = walk_event(walking, event, again.target, again.calls, error);
            if (walking->entry->record->waiting_from != INT64_MAX)
                break;
        }
    }
    if (walking->entry->record->failure == NULL)
        walking->entry->record->is_healed = true;
    return status;
}

static projc_status begin(walk *walking, projc__projector *projector, projc__workspace *workspace,
                          projc_store *store, const projc__lane_set *lanes,
                          const projc__key_row *row, bool skips_culprit, projc_error *error)
{
    projc__batch *batch = &walking->batch;
    projc_status status = projc__batch_begin(batch, projector, workspace, store, lanes, error);

    if (status != PROJC_OK)
        return status;
    /* No lane moves: the key's own is claimed in place, which raises its epoch. */
    batch->start = batch->position = 0;
    projc__skips_begin(&batch->skips, store, batch->arena, projector->generation, row->no - 1);
    status = projc__batch_add_trouble(batch, row, &walking->entry, error);
    if (status == PROJC_OK)
        status = projc__batch_load(batch, walking->entry, error);
    if (status == PROJC_OK && skips_culprit)
        status = projc__skip_culprit(batch, walking->entry, row, error);
    return status;
}

/* The store refused the state after this one event: the event is to blame. When it is passed over,
 * the key goes on where this unit had stopped. */
static projc_status refuse(walk *walking, const projc_error *data_error, projc_error *error)
{
    projc__entry *entry = walking->entry;
    projc__entry_record *record = entry->record;
    projc__key_row *rest = record->failure;
    projc__verdict verdict;
    projc_status status;

    record->failure = NULL;
    record->waiting_from = INT64_MAX;
    record->is_healed = false;
    status =
        projc__settle(&walking->batch, entry, &walking->last_event, data_error, &verdict, error);
    if (status != PROJC_OK)
        return status;
    if (verdict == PROJC__PASSED) {
        record->failure = rest;
        record->waiting_from = rest != NULL ? rest->no : INT64_MAX;
        record->is_healed = rest == NULL;
    }
    return projc__flush(&walking->batch, error);
}

projc_status projc__repair_key(projc__projector *projector, projc__workspace *workspace,
                               projc_store *store, const projc__lane_set *lanes,
                               const projc__key_row *row, projc__repair *repair, projc_error *error)
{
    int64_t begun = projc__clock_monotonic(projector->engine->clock);
    walk walking = {.handled_max = INT64_MAX};
    const projc__entry_record *record;
    projc_status status;

    for (;;) {
        projc_error refused;

        walking = (walk){
            .handled_max = walking.handled_max,
            .until = projc__clock_monotonic(projector->engine->clock) + UNIT_TIME_US,
        };
        status =
            begin(&walking, projector, workspace, store, lanes, row, repair->skips_culprit, error);
        if (status == PROJC_OK)
            status = walk_waiting(&walking, error);
        if (status == PROJC_OK)
            status = projc__flush(&walking.batch, error);
        if (projc_status_class_of(status) != PROJC_CLASS_DATA || walking.batch.handled == 0)
            break;
        if (walking.batch.handled == 1 && walking.handled_max == 1) {
            refused = *error;
            status = refuse(&walking, &refused, error);
            break;
        }
        walking.handled_max = walking.batch.handled > 1 ? walking.batch.handled / 2 : 1;
    }
    if (projc_status_class_of(status) == PROJC_CLASS_DATA) {
        error->status = PROJC_DATABASE;
        return projc_error_context(error,
                                   "projection `%s`: the records of a failed key were refused",
                                   projc__projector_name(projector));
    }
    if (status != PROJC_OK)
        return status;
    projc__report_commit(&walking.batch, lanes->failed_count,
                         projc__clock_monotonic(projector->engine->clock) - begun);
    record = walking.entry->record;
    repair->handled = walking.batch.handled;
    repair->is_healed = record->is_healed && record->failure == NULL;
    repair->is_partial = record->failure != NULL && record->failure->attempts == 0;
    return PROJC_OK;
}

projc_status projc__pass_culprit(projc__projector *projector, projc__workspace *workspace,
                                 projc_store *store, const projc__lane_set *lanes,
                                 const projc__key_row *row, bool skips, projc_error *error)
{
    projc__batch batch;
    projc_status status = projc__batch_begin(&batch, projector, workspace, store, lanes, error);

    if (status != PROJC_OK)
        return status;
    batch.start = batch.position = 0;
    if (batch.single != NULL && skips && row->no > lanes->lanes[0].position) {
        batch.position = row->no;
        batch.position_id = row->event_id;
    }
    if (skips)
        status = projc__skip_culprit(&batch, batch.single, row, error);
    if (status == PROJC_OK && batch.single != NULL)
        status = projc__entry_own(&batch, batch.single, error);
    if (status == PROJC_OK) {
        if (batch.single != NULL)
            batch.single->record->is_healed = true;
        else
            batch.keyless_healed = true;
        status = projc__flush(&batch, error);
    }
    return status;
}
