/* make_shape.c -- the generator's types: drawing, comparing, spelling. */
#include "make.h"

#include <stdarg.h>

bool oracle_has(const struct maker *maker, enum oracle_feature feature)
{
    return (maker->features >> feature & 1) != 0;
}

uint32_t oracle_pick(struct maker *maker, uint32_t bound)
{
    return oracle_below(maker->random, bound);
}

bool oracle_often(struct maker *maker, uint32_t percent)
{
    return oracle_percent(maker->random, percent);
}

const char *oracle_format(struct maker *maker, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    struct pc_text text = pc_text_vformat(maker->arena, format, arguments);
    va_end(arguments);
    return text.data;
}

const char *oracle_name(struct maker *maker, const char *stem)
{
    return oracle_format(maker, "%s%u", stem, ++maker->names);
}

/* ---- making ---- */

const struct shape *oracle_shape(struct maker *maker, enum kind kind)
{
    struct shape *shape = PC_NEW(maker->arena, struct shape);

    shape->kind = kind;
    return shape;
}

const struct shape *oracle_integer(struct maker *maker, unsigned bits, bool is_signed)
{
    struct shape *shape = PC_NEW(maker->arena, struct shape);

    *shape = (struct shape){.kind = KIND_INTEGER, .bits = bits, .is_signed = is_signed};
    return shape;
}

const struct shape *oracle_decimal(struct maker *maker, unsigned scale)
{
    struct shape *shape = PC_NEW(maker->arena, struct shape);

    *shape = (struct shape){.kind = KIND_DECIMAL, .scale = scale};
    return shape;
}

const struct shape *oracle_wrapped(struct maker *maker, enum kind kind, const struct shape *element)
{
    struct shape *shape = PC_NEW(maker->arena, struct shape);

    *shape = (struct shape){.kind = kind, .element = element};
    return shape;
}

/* ---- drawing ---- */

const struct shape *oracle_any_integer(struct maker *maker)
{
    unsigned bits = 8u << oracle_pick(maker, 4);

    if (oracle_often(maker, 30))
        bits = 64;
    return oracle_integer(maker, bits, bits == 64 || oracle_often(maker, 50));
}

static const struct shape *any_enum(struct maker *maker)
{
    struct shape *shape = PC_NEW(maker->arena, struct shape);

    shape->kind = KIND_ENUM;
    shape->enumeration = &maker->enums[oracle_pick(maker, maker->enum_count)];
    return shape;
}

static const struct shape *any_record(struct maker *maker)
{
    struct shape *shape = PC_NEW(maker->arena, struct shape);

    shape->kind = KIND_RECORD;
    shape->record = &maker->records[oracle_pick(maker, maker->record_count)];
    return shape;
}

const struct shape *oracle_any_scalar(struct maker *maker)
{
    static const enum kind calendar[] = {KIND_TIME, KIND_DATE, KIND_DURATION};
    uint32_t way = oracle_pick(maker, 100);

    if (way < 30)
        return oracle_any_integer(maker);
    if (way < 45 && oracle_has(maker, ORACLE_decimals))
        return oracle_decimal(maker, oracle_pick(maker, oracle_often(maker, 80) ? 5 : 10));
    if (way < 55)
        return oracle_shape(maker, KIND_TEXT);
    if (way < 62 && oracle_has(maker, ORACLE_reals))
        return oracle_shape(maker, KIND_F64);
    if (way < 70)
        return oracle_shape(maker, KIND_BOOL);
    if (way < 74)
        return oracle_shape(maker, KIND_UUID);
    if (way < 77)
        return oracle_shape(maker, KIND_BYTES);
    if (way < 89 && oracle_has(maker, ORACLE_calendar))
        return oracle_shape(maker, calendar[oracle_pick(maker, 3)]);
    if (maker->enum_count != 0)
        return any_enum(maker);
    return oracle_any_integer(maker);
}

