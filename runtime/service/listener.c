/* The listener thread: wakes the queue up when events come. Polling is not its business (run.c): it
 * may hang on its connection, until the heartbeat finds that the other end is silent.
 *
 * To wake a worker, and that one its server process, takes longer than a small unit of work. So one
 * of the parts that have work is stepped by the listener itself, on the connection that heard of
 * it: one that is level, without trouble, and quick of late; workers get the others. Meanwhile it
 * hears nothing: so such a step is brief, and what takes longer than that is worth a worker's
 * waking.
 *
 * Where a pooler stands in between, nobody can listen. That may change under a service that goes
 * on (another host, another address of its name), so it is tried again when connections have been
 * lost, and every two minutes. */
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "service/runtime_private.h"

/* LOOK: how soon it sees that connections have been lost. */
enum { TRY_AGAIN_US = 120000000, LOOK_US = 1000000 };
/* A part is stepped here whose last unit took no longer, on a connection that waits no longer. */
enum { QUICK_US = 5000, LOCK_TIMEOUT_MS = 250, STATEMENT_TIMEOUT_MS = 5000 };
/* … and which was small: large events would take this thread and its connection the memory, too. */
enum { SMALL_BYTES = 64 * 1024 };

typedef struct listener {
    projc_runtime *runtime;
    projc__workspace *workspace; /* its connection is the one that listens, while there is one */
    uint32_t attempts;
    /* Nobody can listen, and the log has a line about it. */
    bool is_polling;
    uint32_t losses;  /* the runtime's, and */
    int64_t tried_at; /* the time, when it was tried */
} listener;

static void begin_polling(listener *self, const projc_error *why)
{
    projc_runtime *runtime = self->runtime;

    if (!self->is_polling)
        projc__log(runtime->engine.log, PROJC_LOG_WARN, "cannot listen, polling instead",
                   projc__log_integer("poll_interval_ms", projc__runtime_poll_interval_ms(runtime)),
                   projc__log_error(why));
    self->is_polling = true;
    self->tried_at = projc__clock_monotonic(runtime->engine.clock);
}

static void begin_listening(listener *self)
{
    if (self->is_polling)
        projc__log(self->runtime->engine.log, PROJC_LOG_INFO,
                   "listening: no pooler stands in between any more");
    self->is_polling = false;
    __atomic_store_n(&self->runtime->is_listening, true, __ATOMIC_RELAXED);
}

/* Opens the listener's own connection and listens on every stream's channel. LISTEN comes before
 * the catch-up that the caller starts by waking the queue, so nothing falls between them. OK also
 * where nobody can listen. */
