/* Time as the runtime sees it: a table of functions, so that tests need no sleeping. */
#ifndef PROJC_BASE_CLOCK_H
#define PROJC_BASE_CLOCK_H

#include <pthread.h>

#include "projc/types.h"

/* All functions may be called by any thread. */
typedef struct projc__clock {
    void *user;
    /* Microseconds since 1970 in UTC; may jump when somebody sets the clock. For what is shown and
     * stored. */
    int64_t (*now_us)(void *user);
    /* Microseconds since some moment; never goes backwards. For intervals and deadlines. */
    int64_t (*monotonic_us)(void *user);
    /* Returns after so many microseconds, or at once when there are none. */
    void (*sleep_us)(void *user, int64_t duration_us);
    /* pthread_cond_timedwait up to a moment of monotonic_us; INT64_MAX waits without end. False
     * when that moment has come, true when woken, perhaps for nothing: the caller looks again in a
     * loop. */
    bool (*wait)(void *user, pthread_cond_t *condition, pthread_mutex_t *lock,
                 int64_t until_monotonic_us);
} projc__clock;

/* The system's clocks. */
extern const projc__clock projc__real_clock;

/* Makes a condition that any clock's wait can be used with: it counts by the monotonic clock.
 * Returns 0 or an errno, as pthread_cond_init. */
int projc__condition_init(pthread_cond_t *condition);

/* A clock that stands until it is moved. Sleeping moves it on by that much, for all. */
typedef struct projc__manual_clock {
    projc__clock clock; /* give &manual.clock; the struct must not move */
    pthread_mutex_t lock;
    int64_t time_us;
    int64_t elapsed_us;
} projc__manual_clock;

void projc__manual_clock_init(projc__manual_clock *manual, int64_t now_us);
void projc__manual_clock_clear(projc__manual_clock *manual);
/* Moves both times on and lets waiters whose moment has come go on, within a few milliseconds. */
void projc__manual_clock_advance(projc__manual_clock *manual, int64_t duration_us);
/* Sets the wall clock alone, also backwards. */
void projc__manual_clock_set(projc__manual_clock *manual, int64_t now_us);

static inline int64_t projc__clock_now(const projc__clock *clock)
{
    return clock->now_us(clock->user);
}

static inline int64_t projc__clock_monotonic(const projc__clock *clock)
{
    return clock->monotonic_us(clock->user);
}

#endif
