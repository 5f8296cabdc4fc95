/* Decoding of events into structs: what projc generates, against decoders written by hand for these
 * events, msgpack-c's objects and jansson. All in one run, on the same events; prints nanoseconds
 * an event and ratios. Exit status 1 when a goal is missed. */
#include <jansson.h>
#include <msgpack.h>
#include <projc/projc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decode_proj.h"

enum { EVENTS = 2000, ROUNDS = 100, RUNS = 5 };

typedef struct sample {
    char json[256];
    size_t json_size;
    projc_bytes packed;
} sample;

static sample samples[EVENTS];
static const projc_event_type *json_event;
static const projc_event_type *packed_event;
static projc_arena *arena;
static int64_t sum; /* what was read: it must be used, and be the same for all */

/* ---- the events ---- */

static void make_samples(void)
{
    static const char *const names[] = {"Ann", "Bob Builder", "Christiane N\xc3\xbcsslein", "Dij"};
    projc_arena *kept = projc_arena_new(0);
    projc_error error;

    for (int i = 0; i < EVENTS; i++) {
        sample *made = &samples[i];
        decode_copied event = {
            .customer = {names[i % 4], strlen(names[i % 4])},
            .items = (uint32_t)(i % 97),
            .total = (int64_t)i * 1234 % 1000000,
            .at = INT64_C(1772000000000000) + (int64_t)i * 1000003,
        };
        projc_msgpack_writer *writer = projc_msgpack_writer_new(kept);
        projc_json_writer *json = projc_json_writer_new(kept);
        projc_text text;

        if (i % 3 == 0) {
            event.note.has = true;
            event.note.value = projc_text_of("leave it at the door", 20);
        }
        packed_event->to_msgpack(writer, &event);
        packed_event->to_json(json, &event);
        if (projc_msgpack_writer_finish(writer, &made->packed, &error) != PROJC_OK ||
            projc_json_writer_finish(json, &text, &error) != PROJC_OK ||
            text.size >= sizeof made->json) {
            fprintf(stderr, "decode: an event cannot be written\n");
            exit(2);
        }
        memcpy(made->json, text.data, text.size);
        made->json_size = text.size;
    }
}

static void use(projc_text customer, uint32_t items, int64_t total, int64_t at, bool has_note)
{
    sum += (int64_t)customer.size + items + total + at % 1000 + has_note;
}

/* ---- what projc generates ---- */

static bool generated_json(const sample *from)
{
    projc_json_reader reader;
    projc_error error;
    decode_placed event;

    projc_json_reader_init(&reader, from->json, from->json_size, arena, &error);
    json_event->from_json(&reader, NULL, &event);
    if (projc_json_read_end(&reader) != PROJC_OK)
        return false;
    use(event.customer, event.items, event.total, event.at, event.note.has);
    return true;
}

static bool generated_msgpack(const sample *from)
{
    projc_msgpack_reader reader;
    projc_error error;
    decode_copied event;

    projc_msgpack_reader_init(&reader, from->packed.data, from->packed.size, arena, &error);
    packed_event->from_msgpack(&reader, NULL, &event);
    if (projc_msgpack_read_end(&reader) != PROJC_OK)
        return false;
    use(event.customer, event.items, event.total, event.at, event.note.has);
    return true;
}

/* ---- by hand: JSON ---- */

typedef struct cursor {
    const char *at, *end;
} cursor;

static void blanks(cursor *in)
{
    while (in->at < in->end && (*in->at == ' ' || *in->at == '\n' || *in->at == '\t'))
        in->at++;
}

static bool take(cursor *in, char c)
{
    blanks(in);
    if (in->at == in->end || *in->at != c)
        return false;
    in->at++;
    return true;
}

