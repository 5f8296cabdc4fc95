/* When the triggers of the logs may be silent, because the workers look for events by themselves.
 *
 * DESIGN. Under a steady stream of events the next step would find some anyway, and each
 * notification costs its writer more than the insert. So when some hundred events a second come the
 * stream is awake: the database is promised that we look, again and again while that lasts, and
 * each part looks every millisecond. When they have become fewer the promise is taken back, because
 * to be rung for is sooner and cheaper then; a writer that began before has not notified and may
 * commit later, so the parts look until none is in flight, and once more behind that. A promise
 * that nobody renews ends by itself, and the poll finds whatever falls between. Only a process that
 * is alone promises: others listen too.
 *
 * How soon an awake part looks again is its pace. An event by itself, also one every few
 * milliseconds, is found within a millisecond. When they come by the thousand a second, a look
 * after each would make a commit of every few, and take from the writers the processor that they
 * need; so then the part lets some milliseconds' events come together. Beside eight writers the
 * service and its backends used 1.21 s of processor time in 5 s without that, 0.63 s with 8 ms; at
 * 4,000 events a second 0.11 of a processor with 8 ms, 0.07 with 16, 0.05 with 30. */
#include "service/doorbell.h"

#include "service/runtime_private.h"

enum {
    COUNT_US = 100000,    /* for so long events are counted at a time */
    WAKE_EVENTS = 40,     /* in that time at least: awake */
    SLEEP_EVENTS = 25,    /* fewer: asleep again */
    PROMISE_MS = 1000,    /* a process that dies is missed for so long at most */
    RENEWAL_US = 500000,  /* before it ends */
    LOOK_AGAIN_US = 1000, /* while awake */
    FAST_EVENTS = 8,      /* in a step at least: fewer may have met by chance … */
    FAST_GAP_US = 1000,   /* … and between them, on average, at most: too fast for one by one */
    PACED_US = 16000,     /* then, behind each step */
    LOOK_FOR_WRITERS_US = 5000
};

static projc__doorbell *doorbell_of(struct projc_runtime *runtime, uint32_t stream)
{
    return &runtime->streams[stream].doorbell;
}

static bool can_promise(const struct projc_runtime *runtime)
{
    return __atomic_load_n(&runtime->is_alone, __ATOMIC_RELAXED) &&
           __atomic_load_n(&runtime->is_listening, __ATOMIC_RELAXED) &&
           !projc__runtime_is_stopping(runtime);
}

/* How many of a step's events no other part has found before. */
static int64_t count_new(projc__doorbell *bell, int64_t events, int64_t position)
{
    int64_t ahead = position == INT64_MAX ? 0 : position - bell->position;

    if (ahead <= 0)
        return 0;
    bell->position = position;
    return events < ahead ? events : ahead;
}

static void note_events(projc__doorbell *bell, int64_t events, int64_t now)
{
    int64_t elapsed = now - bell->counted_at;

    if (elapsed >= COUNT_US) {
        bell->is_busy = bell->counted * COUNT_US >= WAKE_EVENTS * elapsed;
        bell->is_slow = bell->counted * COUNT_US < SLEEP_EVENTS * elapsed;
        bell->counted_at = now;
        bell->counted = 0;
    }
    bell->counted += events;
}

/* Promises, or (0) takes the promise back. One worker at a time: the lock is not held meanwhile. */
static projc_status tell(struct projc_runtime *runtime, projc__workspace *workspace,
                         uint32_t stream, int64_t duration_ms)
{
    projc_store *store = NULL;
    projc_error error = {0};
    projc_status status = projc__workspace_store(workspace, &store, &error);

    if (status == PROJC_OK)
        status = projc__store_stay_awake(store, runtime->streams[stream].type, duration_ms, &error);
    if (status != PROJC_OK)
        projc__log(runtime->engine.log, PROJC_LOG_DEBUG, "writers go on notifying",
                   projc__log_name("status", projc_status_name(status)), projc__log_error(&error));
    return status;
}

