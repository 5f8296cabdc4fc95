/* The public runtime: options, registration, running and stopping. */
#include "projc/runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "service/program.h"
#include "service/runtime_private.h"

enum { MIB = 1 << 20 };

void projc_runtime_options_init(projc_runtime_options *options)
{
    *options = (projc_runtime_options){
        .workers = 0,
        .lanes = 16,
        .batch_bytes = INT64_C(128) * MIB,
        .page_rows = 5000,
        .page_bytes = INT64_C(4) * MIB,
        .queue_max = 65536,
        .event_max_bytes = INT64_C(16) * MIB,
        .state_max_bytes = INT64_C(16) * MIB,
        .failed_keys_max = 1000,
        .waiting_max = 100000,
        .poll_interval_ms = 1000,
        .shutdown_timeout_ms = 5000,
        .statement_timeout_ms = 60000,
    };
}

/* ---- making and freeing ---- */

static projc_status check_options(const projc_runtime_options *options, projc_error *error)
{
    const struct {
        const char *name;
        int64_t value, low, high;
    } bounds[] = {
        {"workers", options->workers, 0, 256},
        {"lanes", options->lanes, 1, 4096},
        {"batch_bytes", options->batch_bytes, 1, INT64_MAX},
        {"page_rows", options->page_rows, 1, 1000000},
        {"page_bytes", options->page_bytes, 1, INT64_MAX},
        {"queue_max", options->queue_max, 1, UINT32_MAX},
        {"event_max_bytes", options->event_max_bytes, 1, INT32_MAX},
        {"state_max_bytes", options->state_max_bytes, 1, INT32_MAX},
        {"failed_keys_max", options->failed_keys_max, 0, UINT32_MAX},
        {"waiting_max", options->waiting_max, 0, UINT32_MAX},
        {"poll_interval_ms", options->poll_interval_ms, 1, 3600000},
        {"shutdown_timeout_ms", options->shutdown_timeout_ms, 0, 3600000},
        {"statement_timeout_ms", options->statement_timeout_ms, 10, 3600000},
    };

    if (options->database == NULL || options->database[0] == '\0')
        return projc_error_set(error, PROJC_INVALID, "no database is given");
    if (strcmp(options->database, "sqlite::memory:") == 0)
        return projc_error_set(
            error, PROJC_INVALID,
            "sqlite::memory: belongs to one connection, and a runtime has several: "
            "name a file, or sqlite:file:NAME?mode=memory&cache=shared");
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
        if (bounds[i].value < bounds[i].low || bounds[i].value > bounds[i].high)
            return projc_error_set(error, PROJC_INVALID, "%s is %lld, not between %lld and %lld",
                                   bounds[i].name, (long long)bounds[i].value,
                                   (long long)bounds[i].low, (long long)bounds[i].high);
    return PROJC_OK;
}

static projc_status open_stop_pipe(projc_runtime *runtime, projc_error *error)
{
    if (pipe(runtime->stop_pipe) != 0) {
        runtime->stop_pipe[0] = runtime->stop_pipe[1] = -1;
        return projc_error_set(error, PROJC_IO, "cannot make a pipe: %s", strerror(errno));
    }
    for (int i = 0; i < 2; i++)
        if (fcntl(runtime->stop_pipe[i], F_SETFL, O_NONBLOCK) != 0 ||
            fcntl(runtime->stop_pipe[i], F_SETFD, FD_CLOEXEC) != 0)
            return projc_error_set(error, PROJC_IO, "cannot set up a pipe: %s", strerror(errno));
    return PROJC_OK;
}

/* Two processes must never draw the same id, even when they start in the same microsecond. */
static uint64_t drawn_seed(void)
{
    projc_uuid uuid = projc__uuid_random();
    uint64_t seed;

    memcpy(&seed, uuid.bytes + 8, sizeof seed);
    return seed;
}

static void name_process(projc_runtime *runtime)
{
    char host[64];
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < PROJC__PROCESS_ID_SIZE; i++)
        runtime->process_id[i] = digits[projc__random_next(&runtime->random) & 15];
    runtime->process_id[PROJC__PROCESS_ID_SIZE] = '\0';
    if (gethostname(host, sizeof host) != 0)
        host[0] = '\0';
    host[sizeof host - 1] = '\0';
    snprintf(runtime->process_name, sizeof runtime->process_name, "%s:%ld", host, (long)getpid());
}

