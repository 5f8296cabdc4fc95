/* Random numbers for jitter: fast, seeded, repeatable; never for secrets or ids. */
#ifndef PROJC_BASE_RANDOM_H
#define PROJC_BASE_RANDOM_H

#include "projc/types.h"

/* xoshiro256**. Not thread-safe: one owner. */
typedef struct projc__random {
    uint64_t state[4];
} projc__random;

/* The same seed gives the same numbers. Any seed is good, also 0. */
void projc__random_init(projc__random *random, uint64_t seed);
/* 64 random bits. */
uint64_t projc__random_next(projc__random *random);
/* 0 to bound - 1, each as likely; bound > 0. */
uint64_t projc__random_below(projc__random *random, uint64_t bound);

#endif
