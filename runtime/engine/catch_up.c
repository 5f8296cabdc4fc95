/* A projector brought to where it has to be, at full speed: by several threads at once.
 *
 * DESIGN. Each thread steps one part of the projector's lanes until that part is there, as workers
 * of a service do, but without their queue: nothing else is to be done. The first error ends all of
 * them, each behind the step that it is in. */
#include "engine/catch_up.h"

#include <stdlib.h>
#include <string.h>

#include "base/back_off.h"
#include "engine/projector_private.h"
#include "engine/workspace.h"

/* Infrastructure errors in a row after which it gives up; it can be run again. */
enum { TRIES_MAX = 20, TRY_LOW_US = 1000, TRY_HIGH_US = 1000000 };
/* How often is told how far the others have come, when the caller's part is there. */
enum { REPORT_US = 200000 };

typedef struct catching_up catching_up;

/* One thread's part, guarded by the lock but for what only its thread uses. */
typedef struct part_runner {
    catching_up *all;
    uint32_t part;
    pthread_t thread;
    int64_t position;
    int64_t events;
    int64_t bytes;
    bool is_done; /* there, or given up */
} part_runner;

struct catching_up {
    projc__projector *projector;
    const projc__rebuild_options *options;
    int64_t head;
    uint32_t count; /* of parts, and threads */
    part_runner *runners;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a part is done */
    bool is_over;           /* somebody met an error: all end */
    projc_status status;    /* the first one */
    projc_error error;
};

static void give_up(catching_up *all, projc_status status, const projc_error *error)
{
    pthread_mutex_lock(&all->lock);
    if (!all->is_over) {
        all->is_over = true;
        all->status = status;
        all->error = *error;
    }
    pthread_mutex_unlock(&all->lock);
}

static bool is_over(catching_up *all)
{
    bool answer;

    pthread_mutex_lock(&all->lock);
    answer = all->is_over;
    pthread_mutex_unlock(&all->lock);
    return answer;
}

/* ---- one part ---- */

static void pause_after(const projc__engine *engine, projc__random *random, uint32_t tries)
{
    if (tries > 0)
        engine->clock->sleep_us(engine->clock->user,
                                projc__back_off_us(random, tries, TRY_LOW_US, TRY_HIGH_US));
}

static bool is_there(const catching_up *all, const projc__outcome *outcome)
{
    if (all->projector->is_building)
        return outcome->is_level || outcome->is_stopped;
    return outcome->is_stopped || outcome->is_caught_up || outcome->position >= all->head;
}

static void note(part_runner *self, const projc__outcome *outcome)
{
    pthread_mutex_lock(&self->all->lock);
    self->position = outcome->position;
    self->events += outcome->events;
    self->bytes += outcome->bytes;
    pthread_mutex_unlock(&self->all->lock);
}

static projc_status tell_paused(const projc__projector *projector, projc_error *error)
{
    const char *name = projc__projector_name(projector);

    return projc_error_set(error, PROJC_MISMATCH,
                           "projection `%s` was paused: run `resume %s`, then `rebuild %s` again",
                           name, name, name);
}

/* What all have done together, told by the caller's thread. */
static projc_status report(catching_up *all, projc__rebuild_progress *progress, projc_error *error)
{
    projc__rebuild_progress now = {.position = INT64_MAX, .head = all->head};

    pthread_mutex_lock(&all->lock);
    for (uint32_t i = 0; i < all->count; i++) {
        const part_runner *runner = &all->runners[i];

        now.position = runner->position < now.position ? runner->position : now.position;
        now.events = runner->events > now.events ? runner->events : now.events;
        now.bytes = runner->bytes > now.bytes ? runner->bytes : now.bytes;
    }
    pthread_mutex_unlock(&all->lock);
    *progress = now;
    if (all->options->report != NULL && !all->options->report(all->options->context, progress))
        return projc_error_set(error, PROJC_CANCELLED, "stopped by request");
    return PROJC_OK;
}

/* progress NULL: another thread tells. */
static projc_status run_part(part_runner *self, projc__workspace *workspace,
                             projc__rebuild_progress *progress, projc_error *error)
{
    catching_up *all = self->all;
    const projc__engine *engine = all->projector->engine;
    projc__outcome outcome = {0};
    projc__random random;
    uint32_t tries = 0;

    projc__random_init(&random, engine->options.seed + self->part);
    while (!is_over(all)) {
        projc_status status = projc__projector_step(all->projector, workspace, self->part,
                                                    all->count, &outcome, error);

        if (status == PROJC_OK) {
            tries = outcome.is_blocked ? 1 : 0;
            note(self, &outcome);
            if (progress != NULL)
                status = report(all, progress, error);
            if (status == PROJC_OK && outcome.is_paused)
                status = tell_paused(all->projector, error);
            if (status != PROJC_OK || is_there(all, &outcome))
                return status;
        } else if (status == PROJC_FENCED || status == PROJC_LOCKED) {
            tries = 1; /* another process works on it as well */
        } else if (projc_status_class_of(status) != PROJC_CLASS_INFRA || ++tries > TRIES_MAX) {
            return status;
        }
        pause_after(engine, &random, tries);
    }
    return PROJC_OK;
}

