/* Values of a row in as few bytes as they need.
 *
 * Each is a byte for its kind and what the kind needs: integers and lengths 7 bits a byte, the
 * lowest first, the sign of an integer in its lowest bit. */
#include "engine/packed_row.h"

#include <string.h>

#include "base/arena.h"

/* Small numbers of either sign become small ones without. */
static uint64_t fold(int64_t number)
{
    return ((uint64_t)number << 1) ^ (number < 0 ? UINT64_MAX : 0);
}

static int64_t unfold(uint64_t folded)
{
    return (int64_t)((folded >> 1) ^ (0 - (folded & 1)));
}

static uint8_t *put_number(uint8_t *place, uint64_t number)
{
    while (number >= 0x80) {
        *place++ = (uint8_t)(number | 0x80);
        number >>= 7;
    }
    *place++ = (uint8_t)number;
    return place;
}

static uint64_t take_number(const uint8_t **place)
{
    uint64_t number = 0;
    unsigned shift = 0;

    while ((**place & 0x80) != 0) {
        number |= (uint64_t)(*(*place)++ & 0x7f) << shift;
        shift += 7;
    }
    return number | (uint64_t) * (*place)++ << shift;
}

static size_t number_size(uint64_t number)
{
    size_t size = 1;

    for (; number >= 0x80; number >>= 7)
        size++;
    return size;
}

static projc_bytes slice_of(const projc_value *value)
{
    if (value->kind == PROJC_KIND_TEXT)
        return (projc_bytes){(const uint8_t *)value->as.text.data, value->as.text.size};
    return value->as.bytes;
}

/* Behind the byte for the kind. */
static size_t size_of(const projc_value *value)
{
    switch (value->kind) {
    case PROJC_KIND_NULL:
        return 0;
    case PROJC_KIND_BOOL:
        return 1;
    case PROJC_KIND_INTEGER:
        return number_size(fold(value->as.integer));
    case PROJC_KIND_REAL:
        return sizeof value->as.real;
    case PROJC_KIND_TEXT:
    case PROJC_KIND_BYTES:
        return number_size(slice_of(value).size) + slice_of(value).size;
    case PROJC_KIND_UUID:
        return sizeof value->as.uuid.bytes;
    }
    return 0;
}

static uint8_t *put_bytes(uint8_t *place, const void *data, size_t size)
{
    if (size > 0)
        memcpy(place, data, size);
    return place + size;
}

static uint8_t *put(uint8_t *place, const projc_value *value)
{
    *place++ = (uint8_t)value->kind;
    switch (value->kind) {
    case PROJC_KIND_NULL:
        return place;
    case PROJC_KIND_BOOL:
        *place = value->as.boolean ? 1 : 0;
        return place + 1;
    case PROJC_KIND_INTEGER:
        return put_number(place, fold(value->as.integer));
    case PROJC_KIND_REAL: /* bit by bit */
        return put_bytes(place, &value->as.real, sizeof value->as.real);
    case PROJC_KIND_TEXT:
    case PROJC_KIND_BYTES:
        place = put_number(place, slice_of(value).size);
        return put_bytes(place, slice_of(value).data, slice_of(value).size);
    case PROJC_KIND_UUID:
        return put_bytes(place, value->as.uuid.bytes, sizeof value->as.uuid.bytes);
    }
    return place;
}

static const uint8_t *take(const uint8_t *place, projc_value *value)
{
    projc_bytes slice;

    *value = (projc_value){.kind = (projc_kind)*place++};
    switch (value->kind) {
    case PROJC_KIND_NULL:
        return place;
    case PROJC_KIND_BOOL:
        value->as.boolean = *place != 0;
        return place + 1;
    case PROJC_KIND_INTEGER:
        value->as.integer = unfold(take_number(&place));
        return place;
    case PROJC_KIND_REAL:
        memcpy(&value->as.real, place, sizeof value->as.real);
        return place + sizeof value->as.real;
    case PROJC_KIND_TEXT:
    case PROJC_KIND_BYTES:
        slice.size = (size_t)take_number(&place);
        slice.data = place;
        if (value->kind == PROJC_KIND_TEXT)
            value->as.text = (projc_text){(const char *)slice.data, slice.size};
        else
            value->as.bytes = slice;
        return place + slice.size;
    case PROJC_KIND_UUID:
        memcpy(value->as.uuid.bytes, place, sizeof value->as.uuid.bytes);
        return place + sizeof value->as.uuid.bytes;
    }
    return place;
}

const uint8_t *projc__row_pack(projc_arena *arena, const projc_value *values, uint32_t count)
{
    size_t size = count;
    uint8_t *packed;
    uint8_t *place;

    for (uint32_t i = 0; i < count; i++)
        size += size_of(&values[i]);
    packed = place = projc_arena_alloc_raw(arena, size);
    if (packed == NULL)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        place = put(place, &values[i]);
    return packed;
}

void projc__row_unpack(const uint8_t *packed, projc_value *values, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        packed = take(packed, &values[i]);
}
