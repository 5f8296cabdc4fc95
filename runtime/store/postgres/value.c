/* The binary codec of PostgreSQL's types, written by hand against the server's *_send and *_recv.
 */
#include "store/postgres/value.h"

#include <assert.h>

#include "projc/handler.h"
#include "store/contract.h"

enum {
    DIGIT_BASE = 10000,
    DIGIT_DECIMALS = 4,
    NUMERIC_HEADER_BYTES = 8, /* digits, weight, sign, decimals shown: 2 bytes each */
    NUMERIC_POSITIVE = 0x0000,
    NUMERIC_NEGATIVE = 0x4000,
    DAYS_TO_2000 = 10957 /* from 1970-01-01 */
};

#define MICROSECONDS_TO_2000 INT64_C(946684800000000)

Oid projc__array_oid(Oid element)
{
    static const struct {
        Oid element;
        Oid array;
    } pairs[] = {
        {PROJC__OID_BOOL, 1000},        {PROJC__OID_BYTEA, 1001},     {PROJC__OID_INT2, 1005},
        {PROJC__OID_INT4, 1007},        {PROJC__OID_TEXT, 1009},      {PROJC__OID_INT8, 1016},
        {PROJC__OID_FLOAT8, 1022},      {PROJC__OID_TIMESTAMP, 1115}, {PROJC__OID_DATE, 1182},
        {PROJC__OID_TIMESTAMPTZ, 1185}, {PROJC__OID_NUMERIC, 1231},   {PROJC__OID_UUID, 2951},
        {PROJC__OID_JSON, 199},         {PROJC__OID_JSONB, 3807},     {PROJC__OID_VARCHAR, 1015},
        {PROJC__OID_BPCHAR, 1014},      {PROJC__OID_TID, 1010},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i].element == element)
            return pairs[i].array;
    }
    return 0;
}

Oid projc__column_oid(const projc_column *column)
{
    switch (column->type) {
    case PROJC_COLUMN_BOOL:
        return PROJC__OID_BOOL;
    case PROJC_COLUMN_I16:
        return PROJC__OID_INT2;
    case PROJC_COLUMN_I32:
        return PROJC__OID_INT4;
    case PROJC_COLUMN_I64:
    case PROJC_COLUMN_DURATION:
        return PROJC__OID_INT8;
    case PROJC_COLUMN_F64:
        return PROJC__OID_FLOAT8;
    case PROJC_COLUMN_DECIMAL:
        return PROJC__OID_NUMERIC;
    case PROJC_COLUMN_TEXT:
        return PROJC__OID_TEXT;
    case PROJC_COLUMN_BYTES:
        return PROJC__OID_BYTEA;
    case PROJC_COLUMN_UUID:
        return PROJC__OID_UUID;
    case PROJC_COLUMN_TIME:
        return PROJC__OID_TIMESTAMPTZ;
    case PROJC_COLUMN_DATE:
        return PROJC__OID_DATE;
    case PROJC_COLUMN_JSON:
        return PROJC__OID_JSONB;
    }
    assert(false && "a column type");
    return 0;
}

size_t projc__value_bound(const projc_value *value)
{
    switch (value->kind) {
    case PROJC_KIND_TEXT:
        return value->as.text.size + 1; /* the version byte of jsonb */
    case PROJC_KIND_BYTES:
        return value->as.bytes.size;
    case PROJC_KIND_NULL:
    case PROJC_KIND_BOOL:
    case PROJC_KIND_INTEGER:
    case PROJC_KIND_REAL:
    case PROJC_KIND_UUID:
        break;
    }
    return PROJC__NUMERIC_BYTES_MAX;
}

/* ---- numeric ---- */

size_t projc__numeric_encode(int64_t value, uint8_t scale, uint8_t bytes[PROJC__NUMERIC_BYTES_MAX])
{
    assert(scale <= 18);
    /* Digits stand in groups of four on both sides of the point: shift until they do. */
    int fraction_groups = (scale + DIGIT_DECIMALS - 1) / DIGIT_DECIMALS;
    unsigned __int128 rest = value < 0 ? (unsigned __int128)0 - (unsigned __int128)(__int128)value
                                       : (unsigned __int128)value;
    for (int i = scale; i < fraction_groups * DIGIT_DECIMALS; i++)
        rest *= 10;

    uint16_t groups[PROJC__NUMERIC_BYTES_MAX / 2]; /* the lowest first */
    int count = 0;
    while (rest != 0) {
        groups[count++] = (uint16_t)(rest % DIGIT_BASE);
        rest /= DIGIT_BASE;
    }
    int weight = count - fraction_groups - 1;
    int lowest = 0; /* trailing groups of zero are not stored */
    while (lowest < count && groups[lowest] == 0)
        lowest++;

    projc__put_u16(bytes, (uint16_t)(count - lowest));
    projc__put_u16(bytes + 2, count == 0 ? 0 : (uint16_t)weight);
    projc__put_u16(bytes + 4, value < 0 ? NUMERIC_NEGATIVE : NUMERIC_POSITIVE);
    projc__put_u16(bytes + 6, scale);
    size_t size = NUMERIC_HEADER_BYTES;
    for (int i = count - 1; i >= lowest; i--, size += 2)
        projc__put_u16(bytes + size, groups[i]);
    return size;
}

