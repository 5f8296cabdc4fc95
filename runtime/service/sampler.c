/* The sampler thread: looks at all projections once a second, feeds the gauges that no worker can
 * know, and tells whoever asked for the looks.
 *
 * DESIGN. It has a connection of its own and a short time-out, so that a database that hangs holds
 * up neither a worker nor the heartbeat; what it tells is for people and monitoring, and nothing
 * depends on it. It runs only when metrics go somewhere or somebody asked for the looks: a scrape
 * reads what it left and never asks the database. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/runtime_private.h"

enum { SAMPLE_US = 1000000, STATEMENT_TIMEOUT_MS = 2000, COUNT_EVERY = 60 };

/* What is counted once a minute, because it takes long, and told every time. */
typedef struct last_count {
    char *undeclared; /* JSON; NULL: not counted yet */
    int64_t state_bytes;
} last_count;

typedef struct sampler {
    projc_runtime *runtime;
    projc_store *store;
    projc_arena *arena;
    const projc_module **modules;
    uint32_t module_count;
    last_count *remembered; /* a projection each */
    uint64_t looks;
} sampler;

/* ---- what there is to measure, before anything moves ---- */

void projc__metrics_declare(projc_runtime *runtime)
{
    static const char *const actions[] = {"fail", "ignore", "retry"};
    static const char *const kinds[] = {"notify", "poll", "local"};
    static const projc_metric of_projections[] = {
        PROJC_METRIC_EVENTS_PROCESSED,
        PROJC_METRIC_LOCK_CONFLICTS,
        PROJC_METRIC_FENCED,
        PROJC_METRIC_SKIPPED,
    };
    const projc_metrics *metrics = runtime->engine.metrics;
    char abi[16];

    snprintf(abi, sizeof abi, "%d", PROJC_ABI_VERSION);
    projc__gauge(metrics, PROJC_METRIC_BUILD_INFO, PROJC_VERSION, abi, 1);
    projc__gauge(metrics, PROJC_METRIC_QUEUE_LENGTH, NULL, NULL, 0);
    projc__count(metrics, PROJC_METRIC_DB_RECONNECTS, NULL, NULL, 0);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        projc__count(metrics, PROJC_METRIC_NOTIFICATIONS, kinds[i], NULL, 0);
    for (uint32_t i = 0; i < runtime->stream_count; i++)
        projc__gauge(metrics, PROJC_METRIC_HORIZON_LAG, runtime->streams[i].type->name, NULL, 0);
    for (uint32_t i = 0; i < runtime->registered_count; i++) {
        const projc__registered *registered = &runtime->registered[i];
        const char *name = registered->module->projections[registered->projection].name;

        for (size_t j = 0; j < sizeof of_projections / sizeof *of_projections; j++)
            projc__count(metrics, of_projections[j], name, NULL, 0);
        for (size_t j = 0; j < sizeof actions / sizeof *actions; j++)
            projc__count(metrics, PROJC_METRIC_EVENTS_FAILED, name, actions[j], 0);
        projc__gauge(metrics, PROJC_METRIC_STATE_BYTES, name, NULL, 0);
    }
}

/* ---- one look ---- */

static void feed(const projc_metrics *metrics, const projc__survey *survey)
{
    for (size_t i = 0; i < survey->count; i++) {
        const projc__standing *standing = &survey->standings[i];
        const char *name = standing->target.type->name;

        projc__gauge(metrics, PROJC_METRIC_POSITION, name, NULL, (double)standing->position);
        projc__gauge(metrics, PROJC_METRIC_STREAM_HEAD, standing->target.stream->name, NULL,
                     (double)standing->head);
        projc__gauge(metrics, PROJC_METRIC_LAG_EVENTS, name, NULL,
                     (double)projc__standing_lag(standing));
        projc__gauge(metrics, PROJC_METRIC_LAG_SECONDS, name, NULL, (double)standing->lag_us / 1e6);
        projc__gauge(metrics, PROJC_METRIC_FAILED_KEYS, name, NULL, (double)standing->failed);
    }
}

static projc_status count(sampler *self, projc__standing *standing, last_count *remembered,
                          projc_error *error)
{
    projc_status status =
        projc__standing_count_undeclared(self->store, self->arena, standing, error);

    /* SQLite would read every page of the file, and the looks would stand still meanwhile. */
    if (status == PROJC_OK && strcmp(self->store->driver->name, "sqlite") != 0)
        status = projc__standing_measure_size(self->store, standing, error);
    if (status != PROJC_OK)
        return status;
    free(remembered->undeclared);
    remembered->undeclared = strndup(standing->undeclared.data, standing->undeclared.size);
    remembered->state_bytes = standing->state_bytes;
    return PROJC_OK;
}