static void finish(part_runner *self, projc_status status, const projc_error *error)
{
    if (status != PROJC_OK)
        give_up(self->all, status, error);
    pthread_mutex_lock(&self->all->lock);
    self->is_done = true;
    pthread_cond_signal(&self->all->changed);
    pthread_mutex_unlock(&self->all->lock);
}

static void *run_beside(void *argument)
{
    part_runner *self = argument;
    projc__workspace *workspace = NULL;
    projc_error error = {0};
    projc_status status = projc__workspace_new(self->all->projector->engine, &workspace, &error);

    if (status == PROJC_OK)
        status = run_part(self, workspace, NULL, &error);
    projc__workspace_free(workspace);
    finish(self, status, &error);
    return NULL;
}

/* ---- all parts ---- */

static bool are_done(const catching_up *all)
{
    for (uint32_t i = 0; i < all->count; i++)
        if (!all->runners[i].is_done)
            return false;
    return true;
}

/* The caller's part is there; the others may take some time. */
static projc_status await_others(catching_up *all, projc__rebuild_progress *progress,
                                 projc_error *error)
{
    const projc__clock *clock = all->projector->engine->clock;
    projc_status status = PROJC_OK;
    bool is_waiting = true;

    while (is_waiting && status == PROJC_OK) {
        pthread_mutex_lock(&all->lock);
        if (!are_done(all))
            (void)clock->wait(clock->user, &all->changed, &all->lock,
                              projc__clock_monotonic(clock) + REPORT_US);
        is_waiting = !are_done(all);
        pthread_mutex_unlock(&all->lock);
        status = report(all, progress, error);
    }
    return status;
}

static projc_status run_all(catching_up *all, projc__workspace *workspace,
                            projc__rebuild_progress *progress, projc_error *error)
{
    projc_error own = {0};
    projc_status status = PROJC_OK;
    uint32_t started = 1;

    for (; started < all->count && status == PROJC_OK; started++) {
        part_runner *runner = &all->runners[started];
        int result = pthread_create(&runner->thread, NULL, run_beside, runner);

        if (result != 0)
            status = projc_error_set(&own, PROJC_NO_MEMORY, "cannot start a thread: %s",
                                     strerror(result));
    }
    started -= status != PROJC_OK;
    if (status == PROJC_OK)
        status = run_part(&all->runners[0], workspace, progress, &own);
    finish(&all->runners[0], status, &own);
    if (status == PROJC_OK) {
        status = await_others(all, progress, &own);
        if (status != PROJC_OK)
            give_up(all, status, &own);
    }
    for (uint32_t i = 1; i < started; i++)
        (void)pthread_join(all->runners[i].thread, NULL);
    if (all->status != PROJC_OK)
        *error = all->error;
    return all->status;
}

static uint32_t count_threads(const projc__projector *projector, uint32_t wanted)
{
    if (wanted > projector->lane_count)
        return projector->lane_count;
    return wanted > 1 ? wanted : 1;
}

/* Each part knew of its own and of what was committed when it looked last: now all are. */
static projc_status count_failed(const projc__projector *projector, projc__workspace *workspace,
                                 uint32_t *failed, projc_error *error)
{
    projc__key_row *keys = NULL;
    size_t count = 0;
    projc_store *store;
    projc_status status = projc__workspace_store(workspace, &store, error);

    *failed = 0;
    projc_arena_reset(workspace->lane_arena);
    if (status == PROJC_OK)
        status = projc__store_load_keys(store, projector->generation, workspace->lane_arena, &keys,
                                        &count, error);
    for (size_t i = 0; i < count && status == PROJC_OK; i++)
        *failed += keys[i].status == PROJC__KEY_FAILED;
    return status;
}

static projc_status run_locked(catching_up *all, projc__workspace *workspace,
                               projc__rebuild_progress *progress, projc_error *error)
{
    projc_status status;

    if (pthread_mutex_init(&all->lock, NULL) != 0)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a lock");
    if (projc__condition_init(&all->changed) == 0) {
        status = run_all(all, workspace, progress, error);
        pthread_cond_destroy(&all->changed);
    } else {
        status = projc_error_set(error, PROJC_NO_MEMORY, "out of memory for a condition");
    }
    pthread_mutex_destroy(&all->lock);
    return status;
}

projc_status projc__catch_up(projc__projector *projector, projc__workspace *workspace,
                             projc__rebuild_progress *progress,
                             const projc__rebuild_options *options, uint32_t *failed,
                             projc_error *error)
{
    catching_up all = {.projector = projector,
                       .options = options,
                       .head = progress->head,
                       .count = count_threads(projector, options->threads)};
    projc_status status;

    all.runners = calloc(all.count, sizeof *all.runners);
    if (all.runners == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for %u threads", all.count);
    for (uint32_t i = 0; i < all.count; i++) {
        all.runners[i].all = &all;
        all.runners[i].part = i;
    }
    status = run_locked(&all, workspace, progress, error);
    free(all.runners);
    return status == PROJC_OK ? count_failed(projector, workspace, failed, error) : status;
}