/* Adds group * 10^exponent; false when that is no integer or leaves what can fit in the end. */
static bool add_group(unsigned __int128 *sum, uint16_t group, int exponent)
{
    if (group == 0)
        return true;
    if (exponent > 20)
        return false;
    unsigned __int128 term = group;
    for (; exponent > 0; exponent--)
        term *= 10;
    for (; exponent < 0; exponent++) {
        if (term % 10 != 0)
            return false;
        term /= 10;
    }
    *sum += term;
    return true;
}

bool projc__numeric_decode(const uint8_t *bytes, size_t size, uint8_t scale, int64_t *value)
{
    if (size < NUMERIC_HEADER_BYTES)
        return false;
    size_t count = projc__get_u16(bytes);
    int weight = (int16_t)projc__get_u16(bytes + 2);
    uint16_t sign = projc__get_u16(bytes + 4);
    if (size != NUMERIC_HEADER_BYTES + 2 * count ||
        (sign != NUMERIC_POSITIVE && sign != NUMERIC_NEGATIVE))
        return false; /* NaN and the infinities have signs of their own */

    unsigned __int128 sum = 0;
    for (size_t i = 0; i < count; i++) {
        uint16_t group = projc__get_u16(bytes + NUMERIC_HEADER_BYTES + 2 * i);
        /* At most 65,535 groups: no overflow in the exponent. */
        if (group >= DIGIT_BASE ||
            !add_group(&sum, group, DIGIT_DECIMALS * (weight - (int)i) + scale))
            return false;
        if (sum > (unsigned __int128)INT64_MAX + 1)
            return false;
    }
    if (sign == NUMERIC_NEGATIVE) {
        *value = (int64_t)(-(__int128)sum);
        return true;
    }
    *value = (int64_t)sum;
    return sum <= (unsigned __int128)INT64_MAX;
}

/* ---- times and integers ---- */

bool projc__timestamp_decode(int64_t stored, int64_t *time)
{
    if (stored == INT64_MIN || stored == INT64_MAX)
        return false;
    return !__builtin_add_overflow(stored, MICROSECONDS_TO_2000, time);
}

bool projc__timestamp_encode(int64_t time, int64_t *stored)
{
    return !__builtin_sub_overflow(time, MICROSECONDS_TO_2000, stored) && *stored != INT64_MIN;
}

bool projc__integer_decode(const uint8_t *bytes, size_t size, int64_t *value)
{
    switch (size) {
    case 2:
        *value = (int16_t)projc__get_u16(bytes);
        return true;
    case 4:
        *value = (int32_t)projc__get_u32(bytes);
        return true;
    case 8:
        *value = (int64_t)projc__get_u64(bytes);
        return true;
    default:
        return false;
    }
}

/* ---- values ---- */

static projc_status out_of_range(const projc_column *column, int64_t value, projc_error *error)
{
    return projc_error_set(error, PROJC_DATA, "column %s: %lld is out of the range of its type",
                           column->name, (long long)value);
}

static projc_status encode_integer(const projc_column *column, int64_t value, uint8_t *bytes,
                                   size_t *size, projc_error *error)
{
    int64_t stored = value;
    switch (column->type) {
    case PROJC_COLUMN_I16:
        projc__put_u16(bytes, (uint16_t)value);
        *size = 2;
        return value == (int16_t)value ? PROJC_OK : out_of_range(column, value, error);
    case PROJC_COLUMN_I32:
        projc__put_u32(bytes, (uint32_t)value);
        *size = 4;
        return value == (int32_t)value ? PROJC_OK : out_of_range(column, value, error);
    case PROJC_COLUMN_DATE:
        if (__builtin_sub_overflow(value, DAYS_TO_2000, &stored) || stored != (int32_t)stored)
            return out_of_range(column, value, error);
        projc__put_u32(bytes, (uint32_t)stored);
        *size = 4;
        return PROJC_OK;
    case PROJC_COLUMN_DECIMAL:
        *size = projc__numeric_encode(value, column->scale, bytes);
        return PROJC_OK;
    case PROJC_COLUMN_TIME:
        if (!projc__timestamp_encode(value, &stored))
            return out_of_range(column, value, error);
        break;
    default:
        break;
    }
    projc__put_u64(bytes, (uint64_t)stored);
    *size = 8;
    return PROJC_OK;
}

