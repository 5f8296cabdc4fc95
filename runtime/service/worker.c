/* A worker thread: takes parts of projectors from the queue and steps them. */
#include "engine/building.h"
#include "service/exchange.h"
#include "service/runtime_private.h"

enum {
    UNSETTLED_US = 50000,
    LEVEL_US = 5000,    /* a building generation looks whether the live one has moved */
    PAUSED_US = 250000, /* and a paused one, whether it may go on */
    EXCHANGE_US = 5000
};

static projc__task *task_of(projc_runtime *runtime, projc__queue_id id)
{
    return &runtime->tasks[(size_t)id.projector * runtime->part_count + id.part];
}

static void log_trouble(projc_runtime *runtime, projc__queue_id id, projc_log_level level,
                        const char *message, const projc_error *error)
{
    const projc__registered *registered = &runtime->registered[id.projector];

    projc__log(
        runtime->engine.log, level, message,
        projc__log_name("projection", registered->module->projections[registered->projection].name),
        projc__log_name("status", projc_status_name(error->status)), projc__log_error(error));
}

/* The part will not be stepped again: until somebody mends it, or (run) because it is there. */
static void end_task(projc_runtime *runtime, projc__task *task, projc_status status,
                     const projc_error *error)
{
    pthread_mutex_lock(&runtime->lock);
    task->is_done = true;
    task->is_stopped = status != PROJC_OK;
    if (error != NULL)
        task->error = *error;
    task->error.status = status;
    if (status != PROJC_OK && runtime->first_status == PROJC_OK) {
        runtime->first_status = status;
        runtime->first_error = *error;
    }
    pthread_cond_signal(&runtime->changed);
    pthread_mutex_unlock(&runtime->lock);
}

static int64_t until(const projc_runtime *runtime, int64_t moment)
{
    int64_t now = projc__clock_now(runtime->engine.clock);

    return moment > now ? moment - now : 0;
}

/* run: is everything that was there at the start applied, and no retry due? */
static bool has_arrived(const projc_runtime *runtime, projc__queue_id id,
                        const projc__outcome *outcome, bool is_building)
{
    const projc__stream *stream = &runtime->streams[runtime->registered[id.projector].stream];

    if (outcome->retry_at != 0 && until(runtime, outcome->retry_at) == 0)
        return false;
    /* What is paused does not get there; what is built becomes the live one first. */
    if (outcome->is_paused)
        return true;
    return outcome->is_stopped || (outcome->position >= stream->target && !is_building);
}

/* -1: it will be woken up. */
static int64_t look_again_us(projc_runtime *runtime, projc__workspace *workspace,
                             projc__queue_id id, const projc__outcome *outcome)
{
    projc__task *task = task_of(runtime, id);
    int64_t now = projc__clock_monotonic(runtime->engine.clock);
    int64_t elapsed_us;

    if (runtime->is_once)
        return -1;
    pthread_mutex_lock(&runtime->lock);
    elapsed_us = now - task->ended_at;
    task->ended_at = now;
    pthread_mutex_unlock(&runtime->lock);
    return projc__doorbell_after_step(runtime, workspace, runtime->registered[id.projector].stream,
                                      outcome->events, outcome->position, elapsed_us);
}