/* A string without escapes, valid UTF-8. */
static bool string(cursor *in, projc_text *text)
{
    const char *start;
    bool is_ascii = true;

    if (!take(in, '"'))
        return false;
    start = in->at;
    while (in->at < in->end && *in->at != '"') {
        if (*in->at == '\\' || (unsigned char)*in->at < ' ')
            return false;
        is_ascii &= (unsigned char)*in->at < 0x80;
        in->at++;
    }
    if (in->at == in->end)
        return false;
    *text = projc_text_of(start, (size_t)(in->at++ - start));
    for (size_t i = 0; !is_ascii && i < text->size;) { /* two- and three-byte forms occur here */
        unsigned char c = (unsigned char)text->data[i];
        size_t width = c < 0x80 ? 1 : c >= 0xe0 ? 3 : 2;

        if (i + width > text->size)
            return false;
        for (size_t j = 1; j < width; j++)
            if (((unsigned char)text->data[i + j] & 0xc0) != 0x80)
                return false;
        i += width;
    }
    return true;
}

static bool number(cursor *in, int scale, int64_t *value)
{
    bool is_negative;
    int digits = 0;

    blanks(in);
    is_negative = in->at < in->end && *in->at == '-';
    in->at += is_negative;
    *value = 0;
    for (; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++, digits++)
        if (__builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, *in->at - '0', value))
            return false;
    if (digits == 0)
        return false;
    digits = 0;
    if (in->at < in->end && *in->at == '.') {
        for (in->at++; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++, digits++)
            if (digits >= scale || __builtin_mul_overflow(*value, 10, value) ||
                __builtin_add_overflow(*value, *in->at - '0', value))
                return false;
    }
    for (; digits < scale; digits++)
        if (__builtin_mul_overflow(*value, 10, value))
            return false;
    if (is_negative)
        *value = -*value;
    return true;
}

static int two(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* 2026-02-25T06:13:20.000003Z */
static bool moment(cursor *in, int64_t *value)
{
    projc_text text;
    int64_t us = 0;
    int64_t unit = 100000;
    size_t i = 19;

    if (!string(in, &text) || text.size < 20 || text.data[text.size - 1] != 'Z')
        return false;
    for (size_t j = 0; j < 19; j++)
        if (j != 4 && j != 7 && j != 10 && j != 13 && j != 16 &&
            (text.data[j] < '0' || text.data[j] > '9'))
            return false;
    if (text.data[4] != '-' || text.data[7] != '-' || text.data[10] != 'T' ||
        text.data[13] != ':' || text.data[16] != ':')
        return false;
    if (text.data[19] == '.')
        for (i = 20; i + 1 < text.size; i++, unit /= 10) {
            if (text.data[i] < '0' || text.data[i] > '9')
                return false;
            us += (text.data[i] - '0') * unit;
        }
    *value = projc_date_from_civil(two(text.data) * 100 + two(text.data + 2),
                                   (uint32_t)two(text.data + 5), (uint32_t)two(text.data + 8));
    *value =
        ((*value * 24 + two(text.data + 11)) * 60 + two(text.data + 14)) * 60 + two(text.data + 17);
    *value = *value * 1000000 + us;
    return true;
}

static bool is(projc_text key, const char *name, size_t size)
{
    return key.size == size && memcmp(key.data, name, size) == 0;
}

static bool hand_json(const sample *from)
{
    cursor in = {from->json, from->json + from->json_size};
    decode_placed event = {0};
    int64_t items = 0;
    unsigned seen = 0;
    projc_text key;

    if (!take(&in, '{'))
        return false;
    do {
        bool is_good;

        if (!string(&in, &key) || !take(&in, ':'))
            return false;
        if (is(key, "customer", 8)) {
            is_good = string(&in, &event.customer);
            seen |= 1;
        } else if (is(key, "items", 5)) {
            is_good = number(&in, 0, &items) && items >= 0 && items <= UINT32_MAX;
            seen |= 2;
        } else if (is(key, "total", 5)) {
            is_good = number(&in, 2, &event.total);
            seen |= 4;
        } else if (is(key, "at", 2)) {
            is_good = moment(&in, &event.at);
            seen |= 8;
        } else if (is(key, "note", 4)) {
            blanks(&in);
            event.note.has = in.at < in.end && *in.at == '"';
            if (event.note.has) {
                is_good = string(&in, &event.note.value);
            } else {
                is_good = in.end - in.at >= 4 && memcmp(in.at, "null", 4) == 0;
                in.at += 4;
            }
        } else {
            return false; /* these events have no other keys */
        }
        if (!is_good)
            return false;
    } while (take(&in, ','));
    if (!take(&in, '}') || seen != 15)
        return false;
    use(event.customer, (uint32_t)items, event.total, event.at, event.note.has);
    return in.at == in.end;
}

/* ---- by hand: msgpack ---- */

static bool packed_text(const uint8_t **at, const uint8_t *end, projc_text *text)
{
    size_t size;

    if (*at < end && (**at & 0xe0) == 0xa0) {
        size = *(*at)++ & 0x1f;
    } else if (end - *at > 2 && **at == 0xd9) {
        size = (*at)[1];
        *at += 2;
    } else {
        return false;
    }
    if ((size_t)(end - *at) < size)
        return false;
    *text = projc_text_of((const char *)*at, size);
    *at += size;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text->data[i] >= 0x80) {
            if (i + 1 >= size || ((unsigned char)text->data[i + 1] & 0xc0) != 0x80)
                return false;
            i++;
        }
    return true;
}

