/* Values of a row in as few bytes as they need: what a key can be set back to, kept for as long as
 * a batch lives. The bytes never leave the process. */
#ifndef PROJC_ENGINE_PACKED_ROW_H
#define PROJC_ENGINE_PACKED_ROW_H

#include "projc/codec.h"

/* The values packed into the arena; NULL when it has no room. */
const uint8_t *projc__row_pack(projc_arena *arena, const projc_value *values, uint32_t count);

/* The same values again; texts and bytes borrow what was packed. */
void projc__row_unpack(const uint8_t *packed, projc_value *values, uint32_t count);

#endif
