/* values.c -- whether two constants are one value, however they are written; whether two stretches
 * of source read the same. */
#include "compare/comparison.h"

#include <string.h>

/* ---- constants ---- */

static const struct pc_constant *entry_of(const struct pc_constant *record, struct pc_text outside)
{
    for (size_t i = 0; i < record->entries.count; i++)
        if (pc_text_equals(record->entries.items[i]->field->outside, outside))
            return record->entries.items[i]->value;
    return NULL;
}

/* What a field of a record has that its literal leaves out. */
static const struct pc_constant *field_value(const struct pc_constant *record,
                                             const struct pc_field_model *field)
{
    const struct pc_constant *value = entry_of(record, field->outside);

    return value != NULL ? value : field->initial;
}

/* Zero, false, "", empty, none: what a field without a default begins with. */
static bool is_nothing(const struct pc_constant *constant)
{
    return constant == NULL || constant->kind == PC_CONSTANT_NONE ||
           (constant->kind == PC_CONSTANT_INTEGER && constant->integer == 0) ||
           (constant->kind == PC_CONSTANT_REAL && constant->real == 0) ||
           (constant->kind == PC_CONSTANT_BOOL && !constant->boolean) ||
           ((constant->kind == PC_CONSTANT_TEXT || constant->kind == PC_CONSTANT_BYTES) &&
            constant->text.size == 0) ||
           (constant->kind == PC_CONSTANT_LIST && constant->items.count == 0) ||
           (constant->kind == PC_CONSTANT_MAP && constant->entries.count == 0);
}

static bool is_same_in_field(const struct pc_constant *before, const struct pc_field_model *a,
                             const struct pc_constant *now, const struct pc_field_model *b)
{
    if (before != NULL && now != NULL)
        return pc_is_same_value(before, now);
    if (a->type->kind == PC_TYPE_OPTIONAL || b->type->kind == PC_TYPE_OPTIONAL)
        return (before == NULL || before->kind == PC_CONSTANT_NONE) &&
               (now == NULL || now->kind == PC_CONSTANT_NONE);
    return is_nothing(before) && is_nothing(now);
}

static bool is_same_record(const struct pc_constant *before, const struct pc_constant *now)
{
    const struct pc_field_models *old_fields = &before->type->record->fields;
    const struct pc_field_models *new_fields = &now->type->record->fields;

    if (old_fields->count != new_fields->count)
        return false;
    for (size_t i = 0; i < old_fields->count; i++) {
        const struct pc_field_model *field = old_fields->items[i];
        const struct pc_field_model *other = pc_find_outside(new_fields, field->outside);

        if (other == NULL ||
            !is_same_in_field(field_value(before, field), field, field_value(now, other), other))
            return false;
    }
    return true;
}

static uint8_t scale_of(const struct pc_constant *constant)
{
    return constant->type->kind == PC_TYPE_DECIMAL ? constant->type->scale : 0;
}

/* 1 and 1.00 are one number; one that does not fit the finer scale equals none that does. */
static bool is_same_number(const struct pc_constant *before, const struct pc_constant *now)
{
    int64_t a = before->integer;
    int64_t b = now->integer;

    for (unsigned scale = scale_of(before); scale < scale_of(now); scale++)
        if (__builtin_mul_overflow(a, 10, &a))
            return false;
    for (unsigned scale = scale_of(now); scale < scale_of(before); scale++)
        if (__builtin_mul_overflow(b, 10, &b))
            return false;
    return a == b;
}

static bool is_same_member(const struct pc_member_model *before, const struct pc_member_model *now)
{
    if (before->has_code && now->has_code)
        return before->code == now->code;
    return pc_text_equals(before->outside, now->outside);
}

static bool has_same_entries(const struct pc_constant *before, const struct pc_constant *now)
{
    if (before->entries.count != now->entries.count)
        return false;
    for (size_t i = 0; i < before->entries.count; i++)
        if (!pc_is_same_value(before->entries.items[i]->key, now->entries.items[i]->key) ||
            !pc_is_same_value(before->entries.items[i]->value, now->entries.items[i]->value))
            return false;
    return true;
}

static bool has_same_items(const struct pc_constant *before, const struct pc_constant *now)
{
    if (before->items.count != now->items.count)
        return false;
    for (size_t i = 0; i < before->items.count; i++)
        if (!pc_is_same_value(before->items.items[i], now->items.items[i]))
            return false;
    return true;
}

/* Bit for bit: a zero has a sign, and what is no number is the same as itself. */
static bool is_same_real(double before, double now)
{
    uint64_t bits[2];

    memcpy(&bits[0], &before, sizeof before);
    memcpy(&bits[1], &now, sizeof now);
    return bits[0] == bits[1];
}

bool pc_is_same_value(const struct pc_constant *before, const struct pc_constant *now)
{
    if (before->kind != now->kind)
        return false;
    switch (before->kind) {
    case PC_CONSTANT_NONE:
        return true;
    case PC_CONSTANT_BOOL:
        return before->boolean == now->boolean;
    case PC_CONSTANT_INTEGER:
        return is_same_number(before, now);
    case PC_CONSTANT_REAL:
        return is_same_real(before->real, now->real);
    case PC_CONSTANT_TEXT:
    case PC_CONSTANT_BYTES:
        return pc_text_equals(before->text, now->text);
    case PC_CONSTANT_UUID:
        return memcmp(before->uuid, now->uuid, sizeof(before->uuid)) == 0;
    case PC_CONSTANT_MEMBER:
        return is_same_member(before->member, now->member);
    case PC_CONSTANT_LIST:
        return has_same_items(before, now);
    case PC_CONSTANT_MAP:
        return has_same_entries(before, now);
    case PC_CONSTANT_RECORD:
        return is_same_record(before, now);
    }
    return false;
}

bool pc_is_same_initial(const struct pc_field_model *before, const struct pc_field_model *now)
{
    return is_same_in_field(before->initial, before, now->initial, now);
}

/* ---- source ---- */

static bool is_word(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_';
}

/* Behind blanks and comments. */
static size_t skip_blanks(struct pc_text text, size_t at)
{
    for (;;) {
        while (at < text.size && strchr(" \t\r\n", text.data[at]) != NULL)
            at++;
        if (text.size - at < 2 || text.data[at] != '/' || text.data[at + 1] != '/')
            return at;
        while (at < text.size && text.data[at] != '\n')
            at++;
    }
}

/* The token that begins at `*at`, behind blanks and comments; moves `*at` behind it. Words and
 * numbers, texts, and single signs: enough to tell whether two sources consist of the same ones.
 * Empty at the end. */
static struct pc_text next_token(struct pc_text text, size_t *at)
{
    size_t start = skip_blanks(text, *at);
    size_t end = start;

    if (end < text.size && text.data[end] == '"') {
        for (end++; end < text.size && text.data[end] != '"'; end++)
            if (text.data[end] == '\\')
                end++;
        end = end < text.size ? end + 1 : text.size;
    } else if (end < text.size) {
        end++;
        while (is_word(text.data[start]) && end < text.size && is_word(text.data[end]))
            end++;
    }
    *at = end;
    return (struct pc_text){text.data + start, end - start};
}

bool pc_reads_the_same(struct pc_text before, struct pc_text now)
{
    struct pc_text a;
    size_t i = 0;
    size_t j = 0;

    do {
        a = next_token(before, &i);
        if (!pc_text_equals(a, next_token(now, &j)))
            return false;
    } while (a.size > 0);
    return true;
}