projc_status projc__value_encode(const projc_column *column, const projc_value *value,
                                 uint8_t *bytes, size_t *size, projc_error *error)
{
    uint64_t bits;

    if (value->kind != projc__column_kind(column->type))
        return projc_error_set(error, PROJC_INVALID,
                               "column %s: a value of kind %d does not belong here", column->name,
                               (int)value->kind);
    switch (value->kind) {
    case PROJC_KIND_BOOL:
        bytes[0] = value->as.boolean;
        *size = 1;
        return PROJC_OK;
    case PROJC_KIND_REAL:
        memcpy(&bits, &value->as.real, sizeof bits);
        if (value->as.real == 0)
            bits = 0; /* without a sign, as SQLite gives it back */
        projc__put_u64(bytes, bits);
        *size = sizeof bits;
        return PROJC_OK;
    case PROJC_KIND_TEXT:
        *size = 0;
        if (column->type == PROJC_COLUMN_JSON)
            bytes[(*size)++] = PROJC__JSONB_VERSION;
        if (value->as.text.size != 0)
            memcpy(bytes + *size, value->as.text.data, value->as.text.size);
        *size += value->as.text.size;
        return PROJC_OK;
    case PROJC_KIND_BYTES:
        if (value->as.bytes.size != 0)
            memcpy(bytes, value->as.bytes.data, value->as.bytes.size);
        *size = value->as.bytes.size;
        return PROJC_OK;
    case PROJC_KIND_UUID:
        memcpy(bytes, value->as.uuid.bytes, sizeof value->as.uuid.bytes);
        *size = sizeof value->as.uuid.bytes;
        return PROJC_OK;
    case PROJC_KIND_INTEGER:
    case PROJC_KIND_NULL:
        break;
    }
    return encode_integer(column, value->as.integer, bytes, size, error);
}

static bool decode_integer(const projc_column *column, const uint8_t *data, size_t size,
                           int64_t *value)
{
    if (column->type == PROJC_COLUMN_DECIMAL)
        return projc__numeric_decode(data, size, column->scale, value);
    if (!projc__integer_decode(data, size, value))
        return false;
    if (column->type == PROJC_COLUMN_TIME)
        return size == 8 && projc__timestamp_decode(*value, value);
    if (column->type == PROJC_COLUMN_DATE) {
        /* -infinity and infinity are the ends of the range. */
        if (size != 4 || *value == INT32_MIN || *value == INT32_MAX)
            return false;
        *value += DAYS_TO_2000;
        return *value <= INT32_MAX;
    }
    return true;
}

static bool decode_slice(const projc_column *column, const uint8_t *data, size_t size,
                         projc_arena *arena, projc_value *value)
{
    if (column->type == PROJC_COLUMN_JSON) {
        if (size == 0 || data[0] != PROJC__JSONB_VERSION)
            return false;
        data++;
        size--;
    }
    if (arena != NULL)
        data = (const uint8_t *)projc_arena_copy(arena, data, size);
    if (value->kind == PROJC_KIND_TEXT)
        value->as.text = projc_text_of((const char *)data, size);
    else
        value->as.bytes = (projc_bytes){data, size};
    return true;
}

projc_status projc__value_decode(const projc_column *column, const uint8_t *data, int size,
                                 projc_arena *arena, projc_value *value, projc_error *error)
{
    bool is_good = true;
    uint64_t bits;

    memset(value, 0, sizeof *value);
    if (size < 0)
        return PROJC_OK; /* zeroes are PROJC_KIND_NULL */
    value->kind = projc__column_kind(column->type);
    switch (value->kind) {
    case PROJC_KIND_BOOL:
        is_good = size == 1;
        value->as.boolean = is_good && data[0] != 0;
        break;
    case PROJC_KIND_REAL:
        is_good = size == sizeof bits;
        bits = is_good ? projc__get_u64(data) : 0;
        memcpy(&value->as.real, &bits, sizeof bits);
        break;
    case PROJC_KIND_UUID:
        is_good = size == sizeof value->as.uuid.bytes;
        if (is_good)
            memcpy(value->as.uuid.bytes, data, sizeof value->as.uuid.bytes);
        break;
    case PROJC_KIND_TEXT:
    case PROJC_KIND_BYTES:
        is_good = decode_slice(column, data, (size_t)size, arena, value);
        if (arena != NULL && projc_arena_is_exhausted(arena))
            return projc_error_set(error, PROJC_LIMIT,
                                   "column %s: a row is larger than the memory for it",
                                   column->name);
        break;
    case PROJC_KIND_INTEGER:
    case PROJC_KIND_NULL:
        is_good = decode_integer(column, data, (size_t)size, &value->as.integer);
        break;
    }
    if (is_good)
        return PROJC_OK;
    return projc_error_set(error, PROJC_CORRUPT,
                           "column %s: the stored value is none of the declared type (%d bytes)",
                           column->name, size);
}
