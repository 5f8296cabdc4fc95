/* Values in PostgreSQL's binary form, both ways: what stands in parameters, results and COPY.
 *
 * Everything is big-endian. timestamptz counts microseconds and date counts days from 2000-01-01,
 * numeric is a list of digits to the base 10,000. Pure: no connection is needed. */
#ifndef PROJC_STORE_POSTGRES_VALUE_H
#define PROJC_STORE_POSTGRES_VALUE_H

#include <libpq-fe.h>
#include <string.h>

#include "projc/arena.h"
#include "projc/status.h"
#include "projc/types.h"

/* OIDs of built-in types never change. */
enum {
    PROJC__OID_BOOL = 16,
    PROJC__OID_BYTEA = 17,
    PROJC__OID_INT8 = 20,
    PROJC__OID_INT2 = 21,
    PROJC__OID_INT4 = 23,
    PROJC__OID_TEXT = 25,
    PROJC__OID_TID = 27,
    PROJC__OID_JSON = 114,
    PROJC__OID_FLOAT8 = 701,
    PROJC__OID_BPCHAR = 1042,
    PROJC__OID_VARCHAR = 1043,
    PROJC__OID_DATE = 1082,
    PROJC__OID_TIMESTAMP = 1114,
    PROJC__OID_TIMESTAMPTZ = 1184,
    PROJC__OID_NUMERIC = 1700,
    PROJC__OID_UUID = 2950,
    PROJC__OID_JSONB = 3802
};

/* The array type of an element type above; 0 when it is none of them. */
Oid projc__array_oid(Oid element);
/* The type that a column of ours has. */
Oid projc__column_oid(const projc_column *column);

/* An upper bound of the bytes that projc__value_encode writes. */
size_t projc__value_bound(const projc_value *value);
/* Writes a value that is not NULL. DATA when the value is out of the type's range; INVALID when its
 * kind does not belong to the column. */
projc_status projc__value_encode(const projc_column *column, const projc_value *value,
                                 uint8_t *bytes, size_t *size, projc_error *error);
/* Reads a value; size -1 stands for NULL. Slices are copied to the arena, or borrow data when arena
 * is NULL. CORRUPT when the bytes are none of the column's type. */
projc_status projc__value_decode(const projc_column *column, const uint8_t *data, int size,
                                 projc_arena *arena, projc_value *value, projc_error *error);

/* ---- the parts ---- */

enum {
    PROJC__NUMERIC_BYTES_MAX =
        8 + 2 * 7, /* header, and 22 digits in groups of 4, aligned to the point */
    PROJC__JSONB_VERSION = 1
};

/* numeric of value / 10^scale, with scale digits shown. Returns the bytes written. */
size_t projc__numeric_encode(int64_t value, uint8_t scale, uint8_t bytes[PROJC__NUMERIC_BYTES_MAX]);
/* False when the bytes are no numeric, NaN or infinite, have more digits than scale, or do not fit.
 */
bool projc__numeric_decode(const uint8_t *bytes, size_t size, uint8_t scale, int64_t *value);

/* Microseconds since 1970 from those since 2000 and back; false when they do not fit. -infinity and
 * infinity have no meaning here and do not fit. */
bool projc__timestamp_decode(int64_t stored, int64_t *time);
bool projc__timestamp_encode(int64_t time, int64_t *stored);

/* An integer of 2, 4 or 8 bytes; false for any other size. */
bool projc__integer_decode(const uint8_t *bytes, size_t size, int64_t *value);

static inline uint16_t projc__get_u16(const uint8_t *bytes)
{
    return (uint16_t)((unsigned)bytes[0] << 8 | bytes[1]);
}

static inline uint32_t projc__get_u32(const uint8_t *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    value = __builtin_bswap32(value);
#endif
    return value;
}

static inline uint64_t projc__get_u64(const uint8_t *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

/* A ctid: the number of a page and a place on it. As one number it is 0 for no place at all. */
enum { PROJC__PLACE_BYTES = 6 };

static inline uint64_t projc__place_decode(const uint8_t *bytes, size_t size)
{
    return size != PROJC__PLACE_BYTES
               ? 0
               : (uint64_t)projc__get_u32(bytes) << 16 | projc__get_u16(bytes + 4);
}

static inline void projc__put_u16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static inline void projc__put_u32(uint8_t *bytes, uint32_t value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    value = __builtin_bswap32(value);
#endif
    memcpy(bytes, &value, sizeof value);
}

static inline void projc__put_u64(uint8_t *bytes, uint64_t value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    memcpy(bytes, &value, sizeof value);
}

static inline void projc__place_encode(uint64_t place, uint8_t bytes[PROJC__PLACE_BYTES])
{
    projc__put_u32(bytes, (uint32_t)(place >> 16));
    projc__put_u16(bytes + 4, (uint16_t)place);
}

#endif
