/* wire_msgpack.c -- scalars as msgpack, in any width that holds them. */
#include "wire.h"

#include <string.h>

static void put_big_endian(struct oracle_text *out, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        oracle_put_char(out, (char)(value >> (8 * i)));
}

static void put_byte(struct oracle_text *out, unsigned byte)
{
    oracle_put_char(out, (char)byte);
}

void oracle_pack_integer(struct oracle_writer *writer, struct oracle_text *out, int64_t value)
{
    static const unsigned signed_heads[] = {0xd0, 0xd1, 0xd2, 0xd3};
    static const unsigned unsigned_heads[] = {0xcc, 0xcd, 0xce, 0xcf};
    bool is_unsigned = value >= 0 && oracle_percent(writer->random, 50);
    int width = 0;

    if (value >= -32 && value < 128 && oracle_percent(writer->random, 70)) {
        put_byte(out, (unsigned)value & 0xff);
        return;
    }
    while (width < 3 && (is_unsigned ? value >> (8 << width) != 0
                                     : value < -(INT64_C(1) << ((8 << width) - 1)) ||
                                           value >= INT64_C(1) << ((8 << width) - 1)))
        width++;
    width += (int)oracle_below(writer->random, (uint32_t)(4 - width));
    put_byte(out, (is_unsigned ? unsigned_heads : signed_heads)[width]);
    put_big_endian(out, (uint64_t)value, 1 << width);
}

void oracle_pack_head(struct oracle_writer *writer, struct oracle_text *out, uint8_t fix,
                      uint8_t wide, size_t count)
{
    if (count < 16 && oracle_percent(writer->random, 80)) {
        put_byte(out, fix | (unsigned)count);
        return;
    }
    bool is_widest = oracle_percent(writer->random, 30);
    put_byte(out, wide + (unsigned)is_widest);
    put_big_endian(out, count, is_widest ? 4 : 2);
}

void oracle_pack_text(struct oracle_writer *writer, struct oracle_text *out, struct pc_text text)
{
    if (text.size < 32 && oracle_percent(writer->random, 80)) {
        put_byte(out, 0xa0u | (unsigned)text.size);
    } else if (text.size < 256 && oracle_percent(writer->random, 50)) {
        put_byte(out, 0xd9);
        put_byte(out, (unsigned)text.size);
    } else {
        put_byte(out, 0xda);
        put_big_endian(out, text.size, 2);
    }
    oracle_put_bytes(out, text.data, text.size);
}

static void pack_bytes(struct oracle_text *out, struct pc_text bytes)
{
    put_byte(out, 0xc4);
    put_byte(out, (unsigned)bytes.size);
    oracle_put_bytes(out, bytes.data, bytes.size);
}

static void pack_real(struct oracle_text *out, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    put_byte(out, 0xcb);
    put_big_endian(out, bits, 8);
}

void oracle_write_msgpack_scalar(struct oracle_writer *writer, struct oracle_text *out,
                                 const struct pc_type *type, const struct oracle_value *value)
{
    const struct pc_member_model *member;

    switch (type->kind) {
    case PC_TYPE_BOOL:
        put_byte(out, value->integer ? 0xc3 : 0xc2);
        break;
    case PC_TYPE_F64:
        pack_real(out, value->real);
        break;
    case PC_TYPE_TEXT:
        oracle_pack_text(writer, out, value->text);
        break;
    case PC_TYPE_BYTES:
    case PC_TYPE_UUID:
        pack_bytes(out, value->text);
        break;
    case PC_TYPE_ENUM:
        member = type->enumeration->members.items[value->integer];
        if (member->has_code)
            oracle_pack_integer(writer, out, member->code);
        else
            oracle_pack_text(writer, out, member->outside);
        break;
    default:
        oracle_pack_integer(writer, out, value->integer);
        break;
    }
}