projc_status projc_runtime_new(const projc_runtime_options *options, projc_runtime **out,
                               projc_error *error)
{
    projc_runtime *runtime;
    projc_status status = check_options(options, error);

    *out = NULL;
    if (status != PROJC_OK)
        return status;
    runtime = calloc(1, sizeof *runtime);
    if (runtime == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the runtime");
    runtime->stop_pipe[0] = runtime->stop_pipe[1] = -1;
    (void)pthread_mutex_init(&runtime->lock, NULL);
    (void)projc__condition_init(&runtime->changed);
    runtime->database = strdup(options->database);
    status = runtime->database == NULL
                 ? projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the runtime")
                 : open_stop_pipe(runtime, error);
    if (status != PROJC_OK) {
        projc_runtime_free(runtime);
        return status;
    }
    runtime->engine.options = *options;
    runtime->engine.options.database = runtime->database;
    runtime->engine.clock = &projc__real_clock;
    runtime->engine.metrics = options->metrics == NULL ? &projc__no_metrics : options->metrics;
    runtime->engine.stop = &runtime->stop_flag;
    if (options->log != NULL) {
        projc__log_init_callbacks(&runtime->log_storage, PROJC_LOG_DEBUG, options->log);
        runtime->engine.log = &runtime->log_storage;
    }
    projc__random_init(&runtime->random, options->seed != 0 ? options->seed : drawn_seed());
    name_process(runtime);
    *out = runtime;
    return PROJC_OK;
}

void projc__runtime_mark_program(projc_runtime *runtime)
{
    runtime->program = PROJC__PROGRAM_BEGIN;
    for (uint32_t i = 0; i < runtime->registered_count; i++)
        runtime->program = projc__program_mix(runtime->program, runtime->registered[i].module,
                                              runtime->registered[i].projection);
    projc__program_write(runtime->program,
                         runtime->process_id + PROJC__PROCESS_ID_SIZE - PROJC__PROGRAM_SIZE);
}

void projc__runtime_close_projectors(projc_runtime *runtime)
{
    for (uint32_t i = 0; i < runtime->registered_count; i++) {
        projc__projector_close(runtime->registered[i].projector);
        runtime->registered[i].projector = NULL;
        runtime->registered[i].is_stale = runtime->registered[i].is_over = false;
        runtime->registered[i].is_paused = false;
    }
}

void projc_runtime_free(projc_runtime *runtime)
{
    if (runtime == NULL)
        return;
    for (int i = 0; i < 2; i++)
        if (runtime->stop_pipe[i] >= 0)
            (void)close(runtime->stop_pipe[i]);
    projc__runtime_close_projectors(runtime);
    if (runtime->engine.log == &runtime->log_storage)
        projc__log_clear(&runtime->log_storage);
    (void)pthread_cond_destroy(&runtime->changed);
    (void)pthread_mutex_destroy(&runtime->lock);
    free(runtime->registered);
    free(runtime->streams);
    free(runtime->database);
    free(runtime);
}

static projc_status add_stream(projc_runtime *runtime, const projc_stream_type *type,
                               uint32_t *index, projc_error *error)
{
    for (*index = 0; *index < runtime->stream_count; ++*index)
        if (runtime->streams[*index].type == type)
            return PROJC_OK;

    projc__stream *larger =
        realloc(runtime->streams, (runtime->stream_count + 1u) * sizeof *larger);

    if (larger == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the streams");
    runtime->streams = larger;
    runtime->streams[runtime->stream_count++] = (projc__stream){.type = type};
    return PROJC_OK;
}

projc_status projc_runtime_add(projc_runtime *runtime, const projc_module *module,
                               projc_error *error)
{
    if (module->abi_version != PROJC_ABI_VERSION)
        return projc_error_set(error, PROJC_INVALID,
                               "module %s was generated for runtime ABI %u, this is %d: run projc "
                               "again and compile",
                               module->package, module->abi_version, PROJC_ABI_VERSION);

    projc__registered *larger =
        realloc(runtime->registered,
                (runtime->registered_count + module->projection_count + 1u) * sizeof *larger);

    if (larger == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the projections");
    runtime->registered = larger;
    for (uint32_t i = 0; i < module->projection_count; i++) {
        projc__registered *added = &runtime->registered[runtime->registered_count];
        projc_status status;

        *added = (projc__registered){.module = module, .projection = i};
        status = add_stream(runtime, &module->streams[module->projections[i].stream],
                            &added->stream, error);
        if (status != PROJC_OK)
            return status;
        runtime->registered_count++;
    }
    return PROJC_OK;
}

/* ---- what the threads use ---- */

void projc_runtime_stop(projc_runtime *runtime)
{
    int saved = errno;

    __atomic_store_n(&runtime->stop_flag, 1, __ATOMIC_RELAXED);
    /* A full pipe has been told already. */
    if (write(runtime->stop_pipe[1], "", 1) < 0)
        errno = saved;
}

int64_t projc__runtime_longest_step_us(projc_runtime *runtime)
{
    size_t count = (size_t)runtime->registered_count * runtime->part_count;
    int64_t now = projc__clock_monotonic(runtime->engine.clock);
    int64_t first = now;

    pthread_mutex_lock(&runtime->lock);
    for (size_t i = 0; i < count; i++)
        if (runtime->tasks[i].stepped_at != 0 && runtime->tasks[i].stepped_at < first)
            first = runtime->tasks[i].stepped_at;
    pthread_mutex_unlock(&runtime->lock);
    return now - first;
}

int64_t projc__runtime_poll_interval_ms(const projc_runtime *runtime)
{
    return __atomic_load_n(&runtime->engine.options.poll_interval_ms, __ATOMIC_RELAXED);
}

void projc__runtime_set_poll_interval(projc_runtime *runtime, int64_t interval_ms)
{
    __atomic_store_n(&runtime->engine.options.poll_interval_ms, interval_ms, __ATOMIC_RELAXED);
}

bool projc__runtime_is_stopping(const projc_runtime *runtime)
{
    return __atomic_load_n(&runtime->stop_flag, __ATOMIC_RELAXED) != 0;
}

void projc__runtime_sleep(projc_runtime *runtime, int64_t duration_us)
{
    struct pollfd stop = {.fd = runtime->stop_pipe[0], .events = POLLIN};

    /* An interrupted sleep is a shorter one: callers look again anyway. */
    (void)poll(&stop, 1, (int)((duration_us + 999) / 1000));
}

int64_t projc__runtime_back_off_us(projc_runtime *runtime, uint32_t attempts)
{
    int64_t delay_us;

    pthread_mutex_lock(&runtime->lock);
    delay_us = projc__back_off_us(&runtime->random, attempts, PROJC__BACK_OFF_LOW_US,
                                  PROJC__BACK_OFF_HIGH_US);
    pthread_mutex_unlock(&runtime->lock);
    return delay_us;
}

void projc__runtime_wake_others(projc_runtime *runtime, int stream, const projc__queue_id *but)
{
    for (uint32_t i = 0; i < runtime->registered_count; i++) {
        if (stream >= 0 && runtime->registered[i].stream != (uint32_t)stream)
            continue;
        for (uint32_t part = 0; part < runtime->part_count; part++) {
            bool is_over;

            if (but != NULL && but->projector == i && but->part == part)
                continue;
            pthread_mutex_lock(&runtime->lock);
            is_over = runtime->tasks[(size_t)i * runtime->part_count + part].is_done;
            pthread_mutex_unlock(&runtime->lock);
            if (!is_over)
                projc__queue_put(runtime->queue, (projc__queue_id){i, part}, 0);
        }
    }
}

void projc__runtime_wake(projc_runtime *runtime, int stream)
{
    projc__runtime_wake_others(runtime, stream, NULL);
}

void projc__runtime_on_progress(projc_runtime *runtime, projc__progress_function on_progress,
                                void *user)
{
    runtime->on_progress = on_progress;
    runtime->progress_user = user;
}

void projc__runtime_log_to(projc_runtime *runtime, projc_log *log)
{
    runtime->engine.log = log;
}