static projc_status fill_counts(sampler *self, projc__survey *survey, projc_error *error)
{
    bool is_due = self->looks % COUNT_EVERY == 0;
    projc_status status = PROJC_OK;

    for (size_t i = 0; i < survey->count && status == PROJC_OK; i++) {
        projc__standing *standing = &survey->standings[i];
        last_count *remembered = &self->remembered[i];

        if (is_due) {
            status = count(self, standing, remembered, error);
        } else if (remembered->undeclared != NULL) {
            standing->undeclared =
                projc_text_of(remembered->undeclared, strlen(remembered->undeclared));
            standing->state_bytes = remembered->state_bytes;
        }
    }
    return status;
}

static projc_status look(sampler *self, projc__survey *survey, projc_error *error)
{
    projc_runtime *runtime = self->runtime;
    projc_store_options options = {.database = runtime->database,
                                   .application_name = "projc sampler",
                                   .statement_timeout_ms = STATEMENT_TIMEOUT_MS};
    projc_status status = PROJC_OK;

    projc_arena_reset(self->arena);
    if (self->store == NULL)
        status = projc_store_open(&options, &self->store, error);
    if (status == PROJC_OK)
        status = projc__survey_take(self->store, self->modules, self->module_count, self->arena,
                                    survey, error);
    if (status == PROJC_OK)
        status = fill_counts(self, survey, error);
    if (status == PROJC_OK)
        self->looks++;
    return status;
}

static void sample(sampler *self)
{
    projc_runtime *runtime = self->runtime;
    projc__survey survey = {.count = 0};
    projc_error error = {0};
    projc_status status = look(self, &survey, &error);

    if (status == PROJC_OK) {
        feed(runtime->engine.metrics, &survey);
    } else {
        projc__log(runtime->engine.log, PROJC_LOG_DEBUG, "no look at the projections",
                   projc__log_name("status", projc_status_name(status)), projc__log_error(&error));
        projc_store_close(self->store);
        self->store = NULL;
    }
    if (runtime->on_sample != NULL)
        runtime->on_sample(runtime->sample_user, status == PROJC_OK ? &survey : NULL, status);
}

/* ---- the thread ---- */

/* The modules of the registered projections, each once, in their order. */
static bool list_modules(sampler *self)
{
    const projc_runtime *runtime = self->runtime;

    self->modules = calloc(runtime->registered_count + 1u, sizeof(projc_module *));
    self->remembered = calloc(runtime->registered_count + 1u, sizeof *self->remembered);
    if (self->modules == NULL || self->remembered == NULL)
        return false;
    for (uint32_t i = 0; i < runtime->registered_count; i++)
        if (runtime->registered[i].projection == 0)
            self->modules[self->module_count++] = runtime->registered[i].module;
    return true;
}

void *projc__sampler_main(void *argument)
{
    projc_runtime *runtime = argument;
    sampler self = {.runtime = runtime, .arena = projc_arena_new(0)};

    if (self.arena == NULL || !list_modules(&self))
        projc__log(runtime->engine.log, PROJC_LOG_ERROR, "the sampler could not start");
    else
        while (!projc__runtime_is_stopping(runtime)) {
            int64_t begun = projc__clock_monotonic(runtime->engine.clock);
            int64_t left;

            sample(&self);
            left = SAMPLE_US - (projc__clock_monotonic(runtime->engine.clock) - begun);
            projc__runtime_sleep(runtime, left > SAMPLE_US / 10 ? left : SAMPLE_US / 10);
        }
    for (uint32_t i = 0; self.remembered != NULL && i < runtime->registered_count; i++)
        free(self.remembered[i].undeclared);
    free(self.remembered);
    free(self.modules);
    projc_store_close(self.store);
    projc_arena_free(self.arena);
    return NULL;
}

/* ---- who listens ---- */

void projc__runtime_on_sample(projc_runtime *runtime, projc__sample_function on_sample, void *user)
{
    runtime->on_sample = on_sample;
    runtime->sample_user = user;
}

bool projc__runtime_stopped(projc_runtime *runtime, uint32_t projection, projc_error *why)
{
    bool is_stopped = false;

    pthread_mutex_lock(&runtime->lock);
    for (uint32_t part = 0; runtime->tasks != NULL && part < runtime->part_count; part++) {
        const projc__task *task = &runtime->tasks[(size_t)projection * runtime->part_count + part];

        if (task->is_stopped && !is_stopped) {
            is_stopped = true;
            *why = task->error;
        }
    }
    pthread_mutex_unlock(&runtime->lock);
    return is_stopped;
}
