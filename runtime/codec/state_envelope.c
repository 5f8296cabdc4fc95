/* Packing and checking stored states. */
#include "codec/state_envelope.h"

#include "base/arena.h"

#include <string.h>
#include <xxhash.h>

enum { CHECKSUM_AT = 8 };

static void put_u64(uint8_t *at, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t take_u64(const uint8_t *at)
{
    uint64_t value = 0;

    for (int i = 7; i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

projc_status projc__state_pack(projc_arena *arena, uint64_t shape_fingerprint, projc_bytes packed,
                               projc_bytes *envelope, projc_error *error)
{
    uint8_t *data;

    if (packed.size > SIZE_MAX - PROJC__STATE_HEADER_BYTES)
        return projc_error_set(error, PROJC_LIMIT, "the state is too large");
    data = projc_arena_alloc_raw(arena, PROJC__STATE_HEADER_BYTES + packed.size);
    if (data == NULL)
        return projc__arena_error(arena, error);
    put_u64(data, shape_fingerprint);
    put_u64(data + CHECKSUM_AT, XXH3_64bits(packed.data, packed.size));
    if (packed.size != 0)
        memcpy(data + PROJC__STATE_HEADER_BYTES, packed.data, packed.size);
    *envelope = (projc_bytes){data, PROJC__STATE_HEADER_BYTES + packed.size};
    return PROJC_OK;
}

projc_status projc__state_open_any(projc_bytes envelope, uint64_t *shape_fingerprint,
                                   projc_bytes *packed, projc_error *error)
{
    projc_bytes rest;

    if (envelope.size < PROJC__STATE_HEADER_BYTES)
        return projc_error_set(error, PROJC_CORRUPT, "a stored state has %zu bytes, too few",
                               envelope.size);
    rest.data = envelope.data + PROJC__STATE_HEADER_BYTES;
    rest.size = envelope.size - PROJC__STATE_HEADER_BYTES;
    if (take_u64(envelope.data + CHECKSUM_AT) != XXH3_64bits(rest.data, rest.size))
        return projc_error_set(error, PROJC_CORRUPT,
                               "a stored state of %zu bytes has a wrong checksum", envelope.size);
    *shape_fingerprint = take_u64(envelope.data);
    *packed = rest;
    return PROJC_OK;
}

projc_status projc__state_open(projc_bytes envelope, uint64_t shape_fingerprint,
                               projc_bytes *packed, projc_error *error)
{
    uint64_t stored;

    /* Before the checksum: the bytes of another shape may have another form altogether. */
    if (envelope.size >= PROJC__STATE_HEADER_BYTES) {
        stored = take_u64(envelope.data);
        if (stored != shape_fingerprint)
            return projc_error_set(error, PROJC_MISMATCH,
                                   "a stored state has the shape %016llx, the program's is %016llx",
                                   (unsigned long long)stored,
                                   (unsigned long long)shape_fingerprint);
    }
    return projc__state_open_any(envelope, &stored, packed, error);
}
