/* The supervisor thread: this process's heartbeat, and which lanes it works on. */
#include <stdlib.h>
#include <string.h>

#include "engine/rendezvous.h"
#include "service/program.h"
#include "service/runtime_private.h"

/* Every so many beats sessions are looked for whose clients have vanished. */
enum { ORPHANS_EVERY = 4 };

/* What the supervisor remembers from beat to beat. */
typedef struct supervisor {
    projc_runtime *runtime;
    projc_store *store;
    projc_arena *arena;
    bool *owned; /* of the projector at hand */
    size_t owned_capacity;
    uint64_t living; /* hash of the living processes' ids */
    unsigned beats;
} supervisor;

static uint64_t mix(uint64_t hash, projc_text text)
{
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * UINT64_C(1099511628211); /* FNV-1a */
    return hash;
}

static void wake_all(projc_runtime *runtime)
{
    projc__count(runtime->engine.metrics, PROJC_METRIC_NOTIFICATIONS, "local", NULL, 1);
    projc__runtime_wake(runtime, -1);
}

static projc_status deal_one(supervisor *self, projc__projector *projector,
                             const projc_text *living, size_t count, projc_error *error)
{
    const char *id = self->runtime->process_id;
    uint32_t lanes = projc__projector_lanes(projector);

    if (lanes > self->owned_capacity) {
        bool *larger = realloc(self->owned, lanes * sizeof *larger);

        if (larger == NULL)
            return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for %u lanes", lanes);
        self->owned = larger;
        self->owned_capacity = lanes;
    }
    projc__rendezvous(living, count, projc_text_of(id, strlen(id)),
                      projc__projector_generation(projector), lanes, self->owned);
    projc__projector_own(projector, self->owned);
    return PROJC_OK;
}

/* Deals the lanes of every projector out among the living. */
static projc_status deal(supervisor *self, const projc_text *living, size_t count,
                         projc_error *error)
{
    projc_runtime *runtime = self->runtime;
    projc_status status = PROJC_OK;

    /* Under the lock no projector is exchanged. */
    pthread_mutex_lock(&runtime->lock);
    runtime->must_deal = false;
    for (uint32_t i = 0; i < runtime->registered_count && status == PROJC_OK; i++)
        status = deal_one(self, runtime->registered[i].projector, living, count, error);
    pthread_mutex_unlock(&runtime->lock);
    if (status != PROJC_OK)
        return status;
    projc__horizon_forget(runtime);
    wake_all(runtime);
    return PROJC_OK;
}

