/* The listener thread: wakes the queue up when events come. Polling is not its business (run.c): it
 * may hang on its connection, until the heartbeat finds that the other end is silent. */
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "service/runtime_private.h"

/* Opens the listener's own connection and listens on every stream's channel. LISTEN comes before
 * the catch-up that the caller starts by waking the queue, so nothing falls between them. */
static projc_status open_listener(projc_runtime *runtime, projc_store **store, bool *can_listen,
                                  projc_error *error)
{
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
    status = projc_store_open(&options, store, error);
    if (status == PROJC_OK) {
        status = projc__store_listen(*store, streams, runtime->stream_count, error);
        *can_listen = status == PROJC_OK;
        if (status == PROJC_UNSUPPORTED) {
            projc__log(
                runtime->engine.log, PROJC_LOG_WARN, "cannot listen, polling instead",
                projc__log_integer("poll_interval_ms", projc__runtime_poll_interval_ms(runtime)),
                projc__log_error(error));
            status = PROJC_OK;
        }
        if (status != PROJC_OK) {
            projc_store_close(*store);
            *store = NULL;
        }
    }
    free(streams);
    return status;
}

/* One wait: for a notification, at most for the poll interval, or the stop. False: the connection
 * is lost. */
static bool wait_once(projc_runtime *runtime, projc_store *store, bool can_listen,
                      projc_error *error)
{
    int64_t poll_ms = projc__runtime_poll_interval_ms(runtime);
    int stream = -1;
    projc_status status;

    if (!can_listen) {
        projc__runtime_sleep(runtime, poll_ms * 1000);
        return true;
    }
    status = projc__store_wait(store, runtime->stop_pipe[0], poll_ms, &stream, error);
    if (status == PROJC_TIMED_OUT || projc__runtime_is_stopping(runtime))
        return true;
    if (status != PROJC_OK)
        return false;
    projc__count(runtime->engine.metrics, PROJC_METRIC_NOTIFICATIONS, "notify", NULL, 1);
    projc__runtime_wake(runtime, stream);
    return true;
}

void *projc__listener_main(void *argument)
{
    projc_runtime *runtime = argument;
    projc_store *store = NULL;
    uint32_t attempts = 0;
    bool can_listen = false;
    projc_error error = {0};

    while (!projc__runtime_is_stopping(runtime)) {
        if (store == NULL) {
            if (open_listener(runtime, &store, &can_listen, &error) != PROJC_OK) {
                attempts++;
                projc__log(runtime->engine.log, PROJC_LOG_WARN, "the listener cannot connect",
                           projc__log_error(&error));
                projc__runtime_sleep(runtime, projc__runtime_back_off_us(runtime, attempts));
                continue;
            }
            attempts = 0;
            projc__runtime_wake(runtime, -1);
        }
        __atomic_store_n(&runtime->is_listening, can_listen, __ATOMIC_RELAXED);
        if (!wait_once(runtime, store, can_listen, &error)) {
            projc__log(runtime->engine.log, PROJC_LOG_WARN, "the listener lost its connection",
                       projc__log_error(&error));
            projc__count(runtime->engine.metrics, PROJC_METRIC_DB_RECONNECTS, NULL, NULL, 1);
            __atomic_store_n(&runtime->is_listening, false, __ATOMIC_RELAXED);
            projc_store_close(store);
            store = NULL;
            projc__runtime_sleep(runtime, projc__runtime_back_off_us(runtime, ++attempts));
        }
    }
    projc_store_close(store);
    return NULL;
}
