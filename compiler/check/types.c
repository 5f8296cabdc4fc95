/* types.c -- making types, each only once, and what can be asked of them. */
#include "check/check.h"

#include <string.h>

static struct pc_type *add(struct pc_checker *checker, enum pc_type_kind kind, struct pc_text name)
{
    struct pc_type *type = PC_NEW(checker->arena, struct pc_type);

    type->kind = kind;
    type->name = name;
    type->index = (uint32_t)checker->types.count;
    PC_LIST_ADD(checker->arena, &checker->types, type);
    return type;
}

static bool is_same(const struct pc_type *a, const struct pc_type *b)
{
    return a->kind == b->kind && a->bits == b->bits && a->is_signed == b->is_signed &&
           a->scale == b->scale && a->is_rounding == b->is_rounding && a->format == b->format;
}

/* A type without components: there are at most a few dozen of them. */
static const struct pc_type *simple(struct pc_checker *checker, struct pc_type wanted,
                                    const char *name)
{
    for (size_t i = 0; i < checker->simple_types.count; i++) {
        if (is_same(checker->simple_types.items[i], &wanted))
            return checker->simple_types.items[i];
    }
    struct pc_type *type = add(checker, wanted.kind, pc_text_of(name));
    wanted.name = type->name;
    wanted.index = type->index;
    *type = wanted;
    PC_LIST_ADD(checker->arena, &checker->simple_types, type);
    return type;
}

const struct pc_type *pc_type_integer(struct pc_checker *checker, uint8_t bits, bool is_signed)
{
    static const char *const names[2][4] = {{"u8", "u16", "u32", "u64"},
                                            {"i8", "i16", "i32", "i64"}};
    int size = bits == 8 ? 0 : bits == 16 ? 1 : bits == 32 ? 2 : 3;
    struct pc_type wanted = {.kind = PC_TYPE_INTEGER, .bits = bits, .is_signed = is_signed};

    return simple(checker, wanted, names[is_signed][size]);
}

static const struct pc_type *decimal(struct pc_checker *checker, uint8_t scale, bool is_rounding)
{
    struct pc_type wanted = {.kind = PC_TYPE_DECIMAL, .scale = scale, .is_rounding = is_rounding};
    struct pc_text name = pc_text_format(
        checker->arena, is_rounding ? "decimal(%d, round)" : "decimal(%d)", (int)scale);

    return simple(checker, wanted, name.data);
}

const struct pc_type *pc_type_decimal(struct pc_checker *checker, uint8_t scale)
{
    return decimal(checker, scale, false);
}

const struct pc_type *pc_type_decimal_rounding(struct pc_checker *checker, uint8_t scale)
{
    return decimal(checker, scale, true);
}

const struct pc_type *pc_type_duration_in(struct pc_checker *checker,
                                          enum pc_duration_format format)
{
    static const char *const names[] = {"duration", "duration(ns)", "duration(us)", "duration(ms)",
                                        "duration(s)"};
    struct pc_type wanted = {.kind = PC_TYPE_DURATION, .format = format};

    return simple(checker, wanted, names[format]);
}

const struct pc_type *pc_type_optional(struct pc_checker *checker, const struct pc_type *element)
{
    struct pc_type *of = checker->types.items[element->index];

    if (element->kind == PC_TYPE_ERROR || element->kind == PC_TYPE_OPTIONAL)
        return element;
    if (of->optional_of == NULL) {
        struct pc_type *type = add(checker, PC_TYPE_OPTIONAL,
                                   pc_text_format(checker->arena, "%.*s?", PC_TYPE_ARGS(element)));
        type->element = element;
        of->optional_of = type;
    }
    return of->optional_of;
}

const struct pc_type *pc_type_list(struct pc_checker *checker, const struct pc_type *element)
{
    struct pc_type *of = checker->types.items[element->index];

    if (element->kind == PC_TYPE_ERROR)
        return element;
    if (of->list_of == NULL) {
        struct pc_type *type =
            add(checker, PC_TYPE_LIST,
                pc_text_format(checker->arena, "list<%.*s>", PC_TYPE_ARGS(element)));
        type->element = element;
        of->list_of = type;
    }
    return of->list_of;
}

const struct pc_type *pc_type_set(struct pc_checker *checker, const struct pc_type *element)
{
    struct pc_type *of = checker->types.items[element->index];

    if (element->kind == PC_TYPE_ERROR)
        return element;
    if (of->set_of == NULL) {
        struct pc_type *type =
            add(checker, PC_TYPE_SET,
                pc_text_format(checker->arena, "set<%.*s>", PC_TYPE_ARGS(element)));
        type->element = element;
        of->set_of = type;
    }
    return of->set_of;
}