static bool packed_number(const uint8_t **at, const uint8_t *end, int64_t *value)
{
    uint64_t bits = 0;
    int width;

    if (*at == end)
        return false;
    if (**at < 0x80 || **at >= 0xe0) {
        *value = (int8_t) * (*at)++;
        return true;
    }
    if ((**at & 0xfc) != 0xcc && (**at & 0xfc) != 0xd0)
        return false;
    width = 1 << (**at & 3);
    bool is_signed = **at >= 0xd0;

    if (end - ++*at < width)
        return false;
    for (int i = 0; i < width; i++)
        bits = bits << 8 | *(*at)++;
    if (is_signed && width < 8)
        bits = (uint64_t)((int64_t)(bits << (64 - 8 * width)) >> (64 - 8 * width));
    *value = (int64_t)bits;
    return is_signed || *value >= 0;
}

static bool hand_msgpack(const sample *from)
{
    const uint8_t *at = from->packed.data;
    const uint8_t *end = at + from->packed.size;
    decode_copied event = {0};
    int64_t items = 0;
    unsigned seen = 0;
    int count;

    if (at == end || (*at & 0xf0) != 0x80)
        return false;
    for (count = *at++ & 0xf; count > 0; count--) {
        bool is_good;
        projc_text key;

        if (!packed_text(&at, end, &key))
            return false;
        if (is(key, "customer", 8)) {
            is_good = packed_text(&at, end, &event.customer);
            seen |= 1;
        } else if (is(key, "items", 5)) {
            is_good = packed_number(&at, end, &items) && items >= 0 && items <= UINT32_MAX;
            seen |= 2;
        } else if (is(key, "total", 5)) {
            is_good = packed_number(&at, end, &event.total);
            seen |= 4;
        } else if (is(key, "at", 2)) {
            is_good = packed_number(&at, end, &event.at);
            seen |= 8;
        } else if (is(key, "note", 4)) {
            event.note.has = at < end && *at != 0xc0;
            is_good = event.note.has ? packed_text(&at, end, &event.note.value) : at++ < end;
        } else {
            return false;
        }
        if (!is_good)
            return false;
    }
    if (seen != 15)
        return false;
    use(event.customer, (uint32_t)items, event.total, event.at, event.note.has);
    return at == end;
}

/* ---- libraries that make trees ---- */

static bool tree_msgpack(const sample *from)
{
    msgpack_unpacked unpacked;
    decode_copied event = {0};
    size_t offset = 0;

    msgpack_unpacked_init(&unpacked);
    if (msgpack_unpack_next(&unpacked, (const char *)from->packed.data, from->packed.size,
                            &offset) != MSGPACK_UNPACK_SUCCESS ||
        unpacked.data.type != MSGPACK_OBJECT_MAP)
        return false;
    for (uint32_t i = 0; i < unpacked.data.via.map.size; i++) {
        const msgpack_object_kv *pair = &unpacked.data.via.map.ptr[i];
        projc_text key = {pair->key.via.str.ptr, pair->key.via.str.size};
        projc_text text = {pair->val.via.str.ptr, pair->val.via.str.size};

        if (is(key, "customer", 8))
            event.customer = text;
        else if (is(key, "items", 5))
            event.items = (uint32_t)pair->val.via.u64;
        else if (is(key, "total", 5))
            event.total = pair->val.via.i64;
        else if (is(key, "at", 2))
            event.at = pair->val.via.i64;
        else if (is(key, "note", 4))
            event.note.has = pair->val.type == MSGPACK_OBJECT_STR;
    }
    use(event.customer, event.items, event.total, event.at, event.note.has);
    msgpack_unpacked_destroy(&unpacked);
    return true;
}

