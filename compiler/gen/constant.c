/* constant.c -- values known at compile time as C writes them. */
#include "gen/types.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *pc_c_integer(struct pc_arena *arena, int64_t value)
{
    if (value == INT64_MIN)
        return "INT64_MIN";
    if (value > INT32_MAX || value <= INT32_MIN)
        return pc_format(arena, value < 0 ? "-INT64_C(%" PRId64 ")" : "INT64_C(%" PRId64 ")",
                         value < 0 ? -value : value);
    return pc_format(arena, "%" PRId64, value);
}

const char *pc_c_double(struct pc_arena *arena, double value)
{
    char digits[64];

    for (int precision = 15; precision <= 17; precision++) {
        (void)snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    return pc_format(arena, "%s%s", digits, strpbrk(digits, ".en") == NULL ? ".0" : "");
}

const char *pc_c_power_of_ten(struct pc_arena *arena, unsigned exponent)
{
    int64_t power = 1;

    for (unsigned i = 0; i < exponent; i++)
        power *= 10;
    return pc_c_integer(arena, power);
}

bool pc_constant_is_zero(const struct pc_plan_constant *constant)
{
    static const uint8_t no_bytes[16];

    switch (constant->type->kind) {
    case PC_PLAN_BOOL:
        return !constant->boolean;
    case PC_PLAN_F64:
        return constant->real == 0 && !signbit(constant->real);
    case PC_PLAN_TEXT:
    case PC_PLAN_BYTES:
        return constant->text.size == 0;
    case PC_PLAN_UUID:
        return memcmp(constant->uuid, no_bytes, sizeof no_bytes) == 0;
    case PC_PLAN_OPTIONAL:
        return constant->some == NULL;
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
    case PC_PLAN_MAP:
        return constant->items.count == 0;
    case PC_PLAN_RECORD:
        for (size_t i = 0; i < constant->items.count; i++)
            if (!pc_constant_is_zero(constant->items.items[i]))
                return false;
        return true;
    default:
        return constant->integer == 0;
    }
}

bool pc_constant_has_items(const struct pc_plan_constant *constant)
{
    if (constant->type->kind == PC_PLAN_OPTIONAL)
        return constant->some != NULL && pc_constant_has_items(constant->some);
    if (pc_type_is_collection(constant->type))
        return constant->items.count != 0;
    for (size_t i = 0; i < constant->items.count; i++)
        if (pc_constant_has_items(constant->items.items[i]))
            return true;
    return false;
}

bool pc_field_has_items(const struct pc_plan_field *field)
{
    if (field->initial != NULL)
        return pc_constant_has_items(field->initial);
    return field->type->kind == PC_PLAN_RECORD && pc_record_has_items(field->type->record);
}

bool pc_record_has_items(const struct pc_plan_record *record)
{
    for (size_t i = 0; i < record->fields.count; i++)
        if (pc_field_has_items(record->fields.items[i]))
            return true;
    return false;
}

/* ---- initializers ---- */

static const char *uuid_bytes(struct pc_arena *arena, const uint8_t uuid[16])
{
    const char *text = "";

    for (size_t i = 0; i < 16; i++)
        text = pc_format(arena, uuid[i] == 0 ? "%s%s%u" : "%s%s0x%02x", text, i == 0 ? "" : ", ",
                         (unsigned)uuid[i]);
    return text;
}

/* NULL: it is not declared yet. */
static const char *array_name(const struct pc_constant_arrays *arrays,
                              const struct pc_plan_constant *constant)
{
    for (size_t i = 0; i < arrays->count; i++)
        if (arrays->items[i]->constant == constant)
            return arrays->items[i]->name;
    return NULL;
}

/* The items of a list between braces. */
static const char *items_of(struct pc_arena *arena, const struct pc_plan_constant *constant,
                            const struct pc_constant_arrays *arrays)
{
    const char *text = "";

    for (size_t i = 0; i < constant->items.count; i++)
        text = pc_format(arena, "%s%s%s", text, i == 0 ? "" : ", ",
                         pc_constant_initializer(arena, constant->items.items[i], arrays));
    return text;
}

static const char *list_initializer(struct pc_arena *arena, const struct pc_plan_constant *constant,
                                    const struct pc_constant_arrays *arrays)
{
    const struct pc_plan_type *element = pc_type_item(constant->type);

    if (constant->items.count == 0)
        return "{0}";
    if (arrays != NULL)
        return pc_format(arena, "{.items = %s, .count = %zu, .capacity = %zu}",
                         array_name(arrays, constant), constant->items.count,
                         constant->items.count);
    return pc_format(arena, "{.items = (%.*s[]){%s}, .count = %zu, .capacity = %zu}",
                     PC_TEXT_ARGS(element->c_name), items_of(arena, constant, NULL),
                     constant->items.count, constant->items.count);
}

/* Inside other braces `{0}` warns where the first field is a struct itself. */
static const char *zero_record(struct pc_arena *arena, const struct pc_plan_record *record)
{
    const struct pc_plan_field *first = record->fields.items[0];
    const char *value = "{0}";

    if (!pc_type_is_struct(first->type))
        return "{0}";
    if (first->type->kind == PC_PLAN_RECORD)
        value = zero_record(arena, first->type->record);
    else if (first->type->kind == PC_PLAN_UUID)
        value = "{{0}}";
    return pc_format(arena, "{.%.*s = %s}", PC_TEXT_ARGS(first->c_name), value);
}

static const char *record_initializer(struct pc_arena *arena,
                                      const struct pc_plan_constant *constant,
                                      const struct pc_constant_arrays *arrays)
{
    const struct pc_plan_fields *fields = &constant->type->record->fields;
    const char *text = "";

    if (pc_constant_is_zero(constant))
        return zero_record(arena, constant->type->record);
    for (size_t i = 0; i < fields->count && i < constant->items.count; i++)
        if (!pc_constant_is_zero(constant->items.items[i]))
            text = pc_format(arena, "%s%s.%.*s = %s", text, *text == '\0' ? "" : ", ",
                             PC_TEXT_ARGS(fields->items[i]->c_name),
                             pc_constant_initializer(arena, constant->items.items[i], arrays));
    return pc_format(arena, "{%s}", text);
}

const char *pc_constant_initializer(struct pc_arena *arena, const struct pc_plan_constant *constant,
                                    const struct pc_constant_arrays *arrays)
{
    switch (constant->type->kind) {
    case PC_PLAN_BOOL:
        return constant->boolean ? "true" : "false";
    case PC_PLAN_F64:
        return pc_c_double(arena, constant->real);
    case PC_PLAN_TEXT:
        return pc_format(arena, "{%s, %zu}", pc_c_string(arena, constant->text),
                         constant->text.size);
    case PC_PLAN_BYTES:
        return pc_format(arena, "{(const uint8_t *)%s, %zu}", pc_c_string(arena, constant->text),
                         constant->text.size);
    case PC_PLAN_UUID:
        return pc_format(arena, "{{%s}}", uuid_bytes(arena, constant->uuid));
    case PC_PLAN_ENUM:
        if (constant->member != NULL)
            return pc_format(arena, "%.*s", PC_TEXT_ARGS(constant->member->c_name));
        return pc_format(arena, "(%.*s)%s", PC_TEXT_ARGS(constant->type->c_name),
                         pc_c_integer(arena, constant->integer));
    case PC_PLAN_OPTIONAL:
        if (constant->some == NULL)
            return "{0}";
        return pc_format(arena, "{.has = true, .value = %s}",
                         pc_constant_initializer(arena, constant->some, arrays));
    case PC_PLAN_LIST:
    case PC_PLAN_SET:
    case PC_PLAN_MAP:
        return list_initializer(arena, constant, arrays);
    case PC_PLAN_RECORD:
        return record_initializer(arena, constant, arrays);
    default:
        return pc_c_integer(arena, constant->integer);
    }
}

const char *pc_constant_expression(struct pc_arena *arena, const struct pc_plan_constant *constant)
{
    if (constant->type->kind == PC_PLAN_TEXT)
        return pc_format(arena, "projc_text_of(%s, %zu)", pc_c_string(arena, constant->text),
                         constant->text.size);
    if (pc_type_is_struct(constant->type))
        return pc_format(arena, "(%.*s)%s", PC_TEXT_ARGS(constant->type->c_name),
                         pc_constant_initializer(arena, constant, NULL));
    return pc_constant_initializer(arena, constant, NULL);
}

/* ---- initial values ---- */

void pc_declare_constant_arrays(struct pc_code *code, const struct pc_plan_constant *constant,
                                struct pc_constant_arrays *arrays)
{
    if (constant->some != NULL)
        pc_declare_constant_arrays(code, constant->some, arrays);
    for (size_t i = 0; i < constant->items.count; i++)
        pc_declare_constant_arrays(code, constant->items.items[i], arrays);
    if (!pc_type_is_collection(constant->type) || constant->items.count == 0 ||
        array_name(arrays, constant) != NULL) /* a record's default stands for several fields */
        return;

    struct pc_constant_array *array = PC_NEW(code->arena, struct pc_constant_array);

    array->constant = constant;
    array->name = pc_format(code->arena, "default_%zu_", arrays->count + 1);
    pc_code_plain(code, "static %.*s %s[] = {%s};",
                  PC_TEXT_ARGS(pc_type_item(constant->type)->c_name), array->name,
                  items_of(code->arena, constant, arrays));
    PC_LIST_ADD(code->arena, arrays, array);
}

static const char *initial_fields(struct pc_code *code, const struct pc_plan_fields *fields,
                                  struct pc_constant_arrays *arrays);

/* The field's initializer, or NULL when {0} gives it. */
static const char *initial_field(struct pc_code *code, const struct pc_plan_field *field,
                                 struct pc_constant_arrays *arrays)
{
    const struct pc_plan_constant *initial = field->initial;

    if (initial == NULL && field->type->kind == PC_PLAN_RECORD) {
        const char *text = initial_fields(code, &field->type->record->fields, arrays);

        return *text == '\0' ? NULL : pc_format(code->arena, "{%s}", text);
    }
    if (initial == NULL)
        return NULL;
    /* `limit: f64? = 80.0`: the default is of the element's type, or the optional's. */
    bool wraps = field->type->kind == PC_PLAN_OPTIONAL && initial->type->kind != PC_PLAN_OPTIONAL;

    if (!wraps && pc_constant_is_zero(initial))
        return NULL;
    pc_declare_constant_arrays(code, initial, arrays);
    const char *value = pc_constant_initializer(code->arena, initial, arrays);

    return wraps ? pc_format(code->arena, "{.has = true, .value = %s}", value) : value;
}

static const char *initial_fields(struct pc_code *code, const struct pc_plan_fields *fields,
                                  struct pc_constant_arrays *arrays)
{
    const char *text = "";

    for (size_t i = 0; i < fields->count; i++) {
        const char *value = initial_field(code, fields->items[i], arrays);

        if (value != NULL)
            text = pc_format(code->arena, "%s%s.%.*s = %s", text, *text == '\0' ? "" : ", ",
                             PC_TEXT_ARGS(fields->items[i]->c_name), value);
    }
    return text;
}

const char *pc_initial_value(struct pc_code *code, const struct pc_plan_fields *fields)
{
    struct pc_constant_arrays arrays = {0};
    const char *text = initial_fields(code, fields, &arrays);

    return *text == '\0' ? "{0}" : pc_format(code->arena, "{%s}", text);
}