const struct shape *oracle_any_shape(struct maker *maker, uint32_t depth)
{
    uint32_t way = oracle_pick(maker, 100);

    if (way < 15 && depth != 0 && oracle_has(maker, ORACLE_optionals)) {
        const struct shape *element = oracle_any_shape(maker, depth - 1);

        return element->kind == KIND_OPTIONAL ? element
                                              : oracle_wrapped(maker, KIND_OPTIONAL, element);
    }
    if (way < 38 && depth != 0 && oracle_has(maker, ORACLE_lists))
        return oracle_any_collection_shape(maker, depth - 1);
    if (way < 48 && maker->record_count != 0)
        return any_record(maker);
    return oracle_any_scalar(maker);
}

/* ---- questions ---- */

bool oracle_is_same(const struct shape *left, const struct shape *right)
{
    if (left->kind != right->kind || left->bits != right->bits ||
        left->is_signed != right->is_signed || left->scale != right->scale ||
        left->enumeration != right->enumeration || left->record != right->record)
        return false;
    if (left->key != NULL && !oracle_is_same(left->key, right->key))
        return false;
    return left->element == NULL || oracle_is_same(left->element, right->element);
}

bool oracle_has_zero(const struct shape *shape)
{
    switch (shape->kind) {
    case KIND_UUID:
    case KIND_TIME:
    case KIND_DATE:
    case KIND_ENUM:
        return false;
    case KIND_RECORD:
        return shape->record->has_zero;
    default:
        return true;
    }
}

bool oracle_is_scalar(const struct shape *shape)
{
    return shape->kind < KIND_RECORD;
}

bool oracle_is_ordered(const struct shape *shape)
{
    return oracle_is_scalar(shape) && shape->kind != KIND_BOOL && shape->kind != KIND_ENUM;
}

const char *oracle_spell(struct maker *maker, const struct shape *shape)
{
    static const char *const names[] = {
        [KIND_BOOL] = "bool",   [KIND_F64] = "f64",           [KIND_TEXT] = "text",
        [KIND_BYTES] = "bytes", [KIND_UUID] = "uuid",         [KIND_TIME] = "time",
        [KIND_DATE] = "date",   [KIND_DURATION] = "duration",
    };

    for (uint32_t i = 0; i < maker->alias_count; i++)
        if (oracle_is_same(maker->aliases[i], shape) && oracle_often(maker, 50))
            return maker->alias_names[i];
    switch (shape->kind) {
    case KIND_INTEGER:
        return oracle_format(maker, "%c%u", shape->is_signed ? 'i' : 'u', shape->bits);
    case KIND_DECIMAL:
        return oracle_format(maker, "decimal(%u)", shape->scale);
    case KIND_ENUM:
        return shape->enumeration->name;
    case KIND_RECORD:
        return shape->record->name;
    case KIND_OPTIONAL:
        return oracle_format(maker, "%s?", oracle_spell(maker, shape->element));
    case KIND_LIST:
        return oracle_format(maker, "list<%s>", oracle_spell(maker, shape->element));
    case KIND_SET:
        return oracle_format(maker, "set<%s>", oracle_spell(maker, shape->element));
    case KIND_MAP:
        return oracle_format(maker, "map<%s, %s>", oracle_spell(maker, shape->key),
                             oracle_spell(maker, shape->element));
    default:
        return names[shape->kind];
    }
}

const struct shape *oracle_narrower(struct maker *maker, const struct shape *shape)
{
    unsigned bits;

    if (oracle_often(maker, 50))
        return shape;
    switch (shape->kind) {
    case KIND_INTEGER:
        if (shape->bits == 8)
            return shape;
        bits = shape->bits >> (1 + oracle_pick(maker, shape->bits == 16 ? 1 : 2));
        return oracle_integer(maker, bits, shape->is_signed && oracle_often(maker, 50));
    case KIND_DECIMAL:
        if (oracle_often(maker, 50) || shape->scale == 0)
            return oracle_integer(maker, 8u << oracle_pick(maker, 3), oracle_often(maker, 50));
        return oracle_decimal(maker, 1 + oracle_pick(maker, shape->scale));
    case KIND_F64:
        return oracle_integer(maker, 8u << oracle_pick(maker, 3), oracle_often(maker, 50));
    default:
        return shape;
    }
}
