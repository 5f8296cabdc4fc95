/* The system's clocks and the manual one. */
#include "base/clock.h"

#include <errno.h>
#include <time.h>

enum { LOOK_AGAIN_US = 1000 };

static int64_t read_clock(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static struct timespec timespec_of(int64_t microseconds)
{
    struct timespec result;

    result.tv_sec = (time_t)(microseconds / 1000000);
    result.tv_nsec = (long)(microseconds % 1000000) * 1000;
    return result;
}

int projc__condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    int result = pthread_condattr_init(&attributes);

    if (result != 0)
        return result;
    result = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (result == 0)
        result = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return result;
}

/* ---- the system's ---- */

static int64_t real_now(void *user)
{
    (void)user;
    return read_clock(CLOCK_REALTIME);
}

static int64_t real_monotonic(void *user)
{
    (void)user;
    return read_clock(CLOCK_MONOTONIC);
}

static void real_sleep(void *user, int64_t duration_us)
{
    struct timespec until;

    (void)user;
    if (duration_us <= 0)
        return;
    until = timespec_of(read_clock(CLOCK_MONOTONIC) + duration_us);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        continue;
}

static bool real_wait(void *user, pthread_cond_t *condition, pthread_mutex_t *lock,
                      int64_t until_monotonic_us)
{
    struct timespec until;

    (void)user;
    if (until_monotonic_us == INT64_MAX)
        return pthread_cond_wait(condition, lock) == 0;
    until = timespec_of(until_monotonic_us < 0 ? 0 : until_monotonic_us);
    return pthread_cond_timedwait(condition, lock, &until) != ETIMEDOUT;
}

const projc__clock projc__real_clock = {NULL, real_now, real_monotonic, real_sleep, real_wait};

/* ---- the manual one ---- */

static int64_t manual_now(void *user)
{
    projc__manual_clock *manual = user;
    int64_t result;

    pthread_mutex_lock(&manual->lock);
    result = manual->time_us;
    pthread_mutex_unlock(&manual->lock);
    return result;
}

static int64_t manual_monotonic(void *user)
{
    projc__manual_clock *manual = user;
    int64_t result;

    pthread_mutex_lock(&manual->lock);
    result = manual->elapsed_us;
    pthread_mutex_unlock(&manual->lock);
    return result;
}

void projc__manual_clock_advance(projc__manual_clock *manual, int64_t duration_us)
{
    pthread_mutex_lock(&manual->lock);
    manual->time_us += duration_us;
    manual->elapsed_us += duration_us;
    pthread_mutex_unlock(&manual->lock);
}

void projc__manual_clock_set(projc__manual_clock *manual, int64_t now_us)
{
    pthread_mutex_lock(&manual->lock);
    manual->time_us = now_us;
    pthread_mutex_unlock(&manual->lock);
}

static void manual_sleep(void *user, int64_t duration_us)
{
    if (duration_us > 0)
        projc__manual_clock_advance(user, duration_us);
}

/* Nobody tells a condition when the clock is moved, because that would need its lock: the waiter
 * looks for itself every millisecond. */
static bool manual_wait(void *user, pthread_cond_t *condition, pthread_mutex_t *lock,
                        int64_t until_monotonic_us)
{
    if (manual_monotonic(user) >= until_monotonic_us)
        return false;
    real_wait(NULL, condition, lock, real_monotonic(NULL) + LOOK_AGAIN_US);
    return manual_monotonic(user) < until_monotonic_us;
}

void projc__manual_clock_init(projc__manual_clock *manual, int64_t now_us)
{
    *manual = (projc__manual_clock){
        .clock = {manual, manual_now, manual_monotonic, manual_sleep, manual_wait},
        .time_us = now_us,
    };
    pthread_mutex_init(&manual->lock, NULL);
}

void projc__manual_clock_clear(projc__manual_clock *manual)
{
    pthread_mutex_destroy(&manual->lock);
}