/* What comes next for a part after a step that went well. */
static void after_step(projc_runtime *runtime, projc__workspace *workspace, projc__queue_id id,
                       const projc__outcome *outcome, bool is_building)
{
    projc__task *task = task_of(runtime, id);
    bool is_done = runtime->is_once && has_arrived(runtime, id, outcome, is_building);
    bool goes_on = outcome->is_caught_up && !outcome->is_stopped && !outcome->is_paused &&
                   outcome->position != INT64_MAX;
    int64_t awake_us = look_again_us(runtime, workspace, id, outcome);
    int64_t blocked_us = LEVEL_US;

    if (!outcome->is_level)
        blocked_us = projc__horizon_note(
            runtime, &runtime->streams[runtime->registered[id.projector].stream], outcome);
    /* Events that come fast leave gaps all the time: no hurry either. */
    if (outcome->events > 0 && blocked_us < awake_us)
        blocked_us = awake_us;
    pthread_mutex_lock(&runtime->lock);
    runtime->registered[id.projector].is_paused = outcome->is_paused;
    task->attempts = 0;
    task->position = outcome->position;
    task->events += outcome->events;
    task->bytes += outcome->bytes;
    task->took_bytes = outcome->bytes;
    task->handled += outcome->handled;
    task->failed = outcome->failed;
    task->is_caught_up = outcome->is_caught_up;
    task->retry_at = outcome->retry_at;
    pthread_mutex_unlock(&runtime->lock);
    if (is_done)
        end_task(runtime, task, PROJC_OK, NULL);
    else if (outcome->is_paused)
        projc__queue_put(runtime->queue, id, PAUSED_US);
    else if (outcome->is_blocked)
        projc__queue_put(runtime->queue, id, blocked_us);
    else if (!outcome->is_caught_up)
        projc__queue_put(runtime->queue, id, 0);
    else if (outcome->retry_at != 0)
        projc__queue_put(runtime->queue, id, until(runtime, outcome->retry_at));
    else if (runtime->is_once)
        projc__queue_put(runtime->queue, id, UNSETTLED_US); /* numbers that never came */
    if (goes_on && awake_us >= 0)
        projc__queue_put(runtime->queue, id, awake_us);
}

/* What comes next after one that did not. */
static void after_error(projc_runtime *runtime, projc__queue_id id, const projc_error *error)
{
    projc__task *task = task_of(runtime, id);
    bool is_infrastructure = projc_status_class_of(error->status) == PROJC_CLASS_INFRA;
    uint32_t attempts;

    if (error->status == PROJC_CANCELLED ||
        (is_infrastructure && projc__runtime_is_stopping(runtime)))
        return;
    pthread_mutex_lock(&runtime->lock);
    attempts = ++task->attempts;
    pthread_mutex_unlock(&runtime->lock);
    if (!is_infrastructure) {
        log_trouble(runtime, id, PROJC_LOG_ERROR, "projection stopped", error);
        end_task(runtime, task, error->status, error);
        return;
    }
    /* A lane that another worker holds or has moved is no trouble: look again soon. */
    if (error->status == PROJC_FENCED || error->status == PROJC_LOCKED) {
        log_trouble(runtime, id, PROJC_LOG_DEBUG, "lane is held elsewhere", error);
    } else if (runtime->is_once && attempts >= PROJC__ONCE_ATTEMPTS_MAX) {
        end_task(runtime, task, error->status, error);
        return;
    } else {
        log_trouble(runtime, id, PROJC_LOG_WARN, "trying again", error);
    }
    projc__queue_put(runtime->queue, id, projc__runtime_back_off_us(runtime, attempts));
}

/* For the watchdog and the listener: a unit of work begins or ends. */
static void note_step(projc_runtime *runtime, projc__queue_id id, bool is_begun)
{
    int64_t now = projc__clock_monotonic(runtime->engine.clock);
    projc__task *task = task_of(runtime, id);

    pthread_mutex_lock(&runtime->lock);
    task->took_us = is_begun ? 0 : now - task->stepped_at;
    task->stepped_at = is_begun ? now : 0;
    pthread_mutex_unlock(&runtime->lock);
}

/* Puts a building generation that is level in the live one's place; one worker at a time. */
static projc_status try_swap(projc_runtime *runtime, projc__registered *registered,
                             projc__workspace *workspace, projc_error *error)
{
    bool is_taken;
    projc_status status;

    pthread_mutex_lock(&runtime->lock);
    is_taken = registered->is_swapping;
    registered->is_swapping = true;
    pthread_mutex_unlock(&runtime->lock);
    if (is_taken)
        return projc_error_set(error, PROJC_FENCED, "another worker swaps");
    status = projc__building_swap(registered->projector, workspace, error);
    pthread_mutex_lock(&runtime->lock);
    registered->is_swapping = false;
    pthread_mutex_unlock(&runtime->lock);
    return status;
}

