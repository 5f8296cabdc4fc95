/* An event with a field of every kind, its serializers much as projc would generate them, and
 * random values. The same functions stand here once for JSON and once for msgpack, because
 * generated code has them so. */
#ifndef TESTS_UNIT_CODEC_SAMPLE_H
#define TESTS_UNIT_CODEC_SAMPLE_H

#include <projc/codec.h>

#include <string.h>

#include "base/random.h"
#include "base/time.h"

enum { LINES_MAX = 5, SAMPLE_TEXT_MAX = 40 };

typedef struct line {
    projc_text sku;
    int64_t price; /* decimal(2) */
    uint8_t quantity;
} line;

typedef struct sample {
    bool flag;
    uint32_t number;
    int64_t large;
    double real;
    int64_t amount; /* decimal(4) */
    projc_text text;
    projc_bytes bytes;
    projc_uuid uuid;
    int64_t time;
    int32_t date;
    int64_t duration;
    int32_t currency;
    projc_optional_text note;
    line *lines;
    uint32_t line_count;
    uint32_t line_capacity;
} sample;

static const projc_enum_member sample_members[] = {{0, "EUR"}, {1, "USD"}, {2, "gbp \xC3\xA9"}};
static const projc_enum sample_currency = {"Currency", sample_members, 3, false};

enum {
    FLAG,
    NUMBER,
    LARGE,
    REAL,
    AMOUNT,
    TEXT,
    BYTES,
    UUID,
    TIME,
    DATE,
    DURATION,
    CURRENCY,
    NOTE,
    LINES,
    SAMPLE_FIELDS
};
static const char *const sample_fields[SAMPLE_FIELDS] = {
    "flag", "number", "large", "real",     "amount",   "text", "bytes",
    "uuid", "time",   "date",  "duration", "currency", "note", "lines"};
static const uint64_t sample_required[] = {(1 << NOTE) - 1}; /* all but note and lines */

static int sample_find_field(projc_text key)
{
    for (int i = 0; i < SAMPLE_FIELDS; i++)
        if (projc_text_is(key, sample_fields[i], strlen(sample_fields[i])))
            return i;
    return -1;
}

/* ---- random values ---- */

static int64_t sample_random_integer(projc__random *random)
{
    return (int64_t)projc__random_next(random) >> projc__random_below(random, 64);
}

/* A text of any characters but NUL. */
static projc_text sample_random_text(projc__random *random, projc_arena *arena)
{
    static const char *const pieces[] = {"a",
                                         "\"",
                                         "\\",
                                         "/",
                                         "\n",
                                         "\x01",
                                         "\xC3\xA4",
                                         " ",
                                         "\t",
                                         "\xE2\x82\xAC",
                                         "\x7F",
                                         "\xF0\x9F\x98\x80",
                                         "long plain piece"};
    char text[SAMPLE_TEXT_MAX + 20];
    size_t wanted = (size_t)projc__random_below(random, SAMPLE_TEXT_MAX);
    size_t size = 0;

    while (size < wanted) {
        const char *piece = pieces[projc__random_below(random, sizeof pieces / sizeof pieces[0])];

        memcpy(text + size, piece, strlen(piece));
        size += strlen(piece);
    }
    return projc_text_of(projc_arena_copy(arena, text, size), size);
}

static void sample_random(projc__random *random, projc_arena *arena, sample *event)
{
    *event = (sample){0};
    event->flag = projc__random_below(random, 2) != 0;
    event->number = (uint32_t)sample_random_integer(random);
    event->large = sample_random_integer(random);
    event->real = (double)sample_random_integer(random) / 1024;
    event->amount = sample_random_integer(random);
    event->text = sample_random_text(random, arena);
    event->bytes.data = (const uint8_t *)sample_random_text(random, arena).data;
    event->bytes.size = strlen((const char *)event->bytes.data);
    for (int i = 0; i < 16; i++)
        event->uuid.bytes[i] = (uint8_t)projc__random_next(random);
    event->time = sample_random_integer(random);
    if (event->time < PROJC__TIME_MIN)
        event->time = PROJC__TIME_MIN;
    event->date = (int32_t)projc__random_below(random, 9000000) + PROJC__DATE_MIN;
    event->duration = sample_random_integer(random);
    event->currency = (int32_t)projc__random_below(random, 3);
    event->note.has = projc__random_below(random, 2) != 0;
    if (event->note.has)
        event->note.value = sample_random_text(random, arena);
    event->line_count = (uint32_t)projc__random_below(random, LINES_MAX + 1);
    event->lines = projc_arena_alloc(arena, LINES_MAX * sizeof *event->lines);
    for (uint32_t i = 0; i < event->line_count; i++) {
        event->lines[i].sku = sample_random_text(random, arena);
        event->lines[i].price = sample_random_integer(random);
        event->lines[i].quantity = (uint8_t)projc__random_next(random);
    }
}

