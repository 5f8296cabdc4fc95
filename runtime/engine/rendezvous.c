/* Rendezvous hashing: which lanes of a generation one of several processes works on. */
#include "engine/rendezvous.h"

#include <string.h>

#include <xxhash.h>

#include "projc/handler.h"

static void put_little_endian(uint8_t *bytes, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
}

/* The hash of the id seeds that of the numbers, so that ids of any length need no buffer. */
static uint64_t score_of(projc_text process, int64_t generation, uint32_t lane)
{
    uint8_t numbers[12];

    put_little_endian(numbers, (uint64_t)generation, 8);
    put_little_endian(numbers + 8, lane, 4);
    return XXH3_64bits_withSeed(numbers, sizeof numbers, XXH3_64bits(process.data, process.size));
}

void projc__rendezvous(const projc_text *processes, size_t count, projc_text own,
                       int64_t generation, uint32_t lanes, bool *owned)
{
    for (uint32_t lane = 0; lane < lanes; lane++) {
        uint64_t own_score = score_of(own, generation, lane);

        owned[lane] = true;
        for (size_t i = 0; i < count && owned[lane]; i++) {
            uint64_t score = score_of(processes[i], generation, lane);

            if (score > own_score)
                owned[lane] = false;
            else if (score == own_score && projc_text_compare(processes[i], own) > 0)
                owned[lane] = false;
        }
    }
}
