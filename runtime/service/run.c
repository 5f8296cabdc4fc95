/* Running: opens the projectors, starts the threads, waits for the end, joins them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/building.h"
#include "service/runtime_private.h"
#include "service/signals.h"

enum { PROGRESS_INTERVAL_US = 200000 };
enum { WORKERS_OF_ONE_PROJECTION = 2, WORKERS_HIGH = 8 };
/* Of pages that are read ahead and kept for slower readers. */
enum { PAGES_BYTES = 8 << 20 };

/* The threads of one run. */
typedef struct thread_crew {
    pthread_t *workers;
    uint32_t worker_count;
    pthread_t listener;
    pthread_t supervisor;
    pthread_t reader;
    bool has_reader;
    pthread_t helper;
    bool has_helper;
    pthread_t housekeeper;
    bool has_listener;
    pthread_t sampler;
    bool has_supervisor;
    bool has_sampler;
    bool has_housekeeper;
} thread_crew;

/* Registers every projection and reads what there is to reach. */
static projc_status open_projectors(projc_runtime *runtime, projc_error *error)
{
    projc__workspace *workspace = NULL;
    projc_store *store = NULL;
    projc_status status = projc__workspace_new(&runtime->engine, &workspace, error);

    if (status == PROJC_OK)
        status = projc__workspace_store(workspace, &store, error);
    for (uint32_t i = 0; i < runtime->stream_count && status == PROJC_OK; i++)
        status = projc__store_preflight(store, runtime->streams[i].type, error);
    for (uint32_t i = 0; i < runtime->registered_count && status == PROJC_OK; i++) {
        projc__registered *registered = &runtime->registered[i];

        status =
            projc__projector_enter(&runtime->engine, workspace, registered->module,
                                   registered->projection, false, &registered->projector, error);
        if (status == PROJC_OK && projc__projector_is_building(registered->projector))
            projc__log(
                runtime->engine.log, PROJC_LOG_INFO, "building a generation beside the live one",
                projc__log_name("projection", projc__projector_type(registered->projector)->name));
    }
    for (uint32_t i = 0; i < runtime->stream_count && status == PROJC_OK; i++) {
        int64_t time;
        bool has_writers;

        status = projc__store_read_head(store, runtime->streams[i].type,
                                        &runtime->streams[i].target, &time, &has_writers, error);
    }
    projc__workspace_free(workspace);
    return status;
}

static bool is_worth_another_try(projc_status status)
{
    return projc_status_class_of(status) == PROJC_CLASS_INFRA && status != PROJC_NO_MEMORY;
}

projc_status projc__runtime_excuse(const projc_runtime *runtime, projc_status status,
                                   projc_error *error)
{
    if (is_worth_another_try(status) && projc__runtime_is_stopping(runtime))
        return projc_error_set(error, PROJC_CANCELLED, "stopped by request");
    return status;
}

/* A server that restarts, or cuts this very connection, is no reason to end; one that is not there
 * at all is told after some attempts, because at the start somebody is looking on. */
static projc_status open_patiently(projc_runtime *runtime, projc_error *error)
{
    projc_status status = open_projectors(runtime, error);

    for (uint32_t attempts = 1; is_worth_another_try(status) && attempts < PROJC__ONCE_ATTEMPTS_MAX;
         attempts++) {
        if (projc__runtime_is_stopping(runtime))
            break;
        projc__log(runtime->engine.log, PROJC_LOG_WARN, "cannot start yet, trying again",
                   projc__log_name("status", projc_status_name(status)), projc__log_error(error));
        projc__runtime_close_projectors(runtime);
        projc__runtime_sleep(runtime, projc__runtime_back_off_us(runtime, attempts));
        if (!projc__runtime_is_stopping(runtime))
            status = open_projectors(runtime, error);
    }
    return projc__runtime_excuse(runtime, status, error);
}

/* Unless somebody has said how many: one for each projection, so that all of them can apply one
 * page of the log at the same time. One alone has two, each with half of the lanes, because the
 * database writes for both at once; where it does not, each would look at the other's events for
 * nothing. */
static uint32_t count_workers(const projc__engine *engine, uint32_t projectors)
{
    uint32_t least =
        projc__store_writes_in_turn(engine->options.database) ? 1 : WORKERS_OF_ONE_PROJECTION;

    if (projectors < least)
        return least;
    return projectors < WORKERS_HIGH ? projectors : WORKERS_HIGH;
}

/* A projection over a stream has one lane: its other parts have nothing to do, ever, and to wake a
 * worker for them would only stand in the way. */
