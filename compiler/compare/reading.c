/* reading.c -- how values that were stored with one type read with another. */
#include "compare/comparison.h"

bool pc_is_same_type(const struct pc_type *before, const struct pc_type *now)
{
    return before->kind == now->kind && pc_text_equals(before->name, now->name);
}

static enum pc_reading worse(enum pc_reading a, enum pc_reading b)
{
    return a > b ? a : b;
}

/* Inclusive bounds of an integer type. */
static int64_t low_of(const struct pc_type *type)
{
    return type->is_signed ? -(INT64_C(1) << (type->bits - 2)) * 2 : 0;
}

static int64_t high_of(const struct pc_type *type)
{
    unsigned bits = type->is_signed ? type->bits - 1u : type->bits;

    return (int64_t)((UINT64_C(1) << bits) - 1);
}

static enum pc_reading read_integer(const struct pc_type *before, const struct pc_type *now)
{
    return low_of(now) <= low_of(before) && high_of(now) >= high_of(before) ? PC_READS_ALL
                                                                            : PC_READS_SOME;
}

static enum pc_reading read_decimal(const struct pc_type *before, const struct pc_type *now,
                                    bool is_msgpack)
{
    if (before->scale != now->scale && is_msgpack)
        return PC_READS_OTHERWISE; /* stored is the scaled integer */
    if (now->scale > before->scale)
        return PC_READS_SOME; /* times a power of ten must fit 64 bits */
    if (now->scale < before->scale)
        return now->is_rounding ? PC_READS_OTHERWISE : PC_READS_SOME;
    return before->is_rounding && !now->is_rounding ? PC_READS_SOME : PC_READS_ALL;
}

static enum pc_reading read_duration(const struct pc_type *before, const struct pc_type *now,
                                     bool is_msgpack)
{
    if (before->format == now->format || is_msgpack) /* msgpack: always microseconds */
        return PC_READS_ALL;
    if (before->format == PC_DURATION_ISO || now->format == PC_DURATION_ISO)
        return PC_READS_NONE;
    return PC_READS_OTHERWISE;
}

static enum pc_reading read_enum(const struct pc_enum_model *before,
                                 const struct pc_enum_model *now)
{
    enum pc_reading reading = PC_READS_ALL;

    if (pc_text_equals(before->name, now->name))
        return PC_READS_ALL; /* the enums are compared where they are declared */
    if (before->has_codes != now->has_codes)
        return PC_READS_NONE;
    for (size_t i = 0; i < before->members.count; i++) {
        const struct pc_member_model *member = before->members.items[i];
        bool is_found = false;

        for (size_t j = 0; j < now->members.count; j++)
            is_found =
                is_found || (before->has_codes
                                 ? now->members.items[j]->code == member->code
                                 : pc_text_equals(now->members.items[j]->outside, member->outside));
        reading = worse(reading, is_found ? PC_READS_ALL : PC_READS_SOME);
    }
    return reading;
}

static enum pc_reading read_record(const struct pc_record_model *before,
                                   const struct pc_record_model *now, bool is_msgpack)
{
    enum pc_reading reading = PC_READS_ALL;

    if (pc_text_equals(before->name, now->name))
        return PC_READS_ALL; /* as enums */
    for (size_t i = 0; i < now->fields.count; i++) {
        const struct pc_field_model *field = now->fields.items[i];
        const struct pc_field_model *old = pc_find_outside(&before->fields, field->outside);

        if (old != NULL)
            reading = worse(reading, pc_reading_of(old->type, field->type, is_msgpack));
        else if (field->is_required)
            return PC_READS_NONE;
    }
    return reading;
}

static enum pc_reading read_same_kind(const struct pc_type *before, const struct pc_type *now,
                                      bool is_msgpack)
{
    switch (before->kind) {
    case PC_TYPE_INTEGER:
        return read_integer(before, now);
    case PC_TYPE_DECIMAL:
        return read_decimal(before, now, is_msgpack);
    case PC_TYPE_DURATION:
        return read_duration(before, now, is_msgpack);
    case PC_TYPE_ENUM:
        return read_enum(before->enumeration, now->enumeration);
    case PC_TYPE_RECORD:
        return read_record(before->record, now->record, is_msgpack);
    case PC_TYPE_LIST:
    case PC_TYPE_SET:
        return pc_reading_of(before->element, now->element, is_msgpack);
    case PC_TYPE_MAP:
        return worse(pc_reading_of(before->key, now->key, is_msgpack),
                     pc_reading_of(before->element, now->element, is_msgpack));
    default:
        return PC_READS_ALL;
    }
}

