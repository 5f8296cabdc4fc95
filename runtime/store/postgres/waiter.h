/* How commits tell those who wait for them: the channel's name. */
#ifndef PROJC_STORE_POSTGRES_WAITER_H
#define PROJC_STORE_POSTGRES_WAITER_H

/* Its payload is the number of the generation that was committed. Schemas share it: a wake-up too
 * many is harmless. */
#define PROJC__COMMITTED_CHANNEL "projc_committed"

/* What a waiter sends on its stream's channel, with the milliseconds that it waits: who listens
 * there wakes up, and knows until when commits must look for waiters. */
#define PROJC__WAITER_PAYLOAD "waiter "

#endif