static bool sample_text_equals(projc_text left, projc_text right)
{
    return left.size == right.size &&
           (left.size == 0 || memcmp(left.data, right.data, left.size) == 0);
}

static bool sample_equals(const sample *left, const sample *right)
{
    bool is_equal =
        left->flag == right->flag && left->number == right->number && left->large == right->large &&
        memcmp(&left->real, &right->real, sizeof left->real) == 0 &&
        left->amount == right->amount && sample_text_equals(left->text, right->text) &&
        left->bytes.size == right->bytes.size &&
        (left->bytes.size == 0 ||
         memcmp(left->bytes.data, right->bytes.data, left->bytes.size) == 0) &&
        memcmp(left->uuid.bytes, right->uuid.bytes, 16) == 0 && left->time == right->time &&
        left->date == right->date && left->duration == right->duration &&
        left->currency == right->currency && left->note.has == right->note.has &&
        sample_text_equals(left->note.value, right->note.value) &&
        left->line_count == right->line_count;

    for (uint32_t i = 0; is_equal && i < left->line_count; i++)
        is_equal = sample_text_equals(left->lines[i].sku, right->lines[i].sku) &&
                   left->lines[i].price == right->lines[i].price &&
                   left->lines[i].quantity == right->lines[i].quantity;
    return is_equal;
}

/* ---- JSON ---- */

static void sample_lines_from_json(projc_json_reader *reader, sample *event)
{
    projc_scope list;
    projc_scope map;

    event->line_count = 0;
    projc_json_read_list(reader, &list);
    while (projc_json_read_item(reader, &list)) {
        line *items = projc_list_reserve(reader->arena, event->lines, event->line_count,
                                         &event->line_capacity, sizeof *items);
        line *item;

        if (items == NULL) {
            projc_json_fail(reader, PROJC_LIMIT, "no room for the list");
            return;
        }
        event->lines = items;
        item = &items[event->line_count++];
        *item = (line){{NULL, 0}, 0, 0};
        projc_json_read_map(reader, &map);
        while (projc_json_read_field(reader, &map)) {
            if (projc_json_field_is(reader, "sku", 3))
                item->sku = projc_json_read_text(reader);
            else if (projc_json_field_is(reader, "price", 5))
                item->price = projc_json_read_decimal(reader, 2, false);
            else if (projc_json_field_is(reader, "quantity", 8))
                item->quantity = (uint8_t)projc_json_read_integer(reader, 0, UINT8_MAX, "u8");
            else
                projc_json_skip_field(reader, &map);
        }
    }
}

static void sample_field_from_json(projc_json_reader *reader, int field, sample *event)
{
    switch (field) {
    case FLAG:
        event->flag = projc_json_read_bool(reader);
        break;
    case NUMBER:
        event->number = (uint32_t)projc_json_read_integer(reader, 0, UINT32_MAX, "u32");
        break;
    case LARGE:
        event->large = projc_json_read_integer(reader, INT64_MIN, INT64_MAX, "i64");
        break;
    case REAL:
        event->real = projc_json_read_f64(reader);
        break;
    case AMOUNT:
        event->amount = projc_json_read_decimal(reader, 4, false);
        break;
    case TEXT:
        event->text = projc_json_read_text(reader);
        break;
    case BYTES:
        event->bytes = projc_json_read_bytes(reader);
        break;
    case UUID:
        event->uuid = projc_json_read_uuid(reader);
        break;
    case TIME:
        event->time = projc_json_read_time(reader);
        break;
    case DATE:
        event->date = projc_json_read_date(reader);
        break;
    case DURATION:
        event->duration = projc_json_read_duration(reader, PROJC_DURATION_ISO);
        break;
    case CURRENCY:
        event->currency = projc_json_read_enum(reader, &sample_currency);
        break;
    case NOTE:
        event->note.has = !projc_json_read_null(reader);
        if (event->note.has)
            event->note.value = projc_json_read_text(reader);
        break;
    case LINES:
        sample_lines_from_json(reader, event);
        break;
    default:
        projc_json_skip(reader);
        break;
    }
}

