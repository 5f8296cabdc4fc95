/* Exponential back-off with jitter. */
#include "base/back_off.h"

#include <assert.h>

int64_t projc__back_off_us(projc__random *random, uint32_t attempts, int64_t low_us,
                           int64_t high_us)
{
    int64_t delay = low_us;

    assert(attempts != 0 && low_us >= 0);
    if (high_us < low_us)
        high_us = low_us;
    for (uint32_t i = 1; i < attempts && delay < high_us && delay != 0; i++)
        delay = delay > high_us / 2 ? high_us : 2 * delay;
    return delay - delay / 2 + (int64_t)projc__random_below(random, (uint64_t)(delay / 2) + 1);
}