static projc_status beat(supervisor *self, projc_error *error)
{
    projc_runtime *runtime = self->runtime;
    projc_text own = projc_text_of(runtime->process_id, strlen(runtime->process_id));
    projc_text name = projc_text_of(runtime->process_name, strlen(runtime->process_name));
    projc__process *processes = NULL;
    size_t count = 0;
    size_t living_count = 0;
    uint64_t hash = UINT64_C(14695981039346656037);
    bool must_deal;
    projc_status status;

    projc_arena_reset(self->arena);
    status = projc__store_heartbeat(self->store, own, name, self->arena, &processes, &count, error);
    if (status != PROJC_OK)
        return status;

    projc_text *living = projc_arena_alloc(self->arena, (count + 1) * sizeof *living);

    if (living == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for %zu processes", count);
    for (size_t i = 0; i < count; i++) {
        if (processes[i].is_alive && projc__program_is(runtime->program, processes[i].id)) {
            living[living_count++] = processes[i].id;
            hash = mix(hash, processes[i].id);
        }
    }
    __atomic_store_n(&runtime->is_alone, living_count == 1, __ATOMIC_RELAXED);
    __atomic_store_n(&runtime->process_count, (uint32_t)living_count, __ATOMIC_RELAXED);
    pthread_mutex_lock(&runtime->lock);
    must_deal = runtime->must_deal;
    pthread_mutex_unlock(&runtime->lock);
    if (hash == self->living && !must_deal)
        return PROJC_OK;
    status = deal(self, living, living_count, error);
    if (status == PROJC_OK) {
        self->living = hash;
        projc__log(runtime->engine.log, PROJC_LOG_INFO, "lanes dealt out",
                   projc__log_integer("processes", (int64_t)living_count));
    }
    return status;
}

/* Somebody waits for a position: the lanes are advanced at once. */
static projc_status look_for_waiters(supervisor *self, projc_error *error)
{
    projc__waiter *waiters = NULL;
    size_t count = 0;
    projc_status status =
        projc__store_load_waiters(self->store, self->arena, &waiters, &count, error);

    if (status == PROJC_OK && count > 0)
        wake_all(self->runtime);
    return status;
}

/* What a process that is gone has left locked stands in everybody's way. */
static projc_status look_for_orphans(supervisor *self, projc_error *error)
{
    size_t ended = 0;
    projc_status status = PROJC_OK;

    if (self->beats++ % ORPHANS_EVERY == 0)
        status = projc__store_end_orphans(self->store, &ended, error);
    if (ended > 0) {
        projc__log(self->runtime->engine.log, PROJC_LOG_WARN,
                   "ended sessions that held lanes and had lost their clients",
                   projc__log_integer("sessions", (int64_t)ended));
        wake_all(self->runtime);
    }
    return status;
}

static void supervise(supervisor *self)
{
    projc_runtime *runtime = self->runtime;
    projc_store_options options = {.database = runtime->database,
                                   .application_name = "projc supervisor",
                                   .statement_timeout_ms =
                                       runtime->engine.options.statement_timeout_ms};
    uint32_t attempts = 0;
    projc_error error = {0};

    while (!projc__runtime_is_stopping(runtime)) {
        projc_status status = PROJC_OK;

        if (self->store == NULL)
            status = projc_store_open(&options, &self->store, &error);
        if (status == PROJC_OK)
            status = beat(self, &error);
        if (status == PROJC_OK)
            status = look_for_waiters(self, &error);
        if (status == PROJC_OK)
            status = look_for_orphans(self, &error);
        if (status == PROJC_OK) {
            attempts = 0;
            projc__runtime_sleep(runtime, PROJC__HEARTBEAT_MS * 1000);
            continue;
        }
        projc__log(runtime->engine.log, PROJC_LOG_WARN, "no heartbeat", projc__log_error(&error));
        if (self->store != NULL) {
            projc__count(runtime->engine.metrics, PROJC_METRIC_DB_RECONNECTS, NULL, NULL, 1);
            (void)__atomic_fetch_add(&runtime->losses, 1, __ATOMIC_RELAXED);
        }
        projc_store_close(self->store);
        self->store = NULL;
        projc__runtime_sleep(runtime, projc__runtime_back_off_us(runtime, ++attempts));
    }
}

void *projc__supervisor_main(void *argument)
{
    projc_runtime *runtime = argument;
    supervisor self = {.runtime = runtime, .arena = projc_arena_new(0)};
    projc_error error = {0};

    if (self.arena == NULL) {
        projc__log(runtime->engine.log, PROJC_LOG_ERROR, "the supervisor could not start");
        return NULL; /* without it this process works on all lanes, which is safe */
    }
    supervise(&self);
    /* A tidy end lets the others take over at once; without it they wait for the heartbeat to age.
     */
    if (self.store != NULL &&
        projc__store_end_process(self.store,
                                 projc_text_of(runtime->process_id, strlen(runtime->process_id)),
                                 &error) != PROJC_OK)
        projc__log(runtime->engine.log, PROJC_LOG_DEBUG, "the heartbeat was left behind",
                   projc__log_error(&error));
    projc_store_close(self.store);
    projc_arena_free(self.arena);
    free(self.owned);
    return NULL;
}