static projc_status sample_from_json(const void *data, size_t size, projc_arena *arena,
                                     sample *event, projc_error *error)
{
    uint64_t seen[1] = {0};
    projc_json_reader reader;
    projc_scope scope;
    projc_text key;

    *event = (sample){0};
    projc_json_reader_init(&reader, data, size, arena, error);
    projc_json_read_map(&reader, &scope);
    while (projc_json_read_key(&reader, &scope, &key)) {
        int field = sample_find_field(key);

        if (field >= 0)
            seen[0] |= UINT64_C(1) << field;
        sample_field_from_json(&reader, field, event);
    }
    projc_json_check_seen(&reader, seen, sample_required, sample_fields, SAMPLE_FIELDS);
    return projc_json_read_end(&reader);
}

static void sample_to_json(projc_json_writer *writer, const sample *event)
{
    projc_json_write_map(writer);
    projc_json_write_name(writer, "flag");
    projc_json_write_bool(writer, event->flag);
    projc_json_write_name(writer, "number");
    projc_json_write_integer(writer, event->number);
    projc_json_write_name(writer, "large");
    projc_json_write_integer(writer, event->large);
    projc_json_write_name(writer, "real");
    projc_json_write_f64(writer, event->real);
    projc_json_write_name(writer, "amount");
    projc_json_write_decimal(writer, event->amount, 4);
    projc_json_write_name(writer, "text");
    projc_json_write_text(writer, event->text);
    projc_json_write_name(writer, "bytes");
    projc_json_write_bytes(writer, event->bytes);
    projc_json_write_name(writer, "uuid");
    projc_json_write_uuid(writer, event->uuid);
    projc_json_write_name(writer, "time");
    projc_json_write_time(writer, event->time);
    projc_json_write_name(writer, "date");
    projc_json_write_date(writer, event->date);
    projc_json_write_name(writer, "duration");
    projc_json_write_duration(writer, event->duration, PROJC_DURATION_ISO);
    projc_json_write_name(writer, "currency");
    projc_json_write_enum(writer, &sample_currency, event->currency);
    projc_json_write_name(writer, "note");
    if (event->note.has)
        projc_json_write_text(writer, event->note.value);
    else
        projc_json_write_null(writer);
    projc_json_write_name(writer, "lines");
    projc_json_write_list(writer);
    for (uint32_t i = 0; i < event->line_count; i++) {
        projc_json_write_map(writer);
        projc_json_write_name(writer, "sku");
        projc_json_write_text(writer, event->lines[i].sku);
        projc_json_write_name(writer, "price");
        projc_json_write_decimal(writer, event->lines[i].price, 2);
        projc_json_write_name(writer, "quantity");
        projc_json_write_integer(writer, event->lines[i].quantity);
        projc_json_write_map_end(writer);
    }
    projc_json_write_list_end(writer);
    projc_json_write_map_end(writer);
}

/* ---- msgpack ---- */

static void sample_lines_from_msgpack(projc_msgpack_reader *reader, sample *event)
{
    projc_scope list;
    projc_scope map;

    event->line_count = 0;
    projc_msgpack_read_list(reader, &list);
    while (projc_msgpack_read_item(reader, &list)) {
        line *items = projc_list_reserve(reader->arena, event->lines, event->line_count,
                                         &event->line_capacity, sizeof *items);
        line *item;

        if (items == NULL) {
            projc_msgpack_fail(reader, PROJC_LIMIT, "no room for the list");
            return;
        }
        event->lines = items;
        item = &items[event->line_count++];
        *item = (line){{NULL, 0}, 0, 0};
        projc_msgpack_read_map(reader, &map);
        while (projc_msgpack_read_field(reader, &map)) {
            if (projc_msgpack_field_is(reader, "sku", 3))
                item->sku = projc_msgpack_read_text(reader);
            else if (projc_msgpack_field_is(reader, "price", 5))
                item->price = projc_msgpack_read_decimal(reader, 2);
            else if (projc_msgpack_field_is(reader, "quantity", 8))
                item->quantity = (uint8_t)projc_msgpack_read_integer(reader, 0, UINT8_MAX, "u8");
            else
                projc_msgpack_skip_field(reader, &map);
        }
    }
}