static projc_status open_listener(listener *self, projc_error *error)
{
    projc_runtime *runtime = self->runtime;
    const projc_runtime_options *given = &runtime->engine.options;
    projc_store_options options = {.database = runtime->database,
                                   .application_name = "projc listener",
                                   .event_max_bytes = given->event_max_bytes,
                                   .state_max_bytes = given->state_max_bytes,
                                   .statement_timeout_ms =
                                       given->statement_timeout_ms < STATEMENT_TIMEOUT_MS
                                           ? given->statement_timeout_ms
                                           : STATEMENT_TIMEOUT_MS,
                                   .lock_timeout_ms = LOCK_TIMEOUT_MS};
    const projc_stream_type **streams = calloc(runtime->stream_count + 1u, sizeof *streams);
    projc_store *store = NULL;
    projc_status status;

    if (streams == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the listener");
    for (uint32_t i = 0; i < runtime->stream_count; i++)
        streams[i] = runtime->streams[i].type;
    /* Before it is tried: what is lost meanwhile is a reason to try again. */
    self->losses = __atomic_load_n(&runtime->losses, __ATOMIC_RELAXED);
    status = projc_store_open(&options, &store, error);
    if (status == PROJC_OK)
        status = projc__store_listen(store, streams, runtime->stream_count, error);
    free(streams);
    if (status == PROJC_OK) {
        projc__workspace_adopt(self->workspace, store);
        begin_listening(self);
        return PROJC_OK;
    }
    /* Good for nothing, and a pooler has other clients. */
    projc_store_close(store);
    if (status != PROJC_UNSUPPORTED)
        return status;
    begin_polling(self, error);
    return PROJC_OK;
}

/* Nobody can listen: is it time to see whether that has changed? */
static bool must_try_again(const listener *self)
{
    const projc_runtime *runtime = self->runtime;

    return __atomic_load_n(&runtime->losses, __ATOMIC_RELAXED) != self->losses ||
           projc__clock_monotonic(runtime->engine.clock) - self->tried_at >= TRY_AGAIN_US;
}

/* A part that the listener may step by itself. */
static bool find_quick(projc_runtime *runtime, int stream, projc__queue_id *id)
{
    size_t count = (size_t)runtime->registered_count * runtime->part_count;
    bool is_found = false;

    pthread_mutex_lock(&runtime->lock);
    for (size_t i = 0; i < count && !is_found; i++) {
        const projc__registered *registered = &runtime->registered[i / runtime->part_count];
        const projc__task *task = &runtime->tasks[i];

        is_found = registered->stream == (uint32_t)stream && !registered->is_stale &&
                   task->is_caught_up && !task->is_done && task->attempts == 0 &&
                   task->retry_at == 0 && task->took_us <= QUICK_US &&
                   task->took_bytes <= SMALL_BYTES;
        *id = (projc__queue_id){(uint32_t)(i / runtime->part_count),
                                (uint32_t)(i % runtime->part_count)};
    }
    pthread_mutex_unlock(&runtime->lock);
    return is_found;
}

static void serve(listener *self, int stream)
{
    projc_runtime *runtime = self->runtime;
    projc__queue_id id;
    bool is_mine = find_quick(runtime, stream, &id) && projc__queue_seize(runtime->queue, id);

    projc__runtime_wake_others(runtime, stream, is_mine ? &id : NULL);
    if (is_mine)
        projc__worker_step(runtime, self->workspace, id, 0);
}

/* One wait: for a notification, at most for the poll interval, or the stop. False: the connection
 * is lost. */
static bool wait_once(listener *self, projc_error *error)
{
    projc_runtime *runtime = self->runtime;
    int64_t poll_ms = projc__runtime_poll_interval_ms(runtime);
    int stream = -1;
    projc_status status = projc__store_wait(projc__workspace_adopted(self->workspace),
                                            runtime->stop_pipe[0], poll_ms, &stream, error);

    if (status == PROJC_TIMED_OUT || projc__runtime_is_stopping(runtime))
        return true;
    if (status != PROJC_OK)
        return false;
    projc__count(runtime->engine.metrics, PROJC_METRIC_NOTIFICATIONS, "notify", NULL, 1);
    if (stream >= 0)
        serve(self, stream);
    else
        projc__runtime_wake(runtime, -1);
    return true;
}

static void connect_once(listener *self)
{
    projc_runtime *runtime = self->runtime;
    projc_error error = {0};

    if (open_listener(self, &error) == PROJC_OK) {
        self->attempts = 0;
        projc__runtime_wake(runtime, -1);
        return;
    }
    projc__log(runtime->engine.log, PROJC_LOG_WARN, "the listener cannot connect",
               projc__log_error(&error));
    projc__runtime_sleep(runtime, projc__runtime_back_off_us(runtime, ++self->attempts));
}

/* why NULL: a step has lost it, and has told so. */
static void note_loss(listener *self, const projc_error *why)
{
    projc_runtime *runtime = self->runtime;

    __atomic_store_n(&runtime->is_listening, false, __ATOMIC_RELAXED);
    if (why != NULL) {
        projc__log(runtime->engine.log, PROJC_LOG_WARN, "the listener lost its connection",
                   projc__log_error(why));
        projc__count(runtime->engine.metrics, PROJC_METRIC_DB_RECONNECTS, NULL, NULL, 1);
    }
    projc__workspace_adopt(self->workspace, NULL);
    projc__runtime_sleep(runtime, projc__runtime_back_off_us(runtime, ++self->attempts));
}

void *projc__listener_main(void *argument)
{
    listener self = {.runtime = argument};
    projc_error error = {0};

    if (projc__workspace_new(&self.runtime->engine, &self.workspace, &error) != PROJC_OK) {
        projc__worker_give_up(self.runtime, &error);
        return NULL;
    }
    projc__workspace_be_brief(self.workspace);
    while (!projc__runtime_is_stopping(self.runtime)) {
        if (projc__workspace_adopted(self.workspace) != NULL) {
            if (!wait_once(&self, &error))
                note_loss(&self, &error);
            else if (projc__workspace_adopted(self.workspace) == NULL)
                note_loss(&self, NULL);
        } else if (self.is_polling && self.attempts == 0 && !must_try_again(&self)) {
            projc__runtime_sleep(self.runtime, LOOK_US);
        } else {
            connect_once(&self);
        }
    }
    __atomic_store_n(&self.runtime->is_listening, false, __ATOMIC_RELAXED);
    projc__workspace_free(self.workspace);
    return NULL;
}
