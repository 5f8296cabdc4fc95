/* value.c -- values: copying, zero, order, constants of the tree; the calendar. */
#include "oracle.h"

#include <string.h>

static struct oracle_value *copy_all(struct pc_arena *arena, const struct oracle_value *values,
                                     size_t count)
{
    struct oracle_value *copies = pc_arena_alloc_array(arena, count, sizeof *copies);

    for (size_t i = 0; i < count; i++)
        copies[i] = oracle_copy(arena, &values[i]);
    return copies;
}

struct oracle_value oracle_copy(struct pc_arena *arena, const struct oracle_value *value)
{
    struct oracle_value copy = *value;

    if (value->items != NULL)
        copy.items = copy_all(arena, value->items, value->count);
    if (value->keys != NULL)
        copy.keys = copy_all(arena, value->keys, value->count);
    return copy;
}

struct oracle_value oracle_initial(struct pc_arena *arena, const struct pc_field_models *fields)
{
    struct oracle_value record = {.count = fields->count};

    record.items = pc_arena_alloc_array(arena, fields->count, sizeof *record.items);
    for (size_t i = 0; i < fields->count; i++) {
        const struct pc_field_model *field = fields->items[i];

        record.items[i] = field->initial != NULL
                              ? oracle_of_constant(arena, field->initial, field->type)
                              : oracle_zero(arena, field->type);
    }
    return record;
}

struct oracle_value oracle_zero(struct pc_arena *arena, const struct pc_type *type)
{
    static const char nothing[16];
    struct oracle_value zero = {.has = false};

    if (type->kind == PC_TYPE_RECORD)
        return oracle_initial(arena, &type->record->fields);
    if (type->kind == PC_TYPE_UUID)
        zero.text = (struct pc_text){nothing, sizeof nothing};
    return zero;
}

/* ---- constants ---- */

static struct oracle_value record_of(struct pc_arena *arena, const struct pc_constant *constant,
                                     const struct pc_type *type)
{
    struct oracle_value record = oracle_initial(arena, &type->record->fields);

    for (size_t i = 0; i < constant->entries.count; i++) {
        const struct pc_constant_entry *entry = constant->entries.items[i];

        record.items[entry->field->index] =
            oracle_of_constant(arena, entry->value, entry->field->type);
    }
    return record;
}

struct oracle_value oracle_of_constant(struct pc_arena *arena, const struct pc_constant *constant,
                                       const struct pc_type *type)
{
    struct oracle_value value = {.has = constant->kind != PC_CONSTANT_NONE};

    if (type->kind == PC_TYPE_OPTIONAL)
        type = type->element;
    switch (constant->kind) {
    case PC_CONSTANT_NONE:
        break;
    case PC_CONSTANT_BOOL:
        value.integer = constant->boolean;
        break;
    case PC_CONSTANT_INTEGER:
        value.integer = constant->integer;
        break;
    case PC_CONSTANT_REAL:
        value.real = constant->real;
        break;
    case PC_CONSTANT_TEXT:
    case PC_CONSTANT_BYTES:
        value.text = constant->text;
        break;
    case PC_CONSTANT_UUID:
        value.text = (struct pc_text){pc_arena_copy(arena, constant->uuid, 16), 16};
        break;
    case PC_CONSTANT_MEMBER:
        value.integer = constant->member->index;
        break;
    case PC_CONSTANT_LIST:
        value.items = pc_arena_alloc_array(arena, constant->items.count, sizeof *value.items);
        for (size_t i = 0; i < constant->items.count; i++) {
            struct oracle_value item =
                oracle_of_constant(arena, constant->items.items[i], type->element);

            if (type->kind == PC_TYPE_SET)
                oracle_add(arena, type, &value, &item);
            else
                value.items[value.count++] = item;
        }
        break;
    case PC_CONSTANT_MAP:
        for (size_t i = 0; i < constant->entries.count; i++) {
            const struct pc_constant_entry *entry = constant->entries.items[i];
            struct oracle_value key = oracle_of_constant(arena, entry->key, type->key);

            *oracle_entry(arena, type, &value, &key) =
                oracle_of_constant(arena, entry->value, type->element);
        }
        break;
    default:
        value = record_of(arena, constant, type);
        value.has = true;
        break;
    }
    return value;
}

/* ---- order ---- */

static int compare_texts(struct pc_text left, struct pc_text right)
{
    size_t least = left.size < right.size ? left.size : right.size;
    int order = least == 0 ? 0 : memcmp(left.data, right.data, least);

    if (order != 0)
        return order;
    return left.size < right.size ? -1 : left.size > right.size;
}

static struct pc_text outside_of(const struct pc_type *type, const struct oracle_value *value)
{
    return type->enumeration->members.items[value->integer]->outside;
}

int oracle_compare(const struct pc_type *type, const struct oracle_value *left,
                   const struct oracle_value *right)
{
    switch (type->kind) {
    case PC_TYPE_OPTIONAL:
        if (!left->has || !right->has)
            return left->has - right->has;
        return oracle_compare(type->element, left, right);
    case PC_TYPE_F64:
        return left->real < right->real ? -1 : left->real > right->real;
    case PC_TYPE_TEXT:
    case PC_TYPE_BYTES:
    case PC_TYPE_UUID:
        return compare_texts(left->text, right->text);
    case PC_TYPE_ENUM:
        return compare_texts(outside_of(type, left), outside_of(type, right));
    default:
        return left->integer < right->integer ? -1 : left->integer > right->integer;
    }
}

/* ---- the calendar ---- */

int64_t oracle_floor_divide(int64_t value, int64_t divisor)
{
    int64_t quotient = value / divisor;

    return value % divisor != 0 && (value < 0) != (divisor < 0) ? quotient - 1 : quotient;
}

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t days_of_month(int64_t year, int64_t month)
{
    static const int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days before the first of January of a year, counted from year 0. */
static int64_t days_before(int64_t year)
{
    int64_t last = year - 1;

    return 365 * year + oracle_floor_divide(last, 4) - oracle_floor_divide(last, 100) +
           oracle_floor_divide(last, 400) + 1;
}

int64_t oracle_days_from_civil(int64_t year, int64_t month, int64_t day)
{
    int64_t days = days_before(year) - days_before(1970);

    for (int64_t before = 1; before < month; before++)
        days += days_of_month(year, before);
    return days + day - 1;
}

void oracle_civil_from_days(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
    *year = 1970 + oracle_floor_divide(days, 366);
    while (oracle_days_from_civil(*year + 1, 1, 1) <= days)
        ++*year;
    while (oracle_days_from_civil(*year, 1, 1) > days)
        --*year;
    *month = 1;
    while (*month < 12 && oracle_days_from_civil(*year, *month + 1, 1) <= days)
        ++*month;
    *day = days - oracle_days_from_civil(*year, *month, 1) + 1;
}

bool oracle_is_date(oracle_int128 value)
{
    return value >= -2440588 && value <= 2145042905;
}

bool oracle_is_time(oracle_int128 value)
{
    return value >= -INT64_C(210866803200000000) && value <= INT64_MAX;
}
