/* xoshiro256** by Blackman and Vigna, seeded by splitmix64 as its authors advise. */
#include "base/random.h"

#include <assert.h>

static uint64_t splitmix(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9E3779B97F4A7C15);

    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ mixed >> 31;
}

void projc__random_init(projc__random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        random->state[i] = splitmix(&seed);
}

static uint64_t rotate(uint64_t value, int bits)
{
    return value << bits | value >> (64 - bits);
}

uint64_t projc__random_next(projc__random *random)
{
    uint64_t *state = random->state;
    uint64_t result = rotate(state[1] * 5, 7) * 9;
    uint64_t shifted = state[1] << 17;

    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 45);
    return result;
}

uint64_t projc__random_below(projc__random *random, uint64_t bound)
{
    uint64_t surplus;
    uint64_t number;

    assert(bound != 0);
    surplus = (UINT64_MAX % bound + 1) % bound; /* 2^64 mod bound */
    do
        number = projc__random_next(random);
    while (number > UINT64_MAX - surplus);
    return number % bound;
}
