/* One unit of work: look at lanes and keys, try again what is due, read a batch, commit it. */
#include "engine/step.h"

#include "engine/flush.h"
#include "engine/memory.h"
#include "engine/reading.h"
#include "engine/repair.h"
#include "engine/report.h"

/* Trying keys again may not hold up the others of the part for longer than this. */
enum { RETRY_TIME_US = 200000 };
/* A flush limit that has grown beyond this is none. */
enum { EVENT_LIMIT_MAX = 1 << 20 };
/* Rows that are remembered from step to step have this part of BATCH_BYTES. */
enum { MEMORY_SHARE = 16 };
/* A commit of fewer rows does not tell what one takes. */
enum { MEASURED_ROWS = 1000 };
/* Of a page of who is brief. */
enum { BRIEF_ROWS = 500, BRIEF_BYTES = 256 * 1024 };

static int64_t smaller(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

/* Who was asked to stop begins no writing that is expected to take longer: all is read again. */
enum { LAST_WRITING_US = 2000000 };

typedef struct step {
    projc__projector *projector;
    projc__workspace *workspace;
    const projc__step_request *request;
    projc__part *part;
    bool is_lasting; /* the part is the projector's, and goes on in the next step */
    projc_store *store;
    projc__lane_set lanes;
    projc__batch batch;
    projc__reading reading;
} step;

static int64_t monotonic_now(const step *stepping)
{
    return projc__clock_monotonic(stepping->projector->engine->clock);
}

static projc_status look(step *stepping, projc_error *error)
{
    projc_status status =
        projc__look(stepping->projector, stepping->workspace, stepping->request->part,
                    stepping->request->part_count, &stepping->store, &stepping->lanes, error);

    stepping->lanes.memory = stepping->part->memory;
    /* What is paused must be looked at until it is resumed. */
    if (status == PROJC_OK && stepping->lanes.is_paused)
        projc__memory_forget(stepping->part->memory);
    else if (status == PROJC_OK)
        projc__memory_compare(stepping->part->memory, &stepping->lanes, monotonic_now(stepping));
    return status;
}

/* Begins without looking, on a connection that was looked at before. False: it cannot. */
static bool recall(step *stepping)
{
    projc__projector *projector = stepping->projector;
    projc__workspace *workspace = stepping->workspace;
    projc__lane_set *lanes = &stepping->lanes;
    int64_t now = monotonic_now(stepping);

    if (workspace->store == NULL ||
        projc__workspace_checked(workspace, projector->generation) == NULL)
        return false;
    projc_arena_reset(workspace->lane_arena);
    if (!projc__memory_recall(stepping->part->memory, workspace->lane_arena, now, lanes) ||
        projc__lane_set_choose(projector, workspace->lane_arena, stepping->request->part,
                               stepping->request->part_count, lanes, NULL) != PROJC_OK ||
        projc__workspace_reserve_event(workspace, projector->event_size_max, NULL) != PROJC_OK)
        return false;
    lanes->is_recalled = true;
    lanes->memory = stepping->part->memory;
    stepping->store = workspace->store;
    projc__memory_compare(lanes->memory, lanes, now);
    return true;
}

/* ---- keys that are due ---- */

static const projc__key_row *find_due(const projc__lane_set *lanes, int64_t now)
{
    for (size_t i = 0; i < lanes->key_count; i++)
        if (lanes->keys[i].status == PROJC__KEY_RETRY && lanes->mine[lanes->keys[i].lane] &&
            lanes->keys[i].retry_at <= now)
            return &lanes->keys[i];
    return NULL;
}

/* Each in a unit of its own, which moves its lane's epoch: so all is looked at again after each. */
static projc_status retry_due(step *stepping, projc_error *error)
{
    const struct projc__clock *clock = stepping->projector->engine->clock;
    int64_t now = projc__clock_now(clock);
    int64_t until = projc__clock_monotonic(clock) + RETRY_TIME_US;
    projc_status status = PROJC_OK;

    if (projc__is_single(stepping->projector))
        return PROJC_OK;
    while (status == PROJC_OK && projc__clock_monotonic(clock) <= until) {
        const projc__key_row *row = find_due(&stepping->lanes, now);
        projc__repair repair = {0};

        if (row == NULL)
            break;
        status = projc__repair_key(stepping->projector, stepping->workspace, stepping->store,
                                   &stepping->lanes, row, &repair, error);
        if (status == PROJC_OK)
            status = look(stepping, error);
    }
    return status;
}

/* ---- reading and committing ---- */

static int64_t shrunk(int64_t value, uint32_t shrink, int64_t least)
{
    value >>= shrink;
    return value < least ? least : value;
}

/* BATCH_BYTES is the process's: how many may be at work at once. */
static uint32_t count_shares(const step *stepping)
{
    uint32_t workers = stepping->projector->engine->options.workers;
    uint32_t parts = stepping->request->part_count;

    if (workers > parts)
        return workers;
    return parts > 0 ? parts : 1;
}

/* Small batches after errors are made of small pages of their own. */
static projc__cursor *cursor_of(const step *stepping)
{
    if (stepping->projector->engine->pages == NULL || !stepping->is_lasting ||
        stepping->workspace->is_brief || stepping->part->shrink > 0 ||
        stepping->part->event_limit > 0)
        return NULL;
    return &stepping->part->cursor;
}

static projc_status read_batch(step *stepping, projc_error *error)
{
    const projc_runtime_options *options = &stepping->projector->engine->options;
    bool is_brief = stepping->workspace->is_brief;
    int64_t rows = is_brief ? smaller(options->page_rows, BRIEF_ROWS) : options->page_rows;
    int64_t bytes = is_brief ? smaller(options->page_bytes, BRIEF_BYTES) : options->page_bytes;
    uint32_t shares = count_shares(stepping);
    uint32_t shrink = stepping->part->shrink;
    projc_status status =
        projc__batch_begin(&stepping->batch, stepping->projector, stepping->workspace,
                           stepping->store, &stepping->lanes, error);

    if (status != PROJC_OK)
        return status;
    stepping->batch.is_smallest = shrink == PROJC__SHRINK_MAX;
    stepping->reading = (projc__reading){
        .bytes_max = shrunk(options->batch_bytes / shares, shrink, 1),
        .handled_max = stepping->part->event_limit,
        .is_one_page = is_brief || shrink > 0,
        .cursor = cursor_of(stepping),
        .row_ns = stepping->part->row_ns > 0 ? stepping->part->row_ns : PROJC__ROW_NS,
        .limits = {shrunk(rows, shrink, 1), shrunk(bytes, shrink, 1)},
    };
    return projc__read_batch(&stepping->batch, &stepping->reading, error);
}

/* The store refused what the one event of this batch made: that event is to blame. */
static projc_status blame_event(step *stepping, projc_error *error)
{
    projc__batch *batch = &stepping->batch;
    projc__reading *reading = &stepping->reading;
    const projc_error refused = *error;
    projc__verdict verdict;
    projc_status status =
        projc__settle(batch, reading->last_entry, reading->last_event, &refused, &verdict, error);

    if (status != PROJC_OK)
        return status;
    if (verdict == PROJC__FULL) {
        error->status = PROJC_TOO_MANY;
        return projc_error_context(error,
                                   "projection `%s`: too many keys are out of order "
                                   "(FAILED_KEYS_MAX)",
                                   projc__projector_name(batch->projector));
    }
    if (verdict == PROJC__WAITS && batch->single != NULL) {
        batch->position = batch->position_before;
        batch->position_id = batch->position_id_before;
        reading->is_stopped = batch->single->record->failure->status == PROJC__KEY_FAILED;
        reading->is_caught_up = true;
    }
    return projc__flush(batch, error);
}

/* The one event of this batch belongs to several keys, and the store refused what they made: each
 * is tried in a unit of its own, where it is known who is to blame. */
static projc_status set_aside(step *stepping, projc_error *error)
{
    projc__batch *batch = &stepping->batch;
    const projc_event *event = stepping->reading.last_event;
    const projc_error refused = *error;
    projc_status status = PROJC_OK;

    for (projc__entry *entry = batch->first; entry != NULL && status == PROJC_OK;
         entry = entry->next) {
        if (!entry->is_dirty || entry->position != event->no || entry->record->failure != NULL)
            continue;
        status = projc__set_aside(batch, entry, event, &refused, error);
    }
    return status == PROJC_OK ? projc__flush(batch, error) : status;
}

static projc_status flush(step *stepping, projc_error *error)
{
    projc__batch *batch = &stepping->batch;
    projc_status status;

    if (projc__is_stopping(stepping->projector->engine) &&
        projc__expected_writing(batch, &stepping->reading) > LAST_WRITING_US)
        return projc_error_set(error, PROJC_CANCELLED, "stopped by request");
    status = projc__flush(batch, error);
    if (status == PROJC_OK && batch->written >= MEASURED_ROWS)
        stepping->part->row_ns = batch->writing_us * 1000 / (int64_t)batch->written;
    return status;
}

static projc_status commit_batch(step *stepping, projc_error *error)
{
    projc__part *part = stepping->part;
    int64_t handled = stepping->batch.handled;
    projc_status status = flush(stepping, error);

    if (projc_status_class_of(status) == PROJC_CLASS_DATA && handled > 0) {
        if (handled == 1 && part->event_limit == 1) {
            status = blame_event(stepping, error);
        } else if (part->event_limit == 1) {
            status = set_aside(stepping, error);
        } else {
            /* Some event of the batch is to blame: it is found by halving. */
            projc__memory_forget(part->memory);
            part->event_limit = handled > 1 ? handled / 2 : 1;
            stepping->batch.first = NULL;
            stepping->batch.handled = 0;
            stepping->batch.position = stepping->batch.start;
            stepping->reading.events = 0;
            stepping->reading.bytes = 0;
            stepping->reading.is_caught_up = false;
            stepping->reading.is_stopped = false;
            return PROJC_OK;
        }
    }
    if (projc_status_class_of(status) == PROJC_CLASS_DATA) {
        error->status = PROJC_DATABASE;
        return projc_error_context(error,
                                   "projection `%s`: what is recorded of failures was refused",
                                   projc__projector_name(stepping->projector));
    }
    if (status == PROJC_OK && part->event_limit > 0)
        part->event_limit = part->event_limit > EVENT_LIMIT_MAX ? 0 : part->event_limit * 2;
    return status;
}

/* ---- the outcome ---- */

static void note_retry(projc__outcome *outcome, int64_t retry_at)
{
    if (retry_at > 0 && (outcome->retry_at == 0 || retry_at < outcome->retry_at))
        outcome->retry_at = retry_at;
}

/* What is known from looking alone. */
static void describe_lanes(const step *stepping, projc__outcome *outcome)
{
    const projc__lane_set *lanes = &stepping->lanes;

    outcome->position = lanes->mine_count > 0 ? lanes->lanes[lanes->lowest].position : INT64_MAX;
    outcome->failed = lanes->failed_count;
    for (size_t i = 0; i < lanes->key_count; i++)
        if (lanes->keys[i].status == PROJC__KEY_RETRY && lanes->mine[lanes->keys[i].lane])
            note_retry(outcome, lanes->keys[i].retry_at);
}

static void describe_batch(const step *stepping, projc__outcome *outcome)
{
    const projc__batch *batch = &stepping->batch;
    const projc__reading *reading = &stepping->reading;

    /* A stream projection has one key, and this batch knows better what became of it. */
    if (batch->single != NULL) {
        outcome->failed = 0;
        outcome->retry_at = 0;
    }
    outcome->events = reading->events;
    outcome->bytes = reading->bytes;
    outcome->handled = batch->handled;
    outcome->position = batch->position;
    outcome->is_caught_up = reading->is_caught_up;
    outcome->is_blocked = reading->is_blocked;
    if (reading->is_blocked) {
        outcome->blocked_after = reading->page.reached;
        outcome->blocked_since = reading->page.blocked_since;
        outcome->blocking_pid = reading->page.blocking_pid;
    }
    outcome->is_stopped = reading->is_stopped;
    for (const projc__entry *entry = batch->first; entry != NULL; entry = entry->next) {
        if (entry->record->failure == NULL)
            continue;
        note_retry(outcome, entry->record->failure->retry_at);
        if (entry->record->failure->status == PROJC__KEY_FAILED)
            outcome->failed++;
    }
    if (batch->keyless_failure != NULL && batch->lanes->mine[0])
        outcome->failed++;
}

/* A stream projection that stands before its culprit, and not yet or not by itself goes on. */
static bool is_standing(const step *stepping, projc__outcome *outcome)
{
    const projc__key_row *row;

    if (!projc__is_single(stepping->projector) || stepping->request->tries_failed)
        return false;
    row = projc__lane_set_find_key(&stepping->lanes, projc__no_key());
    if (row == NULL)
        return false;
    outcome->is_stopped = row->status == PROJC__KEY_FAILED;
    outcome->is_caught_up =
        outcome->is_stopped || row->retry_at > projc__clock_now(stepping->projector->engine->clock);
    return outcome->is_caught_up;
}

/* A building generation that stands where the live one does: that moves without a wake-up. */
static bool is_level(const step *stepping, projc__outcome *outcome)
{
    if (!stepping->projector->is_building || outcome->is_stopped)
        return false;
    outcome->is_caught_up = false;
    outcome->is_level = outcome->position >= stepping->lanes.bound;
    outcome->is_blocked = outcome->is_blocked || outcome->is_level;
    return outcome->is_level;
}

static projc_status run(step *stepping, projc__outcome *outcome, projc_error *error)
{
    int64_t begun;
    projc_status status = stepping->lanes.is_recalled ? PROJC_OK : look(stepping, error);

    if (status != PROJC_OK)
        return status;
    describe_lanes(stepping, outcome);
    outcome->is_paused = stepping->lanes.is_paused;
    outcome->is_caught_up = outcome->is_paused || stepping->lanes.mine_count == 0;
    if (outcome->is_caught_up || is_standing(stepping, outcome) || is_level(stepping, outcome))
        return PROJC_OK;
    status = retry_due(stepping, error);
    begun = monotonic_now(stepping);
    if (status == PROJC_OK)
        status = read_batch(stepping, error);
    if (status == PROJC_OK && stepping->reading.events > 0)
        status = projc__look_again(stepping->projector, stepping->workspace, stepping->store,
                                   &stepping->lanes, error);
    if (status == PROJC_OK)
        status = commit_batch(stepping, error);
    if (status != PROJC_OK)
        return status;
    *outcome = (projc__outcome){0};
    describe_lanes(stepping, outcome);
    describe_batch(stepping, outcome);
    (void)is_level(stepping, outcome);
    if (stepping->batch.is_committed)
        projc__report_commit(&stepping->batch, outcome->failed, monotonic_now(stepping) - begun);
    return PROJC_OK;
}

/* From memory when there is one. What it could have been wrong about is looked at then: when the
 * commit was refused, and when there was nothing to commit, unless that was done just now and is
 * done again soon: who is awake comes every millisecond. */
static projc_status run_or_look(step *stepping, projc__outcome *outcome, projc_error *error)
{
    projc_status status;

    if (!recall(stepping))
        return run(stepping, outcome, error);
    status = run(stepping, outcome, error);
    if (status != PROJC_FENCED && (status != PROJC_OK || stepping->batch.is_committed))
        return status;
    if (status == PROJC_OK && stepping->workspace->looks_again &&
        projc__memory_is_fresh(stepping->part->memory, monotonic_now(stepping)))
        return PROJC_OK;
    if (status != PROJC_OK)
        projc__memory_forget(stepping->part->memory);
    projc_error_clear(error);
    *outcome = (projc__outcome){.position = INT64_MAX};
    stepping->lanes = (projc__lane_set){0};
    return run(stepping, outcome, error);
}

/* ---- after the step ---- */

static void note_failure(step *stepping, projc_status status)
{
    projc__memory_forget(stepping->part->memory);
    projc__workspace_failed(stepping->workspace, status);
    projc__report_error(stepping->projector, status);
    if (projc_status_class_of(status) == PROJC_CLASS_INFRA && status != PROJC_FENCED &&
        status != PROJC_LOCKED && stepping->part->shrink < PROJC__SHRINK_MAX)
        stepping->part->shrink++;
}

/* Memory is made when the part is stepped for the first time. Without it everything is looked up.
 */
static void remember(step *stepping)
{
    const projc_runtime_options *options = &stepping->projector->engine->options;
    size_t bytes_max = (size_t)options->batch_bytes / MEMORY_SHARE / count_shares(stepping);

    if (stepping->is_lasting && stepping->part->memory == NULL)
        stepping->part->memory = projc__memory_new(stepping->projector->lane_count, bytes_max);
}

/* What the step has borrowed is given back; a part that does not go on at once holds nobody up. */
static void rest_cursor(step *stepping, projc_status status, const projc__outcome *outcome)
{
    projc__pages *pages = stepping->projector->engine->pages;

    if (pages == NULL || !stepping->is_lasting)
        return;
    if (status == PROJC_OK && stepping->reading.cursor != NULL && !outcome->is_caught_up &&
        !outcome->is_blocked && !outcome->is_stopped)
        projc__pages_release(pages, &stepping->part->cursor);
    else
        projc__pages_leave(pages, &stepping->part->cursor);
}

projc_status projc__step(projc__projector *projector, projc__workspace *workspace,
                         const projc__step_request *request, projc__outcome *outcome,
                         projc_error *error)
{
    projc__part nothing = {0}; /* there are never more parts with lanes than lanes: nothing to do */
    step stepping = {.projector = projector, .workspace = workspace, .request = request};
    projc_status status;

    *outcome = (projc__outcome){.position = INT64_MAX};
    stepping.part = request->memory != NULL                 ? request->memory
                    : request->part < projector->lane_count ? &projector->parts[request->part]
                                                            : &nothing;
    /* What is built has to look where the live one stands. */
    stepping.is_lasting =
        request->memory == NULL && stepping.part != &nothing && !projector->is_building;
    if (projc__is_stopping(projector->engine))
        return projc_error_set(error, PROJC_CANCELLED, "stopped by request");
    if (stepping.part == &nothing) {
        outcome->is_caught_up = true;
        return PROJC_OK;
    }
    remember(&stepping);
    status = run_or_look(&stepping, outcome, error);
    rest_cursor(&stepping, status, outcome);
    /* Data errors are settled where they happen; one that comes this far has no event to blame. */
    if (projc_status_class_of(status) == PROJC_CLASS_DATA) {
        status = error->status = PROJC_DATABASE;
        projc_error_context(error, "projection `%s`", projc__projector_name(projector));
    }
    if (status != PROJC_OK)
        note_failure(&stepping, status);
    else if (stepping.part->shrink > 0 && outcome->events > 0)
        stepping.part->shrink--;
    return status;
}

projc_status projc__projector_step(projc__projector *projector, projc__workspace *workspace,
                                   uint32_t part, uint32_t part_count, projc__outcome *outcome,
                                   projc_error *error)
{
    const projc__step_request request = {.part = part, .part_count = part_count};

    return projc__step(projector, workspace, &request, outcome, error);
}