const struct pc_type *pc_type_map(struct pc_checker *checker, const struct pc_type *key,
                                  const struct pc_type *value)
{
    if (key->kind == PC_TYPE_ERROR || value->kind == PC_TYPE_ERROR)
        return checker->error;
    for (size_t i = 0; i < checker->types.count; i++) {
        const struct pc_type *known = checker->types.items[i];
        if (known->kind == PC_TYPE_MAP && known->key == key && known->element == value)
            return known;
    }
    struct pc_type *type = add(
        checker, PC_TYPE_MAP,
        pc_text_format(checker->arena, "map<%.*s, %.*s>", PC_TYPE_ARGS(key), PC_TYPE_ARGS(value)));
    type->key = key;
    type->element = value;
    return type;
}

struct pc_type *pc_type_declared(struct pc_checker *checker, enum pc_type_kind kind,
                                 struct pc_text name)
{
    return add(checker, kind, name);
}

void pc_types_init(struct pc_checker *checker)
{
    checker->error = simple(checker, (struct pc_type){.kind = PC_TYPE_ERROR}, "?");
    checker->none = simple(checker, (struct pc_type){.kind = PC_TYPE_NONE}, "none");
    checker->boolean = simple(checker, (struct pc_type){.kind = PC_TYPE_BOOL}, "bool");
    checker->u32 = pc_type_integer(checker, 32, false);
    checker->i64 = pc_type_integer(checker, 64, true);
    checker->f64 = simple(checker, (struct pc_type){.kind = PC_TYPE_F64}, "f64");
    checker->text = simple(checker, (struct pc_type){.kind = PC_TYPE_TEXT}, "text");
    checker->bytes = simple(checker, (struct pc_type){.kind = PC_TYPE_BYTES}, "bytes");
    checker->uuid = simple(checker, (struct pc_type){.kind = PC_TYPE_UUID}, "uuid");
    checker->time = simple(checker, (struct pc_type){.kind = PC_TYPE_TIME}, "time");
    checker->date = simple(checker, (struct pc_type){.kind = PC_TYPE_DATE}, "date");
    checker->duration = pc_type_duration_in(checker, PC_DURATION_ISO);
}

const struct pc_type *pc_type_plain(struct pc_checker *checker, const struct pc_type *type)
{
    switch (type->kind) {
    case PC_TYPE_DECIMAL:
        return pc_type_decimal(checker, type->scale);
    case PC_TYPE_DURATION:
        return checker->duration;
    case PC_TYPE_OPTIONAL:
        return pc_type_optional(checker, pc_type_plain(checker, type->element));
    case PC_TYPE_LIST:
        return pc_type_list(checker, pc_type_plain(checker, type->element));
    case PC_TYPE_SET:
        return pc_type_set(checker, pc_type_plain(checker, type->element));
    case PC_TYPE_MAP:
        return pc_type_map(checker, pc_type_plain(checker, type->key),
                           pc_type_plain(checker, type->element));
    default:
        return type;
    }
}

/* ---- questions ---- */

const struct pc_type *pc_type_value(const struct pc_type *type)
{
    return type->kind == PC_TYPE_OPTIONAL ? type->element : type;
}

bool pc_is_collection(const struct pc_type *type)
{
    return type->kind == PC_TYPE_LIST || type->kind == PC_TYPE_SET || type->kind == PC_TYPE_MAP;
}

const struct pc_type *pc_item_type(const struct pc_type *type)
{
    return type->kind == PC_TYPE_MAP ? type->key : type->element;
}

bool pc_type_is_exact(const struct pc_type *type)
{
    return type->kind == PC_TYPE_INTEGER || type->kind == PC_TYPE_DECIMAL;
}

bool pc_type_is_numeric(const struct pc_type *type)
{
    return pc_type_is_exact(type) || type->kind == PC_TYPE_F64;
}

bool pc_type_is_ordered(const struct pc_type *type)
{
    switch (type->kind) {
    case PC_TYPE_TEXT:
    case PC_TYPE_BYTES:
    case PC_TYPE_UUID:
    case PC_TYPE_TIME:
    case PC_TYPE_DATE:
    case PC_TYPE_DURATION:
        return true;
    default:
        return pc_type_is_numeric(type);
    }
}

bool pc_type_is_scalar(const struct pc_type *type)
{
    return pc_type_is_ordered(type) || type->kind == PC_TYPE_BOOL || type->kind == PC_TYPE_ENUM;
}

bool pc_type_is_comparable(const struct pc_type *type)
{
    return pc_type_is_scalar(pc_type_value(type));
}

bool pc_type_has_zero(const struct pc_type *type)
{
    switch (type->kind) {
    case PC_TYPE_UUID:
    case PC_TYPE_TIME:
    case PC_TYPE_DATE:
    case PC_TYPE_ENUM:
        return false;
    case PC_TYPE_RECORD:
        return type->record->has_zero;
    default:
        return true;
    }
}

int64_t pc_integer_low(const struct pc_type *type)
{
    return type->is_signed ? -(INT64_MAX >> (64 - type->bits)) - 1 : 0;
}

int64_t pc_integer_high(const struct pc_type *type)
{
    if (type->is_signed)
        return INT64_MAX >> (64 - type->bits);
    return (int64_t)(UINT64_MAX >> (64 - type->bits));
}
