/* Heads of msgpack items, from the specification's table of first bytes; nothing is believed of a
 * count. */
#include "codec/msgpack_head.h"

#include <string.h>

static projc__msgpack_kind truncated(projc_msgpack_reader *reader)
{
    projc__msgpack_fail_plainly(reader, PROJC_DATA, "truncated at byte %zu",
                                (size_t)(reader->end - reader->start));
    return PROJC__MSGPACK_FAILED;
}

static size_t left(const projc_msgpack_reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

/* A big-endian number of 1, 2, 4 or 8 bytes, which are there. */
static uint64_t take_number(projc_msgpack_reader *reader, size_t size)
{
    const uint8_t *at = reader->at;
    uint64_t high;
    uint64_t low;

    reader->at += size;
    switch (size) {
    case 1:
        return at[0];
    case 2:
        return (uint64_t)at[0] << 8 | at[1];
    case 4:
        return (uint64_t)at[0] << 24 | (uint64_t)at[1] << 16 | (uint64_t)at[2] << 8 | at[3];
    default:
        high = (uint64_t)at[0] << 24 | (uint64_t)at[1] << 16 | (uint64_t)at[2] << 8 | at[3];
        low = (uint64_t)at[4] << 24 | (uint64_t)at[5] << 16 | (uint64_t)at[6] << 8 | at[7];
        return high << 32 | low;
    }
}

/* The data of a text, bytes or extension of head->count bytes. */
static projc__msgpack_kind take_data(projc_msgpack_reader *reader, projc__msgpack_head *head,
                                     projc__msgpack_kind kind)
{
    if (head->count > left(reader))
        return truncated(reader);
    head->data = reader->at;
    reader->at += head->count;
    return kind;
}

/* A list of head->count items, or a map of so many pairs, of at least item_size bytes each. */
static projc__msgpack_kind check_count(projc_msgpack_reader *reader,
                                       const projc__msgpack_head *head, size_t item_size,
                                       projc__msgpack_kind kind)
{
    return head->count > left(reader) / item_size ? truncated(reader) : kind;
}

static projc__msgpack_kind take_unsigned(projc_msgpack_reader *reader, projc__msgpack_head *head,
                                         size_t size)
{
    head->count = take_number(reader, size);
    head->integer = (int64_t)(head->count & INT64_MAX);
    return head->count > INT64_MAX ? PROJC__MSGPACK_HUGE : PROJC__MSGPACK_INTEGER;
}

static projc__msgpack_kind take_signed(projc_msgpack_reader *reader, projc__msgpack_head *head,
                                       size_t size)
{
    uint64_t value = take_number(reader, size);
    uint64_t sign = UINT64_C(1) << (8 * size - 1);

    head->integer = (int64_t)((value ^ sign) - sign); /* the sign bit spread upwards */
    return PROJC__MSGPACK_INTEGER;
}

static projc__msgpack_kind take_real(projc_msgpack_reader *reader, projc__msgpack_head *head,
                                     size_t size)
{
    uint64_t bits = take_number(reader, size);

    if (size == sizeof(float)) {
        uint32_t float_bits = (uint32_t)bits;
        float value;

        memcpy(&value, &float_bits, sizeof value);
        head->real = (double)value;
    } else {
        memcpy(&head->real, &bits, sizeof head->real);
    }
    return PROJC__MSGPACK_REAL;
}

static projc__msgpack_kind take_extension(projc_msgpack_reader *reader, projc__msgpack_head *head,
                                          uint64_t size)
{
    if (left(reader) == 0)
        return truncated(reader);
    take_signed(reader, head, 1);
    head->count = size;
    return take_data(reader, head, PROJC__MSGPACK_EXTENSION);
}

/* Bytes that follow the first one before data, for 0xC0 to 0xDF. */
static const uint8_t widths[32] = {
    0, 0, 0, 0, 1, 2, 4, 1, 2, 4, 4, 8, 1, 2, 4, 8, /* nil - bools bin ext floats uint */
    1, 2, 4, 8, 0, 0, 0, 0, 0, 1, 2, 4, 2, 4, 2, 4, /* int fixext str list map */
};

static projc__msgpack_kind take_long_form(projc_msgpack_reader *reader, projc__msgpack_head *head,
                                          uint8_t first)
{
    size_t width = widths[first - 0xC0];

    if (width > left(reader))
        return truncated(reader);
    switch (first) {
    case 0xC0:
        return PROJC__MSGPACK_NIL;
    case 0xC1:
        projc__msgpack_fail_plainly(reader, PROJC_DATA, "byte %zu is no msgpack",
                                    (size_t)(reader->at - reader->start) - 1);
        return PROJC__MSGPACK_FAILED;
    case 0xC2:
    case 0xC3:
        head->integer = first == 0xC3;
        return PROJC__MSGPACK_BOOL;
    case 0xC4:
    case 0xC5:
    case 0xC6:
        head->count = take_number(reader, width);
        return take_data(reader, head, PROJC__MSGPACK_BYTES);
    case 0xC7:
    case 0xC8:
    case 0xC9:
        return take_extension(reader, head, take_number(reader, width));
    case 0xCA:
    case 0xCB:
        return take_real(reader, head, width);
    case 0xCC:
    case 0xCD:
    case 0xCE:
    case 0xCF:
        return take_unsigned(reader, head, width);
    case 0xD0:
    case 0xD1:
    case 0xD2:
    case 0xD3:
        return take_signed(reader, head, width);
    case 0xD4:
    case 0xD5:
    case 0xD6:
    case 0xD7:
    case 0xD8:
        return take_extension(reader, head, UINT64_C(1) << (first - 0xD4));
    case 0xD9:
    case 0xDA:
    case 0xDB:
        head->count = take_number(reader, width);
        return take_data(reader, head, PROJC__MSGPACK_TEXT);
    case 0xDC:
    case 0xDD:
        head->count = take_number(reader, width);
        return check_count(reader, head, 1, PROJC__MSGPACK_LIST);
    default:
        head->count = take_number(reader, width);
        return check_count(reader, head, 2, PROJC__MSGPACK_MAP);
    }
}

projc__msgpack_kind projc__msgpack_read_long_head(projc_msgpack_reader *reader,
                                                  projc__msgpack_head *head)
{
    uint8_t first;

    if (reader->at == reader->end)
        return head->kind = truncated(reader);
    first = *reader->at++;
    if (first >= 0xC0)
        return head->kind = take_long_form(reader, head, first);
    if (first >= 0xA0) {
        head->count = first & 0x1F;
        return head->kind = take_data(reader, head, PROJC__MSGPACK_TEXT);
    }
    head->count = first & 0x0F;
    if (first >= 0x90)
        return head->kind = check_count(reader, head, 1, PROJC__MSGPACK_LIST);
    return head->kind = check_count(reader, head, 2, PROJC__MSGPACK_MAP);
}
