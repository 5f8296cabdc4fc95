/* The clocks of the SQLite driver: the machine's is the database's. */
#include "store/sqlite/sqlite_store.h"

#include <errno.h>
#include <time.h>

static int64_t read_clock(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * PROJC__SQLITE_MICROSECONDS + time.tv_nsec / 1000;
}

int64_t projc__sqlite_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t projc__sqlite_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

void projc__sqlite_sleep(int64_t microseconds)
{
    struct timespec time = {.tv_sec = (time_t)(microseconds / PROJC__SQLITE_MICROSECONDS),
                            .tv_nsec = (long)(microseconds % PROJC__SQLITE_MICROSECONDS) * 1000};

    while (nanosleep(&time, &time) != 0 && errno == EINTR)
        continue;
}
