/* The listener thread: wakes the queue up when events come. Polling is not its business (run.c): it
 * may hang on its connection, until the heartbeat finds that the other end is silent.
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

typedef struct listener {
    projc_runtime *runtime;
    projc_store *store; /* NULL: not connected */
    uint32_t attempts;
    /* Nobody can listen, and the log has a line about it. */
    bool is_polling;
    uint32_t losses;  /* the runtime's, and */
    int64_t tried_at; /* the time, when it was tried */
} listener;

static void begin_polling(listener *self, const projc_error *why)
{
    projc_runtime *runtime = self->runtime;

    projc_store_close(self->store); /* good for nothing, and the pooler has other clients */
    self->store = NULL;
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
    projc_store_options options = {.database = runtime->database,
                                   .application_name = "projc listener",
                                   .statement_timeout_ms =
                                       runtime->engine.options.statement_timeout_ms};
    const projc_stream_type **streams = calloc(runtime->stream_count + 1u, sizeof *streams);
    projc_status status;

    if (streams == NULL)
        return projc_error_set(error, PROJC_NO_MEMORY, "out of memory for the listener");
    for (uint32_t i = 0; i < runtime->stream_count; i++)
        streams[i] = runtime->streams[i].type;
    /* Before it is tried: what is lost meanwhile is a reason to try again. */
    self->losses = __atomic_load_n(&runtime->losses, __ATOMIC_RELAXED);
    status = projc_store_open(&options, &self->store, error);
    if (status == PROJC_OK)
        status = projc__store_listen(self->store, streams, runtime->stream_count, error);
    free(streams);
    if (status == PROJC_OK) {
        begin_listening(self);
    } else if (status == PROJC_UNSUPPORTED) {
        begin_polling(self, error);
        status = PROJC_OK;
    } else {
        projc_store_close(self->store);
        self->store = NULL;
    }
    return status;
}

/* Nobody can listen: is it time to see whether that has changed? */
static bool must_try_again(const listener *self)
{
    const projc_runtime *runtime = self->runtime;

    return __atomic_load_n(&runtime->losses, __ATOMIC_RELAXED) != self->losses ||
           projc__clock_monotonic(runtime->engine.clock) - self->tried_at >= TRY_AGAIN_US;
}

/* One wait: for a notification, at most for the poll interval, or the stop. False: the connection
 * is lost. */
static bool wait_once(listener *self, projc_error *error)
{
    projc_runtime *runtime = self->runtime;
    int64_t poll_ms = projc__runtime_poll_interval_ms(runtime);
    int stream = -1;
    projc_status status =
        projc__store_wait(self->store, runtime->stop_pipe[0], poll_ms, &stream, error);

    if (status == PROJC_TIMED_OUT || projc__runtime_is_stopping(runtime))
        return true;
    if (status != PROJC_OK)
        return false;
    projc__count(runtime->engine.metrics, PROJC_METRIC_NOTIFICATIONS, "notify", NULL, 1);
    projc__runtime_wake(runtime, stream);
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

static void disconnect(listener *self, const projc_error *why)
{
    projc_runtime *runtime = self->runtime;

    projc__log(runtime->engine.log, PROJC_LOG_WARN, "the listener lost its connection",
               projc__log_error(why));
    projc__count(runtime->engine.metrics, PROJC_METRIC_DB_RECONNECTS, NULL, NULL, 1);
    __atomic_store_n(&runtime->is_listening, false, __ATOMIC_RELAXED);
    projc_store_close(self->store);
    self->store = NULL;
    projc__runtime_sleep(runtime, projc__runtime_back_off_us(runtime, ++self->attempts));
}

void *projc__listener_main(void *argument)
{
    listener self = {.runtime = argument};
    projc_error error = {0};

    while (!projc__runtime_is_stopping(self.runtime)) {
        if (self.store != NULL) {
            if (!wait_once(&self, &error))
                disconnect(&self, &error);
        } else if (self.is_polling && self.attempts == 0 && !must_try_again(&self)) {
            projc__runtime_sleep(self.runtime, LOOK_US);
        } else {
            connect_once(&self);
        }
    }
    projc_store_close(self.store);
    return NULL;
}