/* One step with a projector that is borrowed; returns it. */
static void step_with(projc_runtime *runtime, projc__registered *registered,
                      projc__workspace *workspace, projc__queue_id id)
{
    bool is_building = projc__projector_is_building(registered->projector);
    projc__outcome outcome = {0};
    projc_error error = {0};
    bool is_swapped = false;
    bool is_lost;
    projc_status status;

    note_step(runtime, id, true);
    projc__workspace_look_again(
        workspace, !runtime->is_once && projc__doorbell_is_awake(runtime, registered->stream));
    status = projc__projector_step(registered->projector, workspace, id.part, runtime->part_count,
                                   &outcome, &error);
    /* A stream projection that has stopped beside the live one: the swap says what is lost. */
    if (status == PROJC_OK && is_building && (outcome.is_level || outcome.is_stopped)) {
        status = try_swap(runtime, registered, workspace, &error);
        is_swapped = status == PROJC_OK;
        if (projc_status_class_of(status) == PROJC_CLASS_INFRA && status != PROJC_CONNECTION)
            status = PROJC_OK; /* not yet */
    }
    note_step(runtime, id, false);
    error.status = status;
    is_lost = projc_status_class_of(status) == PROJC_CLASS_STOP;
    if (is_swapped) {
        projc_error_clear(&error);
        pthread_mutex_lock(&runtime->lock);
        task_of(runtime, id)->events += outcome.events;
        task_of(runtime, id)->bytes += outcome.bytes;
        pthread_mutex_unlock(&runtime->lock);
    }
    projc__projector_return(runtime, registered, &error, is_lost || is_swapped);
    if (is_lost || is_swapped)
        projc__queue_put(runtime->queue, id, 0);
    else if (status == PROJC_OK)
        after_step(runtime, workspace, id, &outcome, is_building);
    else
        after_error(runtime, id, &error);
}

static void step(projc_runtime *runtime, projc__workspace *workspace, projc__queue_id id)
{
    projc__registered *registered = &runtime->registered[id.projector];
    projc_error error = {0};
    projc_status status;

    switch (projc__projector_borrow(runtime, registered)) {
    case PROJC__LENT:
        step_with(runtime, registered, workspace, id);
        return;
    case PROJC__NOT_NOW:
        projc__queue_put(runtime->queue, id, EXCHANGE_US);
        return;
    case PROJC__STALE:
        status = projc__projector_exchange(runtime, registered, workspace, &error);
        break;
    default:
        error = registered->why;
        status = error.status;
        break;
    }
    error.status = status;
    if (status == PROJC_OK)
        projc__queue_put(runtime->queue, id, 0);
    else
        after_error(runtime, id, &error);
}

void projc__worker_step(projc_runtime *runtime, projc__workspace *workspace, projc__queue_id id,
                        int64_t waited_us)
{
    projc__observe(runtime->engine.metrics, PROJC_METRIC_QUEUE_WAIT, NULL, NULL,
                   (double)waited_us / 1e6);
    if (!projc__runtime_is_stopping(runtime))
        step(runtime, workspace, id);
    projc__queue_done(runtime->queue, id);
    projc__gauge(runtime->engine.metrics, PROJC_METRIC_QUEUE_LENGTH, NULL, NULL,
                 (double)projc__queue_length(runtime->queue));
}

void projc__worker_give_up(projc_runtime *runtime, const projc_error *why)
{
    projc__log(runtime->engine.log, PROJC_LOG_ERROR, "a worker cannot work", projc__log_error(why));
    pthread_mutex_lock(&runtime->lock);
    if (runtime->first_status == PROJC_OK) {
        runtime->first_status = why->status;
        runtime->first_error = *why;
    }
    pthread_mutex_unlock(&runtime->lock);
    projc_runtime_stop(runtime);
}

void *projc__worker_main(void *argument)
{
    projc_runtime *runtime = argument;
    projc__workspace *workspace = NULL;
    projc__queue_id id;
    int64_t waited_us = 0;
    projc_error error = {0};
    projc_status status = projc__workspace_new(&runtime->engine, &workspace, &error);

    if (status != PROJC_OK) {
        projc__worker_give_up(runtime, &error);
        return NULL;
    }
    while ((status = projc__queue_take(runtime->queue, -1, &id, &waited_us)) == PROJC_OK)
        projc__worker_step(runtime, workspace, id, waited_us);
    if (status == PROJC_NO_MEMORY) {
        (void)projc_error_set(&error, status, "out of memory");
        projc__worker_give_up(runtime, &error);
    }
    projc__workspace_free(workspace);
    return NULL;
}