static bool tree_json(const sample *from)
{
    json_error_t error;
    json_t *tree = json_loadb(from->json, from->json_size, 0, &error);
    decode_placed event = {0};
    cursor in;
    char quoted[64];

    if (tree == NULL)
        return false;
    event.customer.data = json_string_value(json_object_get(tree, "customer"));
    event.customer.size = strlen(event.customer.data);
    event.items = (uint32_t)json_integer_value(json_object_get(tree, "items"));
    /* jansson reads a decimal as a double. */
    double total = json_number_value(json_object_get(tree, "total")) * 100;
    event.total = (int64_t)(total + (total < 0 ? -0.5 : 0.5));
    snprintf(quoted, sizeof quoted, "\"%s\"", json_string_value(json_object_get(tree, "at")));
    in = (cursor){quoted, quoted + strlen(quoted)};
    if (!moment(&in, &event.at))
        return false;
    event.note.has = json_is_string(json_object_get(tree, "note"));
    use(event.customer, event.items, event.total, event.at, event.note.has);
    json_decref(tree);
    return true;
}

/* ---- the measurement ---- */

typedef struct contender {
    const char *name;
    bool (*decode)(const sample *from);
    double best_ns[RUNS];
    double median_ns;
} contender;

static double now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int by_value(const void *left, const void *right)
{
    const double *a = left;
    const double *b = right;

    return (*a > *b) - (*a < *b);
}

static int64_t measure(contender *of, int run)
{
    double started = now_ns();

    sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
        projc_arena_reset(arena);
        for (int i = 0; i < EVENTS; i++)
            if (!of->decode(&samples[i])) {
                fprintf(stderr, "decode: %s refuses event %d\n", of->name, i);
                exit(2);
            }
    }
    of->best_ns[run] = (now_ns() - started) / ROUNDS / EVENTS;
    return sum;
}

static bool within(const contender *got, const contender *other, double goal)
{
    double ratio = got->median_ns / other->median_ns;

    printf("%-22s / %-22s %8.2f  goal at most %.2f\n", got->name, other->name, ratio, goal);
    return ratio <= goal;
}

int main(void)
{
    contender all[] = {{.name = "json, generated", .decode = generated_json},
                       {.name = "json, by hand", .decode = hand_json},
                       {.name = "json, jansson", .decode = tree_json},
                       {.name = "msgpack, generated", .decode = generated_msgpack},
                       {.name = "msgpack, by hand", .decode = hand_msgpack},
                       {.name = "msgpack, msgpack-c", .decode = tree_msgpack}};
    int64_t expected = 0;
    bool is_good;

    for (uint32_t i = 0; i < decode_module.event_count; i++) {
        if (strcmp(decode_module.events[i].name, "placed") == 0)
            json_event = &decode_module.events[i];
        else
            packed_event = &decode_module.events[i];
    }
    arena = projc_arena_new(0);
    make_samples();
    for (int run = 0; run < RUNS; run++)
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
            int64_t got = measure(&all[i], run);

            if (run + i > 0 && got != expected) {
                fprintf(stderr, "decode: %s reads something else\n", all[i].name);
                return 2;
            }
            expected = got;
        }
    printf("%-22s %8s\n", "decoding", "ns/event");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        qsort(all[i].best_ns, RUNS, sizeof(double), by_value);
        all[i].median_ns = all[i].best_ns[RUNS / 2];
        printf("%-22s %8.1f\n", all[i].name, all[i].median_ns);
    }
    is_good = within(&all[0], &all[1], 1.3);
    is_good &= within(&all[0], &all[2], 1.0);
    is_good &= within(&all[3], &all[4], 1.5);
    is_good &= within(&all[3], &all[5], 1.0);
    projc_arena_free(arena);
    return is_good ? 0 : 1;
}