/* The lock is held, and let go meanwhile. A promise whose fate is unknown may have been given. */
static void promise(struct projc_runtime *runtime, projc__workspace *workspace, uint32_t stream)
{
    projc__doorbell *bell = doorbell_of(runtime, stream);
    projc_status status;

    bell->is_calling = true;
    pthread_mutex_unlock(&runtime->lock);
    status = tell(runtime, workspace, stream, PROMISE_MS);
    pthread_mutex_lock(&runtime->lock);
    bell->is_calling = false;
    if (status == PROJC_OK || projc_status_class_of(status) == PROJC_CLASS_INFRA) {
        bell->state = PROJC__AWAKE;
        bell->expires_at = projc__clock_monotonic(runtime->engine.clock) + PROMISE_MS * 1000;
    } else {
        bell->is_unsupported = true;
    }
}

/* Should this fail, the promise stands until it ends by itself, and so long it is kept. */
static void take_back(struct projc_runtime *runtime, projc__workspace *workspace, uint32_t stream)
{
    projc__doorbell *bell = doorbell_of(runtime, stream);
    projc_status status;

    bell->is_calling = true;
    pthread_mutex_unlock(&runtime->lock);
    status = tell(runtime, workspace, stream, 0);
    pthread_mutex_lock(&runtime->lock);
    bell->is_calling = false;
    if (status == PROJC_OK || projc__clock_monotonic(runtime->engine.clock) > bell->expires_at)
        bell->state = PROJC__SETTLING;
}

/* Asleep, unless a writer is in flight who may have seen the promise. */
static void settle(struct projc_runtime *runtime, projc__workspace *workspace, uint32_t stream)
{
    projc__doorbell *bell = doorbell_of(runtime, stream);
    projc_store *store = NULL;
    projc_error error = {0};
    bool has_writers = true;
    int64_t no;
    int64_t time;
    projc_status status;

    bell->is_calling = true;
    pthread_mutex_unlock(&runtime->lock);
    status = projc__workspace_store(workspace, &store, &error);
    if (status == PROJC_OK)
        status = projc__store_read_head(store, runtime->streams[stream].type, &no, &time,
                                        &has_writers, &error);
    pthread_mutex_lock(&runtime->lock);
    bell->is_calling = false;
    if (status == PROJC_OK && !has_writers)
        bell->state = PROJC__ASLEEP;
}

static int64_t pace(int64_t events, int64_t elapsed_us)
{
    return events >= FAST_EVENTS && elapsed_us / events <= FAST_GAP_US ? PACED_US : LOOK_AGAIN_US;
}

int64_t projc__doorbell_after_step(struct projc_runtime *runtime, projc__workspace *workspace,
                                   uint32_t stream, int64_t events, int64_t position,
                                   int64_t elapsed_us)
{
    int64_t now = projc__clock_monotonic(runtime->engine.clock);
    projc__doorbell *bell = doorbell_of(runtime, stream);
    projc__doorbell_state before;
    projc__doorbell_state state;

    pthread_mutex_lock(&runtime->lock);
    before = bell->state;
    note_events(bell, count_new(bell, events, position), now);
    if (!bell->is_calling && !bell->is_unsupported) {
        if (before == PROJC__ASLEEP && bell->is_busy && can_promise(runtime))
            promise(runtime, workspace, stream);
        else if (before == PROJC__AWAKE && (bell->is_slow || !can_promise(runtime)))
            take_back(runtime, workspace, stream);
        else if (before == PROJC__AWAKE && bell->expires_at - now < RENEWAL_US)
            promise(runtime, workspace, stream);
        else if (before == PROJC__SETTLING)
            settle(runtime, workspace, stream);
    }
    state = bell->state;
    pthread_mutex_unlock(&runtime->lock);
    /* From here on the parts that sleep are not woken up; and when all is settled, each looks once
     * more. */
    if ((before == PROJC__ASLEEP) != (state == PROJC__ASLEEP))
        projc__runtime_wake(runtime, (int)stream);
    if (state == PROJC__ASLEEP)
        return -1;
    return state == PROJC__AWAKE ? pace(events, elapsed_us) : LOOK_FOR_WRITERS_US;
}

bool projc__doorbell_is_awake(struct projc_runtime *runtime, uint32_t stream)
{
    pthread_mutex_lock(&runtime->lock);
    bool is_awake = doorbell_of(runtime, stream)->state == PROJC__AWAKE;
    pthread_mutex_unlock(&runtime->lock);
    return is_awake;
}
