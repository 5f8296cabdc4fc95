/* wire.c -- the parts of payloads: optionals, lists, records, and the events' maps. */
#include "wire.h"

#include <string.h>

static bool chance(struct oracle_writer *writer, uint32_t percent)
{
    return oracle_percent(writer->random, percent);
}

void oracle_write_null(struct oracle_writer *writer, struct oracle_text *out)
{
    if (writer->is_msgpack)
        oracle_put_char(out, (char)0xc0);
    else
        oracle_put(out, "null");
}

/* ---- collections ---- */

static void sort_set(const struct pc_type *element, struct oracle_value *set)
{
    size_t kept = 0;

    for (size_t i = 0; i < set->count; i++) {
        struct oracle_value item = set->items[i];
        size_t at = 0;

        while (at < kept && oracle_compare(element, &set->items[at], &item) < 0)
            at++;
        if (at < kept && oracle_compare(element, &set->items[at], &item) == 0)
            continue;
        memmove(&set->items[at + 1], &set->items[at], (kept - at) * sizeof item);
        set->items[at] = item;
        kept++;
    }
    set->count = kept;
}

static bool write_list(struct oracle_writer *writer, struct oracle_text *out,
                       const struct pc_type *type, struct oracle_value *value)
{
    uint32_t count = oracle_below(writer->random, chance(writer, 10) ? 20 : 5);
    bool is_optional = writer->is_optional;
    bool is_good = true;

    writer->is_optional = false;
    *value = (struct oracle_value){.has = true, .count = count};
    if (count == 0 && !is_optional && chance(writer, 30)) {
        oracle_write_null(writer, out);
        return true;
    }
    value->items = pc_arena_alloc_array(writer->arena, count + 1u, sizeof *value->items);
    if (writer->is_msgpack)
        oracle_pack_head(writer, out, 0x90, 0xdc, count);
    else
        oracle_put_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i != 0 && !writer->is_msgpack)
            oracle_put(out, "%s", chance(writer, 10) ? " , " : ",");
        is_good = oracle_write_value(writer, out, type->element, &value->items[i]) && is_good;
    }
    if (!writer->is_msgpack)
        oracle_put_char(out, ']');
    if (type->kind == PC_TYPE_SET)
        sort_set(type->element, value);
    return is_good;
}

/* ---- any value ---- */

bool oracle_write_value(struct oracle_writer *writer, struct oracle_text *out,
                        const struct pc_type *type, struct oracle_value *value)
{
    bool is_good;

    switch (type->kind) {
    case PC_TYPE_OPTIONAL:
        if (chance(writer, 35)) {
            oracle_write_null(writer, out);
            *value = (struct oracle_value){.has = false};
            return true;
        }
        writer->is_optional = type->element->kind == PC_TYPE_LIST || /* null would be none */
                              type->element->kind == PC_TYPE_SET ||
                              type->element->kind == PC_TYPE_MAP;
        is_good = oracle_write_value(writer, out, type->element, value);
        value->has = true;
        return is_good;
    case PC_TYPE_LIST:
    case PC_TYPE_SET:
        return write_list(writer, out, type, value);
    case PC_TYPE_MAP:
        return oracle_write_map(writer, out, type, value);
    case PC_TYPE_RECORD:
        return oracle_write_fields(writer, out, &type->record->fields, value, NULL);
    default:
        *value = oracle_draw(writer->arena, writer->random, type);
        if (!writer->is_msgpack)
            return oracle_write_json_scalar(writer, out, type, value);
        if (writer->may_break && chance(writer, 1)) {
            oracle_pack_head(writer, out, 0x90, 0xdc, 0);
            return false;
        }
        oracle_write_msgpack_scalar(writer, out, type, value);
        return true;
    }
}

/* ---- maps of fields ---- */

static void shuffle(struct oracle_random *random, size_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t j = oracle_below(random, (uint32_t)i);
        size_t held = order[i - 1];

        order[i - 1] = order[j];
        order[j] = held;
    }
}

static void put_key(struct oracle_writer *writer, struct oracle_text *out, struct pc_text key,
                    size_t *written)
{
    if (writer->is_msgpack) {
        oracle_pack_text(writer, out, key);
    } else {
        if (*written != 0)
            oracle_put_char(out, ',');
        oracle_put_string(out, key);
        oracle_put(out, "%s", chance(writer, 10) ? " : " : ":");
    }
    ++*written;
}

static void put_unknown(struct oracle_writer *writer, struct oracle_text *out, size_t *written)
{
    put_key(writer, out, pc_text_of("no such key"), written);
    if (writer->is_msgpack)
        oracle_put_bytes(out, "\x92\x81\xa1\x61\xc0\xcb\0\0\0\0\0\0\0\0", 14);
    else
        oracle_put(out, "[{\"a\":null},-1.5e3,\"\\u00e9\\\"\"]");
}

/* One field; what is left out takes its default or cannot be read. */
static bool write_field(struct oracle_writer *writer, struct oracle_text *out,
                        const struct pc_field_model *field, struct oracle_value *value,
                        size_t *written)
{
    bool can_be_left_out = field->initial != NULL || field->type->kind == PC_TYPE_OPTIONAL;
    bool is_left_out =
        can_be_left_out ? chance(writer, 25) : writer->may_break && chance(writer, 1);

    if (is_left_out) {
        *value = field->initial != NULL
                     ? oracle_of_constant(writer->arena, field->initial, field->type)
                     : oracle_zero(writer->arena, field->type);
        return can_be_left_out;
    }
    if (chance(writer, 4)) { /* twice: the last counts */
        bool may_break = writer->may_break;

        writer->may_break = false;
        put_key(writer, out, field->outside, written);
        oracle_write_value(writer, out, field->type, value);
        writer->may_break = may_break;
    }
    put_key(writer, out, field->outside, written);
    return oracle_write_value(writer, out, field->type, value);
}

bool oracle_write_fields(struct oracle_writer *writer, struct oracle_text *out,
                         const struct pc_field_models *fields, struct oracle_value *record,
                         bool *broken)
{
    struct oracle_text body = {NULL, 0, 0};
    size_t *order = pc_arena_alloc_array(writer->arena, fields->count + 1, sizeof *order);
    size_t written = 0;
    bool is_good = true;

    *record = (struct oracle_value){.has = true, .count = fields->count};
    record->items = pc_arena_alloc_array(writer->arena, fields->count + 1, sizeof *record->items);
    shuffle(writer->random, order, fields->count);
    for (size_t i = 0; i < fields->count; i++) {
        size_t at = order[i];

        if (chance(writer, 5))
            put_unknown(writer, &body, &written);
        bool is_read = write_field(writer, &body, fields->items[at], &record->items[at], &written);
        if (broken != NULL)
            broken[at] = !is_read;
        is_good = is_good && is_read;
    }
    if (writer->is_msgpack)
        oracle_pack_head(writer, out, 0x80, 0xde, written);
    else
        oracle_put_char(out, '{');
    oracle_put_bytes(out, body.data, body.size);
    if (!writer->is_msgpack)
        oracle_put_char(out, '}');
    oracle_text_clear(&body);
    return is_good;
}
