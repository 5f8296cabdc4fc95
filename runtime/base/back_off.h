/* How long to wait before the next attempt: exponential, with jitter. */
#ifndef PROJC_BASE_BACK_OFF_H
#define PROJC_BASE_BACK_OFF_H

#include "base/random.h"

/* The delay in microseconds after so many failed attempts (1 or more): low, doubled with every
 * further one, at most high, of which the upper half is random, so that those who failed together
 * do not come back together. low >= 0; high < low counts as low. */
int64_t projc__back_off_us(projc__random *random, uint32_t attempts, int64_t low_us,
                           int64_t high_us);

#endif