static void sample_field_from_msgpack(projc_msgpack_reader *reader, int field, sample *event)
{
    switch (field) {
    case FLAG:
        event->flag = projc_msgpack_read_bool(reader);
        break;
    case NUMBER:
        event->number = (uint32_t)projc_msgpack_read_integer(reader, 0, UINT32_MAX, "u32");
        break;
    case LARGE:
        event->large = projc_msgpack_read_integer(reader, INT64_MIN, INT64_MAX, "i64");
        break;
    case REAL:
        event->real = projc_msgpack_read_f64(reader);
        break;
    case AMOUNT:
        event->amount = projc_msgpack_read_decimal(reader, 4);
        break;
    case TEXT:
        event->text = projc_msgpack_read_text(reader);
        break;
    case BYTES:
        event->bytes = projc_msgpack_read_bytes(reader);
        break;
    case UUID:
        event->uuid = projc_msgpack_read_uuid(reader);
        break;
    case TIME:
        event->time = projc_msgpack_read_time(reader);
        break;
    case DATE:
        event->date = projc_msgpack_read_date(reader);
        break;
    case DURATION:
        event->duration = projc_msgpack_read_duration(reader);
        break;
    case CURRENCY:
        event->currency = projc_msgpack_read_enum(reader, &sample_currency);
        break;
    case NOTE:
        event->note.has = !projc_msgpack_read_null(reader);
        if (event->note.has)
            event->note.value = projc_msgpack_read_text(reader);
        break;
    case LINES:
        sample_lines_from_msgpack(reader, event);
        break;
    default:
        projc_msgpack_skip(reader);
        break;
    }
}

static projc_status sample_from_msgpack(const void *data, size_t size, projc_arena *arena,
                                        sample *event, projc_error *error)
{
    uint64_t seen[1] = {0};
    projc_msgpack_reader reader;
    projc_scope scope;
    projc_text key;

    *event = (sample){0};
    projc_msgpack_reader_init(&reader, data, size, arena, error);
    projc_msgpack_read_map(&reader, &scope);
    while (projc_msgpack_read_key(&reader, &scope, &key)) {
        int field = sample_find_field(key);

        if (field >= 0)
            seen[0] |= UINT64_C(1) << field;
        sample_field_from_msgpack(&reader, field, event);
    }
    projc_msgpack_check_seen(&reader, seen, sample_required, sample_fields, SAMPLE_FIELDS);
    return projc_msgpack_read_end(&reader);
}

static void sample_to_msgpack(projc_msgpack_writer *writer, const sample *event)
{
    projc_msgpack_write_map(writer, SAMPLE_FIELDS);
    projc_msgpack_write_name(writer, "flag");
    projc_msgpack_write_bool(writer, event->flag);
    projc_msgpack_write_name(writer, "number");
    projc_msgpack_write_integer(writer, event->number);
    projc_msgpack_write_name(writer, "large");
    projc_msgpack_write_integer(writer, event->large);
    projc_msgpack_write_name(writer, "real");
    projc_msgpack_write_f64(writer, event->real);
    projc_msgpack_write_name(writer, "amount");
    projc_msgpack_write_integer(writer, event->amount);
    projc_msgpack_write_name(writer, "text");
    projc_msgpack_write_text(writer, event->text);
    projc_msgpack_write_name(writer, "bytes");
    projc_msgpack_write_bytes(writer, event->bytes);
    projc_msgpack_write_name(writer, "uuid");
    projc_msgpack_write_uuid(writer, event->uuid);
    projc_msgpack_write_name(writer, "time");
    projc_msgpack_write_integer(writer, event->time);
    projc_msgpack_write_name(writer, "date");
    projc_msgpack_write_integer(writer, event->date);
    projc_msgpack_write_name(writer, "duration");
    projc_msgpack_write_integer(writer, event->duration);
    projc_msgpack_write_name(writer, "currency");
    projc_msgpack_write_enum(writer, &sample_currency, event->currency);
    projc_msgpack_write_name(writer, "note");
    if (event->note.has)
        projc_msgpack_write_text(writer, event->note.value);
    else
        projc_msgpack_write_null(writer);
    projc_msgpack_write_name(writer, "lines");
    projc_msgpack_write_array(writer, event->line_count);
    for (uint32_t i = 0; i < event->line_count; i++) {
        projc_msgpack_write_map(writer, 3);
        projc_msgpack_write_name(writer, "sku");
        projc_msgpack_write_text(writer, event->lines[i].sku);
        projc_msgpack_write_name(writer, "price");
        projc_msgpack_write_integer(writer, event->lines[i].price);
        projc_msgpack_write_name(writer, "quantity");
        projc_msgpack_write_integer(writer, event->lines[i].quantity);
    }
}

#endif