static void spare_parts(projc_runtime *runtime)
{
    for (uint32_t i = 0; i < runtime->registered_count; i++) {
        const projc__registered *one = &runtime->registered[i];
        projc__task *tasks = &runtime->tasks[(size_t)i * runtime->part_count];

        if (one->module->projections[one->projection].kind != PROJC_STREAM_PROJECTION)
            continue;
        for (uint32_t part = 1; part < runtime->part_count; part++)
            tasks[part] =
                (projc__task){.position = INT64_MAX, .is_caught_up = true, .is_done = true};
    }
}

static bool wants_room(const projc_runtime *runtime)
{
    return !runtime->is_once && projc__store_grows(runtime->database);
}

static projc_status prepare(projc_runtime *runtime, projc_error *error)
{
    uint32_t projectors = runtime->registered_count;
    projc__task *tasks;
    uint32_t workers;

    if (projectors == 0)
        return projc_error_set(error, PROJC_INVALID, "no projection was added to the runtime");
    if (runtime->engine.options.workers == 0)
        runtime->engine.options.workers = count_workers(&runtime->engine, projectors);
    workers = runtime->engine.options.workers;
    runtime->part_count = workers > projectors ? (workers + projectors - 1) / projectors : 1;
    tasks = calloc((size_t)projectors * runtime->part_count, sizeof *tasks);
    pthread_mutex_lock(&runtime->lock);
    runtime->tasks = tasks;
    if (tasks != NULL)
        spare_parts(runtime);
    pthread_mutex_unlock(&runtime->lock);
    runtime->engine.pages = projc__pages_new(&runtime->engine, PAGES_BYTES);
    if (tasks == NULL || runtime->engine.pages == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the tasks");
    if (wants_room(runtime)) {
        runtime->engine.turnover = projc__housekeeper_count(runtime);
        if (runtime->engine.turnover == NULL)
            return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the tables");
    }
    return projc__queue_new(runtime->engine.clock, projectors, runtime->part_count,
                            runtime->engine.options.queue_max, &runtime->queue, error);
}

static projc_status start_thread(pthread_t *thread, void *(*main_function)(void *),
                                 projc_runtime *runtime, projc_error *error)
{
    int result = projc__start_thread(thread, main_function, runtime);

    if (result != 0)
        return projc_error_set(error, PROJC_NO_MEMORY, "cannot start a thread: %s",
                               strerror(result));
    return PROJC_OK;
}

static bool wants_samples(const projc_runtime *runtime)
{
    return runtime->on_sample != NULL || runtime->engine.metrics != &projc__no_metrics;
}

static projc_status start_crew(projc_runtime *runtime, thread_crew *crew, projc_error *error)
{
    uint32_t wanted = runtime->engine.options.workers;
    projc_status status = PROJC_OK;

    crew->workers = calloc(wanted, sizeof *crew->workers);
    if (crew->workers == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the workers");
    status = start_thread(&crew->reader, projc__reader_main, runtime, error);
    crew->has_reader = status == PROJC_OK;
    if (status == PROJC_OK) {
        status = start_thread(&crew->helper, projc__reader_helper_main, runtime, error);
        crew->has_helper = status == PROJC_OK;
    }
    while (crew->worker_count < wanted && status == PROJC_OK) {
        status =
            start_thread(&crew->workers[crew->worker_count], projc__worker_main, runtime, error);
        crew->worker_count += status == PROJC_OK;
    }
    if (!runtime->is_once && status == PROJC_OK) {
        status = start_thread(&crew->supervisor, projc__supervisor_main, runtime, error);
        crew->has_supervisor = status == PROJC_OK;
    }
    if (status == PROJC_OK && wants_room(runtime)) {
        status = start_thread(&crew->housekeeper, projc__housekeeper_main, runtime, error);
        crew->has_housekeeper = status == PROJC_OK;
    }
    if (!runtime->is_once && status == PROJC_OK) {
        status = start_thread(&crew->listener, projc__listener_main, runtime, error);
        crew->has_listener = status == PROJC_OK;
    }
    if (!runtime->is_once && status == PROJC_OK && wants_samples(runtime)) {
        status = start_thread(&crew->sampler, projc__sampler_main, runtime, error);
        crew->has_sampler = status == PROJC_OK;
    }
    return status;
}

static void join_crew(projc_runtime *runtime, thread_crew *crew)
{
    projc__queue_close(runtime->queue);
    projc__pages_close(runtime->engine.pages);
    for (uint32_t i = 0; i < crew->worker_count; i++)
        (void)pthread_join(crew->workers[i], NULL);
    if (crew->has_reader)
        (void)pthread_join(crew->reader, NULL);
    if (crew->has_helper)
        (void)pthread_join(crew->helper, NULL);
    if (crew->has_listener)
        (void)pthread_join(crew->listener, NULL);
    if (crew->has_supervisor)
        (void)pthread_join(crew->supervisor, NULL);
    if (crew->has_sampler)
        (void)pthread_join(crew->sampler, NULL);
    if (crew->has_housekeeper)
        (void)pthread_join(crew->housekeeper, NULL);
    free(crew->workers);
}

/* Is every part done (run), or stopped for good (both)? */
static bool is_over(projc_runtime *runtime)
{
    size_t count = (size_t)runtime->registered_count * runtime->part_count;
    bool is_over = true;

    pthread_mutex_lock(&runtime->lock);
    for (size_t i = 0; i < count && is_over; i++)
        is_over = runtime->tasks[i].is_done;
    pthread_mutex_unlock(&runtime->lock);
    return is_over;
}

/* What was read of a stream: while it runs the mean of the projections that have something to do,
 * so that the numbers grow with all of them; at the end those of the one that read most. */
static void add_read(const projc_runtime *runtime, uint32_t stream, projc__progress *progress)
{
    projc__progress most = {0};
    projc__progress sum = {0};
    int64_t busy = 0;

    for (uint32_t i = 0; i < runtime->registered_count; i++) {
        const projc__task *tasks = &runtime->tasks[(size_t)i * runtime->part_count];
        projc__progress read = {0};
        bool is_done = true;

        if (runtime->registered[i].stream != stream)
            continue;
        /* Each part reads the log for its own lanes. */
        for (uint32_t part = 0; part < runtime->part_count; part++) {
            read.events = tasks[part].events > read.events ? tasks[part].events : read.events;
            read.bytes = tasks[part].bytes > read.bytes ? tasks[part].bytes : read.bytes;
            is_done = is_done && tasks[part].is_done;
        }
        if (read.events > most.events)
            most = read;
        sum.events += read.events;
        sum.bytes += read.bytes;
        busy += read.events > 0 || !is_done;
    }
    progress->events += progress->is_last || busy == 0 ? most.events : sum.events / busy;
    progress->bytes += progress->is_last || busy == 0 ? most.bytes : sum.bytes / busy;
}

/* Each part tells of its whole projection, as it last saw it. */
static uint32_t count_failed(const projc_runtime *runtime)
{
    uint32_t failed = 0;

    for (uint32_t i = 0; i < runtime->registered_count; i++) {
        const projc__task *tasks = &runtime->tasks[(size_t)i * runtime->part_count];
        uint32_t of_projection = 0;

        for (uint32_t part = 0; part < runtime->part_count; part++)
            of_projection = tasks[part].failed > of_projection ? tasks[part].failed : of_projection;
        failed += of_projection;
    }
    return failed;
}

static void report_progress(projc_runtime *runtime, bool is_last)
{
    projc__progress progress = {.is_last = is_last};

    if (runtime->on_progress == NULL)
        return;
    pthread_mutex_lock(&runtime->lock);
    for (uint32_t i = 0; i < runtime->stream_count; i++)
        add_read(runtime, i, &progress);
    for (uint32_t i = 0; i < runtime->registered_count; i++) {
        int64_t target = runtime->streams[runtime->registered[i].stream].target;
        int64_t lowest = INT64_MAX;

        for (uint32_t part = 0; part < runtime->part_count; part++) {
            const projc__task *task = &runtime->tasks[(size_t)i * runtime->part_count + part];

            lowest = task->position < lowest ? task->position : lowest;
            progress.is_stopped = progress.is_stopped || task->is_stopped;
        }
        progress.target += target;
        progress.position += lowest < target ? lowest : target;
    }
    progress.failed = count_failed(runtime);
    pthread_mutex_unlock(&runtime->lock);
    runtime->on_progress(runtime->progress_user, &progress);
}

static int64_t earlier(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

/* Waits, and polls meanwhile: here and not in the listener, which may hang for seconds on a
 * connection that says nothing, and then events are to be found within the poll interval all the
 * same. */
static void wait_for_end(projc_runtime *runtime)
{
    const projc__clock *clock = runtime->engine.clock;
    int64_t report_at = projc__clock_monotonic(clock) + PROGRESS_INTERVAL_US;
    int64_t polled_at = projc__clock_monotonic(clock);

    while (!is_over(runtime) && !projc__runtime_is_stopping(runtime)) {
        int64_t poll_at = runtime->is_once
                              ? INT64_MAX
                              : polled_at + projc__runtime_poll_interval_ms(runtime) * 1000;
        int64_t now;

        /* A stop wakes this up within a progress interval at most: signal handlers cannot signal
         * conditions. */
        pthread_mutex_lock(&runtime->lock);
        (void)clock->wait(clock->user, &runtime->changed, &runtime->lock,
                          earlier(report_at, poll_at));
        pthread_mutex_unlock(&runtime->lock);
        now = projc__clock_monotonic(clock);
        if (now >= poll_at) {
            projc__count(runtime->engine.metrics, PROJC_METRIC_NOTIFICATIONS, "poll", NULL, 1);
            projc__runtime_wake(runtime, -1);
            polled_at = now;
        }
        if (now >= report_at) {
            report_progress(runtime, false);
            report_at = now + PROGRESS_INTERVAL_US;
        }
    }
    report_progress(runtime, true);
}

static projc_status tell_paused(const projc__registered *registered, projc_error *error)
{
    const char *name = registered->module->projections[registered->projection].name;

    return projc_error_set(error, PROJC_NOTHING_TO_DO,
                           "projection `%s` is paused: run `resume %s` to let it go on", name,
                           name);
}

/* What the run came to: the first thing that stopped it, failed keys, a stop, or nothing wrong. */
static projc_status conclude(projc_runtime *runtime, bool was_stopped, projc_error *error)
{
    uint32_t failed;

    if (runtime->first_status != PROJC_OK) {
        if (error != NULL)
            *error = runtime->first_error;
        return runtime->first_status;
    }
    if (was_stopped)
        return projc_error_set(error, PROJC_CANCELLED, "stopped by request");
    for (uint32_t i = 0; i < runtime->registered_count; i++)
        if (runtime->registered[i].is_paused)
            return tell_paused(&runtime->registered[i], error);
    failed = count_failed(runtime);
    if (failed > 0)
        return projc_error_set(error, PROJC_KEY_FAILED,
                               failed == 1 ? "%u key or projection is failed: `failed list` shows "
                                             "what and why"
                                           : "%u keys or projections are failed: `failed list` "
                                             "shows what and why",
                               failed);
    return PROJC_OK;
}

static projc_status run(projc_runtime *runtime, bool is_once, bool *was_stopped, projc_error *error)
{
    thread_crew crew = {.workers = NULL};
    projc_status status = PROJC_OK;

    runtime->is_once = is_once;
    projc__runtime_mark_program(runtime);
    runtime->first_status = PROJC_OK;
    status = prepare(runtime, error);
    if (status == PROJC_OK)
        status = open_patiently(runtime, error);
    if (status == PROJC_OK) {
        /* The listener wakes the queue up when it listens, and not before; run has none. */
        projc__runtime_wake(runtime, -1);
        projc__metrics_declare(runtime);
        status = start_crew(runtime, &crew, error);
        if (status == PROJC_OK)
            wait_for_end(runtime);
        *was_stopped = projc__runtime_is_stopping(runtime);
        projc_runtime_stop(runtime); /* for the threads that are left */
        join_crew(runtime, &crew);
    }
    return status;
}

static projc_status run_and_clean_up(projc_runtime *runtime, bool is_once, projc_error *error)
{
    bool was_stopped = false;
    projc_status status = run(runtime, is_once, &was_stopped, error);
    char byte;

    if (status == PROJC_OK)
        status = conclude(runtime, was_stopped, error);
    if (status == PROJC_OK)
        projc_error_clear(error); /* of look-ups on the way whose answer was "not there yet" */
    projc__runtime_close_projectors(runtime);
    projc__pages_free(runtime->engine.pages);
    runtime->engine.pages = NULL;
    projc__turnover_free(runtime->engine.turnover);
    runtime->engine.turnover = NULL;
    projc__queue_free(runtime->queue);
    runtime->queue = NULL;
    pthread_mutex_lock(&runtime->lock);
    free(runtime->tasks);
    runtime->tasks = NULL;
    pthread_mutex_unlock(&runtime->lock);
    __atomic_store_n(&runtime->stop_flag, 0, __ATOMIC_RELAXED);
    while (read(runtime->stop_pipe[0], &byte, 1) == 1)
        continue;
    return status;
}

projc_status projc_runtime_run(projc_runtime *runtime, projc_error *error)
{
    return run_and_clean_up(runtime, true, error);
}

projc_status projc_runtime_run_and_listen(projc_runtime *runtime, projc_error *error)
{
    return run_and_clean_up(runtime, false, error);
}
