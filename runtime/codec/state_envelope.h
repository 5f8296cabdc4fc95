/* The bytes of a stored state: shape, checksum, then the msgpack array that generated code wrote.
 *
 *     0  8  shape fingerprint, little-endian
 *     8  8  XXH3-64 of everything behind it, little-endian
 *    16  -  msgpack */
#ifndef PROJC_CODEC_STATE_ENVELOPE_H
#define PROJC_CODEC_STATE_ENVELOPE_H

#include "projc/arena.h"
#include "projc/status.h"
#include "projc/types.h"

enum { PROJC__STATE_HEADER_BYTES = 16 };

/* The envelope, in the arena. OK, LIMIT or NO_MEMORY. */
projc_status projc__state_pack(projc_arena *arena, uint64_t shape_fingerprint, projc_bytes packed,
                               projc_bytes *envelope, projc_error *error);

/* The msgpack of an envelope, borrowed from it. CORRUPT when the bytes are too short or their
 * checksum is wrong, MISMATCH when they are another shape's: never decode those. */
projc_status projc__state_open(projc_bytes envelope, uint64_t shape_fingerprint,
                               projc_bytes *packed, projc_error *error);

/* For `inspect --raw`: the same without a shape to compare with; *shape_fingerprint receives it. */
projc_status projc__state_open_any(projc_bytes envelope, uint64_t *shape_fingerprint,
                                   projc_bytes *packed, projc_error *error);

#endif
