/* draw.c -- random values: mostly small, sometimes at the borders of their type. */
#include "wire.h"

#include <math.h>
#include <string.h>

static int64_t draw_integer(struct oracle_random *random, const struct pc_type *type)
{
    int64_t high =
        type->bits == 64 ? INT64_MAX : (INT64_C(1) << (type->bits - type->is_signed)) - 1;
    int64_t low = type->is_signed ? -high - 1 : 0;
    uint32_t way = oracle_below(random, 100);

    if (way < 70)
        return (int64_t)oracle_below(random, 20) - (type->is_signed && way < 30 ? 10 : 0);
    if (way < 78)
        return way < 74 ? high : low;
    if (way < 90)
        return (int64_t)oracle_below(random, 120);
    int64_t bits = (int64_t)oracle_next(random);
    return type->bits == 64 ? bits : low + (int64_t)((uint64_t)bits % (uint64_t)(high - low + 1));
}

static int64_t draw_decimal(struct oracle_random *random)
{
    uint32_t way = oracle_below(random, 100);

    if (way < 50)
        return (int64_t)oracle_below(random, 4000) - 1000;
    if (way < 80)
        return (int64_t)oracle_below(random, 40) * 50 - 500;
    if (way < 94)
        return (int64_t)(oracle_next(random) % 2000000000000u) - INT64_C(1000000000000);
    return way < 96 ? INT64_MAX : way < 98 ? INT64_MIN : 0;
}

static double draw_real(struct oracle_random *random)
{
    static const double borders[] = {0.0, -0.0, 5e-324, 1.7976931348623157e308, 0.1, -1e22, 1e-7};
    uint32_t way = oracle_below(random, 100);

    if (way < 60)
        return ((double)oracle_below(random, 400) - 200) / 8;
    if (way < 75)
        return borders[oracle_below(random, sizeof borders / sizeof *borders)];
    if (way < 90)
        return (double)(int64_t)(oracle_next(random) >> 20) / 1000.0;
    uint64_t bits = oracle_next(random);
    double real;
    memcpy(&real, &bits, sizeof real);
    return isfinite(real) ? real : 2.5;
}

static struct pc_text draw_text(struct pc_arena *arena, struct oracle_random *random)
{
    static const char *const pieces[] = {"a", "b", "Ab", "xyz", " ",  "0",        "7", "12",
                                         "é", "𝄞", "\"", "\\",  "\t", "{",        "}", "%",
                                         "'", "/", "-",  ".",   "€",  "\xc2\x80", "Z", "_"};
    struct oracle_text out = {NULL, 0, 0};
    uint32_t count = oracle_below(random, oracle_percent(random, 10) ? 40 : 6);

    for (uint32_t i = 0; i < count; i++)
        oracle_put(&out, "%s", pieces[oracle_below(random, sizeof pieces / sizeof *pieces)]);
    struct pc_text text = oracle_take(arena, &out);
    oracle_text_clear(&out);
    return text;
}

static struct pc_text draw_bytes(struct pc_arena *arena, struct oracle_random *random, size_t size)
{
    char *bytes = pc_arena_alloc(arena, size + 1);

    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)oracle_next(random);
    return (struct pc_text){bytes, size};
}

/* Few, so that they meet again. */
static struct pc_text draw_uuid(struct pc_arena *arena, struct oracle_random *random)
{
    char *bytes = pc_arena_alloc(arena, 17);

    bytes[15] = (char)oracle_below(random, 4);
    if (oracle_percent(random, 20))
        bytes[0] = (char)0xff;
    return (struct pc_text){bytes, 16};
}

static int64_t draw_time(struct oracle_random *random)
{
    const int64_t day_us = INT64_C(86400000000);
    uint32_t way = oracle_below(random, 100);
    int64_t fine = oracle_percent(random, 50) ? 0 : (int64_t)(oracle_next(random) % 1000000);

    if (way < 80)
        return (INT64_C(18000) + oracle_below(random, 3000)) * day_us +
               (int64_t)oracle_below(random, 86400) * 1000000 + fine;
    if (way < 90)
        return -(int64_t)oracle_below(random, 20000) * day_us - fine;
    /* 0001-01-01 and 9999-12-31T23:59:59.999999 */
    return way < 95 ? INT64_C(-719162) * day_us : INT64_C(2932897) * day_us - 1;
}

static int64_t draw_duration(struct oracle_random *random)
{
    uint32_t way = oracle_below(random, 100);

    if (way < 60)
        return ((int64_t)oracle_below(random, 7200) - 1800) * 1000000;
    if (way < 90)
        return (int64_t)(oracle_next(random) % 200000000000u) - 100000000000;
    return way < 95 ? 0 : INT64_C(8000000000000000);
}

struct oracle_value oracle_draw(struct pc_arena *arena, struct oracle_random *random,
                                const struct pc_type *type)
{
    struct oracle_value value = {.has = true};

    switch (type->kind) {
    case PC_TYPE_BOOL:
        value.integer = oracle_percent(random, 50);
        break;
    case PC_TYPE_INTEGER:
        value.integer = draw_integer(random, type);
        break;
    case PC_TYPE_DECIMAL:
        value.integer = draw_decimal(random);
        break;
    case PC_TYPE_F64:
        value.real = draw_real(random);
        break;
    case PC_TYPE_TEXT:
        value.text = draw_text(arena, random);
        break;
    case PC_TYPE_BYTES:
        value.text = draw_bytes(arena, random, oracle_below(random, 8));
        break;
    case PC_TYPE_UUID:
        value.text = draw_uuid(arena, random);
        break;
    case PC_TYPE_TIME:
        value.integer = draw_time(random);
        break;
    case PC_TYPE_DATE:
        value.integer = oracle_floor_divide(draw_time(random), INT64_C(86400000000));
        break;
    case PC_TYPE_DURATION:
        value.integer = draw_duration(random);
        break;
    default: /* an enum; collections and records are drawn while they are written */
        value.integer = oracle_below(random, (uint32_t)type->enumeration->members.count);
        break;
    }
    return value;
}