static bool is_number(const struct pc_type *type)
{
    return type->kind == PC_TYPE_INTEGER || type->kind == PC_TYPE_DECIMAL ||
           type->kind == PC_TYPE_F64;
}

static enum pc_reading read_number(const struct pc_type *before, const struct pc_type *now,
                                   bool is_msgpack)
{
    if (is_msgpack && (before->kind == PC_TYPE_DECIMAL || now->kind == PC_TYPE_DECIMAL))
        return PC_READS_OTHERWISE; /* one is scaled, the other is not */
    if (now->kind == PC_TYPE_F64) {
        bool is_exact = before->kind == PC_TYPE_INTEGER && before->bits <= 32;

        return is_exact ? PC_READS_ALL : PC_READS_OTHERWISE;
    }
    if (now->kind == PC_TYPE_DECIMAL && before->kind == PC_TYPE_INTEGER)
        return before->bits <= 32 ? PC_READS_ALL : PC_READS_SOME;
    return PC_READS_SOME;
}

/* JSON has strings for what msgpack has forms of its own. */
static bool is_json_string(const struct pc_type *type)
{
    switch (type->kind) {
    case PC_TYPE_TEXT:
    case PC_TYPE_BYTES:
    case PC_TYPE_UUID:
    case PC_TYPE_TIME:
    case PC_TYPE_DATE:
        return true;
    case PC_TYPE_DURATION:
        return type->format == PC_DURATION_ISO;
    case PC_TYPE_ENUM:
        return !type->enumeration->has_codes;
    default:
        return false;
    }
}

static enum pc_reading read_text(const struct pc_type *before, const struct pc_type *now,
                                 bool is_msgpack)
{
    bool is_plain_enum = before->kind == PC_TYPE_ENUM && !before->enumeration->has_codes;

    if (now->kind == PC_TYPE_TEXT && is_plain_enum)
        return PC_READS_ALL;
    if (now->kind == PC_TYPE_TEXT && !is_msgpack && is_json_string(before))
        return before->kind == PC_TYPE_BYTES ? PC_READS_OTHERWISE : PC_READS_ALL;
    if (before->kind == PC_TYPE_TEXT && now->kind == PC_TYPE_ENUM)
        return PC_READS_SOME;
    if (before->kind == PC_TYPE_TEXT && !is_msgpack &&
        (is_json_string(now) || now->kind == PC_TYPE_INTEGER || now->kind == PC_TYPE_DECIMAL))
        return PC_READS_SOME;
    return PC_READS_NONE;
}

static bool is_sequence(const struct pc_type *type)
{
    return type->kind == PC_TYPE_LIST || type->kind == PC_TYPE_SET;
}

enum pc_reading pc_reading_of(const struct pc_type *before, const struct pc_type *now,
                              bool is_msgpack)
{
    if (before->kind == PC_TYPE_OPTIONAL && now->kind != PC_TYPE_OPTIONAL)
        return worse(PC_READS_SOME, pc_reading_of(before->element, now, is_msgpack));
    if (before->kind == PC_TYPE_OPTIONAL)
        before = before->element;
    if (now->kind == PC_TYPE_OPTIONAL)
        now = now->element;
    if (before->kind == now->kind)
        return read_same_kind(before, now, is_msgpack);
    if (is_number(before) && is_number(now))
        return read_number(before, now, is_msgpack);
    if (is_sequence(before) && is_sequence(now))
        return worse(now->kind == PC_TYPE_SET ? PC_READS_OTHERWISE : PC_READS_ALL,
                     pc_reading_of(before->element, now->element, is_msgpack));
    return read_text(before, now, is_msgpack);
}

/* ---- what payloads hold ---- */

static bool fields_hold(const struct pc_field_models *fields, const struct pc_type *wanted);

static bool holds(const struct pc_type *type, const struct pc_type *wanted)
{
    if (type == wanted)
        return true;
    if (type->key != NULL && holds(type->key, wanted))
        return true;
    if (type->element != NULL)
        return holds(type->element, wanted);
    return type->kind == PC_TYPE_RECORD && fields_hold(&type->record->fields, wanted);
}

static bool fields_hold(const struct pc_field_models *fields, const struct pc_type *wanted)
{
    for (size_t i = 0; i < fields->count; i++)
        if (holds(fields->items[i]->type, wanted))
            return true;
    return false;
}

bool pc_is_in_events(const struct pc_model *model, const struct pc_type *type)
{
    for (size_t i = 0; i < model->events.count; i++)
        if (fields_hold(&model->events.items[i]->fields, type))
            return true;
    for (size_t i = 0; i < model->upcasts.count; i++)
        if (fields_hold(&model->upcasts.items[i]->old->fields, type))
            return true;
    return false;
}
